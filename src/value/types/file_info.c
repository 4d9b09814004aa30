/* SPDX-License-Identifier: MIT */
#include "value/types/file_info.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/text.h"
#include "smb/client.h"
#include "smb/files.h"
#include "smb/unc.h"
#include "value/collections.h"
#include "value/convert.h"
#include "value/enums.h"
#include "value/exception.h"
#include "value/ops.h"
#include "value/types/stream.h"

#define EPOCH_TICKS 621355968000000000LL
#define READ_ONLY   1
#define HIDDEN      2
#define SYSTEM      4
#define DIRECTORY   16
#define ARCHIVE     32
#define NORMAL      128
#define REPARSE     1024

/* ---- paths ---- */

static const char *
current_directory(struct hop_context *cx, char *buffer, size_t size)
{
    const char *d =
        cx->ops && cx->ops->directory ? cx->ops->directory(cx) : NULL;

    if (d)
        return d;
    return getcwd(buffer, size) ? buffer : "/";
}

/* Appends one part, taking . and .. into account. */
static void
add_part(struct hop_buf *b, const char *part, size_t n)
{
    if (n == 0 || (n == 1 && part[0] == '.'))
        return;
    if (n == 2 && part[0] == '.' && part[1] == '.') {
        while (b->len && b->data[b->len - 1] != '/')
            b->len--;
        if (b->len)
            b->len--;
        if (b->data)
            b->data[b->len] = '\0';
        return;
    }
    hop_buf_addc(b, '/');
    hop_buf_add(b, part, n);
}

static void
add_parts(struct hop_buf *b, const char *path)
{
    while (*path) {
        size_t n = strcspn(path, "/");

        add_part(b, path, n);
        path += n;
        path += *path == '/';
    }
}

char *
hop_path_full(struct hop_context *cx, const char *path)
{
    struct hop_buf b = HOP_BUF_INIT;
    char cwd[PATH_MAX];
    size_t n = strlen(path);

    if (hop_unc_written(path))
        return hop_unc_normalize(path);
    if (path[0] != '/') {
        const char *from = current_directory(cx, cwd, sizeof(cwd));

        if (hop_unc_is(from)) {
            HOP_AUTO_FREE char *joined = hop_xasprintf("%s/%s", from, path);
            return hop_unc_normalize(joined);
        }
        add_parts(&b, from);
    }
    add_parts(&b, path);
    if (b.len == 0 || (n && path[n - 1] == '/'))
        hop_buf_addc(&b, '/');
    return hop_buf_take(&b);
}

static const char *
name_of(const char *path)
{
    const char *slash = strrchr(path, '/');

    if (hop_unc_is(path) && strlen(path) == hop_unc_root(path))
        return path;

    return slash ? slash + 1 : path;
}

/* ---- objects ---- */

struct hop_file_info *
hop_as_file_info(struct hop_value v)
{
    v = hop_value_base(v);
    return hop_value_is(v, &hop_class_file_system_info)
               ? (struct hop_file_info *)v.u.o
               : NULL;
}

static struct hop_file_info *
self_of(struct hop_value v)
{
    return (struct hop_file_info *)hop_value_base(v).u.o;
}

static bool
is_on_share(const struct hop_file_info *f)
{
    return hop_unc_is(f->path->data);
}

/* The path as users see it, owned. */
static struct hop_string *
shown_path(const struct hop_file_info *f)
{
    HOP_AUTO_FREE char *shown = NULL;

    if (!is_on_share(f))
        return hop_string_retain(f->path);
    shown = hop_unc_shown(f->path->data);
    return hop_string_from(shown);
}

static bool
is_directory_class(const struct hop_file_info *f)
{
    return f->base.cls == &hop_class_directory_info;
}

static void
look(struct hop_file_info *f)
{
    if (f->stated)
        return;
    f->stated = true;
    f->exists = hop_files_lstat(f->path->data, &f->st) == 0;
    f->is_link = f->exists && S_ISLNK(f->st.st_mode);
}

