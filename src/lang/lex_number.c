/* Number literals: which characters belong to one, and which value and type
 * PowerShell gives it.
 *
 * SPDX-License-Identifier: MIT
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "lang/lexer.h"

#define NO_ARG ((struct hop_name){NULL, 0})

/* Digits of one literal; longer ones are refused as bad numbers (their
 * arithmetic would take square time). */
#define MAX_DIGITS 4096
#define MAX_LIMBS  (MAX_DIGITS / 8 + 8)

enum number_format { FORMAT_DECIMAL, FORMAT_HEX, FORMAT_BINARY };

enum number_suffix {
    SUFFIX_NONE = 0,
    SUFFIX_UNSIGNED = 1,
    SUFFIX_BYTE = 2,
    SUFFIX_SHORT = 4,
    SUFFIX_LONG = 8,
    SUFFIX_DECIMAL = 16,
    SUFFIX_BIGINT = 32,
};

struct literal {
    char digits[MAX_DIGITS + 8]; /* without prefix; with . and exponent */
    size_t n;
    bool negative, real, not_number;
    enum number_format format;
    unsigned suffix; /* enum number_suffix */
    unsigned shift;  /* kb: 10, mb: 20 ... */
};

/* ---- large integers ------------------------------------------------------ */

struct big {
    uint32_t limb[MAX_LIMBS]; /* the lowest first */
    unsigned n;
};

static void
big_multiply_add(struct big *b, uint32_t by, uint32_t add)
{
    uint64_t carry = add;

    for (unsigned i = 0; i < b->n; i++) {
        carry += (uint64_t)b->limb[i] * by;
        b->limb[i] = (uint32_t)carry;
        carry >>= 32;
    }
    if (carry && b->n < MAX_LIMBS)
        b->limb[b->n++] = (uint32_t)carry;
}

/* Divides by a small number and gives the remainder. */
static uint32_t
big_divide(struct big *b, uint32_t by)
{
    uint64_t rest = 0;

    for (unsigned i = b->n; i-- > 0;) {
        rest = rest << 32 | b->limb[i];
        b->limb[i] = (uint32_t)(rest / by);
        rest %= by;
    }
    while (b->n && !b->limb[b->n - 1])
        b->n--;
    return (uint32_t)rest;
}

static void
big_shift(struct big *b, unsigned bits)
{
    for (; bits >= 10; bits -= 10)
        big_multiply_add(b, 1024, 0);
}

/* 2 to the power of bits, minus b. */
static void
big_complement(struct big *b, size_t bits)
{
    unsigned words = (unsigned)((bits + 31) / 32);
    uint64_t carry = 1;

    while (b->n < words && b->n < MAX_LIMBS)
        b->limb[b->n++] = 0;
    for (unsigned i = 0; i < b->n; i++) {
        carry += (uint32_t)~b->limb[i];
        b->limb[i] = (uint32_t)carry;
        carry >>= 32;
    }
    if (bits % 32 && b->n == words)
        b->limb[words - 1] &= (1u << bits % 32) - 1;
    while (b->n && !b->limb[b->n - 1])
        b->n--;
}

static bool
big_fits(const struct big *b, uint64_t max)
{
    uint64_t v = 0;

    if (b->n > 2)
        return false;
    for (unsigned i = b->n; i-- > 0;)
        v = v << 32 | b->limb[i];
    return v <= max;
}

static uint64_t
big_low(const struct big *b)
{
    return (b->n > 1 ? (uint64_t)b->limb[1] << 32 : 0) |
           (b->n ? b->limb[0] : 0);
}

/* Decimal digits, with a point before the last `scale` of them. */
static const char *
big_text(struct hop_unit *u, const struct big *value, bool negative,
         unsigned scale)
{
    struct big b = *value;
    size_t cap = (size_t)b.n * 10 + scale + 4, at = cap;
    char *s = hop_unit_alloc(u, cap + 1);

    for (unsigned i = 0; b.n || i <= scale; i++) {
        if (scale && i == scale)
            s[--at] = '.';
        s[--at] = (char)('0' + big_divide(&b, 10));
    }
    if (negative && value->n)
        s[--at] = '-';
    return s + at;
}

