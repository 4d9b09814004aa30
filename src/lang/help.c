/* Comment-based help: which comments belong to a function or script, and the
 * sections in them.
 *
 * SPDX-License-Identifier: MIT
 */
#include "lang/help.h"

#include <ctype.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "lang/parser.h"

/* A comment may stand this many lines above its function. */
#define PROXIMITY 2

struct line {
    const char *s;
    size_t n;
};

struct lines {
    struct line *items;
    size_t n, cap;
};

#define AUTO_LINES HOP_CLEANUP(free_lines)

static void
free_lines(struct lines *l)
{
    free(l->items);
}

static void
add_line(struct lines *l, const char *s, size_t n)
{
    if (l->n == l->cap) {
        l->cap = l->cap ? l->cap * 2 : 16;
        l->items = hop_xrealloc(l->items, l->cap, sizeof(l->items[0]));
    }
    l->items[l->n++] = (struct line){s, n};
}

static bool
is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\v' || c == '\f' || c == '\r';
}

static struct line
trim(struct line l)
{
    while (l.n && (is_blank(l.s[0]) || l.s[0] == '\n'))
        l.s++, l.n--;
    while (l.n && (is_blank(l.s[l.n - 1]) || l.s[l.n - 1] == '\n'))
        l.n--;
    return l;
}

/* ---- lines of comments -----------------------------------------------------
 */

/* The lines of one comment without <# #> or leading #. */
static void
comment_lines(const char *s, size_t n, struct lines *out)
{
    size_t from;

    if (s[0] != '<') {
        while (n && *s == '#')
            s++, n--;
        add_line(out, s, n);
        return;
    }
    n = n >= 4 ? n - 2 : 2;
    from = 2;
    for (size_t i = 2; i < n; i++) {
        if (s[i] != '\n' && s[i] != '\r')
            continue;
        add_line(out, s + from, i - from);
        if (s[i] == '\r' && s[i + 1] == '\n')
            i++;
        from = i + 1;
    }
    add_line(out, s + from, n > from ? n - from : 0);
}

/* A line such as ".PARAMETER Name": *word and *rest (empty when none). */
static bool
is_directive(struct line l, struct line *word, struct line *rest)
{
    size_t i = 1;

    l = trim(l);
    if (l.n < 2 || l.s[0] != '.')
        return false;
    while (i < l.n && (isalnum((unsigned char)l.s[i]) || l.s[i] == '_'))
        i++;
    if (i == 1 || (i < l.n && !is_blank(l.s[i])))
        return false;
    *word = (struct line){l.s + 1, i - 1};
    *rest = trim((struct line){l.s + i, l.n - i});
    return true;
}

static size_t
indent_of(struct line l, size_t most)
{
    size_t i = 0, columns = 0;

    while (i < l.n && columns < most) {
        if (l.s[i] == ' ' || l.s[i] == '\t')
            i++;
        else if (l.n - i > 1 && memcmp(l.s + i, "\xc2\xa0", 2) == 0)
            i += 2;
        else
            break;
        columns++;
    }
    return i;
}

/* The text of a section from line *i on, up to the next directive; *i is left
 * on its last line.  The first line's indent is taken off all. */
static const char *
section(struct hop_arena *a, const struct lines *l, size_t *i)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    struct line word, rest;
    size_t indent = SIZE_MAX;

    for (; *i < l->n; ++*i) {
        struct line line = l->items[*i];
        size_t skip;

        if (indent == SIZE_MAX && !trim(line).n)
            continue;
        if (is_directive(line, &word, &rest))
            break;
        skip = indent_of(line, indent);
        if (indent == SIZE_MAX)
            indent = skip;
        hop_buf_add(&b, line.s + skip, line.n - skip);
        hop_buf_addc(&b, '\n');
    }
    --*i;
    return hop_arena_strndup(a, hop_buf_str(&b), b.len);
}

/* ---- directives ------------------------------------------------------------
 */

struct reader {
    struct hop_help *help;
    struct list links, examples, inputs, outputs, names, texts;
};

static void
free_reader(struct reader *r)
{
    list_free(&r->links);
    list_free(&r->examples);
    list_free(&r->inputs);
    list_free(&r->outputs);
    list_free(&r->names);
    list_free(&r->texts);
}

static const char *
trimmed(struct hop_arena *a, const char *s)
{
    struct line l = trim((struct line){s, strlen(s)});

    return hop_arena_strndup(a, l.s, l.n);
}

