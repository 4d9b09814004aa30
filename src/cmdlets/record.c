/* SPDX-License-Identifier: MIT */
#include "cmdlets/record.h"

struct hop_record *
hop_record_new(struct hop_context *cx, const struct hop_class *cls)
{
    return hop_object_new(cx, cls);
}

void
hop_record_set(struct hop_record *r, size_t i, struct hop_value v)
{
    hop_value_set(&r->slot[i], v);
}

bool
hop_record_get(struct hop_context *cx, struct hop_value self, intptr_t data,
               struct hop_value *out)
{
    struct hop_record *r = (struct hop_record *)hop_value_base(self).u.o;

    (void)cx;
    *out = hop_retain(r->slot[data]);
    return true;
}

bool
hop_record_put(struct hop_context *cx, struct hop_value self, intptr_t data,
               struct hop_value v)
{
    struct hop_record *r = (struct hop_record *)hop_value_base(self).u.o;

    (void)cx;
    hop_value_set(&r->slot[data], hop_retain(v));
    return true;
}

void
hop_record_destroy(struct hop_object *o)
{
    struct hop_record *r = (struct hop_record *)o;
    const struct hop_class *cls = o->cls;
    size_t n = (cls->size - sizeof(*r)) / sizeof(struct hop_value);

    for (size_t i = 0; i < n; i++)
        hop_value_clear(&r->slot[i]);
}