/* ---- decimals: 96 bits and up to 28 places ------------------------------- */

#define DECIMAL_SCALE 28

/* Rounds half to even until the value fits; false when it never does. */
static bool
fit_decimal(struct big *b, int *scale)
{
    uint32_t digit = 0;
    bool sticky = false, odd;

    while (b->n > 3 || *scale > DECIMAL_SCALE) {
        if (*scale <= 0)
            return false;
        sticky |= digit != 0;
        digit = big_divide(b, 10);
        (*scale)--;
    }
    odd = b->n && (b->limb[0] & 1);
    if (digit > 5 || (digit == 5 && (sticky || odd))) {
        big_multiply_add(b, 1, 1);
        if (b->n == 0)
            b->limb[b->n++] = 1;
        return fit_decimal(b, scale);
    }
    return true;
}

/* digits[.digits][e[+-]digits] to a whole number and its scale. */
static bool
read_decimal(const char *s, struct big *b, int *scale)
{
    bool point = false;
    long exponent = 0;

    *scale = 0;
    for (; *s && *s != 'e' && *s != 'E'; s++) {
        if (*s == '.') {
            point = true;
            continue;
        }
        if (b->n)
            big_multiply_add(b, 10, (uint32_t)(*s - '0'));
        else if (*s != '0')
            b->limb[b->n++] = (uint32_t)(*s - '0');
        *scale += point;
    }
    if (*s)
        exponent = strtol(s + 1, NULL, 10);
    if (exponent < -100000)
        b->n = 0;
    if (exponent > 100000 || exponent < -100000)
        return b->n == 0;
    *scale -= (int)exponent;
    if (!b->n && *scale < 0)
        *scale = 0;
    for (; *scale < 0; (*scale)++) {
        if (b->n > 3)
            return false;
        big_multiply_add(b, 10, 0);
    }
    return true;
}

static bool
decimal_value(struct hop_unit *u, const struct literal *lit,
              struct hop_number *out)
{
    struct big b = {.n = 0};
    int scale;

    if (!read_decimal(lit->digits, &b, &scale) || !fit_decimal(&b, &scale))
        return false;
    big_shift(&b, lit->shift);
    if (!fit_decimal(&b, &scale))
        return false;
    if (!b.n && lit->shift >= 40)
        scale = 0; /* .NET's product with a factor beyond 32 bits */
    out->type = HOP_NUMBER_DECIMAL;
    out->text = big_text(u, &b, lit->negative, (unsigned)scale);
    return true;
}

/* ---- choosing the type --------------------------------------------------- */

/* The signed and unsigned type of each width, and the largest magnitudes. */
static const struct width {
    unsigned suffix;
    enum hop_number_type type, unsigned_type;
    uint64_t max, unsigned_max;
} widths[] = {
    {SUFFIX_BYTE, HOP_NUMBER_SBYTE, HOP_NUMBER_BYTE, INT8_MAX, UINT8_MAX},
    {SUFFIX_SHORT, HOP_NUMBER_INT16, HOP_NUMBER_UINT16, INT16_MAX, UINT16_MAX},
    {SUFFIX_NONE, HOP_NUMBER_INT32, HOP_NUMBER_UINT32, INT32_MAX, UINT32_MAX},
    {SUFFIX_LONG, HOP_NUMBER_INT64, HOP_NUMBER_UINT64, INT64_MAX, UINT64_MAX},
};

static bool
fit_width(const struct big *b, bool negative, bool is_unsigned,
          const struct width *w, struct hop_number *out)
{
    uint64_t low = big_low(b);

    if (negative && b->n == 0)
        negative = false;
    if (is_unsigned) {
        if (negative || !big_fits(b, w->unsigned_max))
            return false;
        out->type = w->unsigned_type;
        out->u = low;
        return true;
    }
    if (!big_fits(b, w->max + (negative ? 1 : 0)))
        return false;
    out->type = w->type;
    out->i = negative ? (int64_t)(0 - low) : (int64_t)low;
    return true;
}

/* As .NET makes a double of a BigInteger: bits beyond the mantissa are cut
 * off, not rounded. */
