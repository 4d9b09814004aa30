/* SPDX-License-Identifier: MIT */
#include "cmdlets/format/output.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

#define UNSIZED_WAIT_MS 300

void
hop_output_init(struct hop_output *o, const struct hop_line_out *lo)
{
    *o = (struct hop_output){.lo = *lo};
    o->table.disabled = true;
}

static void
close_document(struct hop_output *o)
{
    if (o->start)
        hop_release(hop_obj(o->start));
    o->start = NULL;
}

static void
forget_wide(struct hop_output *o)
{
    for (size_t i = 0; i < o->wide_n; i++)
        free(o->wide[i]);
    o->wide_n = 0;
}

void
hop_output_done(struct hop_output *o)
{
    close_document(o);
    hop_table_done(&o->table);
    free(o->hint);
    forget_wide(o);
    free(o->wide);
    for (size_t i = 0; i < o->held_n; i++)
        hop_release(o->held[i]);
    free(o->held);
}

bool
hop_output_in_group(const struct hop_output *o)
{
    return o->in_group;
}

static enum hop_flow
blank_line(struct hop_output *o)
{
    return hop_line(&o->lo, "", 0);
}

/* ---- groups ---- */

static size_t
wide_per_row(const struct hop_output *o)
{
    int most = o->hint ? o->hint[0] : 0, columns = 1;

    if (most <= 0)
        return o->start->wide_columns > 0 ? (size_t)o->start->wide_columns : 2;
    if (most >= o->lo.table_width)
        return 1;
    while (most * (columns + 1) + columns < o->lo.table_width)
        columns++;
    return (size_t)columns;
}

static enum hop_flow
start_table(struct hop_output *o)
{
    const struct hop_packet *s = o->start;
    HOP_AUTO_FREE int *width = hop_xcalloc(s->columns + 1, sizeof(*width));
    HOP_AUTO_FREE enum hop_align *align =
        hop_xcalloc(s->columns + 1, sizeof(*align));

    for (size_t k = 0; k < s->columns; k++) {
        width[k] = o->hint ? o->hint[k] : s->column[k].width;
        align[k] = s->column[k].align;
    }
    hop_table_done(&o->table);
    hop_table_init(&o->table, &o->lo, width, align, s->columns);
    if (s->hide_header)
        return HOP_FLOW_NEXT;
    return hop_table_header(&o->table, &o->lo, s->column);
}

static enum hop_flow
start_wide(struct hop_output *o)
{
    size_t n = wide_per_row(o);
    HOP_AUTO_FREE int *width = hop_xcalloc(n, sizeof(*width));
    HOP_AUTO_FREE enum hop_align *align = hop_xcalloc(n, sizeof(*align));

    for (size_t k = 0; k < n; k++)
        align[k] = HOP_ALIGN_LEFT;
    hop_table_done(&o->table);
    hop_table_init(&o->table, &o->lo, width, align, n);
    if (n > o->wide_cap) {
        o->wide = hop_xrealloc(o->wide, n, sizeof(*o->wide));
        o->wide_cap = n;
    }
    return HOP_FLOW_NEXT;
}

static enum hop_flow
start_group(struct hop_output *o, const struct hop_packet *p)
{
    enum hop_flow flow = HOP_FLOW_NEXT;

    o->in_group = true;
    if (p->has_doc) {
        flow = hop_doc_write(&o->lo, &p->doc, o->lo.width);
        if (flow == HOP_FLOW_NEXT)
            flow = blank_line(o);
        if (flow != HOP_FLOW_NEXT)
            return flow;
    }
    if (o->start->shape == HOP_SHAPE_TABLE)
        flow = start_table(o);
    else if (o->start->shape == HOP_SHAPE_WIDE)
        flow = start_wide(o);
    free(o->hint);
    o->hint = NULL;
    return flow;
}

