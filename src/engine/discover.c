/* Finding commands: aliases, functions, cmdlets, scripts, programs.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engine/engine.h"

#include <dirent.h>
#include <sys/stat.h>

#include "smb/files.h"
#include "smb/unc.h"

/* ---- making
 * ------------------------------------------------------------------------ */

struct cmdinfo *
cmdinfo_new(struct hop_runspace *rs, enum command_type type, const char *name)
{
    const struct hop_class *cls;
    struct cmdinfo *c;

    switch (type) {
    case COMMAND_ALIAS: cls = &class_alias_info; break;
    case COMMAND_FUNCTION: cls = &class_function_info; break;
    case COMMAND_FILTER: cls = &class_filter_info; break;
    case COMMAND_CMDLET: cls = &class_cmdlet_info; break;
    case COMMAND_APPLICATION: cls = &class_application_info; break;
    case COMMAND_EXTERNAL_SCRIPT: cls = &class_external_script_info; break;
    default: cls = &class_script_info; break;
    }
    c = hop_object_new(&rs->cx, cls);
    c->type = type;
    c->name = hop_xstrdup(name);
    c->mode = rs->language_mode;
    return c;
}

const char *
cmdinfo_module_name(const struct cmdinfo *c)
{
    if (c->module)
        return c->module->name;
    return c->native ? c->native->name : "";
}

/* ---- functions and aliases of scopes
 * ---------------------------------------------------- */

static const char *
strip_scope(struct hop_runspace *rs, const char *name, struct hop_scope **scope)
{
    static const char *const scopes[] = {
        "global:", "script:", "local:", "private:", "function:"};

    *scope = rs->session->current;
    for (size_t i = 0; i < HOP_ARRAY_SIZE(scopes); i++) {
        size_t n = strlen(scopes[i]);
        if (!hop_ascii_ieqn(name, scopes[i], n))
            continue;
        if (i == 0)
            *scope = rs->global->top;
        if (i == 1)
            *scope = (*scope)->script;
        return name + n;
    }
    return name;
}

static struct cmdinfo *
find_in_scopes(struct hop_scope *s, const struct hop_symbol *name, bool aliases)
{
    for (struct hop_scope *at = s; at; at = at->parent) {
        struct cmdinfo *c =
            symbol_map_get(aliases ? &at->aliases : &at->functions, name);
        if (c && (at == s || !(c->options & HOP_ITEM_PRIVATE)))
            return c;
    }
    return NULL;
}

bool
hop_function_set(struct hop_runspace *rs, const char *name, const char *scope,
                 struct hop_value scriptblock, unsigned options)
{
    struct hop_scope *s;
    const char *bare = strip_scope(rs, name, &s);
    struct hop_symbol *symbol = hop_symbol_get(rs, bare, strlen(bare));
    struct hop_block *b = as_block(scriptblock);
    struct cmdinfo *c, *old;

    if (scope && *scope && !(s = scope_by_name(rs, scope, NULL)))
        return false;
    old = symbol_map_get(&s->functions, symbol);
    if (!b) {
        if (hop_is_null(scriptblock) && old) {
            symbol_map_remove(&s->functions, symbol);
            hop_release(hop_obj(old));
            rs->command_epoch++;
        }
        return true;
    }
    if (old && old->options & (HOP_ITEM_CONSTANT | HOP_ITEM_READONLY))
        return throw_pending(rs, "SessionStateUnauthorizedAccessException",
                             "FunctionNotWritable", HOP_CAT_WRITE_ERROR,
                             hop_null(),
                             "Cannot write to function %s because it is "
                             "read-only or constant.",
                             bare);
    c = cmdinfo_new(rs, b->ast->is_filter ? COMMAND_FILTER : COMMAND_FUNCTION,
                    bare);
    hop_retain(hop_obj(b));
    c->block = b;
    c->module =
        b->session && !b->session->is_closure ? b->session->module : NULL;
    if (options != HOP_ITEM_UNSPECIFIED)
        c->options = (uint16_t)options;
    symbol_map_set(&s->functions, symbol, c);
    s->had_commands = true;
    if (old)
        hop_release(hop_obj(old));
    rs->command_epoch++;
    /* [Alias()] in front of param. */
    if (b->ast->params)
        for (uint32_t i = 0; i < b->ast->params->attributes.n; i++) {
            struct hop_ast_attribute *a = HOP_AST_AS(
                hop_ast_attribute, b->ast->params->attributes.items[i]);
            if (!hop_text_ieq(a->type_name->name.text, a->type_name->name.len,
                              "Alias", 5))
                continue;
            for (uint32_t k = 0; k < a->positional.n; k++) {
                struct hop_ast *n = a->positional.items[k];
                if (n->kind != HOP_AST_STRING_CONSTANT)
                    continue;
                struct hop_alias_spec spec = {
                    .name = HOP_AST_AS(hop_ast_string, n)->value.text,
                    .definition = bare,
                    .force = true};
                if (!hop_alias_set(rs, &spec))
                    hop_drop_exception(&rs->cx);
            }
        }
    return true;
}

