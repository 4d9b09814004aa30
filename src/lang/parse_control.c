/* if, switch and the loops.
 *
 * SPDX-License-Identifier: MIT
 */
#include "lang/parser.h"

static struct hop_ast *
error_statement(struct parser *p, struct lang_extent at, struct hop_ast *a,
                struct hop_ast *b, struct hop_ast *c)
{
    AUTO_LIST struct list nested = {0};

    if (a)
        list_add(&nested, a);
    if (b)
        list_add(&nested, b);
    if (c)
        list_add(&nested, c);
    return error_node(p, HOP_AST_ERROR_STATEMENT, at, &nested);
}

static struct hop_name
label_name(struct parser *p, const struct tok *label)
{
    if (!label)
        return (struct hop_name){NULL, 0};
    return lang_name(p->unit, label->value.text, label->value.len);
}

/* '(' behind a keyword; false, with an error, when it is missing. */
static bool
open_paren(struct parser *p, const struct tok *keyword, const char *id,
           struct tok *lparen)
{
    skip_newlines(p);
    *lparen = next(p);
    if (lparen->kind == HOP_TOKEN_LPAREN) {
        skip_newlines(p);
        return true;
    }
    unget(p, lparen);
    report_missing(p, after(keyword->at), id, keyword->text);
    return false;
}

/* ---- if -------------------------------------------------------------------
 */

struct if_parts {
    struct list conditions, bodies, nested;
    struct hop_ast_block *otherwise;
};

static void
free_if(struct if_parts *parts)
{
    list_free(&parts->conditions);
    list_free(&parts->bodies);
    list_free(&parts->nested);
}

/* '(' pipeline-chain ')' statement-block behind if or elseif; false after an
 * error that ends the statement, with its extent in *end. */
static bool
if_clause(struct parser *p, const struct tok *keyword, struct if_parts *parts,
          struct lang_extent *end)
{
    struct hop_ast *condition;
    struct hop_ast_block *body;
    struct tok lparen, rparen;

    *end = keyword->at;
    if (!open_paren(p, keyword, "MissingOpenParenthesisInIfStatement", &lparen))
        return false;
    condition = pipeline_chain(p);
    if (!condition) {
        report_missing(p, after(lparen.at), "IfStatementMissingCondition",
                       keyword->text);
        condition =
            error_node(p, HOP_AST_ERROR_STATEMENT, after(lparen.at), NULL);
    } else {
        list_add(&parts->nested, condition);
    }
    skip_newlines(p);
    rparen = next(p);
    if (rparen.kind != HOP_TOKEN_RPAREN) {
        unget(p, &rparen);
        if (condition->kind != HOP_AST_ERROR_STATEMENT)
            report_missing(p, rparen.at, "MissingEndParenthesisAfterStatement",
                           keyword->text);
        *end = before(p, rparen.at);
        return false;
    }
    skip_newlines(p);
    body = statement_block(p);
    if (!body) {
        report_missing(p, rparen.at, "MissingStatementBlock", keyword->text);
        *end = rparen.at;
        return false;
    }
    list_add(&parts->nested, body);
    list_add(&parts->conditions, condition);
    list_add(&parts->bodies, body);
    *end = AT(body);
    return true;
}

/* 'else' statement-block */
static bool
else_clause(struct parser *p, const struct tok *keyword, struct if_parts *parts,
            struct lang_extent *end)
{
    skip(p);
    skip_newlines(p);
    parts->otherwise = statement_block(p);
    if (parts->otherwise) {
        *end = AT(parts->otherwise);
        return true;
    }
    report_missing(p, after(keyword->at), "MissingStatementBlockAfterElse",
                   NO_ARG);
    *end = keyword->at;
    return false;
}

static struct hop_ast *
make_if(struct parser *p, struct lang_extent at, const struct if_parts *parts)
{
    struct hop_ast_if *node = NODE(p, HOP_AST_IF, hop_ast_if, at);

    node->n_clauses = parts->bodies.n;
    node->clauses =
        hop_unit_alloc(p->unit, node->n_clauses * sizeof(node->clauses[0]));
    for (uint32_t i = 0; i < node->n_clauses; i++) {
        node->clauses[i].condition = adopt(p, parts->conditions.items[i], node);
        node->clauses[i].body = adopt(p, parts->bodies.items[i], node);
    }
    node->otherwise = adopt(p, parts->otherwise, node);
    return &node->ast;
}

