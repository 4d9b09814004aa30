/* Runspace pools on other hosts, many at once, from one thread: over
 * WS-Management (MS-WSMV, MS-PSRP 3.1.5.3) or over the pipes of a program that
 * speaks the protocol by lines (`ssh -s b powershell`, `hop -s`, `pwsh -s`).
 *
 * A loop carries the pools.  It never waits by itself: the caller polls what
 * hop_pool_loop_wants() names, calls hop_pool_loop_step(), and takes events
 * with hop_pool_loop_next() until there are none.  hop_pool_loop_wait() does
 * the three for who has nothing else to do.
 *
 *     loop = hop_pool_loop_new(cx);
 *     pool = hop_pool_open(loop, &options, &err);
 *     hop_pool_begin(pool, &id, &pipeline, &err);     // may be said at once
 *     while (hop_pool_loop_wait(loop, -1, fd))
 *         while (hop_pool_loop_next(loop, &e)) {
 *             ... e.pool, e.kind, e.pipeline, e.message ...
 *             hop_pool_event_done(&e);
 *         }
 *
 * What is not caused by the network alone: names are resolved and the KDC is
 * asked within step(), which then takes as long as they do.
 *
 * Nothing an event tells is lost or told twice when a connection breaks: what
 * was on its way is repeated over a new one.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CLIENT_POOL_H
#define HOP_CLIENT_POOL_H

#include <poll.h>

#include "client/choice.h"
#include "psrp/session.h"

struct hop_pool;
struct hop_pool_loop;

/* ---- the loop ---- */

/* cx (borrowed): of all values that come. */
struct hop_pool_loop *hop_pool_loop_new(struct hop_context *cx);
/* Frees the pools that are left, too, as hop_pool_drop(). */
void hop_pool_loop_free(struct hop_pool_loop *l);
/* At most n pools are at work at a time, those beyond wait their turn without
 * a connection; 0: no limit.  A pool's turn ends when it is freed, failed or
 * closed. */
void hop_pool_loop_throttle(struct hop_pool_loop *l, size_t n);

/* The descriptors to poll, borrowed until the next call of the loop's; *wait_ms
 * is when to step at the latest, -1: no limit, 0 also when events wait
 * already. */
struct pollfd *hop_pool_loop_wants(struct hop_pool_loop *l, size_t *n,
                                   int64_t *wait_ms);
/* Does all that can be done without waiting. */
void hop_pool_loop_step(struct hop_pool_loop *l);
/* Steps until there is an event or timeout_ms (-1: none) have passed or
 * stop_fd (-1: none) is readable.  False: no event has come. */
bool hop_pool_loop_wait(struct hop_pool_loop *l, int64_t timeout_ms,
                        int stop_fd);
/* Is anything under way: a pool that opens, closes, lists, retries, waits its
 * turn, or has a pipeline? */
bool hop_pool_loop_is_busy(const struct hop_pool_loop *l);

/* ---- events ---- */

enum hop_pool_event_kind {
    /* The pool is open; message is APPLICATION_PRIVATE_DATA. */
    HOP_POOL_OPENED,
    /* It could not be opened, connected or listed, or it broke: error, cause.
     * Nothing follows but what pipelines had sent before; free it. */
    HOP_POOL_FAILED,
    /* It was closed, as asked for or (error says why) by the server. */
    HOP_POOL_CLOSED,
    /* Left on the server: as asked for, or (error) because the connection has
     * not come back in time, or because somebody else has connected to it. */
    HOP_POOL_DISCONNECTED,
    /* hop_pool_disconnect() was refused: error; the pool is open as before. */
    HOP_POOL_NOT_DISCONNECTED,
    /* It is there again after HOP_POOL_DISCONNECTED. */
    HOP_POOL_RECONNECTED,
    /* hop_pool_reconnect() failed: error; the pool is disconnected as
     * before. */
    HOP_POOL_NOT_RECONNECTED,
    /* The connection is lost (error) and tried again for seconds yet; told
     * again every few seconds. */
    HOP_POOL_RETRYING,
    /* It works again. */
    HOP_POOL_RESUMED,
    /* The server has sent us to another host, event.address, where the pool
     * now begins anew. */
    HOP_POOL_REDIRECTED,
    /* A message of the peer: of a pipeline when that is not zero. */
    HOP_POOL_MESSAGE,
    /* The server has not taken the pipeline, or has lost it: error.  It is
     * over. */
    HOP_POOL_PIPELINE_FAILED,
    /* Something the peer sent was refused (error); all goes on. */
    HOP_POOL_TROUBLE,
    /* A shell of a host that is listed: event.shell. */
    HOP_POOL_FOUND,
    /* There are no more; free the pool. */
    HOP_POOL_LISTED,
};

