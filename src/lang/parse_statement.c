/* Statements: which one it is, jumps, functions, try, trap, data, using.
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

/* ---- functions ----------------------------------------------------------- */

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

/* ---- trap, try ------------------------------------------------------------
 */

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

/* ---- data -----------------------------------------------------------------
 */

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
