/* Completion: the text up to the cursor and one letter more is parsed, so that
 * a word always stands at the cursor; the node that ends there tells what it
 * is.
 *
 * SPDX-License-Identifier: MIT
 */
#include "lang/complete.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/text.h"
#include "lang/lexer.h"
#include "lang/names.h"

/* The letter that is added: no operator or keyword ends in it. */
#define MARK "x"

/* ---- results ---------------------------------------------------------------
 */

void
hop_complete_add(struct hop_completion_list *l, const char *text,
                 const char *item, const char *tip, enum hop_complete_type type)
{
    if (l->n == l->cap) {
        l->cap = l->cap ? l->cap * 2 : 32;
        l->results = hop_xrealloc(l->results, l->cap, sizeof(l->results[0]));
    }
    l->results[l->n++] = (struct hop_complete_result){
        .text = hop_arena_strdup(&l->arena, text),
        .item = hop_arena_strdup(&l->arena, item ? item : text),
        .tip = hop_arena_strdup(&l->arena, tip ? tip : text),
        .type = type,
    };
}

bool
hop_complete_fits(const struct hop_completion_list *l, const char *name)
{
    size_t n = strlen(l->request.word);

    return strlen(name) >= n &&
           lang_name_eq((struct hop_name){name, (uint32_t)n},
                        (struct hop_name){l->request.word, (uint32_t)n});
}

void
hop_complete_free(struct hop_completion_list *l)
{
    if (!l)
        return;
    hop_unit_unref(l->request.unit);
    hop_arena_done(&l->arena);
    free(l->results);
    free(l);
}

/* ---- the node at the cursor -------------------------------------------------
 */

struct search {
    struct hop_completion_list *l;
    uint32_t end; /* of the text with its mark */
};

/* The word without its mark. */
static const char *
word_of(struct search *s, struct hop_name n)
{
    uint32_t len = n.len ? n.len - 1 : 0;

    return hop_arena_strndup(&s->l->arena, n.text ? n.text : "", len);
}

static void
found(struct search *s, enum hop_complete_kind kind, uint32_t start,
      const char *word)
{
    s->l->request.kind = kind;
    s->l->request.word = word;
    s->l->start = start;
    s->l->length = s->end - 1 - start;
}

/* Which command an element belongs to, and what stands before it there. */
static void
look_at_command(struct search *s, const struct hop_ast_command *c,
                const struct hop_ast *element)
{
    struct hop_complete_request *r = &s->l->request;
    const struct hop_ast *first = c->elements.items[0];

    r->command = c;
    if (first->kind == HOP_AST_STRING_CONSTANT)
        r->command_name = HOP_AST_AS(hop_ast_string, first)->value.text;
    for (uint32_t i = 1; i < c->elements.n; i++) {
        const struct hop_ast *e = c->elements.items[i];

        if (e == element)
            break;
        r->parameter = NULL;
        if (e->kind == HOP_AST_COMMAND_PARAMETER)
            r->parameter = HOP_AST_AS(hop_ast_command_parameter, e)->name.text;
        else
            r->position++;
    }
}

static char
quote_of(const struct search *s, const struct hop_ast *node)
{
    size_t n;
    const char *source = hop_unit_source(s->l->request.unit, &n);
    size_t used;
    uint32_t c = hop_utf8_decode(source + node->start, n - node->start, &used);

    if (lex_is_single_quote(c))
        return '\'';
    return lex_is_double_quote(c) ? '"' : 0;
}

/* A word: a command's name, an argument, a file. */
static void
look_at_word(struct search *s, const struct hop_ast *node,
             struct hop_name value)
{
    struct hop_complete_request *r = &s->l->request;
    const struct hop_ast *p = node->parent, *element = node;

