/* What is wrong with a tree although its syntax is right: PowerShell's
 * semantic checks, in its order (parents before children).
 *
 * SPDX-License-Identifier: MIT
 */
#include "lang/check.h"

#include <stdio.h>

#include "base/alloc.h"
#include "base/text.h"
#include "lang/names.h"
#include "lang/parser.h"
#include "lang/restrict.h"

void
check_complain2(struct lang_check *c, struct lang_extent at, const char *id,
                struct hop_name first, struct hop_name second)
{
    lang_report(c->unit, at, id, false, (struct hop_name[2]){first, second});
}

void
check_complain(struct lang_check *c, const struct hop_ast *node, const char *id,
               struct hop_name arg)
{
    check_complain2(c, (struct lang_extent){node->start, node->end}, id, arg,
                    NO_ARG);
}

bool
check_is_type(const struct hop_ast_type *t, const char *name, const char *full)
{
    return lang_name_is(t->type_name->name, name) ||
           lang_name_is(t->type_name->name, full);
}

bool
check_is_void(const struct hop_ast_type *t)
{
    return check_is_type(t, "void", "System.Void");
}

bool
check_is_ref(const struct hop_ast_type *t)
{
    return check_is_type(t, "ref",
                         "System.Management.Automation.PSReference") ||
           lang_name_is(t->type_name->name, "psreference");
}

/* ---- parameters -----------------------------------------------------------
 */

static void
check_parameters(struct lang_check *c, const struct hop_ast_list *parameters)
{
    HOP_CLEANUP(lang_names_done) struct lang_names seen = {0};

    for (uint32_t i = 0; i < parameters->n; i++) {
        const struct hop_ast_parameter *p =
            HOP_AST_AS(hop_ast_parameter, parameters->items[i]);

        if (!lang_names_add(&seen, p->name->path))
            check_complain(c, &p->name->ast, "DuplicateFormalParameter",
                           p->name->path);
        for (uint32_t k = 0; k < p->attributes.n; k++) {
            const struct hop_ast *a = p->attributes.items[k];

            if (a->kind == HOP_AST_TYPE_CONSTRAINT &&
                check_is_void(HOP_AST_AS(hop_ast_type, a)))
                check_complain(c, a, "VoidTypeConstraintNotAllowed", NO_ARG);
        }
    }
}

static void
check_parameter(struct lang_check *c, const struct hop_ast_parameter *p)
{
    for (uint32_t i = 0; i < p->attributes.n; i++) {
        const struct hop_ast *a = p->attributes.items[i];
        const struct hop_ast_type *t = HOP_AST_AS(hop_ast_type, a);

        if (a->kind == HOP_AST_TYPE_CONSTRAINT &&
            lang_name_is(t->type_name->name, "ordered"))
            check_complain(c, a, "OrderedAttributeOnlyOnHashLiteralNode",
                           t->type_name->name);
    }
}

static void
check_function(struct lang_check *c, const struct hop_ast_function *f)
{
    if (f->parameters.n && f->body->params)
        check_complain(c, &f->body->params->ast, "OnlyOneParameterListAllowed",
                       NO_ARG);
    else
        check_parameters(c, &f->parameters);
}

/* ---- constants in attributes ----------------------------------------------
 */

static const char *const primitive_types[] = {
    "bool",   "boolean", "byte",   "sbyte", "char",   "short",  "int16",
    "ushort", "uint16",  "int",    "int32", "uint",   "uint32", "long",
    "int64",  "ulong",   "uint64", "float", "single", "double",
};

static bool
is_primitive(const struct hop_type_name *t)
{
    struct hop_name name = t->name;

    if (t->kind != HOP_TYPE_NAME_SIMPLE)
        return false;
    if (name.len > 7 && strncasecmp(name.text, "System.", 7) == 0)
        name = (struct hop_name){name.text + 7, name.len - 7};
    for (size_t i = 0; i < HOP_ARRAY_SIZE(primitive_types); i++)
        if (lang_name_is(name, primitive_types[i]))
            return true;
    return false;
}

/* Operators that PowerShell folds: they do not depend on the culture. */
static bool
is_foldable(enum hop_op op)
{
    switch (op) {
    case HOP_OP_ADD:
    case HOP_OP_SUBTRACT:
    case HOP_OP_MULTIPLY:
    case HOP_OP_DIVIDE:
    case HOP_OP_REMAINDER:
    case HOP_OP_AND:
    case HOP_OP_OR:
    case HOP_OP_XOR:
    case HOP_OP_BAND:
    case HOP_OP_BOR:
    case HOP_OP_BXOR:
    case HOP_OP_SHL:
    case HOP_OP_SHR:
    case HOP_OP_NOT:
    case HOP_OP_BNOT:
    case HOP_OP_PLUS:
    case HOP_OP_MINUS: return true;
    default: return false;
    }
}

