/* What a session's credential agent has given out and refused: asked by
 * programs inside the session, klist for one.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_AUTH_AGENTSTATUS_H
#define HOP_AUTH_AGENTSTATUS_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* Where hopd's own tickets are asked about. */
#define HOP_AGENT_MACHINE "/run/hop/auth/machine.kcm"

enum hop_agent_line {
    HOP_AGENT_FROM,    /* what tickets are made from: name is "forwarded",
                          "constrained" or "any protocol"; of the machine
                          "keytab" or "nothing" */
    HOP_AGENT_TICKET,  /* given: name is the service, time its end */
    HOP_AGENT_REFUSED, /* name is the service, time when */
    HOP_AGENT_LOST,    /* hopd-auth was started again at that time; text says
                          what the session has lost, and what to do */
};

struct hop_agent_entry {
    enum hop_agent_line kind;
    char *name;   /* LOST: "" */
    int64_t time; /* Unix time; FROM: its end */
    int32_t code; /* REFUSED: krb5_error_code */
    char *text;   /* FROM: the principal; REFUSED: why, for people */
};

struct hop_agent_status {
    struct hop_agent_entry *entries;
    size_t count;
};

/* Asks the agent at the socket that krb5.conf names (kcm_socket).  Fails when
 * this is no session with an agent (KRB5CCNAME is not "KCM:..."). */
HOP_MUST_CHECK bool hop_agent_status_get(struct hop_agent_status *out,
                                         struct hop_error *err);
/* The same of hopd's own tickets; root and the host's administrators alone are
 * answered (errno EACCES else). */
HOP_MUST_CHECK bool hop_agent_machine_status(struct hop_agent_status *out,
                                             struct hop_error *err);
/* Has the session's agent, or hopd itself (machine), drop the tickets it has
 * made; they are made anew when they are asked for. */
HOP_MUST_CHECK bool hop_agent_purge(bool machine, struct hop_error *err);
void hop_agent_status_done(struct hop_agent_status *s);
/* Why programs in this session have no credential to show: what its agent has
 * lost, else what hopd said when it was opened (HOP_SESSION_REASON).  NULL when
 * there is nothing to say; free(). */
char *hop_agent_reason(void);

#endif
