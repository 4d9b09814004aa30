/* HashSet<T> and SortedSet<T>: dictionaries without values.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/types/def.h"

#include "value/types/dicts.h"
#include "value/types/interfaces.h"

#define SELF ((struct hop_dict *)c->self.u.o)

METHOD(set_add)
{
    if (hop_is_null(c->args[0]))
        return hop_throw_null(cx, "item");
    if (hop_dict_get(SELF, c->args[0]))
        RETURN(hop_bool(false));
    hop_dict_set(SELF, c->args[0], hop_null());
    RETURN(hop_bool(true));
}

/* Another collection as a set of the same kind. */
static struct hop_dict *
other_set(struct hop_context *cx, struct hop_dict *like, struct hop_value v)
{
    HOP_AUTO_VALUE struct hop_value made =
        hop_obj(hop_dict_new_of(cx, like->base.cls, like->flags));
    HOP_AUTO_VALUE struct hop_value all = {.kind = HOP_NULL};
    struct hop_array *a;

    if (hop_is_null(v)) {
        hop_throw_null(cx, "other");
        return NULL;
    }
    if (!hop_to_array(cx, v, &all))
        return NULL;
    a = hop_as_array(all);
    for (size_t i = 0; i < a->n; i++) {
        HOP_AUTO_VALUE struct hop_value x = {.kind = HOP_NULL};

        if (!hop_convert(cx, a->items[i], like->base.cls->args[0], &x))
            return NULL;
        hop_dict_set(hop_dict_of(made), x, hop_null());
    }
    return hop_dict_of(hop_value_steal(&made));
}

enum set_op { SET_UNION, SET_INTERSECT, SET_EXCEPT, SET_SYMMETRIC };

METHOD(combine)
{
    struct hop_dict *o = other_set(cx, SELF, c->args[0]);
    HOP_AUTO_VALUE struct hop_value owned = {.kind = HOP_NULL};

    if (!o)
        return false;
    owned = hop_obj(o);
    for (size_t i = 0; c->data == SET_INTERSECT && i < SELF->used;) {
        struct hop_value k = SELF->entries[i].key;
        size_t used = SELF->used;

        if (k.kind != HOP_NULL && !hop_dict_get(o, k))
            hop_dict_remove(SELF, k);
        i += used == SELF->used;
    }
    for (size_t i = 0; c->data != SET_INTERSECT && i < o->used; i++) {
        struct hop_value k = o->entries[i].key;
        bool there;

        if (k.kind == HOP_NULL)
            continue;
        there = hop_dict_get(SELF, k) != NULL;
        if (there && c->data != SET_UNION)
            hop_dict_remove(SELF, k);
        else if (!there && c->data != SET_EXCEPT)
            hop_dict_set(SELF, k, hop_null());
    }
    return true;
}

enum set_test {
    SET_SUBSET,
    SET_SUPERSET,
    SET_EQUAL,
    SET_OVERLAPS,
    SET_PROPER_SUBSET,
    SET_PROPER_SUPERSET
};

METHOD(relate)
{
    struct hop_dict *o = other_set(cx, SELF, c->args[0]);
    HOP_AUTO_VALUE struct hop_value owned = {.kind = HOP_NULL};
    size_t common = 0, a = SELF->count, b;
    bool r;

    if (!o)
        return false;
    owned = hop_obj(o);
    b = o->count;
    for (size_t i = 0; i < o->used; i++)
        if (o->entries[i].key.kind != HOP_NULL &&
            hop_dict_get(SELF, o->entries[i].key))
            common++;
    r = c->data == SET_SUBSET          ? common == a
        : c->data == SET_SUPERSET      ? common == b
        : c->data == SET_EQUAL         ? common == a && common == b
        : c->data == SET_OVERLAPS      ? common > 0
        : c->data == SET_PROPER_SUBSET ? common == a && b > a
                                       : common == b && a > b;
    RETURN(hop_bool(r));
}

METHOD(set_copy)
{
    struct hop_array *to = hop_as_array(c->args[0]);
    size_t n, at = c->n > 1 ? (size_t)ARG_I(1) : 0;
    HOP_AUTO_FREE struct hop_dict_entry **order = hop_dict_order(SELF, &n);

    if (!to || at + n > to->n)
        return hop_throw_argument(cx, &hop_exception_argument, "array",
                                  "Destination array was not long enough.");
    for (size_t i = 0; i < n; i++)
        hop_value_set(&to->items[at + i], hop_retain(order[i]->key));
    return true;
}

METHOD(remove_where)
{
    int32_t n = 0;

    for (size_t i = 0; i < SELF->used; i++) {
        HOP_AUTO_VALUE struct hop_value k = hop_retain(SELF->entries[i].key);
        HOP_AUTO_VALUE struct hop_value r = {.kind = HOP_NULL};

        if (k.kind == HOP_NULL)
            continue;
        if (!hop_delegate_call(cx, c->args[0], &k, 1, &r))
            return false;
        if (hop_is_true(cx, r) && hop_dict_remove(SELF, k))
            n++;
    }
    RETURN(hop_int(n));
}

