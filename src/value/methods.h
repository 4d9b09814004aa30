/* Overloads as parsed, and how well an argument fits a parameter.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_VALUE_METHODS_H
#define HOP_VALUE_METHODS_H

#include "value/class.h"
#include "value/context.h"

enum hop_rank {
    HOP_RANK_NONE,
    HOP_RANK_UNRELATED_ARRAYS = 5,
    HOP_RANK_TO_STRING = 10,
    HOP_RANK_CONVERTIBLE = 20,
    HOP_RANK_CONSTRUCTOR = 30,
    HOP_RANK_PARSE = 35,
    HOP_RANK_NULL_TO_VALUE = 40,
    HOP_RANK_NULL_TO_REF = 42,
    HOP_RANK_NUMERIC_STRING = 45,
    HOP_RANK_LANGUAGE_SCALAR = 48,
    HOP_RANK_LANGUAGE = 50,
    HOP_RANK_NUMERIC_EXPLICIT = 60,
    HOP_RANK_NUMERIC_IMPLICIT = 70,
    HOP_RANK_OBJECT = 80,
    HOP_RANK_ASSIGNABLE = 85,
    HOP_RANK_IDENTITY = 100,
};

/* How well v fits; HOP_RANK_NONE: not at all. */
enum hop_rank hop_rank_conversion(struct hop_context *cx, struct hop_value v,
                                  const struct hop_class *to);

/* A type of numbers, BigInteger included?  Enums are none. */
HOP_MUST_CHECK bool hop_class_is_number(const struct hop_class *c);

/* Does the first integer type go into the second without loss? */
HOP_MUST_CHECK bool hop_class_widens(enum hop_kind from, enum hop_kind to);

#endif
