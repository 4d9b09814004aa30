/* The lexer's place in its text: looking ahead, making tokens, moving about.
 *
 * SPDX-License-Identifier: MIT
 */
#include "lang/lexer.h"

#include "base/alloc.h"
#include "base/text.h"

#define NO_ARG ((struct hop_name){NULL, 0})

uint32_t
lex_peek(const struct lexer *lx)
{
    const struct lex_scan *s = &lx->scan;
    unsigned char c;
    size_t used;

    if (s->pos >= s->len)
        return LEX_EOI;
    c = (unsigned char)s->text[s->pos];
    if (c < 0x80)
        return c;
    return hop_utf8_decode(s->text + s->pos, s->len - s->pos, &used);
}

uint32_t
lex_peek_at(const struct lexer *lx, size_t ahead)
{
    const struct lex_scan *s = &lx->scan;

    if (s->pos + ahead >= s->len)
        return LEX_EOI;
    return (unsigned char)s->text[s->pos + ahead];
}

void
lex_skip(struct lexer *lx)
{
    struct lex_scan *s = &lx->scan;
    size_t used;

    if (s->pos >= s->len)
        return;
    if ((unsigned char)s->text[s->pos] < 0x80) {
        s->pos++;
        return;
    }
    hop_utf8_decode(s->text + s->pos, s->len - s->pos, &used);
    s->pos += used;
}

uint32_t
lex_get(struct lexer *lx)
{
    uint32_t c = lex_peek(lx);

    lex_skip(lx);
    return c;
}

uint32_t
lex_offset(const struct lexer *lx, size_t pos)
{
    const struct lex_scan *s = &lx->scan;

    if (pos > s->len)
        pos = s->len;
    return s->map ? s->map[pos] : s->base + (uint32_t)pos;
}

struct lang_extent
lex_current(const struct lexer *lx)
{
    return (struct lang_extent){lex_offset(lx, lx->scan.token_start),
                                lex_offset(lx, lx->scan.pos)};
}

void
lex_error(struct lexer *lx, struct lang_extent where, const char *id,
          struct hop_name arg)
{
    lang_report(lx->unit, where, id, false, (struct hop_name[2]){arg, NO_ARG});
}

bool
lex_incomplete(struct lexer *lx, struct lang_extent where, uint32_t detected,
               const char *id, struct hop_name arg)
{
    bool incomplete = lex_is_rest_blank(&lx->scan, detected);

    lang_report(lx->unit, where, id, incomplete,
                (struct hop_name[2]){arg, NO_ARG});
    return incomplete;
}

void
lex_keep_token(struct lang_tokens *list, const struct tok *t)
{
    if (list->n == list->cap) {
        list->cap = list->cap ? list->cap * 2 : 32;
        list->items =
            hop_xrealloc(list->items, list->cap, sizeof(list->items[0]));
    }
    list->items[list->n++] = (struct hop_token){
        .kind = (uint8_t)t->kind,
        .has_error = t->flags & HOP_TOKEN_IN_ERROR,
        .flags = t->flags,
        .start = t->at.start,
        .end = t->at.end,
    };
}

/* The outermost tokens that are no white space.  What is read again comes by
 * here again. */
static void
note_ends(struct hop_unit *u, const struct tok *t)
{
    switch (t->kind) {
    case HOP_TOKEN_NEW_LINE:
    case HOP_TOKEN_LINE_CONTINUATION:
    case HOP_TOKEN_COMMENT:
    case HOP_TOKEN_END_OF_INPUT: return;
    default: break;
    }
    if (!u->first.end || t->at.start <= u->first.start)
        u->first = t->at;
    if (!u->last.end || t->at.start >= u->last.start)
        u->last = t->at;
}

struct tok
lex_make(struct lexer *lx, enum hop_token_kind kind)
{
    const struct lex_scan *s = &lx->scan;
    struct tok t = {
        .kind = kind,
        .flags = hop_token_kind_flags(kind),
        .at = lex_current(lx),
        .text = {s->text + s->token_start, (uint32_t)(s->pos - s->token_start)},
    };

    if (!lx->nested)
        note_ends(lx->unit, &t);
    if (lx->keep_tokens && !lx->nested)
        lex_keep_token(&lx->unit->tokens, &t);
    if (kind == HOP_TOKEN_COMMENT && !lx->nested)
        lex_keep_token(&lx->unit->comments, &t);
    return t;
}

void
lex_skip_spaces(struct lexer *lx)
{
    while (lex_is_space(lex_peek(lx)))
        lex_skip(lx);
}

