/* Get-ChildItem.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "cmdlets/management/filesystem.h"
#include "cmdlets/management/management.h"
#include "cmdlets/management/paths.h"
#include "smb/files.h"
#include "smb/unc.h"
#include "value/enums.h"
#include "value/member.h"
#include "value/ops.h"

enum {
    PATH,
    LITERAL,
    FILTER,
    INCLUDE,
    EXCLUDE,
    RECURSE,
    DEPTH,
    FORCE,
    NAME,
    ATTRIBUTES,
    FOLLOW,
    DIRECTORY,
    FILE_ONLY,
    HIDDEN,
    READ_ONLY,
    SYSTEM
};
static const struct hop_param params[] = {
    [PATH] = {"Path", "string[]",
              .in =
                  HOP_SETS({"Items", HOP_BY_VALUE | HOP_BY_NAME, HOP_POS(0)})},
    [LITERAL] = {"LiteralPath", "string[]",
                 .in =
                     HOP_SETS({"LiteralItems", HOP_MANDATORY | HOP_BY_NAME, 0}),
                 .aliases = "PSPath LP"},
    [FILTER] = {"Filter", "string", .position = HOP_POS(1)},
    [INCLUDE] = {"Include", "string[]"},
    [EXCLUDE] = {"Exclude", "string[]"},
    [RECURSE] = {"Recurse", "switch", .aliases = "s r"},
    [DEPTH] = {"Depth", "uint"},
    [FORCE] = {"Force", "switch"},
    [NAME] = {"Name", "switch"},
    [ATTRIBUTES] = {"Attributes", "string[]"},
    [FOLLOW] = {"FollowSymlink", "switch"},
    [DIRECTORY] = {"Directory", "switch", .aliases = "ad d"},
    [FILE_ONLY] = {"File", "switch", .aliases = "af"},
    [HIDDEN] = {"Hidden", "switch", .aliases = "ah h"},
    [READ_ONLY] = {"ReadOnly", "switch", .aliases = "ar"},
    [SYSTEM] = {"System", "switch", .aliases = "as"},
};
static const struct hop_path_params paths = {PATH,    LITERAL, FILTER,
                                             INCLUDE, EXCLUDE, FORCE};
static const struct hop_path_params bare = {
    PATH, LITERAL, HOP_NO_PARAM, HOP_NO_PARAM, HOP_NO_PARAM, FORCE};

/* The folders that -FollowSymlink has been to. */
struct visited {
    struct {
        dev_t dev;
        ino_t ino;
    } * places;
    size_t n, cap;
};

struct walk {
    struct hop_command *c;
    struct visited *visited;
    const struct hop_item_path *dir;
    const char *prefix; /* of names below the start */
    int64_t depth;      /* levels still to go down */
    bool ok;
    struct walk_child *child;
    size_t n, cap;
};

struct walk_child {
    char *name;
    bool container;
};

/* ---- -Attributes: "!Hidden+Directory,ReadOnly" ---- */

static bool
has_attribute(struct hop_command *c, int64_t attributes, const char *name,
              size_t n)
{
    HOP_AUTO_VALUE struct hop_value text = hop_null(), v = hop_null();
    const struct hop_class *cls =
        hop_types_find(hop_command_context(c), "System.IO.FileAttributes",
                       strlen("System.IO.FileAttributes"));
    static const struct {
        const char *letter, *name;
    } letters[] = {{"D", "Directory"},
                   {"H", "Hidden"},
                   {"R", "ReadOnly"},
                   {"S", "System"}};

    for (size_t i = 0; i < HOP_ARRAY_SIZE(letters); i++) {
        if (n == 1 && strncasecmp(letters[i].letter, name, 1) == 0) {
            name = letters[i].name;
            n = strlen(name);
        }
    }
    text = hop_textn(name, n);
    if (!cls || !hop_try_convert(hop_command_context(c), text, cls, &v))
        return false;
    return (attributes & v.u.i) != 0;
}

/* All of "a+!b". */
static bool
matches_term(struct hop_command *c, int64_t attributes, const char *term)
{
    while (*term) {
        size_t n = strcspn(term, "+");
        bool not = *term == '!';

        if (has_attribute(c, attributes, term + not, n - not ) == not )
            return false;
        term += n;
        term += *term == '+';
    }
    return true;
}

