/* Checks of jumps, try and catch.
 *
 * SPDX-License-Identifier: MIT
 */
#include "lang/check.h"

#include "lang/exceptions.h"
#include "lang/names.h"
#include "lang/parser.h"

static struct hop_name
label_of(const struct hop_ast *node)
{
    switch (node->kind) {
    case HOP_AST_SWITCH: return HOP_AST_AS(hop_ast_switch, node)->label;
    case HOP_AST_FOREACH: return HOP_AST_AS(hop_ast_foreach, node)->label;
    case HOP_AST_FOR: return HOP_AST_AS(hop_ast_for, node)->label;
    default: return HOP_AST_AS(hop_ast_loop, node)->label;
    }
}

static bool
is_labeled(const struct hop_ast *node)
{
    return node->kind >= HOP_AST_SWITCH && node->kind <= HOP_AST_DO_UNTIL;
}

/* A label without text stands for any loop, one without name for none. */
static bool
stays_in(const struct hop_ast *loop, const struct hop_name *label)
{
    return label && is_labeled(loop) &&
           (!label->len || lang_name_eq(*label, label_of(loop)));
}

static bool
is_finally(const struct hop_ast *node)
{
    const struct hop_ast *parent = node->parent;

    return node->kind == HOP_AST_STATEMENT_BLOCK && parent &&
           parent->kind == HOP_AST_TRY &&
           (const struct hop_ast *)HOP_AST_AS(hop_ast_try, parent)->finally ==
               node;
}

/* label is NULL when no loop can stop the flow: return. */
void
check_flow(struct lang_check *c, const struct hop_ast *node,
           const struct hop_name *label)
{
    for (const struct hop_ast *p = node->parent; p; p = p->parent) {
        if (p->kind == HOP_AST_NAMED_BLOCK || p->kind == HOP_AST_TRAP ||
            p->kind == HOP_AST_SCRIPT_BLOCK || stays_in(p, label))
            return;
        if (is_finally(p)) {
            check_complain(c, node, "ControlLeavingFinally", NO_ARG);
            return;
        }
    }
}

void
check_jump(struct lang_check *c, const struct hop_ast_jump *j)
{
    struct hop_name label = STR("");

    if (j->label && j->label->kind == HOP_AST_STRING_CONSTANT)
        label = HOP_AST_AS(hop_ast_string, j->label)->value;
    check_flow(c, &j->ast,
               j->label && j->label->kind != HOP_AST_STRING_CONSTANT ? NULL
                                                                     : &label);
}

void
mark_rethrow(struct hop_ast_exit *e)
{
    if (e->pipeline)
        return;
    for (const struct hop_ast *p = e->ast.parent; p && !e->rethrow;
         p = p->parent)
        e->rethrow = p->kind == HOP_AST_CATCH_CLAUSE;
}

static void
check_catch_types(struct lang_check *c, const struct hop_ast_catch *first,
                  const struct hop_ast_catch *later)
{
    for (uint32_t i = 0; i < first->types.n; i++) {
        const char *base = lang_exception_name(
            HOP_AST_AS(hop_ast_type, first->types.items[i])->type_name->name);

        for (uint32_t k = 0; base && k < later->types.n; k++) {
            const char *derived = lang_exception_name(
                HOP_AST_AS(hop_ast_type, later->types.items[k])
                    ->type_name->name);

            if (derived && lang_exception_is(derived, base))
                check_complain(c, later->types.items[k],
                               "ExceptionTypeAlreadyCaught", STR(derived));
        }
    }
}

void
check_try(struct lang_check *c, const struct hop_ast_try *t)
{
    for (uint32_t i = 0; i + 1 < t->catches.n; i++) {
        const struct hop_ast_catch *first =
            HOP_AST_AS(hop_ast_catch, t->catches.items[i]);

        for (uint32_t k = i + 1; k < t->catches.n; k++) {
            const struct hop_ast_catch *later =
                HOP_AST_AS(hop_ast_catch, t->catches.items[k]);
            uint32_t at = later->ast.start ? later->ast.start - 1 : 0;

            if (!first->types.n) {
                check_complain2(c, (struct lang_extent){at, at},
                                "EmptyCatchNotLast", NO_ARG, NO_ARG);
                break;
            }
            check_catch_types(c, first, later);
        }
    }
}
