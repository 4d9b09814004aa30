/* A runspace: the engine as an object.
 *
 * No globals: any number of runspaces live side by side in a process, each used
 * by one thread at a time.  Only hop_runspace_stop may be called from anywhere,
 * also from a signal handler.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_ENGINE_RUNSPACE_H
#define HOP_ENGINE_RUNSPACE_H

#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/errors.h"
#include "engine/host.h"
#include "engine/scope.h"
#include "engine/stream.h"
#include "value/context.h"
#include "value/value.h"

struct hop_runspace;
struct hop_context; /* value room */
struct hop_cmdlet_module;
struct hop_unit;

/* System.Management.Automation.PSLanguageMode. */
enum hop_language_mode {
    HOP_LANGUAGE_FULL = 0,
    HOP_LANGUAGE_RESTRICTED = 1,
    HOP_LANGUAGE_NONE = 2,
    HOP_LANGUAGE_CONSTRAINED = 3,
};

struct hop_runspace_options {
    struct hop_host *host; /* borrowed; NULL: no host */
    /* NULL-terminated list of the cmdlet modules to offer; static. */
    const struct hop_cmdlet_module *const *modules;
    enum hop_language_mode language_mode;
    bool load_profiles;
    const char *command_line; /* [Environment]::CommandLine, or NULL */
};

/* As deep as the stack's limit lets it, see hop_stack_raise(). */
struct hop_runspace *
hop_runspace_new(const struct hop_runspace_options *options);
void hop_runspace_free(struct hop_runspace *rs);
/* Back to the state after hop_runspace_new: variables, functions, modules. */
void hop_runspace_reset(struct hop_runspace *rs);

/* The context value-room functions take, and back. */
struct hop_context *hop_runspace_context(struct hop_runspace *rs);
struct hop_runspace *hop_runspace_of(struct hop_context *ctx);
struct hop_host *hop_runspace_host(struct hop_runspace *rs);

enum hop_language_mode hop_runspace_language_mode(struct hop_runspace *rs);
void hop_runspace_set_language_mode(struct hop_runspace *rs,
                                    enum hop_language_mode mode);

/* Stops what runs; async-signal-safe.  Waiting code wakes by the descriptor
 * (readable from the stop on until the pipeline has ended). */
void hop_runspace_stop(struct hop_runspace *rs);
bool hop_runspace_stopping(const struct hop_runspace *rs);
/* What was asked for so far concerns nobody. */
void hop_runspace_forget_stop(struct hop_runspace *rs);
int hop_runspace_wake_fd(const struct hop_runspace *rs);
/* fn is to be called, once for each hop_runspace_call (which is
 * async-signal-safe), where nothing is half done: between two statements or
 * objects, and while code waits.  It runs no script.  NULL: nobody. */
void hop_runspace_set_attendant(struct hop_runspace *rs, void (*fn)(void *ctx),
                                void *ctx);
void hop_runspace_call(struct hop_runspace *rs);
/* Another one, of the runspace's own sessions elsewhere. */
void hop_runspace_set_timekeeper(struct hop_runspace *rs, void (*fn)(void *ctx),
                                 void *ctx);
/* Waits until fd is ready (events as poll's; -1: none), the time is over (-1:
 * never) or the pipeline is stopped; runs events and timers meanwhile.
 * 1: ready, 0: time over, -1: stopped. */
int hop_runspace_wait(struct hop_runspace *rs, int fd, short events,
                      int64_t timeout_ms);

/* What goes on while the shell waits for its next input: sessions on other
 * hosts, jobs.  It belongs to who adds it and outlives the runspace's use. */
struct hop_idler {
    void *ctx;
    /* Up to max descriptors to poll, and when to work at the latest (-1:
     * never). */
    size_t (*wants)(void *ctx, struct pollfd *fds, size_t max,
                    int64_t *limit_ms);
    /* Does what can be done without waiting; runs no script. */
    void (*work)(void *ctx);
    struct hop_idler *next;
};
void hop_runspace_add_idler(struct hop_runspace *rs, struct hop_idler *i);
void hop_runspace_remove_idler(struct hop_runspace *rs, struct hop_idler *i);
/* Waits until fd can be read, under the signal mask, while the idlers and the
 * runspace's other threads have their turns.  1: it can; 0: others have worked;
 * -1: a signal came, or fd is not to be polled. */
int hop_runspace_idle(struct hop_runspace *rs, int fd, const sigset_t *mask);
/* As poll() of n own descriptors (their revents are set), without an end of
 * time: returns when the idlers have worked, too, or a signal came.  mask:
 * opens signals meanwhile; NULL: other threads have their turns instead. */
void hop_runspace_poll_idle(struct hop_runspace *rs, struct pollfd *own,
                            size_t n, const sigset_t *mask);
/* Does what hop_runspace_call() has asked for, where nothing is half done. */
void hop_runspace_attend(struct hop_runspace *rs);

