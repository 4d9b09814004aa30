/* SPDX-License-Identifier: MIT */
#include "cmdlets/secondhop/facts.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "auth/tickets.h"
#include "base/alloc.h"
#include "client/offers.h"
#include "config/fresh.h"

/* ---- this host */

static void
ask_policy(struct hop_arena *a, struct secondhop_facts *f)
{
    static const struct {
        uint32_t code;
        const char *why;
    } rows[] = {
        {HOP_FRESH_DISABLED, "CredSSP is off (Client/Auth/CredSSP)"},
        {HOP_FRESH_NOT_LISTED,
         "it is not on the list Client/AllowFreshCredentials"},
    };
    HOP_CLEANUP(hop_config_done) struct hop_config config;
    struct hop_error err = {0};

    hop_config_init(&config);
    f->fresh = SECONDHOP_NO;
    if (hop_config_load(&config, HOP_CONFIG_DIR, &err) &&
        hop_fresh_allowed(&config, f->via, NULL, HOP_FRESH_UNKNOWN, time(NULL),
                          &err)) {
        f->fresh = SECONDHOP_YES;
        return;
    }
    for (size_t k = 0; k < HOP_ARRAY_SIZE(rows) && !f->fresh_why; k++)
        if (err.domain == HOP_ERROR_WSMAN && err.code == rows[k].code)
            f->fresh_why = rows[k].why;
    if (f->fresh_why == NULL)
        f->fresh_why = hop_arena_strdup(a, err.text);
}

/* A ticket made of a password is asked to be forwardable. */
static void
ask_tickets(const struct secondhop_question *q, struct hop_arena *a,
            struct secondhop_facts *f)
{
    HOP_CLEANUP(hop_tickets_done) struct hop_tickets t = {0};

    if (q->user != NULL) {
        f->credential = q->user;
        return;
    }
    if (!hop_tickets_list(&t, NULL) || t.owner == NULL)
        return;
    f->user = hop_arena_strdup(a, t.owner);
    for (size_t k = 0; k < t.count; k++)
        if (t.rows[k].tgt && t.rows[k].end > time(NULL))
            f->forwardable = t.rows[k].flags & HOP_TICKET_FORWARDABLE
                                 ? SECONDHOP_YES
                                 : SECONDHOP_NO;
}

/* ---- b */

static void
ask_server(struct hop_arena *a, struct secondhop_facts *f)
{
    struct hop_offers o;
    struct hop_error err = {0};

    if (hop_offers_get(f->via, &o, &err)) {
        f->offers_credssp = o.credssp ? SECONDHOP_YES : SECONDHOP_NO;
        f->windows = o.windows ? SECONDHOP_YES : SECONDHOP_NO;
    } else {
        f->unreached = hop_arena_strdup(a, err.text);
    }
}

void
secondhop_gather(const struct secondhop_question *q, struct hop_arena *a,
                 struct secondhop_facts *out)
{
    *out = (struct secondhop_facts){.via = q->via, .to = q->to};
    ask_tickets(q, a, out);
    secondhop_ask_directory(q, a, out);
    ask_policy(a, out);
    ask_server(a, out);
}
