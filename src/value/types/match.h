/* What a Regex needs of its matches.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_VALUE_TYPES_MATCH_H
#define HOP_VALUE_TYPES_MATCH_H

#include "value/collections.h"
#include "value/context.h"
#include "value/regex.h"

/* The first match from `at` on, successful or not; *ok false: an exception is
 * pending. */
struct hop_value hop_match_from(struct hop_context *cx, struct hop_regex *re,
                                struct hop_string *s, size_t at, bool *ok);

#endif
