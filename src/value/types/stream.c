/* System.IO.Stream: the checks of every stream, and its members.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/types/stream.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/alloc.h"
#include "smb/files.h"
#include "value/types/def.h"
#include "value/types/more.h"
#include "value/types/stream_kinds.h"

#define CHUNK 65536

struct hop_stream *
hop_as_stream(struct hop_value v)
{
    v = hop_value_base(v);
    return hop_value_is(v, &hop_class_stream) ? (struct hop_stream *)v.u.o
                                              : NULL;
}

struct hop_stream *
hop_stream_new(struct hop_context *cx, const struct hop_class *cls,
               const struct hop_stream_ops *ops)
{
    struct hop_stream *s = hop_object_new(cx, cls);

    s->ops = ops;
    s->fd = -1;
    s->can_read = s->can_write = true;
    return s;
}

bool
hop_throw_disposed(struct hop_context *cx, struct hop_value o, const char *text)
{
    HOP_AUTO_BUF struct hop_buf name = HOP_BUF_INIT;

    hop_class_add_name(hop_class_of(o), &name);
    return hop_throw(cx, &hop_exception_object_disposed,
                     "%s\nObject name: '%s'.", text, hop_buf_str(&name));
}

void
hop_stream_destroy(struct hop_object *o)
{
    struct hop_stream *s = (struct hop_stream *)o;

    if (s->ops && s->ops->free)
        s->ops->free(s);
    if (s->fd >= 0)
        close(s->fd);
    hop_buf_done(&s->bytes);
    hop_string_release(s->path);
    hop_release(s->inner);
}

/* ---- the checks of every stream ---- */

static bool
is_open(struct hop_context *cx, const struct hop_stream *s)
{
    return !s->closed || hop_throw(cx, &hop_exception_object_disposed,
                                   s->path ? "Cannot access a closed file."
                                           : "Cannot access a closed Stream.");
}

bool
hop_stream_refuse(struct hop_context *cx, const char *text)
{
    return hop_throw(cx, &hop_exception_not_supported, "%s", text);
}

bool
hop_stream_read(struct hop_context *cx, struct hop_stream *s, void *p, size_t n,
                size_t *got)
{
    if (!is_open(cx, s))
        return false;
    if (!s->can_read || !s->ops->read)
        return hop_stream_refuse(cx, "Stream does not support reading.");
    return s->ops->read(cx, s, p, n, got);
}

bool
hop_stream_write(struct hop_context *cx, struct hop_stream *s, const void *p,
                 size_t n)
{
    if (!is_open(cx, s))
        return false;
    if (!s->can_write || !s->ops->write)
        return hop_stream_refuse(cx, "Stream does not support writing.");
    return s->ops->write(cx, s, p, n);
}

bool
hop_stream_flush(struct hop_context *cx, struct hop_stream *s)
{
    return is_open(cx, s) && (!s->ops->flush || s->ops->flush(cx, s));
}

bool
hop_stream_close(struct hop_context *cx, struct hop_stream *s)
{
    if (s->closed)
        return true;
    s->closed = true;
    return !s->ops->close || s->ops->close(cx, s);
}

bool
hop_stream_rest(struct hop_context *cx, struct hop_stream *s,
                struct hop_buf *out)
{
    size_t got;

    do {
        void *p;

        if (!hop_context_may_alloc(cx, out->len + CHUNK, 1))
            return false;
        p = hop_buf_reserve(out, CHUNK);
        if (!p)
            return hop_throw(cx, &hop_exception_out_of_memory,
                             "The stream is too long to be held in memory.");
        if (!hop_stream_read(cx, s, p, CHUNK, &got))
            return false;
        hop_buf_commit(out, got);
    } while (got > 0 && !hop_is_stopping(cx));
    return true;
}

static bool
seekable(struct hop_context *cx, const struct hop_stream *s)
{
    return is_open(cx, s) &&
           (s->ops->seek ||
            hop_stream_refuse(cx, "Stream does not support seeking."));
}

/* ---- members ---- */

#define SELF ((struct hop_stream *)c->self.u.o)

