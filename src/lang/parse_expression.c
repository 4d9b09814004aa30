/* Expressions by precedence, and their unary operators.
 *
 * SPDX-License-Identifier: MIT
 */
#include "lang/parser.h"

/* ---- ternary, binary ------------------------------------------------------
 */

/* The operand behind ? or :. */
static struct hop_ast *
ternary_operand(struct parser *p, const struct tok *op)
{
    struct hop_ast *e;

    skip_newlines(p);
    e = expression(p, true);
    if (e)
        return e;
    report_missing(p, after(op->at), "ExpectedValueExpression", op->text);
    return error_node(p, HOP_AST_ERROR_EXPRESSION, after(op->at), NULL);
}

/* '?' expression ':' expression behind the condition. */
static struct hop_ast *
ternary(struct parser *p, struct hop_ast *condition)
{
    struct tok op = next(p);
    struct hop_ast *if_true = ternary_operand(p, &op), *if_false;
    struct hop_ast_ternary *node;

    skip_newlines(p);
    op = next(p);
    if (op.kind != HOP_TOKEN_COLON) {
        AUTO_LIST struct list nested = {0};

        unget(p, &op);
        list_add(&nested, condition);
        if (if_true->kind != HOP_AST_ERROR_EXPRESSION) {
            list_add(&nested, if_true);
            report_missing(p, op.at, "MissingColonInTernaryExpression", NO_ARG);
        }
        return error_node(p, HOP_AST_ERROR_EXPRESSION,
                          extent_of(at_of(condition), before(p, op.at)),
                          &nested);
    }
    if_false = ternary_operand(p, &op);
    node = NODE(p, HOP_AST_TERNARY, hop_ast_ternary,
                extent_of(at_of(condition), at_of(if_false)));
    node->condition = adopt(p, condition, node);
    node->if_true = adopt(p, if_true, node);
    node->if_false = adopt(p, if_false, node);
    return &node->ast;
}

/* array-literal: unary (',' unary)* */
static struct hop_ast *
array_literal(struct parser *p, bool in_ternary)
{
    AUTO_LIST struct list elements = {0};
    struct hop_ast *e = unary(p, in_ternary);
    struct hop_ast_array_literal *node;
    struct lang_extent at;

    if (!e || p->no_comma || peek(p)->kind != HOP_TOKEN_COMMA)
        return e;
    at = at_of(e);
    list_add(&elements, e);
    while (peek(p)->kind == HOP_TOKEN_COMMA) {
        struct tok comma = next(p);

        skip_newlines(p);
        e = unary(p, true);
        if (!e) {
            report_missing(p, after(comma.at), "MissingExpressionAfterToken",
                           comma.text);
            e = error_node(p, HOP_AST_ERROR_EXPRESSION, comma.at, NULL);
            list_add(&elements, e);
            break;
        }
        list_add(&elements, e);
    }
    node = NODE(p, HOP_AST_ARRAY_LITERAL, hop_ast_array_literal,
                extent_of(at, at_of(e)));
    node->elements = list_adopt(p, &elements, node);
    return &node->ast;
}

/* A parameter where an operator should be, most likely one half written. */
static struct hop_ast *
stray_parameter(struct parser *p, struct hop_ast *e)
{
    AUTO_LIST struct list nested = {0};
    struct hop_ast_command_parameter *param;
    struct tok t = next(p);

    report(p, t.at, "UnexpectedToken", t.text);
    param = NODE(p, HOP_AST_COMMAND_PARAMETER, hop_ast_command_parameter, t.at);
    param->name = lang_name(p->unit, t.value.text, t.value.len);
    param->name_end = t.at.end;
    list_add(&nested, e);
    list_add(&nested, param);
    return error_node(p, HOP_AST_ERROR_EXPRESSION, extent_of(at_of(e), t.at),
                      &nested);
}

static struct hop_ast *
binary_node(struct parser *p, struct hop_ast *left, const struct tok *op,
            struct hop_ast *right)
{
    struct hop_ast_binary *node = NODE(p, HOP_AST_BINARY, hop_ast_binary,
                                       extent_of(at_of(left), at_of(right)));

    node->op = hop_token_binary_op(op->kind);
    node->left = adopt(p, left, node);
    node->right = adopt(p, right, node);
    node->op_start = op->at.start;
    node->op_end = op->at.end;
    return &node->ast;
}

static struct hop_ast *
right_operand(struct parser *p, const struct tok *op)
{
    struct hop_ast *e;

    skip_newlines(p);
    e = array_literal(p, true);
    if (e)
        return e;
    report_missing(p, after(op->at), "ExpectedValueExpression", op->text);
    return error_node(p, HOP_AST_ERROR_EXPRESSION, after(op->at), NULL);
}

