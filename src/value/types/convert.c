/* System.Convert.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/types/def.h"

#include "base/base64.h"
#include "value/numconv.h"
#include "value/types/more.h"
#include "value/types/text.h"

/* Leaves the reason alone pending, without PowerShell's frames around it. */
static bool
strip_frames(struct hop_context *cx)
{
    for (;;) {
        struct hop_exception *x = (struct hop_exception *)cx->pending.u.o;

        if (hop_is_null(x->inner) ||
            (x->base.cls != &hop_exception_runtime &&
             x->base.cls != &hop_exception_ps_invalid_cast))
            return false;
        hop_throw_value(cx, hop_retain(x->inner));
    }
}

/* data: the kind wanted. */
METHOD(to_number)
{
    struct hop_value v = hop_value_base(c->args[0]);
    enum hop_kind kind = (enum hop_kind)c->data;
    const struct hop_class *cls = hop_class_of_kind(kind);
    HOP_AUTO_STRING struct hop_string *name = NULL;

    if (hop_is_null(v)) {
        RETURN(((struct hop_value){.kind = (uint8_t)kind}));
    }
    if (v.kind == HOP_STRING && kind != HOP_CHAR) {
        struct hop_value r = hop_null();

        name = hop_string_from("Parse");
        if (!hop_invoke_group(cx, hop_class_methods(cx, cls, "Parse", 5, true),
                              hop_null(), cls, &v, 1, NULL, &r))
            return false;
        c->result = r;
        return !hop_has_exception(cx);
    }
    if (hop_convert_number(cx, v, cls, &c->result))
        return true;
    return strip_frames(cx);
}

METHOD(from_radix)
{
    const struct hop_string *s = ARG_S(0);
    int64_t base = ARG_I(1);
    enum hop_kind kind = (enum hop_kind)c->data;
    static const int bits[] = {
        [HOP_SBYTE] = 8,   [HOP_BYTE] = 8,   [HOP_INT16] = 16,
        [HOP_UINT16] = 16, [HOP_INT32] = 32, [HOP_UINT32] = 32,
        [HOP_INT64] = 64,  [HOP_UINT64] = 64};
    const char *p = s->data, *end = p + s->len;
    bool negative = false;
    uint64_t u = 0, limit;

    if (base != 2 && base != 8 && base != 10 && base != 16)
        return hop_throw(cx, &hop_exception_argument, "Invalid Base.");
    if (s->len == 0)
        return hop_throw_argument(cx, &hop_exception_argument_range, "value",
                                  "Index was out of range. Must be "
                                  "non-negative and less than the size of the "
                                  "collection.");
    if (base == 10 && *p == '-')
        negative = true, p++;
    if (base == 16 && end - p > 2 && *p == '0' && (p[1] | 0x20) == 'x')
        p += 2;
    for (; p < end; p++) {
        int d = *p >= '0' && *p <= '9' ? *p - '0'
                : (*p | 0x20) >= 'a'   ? (*p | 0x20) - 'a' + 10
                                       : 99;

        if (d < 0 || d >= base)
            return hop_throw(cx, &hop_exception_format,
                             "Could not find any recognizable digits.");
        if (__builtin_mul_overflow(u, (uint64_t)base, &u) ||
            __builtin_add_overflow(u, (uint64_t)d, &u))
            return hop_throw(cx, &hop_exception_overflow, "%s",
                             hop_overflow_text(kind));
    }
    limit = bits[kind] == 64 ? UINT64_MAX : (1ull << bits[kind]) - 1;
    if (u > limit)
        return hop_throw(cx, &hop_exception_overflow, "%s",
                         hop_overflow_text(kind));
    if (negative)
        u = 0 - u;
    switch (kind) {
    case HOP_INT32: RETURN(hop_int((int32_t)u));
    case HOP_INT16: RETURN(hop_integer(kind, (int16_t)u));
    case HOP_SBYTE: RETURN(hop_integer(kind, (int8_t)u));
    default: RETURN(hop_integer(kind, (int64_t)u));
    }
}