/* Directives whose text follows: where it goes, and whether it is trimmed. */
static const struct {
    const char *name;
    size_t offset;
    bool trim;
} singles[] =
    {
        {"SYNOPSIS", offsetof(struct hop_help, synopsis), false},
        {"DESCRIPTION", offsetof(struct hop_help, description), false},
        {"NOTES", offsetof(struct hop_help, notes), false},
        {"COMPONENT", offsetof(struct hop_help, component), true},
        {"ROLE", offsetof(struct hop_help, role), true},
        {"FUNCTIONALITY", offsetof(struct hop_help, functionality), true},
},
  multiples[] =
      {
          {"LINK", offsetof(struct reader, links), true},
          {"EXAMPLE", offsetof(struct reader, examples), false},
          {"INPUTS", offsetof(struct reader, inputs), false},
          {"OUTPUTS", offsetof(struct reader, outputs), false},
},
  arguments[] = {
      {"FORWARDHELPTARGETNAME", offsetof(struct hop_help, forward_target),
       true},
      {"FORWARDHELPCATEGORY", offsetof(struct hop_help, forward_category),
       true},
      {"REMOTEHELPRUNSPACE", offsetof(struct hop_help, remote_runspace), true},
      {"EXTERNALHELP", offsetof(struct hop_help, external_help), true},
};

static bool
is_word(struct line word, const char *name)
{
    return word.n == strlen(name) && hop_ascii_ieqn(word.s, name, word.n);
}

static void
parameter_section(struct reader *r, struct line name, const char *text)
{
    char *upper = hop_arena_strndup(&r->help->arena, name.s, name.n);

    for (char *p = upper; *p; p++)
        *p = (char)toupper((unsigned char)*p);
    for (uint32_t i = 0; i < r->names.n; i++)
        if (strcmp(r->names.items[i], upper) == 0)
            return;
    list_add(&r->names, upper);
    list_add(&r->texts, (void *)(uintptr_t)text);
}

static bool
directive_with_argument(struct reader *r, struct line word, struct line arg,
                        const struct lines *l, size_t *i)
{
    struct hop_arena *a = &r->help->arena;

    if (is_word(word, "PARAMETER")) {
        ++*i;
        parameter_section(r, arg, section(a, l, i));
        return true;
    }
    for (size_t k = 0; k < HOP_ARRAY_SIZE(arguments); k++) {
        if (!is_word(word, arguments[k].name))
            continue;
        *(const char **)(void *)((char *)r->help + arguments[k].offset) =
            hop_arena_strndup(a, arg.s, arg.n);
        return true;
    }
    return false;
}

static bool
directive_alone(struct reader *r, struct line word, const struct lines *l,
                size_t *i)
{
    struct hop_arena *a = &r->help->arena;

    for (size_t k = 0; k < HOP_ARRAY_SIZE(singles); k++) {
        const char *text;

        if (!is_word(word, singles[k].name))
            continue;
        ++*i;
        text = section(a, l, i);
        *(const char **)(void *)((char *)r->help + singles[k].offset) =
            singles[k].trim ? trimmed(a, text) : text;
        return true;
    }
    for (size_t k = 0; k < HOP_ARRAY_SIZE(multiples); k++) {
        const char *text;

        if (!is_word(word, multiples[k].name))
            continue;
        ++*i;
        text = section(a, l, i);
        if (multiples[k].trim)
            text = trimmed(a, text);
        list_add((struct list *)(void *)((char *)r + multiples[k].offset),
                 (void *)(uintptr_t)text);
        return true;
    }
    return false;
}

/* False when the comment is no help: it has text outside sections, an unknown
 * directive, or none at all. */
static bool
read_sections(struct reader *r, const struct lines *l)
{
    bool found = false;

    for (size_t i = 0; i < l->n; i++) {
        struct line word, rest;

        if (!is_directive(l->items[i], &word, &rest)) {
            if (trim(l->items[i]).n)
                return false;
            continue;
        }
        found = true;
        if (rest.n ? !directive_with_argument(r, word, rest, l, &i)
                   : !directive_alone(r, word, l, &i))
            return false;
    }
    return found;
}

static struct hop_help_list
keep_list(struct hop_arena *a, const struct list *l)
{
    struct hop_help_list out = {NULL, l->n};

    out.items = hop_arena_alloc(a, (l->n + 1) * sizeof(out.items[0]));
    for (uint32_t i = 0; i < l->n; i++)
        out.items[i] = l->items[i];
    return out;
}

