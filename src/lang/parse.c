/* Parser: tokens, nodes, errors, and the entry.
 *
 * SPDX-License-Identifier: MIT
 */
#include "lang/parse.h"

#include "base/alloc.h"
#include "base/text.h"
#include "lang/parser.h"

/* The height of a tree: what walks it recurses that deep. */
#define HEIGHT_MAX 2500

/* ---- lists --------------------------------------------------------------- */

void
list_free(struct list *l)
{
    free(l->items);
}

void
list_add(struct list *l, void *item)
{
    if (l->n == l->cap) {
        l->cap = l->cap ? l->cap * 2 : 8;
        l->items = hop_xrealloc(l->items, l->cap, sizeof(l->items[0]));
    }
    l->items[l->n++] = item;
}

struct hop_ast_list
list_adopt(struct parser *p, const struct list *l, void *parent)
{
    struct hop_ast_list out = {NULL, l->n};

    if (!l->n)
        return out;
    out.items = hop_unit_alloc(p->unit, l->n * sizeof(out.items[0]));
    for (uint32_t i = 0; i < l->n; i++)
        out.items[i] = adopt(p, l->items[i], parent);
    return out;
}

/* ---- extents ------------------------------------------------------------- */

struct lang_extent
at_of(const struct hop_ast *node)
{
    return (struct lang_extent){node->start, node->end};
}

struct lang_extent
extent_of(struct lang_extent first, struct lang_extent last)
{
    return (struct lang_extent){first.start, last.end};
}

struct lang_extent
after(struct lang_extent e)
{
    return (struct lang_extent){e.end, e.end};
}

struct lang_extent
before(const struct parser *p, struct lang_extent e)
{
    const char *s = p->unit->source;
    uint32_t at = e.start;

    if (at)
        at--;
    while (at && ((unsigned char)s[at] & 0xc0) == 0x80)
        at--;
    return (struct lang_extent){at, at};
}

/* ---- errors -------------------------------------------------------------- */

void
report(struct parser *p, struct lang_extent where, const char *id,
       struct hop_name arg)
{
    if (!p->lx.stopped)
        lex_error(&p->lx, where, id, arg);
}

bool
report_missing(struct parser *p, struct lang_extent where, const char *id,
               struct hop_name arg)
{
    return !p->lx.stopped && lex_incomplete(&p->lx, where, where.end, id, arg);
}

static void
stop(struct parser *p, struct lang_extent where)
{
    report(p, where, "ScriptTooComplicated", NO_ARG);
    p->lx.stopped = true;
}

bool
enter(struct parser *p)
{
    if (++p->depth <= HOP_LANG_MAX_DEPTH)
        return true;
    stop(p, lex_current(&p->lx));
    return false;
}

void
leave(struct parser *p)
{
    p->depth--;
}

/* ---- nodes --------------------------------------------------------------- */

void *
node_new(struct parser *p, enum hop_ast_kind kind, size_t size,
         struct lang_extent at)
{
    struct hop_ast *node = hop_unit_alloc(p->unit, size);

    node->kind = (uint8_t)kind;
    node->start = at.start;
    node->end = at.end;
    return node;
}

/* During the parse aux holds the height of the tree below a node. */
void *
adopt(struct parser *p, void *child, void *parent)
{
    struct hop_ast *c = child, *top = parent;

    if (!c)
        return NULL;
    c->parent = top;
    if (top->aux <= c->aux)
        top->aux = (uint16_t)(c->aux + 1);
    if (top->aux > HEIGHT_MAX && !p->lx.stopped)
        stop(p, at_of(top));
    return c;
}

struct hop_ast *
error_node(struct parser *p, enum hop_ast_kind kind, struct lang_extent at,
           const struct list *nested)
{
    struct hop_ast_error *e = NODE(p, kind, hop_ast_error, at);

    if (nested)
        e->nested = list_adopt(p, nested, e);
    return &e->ast;
}

struct hop_ast *
string_node(struct parser *p, struct lang_extent at, struct hop_name value,
            enum hop_string_kind kind)
{
    struct hop_ast_string *s =
        NODE(p, HOP_AST_STRING_CONSTANT, hop_ast_string, at);

