/* Files to and from a session: one pipeline a file, whose input or output are
 * its bytes in pieces.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cmdlets/remoting/copy.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "cmdlets/remoting/remoting.h"

#define PIECE  ((size_t)64 << 10) /* bytes of a file in one object */
#define WINDOW ((size_t)2 << 20)  /* bytes that wait to be sent */
/* Bytes of a file in one pipeline: servers take 50 MB of input, encoded. */
#define PART ((int64_t)24 << 20)

/* ---- scripts of the other side ---- */

/* What a path is there: its kind, the whole of it, what separates names. */
static const char look_script[] =
    "param($path)\n"
    "$p = $ExecutionContext.SessionState.Path."
    "GetUnresolvedProviderPathFromPSPath($path)\n"
    "if ([System.IO.Directory]::Exists($p)) { 'folder' }\n"
    "elseif ([System.IO.File]::Exists($p)) { 'file' } else { 'none' }\n"
    "$p\n"
    "[string][System.IO.Path]::DirectorySeparatorChar\n";

static const char folder_script[] =
    "param($path) [void][System.IO.Directory]::CreateDirectory($path)";

static const char write_script[] =
    "param($path, $time, $mode)\n"
    "begin { try { $file = [System.IO.FileStream]::new($path, $mode) }\n"
    "        catch { throw $_.Exception.InnerException.Message } }\n"
    "process { $file.Write($_, 0, $_.Length) }\n"
    "end { $file.Dispose()\n"
    "      try { (Get-Item -LiteralPath $path -Force).LastWriteTimeUtc = $time "
    "}"
    " catch { } }\n";

/* Kind, path and name from the first folder on, for each file and folder. */
static const char list_script[] =
    "param($path, $literal, $recurse)\n"
    "$given = if ($literal) { @{LiteralPath = $path} } else { @{Path = $path} "
    "}\n"
    "foreach ($i in @(Get-Item @given -Force)) {\n"
    "  $cut = $i.FullName.TrimEnd('/', '\\').Length - $i.Name.Length\n"
    "  if (-not $i.PSIsContainer) {\n"
    "    'file'; $i.FullName; $i.Name; $i.LastWriteTimeUtc; continue }\n"
    "  'folder'; $i.FullName; $i.Name; $i.LastWriteTimeUtc\n"
    "  if (-not $recurse) { continue }\n"
    "  foreach ($e in Get-ChildItem -LiteralPath $i.FullName -Recurse -Force) "
    "{\n"
    "    if ($e.PSIsContainer) { 'folder' } else { 'file' }\n"
    "    $e.FullName; $e.FullName.Substring($cut); $e.LastWriteTimeUtc }\n"
    "}\n";

static const char read_script[] =
    "param($path, $size)\n"
    "try { $file = [System.IO.File]::OpenRead($path) }\n"
    "catch { throw $_.Exception.InnerException.Message }\n"
    "try {\n"
    "  while ($true) {\n"
    "    $bytes = [byte[]]::new($size)\n"
    "    $n = $file.Read($bytes, 0, $size)\n"
    "    if ($n -le 0) { break }\n"
    "    if ($n -lt $size) { [array]::Resize([ref]$bytes, $n) }\n"
    "    , $bytes\n"
    "  }\n"
    "} finally { $file.Dispose() }\n";

/* ---- a pipeline there ---- */

struct copying {
    struct hop_command *c;
    struct remote *r; /* borrowed */
    /* Takes an output object (borrowed).  False: the copy fails. */
    bool (*take)(struct copying *x, struct hop_value v);
    struct hop_array *list; /* what the scripts give; or NULL */
    int fd;
    const char *path; /* of the local file */
    int64_t done, size;
    int64_t until; /* this pipeline's part of the file */
    bool failed;
};

static bool
collect(struct copying *x, struct hop_value v)
{
    hop_array_push(x->list, hop_retain(v));
    return true;
}

static struct remote_call *
begin_script(struct copying *x, const char *text, const struct hop_value *args,
             size_t n, bool input)
{
    struct call_script s = {.text = text,
                            .n = strlen(text),
                            .args = args,
                            .n_args = n,
                            .input = input};
    struct hop_psrp_pipeline pl;
    struct remote_call *k;

    call_prepare(&s, &pl);
    pl.commands[0].use_local_scope = 1;
    k = call_new(x->r, &pl, &x->r->error);
    return k;
}