/* 'if' clause ('elseif' clause)* ('else' statement-block)? */
struct hop_ast *
if_statement(struct parser *p, const struct tok *t)
{
    HOP_CLEANUP(free_if) struct if_parts parts = {0};
    struct tok keyword = *t;
    struct lang_extent end;
    bool ok;

    while ((ok = if_clause(p, &keyword, &parts, &end))) {
        /* Newlines may matter to what follows: they are not taken. */
        uint32_t start = restore_point(p);

        skip_newlines(p);
        keyword = *peek(p);
        if (keyword.kind == HOP_TOKEN_ELSE_IF) {
            skip(p);
            continue;
        }
        if (keyword.kind == HOP_TOKEN_ELSE)
            ok = else_clause(p, &keyword, &parts, &end);
        else
            resync(p, start);
        break;
    }
    if (!ok)
        return error_node(p, HOP_AST_ERROR_STATEMENT, extent_of(t->at, end),
                          &parts.nested);
    return make_if(p, extent_of(t->at, end), &parts);
}

/* ---- switch ---------------------------------------------------------------
 */

struct switch_parts {
    struct list conditions, bodies, nested;
    struct hop_ast_block *otherwise;
    struct hop_ast *condition;
    unsigned flags;
    struct lang_extent end; /* of what was read */
    bool failed, incomplete;
};

static void
free_switch(struct switch_parts *s)
{
    list_free(&s->conditions);
    list_free(&s->bodies);
    list_free(&s->nested);
}

static void
fail_switch(struct parser *p, struct switch_parts *s, struct lang_extent where,
            const char *id)
{
    s->failed = true;
    s->incomplete = report_missing(p, where, id, NO_ARG);
}

static void
switch_file(struct parser *p, struct switch_parts *s, const struct tok *t)
{
    struct hop_ast_command_expression *c;
    struct hop_ast_pipeline *pipeline;
    AUTO_LIST struct list elements = {0};
    struct hop_ast *name;

    s->flags |= HOP_SWITCH_FILE;
    skip_newlines(p);
    name = single_argument(p, ARGUMENT_FILE);
    if (!name) {
        fail_switch(p, s, after(t->at), "MissingFilenameOption");
        return;
    }
    s->end = at_of(name);
    c = NODE(p, HOP_AST_COMMAND_EXPRESSION, hop_ast_command_expression,
             at_of(name));
    c->expression = adopt(p, name, c);
    list_add(&elements, c);
    pipeline = NODE(p, HOP_AST_PIPELINE, hop_ast_pipeline, at_of(name));
    pipeline->elements = list_adopt(p, &elements, pipeline);
    s->condition = &pipeline->ast;
}

static void
switch_parameter(struct parser *p, struct switch_parts *s, const struct tok *t)
{
    const unsigned how = HOP_SWITCH_REGEX | HOP_SWITCH_WILDCARD;

    s->end = t->at;
    if (is_parameter(t, "regex")) {
        s->flags = (s->flags & ~how) | HOP_SWITCH_REGEX;
    } else if (is_parameter(t, "wildcard")) {
        s->flags = (s->flags & ~how) | HOP_SWITCH_WILDCARD;
    } else if (is_parameter(t, "exact")) {
        s->flags &= ~how;
    } else if (is_parameter(t, "casesensitive")) {
        s->flags |= HOP_SWITCH_CASE_SENSITIVE;
    } else if (is_parameter(t, "parallel")) {
        lang_report(p->unit, t->at, "KeywordParameterReservedForFutureUse",
                    false,
                    (struct hop_name[2]){STR("switch"), STR("parallel")});
        s->failed = true;
    } else if (is_parameter(t, "file")) {
        switch_file(p, s, t);
    } else {
        s->failed = true;
        report(p, t->at, "InvalidSwitchFlag", t->value);
    }
}

