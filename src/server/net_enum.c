/* Enumerations of shells, DSP0226 8: what does not go into one answer is kept
 * until it is pulled, released, or nobody has asked for EnumerationTimeoutms.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/guid.h"
#include "base/text.h"
#include "server/net_state.h"
#include "wsman/uri.h"

enum {
    KEPT_PER_USER = 16,  /* the oldest makes room */
    ENVELOPE_ROOM = 8192 /* for what is around the items */
};

struct net_enum {
    struct net_enum *next;
    char id[HOP_GUID_TEXT];
    char *user;
    uint64_t used_at; /* ms of the loop's clock */
    struct hop_buf *items;
    size_t count, at; /* those before `at` have been given */
};

void
net_enum_free(struct net *n, struct net_enum *e)
{
    struct net_enum **link = &n->enums;

    while (*link != NULL && *link != e)
        link = &(*link)->next;
    if (*link != NULL)
        *link = e->next;
    for (size_t i = 0; i < e->count; i++)
        hop_buf_done(&e->items[i]);
    free(e->items);
    free(e->user);
    free(e);
}

void
net_enum_free_all(struct net *n)
{
    while (n->enums)
        net_enum_free(n, n->enums);
}

void
net_enum_sweep(struct net *n)
{
    uint64_t now = hop_loop_now_ms(n->loop);
    uint64_t limit =
        hop_config_u32(&n->config, HOP_SET_SERVICE_ENUMERATION_TIMEOUT_MS);

    for (struct net_enum *e = n->enums, *next; e; e = next) {
        next = e->next;
        if (now - e->used_at > limit)
            net_enum_free(n, e);
    }
}

/* Also right after its time, between two sweeps. */
static struct net_enum *
find_enum(struct net_conn *c, const char *id)
{
    net_enum_sweep(c->net);
    for (struct net_enum *e = c->net->enums; e; e = e->next) {
        if (hop_ascii_ieq(e->id, id) && strcmp(e->user, c->user) == 0)
            return e;
    }
    net_reply_code(c, HOP_FAULT_INVALID_ENUMERATION_CONTEXT,
                   "There is no enumeration %.40s of yours: it has ended, or "
                   "nobody has pulled for Service/EnumerationTimeoutms. Begin "
                   "a new one.",
                   id);
    return NULL;
}

/* Newest first, so that the last of the user's is the oldest. */
static void
keep_enum(struct net *n, struct net_enum *e)
{
    struct net_enum *oldest = NULL;
    struct hop_guid guid;
    size_t count = 0;

    for (struct net_enum *o = n->enums; o; o = o->next) {
        if (strcmp(o->user, e->user) == 0) {
            oldest = o;
            count++;
        }
    }
    if (count >= KEPT_PER_USER)
        net_enum_free(n, oldest);
    hop_guid_new(&guid);
    hop_guid_format(&guid, true, e->id);
    e->next = n->enums;
    n->enums = e;
}

struct net_enum *
net_enum_new(struct net_conn *c)
{
    struct net_enum *e = hop_xmalloc(sizeof(*e));

    e->user = hop_xstrdup(c->user);
    e->used_at = hop_loop_now_ms(c->net->loop);
    return e;
}

static struct hop_buf *
add_item(struct net_enum *e)
{
    e->items = hop_xrealloc(e->items, e->count + 1, sizeof(*e->items));
    e->items[e->count] = (struct hop_buf)HOP_BUF_INIT;
    return &e->items[e->count++];
}

void
net_enum_add(void *e, const struct hop_buf *xml)
{
    hop_buf_add(add_item(e), xml->data, xml->len);
}

/* Those of the shell that the filter names, as far as a client may still read
 * of them; NULL: answered with a fault. */
static struct net_enum *
collect_commands(struct net_conn *c)
{
    const struct hop_wsman_enumeration *asked = &c->request.enumeration;
    const char *id = hop_wsman_selector(&c->request, "ShellId");
    struct net_shell *s;
    struct net_enum *e;

    for (size_t i = 0; i < asked->filter_selector_count; i++)
        if (hop_ascii_ieq(asked->filter_selectors[i].name, "ShellId"))
            id = asked->filter_selectors[i].value;
    s = id ? net_shell_find(c->net, id) : NULL;
    if (!s || s->state != NET_SHELL_OPEN || strcmp(s->user, c->user) != 0) {
        net_reply_code(c, HOP_FAULT_UNEXPECTED_SELECTORS,
                       "There is no shell %.40s of yours whose commands could "
                       "be listed: name one by a filter for its ShellId.",
                       id ? id : "");
        return NULL;
    }
    e = net_enum_new(c);
    for (const struct net_command *k = s->commands; k; k = k->next)
        if (!k->done_sent)
            net_command_describe(k, add_item(e));
    return e;
}

