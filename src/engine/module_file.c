/* Files of modules: where they are, what they would export, loading them when
 * a command of theirs is asked for.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engine/module.h"

#include <dirent.h>
#include <sys/stat.h>

#include "smb/files.h"

/* ---- files
 * --------------------------------------------------------------------------------------------
 */

bool
module_is_file(const char *path)
{
    struct stat st;

    return hop_files_stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

bool
module_ends_with(const char *s, const char *end)
{
    size_t n = strlen(s), k = strlen(end);

    return n >= k && hop_ascii_ieq(s + n - k, end);
}

/* The module's file in a directory: DIR/NAME.psd1 or .psm1, or one version
 * deeper. */
static char *
file_in(const char *dir, const char *name)
{
    static const char *const kinds[] = {".psd1", ".psm1", ".ps1"};
    struct dirent **list = NULL;
    char *found = NULL;
    int n;

    for (size_t i = 0; i < HOP_ARRAY_SIZE(kinds) - 1; i++) {
        char *path = hop_xasprintf("%s/%s%s", dir, name, kinds[i]);
        if (module_is_file(path))
            return path;
        free(path);
    }
    n = scandir(dir, &list, NULL, versionsort);
    for (int i = n - 1; i >= 0; i--) {
        const char *v = list[i]->d_name;
        if (!found && v[0] >= '0' && v[0] <= '9') {
            char *path = hop_xasprintf("%s/%s/%s.psd1", dir, v, name);
            if (module_is_file(path))
                found = path;
            else
                free(path);
        }
        free(list[i]);
    }
    if (n >= 0)
        free(list);
    return found;
}

static char *
default_paths(void)
{
    const char *path = getenv("PSModulePath");
    const char *home = getenv("HOME");

    if (path)
        return hop_xstrdup(path);
    return hop_xasprintf("%s/.local/share/powershell/Modules:"
                         "/usr/local/share/powershell/Modules:"
                         "/usr/share/hop/Modules",
                         home ? home : "");
}

char *
module_find(struct hop_runspace *rs, const char *name)
{
    char *paths HOP_AUTO_FREE = default_paths();
    char *save = NULL;

    for (char *d = strtok_r(paths, ":", &save); d;
         d = strtok_r(NULL, ":", &save)) {
        char *dir HOP_AUTO_FREE = hop_xasprintf("%s/%s", d, name);
        char *file = file_in(dir, name);
        if (file)
            return file;
    }
    (void)rs;
    return NULL;
}

void
module_each_available(struct hop_runspace *rs,
                      bool (*fn)(void *ctx, const char *name, const char *file),
                      void *ctx)
{
    char *paths HOP_AUTO_FREE = default_paths();
    char *save = NULL;
    bool more = true;

    for (char *d = strtok_r(paths, ":", &save); d && more;
         d = strtok_r(NULL, ":", &save)) {
        struct dirent **list = NULL;
        int n = scandir(d, &list, NULL, alphasort);
        for (int i = 0; i < n; i++) {
            if (more && list[i]->d_name[0] != '.') {
                char *dir HOP_AUTO_FREE =
                    hop_xasprintf("%s/%s", d, list[i]->d_name);
                char *file HOP_AUTO_FREE = file_in(dir, list[i]->d_name);
                if (file)
                    more = fn(ctx, list[i]->d_name, file);
            }
            free(list[i]);
        }
        if (n >= 0)
            free(list);
    }
    (void)rs;
}

char *
module_stem(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *base = slash ? slash + 1 : path;
    const char *dot = strrchr(base, '.');

    return dot ? hop_xstrndup(base, (size_t)(dot - base)) : hop_xstrdup(base);
}

bool
module_not_there(struct hop_runspace *rs, const char *name)
{
    struct hop_value target HOP_AUTO_VALUE = hop_text(name);

    return throw_pending(rs, "FileNotFoundException", "Modules_ModuleNotFound",
                         HOP_CAT_RESOURCE_UNAVAILABLE, target,
                         "The specified module '%s' was not loaded because no "
                         "valid module file was found in any module directory.",
                         name);
}

/* The file to load for what the user gave; malloc'ed. */
char *
module_locate(struct hop_runspace *rs, const char *name)
{
    struct hop_item_path p = {0};
    struct stat st;
    char *found = NULL;

    if (!strchr(name, '/') && !strchr(name, '\\') &&
        !module_ends_with(name, ".psm1") && !module_ends_with(name, ".psd1") &&
        !module_ends_with(name, ".ps1"))
        return module_find(rs, name);
    if (!hop_path_resolve(rs, name, &p)) {
        hop_drop_exception(&rs->cx);
        return NULL;
    }
    if (hop_files_stat(p.path, &st) == 0 && S_ISDIR(st.st_mode)) {
        const char *slash = strrchr(p.path, '/');
        found = file_in(p.path, slash ? slash + 1 : p.path);
    } else if (module_is_file(p.path)) {
        found = hop_xstrdup(p.path);
    } else {
        static const char *const kinds[] = {".psd1", ".psm1", ".ps1"};
        for (size_t i = 0; i < 3 && !found; i++) {
            char *path = hop_xasprintf("%s%s", p.path, kinds[i]);
            if (module_is_file(path))
                found = path;
            else
                free(path);
        }
    }
    hop_item_path_done(&p);
    return found;
}

/* ---- what a module file would export
 * -----------------------------------------------------------------------------
 */

struct lister {
    struct hop_runspace *rs;
    struct hop_module *m;
    struct hop_unit *unit;
};

static bool
list_functions(void *ctx, struct hop_ast *n)
{
    struct lister *l = ctx;

    if (n->kind == HOP_AST_FUNCTION_DEFINITION) {
        struct hop_ast_function *f = HOP_AST_AS(hop_ast_function, n);
        char *name HOP_AUTO_FREE = hop_xstrndup(f->name.text, f->name.len);
        struct cmdinfo *c = cmdinfo_new(l->rs, COMMAND_FUNCTION, name);
        c->block = block_new(l->rs, l->unit, f->body, NULL);
        hop_array_push(l->m->functions, hop_obj(c));
        return false;
    }
    return n->kind != HOP_AST_SCRIPT_BLOCK_EXPRESSION;
}

static void
describe_script(struct hop_runspace *rs, struct hop_module *m, const char *path)
{
    struct cmdinfo *c = script_info(rs, path);
    struct hop_value holder HOP_AUTO_VALUE = hop_obj(c);
    struct lister l = {rs, m, NULL};

    if (!script_load(rs, c)) {
        hop_drop_exception(&rs->cx);
        return;
    }
    l.unit = c->block->unit;
    hop_ast_visit(&c->block->ast->ast, list_functions, &l);
}

struct hop_value
module_describe(struct hop_runspace *rs, const char *name, const char *file)
{
    struct hop_module *m = module_make(rs, name, file);
    struct hop_value table HOP_AUTO_VALUE = hop_null();

    if (module_ends_with(file, ".psd1")) {
        m->type = 2;
        if (!manifest_read(rs, file, &table)) {
            hop_drop_exception(&rs->cx);
        } else {
            manifest_apply(rs, m, table);
            if (m->root_module) {
                char *root HOP_AUTO_FREE =
                    hop_xasprintf("%s/%s", m->base_dir, m->root_module);
                m->type = 0;
                if (module_is_file(root))
                    describe_script(rs, m, root);
            }
            limit_exports(m, hop_as_dict(table));
        }
    } else {
        describe_script(rs, m, file);
    }
    return hop_obj(m);
}

/* ---- autoload
 * ---------------------------------------------------------------------------------------------------------
 */

struct seek {
    struct hop_runspace *rs;
    const char *command;
    char *file;
};

static bool
seek_command(void *ctx, const char *name, const char *file)
{
    struct seek *s = ctx;
    struct hop_value v HOP_AUTO_VALUE = module_describe(s->rs, name, file);
    struct hop_module *m = as_module(v);

    for (size_t i = 0; i < m->functions->n; i++)
        if (hop_ascii_ieq(as_cmdinfo(m->functions->items[i])->name,
                          s->command)) {
            s->file = hop_xstrdup(file);
            return false;
        }
    return true;
}

bool
module_autoload(struct hop_runspace *rs, const char *command)
{
    struct hop_value off HOP_AUTO_VALUE =
        hop_variable_get(rs, "PSModuleAutoLoadingPreference");
    struct seek s = {rs, command, NULL};
    struct hop_string *text HOP_AUTO_STRING = NULL;
    struct hop_value out HOP_AUTO_VALUE = hop_null();
    bool ok;

    if (!hop_is_null(off) && hop_to_string(&rs->cx, off, &text) &&
        hop_string_iis(text, "None"))
        return false;
    if (rs->import_depth > 20 || strchr(command, '/'))
        return false;
    rs->import_depth++;
    module_each_available(rs, seek_command, &s);
    rs->import_depth--;
    if (!s.file)
        return false;
    struct import i = {.name = s.file, .global = true};
    ok = module_import(rs, &i, &out);
    free(s.file);
    if (!ok && !rs->stop)
        hop_drop_exception(&rs->cx);
    return ok;
}

void
module_start(struct hop_runspace *rs)
{
    if (!getenv("PSModulePath")) {
        char *paths HOP_AUTO_FREE = default_paths();
        setenv("PSModulePath", paths, 0);
    }
    rs->import_depth = 0;
}