/* What the path leads to, through links. */
static bool
target_stat(struct hop_file_info *f, struct stat *st)
{
    look(f);
    if (f->is_link)
        return hop_files_stat(f->path->data, st) == 0;
    *st = f->st;
    return f->exists;
}

struct hop_value
hop_file_info_new(struct hop_context *cx, const char *path, bool directory)
{
    HOP_AUTO_FREE char *full = hop_path_full(cx, path);
    struct hop_file_info *f = hop_object_new(
        cx, directory ? &hop_class_directory_info : &hop_class_file_info);
    size_t n = strlen(full);

    if (n > 1 && full[n - 1] == '/')
        full[n - 1] = '\0';
    f->path = hop_string_from(full);
    f->given = hop_string_from(path);
    return hop_obj(f);
}

struct hop_value
hop_file_info_of(struct hop_context *cx, const char *path)
{
    HOP_AUTO_FREE char *full = hop_path_full(cx, path);
    struct stat st;

    return hop_file_info_new(
        cx, path, hop_files_stat(full, &st) == 0 && S_ISDIR(st.st_mode));
}

static void
destroy(struct hop_object *o)
{
    struct hop_file_info *f = (struct hop_file_info *)o;

    hop_string_clear(&f->path);
    hop_string_clear(&f->given);
}

static bool
to_text(struct hop_context *cx, struct hop_value v, struct hop_string **out)
{
    (void)cx;
    *out = shown_path(self_of(v));
    return true;
}

/* ---- times ---- */

static int64_t
zone_ticks(time_t t)
{
    struct tm tm;

    return localtime_r(&t, &tm) ? tm.tm_gmtoff * HOP_TICKS_PER_SECOND : 0;
}

struct hop_value
hop_file_time(const struct timespec *t, bool utc)
{
    int64_t ticks = EPOCH_TICKS + (int64_t)t->tv_sec * HOP_TICKS_PER_SECOND +
                    t->tv_nsec / 100;

    return utc ? hop_datetime(ticks, HOP_DATE_UTC)
               : hop_datetime(ticks + zone_ticks(t->tv_sec), HOP_DATE_LOCAL);
}

enum { TIME_WRITE, TIME_ACCESS, TIME_CREATE, TIME_AS_UTC = 4 };

static bool
get_time(struct hop_context *cx, struct hop_value self, intptr_t data,
         struct hop_value *out)
{
    struct hop_file_info *f = self_of(self);
    static const struct timespec none = {-11644473600, 0}; /* 1601-01-01 */
    const struct timespec *t;
    int which = (int)data & 3;

    (void)cx;
    look(f);
    t = which == TIME_WRITE    ? &f->st.st_mtim
        : which == TIME_ACCESS ? &f->st.st_atim
                               : &f->st.st_mtim;
    /* Linux tells no time of creation by stat: the earlier of change and
     * modification comes nearest.  A share tells it. */
    if (which == TIME_CREATE &&
        (is_on_share(f) || f->st.st_ctim.tv_sec < t->tv_sec))
        t = &f->st.st_ctim;
    *out = hop_file_time(f->exists ? t : &none, (data & TIME_AS_UTC) != 0);
    return true;
}

static bool
set_time(struct hop_context *cx, struct hop_value self, intptr_t data,
         struct hop_value v)
{
    struct hop_file_info *f = self_of(self);
    struct timespec t[2] = {{.tv_nsec = UTIME_OMIT}, {.tv_nsec = UTIME_OMIT}};
    int which = (int)data & 3;
    int64_t ticks = v.u.i - EPOCH_TICKS;
    struct timespec *set = &t[which == TIME_ACCESS ? 0 : 1];