bool
hop_stream_part(struct hop_context *cx, struct hop_call *c,
                struct hop_array **a, size_t *from, size_t *n)
{
    *a = hop_as_array(c->args[0]);
    if (!*a)
        return hop_throw_null(cx, "buffer");
    *from = c->n > 1 ? (size_t)ARG_I(1) : 0;
    *n = c->n > 2 ? (size_t)ARG_I(2) : (*a)->n;
    if (c->n > 1 && ARG_I(1) < 0)
        return hop_throw_argument(cx, &hop_exception_argument_range, "offset",
                                  "Non-negative number required.");
    if (c->n > 2 && ARG_I(2) < 0)
        return hop_throw_argument(cx, &hop_exception_argument_range, "count",
                                  "Non-negative number required.");
    if (*from > (*a)->n || *n > (*a)->n - *from)
        return hop_throw(cx, &hop_exception_argument,
                         "Offset and length were out of bounds for the array "
                         "or count is greater than the number of elements from "
                         "index to the end of the source collection.");
    return true;
}

METHOD(read_part)
{
    struct hop_array *a;
    HOP_AUTO_FREE unsigned char *p = NULL;
    size_t from, n, got = 0;

    if (!hop_stream_part(cx, c, &a, &from, &n))
        return false;
    p = hop_xmalloc(n + 1);
    if (!hop_stream_read(cx, SELF, p, n, &got))
        return false;
    for (size_t i = 0; i < got; i++)
        a->items[from + i] = hop_byte(p[i]);
    RETURN(hop_int((int32_t)got));
}

METHOD(read_exactly)
{
    struct hop_array *a;
    size_t from, n;

    if (!hop_stream_part(cx, c, &a, &from, &n))
        return false;
    while (n) {
        unsigned char p[4096];
        size_t got = 0;

        if (!hop_stream_read(cx, SELF, p, n < sizeof(p) ? n : sizeof(p), &got))
            return false;
        if (!got)
            return hop_throw(cx, &hop_exception_end_of_stream,
                             "Unable to read beyond the end of the stream.");
        for (size_t i = 0; i < got; i++)
            a->items[from++] = hop_byte(p[i]);
        n -= got;
    }
    return true;
}

METHOD(read_byte)
{
    unsigned char b;
    size_t got = 0;

    if (!hop_stream_read(cx, SELF, &b, 1, &got))
        return false;
    RETURN(hop_int(got ? b : -1));
}

METHOD(write_part)
{
    struct hop_array *a;
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    size_t from = 0, n = 0;

    if (!hop_stream_part(cx, c, &a, &from, &n))
        return false;
    hop_array_add_bytes(a, &b);
    return hop_stream_write(cx, SELF, hop_buf_str(&b) + from, n);
}

METHOD(write_byte)
{
    unsigned char b = (unsigned char)ARG_I(0);

    return hop_stream_write(cx, SELF, &b, 1);
}

METHOD(seek_to)
{
    struct hop_stream *s = SELF;
    int64_t at = 0, from = 0;

    if (!seekable(cx, s) || (ARG_I(1) == 1 && !s->ops->tell(cx, s, &from)) ||
        (ARG_I(1) == 2 && !s->ops->length(cx, s, &from)))
        return false;
    at = from + ARG_I(0);
    if (at < 0)
        return hop_throw(cx, &hop_exception_io,
                         "An attempt was made to move the file pointer before "
                         "the beginning of the file.");
    if (!s->ops->seek(cx, s, at))
        return false;
    RETURN(hop_long(at));
}

METHOD(set_stream_length)
{
    if (!seekable(cx, SELF))
        return false;
    if (!SELF->ops->resize || !SELF->can_write)
        return hop_stream_refuse(cx, "Stream does not support writing.");
    if (ARG_I(0) < 0)
        return hop_throw_argument(cx, &hop_exception_argument_range, "value",
                                  "Non-negative number required.");
    return SELF->ops->resize(cx, SELF, ARG_I(0));
}

METHOD(flush)
{
    return hop_stream_flush(cx, SELF);
}

METHOD(close_stream)
{
    return hop_stream_close(cx, SELF);
}