bool
hop_function_remove(struct hop_runspace *rs, const char *name,
                    const char *scope, bool force)
{
    struct hop_scope *s;
    const char *bare = strip_scope(rs, name, &s);
    struct hop_symbol *symbol = hop_symbol_get(rs, bare, strlen(bare));

    for (; s; s = s->parent) {
        struct cmdinfo *c = symbol_map_get(&s->functions, symbol);
        if (!c)
            continue;
        symbol_map_remove(&s->functions, symbol);
        hop_release(hop_obj(c));
        rs->command_epoch++;
        return true;
    }
    return true;
}

static bool
alias_error(struct hop_runspace *rs, const char *cls, const char *id,
            enum hop_category category, const char *name, const char *text)
{
    struct hop_value target HOP_AUTO_VALUE = hop_text(name);

    return throw_pending(rs, cls, id, category, target, "%s", text);
}

bool
hop_alias_set(struct hop_runspace *rs, const struct hop_alias_spec *spec)
{
    struct hop_symbol *symbol =
        hop_symbol_get(rs, spec->name, strlen(spec->name));
    struct hop_scope *s = scope_by_name(rs, spec->scope, NULL);
    struct cmdinfo *c, *old;

    if (!s)
        return false;
    old = symbol_map_get(&s->aliases, symbol);
    if (!old && !(spec->scope && *spec->scope)) {
        struct cmdinfo *outer = find_in_scopes(s, symbol, true);
        if (outer && outer->options & HOP_ITEM_ALLSCOPE) {
            for (s = s->parent; s; s = s->parent)
                if (symbol_map_get(&s->aliases, symbol) == outer)
                    break;
            old = outer;
        }
    }
    if (old && spec->must_be_new && !spec->force) {
        char *text HOP_AUTO_FREE = hop_xasprintf(
            "The alias is not allowed, because an alias with the name '%s' "
            "already exists.",
            spec->name);
        return alias_error(rs, "SessionStateException", "AliasAlreadyExists",
                           HOP_CAT_RESOURCE_EXISTS, spec->name, text);
    }
    if (old && (old->options & HOP_ITEM_CONSTANT ||
                (old->options & HOP_ITEM_READONLY && !spec->force))) {
        char *text HOP_AUTO_FREE = hop_xasprintf(
            "The alias is not allowed, because alias %s is read-only or "
            "constant and cannot be written to.",
            spec->name);
        return alias_error(rs, "SessionStateUnauthorizedAccessException",
                           "AliasNotWritable", HOP_CAT_WRITE_ERROR, spec->name,
                           text);
    }
    c = cmdinfo_new(rs, COMMAND_ALIAS, spec->name);
    c->definition = hop_xstrdup(spec->definition);
    c->description = spec->description ? hop_xstrdup(spec->description) : NULL;
    c->options = (uint16_t)(spec->options & 15);
    if (old && !spec->must_be_new && !spec->options)
        c->options = old->options;
    c->module = rs->session->module;
    symbol_map_set(&s->aliases, symbol, c);
    s->had_commands = true;
    if (old)
        hop_release(hop_obj(old));
    rs->command_epoch++;
    return true;
}

