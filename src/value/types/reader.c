/* TextReader, StreamReader, StringReader, BinaryReader.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>

#include "base/text.h"
#include "value/types/def.h"
#include "value/types/file_info.h"
#include "value/types/more.h"
#include "value/types/stream.h"

#define CHUNK 4096

/* A text that is read from front to back; a StreamReader adds to it by chunks
 * of its stream. */
struct reader {
    struct hop_object base;
    struct hop_value stream; /* null: StringReader */
    struct hop_value encoding;
    struct hop_buf text; /* UTF-8, from here on */
    struct hop_buf raw;  /* bytes of an unfinished character */
    bool started, at_end, closed, leave_open;
};

static struct reader *
reader_of(struct hop_value v)
{
    return (struct reader *)v.u.o;
}

static void
destroy_reader(struct hop_object *o)
{
    struct reader *r = (struct reader *)o;

    hop_release(r->stream);
    hop_release(r->encoding);
    hop_buf_done(&r->text);
    hop_buf_done(&r->raw);
}

/* ---- decoding ---- */

/* A byte order mark at the start decides. */
static void
find_mark(struct hop_context *cx, struct reader *r)
{
    static const struct {
        const char *mark;
        size_t n;
        enum hop_code code;
    } marks[] = {{"\xEF\xBB\xBF", 3, HOP_CODE_UTF8},
                 {"\xFF\xFE\0\0", 4, HOP_CODE_UTF32},
                 {"\xFF\xFE", 2, HOP_CODE_UTF16},
                 {"\xFE\xFF", 2, HOP_CODE_UTF16BE}};

    for (size_t i = 0; i < HOP_ARRAY_SIZE(marks); i++) {
        if (r->raw.len < marks[i].n ||
            memcmp(r->raw.data, marks[i].mark, marks[i].n) != 0)
            continue;
        hop_buf_consume(&r->raw, marks[i].n);
        hop_value_set(&r->encoding, hop_encoding_new(cx, marks[i].code, true));
        return;
    }
}

/* How many of the raw bytes are whole characters. */
static size_t
whole(const struct reader *r, const struct hop_encoding *e)
{
    const unsigned char *p = (const unsigned char *)r->raw.data;
    size_t n = r->raw.len, back = 0;

    if (e->code == HOP_CODE_UTF32 || e->code == HOP_CODE_UTF32BE)
        return n & ~(size_t)3;
    if (e->code == HOP_CODE_UTF16 || e->code == HOP_CODE_UTF16BE) {
        n &= ~(size_t)1;
        if (n && (p[n - (e->code == HOP_CODE_UTF16 ? 1 : 2)] & 0xFC) == 0xD8)
            n -= 2;
        return n;
    }
    if (e->code != HOP_CODE_UTF8)
        return n;
    while (back < n && back < 3 && (p[n - 1 - back] & 0xC0) == 0x80)
        back++;
    if (back < n && p[n - 1 - back] >= 0xC0) {
        unsigned char lead = p[n - 1 - back];
        size_t need = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;

        if (back + 1 < need)
            n -= back + 1;
    }
    return n;
}

/* Adds another chunk to the text. */
static bool
fill(struct hop_context *cx, struct reader *r)
{
    const struct hop_encoding *e;
    char chunk[CHUNK];
    size_t got = 0, n;

    if (!hop_stream_read(cx, hop_as_stream(r->stream), chunk, sizeof(chunk),
                         &got))
        return false;
    hop_buf_add(&r->raw, chunk, got);
    r->at_end = got == 0;
    if (!r->started)
        find_mark(cx, r);
    r->started = true;
    e = hop_as_encoding(r->encoding);
    n = r->at_end ? r->raw.len : whole(r, e);
    if (n)
        hop_encoding_decode(e, r->raw.data, n, &r->text);
    hop_buf_consume(&r->raw, n);
    return true;
}

/* Is there text, after reading on where needed? */
static bool
more(struct hop_context *cx, struct reader *r, bool *there)
{
    if (r->closed)
        return hop_throw_disposed(cx, hop_obj(r),
                                  "Cannot read from a closed TextReader.");
    while (r->text.len == 0 && !r->at_end)
        if (!fill(cx, r))
            return false;
    *there = r->text.len > 0;
    return true;
}

static bool
fill_all(struct hop_context *cx, struct reader *r)
{
    bool there;

    if (!more(cx, r, &there))
        return false;
    while (!r->at_end && !hop_is_stopping(cx))
        if (!hop_context_may_alloc(cx, r->text.len, 1) || !fill(cx, r))
            return false;
    return true;
}

/* ---- reading text ---- */

#define SELF reader_of(c->self)

