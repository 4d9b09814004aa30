/* The arguments of a native program, as PowerShell makes them: arrays become
 * several, unquoted wildcards and ~ are expanded, literal arrays and numbers
 * keep their spelling, and in the Legacy style everything is one line that is
 * taken apart by the quotes in it.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engine/engine.h"

#include <sys/stat.h>

enum style {
    STYLE_LEGACY,
    STYLE_STANDARD,
};

struct builder {
    struct hop_command *command;
    enum style style;
    bool verbatim; /* behind --% */
    char **argv;
    size_t n;
    struct hop_buf line; /* Legacy: the whole command line */
    /* The parameter in front of the value at work: "-name:", or NULL. */
    const char *parameter;
    bool spaced;   /* a blank stands between the two */
    bool one_more; /* the line needs a blank before what comes */
};

static void
push(struct builder *b, char *s)
{
    b->argv = hop_xrealloc(b->argv, b->n + 2, sizeof(*b->argv));
    b->argv[b->n++] = s;
    b->argv[b->n] = NULL;
}

static enum style
argument_style(struct hop_runspace *rs)
{
    struct hop_value v HOP_AUTO_VALUE =
        hop_variable_get(rs, "PSNativeCommandArgumentPassing");
    struct hop_string *s HOP_AUTO_STRING = NULL;

    if (hop_is_null(v))
        return STYLE_STANDARD;
    if (!hop_to_string(&rs->cx, v, &s)) {
        hop_drop_exception(&rs->cx);
        return STYLE_LEGACY;
    }
    return hop_ascii_ieq(s->data, "Standard") ||
                   hop_ascii_ieq(s->data, "Windows")
               ? STYLE_STANDARD
               : STYLE_LEGACY;
}

/* ---- one argument ------------------------------------------------------ */

static void
add(struct builder *b, const char *s)
{
    const char *p = b->parameter;
    size_t len = p ? strlen(p) : 0;

    if (!len || p[len - 1] != ':') {
        push(b, hop_xstrdup(s));
        return;
    }
    if (strcmp(s, p) == 0)
        return;
    if (!b->spaced) {
        push(b, hop_xasprintf("%s%s", p, s));
        return;
    }
    push(b, hop_xstrdup(p));
    push(b, hop_xstrdup(s));
}

/* Blanks outside double quotes. */
static bool
needs_quotes(const char *s)
{
    bool escaped = false, quoted = false, blank = false;

    for (; *s; s++) {
        if (*s == '"' && !escaped)
            quoted = !quoted;
        else if (strchr(" \t\n\r\v\f", *s) && !quoted)
            blank = true;
        escaped = *s == '\\';
    }
    return blank;
}

static void
line_quoted(struct builder *b, const char *s)
{
    hop_buf_addf(&b->line, "\"%s\"", s);
}

/* ---- wildcards --------------------------------------------------------- */

struct matches {
    char **items;
    size_t n;
    bool foreign; /* of another provider than the file system */
};

static bool
add_match(void *ctx, struct hop_item_path *p)
{
    struct matches *m = ctx;

    if (!hop_ascii_ieq(p->provider->name, "FileSystem")) {
        m->foreign = true;
        return false;
    }
    m->items = hop_xrealloc(m->items, m->n + 1, sizeof(*m->items));
    m->items[m->n++] = hop_xstrdup(p->path);
    return true;
}