bool
hop_alias_remove(struct hop_runspace *rs, const char *name, const char *scope,
                 bool force)
{
    struct hop_symbol *symbol = hop_symbol_get(rs, name, strlen(name));
    struct hop_scope *s = scope_by_name(rs, scope, NULL);

    if (!s)
        return false;
    for (; s; s = s->parent) {
        struct cmdinfo *c = symbol_map_get(&s->aliases, symbol);
        if (!c) {
            if (scope && *scope)
                break;
            continue;
        }
        if (c->options & HOP_ITEM_CONSTANT ||
            (c->options & HOP_ITEM_READONLY && !force)) {
            char *text HOP_AUTO_FREE = hop_xasprintf(
                "The alias was not removed because alias %s is constant or "
                "read-only.",
                name);
            return alias_error(rs, "SessionStateUnauthorizedAccessException",
                               "AliasNotRemovable", HOP_CAT_WRITE_ERROR, name,
                               text);
        }
        symbol_map_remove(&s->aliases, symbol);
        hop_release(hop_obj(c));
        rs->command_epoch++;
        return true;
    }
    char *text HOP_AUTO_FREE = hop_xasprintf(
        "This command cannot find a matching alias because an alias with the "
        "name '%s' does not exist.",
        name);
    return alias_error(rs, "ItemNotFoundException", "ItemNotFoundException",
                       HOP_CAT_OBJECT_NOT_FOUND, name, text);
}

const char *
hop_alias_get(struct hop_runspace *rs, const char *name)
{
    struct cmdinfo *c = find_in_scopes(
        rs->session->current, hop_symbol_get(rs, name, strlen(name)), true);

    return c ? c->definition : NULL;
}

void
hop_alias_each(struct hop_runspace *rs, const char *scope,
               bool (*fn)(void *ctx, struct hop_value alias_info), void *ctx)
{
    struct hop_scope *s = scope_by_name(rs, scope, NULL);
    struct symbol_map seen = {0};

    hop_drop_exception(&rs->cx);
    for (struct hop_scope *at = s; at; at = at->parent) {
        for (uint32_t i = 0; i < at->aliases.n; i++) {
            struct cmdinfo *c = at->aliases.items[i].value;
            if (symbol_map_get(&seen, at->aliases.items[i].key))
                continue;
            symbol_map_set(&seen, at->aliases.items[i].key, c);
            if (!fn(ctx, hop_obj(c))) {
                symbol_map_done(&seen);
                return;
            }
        }
        if (scope && *scope)
            break;
    }
    symbol_map_done(&seen);
}

/* ---- cmdlets
 * ------------------------------------------------------------------------------------
 */

/* In a runspace with a list of commands: is it on the list? */
static bool
is_listed(struct hop_runspace *rs, const char *name)
{
    struct hop_dict *d = hop_as_dict(rs->listed);

    return !d || hop_dict_get_text(d, name) || hop_dict_get_text(d, "*");
}

static struct cmdinfo *
find_cmdlet(struct hop_runspace *rs, const char *name, size_t n,
            const char *module, size_t module_len)
{
    struct hop_symbol *symbol = hop_symbol_get(rs, name, n);
    struct cmdinfo *c = symbol_map_get(&rs->cmdlets, symbol);

    if (c && !is_listed(rs, c->name))
        return NULL;
    if (c && module_len &&
        !hop_text_ieq(c->native->name, strlen(c->native->name), module,
                      module_len))
        return NULL;
    return c;
}

/* ---- files
 * ------------------------------------------------------------------------------------------
 */

static bool
is_file(const char *path, bool executable)
{
    struct stat st;

    return hop_files_stat(path, &st) == 0 && S_ISREG(st.st_mode) &&
           (!executable || access(path, X_OK) == 0);
}

