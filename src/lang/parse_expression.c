/* Expressions: operators by precedence, primary expressions, member access,
 * literals of arrays, hashtables and script blocks, expandable strings.
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

static struct hop_ast *
type_literal(struct parser *p, struct hop_ast *constraint)
{
    struct hop_ast_type *node =
        NODE(p, HOP_AST_TYPE, hop_ast_type, at_of(constraint));

    node->type_name = HOP_AST_AS(hop_ast_type, constraint)->type_name;
    return &node->ast;
}

static struct hop_ast *member_accesses(struct parser *p, struct hop_ast *e,
                                       struct tok op);

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

/* ---- members, indexes, calls ----------------------------------------------
 */

/* member-name: simple-name | unary | primary */
static struct hop_ast *
member_name(struct parser *p)
{
    struct hop_ast_string *name = simple_name(p);
    const struct tok *t;

    if (name)
        return &name->ast;
    t = peek(p);
    if ((t->flags & HOP_TOKEN_UNARY) || t->kind == HOP_TOKEN_LBRACKET)
        return unary(p, false);
    return primary(p, false);
}

/* '[' types ']' between a method's name and its parenthesis; NULL when it is
 * something else, which is then read again. */
static struct hop_type_name **
method_types(struct parser *p, uint32_t start, uint32_t *n, bool *closed)
{
    enum lex_mode mode = p->lx.mode;
    struct hop_type_name **types = NULL;
    uint32_t c = lex_peek(&p->lx);
    struct tok t, last;

    if (c != '[' && !lex_is_space(c))
        return NULL;
    t = next(p);
    if (t.kind != HOP_TOKEN_LBRACKET) {
        resync(p, start);
        return NULL;
    }
    set_mode(p, LEX_TYPE_NAME);
    skip_newlines(p);
    t = next(p);
    if (t.kind == HOP_TOKEN_IDENTIFIER) {
        types = generic_arguments(p, &t, &last, n);
        *closed = last.kind == HOP_TOKEN_RBRACKET;
        if (last.kind != HOP_TOKEN_RBRACKET) {
            unget(p, &last);
            report_missing(p, before(p, last.at),
                           "EndSquareBracketExpectedAtEndOfType", NO_ARG);
        }
    }
    set_mode(p, mode);
    if (!types)
        resync(p, start);
    return types;
}

/* method-arguments: '(' (expression (',' expression)*)? ')' */
static struct lang_extent
method_arguments(struct parser *p, const struct tok *lparen,
                 struct list *arguments)
{
    struct lang_extent last = lparen->at;
    bool no_comma = p->no_comma, reported = false;
    struct tok t = {.kind = HOP_TOKEN_UNKNOWN};

    p->no_comma = true;
    for (;;) {
        struct hop_ast *e;

        skip_newlines(p);
        e = expression(p, false);
        if (!e) {
            reported = t.kind == HOP_TOKEN_COMMA;
            if (reported)
                report_missing(p, after(t.at), "MissingExpressionAfterToken",
                               STR(","));
            break;
        }
        list_add(arguments, e);
        last = at_of(e);
        skip_newlines(p);
        t = next(p);
        if (t.kind != HOP_TOKEN_COMMA) {
            unget(p, &t);
            break;
        }
        last = t.at;
    }
    skip_newlines(p);
    t = next(p);
    p->no_comma = no_comma;
    if (t.kind == HOP_TOKEN_RPAREN)
        return t.at;
    unget(p, &t);
    if (!reported)
        report_missing(p, after(last), "MissingEndParenthesisInMethodCall",
                       NO_ARG);
    return last;
}

static struct hop_ast_member *
member_node(struct parser *p, enum hop_ast_kind kind, struct hop_ast *target,
            struct hop_ast *member, const struct tok *op,
            struct lang_extent end)
{
    struct hop_ast_member *node =
        NODE(p, kind, hop_ast_member, extent_of(at_of(target), end));

