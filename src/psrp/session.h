/* A session of the remoting protocol, MS-PSRP 3: a runspace pool and its
 * pipelines, seen from the client or from the server.
 *
 * A session has no socket, clock or random source.  Bytes of fragments that
 * the transport has received go in by hop_psrp_session_feed(), what they mean
 * comes out of hop_psrp_session_next() as events, what is to be sent waits for
 * hop_psrp_session_take().  Pool and pipelines are channels of their own: the
 * pool's has the zero id, a pipeline's the id that the transport knows it by
 * (PSGuid, CommandId).  How channels are opened, closed and stopped is the
 * transport's: it tells the session.
 *
 * Memory is bounded by the limits for what comes in; what goes out is bounded
 * by the caller, who looks at hop_psrp_session_waiting() before sending more.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_PSRP_SESSION_H
#define HOP_PSRP_SESSION_H

#include "psrp/fragment.h"
#include "psrp/message.h"

struct hop_psrp_limits {
    size_t max_fragment;  /* bytes of one that comes in, with its head */
    size_t max_object;    /* bytes of one object received */
    size_t max_command;   /* bytes received for one pipeline; 0: no limit */
    size_t max_open;      /* objects incomplete at a time, per channel */
    size_t max_pipelines; /* at a time */
    size_t max_waiting;   /* bytes received and not yet taken as events */
};

/* PowerShell's: 10 MB an object, 50 MB a command. */
extern const struct hop_psrp_limits hop_psrp_default_limits;

#define HOP_PSRP_KEY 32 /* bytes of a session key: AES-256 */

/* Session keys, needed up to protocol version 2.3 when secure strings travel
 * (MS-PSRP 3.1.2; from 2.4 on they travel as they are, inside a transport that
 * is sealed).  psrp/key.h has these on libcrypto.  A function that is NULL
 * makes secure strings fail. */
struct hop_psrp_keys {
    void *ctx;
    /* Server: n random bytes. */
    bool (*draw)(void *ctx, void *p, size_t n);
    /* Client: the public key as PUBLIC_KEY has it (base64), appended. */
    bool (*public_key)(void *ctx, struct hop_buf *out, struct hop_error *err);
    /* Client: the session key out of ENCRYPTED_SESSION_KEY's text. */
    bool (*unwrap)(void *ctx, const char *s, size_t n,
                   uint8_t key[HOP_PSRP_KEY], struct hop_error *err);
    /* Server: the session key for a PUBLIC_KEY's text, appended. */
    bool (*wrap)(void *ctx, const char *public_key, size_t n,
                 const uint8_t key[HOP_PSRP_KEY], struct hop_buf *out,
                 struct hop_error *err);
    /* A secure string's UTF-16, appended in the other form. */
    bool (*seal)(void *ctx, const uint8_t key[HOP_PSRP_KEY], const void *p,
                 size_t n, struct hop_buf *out);
    bool (*open)(void *ctx, const uint8_t key[HOP_PSRP_KEY], const void *p,
                 size_t n, struct hop_buf *out);
};

struct hop_psrp_options {
    struct hop_context *cx; /* of the values; borrowed */
    const struct hop_psrp_limits *limits;
    const struct hop_psrp_keys *keys; /* borrowed; NULL: none */
    /* hop_clixml_options.extend for what is sent, or NULL. */
    bool (*extend)(struct hop_context *cx, struct hop_value v,
                   struct hop_object *notes);
    struct hop_guid pool; /* client: the pool's id */
    /* Highest minor version to speak, 1 to 4 (2.1 to 2.4); 0: 4. */
    int32_t minor;
    /* Server: most runspaces it really has; a client's larger wish waits.
     * 0: one. */
    int32_t runspaces;
};

struct hop_psrp_session;

struct hop_psrp_session *hop_psrp_client_new(const struct hop_psrp_options *o);
struct hop_psrp_session *hop_psrp_server_new(const struct hop_psrp_options *o);
void hop_psrp_session_free(struct hop_psrp_session *s);

/* ---- bytes ---- */

/* Fragments for a channel (id NULL or zero: the pool).  A channel that is not
 * there swallows them.  False: they break the protocol or a limit; what they
 * belonged to is dropped.  The session goes on unless next() says that it is
 * broken. */
HOP_MUST_CHECK bool hop_psrp_session_feed(struct hop_psrp_session *s,
                                          const struct hop_guid *id,
                                          enum hop_psrp_stream stream,
                                          const void *p, size_t n,
                                          struct hop_error *err);
/* Bytes that came in and wait for next(). */
size_t hop_psrp_session_unread(const struct hop_psrp_session *s);
/* As hop_psrp_outbox_take, for one channel. */
HOP_MUST_CHECK bool hop_psrp_session_take(struct hop_psrp_session *s,
                                          const struct hop_guid *id,
                                          size_t room, size_t fragment,
                                          size_t count, struct hop_buf *out,
                                          enum hop_psrp_stream *stream);
/* A channel that has something to send, in turn; false: none. */
bool hop_psrp_session_pending(struct hop_psrp_session *s, struct hop_guid *id);
/* Lets other channels come first in the next hop_psrp_session_pending(). */
void hop_psrp_session_skip(struct hop_psrp_session *s,
                           const struct hop_guid *id);
