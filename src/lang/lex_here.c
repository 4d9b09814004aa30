/* Here-strings.
 *
 * SPDX-License-Identifier: MIT
 */
#include "lang/lexer.h"

#include <string.h>

#define NO_ARG ((struct hop_name){NULL, 0})
#define ARG(s) ((struct hop_name){(s), (uint32_t)strlen(s)})

struct here {
    size_t from; /* of the header */
    bool (*is_quote)(uint32_t c);
    const char *footer;
    size_t false_footer; /* one with blanks in front, 0 when none */
};

/* The rest of the header's line.  On junk there, goes to a footer or the end
 * of the line. */
static bool
scan_header(struct lexer *lx, const struct here *h)
{
    struct lex_scan *s = &lx->scan;
    uint32_t c;

    while (lex_is_space(lex_peek(lx)))
        lex_skip(lx);
    c = lex_peek(lx);
    if (c == LEX_EOI) {
        lex_report_string(lx, h->from, "TerminatorExpectedAtEndOfString",
                          ARG(h->footer));
        return false;
    }
    if (c == '\r' || c == '\n') {
        s->pos += c == '\r' && lex_peek_at(lx, 1) == '\n' ? 2 : 1;
        return true;
    }
    lex_bad_escape(lx, s->pos, s->pos + 1,
                   "UnexpectedCharactersAfterHereStringHeader");
    for (; c != LEX_EOI && c != '\r' && c != '\n'; c = lex_peek(lx)) {
        lex_skip(lx);
        if (c == (unsigned char)h->footer[0] && lex_peek(lx) == '@') {
            lex_skip(lx);
            break;
        }
    }
    return false;
}

/* At the start of a line: reads the footer and says so; blanks in front are
 * content. */
static bool
scan_footer(struct lexer *lx, struct lex_text *t, struct here *h)
{
    struct lex_scan *s = &lx->scan;
    size_t line = s->pos, at;

    if (h->is_quote(lex_peek(lx))) {
        lex_skip(lx);
        if (lex_peek(lx) == '@') {
            lex_skip(lx);
            return true;
        }
        s->pos = line;
        return false;
    }
    while (lex_is_space(lex_peek(lx)))
        lex_add_char(t, lex_get(lx));
    at = s->pos;
    if (!h->is_quote(lex_peek(lx)))
        return false;
    lex_skip(lx);
    if (lex_peek(lx) == '@') {
        lex_skip(lx);
        lex_add_bytes(t, s->text + at, s->pos - at);
        if (!h->false_footer)
            h->false_footer = at;
        return false;
    }
    s->pos = at;
    return false;
}

static void
cut_text(struct hop_buf *b, size_t n)
{
    b->len = b->len > n ? b->len - n : 0;
    if (b->data)
        b->data[b->len] = 0;
}

/* At a line end: adds it, or ends the string when the footer follows. */
static bool
scan_line_end(struct lexer *lx, struct lex_text *t, struct here *h)
{
    struct lex_scan *s = &lx->scan;
    size_t from = s->pos, n;

    s->pos += s->text[from] == '\r' && lex_peek_at(lx, 1) == '\n' ? 2 : 1;
    n = s->pos - from;
    lex_add_bytes(t, s->text + from, n);
    if (!scan_footer(lx, t, h))
        return false;
    cut_text(&t->value, n);
    cut_text(&t->literal, n);
    return true;
}

static bool
end_here(struct lexer *lx, const struct here *h)
{
    if (h->false_footer)
        lex_report_string(lx, h->false_footer,
                          "WhitespaceBeforeHereStringFooter", NO_ARG);
    else
        lex_report_string(lx, h->from, "TerminatorExpectedAtEndOfString",
                          ARG(h->footer));
    return false;
}

static bool
scan_here(struct lexer *lx, struct lex_text *t, struct here *h, bool expand)
{
    if (!scan_header(lx, h))
        return false;
    if (scan_footer(lx, t, h))
        return true;
    for (;;) {
        uint32_t c = lex_peek(lx);

        if (c == LEX_EOI)
            return end_here(lx, h);
        if (c == '\r' || c == '\n') {
            if (scan_line_end(lx, t, h))
                return true;
            continue;
        }
        lex_skip(lx);
        if (expand && c == '$' && lex_dollar_part(lx, t, true))
            continue;
        if (expand && c == '`' && lex_peek(lx) != LEX_EOI)
            lex_escape(lx, t);
        else
            lex_add_char(t, c);
    }
}

struct tok
lex_single_here(struct lexer *lx)
{
    LEX_AUTO_TEXT struct lex_text t = {0};
    struct here h = {.from = lx->scan.token_start,
                     .is_quote = lex_is_single_quote,
                     .footer = "'@"};
    bool ok = scan_here(lx, &t, &h, false);

    return lex_make_string(lx, &t, HOP_TOKEN_HERE_STRING_LITERAL, !ok);
}

struct tok
lex_double_here(struct lexer *lx)
{
    LEX_AUTO_TEXT struct lex_text t = {0};
    struct here h = {.from = lx->scan.token_start,
                     .is_quote = lex_is_double_quote,
                     .footer = "\"@"};
    bool ok = scan_here(lx, &t, &h, true);

    return lex_make_string(lx, &t, HOP_TOKEN_HERE_STRING_EXPANDABLE, !ok);
}