static bool is_constant(const struct hop_ast *e);

static bool
is_constant_list(const struct hop_ast_list *list)
{
    for (uint32_t i = 0; i < list->n; i++)
        if (!is_constant(list->items[i]))
            return false;
    return true;
}

static bool
is_constant_block(const struct hop_ast_block *b)
{
    return !b->traps.n && b->statements.n == 1 &&
           is_constant(b->statements.items[0]);
}

static bool
is_constant_member(const struct hop_ast_member *m)
{
    return m->is_static && m->target->kind == HOP_AST_TYPE &&
           m->member->kind == HOP_AST_STRING_CONSTANT;
}

/* What an attribute's argument may be: constants, types, script blocks, and
 * arrays and foldable operations of them. */
static bool
is_constant(const struct hop_ast *e)
{
    switch (e->kind) {
    case HOP_AST_CONSTANT:
    case HOP_AST_STRING_CONSTANT:
    case HOP_AST_TYPE:
    case HOP_AST_SCRIPT_BLOCK_EXPRESSION: return true;
    case HOP_AST_VARIABLE: {
        enum hop_variable_special s = HOP_AST_AS(hop_ast_variable, e)->special;

        return s == HOP_VARIABLE_NULL || s == HOP_VARIABLE_TRUE ||
               s == HOP_VARIABLE_FALSE;
    }
    case HOP_AST_ARRAY_LITERAL:
        return is_constant_list(
            &HOP_AST_AS(hop_ast_array_literal, e)->elements);
    case HOP_AST_PAREN:
        return is_constant(HOP_AST_AS(hop_ast_paren, e)->pipeline);
    case HOP_AST_PIPELINE: {
        struct hop_ast *pure = hop_ast_pure_expression(e);

        return pure && is_constant(pure);
    }
    case HOP_AST_SUB_EXPRESSION:
        return is_constant_block(HOP_AST_AS(hop_ast_sub, e)->body);
    case HOP_AST_USING: return is_constant(HOP_AST_AS(hop_ast_wrap, e)->child);
    case HOP_AST_UNARY:
        return is_foldable(HOP_AST_AS(hop_ast_unary, e)->op) &&
               is_constant(HOP_AST_AS(hop_ast_unary, e)->child);
    case HOP_AST_BINARY:
        return is_foldable(HOP_AST_AS(hop_ast_binary, e)->op) &&
               is_constant(HOP_AST_AS(hop_ast_binary, e)->left) &&
               is_constant(HOP_AST_AS(hop_ast_binary, e)->right);
    case HOP_AST_TERNARY:
        return is_constant(HOP_AST_AS(hop_ast_ternary, e)->condition) &&
               is_constant(HOP_AST_AS(hop_ast_ternary, e)->if_true) &&
               is_constant(HOP_AST_AS(hop_ast_ternary, e)->if_false);
    case HOP_AST_CONVERT:
        return is_primitive(HOP_AST_AS(hop_ast_convert, e)->type->type_name) &&
               is_constant(HOP_AST_AS(hop_ast_convert, e)->child);
    case HOP_AST_MEMBER:
        return is_constant_member(HOP_AST_AS(hop_ast_member, e));
    default: return false;
    }
}

static void
check_attribute(struct lang_check *c, const struct hop_ast_attribute *a)
{
    static const char id[] =
        "ParameterAttributeArgumentNeedsToBeConstantOrScriptBlock";
    HOP_CLEANUP(lang_names_done) struct lang_names seen = {0};

    for (uint32_t i = 0; i < a->named.n; i++) {
        const struct hop_ast_named_argument *n =
            HOP_AST_AS(hop_ast_named_argument, a->named.items[i]);

        if (!lang_names_add(&seen, n->name))
            check_complain(c, &n->ast, "DuplicateNamedArgument", n->name);
        else if (!n->omitted && !is_constant(n->value))
            check_complain(c, n->value, id, NO_ARG);
    }
    for (uint32_t i = 0; i < a->positional.n; i++)
        if (!is_constant(a->positional.items[i]))
            check_complain(c, a->positional.items[i], id, NO_ARG);
}

/* ---- expressions -----------------------------------------------------------
 */

static void
check_splatting(struct lang_check *c, const struct hop_ast_variable *v)
{
    const struct hop_ast *parent = v->ast.parent;

    if (!v->splatted || parent->kind == HOP_AST_COMMAND ||
        parent->kind == HOP_AST_USING)
        return;
    check_complain(c, &v->ast,
                   parent->kind == HOP_AST_ARRAY_LITERAL &&
                           parent->parent->kind == HOP_AST_COMMAND
                       ? "SplattingNotPermittedInArgumentList"
                       : "SplattingNotPermitted",
                   v->path);
}

