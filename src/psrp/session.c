/* A session: what comes in, in its order, and what is told of it.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "base/alloc.h"
#include "psrp/state.h"

const struct hop_psrp_limits hop_psrp_default_limits = {
    .max_fragment = (size_t)1 << 20,
    .max_object = (size_t)10 << 20,
    .max_command = (size_t)50 << 20,
    .max_open = 16,
    .max_pipelines = 1000,
    .max_waiting = (size_t)16 << 20,
};

/* ---- making and ending ---- */

struct hop_psrp_session *
psrp_session_new(const struct hop_psrp_options *o, bool is_server)
{
    struct hop_psrp_session *s = hop_xmalloc(sizeof(*s));

    s->is_server = is_server;
    s->cx = o->cx;
    s->limits = o->limits ? *o->limits : hop_psrp_default_limits;
    s->keys = o->keys;
    s->pool = o->pool;
    s->minor = s->own_minor = o->minor ? o->minor : 4;
    s->min = s->max = 1;
    s->runspaces = o->runspaces ? o->runspaces : 1;
    s->private_data = hop_null();
    s->clixml = (struct hop_clixml_options){
        .depth = 1,
        .lenient = true,
        .extend = o->extend,
        .write_secret = psrp_session_write_secret,
        .read_secret = psrp_session_read_secret,
        .secret_ctx = s,
    };
    psrp_channel_init(s, &s->root);
    return s;
}

void
hop_psrp_session_free(struct hop_psrp_session *s)
{
    struct hop_psrp_event e;

    if (!s)
        return;
    while (s->pipelines) {
        struct hop_guid id = s->pipelines->id;

        hop_psrp_session_forget(s, &id);
    }
    psrp_session_drop_unread(s, &s->root.id);
    psrp_session_drop_deferred(s, &s->root.id);
    while (s->made && hop_psrp_session_next(s, &e))
        hop_psrp_event_done(&e);
    psrp_channel_done(&s->root);
    hop_release(s->private_data);
    explicit_bzero(s->key, sizeof(s->key));
    free(s);
}

/* ---- in ---- */

struct arrival {
    struct hop_psrp_session *s;
    struct channel *c;
};

static bool
check_quota(struct hop_psrp_session *s, struct channel *c, size_t n,
            struct hop_error *err)
{
    c->received += n;
    if (c == &s->root || !s->limits.max_command ||
        c->received <= s->limits.max_command)
        return true;
    return hop_error_set(err, HOP_ERROR_LIMIT, 0,
                         "a pipeline has sent more than the %zu bytes allowed",
                         s->limits.max_command);
}

/* By the id in the heads of messages, which need not be the transport's. */
static struct channel *
find_pipeline(const struct hop_psrp_session *s, const struct hop_guid *id)
{
    for (struct channel *c = s->pipelines; c; c = c->next)
        if (hop_guid_eq(&c->pipeline, id))
            return c;
    return NULL;
}

/* Some clients send a pipeline's input in the shell's own stream: as in
 * PowerShell it is the message that says whose it is. */
static struct channel *
addressee(struct hop_psrp_session *s, struct channel *c, const uint8_t *p,
          size_t n)
{
    const struct hop_psrp_type_info *info;
    struct hop_psrp_head h;
    struct hop_error ignored;
    struct channel *to;
    const char *body;
    size_t body_n;

    if (!s->is_server || c != &s->root)
        return c;
    if (!hop_psrp_head_decode(p, n, &h, &body, &body_n, &ignored)) {
        hop_error_clear(&ignored);
        return c; /* told when its turn comes */
    }
    info = hop_psrp_type_find(h.type);
    to = info && info->of_pipeline ? find_pipeline(s, &h.pipeline) : NULL;
    return to ? to : c;
}

