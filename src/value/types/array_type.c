/* System.Array, with its static methods.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/types/def.h"

#include <stdlib.h>

#include "value/types/interfaces.h"
#include "value/types/lists.h"

#define SELF ((struct hop_array *)c->self.u.o)

GETTER(get_long_count)
{
    *out = hop_long((int64_t)((struct hop_array *)self.u.o)->n);
    return true;
}

GETTER(get_rank)
{
    *out = hop_int(self.u.o->cls->rank);
    return true;
}

METHOD(bound)
{
    int64_t d = ARG_I(0);
    int64_t n = SELF->dims ? SELF->dims[d] : (int64_t)SELF->n;

    if (d < 0 || d >= SELF->base.cls->rank)
        return hop_throw(cx, &hop_exception_index_range,
                         "Index was outside the bounds of the array.");
    RETURN(hop_int(c->data == 0   ? 0
                   : c->data == 1 ? (int32_t)n - 1
                                  : (int32_t)n));
}

METHOD(get_value)
{
    struct hop_array *idx = hop_as_array(c->args[0]);

    return hop_index_get(cx, c->self, idx->items, idx->n, &c->result);
}

METHOD(set_value)
{
    return hop_index_set(cx, c->self, &c->args[1], 1, c->args[0]);
}

METHOD(array_sort)
{
    struct hop_array *a = hop_as_array(c->args[0]);
    struct hop_value comparer = hop_null();

    if (c->n > 1 && c->args[1].kind == HOP_OBJECT) {
        struct hop_array *items = hop_as_array(c->args[1]);

        if (!items) {
            comparer = c->args[1];
        } else {
            /* Keys and items: sort pairs by insertion. */
            for (size_t i = 1; i < a->n && i < items->n; i++)
                for (size_t k = i; k > 0; k--) {
                    struct hop_value t;
                    int r;

                    if (!hop_compare(cx, a->items[k - 1], a->items[k], false,
                                     &r))
                        return false;
                    if (r <= 0)
                        break;
                    t = a->items[k];
                    a->items[k] = a->items[k - 1];
                    a->items[k - 1] = t;
                    t = items->items[k];
                    items->items[k] = items->items[k - 1];
                    items->items[k - 1] = t;
                }
            return true;
        }
    }
    if (!a)
        return hop_throw_null(cx, "array");
    if (c->n == 3) {
        if (ARG_I(1) < 0 || ARG_I(2) < 0 ||
            (size_t)(ARG_I(1) + ARG_I(2)) > a->n)
            return hop_list_throw_index(cx, "index");
        return hop_list_sort_items(cx, a, (size_t)ARG_I(1), (size_t)ARG_I(2),
                                   comparer);
    }
    return hop_list_sort_items(cx, a, 0, a->n, comparer);
}

METHOD(array_reverse)
{
    struct hop_array *a = hop_as_array(c->args[0]);
    size_t from = c->n > 1 ? (size_t)ARG_I(1) : 0;
    size_t n;

    if (!a)
        return hop_throw_null(cx, "array");
    n = c->n > 1 ? (size_t)ARG_I(2) : a->n;
    if (from + n > a->n)
        return hop_list_throw_index(cx, "index");
    hop_list_reverse_items(a, from, n);
    return true;
}

METHOD(array_index_of)
{
    struct hop_array *a = hop_as_array(c->args[0]);
    size_t from = c->n > 2 ? (size_t)ARG_I(2) : 0, i;

    if (!a)
        return hop_throw_null(cx, "array");
    if (c->data) {
        for (i = a->n; i-- > 0;)
            if (hop_object_equals(cx, a->items[i], c->args[1]))
                RETURN(hop_int((int32_t)i));
        RETURN(hop_int(-1));
    }
    i = hop_list_find_item(cx, a, c->args[1], from);
    RETURN(hop_int(i == SIZE_MAX ? -1 : (int32_t)i));
}

METHOD(array_create)
{
    const struct hop_class *element = c->args[0].u.cls;
    struct hop_value n = hop_int((int32_t)ARG_I(1));

    return hop_construct(cx, hop_types_array(cx, element, 1), &n, 1,
                         &c->result);
}

