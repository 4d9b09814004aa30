/* Pipelines, pipeline chains, assignments, commands and their arguments.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/text.h"
#include "lang/parser.h"

/* ---- redirections ---------------------------------------------------------
 */

#define STREAMS (HOP_STREAM_INFORMATION + 1)

static const char *const stream_names[STREAMS] = {
    [HOP_STREAM_ALL] = "all streams",
    [HOP_STREAM_OUTPUT] = "output stream",
    [HOP_STREAM_ERROR] = "error stream",
    [HOP_STREAM_WARNING] = "warning stream",
    [HOP_STREAM_VERBOSE] = "verbose stream",
    [HOP_STREAM_DEBUG] = "debug stream",
    [HOP_STREAM_INFORMATION] = "information stream",
};

struct redirections {
    struct hop_ast_redirection *items[STREAMS]; /* by source stream */
};

static bool
is_redirection(const struct tok *t)
{
    return t->kind == HOP_TOKEN_REDIRECTION ||
           t->kind == HOP_TOKEN_REDIRECT_IN_STD;
}

static struct hop_ast_redirection *
merging_redirection(struct parser *p, const struct tok *t)
{
    struct hop_ast_redirection *r =
        NODE(p, HOP_AST_MERGING_REDIRECTION, hop_ast_redirection, t->at);

    if (t->to != HOP_STREAM_OUTPUT || t->from == t->to)
        report(p, t->at, "RedirectionNotSupported", t->text);
    r->from = t->from;
    r->to = HOP_STREAM_OUTPUT;
    return r;
}

/* NULL for <, which is reserved. */
static struct hop_ast_redirection *
file_redirection(struct parser *p, const struct tok *t, struct lang_extent *end)
{
    struct hop_ast *file = single_argument(p, ARGUMENT_FILE);
    struct hop_ast_redirection *r;

    if (!file) {
        report(p, after(t->at), "MissingFileSpecification", NO_ARG);
        file = error_node(p, HOP_AST_ERROR_EXPRESSION, t->at, NULL);
    }
    *end = extent_of(t->at, at_of(file));
    if (t->redirection == LEX_REDIRECT_IN) {
        report(p, t->at, "RedirectionNotSupported", t->text);
        return NULL;
    }
    r = NODE(p, HOP_AST_FILE_REDIRECTION, hop_ast_redirection, *end);
    r->from = t->from;
    r->append = t->append;
    r->location = adopt(p, file, r);
    return r;
}

/* Adds the redirection that a token begins and gives it (NULL for the
 * reserved <); its extent goes to *end. */
static struct hop_ast_redirection *
redirection(struct parser *p, const struct tok *t, struct redirections *all,
            struct lang_extent *end)
{
    struct hop_ast_redirection *r;

    if (t->kind == HOP_TOKEN_REDIRECT_IN_STD ||
        t->redirection == LEX_REDIRECT_FILE)
        r = file_redirection(p, t, end);
    else
        r = merging_redirection(p, t);
    if (!r)
        return NULL;
    *end = AT(r);
    if (all->items[r->from])
        report(p, AT(r), "StreamAlreadyRedirected", STR(stream_names[r->from]));
    else
        all->items[r->from] = r;
    return r;
}

static struct hop_ast_list
adopt_redirections(struct parser *p, const struct redirections *all,
                   void *parent)
{
    AUTO_LIST struct list list = {0};

    for (unsigned i = 0; i < STREAMS; i++)
        if (all->items[i])
            list_add(&list, all->items[i]);
    return list_adopt(p, &list, parent);
}

/* ---- arguments ------------------------------------------------------------
 */

static bool
is_verbatim_mark(const struct tok *t)
{
    return t->kind == HOP_TOKEN_GENERIC && !t->n_parts && t->value.len == 3 &&
           memcmp(t->value.text, "--%", 3) == 0;
}