METHOD(to_radix)
{
    uint64_t u = (uint64_t)ARG_I(0);
    int64_t base = ARG_I(1);
    char text[72];
    int n = 72;

    if (base != 2 && base != 8 && base != 10 && base != 16)
        return hop_throw(cx, &hop_exception_argument, "Invalid Base.");
    if (base == 10)
        RETURN(hop_str(hop_string_format("%lld", (long long)ARG_I(0))));
    if (c->data < 64)
        u &= (1ull << c->data) - 1;
    do {
        text[--n] = "0123456789abcdef"[u % (uint64_t)base];
        u /= (uint64_t)base;
    } while (u);
    RETURN(hop_textn(text + n, 72 - (size_t)n));
}

METHOD(convert_to_string)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    if (!hop_is_null(c->args[0]) && !hop_add_to_string(cx, c->args[0], &b))
        return false;
    RETURN(hop_text_buf(&b));
}

METHOD(convert_to_boolean)
{
    struct hop_value v = hop_value_base(c->args[0]);

    if (v.kind == HOP_STRING) {
        struct hop_value r = hop_null();

        if (hop_invoke_group(
                cx, hop_class_methods(cx, &hop_class_boolean, "Parse", 5, true),
                hop_null(), &hop_class_boolean, &v, 1, NULL, &r) <= 0)
            return false;
        RETURN(r);
    }
    RETURN(hop_bool(hop_is_true(cx, v)));
}

METHOD(convert_to_datetime)
{
    return hop_convert(cx, c->args[0], &hop_class_datetime, &c->result);
}

METHOD(to_base64)
{
    HOP_AUTO_BUF struct hop_buf bytes = HOP_BUF_INIT, text = HOP_BUF_INIT,
                                lines = HOP_BUF_INIT;
    struct hop_array *a = hop_as_array(c->args[0]);
    size_t from = 0, n;
    bool broken = c->args[c->n - 1].kind == HOP_ENUM && ARG_I(c->n - 1) == 1;

    if (!a)
        return hop_throw_null(cx, "inArray");
    n = a->n;
    if (c->n > 2) {
        from = (size_t)ARG_I(1);
        n = (size_t)ARG_I(2);
        if (from > a->n || n > a->n - from)
            return hop_throw_argument(cx, &hop_exception_argument_range,
                                      "offset",
                                      "Offset and length must refer to a "
                                      "position in the string.");
    }
    hop_array_add_bytes(a, &bytes);
    hop_base64_encode(&text, hop_buf_str(&bytes) + from, n);
    if (!broken)
        RETURN(hop_text_buf(&text));
    for (size_t i = 0; i < text.len; i += 76) {
        if (i)
            hop_buf_adds(&lines, "\r\n");
        hop_buf_add(&lines, text.data + i,
                    text.len - i < 76 ? text.len - i : 76);
    }
    RETURN(hop_text_buf(&lines));
}

METHOD(from_base64)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    if (ARG_NULL(0))
        return hop_throw_null(cx, "s");
    if (!hop_base64_decode(&b, ARG_S(0)->data, ARG_S(0)->len))
        return hop_throw(cx, &hop_exception_format,
                         "The input is not a valid Base-64 string as it "
                         "contains a non-base 64 character, more than two "
                         "padding characters, or an illegal character among "
                         "the padding characters.");
    RETURN(hop_obj(hop_array_of_bytes(cx, hop_buf_str(&b), b.len)));
}

/* data: lower case. */
METHOD(to_hex)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    struct hop_array *a = hop_as_array(c->args[0]);

    if (!a)
        return hop_throw_null(cx, "inArray");
    for (size_t i = 0; i < a->n; i++)
        hop_buf_addf(&b, c->data ? "%02x" : "%02X", (unsigned)a->items[i].u.i);
    RETURN(hop_text_buf(&b));
}

static int
hex_digit(char x)
{
    return x >= '0' && x <= '9'                     ? x - '0'
           : (x | 0x20) >= 'a' && (x | 0x20) <= 'f' ? (x | 0x20) - 'a' + 10
                                                    : -1;
}

METHOD(from_hex)
{
    const struct hop_string *s = ARG_S(0);
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    for (size_t i = 0; i < s->len; i += 2) {
        int hi = hex_digit(s->data[i]);
        int lo = i + 1 < s->len ? hex_digit(s->data[i + 1]) : -1;

        if (s->len % 2 || hi < 0 || lo < 0)
            return hop_throw(cx, &hop_exception_format,
                             s->len % 2
                                 ? "The input is not a valid hex string as its "
                                   "length is not a multiple of 2."
                                 : "The input is not a valid hex string as it "
                                   "contains a non-hex character.");
        hop_buf_addc(&b, (char)(hi << 4 | lo));
    }
    RETURN(hop_obj(hop_array_of_bytes(cx, hop_buf_str(&b), b.len)));
}

