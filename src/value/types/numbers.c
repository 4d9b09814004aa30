/* The number types, Boolean and Math.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/types/def.h"
#include "value/types/values.h"

#include <math.h>

#include "value/digits.h"
#include "value/numconv.h"
#include "value/numparse.h"
#include "value/types/interfaces.h"

/* ---- shared by all numbers ---- */

METHOD(compare_number)
{
    HOP_AUTO_VALUE struct hop_value x = {.kind = HOP_NULL};
    struct hop_value b = hop_value_base(c->args[0]);
    int r;

    if (hop_is_null(b))
        RETURN(hop_int(1));
    if (hop_class_of(b) != hop_class_of(c->self)) {
        HOP_AUTO_BUF struct hop_buf name = HOP_BUF_INIT;

        hop_class_add_name(hop_class_of(c->self), &name);
        if (!hop_is_number(b) ||
            !hop_convert(cx, b, hop_class_of(c->self), &x)) {
            hop_drop_exception(cx);
            return hop_throw(cx, &hop_exception_argument,
                             "Object must be of type %s.", name.data);
        }
        b = x;
    }
    if (c->self.kind == HOP_DOUBLE || c->self.kind == HOP_SINGLE)
        r = c->self.u.d < b.u.d    ? -1
            : c->self.u.d > b.u.d  ? 1
            : c->self.u.d == b.u.d ? 0
            : isnan(c->self.u.d)   ? (isnan(b.u.d) ? 0 : -1)
                                   : 1;
    else if (!hop_compare(cx, c->self, b, false, &r))
        return false;
    /* The small integers give their difference. */
    if (c->self.kind >= HOP_SBYTE && c->self.kind <= HOP_UINT16)
        r = (int)(c->self.u.i - b.u.i);
    if (c->self.kind == HOP_CHAR)
        r = (int)(c->self.u.i - b.u.i);
    RETURN(hop_int(r));
}

METHOD(format_number)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    const struct hop_string *f =
        c->n && c->args[0].kind == HOP_STRING ? ARG_S(0) : NULL;

    if (!hop_format_value(cx, c->self, f ? f->data : "", f ? f->len : 0, &b))
        return false;
    RETURN(hop_text_buf(&b));
}

METHOD(type_code)
{
    static const uint8_t codes[] = {
        [HOP_BOOL] = 3,     [HOP_CHAR] = 4,      [HOP_SBYTE] = 5,
        [HOP_BYTE] = 6,     [HOP_INT16] = 7,     [HOP_UINT16] = 8,
        [HOP_INT32] = 9,    [HOP_UINT32] = 10,   [HOP_INT64] = 11,
        [HOP_UINT64] = 12,  [HOP_SINGLE] = 13,   [HOP_DOUBLE] = 14,
        [HOP_DECIMAL] = 15, [HOP_DATETIME] = 16, [HOP_STRING] = 18,
        [HOP_OBJECT] = 1,
    };

    RETURN(hop_enum(HOP_ENUM_TYPE_CODE, codes[c->self.kind]));
}

enum { STYLE_THOUSANDS = 64, STYLE_HEX = 512, STYLE_BINARY = 1024 };

static enum hop_parse_result
parse_radix(const struct hop_string *s, unsigned base, enum hop_kind kind,
            struct hop_value *out)
{
    const char *p = s->data;
    size_t n = s->len;
    uint64_t u = 0;

    hop_trim_blanks(&p, &n);
    if (!n)
        return HOP_PARSE_BAD;
    for (; n; p++, n--) {
        int d = *p >= '0' && *p <= '9' ? *p - '0'
                : (*p | 0x20) >= 'a'   ? (*p | 0x20) - 'a' + 10
                                       : 99;

        if (d < 0 || (unsigned)d >= base)
            return HOP_PARSE_BAD;
        if (u >> 60 && base == 16)
            return HOP_PARSE_OVER;
        u = u * base + (unsigned)d;
    }
    if (kind == HOP_INT32 && u <= UINT32_MAX)
        *out = hop_int((int32_t)(uint32_t)u);
    else if (kind == HOP_INT64)
        *out = hop_long((int64_t)u);
    else if (!hop_integer_fits(u, false, kind, out))
        return HOP_PARSE_OVER;
    return HOP_PARSE_OK;
}

/* Parse of a number type; style from NumberStyles, or -1: the type's own. */
static enum hop_parse_result
parse_as(enum hop_kind kind, const struct hop_string *s, int64_t style,
         struct hop_value *out)
{
    double d;

