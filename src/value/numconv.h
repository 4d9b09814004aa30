/* Conversions among numbers.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_VALUE_NUMCONV_H
#define HOP_VALUE_NUMCONV_H

#include "value/internal.h"

/* Any value to Char, a number or BigInteger, with PowerShell's errors. */
bool hop_convert_number(struct hop_context *cx, struct hop_value v,
                        const struct hop_class *to, struct hop_value *out);
/* A number, Boolean, Char or enum to a number; false when it is out of range
 * (nothing is pending). */
bool hop_number_cast(struct hop_context *cx, struct hop_value v,
                     enum hop_kind kind, struct hop_value *out);
/* "Value was either too large or too small for an Int32." */
const char *hop_overflow_text(enum hop_kind kind);
/* Number, Boolean, Char or enum as a double. */
double hop_number_to_double(struct hop_value v);
/* BigInteger from a number. */
bool hop_number_to_big(struct hop_context *cx, struct hop_value v,
                       struct hop_value *out);

#endif
