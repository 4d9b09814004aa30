/* System.Numerics.BigInteger: sign and magnitude in 32-bit limbs.
 *
 * SPDX-License-Identifier: MIT
 */
#include <ctype.h>
#include <math.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "value/digits.h"
#include "value/internal.h"

#define LIMBS_MAX ((size_t)1 << 20) /* a number of 33 million bits */

static void
destroy_big(struct hop_object *o)
{
    free(((struct hop_big *)o)->w);
}

void
hop_big_destroy(struct hop_object *o)
{
    destroy_big(o);
}

static struct hop_big *
new_big(struct hop_context *cx, size_t n)
{
    struct hop_big *b = hop_object_new(cx, &hop_class_big_integer);

    b->w = hop_xcalloc(n ? n : 1, sizeof *b->w);
    b->n = n;
    return b;
}

static struct hop_value
finish(struct hop_big *b)
{
    while (b->n && b->w[b->n - 1] == 0)
        b->n--;
    if (!b->n)
        b->negative = false;
    return hop_obj(b);
}

struct hop_big *
hop_as_big(struct hop_value v)
{
    v = hop_value_base(v);
    return hop_is_exactly(v, &hop_class_big_integer)
               ? (struct hop_big *)v.u.o
               : NULL;
}

struct hop_value
hop_big_from_uint64(struct hop_context *cx, uint64_t u)
{
    struct hop_big *b = new_big(cx, 2);

    b->w[0] = (uint32_t)u;
    b->w[1] = (uint32_t)(u >> 32);
    return finish(b);
}

struct hop_value
hop_big_from_int64(struct hop_context *cx, int64_t i)
{
    struct hop_value v =
        hop_big_from_uint64(cx, i < 0 ? 0 - (uint64_t)i : (uint64_t)i);

    ((struct hop_big *)v.u.o)->negative = i < 0;
    return v;
}

bool
hop_big_from_double(struct hop_context *cx, double d, struct hop_value *out)
{
    struct hop_big *b;
    int e;
    uint64_t m;

    if (!isfinite(d))
        return false;
    d = trunc(d);
    m = (uint64_t)ldexp(frexp(fabs(d), &e), 53);
    e -= 53;
    if (e < 0) {
        *out = hop_big_from_uint64(cx, m >> (-e < 64 ? -e : 63));
        ((struct hop_big *)out->u.o)->negative = d < 0;
        return true;
    }
    b = new_big(cx, (size_t)e / 32 + 3);
    for (int i = 0; i < 64; i++)
        if (m >> i & 1)
            b->w[(i + e) / 32] |= 1u << ((i + e) % 32);
    b->negative = d < 0;
    *out = finish(b);
    return true;
}

double
hop_big_to_double(const struct hop_big *b)
{
    double d = 0;

    for (size_t i = b->n; i-- > 0;)
        d = d * 4294967296.0 + b->w[i];
    return b->negative ? -d : d;
}

bool
hop_big_to_uint64(const struct hop_big *b, uint64_t *out)
{
    if (b->n > 2 || b->negative)
        return false;
    *out = (b->n > 1 ? (uint64_t)b->w[1] << 32 : 0) | (b->n ? b->w[0] : 0);
    return true;
}

bool
hop_big_to_int64(const struct hop_big *b, int64_t *out)
{
    uint64_t u;

    if (b->n > 2)
        return false;
    u = (b->n > 1 ? (uint64_t)b->w[1] << 32 : 0) | (b->n ? b->w[0] : 0);
    if (u > (uint64_t)INT64_MAX + b->negative)
        return false;
    *out = b->negative ? (int64_t)(0 - u) : (int64_t)u;
    return true;
}

static int
compare_magnitude(const struct hop_big *a, const struct hop_big *b)
{
    if (a->n != b->n)
        return a->n < b->n ? -1 : 1;
    for (size_t i = a->n; i-- > 0;)
        if (a->w[i] != b->w[i])
            return a->w[i] < b->w[i] ? -1 : 1;
    return 0;
}

int
hop_big_cmp(const struct hop_big *a, const struct hop_big *b)
{
    if (a->negative != b->negative)
        return a->negative ? -1 : 1;
    return a->negative ? compare_magnitude(b, a) : compare_magnitude(a, b);
}

