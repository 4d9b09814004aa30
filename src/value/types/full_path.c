/* Full paths: relative to the current directory, without . and .. in them.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/types/file_info.h"

#include <limits.h>
#include <unistd.h>

#include "base/alloc.h"
#include "smb/unc.h"

static const char *
current_directory(struct hop_context *cx, char *buffer, size_t size)
{
    const char *d =
        cx->ops && cx->ops->directory ? cx->ops->directory(cx) : NULL;

    if (d)
        return d;
    return getcwd(buffer, size) ? buffer : "/";
}

/* Appends one part, taking . and .. into account. */
static void
add_part(struct hop_buf *b, const char *part, size_t n)
{
    if (n == 0 || (n == 1 && part[0] == '.'))
        return;
    if (n == 2 && part[0] == '.' && part[1] == '.') {
        while (b->len && b->data[b->len - 1] != '/')
            b->len--;
        if (b->len)
            b->len--;
        if (b->data)
            b->data[b->len] = '\0';
        return;
    }
    hop_buf_addc(b, '/');
    hop_buf_add(b, part, n);
}

static void
add_parts(struct hop_buf *b, const char *path)
{
    while (*path) {
        size_t n = strcspn(path, "/");

        add_part(b, path, n);
        path += n;
        path += *path == '/';
    }
}

char *
hop_path_full(struct hop_context *cx, const char *path)
{
    struct hop_buf b = HOP_BUF_INIT;
    char cwd[PATH_MAX];
    size_t n = strlen(path);

    if (hop_unc_written(path))
        return hop_unc_normalize(path);
    if (path[0] != '/') {
        const char *from = current_directory(cx, cwd, sizeof(cwd));

        if (hop_unc_is(from)) {
            HOP_AUTO_FREE char *joined = hop_xasprintf("%s/%s", from, path);
            return hop_unc_normalize(joined);
        }
        add_parts(&b, from);
    }
    add_parts(&b, path);
    if (b.len == 0 || (n && path[n - 1] == '/'))
        hop_buf_addc(&b, '/');
    return hop_buf_take(&b);
}
