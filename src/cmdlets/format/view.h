/* The views of types: which columns a table has, which properties a list
 * shows.  Tables of data in views_*.c, searched by type name.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CMDLETS_FORMAT_VIEW_H
#define HOP_CMDLETS_FORMAT_VIEW_H

#include "cmdlets/format/packet.h"

struct hop_array;

struct hop_view_item {
    const char *property; /* its value, and the label unless there is one */
    int width;            /* of a column; 0: found out */
    enum hop_align align;
    const char *label;
    const char *format; /* composite format ("{0:N2}"), or NULL */
    const char *script; /* PowerShell text instead of the property, $_ is the
                           object */
    const char *only;   /* shown for this type only, or NULL */
};

enum {
    HOP_VIEW_AUTOSIZE = 1,
    HOP_VIEW_WRAP = 2,
    HOP_VIEW_OUT_OF_BAND = 4,
    HOP_VIEW_HIDE_HEADER = 8,
};

struct hop_view {
    const char *name;
    const char *types; /* separated by | */
    enum hop_shape shape;
    unsigned flags;
    const struct hop_view_item *item;
    size_t n;
    /* Groups: the property or script that makes them, the text before the
     * value and its indentation; NULL: no groups. */
    const char *group, *group_script, *group_label;
    int group_indent;
    /* Writes a custom view that is more than items, or NULL. */
    void (*draw)(struct hop_context *cx, struct hop_value v, struct hop_doc *d);
};

/* All views in order of definition. */
extern const struct hop_view *const hop_views[];

/* The first view of the shape (ANY: whatever it is) for the nearest of the type
 * names, or NULL.  name: only a view of this name, or NULL. */
const struct hop_view *hop_view_find(const struct hop_array *type_names,
                                     enum hop_shape shape, const char *name,
                                     bool out_of_band);
/* Appends the names of the views of the shape for these types, with commas. */
void hop_view_names(const struct hop_array *type_names, enum hop_shape shape,
                    struct hop_buf *out);
/* Is the view for one of these types? */
bool hop_view_applies(const struct hop_view *view,
                      const struct hop_array *type_names);

#endif
