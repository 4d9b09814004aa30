/* What a formatting command hands to an output command: format objects, as
 * Format-Table writes them into the pipeline and Out-Host reads them.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CMDLETS_FORMAT_PACKET_H
#define HOP_CMDLETS_FORMAT_PACKET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "value/class.h"
#include "value/value.h"

enum hop_shape {
    HOP_SHAPE_ANY, /* the view decides */
    HOP_SHAPE_TABLE,
    HOP_SHAPE_LIST,
    HOP_SHAPE_WIDE,
    HOP_SHAPE_CUSTOM,
    HOP_SHAPE_RAW, /* text as it is */
};

enum hop_align {
    HOP_ALIGN_NONE,
    HOP_ALIGN_LEFT,
    HOP_ALIGN_CENTER,
    HOP_ALIGN_RIGHT
};

enum hop_packet_kind {
    HOP_PACKET_START,
    HOP_PACKET_END,
    HOP_PACKET_GROUP_START,
    HOP_PACKET_GROUP_END,
    HOP_PACKET_ENTRY,
    HOP_PACKET_KINDS
};

/* A custom view as a flat list: frames nest. */
enum hop_doc_op { HOP_DOC_TEXT, HOP_DOC_NEWLINE, HOP_DOC_PUSH, HOP_DOC_POP };

struct hop_doc_node {
    enum hop_doc_op op;
    char *text;             /* of TEXT; owned */
    int left, right, first; /* of PUSH: indentations; first line's extra */
};

struct hop_doc {
    struct hop_doc_node *node;
    size_t n, cap;
};

void hop_doc_text(struct hop_doc *d, const char *s, size_t n);
void hop_doc_newline(struct hop_doc *d);
void hop_doc_push(struct hop_doc *d, int left, int right, int first);
void hop_doc_pop(struct hop_doc *d);
void hop_doc_done(struct hop_doc *d);

struct hop_column {
    char *label; /* owned */
    int width;   /* 0: found out */
    enum hop_align align;
    bool foreign; /* the label is no property's name: shown in italics */
};

struct hop_cell {
    char *label; /* of a list; owned, or NULL */
    char *text;  /* owned */
    size_t len;
    enum hop_align align;
};

struct hop_packet {
    struct hop_object base;
    enum hop_packet_kind kind;
    enum hop_shape shape; /* of START and ENTRY */
    bool out_of_band;     /* ENTRY outside of any document */
    int stream;           /* ENTRY of text: HOP_MERGED of what it shows */
    /* START */
    struct hop_column *column;
    size_t columns;
    bool autosize, hide_header, repeat_header;
    int wide_columns;
    /* ENTRY; RAW: one field */
    struct hop_cell *field;
    size_t fields;
    bool multi_line;
    /* GROUP_START, and ENTRY of CUSTOM */
    struct hop_doc doc;
    bool has_doc;
};

extern const struct hop_class hop_class_format_packets[HOP_PACKET_KINDS];
/* For hop_types_register; ends with NULL. */
extern const struct hop_class *const hop_format_classes[];

struct hop_packet *hop_packet_new(struct hop_context *cx,
                                  enum hop_packet_kind kind,
                                  enum hop_shape shape);
/* The packet in v, or NULL when it is another object. */
struct hop_packet *hop_packet_of(struct hop_value v);
/* Takes label and text (malloc'ed). */
void hop_packet_add_field(struct hop_packet *p, char *label, char *text,
                          size_t len, enum hop_align align);
/* Takes label. */
void hop_packet_add_column(struct hop_packet *p, char *label, int width,
                           enum hop_align align, bool foreign);

#endif
