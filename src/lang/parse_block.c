/* Script blocks: parameters, named blocks, lists of statements.
 *
 * SPDX-License-Identifier: MIT
 */
#include "lang/parser.h"

/* script-parameter:
 *     attribute-list? variable ('=' expression)? */
static struct hop_ast_parameter *
parameter_body(struct parser *p, struct list *attributes)
{
    struct hop_ast_parameter *param;
    struct lang_extent at;
    struct tok t;

    skip_newlines(p);
    attribute_list(p, false, attributes);
    skip_newlines(p);
    t = next(p);
    if (t.kind != HOP_TOKEN_VARIABLE && t.kind != HOP_TOKEN_SPLATTED_VARIABLE) {
        unget(p, &t);
        if (!attributes->n)
            return NULL;
        at = at_of(attributes->items[attributes->n - 1]);
        report_missing(p, after(at), "InvalidFunctionParameter", NO_ARG);
        sync_on(p, true, SYNC_RPAREN);
        at = extent_of(at_of(attributes->items[0]), at);
        param = NODE(p, HOP_AST_PARAMETER, hop_ast_parameter, at);
        param->name =
            adopt(p, variable_node(p, at, STR("__error__"), false), param);
        return param;
    }
    param = NODE(p, HOP_AST_PARAMETER, hop_ast_parameter, t.at);
    param->name = adopt(
        p,
        variable_node(p, t.at, t.value, t.kind == HOP_TOKEN_SPLATTED_VARIABLE),
        param);
    if (attributes->n)
        param->ast.start = at_of(attributes->items[0]).start;
    skip_newlines(p);
    t = *peek(p);
    if (t.kind != HOP_TOKEN_EQUALS)
        return param;
    skip(p);
    skip_newlines(p);
    param->default_value = adopt(p, expression(p, false), param);
    if (param->default_value)
        param->ast.end = param->default_value->end;
    else
        report_missing(p, after(t.at), "MissingExpressionAfterToken", STR("="));
    return param;
}

static struct hop_ast_parameter *
parameter(struct parser *p)
{
    AUTO_LIST struct list attributes = {0};
    enum lex_mode mode = p->lx.mode;
    bool no_comma = p->no_comma;
    struct hop_ast_parameter *param;

    p->no_comma = true;
    set_mode(p, LEX_EXPRESSION);
    param = parameter_body(p, &attributes);
    p->no_comma = no_comma;
    set_mode(p, mode);
    if (!param)
        return NULL;
    param->attributes = list_adopt(p, &attributes, param);
    for (uint32_t i = 0; i < attributes.n && !param->type; i++)
        if (param->attributes.items[i]->kind == HOP_AST_TYPE_CONSTRAINT)
            param->type = HOP_AST_AS(hop_ast_type, param->attributes.items[i]);
    return param;
}

/* parameter-list: script-parameter (',' script-parameter)* */
void
parameter_list(struct parser *p, struct list *out)
{
    struct tok comma = {.kind = HOP_TOKEN_UNKNOWN};

    for (;;) {
        struct hop_ast_parameter *param = parameter(p);

        if (!param) {
            if (comma.kind == HOP_TOKEN_COMMA)
                report_missing(p, after(comma.at),
                               "MissingExpressionAfterToken", STR(","));
            return;
        }
        list_add(out, param);
        skip_newlines(p);
        comma = *peek(p);
        if (comma.kind != HOP_TOKEN_COMMA)
            return;
        skip(p);
    }
}

/* Type constraints in front of param are an error; attributes stay. */
static void
keep_attributes(struct parser *p, const struct list *candidates,
                struct hop_ast_param_block *block)
{
    AUTO_LIST struct list attributes = {0};

    for (uint32_t i = 0; i < candidates->n; i++) {
        struct hop_ast *a = candidates->items[i];

        if (a->kind == HOP_AST_ATTRIBUTE)
            list_add(&attributes, a);
        else
            report(p, at_of(a), "TypeNotAllowedBeforeParam",
                   HOP_AST_AS(hop_ast_type, a)->type_name->name);
    }
    block->attributes = list_adopt(p, &attributes, block);
}