/* A pipeline or command of a listed shell. */
struct hop_pool_found_command {
    const char *id;    /* as the server writes it */
    const char *state; /* "Connected", "Disconnected" */
    const char *line;
};

/* Texts live until hop_pool_event_done(); NULL: not said. */
struct hop_pool_found {
    const char *id, *name, *resource_uri, *owner, *client, *state, *locale;
    const char *buffer_mode;
    int64_t idle_timeout_ms, max_idle_timeout_ms; /* -1: not said */
    const struct hop_pool_found_command *commands;
    size_t command_count;
};

struct hop_pool_event {
    enum hop_pool_event_kind kind;
    struct hop_pool *pool;
    struct hop_guid pipeline; /* zero: the pool's own */
    struct hop_psrp_message message;
    struct hop_error error; /* WSMan and Kerberos codes kept: 0x8009030E */
    enum hop_cause cause;
    int64_t seconds; /* HOP_POOL_RETRYING */
    struct hop_pool_found *shell;
    char *address; /* a URI; until hop_pool_event_done() */
};

/* The next event, in the order they came; false: none for now. */
bool hop_pool_loop_next(struct hop_pool_loop *l, struct hop_pool_event *e);
void hop_pool_event_done(struct hop_pool_event *e);

/* ---- pools ---- */

struct hop_pool_setting {
    enum hop_setting which;
    const char *text; /* of HOP_SET_ENDPOINT ... HOP_SET_CREDSSP_PIN */
    long number;      /* of HOP_SET_AUTH ... */
};

enum hop_pool_buffering {
    HOP_POOL_BUFFER_DEFAULT, /* the endpoint's own */
    HOP_POOL_BUFFER_BLOCK,
    HOP_POOL_BUFFER_DROP,
};

/* Everything is borrowed for the call alone, but for init, which is taken.
 * Zero is the default of each. */
struct hop_pool_options {
    /* The way: a program to be started, found along PATH, NULL-terminated ...
     */
    const char *const *program;
    /* ... and what errors call it; or a host, with HOP_SET_ENDPOINT at least.
     * The operation time-out and the envelope's size are settings, too. */
    const char *name;
    const struct hop_pool_setting *settings;
    size_t setting_count;

    /* "Microsoft.PowerShell" (the default), or a whole resource URI. */
    const char *configuration;
    const char *session_name;
    struct hop_guid id;        /* of the pool and its shell; zero: a new one */
    struct hop_psrp_init init; /* min and max 0: one runspace */
    const struct hop_psrp_keys *keys; /* kept: see psrp/key.h */
    bool (*extend)(struct hop_context *cx, struct hop_value v,
                   struct hop_object *notes); /* as in hop_psrp_options */

    int64_t open_timeout_ms;   /* 180000: until it is open; -1: no limit */
    int64_t cancel_timeout_ms; /* 60000: for a stop or a close */
    int64_t idle_timeout_ms;   /* the server's own */
    const char *culture, *ui_culture; /* "en-US" */
    bool no_machine_profile;
    enum hop_pool_buffering buffering;
    size_t max_object;      /* bytes received for one object; 200 MB */
    size_t max_command;     /* for one pipeline; no limit */
    unsigned max_redirects; /* 0: a redirection is a failure */
    /* Tries to connect when the network fails: 5; -1: none but the first. */
    int max_tries;
    int64_t retry_ms; /* how long a lost connection is tried again: 240000;
                         -1: not at all */
    int32_t minor;    /* as in hop_psrp_options */
};

/* The pool begins to open, at once or when the throttle lets it.  NULL: err
 * says which option is wrong; nothing more follows. */
struct hop_pool *hop_pool_open(struct hop_pool_loop *l,
                               struct hop_pool_options *o,
                               struct hop_error *err);
/* A disconnected one, by its id in upper-case: options as above (what belongs
 * to a new pool alone is not looked at).  Ends in OPENED or FAILED.  Pipelines
 * of it are taken up by hop_pool_attach(). */
struct hop_pool *hop_pool_connect(struct hop_pool_loop *l,
                                  struct hop_pool_options *o, const char *shell,
                                  struct hop_error *err);
/* Lists the shells of PowerShell endpoints on a host: FOUND ..., then LISTED
 * or FAILED. */
struct hop_pool *hop_pool_list(struct hop_pool_loop *l,
                               struct hop_pool_options *o,
                               struct hop_error *err);
/* Ends it on the server: CLOSED follows, soon, whether or not that answers.
 * One that has not begun is closed at once. */
