/* SPDX-License-Identifier: MIT */
#include "xml/tree.h"

#include <string.h>

#include "base/base64.h"
#include "base/text.h"

#define NAME_CACHE 64

struct built_node {
    struct hop_xml_node node;
    size_t mark;             /* where its text, or its data, begins */
    struct built_node *link; /* the base64 element before this one */
};

/* Names come as the same pointers again and again: one copy each is enough. */
struct name_copy {
    const char *theirs, *ours;
};

struct builder {
    const struct hop_xml_tree_options *opt;
    struct hop_arena *arena;
    struct hop_buf *data;
    struct hop_xml_node *root;
    struct hop_xml_node *at; /* the innermost open element */
    /* Texts of the open elements, the innermost's last: a child's is taken off
     * when it ends, so its parent's stays in one piece. */
    struct hop_buf text;
    struct built_node *coded; /* the last base64 element */
    struct hop_base64_decoder decoder;
    bool decoding; /* at is a base64 element */
    struct name_copy names[NAME_CACHE];
};

static bool
no_room(struct hop_error *err)
{
    return hop_error_set(err, HOP_ERROR_LIMIT, 0,
                         "the document needs more memory than it may have");
}

static const char *
copy_name(struct builder *b, const char *name)
{
    struct name_copy *c;

    if (*name == '\0')
        return "";
    c = &b->names[((uintptr_t)name >> 3) % NAME_CACHE];
    if (c->theirs != name) {
        const char *copy = hop_arena_strdup(b->arena, name);

        if (copy == NULL)
            return NULL;
        *c = (struct name_copy){name, copy};
    }
    return c->ours;
}

static bool
copy_attr(struct builder *b, const struct hop_xml_attr *from,
          struct hop_xml_attr *to)
{
    to->ns = copy_name(b, from->ns);
    to->local = copy_name(b, from->local);
    to->prefix = copy_name(b, from->prefix);
    to->value = hop_arena_strndup(b->arena, from->value, from->value_len);
    to->value_len = from->value_len;
    return to->ns && to->local && to->prefix && to->value;
}

static bool
copy_attributes(struct builder *b, struct hop_xml_node *n,
                const struct hop_xml_start *e)
{
    if (e->attr_count)
        n->attrs = hop_arena_alloc(b->arena, e->attr_count * sizeof(*n->attrs));
    if (e->decl_count)
        n->decls = hop_arena_alloc(b->arena, e->decl_count * sizeof(*n->decls));
    if ((e->attr_count && !n->attrs) || (e->decl_count && !n->decls))
        return false;
    n->attr_count = e->attr_count;
    n->decl_count = e->decl_count;
    for (size_t i = 0; i < e->attr_count; i++) {
        if (!copy_attr(b, &e->attrs[i], &n->attrs[i]))
            return false;
    }
    for (size_t i = 0; i < e->decl_count; i++) {
        n->decls[i].prefix = copy_name(b, e->decls[i].prefix);
        n->decls[i].uri = copy_name(b, e->decls[i].uri);
        if (!n->decls[i].prefix || !n->decls[i].uri)
            return false;
    }
    return true;
}

static bool
is_base64(const struct builder *b, const struct hop_xml_start *e)
{
    const struct hop_xml_qname *q = b->opt->base64;

    for (; q && q->local; q++) {
        if (strcmp(q->local, e->local) == 0 && strcmp(q->ns, e->ns) == 0)
            return true;
    }
    return false;
}

static void
append(struct builder *b, struct hop_xml_node *n)
{
    n->parent = b->at;
    if (b->at == NULL) {
        b->root = n;
    } else {
        if (b->at->last)
            b->at->last->next = n;
        else
            b->at->first = n;
        b->at->last = n;
    }
    b->at = n;
}

static bool
start_element(void *ctx, const struct hop_xml_start *e, struct hop_error *err)
{
    struct builder *b = ctx;
    struct built_node *n;

    if (b->decoding)
        return hop_error_set(err, HOP_ERROR_PROTOCOL, 0,
                             "<%s> holds an element where base64 must be",
                             b->at->local);
    n = hop_arena_new(b->arena, struct built_node);
    if (n == NULL)
        return no_room(err);
    n->node.ns = copy_name(b, e->ns);
    n->node.local = copy_name(b, e->local);
    n->node.prefix = copy_name(b, e->prefix);
    n->node.text = "";
    if (!n->node.ns || !n->node.local || !n->node.prefix ||
        !copy_attributes(b, &n->node, e))
        return no_room(err);
    append(b, &n->node);
    b->decoding = is_base64(b, e);
    if (b->decoding) {
        b->decoder = (struct hop_base64_decoder)HOP_BASE64_DECODER;
        n->mark = b->data->len;
        n->link = b->coded;
        b->coded = n;
    } else {
        n->mark = b->text.len;
    }
    return true;
}

static bool
bad_base64(const struct builder *b, struct hop_error *err)
{
    if (!hop_buf_ok(b->data))
        return no_room(err);
    return hop_error_set(err, HOP_ERROR_PROTOCOL, 0,
                         "<%s> does not hold valid base64", b->at->local);
}

