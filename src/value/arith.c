/* Arithmetic, bitwise and shift operators with PowerShell's promotions.
 *
 * SPDX-License-Identifier: MIT
 */
#include <math.h>

#include "value/arith.h"
#include "value/digits.h"
#include "value/enums.h"
#include "value/exception.h"
#include "value/internal.h"
#include "value/numconv.h"

static const char *const op_names[] = {
    [HOP_OP_ADD] = "op_Addition",   [HOP_OP_SUB] = "op_Subtraction",
    [HOP_OP_MUL] = "op_Multiply",   [HOP_OP_DIV] = "op_Division",
    [HOP_OP_MOD] = "op_Modulus",    [HOP_OP_SHL] = "op_LeftShift",
    [HOP_OP_SHR] = "op_RightShift", [HOP_OP_BAND] = "op_BitwiseAnd",
    [HOP_OP_BOR] = "op_BitwiseOr",  [HOP_OP_BXOR] = "op_ExclusiveOr",
};

static bool
throw_wrapped(struct hop_context *cx, const struct hop_class *cls,
              const char *text)
{
    return hop_throw_full(
        cx, &hop_exception_runtime, "RuntimeException", HOP_CAT_NOT_SPECIFIED,
        hop_null(), hop_obj(hop_exception_new(cx, cls, text)), "%s", text);
}

static bool
throw_zero(struct hop_context *cx)
{
    return throw_wrapped(cx, &hop_exception_divide_by_zero,
                         "Attempted to divide by zero.");
}

static bool
throw_no_operator(struct hop_context *cx, enum hop_op op, struct hop_value v)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    hop_class_add_display(hop_class_of(v), false, &b);
    return hop_throw_full(cx, &hop_exception_runtime, "MethodNotFound",
                          HOP_CAT_INVALID_OPERATION, hop_null(), hop_null(),
                          "Method invocation failed because [%s] does not "
                          "contain a method named '%s'.",
                          b.data, op_names[op]);
}

/* ---- by kind of number ---- */

static bool
compute_double(struct hop_context *cx, enum hop_op op, double a, double b,
               struct hop_value *out)
{
    switch (op) {
    case HOP_OP_ADD: a += b; break;
    case HOP_OP_SUB: a -= b; break;
    case HOP_OP_MUL: a *= b; break;
    case HOP_OP_DIV: a /= b; break;
    default: a = fmod(a, b); break;
    }
    *out = hop_double(a);
    return true;
}

/* The product as a double, cut (not rounded) to 53 bits: BigInteger's way. */
static double
truncated(__int128 product)
{
    bool negative = product < 0;
    unsigned __int128 m =
        negative ? 0 - (unsigned __int128)product : (unsigned __int128)product;
    int shift = 0;

    while (m >> 53) {
        m >>= 1;
        shift++;
    }
    return ldexp(negative ? -(double)(uint64_t)m : (double)(uint64_t)m, shift);
}

static bool
compute_int64(struct hop_context *cx, enum hop_op op, int64_t a, int64_t b,
              enum hop_kind kind, struct hop_value *out)
{
    int64_t r = 0;
    bool over;

    switch (op) {
    case HOP_OP_ADD: over = __builtin_add_overflow(a, b, &r); break;
    case HOP_OP_SUB: over = __builtin_sub_overflow(a, b, &r); break;
    case HOP_OP_MUL: over = __builtin_mul_overflow(a, b, &r); break;
    default:
        if (b == 0)
            return throw_zero(cx);
        if (b == -1 && op == HOP_OP_MOD) {
            *out = hop_integer(kind, 0);
            return true;
        }
        over = (b == -1 && a == INT64_MIN) || (op == HOP_OP_DIV && a % b);
        if (!over)
            r = op == HOP_OP_DIV ? a / b : a % b;
    }
    if (over && op == HOP_OP_MUL && kind == HOP_INT64) {
        *out = hop_double(truncated((__int128)a * b));
        return true;
    }
    if (over || (kind == HOP_INT32 && (r > INT32_MAX || r < INT32_MIN)) ||
        (kind == HOP_UINT32 && (r < 0 || r > UINT32_MAX)))
        return compute_double(cx, op, (double)a, (double)b, out);
    *out = hop_integer(kind, r);
    return true;
}