/* What has come of it; false: the cmdlet ends. */
static bool
take_messages(struct copying *x, struct remote_call *k)
{
    struct hop_psrp_message m;

    while (call_next(k, &m)) {
        bool ok = true;

        if (m.type == HOP_PSRP_PIPELINE_OUTPUT)
            ok = x->take(x, m.u.object);
        else if (m.type == HOP_PSRP_ERROR_RECORD)
            ok = hop_write_error(x->c, remote_error(x->r, m.u.object));
        hop_psrp_message_done(&m);
        if (!ok)
            return false;
    }
    return true;
}

static bool
finish(struct copying *x, struct remote_call *k)
{
    while (!call_is_over(k)) {
        if (!take_messages(x, k))
            return false;
        if (k->end == CALL_RUNS && remote_wait(x->c->rs, -1, false) < 0) {
            call_stop(k);
            return hop_command_flow(x->c, HOP_FLOW_STOP);
        }
    }
    return deliver_end(x->c, k, false);
}

static bool
lost(struct copying *x)
{
    return hop_write_error(x->c, remote_broken(x->r, "PSSessionStateBroken"));
}

/* A script to its end; its output to x->take. */
static bool
run(struct copying *x, const char *text, const struct hop_value *args, size_t n)
{
    struct remote_call *k = begin_script(x, text, args, n, false);
    bool ok;

    if (!k)
        return lost(x);
    ok = finish(x, k);
    call_free(k);
    return ok;
}

static bool
run_list(struct copying *x, const char *text, const struct hop_value *args,
         size_t n, struct hop_array **out)
{
    struct hop_array *list = hop_array_new(&x->c->rs->cx, 0);

    x->list = list;
    x->take = collect;
    if (!run(x, text, args, n)) {
        hop_release(hop_obj(list));
        return false;
    }
    *out = list;
    return true;
}

static bool
show_progress(struct copying *x, bool over)
{
    HOP_AUTO_FREE char *status = hop_xasprintf(
        "%lld of %lld bytes", (long long)x->done, (long long)x->size);
    struct hop_progress p = {
        .source_id = 1,
        .id = 1,
        .parent_id = -1,
        .activity = x->path,
        .status = status,
        .operation = "",
        .percent = x->size > 0 ? (int32_t)(x->done * 100 / x->size) : -1,
        .seconds_remaining = -1,
        .completed = over,
    };

    /* A file that goes over at once needs no bar. */
    return x->size < (int64_t)(4 << 20) || hop_write_progress(x->c, &p);
}

/* ---- errors ---- */

static bool
fail(struct hop_command *c, const char *id, const char *path, const char *why)
{
    HOP_AUTO_VALUE struct hop_value target = hop_text(path);
    struct hop_error_spec spec = {.id = id,
                                  .category = HOP_CAT_WRITE_ERROR,
                                  .exception = "System.IO.IOException",
                                  .target = target};

    return hop_command_error(c, &spec, "%s is not copied: %s.", path, why);
}

/* ---- to the session ---- */

static struct hop_value
time_of(const struct stat *st)
{
    return hop_datetime((st->st_mtim.tv_sec + 62135596800LL) *
                                HOP_TICKS_PER_SECOND +
                            st->st_mtim.tv_nsec / 100,
                        HOP_DATE_UTC);
}

static bool
drop(struct copying *x, struct hop_value v)
{
    (void)x;
    (void)v;
    return true;
}

/* The next piece of the file; 0: its end, -1: errno. */
static ssize_t
send_piece(struct copying *x, struct remote_call *k, char *piece,
           struct hop_error *err)
{
    HOP_AUTO_VALUE struct hop_value v = hop_null();
    ssize_t n;

    do
        n = read(x->fd, piece, PIECE);
    while (n < 0 && errno == EINTR);
    if (n <= 0)
        return n;
    v = hop_obj(hop_array_of_bytes(&x->c->rs->cx, piece, (size_t)n));
    x->done += n;
    return hop_pool_input(x->r->pool, &k->id, v, err) ? n : -1;
}

static bool
feed(struct copying *x, struct remote_call *k)
{
    HOP_AUTO_FREE char *piece = hop_xcalloc(1, PIECE);
    struct hop_error err = {0};
    ssize_t n = 1;

    while (k->end == CALL_RUNS && n > 0 && x->done < x->until && x->r->pool) {
        if (hop_pool_input_waiting(x->r->pool, &k->id) < WINDOW) {
            n = send_piece(x, k, piece, &err);
            if (n < 0)
                return fail(x->c, "CopyToSessionReadError", x->path,
                            err.text[0] ? err.text : strerror(errno));
            if (!show_progress(x, false))
                return false;
        }
        if (!take_messages(x, k))
            return false;
        if (remote_wait(
                x->c->rs,
                hop_pool_input_waiting(x->r->pool, &k->id) < WINDOW ? 0 : -1,
                false) < 0) {
            call_stop(k);
            return hop_command_flow(x->c, HOP_FLOW_STOP);
        }
    }
    if (k->end == CALL_RUNS && x->r->pool &&
        !hop_pool_end_input(x->r->pool, &k->id, &err))
        return fail(x->c, "CopyToSessionReadError", x->path, err.text);
    return show_progress(x, x->done >= x->size);
}

