/* System.IO.FileInfo and DirectoryInfo.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/types/file_info.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "smb/client.h"
#include "smb/files.h"
#include "smb/unc.h"
#include "value/collections.h"
#include "value/enums.h"
#include "value/exception.h"
#include "value/types/file_attributes.h"
#include "value/types/stream.h"

const char *
hop_file_info_name(const char *path)
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

struct hop_file_info *
hop_file_info_self(struct hop_value v)
{
    return (struct hop_file_info *)hop_value_base(v).u.o;
}

bool
hop_file_info_on_share(const struct hop_file_info *f)
{
    return hop_unc_is(f->path->data);
}

/* The path as users see it, owned. */
static struct hop_string *
shown_path(const struct hop_file_info *f)
{
    HOP_AUTO_FREE char *shown = NULL;

    if (!hop_file_info_on_share(f))
        return hop_string_retain(f->path);
    shown = hop_unc_shown(f->path->data);
    return hop_string_from(shown);
}

bool
hop_file_info_is_directory(const struct hop_file_info *f)
{
    return f->base.cls == &hop_class_directory_info;
}

void
hop_file_info_look(struct hop_file_info *f)
{
    if (f->stated)
        return;
    f->stated = true;
    f->exists = hop_files_lstat(f->path->data, &f->st) == 0;
    f->is_link = f->exists && S_ISLNK(f->st.st_mode);
}

bool
hop_file_info_target(struct hop_file_info *f, struct stat *st)
{
    hop_file_info_look(f);
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
    *out = shown_path(hop_file_info_self(v));
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
    struct hop_file_info *f = hop_file_info_self(self);
    const char *path = f->path->data, *name = hop_file_info_name(path);
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
        *out = hop_file_info_is_directory(f) || !dot
                   ? hop_text(name)
                   : hop_textn(name, (size_t)(dot - name));
        return true;
    default: break;
    }
    *out = hop_textn(path, parent > 1 ? parent - 1 : 1);
    if (hop_file_info_on_share(f))
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
    if (strcmp(hop_file_info_self(self)->path->data, "/") == 0)
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
    struct hop_file_info *f = hop_file_info_self(self);
    HOP_AUTO_FREE char *root =
        hop_file_info_on_share(f)
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
    struct hop_file_info *f = hop_file_info_self(self);
    struct stat st;

    (void)cx;
    (void)data;
    *out = hop_bool(hop_file_info_target(f, &st) &&
                    (bool)S_ISDIR(st.st_mode) == hop_file_info_is_directory(f));
    return true;
}

static bool
get_length(struct hop_context *cx, struct hop_value self, intptr_t data,
           struct hop_value *out)
{
    struct hop_file_info *f = hop_file_info_self(self);
    struct hop_string *shown HOP_AUTO_STRING = shown_path(f);
    struct stat st;

    (void)data;
    if (!hop_file_info_target(f, &st) || S_ISDIR(st.st_mode))
        return hop_throw(cx, &hop_exception_file_not_found,
                         "Could not find file '%s'.", shown->data);
    *out = hop_long(st.st_size);
    return true;
}

static bool
get_size(struct hop_context *cx, struct hop_value self, intptr_t data,
         struct hop_value *out)
{
    struct hop_file_info *f = hop_file_info_self(self);

    (void)cx;
    (void)data;
    hop_file_info_look(f);
    *out = hop_long(f->st.st_size);
    return true;
}

static bool
get_container(struct hop_context *cx, struct hop_value self, intptr_t data,
              struct hop_value *out)
{
    (void)cx;
    (void)data;
    *out = hop_bool(hop_file_info_is_directory(hop_file_info_self(self)));
    return true;
}

static bool
read_link(struct hop_file_info *f, char out[PATH_MAX])
{
    ssize_t n;

    hop_file_info_look(f);
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
    *out = read_link(hop_file_info_self(self), target) ? hop_text(target)
                                                       : hop_null();
    return true;
}

/* What PowerShell's own views show in the columns Name, Length and
 * LastWriteTime: a client that gets a file asks for these.  The styles that
 * belong to the name are those of a terminal, which a session has not. */
enum { SHOWN_NAME, SHOWN_LENGTH, SHOWN_TIME };

static bool
get_shown(struct hop_context *cx, struct hop_value self, intptr_t data,
          struct hop_value *out)
{
    struct hop_file_info *f = hop_file_info_self(self);
    const char *name = hop_file_info_name(f->path->data);
    char text[PATH_MAX];
    struct tm tm;

    (void)cx;
    hop_file_info_look(f);
    if (data == SHOWN_NAME) {
        *out = read_link(f, text)
                   ? hop_str(hop_string_format("%s -> %s", name, text))
                   : hop_text(*name ? name : "/");
    } else if (data == SHOWN_LENGTH) {
        snprintf(text, sizeof(text), "%lld", (long long)f->st.st_size);
        *out = hop_text(hop_file_info_is_directory(f) ? "" : text);
    } else {
        localtime_r(&f->st.st_mtim.tv_sec, &tm);
        strftime(text, sizeof(text), "%m/%d/%Y    %H:%M", &tm);
        *out = hop_text(text);
    }
    return true;
}

static bool
get_link_type(struct hop_context *cx, struct hop_value self, intptr_t data,
              struct hop_value *out)
{
    struct hop_file_info *f = hop_file_info_self(self);

