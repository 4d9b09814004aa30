/* BigInteger.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/types/def.h"

#include "value/digits.h"
#include "value/types/numbers.h"

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
    RETURN(hop_big_compute(cx, (enum hop_big_op)c->data, hop_as_big(c->args[0]),
                           hop_as_big(c->args[1])));
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
        struct hop_value r =
            hop_big_compute(cx, HOP_BIG_MOD, hop_as_big(a), hop_as_big(b));

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
           : data == 2 ? hop_int(b->n == 0     ? 0
                                 : b->negative ? -1
                                               : 1)
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
    {"string ToString()", hop_number_format_method},
    {"string ToString(string format)", hop_number_format_method},
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
    {"static bigint GreatestCommonDivisor(bigint left, bigint right)", big_gcd},
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
    .interfaces = hop_number_interfaces,
    .properties = big_properties,
    .methods = big_methods,
    .constructors = big_constructors,
    .destroy = hop_big_destroy,
    .to_string = big_to_string,
};