    s->kind = kind;
    s->value = value;
    return &s->ast;
}

static const struct {
    const char *name;
    enum hop_variable_special special;
} specials[] = {
    {"_", HOP_VARIABLE_UNDERBAR},  {"psitem", HOP_VARIABLE_UNDERBAR},
    {"null", HOP_VARIABLE_NULL},   {"true", HOP_VARIABLE_TRUE},
    {"false", HOP_VARIABLE_FALSE}, {"args", HOP_VARIABLE_ARGS},
    {"input", HOP_VARIABLE_INPUT}, {"this", HOP_VARIABLE_THIS},
};

static enum hop_variable_special
special_variable(struct hop_name name)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(specials); i++)
        if (strlen(specials[i].name) == name.len &&
            hop_ascii_ieqn(specials[i].name, name.text, name.len))
            return specials[i].special;
    return HOP_VARIABLE_ORDINARY;
}

struct hop_ast_variable *
variable_node(struct parser *p, struct lang_extent at, struct hop_name path,
              bool splatted)
{
    struct hop_ast_variable *v =
        NODE(p, HOP_AST_VARIABLE, hop_ast_variable, at);
    struct hop_name drive, name;

    v->path = lang_name(p->unit, path.text, path.len);
    v->splatted = splatted;
    lang_split_path(v->path, &v->scope, &drive, &name);
    v->name = name; /* the end of path: it has the NUL behind it */
    if (drive.text)
        v->drive = lang_name(p->unit, drive.text, drive.len);
    if (v->scope == HOP_SCOPE_NONE)
        v->special = special_variable(v->name);
    return v;
}

/* ---- tokens -------------------------------------------------------------- */

struct tok
next(struct parser *p)
{
    if (!p->has_ungot)
        return lex_next(&p->lx);
    p->has_ungot = false;
    return p->ungot;
}

const struct tok *
peek(struct parser *p)
{
    if (!p->has_ungot) {
        p->ungot = lex_next(&p->lx);
        p->has_ungot = true;
    }
    return &p->ungot;
}

void
unget(struct parser *p, const struct tok *t)
{
    p->ungot = *t;
    p->has_ungot = true;
}

void
skip(struct parser *p)
{
    p->has_ungot = false;
}

void
resync(struct parser *p, uint32_t offset)
{
    p->has_ungot = false;
    lex_resync(&p->lx, offset);
}

void
set_mode(struct parser *p, enum lex_mode mode)
{
    if (mode != p->lx.mode && p->has_ungot &&
        !(p->ungot.flags & HOP_TOKEN_MODE_INVARIANT))
        resync(p, p->ungot.at.start);
    p->lx.mode = mode;
}

void
skip_newlines(struct parser *p)
{
    if (p->has_ungot && p->ungot.kind != HOP_TOKEN_NEW_LINE)
        return;
    p->has_ungot = false;
    if (!p->lx.stopped)
        lex_skip_newlines(&p->lx, false);
}

void
skip_terminators(struct parser *p)
{
    if (p->has_ungot && p->ungot.kind != HOP_TOKEN_NEW_LINE &&
        p->ungot.kind != HOP_TOKEN_SEMI)
        return;
    p->has_ungot = false;
    if (!p->lx.stopped)
        lex_skip_newlines(&p->lx, true);
}

uint32_t
restore_point(struct parser *p)
{
    return p->has_ungot ? p->ungot.at.start : lex_restore_point(&p->lx);
}

bool
next_member_access(struct parser *p, bool bracket, struct tok *out)
{
    return !p->has_ungot && lex_member_access(&p->lx, bracket, out);
}

bool
is_parameter(const struct tok *t, const char *name)
{
    return t->value.len <= strlen(name) &&
           hop_ascii_ieqn(t->value.text, name, t->value.len);
}

static const uint8_t sync_bits[HOP_TOKEN_KINDS] = {
    [HOP_TOKEN_COMMA] = SYNC_COMMA,       [HOP_TOKEN_RPAREN] = SYNC_RPAREN,
    [HOP_TOKEN_RBRACKET] = SYNC_RBRACKET, [HOP_TOKEN_RCURLY] = SYNC_RCURLY,
    [HOP_TOKEN_NEW_LINE] = SYNC_NEWLINE,  [HOP_TOKEN_SEMI] = SYNC_SEMI,
};

