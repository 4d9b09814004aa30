/* Paths as users write them, to paths of a provider; wildcards.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engine/engine.h"

#include <sys/stat.h>

#include "smb/unc.h"

#define SMA "System.Management.Automation."

/* ---- paths
 * -------------------------------------------------------------------------- */

void
hop_item_path_done(struct hop_item_path *p)
{
    free(p->path);
    p->path = NULL;
}

/* Takes away ".", ".." and double separators; keeps a leading '/'. */
char *
path_normalize(const char *path)
{
    size_t n = strlen(path), len = 0;
    char *out = hop_xmalloc(n + 2);
    bool rooted = path[0] == '/';
    const char *p = path;

    if (rooted)
        out[len++] = '/';
    while (*p) {
        const char *end = strchrnul(p, '/');
        size_t part = (size_t)(end - p);
        if (part == 2 && p[0] == '.' && p[1] == '.') {
            while (len > (rooted ? 1u : 0u) && out[len - 1] != '/')
                len--;
            if (len > (rooted ? 1u : 0u))
                len--;
            if (len == 0 && rooted)
                len = 1;
        } else if (part && !(part == 1 && p[0] == '.')) {
            if (len && out[len - 1] != '/')
                out[len++] = '/';
            memcpy(out + len, p, part);
            len += part;
        }
        p = *end ? end + 1 : end;
    }
    out[len] = 0;
    return out;
}

bool
provider_is_files(const struct hop_provider *p)
{
    return hop_ascii_ieq(p->name, "FileSystem");
}

const char *
home_directory(struct hop_runspace *rs)
{
    struct hop_variable *v =
        scope_own(rs->global->top, hop_symbol_get(rs, "HOME", 4));

    return v && hop_is_string(v->value) ? hop_cstr(v->value) : "/";
}

/* The root of a file system drive without a separator at its end. */
static size_t
root_length(const struct hop_drive *d)
{
    size_t n = strlen(d->root);

    while (n && d->root[n - 1] == '/')
        n--;
    return n;
}

/* Is a path at or below the root of the drive? */
static bool
is_below(const struct hop_drive *d, const char *path)
{
    size_t n = root_length(d);

    return strncmp(path, d->root, n) == 0 && (!path[n] || path[n] == '/');
}

/* Nothing leads out of a drive at its top. */
static char *
stay_inside(const struct hop_drive *d, char *path)
{
    size_t n = root_length(d);

    if (is_below(d, path) || (n == 0 && hop_unc_is(path)))
        return path;
    free(path);
    return n ? hop_xstrndup(d->root, n) : hop_xstrdup("/");
}

/* A path on a drive of the file system: below its root when it begins with a
 * separator, else below the drive's location. */
static char *
on_drive(const struct hop_drive *d, const char *path)
{
    const char *from = *path == '/' || !*d->location ? d->root : d->location;
    char *joined HOP_AUTO_FREE = hop_xasprintf("%s/%s", from, path);

    if (hop_unc_is(from))
        return stay_inside(d, hop_unc_normalize(joined));
    return stay_inside(d, path_normalize(joined));
}

/* A path of a provider with folders that are none of the file system's: parts
 * with '/' between them, none in front. */
static char *
in_folders(const struct hop_drive *d, const char *path, bool plain)
{
    bool below = plain && d && *path != '\\' && *path != '/';
    char *copy HOP_AUTO_FREE =
        below ? hop_xasprintf("%s/%s", d->location, path) : hop_xstrdup(path);
    const char *from = copy;

    for (char *s = copy; *s; s++)
        if (*s == '\\')
            *s = '/';
    while (*from == '/')
        from++;
    return path_normalize(from);
}