    if (kind == HOP_DECIMAL)
        return hop_decimal_parse(s->data, s->len, style >= 0 && (style & 128),
                                 out)
                   ? HOP_PARSE_OK
                   : HOP_PARSE_BAD;
    if (kind == HOP_DOUBLE || kind == HOP_SINGLE) {
        if (!hop_double_parse(s->data, s->len, &d))
            return HOP_PARSE_BAD;
        *out = kind == HOP_DOUBLE ? hop_double(d) : hop_single((float)d);
        return HOP_PARSE_OK;
    }
    if (style >= 0 && (style & STYLE_HEX))
        return parse_radix(s, 16, kind, out);
    if (style >= 0 && (style & STYLE_BINARY))
        return parse_radix(s, 2, kind, out);
    return hop_integer_parse(s->data, s->len,
                             style >= 0 && (style & STYLE_THOUSANDS), kind,
                             out);
}

static enum hop_kind
kind_of_call(const struct hop_call *c)
{
    return (enum hop_kind)c->data;
}

static int64_t
style_argument(const struct hop_call *c)
{
    return c->n > 1 && c->args[1].kind == HOP_ENUM ? ARG_I(1) : -1;
}

METHOD(parse_number)
{
    if (ARG_NULL(0))
        return hop_throw_null(cx, "s");
    switch (parse_as(kind_of_call(c), ARG_S(0), style_argument(c),
                     &c->result)) {
    case HOP_PARSE_OK: return true;
    case HOP_PARSE_OVER:
        return hop_throw(cx, &hop_exception_overflow, "%s",
                         hop_overflow_text(kind_of_call(c)));
    default:
        return hop_throw(cx, &hop_exception_format,
                         "The input string '%s' was not in a correct format.",
                         ARG_S(0)->data);
    }
}

METHOD(try_parse_number)
{
    struct hop_value v = {.kind = HOP_NULL};
    bool ok = c->args[0].kind == HOP_STRING &&
              parse_as(kind_of_call(c), ARG_S(0), style_argument(c), &v) ==
                  HOP_PARSE_OK;

    if (!ok)
        v = (struct hop_value){.kind = (uint8_t)kind_of_call(c)};
    if (!hop_reference_set(cx, c->args[c->n - 1], v))
        return false;
    RETURN(hop_bool(ok));
}

GETTER(get_min)
{
    static const int64_t min[] = {
        [HOP_CHAR] = 0,          [HOP_SBYTE] = INT8_MIN, [HOP_BYTE] = 0,
        [HOP_INT16] = INT16_MIN, [HOP_UINT16] = 0,
        [HOP_INT32] = INT32_MIN, [HOP_UINT32] = 0,
        [HOP_INT64] = INT64_MIN, [HOP_UINT64] = 0,
    };

    *out = hop_integer((enum hop_kind)data, min[data]);
    return true;
}

GETTER(get_max)
{
    static const uint64_t max[] = {
        [HOP_CHAR] = UINT16_MAX, [HOP_SBYTE] = INT8_MAX,
        [HOP_BYTE] = UINT8_MAX,  [HOP_INT16] = INT16_MAX,
        [HOP_UINT16] = UINT16_MAX, [HOP_INT32] = INT32_MAX,
        [HOP_UINT32] = UINT32_MAX, [HOP_INT64] = INT64_MAX,
        [HOP_UINT64] = UINT64_MAX,
    };

    *out = hop_integer((enum hop_kind)data, (int64_t)max[data]);
    return true;
}

static const struct hop_class *const number_interfaces[] = {
    &hop_class_icomparable, &hop_class_iformattable, &hop_class_iconvertible,
    NULL};

