/* What hopd-net knows; shared by its files alone.
 *
 * A connection carries one request at a time.  A request that cannot be
 * answered at once waits in its shell's list, with the reason for waiting; an
 * answer, a time-out, the end of the shell or of the connection takes it out.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_SERVER_NET_STATE_H
#define HOP_SERVER_NET_STATE_H

#include "auth/seal.h"
#include "base/guid.h"
#include "base/secret.h"
#include "config/config.h"
#include "http/sealed.h"
#include "net/httpd.h"
#include "server/child.h"
#include "server/journal.h"
#include "server/messages.h"
#include "wsman/message.h"

#define NET_SHELL_BUCKETS 1024

/* Output that is on its way: at most two full envelopes of a command, as much
 * again for the others of its shell, and a little for each in any case.  The
 * session keeps to it, or is ended. */
#define NET_WINDOW_BYTES (1024 * 1024)
#define NET_SHELL_BYTES  (2 * 1024 * 1024)
#define NET_FLOOR_BYTES  (32 * 1024)
#define NET_COMMANDS_MAX 100

/* Commands whose end the client has been told, and that it has not terminated:
 * so many keep their last output, and so many are remembered, after a newer
 * command has begun. */
#define NET_FINISHED_OUTPUT 2
#define NET_FINISHED_MAX    16

struct net;
struct net_enum;
struct net_shell;

/* A channel on the event loop. */
struct net_channel {
    struct net *net;
    struct hop_ipc ipc;
    struct hop_watch *watch;
    const struct hop_ipc_route *routes;
    size_t route_count;
    void *ctx;
    /* The other end is gone or broke the rules (why); already closed. */
    void (*on_lost)(void *ctx, const struct hop_error *why);
};

enum net_conn_state {
    NET_CONN_NEW,      /* nobody has logged on */
    NET_CONN_STEPPING, /* hopd-auth has a token of this connection */
    NET_CONN_PROVEN,   /* somebody has */
};

enum net_wait {
    NET_WAIT_NOTHING,
    NET_WAIT_SESSION, /* Create, for SESSION or FAILED */
    NET_WAIT_OPENED,  /* Create, for OPENED */
    NET_WAIT_STARTED, /* Command */
    NET_WAIT_TAKEN,   /* Send */
    NET_WAIT_OUTPUT,  /* Receive */
    NET_WAIT_SIGNALED,
    NET_WAIT_CONNECTED,
    NET_WAIT_SETTINGS, /* in no shell */
    NET_WAIT_READY,    /* for the process that makes instances */
    NET_WAIT_TOLD,
};

struct net_conn {
    struct net_conn *next, **link; /* all of them */
    struct net *net;
    struct hop_httpd_conn *http;
    enum net_conn_state state;
    bool stepped; /* hopd-auth knows of it */
    /* the logon */
    enum hop_scheme scheme;
    enum hop_logon_kind kind;
    uint64_t logon; /* 0: hopd-auth does not know it any more */
    char *user, *principal;
    char *scope;               /* resources it is for; NULL: all */
    char *access;              /* hop_msg_answer's; NULL: all */
    uint64_t expires;          /* seconds since 1970; 0: never */
    struct hop_seal *seal;     /* NULL: messages are not sealed */
    struct hop_secret *header; /* Basic: what it was made with */
    bool administrator;        /* as the monitor has said */
    bool asked;                /* told to log on, and nothing tried since */
    struct hop_buf token;      /* goes back with the next answer */
    uint32_t step;             /* id of the STEP under way */
    /* the request under way; head and body belong to the HTTP server */
    const struct hop_http_head *head;
    struct hop_buf *body;
    struct hop_wsman_message request;
    bool has_request;
    bool sealed; /* it came sealed, so is the answer */
    bool parked; /* its shell may yet be told by its keeper */
    /* waiting */
    enum net_wait wait;
    uint32_t wait_id;
    uint64_t wait_until; /* ms of the loop's clock */
    struct net_shell *shell;
    struct net_command *command;
    struct net_conn *wait_next;
};

struct net_piece {
    struct net_piece *next;
    char *stream;
    uint64_t at;
    size_t len;
    bool end;
    char data[];
};