static bool
is_directory(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* path as seen from the directory: "x", "../y"; malloc'ed. */
static char *
relative_to(const char *path, const char *directory)
{
    struct hop_buf b HOP_AUTO_BUF = HOP_BUF_INIT;
    size_t same = 0, i = 0;

    for (; path[i] && path[i] == directory[i]; i++)
        if (path[i] == '/')
            same = i + 1;
    if (!directory[i] && path[i] == '/')
        same = i + 1;
    if (same < strlen(directory))
        hop_buf_adds(&b, "..");
    for (const char *s = directory + same; s < directory + strlen(directory);
         s++)
        if (*s == '/')
            hop_buf_adds(&b, "/..");
    if (b.len && path[same])
        hop_buf_addc(&b, '/');
    hop_buf_adds(&b, path + same);
    return hop_buf_take(&b);
}

static void
add_expanded(struct builder *b, const char *path, bool first)
{
    if (!first)
        hop_buf_addc(&b->line, ' ');
    if (needs_quotes(path))
        line_quoted(b, path);
    else
        hop_buf_adds(&b->line, path);
    add(b, path);
}

/* Directories come before files, as Get-ChildItem lists them. */
static bool
add_glob(struct builder *b, const char *s)
{
    struct hop_runspace *rs = b->command->rs;
    struct matches m = {0};
    bool absolute = s[0] == '~' || s[0] == '/', first = true;

    if (!hop_ascii_ieq(rs->drive->provider->name, "FileSystem"))
        return false;
    if (!hop_path_glob(rs, s, false, false, add_match, &m))
        hop_drop_exception(&rs->cx);
    for (int files = 0; files < 2; files++)
        for (size_t i = 0; i < m.n; i++) {
            if (m.foreign || is_directory(m.items[i]) == files)
                continue;
            char *shown HOP_AUTO_FREE =
                absolute ? hop_xstrdup(m.items[i])
                         : relative_to(m.items[i], hop_location(rs));
            add_expanded(b, shown, first);
            first = false;
        }
    for (size_t i = 0; i < m.n; i++)
        free(m.items[i]);
    free(m.items);
    return !first;
}

static void
add_plain(struct builder *b, const char *s, bool quoted)
{
    if (!quoted && hop_path_has_wildcard(s)) {
        if (add_glob(b, s))
            return;
    } else if (!quoted && s[0] == '~' && (!s[1] || s[1] == '/')) {
        struct hop_value home HOP_AUTO_VALUE =
            hop_variable_get(b->command->rs, "HOME");
        char *path HOP_AUTO_FREE = hop_xasprintf(
            "%s%s", hop_is_string(home) ? hop_cstr(home) : "/", s + 1);
        hop_buf_adds(&b->line, path);
        add(b, path);
        return;
    }
    hop_buf_adds(&b->line, s);
    add(b, s);
}

/* ---- values ------------------------------------------------------------ */

/* %NAME% at s as the environment has it; returns the bytes it takes, 0 when
 * there is no such variable. */
static size_t
expand_environment(struct hop_buf *b, const char *s)
{
    const char *end = strchr(s + 1, '%');
    char *name HOP_AUTO_FREE = NULL;
    const char *value;

    if (!end || end == s + 1)
        return 0;
    name = hop_xstrndup(s + 1, (size_t)(end - s - 1));
    value = getenv(name);
    if (!value)
        return 0;
    hop_buf_adds(b, value);
    return (size_t)(end + 1 - s);
}

static void
split_blanks(char *s, void (*fn)(struct builder *b, char *part, bool flag),
             struct builder *b, bool flag)
{
    char *save = NULL;

    for (char *p = strtok_r(s, " ", &save); p; p = strtok_r(NULL, " ", &save))
        fn(b, p, flag);
}

static void
push_part(struct builder *b, char *part, bool flag)
{
    (void)flag;
    push(b, hop_xstrdup(part));
}

static void
plain_part(struct builder *b, char *part, bool quoted)
{
    add_plain(b, part, quoted);
}

/* The text behind --% splits at blanks; the quotes stay, and %NAME% gives the
 * environment's variable. */
static void
add_verbatim(struct builder *b, const char *s)
{
    struct hop_buf text HOP_AUTO_BUF = HOP_BUF_INIT;

    while (*s) {
        size_t taken = *s == '%' ? expand_environment(&text, s) : 0;
        if (!taken) {
            hop_buf_addc(&text, *s);
            taken = 1;
        }
        s += taken;
    }
    char *copy HOP_AUTO_FREE = hop_xstrdup(hop_buf_str(&text));
    hop_buf_adds(&b->line, copy);
    split_blanks(copy, push_part, b, false);
}

struct origin {
    struct hop_ast *literal; /* of a literal array, or NULL */
    bool quoted;
    const char *number; /* the spelling of a number, or NULL */
};

/* False: the rest of a literal array is done, too. */
static bool
add_text(struct builder *b, const char *s, const struct origin *o)
{
    if (b->verbatim) {
        add_verbatim(b, s);
        return true;
    }
    if (needs_quotes(s)) {
        size_t n = strlen(s);
        add(b, s);
        hop_buf_addf(&b->line, "\"%s", s);
        while (n && s[--n] == '\\')
            hop_buf_addc(&b->line, '\\');
        hop_buf_addc(&b->line, '"');
        return true;
    }
    if (o->literal && b->style != STYLE_LEGACY) {
        struct hop_name t = hop_ast_text(b->command->caller->unit, o->literal);
        char *text HOP_AUTO_FREE = hop_xstrndup(t.text, t.len);
        split_blanks(text, plain_part, b, o->quoted);
        return false;
    }
    add_plain(b, s, o->quoted);
    return true;
}

/* What stands between two elements of an array in a Legacy line. */
static const char *
separator(struct builder *b, const struct origin *o, size_t i)
{
    struct hop_ast_list *l;
    uint32_t from, to;

    if (!o->literal)
        return " ";
    l = &HOP_AST_AS(hop_ast_array_literal, o->literal)->elements;
    from = l->items[i - 1]->end;
    to = l->items[i]->start - 1;
    if (from == to)
        return ",";
    struct hop_name t = hop_ast_text(b->command->caller->unit, o->literal);
    if (t.text[from - o->literal->start] == ',')
        return ", ";
    return t.text[to - o->literal->start] == ',' ? " ," : " , ";
}

static bool
element_text(struct builder *b, struct hop_value v, struct hop_string **out)
{
    struct hop_string *token = hop_token_text(v);

    if (token) {
        *out = hop_string_retain(token);
        return true;
    }
    return hop_to_string(&b->command->rs->cx, v, out);
}

static bool
add_element(struct builder *b, struct hop_value v, const struct origin *o,
            size_t i, bool *more)
{
    struct hop_string *s HOP_AUTO_STRING = NULL;

    if (!element_text(b, v, &s))
        return false;
    if (s->len) {
        if (i)
            hop_buf_adds(&b->line, separator(b, o, i));
        *more = add_text(b, s->data, o);
    } else if (b->style != STYLE_LEGACY && !hop_is_null(v)) {
        add(b, "");
    }
    return true;
}

static bool
add_value(struct builder *b, struct hop_value v, const struct origin *o)
{
    struct hop_context *cx = &b->command->rs->cx;
    struct hop_iter it HOP_AUTO_ITER = {0};
    bool more = true;

    if (o->number) {
        add_plain(b, o->number, false);
        return true;
    }
    if (!hop_is_enumerable(v))
        return add_element(b, v, o, 0, &more);
    if (!hop_iter_init(cx, &it, v))
        return false;
    for (size_t i = 0; more; i++) {
        struct hop_value item HOP_AUTO_VALUE = hop_null();
        int got = hop_iter_next(cx, &it, &item);
        if (got <= 0)
            return got == 0;
        if (!add_element(b, item, o, i, &more))
            return false;
    }
    return true;
}

/* ---- the command line -------------------------------------------------- */

static bool
is_quoted(struct hop_ast *n)
{
    if (n && n->kind == HOP_AST_STRING_CONSTANT)
        return HOP_AST_AS(hop_ast_string, n)->kind != HOP_STRING_BAREWORD;
    if (n && n->kind == HOP_AST_EXPANDABLE_STRING)
        return HOP_AST_AS(hop_ast_expandable, n)->kind != HOP_STRING_BAREWORD;
    return false;
}

static char *
parameter_spelling(struct builder *b, const struct argument *g)
{
    struct hop_command *c = b->command;

    if (g->text)
        return hop_xstrdup(g->text);
    if (g->ast && c->caller && g->ast->kind == HOP_AST_COMMAND_PARAMETER) {
        struct hop_ast_command_parameter *p =
            HOP_AST_AS(hop_ast_command_parameter, g->ast);
        struct hop_name t = hop_ast_text(c->caller->unit, g->ast);
        uint32_t n = p->name_end - g->ast->start;
        return hop_xstrndup(t.text, n < t.len ? n : t.len);
    }
    return hop_xasprintf("-%.*s%s", (int)g->name_len, g->name,
                         g->kind == ARGUMENT_NAME_VALUE ? ":" : "");
}

static bool
add_argument(struct builder *b, const struct argument *g)
{
    struct hop_command *c = b->command;
    bool named = g->kind == ARGUMENT_NAME || g->kind == ARGUMENT_NAME_VALUE;
    char *parameter HOP_AUTO_FREE = NULL;
    char *number HOP_AUTO_FREE = NULL;
    struct hop_ast *n = g->ast;
    struct origin o = {0};

    b->parameter = NULL;
    b->spaced = false;
    if (named) {
        struct hop_ast_command_parameter *p = NULL;
        b->parameter = parameter = parameter_spelling(b, g);
        if (n && n->kind == HOP_AST_COMMAND_PARAMETER)
            p = HOP_AST_AS(hop_ast_command_parameter, n);
        n = p ? p->argument : NULL;
        if (g->listed)
            b->spaced = true;
        else
            b->spaced = n && n->start != p->name_end;
        add_plain(b, parameter, false);
        if (g->kind == ARGUMENT_NAME)
            return true;
        if (b->spaced || g->listed)
            hop_buf_addc(&b->line, ' ');
        if (g->listed)
            b->parameter = NULL;
    }
    if (hop_is_string(g->value) && strcmp(hop_cstr(g->value), "--%") == 0) {
        b->verbatim = true;
        return true;
    }
    if (n && c->caller && n->kind == HOP_AST_CONSTANT) {
        struct hop_name t = hop_ast_text(c->caller->unit, n);
        o.number = number = hop_xstrndup(t.text, t.len);
    }
    o.quoted = is_quoted(n);
    o.literal = n && n->kind == HOP_AST_ARRAY_LITERAL && c->caller ? n : NULL;
    return add_value(b, g->value, &o);
}

/* ---- the Legacy line --------------------------------------------------- */

/* The next argument of a line: quotes group, a backslash is one unless a quote
 * follows, two quotes inside a group are one. */
static const char *
next_argument(const char *s, struct hop_buf *out)
{
    bool quoted = false;

    while (*s && (quoted || (*s != ' ' && *s != '\t'))) {
        size_t slashes = strspn(s, "\\");
        s += slashes;
        if (slashes) {
            bool quote = *s == '"';
            hop_buf_fill(out, '\\', quote ? slashes / 2 : slashes);
            if (quote && slashes % 2) {
                hop_buf_addc(out, *s++);
                continue;
            }
            if (!quote)
                continue;
        }
        if (*s == '"' && quoted && s[1] == '"')
            hop_buf_addc(out, *s++);
        else if (*s == '"')
            quoted = !quoted;
        else
            hop_buf_addc(out, *s);
        s++;
    }
    return s;
}

static void
take_apart(struct builder *b)
{
    const char *s = hop_buf_str(&b->line);

    for (size_t i = 1; i < b->n; i++)
        free(b->argv[i]);
    b->n = 1;
    b->argv[1] = NULL;
    for (;;) {
        struct hop_buf one HOP_AUTO_BUF = HOP_BUF_INIT;
        s += strspn(s, " \t");
        if (!*s)
            return;
        s = next_argument(s, &one);
        push(b, hop_buf_take(&one));
    }
}

char **
native_arguments(struct hop_command *c)
{
    struct builder b = {
        .command = c, .style = argument_style(c->rs), .line = HOP_BUF_INIT};
    bool ok = true;

    push(&b, hop_xstrdup(c->info->definition));
    for (uint32_t i = 0; i < c->arguments.n && ok; i++) {
        if (i)
            hop_buf_addc(&b.line, ' ');
        ok = add_argument(&b, &c->arguments.items[i]);
    }
    if (ok && b.style == STYLE_LEGACY)
        take_apart(&b);
    hop_buf_done(&b.line);
    if (ok)
        return b.argv;
    native_arguments_free(b.argv);
    return NULL;
}

void
native_arguments_free(char **argv)
{
    for (size_t i = 0; argv && argv[i]; i++)
        free(argv[i]);
    free(argv);
}
