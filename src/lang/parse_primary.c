/* What an expression begins with: literals, parentheses, strings, variables.
 *
 * SPDX-License-Identifier: MIT
 */
#include "lang/parser.h"

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
