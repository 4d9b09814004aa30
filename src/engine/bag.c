/* Objects that are a row of values.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engine/engine.h"

static size_t
bag_count(const struct hop_object *o)
{
    return (o->cls->size - sizeof(struct bag)) / sizeof(struct hop_value);
}

void
bag_destroy(struct hop_object *o)
{
    struct bag *b = (struct bag *)(void *)o;

    for (size_t i = 0; i < bag_count(o); i++)
        hop_value_clear(&b->v[i]);
}

bool
bag_get(struct hop_context *cx, struct hop_value self, intptr_t data,
        struct hop_value *out)
{
    *out = hop_retain(((struct bag *)(void *)self.u.o)->v[data]);
    return true;
}

bool
bag_set(struct hop_context *cx, struct hop_value self, intptr_t data,
        struct hop_value v)
{
    hop_value_set(&((struct bag *)(void *)self.u.o)->v[data], hop_retain(v));
    return true;
}

struct bag *
bag_new(struct hop_runspace *rs, const struct hop_class *cls)
{
    return hop_object_new(&rs->cx, cls);
}
