/* System.Char.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/types/def.h"

#include <utf8proc.h>

#include "value/types/text.h"

enum char_class {
    CH_LETTER, CH_DIGIT, CH_LETTER_OR_DIGIT, CH_UPPER, CH_LOWER, CH_WHITE,
    CH_PUNCTUATION, CH_SYMBOL, CH_CONTROL, CH_NUMBER, CH_SEPARATOR,
    CH_SURROGATE, CH_HIGH, CH_LOW, CH_ASCII, CH_ASCII_LETTER, CH_ASCII_DIGIT,
    CH_ASCII_HEX,
};

static bool
is_between(utf8proc_category_t c, utf8proc_category_t lo,
           utf8proc_category_t hi)
{
    return c >= lo && c <= hi;
}

static bool
is_of(uint32_t u, enum char_class what)
{
    utf8proc_category_t c = utf8proc_category((utf8proc_int32_t)u);
    bool letter = is_between(c, UTF8PROC_CATEGORY_LU, UTF8PROC_CATEGORY_LO);
    bool ascii_letter = (u | 0x20) >= 'a' && (u | 0x20) <= 'z';
    bool ascii_digit = u >= '0' && u <= '9';

    switch (what) {
    case CH_LETTER: return letter;
    case CH_DIGIT: return c == UTF8PROC_CATEGORY_ND;
    case CH_LETTER_OR_DIGIT: return letter || c == UTF8PROC_CATEGORY_ND;
    case CH_UPPER: return c == UTF8PROC_CATEGORY_LU;
    case CH_LOWER: return c == UTF8PROC_CATEGORY_LL;
    case CH_WHITE: return hop_is_white(u);
    case CH_PUNCTUATION:
        return is_between(c, UTF8PROC_CATEGORY_PC, UTF8PROC_CATEGORY_PO);
    case CH_SYMBOL:
        return is_between(c, UTF8PROC_CATEGORY_SM, UTF8PROC_CATEGORY_SO);
    case CH_CONTROL: return c == UTF8PROC_CATEGORY_CC;
    case CH_NUMBER:
        return is_between(c, UTF8PROC_CATEGORY_ND, UTF8PROC_CATEGORY_NO);
    case CH_SEPARATOR:
        return is_between(c, UTF8PROC_CATEGORY_ZS, UTF8PROC_CATEGORY_ZP);
    case CH_SURROGATE: return u >= 0xD800 && u <= 0xDFFF;
    case CH_HIGH: return u >= 0xD800 && u <= 0xDBFF;
    case CH_LOW: return u >= 0xDC00 && u <= 0xDFFF;
    case CH_ASCII: return u < 0x80;
    case CH_ASCII_LETTER: return ascii_letter;
    case CH_ASCII_DIGIT: return ascii_digit;
    case CH_ASCII_HEX:
        return ascii_digit || ((u | 0x20) >= 'a' && (u | 0x20) <= 'f');
    }
    return false;
}

/* The character of (char) or (string, index). */
static bool
char_argument(struct hop_context *cx, const struct hop_call *c, uint32_t *u)
{
    if (c->args[0].kind == HOP_CHAR) {
        *u = (uint32_t)ARG_I(0);
        return true;
    }
    if (ARG_NULL(0))
        return hop_throw_null(cx, "s");
    if (ARG_I(1) < 0 || (size_t)ARG_I(1) >= hop_string_len16(ARG_S(0)))
        return hop_throw_argument(cx, &hop_exception_argument_range, "index",
                                  "Specified argument was out of the range of "
                                  "valid values.");
    *u = hop_string_at(ARG_S(0), (size_t)ARG_I(1));
    return true;
}

METHOD(test)
{
    uint32_t u;

    if (!char_argument(cx, c, &u))
        return false;
    RETURN(hop_bool(is_of(u, (enum char_class)c->data)));
}

METHOD(change_case)
{
    utf8proc_int32_t u = (utf8proc_int32_t)ARG_I(0);

    RETURN(hop_char((uint16_t)(c->data ? utf8proc_toupper(u)
                                       : utf8proc_tolower(u))));
}