static double
big_double(const struct big *b)
{
    uint64_t top = (uint64_t)b->limb[b->n - 1] << 32 | b->limb[b->n - 2];
    uint64_t low = b->limb[b->n - 3];
    int shift = __builtin_clzll(top);

    if (shift)
        top = top << shift | low >> (32 - shift);
    top &= ~(uint64_t)0x7ff;
    return ldexp((double)top, 32 * ((int)b->n - 2) - shift);
}

/* A number too large for long: decimal, then double; only decimal literals. */
static bool
fit_large(struct hop_unit *u, const struct big *b, bool negative,
          enum number_format format, struct hop_number *out)
{
    const char *text;

    if (format != FORMAT_DECIMAL)
        return false;
    text = big_text(u, b, negative, 0);
    if (b->n <= 3) {
        out->type = HOP_NUMBER_DECIMAL;
        out->text = text;
        return true;
    }
    out->type = HOP_NUMBER_DOUBLE;
    out->d = big_double(b);
    if (negative)
        out->d = -out->d;
    return !isinf(out->d);
}

static bool
fit_integer(struct hop_unit *u, const struct big *b, bool negative,
            unsigned suffix, enum number_format format, struct hop_number *out)
{
    bool is_unsigned = suffix & SUFFIX_UNSIGNED;
    unsigned width = suffix & ~(unsigned)SUFFIX_UNSIGNED;

    if (width == SUFFIX_BIGINT || width == SUFFIX_DECIMAL) {
        if (width == SUFFIX_DECIMAL && b->n > 3)
            return false;
        out->type =
            width == SUFFIX_BIGINT ? HOP_NUMBER_BIGINT : HOP_NUMBER_DECIMAL;
        out->text = big_text(u, b, negative, 0);
        return true;
    }
    for (size_t i = 0; i < HOP_ARRAY_SIZE(widths); i++)
        if (widths[i].suffix == width &&
            fit_width(b, negative, is_unsigned, &widths[i], out))
            return true;
    if (width != SUFFIX_NONE)
        return false;
    if (fit_width(b, negative, is_unsigned, &widths[3], out))
        return true;
    return !is_unsigned && fit_large(u, b, negative, format, out);
}

/* A whole double as a large integer, as Math.Round to even gives it. */
static bool
big_from_double(double d, struct big *b)
{
    int exponent;
    double fraction;
    uint64_t mantissa;

    if (!isfinite(d))
        return false;
    fraction = frexp(d, &exponent);
    mantissa = (uint64_t)ldexp(fraction, 64 > exponent ? exponent : 64);
    if (mantissa)
        b->limb[b->n++] = (uint32_t)mantissa;
    if (mantissa >> 32)
        b->limb[b->n++] = (uint32_t)(mantissa >> 32);
    for (int i = 64; i < exponent; i++)
        big_multiply_add(b, 2, 0);
    return true;
}

static bool
real_value(struct hop_unit *u, const struct literal *lit,
           struct hop_number *out)
{
    struct big b = {.n = 0};
    double d;

    if (!strpbrk(lit->digits, "0123456789"))
        return false;
    if (lit->suffix == SUFFIX_DECIMAL)
        return decimal_value(u, lit, out);
    d = ldexp(strtod(lit->digits, NULL), (int)lit->shift);
    if (lit->suffix == SUFFIX_NONE) {
        out->type = HOP_NUMBER_DOUBLE;
        out->d = lit->negative ? -d : d;
        return true;
    }
    if (!big_from_double(nearbyint(d), &b))
        return false;
    return fit_integer(u, &b, lit->negative, lit->suffix, FORMAT_HEX, out);
}

/* How many digits of a hex literal fill its type: then the first bit is the
 * sign. */
static size_t
hex_width(const struct literal *lit)
{
    switch (lit->suffix) {
    case SUFFIX_BYTE: return 2;
    case SUFFIX_SHORT: return 4;
    case SUFFIX_LONG: return 16;
    default: return lit->n < 15 ? 8 : 16;
    }
}

/* Binary literals have a sign bit only at these lengths. */
static bool
is_signed_binary(const struct literal *lit)
{
    size_t n = lit->n;

    return !(lit->suffix & SUFFIX_UNSIGNED) && lit->digits[0] == '1' &&
           (n == 8 || n == 16 || n == 32 || n == 64 || n == 96 || n >= 128);
}

