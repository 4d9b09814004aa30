/* Statements: which rule a first token calls for, and the short ones.
 *
 * SPDX-License-Identifier: MIT
 */
#include "lang/parser.h"

struct hop_ast_string *
simple_name(struct parser *p)
{
    struct tok t;

    p->lx.want_simple_name = true;
    t = *peek(p);
    p->lx.want_simple_name = false;
    if (t.kind != HOP_TOKEN_IDENTIFIER)
        return NULL;
    skip(p);
    return HOP_AST_AS(hop_ast_string,
                      string_node(p, t.at,
                                  lang_name(p->unit, t.text.text, t.text.len),
                                  HOP_STRING_BAREWORD));
}

/* label-expression, key-expression: simple-name | unary-expression */
struct hop_ast *
label_or_key(struct parser *p)
{
    struct hop_ast_string *name = simple_name(p);
    bool no_comma = p->no_comma;
    const struct tok *t;
    struct hop_ast *e;

    if (name)
        return &name->ast;
    t = peek(p);
    if (t->kind == HOP_TOKEN_NEW_LINE || t->kind == HOP_TOKEN_SEMI)
        return NULL;
    p->no_comma = true;
    e = unary(p, false);
    p->no_comma = no_comma;
    return e;
}

/* 'break' label-expression? | 'continue' label-expression? */
static struct hop_ast *
jump_statement(struct parser *p, const struct tok *t)
{
    struct hop_ast_jump *j =
        NODE(p, t->kind == HOP_TOKEN_BREAK ? HOP_AST_BREAK : HOP_AST_CONTINUE,
             hop_ast_jump, t->at);

    j->label = adopt(p, label_or_key(p), j);
    if (j->label)
        j->ast.end = j->label->end;
    return &j->ast;
}

/* 'return' | 'exit' | 'throw', with a pipeline-chain? */
static struct hop_ast *
exit_statement(struct parser *p, const struct tok *t, enum hop_ast_kind kind)
{
    struct hop_ast_exit *e = NODE(p, kind, hop_ast_exit, t->at);

    e->pipeline = adopt(p, pipeline_chain(p), e);
    if (e->pipeline)
        e->ast.end = e->pipeline->end;
    return &e->ast;
}

/* ':label' (switch | foreach | for | while | do) */
static struct hop_ast *
labeled_statement(struct parser *p, const struct tok *label)
{
    struct tok t = next(p);

    switch (t.kind) {
    case HOP_TOKEN_SWITCH: return switch_statement(p, label, &t);
    case HOP_TOKEN_FOREACH: return foreach_statement(p, label, &t);
    case HOP_TOKEN_FOR: return for_statement(p, label, &t);
    case HOP_TOKEN_WHILE: return while_statement(p, label, &t);
    case HOP_TOKEN_DO: return do_statement(p, label, &t);
    default: resync(p, label->at.start); return pipeline_chain(p);
    }
}

static struct hop_ast *
reserved_statement(struct parser *p, const struct tok *t)
{
    report(p, t->at, "ReservedKeywordNotAllowed",
           STR(hop_token_kind_text(t->kind)));
    return error_node(p, HOP_AST_ERROR_STATEMENT, t->at, NULL);
}

/* ('parallel' | 'sequence') statement-block: left from workflows. */
static struct hop_ast *
block_statement(struct parser *p, const struct tok *t)
{
    struct hop_ast_block *body = statement_block(p);
    struct hop_ast_block_statement *b;

    if (!body) {
        report_missing(p, after(t->at), "MissingStatementAfterKeyword",
                       t->text);
        return error_node(p, HOP_AST_ERROR_STATEMENT, t->at, NULL);
    }
    report(p, t->at, "UnexpectedKeyword", t->text);
    b = NODE(p, HOP_AST_BLOCK_STATEMENT, hop_ast_block_statement,
             extent_of(t->at, AT(body)));
    b->body = adopt(p, body, b);
    return &b->ast;
}

static struct hop_ast *
misplaced_using(struct parser *p, const struct tok *t)
{
    struct hop_ast *s = using_statement(p, t);

    report(p, at_of(s), "UsingMustBeAtStartOfScript", NO_ARG);
    return s;
}