static bool
matches_attributes(struct hop_command *c, int64_t attributes)
{
    size_t n = hop_arg_count(c, ATTRIBUTES);

    for (size_t i = 0; i < n; i++)
        if (matches_term(c, attributes,
                         hop_cstr(hop_arg_item(c, ATTRIBUTES, i))))
            return true;
    return n == 0;
}

static int64_t
attributes_of(struct hop_command *c, struct hop_value item)
{
    HOP_AUTO_STRING struct hop_string *name = hop_string_from("Attributes");
    HOP_AUTO_VALUE struct hop_value v = hop_null();

    if (hop_member_get(hop_command_context(c), item, name, &v) != HOP_FOUND) {
        hop_drop_exception(hop_command_context(c));
        return 0;
    }
    return v.u.i;
}

/* -Directory, -File, -Hidden and so on. */
static bool
is_wanted_kind(struct hop_command *c, struct hop_value item, bool container)
{
    int64_t a;

    if (hop_arg_on(c, DIRECTORY) && !container)
        return false;
    if (hop_arg_on(c, FILE_ONLY) && container)
        return false;
    if (!hop_arg_on(c, HIDDEN) && !hop_arg_on(c, READ_ONLY) &&
        !hop_arg_on(c, SYSTEM) && !hop_arg_count(c, ATTRIBUTES))
        return true;
    a = attributes_of(c, item);
    return (!hop_arg_on(c, HIDDEN) || (a & 2)) &&
           (!hop_arg_on(c, READ_ONLY) || (a & 1)) &&
           (!hop_arg_on(c, SYSTEM) || (a & 4)) && matches_attributes(c, a);
}

static bool
shows_hidden(struct hop_command *c)
{
    if (hop_arg_on(c, FORCE) || hop_arg_on(c, HIDDEN))
        return true;
    for (size_t i = 0; i < hop_arg_count(c, ATTRIBUTES); i++) {
        const char *text = hop_cstr(hop_arg_item(c, ATTRIBUTES, i));

        if (strcasestr(text, "hidden") && !strstr(text, "!"))
            return true;
    }
    return false;
}

/* ---- walking ---- */

static bool
write_found(struct hop_command *c, const struct hop_item_path *p,
            const char *shown, bool container)
{
    struct hop_value item;

    if (!hop_paths_wanted(c, &paths, hop_paths_leaf(p->path)))
        return true;
    if (!p->provider->get_item(p, true, &item))
        return hop_command_report(c);
    if (!is_wanted_kind(c, item, container)) {
        hop_release(item);
        return true;
    }
    if (!hop_arg_on(c, NAME))
        return hop_paths_write_item(c, p, item);
    hop_release(item);
    return hop_write_text(c, shown, strlen(shown));
}

static bool
collect(void *ctx, const char *name, bool container)
{
    struct walk *w = ctx;

    if (w->n == w->cap) {
        w->cap = w->cap ? w->cap * 2 : 32;
        w->child = hop_xrealloc(w->child, w->cap, sizeof(*w->child));
    }
    w->child[w->n++] = (struct walk_child){hop_xstrdup(name), container};
    return true;
}

static char *
join(const char *dir, const char *between, const char *name)
{
    size_t n = strlen(dir);

    return hop_xasprintf("%s%s%s", dir,
                         n && !strchr("/\\", dir[n - 1]) ? between : "", name);
}

static bool walk_directory(struct hop_command *c, struct visited *visited,
                           const struct hop_item_path *dir, const char *prefix,
                           int64_t depth);

/* Notes the folder; false: it was noted before. */
static bool
is_new(struct visited *v, const struct stat *st)
{
    for (size_t i = 0; i < v->n; i++)
        if (v->places[i].dev == st->st_dev && v->places[i].ino == st->st_ino)
            return false;
    if (v->n == v->cap) {
        v->cap = v->cap ? v->cap * 2 : 32;
        v->places = hop_xrealloc(v->places, v->cap, sizeof(*v->places));
    }
    v->places[v->n].dev = st->st_dev;
    v->places[v->n++].ino = st->st_ino;
    return true;
}