/* '(' pipeline-chain ')' */
static void
switch_condition(struct parser *p, struct switch_parts *s)
{
    struct tok lparen = next(p), rparen;

    s->end = lparen.at;
    if (s->flags & HOP_SWITCH_FILE) {
        s->failed = true;
        report(p, lparen.at, "PipelineValueRequired", NO_ARG);
    }
    skip_newlines(p);
    s->condition = pipeline_chain(p);
    if (s->condition)
        s->end = at_of(s->condition);
    else
        fail_switch(p, s, after(lparen.at), "PipelineValueRequired");
    skip_newlines(p);
    rparen = next(p);
    if (rparen.kind == HOP_TOKEN_RPAREN) {
        s->end = rparen.at;
        return;
    }
    unget(p, &rparen);
    if (!s->incomplete)
        fail_switch(p, s, after(s->end),
                    "MissingEndParenthesisInSwitchStatement");
}

static void
keep_clause(struct parser *p, struct switch_parts *s, bool is_default,
            struct hop_ast *condition, struct hop_ast_block *body)
{
    list_add(&s->nested, body);
    s->end = AT(body);
    if (!is_default) {
        list_add(&s->conditions, condition);
        list_add(&s->bodies, body);
        return;
    }
    if (s->otherwise) {
        s->failed = true;
        report(p, at_of(condition), "MultipleSwitchDefaultClauses", NO_ARG);
    }
    s->otherwise = body;
}

/* switch-clause: ('default' | argument) statement-block; false when there is
 * no condition to begin one. */
static bool
switch_clause(struct parser *p, struct switch_parts *s)
{
    struct tok t = *peek(p);
    bool is_default = t.kind == HOP_TOKEN_DEFAULT;
    struct hop_ast_block *body;
    struct hop_ast *condition;

    if (is_default) {
        skip(p);
        condition =
            string_node(p, t.at, lang_name(p->unit, t.text.text, t.text.len),
                        HOP_STRING_BAREWORD);
    } else {
        condition = single_argument(p, ARGUMENT_SWITCH);
    }
    if (!condition) {
        s->failed = true;
        report_missing(p, after(s->end), "MissingSwitchConditionExpression",
                       NO_ARG);
        if (peek(p)->kind == HOP_TOKEN_RCURLY)
            skip(p);
        return false;
    }
    list_add(&s->nested, condition);
    s->end = at_of(condition);
    body = statement_block(p);
    if (body)
        keep_clause(p, s, is_default, condition, body);
    else
        fail_switch(p, s, after(s->end), "MissingSwitchStatementClause");
    return true;
}

/* '{' switch-clause* '}' */
static void
switch_body(struct parser *p, struct switch_parts *s)
{
    struct tok lcurly, t;

    skip_newlines(p);
    lcurly = next(p);
    if (lcurly.kind != HOP_TOKEN_LCURLY) {
        unget(p, &lcurly);
        if (!s->incomplete) {
            s->failed = true;
            report_missing(p, after(s->end),
                           "MissingCurlyBraceInSwitchStatement", NO_ARG);
        }
        return;
    }
    s->end = lcurly.at;
    skip_newlines(p);
    while (switch_clause(p, s)) {
        skip_terminators(p);
        t = *peek(p);
        if (t.kind == HOP_TOKEN_RCURLY) {
            skip(p);
            s->end = t.at;
            return;
        }
        if (t.kind == HOP_TOKEN_END_OF_INPUT) {
            if (!s->incomplete && !p->lx.stopped)
                lex_incomplete(&p->lx, lcurly.at, t.at.end,
                               "MissingEndCurlyBrace", NO_ARG);
            s->failed = true;
            return;
        }
    }
}

