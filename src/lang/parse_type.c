/* Attributes, type constraints and type names.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/alloc.h"
#include "base/buf.h"
#include "base/text.h"
#include "lang/parser.h"

#define MAX_RANK 32

static struct hop_type_name *
new_type_name(struct parser *p, enum hop_type_name_kind kind,
              struct lang_extent at)
{
    struct hop_type_name *t = hop_unit_alloc(p->unit, sizeof(*t));

    t->kind = kind;
    t->start = at.start;
    t->end = at.end;
    return t;
}

static struct lang_extent
type_extent(const struct hop_type_name *t)
{
    return (struct lang_extent){t->start, t->end};
}

static struct hop_type_name *
simple_type(struct parser *p, struct lang_extent at, struct hop_name name)
{
    struct hop_type_name *t = new_type_name(p, HOP_TYPE_NAME_SIMPLE, at);

    t->name = lang_name(p->unit, name.text, name.len);
    return t;
}

static struct hop_name
take_name(struct parser *p, const struct hop_buf *b)
{
    return lang_name(p->unit, hop_buf_str(b), b->len);
}

/* ", assembly" behind a type name, written into *assembly. */
static bool
assembly_name(struct parser *p, struct hop_name *assembly)
{
    struct tok comma = *peek(p);
    struct hop_name name;

    skip(p);
    name = lex_assembly_name(&p->lx);
    if (!name.len) {
        report(p, after(comma.at), "MissingAssemblyNameSpecification", NO_ARG);
        return false;
    }
    *assembly = name;
    return true;
}

static struct hop_type_name *
array_type(struct parser *p, struct hop_type_name *element, uint32_t rank,
           struct lang_extent end)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    struct hop_type_name *t = new_type_name(
        p, HOP_TYPE_NAME_ARRAY, extent_of(type_extent(element), end));

    hop_buf_add(&b, element->name.text, element->name.len);
    hop_buf_addc(&b, '[');
    hop_buf_fill(&b, ',', rank - 1);
    hop_buf_addc(&b, ']');
    t->name = take_name(p, &b);
    t->element = element;
    t->rank = rank;
    return t;
}

/* Commas of an array type: the rank is their number and one. */
static struct hop_type_name *
multi_array(struct parser *p, struct hop_type_name *element,
            const struct tok *first)
{
    struct tok t = *first, last = *first;
    uint32_t rank = 1;

    for (; t.kind == HOP_TOKEN_COMMA; t = next(p)) {
        last = t;
        rank++;
    }
    if (rank > MAX_RANK) {
        HOP_AUTO_FREE char *n = hop_xasprintf("%u", rank);

        if (t.kind != HOP_TOKEN_RBRACKET)
            unget(p, &t);
        report(p, extent_of(first->at, last.at), "ArrayHasTooManyDimensions",
               STR(n));
        return element;
    }
    if (t.kind != HOP_TOKEN_RBRACKET) {
        unget(p, &t);
        report(p, after(last.at), "EndSquareBracketExpectedAtEndOfAttribute",
               NO_ARG);
    }
    return array_type(p, element, rank, t.at);
}

/* dimension: the token behind '[' is given; then more dimensions. */
static struct hop_type_name *
array_dimensions(struct parser *p, struct hop_type_name *element,
                 struct hop_type_name *named, struct tok t, bool unbracketed)
{
    for (unsigned depth = 0;; depth++) {
        if (depth > 200 && !p->lx.stopped) {
            report(p, t.at, "ScriptTooComplicated", NO_ARG);
            p->lx.stopped = true;
        }
        if (t.kind == HOP_TOKEN_COMMA) {
            element = multi_array(p, element, &t);
        } else if (t.kind == HOP_TOKEN_RBRACKET) {
            element = array_type(p, element, 1, t.at);
        } else if (t.kind == HOP_TOKEN_END_OF_INPUT) {
            unget(p, &t);
            report(p, before(p, t.at),
                   "EndSquareBracketExpectedAtEndOfAttribute", NO_ARG);
        } else {
            report(p, t.at, "UnexpectedToken", t.text);
            sync_on(p, true, SYNC_RBRACKET);
        }
        if (!unbracketed && peek(p)->kind == HOP_TOKEN_COMMA) {
            assembly_name(p, &named->assembly);
            return element;
        }
        if (peek(p)->kind != HOP_TOKEN_LBRACKET)
            return element;
        skip(p);
        t = next(p);
    }
}

