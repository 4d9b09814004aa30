/* The string operators behind ops.h.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_VALUE_STROPS_H
#define HOP_VALUE_STROPS_H

#include "value/ops.h"

bool hop_like(struct hop_context *cx, struct hop_value a, struct hop_value b,
              bool ignore_case, bool *yes);
/* matches may be NULL. */
bool hop_match_one(struct hop_context *cx, struct hop_value a,
                   struct hop_value b, bool ignore_case, bool *yes,
                   struct hop_value *matches);
bool hop_replace_op(struct hop_context *cx, struct hop_value a,
                    struct hop_value b, bool ignore_case,
                    struct hop_value *out);
bool hop_split_op(struct hop_context *cx, struct hop_value a,
                  struct hop_value b, bool ignore_case, struct hop_value *out);
bool hop_split_blanks(struct hop_context *cx, struct hop_value v,
                      struct hop_value *out);
bool hop_join_op(struct hop_context *cx, struct hop_value a,
                 struct hop_value b, struct hop_value *out);
bool hop_format_op(struct hop_context *cx, struct hop_value a,
                   struct hop_value b, struct hop_value *out);

#endif
