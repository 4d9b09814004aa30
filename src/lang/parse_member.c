/* Members, indexes and calls behind an expression.
 *
 * SPDX-License-Identifier: MIT
 */
#include "lang/parser.h"

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

struct hop_ast *
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
