/* Tokens that the parser asks for by name: member access, brackets, the names
 * of assemblies.
 *
 * SPDX-License-Identifier: MIT
 */
#include "lang/lexer.h"

/* In an argument a blank behind the operator makes it an argument. */
static bool
is_detached(const struct lexer *lx, size_t ahead)
{
    uint32_t c = lex_peek_at(lx, ahead);

    return lx->mode == LEX_COMMAND &&
           (c == LEX_EOI || c == '\r' || c == '\n' || lex_is_space(c));
}

static bool
take(struct lexer *lx, size_t n, enum hop_token_kind kind, struct tok *out)
{
    lx->scan.token_start = lx->scan.pos;
    lx->scan.pos += n;
    *out = lex_make(lx, kind);
    return true;
}

bool
lex_member_access(struct lexer *lx, bool bracket, struct tok *out)
{
    uint32_t c, c1;

    if (lx->stopped)
        return false;
    while (lex_peek(lx) == '<' && lex_peek_at(lx, 1) == '#') {
        lx->scan.token_start = lx->scan.pos;
        lx->scan.pos += 2;
        lex_block_comment(lx);
    }
    c = lex_peek(lx);
    c1 = lex_peek_at(lx, 1);
    if (c == '.' && c1 != '.' && !is_detached(lx, 1))
        return take(lx, 1, HOP_TOKEN_DOT, out);
    if (c == ':' && c1 == ':' && !is_detached(lx, 2))
        return take(lx, 2, HOP_TOKEN_COLON_COLON, out);
    if (c == '[' && bracket)
        return take(lx, 1, HOP_TOKEN_LBRACKET, out);
    if (c == '?' && c1 == '.')
        return take(lx, 2, HOP_TOKEN_QUESTION_DOT, out);
    if (c == '?' && c1 == '[' && bracket)
        return take(lx, 2, HOP_TOKEN_QUESTION_LBRACKET, out);
    return false;
}

bool
lex_invoke_open(struct lexer *lx, struct tok *out)
{
    uint32_t c = lex_peek(lx);

    if (lx->stopped)
        return false;
    if (c == '(')
        return take(lx, 1, HOP_TOKEN_LPAREN, out);
    return c == '{' && take(lx, 1, HOP_TOKEN_LCURLY, out);
}

bool
lex_left_bracket(struct lexer *lx, struct tok *out)
{
    uint32_t start = lex_restore_point(lx);
    bool back = false;

    if (lx->stopped)
        return false;
    for (;;) {
        uint32_t c = lex_peek(lx);

        lx->scan.token_start = lx->scan.pos;
        if (lex_is_space(c)) {
            back = true;
            lex_skip_spaces(lx);
        } else if (c == '#') {
            back = true;
            lex_line_comment(lx);
        } else if (c == '<' && lex_peek_at(lx, 1) == '#') {
            back = false;
            lx->scan.pos += 2;
            lex_block_comment(lx);
        } else if (c == '[') {
            return take(lx, 1, HOP_TOKEN_LBRACKET, out);
        } else {
            if ((c == '.' || c == ':') && back)
                lex_resync(lx, start);
            return false;
        }
    }
}

static void
scan_assembly_word(struct lexer *lx, struct hop_buf *b)
{
    struct lex_scan *s = &lx->scan;
    struct tok t;

    lex_skip_spaces(lx);
    s->token_start = s->pos;
    while (!lex_ends_assembly_name(lex_peek(lx)))
        lex_skip(lx);
    t = lex_make(lx, HOP_TOKEN_IDENTIFIER);
    hop_buf_add(b, t.text.text, t.text.len);
    lex_skip_spaces(lx);
}

struct hop_name
lex_assembly_name(struct lexer *lx)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    struct tok t;

    scan_assembly_word(lx, &b);
    while (lex_peek(lx) == ',') {
        take(lx, 1, HOP_TOKEN_COMMA, &t);
        hop_buf_adds(&b, ", ");
        scan_assembly_word(lx, &b);
        if (lex_peek(lx) == '=') {
            take(lx, 1, HOP_TOKEN_EQUALS, &t);
            hop_buf_addc(&b, '=');
            scan_assembly_word(lx, &b);
        }
    }
    return lang_name(lx->unit, hop_buf_str(&b), b.len);
}
