/* System.IO.Path.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/types/path.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/alloc.h"
#include "smb/files.h"
#include "smb/unc.h"
#include "value/enums.h"
#include "value/exception.h"
#include "value/member.h"
#include "value/types/file_info.h"

const char *
hop_path_text_arg(const struct hop_call *call, size_t i)
{
    return i < call->n && hop_is_string(call->args[i]) ? hop_cstr(call->args[i])
                                                       : NULL;
}

const char *
hop_path_last_part(const char *path)
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
    const char *path = hop_path_text_arg(call, 0), *name, *dot;
    HOP_AUTO_FREE char *full = NULL, *shown = NULL;

    if (!path) {
        if (call->data == P_FULL)
            return hop_throw_null(cx, "path");
        call->result = call->data == P_ROOTED || call->data == P_HAS_EXT
                           ? hop_bool(false)
                           : hop_null();
        return true;
    }
    name = hop_path_last_part(path);
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
    const char *path = hop_path_text_arg(call, 0),
               *ext = hop_path_text_arg(call, 1), *dot;
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    (void)cx;
    if (!path)
        return true;
    dot = strrchr(hop_path_last_part(path), '.');
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
    HOP_AUTO_FREE char *from = hop_path_full(cx, hop_path_text_arg(call, 0));
    HOP_AUTO_FREE char *to = hop_path_full(cx, hop_path_text_arg(call, 1));
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
        const char *part = hop_path_text_arg(call, i);

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
