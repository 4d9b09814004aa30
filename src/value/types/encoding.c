/* SPDX-License-Identifier: MIT */
#include "value/types/encoding.h"

#include "base/text.h"
#include "value/collections.h"
#include "value/convert.h"
#include "value/exception.h"
#include "value/number.h"

#define REPLACEMENT 0xFFFDu

static const struct code_info {
    const char *web_name, *name; /* name: EncodingName */
    int page;
    const char *mark;
    size_t mark_len;
} codes[HOP_CODES] = {
    [HOP_CODE_UTF8] = {"utf-8", "Unicode (UTF-8)", 65001, "\xEF\xBB\xBF", 3},
    [HOP_CODE_UTF16] = {"utf-16", "Unicode", 1200, "\xFF\xFE", 2},
    [HOP_CODE_UTF16BE] = {"utf-16BE", "Unicode (Big-Endian)", 1201, "\xFE\xFF",
                          2},
    [HOP_CODE_UTF32] = {"utf-32", "Unicode (UTF-32)", 12000, "\xFF\xFE\0\0", 4},
    [HOP_CODE_UTF32BE] = {"utf-32BE", "Unicode (UTF-32 Big-Endian)", 12001,
                          "\0\0\xFE\xFF", 4},
    [HOP_CODE_ASCII] = {"us-ascii", "US-ASCII", 20127, "", 0},
    [HOP_CODE_LATIN1] = {"iso-8859-1", "Western European (ISO)", 28591, "", 0},
    [HOP_CODE_UTF7] = {"utf-7", "Unicode (UTF-7)", 65000, "", 0},
};

/* -Encoding names beside the web names. */
static const struct {
    const char *name;
    enum hop_code code;
    bool mark;
} names[] = {
    {"utf8", HOP_CODE_UTF8, false},
    {"utf8NoBOM", HOP_CODE_UTF8, false},
    {"utf8BOM", HOP_CODE_UTF8, true},
    {"default", HOP_CODE_UTF8, false},
    {"oem", HOP_CODE_UTF8, false},
    {"ansi", HOP_CODE_UTF8, false},
    {"unicode", HOP_CODE_UTF16, true},
    {"utf-16LE", HOP_CODE_UTF16, true},
    {"bigendianunicode", HOP_CODE_UTF16BE, true},
    {"utf32", HOP_CODE_UTF32, true},
    {"bigendianutf32", HOP_CODE_UTF32BE, true},
    {"ascii", HOP_CODE_ASCII, false},
    {"latin1", HOP_CODE_LATIN1, false},
    {"utf7", HOP_CODE_UTF7, false},
};

bool
hop_encoding_by_name(const char *name, enum hop_code *code, bool *mark)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(names); i++) {
        if (hop_ascii_ieq(names[i].name, name)) {
            *code = names[i].code;
            *mark = names[i].mark;
            return true;
        }
    }
    for (size_t i = 0; i < HOP_CODES; i++) {
        if (hop_ascii_ieq(codes[i].web_name, name)) {
            *code = (enum hop_code)i;
            *mark = codes[i].mark_len > 0;
            return true;
        }
    }
    return false;
}

/* ---- bytes ---- */

static void
add_units(struct hop_buf *out, uint32_t v, size_t bytes, bool big)
{
    for (size_t i = 0; i < bytes; i++) {
        size_t shift = 8 * (big ? bytes - 1 - i : i);

        hop_buf_addc(out, (char)(v >> shift & 0xFF));
    }
}

static void
encode_one(enum hop_code code, uint32_t cp, struct hop_buf *out)
{
    bool big = code == HOP_CODE_UTF16BE || code == HOP_CODE_UTF32BE;

    switch (code) {
    case HOP_CODE_ASCII:
        hop_buf_addc(out, cp < 0x80 ? (char)cp : '?');
        if (cp >= 0x10000)
            hop_buf_addc(out, '?');
        return;
    case HOP_CODE_LATIN1:
        hop_buf_addc(out, cp < 0x100 ? (char)cp : '?');
        return;
    case HOP_CODE_UTF32:
    case HOP_CODE_UTF32BE: add_units(out, cp, 4, big); return;
    default: break;
    }
    if (cp >= 0x10000) {
        add_units(out, 0xD800 + ((cp - 0x10000) >> 10), 2, big);
        cp = 0xDC00 + ((cp - 0x10000) & 0x3FF);
    }
    add_units(out, cp, 2, big);
}