/* Counts a bracket into the three depths: round, curly, square. */
static int *
bracket_depth(enum hop_token_kind kind, int depths[3], int *step)
{
    switch (kind) {
    case HOP_TOKEN_LPAREN: *step = 1; return &depths[0];
    case HOP_TOKEN_RPAREN: *step = -1; return &depths[0];
    case HOP_TOKEN_LCURLY: *step = 1; return &depths[1];
    case HOP_TOKEN_RCURLY: *step = -1; return &depths[1];
    case HOP_TOKEN_LBRACKET: *step = 1; return &depths[2];
    case HOP_TOKEN_RBRACKET: *step = -1; return &depths[2];
    default: return NULL;
    }
}

void
sync_on(struct parser *p, bool consume, unsigned set)
{
    int depths[3] = {(set & SYNC_RPAREN) != 0, (set & SYNC_RCURLY) != 0,
                     (set & SYNC_RBRACKET) != 0};

    for (;;) {
        struct tok t = next(p);
        int step = 0, *depth = bracket_depth(t.kind, depths, &step);
        bool wanted = sync_bits[t.kind] & set;

        if (t.kind == HOP_TOKEN_END_OF_INPUT) {
            unget(p, &t);
            return;
        }
        if (depth)
            *depth += step;
        if (step < 0 && *depth == 0 && wanted) {
            if (!consume)
                unget(p, &t);
            return;
        }
        if (wanted && !depths[0] && !depths[1] && !depths[2])
            return;
    }
}

/* ---- the entry ----------------------------------------------------------- */

/* Malformed bytes become U+FFFD, as .NET reads a file. */
static char *
clean_source(const char *source, size_t n, size_t *out_len)
{
    struct hop_buf b;
    size_t from = 0;
    char *text;

    hop_buf_init(&b, SIZE_MAX / 4);
    for (size_t i = 0, used; i < n; i += used) {
        used = 1;
        if ((unsigned char)source[i] < 0x80)
            continue;
        if (hop_utf8_decode(source + i, n - i, &used) == 0xfffd && used == 1) {
            hop_buf_add(&b, source + from, i - from);
            hop_buf_add(&b, "\xef\xbf\xbd", 3);
            from = i + 1;
        }
    }
    hop_buf_add(&b, source + from, n - from);
    *out_len = b.len;
    text = hop_buf_take(&b);
    if (text)
        return text;
    *out_len = 0;
    return hop_xstrdup("");
}

/* aux is the evaluator's from now on. */
static bool
forget_height(void *ctx, struct hop_ast *node)
{
    node->aux = 0;
    (void)ctx;
    return true;
}

static void
report_size(struct hop_unit *u)
{
    HOP_AUTO_FREE char *mib = hop_xasprintf("%zu", HOP_LANG_MAX_SOURCE >> 20);

    lang_report(u, (struct lang_extent){0, 0}, "HopSourceTooLarge", false,
                (struct hop_name[2]){STR(mib), NO_ARG});
}

struct hop_unit *
hop_lang_parse(const char *source, size_t n, const char *file, unsigned flags)
{
    struct hop_unit *u = hop_xmalloc(sizeof(*u));
    struct parser p = {.unit = u};
    bool fits = n <= HOP_LANG_MAX_SOURCE;

    u->refs = 1;
    hop_arena_init(&u->arena, SIZE_MAX / 4);
    u->file = file ? hop_xstrdup(file) : NULL;
    u->source = clean_source(source, fits ? n : 0, &u->source_len);
    p.lx.unit = u;
    p.lx.scan = (struct lex_scan){.text = u->source, .len = u->source_len};
    p.lx.keep_tokens = flags & HOP_PARSE_TOKENS;
    p.lx.signature.start = UINT32_MAX;
    if (!fits)
        report_size(u);
    u->root = script_block(&p, NULL, flags & HOP_PARSE_FILTER);
    parse_requires(&p);
    lang_check(u);
    hop_ast_visit(&u->root->ast, forget_height, NULL);
    free(p.lx.requires.items);
    return u;
}