METHOD(numeric_value)
{
    uint32_t u;

    if (!char_argument(cx, c, &u))
        return false;
    if (u >= '0' && u <= '9')
        RETURN(hop_double(u - '0'));
    if (u >= 0xBC && u <= 0xBE)
        RETURN(hop_double((u - 0xBB) * 0.25));
    RETURN(hop_double(u == 0xB2 ? 2 : u == 0xB3 ? 3 : u == 0xB9 ? 1 : -1));
}

METHOD(category)
{
    /* utf8proc's categories in the order of .NET's enumeration. */
    static const uint8_t map[] = {
        [UTF8PROC_CATEGORY_CN] = 29, [UTF8PROC_CATEGORY_LU] = 0,
        [UTF8PROC_CATEGORY_LL] = 1,  [UTF8PROC_CATEGORY_LT] = 2,
        [UTF8PROC_CATEGORY_LM] = 3,  [UTF8PROC_CATEGORY_LO] = 4,
        [UTF8PROC_CATEGORY_MN] = 5,  [UTF8PROC_CATEGORY_MC] = 6,
        [UTF8PROC_CATEGORY_ME] = 7,  [UTF8PROC_CATEGORY_ND] = 8,
        [UTF8PROC_CATEGORY_NL] = 9,  [UTF8PROC_CATEGORY_NO] = 10,
        [UTF8PROC_CATEGORY_PC] = 18, [UTF8PROC_CATEGORY_PD] = 19,
        [UTF8PROC_CATEGORY_PS] = 20, [UTF8PROC_CATEGORY_PE] = 21,
        [UTF8PROC_CATEGORY_PI] = 22, [UTF8PROC_CATEGORY_PF] = 23,
        [UTF8PROC_CATEGORY_PO] = 24, [UTF8PROC_CATEGORY_SM] = 25,
        [UTF8PROC_CATEGORY_SC] = 26, [UTF8PROC_CATEGORY_SK] = 27,
        [UTF8PROC_CATEGORY_SO] = 28, [UTF8PROC_CATEGORY_ZS] = 11,
        [UTF8PROC_CATEGORY_ZL] = 12, [UTF8PROC_CATEGORY_ZP] = 13,
        [UTF8PROC_CATEGORY_CC] = 14, [UTF8PROC_CATEGORY_CF] = 15,
        [UTF8PROC_CATEGORY_CS] = 16, [UTF8PROC_CATEGORY_CO] = 17,
    };
    uint32_t u;

    if (!char_argument(cx, c, &u))
        return false;
    RETURN(hop_enum(HOP_ENUM_UNICODE_CATEGORY,
                    map[utf8proc_category((utf8proc_int32_t)u)]));
}

METHOD(parse)
{
    if (ARG_NULL(0))
        return hop_throw_null(cx, "s");
    if (hop_string_len16(ARG_S(0)) != 1)
        return hop_throw(cx, &hop_exception_format,
                         "String must be exactly one character long.");
    RETURN(hop_char(hop_string_at(ARG_S(0), 0)));
}

METHOD(from_utf32)
{
    char u8[4];
    int64_t cp = ARG_I(0);

    if (cp < 0 || cp > 0x10FFFF || (cp >= 0xD800 && cp <= 0xDFFF))
        return hop_throw_argument(cx, &hop_exception_argument_range, "utf32",
                                  "A valid UTF32 value is between 0x000000 and "
                                  "0x10ffff, inclusive, and should not include "
                                  "surrogate codepoint values (0x00d800 ~ "
                                  "0x00dfff).");
    RETURN(hop_textn(u8, (size_t)utf8proc_encode_char((utf8proc_int32_t)cp,
                                                      (utf8proc_uint8_t *)u8)));
}

METHOD(to_utf32)
{
    int64_t hi, lo;

    if (c->args[0].kind == HOP_CHAR) {
        hi = ARG_I(0);
        lo = ARG_I(1);
    } else {
        size_t i = (size_t)ARG_I(1);

        hi = hop_string_at(ARG_S(0), i);
        if (hi < 0xD800 || hi > 0xDBFF)
            RETURN(hop_int((int32_t)hi));
        lo = hop_string_at(ARG_S(0), i + 1);
    }
    RETURN(hop_int((int32_t)(0x10000 + ((hi - 0xD800) << 10) + (lo - 0xDC00))));
}