static bool
compute_uint64(struct hop_context *cx, enum hop_op op, uint64_t a, uint64_t b,
               struct hop_value *out)
{
    uint64_t r = 0;
    bool over;

    switch (op) {
    case HOP_OP_ADD: over = __builtin_add_overflow(a, b, &r); break;
    case HOP_OP_SUB: over = __builtin_sub_overflow(a, b, &r); break;
    case HOP_OP_MUL: over = __builtin_mul_overflow(a, b, &r); break;
    default:
        if (b == 0)
            return throw_zero(cx);
        over = op == HOP_OP_DIV && a % b;
        if (!over)
            r = op == HOP_OP_DIV ? a / b : a % b;
    }
    if (over)
        return compute_double(cx, op, (double)a, (double)b, out);
    *out = hop_ulong(r);
    return true;
}

static bool
compute_decimal(struct hop_context *cx, enum hop_op op, struct hop_value a,
                struct hop_value b, struct hop_value *out)
{
    static bool (*const fns[])(struct hop_value, struct hop_value,
                               struct hop_value *) = {
        [HOP_OP_ADD] = hop_decimal_add, [HOP_OP_SUB] = hop_decimal_sub,
        [HOP_OP_MUL] = hop_decimal_mul, [HOP_OP_DIV] = hop_decimal_div,
        [HOP_OP_MOD] = hop_decimal_mod,
    };
    struct hop_value x, y;

    if (!hop_number_cast(cx, a, HOP_DECIMAL, &x) ||
        !hop_number_cast(cx, b, HOP_DECIMAL, &y))
        return throw_wrapped(cx, &hop_exception_overflow,
                             hop_overflow_text(HOP_DECIMAL));
    if ((op == HOP_OP_DIV || op == HOP_OP_MOD) && hop_decimal_is_zero(y))
        return throw_zero(cx);
    if (fns[op](x, y, out))
        return true;
    return throw_wrapped(cx, &hop_exception_overflow,
                         hop_overflow_text(HOP_DECIMAL));
}

static bool
compute_big(struct hop_context *cx, enum hop_op op, struct hop_value a,
            struct hop_value b, struct hop_value *out)
{
    static const enum hop_big_op ops[] = {
        [HOP_OP_ADD] = HOP_BIG_ADD, [HOP_OP_SUB] = HOP_BIG_SUB,
        [HOP_OP_MUL] = HOP_BIG_MUL, [HOP_OP_DIV] = HOP_BIG_DIV,
        [HOP_OP_MOD] = HOP_BIG_MOD,
    };
    HOP_AUTO_VALUE struct hop_value x = {.kind = HOP_NULL},
                                    y = {.kind = HOP_NULL};

    if (!hop_convert(cx, a, &hop_class_big_integer, &x) ||
        !hop_convert(cx, b, &hop_class_big_integer, &y))
        return false;
    if ((op == HOP_OP_DIV || op == HOP_OP_MOD) && hop_as_big(y)->n == 0)
        return throw_zero(cx);
    if (op == HOP_OP_MUL &&
        !hop_context_may_alloc(cx, hop_as_big(x)->n + hop_as_big(y)->n, 64))
        return false;
    *out = hop_big_compute(cx, ops[op], hop_as_big(x), hop_as_big(y));
    return true;
}

static bool
is_real(struct hop_value v)
{
    return v.kind == HOP_SINGLE || v.kind == HOP_DOUBLE;
}

static bool
is_negative(struct hop_value v)
{
    return v.kind != HOP_UINT64 && v.u.i < 0;
}

