/* The cells of an entry: an object's properties, or a view's items.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cmdlets/format/shape_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "cmdlets/format/shape.h"
#include "cmdlets/format/text.h"
#include "engine/scope.h"
#include "value/member.h"
#include "value/ops.h"

#define TABLE_MAX_COLUMNS 10 /* of an object without a view */

/* ---- what to show ---- */

/* What -Property asks for; keep: names that the object lacks stay, as blank
 * columns. */
static void
list_asked(struct hop_shaper *s, struct hop_value v, bool keep,
           struct hop_shown_list *l)
{
    for (size_t i = 0; i < s->opt.properties; i++) {
        const struct hop_property_spec *p = &s->opt.property[i];
        size_t before = l->n;

        if (!p->name) {
            struct hop_string *text = hop_shown_block_text(s->cx, p->block);

            hop_shown_add(l, text, p->block, p);
            hop_string_release(text);
            continue;
        }
        hop_shown_pattern(s->cx, v, p, l);
        if (l->n == before && keep)
            hop_shown_add(l, p->name, hop_null(), p);
    }
}

void
hop_shape_list_active(struct hop_shaper *s, struct hop_value v, bool table,
                      struct hop_shown_list *l)
{
    if (s->opt.properties) {
        list_asked(s, v, table, l);
        return;
    }
    hop_shown_default_set(s->cx, v, l);
    if (l->n) {
        if (hop_shown_computer(s->cx, v)) {
            HOP_AUTO_STRING struct hop_string *name =
                hop_string_from("PSComputerName");

            hop_shown_add(l, name, hop_null(), NULL);
        }
    } else {
        hop_shown_all(s->cx, v, l);
        hop_shown_hide_remoting(s->cx, v, l);
        if (table)
            while (l->n > TABLE_MAX_COLUMNS)
                hop_shown_remove(l, l->item[l->n - 1].name->data);
    }
}

/* ---- cells ---- */

/* For -ShowError. */
static void
note_failure(struct hop_shaper *s, const char *did, const char *what)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    if (!s->opt.show_error)
        return;
    hop_buf_addf(&b, "Failed to %s \"%s\".", did, what);
    hop_lines_add(&s->failed, hop_buf_str(&b), b.len);
}

static bool
apply_format(struct hop_shaper *s, const char *format, size_t n,
             struct hop_value v, struct hop_buf *out)
{
    if (memmem(format, n, "{0", 2) || memchr(format, '}', n))
        return hop_composite(s->cx, format, n, &v, 1, out);
    return hop_format_value(s->cx, hop_value_base(v), format, n, out);
}

void
hop_shape_add_cell_text(struct hop_shaper *s, struct hop_value v,
                        const char *format, size_t n, bool fixed,
                        struct hop_buf *out)
{
    bool ok;

    if (format && n)
        ok = apply_format(s, format, n, v, out);
    else
        ok = hop_smart_text(s->cx, v, s->limit, fixed, out);
    if (ok)
        return;
    hop_drop_exception(s->cx);
    if (format && n)
        note_failure(s, "interpret format string", format);
    if (format && n && s->opt.display_error)
        hop_buf_adds(out, HOP_FORMAT_FAILED);
}

/* Reads an item for a cell; *failed: the cell says so instead. */
static bool
read_item(struct hop_shaper *s, const struct hop_shown *item,
          struct hop_value v, struct hop_value *out, bool *failed)
{
    if (!hop_shown_read(s->rs, item, v, out, failed))
        return false;
    if (*failed)
        note_failure(s, "evaluate expression", item->name->data);
    *failed = *failed && s->opt.display_error;
    return true;
}

bool
hop_shape_add_cell(struct hop_shaper *s, struct hop_packet *p,
                   const struct hop_shown *item, struct hop_value v, bool table)
{
    HOP_AUTO_VALUE struct hop_value x = hop_null();
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    const struct hop_string *format = item->of ? item->of->format : NULL;
    const struct hop_string *label =
        item->of && item->of->label ? item->of->label : item->name;
    bool failed;
    size_t n;

    if (!read_item(s, item, v, &x, &failed))
        return false;
    if (failed)
        hop_buf_adds(&b, HOP_READ_FAILED);
    else
        hop_shape_add_cell_text(s, x, format ? format->data : NULL,
                                format ? format->len : 0, table && !format, &b);
    n = b.len;
    hop_packet_add_field(p, hop_xstrndup(label->data, label->len),
                         hop_buf_take(&b), n, HOP_ALIGN_NONE);
    return true;
}

/* ---- the view's items ---- */

static bool
compile(struct hop_shaper *s, const char *text, struct hop_value *out)
{
    if (!hop_scriptblock_create(s->rs, text, strlen(text), out)) {
        hop_drop_exception(s->cx);
        return false;
    }
    return true;
}

void
hop_shape_forget_view(struct hop_shaper *s)
{
    for (size_t i = 0; s->view && s->block && i < s->view->n; i++)
        hop_release(s->block[i]);
    free(s->block);
    s->block = NULL;
    hop_value_clear(&s->group_block);
    s->view = NULL;
}

void
hop_shape_use_view(struct hop_shaper *s, const struct hop_view *view)
{
    hop_shape_forget_view(s);
    s->view = view;
    s->block = hop_xcalloc(view->n, sizeof(*s->block));
    for (size_t i = 0; i < view->n; i++)
        if (view->item[i].script)
            (void)compile(s, view->item[i].script, &s->block[i]);
    if (view->group_script)
        (void)compile(s, view->group_script, &s->group_block);
}

bool
hop_shape_item_shown(struct hop_shaper *s, const struct hop_view_item *it,
                     struct hop_value v)
{
    char copy[128];

    if (!it->only || hop_has_type_name(s->cx, v, it->only))
        return true;
    (void)snprintf(copy, sizeof(copy), "Deserialized.%s", it->only);
    return hop_has_type_name(s->cx, v, copy);
}

bool
hop_shape_add_item_text(struct hop_shaper *s, size_t i, struct hop_value v,
                        bool table, struct hop_buf *b)
{
    const struct hop_view_item *it = &s->view->item[i];
    HOP_AUTO_STRING struct hop_string *name = hop_string_from(it->property);
    HOP_AUTO_VALUE struct hop_value x = hop_null();
    struct hop_shown item = {name, s->block[i], NULL};
    bool failed;

    /* the cell of an object that has none stays empty */
    if (table && !hop_shape_item_shown(s, it, v))
        return true;
    if (!read_item(s, &item, v, &x, &failed))
        return false;
    if (failed)
        hop_buf_adds(b, HOP_READ_FAILED);
    else if (!hop_is_null(x) || !it->format)
        hop_shape_add_cell_text(s, x, it->format,
                                it->format ? strlen(it->format) : 0, false, b);
    return true;
}

const char *
hop_shape_item_label(const struct hop_view_item *it)
{
    return it->label ? it->label : it->property;
}