    node->target = adopt(p, target, node);
    node->member = adopt(p, member, node);
    node->is_static = op->kind == HOP_TOKEN_COLON_COLON;
    node->null_conditional = op->kind == HOP_TOKEN_QUESTION_DOT;
    return node;
}

/* '(' arguments ')' or a script block, as in $x.ForEach{...}. */
static struct hop_ast *
invoke_member(struct parser *p, struct hop_ast *target, struct hop_ast *member,
              const struct tok *op, const struct tok *open,
              struct hop_type_name **types, uint32_t n_types)
{
    AUTO_LIST struct list arguments = {0};
    struct hop_ast_member *node;
    struct lang_extent end;

    if (open->kind == HOP_TOKEN_LPAREN) {
        end = method_arguments(p, open, &arguments);
    } else {
        struct hop_ast *block;

        skip_newlines(p);
        block = script_block_literal(p, open);
        list_add(&arguments, block);
        end = at_of(block);
    }
    node = member_node(p, HOP_AST_INVOKE_MEMBER, target, member, op, end);
    node->arguments = list_adopt(p, &arguments, node);
    node->type_arguments = types;
    node->n_type_arguments = n_types;
    return &node->ast;
}

/* ('.' | '::' | '?.') member-name (types? '(' arguments ')')? */
static struct hop_ast *
member_access(struct parser *p, struct hop_ast *target, const struct tok *op)
{
    struct hop_ast *member = member_name(p);
    struct hop_type_name **types;
    uint32_t start, n = 0;
    bool closed = false;
    struct tok open;

    if (!member) {
        report_missing(p, after(op->at), "MissingPropertyName", NO_ARG);
        member = single_argument(p, ARGUMENT);
        if (!member)
            member = error_node(p, HOP_AST_ERROR_EXPRESSION,
                                extent_of(at_of(target), op->at), NULL);
    } else if (!p->has_ungot) {
        start = lex_restore_point(&p->lx);
        types = method_types(p, start, &n, &closed);
        if (!p->has_ungot && lex_invoke_open(&p->lx, &open))
            return invoke_member(p, target, member, op, &open, types,
                                 types ? n : 0);
        if (closed)
            resync(p, start);
    }
    return &member_node(p, HOP_AST_MEMBER, target, member, op, at_of(member))
                ->ast;
}

/* ('[' | '?[') expression ']' */
static struct hop_ast *
element_access(struct parser *p, struct hop_ast *target, const struct tok *op)
{
    bool no_comma = p->no_comma;
    struct hop_ast_index *node;
    struct lang_extent end;
    struct hop_ast *index;
    struct tok t;

    skip_newlines(p);
    p->no_comma = false;
    index = expression(p, false);
    p->no_comma = no_comma;
    if (!index) {
        report_missing(p, after(op->at), "MissingArrayIndexExpression", NO_ARG);
        index = error_node(p, HOP_AST_ERROR_EXPRESSION, op->at, NULL);
    }
    end = at_of(index);
    skip_newlines(p);
    t = next(p);
    if (t.kind == HOP_TOKEN_RBRACKET) {
        end = t.at;
    } else {
        unget(p, &t);
        if (index->kind != HOP_AST_ERROR_EXPRESSION)
            report_missing(p, after(end), "MissingEndSquareBracket", NO_ARG);
    }
    node = NODE(p, HOP_AST_INDEX, hop_ast_index, extent_of(at_of(target), end));
    node->target = adopt(p, target, node);
    node->index = adopt(p, index, node);
    node->null_conditional = op->kind == HOP_TOKEN_QUESTION_LBRACKET;
    return &node->ast;
}

static struct hop_ast *
member_accesses(struct parser *p, struct hop_ast *e, struct tok op)
{
    do {
        /* A newline may follow the operator. */
        skip_newlines(p);
        if (op.kind == HOP_TOKEN_LBRACKET ||
            op.kind == HOP_TOKEN_QUESTION_LBRACKET)
            e = element_access(p, e, &op);
        else
            e = member_access(p, e, &op);
    } while (next_member_access(p, true, &op));
    return e;
}