/* The statement that a token begins; NULL when it is a pipeline. */
static struct hop_ast *
keyword_statement(struct parser *p, const struct tok *t)
{
    switch (t->kind) {
    case HOP_TOKEN_IF: return if_statement(p, t);
    case HOP_TOKEN_SWITCH: return switch_statement(p, NULL, t);
    case HOP_TOKEN_FOREACH: return foreach_statement(p, NULL, t);
    case HOP_TOKEN_FOR: return for_statement(p, NULL, t);
    case HOP_TOKEN_WHILE: return while_statement(p, NULL, t);
    case HOP_TOKEN_DO: return do_statement(p, NULL, t);
    case HOP_TOKEN_FUNCTION:
    case HOP_TOKEN_FILTER:
    case HOP_TOKEN_WORKFLOW: return function_statement(p, t);
    case HOP_TOKEN_RETURN: return exit_statement(p, t, HOP_AST_RETURN);
    case HOP_TOKEN_THROW: return exit_statement(p, t, HOP_AST_THROW);
    case HOP_TOKEN_EXIT: return exit_statement(p, t, HOP_AST_EXIT);
    case HOP_TOKEN_BREAK:
    case HOP_TOKEN_CONTINUE: return jump_statement(p, t);
    case HOP_TOKEN_TRAP: return trap_statement(p, t);
    case HOP_TOKEN_TRY: return try_statement(p, t);
    case HOP_TOKEN_DATA: return data_statement(p, t);
    case HOP_TOKEN_PARALLEL:
    case HOP_TOKEN_SEQUENCE: return block_statement(p, t);
    case HOP_TOKEN_FROM:
    case HOP_TOKEN_DEFINE:
    case HOP_TOKEN_VAR: return reserved_statement(p, t);
    case HOP_TOKEN_CONFIGURATION:
    case HOP_TOKEN_CLASS:
    case HOP_TOKEN_ENUM: return refused_definition(p, t);
    case HOP_TOKEN_USING: return misplaced_using(p, t);
    case HOP_TOKEN_LABEL: skip_newlines(p); return labeled_statement(p, t);
    default: return NULL;
    }
}

static struct hop_type_name *
attribute_type(const struct hop_ast *a)
{
    if (a->kind == HOP_AST_ATTRIBUTE)
        return HOP_AST_AS(hop_ast_attribute, a)->type_name;
    return HOP_AST_AS(hop_ast_type, a)->type_name;
}

/* A statement that begins with '[': attributes in front of a keyword are
 * read, and mostly refused; a type in front of anything else is an expression
 * and read again.  True when attributes were read and stay behind us. */
static bool
bracketed_start(struct parser *p, struct tok *t)
{
    AUTO_LIST struct list attributes = {0};
    uint32_t start = t->at.start;
    struct hop_ast *constraint = NULL;

    resync(p, start);
    attribute_list(p, false, &attributes);
    *t = next(p);
    if (!attributes.n)
        return false;
    for (uint32_t i = 0; i < attributes.n && !constraint; i++) {
        struct hop_ast *a = attributes.items[i];

        if (a->kind == HOP_AST_TYPE_CONSTRAINT)
            constraint = a;
    }
    if ((t->flags & HOP_TOKEN_NO_ATTRIBUTES) && !constraint) {
        report(p, at_of(attributes.items[0]), "UnexpectedAttribute",
               attribute_type(attributes.items[0])->name);
    } else if ((t->flags & HOP_TOKEN_IS_KEYWORD) &&
               !(t->flags & HOP_TOKEN_NO_ATTRIBUTES)) {
        if (constraint)
            report(p, at_of(constraint), "TypeNotAllowedBeforeStatement",
                   attribute_type(constraint)->name);
    } else {
        resync(p, start);
        *t = next(p);
    }
    return true;
}

/* After an error these words are left-overs of a broken statement. */
static bool
is_left_over(const struct parser *p, const struct tok *t)
{
    return p->unit->n_errors &&
           (t->kind == HOP_TOKEN_ELSE || t->kind == HOP_TOKEN_ELSE_IF ||
            t->kind == HOP_TOKEN_CATCH || t->kind == HOP_TOKEN_UNTIL);
}

static struct hop_ast *
statement_body(struct parser *p)
{
    struct tok t = next(p);
    uint32_t start = t.at.start;
    bool attributes = false;
    struct hop_ast *s;

    if (t.kind == HOP_TOKEN_GENERIC && t.text.len && t.text.text[0] == '[')
        attributes = bracketed_start(p, &t);
    if (is_left_over(p, &t)) {
        skip_newlines(p);
        return statement(p);
    }
    if (t.kind == HOP_TOKEN_END_OF_INPUT && !attributes) {
        unget(p, &t);
        return NULL;
    }
    s = keyword_statement(p, &t);
    if (s)
        return s;
    if (attributes)
        resync(p, start);
    else
        unget(p, &t);
    return pipeline_chain(p);
}

struct hop_ast *
statement(struct parser *p)
{
    struct hop_ast *s = enter(p) ? statement_body(p) : NULL;

    leave(p);
    return s;
}
