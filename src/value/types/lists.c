/* ArrayList, List<T>, Collection<T> and their kin; every one is a hop_array.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/types/def.h"

#include "value/types/interfaces.h"
#include "value/types/lists.h"

#define SELF ((struct hop_array *)c->self.u.o)

/* data: HOP_ARRAY_... */
bool
hop_list_wrapper(struct hop_context *cx, struct hop_call *c)
{
    struct hop_array *from = hop_as_array(c->args[0]);
    struct hop_array *a = hop_array_new_of(cx, from->base.cls, 0);

    for (size_t i = 0; i < from->n; i++)
        hop_array_push(a, hop_retain(from->items[i]));
    a->flags |= (uint32_t)c->data;
    RETURN(hop_obj(a));
}

METHOD(list_convert_all)
{
    const struct hop_class *d = hop_class_of(c->args[0]);
    const struct hop_class *element =
        d->arity == 2 && d->args[1] ? d->args[1] : &hop_class_object;
    HOP_AUTO_VALUE struct hop_value to = hop_obj(hop_array_new_of(
        cx, hop_types_generic(cx, &hop_class_list, &element, 1), 0));

    if (!hop_list_convert_all_to(cx, SELF, c->args[0],
                                 (struct hop_array *)to.u.o))
        return false;
    RETURN(hop_value_steal(&to));
}

/* ---- ArrayList ---- */

GETTER(get_capacity)
{
    size_t n = ((struct hop_array *)self.u.o)->cap;

    *out = hop_int((int32_t)n);
    return true;
}

SETTER(set_capacity)
{
    struct hop_array *a = (struct hop_array *)self.u.o;

    if (v.u.i < (int64_t)a->n)
        return hop_throw_argument(cx, &hop_exception_argument_range, "value",
                                  "capacity was less than the current size.");
    if (!hop_context_may_alloc(cx, (size_t)v.u.i, sizeof v))
        return false;
    if ((size_t)v.u.i > a->cap)
        hop_array_reserve(a, (size_t)v.u.i);
    return true;
}

static const struct hop_property array_list_properties[] = {
    {"Capacity", "int", get_capacity, set_capacity},
    {"Count", "int", hop_list_get_count},
    {"IsFixedSize", "bool", hop_list_get_fixed, NULL, 0,
     HOP_ARRAY_FIXED | HOP_ARRAY_READONLY},
    {"IsReadOnly", "bool", hop_list_get_fixed, NULL, 0, HOP_ARRAY_READONLY},
    {"IsSynchronized", "bool", hop_list_get_bool, NULL, 0, false},
    {"SyncRoot", "System.Object", hop_list_get_self},
    END_PROPERTIES,
};

/* Threads take turns between statements: every list is synchronized. */
bool
hop_list_synchronized(struct hop_context *cx, struct hop_call *call)
{
    if (hop_is_null(call->args[0]))
        return hop_throw_null(cx, "list");
    call->result = hop_retain(call->args[0]);
    return true;
}

static const struct hop_method array_list_methods[] = {
    {"static System.Collections.ArrayList "
     "Synchronized(System.Collections.ArrayList list)",
     hop_list_synchronized},
    {"int Add(System.Object value)", hop_list_add, true},
    {"void AddRange(System.Collections.IEnumerable c)", hop_list_add_range},
    {"int BinarySearch(System.Object value)", hop_list_search},
    {"void Clear()", hop_list_clear},
    {"System.Object Clone()", hop_list_clone},
    {"bool Contains(System.Object item)", hop_list_contains},
    {"void CopyTo(array array)", hop_list_copy_to},
    {"void CopyTo(array array, int arrayIndex)", hop_list_copy_to},
    {"System.Collections.IEnumerator GetEnumerator()", hop_get_enumerator},
    {"System.Collections.ArrayList GetRange(int index, int count)",
     hop_list_get_range},
    {"int IndexOf(System.Object value)", hop_list_index_of},
    {"int IndexOf(System.Object value, int startIndex)", hop_list_index_of},
    {"void Insert(int index, System.Object value)", hop_list_insert},
    {"void InsertRange(int index, System.Collections.IEnumerable c)",
     hop_list_insert_range},
    {"int LastIndexOf(System.Object value)", hop_list_last_index_of},
    {"void Remove(System.Object obj)", hop_list_remove},
    {"void RemoveAt(int index)", hop_list_remove_at},
    {"void RemoveRange(int index, int count)", hop_list_remove_range},
    {"void Reverse()", hop_list_reverse},
    {"void Reverse(int index, int count)", hop_list_reverse},
    {"void Sort()", hop_list_sort},
    {"void Sort(System.Collections.IComparer comparer)", hop_list_sort},
    {"System.Object[] ToArray()", hop_list_to_array, true},
    {"System.Object Item(int index)", hop_list_item},
    {"static System.Collections.ArrayList ReadOnly("
     "System.Collections.ArrayList list)",
     hop_list_wrapper, HOP_ARRAY_READONLY},
    {"static System.Collections.ArrayList FixedSize("
     "System.Collections.ArrayList list)",
     hop_list_wrapper, HOP_ARRAY_FIXED},
    END_METHODS,
};

