/* Get-Content, Set-Content, Add-Content, Clear-Content.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "cmdlets/management/filesystem.h"
#include "cmdlets/management/management.h"
#include "cmdlets/management/paths.h"
#include "engine/errors.h"
#include "smb/files.h"
#include "smb/unc.h"
#include "value/convert.h"
#include "value/exception.h"
#include "value/member.h"
#include "value/types/encoding.h"
#include "value/types/file_info.h"

#define CHUNK 65536

/* ---- Get-Content ---- */

enum {
    PATH,
    LITERAL,
    FILTER,
    INCLUDE,
    EXCLUDE,
    FORCE,
    CREDENTIAL,
    READ_COUNT,
    TOTAL,
    TAIL,
    DELIMITER,
    WAIT,
    RAW,
    ENCODING,
    BYTES,
    STREAM
};
static const struct hop_param get_params[] = {
    [PATH] = HOP_PATH_PARAM,
    [LITERAL] = HOP_LITERAL_PARAM,
    [FILTER] = {"Filter", "string"},
    [INCLUDE] = {"Include", "string[]"},
    [EXCLUDE] = {"Exclude", "string[]"},
    [FORCE] = {"Force", "switch"},
    [CREDENTIAL] = {"Credential", "pscredential", HOP_CREDENTIAL | HOP_BY_NAME},
    [READ_COUNT] = {"ReadCount", "long", HOP_BY_NAME},
    [TOTAL] = {"TotalCount", "long", HOP_BY_NAME, .aliases = "First Head",
               .range = HOP_RANGE(0, 9e18)},
    [TAIL] = {"Tail", "int", HOP_BY_NAME, .aliases = "Last",
              .range = HOP_RANGE(0, 2147483647)},
    [DELIMITER] = {"Delimiter", "string"},
    [WAIT] = {"Wait", "switch"},
    [RAW] = {"Raw", "switch"},
    [ENCODING] = {"Encoding", "System.Text.Encoding", HOP_ENCODING},
    [BYTES] = {"AsByteStream", "switch"},
    [STREAM] = {"Stream", "string"},
};
static const struct hop_path_params paths = {PATH,    LITERAL, FILTER,
                                             INCLUDE, EXCLUDE, FORCE};

/* Lines on their way out, in groups of -ReadCount. */
struct lines {
    struct hop_command *c;
    const struct hop_item_path *p;
    int64_t group, left; /* left: of -TotalCount, -1 for all */
    int64_t count;       /* lines so far: ReadCount of each */
    struct hop_array *held;
    struct hop_value *last; /* ring of -Tail */
    size_t tail, tail_at, tail_n;
    bool ended;
};

static void
add_note(struct hop_value v, const char *name, struct hop_value x)
{
    struct hop_member m = {
        .name = hop_string_from(name), .kind = HOP_MEMBER_NOTE, .value = x};

    hop_member_add(v.u.o, m);
}

/* Each object of Get-Content says where it comes from. */
static struct hop_value
with_origin(struct lines *l, struct hop_value v)
{
    struct hop_value w = hop_wrap(hop_command_context(l->c), v);
    HOP_AUTO_FREE char *qualified = hop_path_qualified(l->p);
    const char *slash = strrchr(qualified, hop_unc_is(l->p->path) ? '\\' : '/');

    add_note(w, "PSPath", hop_text(qualified));
    add_note(w, "PSParentPath",
             hop_textn(qualified, slash ? (size_t)(slash - qualified) : 0));
    add_note(w, "PSChildName", hop_text(hop_paths_leaf(l->p->path)));
    if (l->p->drive)
        add_note(w, "PSDrive", hop_drive_object(l->p->rs, l->p->drive));
    add_note(w, "PSProvider", hop_provider_object(l->p->rs, l->p->provider));
    add_note(w, "ReadCount", hop_long(l->count));
    return w;
}

static bool
flush_group(struct lines *l)
{
    struct hop_value v;

    if (!l->held)
        return true;
    v = with_origin(l, hop_obj(l->held));
    l->held = NULL;
    return hop_write_take(l->c, v);
}