static struct hop_ast *
word_argument(struct parser *p, enum argument_context context,
              const struct tok *t)
{
    bool generic = t->kind == HOP_TOKEN_GENERIC;

    if (generic && t->n_parts && context != ARGUMENT_NAME)
        return expandable(p, t, HOP_STRING_BAREWORD);
    if (generic)
        return string_node(p, t->at, t->value, HOP_STRING_BAREWORD);
    return string_node(p, t->at, lang_name(p->unit, t->text.text, t->text.len),
                       HOP_STRING_BAREWORD);
}

static bool
never_argument(enum hop_token_kind kind)
{
    switch (kind) {
    case HOP_TOKEN_PIPE:
    case HOP_TOKEN_RCURLY:
    case HOP_TOKEN_RPAREN:
    case HOP_TOKEN_END_OF_INPUT:
    case HOP_TOKEN_NEW_LINE:
    case HOP_TOKEN_SEMI:
    case HOP_TOKEN_REDIRECTION:
    case HOP_TOKEN_REDIRECT_IN_STD:
    case HOP_TOKEN_AND_AND:
    case HOP_TOKEN_OR_OR:
    case HOP_TOKEN_AMPERSAND:
    case HOP_TOKEN_MINUS_MINUS:
    case HOP_TOKEN_COMMA: return true;
    default: return false;
    }
}

static bool
begins_primary(enum hop_token_kind kind)
{
    switch (kind) {
    case HOP_TOKEN_SPLATTED_VARIABLE:
    case HOP_TOKEN_VARIABLE:
    case HOP_TOKEN_NUMBER:
    case HOP_TOKEN_HERE_STRING_EXPANDABLE:
    case HOP_TOKEN_STRING_EXPANDABLE:
    case HOP_TOKEN_HERE_STRING_LITERAL:
    case HOP_TOKEN_STRING_LITERAL:
    case HOP_TOKEN_LPAREN:
    case HOP_TOKEN_DOLLAR_PAREN:
    case HOP_TOKEN_AT_PAREN:
    case HOP_TOKEN_AT_CURLY:
    case HOP_TOKEN_LCURLY: return true;
    default: return false;
    }
}

static struct hop_ast *
array_node(struct parser *p, const struct list *elements)
{
    struct hop_ast_array_literal *a =
        NODE(p, HOP_AST_ARRAY_LITERAL, hop_ast_array_literal,
             extent_of(at_of(elements->items[0]),
                       at_of(elements->items[elements->n - 1])));

    a->elements = list_adopt(p, elements, a);
    return &a->ast;
}

/* command-argument: element (',' element)*, the first token given; lists only
 * as arguments proper. */
struct hop_ast *
command_argument(struct parser *p, enum argument_context context, struct tok t)
{
    AUTO_LIST struct list elements = {0};
    struct tok comma = {.kind = HOP_TOKEN_UNKNOWN};

    for (;;) {
        struct hop_ast *e;

        if (never_argument(t.kind)) {
            unget(p, &t);
            if (comma.kind != HOP_TOKEN_COMMA)
                return NULL;
            report_missing(p, after(comma.at), "MissingExpression", STR(","));
            return error_node(p, HOP_AST_ERROR_EXPRESSION,
                              extent_of(at_of(elements.items[0]), comma.at),
                              &elements);
        }
        if (begins_primary(t.kind)) {
            unget(p, &t);
            e = primary(p, true);
        } else {
            e = word_argument(p, context, &t);
        }
        list_add(&elements, e);
        if (context != ARGUMENT || is_verbatim_mark(&t) ||
            peek(p)->kind != HOP_TOKEN_COMMA)
            return elements.n == 1 ? e : array_node(p, &elements);
        comma = next(p);
        skip_newlines(p);
        t = next(p);
    }
}

struct hop_ast *
single_argument(struct parser *p, enum argument_context context)
{
    enum hop_token_kind kind = peek(p)->kind;
    enum lex_mode mode = p->lx.mode;
    struct hop_ast *e;

    if (kind == HOP_TOKEN_COMMA || kind == HOP_TOKEN_END_OF_INPUT)
        return NULL;
    set_mode(p, LEX_COMMAND);
    e = command_argument(p, context, next(p));
    set_mode(p, mode);
    return e;
}

