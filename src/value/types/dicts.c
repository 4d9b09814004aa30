/* Hashtable, OrderedDictionary, Dictionary<K,V>, sorted ones, sets, entries.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/types/def.h"

#include <stdlib.h>

#include "value/types/interfaces.h"

#define SELF ((struct hop_dict *)c->self.u.o)

static struct hop_dict *
dict_of(struct hop_value v)
{
    return (struct hop_dict *)v.u.o;
}

static bool
is_writable(struct hop_context *cx, const struct hop_dict *d)
{
    if (!(d->flags & HOP_DICT_READONLY))
        return true;
    return hop_throw(cx, &hop_exception_not_supported,
                     "Collection is read-only.");
}

/* ---- views of keys and values ---- */

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

    hop_iter_dict(it, dict_of(k->dict),
                  v.u.o->cls == &hop_class_key_collection ? 1 : 2);
    return true;
}

GETTER(get_view_count)
{
    *out =
        hop_int((int32_t)dict_of(((struct key_view *)self.u.o)->dict)->count);
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
GETTER(get_view)
{
    struct key_view *k = hop_object_new(cx, data ? &hop_class_value_collection
                                                 : &hop_class_key_collection);

    k->dict = hop_retain(self);
    *out = hop_obj(k);
    return true;
}

/* ---- members ---- */

GETTER(get_count)
{
    *out = hop_int((int32_t)dict_of(self)->count);
    return true;
}

GETTER(get_flag)
{
    *out = hop_bool(data && (dict_of(self)->flags & (unsigned)data));
    return true;
}

GETTER(get_self)
{
    *out = hop_retain(self);
    return true;
}

static bool
throw_duplicate(struct hop_context *cx, struct hop_dict *d,
                struct hop_value key)
{
    HOP_AUTO_STRING struct hop_string *s = NULL;

    if (!hop_call_to_string(cx, key, &s))
        return false;
    if (d->base.cls->arity)
        return hop_throw(cx, &hop_exception_argument,
                         "An item with the same key has already been added. "
                         "Key: %s",
                         s->data);
    return hop_throw(cx, &hop_exception_argument,
                     "Item has already been added. Key in dictionary: '%s'  "
                     "Key being added: '%s'",
                     s->data, s->data);
}

METHOD(add)
{
    if (ARG_NULL(0))
        return hop_throw_null(cx, "key");
    if (!is_writable(cx, SELF))
        return false;
    if (hop_dict_get(SELF, c->args[0]))
        return throw_duplicate(cx, SELF, c->args[0]);
    hop_dict_set(SELF, c->args[0], hop_retain(c->args[1]));
    return true;
}

METHOD(try_add)
{
    if (hop_dict_get(SELF, c->args[0]))
        RETURN(hop_bool(false));
    hop_dict_set(SELF, c->args[0], hop_retain(c->args[1]));
    RETURN(hop_bool(true));
}

METHOD(set_item)
{
    if (ARG_NULL(0))
        return hop_throw_null(cx, "key");
    return hop_dict_put(cx, SELF, c->args[0], c->args[1]);
}

METHOD(item)
{
    struct hop_value *v;

    if (ARG_NULL(0))
        return hop_throw_null(cx, "key");
    v = hop_dict_get(SELF, c->args[0]);
    if (!v && SELF->base.cls->arity == 2) {
        HOP_AUTO_STRING struct hop_string *s = NULL;

        if (!hop_call_to_string(cx, c->args[0], &s))
            return false;
        return hop_throw(cx, &hop_exception_key_not_found,
                         "The given key '%s' was not present in the "
                         "dictionary.",
                         s->data);
    }
    RETURN(v ? hop_retain(*v) : hop_null());
}

METHOD(ordered_item)
{
    struct hop_dict_entry *e =
        ARG_I(0) < 0 ? NULL : hop_dict_at(SELF, (size_t)ARG_I(0));

    if (!e)
        return hop_throw_argument(cx, &hop_exception_argument_range, "index",
                                  "Index was out of range. Must be "
                                  "non-negative and less than the size of the "
                                  "collection.");
    RETURN(hop_retain(e->value));
}

METHOD(contains_key)
{
    if (ARG_NULL(0))
        return hop_throw_null(cx, "key");
    RETURN(hop_bool(hop_dict_get(SELF, c->args[0]) != NULL));
}

METHOD(contains_value)
{
    for (size_t i = 0; i < SELF->used; i++)
        if (SELF->entries[i].key.kind != HOP_NULL &&
            hop_object_equals(cx, SELF->entries[i].value, c->args[0]))
            RETURN(hop_bool(true));
    RETURN(hop_bool(false));
}

/* data: returns whether it was there. */
METHOD(remove)
{
    bool there;

    if (ARG_NULL(0))
        return hop_throw_null(cx, "key");
    if (!is_writable(cx, SELF))
        return false;
    if (c->n > 1) {
        struct hop_value *v = hop_dict_get(SELF, c->args[0]);

        if (!hop_reference_set(cx, c->args[1], v ? hop_retain(*v) : hop_null()))
            return false;
    }
    there = hop_dict_remove(SELF, c->args[0]);
    if (c->data)
        c->result = hop_bool(there);
    return true;
}

METHOD(try_get)
{
    struct hop_value *v = hop_dict_get(SELF, c->args[0]);
    struct hop_value x;

    x = v                         ? hop_retain(*v)
        : SELF->base.cls->args[1] ? hop_zero_of(cx, SELF->base.cls->args[1])
                                  : hop_null();
    if (!hop_reference_set(cx, c->args[1], x))
        return false;
    RETURN(hop_bool(v != NULL));
}

METHOD(get_or_default)
{
    struct hop_value *v = hop_dict_get(SELF, c->args[0]);

    if (v)
        RETURN(hop_retain(*v));
    RETURN(c->n > 1 ? hop_retain(c->args[1])
                    : hop_zero_of(cx, SELF->base.cls->args[1]));
}

METHOD(clear)
{
    if (!is_writable(cx, SELF))
        return false;
    hop_dict_clear(SELF);
    return true;
}

METHOD(clone)
{
    struct hop_dict *d = hop_dict_new_of(cx, SELF->base.cls, SELF->flags);

    for (size_t i = 0; i < SELF->used; i++)
        if (SELF->entries[i].key.kind != HOP_NULL)
            hop_dict_set(d, SELF->entries[i].key,
                         hop_retain(SELF->entries[i].value));
    RETURN(hop_obj(d));
}

METHOD(copy_to)
{
    struct hop_array *to = hop_as_array(c->args[0]);
    size_t n, at = (size_t)ARG_I(1);
    HOP_AUTO_FREE struct hop_dict_entry **order = hop_dict_order(SELF, &n);

    if (!to || at + n > to->n)
        return hop_throw_argument(cx, &hop_exception_argument, "array",
                                  "Destination array was not long enough.");
    for (size_t i = 0; i < n; i++)
        hop_value_set(&to->items[at + i], hop_dict_pair(cx, SELF, order[i]));
    return true;
}

METHOD(insert)
{
    if (ARG_I(0) < 0 || (size_t)ARG_I(0) > SELF->count)
        return hop_throw_argument(cx, &hop_exception_argument_range, "index",
                                  "Specified argument was out of the range of "
                                  "valid values.");
    if (hop_dict_get(SELF, c->args[1]))
        return throw_duplicate(cx, SELF, c->args[1]);
    hop_dict_insert(SELF, (size_t)ARG_I(0), c->args[1], hop_retain(c->args[2]));
    return true;
}

METHOD(remove_at)
{
    struct hop_dict_entry *e =
        ARG_I(0) < 0 ? NULL : hop_dict_at(SELF, (size_t)ARG_I(0));
    HOP_AUTO_VALUE struct hop_value key = {.kind = HOP_NULL};

    if (!e)
        return hop_throw_argument(cx, &hop_exception_argument_range, "index",
                                  "Index was out of range. Must be "
                                  "non-negative and less than the size of the "
                                  "collection.");
    key = hop_retain(e->key);
    hop_dict_remove(SELF, key);
    return true;
}

METHOD(as_read_only)
{
    if (!clone(cx, c))
        return false;
    dict_of(c->result)->flags |= HOP_DICT_READONLY;
    return true;
}

/* Position of a key (data 0) or value (1) in a sorted list. */
METHOD(index_in)
{
    for (size_t i = 0; i < SELF->used; i++)
        if (hop_object_equals(
                cx, c->data ? SELF->entries[i].value : SELF->entries[i].key,
                c->args[0]))
            RETURN(hop_int((int32_t)i));
    RETURN(hop_int(-1));
}

METHOD(part_at)
{
    struct hop_dict_entry *e =
        ARG_I(0) < 0 ? NULL : hop_dict_at(SELF, (size_t)ARG_I(0));

    if (!e)
        return hop_throw_argument(cx, &hop_exception_argument_range, "index",
                                  "Index was out of range. Must be "
                                  "non-negative and less than the size of the "
                                  "collection.");
    RETURN(hop_retain(c->data ? e->value : e->key));
}

/* ---- making ---- */

/* Does a comparer argument ignore case? */
static bool
ignores_case(struct hop_value v)
{
    return v.kind == HOP_OBJECT &&
           strcmp(v.u.o->cls->name, "System.OrdinalComparer") == 0 &&
           ((struct hop_switch_parameter *)v.u.o)->present;
}

METHOD(new_dict)
{
    uint32_t flags = (uint32_t)c->data;
    struct hop_dict *d, *from = NULL;

    for (size_t i = 0; i < c->n; i++) {
        if (ignores_case(c->args[i]))
            flags |= HOP_DICT_IGNORE_CASE;
        else if (hop_as_dict(c->args[i]))
            from = hop_as_dict(c->args[i]);
    }
    d = hop_dict_new_of(cx, c->cls, flags);
    c->result = hop_obj(d);
    if (from) {
        size_t n;
        HOP_AUTO_FREE struct hop_dict_entry **order = hop_dict_order(from, &n);

        for (size_t i = 0; i < n; i++)
            if (!hop_dict_put(cx, d, order[i]->key, order[i]->value))
                return false;
    }
    return true;
}

static const struct hop_property dict_properties[] = {
    {"IsReadOnly", "bool", get_flag, NULL, 0, HOP_DICT_READONLY},
    {"IsFixedSize", "bool", get_flag, NULL, 0, 0},
    {"IsSynchronized", "bool", get_flag, NULL, 0, 0},
    {"Keys", "System.Collections.ICollection", get_view, NULL, 0, false},
    {"Values", "System.Collections.ICollection", get_view, NULL, 0, true},
    {"SyncRoot", "System.Object", get_self},
    {"Count", "int", get_count},
    END_PROPERTIES,
};

#define DICT_METHODS                                                           \
    {"void Add(System.Object key, System.Object value)", add},                 \
        {"void Clear()", clear}, {"System.Object Clone()", clone},             \
        {"bool Contains(System.Object key)", contains_key},                    \
        {"bool ContainsKey(System.Object key)", contains_key},                 \
        {"bool ContainsValue(System.Object value)", contains_value},           \
        {"void CopyTo(array array, int arrayIndex)", copy_to},                 \
        {"System.Collections.IDictionaryEnumerator GetEnumerator()",           \
         hop_get_enumerator},                                                  \
        {"void Remove(System.Object key)", remove},                            \
        {"System.Object Item(System.Object key)", item},                       \
    {                                                                          \
        "void set_Item(System.Object key, System.Object value)", set_item      \
    }

/* Threads take turns between statements: every table is synchronized. */
static bool
synchronized_dict(struct hop_context *cx, struct hop_call *call)
{
    if (hop_is_null(call->args[0]))
        return hop_throw_null(cx, "table");
    call->result = hop_retain(call->args[0]);
    return true;
}

static const struct hop_method hashtable_methods[] = {
    DICT_METHODS,
    {"static hashtable Synchronized(hashtable table)", synchronized_dict},
    END_METHODS};

static const struct hop_method hashtable_constructors[] = {
    {"hashtable new()", new_dict, HOP_DICT_BUCKET_ORDER},
    {"hashtable new(int capacity)", new_dict, HOP_DICT_BUCKET_ORDER},
    {"hashtable new(System.Collections.IDictionary d)", new_dict,
     HOP_DICT_BUCKET_ORDER},
    {"hashtable new(System.StringComparer equalityComparer)", new_dict,
     HOP_DICT_BUCKET_ORDER},
    END_METHODS,
};

static const struct hop_class *const dict_interfaces[] = {
    &hop_class_idictionary, &hop_class_icollection, &hop_class_ienumerable,
    &hop_class_icloneable, NULL};

#define DICT_CLASS(c, text, extra, n, props, meths, ctors)                     \
    const struct hop_class hop_class_##c = {                                   \
        .name = text,                                                          \
        .base = &hop_class_object,                                             \
        .flags = HOP_CLASS_DICT | (extra),                                     \
        .kind = HOP_OBJECT,                                                    \
        .size = sizeof(struct hop_dict),                                       \
        .interfaces = dict_interfaces,                                         \
        .properties = props,                                                   \
        .methods = meths,                                                      \
        .constructors = ctors,                                                 \
        .arity = n,                                                            \
        .destroy = hop_dict_destroy,                                           \
    }