    (void)cx;
    (void)data;
    hop_file_info_look(f);
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
    struct hop_file_info *f = hop_file_info_self(self);
    char path[PATH_MAX];

    (void)cx;
    (void)data;
    hop_file_info_look(f);
    *out = f->is_link && realpath(f->path->data, path) ? hop_text(path)
                                                       : hop_str(shown_path(f));
    return true;
}

/* ---- methods ---- */

static bool
call_refresh(struct hop_context *cx, struct hop_call *call)
{
    (void)cx;
    hop_file_info_self(call->self)->stated = false;
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
    struct hop_file_info *f = hop_file_info_self(call->self);
    int rc = hop_file_info_is_directory(f) ? hop_files_rmdir(f->path->data)
                                           : hop_files_unlink(f->path->data);

    f->stated = false;
    if (rc != 0 && !(errno == ENOENT && !hop_file_info_is_directory(f)))
        return hop_throw_errno(cx, errno, f->path->data,
                               hop_file_info_is_directory(f));
    return true;
}

static bool
call_create(struct hop_context *cx, struct hop_call *call)
{
    struct hop_file_info *f = hop_file_info_self(call->self);

    f->stated = false;
    return hop_directory_create(cx, f->path->data);
}

static bool
call_sub_directory(struct hop_context *cx, struct hop_call *call)
{
    struct hop_file_info *f = hop_file_info_self(call->self);
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
    struct hop_file_info *f = hop_file_info_self(call->self);
    HOP_AUTO_FREE char *to = hop_path_full(cx, hop_cstr(call->args[0]));
    bool overwrite = call->n > 1 && call->args[1].u.i;

    if (!overwrite && hop_files_access(to, F_OK) == 0)
        return hop_throw(cx, &hop_exception_io, "The file '%s' already exists.",
                         to);
    if (hop_files_rename(f->path->data, to) != 0)
        return hop_throw_errno(cx, errno, f->path->data,
                               hop_file_info_is_directory(f));
    hop_string_release(f->path);
    f->path = hop_string_from(to);
    f->stated = false;
    return true;
}

static bool
call_copy(struct hop_context *cx, struct hop_call *call)
{
    struct hop_file_info *f = hop_file_info_self(call->self);
    HOP_AUTO_FREE char *to = hop_path_full(cx, hop_cstr(call->args[0]));

    if (!hop_file_copy(cx, f->path->data, to, call->n > 1 && call->args[1].u.i))
        return false;
    call->result = hop_file_info_new(cx, to, false);
    return true;
}

static bool
call_list(struct hop_context *cx, struct hop_call *call)
{
    struct hop_file_info *f = hop_file_info_self(call->self);
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
    {n, "datetime", hop_file_get_time, hop_file_set_time, 0, which},           \
    {                                                                          \
        n "Utc", "datetime", hop_file_get_time, hop_file_set_time, 0,          \
            (which) | HOP_FILE_TIME_AS_UTC                                     \
    }

#define SHOWN_FLAGS (HOP_PROP_CODE | HOP_PROP_HIDDEN | HOP_PROP_SENT)

/* What PowerShell's own type data add is flagged so, and comes first. */
static const struct hop_property info_properties[] = {
    {"UnixMode", "string", hop_file_get_unix_mode, .flags = HOP_PROP_SCRIPT},
    {"User", "string", hop_file_get_user, .flags = HOP_PROP_SCRIPT},
    {"Group", "string", hop_file_get_group, .flags = HOP_PROP_SCRIPT},
    {"Size", "long", get_size, .flags = HOP_PROP_SCRIPT},
    {"Mode", "string", hop_file_get_mode, .flags = HOP_PROP_CODE},
    {"ModeWithoutHardLink", "string", hop_file_get_mode,
     .flags = HOP_PROP_CODE},
    {"BaseName", "string", get_name, NULL, HOP_PROP_SCRIPT, NAME_BASE},
    {"ResolvedTarget", "string", get_resolved, .flags = HOP_PROP_CODE},
    {"Target", "string", get_link_target, .flags = HOP_PROP_ALIAS},
    {"LinkType", "string", get_link_type, .flags = HOP_PROP_CODE},
    {"NameString", "string", get_shown, NULL, SHOWN_FLAGS, SHOWN_NAME},
    {"LengthString", "string", get_shown, NULL, SHOWN_FLAGS, SHOWN_LENGTH},
    {"LastWriteTimeString", "string", get_shown, NULL, SHOWN_FLAGS, SHOWN_TIME},
    {"PSIsContainer", "bool", get_container, .flags = HOP_PROP_HIDDEN},
    {"Name", "string", get_name, NULL, 0, NAME_LAST},
    {"Exists", "bool", get_exists},
    {"FullName", "string", get_name, NULL, 0, NAME_FULL},
    {"Extension", "string", get_name, NULL, 0, NAME_EXTENSION},
    TIMES("CreationTime", HOP_FILE_TIME_CREATE),
    TIMES("LastAccessTime", HOP_FILE_TIME_ACCESS),
    TIMES("LastWriteTime", HOP_FILE_TIME_WRITE),
    {"LinkTarget", "string", get_link_target},
    {"UnixFileMode", "System.IO.UnixFileMode", hop_file_get_file_mode,
     hop_file_put_file_mode},
    {"Attributes", "System.IO.FileAttributes", hop_file_get_attributes,
     hop_file_set_attributes},
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
    {"IsReadOnly", "bool", hop_file_get_read_only, hop_file_put_read_only},
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
