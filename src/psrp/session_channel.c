/* The channels of a session: the pool's and one for each pipeline.
 *
 * SPDX-License-Identifier: MIT
 */
#include "psrp/state.h"

#include "base/alloc.h"

struct channel *
psrp_session_channel(const struct hop_psrp_session *s,
                     const struct hop_guid *id)
{
    if (!id || hop_guid_is_zero(id))
        return (struct channel *)&s->root;
    for (struct channel *c = s->pipelines; c; c = c->next)
        if (hop_guid_eq(&c->id, id))
            return c;
    return NULL;
}

void
psrp_channel_init(struct hop_psrp_session *s, struct channel *c)
{
    struct hop_psrp_join_limits limits = {
        .max_fragment = s->limits.max_fragment,
        .max_object = s->limits.max_object,
        .max_open = s->limits.max_open,
        .max_bytes = s->limits.max_object + s->limits.max_waiting,
    };

    for (int i = 0; i < HOP_PSRP_STREAMS; i++) {
        hop_psrp_joiner_init(&c->in[i], &limits);
        c->in[i].repeats = s->is_server;
    }
}

void
psrp_channel_done(struct channel *c)
{
    for (int i = 0; i < HOP_PSRP_STREAMS; i++)
        hop_psrp_joiner_done(&c->in[i]);
    hop_psrp_outbox_done(&c->out);
}

struct channel *
psrp_session_add(struct hop_psrp_session *s, const struct hop_guid *id,
                 struct hop_error *err)
{
    struct channel *c, **end = &s->pipelines;
    char text[HOP_GUID_TEXT];

    if (psrp_session_channel(s, id)) {
        hop_guid_format(id, false, text);
        hop_error_set(err, HOP_ERROR_PROTOCOL, 0,
                      "there is a pipeline %s already", text);
        return NULL;
    }
    if (s->pipeline_count == s->limits.max_pipelines) {
        hop_error_set(err, HOP_ERROR_LIMIT, 0,
                      "a session has no more than %zu pipelines at a time",
                      s->limits.max_pipelines);
        return NULL;
    }
    c = hop_xmalloc(sizeof(*c));
    c->id = c->pipeline = *id;
    psrp_channel_init(s, c);
    while (*end)
        end = &(*end)->next;
    *end = c;
    s->pipeline_count++;
    return c;
}

void
psrp_session_drop_unread(struct hop_psrp_session *s, const struct hop_guid *id)
{
    struct unread **at = &s->first, *last = NULL;

    while (*at) {
        struct unread *u = *at;

        if (!hop_guid_eq(&u->channel, id)) {
            last = u;
            at = &u->next;
            continue;
        }
        *at = u->next;
        s->unread -= u->n;
        free(u);
    }
    s->last = last;
}

void
psrp_session_drop_deferred(struct hop_psrp_session *s,
                           const struct hop_guid *id)
{
    struct deferred **at = &s->deferred;

    while (*at) {
        struct deferred *d = *at;

        if (!hop_guid_eq(&d->channel, id)) {
            at = &d->next;
            continue;
        }
        *at = d->next;
        hop_psrp_message_done(&d->message);
        free(d);
    }
}

void
hop_psrp_session_forget(struct hop_psrp_session *s, const struct hop_guid *id)
{
    for (struct channel **at = &s->pipelines; *at; at = &(*at)->next) {
        struct channel *c = *at;

        if (!hop_guid_eq(&c->id, id))
            continue;
        psrp_session_drop_unread(s, id);
        psrp_session_drop_deferred(s, id);
        *at = c->next;
        s->pipeline_count--;
        psrp_channel_done(c);
        free(c);
        psrp_session_release_holds(s);
        return;
    }
}

void
psrp_session_release_holds(struct hop_psrp_session *s)
{
    s->root.held = false;
    for (struct channel *c = s->pipelines; c; c = c->next)
        c->held = false;
}
