/* Providers, drives, paths, the current location.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engine/engine.h"

#include <dirent.h>
#include <errno.h>
#include <sys/stat.h>

#define SMA "System.Management.Automation."

extern const struct hop_provider provider_file_system, provider_environment,
    provider_variable, provider_function, provider_alias;

struct location_stack {
    struct location_stack *next;
    char *name; /* "" : the default */
    struct hop_drive *drive;
    char *location;
};

/* ---- registry
 * ------------------------------------------------------------------- */

void
hop_provider_add(struct hop_runspace *rs, const struct hop_provider *p)
{
    for (size_t i = 0; i < rs->n_providers; i++)
        if (hop_ascii_ieq(rs->providers[i]->name, p->name)) {
            for (struct hop_drive *d = rs->drives; d; d = d->next)
                if (d->provider == rs->providers[i])
                    d->provider = p;
            rs->providers[i] = p;
            return;
        }
    if (rs->n_providers < HOP_ARRAY_SIZE(rs->providers))
        rs->providers[rs->n_providers++] = p;
}

const struct hop_provider *
hop_provider_find(struct hop_runspace *rs, const char *name)
{
    const char *back = strrchr(name, '\\');

    if (back)
        name = back + 1;
    for (size_t i = 0; i < rs->n_providers; i++)
        if (hop_ascii_ieq(rs->providers[i]->name, name))
            return rs->providers[i];
    return NULL;
}

const struct hop_provider *const *
hop_provider_all(struct hop_runspace *rs, size_t *n)
{
    *n = rs->n_providers;
    return rs->providers;
}

struct hop_drive *
hop_drive_find(struct hop_runspace *rs, const char *name)
{
    for (struct hop_drive *d = rs->drives; d; d = d->next)
        if (hop_ascii_ieq(d->name, name))
            return d;
    return NULL;
}

struct hop_drive *
hop_drive_first(struct hop_runspace *rs)
{
    return rs->drives;
}

struct hop_drive *
hop_drive_current(struct hop_runspace *rs)
{
    return rs->drive;
}

bool
hop_drive_add(struct hop_runspace *rs, const char *name,
              const struct hop_provider *provider, const char *root,
              const char *description, struct hop_drive **out)
{
    struct hop_drive *d, **at = &rs->drives;

    if (hop_drive_find(rs, name)) {
        struct hop_value target HOP_AUTO_VALUE = hop_text(name);
        return throw_pending(rs, "SessionStateException", "DriveAlreadyExists",
                             HOP_CAT_RESOURCE_EXISTS, target,
                             "A drive with the name '%s' already exists.",
                             name);
    }
    d = hop_xmalloc(sizeof(*d));
    d->name = hop_xstrdup(name);
    d->provider = provider;
    d->root = hop_xstrdup(root ? root : "");
    d->description = hop_xstrdup(description ? description : "");
    d->location = hop_xstrdup("");
    while (*at)
        at = &(*at)->next;
    *at = d;
    if (out)
        *out = d;
    return true;
}

static void
free_drive(struct hop_drive *d)
{
    free(d->name);
    free(d->root);
    free(d->description);
    free(d->location);
    free(d);
}

static bool
drive_not_found(struct hop_runspace *rs, const char *name)
{
    struct hop_value target HOP_AUTO_VALUE = hop_text(name);

    return throw_pending(rs, SMA "DriveNotFoundException", "DriveNotFound",
                         HOP_CAT_OBJECT_NOT_FOUND, target,
                         "Cannot find drive. A drive with the name '%s' does "
                         "not exist.",
                         name);
}

bool
hop_drive_remove(struct hop_runspace *rs, const char *name)
{
    for (struct hop_drive **at = &rs->drives; *at; at = &(*at)->next) {
        struct hop_drive *d = *at;
        if (!hop_ascii_ieq(d->name, name))
            continue;
        if (d == rs->drive)
            return throw_pending(
                rs, "PSInvalidOperationException", "InvalidOperation",
                HOP_CAT_INVALID_OPERATION, hop_null(),
                "Cannot remove drive '%s' because it is in use.", name);
        *at = d->next;
        free_drive(d);
        return true;
    }
    return drive_not_found(rs, name);
}

/* ---- paths
 * -------------------------------------------------------------------------- */

void
hop_item_path_done(struct hop_item_path *p)
{
    free(p->path);
    p->path = NULL;
}

/* Takes away ".", ".." and double separators; keeps a leading '/'. */
static char *
normalize(const char *path)
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

static bool
is_file_system(const struct hop_provider *p)
{
    return hop_ascii_ieq(p->name, "FileSystem");
}

static const char *
home_of(struct hop_runspace *rs)
{
    struct hop_variable *v =
        scope_own(rs->global->top, hop_symbol_get(rs, "HOME", 4));

    return v && hop_is_string(v->value) ? hop_cstr(v->value) : "/";
}