struct cmdinfo *
script_info(struct hop_runspace *rs, const char *path)
{
    const char *slash = strrchr(path, '/');
    struct cmdinfo *c =
        cmdinfo_new(rs, COMMAND_EXTERNAL_SCRIPT, slash ? slash + 1 : path);

    c->definition = hop_xstrdup(path);
    return c;
}

static bool
ends_with(const char *s, const char *end)
{
    size_t n = strlen(s), m = strlen(end);

    return n >= m && hop_ascii_ieq(s + n - m, end);
}

static struct cmdinfo *
file_command(struct hop_runspace *rs, const char *path, bool executable)
{
    const char *slash = strrchr(path, '/');
    struct cmdinfo *c;

    if (ends_with(path, ".ps1") && is_file(path, false))
        return script_info(rs, path);
    if (!is_file(path, executable))
        return NULL;
    c = cmdinfo_new(rs, COMMAND_APPLICATION, slash ? slash + 1 : path);
    c->definition = hop_xstrdup(path);
    return c;
}

static struct cmdinfo *
path_command(struct hop_runspace *rs, const char *name)
{
    struct hop_item_path p = {0};
    struct cmdinfo *c = NULL;

    if (!hop_path_resolve(rs, name, &p)) {
        hop_drop_exception(&rs->cx);
        return NULL;
    }
    c = file_command(rs, p.path, false);
    if (!c) {
        char *script HOP_AUTO_FREE = hop_xasprintf("%s.ps1", p.path);
        c = file_command(rs, script, false);
    }
    hop_item_path_done(&p);
    return c;
}

struct cmdinfo *
find_external(struct hop_runspace *rs, const char *name)
{
    const char *path = getenv("PATH");
    char *copy HOP_AUTO_FREE = NULL;
    char *save = NULL;

    if (strchr(name, '/') || name[0] == '~' || hop_unc_is(name) ||
        (strchr(name, ':') && hop_drive_find(rs, "") == NULL &&
         strchr(name, '\\')))
        return path_command(rs, name);
    copy = hop_xstrdup(path ? path : "");
    for (char *d = strtok_r(copy, ":", &save); d;
         d = strtok_r(NULL, ":", &save)) {
        char *full HOP_AUTO_FREE = hop_xasprintf("%s/%s", d, name);
        struct cmdinfo *c = file_command(rs, full, true);
        if (!c) {
            char *script HOP_AUTO_FREE = hop_xasprintf("%s.ps1", full);
            c = is_file(script, false) ? script_info(rs, script) : NULL;
        }
        if (c)
            return c;
    }
    return NULL;
}

bool
script_load(struct hop_runspace *rs, struct cmdinfo *c)
{
    struct hop_buf text HOP_AUTO_BUF = HOP_BUF_INIT;
    FILE *in = hop_files_fopen(c->definition);
    char chunk[8192];
    size_t n, errors;

    if (!in)
        return throw_pending(
            rs, "CommandNotFoundException", "CommandNotFoundException",
            HOP_CAT_OBJECT_NOT_FOUND, hop_null(),
            "The script '%s' cannot be read: %m.", c->definition);
    while ((n = fread(chunk, 1, sizeof(chunk), in)) > 0)
        hop_buf_add(&text, chunk, n);
    fclose(in);
    const char *data = hop_buf_str(&text);
    size_t len = text.len;
    if (len >= 3 && memcmp(data, "\xEF\xBB\xBF", 3) == 0) {
        data += 3;
        len -= 3;
    }
    struct hop_unit *u HOP_AUTO_UNIT =
        hop_lang_parse(data, len, c->definition, 0);
    hop_unit_errors(u, &errors);
    if (errors)
        return parse_error_throw(rs, u, false);
    c->block = block_new(rs, u, hop_unit_root(u), NULL);
    return true;
}

/* ---- all together
 * -------------------------------------------------------------------------------------
 */

/* What to do about a name that is not known; some commands of Windows
 * PowerShell have newer ones in their place. */
