/* SPDX-License-Identifier: MIT */
#include "cmdlets/format/view.h"

#include <string.h>

#include "base/text.h"
#include "cmdlets/format/error_detail.h"
#include "cmdlets/format/help_view.h"
#include "cmdlets/format/style_view.h"
#include "value/collections.h"

#define DESERIALIZED "Deserialized."

/* Is type one of the |-separated names? */
static bool
names_type(const char *names, const char *type)
{
    size_t n = strlen(type);

    while (names) {
        const char *bar = strchr(names, '|');
        size_t len = bar ? (size_t)(bar - names) : strlen(names);

        if (len == n && hop_ascii_ieqn(names, type, n))
            return true;
        names = bar ? bar + 1 : NULL;
    }
    return false;
}

static const char *
masked(const char *type)
{
    size_t n = strlen(DESERIALIZED);

    return hop_ascii_ieqn(type, DESERIALIZED, n) ? type + n : type;
}

/* The place of the nearest type that the view is for; n when there is none. */
static size_t
distance(const struct hop_view *view, const struct hop_array *types, bool mask)
{
    for (size_t i = 0; i < types->n; i++) {
        const char *type = hop_cstr(types->items[i]);

        if (names_type(view->types, mask ? masked(type) : type))
            return i;
    }
    return types->n;
}

/* The best view so far for a look at the types. */
struct choice {
    const struct hop_array *types;
    enum hop_shape shape;
    const char *name;
    bool out_of_band, mask;
    const struct hop_view *best;
    size_t least;
};

static void
consider(struct choice *k, const struct hop_view *v)
{
    bool oob = (v->flags & HOP_VIEW_OUT_OF_BAND) != 0;
    size_t d;

    if (oob != k->out_of_band || (k->shape && v->shape != k->shape) ||
        (k->name && !hop_ascii_ieq(k->name, v->name)))
        return;
    d = distance(v, k->types, k->mask);
    if (d < k->least) {
        k->least = d;
        k->best = v;
    }
}

const struct hop_view *
hop_view_find(const struct hop_array *types, enum hop_shape shape,
              const char *name, bool out_of_band)
{
    for (int mask = 0; mask < 2; mask++) {
        struct choice k = {types,     shape, name,    out_of_band,
                           mask != 0, NULL,  types->n};

        for (size_t i = 0; hop_views[i]; i++)
            consider(&k, hop_views[i]);
        for (size_t i = 0; i < hop_help_view_count; i++)
            consider(&k, &hop_help_views[i]);
        consider(&k, &hop_error_detail_view);
        consider(&k, &hop_style_view);
        if (k.best)
            return k.best;
    }
    return NULL;
}

bool
hop_view_applies(const struct hop_view *view, const struct hop_array *types)
{
    return distance(view, types, false) < types->n ||
           distance(view, types, true) < types->n;
}

void
hop_view_names(const struct hop_array *types, enum hop_shape shape,
               struct hop_buf *out)
{
    for (size_t i = 0; hop_views[i]; i++) {
        const struct hop_view *v = hop_views[i];

        if (v->shape == shape && hop_view_applies(v, types))
            hop_buf_addf(out, "%s%s", out->len ? ", " : "", v->name);
    }
}
