/* Files to a session: one pipeline a part of a file, whose input is its bytes.
 *
 * SPDX-License-Identifier: MIT
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "cmdlets/remoting/copying.h"

#define WINDOW ((size_t)2 << 20) /* bytes that wait to be sent */
/* Bytes of a file in one pipeline: servers take 50 MB of input, encoded. */
#define PART ((int64_t)24 << 20)

/* ---- scripts of the other side ---- */

/* What a path is there: its kind, the whole of it, what separates names, and is
 * the folder there that it would be in? */
static const char look_script[] =
    "param($path)\n"
    "$p = $ExecutionContext.SessionState.Path."
    "GetUnresolvedProviderPathFromPSPath($path)\n"
    "if ([System.IO.Directory]::Exists($p)) { 'folder' }\n"
    "elseif ([System.IO.File]::Exists($p)) { 'file' } else { 'none' }\n"
    "$p\n"
    "[string][System.IO.Path]::DirectorySeparatorChar\n"
    "[System.IO.Directory]::Exists([System.IO.Path]::GetDirectoryName($p))\n";

static const char folder_script[] =
    "param($path) [void][System.IO.Directory]::CreateDirectory($path)";

/* A new file gets of our file's mode what the umask there lets through, and
 * its owner may write the further parts. */
static const char write_script[] =
    "param($path, $time, $mode, $unix)\n"
    "begin {\n"
    "  $new = -not [System.IO.File]::Exists($path)\n"
    "  try { $file = [System.IO.FileStream]::new($path, $mode) }\n"
    "  catch { throw $_.Exception.InnerException.Message }\n"
    "  if ($new) { try {\n"
    "    $i = Get-Item -LiteralPath $path -Force\n"
    "    $m = [int]$i.UnixFileMode\n"
    "    $m = $m -bor (($m -shr 2) -band 73)\n"
    "    $i.UnixFileMode = ($unix -band $m) -bor 128 } catch { } }\n"
    "}\n"
    "process {\n"
    "  try { $file.Write($_, 0, $_.Length) }\n"
    "  catch {\n"
    "    $why = $_.Exception.InnerException.Message\n"
    "    try { $file.Dispose() } catch { }\n"
    "    throw $why }\n"
    "}\n"
    "end {\n"
    "  try { $file.Dispose() }\n"
    "  catch { throw $_.Exception.InnerException.Message }\n"
    "  try { (Get-Item -LiteralPath $path -Force).LastWriteTimeUtc = $time }\n"
    "  catch { }\n"
    "}\n";

/* ---- a file ---- */

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
        n = read(x->fd, piece, COPYING_PIECE);
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
    HOP_AUTO_FREE char *piece = hop_xcalloc(1, COPYING_PIECE);
    struct hop_error err = {0};
    ssize_t n;

    while (k->end == CALL_RUNS && !x->ended && x->done < x->until &&
           x->r->pool) {
        if (hop_pool_input_waiting(x->r->pool, &k->id) < WINDOW) {
            n = send_piece(x, k, piece, &err);
            if (n < 0)
                return copying_fail(x->c, "CopyToSessionReadError", x->path,
                                    err.text[0] ? err.text : strerror(errno));
            x->ended = n == 0;
            if (!show_progress(x, false))
                return false;
        }
        if (!copying_take(x, k))
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
        return copying_fail(x->c, "CopyToSessionReadError", x->path, err.text);
    return show_progress(x, x->done >= x->size);
}

/* A part of the file: what it had before stays. */
static bool
send_part(struct copying *x, struct hop_value path, struct hop_value time)
{
    HOP_AUTO_VALUE struct hop_value mode =
        hop_text(x->done ? "Append" : "Create");
    struct hop_value args[4] = {path, time, mode, hop_int((int32_t)x->mode)};
    struct remote_call *k = copying_begin(x, write_script, args, 4, true);
    bool ok;

    x->until = x->done + PART;
    ok = k ? feed(x, k) && copying_finish(x, k) : copying_lost(x);
    x->failed = x->failed || !k || k->end != CALL_COMPLETED;
    call_free(k);
    return ok;
}

/* How to send, and the folder that is being sent. */
struct sending {
    struct hop_command *c;
    struct remote *r;
    const char *separator;
    bool recurse;
    const struct folder *folder;
};
struct folder {
    const struct folder *above;
    dev_t dev;
    ino_t ino;
};