#define NUMBER_METHODS(t, T, kind)                                             \
    {"int CompareTo(System.Object value)", compare_number},                    \
        {"int CompareTo(" t " value)", compare_number},                        \
        {"int IComparable.CompareTo(System.Object obj)", NULL},                \
        {"int IComparable[" t "].CompareTo(" t " other)", NULL},               \
        {"System.TypeCode GetTypeCode()", type_code},                          \
        {"string ToString()", format_number},                                  \
        {"string ToString(string format)", format_number},                     \
        {"string ToString(System.IFormatProvider provider)", format_number},   \
        {"string ToString(string format, System.IFormatProvider provider)",    \
         format_number},                                                       \
        {"static " t " Parse(string s)", parse_number, kind},                  \
        {"static " t " Parse(string s, System.Globalization.NumberStyles "     \
         "style)",                                                             \
         parse_number, kind},                                                  \
        {"static " t " Parse(string s, System.IFormatProvider provider)",      \
         parse_number, kind},                                                  \
        {"static " t " Parse(string s, System.Globalization.NumberStyles "     \
         "style, System.IFormatProvider provider)",                            \
         parse_number, kind},                                                  \
        {"static bool TryParse(string s, [ref] " t " result)",                 \
         try_parse_number, kind},                                              \
        {"static bool TryParse(string s, System.Globalization.NumberStyles "   \
         "style, System.IFormatProvider provider, [ref] " t " result)",        \
         try_parse_number, kind},                                              \
    {                                                                          \
        "static bool TryParse(string s, System.IFormatProvider provider, "     \
        "[ref] " t " result)",                                                 \
            try_parse_number, kind                                             \
    }

#define INTEGER(c, n, t, kind_)                                                \
    static const struct hop_property c##_properties[] = {                      \
        STATIC_GET("MaxValue", t, get_max, kind_),                             \
        STATIC_GET("MinValue", t, get_min, kind_),                             \
        END_PROPERTIES,                                                        \
    };                                                                         \
    static const struct hop_method c##_methods[] = {                           \
        NUMBER_METHODS(t, n, kind_),                                           \
        END_METHODS,                                                           \
    };                                                                         \
    const struct hop_class hop_class_##c = {                                   \
        .name = "System." n,                                                   \
        .base = &hop_class_value_type,                                         \
        .flags = HOP_CLASS_VALUE | HOP_CLASS_SEALED,                           \
        .kind = kind_,                                                         \
        .interfaces = number_interfaces,                                       \
        .properties = c##_properties,                                          \
        .methods = c##_methods,                                                \
    }

INTEGER(sbyte, "SByte", "sbyte", HOP_SBYTE);
INTEGER(byte, "Byte", "byte", HOP_BYTE);
INTEGER(int16, "Int16", "short", HOP_INT16);
INTEGER(uint16, "UInt16", "ushort", HOP_UINT16);
INTEGER(int32, "Int32", "int", HOP_INT32);
INTEGER(uint32, "UInt32", "uint", HOP_UINT32);
INTEGER(int64, "Int64", "long", HOP_INT64);
INTEGER(uint64, "UInt64", "ulong", HOP_UINT64);

const struct hop_class hop_class_intptr = {
    .name = "System.IntPtr",
    .base = &hop_class_value_type,
    .flags = HOP_CLASS_VALUE,
    .kind = HOP_INT64,
};

/* ---- Double, Single ---- */

enum real_constant { REAL_MAX, REAL_MIN, REAL_EPSILON, REAL_NAN, REAL_INF,
                     REAL_NEG_INF, REAL_PI, REAL_E, REAL_TAU };

GETTER(get_double)
{
    static const double values[] = {
        [REAL_MAX] = 1.7976931348623157e308, [REAL_MIN] =
            -1.7976931348623157e308,
        [REAL_EPSILON] = 4.9406564584124654e-324, [REAL_NAN] = -NAN,
        [REAL_INF] = INFINITY, [REAL_NEG_INF] = -INFINITY,
        [REAL_PI] = M_PI, [REAL_E] = M_E, [REAL_TAU] = 2 * M_PI,
    };

    *out = hop_double(values[data]);
    return true;
}

GETTER(get_single)
{
    static const float values[] = {
        [REAL_MAX] = 3.40282347e38f, [REAL_MIN] = -3.40282347e38f,
        [REAL_EPSILON] = 1.401298464e-45f, [REAL_NAN] = -NAN,
        [REAL_INF] = INFINITY, [REAL_NEG_INF] = -INFINITY,
    };

    *out = hop_single(values[data]);
    return true;
}

enum real_test { IS_NAN, IS_INFINITY, IS_POS_INF, IS_NEG_INF, IS_FINITE,
                 IS_INTEGER, IS_NEGATIVE };

METHOD(test_real)
{
    double d = ARG_D(0);
    bool r = false;

    switch ((enum real_test)c->data) {
    case IS_NAN: r = isnan(d); break;
    case IS_INFINITY: r = isinf(d); break;
    case IS_POS_INF: r = isinf(d) && d > 0; break;
    case IS_NEG_INF: r = isinf(d) && d < 0; break;
    case IS_FINITE: r = isfinite(d); break;
    case IS_INTEGER: r = isfinite(d) && trunc(d) == d; break;
    case IS_NEGATIVE: r = signbit(d) != 0; break;
    }
    RETURN(hop_bool(r));
}