/* One object; takes v.  False when no more is wanted or something failed. */
static bool
emit(struct lines *l, struct hop_value v)
{
    if (l->tail) {
        hop_value_set(&l->last[l->tail_at], v);
        l->tail_at = (l->tail_at + 1) % l->tail;
        l->tail_n += l->tail_n < l->tail;
        return true;
    }
    if (l->left == 0) {
        hop_release(v);
        l->ended = true;
        return false;
    }
    if (l->left > 0)
        l->left--;
    l->count++;
    if (l->group == 1)
        return hop_write_take(l->c, with_origin(l, v));
    if (!l->held)
        l->held = hop_array_new(hop_command_context(l->c), 0);
    hop_array_push(l->held, v);
    if (l->group > 0 && (int64_t)l->held->n >= l->group)
        return flush_group(l);
    return true;
}

static bool
finish_lines(struct lines *l)
{
    size_t from = l->tail_n == l->tail ? l->tail_at : 0;
    size_t n = l->tail_n;

    if (l->tail) {
        size_t tail = l->tail;

        l->tail = 0;
        for (size_t i = 0; i < n; i++)
            if (!emit(l, hop_value_steal(&l->last[(from + i) % tail])))
                return l->ended;
    }
    return flush_group(l);
}

static bool
split_lines(struct lines *l, const char *s, size_t n)
{
    size_t at = 0;

    while (at < n) {
        size_t len = 0;

        while (at + len < n && s[at + len] != '\n' && s[at + len] != '\r')
            len++;
        if (!emit(l, hop_textn(s + at, len)))
            return l->ended;
        at += len;
        if (at < n)
            at += s[at] == '\r' && at + 1 < n && s[at + 1] == '\n' ? 2 : 1;
        if (hop_command_stopping(l->c))
            return false;
    }
    return true;
}

static bool
split_by(struct lines *l, const char *s, size_t n, const char *delimiter)
{
    size_t d = strlen(delimiter);

    while (n > 0) {
        const char *hit = memmem(s, n, delimiter, d);
        size_t len = hit ? (size_t)(hit - s) : n;

        if (!emit(l, hop_textn(s, len)))
            return l->ended;
        s += len + (hit ? d : 0);
        n -= len + (hit ? d : 0);
    }
    return true;
}

static const struct hop_encoding *
encoding(struct hop_command *c, size_t param)
{
    const struct hop_encoding *e = hop_as_encoding(hop_arg(c, param));

    return e ? e : hop_encoding_utf8(false);
}

static bool
write_bytes(struct hop_command *c, struct lines *l, const struct hop_buf *raw)
{
    if (hop_arg_on(c, RAW)) {
        struct hop_value v = hop_obj(hop_array_of_bytes(
            hop_command_context(c), hop_buf_str(raw), raw->len));

        return hop_write_take(c, with_origin(l, v));
    }
    for (size_t i = 0; i < raw->len; i++)
        if (!emit(l, hop_byte((uint8_t)raw->data[i])))
            return l->ended;
    return true;
}

static bool
write_text(struct hop_command *c, struct lines *l, const struct hop_buf *raw)
{
    HOP_AUTO_BUF struct hop_buf text = HOP_BUF_INIT;
    const char *delimiter = hop_arg_text(c, DELIMITER);

    hop_encoding_decode_file(encoding(c, ENCODING), hop_buf_str(raw), raw->len,
                             &text);
    if (hop_arg_on(c, RAW)) {
        l->count = 1;
        return text.len == 0 ||
               hop_write_take(c, with_origin(l, hop_text_buf(&text)));
    }
    if (delimiter && *delimiter)
        return split_by(l, hop_buf_str(&text), text.len, delimiter);
    return split_lines(l, hop_buf_str(&text), text.len);
}

