/* What hopd-auth knows, shared by its files alone.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_SERVER_AUTH_STATE_H
#define HOP_SERVER_AUTH_STATE_H

#include "auth/accept.h"
#include "auth/certmap.h"
#include "config/config.h"
#include "server/agent.h"
#include "server/auth_limit.h"
#include "server/child.h"
#include "server/ipc.h"
#include "server/messages.h"
#include "server/set.h"

struct auth_credssp;
struct credssp_identity;

enum {
    AUTH_BUCKETS = 4096,
    AUTH_CONNECTIONS_MAX = 20000, /* hopd-net has a lower limit of its own */
};

/* States in which a message may come; bits. */
enum auth_phase {
    AUTH_STARTING = 1, /* settings and peer are awaited */
    AUTH_SERVING = 2,
    AUTH_STOPPING = 4,
};

struct auth;

/* A connection of hopd-net's on which somebody logs on, or has. */
struct auth_conn;

/* An exchange of tokens that may have to wait for a child in the middle. */
struct auth_exchange {
    enum hop_auth_step (*resume)(struct auth_conn *c, struct hop_buf *out,
                                 struct hop_error *err);
    void (*act)(struct auth_conn *c, enum hop_auth_step r, struct hop_buf *out,
                struct hop_error *err);
};

struct auth_conn {
    struct auth *auth;
    struct auth_conn *next; /* in its bucket */
    uint64_t id;
    char *peer;
    enum hop_scheme scheme;

    /* the exchange */
    struct hop_acceptor *acceptor;
    struct hop_source child;              /* NTLM: its answer is awaited */
    const struct auth_exchange *exchange; /* that goes on with it */
    uint32_t step;  /* id of the STEP that is to be answered */
    bool pending;   /* an answer to it is due */
    uint32_t check; /* id of a CHECK under way; 0: none */
    char *basic_user;
    struct auth_credssp *credssp;

    /* the logon */
    bool logged_on;
    enum hop_logon_kind kind;
    char *principal; /* as authenticated */
    char *user;      /* Unix account */
    uid_t uid;
    int64_t expires;
    struct hop_grant *grant; /* may be NULL */
    char *scope;             /* of a certificate's mapping; NULL: all */
    struct hop_buf pac;      /* what the domain says in the ticket, or empty */
};

struct auth {
    struct hop_child_args args;
    struct hop_set set;
    uint32_t phase; /* enum auth_phase */
    struct hop_ipc monitor, net;
    struct hop_source monitor_source, net_source;

    struct hop_config config;
    char *owner; /* `hopd --user`: the only account; else NULL */
    char *dir;   /* RUN_DIR/auth */
    bool configured;
    uint64_t asked_keys_ms; /* when the keytab was last asked for */
    struct hop_acceptor_cred *cred;
    struct hop_certmap *mappings; /* the settings' ... */
    struct hop_certmap *certmap;  /* ... and those of a file; may be NULL */
    struct auth_access *access;   /* NULL: everybody may use the service */
    struct auth_limit limit;
    struct agent *agent;
    struct credssp_identity *identity; /* of CredSSP's TLS; made when needed */

    struct auth_conn *buckets[AUTH_BUCKETS];
    size_t conn_count;
    uint32_t last_check;
};

/* ---- auth.c */
/* The keys may be old: has the monitor send the keytab, now and then. */
void auth_ask_keys(struct auth *a);

/* ---- auth_access.c */
/* Reads the security descriptors of the settings. */
void auth_access_load(struct auth *a);
/* What the logon may, for HOP_MSG_ANSWER.  free(). */
char *auth_access_of(struct auth_conn *c);

/* ---- auth_conn.c */
struct auth_conn *auth_conn_find(struct auth *a, uint64_t id);
/* A new one; NULL over the limit. */
struct auth_conn *auth_conn_new(struct auth *a, uint64_t id, const char *peer);
void auth_conn_drop(struct auth_conn *c);
/* Forgets an exchange and a logon, and keeps the connection. */
void auth_conn_reset(struct auth_conn *c);
/* What sessions of this logon can show to a third host. */
enum hop_delegation auth_conn_delegation(const struct auth_conn *c);

/* ---- auth_logon.c: handlers, see hop_ipc_handler */
bool auth_on_step(void *ctx, struct hop_ipc_msg *msg, struct hop_error *err);
bool auth_on_drop(void *ctx, struct hop_ipc_msg *msg, struct hop_error *err);
bool auth_on_checked(void *ctx, struct hop_ipc_msg *msg, struct hop_error *err);

/* Goes on with the exchange when the descriptor can be read. */
void auth_await_child(struct auth_conn *c, int fd,
                      const struct auth_exchange *x);

/* What a STEP ends with; the reset of a refused connection included. */
void auth_answer_denied(struct auth_conn *c, const struct hop_buf *token,
                        const struct hop_error *why);
void auth_answer_continue(struct auth_conn *c, const struct hop_buf *token);
/* token and context may be NULL. */
void auth_answer_done(struct auth_conn *c, const struct hop_buf *token,
                      const struct hop_buf *context);
/* The Unix account of c->principal. */
HOP_MUST_CHECK bool auth_find_account(struct auth_conn *c,
                                      enum hop_auth_mech mech,
                                      struct hop_error *err);

/* ---- auth_credssp.c */
void auth_credssp_step(struct auth_conn *c, const struct hop_msg_step *m);
void auth_credssp_free(struct auth_credssp *x);
/* Reads the key and certificate that the settings name, if they do; while the
 * process may. */
HOP_MUST_CHECK bool auth_credssp_read(struct auth *a, struct hop_error *err);
/* Makes the server's key, once; some 100 ms. */
HOP_MUST_CHECK bool auth_credssp_prepare(struct auth *a, struct hop_error *err);

/* ---- auth_session.c */
bool auth_on_want(void *ctx, struct hop_ipc_msg *msg, struct hop_error *err);
bool auth_on_change(void *ctx, struct hop_ipc_msg *msg, struct hop_error *err);
bool auth_on_ended(void *ctx, struct hop_ipc_msg *msg, struct hop_error *err);
bool auth_on_orphan(void *ctx, struct hop_ipc_msg *msg, struct hop_error *err);

#endif
