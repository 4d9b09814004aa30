/* Jobs: script blocks that run in a process of their own, forked from this
 * one, and send what they write as CLIXML through a pipe.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CMDLETS_JOBS_JOBS_H
#define HOP_CMDLETS_JOBS_JOBS_H

#include <sys/types.h>

#include "engine/engine.h"

/* System.Management.Automation.JobState, those that occur. */
enum job_state {
    JOB_NOT_STARTED,
    JOB_RUNNING,
    JOB_COMPLETED,
    JOB_FAILED,
    JOB_STOPPED,
    JOB_DISCONNECTED = 8,
};

struct job;

/* Of jobs that another folder runs: Invoke-Command -AsJob. */
struct job_ops {
    /* As job_pump. */
    bool (*pump)(struct hop_runspace *rs, struct job *j, int64_t wait_ms);
    void (*stop)(struct job *j);
    /* Does the member run in that PSSession? */
    bool (*is_of)(struct job *j, struct hop_value session);
    /* The job is freed: what ctx is of. */
    void (*release)(struct job *j);
};

/* With the number of a stream: the host of the job has shown the record. */
#define JOB_SHOWN 64

struct job {
    struct hop_object base;
    int32_t id;
    enum job_state state;
    struct hop_value name, command, instance; /* instance: a Guid */
    struct hop_value child;                   /* the job that works, or null */
    struct hop_value begun, ended;
    struct hop_value reason;  /* exception, or null */
    struct hop_value failure; /* its record, that Receive-Job repeats */
    struct hop_value streams[HOP_STREAM_NUMBERS]; /* PSDataCollection-like */
    struct hop_array *results; /* stream number (with JOB_SHOWN) and object in
                                  turn */
    bool thread;               /* a ThreadJob: objects come as they were */
    /* Of jobs in this process. */
    struct hop_runspace *rs;
    struct task *task;         /* at work, or NULL */
    struct task *waiting;      /* to be started, or NULL */
    int64_t limit;             /* how many may be at work at once */
    struct hop_array *members; /* of -Parallel: its jobs; or NULL */
    struct job *parent;        /* of a member, borrowed; or NULL */
    pid_t pid;
    int fd; /* -1: at its end */
    struct hop_buf in;
    /* Of a job elsewhere (and its members), or NULL. */
    const struct job_ops *ops;
    void *ctx;
    struct hop_host *shown_on; /* a thread's messages, too; or NULL */
    struct hop_value location; /* string, or null */
    struct hop_idler idler;    /* what comes is taken in at the prompt, too */
};

/* What a job is to run. */
struct job_task {
    struct hop_value block;  /* ScriptBlock */
    struct hop_value init;   /* ScriptBlock or null */
    struct hop_value args;   /* object[] or null */
    struct hop_value input;  /* object[] or null */
    const char *name;        /* or NULL: JobN */
    const char *directory;   /* or NULL: the current location */
    const char *error_class; /* for UsingVariableIsUndefined */
    bool thread;
    bool shows;    /* messages on the host as they come: -StreamingHost */
    int64_t limit; /* of thread jobs at work at once; 0: as it is */
};

/* A started job, in the runspace's table; owned.  False: thrown. */
HOP_MUST_CHECK bool job_start(struct hop_command *c, const struct job_task *t,
                              struct hop_value *out);
/* The job of ForEach-Object -Parallel -AsJob; owned. */
HOP_MUST_CHECK bool job_parallel(struct hop_command *c, struct hop_value block,
                                 struct hop_value usings,
                                 struct hop_array *items, int64_t limit,
                                 struct hop_value *out);
/* The block of a script file; owned. */
HOP_MUST_CHECK bool job_block_of_file(struct hop_command *c, const char *path,
                                      struct hop_value *out);
/* A job with ops: the job of several computers, or its member of one; owned.
 * The time it begins is now. */
struct job *job_elsewhere(struct hop_runspace *rs, const struct job_ops *ops,
                          const char *name, struct hop_value command,
                          const char *location, bool is_member);
/* It is in the table. */
void job_enlist(struct hop_runspace *rs, struct job *j);
/* One object on a stream (borrowed); listed: Receive-Job gives it. */
void job_put(struct job *j, int stream, struct hop_value v, bool listed);
/* It is over, or disconnected. */
void job_set_state(struct job *j, enum job_state state);
bool job_is_over(const struct job *j);
/* HasMoreData. */
bool job_has_more(struct job *j);
/* The job that does the work: the child of a background job, or itself. */
struct job *job_worker(struct job *j);
/* Takes in what has come.  wait_ms: how long to wait for something, -1 for
 * ever.  False: the pipeline is being stopped. */
HOP_MUST_CHECK bool job_pump(struct hop_runspace *rs, struct job *j,
                             int64_t wait_ms);
void job_stop(struct job *j);
/* The table: object[] of jobs, without removed ones. */
struct hop_array *job_table(struct hop_runspace *rs);
void job_remove(struct hop_runspace *rs, struct job *j);
struct job *job_of(struct hop_value v); /* NULL: no job */
/* Is the InformationRecord Write-Host's? */
bool job_is_host_message(struct hop_context *cx, struct hop_value v);

/* An error record as it came over the wire (MS-PSRP 2.2.3.15) as one of ours
 * that says which computer and runspace (a Guid, borrowed) it is of; owned.  In
 * cmdlets/remoting. */
struct hop_value remote_error_of(struct hop_runspace *rs, struct hop_value v,
                                 const char *computer,
                                 struct hop_value runspace);

/* In the child process: runs the task, never returns. */
_Noreturn void job_run(struct hop_runspace *parent, const struct job_task *t,
                       const char *text, struct hop_dict *usings, int fd);

extern const struct hop_class *const hop_job_classes[];
extern const struct hop_class *const hop_job_event_classes[];
extern const struct hop_cmdlet_module hop_module_thread_job;
extern const struct hop_cmdlet hop_cmdlet_start_thread_job;

#endif
