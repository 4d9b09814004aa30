/* hopd-run-cim: instances of this host, made as the user who asks for them.
 *
 * One request at a time.  What does not go into one answer waits in a context
 * until it is pulled; a process that has had nothing to do for a while ends,
 * unless programs that it was asked to start still run.
 *
 * SPDX-License-Identifier: MIT
 */
#include "server/run.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/text.h"
#include "cim/wire.h"
#include "cim/wql.h"
#include "server/family.h"
#include "server/messages.h"
#include "server/run_channels.h"

#define IDLE_MS      90000
#define CONTEXTS_MAX 64
#define ARGUMENTS    64

#define CODE_CONTEXT 0x8033801Bu /* ERROR_WSMAN_..._INVALID_ENUMERATION_... */
#define CODE_DIALECT 0x80338019u
#define CODE_LIMIT   0x80338035u
#define CODE_URI     0x8033803Bu
#define CODE_QUOTA   0x8033803Fu

struct context {
    struct context *next;
    uint64_t id, used_at;
    uint8_t mode;
    struct hop_wql q;
    struct hop_cim_cursor *cursor;
    struct hop_buf held; /* an item that did not fit any more */
};

struct run {
    struct hop_run_channels ch;
    struct context *contexts; /* newest first */
    uint64_t last_id, used_at;
};

/* ---- contexts ---- */

static void
free_context(struct run *r, struct context *x)
{
    struct context **link = &r->contexts;

    while (*link && *link != x)
        link = &(*link)->next;
    if (*link)
        *link = x->next;
    hop_cim_close(x->cursor);
    hop_wql_done(&x->q);
    hop_buf_done(&x->held);
    free(x);
}

static struct context *
find_context(struct run *r, uint64_t id)
{
    struct context *x = r->contexts;

    while (x && x->id != id)
        x = x->next;
    return x;
}

static void
drop_unused(struct run *r, uint64_t idle_ms)
{
    uint64_t now = hop_now_ms();

    for (struct context *x = r->contexts, *next; x; x = next) {
        next = x->next;
        if (now - x->used_at > idle_ms)
            free_context(r, x);
    }
}

static bool
keep_context(struct run *r, struct context *x, struct hop_error *err)
{
    size_t n = 0;

    for (struct context *o = r->contexts; o; o = o->next)
        n++;
    if (n >= CONTEXTS_MAX)
        return hop_error_set(err, HOP_ERROR_WSMAN, CODE_QUOTA,
                             "%zu enumerations are under way; release or "
                             "finish some",
                             n);
    x->id = ++r->last_id;
    x->next = r->contexts;
    r->contexts = x;
    return true;
}

/* ---- what is asked ---- */

/* Pairs out of NUL-ended texts. */
static size_t
take_pairs(struct hop_ipc_bytes b, struct hop_cim_argument out[ARGUMENTS])
{
    const char *p = b.data, *end = p + b.len;
    size_t n = 0;

    while (p < end && n < ARGUMENTS) {
        const char *value = p + strnlen(p, (size_t)(end - p)) + 1;

        if (value >= end)
            break;
        out[n++] = (struct hop_cim_argument){p, value};
        p = value + strnlen(value, (size_t)(end - value)) + 1;
    }
    return n;
}

/* Selectors that are no keys say where, not which. */
static size_t
drop_namespace(struct hop_cim_argument *keys, size_t n)
{
    size_t kept = 0;

    for (size_t i = 0; i < n; i++)
        if (strncmp(keys[i].name, "__", 2) != 0)
            keys[kept++] = keys[i];
    return kept;
}

static const struct hop_cim_class *
find_class(const struct hop_msg_ask *m, const char *from, struct hop_error *err)
{
    const char *name, *ns;
    size_t n;
    const struct hop_cim_class *cls;

    if (!hop_cim_uri_parse(m->resource, &name, &ns, &n)) {
        hop_error_set(err, HOP_ERROR_WSMAN, CODE_URI,
                      "The resource %s names no class.", m->resource);
        return NULL;
    }
    if (n != strlen("root/cimv2") || !hop_ascii_ieqn(ns, "root/cimv2", n)) {
        hop_cim_fail(err, HOP_CIM_E_INVALID_NAMESPACE,
                     "There is no namespace %.*s on this host; there is "
                     "root/cimv2.",
                     (int)n, ns);
        return NULL;
    }
    if (strcmp(name, "*") == 0)
        name = from ? from : "";
    cls = hop_cim_class_find(name);
    if (!cls)
        hop_cim_fail(err, HOP_CIM_E_INVALID_CLASS,
                     "There is no class %s in root/cimv2 of this host.", name);
    return cls;
}

static bool
take_filter(const struct hop_msg_ask *m, struct hop_wql *q,
            struct hop_error *err)
{
    static const char selector[] =
        "http://schemas.dmtf.org/wbem/wsman/1/wsman/SelectorFilter";
    static const char wql[] = "http://schemas.microsoft.com/wbem/wsman/1/WQL";
    static const char cql[] = "http://schemas.dmtf.org/wbem/cql/1/dsp0202.pdf";
    struct hop_cim_argument keys[ARGUMENTS];