    if (v.tag != HOP_DATE_UTC && !(data & TIME_AS_UTC))
        ticks -= zone_ticks((time_t)(ticks / HOP_TICKS_PER_SECOND));
    set->tv_sec = (time_t)(ticks / HOP_TICKS_PER_SECOND);
    set->tv_nsec = (long)(ticks % HOP_TICKS_PER_SECOND) * 100;
    if (which != TIME_CREATE && hop_files_set_times(f->path->data, t) != 0)
        return hop_throw_errno(cx, errno, f->path->data, is_directory_class(f));
    f->stated = false;
    return true;
}

/* ---- modes ---- */

void
hop_unix_mode_text(mode_t mode, char out[11])
{
    static const struct {
        mode_t type;
        char letter;
    } types[] = {{S_IFDIR, 'd'}, {S_IFLNK, 'l'}, {S_IFBLK, 'b'},
                 {S_IFCHR, 'c'}, {S_IFIFO, 'p'}, {S_IFSOCK, 's'}};
    static const char bits[] = "rwxrwxrwx";

    out[0] = '-';
    for (size_t i = 0; i < HOP_ARRAY_SIZE(types); i++)
        if ((mode & S_IFMT) == types[i].type)
            out[0] = types[i].letter;
    for (int i = 0; i < 9; i++)
        out[i + 1] = mode & (1u << (8 - i)) ? bits[i] : '-';
    if (mode & S_ISUID)
        out[3] = mode & S_IXUSR ? 's' : 'S';
    if (mode & S_ISGID)
        out[6] = mode & S_IXGRP ? 's' : 'S';
    if (mode & S_ISVTX)
        out[9] = mode & S_IXOTH ? 't' : 'T';
    out[10] = '\0';
}

static bool
get_unix_mode(struct hop_context *cx, struct hop_value self, intptr_t data,
              struct hop_value *out)
{
    struct hop_file_info *f = self_of(self);
    char text[11];

    (void)cx;
    (void)data;
    look(f);
    if (is_on_share(f)) {
        *out = hop_null();
        return true;
    }
    hop_unix_mode_text(f->st.st_mode, text);
    *out = hop_text(text);
    return true;
}

static int64_t
attributes(struct hop_file_info *f)
{
    struct stat st = {0};
    int64_t a = 0;

    look(f);
    if (!f->exists)
        return -1;
    if (is_on_share(f))
        return (int64_t)f->st.st_rdev;
    if (target_stat(f, &st) && S_ISDIR(st.st_mode))
        a |= DIRECTORY;
    if (f->is_link)
        a |= REPARSE;
    if (name_of(f->path->data)[0] == '.')
        a |= HIDDEN;
    if ((target_stat(f, &st) && !(st.st_mode & 0222)) ||
        (access(f->path->data, W_OK) != 0 && errno == EACCES))
        a |= READ_ONLY;
    return a ? a : NORMAL;
}

static bool
get_attributes(struct hop_context *cx, struct hop_value self, intptr_t data,
               struct hop_value *out)
{
    (void)cx;
    (void)data;
    *out = hop_enum(HOP_ENUM_FILE_ATTRIBUTES, attributes(self_of(self)));
    return true;
}

static bool
set_read_only(struct hop_context *cx, struct hop_file_info *f, bool on)
{
    mode_t mode;

    look(f);
    mode = on ? f->st.st_mode & ~(mode_t)0222 : f->st.st_mode | S_IWUSR;
    f->stated = false;
    if (hop_files_chmod(f->path->data, mode & 07777) != 0)
        return hop_throw_errno(cx, errno, f->path->data, is_directory_class(f));
    return true;
}

static bool
set_attributes(struct hop_context *cx, struct hop_value self, intptr_t data,
               struct hop_value v)
{
    struct hop_file_info *f = self_of(self);

    (void)data;
    if (!is_on_share(f))
        return set_read_only(cx, f, (v.u.i & READ_ONLY) != 0);
    f->stated = false;
    return hop_files_set_attributes(f->path->data, (unsigned)v.u.i) == 0 ||
           hop_throw_errno(cx, errno, f->path->data, is_directory_class(f));
}