/* A path within a provider: absolute, or below the drive's location. */
static char *
within(struct hop_runspace *rs, struct hop_drive *d,
       const struct hop_provider *p, const char *path, bool relative)
{
    char *joined HOP_AUTO_FREE = NULL;
    char *copy HOP_AUTO_FREE = hop_xstrdup(path);

    if (is_file_system(p)) {
        for (char *s = copy; *s; s++)
            if (*s == '\\')
                *s = '/';
        if (copy[0] == '~' && (!copy[1] || copy[1] == '/') && relative)
            joined = hop_xasprintf("%s%s", home_of(rs), copy + 1);
        else if (copy[0] == '/' && relative)
            joined = hop_xstrdup(copy);
        else if (d && !relative)
            joined = hop_xasprintf("%s/%s", d->root, copy);
        else if (!d)
            joined = hop_xstrdup(copy);
        else
            joined = hop_xasprintf("%s/%s", d->location, copy);
        return normalize(joined);
    }
    while (*path == '\\' || *path == '/')
        path++;
    return hop_xstrdup(path);
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

bool
hop_path_resolve(struct hop_runspace *rs, const char *path,
                 struct hop_item_path *out)
{
    const char *qualified = strstr(path, "::");
    size_t n = drive_prefix(path);
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
        p.drive = NULL;
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
        if (!p.drive && is_file_system(rs->drive->provider)) {
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
    if (!is_file_system(p.provider) && (path[0] == '/' || path[0] == '~')) {
        p.drive = hop_drive_find(rs, "/");
        p.provider = p.drive ? p.drive->provider : &provider_file_system;
    }
    p.path = within(rs, p.drive, p.provider, path, true);
    *out = p;
    return true;
}

bool
hop_path_has_wildcard(const char *path)
{
    return hop_wildcard_has(path, strlen(path));
}

char *
hop_path_display(const struct hop_item_path *p)
{
    if (is_file_system(p->provider))
        return hop_xstrdup(p->path);
    return hop_xasprintf("%s:%c%s",
                         p->drive ? p->drive->name : p->provider->name,
                         p->provider->separator, p->path);
}

char *
hop_path_qualified(const struct hop_item_path *p)
{
    return hop_xasprintf("%s\\%s::%s", p->provider->module, p->provider->name,
                         p->path);
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
            return true;
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

static bool
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
            const char *full = shown;
            char *target HOP_AUTO_FREE = is_file_system(p.provider)
                                             ? hop_xstrdup(p.path)
                                             : hop_xstrdup(p.path);
            bool r = item_not_found(rs, target,
                                    is_file_system(p.provider) ? full : p.path);
            hop_item_path_done(&p);
            return r;
        }
        fn(ctx, &p);
        hop_item_path_done(&p);
        return !hop_has_exception(&rs->cx);
    }
    bool rooted =
        p.path[0] == '/' && p.provider->capabilities & HOP_PROVIDER_NAVIGATION;
    expand(&g, rooted ? "/" : "", p.path + (rooted ? 1 : 0));
    hop_item_path_done(&p);
    return !hop_has_exception(&rs->cx);
}

/* ---- location
 * --------------------------------------------------------------------------------
 */

const char *
hop_location(struct hop_runspace *rs)
{
    return rs->drive ? rs->drive->location : "/";
}

static bool
first_text(struct hop_context *cx, struct hop_value v, struct hop_string **out)
{
    *out = hop_string_retain(((struct bag *)(void *)v.u.o)->v[0].u.s);
    return true;
}

static const struct hop_property provider_properties[] = {
    BAG_RO("ImplementingType", "type", 1),
    BAG_RO("HelpFile", "string", 2),
    BAG_RO("Name", "string", 0),
    BAG_RO("PSSnapIn", "System.Object", 3),
    BAG_RO("ModuleName", "string", 4),
    BAG_RO("Module", "psmoduleinfo", 3),
    BAG_RW("Description", "string", 5),
    BAG_RO("Capabilities", SMA "Provider.ProviderCapabilities", 6),
    BAG_RW("Home", "string", 7),
    BAG_RO("Drives", "System.Collections.ObjectModel.Collection[psobject]", 8),
    {NULL}};
static bool
provider_text(struct hop_context *cx, struct hop_value v,
              struct hop_string **out)
{
    struct bag *b = (struct bag *)(void *)v.u.o;

    *out = hop_string_format("%s\\%s", b->v[4].u.s->data, b->v[0].u.s->data);
    return true;
}
static const struct hop_class class_provider_info = {
    .name = SMA "ProviderInfo",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = BAG_SIZE(9),
    .properties = provider_properties,
    .destroy = bag_destroy,
    .to_string = provider_text,
};

