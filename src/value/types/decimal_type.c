/* Decimal.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/types/def.h"

#include "value/digits.h"
#include "value/numconv.h"
#include "value/types/numbers.h"

GETTER(get_decimal)
{
    struct hop_value max = {
        .kind = HOP_DECIMAL, .ext = UINT32_MAX, .u.u = UINT64_MAX};

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

bool
hop_decimal_unary(struct hop_context *cx, struct hop_call *c)
{
    struct hop_value v = c->args[0];

    RETURN(c->data == HOP_DEC_FLOOR      ? hop_decimal_floor(v)
           : c->data == HOP_DEC_CEILING  ? hop_decimal_ceiling(v)
           : c->data == HOP_DEC_TRUNCATE ? hop_decimal_trunc(v)
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

static const struct hop_property decimal_properties[] = {
    STATIC_GET("MaxValue", "decimal", get_decimal, 0),
    STATIC_GET("MinValue", "decimal", get_decimal, 1),
    STATIC_GET("Zero", "decimal", get_decimal, 2),
    STATIC_GET("One", "decimal", get_decimal, 3),
    STATIC_GET("MinusOne", "decimal", get_decimal, 4),
    END_PROPERTIES,
};

static const struct hop_method decimal_methods[] = {
    HOP_NUMBER_METHODS("decimal", "Decimal", HOP_DECIMAL),
    {"static decimal Add(decimal d1, decimal d2)", decimal_op, DEC_ADD},
    {"static decimal Subtract(decimal d1, decimal d2)", decimal_op, DEC_SUB},
    {"static decimal Multiply(decimal d1, decimal d2)", decimal_op, DEC_MUL},
    {"static decimal Divide(decimal d1, decimal d2)", decimal_op, DEC_DIV},
    {"static decimal Remainder(decimal d1, decimal d2)", decimal_op, DEC_MOD},
    {"static decimal Floor(decimal d)", hop_decimal_unary, HOP_DEC_FLOOR},
    {"static decimal Ceiling(decimal d)", hop_decimal_unary, HOP_DEC_CEILING},
    {"static decimal Truncate(decimal d)", hop_decimal_unary, HOP_DEC_TRUNCATE},
    {"static decimal Negate(decimal d)", hop_decimal_unary, HOP_DEC_NEGATE},
    {"static int[] GetBits(decimal d)", decimal_bits},
    {"static decimal Round(decimal d)", hop_math_round_decimal},
    {"static decimal Round(decimal d, int decimals)", hop_math_round_decimal},
    {"static decimal Round(decimal d, System.MidpointRounding mode)",
     hop_math_round_decimal},
    {"static decimal Round(decimal d, int decimals, System.MidpointRounding "
     "mode)",
     hop_math_round_decimal},
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
    .interfaces = hop_number_interfaces,
    .properties = decimal_properties,
    .methods = decimal_methods,
    .constructors = decimal_constructors,
};