static const char *
instead_of(const char *name)
{
    static const char *const wmi[] = {"Get-WmiObject", "gwmi",
                                      "Invoke-WmiMethod", "Set-WmiInstance"};

    for (size_t i = 0; i < HOP_ARRAY_SIZE(wmi); i++)
        if (hop_text_ieq(name, strlen(name), wmi[i], strlen(wmi[i])))
            return "It belongs to Windows PowerShell alone. Use "
                   "Get-CimInstance and Invoke-CimMethod, which ask for the "
                   "same classes.";
    return "Check the spelling of the name, or if a path was included, verify "
           "that the path is correct and try again.";
}

static bool
not_found(struct hop_runspace *rs, const char *name, const char *module,
          size_t module_len)
{
    struct hop_value target HOP_AUTO_VALUE = hop_text(name);

    if (module_len)
        return throw_pending(
            rs, "CommandNotFoundException", "CouldNotAutoLoadModule",
            HOP_CAT_OBJECT_NOT_FOUND, target,
            "The module '%.*s' could not be loaded. For more information, run "
            "'Import-Module %.*s'.",
            (int)module_len, module, (int)module_len, module);
    if (strchr(name, '/'))
        return throw_pending(
            rs, "CommandNotFoundException", "CommandNotFoundException",
            HOP_CAT_OBJECT_NOT_FOUND, target,
            "The term '%s' is not recognized as a name of a cmdlet, function, "
            "script file, or executable program.\nCheck the spelling of the "
            "name, or if a path was included, verify that the path is correct "
            "and try again.",
            name);
    return throw_pending(
        rs, "CommandNotFoundException", "CommandNotFoundException",
        HOP_CAT_OBJECT_NOT_FOUND, target,
        "The term '%s' is not recognized as a name of a cmdlet, function, "
        "script file, or executable program.\n%s",
        name, instead_of(name));
}

static struct cmdinfo *
in_module(struct hop_runspace *rs, const char *module, size_t n,
          const char *name)
{
    for (size_t i = 0; rs->loaded && i < rs->loaded->n; i++) {
        struct hop_module *m = as_module(rs->loaded->items[i]);
        if (!m || !hop_text_ieq(m->name, strlen(m->name), module, n))
            continue;
        struct hop_array *lists[] = {m->functions, m->filters, m->aliases,
                                     m->cmdlets};
        for (size_t k = 0; k < HOP_ARRAY_SIZE(lists); k++)
            for (size_t j = 0; lists[k] && j < lists[k]->n; j++) {
                struct cmdinfo *c = as_cmdinfo(lists[k]->items[j]);
                if (c && hop_ascii_ieq(c->name, name))
                    return c;
            }
    }
    return NULL;
}

/* Functions and aliases of a limited program are nothing to a trusted one. */
static struct cmdinfo *
find_trusted(struct hop_runspace *rs, struct hop_scope *s,
             const struct hop_symbol *name, bool aliases)
{
    for (; s; s = s->parent) {
        struct cmdinfo *c =
            symbol_map_get(aliases ? &s->aliases : &s->functions, name);
        if (c && !(c->mode == HOP_LANGUAGE_CONSTRAINED &&
                   rs->language_mode == HOP_LANGUAGE_FULL))
            return c;
    }
    return NULL;
}

static struct cmdinfo *
find_plain(struct hop_runspace *rs, const char *name, size_t n, unsigned types)
{
    struct hop_symbol *symbol = hop_symbol_get(rs, name, n);
    struct hop_scope *scope = rs->session->current;
    struct cmdinfo *c = NULL;

    if (types & COMMAND_ALIAS)
        c = find_trusted(rs, scope, symbol, true);
    if (!c && types & (COMMAND_FUNCTION | COMMAND_FILTER)) {
        struct hop_scope *s;
        const char *bare = strip_scope(rs, name, &s);
        c = find_trusted(rs, s, hop_symbol_get(rs, bare, strlen(bare)), false);
    }
    if (!c && types & COMMAND_CMDLET)
        c = find_cmdlet(rs, name, n, NULL, 0);
    if (c)
        hop_retain(hop_obj(c));
    return c;
}

