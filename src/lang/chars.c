/* Character classes of the language.
 *
 * SPDX-License-Identifier: MIT
 */
#include <utf8proc.h>

#include "lang/lexer.h"

enum {
    SPACE = 1,
    IDENT = 2, /* starts an identifier */
    DIGIT = 4,
    VAR = 8,  /* starts a variable name */
    END = 16, /* ends a token in every mode */
    END_NUMBER = 32,
    END_ASSEMBLY = 64,
};

#define BLANK  (SPACE | END | END_ASSEMBLY)
#define LETTER (IDENT | VAR)

static const uint8_t traits[128] = {
    [0] = END | END_ASSEMBLY,
    ['\t'] = BLANK,
    ['\v'] = BLANK,
    ['\f'] = BLANK,
    [' '] = BLANK,
    ['\n'] = END | END_ASSEMBLY,
    ['\r'] = END | END_ASSEMBLY,
    ['!'] = END_NUMBER,
    ['#'] = END_NUMBER,
    ['$'] = VAR,
    ['%'] = END_NUMBER,
    ['&'] = END,
    ['('] = END,
    [')'] = END,
    ['*'] = END_NUMBER,
    ['+'] = END_NUMBER,
    [','] = END | END_ASSEMBLY,
    ['-'] = END_NUMBER,
    ['.'] = END_NUMBER,
    ['/'] = END_NUMBER,
    ['0'] = DIGIT | VAR,
    ['1'] = DIGIT | VAR,
    ['2'] = DIGIT | VAR,
    ['3'] = DIGIT | VAR,
    ['4'] = DIGIT | VAR,
    ['5'] = DIGIT | VAR,
    ['6'] = DIGIT | VAR,
    ['7'] = DIGIT | VAR,
    ['8'] = DIGIT | VAR,
    ['9'] = DIGIT | VAR,
    [':'] = VAR,
    [';'] = END,
    ['<'] = END_NUMBER,
    ['='] = END_NUMBER | END_ASSEMBLY,
    ['>'] = END_NUMBER,
    ['?'] = VAR,
    ['A' ... 'Z'] = LETTER,
    [']'] = END_NUMBER | END_ASSEMBLY,
    ['^'] = VAR,
    ['_'] = LETTER,
    ['a' ... 'z'] = LETTER,
    ['{'] = END,
    ['|'] = END,
    ['}'] = END,
};

static bool
has_trait(uint32_t c, unsigned trait)
{
    return c < 128 && (traits[c] & trait);
}

/* Separators of Unicode (Zs, Zl, Zp) and NEL. */
bool
lex_is_space(uint32_t c)
{
    if (c < 128)
        return traits[c] & SPACE;
    if (c <= 256)
        return c == 0xa0 || c == 0x85;
    return c == 0x1680 || (c >= 0x2000 && c <= 0x200a) || c == 0x2028 ||
           c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000;
}

/* -, en dash, em dash, horizontal bar */
bool
lex_is_dash(uint32_t c)
{
    return c == '-' || (c >= 0x2013 && c <= 0x2015);
}

bool
lex_is_single_quote(uint32_t c)
{
    return c == '\'' || (c >= 0x2018 && c <= 0x201b);
}

bool
lex_is_double_quote(uint32_t c)
{
    return c == '"' || (c >= 0x201c && c <= 0x201e);
}

/* .NET looks at UTF-16 units: nothing beyond the BMP is a letter to it. */
bool
lex_is_letter(uint32_t c)
{
    if (c < 128)
        return (traits[c] & IDENT) && c != '_';
    if (c > 0xffff)
        return false;
    switch (utf8proc_category((utf8proc_int32_t)c)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO: return true;
    default: return false;
    }
}

bool
lex_is_letter_or_digit(uint32_t c)
{
    if (c < 128)
        return (traits[c] & (IDENT | DIGIT)) && c != '_';
    return lex_is_letter(c) ||
           (c <= 0xffff &&
            utf8proc_category((utf8proc_int32_t)c) == UTF8PROC_CATEGORY_ND);
}

bool
lex_is_variable_start(uint32_t c)
{
    return c < 128 ? traits[c] & VAR : lex_is_letter_or_digit(c);
}

bool
lex_is_identifier_start(uint32_t c)
{
    return c < 128 ? traits[c] & IDENT : lex_is_letter(c);
}

bool
lex_is_identifier_follow(uint32_t c)
{
    return c < 128 ? traits[c] & (IDENT | DIGIT) : lex_is_letter_or_digit(c);
}

bool
lex_ends_token(uint32_t c)
{
    if (c == LEX_EOI)
        return true;
    return c < 128 ? traits[c] & END : lex_is_space(c);
}

bool
lex_ends_number(uint32_t c, bool ternary)
{
    return has_trait(c, END_NUMBER) || (ternary && (c == '?' || c == ':')) ||
           (c >= 128 && lex_is_dash(c));
}

bool
lex_ends_assembly_name(uint32_t c)
{
    if (c == LEX_EOI)
        return true;
    return c < 128 ? traits[c] & END_ASSEMBLY : lex_is_space(c);
}
