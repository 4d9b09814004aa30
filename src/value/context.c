/* The context: its life, limits, exceptions.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/context.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "smb/client.h"
#include "smb/files.h"
#include "smb/unc.h"
#include "value/exception.h"
#include "value/internal.h"

#define DEPTH_MAX 400

void
hop_context_init(struct hop_context *cx, const struct hop_context_ops *ops,
                 void *runspace)
{
    static const struct hop_context_ops none;

    memset(cx, 0, sizeof *cx);
    cx->live.next = cx->live.prev = &cx->live;
    cx->ops = ops ? ops : &none;
    cx->runspace = runspace;
    cx->max_bytes = HOP_ALLOC_MAX;
    cx->max_depth = DEPTH_MAX;
    hop_types_init(cx);
}

void
hop_context_done(struct hop_context *cx)
{
    hop_value_clear(&cx->pending);
    hop_types_release(cx);
    hop_objects_end(cx);
    hop_regex_cache_free(cx->regexes);
    free(cx->random);
    hop_types_done(cx);
}

bool
hop_context_enter(struct hop_context *cx)
{
    if (cx->depth >= cx->max_depth)
        return hop_throw_full(cx, &hop_exception_script_call_depth,
                              "CallDepthOverflow", HOP_CAT_INVALID_OPERATION,
                              hop_null(), hop_null(),
                              "The script failed due to call depth overflow.");
    cx->depth++;
    return true;
}

bool
hop_context_may_alloc(struct hop_context *cx, size_t n, size_t size)
{
    size_t total;

    if (!__builtin_mul_overflow(n, size, &total) && total <= cx->max_bytes)
        return true;
    return hop_throw(cx, &hop_exception_out_of_memory, "%s",
                     "Insufficient memory to continue the execution of the "
                     "program.");
}

struct hop_exception *
hop_exception_new(struct hop_context *cx, const struct hop_class *cls,
                  const char *message)
{
    struct hop_exception *e = hop_object_new(cx, cls);

    e->message = message ? hop_string_from(message) : NULL;
    return e;
}

bool
hop_throw_value(struct hop_context *cx, struct hop_value e)
{
    hop_value_set(&cx->pending, e);
    return false;
}

HOP_PRINTF(3, 0)
static struct hop_exception *
throw_text(struct hop_context *cx, const struct hop_class *cls, const char *fmt,
           va_list ap)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    struct hop_exception *e = hop_exception_new(cx, cls, NULL);

    hop_buf_vaddf(&b, fmt, ap);
    e->message = hop_string_take_buf(&b);
    hop_throw_value(cx, hop_obj(e));
    return e;
}

bool
hop_throw(struct hop_context *cx, const struct hop_class *cls, const char *fmt,
          ...)
{
    va_list ap;

    va_start(ap, fmt);
    throw_text(cx, cls, fmt, ap);
    va_end(ap);
    return false;
}

bool
hop_throw_runtime(struct hop_context *cx, const char *id,
                  enum hop_category category, const char *fmt, ...)
{
    struct hop_exception *e;
    va_list ap;

    va_start(ap, fmt);
    e = throw_text(cx, &hop_exception_runtime, fmt, ap);
    va_end(ap);
    e->error_id = hop_string_from(id);
    e->category = category;
    return false;
}

bool
hop_throw_full(struct hop_context *cx, const struct hop_class *cls,
               const char *id, enum hop_category category,
               struct hop_value target, struct hop_value inner, const char *fmt,
               ...)
{
    struct hop_exception *e;
    va_list ap;

    va_start(ap, fmt);
    e = throw_text(cx, cls, fmt, ap);
    va_end(ap);
    e->error_id = id ? hop_string_from(id) : NULL;
    e->category = category;
    e->target = hop_retain(target);
    e->inner = inner;
    return false;
}

bool
hop_throw_argument(struct hop_context *cx, const struct hop_class *cls,
                   const char *param, const char *fmt, ...)
{
    struct hop_exception *e;
    va_list ap;
    char tail[160];
    int n;

    va_start(ap, fmt);
    e = throw_text(cx, cls, fmt, ap);
    va_end(ap);
    n = snprintf(tail, sizeof tail, " (Parameter '%s')", param);
    hop_string_append(&e->message, tail, (size_t)n);
    e->param = hop_string_from(param);
    return false;
}

bool
hop_throw_range(struct hop_context *cx, const char *param, int64_t v,
                const char *must)
{
    struct hop_exception *e;
    char tail[48];
    int n;

    hop_throw_argument(cx, &hop_exception_argument_range, param,
                       "%s ('%lld') must be %s.", param, (long long)v, must);
    e = (struct hop_exception *)cx->pending.u.o;
    n = snprintf(tail, sizeof tail, "\nActual value was %lld.", (long long)v);
    hop_string_append(&e->message, tail, (size_t)n);
    hop_value_set(&e->actual, hop_long(v));
    return false;
}

bool
hop_throw_null(struct hop_context *cx, const char *param)
{
    return hop_throw_argument(cx, &hop_exception_argument_null, param,
                              "Value cannot be null.");
}

/* Which exception and text System.IO uses for an errno. */
static const struct io_error {
    int errnum;
    const struct hop_class *cls;
    const char *text;
} io_errors[] = {
    {EACCES, &hop_exception_unauthorized_access,
     "Access to the path '%s' is denied."},
    {EPERM, &hop_exception_unauthorized_access,
     "Access to the path '%s' is denied."},
    {EROFS, &hop_exception_io, "Read-only file system : '%s'"},
    {EISDIR, &hop_exception_unauthorized_access,
     "Access to the path '%s' is denied."},
    {ENAMETOOLONG, &hop_exception_path_too_long,
     "The path '%s' is too long, or a component of the specified path is too "
     "long."},
    {EEXIST, &hop_exception_io, "The file '%s' already exists."},
    {ENOTEMPTY, &hop_exception_io, "Directory not empty : '%s'"},
    {ENOTDIR, &hop_exception_directory_not_found,
     "Could not find a part of the path '%s'."},
    {ENOSPC, &hop_exception_io, "No space left on device : '%s'"},
};