DICT_CLASS(hashtable, "System.Collections.Hashtable", 0, 0, dict_properties,
           hashtable_methods, hashtable_constructors);

/* ---- OrderedDictionary, SortedList ---- */

static const struct hop_property ordered_properties[] = {
    {"Count", "int", get_count},
    {"IsReadOnly", "bool", get_flag, NULL, 0, HOP_DICT_READONLY},
    {"Keys", "System.Collections.ICollection", get_view, NULL, 0, false},
    {"Values", "System.Collections.ICollection", get_view, NULL, 0, true},
    {"IsFixedSize", "bool", get_flag, NULL, 0, HOP_DICT_READONLY},
    {"SyncRoot", "System.Object", get_self},
    {"IsSynchronized", "bool", get_flag, NULL, 0, 0},
    END_PROPERTIES,
};

static const struct hop_method ordered_methods[] = {
    {"void Add(System.Object key, System.Object value)", add},
    {"System.Collections.Specialized.OrderedDictionary AsReadOnly()",
     as_read_only},
    {"void Clear()", clear},
    {"bool Contains(System.Object key)", contains_key},
    {"void CopyTo(array array, int index)", copy_to},
    {"System.Collections.IDictionaryEnumerator GetEnumerator()",
     hop_get_enumerator},
    {"void Insert(int index, System.Object key, System.Object value)", insert},
    {"void Remove(System.Object key)", remove},
    {"void RemoveAt(int index)", remove_at},
    {"System.Object Item(int index)", ordered_item},
    {"System.Object Item(System.Object key)", item},
    {"void set_Item(System.Object key, System.Object value)", set_item},
    END_METHODS,
};