/* A path within a provider.  plain: no drive is named, "~" and "/" count. */
static char *
within(struct hop_runspace *rs, struct hop_drive *d,
       const struct hop_provider *p, const char *path, bool plain)
{
    char *copy HOP_AUTO_FREE = NULL;

    if (!provider_is_files(p) && p->capabilities & HOP_PROVIDER_NAVIGATION)
        return in_folders(d, path, plain);
    if (!provider_is_files(p)) {
        while (*path == '\\' || *path == '/')
            path++;
        return hop_xstrdup(path);
    }
    if (plain && hop_unc_written(path))
        return hop_unc_normalize(path);
    copy = hop_xstrdup(path);
    for (char *s = copy; *s; s++)
        if (*s == '\\')
            *s = '/';
    if (plain && copy[0] == '~' && (!copy[1] || copy[1] == '/')) {
        char *joined HOP_AUTO_FREE =
            hop_xasprintf("%s%s", home_directory(rs), copy + 1);
        return path_normalize(joined);
    }
    if (!d || (plain && copy[0] == '/'))
        return path_normalize(copy);
    return on_drive(d, copy);
}

/* "X:" in front that names a drive, or could. */
static size_t
drive_prefix(const char *path)
{
    const char *colon = strchr(path, ':');

    if (!colon || colon == path)
        return 0;
    for (const char *p = path; p < colon; p++)
        if (*p == '/' || *p == '\\' || *p == '*' || *p == '?' || *p == '[' ||
            *p == ' ')
            return 0;
    return (size_t)(colon - path);
}

void
path_leave_drive(struct hop_item_path *p)
{
    if (p->drive && provider_is_files(p->provider) && hop_unc_is(p->path) &&
        !hop_unc_is(p->drive->root))
        p->drive = NULL;
}

static bool
resolve(struct hop_runspace *rs, const char *path, struct hop_item_path *out)
{
    const char *qualified = strstr(path, "::");
    bool unc = hop_unc_written(path);
    size_t n = unc ? 0 : drive_prefix(path);
    struct hop_item_path p = {.rs = rs, .command = rs->command};

    if (qualified) {
        char *name HOP_AUTO_FREE =
            hop_xstrndup(path, (size_t)(qualified - path));
        p.provider = hop_provider_find(rs, name);
        if (!p.provider) {
            struct hop_value target HOP_AUTO_VALUE = hop_text(name);
            return throw_pending(
                rs, SMA "ProviderNotFoundException", "ProviderNotFound",
                HOP_CAT_OBJECT_NOT_FOUND, target,
                "Cannot find a provider with the name '%s'.", name);
        }
        p.drive =
            provider_is_files(p.provider) ? hop_drive_find(rs, "/") : NULL;
        for (struct hop_drive *d = rs->drives; d; d = d->next)
            if (d->provider == p.provider && !p.drive)
                p.drive = d;
        p.path = within(rs, p.drive, p.provider, qualified + 2, true);
        *out = p;
        return true;
    }
    if (n) {
        char *name HOP_AUTO_FREE = hop_xstrndup(path, n);
        p.drive = hop_drive_find(rs, name);
        if (!p.drive && provider_is_files(rs->drive->provider)) {
            struct stat st;
            p.drive = rs->drive;
            p.path = within(rs, p.drive, rs->drive->provider, path, true);
            p.provider = rs->drive->provider;
            if (stat(p.path, &st) == 0) {
                *out = p;
                return true;
            }
            free(p.path);
            p.drive = NULL;
        }
        if (!p.drive)
            return drive_not_found(rs, name);
        p.provider = p.drive->provider;
        p.path = within(rs, p.drive, p.provider, path + n + 1, false);
        *out = p;
        return true;
    }
    p.drive = rs->drive;
    p.provider = rs->drive->provider;
    if (path[0] == '/' || path[0] == '~' || unc) {
        p.drive = hop_drive_find(rs, "/");
        p.provider = p.drive ? p.drive->provider : &provider_file_system;
    }
    p.path = within(rs, p.drive, p.provider, path, true);
    *out = p;
    return true;
}

bool
hop_path_resolve(struct hop_runspace *rs, const char *path,
                 struct hop_item_path *out)
{
    if (!resolve(rs, path, out))
        return false;
    path_leave_drive(out);
    return true;
}

bool
hop_path_has_wildcard(const char *path)
{
    return hop_wildcard_has(path, strlen(path));
}

/* "X:\dir" on a drive, else with the provider's name in front: "\\" alone could
 * be any provider's. */
