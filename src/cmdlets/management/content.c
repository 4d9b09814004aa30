/* Set-Content, Add-Content, Clear-Content.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cmdlets/management/content.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "cmdlets/management/filesystem.h"
#include "cmdlets/management/management.h"
#include "engine/errors.h"
#include "smb/files.h"
#include "smb/unc.h"
#include "value/convert.h"
#include "value/exception.h"
#include "value/types/file_info.h"

/* ---- what all of them need ---- */

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

bool
hop_content_failed(struct hop_command *c, const char *path, bool writing)
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

bool
hop_content_is_container(struct hop_command *c, const struct hop_item_path *p)
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

const struct hop_encoding *
hop_content_encoding(struct hop_command *c, size_t param)
{
    const struct hop_encoding *e = hop_as_encoding(hop_arg(c, param));

    return e ? e : hop_encoding_utf8(false);
}

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

/* Bytes that wait before they go out. */
#define PIECE ((size_t)64 << 10)

/* One of the items written to, from the first value on. */
struct writer {
    struct writer *next;
    struct hop_item_path p; /* the drive is borrowed */
    struct hop_file *file;  /* NULL: of a provider that takes all at once */
    bool failed;
};

struct writing {
    struct writer *writers;
    struct hop_buf text;      /* not yet written */
    struct hop_list_sink all; /* for providers that take all at once */
    bool begun, append, collects;
    bool piping; /* the path comes with each value */
};