/* -Wait: what is appended from now on, until the pipeline stops. */
static bool
follow(struct hop_command *c, struct lines *l, off_t from)
{
    HOP_AUTO_FD int fd = hop_files_descriptor(l->p->path, O_RDONLY, 0);
    HOP_AUTO_BUF struct hop_buf part = HOP_BUF_INIT;

    if (fd < 0 || lseek(fd, from, SEEK_SET) < 0)
        return true;
    for (;;) {
        char *room = hop_buf_reserve(&part, CHUNK), *feed;
        ssize_t n = room ? read(fd, room, CHUNK) : -1;

        if (n > 0)
            hop_buf_commit(&part, (size_t)n);
        while (part.len && (feed = memchr(part.data, '\n', part.len))) {
            size_t len = (size_t)(feed - part.data);

            if (!emit(l, hop_textn(part.data, len)))
                return l->ended;
            hop_buf_consume(&part, len + 1);
        }
        if (n <= 0 &&
            hop_runspace_wait(hop_command_runspace(c), -1, 0, 250) < 0)
            return false;
    }
}

/* The ids of files that cannot be opened, by their exceptions. */
static const struct {
    const struct hop_class *exception;
    const char *name;
    enum hop_category category;
} content_errors[] = {
    {&hop_exception_path_too_long, "PathTooLong", HOP_CAT_INVALID_ARGUMENT},
    {&hop_exception_file_not_found, "FileNotFound", HOP_CAT_OBJECT_NOT_FOUND},
    {&hop_exception_directory_not_found, "DirectoryNotFound",
     HOP_CAT_OBJECT_NOT_FOUND},
    {&hop_exception_unauthorized_access, "UnauthorizedAccess",
     HOP_CAT_PERMISSION_DENIED},
};

/* Makes a record of the pending exception; always false. */
static bool
content_failed(struct hop_command *c, const char *path, bool writing)
{
    struct hop_runspace *rs = hop_command_runspace(c);
    HOP_AUTO_FREE char *shown = hop_unc_shown(path);
    HOP_AUTO_VALUE struct hop_value target = hop_text(shown);
    HOP_AUTO_VALUE struct hop_value e =
        hop_take_exception(hop_command_context(c));
    enum hop_category category =
        writing ? HOP_CAT_WRITE_ERROR : HOP_CAT_READ_ERROR;
    const char *name = "IO";
    char id[64];

    for (size_t i = 0; i < HOP_ARRAY_SIZE(content_errors); i++)
        if (hop_value_is(e, content_errors[i].exception)) {
            name = content_errors[i].name;
            category = content_errors[i].category;
        }
    snprintf(id, sizeof id, "GetContent%s%sError",
             writing ? "Writer" : "Reader", name);
    return hop_throw_record(rs,
                            hop_error_record_from(rs, e, id, category, target));
}

static bool
is_container_error(struct hop_command *c, const struct hop_item_path *p)
{
    struct hop_error_spec spec = {.id = "GetContainerContentException",
                                  .category = HOP_CAT_INVALID_OPERATION,
                                  .exception =
                                      "System.InvalidOperationException"};

    return hop_throw_error(hop_command_runspace(c), &spec,
                           "Unable to get content because it is a directory: "
                           "'%s'. Please use 'Get-ChildItem' instead.",
                           p->path);
}

static bool
get_provider_content(struct hop_command *c, struct lines *l)
{
    struct hop_list_sink all;
    bool ok = true;

    if (!l->p->provider->get_content)
        return hop_paths_unsupported(c, l->p);
    hop_list_sink_init(&all, hop_command_context(c));
    ok = l->p->provider->get_content(l->p, &all.sink);
    for (size_t i = 0; ok && i < all.n; i++)
        ok = hop_write(c, all.items[i]);
    hop_list_sink_done(&all);
    return ok;
}

static bool
head_and_tail(struct hop_command *c)
{
    struct hop_error_spec spec = {.id = "TailAndHeadCannotCoexist",
                                  .category = HOP_CAT_INVALID_OPERATION,
                                  .exception =
                                      "System.InvalidOperationException"};

    return hop_command_error(c, &spec,
                             "The parameters TotalCount and Tail cannot be "
                             "used together. Please specify only one "
                             "parameter.");
}

