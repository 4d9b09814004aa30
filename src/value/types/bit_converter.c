/* System.BitConverter.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/types/def.h"

#include "value/types/more.h"

METHOD(bits_to_string)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    struct hop_array *a = hop_as_array(c->args[0]);
    size_t from = c->n > 1 ? (size_t)ARG_I(1) : 0;
    size_t n;

    if (!a)
        return hop_throw_null(cx, "value");
    n = c->n > 2 ? (size_t)ARG_I(2) : a->n - from;
    if (from + n > a->n)
        return hop_throw_argument(cx, &hop_exception_argument_range,
                                  "startIndex",
                                  "Index was out of range. Must be "
                                  "non-negative and less than the size of the "
                                  "collection.");
    for (size_t i = from; i < from + n; i++)
        hop_buf_addf(&b, "%s%02X", i > from ? "-" : "",
                     (unsigned)a->items[i].u.i);
    RETURN(hop_text_buf(&b));
}

METHOD(bits_get)
{
    struct hop_value v = c->args[0];
    uint64_t u = v.u.u;
    float f = (float)v.u.d;
    size_t n = (size_t)c->data;

    if (v.kind == HOP_SINGLE) {
        uint32_t w;

        memcpy(&w, &f, 4);
        u = w;
    }
    RETURN(hop_obj(hop_array_of_bytes(cx, &u, n)));
}

METHOD(bits_to)
{
    struct hop_array *a = hop_as_array(c->args[0]);
    int64_t at = ARG_I(1);
    static const uint8_t size[] = {
        [HOP_BOOL] = 1,   [HOP_CHAR] = 2,   [HOP_INT16] = 2, [HOP_UINT16] = 2,
        [HOP_INT32] = 4,  [HOP_UINT32] = 4, [HOP_INT64] = 8, [HOP_UINT64] = 8,
        [HOP_SINGLE] = 4, [HOP_DOUBLE] = 8};
    uint64_t u = 0;

    if (!a)
        return hop_throw_null(cx, "value");
    if (at < 0 || (size_t)at + size[c->data] > a->n)
        return hop_throw_argument(cx, &hop_exception_argument, "value",
                                  "Destination array is not long enough to "
                                  "copy all the items in the collection. Check "
                                  "array index and length.");
    for (size_t i = size[c->data]; i-- > 0;)
        u = u << 8 | (uint8_t)a->items[(size_t)at + i].u.i;
    switch (c->data) {
    case HOP_BOOL: RETURN(hop_bool(u));
    case HOP_INT16: RETURN(hop_integer(HOP_INT16, (int16_t)u));
    case HOP_INT32: RETURN(hop_int((int32_t)u));
    case HOP_SINGLE: {
        uint32_t w = (uint32_t)u;
        float f;

        memcpy(&f, &w, 4);
        RETURN(hop_single(f));
    }
    default: RETURN(hop_integer((enum hop_kind)c->data, (int64_t)u));
    }
}

METHOD(double_bits)
{
    if (c->args[0].kind == HOP_DOUBLE)
        RETURN(hop_long(c->args[0].u.i));
    {
        struct hop_value v = hop_double(0);

        v.u.i = ARG_I(0);
        RETURN(v);
    }
}

GETTER(get_little_endian)
{
    *out = hop_bool(true);
    return true;
}

static const struct hop_property bit_properties[] = {
    STATIC_GET("IsLittleEndian", "bool", get_little_endian, 0),
    END_PROPERTIES,
};

#define BITS(n, t, kind, size)                                                 \
    {"static " t " To" n "(byte[] value, int startIndex)", bits_to, kind},     \
    {                                                                          \
        "static byte[] GetBytes(" t " value)", bits_get, size                  \
    }

static const struct hop_method bit_methods[] = {
    BITS("Boolean", "bool", HOP_BOOL, 1),
    BITS("Char", "char", HOP_CHAR, 2),
    BITS("Int16", "short", HOP_INT16, 2),
    BITS("Int32", "int", HOP_INT32, 4),
    BITS("Int64", "long", HOP_INT64, 8),
    BITS("UInt16", "ushort", HOP_UINT16, 2),
    BITS("UInt32", "uint", HOP_UINT32, 4),
    BITS("UInt64", "ulong", HOP_UINT64, 8),
    BITS("Single", "float", HOP_SINGLE, 4),
    BITS("Double", "double", HOP_DOUBLE, 8),
    {"static string ToString(byte[] value)", bits_to_string},
    {"static string ToString(byte[] value, int startIndex)", bits_to_string},
    {"static string ToString(byte[] value, int startIndex, int length)",
     bits_to_string},
    {"static long DoubleToInt64Bits(double value)", double_bits},
    {"static double Int64BitsToDouble(long value)", double_bits},
    END_METHODS,
};

const struct hop_class hop_class_bit_converter = {
    .name = "System.BitConverter",
    .base = &hop_class_object,
    .flags = HOP_CLASS_ABSTRACT | HOP_CLASS_SEALED,
    .properties = bit_properties,
    .methods = bit_methods,
};