/* A part of the file: what it had before stays. */
static bool
send_part(struct copying *x, struct hop_value path, struct hop_value time)
{
    HOP_AUTO_VALUE struct hop_value mode =
        hop_text(x->done ? "Append" : "Create");
    struct hop_value args[3] = {path, time, mode};
    struct remote_call *k = begin_script(x, write_script, args, 3, true);
    bool ok;

    x->until = x->done + PART;
    ok = k ? feed(x, k) && finish(x, k) : lost(x);
    x->failed = x->failed || !k || k->end != CALL_COMPLETED;
    call_free(k);
    return ok;
}

static bool
send_file(struct hop_command *c, struct remote *r, const char *from,
          const char *to, const struct stat *st)
{
    struct copying x = {
        .c = c, .r = r, .take = drop, .path = from, .size = st->st_size};
    HOP_AUTO_VALUE struct hop_value path = hop_text(to);
    bool ok;

    x.fd = open(from, O_RDONLY | O_CLOEXEC);
    if (x.fd < 0)
        return fail(c, "CopyToSessionReadError", from, strerror(errno));
    do
        ok = send_part(&x, path, time_of(st));
    while (ok && !x.failed && x.done < x.size);
    close(x.fd);
    return ok;
}

static bool send_item(struct hop_command *c, struct remote *r, const char *from,
                      const char *to, const char *separator, bool recurse);

static bool
send_folder(struct hop_command *c, struct remote *r, const char *from,
            const char *to, const char *separator, bool recurse)
{
    struct copying x = {.c = c, .r = r, .take = drop};
    HOP_AUTO_VALUE struct hop_value path = hop_text(to);
    struct dirent **names = NULL;
    bool ok = run(&x, folder_script, &path, 1);
    int n = ok && recurse ? scandir(from, &names, NULL, alphasort) : 0;

    if (n < 0)
        return fail(c, "CopyToSessionReadError", from, strerror(errno));
    for (int i = 0; i < n; i++) {
        const char *name = names[i]->d_name;
        HOP_AUTO_FREE char *below = hop_xasprintf("%s/%s", from, name);
        HOP_AUTO_FREE char *there =
            hop_xasprintf("%s%s%s", to, separator, name);

        if (ok && strcmp(name, ".") != 0 && strcmp(name, "..") != 0)
            ok = send_item(c, r, below, there, separator, recurse);
        free(names[i]);
    }
    free(names);
    return ok;
}

static bool
send_item(struct hop_command *c, struct remote *r, const char *from,
          const char *to, const char *separator, bool recurse)
{
    struct stat st;

    if (stat(from, &st) < 0)
        return fail(c, "CopyToSessionReadError", from, strerror(errno));
    if (S_ISDIR(st.st_mode))
        return send_folder(c, r, from, to, separator, recurse);
    return send_file(c, r, from, to, &st);
}

/* ---- which session ---- */

static bool
open_session(struct hop_command *c, struct hop_value session,
             struct remote **out)
{
    struct pssession *s = as_pssession(session);
    struct hop_error_spec spec = {.id = "InvalidSessionState",
                                  .category = HOP_CAT_INVALID_OPERATION,
                                  .exception =
                                      "System.Management.Automation.Runspaces."
                                      "InvalidRunspaceStateException",
                                  .target = session};

    (void)remote_wait(c->rs, 0, true);
    if (s && s->remote->state == REMOTE_OPENED) {
        *out = s->remote;
        return true;
    }
    return hop_command_throw(c, &spec,
                             "The session is not open: nothing is copied. "
                             "New-PSSession opens one.");
}

static const char *
item_text(struct hop_array *a, size_t i)
{
    struct hop_value v = i < a->n ? hop_value_base(a->items[i]) : hop_null();

    return hop_is_string(v) ? hop_cstr(v) : "";
}

