/* Equality and order: LanguagePrimitives.Equals and Compare, object.Equals.
 *
 * SPDX-License-Identifier: MIT
 */
#include <math.h>

#include "value/digits.h"
#include "value/enums.h"
#include "value/exception.h"
#include "value/internal.h"
#include "value/numconv.h"
#include "value/ops.h"

/* ---- object.Equals ---- */

static bool
date_offset_equal(struct hop_value a, struct hop_value b)
{
    return a.u.i - (int64_t)(int32_t)a.ext * 60 * HOP_TICKS_PER_SECOND ==
           b.u.i - (int64_t)(int32_t)b.ext * 60 * HOP_TICKS_PER_SECOND;
}

bool
hop_object_equals(struct hop_context *cx, struct hop_value a,
                  struct hop_value b)
{
    bool (*equals)(struct hop_context *, struct hop_value, struct hop_value);
    struct hop_big *x, *y;

    a = hop_value_base(a);
    b = hop_value_base(b);
    if (a.kind != b.kind)
        return hop_is_null(a) && hop_is_null(b);
    switch (a.kind) {
    case HOP_NULL:
    case HOP_VOID: return true;
    case HOP_SINGLE:
    case HOP_DOUBLE:
        return a.u.d == b.u.d || (isnan(a.u.d) && isnan(b.u.d));
    case HOP_DECIMAL: return hop_decimal_cmp(a, b) == 0;
    case HOP_DATETIMEOFFSET: return date_offset_equal(a, b);
    case HOP_ENUM: return a.ext == b.ext && a.u.i == b.u.i;
    case HOP_STRING: return hop_string_eq(a.u.s, b.u.s);
    case HOP_OBJECT: break;
    default: return a.u.u == b.u.u;
    }
    if (a.u.o == b.u.o)
        return true;
    x = hop_as_big(a);
    y = hop_as_big(b);
    if (x && y)
        return hop_big_cmp(x, y) == 0;
    if (a.u.o->cls != b.u.o->cls)
        return false;
    equals = HOP_CLASS_FN(a.u.o->cls, equals);
    return equals && equals(cx, a, b);
}

uint32_t
hop_object_hash(struct hop_value v)
{
    uint32_t (*hash)(struct hop_value);
    struct hop_big *b;

    v = hop_value_base(v);
    if (v.kind == HOP_STRING)
        return hop_string_hash(v.u.s);
    if (v.kind != HOP_OBJECT)
        return (uint32_t)(v.u.u ^ v.u.u >> 32);
    b = hop_as_big(v);
    if (b)
        return b->n ? b->w[0] : 0;
    hash = HOP_CLASS_FN(v.u.o->cls, hash);
    return hash ? hash(v) : (uint32_t)((uintptr_t)v.u.o >> 4);
}

/* ---- numbers ---- */

static bool
is_numeric(struct hop_value v)
{
    return (v.kind >= HOP_CHAR && v.kind <= HOP_DECIMAL) ||
           v.kind == HOP_BOOL || v.kind == HOP_ENUM || hop_as_big(v);
}

static int
sign_of(int64_t a, int64_t b)
{
    return a < b ? -1 : a > b;
}

static bool
is_real(struct hop_value v)
{
    return v.kind == HOP_SINGLE || v.kind == HOP_DOUBLE;
}

/* 2: not comparable (NaN). */
static int
compare_numbers(struct hop_context *cx, struct hop_value a, struct hop_value b)
{
    struct hop_value x, y;

    if (hop_as_big(a) || hop_as_big(b)) {
        HOP_AUTO_VALUE struct hop_value p = {.kind = HOP_NULL},
                                        q = {.kind = HOP_NULL};

        if (hop_as_big(a))
            p = hop_retain(a);
        else if (!hop_number_to_big(cx, a, &p))
            return 2;
        if (hop_as_big(b))
            q = hop_retain(b);
        else if (!hop_number_to_big(cx, b, &q))
            return 2;
        return hop_big_cmp(hop_as_big(p), hop_as_big(q));
    }
    if (a.kind == HOP_DECIMAL || b.kind == HOP_DECIMAL) {
        if (hop_number_cast(cx, a, HOP_DECIMAL, &x) &&
            hop_number_cast(cx, b, HOP_DECIMAL, &y))
            return hop_decimal_cmp(x, y);
    }
    if (is_real(a) || is_real(b) || a.kind == HOP_DECIMAL ||
        b.kind == HOP_DECIMAL) {
        double c = hop_number_to_double(a), d = hop_number_to_double(b);

        return c < d ? -1 : c > d ? 1 : c == d ? 0 : 2;
    }
    if (a.kind == HOP_UINT64 || b.kind == HOP_UINT64) {
        bool na = a.kind != HOP_UINT64 && a.u.i < 0;
        bool nb = b.kind != HOP_UINT64 && b.u.i < 0;

        if (na != nb)
            return na ? -1 : 1;
        return a.u.u < b.u.u ? -1 : a.u.u > b.u.u;
    }
    return sign_of(a.u.i, b.u.i);
}

