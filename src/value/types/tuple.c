/* System.Tuple.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/types/def.h"

#include "value/types/more.h"

#define TUPLE_MAX 7

struct tuple {
    struct hop_object base;
    struct hop_value item[TUPLE_MAX];
};

static void
destroy_tuple(struct hop_object *o)
{
    for (int i = 0; i < TUPLE_MAX; i++)
        hop_release(((struct tuple *)o)->item[i]);
}

GETTER(get_item)
{
    *out = hop_retain(((struct tuple *)self.u.o)->item[data]);
    return true;
}

static bool
tuple_to_string(struct hop_context *cx, struct hop_value v,
                struct hop_string **out)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    for (int i = 0; i < v.u.o->cls->arity; i++) {
        hop_buf_adds(&b, i ? ", " : "(");
        if (!hop_add_to_string(cx, ((struct tuple *)v.u.o)->item[i], &b))
            return false;
    }
    hop_buf_addc(&b, ')');
    *out = hop_string_take_buf(&b);
    return true;
}

static bool
tuple_equals(struct hop_context *cx, struct hop_value a, struct hop_value b)
{
    for (int i = 0; i < a.u.o->cls->arity; i++)
        if (!hop_object_equals(cx, ((struct tuple *)a.u.o)->item[i],
                               ((struct tuple *)b.u.o)->item[i]))
            return false;
    return true;
}

METHOD(new_tuple)
{
    struct tuple *t = hop_object_new(cx, c->cls);

    for (size_t i = 0; i < c->n; i++)
        t->item[i] = hop_retain(c->args[i]);
    RETURN(hop_obj(t));
}

static const struct hop_class *const tuple_classes[];

METHOD(create_tuple)
{
    const struct hop_class *args[TUPLE_MAX];
    struct tuple *t;

    for (size_t i = 0; i < c->n; i++)
        args[i] = hop_is_null(c->args[i]) ? &hop_class_object
                                          : hop_class_of(c->args[i]);
    t = hop_object_new(
        cx, hop_types_generic(cx, tuple_classes[c->n - 1], args, (int)c->n));
    for (size_t i = 0; i < c->n; i++)
        t->item[i] = hop_retain(c->args[i]);
    RETURN(hop_obj(t));
}

#define ITEM(i)                                                                \
    {                                                                          \
        "Item" #i, "T" #i, get_item, NULL, 0, i - 1                            \
    }

GETTER(get_tuple_length)
{
    *out = hop_int(self.u.o->cls->arity);
    return true;
}

#define TUPLE_LENGTH                                                           \
    {                                                                          \
        "Length", "int", get_tuple_length                                      \
    }

static const struct hop_property tuple_properties[][5] = {
    {{"Item1", "T", get_item, NULL, 0, 0}, TUPLE_LENGTH, END_PROPERTIES},
    {ITEM(1), ITEM(2), TUPLE_LENGTH, END_PROPERTIES},
    {ITEM(1), ITEM(2), ITEM(3), TUPLE_LENGTH, END_PROPERTIES},
};

static const struct hop_method tuple_constructors[][2] = {
    {{"tuple new(T item1)", new_tuple}, END_METHODS},
    {{"tuple new(T1 item1, T2 item2)", new_tuple}, END_METHODS},
    {{"tuple new(T1 item1, T2 item2, T3 item3)", new_tuple}, END_METHODS},
};

#define TUPLE(n)                                                               \
    const struct hop_class hop_class_tuple##n = {                              \
        .name = "System.Tuple`" #n,                                            \
        .base = &hop_class_object,                                             \
        .flags = HOP_CLASS_GENERIC,                                            \
        .kind = HOP_OBJECT,                                                    \
        .size = sizeof(struct tuple),                                          \
        .arity = n,                                                            \
        .properties = tuple_properties[n - 1],                                 \
        .constructors = tuple_constructors[n - 1],                             \
        .destroy = destroy_tuple,                                              \
        .to_string = tuple_to_string,                                          \
        .equals = tuple_equals,                                                \
    }

TUPLE(1);
TUPLE(2);
TUPLE(3);

static const struct hop_class *const tuple_classes[] = {
    &hop_class_tuple1, &hop_class_tuple2, &hop_class_tuple3};

#define O(n) "System.Object item" #n

static const struct hop_method tuple_methods[] = {
    {"static System.Object Create(" O(1) ")", create_tuple},
    {"static System.Object Create(" O(1) ", " O(2) ")", create_tuple},
    {"static System.Object Create(" O(1) ", " O(2) ", " O(3) ")", create_tuple},
    END_METHODS,
};

const struct hop_class hop_class_tuple = {
    .name = "System.Tuple",
    .base = &hop_class_object,
    .flags = HOP_CLASS_ABSTRACT | HOP_CLASS_SEALED,
    .methods = tuple_methods,
};