/* 'switch' parameter* condition body */
struct hop_ast *
switch_statement(struct parser *p, const struct tok *label, const struct tok *t)
{
    HOP_CLEANUP(free_switch) struct switch_parts s = {0};
    struct lang_extent start = (label ? label : t)->at;
    struct hop_ast_switch *node;

    s.end = start;
    skip_newlines(p);
    while (peek(p)->kind == HOP_TOKEN_PARAMETER) {
        struct tok param = next(p);

        switch_parameter(p, &s, &param);
    }
    if (peek(p)->kind == HOP_TOKEN_LPAREN)
        switch_condition(p, &s);
    else if (!s.condition && !(s.flags & HOP_SWITCH_FILE))
        fail_switch(p, &s, after(s.end), "PipelineValueRequired");
    switch_body(p, &s);
    if (s.failed)
        return error_node(p, HOP_AST_ERROR_STATEMENT, extent_of(start, s.end),
                          &s.nested);
    node = NODE(p, HOP_AST_SWITCH, hop_ast_switch, extent_of(start, s.end));
    node->label = label_name(p, label);
    node->flags = s.flags;
    node->condition = adopt(p, s.condition, node);
    node->n_clauses = s.bodies.n;
    node->clauses =
        hop_unit_alloc(p->unit, node->n_clauses * sizeof(node->clauses[0]));
    for (uint32_t i = 0; i < node->n_clauses; i++) {
        node->clauses[i].condition = adopt(p, s.conditions.items[i], node);
        node->clauses[i].body = adopt(p, s.bodies.items[i], node);
    }
    node->otherwise = adopt(p, s.otherwise, node);
    return &node->ast;
}

/* ---- foreach --------------------------------------------------------------
 */

/* -parallel and -throttlelimit are workflow's: always an error. */
static bool
foreach_parameters(struct parser *p, struct lang_extent *error_end)
{
    bool ok = true;

    skip_newlines(p);
    while (peek(p)->kind == HOP_TOKEN_PARAMETER) {
        struct tok t = next(p);
        const char *name = is_parameter(&t, "parallel")        ? "parallel"
                           : is_parameter(&t, "throttlelimit") ? "throttlelimit"
                                                               : NULL;

        ok = false;
        *error_end = t.at;
        if (name)
            lang_report(p->unit, t.at, "KeywordParameterReservedForFutureUse",
                        false, (struct hop_name[2]){STR("foreach"), STR(name)});
        else
            report(p, t.at, "InvalidForeachFlag", t.value);
        skip_newlines(p);
        if (name && name[0] == 't' && !single_argument(p, ARGUMENT))
            report_missing(p, after(t.at), "MissingThrottleLimit", NO_ARG);
        skip_newlines(p);
    }
    return ok;
}

struct foreach_parts {
    struct hop_ast_variable *variable;
    struct hop_ast *condition;
    struct hop_ast_block *body;
    struct lang_extent end;
};

static bool
fail_foreach(struct parser *p, struct foreach_parts *f, struct lang_extent end,
             const char *id)
{
    f->end = end;
    report_missing(p, after(end), id, NO_ARG);
    return false;
}

/* variable 'in' pipeline-chain ')' statement-block */
static bool
foreach_rest(struct parser *p, struct foreach_parts *f,
             struct lang_extent lparen)
{
    struct tok t = next(p);

    if (t.kind != HOP_TOKEN_VARIABLE && t.kind != HOP_TOKEN_SPLATTED_VARIABLE) {
        unget(p, &t);
        return fail_foreach(p, f, lparen, "MissingVariableNameAfterForeach");
    }
    f->variable =
        variable_node(p, t.at, t.value, t.kind == HOP_TOKEN_SPLATTED_VARIABLE);
    skip_newlines(p);
    t = next(p);
    if (t.kind != HOP_TOKEN_IN) {
        unget(p, &t);
        return fail_foreach(p, f, AT(f->variable), "MissingInInForeach");
    }
    skip_newlines(p);
    f->condition = pipeline_chain(p);
    if (!f->condition)
        return fail_foreach(p, f, t.at, "MissingForeachExpression");
    skip_newlines(p);
    t = next(p);
    if (t.kind != HOP_TOKEN_RPAREN) {
        unget(p, &t);
        return fail_foreach(p, f, at_of(f->condition),
                            "MissingEndParenthesisAfterForeach");
    }
    f->body = statement_block(p);
    if (!f->body)
        return fail_foreach(p, f, t.at, "MissingForeachStatement");
    f->end = AT(f->body);
    return true;
}

