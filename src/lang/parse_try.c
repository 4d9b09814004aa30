/* trap and try.
 *
 * SPDX-License-Identifier: MIT
 */
#include "lang/parser.h"

/* 'trap' type-literal? statement-block */
struct hop_ast *
trap_statement(struct parser *p, const struct tok *t)
{
    uint32_t start = restore_point(p);
    struct hop_ast *type;
    struct hop_ast_block *body;
    struct hop_ast_trap *trap;

    skip_newlines(p);
    type = attribute(p);
    if (type && type->kind != HOP_AST_TYPE_CONSTRAINT) {
        resync(p, start);
        type = NULL;
    }
    body = statement_block(p);
    if (!body) {
        AUTO_LIST struct list nested = {0};
        struct lang_extent end = type ? at_of(type) : t->at;

        report_missing(p, after(end), "MissingTrapStatement", NO_ARG);
        if (type)
            list_add(&nested, type);
        return error_node(p, HOP_AST_ERROR_STATEMENT, extent_of(t->at, end),
                          &nested);
    }
    trap = NODE(p, HOP_AST_TRAP, hop_ast_trap, extent_of(t->at, AT(body)));
    trap->type = adopt(p, type, trap);
    trap->body = adopt(p, body, trap);
    return &trap->ast;
}

struct try_parts {
    struct list catches, types;
    struct lang_extent error_end;
    bool failed;
};

static void
free_try(struct try_parts *t)
{
    list_free(&t->catches);
    list_free(&t->types);
}

static void
fail_try(struct parser *p, struct try_parts *parts, struct lang_extent end,
         const char *id)
{
    parts->failed = true;
    parts->error_end = end;
    report_missing(p, after(end), id, NO_ARG);
}

/* catch-types: type-literal (',' type-literal)*.  True when a type is missing
 * behind a comma. */
static bool
catch_types(struct parser *p, struct list *types, struct try_parts *parts)
{
    struct tok comma = {.kind = HOP_TOKEN_UNKNOWN};

    for (;;) {
        uint32_t start = restore_point(p);
        struct hop_ast *type;

        skip_newlines(p);
        type = attribute(p);
        if (!type) {
            if (comma.kind != HOP_TOKEN_COMMA)
                return false;
            fail_try(p, parts, comma.at, "MissingTypeLiteralToken");
            return true;
        }
        if (type->kind != HOP_AST_TYPE_CONSTRAINT) {
            resync(p, start);
            return false;
        }
        list_add(types, type);
        skip_newlines(p);
        comma = *peek(p);
        if (comma.kind != HOP_TOKEN_COMMA)
            return false;
        skip(p);
    }
}

/* catch-clause: 'catch' catch-types? statement-block */
static bool
catch_clause(struct parser *p, struct try_parts *parts)
{
    AUTO_LIST struct list types = {0};
    struct hop_ast_block *body;
    struct hop_ast_catch *c;
    struct tok t;
    bool reported;

    skip_newlines(p);
    t = next(p);
    if (t.kind != HOP_TOKEN_CATCH) {
        unget(p, &t);
        return false;
    }
    reported = catch_types(p, &types, parts);
    body = statement_block(p);
    if (!body) {
        if (!reported)
            fail_try(p, parts, types.n ? at_of(types.items[types.n - 1]) : t.at,
                     "MissingCatchHandlerBlock");
        for (uint32_t i = 0; i < types.n; i++)
            list_add(&parts->types, types.items[i]);
        return false;
    }
    c = NODE(p, HOP_AST_CATCH_CLAUSE, hop_ast_catch, extent_of(t.at, AT(body)));
    c->types = list_adopt(p, &types, c);
    c->body = adopt(p, body, c);
    list_add(&parts->catches, c);
    return true;
}

static struct hop_ast *
failed_try(struct parser *p, const struct tok *t, struct hop_ast_block *body,
           const struct try_parts *parts)
{
    AUTO_LIST struct list nested = {0};

    list_add(&nested, body);
    for (uint32_t i = 0; i < parts->catches.n; i++)
        list_add(&nested, parts->catches.items[i]);
    for (uint32_t i = 0; i < parts->types.n; i++)
        list_add(&nested, parts->types.items[i]);
    return error_node(p, HOP_AST_ERROR_STATEMENT,
                      extent_of(t->at, parts->error_end), &nested);
}

/* 'try' statement-block catch-clause* ('finally' statement-block)? */
struct hop_ast *
try_statement(struct parser *p, const struct tok *t)
{
    HOP_CLEANUP(free_try) struct try_parts parts = {0};
    struct hop_ast_block *body, *finally = NULL;
    struct hop_ast_try *node;
    struct tok f;

    skip_newlines(p);
    body = statement_block(p);
    if (!body) {
        report_missing(p, after(t->at), "MissingTryStatementBlock", NO_ARG);
        return error_node(p, HOP_AST_ERROR_STATEMENT, t->at, NULL);
    }
    while (catch_clause(p, &parts))
        ;
    skip_newlines(p);
    f = *peek(p);
    if (f.kind == HOP_TOKEN_FINALLY) {
        skip(p);
        finally = statement_block(p);
        if (!finally)
            fail_try(p, &parts, f.at, "MissingFinallyStatementBlock");
    }
    if (!parts.catches.n && !finally && !parts.failed)
        fail_try(p, &parts, AT(body), "MissingCatchOrFinally");
    if (parts.failed)
        return failed_try(p, t, body, &parts);
    node = NODE(p, HOP_AST_TRY, hop_ast_try, t->at);
    node->body = adopt(p, body, node);
    node->catches = list_adopt(p, &parts.catches, node);
    node->finally = adopt(p, finally, node);
    node->ast.end = finally ? finally->ast.end
                            : node->catches.items[node->catches.n - 1]->end;
    return &node->ast;
}