static char *
display_unc(const struct hop_item_path *p)
{
    size_t n = p->drive ? root_length(p->drive) : 0;
    char *shown HOP_AUTO_FREE = hop_unc_shown(p->path);

    if (!n || !is_below(p->drive, p->path))
        return hop_path_qualified(p);
    return hop_xasprintf("%s:\\%s", p->drive->name,
                         shown + n + (shown[n] == '\\'));
}

/* As the provider's users write it. */
static char *
with_separators(const struct hop_item_path *p)
{
    char *path = hop_xstrdup(p->path);

    for (char *s = path; *s; s++)
        if (*s == '/' && p->provider->capabilities & HOP_PROVIDER_NAVIGATION)
            *s = p->provider->separator;
    return path;
}

char *
hop_path_display(const struct hop_item_path *p)
{
    if (provider_is_files(p->provider)) {
        size_t n = p->drive ? root_length(p->drive) : 0;
        if (hop_unc_is(p->path))
            return display_unc(p);
        if (!n || !is_below(p->drive, p->path))
            return hop_xstrdup(p->path);
        return hop_xasprintf("%s:/%s", p->drive->name,
                             p->path + n + (p->path[n] == '/'));
    }
    char *path HOP_AUTO_FREE = with_separators(p);
    return hop_xasprintf("%s:%c%s",
                         p->drive ? p->drive->name : p->provider->name,
                         p->provider->separator, path);
}

char *
hop_path_qualified(const struct hop_item_path *p)
{
    char *shown HOP_AUTO_FREE = provider_is_files(p->provider)
                                    ? hop_unc_shown(p->path)
                                    : with_separators(p);

    return hop_xasprintf("%s\\%s::%s", p->provider->module, p->provider->name,
                         shown);
}

/* ---- wildcards
 * ------------------------------------------------------------------------- */

struct glob {
    const struct hop_item_path *base;
    bool (*fn)(void *ctx, struct hop_item_path *p);
    void *ctx;
    bool force, failed, ended;
    size_t found;
};

struct names {
    char **items;
    size_t n;
    const char *pattern;
    bool ignore_case;
    bool force;
};

static bool
keep_name(void *ctx, const char *name, bool container)
{
    struct names *l = ctx;

    if (!hop_wildcard_match(l->pattern, strlen(l->pattern), name, strlen(name),
                            l->ignore_case))
        return true;
    l->items = hop_xrealloc(l->items, l->n + 1, sizeof(*l->items));
    l->items[l->n++] = hop_xstrdup(name);
    (void)container;
    return true;
}

static bool
give(struct glob *g, char *path)
{
    struct hop_item_path p = *g->base;

    p.path = path;
    g->found++;
    bool more = g->fn(g->ctx, &p);
    if (!more)
        g->ended = true;
    hop_item_path_done(&p);
    return more;
}

static bool
exists(const struct hop_item_path *base, const char *path)
{
    struct hop_item_path p = *base;

    p.path = (char *)(uintptr_t)path;
    return !p.provider->item_exists || p.provider->item_exists(&p);
}

