/* The integers, Double, Single and Boolean.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/types/numbers.h"

#include <math.h>

#include "value/digits.h"
#include "value/numconv.h"
#include "value/numparse.h"
#include "value/types/def.h"

/* ---- shared by all numbers ---- */

bool
hop_number_compare(struct hop_context *cx, struct hop_call *c)
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

bool
hop_number_format_method(struct hop_context *cx, struct hop_call *c)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    const struct hop_string *f =
        c->n && c->args[0].kind == HOP_STRING ? ARG_S(0) : NULL;

    if (!hop_format_value(cx, c->self, f ? f->data : "", f ? f->len : 0, &b))
        return false;
    RETURN(hop_text_buf(&b));
}

bool
hop_number_type_code(struct hop_context *cx, struct hop_call *c)
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
    return hop_integer_parse(
        s->data, s->len, style >= 0 && (style & STYLE_THOUSANDS), kind, out);
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

bool
hop_number_parse_method(struct hop_context *cx, struct hop_call *c)
{
    if (ARG_NULL(0))
        return hop_throw_null(cx, "s");
    switch (
        parse_as(kind_of_call(c), ARG_S(0), style_argument(c), &c->result)) {
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

bool
hop_number_try_parse(struct hop_context *cx, struct hop_call *c)
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
        [HOP_CHAR] = 0,   [HOP_SBYTE] = INT8_MIN,
        [HOP_BYTE] = 0,   [HOP_INT16] = INT16_MIN,
        [HOP_UINT16] = 0, [HOP_INT32] = INT32_MIN,
        [HOP_UINT32] = 0, [HOP_INT64] = INT64_MIN,
        [HOP_UINT64] = 0,
    };

    *out = hop_integer((enum hop_kind)data, min[data]);
    return true;
}

GETTER(get_max)
{
    static const uint64_t max[] = {
        [HOP_CHAR] = UINT16_MAX,   [HOP_SBYTE] = INT8_MAX,
        [HOP_BYTE] = UINT8_MAX,    [HOP_INT16] = INT16_MAX,
        [HOP_UINT16] = UINT16_MAX, [HOP_INT32] = INT32_MAX,
        [HOP_UINT32] = UINT32_MAX, [HOP_INT64] = INT64_MAX,
        [HOP_UINT64] = UINT64_MAX,
    };

    *out = hop_integer((enum hop_kind)data, (int64_t)max[data]);
    return true;
}

const struct hop_class *const hop_number_interfaces[] = {
    &hop_class_icomparable, &hop_class_iformattable, &hop_class_iconvertible,
    NULL};

#define INTEGER(c, n, t, kind_)                                                \
    static const struct hop_property c##_properties[] = {                      \
        STATIC_GET("MaxValue", t, get_max, kind_),                             \
        STATIC_GET("MinValue", t, get_min, kind_),                             \
        END_PROPERTIES,                                                        \
    };                                                                         \
    static const struct hop_method c##_methods[] = {                           \
        HOP_NUMBER_METHODS(t, n, kind_),                                       \
        END_METHODS,                                                           \
    };                                                                         \
    const struct hop_class hop_class_##c = {                                   \
        .name = "System." n,                                                   \
        .base = &hop_class_value_type,                                         \
        .flags = HOP_CLASS_VALUE | HOP_CLASS_SEALED,                           \
        .kind = kind_,                                                         \
        .interfaces = hop_number_interfaces,                                   \
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

bool
hop_number_get_double(struct hop_context *cx, struct hop_value self,
                      intptr_t data, struct hop_value *out)
{
    static const double values[] = {
        [HOP_REAL_MAX] = 1.7976931348623157e308,
        [HOP_REAL_MIN] = -1.7976931348623157e308,
        [HOP_REAL_EPSILON] = 4.9406564584124654e-324,
        [HOP_REAL_NAN] = -NAN,
        [HOP_REAL_INF] = INFINITY,
        [HOP_REAL_NEG_INF] = -INFINITY,
        [HOP_REAL_PI] = M_PI,
        [HOP_REAL_E] = M_E,
        [HOP_REAL_TAU] = 2 * M_PI,
    };

    *out = hop_double(values[data]);
    return true;
}

GETTER(get_single)
{
    static const float values[] = {
        [HOP_REAL_MAX] = 3.40282347e38f,
        [HOP_REAL_MIN] = -3.40282347e38f,
        [HOP_REAL_EPSILON] = 1.401298464e-45f,
        [HOP_REAL_NAN] = -NAN,
        [HOP_REAL_INF] = INFINITY,
        [HOP_REAL_NEG_INF] = -INFINITY,
    };

    *out = hop_single(values[data]);
    return true;
}

enum real_test {
    IS_NAN,
    IS_INFINITY,
    IS_POS_INF,
    IS_NEG_INF,
    IS_FINITE,
    IS_INTEGER,
    IS_NEGATIVE
};

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
    STATIC_GET("MaxValue", t, get, HOP_REAL_MAX),                              \
        STATIC_GET("MinValue", t, get, HOP_REAL_MIN),                          \
        STATIC_GET("Epsilon", t, get, HOP_REAL_EPSILON),                       \
        STATIC_GET("NaN", t, get, HOP_REAL_NAN),                               \
        STATIC_GET("PositiveInfinity", t, get, HOP_REAL_INF),                  \
        STATIC_GET("NegativeInfinity", t, get, HOP_REAL_NEG_INF)

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
        HOP_NUMBER_METHODS(t, n, kind_),                                       \
        REAL_METHODS(t),                                                       \
        END_METHODS,                                                           \
    };                                                                         \
    const struct hop_class hop_class_##c = {                                   \
        .name = "System." n,                                                   \
        .base = &hop_class_value_type,                                         \
        .flags = HOP_CLASS_VALUE | HOP_CLASS_SEALED,                           \
        .kind = kind_,                                                         \
        .interfaces = hop_number_interfaces,                                   \
        .properties = c##_properties,                                          \
        .methods = c##_methods,                                                \
    }

REAL(double, "Double", "double", HOP_DOUBLE, hop_number_get_double);
REAL(single, "Single", "float", HOP_SINGLE, get_single);

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
    {"int CompareTo(System.Object obj)", hop_number_compare},
    {"int CompareTo(bool value)", hop_number_compare},
    {"System.TypeCode GetTypeCode()", hop_number_type_code},
    {"string ToString()", hop_number_format_method},
    {"string ToString(System.IFormatProvider provider)",
     hop_number_format_method},
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
    .interfaces = hop_number_interfaces,
    .properties = boolean_properties,
    .methods = boolean_methods,
};