static bool
send_file(const struct sending *s, const char *from, const char *to,
          const struct stat *st)
{
    struct copying x = {.c = s->c,
                        .r = s->r,
                        .take = drop,
                        .path = from,
                        .size = st->st_size,
                        .mode = st->st_mode & 0777};
    HOP_AUTO_VALUE struct hop_value path = hop_text(to);
    bool ok;

    if (!S_ISREG(st->st_mode))
        return copying_fail(s->c, "CopyToSessionReadError", from,
                            "it is neither a file nor a folder");
    x.fd = open(from, O_RDONLY | O_CLOEXEC);
    if (x.fd < 0)
        return copying_fail(s->c, "CopyToSessionReadError", from,
                            strerror(errno));
    do
        ok = send_part(&x, path, time_of(st));
    while (ok && !x.failed && !x.ended && x.done < x.size);
    close(x.fd);
    return ok;
}

static bool send_item(const struct sending *s, const char *from,
                      const char *to);

static bool
send_members(const struct sending *s, const char *from, const char *to)
{
    struct dirent **names = NULL;
    int n = scandir(from, &names, NULL, alphasort);
    bool ok = true;

    if (n < 0)
        return copying_fail(s->c, "CopyToSessionReadError", from,
                            strerror(errno));
    for (int i = 0; i < n; i++) {
        const char *name = names[i]->d_name;
        HOP_AUTO_FREE char *below = hop_xasprintf("%s/%s", from, name);
        HOP_AUTO_FREE char *there =
            hop_xasprintf("%s%s%s", to, s->separator, name);

        if (ok && strcmp(name, ".") != 0 && strcmp(name, "..") != 0)
            ok = send_item(s, below, there);
        free(names[i]);
    }
    free(names);
    return ok;
}

static bool
send_folder(const struct sending *s, const char *from, const char *to,
            const struct stat *st)
{
    struct copying x = {.c = s->c, .r = s->r, .take = drop};
    HOP_AUTO_VALUE struct hop_value path = hop_text(to);
    struct folder here = {s->folder, st->st_dev, st->st_ino};
    struct sending below = *s;

    for (const struct folder *f = s->folder; f; f = f->above)
        if (f->dev == here.dev && f->ino == here.ino)
            return copying_fail(s->c, "CopyToSessionReadError", from,
                                "it is a link to a folder that it lies in");
    below.folder = &here;
    return copying_run(&x, folder_script, &path, 1) &&
           (!s->recurse || send_members(&below, from, to));
}

static bool
send_item(const struct sending *s, const char *from, const char *to)
{
    struct stat st;

    if (stat(from, &st) < 0)
        return copying_fail(s->c, "CopyToSessionReadError", from,
                            strerror(errno));
    return S_ISDIR(st.st_mode) ? send_folder(s, from, to, &st)
                               : send_file(s, from, to, &st);
}

bool
remote_copy_to(struct hop_command *c, struct hop_value session,
               const char *from, const char *to, bool recurse)
{
    struct copying x = {.c = c};
    HOP_AUTO_VALUE struct hop_value path = hop_text(to), held = hop_null();
    HOP_AUTO_FREE char *whole = NULL;
    struct hop_array *seen;
    const char *leaf = strrchr(from, '/');
    struct sending s = {.c = c, .recurse = recurse};

    if (!copying_open(c, session, &x.r))
        return false;
    if (!x.r)
        return true;
    if (!copying_list(&x, look_script, &path, 1, &seen))
        return false;
    held = hop_obj(seen);
    if (seen->n < 3)
        return true; /* the error was written */
    if (strcmp(copying_text(seen, 0), "none") == 0 && seen->n > 3 &&
        seen->items[3].kind == HOP_BOOL && !seen->items[3].u.i)
        return copying_no_path(c, to, HOP_CAT_WRITE_ERROR);
    s.r = x.r;
    s.separator = copying_text(seen, 2);
    whole = strcmp(copying_text(seen, 0), "folder") == 0
                ? hop_xasprintf("%s%s%s", copying_text(seen, 1), s.separator,
                                leaf ? leaf + 1 : from)
                : hop_xstrdup(copying_text(seen, 1));
    return send_item(&s, from, whole);
}
