/* System.IO.Path, File and Directory.
 *
 * SPDX-License-Identifier: MIT
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/io.h"
#include "base/text.h"
#include "smb/files.h"
#include "smb/unc.h"
#include "value/convert.h"
#include "value/enums.h"
#include "value/exception.h"
#include "value/member.h"
#include "value/ops.h"
#include "value/types/encoding.h"
#include "value/types/file_info.h"
#include "value/types/stream.h"

#define MAX_DEPTH 256

/* ---- Path ---- */

static const char *
text_arg(const struct hop_call *call, size_t i)
{
    return i < call->n && hop_is_string(call->args[i]) ? hop_cstr(call->args[i])
                                                       : NULL;
}

static const char *
last_part(const char *path)
{
    const char *slash = strrchr(path, '/');

    if (hop_unc_is(path) && strrchr(path, '\\') > slash)
        slash = strrchr(path, '\\');
    return slash ? slash + 1 : path;
}

static bool
ends_part(const struct hop_buf *b)
{
    char last = b->data[b->len - 1];

    return last == '/' || (last == '\\' && hop_unc_is(b->data));
}

static bool
path_combine(struct hop_context *cx, struct hop_call *call)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    struct hop_array *parts = call->data ? hop_as_array(call->args[0]) : NULL;
    size_t n = parts ? parts->n : call->n;

    for (size_t i = 0; i < n; i++) {
        struct hop_value v = parts ? parts->items[i] : call->args[i];

        if (!hop_is_string(v))
            return hop_throw_null(cx, "path");
        if (v.u.s->len && (v.u.s->data[0] == '/' || hop_unc_is(v.u.s->data)))
            hop_buf_clear(&b);
        if (b.len && v.u.s->len && !ends_part(&b))
            hop_buf_addc(&b, hop_unc_is(b.data) ? '\\' : '/');
        hop_buf_add(&b, v.u.s->data, v.u.s->len);
    }
    call->result = hop_text_buf(&b);
    return true;
}

enum {
    P_FILE_NAME,
    P_EXTENSION,
    P_BASE,
    P_DIRECTORY,
    P_FULL,
    P_ROOTED,
    P_HAS_EXT,
    P_ROOT
};

/* Are the first n characters of a UNC path only its server? */
static bool
shares_root(const char *path, size_t n)
{
    return strcspn(path + 2, "/\\") + 2 >= n;
}

static bool
path_query(struct hop_context *cx, struct hop_call *call)
{
    const char *path = text_arg(call, 0), *name, *dot;
    HOP_AUTO_FREE char *full = NULL, *shown = NULL;

    if (!path) {
        if (call->data == P_FULL)
            return hop_throw_null(cx, "path");
        call->result = call->data == P_ROOTED || call->data == P_HAS_EXT
                           ? hop_bool(false)
                           : hop_null();
        return true;
    }
    name = last_part(path);
    dot = strrchr(name, '.');
    switch (call->data) {
    case P_FILE_NAME: call->result = hop_text(name); return true;
    case P_EXTENSION:
        call->result = hop_text(dot && dot[1] ? dot : "");
        return true;
    case P_BASE:
        call->result =
            hop_textn(name, dot ? (size_t)(dot - name) : strlen(name));
        return true;
    case P_DIRECTORY:
        if (path[0] == '\0' || strcmp(path, "/") == 0) {
            call->result = hop_null();
        } else {
            size_t n = (size_t)(name - path);

            while (n > 1 && (path[n - 1] == '/' ||
                             (hop_unc_is(path) && path[n - 1] == '\\')))
                n--;
            /* a share is in nothing */
            call->result = hop_unc_is(path) && shares_root(path, n)
                               ? hop_null()
                               : hop_textn(path, n);
        }
        return true;
    case P_FULL:
        if (!*path)
            return hop_throw_argument(cx, &hop_exception_argument, "path",
                                      "The path is empty.");
        full = hop_path_full(cx, path);
        shown = hop_unc_shown(full);
        call->result = hop_text(shown);
        return true;
    case P_ROOTED:
        call->result = hop_bool(path[0] == '/' || hop_unc_is(path));
        return true;
    case P_HAS_EXT: call->result = hop_bool(dot && dot[1]); return true;
    default: break;
    }
    if (hop_unc_is(path)) {
        full = hop_unc_normalize(path);
        full[hop_unc_root(full)] = '\0';
        shown = hop_unc_shown(full);
        call->result = hop_text(shown);
    } else {
        call->result = hop_text(path[0] == '/' ? "/" : "");
    }
    return true;
}

