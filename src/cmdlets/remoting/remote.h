/* Sessions on other computers as the cmdlets see them: a runspace pool with
 * its state (a remote), the pipelines at work in it (calls), and one loop for
 * all of a shell.
 *
 * Everything here is used between two statements of the shell's threads; what
 * waits lets other threads run meanwhile.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CMDLETS_REMOTING_REMOTE_H
#define HOP_CMDLETS_REMOTING_REMOTE_H

#include "client/pool.h"
#include "engine/engine.h"
#include "psrp/key.h"

/* ---- where to ---- */

enum transport { BY_WSMAN, BY_SSH, BY_PROGRAM };

/* What a cmdlet was told about a connection; the values are held. */
struct target {
    enum transport transport;
    char *computer; /* as objects and errors show it */
    char *endpoint; /* "b", "b:5985", "https://b:5986/wsman" */
    char *configuration, *application;
    char *session_name;
    int32_t port; /* 0: the usual one */
    bool use_ssl, network_access, allow_redirection;
    int authentication; /* AuthenticationMechanism */
    struct hop_value credential;
    char *thumbprint;
    struct hop_value option; /* PSSessionOption, or null */
    /* by SSH */
    char *user, *key_file, *subsystem;
    int32_t connecting_ms;    /* -1: no limit */
    struct hop_value options; /* Hashtable of ssh options, or null */
};

struct target *target_new(void);
struct target *target_copy(const struct target *t);
void target_free(struct target *t);
/* The target's server is another one from now on: what uri names. */
void target_move(struct target *t, const char *uri, const char *computer);
/* The PSSessionOption's field (an enum option_slot), or null; borrowed. */
struct hop_value target_option(const struct target *t, size_t slot);

/* ---- a session ---- */

/* System.Management.Automation.Runspaces.RunspaceState. */
enum remote_state {
    REMOTE_NEW,
    REMOTE_OPENING,
    REMOTE_OPENED,
    REMOTE_CLOSED,
    REMOTE_CLOSING,
    REMOTE_BROKEN,
    REMOTE_LEAVING,
    REMOTE_LEFT, /* Disconnected */
    REMOTE_CONNECTING,
};

struct remote_call;

struct remote {
    uint32_t refs;
    struct hop_runspace *rs;
    struct target *target;
    struct hop_pool *pool; /* NULL: not opened, or over */
    enum remote_state state;
    struct hop_guid id;
    int32_t number;         /* of the PSSession that it is to be; or 0 */
    char *shell;            /* the id on the server; or NULL */
    struct hop_error error; /* why it is broken, closed, left */
    enum hop_cause cause;
    struct hop_value private_data;
    struct hop_value left_on; /* DateTime, or null */
    int64_t idle_ms;
    int32_t buffering; /* OutputBufferingMode since it was left; 0: not said */
    struct remote_call *calls;
    bool elsewhere; /* left, and another client has connected to it */
    bool retrying;  /* the connection is lost; warned already */
    bool refused;   /* what was asked for last was refused: error */
    /* The other side has called for it: exit, Exit-PSSession. */
    bool exited, popped;
    int exit_code;
    char *notice;        /* a warning that the next cmdlet writes; or NULL */
    struct remote *next; /* of the hub */
    /* While a host is asked for its sessions. */
    bool (*on_found)(void *ctx, const struct hop_pool_found *f);
    void *found_ctx;
    struct target *asked; /* follows redirections; borrowed, or NULL */
    /* Found on a server and not yet connected to: pipelines that run there. */
    struct hop_guid *found;
    size_t n_found;
};

/* How long the end of a session is waited for. */
#define FAREWELL_MS 3000

/* A session for a target (taken), not yet opened. */
struct remote *remote_new(struct hop_runspace *rs, struct target *t);
struct remote *remote_ref(struct remote *r);
/* The last one closes it on the server, without waiting for that. */
void remote_unref(struct remote *r);
/* Begins to open it (or to connect to r->shell), and says why not; then it is
 * broken. */
bool remote_open(struct remote *r, struct hop_error *err);
/* Waits as long as one of the n is opening, closing, leaving or coming back.
 * False: stopped. */
HOP_MUST_CHECK bool remote_settle(struct hop_runspace *rs,
                                  struct remote *const *list, size_t n);
void remote_close(struct remote *r);
void remote_disconnect(struct remote *r, int64_t idle_ms);
void remote_reconnect(struct remote *r);
bool remote_is_busy(const struct remote *r);

/* Lets the loop work: takes what has come, then waits timeout_ms at most (-1:
 * for ever) for something.  1: something came, 0: nothing, -1: the pipeline is
 * being stopped (never with despite_stop). */
