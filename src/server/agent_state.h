/* What the agent's files share.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_SERVER_AGENT_STATE_H
#define HOP_SERVER_AGENT_STATE_H

#include "auth/kcm.h"
#include "auth/mint.h"
#include "server/agent.h"

struct agent_session;

struct agent_ticket {
    char *service; /* with realm */
    struct hop_buf creds;
    int64_t ends;
};

/* A refusal, for the status. */
struct agent_event {
    char *service;
    int64_t at;
    int32_t code;
    const char *why;
};

struct agent_conn {
    struct agent_session *session;
    struct agent_conn *next;
    struct hop_source source;
    struct hop_buf in, out;
    char *awaits;  /* service whose ticket is being made; NULL: none */
    uint64_t turn; /* since when: who has the lowest comes first */
    bool closing;
};

/* A ticket being made. */
struct agent_child {
    struct agent_session *session;
    struct agent_child *next;
    struct hop_source source; /* pipe from it */
    pid_t pid;
    char *service;
    uint64_t due_ms;
    struct hop_buf answer;
};

struct agent_session {
    struct agent *agent;
    struct agent_session *next;
    char *id, *user, *allow, *deny;
    char *socket_path, *conf_path;
    uid_t uid;
    bool machine; /* the server's own: no grant, for administrators */
    struct hop_grant *grant;
    const char *lost; /* words for refusals, after a restart; else NULL */
    int64_t since;    /* when the agent was opened, Unix time */
    struct hop_source listener;
    struct agent_conn *conns;
    size_t conn_count, child_count;
    struct agent_ticket *tickets;
    size_t ticket_count;
    struct agent_event *events; /* NULL before the first */
    size_t event_count;         /* ever */
    int64_t renewed_at;         /* when that was last tried */
};

struct agent {
    struct hop_set *set;
    char *dir, *system_conf;
    char *keytab, *account;
    struct hop_buf own;   /* the server's TGT */
    char *administrators; /* groups, by commas */
    struct agent_session *machine, *sessions;
    struct agent_child *children;
    size_t child_count;
    uint64_t turns;    /* given so far */
    uint64_t renew_ms; /* when grants are looked at next */
};

/* The "service" whose ticket is the grant itself, renewed. */
#define AGENT_RENEWAL "renewal"

/* The name of the one cache. */
#define AGENT_CACHE "hop"

/* ---- agent_answer.c: what needs no KDC.  True: answered. */
bool agent_answer(struct agent_session *s, const struct kcm_request *r,
                  struct hop_buf *out);
/* A held ticket that is good for a while yet, or NULL. */
const struct agent_ticket *agent_find(const struct agent_session *s,
                                      const char *service, int64_t now);
void agent_hold(struct agent_session *s, const char *service,
                const struct hop_buf *creds);
void agent_note_refusal(struct agent_session *s, const char *service,
                        int32_t code, const char *why);
void agent_forget(struct agent_session *s);

/* ---- agent_child.c */
enum agent_asked {
    AGENT_ASKED,  /* a child makes the ticket */
    AGENT_FULL,   /* there is no room for another now */
    AGENT_FAILED, /* no process can be made */
};

/* Nobody makes the ticket yet, and a child for it may be started. */
bool agent_child_has_room(const struct agent_session *s, const char *service);
/* Has the ticket made, or joins who waits for it. */
enum agent_asked agent_child_ask(struct agent_session *s, const char *service);
void agent_child_end(struct agent_child *c);
/* How the session's tickets are made, for the journal. */
const char *agent_way(const struct agent_session *s);
/* ---- agent.c: the child's answer has come; code 0: held. */
void agent_deliver(struct agent_session *s, const char *service, int32_t code);
/* There is room for another child. */
void agent_resume(struct agent *a);

#endif
