/* Reading numbers: PowerShell's literals and .NET's Parse.
 *
 * SPDX-License-Identifier: MIT
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "value/convert.h"
#include "value/numparse.h"
#include "value/number.h"

#define NUMBER_LEN_MAX 400

static bool
is_blank(char c)
{
    return c == ' ' || (c >= 9 && c <= 13);
}

void
hop_trim_blanks(const char **s, size_t *n)
{
    while (*n && is_blank(**s))
        ++*s, --*n;
    while (*n && is_blank((*s)[*n - 1]))
        --*n;
}

/* Copies the number's characters without group separators; false when s has
 * anything that a decimal number has not. */
static bool
clean_number(const char *s, size_t n, char out[NUMBER_LEN_MAX])
{
    size_t k = 0;
    bool digits = false, dot = false, e = false;

    for (size_t i = 0; i < n; i++) {
        char c = s[i];

        if (k + 2 >= NUMBER_LEN_MAX)
            return false;
        if (c >= '0' && c <= '9') {
            digits = true;
        } else if (c == '.' && !dot && !e) {
            dot = true;
        } else if (c == ',' && digits && !dot && !e) {
            continue;
        } else if ((c == 'e' || c == 'E') && digits && !e) {
            e = true;
            if (i + 1 < n && (s[i + 1] == '+' || s[i + 1] == '-'))
                out[k++] = c, c = s[++i];
            if (i + 1 >= n)
                return false;
        } else if (!((c == '+' || c == '-') && k == 0)) {
            return false;
        }
        out[k++] = c;
    }
    out[k] = 0;
    return digits;
}

bool
hop_double_parse(const char *s, size_t n, double *out)
{
    static const struct {
        const char *name;
        double value;
    } names[] = {{"Infinity", INFINITY}, {"+Infinity", INFINITY},
                 {"-Infinity", -INFINITY}, {"NaN", NAN},
                 {"\xe2\x88\x9e", INFINITY}, {"-\xe2\x88\x9e", -INFINITY}};
    char text[NUMBER_LEN_MAX];

    hop_trim_blanks(&s, &n);
    for (size_t i = 0; i < HOP_ARRAY_SIZE(names); i++) {
        if (hop_text_ieq(s, n, names[i].name, strlen(names[i].name))) {
            *out = names[i].value;
            return true;
        }
    }
    if (!clean_number(s, n, text))
        return false;
    *out = strtod(text, NULL);
    return true;
}

enum hop_parse_result
hop_integer_parse(const char *s, size_t n, bool thousands, enum hop_kind kind,
                  struct hop_value *out)
{
    bool negative = false, any = false, over = false;
    uint64_t u = 0;

    hop_trim_blanks(&s, &n);
    if (n && (*s == '-' || *s == '+')) {
        negative = *s == '-';
        s++, n--;
    }
    for (; n; s++, n--) {
        if (*s == ',' && thousands && any)
            continue;
        if (*s < '0' || *s > '9')
            return HOP_PARSE_BAD;
        any = true;
        over |= __builtin_mul_overflow(u, 10u, &u);
        over |= __builtin_add_overflow(u, (uint64_t)(*s - '0'), &u);
    }
    if (!any)
        return HOP_PARSE_BAD;
    return over || !hop_integer_fits(u, negative, kind, out) ? HOP_PARSE_OVER
                                                             : HOP_PARSE_OK;
}

static const struct {
    int64_t min;
    uint64_t max;
} ranges[] = {
    [HOP_CHAR] = {0, UINT16_MAX},
    [HOP_SBYTE] = {INT8_MIN, INT8_MAX},
    [HOP_BYTE] = {0, UINT8_MAX},
    [HOP_INT16] = {INT16_MIN, INT16_MAX},
    [HOP_UINT16] = {0, UINT16_MAX},
    [HOP_INT32] = {INT32_MIN, INT32_MAX},
    [HOP_UINT32] = {0, UINT32_MAX},
    [HOP_INT64] = {INT64_MIN, INT64_MAX},
    [HOP_UINT64] = {0, UINT64_MAX},
};