static struct hop_type_name *
bad_type(struct parser *p, struct lang_extent at)
{
    return simple_type(p, at, STR(":ErrorTypeName:"));
}

/* One argument: a type name, or one in brackets that may name its assembly. */
static struct hop_type_name *
generic_argument(struct parser *p, const struct tok *first)
{
    struct hop_type_name *type;
    struct tok t;

    if (first->kind == HOP_TOKEN_IDENTIFIER)
        return finish_type_name(p, first, true);
    t = next(p);
    if (t.kind != HOP_TOKEN_IDENTIFIER) {
        unget(p, &t);
        report_missing(p, after(t.at), "MissingTypename", NO_ARG);
        return bad_type(p, first->at);
    }
    type = finish_type_name(p, &t, false);
    t = next(p);
    if (t.kind != HOP_TOKEN_RBRACKET) {
        unget(p, &t);
        report_missing(p, before(p, t.at),
                       "EndSquareBracketExpectedAtEndOfType", NO_ARG);
    }
    return type;
}

/* generic-type-arguments: type-spec (',' type-spec)*; *last is the token that
 * ended them. */
struct hop_type_name **
generic_arguments(struct parser *p, const struct tok *first, struct tok *last,
                  uint32_t *n)
{
    AUTO_LIST struct list list = {0};
    struct hop_type_name **out;

    list_add(&list,
             enter(p) ? generic_argument(p, first) : bad_type(p, first->at));
    for (;;) {
        struct tok t;

        skip_newlines(p);
        *last = next(p);
        if (last->kind != HOP_TOKEN_COMMA)
            break;
        skip_newlines(p);
        t = *peek(p);
        if (t.kind == HOP_TOKEN_IDENTIFIER || t.kind == HOP_TOKEN_LBRACKET) {
            skip(p);
            list_add(&list, generic_argument(p, &t));
        } else {
            report_missing(p, after(last->at), "MissingTypename", NO_ARG);
            list_add(&list, bad_type(p, last->at));
        }
    }
    leave(p);
    out = hop_unit_alloc(p->unit, list.n * sizeof(out[0]));
    for (uint32_t i = 0; i < list.n; i++)
        out[i] = list.items[i];
    *n = list.n;
    return out;
}

static void
name_generic(struct parser *p, struct hop_type_name *g)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    hop_buf_add(&b, g->element->name.text, g->element->name.len);
    for (uint32_t i = 0; i < g->n_arguments; i++) {
        hop_buf_addc(&b, i ? ',' : '[');
        hop_buf_add(&b, g->arguments[i]->name.text, g->arguments[i]->name.len);
    }
    hop_buf_addc(&b, ']');
    g->name = take_name(p, &b);
}

static struct hop_type_name *
generic_type(struct parser *p, const struct tok *name, const struct tok *first,
             bool unbracketed)
{
    struct hop_type_name *g = new_type_name(p, HOP_TYPE_NAME_GENERIC, name->at);
    struct tok t;

    g->arguments = generic_arguments(p, first, &t, &g->n_arguments);
    g->end = t.at.end;
    if (t.kind != HOP_TOKEN_RBRACKET) {
        unget(p, &t);
        g->end = g->arguments[g->n_arguments - 1]->end;
        report_missing(p, before(p, t.at),
                       "EndSquareBracketExpectedAtEndOfAttribute", NO_ARG);
    }
    g->element = simple_type(p, name->at, name->text);
    name_generic(p, g);
    t = *peek(p);
    if (t.kind == HOP_TOKEN_LBRACKET) {
        skip(p);
        return array_dimensions(p, g, g->element, next(p), unbracketed);
    }
    if (t.kind == HOP_TOKEN_COMMA && !unbracketed)
        assembly_name(p, &g->element->assembly);
    return g;
}

/* Behind the name and '['. */
static struct hop_type_name *
array_or_generic(struct parser *p, const struct tok *name,
                 struct lang_extent lbracket, bool unbracketed)
{
    struct hop_type_name *simple;
    struct tok t;