/* ---- literals --------------------------------------------------------------
 */

/* $( statements ) and @( statements ) */
static struct hop_ast *
sub_expression(struct parser *p, const struct tok *open)
{
    AUTO_LIST struct list statements = {0};
    AUTO_LIST struct list traps = {0};
    enum lex_mode mode = p->lx.mode;
    bool no_comma = p->no_comma, is_array = open->kind == HOP_TOKEN_AT_PAREN;
    struct lang_extent body = {open->at.end, open->at.end}, end = open->at;
    struct hop_ast_block *block;
    struct hop_ast_sub *node;
    struct tok t;

    p->no_comma = false;
    set_mode(p, LEX_COMMAND);
    skip_newlines(p);
    if (statement_list(p, &statements, &traps, &body))
        end = body;
    skip_newlines(p);
    t = next(p);
    if (t.kind == HOP_TOKEN_RPAREN) {
        end = t.at;
    } else {
        unget(p, &t);
        report_missing(p, t.at, "MissingEndParenthesisInSubexpression", NO_ARG);
    }
    p->no_comma = no_comma;
    set_mode(p, mode);
    block = NODE(p, HOP_AST_STATEMENT_BLOCK, hop_ast_block, body);
    block->statements = list_adopt(p, &statements, block);
    block->traps = list_adopt(p, &traps, block);
    /* Both kinds of node have the same shape. */
    node = NODE(p, is_array ? HOP_AST_ARRAY_EXPRESSION : HOP_AST_SUB_EXPRESSION,
                hop_ast_sub, extent_of(open->at, end));
    node->body = adopt(p, block, node);
    return &node->ast;
}

_Static_assert(offsetof(struct hop_ast_sub, body) ==
                   offsetof(struct hop_ast_array_expression, body),
               "the two are made by one function");

/* '(' pipeline-chain ')' */
static struct hop_ast *
parenthesized(struct parser *p, const struct tok *lparen)
{
    enum lex_mode mode = p->lx.mode;
    bool no_comma = p->no_comma;
    struct hop_ast_paren *node;
    struct lang_extent end;
    struct hop_ast *s;
    struct tok t;

    set_mode(p, LEX_COMMAND);
    p->no_comma = false;
    skip_newlines(p);
    s = pipeline_chain(p);
    if (!s) {
        report_missing(p, after(lparen->at), "ExpectedExpression", NO_ARG);
        s = error_node(p, HOP_AST_ERROR_STATEMENT, after(lparen->at), NULL);
    }
    end = at_of(s);
    skip_newlines(p);
    t = next(p);
    if (t.kind == HOP_TOKEN_RPAREN) {
        end = t.at;
    } else {
        unget(p, &t);
        report_missing(p, after(end), "MissingEndParenthesisInExpression",
                       NO_ARG);
    }
    p->no_comma = no_comma;
    set_mode(p, mode);
    node = NODE(p, HOP_AST_PAREN, hop_ast_paren, extent_of(lparen->at, end));
    node->pipeline = adopt(p, s, node);
    return &node->ast;
}

/* key '=' statement; false when no key follows. */
static bool
hash_pair(struct parser *p, struct list *keys, struct list *values)
{
    enum lex_mode mode = p->lx.mode;
    struct hop_ast *key, *value = NULL;
    struct tok equals;

    set_mode(p, LEX_EXPRESSION);
    key = label_or_key(p);
    if (key)
        equals = next(p);
    set_mode(p, mode);
    if (!key)
        return false;
    list_add(keys, key);
    if (equals.kind != HOP_TOKEN_EQUALS) {
        unget(p, &equals);
        report(p, after(at_of(key)), "MissingEqualsInHashLiteral", NO_ARG);
        sync_on(p, false, SYNC_RCURLY | SYNC_SEMI | SYNC_NEWLINE);
        list_add(values, error_node(p, HOP_AST_ERROR_STATEMENT,
                                    after(at_of(key)), NULL));
        return true;
    }
    set_mode(p, LEX_COMMAND);
    skip_newlines(p);
    value = statement(p);
    if (!value) {
        report_missing(p, after(equals.at), "MissingStatementInHashLiteral",
                       NO_ARG);
        value = error_node(p, HOP_AST_ERROR_STATEMENT, after(equals.at), NULL);
    }
    set_mode(p, mode);
    list_add(values, value);
    return true;
}