static const struct hop_method ordered_constructors[] = {
    {"ordered new()", new_dict, 0},
    {"ordered new(int capacity)", new_dict, 0},
    {"ordered new(System.StringComparer comparer)", new_dict, 0},
    END_METHODS,
};

DICT_CLASS(ordered_dictionary,
           "System.Collections.Specialized."
           "OrderedDictionary",
           0, 0, ordered_properties, ordered_methods, ordered_constructors);

const struct hop_class hop_class_ordered_hashtable = {
    .name = "System.Management.Automation.OrderedHashtable",
    .base = &hop_class_hashtable,
    .flags = HOP_CLASS_DICT,
    .kind = HOP_OBJECT,
    .size = sizeof(struct hop_dict),
    .interfaces = dict_interfaces,
    .destroy = hop_dict_destroy,
};

/* ---- ListDictionary, HybridDictionary, StringDictionary ---- */

static const struct hop_method list_dictionary_methods[] = {DICT_METHODS,
                                                            END_METHODS};

static const struct hop_method list_dictionary_constructors[] = {
    {"listdictionary new()", new_dict, 0},
    {"listdictionary new(int capacity)", new_dict, 0},
    END_METHODS,
};

static const struct hop_method string_dictionary_constructors[] = {
    {"stringdictionary new()", new_dict, HOP_DICT_IGNORE_CASE},
    END_METHODS,
};