static bool
path_change_extension(struct hop_context *cx, struct hop_call *call)
{
    const char *path = text_arg(call, 0), *ext = text_arg(call, 1), *dot;
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    (void)cx;
    if (!path)
        return true;
    dot = strrchr(last_part(path), '.');
    hop_buf_add(&b, path, dot ? (size_t)(dot - path) : strlen(path));
    if (ext) {
        if (ext[0] != '.')
            hop_buf_addc(&b, '.');
        hop_buf_adds(&b, ext);
    }
    call->result = hop_text_buf(&b);
    return true;
}

static bool
path_temp(struct hop_context *cx, struct hop_call *call)
{
    const char *tmp = getenv("TMPDIR");
    HOP_AUTO_FREE char *name = NULL;
    int fd;

    if (!tmp || !*tmp)
        tmp = "/tmp";
    if (!call->data) {
        call->result = hop_str(hop_string_format(
            "%s%s", tmp, tmp[strlen(tmp) - 1] == '/' ? "" : "/"));
        return true;
    }
    name = hop_xasprintf("%s/tmpXXXXXX.tmp", tmp);
    fd = mkstemps(name, 4);
    if (fd < 0)
        return hop_throw_errno(cx, errno, name, false);
    close(fd);
    call->result = hop_text(name);
    return true;
}

static bool
path_random(struct hop_context *cx, struct hop_call *call)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz012345";
    char name[13];
    uint8_t random[12];

    (void)cx;
    if (getentropy(random, sizeof(random)) != 0)
        memset(random, 0, sizeof(random));
    for (size_t i = 0; i < 12; i++)
        name[i] = letters[random[i] % 32];
    name[8] = '.';
    name[12] = '\0';
    call->result = hop_text(name);
    return true;
}

static bool
path_relative(struct hop_context *cx, struct hop_call *call)
{
    HOP_AUTO_FREE char *from = hop_path_full(cx, text_arg(call, 0));
    HOP_AUTO_FREE char *to = hop_path_full(cx, text_arg(call, 1));
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    size_t common = 0, i = 0;

    while (from[i] && from[i] == to[i]) {
        if (from[i] == '/')
            common = i + 1;
        i++;
    }
    if ((!from[i] || from[i] == '/') && (!to[i] || to[i] == '/'))
        common = i + (from[i] || to[i] ? 1 : 0);
    for (i = common; i <= strlen(from) && i > 0 && from[i - 1]; i++) {
        if (i == common && !from[i])
            break;
        if (from[i] == '/' || (!from[i] && i > common))
            hop_buf_adds(&b, b.len ? "/.." : "..");
        if (!from[i])
            break;
    }
    if (common < strlen(to)) {
        if (b.len)
            hop_buf_addc(&b, '/');
        hop_buf_adds(&b, to + common);
    }
    if (b.len == 0)
        hop_buf_addc(&b, '.');
    call->result = hop_text_buf(&b);
    return true;
}

static bool
path_join(struct hop_context *cx, struct hop_call *call)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    (void)cx;
    for (size_t i = 0; i < call->n; i++) {
        const char *part = text_arg(call, i);

        if (!part || !*part)
            continue;
        if (b.len && b.data[b.len - 1] != '/' && part[0] != '/')
            hop_buf_addc(&b, '/');
        hop_buf_adds(&b, part);
    }
    call->result = hop_text_buf(&b);
    return true;
}

