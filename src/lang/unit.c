/* The parse unit: owner of a source, its tree and its errors.
 *
 * SPDX-License-Identifier: MIT
 */
#include "lang/unit.h"

#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/text.h"
#include "lang/message.h"

/* A tree larger than this ends the parse; the arena itself may go over, so
 * that no caller has to look. */
#define TREE_MAX ((size_t)1 << 30)

struct hop_unit *
hop_unit_ref(struct hop_unit *u)
{
    if (u)
        u->refs++;
    return u;
}

void
hop_unit_unref(struct hop_unit *u)
{
    if (!u || --u->refs)
        return;
    for (struct lang_hook *h = u->hooks; h; h = h->next)
        h->fn(h->arg);
    hop_arena_done(&u->arena);
    free(u->source);
    free(u->file);
    free(u->errors);
    free(u->lines);
    free(u->tokens.items);
    free(u->comments.items);
    free(u);
}

void
hop_unit_unrefp(struct hop_unit **u)
{
    hop_unit_unref(*u);
    *u = NULL;
}

void *
hop_unit_alloc(struct hop_unit *u, size_t n)
{
    void *p = hop_arena_alloc(&u->arena, n ? n : 1);

    if (u->arena.used > TREE_MAX)
        u->too_big = true;
    return p ? p : hop_xmalloc(n);
}

void
hop_unit_on_free(struct hop_unit *u, void (*fn)(void *arg), void *arg)
{
    struct lang_hook *h = hop_unit_alloc(u, sizeof(*h));

    *h = (struct lang_hook){fn, arg, u->hooks};
    u->hooks = h;
}

struct hop_name
lang_name(struct hop_unit *u, const char *s, size_t n)
{
    char *copy = hop_unit_alloc(u, n + 1);

    if (n)
        memcpy(copy, s, n);
    return (struct hop_name){copy, (uint32_t)n};
}

static const char *
fill_message(struct hop_unit *u, const char *text,
             const struct hop_name args[2])
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    if (!args[0].text)
        return text;
    for (const char *p = text; *p; p++) {
        if (p[0] == '{' && (p[1] == '0' || p[1] == '1') && p[2] == '}') {
            const struct hop_name *a = &args[p[1] - '0'];

            hop_buf_add(&b, a->text ? a->text : "", a->len);
            p += 2;
        } else {
            hop_buf_addc(&b, *p);
            if ((p[0] == '{' && p[1] == '{') || (p[0] == '}' && p[1] == '}'))
                p++;
        }
    }
    return lang_name(u, hop_buf_str(&b), b.len).text;
}

/* PowerShell reports an error once per id and place.  Only a window of the
 * latest errors is looked at: text made of errors must not take square time. */
static bool
is_reported(const struct hop_unit *u, struct lang_extent where, const char *id)
{
    size_t from = u->n_errors > 64 ? u->n_errors - 64 : 0;

    for (size_t i = from; i < u->n_errors; i++) {
        const struct hop_parse_error *e = &u->errors[i];

        if (e->start == where.start && e->end == where.end &&
            strcmp(e->id, id) == 0)
            return true;
    }
    return false;
}

void
lang_report(struct hop_unit *u, struct lang_extent where, const char *id,
            bool incomplete, const struct hop_name args[2])
{
    if (is_reported(u, where, id))
        return;
    if (u->n_errors == u->cap_errors) {
        u->cap_errors = u->cap_errors ? u->cap_errors * 2 : 8;
        u->errors =
            hop_xrealloc(u->errors, u->cap_errors, sizeof(u->errors[0]));
    }
    u->errors[u->n_errors++] = (struct hop_parse_error){
        .start = where.start,
        .end = where.end,
        .id = id,
        .message = fill_message(u, lang_message(id), args),
        .incomplete = incomplete,
    };
}

struct hop_ast_script_block *
hop_unit_root(const struct hop_unit *u)
{
    return u->root;
}

const char *
hop_unit_file(const struct hop_unit *u)
{
    return u->file;
}

const char *
hop_unit_source(const struct hop_unit *u, size_t *n)
{
    *n = u->source_len;
    return u->source;
}

const struct hop_parse_error *
hop_unit_errors(const struct hop_unit *u, size_t *n)
{
    *n = u->n_errors;
    return u->n_errors ? u->errors : NULL;
}

bool
hop_unit_incomplete(const struct hop_unit *u)
{
    for (size_t i = 0; i < u->n_errors; i++)
        if (!u->errors[i].incomplete)
            return false;
    return u->n_errors > 0;
}

const struct hop_requires *
hop_unit_requires(const struct hop_unit *u)
{
    return &u->requires;
}

const struct hop_token *
hop_unit_tokens(const struct hop_unit *u, size_t *n)
{
    *n = u->tokens.n;
    return u->tokens.items;
}

