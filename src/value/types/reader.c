/* TextReader, StreamReader, StringReader.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>

#include "base/text.h"
#include "value/types/def.h"
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