static bool
path_separator(struct hop_context *cx, struct hop_value self, intptr_t data,
               struct hop_value *out)
{
    (void)cx;
    (void)self;
    *out = hop_char((uint16_t)data);
    return true;
}

static bool
path_invalid(struct hop_context *cx, struct hop_call *call)
{
    struct hop_array *a =
        hop_array_new_of(cx, hop_types_array(cx, &hop_class_char, 1), 0);

    hop_array_push(a, hop_char(0));
    if (call->data)
        hop_array_push(a, hop_char('/'));
    call->result = hop_obj(a);
    return true;
}

static const struct hop_property path_properties[] = {
    {"DirectorySeparatorChar", "char", path_separator, NULL,
     HOP_PROP_STATIC | HOP_PROP_FIELD, '/'},
    {"AltDirectorySeparatorChar", "char", path_separator, NULL,
     HOP_PROP_STATIC | HOP_PROP_FIELD, '/'},
    {"PathSeparator", "char", path_separator, NULL,
     HOP_PROP_STATIC | HOP_PROP_FIELD, ':'},
    {"VolumeSeparatorChar", "char", path_separator, NULL,
     HOP_PROP_STATIC | HOP_PROP_FIELD, '/'},
    {0},
};
#define S "static string "
/* data: asks whether there is one instead of taking it off. */
static bool
path_end_separator(struct hop_context *cx, struct hop_call *call)
{
    const struct hop_string *s =
        hop_is_string(call->args[0]) ? call->args[0].u.s : NULL;
    bool there = s && s->len && s->data[s->len - 1] == '/';

    if (call->data)
        call->result = hop_bool(there);
    else if (s)
        call->result = hop_textn(s->data, s->len - (there && s->len > 1));
    else
        call->result = hop_null();
    return true;
}

static const struct hop_method path_methods[] = {
    {S "Combine(string path1, string path2)", path_combine},
    {S "Combine(string path1, string path2, string path3)", path_combine},
    {S "Combine(string path1, string path2, string path3, string path4)",
     path_combine},
    {S "Combine(params string[] paths)", path_combine, 1},
    {S "Join(string path1, string path2)", path_join},
    {S "Join(string path1, string path2, string path3)", path_join},
    {S "GetFileName(string path)", path_query, P_FILE_NAME},
    {S "GetExtension(string path)", path_query, P_EXTENSION},
    {S "GetFileNameWithoutExtension(string path)", path_query, P_BASE},
    {S "GetDirectoryName(string path)", path_query, P_DIRECTORY},
    {S "GetFullPath(string path)", path_query, P_FULL},
    {S "TrimEndingDirectorySeparator(string path)", path_end_separator, 0},
    {"static bool EndsInDirectorySeparator(string path)", path_end_separator,
     1},
    {S "GetPathRoot(string path)", path_query, P_ROOT},
    {"static bool IsPathRooted(string path)", path_query, P_ROOTED},
    {"static bool IsPathFullyQualified(string path)", path_query, P_ROOTED},
    {"static bool HasExtension(string path)", path_query, P_HAS_EXT},
    {S "ChangeExtension(string path, string extension)", path_change_extension},
    {S "GetTempPath()", path_temp, 0},
    {S "GetTempFileName()", path_temp, 1},
    {S "GetRandomFileName()", path_random},
    {S "GetRelativePath(string relativeTo, string path)", path_relative},
    {"static char[] GetInvalidFileNameChars()", path_invalid, 1},
    {"static char[] GetInvalidPathChars()", path_invalid, 0},
    {0},
};
const struct hop_class hop_class_path = {
    .name = "System.IO.Path",
    .base = &hop_class_object,
    .flags = HOP_CLASS_ABSTRACT | HOP_CLASS_SEALED,
    .properties = path_properties,
    .methods = path_methods,
};

/* ---- files as a whole ---- */

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
        if (ok && dir && deep && depth < MAX_DEPTH && !is_link(full))
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

/* ---- File ---- */