/* Both are numbers (or BigIntegers). */
static bool
compute(struct hop_context *cx, enum hop_op op, struct hop_value a,
        struct hop_value b, struct hop_value *out)
{
    if (a.kind == HOP_INT32 && b.kind == HOP_INT32)
        return compute_int64(cx, op, a.u.i, b.u.i, HOP_INT32, out);
    if (a.kind == HOP_OBJECT || b.kind == HOP_OBJECT)
        return compute_big(cx, op, a, b, out);
    if (a.kind == HOP_DECIMAL || b.kind == HOP_DECIMAL)
        return compute_decimal(cx, op, a, b, out);
    if (is_real(a) || is_real(b))
        return compute_double(cx, op, hop_number_to_double(a),
                              hop_number_to_double(b), out);
    if (a.kind == HOP_UINT64 || b.kind == HOP_UINT64) {
        if (is_negative(a) || is_negative(b))
            return compute_decimal(cx, op, a, b, out);
        return compute_uint64(cx, op, a.u.u, b.u.u, out);
    }
    if (a.kind == HOP_INT64 || b.kind == HOP_INT64)
        return compute_int64(cx, op, a.u.i, b.u.i, HOP_INT64, out);
    if (a.kind == HOP_UINT32 || b.kind == HOP_UINT32)
        return compute_int64(
            cx, op, a.u.i, b.u.i,
            is_negative(a) || is_negative(b) ? HOP_INT64 : HOP_UINT32, out);
    return compute_int64(cx, op, a.u.i, b.u.i, HOP_INT32, out);
}

/* ---- operands ---- */

static bool
is_operand(struct hop_value v)
{
    return (v.kind >= HOP_BOOL && v.kind <= HOP_DECIMAL) || hop_as_big(v);
}

/* A string or null as the number it means. */
static bool
to_operand(struct hop_context *cx, struct hop_value v, struct hop_value *out)
{
    struct hop_big *b;

    if (hop_is_null(v)) {
        *out = hop_int(0);
        return true;
    }
    if (v.kind == HOP_STRING)
        return hop_parse_number(v.u.s->data, v.u.s->len, out) ||
               hop_convert(cx, v, &hop_class_int32, out);
    if (v.kind == HOP_BOOL || v.kind == HOP_CHAR) {
        *out = hop_int((int32_t)v.u.i);
        return true;
    }
    if (v.kind == HOP_ENUM) {
        *out = hop_integer(hop_enum_class(v.ext)->underlying, v.u.i);
        return true;
    }
    b = hop_as_big(v);
    *out = b ? hop_retain(v) : v;
    return true;
}

/* ---- strings, arrays, hash tables ---- */

static bool
add_strings(struct hop_context *cx, struct hop_value a, struct hop_value b,
            struct hop_value *out)
{
    HOP_AUTO_STRING struct hop_string *s = NULL, *t = NULL;

    if (a.kind == HOP_STRING && b.kind == HOP_STRING &&
        a.u.s->len + b.u.s->len <= cx->max_bytes) {
        *out = hop_str(hop_string_concat(a.u.s, b.u.s));
        return true;
    }
    if (!hop_to_string(cx, a, &s) || !hop_to_string(cx, b, &t) ||
        !hop_context_may_alloc(cx, s->len + t->len, 1))
        return false;
    *out = hop_str(hop_string_concat(s, t));
    return true;
}

static bool
to_times(struct hop_context *cx, struct hop_value v, int64_t *times)
{
    int32_t i;

    if (!hop_to_int32(cx, v, &i))
        return false;
    if (i < 0)
        return hop_throw(cx, &hop_exception_argument_range,
                         "times ('%d') must be a non-negative value. "
                         "(Parameter 'times')\nActual value was %d.",
                         i, i);
    *times = i;
    return true;
}

static bool
repeat_string(struct hop_context *cx, struct hop_value a, struct hop_value b,
              struct hop_value *out)
{
    HOP_AUTO_BUF struct hop_buf buf = HOP_BUF_INIT;
    HOP_AUTO_STRING struct hop_string *s = NULL;
    int64_t times;