static struct hop_help *
make_help(const struct lines *l)
{
    struct hop_help *h = hop_xmalloc(sizeof(*h));
    HOP_CLEANUP(free_reader) struct reader r = {.help = h};

    hop_arena_init(&h->arena, 0);
    if (!read_sections(&r, l)) {
        hop_help_free(h);
        return NULL;
    }
    h->links = keep_list(&h->arena, &r.links);
    h->examples = keep_list(&h->arena, &r.examples);
    h->inputs = keep_list(&h->arena, &r.inputs);
    h->outputs = keep_list(&h->arena, &r.outputs);
    h->n_parameters = r.names.n;
    h->parameters =
        hop_arena_alloc(&h->arena, (r.names.n + 1) * sizeof(h->parameters[0]));
    for (uint32_t i = 0; i < r.names.n; i++)
        h->parameters[i] =
            (struct hop_help_parameter){r.names.items[i], r.texts.items[i]};
    return h;
}

void
hop_help_free(struct hop_help *h)
{
    if (!h)
        return;
    hop_arena_done(&h->arena);
    free(h);
}

/* ---- which comments --------------------------------------------------------
 */

struct source {
    struct hop_unit *unit; /* parsed with its tokens */
    const struct hop_token *tokens;
    size_t n;
};

static uint32_t
line_of(const struct source *s, uint32_t offset)
{
    return hop_unit_position(s->unit, offset).line;
}

static void
token_lines(const struct source *s, size_t i, struct lines *out)
{
    size_t len;
    const char *text = hop_unit_source(s->unit, &len);

    comment_lines(text + s->tokens[i].start,
                  s->tokens[i].end - s->tokens[i].start, out);
}

/* The first token that does not end before an offset. */
static size_t
token_at(const struct source *s, uint32_t offset)
{
    size_t i = 0;

    while (i < s->n && s->tokens[i].end <= offset)
        i++;
    return i;
}

static size_t
last_token(const struct source *s, uint32_t end, size_t from)
{
    size_t i = from;

    while (i < s->n && s->tokens[i].start < end)
        i++;
    return i ? i - 1 : 0;
}

/* Comments from token *i on, in one chunk of lines; *i goes behind it.  *last
 * is the line it ends on. */
static void
block_from(const struct source *s, size_t *i, struct lines *out, uint32_t *last)
{
    uint32_t most = UINT32_MAX;

    for (; *i < s->n; ++*i) {
        const struct hop_token *t = &s->tokens[*i];

        if (line_of(s, t->start) > most)
            return;
        if (t->kind == HOP_TOKEN_COMMENT) {
            token_lines(s, *i, out);
            *last = line_of(s, t->end);
            most = *last + 1;
        } else if (t->kind != HOP_TOKEN_NEW_LINE) {
            return;
        }
    }
}

/* The chunk of comments in front of a token. */
static void
block_before(const struct source *s, size_t i, uint32_t proximity,
             struct lines *out)
{
    uint32_t start = i < s->n ? line_of(s, s->tokens[i].start) : 0;
    uint32_t least = start > proximity ? start - proximity : 0;
    size_t from = i;

    for (size_t k = i; k-- > 0;) {
        const struct hop_token *t = &s->tokens[k];

        if (line_of(s, t->end) < least)
            break;
        if (t->kind == HOP_TOKEN_COMMENT) {
            from = k;
            least = line_of(s, t->start) - 1;
        } else if (t->kind != HOP_TOKEN_NEW_LINE) {
            break;
        }
    }
    for (; from < i; from++)
        if (s->tokens[from].kind == HOP_TOKEN_COMMENT)
            token_lines(s, from, out);
}

/* In a script a comment above its first function is the function's. */
static bool
belongs_to_function(const struct source *s,
                    const struct hop_ast_script_block *root, uint32_t last)
{
    const struct hop_ast_block *end = root->blocks[HOP_BLOCK_END];
    const struct hop_ast *first;

    if (!end || !end->unnamed || !end->statements.n)
        return false;
    first = end->statements.items[0];
    return first->kind == HOP_AST_FUNCTION_DEFINITION &&
           line_of(s, first->start) <= last + PROXIMITY;
}