static char *
path_arg(struct hop_context *cx, const struct hop_call *call, size_t i)
{
    const char *path = text_arg(call, i);

    if (!path) {
        (void)hop_throw_null(cx, "path");
        return NULL;
    }
    if (!*path) {
        (void)hop_throw_argument(cx, &hop_exception_argument, "path",
                                 "The value cannot be an empty string.");
        return NULL;
    }
    return hop_path_full(cx, path);
}

/* The encoding argument at i, UTF-8 without a mark otherwise. */
static const struct hop_encoding *
encoding_arg(const struct hop_call *call, size_t i)
{
    const struct hop_encoding *e =
        i < call->n ? hop_as_encoding(call->args[i]) : NULL;

    return e ? e : hop_encoding_utf8(false);
}

static bool
file_exists(struct hop_context *cx, struct hop_call *call)
{
    const char *given = text_arg(call, 0);
    HOP_AUTO_FREE char *path =
        given && *given ? hop_path_full(cx, given) : NULL;
    struct stat st;

    call->result = hop_bool(path && hop_files_stat(path, &st) == 0 &&
                            (bool)S_ISDIR(st.st_mode) == (call->data != 0));
    return true;
}

static bool
read_text(struct hop_context *cx, struct hop_call *call,
          struct hop_string **out)
{
    HOP_AUTO_FREE char *path = path_arg(cx, call, 0);
    HOP_AUTO_BUF struct hop_buf raw = HOP_BUF_INIT;
    HOP_AUTO_BUF struct hop_buf text = HOP_BUF_INIT;

    if (!path || !hop_file_read_all(cx, path, &raw))
        return false;
    hop_encoding_decode_file(encoding_arg(call, 1), hop_buf_str(&raw), raw.len,
                             &text);
    *out = hop_string_take_buf(&text);
    return true;
}

static bool
file_read_text(struct hop_context *cx, struct hop_call *call)
{
    struct hop_string *text;

    if (!read_text(cx, call, &text))
        return false;
    call->result = hop_str(text);
    return true;
}

static bool
file_read_lines(struct hop_context *cx, struct hop_call *call)
{
    HOP_AUTO_STRING struct hop_string *text = NULL;
    struct hop_array *lines;
    size_t at = 0;

    if (!read_text(cx, call, &text))
        return false;
    lines = hop_array_new_of(cx, hop_types_array(cx, &hop_class_string, 1), 0);
    call->result = hop_obj(lines);
    while (at < text->len) {
        size_t n = strcspn(text->data + at, "\r\n");

        hop_array_push(lines, hop_textn(text->data + at, n));
        at += n;
        if (at < text->len)
            at += text->data[at] == '\r' && text->data[at + 1] == '\n' ? 2 : 1;
    }
    return true;
}

static bool
file_read_bytes(struct hop_context *cx, struct hop_call *call)
{
    HOP_AUTO_FREE char *path = path_arg(cx, call, 0);
    HOP_AUTO_BUF struct hop_buf raw = HOP_BUF_INIT;

    if (!path || !hop_file_read_all(cx, path, &raw))
        return false;
    call->result = hop_obj(hop_array_of_bytes(cx, hop_buf_str(&raw), raw.len));
    return true;
}

static bool
add_lines(struct hop_context *cx, struct hop_value v, struct hop_buf *b)
{
    HOP_AUTO_ITER struct hop_iter it = {0};
    int more;

    if (!hop_iter_init(cx, &it, v))
        return false;
    for (;;) {
        HOP_AUTO_VALUE struct hop_value line = hop_null();

        more = hop_iter_next(cx, &it, &line);
        if (more <= 0)
            return more == 0;
        if (!hop_add_string(cx, line, b))
            return false;
        hop_buf_addc(b, '\n');
    }
}

enum { W_TEXT, W_LINES, W_APPEND = 2 };

