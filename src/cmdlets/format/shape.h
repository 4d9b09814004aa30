/* From objects to format objects: which view, which properties, which groups.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CMDLETS_FORMAT_SHAPE_H
#define HOP_CMDLETS_FORMAT_SHAPE_H

#include "cmdlets/format/packet.h"
#include "cmdlets/format/shown.h"
#include "cmdlets/format/view.h"
#include "engine/runspace.h"
#include "engine/stream.h"

struct hop_shape_options {
    enum hop_shape shape;
    struct hop_property_spec *property; /* owned */
    size_t properties;
    bool has_group;
    struct hop_property_spec group;
    char *view; /* -View, owned, or NULL */
    bool autosize, hide_header, repeat_header, wrap, wrap_given;
    bool force;         /* scalars are formatted too */
    bool display_error; /* #ERR in cells that cannot be read */
    bool show_error;    /* the errors behind the object */
    int columns;        /* -Column */
    int depth;          /* -Depth of Format-Custom */
    enum hop_expand {
        HOP_EXPAND_DEFAULT,
        HOP_EXPAND_CORE,
        HOP_EXPAND_ENUM,
        HOP_EXPAND_BOTH
    } expand;
};

struct hop_shaper;

/* Takes the options' contents.  emit borrows the packet. */
struct hop_shaper *
hop_shaper_new(struct hop_runspace *rs, const struct hop_shape_options *options,
               enum hop_flow (*emit)(void *ctx, struct hop_packet *p),
               void *ctx);
HOP_MUST_CHECK enum hop_flow hop_shaper_object(struct hop_shaper *s,
                                               struct hop_value v);
/* Ends the document. */
HOP_MUST_CHECK enum hop_flow hop_shaper_end(struct hop_shaper *s);
void hop_shaper_free(struct hop_shaper *s);

/* "{1, 2, 3...}" for collections, the text otherwise; as cells show it. */
HOP_MUST_CHECK bool hop_smart_text(struct hop_context *cx, struct hop_value v,
                                   int limit, bool fixed, struct hop_buf *out);
void hop_shape_options_done(struct hop_shape_options *o);

#endif