    while (p && (p->kind == HOP_AST_ARRAY_LITERAL ||
                 p->kind == HOP_AST_ERROR_EXPRESSION)) {
        element = p;
        p = p->parent;
    }
    if (!p)
        return;
    if (p->kind == HOP_AST_FILE_REDIRECTION) {
        found(s, HOP_COMPLETE_FOR_PATH, node->start, word_of(s, value));
    } else if (p->kind == HOP_AST_COMMAND_PARAMETER &&
               p->parent->kind == HOP_AST_COMMAND) {
        found(s, HOP_COMPLETE_FOR_ARGUMENT, node->start, word_of(s, value));
        look_at_command(s, HOP_AST_AS(hop_ast_command, p->parent), p);
        r->parameter = HOP_AST_AS(hop_ast_command_parameter, p)->name.text;
    } else if (p->kind == HOP_AST_COMMAND) {
        const struct hop_ast_command *c = HOP_AST_AS(hop_ast_command, p);
        bool name = c->elements.items[0] == element;

        found(s, name ? HOP_COMPLETE_FOR_COMMAND : HOP_COMPLETE_FOR_ARGUMENT,
              node->start, word_of(s, value));
        if (!name)
            look_at_command(s, c, element);
    } else if (p->kind == HOP_AST_COMMAND_EXPRESSION) {
        found(s, HOP_COMPLETE_FOR_PATH, node->start, word_of(s, value));
    }
    r->quote = quote_of(s, node);
}

static void
look_at_parameter(struct search *s, const struct hop_ast_command_parameter *p)
{
    const struct hop_ast *parent = p->ast.parent;

    if (p->colon || p->name_end != s->end)
        return;
    /* An operator half written ("$a -e") is a parameter out of place. */
    if (parent && parent->kind == HOP_AST_COMMAND) {
        found(s, HOP_COMPLETE_FOR_PARAMETER, p->ast.start, word_of(s, p->name));
        look_at_command(s, HOP_AST_AS(hop_ast_command, parent), &p->ast);
    } else {
        found(s, HOP_COMPLETE_FOR_OPERATOR, p->ast.start, word_of(s, p->name));
    }
}

static void
look_at_variable(struct search *s, const struct hop_ast_variable *v)
{
    found(s, HOP_COMPLETE_FOR_VARIABLE, v->ast.start, word_of(s, v->path));
    s->l->request.splatted = v->splatted;
}

static void
look_at_member(struct search *s, const struct hop_ast_member *m)
{
    if (m->member->kind != HOP_AST_STRING_CONSTANT || m->member->end != s->end)
        return;
    found(s, HOP_COMPLETE_FOR_MEMBER, m->member->start,
          word_of(s, HOP_AST_AS(hop_ast_string, m->member)->value));
    s->l->request.target = m->target;
    s->l->request.is_static = m->is_static;
}

/* A type name that ends at the cursor, or an argument of a generic one. */
static void
look_at_type(struct search *s, const struct hop_type_name *t)
{
    if (t->kind == HOP_TYPE_NAME_GENERIC) {
        for (uint32_t i = 0; i < t->n_arguments; i++)
            look_at_type(s, t->arguments[i]);
        return;
    }
    if (t->kind == HOP_TYPE_NAME_SIMPLE && t->end == s->end)
        found(s, HOP_COMPLETE_FOR_TYPE, t->start, word_of(s, t->name));
}

static bool
look_at(void *ctx, struct hop_ast *node)
{
    struct search *s = ctx;

    switch (node->kind) {
    case HOP_AST_TYPE:
    case HOP_AST_TYPE_CONSTRAINT:
        look_at_type(s, HOP_AST_AS(hop_ast_type, node)->type_name);
        return true;
    case HOP_AST_ATTRIBUTE:
        look_at_type(s, HOP_AST_AS(hop_ast_attribute, node)->type_name);
        return true;
    case HOP_AST_COMMAND_PARAMETER:
        look_at_parameter(s, HOP_AST_AS(hop_ast_command_parameter, node));
        return true;
    default: break;
    }
    if (node->end != s->end)
        return true;
    switch (node->kind) {
    case HOP_AST_VARIABLE:
        look_at_variable(s, HOP_AST_AS(hop_ast_variable, node));
        break;
    case HOP_AST_MEMBER:
        look_at_member(s, HOP_AST_AS(hop_ast_member, node));
        break;
    case HOP_AST_STRING_CONSTANT:
        look_at_word(s, node, HOP_AST_AS(hop_ast_string, node)->value);
        break;
    case HOP_AST_EXPANDABLE_STRING:
        look_at_word(s, node, HOP_AST_AS(hop_ast_expandable, node)->value);
        break;
    default: break;
    }
    return true;
}