/* Windows' letters: d or l, archive, read-only, hidden, system. */
static bool
get_mode(struct hop_context *cx, struct hop_value self, intptr_t data,
         struct hop_value *out)
{
    int64_t a = attributes(self_of(self));
    char text[6] = "-----";

    (void)cx;
    (void)data;
    if (a > 0) {
        text[0] = a & REPARSE ? 'l' : a & DIRECTORY ? 'd' : '-';
        text[1] = a & ARCHIVE ? 'a' : '-';
        text[2] = a & READ_ONLY ? 'r' : '-';
        text[3] = a & HIDDEN ? 'h' : '-';
        text[4] = a & SYSTEM ? 's' : '-';
    }
    *out = hop_text(text);
    return true;
}

/* ---- owner ---- */

static bool
get_user(struct hop_context *cx, struct hop_value self, intptr_t data,
         struct hop_value *out)
{
    struct hop_file_info *f = self_of(self);
    struct passwd *p;

    (void)cx;
    (void)data;
    look(f);
    if (is_on_share(f)) {
        *out = hop_null();
        return true;
    }
    p = getpwuid(f->st.st_uid);
    *out = p ? hop_text(p->pw_name)
             : hop_str(hop_string_format("%u", f->st.st_uid));
    return true;
}

static bool
get_group(struct hop_context *cx, struct hop_value self, intptr_t data,
          struct hop_value *out)
{
    struct hop_file_info *f = self_of(self);
    struct group *g;

    (void)cx;
    (void)data;
    look(f);
    if (is_on_share(f)) {
        *out = hop_null();
        return true;
    }
    g = getgrgid(f->st.st_gid);
    *out = g ? hop_text(g->gr_name)
             : hop_str(hop_string_format("%u", f->st.st_gid));
    return true;
}

/* ---- names ---- */

enum { NAME_FULL, NAME_LAST, NAME_EXTENSION, NAME_BASE, NAME_DIRECTORY };

/* The folder of a file on a share; nothing is above the share itself. */
static struct hop_value
shown_folder(const struct hop_file_info *f, size_t parent)
{
    HOP_AUTO_FREE char *folder =
        hop_xstrndup(f->path->data, parent > 0 ? parent - 1 : 0);
    HOP_AUTO_FREE char *shown = hop_unc_shown(folder);

    return *shown ? hop_text(shown) : hop_null();
}

static bool
get_name(struct hop_context *cx, struct hop_value self, intptr_t data,
         struct hop_value *out)
{
    struct hop_file_info *f = self_of(self);
    const char *path = f->path->data, *name = name_of(path);
    const char *dot = strrchr(name, '.');
    size_t parent = (size_t)(name - path);

    (void)cx;
    /* a share's own name is all of it */
    if (name == path && data <= NAME_BASE && data != NAME_EXTENSION)
        data = NAME_FULL;
    switch (data) {
    case NAME_FULL: *out = hop_str(shown_path(f)); return true;
    case NAME_LAST: *out = hop_text(*name ? name : "/"); return true;
    case NAME_EXTENSION: *out = hop_text(dot && dot[1] ? dot : ""); return true;
    case NAME_BASE:
        *out = is_directory_class(f) || !dot
                   ? hop_text(name)
                   : hop_textn(name, (size_t)(dot - name));
        return true;
    default: break;
    }
    *out = hop_textn(path, parent > 1 ? parent - 1 : 1);
    if (is_on_share(f))
        hop_value_set(out, shown_folder(f, parent));
    return true;
}

static bool
get_parent(struct hop_context *cx, struct hop_value self, intptr_t data,
           struct hop_value *out)
{
    HOP_AUTO_VALUE struct hop_value dir = hop_null();

