/* SPDX-License-Identifier: MIT */
#include "value/digits.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

void
hop_digits_done(struct digits *x)
{
    hop_buf_done(&x->d);
}

static void
trim(struct digits *x)
{
    size_t lead = 0;

    while (x->d.len && x->d.data[x->d.len - 1] == '0')
        x->d.data[--x->d.len] = 0;
    while (lead < x->d.len && x->d.data[lead] == '0')
        lead++;
    if (lead) {
        hop_buf_consume(&x->d, lead);
        x->point -= (int)lead;
    }
    if (!x->d.len)
        x->point = 0;
}

void
hop_digits_round(struct digits *x, int n)
{
    bool up;

    if (n < 0)
        n = 0, x->d.len = 0, up = false;
    else if ((size_t)n >= x->d.len)
        return;
    else
        up = x->d.data[n] >= '5';
    x->d.len = (size_t)n;
    while (up && n > 0 && x->d.data[n - 1] == '9')
        n--;
    if (up && n > 0) {
        x->d.data[n - 1]++;
        x->d.len = (size_t)n;
    } else if (up) {
        x->d.len = 0;
        hop_buf_addc(&x->d, '1');
        x->point++;
    }
    trim(x);
}

/* Reads d.dddde+xx as printf writes it. */
static void
read_scientific(struct digits *x, const char *s)
{
    memset(x, 0, sizeof *x);
    x->negative = *s == '-';
    for (s += x->negative; *s && *s != 'e'; s++)
        if (*s != '.')
            hop_buf_addc(&x->d, *s);
    x->point = atoi(s + 1) + 1;
    trim(x);
}

static double
read_back(const char *s, bool single)
{
    return single ? (double)strtof(s, NULL) : strtod(s, NULL);
}

void
hop_digits_from_double(struct digits *x, double d, int n, bool single)
{
    char text[128];
    bool subnormal = fabs(d) < (single ? (double)FLT_MIN : DBL_MIN);
    int from = subnormal ? 1 : single ? 6 : 15, to = single ? 9 : 17;

    if (n > 0) {
        HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

        hop_buf_addf(&b, "%.*e", n - 1, d);
        read_scientific(x, b.data);
        x->negative = signbit(d) != 0;
        return;
    }
    for (n = from; n <= to; n++) {
        snprintf(text, sizeof text, "%.*e", n - 1, d);
        if (read_back(text, single) == d)
            break;
    }
    read_scientific(x, text);
    x->negative = signbit(d) != 0;
}

void
hop_digits_from_double_at(struct digits *x, double d, int decimals)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    const char *s;

    /* of two as near, printf takes the even one, as .NET does */
    hop_buf_addf(&b, "%.*f", decimals, fabs(d));
    memset(x, 0, sizeof *x);
    for (s = b.data; *s && *s != '.'; s++)
        hop_buf_addc(&x->d, *s);
    x->point = (int)x->d.len;
    if (*s)
        hop_buf_adds(&x->d, s + 1);
    trim(x);
    x->negative = signbit(d) != 0;
}

void
hop_digits_from_uint64(struct digits *x, uint64_t u, bool negative)
{
    memset(x, 0, sizeof *x);
    if (u)
        hop_buf_addf(&x->d, "%llu", (unsigned long long)u);
    x->point = (int)x->d.len;
    x->negative = negative;
}

void
hop_digits_from_decimal(struct digits *x, struct hop_value d)
{
    unsigned __int128 m = ((unsigned __int128)d.ext << 64) | d.u.u;
    char text[40];
    int i = sizeof text;

    memset(x, 0, sizeof *x);
    while (m) {
        text[--i] = (char)('0' + (int)(m % 10));
        m /= 10;
    }
    hop_buf_add(&x->d, text + i, sizeof text - (size_t)i);
    x->scale = d.tag & 0x7F;
    x->point = (int)x->d.len - x->scale;
    x->negative = (d.tag & HOP_DECIMAL_NEGATIVE) != 0;
    if (!x->d.len)
        x->point = 0;
}

char
hop_digits_at(const struct digits *x, int i)
{
    return i >= 0 && (size_t)i < x->d.len ? x->d.data[i] : '0';
}

static void
add_exponent(int e, char letter, int least, struct hop_buf *out)
{
    hop_buf_addf(out, "%c%c%0*d", letter, e < 0 ? '-' : '+', least,
                 e < 0 ? -e : e);
}

static void
add_plain(const struct digits *x, struct hop_buf *out)
{
    int n = (int)x->d.len;

    if (x->point <= 0) {
        hop_buf_addc(out, '0');
    } else {
        for (int i = 0; i < x->point; i++)
            hop_buf_addc(out, hop_digits_at(x, i));
    }
    if (n <= x->point)
        return;
    hop_buf_addc(out, '.');
    for (int i = x->point; i < n; i++)
        hop_buf_addc(out, hop_digits_at(x, i));
}

void
hop_digits_add_general(const struct digits *x, int limit, char e,
                       struct hop_buf *out)
{
    if (x->negative)
        hop_buf_addc(out, '-');
    if (!x->d.len) {
        hop_buf_addc(out, '0');
        return;
    }
    if (x->point <= limit && x->point >= -3) {
        add_plain(x, out);
        return;
    }
    hop_buf_addc(out, x->d.data[0]);
    if (x->d.len > 1) {
        hop_buf_addc(out, '.');
        hop_buf_add(out, x->d.data + 1, x->d.len - 1);
    }
    add_exponent(x->point - 1, e, 2, out);
}

/* Texts of what has no digits; true when d was one of them. */
static bool
add_special(double d, struct hop_buf *out)
{
    if (isnan(d))
        hop_buf_adds(out, "NaN");
    else if (isinf(d))
        hop_buf_adds(out, d < 0 ? "-Infinity" : "Infinity");
    else
        return false;
    return true;
}

static void
add_double(double d, int n, bool single, int limit, struct hop_buf *out)
{
    AUTO_DIGITS struct digits x;

    memset(&x, 0, sizeof x);
    if (add_special(d, out))
        return;
    hop_digits_from_double(&x, d, n, single);
    hop_digits_add_general(&x, limit, 'E', out);
}

void
hop_double_add(double d, struct hop_buf *out)
{
    add_double(d, 0, false, 17, out);
}

void
hop_single_add(float f, struct hop_buf *out)
{
    add_double((double)f, 0, true, 9, out);
}

void
hop_double_add_ps(double d, struct hop_buf *out)
{
    add_double(d, 15, false, 15, out);
}

void
hop_single_add_ps(float f, struct hop_buf *out)
{
    add_double((double)f, 7, true, 7, out);
}
