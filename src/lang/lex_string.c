/* Quoted strings and words: escapes, and what $ stands for in them.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "lang/lexer.h"

#define NO_ARG ((struct hop_name){NULL, 0})
#define ARG(s) ((struct hop_name){(s), (uint32_t)strlen(s)})

void
lex_text_done(struct lex_text *t)
{
    hop_buf_done(&t->value);
    hop_buf_done(&t->literal);
    free(t->parts);
}

void
lex_add_bytes(struct lex_text *t, const char *s, size_t n)
{
    hop_buf_add(&t->value, s, n);
    hop_buf_add(&t->literal, s, n);
}

void
lex_add_char(struct lex_text *t, uint32_t c)
{
    char utf8[4];

    lex_add_bytes(t, utf8, hop_utf8_encode(c, utf8));
}

static void
add_part(struct lex_text *t, struct lex_part part)
{
    if (t->n == t->cap) {
        t->cap = t->cap ? t->cap * 2 : 4;
        t->parts = hop_xrealloc(t->parts, t->cap, sizeof(t->parts[0]));
    }
    t->parts[t->n++] = part;
}

/* Makes a text part of what was read since the last part. */
static void
end_literal(struct lexer *lx, struct lex_text *t)
{
    if (!t->literal.len)
        return;
    add_part(t, (struct lex_part){.kind = LEX_PART_TEXT,
                                  .text = lang_name(lx->unit, t->literal.data,
                                                    t->literal.len)});
    hop_buf_clear(&t->literal);
}

struct tok
lex_make_string(struct lexer *lx, struct lex_text *t, enum hop_token_kind kind,
                bool bad)
{
    struct tok tok = lex_make(lx, kind);
    bool expands = t->n > 0;

    tok.value = lang_name(lx->unit, hop_buf_str(&t->value), t->value.len);
    if (bad)
        tok.flags |= HOP_TOKEN_IN_ERROR;
    if (!expands)
        return tok;
    end_literal(lx, t);
    tok.n_parts = t->n;
    tok.parts = hop_unit_alloc(lx->unit, t->n * sizeof(t->parts[0]));
    memcpy(tok.parts, t->parts, t->n * sizeof(t->parts[0]));
    return tok;
}

void
lex_report_string(struct lexer *lx, size_t from, const char *id,
                  struct hop_name arg)
{
    uint32_t end = lex_offset(lx, lx->scan.pos);

    lex_incomplete(lx, (struct lang_extent){lex_offset(lx, from), end}, end, id,
                   arg);
}

/* ---- escapes ------------------------------------------------------------ */

static int
hex_value(uint32_t c)
{
    return c < 128 ? hop_ascii_hex((char)c) : -1;
}

void
lex_bad_escape(struct lexer *lx, size_t from, size_t to, const char *id)
{
    uint32_t start = lex_offset(lx, from);
    uint32_t end =
        to > lx->scan.len ? start + (uint32_t)(to - from) : lex_offset(lx, to);

    lex_error(lx, (struct lang_extent){start, end}, id, NO_ARG);
}

/* Behind `u: {1 to 6 hex digits}. */
static void
unicode_escape(struct lexer *lx, struct lex_text *t)
{
    struct lex_scan *s = &lx->scan;
    size_t from = s->pos - 2;
    uint32_t value = 0;
    unsigned n = 0;

    if (lex_peek(lx) != '{') {
        lex_bad_escape(lx, from, s->pos, "InvalidUnicodeEscapeSequence");
        return;
    }
    for (s->pos++; hex_value(lex_peek(lx)) >= 0; s->pos++, n++) {
        if (n == 6) {
            lex_bad_escape(lx, s->pos, s->pos + 1,
                           "TooManyDigitsInUnicodeEscapeSequence");
            return;
        }
        value = value * 16 + (uint32_t)hex_value(lex_peek(lx));
    }
    if (lex_peek(lx) != '}') {
        lex_bad_escape(lx, s->pos, s->pos + 1,
                       n < 6 ? "InvalidUnicodeEscapeSequence"
                             : "MissingUnicodeEscapeSequenceTerminator");
        return;
    }
    s->pos++;
    if (n == 0)
        lex_bad_escape(lx, from, s->pos, "InvalidUnicodeEscapeSequence");
    else if (value > 0x10ffff)
        lex_bad_escape(lx, from + 3, s->pos - 1,
                       "InvalidUnicodeEscapeSequenceValue");
    else
        lex_add_char(t, value);
}