static const struct hop_method array_list_constructors[] = {
    {"System.Collections.ArrayList new()", hop_list_new},
    {"System.Collections.ArrayList new(int capacity)", hop_list_new},
    {"System.Collections.ArrayList new(System.Collections.ICollection c)",
     hop_list_new},
    END_METHODS,
};

HOP_LIST_CLASS(array_list, "System.Collections.ArrayList", 0, 0,
               hop_list_interfaces, array_list_properties, array_list_methods,
               array_list_constructors);

/* ---- List<T>, Collection<T> ---- */

static const struct hop_property list_properties[] = {
    {"Capacity", "int", get_capacity, set_capacity},
    {"Count", "int", hop_list_get_count},
    {"IsReadOnly", "bool", hop_list_get_fixed, NULL, HOP_PROP_HIDDEN,
     HOP_ARRAY_READONLY},
    {"IsFixedSize", "bool", hop_list_get_fixed, NULL, HOP_PROP_HIDDEN,
     HOP_ARRAY_READONLY},
    END_PROPERTIES,
};

static const struct hop_method list_methods[] = {
    {"void Add(T item)", hop_list_add},
    {"void AddRange(System.Collections.IEnumerable collection)",
     hop_list_add_range},
    {"System.Object AsReadOnly()", hop_list_as_read_only},
    {"int BinarySearch(T item)", hop_list_search},
    {"void Clear()", hop_list_clear},
    {"bool Contains(T item)", hop_list_contains},
    {"System.Object ConvertAll(System.Converter[T,System.Object] converter)",
     list_convert_all},
    {"void CopyTo(array array)", hop_list_copy_to},
    {"void CopyTo(array array, int arrayIndex)", hop_list_copy_to},
    {"bool Exists(System.Predicate[T] match)", hop_list_find, HOP_FIND_EXISTS},
    {"T Find(System.Predicate[T] match)", hop_list_find, HOP_FIND_FIRST},
    {"System.Collections.Generic.List[T] FindAll(System.Predicate[T] match)",
     hop_list_find, HOP_FIND_ALL},
    {"int FindIndex(System.Predicate[T] match)", hop_list_find, HOP_FIND_INDEX},
    {"T FindLast(System.Predicate[T] match)", hop_list_find, HOP_FIND_LAST},
    {"int FindLastIndex(System.Predicate[T] match)", hop_list_find,
     HOP_FIND_LAST_INDEX},
    {"void ForEach(System.Action[T] action)", hop_list_for_each},
    {"System.Collections.IEnumerator GetEnumerator()", hop_get_enumerator},
    {"System.Collections.Generic.List[T] GetRange(int index, int count)",
     hop_list_get_range},
    {"int IndexOf(T item)", hop_list_index_of},
    {"int IndexOf(T item, int index)", hop_list_index_of},
    {"void Insert(int index, T item)", hop_list_insert},
    {"void InsertRange(int index, System.Collections.IEnumerable collection)",
     hop_list_insert_range},
    {"int LastIndexOf(T item)", hop_list_last_index_of},
    {"bool Remove(T item)", hop_list_remove, true},
    {"int RemoveAll(System.Predicate[T] match)", hop_list_remove_all},
    {"void RemoveAt(int index)", hop_list_remove_at},
    {"void RemoveRange(int index, int count)", hop_list_remove_range},
    {"void Reverse()", hop_list_reverse},
    {"void Reverse(int index, int count)", hop_list_reverse},
    {"void Sort()", hop_list_sort},
    {"void Sort(System.Comparison[T] comparison)", hop_list_sort},
    {"void Sort(System.Collections.IComparer comparer)", hop_list_sort},
    {"T[] ToArray()", hop_list_to_array},
    {"bool TrueForAll(System.Predicate[T] match)", hop_list_find,
     HOP_FIND_TRUE_FOR_ALL},
    {"T Item(int index)", hop_list_item},
    END_METHODS,
};

const struct hop_method hop_list_constructors[] = {
    {"list new()", hop_list_new},
    {"list new(int capacity)", hop_list_new},
    {"list new(System.Collections.IEnumerable collection)", hop_list_new},
    END_METHODS,
};

HOP_LIST_CLASS(list, "System.Collections.Generic.List`1", HOP_CLASS_GENERIC, 1,
               hop_list_interfaces, list_properties, list_methods,
               hop_list_constructors);

const struct hop_property hop_list_collection_properties[] = {
    {"Count", "int", hop_list_get_count},
    END_PROPERTIES,
};

static const struct hop_method collection_methods[] = {
    {"void Add(T item)", hop_list_add},
    {"void Clear()", hop_list_clear},
    {"bool Contains(T item)", hop_list_contains},
    {"void CopyTo(array array, int index)", hop_list_copy_to},
    {"System.Collections.IEnumerator GetEnumerator()", hop_get_enumerator},
    {"int IndexOf(T item)", hop_list_index_of},
    {"void Insert(int index, T item)", hop_list_insert},
    {"bool Remove(T item)", hop_list_remove, true},
    {"void RemoveAt(int index)", hop_list_remove_at},
    {"T Item(int index)", hop_list_item},
    END_METHODS,
};

