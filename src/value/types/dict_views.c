/* The Keys and Values of a dictionary: views that follow it.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/types/def.h"

#include "value/types/dicts.h"
#include "value/types/interfaces.h"

struct key_view {
    struct hop_object base;
    struct hop_value dict;
};

static void
destroy_view(struct hop_object *o)
{
    hop_release(((struct key_view *)o)->dict);
}

static bool
iterate_view(struct hop_context *cx, struct hop_value v, struct hop_iter *it)
{
    struct key_view *k = (struct key_view *)v.u.o;

    hop_iter_dict(it, hop_dict_of(k->dict),
                  v.u.o->cls == &hop_class_key_collection ? 1 : 2);
    return true;
}

GETTER(get_view_count)
{
    *out = hop_int(
        (int32_t)hop_dict_of(((struct key_view *)self.u.o)->dict)->count);
    return true;
}

METHOD(copy_view)
{
    struct hop_array *to = hop_as_array(c->args[0]);
    size_t at = (size_t)ARG_I(1);
    HOP_AUTO_VALUE struct hop_value all = {.kind = HOP_NULL};
    struct hop_array *from;

    if (!hop_to_array(cx, c->self, &all))
        return false;
    from = hop_as_array(all);
    if (!to || at + from->n > to->n)
        return hop_throw_argument(cx, &hop_exception_argument, "array",
                                  "Destination array was not long enough.");
    for (size_t i = 0; i < from->n; i++) {
        struct hop_value x;

        if (!hop_convert(cx, from->items[i], hop_array_element(to), &x))
            return false;
        hop_value_set(&to->items[at + i], x);
    }
    return true;
}

METHOD(view_contains)
{
    HOP_AUTO_ITER struct hop_iter it = {0};
    struct hop_value x;
    bool found = false;
    int r;

    if (!hop_iter_enumerate(cx, &it, c->self))
        return false;
    while (!found && (r = hop_iter_next(cx, &it, &x)) > 0) {
        found = hop_object_equals(cx, x, c->args[0]);
        hop_release(x);
    }
    RETURN(hop_bool(found));
}

static const struct hop_property view_properties[] = {
    {"Count", "int", get_view_count},
    END_PROPERTIES,
};

static const struct hop_method view_methods[] = {
    {"void CopyTo(array array, int index)", copy_view},
    {"bool Contains(System.Object item)", view_contains},
    {"System.Collections.IEnumerator GetEnumerator()", hop_get_enumerator},
    END_METHODS,
};

static const struct hop_class *const view_interfaces[] = {
    &hop_class_icollection, &hop_class_ienumerable, NULL};

#define VIEW(c, text)                                                          \
    const struct hop_class hop_class_##c = {                                   \
        .name = text,                                                          \
        .base = &hop_class_object,                                             \
        .flags = HOP_CLASS_ENUMERABLE,                                         \
        .kind = HOP_OBJECT,                                                    \
        .size = sizeof(struct key_view),                                       \
        .interfaces = view_interfaces,                                         \
        .properties = view_properties,                                         \
        .methods = view_methods,                                               \
        .destroy = destroy_view,                                               \
        .iterate = iterate_view,                                               \
    }

VIEW(key_collection, "System.Collections.Hashtable+KeyCollection");
VIEW(value_collection, "System.Collections.Hashtable+ValueCollection");

/* data: values. */
bool
hop_dict_get_view(struct hop_context *cx, struct hop_value self, intptr_t data,
                  struct hop_value *out)
{
    struct key_view *k = hop_object_new(cx, data ? &hop_class_value_collection
                                                 : &hop_class_key_collection);

    k->dict = hop_retain(self);
    *out = hop_obj(k);
    return true;
}
