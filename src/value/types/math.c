/* System.Math.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/types/def.h"
#include "value/types/values.h"

#include <math.h>

#include "value/digits.h"
#include "value/numconv.h"
#include "value/types/interfaces.h"
#include "value/types/numbers.h"

enum math_fn {
    M_SIN,
    M_COS,
    M_TAN,
    M_ASIN,
    M_ACOS,
    M_ATAN,
    M_SINH,
    M_COSH,
    M_TANH,
    M_ASINH,
    M_ACOSH,
    M_ATANH,
    M_EXP,
    M_LOG,
    M_LOG10,
    M_LOG2,
    M_SQRT,
    M_CBRT,
    M_FLOOR,
    M_CEILING,
    M_TRUNCATE,
};

METHOD(math_unary)
{
    static double (*const fns[])(double) = {
        [M_SIN] = sin,     [M_COS] = cos,      [M_TAN] = tan,
        [M_ASIN] = asin,   [M_ACOS] = acos,    [M_ATAN] = atan,
        [M_SINH] = sinh,   [M_COSH] = cosh,    [M_TANH] = tanh,
        [M_ASINH] = asinh, [M_ACOSH] = acosh,  [M_ATANH] = atanh,
        [M_EXP] = exp,     [M_LOG] = log,      [M_LOG10] = log10,
        [M_LOG2] = log2,   [M_SQRT] = sqrt,    [M_CBRT] = cbrt,
        [M_FLOOR] = floor, [M_CEILING] = ceil, [M_TRUNCATE] = trunc,
    };

    RETURN(hop_double(fns[c->data](ARG_D(0))));
}

enum math_binary { M_POW, M_ATAN2, M_LOGB, M_IEEE };

METHOD(math_binary)
{
    double a = ARG_D(0), b = ARG_D(1);

    RETURN(hop_double(c->data == M_POW     ? pow(a, b)
                      : c->data == M_ATAN2 ? atan2(a, b)
                      : c->data == M_LOGB  ? log(a) / log(b)
                                           : remainder(a, b)));
}

METHOD(math_abs)
{
    struct hop_value v = c->args[0];

    switch (v.kind) {
    case HOP_DOUBLE:
    case HOP_SINGLE: v.u.d = fabs(v.u.d); break;
    case HOP_DECIMAL: v.tag &= 0x7F; break;
    default:
        if (v.kind == HOP_INT32 ? v.u.i == INT32_MIN : v.u.i == INT64_MIN)
            return hop_throw(cx, &hop_exception_overflow,
                             "Negating the minimum value of a twos complement "
                             "number is invalid.");
        v.u.i = v.u.i < 0 ? -v.u.i : v.u.i;
    }
    RETURN(v);
}

METHOD(math_sign)
{
    struct hop_value v = c->args[0];
    double d = hop_number_to_double(v);

    if (isnan(d))
        return hop_throw(cx, &hop_exception_arithmetic,
                         "Function does not accept floating point "
                         "Not-a-Number values.");
    RETURN(hop_int(d < 0 ? -1 : d > 0));
}

/* data: whether the larger one is wanted. */
METHOD(math_max)
{
    int r;

    if (c->args[0].kind == HOP_DOUBLE || c->args[0].kind == HOP_SINGLE) {
        double a = ARG_D(0), b = ARG_D(1);

        RETURN(isnan(a) || (c->data ? a >= b : a <= b) ? c->args[0]
                                                       : c->args[1]);
    }
    if (!hop_compare(cx, c->args[0], c->args[1], false, &r))
        return false;
    RETURN((c->data ? r >= 0 : r <= 0) ? c->args[0] : c->args[1]);
}

METHOD(math_clamp)
{
    int lo, hi, order;

    if (!hop_compare(cx, c->args[1], c->args[2], false, &order) ||
        !hop_compare(cx, c->args[0], c->args[1], false, &lo) ||
        !hop_compare(cx, c->args[0], c->args[2], false, &hi))
        return false;
    if (order > 0) {
        HOP_AUTO_STRING struct hop_string *a = NULL, *b = NULL;

        if (!hop_call_to_string(cx, c->args[1], &a) ||
            !hop_call_to_string(cx, c->args[2], &b))
            return false;
        return hop_throw(cx, &hop_exception_argument,
                         "'%s' cannot be greater than %s.", a->data, b->data);
    }
    RETURN(lo < 0 ? c->args[1] : hi > 0 ? c->args[2] : c->args[0]);
}

