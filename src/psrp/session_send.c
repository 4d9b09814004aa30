/* What a session sends: the queue of each channel, and what must wait.
 *
 * SPDX-License-Identifier: MIT
 */
#include "psrp/state.h"

#include <string.h>

#include "base/alloc.h"

bool
hop_psrp_session_take(struct hop_psrp_session *s, const struct hop_guid *id,
                      size_t room, size_t fragment, size_t count,
                      struct hop_buf *out, enum hop_psrp_stream *stream)
{
    struct channel *c = psrp_session_channel(s, id);

    if (!c || s->state == HOP_PSRP_POOL_DISCONNECTED)
        return false;
    s->turn = c->id;
    return hop_psrp_outbox_take(&c->out, room, fragment, count, out, stream);
}

bool
hop_psrp_session_pending(struct hop_psrp_session *s, struct hop_guid *id)
{
    struct channel *from = psrp_session_channel(s, &s->turn), *c;

    if (s->state == HOP_PSRP_POOL_DISCONNECTED)
        return false;
    if (!from)
        from = &s->root;
    c = from;
    do {
        c = c == &s->root ? s->pipelines : c->next;
        if (!c)
            c = &s->root;
        if (!hop_psrp_outbox_is_empty(&c->out)) {
            *id = c->id;
            return true;
        }
    } while (c != from);
    return false;
}

void
hop_psrp_session_skip(struct hop_psrp_session *s, const struct hop_guid *id)
{
    s->turn = *id;
}

size_t
hop_psrp_session_waiting(const struct hop_psrp_session *s,
                         const struct hop_guid *id)
{
    struct channel *c = psrp_session_channel(s, id);

    return c ? c->out.bytes : 0;
}

size_t
hop_psrp_session_waiting_all(const struct hop_psrp_session *s)
{
    size_t n = s->root.out.bytes;

    for (struct channel *c = s->pipelines; c; c = c->next)
        n += c->out.bytes;
    return n;
}

static bool
is_deferred(const struct hop_psrp_session *s, const struct channel *c)
{
    for (struct deferred *d = s->deferred; d; d = d->next)
        if (hop_guid_eq(&d->channel, &c->id) && c != &s->root)
            return true;
    return false;
}

static void
defer(struct hop_psrp_session *s, struct channel *c, struct hop_psrp_message *m)
{
    struct deferred *d = hop_xmalloc(sizeof(*d)), **end = &s->deferred;

    d->channel = c->id;
    d->message = *m;
    memset(m, 0, sizeof(*m));
    while (*end)
        end = &(*end)->next;
    *end = d;
}

static enum hop_psrp_stream
stream_of(enum hop_psrp_type type)
{
    return type == HOP_PSRP_PIPELINE_HOST_RESPONSE ||
                   type == HOP_PSRP_RUNSPACEPOOL_HOST_RESPONSE
               ? HOP_PSRP_PROMPT
               : HOP_PSRP_DEFAULT;
}

/* The server's first message has no pool yet (seen from PowerShell). */
static void
address(const struct hop_psrp_session *s, const struct channel *c,
        struct hop_psrp_message *m)
{
    memset(&m->pool, 0, sizeof(m->pool));
    memset(&m->pipeline, 0, sizeof(m->pipeline));
    if (!s->is_server || m->type != HOP_PSRP_SESSION_CAPABILITY)
        m->pool = s->pool;
    if (c != &s->root)
        m->pipeline = c->pipeline;
}

bool
psrp_session_queue(struct hop_psrp_session *s, struct channel *c,
                   struct hop_psrp_message *m, struct hop_error *err)
{
    struct hop_buf b = HOP_BUF_INIT;
    unsigned to = s->is_server ? HOP_PSRP_TO_CLIENT : HOP_PSRP_TO_SERVER;
    bool ok;

    if (is_deferred(s, c)) {
        defer(s, c, m);
        return true;
    }
    address(s, c, m);
    s->key_missing = false;
    ok = hop_psrp_message_encode(s->cx, &s->clixml, to, m, &b, err);
    if (!ok && s->key_missing && !s->is_server && s->keys &&
        s->keys->public_key) {
        hop_error_clear(err);
        hop_buf_done(&b);
        defer(s, c, m);
        psrp_session_ask_key(s);
        return true;
    }
    if (ok)
        hop_psrp_outbox_add(&c->out, ++s->next_object, stream_of(m->type), &b);
    hop_buf_done(&b);
    hop_psrp_message_done(m);
    return ok;
}

void
psrp_session_key_ready(struct hop_psrp_session *s)
{
    struct deferred *d = s->deferred;

    s->key_state = KEY_READY;
    s->deferred = NULL;
    while (d) {
        struct deferred *next = d->next;
        struct channel *c = psrp_session_channel(s, &d->channel);
        struct hop_error err = {0};

        if (c && !psrp_session_queue(s, c, &d->message, &err))
            psrp_session_raise(s, HOP_PSRP_TROUBLE, &c->id, &err);
        hop_psrp_message_done(&d->message);
        free(d);
        d = next;
    }
    psrp_session_release_holds(s);
}

static bool
may_send(const struct hop_psrp_session *s, const struct channel *c,
         const struct hop_psrp_type_info *info, struct hop_error *err)
{
    unsigned to = s->is_server ? HOP_PSRP_TO_CLIENT : HOP_PSRP_TO_SERVER;

    if (!info || !(info->to & to))
        return hop_error_set(err, HOP_ERROR_GENERIC, 0,
                             "%s does not go to this peer",
                             info ? info->name : "a message");
    if (s->state != HOP_PSRP_POOL_OPENED &&
        s->state != HOP_PSRP_POOL_DISCONNECTED)
        return hop_error_set(err, HOP_ERROR_GENERIC, 0,
                             "%s cannot be sent: the runspace pool is not open",
                             info->name);
    if (!c || info->of_pipeline != (c != &s->root) ||
        (info->of_pipeline && c->state != HOP_PSRP_PIPELINE_RUNNING &&
         c->state != HOP_PSRP_PIPELINE_STOPPING))
        return hop_error_set(err, HOP_ERROR_GENERIC, 0,
                             "%s cannot be sent: there is no pipeline at work",
                             info->name);
    return true;
}

bool
hop_psrp_session_send(struct hop_psrp_session *s, const struct hop_guid *id,
                      struct hop_psrp_message *m, struct hop_error *err)
{
    struct channel *c = psrp_session_channel(s, id);

    if (may_send(s, c, hop_psrp_type_find((uint32_t)m->type), err))
        return psrp_session_queue(s, c, m, err);
    hop_psrp_message_done(m);
    return false;
}

void
psrp_session_capability(const struct hop_psrp_session *s,
                        struct hop_psrp_message *m)
{
    *m = (struct hop_psrp_message){
        .type = HOP_PSRP_SESSION_CAPABILITY,
        .u.capability =
            {
                .protocol = {2, s->minor, -1, -1},
                .ps = {2, 0, -1, -1},
                .serialization = {1, 1, 0, 1},
                .time_zone = hop_void(),
            },
    };
}