#define REAL_PROPERTIES(t, get)                                                \
    STATIC_GET("MaxValue", t, get, REAL_MAX),                                  \
        STATIC_GET("MinValue", t, get, REAL_MIN),                              \
        STATIC_GET("Epsilon", t, get, REAL_EPSILON),                           \
        STATIC_GET("NaN", t, get, REAL_NAN),                                   \
        STATIC_GET("PositiveInfinity", t, get, REAL_INF),                      \
        STATIC_GET("NegativeInfinity", t, get, REAL_NEG_INF)

#define REAL_METHODS(t)                                                        \
    {"static bool IsNaN(" t " d)", test_real, IS_NAN},                         \
        {"static bool IsInfinity(" t " d)", test_real, IS_INFINITY},           \
        {"static bool IsPositiveInfinity(" t " d)", test_real, IS_POS_INF},    \
        {"static bool IsNegativeInfinity(" t " d)", test_real, IS_NEG_INF},    \
        {"static bool IsFinite(" t " d)", test_real, IS_FINITE},               \
        {"static bool IsInteger(" t " d)", test_real, IS_INTEGER},             \
    {                                                                          \
        "static bool IsNegative(" t " d)", test_real, IS_NEGATIVE              \
    }

#define REAL(c, n, t, kind_, get)                                              \
    static const struct hop_property c##_properties[] = {                      \
        REAL_PROPERTIES(t, get),                                               \
        END_PROPERTIES,                                                        \
    };                                                                         \
    static const struct hop_method c##_methods[] = {                           \
        NUMBER_METHODS(t, n, kind_),                                           \
        REAL_METHODS(t),                                                       \
        END_METHODS,                                                           \
    };                                                                         \
    const struct hop_class hop_class_##c = {                                   \
        .name = "System." n,                                                   \
        .base = &hop_class_value_type,                                         \
        .flags = HOP_CLASS_VALUE | HOP_CLASS_SEALED,                           \
        .kind = kind_,                                                         \
        .interfaces = number_interfaces,                                       \
        .properties = c##_properties,                                          \
        .methods = c##_methods,                                                \
    }

REAL(double, "Double", "double", HOP_DOUBLE, get_double);
REAL(single, "Single", "float", HOP_SINGLE, get_single);

/* ---- Decimal ---- */

GETTER(get_decimal)
{
    struct hop_value max = {.kind = HOP_DECIMAL,
                            .ext = UINT32_MAX,
                            .u.u = UINT64_MAX};

    *out = data == 0   ? max
           : data == 1 ? hop_decimal_neg(max)
           : data == 2 ? hop_decimal_from_int64(0)
           : data == 3 ? hop_decimal_from_int64(1)
                       : hop_decimal_from_int64(-1);
    return true;
}

enum decimal_op { DEC_ADD, DEC_SUB, DEC_MUL, DEC_DIV, DEC_MOD };

METHOD(decimal_op)
{
    static bool (*const fns[])(struct hop_value, struct hop_value,
                               struct hop_value *) = {
        hop_decimal_add, hop_decimal_sub, hop_decimal_mul, hop_decimal_div,
        hop_decimal_mod};

    if (c->data >= DEC_DIV && hop_decimal_is_zero(c->args[1]))
        return hop_throw(cx, &hop_exception_divide_by_zero,
                         "Attempted to divide by zero.");
    if (!fns[c->data](c->args[0], c->args[1], &c->result))
        return hop_throw(cx, &hop_exception_overflow, "%s",
                         hop_overflow_text(HOP_DECIMAL));
    return true;
}

enum decimal_round { DEC_FLOOR, DEC_CEILING, DEC_TRUNCATE, DEC_NEGATE };

METHOD(decimal_unary)
{
    struct hop_value v = c->args[0];

    RETURN(c->data == DEC_FLOOR      ? hop_decimal_floor(v)
           : c->data == DEC_CEILING  ? hop_decimal_ceiling(v)
           : c->data == DEC_TRUNCATE ? hop_decimal_trunc(v)
                                     : hop_decimal_neg(v));
}

