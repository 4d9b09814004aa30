/* BinaryReader.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>

#include "base/text.h"
#include "value/types/binary.h"
#include "value/types/def.h"
#include "value/types/more.h"
#include "value/types/stream.h"

#define ENC ", System.Text.Encoding encoding"

static bool
exactly(struct hop_context *cx, struct hop_binary *b, void *p, size_t n)
{
    char *to = p;
    size_t got = 0;

    for (; n; to += got, n -= got) {
        if (!hop_stream_read(cx, hop_as_stream(b->stream), to, n, &got))
            return false;
        if (!got)
            return hop_throw(cx, &hop_exception_end_of_stream,
                             "Unable to read beyond the end of the stream.");
    }
    return true;
}

/* data: the kind; little-endian. */
METHOD(read_number)
{
    static const uint8_t size[] = {
        [HOP_BOOL] = 1,   [HOP_SBYTE] = 1,  [HOP_BYTE] = 1,   [HOP_INT16] = 2,
        [HOP_UINT16] = 2, [HOP_INT32] = 4,  [HOP_UINT32] = 4, [HOP_INT64] = 8,
        [HOP_UINT64] = 8, [HOP_SINGLE] = 4, [HOP_DOUBLE] = 8};
    uint64_t u = 0;
    float f;
    double d;

    if (!exactly(cx, BINARY, &u, size[c->data]))
        return false;
    memcpy(&f, &u, sizeof(f));
    memcpy(&d, &u, sizeof(d));
    switch ((enum hop_kind)c->data) {
    case HOP_BOOL: RETURN(hop_bool(u != 0));
    case HOP_SINGLE: RETURN(hop_single(f));
    case HOP_DOUBLE: RETURN(hop_double(d));
    case HOP_SBYTE: RETURN(hop_integer(HOP_SBYTE, (int8_t)u));
    case HOP_INT16: RETURN(hop_integer(HOP_INT16, (int16_t)u));
    case HOP_INT32: RETURN(hop_int((int32_t)u));
    default: RETURN(hop_integer((enum hop_kind)c->data, (int64_t)u));
    }
}

METHOD(read_bytes)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    size_t n = (size_t)ARG_I(0), got = 1;

    if (ARG_I(0) < 0)
        return hop_throw_argument(cx, &hop_exception_argument_range, "count",
                                  "Non-negative number required.");
    if (!hop_context_may_alloc(cx, n, 16))
        return false;
    while (b.len < n && got) {
        void *p = hop_buf_reserve(&b, n - b.len);

        if (!p || !hop_stream_read(cx, hop_as_stream(BINARY->stream), p,
                                   n - b.len, &got))
            return false;
        hop_buf_commit(&b, got);
    }
    RETURN(hop_obj(hop_array_of_bytes(cx, hop_buf_str(&b), b.len)));
}

/* One character of UTF-8 (or one byte of the others) from the stream. */
static bool
read_char(struct hop_context *cx, struct hop_binary *b, struct hop_buf *text,
          bool *there)
{
    struct hop_stream *s = hop_as_stream(b->stream);
    const struct hop_encoding *e = hop_as_encoding(b->encoding);
    unsigned char p[4];
    size_t got = 0, need = 1;

    *there = false;
    if (!hop_stream_read(cx, s, p, 1, &got))
        return false;
    if (!got)
        return true;
    if (e->code == HOP_CODE_UTF8)
        need = p[0] >= 0xF0 ? 4 : p[0] >= 0xE0 ? 3 : p[0] >= 0xC0 ? 2 : 1;
    else if (e->code == HOP_CODE_UTF16 || e->code == HOP_CODE_UTF16BE)
        need = 2;
    else if (e->code == HOP_CODE_UTF32)
        need = 4;
    for (size_t n = 1; n < need && got; n += got)
        if (!hop_stream_read(cx, s, p + n, 1, &got))
            return false;
    hop_encoding_decode(e, p, need, text);
    *there = true;
    return true;
}

