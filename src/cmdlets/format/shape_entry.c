/* Entries, and the packets that shapes are sent in.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cmdlets/format/shape_internal.h"

#include "base/alloc.h"
#include "cmdlets/format/shape.h"
#include "cmdlets/format/text.h"
#include "cmdlets/format/tree.h"
#include "engine/errors.h"
#include "engine/scope.h"
#include "value/member.h"

#define DEFAULT_DEPTH 5

/* ---- packets ---- */

enum hop_flow
hop_shape_send(struct hop_shaper *s, struct hop_packet *p)
{
    enum hop_flow flow = s->emit(s->ctx, p);

    hop_release(hop_obj(p));
    return flow;
}

enum hop_flow
hop_shape_send_kind(struct hop_shaper *s, enum hop_packet_kind kind)
{
    return hop_shape_send(s, hop_packet_new(s->cx, kind, s->shape));
}

enum hop_flow
hop_shape_send_text(struct hop_shaper *s, const char *text, size_t n,
                    int stream)
{
    struct hop_packet *p =
        hop_packet_new(s->cx, HOP_PACKET_ENTRY, HOP_SHAPE_RAW);

    p->out_of_band = true;
    p->stream = stream;
    hop_packet_add_field(p, NULL, hop_xstrndup(text, n), n, HOP_ALIGN_LEFT);
    return hop_shape_send(s, p);
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

        hop_packet_add_column(p, hop_xstrdup(hop_shape_item_label(it)),
                              it->width, it->align, it->label != NULL);
    }
}

enum hop_flow
hop_shape_send_start(struct hop_shaper *s, struct hop_value v)
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
        hop_shape_list_active(s, v, true, &s->columns);
        add_columns(s, p, v);
    }
    return hop_shape_send(s, p);
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
        hop_shape_list_active(s, v, false, &own);
        l = &own;
    }
    n = s->shape == HOP_SHAPE_WIDE && l->n ? 1 : l->n;
    for (size_t i = 0; i < n; i++)
        if (!hop_shape_add_cell(s, p, &l->item[i], v,
                                s->shape == HOP_SHAPE_TABLE))
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
            return hop_shape_add_cell(s, p, &l.item[0], v, false);
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

        if (!table && !hop_shape_item_shown(s, it, v))
            continue;
        if (!hop_shape_add_item_text(s, i, v, table, &b))
            return false;
        if (s->shape == HOP_SHAPE_CUSTOM) {
            hop_doc_text(&p->doc, hop_buf_str(&b), b.len);
            p->has_doc = true;
            continue;
        }
        n = b.len;
        hop_packet_add_field(p, hop_xstrdup(hop_shape_item_label(it)),
                             hop_buf_take(&b), n, HOP_ALIGN_NONE);
    }
    if (s->shape != HOP_SHAPE_CUSTOM && hop_shown_computer(s->cx, v)) {
        HOP_AUTO_STRING struct hop_string *name =
            hop_string_from("PSComputerName");
        struct hop_shown item = {name, hop_null(), NULL};

        return hop_shape_add_cell(s, p, &item, v, table);
    }
    return true;
}

static bool
fill_tree(struct hop_shaper *s, struct hop_packet *p, struct hop_value v)
{
    HOP_AUTO_SHOWN struct hop_shown_list l = {NULL, 0, 0};

    p->has_doc = true;
    if (!hop_is_scalar(v) && !hop_is_collection(v))
        hop_shape_list_active(s, v, false, &l);
    return hop_tree_write(s->rs, &p->doc, v, &l,
                          s->opt.depth > 0 ? s->opt.depth : DEFAULT_DEPTH,
                          s->limit, s->opt.display_error);
}

bool
hop_shape_fill_entry(struct hop_shaper *s, struct hop_packet *p,
                     struct hop_value v)
{
    if (s->view)
        return fill_by_view(s, p, v);
    if (s->shape == HOP_SHAPE_CUSTOM)
        return fill_tree(s, p, v);
    if (s->shape == HOP_SHAPE_WIDE)
        return fill_wide(s, p, v);
    return fill_by_properties(s, p, v);
}

enum hop_flow
hop_shape_flow_of_failure(struct hop_shaper *s)
{
    return hop_has_exception(s->cx) ? HOP_FLOW_ERROR : HOP_FLOW_STOP;
}

enum hop_flow
hop_shape_send_error(struct hop_shaper *s, struct hop_value v)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    hop_error_format(s->rs, v, &b);
    return hop_shape_send_text(s, hop_buf_str(&b), b.len, (int)HOP_MERGED(v));
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

        flow = hop_shape_send_error(s, record);
    }
    hop_lines_done(&s->failed);
    return flow;
}

enum hop_flow
hop_shape_send_entry(struct hop_shaper *s, struct hop_value v)
{
    struct hop_packet *p = hop_packet_new(s->cx, HOP_PACKET_ENTRY, s->shape);

    p->multi_line = s->opt.wrap_given
                        ? s->opt.wrap
                        : s->view && (s->view->flags & HOP_VIEW_WRAP);
    if (!hop_shape_fill_entry(s, p, v)) {
        hop_release(hop_obj(p));
        return hop_shape_flow_of_failure(s);
    }
    return send_failures(s, hop_shape_send(s, p), v);
}
