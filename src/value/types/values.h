/* Objects of some types that other rooms make and read.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_VALUE_TYPES_VALUES_H
#define HOP_VALUE_TYPES_VALUES_H

#include "base/guid.h"
#include "value/collections.h"

struct hop_guid_object {
    struct hop_object base;
    struct hop_guid guid;
};
struct hop_value hop_guid_value(struct hop_context *cx,
                                const struct hop_guid *g);

struct hop_version_object {
    struct hop_object base;
    int32_t part[4]; /* -1: not given */
};
struct hop_value hop_version_value(struct hop_context *cx,
                                   const int32_t part[4]);

/* A ValueTuple of 2 or 3 items (borrowed). */
struct hop_value hop_value_tuple(struct hop_context *cx,
                                 const struct hop_value *v, size_t n);

#endif
