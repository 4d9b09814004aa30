/* SPDX-License-Identifier: MIT */
#include "cmdlets/format/shape.h"

#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "cmdlets/format/tree.h"
#include "cmdlets/format/text.h"
#include "engine/errors.h"
#include "engine/scope.h"
#include "value/exception.h"
#include "value/member.h"
#include "value/ops.h"

#define TABLE_MAX_COLUMNS 10 /* of an object without a view */
#define TABLE_MAX_DEFAULT 4  /* more properties than that make a list */
#define ENUMERATION_LIMIT 4
#define DEFAULT_DEPTH     5
#define GROUP_INDENT      3

#define READ_FAILED   "#ERR"
#define FORMAT_FAILED "#FMTERR"

enum state { OUTSIDE, IN_DOCUMENT, IN_GROUP };

struct hop_shaper {
    struct hop_runspace *rs;
    struct hop_context *cx;
    struct hop_shape_options opt;
    enum hop_flow (*emit)(void *ctx, struct hop_packet *p);
    void *ctx;
    enum state state;
    int limit;                   /* $FormatEnumerationLimit */
    enum hop_shape shape;        /* of the open document */
    const struct hop_view *view; /* or NULL: by properties */
    struct hop_value *block;     /* compiled scripts of the view's items */
    struct hop_value group_block;
    struct hop_shown_list columns; /* of a table by properties */
    struct hop_value group_key;
    bool has_key;
    struct hop_lines failed; /* what is to be told of the object at work */
};

void
hop_shape_options_done(struct hop_shape_options *o)
{
    for (size_t i = 0; i < o->properties; i++)
        hop_property_spec_done(&o->property[i]);
    free(o->property);
    hop_property_spec_done(&o->group);
    free(o->view);
    *o = (struct hop_shape_options){0};
}

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