METHOD(read_line)
{
    struct reader *r = SELF;
    bool there = false;
    size_t n = 0, skip;

    if (!more(cx, r, &there))
        return false;
    if (!there)
        RETURN(hop_null());
    for (;;) {
        while (n < r->text.len && r->text.data[n] != '\n' &&
               r->text.data[n] != '\r')
            n++;
        /* A CR at the end of a chunk may have its LF in the next one. */
        if (r->at_end || n + 1 < r->text.len ||
            (n < r->text.len && r->text.data[n] == '\n'))
            break;
        if (!fill(cx, r))
            return false;
    }
    c->result = hop_textn(hop_buf_str(&r->text), n);
    skip = n < r->text.len ? 1 : 0;
    if (skip && r->text.data[n] == '\r' && n + 1 < r->text.len &&
        r->text.data[n + 1] == '\n')
        skip = 2;
    hop_buf_consume(&r->text, n + skip);
    return true;
}

METHOD(read_to_end)
{
    struct reader *r = SELF;

    if (!fill_all(cx, r))
        return false;
    c->result = hop_textn(hop_buf_str(&r->text), r->text.len);
    hop_buf_clear(&r->text);
    return true;
}

/* The next UTF-16 unit, -1 at the end; take: goes on behind it. */
static bool
next_unit(struct hop_context *cx, struct reader *r, bool take, int32_t *unit)
{
    bool there = false;
    uint32_t cp;
    size_t used;
    char low[4];

    *unit = -1;
    if (!more(cx, r, &there))
        return false;
    if (!there)
        return true;
    cp = hop_utf8_decode(r->text.data, r->text.len, &used);
    *unit =
        cp < 0x10000 ? (int32_t)cp : (int32_t)(0xD800 + ((cp - 0x10000) >> 10));
    if (!take)
        return true;
    if (cp < 0x10000) {
        hop_buf_consume(&r->text, used);
        return true;
    }
    /* The second half of the pair stays, as a lone surrogate. */
    hop_buf_consume(&r->text, 1);
    hop_utf8_encode(0xDC00 + ((cp - 0x10000) & 0x3FF), low);
    memcpy(r->text.data, low, 3);
    return true;
}

METHOD(read_unit)
{
    int32_t unit;

    if (!next_unit(cx, SELF, c->data, &unit))
        return false;
    RETURN(hop_int(unit));
}

METHOD(read_units)
{
    struct hop_array *a = hop_as_array(c->args[0]);
    int64_t from = ARG_I(1), n = ARG_I(2), got = 0;

    if (!a)
        return hop_throw_null(cx, "buffer");
    if (from < 0 || n < 0 || from > (int64_t)a->n || n > (int64_t)a->n - from)
        return hop_throw(cx, &hop_exception_argument,
                         "Offset and length were out of bounds for the array "
                         "or count is greater than the number of elements from "
                         "index to the end of the source collection.");
    for (; got < n; got++) {
        int32_t unit;

        if (!next_unit(cx, SELF, true, &unit))
            return false;
        if (unit < 0)
            break;
        a->items[from + got] = hop_char((uint16_t)unit);
    }
    RETURN(hop_int((int32_t)got));
}

METHOD(close_reader)
{
    struct reader *r = SELF;
    struct hop_stream *s = hop_as_stream(r->stream);

    if (r->closed)
        return true;
    r->closed = true;
    hop_buf_clear(&r->text);
    return !s || r->leave_open || hop_stream_close(cx, s);
}

METHOD(discard)
{
    hop_buf_clear(&SELF->text);
    hop_buf_clear(&SELF->raw);
    SELF->at_end = false;
    return true;
}

/* ---- making readers ---- */

struct hop_value
hop_reader_new(struct hop_context *cx, struct hop_value stream,
               struct hop_value encoding)
{
    struct reader *r = hop_object_new(cx, &hop_class_stream_reader);

    r->stream = stream;
    r->encoding = hop_is_null(encoding)
                      ? hop_encoding_new(cx, HOP_CODE_UTF8, false)
                      : hop_retain(encoding);
    return hop_obj(r);
}

METHOD(new_stream_reader)
{
    struct hop_value stream = hop_null();
    size_t last = c->n - 1;

    if (ARG_NULL(0))
        return hop_throw_null(cx, c->data ? "path" : "stream");
    if (!c->data) {
        stream = hop_retain(hop_value_base(c->args[0]));
        if (!hop_as_stream(stream)->can_read) {
            hop_release(stream);
            return hop_throw(cx, &hop_exception_argument,
                             "Stream was not readable.");
        }
    } else if (!hop_stream_open(cx, ARG_S(0)->data, 3, 1, &stream)) {
        return false;
    }
    c->result = hop_reader_new(
        cx, stream,
        c->n > 1 && hop_as_encoding(c->args[1]) ? c->args[1] : hop_null());
    if (c->n == 5)
        reader_of(c->result)->leave_open = ARG_B(last);
    return true;
}

METHOD(new_string_reader)
{
    struct reader *r;

    if (ARG_NULL(0))
        return hop_throw_null(cx, "s");
    r = hop_object_new(cx, &hop_class_string_reader);
    hop_buf_add(&r->text, ARG_S(0)->data, ARG_S(0)->len);
    r->at_end = r->started = true;
    RETURN(hop_obj(r));
}

enum { BASE_STREAM, ENCODING, AT_END };