/* A literal of 64 bits is a long, however small it is; PowerShell counts the
 * zero that it puts in front of hex digits. */
static bool
is_long_literal(const struct literal *lit)
{
    if (lit->suffix != SUFFIX_NONE && lit->suffix != SUFFIX_UNSIGNED)
        return false;
    if (lit->format == FORMAT_BINARY)
        return lit->n == 64;
    return lit->format == FORMAT_HEX &&
           (lit->n == 15 || (lit->n == 16 && lit->suffix == SUFFIX_NONE));
}

static unsigned
digit_value(char c)
{
    return c <= '9' ? (unsigned)(c - '0')
                    : (unsigned)(hop_ascii_lower(c) - 'a') + 10;
}

static bool
whole_value(struct hop_unit *u, struct literal *lit, struct hop_number *out)
{
    static const uint32_t bases[] = {10, 16, 2};
    static const size_t bits[] = {0, 4, 1};
    struct big b = {.n = 0};
    bool negative = lit->negative, is_signed = false;

    for (size_t i = 0; i < lit->n; i++) {
        unsigned d = digit_value(lit->digits[i]);

        if (b.n)
            big_multiply_add(&b, bases[lit->format], d);
        else if (d)
            b.limb[b.n++] = d;
    }
    if (lit->format == FORMAT_HEX)
        is_signed = !(lit->suffix & SUFFIX_UNSIGNED) &&
                    lit->n == hex_width(lit) &&
                    digit_value(lit->digits[0]) >= 8;
    else if (lit->format == FORMAT_BINARY)
        is_signed = is_signed_binary(lit);
    if (is_signed) {
        big_complement(&b, lit->n * bits[lit->format]);
        negative = !negative;
    }
    if (is_long_literal(lit))
        lit->suffix |= SUFFIX_LONG;
    big_shift(&b, lit->shift);
    return fit_integer(u, &b, negative, lit->suffix, lit->format, out);
}

/* ---- characters -----------------------------------------------------------
 */

static void
add_digit(struct literal *lit, uint32_t c)
{
    if (lit->n < MAX_DIGITS)
        lit->digits[lit->n++] = (char)c;
    else
        lit->not_number = true;
}

static bool
is_digit_of(uint32_t c, enum number_format format)
{
    if (format == FORMAT_BINARY)
        return c == '0' || c == '1';
    if (c >= '0' && c <= '9')
        return true;
    return format == FORMAT_HEX &&
           ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'));
}

static size_t
scan_digits(struct lexer *lx, struct literal *lit)
{
    size_t n = 0;

    for (; is_digit_of(lex_peek(lx), lit->format); n++)
        add_digit(lit, lex_get(lx));
    return n;
}

static void
scan_exponent(struct lexer *lx, struct literal *lit)
{
    uint32_t c = lex_peek(lx);

    if (c == '+' || lex_is_dash(c)) {
        lex_skip(lx);
        add_digit(lit, c == '+' ? '+' : '-');
    }
    if (!scan_digits(lx, lit))
        lit->not_number = true;
}

static void
scan_fraction(struct lexer *lx, struct literal *lit)
{
    uint32_t c;

    add_digit(lit, '.');
    lit->real = true;
    scan_digits(lx, lit);
    c = lex_peek(lx);
    if (c == 'e' || c == 'E') {
        add_digit(lit, lex_get(lx));
        scan_exponent(lx, lit);
    }
}

static void
scan_decimal(struct lexer *lx, struct literal *lit, uint32_t first)
{
    uint32_t c;

    add_digit(lit, first);
    scan_digits(lx, lit);
    c = lex_peek(lx);
    if (c == '.' && lex_peek_at(lx, 1) != '.') {
        lex_skip(lx);
        scan_fraction(lx, lit);
    } else if (c == 'e' || c == 'E') {
        lit->real = true;
        add_digit(lit, lex_get(lx));
        scan_exponent(lx, lit);
    }
}