/* The right operand as the left, a number, is compared with it. */
static bool
to_number(struct hop_context *cx, struct hop_value v,
          const struct hop_class *like, struct hop_value *out)
{
    if (v.kind == HOP_STRING && hop_parse_number(v.u.s->data, v.u.s->len, out))
        return true;
    return hop_convert(cx, v, like, out);
}

/* ---- LanguagePrimitives.Equals ---- */

static uint16_t
fold_unit(uint16_t c)
{
    return c >= 'a' && c <= 'z' ? (uint16_t)(c - 32) : c;
}

static bool
string_equals(struct hop_context *cx, const struct hop_string *s,
              struct hop_value b, bool ignore_case)
{
    HOP_AUTO_STRING struct hop_string *t = NULL;

    if (b.kind == HOP_STRING)
        return hop_collate(s, b.u.s, ignore_case) == 0;
    if (!hop_to_string(cx, b, &t)) {
        hop_drop_exception(cx);
        return false;
    }
    return hop_collate(s, t, ignore_case) == 0;
}

static bool
number_equals(struct hop_context *cx, struct hop_value a, struct hop_value b)
{
    HOP_AUTO_VALUE struct hop_value x = {.kind = HOP_NULL};

    if (is_numeric(b) && a.kind != HOP_BOOL && a.kind != HOP_ENUM)
        return compare_numbers(cx, a, b) == 0;
    if (a.kind == HOP_BOOL)
        return (a.u.i != 0) == hop_is_true(cx, b);
    if (!to_number(cx, b, hop_class_of(a), &x)) {
        hop_drop_exception(cx);
        return false;
    }
    return compare_numbers(cx, a, x) == 0;
}

bool
hop_equals(struct hop_context *cx, struct hop_value a, struct hop_value b,
           bool ignore_case)
{
    HOP_AUTO_VALUE struct hop_value x = {.kind = HOP_NULL};

    a = hop_value_base(a);
    b = hop_value_base(b);
    if (a.kind == HOP_INT32 && b.kind == HOP_INT32)
        return a.u.i == b.u.i;
    if (hop_is_null(a) || hop_is_null(b))
        return hop_is_null(a) && hop_is_null(b);
    if (a.kind == HOP_STRING)
        return string_equals(cx, a.u.s, b, ignore_case);
    if (a.kind == HOP_CHAR && b.kind == HOP_CHAR)
        return ignore_case ? fold_unit((uint16_t)a.u.i) ==
                                 fold_unit((uint16_t)b.u.i)
                           : a.u.i == b.u.i;
    if (a.kind == HOP_CHAR && b.kind == HOP_STRING) {
        HOP_AUTO_STRING struct hop_string *s = NULL;

        return hop_to_string(cx, a, &s) &&
               hop_collate(s, b.u.s, ignore_case) == 0;
    }
    if (is_numeric(a) && a.kind != HOP_ENUM)
        return number_equals(cx, a, b);
    if (hop_object_equals(cx, a, b))
        return true;
    if (a.kind == b.kind && hop_class_of(a) == hop_class_of(b))
        return false;
    if (!hop_convert(cx, b, hop_class_of(a), &x)) {
        hop_drop_exception(cx);
        return false;
    }
    return hop_object_equals(cx, a, x);
}

/* ---- LanguagePrimitives.Compare ---- */

static bool
throw_comparison(struct hop_context *cx, struct hop_value a,
                 struct hop_value b)
{
    HOP_AUTO_STRING struct hop_string *s = NULL, *t = NULL, *why = NULL;
    struct hop_value inner = hop_take_exception(cx);

