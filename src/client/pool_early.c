/* What was said to a pool before it was open.  It waits as values: how secure
 * strings are written is known only when versions are agreed on.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "base/alloc.h"
#include "client/pool_event.h"

struct pool_early *
pool_early_find(const struct hop_pool *p, const struct hop_guid *id)
{
    for (struct pool_early *e = p->early; e; e = e->next)
        if (hop_guid_eq(&e->id, id))
            return e;
    return NULL;
}

bool
pool_early_add(struct hop_pool *p, const struct hop_guid *id,
               struct hop_psrp_message *m, struct hop_error *err)
{
    struct pool_early *e, **end = &p->early;

    if (pool_early_find(p, id)) {
        hop_psrp_message_done(m);
        return hop_error_set(err, HOP_ERROR_GENERIC, 0,
                             "there is such a pipeline already");
    }
    e = hop_xmalloc(sizeof(*e));
    e->id = *id;
    e->message = *m;
    memset(m, 0, sizeof(*m));
    while (*end)
        end = &(*end)->next;
    *end = e;
    return true;
}

void
pool_early_input(struct pool_early *e, struct hop_value v)
{
    if (e->n == e->cap) {
        e->cap = e->cap ? e->cap * 2 : 16;
        e->input = hop_xrealloc(e->input, e->cap, sizeof(*e->input));
    }
    e->input[e->n++] = hop_retain(v);
}

static void
free_early(struct pool_early *e)
{
    for (size_t i = 0; i < e->n; i++)
        hop_release(e->input[i]);
    free(e->input);
    hop_psrp_message_done(&e->message);
    free(e);
}

void
pool_early_drop(struct hop_pool *p, const struct hop_guid *id)
{
    for (struct pool_early **at = &p->early; *at; at = &(*at)->next) {
        struct pool_early *e = *at;

        if (id && !hop_guid_eq(&e->id, id))
            continue;
        *at = e->next;
        free_early(e);
        return;
    }
}

static bool
begin_early(struct hop_pool *p, struct pool_early *e, struct hop_error *err)
{
    struct hop_psrp_message *m = &e->message;
    bool ok = true;

    if (m->type == HOP_PSRP_CREATE_PIPELINE)
        ok = hop_pool_begin(p, &e->id, &m->u.pipeline, err);
    else if (m->type == HOP_PSRP_GET_COMMAND_METADATA)
        ok = hop_pool_metadata(p, &e->id, &m->u.metadata, err);
    else
        ok = hop_pool_attach(p, &e->id, err);
    m->type = 0;
    for (size_t i = 0; ok && i < e->n; i++)
        ok = hop_pool_input(p, &e->id, e->input[i], err);
    if (ok && e->input_ended)
        ok = hop_pool_end_input(p, &e->id, err);
    if (ok && e->stopped)
        hop_pool_stop(p, &e->id);
    return ok;
}

void
pool_early_begin(struct hop_pool *p)
{
    while (p->early) {
        struct pool_early *e = p->early;
        struct hop_error err = {0};

        p->early = e->next;
        if (!begin_early(p, e, &err))
            pool_note(p, HOP_POOL_PIPELINE_FAILED, HOP_CAUSE_USAGE, &err)
                ->pipeline = e->id;
        free_early(e);
    }
}