METHOD(new_set)
{
    uint32_t flags = (uint32_t)c->data;
    HOP_AUTO_VALUE struct hop_value made = {.kind = HOP_NULL};
    struct hop_dict *d;

    for (size_t i = 0; i < c->n; i++)
        if (hop_comparer_ignores_case(c->args[i]))
            flags |= HOP_DICT_IGNORE_CASE;
    d = hop_dict_new_of(cx, c->cls, flags);
    made = hop_obj(d);
    if (c->n && hop_is_enumerable(c->args[0])) {
        struct hop_dict *o = other_set(cx, d, c->args[0]);

        if (!o)
            return false;
        RETURN(hop_obj(o));
    }
    RETURN(hop_value_steal(&made));
}

/* data: the last. */
GETTER(get_extreme)
{
    struct hop_dict *d = hop_dict_of(self);

    *out = d->used ? hop_retain(d->entries[data ? d->used - 1 : 0].key)
                   : hop_null();
    return true;
}

static const struct hop_property set_properties[] = {
    {"Count", "int", hop_dict_get_count},
    END_PROPERTIES,
};

static const struct hop_property sorted_set_properties[] = {
    {"Count", "int", hop_dict_get_count},
    {"Min", "T", get_extreme, NULL, 0, false},
    {"Max", "T", get_extreme, NULL, 0, true},
    END_PROPERTIES,
};

#define SEQ "(System.Collections.IEnumerable other)"

static const struct hop_method set_methods[] = {
    {"bool Add(T item)", set_add},
    {"void Clear()", hop_dict_method_clear},
    {"bool Contains(T item)", hop_dict_method_contains_key},
    {"void CopyTo(array array)", set_copy},
    {"void CopyTo(array array, int arrayIndex)", set_copy},
    {"void ExceptWith" SEQ, combine, SET_EXCEPT},
    {"System.Collections.IEnumerator GetEnumerator()", hop_get_enumerator},
    {"void IntersectWith" SEQ, combine, SET_INTERSECT},
    {"bool IsProperSubsetOf" SEQ, relate, SET_PROPER_SUBSET},
    {"bool IsProperSupersetOf" SEQ, relate, SET_PROPER_SUPERSET},
    {"bool IsSubsetOf" SEQ, relate, SET_SUBSET},
    {"bool IsSupersetOf" SEQ, relate, SET_SUPERSET},
    {"bool Overlaps" SEQ, relate, SET_OVERLAPS},
    {"bool Remove(T item)", hop_dict_method_remove, true},
    {"int RemoveWhere(System.Predicate[T] match)", remove_where},
    {"bool SetEquals" SEQ, relate, SET_EQUAL},
    {"void SymmetricExceptWith" SEQ, combine, SET_SYMMETRIC},
    {"void UnionWith" SEQ, combine, SET_UNION},
    END_METHODS,
};

static const struct hop_method set_constructors[] = {
    {"hashset new()", new_set, 0},
    {"hashset new(int capacity)", new_set, 0},
    {"hashset new(System.Collections.IEnumerable collection)", new_set, 0},
    {"hashset new(System.StringComparer comparer)", new_set, 0},
    {"hashset new(System.Collections.IEnumerable collection, "
     "System.StringComparer comparer)",
     new_set, 0},
    END_METHODS,
};

static const struct hop_method sorted_set_constructors[] = {
    {"sortedset new()", new_set, HOP_DICT_SORTED},
    {"sortedset new(System.Collections.IEnumerable collection)", new_set,
     HOP_DICT_SORTED},
    {"sortedset new(System.StringComparer comparer)", new_set, HOP_DICT_SORTED},
    END_METHODS,
};

static const struct hop_class *const set_interfaces[] = {
    &hop_class_icollection, &hop_class_ienumerable, NULL};

#define SET_CLASS(c, text, props, ctors)                                       \
    const struct hop_class hop_class_##c = {                                   \
        .name = text,                                                          \
        .base = &hop_class_object,                                             \
        .flags = HOP_CLASS_SET | HOP_CLASS_GENERIC,                            \
        .kind = HOP_OBJECT,                                                    \
        .size = sizeof(struct hop_dict),                                       \
        .interfaces = set_interfaces,                                          \
        .properties = props,                                                   \
        .methods = set_methods,                                                \
        .constructors = ctors,                                                 \
        .arity = 1,                                                            \
        .destroy = hop_dict_destroy,                                           \
    }

SET_CLASS(hash_set, "System.Collections.Generic.HashSet`1", set_properties,
          set_constructors);
SET_CLASS(sorted_set, "System.Collections.Generic.SortedSet`1",
          sorted_set_properties, sorted_set_constructors);
