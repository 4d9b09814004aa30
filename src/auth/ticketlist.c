/* What lists of tickets own: needs no Kerberos library.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>

#include "auth/tickets.h"

void
hop_ticket_done(struct hop_ticket *t)
{
    free(t->client);
    free(t->server);
    *t = (struct hop_ticket){0};
}

void
hop_tickets_done(struct hop_tickets *t)
{
    for (size_t k = 0; k < t->count; k++)
        hop_ticket_done(&t->rows[k]);
    free(t->rows);
    free(t->cache);
    free(t->owner);
    *t = (struct hop_tickets){0};
}

void
hop_agent_status_done(struct hop_agent_status *s)
{
    for (size_t k = 0; k < s->count; k++) {
        free(s->entries[k].name);
        free(s->entries[k].text);
    }
    free(s->entries);
    *s = (struct hop_agent_status){0};
}