static bool
is_in_comment(const struct hop_unit *u, uint32_t end)
{
    size_t n;
    const struct hop_token *t = hop_unit_comments(u, &n);

    return n && t[n - 1].end == end;
}

/* ---- putting texts together
 * -------------------------------------------------- */

static bool
needs_quotes(const char *s)
{
    return *s == '\0' || s[strcspn(s, " \t'\"`$(){}[];,|&<>@#")] != '\0';
}

static const char *
quoted(struct hop_completion_list *l, const char *s, char quote)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    char q = quote ? quote : '\'';

    hop_buf_addc(&b, q);
    for (; *s; s++) {
        if (q == '\'' && *s == '\'')
            hop_buf_addc(&b, '\'');
        if (q == '"' && (*s == '"' || *s == '`' || *s == '$'))
            hop_buf_addc(&b, '`');
        hop_buf_addc(&b, *s);
    }
    hop_buf_addc(&b, q);
    return hop_arena_strdup(&l->arena, hop_buf_str(&b));
}

static const char *
variable_text(struct hop_completion_list *l, const char *name)
{
    char sigil = l->request.splatted ? '@' : '$';
    bool plain = true;
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    for (size_t i = 0, used; name[i]; i += used) {
        uint32_t c = hop_utf8_decode(name + i, strlen(name + i), &used);

        plain &= lex_is_identifier_follow(c) || c == ':' || c == '?';
    }
    hop_buf_addf(&b, plain ? "%c%s" : "%c{%s}", sigil, name);
    return hop_arena_strdup(&l->arena, hop_buf_str(&b));
}

/* Sigils, dashes and quotes around the plain names of the lookup. */
static void
dress_results(struct hop_completion_list *l)
{
    for (size_t i = 0; i < l->n; i++) {
        struct hop_complete_result *r = &l->results[i];

        switch (l->request.kind) {
        case HOP_COMPLETE_FOR_VARIABLE:
            r->text = variable_text(l, r->text);
            break;
        case HOP_COMPLETE_FOR_PARAMETER: {
            HOP_AUTO_FREE char *dashed = hop_xasprintf("-%s", r->text);

            r->text = hop_arena_strdup(&l->arena, dashed);
            break;
        }
        case HOP_COMPLETE_FOR_COMMAND:
            if (l->request.quote || needs_quotes(r->text)) {
                HOP_AUTO_FREE char *call =
                    hop_xasprintf("& %s", quoted(l, r->text, l->request.quote));

                r->text = hop_arena_strdup(&l->arena, call);
            }
            break;
        case HOP_COMPLETE_FOR_ARGUMENT:
        case HOP_COMPLETE_FOR_PATH:
            if (l->request.quote || needs_quotes(r->text))
                r->text = quoted(l, r->text, l->request.quote);
            break;
        default: break;
        }
    }
}

static int
compare_results(const void *a, const void *b)
{
    const struct hop_complete_result *x = a, *y = b;
    int order = strcasecmp(x->item, y->item);

    return order ? order : strcmp(x->item, y->item);
}