METHOD(decimal_bits)
{
    struct hop_value v = c->args[0];
    struct hop_array *a =
        hop_array_new_of(cx, hop_types_array(cx, &hop_class_int32, 1), 4);

    a->items[0].u.i = (int32_t)(uint32_t)v.u.u;
    a->items[1].u.i = (int32_t)(uint32_t)(v.u.u >> 32);
    a->items[2].u.i = (int32_t)v.ext;
    a->items[3].u.i =
        (int32_t)((uint32_t)(v.tag & 0x7F) << 16 |
                  (v.tag & HOP_DECIMAL_NEGATIVE ? 0x80000000u : 0));
    RETURN(hop_obj(a));
}

METHOD(math_round_decimal);

static const struct hop_property decimal_properties[] = {
    STATIC_GET("MaxValue", "decimal", get_decimal, 0),
    STATIC_GET("MinValue", "decimal", get_decimal, 1),
    STATIC_GET("Zero", "decimal", get_decimal, 2),
    STATIC_GET("One", "decimal", get_decimal, 3),
    STATIC_GET("MinusOne", "decimal", get_decimal, 4),
    END_PROPERTIES,
};

static const struct hop_method decimal_methods[] = {
    NUMBER_METHODS("decimal", "Decimal", HOP_DECIMAL),
    {"static decimal Add(decimal d1, decimal d2)", decimal_op, DEC_ADD},
    {"static decimal Subtract(decimal d1, decimal d2)", decimal_op, DEC_SUB},
    {"static decimal Multiply(decimal d1, decimal d2)", decimal_op, DEC_MUL},
    {"static decimal Divide(decimal d1, decimal d2)", decimal_op, DEC_DIV},
    {"static decimal Remainder(decimal d1, decimal d2)", decimal_op, DEC_MOD},
    {"static decimal Floor(decimal d)", decimal_unary, DEC_FLOOR},
    {"static decimal Ceiling(decimal d)", decimal_unary, DEC_CEILING},
    {"static decimal Truncate(decimal d)", decimal_unary, DEC_TRUNCATE},
    {"static decimal Negate(decimal d)", decimal_unary, DEC_NEGATE},
    {"static int[] GetBits(decimal d)", decimal_bits},
    {"static decimal Round(decimal d)", math_round_decimal},
    {"static decimal Round(decimal d, int decimals)", math_round_decimal},
    {"static decimal Round(decimal d, System.MidpointRounding mode)",
     math_round_decimal},
    {"static decimal Round(decimal d, int decimals, System.MidpointRounding "
     "mode)",
     math_round_decimal},
    END_METHODS,
};

METHOD(new_decimal)
{
    HOP_AUTO_VALUE struct hop_value v = {.kind = HOP_NULL};

    if (!hop_convert(cx, c->args[0], &hop_class_decimal, &v))
        return false;
    RETURN(v);
}

static const struct hop_method decimal_constructors[] = {
    {"decimal new(double value)", new_decimal},
    {"decimal new(int value)", new_decimal},
    {"decimal new(long value)", new_decimal},
    END_METHODS,
};

const struct hop_class hop_class_decimal = {
    .name = "System.Decimal",
    .base = &hop_class_value_type,
    .flags = HOP_CLASS_VALUE | HOP_CLASS_SEALED,
    .kind = HOP_DECIMAL,
    .interfaces = number_interfaces,
    .properties = decimal_properties,
    .methods = decimal_methods,
    .constructors = decimal_constructors,
};

/* ---- Boolean ---- */

static bool
boolean_from(const struct hop_string *s, bool *out)
{
    const char *p = s->data;
    size_t n = s->len;

    hop_trim_blanks(&p, &n);
    *out = hop_text_ieq(p, n, "True", 4);
    return *out || hop_text_ieq(p, n, "False", 5);
}

METHOD(parse_boolean)
{
    bool b;

    if (ARG_NULL(0))
        return hop_throw_null(cx, "value");
    if (!boolean_from(ARG_S(0), &b))
        return hop_throw(cx, &hop_exception_format,
                         "String '%s' was not recognized as a valid Boolean.",
                         ARG_S(0)->data);
    RETURN(hop_bool(b));
}

METHOD(try_parse_boolean)
{
    bool b = false;
    bool ok = c->args[0].kind == HOP_STRING && boolean_from(ARG_S(0), &b);

    if (!hop_reference_set(cx, c->args[1], hop_bool(ok && b)))
        return false;
    RETURN(hop_bool(ok));
}

GETTER(get_boolean_text)
{
    *out = hop_text(data ? "True" : "False");
    return true;
}