struct net_command {
    struct net_command *next;
    struct net_shell *shell;
    char *id; /* "" for the shell itself */
    struct net_piece *head, *tail;
    uint64_t received; /* output that has come from the session */
    uint64_t acked;    /* output that the client has */
    uint64_t sent;     /* end of the last answer */
    char *sent_to;     /* MessageID of the Receive that it answered */
    bool answered;     /* there is a last answer */
    bool done, done_sent;
    uint32_t exit_code;
    struct net_conn *reader; /* the waiting Receive */
    bool soon;               /* it waits a little for more output */
    struct net_command *soon_next;
    bool ready; /* it is answered once the channel has been read */
    struct net_command *ready_next;
};

enum net_shell_state {
    NET_SHELL_STARTING, /* WANT is sent */
    NET_SHELL_OPENING,  /* OPEN is sent */
    NET_SHELL_OPEN,
    NET_SHELL_ENDING, /* END is sent; not found any more */
};

struct net_shell {
    struct net_shell *next; /* in its bucket */
    struct net *net;
    char *id, *user, *principal, *resource, *name, *client;
    enum net_shell_state state;
    bool disconnected;
    bool drop;  /* BufferMode Drop, while disconnected */
    bool cim;   /* no shell: it makes instances (net_cim.c) */
    bool quick; /* answers wait for no more output: not a command shell */
    char *input_streams, *output_streams, *directory, *client_session;
    struct hop_buf environment;
    uint32_t pid;
    int64_t idle_ms;         /* asked for */
    int64_t disconnected_ms; /* while disconnected */
    int64_t opened_at;       /* seconds since 1970 */
    uint64_t used_at;        /* ms of the loop's clock */
    struct net_channel channel;
    struct net_command *commands;
    size_t command_count;
    size_t held_bytes; /* of output, all commands */
    struct net_command self;
    struct net_conn *waiting;
};

struct net_listener {
    struct net_listener *next;
    char *name, *prefix;
    int fd, cert_fd; /* the certificate that is served, or -1 */
    struct hop_tls_context *tls;
};

struct net {
    struct hop_child_args args;
    struct hop_loop *loop;
    struct hop_httpd *httpd;
    struct hop_config config;
    char *owner;     /* of `hopd --user`, else "" */
    char *addresses; /* of this host, by blanks */
    uint32_t state;
    struct net_channel monitor, auth;
    struct net_listener *listeners;
    struct net_conn *conns;
    struct net_shell *shells[NET_SHELL_BUCKETS];
    size_t shell_count;
    struct net_enum *enums; /* newest first */
    size_t proven_count;
    size_t waiting_count; /* requests that wait for an answer */
    struct net_command *soon_first, *ready_first;
    uint32_t last_id;
    struct hop_timer *sweep; /* long polls, idle shells */
    struct hop_timer *soon;  /* Receives that wait for a little more */
    struct hop_timer *retry; /* parked requests */
    uint64_t started_at;
    struct hop_buf envelope, payload; /* scratch */
    bool stopping;
};

/* ---- net_cim.c: instances of classes */
bool net_cim_is(const char *resource_uri);
/* Is the request about one; is its context of one? */
bool net_cim_has(const struct net_conn *c);
bool net_cim_has_context(const struct net_conn *c);
void net_cim_handle(struct net_conn *c);
/* Its process has a channel; it is ready. */
void net_cim_opening(struct net_shell *s);
void net_cim_opened(struct net_shell *s);
bool net_cim_on_told(void *ctx, struct hop_ipc_msg *msg, struct hop_error *err);

/* ---- net_access.c */
/* Whether the logon may do what the request asks for; else it is answered. */
bool net_access_check(struct net_conn *c);

/* ---- net_channel.c */
void net_channel_open(struct net *n, struct net_channel *c, int fd,
                      enum hop_peer other);
void net_channel_close(struct net_channel *c);
/* Queues and writes. */
void net_channel_send(struct net_channel *c, uint32_t type, uint32_t id,
                      const void *body);
uint32_t net_next_id(struct net *n);

/* ---- net_conn.c: HTTP and authentication */
extern const struct hop_httpd_events net_conn_events;
bool net_conn_on_answer(void *ctx, struct hop_ipc_msg *msg,
                        struct hop_error *err);
