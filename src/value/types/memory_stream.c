/* MemoryStream.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/types/stream_kinds.h"

#include <unistd.h>

#include "smb/files.h"
#include "value/types/def.h"
#include "value/types/more.h"
#include "value/types/stream.h"

static bool
memory_read(struct hop_context *cx, struct hop_stream *s, void *p, size_t n,
            size_t *got)
{
    size_t left = s->pos < s->bytes.len ? s->bytes.len - s->pos : 0;

    *got = n < left ? n : left;
    if (*got)
        memcpy(p, s->bytes.data + s->pos, *got);
    s->pos += *got;
    return true;
}

static bool
memory_resize(struct hop_context *cx, struct hop_stream *s, int64_t n)
{
    if (s->fixed && (size_t)n > s->capacity)
        return hop_stream_refuse(cx, "Memory stream is not expandable.");
    if (!hop_context_may_alloc(cx, (size_t)n, 1))
        return false;
    if ((size_t)n > s->bytes.len)
        hop_buf_fill(&s->bytes, '\0', (size_t)n - s->bytes.len);
    s->bytes.len = (size_t)n;
    while (s->capacity < s->bytes.len)
        s->capacity = s->capacity < 128 ? 256 : s->capacity * 2;
    return true;
}

static bool
memory_write(struct hop_context *cx, struct hop_stream *s, const void *p,
             size_t n)
{
    size_t end = s->pos + n;

    if (end > s->bytes.len && !memory_resize(cx, s, (int64_t)end))
        return false;
    if (n)
        memcpy(s->bytes.data + s->pos, p, n);
    s->pos = end;
    return true;
}

static bool
memory_tell(struct hop_context *cx, struct hop_stream *s, int64_t *pos)
{
    *pos = (int64_t)s->pos;
    return true;
}

static bool
memory_seek(struct hop_context *cx, struct hop_stream *s, int64_t pos)
{
    s->pos = (size_t)pos;
    return true;
}

static bool
memory_length(struct hop_context *cx, struct hop_stream *s, int64_t *n)
{
    *n = (int64_t)s->bytes.len;
    return true;
}

static const struct hop_stream_ops memory_ops = {
    .read = memory_read,
    .write = memory_write,
    .tell = memory_tell,
    .seek = memory_seek,
    .length = memory_length,
    .resize = memory_resize,
};

#define SELF ((struct hop_stream *)c->self.u.o)

METHOD(to_array)
{
    RETURN(hop_obj(
        hop_array_of_bytes(cx, hop_buf_str(&SELF->bytes), SELF->bytes.len)));
}

METHOD(get_buffer)
{
    struct hop_stream *s = SELF;
    struct hop_array *a;

    if (s->hidden)
        return hop_throw(cx, &hop_exception_unauthorized_access,
                         "MemoryStream's internal buffer cannot be accessed.");
    a = hop_array_of_bytes(cx, hop_buf_str(&s->bytes), s->bytes.len);
    while (a->n < s->capacity)
        hop_array_push(a, hop_byte(0));
    RETURN(hop_obj(a));
}

METHOD(write_to)
{
    struct hop_stream *to = hop_as_stream(c->args[0]);

    if (!to)
        return hop_throw_null(cx, "stream");
    return hop_stream_write(cx, to, hop_buf_str(&SELF->bytes), SELF->bytes.len);
}

METHOD(new_memory)
{
    struct hop_stream *s =
        hop_stream_new(cx, &hop_class_memory_stream, &memory_ops);
    HOP_AUTO_VALUE struct hop_value v = hop_obj(s);
    struct hop_array *a = c->n ? hop_as_array(c->args[0]) : NULL;
    size_t from = 0, n;

    if (a) {
        n = a->n;
        if (c->n >= 3 && !hop_stream_part(cx, c, &a, &from, &n))
            return false;
        hop_array_add_bytes(a, &s->bytes);
        hop_buf_consume(&s->bytes, from);
        s->bytes.len = n;
        s->fixed = s->hidden = true;
        s->capacity = n;
        s->can_write = c->n == 2 || c->n == 4 ? ARG_B(c->n - 1) : true;
    } else if (c->n) {
        if (ARG_NULL(0))
            return hop_throw_null(cx, "buffer");
        if (ARG_I(0) < 0)
            return hop_throw_range(cx, "capacity", ARG_I(0),
                                   "a non-negative value");
        s->capacity = (size_t)ARG_I(0);
    }
    RETURN(hop_value_steal(&v));
}

SETTER(set_capacity)
{
    struct hop_stream *s = (struct hop_stream *)self.u.o;

    if (v.u.i < (int64_t)s->bytes.len)
        return hop_throw_argument(cx, &hop_exception_argument_range, "value",
                                  "capacity was less than the current size.");
    if (s->fixed && (size_t)v.u.i != s->capacity)
        return hop_stream_refuse(cx, "Memory stream is not expandable.");
    s->capacity = (size_t)v.u.i;
    return true;
}

static const struct hop_property memory_properties[] = {
    {"Capacity", "int", hop_stream_get, set_capacity, 0, HOP_STREAM_CAPACITY},
    END_PROPERTIES,
};

static const struct hop_method memory_methods[] = {
    {"byte[] ToArray()", to_array},
    {"byte[] GetBuffer()", get_buffer},
    {"void WriteTo(System.IO.Stream stream)", write_to},
    END_METHODS,
};

#define MS "System.IO.MemoryStream new"
static const struct hop_method memory_constructors[] = {
    {MS "()", new_memory},
    {MS "(int capacity)", new_memory},
    {MS "(byte[] buffer)", new_memory},
    {MS "(byte[] buffer, bool writable)", new_memory},
    {MS "(byte[] buffer, int index, int count)", new_memory},
    {MS "(byte[] buffer, int index, int count, bool writable)", new_memory},
    END_METHODS,
};

const struct hop_class hop_class_memory_stream = {
    .name = "System.IO.MemoryStream",
    .base = &hop_class_stream,
    .kind = HOP_OBJECT,
    .size = sizeof(struct hop_stream),
    .properties = memory_properties,
    .methods = memory_methods,
    .constructors = memory_constructors,
};