static struct net_enum *
collect_shells(struct net_conn *c)
{
    struct net_enum *e = net_enum_new(c);

    for (size_t b = 0; b < NET_SHELL_BUCKETS; b++) {
        for (struct net_shell *s = c->net->shells[b]; s; s = s->next) {
            struct hop_wsman_shell shell;
            if (s->state != NET_SHELL_OPEN || s->cim ||
                strcmp(s->user, c->user) != 0)
                continue;
            net_shell_describe(s, &shell);
            hop_wsman_shell_encode(add_item(e), &shell);
        }
    }
    return e;
}

/* The next items, as many as the client takes (one, when it does not say),
 * MaxBatchItems allows and the envelope holds. */
static void
add_items(const struct net_conn *c, struct net_enum *e, struct hop_buf *out)
{
    const struct hop_wsman_enumeration *asked = &c->request.enumeration;
    const struct hop_config *config = &c->net->config;
    uint64_t most = asked->max_elements ? asked->max_elements : 1;
    uint64_t batch = hop_config_u32(config, HOP_SET_MAX_BATCH_ITEMS);
    size_t room =
        ((size_t)hop_config_u32(config, HOP_SET_MAX_ENVELOPE_KB) << 10) -
        ENVELOPE_ROOM;

    if (asked->max_characters && asked->max_characters < room)
        room = (size_t)asked->max_characters;
    most = most < batch ? most : batch;
    for (; e->at < e->count && most > 0; most--) {
        const struct hop_buf *item = &e->items[e->at];
        if (out->len + item->len > room)
            break;
        hop_buf_add(out, item->data, item->len);
        e->at++;
    }
}

static void
answer_items(struct net_conn *c, struct net_enum *e, enum hop_wsman_kind kind,
             bool optimize, const struct hop_buf *items)
{
    struct hop_wsman_message answer;
    char id[NET_MESSAGE_ID];
    bool end = e->at == e->count &&
               (items->len > 0 || optimize || kind == HOP_WSMAN_PULL_RESPONSE);

    net_reply_init(c, &answer, kind, id);
    answer.enumeration.optimize = optimize;
    answer.enumeration.end_of_sequence = end;
    answer.enumeration.context = end ? NULL : e->id;
    if (optimize || kind == HOP_WSMAN_PULL_RESPONSE) {
        answer.enumeration.items_xml = hop_buf_str(items);
        answer.enumeration.items_xml_len = items->len;
    }
    net_reply_message(c, &answer);
    if (end)
        net_enum_free(c->net, e);
}

void
net_enum_start(struct net_conn *c, struct net_enum *e)
{
    HOP_AUTO_BUF struct hop_buf items = HOP_BUF_INIT;
    bool optimize = c->request.enumeration.optimize;

    if (optimize)
        add_items(c, e, &items);
    if (!optimize || e->at < e->count)
        keep_enum(c->net, e);
    answer_items(c, e, HOP_WSMAN_ENUMERATE_RESPONSE, optimize, &items);
}

void
net_enum_begin(struct net_conn *c)
{
    const char *uri = c->request.header.resource_uri;
    struct net_enum *e;

    if (!uri || !hop_ascii_ieqn(uri, HOP_URI_SHELL, strlen(HOP_URI_SHELL))) {
        net_reply_code(c, HOP_FAULT_INVALID_RESOURCE_URI,
                       "There is no resource %s on this host.", uri ? uri : "");
        return;
    }
    e = hop_ascii_ieq(uri, HOP_URI_SHELL_COMMAND) ? collect_commands(c)
                                                  : collect_shells(c);
    if (e)
        net_enum_start(c, e);
}

void
net_enum_pull(struct net_conn *c)
{
    HOP_AUTO_BUF struct hop_buf items = HOP_BUF_INIT;
    struct net_enum *e = find_enum(c, c->request.enumeration.context);

    if (!e)
        return;
    e->used_at = hop_loop_now_ms(c->net->loop);
    add_items(c, e, &items);
    if (items.len == 0 && e->at < e->count) {
        net_reply_code(
            c, HOP_FAULT_ENCODING_LIMIT,
            "The next item is larger than MaxCharacters (%llu).",
            (unsigned long long)c->request.enumeration.max_characters);
        return;
    }
    answer_items(c, e, HOP_WSMAN_PULL_RESPONSE, false, &items);
}

void
net_enum_release(struct net_conn *c)
{
    struct net_enum *e = find_enum(c, c->request.enumeration.context);

    if (!e)
        return;
    net_enum_free(c->net, e);
    net_reply_empty(c, HOP_WSMAN_RELEASE_RESPONSE);
}