static bool
begin_set(struct hop_command *c)
{
    struct writing *w = hop_command_state(c);

    hop_list_sink_init(&w->all, hop_command_context(c));
    w->piping = !hop_arg_bound(c, W_PATH) && !hop_arg_bound(c, W_LITERAL);
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
    struct hop_error_spec spec = {.id = "Argument",
                                  .category = HOP_CAT_INVALID_ARGUMENT,
                                  .exception = "System.ArgumentException",
                                  .target = v};
    struct hop_value byte = hop_value_base(v);

    if (byte.kind != HOP_BYTE)
        return hop_throw_error(
            hop_command_runspace(c), &spec,
            "Cannot proceed with byte encoding. When using byte encoding the "
            "content must be of type byte.");
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

/* What waits goes out to one file. */
static bool
write_to(struct hop_command *c, struct writer *t, const void *p, size_t n)
{
    if (t->failed || hop_files_write(t->file, p, n) == 0)
        return true;
    t->failed = true;
    (void)hop_throw_errno(hop_command_context(c), errno, t->p.path, false);
    return hop_content_failed(c, t->p.path, true);
}

static bool
flush(struct hop_command *c)
{
    struct writing *w = hop_command_state(c);
    HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;
    bool ok = true;

    if (hop_arg_on(c, W_BYTES))
        hop_buf_add(&out, hop_buf_str(&w->text), w->text.len);
    else
        hop_encoding_encode(hop_content_encoding(c, W_ENCODING),
                            hop_buf_str(&w->text), w->text.len, &out);
    hop_buf_clear(&w->text);
    for (struct writer *t = w->writers; t && ok; t = t->next)
        ok = !t->file || write_to(c, t, hop_buf_str(&out), out.len);
    return ok;
}

static struct writer *
add_writer(struct writing *w, const struct hop_item_path *p,
           struct hop_file *file)
{
    struct writer *t = hop_xcalloc(1, sizeof(*t)), **last = &w->writers;

    t->p = *p;
    t->p.path = hop_xstrdup(p->path);
    t->file = file;
    while (*last)
        last = &(*last)->next;
    return *last = t;
}

static bool
open_file(struct hop_command *c, struct hop_item_path *p)
{
    struct writing *w = hop_command_state(c);
    HOP_AUTO_BUF struct hop_buf mark = HOP_BUF_INIT;
    bool empty = !w->append || hop_files_access(p->path, F_OK) != 0;
    struct hop_file *f;

    if (p->provider->is_container(p))
        return hop_content_is_container(c, p);
    f = hop_files_open(
        p->path, O_WRONLY | O_CREAT | (w->append ? O_APPEND : O_TRUNC), 0666);
    if (!f) {
        (void)hop_throw_errno(hop_command_context(c), errno, p->path,
                              errno == ENOENT);
        return hop_content_failed(c, p->path, true);
    }
    if (empty && !hop_arg_on(c, W_BYTES))
        hop_encoding_preamble(hop_content_encoding(c, W_ENCODING), &mark);
    return write_to(c, add_writer(w, p, f), hop_buf_str(&mark), mark.len);
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
open_one(struct hop_command *c, struct hop_item_path *p)
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
        return open_file(c, p);
    if (w->append)
        return no_seek(c);
    if (!p->provider->set_content)
        return hop_paths_unsupported(c, p);
    (void)add_writer(w, p, NULL);
    w->collects = true;
    return true;
}

/* A value that cannot be written is told of, the others are. */
static bool
put_value(struct hop_command *c, struct hop_value v)
{
    struct writing *w = hop_command_state(c);

    if (add_value(c, v, &w->text))
        return w->text.len < PIECE || flush(c);
    return hop_has_exception(hop_command_context(c)) && hop_command_report(c);
}

/* Closing tells of bytes that did not arrive. */
static bool
finish_one(struct hop_command *c, struct writer *t)
{
    struct writing *w = hop_command_state(c);

    if (!t->file)
        return t->p.provider->set_content(&t->p, w->all.items, w->all.n,
                                          w->append);
    if (hop_files_close(hop_steal(&t->file)) == 0 || t->failed)
        return true;
    (void)hop_throw_errno(hop_command_context(c), errno, t->p.path, false);
    return hop_content_failed(c, t->p.path, true);
}

static void
free_writers(struct writing *w)
{
    for (struct writer *t = hop_steal(&w->writers), *next; t; t = next) {
        next = t->next;
        if (t->file)
            (void)hop_files_close(t->file);
        free(t->p.path);
        free(t);
    }
}

static bool
end_write(struct hop_command *c)
{
    struct writing *w = hop_command_state(c);
    bool ok = flush(c);

    for (struct writer *t = w->writers; t && ok; t = t->next)
        ok = finish_one(c, t);
    free_writers(w);
    hop_list_sink_done(&w->all);
    hop_list_sink_init(&w->all, hop_command_context(c));
    return ok;
}

/* Paths that come by the pipeline are each written on their own. */
static bool
process_write(struct hop_command *c)
{
    struct writing *w = hop_command_state(c);
    size_t n = hop_arg_count(c, W_VALUE);

    if (w->piping && w->begun && !end_write(c))
        return false;
    if (!w->begun || w->piping) {
        w->begun = true;
        if (!hop_paths_each_new(c, &write_paths, open_one))
            return false;
    }
    for (size_t i = 0; i < n && w->collects; i++)
        (void)hop_sink_write(&w->all.sink, hop_arg_item(c, W_VALUE, i));
    for (size_t i = 0; i < n && w->writers; i++)
        if (!put_value(c, hop_arg_item(c, W_VALUE, i)))
            return false;
    if (!hop_arg_on(c, W_PASS_THRU))
        return true;
    return hop_write(c, hop_arg(c, W_VALUE));
}

/* What came before it was stopped, or failed, is written. */
static void
dispose_write(struct hop_command *c)
{
    struct writing *w = hop_command_state(c);
    struct hop_context *cx = hop_command_context(c);

    if (w->text.len) {
        struct hop_value pending =
            hop_has_exception(cx) ? hop_take_exception(cx) : hop_null();

        if (!flush(c))
            hop_drop_exception(cx);
        if (!hop_is_null(pending))
            (void)hop_throw_value(cx, pending);
    }
    free_writers(w);
    hop_buf_done(&w->text);
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