METHOD(copy_to)
{
    struct hop_stream *to = hop_as_stream(c->args[0]);
    HOP_AUTO_FREE char *p = hop_xmalloc(CHUNK);
    size_t got = 0;

    if (!to)
        return hop_throw_null(cx, "destination");
    do {
        if (!hop_stream_read(cx, SELF, p, CHUNK, &got) ||
            (got && !hop_stream_write(cx, to, p, got)))
            return false;
    } while (got && !hop_is_stopping(cx));
    return true;
}

bool
hop_stream_get(struct hop_context *cx, struct hop_value self, intptr_t data,
               struct hop_value *out)
{
    struct hop_stream *s = (struct hop_stream *)self.u.o;
    int64_t n = 0;

    switch (data) {
    case HOP_STREAM_CAN_READ:
        *out = hop_bool(!s->closed && s->can_read && s->ops->read);
        return true;
    case HOP_STREAM_CAN_SEEK:
        *out = hop_bool(!s->closed && s->ops->seek);
        return true;
    case HOP_STREAM_CAN_WRITE:
        *out = hop_bool(!s->closed && s->can_write && s->ops->write);
        return true;
    case HOP_STREAM_CAPACITY: *out = hop_int((int32_t)s->capacity); return true;
    case HOP_STREAM_NAME:
        *out = hop_str(hop_string_retain(s->path));
        return true;
    default: break;
    }
    if (!seekable(cx, s) ||
        !(data == HOP_STREAM_LENGTH ? s->ops->length(cx, s, &n)
                                    : s->ops->tell(cx, s, &n)))
        return false;
    *out = hop_long(n);
    return true;
}

SETTER(set_position)
{
    struct hop_stream *s = (struct hop_stream *)self.u.o;

    if (!seekable(cx, s))
        return false;
    if (v.u.i < 0)
        return hop_throw_range(cx, "value", v.u.i, "a non-negative value");
    return s->ops->seek(cx, s, v.u.i);
}

static const struct hop_property stream_properties[] = {
    {"CanRead", "bool", hop_stream_get, NULL, 0, HOP_STREAM_CAN_READ},
    {"CanSeek", "bool", hop_stream_get, NULL, 0, HOP_STREAM_CAN_SEEK},
    {"CanWrite", "bool", hop_stream_get, NULL, 0, HOP_STREAM_CAN_WRITE},
    {"Length", "long", hop_stream_get, NULL, 0, HOP_STREAM_LENGTH},
    {"Position", "long", hop_stream_get, set_position, 0, HOP_STREAM_POSITION},
    END_PROPERTIES,
};

static const struct hop_method stream_methods[] = {
    {"int Read(byte[] buffer, int offset, int count)", read_part},
    {"int Read(byte[] buffer)", read_part},
    {"void ReadExactly(byte[] buffer, int offset, int count)", read_exactly},
    {"void ReadExactly(byte[] buffer)", read_exactly},
    {"int ReadByte()", read_byte},
    {"void Write(byte[] buffer, int offset, int count)", write_part},
    {"void Write(byte[] buffer)", write_part},
    {"void WriteByte(byte value)", write_byte},
    {"long Seek(long offset, System.IO.SeekOrigin origin)", seek_to},
    {"void SetLength(long value)", set_stream_length},
    {"void CopyTo(System.IO.Stream destination)", copy_to},
    {"void CopyTo(System.IO.Stream destination, int bufferSize)", copy_to},
    {"void Flush()", flush},
    {"void Close()", close_stream},
    {"void Dispose()", close_stream},
    END_METHODS,
};

static const struct hop_class *const stream_interfaces[] = {
    &hop_class_idisposable, NULL};

const struct hop_class hop_class_stream = {
    .name = "System.IO.Stream",
    .base = &hop_class_object,
    .interfaces = stream_interfaces,
    .flags = HOP_CLASS_ABSTRACT,
    .kind = HOP_OBJECT,
    .size = sizeof(struct hop_stream),
    .properties = stream_properties,
    .methods = stream_methods,
    .destroy = hop_stream_destroy,
};