void
lex_skip_line_feed(struct lexer *lx, uint32_t c)
{
    if (c == '\r' && lex_peek(lx) == '\n')
        lex_skip(lx);
}

/* ---- moving about ------------------------------------------------------- */

bool
lex_skip_filler(struct lexer *lx)
{
    struct lex_scan *s = &lx->scan;
    uint32_t c = lex_peek(lx), c1;

    s->token_start = s->pos;
    if (lex_is_space(c)) {
        lex_skip_spaces(lx);
    } else if (c == '#') {
        lex_line_comment(lx);
    } else if (c == '<' && lex_peek_at(lx, 1) == '#') {
        s->pos += 2;
        lex_block_comment(lx);
    } else if (c == '`') {
        c1 = lex_peek_at(lx, 1);
        if (c1 == '\r' || c1 == '\n') {
            s->pos += 2;
            lex_skip_line_feed(lx, c1);
            lex_make(lx, HOP_TOKEN_LINE_CONTINUATION);
            return true;
        }
        s->pos++;
        if (!lex_is_space(lex_peek(lx))) {
            s->pos--;
            return false;
        }
        lex_skip_spaces(lx);
    } else {
        return false;
    }
    return true;
}

void
lex_skip_newlines(struct lexer *lx, bool semicolons)
{
    for (;;) {
        uint32_t c = lex_peek(lx);

        lx->scan.token_start = lx->scan.pos;
        if (c == '\r' || c == '\n') {
            lex_skip(lx);
            lex_skip_line_feed(lx, c);
            lex_make(lx, HOP_TOKEN_NEW_LINE);
        } else if (c == ';' && semicolons) {
            lex_skip(lx);
            lex_make(lx, HOP_TOKEN_SEMI);
        } else if (!lex_skip_filler(lx)) {
            return;
        }
    }
}

uint32_t
lex_restore_point(struct lexer *lx)
{
    lx->scan.token_start = lx->scan.pos;
    return lex_offset(lx, lx->scan.pos);
}

static void
forget_tokens(struct lang_tokens *list, uint32_t offset)
{
    while (list->n && list->items[list->n - 1].end > offset)
        list->n--;
    while (list->n && list->items[list->n - 1].kind == HOP_TOKEN_END_OF_INPUT)
        list->n--;
}

void
lex_resync(struct lexer *lx, uint32_t offset)
{
    struct lex_scan *s = &lx->scan;

    if (s->map) {
        size_t lo = 0, hi = s->len;

        while (lo < hi) {
            size_t mid = lo + (hi - lo) / 2;

            if (s->map[mid] < offset)
                lo = mid + 1;
            else
                hi = mid;
        }
        s->pos = lo;
    } else {
        s->pos = offset < s->base ? 0 : offset - s->base;
        if (s->pos > s->len)
            s->pos = s->len;
    }
    if (lx->nested)
        return;
    forget_tokens(&lx->unit->tokens, offset);
    forget_tokens(&lx->unit->comments, offset);
    forget_tokens(&lx->requires, offset);
}

struct lex_scan
lex_enter(struct lexer *lx, const struct lex_part *part)
{
    struct lex_scan saved = lx->scan;

    lx->scan = (struct lex_scan){
        .text = part->text.text,
        .len = part->text.len,
        .map = part->map,
        .base = part->extent.start,
    };
    lx->nested++;
    return saved;
}

void
lex_leave(struct lexer *lx, const struct lex_scan *saved)
{
    lx->scan = *saved;
    lx->nested--;
}

/* A pipe at the start of the next line continues the pipeline, when no empty
 * line lies between; comment lines may. */
bool
lex_pipe_continues(const struct lexer *lx, uint32_t newline_end)
{
    const char *s = lx->scan.text;
    size_t len = lx->scan.len, i = lx->scan.pos, used;
    bool line_empty = true;

    (void)newline_end;
    while (i < len) {
        if (s[i] == '\n' || s[i] == '\r') {
            if (line_empty)
                return false;
            line_empty = true;
            i += s[i] == '\r' && i + 1 < len && s[i + 1] == '\n' ? 2 : 1;
        } else if (lex_is_comment(s, len, i)) {
            line_empty = false;
            i = lex_skip_comment(s, len, i);
        } else if (lex_is_space(hop_utf8_decode(s + i, len - i, &used))) {
            i += used;
        } else {
            return s[i] == '|';
        }
    }
    return false;
}
