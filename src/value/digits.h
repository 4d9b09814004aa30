/* A number taken apart into decimal digits, the common ground of all number
 * formatting: 0.d1d2d3... * 10^point.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_VALUE_DIGITS_H
#define HOP_VALUE_DIGITS_H

#include "value/number.h"

struct digits {
    struct hop_buf d; /* '0'..'9', no leading zeros; empty for zero */
    int point;        /* how many digits stand before the decimal point */
    bool negative;
    int scale; /* decimal places it was written with (decimals) */
};

#define AUTO_DIGITS HOP_CLEANUP(hop_digits_done)

void hop_digits_done(struct digits *x);
/* The significant digits of |d|, n of them, the rest rounded away from zero at
 * half; trailing zeros removed.  n 0: the shortest that reads back. */
void hop_digits_from_double(struct digits *x, double d, int n, bool single);
/* Digits down to so many decimal places. */
void hop_digits_from_double_at(struct digits *x, double d, int decimals);
void hop_digits_from_uint64(struct digits *x, uint64_t u, bool negative);
void hop_digits_from_decimal(struct digits *x, struct hop_value d);
/* Rounds half away from zero after n digits (n may be 0 or negative). */
void hop_digits_round(struct digits *x, int n);
/* Scientific or plain text: scientific from 10^limit on and below 1e-5. */
void hop_digits_add_general(const struct digits *x, int limit, char e,
                            struct hop_buf *out);
/* Digit i before or behind the point: i = 0 is the first digit. */
char hop_digits_at(const struct digits *x, int i);

/* BigInteger objects. */
struct hop_big {
    struct hop_object base;
    uint32_t *w; /* little-endian limbs, none leading zero */
    size_t n;
    bool negative;
};
void hop_digits_from_big(struct digits *x, const struct hop_big *b);
/* As the integer's two's complement in hexadecimal. */
void hop_big_add_hex(const struct hop_big *b, bool upper, int width,
                     struct hop_buf *out);
struct hop_big *hop_as_big(struct hop_value v);
double hop_big_to_double(const struct hop_big *b);
bool hop_big_to_int64(const struct hop_big *b, int64_t *out);
bool hop_big_to_uint64(const struct hop_big *b, uint64_t *out);
bool hop_big_from_double(struct hop_context *cx, double d,
                         struct hop_value *out);
enum hop_big_op {
    HOP_BIG_ADD,
    HOP_BIG_SUB,
    HOP_BIG_MUL,
    HOP_BIG_DIV,
    HOP_BIG_MOD,
};
struct hop_value hop_big_compute(struct hop_context *cx, enum hop_big_op op,
                                 const struct hop_big *a,
                                 const struct hop_big *b);
int hop_big_cmp(const struct hop_big *a, const struct hop_big *b);
struct hop_value hop_big_shift(struct hop_context *cx, const struct hop_big *a,
                               int64_t left);

#endif