/* hopd-auth is another one: exchanges under way are lost. */
void net_conn_forget_auth(struct net *n);

/* ---- net_reply.c: answers, sealed as the request was */
void net_reply_status(struct net_conn *c, int status);
/* 401 with the list of schemes. */
void net_reply_challenge(struct net_conn *c, const char *scheme_token);
/* The envelope in net->envelope. */
void net_reply_envelope(struct net_conn *c, int status);
void net_reply_message(struct net_conn *c, struct hop_wsman_message *answer);
/* A line in the journal: what this peer did wrong. */
void net_conn_note_refused(struct net_conn *c, const char *what);
/* An answer without a body of its own. */
void net_reply_empty(struct net_conn *c, enum hop_wsman_kind kind);
/* The header of an answer to the connection's request; id is the buffer of its
 * MessageID. */
#define NET_MESSAGE_ID 48
void net_reply_init(struct net_conn *c, struct hop_wsman_message *answer,
                    enum hop_wsman_kind kind, char id[NET_MESSAGE_ID]);
/* The id that a client wishes for, or a new one where wish is NULL; false with
 * a fault for one that is no GUID.  kind: "ShellId". */
HOP_MUST_CHECK bool net_choose_id(const char *kind, const char *wish,
                                  char out[HOP_GUID_TEXT], struct hop_fault *f);
void net_reply_fault(struct net_conn *c, const struct hop_fault *fault);
void net_reply_code(struct net_conn *c, uint32_t code, const char *fmt, ...)
    HOP_PRINTF(3, 4);
/* The request is answered: nothing of it is kept. */
void net_conn_finish(struct net_conn *c);

/* ---- net_request.c: a decoded message to its handler */
void net_request_handle(struct net_conn *c);
/* Keeps the request for a moment when hopd-net is new and its shell may be one
 * that is yet to be attached; false when there is nothing to wait for. */
bool net_request_park(struct net_conn *c);
void net_request_retry(struct net *n);
/* The body of a request before anybody has logged on: Identify, or 401. */
void net_request_anonymous(struct net_conn *c);

/* ---- net_endpoint.c: which resources are shells */
bool net_endpoint_is_powershell(const char *resource);
/* The program that serves the shell's endpoint; "": the engine. */
const char *net_endpoint_command(const struct net_shell *s);
/* Do both URIs name the same endpoint? */
bool net_endpoint_is_same(const char *a, const char *b);
/* Idle time-outs of its shells: the longest, and that of who asks for none. */
int64_t net_idle_max(const struct net *n, const char *resource);
int64_t net_idle_default(const struct net *n, const char *resource);
/* Does its output go beyond a full buffer, where the client does not say? */
bool net_endpoint_drops(const struct net_shell *s);
/* A Create's resource and options, before anything is started. */
HOP_MUST_CHECK bool net_endpoint_check(const struct net_conn *c,
                                       struct hop_fault *f);

/* ---- net_settings.c: requests for the settings */
bool net_settings_has(const struct net_conn *c);
void net_settings_handle(struct net_conn *c);
void net_settings_sweep(struct net *n);
bool net_settings_on_applied(void *ctx, struct hop_ipc_msg *msg,
                             struct hop_error *err);

/* ---- net_enum.c: Enumerate, Pull, Release */
void net_enum_begin(struct net_conn *c);
/* One for this request, to which items are added; started, it is answered. */
struct net_enum *net_enum_new(struct net_conn *c);
void net_enum_add(void *e, const struct hop_buf *xml);
void net_enum_start(struct net_conn *c, struct net_enum *e);
void net_enum_free(struct net *n, struct net_enum *e);
void net_enum_pull(struct net_conn *c);
void net_enum_release(struct net_conn *c);
void net_enum_sweep(struct net *n);
void net_enum_free_all(struct net *n);