bool
hop_integer_fits(uint64_t magnitude, bool negative, enum hop_kind kind,
                 struct hop_value *out)
{
    if (magnitude == 0)
        negative = false;
    if (negative ? magnitude > 0 - (uint64_t)ranges[kind].min
                 : magnitude > ranges[kind].max)
        return false;
    *out = (struct hop_value){.kind = (uint8_t)kind,
                              .u.u = negative ? 0 - magnitude : magnitude};
    return true;
}

/* ---- PowerShell literals ---- */

/* What stands behind the digits: a type's letters and a multiplier. */
struct suffix {
    enum hop_kind kind; /* HOP_NULL: none; HOP_OBJECT: BigInteger */
    bool is_unsigned;   /* u: UInt32 or UInt64 */
    int64_t multiplier;
};

static int64_t
take_multiplier(const char *s, size_t *n)
{
    static const char letters[] = "kmgtp";
    const char *at;

    if (*n < 3 || (s[*n - 1] | 0x20) != 'b')
        return 1;
    at = strchr(letters, s[*n - 2] | 0x20);
    if (!at || !*at)
        return 1;
    *n -= 2;
    return (int64_t)1 << (10 * (at - letters + 1));
}

static void
take_suffix(const char *s, size_t *n, bool hex, struct suffix *x)
{
    static const struct {
        const char *text;
        enum hop_kind kind;
        bool u;
    } rows[] = {
        {"ul", HOP_UINT64, false}, {"us", HOP_UINT16, false},
        {"uy", HOP_BYTE, false},   {"u", HOP_NULL, true},
        {"l", HOP_INT64, false},   {"s", HOP_INT16, false},
        {"y", HOP_SBYTE, false},   {"n", HOP_OBJECT, false},
        {"d", HOP_DECIMAL, false},
    };

    memset(x, 0, sizeof *x);
    x->multiplier = take_multiplier(s, n);
    for (size_t i = 0; i < HOP_ARRAY_SIZE(rows); i++) {
        size_t k = strlen(rows[i].text);

        if (hex && rows[i].kind == HOP_DECIMAL)
            continue;
        if (*n > k && hop_text_ieq(s + *n - k, k, rows[i].text, k)) {
            *n -= k;
            x->kind = rows[i].kind;
            x->is_unsigned = rows[i].u;
            return;
        }
    }
}

static bool
parse_radix(const char *s, size_t n, unsigned base, uint64_t *out,
            size_t *digits)
{
    uint64_t u = 0;

    *digits = n;
    if (!n)
        return false;
    for (; n; s++, n--) {
        unsigned d = *s <= '9' ? (unsigned)(*s - '0')
                               : (unsigned)((*s | 0x20) - 'a' + 10);

        if (d >= base || __builtin_mul_overflow(u, base, &u))
            return false;
        u += d;
    }
    *out = u;
    return true;
}

/* The integer in the suffix's type, or in the first of Int32, Int64 (UInt32,
 * UInt64 with u), Decimal, Double that holds it. */
static bool
choose_type(uint64_t u, bool negative, const struct suffix *x,
            struct hop_value *out)
{
    static const enum hop_kind plain[] = {HOP_INT32, HOP_INT64};
    static const enum hop_kind unsign[] = {HOP_UINT32, HOP_UINT64};

    if (x->kind == HOP_DECIMAL) {
        *out = hop_decimal_from_uint64(u);
        if (negative)
            *out = hop_decimal_neg(*out);
        return true;
    }
    if (x->kind != HOP_NULL)
        return hop_integer_fits(u, negative, x->kind, out);
    for (int i = 0; i < 2; i++)
        if (hop_integer_fits(u, negative, (x->is_unsigned ? unsign : plain)[i],
                             out))
            return true;
    if (x->is_unsigned)
        return false;
    *out = hop_decimal_from_uint64(u);
    if (negative)
        *out = hop_decimal_neg(*out);
    return true;
}

