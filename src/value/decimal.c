/* Decimal arithmetic: 96-bit integers with a scale of 0 to 28, rounded half to
 * even where digits must go, as System.Decimal does.
 *
 * SPDX-License-Identifier: MIT
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "value/digits.h"

#define SCALE_MAX 28
#define WORDS     8

typedef unsigned __int128 u128;

/* A wide unsigned number for results before they are rounded. */
struct wide {
    uint32_t w[WORDS];
};

static u128
mantissa(struct hop_value d)
{
    return ((u128)d.ext << 64) | d.u.u;
}

static int
scale_of(struct hop_value d)
{
    return d.tag & 0x7F;
}

static bool
is_negative(struct hop_value d)
{
    return (d.tag & HOP_DECIMAL_NEGATIVE) != 0;
}

static struct hop_value
make(u128 m, int scale, bool negative)
{
    struct hop_value v = {.kind = HOP_DECIMAL,
                          .tag = (uint8_t)scale,
                          .ext = (uint32_t)(m >> 64),
                          .u.u = (uint64_t)m};

    if (negative && m)
        v.tag |= HOP_DECIMAL_NEGATIVE;
    return v;
}

static struct wide
widen(u128 m)
{
    struct wide x = {{(uint32_t)m, (uint32_t)(m >> 32), (uint32_t)(m >> 64),
                      (uint32_t)(m >> 96)}};

    return x;
}

static void
mul_small(struct wide *x, uint32_t k)
{
    uint64_t carry = 0;

    for (int i = 0; i < WORDS; i++) {
        carry += (uint64_t)x->w[i] * k;
        x->w[i] = (uint32_t)carry;
        carry >>= 32;
    }
}

static uint32_t
div_small(struct wide *x, uint32_t k)
{
    uint64_t rest = 0;

    for (int i = WORDS; i-- > 0;) {
        rest = (rest << 32) | x->w[i];
        x->w[i] = (uint32_t)(rest / k);
        rest %= k;
    }
    return (uint32_t)rest;
}

static int
compare(const struct wide *a, const struct wide *b)
{
    for (int i = WORDS; i-- > 0;)
        if (a->w[i] != b->w[i])
            return a->w[i] < b->w[i] ? -1 : 1;
    return 0;
}

static void
add(struct wide *a, const struct wide *b)
{
    uint64_t carry = 0;

    for (int i = 0; i < WORDS; i++) {
        carry += (uint64_t)a->w[i] + b->w[i];
        a->w[i] = (uint32_t)carry;
        carry >>= 32;
    }
}

static void
subtract(struct wide *a, const struct wide *b)
{
    int64_t borrow = 0;

    for (int i = 0; i < WORDS; i++) {
        borrow += (int64_t)a->w[i] - b->w[i];
        a->w[i] = (uint32_t)borrow;
        borrow >>= 32;
    }
}

static bool
fits(const struct wide *x)
{
    for (int i = 3; i < WORDS; i++)
        if (x->w[i])
            return false;
    return true;
}

/* Drops digits until x is a decimal; half goes to even. */
static bool
narrow(struct wide x, int scale, bool negative, struct hop_value *out)
{
    struct wide one = widen(1);
    uint32_t digit = 0;
    bool sticky = false;

    while (!fits(&x) || scale > SCALE_MAX) {
        if (scale == 0)
            return false;
        sticky |= digit != 0;
        digit = div_small(&x, 10);
        scale--;
    }
    if (digit > 5 || (digit == 5 && (sticky || (x.w[0] & 1))))
        add(&x, &one);
    if (!fits(&x))
        return narrow(x, scale, negative, out);
    *out = make(((u128)x.w[2] << 64) | ((u128)x.w[1] << 32) | x.w[0], scale,
                negative);
    return true;
}

static void
scale_up(struct wide *x, int by)
{
    while (by-- > 0)
        mul_small(x, 10);
}

/* Both at the larger scale, which is returned. */
static int
align(struct hop_value a, struct hop_value b, struct wide *x, struct wide *y)
{
    int sa = scale_of(a), sb = scale_of(b);

    *x = widen(mantissa(a));
    *y = widen(mantissa(b));
    scale_up(x, sb - sa);
    scale_up(y, sa - sb);
    return sa > sb ? sa : sb;
}

