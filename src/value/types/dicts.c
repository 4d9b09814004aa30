/* Hashtable, OrderedDictionary, Dictionary<K,V> and their kin; every one is a
 * hop_dict.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/types/dicts.h"

#include "value/types/def.h"
#include "value/types/interfaces.h"

/* ---- making ---- */

METHOD(new_dict)
{
    uint32_t flags = (uint32_t)c->data;
    struct hop_dict *d, *from = NULL;

    for (size_t i = 0; i < c->n; i++) {
        if (hop_comparer_ignores_case(c->args[i]))
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
    {"IsReadOnly", "bool", hop_dict_get_flag, NULL, 0, HOP_DICT_READONLY},
    {"IsFixedSize", "bool", hop_dict_get_flag, NULL, 0, 0},
    {"IsSynchronized", "bool", hop_dict_get_flag, NULL, 0, 0},
    {"Keys", "System.Collections.ICollection", hop_dict_get_view, NULL, 0,
     false},
    {"Values", "System.Collections.ICollection", hop_dict_get_view, NULL, 0,
     true},
    {"SyncRoot", "System.Object", hop_dict_get_self},
    {"Count", "int", hop_dict_get_count},
    END_PROPERTIES,
};

#define DICT_METHODS                                                           \
    {"void Add(System.Object key, System.Object value)", hop_dict_method_add}, \
        {"void Clear()", hop_dict_method_clear},                               \
        {"System.Object Clone()", hop_dict_method_clone},                      \
        {"bool Contains(System.Object key)", hop_dict_method_contains_key},    \
        {"bool ContainsKey(System.Object key)", hop_dict_method_contains_key}, \
        {"bool ContainsValue(System.Object value)",                            \
         hop_dict_method_contains_value},                                      \
        {"void CopyTo(array array, int arrayIndex)", hop_dict_method_copy_to}, \
        {"System.Collections.IDictionaryEnumerator GetEnumerator()",           \
         hop_get_enumerator},                                                  \
        {"void Remove(System.Object key)", hop_dict_method_remove},            \
        {"System.Object Item(System.Object key)", hop_dict_method_item},       \
    {                                                                          \
        "void set_Item(System.Object key, System.Object value)",               \
            hop_dict_method_set_item                                           \
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
    {"Count", "int", hop_dict_get_count},
    {"IsReadOnly", "bool", hop_dict_get_flag, NULL, 0, HOP_DICT_READONLY},
    {"Keys", "System.Collections.ICollection", hop_dict_get_view, NULL, 0,
     false},
    {"Values", "System.Collections.ICollection", hop_dict_get_view, NULL, 0,
     true},
    {"IsFixedSize", "bool", hop_dict_get_flag, NULL, 0, HOP_DICT_READONLY},
    {"SyncRoot", "System.Object", hop_dict_get_self},
    {"IsSynchronized", "bool", hop_dict_get_flag, NULL, 0, 0},
    END_PROPERTIES,
};

static const struct hop_method ordered_methods[] = {
    {"void Add(System.Object key, System.Object value)", hop_dict_method_add},
    {"System.Collections.Specialized.OrderedDictionary AsReadOnly()",
     hop_dict_method_as_read_only},
    {"void Clear()", hop_dict_method_clear},
    {"bool Contains(System.Object key)", hop_dict_method_contains_key},
    {"void CopyTo(array array, int index)", hop_dict_method_copy_to},
    {"System.Collections.IDictionaryEnumerator GetEnumerator()",
     hop_get_enumerator},
    {"void Insert(int index, System.Object key, System.Object value)",
     hop_dict_method_insert},
    {"void Remove(System.Object key)", hop_dict_method_remove},
    {"void RemoveAt(int index)", hop_dict_method_remove_at},
    {"System.Object Item(int index)", hop_dict_method_ordered_item},
    {"System.Object Item(System.Object key)", hop_dict_method_item},
    {"void set_Item(System.Object key, System.Object value)",
     hop_dict_method_set_item},
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
    {"System.Object GetByIndex(int index)", hop_dict_method_part_at, 1},
    {"System.Object GetKey(int index)", hop_dict_method_part_at, 0},
    {"int IndexOfKey(System.Object key)", hop_dict_method_index_in, 0},
    {"int IndexOfValue(System.Object value)", hop_dict_method_index_in, 1},
    {"void RemoveAt(int index)", hop_dict_method_remove_at},
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
    {"Count", "int", hop_dict_get_count},
    {"Keys", "System.Collections.ICollection", hop_dict_get_view, NULL, 0,
     false},
    {"Values", "System.Collections.ICollection", hop_dict_get_view, NULL, 0,
     true},
    {"IsReadOnly", "bool", hop_dict_get_flag, NULL, HOP_PROP_HIDDEN,
     HOP_DICT_READONLY},
    END_PROPERTIES,
};

#define GENERIC_METHODS                                                        \
    {"void Add(TKey key, TValue value)", hop_dict_method_add},                 \
        {"void Clear()", hop_dict_method_clear},                               \
        {"bool Contains(TKey key)", hop_dict_method_contains_key},             \
        {"bool ContainsKey(TKey key)", hop_dict_method_contains_key},          \
        {"bool ContainsValue(TValue value)", hop_dict_method_contains_value},  \
        {"System.Collections.IDictionaryEnumerator GetEnumerator()",           \
         hop_get_enumerator},                                                  \
        {"bool Remove(TKey key)", hop_dict_method_remove, true},               \
        {"bool Remove(TKey key, [ref] TValue value)", hop_dict_method_remove,  \
         true},                                                                \
        {"bool TryAdd(TKey key, TValue value)", hop_dict_method_try_add},      \
        {"bool TryGetValue(TKey key, [ref] TValue value)",                     \
         hop_dict_method_try_get},                                             \
        {"TValue GetValueOrDefault(TKey key)",                                 \
         hop_dict_method_get_or_default},                                      \
        {"TValue GetValueOrDefault(TKey key, TValue defaultValue)",            \
         hop_dict_method_get_or_default},                                      \
        {"TValue Item(TKey key)", hop_dict_method_item},                       \
    {                                                                          \
        "void set_Item(TKey key, TValue value)", hop_dict_method_set_item      \
    }

static const struct hop_method generic_methods[] = {GENERIC_METHODS,
                                                    END_METHODS};
static const struct hop_method generic_sorted_methods[] = {
    GENERIC_METHODS,
    {"int IndexOfKey(TKey key)", hop_dict_method_index_in, 0},
    {"int IndexOfValue(TValue value)", hop_dict_method_index_in, 1},
    {"void RemoveAt(int index)", hop_dict_method_remove_at},
    {"TKey GetKeyAtIndex(int index)", hop_dict_method_part_at, 0},
    {"TValue GetValueAtIndex(int index)", hop_dict_method_part_at, 1},
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
