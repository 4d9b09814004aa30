/* [ref], delegates.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/exception.h"
#include "value/internal.h"

static void
destroy_reference(struct hop_object *o)
{
    struct hop_reference *r = (struct hop_reference *)o;

    hop_release(r->value);
    if (r->variable)
        hop_release(hop_obj(r->variable));
}

struct hop_value
hop_reference_get(struct hop_context *cx, struct hop_value v)
{
    struct hop_reference *r;

    v = hop_value_base(v);
    if (!hop_value_is(v, &hop_class_reference))
        return hop_retain(v);
    r = (struct hop_reference *)v.u.o;
    if (r->variable && cx->ops->ref_get)
        return cx->ops->ref_get(cx, r->variable);
    return hop_retain(r->value);
}

bool
hop_reference_set(struct hop_context *cx, struct hop_value v,
                  struct hop_value x)
{
    struct hop_reference *r;
    bool ok;

    v = hop_value_base(v);
    if (!hop_value_is(v, &hop_class_reference)) {
        hop_release(x);
        return true;
    }
    r = (struct hop_reference *)v.u.o;
    if (r->variable && cx->ops->ref_set) {
        ok = cx->ops->ref_set(cx, r->variable, x);
        hop_release(x);
        return ok;
    }
    hop_value_set(&r->value, x);
    return true;
}

static bool
get_value(struct hop_context *cx, struct hop_value self, intptr_t data,
          struct hop_value *out)
{
    *out = hop_reference_get(cx, self);
    return true;
}

static bool
set_value(struct hop_context *cx, struct hop_value self, intptr_t data,
          struct hop_value v)
{
    return hop_reference_set(cx, self, hop_retain(v));
}

static const struct hop_property properties[] = {
    {"Value", "System.Object", get_value, set_value},
    {NULL},
};

const struct hop_class hop_class_reference = {
    .name = "System.Management.Automation.PSReference",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = sizeof(struct hop_reference),
    .properties = properties,
    .destroy = destroy_reference,
};

/* What [ref] makes: the class that is generic in the type of its value. */
const struct hop_class hop_class_reference_of = {
    .name = "System.Management.Automation.PSReference`1",
    .base = &hop_class_reference,
    .kind = HOP_OBJECT,
    .size = sizeof(struct hop_reference),
    .properties = properties,
    .destroy = destroy_reference,
};

bool
hop_delegate_call(struct hop_context *cx, struct hop_value f,
                  const struct hop_value *args, size_t n,
                  struct hop_value *out)
{
    HOP_AUTO_VALUE struct hop_value block = {.kind = HOP_NULL};

    f = hop_value_base(f);
    if (f.kind == HOP_OBJECT && (f.u.o->cls->flags & HOP_CLASS_DELEGATE))
        block = hop_retain(((struct hop_delegate *)f.u.o)->block);
    else
        block = hop_retain(f);
    if (!cx->ops->invoke)
        return hop_throw(cx, &hop_exception_not_supported,
                         "Script blocks cannot run here.");
    return cx->ops->invoke(cx, block, NULL, false, args, n, out);
}