static const struct hop_property drive_properties[] = {
    BAG_RW("CurrentLocation", "string", 1),
    BAG_RO("Name", "string", 0),
    BAG_RO("Provider", SMA "ProviderInfo", 2),
    BAG_RO("Root", "string", 3),
    BAG_RW("Description", "string", 4),
    BAG_RO("MaximumSize", "System.Nullable[long]", 5),
    BAG_RO("Credential", "pscredential", 6),
    BAG_RO("DisplayRoot", "string", 7),
    {NULL}};
static const struct hop_class class_drive_info = {
    .name = SMA "PSDriveInfo",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = BAG_SIZE(8),
    .properties = drive_properties,
    .destroy = bag_destroy,
    .to_string = first_text,
};

static struct hop_value
provider_info(struct hop_runspace *rs, const struct hop_provider *p)
{
    struct bag *b = bag_new(rs, &class_provider_info);

    b->v[0] = hop_text(p->name);
    b->v[2] = hop_text("System.Management.Automation.dll-Help.xml");
    b->v[4] = hop_text(p->module);
    b->v[5] = hop_text("");
    b->v[6] = hop_enum(HOP_ENUM_PROVIDER_CAPS, p->capabilities & 63);
    b->v[7] = hop_text(is_file_system(p) ? home_of(rs) : "");
    b->v[8] = hop_obj(hop_array_new(&rs->cx, 0));
    return hop_obj(b);
}

struct hop_value
hop_drive_object(struct hop_runspace *rs, struct hop_drive *d)
{
    struct bag *b = bag_new(rs, &class_drive_info);
    const char *at = d->location;

    if (is_file_system(d->provider) && *at == '/')
        at++;
    b->v[0] = hop_text(d->name);
    b->v[1] = hop_text(at);
    b->v[2] = provider_info(rs, d->provider);
    b->v[3] = hop_text(d->root);
    b->v[4] = hop_text(d->description);
    return hop_obj(b);
}

struct hop_value
hop_provider_object(struct hop_runspace *rs, const struct hop_provider *p)
{
    struct hop_value v = provider_info(rs, p);
    struct hop_array *list = hop_as_array(((struct bag *)(void *)v.u.o)->v[8]);

    for (struct hop_drive *d = rs->drives; d; d = d->next)
        if (d->provider == p)
            hop_array_push(list, hop_drive_object(rs, d));
    return v;
}

static bool
pathinfo_text(struct hop_context *cx, struct hop_value v,
              struct hop_string **out)
{
    *out = hop_string_retain(((struct bag *)(void *)v.u.o)->v[3].u.s);
    return true;
}

static const struct hop_property pathinfo_properties[] = {
    BAG_RO("Drive", SMA "PSDriveInfo", 0),
    BAG_RO("Provider", SMA "ProviderInfo", 1),
    BAG_RO("ProviderPath", "string", 2),
    BAG_RO("Path", "string", 3),
    {NULL}};
static const struct hop_class class_path_info = {
    .name = SMA "PathInfo",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = BAG_SIZE(4),
    .properties = pathinfo_properties,
    .destroy = bag_destroy,
    .to_string = pathinfo_text,
};

struct hop_value
hop_path_object(const struct hop_item_path *p)
{
    struct bag *b = bag_new(p->rs, &class_path_info);
    char *shown HOP_AUTO_FREE = hop_path_display(p);

    b->v[0] = p->drive ? hop_drive_object(p->rs, p->drive) : hop_null();
    b->v[1] = provider_info(p->rs, p->provider);
    b->v[2] = hop_text(p->path);
    b->v[3] = hop_text(shown);
    return hop_obj(b);
}

struct hop_value
hop_location_object(struct hop_runspace *rs)
{
    struct hop_item_path p = {.rs = rs,
                              .drive = rs->drive,
                              .provider = rs->drive->provider,
                              .path = rs->drive->location};

    return hop_path_object(&p);
}

static bool
get_stack_name(struct hop_context *cx, struct hop_value self, intptr_t data,
               struct hop_value *out)
{
    struct hop_member *m = NULL;
    struct hop_string *s HOP_AUTO_STRING = hop_string_from("StackName");

    if (self.u.o->ext)
        m = hop_members_find(self.u.o->ext, s);
    *out = m ? hop_retain(m->value) : hop_text("default");
    return true;
}

static const struct hop_property stack_properties[] = {
    {"Name", "string", get_stack_name}, {NULL}};
static const struct hop_class class_path_stack = {
    .name = SMA "PathInfoStack",
    .base = &hop_class_array_list,
    .flags = HOP_CLASS_LIST,
    .kind = HOP_OBJECT,
    .size = sizeof(struct hop_array),
    .properties = stack_properties,
};