/* ---- commands -------------------------------------------------------------
 */

struct command_parts {
    struct list elements;
    struct redirections redirections;
    enum argument_context context;
    bool dashes;   /* -- was seen: parameters are arguments */
    bool verbatim; /* --% was seen: nothing follows */
    struct lang_extent end;
};

static void
free_command(struct command_parts *c)
{
    list_free(&c->elements);
}

static struct hop_ast_command_parameter *
parameter_node(struct parser *p, const struct tok *t)
{
    struct hop_ast_command_parameter *c =
        NODE(p, HOP_AST_COMMAND_PARAMETER, hop_ast_command_parameter, t->at);

    c->name_end = t->at.end;
    return c;
}

/* The first -- ends the parameters; those behind it are arguments. */
static void
double_dash(struct parser *p, struct command_parts *c, const struct tok *t)
{
    struct hop_ast_command_parameter *param;

    c->end = t->at;
    if (c->dashes) {
        list_add(&c->elements,
                 string_node(p, t->at,
                             lang_name(p->unit, t->text.text, t->text.len),
                             HOP_STRING_BAREWORD));
        return;
    }
    c->dashes = true;
    param = parameter_node(p, t);
    param->name = STR("-");
    list_add(&c->elements, param);
}

/* -name, -name:argument */
static void
parameter_element(struct parser *p, struct command_parts *c,
                  const struct tok *t)
{
    struct hop_ast_command_parameter *param;

    c->end = t->at;
    if ((c->context & ARGUMENT_NAME) || c->dashes) {
        list_add(&c->elements,
                 string_node(p, t->at,
                             lang_name(p->unit, t->text.text, t->text.len),
                             HOP_STRING_BAREWORD));
        return;
    }
    param = parameter_node(p, t);
    param->name = lang_name(p->unit, t->value.text, t->value.len);
    param->colon = t->colon;
    list_add(&c->elements, param);
    if (!t->colon || peek(p)->kind == HOP_TOKEN_COMMA)
        return;
    param->argument = adopt(p, command_argument(p, ARGUMENT, next(p)), param);
    if (!param->argument) {
        report(p, after(t->at), "ParameterRequiresArgument", t->text);
        return;
    }
    param->ast.end = param->argument->end;
    c->end = AT(param);
}

/* The text behind --%. */
static void
verbatim_rest(struct parser *p, struct command_parts *c)
{
    struct hop_ast *s;
    struct tok t;

    if (p->has_ungot && p->ungot.kind != HOP_TOKEN_PARAMETER)
        return;
    p->has_ungot = false;
    t = lex_verbatim(&p->lx);
    s = string_node(p, t.at, lang_name(p->unit, t.text.text, t.text.len),
                    HOP_STRING_BAREWORD);
    HOP_AST_AS(hop_ast_string, s)->verbatim = true;
    list_add(&c->elements, s);
    c->end = t.at;
    c->verbatim = true;
}

static void
argument_element(struct parser *p, struct command_parts *c, const struct tok *t)
{
    struct hop_ast *e = command_argument(p, c->context, *t);

    if (!e)
        return;
    list_add(&c->elements, e);
    c->end = at_of(e);
    if (is_verbatim_mark(t))
        verbatim_rest(p, c);
}

