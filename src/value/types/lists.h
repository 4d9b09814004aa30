/* What arrays, lists, stacks and queues have in common: their methods over a
 * hop_array, and the shape of their classes.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_VALUE_TYPES_LISTS_H
#define HOP_VALUE_TYPES_LISTS_H

#include "value/class.h"
#include "value/collections.h"
#include "value/context.h"

enum hop_list_find {
    HOP_FIND_FIRST,
    HOP_FIND_INDEX,
    HOP_FIND_ALL,
    HOP_FIND_LAST,
    HOP_FIND_EXISTS,
    HOP_FIND_TRUE_FOR_ALL,
    HOP_FIND_LAST_INDEX
};

#define HOP_LIST_CLASS(c, text, extra, n, ifaces, props, meths, ctors)         \
    const struct hop_class hop_class_##c = {                                   \
        .name = text,                                                          \
        .base = &hop_class_object,                                             \
        .flags = HOP_CLASS_LIST | (extra),                                     \
        .kind = HOP_OBJECT,                                                    \
        .size = sizeof(struct hop_array),                                      \
        .interfaces = ifaces,                                                  \
        .properties = props,                                                   \
        .methods = meths,                                                      \
        .constructors = ctors,                                                 \
        .arity = n,                                                            \
        .destroy = hop_array_destroy,                                          \
    }

/* "Index was out of range", by the parameter's name. */
bool hop_list_throw_index(struct hop_context *cx, const char *param);

/* The index of the first such item from `from` on, or SIZE_MAX. */
size_t hop_list_find_item(struct hop_context *cx, const struct hop_array *a,
                          struct hop_value v, size_t from);

/* Puts all of v, converted to a's type of elements, before index at. */
HOP_MUST_CHECK bool hop_list_insert_all(struct hop_context *cx,
                                        struct hop_array *a, size_t at,
                                        struct hop_value v);

/* n items from `from` on, the other way round. */
void hop_list_reverse_items(struct hop_array *a, size_t from, size_t n);
HOP_MUST_CHECK bool hop_list_sort_items(struct hop_context *cx,
                                        struct hop_array *a, size_t from,
                                        size_t n, struct hop_value comparer);

/* Array.BinarySearch: the index, or the complement of where it belongs. */
int64_t hop_list_binary_search(struct hop_context *cx, struct hop_array *a,
                               struct hop_value v);

/* Calls f with an item; -1 thrown, else whether the result is true. */
int hop_list_test_item(struct hop_context *cx, struct hop_value f,
                       struct hop_value item);

/* What f finds in a, as data (HOP_FIND_...) says. */
HOP_MUST_CHECK bool hop_list_find_by(struct hop_context *cx,
                                     struct hop_array *a, struct hop_value f,
                                     intptr_t what, struct hop_value *out);

/* Pushes what f makes of each item. */
HOP_MUST_CHECK bool hop_list_convert_all_to(struct hop_context *cx,
                                            struct hop_array *from,
                                            struct hop_value f,
                                            struct hop_array *to);

/* Methods of every such class.  add: data says that it returns the index. */
hop_method_fn hop_list_add, hop_list_clear, hop_list_clone, hop_list_contains,
    hop_list_copy_to, hop_list_get_range, hop_list_index_of, hop_list_insert,
    hop_list_item, hop_list_last_index_of, hop_list_remove, hop_list_remove_at,
    hop_list_remove_range, hop_list_reverse, hop_list_to_array,
    hop_list_add_range, hop_list_insert_range, hop_list_sort, hop_list_search,
    hop_list_for_each, hop_list_remove_all, hop_list_push_range,
    hop_list_as_read_only, hop_list_find, hop_list_wrapper;
HOP_MUST_CHECK bool hop_list_synchronized(struct hop_context *cx,
                                          struct hop_call *call);
hop_method_fn hop_list_new;

/* Their properties. */
hop_get_fn hop_list_get_count, hop_list_get_bool, hop_list_get_self,
    hop_list_get_fixed;

/* What they are, and how they are made. */
extern const struct hop_class *const hop_list_interfaces[];
extern const struct hop_class *const hop_list_collection_interfaces[];
extern const struct hop_property hop_list_collection_properties[];
extern const struct hop_method hop_list_constructors[];

#endif
