/* Files from a session: one pipeline a file, whose output is its bytes.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/io.h"
#include "cmdlets/remoting/copying.h"

/* ---- scripts of the other side ---- */

/* Five values for each file and folder: kind, path, name from the first folder
 * on, time, mode (-1: it has none). */
#define VALUES 5
static const char list_script[] =
    "param($path, $literal, $recurse)\n"
    "function tell($i, $name) {\n"
    "  if ($i.PSIsContainer) { 'folder' }\n"
    "  elseif ([string]$i.UnixMode -match '^[^-l]') { 'other' }\n"
    "  else { 'file' }\n"
    "  $i.FullName; $name; $i.LastWriteTimeUtc\n"
    "  if ($i.LinkType) { return -1 }\n"
    "  try { [int]$i.UnixFileMode } catch { -1 } }\n"
    "$given = if ($literal) { @{LiteralPath = $path} } else { @{Path = $path} "
    "}\n"
    "foreach ($i in @(Get-Item @given -Force -ErrorAction SilentlyContinue "
    "-ErrorVariable bad)) {\n"
    "  $cut = $i.FullName.TrimEnd('/', '\\').Length - $i.Name.Length\n"
    "  tell $i $i.Name\n"
    "  if (-not $i.PSIsContainer -or -not $recurse) { continue }\n"
    "  foreach ($e in Get-ChildItem -LiteralPath $i.FullName -Recurse -Force) "
    "{\n"
    "    tell $e $e.FullName.Substring($cut) }\n"
    "}\n"
    "foreach ($e in $bad) {\n"
    "  if ($e.CategoryInfo.Category -ne 'ObjectNotFound') {\n"
    "    Write-Error -ErrorRecord $e; continue }\n"
    "  'none'; [string]$path; ''; ''; -1 }\n";

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

/* ---- a file ---- */

/* The file here cannot be written: this pipeline ends, other files follow.
 * Always false. */
static bool
refuse(struct copying *x)
{
    x->refused = copying_fail(x->c, "CopyFromSessionWriteError", x->path,
                              strerror(errno));
    return false;
}

/* When the first bytes have come: what cannot be read there leaves what is
 * here as it is. */
static bool
open_local(struct copying *x)
{
    if (x->fd < 0)
        x->fd =
            open(x->path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, x->mode);
    return x->fd >= 0 || refuse(x);
}

static bool
write_piece(struct copying *x, struct hop_value v)
{
    struct hop_array *a = hop_as_array(v);
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    if (!a)
        return true;
    if (!open_local(x))
        return false;
    hop_array_add_bytes(a, &b);
    x->done += (int64_t)b.len;
    return hop_fd_write(x->fd, b.data, b.len) || refuse(x);
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
         struct copying *x, struct hop_value time)
{
    HOP_AUTO_VALUE struct hop_value path = hop_text(from);
    struct hop_value args[2] = {path, hop_int((int32_t)COPYING_PIECE)};
    bool ok;

    x->c = c;
    x->r = r;
    x->take = write_piece;
    x->fd = -1;
    ok = copying_run(x, read_script, args, 2) && (x->failed || open_local(x));
    if (ok && !x->failed)
        set_time(x->fd, time);
    if (x->fd >= 0)
        close(x->fd);
    return ok || x->refused;
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
    const char *name = copying_text(list, i + 2);
    HOP_AUTO_FREE char *path = into ? local_path(to, name) : hop_xstrdup(to);
    struct hop_value mode = hop_value_base(list->items[i + 4]);
    struct copying x = {
        .path = path,
        .mode = hop_is_integer(mode) && mode.u.i >= 0 ? mode.u.i & 0777 : 0666};

    if (!stays_inside(name))
        return copying_fail(c, "CopyFromSessionBadName", name,
                            "the name leads out of the folder");
    if (strcmp(copying_text(list, i), "other") == 0)
        return copying_fail(c, "CopyFromSessionReadError",
                            copying_text(list, i + 1),
                            "it is neither a file nor a folder");
    if (strcmp(copying_text(list, i), "folder") != 0)
        return get_file(c, r, copying_text(list, i + 1), &x,
                        hop_value_base(list->items[i + 3]));
    if (mkdir(path, 0777) < 0 && errno != EEXIST)
        return copying_fail(c, "CopyFromSessionWriteError", path,
                            strerror(errno));
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

    for (size_t i = 0; i + VALUES <= list->n; i += VALUES) {
        HOP_AUTO_FREE char *path =
            into ? hop_xstrdup(to) : renamed(to, copying_text(list, i + 2));

        if (strcmp(copying_text(list, i), "none") == 0) {
            if (!copying_no_path(c, copying_text(list, i + 1),
                                 HOP_CAT_INVALID_ARGUMENT))
                return false;
            continue;
        }
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

    if (!copying_open(c, session, &x.r))
        return false;
    if (!x.r)
        return true;
    if (!copying_list(&x, list_script, args, 3, &list))
        return false;
    held = hop_obj(list);
    return get_all(c, x.r, list, to);
}