    (void)data;
    *out = hop_null();
    if (strcmp(self_of(self)->path->data, "/") == 0)
        return true;
    if (!get_name(cx, self, NAME_DIRECTORY, &dir))
        return false;
    if (hop_is_null(dir))
        return true;
    *out = hop_file_info_new(cx, hop_cstr(dir), true);
    return true;
}

static bool
get_root(struct hop_context *cx, struct hop_value self, intptr_t data,
         struct hop_value *out)
{
    struct hop_file_info *f = self_of(self);
    HOP_AUTO_FREE char *root =
        is_on_share(f)
            ? hop_xstrndup(f->path->data, hop_unc_root(f->path->data))
            : hop_xstrdup("/");

    (void)data;
    *out = hop_file_info_new(cx, root, true);
    return true;
}

/* ---- size, existence, links ---- */

static bool
get_exists(struct hop_context *cx, struct hop_value self, intptr_t data,
           struct hop_value *out)
{
    struct hop_file_info *f = self_of(self);
    struct stat st;

    (void)cx;
    (void)data;
    *out = hop_bool(target_stat(f, &st) &&
                    (bool)S_ISDIR(st.st_mode) == is_directory_class(f));
    return true;
}

static bool
get_length(struct hop_context *cx, struct hop_value self, intptr_t data,
           struct hop_value *out)
{
    struct hop_file_info *f = self_of(self);
    struct hop_string *shown HOP_AUTO_STRING = shown_path(f);
    struct stat st;

    (void)data;
    if (!target_stat(f, &st) || S_ISDIR(st.st_mode))
        return hop_throw(cx, &hop_exception_file_not_found,
                         "Could not find file '%s'.", shown->data);
    *out = hop_long(st.st_size);
    return true;
}

static bool
get_size(struct hop_context *cx, struct hop_value self, intptr_t data,
         struct hop_value *out)
{
    struct hop_file_info *f = self_of(self);

    (void)cx;
    (void)data;
    look(f);
    *out = hop_long(f->st.st_size);
    return true;
}

static bool
get_container(struct hop_context *cx, struct hop_value self, intptr_t data,
              struct hop_value *out)
{
    (void)cx;
    (void)data;
    *out = hop_bool(is_directory_class(self_of(self)));
    return true;
}

static bool
read_link(struct hop_file_info *f, char out[PATH_MAX])
{
    ssize_t n;

    look(f);
    if (!f->is_link)
        return false;
    n = readlink(f->path->data, out, PATH_MAX - 1);
    if (n < 0)
        return false;
    out[n] = '\0';
    return true;
}

static bool
get_link_target(struct hop_context *cx, struct hop_value self, intptr_t data,
                struct hop_value *out)
{
    char target[PATH_MAX];

    (void)cx;
    (void)data;
    *out = read_link(self_of(self), target) ? hop_text(target) : hop_null();
    return true;
}

static bool
get_link_type(struct hop_context *cx, struct hop_value self, intptr_t data,
              struct hop_value *out)
{
    struct hop_file_info *f = self_of(self);

    (void)cx;
    (void)data;
    look(f);
    *out = f->is_link ? hop_text("SymbolicLink")
           : f->exists && S_ISREG(f->st.st_mode) && f->st.st_nlink > 1
               ? hop_text("HardLink")
               : hop_null();
    return true;
}

static bool
get_resolved(struct hop_context *cx, struct hop_value self, intptr_t data,
             struct hop_value *out)
{
    struct hop_file_info *f = self_of(self);
    char path[PATH_MAX];

    (void)cx;
    (void)data;
    look(f);
    *out = f->is_link && realpath(f->path->data, path) ? hop_text(path)
                                                       : hop_str(shown_path(f));
    return true;
}

static bool
get_read_only(struct hop_context *cx, struct hop_value self, intptr_t data,
              struct hop_value *out)
{
    (void)cx;
    (void)data;
    *out = hop_bool((attributes(self_of(self)) & READ_ONLY) != 0);
    return true;
}

