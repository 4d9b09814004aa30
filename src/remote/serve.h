/* A runspace served over the remoting protocol: the server's side of a session,
 * the engine behind it.
 *
 * As many pipelines run at a time as the client's pool may have runspaces, each
 * in one of its own; others wait, nested ones run inside.  Who carries the
 * bytes is a table: lines on two descriptors (`hop -s`), or what the caller
 * brings (hopd-run: a WSMan shell).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_REMOTE_SERVE_H
#define HOP_REMOTE_SERVE_H

#include "engine/cmdlet.h"
#include "psrp/session.h"

struct hop_remote_carrier {
    void *ctx;
    /* Once, before all others.  Takes the session; the runspace is borrowed
     * until end(). */
    void (*begin)(void *ctx, struct hop_psrp_session *session,
                  struct hop_runspace *rs);
    /* Feeds the session with what has come.  wait: for the first of that, or
     * while a pipeline is at work for its stop.  False: nothing will come any
     * more (err untouched), or what came was no such session (err says why). */
    bool (*take)(void *ctx, bool wait, bool at_work, struct hop_error *err);
    /* Takes what the session has to send; for the pipeline that writes (NULL:
     * none) it may wait for a slow reader, until the runspace is stopped.
     * False: it is all over. */
    bool (*send)(void *ctx, const struct hop_guid *id);
    /* The pipeline at work (NULL: none): a stop of it must reach the runspace
     * (hop_runspace_stop) at once. */
    void (*watch)(void *ctx, const struct hop_guid *id);
    /* From now on pipelines run in threads of the runspace (engine/space.h):
     * take() lets them run while it waits and comes back also when it was
     * called (hop_threads_call_first), stops come by the session's events,
     * send() is any thread's. */
    void (*several)(void *ctx);
    /* Such a pipeline waits for what its client sends, or no longer.  May be
     * NULL. */
    void (*hungry)(void *ctx, const struct hop_guid *id, bool hungry);
    /* Once, after begin(): the runspace's attendant calls fn(with) too, where a
     * nested pipeline may begin between two statements.  May be NULL. */
    void (*attended)(void *ctx, void (*fn)(void *with), void *with);
    /* Frees the session. */
    void (*end)(void *ctx);
};

/* Who is at the other end, for $PSSenderInfo; NULL: not known. */
struct hop_remote_sender {
    const char *user;           /* as authenticated: "alice@CORP.TEST" */
    const char *authentication; /* "Kerberos", "NTLM", "CredSSP" ... */
    const char *connection;     /* the URL that the client has asked */
    const char *configuration;  /* the endpoint's name */
    const char *account;        /* that the session runs as */
};

struct hop_remote_options {
    const struct hop_remote_carrier *carrier; /* NULL: lines */
    int in, out; /* lines of psrp/pipe.h; the caller's, also afterwards */
    const struct hop_cmdlet_module *const *modules;
    const struct hop_remote_sender *sender; /* NULL: nobody is known */
    const char *command_line;               /* or NULL */
    const struct hop_psrp_limits *limits;   /* NULL: PowerShell's */
};

/* Serves one session until it is closed or its input ends.  False: what came
 * was no such session; err says why. */
HOP_MUST_CHECK bool hop_remote_serve(const struct hop_remote_options *o,
                                     struct hop_error *err);

#endif
