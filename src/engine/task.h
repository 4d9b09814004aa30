/* A script block at work in a space of its own: thread jobs and
 * ForEach-Object -Parallel.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_ENGINE_TASK_H
#define HOP_ENGINE_TASK_H

#include "engine/engine.h"
#include "engine/space.h"

enum task_end { TASK_COMPLETED, TASK_FAILED, TASK_STOPPED };

struct task {
    /* What to run; the values are held. */
    struct hop_value block, init; /* ScriptBlocks; init may be null */
    struct hop_value args, input; /* object[] or null */
    struct hop_value under;       /* $_, if has_under */
    struct hop_value usings;      /* of task_usings, or null */
    bool has_under;
    char *directory; /* owned; NULL: the process's */
    /* emit: an object has come on a stream (borrowed).  ended: it is over; the
     * record is null unless it failed.  Called in the task's thread and in
     * another one; the task is freed after ended. */
    void (*emit)(void *ctx, int stream, struct hop_value v);
    void (*ended)(void *ctx, enum task_end end, struct hop_value record);
    void *ctx;
    /* the task's own */
    struct hop_space *space;
    struct hop_thread *thread;
    struct hop_value record;
    enum task_end end;
};

/* Starts it; takes the task (made with hop_xmalloc).  False: an exception is
 * pending and it is freed, ended not called. */
HOP_MUST_CHECK bool task_start(struct hop_runspace *rs, struct task *t);
/* Frees one that was never started. */
void task_discard(struct task *t);
void task_stop(struct task *t);
/* The block's text as a program of its own, without file and place; owned. */
HOP_MUST_CHECK bool task_block(struct hop_runspace *rs, struct hop_block *b,
                               struct hop_value *out);
/* The values of the $using: variables of a block, in the program that runs
 * now: a Hashtable, owned.  lenient: those that are not set are null.  False:
 * the error of the cmdlet is pending. */
HOP_MUST_CHECK bool task_usings(struct hop_command *c, struct hop_block *b,
                                bool lenient, struct hop_value *out);

#endif