static bool
put_read_only(struct hop_context *cx, struct hop_value self, intptr_t data,
              struct hop_value v)
{
    (void)data;
    return set_read_only(cx, self_of(self), v.u.i != 0);
}

static bool
get_file_mode(struct hop_context *cx, struct hop_value self, intptr_t data,
              struct hop_value *out)
{
    struct hop_file_info *f = self_of(self);

    (void)cx;
    (void)data;
    look(f);
    *out = hop_enum(HOP_ENUM_UNIX_FILE_MODE, f->st.st_mode & 07777);
    return true;
}

static bool
put_file_mode(struct hop_context *cx, struct hop_value self, intptr_t data,
              struct hop_value v)
{
    struct hop_file_info *f = self_of(self);

    (void)data;
    f->stated = false;
    if (hop_files_chmod(f->path->data, (mode_t)v.u.i & 07777) != 0)
        return hop_throw_errno(cx, errno, f->path->data, is_directory_class(f));
    return true;
}

/* ---- methods ---- */

static bool
call_refresh(struct hop_context *cx, struct hop_call *call)
{
    (void)cx;
    self_of(call->self)->stated = false;
    return true;
}

static bool
call_new(struct hop_context *cx, struct hop_call *call)
{
    if (hop_is_null(call->args[0]))
        return hop_throw_null(cx, call->data ? "path" : "fileName");
    if (call->args[0].u.s->len == 0)
        return hop_throw_argument(cx, &hop_exception_argument,
                                  call->data ? "path" : "fileName",
                                  "The path is empty.");
    call->result =
        hop_file_info_new(cx, hop_cstr(call->args[0]), call->data != 0);
    return true;
}

static bool
call_delete(struct hop_context *cx, struct hop_call *call)
{
    struct hop_file_info *f = self_of(call->self);
    int rc = is_directory_class(f) ? hop_files_rmdir(f->path->data)
                                   : hop_files_unlink(f->path->data);

    f->stated = false;
    if (rc != 0 && !(errno == ENOENT && !is_directory_class(f)))
        return hop_throw_errno(cx, errno, f->path->data, is_directory_class(f));
    return true;
}

static bool
call_create(struct hop_context *cx, struct hop_call *call)
{
    struct hop_file_info *f = self_of(call->self);

    f->stated = false;
    return hop_directory_create(cx, f->path->data);
}

static bool
call_sub_directory(struct hop_context *cx, struct hop_call *call)
{
    struct hop_file_info *f = self_of(call->self);
    HOP_AUTO_FREE char *path =
        hop_xasprintf("%s/%s", f->path->data, hop_cstr(call->args[0]));

    if (!hop_directory_create(cx, path))
        return false;
    call->result = hop_file_info_new(cx, path, true);
    return true;
}

static bool
call_move(struct hop_context *cx, struct hop_call *call)
{
    struct hop_file_info *f = self_of(call->self);
    HOP_AUTO_FREE char *to = hop_path_full(cx, hop_cstr(call->args[0]));
    bool overwrite = call->n > 1 && call->args[1].u.i;

    if (!overwrite && hop_files_access(to, F_OK) == 0)
        return hop_throw(cx, &hop_exception_io, "The file '%s' already exists.",
                         to);
    if (hop_files_rename(f->path->data, to) != 0)
        return hop_throw_errno(cx, errno, f->path->data, is_directory_class(f));
    hop_string_release(f->path);
    f->path = hop_string_from(to);
    f->stated = false;
    return true;
}

static bool
call_copy(struct hop_context *cx, struct hop_call *call)
{
    struct hop_file_info *f = self_of(call->self);
    HOP_AUTO_FREE char *to = hop_path_full(cx, hop_cstr(call->args[0]));

    if (!hop_file_copy(cx, f->path->data, to, call->n > 1 && call->args[1].u.i))
        return false;
    call->result = hop_file_info_new(cx, to, false);
    return true;
}

