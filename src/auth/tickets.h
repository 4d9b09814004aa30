/* A caller's tickets, for klist and for advice: what the default cache holds.
 * For programs that are not linked with the Kerberos library: it comes with the
 * module hop-krb.so when one of these is first called.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_AUTH_TICKETS_H
#define HOP_AUTH_TICKETS_H

#include <stddef.h>
#include <stdint.h>

#include "auth/agentstatus.h"
#include "base/error.h"

/* RFC 4120 5.3 and RFC 4120 2, numbered as a whole word. */
#define HOP_TICKET_FORWARDABLE    0x40000000u
#define HOP_TICKET_OK_AS_DELEGATE 0x00040000u

struct hop_ticket {
    char *client, *server;     /* "alice@CORP.TEST" */
    int64_t start, end, renew; /* Unix time; renew 0: it cannot be */
    uint32_t flags;
    int32_t type, key_type; /* encryption of the ticket and of its session */
    bool tgt;
};

struct hop_tickets {
    char *cache; /* "FILE:/tmp/krb5cc_0" */
    char *owner; /* principal; NULL: there is no such cache */
    struct hop_ticket *rows;
    size_t count;
};

void hop_ticket_done(struct hop_ticket *t);
void hop_tickets_done(struct hop_tickets *t);

/* A cache that is not there has no tickets, which is no error. */
HOP_MUST_CHECK bool hop_tickets_list(struct hop_tickets *out,
                                     struct hop_error *err);
/* Drops the service tickets, *count of them.  The TGTs stay: nothing could
 * make others. */
HOP_MUST_CHECK bool hop_tickets_purge(size_t *count, struct hop_error *err);
/* Gets a ticket for an SPN into the cache, or finds it there. */
HOP_MUST_CHECK bool hop_tickets_get(const char *spn, struct hop_ticket *out,
                                    struct hop_error *err);

/* auth/agentstatus.h, by way of the module. */
HOP_MUST_CHECK bool hop_tickets_agent(bool machine,
                                      struct hop_agent_status *out,
                                      struct hop_error *err);
HOP_MUST_CHECK bool hop_tickets_agent_purge(bool machine,
                                            struct hop_error *err);

#endif