/* One command of a pipeline put together by a program. */
struct hop_run_argument {
    const char *name; /* NULL: positional; "-Name" with null: the next argument
                         is its value, if it wants one */
    struct hop_value value;
};
struct hop_run_command {
    const char *text; /* a command's name, or a script of n bytes */
    size_t n;
    bool is_script;
    bool new_scope; /* a script: & rather than . */
    const struct hop_run_argument *args;
    size_t n_args;
    /* Streams that go where its output goes, and those that go nowhere: 1 <<
     * its number each. */
    unsigned merged, dropped;
    /* Its input has the errors of the commands before it too. */
    bool claims_errors;
};

/* One thing to run from outside. */
struct hop_run {
    /* Exactly one of these. */
    const char *text; /* script text, n bytes */
    size_t n;
    struct hop_unit *unit;  /* parsed before; borrowed */
    const char *file;       /* a script file's path, run like `& file` */
    struct hop_value block; /* a ScriptBlock */
    const struct hop_run_command *commands; /* a pipeline of n_commands; args
                                               and named are not looked at */
    size_t n_commands;
    /* Values of $using: expressions, or null: a dictionary by their text,
     * UTF-16 in base64, as remoting clients send it; or an array of them in
     * the order of the script, as they send it who do not know yet how new
     * the server is (Invoke-Command -ComputerName). */
    struct hop_value usings;

    const struct hop_value *args; /* positional arguments, borrowed */
    size_t n_args;
    /* Splatted by name: a Hashtable, or null. */
    struct hop_value named;
    /* Pipeline input: called for each object; false at its end.  NULL: none. */
    bool (*input)(void *ctx, struct hop_value *v);
    void *input_ctx;
    /* Where each stream goes, by number; NULL: output to Out-Default, the
     * others to the host. */
    struct hop_sink *sinks[HOP_STREAM_NUMBERS];
    bool new_scope;      /* & rather than . */
    bool add_history;    /* shows in Get-History */
    bool to_default;     /* pipe through Out-Default; errors go there too */
    bool errors_end;     /* the error of a statement ends it, where a script
                            would go on: Pipeline.RedirectShellErrorOutputPipe
                            is false.  Needs a sink for errors */
    bool may_be_stopped; /* a stop asked for before it begins counts: since
                            hop_runspace_forget_stop() */
};

enum hop_run_end {
    HOP_RUN_COMPLETED,
    HOP_RUN_FAILED,  /* ended by a terminating error, in *error */
    HOP_RUN_STOPPED, /* by hop_runspace_stop */
    HOP_RUN_EXITED,  /* by exit: hop_runspace_exit_code */
};

/* *error (may be NULL) is an ErrorRecord, owned; null unless failed.  With
 * to_default the error has been shown and added to $Error. */
enum hop_run_end hop_runspace_run(struct hop_runspace *rs,
                                  const struct hop_run *run,
                                  struct hop_value *error);
int hop_runspace_exit_code(const struct hop_runspace *rs);
/* $? after the last run. */
bool hop_runspace_success(const struct hop_runspace *rs);

/* ---- elsewhere ------------------------------------------------------------
 */

/* Where what is typed goes instead of here: into a session that was entered.
 * Embed it as the first member of its state. */
struct hop_entered {
    /* The prompt there, malloc'ed. */
    char *(*prompt)(struct hop_entered *e);
    /* Runs one input there and shows what comes of it; it may end the visit. */
    void (*run)(struct hop_entered *e, const char *text, size_t n);
    /* The visit is over. */
    void (*leave)(struct hop_entered *e);
};
/* Takes e; ends the visit before it.  NULL: back here. */
void hop_runspace_enter(struct hop_runspace *rs, struct hop_entered *e);
struct hop_entered *hop_runspace_entered(const struct hop_runspace *rs);
/* The same as hop_runspace_run for an input in the session entered; it may be
 * stopped before it begins. */
enum hop_run_end hop_runspace_run_entered(struct hop_runspace *rs,
                                          const char *text, size_t n);

/* ---- for code running inside ----------------------------------------------
 */

/* Invokes a ScriptBlock.  dollar_under may be NULL; output goes to the sink. */
struct hop_block_call {
    struct hop_value block; /* borrowed: ScriptBlock */
    const struct hop_value *args;
    size_t n_args;
    const struct hop_value *dollar_under; /* $_; NULL: as in the caller */
    const struct hop_value *this_value;   /* $this */
    const struct hop_value *input;        /* $input: an array, or NULL */
    struct hop_sink *out;                 /* NULL: dropped */
    bool new_scope;                       /* & rather than . */
    bool throws; /* an error of a statement ends the block and is the caller's,
                    as in a try */
};
HOP_MUST_CHECK enum hop_flow hop_call_block(struct hop_runspace *rs,
                                            const struct hop_block_call *call);
/* The same, with the result as `$x = & block` would hold it; false: an
 * exception is pending (or the pipeline stops). */
HOP_MUST_CHECK bool hop_call_block_value(struct hop_runspace *rs,
                                         const struct hop_block_call *call,
                                         struct hop_value *out);
/* A ScriptBlock from text, bound to the current session state; owned.  False:
 * a ParseException is pending. */
HOP_MUST_CHECK bool hop_scriptblock_create(struct hop_runspace *rs,
                                           const char *text, size_t n,
                                           struct hop_value *out);

/* The current location, absolute: "/tmp" (provider path), borrowed until the
 * next change. */
const char *hop_location(struct hop_runspace *rs);

#endif