static bool
add_text(void *ctx, const char *s, size_t n, struct hop_error *err)
{
    struct builder *b = ctx;

    if (b->decoding)
        return hop_base64_decode_part(&b->decoder, b->data, s, n) ||
               bad_base64(b, err);
    hop_buf_add(&b->text, s, n);
    return hop_buf_ok(&b->text) || no_room(err);
}

static bool
is_blank(const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (!hop_ascii_is_space(s[i]))
            return false;
    }
    return true;
}

/* Takes the element's text off the pile; white space between child elements is
 * layout, not text. */
static bool
take_text(struct builder *b, struct built_node *n, struct hop_error *err)
{
    const char *s = b->text.data ? b->text.data + n->mark : "";
    size_t len = b->text.len - n->mark;

    b->text.len = n->mark;
    if (len == 0 || (n->node.first && is_blank(s, len)))
        return true;
    n->node.text = hop_arena_strndup(b->arena, s, len);
    n->node.text_len = len;
    return n->node.text != NULL || no_room(err);
}

static bool
end_element(void *ctx, const char *ns, const char *local, struct hop_error *err)
{
    struct builder *b = ctx;
    struct built_node *n = (struct built_node *)b->at;

    if (b->decoding) {
        if (!hop_base64_decode_end(&b->decoder))
            return bad_base64(b, err);
        n->node.data_len = b->data->len - n->mark;
        b->decoding = false;
    } else if (!take_text(b, n, err)) {
        return false;
    }
    b->at = b->at->parent;
    return true;
}

static const struct hop_xml_handler handler = {
    .start = start_element,
    .text = add_text,
    .end = end_element,
};

bool
hop_xml_tree_read(const void *bytes, size_t n,
                  const struct hop_xml_tree_options *opt,
                  struct hop_arena *arena, struct hop_buf *data,
                  struct hop_xml_node **root, struct hop_error *err)
{
    struct builder b = {.opt = opt, .arena = arena, .data = data};
    bool ok;

    hop_buf_init(&b.text, 0);
    ok = hop_xml_read(bytes, n, &opt->limits, &handler, &b, err);
    hop_buf_done(&b.text);
    if (!ok)
        return false;
    /* Only now does the buffer move no more. */
    for (struct built_node *c = b.coded; c; c = c->link)
        c->node.data =
            (const unsigned char *)(data->data ? data->data + c->mark : "");
    *root = b.root;
    return true;
}

bool
hop_xml_node_is(const struct hop_xml_node *n, const char *ns, const char *local)
{
    return n && strcmp(n->local, local) == 0 && strcmp(n->ns, ns) == 0;
}

static struct hop_xml_node *
find(struct hop_xml_node *n, const char *ns, const char *local)
{
    while (n && !hop_xml_node_is(n, ns, local))
        n = n->next;
    return n;
}

struct hop_xml_node *
hop_xml_node_child(const struct hop_xml_node *n, const char *ns,
                   const char *local)
{
    return n ? find(n->first, ns, local) : NULL;
}

struct hop_xml_node *
hop_xml_node_again(const struct hop_xml_node *n)
{
    return find(n->next, n->ns, n->local);
}

const char *
hop_xml_node_attr(const struct hop_xml_node *n, const char *ns,
                  const char *local)
{
    for (size_t i = 0; n && i < n->attr_count; i++) {
        if (strcmp(n->attrs[i].local, local) == 0 &&
            strcmp(n->attrs[i].ns, ns) == 0)
            return n->attrs[i].value;
    }
    return NULL;
}

const char *
hop_xml_node_child_text(const struct hop_xml_node *n, const char *ns,
                        const char *local)
{
    const struct hop_xml_node *child = hop_xml_node_child(n, ns, local);

    return child ? child->text : NULL;
}

static const char *
resolve_prefix(const struct hop_xml_node *n, const char *prefix, size_t len)
{
    for (; n; n = n->parent) {
        for (size_t i = 0; i < n->decl_count; i++) {
            if (strlen(n->decls[i].prefix) == len &&
                memcmp(n->decls[i].prefix, prefix, len) == 0)
                return n->decls[i].uri;
        }
    }
    return len == 0 ? "" : NULL;
}

bool
hop_xml_node_qname(const struct hop_xml_node *n, struct hop_arena *arena,
                   struct hop_xml_qname *out)
{
    const char *s = n->text, *colon, *ns, *local;
    size_t len = n->text_len;

    while (len && hop_ascii_is_space(*s)) {
        s++;
        len--;
    }
    while (len && hop_ascii_is_space(s[len - 1]))
        len--;
    colon = memchr(s, ':', len);
    ns = resolve_prefix(n, s, colon ? (size_t)(colon - s) : 0);
    if (colon) {
        len -= (size_t)(colon + 1 - s);
        s = colon + 1;
    }
    if (ns == NULL || len == 0)
        return false;
    local = hop_arena_strndup(arena, s, len);
    if (local == NULL)
        return false;
    *out = (struct hop_xml_qname){ns, local};
    return true;
}