const struct hop_token *
hop_unit_comments(const struct hop_unit *u, size_t *n)
{
    *n = u->comments.n;
    return u->comments.items;
}

static void
add_line(struct hop_unit *u, size_t *cap, size_t start)
{
    if (u->n_lines == *cap) {
        *cap = *cap ? *cap * 2 : 64;
        u->lines = hop_xrealloc(u->lines, *cap, sizeof(u->lines[0]));
    }
    u->lines[u->n_lines++] = (uint32_t)start;
}

static void
find_lines(struct hop_unit *u)
{
    const char *s = u->source;
    size_t cap = 0;

    add_line(u, &cap, 0);
    for (size_t i = 0; i < u->source_len; i++) {
        if (s[i] == '\r' && s[i + 1] == '\n')
            i++;
        else if (s[i] != '\r' && s[i] != '\n')
            continue;
        add_line(u, &cap, i + 1);
    }
}

/* The index of the line that holds the offset. */
static uint32_t
line_at(const struct hop_unit *u, uint32_t offset)
{
    uint32_t lo = 0, hi = u->n_lines;

    while (hi - lo > 1) {
        uint32_t mid = lo + (hi - lo) / 2;

        if (u->lines[mid] <= offset)
            lo = mid;
        else
            hi = mid;
    }
    return lo;
}

struct hop_position
hop_unit_position(const struct hop_unit *unit, uint32_t offset)
{
    struct hop_unit *u = (struct hop_unit *)(uintptr_t)unit;
    struct hop_position pos = {0};
    uint32_t line, start, end, beyond = offset > u->source_len;

    if (!u->lines)
        find_lines(u);
    if (offset > u->source_len)
        offset = (uint32_t)u->source_len;
    line = line_at(u, offset);
    start = u->lines[line];
    end = line + 1 < u->n_lines ? u->lines[line + 1] : (uint32_t)u->source_len;
    while (end > start &&
           (u->source[end - 1] == '\n' || u->source[end - 1] == '\r'))
        end--;
    pos.line = line + 1;
    pos.column =
        (uint32_t)hop_utf8_utf16_len(u->source + start, offset - start) + 1 +
        beyond;
    if (offset < u->last_column_offset) {
        u->last_column_offset = 0;
        u->last_units = 0;
    }
    u->last_units += (uint32_t)hop_utf8_utf16_len(
        u->source + u->last_column_offset, offset - u->last_column_offset);
    u->last_column_offset = offset;
    pos.offset = u->last_units + beyond;
    pos.line_text = u->source + start;
    pos.line_len = end - start;
    return pos;
}

uint32_t
hop_unit_line_count(const struct hop_unit *unit)
{
    struct hop_unit *u = (struct hop_unit *)(uintptr_t)unit;

    if (!u->lines)
        find_lines(u);
    return u->n_lines;
}

struct hop_name
hop_ast_text(const struct hop_unit *u, const struct hop_ast *node)
{
    return (struct hop_name){u->source + node->start,
                             node->end > node->start ? node->end - node->start
                                                     : 0};
}

struct hop_ast_script_block *
hop_ast_enclosing(const struct hop_ast *node)
{
    for (const struct hop_ast *p = node->parent; p; p = p->parent)
        if (p->kind == HOP_AST_SCRIPT_BLOCK)
            return HOP_AST_AS(hop_ast_script_block, p);
    return NULL;
}

/* A token's text, or the value of the string that it is. */
static struct hop_name
token_text(struct hop_unit *u, struct lang_extent at)
{
    HOP_AUTO_UNIT struct hop_unit *alone = NULL;
    const struct hop_ast_block *end;
    const struct hop_ast *e = NULL;
    const char *s = u->source + at.start;
    size_t n = at.end - at.start;

    if (!n)
        return (struct hop_name){"", 0};
    alone = hop_lang_parse(s, n, NULL, 0);
    end = alone->root->blocks[HOP_BLOCK_END];
    if (!alone->n_errors && end && end->statements.n == 1)
        e = hop_ast_pure_expression(end->statements.items[0]);
    if (e && e->kind == HOP_AST_STRING_CONSTANT)
        return lang_name(u, HOP_AST_AS(hop_ast_string, e)->value.text,
                         HOP_AST_AS(hop_ast_string, e)->value.len);
    if (e && e->kind == HOP_AST_EXPANDABLE_STRING)
        return lang_name(u, HOP_AST_AS(hop_ast_expandable, e)->value.text,
                         HOP_AST_AS(hop_ast_expandable, e)->value.len);
    return lang_name(u, s, n);
}

void
hop_unit_ends(struct hop_unit *u, struct hop_name *first, struct hop_name *last)
{
    *first = token_text(u, u->first);
    *last = token_text(u, u->last);
}
