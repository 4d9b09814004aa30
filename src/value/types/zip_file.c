/* System.IO.Compression.ZipFile: archives are unpacked, not made.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "smb/files.h"
#include "value/exception.h"
#include "value/types/def.h"
#include "value/types/file_info.h"
#include "value/types/more.h"
#include "value/zip.h"

struct unpacking {
    struct hop_context *cx;
    const char *folder;
    bool overwrite;
};

static bool
read_archive(struct hop_context *cx, const char *path, struct hop_buf *b)
{
    HOP_AUTO_FILE struct hop_file *f =
        hop_files_open(path, O_RDONLY | O_CLOEXEC, 0);
    const void *bytes;
    size_t n;
    int r = f ? 0 : -1;

    while (r == 0 && (r = hop_files_read(f, &bytes, &n)) == 0 && n > 0)
        hop_buf_add(b, bytes, n);
    if (r != 0)
        return hop_throw_errno(cx, errno, path, false);
    return hop_buf_ok(b) || hop_throw(cx, &hop_exception_out_of_memory,
                                      "The archive '%s' is too large.", path);
}

static bool
write_entry(const struct unpacking *u, const char *path, const void *bytes,
            size_t n)
{
    int flags =
        O_WRONLY | O_CREAT | O_CLOEXEC | (u->overwrite ? O_TRUNC : O_EXCL);
    struct hop_file *f = hop_files_open(path, flags, 0666);
    int r = f ? hop_files_write(f, bytes, n) : -1, saved = errno;

    if (f && hop_files_close(f) != 0 && r == 0) {
        r = -1;
        saved = errno;
    }
    if (!f && saved == EEXIST)
        return hop_throw(u->cx, &hop_exception_io,
                         "The file '%s' already exists.", path);
    return r == 0 || hop_throw_errno(u->cx, saved, path, false);
}

static bool
unpack_entry(const struct unpacking *u, const struct hop_zip_entry *e)
{
    HOP_AUTO_FREE char *path = hop_xasprintf("%s/%s", u->folder, e->name);
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    char *slash = strrchr(path, '/');
    struct hop_error err = {0};

    if (!hop_zip_is_inside(e->name))
        return hop_throw(u->cx, &hop_exception_io,
                         "Extracting Zip entry would have resulted in a file "
                         "outside the specified destination directory.");
    *slash = '\0';
    if (!hop_directory_create(u->cx, path))
        return false;
    if (slash[1] == '\0')
        return true;
    *slash = '/';
    if (!hop_zip_read(e, &b, &err))
        return hop_throw(u->cx, &hop_exception_invalid_data, "%s", err.text);
    return write_entry(u, path, b.data, b.len);
}

static bool
unpack(const struct unpacking *u, const struct hop_buf *archive)
{
    struct hop_error err = {0};
    struct hop_zip z;
    struct hop_zip_entry e;
    bool ok = hop_zip_open(&z, archive->data, archive->len, &err);

    while (ok) {
        ok = hop_zip_next(&z, &e, &err);
        if (!ok || !e.name)
            break;
        if (!unpack_entry(u, &e)) {
            free(e.name);
            return false;
        }
        free(e.name);
    }
    return ok || hop_throw(u->cx, &hop_exception_invalid_data, "%s", err.text);
}

METHOD(extract)
{
    HOP_AUTO_BUF struct hop_buf archive = HOP_BUF_INIT;

    for (size_t i = 0; i < 2; i++)
        if (ARG_NULL(i))
            return hop_throw_null(cx, i ? "destinationDirectoryName"
                                        : "sourceArchiveFileName");
    struct unpacking u = {cx, ARG_S(1)->data, c->n > 2 && ARG_B(2)};
    return read_archive(cx, ARG_S(0)->data, &archive) &&
           hop_directory_create(cx, u.folder) && unpack(&u, &archive);
}

static const struct hop_method methods[] = {
    {"static void ExtractToDirectory(string sourceArchiveFileName, string "
     "destinationDirectoryName)",
     extract},
    {"static void ExtractToDirectory(string sourceArchiveFileName, string "
     "destinationDirectoryName, bool overwriteFiles)",
     extract},
    END_METHODS,
};

const struct hop_class hop_class_zip_file = {
    .name = "System.IO.Compression.ZipFile",
    .base = &hop_class_object,
    .flags = HOP_CLASS_ABSTRACT | HOP_CLASS_SEALED,
    .methods = methods,
};