static void
add_magnitudes(struct hop_big *r, const struct hop_big *a,
               const struct hop_big *b)
{
    uint64_t carry = 0;

    for (size_t i = 0; i < r->n; i++) {
        carry += (i < a->n ? a->w[i] : 0);
        carry += (i < b->n ? b->w[i] : 0);
        r->w[i] = (uint32_t)carry;
        carry >>= 32;
    }
}

/* r = a - b, a not smaller. */
static void
subtract_magnitudes(struct hop_big *r, const struct hop_big *a,
                    const struct hop_big *b)
{
    int64_t borrow = 0;

    for (size_t i = 0; i < a->n; i++) {
        borrow += (int64_t)a->w[i] - (i < b->n ? b->w[i] : 0);
        r->w[i] = (uint32_t)borrow;
        borrow >>= 32;
    }
}

static struct hop_value
add_signed(struct hop_context *cx, const struct hop_big *a,
           const struct hop_big *b, bool b_negative)
{
    struct hop_big *r = new_big(cx, (a->n > b->n ? a->n : b->n) + 1);

    if (a->negative == b_negative) {
        add_magnitudes(r, a, b);
        r->negative = a->negative;
    } else if (compare_magnitude(a, b) >= 0) {
        subtract_magnitudes(r, a, b);
        r->negative = a->negative;
    } else {
        subtract_magnitudes(r, b, a);
        r->negative = b_negative;
    }
    return finish(r);
}

static struct hop_value
multiply(struct hop_context *cx, const struct hop_big *a,
         const struct hop_big *b)
{
    struct hop_big *r = new_big(cx, a->n + b->n);

    for (size_t i = 0; i < a->n; i++) {
        uint64_t carry = 0;

        for (size_t k = 0; k < b->n; k++) {
            carry += (uint64_t)a->w[i] * b->w[k] + r->w[i + k];
            r->w[i + k] = (uint32_t)carry;
            carry >>= 32;
        }
        r->w[i + b->n] = (uint32_t)carry;
    }
    r->negative = a->negative != b->negative;
    return finish(r);
}

static bool
bit_of(const struct hop_big *a, size_t i)
{
    return a->w[i / 32] >> (i % 32) & 1;
}

/* Schoolbook division bit by bit for long divisors, by limb for short. */
static void
divide(const struct hop_big *a, const struct hop_big *b, struct hop_big *q,
       struct hop_big *r)
{
    if (b->n == 1) {
        uint64_t rest = 0;

        for (size_t i = a->n; i-- > 0;) {
            rest = rest << 32 | a->w[i];
            q->w[i] = (uint32_t)(rest / b->w[0]);
            rest %= b->w[0];
        }
        r->w[0] = (uint32_t)rest;
        r->n = rest != 0;
        return;
    }
    for (size_t i = a->n * 32; i-- > 0;) {
        uint32_t carry = bit_of(a, i);

        for (size_t k = 0; k < r->n; k++) {
            uint32_t top = r->w[k] >> 31;

            r->w[k] = r->w[k] << 1 | carry;
            carry = top;
        }
        if (carry)
            r->w[r->n++] = carry;
        if (compare_magnitude(r, b) < 0)
            continue;
        subtract_magnitudes(r, r, b);
        while (r->n && r->w[r->n - 1] == 0)
            r->n--;
        q->w[i / 32] |= 1u << (i % 32);
    }
}

struct hop_value
hop_big_compute(struct hop_context *cx, enum hop_big_op op,
                const struct hop_big *a, const struct hop_big *b)
{
    struct hop_big *q, *r;
    struct hop_value keep, drop;

    if (op == HOP_BIG_ADD || op == HOP_BIG_SUB)
        return add_signed(cx, a, b, op == HOP_BIG_ADD ? b->negative
                                                      : !b->negative);
    if (op == HOP_BIG_MUL)
        return multiply(cx, a, b);
    q = new_big(cx, a->n);
    r = new_big(cx, a->n + b->n + 1);
    r->n = 0;
    divide(a, b, q, r);
    q->negative = a->negative != b->negative;
    r->negative = a->negative;
    keep = finish(op == HOP_BIG_DIV ? q : r);
    drop = finish(op == HOP_BIG_DIV ? r : q);
    hop_release(drop);
    return keep;
}

