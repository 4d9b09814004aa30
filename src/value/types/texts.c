/* StringBuilder, Convert, BitConverter.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/types/def.h"

#include "value/types/more.h"
#include "value/types/text.h"

#include <math.h>

#include "base/base64.h"
#include "value/numconv.h"

/* ---- StringBuilder ---- */

struct builder {
    struct hop_object base;
    struct hop_string *s; /* or NULL: empty */
    int64_t capacity;
};

#define SELF ((struct builder *)c->self.u.o)

static void
destroy_builder(struct hop_object *o)
{
    hop_string_release(((struct builder *)o)->s);
}

static struct hop_string *
builder_text(struct hop_value v)
{
    struct builder *b = (struct builder *)v.u.o;

    if (!b->s)
        b->s = hop_string_empty();
    return b->s;
}

static bool
append_text(struct hop_context *cx, struct builder *b, const char *p, size_t n)
{
    if (!hop_context_may_alloc(cx, (b->s ? b->s->len : 0) + n, 1))
        return false;
    hop_string_append(&b->s, p, n);
    return true;
}

struct hop_value
hop_builder_new(struct hop_context *cx)
{
    struct builder *b = hop_object_new(cx, &hop_class_string_builder);

    b->capacity = 16;
    return hop_obj(b);
}

bool
hop_builder_append(struct hop_context *cx, struct hop_value builder,
                   const char *s, size_t n)
{
    return append_text(cx, (struct builder *)builder.u.o, s, n);
}

/* data: with a new line. */
METHOD(append)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    struct hop_array *chars = c->n ? hop_as_array(c->args[0]) : NULL;
    int64_t times = c->n == 2 && c->args[0].kind == HOP_CHAR ? ARG_I(1) : 1;

    if (chars && hop_array_element(chars) == &hop_class_char) {
        for (size_t i = 0; i < chars->n; i++)
            hop_buf_add_utf16(&b, (uint16_t)chars->items[i].u.i);
    } else {
        while (times-- > 0 && c->n)
            if (!hop_is_null(c->args[0]) &&
                !hop_add_to_string(cx, c->args[0], &b))
                return false;
    }
    if (c->data)
        hop_buf_addc(&b, '\n');
    if (!append_text(cx, SELF, hop_buf_str(&b), b.len))
        return false;
    RETURN(hop_retain(c->self));
}

METHOD(append_format)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    struct hop_array *rest = hop_as_array(c->args[1]);

    if (!hop_composite(cx, ARG_S(0)->data, ARG_S(0)->len, rest->items, rest->n,
                       &b) ||
        !append_text(cx, SELF, hop_buf_str(&b), b.len))
        return false;
    RETURN(hop_retain(c->self));
}

METHOD(append_join)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    struct hop_array *rest = hop_as_array(c->args[1]);

    for (size_t i = 0; i < rest->n; i++) {
        if (i)
            hop_buf_add(&b, ARG_S(0)->data, ARG_S(0)->len);
        if (!hop_add_to_string(cx, rest->items[i], &b))
            return false;
    }
    if (!append_text(cx, SELF, hop_buf_str(&b), b.len))
        return false;
    RETURN(hop_retain(c->self));
}

static bool
throw_builder_index(struct hop_context *cx, const char *param)
{
    return hop_throw_argument(cx, &hop_exception_argument_range, param,
                              "Index was out of range. Must be non-negative "
                              "and less than or equal to the size of the "
                              "collection.");
}

/* Replaces units [at, at + n) by a text. */
static bool
splice(struct hop_context *cx, struct hop_call *c, int64_t at, int64_t n,
       const char *p, size_t len)
{
    struct hop_string *s = builder_text(c->self), *r;
    int64_t all = (int64_t)hop_string_len16(s);
    size_t from, to;

    if (at < 0 || n < 0 || at + n > all)
        return throw_builder_index(cx, "index");
    from = hop_string_offset(s, (size_t)at);
    to = hop_string_offset(s, (size_t)(at + n));
    r = hop_string_new(s->data, from);
    hop_string_append(&r, p, len);
    hop_string_append(&r, s->data + to, s->len - to);
    hop_string_release(s);
    SELF->s = r;
    c->result = hop_retain(c->self);
    return true;
}

METHOD(insert)
{
    HOP_AUTO_STRING struct hop_string *s = NULL;

    return hop_to_string(cx, c->args[1], &s) &&
           splice(cx, c, ARG_I(0), 0, s->data, s->len);
}

METHOD(remove_part)
{
    return splice(cx, c, ARG_I(0), ARG_I(1), "", 0);
}

METHOD(replace)
{
    HOP_AUTO_STRING struct hop_string *name = hop_string_from("Replace");
    HOP_AUTO_VALUE struct hop_value r = {.kind = HOP_NULL};
    struct hop_value s = hop_str(builder_text(c->self));

    if (!hop_member_call(cx, s, name, c->args, 2, NULL, &r))
        return false;
    hop_string_release(SELF->s);
    SELF->s = hop_string_new(r.u.s->data, r.u.s->len);
    RETURN(hop_retain(c->self));
}

METHOD(clear)
{
    hop_string_clear(&SELF->s);
    RETURN(hop_retain(c->self));
}

METHOD(builder_to_string)
{
    struct hop_string *s = builder_text(c->self);
    size_t n = hop_string_len16(s);

    if (c->n == 2) {
        if (ARG_I(0) < 0 || ARG_I(1) < 0 || (size_t)(ARG_I(0) + ARG_I(1)) > n)
            return throw_builder_index(cx, "startIndex");
        RETURN(hop_str(hop_string_sub(s, (size_t)ARG_I(0), (size_t)ARG_I(1))));
    }
    RETURN(hop_textn(s->data, s->len));
}

