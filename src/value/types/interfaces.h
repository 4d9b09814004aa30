/* Interfaces and helpers that several tables of types name.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_VALUE_TYPES_INTERFACES_H
#define HOP_VALUE_TYPES_INTERFACES_H

#include "value/internal.h"

extern const struct hop_class hop_class_generic_ienumerable;
extern const struct hop_class hop_class_generic_icollection;
extern const struct hop_class hop_class_generic_ilist;
extern const struct hop_class hop_class_generic_idictionary;
extern const struct hop_class hop_class_ienumerator;
extern const struct hop_class hop_class_icloneable;
extern const struct hop_class hop_class_iformatprovider;
extern const struct hop_class hop_class_icomparer;
extern const struct hop_class hop_class_iequality_comparer;

extern const struct hop_class hop_class_string_comparer;
extern const struct hop_class hop_class_ordinal_comparer;
extern const struct hop_class hop_class_concurrent_dictionary;
extern const struct hop_class hop_class_concurrent_stack;
extern const struct hop_class hop_class_concurrent_queue;
extern const struct hop_class hop_class_concurrent_bag;
extern const struct hop_class hop_class_linked_list;
extern const struct hop_class hop_class_linked_node;
extern const struct hop_class hop_class_read_only_collection;
extern const struct hop_class hop_class_string_collection;
extern const struct hop_class hop_class_list_dictionary;
extern const struct hop_class hop_class_hybrid_dictionary;
/* Exception.Data */
extern const struct hop_class hop_class_list_internal;
extern const struct hop_class hop_class_string_dictionary;
extern const struct hop_class hop_class_math;
extern const struct hop_class hop_class_match_evaluator;

/* GetNames (string[]) or GetValues of an enum. */
struct hop_array *hop_enum_values(struct hop_context *cx,
                                  const struct hop_class *cls, bool names);
/* An IEnumerator over v; what GetEnumerator() gives. */
bool hop_enumerator_new(struct hop_context *cx, struct hop_value v,
                        struct hop_value *out);
bool hop_get_enumerator(struct hop_context *cx, struct hop_call *c);

#endif
