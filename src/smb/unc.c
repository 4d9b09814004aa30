/* SPDX-License-Identifier: MIT */
#include "smb/unc.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/text.h"

#define DEVICE_PREFIX "\\\\?\\UNC\\"

static bool
is_separator(char c)
{
    return c == '/' || c == '\\';
}

bool
hop_unc_is(const char *path)
{
    return path[0] == '\\' && path[1] == '\\' && path[2] != '\0' &&
           !is_separator(path[2]);
}

/* "//server/share" with both names, and no folder "/server" here. */
static bool
is_slashed(const char *path)
{
    HOP_AUTO_FREE char *local = NULL;
    size_t n;

    if (path[0] != '/' || path[1] != '/' || is_separator(path[2]))
        return false;
    n = strcspn(path + 2, "/\\");
    if (n == 0 || !is_separator(path[2 + n]) || path[3 + n] == '\0' ||
        is_separator(path[3 + n]))
        return false;
    local = hop_xstrndup(path + 1, n + 1);
    return access(local, F_OK) != 0;
}

bool
hop_unc_written(const char *path)
{
    return hop_unc_is(path) || is_slashed(path);
}

/* One part more; ".." takes away what is below the share (floor). */
static void
add_part(struct hop_buf *b, const char *part, size_t n, size_t floor)
{
    if (n == 0 || (n == 1 && part[0] == '.'))
        return;
    if (n != 2 || part[0] != '.' || part[1] != '.') {
        hop_buf_addc(b, '/');
        hop_buf_add(b, part, n);
        return;
    }
    while (b->len > floor && b->data[b->len - 1] != '/')
        b->len--;
    if (b->len > floor)
        b->len--;
    b->data[b->len] = '\0';
}

char *
hop_unc_normalize(const char *path)
{
    struct hop_buf b = HOP_BUF_INIT;
    size_t parts = 0, floor = 0;

    if (hop_ascii_ieqn(path, DEVICE_PREFIX, strlen(DEVICE_PREFIX)))
        path += strlen(DEVICE_PREFIX);
    while (is_separator(*path))
        path++;
    hop_buf_adds(&b, "\\\\");
    for (; *path; parts++) {
        size_t n = strcspn(path, "/\\");

        if (parts == 0)
            hop_buf_add(&b, path, n);
        else
            add_part(&b, path, n, floor);
        if (parts < 2)
            floor = b.len;
        path += n;
        while (is_separator(*path))
            path++;
    }
    return hop_buf_take(&b);
}

char *
hop_unc_shown(const char *path)
{
    char *shown = hop_xstrdup(path);

    if (hop_unc_is(shown))
        for (char *s = shown; *s; s++)
            if (*s == '/')
                *s = '\\';
    return shown;
}

size_t
hop_unc_root(const char *path)
{
    size_t server = 2 + strcspn(path + 2, "/");

    return path[server] ? server + 1 + strcspn(path + server + 1, "/") : server;
}

void
hop_unc_split(const char *path, struct hop_unc *out)
{
    size_t server = 2 + strcspn(path + 2, "/"), root = hop_unc_root(path);

    out->server = hop_xstrndup(path + 2, server - 2);
    out->share = path[server]
                     ? hop_xstrndup(path + server + 1, root - server - 1)
                     : hop_xstrdup("");
    out->rest = path + root + (path[root] == '/');
}

void
hop_unc_done(struct hop_unc *u)
{
    free(u->server);
    free(u->share);
    *u = (struct hop_unc){0};
}