METHOD(ensure)
{
    if (SELF->capacity < ARG_I(0))
        SELF->capacity = ARG_I(0);
    RETURN(hop_int((int32_t)SELF->capacity));
}

METHOD(char_at)
{
    struct hop_string *s = builder_text(c->self);

    if (ARG_I(0) < 0 || (size_t)ARG_I(0) >= hop_string_len16(s))
        return hop_throw(cx, &hop_exception_index_range,
                         "Index was outside the bounds of the array.");
    RETURN(hop_char(hop_string_at(s, (size_t)ARG_I(0))));
}

METHOD(set_char)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    hop_buf_add_utf16(&b, (uint16_t)ARG_I(1));
    return splice(cx, c, ARG_I(0), 1, b.data, b.len);
}

METHOD(new_builder)
{
    struct builder *b = hop_object_new(cx, &hop_class_string_builder);

    b->capacity = 16;
    for (size_t i = 0; i < c->n; i++) {
        if (c->args[i].kind == HOP_STRING)
            b->s = hop_string_new(ARG_S(i)->data, ARG_S(i)->len);
        else if (c->args[i].kind == HOP_INT32 && i + 1 >= c->n)
            b->capacity = ARG_I(i) ? ARG_I(i) : 16;
    }
    RETURN(hop_obj(b));
}

static bool
builder_string(struct hop_context *cx, struct hop_value v,
               struct hop_string **out)
{
    struct hop_string *s = builder_text(v);

    *out = hop_string_new(s->data, s->len);
    return true;
}

GETTER(get_length)
{
    *out = hop_int((int32_t)hop_string_len16(builder_text(self)));
    return true;
}

SETTER(set_length)
{
    struct builder *b = (struct builder *)self.u.o;
    struct hop_string *s = builder_text(self), *cut;
    int64_t n = (int64_t)hop_string_len16(s);

    if (v.u.i < 0)
        return hop_throw_range(cx, "value", v.u.i, "a non-negative value");
    if (v.u.i < n) {
        cut = hop_string_sub(s, 0, (size_t)v.u.i);
        hop_string_release(s);
        b->s = cut;
        return true;
    }
    for (; n < v.u.i; n++)
        if (!append_text(cx, b, "\0", 1))
            return false;
    return true;
}

GETTER(get_capacity)
{
    struct builder *b = (struct builder *)self.u.o;
    int64_t n = (int64_t)hop_string_len16(builder_text(self));

    while (b->capacity < n)
        b->capacity *= 2;
    *out = hop_int((int32_t)b->capacity);
    return true;
}

SETTER(set_capacity)
{
    if (v.u.i < (int64_t)hop_string_len16(builder_text(self)))
        return hop_throw_argument(cx, &hop_exception_argument_range, "value",
                                  "capacity was less than the current size.");
    ((struct builder *)self.u.o)->capacity = v.u.i;
    return true;
}

GETTER(get_max_capacity)
{
    *out = hop_int(INT32_MAX);
    return true;
}

static const struct hop_property builder_properties[] = {
    {"Capacity", "int", get_capacity, set_capacity},
    {"MaxCapacity", "int", get_max_capacity},
    {"Length", "int", get_length, set_length},
    END_PROPERTIES,
};

#define SB "System.Text.StringBuilder"

static const struct hop_method builder_methods[] = {
    {SB " Append(char value, int repeatCount)", append},
    {SB " Append(string value)", append},
    {SB " Append(char value)", append},
    {SB " Append(char[] value)", append},
    {SB " Append(int value)", append},
    {SB " Append(long value)", append},
    {SB " Append(double value)", append},
    {SB " Append(decimal value)", append},
    {SB " Append(bool value)", append},
    {SB " Append(System.Object value)", append},
    {SB " AppendLine()", append, true},
    {SB " AppendLine(string value)", append, true},
    {SB " AppendFormat(string format, params System.Object[] args)",
     append_format},
    {SB " AppendJoin(string separator, params System.Object[] values)",
     append_join},
    {SB " Clear()", clear},
    {"int EnsureCapacity(int capacity)", ensure},
    {SB " Insert(int index, string value)", insert},
    {SB " Insert(int index, System.Object value)", insert},
    {SB " Remove(int startIndex, int length)", remove_part},
    {SB " Replace(string oldValue, string newValue)", replace},
    {SB " Replace(char oldChar, char newChar)", replace},
    {"string ToString()", builder_to_string},
    {"string ToString(int startIndex, int length)", builder_to_string},
    {"char Chars(int index)", char_at},
    {"char Item(int index)", char_at},
    {"void set_Item(int index, char value)", set_char},
    END_METHODS,
};

static const struct hop_method builder_constructors[] = {
    {SB " new()", new_builder},
    {SB " new(int capacity)", new_builder},
    {SB " new(string value)", new_builder},
    {SB " new(string value, int capacity)", new_builder},
    END_METHODS,
};

const struct hop_class hop_class_string_builder = {
    .name = SB,
    .base = &hop_class_object,
    .flags = HOP_CLASS_SEALED,
    .kind = HOP_OBJECT,
    .size = sizeof(struct builder),
    .properties = builder_properties,
    .methods = builder_methods,
    .constructors = builder_constructors,
    .destroy = destroy_builder,
    .to_string = builder_string,
};

/* ---- Convert ---- */

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

/* ---- BitConverter ---- */

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