void hop_pool_close(struct hop_pool *p);
/* Leaves it on the server for idle_timeout_ms (0: as it is): DISCONNECTED or
 * NOT_DISCONNECTED. */
void hop_pool_disconnect(struct hop_pool *p, int64_t idle_timeout_ms);
/* What becomes of output that nobody takes while it is left; said before. */
void hop_pool_set_buffering(struct hop_pool *p,
                            enum hop_pool_buffering buffering);
/* RECONNECTED or NOT_RECONNECTED. */
void hop_pool_reconnect(struct hop_pool *p);
/* Frees it now, with its events; nothing is sent, a program is ended.  An open
 * shell stays on the server until its idle time-out. */
void hop_pool_drop(struct hop_pool *p);

enum hop_pool_stage {
    HOP_POOL_WAITING, /* for its turn */
    HOP_POOL_OPENING,
    HOP_POOL_OPEN,
    HOP_POOL_LOST, /* the connection is; it is tried again */
    HOP_POOL_LEAVING,
    HOP_POOL_LEFT, /* disconnected */
    HOP_POOL_COMING_BACK,
    HOP_POOL_CLOSING,
    HOP_POOL_OVER, /* closed, failed or listed */
};
enum hop_pool_stage hop_pool_stage(const struct hop_pool *p);
/* The protocol's session: state, size, version, hop_psrp_session_send() of host
 * responses and the like.  It carries at the next step what waits there. */
struct hop_psrp_session *hop_pool_session(struct hop_pool *p);
/* The shell's id as the server wrote it; "" before and for programs. */
const char *hop_pool_shell(const struct hop_pool *p);
const char *hop_pool_resource_uri(const struct hop_pool *p);
/* The host or the program, as errors name it. */
const char *hop_pool_name(const struct hop_pool *p);
/* How long the server keeps it without a client, as it has said; 0: not. */
int64_t hop_pool_idle_ms(const struct hop_pool *p);
/* Can it be disconnected: WS-Management, protocol 2.2 and later. */
bool hop_pool_can_disconnect(const struct hop_pool *p);
/* How it stands: "Kerberos", "NTLM"; "" before and for programs. */
const char *hop_pool_mechanism(const struct hop_pool *p);
/* Messages sent so far over HTTP (round trips), or 0. */
unsigned hop_pool_round_trips(const struct hop_pool *p);
void hop_pool_set_user(struct hop_pool *p, void *user);
void *hop_pool_user(const struct hop_pool *p);

/* ---- pipelines ---- */

/* Begins one with an id of the caller's (hop_guid_new); takes what pl holds.
 * Before the pool is open it waits for that.  Its end is the message
 * PIPELINE_STATE, or PIPELINE_FAILED; then hop_pool_end(). */
HOP_MUST_CHECK bool hop_pool_begin(struct hop_pool *p,
                                   const struct hop_guid *id,
                                   struct hop_psrp_pipeline *pl,
                                   struct hop_error *err);
/* GET_COMMAND_METADATA; takes m. */
HOP_MUST_CHECK bool hop_pool_metadata(struct hop_pool *p,
                                      const struct hop_guid *id,
                                      struct hop_psrp_metadata *m,
                                      struct hop_error *err);
/* A pipeline that runs in a pool connected to (hop_pool_connect). */
HOP_MUST_CHECK bool hop_pool_attach(struct hop_pool *p,
                                    const struct hop_guid *id,
                                    struct hop_error *err);
/* Input (v borrowed) and its end; also before the pool is open. */
HOP_MUST_CHECK bool hop_pool_input(struct hop_pool *p,
                                   const struct hop_guid *id,
                                   struct hop_value v, struct hop_error *err);
HOP_MUST_CHECK bool hop_pool_end_input(struct hop_pool *p,
                                       const struct hop_guid *id,
                                       struct hop_error *err);
/* Bytes of input not yet sent: hold back while that is much (a megabyte). */
size_t hop_pool_input_waiting(const struct hop_pool *p,
                              const struct hop_guid *id);
/* Asks the server to stop it: PIPELINE_STATE (stopped) follows. */
void hop_pool_stop(struct hop_pool *p, const struct hop_guid *id);
/* It is over for us: what comes for it no more concerns anybody.  One that
 * still runs is ended on the server. */
void hop_pool_end(struct hop_pool *p, const struct hop_guid *id);
/* Nothing of the pool is received or told while held: who cannot pass its
 * output on slows the producer.  At most some megabytes wait in between. */
void hop_pool_hold(struct hop_pool *p, bool hold);

#endif