/* Bytes that wait to be sent: in one channel, in all. */
size_t hop_psrp_session_waiting(const struct hop_psrp_session *s,
                                const struct hop_guid *id);
size_t hop_psrp_session_waiting_all(const struct hop_psrp_session *s);

/* ---- events ---- */

enum hop_psrp_event_kind {
    /* A message of the peer that was in order, in event.message.
     * To the server: INIT_RUNSPACEPOOL (answer with hop_psrp_server_opened),
     * CREATE_PIPELINE and GET_COMMAND_METADATA once a runspace is free (run it
     * and end it), PIPELINE_INPUT, END_OF_PIPELINE_INPUT, the host responses,
     * RESET_RUNSPACE_STATE (answer with hop_psrp_server_reset).
     * To the client: all that a server sends but what belongs to opening. */
    HOP_PSRP_MESSAGE,
    /* The pool is open or connected again; message has
     * APPLICATION_PRIVATE_DATA (client) or nothing. */
    HOP_PSRP_OPENED,
    /* The pipeline is to be stopped (server); end it. */
    HOP_PSRP_STOP,
    /* Something of the peer was refused, error says why; the session goes
     * on. */
    HOP_PSRP_TROUBLE,
    /* The session cannot go on, error says why. */
    HOP_PSRP_BROKEN,
};

struct hop_psrp_event {
    enum hop_psrp_event_kind kind;
    struct hop_guid channel; /* zero: the pool */
    struct hop_psrp_message message;
    struct hop_error error;
};

/* The next event; false: nothing more for now.  hop_psrp_event_done()
 * releases it. */
bool hop_psrp_session_next(struct hop_psrp_session *s,
                           struct hop_psrp_event *event);
void hop_psrp_event_done(struct hop_psrp_event *e);

/* ---- state ---- */

enum hop_psrp_pool_state
hop_psrp_session_state(const struct hop_psrp_session *s);
/* The version both speak: 2.1 ... 2.4; 2.0 counts as 2.1.  Before that was
 * agreed on: our own. */
int32_t hop_psrp_session_minor(const struct hop_psrp_session *s);
const struct hop_guid *hop_psrp_session_pool(const struct hop_psrp_session *s);
void hop_psrp_session_size(const struct hop_psrp_session *s, int32_t *min,
                           int32_t *max);
/* HOP_PSRP_PIPELINE_NOT_STARTED also for a channel that is not there. */
enum hop_psrp_pipeline_state
hop_psrp_session_pipeline_state(const struct hop_psrp_session *s,
                                const struct hop_guid *id);
bool hop_psrp_session_has(const struct hop_psrp_session *s,
                          const struct hop_guid *id);
/* The channel of a pipeline is closed: all about it is forgotten. */
void hop_psrp_session_forget(struct hop_psrp_session *s,
                             const struct hop_guid *id);
/* The transport was disconnected (MS-PSRP 3.1.4.9) and is there again: what is
 * to be sent waits in between, nothing is lost. */
void hop_psrp_session_disconnected(struct hop_psrp_session *s);
void hop_psrp_session_reconnected(struct hop_psrp_session *s);

/* Sends any message to a channel.  What m holds is taken over, m is zeroed,
 * also on failure.  Ids of pool and pipeline are filled in.  False: the type
 * does not go to the peer, the state does not allow it, or it cannot be
 * written. */
HOP_MUST_CHECK bool hop_psrp_session_send(struct hop_psrp_session *s,
                                          const struct hop_guid *id,
                                          struct hop_psrp_message *m,
                                          struct hop_error *err);

/* ---- client ---- */

/* MS-PSRP 3.1.4.1: queues SESSION_CAPABILITY and INIT_RUNSPACEPOOL, whose
 * contents are taken.  The first two messages may go in creationXml. */
HOP_MUST_CHECK bool hop_psrp_client_open(struct hop_psrp_session *s,
                                         struct hop_psrp_init *init,
                                         struct hop_error *err);
/* 3.1.4.10: SESSION_CAPABILITY and CONNECT_RUNSPACEPOOL, for connectXml. */
HOP_MUST_CHECK bool hop_psrp_client_connect(struct hop_psrp_session *s,
                                            struct hop_error *err);
/* Makes the channel id and sends CREATE_PIPELINE; takes what p holds. */
HOP_MUST_CHECK bool hop_psrp_client_pipeline(struct hop_psrp_session *s,
                                             const struct hop_guid *id,
                                             struct hop_psrp_pipeline *p,
                                             struct hop_error *err);
/* The same with GET_COMMAND_METADATA. */
HOP_MUST_CHECK bool hop_psrp_client_metadata(struct hop_psrp_session *s,
                                             const struct hop_guid *id,
                                             struct hop_psrp_metadata *m,
                                             struct hop_error *err);
/* A channel for a pipeline that runs already, of a pool connected to. */
HOP_MUST_CHECK bool hop_psrp_client_attach(struct hop_psrp_session *s,
                                           const struct hop_guid *id,
                                           struct hop_error *err);