/* One element of a command; false at a token that ends the command. */
static bool
command_element(struct parser *p, struct command_parts *c, const struct tok *t)
{
    switch (t->kind) {
    case HOP_TOKEN_PIPE:
    case HOP_TOKEN_RCURLY:
    case HOP_TOKEN_RPAREN:
    case HOP_TOKEN_END_OF_INPUT:
    case HOP_TOKEN_NEW_LINE:
    case HOP_TOKEN_SEMI:
    case HOP_TOKEN_AND_AND:
    case HOP_TOKEN_OR_OR:
    case HOP_TOKEN_AMPERSAND: unget(p, t); return false;
    case HOP_TOKEN_MINUS_MINUS: double_dash(p, c, t); return true;
    case HOP_TOKEN_COMMA:
        c->end = t->at;
        report(p, t->at, "MissingArgument", NO_ARG);
        skip_newlines(p);
        return true;
    case HOP_TOKEN_PARAMETER: parameter_element(p, c, t); return true;
    case HOP_TOKEN_REDIRECTION:
    case HOP_TOKEN_REDIRECT_IN_STD:
        c->end = t->at;
        if (!(c->context & ARGUMENT_NAME))
            redirection(p, t, &c->redirections, &c->end);
        else
            list_add(&c->elements,
                     string_node(p, t->at,
                                 lang_name(p->unit, t->text.text, t->text.len),
                                 HOP_STRING_BAREWORD));
        return true;
    default: argument_element(p, c, t); return !c->verbatim;
    }
}

static enum hop_invocation
invocation_of(enum hop_token_kind kind)
{
    return kind == HOP_TOKEN_DOT         ? HOP_INVOKE_DOT
           : kind == HOP_TOKEN_AMPERSAND ? HOP_INVOKE_CALL
                                         : HOP_INVOKE_NONE;
}

/* command: ('&' | '.')? element+ */
struct hop_ast *
command(struct parser *p)
{
    HOP_CLEANUP(free_command) struct command_parts c = {0};
    enum lex_mode mode = p->lx.mode;
    enum hop_invocation invocation;
    struct hop_ast_command *node;
    struct tok first, t;

    set_mode(p, LEX_COMMAND);
    first = t = next(p);
    c.end = t.at;
    c.context = ARGUMENT_NAME;
    invocation = invocation_of(t.kind);
    if (invocation) {
        t = next(p);
        c.context = ARGUMENT_NAME_INVOKED;
    }
    while (command_element(p, &c, &t)) {
        c.context = ARGUMENT;
        t = next(p);
    }
    set_mode(p, mode);
    if (!c.elements.n) {
        if (invocation)
            report(p, first.at, "MissingExpression", first.text);
        return NULL;
    }
    node =
        NODE(p, HOP_AST_COMMAND, hop_ast_command, extent_of(first.at, c.end));
    node->invocation = invocation;
    node->elements = list_adopt(p, &c.elements, node);
    node->redirections = adopt_redirections(p, &c.redirections, node);
    return &node->ast;
}

/* ---- pipelines ------------------------------------------------------------
 */

static struct hop_ast *
pipeline_expression(struct parser *p)
{
    enum lex_mode mode = p->lx.mode;
    struct hop_ast *e;

    set_mode(p, LEX_EXPRESSION);
    e = expression(p, false);
    set_mode(p, mode);
    return e;
}

/* An expression as the first element, with its redirections. */
static struct hop_ast *
command_expression(struct parser *p, struct hop_ast *e)
{
    struct redirections redirections = {{NULL}};
    struct lang_extent at = at_of(e);
    struct hop_ast_command_expression *node;

    while (is_redirection(peek(p))) {
        struct tok t = next(p);
        struct lang_extent end;
        struct hop_ast_redirection *r = redirection(p, &t, &redirections, &end);

        at = r ? extent_of(at, AT(r)) : at_of(e);
    }
    node = NODE(p, HOP_AST_COMMAND_EXPRESSION, hop_ast_command_expression, at);
    node->expression = adopt(p, e, node);
    node->redirections = adopt_redirections(p, &redirections, node);
    return &node->ast;
}

/* One element; the expression it begins with may have been read. */
static void
pipeline_element(struct parser *p, struct hop_ast *e, struct list *elements,
                 const struct tok *pipe)
{
    struct hop_ast *element;

    if (!e)
        e = pipeline_expression(p);
    if (e && elements->n)
        report(p, at_of(e), "ExpressionsMustBeFirstInPipeline", NO_ARG);
    element = e ? command_expression(p, e) : command(p);
    if (element)
        list_add(elements, element);
    else if (elements->n || peek(p)->kind == HOP_TOKEN_PIPE)
        report_missing(
            p, pipe->kind == HOP_TOKEN_PIPE ? after(pipe->at) : peek(p)->at,
            "EmptyPipeElement", NO_ARG);
}