    if (!to_times(cx, b, &times) || !hop_to_string(cx, a, &s) ||
        !hop_context_may_alloc(cx, s->len + 1, (size_t)times))
        return false;
    while (times-- > 0)
        hop_buf_add(&buf, s->data, s->len);
    *out = hop_text_buf(&buf);
    return true;
}

static bool
add_to_array(struct hop_context *cx, struct hop_array *a, struct hop_value b,
             struct hop_value *out)
{
    HOP_AUTO_VALUE struct hop_value made = {.kind = HOP_NULL};
    struct hop_array *r = hop_array_new(cx, 0);

    made = hop_obj(r);
    hop_array_reserve(r, a->n + 1);
    for (size_t i = 0; i < a->n; i++)
        hop_array_push(r, hop_retain(a->items[i]));
    if (b.kind == HOP_VOID || hop_is_null(b)) {
        hop_array_push(r, hop_null());
    } else {
        HOP_AUTO_ITER struct hop_iter it = {0};
        struct hop_value x;
        int k;

        if (!hop_iter_init(cx, &it, b))
            return false;
        while ((k = hop_iter_next(cx, &it, &x)) > 0)
            hop_array_push(r, x);
        if (k < 0)
            return false;
    }
    *out = hop_value_steal(&made);
    return true;
}

static bool
repeat_array(struct hop_context *cx, struct hop_array *a, struct hop_value b,
             struct hop_value *out)
{
    struct hop_array *r;
    int64_t times;

    if (!to_times(cx, b, &times) ||
        !hop_context_may_alloc(cx, a->n * sizeof *a->items, (size_t)times))
        return false;
    r = hop_array_new_of(cx,
                         a->base.cls->flags & HOP_CLASS_ARRAY
                             ? a->base.cls
                             : &hop_class_object_array,
                         0);
    hop_array_reserve(r, a->n * (size_t)times);
    while (times-- > 0)
        for (size_t i = 0; i < a->n; i++)
            hop_array_push(r, hop_retain(a->items[i]));
    *out = hop_obj(r);
    return true;
}

static bool
throw_duplicate(struct hop_context *cx, struct hop_value key)
{
    HOP_AUTO_STRING struct hop_string *s = NULL;

    if (!hop_call_to_string(cx, key, &s))
        return false;
    return hop_throw(cx, &hop_exception_argument,
                     "Item has already been added. Key in dictionary: '%s'  "
                     "Key being added: '%s'",
                     s->data, s->data);
}

static bool
add_dicts(struct hop_context *cx, struct hop_dict *a, struct hop_value b,
          struct hop_value *out)
{
    struct hop_dict *more = hop_as_dict(b), *from[2] = {a, more}, *r;
    HOP_AUTO_VALUE struct hop_value made = {.kind = HOP_NULL};

    if (!more)
        return hop_throw_runtime(cx, "AddHashTableToNonHashTable",
                                 HOP_CAT_INVALID_OPERATION,
                                 "A hash table can only be added to another "
                                 "hash table.");
    r = hop_dict_new_of(cx, a->base.cls, a->flags);
    made = hop_obj(r);
    for (int k = 0; k < 2 && from[k]; k++) {
        size_t n;
        HOP_AUTO_FREE struct hop_dict_entry **order =
            hop_dict_order(from[k], &n);

        for (size_t i = 0; i < n; i++) {
            if (hop_dict_get(r, order[i]->key))
                return throw_duplicate(cx, order[i]->key);
            hop_dict_set(r, order[i]->key, hop_retain(order[i]->value));
        }
    }
    *out = hop_value_steal(&made);
    return true;
}

/* ---- operators of classes ---- */

static bool
by_class_operator(struct hop_context *cx, enum hop_op op, struct hop_value a,
                  struct hop_value b, struct hop_value *out)
{
    const struct hop_class *cls = hop_class_of(a);
    const char *name = op_names[op];
    struct hop_method_group *g =
        hop_class_methods(cx, cls, name, strlen(name), true);
    struct hop_value args[2] = {a, b};

