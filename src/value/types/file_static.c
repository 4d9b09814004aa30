/* System.IO.File.
 *
 * SPDX-License-Identifier: MIT
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "smb/files.h"
#include "value/convert.h"
#include "value/enums.h"
#include "value/exception.h"
#include "value/member.h"
#include "value/types/encoding.h"
#include "value/types/file_info.h"
#include "value/types/path.h"
#include "value/types/stream.h"

#define S "static string "

/* ---- File ---- */

char *
hop_path_arg(struct hop_context *cx, const struct hop_call *call, size_t i)
{
    const char *path = hop_path_text_arg(call, i);

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

bool
hop_path_exists(struct hop_context *cx, struct hop_call *call)
{
    const char *given = hop_path_text_arg(call, 0);
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
    HOP_AUTO_FREE char *path = hop_path_arg(cx, call, 0);
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
    HOP_AUTO_FREE char *path = hop_path_arg(cx, call, 0);
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
    HOP_AUTO_FREE char *path = hop_path_arg(cx, call, 0);
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
    HOP_AUTO_FREE char *path = hop_path_arg(cx, call, 0);
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
    HOP_AUTO_FREE char *path = hop_path_arg(cx, call, 0);

    if (!path)
        return false;
    if (hop_files_unlink(path) != 0 && errno != ENOENT)
        return hop_throw_errno(cx, errno, path, false);
    return true;
}

static bool
file_copy(struct hop_context *cx, struct hop_call *call)
{
    HOP_AUTO_FREE char *from = hop_path_arg(cx, call, 0);
    HOP_AUTO_FREE char *to = from ? hop_path_arg(cx, call, 1) : NULL;

    return to && hop_file_copy(cx, from, to, call->n > 2 && call->args[2].u.i);
}

bool
hop_path_move(struct hop_context *cx, struct hop_call *call)
{
    HOP_AUTO_FREE char *from = hop_path_arg(cx, call, 0);
    HOP_AUTO_FREE char *to = from ? hop_path_arg(cx, call, 1) : NULL;

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
    HOP_AUTO_FREE char *path = hop_path_arg(cx, call, 0);
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
    HOP_AUTO_FREE char *path = hop_path_arg(cx, call, 0);
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
    {"static bool Exists(string path)", hop_path_exists, 0},
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
    {V "Move(string sourceFileName, string destFileName)", hop_path_move},
    {V "Move(string sourceFileName, string destFileName, bool overwrite)",
     hop_path_move},
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
