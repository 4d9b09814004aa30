/* TextWriter, StreamWriter, StringWriter.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/types/writer.h"

#include "value/types/def.h"
#include "value/types/more.h"
#include "value/types/stream.h"
#include "value/types/text.h"

#define BUFFERED 4096

/* Text gathers in `text`; a StreamWriter hands it on when there is much or when
 * it is flushed. */
struct writer {
    struct hop_object base;
    struct hop_value stream; /* null: StringWriter */
    struct hop_value encoding;
    struct hop_value builder; /* StringWriter's StringBuilder */
    struct hop_buf text;      /* StreamWriter's */
    struct hop_string *new_line;
    bool auto_flush, marked, closed, leave_open;
};

#define SELF ((struct writer *)c->self.u.o)

static void
destroy_writer(struct hop_object *o)
{
    struct writer *w = (struct writer *)o;

    hop_release(w->stream);
    hop_release(w->encoding);
    hop_release(w->builder);
    hop_buf_done(&w->text);
    hop_string_release(w->new_line);
}

/* ---- writing text ---- */

static bool
hand_on(struct hop_context *cx, struct writer *w)
{
    HOP_AUTO_BUF struct hop_buf bytes = HOP_BUF_INIT;
    const struct hop_encoding *e = hop_as_encoding(w->encoding);
    struct hop_stream *s = hop_as_stream(w->stream);
    int64_t at = 0;

    if (!s || w->text.len == 0)
        return true;
    /* The byte order mark stands at the start of a file alone. */
    if (!w->marked && s->ops->tell && !s->ops->tell(cx, s, &at))
        return false;
    if (!w->marked && at == 0 && e->mark)
        hop_encoding_preamble(e, &bytes);
    w->marked = true;
    hop_encoding_encode(e, w->text.data, w->text.len, &bytes);
    hop_buf_clear(&w->text);
    return hop_stream_write(cx, s, hop_buf_str(&bytes), bytes.len);
}

static bool
put(struct hop_context *cx, struct writer *w, const char *p, size_t n)
{
    if (w->closed)
        return hop_throw_disposed(cx, hop_obj(w),
                                  "Cannot write to a closed TextWriter.");
    if (!hop_is_null(w->builder))
        return hop_builder_append(cx, w->builder, p, n);
    hop_buf_add(&w->text, p, n);
    return (w->text.len < BUFFERED && !w->auto_flush) || hand_on(cx, w);
}

bool
hop_writer_add_chars(struct hop_context *cx, struct hop_call *c,
                     struct hop_array *a, struct hop_buf *b)
{
    size_t from = c->n > 1 ? (size_t)ARG_I(1) : 0;
    size_t n = c->n > 2 ? (size_t)ARG_I(2) : a->n;

    if (from > a->n || n > a->n - from)
        return hop_throw(cx, &hop_exception_argument,
                         "Offset and length were out of bounds for the array "
                         "or count is greater than the number of elements from "
                         "index to the end of the source collection.");
    for (size_t i = 0; i < n; i++)
        hop_buf_add_utf16(b, (uint16_t)a->items[from + i].u.i);
    return true;
}

/* data: with a line end. */
METHOD(write_text)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    struct hop_array *a = c->n ? hop_as_array(c->args[0]) : NULL;

    if (a && hop_array_element(a) == &hop_class_char) {
        if (!hop_writer_add_chars(cx, c, a, &b))
            return false;
    } else if (c->n && !hop_is_null(c->args[0]) &&
               !hop_add_to_string(cx, c->args[0], &b)) {
        return false;
    }
    if (c->data)
        hop_buf_add(&b, SELF->new_line->data, SELF->new_line->len);
    return put(cx, SELF, hop_buf_str(&b), b.len);
}

METHOD(write_format)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    struct hop_array *rest = c->n == 2 ? hop_as_array(c->args[1]) : NULL;
    const struct hop_value *args = rest ? rest->items : c->args + 1;
    size_t n = rest ? rest->n : c->n - 1;

    if (!hop_composite(cx, ARG_S(0)->data, ARG_S(0)->len, args, n, &b))
        return false;
    if (c->data)
        hop_buf_add(&b, SELF->new_line->data, SELF->new_line->len);
    return put(cx, SELF, hop_buf_str(&b), b.len);
}