/* The properties to show of v: those asked for, its default set, or all. */
static void
list_active(struct hop_shaper *s, struct hop_value v, bool table,
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

/* Appends what the cell shows; an object that cannot say what it is gives
 * nothing. */
static void
add_cell_text(struct hop_shaper *s, struct hop_value v, const char *format,
              size_t n, bool fixed, struct hop_buf *out)
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
        hop_buf_adds(out, FORMAT_FAILED);
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

/* Adds the cell of one property to the packet. */
static bool
add_cell(struct hop_shaper *s, struct hop_packet *p,
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
        hop_buf_adds(&b, READ_FAILED);
    else
        add_cell_text(s, x, format ? format->data : NULL,
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

static void
forget_view(struct hop_shaper *s)
{
    for (size_t i = 0; s->view && s->block && i < s->view->n; i++)
        hop_release(s->block[i]);
    free(s->block);
    s->block = NULL;
    hop_value_clear(&s->group_block);
    s->view = NULL;
}

static void
use_view(struct hop_shaper *s, const struct hop_view *view)
{
    forget_view(s);
    s->view = view;
    s->block = hop_xcalloc(view->n, sizeof(*s->block));
    for (size_t i = 0; i < view->n; i++)
        if (view->item[i].script)
            (void)compile(s, view->item[i].script, &s->block[i]);
    if (view->group_script)
        (void)compile(s, view->group_script, &s->group_block);
}

static bool
item_shown(struct hop_shaper *s, const struct hop_view_item *it,
           struct hop_value v)
{
    char copy[128];

    if (!it->only || hop_has_type_name(s->cx, v, it->only))
        return true;
    (void)snprintf(copy, sizeof(copy), "Deserialized.%s", it->only);
    return hop_has_type_name(s->cx, v, copy);
}

/* Reads item i of the view; text appended to b. */
static bool
add_item_text(struct hop_shaper *s, size_t i, struct hop_value v, bool table,
              struct hop_buf *b)
{
    const struct hop_view_item *it = &s->view->item[i];
    HOP_AUTO_STRING struct hop_string *name = hop_string_from(it->property);
    HOP_AUTO_VALUE struct hop_value x = hop_null();
    struct hop_shown item = {name, s->block[i], NULL};
    bool failed;

    /* the cell of an object that has none stays empty */
    if (table && !item_shown(s, it, v))
        return true;
    if (!read_item(s, &item, v, &x, &failed))
        return false;
    if (failed)
        hop_buf_adds(b, READ_FAILED);
    else if (!hop_is_null(x) || !it->format)
        add_cell_text(s, x, it->format, it->format ? strlen(it->format) : 0,
                      false, b);
    return true;
}

static const char *
item_label(const struct hop_view_item *it)
{
    return it->label ? it->label : it->property;
}

/* ---- packets ---- */

static enum hop_flow
send(struct hop_shaper *s, struct hop_packet *p)
{
    enum hop_flow flow = s->emit(s->ctx, p);

    hop_release(hop_obj(p));
    return flow;
}

static enum hop_flow
send_kind(struct hop_shaper *s, enum hop_packet_kind kind)
{
    return send(s, hop_packet_new(s->cx, kind, s->shape));
}

static enum hop_flow
send_text(struct hop_shaper *s, const char *text, size_t n, int stream)
{
    struct hop_packet *p =
        hop_packet_new(s->cx, HOP_PACKET_ENTRY, HOP_SHAPE_RAW);

    p->out_of_band = true;
    p->stream = stream;
    hop_packet_add_field(p, NULL, hop_xstrndup(text, n), n, HOP_ALIGN_LEFT);
    return send(s, p);
}

static enum hop_align
default_align(struct hop_shaper *s, const struct hop_shown *item,
              struct hop_value v)
{
    HOP_AUTO_VALUE struct hop_value x = hop_null();
    bool failed;

    if (!hop_shown_read(s->rs, item, v, &x, &failed) || failed)
        return HOP_ALIGN_LEFT;
    return hop_is_scalar(x) && hop_value_base(x).kind != HOP_STRING &&
                   !hop_enum_text(x)
               ? HOP_ALIGN_RIGHT
               : HOP_ALIGN_LEFT;
}

static void
add_columns(struct hop_shaper *s, struct hop_packet *p, struct hop_value v)
{
    for (size_t i = 0; i < s->columns.n; i++) {
        const struct hop_shown *item = &s->columns.item[i];
        const struct hop_property_spec *of = item->of;
        const struct hop_string *label =
            of && of->label ? of->label : item->name;

        hop_packet_add_column(
            p, hop_xstrndup(label->data, label->len), of ? of->width : 0,
            of && of->align ? of->align : default_align(s, item, v), false);
    }
}

static void
add_view_columns(struct hop_shaper *s, struct hop_packet *p)
{
    for (size_t i = 0; i < s->view->n; i++) {
        const struct hop_view_item *it = &s->view->item[i];

        hop_packet_add_column(p, hop_xstrdup(item_label(it)), it->width,
                              it->align, it->label != NULL);
    }
}

static enum hop_flow
send_start(struct hop_shaper *s, struct hop_value v)
{
    struct hop_packet *p = hop_packet_new(s->cx, HOP_PACKET_START, s->shape);

    p->autosize =
        s->opt.autosize || (s->view && (s->view->flags & HOP_VIEW_AUTOSIZE));
    p->hide_header = s->opt.hide_header;
    p->repeat_header = s->opt.repeat_header;
    p->wide_columns = p->autosize ? 0 : s->opt.columns;
    if (s->shape == HOP_SHAPE_TABLE && s->view) {
        add_view_columns(s, p);
        if (hop_shown_computer(s->cx, v))
            hop_packet_add_column(p, hop_xstrdup("PSComputerName"), 0,
                                  HOP_ALIGN_LEFT, false);
    } else if (s->shape == HOP_SHAPE_TABLE) {
        list_active(s, v, true, &s->columns);
        add_columns(s, p, v);
    }
    return send(s, p);
}

/* ---- entries ---- */

static bool
fill_by_properties(struct hop_shaper *s, struct hop_packet *p,
                   struct hop_value v)
{
    HOP_AUTO_SHOWN struct hop_shown_list own = {NULL, 0, 0};
    const struct hop_shown_list *l = &s->columns;
    size_t n;

    if (s->shape != HOP_SHAPE_TABLE) {
        list_active(s, v, false, &own);
        l = &own;
    }
    n = s->shape == HOP_SHAPE_WIDE && l->n ? 1 : l->n;
    for (size_t i = 0; i < n; i++)
        if (!add_cell(s, p, &l->item[i], v, s->shape == HOP_SHAPE_TABLE))
            return false;
    return true;
}

/* Format-Wide without a property shows what names the object. */
static bool
fill_wide(struct hop_shaper *s, struct hop_packet *p, struct hop_value v)
{
    static const char *const naming[] = {"name", "id",    "key",
                                         "*key", "*name", "*id"};

    for (size_t i = 0; i < HOP_ARRAY_SIZE(naming) && !s->opt.properties; i++) {
        HOP_AUTO_SHOWN struct hop_shown_list l = {NULL, 0, 0};

        hop_shown_matching(s->cx, v, naming[i], &l);
        hop_shown_remove(&l, "PSComputerName");
        hop_shown_remove(&l, "PSShowComputerName");
        hop_shown_remove(&l, "RunspaceId");
        if (l.n)
            return add_cell(s, p, &l.item[0], v, false);
    }
    return fill_by_properties(s, p, v);
}

/* A drawing ends its last line, also an empty one. */
static void
end_drawing(struct hop_doc *d)
{
    size_t i = d->n;

    while (i && (d->node[i - 1].op == HOP_DOC_PUSH ||
                 d->node[i - 1].op == HOP_DOC_POP))
        i--;
    if (i && d->node[i - 1].op == HOP_DOC_NEWLINE)
        hop_doc_newline(d);
}

static bool
fill_by_view(struct hop_shaper *s, struct hop_packet *p, struct hop_value v)
{
    bool table = s->shape == HOP_SHAPE_TABLE;

    if (s->view->draw) {
        s->view->draw(s->cx, v, &p->doc);
        end_drawing(&p->doc);
        p->has_doc = true;
        return true;
    }
    for (size_t i = 0; i < s->view->n; i++) {
        const struct hop_view_item *it = &s->view->item[i];
        HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
        size_t n;

        if (!table && !item_shown(s, it, v))
            continue;
        if (!add_item_text(s, i, v, table, &b))
            return false;
        if (s->shape == HOP_SHAPE_CUSTOM) {
            hop_doc_text(&p->doc, hop_buf_str(&b), b.len);
            p->has_doc = true;
            continue;
        }
        n = b.len;
        hop_packet_add_field(p, hop_xstrdup(item_label(it)), hop_buf_take(&b),
                             n, HOP_ALIGN_NONE);
    }
    if (s->shape != HOP_SHAPE_CUSTOM && hop_shown_computer(s->cx, v)) {
        HOP_AUTO_STRING struct hop_string *name =
            hop_string_from("PSComputerName");
        struct hop_shown item = {name, hop_null(), NULL};

        return add_cell(s, p, &item, v, table);
    }
    return true;
}

static bool
fill_tree(struct hop_shaper *s, struct hop_packet *p, struct hop_value v)
{
    HOP_AUTO_SHOWN struct hop_shown_list l = {NULL, 0, 0};

    p->has_doc = true;
    if (!hop_is_scalar(v) && !hop_is_collection(v))
        list_active(s, v, false, &l);
    return hop_tree_write(s->rs, &p->doc, v, &l,
                          s->opt.depth > 0 ? s->opt.depth : DEFAULT_DEPTH,
                          s->limit, s->opt.display_error);
}

static bool
fill_entry(struct hop_shaper *s, struct hop_packet *p, struct hop_value v)
{
    if (s->view)
        return fill_by_view(s, p, v);
    if (s->shape == HOP_SHAPE_CUSTOM)
        return fill_tree(s, p, v);
    if (s->shape == HOP_SHAPE_WIDE)
        return fill_wide(s, p, v);
    return fill_by_properties(s, p, v);
}

static enum hop_flow
flow_of_failure(struct hop_shaper *s)
{
    return hop_has_exception(s->cx) ? HOP_FLOW_ERROR : HOP_FLOW_STOP;
}

static enum hop_flow
send_error(struct hop_shaper *s, struct hop_value v)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    hop_error_format(s->rs, v, &b);
    return send_text(s, hop_buf_str(&b), b.len, (int)HOP_MERGED(v));
}

/* What could not be read of v, as errors behind it. */
static enum hop_flow
send_failures(struct hop_shaper *s, enum hop_flow flow, struct hop_value v)
{
    struct hop_error_spec spec = {.id = "PSPropertyExpressionError",
                                  .category = HOP_CAT_INVALID_ARGUMENT,
                                  .target = v};

    for (size_t i = 0; i < s->failed.n && flow == HOP_FLOW_NEXT; i++) {
        HOP_AUTO_VALUE struct hop_value record =
            hop_error_record(s->rs, &spec, "%s", s->failed.line[i]);

        flow = send_error(s, record);
    }
    hop_lines_done(&s->failed);
    return flow;
}

static enum hop_flow
send_entry(struct hop_shaper *s, struct hop_value v)
{
    struct hop_packet *p = hop_packet_new(s->cx, HOP_PACKET_ENTRY, s->shape);

    p->multi_line = s->opt.wrap_given
                        ? s->opt.wrap
                        : s->view && (s->view->flags & HOP_VIEW_WRAP);
    if (!fill_entry(s, p, v)) {
        hop_release(hop_obj(p));
        return flow_of_failure(s);
    }
    return send_failures(s, send(s, p), v);
}

/* ---- groups ---- */

static bool
wants_groups(const struct hop_shaper *s)
{
    return s->opt.has_group || (s->view && s->view->group);
}

/* The group that v belongs to, and its label's text in front. */
static bool
group_of(struct hop_shaper *s, struct hop_value v, struct hop_value *key)
{
    HOP_AUTO_STRING struct hop_string *name = NULL;
    struct hop_shown item = {NULL, hop_null(), NULL};
    bool failed;

    if (s->opt.has_group) {
        item.name = s->opt.group.name;
        item.block = s->opt.group.block;
    } else {
        name = hop_string_from(s->view->group);
        item.name = name;
        item.block = s->group_block;
    }
    if (!hop_shown_read(s->rs, &item, v, key, &failed))
        return false;
    /* No key: the object stays in the group that is open. */
    if (failed && s->state == IN_GROUP)
        hop_value_set(key, hop_retain(s->group_key));
    return true;
}

static void
fill_group(struct hop_shaper *s, struct hop_packet *p, struct hop_value v)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    const struct hop_property_spec *g = &s->opt.group;
    int indent = GROUP_INDENT;

    if (s->opt.has_group) {
        HOP_AUTO_STRING struct hop_string *text = NULL;
        struct hop_member_info info;
        const struct hop_string *label = g->label ? g->label : g->name;

        if (!label)
            label = text = hop_shown_block_text(s->cx, g->block);
        else if (!g->label && hop_member_lookup(s->cx, v, g->name, &info))
            label = text = info.name;
        hop_buf_add(&b, label->data, label->len);
        hop_buf_adds(&b, ": ");
    } else {
        hop_buf_adds(&b, s->view->group_label);
        indent = s->view->group_indent;
    }
    add_cell_text(s, s->group_key, g->format ? g->format->data : NULL,
                  g->format ? g->format->len : 0, false, &b);
    hop_doc_push(&p->doc, indent, 0, 0);
    hop_doc_text(&p->doc, hop_buf_str(&b), b.len);
    hop_doc_newline(&p->doc);
    hop_doc_pop(&p->doc);
    p->has_doc = true;
}

static enum hop_flow
send_group(struct hop_shaper *s, struct hop_value v)
{
    struct hop_packet *p =
        hop_packet_new(s->cx, HOP_PACKET_GROUP_START, s->shape);

    if (wants_groups(s) &&
        !(s->view && s->view->draw && hop_is_null(s->group_key)))
        fill_group(s, p, v);
    s->state = IN_GROUP;
    return send(s, p);
}

/* Closes the group and opens the next one, with a blank line between. */
static enum hop_flow
change_group(struct hop_shaper *s, struct hop_value v)
{
    struct hop_packet *gap =
        hop_packet_new(s->cx, HOP_PACKET_ENTRY, HOP_SHAPE_CUSTOM);
    enum hop_flow flow;

    gap->out_of_band = true;
    flow = send(s, gap);
    if (flow == HOP_FLOW_NEXT)
        flow = send_kind(s, HOP_PACKET_GROUP_END);
    return flow == HOP_FLOW_NEXT ? send_group(s, v) : flow;
}

static bool
same_key(struct hop_shaper *s, struct hop_value a, struct hop_value b)
{
    int order = 1;

    if (hop_equals(s->cx, a, b, true))
        return true;
    hop_drop_exception(s->cx);
    if (hop_compare(s->cx, a, b, true, &order))
        return order == 0;
    hop_drop_exception(s->cx);
    return false;
}

/* Opens or changes the group when v needs it. */
static enum hop_flow
enter_group(struct hop_shaper *s, struct hop_value v)
{
    HOP_AUTO_VALUE struct hop_value key = hop_null();

    if (!wants_groups(s))
        return s->state == IN_GROUP ? HOP_FLOW_NEXT : send_group(s, v);
    if (!group_of(s, v, &key))
        return flow_of_failure(s);
    if (s->state == IN_GROUP && same_key(s, s->group_key, key))
        return HOP_FLOW_NEXT;
    hop_value_set(&s->group_key, hop_value_steal(&key));
    return s->state == IN_GROUP ? change_group(s, v) : send_group(s, v);
}

/* ---- out of band ---- */

static bool
has_own_properties(struct hop_shaper *s, struct hop_value v)
{
    HOP_AUTO_SHOWN struct hop_shown_list l = {NULL, 0, 0};

    hop_shown_all(s->cx, v, &l);
    hop_shown_remove(&l, "PSComputerName");
    hop_shown_remove(&l, "PSShowComputerName");
    hop_shown_remove(&l, "RunspaceId");
    hop_shown_remove(&l, "PSSourceJobInstanceId");
    return l.n > 0;
}

static enum hop_flow
send_as_text(struct hop_shaper *s, struct hop_value v)
{
    HOP_AUTO_STRING struct hop_string *text = NULL;
    struct hop_string *token = hop_token_text(v);

    if (token)
        return send_text(s, token->data, token->len, false);
    if (!hop_to_string(s->cx, v, &text)) {
        hop_drop_exception(s->cx);
        return HOP_FLOW_NEXT;
    }
    return send_text(s, text->data, text->len, 0);
}

static enum hop_flow
send_by_view(struct hop_shaper *s, const struct hop_view *view,
             struct hop_value v, bool list)
{
    struct hop_shaper one = {.rs = s->rs,
                             .cx = s->cx,
                             .emit = s->emit,
                             .ctx = s->ctx,
                             .limit = s->limit};
    struct hop_packet *p;
    bool ok;

    one.shape = list ? HOP_SHAPE_LIST : view->shape;
    if (view)
        use_view(&one, view);
    p = hop_packet_new(s->cx, HOP_PACKET_ENTRY, one.shape);
    p->out_of_band = true;
    ok = fill_entry(&one, p, v);
    forget_view(&one);
    if (!ok) {
        hop_release(hop_obj(p));
        return flow_of_failure(s);
    }
    return send(s, p);
}

static bool
is_error(struct hop_shaper *s, struct hop_value v)
{
    return v.kind == HOP_OBJECT &&
           hop_has_type_name(s->cx, v,
                             "System.Management.Automation.ErrorRecord");
}

/* A warning (and so on) among the output. */
static enum hop_flow
send_message(struct hop_shaper *s, struct hop_value v)
{
    HOP_AUTO_STRING struct hop_string *text = NULL;

    if (!hop_to_string(s->cx, v, &text)) {
        hop_drop_exception(s->cx);
        return HOP_FLOW_NEXT;
    }
    return send_text(s, text->data, text->len, (int)HOP_MERGED(v));
}

static bool
is_message(struct hop_value v)
{
    enum hop_stream_number n = HOP_MERGED(v);

    return n == HOP_WARNING || n == HOP_VERBOSE || n == HOP_DEBUG;
}

/* Shows v outside of any document if its kind asks for that; *done tells.
 * fallback: any object, as a list. */
static enum hop_flow
try_out_of_band(struct hop_shaper *s, struct hop_value v, bool fallback,
                bool *done)
{
    struct hop_array *types;
    const struct hop_view *view;

    *done = true;
    if (!hop_enum_text(v) &&
        (hop_is_scalar(v) || hop_value_base(v).kind == HOP_ENUM))
        return send_as_text(s, v);
    if (is_error(s, v))
        return send_error(s, v);
    if (is_message(v))
        return send_message(s, v);
    types = hop_type_names(s->cx, v);
    view = hop_view_find(types, HOP_SHAPE_ANY, NULL, true);
    hop_release(hop_obj(types));
    if (view)
        return send_by_view(s, view, v, false);
    if (!has_own_properties(s, v))
        return send_as_text(s, v);
    if (fallback)
        return send_by_view(s, NULL, v, true);
    *done = false;
    return HOP_FLOW_NEXT;
}

/* ---- choosing the view ---- */

static enum hop_shape
shape_by_count(struct hop_shaper *s, struct hop_value v)
{
    HOP_AUTO_SHOWN struct hop_shown_list l = {NULL, 0, 0};

    hop_shown_default_set(s->cx, v, &l);
    if (!l.n) {
        /* As in PowerShell, those of remoting that are hidden count too. */
        hop_shown_all(s->cx, v, &l);
    }
    return l.n <= TABLE_MAX_DEFAULT ? HOP_SHAPE_TABLE : HOP_SHAPE_LIST;
}

static bool
unknown_view(struct hop_shaper *s, struct hop_value v,
             const struct hop_array *types)
{
    HOP_AUTO_BUF struct hop_buf type = HOP_BUF_INIT;
    static const char *const names[] = {"", "Table", "List", "Wide", "Custom"};
    struct hop_error_spec spec = {.id = "FormatViewNotFound",
                                  .category = HOP_CAT_OBJECT_NOT_FOUND};
    HOP_AUTO_VALUE struct hop_value target = hop_text(s->opt.view);

    HOP_AUTO_BUF struct hop_buf known = HOP_BUF_INIT;

    spec.target = target;
    hop_class_add_full_name(hop_class_of(v), &type);
    hop_view_names(types, s->opt.shape, &known);
    if (known.len)
        return hop_throw_error(s->rs, &spec,
                               "The view name %s cannot be found. Specify one "
                               "of the following %s views and try again: %s.",
                               s->opt.view, names[s->opt.shape],
                               hop_buf_str(&known));
    return hop_throw_error(s->rs, &spec,
                           "The view name %s cannot be found. There are no "
                           "existing %s views for %s objects.",
                           s->opt.view, names[s->opt.shape],
                           hop_buf_str(&type));
}

/* Shares, and hosts with Windows, tell no Unix modes of their files: the view
 * that is for them has another name. */
static bool
has_mode(struct hop_shaper *s, const struct hop_view *view, struct hop_value v)
{
    HOP_AUTO_STRING struct hop_string *name = hop_string_from("UnixMode");
    HOP_AUTO_VALUE struct hop_value mode = hop_null();

    if (!view->name || !hop_ascii_ieq(view->name, "childrenWithUnixStat"))
        return true;
    if (hop_member_get(s->cx, v, name, &mode) == HOP_FAILED)
        hop_drop_exception(s->cx);
    return !hop_is_null(mode);
}

static bool
choose(struct hop_shaper *s, struct hop_value v)
{
    struct hop_array *types = hop_type_names(s->cx, v);
    const struct hop_view *view = NULL;
    bool by_properties = s->opt.shape != HOP_SHAPE_ANY && s->opt.properties;

    if (!by_properties)
        view = hop_view_find(types, s->opt.shape, s->opt.view, false);
    if (view && !s->opt.view && !has_mode(s, view, v))
        view = hop_view_find(types, HOP_SHAPE_TABLE, "children", false);
    if (!view && s->opt.view && !by_properties) {
        (void)unknown_view(s, v, types);
        hop_release(hop_obj(types));
        return false;
    }
    hop_release(hop_obj(types));
    forget_view(s);
    hop_shown_clear(&s->columns);
    if (view) {
        use_view(s, view);
        s->shape = view->shape;
    } else {
        s->shape = s->opt.shape ? s->opt.shape : shape_by_count(s, v);
    }
    return true;
}

/* A table by properties takes every object; a view only its types. */
static bool
fits_document(struct hop_shaper *s, struct hop_value v)
{
    struct hop_array *types;
    bool fits;

    if (!s->view)
        return true;
    types = hop_type_names(s->cx, v);
    fits = hop_view_applies(s->view, types);
    hop_release(hop_obj(types));
    return fits;
}

static enum hop_flow
shape_one(struct hop_shaper *s, struct hop_value v)
{
    bool oob = s->opt.shape == HOP_SHAPE_ANY || !s->opt.force, done = false;
    enum hop_flow flow = HOP_FLOW_NEXT;

    if (hop_packet_of(v))
        return s->emit(s->ctx, hop_packet_of(v));
    if (oob) {
        flow = try_out_of_band(s, v, false, &done);
        if (done || flow != HOP_FLOW_NEXT)
            return flow;
    }
    if (s->state == OUTSIDE) {
        if (!choose(s, v))
            return HOP_FLOW_ERROR;
        s->state = IN_DOCUMENT;
        flow = send_start(s, v);
        if (flow != HOP_FLOW_NEXT)
            return flow;
    }
    if (oob && !fits_document(s, v)) {
        flow = try_out_of_band(s, v, true, &done);
        if (done || flow != HOP_FLOW_NEXT)
            return flow;
    }
    flow = enter_group(s, v);
    return flow == HOP_FLOW_NEXT ? send_entry(s, v) : flow;
}

/* ---- collections as input ---- */

static enum hop_flow
shape_elements(struct hop_shaper *s, struct hop_value v)
{
    struct hop_iter it;
    struct hop_value item;
    enum hop_flow flow = HOP_FLOW_NEXT;
    int more = 0;

    if (!hop_iter_enumerate(s->cx, &it, hop_value_base(v)))
        return HOP_FLOW_ERROR;
    while (flow == HOP_FLOW_NEXT &&
           (more = hop_iter_next(s->cx, &it, &item)) > 0) {
        HOP_AUTO_VALUE struct hop_value held = item;

        /* A null element shows as an empty line. */
        flow = hop_is_null(item) ? send_text(s, "", 0, 0) : shape_one(s, held);
    }
    hop_iter_done(&it);
    return more < 0 ? HOP_FLOW_ERROR : flow;
}

static enum hop_flow
shape_both(struct hop_shaper *s, struct hop_value v)
{
    HOP_AUTO_VALUE struct hop_value all = hop_null();
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    static const char head[] = "The following object supports IEnumerable:\n";
    enum hop_flow flow = send_text(s, head, sizeof(head) - 1, 0);
    bool done;
    size_t n;

    if (flow == HOP_FLOW_NEXT)
        flow = try_out_of_band(s, v, true, &done);
    if (flow != HOP_FLOW_NEXT)
        return flow;
    if (!hop_to_array(s->cx, hop_value_base(v), &all))
        return HOP_FLOW_ERROR;
    n = hop_as_array(all)->n;
    if (n == 0)
        hop_buf_adds(&b, "\nThe IEnumerable contains no objects.\n");
    else if (n == 1)
        hop_buf_adds(&b, "\nThe IEnumerable contains the following object:\n");
    else
        hop_buf_addf(
            &b, "\nThe IEnumerable contains the following %zu objects:\n", n);
    flow = send_text(s, hop_buf_str(&b), b.len, 0);
    return flow == HOP_FLOW_NEXT ? shape_elements(s, v) : flow;
}

enum hop_flow
hop_shaper_object(struct hop_shaper *s, struct hop_value v)
{
    if (hop_is_null(v))
        return HOP_FLOW_NEXT;
    if (!hop_is_collection(v) || s->opt.expand == HOP_EXPAND_CORE)
        return shape_one(s, v);
    if (s->opt.expand == HOP_EXPAND_BOTH)
        return shape_both(s, v);
    return shape_elements(s, v);
}

enum hop_flow
hop_shaper_end(struct hop_shaper *s)
{
    enum hop_flow flow = HOP_FLOW_NEXT;

    if (s->state == IN_GROUP)
        flow = send_kind(s, HOP_PACKET_GROUP_END);
    if (s->state != OUTSIDE && flow == HOP_FLOW_NEXT)
        flow = send_kind(s, HOP_PACKET_END);
    s->state = OUTSIDE;
    return flow;
}

static int
enumeration_limit(struct hop_runspace *rs)
{
    HOP_AUTO_VALUE struct hop_value v =
        hop_variable_get(rs, "global:FormatEnumerationLimit");

    return v.kind == HOP_INT32 ? (int)v.u.i : ENUMERATION_LIMIT;
}

struct hop_shaper *
hop_shaper_new(struct hop_runspace *rs, const struct hop_shape_options *options,
               enum hop_flow (*emit)(void *ctx, struct hop_packet *p),
               void *ctx)
{
    struct hop_shaper *s = hop_xmalloc(sizeof(*s));

    s->rs = rs;
    s->cx = hop_runspace_context(rs);
    s->opt = *options;
    s->emit = emit;
    s->ctx = ctx;
    s->limit = enumeration_limit(rs);
    return s;
}

void
hop_shaper_free(struct hop_shaper *s)
{
    if (!s)
        return;
    forget_view(s);
    hop_shown_clear(&s->columns);
    hop_value_clear(&s->group_key);
    hop_lines_done(&s->failed);
    hop_shape_options_done(&s->opt);
    free(s);
}