/* 'foreach' '(' variable 'in' pipeline-chain ')' statement-block */
struct hop_ast *
foreach_statement(struct parser *p, const struct tok *label,
                  const struct tok *t)
{
    struct lang_extent start = (label ? label : t)->at;
    struct foreach_parts f = {.end = t->at};
    struct hop_ast_foreach *node;
    struct tok lparen;
    bool ok = foreach_parameters(p, &f.end);

    if (!open_paren(p, t, "MissingOpenParenthesisAfterKeyword", &lparen))
        return error_statement(p, extent_of(start, t->at), NULL, NULL, NULL);
    ok = foreach_rest(p, &f, lparen.at) && ok;
    if (!ok)
        return error_statement(p, extent_of(start, f.end),
                               f.variable ? &f.variable->ast : NULL,
                               f.condition, f.body ? &f.body->ast : NULL);
    node = NODE(p, HOP_AST_FOREACH, hop_ast_foreach, extent_of(start, f.end));
    node->label = label_name(p, label);
    node->variable = adopt(p, f.variable, node);
    node->condition = adopt(p, f.condition, node);
    node->body = adopt(p, f.body, node);
    return &node->ast;
}

/* ---- for ------------------------------------------------------------------
 */

/* One of the three parts, and the semicolon behind it. */
static struct hop_ast *
for_part(struct parser *p, bool semicolon, struct lang_extent *end)
{
    struct hop_ast *part = pipeline_chain(p);

    if (part)
        *end = at_of(part);
    if (semicolon && peek(p)->kind == HOP_TOKEN_SEMI)
        *end = next(p).at;
    skip_newlines(p);
    return part;
}

/* 'for' '(' init? ';' condition? ';' iterator? ')' statement-block */
struct hop_ast *
for_statement(struct parser *p, const struct tok *label, const struct tok *t)
{
    struct lang_extent start = (label ? label : t)->at, end;
    struct hop_ast *parts[3];
    struct hop_ast_block *body = NULL;
    struct hop_ast_for *node;
    struct tok lparen, rparen;

    if (!open_paren(p, t, "MissingOpenParenthesisAfterKeyword", &lparen))
        return error_statement(p, extent_of(start, t->at), NULL, NULL, NULL);
    end = lparen.at;
    for (unsigned i = 0; i < 3; i++)
        parts[i] = for_part(p, i < 2, &end);
    rparen = next(p);
    if (rparen.kind != HOP_TOKEN_RPAREN) {
        unget(p, &rparen);
        report_missing(p, after(end), "MissingEndParenthesisAfterStatement",
                       STR("for"));
    } else {
        end = rparen.at;
        body = statement_block(p);
        if (!body)
            report_missing(p, after(end), "MissingLoopStatement", STR("for"));
    }
    if (!body)
        return error_statement(p, extent_of(start, end), parts[0], parts[1],
                               parts[2]);
    node = NODE(p, HOP_AST_FOR, hop_ast_for, extent_of(start, AT(body)));
    node->label = label_name(p, label);
    node->initializer = adopt(p, parts[0], node);
    node->condition = adopt(p, parts[1], node);
    node->iterator = adopt(p, parts[2], node);
    node->body = adopt(p, body, node);
    return &node->ast;
}

/* ---- while, do -------------------------------------------------------------
 */

static struct hop_ast *
make_loop(struct parser *p, enum hop_ast_kind kind, struct lang_extent at,
          const struct tok *label, struct hop_ast *condition,
          struct hop_ast_block *body)
{
    struct hop_ast_loop *node = NODE(p, kind, hop_ast_loop, at);

    node->label = label_name(p, label);
    node->condition = adopt(p, condition, node);
    node->body = adopt(p, body, node);
    return &node->ast;
}

