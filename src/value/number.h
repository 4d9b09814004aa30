/* Text of numbers and dates as .NET reads and writes them in invariant
 * culture, and decimal arithmetic.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_VALUE_NUMBER_H
#define HOP_VALUE_NUMBER_H

#include "value/context.h"

/* ---- doubles ---- */

/* ToString("R"), .NET's default: shortest text that reads back. */
void hop_double_add(double d, struct hop_buf *out);
void hop_single_add(float f, struct hop_buf *out);
/* PowerShell's own text of a double, "G15"-like, as it prints and casts. */
void hop_double_add_ps(double d, struct hop_buf *out);
void hop_single_add_ps(float f, struct hop_buf *out);
/* double.Parse with NumberStyles Float and AllowThousands. */
bool hop_double_parse(const char *s, size_t n, double *out);

/* ---- decimals ---- */

struct hop_value hop_decimal_from_int64(int64_t i);
struct hop_value hop_decimal_from_uint64(uint64_t u);
/* False when d is outside the range. */
bool hop_decimal_from_double(double d, struct hop_value *out);
double hop_decimal_to_double(struct hop_value d);
/* Truncated to an integer; false when it does not fit. */
bool hop_decimal_to_int64(struct hop_value d, int64_t *out);
/* False on overflow; division by zero must be tested before. */
bool hop_decimal_add(struct hop_value a, struct hop_value b,
                     struct hop_value *out);
bool hop_decimal_sub(struct hop_value a, struct hop_value b,
                     struct hop_value *out);
bool hop_decimal_mul(struct hop_value a, struct hop_value b,
                     struct hop_value *out);
bool hop_decimal_div(struct hop_value a, struct hop_value b,
                     struct hop_value *out);
bool hop_decimal_mod(struct hop_value a, struct hop_value b,
                     struct hop_value *out);
struct hop_value hop_decimal_neg(struct hop_value d);
int hop_decimal_cmp(struct hop_value a, struct hop_value b);
bool hop_decimal_is_zero(struct hop_value d);
/* To so many decimals; away: half away from zero, else half to even. */
struct hop_value hop_decimal_round(struct hop_value d, int decimals, bool away);
struct hop_value hop_decimal_trunc(struct hop_value d);
struct hop_value hop_decimal_floor(struct hop_value d);
struct hop_value hop_decimal_ceiling(struct hop_value d);
bool hop_decimal_parse(const char *s, size_t n, bool exponent,
                       struct hop_value *out);
void hop_decimal_add_text(struct hop_value d, struct hop_buf *out);

/* ---- big integers ---- */

/* A System.Numerics.BigInteger object; small magnitudes as limbs. */
struct hop_value hop_big_from_int64(struct hop_context *cx, int64_t i);
struct hop_value hop_big_from_uint64(struct hop_context *cx, uint64_t u);
bool hop_big_parse(struct hop_context *cx, const char *s, size_t n,
                   unsigned base, struct hop_value *out);

/* ---- formatting ---- */

/* A number (integer, Single, Double, Decimal, BigInteger) with a standard or
 * custom format string; false: the format was invalid (no exception is
 * pending, see hop_format_value). */
bool hop_number_format(struct hop_value v, const char *format, size_t n,
                       struct hop_buf *out);
bool hop_date_format(struct hop_value v, const char *format, size_t n,
                     struct hop_buf *out);
bool hop_timespan_format(int64_t ticks, const char *format, size_t n,
                         struct hop_buf *out);

/* ---- dates ---- */

struct hop_date_parts {
    int year, month, day, hour, minute, second, weekday, yearday;
    int ticks; /* within the second */
};
void hop_date_split(int64_t ticks, struct hop_date_parts *p);
/* False when the parts are no date. */
bool hop_date_join(const struct hop_date_parts *p, int64_t *ticks);
/* Now, UTC. */
int64_t hop_date_utc_now(void);
int64_t hop_date_from_unix(int64_t seconds, int64_t nanoseconds);
/* The local time zone's offset for a UTC time, in ticks. */
int64_t hop_date_local_offset(int64_t utc_ticks);
int64_t hop_date_to_local(int64_t utc_ticks);
int64_t hop_date_to_utc(int64_t local_ticks);
/* DateTime.Parse, invariant culture; throws FormatException with .NET's
 * text. */
bool hop_date_parse(struct hop_context *cx, const char *s, size_t n,
                    struct hop_value *out);
bool hop_timespan_parse(struct hop_context *cx, const char *s, size_t n,
                        int64_t *ticks);

#endif