void
hop_encoding_encode(const struct hop_encoding *e, const char *s, size_t n,
                    struct hop_buf *out)
{
    size_t i = 0;

    while (i < n) {
        size_t used;
        uint32_t cp = hop_utf8_decode(s + i, n - i, &used);

        if (e->code == HOP_CODE_UTF8 || e->code == HOP_CODE_UTF7) {
            if (cp >= 0xD800 && cp <= 0xDFFF)
                hop_buf_adds(out, "\xEF\xBF\xBD");
            else
                hop_buf_add(out, s + i, used);
        } else {
            encode_one(e->code, cp, out);
        }
        i += used;
    }
}

static void
add_cp(struct hop_buf *out, uint32_t cp)
{
    char utf8[4];

    if (cp > 0x10FFFF)
        cp = REPLACEMENT;
    hop_buf_add(out, utf8, hop_utf8_encode(cp, utf8));
}

static uint32_t
unit_at(const unsigned char *p, size_t bytes, bool big)
{
    uint32_t v = 0;

    for (size_t i = 0; i < bytes; i++)
        v |= (uint32_t)p[i] << 8 * (big ? bytes - 1 - i : i);
    return v;
}

static void
decode_utf8(const char *s, size_t n, struct hop_buf *out)
{
    size_t i = 0;

    if (hop_utf8_valid(s, n)) {
        hop_buf_add(out, s, n);
        return;
    }
    while (i < n) {
        size_t used;
        uint32_t cp = hop_utf8_decode(s + i, n - i, &used);

        add_cp(out, cp >= 0xD800 && cp <= 0xDFFF ? REPLACEMENT : cp);
        i += used;
    }
}

void
hop_encoding_decode(const struct hop_encoding *e, const void *p, size_t n,
                    struct hop_buf *out)
{
    const unsigned char *b = p;
    bool big = e->code == HOP_CODE_UTF16BE || e->code == HOP_CODE_UTF32BE;
    size_t width = e->code == HOP_CODE_UTF16 || e->code == HOP_CODE_UTF16BE ? 2
                   : e->code == HOP_CODE_UTF32 || e->code == HOP_CODE_UTF32BE
                       ? 4
                       : 1;

    if (e->code == HOP_CODE_UTF8 || e->code == HOP_CODE_UTF7) {
        decode_utf8(p, n, out);
        return;
    }
    for (size_t i = 0; i + width <= n; i += width) {
        uint32_t v = unit_at(b + i, width, big);

        if (width == 2)
            hop_buf_add_utf16(out, (uint16_t)v);
        else
            add_cp(out, e->code == HOP_CODE_ASCII && v > 0x7F ? '?' : v);
    }
    if (n % width)
        add_cp(out, REPLACEMENT);
}

void
hop_encoding_preamble(const struct hop_encoding *e, struct hop_buf *out)
{
    if (e->mark)
        hop_buf_add(out, codes[e->code].mark, codes[e->code].mark_len);
}

enum hop_code
hop_encoding_of_file(enum hop_code code, const void *p, size_t n, size_t *mark)
{
    /* The longer marks first: UTF-32's begins like UTF-16's. */
    static const enum hop_code order[] = {HOP_CODE_UTF32, HOP_CODE_UTF32BE,
                                          HOP_CODE_UTF8, HOP_CODE_UTF16,
                                          HOP_CODE_UTF16BE};

    *mark = 0;
    for (size_t i = 0; i < HOP_ARRAY_SIZE(order); i++) {
        const struct code_info *c = &codes[order[i]];

        if (n < c->mark_len || memcmp(p, c->mark, c->mark_len) != 0)
            continue;
        *mark = c->mark_len;
        return order[i];
    }
    return code;
}

void
hop_encoding_decode_file(const struct hop_encoding *e, const void *p, size_t n,
                         struct hop_buf *out)
{
    size_t mark;
    struct hop_encoding found = {
        .code = hop_encoding_of_file(e->code, p, n, &mark)};

