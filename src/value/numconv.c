/* SPDX-License-Identifier: MIT */
#include "value/numconv.h"

#include <math.h>

#include "value/digits.h"
#include "value/exception.h"
#include "value/numparse.h"
#include "value/types.h"

const char *
hop_overflow_text(enum hop_kind kind)
{
    static const char *const texts[] = {
        [HOP_CHAR] = "Value was either too large or too small for a "
                     "character.",
        [HOP_SBYTE] = "Value was either too large or too small for a signed "
                      "byte.",
        [HOP_BYTE] = "Value was either too large or too small for an unsigned "
                     "byte.",
        [HOP_INT16] = "Value was either too large or too small for an Int16.",
        [HOP_UINT16] = "Value was either too large or too small for a UInt16.",
        [HOP_INT32] = "Value was either too large or too small for an Int32.",
        [HOP_UINT32] = "Value was either too large or too small for a UInt32.",
        [HOP_INT64] = "Value was either too large or too small for an Int64.",
        [HOP_UINT64] = "Value was either too large or too small for a UInt64.",
        [HOP_SINGLE] = "Value was either too large or too small for a Single.",
        [HOP_DOUBLE] = "Value was either too large or too small for a Double.",
        [HOP_DECIMAL] =
            "Value was either too large or too small for a Decimal.",
    };

    return texts[kind];
}

double
hop_number_to_double(struct hop_value v)
{
    struct hop_big *b;

    switch (v.kind) {
    case HOP_SINGLE:
    case HOP_DOUBLE: return v.u.d;
    case HOP_DECIMAL: return hop_decimal_to_double(v);
    case HOP_UINT64: return (double)v.u.u;
    case HOP_OBJECT:
        b = hop_as_big(v);
        return b ? hop_big_to_double(b) : 0;
    case HOP_NULL:
    case HOP_VOID: return 0;
    default: return (double)v.u.i;
    }
}

static bool
integer_from_double(double d, enum hop_kind kind, struct hop_value *out)
{
    d = nearbyint(d); /* half to even */
    if (!(fabs(d) < 18446744073709551616.0))
        return false;
    return hop_integer_fits((uint64_t)fabs(d), d < 0, kind, out);
}

static bool
integer_from_decimal(struct hop_value d, enum hop_kind kind,
                     struct hop_value *out)
{
    struct hop_value r = hop_decimal_round(d, 0, false);

    if (r.ext)
        return false;
    return hop_integer_fits(r.u.u, (r.tag & HOP_DECIMAL_NEGATIVE) != 0, kind,
                            out);
}

static bool
to_integer(struct hop_value v, enum hop_kind kind, struct hop_value *out)
{
    struct hop_big *b = hop_as_big(v);
    uint64_t u;
    int64_t i;

    if (b) {
        if (hop_big_to_int64(b, &i))
            return hop_integer_fits(i < 0 ? 0 - (uint64_t)i : (uint64_t)i,
                                    i < 0, kind, out);
        return hop_big_to_uint64(b, &u) &&
               hop_integer_fits(u, false, kind, out);
    }
    if (v.kind == HOP_SINGLE || v.kind == HOP_DOUBLE)
        return integer_from_double(v.u.d, kind, out);
    if (v.kind == HOP_DECIMAL)
        return integer_from_decimal(v, kind, out);
    if (v.kind == HOP_UINT64)
        return hop_integer_fits(v.u.u, false, kind, out);
    return hop_integer_fits(v.u.i < 0 ? 0 - v.u.u : v.u.u, v.u.i < 0, kind,
                            out);
}

bool
hop_number_cast(struct hop_context *cx, struct hop_value v, enum hop_kind kind,
                struct hop_value *out)
{
    if (v.kind == kind) {
        *out = v;
        return true;
    }
    switch (kind) {
    case HOP_DOUBLE: *out = hop_double(hop_number_to_double(v)); return true;
    case HOP_SINGLE:
        *out = hop_single((float)hop_number_to_double(v));
        return true;
    case HOP_DECIMAL:
        if (v.kind == HOP_SINGLE) {
            HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

            hop_single_add_ps((float)v.u.d, &b);
            return hop_decimal_parse(b.data, b.len, true, out);
        }
        if (v.kind == HOP_DOUBLE || v.kind == HOP_OBJECT)
            return hop_decimal_from_double(hop_number_to_double(v), out);
        *out = v.kind == HOP_UINT64 ? hop_decimal_from_uint64(v.u.u)
                                    : hop_decimal_from_int64(v.u.i);
        return true;
    default: return to_integer(v, kind, out);
    }
}

bool
hop_number_to_big(struct hop_context *cx, struct hop_value v,
                  struct hop_value *out)
{
    if (v.kind == HOP_SINGLE || v.kind == HOP_DOUBLE)
        return hop_big_from_double(cx, v.u.d, out);
    if (v.kind == HOP_DECIMAL) {
        HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

        hop_decimal_add_text(hop_decimal_trunc(v), &b);
        return hop_big_parse(cx, b.data, b.len, 10, out);
    }
    *out = v.kind == HOP_UINT64 ? hop_big_from_uint64(cx, v.u.u)
                                : hop_big_from_int64(cx, v.u.i);
    return true;
}

/* ---- with errors ---- */