static uint32_t
precedence(const struct tok *t)
{
    return t->flags & HOP_TOKEN_BINARY ? t->flags & HOP_TOKEN_PRECEDENCE : 0;
}

/* Operators behind left that bind more tightly than floor; all are
 * left-associative.  Precedence is in the table of token.c; there are eight
 * levels, so this recurses at most that deep. */
static struct hop_ast *
binary_rest(struct parser *p, struct hop_ast *left, uint32_t floor)
{
    while (precedence(peek(p)) > floor) {
        struct tok op = next(p);
        struct hop_ast *right = right_operand(p, &op);

        right = binary_rest(p, right, precedence(&op));
        left = binary_node(p, left, &op, right);
    }
    return left;
}

static struct hop_ast *
binary(struct parser *p, bool in_ternary)
{
    struct hop_ast *e = array_literal(p, in_ternary);

    if (!e)
        return NULL;
    e = binary_rest(p, e, 0);
    return peek(p)->kind == HOP_TOKEN_PARAMETER ? stray_parameter(p, e) : e;
}

/* expression: binary ('?' expression ':' expression)? */
struct hop_ast *
expression(struct parser *p, bool in_ternary)
{
    enum lex_mode mode = p->lx.mode;
    struct hop_ast *e;

    set_mode(p, LEX_EXPRESSION);
    e = binary(p, in_ternary);
    if (e && peek(p)->kind == HOP_TOKEN_QUESTION_MARK)
        e = ternary(p, e);
    set_mode(p, mode);
    return e;
}

/* ---- unary -----------------------------------------------------------------
 */

static const uint8_t unary_ops[HOP_TOKEN_KINDS] = {
    [HOP_TOKEN_EXCLAIM] = HOP_OP_NOT,
    [HOP_TOKEN_NOT] = HOP_OP_NOT,
    [HOP_TOKEN_BNOT] = HOP_OP_BNOT,
    [HOP_TOKEN_PLUS] = HOP_OP_PLUS,
    [HOP_TOKEN_MINUS] = HOP_OP_MINUS,
    [HOP_TOKEN_PLUS_PLUS] = HOP_OP_PRE_INCREMENT,
    [HOP_TOKEN_MINUS_MINUS] = HOP_OP_PRE_DECREMENT,
    [HOP_TOKEN_JOIN] = HOP_OP_JOIN,
    [HOP_TOKEN_ISPLIT] = HOP_OP_ISPLIT,
    [HOP_TOKEN_CSPLIT] = HOP_OP_CSPLIT,
};

static struct hop_ast *
unary_node(struct parser *p, struct lang_extent at, enum hop_op op,
           struct hop_ast *child)
{
    struct hop_ast_unary *node = NODE(p, HOP_AST_UNARY, hop_ast_unary, at);

    node->op = op;
    node->child = adopt(p, child, node);
    return &node->ast;
}

/* Behind a unary operator; ,x is an array of one. */
static struct hop_ast *
unary_operand(struct parser *p, const struct tok *op)
{
    struct hop_ast *child;

    skip_newlines(p);
    child = unary(p, true);
    if (!child) {
        report_missing(p, after(op->at), "MissingExpressionAfterOperator",
                       op->text);
        return error_node(p, HOP_AST_ERROR_EXPRESSION, op->at, NULL);
    }
    if (op->kind == HOP_TOKEN_COMMA) {
        AUTO_LIST struct list elements = {0};
        struct hop_ast_array_literal *a =
            NODE(p, HOP_AST_ARRAY_LITERAL, hop_ast_array_literal,
                 extent_of(op->at, at_of(child)));

        list_add(&elements, child);
        a->elements = list_adopt(p, &elements, a);
        return &a->ast;
    }
    return unary_node(p, extent_of(op->at, at_of(child)),
                      (enum hop_op)unary_ops[op->kind], child);
}

static struct hop_ast *
convert_node(struct parser *p, struct hop_ast *type, struct hop_ast *child)
{
    struct hop_ast_convert *node = NODE(p, HOP_AST_CONVERT, hop_ast_convert,
                                        extent_of(at_of(type), at_of(child)));

    node->type = adopt(p, type, node);
    node->child = adopt(p, child, node);
    return &node->ast;
}

static struct hop_ast *
attributed_node(struct parser *p, struct hop_ast *attr, struct hop_ast *child)
{
    struct hop_ast_attributed *node =
        NODE(p, HOP_AST_ATTRIBUTED, hop_ast_attributed,
             extent_of(at_of(attr), at_of(child)));

    node->attribute = adopt(p, attr, node);
    node->child = adopt(p, child, node);
    return &node->ast;
}

