/* What the files of this folder share: PSSession objects, the parameters of
 * connections, New-PSSessionOption's slots.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CMDLETS_REMOTING_REMOTING_H
#define HOP_CMDLETS_REMOTING_REMOTING_H

#include "cmdlets/remoting/remote.h"

/* At the start of a runspace: types and the preference variables. */
void remoting_start(struct hop_runspace *rs);

/* ---- PSSessionOption ---- */

/* The parameters of New-PSSessionOption stand in the same order. */
enum option_slot {
    OPTION_REDIRECTIONS,
    OPTION_NO_COMPRESSION,
    OPTION_NO_PROFILE,
    OPTION_PROXY_ACCESS,
    OPTION_PROXY_AUTHENTICATION,
    OPTION_PROXY_CREDENTIAL,
    OPTION_SKIP_CA,
    OPTION_SKIP_CN,
    OPTION_SKIP_REVOCATION,
    OPTION_OPERATION_TIMEOUT,
    OPTION_NO_ENCRYPTION,
    OPTION_USE_UTF16,
    OPTION_PORT_IN_SPN,
    OPTION_BUFFERING,
    OPTION_RETRIES,
    OPTION_CULTURE,
    OPTION_UI_CULTURE,
    OPTION_DATA_SIZE,
    OPTION_OBJECT_SIZE,
    OPTION_APPLICATION,
    OPTION_OPEN_TIMEOUT,
    OPTION_CANCEL_TIMEOUT,
    OPTION_IDLE_TIMEOUT,
    OPTION_SLOTS
};
extern const struct hop_class hop_class_session_option,
    hop_class_transport_option;
/* One with the standard values; owned. */
struct hop_value session_option_new(struct hop_context *cx);
/* A field, borrowed; null when v is no PSSessionOption. */
struct hop_value session_option_get(struct hop_value v, enum option_slot i);

/* ---- what a session shows of its connection (runspace.c) ---- */

/* All owned. */
struct hop_value remote_state_value(const struct remote *r);
struct hop_value remote_availability(const struct remote *r);
struct hop_value remote_expires_on(const struct remote *r);
struct hop_value remote_connection_info(struct hop_context *cx,
                                        const struct remote *r);
/* The Runspace of a session with an id. */
struct hop_value remote_runspace_new(struct hop_context *cx, struct remote *r,
                                     int32_t id);
char *remote_shell_uri(const struct target *t);
extern const struct hop_class *const remote_runspace_classes[];

/* ---- PSSession ---- */

struct pssession {
    struct hop_object base;
    int32_t id;
    struct hop_value name;     /* string */
    struct remote *remote;     /* held */
    struct hop_value runspace; /* its Runspace, once asked for */
};
extern const struct hop_class *const pssession_classes[];
/* The next number of a session. */
int32_t pssession_number(struct hop_runspace *rs);
/* A PSSession with the remote's number or the next; name NULL: what the target
 * is to be called, or RunspaceN.  Takes r.  Owned. */
struct pssession *pssession_new(struct hop_runspace *rs, struct remote *r,
                                const char *name);
struct pssession *as_pssession(struct hop_value v); /* NULL: it is none */
/* In the list that Get-PSSession shows. */
void pssession_keep(struct hop_runspace *rs, struct pssession *s);
void pssession_forget(struct hop_runspace *rs, struct pssession *s);
/* That list: object[], borrowed. */
struct hop_array *pssession_list(struct hop_runspace *rs);
/* The one of the same instance there, or NULL; borrowed. */
struct pssession *pssession_of_instance(struct hop_runspace *rs,
                                        const struct hop_guid *id);

/* Adds the sessions on a host to out: those known here and others, which are
 * disconnected.  False: *err (or stopped). */
HOP_MUST_CHECK bool pssession_query(struct hop_runspace *rs, struct target *t,
                                    struct hop_array *out,
                                    struct hop_error *err,
                                    enum hop_cause *cause);

/* Which of the parameters Id, Name, InstanceId, ... choose sessions. */
struct choosing {
    size_t id, name, instance, session; /* indices of parameters, or NO_PARAM */
    size_t computer;
    bool computer_quiet; /* a computer without sessions is no error */
    bool all_without;    /* all that are kept, when none is asked for */
};
#define NO_PARAM SIZE_MAX
/* The sessions that are meant, each once: object[], owned.  Errors for those
 * that are not there are written.  False: the cmdlet ends. */
HOP_MUST_CHECK bool pssession_choose(struct hop_command *c,
                                     const struct choosing *by,
                                     struct hop_array **out);

/* ---- the parameters of connections (connect.c) ---- */