struct hop_value
hop_big_shift(struct hop_context *cx, const struct hop_big *a, int64_t left)
{
    size_t limbs = (size_t)(left < 0 ? -left : left) / 32;
    unsigned bits = (unsigned)((left < 0 ? -left : left) % 32);
    struct hop_big *r;

    if (left >= 0) {
        r = new_big(cx, a->n + limbs + 1);
        for (size_t i = 0; i < a->n; i++) {
            uint64_t x = (uint64_t)a->w[i] << bits;

            r->w[i + limbs] |= (uint32_t)x;
            r->w[i + limbs + 1] |= (uint32_t)(x >> 32);
        }
    } else {
        r = new_big(cx, a->n > limbs ? a->n - limbs : 0);
        for (size_t i = 0; i < r->n; i++) {
            uint64_t x = a->w[i + limbs];

            if (i + limbs + 1 < a->n)
                x |= (uint64_t)a->w[i + limbs + 1] << 32;
            r->w[i] = (uint32_t)(x >> bits);
        }
    }
    r->negative = a->negative;
    return finish(r);
}

void
hop_digits_from_big(struct digits *x, const struct hop_big *b)
{
    uint32_t *w = hop_xcalloc(b->n + 1, sizeof *w);
    size_t n = b->n, len = b->n * 10 + 2, at = len;
    char *text = hop_xmalloc(len);

    memset(x, 0, sizeof *x);
    if (b->n)
        memcpy(w, b->w, b->n * sizeof *w);
    while (n) {
        uint64_t rest = 0;

        for (size_t i = n; i-- > 0;) {
            rest = rest << 32 | w[i];
            w[i] = (uint32_t)(rest / 1000000000u);
            rest %= 1000000000u;
        }
        while (n && w[n - 1] == 0)
            n--;
        for (int k = 0; k < 9 && (n || rest); k++) {
            text[--at] = (char)('0' + (int)(rest % 10));
            rest /= 10;
        }
    }
    hop_buf_add(&x->d, text + at, len - at);
    x->point = (int)(len - at);
    x->negative = b->negative;
    free(text);
    free(w);
}

void
hop_big_add_hex(const struct hop_big *b, bool upper, int width,
                struct hop_buf *out)
{
    const char *set = upper ? "0123456789ABCDEF" : "0123456789abcdef";
    size_t nibbles = b->n * 8 + 1, first = 0;
    char *text = hop_xmalloc(nibbles + 1);
    unsigned borrow = b->negative;
    char pad = b->negative ? set[15] : '0';

    /* Two's complement from the lowest nibble up. */
    for (size_t i = 0; i < nibbles; i++) {
        unsigned d = i / 8 < b->n ? b->w[i / 8] >> (i % 8 * 4) & 15 : 0;

        if (b->negative) {
            d = (~d & 15) + borrow;
            borrow = d >> 4;
            d &= 15;
        }
        text[nibbles - 1 - i] = set[d];
    }
    while (first + 1 < nibbles && text[first] == pad &&
           ((text[first + 1] >= '8') == b->negative))
        first++;
    for (size_t k = nibbles - first; (int)k < width; k++)
        hop_buf_addc(out, pad);
    hop_buf_add(out, text + first, nibbles - first);
    free(text);
}

bool
hop_big_parse(struct hop_context *cx, const char *s, size_t n, unsigned base,
              struct hop_value *out)
{
    const char *end = s + n;
    bool negative = false;
    struct hop_big *b;

    while (s < end && isspace((unsigned char)*s))
        s++;
    while (end > s && isspace((unsigned char)end[-1]))
        end--;
    if (s < end && base == 10 && (*s == '-' || *s == '+'))
        negative = *s++ == '-';
    n = (size_t)(end - s);
    if (n == 0 || n / 8 > LIMBS_MAX)
        return false;
    for (const char *p = s; p < end; p++)
        if (!(base == 16 ? isxdigit((unsigned char)*p)
                         : *p >= '0' && *p < '0' + (int)base))
            return false;
    b = new_big(cx, n / 8 + 2);
    for (; s < end; s++) {
        unsigned digit = *s <= '9' ? (unsigned)(*s - '0')
                                   : (unsigned)((*s | 0x20) - 'a' + 10);
        uint64_t carry = digit;

        for (size_t i = 0; i < b->n; i++) {
            carry += (uint64_t)b->w[i] * base;
            b->w[i] = (uint32_t)carry;
            carry >>= 32;
        }
    }
    b->negative = negative;
    *out = finish(b);
    return true;
}
