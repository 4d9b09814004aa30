/* System.ValueTuple.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/types/def.h"

#include "value/types/more.h"
#include "value/types/values.h"

struct value_tuple {
    struct hop_object base;
    struct hop_value item[3];
};

static void
destroy_tuple(struct hop_object *o)
{
    for (int i = 0; i < 3; i++)
        hop_release(((struct value_tuple *)o)->item[i]);
}

GETTER(get_item)
{
    *out = hop_retain(((struct value_tuple *)self.u.o)->item[data]);
    return true;
}

GETTER(get_tuple_length)
{
    *out = hop_int(self.u.o->cls->arity);
    return true;
}

static bool
show_tuple(struct hop_context *cx, struct hop_value v, struct hop_string **out)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    for (int i = 0; i < v.u.o->cls->arity; i++) {
        hop_buf_adds(&b, i ? ", " : "(");
        if (!hop_add_string(cx, ((struct value_tuple *)v.u.o)->item[i], &b))
            return false;
    }
    hop_buf_addc(&b, ')');
    *out = hop_string_take_buf(&b);
    return true;
}

static bool
tuples_equal(struct hop_context *cx, struct hop_value a, struct hop_value b)
{
    if (hop_class_of(a) != hop_class_of(b))
        return false;
    for (int i = 0; i < a.u.o->cls->arity; i++)
        if (!hop_object_equals(cx, ((struct value_tuple *)a.u.o)->item[i],
                               ((struct value_tuple *)b.u.o)->item[i]))
            return false;
    return true;
}

#define ITEM(i)                                                                \
    {                                                                          \
        "Item" #i, "T" #i, get_item, NULL, HOP_PROP_FIELD, i - 1               \
    }
#define TUPLE(n, ...)                                                          \
    static const struct hop_property tuple##n##_properties[] = {               \
        __VA_ARGS__, {"Length", "int", get_tuple_length}, END_PROPERTIES};     \
    const struct hop_class hop_class_value_tuple##n = {                        \
        .name = "System.ValueTuple`" #n,                                       \
        .base = &hop_class_value_type,                                         \
        .flags = HOP_CLASS_VALUE | HOP_CLASS_GENERIC,                          \
        .kind = HOP_OBJECT,                                                    \
        .size = sizeof(struct value_tuple),                                    \
        .arity = n,                                                            \
        .properties = tuple##n##_properties,                                   \
        .destroy = destroy_tuple,                                              \
        .to_string = show_tuple,                                               \
        .equals = tuples_equal,                                                \
    }
TUPLE(2, ITEM(1), ITEM(2));
TUPLE(3, ITEM(1), ITEM(2), ITEM(3));

struct hop_value
hop_value_tuple(struct hop_context *cx, const struct hop_value *v, size_t n)
{
    const struct hop_class *args[3] = {0};
    struct value_tuple *t;

    for (size_t i = 0; i < n; i++)
        args[i] = hop_is_null(v[i]) ? &hop_class_object : hop_class_of(v[i]);
    t = hop_object_new(cx, hop_types_generic(cx,
                                             n == 2 ? &hop_class_value_tuple2
                                                    : &hop_class_value_tuple3,
                                             args, (int)n));
    for (size_t i = 0; i < n; i++)
        t->item[i] = hop_retain(v[i]);
    return hop_obj(t);
}

METHOD(create_tuple)
{
    RETURN(hop_value_tuple(cx, c->args, c->n));
}

#define O(n) "System.Object item" #n
static const struct hop_method tuple_methods[] = {
    {"static System.Object Create(" O(1) ", " O(2) ")", create_tuple},
    {"static System.Object Create(" O(1) ", " O(2) ", " O(3) ")", create_tuple},
    END_METHODS,
};
STATIC_CLASS(value_tuple, "System.ValueTuple", .methods = tuple_methods);