static const struct hop_property boolean_properties[] = {
    STATIC_GET("TrueString", "string", get_boolean_text, true),
    STATIC_GET("FalseString", "string", get_boolean_text, false),
    END_PROPERTIES,
};

static const struct hop_method boolean_methods[] = {
    {"int CompareTo(System.Object obj)", compare_number},
    {"int CompareTo(bool value)", compare_number},
    {"System.TypeCode GetTypeCode()", type_code},
    {"string ToString()", format_number},
    {"string ToString(System.IFormatProvider provider)", format_number},
    {"static bool Parse(string value)", parse_boolean},
    {"static bool TryParse(string value, [ref] bool result)",
     try_parse_boolean},
    END_METHODS,
};

const struct hop_class hop_class_boolean = {
    .name = "System.Boolean",
    .base = &hop_class_value_type,
    .flags = HOP_CLASS_VALUE | HOP_CLASS_SEALED,
    .kind = HOP_BOOL,
    .interfaces = number_interfaces,
    .properties = boolean_properties,
    .methods = boolean_methods,
};

/* ---- Math ---- */

enum math_fn {
    M_SIN, M_COS, M_TAN, M_ASIN, M_ACOS, M_ATAN, M_SINH, M_COSH, M_TANH,
    M_ASINH, M_ACOSH, M_ATANH,
    M_EXP, M_LOG, M_LOG10, M_LOG2, M_SQRT, M_CBRT, M_FLOOR, M_CEILING,
    M_TRUNCATE,
};

METHOD(math_unary)
{
    static double (*const fns[])(double) = {
        [M_SIN] = sin,     [M_COS] = cos,     [M_TAN] = tan,
        [M_ASIN] = asin,   [M_ACOS] = acos,   [M_ATAN] = atan,
        [M_SINH] = sinh,   [M_COSH] = cosh,   [M_TANH] = tanh,
        [M_ASINH] = asinh, [M_ACOSH] = acosh, [M_ATANH] = atanh,
        [M_EXP] = exp,     [M_LOG] = log,     [M_LOG10] = log10,
        [M_LOG2] = log2,   [M_SQRT] = sqrt,   [M_CBRT] = cbrt,
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
    case 1:
        r = trunc(d);
        return fabs(d - r) >= 0.5 ? r + copysign(1, d) : r;
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

METHOD(math_round_decimal)
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
    if (c->n > 2 && !hop_reference_set(cx, c->args[2], hop_integer(kind, a % b)))
        return false;
    RETURN(hop_integer(kind, a / b));
}

METHOD(math_big_mul)
{
    RETURN(hop_long(ARG_I(0) * ARG_I(1)));
}

#define MATH(n, f) {"static double " n "(double d)", math_unary, f}
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
#define SAME(t) t
#define AN_INT(t) "int"

static const struct hop_method math_methods[] = {
    SIGNED(SAME, "Abs", math_abs),
    SIGNED(AN_INT, "Sign", math_sign),
    PAIRS("Max", math_max, true),
    PAIRS("Min", math_max, false),
    MATH("Sin", M_SIN), MATH("Cos", M_COS), MATH("Tan", M_TAN),
    MATH("Asin", M_ASIN), MATH("Acos", M_ACOS), MATH("Atan", M_ATAN),
    MATH("Sinh", M_SINH), MATH("Cosh", M_COSH), MATH("Tanh", M_TANH),
    MATH("Asinh", M_ASINH), MATH("Acosh", M_ACOSH), MATH("Atanh", M_ATANH),
    MATH("Exp", M_EXP), MATH("Log", M_LOG), MATH("Log10", M_LOG10),
    MATH("Log2", M_LOG2), MATH("Sqrt", M_SQRT), MATH("Cbrt", M_CBRT),
    {"static decimal Floor(decimal d)", decimal_unary, DEC_FLOOR},
    MATH("Floor", M_FLOOR),
    {"static decimal Ceiling(decimal d)", decimal_unary, DEC_CEILING},
    MATH("Ceiling", M_CEILING),
    {"static decimal Truncate(decimal d)", decimal_unary, DEC_TRUNCATE},
    MATH("Truncate", M_TRUNCATE),
    {"static double Pow(double x, double y)", math_binary, M_POW},
    {"static double Atan2(double y, double x)", math_binary, M_ATAN2},
    {"static double Log(double a, double newBase)", math_binary, M_LOGB},
    {"static double IEEERemainder(double x, double y)", math_binary, M_IEEE},
    {"static decimal Round(decimal d)", math_round_decimal},
    {"static decimal Round(decimal d, int decimals)", math_round_decimal},
    {"static decimal Round(decimal d, System.MidpointRounding mode)",
     math_round_decimal},
    {"static decimal Round(decimal d, int decimals, System.MidpointRounding "
     "mode)",
     math_round_decimal},
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
    STATIC_GET("PI", "double", get_double, REAL_PI),
    STATIC_GET("E", "double", get_double, REAL_E),
    STATIC_GET("Tau", "double", get_double, REAL_TAU),
    END_PROPERTIES,
};

const struct hop_class hop_class_math = {
    .name = "System.Math",
    .base = &hop_class_object,
    .flags = HOP_CLASS_ABSTRACT | HOP_CLASS_SEALED,
    .properties = math_properties,
    .methods = math_methods,
};

/* ---- BigInteger ---- */

static bool
big_to_string(struct hop_context *cx, struct hop_value v,
              struct hop_string **out)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    if (!hop_number_format(v, "D", 1, &b))
        return false;
    *out = hop_string_take_buf(&b);
    return true;
}