/* Rounds d to a whole number by a MidpointRounding. */
static double
round_by(double d, int64_t mode)
{
    double r;

    switch (mode) {
    case 1: r = trunc(d); return fabs(d - r) >= 0.5 ? r + copysign(1, d) : r;
    case 2: return trunc(d);
    case 3: return floor(d);
    case 4: return ceil(d);
    default: return nearbyint(d);
    }
}

METHOD(math_round_double)
{
    int64_t digits = 0, mode = 0;
    double d = ARG_D(0), power;

    for (size_t i = 1; i < c->n; i++)
        *(c->args[i].kind == HOP_ENUM ? &mode : &digits) = ARG_I(i);
    if (digits < 0 || digits > 15)
        return hop_throw_argument(cx, &hop_exception_argument_range, "digits",
                                  "Rounding digits must be between 0 and 15, "
                                  "inclusive.");
    if (fabs(d) < 1e16) {
        power = pow(10, (double)digits);
        d = round_by(d * power, mode) / power;
    }
    RETURN(hop_double(d));
}

bool
hop_math_round_decimal(struct hop_context *cx, struct hop_call *c)
{
    int64_t digits = 0, mode = 0;
    struct hop_value d = c->args[0];

    for (size_t i = 1; i < c->n; i++)
        *(c->args[i].kind == HOP_ENUM ? &mode : &digits) = ARG_I(i);
    if (digits < 0 || digits > 28)
        return hop_throw_argument(cx, &hop_exception_argument_range, "decimals",
                                  "Decimal can only round to between 0 and 28 "
                                  "digits of precision.");
    if (mode == 3 && digits == 0)
        RETURN(hop_decimal_floor(d));
    if (mode == 4 && digits == 0)
        RETURN(hop_decimal_ceiling(d));
    if (mode == 2 && digits == 0)
        RETURN(hop_decimal_trunc(d));
    RETURN(hop_decimal_round(d, (int)digits, mode == 1));
}

METHOD(math_div_rem_pair)
{
    int64_t a = ARG_I(0), b = ARG_I(1);
    enum hop_kind kind = (enum hop_kind)c->args[0].kind;
    struct hop_value both[2];

    if (b == 0)
        return hop_throw(cx, &hop_exception_divide_by_zero,
                         "Attempted to divide by zero.");
    both[0] = hop_integer(kind, b == -1 ? (int64_t)(0 - (uint64_t)a) : a / b);
    both[1] = hop_integer(kind, b == -1 ? 0 : a % b);
    RETURN(hop_value_tuple(cx, both, 2));
}

METHOD(math_div_rem)
{
    int64_t a = ARG_I(0), b = ARG_I(1);
    enum hop_kind kind = (enum hop_kind)c->args[0].kind;

    if (b == 0)
        return hop_throw(cx, &hop_exception_divide_by_zero,
                         "Attempted to divide by zero.");
    if (b == -1) {
        if (c->n > 2 &&
            !hop_reference_set(cx, c->args[2], hop_integer(kind, 0)))
            return false;
        RETURN(hop_integer(kind, -a));
    }
    if (c->n > 2 &&
        !hop_reference_set(cx, c->args[2], hop_integer(kind, a % b)))
        return false;
    RETURN(hop_integer(kind, a / b));
}

METHOD(math_big_mul)
{
    RETURN(hop_long(ARG_I(0) * ARG_I(1)));
}

#define MATH(n, f)                                                             \
    {                                                                          \
        "static double " n "(double d)", math_unary, f                         \
    }
#define PAIRS(n, fn, d)                                                        \
    {"static byte " n "(byte val1, byte val2)", fn, d},                        \
        {"static decimal " n "(decimal val1, decimal val2)", fn, d},           \
        {"static double " n "(double val1, double val2)", fn, d},              \
        {"static short " n "(short val1, short val2)", fn, d},                 \
        {"static int " n "(int val1, int val2)", fn, d},                       \
        {"static long " n "(long val1, long val2)", fn, d},                    \
        {"static sbyte " n "(sbyte val1, sbyte val2)", fn, d},                 \
        {"static float " n "(float val1, float val2)", fn, d},                 \
        {"static ushort " n "(ushort val1, ushort val2)", fn, d},              \
        {"static uint " n "(uint val1, uint val2)", fn, d},                    \
    {                                                                          \
        "static ulong " n "(ulong val1, ulong val2)", fn, d                    \
    }
