/* The FileSystem provider as far as paths need it; the management cmdlets
 * replace it by theirs.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engine/engine.h"

#include <dirent.h>
#include <errno.h>
#include <sys/stat.h>

/* ---- FileSystem, as far as paths need it
 * --------------------------------------------------- */

static bool
file_exists(const struct hop_item_path *p)
{
    struct stat st;

    return lstat(p->path, &st) == 0;
}

static bool
file_container(const struct hop_item_path *p)
{
    struct stat st;

    return stat(p->path, &st) == 0 && S_ISDIR(st.st_mode);
}

static int
compare_names(const struct dirent **a, const struct dirent **b)
{
    struct hop_string *x HOP_AUTO_STRING = hop_string_from((*a)->d_name);
    struct hop_string *y HOP_AUTO_STRING = hop_string_from((*b)->d_name);
    int r = hop_collate(x, y, true);

    return r ? r : strcmp((*a)->d_name, (*b)->d_name);
}

static bool
file_children(const struct hop_item_path *p, bool force,
              bool (*fn)(void *ctx, const char *name, bool container),
              void *ctx)
{
    struct dirent **list = NULL;
    int n = scandir(p->path, &list, NULL, compare_names);
    bool more = true;

    if (n < 0)
        return true;
    for (int i = 0; i < n; i++) {
        const char *name = list[i]->d_name;
        if (more && strcmp(name, ".") && strcmp(name, "..") &&
            (force || name[0] != '.'))
            more = fn(ctx, name, list[i]->d_type == DT_DIR);
        free(list[i]);
    }
    free(list);
    return true;
}

static bool
file_content(const struct hop_item_path *p, struct hop_sink *out)
{
    FILE *in = fopen(p->path, "re");
    char *line = NULL;
    size_t cap = 0;
    ssize_t n;
    bool ok = true;

    if (!in)
        return hop_throw_errno(&p->rs->cx, errno, p->path, false);
    while (ok && (n = getline(&line, &cap, in)) >= 0) {
        while (n > 0 && (line[n - 1] == '\n' || line[n - 1] == '\r'))
            n--;
        struct hop_value v HOP_AUTO_VALUE = hop_textn(line, (size_t)n);
        ok = hop_sink_write(out, v) == HOP_FLOW_NEXT;
    }
    free(line);
    fclose(in);
    return ok;
}

const struct hop_provider provider_file_system = {
    .name = "FileSystem",
    .module = "Microsoft.PowerShell.Core",
    .capabilities = HOP_PROVIDER_CONTAINER | HOP_PROVIDER_NAVIGATION |
                    HOP_PROVIDER_CONTENT | HOP_PROVIDER_FILTER |
                    HOP_PROVIDER_SHOULD_PROCESS,
    .separator = '/',
    .item_exists = file_exists,
    .is_container = file_container,
    .children = file_children,
    .get_content = file_content,
};