bool
hop_decimal_add(struct hop_value a, struct hop_value b, struct hop_value *out)
{
    bool na = is_negative(a), nb = is_negative(b);
    struct wide x, y;
    int scale = align(a, b, &x, &y);

    if (na == nb) {
        add(&x, &y);
        return narrow(x, scale, na, out);
    }
    if (compare(&x, &y) >= 0) {
        subtract(&x, &y);
        return narrow(x, scale, na, out);
    }
    subtract(&y, &x);
    return narrow(y, scale, nb, out);
}

struct hop_value
hop_decimal_neg(struct hop_value d)
{
    return make(mantissa(d), scale_of(d), !is_negative(d));
}

bool
hop_decimal_sub(struct hop_value a, struct hop_value b, struct hop_value *out)
{
    return hop_decimal_add(a, hop_decimal_neg(b), out);
}

bool
hop_decimal_mul(struct hop_value a, struct hop_value b, struct hop_value *out)
{
    struct wide x = widen(mantissa(a)), y = widen(mantissa(b)), p = {{0}};

    for (int i = 0; i < 3; i++) {
        uint64_t carry = 0;

        for (int k = 0; k < 3; k++) {
            carry += (uint64_t)x.w[i] * y.w[k] + p.w[i + k];
            p.w[i + k] = (uint32_t)carry;
            carry >>= 32;
        }
        p.w[i + 3] = (uint32_t)carry;
    }
    return narrow(p, scale_of(a) + scale_of(b),
                  is_negative(a) != is_negative(b), out);
}

bool
hop_decimal_div(struct hop_value a, struct hop_value b, struct hop_value *out)
{
    u128 d = mantissa(b), q = mantissa(a) / d, r = mantissa(a) % d;
    const u128 top = ((u128)1 << 96) - 1;
    int scale = scale_of(a) - scale_of(b);
    bool negative = is_negative(a) != is_negative(b);

    while (scale < 0 || (r && scale < SCALE_MAX)) {
        u128 next = q * 10 + r * 10 / d;

        if (q > top / 10 || next > top) {
            if (scale < 0)
                return false;
            break;
        }
        r = r * 10 % d;
        q = next;
        scale++;
    }
    if (r * 2 > d || (r * 2 == d && (q & 1)))
        q++;
    return narrow(widen(q), scale, negative, out);
}

bool
hop_decimal_mod(struct hop_value a, struct hop_value b, struct hop_value *out)
{
    struct wide x, y, shifted;
    int scale = align(a, b, &x, &y), bits = 0;

    /* Binary long division: the divisor moves up and down again. */
    shifted = y;
    while (compare(&shifted, &x) <= 0 && !(shifted.w[WORDS - 1] >> 31)) {
        mul_small(&shifted, 2);
        bits++;
    }
    for (; bits >= 0; bits--) {
        if (compare(&shifted, &x) <= 0)
            subtract(&x, &shifted);
        div_small(&shifted, 2);
    }
    return narrow(x, scale, is_negative(a), out);
}

int
hop_decimal_cmp(struct hop_value a, struct hop_value b)
{
    bool na = is_negative(a), nb = is_negative(b);
    struct wide x, y;

    if (na != nb)
        return na ? -1 : 1;
    align(a, b, &x, &y);
    return na ? compare(&y, &x) : compare(&x, &y);
}

bool
hop_decimal_is_zero(struct hop_value d)
{
    return mantissa(d) == 0;
}

struct hop_value
hop_decimal_from_uint64(uint64_t u)
{
    return make(u, 0, false);
}

struct hop_value
hop_decimal_from_int64(int64_t i)
{
    return make(i < 0 ? 0 - (uint64_t)i : (uint64_t)i, 0, i < 0);
}

/* .NET keeps 15 significant digits of a double. */
bool
hop_decimal_from_double(double d, struct hop_value *out)
{
    char text[32];

    if (!isfinite(d) || fabs(d) >= 79228162514264337593543950336.0)
        return false;
    snprintf(text, sizeof text, "%.14e", d);
    if (!hop_decimal_parse(text, strlen(text), true, out))
        return false;
    while (scale_of(*out) && mantissa(*out) % 10 == 0)
        *out = make(mantissa(*out) / 10, scale_of(*out) - 1,
                    is_negative(*out));
    return true;
}

