/* Comments, and the signature block at the end of a signed script.
 *
 * SPDX-License-Identifier: MIT
 */
#include "lang/lexer.h"

#include "base/text.h"

#define NO_ARG ((struct hop_name){NULL, 0})

size_t
lex_skip_comment(const char *s, size_t len, size_t i)
{
    bool block = s[i] == '<';

    i += block ? 2 : 1;
    for (; i < len; i++) {
        if (!block && (s[i] == '\r' || s[i] == '\n'))
            return i;
        if (block && s[i] == '#' && i + 1 < len && s[i + 1] == '>')
            return i + 2;
    }
    return i;
}

bool
lex_is_comment(const char *s, size_t len, size_t i)
{
    return s[i] == '#' || (s[i] == '<' && i + 1 < len && s[i + 1] == '#');
}

/* Nothing but blanks and comments from here to the end of what is scanned.
 * In a $( ) of a string PowerShell compares an offset of the whole source with
 * the length of the part; so it is kept. */
bool
lex_is_rest_blank(const struct lex_scan *scan, size_t i)
{
    const char *s = scan->text;

    while (i < scan->len) {
        size_t used = 1;

        if (lex_is_comment(s, scan->len, i)) {
            i = lex_skip_comment(s, scan->len, i);
            continue;
        }
        if (!lex_is_space(hop_utf8_decode(s + i, scan->len - i, &used)))
            return false;
        i += used;
    }
    return true;
}

/* ---- comments ---------------------------------------------------------- */

static const char signature[] = "sig#beginsignatureblock\n";

#define SIGNATURE_LEN (sizeof(signature) - 1)
#define SIGNATURE_MAX 34 /* comments up to ten edits away count as one */
#define SIGNATURE_MIN 14

static unsigned
edit_distance(const char *s, size_t n)
{
    unsigned row[SIGNATURE_LEN + 1];

    for (unsigned j = 0; j <= SIGNATURE_LEN; j++)
        row[j] = j;
    for (unsigned i = 1; i <= n; i++) {
        unsigned corner = row[0];

        row[0] = i;
        for (unsigned j = 1; j <= SIGNATURE_LEN; j++) {
            unsigned above = row[j], best = corner;

            if (s[i - 1] != signature[j - 1]) {
                best = above < row[j - 1] ? above : row[j - 1];
                best = (corner < best ? corner : best) + 1;
            }
            row[j] = best;
            corner = above;
        }
    }
    return row[SIGNATURE_LEN];
}

/* Code behind what looks like a signature is refused: readers stop there. */
static bool
looks_like_signature(const struct hop_name *text)
{
    char packed[SIGNATURE_MAX];
    size_t n = 0;

    for (uint32_t i = 1; i < text->len; i++) {
        if (hop_ascii_is_space(text->text[i]))
            continue;
        if (n == SIGNATURE_MAX - 1)
            return false;
        packed[n++] = hop_ascii_lower(text->text[i]);
    }
    packed[n++] = '\n';
    return n >= SIGNATURE_MIN && edit_distance(packed, n) < 10;
}

void
lex_line_comment(struct lexer *lx)
{
    struct lex_scan *s = &lx->scan;
    struct tok t;

    while (s->pos < s->len && s->text[s->pos] != '\r' &&
           s->text[s->pos] != '\n')
        s->pos++;
    t = lex_make(lx, HOP_TOKEN_COMMENT);
    if (lx->nested)
        return;
    if (t.text.len > 8 && hop_ascii_ieqn(t.text.text, "#requires", 9))
        lex_keep_token(&lx->requires, &t);
    else if (looks_like_signature(&t.text))
        lx->signature = t.at;
}

/* Behind "<#". */
void
lex_block_comment(struct lexer *lx)
{
    struct lex_scan *s = &lx->scan;
    size_t from = s->pos - 2;

    for (;;) {
        if (s->pos >= s->len) {
            lex_incomplete(lx,
                           (struct lang_extent){lex_offset(lx, from),
                                                lex_offset(lx, s->pos)},
                           lex_offset(lx, s->pos),
                           "MissingTerminatorMultiLineComment", NO_ARG);
            break;
        }
        if (s->text[s->pos] == '#' && lex_peek_at(lx, 1) == '>') {
            s->pos += 2;
            break;
        }
        s->pos++;
    }
    lex_make(lx, HOP_TOKEN_COMMENT);
}