METHOD(compare)
{
    struct hop_value b = hop_value_base(c->args[0]);

    if (hop_is_null(b))
        RETURN(hop_int(1));
    if (b.kind != HOP_CHAR)
        return hop_throw(cx, &hop_exception_argument,
                         "Object must be of type Char.");
    RETURN(hop_int((int32_t)(c->self.u.i - b.u.i)));
}

METHOD(to_string)
{
    uint16_t u = (uint16_t)(c->n ? ARG_I(0) : c->self.u.i);

    RETURN(hop_str(hop_string_from_utf16(&u, 1)));
}

METHOD(type_code)
{
    RETURN(hop_enum(HOP_ENUM_TYPE_CODE, 4));
}

GETTER(get_bound)
{
    *out = hop_char((uint16_t)data);
    return true;
}

#define TEST(n, what)                                                          \
    {"static bool " n "(char c)", test, what},                                 \
    {                                                                          \
        "static bool " n "(string s, int index)", test, what                   \
    }

static const struct hop_method methods[] = {
    {"int CompareTo(System.Object value)", compare},
    {"int CompareTo(char value)", compare},
    {"System.TypeCode GetTypeCode()", type_code},
    {"string ToString()", to_string},
    TEST("IsLetter", CH_LETTER),
    TEST("IsDigit", CH_DIGIT),
    TEST("IsLetterOrDigit", CH_LETTER_OR_DIGIT),
    TEST("IsUpper", CH_UPPER),
    TEST("IsLower", CH_LOWER),
    TEST("IsWhiteSpace", CH_WHITE),
    TEST("IsPunctuation", CH_PUNCTUATION),
    TEST("IsSymbol", CH_SYMBOL),
    TEST("IsControl", CH_CONTROL),
    TEST("IsNumber", CH_NUMBER),
    TEST("IsSeparator", CH_SEPARATOR),
    TEST("IsSurrogate", CH_SURROGATE),
    TEST("IsHighSurrogate", CH_HIGH),
    TEST("IsLowSurrogate", CH_LOW),
    {"static bool IsAscii(char c)", test, CH_ASCII},
    {"static bool IsAsciiLetter(char c)", test, CH_ASCII_LETTER},
    {"static bool IsAsciiDigit(char c)", test, CH_ASCII_DIGIT},
    {"static bool IsAsciiHexDigit(char c)", test, CH_ASCII_HEX},
    {"static char ToUpper(char c)", change_case, true},
    {"static char ToUpperInvariant(char c)", change_case, true},
    {"static char ToLower(char c)", change_case, false},
    {"static char ToLowerInvariant(char c)", change_case, false},
    {"static string ToString(char c)", to_string},
    {"static double GetNumericValue(char c)", numeric_value},
    {"static double GetNumericValue(string s, int index)", numeric_value},
    {"static System.Globalization.UnicodeCategory GetUnicodeCategory(char c)",
     category},
    {"static System.Globalization.UnicodeCategory GetUnicodeCategory(string "
     "s, int index)",
     category},
    {"static char Parse(string s)", parse},
    {"static string ConvertFromUtf32(int utf32)", from_utf32},
    {"static int ConvertToUtf32(char highSurrogate, char lowSurrogate)",
     to_utf32},
    {"static int ConvertToUtf32(string s, int index)", to_utf32},
    END_METHODS,
};

static const struct hop_property properties[] = {
    STATIC_GET("MaxValue", "char", get_bound, 0xFFFF),
    STATIC_GET("MinValue", "char", get_bound, 0),
    END_PROPERTIES,
};

static const struct hop_class *const interfaces[] = {
    &hop_class_icomparable, &hop_class_iformattable, &hop_class_iconvertible,
    NULL};

const struct hop_class hop_class_char = {
    .name = "System.Char",
    .base = &hop_class_value_type,
    .flags = HOP_CLASS_VALUE | HOP_CLASS_SEALED,
    .kind = HOP_CHAR,
    .interfaces = interfaces,
    .properties = properties,
    .methods = methods,
};
