/* BinaryWriter.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/types/binary.h"
#include "value/types/def.h"
#include "value/types/more.h"
#include "value/types/stream.h"
#include "value/types/text.h"

#include "value/types/writer.h"

#define ENC ", System.Text.Encoding encoding"

static bool
put_bytes(struct hop_context *cx, struct hop_call *c, const void *p, size_t n)
{
    return hop_stream_write(cx, hop_as_stream(BINARY->stream), p, n);
}

/* data: bytes of an integer. */
METHOD(write_integer)
{
    return put_bytes(cx, c, &c->args[0].u.i, (size_t)c->data);
}

METHOD(write_real)
{
    float f = (float)ARG_D(0);

    return c->data == 4 ? put_bytes(cx, c, &f, 4)
                        : put_bytes(cx, c, &c->args[0].u.d, 8);
}

METHOD(write_bytes)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    struct hop_array *a = hop_as_array(c->args[0]);
    size_t from = c->n > 1 ? (size_t)ARG_I(1) : 0;
    size_t n = c->n > 1 ? (size_t)ARG_I(2) : 0;

    if (!a)
        return hop_throw_null(cx, "buffer");
    if (c->n == 1)
        n = a->n;
    if (from > a->n || n > a->n - from)
        return hop_throw(cx, &hop_exception_argument,
                         "Offset and length were out of bounds for the array "
                         "or count is greater than the number of elements from "
                         "index to the end of the source collection.");
    hop_array_add_bytes(a, &b);
    return put_bytes(cx, c, hop_buf_str(&b) + from, n);
}

static void
encode(struct hop_call *c, const char *s, size_t n, struct hop_buf *out)
{
    hop_encoding_encode(hop_as_encoding(BINARY->encoding), s, n, out);
}

METHOD(write_chars)
{
    HOP_AUTO_BUF struct hop_buf text = HOP_BUF_INIT, b = HOP_BUF_INIT;
    struct hop_array *a = hop_as_array(c->args[0]);

    if (a && !hop_writer_add_chars(cx, c, a, &text))
        return false;
    if (!a)
        hop_buf_add_utf16(&text, (uint16_t)ARG_I(0));
    encode(c, hop_buf_str(&text), text.len, &b);
    return put_bytes(cx, c, hop_buf_str(&b), b.len);
}

static void
add_7bit(uint32_t n, struct hop_buf *b)
{
    for (; n >= 0x80; n >>= 7)
        hop_buf_addc(b, (char)(n | 0x80));
    hop_buf_addc(b, (char)n);
}

METHOD(write_7bit)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    add_7bit((uint32_t)ARG_I(0), &b);
    return put_bytes(cx, c, b.data, b.len);
}

METHOD(write_string)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT, all = HOP_BUF_INIT;

    if (ARG_NULL(0))
        return hop_throw_null(cx, "value");
    encode(c, ARG_S(0)->data, ARG_S(0)->len, &b);
    add_7bit((uint32_t)b.len, &all);
    hop_buf_add(&all, hop_buf_str(&b), b.len);
    return put_bytes(cx, c, all.data, all.len);
}

METHOD(seek_binary)
{
    HOP_AUTO_STRING struct hop_string *name = hop_string_from("Seek");

    return hop_member_call(cx, BINARY->stream, name, c->args, 2, NULL,
                           &c->result);
}

METHOD(flush_binary)
{
    return hop_stream_flush(cx, hop_as_stream(BINARY->stream));
}

METHOD(new_binary)
{
    return hop_binary_new(cx, c, &hop_class_binary_writer, "output");
}

static const struct hop_method binary_methods[] = {
    {"void Write(bool value)", write_integer, 1},
    {"void Write(byte value)", write_integer, 1},
    {"void Write(sbyte value)", write_integer, 1},
    {"void Write(byte[] buffer)", write_bytes},
    {"void Write(byte[] buffer, int index, int count)", write_bytes},
    {"void Write(char ch)", write_chars},
    {"void Write(char[] chars)", write_chars},
    {"void Write(double value)", write_real, 8},
    {"void Write(short value)", write_integer, 2},
    {"void Write(ushort value)", write_integer, 2},
    {"void Write(int value)", write_integer, 4},
    {"void Write(uint value)", write_integer, 4},
    {"void Write(long value)", write_integer, 8},
    {"void Write(ulong value)", write_integer, 8},
    {"void Write(float value)", write_real, 4},
    {"void Write(string value)", write_string},
    {"void Write7BitEncodedInt(int value)", write_7bit},
    {"long Seek(int offset, System.IO.SeekOrigin origin)", seek_binary},
    {"void Flush()", flush_binary},
    {"void Close()", hop_binary_close},
    {"void Dispose()", hop_binary_close},
    END_METHODS,
};

#define BW "System.IO.BinaryWriter new(System.IO.Stream output"
static const struct hop_method binary_constructors[] = {
    {BW ")", new_binary},
    {BW ENC ")", new_binary},
    {BW ENC ", bool leaveOpen)", new_binary},
    END_METHODS,
};

const struct hop_class hop_class_binary_writer = {
    .name = "System.IO.BinaryWriter",
    .base = &hop_class_object,
    .interfaces = hop_binary_interfaces,
    .kind = HOP_OBJECT,
    .size = sizeof(struct hop_binary),
    .properties = hop_binary_properties,
    .methods = binary_methods,
    .constructors = binary_constructors,
    .destroy = hop_binary_destroy,
};
