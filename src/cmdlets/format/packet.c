/* SPDX-License-Identifier: MIT */
#include "cmdlets/format/packet.h"

#include <stdlib.h>

#include "base/alloc.h"

static struct hop_doc_node *
add_node(struct hop_doc *d, enum hop_doc_op op)
{
    if (d->n == d->cap) {
        d->cap = d->cap ? d->cap * 2 : 16;
        d->node = hop_xrealloc(d->node, d->cap, sizeof(*d->node));
    }
    d->node[d->n] = (struct hop_doc_node){.op = op};
    return &d->node[d->n++];
}

void
hop_doc_text(struct hop_doc *d, const char *s, size_t n)
{
    add_node(d, HOP_DOC_TEXT)->text = hop_xstrndup(s, n);
}

void
hop_doc_newline(struct hop_doc *d)
{
    add_node(d, HOP_DOC_NEWLINE);
}

void
hop_doc_push(struct hop_doc *d, int left, int right, int first)
{
    struct hop_doc_node *node = add_node(d, HOP_DOC_PUSH);

    node->left = left;
    node->right = right;
    node->first = first;
}

void
hop_doc_pop(struct hop_doc *d)
{
    add_node(d, HOP_DOC_POP);
}

void
hop_doc_done(struct hop_doc *d)
{
    for (size_t i = 0; i < d->n; i++)
        free(d->node[i].text);
    free(d->node);
    *d = (struct hop_doc){NULL, 0, 0};
}

static void
destroy(struct hop_object *o)
{
    struct hop_packet *p = (struct hop_packet *)o;

    for (size_t i = 0; i < p->columns; i++)
        free(p->column[i].label);
    free(p->column);
    for (size_t i = 0; i < p->fields; i++) {
        free(p->field[i].label);
        free(p->field[i].text);
    }
    free(p->field);
    hop_doc_done(&p->doc);
}

#define PACKET_CLASS(text)                                                     \
    {                                                                          \
        .name = "Microsoft.PowerShell.Commands.Internal.Format." text,         \
        .base = &hop_class_object, .size = sizeof(struct hop_packet),          \
        .destroy = destroy                                                     \
    }

const struct hop_class hop_class_format_packets[HOP_PACKET_KINDS] = {
    [HOP_PACKET_START] = PACKET_CLASS("FormatStartData"),
    [HOP_PACKET_END] = PACKET_CLASS("FormatEndData"),
    [HOP_PACKET_GROUP_START] = PACKET_CLASS("GroupStartData"),
    [HOP_PACKET_GROUP_END] = PACKET_CLASS("GroupEndData"),
    [HOP_PACKET_ENTRY] = PACKET_CLASS("FormatEntryData"),
};

const struct hop_class *const hop_format_classes[] = {
    &hop_class_format_packets[HOP_PACKET_START],
    &hop_class_format_packets[HOP_PACKET_END],
    &hop_class_format_packets[HOP_PACKET_GROUP_START],
    &hop_class_format_packets[HOP_PACKET_GROUP_END],
    &hop_class_format_packets[HOP_PACKET_ENTRY],
    NULL,
};

struct hop_packet *
hop_packet_new(struct hop_context *cx, enum hop_packet_kind kind,
               enum hop_shape shape)
{
    struct hop_packet *p = hop_object_new(cx, &hop_class_format_packets[kind]);

    p->kind = kind;
    p->shape = shape;
    return p;
}

struct hop_packet *
hop_packet_of(struct hop_value v)
{
    const struct hop_class *cls;

    v = hop_value_base(v);
    if (v.kind != HOP_OBJECT)
        return NULL;
    cls = v.u.o->cls;
    if (cls < hop_class_format_packets ||
        cls >= hop_class_format_packets + HOP_PACKET_KINDS)
        return NULL;
    return (struct hop_packet *)v.u.o;
}

void
hop_packet_add_field(struct hop_packet *p, char *label, char *text, size_t len,
                     enum hop_align align)
{
    p->field = hop_xrealloc(p->field, p->fields + 1, sizeof(*p->field));
    p->field[p->fields++] = (struct hop_cell){label, text, len, align};
}

void
hop_packet_add_column(struct hop_packet *p, char *label, int width,
                      enum hop_align align, bool foreign)
{
    p->column = hop_xrealloc(p->column, p->columns + 1, sizeof(*p->column));
    p->column[p->columns++] = (struct hop_column){label, width, align, foreign};
}