static bool
call_list(struct hop_context *cx, struct hop_call *call)
{
    struct hop_file_info *f = self_of(call->self);
    const char *pattern = call->n > 0 && hop_is_string(call->args[0])
                              ? hop_cstr(call->args[0])
                              : "*";
    bool deep =
        call->n > 1 && call->args[1].kind == HOP_ENUM && call->args[1].u.i == 1;
    struct hop_array *found = hop_array_new(cx, 0);

    call->result = hop_obj(found);
    return hop_directory_list(cx, f->path->data, pattern, deep,
                              (unsigned)call->data, true, found);
}

#define TIMES(n, which)                                                        \
    {n, "datetime", get_time, set_time, 0, which},                             \
    {                                                                          \
        n "Utc", "datetime", get_time, set_time, 0, (which) | TIME_AS_UTC      \
    }

/* What PowerShell's own type data add is flagged so, and comes first. */
static const struct hop_property info_properties[] = {
    {"UnixMode", "string", get_unix_mode, .flags = HOP_PROP_SCRIPT},
    {"User", "string", get_user, .flags = HOP_PROP_SCRIPT},
    {"Group", "string", get_group, .flags = HOP_PROP_SCRIPT},
    {"Size", "long", get_size, .flags = HOP_PROP_SCRIPT},
    {"Mode", "string", get_mode, .flags = HOP_PROP_CODE},
    {"ModeWithoutHardLink", "string", get_mode, .flags = HOP_PROP_CODE},
    {"BaseName", "string", get_name, NULL, HOP_PROP_SCRIPT, NAME_BASE},
    {"ResolvedTarget", "string", get_resolved, .flags = HOP_PROP_CODE},
    {"Target", "string", get_link_target, .flags = HOP_PROP_ALIAS},
    {"LinkType", "string", get_link_type, .flags = HOP_PROP_CODE},
    {"PSIsContainer", "bool", get_container, .flags = HOP_PROP_HIDDEN},
    {"Name", "string", get_name, NULL, 0, NAME_LAST},
    {"Exists", "bool", get_exists},
    {"FullName", "string", get_name, NULL, 0, NAME_FULL},
    {"Extension", "string", get_name, NULL, 0, NAME_EXTENSION},
    TIMES("CreationTime", TIME_CREATE),
    TIMES("LastAccessTime", TIME_ACCESS),
    TIMES("LastWriteTime", TIME_WRITE),
    {"LinkTarget", "string", get_link_target},
    {"UnixFileMode", "System.IO.UnixFileMode", get_file_mode, put_file_mode},
    {"Attributes", "System.IO.FileAttributes", get_attributes, set_attributes},
    {0},
};
/* The methods of File, with this file's path as first argument. */
static bool
call_with_path(struct hop_context *cx, struct hop_call *c, hop_method_fn *fn)
{
    struct hop_file_info *f = (struct hop_file_info *)c->self.u.o;
    struct hop_value args[3] = {hop_str(f->path)};
    struct hop_call inner = *c;

    for (size_t i = 0; i < c->n && i < 2; i++)
        args[i + 1] = c->args[i];
    inner.args = args;
    inner.n = c->n + 1;
    if (!fn(cx, &inner))
        return false;
    c->result = inner.result;
    return true;
}

static bool
call_open(struct hop_context *cx, struct hop_call *c)
{
    return call_with_path(cx, c, hop_file_open_method);
}

static bool
call_open_text(struct hop_context *cx, struct hop_call *c)
{
    return call_with_path(cx, c, hop_file_text_method);
}

static const struct hop_method info_methods[] = {
    {"void Refresh()", call_refresh},
    {"void Delete()", call_delete},
    {0},
};
const struct hop_class hop_class_file_system_info = {
    .name = "System.IO.FileSystemInfo",
    .base = &hop_class_object,
    .flags = HOP_CLASS_ABSTRACT,
    .kind = HOP_OBJECT,
    .size = sizeof(struct hop_file_info),
    .properties = info_properties,
    .methods = info_methods,
    .destroy = destroy,
    .to_string = to_text,
};