static bool
arrive(void *ctx, const uint8_t *p, size_t n, struct hop_error *err)
{
    struct arrival *a = ctx;
    struct hop_psrp_session *s = a->s;
    struct channel *c = addressee(s, a->c, p, n);
    struct unread *u;

    if (c != a->c && !check_quota(s, c, n, err))
        return false;
    if (s->unread + n > s->limits.max_waiting + s->limits.max_object)
        return hop_error_set(err, HOP_ERROR_LIMIT, 0,
                             "more than %zu bytes of messages wait",
                             s->limits.max_waiting);
    u = hop_xmalloc(sizeof(*u) + n);
    u->channel = c->id;
    u->n = n;
    memcpy(u->data, p, n);
    if (s->last)
        s->last->next = u;
    else
        s->first = u;
    s->last = u;
    s->unread += n;
    return true;
}

static bool
is_over(const struct hop_psrp_session *s)
{
    return s->state == HOP_PSRP_POOL_BROKEN || s->state == HOP_PSRP_POOL_CLOSED;
}

/* A limit was passed: the session ends, as PowerShell's does. */
static void
break_session(struct hop_psrp_session *s, const struct hop_error *err)
{
    struct hop_psrp_error e = {
        .message = err->text,
        .id = "PSSessionStateBroken",
        .exception = "System.Management.Automation.Remoting."
                     "PSRemotingTransportException",
        .category = HOP_CAT_QUOTA_EXCEEDED,
        .reason = "PSRemotingTransportException",
    };
    struct hop_error ignored;

    if (s->is_server &&
        !hop_psrp_server_close(s, HOP_PSRP_POOL_BROKEN,
                               hop_psrp_error_new(s->cx, &e), &ignored))
        hop_error_clear(&ignored);
    s->state = HOP_PSRP_POOL_BROKEN;
    psrp_session_raise(s, HOP_PSRP_BROKEN, NULL, err);
}

bool
hop_psrp_session_feed(struct hop_psrp_session *s, const struct hop_guid *id,
                      enum hop_psrp_stream stream, const void *p, size_t n,
                      struct hop_error *err)
{
    struct arrival a = {s, psrp_session_channel(s, id)};

    if (!a.c || is_over(s))
        return true;
    if (check_quota(s, a.c, n, err) &&
        hop_psrp_joiner_add(&a.c->in[stream], p, n, arrive, &a, err))
        return true;
    if (err->domain == HOP_ERROR_LIMIT)
        break_session(s, err);
    else
        psrp_session_raise(s, HOP_PSRP_TROUBLE, &a.c->id, err);
    return false;
}

size_t
hop_psrp_session_unread(const struct hop_psrp_session *s)
{
    return s->unread;
}

void
psrp_session_raise(struct hop_psrp_session *s, enum hop_psrp_event_kind kind,
                   const struct hop_guid *channel, const struct hop_error *err)
{
    struct made *m = hop_xmalloc(sizeof(*m)), **end = &s->made;

    m->event.kind = kind;
    if (channel)
        m->event.channel = *channel;
    if (err)
        m->event.error = *err;
    while (*end)
        end = &(*end)->next;
    *end = m;
}

static bool
refuse(struct hop_error *err, const char *name, const char *why)
{
    return hop_error_set(err, HOP_ERROR_PROTOCOL, 0, "%s was refused: %s", name,
                         why);
}

/* Whether a message of this kind may come in this channel now. */
static bool
is_in_order(const struct hop_psrp_session *s, const struct channel *c,
            const struct hop_psrp_type_info *info, const struct receive *row,
            const struct hop_psrp_head *h, struct hop_error *err)
{
    unsigned to = s->is_server ? HOP_PSRP_TO_SERVER : HOP_PSRP_TO_CLIENT;

    if (h->to != to || !(info->to & to) || !row)
        return refuse(err, info->name, "it is not for this side");
    if (info->of_pipeline != (c != &s->root))
        return refuse(err, info->name, "it came in another channel");
    if (s->negotiated && info->type != HOP_PSRP_SESSION_CAPABILITY &&
        !hop_guid_eq(&h->pool, &s->pool) &&
        (s->is_server || !hop_guid_is_zero(&h->pool)))
        return refuse(err, info->name, "it is for another runspace pool");
    if (!(row->states & (1u << s->state)))
        return refuse(err, info->name,
                      "the runspace pool is in a state that does not allow it");
    return true;
}