void
lex_escape(struct lexer *lx, struct lex_text *t)
{
    static const char from[] = "0abefnrtv";
    static const char to[] = "\0\a\b\x1b\f\n\r\t\v";
    uint32_t c = lex_get(lx);
    const char *p = c && c < 128 ? strchr(from, (int)c) : NULL;

    if (p)
        lex_add_bytes(t, &to[p - from], 1);
    else if (c == 'u')
        unicode_escape(lx, t);
    else if (c != LEX_EOI)
        lex_add_char(t, c);
}

/* ---- $ in strings ------------------------------------------------------- */

/* The text of $( ) up to its closing parenthesis.  Doubled quotes count as
 * one in it, so that "$("a")" may also be written "$(""a"")". */
struct sub_text {
    struct hop_buf text;
    uint32_t *map;
    size_t cap;
    bool shortened;
};

static void
done_sub(struct sub_text *sub)
{
    hop_buf_done(&sub->text);
    free(sub->map);
}

static void
add_sub(struct lexer *lx, struct sub_text *sub, size_t from)
{
    size_t n = lx->scan.pos - from;

    if (sub->text.len + n + 1 > sub->cap) {
        sub->cap = (sub->text.len + n + 1) * 2;
        sub->map = hop_xrealloc(sub->map, sub->cap, sizeof(sub->map[0]));
    }
    for (size_t i = 0; i < n; i++)
        sub->map[sub->text.len + i] = lex_offset(lx, from + i);
    hop_buf_add(&sub->text, lx->scan.text + from, n);
    sub->map[sub->text.len] = lex_offset(lx, lx->scan.pos);
}

static struct lex_part
make_sub(struct lexer *lx, const struct sub_text *sub, size_t from)
{
    struct lex_scan *s = &lx->scan;
    size_t n = sub->text.len;
    struct lex_part part = {
        .kind = LEX_PART_SUB,
        .text = {s->text + from, (uint32_t)(s->pos - from)},
        .extent = {lex_offset(lx, from), lex_offset(lx, s->pos)},
        .map = s->map ? s->map + from : NULL,
    };

    if (sub->shortened) {
        uint32_t *map = hop_unit_alloc(lx->unit, (n + 1) * sizeof(*map));

        memcpy(map, sub->map, (n + 1) * sizeof(*map));
        part.map = map;
        part.text = lang_name(lx->unit, sub->text.data, n);
    }
    return part;
}

/* At the opening parenthesis. */
static struct lex_part
scan_sub(struct lexer *lx, bool here)
{
    HOP_CLEANUP(done_sub) struct sub_text sub = {.text = HOP_BUF_INIT};
    struct lex_scan *s = &lx->scan;
    size_t from = s->pos - 1;
    unsigned depth = 0;

    s->token_start = from;
    s->pos = from;
    lex_skip(lx);
    add_sub(lx, &sub, from);
    do {
        size_t at = s->pos;
        uint32_t c = lex_get(lx);

        if (c == LEX_EOI) {
            lex_report_string(lx, from,
                              "IncompleteDollarSubexpressionReference", NO_ARG);
            break;
        }
        if (c == '(')
            depth++;
        else if (c == ')')
            depth--;
        else if (!here && (c == '`' || lex_is_double_quote(c)) &&
                 lex_is_double_quote(lex_peek(lx))) {
            sub.shortened = true;
            at = s->pos;
            lex_skip(lx);
        }
        add_sub(lx, &sub, at);
    } while (depth);
    return make_sub(lx, &sub, from);
}

bool
lex_dollar_part(struct lexer *lx, struct lex_text *t, bool here)
{
    struct lex_scan *s = &lx->scan;
    size_t dollar = s->pos - 1, token_start = s->token_start;
    enum lex_mode mode = lx->mode;
    bool keep = lx->keep_tokens;
    uint32_t c = lex_peek(lx);
    struct lex_part part;

    if (c != '(' && c != '{' && !lex_is_variable_start(c))
        return false;
    lx->mode = LEX_EXPRESSION;
    lx->keep_tokens = false;
    end_literal(lx, t);
    if (c == '(') {
        part = scan_sub(lx, here);
    } else {
        struct tok v;

        s->token_start = dollar;
        lx->in_string = true;
        v = lex_variable(lx, false);
        lx->in_string = false;
        part = (struct lex_part){
            .kind = LEX_PART_VARIABLE, .text = v.value, .extent = v.at};
    }
    add_part(t, part);
    hop_buf_add(&t->value, s->text + dollar, s->pos - dollar);
    lx->keep_tokens = keep;
    lx->mode = mode;
    s->token_start = token_start;
    return true;
}

