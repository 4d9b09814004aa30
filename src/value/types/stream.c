/* System.IO.Stream, MemoryStream, FileStream.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/types/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "smb/files.h"
#include "value/types/def.h"
#include "value/types/file_info.h"
#include "value/types/more.h"

/* Of System.IO: FileMode, FileAccess, SeekOrigin. */
enum { CREATE_NEW = 1, CREATE, OPEN, OPEN_OR_CREATE, TRUNCATE, APPEND };
enum { READ = 1, WRITE = 2 };

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

static bool
refuse(struct hop_context *cx, const char *text)
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
        return refuse(cx, "Stream does not support reading.");
    return s->ops->read(cx, s, p, n, got);
}

bool
hop_stream_write(struct hop_context *cx, struct hop_stream *s, const void *p,
                 size_t n)
{
    if (!is_open(cx, s))
        return false;
    if (!s->can_write || !s->ops->write)
        return refuse(cx, "Stream does not support writing.");
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
           (s->ops->seek || refuse(cx, "Stream does not support seeking."));
}

/* ---- MemoryStream ---- */

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
        return refuse(cx, "Memory stream is not expandable.");
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

/* ---- FileStream ---- */

static bool
file_failed(struct hop_context *cx, const struct hop_stream *s)
{
    return hop_throw_errno(cx, errno, s->path->data, false);
}

static bool
file_read(struct hop_context *cx, struct hop_stream *s, void *p, size_t n,
          size_t *got)
{
    ssize_t k;

    do
        k = read(s->fd, p, n);
    while (k < 0 && errno == EINTR && !hop_is_stopping(cx));
    *got = k > 0 ? (size_t)k : 0;
    return k >= 0 || file_failed(cx, s);
}

static bool
file_write(struct hop_context *cx, struct hop_stream *s, const void *p,
           size_t n)
{
    const char *from = p;

    while (n) {
        ssize_t k = write(s->fd, from, n);

        if (k < 0 && (errno != EINTR || hop_is_stopping(cx)))
            return file_failed(cx, s);
        from += k > 0 ? k : 0;
        n -= k > 0 ? (size_t)k : 0;
    }
    return true;
}

static bool
file_tell(struct hop_context *cx, struct hop_stream *s, int64_t *pos)
{
    *pos = lseek(s->fd, 0, SEEK_CUR);
    return *pos >= 0 || file_failed(cx, s);
}

static bool
file_seek(struct hop_context *cx, struct hop_stream *s, int64_t pos)
{
    return lseek(s->fd, pos, SEEK_SET) >= 0 || file_failed(cx, s);
}

static bool
file_length(struct hop_context *cx, struct hop_stream *s, int64_t *n)
{
    struct stat st;

    if (fstat(s->fd, &st) != 0)
        return file_failed(cx, s);
    *n = st.st_size;
    return true;
}

static bool
file_resize(struct hop_context *cx, struct hop_stream *s, int64_t n)
{
    return ftruncate(s->fd, n) == 0 || file_failed(cx, s);
}

static bool
file_close(struct hop_context *cx, struct hop_stream *s)
{
    int fd = s->fd, stored = 0;

    s->fd = -1;
    if (s->can_write)
        stored = hop_files_store(s->path->data, fd);
    if (stored != 0)
        (void)file_failed(cx, s);
    return (close(fd) == 0 || stored != 0 || file_failed(cx, s)) && stored == 0;
}

static const struct hop_stream_ops file_ops = {
    .read = file_read,
    .write = file_write,
    .tell = file_tell,
    .seek = file_seek,
    .length = file_length,
    .resize = file_resize,
    .close = file_close,
};

static bool
open_failed(struct hop_context *cx, const char *path)
{
    if (errno == EISDIR)
        return hop_throw(cx, &hop_exception_unauthorized_access,
                         "Access to the path '%s' is denied.", path);
    if (errno == ENOENT) {
        HOP_AUTO_FREE char *dir = hop_xstrdup(path);
        char *slash = strrchr(dir, '/');
        bool there = true;

        if (slash) {
            *slash = '\0';
            there = slash == dir || hop_files_access(dir, F_OK) == 0;
        }
        errno = ENOENT;
        if (!there)
            return hop_throw_errno(cx, ENOENT, path, true);
    }
    if (errno == EEXIST)
        return hop_throw(cx, &hop_exception_io, "The file '%s' already exists.",
                         path);
    return hop_throw_errno(cx, errno, path, false);
}

bool
hop_stream_open(struct hop_context *cx, const char *path, int mode, int access,
                struct hop_value *out)
{
    static const int flags[] = {[CREATE_NEW] = O_CREAT | O_EXCL,
                                [CREATE] = O_CREAT | O_TRUNC,
                                [OPEN] = 0,
                                [OPEN_OR_CREATE] = O_CREAT,
                                [TRUNCATE] = O_TRUNC,
                                [APPEND] = O_CREAT | O_APPEND};
    HOP_AUTO_FREE char *full = hop_path_full(cx, path);
    struct hop_stream *s;
    struct stat st;
    int how = access == READ ? O_RDONLY : access == WRITE ? O_WRONLY : O_RDWR;
    int fd;