    hop_arena_init(&q->arena, 0);
    if (m->filter[0] == '\0' && m->selectors.len == 0)
        return true;
    if (m->dialect[0] == '\0' || hop_ascii_ieq(m->dialect, wql) ||
        hop_ascii_ieq(m->dialect, cql))
        return m->filter[0] == '\0' || hop_wql_parse(q, m->filter, err);
    if (!hop_ascii_ieq(m->dialect, selector))
        return hop_error_set(err, HOP_ERROR_WSMAN, CODE_DIALECT,
                             "Filters of the dialect %.100s are not "
                             "understood here; those of WQL and of selectors "
                             "are.",
                             m->dialect);
    hop_wql_require(q, keys, take_pairs(m->selectors, keys));
    return true;
}

/* ---- items ---- */

static void
encode_item(const struct context *x, const struct hop_cim_instance *i,
            struct hop_buf *out)
{
    bool both = x->mode == HOP_ASK_BOTH;

    if (both)
        hop_buf_adds(out, "<w:Item>");
    if (x->mode != HOP_ASK_EPRS)
        hop_cim_encode(out, i, &x->q);
    if (x->mode != HOP_ASK_OBJECTS)
        hop_cim_encode_epr(out, i);
    if (both)
        hop_buf_adds(out, "</w:Item>");
}

/* 1, 0 at the end, -1 */
static int
next_item(struct context *x, struct hop_error *err)
{
    HOP_AUTO_CIM_INSTANCE struct hop_cim_instance i = {0};
    int got;

    if (x->held.len)
        return 1;
    got = hop_cim_next(x->cursor, &i, err);
    if (got > 0)
        encode_item(x, &i, &x->held);
    return got;
}

/* As many as the client takes and an envelope holds. */
static bool
add_items(struct context *x, uint32_t most, size_t room, struct hop_buf *out,
          bool *end, struct hop_error *err)
{
    int got = 1;

    *end = false;
    for (; most > 0; most--) {
        got = next_item(x, err);
        if (got < 0)
            return false;
        if (got == 0 || out->len + x->held.len > room)
            break;
        hop_buf_add(out, x->held.data, x->held.len);
        hop_buf_clear(&x->held);
    }
    if (got > 0 && most == 0)
        got = next_item(x, err); /* is there another? */
    *end = got == 0;
    if (got > 0 && out->len == 0 && x->held.len > room)
        return hop_error_set(err, HOP_ERROR_WSMAN, CODE_LIMIT,
                             "The next item has %zu bytes, more than fit into "
                             "an answer of %zu.",
                             x->held.len, room);
    return got >= 0;
}

struct answer {
    struct hop_buf xml;
    uint64_t context;
    bool end;
};

static bool
answer_enumerate(struct run *r, const struct hop_msg_ask *m, struct answer *a,
                 struct hop_error *err)
{
    struct context *x = hop_xmalloc(sizeof(*x));
    const struct hop_cim_class *cls;
    bool ok;

    x->mode = m->mode;
    x->used_at = hop_now_ms();
    ok = take_filter(m, &x->q, err) &&
         (cls = find_class(m, x->q.class_name, err)) &&
         hop_cim_open(cls, &x->q, &x->cursor, err) &&
         (!m->optimize ||
          add_items(x, m->max_elements, m->max_bytes, &a->xml, &a->end, err)) &&
         (a->end || keep_context(r, x, err));
    if (!ok || a->end)
        free_context(r, x);
    else
        a->context = x->id;
    return ok;
}

static struct context *
find_or_fail(struct run *r, const struct hop_msg_ask *m, struct hop_error *err)
{
    struct context *x = find_context(r, m->context);

    if (!x)
        hop_error_set(err, HOP_ERROR_WSMAN, CODE_CONTEXT,
                      "There is no such enumeration: it has ended, or nobody "
                      "has pulled for too long. Begin a new one.");
    return x;
}

static bool
answer_pull(struct run *r, const struct hop_msg_ask *m, struct answer *a,
            struct hop_error *err)
{
    struct context *x = find_or_fail(r, m, err);
    bool ok;

    if (!x)
        return false;
    x->used_at = hop_now_ms();
    ok = add_items(x, m->max_elements, m->max_bytes, &a->xml, &a->end, err);
    if (ok && !a->end)
        a->context = x->id;
    else
        free_context(r, x);
    return ok;
}

static bool
answer_release(struct run *r, const struct hop_msg_ask *m, struct answer *a,
               struct hop_error *err)
{
    struct context *x = find_or_fail(r, m, err);

    if (x)
        free_context(r, x);
    return x != NULL;
}

