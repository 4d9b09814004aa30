/* SPDX-License-Identifier: MIT */
#include "cmdlets/format/tree.h"

#include <string.h>

#include "cmdlets/format/shape.h"
#include "value/member.h"

#define CLASS_INDENT 2

struct tree {
    struct hop_runspace *rs;
    struct hop_context *cx;
    int limit;
    bool display_error;
};

static bool doc_object(struct tree *t, struct hop_doc *d, struct hop_value v,
                       int level, int depth,
                       const struct hop_shown_list *asked);

static void
doc_line(struct hop_doc *d, const char *text)
{
    hop_doc_text(d, text, strlen(text));
    hop_doc_newline(d);
}

static void
doc_leaf(struct tree *t, struct hop_doc *d, struct hop_value v)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    if (!hop_smart_text(t->cx, v, t->limit, false, &b))
        hop_drop_exception(t->cx);
    hop_doc_text(d, hop_buf_str(&b), b.len);
    hop_doc_newline(d);
}

static bool
is_leaf(struct hop_value v, int level, int depth)
{
    return level >= depth || hop_is_null(v) || hop_is_scalar(v);
}

static bool
doc_collection(struct tree *t, struct hop_doc *d, struct hop_value v, int level,
               int depth)
{
    struct hop_iter it;
    struct hop_value item;
    bool ok = true;
    int more = 0, count = 0;

    if (!hop_iter_enumerate(t->cx, &it, hop_value_base(v)))
        return false;
    doc_line(d, "[");
    hop_doc_push(d, CLASS_INDENT, 0, 0);
    while (ok && (more = hop_iter_next(t->cx, &it, &item)) > 0) {
        if (t->limit >= 0 && count++ == t->limit) {
            hop_release(item);
            doc_line(d, "\xE2\x80\xA6");
            break;
        }
        if (is_leaf(item, level, depth)) {
            doc_leaf(t, d, item);
        } else if (hop_is_collection(item)) {
            hop_doc_newline(d);
            hop_doc_push(d, CLASS_INDENT, 0, 0);
            ok = doc_collection(t, d, item, level + 1, depth);
            hop_doc_pop(d);
        } else {
            ok = doc_object(t, d, item, level + 1, depth, NULL);
        }
        hop_release(item);
    }
    hop_iter_done(&it);
    hop_doc_pop(d);
    doc_line(d, "]");
    hop_doc_newline(d);
    return ok && more >= 0;
}

static bool
doc_property(struct tree *t, struct hop_doc *d, const struct hop_shown *item,
             struct hop_value v, int level, int depth)
{
    HOP_AUTO_VALUE struct hop_value x = hop_null();
    bool failed, ok = true;

    if (item->of && item->of->depth >= 0)
        depth = item->of->depth;
    hop_doc_text(d, item->name->data, item->name->len);
    hop_doc_text(d, " = ", 3);
    if (!hop_shown_read(t->rs, item, v, &x, &failed))
        return false;
    if (failed && t->display_error) {
        doc_line(d, "#ERR");
    } else if (!hop_is_null(x) && hop_is_collection(x)) {
        hop_doc_newline(d);
        hop_doc_push(d, CLASS_INDENT, 0, 0);
        ok = doc_collection(t, d, x, level + 1, depth);
        hop_doc_pop(d);
    } else if (is_leaf(x, level, depth)) {
        doc_leaf(t, d, x);
    } else {
        hop_doc_newline(d);
        hop_doc_push(d, CLASS_INDENT, 0, 0);
        ok = doc_object(t, d, x, level + 1, depth, NULL);
        hop_doc_pop(d);
    }
    return ok;
}

static bool
doc_object(struct tree *t, struct hop_doc *d, struct hop_value v, int level,
           int depth, const struct hop_shown_list *asked)
{
    HOP_AUTO_SHOWN struct hop_shown_list l = {NULL, 0, 0};
    struct hop_array *types = hop_type_names(t->cx, v);
    const char *name = types->n ? hop_cstr(types->items[0]) : "PSObject";
    const char *dot = strrchr(name, '.');
    bool ok = hop_context_enter(t->cx);

    if (!ok) {
        hop_release(hop_obj(types));
        return false;
    }
    hop_doc_text(d, "class ", 6);
    doc_line(d, dot ? dot + 1 : name);
    hop_release(hop_obj(types));
    doc_line(d, "{");
    hop_doc_push(d, CLASS_INDENT, 0, 0);
    if (!asked) {
        hop_shown_default_set(t->cx, v, &l);
        if (!l.n)
            hop_shown_all(t->cx, v, &l);
        asked = &l;
    }
    for (size_t i = 0; ok && i < asked->n; i++)
        ok = doc_property(t, d, &asked->item[i], v, level, depth);
    hop_doc_pop(d);
    doc_line(d, "}");
    t->cx->depth--;
    return ok;
}

bool
hop_tree_write(struct hop_runspace *rs, struct hop_doc *d, struct hop_value v,
               const struct hop_shown_list *asked, int depth, int limit,
               bool display_error)
{
    struct tree t = {rs, hop_runspace_context(rs), limit, display_error};

    if (hop_is_scalar(v)) {
        doc_leaf(&t, d, v);
        return true;
    }
    if (hop_is_collection(v))
        return doc_collection(&t, d, v, 0, depth);
    if (!doc_object(&t, d, v, 0, depth, asked))
        return false;
    hop_doc_newline(d);
    return true;
}