static bool
file_write(struct hop_context *cx, struct hop_call *call)
{
    HOP_AUTO_FREE char *path = path_arg(cx, call, 0);
    HOP_AUTO_BUF struct hop_buf text = HOP_BUF_INIT;
    HOP_AUTO_BUF struct hop_buf raw = HOP_BUF_INIT;
    bool append = (call->data & W_APPEND) != 0;
    const struct hop_encoding *e = encoding_arg(call, 2);
    struct stat st;

    if (!path)
        return false;
    if (call->data & W_LINES) {
        if (!add_lines(cx, call->args[1], &text))
            return false;
    } else if (hop_is_string(call->args[1])) {
        hop_buf_add(&text, call->args[1].u.s->data, call->args[1].u.s->len);
    }
    if (!append || hop_files_stat(path, &st) != 0 || st.st_size == 0)
        hop_encoding_preamble(e, &raw);
    hop_encoding_encode(e, hop_buf_str(&text), text.len, &raw);
    return hop_file_write_all(cx, path, hop_buf_str(&raw), raw.len, append);
}

static bool
file_write_bytes(struct hop_context *cx, struct hop_call *call)
{
    HOP_AUTO_FREE char *path = path_arg(cx, call, 0);
    HOP_AUTO_BUF struct hop_buf raw = HOP_BUF_INIT;

    if (!path)
        return false;
    if (hop_is_null(call->args[1]))
        return hop_throw_null(cx, "bytes");
    hop_array_add_bytes(hop_as_array(call->args[1]), &raw);
    return hop_file_write_all(cx, path, hop_buf_str(&raw), raw.len, false);
}

static bool
file_delete(struct hop_context *cx, struct hop_call *call)
{
    HOP_AUTO_FREE char *path = path_arg(cx, call, 0);

    if (!path)
        return false;
    if (hop_files_unlink(path) != 0 && errno != ENOENT)
        return hop_throw_errno(cx, errno, path, false);
    return true;
}

static bool
file_copy(struct hop_context *cx, struct hop_call *call)
{
    HOP_AUTO_FREE char *from = path_arg(cx, call, 0);
    HOP_AUTO_FREE char *to = from ? path_arg(cx, call, 1) : NULL;

    return to && hop_file_copy(cx, from, to, call->n > 2 && call->args[2].u.i);
}

static bool
file_move(struct hop_context *cx, struct hop_call *call)
{
    HOP_AUTO_FREE char *from = path_arg(cx, call, 0);
    HOP_AUTO_FREE char *to = from ? path_arg(cx, call, 1) : NULL;

    if (!to)
        return false;
    if (!(call->n > 2 && call->args[2].u.i) && hop_files_access(to, F_OK) == 0)
        return hop_throw(cx, &hop_exception_io, "The file '%s' already exists.",
                         to);
    return hop_files_rename(from, to) == 0 ||
           hop_throw_errno(cx, errno, from, call->data != 0);
}

static bool
file_time(struct hop_context *cx, struct hop_call *call)
{
    HOP_AUTO_FREE char *path = path_arg(cx, call, 0);
    struct stat st;

    if (!path)
        return false;
    if (hop_files_stat(path, &st) != 0)
        return hop_throw_errno(cx, errno, path, false);
    call->result = hop_file_time((call->data & 1) ? &st.st_atim : &st.st_mtim,
                                 (call->data & 4) != 0);
    return true;
}

static bool
file_attributes(struct hop_context *cx, struct hop_call *call)
{
    HOP_AUTO_FREE char *path = path_arg(cx, call, 0);
    HOP_AUTO_VALUE struct hop_value info = hop_null();
    HOP_AUTO_STRING struct hop_string *name = hop_string_from("Attributes");

    if (!path)
        return false;
    info = hop_file_info_of(cx, path);
    if (call->n > 1)
        return hop_member_set(cx, info, name, call->args[1]);
    return hop_member_get(cx, info, name, &call->result) == HOP_FOUND;
}