/* A number as a key: its text as .NET prints it. */
static struct hop_name
number_text(struct hop_unit *u, const struct hop_ast_constant *c)
{
    const struct hop_number *n = &c->number;
    char text[40];
    int len = 0;

    if (n->text)
        return STR(n->text);
    if (n->type == HOP_NUMBER_DOUBLE) {
        for (int digits = 15; digits <= 17; digits++) {
            len = snprintf(text, sizeof(text), "%.*g", digits, n->d);
            if (strtod(text, NULL) == n->d)
                break;
        }
    } else if (n->type >= HOP_NUMBER_BYTE) {
        len = snprintf(text, sizeof(text), "%llu", (unsigned long long)n->u);
    } else {
        len = snprintf(text, sizeof(text), "%lld", (long long)n->i);
    }
    return lang_name(u, text, (size_t)len);
}

static void
check_hashtable(struct lang_check *c, const struct hop_ast_hashtable *h)
{
    HOP_CLEANUP(lang_names_done) struct lang_names seen = {0};

    for (uint32_t i = 0; i < h->n_pairs; i++) {
        const struct hop_ast *key = h->pairs[i].key;
        struct hop_name name;

        if (key->kind == HOP_AST_STRING_CONSTANT)
            name = HOP_AST_AS(hop_ast_string, key)->value;
        else if (key->kind == HOP_AST_CONSTANT)
            name = number_text(c->unit, HOP_AST_AS(hop_ast_constant, key));
        else
            continue;
        if (!lang_names_add(&seen, name))
            check_complain(c, key, "DuplicateKeyInHashLiteral", name);
    }
}

static void
check_attributed(struct lang_check *c, const struct hop_ast_attributed *a)
{
    const struct hop_ast *e = a->child;

    while (e->kind == HOP_AST_CONVERT || e->kind == HOP_AST_ATTRIBUTED)
        e = e->kind == HOP_AST_CONVERT
                ? HOP_AST_AS(hop_ast_convert, e)->child
                : HOP_AST_AS(hop_ast_attributed, e)->child;
    if (e->kind != HOP_AST_VARIABLE)
        check_complain(c, &a->attribute->ast, "UnexpectedAttribute",
                       a->attribute->type_name->name);
}

/* [ref][ref]$x and [int][ref]$x. */
static void
check_ref(struct lang_check *c, const struct hop_ast_convert *r)
{
    const struct hop_ast *e = r->child, *top = &r->ast;
    bool twice = false;

    for (; e->kind == HOP_AST_CONVERT || e->kind == HOP_AST_ATTRIBUTED;
         e = e->kind == HOP_AST_CONVERT
                 ? HOP_AST_AS(hop_ast_convert, e)->child
                 : HOP_AST_AS(hop_ast_attributed, e)->child) {
        if (e->kind == HOP_AST_CONVERT &&
            check_is_ref(HOP_AST_AS(hop_ast_convert, e)->type)) {
            twice = true;
            check_complain(c, &HOP_AST_AS(hop_ast_convert, e)->type->ast,
                           "ReferenceNeedsToBeByItselfInTypeSequence", NO_ARG);
        }
    }
    if (twice || top->parent->kind != HOP_AST_CONVERT ||
        check_is_ref(HOP_AST_AS(hop_ast_convert, top->parent)->type))
        return;
    while (top->parent && (top->parent->kind == HOP_AST_CONVERT ||
                           top->parent->kind == HOP_AST_ATTRIBUTED))
        top = top->parent;
    /* On the left of an assignment another message says it. */
    if (top->parent && top->parent->kind == HOP_AST_ASSIGNMENT &&
        HOP_AST_AS(hop_ast_assignment, top->parent)->left == top)
        return;
    check_complain(c, &r->type->ast,
                   "ReferenceNeedsToBeLastTypeInTypeConversion", NO_ARG);
}

static void
check_convert(struct lang_check *c, const struct hop_ast_convert *v)
{
    if (lang_name_is(v->type->type_name->name, "ordered")) {
        if (v->child->kind != HOP_AST_HASHTABLE)
            check_complain(c, &v->ast, "OrderedAttributeOnlyOnHashLiteralNode",
                           v->type->type_name->name);
        return;
    }
    if (check_is_ref(v->type))
        check_ref(c, v);
}