/* Is the folder there that something is missing in? */
static bool
has_parent(const char *path)
{
    const char *slash = strrchr(path, '/');
    char folder[4096];

    if (!slash || slash == path || (size_t)(slash - path) >= sizeof folder)
        return true;
    memcpy(folder, path, (size_t)(slash - path));
    folder[slash - path] = 0;
    return hop_files_access(folder, F_OK) == 0;
}

/* What a server's refusal is to users: the text of the system, then why. */
static bool
throw_share_error(struct hop_context *cx, int errnum, const char *path,
                  const char *words)
{
    HOP_AUTO_FREE char *shown = hop_unc_shown(path);

    if (errnum == ENOENT)
        return hop_throw(cx, &hop_exception_directory_not_found,
                         "Could not find a part of the path '%s': %s.", shown,
                         words);
    if (errnum == EACCES || errnum == EPERM)
        return hop_throw(cx, &hop_exception_unauthorized_access,
                         "Access to the path '%s' is denied: %s.", shown,
                         words);
    return hop_throw(cx, &hop_exception_io, "The path '%s' is not reached: %s.",
                     shown, words);
}

bool
hop_throw_stopped(struct hop_context *cx)
{
    return hop_throw_full(cx, &hop_exception_pipeline_stopped,
                          "PipelineStopped", HOP_CAT_OPERATION_STOPPED,
                          hop_null(), hop_null(),
                          "The pipeline has been stopped.");
}

bool
hop_throw_errno(struct hop_context *cx, int errnum, const char *path,
                bool directory)
{
    HOP_AUTO_FREE char *whole = hop_unc_shown(path);
    enum smb_reason reason;
    const char *words = hop_unc_is(path) ? hop_unc_trouble(&reason) : "";
    char text[600], shown[400];

    if (*words)
        return throw_share_error(cx, errnum, path, words);
    snprintf(shown, sizeof shown, "%s", whole);
    if (errnum == ENOENT)
        return directory || !has_parent(path)
                   ? hop_throw(cx, &hop_exception_directory_not_found,
                               "Could not find a part of the path '%s'.", whole)
                   : hop_throw(cx, &hop_exception_file_not_found,
                               "Could not find file '%s'.", whole);
    for (size_t i = 0; i < HOP_ARRAY_SIZE(io_errors); i++) {
        if (io_errors[i].errnum != errnum)
            continue;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
        snprintf(text, sizeof text, io_errors[i].text, shown);
#pragma GCC diagnostic pop
        return hop_throw(cx, io_errors[i].cls, "%s", text);
    }
    return hop_throw(cx, &hop_exception_io, "%s : '%s'", strerror(errnum),
                     whole);
}