static void
sort_results(struct hop_completion_list *l)
{
    size_t kept = 0;

    if (l->n)
        qsort(l->results, l->n, sizeof(l->results[0]), compare_results);
    for (size_t i = 0; i < l->n; i++)
        if (!kept || strcmp(l->results[kept - 1].text, l->results[i].text))
            l->results[kept++] = l->results[i];
    l->n = kept;
}

/* ---- lookups
 * ----------------------------------------------------------------- */

static void
add_operators(struct hop_completion_list *l)
{
    for (int op = HOP_OP_FORMAT; op < HOP_OPS; op++) {
        const char *text = hop_op_text((enum hop_op)op);

        if (text[0] == '-' && text[1] && text[1] != '-' &&
            hop_complete_fits(l, text + 1))
            hop_complete_add(l, text, NULL, NULL, HOP_COMPLETE_TEXT);
    }
}

static void
add_keywords(struct hop_completion_list *l)
{
    static const char *const keywords[] = {
        "begin",   "break",  "catch",   "clean",    "continue", "data",
        "do",      "else",   "elseif",  "end",      "exit",     "filter",
        "finally", "for",    "foreach", "function", "if",       "param",
        "process", "return", "switch",  "throw",    "trap",     "try",
        "until",   "using",  "while",
    };

    if (!*l->request.word)
        return;
    for (size_t i = 0; i < HOP_ARRAY_SIZE(keywords); i++)
        if (hop_complete_fits(l, keywords[i]))
            hop_complete_add(l, keywords[i], NULL, NULL, HOP_COMPLETE_KEYWORD);
}

static void
ask(void (*fn)(void *ctx, struct hop_completion_list *l),
    const struct hop_complete_lookup *lookup, struct hop_completion_list *l)
{
    if (fn)
        fn(lookup->ctx, l);
}

static void
collect(struct hop_completion_list *l, const struct hop_complete_lookup *lookup)
{
    switch (l->request.kind) {
    case HOP_COMPLETE_FOR_COMMAND:
        if (!strchr(l->request.word, '/')) {
            ask(lookup->commands, lookup, l);
            add_keywords(l);
        }
        if (strchr(l->request.word, '/') || !l->n ||
            l->request.word[0] == '~' || l->request.word[0] == '.')
            ask(lookup->paths, lookup, l);
        break;
    case HOP_COMPLETE_FOR_PARAMETER: ask(lookup->parameters, lookup, l); break;
    case HOP_COMPLETE_FOR_ARGUMENT:
        ask(lookup->values, lookup, l);
        if (!l->n)
            ask(lookup->paths, lookup, l);
        break;
    case HOP_COMPLETE_FOR_VARIABLE: ask(lookup->variables, lookup, l); break;
    case HOP_COMPLETE_FOR_MEMBER: ask(lookup->members, lookup, l); break;
    case HOP_COMPLETE_FOR_TYPE: ask(lookup->types, lookup, l); break;
    case HOP_COMPLETE_FOR_OPERATOR: add_operators(l); break;
    case HOP_COMPLETE_FOR_PATH: ask(lookup->paths, lookup, l); break;
    case HOP_COMPLETE_NOTHING: break;
    }
}

struct hop_completion_list *
hop_complete(const char *text, size_t n, size_t cursor,
             const struct hop_complete_lookup *lookup)
{
    struct hop_completion_list *l = hop_xmalloc(sizeof(*l));
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    struct search s = {.l = l};

    if (cursor > n)
        cursor = n;
    hop_arena_init(&l->arena, 0);
    l->request.word = "";
    l->start = (uint32_t)cursor;
    hop_buf_add(&b, text, cursor);
    hop_buf_adds(&b, MARK);
    l->request.unit = hop_lang_parse(hop_buf_str(&b), b.len, NULL, 0);
    s.end = (uint32_t)b.len;
    if (is_in_comment(l->request.unit, s.end))
        return l;
    hop_ast_visit(&hop_unit_root(l->request.unit)->ast, look_at, &s);
    collect(l, lookup);
    dress_results(l);
    sort_results(l);
    return l;
}