static enum hop_flow
flush_wide(struct hop_output *o)
{
    HOP_AUTO_FREE struct hop_cell *cell = NULL;
    enum hop_flow flow;

    if (o->wide_n == 0)
        return HOP_FLOW_NEXT;
    cell = hop_xcalloc(o->table.n, sizeof(*cell));
    for (size_t k = 0; k < o->table.n; k++) {
        cell[k].text = k < o->wide_n ? o->wide[k] : (char *)(uintptr_t) "";
        cell[k].len = strlen(cell[k].text);
    }
    flow = hop_table_row(&o->table, &o->lo, cell, o->table.n, false);
    forget_wide(o);
    return flow;
}

static enum hop_flow
end_group(struct hop_output *o)
{
    o->in_group = false;
    return o->start && o->start->shape == HOP_SHAPE_WIDE ? flush_wide(o)
                                                         : HOP_FLOW_NEXT;
}

/* ---- entries ---- */

/* A record's view is written line by line, as PowerShell's is. */
static void
write_lines(struct hop_output *o, int stream, const struct hop_cell *f)
{
    const char *s = f->text, *end = s + f->len;

    for (const char *at; stream == HOP_ERROR && end > s &&
                         (at = memchr(s, '\n', (size_t)(end - s)));
         s = at + 1)
        o->write_stream(o->stream_ctx, stream, s, (size_t)(at - s));
    o->write_stream(o->stream_ctx, stream, s, (size_t)(end - s));
}

static enum hop_flow
write_raw(struct hop_output *o, const struct hop_packet *p)
{
    const struct hop_cell *f = &p->field[0];

    if (p->stream && o->write_stream) {
        write_lines(o, p->stream, f);
        return HOP_FLOW_NEXT;
    }
    return hop_line(&o->lo, f->text, f->len);
}

static enum hop_flow
out_of_band(struct hop_output *o, const struct hop_packet *p)
{
    enum hop_flow flow;

    if (p->shape == HOP_SHAPE_RAW)
        return write_raw(o, p);
    if (p->shape == HOP_SHAPE_CUSTOM && p->doc.n == 0)
        return blank_line(o);
    if (p->shape == HOP_SHAPE_CUSTOM)
        return hop_doc_write(&o->lo, &p->doc, INT_MAX / 2);
    flow = blank_line(o);
    if (flow == HOP_FLOW_NEXT)
        flow = hop_list_write(&o->lo, p->field, p->fields);
    return flow == HOP_FLOW_NEXT ? blank_line(o) : flow;
}

static enum hop_flow
write_entry(struct hop_output *o, const struct hop_packet *p)
{
    enum hop_flow flow;

    if (p->out_of_band || !o->start)
        return out_of_band(o, p);
    switch (o->start->shape) {
    case HOP_SHAPE_TABLE:
        return hop_table_row(&o->table, &o->lo, p->field, p->fields,
                             p->multi_line);
    case HOP_SHAPE_LIST:
        flow = hop_list_write(&o->lo, p->field, p->fields);
        return flow == HOP_FLOW_NEXT ? blank_line(o) : flow;
    case HOP_SHAPE_WIDE:
        if (o->wide_n < o->wide_cap)
            o->wide[o->wide_n++] =
                hop_xstrdup(p->fields ? p->field[0].text : "");
        return o->wide_n == o->table.n ? flush_wide(o) : HOP_FLOW_NEXT;
    case HOP_SHAPE_CUSTOM: return hop_doc_write(&o->lo, &p->doc, o->lo.width);
    case HOP_SHAPE_ANY:
    case HOP_SHAPE_RAW: break;
    }
    return HOP_FLOW_NEXT;
}