static const struct hop_property file_properties[] = {
    {"Length", "long", get_length},
    {"DirectoryName", "string", get_name, NULL, 0, NAME_DIRECTORY},
    {"Directory", "System.IO.DirectoryInfo", get_parent},
    {"IsReadOnly", "bool", get_read_only, put_read_only},
    {0},
};
static const struct hop_method file_methods[] = {
    {"System.IO.FileInfo CopyTo(string destFileName)", call_copy},
    {"System.IO.FileInfo CopyTo(string destFileName, bool overwrite)",
     call_copy},
    {"void MoveTo(string destFileName)", call_move},
    {"void MoveTo(string destFileName, bool overwrite)", call_move},
    {"System.IO.FileStream Open(System.IO.FileMode mode)", call_open},
    {"System.IO.FileStream Open(System.IO.FileMode mode, System.IO.FileAccess "
     "access)",
     call_open},
    {"System.IO.FileStream OpenRead()", call_open, 3 << 2 | 1},
    {"System.IO.FileStream OpenWrite()", call_open, 4 << 2 | 2},
    {"System.IO.FileStream Create()", call_open, 2 << 2 | 3},
    {"System.IO.StreamReader OpenText()", call_open_text, 3},
    {"System.IO.StreamWriter CreateText()", call_open_text, 2},
    {"System.IO.StreamWriter AppendText()", call_open_text, 6},
    {0},
};
static const struct hop_method file_constructors[] = {
    {"System.IO.FileInfo new(string fileName)", call_new, 0}, {0}};
const struct hop_class hop_class_file_info = {
    .name = "System.IO.FileInfo",
    .base = &hop_class_file_system_info,
    .flags = HOP_CLASS_SEALED,
    .kind = HOP_OBJECT,
    .size = sizeof(struct hop_file_info),
    .properties = file_properties,
    .methods = file_methods,
    .constructors = file_constructors,
};

static const struct hop_property directory_properties[] = {
    {"Parent", "System.IO.DirectoryInfo", get_parent},
    {"Root", "System.IO.DirectoryInfo", get_root},
    {0},
};
#define LISTING(type, name, what)                                              \
    {type " " name "()", call_list, what},                                     \
        {type " " name "(string searchPattern)", call_list, what},             \
    {                                                                          \
        type " " name                                                          \
             "(string searchPattern, System.IO.SearchOption searchOption)",    \
            call_list, what                                                    \
    }
static const struct hop_method directory_methods[] = {
    {"void Create()", call_create},
    {"System.IO.DirectoryInfo CreateSubdirectory(string path)",
     call_sub_directory},
    {"void MoveTo(string destDirName)", call_move},
    LISTING("System.IO.FileInfo[]", "GetFiles", HOP_LIST_FILES),
    LISTING("System.IO.FileInfo[]", "EnumerateFiles", HOP_LIST_FILES),
    LISTING("System.IO.DirectoryInfo[]", "GetDirectories",
            HOP_LIST_DIRECTORIES),
    LISTING("System.IO.DirectoryInfo[]", "EnumerateDirectories",
            HOP_LIST_DIRECTORIES),
    LISTING("System.IO.FileSystemInfo[]", "GetFileSystemInfos",
            HOP_LIST_FILES | HOP_LIST_DIRECTORIES),
    {0},
};
static const struct hop_method directory_constructors[] = {
    {"System.IO.DirectoryInfo new(string path)", call_new, 1}, {0}};
const struct hop_class hop_class_directory_info = {
    .name = "System.IO.DirectoryInfo",
    .base = &hop_class_file_system_info,
    .flags = HOP_CLASS_SEALED,
    .kind = HOP_OBJECT,
    .size = sizeof(struct hop_file_info),
    .properties = directory_properties,
    .methods = directory_methods,
    .constructors = directory_constructors,
};
