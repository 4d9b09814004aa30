/* The methods over a hop_dict that its classes share.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_VALUE_TYPES_DICTS_H
#define HOP_VALUE_TYPES_DICTS_H

#include "value/class.h"
#include "value/collections.h"
#include "value/context.h"

/* The dictionary that a method or getter is called on (borrowed). */
struct hop_dict *hop_dict_of(struct hop_value v);

/* Does a comparer argument ignore case? */
HOP_MUST_CHECK bool hop_comparer_ignores_case(struct hop_value v);

/* Methods. */
hop_method_fn hop_dict_method_add, hop_dict_method_try_add,
    hop_dict_method_set_item, hop_dict_method_item,
    hop_dict_method_ordered_item, hop_dict_method_contains_key,
    hop_dict_method_contains_value, hop_dict_method_remove,
    hop_dict_method_try_get, hop_dict_method_get_or_default,
    hop_dict_method_clear, hop_dict_method_clone, hop_dict_method_copy_to,
    hop_dict_method_insert, hop_dict_method_remove_at,
    hop_dict_method_as_read_only, hop_dict_method_index_in,
    hop_dict_method_part_at;

/* Properties. */
hop_get_fn hop_dict_get_count, hop_dict_get_flag, hop_dict_get_self,
    hop_dict_get_view;

#endif