DICT_CLASS(list_dictionary, "System.Collections.Specialized.ListDictionary", 0,
           0, dict_properties, list_dictionary_methods,
           list_dictionary_constructors);
DICT_CLASS(list_internal, "System.Collections.ListDictionaryInternal",
           HOP_CLASS_NOT_PUBLIC, 0, dict_properties, list_dictionary_methods,
           NULL);
DICT_CLASS(hybrid_dictionary, "System.Collections.Specialized.HybridDictionary",
           0, 0, dict_properties, list_dictionary_methods,
           list_dictionary_constructors);
DICT_CLASS(string_dictionary, "System.Collections.Specialized.StringDictionary",
           0, 0, dict_properties, list_dictionary_methods,
           string_dictionary_constructors);

static const struct hop_method sorted_methods[] = {
    DICT_METHODS,
    {"System.Object GetByIndex(int index)", part_at, 1},
    {"System.Object GetKey(int index)", part_at, 0},
    {"int IndexOfKey(System.Object key)", index_in, 0},
    {"int IndexOfValue(System.Object value)", index_in, 1},
    {"void RemoveAt(int index)", remove_at},
    END_METHODS,
};

static const struct hop_method sorted_constructors[] = {
    {"sorted new()", new_dict, HOP_DICT_SORTED},
    {"sorted new(int capacity)", new_dict, HOP_DICT_SORTED},
    {"sorted new(System.Collections.IDictionary d)", new_dict, HOP_DICT_SORTED},
    {"sorted new(System.StringComparer comparer)", new_dict, HOP_DICT_SORTED},
    END_METHODS,
};