#define SIGNED(ret, n, fn)                                                     \
    {"static " ret("decimal") " " n "(decimal value)", fn},                    \
        {"static " ret("double") " " n "(double value)", fn},                  \
        {"static " ret("short") " " n "(short value)", fn},                    \
        {"static " ret("int") " " n "(int value)", fn},                        \
        {"static " ret("long") " " n "(long value)", fn},                      \
        {"static " ret("sbyte") " " n "(sbyte value)", fn},                    \
    {                                                                          \
        "static " ret("float") " " n "(float value)", fn                       \
    }
#define SAME(t)   t
#define AN_INT(t) "int"

static const struct hop_method math_methods[] = {
    SIGNED(SAME, "Abs", math_abs),
    SIGNED(AN_INT, "Sign", math_sign),
    PAIRS("Max", math_max, true),
    PAIRS("Min", math_max, false),
    MATH("Sin", M_SIN),
    MATH("Cos", M_COS),
    MATH("Tan", M_TAN),
    MATH("Asin", M_ASIN),
    MATH("Acos", M_ACOS),
    MATH("Atan", M_ATAN),
    MATH("Sinh", M_SINH),
    MATH("Cosh", M_COSH),
    MATH("Tanh", M_TANH),
    MATH("Asinh", M_ASINH),
    MATH("Acosh", M_ACOSH),
    MATH("Atanh", M_ATANH),
    MATH("Exp", M_EXP),
    MATH("Log", M_LOG),
    MATH("Log10", M_LOG10),
    MATH("Log2", M_LOG2),
    MATH("Sqrt", M_SQRT),
    MATH("Cbrt", M_CBRT),
    {"static decimal Floor(decimal d)", hop_decimal_unary, HOP_DEC_FLOOR},
    MATH("Floor", M_FLOOR),
    {"static decimal Ceiling(decimal d)", hop_decimal_unary, HOP_DEC_CEILING},
    MATH("Ceiling", M_CEILING),
    {"static decimal Truncate(decimal d)", hop_decimal_unary, HOP_DEC_TRUNCATE},
    MATH("Truncate", M_TRUNCATE),
    {"static double Pow(double x, double y)", math_binary, M_POW},
    {"static double Atan2(double y, double x)", math_binary, M_ATAN2},
    {"static double Log(double a, double newBase)", math_binary, M_LOGB},
    {"static double IEEERemainder(double x, double y)", math_binary, M_IEEE},
    {"static decimal Round(decimal d)", hop_math_round_decimal},
    {"static decimal Round(decimal d, int decimals)", hop_math_round_decimal},
    {"static decimal Round(decimal d, System.MidpointRounding mode)",
     hop_math_round_decimal},
    {"static decimal Round(decimal d, int decimals, System.MidpointRounding "
     "mode)",
     hop_math_round_decimal},
    {"static double Round(double a)", math_round_double},
    {"static double Round(double value, int digits)", math_round_double},
    {"static double Round(double value, System.MidpointRounding mode)",
     math_round_double},
    {"static double Round(double value, int digits, System.MidpointRounding "
     "mode)",
     math_round_double},
    {"static System.Object DivRem(int left, int right)", math_div_rem_pair},
    {"static System.Object DivRem(long left, long right)", math_div_rem_pair},
    {"static int DivRem(int a, int b, [ref] int result)", math_div_rem},
    {"static long DivRem(long a, long b, [ref] long result)", math_div_rem},
    {"static long BigMul(int a, int b)", math_big_mul},
    {"static decimal Clamp(decimal value, decimal min, decimal max)",
     math_clamp},
    {"static double Clamp(double value, double min, double max)", math_clamp},
    {"static int Clamp(int value, int min, int max)", math_clamp},
    {"static long Clamp(long value, long min, long max)", math_clamp},
    END_METHODS,
};

static const struct hop_property math_properties[] = {
    STATIC_GET("PI", "double", hop_number_get_double, HOP_REAL_PI),
    STATIC_GET("E", "double", hop_number_get_double, HOP_REAL_E),
    STATIC_GET("Tau", "double", hop_number_get_double, HOP_REAL_TAU),
    END_PROPERTIES,
};

const struct hop_class hop_class_math = {
    .name = "System.Math",
    .base = &hop_class_object,
    .flags = HOP_CLASS_ABSTRACT | HOP_CLASS_SEALED,
    .properties = math_properties,
    .methods = math_methods,
};