#define V  "static void "
#define FS "static System.IO.FileStream "
static const struct hop_method file_methods[] = {
    {"static bool Exists(string path)", file_exists, 0},
    {S "ReadAllText(string path)", file_read_text},
    {S "ReadAllText(string path, System.Text.Encoding encoding)",
     file_read_text},
    {"static string[] ReadAllLines(string path)", file_read_lines},
    {"static string[] ReadAllLines(string path, System.Text.Encoding encoding)",
     file_read_lines},
    {"static string[] ReadLines(string path)", file_read_lines},
    {"static byte[] ReadAllBytes(string path)", file_read_bytes},
    {V "WriteAllText(string path, string contents)", file_write, W_TEXT},
    {V "WriteAllText(string path, string contents, System.Text.Encoding "
       "encoding)",
     file_write, W_TEXT},
    {V "WriteAllLines(string path, string[] contents)", file_write, W_LINES},
    {V "WriteAllLines(string path, string[] contents, System.Text.Encoding "
       "encoding)",
     file_write, W_LINES},
    {V "AppendAllText(string path, string contents)", file_write, W_APPEND},
    {V "AppendAllText(string path, string contents, System.Text.Encoding "
       "encoding)",
     file_write, W_APPEND},
    {V "AppendAllLines(string path, string[] contents)", file_write,
     W_LINES | W_APPEND},
    {V "WriteAllBytes(string path, byte[] bytes)", file_write_bytes},
    {V "Delete(string path)", file_delete},
    {V "Copy(string sourceFileName, string destFileName)", file_copy},
    {V "Copy(string sourceFileName, string destFileName, bool overwrite)",
     file_copy},
    {V "Move(string sourceFileName, string destFileName)", file_move},
    {V "Move(string sourceFileName, string destFileName, bool overwrite)",
     file_move},
    {"static datetime GetLastWriteTime(string path)", file_time, 0},
    {"static datetime GetLastWriteTimeUtc(string path)", file_time, 4},
    {"static datetime GetLastAccessTime(string path)", file_time, 1},
    {"static datetime GetCreationTime(string path)", file_time, 0},
    {"static System.IO.FileAttributes GetAttributes(string path)",
     file_attributes},
    {V "SetAttributes(string path, System.IO.FileAttributes fileAttributes)",
     file_attributes},
    {FS "Open(string path, System.IO.FileMode mode)", hop_file_open_method},
    {FS "Open(string path, System.IO.FileMode mode, System.IO.FileAccess "
        "access)",
     hop_file_open_method},
    {FS "Open(string path, System.IO.FileMode mode, System.IO.FileAccess "
        "access, System.IO.FileShare share)",
     hop_file_open_method},
    {FS "OpenRead(string path)", hop_file_open_method, 3 << 2 | 1},
    {FS "OpenWrite(string path)", hop_file_open_method, 4 << 2 | 2},
    {FS "Create(string path)", hop_file_open_method, 2 << 2 | 3},
    {"static System.IO.StreamReader OpenText(string path)",
     hop_file_text_method, 3},
    {"static System.IO.StreamWriter CreateText(string path)",
     hop_file_text_method, 2},
    {"static System.IO.StreamWriter AppendText(string path)",
     hop_file_text_method, 6},
    {0},
};
const struct hop_class hop_class_file = {
    .name = "System.IO.File",
    .base = &hop_class_object,
    .flags = HOP_CLASS_ABSTRACT | HOP_CLASS_SEALED,
    .methods = file_methods,
};

/* ---- Directory ---- */

static bool
directory_create(struct hop_context *cx, struct hop_call *call)
{
    HOP_AUTO_FREE char *path = path_arg(cx, call, 0);

    if (!path || !hop_directory_create(cx, path))
        return false;
    call->result = hop_file_info_new(cx, path, true);
    return true;
}