    hop_encoding_decode(&found, (const char *)p + mark, n - mark, out);
}

const struct hop_encoding *
hop_encoding_utf8(bool mark)
{
    static const struct hop_encoding plain = {.code = HOP_CODE_UTF8};
    static const struct hop_encoding marked = {.code = HOP_CODE_UTF8,
                                               .mark = true};

    return mark ? &marked : &plain;
}

/* ---- the classes ---- */

static const struct hop_class *const class_by_code[HOP_CODES];

struct hop_value
hop_encoding_new(struct hop_context *cx, enum hop_code code, bool mark)
{
    struct hop_encoding *e = hop_object_new(cx, class_by_code[code]);

    e->code = code;
    e->mark = mark;
    return hop_obj(e);
}

const struct hop_encoding *
hop_as_encoding(struct hop_value v)
{
    v = hop_value_base(v);
    return hop_value_is(v, &hop_class_encoding)
               ? (const struct hop_encoding *)v.u.o
               : NULL;
}

static const struct hop_encoding *
self_of(struct hop_value v)
{
    return (const struct hop_encoding *)hop_value_base(v).u.o;
}

static bool
get_standard(struct hop_context *cx, struct hop_value self, intptr_t data,
             struct hop_value *out)
{
    (void)self;
    *out = hop_encoding_new(cx, (enum hop_code)data, codes[data].mark_len > 0);
    return true;
}

static bool
get_default(struct hop_context *cx, struct hop_value self, intptr_t data,
            struct hop_value *out)
{
    (void)self;
    (void)data;
    *out = hop_encoding_new(cx, HOP_CODE_UTF8, false);
    return true;
}

enum { I_WEB, I_NAME, I_PAGE };

static bool
get_info(struct hop_context *cx, struct hop_value self, intptr_t data,
         struct hop_value *out)
{
    const struct code_info *c = &codes[self_of(self)->code];

    (void)cx;
    *out = data == I_PAGE   ? hop_int(c->page)
           : data == I_NAME ? hop_text(c->name)
                            : hop_text(c->web_name);
    return true;
}

static bool
add_chars(struct hop_context *cx, struct hop_value v, struct hop_buf *b)
{
    struct hop_array *a = hop_as_array(v);

    if (hop_is_string(v)) {
        hop_buf_add(b, v.u.s->data, v.u.s->len);
        return true;
    }
    if (!a)
        return hop_throw_null(cx, "chars");
    for (size_t i = 0; i < a->n; i++)
        hop_buf_add_utf16(b, (uint16_t)a->items[i].u.i);
    return true;
}

static bool
call_get_bytes(struct hop_context *cx, struct hop_call *call)
{
    HOP_AUTO_BUF struct hop_buf text = HOP_BUF_INIT;
    HOP_AUTO_BUF struct hop_buf raw = HOP_BUF_INIT;

    if (hop_is_null(call->args[0]))
        return hop_throw_null(cx, "s");
    if (!add_chars(cx, call->args[0], &text))
        return false;
    hop_encoding_encode(self_of(call->self), hop_buf_str(&text), text.len,
                        &raw);
    call->result =
        call->data
            ? hop_int((int32_t)raw.len)
            : hop_obj(hop_array_of_bytes(cx, hop_buf_str(&raw), raw.len));
    return true;
}

/* The bytes of arguments (array[, index, count]). */
static bool
byte_args(struct hop_context *cx, const struct hop_call *call,
          struct hop_buf *raw, size_t *from, size_t *n)
{
    int64_t index = call->n > 1 ? call->args[1].u.i : 0, count;

    if (hop_is_null(call->args[0]))
        return hop_throw_null(cx, "bytes");
    hop_array_add_bytes(hop_as_array(call->args[0]), raw);
    count = call->n > 2 ? call->args[2].u.i : (int64_t)raw->len;
    if (index < 0 || count < 0 || index > (int64_t)raw->len ||
        count > (int64_t)raw->len - index)
        return hop_throw_argument(cx, &hop_exception_argument_range, "bytes",
                                  "Index and count must refer to a location "
                                  "within the buffer.");
    *from = (size_t)index;
    *n = (size_t)count;
    return true;
}