/* Input for a pipeline (v borrowed), and its end. */
HOP_MUST_CHECK bool hop_psrp_client_input(struct hop_psrp_session *s,
                                          const struct hop_guid *id,
                                          struct hop_value v,
                                          struct hop_error *err);
HOP_MUST_CHECK bool hop_psrp_client_end_input(struct hop_psrp_session *s,
                                              const struct hop_guid *id,
                                              struct hop_error *err);
/* SET_MAX_RUNSPACES, SET_MIN_RUNSPACES (number), GET_AVAILABLE_RUNSPACES,
 * RESET_RUNSPACE_STATE; *call is what RUNSPACE_AVAILABILITY will carry.  A
 * number that no pool can have is refused here. */
HOP_MUST_CHECK bool hop_psrp_client_ask(struct hop_psrp_session *s,
                                        enum hop_psrp_type type, int32_t number,
                                        int64_t *call, struct hop_error *err);
/* The transport was told to stop the pipeline. */
void hop_psrp_client_stopping(struct hop_psrp_session *s,
                              const struct hop_guid *id);

/* ---- server ---- */

/* The pool is open: takes the private data. */
HOP_MUST_CHECK bool hop_psrp_server_opened(struct hop_psrp_session *s,
                                           struct hop_value private_data,
                                           struct hop_error *err);
/* The transport has opened a channel for a pipeline. */
HOP_MUST_CHECK bool hop_psrp_server_command(struct hop_psrp_session *s,
                                            const struct hop_guid *id,
                                            struct hop_error *err);
/* The transport was told to stop a pipeline: gives a STOP event when it runs;
 * one that waits ends as stopped. */
void hop_psrp_server_stop(struct hop_psrp_session *s,
                          const struct hop_guid *id);
/* The pipeline has ended: completed, failed or stopped; error (taken) is an
 * ErrorRecord or null.  A stopped one without gets PowerShell's. */
HOP_MUST_CHECK bool hop_psrp_server_end(struct hop_psrp_session *s,
                                        const struct hop_guid *id,
                                        enum hop_psrp_pipeline_state state,
                                        struct hop_value error,
                                        struct hop_error *err);
/* The pipeline's message was refused (HOP_PSRP_TROUBLE), so that it will never
 * run: ends it as failed with an ErrorRecord (taken).  One that runs, or that
 * is not there, is left alone. */
void hop_psrp_server_refuse(struct hop_psrp_session *s,
                            const struct hop_guid *id, struct hop_value error);
/* How many runspaces it really has from now on. */
void hop_psrp_server_runspaces(struct hop_psrp_session *s, int32_t n);
/* Input of the pipeline, and what came behind it, waits; or no longer. */
void hop_psrp_server_hold_input(struct hop_psrp_session *s,
                                const struct hop_guid *id, bool hold);
/* Answers what needs no runspace of the pool's own messages (its size, its
 * availability, a key); for between two steps of a pipeline at work.  The rest
 * waits for hop_psrp_session_next(). */
void hop_psrp_server_attend(struct hop_psrp_session *s);
/* A nested pipeline that the client has created while another is at work, for
 * the same place; false: there is none. */
bool hop_psrp_server_next_nested(struct hop_psrp_session *s,
                                 struct hop_psrp_event *e);
/* Calls the client's host; parameters (taken) is a list.  call is NULL for a
 * method without an answer, else gets the id that the response will carry.
 * id zero: for the pool. */
HOP_MUST_CHECK bool hop_psrp_server_call(struct hop_psrp_session *s,
                                         const struct hop_guid *id,
                                         int32_t method,
                                         struct hop_value parameters,
                                         int64_t *call, struct hop_error *err);
/* Answers RESET_RUNSPACE_STATE. */
HOP_MUST_CHECK bool hop_psrp_server_reset(struct hop_psrp_session *s,
                                          int64_t call, bool done,
                                          struct hop_error *err);
/* A client connects to a pool that runs (MS-PSRP 3.2.5.4.31): p is all that
 * connectXml carries.  The answers wait in the pool's channel: they go into
 * connectResponseXml.  False: not a whole connection, or a version below
 * 2.2. */
HOP_MUST_CHECK bool hop_psrp_server_connect(struct hop_psrp_session *s,
                                            const void *p, size_t n,
                                            struct hop_error *err);
/* Sends that the pool is closing and closed, or broken (error taken, or
 * null). */
HOP_MUST_CHECK bool hop_psrp_server_close(struct hop_psrp_session *s,
                                          enum hop_psrp_pool_state state,
                                          struct hop_value error,
                                          struct hop_error *err);

/* ---- error records ---- */

struct hop_psrp_error {
    const char *message, *id; /* FullyQualifiedErrorId */
    const char *exception;    /* full .NET name */
    int32_t category;         /* enum hop_category */
    const char *reason;       /* CategoryInfo.Reason: the exception's name */
};

/* An object with an ErrorRecord's members as PowerShell sends them; owned. */
struct hop_value hop_psrp_error_new(struct hop_context *cx,
                                    const struct hop_psrp_error *e);

#endif
