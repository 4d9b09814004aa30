/* The credential agent: one ticket cache for each session, served over a socket
 * in the KCM protocol, that gets a service ticket at the moment when a program
 * asks for it.  What the tickets are made from (the forwarded TGT, the user's
 * ticket to this server, this server's key) never leaves hopd-auth.
 *
 * Each ticket is made in a child process with a time limit, several at once;
 * who asks for the same one meanwhile waits for the same child.  A ticket is
 * held for the session and given again until shortly before its end.  A refusal
 * is not remembered: the next question asks the KDC anew.  Who waits longest
 * comes first, and nobody may take all the room: one user's sessions leave half
 * of the children to others, and who does not read what he asks for is cut off.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_SERVER_AGENT_H
#define HOP_SERVER_AGENT_H

#include <sys/types.h>

#include "auth/grant.h"
#include "server/set.h"

enum {
    AGENT_CHILDREN_MAX = 16,      /* tickets being made at once */
    AGENT_SESSION_CHILDREN = 4,   /* of them for one session */
    AGENT_USER_CHILDREN = 8,      /* of them for all sessions of one user */
    AGENT_CONNECTIONS_MAX = 64,   /* of one session */
    AGENT_USER_CONNECTIONS = 512, /* of all sessions of one user */
    AGENT_PENDING_MAX = 2 << 20,  /* bytes of a session not read or sent yet */
    AGENT_TICKETS_MAX = 256,      /* held for one session */
    AGENT_EVENTS_MAX = 32,        /* refusals that the status shows */
    AGENT_TIME_LIMIT_MS = 10000,  /* for the KDC's answer */
};

struct agent;

/* dir is where sockets are made ("/run/hop/auth"); keytab and account are the
 * server's own (auth/keys.h), NULL without.  system_conf is the krb5.conf that
 * stands behind the session's. */
struct agent *agent_new(struct hop_set *set, const char *dir,
                        const char *system_conf);
void agent_free(struct agent *a);
/* After the keytab has been loaded, and loaded again. */
void agent_set_keys(struct agent *a, const char *keytab, const char *account);

/* Opens DIR/machine.kcm, where root and members of the groups (by commas) see
 * and drop what the server itself holds: klist -li 0x3e7. */
HOP_MUST_CHECK bool agent_open_machine(struct agent *a, const char *groups,
                                       struct hop_error *err);

struct agent_session_options {
    const char *session;           /* ShellId */
    const char *user;              /* for the journal */
    uid_t uid;                     /* who may connect */
    const struct hop_grant *grant; /* copied */
    const char *allow, *deny;      /* lists of services; NULL: all, none */
    const char *lost; /* for a session of an earlier process: what it had, and
                         what to do; a constant, NULL: nothing */
};

/* Opens the session's socket; *conf is what KRB5_CONFIG is to be, beside
 * KRB5CCNAME=KCM: (free()). */
HOP_MUST_CHECK bool agent_open(struct agent *a,
                               const struct agent_session_options *o,
                               char **conf, struct hop_error *err);
/* Forgets everything of the session; unknown ones are no error. */
void agent_close(struct agent *a, const char *session);

/* Milliseconds until a child is overdue, -1: none. */
int agent_wait_ms(const struct agent *a);
/* Ends those that are. */
void agent_tick(struct agent *a);

#endif