static bool
get_one(struct hop_command *c, struct hop_item_path *p)
{
    HOP_AUTO_BUF struct hop_buf raw = HOP_BUF_INIT;
    struct lines l = {.c = c,
                      .p = p,
                      .group = hop_arg_int(c, READ_COUNT, 1),
                      .left = hop_arg_int(c, TOTAL, -1)};
    bool ok;

    if (hop_arg_bound(c, TAIL) && hop_arg_bound(c, TOTAL))
        return head_and_tail(c);
    if (p->provider != &hop_provider_filesystem)
        return get_provider_content(c, &l);
    if (!p->provider->item_exists(p))
        return hop_path_missing(p);
    if (p->provider->is_container(p))
        return is_container_error(c, p);
    if (!hop_file_read_all(hop_command_context(c), p->path, &raw))
        return content_failed(c, p->path, false);
    l.tail = (size_t)hop_arg_int(c, TAIL, 0);
    if (hop_arg_bound(c, TAIL) && l.tail == 0)
        return true;
    if (l.tail)
        l.last = hop_xcalloc(l.tail, sizeof(*l.last));
    ok = hop_arg_on(c, BYTES) ? write_bytes(c, &l, &raw)
                              : write_text(c, &l, &raw);
    ok = ok && finish_lines(&l);
    if (ok && hop_arg_on(c, WAIT))
        ok = follow(c, &l, (off_t)raw.len);
    if (l.held)
        hop_release(hop_obj(l.held));
    for (size_t i = 0; l.last && i < l.tail_n; i++)
        hop_release(l.last[i]);
    free(l.last);
    return ok;
}

static bool
process_get(struct hop_command *c)
{
    return hop_paths_each(c, &paths, get_one);
}

const struct hop_cmdlet hop_cmdlet_get_content = {
    .name = "Get-Content",
    .default_set = "Path",
    HOP_PARAMS(get_params),
    .synopsis = "Gets the content of an item.",
    .process = process_get,
};

/* ---- Set-Content, Add-Content ---- */

enum {
    W_PATH,
    W_LITERAL,
    W_FILTER,
    W_INCLUDE,
    W_EXCLUDE,
    W_FORCE,
    W_CREDENTIAL,
    W_VALUE,
    W_PASS_THRU,
    W_NO_NEWLINE,
    W_ENCODING,
    W_BYTES,
    W_STREAM
};
static const struct hop_param write_params[] = {
    [W_PATH] = {"Path", "string[]",
                .in = HOP_SETS(
                    {"Path", HOP_MANDATORY | HOP_BY_NAME, HOP_POS(0)})},
    [W_LITERAL] = HOP_LITERAL_PARAM,
    [W_FILTER] = {"Filter", "string"},
    [W_INCLUDE] = {"Include", "string[]"},
    [W_EXCLUDE] = {"Exclude", "string[]"},
    [W_FORCE] = {"Force", "switch"},
    [W_CREDENTIAL] = {"Credential", "pscredential",
                      HOP_CREDENTIAL | HOP_BY_NAME},
    [W_VALUE] = {"Value", "object[]",
                 HOP_MANDATORY | HOP_BY_VALUE | HOP_BY_NAME | HOP_ALLOW_NULL |
                     HOP_ALLOW_EMPTY_COLLECTION,
                 .position = HOP_POS(1)},
    [W_PASS_THRU] = {"PassThru", "switch"},
    [W_NO_NEWLINE] = {"NoNewline", "switch"},
    [W_ENCODING] = {"Encoding", "System.Text.Encoding", HOP_ENCODING},
    [W_BYTES] = {"AsByteStream", "switch"},
    [W_STREAM] = {"Stream", "string"},
};
static const struct hop_path_params write_paths = {
    W_PATH, W_LITERAL, W_FILTER, W_INCLUDE, W_EXCLUDE, W_FORCE};

struct writing {
    struct hop_list_sink all; /* for providers that take all at once */
    bool begun, append;
};

static bool
begin_set(struct hop_command *c)
{
    struct writing *w = hop_command_state(c);

    hop_list_sink_init(&w->all, hop_command_context(c));
    return true;
}