double
hop_decimal_to_double(struct hop_value d)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    hop_decimal_add_text(d, &b);
    return strtod(b.data, NULL);
}

static u128
power_of_ten(int n)
{
    u128 p = 1;

    while (n-- > 0)
        p *= 10;
    return p;
}

struct hop_value
hop_decimal_trunc(struct hop_value d)
{
    return make(mantissa(d) / power_of_ten(scale_of(d)), 0, is_negative(d));
}

struct hop_value
hop_decimal_floor(struct hop_value d)
{
    struct hop_value t = hop_decimal_trunc(d);

    if (is_negative(d) && hop_decimal_cmp(t, d) != 0)
        return make(mantissa(t) + 1, 0, true);
    return t;
}

struct hop_value
hop_decimal_ceiling(struct hop_value d)
{
    struct hop_value t = hop_decimal_trunc(d);

    if (!is_negative(d) && hop_decimal_cmp(t, d) != 0)
        return make(mantissa(t) + 1, 0, false);
    return t;
}

bool
hop_decimal_to_int64(struct hop_value d, int64_t *out)
{
    u128 m = mantissa(hop_decimal_trunc(d));
    u128 limit = (u128)INT64_MAX + (is_negative(d) ? 1 : 0);

    if (m > limit)
        return false;
    *out = is_negative(d) ? (int64_t)(0 - (uint64_t)m) : (int64_t)m;
    return true;
}

struct hop_value
hop_decimal_round(struct hop_value d, int decimals, bool away)
{
    int drop = scale_of(d) - decimals;
    u128 p, q, r;

    if (drop <= 0)
        return d;
    p = power_of_ten(drop);
    q = mantissa(d) / p;
    r = mantissa(d) % p;
    if (r * 2 > p || (r * 2 == p && (away || (q & 1))))
        q++;
    return make(q, decimals, is_negative(d));
}

void
hop_decimal_add_text(struct hop_value d, struct hop_buf *out)
{
    u128 m = mantissa(d);
    int scale = scale_of(d), i = 64;
    char text[64];

    for (int k = 0; m || k <= scale; k++) {
        if (k == scale && scale)
            text[--i] = '.';
        text[--i] = (char)('0' + (int)(m % 10));
        m /= 10;
    }
    if (is_negative(d))
        hop_buf_addc(out, '-');
    hop_buf_add(out, text + i, 64 - (size_t)i);
}

bool
hop_decimal_parse(const char *s, size_t n, bool exponent,
                  struct hop_value *out)
{
    const char *end = s + n;
    struct wide x = widen(0), one;
    bool negative = false, dot = false, any = false, full = false, up = false;
    int scale = 0;
    long e = 0;

    while (s < end && (*s == ' ' || (*s >= 9 && *s <= 13)))
        s++;
    while (end > s && (end[-1] == ' ' || (end[-1] >= 9 && end[-1] <= 13)))
        end--;
    if (s < end && (*s == '-' || *s == '+'))
        negative = *s++ == '-';
    for (; s < end; s++) {
        if (*s == '.' && !dot) {
            dot = true;
        } else if (*s == ',' && any && !dot) {
            continue;
        } else if (*s >= '0' && *s <= '9') {
            any = true;
            if (!full) {
                struct wide next = x;

                one = widen((u128)(*s - '0'));
                mul_small(&next, 10);
                add(&next, &one);
                full = !fits(&next) || scale >= SCALE_MAX;
                if (full)
                    up = *s >= '5';
                else
                    x = next;
            }
            scale += full ? (dot ? 0 : -1) : dot;
        } else {
            break;
        }
    }
    if (any && exponent && s < end && (*s == 'e' || *s == 'E')) {
        char *stop;

        e = strtol(s + 1, &stop, 10);
        if (stop == s + 1)
            return false;
        s = stop;
    }
    if (!any || s != end || e > 1000 || e < -1000)
        return false;
    one = widen(1);
    if (up)
        add(&x, &one);
    scale -= (int)e;
    while (scale < 0 && fits(&x)) {
        mul_small(&x, 10);
        scale++;
    }
    if (scale < 0 || (scale > 200))
        return scale >= 0 ? (*out = make(0, 0, false), true) : false;
    return narrow(x, scale, negative, out);
}
