/* A pool in a WS-Management shell: what its files share.
 *
 * Each request is a call; it goes over a line, one authenticated connection.  A
 * line serves one call at a time, and a Receive stays on its until there is
 * output: others take another line then.  A call whose line breaks is repeated,
 * with the same MessageID, when there is a connection again.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CLIENT_POOL_SHELL_H
#define HOP_CLIENT_POOL_SHELL_H

#include "base/guid.h"
#include "client/pool_state.h"
#include "client/wires.h"
#include "wsman/message.h"

#define SHELL_STRAY_MS   300 /* for an answer that nobody needs */
#define SHELL_SIGNS      3 /* of life in the time that a server waits for one */
#define SHELL_MESSAGE_ID (5 + HOP_GUID_TEXT) /* "uuid:" */

enum call_kind {
    CALL_CREATE,
    CALL_CONNECT,
    CALL_COMMAND,
    CALL_ATTACH, /* Connect with a CommandId */
    CALL_SEND,
    CALL_RECEIVE,
    CALL_STOP, /* Signal */
    CALL_END,  /* Signal terminate */
    CALL_DELETE,
    CALL_LEAVE,
    CALL_RETURN,
    CALL_LIST_SHELLS,
    CALL_LIST_COMMANDS,
    CALL_KINDS
};

struct call {
    struct call *next; /* of those that wait to be repeated */
    enum call_kind kind;
    struct hop_guid channel;
    struct hop_buf envelope; /* kept until it is answered */
    struct hop_buf follower; /* the Receive that may go out by itself */
    bool again;              /* the server may have had it already */
    unsigned busy;           /* times it was asked to come again */
};

struct line {
    struct line *next;
    struct wire *wire;
    struct call *call; /* NULL: free */
    uint64_t until;    /* nobody waits for its answer any longer than that */
};

/* The pool's channel, or a pipeline's. */
struct channel {
    struct channel *next;
    struct hop_guid id;
    /* Upper-case, or what the server has chosen; "": the pool's. */
    char text[64];
    enum { CHANNEL_NEW, CHANNEL_STARTING, CHANNEL_STARTED } state;
    bool attached; /* it runs there already */
    bool receiving, sending, large;
    bool done; /* nothing more will come */
    bool wants_stop, wants_end, ending;
    unsigned sends;
    uint64_t started_at, end_at;
};

/* A shell that was found. */
struct listed {
    struct listed *next;
    struct hop_pool_found *found;
};

struct shell {
    const struct hop_wires *wires;
    hop_connection *c;
    char session_id[SHELL_MESSAGE_ID];
    char *session_name, *culture, *ui_culture;
    bool no_profile, closing, leaving, returning;
    enum hop_pool_buffering buffering;
    int64_t idle_ms, leave_idle_ms;
    int64_t keep_ms;  /* without a call for so long: a sign of life is due */
    uint64_t used_at; /* when the last call began */
    size_t envelope;  /* bytes that the server takes */
    struct line *lines;
    unsigned dropped_messages; /* of lines that are gone */
    struct call *lost;         /* to be repeated */
    struct channel pool, *pipelines;
    bool watch; /* the pool's channel is listened to */
    /* of a connection that was lost */
    uint64_t lost_at, retry_at, told_at;
    unsigned tries;
    int max_tries;
    int64_t retry_ms;
    struct hop_error why; /* the last fault that may explain the next */
    enum hop_cause cause;
    struct listed *listed, *asked; /* asked: whose commands are listed now */
    char *context;                 /* of an enumeration with more to come */
    bool shells_listed;
    unsigned redirects, max_redirects; /* followed so far, and at most */
    char *go_to; /* the URI that the server has sent us to */
    struct hop_buf
        opening; /* what the shell is opened with, for another host */
    uint64_t now;
};

/* pool_shell_call.c: requests */

struct channel *shell_channel(struct shell *s, const struct hop_guid *id);
/* Is there a line for it now?  Otherwise it waits. */
struct line *shell_line(struct hop_pool *p, bool urgent);
/* Puts a call on a line. */
void shell_begin(struct hop_pool *p, struct line *l, struct call *c);
struct call *shell_call_new(enum call_kind kind,
                            const struct hop_guid *channel);
void shell_call_free(struct call *c);

/* Each makes the call's envelope and begins it. */
void shell_create(struct hop_pool *p, struct line *l);
void shell_connect(struct hop_pool *p, struct line *l);
void shell_command(struct hop_pool *p, struct line *l, struct channel *ch);
void shell_send(struct hop_pool *p, struct line *l, struct channel *ch);
void shell_receive(struct hop_pool *p, struct line *l, struct channel *ch);
/* A Receive that is answered soon: it tells the server that we are there. */
void shell_keep(struct hop_pool *p, struct line *l);
/* Another Receive for the channel of a call under way, to follow it. */
void shell_follow(struct hop_pool *p, struct line *l);
void shell_signal(struct hop_pool *p, struct line *l, struct channel *ch,
                  enum call_kind kind);
/* DELETE, LEAVE, RETURN */
void shell_simple(struct hop_pool *p, struct line *l, enum call_kind kind);

/* pool_shell_list.c */

/* The next step of a listing; the last one ends the pool. */
void shell_list(struct hop_pool *p, struct line *l);
void shell_listed(struct hop_pool *p, struct hop_wsman_message *m);
/* m NULL: it has none that it would tell of. */
void shell_commands_listed(struct hop_pool *p, struct hop_wsman_message *m);
void shell_list_drop(struct shell *s);

/* pool_shell_answer.c: what comes back */

/* The call on the line is answered. */
void shell_take(struct hop_pool *p, struct line *l);
/* Nothing is awaited for the channel of the call any more. */
void shell_stop_waiting(struct shell *s, const struct call *c);
/* The call waits to be repeated. */
void shell_put_back(struct shell *s, struct call *c);
/* A pipeline that is gone on both sides. */
void shell_drop_channel(struct shell *s, const struct hop_guid *id);

/* pool_shell_lost.c */

/* The connection of the line has failed. */
void shell_lose(struct hop_pool *p, struct line *l,
                const struct hop_wire_trouble *t);
/* The pipeline is over for a reason that the server did not tell by itself. */
void shell_fail_pipeline(struct hop_pool *p, const struct hop_guid *id,
                         const struct hop_error *err);

/* pool_shell_redirect.c */

/* The server sends us to another URI (as it came; NULL: it does not say where)
 * instead of answering the call, which is given up: the pool goes there soon,
 * or fails with words that begin with what err says. */
void shell_redirect(struct hop_pool *p, struct call *c, const char *to);
/* The URI in a fault's message, malloc'ed; NULL: there is none. */
char *shell_redirect_of(const struct hop_fault *f);
/* Begins anew at go_to, with nothing left of what was before. */
void shell_go(struct hop_pool *p);

/* pool_shell.c */

/* Ends all connections and what is under way on them. */
void shell_drop_lines(struct shell *s);
/* The first call of a pool whose session has been opened. */
void shell_start(struct hop_pool *p);
extern const struct pool_carrier shell_carrier;

#endif
