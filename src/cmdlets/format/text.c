/* SPDX-License-Identifier: MIT */
#include "cmdlets/format/text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"

/* Ranges of characters that take two cells, as terminals agree on them. */
static const struct {
    uint32_t first, last;
} wide[] = {
    {0x1100, 0x115F}, {0x2329, 0x232A}, {0x2E80, 0x303E},    {0x3040, 0xA4CF},
    {0xAC00, 0xD7A3}, {0xF900, 0xFAFF}, {0xFE10, 0xFE19},    {0xFE30, 0xFE6F},
    {0xFF00, 0xFF60}, {0xFFE0, 0xFFE6}, {0x10000, 0x10FFFF},
};

static size_t
char_cells(uint32_t cp)
{
    if (cp < 0x1100)
        return 1;
    for (size_t i = 0; i < HOP_ARRAY_SIZE(wide); i++)
        if (cp >= wide[i].first && cp <= wide[i].last)
            return 2;
    return 1;
}

/* The length of the escape sequence at s (CSI and OSC 8), or 0. */
static size_t
escape_len(const char *s, size_t n)
{
    size_t i = 2;

    if (n < 2 || s[0] != '\x1B')
        return 0;
    if (s[1] == '[') {
        while (i < n && (s[i] < '@' || s[i] > '~'))
            i++;
        return i < n ? i + 1 : 0;
    }
    if (s[1] == ']') {
        for (; i < n; i++) {
            if (s[i] == '\a')
                return i + 1;
            if (s[i] == '\x1B' && i + 1 < n && s[i + 1] == '\\')
                return i + 2;
        }
    }
    return 0;
}

/* Steps over one character or escape sequence; *cells gets its width. */
static size_t
step(const char *s, size_t n, size_t *cells)
{
    size_t used = escape_len(s, n);

    *cells = 0;
    if (used)
        return used;
    *cells = char_cells(hop_utf8_decode(s, n, &used));
    return used;
}

size_t
hop_cells(const char *s, size_t n)
{
    size_t sum = 0, i = 0, c;

    while (i < n) {
        i += step(s + i, n - i, &c);
        sum += c;
    }
    return sum;
}

size_t
hop_cells_fit(const char *s, size_t n, size_t cells)
{
    size_t sum = 0, i = 0, c;

    while (i < n) {
        size_t used = step(s + i, n - i, &c);

        if (sum + c > cells)
            break;
        sum += c;
        i += used;
    }
    return i;
}

size_t
hop_cells_fit_end(const char *s, size_t n, size_t cells)
{
    size_t total = hop_cells(s, n), i = 0, c;

    while (i < n && total > cells) {
        i += step(s + i, n - i, &c);
        total -= c;
    }
    return i;
}

void
hop_lines_done(struct hop_lines *l)
{
    for (size_t i = 0; i < l->n; i++)
        free(l->line[i]);
    free(l->line);
    *l = (struct hop_lines){NULL, 0, 0};
}

void
hop_lines_add(struct hop_lines *l, const char *s, size_t n)
{
    if (l->n == l->cap) {
        l->cap = l->cap ? l->cap * 2 : 8;
        l->line = hop_xrealloc(l->line, l->cap, sizeof(*l->line));
    }
    l->line[l->n++] = hop_xstrndup(s, n);
}

void
hop_lines_split(struct hop_lines *l, const char *s, size_t n)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    for (size_t i = 0; i < n; i++) {
        if (s[i] == '\n') {
            hop_lines_add(l, hop_buf_str(&b), b.len);
            hop_buf_clear(&b);
        } else if (s[i] != '\r') {
            hop_buf_addc(&b, s[i]);
        }
    }
    hop_lines_add(l, hop_buf_str(&b), b.len);
}

static void
break_anywhere(struct hop_lines *l, const char *s, size_t n, size_t width,
               size_t following)
{
    while (n > 0) {
        size_t fit = hop_cells_fit(s, n, width);

        if (fit == 0) {
            /* A wide character in a column of one cell. */
            size_t used;

            hop_utf8_decode(s, n, &used);
            hop_lines_add(l, "?", 1);
            fit = used;
        } else {
            hop_lines_add(l, s, fit);
        }
        s += fit;
        n -= fit;
        width = following;
    }
}

/* The word at s, with the blank that ends it. */
static size_t
word_len(const char *s, size_t n)
{
    size_t i = 0;

    while (i < n && s[i] != ' ' && s[i] != '\t')
        i++;
    return i < n ? i + 1 : i;
}

static void
break_at_words(struct hop_lines *l, const char *s, size_t n, size_t width,
               size_t following)
{
    HOP_AUTO_BUF struct hop_buf line = HOP_BUF_INIT;
    size_t left = width, i = 0;

    while (i < n) {
        size_t word = word_len(s + i, n - i);
        size_t cells = hop_cells(s + i, word);

        if (cells <= width) {
            if (cells > left) {
                hop_lines_add(l, hop_buf_str(&line), line.len);
                hop_buf_clear(&line);
                left = width = following;
            }
            hop_buf_add(&line, s + i, word);
            left -= cells < left ? cells : left;
            i += word;
            continue;
        }
        for (size_t end = i + word; i < end;) {
            size_t c, used = step(s + i, end - i, &c);

            if (c > left) {
                hop_lines_add(l, hop_buf_str(&line), line.len);
                hop_buf_clear(&line);
                left = width = following;
            }
            hop_buf_add(&line, s + i, used);
            left -= c < left ? c : left;
            i += used;
        }
    }
    hop_lines_add(l, hop_buf_str(&line), line.len);
}

void
hop_lines_wrap2(struct hop_lines *l, const char *s, size_t n, size_t first,
                size_t following, bool words)
{
    HOP_AUTO_LINES struct hop_lines raw = {NULL, 0, 0};

    hop_lines_split(&raw, s, n);
    for (size_t i = 0; i < raw.n; i++) {
        size_t len = strlen(raw.line[i]);

        if (hop_cells(raw.line[i], len) <= first)
            hop_lines_add(l, raw.line[i], len);
        else if (words)
            break_at_words(l, raw.line[i], len, first, following);
        else
            break_anywhere(l, raw.line[i], len, first, following);
    }
}

void
hop_lines_wrap(struct hop_lines *l, const char *s, size_t n, size_t cells,
               bool words)
{
    hop_lines_wrap2(l, s, n, cells, cells, words);
}