/* data: 0 Read() as a number, 1 ReadChar, 2 PeekChar. */
METHOD(binary_char)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    struct hop_stream *s = hop_as_stream(BINARY->stream);
    int64_t at = 0;
    size_t used;
    bool there;

    if (c->data == 2 && (!s->ops->tell || !s->ops->tell(cx, s, &at)))
        return !hop_has_exception(cx);
    if (!read_char(cx, BINARY, &b, &there))
        return false;
    if (c->data == 2 && !s->ops->seek(cx, s, at))
        return false;
    if (!there)
        return c->data == 1
                   ? hop_throw(cx, &hop_exception_end_of_stream,
                               "Unable to read beyond the end of the stream.")
                   : (c->result = hop_int(-1), true);
    used = hop_utf8_decode(b.data, b.len, &used);
    RETURN(c->data == 1 ? hop_char((uint16_t)used) : hop_int((int32_t)used));
}

METHOD(binary_chars)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    HOP_AUTO_VALUE struct hop_value text = hop_null();
    bool there = true;

    for (int64_t i = 0; i < ARG_I(0) && there; i++)
        if (!read_char(cx, BINARY, &b, &there))
            return false;
    text = hop_text_buf(&b);
    return hop_convert(cx, text, hop_types_array(cx, &hop_class_char, 1),
                       &c->result);
}

/* A string behind its length in bytes, seven bits to a byte. */
static bool
read_length(struct hop_context *cx, struct hop_binary *b, uint32_t *n)
{
    unsigned char byte = 0x80;

    *n = 0;
    for (int shift = 0; byte & 0x80; shift += 7) {
        if (shift > 28)
            return hop_throw(cx, &hop_exception_format,
                             "Too many bytes in what should have been a 7-bit "
                             "encoded integer.");
        if (!exactly(cx, b, &byte, 1))
            return false;
        *n |= (uint32_t)(byte & 0x7F) << shift;
    }
    return true;
}

METHOD(read_int_7bit)
{
    uint32_t n;

    if (!read_length(cx, BINARY, &n))
        return false;
    RETURN(hop_int((int32_t)n));
}

METHOD(read_string)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT, text = HOP_BUF_INIT;
    uint32_t n;
    void *p;

    if (!read_length(cx, BINARY, &n) || !hop_context_may_alloc(cx, n, 1))
        return false;
    p = hop_buf_reserve(&b, n + 1);
    if (!p || !exactly(cx, BINARY, p, n))
        return hop_has_exception(cx)
                   ? false
                   : hop_throw(cx, &hop_exception_out_of_memory,
                               "The string is too long.");
    hop_encoding_decode(hop_as_encoding(BINARY->encoding), p, n, &text);
    RETURN(hop_text_buf(&text));
}

METHOD(new_binary)
{
    return hop_binary_new(cx, c, &hop_class_binary_reader, "input");
}

static const struct hop_method binary_methods[] = {
    {"bool ReadBoolean()", read_number, HOP_BOOL},
    {"byte ReadByte()", read_number, HOP_BYTE},
    {"sbyte ReadSByte()", read_number, HOP_SBYTE},
    {"short ReadInt16()", read_number, HOP_INT16},
    {"ushort ReadUInt16()", read_number, HOP_UINT16},
    {"int ReadInt32()", read_number, HOP_INT32},
    {"uint ReadUInt32()", read_number, HOP_UINT32},
    {"long ReadInt64()", read_number, HOP_INT64},
    {"ulong ReadUInt64()", read_number, HOP_UINT64},
    {"float ReadSingle()", read_number, HOP_SINGLE},
    {"double ReadDouble()", read_number, HOP_DOUBLE},
    {"byte[] ReadBytes(int count)", read_bytes},
    {"char ReadChar()", binary_char, 1},
    {"int PeekChar()", binary_char, 2},
    {"int Read()", binary_char, 0},
    {"char[] ReadChars(int count)", binary_chars},
    {"string ReadString()", read_string},
    {"int Read7BitEncodedInt()", read_int_7bit},
    {"void Close()", hop_binary_close},
    {"void Dispose()", hop_binary_close},
    END_METHODS,
};

#define BR "System.IO.BinaryReader new(System.IO.Stream input"
static const struct hop_method binary_constructors[] = {
    {BR ")", new_binary},
    {BR ENC ")", new_binary},
    {BR ENC ", bool leaveOpen)", new_binary},
    END_METHODS,
};

const struct hop_class hop_class_binary_reader = {
    .name = "System.IO.BinaryReader",
    .base = &hop_class_object,
    .interfaces = hop_binary_interfaces,
    .kind = HOP_OBJECT,
    .size = sizeof(struct hop_binary),
    .properties = hop_binary_properties,
    .methods = binary_methods,
    .constructors = binary_constructors,
    .destroy = hop_binary_destroy,
};