static void
check_using(struct lang_check *c, const struct hop_ast *e)
{
    while (e->kind != HOP_AST_VARIABLE) {
        if (e->kind == HOP_AST_MEMBER &&
            HOP_AST_AS(hop_ast_member, e)->member->kind ==
                HOP_AST_STRING_CONSTANT) {
            e = HOP_AST_AS(hop_ast_member, e)->target;
        } else if (e->kind == HOP_AST_INDEX) {
            const struct hop_ast_index *i = HOP_AST_AS(hop_ast_index, e);

            if (!is_constant(i->index)) {
                check_complain(c, i->index, "InvalidUsingExpression", NO_ARG);
                return;
            }
            e = i->target;
        } else {
            check_complain(c, e, "InvalidUsingExpression", NO_ARG);
            return;
        }
    }
}

/* ---- data, using statements ------------------------------------------------
 */

static void
check_data(struct lang_check *c, const struct hop_ast_data *d)
{
    uint32_t n = d->commands.n + 1;
    HOP_AUTO_FREE struct hop_name *names = hop_xcalloc(n, sizeof(*names));
    struct hop_restriction r = {.commands = names, .n_commands = n};

    names[0] = STR("ConvertFrom-StringData");
    for (uint32_t i = 0; i < d->commands.n; i++) {
        const struct hop_ast *e = d->commands.items[i];

        if (e->kind == HOP_AST_STRING_CONSTANT)
            names[i + 1] = HOP_AST_AS(hop_ast_string, e)->value;
        else
            r.any_command = true; /* seen when it is run */
    }
    lang_restrict(c->unit, &d->body->ast, &r);
}

static bool
is_namespace(struct hop_name name)
{
    bool start = true;
    size_t used;

    for (size_t i = 0; i < name.len; i += used) {
        uint32_t ch = hop_utf8_decode(name.text + i, name.len - i, &used);

        if (ch == '.' && !start) {
            start = true;
            continue;
        }
        if (start ? !lex_is_identifier_start(ch)
                  : !lex_is_identifier_follow(ch))
            return false;
        start = false;
    }
    return !start;
}

static void
check_using_statement(struct lang_check *c,
                      const struct hop_ast_using_statement *u)
{
    if (u->kind == HOP_USING_TYPE || u->kind == HOP_USING_COMMAND || u->alias)
        check_complain(c, &u->ast, "UsingStatementNotSupported", NO_ARG);
    if (u->kind == HOP_USING_NAMESPACE && u->name &&
        !is_namespace(u->name->value))
        check_complain(c, &u->name->ast, "InvalidNamespaceValue", NO_ARG);
}

static bool
check_node(void *ctx, struct hop_ast *node)
{
    struct lang_check *c = ctx;

    switch (node->kind) {
    case HOP_AST_PARAM_BLOCK:
        check_parameters(c, &HOP_AST_AS(hop_ast_param_block, node)->parameters);
        break;
    case HOP_AST_PARAMETER:
        check_parameter(c, HOP_AST_AS(hop_ast_parameter, node));
        break;
    case HOP_AST_FUNCTION_DEFINITION:
        check_function(c, HOP_AST_AS(hop_ast_function, node));
        break;
    case HOP_AST_ATTRIBUTE:
        check_attribute(c, HOP_AST_AS(hop_ast_attribute, node));
        break;
    case HOP_AST_BREAK:
    case HOP_AST_CONTINUE: check_jump(c, HOP_AST_AS(hop_ast_jump, node)); break;
    case HOP_AST_RETURN: check_flow(c, node, NULL); break;
    case HOP_AST_THROW: mark_rethrow(HOP_AST_AS(hop_ast_exit, node)); break;
    case HOP_AST_TRY: check_try(c, HOP_AST_AS(hop_ast_try, node)); break;
    case HOP_AST_ASSIGNMENT:
        check_assignment(c, HOP_AST_AS(hop_ast_assignment, node));
        break;
    case HOP_AST_UNARY: check_unary(c, HOP_AST_AS(hop_ast_unary, node)); break;
    case HOP_AST_VARIABLE:
        check_splatting(c, HOP_AST_AS(hop_ast_variable, node));
        break;
    case HOP_AST_HASHTABLE:
        check_hashtable(c, HOP_AST_AS(hop_ast_hashtable, node));
        break;
    case HOP_AST_ATTRIBUTED:
        check_attributed(c, HOP_AST_AS(hop_ast_attributed, node));
        break;
    case HOP_AST_CONVERT:
        check_convert(c, HOP_AST_AS(hop_ast_convert, node));
        break;
    case HOP_AST_USING:
        check_using(c, HOP_AST_AS(hop_ast_wrap, node)->child);
        break;
    case HOP_AST_DATA: check_data(c, HOP_AST_AS(hop_ast_data, node)); break;
    case HOP_AST_USING_STATEMENT:
        check_using_statement(c, HOP_AST_AS(hop_ast_using_statement, node));
        break;
    default: break;
    }
    return true;
}

void
lang_check(struct hop_unit *u)
{
    struct lang_check c = {u};

    hop_ast_visit(&u->root->ast, check_node, &c);
}
