/* What the files about System.String share.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_VALUE_TYPES_STRINGS_H
#define HOP_VALUE_TYPES_STRINGS_H

#include "value/class.h"
#include "value/context.h"

enum { HOP_TRIM_START = 1, HOP_TRIM_END = 2 };

/* What a StringComparison means. */
struct hop_string_comparison {
    bool culture, fold;
};

/* By the number of a StringComparison. */
struct hop_string_comparison hop_string_comparison_of(int64_t i);

/* ArgumentOutOfRangeException by the parameter's name. */
bool hop_string_throw_range(struct hop_context *cx, const char *param,
                            const char *text);

/* Takes s. */
struct hop_value hop_string_value_of(struct hop_string *s);

/* The needle of an argument: a string or a character; NULL: it is neither. */
struct hop_string *hop_string_needle_of(struct hop_value v);

/* Methods. */
hop_method_fn hop_string_method_change_case, hop_string_method_substring,
    hop_string_method_remove_part, hop_string_method_insert_part,
    hop_string_method_pad, hop_string_method_trim, hop_string_method_index_of,
    hop_string_method_last_index_of, hop_string_method_index_of_any,
    hop_string_method_contains, hop_string_method_starts_with,
    hop_string_method_replace, hop_string_method_split,
    hop_string_method_to_chars;

#endif