/* '@{' (pair ((newline | ';') pair)*)? '}' */
static struct hop_ast *
hash_literal(struct parser *p, const struct tok *open)
{
    AUTO_LIST struct list keys = {0};
    AUTO_LIST struct list values = {0};
    struct hop_ast_hashtable *node;
    struct lang_extent end;
    struct tok t;

    skip_newlines(p);
    while (hash_pair(p, &keys, &values)) {
        const struct tok *sep = peek(p);

        if (sep->kind != HOP_TOKEN_NEW_LINE && sep->kind != HOP_TOKEN_SEMI)
            break;
        skip_terminators(p);
    }
    t = next(p);
    end = t.at;
    if (t.kind != HOP_TOKEN_RCURLY) {
        unget(p, &t);
        end = before(p, t.at);
        if (!p->lx.stopped)
            lex_incomplete(&p->lx, after(open->at), t.at.end,
                           "MissingEndCurlyBrace", NO_ARG);
    }
    node =
        NODE(p, HOP_AST_HASHTABLE, hop_ast_hashtable, extent_of(open->at, end));
    node->n_pairs = keys.n;
    node->pairs = hop_unit_alloc(p->unit, keys.n * sizeof(node->pairs[0]));
    for (uint32_t i = 0; i < keys.n; i++) {
        node->pairs[i].key = adopt(p, keys.items[i], node);
        node->pairs[i].value = adopt(p, values.items[i], node);
    }
    return &node->ast;
}

/* '{' script-block '}' */
struct hop_ast *
script_block_literal(struct parser *p, const struct tok *lcurly)
{
    enum lex_mode mode = p->lx.mode;
    bool no_comma = p->no_comma;
    struct hop_ast_script_block_expression *node;
    struct hop_ast_script_block *block;

    p->no_comma = false;
    set_mode(p, LEX_COMMAND);
    block = script_block(p, lcurly, false);
    p->no_comma = no_comma;
    set_mode(p, mode);
    node = NODE(p, HOP_AST_SCRIPT_BLOCK_EXPRESSION,
                hop_ast_script_block_expression, AT(block));
    node->body = adopt(p, block, node);
    return &node->ast;
}

/* ---- strings and variables -------------------------------------------------
 */

static bool
is_using(const struct hop_ast_variable *v)
{
    return v->scope == HOP_SCOPE_DRIVE && v->drive.len == 5 &&
           strncasecmp(v->drive.text, "using", 5) == 0 && v->name.len;
}

/* $x, @x; $using:x.y is a using expression around $x.y. */
static struct hop_ast *
variable(struct parser *p, struct lang_extent at, struct hop_name path,
         bool splatted, bool members)
{
    struct hop_ast_variable *v = variable_node(p, at, path, splatted);
    struct hop_ast_wrap *node;
    struct hop_ast *child;
    struct tok op;

    if (!is_using(v))
        return &v->ast;
    child = &variable_node(p, at, v->name, splatted)->ast;
    if (members && next_member_access(p, true, &op))
        child = member_accesses(p, child, op);
    node = NODE(p, HOP_AST_USING, hop_ast_wrap, at_of(child));
    node->child = adopt(p, child, node);
    return &node->ast;
}