static bool
begin_add(struct hop_command *c)
{
    struct writing *w = hop_command_state(c);

    w->append = true;
    return begin_set(c);
}

static bool
add_byte(struct hop_command *c, struct hop_value v, struct hop_buf *b)
{
    struct hop_value byte;

    if (!hop_convert(hop_command_context(c), v, &hop_class_byte, &byte))
        return false;
    hop_buf_addc(b, (char)byte.u.i);
    return true;
}

/* The text of one value; collections inside are taken apart. */
static bool
add_value(struct hop_command *c, struct hop_value v, struct hop_buf *b)
{
    struct hop_context *cx = hop_command_context(c);
    HOP_AUTO_ITER struct hop_iter it = {0};

    if (hop_is_null(v))
        return true;
    if (!hop_is_enumerable(hop_value_base(v))) {
        if (hop_arg_on(c, W_BYTES))
            return add_byte(c, v, b);
        if (!hop_add_string(cx, v, b))
            return false;
        if (!hop_arg_on(c, W_NO_NEWLINE))
            hop_buf_addc(b, '\n');
        return true;
    }
    if (!hop_context_enter(cx) || !hop_iter_init(cx, &it, hop_value_base(v)))
        return false;
    for (;;) {
        HOP_AUTO_VALUE struct hop_value item = hop_null();
        int more = hop_iter_next(cx, &it, &item);

        if (more <= 0) {
            cx->depth--;
            return more == 0;
        }
        if (!add_value(c, item, b))
            return false;
    }
}

static bool
add_values(struct hop_command *c, struct hop_buf *b)
{
    struct writing *w = hop_command_state(c);

    for (size_t i = 0; i < w->all.n; i++)
        if (!add_value(c, w->all.items[i], b))
            return false;
    return true;
}

static bool
write_file(struct hop_command *c, struct hop_item_path *p)
{
    struct writing *w = hop_command_state(c);
    struct hop_context *cx = hop_command_context(c);
    HOP_AUTO_BUF struct hop_buf text = HOP_BUF_INIT;
    HOP_AUTO_BUF struct hop_buf raw = HOP_BUF_INIT;
    const struct hop_encoding *e = encoding(c, W_ENCODING);
    bool empty = !w->append || hop_files_access(p->path, F_OK) != 0;

    if (p->provider->is_container(p))
        return is_container_error(c, p);
    if (!add_values(c, &text))
        return false;
    if (hop_arg_on(c, W_BYTES))
        return hop_file_write_all(cx, p->path, hop_buf_str(&text), text.len,
                                  w->append) ||
               content_failed(c, p->path, true);
    if (empty)
        hop_encoding_preamble(e, &raw);
    hop_encoding_encode(e, hop_buf_str(&text), text.len, &raw);
    return hop_file_write_all(cx, p->path, hop_buf_str(&raw), raw.len,
                              w->append) ||
           content_failed(c, p->path, true);
}

static bool
no_seek(struct hop_command *c)
{
    struct hop_error_spec spec = {
        .id = "NotSupported",
        .category = HOP_CAT_NOT_IMPLEMENTED,
        .exception = "System.Management.Automation.PSNotSupportedException"};

    return hop_throw_error(hop_command_runspace(c), &spec,
                           "Cannot call method. The content Seek method is "
                           "not supported by this provider.");
}

static bool
write_one(struct hop_command *c, struct hop_item_path *p)
{
    struct writing *w = hop_command_state(c);
    HOP_AUTO_FREE char *shown = hop_path_display(p);
    HOP_AUTO_FREE char *target = hop_xasprintf("Path: %s", shown);
    bool go;

    if (!hop_should_process(c, target,
                            w->append ? "Add Content" : "Set Content", &go))
        return false;
    if (!go)
        return true;
    if (!w->append && p->provider == &hop_provider_filesystem &&
        hop_files_access(p->path, F_OK) == 0) {
        HOP_AUTO_FREE char *item = hop_xasprintf("Item: %s", shown);

        /* what is there is cleared, as an operation of its own */
        if (!hop_should_process(c, item, "Clear Content", &go))
            return false;
        if (!go)
            return true;
    }
    if (p->provider == &hop_provider_filesystem)
        return write_file(c, p);
    if (w->append)
        return no_seek(c);
    if (!p->provider->set_content)
        return hop_paths_unsupported(c, p);
    return p->provider->set_content(p, w->all.items, w->all.n, w->append);
}