DICT_CLASS(sorted_list, "System.Collections.SortedList", 0, 0, dict_properties,
           sorted_methods, sorted_constructors);

/* ---- Dictionary<K,V> and its sorted kin ---- */

static const struct hop_property generic_properties[] = {
    {"Count", "int", get_count},
    {"Keys", "System.Collections.ICollection", get_view, NULL, 0, false},
    {"Values", "System.Collections.ICollection", get_view, NULL, 0, true},
    {"IsReadOnly", "bool", get_flag, NULL, HOP_PROP_HIDDEN, HOP_DICT_READONLY},
    END_PROPERTIES,
};

#define GENERIC_METHODS                                                        \
    {"void Add(TKey key, TValue value)", add}, {"void Clear()", clear},        \
        {"bool Contains(TKey key)", contains_key},                             \
        {"bool ContainsKey(TKey key)", contains_key},                          \
        {"bool ContainsValue(TValue value)", contains_value},                  \
        {"System.Collections.IDictionaryEnumerator GetEnumerator()",           \
         hop_get_enumerator},                                                  \
        {"bool Remove(TKey key)", remove, true},                               \
        {"bool Remove(TKey key, [ref] TValue value)", remove, true},           \
        {"bool TryAdd(TKey key, TValue value)", try_add},                      \
        {"bool TryGetValue(TKey key, [ref] TValue value)", try_get},           \
        {"TValue GetValueOrDefault(TKey key)", get_or_default},                \
        {"TValue GetValueOrDefault(TKey key, TValue defaultValue)",            \
         get_or_default},                                                      \
        {"TValue Item(TKey key)", item},                                       \
    {                                                                          \
        "void set_Item(TKey key, TValue value)", set_item                      \
    }

static const struct hop_method generic_methods[] = {GENERIC_METHODS,
                                                    END_METHODS};