    why = hop_string_from(hop_exception_message(inner));
    if (!hop_call_to_string(cx, a, &s) || !hop_call_to_string(cx, b, &t)) {
        hop_release(inner);
        return false;
    }
    return hop_throw_full(cx, &hop_exception_runtime, "ComparisonFailure",
                          HOP_CAT_INVALID_OPERATION, hop_null(), inner,
                          "Could not compare \"%s\" to \"%s\". Error: \"%s\"",
                          s->data, t->data, why->data);
}

static bool
throw_not_comparable(struct hop_context *cx, struct hop_value a)
{
    HOP_AUTO_STRING struct hop_string *s = NULL;

    if (!hop_call_to_string(cx, a, &s))
        return false;
    return hop_throw_full(cx, &hop_exception_runtime, "NotIcomparable",
                          HOP_CAT_INVALID_OPERATION, hop_null(), hop_null(),
                          "Cannot compare \"%s\" because it is not "
                          "IComparable.",
                          s->data);
}

/* How v compares with null: negative numbers are below it. */
static int
against_null(struct hop_value v)
{
    bool below = is_numeric(v) && v.kind != HOP_BOOL &&
                 hop_number_to_double(v) < 0;

    return below ? -1 : 1;
}

static int
sign_of_unsigned(struct hop_value a, struct hop_value b)
{
    return sign_of(a.u.i, b.u.i);
}

/* IComparable of two values of one class: 1 done, 0 none, -1 thrown. */
static int
compare_same(struct hop_context *cx, struct hop_value a, struct hop_value b,
             int *out)
{
    bool (*compare)(struct hop_context *, struct hop_value, struct hop_value,
                    int *);

    switch (a.kind) {
    case HOP_DATETIME:
    case HOP_TIMESPAN:
    case HOP_ENUM: *out = sign_of_unsigned(a, b); return 1;
    case HOP_DATETIMEOFFSET:
        *out = date_offset_equal(a, b)
                   ? 0
                   : sign_of(a.u.i - (int64_t)(int32_t)a.ext * 600000000,
                             b.u.i - (int64_t)(int32_t)b.ext * 600000000);
        return 1;
    case HOP_OBJECT: break;
    default: return 0;
    }
    compare = HOP_CLASS_FN(a.u.o->cls, compare);
    if (!compare)
        return 0;
    return compare(cx, a, b, out) ? 1 : -1;
}

static bool
compare_other(struct hop_context *cx, struct hop_value a, struct hop_value b,
              int *out)
{
    HOP_AUTO_VALUE struct hop_value x = {.kind = HOP_NULL};
    const struct hop_class *c = hop_class_of(a);
    int r;

    if (hop_class_of(b) != c) {
        if (!hop_convert(cx, b, c, &x))
            return throw_comparison(cx, a, b);
        b = hop_value_base(x);
    }
    r = hop_class_of(b) == c ? compare_same(cx, a, b, out) : 0;
    if (r)
        return r > 0;
    if (hop_equals(cx, a, b, true)) {
        *out = 0;
        return true;
    }
    return throw_not_comparable(cx, a);
}

bool
hop_compare(struct hop_context *cx, struct hop_value a, struct hop_value b,
            bool ignore_case, int *out)
{
    HOP_AUTO_STRING struct hop_string *s = NULL;
    HOP_AUTO_VALUE struct hop_value x = {.kind = HOP_NULL};

    a = hop_value_base(a);
    b = hop_value_base(b);
    if (hop_is_null(a) || hop_is_null(b)) {
        *out = hop_is_null(a) && hop_is_null(b) ? 0
               : hop_is_null(a)                 ? -against_null(b)
                                                : against_null(a);
        return true;
    }
    if (a.kind == HOP_STRING) {
        if (!hop_to_string(cx, b, &s))
            return false;
        *out = hop_collate(a.u.s, s, ignore_case);
        return true;
    }
    if (a.kind == HOP_BOOL && b.kind != HOP_BOOL) {
        *out = (a.u.i != 0) - hop_is_true(cx, b);
        return true;
    }
    if (is_numeric(a) && a.kind != HOP_ENUM) {
        if (!is_numeric(b)) {
            if (!to_number(cx, b, hop_class_of(a), &x))
                return throw_comparison(cx, a, b);
            b = x;
        }
        if (ignore_case && a.kind == HOP_CHAR && b.kind == HOP_CHAR) {
            a.u.i = fold_unit((uint16_t)a.u.i);
            b.u.i = fold_unit((uint16_t)b.u.i);
        }
        *out = compare_numbers(cx, a, b);
        return true;
    }
    return compare_other(cx, a, b, out);
}