/* ---- net_create.c, net_view.c, net_shell.c */
/* A new one, in no state yet but STARTING. */
struct net_shell *net_shell_add(struct net *n, const char *id);
void net_shell_free(struct net_shell *s);
/* Answers all requests that wait in it with a fault. */
void net_shell_fail(struct net_shell *s, uint32_t code, const char *text);
/* Borrows from the shell. */
void net_shell_describe(const struct net_shell *s, struct hop_wsman_shell *out);
/* In ms: what clients may ask for. */
#define NET_IDLE_MIN_MS 60000
#define NET_IDLE_MAX_MS 2147483647
void net_shell_create(struct net_conn *c);
void net_shell_delete(struct net_conn *c);
void net_shell_get(struct net_conn *c);
void net_shell_disconnect(struct net_conn *c);
void net_shell_reconnect(struct net_conn *c);
void net_shell_connect(struct net_conn *c);
/* The request's shell, if it exists, is open and the user's; answers with a
 * fault and gives NULL otherwise. */
struct net_shell *net_shell_of(struct net_conn *c);
struct net_shell *net_shell_find(struct net *n, const char *id);
void net_shell_wait(struct net_shell *s, struct net_conn *c, enum net_wait wait,
                    uint32_t id);
/* Takes the connection out of the list it waits in. */
void net_shell_unwait(struct net_conn *c);
struct net_conn *net_shell_waiter(struct net_shell *s, enum net_wait wait,
                                  uint32_t id);
void net_shell_end(struct net_shell *s, const char *reason);
/* Forgets them; the sessions go on. */
void net_shell_free_all(struct net *n);
bool net_shell_on_session(void *ctx, struct hop_ipc_msg *msg,
                          struct hop_error *err);
bool net_shell_on_failed(void *ctx, struct hop_ipc_msg *msg,
                         struct hop_error *err);
bool net_shell_on_ended(void *ctx, struct hop_ipc_msg *msg,
                        struct hop_error *err);
bool net_shell_on_opened(void *ctx, struct hop_ipc_msg *msg,
                         struct hop_error *err);
bool net_shell_on_connected(void *ctx, struct hop_ipc_msg *msg,
                            struct hop_error *err);
/* Time-outs of waiting requests, idle shells. */
void net_shell_sweep(struct net *n);

/* ---- net_command.c */
extern const struct hop_ipc_route net_command_routes[];
extern const size_t net_command_route_count;
void net_command_create(struct net_conn *c);
void net_command_send(struct net_conn *c);
void net_command_signal(struct net_conn *c);
void net_command_free_all(struct net_shell *s);
/* Another client goes on: one that has disconnected had all that was sent to
 * it, of one that just went nobody knows, and it is sent again. */
void net_command_hand_over(struct net_shell *s);
/* Appends an enumeration's item, MS-WSMV 2.2.4.8. */
void net_command_describe(const struct net_command *k, struct hop_buf *out);
/* The command of that id, the shell itself for none. */
struct net_command *net_command_find(struct net_shell *s, const char *id);
/* The same; answers with a fault and gives NULL when there is none. */
struct net_command *net_command_of(struct net_conn *c, struct net_shell *s,
                                   const char *id);
/* False, and answered, while the shell is disconnected. */
bool net_command_may(struct net_conn *c, const struct net_shell *s);
/* True when each word of `names` is one of `known`. */
bool net_command_has_streams(const char *names, const char *known);

/* ---- net_receive.c */
void net_command_receive(struct net_conn *c);
bool net_receive_on_output(void *ctx, struct hop_ipc_msg *msg,
                           struct hop_error *err);
bool net_receive_on_done(void *ctx, struct hop_ipc_msg *msg,
                         struct hop_error *err);
/* The last answer has reached the client. */
void net_receive_acknowledge(struct net_command *k);
/* Forgets output before that offset. */
void net_receive_drop(struct net_command *k, uint64_t to);
/* Takes it from the lists of those that are to be answered. */
void net_receive_forget(struct net *n, struct net_command *k);
/* Most bytes of an answer to the request. */
size_t net_envelope_max(const struct net_conn *c);
/* Answers the command's Receive with what there is, if anything. */
void net_receive_answer_now(struct net_command *k);
/* Answers Receives for which something was read from a channel. */
void net_command_answer_ready(struct net *n);
/* Answers Receives that have waited for more. */
void net_command_answer_soon(struct net *n);

/* ---- net_note.c: what a new hopd-net must know about a shell */
void net_note_format(const struct net_shell *s, struct hop_buf *out);
/* Tells the session the note as it is now. */
void net_note_send(struct net_shell *s);
void net_note_parse(struct net_shell *s, struct hop_ipc_bytes note);

#endif
