/* Functions and filters; classes and enums, which are refused.
 *
 * SPDX-License-Identifier: MIT
 */
#include "lang/parser.h"

static bool
cannot_name_function(enum hop_token_kind kind)
{
    switch (kind) {
    case HOP_TOKEN_PIPE:
    case HOP_TOKEN_LPAREN:
    case HOP_TOKEN_LCURLY:
    case HOP_TOKEN_AT_PAREN:
    case HOP_TOKEN_AT_CURLY:
    case HOP_TOKEN_RCURLY:
    case HOP_TOKEN_RPAREN:
    case HOP_TOKEN_END_OF_INPUT:
    case HOP_TOKEN_SEMI:
    case HOP_TOKEN_REDIRECTION:
    case HOP_TOKEN_REDIRECT_IN_STD:
    case HOP_TOKEN_AND_AND:
    case HOP_TOKEN_OR_OR:
    case HOP_TOKEN_AMPERSAND:
    case HOP_TOKEN_VARIABLE:
    case HOP_TOKEN_SPLATTED_VARIABLE:
    case HOP_TOKEN_HERE_STRING_EXPANDABLE:
    case HOP_TOKEN_HERE_STRING_LITERAL:
    case HOP_TOKEN_STRING_LITERAL:
    case HOP_TOKEN_STRING_EXPANDABLE: return true;
    default: return false;
    }
}

/* '(' parameter-list ')' behind a function's name.  False with *end set when
 * the closing parenthesis is missing. */
static bool
function_parameters(struct parser *p, struct list *parameters, bool *has,
                    struct lang_extent *end)
{
    struct tok lparen, rparen;

    skip_newlines(p);
    lparen = *peek(p);
    *has = lparen.kind == HOP_TOKEN_LPAREN;
    if (!*has)
        return true;
    skip(p);
    parameter_list(p, parameters);
    skip_newlines(p);
    rparen = next(p);
    if (rparen.kind != HOP_TOKEN_RPAREN) {
        unget(p, &rparen);
        *end = parameters->n ? at_of(parameters->items[parameters->n - 1])
                             : lparen.at;
        report_missing(p, after(*end),
                       "MissingEndParenthesisInFunctionParameterList", NO_ARG);
        skip_newlines(p);
        return false;
    }
    *end = rparen.at;
    skip_newlines(p);
    return true;
}

/* ('function' | 'filter') name ('(' parameter-list? ')')? '{' body '}' */
struct hop_ast *
function_statement(struct parser *p, const struct tok *t)
{
    AUTO_LIST struct list parameters = {0};
    struct hop_ast_function *f;
    struct hop_name value;
    struct lang_extent end;
    struct tok name, lcurly;
    bool has, ok;

    skip_newlines(p);
    name = next(p);
    if (cannot_name_function(name.kind)) {
        unget(p, &name);
        report_missing(p, after(t->at), "MissingNameAfterKeyword", t->text);
        return error_node(p, HOP_AST_ERROR_STATEMENT, t->at, NULL);
    }
    end = name.at;
    ok = function_parameters(p, &parameters, &has, &end);
    lcurly = next(p);
    if (lcurly.kind != HOP_TOKEN_LCURLY) {
        unget(p, &lcurly);
        if (ok)
            report_missing(p, after(end), "MissingFunctionBody", NO_ARG);
        ok = false;
    }
    if (!ok)
        return error_node(p, HOP_AST_ERROR_STATEMENT, extent_of(t->at, end),
                          &parameters);
    f = NODE(p, HOP_AST_FUNCTION_DEFINITION, hop_ast_function, t->at);
    value = name.kind == HOP_TOKEN_GENERIC ? name.value : name.text;
    f->name = lang_name(p->unit, value.text, value.len);
    f->is_filter = t->kind == HOP_TOKEN_FILTER;
    f->has_parameters = has;
    f->parameters = list_adopt(p, &parameters, f);
    f->body = adopt(p, script_block(p, &lcurly, f->is_filter), f);
    f->ast.end = f->body->ast.end;
    if (t->kind == HOP_TOKEN_WORKFLOW)
        report(p, AT(f), "WorkflowNotSupportedInPowerShellCore", NO_ARG);
    return &f->ast;
}

/* class, enum, configuration: what is .NET or DSC is refused here, past its
 * body. */
struct hop_ast *
refused_definition(struct parser *p, const struct tok *t)
{
    const char *id = t->kind == HOP_TOKEN_CLASS ? "HopClassNotSupported"
                     : t->kind == HOP_TOKEN_ENUM
                         ? "HopEnumNotSupported"
                         : "HopConfigurationNotSupported";
    struct lang_extent at = t->at;
    struct hop_name name = STR("");
    struct tok n;

    skip_newlines(p);
    n = next(p);
    for (; n.kind != HOP_TOKEN_LCURLY && n.kind != HOP_TOKEN_END_OF_INPUT &&
           n.kind != HOP_TOKEN_SEMI;
         n = next(p)) {
        if (!name.len)
            name = n.text;
        if (n.kind != HOP_TOKEN_NEW_LINE)
            at.end = n.at.end;
    }
    report(p, at, id, name);
    unget(p, &n);
    if (n.kind == HOP_TOKEN_LCURLY) {
        skip(p);
        for (unsigned depth = 1; depth && n.kind != HOP_TOKEN_END_OF_INPUT;) {
            n = next(p);
            depth += n.kind == HOP_TOKEN_LCURLY || n.kind == HOP_TOKEN_AT_CURLY;
            depth -= n.kind == HOP_TOKEN_RCURLY;
        }
        if (n.kind == HOP_TOKEN_END_OF_INPUT)
            unget(p, &n);
    }
    return error_node(p, HOP_AST_ERROR_STATEMENT, at, NULL);
}