/* Their indices in a cmdlet's table; NO_PARAM: it has none. */
struct connecting {
    size_t computer, port, use_ssl, application, configuration, credential,
        authentication, thumbprint, option, uri, redirection, network, host,
        user, key_file, subsystem, connecting_timeout, connection, options,
        session_name;
};
/* A cmdlet that finds sessions on hosts, by WS-Management alone. */
#define CONNECTING_TO_FIND                                                     \
    .network = NO_PARAM, .host = NO_PARAM, .user = NO_PARAM,                   \
    .key_file = NO_PARAM, .subsystem = NO_PARAM,                               \
    .connecting_timeout = NO_PARAM, .connection = NO_PARAM,                    \
    .options = NO_PARAM, .session_name = NO_PARAM
/* The targets that the bound parameters name: for each computer, URI, host or
 * hashtable.  *out malloc'ed, of *n.  False: the error is pending. */
HOP_MUST_CHECK bool targets_of(struct hop_command *c,
                               const struct connecting *p, struct target ***out,
                               size_t *n);
void targets_free(struct target **t, size_t n);
/* Errors before anything is tried: the wrong kind of host ...; written. */
HOP_MUST_CHECK bool no_virtual_machines(struct hop_command *c);

/* ---- sessions that were left (disconnect.c) ---- */

/* Connects to a session that was left; its state then tells.  False: the
 * pipeline stops. */
HOP_MUST_CHECK bool pssession_take_up(struct hop_command *c,
                                      struct pssession *s);
/* Is it one that the parameters Name and InstanceId let through? */
bool pssession_named(struct hop_command *c, struct pssession *s, size_t name,
                     size_t instance);
/* Adds the sessions of the hosts that the parameters name; errors for hosts
 * that do not answer are written. */
HOP_MUST_CHECK bool pssession_ask(struct hop_command *c,
                                  const struct connecting *p,
                                  struct hop_array *out);

/* Does something with each session that the parameters choose: of those kept
 * here, or, with p, those of the hosts that p names and Name and InstanceId let
 * through.  False: the cmdlet ends. */
typedef bool pssession_fn(struct hop_command *c, struct pssession *s);
HOP_MUST_CHECK bool pssession_each(struct hop_command *c,
                                   const struct choosing *by,
                                   const struct connecting *p,
                                   pssession_fn *one);

/* ---- work in sessions (work.c) ---- */

/* One pipeline for one computer: opens the session if need be, runs, hands on
 * what comes, closes what it opened. */
struct work {
    struct remote *remote; /* held */
    struct remote_call *call;
    bool own; /* the session is closed afterwards */
    bool begun, over;
    size_t fed; /* input objects handed on */
};

struct fan;

/* Who takes what comes.  Both return false to end all of it. */
struct fan_ops {
    /* A message of the pipeline; taken. */
    bool (*message)(struct fan *f, struct work *w, struct hop_psrp_message *m);
    /* It has ended (k, borrowed), or was never begun (NULL: the session's error
     * says why). */
    bool (*ended)(struct fan *f, struct work *w, struct remote_call *k);
};

/* The same command in many sessions. */
struct fan {
    const struct fan_ops *ops;
    void *ctx;
    struct hop_runspace *rs;
    struct work *items;
    size_t n, active;
    size_t limit; /* at work at a time */
    struct call_script script;
    struct hop_value *input; /* not yet had by all */
    size_t n_input, cap_input;
    bool input_ended, hide;
    bool keeps_left; /* what is disconnected is not over */
};

/* Another object of the input (borrowed). */
void fan_add_input(struct fan *f, struct hop_value v);
/* Begins what may begin now, and feeds it. */
HOP_MUST_CHECK bool fan_begin(struct fan *f);
/* Carries on with what can be done now, and hands on what has come. */
HOP_MUST_CHECK bool fan_step(struct fan *f);
bool fan_is_over(const struct fan *f);
/* Until all have ended.  False also when the pipeline is stopped. */
HOP_MUST_CHECK bool fan_finish(struct fan *f);
/* The pipeline is stopped: all that run are stopped, too. */
void fan_stop(struct fan *f);
/* Ends one, whatever it does. */
void fan_give_up(struct fan *f, struct work *w);
/* Ends what still runs, and gives back everything but the script's parts. */
void fan_done(struct fan *f);

/* Writes what one message means to the cmdlet's streams.  Takes it. */
HOP_MUST_CHECK bool deliver(struct hop_command *c, struct remote *r,
                            const struct hop_guid *pipeline,
                            struct hop_psrp_message *m, bool hide);
/* The error that a call ended with; written, or thrown when the other side
 * threw it and was asked alone. */
HOP_MUST_CHECK bool deliver_end(struct hop_command *c, struct remote_call *k,
                                bool alone);

/* The job of -AsJob: takes the fan and what its script is made of (values
 * retained); owned. */
struct hop_value remote_job(struct hop_command *c, struct fan *f,
                            const char *name);

/* The job that is at work in the session, or NULL; borrowed. */
struct job;
struct job *remote_job_of(struct hop_runspace *rs, const struct remote *r);

/* The text that is sent of a script block, or of a script file; owned. */
HOP_MUST_CHECK bool block_text(struct hop_command *c, struct hop_value block,
                               struct hop_string **out);

#endif