/* param-block: attribute-list? 'param' '(' parameter-list? ')' */
static struct hop_ast_param_block *
param_block(struct parser *p)
{
    AUTO_LIST struct list candidates = {0};
    AUTO_LIST struct list parameters = {0};
    struct hop_ast_param_block *block;
    struct tok param, lparen, rparen;
    struct lang_extent end;

    skip_newlines(p);
    attribute_list(p, false, &candidates);
    skip_newlines(p);
    param = *peek(p);
    if (param.kind != HOP_TOKEN_PARAM)
        return NULL;
    skip(p);
    skip_newlines(p);
    lparen = next(p);
    if (lparen.kind != HOP_TOKEN_LPAREN) {
        unget(p, &lparen);
        return NULL;
    }
    parameter_list(p, &parameters);
    skip_newlines(p);
    rparen = next(p);
    end = rparen.at;
    if (rparen.kind != HOP_TOKEN_RPAREN) {
        unget(p, &rparen);
        end = before(p, rparen.at);
        report_missing(p,
                       after(parameters.n
                                 ? at_of(parameters.items[parameters.n - 1])
                                 : lparen.at),
                       "MissingEndParenthesisInFunctionParameterList", NO_ARG);
    }
    block = NODE(p, HOP_AST_PARAM_BLOCK, hop_ast_param_block,
                 extent_of(param.at, end));
    keep_attributes(p, &candidates, block);
    block->parameters = list_adopt(p, &parameters, block);
    return block;
}

bool
statement_list(struct parser *p, struct list *statements, struct list *traps,
               struct lang_extent *at)
{
    bool any = false;

    skip_terminators(p);
    for (;;) {
        struct hop_ast *s = statement(p);
        const struct tok *t;

        if (!s)
            return any;
        if (s->start > p->lx.signature.start)
            report(p, at_of(s), "TokenAfterEndOfValidScriptText", NO_ARG);
        list_add(s->kind == HOP_AST_TRAP ? traps : statements, s);
        *at = any ? extent_of(*at, at_of(s)) : at_of(s);
        any = true;
        skip_terminators(p);
        t = peek(p);
        if (t->kind == HOP_TOKEN_RPAREN || t->kind == HOP_TOKEN_RCURLY)
            return any;
    }
}

/* The error stands at the opening brace; whether more input could mend it is
 * seen where the closing one is missing. */
static void
missing_brace(struct parser *p, struct lang_extent where,
              const struct tok *found)
{
    if (!p->lx.stopped)
        lex_incomplete(&p->lx, where, found->at.end, "MissingEndCurlyBrace",
                       NO_ARG);
}

/* statement-block: '{' statement-list? '}' */
struct hop_ast_block *
statement_block(struct parser *p)
{
    AUTO_LIST struct list statements = {0};
    AUTO_LIST struct list traps = {0};
    struct lang_extent at, body = {0, 0};
    struct hop_ast_block *block;
    struct tok lcurly, rcurly;
    bool any;

    skip_newlines(p);
    lcurly = next(p);
    if (lcurly.kind != HOP_TOKEN_LCURLY) {
        unget(p, &lcurly);
        return NULL;
    }
    any = statement_list(p, &statements, &traps, &body);
    rcurly = next(p);
    at = extent_of(lcurly.at, rcurly.at);
    if (rcurly.kind != HOP_TOKEN_RCURLY) {
        unget(p, &rcurly);
        at = extent_of(lcurly.at, any ? body : lcurly.at);
        missing_brace(p, lcurly.at, &rcurly);
    }
    block = NODE(p, HOP_AST_STATEMENT_BLOCK, hop_ast_block, at);
    block->statements = list_adopt(p, &statements, block);
    block->traps = list_adopt(p, &traps, block);
    return block;
}

/* ---- script blocks ------------------------------------------------------- */

struct body {
    struct hop_ast_script_block *block;
    const struct tok *lcurly; /* NULL: a script, to the end of the input */
    bool has_extent;
    struct lang_extent at; /* of what stands inside */
};

/* The closing brace, or the end of the input.  False when a script goes on
 * behind an unexpected token. */
static bool
finish_body(struct parser *p, struct body *b)
{
    struct tok t = next(p);
    struct lang_extent all = {0, (uint32_t)p->unit->source_len};

    if (!b->lcurly) {
        b->block->ast.start = all.start;
        b->block->ast.end = all.end;
        if (t.kind == HOP_TOKEN_END_OF_INPUT)
            return true;
        report(p, t.at, "UnexpectedToken", t.text);
        return false;
    }
    if (t.kind == HOP_TOKEN_RCURLY) {
        if (!b->has_extent && b->lcurly->at.end != t.at.start) {
            b->at = extent_of(after(b->lcurly->at), before(p, t.at));
            b->has_extent = true;
        }
        b->block->ast.end = t.at.end;
    } else {
        unget(p, &t);
        missing_brace(p, b->lcurly->at, &t);
        b->block->ast.end = b->has_extent ? b->at.end : b->lcurly->at.end;
    }
    b->block->ast.start = b->lcurly->at.start;
    return true;
}

