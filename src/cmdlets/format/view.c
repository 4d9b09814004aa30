/* SPDX-License-Identifier: MIT */
#include "cmdlets/format/view.h"

#include <string.h>

#include "base/text.h"
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

const struct hop_view *
hop_view_find(const struct hop_array *types, enum hop_shape shape,
              const char *name, bool out_of_band)
{
    for (int mask = 0; mask < 2; mask++) {
        const struct hop_view *best = NULL;
        size_t least = types->n;

        for (size_t i = 0; hop_views[i]; i++) {
            const struct hop_view *v = hop_views[i];
            bool oob = (v->flags & HOP_VIEW_OUT_OF_BAND) != 0;
            size_t d;

            if (oob != out_of_band || (shape && v->shape != shape) ||
                (name && !hop_ascii_ieq(name, v->name)))
                continue;
            d = distance(v, types, mask);
            if (d < least) {
                least = d;
                best = v;
            }
        }
        if (best)
            return best;
    }
    return NULL;
}

bool
hop_view_applies(const struct hop_view *view, const struct hop_array *types)
{
    return distance(view, types, false) < types->n ||
           distance(view, types, true) < types->n;
}
