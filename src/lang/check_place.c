/* Checks of what is assigned to.
 *
 * SPDX-License-Identifier: MIT
 */
#include "lang/check.h"

#include "lang/names.h"
#include "lang/parser.h"

/* How a place that takes no assignment is reported. */
struct place_error {
    const char *id;
    struct hop_name arg;
};

static const struct {
    const char *name, *type, *short_type;
} automatics[] = {
    {"_", "System.Object", "object"},
    {"args", "System.Object[]", "object[]"},
    {"this", "System.Object", "object"},
    {"input", "System.Object", "object"},
    {"PSCmdlet", "System.Management.Automation.PSScriptCmdlet", ""},
    {"PSBoundParameters",
     "System.Management.Automation.PSBoundParametersDictionary", ""},
    {"MyInvocation", "System.Management.Automation.InvocationInfo", ""},
    {"PSScriptRoot", "System.String", "string"},
    {"PSCommandPath", "System.String", "string"},
};

static void
check_automatic(struct lang_check *c, const struct hop_ast *whole,
                const struct hop_ast_variable *v,
                const struct hop_ast_type *last)
{
    if (v->scope != HOP_SCOPE_NONE && v->scope != HOP_SCOPE_LOCAL &&
        v->scope != HOP_SCOPE_PRIVATE)
        return;
    for (size_t i = 0; i < HOP_ARRAY_SIZE(automatics); i++) {
        if (!lang_name_is(v->name, automatics[i].name))
            continue;
        if (!last ||
            !check_is_type(last, automatics[i].short_type, automatics[i].type))
            check_complain2(c, (struct lang_extent){whole->start, whole->end},
                            "AssignmentStatementToAutomaticNotSupported",
                            v->name, STR(automatics[i].type));
        return;
    }
}

static void check_place(struct lang_check *c, const struct hop_ast *place,
                        bool simple, const struct place_error *error);

/* [type]$x = ...: the constraints in front of a place. */
static void
check_constraints(struct lang_check *c, const struct hop_ast *place,
                  bool simple, const struct place_error *error)
{
    const struct hop_ast *e = place;
    const struct hop_ast_type *last = NULL, *ref = NULL;
    unsigned converts = 0;

    while (e->kind == HOP_AST_CONVERT || e->kind == HOP_AST_ATTRIBUTED) {
        if (e->kind == HOP_AST_ATTRIBUTED) {
            e = HOP_AST_AS(hop_ast_attributed, e)->child;
            continue;
        }
        converts++;
        last = HOP_AST_AS(hop_ast_convert, e)->type;
        if (check_is_ref(last))
            ref = last;
        else if (check_is_void(last))
            check_complain(c, &last->ast, "VoidTypeConstraintNotAllowed",
                           NO_ARG);
        e = HOP_AST_AS(hop_ast_convert, e)->child;
    }
    if (ref && converts > 1) {
        check_complain(c, &ref->ast,
                       "ReferenceNeedsToBeByItselfInTypeConstraint", NO_ARG);
        return;
    }
    if (e->kind == HOP_AST_VARIABLE)
        check_automatic(c, place, HOP_AST_AS(hop_ast_variable, e), last);
    check_place(c, e, simple, error);
}

static void
check_place(struct lang_check *c, const struct hop_ast *place, bool simple,
            const struct place_error *error)
{
    const struct hop_ast *pure;

    switch (place->kind) {
    case HOP_AST_VARIABLE: return;
    case HOP_AST_MEMBER:
    case HOP_AST_INVOKE_MEMBER:
        if (!HOP_AST_AS(hop_ast_member, place)->null_conditional)
            return;
        break;
    case HOP_AST_INDEX:
        if (!HOP_AST_AS(hop_ast_index, place)->null_conditional)
            return;
        break;
    case HOP_AST_CONVERT:
    case HOP_AST_ATTRIBUTED: check_constraints(c, place, simple, error); return;
    case HOP_AST_PAREN:
        pure =
            hop_ast_pure_expression(HOP_AST_AS(hop_ast_paren, place)->pipeline);
        if (pure)
            check_place(c, pure, simple, error);
        else
            check_complain(c, HOP_AST_AS(hop_ast_paren, place)->pipeline,
                           error->id, error->arg);
        return;
    case HOP_AST_ARRAY_LITERAL: {
        const struct hop_ast_list *l =
            &HOP_AST_AS(hop_ast_array_literal, place)->elements;

        for (uint32_t i = 0; simple && i < l->n; i++)
            check_place(c, l->items[i], true, error);
        if (simple)
            return;
        break;
    }
    default: break;
    }
    check_complain(c, place, error->id, error->arg);
}

void
check_assignment(struct lang_check *c, const struct hop_ast_assignment *a)
{
    static const struct place_error error = {"InvalidLeftHandSide", {NULL, 0}};

    check_place(c, a->left, a->op == HOP_OP_NONE, &error);
}

void
check_unary(struct lang_check *c, const struct hop_ast_unary *u)
{
    struct place_error error = {"OperatorRequiresVariableOrProperty",
                                STR(hop_op_text(u->op))};

    if (u->op >= HOP_OP_PRE_INCREMENT && u->op <= HOP_OP_POST_DECREMENT)
        check_place(c, u->child, false, &error);
}
