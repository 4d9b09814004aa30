/* What convert.c and the files beside it share.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_VALUE_CONVERT_INTERNAL_H
#define HOP_VALUE_CONVERT_INTERNAL_H

#include "value/context.h"
#include "value/class.h"
#include "value/collections.h"

/* value.ToString() for a message; never fails. */
void hop_cast_add_value(struct hop_context *cx, struct hop_value v,
                        struct hop_buf *b);

/* The names of an enum, for a message. */
void hop_cast_add_enum_names(const struct hop_class *cls, struct hop_buf *b);

/* "Cannot convert the value of type ...", and the same of null. */
bool hop_throw_no_way(struct hop_context *cx, struct hop_value v,
                      const struct hop_class *to);
bool hop_throw_from_null(struct hop_context *cx, const struct hop_class *to);

/* What IConvertible says of types it does not go between. */
bool hop_throw_not_convertible(struct hop_context *cx, struct hop_value v,
                               const struct hop_class *to);

/* From a number, a name, several names or other enums. */
HOP_MUST_CHECK bool hop_convert_to_enum(struct hop_context *cx,
                                        struct hop_value v,
                                        const struct hop_class *to,
                                        struct hop_value *out);

/* Pushes each item of v, or v itself, converted. */
HOP_MUST_CHECK bool hop_convert_items(struct hop_context *cx,
                                      struct hop_value v,
                                      const struct hop_class *element,
                                      struct hop_array *a);

/* 1 done, 0 no such constructor, -1 thrown. */
int hop_convert_by_constructor(struct hop_context *cx, struct hop_value v,
                               const struct hop_class *to,
                               struct hop_value *out);

/* List[T] and its kin from an array or a single value. */
HOP_MUST_CHECK bool hop_convert_to_collection(struct hop_context *cx,
                                              struct hop_value v,
                                              const struct hop_class *to,
                                              struct hop_value *out);

/* [type]@{ Property = value }: 1 done, 0 no way, -1 thrown. */
int hop_convert_by_properties(struct hop_context *cx, struct hop_value v,
                              const struct hop_class *to,
                              struct hop_value *out);

#endif