static void
scan_body(struct lexer *lx, struct literal *lit, uint32_t first)
{
    uint32_t c = lex_peek(lx);

    if (first == '.') {
        scan_fraction(lx, lit);
    } else if (first == '0' && (c == 'x' || c == 'X' || c == 'b' || c == 'B')) {
        lit->format = c == 'x' || c == 'X' ? FORMAT_HEX : FORMAT_BINARY;
        lex_skip(lx);
        if (!scan_digits(lx, lit) && lit->format == FORMAT_BINARY)
            lit->not_number = true;
    } else {
        scan_decimal(lx, lit, first);
    }
}

static unsigned
suffix_of(uint32_t c)
{
    switch (c) {
    case 'u':
    case 'U': return SUFFIX_UNSIGNED;
    case 's':
    case 'S': return SUFFIX_SHORT;
    case 'l':
    case 'L': return SUFFIX_LONG;
    case 'd':
    case 'D': return SUFFIX_DECIMAL;
    case 'y':
    case 'Y': return SUFFIX_BYTE;
    case 'n':
    case 'N': return SUFFIX_BIGINT;
    default: return SUFFIX_NONE;
    }
}

static void
scan_suffix(struct lexer *lx, struct literal *lit)
{
    unsigned second;

    lit->suffix = suffix_of(lex_peek(lx));
    if (!lit->suffix)
        return;
    lex_skip(lx);
    second = suffix_of(lex_peek(lx));
    if (!second)
        return;
    lex_skip(lx);
    if (lit->suffix == SUFFIX_UNSIGNED &&
        (second & (SUFFIX_LONG | SUFFIX_SHORT | SUFFIX_BYTE)))
        lit->suffix |= second;
    else
        lit->not_number = true;
}

static void
scan_multiplier(struct lexer *lx, struct literal *lit)
{
    static const char letters[] = "kmgtp";
    uint32_t c = lex_peek(lx);
    const char *p =
        c && c < 128 ? strchr(letters, hop_ascii_lower((char)c)) : NULL;

    if (!p)
        return;
    lit->shift = 10 * (unsigned)(p - letters + 1);
    lex_skip(lx);
    c = lex_peek(lx);
    if (c == 'b' || c == 'B')
        lex_skip(lx);
    else
        lit->not_number = true;
}

/* Reads a literal whose first character is given; false when the characters
 * are no number (a word such as 77z). */
static bool
scan_literal(struct lexer *lx, struct literal *lit, uint32_t first)
{
    uint32_t c;

    lit->n = 0;
    lit->negative = lit->real = lit->not_number = false;
    lit->format = FORMAT_DECIMAL;
    lit->suffix = SUFFIX_NONE;
    lit->shift = 0;
    if (first == '+' || lex_is_dash(first)) {
        lit->negative = first != '+';
        first = lex_get(lx);
    }
    scan_body(lx, lit, first);
    scan_suffix(lx, lit);
    scan_multiplier(lx, lit);
    c = lex_peek(lx);
    if (!lex_ends_token(c) && (lx->mode != LEX_EXPRESSION ||
                               !lex_ends_number(c, lx->ternary_numbers)))
        lit->not_number = true;
    lit->digits[lit->n] = 0;
    return !lit->not_number;
}

bool
lex_number_follows(struct lexer *lx, uint32_t first)
{
    size_t pos = lx->scan.pos;
    struct literal lit;
    bool is;

    (void)first;
    is = scan_literal(lx, &lit, '0');
    lx->scan.pos = pos;
    return is;
}

struct tok
lex_number(struct lexer *lx, uint32_t first)
{
    struct lex_scan *s = &lx->scan;
    struct hop_number value = {.type = HOP_NUMBER_INT32};
    struct literal lit;
    bool is = scan_literal(lx, &lit, first);
    struct tok t;

    if (is && !(lit.real ? real_value(lx->unit, &lit, &value)
                         : whole_value(lx->unit, &lit, &value))) {
        if (lx->mode == LEX_EXPRESSION)
            lex_error(lx, lex_current(lx), "BadNumericConstant",
                      (struct hop_name){s->text + s->token_start,
                                        (uint32_t)(s->pos - s->token_start)});
        else
            is = false;
    }
    if (!is) {
        s->pos = s->token_start;
        return lex_generic(lx, "", 0);
    }
    t = lex_make(lx, HOP_TOKEN_NUMBER);
    t.number = value;
    return t;
}