    if (!g)
        return throw_no_operator(cx, op, a);
    return hop_call_group(cx, g, name, hop_null(), cls, args, 2, NULL, false,
                          out);
}

/* ---- the operators ---- */

static bool
arithmetic_numbers(struct hop_context *cx, enum hop_op op, struct hop_value a,
                   struct hop_value b, struct hop_value *out)
{
    HOP_AUTO_VALUE struct hop_value x = {.kind = HOP_NULL},
                                    y = {.kind = HOP_NULL}, r;

    if (b.kind != HOP_STRING && !hop_is_null(b) && !is_operand(b) &&
        b.kind != HOP_ENUM)
        return throw_no_operator(cx, op, b);
    if (!to_operand(cx, a, &x) || !to_operand(cx, b, &y))
        return false;
    r = hop_null();
    if (!compute(cx, op, x, y, &r))
        return false;
    if (a.kind == HOP_ENUM && r.kind >= HOP_SBYTE && r.kind <= HOP_UINT64)
        r = hop_enum(a.ext, r.u.i);
    *out = hop_value_steal(&r);
    return true;
}

/* Operators that mean something else for a left side without a number.  1
 * done, 0 not such a case, -1 thrown. */
static int
collection_operator(struct hop_context *cx, enum hop_op op, struct hop_value a,
                    struct hop_value b, struct hop_value *out)
{
    struct hop_array *array;
    struct hop_dict *dict;

    if (a.kind == HOP_STRING || a.kind == HOP_CHAR) {
        if (op == HOP_OP_ADD && (a.kind == HOP_STRING || b.kind != HOP_NULL))
            return add_strings(cx, a, b, out) ? 1 : -1;
        if (op == HOP_OP_MUL && a.kind == HOP_STRING)
            return repeat_string(cx, a, b, out) ? 1 : -1;
    }
    if (op == HOP_OP_MUL && (a.kind == HOP_CHAR || a.kind == HOP_BOOL)) {
        throw_no_operator(cx, op, a);
        return -1;
    }
    if (a.kind == HOP_STRING || a.kind == HOP_CHAR)
        return 0;
    if (hop_is_null(a) && (op == HOP_OP_ADD || op == HOP_OP_MUL)) {
        *out = op == HOP_OP_ADD ? hop_retain(b) : hop_null();
        return 1;
    }
    array = hop_as_array(a);
    if (array && op == HOP_OP_ADD)
        return add_to_array(cx, array, b, out) ? 1 : -1;
    if (array && op == HOP_OP_MUL)
        return repeat_array(cx, array, b, out) ? 1 : -1;
    dict = hop_as_dict(a);
    if (dict && op == HOP_OP_ADD)
        return add_dicts(cx, dict, b, out) ? 1 : -1;
    return 0;
}

bool
hop_arithmetic(struct hop_context *cx, enum hop_op op, struct hop_value a,
               struct hop_value b, struct hop_value *out)
{
    int r;

    if (a.kind == HOP_INT32 && b.kind == HOP_INT32)
        return compute_int64(cx, op, a.u.i, b.u.i, HOP_INT32, out);
    if (a.kind == HOP_DOUBLE && b.kind == HOP_DOUBLE)
        return compute_double(cx, op, a.u.d, b.u.d, out);
    a = hop_value_base(a);
    if (!(op == HOP_OP_ADD && hop_as_array(a)))
        b = hop_value_base(b);
    r = collection_operator(cx, op, a, b, out);
    if (r)
        return r > 0;
    if (a.kind == HOP_STRING || hop_is_null(a) || is_operand(a) ||
        a.kind == HOP_ENUM)
        return arithmetic_numbers(cx, op, a, b, out);
    return by_class_operator(cx, op, a, b, out);
}

/* ---- bits ---- */