    skip_newlines(p);
    t = next(p);
    if (t.kind == HOP_TOKEN_LBRACKET || t.kind == HOP_TOKEN_IDENTIFIER)
        return generic_type(p, name, &t, unbracketed);
    simple = simple_type(p, name->at, name->text);
    if (t.kind == HOP_TOKEN_RBRACKET || t.kind == HOP_TOKEN_COMMA)
        return array_dimensions(p, simple, simple, t, unbracketed);
    if (t.kind == HOP_TOKEN_END_OF_INPUT) {
        unget(p, &t);
        report_missing(p, after(lbracket), "MissingTypename", NO_ARG);
    } else {
        report(p, t.at, "UnexpectedToken", t.text);
        sync_on(p, true, SYNC_RBRACKET);
    }
    return simple;
}

/* type-spec, with its first token read. */
struct hop_type_name *
finish_type_name(struct parser *p, const struct tok *name, bool unbracketed)
{
    struct hop_type_name *simple;
    struct tok t = *peek(p);

    if (t.kind == HOP_TOKEN_LBRACKET) {
        skip(p);
        return array_or_generic(p, name, t.at, unbracketed);
    }
    simple = simple_type(p, name->at, name->text);
    if (t.kind == HOP_TOKEN_COMMA && !unbracketed &&
        assembly_name(p, &simple->assembly))
        simple->end = lex_current(&p->lx).end;
    return simple;
}

struct hop_type_name *
type_name(struct parser *p)
{
    enum lex_mode mode = p->lx.mode;
    struct hop_type_name *type = NULL;
    struct tok t;

    set_mode(p, LEX_TYPE_NAME);
    t = next(p);
    if (t.kind == HOP_TOKEN_IDENTIFIER)
        type = finish_type_name(p, &t, false);
    else
        unget(p, &t);
    set_mode(p, mode);
    return type;
}

/* ---- attributes ---------------------------------------------------------- */

struct arguments {
    struct list positional, named;
    struct lang_extent last;
};

static void
free_arguments(struct arguments *a)
{
    list_free(&a->positional);
    list_free(&a->named);
}

static bool
has_argument(const struct arguments *a, struct hop_name name)
{
    for (uint32_t i = 0; i < a->named.n; i++) {
        const struct hop_ast_named_argument *n = a->named.items[i];

        if (n->name.len == name.len &&
            memcmp(n->name.text, name.text, name.len) == 0)
            return true;
    }
    return false;
}

/* property-name ('=' expression)? */
static void
named_argument(struct parser *p, struct arguments *a,
               struct hop_ast_string *name)
{
    struct lang_extent at = at_of(&name->ast);
    struct hop_ast_named_argument *arg;
    struct hop_ast *value;
    struct tok t = *peek(p);
    bool omitted = t.kind != HOP_TOKEN_EQUALS;

    if (omitted) {
        struct hop_ast_constant *c =
            NODE(p, HOP_AST_CONSTANT, hop_ast_constant, at);

        c->is_true = true;
        value = &c->ast;
    } else {
        skip(p);
        skip_newlines(p);
        value = expression(p, false);
        if (!value) {
            report_missing(p, after(t.at), "MissingExpressionInNamedArgument",
                           NO_ARG);
            value = error_node(p, HOP_AST_ERROR_EXPRESSION, after(t.at), NULL);
            sync_on(p, true,
                    SYNC_COMMA | SYNC_RPAREN | SYNC_RBRACKET | SYNC_NEWLINE);
        }
        a->last = at_of(value);
    }
    if (has_argument(a, name->value)) {
        report(p, at, "DuplicateNamedArgument", name->value);
        return;
    }
    arg = NODE(p, HOP_AST_NAMED_ATTRIBUTE_ARGUMENT, hop_ast_named_argument,
               extent_of(at, at_of(value)));
    arg->name = name->value;
    arg->value = adopt(p, value, arg);
    arg->omitted = omitted;
    list_add(&a->named, arg);
}