/* $( ) in a string, scanned on its own. */
static struct hop_ast *
nested_expression(struct parser *p, const struct lex_part *part)
{
    struct lex_scan saved = lex_enter(&p->lx, part);
    enum lex_mode mode = p->lx.mode;
    bool has_ungot = p->has_ungot, no_comma = p->no_comma;
    struct tok ungot = p->ungot;
    struct hop_ast *e;

    p->has_ungot = false;
    e = primary(p, true);
    p->has_ungot = has_ungot;
    p->ungot = ungot;
    p->no_comma = no_comma;
    p->lx.mode = mode;
    lex_leave(&p->lx, &saved);
    return e ? e : error_node(p, HOP_AST_ERROR_EXPRESSION, part->extent, NULL);
}

struct hop_ast *
expandable(struct parser *p, const struct tok *t, enum hop_string_kind kind)
{
    struct hop_ast_expandable *node =
        NODE(p, HOP_AST_EXPANDABLE_STRING, hop_ast_expandable, t->at);

    node->kind = kind;
    node->value = t->value;
    node->n_parts = t->n_parts;
    node->parts = hop_unit_alloc(p->unit, t->n_parts * sizeof(node->parts[0]));
    for (uint32_t i = 0; i < t->n_parts; i++) {
        const struct lex_part *part = &t->parts[i];
        struct hop_ast *e = NULL;

        if (part->kind == LEX_PART_TEXT)
            node->parts[i].text = part->text;
        else if (part->kind == LEX_PART_VARIABLE)
            e = variable(p, part->extent, part->text, false, false);
        else if (enter(p))
            e = nested_expression(p, part);
        else
            e = error_node(p, HOP_AST_ERROR_EXPRESSION, part->extent, NULL);
        if (part->kind == LEX_PART_SUB)
            leave(p);
        node->parts[i].expression = adopt(p, e, node);
    }
    return &node->ast;
}

static struct hop_ast *
string(struct parser *p, const struct tok *t, enum hop_string_kind kind)
{
    if (t->n_parts)
        return expandable(p, t, kind);
    return string_node(p, t->at, t->value, kind);
}

static struct hop_ast *
number(struct parser *p, const struct tok *t)
{
    struct hop_ast_constant *c =
        NODE(p, HOP_AST_CONSTANT, hop_ast_constant, t->at);

    c->number = t->number;
    return &c->ast;
}

/* primary: variable | number | string | ( ) | $( ) | @( ) | @{ } | { },
 * then members and indexes when asked for. */
struct hop_ast *
primary(struct parser *p, bool members)
{
    struct tok t = next(p), op;
    struct hop_ast *e;

    switch (t.kind) {
    case HOP_TOKEN_SPLATTED_VARIABLE:
    case HOP_TOKEN_VARIABLE:
        e = variable(p, t.at, t.value, t.kind == HOP_TOKEN_SPLATTED_VARIABLE,
                     members);
        break;
    case HOP_TOKEN_NUMBER: e = number(p, &t); break;
    case HOP_TOKEN_STRING_EXPANDABLE:
        e = string(p, &t, HOP_STRING_DOUBLE);
        break;
    case HOP_TOKEN_HERE_STRING_EXPANDABLE:
        e = string(p, &t, HOP_STRING_DOUBLE_HERE);
        break;
    case HOP_TOKEN_STRING_LITERAL: e = string(p, &t, HOP_STRING_SINGLE); break;
    case HOP_TOKEN_HERE_STRING_LITERAL:
        e = string(p, &t, HOP_STRING_SINGLE_HERE);
        break;
    case HOP_TOKEN_LPAREN: e = parenthesized(p, &t); break;
    case HOP_TOKEN_AT_PAREN:
    case HOP_TOKEN_DOLLAR_PAREN: e = sub_expression(p, &t); break;
    case HOP_TOKEN_AT_CURLY: e = hash_literal(p, &t); break;
    case HOP_TOKEN_LCURLY: e = script_block_literal(p, &t); break;
    default: unget(p, &t); return NULL;
    }
    if (members && next_member_access(p, true, &op))
        e = member_accesses(p, e, op);
    return e;
}