static const struct hop_method generic_sorted_methods[] = {
    GENERIC_METHODS,
    {"int IndexOfKey(TKey key)", index_in, 0},
    {"int IndexOfValue(TValue value)", index_in, 1},
    {"void RemoveAt(int index)", remove_at},
    {"TKey GetKeyAtIndex(int index)", part_at, 0},
    {"TValue GetValueAtIndex(int index)", part_at, 1},
    END_METHODS,
};

static const struct hop_method generic_constructors[] = {
    {"dictionary new()", new_dict, 0},
    {"dictionary new(int capacity)", new_dict, 0},
    {"dictionary new(System.Collections.IDictionary dictionary)", new_dict, 0},
    {"dictionary new(System.StringComparer comparer)", new_dict, 0},
    {"dictionary new(System.Collections.IDictionary dictionary, "
     "System.StringComparer comparer)",
     new_dict, 0},
    END_METHODS,
};

DICT_CLASS(dictionary, "System.Collections.Generic.Dictionary`2",
           HOP_CLASS_GENERIC, 2, generic_properties, generic_methods,
           generic_constructors);
DICT_CLASS(sorted_dictionary, "System.Collections.Generic.SortedDictionary`2",
           HOP_CLASS_GENERIC, 2, generic_properties, generic_methods,
           sorted_constructors);
DICT_CLASS(generic_sorted_list, "System.Collections.Generic.SortedList`2",
           HOP_CLASS_GENERIC, 2, generic_properties, generic_sorted_methods,
           sorted_constructors);
DICT_CLASS(concurrent_dictionary,
           "System.Collections.Concurrent.ConcurrentDictionary`2",
           HOP_CLASS_GENERIC, 2, generic_properties, generic_methods,
           generic_constructors);

/* ---- sets ---- */

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
        hop_dict_set(dict_of(made), x, hop_null());
    }
    return dict_of(hop_value_steal(&made));
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
        if (ignores_case(c->args[i]))
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
    struct hop_dict *d = dict_of(self);

    *out = d->used ? hop_retain(d->entries[data ? d->used - 1 : 0].key)
                   : hop_null();
    return true;
}

static const struct hop_property set_properties[] = {
    {"Count", "int", get_count},
    END_PROPERTIES,
};

static const struct hop_property sorted_set_properties[] = {
    {"Count", "int", get_count},
    {"Min", "T", get_extreme, NULL, 0, false},
    {"Max", "T", get_extreme, NULL, 0, true},
    END_PROPERTIES,
};

#define SEQ "(System.Collections.IEnumerable other)"

