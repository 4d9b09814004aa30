/* The inside of a shaper: cells and entries, and whom they are sent to.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CMDLETS_FORMAT_SHAPE_INTERNAL_H
#define HOP_CMDLETS_FORMAT_SHAPE_INTERNAL_H

#include "cmdlets/format/shape.h"
#include "cmdlets/format/text.h"

#define HOP_READ_FAILED   "#ERR"
#define HOP_FORMAT_FAILED "#FMTERR"

enum hop_shape_state {
    HOP_SHAPE_OUTSIDE,
    HOP_SHAPE_IN_DOCUMENT,
    HOP_SHAPE_IN_GROUP
};

struct hop_shaper {
    struct hop_runspace *rs;
    struct hop_context *cx;
    struct hop_shape_options opt;
    enum hop_flow (*emit)(void *ctx, struct hop_packet *p);
    void *ctx;
    enum hop_shape_state state;
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

/* Adds the cell of one property to the packet. */
HOP_MUST_CHECK bool hop_shape_add_cell(struct hop_shaper *s,
                                       struct hop_packet *p,
                                       const struct hop_shown *item,
                                       struct hop_value v, bool table);

/* Appends what the cell shows; an object that cannot say what it is gives
 * nothing. */
void hop_shape_add_cell_text(struct hop_shaper *s, struct hop_value v,
                             const char *format, size_t n, bool fixed,
                             struct hop_buf *out);

/* Reads item i of the view; text appended to b. */
HOP_MUST_CHECK bool hop_shape_add_item_text(struct hop_shaper *s, size_t i,
                                            struct hop_value v, bool table,
                                            struct hop_buf *b);

/* The label of a view's item (borrowed), and whether it is shown for v. */
const char *hop_shape_item_label(const struct hop_view_item *it);
HOP_MUST_CHECK bool hop_shape_item_shown(struct hop_shaper *s,
                                         const struct hop_view_item *it,
                                         struct hop_value v);

/* The properties to show of v: those asked for, its default set, or all. */
void hop_shape_list_active(struct hop_shaper *s, struct hop_value v, bool table,
                           struct hop_shown_list *l);

/* Takes up a view, its scripts compiled, and lets it go. */
void hop_shape_use_view(struct hop_shaper *s, const struct hop_view *view);
void hop_shape_forget_view(struct hop_shaper *s);

/* Puts what is shown of v into an entry; false: an exception or a stop. */
HOP_MUST_CHECK bool hop_shape_fill_entry(struct hop_shaper *s,
                                         struct hop_packet *p,
                                         struct hop_value v);

/* What a failure is to the pipeline. */
enum hop_flow hop_shape_flow_of_failure(struct hop_shaper *s);

/* Sends a packet (taken). */
enum hop_flow hop_shape_send(struct hop_shaper *s, struct hop_packet *p);
enum hop_flow hop_shape_send_kind(struct hop_shaper *s,
                                  enum hop_packet_kind kind);
enum hop_flow hop_shape_send_text(struct hop_shaper *s, const char *text,
                                  size_t n, int stream);
enum hop_flow hop_shape_send_error(struct hop_shaper *s, struct hop_value v);
enum hop_flow hop_shape_send_start(struct hop_shaper *s, struct hop_value v);
enum hop_flow hop_shape_send_entry(struct hop_shaper *s, struct hop_value v);

#endif
