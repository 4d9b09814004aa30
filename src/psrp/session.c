/* What both roles of a session have: channels, messages in and out, secrets.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "base/alloc.h"
#include "base/base64.h"
#include "base/text.h"
#include "psrp/state.h"
#include "value/types/secure.h"

const struct hop_psrp_limits hop_psrp_default_limits = {
    .max_fragment = (size_t)1 << 20,
    .max_object = (size_t)10 << 20,
    .max_command = (size_t)50 << 20,
    .max_open = 16,
    .max_pipelines = 1000,
    .max_waiting = (size_t)16 << 20,
};

/* ---- channels ---- */

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

static void
init_channel(struct hop_psrp_session *s, struct channel *c)
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

static void
done_channel(struct channel *c)
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
    init_channel(s, c);
    while (*end)
        end = &(*end)->next;
    *end = c;
    s->pipeline_count++;
    return c;
}

static void
drop_unread(struct hop_psrp_session *s, const struct hop_guid *id)
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

static void
drop_deferred(struct hop_psrp_session *s, const struct hop_guid *id)
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
        drop_unread(s, id);
        drop_deferred(s, id);
        *at = c->next;
        s->pipeline_count--;
        done_channel(c);
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

/* ---- secure strings, MS-PSRP 2.2.5.1.24 ---- */

static bool
make_key(struct hop_psrp_session *s)
{
    if (!s->is_server || !s->keys || !s->keys->draw ||
        !s->keys->draw(s->keys->ctx, s->key, sizeof(s->key)))
        return false;
    s->key_state = KEY_READY;
    return true;
}

static bool
write_secret(void *ctx, struct hop_context *cx, struct hop_value v,
             struct hop_buf *out)
{
    struct hop_psrp_session *s = ctx;
    HOP_AUTO_BUF struct hop_buf wide = {.secret = true}, sealed = HOP_BUF_INIT;
    size_t n;
    const char *text = hop_secure_text(v, &n);

    (void)cx;
    hop_utf16le_from_utf8(&wide, text, n);
    if (s->minor >= 4) {
        hop_base64_encode(out, hop_buf_str(&wide), wide.len);
        return hop_buf_ok(out);
    }
    if (s->key_state != KEY_READY && !make_key(s)) {
        s->key_missing = true;
        return false;
    }
    if (!s->keys->seal(s->keys->ctx, s->key, hop_buf_str(&wide), wide.len,
                       &sealed))
        return false;
    hop_base64_encode(out, hop_buf_str(&sealed), sealed.len);
    return hop_buf_ok(out);
}

static bool
read_secret(void *ctx, struct hop_context *cx, const char *p, size_t n,
            struct hop_value *out)
{
    struct hop_psrp_session *s = ctx;
    HOP_AUTO_BUF struct hop_buf raw = {.secret = true}, wide = {.secret = true},
                                text = {.secret = true};
    struct hop_buf *plain = &raw;

    *out = hop_null();
    if (s->minor < 4 && s->key_state != KEY_READY) {
        s->key_missing = true;
        return true;
    }
    if (!hop_base64_decode(&raw, p, n))
        return false;
    if (s->minor < 4) {
        plain = &wide;
        if (!s->keys->open(s->keys->ctx, s->key, hop_buf_str(&raw), raw.len,
                           &wide))
            return false;
    }
    if (!hop_utf8_from_utf16le(&text, hop_buf_str(plain), plain->len))
        return false;
    *out = hop_secure_new(cx, hop_buf_str(&text), text.len);
    return true;
}

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
        .extend = o->extend,
        .write_secret = write_secret,
        .read_secret = read_secret,
        .secret_ctx = s,
    };
    init_channel(s, &s->root);
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
    drop_unread(s, &s->root.id);
    drop_deferred(s, &s->root.id);
    while (s->made && hop_psrp_session_next(s, &e))
        hop_psrp_event_done(&e);
    done_channel(&s->root);
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
    to =
        info && info->of_pipeline ? psrp_session_channel(s, &h.pipeline) : NULL;
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

/* Asks for the key that a secure string needs. */
static void
ask_key(struct hop_psrp_session *s)
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
        ask_key(s);
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

void
hop_psrp_event_done(struct hop_psrp_event *e)
{
    hop_psrp_message_done(&e->message);
}

/* ---- out ---- */

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
        ask_key(s);
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