static bool
answer_get(struct run *r, const struct hop_msg_ask *m, struct answer *a,
           struct hop_error *err)
{
    HOP_AUTO_CIM_INSTANCE struct hop_cim_instance i = {0};
    struct hop_cim_argument keys[ARGUMENTS];
    size_t n = drop_namespace(keys, take_pairs(m->selectors, keys));
    const struct hop_cim_class *cls = find_class(m, NULL, err);

    if (!cls || !hop_cim_get_instance(cls, keys, n, &i, err))
        return false;
    hop_cim_encode(&a->xml, &i, NULL);
    return true;
}

static bool
answer_invoke(struct run *r, const struct hop_msg_ask *m, struct answer *a,
              struct hop_error *err)
{
    struct hop_cim_argument keys[ARGUMENTS], in[ARGUMENTS];
    size_t n = drop_namespace(keys, take_pairs(m->selectors, keys));
    struct hop_cim_call call = {.in = in, .n_in = take_pairs(m->arguments, in)};
    const struct hop_cim_class *cls = find_class(m, NULL, err);

    if (!cls || !hop_cim_invoke(cls, keys, n, m->method, &call, err))
        return false;
    hop_cim_encode_result(&a->xml, cls->name, m->method, &call);
    free(call.out_text);
    return true;
}

static bool (*const answers[HOP_ASK_COUNT])(struct run *r,
                                            const struct hop_msg_ask *m,
                                            struct answer *a,
                                            struct hop_error *err) = {
    [HOP_ASK_ENUMERATE] = answer_enumerate, [HOP_ASK_PULL] = answer_pull,
    [HOP_ASK_RELEASE] = answer_release,     [HOP_ASK_GET] = answer_get,
    [HOP_ASK_INVOKE] = answer_invoke,
};

static bool
on_ask(void *ctx, struct hop_ipc_msg *msg, struct hop_error *err)
{
    struct run *r = ctx;
    struct hop_msg_ask m;
    struct answer a = {0};
    struct hop_error why = {0};
    struct hop_msg_told told = {.text = ""};

    if (!hop_ipc_unpack(msg, &m, err))
        return false;
    if (m.op >= HOP_ASK_COUNT)
        return hop_error_set(err, HOP_ERROR_PROTOCOL, 0, "no such request");
    drop_unused(r, m.idle_ms);
    told.ok = answers[m.op](r, &m, &a, &why);
    if (told.ok) {
        told.context = a.context;
        told.end = a.end;
        told.xml = (struct hop_ipc_bytes){a.xml.data, a.xml.len};
    } else {
        told.code = why.domain == HOP_ERROR_WSMAN ? (uint32_t)why.code
                                                  : HOP_CIM_E_FAILED;
        told.text = why.text;
    }
    hop_ipc_send(&r->ch.net, HOP_MSG_TOLD, msg->id, &told, NULL, 0);
    hop_buf_done(&a.xml);
    r->used_at = hop_now_ms();
    return true;
}

/* ---- the process ---- */

static bool
on_open(void *ctx, struct hop_ipc_msg *msg, struct hop_error *err)
{
    struct run *r = ctx;
    struct hop_msg_open m;
    struct hop_msg_opened answer = {.ok = 1};

    if (!hop_ipc_unpack(msg, &m, err))
        return false;
    hop_run_channels_note(&r->ch, m.note);
    r->ch.state = HOP_RUN_OPEN;
    hop_ipc_send(&r->ch.net, HOP_MSG_OPENED, msg->id, &answer, NULL, 0);
    return true;
}

static bool
on_close(void *ctx, struct hop_ipc_msg *msg, struct hop_error *err)
{
    ((struct run *)ctx)->ch.ending = true;
    return true;
}

static const struct hop_ipc_route net_routes[] = {
    {HOP_MSG_OPEN, HOP_RUN_WAITING, on_open},
    {HOP_MSG_ASK, HOP_RUN_OPEN, on_ask},
    {HOP_MSG_CLOSE, HOP_RUN_WAITING | HOP_RUN_OPEN, on_close},
};

static void
reap(void *ctx)
{
    while (waitpid(-1, NULL, WNOHANG) > 0)
        continue;
}

/* Contexts stay as they are for another hopd-net. */
static const struct hop_run_part part = {
    .routes = net_routes,
    .route_count = HOP_ARRAY_SIZE(net_routes),
    .on_children = reap,
};

static bool
is_idle(const struct run *r)
{
    return hop_now_ms() - r->used_at > IDLE_MS && hop_family_count(1) == 0;
}

int
hop_run_cim_main(void)
{
    struct run r = {0};
    struct hop_error err;

    if (!hop_run_channels_open(&r.ch, &part, &r, &err))
        return 1;
    r.used_at = hop_now_ms();
    while (!r.ch.ending && !is_idle(&r))
        hop_run_channels_turn(&r.ch, IDLE_MS / 8);
    while (r.contexts)
        free_context(&r, r.contexts);
    hop_run_channels_done(&r.ch);
    return 0;
}