    if (mode < CREATE_NEW || mode > APPEND)
        return hop_throw_argument(cx, &hop_exception_argument_range, "mode",
                                  "Enum value was out of legal range.");
    if (mode != OPEN && mode != OPEN_OR_CREATE && access == READ)
        return hop_throw_argument(
            cx, &hop_exception_argument, "access",
            "Combining FileMode: %d with FileAccess: Read is invalid.", mode);
    fd = hop_files_descriptor(full, how | flags[mode], 0666);
    if (fd < 0)
        return open_failed(cx, full);
    if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
        close(fd);
        errno = EISDIR;
        return open_failed(cx, full);
    }
    if (mode == APPEND)
        (void)lseek(fd, 0, SEEK_END);
    s = hop_stream_new(cx, &hop_class_file_stream, &file_ops);
    s->fd = fd;
    s->can_read = (access & READ) != 0;
    s->can_write = (access & WRITE) != 0;
    s->path = hop_string_from(full);
    *out = hop_obj(s);
    return true;
}

/* ---- members ---- */

#define SELF ((struct hop_stream *)c->self.u.o)

/* A part of a byte[] argument: offset and count are the next two. */
static bool
part(struct hop_context *cx, struct hop_call *c, struct hop_array **a,
     size_t *from, size_t *n)
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

    if (!part(cx, c, &a, &from, &n))
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

    if (!part(cx, c, &a, &from, &n))
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

    if (!part(cx, c, &a, &from, &n))
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
        return refuse(cx, "Stream does not support writing.");
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
        if (c->n >= 3 && !part(cx, c, &a, &from, &n))
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

METHOD(new_file)
{
    int mode = (int)ARG_I(1);
    int access = c->n > 2         ? (int)ARG_I(2)
                 : mode == APPEND ? WRITE
                                  : READ | WRITE;

    if (ARG_NULL(0))
        return hop_throw_null(cx, "path");
    return hop_stream_open(cx, ARG_S(0)->data, mode, access, &c->result);
}

bool
hop_file_open_method(struct hop_context *cx, struct hop_call *c)
{
    int mode = (int)c->data >> 2, access = (int)c->data & 3;

    if (ARG_NULL(0))
        return hop_throw_null(cx, "path");
    if (!mode) {
        mode = (int)ARG_I(1);
        access = c->n > 2         ? (int)ARG_I(2)
                 : mode == APPEND ? WRITE
                                  : READ | WRITE;
    }
    return hop_stream_open(cx, ARG_S(0)->data, mode, access, &c->result);
}

bool
hop_file_text_method(struct hop_context *cx, struct hop_call *c)
{
    struct hop_value s = hop_null();

    if (ARG_NULL(0))
        return hop_throw_null(cx, "path");
    if (!hop_stream_open(cx, ARG_S(0)->data, (int)c->data,
                         c->data == OPEN ? READ : WRITE, &s))
        return false;
    c->result = c->data == OPEN ? hop_reader_new(cx, s, hop_null())
                                : hop_writer_new(cx, s, hop_null());
    return true;
}

enum { CAN_READ, CAN_SEEK, CAN_WRITE, LENGTH, POSITION, CAPACITY, NAME };

GETTER(get_stream)
{
    struct hop_stream *s = (struct hop_stream *)self.u.o;
    int64_t n = 0;

    switch (data) {
    case CAN_READ:
        *out = hop_bool(!s->closed && s->can_read && s->ops->read);
        return true;
    case CAN_SEEK: *out = hop_bool(!s->closed && s->ops->seek); return true;
    case CAN_WRITE:
        *out = hop_bool(!s->closed && s->can_write && s->ops->write);
        return true;
    case CAPACITY: *out = hop_int((int32_t)s->capacity); return true;
    case NAME: *out = hop_str(hop_string_retain(s->path)); return true;
    default: break;
    }
    if (!seekable(cx, s) ||
        !(data == LENGTH ? s->ops->length(cx, s, &n) : s->ops->tell(cx, s, &n)))
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

SETTER(set_capacity)
{
    struct hop_stream *s = (struct hop_stream *)self.u.o;

    if (v.u.i < (int64_t)s->bytes.len)
        return hop_throw_argument(cx, &hop_exception_argument_range, "value",
                                  "capacity was less than the current size.");
    if (s->fixed && (size_t)v.u.i != s->capacity)
        return refuse(cx, "Memory stream is not expandable.");
    s->capacity = (size_t)v.u.i;
    return true;
}

static const struct hop_property stream_properties[] = {
    {"CanRead", "bool", get_stream, NULL, 0, CAN_READ},
    {"CanSeek", "bool", get_stream, NULL, 0, CAN_SEEK},
    {"CanWrite", "bool", get_stream, NULL, 0, CAN_WRITE},
    {"Length", "long", get_stream, NULL, 0, LENGTH},
    {"Position", "long", get_stream, set_position, 0, POSITION},
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

static const struct hop_property memory_properties[] = {
    {"Capacity", "int", get_stream, set_capacity, 0, CAPACITY},
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

static const struct hop_property file_properties[] = {
    {"Name", "string", get_stream, NULL, 0, NAME},
    END_PROPERTIES,
};

#define NEW_FILE "System.IO.FileStream new(string path, System.IO.FileMode mode"
static const struct hop_method file_constructors[] = {
    {NEW_FILE ")", new_file},
    {NEW_FILE ", System.IO.FileAccess access)", new_file},
    {NEW_FILE ", System.IO.FileAccess access, System.IO.FileShare share)",
     new_file},
    END_METHODS,
};

const struct hop_class hop_class_file_stream = {
    .name = "System.IO.FileStream",
    .base = &hop_class_stream,
    .kind = HOP_OBJECT,
    .size = sizeof(struct hop_stream),
    .properties = file_properties,
    .constructors = file_constructors,
};