void
psrp_session_ask_key(struct hop_psrp_session *s)
{
    struct hop_psrp_message m = {.type = HOP_PSRP_PUBLIC_KEY_REQUEST};
    HOP_AUTO_BUF struct hop_buf text = HOP_BUF_INIT;
    struct hop_error err = {0};
    bool ok = true;

    if (s->key_state != KEY_NONE)
        return;
    if (!s->is_server) {
        m.type = HOP_PSRP_PUBLIC_KEY;
        ok = s->keys && s->keys->public_key &&
             s->keys->public_key(s->keys->ctx, &text, &err);
        m.u.key.text = hop_string_new(hop_buf_str(&text), text.len);
    }
    if (ok && psrp_session_queue(s, &s->root, &m, &err)) {
        s->key_state = KEY_ASKED;
        return;
    }
    hop_psrp_message_done(&m);
    if (err.domain == HOP_ERROR_NONE)
        hop_error_set(&err, HOP_ERROR_GENERIC, 0,
                      "there is no way to make a session key");
    hop_error_prefix(&err, "secure string");
    psrp_session_raise(s, HOP_PSRP_TROUBLE, NULL, &err);
}

static enum taken
process(struct hop_psrp_session *s, struct channel *c, const struct unread *u,
        struct hop_psrp_event *e, struct hop_error *err)
{
    const struct hop_psrp_type_info *info;
    const struct receive *row;
    struct hop_psrp_head h;
    const char *body;
    size_t n;
    enum taken taken;

    if (!hop_psrp_head_decode(u->data, u->n, &h, &body, &n, err))
        return TAKEN_REFUSED;
    info = hop_psrp_type_find(h.type);
    if (!info)
        return TAKEN_SILENT; /* MS-PSRP: of a later version */
    if (s->is_server && c == &s->root &&
        (info->type == HOP_PSRP_PIPELINE_INPUT ||
         info->type == HOP_PSRP_END_OF_PIPELINE_INPUT))
        return TAKEN_SILENT; /* of a pipeline that is gone */
    row = s->is_server ? psrp_server_receive(info->type)
                       : psrp_client_receive(info->type);
    if (!is_in_order(s, c, info, row, &h, err))
        return TAKEN_REFUSED;
    e->kind = HOP_PSRP_MESSAGE;
    e->channel = c->id;
    e->message = (struct hop_psrp_message){
        .type = info->type, .pool = h.pool, .pipeline = h.pipeline};
    s->key_missing = false;
    if (!hop_psrp_body_decode(s->cx, &s->clixml, body, n, &e->message, err))
        return TAKEN_REFUSED;
    taken = TAKEN_HOLD;
    if (s->key_missing)
        psrp_session_ask_key(s);
    else
        taken = row->take(s, c, e, err);
    if (taken != TAKEN_EVENT)
        hop_psrp_message_done(&e->message);
    return taken;
}

static bool
next_made(struct hop_psrp_session *s, struct hop_psrp_event *e)
{
    struct made *m = s->made;

    if (!m)
        return false;
    *e = m->event;
    s->made = m->next;
    free(m);
    return true;
}

static void
remove_unread(struct hop_psrp_session *s, struct unread *u)
{
    struct unread **at = &s->first, *before = NULL;

    while (*at != u) {
        before = *at;
        at = &(*at)->next;
    }
    *at = u->next;
    if (s->last == u)
        s->last = before;
    s->unread -= u->n;
    free(u);
}

static struct unread *
next_unread(const struct hop_psrp_session *s, struct channel **c)
{
    for (struct unread *u = s->first; u; u = u->next) {
        *c = psrp_session_channel(s, &u->channel);
        if (*c && !(*c)->held)
            return u;
    }
    return NULL;
}

