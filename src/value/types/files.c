/* Files and folders as a whole, for File, Directory and the cmdlets: reading,
 * writing, copying, listing.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/types/file_info.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "smb/files.h"
#include "smb/unc.h"
#include "value/enums.h"
#include "value/exception.h"
#include "value/member.h"
#include "value/ops.h"
#include "value/types/path.h"

bool
hop_file_read_each(struct hop_context *cx, const char *path, hop_piece_fn *fn,
                   void *ctx)
{
    HOP_AUTO_FILE struct hop_file *f = hop_files_open(path, O_RDONLY, 0);
    const void *bytes;
    size_t n;

    if (!f)
        return hop_throw_errno(cx, errno, path, false);
    for (;;) {
        if (hop_files_read(f, &bytes, &n) != 0)
            return hop_throw_errno(cx, errno, path, false);
        if (n == 0)
            return true;
        if (!fn(ctx, bytes, n) || hop_is_stopping(cx))
            return false;
    }
}

struct whole {
    struct hop_context *cx;
    const char *path;
    struct hop_buf *out;
};

static bool
add_piece(void *ctx, const void *p, size_t n)
{
    struct whole *w = ctx;

    hop_buf_add(w->out, p, n);
    return hop_buf_ok(w->out) ||
           hop_throw(w->cx, &hop_exception_out_of_memory,
                     "The file %s is too large to be read whole.", w->path);
}

bool
hop_file_read_all(struct hop_context *cx, const char *path, struct hop_buf *out)
{
    struct whole w = {cx, path, out};

    return hop_file_read_each(cx, path, add_piece, &w);
}

/* Closing tells of bytes that did not arrive. */
static bool
close_written(struct hop_context *cx, struct hop_file **f, const char *path)
{
    return hop_files_close(hop_steal(f)) == 0 ||
           hop_throw_errno(cx, errno, path, false);
}

bool
hop_file_write_all(struct hop_context *cx, const char *path, const void *p,
                   size_t n, bool append)
{
    HOP_AUTO_FILE struct hop_file *f = hop_files_open(
        path, O_WRONLY | O_CREAT | (append ? O_APPEND : O_TRUNC), 0666);

    if (!f)
        return hop_throw_errno(cx, errno, path, errno == ENOENT);
    if (hop_files_write(f, p, n) != 0)
        return hop_throw_errno(cx, errno, path, false);
    return close_written(cx, &f, path);
}

static bool
copy_bytes(struct hop_context *cx, struct hop_file *in, const char *from,
           struct hop_file *out, const char *to)
{
    const void *bytes;
    size_t n = 1;

    while (n > 0) {
        if (hop_files_read(in, &bytes, &n) != 0)
            return hop_throw_errno(cx, errno, from, false);
        if (hop_files_write(out, bytes, n) != 0)
            return hop_throw_errno(cx, errno, to, false);
        if (hop_is_stopping(cx))
            return false;
    }
    return true;
}

/* A copy on or from a share keeps the time, as on Windows. */
static void
keep_time(const char *from, const char *to, const struct stat *st)
{
    struct timespec t[2] = {{.tv_nsec = UTIME_OMIT}, st->st_mtim};

    if (hop_unc_is(from) || hop_unc_is(to))
        (void)hop_files_set_times(to, t);
}

bool
hop_file_copy(struct hop_context *cx, const char *from, const char *to,
              bool overwrite)
{
    HOP_AUTO_FILE struct hop_file *in = NULL, *out = NULL;
    struct stat st;

    if (hop_files_stat(from, &st) != 0)
        return hop_throw_errno(cx, errno, from, false);
    in = hop_files_open(from, O_RDONLY, 0);
    if (!in)
        return hop_throw_errno(cx, errno, from, false);
    out =
        hop_files_open(to, O_WRONLY | O_CREAT | (overwrite ? O_TRUNC : O_EXCL),
                       st.st_mode & 0777);
    if (!out && errno == EEXIST)
        return hop_throw(cx, &hop_exception_io, "The file '%s' already exists.",
                         to);
    if (!out)
        return hop_throw_errno(cx, errno, to, false);
    if (!copy_bytes(cx, in, from, out, to) || !close_written(cx, &out, to))
        return false;
    keep_time(from, to, &st);
    return true;
}

bool
hop_directory_create(struct hop_context *cx, const char *path)
{
    HOP_AUTO_FREE char *copy = hop_xstrdup(path);
    struct stat st;

    for (char *p = copy + (hop_unc_is(copy) ? hop_unc_root(copy) : 1); *p;
         p++) {
        if (*p != '/' || (hop_unc_is(copy) && p == copy + hop_unc_root(copy)))
            continue;
        *p = '\0';
        if (hop_files_mkdir(copy, 0777) != 0 && errno != EEXIST)
            return hop_throw_errno(cx, errno, copy, true);
        *p = '/';
    }
    if (hop_files_mkdir(copy, 0777) == 0)
        return true;
    if (errno == EEXIST && hop_files_stat(copy, &st) == 0 &&
        S_ISDIR(st.st_mode))
        return true;
    return hop_throw_errno(cx, errno, path, true);
}

/* The names of one folder, gathered before anything is asked about them. */
struct names {
    struct found {
        char *name;
        bool directory;
    } * item;
    size_t n;
};

static bool
gather(void *ctx, const char *name, bool directory)
{
    struct names *l = ctx;

    l->item = hop_xrealloc(l->item, l->n + 1, sizeof(*l->item));
    l->item[l->n++] = (struct found){hop_xstrdup(name), directory};
    return true;
}

static int
by_name(const void *a, const void *b)
{
    const struct found *x = a, *y = b;

    return strcmp(x->name, y->name);
}

static bool
is_link(const char *path)
{
    struct stat st;

    return hop_files_lstat(path, &st) == 0 && S_ISLNK(st.st_mode);
}

static bool
list_into(struct hop_context *cx, const char *path, const char *pattern,
          bool deep, unsigned what, bool infos, struct hop_array *out,
          int depth)
{
    struct names l = {0};
    bool ok = hop_files_list(path, gather, &l) == 0 ||
              hop_throw_errno(cx, errno, path, true);

    if (l.n)
        qsort(l.item, l.n, sizeof(*l.item), by_name);
    for (size_t i = 0; i < l.n; i++) {
        HOP_AUTO_FREE char *name = l.item[i].name;
        HOP_AUTO_FREE char *full =
            hop_xasprintf("%s/%s", strcmp(path, "/") == 0 ? "" : path, name);
        HOP_AUTO_FREE char *shown = hop_unc_shown(full);
        bool dir = l.item[i].directory;

        if (ok && (what & (dir ? HOP_LIST_DIRECTORIES : HOP_LIST_FILES)) &&
            hop_wildcard_match(pattern, strlen(pattern), name, strlen(name),
                               false))
            hop_array_push(out, infos ? hop_file_info_new(cx, full, dir)
                                      : hop_text(shown));
        if (ok && dir && deep && depth < HOP_TREE_DEPTH_MAX && !is_link(full))
            ok =
                list_into(cx, full, pattern, deep, what, infos, out, depth + 1);
    }
    free(l.item);
    return ok;
}

bool
hop_directory_list(struct hop_context *cx, const char *path,
                   const char *pattern, bool deep, unsigned what, bool infos,
                   struct hop_array *out)
{
    return list_into(cx, path, strcmp(pattern, "*.*") == 0 ? "*" : pattern,
                     deep, what, infos, out, 0);
}