METHOD(flush_writer)
{
    struct hop_stream *s = hop_as_stream(SELF->stream);

    if (SELF->closed)
        return hop_throw_disposed(cx, c->self,
                                  "Cannot write to a closed TextWriter.");
    return hand_on(cx, SELF) && (!s || hop_stream_flush(cx, s));
}

METHOD(close_writer)
{
    struct hop_stream *s = hop_as_stream(SELF->stream);

    if (SELF->closed)
        return true;
    if (!hand_on(cx, SELF))
        return false;
    SELF->closed = true;
    return !s || SELF->leave_open || hop_stream_close(cx, s);
}

/* ---- making writers ---- */

static struct writer *
make(struct hop_context *cx, const struct hop_class *cls,
     struct hop_value encoding)
{
    struct writer *w = hop_object_new(cx, cls);

    w->new_line = hop_string_from("\n");
    w->encoding = hop_is_null(encoding)
                      ? hop_encoding_new(cx, HOP_CODE_UTF8, false)
                      : hop_retain(encoding);
    return w;
}

struct hop_value
hop_writer_new(struct hop_context *cx, struct hop_value stream,
               struct hop_value encoding)
{
    struct writer *w = make(cx, &hop_class_stream_writer, encoding);

    w->stream = stream;
    return hop_obj(w);
}

/* data: a path comes first; then -- the argument after it is `append`. */
METHOD(new_stream_writer)
{
    struct hop_value stream = hop_null(), encoding = hop_null();

    if (ARG_NULL(0))
        return hop_throw_null(cx, c->data ? "path" : "stream");
    if (c->data) {
        bool append = c->n > 1 && ARG_B(1);

        if (!hop_stream_open(cx, ARG_S(0)->data, append ? 6 : 2, 2, &stream))
            return false;
        encoding = c->n > 2 ? c->args[2] : hop_null();
    } else {
        if (!hop_as_stream(c->args[0])->can_write)
            return hop_throw(cx, &hop_exception_argument,
                             "Stream was not writable.");
        stream = hop_retain(hop_value_base(c->args[0]));
        encoding = c->n > 1 ? c->args[1] : hop_null();
    }
    c->result = hop_writer_new(cx, stream, encoding);
    if (!c->data && c->n > 3)
        ((struct writer *)c->result.u.o)->leave_open = ARG_B(3);
    return true;
}

METHOD(new_string_writer)
{
    struct writer *w;

    if (c->n && ARG_NULL(0))
        return hop_throw_null(cx, "sb");
    w = make(cx, &hop_class_string_writer, hop_null());
    hop_value_set(&w->encoding, hop_encoding_new(cx, HOP_CODE_UTF16, true));
    w->builder = c->n ? hop_retain(c->args[0]) : hop_builder_new(cx);
    RETURN(hop_obj(w));
}

METHOD(get_builder)
{
    RETURN(hop_retain(SELF->builder));
}

static bool
show_text(struct hop_context *cx, struct hop_value v, struct hop_string **out)
{
    return hop_to_string(cx, ((struct writer *)v.u.o)->builder, out);
}

enum { NEW_LINE, ENCODING, BASE_STREAM, AUTO_FLUSH };

GETTER(get_writer)
{
    struct writer *w = (struct writer *)self.u.o;

    *out = data == NEW_LINE      ? hop_str(hop_string_retain(w->new_line))
           : data == ENCODING    ? hop_retain(w->encoding)
           : data == BASE_STREAM ? hop_retain(w->stream)
                                 : hop_bool(w->auto_flush);
    return true;
}

SETTER(set_writer)
{
    struct writer *w = (struct writer *)self.u.o;

    if (data == AUTO_FLUSH) {
        w->auto_flush = v.u.i != 0;
        return !w->auto_flush || hand_on(cx, w);
    }
    hop_string_release(w->new_line);
    w->new_line =
        hop_is_null(v) ? hop_string_from("\n") : hop_string_retain(v.u.s);
    return true;
}