static bool
call_get_string(struct hop_context *cx, struct hop_call *call)
{
    HOP_AUTO_BUF struct hop_buf raw = HOP_BUF_INIT;
    HOP_AUTO_BUF struct hop_buf text = HOP_BUF_INIT;
    size_t from, n;

    if (!byte_args(cx, call, &raw, &from, &n))
        return false;
    hop_encoding_decode(self_of(call->self), hop_buf_str(&raw) + from, n,
                        &text);
    if (call->data) {
        HOP_AUTO_STRING struct hop_string *s = hop_string_take_buf(&text);
        struct hop_array *chars =
            hop_array_new_of(cx, hop_types_array(cx, &hop_class_char, 1), 0);

        for (size_t i = 0; i < hop_string_len16(s); i++)
            hop_array_push(chars, hop_char(hop_string_at(s, i)));
        call->result = hop_obj(chars);
        return true;
    }
    call->result = hop_text_buf(&text);
    return true;
}

static bool
call_preamble(struct hop_context *cx, struct hop_call *call)
{
    HOP_AUTO_BUF struct hop_buf raw = HOP_BUF_INIT;

    hop_encoding_preamble(self_of(call->self), &raw);
    call->result = hop_obj(hop_array_of_bytes(cx, hop_buf_str(&raw), raw.len));
    return true;
}

static bool
call_get_encoding(struct hop_context *cx, struct hop_call *call)
{
    enum hop_code code;
    bool mark;

    if (call->args[0].kind == HOP_INT32) {
        for (size_t i = 0; i < HOP_CODES; i++) {
            if (codes[i].page == call->args[0].u.i) {
                call->result = hop_encoding_new(cx, (enum hop_code)i,
                                                codes[i].mark_len > 0);
                return true;
            }
        }
        return hop_throw(cx, &hop_exception_not_supported,
                         "No data is available for encoding %d.",
                         (int)call->args[0].u.i);
    }
    if (!hop_encoding_by_name(hop_cstr(call->args[0]), &code, &mark))
        return hop_throw_argument(cx, &hop_exception_argument, "name",
                                  "'%s' is not a supported encoding name.",
                                  hop_cstr(call->args[0]));
    call->result = hop_encoding_new(cx, code, codes[code].mark_len > 0);
    return true;
}

static bool
call_new(struct hop_context *cx, struct hop_call *call)
{
    enum hop_code code = (enum hop_code)(call->data & 15);
    bool mark = (call->data & 16) != 0;

    if (call->n > 0 && code == HOP_CODE_UTF8)
        mark = call->args[0].u.i != 0;
    if (call->n > 1 && code == HOP_CODE_UTF16) {
        mark = call->args[1].u.i != 0;
        if (call->args[0].u.i)
            code = HOP_CODE_UTF16BE;
    }
    call->result = hop_encoding_new(cx, code, mark);
    return true;
}

#define STANDARD(n, code)                                                      \
    {                                                                          \
        n, "System.Text.Encoding", get_standard, NULL, HOP_PROP_STATIC, code   \
    }
static const struct hop_property properties[] = {
    STANDARD("UTF8", HOP_CODE_UTF8),
    STANDARD("Unicode", HOP_CODE_UTF16),
    STANDARD("BigEndianUnicode", HOP_CODE_UTF16BE),
    STANDARD("UTF32", HOP_CODE_UTF32),
    STANDARD("ASCII", HOP_CODE_ASCII),
    STANDARD("Latin1", HOP_CODE_LATIN1),
    {"Default", "System.Text.Encoding", get_default, NULL, HOP_PROP_STATIC, 0},
    {"BodyName", "string", get_info, NULL, 0, I_WEB},
    {"EncodingName", "string", get_info, NULL, 0, I_NAME},
    {"HeaderName", "string", get_info, NULL, 0, I_WEB},
    {"WebName", "string", get_info, NULL, 0, I_WEB},
    {"CodePage", "int", get_info, NULL, 0, I_PAGE},
    {0},
};
static const struct hop_method methods[] = {
    {"byte[] GetBytes(string s)", call_get_bytes, 0},
    {"byte[] GetBytes(char[] chars)", call_get_bytes, 0},
    {"int GetByteCount(string chars)", call_get_bytes, 1},
    {"int GetByteCount(char[] chars)", call_get_bytes, 1},
    {"string GetString(byte[] bytes)", call_get_string, 0},
    {"string GetString(byte[] bytes, int index, int count)", call_get_string,
     0},
    {"char[] GetChars(byte[] bytes)", call_get_string, 1},
    {"byte[] GetPreamble()", call_preamble},
    {"static System.Text.Encoding GetEncoding(string name)", call_get_encoding},
    {"static System.Text.Encoding GetEncoding(int codepage)",
     call_get_encoding},
    {0},
};