static bool
parse_hex_literal(const char *s, size_t n, unsigned base, bool negative,
                  struct hop_value *out)
{
    struct suffix x;
    uint64_t u;
    size_t digits, narrow = base == 16 ? 8 : 32;

    take_suffix(s, &n, true, &x);
    if (x.kind == HOP_OBJECT || !parse_radix(s, n, base, &u, &digits))
        return false;
    if (x.kind == HOP_NULL && !x.is_unsigned && x.multiplier == 1) {
        /* The top bit of a full-width literal is the sign: 0xFFFFFFFF. */
        if (digits <= narrow && u > INT32_MAX) {
            *out = hop_int((int32_t)(uint32_t)u);
            if (negative)
                *out = hop_long(-(int64_t)(int32_t)(uint32_t)u);
            return true;
        }
        if (u > INT64_MAX) {
            *out = hop_long((int64_t)u);
            return true;
        }
    }
    if (__builtin_mul_overflow(u, (uint64_t)x.multiplier, &u))
        return false;
    return choose_type(u, negative, &x, out);
}

static bool
parse_real(const char *s, size_t n, const struct suffix *x,
           struct hop_value *out)
{
    double d;

    if (x->kind == HOP_DECIMAL) {
        struct hop_value m = hop_decimal_from_int64(x->multiplier);

        return hop_decimal_parse(s, n, true, out) &&
               hop_decimal_mul(*out, m, out);
    }
    if (!hop_double_parse(s, n, &d))
        return false;
    d *= (double)x->multiplier;
    if (x->kind == HOP_NULL && !x->is_unsigned) {
        *out = hop_double(d);
        return true;
    }
    d = nearbyint(d);
    if (x->kind == HOP_OBJECT || fabs(d) >= 18446744073709551616.0)
        return false;
    return choose_type((uint64_t)fabs(d), d < 0, x, out);
}

static bool
is_all_digits(const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (s[i] < '0' || s[i] > '9')
            return false;
    return n > 0;
}

static bool
parse_unsigned(const char *s, size_t n, bool negative, struct hop_value *out)
{
    struct suffix x;
    uint64_t u;
    size_t digits;

    if (n > 2 && s[0] == '0' && (s[1] | 0x20) == 'x')
        return parse_hex_literal(s + 2, n - 2, 16, negative, out);
    if (n > 2 && s[0] == '0' && (s[1] | 0x20) == 'b' &&
        (s[2] == '0' || s[2] == '1'))
        return parse_hex_literal(s + 2, n - 2, 2, negative, out);
    if (!n || !((*s >= '0' && *s <= '9') || *s == '.'))
        return false;
    take_suffix(s, &n, false, &x);
    if (is_all_digits(s, n)) {
        if (parse_radix(s, n, 10, &u, &digits) && x.kind != HOP_OBJECT &&
            !__builtin_mul_overflow(u, (uint64_t)x.multiplier, &u) &&
            choose_type(u, negative, &x, out))
            return true;
        if (x.kind != HOP_NULL && x.kind != HOP_DECIMAL)
            return false;
        /* Too large for 64 bits: Decimal, then Double. */
        if (x.multiplier == 1 && hop_decimal_parse(s, n, false, out)) {
            if (negative)
                *out = hop_decimal_neg(*out);
            return true;
        }
    }
    if (!parse_real(s, n, &x, out))
        return false;
    if (negative)
        *out = out->kind == HOP_DECIMAL  ? hop_decimal_neg(*out)
               : out->kind == HOP_DOUBLE ? hop_double(-out->u.d)
                                         : *out;
    return true;
}

bool
hop_parse_number(const char *s, size_t n, struct hop_value *out)
{
    bool negative = false;

    hop_trim_blanks(&s, &n);
    if (n && (*s == '-' || *s == '+')) {
        negative = *s == '-';
        s++, n--;
    }
    for (size_t i = 0; i < n; i++)
        if (s[i] == ',')
            return false;
    return parse_unsigned(s, n, negative, out);
}