/* ---- quoted strings ----------------------------------------------------- */

/* Behind the opening quote, to behind the closing one; false at the end of
 * input. */
static bool
scan_single(struct lexer *lx, struct lex_text *t)
{
    size_t from = lx->scan.pos - 1;

    while (from && (lx->scan.text[from] & 0xc0) == 0x80)
        from--;
    for (;;) {
        uint32_t c = lex_get(lx);

        if (c == LEX_EOI) {
            lex_report_string(lx, from, "TerminatorExpectedAtEndOfString",
                              ARG("'"));
            return false;
        }
        if (lex_is_single_quote(c)) {
            c = lex_peek(lx);
            if (!lex_is_single_quote(c))
                return true;
            lex_skip(lx);
        }
        lex_add_char(t, c);
    }
}

static bool
scan_double(struct lexer *lx, struct lex_text *t)
{
    size_t from = lx->scan.pos - 1;

    while (from && (lx->scan.text[from] & 0xc0) == 0x80)
        from--;
    for (;;) {
        uint32_t c = lex_get(lx);

        if (c == LEX_EOI) {
            lex_report_string(lx, from, "TerminatorExpectedAtEndOfString",
                              ARG("\""));
            return false;
        }
        if (lex_is_double_quote(c)) {
            c = lex_peek(lx);
            if (!lex_is_double_quote(c))
                return true;
            lex_skip(lx);
        } else if (c == '$' && lex_dollar_part(lx, t, false)) {
            continue;
        } else if (c == '`' && lex_peek(lx) != LEX_EOI) {
            lex_escape(lx, t);
            continue;
        }
        lex_add_char(t, c);
    }
}

struct tok
lex_single_string(struct lexer *lx)
{
    LEX_AUTO_TEXT struct lex_text t = {0};
    bool ok = scan_single(lx, &t);

    return lex_make_string(lx, &t, HOP_TOKEN_STRING_LITERAL, !ok);
}

struct tok
lex_double_string(struct lexer *lx)
{
    LEX_AUTO_TEXT struct lex_text t = {0};
    bool ok = scan_double(lx, &t);

    return lex_make_string(lx, &t, HOP_TOKEN_STRING_EXPANDABLE, !ok);
}

/* ---- words -------------------------------------------------------------- */

static struct tok
scan_word(struct lexer *lx, struct lex_text *t)
{
    for (;;) {
        uint32_t c = lex_peek(lx);

        if (lex_ends_token(c))
            break;
        lex_skip(lx);
        if (c == '`' && lex_peek(lx) != LEX_EOI)
            lex_escape(lx, t);
        else if (lex_is_single_quote(c))
            scan_single(lx, t);
        else if (lex_is_double_quote(c))
            scan_double(lx, t);
        else if (c != '$' || !lex_dollar_part(lx, t, false))
            lex_add_char(t, c);
    }
    return lex_make_string(lx, t, HOP_TOKEN_GENERIC, false);
}

struct tok
lex_generic(struct lexer *lx, const char *prefix, size_t n)
{
    LEX_AUTO_TEXT struct lex_text t = {0};

    lex_add_bytes(&t, prefix, n);
    return scan_word(lx, &t);
}

struct tok
lex_generic_escaped(struct lexer *lx)
{
    LEX_AUTO_TEXT struct lex_text t = {0};

    lex_escape(lx, &t);
    return scan_word(lx, &t);
}

/* The text behind --%, to the end of the line or a pipe outside quotes. */
struct tok
lex_verbatim(struct lexer *lx)
{
    struct lex_scan *s = &lx->scan;
    bool quoted = false;
    struct tok t;

    while (lex_is_space(lex_peek(lx)))
        lex_skip(lx);
    s->token_start = s->pos;
    for (;; lex_skip(lx)) {
        uint32_t c = lex_peek(lx);

        if (c == LEX_EOI || c == '\r' || c == '\n')
            break;
        if (lex_is_double_quote(c))
            quoted = !quoted;
        else if (!quoted &&
                 (c == '|' || (c == '&' && lex_peek_at(lx, 1) == '&')))
            break;
    }
    t = lex_make(lx, HOP_TOKEN_GENERIC);
    t.value = t.text;
    return t;
}