/* Help inside a body: at its start, then at its end. */
static struct hop_help *
help_inside(const struct source *s, const struct hop_ast_script_block *root,
            size_t first, size_t last)
{
    AUTO_LINES struct lines tail = {0};

    for (size_t i = first;;) {
        AUTO_LINES struct lines l = {0};
        struct hop_help *h;
        uint32_t line = 0;

        block_from(s, &i, &l, &line);
        if (!l.n)
            break;
        h = make_help(&l);
        if (!h)
            continue;
        if (!root || !belongs_to_function(s, root, line))
            return h;
        hop_help_free(h);
        break;
    }
    if (last >= s->n)
        return NULL;
    block_before(s, last, line_of(s, s->tokens[last].start), &tail);
    return make_help(&tail);
}

static const struct hop_ast_list *
parameters_of(const struct hop_ast *node)
{
    const struct hop_ast_script_block *b;

    if (node->kind == HOP_AST_FUNCTION_DEFINITION) {
        const struct hop_ast_function *f = HOP_AST_AS(hop_ast_function, node);

        if (f->parameters.n)
            return &f->parameters;
        node = &f->body->ast;
    }
    b = HOP_AST_AS(hop_ast_script_block, node);
    return b->params ? &b->params->parameters : NULL;
}

/* The comments at each parameter. */
static void
parameter_comments(const struct source *s, const struct hop_ast *node,
                   struct hop_help *h)
{
    const struct hop_ast_list *params = parameters_of(node);
    AUTO_LIST struct list texts = {0};

    for (uint32_t i = 0; params && i < params->n; i++) {
        AUTO_LINES struct lines l = {0};
        size_t first = token_at(s, params->items[i]->start), last, at = 0;
        uint32_t line;

        block_before(s, first, PROXIMITY, &l);
        last = last_token(s, params->items[i]->end, first);
        for (size_t k = first; k < last; k++)
            if (s->tokens[k].kind == HOP_TOKEN_COMMENT)
                token_lines(s, k, &l);
        last++;
        block_from(s, &last, &l, &line);
        list_add(&texts, (void *)(uintptr_t)section(&h->arena, &l, &at));
    }
    h->parameter_comments = keep_list(&h->arena, &texts);
}

static struct hop_help *
help_of(const struct source *s, const struct hop_ast *node)
{
    AUTO_LINES struct lines above = {0};
    const struct hop_ast *body = node;
    struct hop_help *h;
    size_t first;

    if (!node->parent)
        return help_inside(s, HOP_AST_AS(hop_ast_script_block, node), 0,
                           s->n - 1);
    if (node->kind == HOP_AST_FUNCTION_DEFINITION) {
        block_before(s, token_at(s, node->start), PROXIMITY, &above);
        h = make_help(&above);
        if (h)
            return h;
        body = &HOP_AST_AS(hop_ast_function, node)->body->ast;
    }
    first = token_at(s, body->start) + 1;
    return help_inside(s, NULL, first, last_token(s, body->end, first));
}

struct hop_help *
hop_help_read(struct hop_unit *u, const struct hop_ast *node)
{
    HOP_AUTO_UNIT struct hop_unit *parsed = NULL;
    struct source s;
    struct hop_help *h;
    size_t n;
    const char *text = hop_unit_source(u, &n);

    if (node->parent && node->parent->kind == HOP_AST_FUNCTION_DEFINITION)
        node = node->parent;
    /* Most units are parsed without their tokens. */
    parsed = hop_unit_tokens(u, &s.n)
                 ? hop_unit_ref(u)
                 : hop_lang_parse(text, n, NULL, HOP_PARSE_TOKENS);
    s.unit = parsed;
    s.tokens = hop_unit_tokens(parsed, &s.n);
    if (!s.tokens)
        return NULL;
    h = help_of(&s, node);
    if (h)
        parameter_comments(&s, node, h);
    return h;
}

void
hop_help_example(const char *text, struct hop_buf *prompt, struct hop_buf *code,
                 struct hop_buf *remarks)
{
    const char *line = strchr(text, '\n'), *sign = strchr(text, '>');
    const char *gap, *rest;
    struct line l;

    if (sign && (!line || sign < line)) {
        hop_buf_add(prompt, text, (size_t)(sign + 1 - text));
        text = sign + 1;
    } else {
        hop_buf_adds(prompt, "PS > ");
    }
    gap = strstr(text, "\n\n");
    rest = gap ? gap + 2 : text + strlen(text);
    l = trim((struct line){text, gap ? (size_t)(gap - text) : strlen(text)});
    hop_buf_add(code, l.s, l.n);
    hop_buf_adds(remarks, rest);
}
