/* The numeric operators behind ops.h.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_VALUE_ARITH_H
#define HOP_VALUE_ARITH_H

#include "value/ops.h"

bool hop_arithmetic(struct hop_context *cx, enum hop_op op, struct hop_value a,
                    struct hop_value b, struct hop_value *out);
bool hop_bitwise(struct hop_context *cx, enum hop_op op, struct hop_value a,
                 struct hop_value b, struct hop_value *out);
bool hop_shift(struct hop_context *cx, enum hop_op op, struct hop_value a,
               struct hop_value b, struct hop_value *out);
bool hop_negate(struct hop_context *cx, struct hop_value v, bool minus,
                struct hop_value *out);
bool hop_complement(struct hop_context *cx, struct hop_value v,
                    struct hop_value *out);
bool hop_increment(struct hop_context *cx, struct hop_value v, int by,
                   struct hop_value *out);

#endif