/* 'while' '(' pipeline-chain ')' statement-block */
struct hop_ast *
while_statement(struct parser *p, const struct tok *label, const struct tok *t)
{
    struct lang_extent start = (label ? label : t)->at, end;
    struct hop_ast_block *body;
    struct hop_ast *condition;
    struct tok lparen, rparen;

    if (!open_paren(p, t, "MissingOpenParenthesisAfterKeyword", &lparen))
        return error_statement(p, extent_of(start, t->at), NULL, NULL, NULL);
    condition = pipeline_chain(p);
    end = condition ? at_of(condition) : after(lparen.at);
    if (!condition)
        report_missing(p, end, "MissingExpressionAfterKeyword", STR("while"));
    skip_newlines(p);
    rparen = next(p);
    if (rparen.kind != HOP_TOKEN_RPAREN) {
        unget(p, &rparen);
        if (condition)
            report_missing(p, after(end), "MissingEndParenthesisAfterStatement",
                           STR("while"));
        return error_statement(p, extent_of(start, end), condition, NULL, NULL);
    }
    skip_newlines(p);
    body = statement_block(p);
    if (!body) {
        report_missing(p, after(rparen.at), "MissingLoopStatement",
                       STR("while"));
        return error_statement(p, extent_of(start, rparen.at), condition, NULL,
                               NULL);
    }
    if (!condition)
        condition = error_node(p, HOP_AST_ERROR_STATEMENT, end, NULL);
    return make_loop(p, HOP_AST_WHILE, extent_of(start, AT(body)), label,
                     condition, body);
}

struct do_parts {
    struct hop_ast_block *body;
    struct hop_ast *condition;
    struct tok keyword;
    struct lang_extent end;
};

static bool
fail_do(struct parser *p, struct do_parts *d, struct lang_extent end,
        const char *id, struct hop_name arg)
{
    d->end = end;
    report_missing(p, after(end), id, arg);
    return false;
}

/* statement-block ('while' | 'until') '(' pipeline-chain ')' */
static bool
do_rest(struct parser *p, struct do_parts *d, const struct tok *t)
{
    struct tok lparen, rparen;
    struct hop_name word;

    d->body = statement_block(p);
    if (!d->body)
        return fail_do(p, d, t->at, "MissingLoopStatement", STR("do"));
    skip_newlines(p);
    d->keyword = next(p);
    if (d->keyword.kind != HOP_TOKEN_WHILE &&
        d->keyword.kind != HOP_TOKEN_UNTIL) {
        unget(p, &d->keyword);
        return fail_do(p, d, AT(d->body), "MissingWhileOrUntilInDoWhile",
                       NO_ARG);
    }
    word = STR(hop_token_kind_text(d->keyword.kind));
    skip_newlines(p);
    lparen = next(p);
    if (lparen.kind != HOP_TOKEN_LPAREN) {
        unget(p, &lparen);
        return fail_do(p, d, d->keyword.at,
                       "MissingOpenParenthesisAfterKeyword", word);
    }
    skip_newlines(p);
    d->condition = pipeline_chain(p);
    if (!d->condition)
        fail_do(p, d, lparen.at, "MissingExpressionAfterKeyword", word);
    skip_newlines(p);
    rparen = next(p);
    if (rparen.kind != HOP_TOKEN_RPAREN) {
        unget(p, &rparen);
        return d->condition &&
               fail_do(p, d, at_of(d->condition),
                       "MissingEndParenthesisAfterStatement", word);
    }
    if (d->condition)
        d->end = rparen.at;
    return d->condition != NULL;
}

/* 'do' statement-block ('while' | 'until') '(' pipeline-chain ')' */
struct hop_ast *
do_statement(struct parser *p, const struct tok *label, const struct tok *t)
{
    struct lang_extent start = (label ? label : t)->at;
    struct do_parts d = {0};

    if (!do_rest(p, &d, t))
        return error_statement(p, extent_of(start, d.end),
                               d.body ? &d.body->ast : NULL, d.condition, NULL);
    return make_loop(p,
                     d.keyword.kind == HOP_TOKEN_UNTIL ? HOP_AST_DO_UNTIL
                                                       : HOP_AST_DO_WHILE,
                     extent_of(start, d.end), label, d.condition, d.body);
}