/* Expands pattern (what is left) below path. */
static bool
expand(struct glob *g, const char *path, const char *pattern)
{
    const struct hop_provider *v = g->base->provider;
    bool flat = !(v->capabilities & HOP_PROVIDER_NAVIGATION);
    const char *end =
        flat ? pattern + strlen(pattern) : strchrnul(pattern, '/');
    char *part HOP_AUTO_FREE = hop_xstrndup(pattern, (size_t)(end - pattern));
    const char *rest = *end ? end + 1 : NULL;
    struct names l = {.pattern = part, .ignore_case = flat, .force = g->force};
    bool more = true;

    while (rest && *rest == '/')
        rest++;
    if (rest && !*rest)
        rest = NULL;
    if (!hop_path_has_wildcard(part)) {
        struct hop_buf b HOP_AUTO_BUF = HOP_BUF_INIT;
        hop_wildcard_unescape(part, strlen(part), &b);
        char *next = hop_xasprintf(
            "%s%s%s", path,
            *path && path[strlen(path) - 1] != '/' && !flat ? "/" : "",
            hop_buf_str(&b));
        if (!exists(g->base, next)) {
            free(next);
            return !hop_has_exception(&g->base->rs->cx);
        }
        if (!rest)
            return give(g, next);
        more = expand(g, next, rest);
        free(next);
        return more;
    }
    struct hop_item_path dir = *g->base;
    dir.path = (char *)(uintptr_t)path;
    if (v->children && (!v->is_container || flat || v->is_container(&dir))) {
        l.ignore_case = flat || true;
        if (!v->children(&dir, g->force, keep_name, &l)) {
            hop_drop_exception(&g->base->rs->cx);
        }
    }
    for (size_t i = 0; i < l.n; i++) {
        if (more) {
            char *next = hop_xasprintf(
                "%s%s%s", path,
                *path && path[strlen(path) - 1] != '/' && !flat ? "/" : "",
                l.items[i]);
            if (!rest) {
                more = give(g, next);
            } else {
                more = expand(g, next, rest);
                free(next);
            }
        }
        free(l.items[i]);
    }
    free(l.items);
    return more;
}

/* A share's name has no wildcards; what is in it may. */
static void
expand_share(struct glob *g, const char *path)
{
    size_t n = hop_unc_root(path);
    char *root HOP_AUTO_FREE = hop_xstrndup(path, n);

    if (!hop_path_has_wildcard(root) && path[n])
        expand(g, root, path + n + 1);
}

bool
item_not_found(struct hop_runspace *rs, const char *path, const char *shown)
{
    struct hop_value target HOP_AUTO_VALUE = hop_text(path);

    return throw_pending(rs, SMA "ItemNotFoundException", "PathNotFound",
                         HOP_CAT_OBJECT_NOT_FOUND, target,
                         "Cannot find path '%s' because it does not exist.",
                         shown);
}

bool
hop_path_glob(struct hop_runspace *rs, const char *path, bool literal,
              bool force, bool (*fn)(void *ctx, struct hop_item_path *p),
              void *ctx)
{
    struct hop_item_path p = {0};
    struct glob g = {.base = &p, .fn = fn, .ctx = ctx, .force = force};
    bool wild = !literal && hop_path_has_wildcard(path);

    if (!hop_path_resolve(rs, path, &p))
        return false;
    if (!wild) {
        if (!literal && strchr(p.path, '`')) {
            struct hop_buf b HOP_AUTO_BUF = HOP_BUF_INIT;
            hop_wildcard_unescape(p.path, strlen(p.path), &b);
            free(p.path);
            p.path = hop_xstrdup(hop_buf_str(&b));
        }
        if (p.provider->item_exists && !p.provider->item_exists(&p)) {
            if (hop_has_exception(&rs->cx)) {
                hop_item_path_done(&p);
                return false;
            }
            char *shown HOP_AUTO_FREE = hop_path_display(&p);
            char *plain HOP_AUTO_FREE = hop_unc_shown(p.path);
            const char *full = provider_is_files(p.provider) ? plain : shown;
            bool r = item_not_found(rs, full, full);
            hop_item_path_done(&p);
            return r;
        }
        fn(ctx, &p);
        hop_item_path_done(&p);
        return !hop_has_exception(&rs->cx);
    }
    bool rooted =
        p.path[0] == '/' && p.provider->capabilities & HOP_PROVIDER_NAVIGATION;
    if (provider_is_files(p.provider) && hop_unc_is(p.path))
        expand_share(&g, p.path);
    else
        expand(&g, rooted ? "/" : "", p.path + (rooted ? 1 : 0));
    hop_item_path_done(&p);
    return !hop_has_exception(&rs->cx);
}

bool
path_resolve_method(struct hop_context *cx, struct hop_call *call)
{
    struct hop_item_path p = {0};

    if (!hop_path_resolve(RS_OF(cx), hop_cstr(call->args[0]), &p))
        return false;
    call->result = hop_text(p.path);
    hop_item_path_done(&p);
    return true;
}