bool
hop_psrp_session_next(struct hop_psrp_session *s, struct hop_psrp_event *e)
{
    struct channel *c;
    struct unread *u;

    memset(e, 0, sizeof(*e));
    while (!next_made(s, e)) {
        enum taken taken;

        u = is_over(s) ? NULL : next_unread(s, &c);
        if (!u)
            return false;
        taken = process(s, c, u, e, &e->error);
        if (taken == TAKEN_HOLD) {
            c->held = true;
            continue;
        }
        remove_unread(s, u);
        if (taken == TAKEN_EVENT)
            return true;
        if (taken == TAKEN_REFUSED) {
            e->kind = HOP_PSRP_TROUBLE;
            e->channel = c->id;
            return true;
        }
    }
    return true;
}

/* The type of a message that is not decoded. */
static enum hop_psrp_type
type_of(const struct unread *u)
{
    const struct hop_psrp_type_info *info = NULL;
    struct hop_psrp_head h;
    struct hop_error ignored;
    const char *body;
    size_t n;

    if (hop_psrp_head_decode(u->data, u->n, &h, &body, &n, &ignored))
        info = hop_psrp_type_find(h.type);
    return info ? info->type : (enum hop_psrp_type)0;
}

void
psrp_session_answer(struct hop_psrp_session *s,
                    bool (*is_one)(enum hop_psrp_type type))
{
    struct unread *u = s->first, *next;

    for (; u && !is_over(s); u = next) {
        struct hop_psrp_event e = {0};

        next = u->next;
        if (!hop_guid_is_zero(&u->channel))
            continue;
        if (s->root.held || !is_one(type_of(u)) ||
            process(s, &s->root, u, &e, &e.error) == TAKEN_HOLD)
            return;
        if (e.error.domain != HOP_ERROR_NONE)
            psrp_session_raise(s, HOP_PSRP_TROUBLE, NULL, &e.error);
        remove_unread(s, u);
    }
}

bool
psrp_session_take_first(struct hop_psrp_session *s, enum hop_psrp_type type,
                        struct hop_psrp_event *e)
{
    for (struct unread *u = s->first; u && !is_over(s); u = u->next) {
        struct channel *c = psrp_session_channel(s, &u->channel);

        memset(e, 0, sizeof(*e));
        if (!c || c->held || type_of(u) != type ||
            process(s, c, u, e, &e->error) != TAKEN_EVENT)
            continue;
        remove_unread(s, u);
        return true;
    }
    return false;
}

void
hop_psrp_event_done(struct hop_psrp_event *e)
{
    hop_psrp_message_done(&e->message);
}

/* ---- state ---- */

enum hop_psrp_pool_state
hop_psrp_session_state(const struct hop_psrp_session *s)
{
    return s->state;
}

int32_t
hop_psrp_session_minor(const struct hop_psrp_session *s)
{
    return s->minor < 1 ? 1 : s->minor;
}

const struct hop_guid *
hop_psrp_session_pool(const struct hop_psrp_session *s)
{
    return &s->pool;
}

void
hop_psrp_session_size(const struct hop_psrp_session *s, int32_t *min,
                      int32_t *max)
{
    *min = s->min;
    *max = s->max;
}

enum hop_psrp_pipeline_state
hop_psrp_session_pipeline_state(const struct hop_psrp_session *s,
                                const struct hop_guid *id)
{
    struct channel *c = psrp_session_channel(s, id);

    return c ? c->state : HOP_PSRP_PIPELINE_NOT_STARTED;
}

bool
hop_psrp_session_has(const struct hop_psrp_session *s,
                     const struct hop_guid *id)
{
    return psrp_session_channel(s, id) != NULL;
}

void
hop_psrp_session_disconnected(struct hop_psrp_session *s)
{
    if (s->state != HOP_PSRP_POOL_OPENED)
        return;
    s->before_disconnect = s->state;
    s->state = HOP_PSRP_POOL_DISCONNECTED;
}

void
hop_psrp_session_reconnected(struct hop_psrp_session *s)
{
    if (s->state == HOP_PSRP_POOL_DISCONNECTED)
        s->state = s->before_disconnect;
}