METHOD(big_pow)
{
    HOP_AUTO_VALUE struct hop_value r = hop_big_from_int64(cx, 1);
    HOP_AUTO_VALUE struct hop_value base = hop_retain(c->args[0]);
    int64_t e = ARG_I(1);

    if (e < 0)
        return hop_throw_argument(cx, &hop_exception_argument_range, "exponent",
                                  "The number must be greater than or equal "
                                  "to zero.");
    if (!hop_context_may_alloc(cx, hop_as_big(base)->n * 4 + 1, (size_t)e))
        return false;
    for (; e; e >>= 1) {
        if (e & 1)
            hop_value_set(&r, hop_big_compute(cx, HOP_BIG_MUL, hop_as_big(r),
                                              hop_as_big(base)));
        if (e > 1)
            hop_value_set(&base,
                          hop_big_compute(cx, HOP_BIG_MUL, hop_as_big(base),
                                          hop_as_big(base)));
    }
    RETURN(hop_value_steal(&r));
}

METHOD(big_op)
{
    if (c->data >= HOP_BIG_DIV && hop_as_big(c->args[1])->n == 0)
        return hop_throw(cx, &hop_exception_divide_by_zero,
                         "Attempted to divide by zero.");
    RETURN(hop_big_compute(cx, (enum hop_big_op)c->data,
                           hop_as_big(c->args[0]), hop_as_big(c->args[1])));
}

METHOD(big_abs)
{
    HOP_AUTO_VALUE struct hop_value zero = hop_big_from_int64(cx, 0);
    struct hop_big *b = hop_as_big(c->args[0]);

    if (b->negative)
        RETURN(hop_big_compute(cx, HOP_BIG_SUB, hop_as_big(zero), b));
    RETURN(hop_retain(c->args[0]));
}

METHOD(big_gcd)
{
    HOP_AUTO_VALUE struct hop_value a = hop_retain(c->args[0]);
    HOP_AUTO_VALUE struct hop_value b = hop_retain(c->args[1]);

    while (hop_as_big(b)->n) {
        struct hop_value r = hop_big_compute(cx, HOP_BIG_MOD, hop_as_big(a),
                                             hop_as_big(b));

        hop_value_set(&a, b);
        b = r;
    }
    hop_as_big(a)->negative = false;
    RETURN(hop_value_steal(&a));
}

METHOD(big_mod_pow)
{
    HOP_AUTO_VALUE struct hop_value r = hop_big_from_int64(cx, 1);
    HOP_AUTO_VALUE struct hop_value base = hop_retain(c->args[0]);
    struct hop_big *e = hop_as_big(c->args[1]), *m = hop_as_big(c->args[2]);

    if (!m->n)
        return hop_throw(cx, &hop_exception_divide_by_zero,
                         "Attempted to divide by zero.");
    for (size_t i = 0; i < e->n * 32; i++) {
        if (e->w[i / 32] >> (i % 32) & 1) {
            hop_value_set(&r, hop_big_compute(cx, HOP_BIG_MUL, hop_as_big(r),
                                              hop_as_big(base)));
            hop_value_set(&r,
                          hop_big_compute(cx, HOP_BIG_MOD, hop_as_big(r), m));
        }
        hop_value_set(&base, hop_big_compute(cx, HOP_BIG_MUL, hop_as_big(base),
                                             hop_as_big(base)));
        hop_value_set(&base,
                      hop_big_compute(cx, HOP_BIG_MOD, hop_as_big(base), m));
    }
    RETURN(hop_value_steal(&r));
}

