/* Syntax lines and escapes.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "base/text.h"
#include "lang/help.h"
#include "lang/lexer.h"

static void
add_parameter(struct hop_buf *b, const struct hop_syntax_parameter *p)
{
    bool by_name = p->position < 0;

    if (!p->type)
        hop_buf_addf(b, p->mandatory ? " -%s" : " [-%s]", p->name);
    else if (p->mandatory)
        hop_buf_addf(b, by_name ? " -%s <%s>" : " [-%s] <%s>", p->name,
                     p->type);
    else
        hop_buf_addf(b, by_name ? " [-%s <%s>]" : " [[-%s] <%s>]", p->name,
                     p->type);
}

/* Parameters with a position come first, in its order; of two with the same
 * position the later counts. */
static void
add_positional(struct hop_buf *b, const struct hop_syntax_parameter *p,
               size_t n)
{
    for (int at = -1;;) {
        const struct hop_syntax_parameter *next = NULL;

        for (size_t i = 0; i < n; i++)
            if (p[i].position > at &&
                (!next || p[i].position <= next->position))
                next = &p[i];
        if (!next)
            return;
        add_parameter(b, next);
        at = next->position;
    }
}

void
hop_syntax_format(struct hop_buf *b, const char *command,
                  const struct hop_syntax_parameter *p, size_t n)
{
    bool common = false;

    hop_buf_adds(b, command);
    add_positional(b, p, n);
    for (size_t i = 0; i < n; i++)
        if (p[i].position < 0 && p[i].mandatory)
            add_parameter(b, &p[i]);
    for (size_t i = 0; i < n; i++) {
        common |= p[i].common;
        if (p[i].position < 0 && !p[i].mandatory && !p[i].common)
            add_parameter(b, &p[i]);
    }
    if (common)
        hop_buf_adds(b, " [<CommonParameters>]");
}

void
hop_escape_single_quoted(struct hop_buf *b, const char *s, size_t n)
{
    for (size_t i = 0, used; i < n; i += used) {
        if (lex_is_single_quote(hop_utf8_decode(s + i, n - i, &used)))
            hop_buf_add(b, s + i, used);
        hop_buf_add(b, s + i, used);
    }
}

void
hop_escape_variable_name(struct hop_buf *b, const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (s[i] == '`' || s[i] == '{' || s[i] == '}')
            hop_buf_addc(b, '`');
        hop_buf_addc(b, s[i]);
    }
}

void
hop_escape_block_comment(struct hop_buf *b, const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (i && ((s[i - 1] == '#' && s[i] == '>') ||
                  (s[i - 1] == '<' && s[i] == '#')))
            hop_buf_addc(b, '`');
        hop_buf_addc(b, s[i]);
    }
}

void
hop_escape_format(struct hop_buf *b, const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (s[i] == '{' || s[i] == '}')
            hop_buf_addc(b, s[i]);
        hop_buf_addc(b, s[i]);
    }
}