struct cmdinfo *
find_command(struct hop_runspace *rs, const char *given, size_t n,
             unsigned types, bool quiet)
{
    char *name HOP_AUTO_FREE = hop_xstrndup(given, n);
    const char *back = strchr(name, '\\');
    struct cmdinfo *c = find_plain(rs, name, n, types);

    if (c)
        return c;
    if (back && back > name && !memchr(name, '/', (size_t)(back - name))) {
        size_t module_len = (size_t)(back - name);
        c = find_cmdlet(rs, back + 1, n - module_len - 1, name, module_len);
        if (!c)
            c = in_module(rs, name, module_len, back + 1);
        if (c) {
            hop_retain(hop_obj(c));
            return c;
        }
        if (!quiet)
            not_found(rs, name, name, module_len);
        return NULL;
    }
    if (types & (COMMAND_APPLICATION | COMMAND_EXTERNAL_SCRIPT) &&
        is_listed(rs, name)) {
        c = find_external(rs, name);
        if (c)
            return c;
    }
    if (hop_is_null(rs->listed) && module_autoload(rs, name)) {
        c = find_plain(rs, name, n, types);
        if (c)
            return c;
    }
    if (rs->stop || hop_has_exception(&rs->cx))
        return NULL;
    if (!strchr(name, '-') && n && types == COMMAND_ALL && !strchr(name, '/') &&
        strncasecmp(name, "get-", 4) != 0) {
        char *get HOP_AUTO_FREE = hop_xasprintf("Get-%s", name);
        c = find_plain(rs, get, strlen(get),
                       COMMAND_FUNCTION | COMMAND_FILTER | COMMAND_CMDLET);
        if (c)
            return c;
    }
    if (!quiet)
        not_found(rs, name, NULL, 0);
    return NULL;
}

struct cmdinfo *
resolve_alias(struct hop_runspace *rs, struct cmdinfo *c, bool quiet)
{
    struct cmdinfo *at = c;

    hop_retain(hop_obj(at));
    for (int i = 0; i < 50 && at->type == COMMAND_ALIAS; i++) {
        struct cmdinfo *next = find_command(
            rs, at->definition, strlen(at->definition), COMMAND_ALL, true);
        hop_release(hop_obj(at));
        if (next == at) {
            hop_release(hop_obj(next));
            next = NULL;
        }
        at = next;
        if (!at)
            break;
    }
    if (at && at->type != COMMAND_ALIAS)
        return at;
    if (at)
        hop_release(hop_obj(at));
    if (!quiet && !hop_has_exception(&rs->cx))
        not_found(rs, c->name, NULL, 0);
    return NULL;
}

static bool
visit_map(struct symbol_map *m, unsigned types, struct symbol_map *seen,
          bool (*fn)(void *ctx, struct cmdinfo *c), void *ctx)
{
    for (uint32_t i = 0; i < m->n; i++) {
        struct cmdinfo *c = m->items[i].value;
        if (!(c->type & types) || symbol_map_get(seen, m->items[i].key))
            continue;
        symbol_map_set(seen, m->items[i].key, c);
        if (!fn(ctx, c))
            return false;
    }
    return true;
}

void
command_each(struct hop_runspace *rs, unsigned types,
             bool (*fn)(void *ctx, struct cmdinfo *c), void *ctx)
{
    struct symbol_map a = {0}, f = {0}, k = {0};
    bool more = true;

    for (struct hop_scope *s = rs->session->current; s && more; s = s->parent)
        more = visit_map(&s->aliases, types, &a, fn, ctx);
    for (struct hop_scope *s = rs->session->current; s && more; s = s->parent)
        more = visit_map(&s->functions, types, &f, fn, ctx);
    if (more && hop_is_null(rs->listed))
        visit_map(&rs->cmdlets, types, &k, fn, ctx);
    for (uint32_t i = 0; more && !hop_is_null(rs->listed) && i < rs->cmdlets.n;
         i++) {
        struct cmdinfo *c = rs->cmdlets.items[i].value;
        if (c->type & types && is_listed(rs, c->name))
            more = fn(ctx, c);
    }
    symbol_map_done(&a);
    symbol_map_done(&f);
    symbol_map_done(&k);
}