METHOD(array_copy)
{
    bool ranged = c->n == 5;
    struct hop_array *from = hop_as_array(c->args[0]);
    struct hop_array *to = hop_as_array(c->args[ranged ? 2 : 1]);
    size_t i = ranged ? (size_t)ARG_I(1) : 0, k = ranged ? (size_t)ARG_I(3) : 0;
    size_t n = (size_t)ARG_I(ranged ? 4 : 2);
    HOP_AUTO_FREE struct hop_value *tmp = NULL;

    if (!from || !to)
        return hop_throw_null(cx, "sourceArray");
    if (i + n > from->n)
        return hop_throw_argument(cx, &hop_exception_argument, "sourceArray",
                                  "Source array was not long enough. Check "
                                  "the source index, length, and the array's "
                                  "lower bounds.");
    if (k + n > to->n)
        return hop_throw_argument(cx, &hop_exception_argument,
                                  "destinationArray",
                                  "Destination array was not long enough. "
                                  "Check the destination index, length, and "
                                  "the array's lower bounds.");
    tmp = calloc(n + 1, sizeof *tmp);
    for (size_t at = 0; at < n; at++)
        tmp[at] = hop_retain(from->items[i + at]);
    for (size_t at = 0; at < n; at++) {
        struct hop_value x;

        if (!hop_convert(cx, tmp[at], hop_array_element(to), &x))
            x = hop_null(), hop_drop_exception(cx);
        hop_release(tmp[at]);
        hop_value_set(&to->items[k + at], x);
    }
    return true;
}

METHOD(array_clear)
{
    struct hop_array *a = hop_as_array(c->args[0]);
    size_t from = c->n > 1 ? (size_t)ARG_I(1) : 0;
    size_t n;

    if (!a)
        return hop_throw_null(cx, "array");
    n = c->n > 1 ? (size_t)ARG_I(2) : a->n;
    if (from + n > a->n)
        return hop_throw(cx, &hop_exception_index_range,
                         "Index was outside the bounds of the array.");
    for (size_t i = from; i < from + n; i++)
        hop_value_set(&a->items[i], hop_zero_of(cx, hop_array_element(a)));
    return true;
}

METHOD(array_resize)
{
    HOP_AUTO_VALUE struct hop_value old = hop_reference_get(cx, c->args[0]);
    struct hop_array *from = hop_as_array(old), *to;
    const struct hop_class *cls =
        from ? from->base.cls : &hop_class_object_array;

    if (ARG_I(1) < 0)
        return hop_throw_argument(cx, &hop_exception_argument_range, "newSize",
                                  "Non-negative number required.");
    to = hop_array_new_of(cx, cls, (size_t)ARG_I(1));
    if (!to)
        return false;
    for (size_t i = 0; from && i < from->n && i < to->n; i++)
        hop_value_set(&to->items[i], hop_retain(from->items[i]));
    return hop_reference_set(cx, c->args[0], hop_obj(to));
}

METHOD(array_search)
{
    struct hop_array *a = hop_as_array(c->args[0]);

    if (!a)
        return hop_throw_null(cx, "array");
    RETURN(hop_int((int32_t)hop_list_binary_search(cx, a, c->args[1])));
}

METHOD(array_find)
{
    struct hop_array *a = hop_as_array(c->args[0]);

    if (!a)
        return hop_throw_null(cx, "array");
    return hop_list_find_by(cx, a, c->args[1], c->data, &c->result);
}

METHOD(array_for_each)
{
    struct hop_array *a = hop_as_array(c->args[0]);

    for (size_t i = 0; a && i < a->n; i++)
        if (hop_list_test_item(cx, c->args[1], a->items[i]) < 0)
            return false;
    return true;
}

METHOD(array_convert_all)
{
    const struct hop_class *d = hop_class_of(c->args[1]);
    const struct hop_class *element =
        d->arity == 2 && d->args[1] ? d->args[1] : &hop_class_object;
    HOP_AUTO_VALUE struct hop_value to =
        hop_obj(hop_array_new_of(cx, hop_types_array(cx, element, 1), 0));

    if (!hop_list_convert_all_to(cx, hop_as_array(c->args[0]), c->args[1],
                                 (struct hop_array *)to.u.o))
        return false;
    RETURN(hop_value_steal(&to));
}

METHOD(array_empty)
{
    RETURN(hop_obj(hop_array_new(cx, 0)));
}

METHOD(array_fill)
{
    struct hop_array *a = hop_as_array(c->args[0]);

    for (size_t i = 0; a && i < a->n; i++) {
        struct hop_value x;

        if (!hop_convert(cx, c->args[1], hop_array_element(a), &x))
            return false;
        hop_value_set(&a->items[i], x);
    }
    return true;
}

static const struct hop_property array_properties[] = {
    {"Length", "int", hop_list_get_count},
    {"LongLength", "long", get_long_count},
    {"Rank", "int", get_rank},
    {"SyncRoot", "System.Object", hop_list_get_self},
    {"IsReadOnly", "bool", hop_list_get_bool, NULL, 0, false},
    {"IsFixedSize", "bool", hop_list_get_bool, NULL, 0, true},
    {"IsSynchronized", "bool", hop_list_get_bool, NULL, 0, false},
    {"Count", "int", hop_list_get_count},
    END_PROPERTIES,
};