static enum hop_block_kind
block_kind(enum hop_token_kind kind)
{
    switch (kind) {
    case HOP_TOKEN_DYNAMICPARAM: return HOP_BLOCK_DYNAMICPARAM;
    case HOP_TOKEN_BEGIN: return HOP_BLOCK_BEGIN;
    case HOP_TOKEN_PROCESS: return HOP_BLOCK_PROCESS;
    case HOP_TOKEN_END: return HOP_BLOCK_END;
    case HOP_TOKEN_CLEAN: return HOP_BLOCK_CLEAN;
    default: return HOP_BLOCK_KINDS;
    }
}

/* named-block: block-name statement-block */
static void
named_block(struct parser *p, struct body *b, const struct tok *name)
{
    enum hop_block_kind kind = block_kind(name->kind);
    struct hop_ast_block *block = statement_block(p);

    if (!block) {
        report_missing(p, after(name->at), "MissingNamedStatementBlock",
                       STR(hop_token_kind_text(name->kind)));
        block = NODE(p, HOP_AST_STATEMENT_BLOCK, hop_ast_block, name->at);
    }
    b->at = b->has_extent ? extent_of(b->at, at_of(&block->ast))
                          : extent_of(name->at, at_of(&block->ast));
    b->has_extent = true;
    block->ast.kind = HOP_AST_NAMED_BLOCK;
    block->ast.start = name->at.start;
    block->kind = kind;
    if (b->block->blocks[kind])
        report(p, at_of(&block->ast), "DuplicateScriptCommandClause",
               STR(hop_token_kind_text(name->kind)));
    else
        b->block->blocks[kind] = adopt(p, block, b->block);
}

static void
named_blocks(struct parser *p, struct body *b)
{
    for (;;) {
        struct tok t = next(p);

        if (t.kind == HOP_TOKEN_RCURLY || t.kind == HOP_TOKEN_END_OF_INPUT) {
            unget(p, &t);
            finish_body(p, b);
            return;
        }
        if (block_kind(t.kind) == HOP_BLOCK_KINDS) {
            if (b->lcurly) {
                unget(p, &t);
                b->block->ast.start = b->lcurly->at.start;
                b->block->ast.end = b->at.end;
            } else {
                b->block->ast.start = 0;
                b->block->ast.end = (uint32_t)p->unit->source_len;
            }
            report(p, t.at, "MissingNamedBlocks", t.text);
            return;
        }
        named_block(p, b, &t);
        skip_terminators(p);
    }
}

static void
unnamed_block(struct parser *p, struct body *b, bool is_filter)
{
    AUTO_LIST struct list statements = {0};
    AUTO_LIST struct list traps = {0};
    enum hop_block_kind kind = is_filter ? HOP_BLOCK_PROCESS : HOP_BLOCK_END;
    struct hop_ast_block *block;

    do {
        struct lang_extent at;

        if (statement_list(p, &statements, &traps, &at)) {
            b->at = b->has_extent ? extent_of(b->at, at) : at;
            b->has_extent = true;
        }
    } while (!finish_body(p, b));
    block = NODE(p, HOP_AST_NAMED_BLOCK, hop_ast_block, b->at);
    block->kind = kind;
    block->unnamed = true;
    block->statements = list_adopt(p, &statements, block);
    block->traps = list_adopt(p, &traps, block);
    b->block->blocks[kind] = adopt(p, block, b->block);
}

static void
using_statements(struct parser *p, struct hop_ast_script_block *block)
{
    AUTO_LIST struct list usings = {0};
    struct tok t;

    while ((t = *peek(p)).kind == HOP_TOKEN_USING) {
        struct hop_ast *s;

        skip(p);
        s = using_statement(p, &t);
        if (s->kind == HOP_AST_USING_STATEMENT)
            list_add(&usings, s);
        skip_terminators(p);
    }
    resync(p, t.at.start);
    block->usings = list_adopt(p, &usings, block);
}

/* script-block: using-statements? param-block? script-block-body? */
struct hop_ast_script_block *
script_block(struct parser *p, const struct tok *lcurly, bool is_filter)
{
    struct hop_ast_script_block *block =
        NODE(p, HOP_AST_SCRIPT_BLOCK, hop_ast_script_block,
             (lcurly ? lcurly->at : (struct lang_extent){0, 0}));
    struct body b = {.block = block, .lcurly = lcurly};
    uint32_t start;

    block->unit = p->unit;
    block->is_filter = is_filter;
    skip_newlines(p);
    if (!lcurly)
        using_statements(p, block);
    start = restore_point(p);
    block->params = adopt(p, param_block(p), block);
    if (block->params) {
        b.at = at_of(&block->params->ast);
        b.has_extent = true;
    } else {
        /* Attributes that were read may belong to the first statement. */
        resync(p, start);
    }
    skip_terminators(p);
    if (peek(p)->flags & HOP_TOKEN_BLOCK_NAME)
        named_blocks(p, &b);
    else
        unnamed_block(p, &b, is_filter);
    return block;
}
