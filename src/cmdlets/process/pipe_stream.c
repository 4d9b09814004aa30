/* Text through pipes, in UTF-8.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cmdlets/process/pipe_stream.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "engine/runspace.h"
#include "value/convert.h"
#include "value/exception.h"

struct pipe_stream {
    struct hop_object base;
    int fd; /* -1: closed */
    bool at_end;
    struct hop_buf buffer; /* read and not yet given out */
};

#define STREAM(v) ((struct pipe_stream *)(void *)hop_value_base(v).u.o)

static void
destroy(struct hop_object *o)
{
    struct pipe_stream *s = (struct pipe_stream *)(void *)o;

    if (s->fd >= 0)
        close(s->fd);
    s->fd = -1;
    hop_buf_done(&s->buffer);
}

static bool
closed(struct hop_context *cx)
{
    return hop_throw(cx, &hop_exception_object_disposed,
                     "Cannot access a closed stream.");
}

/* ---- reading ---- */

/* Reads some more; false: stopped, or an exception is pending. */
static bool
fill(struct hop_context *cx, struct pipe_stream *s)
{
    char *to;
    ssize_t n;

    if (s->fd < 0)
        return closed(cx);
    if (hop_runspace_wait(hop_runspace_of(cx), s->fd, POLLIN, -1) < 0)
        return false;
    to = hop_buf_reserve(&s->buffer, 4096);
    do
        n = to ? read(s->fd, to, 4096) : 0;
    while (n < 0 && errno == EINTR);
    if (n > 0)
        hop_buf_commit(&s->buffer, (size_t)n);
    else
        s->at_end = true;
    return true;
}

static bool
read_to_end(struct hop_context *cx, struct hop_call *call)
{
    struct pipe_stream *s = STREAM(call->self);

    while (!s->at_end)
        if (!fill(cx, s))
            return false;
    call->result = hop_text_buf(&s->buffer);
    return true;
}

static bool
read_line(struct hop_context *cx, struct hop_call *call)
{
    struct pipe_stream *s = STREAM(call->self);
    const char *feed;
    size_t n;

    while (!(feed = s->buffer.len ? memchr(s->buffer.data, '\n', s->buffer.len)
                                  : NULL) &&
           !s->at_end)
        if (!fill(cx, s))
            return false;
    if (!feed && !s->buffer.len) {
        call->result = hop_null();
        return true;
    }
    n = feed ? (size_t)(feed - s->buffer.data) : s->buffer.len;
    call->result = hop_textn(s->buffer.data,
                             n && s->buffer.data[n - 1] == '\r' ? n - 1 : n);
    hop_buf_consume(&s->buffer, feed ? n + 1 : n);
    return true;
}

/* One character as its number, -1 at the end; data: whether it stays. */
static bool
read_char(struct hop_context *cx, struct hop_call *call)
{
    struct pipe_stream *s = STREAM(call->self);
    size_t used = 0;
    uint32_t cp;

    while (!s->buffer.len && !s->at_end)
        if (!fill(cx, s))
            return false;
    if (!s->buffer.len) {
        call->result = hop_int(-1);
        return true;
    }
    cp = hop_utf8_decode(s->buffer.data, s->buffer.len, &used);
    call->result = hop_int((int32_t)cp);
    if (!call->data)
        hop_buf_consume(&s->buffer, used);
    return true;
}

static bool
get_end(struct hop_context *cx, struct hop_value self, intptr_t data,
        struct hop_value *out)
{
    struct pipe_stream *s = STREAM(self);

    (void)data;
    while (!s->buffer.len && !s->at_end)
        if (!fill(cx, s))
            return false;
    *out = hop_bool(!s->buffer.len);
    return true;
}

static bool
close_stream(struct hop_context *cx, struct hop_call *call)
{
    (void)cx;
    destroy(&STREAM(call->self)->base);
    return true;
}

/* ---- writing ---- */

static bool
put(struct hop_context *cx, struct pipe_stream *s, const char *p, size_t n)
{
    if (s->fd < 0)
        return closed(cx);
    while (n) {
        ssize_t w = write(s->fd, p, n);

        if (w < 0 && errno == EINTR)
            continue;
        if (w < 0)
            return hop_throw(cx, &hop_exception_io, "%s", strerror(errno));
        p += w;
        n -= (size_t)w;
    }
    return true;
}

/* data: whether a line end follows. */
static bool
write_text(struct hop_context *cx, struct hop_call *call)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    if (call->n && !hop_is_null(call->args[0]) &&
        !hop_add_string(cx, call->args[0], &b))
        return false;
    if (call->data)
        hop_buf_addc(&b, '\n');
    return put(cx, STREAM(call->self), hop_buf_str(&b), b.len);
}

static bool
flush(struct hop_context *cx, struct hop_call *call)
{
    (void)cx;
    (void)call;
    return true;
}

static bool
get_true(struct hop_context *cx, struct hop_value self, intptr_t data,
         struct hop_value *out)
{
    (void)cx;
    (void)self;
    (void)data;
    *out = hop_bool(true);
    return true;
}

/* Everything is written at once: there is nothing to set. */
static bool
set_nothing(struct hop_context *cx, struct hop_value self, intptr_t data,
            struct hop_value v)
{
    (void)cx;
    (void)self;
    (void)data;
    (void)v;
    return true;
}

static bool
get_new_line(struct hop_context *cx, struct hop_value self, intptr_t data,
             struct hop_value *out)
{
    (void)cx;
    (void)self;
    (void)data;
    *out = hop_text("\n");
    return true;
}

/* ---- the classes ---- */

static const struct hop_property reader_properties[] = {
    {"EndOfStream", "bool", get_end}, {NULL}};
static const struct hop_method reader_methods[] = {
    {"string ReadToEnd()", read_to_end},
    {"string ReadLine()", read_line},
    {"int Read()", read_char, false},
    {"int Peek()", read_char, true},
    {"void Close()", close_stream},
    {"void Dispose()", close_stream},
    {NULL}};

static const struct hop_property writer_properties[] = {
    {"AutoFlush", "bool", get_true, set_nothing},
    {"NewLine", "string", get_new_line, set_nothing},
    {NULL}};
static const struct hop_method writer_methods[] = {
    {"void Write(string value)", write_text, false},
    {"void Write(System.Object value)", write_text, false},
    {"void WriteLine()", write_text, true},
    {"void WriteLine(string value)", write_text, true},
    {"void WriteLine(System.Object value)", write_text, true},
    {"void Flush()", flush},
    {"void Close()", close_stream},
    {"void Dispose()", close_stream},
    {NULL}};

static const struct hop_class class_reader = {
    .name = "System.IO.StreamReader",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = sizeof(struct pipe_stream),
    .properties = reader_properties,
    .methods = reader_methods,
    .destroy = destroy,
};
static const struct hop_class class_writer = {
    .name = "System.IO.StreamWriter",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = sizeof(struct pipe_stream),
    .properties = writer_properties,
    .methods = writer_methods,
    .destroy = destroy,
};

static struct hop_value
stream_new(struct hop_context *cx, const struct hop_class *cls, int fd)
{
    struct pipe_stream *s = hop_object_new(cx, cls);

    s->fd = fd;
    return hop_obj(s);
}

struct hop_value
hop_pipe_reader_new(struct hop_context *cx, int fd)
{
    return stream_new(cx, &class_reader, fd);
}

struct hop_value
hop_pipe_writer_new(struct hop_context *cx, int fd)
{
    return stream_new(cx, &class_writer, fd);
}