static bool
fail(struct hop_context *cx, const char *id, struct hop_value v,
     const struct hop_class *to, const struct hop_class *why, const char *text)
{
    return hop_throw_cast(cx, id, v, to,
                          hop_obj(hop_exception_new(cx, why, text)));
}

static bool
fail_format(struct hop_context *cx, const char *id, struct hop_value v,
            const struct hop_class *to)
{
    HOP_AUTO_STRING struct hop_string *s = hop_string_format(
        "The input string '%s' was not in a correct format.", v.u.s->data);

    return fail(cx, id, v, to, &hop_exception_format, s->data);
}

static bool
string_to_char(struct hop_context *cx, struct hop_value v,
               struct hop_value *out)
{
    if (hop_string_len16(v.u.s) != 1)
        return fail(cx, "InvalidCastParseTargetInvocation", v, &hop_class_char,
                    &hop_exception_format,
                    "String must be exactly one character long.");
    *out = hop_char(hop_string_at(v.u.s, 0));
    return true;
}

static bool
cast_to(struct hop_context *cx, struct hop_value v, const struct hop_class *to,
        struct hop_value *out)
{
    if (to == &hop_class_big_integer)
        return hop_number_to_big(cx, v, out);
    return hop_number_cast(cx, v, to->kind, out);
}

static bool
string_to_number(struct hop_context *cx, struct hop_value v,
                 const struct hop_class *to, struct hop_value *out)
{
    const struct hop_string *s = v.u.s;
    bool real = to->kind == HOP_SINGLE || to->kind == HOP_DOUBLE;
    const char *id = real ? "InvalidCastFromStringToDoubleOrSingle"
                     : to->kind == HOP_DECIMAL
                         ? "InvalidCastFromStringToDecimal"
                         : "InvalidCastFromStringToInteger";
    struct hop_value x;
    double d;

    if (s->len == 0)
        return cast_to(cx, hop_int(0), to, out);
    if (to == &hop_class_big_integer &&
        hop_big_parse(cx, s->data, s->len, 10, out))
        return true;
    if (hop_parse_number(s->data, s->len, &x) && cast_to(cx, x, to, out))
        return true;
    if (to->kind >= HOP_CHAR && to->kind <= HOP_UINT64) {
        enum hop_parse_result r =
            hop_integer_parse(s->data, s->len, false, to->kind, out);

        if (r == HOP_PARSE_OK)
            return true;
        if (r == HOP_PARSE_OVER)
            return fail(cx, id, v, to, &hop_exception_overflow,
                        hop_overflow_text(to->kind));
    }
    if (to->kind == HOP_DECIMAL &&
        hop_decimal_parse(s->data, s->len, false, out))
        return true;
    if (hop_double_parse(s->data, s->len, &d) &&
        cast_to(cx, hop_double(d), to, out))
        return true;
    return fail_format(cx, id, v, to);
}

/* What IConvertible throws between types that do not convert. */
static bool
fail_convertible(struct hop_context *cx, struct hop_value v,
                 const struct hop_class *to)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    hop_buf_adds(&b, "Invalid cast from '");
    hop_class_add_name(hop_class_of(v), &b);
    hop_buf_adds(&b, "' to '");
    hop_class_add_name(to, &b);
    hop_buf_adds(&b, "'.");
    return fail(cx, "InvalidCastIConvertible", v, to,
                &hop_exception_invalid_cast, b.data);
}

bool
hop_convert_number(struct hop_context *cx, struct hop_value v,
                   const struct hop_class *to, struct hop_value *out)
{
    bool is_char = to->kind == HOP_CHAR;

    if (v.kind == HOP_STRING)
        return is_char ? string_to_char(cx, v, out)
                       : string_to_number(cx, v, to, out);
    if (v.kind == HOP_DATETIME ||
        (is_char && (v.kind == HOP_SINGLE || v.kind == HOP_DOUBLE ||
                     v.kind == HOP_DECIMAL || v.kind == HOP_BOOL)))
        return fail_convertible(cx, v, to);
    if (v.kind == HOP_OBJECT && v.u.o->cls == &hop_class_switch_parameter)
        v = hop_bool(((struct hop_switch_parameter *)v.u.o)->present);
    if ((v.kind >= HOP_BOOL && v.kind <= HOP_DECIMAL) || v.kind == HOP_ENUM ||
        hop_as_big(v)) {
        if (cast_to(cx, v, to, out))
            return true;
        return fail(cx, "InvalidCastIConvertible", v, to,
                    &hop_exception_overflow, hop_overflow_text(to->kind));
    }
    {
        HOP_AUTO_BUF struct hop_buf text = HOP_BUF_INIT, from = HOP_BUF_INIT;

        if (hop_as_array(v))
            hop_class_add_to_string(hop_class_of(v), &text);
        else if (!hop_add_string(cx, v, &text))
            return false;
        hop_class_add_to_string(hop_class_of(v), &from);
        return hop_throw_full(cx, &hop_exception_ps_invalid_cast,
                              "ConvertToFinalInvalidCastException",
                              HOP_CAT_INVALID_ARGUMENT, hop_null(), hop_null(),
                              "Cannot convert the \"%s\" value of type \"%s\" "
                              "to type \"%s\".",
                              hop_buf_str(&text), hop_buf_str(&from),
                              to->name);
    }
}