static const struct hop_method array_methods[] = {
    {"int Add(System.Object value)", hop_list_add, true},
    {"void Clear()", hop_list_clear},
    {"System.Object Clone()", hop_list_clone},
    {"int IStructuralComparable.CompareTo(System.Object other, "
     "System.Collections.IComparer comparer)",
     NULL},
    {"bool Contains(System.Object value)", hop_list_contains},
    {"void CopyTo(array array, int index)", hop_list_copy_to},
    {"System.Collections.IEnumerator GetEnumerator()", hop_get_enumerator},
    {"int GetLength(int dimension)", bound, 2},
    {"long GetLongLength(int dimension)", bound, 2},
    {"int GetLowerBound(int dimension)", bound, 0},
    {"int GetUpperBound(int dimension)", bound, 1},
    {"System.Object GetValue(params int[] indices)", get_value},
    {"int IndexOf(System.Object value)", hop_list_index_of},
    {"void Insert(int index, System.Object value)", hop_list_insert},
    {"void Remove(System.Object value)", hop_list_remove},
    {"void RemoveAt(int index)", hop_list_remove_at},
    {"void SetValue(System.Object value, int index)", set_value},
    {"static void Sort(array array)", array_sort},
    {"static void Sort(array array, int index, int length)", array_sort},
    {"static void Sort(array keys, array items)", array_sort},
    {"static void Sort(array array, System.Comparison[System.Object] "
     "comparison)",
     array_sort},
    {"static void Reverse(array array)", array_reverse},
    {"static void Reverse(array array, int index, int length)", array_reverse},
    {"static int IndexOf(array array, System.Object value)", array_index_of},
    {"static int IndexOf(array array, System.Object value, int startIndex)",
     array_index_of},
    {"static int LastIndexOf(array array, System.Object value)", array_index_of,
     true},
    {"static array CreateInstance(type elementType, int length)", array_create},
    {"static void Copy(array sourceArray, array destinationArray, int length)",
     array_copy},
    {"static void Copy(array sourceArray, int sourceIndex, array "
     "destinationArray, int destinationIndex, int length)",
     array_copy},
    {"static void Clear(array array)", array_clear},
    {"static void Clear(array array, int index, int length)", array_clear},
    {"static void Resize([ref] array array, int newSize)", array_resize},
    {"static int BinarySearch(array array, System.Object value)", array_search},
    {"static array Empty()", array_empty},
    {"static void Fill(array array, System.Object value)", array_fill},
    {"static bool TrueForAll(array array, System.Predicate[System.Object] "
     "match)",
     array_find, HOP_FIND_TRUE_FOR_ALL},
    {"static bool Exists(array array, System.Predicate[System.Object] match)",
     array_find, HOP_FIND_EXISTS},
    {"static System.Object Find(array array, System.Predicate[System.Object] "
     "match)",
     array_find, HOP_FIND_FIRST},
    {"static array FindAll(array array, System.Predicate[System.Object] "
     "match)",
     array_find, HOP_FIND_ALL},
    {"static System.Object FindLast(array array, "
     "System.Predicate[System.Object] match)",
     array_find, HOP_FIND_LAST},
    {"static int FindIndex(array array, System.Predicate[System.Object] "
     "match)",
     array_find, HOP_FIND_INDEX},
    {"static int FindLastIndex(array array, System.Predicate[System.Object] "
     "match)",
     array_find, HOP_FIND_LAST_INDEX},
    {"static array ConvertAll(array array, System.Converter[System.Object,"
     "System.Object] converter)",
     array_convert_all},
    {"static void ForEach(array array, System.Action[System.Object] action)",
     array_for_each},
    END_METHODS,
};

const struct hop_class hop_class_array = {
    .name = "System.Array",
    .base = &hop_class_object,
    .flags = HOP_CLASS_ABSTRACT,
    .kind = HOP_OBJECT,
    .size = sizeof(struct hop_array),
    .interfaces = hop_list_interfaces,
    .properties = array_properties,
    .methods = array_methods,
    .destroy = hop_array_destroy,
};

const struct hop_class hop_class_object_array = {
    .name = "System.Array",
    .base = &hop_class_array,
    .flags = HOP_CLASS_ARRAY | HOP_CLASS_SEALED,
    .kind = HOP_OBJECT,
    .size = sizeof(struct hop_array),
    .element = &hop_class_object,
    .rank = 1,
};