static const struct hop_property writer_properties[] = {
    {"NewLine", "string", get_writer, set_writer, 0, NEW_LINE},
    {"Encoding", "System.Text.Encoding", get_writer, NULL, 0, ENCODING},
    END_PROPERTIES,
};

#define ONE(name, type, d)                                                     \
    {                                                                          \
        "void " name "(" type " value)", write_text, d                         \
    }
#define WRITES(name, d)                                                        \
    ONE(name, "char", d), ONE(name, "char[]", d), ONE(name, "string", d),      \
        ONE(name, "bool", d), ONE(name, "int", d), ONE(name, "long", d),       \
        ONE(name, "double", d), ONE(name, "decimal", d),                       \
        ONE(name, "System.Object", d),                                         \
        {"void " name "(string format, System.Object arg0)", write_format, d}, \
        {"void " name                                                          \
         "(string format, System.Object arg0, System.Object arg1)",            \
         write_format, d},                                                     \
        {"void " name "(string format, System.Object arg0, System.Object "     \
         "arg1, System.Object arg2)",                                          \
         write_format, d},                                                     \
    {                                                                          \
        "void " name "(string format, params System.Object[] arg)",            \
            write_format, d                                                    \
    }

static const struct hop_method text_writer_methods[] = {
    WRITES("Write", false),
    {"void WriteLine()", write_text, true},
    WRITES("WriteLine", true),
    {"void Flush()", flush_writer},
    {"void Close()", close_writer},
    {"void Dispose()", close_writer},
    END_METHODS,
};

static const struct hop_class *const disposable[] = {&hop_class_idisposable,
                                                     NULL};

const struct hop_class hop_class_text_writer = {
    .name = "System.IO.TextWriter",
    .base = &hop_class_object,
    .interfaces = disposable,
    .flags = HOP_CLASS_ABSTRACT,
    .kind = HOP_OBJECT,
    .size = sizeof(struct writer),
    .properties = writer_properties,
    .methods = text_writer_methods,
    .destroy = destroy_writer,
};

static const struct hop_property stream_writer_properties[] = {
    {"AutoFlush", "bool", get_writer, set_writer, 0, AUTO_FLUSH},
    {"BaseStream", "System.IO.Stream", get_writer, NULL, 0, BASE_STREAM},
    END_PROPERTIES,
};

#define SW  "System.IO.StreamWriter new"
#define ENC ", System.Text.Encoding encoding"
static const struct hop_method stream_writer_constructors[] = {
    {SW "(System.IO.Stream stream)", new_stream_writer, false},
    {SW "(System.IO.Stream stream" ENC ")", new_stream_writer, false},
    {SW "(System.IO.Stream stream" ENC ", int bufferSize)", new_stream_writer,
     false},
    {SW "(System.IO.Stream stream" ENC ", int bufferSize, bool leaveOpen)",
     new_stream_writer, false},
    {SW "(string path)", new_stream_writer, true},
    {SW "(string path, bool append)", new_stream_writer, true},
    {SW "(string path, bool append" ENC ")", new_stream_writer, true},
    {SW "(string path, bool append" ENC ", int bufferSize)", new_stream_writer,
     true},
    END_METHODS,
};

const struct hop_class hop_class_stream_writer = {
    .name = "System.IO.StreamWriter",
    .base = &hop_class_text_writer,
    .kind = HOP_OBJECT,
    .size = sizeof(struct writer),
    .properties = stream_writer_properties,
    .constructors = stream_writer_constructors,
};

static const struct hop_method string_writer_methods[] = {
    {"System.Text.StringBuilder GetStringBuilder()", get_builder},
    END_METHODS,
};

static const struct hop_method string_writer_constructors[] = {
    {"System.IO.StringWriter new()", new_string_writer},
    {"System.IO.StringWriter new(System.Text.StringBuilder sb)",
     new_string_writer},
    END_METHODS,
};

const struct hop_class hop_class_string_writer = {
    .name = "System.IO.StringWriter",
    .base = &hop_class_text_writer,
    .kind = HOP_OBJECT,
    .size = sizeof(struct writer),
    .methods = string_writer_methods,
    .constructors = string_writer_constructors,
    .to_string = show_text,
};
