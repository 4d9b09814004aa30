/* The rules of eval(), by the files that have them.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_ENGINE_EVAL_H
#define HOP_ENGINE_EVAL_H

#include "engine/engine.h"

/* The string of a literal, made once for a node; owned. */
struct hop_value eval_literal_string(struct frame *f, struct hop_ast *n,
                                     const struct hop_name *text);
HOP_MUST_CHECK bool eval_is_name(const struct hop_type_name *t,
                                 const char *name);

/* Each gives the value of its node, owned when HOP_FLOW_NEXT comes back. */
enum hop_flow eval_constant(struct frame *f, struct hop_ast_constant *n,
                            struct hop_value *out);
enum hop_flow eval_expandable(struct frame *f, struct hop_ast_expandable *n,
                              struct hop_value *out);
enum hop_flow eval_array_literal(struct frame *f,
                                 struct hop_ast_array_literal *n,
                                 struct hop_value *out);

/* @( ): always an array; a pure array expression inside is not copied. */
enum hop_flow eval_array_expression(struct frame *f,
                                    struct hop_ast_array_expression *n,
                                    struct hop_value *out);
enum hop_flow eval_sub(struct frame *f, struct hop_ast_sub *n,
                       struct hop_value *out);
enum hop_flow eval_hashtable(struct frame *f, struct hop_ast_hashtable *n,
                             bool ordered, struct hop_value *out);
enum hop_flow eval_block_literal(struct frame *f,
                                 struct hop_ast_script_block_expression *n,
                                 struct hop_value *out);
enum hop_flow eval_convert(struct frame *f, struct hop_ast_convert *n,
                           struct hop_value *out);
enum hop_flow eval_type(struct frame *f, struct hop_ast_type *n,
                        struct hop_value *out);
enum hop_flow eval_member(struct frame *f, struct hop_ast_member *n,
                          struct hop_value *out);
enum hop_flow eval_invoke(struct frame *f, struct hop_ast_member *n,
                          struct hop_value *out);
enum hop_flow eval_index(struct frame *f, struct hop_ast_index *n,
                         struct hop_value *out);

/* The member's name; owned. */
enum hop_flow eval_member_name(struct frame *f, struct hop_ast *member,
                               struct hop_value *out);

#endif