static enum hop_flow
process(struct hop_output *o, struct hop_packet *p)
{
    bool list;

    switch (p->kind) {
    case HOP_PACKET_START:
        close_document(o);
        hop_retain(hop_obj(p));
        o->start = p;
        return blank_line(o);
    case HOP_PACKET_END:
        list = o->start && o->start->shape == HOP_SHAPE_LIST;
        close_document(o);
        return list ? HOP_FLOW_NEXT : blank_line(o);
    case HOP_PACKET_GROUP_START:
        return o->start ? start_group(o, p) : HOP_FLOW_NEXT;
    case HOP_PACKET_GROUP_END: return end_group(o);
    case HOP_PACKET_ENTRY: return write_entry(o, p);
    case HOP_PACKET_KINDS: break;
    }
    return HOP_FLOW_NEXT;
}

/* ---- the group held back ---- */

static void
hold(struct hop_output *o, struct hop_packet *p)
{
    if (o->held_n == o->held_cap) {
        o->held_cap = o->held_cap ? o->held_cap * 2 : 32;
        o->held = hop_xrealloc(o->held, o->held_cap, sizeof(*o->held));
    }
    o->held[o->held_n++] = hop_retain(hop_obj(p));
}

static void
widen(int *width, const char *text, size_t len)
{
    size_t cells = hop_cells(text, len);

    if (cells > (size_t)*width)
        *width = (int)(cells > INT_MAX / 2 ? INT_MAX / 2 : cells);
}

/* Finds the widths that the held entries want. */
static void
measure(struct hop_output *o)
{
    const struct hop_packet *s = o->start;
    bool wide = s->shape == HOP_SHAPE_WIDE;
    size_t n = wide ? 1 : s->columns;

    free(o->hint);
    o->hint = NULL;
    if ((s->shape != HOP_SHAPE_TABLE && !wide) || n == 0 ||
        (wide && s->wide_columns))
        return;
    o->hint = hop_xcalloc(n, sizeof(*o->hint));
    for (size_t k = 0; !wide && k < n; k++)
        widen(&o->hint[k], s->column[k].label, strlen(s->column[k].label));
    for (size_t i = 0; i < o->held_n; i++) {
        const struct hop_packet *p = (struct hop_packet *)o->held[i].u.o;

        if (p->kind != HOP_PACKET_ENTRY || p->out_of_band)
            continue;
        for (size_t k = 0; k < n && k < p->fields; k++)
            widen(&o->hint[k], p->field[k].text, p->field[k].len);
    }
}

enum hop_flow
hop_output_drain(struct hop_output *o)
{
    enum hop_flow flow = HOP_FLOW_NEXT;
    struct hop_value *held = o->held;
    size_t n = o->held_n;

    if (o->holding && o->start)
        measure(o);
    o->holding = false;
    o->held = NULL;
    o->held_n = o->held_cap = 0;
    for (size_t i = 0; i < n; i++) {
        if (flow == HOP_FLOW_NEXT)
            flow = process(o, (struct hop_packet *)held[i].u.o);
        hop_release(held[i]);
    }
    free(held);
    return flow;
}

/* Does this document want its groups held back? */
static void
note_start(struct hop_output *o, const struct hop_packet *p)
{
    if (p->autosize) {
        o->caching = true;
        o->cache_ms = 0;
    } else if (p->shape == HOP_SHAPE_TABLE && p->columns &&
               p->column[0].width == 0) {
        o->caching = true;
        o->cache_ms = UNSIZED_WAIT_MS;
    }
}

enum hop_flow
hop_output_packet(struct hop_output *o, struct hop_packet *p, int64_t now_ms)
{
    bool over;

    if (p->kind == HOP_PACKET_START)
        note_start(o, p);
    if (!o->holding) {
        if (!o->caching || p->kind != HOP_PACKET_GROUP_START)
            return process(o, p);
        o->holding = true;
        o->held_since_ms = now_ms;
        hold(o, p);
        return HOP_FLOW_NEXT;
    }
    hold(o, p);
    over = o->cache_ms && now_ms - o->held_since_ms >= o->cache_ms;
    if (p->kind == HOP_PACKET_GROUP_END || over)
        return hop_output_drain(o);
    return HOP_FLOW_NEXT;
}