/* Whether another element follows; takes the pipe in front of it. */
static bool
pipeline_goes_on(struct parser *p, struct tok *pipe)
{
    struct tok t = *peek(p);

    if (t.kind == HOP_TOKEN_NEW_LINE && lex_pipe_continues(&p->lx, t.at.end)) {
        skip_newlines(p);
        t = *peek(p);
    }
    *pipe = t;
    switch (t.kind) {
    case HOP_TOKEN_SEMI:
    case HOP_TOKEN_NEW_LINE:
    case HOP_TOKEN_RPAREN:
    case HOP_TOKEN_RCURLY:
    case HOP_TOKEN_END_OF_INPUT:
    case HOP_TOKEN_AND_AND:
    case HOP_TOKEN_OR_OR:
    case HOP_TOKEN_AMPERSAND: return false;
    case HOP_TOKEN_PIPE:
        skip(p);
        skip_newlines(p);
        if (peek(p)->kind != HOP_TOKEN_END_OF_INPUT)
            return true;
        report_missing(p, after(t.at), "EmptyPipeElement", NO_ARG);
        return false;
    default: report(p, t.at, "UnexpectedToken", t.text); return false;
    }
}

/* pipeline: (expression redirection* | command) ('|' command)* */
static struct hop_ast_pipeline *
pipeline(struct parser *p, struct hop_ast *e)
{
    AUTO_LIST struct list elements = {0};
    struct tok pipe = {.kind = HOP_TOKEN_UNKNOWN};
    struct hop_ast_pipeline *node;

    do {
        pipeline_element(p, e, &elements, &pipe);
        e = NULL;
    } while (pipeline_goes_on(p, &pipe));
    if (!elements.n)
        return NULL;
    node = NODE(p, HOP_AST_PIPELINE, hop_ast_pipeline,
                extent_of(at_of(elements.items[0]),
                          at_of(elements.items[elements.n - 1])));
    node->elements = list_adopt(p, &elements, node);
    return node;
}

/* ---- assignments ----------------------------------------------------------
 */

static const uint8_t assignment_ops[HOP_TOKEN_KINDS] = {
    [HOP_TOKEN_PLUS_EQUALS] = HOP_OP_ADD,
    [HOP_TOKEN_MINUS_EQUALS] = HOP_OP_SUBTRACT,
    [HOP_TOKEN_MULTIPLY_EQUALS] = HOP_OP_MULTIPLY,
    [HOP_TOKEN_DIVIDE_EQUALS] = HOP_OP_DIVIDE,
    [HOP_TOKEN_REMAINDER_EQUALS] = HOP_OP_REMAINDER,
    [HOP_TOKEN_QUESTION_QUESTION_EQUALS] = HOP_OP_COALESCE,
};

/* Behind "expression =": the value is any statement. */
static struct hop_ast *
assignment(struct parser *p, struct hop_ast *left, const struct tok *op)
{
    struct hop_ast_assignment *node;
    struct hop_ast *right;

    skip_newlines(p);
    right = statement(p);
    if (!right) {
        report_missing(p, after(op->at), "ExpectedValueExpression",
                       STR(hop_token_kind_text(op->kind)));
        right = error_node(p, HOP_AST_ERROR_STATEMENT, after(op->at), NULL);
    }
    node = NODE(p, HOP_AST_ASSIGNMENT, hop_ast_assignment,
                extent_of(at_of(left), at_of(right)));
    node->op = (enum hop_op)assignment_ops[op->kind];
    node->left = adopt(p, left, node);
    node->right = adopt(p, right, node);
    node->op_start = op->at.start;
    node->op_end = op->at.end;
    return &node->ast;
}

/* ---- chains ---------------------------------------------------------------
 */