static bool
process_write(struct hop_command *c)
{
    struct writing *w = hop_command_state(c);
    size_t n = hop_arg_count(c, W_VALUE);

    w->begun = true;
    for (size_t i = 0; i < n; i++)
        (void)hop_sink_write(&w->all.sink, hop_arg_item(c, W_VALUE, i));
    if (!hop_arg_on(c, W_PASS_THRU))
        return true;
    return hop_write(c, hop_arg(c, W_VALUE));
}

static bool
end_write(struct hop_command *c)
{
    return hop_paths_each_new(c, &write_paths, write_one);
}

static void
dispose_write(struct hop_command *c)
{
    struct writing *w = hop_command_state(c);

    hop_list_sink_done(&w->all);
}

const struct hop_cmdlet hop_cmdlet_set_content = {
    .name = "Set-Content",
    .default_set = "Path",
    HOP_PARAMS(write_params),
    .flags = HOP_SHOULD_PROCESS,
    .synopsis = "Writes or replaces the content of an item.",
    .state_size = sizeof(struct writing),
    .begin = begin_set,
    .process = process_write,
    .end = end_write,
    .dispose = dispose_write,
};

const struct hop_cmdlet hop_cmdlet_add_content = {
    .name = "Add-Content",
    .default_set = "Path",
    HOP_PARAMS(write_params),
    .flags = HOP_SHOULD_PROCESS,
    .synopsis = "Adds content to an item.",
    .state_size = sizeof(struct writing),
    .begin = begin_add,
    .process = process_write,
    .end = end_write,
    .dispose = dispose_write,
};

/* ---- Clear-Content ---- */

enum {
    CL_PATH,
    CL_LITERAL,
    CL_FILTER,
    CL_INCLUDE,
    CL_EXCLUDE,
    CL_FORCE,
    CL_CREDENTIAL,
    CL_STREAM
};
static const struct hop_param clear_params[] = {
    [CL_PATH] = {"Path", "string[]",
                 .in = HOP_SETS(
                     {"Path", HOP_MANDATORY | HOP_BY_NAME, HOP_POS(0)})},
    [CL_LITERAL] = HOP_LITERAL_PARAM,
    [CL_FILTER] = {"Filter", "string"},
    [CL_INCLUDE] = {"Include", "string[]"},
    [CL_EXCLUDE] = {"Exclude", "string[]"},
    [CL_FORCE] = {"Force", "switch"},
    [CL_CREDENTIAL] = {"Credential", "pscredential",
                       HOP_CREDENTIAL | HOP_BY_NAME},
    [CL_STREAM] = {"Stream", "string"},
};
static const struct hop_path_params clear_paths = {
    CL_PATH, CL_LITERAL, CL_FILTER, CL_INCLUDE, CL_EXCLUDE, CL_FORCE};

static bool
clear_one(struct hop_command *c, struct hop_item_path *p)
{
    HOP_AUTO_FREE char *target = NULL;
    bool go;

    if (!p->provider->clear_content && !p->provider->set_content)
        return hop_paths_unsupported(c, p);
    target = hop_xasprintf("Item: %s", p->path);
    if (!hop_should_process(c, target, "Clear Content", &go))
        return false;
    if (!go)
        return true;
    return p->provider->clear_content
               ? p->provider->clear_content(p)
               : p->provider->clear_item && p->provider->clear_item(p);
}

static bool
process_clear(struct hop_command *c)
{
    return hop_paths_each(c, &clear_paths, clear_one);
}

const struct hop_cmdlet hop_cmdlet_clear_content = {
    .name = "Clear-Content",
    .default_set = "Path",
    HOP_PARAMS(clear_params),
    .flags = HOP_SHOULD_PROCESS,
    .synopsis = "Empties an item.",
    .process = process_clear,
};