/* An operand of a bitwise operator: reals become integers. */
static bool
to_bits(struct hop_context *cx, struct hop_value v, struct hop_value *out)
{
    struct hop_value x;

    if (!to_operand(cx, v, &x))
        return false;
    if (x.kind != HOP_SINGLE && x.kind != HOP_DOUBLE && x.kind != HOP_DECIMAL) {
        *out = x;
        return true;
    }
    if (hop_number_cast(cx, x, HOP_UINT64, out) ||
        hop_number_cast(cx, x, HOP_INT64, out))
        return true;
    return hop_convert(cx, x, &hop_class_int64, out);
}

static uint64_t
combine(enum hop_op op, uint64_t a, uint64_t b)
{
    return op == HOP_OP_BAND ? a & b : op == HOP_OP_BOR ? a | b : a ^ b;
}

bool
hop_bitwise(struct hop_context *cx, enum hop_op op, struct hop_value a,
            struct hop_value b, struct hop_value *out)
{
    HOP_AUTO_VALUE struct hop_value x = {.kind = HOP_NULL},
                                    y = {.kind = HOP_NULL};
    enum hop_kind kind = HOP_INT32;
    uint64_t u;

    a = hop_value_base(a);
    b = hop_value_base(b);
    if (a.kind == HOP_ENUM && b.kind == HOP_STRING) {
        struct hop_value e;

        if (!hop_convert(cx, b, hop_class_of(a), &e))
            return false;
        *out = hop_enum(a.ext, (int64_t)combine(op, a.u.u, e.u.u));
        return true;
    }
    if (a.kind != HOP_STRING && !hop_is_null(a) && !is_operand(a) &&
        a.kind != HOP_ENUM)
        return by_class_operator(cx, op, a, b, out);
    if (b.kind != HOP_STRING && !hop_is_null(b) && !is_operand(b) &&
        b.kind != HOP_ENUM)
        return throw_no_operator(cx, op, b);
    if (!to_bits(cx, a, &x) || !to_bits(cx, b, &y))
        return false;
    if (x.kind == HOP_OBJECT || y.kind == HOP_OBJECT) {
        int64_t i, k;

        if (!hop_to_int64(cx, x, &i) || !hop_to_int64(cx, y, &k))
            return false;
        *out = hop_big_from_int64(
            cx, (int64_t)combine(op, (uint64_t)i, (uint64_t)k));
        return true;
    }
    u = combine(op, x.u.u, y.u.u);
    if (a.kind == HOP_ENUM) {
        *out = hop_enum(a.ext, (int64_t)u);
        return true;
    }
    if (x.kind == HOP_UINT64 || y.kind == HOP_UINT64)
        kind = HOP_UINT64;
    else if (x.kind == HOP_INT64 || y.kind == HOP_INT64)
        kind = HOP_INT64;
    else if (x.kind == HOP_UINT32 || y.kind == HOP_UINT32)
        kind = is_negative(x) || is_negative(y) ? HOP_INT64 : HOP_UINT32;
    *out = hop_integer(kind, (int64_t)u);
    return true;
}

/* A result of shifting cut to the width of its kind. */
static struct hop_value
cut(enum hop_kind kind, uint64_t u)
{
    switch (kind) {
    case HOP_SBYTE: return hop_integer(kind, (int8_t)u);
    case HOP_BYTE: return hop_integer(kind, (uint8_t)u);
    case HOP_INT16: return hop_integer(kind, (int16_t)u);
    case HOP_UINT16: return hop_integer(kind, (uint16_t)u);
    case HOP_INT32: return hop_integer(kind, (int32_t)u);
    case HOP_UINT32: return hop_integer(kind, (uint32_t)u);
    default: return hop_integer(kind, (int64_t)u);
    }
}

bool
hop_shift(struct hop_context *cx, enum hop_op op, struct hop_value a,
          struct hop_value b, struct hop_value *out)
{
    HOP_AUTO_VALUE struct hop_value x = {.kind = HOP_NULL};
    int32_t by;
    unsigned n;