int remote_wait(struct hop_runspace *rs, int64_t timeout_ms, bool despite_stop);

/* Writes what there is to be told of the session as a warning. */
HOP_MUST_CHECK bool remote_notify(struct hop_command *c, struct remote *r);

/* Asks a host for its sessions; calls found() for each.  t becomes the target
 * that redirections have led to.  False: *err. */
HOP_MUST_CHECK bool
remote_list(struct hop_runspace *rs, struct target *t,
            bool (*found)(void *ctx, const struct hop_pool_found *f), void *ctx,
            struct hop_error *err, enum hop_cause *cause);

/* ---- a pipeline ---- */

enum call_end {
    CALL_RUNS,
    CALL_COMPLETED,
    CALL_FAILED, /* record: the ErrorRecord as it came, or null */
    CALL_STOPPED,
    CALL_LOST, /* the session broke, closed, or refused it: error */
    CALL_LEFT, /* the session is disconnected: it runs on */
};

struct remote_call {
    struct remote_call *next;
    struct remote *remote; /* held */
    struct hop_guid id;
    enum call_end end;
    struct hop_value record;
    struct hop_error error;
    struct queued *first, **last;
    size_t waiting;
    bool held, input_ended;
    bool orphan; /* left on the other side, and nobody's for now */
};

/* Begins a pipeline (taken); NULL: err. */
struct remote_call *call_new(struct remote *r, struct hop_psrp_pipeline *pl,
                             struct hop_error *err);
struct remote_call *call_metadata(struct remote *r, struct hop_psrp_metadata *m,
                                  struct hop_error *err);
/* One that runs on the server already. */
struct remote_call *call_attach(struct remote *r, const struct hop_guid *id,
                                struct hop_error *err);
void call_free(struct remote_call *c);
/* The next message of it (the caller's); false: none for now. */
bool call_next(struct remote_call *c, struct hop_psrp_message *m);
/* Throws away what came and was not taken. */
void call_drop(struct remote_call *c);
/* It has ended and all of it was taken. */
bool call_is_over(const struct remote_call *c);
/* Asks it to stop and waits for that, as long as the session's CancelTimeout.
 */
void call_stop(struct remote_call *c);

/* The command of a pipeline with one script: text and what to give it. */
struct call_script {
    const char *text;
    size_t n;
    const struct hop_value *args; /* positional */
    size_t n_args;
    struct hop_value usings; /* as usings_collect() makes it, or null */
    bool input, history, to_default;
    const char *cmdlet;     /* instead of text: a command's name */
    struct hop_value named; /* its parameters: a dictionary, or null */
};
void call_prepare(const struct call_script *s, struct hop_psrp_pipeline *out);

/* ---- objects of messages (record.c) ---- */

struct hop_value remote_guid(struct hop_context *cx, const struct hop_guid *g);
extern const struct hop_class *const remote_record_classes[];

/* An object of the other computer, marked with where it comes from; takes v. */
struct hop_value remote_output(struct remote *r, struct hop_value v,
                               bool hide_computer);
/* The RemotingErrorRecord of an ErrorRecord that came; owned. */
struct hop_value remote_error(struct remote *r, struct hop_value v);
struct hop_value remote_information(struct remote *r,
                                    const struct hop_psrp_information *i);
/* An exception of a transport failure, with its code; owned. */
struct hop_value remote_transport_exception(struct hop_runspace *rs,
                                            const struct hop_error *e);
/* The record of a session that cannot be opened, or broke.  fallback:
 * "PSSessionStateBroken"; owned. */
struct hop_value remote_broken(struct remote *r, const char *fallback);
void remote_error_id(const struct hop_error *e, enum hop_cause cause,
                     const char *fallback, struct hop_buf *out);

/* ---- host.c ---- */

/* Does what the other side asks of our host, and answers. */
void remote_host_call(struct remote *r, const struct hop_guid *pipeline,
                      const struct hop_psrp_host_call *call);
/* Answers that nobody can be asked, where an answer is waited for. */
void remote_host_refuse(struct remote *r, const struct hop_guid *pipeline,
                        const struct hop_psrp_host_call *call);
void remote_host_info(struct hop_runspace *rs, struct hop_psrp_host_info *out);

/* ---- usings.c ---- */

/* The values of $using: expressions in a block, as PowerShell sends them: a
 * dictionary by their text in base64, or null when there are none.  False: the
 * cmdlet's error is pending. */
HOP_MUST_CHECK bool usings_collect(struct hop_command *c, struct hop_block *b,
                                   struct hop_value *out);

#endif
