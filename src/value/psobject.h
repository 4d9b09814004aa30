/* Objects that show members as values: $x.PSObject, PSPropertyInfo, PSMethod;
 * the methods every value has.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_VALUE_PSOBJECT_H
#define HOP_VALUE_PSOBJECT_H

#include "value/internal.h"

struct hop_value hop_psobject_view(struct hop_context *cx, struct hop_value v);
/* PSPropertyInfo or PSMethod for a listed member. */
struct hop_value hop_member_object(struct hop_context *cx,
                                   const struct hop_member_info *m);
struct hop_value hop_custom_copy(struct hop_context *cx, struct hop_value v);
extern const struct hop_class hop_class_psobject_view;
extern const struct hop_class hop_class_note_property;
extern const struct hop_class hop_class_script_property;
extern const struct hop_class hop_class_alias_property;
struct hop_value hop_method_object(struct hop_context *cx,
                                   struct hop_value self,
                                   const struct hop_class *cls,
                                   struct hop_method_group *g);
struct hop_value hop_script_method_object(struct hop_context *cx,
                                          struct hop_value self,
                                          const struct hop_member *m);
bool hop_call_script_method(struct hop_context *cx, struct hop_value self,
                            struct hop_value block, const char *name,
                            const struct hop_value *args, size_t n,
                            struct hop_value *out);
/* ForEach and Where: 1 done, 0 another name, -1 thrown. */
int hop_magic_method(struct hop_context *cx, struct hop_value v,
                     const struct hop_string *name,
                     const struct hop_value *args, size_t n,
                     struct hop_value *out);
bool hop_throw_no_method(struct hop_context *cx, const struct hop_class *cls,
                         const struct hop_string *name);
/* One row's text with generic parameters filled in. */
void hop_method_text(struct hop_context *cx, const struct hop_class *cls,
                     const char *text, struct hop_buf *out);

#endif