HOP_LIST_CLASS(collection, "System.Collections.ObjectModel.Collection`1",
               HOP_CLASS_GENERIC, 1, hop_list_interfaces,
               hop_list_collection_properties, collection_methods,
               hop_list_constructors);

/* ---- PSDataCollection ---- */

static bool
read_all(struct hop_context *cx, struct hop_call *call)
{
    struct hop_array *a = (struct hop_array *)(void *)call->self.u.o;
    const struct hop_class *of = a->base.cls->args[0];
    const struct hop_class *cls =
        hop_types_generic(cx, &hop_class_collection, &of, 1);
    struct hop_array *out = hop_array_new_of(cx, cls, 0);

    for (size_t i = 0; i < a->n; i++)
        hop_array_push(out, hop_retain(a->items[i]));
    hop_array_clear(a);
    call->result = hop_obj(out);
    return true;
}

static bool
complete(struct hop_context *cx, struct hop_call *call)
{
    return true;
}

static bool
get_open(struct hop_context *cx, struct hop_value self, intptr_t data,
         struct hop_value *out)
{
    *out = hop_bool(data);
    return true;
}

static const struct hop_property data_collection_properties[] = {
    {"Count", "int", hop_list_get_count},
    {"IsOpen", "bool", get_open, NULL, 0, true},
    {"IsReadOnly", "bool", get_open, NULL, 0, false},
    END_PROPERTIES,
};

static const struct hop_method data_collection_methods[] = {
    {"void Add(T item)", hop_list_add},
    {"void Clear()", hop_list_clear},
    {"void Complete()", complete},
    {"bool Contains(T item)", hop_list_contains},
    {"void CopyTo(array array, int index)", hop_list_copy_to},
    {"void Dispose()", complete},
    {"System.Collections.IEnumerator GetEnumerator()", hop_get_enumerator},
    {"int IndexOf(T item)", hop_list_index_of},
    {"void Insert(int index, T item)", hop_list_insert},
    {"System.Collections.ObjectModel.Collection[T] ReadAll()", read_all},
    {"bool Remove(T item)", hop_list_remove, true},
    {"void RemoveAt(int index)", hop_list_remove_at},
    {"T Item(int index)", hop_list_item},
    END_METHODS,
};

HOP_LIST_CLASS(ps_data_collection,
               "System.Management.Automation.PSDataCollection`1",
               HOP_CLASS_GENERIC, 1, hop_list_interfaces,
               data_collection_properties, data_collection_methods,
               hop_list_constructors);

bool
hop_list_push_range(struct hop_context *cx, struct hop_call *c)
{
    return hop_list_insert_all(cx, SELF, SELF->n, c->args[0]);
}

/* ---- ReadOnlyCollection<T>, StringCollection ---- */

METHOD(new_read_only)
{
    if (ARG_NULL(0))
        return hop_throw_null(cx, "list");
    if (!hop_list_new(cx, c))
        return false;
    ((struct hop_array *)c->result.u.o)->flags |= HOP_ARRAY_READONLY;
    return true;
}

static const struct hop_method read_only_methods[] = {
    {"bool Contains(T value)", hop_list_contains},
    {"void CopyTo(T[] array, int index)", hop_list_copy_to},
    {"System.Collections.IEnumerator GetEnumerator()", hop_get_enumerator},
    {"int IndexOf(T value)", hop_list_index_of},
    {"T Item(int index)", hop_list_item},
    END_METHODS,
};

static const struct hop_method read_only_constructors[] = {
    {"readonly new(System.Collections.IEnumerable list)", new_read_only},
    END_METHODS,
};

HOP_LIST_CLASS(read_only_collection,
               "System.Collections.ObjectModel.ReadOnlyCollection`1",
               HOP_CLASS_GENERIC, 1, hop_list_interfaces,
               hop_list_collection_properties, read_only_methods,
               read_only_constructors);

static const struct hop_method string_collection_methods[] = {
    {"int Add(string value)", hop_list_add, true},
    {"void AddRange(string[] value)", hop_list_push_range},
    {"void Clear()", hop_list_clear},
    {"bool Contains(string value)", hop_list_contains},
    {"void CopyTo(string[] array, int index)", hop_list_copy_to},
    {"System.Collections.IEnumerator GetEnumerator()", hop_get_enumerator},
    {"int IndexOf(string value)", hop_list_index_of},
    {"void Insert(int index, string value)", hop_list_insert},
    {"void Remove(string value)", hop_list_remove, false},
    {"void RemoveAt(int index)", hop_list_remove_at},
    {"string Item(int index)", hop_list_item},
    END_METHODS,
};

HOP_LIST_CLASS(string_collection,
               "System.Collections.Specialized.StringCollection", 0, 0,
               hop_list_interfaces, hop_list_collection_properties,
               string_collection_methods, hop_list_constructors);