struct hop_value
hop_location_stack(struct hop_runspace *rs, const char *name)
{
    struct hop_array *a = hop_array_new_of(&rs->cx, &class_path_stack, 0);

    for (struct location_stack *s = rs->stacks; s; s = s->next) {
        struct hop_item_path p = {.rs = rs,
                                  .drive = s->drive,
                                  .provider = s->drive->provider,
                                  .path = s->location};
        if (hop_ascii_ieq(s->name, name ? name : ""))
            hop_array_push(a, hop_path_object(&p));
    }
    return hop_obj(a);
}

const struct hop_class *const provider_classes[] = {
    &class_provider_info, &class_drive_info, &class_path_info,
    &class_path_stack, NULL};

static void
go(struct hop_runspace *rs, struct hop_drive *d, const char *path)
{
    char *copy = hop_xstrdup(path);

    rs->drive = d;
    free(d->location);
    d->location = copy;
}

struct first_match {
    struct hop_item_path p;
    bool found;
};

static bool
take_first(void *ctx, struct hop_item_path *p)
{
    struct first_match *m = ctx;

    if (m->found)
        return false;
    m->p = *p;
    m->p.path = hop_xstrdup(p->path);
    m->found = true;
    return true;
}

bool
hop_location_set(struct hop_runspace *rs, const char *path, bool literal)
{
    struct first_match m = {0};
    const struct hop_provider *v;

    if (!hop_path_glob(rs, path, literal, false, take_first, &m))
        return false;
    if (!m.found)
        return item_not_found(rs, path, path);
    v = m.p.provider;
    if (v->capabilities & HOP_PROVIDER_NAVIGATION && v->is_container &&
        !v->is_container(&m.p)) {
        struct hop_item_path full = {0};
        bool ok = hop_path_resolve(rs, path, &full);
        if (ok)
            item_not_found(rs, full.path, full.path);
        hop_item_path_done(&full);
        hop_item_path_done(&m.p);
        return false;
    }
    go(rs, m.p.drive ? m.p.drive : rs->drive, m.p.path);
    hop_item_path_done(&m.p);
    return true;
}

void
hop_location_push(struct hop_runspace *rs, const char *stack)
{
    struct location_stack *s = hop_xmalloc(sizeof(*s));

    s->name = hop_xstrdup(stack ? stack : "");
    s->drive = rs->drive;
    s->location = hop_xstrdup(rs->drive->location);
    s->next = rs->stacks;
    rs->stacks = s;
}

bool
hop_location_pop(struct hop_runspace *rs, const char *stack)
{
    const char *name = stack ? stack : "";

    for (struct location_stack **at = &rs->stacks; *at; at = &(*at)->next) {
        struct location_stack *s = *at;
        if (!hop_ascii_ieq(s->name, name))
            continue;
        *at = s->next;
        go(rs, s->drive, s->location);
        free(s->name);
        free(s->location);
        free(s);
        return true;
    }
    if (*name)
        return throw_pending(rs, "PSArgumentException", "Argument",
                             HOP_CAT_INVALID_ARGUMENT, hop_null(),
                             "Cannot find location stack '%s'. It does not "
                             "exist or it is not a container.",
                             name);
    return true;
}

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

/* ---- start
 * ---------------------------------------------------------------------------------------
 */

void
provider_start(struct hop_runspace *rs)
{
    struct hop_drive *root = NULL;
    char *cwd HOP_AUTO_FREE = getcwd(NULL, 0);

    hop_provider_add(rs, &provider_file_system);
    hop_provider_add(rs, &provider_environment);
    hop_provider_add(rs, &provider_variable);
    hop_provider_add(rs, &provider_function);
    hop_provider_add(rs, &provider_alias);
    bool ok =
        hop_drive_add(rs, "/", &provider_file_system, "/", "", &root) &&
        hop_drive_add(rs, "Alias", &provider_alias, "",
                      "Drive that contains a view of the aliases stored "
                      "in a session state",
                      NULL) &&
        hop_drive_add(rs, "Env", &provider_environment, "",
                      "Drive that contains a view of the environment "
                      "variables for the process",
                      NULL) &&
        hop_drive_add(rs, "Function", &provider_function, "",
                      "Drive that contains a view of the functions "
                      "stored in a session state",
                      NULL) &&
        hop_drive_add(rs, "Temp", &provider_file_system, "/tmp/", "", NULL) &&
        hop_drive_add(rs, "Variable", &provider_variable, "",
                      "Drive that contains a view of those variables "
                      "stored in a session state",
                      NULL);
    if (ok)
        go(rs, root, cwd ? cwd : "/");
}

void
provider_done(struct hop_runspace *rs)
{
    while (rs->drives) {
        struct hop_drive *d = rs->drives;
        rs->drives = d->next;
        free_drive(d);
    }
    while (rs->stacks) {
        struct location_stack *s = rs->stacks;
        rs->stacks = s->next;
        free(s->name);
        free(s->location);
        free(s);
    }
    rs->drive = NULL;
}