static bool
is_chain_operator(enum hop_token_kind kind)
{
    return kind == HOP_TOKEN_AND_AND || kind == HOP_TOKEN_OR_OR;
}

static struct hop_ast *
join_chain(struct parser *p, struct hop_ast *left,
           struct hop_ast_pipeline *right, enum hop_token_kind op)
{
    struct hop_ast_chain *node;

    if (!left)
        return &right->ast;
    node = NODE(p, HOP_AST_PIPELINE_CHAIN, hop_ast_chain,
                extent_of(at_of(left), AT(right)));
    node->left = adopt(p, left, node);
    node->right = adopt(p, right, node);
    node->is_or = op == HOP_TOKEN_OR_OR;
    return &node->ast;
}

/* No pipeline behind && or ||; first is the token in its place. */
static struct hop_ast *
broken_chain(struct parser *p, struct hop_ast *left, const struct tok *op,
             const struct tok *first)
{
    AUTO_LIST struct list nested = {0};

    if (first->kind == HOP_TOKEN_END_OF_INPUT)
        report_missing(p, after(op->at), "EmptyPipelineChainElement", op->text);
    else if (first->kind != HOP_TOKEN_DOT && first->kind != HOP_TOKEN_AMPERSAND)
        report(p, extent_of(op->at, first->at), "EmptyPipelineChainElement",
               op->text);
    list_add(&nested, left);
    return error_node(p, HOP_AST_ERROR_STATEMENT,
                      extent_of(at_of(left), op->at), &nested);
}

/* '&' behind a pipeline: it may only end the chain. */
static struct hop_ast *
background(struct parser *p, struct hop_ast *chain)
{
    struct tok t;

    skip(p);
    t = *peek(p);
    if (is_chain_operator(t.kind)) {
        skip(p);
        report(p, t.at, "BackgroundOperatorInPipelineChain", NO_ARG);
        return error_node(p, HOP_AST_ERROR_STATEMENT,
                          extent_of(at_of(chain), t.at), NULL);
    }
    if (chain->kind == HOP_AST_PIPELINE)
        HOP_AST_AS(hop_ast_pipeline, chain)->background = true;
    else
        HOP_AST_AS(hop_ast_chain, chain)->background = true;
    return chain;
}

/* pipeline (('&&' | '||') pipeline)* '&'?, its first expression given */
static struct hop_ast *
chain_rest(struct parser *p, struct hop_ast *e)
{
    struct hop_ast *chain = NULL;
    struct tok op = {.kind = HOP_TOKEN_UNKNOWN};

    for (;;) {
        struct tok first = e ? op : *peek(p);
        struct hop_ast_pipeline *right = pipeline(p, e);

        e = NULL;
        if (!right)
            return chain ? broken_chain(p, chain, &op, &first) : NULL;
        chain = join_chain(p, chain, right, op.kind);
        op = *peek(p);
        if (op.kind == HOP_TOKEN_AMPERSAND)
            return background(p, chain);
        if (!is_chain_operator(op.kind))
            return chain;
        skip(p);
        skip_newlines(p);
        if (peek(p)->kind == HOP_TOKEN_END_OF_INPUT) {
            report_missing(p, after(op.at), "EmptyPipelineChainElement",
                           NO_ARG);
            return chain;
        }
    }
}

/* pipeline-chain: assignment | chain */
struct hop_ast *
pipeline_chain(struct parser *p)
{
    enum lex_mode mode = p->lx.mode;
    struct hop_ast *e, *s;
    struct tok op = {.kind = HOP_TOKEN_UNKNOWN};

    if (!enter(p)) {
        leave(p);
        return NULL;
    }
    set_mode(p, LEX_EXPRESSION);
    e = expression(p, false);
    if (e && (peek(p)->flags & HOP_TOKEN_ASSIGNMENT))
        op = next(p);
    set_mode(p, mode);
    s = op.kind != HOP_TOKEN_UNKNOWN ? assignment(p, e, &op) : chain_rest(p, e);
    leave(p);
    return s;
}