struct hop_ast *
type_literal(struct parser *p, struct hop_ast *constraint)
{
    struct hop_ast_type *node =
        NODE(p, HOP_AST_TYPE, hop_ast_type, at_of(constraint));

    node->type_name = HOP_AST_AS(hop_ast_type, constraint)->type_name;
    return &node->ast;
}

/* The last [type] of a list: a literal, a literal's member, or a cast. */
static struct hop_ast *
type_or_cast(struct parser *p, struct hop_ast *type)
{
    struct hop_ast *child;
    struct tok t;

    if (next_member_access(p, false, &t))
        return member_accesses(p, type_literal(p, type), t);
    t = *peek(p);
    if (t.kind == HOP_TOKEN_NEW_LINE || t.kind == HOP_TOKEN_COMMA)
        return type_literal(p, type);
    child = unary(p, true);
    return child ? convert_node(p, type, child) : type_literal(p, type);
}

/* The last [attribute()] of a list: a variable must follow. */
static struct hop_ast *
attributed(struct parser *p, const struct list *attributes,
           struct lang_extent start)
{
    struct hop_ast *last = attributes->items[attributes->n - 1];
    struct hop_ast *child;

    skip_newlines(p);
    child = unary(p, true);
    if (child)
        return attributed_node(p, last, child);
    report_missing(p, at_of(last), "UnexpectedAttribute",
                   HOP_AST_AS(hop_ast_attribute, last)->type_name->name);
    return error_node(p, HOP_AST_ERROR_EXPRESSION,
                      extent_of(start, at_of(last)), attributes);
}

/* '[' type or attribute ']'+ unary? */
static struct hop_ast *
bracketed(struct parser *p)
{
    AUTO_LIST struct list attributes = {0};
    struct lang_extent start = peek(p)->at;
    struct hop_ast *last, *e;

    if (!attribute_list(p, true, &attributes))
        return NULL;
    last = attributes.items[attributes.n - 1];
    e = last->kind == HOP_AST_ATTRIBUTE ? attributed(p, &attributes, start)
                                        : type_or_cast(p, last);
    for (uint32_t i = attributes.n - 1; i-- > 0;) {
        struct hop_ast *a = attributes.items[i];

        if (e->kind == HOP_AST_ERROR_EXPRESSION)
            break;
        e = a->kind == HOP_AST_TYPE_CONSTRAINT ? convert_node(p, a, e)
                                               : attributed_node(p, a, e);
    }
    return e;
}

/* The first token of an operand; a sign and its digits are one number here. */
static struct tok
operand_start(struct parser *p, bool in_ternary)
{
    bool signed_numbers = p->lx.signed_numbers;
    bool ternary_numbers = p->lx.ternary_numbers;
    struct tok t;

    p->lx.signed_numbers = true;
    p->lx.ternary_numbers = in_ternary;
    if (p->has_ungot && (p->ungot.kind == HOP_TOKEN_MINUS ||
                         (in_ternary && p->ungot.kind == HOP_TOKEN_GENERIC)))
        resync(p, p->ungot.at.start);
    t = *peek(p);
    p->lx.signed_numbers = signed_numbers;
    p->lx.ternary_numbers = ternary_numbers;
    return t;
}

static struct hop_ast *
postfix(struct parser *p, struct hop_ast *e)
{
    struct tok t = *peek(p);

    if (t.kind != HOP_TOKEN_PLUS_PLUS && t.kind != HOP_TOKEN_MINUS_MINUS)
        return e;
    skip(p);
    return unary_node(p, extent_of(at_of(e), t.at),
                      t.kind == HOP_TOKEN_PLUS_PLUS ? HOP_OP_POST_INCREMENT
                                                    : HOP_OP_POST_DECREMENT,
                      e);
}

/* unary: operator unary | '[' ... ']' unary? | primary ('++' | '--')? */
struct hop_ast *
unary(struct parser *p, bool in_ternary)
{
    struct hop_ast *e = NULL;
    struct tok t;

    if (!enter(p)) {
        leave(p);
        return NULL;
    }
    t = operand_start(p, in_ternary);
    if (t.flags & HOP_TOKEN_UNARY) {
        if (!p->no_comma || t.kind != HOP_TOKEN_COMMA) {
            skip(p);
            e = unary_operand(p, &t);
        }
    } else if (t.kind == HOP_TOKEN_LBRACKET) {
        e = bracketed(p);
    } else {
        e = primary(p, true);
    }
    leave(p);
    return e && e->kind != HOP_AST_ERROR_EXPRESSION ? postfix(p, e) : e;
}