static bool
remove_tree(struct hop_context *cx, const char *path, int depth)
{
    HOP_AUTO_VALUE struct hop_value held = hop_null();
    struct hop_array *all = hop_array_new(cx, 0);
    struct stat st;

    held = hop_obj(all);
    if (depth > MAX_DEPTH ||
        !hop_directory_list(cx, path, "*", false,
                            HOP_LIST_FILES | HOP_LIST_DIRECTORIES, false, all))
        return false;
    for (size_t i = 0; i < all->n; i++) {
        const char *child = hop_cstr(all->items[i]);

        if (hop_files_lstat(child, &st) == 0 && S_ISDIR(st.st_mode)) {
            if (!remove_tree(cx, child, depth + 1))
                return false;
        } else if (hop_files_unlink(child) != 0) {
            return hop_throw_errno(cx, errno, child, false);
        }
    }
    return hop_files_rmdir(path) == 0 || hop_throw_errno(cx, errno, path, true);
}

static bool
directory_delete(struct hop_context *cx, struct hop_call *call)
{
    HOP_AUTO_FREE char *path = path_arg(cx, call, 0);

    if (!path)
        return false;
    if (call->n > 1 && call->args[1].u.i)
        return remove_tree(cx, path, 0);
    return hop_files_rmdir(path) == 0 || hop_throw_errno(cx, errno, path, true);
}

static bool
directory_list(struct hop_context *cx, struct hop_call *call)
{
    HOP_AUTO_FREE char *path = path_arg(cx, call, 0);
    const char *pattern = text_arg(call, 1);
    bool deep = call->n > 2 && call->args[2].u.i == 1;
    struct hop_array *out;

    if (!path)
        return false;
    out = hop_array_new_of(cx, hop_types_array(cx, &hop_class_string, 1), 0);
    call->result = hop_obj(out);
    return hop_directory_list(cx, path, pattern ? pattern : "*", deep,
                              (unsigned)call->data, false, out);
}

static bool
directory_current(struct hop_context *cx, struct hop_call *call)
{
    HOP_AUTO_FREE char *path = hop_path_full(cx, ".");

    call->result = hop_text(path);
    return true;
}

static bool
directory_parent(struct hop_context *cx, struct hop_call *call)
{
    HOP_AUTO_FREE char *path = path_arg(cx, call, 0);
    const char *name;

    if (!path)
        return false;
    name = last_part(path);
    if (strcmp(path, "/") == 0)
        return true;
    if (name > path + 1)
        path[name - path - 1] = '\0';
    else
        path[1] = '\0';
    call->result = hop_file_info_new(cx, path, true);
    return true;
}

#define STRINGS "static string[] "
#define LISTS(name, what)                                                      \
    {STRINGS name "(string path)", directory_list, what},                      \
        {STRINGS name "(string path, string searchPattern)", directory_list,   \
         what},                                                                \
    {                                                                          \
        STRINGS name "(string path, string searchPattern, "                    \
                     "System.IO.SearchOption searchOption)",                   \
            directory_list, what                                               \
    }
static const struct hop_method directory_methods[] = {
    {"static bool Exists(string path)", file_exists, 1},
    {"static System.IO.DirectoryInfo CreateDirectory(string path)",
     directory_create},
    {V "Delete(string path)", directory_delete},
    {V "Delete(string path, bool recursive)", directory_delete},
    {V "Move(string sourceDirName, string destDirName)", file_move, 1},
    {S "GetCurrentDirectory()", directory_current},
    {"static System.IO.DirectoryInfo GetParent(string path)", directory_parent},
    LISTS("GetFiles", HOP_LIST_FILES),
    LISTS("EnumerateFiles", HOP_LIST_FILES),
    LISTS("GetDirectories", HOP_LIST_DIRECTORIES),
    LISTS("EnumerateDirectories", HOP_LIST_DIRECTORIES),
    LISTS("GetFileSystemEntries", HOP_LIST_FILES | HOP_LIST_DIRECTORIES),
    {0},
};
const struct hop_class hop_class_directory = {
    .name = "System.IO.Directory",
    .base = &hop_class_object,
    .flags = HOP_CLASS_ABSTRACT | HOP_CLASS_SEALED,
    .methods = directory_methods,
};