static void
attribute_arguments(struct parser *p, struct arguments *a)
{
    struct tok comma = {.kind = HOP_TOKEN_UNKNOWN};

    for (;;) {
        struct hop_ast_string *name;
        struct hop_ast *e;

        skip_newlines(p);
        name = simple_name(p);
        if (name) {
            named_argument(p, a, name);
        } else if ((e = expression(p, false)) != NULL) {
            list_add(&a->positional, e);
            a->last = at_of(e);
        } else if (comma.kind == HOP_TOKEN_COMMA) {
            a->last = after(comma.at);
            report_missing(p, a->last, "MissingExpressionAfterToken", STR(","));
            list_add(&a->positional,
                     error_node(p, HOP_AST_ERROR_EXPRESSION, a->last, NULL));
        }
        skip_newlines(p);
        comma = *peek(p);
        if (comma.kind != HOP_TOKEN_COMMA)
            return;
        a->last = comma.at;
        skip(p);
    }
}

/* '(' attribute-arguments ')' ']', behind the '('. */
static struct hop_ast *
finish_attribute(struct parser *p, struct hop_type_name *type,
                 struct lang_extent start, struct lang_extent lparen)
{
    HOP_CLEANUP(free_arguments) struct arguments a = {.last = lparen};
    enum lex_mode mode = p->lx.mode;
    bool no_comma = p->no_comma;
    struct hop_ast_attribute *node;
    struct lang_extent end;
    struct tok rparen, rbracket;

    skip_newlines(p);
    set_mode(p, LEX_EXPRESSION);
    p->no_comma = true;
    attribute_arguments(p, &a);
    p->no_comma = no_comma;
    set_mode(p, mode);
    end = a.last;
    skip_newlines(p);
    rparen = next(p);
    if (rparen.kind == HOP_TOKEN_RPAREN) {
        end = rparen.at;
    } else {
        unget(p, &rparen);
        report_missing(p, after(a.last), "MissingEndParenthesisInExpression",
                       NO_ARG);
    }
    skip_newlines(p);
    rbracket = next(p);
    if (rbracket.kind == HOP_TOKEN_RBRACKET) {
        end = rbracket.at;
    } else {
        unget(p, &rbracket);
        if (rparen.kind == HOP_TOKEN_RPAREN)
            report_missing(p, after(rparen.at),
                           "EndSquareBracketExpectedAtEndOfAttribute", NO_ARG);
    }
    node = NODE(p, HOP_AST_ATTRIBUTE, hop_ast_attribute, extent_of(start, end));
    node->type_name = type;
    node->positional = list_adopt(p, &a.positional, node);
    node->named = list_adopt(p, &a.named, node);
    return &node->ast;
}

/* attribute: '[' type-spec ('(' attribute-arguments ')')? ']' */
struct hop_ast *
attribute(struct parser *p)
{
    struct hop_type_name *type;
    struct hop_ast_type *node;
    struct tok lbracket, t;

    if (p->has_ungot) {
        if (p->ungot.kind != HOP_TOKEN_LBRACKET)
            return NULL;
        lbracket = next(p);
    } else if (!lex_left_bracket(&p->lx, &lbracket)) {
        return NULL;
    }
    skip_newlines(p);
    type = type_name(p);
    if (!type) {
        resync(p, lbracket.at.start);
        report_missing(p, after(lbracket.at), "MissingTypename", NO_ARG);
        return NULL;
    }
    t = next(p);
    if (t.kind == HOP_TOKEN_LPAREN)
        return finish_attribute(p, type, lbracket.at, t.at);
    node = NODE(p, HOP_AST_TYPE_CONSTRAINT, hop_ast_type,
                extent_of(lbracket.at, t.at));
    node->type_name = type;
    if (t.kind != HOP_TOKEN_RBRACKET) {
        unget(p, &t);
        node->ast.end = type->end;
        report(p, before(p, t.at), "EndSquareBracketExpectedAtEndOfAttribute",
               NO_ARG);
    }
    return &node->ast;
}

bool
attribute_list(struct parser *p, bool in_expression, struct list *out)
{
    struct hop_ast *a;

    while ((a = attribute(p)) != NULL) {
        list_add(out, a);
        if (!in_expression || a->kind == HOP_AST_ATTRIBUTE)
            skip_newlines(p);
    }
    return out->n > 0;
}