/* -Encoding takes names. */
static bool
parse(struct hop_context *cx, const struct hop_string *s, struct hop_value *out)
{
    enum hop_code code;
    bool mark;

    if (!hop_encoding_by_name(s->data, &code, &mark))
        return hop_throw_argument(cx, &hop_exception_argument, "name",
                                  "'%s' is not a supported encoding name.",
                                  s->data);
    *out = hop_encoding_new(cx, code, mark);
    return true;
}

const struct hop_class hop_class_encoding = {
    .name = "System.Text.Encoding",
    .base = &hop_class_object,
    .flags = HOP_CLASS_ABSTRACT,
    .kind = HOP_OBJECT,
    .size = sizeof(struct hop_encoding),
    .properties = properties,
    .methods = methods,
    .parse = parse,
};

#define ENCODING_CLASS(id, full, news)                                         \
    const struct hop_class id = {                                              \
        .name = full,                                                          \
        .base = &hop_class_encoding,                                           \
        .kind = HOP_OBJECT,                                                    \
        .size = sizeof(struct hop_encoding),                                   \
        .constructors = news,                                                  \
    }
static const struct hop_method utf8_new[] = {
    {"System.Text.UTF8Encoding new()", call_new, HOP_CODE_UTF8},
    {"System.Text.UTF8Encoding new(bool encoderShouldEmitUTF8Identifier)",
     call_new, HOP_CODE_UTF8},
    {0},
};
static const struct hop_method utf16_new[] = {
    {"System.Text.UnicodeEncoding new()", call_new, HOP_CODE_UTF16 | 16},
    {"System.Text.UnicodeEncoding new(bool bigEndian, bool byteOrderMark)",
     call_new, HOP_CODE_UTF16},
    {0},
};
static const struct hop_method utf32_new[] = {
    {"System.Text.UTF32Encoding new()", call_new, HOP_CODE_UTF32 | 16}, {0}};
static const struct hop_method ascii_new[] = {
    {"System.Text.ASCIIEncoding new()", call_new, HOP_CODE_ASCII}, {0}};
ENCODING_CLASS(hop_class_utf8_encoding, "System.Text.UTF8Encoding", utf8_new);
ENCODING_CLASS(hop_class_unicode_encoding, "System.Text.UnicodeEncoding",
               utf16_new);
ENCODING_CLASS(hop_class_utf32_encoding, "System.Text.UTF32Encoding",
               utf32_new);
ENCODING_CLASS(hop_class_ascii_encoding, "System.Text.ASCIIEncoding",
               ascii_new);
ENCODING_CLASS(hop_class_latin1_encoding, "System.Text.Latin1Encoding", NULL);

static const struct hop_class *const class_by_code[HOP_CODES] = {
    [HOP_CODE_UTF8] = &hop_class_utf8_encoding,
    [HOP_CODE_UTF16] = &hop_class_unicode_encoding,
    [HOP_CODE_UTF16BE] = &hop_class_unicode_encoding,
    [HOP_CODE_UTF32] = &hop_class_utf32_encoding,
    [HOP_CODE_UTF32BE] = &hop_class_utf32_encoding,
    [HOP_CODE_ASCII] = &hop_class_ascii_encoding,
    [HOP_CODE_LATIN1] = &hop_class_latin1_encoding,
    [HOP_CODE_UTF7] = &hop_class_utf8_encoding,
};
