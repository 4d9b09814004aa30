/* What the files of a session share; of this room alone.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_PSRP_STATE_H
#define HOP_PSRP_STATE_H

#include "psrp/session.h"

/* A pool or a pipeline. */
struct channel {
    struct channel *next;
    struct hop_guid id;       /* the transport's */
    struct hop_guid pipeline; /* in the heads of messages */
    struct hop_psrp_joiner in[HOP_PSRP_STREAMS];
    struct hop_psrp_outbox out;
    size_t received;
    enum hop_psrp_pipeline_state state;
    bool is_nested;   /* takes no runspace of its own */
    bool sated;       /* input waits */
    bool input_ended; /* no input, or its end has come or gone */
    bool held;        /* its next message waits for a key or a runspace */
    int64_t calls;    /* of the host that have an answer */
};

/* A message that came, not decoded. */
struct unread {
    struct unread *next;
    struct hop_guid channel;
    size_t n;
    uint8_t data[];
};

/* The first message of a kind in its channel that is taken now, as the event:
 * false, it is none or has to wait. */
bool psrp_session_take_first(struct hop_psrp_session *s,
                             enum hop_psrp_type type, struct hop_psrp_event *e);

/* A message to send that waits for the session key. */
struct deferred {
    struct deferred *next;
    struct hop_guid channel;
    struct hop_psrp_message message;
};

/* An event that the session made by itself. */
struct made {
    struct made *next;
    struct hop_psrp_event event;
};

enum key_state {
    KEY_NONE,
    KEY_ASKED, /* client: PUBLIC_KEY is on its way; server: asked for it */
    KEY_READY,
};

struct hop_psrp_session {
    bool is_server;
    struct hop_context *cx;
    struct hop_psrp_limits limits;
    const struct hop_psrp_keys *keys;
    struct hop_clixml_options clixml;

    enum hop_psrp_pool_state state, before_disconnect;
    struct hop_guid pool;
    int32_t minor, own_minor;
    int32_t min, max, runspaces;
    bool negotiated;
    struct channel root;
    struct channel *pipelines;
    size_t pipeline_count;
    uint64_t next_object;
    int64_t next_call;
    struct hop_guid turn; /* the channel last taken from */
    struct hop_value private_data;

    struct unread *first, *last;
    size_t unread;
    struct deferred *deferred;
    struct made *made;

    enum key_state key_state;
    bool key_missing; /* set by a secret that could not be read or written */
    uint8_t key[HOP_PSRP_KEY];
};

/* How a role takes a message. */
enum taken {
    TAKEN_EVENT,  /* it is an event */
    TAKEN_SILENT, /* it was dealt with */
    TAKEN_HOLD,   /* later: its channel waits */
    TAKEN_REFUSED /* err says why */
};

/* Rows of what a role receives: in which states of the pool, and who deals
 * with it. */
struct receive {
    enum hop_psrp_type type;
    unsigned states; /* bits 1 << enum hop_psrp_pool_state */
    enum taken (*take)(struct hop_psrp_session *s, struct channel *c,
                       struct hop_psrp_event *e, struct hop_error *err);
};
#define IN(state) (1u << (HOP_PSRP_POOL_##state))
#define IN_ANY    (~0u)

const struct receive *psrp_server_receive(enum hop_psrp_type type);
const struct receive *psrp_client_receive(enum hop_psrp_type type);

struct channel *psrp_session_channel(const struct hop_psrp_session *s,
                                     const struct hop_guid *id);
struct channel *psrp_session_add(struct hop_psrp_session *s,
                                 const struct hop_guid *id,
                                 struct hop_error *err);
/* Queues m (taken) without asking whether the state allows it. */
HOP_MUST_CHECK bool psrp_session_queue(struct hop_psrp_session *s,
                                       struct channel *c,
                                       struct hop_psrp_message *m,
                                       struct hop_error *err);
/* An event without a message. */
void psrp_session_raise(struct hop_psrp_session *s,
                        enum hop_psrp_event_kind kind,
                        const struct hop_guid *channel,
                        const struct hop_error *err);
/* The key is there: sends what was deferred, lets channels go on. */
void psrp_session_key_ready(struct hop_psrp_session *s);
void psrp_session_release_holds(struct hop_psrp_session *s);
/* Deals with the first messages of the pool's channel that wait, as long as
 * they are of these types. */
void psrp_session_answer(struct hop_psrp_session *s,
                         bool (*is_one)(enum hop_psrp_type type));
struct hop_psrp_session *psrp_session_new(const struct hop_psrp_options *o,
                                          bool is_server);
void psrp_session_capability(const struct hop_psrp_session *s,
                             struct hop_psrp_message *m);

/* The queues and fragments of a channel. */
void psrp_channel_init(struct hop_psrp_session *s, struct channel *c);
void psrp_channel_done(struct channel *c);

/* Lets go what came for a pipeline, or waits to be sent of it. */
void psrp_session_drop_unread(struct hop_psrp_session *s,
                              const struct hop_guid *id);
void psrp_session_drop_deferred(struct hop_psrp_session *s,
                                const struct hop_guid *id);

/* How CLIXML carries secure strings (ctx: the session), clixml/clixml.h. */
HOP_MUST_CHECK bool psrp_session_write_secret(void *ctx, struct hop_context *cx,
                                              struct hop_value v,
                                              struct hop_buf *out);
HOP_MUST_CHECK bool psrp_session_read_secret(void *ctx, struct hop_context *cx,
                                             const char *p, size_t n,
                                             struct hop_value *out);

/* Asks for the key that a secure string needs. */
void psrp_session_ask_key(struct hop_psrp_session *s);

#endif