METHOD(change_type)
{
    struct hop_value v = c->args[0];
    const struct hop_class *to =
        c->args[1].kind == HOP_TYPE
            ? c->args[1].u.cls
            : hop_class_of_kind((enum hop_kind)(
                  ARG_I(1) == 18                    ? HOP_STRING
                  : ARG_I(1) == 16                  ? HOP_DATETIME
                  : ARG_I(1) >= 3 && ARG_I(1) <= 15 ? ARG_I(1) - 3 + HOP_BOOL
                                                    : HOP_INT32));

    if (hop_convert(cx, v, to, &c->result))
        return true;
    return strip_frames(cx);
}

#define TO(n, t, kind)                                                         \
    {"static " t " To" n "(System.Object value)", to_number, kind},            \
    {                                                                          \
        "static " t " To" n "(System.Object value, System.IFormatProvider "    \
        "provider)",                                                           \
            to_number, kind                                                    \
    }
#define RADIX(n, t, kind)                                                      \
    {                                                                          \
        "static " t " To" n "(string value, int fromBase)", from_radix, kind   \
    }

static const struct hop_method convert_methods[] = {
    TO("SByte", "sbyte", HOP_SBYTE),
    TO("Byte", "byte", HOP_BYTE),
    TO("Int16", "short", HOP_INT16),
    TO("UInt16", "ushort", HOP_UINT16),
    TO("Int32", "int", HOP_INT32),
    TO("UInt32", "uint", HOP_UINT32),
    TO("Int64", "long", HOP_INT64),
    TO("UInt64", "ulong", HOP_UINT64),
    TO("Single", "float", HOP_SINGLE),
    TO("Double", "double", HOP_DOUBLE),
    TO("Decimal", "decimal", HOP_DECIMAL),
    TO("Char", "char", HOP_CHAR),
    RADIX("SByte", "sbyte", HOP_SBYTE),
    RADIX("Byte", "byte", HOP_BYTE),
    RADIX("Int16", "short", HOP_INT16),
    RADIX("UInt16", "ushort", HOP_UINT16),
    RADIX("Int32", "int", HOP_INT32),
    RADIX("UInt32", "uint", HOP_UINT32),
    RADIX("Int64", "long", HOP_INT64),
    RADIX("UInt64", "ulong", HOP_UINT64),
    {"static bool ToBoolean(System.Object value)", convert_to_boolean},
    {"static datetime ToDateTime(System.Object value)", convert_to_datetime},
    {"static string ToString(System.Object value)", convert_to_string},
    {"static string ToString(System.Object value, System.IFormatProvider "
     "provider)",
     convert_to_string},
    {"static string ToString(byte value, int toBase)", to_radix, 8},
    {"static string ToString(short value, int toBase)", to_radix, 16},
    {"static string ToString(int value, int toBase)", to_radix, 32},
    {"static string ToString(long value, int toBase)", to_radix, 64},
    {"static string ToBase64String(byte[] inArray)", to_base64},
    {"static string ToBase64String(byte[] inArray, "
     "System.Base64FormattingOptions options)",
     to_base64},
    {"static string ToBase64String(byte[] inArray, int offset, int length)",
     to_base64},
    {"static byte[] FromBase64String(string s)", from_base64},
    {"static string ToHexString(byte[] inArray)", to_hex, false},
    {"static string ToHexStringLower(byte[] inArray)", to_hex, true},
    {"static byte[] FromHexString(string s)", from_hex},
    {"static System.Object ChangeType(System.Object value, type "
     "conversionType)",
     change_type},
    {"static System.Object ChangeType(System.Object value, System.TypeCode "
     "typeCode)",
     change_type},
    END_METHODS,
};

const struct hop_class hop_class_convert = {
    .name = "System.Convert",
    .base = &hop_class_object,
    .flags = HOP_CLASS_ABSTRACT | HOP_CLASS_SEALED,
    .methods = convert_methods,
};
