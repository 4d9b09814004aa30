/* data and using.
 *
 * SPDX-License-Identifier: MIT
 */
#include "lang/parser.h"

/* '-SupportedCommand' command (',' command)*; false after an error. */
static bool
supported_commands(struct parser *p, const struct tok *param,
                   struct list *commands, struct lang_extent *end)
{
    struct tok comma = *param;
    bool ok = is_parameter(param, "SupportedCommand");

    *end = param->at;
    if (!ok)
        report(p, param->at, "InvalidParameterForDataSectionStatement",
               param->value);
    for (;;) {
        struct hop_ast *e;

        skip_newlines(p);
        e = single_argument(p, ARGUMENT_NAME);
        if (!e) {
            if (ok)
                report_missing(
                    p, after(comma.at),
                    "MissingValueForSupportedCommandInDataSectionStatement",
                    NO_ARG);
            *end = comma.at;
            return false;
        }
        list_add(commands, e);
        if (peek(p)->kind != HOP_TOKEN_COMMA)
            break;
        comma = next(p);
    }
    if (ok)
        *end = at_of(commands->items[commands->n - 1]);
    return ok;
}

/* 'data' name? ('-SupportedCommand' commands)? statement-block */
struct hop_ast *
data_statement(struct parser *p, const struct tok *t)
{
    AUTO_LIST struct list commands = {0};
    struct lang_extent end = t->at;
    struct hop_ast_string *name;
    struct hop_ast_block *body = NULL;
    struct hop_ast_data *d;
    struct tok param;
    bool ok = true;

    skip_newlines(p);
    name = simple_name(p);
    if (name)
        end = AT(name);
    skip_newlines(p);
    param = *peek(p);
    if (param.kind == HOP_TOKEN_PARAMETER) {
        skip(p);
        ok = supported_commands(p, &param, &commands, &end);
    }
    if (ok) {
        body = statement_block(p);
        if (!body)
            report_missing(p, after(end), "MissingStatementBlockForDataSection",
                           NO_ARG);
    }
    if (!body)
        return error_node(p, HOP_AST_ERROR_STATEMENT, extent_of(t->at, end),
                          &commands);
    d = NODE(p, HOP_AST_DATA, hop_ast_data, extent_of(t->at, AT(body)));
    if (name)
        d->variable = name->value;
    d->commands = list_adopt(p, &commands, d);
    d->body = adopt(p, body, d);
    return &d->ast;
}

/* ---- using ----------------------------------------------------------------
 */

static const struct {
    enum hop_token_kind token;
    enum hop_using_kind kind;
    bool alias_allowed, alias_required;
} using_kinds[] = {
    {HOP_TOKEN_NAMESPACE, HOP_USING_NAMESPACE, true, false},
    {HOP_TOKEN_TYPE, HOP_USING_TYPE, false, true},
    {HOP_TOKEN_MODULE, HOP_USING_MODULE, true, false},
    {HOP_TOKEN_COMMAND, HOP_USING_COMMAND, false, true},
    {HOP_TOKEN_ASSEMBLY, HOP_USING_ASSEMBLY, false, false},
};

static bool
ends_using(const struct tok *t)
{
    return t->kind == HOP_TOKEN_END_OF_INPUT || t->kind == HOP_TOKEN_NEW_LINE ||
           t->kind == HOP_TOKEN_SEMI;
}

static void
require_terminator(struct parser *p)
{
    struct tok t = *peek(p);

    if (t.kind == HOP_TOKEN_NEW_LINE || t.kind == HOP_TOKEN_SEMI)
        skip(p);
    else if (t.kind != HOP_TOKEN_END_OF_INPUT)
        report_missing(p, t.at, "MissingStatementTerminator", NO_ARG);
}

static struct hop_ast *
bad_using(struct parser *p, const struct tok *using, struct lang_extent end)
{
    return error_node(p, HOP_AST_ERROR_STATEMENT, extent_of(using->at, end),
                      NULL);
}

static bool
is_using_name(const struct hop_ast *e, enum hop_using_kind kind)
{
    return e && (e->kind == HOP_AST_STRING_CONSTANT ||
                 (kind == HOP_USING_MODULE && e->kind == HOP_AST_HASHTABLE));
}

static struct hop_ast *
bad_using_value(struct parser *p, const struct tok *using,
                const struct hop_ast *e, const struct tok *t)
{
    struct lang_extent at = e ? at_of(e) : t->at;
    struct hop_name text = {p->unit->source + at.start, at.end - at.start};

    report(p, at, "InvalidValueForUsingItemName", text);
    if (!e)
        sync_on(p, true, SYNC_SEMI | SYNC_NEWLINE);
    return bad_using(p, using, at);
}

/* '=' alias behind the name. */
static struct hop_ast *
using_alias(struct parser *p, const struct tok *using,
            struct hop_ast_using_statement *u)
{
    struct tok equals = next(p), t = next(p);
    struct hop_ast *alias;

    if (ends_using(&t)) {
        unget(p, &t);
        report_missing(p, after(equals.at), "MissingNamespaceAlias", NO_ARG);
        return bad_using(p, using, equals.at);
    }
    if (t.kind == HOP_TOKEN_COMMA) {
        report(p, t.at, "UnexpectedUnaryOperator", t.text);
        return bad_using(p, using, t.at);
    }
    alias = command_argument(p, ARGUMENT, t);
    if (!is_using_name(alias, u->kind))
        return bad_using_value(p, using, alias, &t);
    if (alias->kind == HOP_AST_HASHTABLE)
        u->module_spec = adopt(p, alias, u);
    else
        u->alias = adopt(p, alias, u);
    u->ast.end = alias->end;
    require_terminator(p);
    return &u->ast;
}

/* 'using' directive name ('=' alias)? */
struct hop_ast *
using_statement(struct parser *p, const struct tok *using)
{
    struct tok directive = next(p), t;
    struct hop_ast_using_statement *u;
    struct hop_ast *item;
    size_t k = 0;

    while (k < HOP_ARRAY_SIZE(using_kinds) &&
           using_kinds[k].token != directive.kind)
        k++;
    if (k == HOP_ARRAY_SIZE(using_kinds)) {
        unget(p, &directive);
        report_missing(p, after(using->at), "MissingUsingStatementDirective",
                       NO_ARG);
        return bad_using(p, using, using->at);
    }
    t = next(p);
    if (ends_using(&t) || t.kind == HOP_TOKEN_COMMA) {
        if (t.kind == HOP_TOKEN_END_OF_INPUT)
            unget(p, &t);
        report_missing(p, after(directive.at), "MissingUsingItemName", NO_ARG);
        return bad_using(p, using, directive.at);
    }
    item = command_argument(p, ARGUMENT, t);
    if (!is_using_name(item, using_kinds[k].kind))
        return bad_using_value(p, using, item, &t);
    u = NODE(p, HOP_AST_USING_STATEMENT, hop_ast_using_statement,
             extent_of(using->at, at_of(item)));
    u->kind = using_kinds[k].kind;
    if (item->kind == HOP_AST_HASHTABLE) {
        u->module_spec = adopt(p, item, u);
    } else {
        u->name = adopt(p, item, u);
        if ((using_kinds[k].alias_allowed || using_kinds[k].alias_required) &&
            peek(p)->kind == HOP_TOKEN_EQUALS)
            return using_alias(p, using, u);
        if (using_kinds[k].alias_required) {
            report_missing(p, after(t.at), "MissingEqualsInUsingAlias", NO_ARG);
            return bad_using(p, using, at_of(item));
        }
    }
    require_terminator(p);
    return &u->ast;
}