static const struct hop_method set_methods[] = {
    {"bool Add(T item)", set_add},
    {"void Clear()", clear},
    {"bool Contains(T item)", contains_key},
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
    {"bool Remove(T item)", remove, true},
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

/* ---- entries ---- */

GETTER(get_part)
{
    struct hop_pair *p = (struct hop_pair *)self.u.o;

    *out = hop_retain(data ? p->value : p->key);
    return true;
}

SETTER(set_part)
{
    struct hop_pair *p = (struct hop_pair *)self.u.o;

    hop_value_set(data ? &p->value : &p->key, hop_retain(v));
    return true;
}

static bool
pair_to_string(struct hop_context *cx, struct hop_value v,
               struct hop_string **out)
{
    struct hop_pair *p = (struct hop_pair *)v.u.o;
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    hop_buf_addc(&b, '[');
    if (!hop_add_to_string(cx, p->key, &b))
        return false;
    hop_buf_adds(&b, ", ");
    if (!hop_is_null(p->value) && !hop_add_to_string(cx, p->value, &b))
        return false;
    hop_buf_addc(&b, ']');
    *out = hop_string_take_buf(&b);
    return true;
}

METHOD(new_pair)
{
    struct hop_pair *p = hop_object_new(cx, c->cls);

    p->key = hop_retain(c->args[0]);
    p->value = hop_retain(c->args[1]);
    RETURN(hop_obj(p));
}

static const struct hop_property entry_properties[] = {
    {"Name", "Key", get_part, NULL, HOP_PROP_ALIAS, 0},
    {"Key", "System.Object", get_part, set_part, 0, 0},
    {"Value", "System.Object", get_part, set_part, 0, 1},
    END_PROPERTIES,
};

static const struct hop_method entry_constructors[] = {
    {"entry new(System.Object key, System.Object value)", new_pair},
    END_METHODS,
};

static const struct hop_property pair_properties[] = {
    {"Key", "TKey", get_part, NULL, 0, 0},
    {"Value", "TValue", get_part, NULL, 0, 1},
    END_PROPERTIES,
};

static const struct hop_method pair_constructors[] = {
    {"pair new(TKey key, TValue value)", new_pair},
    END_METHODS,
};

const struct hop_class hop_class_dictionary_entry = {
    .name = "System.Collections.DictionaryEntry",
    .base = &hop_class_value_type,
    .flags = HOP_CLASS_VALUE,
    .kind = HOP_OBJECT,
    .size = sizeof(struct hop_pair),
    .properties = entry_properties,
    .constructors = entry_constructors,
    .destroy = hop_pair_destroy,
    .to_string = pair_to_string,
};

const struct hop_class hop_class_key_value_pair = {
    .name = "System.Collections.Generic.KeyValuePair`2",
    .base = &hop_class_value_type,
    .flags = HOP_CLASS_VALUE | HOP_CLASS_GENERIC,
    .kind = HOP_OBJECT,
    .size = sizeof(struct hop_pair),
    .arity = 2,
    .properties = pair_properties,
    .constructors = pair_constructors,
    .destroy = hop_pair_destroy,
    .to_string = pair_to_string,
};

/* ---- StringComparer ---- */

GETTER(get_comparer)
{
    struct hop_switch_parameter *s =
        hop_object_new(cx, &hop_class_ordinal_comparer);

    s->present = data;
    *out = hop_obj(s);
    return true;
}

METHOD(comparer_compare)
{
    struct hop_switch_parameter *s = (struct hop_switch_parameter *)c->self.u.o;

    RETURN(hop_int(s->present ? hop_string_icmp(ARG_S(0), ARG_S(1))
                              : hop_string_cmp(ARG_S(0), ARG_S(1))));
}

METHOD(comparer_equals)
{
    struct hop_switch_parameter *s = (struct hop_switch_parameter *)c->self.u.o;

    RETURN(hop_bool(s->present ? hop_string_ieq(ARG_S(0), ARG_S(1))
                               : hop_string_eq(ARG_S(0), ARG_S(1))));
}

static const struct hop_property comparer_properties[] = {
    STATIC_GET("Ordinal", "System.StringComparer", get_comparer, false),
    STATIC_GET("OrdinalIgnoreCase", "System.StringComparer", get_comparer,
               true),
    STATIC_GET("CurrentCulture", "System.StringComparer", get_comparer, false),
    STATIC_GET("CurrentCultureIgnoreCase", "System.StringComparer",
               get_comparer, true),
    STATIC_GET("InvariantCulture", "System.StringComparer", get_comparer,
               false),
    STATIC_GET("InvariantCultureIgnoreCase", "System.StringComparer",
               get_comparer, true),
    END_PROPERTIES,
};

static const struct hop_method comparer_methods[] = {
    {"int Compare(string x, string y)", comparer_compare},
    {"bool Equals(string x, string y)", comparer_equals},
    END_METHODS,
};

static const struct hop_class *const comparer_interfaces[] = {
    &hop_class_icomparer, &hop_class_iequality_comparer, NULL};

const struct hop_class hop_class_string_comparer = {
    .name = "System.StringComparer",
    .base = &hop_class_object,
    .flags = HOP_CLASS_ABSTRACT,
    .kind = HOP_OBJECT,
    .size = sizeof(struct hop_switch_parameter),
    .interfaces = comparer_interfaces,
    .properties = comparer_properties,
    .methods = comparer_methods,
};

const struct hop_class hop_class_ordinal_comparer = {
    .name = "System.OrdinalComparer",
    .base = &hop_class_string_comparer,
    .kind = HOP_OBJECT,
    .size = sizeof(struct hop_switch_parameter),
};
