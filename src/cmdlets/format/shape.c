/* Objects to packets: documents, groups, and which view an object gets.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cmdlets/format/shape.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/text.h"
#include "cmdlets/format/shape_internal.h"
#include "cmdlets/format/text.h"
#include "engine/errors.h"
#include "engine/scope.h"
#include "value/member.h"
#include "value/ops.h"

#define TABLE_MAX_DEFAULT 4 /* more properties than that make a list */
#define ENUMERATION_LIMIT 4

#define GROUP_INDENT 3

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
    if (failed && s->state == HOP_SHAPE_IN_GROUP)
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
    hop_shape_add_cell_text(s, s->group_key, g->format ? g->format->data : NULL,
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
    s->state = HOP_SHAPE_IN_GROUP;
    return hop_shape_send(s, p);
}

/* Closes the group and opens the next one, with a blank line between. */
static enum hop_flow
change_group(struct hop_shaper *s, struct hop_value v)
{
    struct hop_packet *gap =
        hop_packet_new(s->cx, HOP_PACKET_ENTRY, HOP_SHAPE_CUSTOM);
    enum hop_flow flow;

    gap->out_of_band = true;
    flow = hop_shape_send(s, gap);
    if (flow == HOP_FLOW_NEXT)
        flow = hop_shape_send_kind(s, HOP_PACKET_GROUP_END);
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
        return s->state == HOP_SHAPE_IN_GROUP ? HOP_FLOW_NEXT
                                              : send_group(s, v);
    if (!group_of(s, v, &key))
        return hop_shape_flow_of_failure(s);
    if (s->state == HOP_SHAPE_IN_GROUP && same_key(s, s->group_key, key))
        return HOP_FLOW_NEXT;
    hop_value_set(&s->group_key, hop_value_steal(&key));
    return s->state == HOP_SHAPE_IN_GROUP ? change_group(s, v)
                                          : send_group(s, v);
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
        return hop_shape_send_text(s, token->data, token->len, false);
    if (!hop_to_string(s->cx, v, &text)) {
        hop_drop_exception(s->cx);
        return HOP_FLOW_NEXT;
    }
    return hop_shape_send_text(s, text->data, text->len, 0);
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
        hop_shape_use_view(&one, view);
    p = hop_packet_new(s->cx, HOP_PACKET_ENTRY, one.shape);
    p->out_of_band = true;
    ok = hop_shape_fill_entry(&one, p, v);
    hop_shape_forget_view(&one);
    if (!ok) {
        hop_release(hop_obj(p));
        return hop_shape_flow_of_failure(s);
    }
    return hop_shape_send(s, p);
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
    return hop_shape_send_text(s, text->data, text->len, (int)HOP_MERGED(v));
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
        return hop_shape_send_error(s, v);
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
    hop_shape_forget_view(s);
    hop_shown_clear(&s->columns);
    if (view) {
        hop_shape_use_view(s, view);
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
    if (s->state == HOP_SHAPE_OUTSIDE) {
        if (!choose(s, v))
            return HOP_FLOW_ERROR;
        s->state = HOP_SHAPE_IN_DOCUMENT;
        flow = hop_shape_send_start(s, v);
        if (flow != HOP_FLOW_NEXT)
            return flow;
    }
    if (oob && !fits_document(s, v)) {
        flow = try_out_of_band(s, v, true, &done);
        if (done || flow != HOP_FLOW_NEXT)
            return flow;
    }
    flow = enter_group(s, v);
    return flow == HOP_FLOW_NEXT ? hop_shape_send_entry(s, v) : flow;
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
        flow = hop_is_null(item) ? hop_shape_send_text(s, "", 0, 0)
                                 : shape_one(s, held);
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
    enum hop_flow flow = hop_shape_send_text(s, head, sizeof(head) - 1, 0);
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
    flow = hop_shape_send_text(s, hop_buf_str(&b), b.len, 0);
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

    if (s->state == HOP_SHAPE_IN_GROUP)
        flow = hop_shape_send_kind(s, HOP_PACKET_GROUP_END);
    if (s->state != HOP_SHAPE_OUTSIDE && flow == HOP_FLOW_NEXT)
        flow = hop_shape_send_kind(s, HOP_PACKET_END);
    s->state = HOP_SHAPE_OUTSIDE;
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
    hop_shape_forget_view(s);
    hop_shown_clear(&s->columns);
    hop_value_clear(&s->group_key);
    hop_lines_done(&s->failed);
    hop_shape_options_done(&s->opt);
    free(s);
}
