/* Bags: objects that are a row of values.  Not for other rooms.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_ENGINE_BAG_H
#define HOP_ENGINE_BAG_H

#include "engine/runspace.h"
#include "value/class.h"
#include "value/context.h"
#include "value/value.h"

/* ---- bags: objects that are a row of values
 * ---------------------------------------------------- */

#define BAG_MAX 24
struct bag {
    struct hop_object base;
    struct hop_value v[];
};
void bag_destroy(struct hop_object *o);
bool bag_get(struct hop_context *cx, struct hop_value self, intptr_t data,
             struct hop_value *out);
bool bag_set(struct hop_context *cx, struct hop_value self, intptr_t data,
             struct hop_value v);
struct bag *bag_new(struct hop_runspace *rs, const struct hop_class *cls);
#define BAG_SIZE(n) (sizeof(struct bag) + (n) * sizeof(struct hop_value))
/* A read-only or settable property that is value i of its bag. */
#define BAG_RO(name, type, i)                                                  \
    {                                                                          \
        name, type, bag_get, NULL, 0, i                                        \
    }
#define BAG_RW(name, type, i)                                                  \
    {                                                                          \
        name, type, bag_get, bag_set, 0, i                                     \
    }

#endif