/* Links are followed where that is asked for, to each folder once. */
static bool
is_entered(struct walk *w, const struct hop_item_path *p, bool *enter)
{
    struct stat st;

    *enter = true;
    if (p->provider != &hop_provider_filesystem ||
        hop_files_lstat(p->path, &st) != 0)
        return true;
    *enter = !S_ISLNK(st.st_mode);
    if (!hop_arg_on(w->c, FOLLOW) || hop_files_stat(p->path, &st) != 0)
        return true;
    *enter = is_new(w->visited, &st);
    return *enter || hop_write_warning(
                         w->c, "Skip already-visited directory %s.", p->path);
}

static bool
visit(struct walk *w, const struct walk_child *child, bool deeper)
{
    HOP_AUTO_FREE char *path = join(w->dir->path, "/", child->name);
    HOP_AUTO_FREE char *shown =
        join(w->prefix, hop_unc_is(w->dir->path) ? "\\" : "/", child->name);
    struct hop_item_path p = *w->dir;
    bool enter;

    p.path = path;
    if (hop_command_stopping(w->c))
        return false;
    if (!deeper)
        return write_found(w->c, &p, shown, child->container);
    if (!child->container || w->depth <= 0)
        return true;
    return is_entered(w, &p, &enter) &&
           (!enter ||
            walk_directory(w->c, w->visited, &p, shown, w->depth - 1));
}

/* The children of one directory, then what is below each. */
static bool
walk_directory(struct hop_command *c, struct visited *visited,
               const struct hop_item_path *dir, const char *prefix,
               int64_t depth)
{
    struct walk w = {.c = c,
                     .visited = visited,
                     .dir = dir,
                     .prefix = prefix,
                     .depth = depth};
    bool ok = dir->provider->children(dir, shows_hidden(c), collect, &w);

    if (!ok)
        ok = hop_has_exception(hop_command_context(c)) && hop_command_report(c);
    for (size_t i = 0; ok && i < w.n; i++)
        ok = visit(&w, &w.child[i], false);
    for (size_t i = 0; ok && depth > 0 && i < w.n; i++)
        ok = visit(&w, &w.child[i], true);
    for (size_t i = 0; i < w.n; i++)
        free(w.child[i].name);
    free(w.child);
    return ok;
}

static bool
list_one(struct hop_command *c, struct hop_item_path *p)
{
    bool recurse = hop_arg_on(c, RECURSE) || hop_arg_bound(c, DEPTH);
    int64_t depth =
        recurse ? hop_arg_int(c, DEPTH, hop_arg_bound(c, DEPTH) ? 0 : 4096) : 0;
    struct visited visited = {0};
    struct stat st;
    bool container, ok;

    if (p->provider->item_exists && !p->provider->item_exists(p))
        return hop_path_missing(p);
    container = p->provider->is_container && p->provider->is_container(p);
    if (!container || !p->provider->children)
        return write_found(c, p, hop_paths_leaf(p->path), container);
    if (hop_arg_on(c, FOLLOW) && hop_files_stat(p->path, &st) == 0)
        (void)is_new(&visited, &st);
    ok = walk_directory(c, &visited, p, "", depth);
    free(visited.places);
    return ok;
}

static bool
list_here(struct hop_command *c)
{
    struct hop_item_path p;
    bool ok;

    if (!hop_path_resolve(hop_command_runspace(c), ".", &p))
        return false;
    p.command = c;
    ok = list_one(c, &p);
    hop_item_path_done(&p);
    return ok;
}

static bool
process(struct hop_command *c)
{
    if (!hop_arg_bound(c, LITERAL) && hop_arg_count(c, PATH) == 0)
        return list_here(c);
    return hop_paths_each_new(c, &bare, list_one);
}

const struct hop_cmdlet hop_cmdlet_get_child_item = {
    .name = "Get-ChildItem",
    .default_set = "Items",
    HOP_PARAMS(params),
    .output = "System.IO.FileInfo System.IO.DirectoryInfo",
    .synopsis = "Gets the items inside a location.",
    .process = process,
};
