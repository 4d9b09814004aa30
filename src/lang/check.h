/* The checks of a tree, by the files that have them.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_LANG_CHECK_H
#define HOP_LANG_CHECK_H

#include "lang/parser.h"

struct lang_check {
    struct hop_unit *unit;
};

/* Reports an error of the node; complain2 with two arguments. */
void check_complain(struct lang_check *c, const struct hop_ast *node,
                    const char *id, struct hop_name arg);
void check_complain2(struct lang_check *c, struct lang_extent at,
                     const char *id, struct hop_name first,
                     struct hop_name second);

/* Is it a constraint of that name? */
HOP_MUST_CHECK bool check_is_type(const struct hop_ast_type *t,
                                  const char *name, const char *full);
HOP_MUST_CHECK bool check_is_void(const struct hop_ast_type *t);
HOP_MUST_CHECK bool check_is_ref(const struct hop_ast_type *t);

/* Checks of a node, by its kind. */
void check_flow(struct lang_check *c, const struct hop_ast *node,
                const struct hop_name *label);
void check_jump(struct lang_check *c, const struct hop_ast_jump *j);
void check_try(struct lang_check *c, const struct hop_ast_try *t);

/* throw alone throws again what a catch clause around it has caught. */
void mark_rethrow(struct hop_ast_exit *e);
void check_assignment(struct lang_check *c, const struct hop_ast_assignment *a);
void check_unary(struct lang_check *c, const struct hop_ast_unary *u);

#endif