GETTER(get_reader)
{
    struct reader *r = reader_of(self);
    bool there = false;

    if (data == AT_END) {
        if (!more(cx, r, &there))
            return false;
        *out = hop_bool(!there);
        return true;
    }
    *out = hop_retain(data == ENCODING ? r->encoding : r->stream);
    return true;
}

static const struct hop_method reader_methods[] = {
    {"int Peek()", read_unit, false},
    {"int Read()", read_unit, true},
    {"int Read(char[] buffer, int index, int count)", read_units},
    {"int ReadBlock(char[] buffer, int index, int count)", read_units},
    {"string ReadLine()", read_line},
    {"string ReadToEnd()", read_to_end},
    {"void Close()", close_reader},
    {"void Dispose()", close_reader},
    END_METHODS,
};

static const struct hop_class *const disposable[] = {&hop_class_idisposable,
                                                     NULL};

const struct hop_class hop_class_text_reader = {
    .name = "System.IO.TextReader",
    .base = &hop_class_object,
    .interfaces = disposable,
    .flags = HOP_CLASS_ABSTRACT,
    .kind = HOP_OBJECT,
    .size = sizeof(struct reader),
    .methods = reader_methods,
    .destroy = destroy_reader,
};

static const struct hop_property stream_reader_properties[] = {
    {"CurrentEncoding", "System.Text.Encoding", get_reader, NULL, 0, ENCODING},
    {"BaseStream", "System.IO.Stream", get_reader, NULL, 0, BASE_STREAM},
    {"EndOfStream", "bool", get_reader, NULL, 0, AT_END},
    END_PROPERTIES,
};

static const struct hop_method stream_reader_methods[] = {
    {"void DiscardBufferedData()", discard},
    END_METHODS,
};

#define SR     "System.IO.StreamReader new"
#define ENC    ", System.Text.Encoding encoding"
#define DETECT ", bool detectEncodingFromByteOrderMarks"
#define BOTH(rest)                                                             \
    {SR "(System.IO.Stream stream" rest ")", new_stream_reader, false},        \
    {                                                                          \
        SR "(string path" rest ")", new_stream_reader, true                    \
    }
static const struct hop_method stream_reader_constructors[] = {
    BOTH(""),
    BOTH(DETECT),
    BOTH(ENC),
    BOTH(ENC DETECT),
    BOTH(ENC DETECT ", int bufferSize"),
    {SR "(System.IO.Stream stream" ENC DETECT
        ", int bufferSize, bool leaveOpen)",
     new_stream_reader, false},
    END_METHODS,
};

const struct hop_class hop_class_stream_reader = {
    .name = "System.IO.StreamReader",
    .base = &hop_class_text_reader,
    .kind = HOP_OBJECT,
    .size = sizeof(struct reader),
    .properties = stream_reader_properties,
    .methods = stream_reader_methods,
    .constructors = stream_reader_constructors,
};

static const struct hop_method string_reader_constructors[] = {
    {"System.IO.StringReader new(string s)", new_string_reader},
    END_METHODS,
};

const struct hop_class hop_class_string_reader = {
    .name = "System.IO.StringReader",
    .base = &hop_class_text_reader,
    .kind = HOP_OBJECT,
    .size = sizeof(struct reader),
    .constructors = string_reader_constructors,
};

/* ---- BinaryReader ---- */

struct binary {
    struct hop_object base;
    struct hop_value stream, encoding;
    bool leave_open;
};

#define BINARY ((struct binary *)c->self.u.o)

static void
destroy_binary(struct hop_object *o)
{
    hop_release(((struct binary *)o)->stream);
    hop_release(((struct binary *)o)->encoding);
}

static bool
exactly(struct hop_context *cx, struct binary *b, void *p, size_t n)
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
read_char(struct hop_context *cx, struct binary *b, struct hop_buf *text,
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
read_length(struct hop_context *cx, struct binary *b, uint32_t *n)
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

METHOD(close_binary)
{
    return BINARY->leave_open ||
           hop_stream_close(cx, hop_as_stream(BINARY->stream));
}

METHOD(new_binary)
{
    struct binary *b;

    if (ARG_NULL(0))
        return hop_throw_null(cx, "input");
    b = hop_object_new(cx, &hop_class_binary_reader);
    b->stream = hop_retain(hop_value_base(c->args[0]));
    b->encoding = c->n > 1 ? hop_retain(c->args[1])
                           : hop_encoding_new(cx, HOP_CODE_UTF8, false);
    b->leave_open = c->n > 2 && ARG_B(2);
    RETURN(hop_obj(b));
}

GETTER(get_base)
{
    *out = hop_retain(((struct binary *)self.u.o)->stream);
    return true;
}

static const struct hop_property binary_properties[] = {
    {"BaseStream", "System.IO.Stream", get_base},
    END_PROPERTIES,
};

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
    {"void Close()", close_binary},
    {"void Dispose()", close_binary},
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
    .interfaces = disposable,
    .kind = HOP_OBJECT,
    .size = sizeof(struct binary),
    .properties = binary_properties,
    .methods = binary_methods,
    .constructors = binary_constructors,
    .destroy = destroy_binary,
};
