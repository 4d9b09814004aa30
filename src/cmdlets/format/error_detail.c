/* Errors with all their properties, those of exceptions and invocations inside
 * them indented.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cmdlets/format/error_detail.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "value/collections.h"
#include "value/convert.h"
#include "value/exception.h"
#include "value/member.h"

#define INDENT    4
#define MAX_DEPTH 10
#define MANAGE    "System.Management.Automation."

struct row {
    struct hop_string *name;
    struct hop_value value;
};

struct rows {
    struct hop_context *cx;
    struct row *item;
    size_t n, cap, widest;
};

static bool
is_empty(struct hop_value v)
{
    struct hop_value base = hop_value_base(v);
    struct hop_array *a = hop_as_array(base);
    struct hop_dict *d = hop_as_dict(base);

    if ((hop_is_integer(base) || base.kind == HOP_BOOL) && !base.u.i)
        return true;
    return hop_is_null(base) || (hop_is_string(base) && base.u.s->len == 0) ||
           (a && !a->n) || (d && !d->count);
}

static void
rows_add(struct rows *r, const struct hop_string *name, struct hop_value v)
{
    size_t n = hop_string_len16(name);

    if (r->n == r->cap) {
        r->cap = r->cap ? r->cap * 2 : 16;
        r->item = hop_xrealloc(r->item, r->cap, sizeof(*r->item));
    }
    r->item[r->n++] =
        (struct row){hop_string_new(name->data, name->len), hop_retain(v)};
    if (n > r->widest)
        r->widest = n;
}

static void
rows_done(struct rows *r)
{
    for (size_t i = 0; i < r->n; i++) {
        hop_string_release(r->item[i].name);
        hop_release(r->item[i].value);
    }
    free(r->item);
}

static bool
note(void *arg, const struct hop_member_info *m)
{
    struct rows *r = arg;
    HOP_AUTO_VALUE struct hop_value v = hop_null();

    if (hop_string_iis(m->name, "PSErrorIndex"))
        return true;
    if (!hop_member_value(r->cx, m, &v))
        hop_drop_exception(r->cx);
    else if (!is_empty(v))
        rows_add(r, m->name, v);
    return true;
}

static bool
is_detailed(struct hop_context *cx, struct hop_value v)
{
    struct hop_value base = hop_value_base(v);

    return base.kind == HOP_OBJECT &&
           (hop_value_is(base, &hop_exception_base) ||
            hop_has_type_name(cx, base, MANAGE "ErrorRecord") ||
            hop_has_type_name(cx, base, MANAGE "InvocationInfo"));
}

static void
add_line(struct hop_doc *d, size_t indent, const char *s, size_t n)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    hop_buf_fill(&b, ' ', indent);
    hop_buf_add(&b, s, n);
    hop_doc_text(d, hop_buf_str(&b), b.len);
}

/* The lines of a text below each other, without the blanks around them. */
static void
add_value(struct hop_doc *d, const struct hop_string *s, size_t indent)
{
    const char *p = s->data, *end = p + s->len;

    for (bool first = true; p <= end; first = false) {
        const char *feed = memchr(p, '\n', (size_t)(end - p));
        const char *stop = feed ? feed : end, *next = stop + 1;

        while (p < stop && (*p == ' ' || *p == '\t' || *p == '\r'))
            p++;
        while (stop > p && (stop[-1] == ' ' || stop[-1] == '\r'))
            stop--;
        if (!first)
            hop_doc_newline(d);
        add_line(d, first ? 0 : indent, p, (size_t)(stop - p));
        p = next;
    }
}

static void add_object(struct hop_context *cx, struct hop_doc *d,
                       struct hop_value v, size_t indent, int depth);

static void
add_row(struct hop_context *cx, struct hop_doc *d, const struct row *r,
        size_t indent, size_t widest, int depth)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    HOP_AUTO_STRING struct hop_string *s = NULL;

    hop_buf_fill(&b, ' ', indent);
    hop_buf_add(&b, r->name->data, r->name->len);
    hop_buf_fill(&b, ' ', widest - hop_string_len16(r->name));
    hop_buf_adds(&b, " : ");
    hop_doc_text(d, hop_buf_str(&b), b.len);
    if (is_detailed(cx, r->value)) {
        if (depth >= MAX_DEPTH) {
            hop_doc_text(d, "\xE2\x80\xA6", 3);
            return;
        }
        hop_doc_newline(d);
        add_object(cx, d, r->value, indent + INDENT, depth + 1);
        return;
    }
    if (!hop_to_string(cx, r->value, &s)) {
        hop_drop_exception(cx);
        return;
    }
    add_value(d, s, indent + widest + 3);
}

/* An exception is introduced by its type. */
static void
add_type(struct rows *r, struct hop_value v)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    HOP_AUTO_STRING struct hop_string *name = hop_string_from("Type");
    HOP_AUTO_VALUE struct hop_value text = hop_null();

    if (!hop_value_is(hop_value_base(v), &hop_exception_base))
        return;
    hop_class_add_full_name(hop_class_of(v), &b);
    text = hop_text_buf(&b);
    rows_add(r, name, text);
}

static void
add_object(struct hop_context *cx, struct hop_doc *d, struct hop_value v,
           size_t indent, int depth)
{
    struct rows r = {.cx = cx};

    add_type(&r, v);
    hop_member_each(cx, hop_value_base(v), HOP_MEMBERS_PROPERTIES, false, note,
                    &r);
    for (size_t i = 0; i < r.n; i++) {
        if (i)
            hop_doc_newline(d);
        add_row(cx, d, &r.item[i], indent, r.widest, depth);
    }
    rows_done(&r);
}

static void
draw(struct hop_context *cx, struct hop_value v, struct hop_doc *d)
{
    add_object(cx, d, v, 0, 1);
}

const struct hop_view hop_error_detail_view = {
    .name = "GetErrorInstance",
    .types = MANAGE "ErrorRecord#PSExtendedError|"
                    "System.Exception#PSExtendedError",
    .shape = HOP_SHAPE_CUSTOM,
    .group = "PSErrorIndex",
    .group_label = "ErrorIndex: ",
    .group_indent = 3,
    .draw = draw,
};