bool
remote_copy_to(struct hop_command *c, struct hop_value session,
               const char *from, const char *to, bool recurse)
{
    struct copying x = {.c = c};
    HOP_AUTO_VALUE struct hop_value path = hop_text(to), held = hop_null();
    HOP_AUTO_FREE char *whole = NULL;
    struct hop_array *seen;
    const char *leaf = strrchr(from, '/'), *separator;

    if (!open_session(c, session, &x.r) ||
        !run_list(&x, look_script, &path, 1, &seen))
        return false;
    held = hop_obj(seen);
    if (seen->n < 3)
        return true; /* the error was written */
    separator = item_text(seen, 2);
    whole = strcmp(item_text(seen, 0), "folder") == 0
                ? hop_xasprintf("%s%s%s", item_text(seen, 1), separator,
                                leaf ? leaf + 1 : from)
                : hop_xstrdup(item_text(seen, 1));
    return send_item(c, x.r, from, whole, separator, recurse);
}

/* ---- from the session ---- */

static bool
write_piece(struct copying *x, struct hop_value v)
{
    struct hop_array *a = hop_as_array(v);
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    if (!a)
        return true;
    hop_array_add_bytes(a, &b);
    x->done += (int64_t)b.len;
    if (!hop_fd_write(x->fd, b.data, b.len))
        return fail(x->c, "CopyFromSessionWriteError", x->path,
                    strerror(errno)) &&
               false;
    return true;
}

static void
set_time(int fd, struct hop_value time)
{
    struct timespec t[2] = {{.tv_nsec = UTIME_OMIT}, {0}};

    if (time.kind != HOP_DATETIME)
        return;
    t[1].tv_sec = time.u.i / HOP_TICKS_PER_SECOND - 62135596800LL;
    t[1].tv_nsec = (long)(time.u.i % HOP_TICKS_PER_SECOND) * 100;
    (void)!futimens(fd, t);
}

static bool
get_file(struct hop_command *c, struct remote *r, const char *from,
         const char *to, struct hop_value time)
{
    struct copying x = {.c = c, .r = r, .take = write_piece, .path = to};
    HOP_AUTO_VALUE struct hop_value path = hop_text(from);
    struct hop_value args[2] = {path, hop_int((int32_t)PIECE)};
    bool ok;

    x.fd = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (x.fd < 0)
        return fail(c, "CopyFromSessionWriteError", to, strerror(errno));
    ok = run(&x, read_script, args, 2);
    set_time(x.fd, time);
    close(x.fd);
    return ok;
}

/* The other side's name below to, with our separators. */
static char *
local_path(const char *to, const char *name)
{
    char *path = hop_xasprintf("%s/%s", to, name);

    for (char *p = path + strlen(to); *p; p++)
        if (*p == '\\')
            *p = '/';
    return path;
}

/* A name that would leave the folder is not taken. */
static bool
stays_inside(const char *name)
{
    return name[0] && name[0] != '/' && !strstr(name, "../") &&
           !strstr(name, "..\\") && strcmp(name, "..") != 0;
}

static bool
get_item(struct hop_command *c, struct remote *r, struct hop_array *list,
         size_t i, const char *to, bool into)
{
    const char *name = item_text(list, i + 2);
    HOP_AUTO_FREE char *path = into ? local_path(to, name) : hop_xstrdup(to);

    if (!stays_inside(name))
        return fail(c, "CopyFromSessionBadName", name,
                    "the name leads out of the folder");
    if (strcmp(item_text(list, i), "folder") != 0)
        return get_file(c, r, item_text(list, i + 1), path,
                        hop_value_base(list->items[i + 3]));
    if (mkdir(path, 0777) < 0 && errno != EEXIST)
        return fail(c, "CopyFromSessionWriteError", path, strerror(errno));
    return true;
}

/* The name of a folder's member below another name than the folder's own. */
static char *
renamed(const char *to, const char *name)
{
    size_t n = strcspn(name, "/\\");

    return name[n] ? local_path(to, name + n + 1) : hop_xstrdup(to);
}

static bool
get_all(struct hop_command *c, struct remote *r, struct hop_array *list,
        const char *to)
{
    struct stat st;
    bool into = stat(to, &st) == 0 && S_ISDIR(st.st_mode);

    for (size_t i = 0; i + 3 < list->n; i += 4) {
        HOP_AUTO_FREE char *path =
            into ? hop_xstrdup(to) : renamed(to, item_text(list, i + 2));

        if (!get_item(c, r, list, i, path, into))
            return false;
    }
    return true;
}

bool
remote_copy_from(struct hop_command *c, struct hop_value session,
                 const char *from, const char *to, bool literal, bool recurse)
{
    struct copying x = {.c = c};
    HOP_AUTO_VALUE struct hop_value path = hop_text(from), held = hop_null();
    struct hop_value args[3] = {path, hop_bool(literal), hop_bool(recurse)};
    struct hop_array *list;

    if (!open_session(c, session, &x.r) ||
        !run_list(&x, list_script, args, 3, &list))
        return false;
    held = hop_obj(list);
    return get_all(c, x.r, list, to);
}