    a = hop_value_base(a);
    if (a.kind != HOP_STRING && !hop_is_null(a) && !is_operand(a) &&
        a.kind != HOP_ENUM)
        return by_class_operator(cx, op, a, b, out);
    if (!to_bits(cx, a, &x) || !hop_to_int32(cx, b, &by))
        return false;
    if (x.kind == HOP_OBJECT) {
        if (by > 0 && !hop_context_may_alloc(cx, (size_t)by, 1))
            return false;
        *out = hop_big_shift(cx, hop_as_big(x),
                             op == HOP_OP_SHL ? by : -(int64_t)by);
        return true;
    }
    n = (unsigned)by & (x.kind >= HOP_INT64 ? 63 : 31);
    if (op == HOP_OP_SHL)
        *out = cut(x.kind, x.u.u << n);
    else if (x.kind == HOP_UINT64)
        *out = hop_ulong(x.u.u >> n);
    else
        *out = hop_integer(x.kind, x.u.i >> n);
    return true;
}

/* ---- one operand ---- */

bool
hop_negate(struct hop_context *cx, struct hop_value v, bool minus,
           struct hop_value *out)
{
    HOP_AUTO_VALUE struct hop_value x = {.kind = HOP_NULL};

    v = hop_value_base(v);
    if (v.kind == HOP_TIMESPAN) {
        *out = hop_timespan(minus ? -v.u.i : v.u.i);
        return true;
    }
    if (v.kind == HOP_ENUM)
        v = hop_integer(hop_enum_class(v.ext)->underlying, v.u.i);
    if (v.kind != HOP_STRING && !hop_is_null(v) && !is_operand(v))
        return throw_no_operator(cx, minus ? HOP_OP_SUB : HOP_OP_ADD, v);
    if (!to_operand(cx, v, &x))
        return false;
    if (minus && (x.kind == HOP_DOUBLE || x.kind == HOP_SINGLE)) {
        *out = hop_double(-x.u.d);
        out->kind = x.kind;
        return true;
    }
    return compute(cx, minus ? HOP_OP_SUB : HOP_OP_ADD, hop_int(0), x, out);
}

bool
hop_complement(struct hop_context *cx, struct hop_value v,
               struct hop_value *out)
{
    HOP_AUTO_VALUE struct hop_value x = {.kind = HOP_NULL};
    enum hop_kind kind;

    v = hop_value_base(v);
    if (v.kind != HOP_STRING && !hop_is_null(v) && !is_operand(v) &&
        v.kind != HOP_ENUM)
        return hop_throw_full(cx, &hop_exception_runtime, "MethodNotFound",
                              HOP_CAT_INVALID_OPERATION, hop_null(), hop_null(),
                              "Method invocation failed because [%s] does not "
                              "contain a method named 'op_OnesComplement'.",
                              hop_class_of(v)->name);
    if (!to_bits(cx, v, &x))
        return false;
    if (x.kind == HOP_OBJECT) {
        HOP_AUTO_VALUE struct hop_value one = hop_big_from_int64(cx, -1);

        *out = hop_big_compute(cx, HOP_BIG_SUB, hop_as_big(one), hop_as_big(x));
        return true;
    }
    if (v.kind == HOP_ENUM) {
        *out = hop_enum(v.ext, ~v.u.i);
        return true;
    }
    kind = x.kind < HOP_INT32 ? HOP_INT32 : x.kind;
    *out = cut(kind, ~x.u.u);
    return true;
}

bool
hop_increment(struct hop_context *cx, struct hop_value v, int by,
              struct hop_value *out)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    v = hop_value_base(v);
    if (hop_is_null(v)) {
        *out = hop_int(by);
        return true;
    }
    if (hop_is_number(v) || hop_as_big(v))
        return compute(cx, by > 0 ? HOP_OP_ADD : HOP_OP_SUB, v, hop_int(1),
                       out);
    hop_class_add_full_name(hop_class_of(v), &b);
    return hop_throw_runtime(cx, "OperatorRequiresNumber",
                             HOP_CAT_INVALID_OPERATION,
                             "The '%s' operator works only on numbers. The "
                             "operand is a '%s'.",
                             by > 0 ? "++" : "--", b.data);
}
