/* FileStream, and File.Open's kin.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/types/stream_kinds.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "smb/files.h"
#include "value/types/def.h"
#include "value/types/file_info.h"
#include "value/types/more.h"
#include "value/types/stream.h"

/* Of System.IO: FileMode, FileAccess, SeekOrigin. */
enum { CREATE_NEW = 1, CREATE, OPEN, OPEN_OR_CREATE, TRUNCATE, APPEND };
enum { READ = 1, WRITE = 2 };

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

static const struct hop_property file_properties[] = {
    {"Name", "string", hop_stream_get, NULL, 0, HOP_STREAM_NAME},
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