METHOD(big_parse)
{
    if (!hop_big_parse(cx, ARG_S(0)->data, ARG_S(0)->len, 10, &c->result))
        return hop_throw(cx, &hop_exception_format,
                         "The value could not be parsed.");
    return true;
}

METHOD(big_try_parse)
{
    struct hop_value v;
    bool ok = c->args[0].kind == HOP_STRING &&
              hop_big_parse(cx, ARG_S(0)->data, ARG_S(0)->len, 10, &v);

    if (!ok)
        v = hop_big_from_int64(cx, 0);
    if (!hop_reference_set(cx, c->args[1], v))
        return false;
    RETURN(hop_bool(ok));
}

METHOD(big_compare)
{
    RETURN(hop_int(hop_big_cmp(hop_as_big(c->self), hop_as_big(c->args[0]))));
}

METHOD(big_new)
{
    HOP_AUTO_VALUE struct hop_value v = {.kind = HOP_NULL};

    if (!hop_convert(cx, c->args[0], &hop_class_big_integer, &v))
        return false;
    RETURN(hop_value_steal(&v));
}

GETTER(get_big)
{
    *out = hop_big_from_int64(cx, data);
    return true;
}

GETTER(get_big_property)
{
    struct hop_big *b = hop_as_big(self);

    *out = data == 0   ? hop_bool(b->n == 0)
           : data == 1 ? hop_bool(b->n == 0 || !(b->w[0] & 1))
           : data == 2 ? hop_int(b->n == 0 ? 0 : b->negative ? -1 : 1)
                       : hop_bool(b->n == 1 && b->w[0] == 1 && !b->negative);
    return true;
}

static const struct hop_property big_properties[] = {
    {"IsZero", "bool", get_big_property, NULL, 0, 0},
    {"IsOne", "bool", get_big_property, NULL, 0, 3},
    {"IsEven", "bool", get_big_property, NULL, 0, 1},
    {"Sign", "int", get_big_property, NULL, 0, 2},
    STATIC_GET("Zero", "bigint", get_big, 0),
    STATIC_GET("One", "bigint", get_big, 1),
    STATIC_GET("MinusOne", "bigint", get_big, -1),
    END_PROPERTIES,
};

static const struct hop_method big_methods[] = {
    {"int CompareTo(bigint other)", big_compare},
    {"string ToString()", format_number},
    {"string ToString(string format)", format_number},
    {"static bigint Parse(string value)", big_parse},
    {"static bool TryParse(string value, [ref] bigint result)", big_try_parse},
    {"static bigint Pow(bigint value, int exponent)", big_pow},
    {"static bigint ModPow(bigint value, bigint exponent, bigint modulus)",
     big_mod_pow},
    {"static bigint Add(bigint left, bigint right)", big_op, HOP_BIG_ADD},
    {"static bigint Subtract(bigint left, bigint right)", big_op, HOP_BIG_SUB},
    {"static bigint Multiply(bigint left, bigint right)", big_op, HOP_BIG_MUL},
    {"static bigint Divide(bigint dividend, bigint divisor)", big_op,
     HOP_BIG_DIV},
    {"static bigint Remainder(bigint dividend, bigint divisor)", big_op,
     HOP_BIG_MOD},
    {"static bigint Abs(bigint value)", big_abs},
    {"static bigint GreatestCommonDivisor(bigint left, bigint right)",
     big_gcd},
    END_METHODS,
};

static const struct hop_method big_constructors[] = {
    {"bigint new(int value)", big_new},
    {"bigint new(long value)", big_new},
    {"bigint new(double value)", big_new},
    {"bigint new(decimal value)", big_new},
    END_METHODS,
};

const struct hop_class hop_class_big_integer = {
    .name = "System.Numerics.BigInteger",
    .base = &hop_class_value_type,
    .flags = HOP_CLASS_VALUE | HOP_CLASS_SEALED,
    .kind = HOP_OBJECT,
    .size = sizeof(struct hop_big),
    .interfaces = number_interfaces,
    .properties = big_properties,
    .methods = big_methods,
    .constructors = big_constructors,
    .destroy = hop_big_destroy,
    .to_string = big_to_string,
};
