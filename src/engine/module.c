/* Modules.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engine/module.h"

#define SMA       "System.Management.Automation."
#define MODULE(v) ((struct hop_module *)(void *)(v).u.o)

/* ---- names
 * ------------------------------------------------------------------------------
 */

bool
name_in(struct hop_value patterns, const char *name)
{
    struct hop_array *a = hop_as_array(patterns);

    if (hop_is_null(patterns))
        return true;
    if (!a)
        return hop_is_string(patterns) &&
               hop_wildcard_match(hop_cstr(patterns), patterns.u.s->len, name,
                                  strlen(name), true);
    for (size_t i = 0; i < a->n; i++)
        if (hop_is_string(a->items[i]) &&
            hop_wildcard_match(hop_cstr(a->items[i]), a->items[i].u.s->len,
                               name, strlen(name), true))
            return true;
    return false;
}

struct hop_module *
module_loaded(struct hop_runspace *rs, const char *name)
{
    for (size_t i = 0; i < rs->loaded->n; i++) {
        struct hop_module *m = as_module(rs->loaded->items[i]);
        if (m && (hop_ascii_ieq(m->name, name) ||
                  (m->path && strcmp(m->path, name) == 0)))
            return m;
    }
    return NULL;
}

/* ---- exports
 * ------------------------------------------------------------------------------
 */

static void
collect(struct hop_module *m, struct symbol_map *from, struct hop_array *to,
        struct hop_value patterns)
{
    for (uint32_t i = 0; i < from->n; i++) {
        struct cmdinfo *c = from->items[i].value;
        bool there = false;
        if (!name_in(patterns, c->name))
            continue;
        for (size_t k = 0; k < to->n; k++)
            there = there || as_cmdinfo(to->items[k]) == c;
        if (!there)
            hop_array_push(to, hop_retain(hop_obj(c)));
        if (!c->module)
            c->module = m;
    }
}

static void
collect_variables(struct hop_module *m, struct hop_value patterns)
{
    struct symbol_map *from = &m->session->top->variables;

    for (uint32_t i = 0; i < from->n; i++) {
        struct hop_variable *v = from->items[i].value;
        bool there = false;
        if (!name_in(patterns, v->name->data))
            continue;
        for (size_t k = 0; k < m->variables->n; k++)
            there = there || m->variables->items[k].u.o == &v->base;
        if (!there)
            hop_array_push(m->variables, hop_retain(hop_obj(v)));
    }
}

/* What nested modules export can be passed on. */
static void
collect_nested(struct hop_module *m, struct hop_value functions,
               struct hop_value aliases)
{
    for (size_t i = 0; i < m->nested->n; i++) {
        struct hop_module *n = as_module(m->nested->items[i]);
        for (size_t k = 0; n && k < n->functions->n; k++)
            if (name_in(functions, as_cmdinfo(n->functions->items[k])->name))
                hop_array_push(m->functions,
                               hop_retain(n->functions->items[k]));
        for (size_t k = 0; n && k < n->aliases->n; k++)
            if (name_in(aliases, as_cmdinfo(n->aliases->items[k])->name))
                hop_array_push(m->aliases, hop_retain(n->aliases->items[k]));
    }
}

bool
module_export(struct hop_runspace *rs, struct hop_value functions,
              struct hop_value cmdlets, struct hop_value variables,
              struct hop_value aliases)
{
    struct hop_module *m = rs->session->module;

    if (!m || !m->session || rs->session->is_closure)
        return throw_pending(
            rs, "PSInvalidOperationException",
            "Modules_CanOnlyExecuteExportModuleMemberInsideAModule",
            HOP_CAT_PERMISSION_DENIED, hop_null(),
            "The Export-ModuleMember cmdlet can only be called from inside a "
            "module.");
    m->exported_explicitly = true;
    if (!hop_is_null(functions))
        collect(m, &m->session->top->functions, m->functions, functions);
    if (!hop_is_null(aliases))
        collect(m, &m->session->top->aliases, m->aliases, aliases);
    if (!hop_is_null(variables))
        collect_variables(m, variables);
    if (!hop_is_null(functions))
        collect_nested(m, functions, aliases);
    (void)cmdlets;
    return true;
}

static void
export_default(struct hop_module *m)
{
    if (m->exported_explicitly)
        return;
    collect(m, &m->session->top->functions, m->functions, hop_null());
}

/* ---- running a module's code
 * ------------------------------------------------------------------- */

static bool
run_in_module(struct hop_runspace *rs, struct hop_module *m,
              struct hop_block *block, const struct hop_value *args, size_t n,
              struct hop_sink *out)
{
    struct hop_module *was = rs->session->module;
    bool success = rs->success;
    enum hop_flow flow;

    (void)was;
    if (rs->import_depth > 50)
        return throw_pending(rs, "InvalidOperationException",
                             "Modules_ModuleTooDeeplyNested",
                             HOP_CAT_INVALID_OPERATION, hop_null(),
                             "Cannot load the module '%s' because the module "
                             "nesting limit has been exceeded.",
                             m->name);
    rs->import_depth++;
    struct hop_block *bound = block_bind(rs, block, m->session);
    flow = run_block(rs, &(struct block_run){.block = bound,
                                             .args = args,
                                             .n_args = n,
                                             .out = out,
                                             .new_scope = false});
    hop_release(hop_obj(bound));
    rs->import_depth--;
    if (flow == HOP_FLOW_NEXT)
        rs->success = success;
    return flow == HOP_FLOW_NEXT;
}

static void
give_session(struct hop_runspace *rs, struct hop_module *m)
{
    m->session = session_new(rs);
    m->session->module = m;
    m->session->top->strict = 0;
}

bool
module_new(struct hop_runspace *rs, const char *name, struct hop_block *block,
           const struct hop_value *args, size_t n, struct hop_value *out,
           struct hop_value *output)
{
    struct hop_module *m = module_make(rs, name, NULL);
    struct hop_value holder HOP_AUTO_VALUE = hop_obj(m);
    struct hop_list_sink l;
    bool ok;

    m->is_dynamic = true;
    m->path = hop_xstrdup(name);
    m->base_dir = hop_xstrdup(hop_location(rs));
    give_session(rs, m);
    hop_list_sink_init(&l, &rs->cx);
    ok = run_in_module(rs, m, block, args, n, &l.sink);
    if (ok) {
        export_default(m);
        if (output)
            *output = hop_list_sink_value(&l);
        *out = hop_value_steal(&holder);
    }
    hop_list_sink_done(&l);
    return ok;
}

struct hop_value
module_custom_object(struct hop_runspace *rs, struct hop_module *m)
{
    struct hop_object *o = hop_custom_new(&rs->cx);

    for (size_t i = 0; i < m->variables->n; i++) {
        struct hop_variable *v =
            (struct hop_variable *)(void *)m->variables->items[i].u.o;
        char *get HOP_AUTO_FREE = hop_xasprintf(" ${%s} ", v->name->data);
        char *set HOP_AUTO_FREE =
            hop_xasprintf(" ${script:%s} = $args[0] ", v->name->data);
        struct hop_value g = hop_null(), s = hop_null();
        struct session *saved = rs->session;
        rs->session = m->session;
        if (!hop_scriptblock_create(rs, get, strlen(get), &g) ||
            !hop_scriptblock_create(rs, set, strlen(set), &s))
            hop_drop_exception(&rs->cx);
        rs->session = saved;
        hop_member_add(o,
                       (struct hop_member){.name = hop_string_retain(v->name),
                                           .kind = HOP_MEMBER_SCRIPT_PROPERTY,
                                           .value = g,
                                           .second = s});
    }
    for (size_t i = 0; i < m->functions->n; i++) {
        struct cmdinfo *c = as_cmdinfo(m->functions->items[i]);
        hop_member_add(
            o, (struct hop_member){.name = hop_string_from(c->name),
                                   .kind = HOP_MEMBER_SCRIPT_METHOD,
                                   .value = hop_retain(hop_obj(c->block))});
    }
    return hop_obj(o);
}

/* ---- publishing
 * -----------------------------------------------------------------------------------
 */

static char *
prefixed(const char *name, const char *prefix)
{
    const char *dash = strchr(name, '-');

    if (!prefix || !*prefix)
        return hop_xstrdup(name);
    if (!dash)
        return hop_xasprintf("%s%s", prefix, name);
    return hop_xasprintf("%.*s-%s%s", (int)(dash - name), name, prefix,
                         dash + 1);
}

/* Is it a function or cmdlet of the module? */
static bool
exports(const struct hop_module *m, const char *name)
{
    const struct hop_array *lists[] = {m->functions, m->cmdlets};

    for (size_t k = 0; k < HOP_ARRAY_SIZE(lists); k++)
        for (size_t i = 0; lists[k] && i < lists[k]->n; i++) {
            struct cmdinfo *c = as_cmdinfo(lists[k]->items[i]);
            if (c && hop_ascii_ieq(c->name, name))
                return true;
        }
    return false;
}

static void
publish_command(struct hop_runspace *rs, struct hop_module *m,
                struct symbol_map *to, struct cmdinfo *c, const char *prefix,
                bool no_clobber)
{
    char *name HOP_AUTO_FREE = prefixed(c->name, prefix);
    struct hop_symbol *s = hop_symbol_get(rs, name, strlen(name));
    struct cmdinfo *old = symbol_map_get(to, s);
    struct cmdinfo *copy;

    if (no_clobber && (old || symbol_map_get(&rs->cmdlets, s)))
        return;
    copy = cmdinfo_new(rs, c->type, name);
    copy->definition = !c->definition ? NULL
                       : exports(m, c->definition)
                           ? prefixed(c->definition, prefix)
                           : hop_xstrdup(c->definition);
    copy->description = c->description ? hop_xstrdup(c->description) : NULL;
    copy->module = m;
    copy->module_prefix = prefix ? hop_xstrdup(prefix) : NULL;
    if (c->block) {
        hop_retain(hop_obj(c->block));
        copy->block = c->block;
    }
    copy->cmdlet = c->cmdlet;
    symbol_map_set(to, s, copy);
    if (old)
        hop_release(hop_obj(old));
}

void
module_publish(struct hop_runspace *rs, struct hop_module *m,
               struct hop_scope *scope, const struct import *i)
{
    const struct import none = {0};
    bool any;

    if (!i)
        i = &none;
    any = !hop_is_null(i->functions) || !hop_is_null(i->cmdlets) ||
          !hop_is_null(i->variables) || !hop_is_null(i->aliases);
    if (i->prefix) {
        free(m->prefix);
        m->prefix = hop_xstrdup(i->prefix);
        m->prefix_given = true;
    }
    scope->had_commands = true;
    for (size_t k = 0; k < m->functions->n; k++) {
        struct cmdinfo *c = as_cmdinfo(m->functions->items[k]);
        if (any ? !hop_is_null(i->functions) && name_in(i->functions, c->name)
                : true)
            publish_command(rs, m, &scope->functions, c, m->prefix,
                            i->no_clobber);
    }
    for (size_t k = 0; k < m->aliases->n; k++) {
        struct cmdinfo *c = as_cmdinfo(m->aliases->items[k]);
        if (any ? !hop_is_null(i->aliases) && name_in(i->aliases, c->name)
                : true)
            publish_command(rs, m, &scope->aliases, c, m->prefix,
                            i->no_clobber);
    }
    for (size_t k = 0; k < m->variables->n; k++) {
        struct hop_variable *v =
            (struct hop_variable *)(void *)m->variables->items[k].u.o;
        struct hop_variable *old;
        if (any ? hop_is_null(i->variables) ||
                      !name_in(i->variables, v->name->data)
                : false)
            continue;
        old = scope_own(scope, v->symbol);
        hop_retain(hop_obj(v));
        if (old) {
            old->removed = true;
            symbol_map_set(&scope->variables, v->symbol, v);
            hop_release(hop_obj(old));
        } else {
            symbol_map_set(&scope->variables, v->symbol, v);
        }
    }
    rs->command_epoch++;
}

static void
unpublish_map(struct hop_module *m, struct symbol_map *map)
{
    for (uint32_t i = map->n; i > 0; i--) {
        struct cmdinfo *c = map->items[i - 1].value;
        if (c->module != m)
            continue;
        symbol_map_remove(map, map->items[i - 1].key);
        hop_release(hop_obj(c));
    }
}

bool
module_remove(struct hop_runspace *rs, struct hop_module *m)
{
    struct hop_value held HOP_AUTO_VALUE = hop_retain(hop_obj(m));

    if (as_block(m->on_remove)) {
        struct hop_value v = hop_obj(m);
        if (run_block(rs, &(struct block_run){.block = as_block(m->on_remove),
                                              .args = &v,
                                              .n_args = 1,
                                              .new_scope = true}) ==
            HOP_FLOW_ERROR)
            return false;
    }
    for (struct session *s = rs->sessions; s; s = s->next) {
        for (struct hop_scope *at = s->current; at; at = at->parent) {
            unpublish_map(m, &at->functions);
            unpublish_map(m, &at->aliases);
            for (size_t i = 0; i < m->variables->n; i++) {
                struct hop_variable *v =
                    (struct hop_variable *)(void *)m->variables->items[i].u.o;
                if (s != m->session && scope_own(at, v->symbol) == v)
                    scope_remove(at, v);
            }
            if (at == s->top)
                break;
        }
    }
    for (size_t i = 0; i < rs->loaded->n; i++)
        if (as_module(rs->loaded->items[i]) == m) {
            hop_array_remove(rs->loaded, i);
            break;
        }
    for (size_t i = 0; i < m->nested->n; i++) {
        struct hop_module *n = as_module(m->nested->items[i]);
        if (n && n->parent == m && !module_remove(rs, n))
            return false;
    }
    rs->command_epoch++;
    return true;
}

/* ---- import
 * ------------------------------------------------------------------------------------------------
 */

static bool
load_script(struct hop_runspace *rs, struct hop_module *m, const char *path,
            struct hop_value args)
{
    struct cmdinfo *c = script_info(rs, path);
    struct hop_value holder HOP_AUTO_VALUE = hop_obj(c);
    struct hop_array *a = hop_as_array(args);

    if (!script_load(rs, c))
        return false;
    return run_in_module(rs, m, c->block, a ? a->items : NULL, a ? a->n : 0,
                         &hop_sink_null);
}

static bool load_file(struct hop_runspace *rs, const char *path,
                      const struct import *i, struct hop_value *out);

static bool
bad_version(struct hop_runspace *rs, const struct import *i, const char *have)
{
    struct hop_value v HOP_AUTO_VALUE = hop_null();
    const char *wanted = i->required_version ? i->required_version
                         : i->min_version    ? i->min_version
                                             : i->max_version;

    if (!wanted)
        return false;
    struct hop_value a HOP_AUTO_VALUE = hop_text(have ? have : "0.0");
    struct hop_value b HOP_AUTO_VALUE = hop_text(wanted);
    struct hop_value x HOP_AUTO_VALUE = hop_null();
    struct hop_value y HOP_AUTO_VALUE = hop_null();
    int order = 0;
    if (!hop_convert(&rs->cx, a, &hop_class_version, &x) ||
        !hop_convert(&rs->cx, b, &hop_class_version, &y) ||
        !hop_compare(&rs->cx, x, y, true, &order))
        return true;
    (void)v;
    return i->required_version ? order != 0
           : i->min_version    ? order < 0
                               : order > 0;
}

static bool
load_nested(struct hop_runspace *rs, struct hop_module *m, const char *name)
{
    char *path HOP_AUTO_FREE = name[0] == '/'
                                   ? hop_xstrdup(name)
                                   : hop_xasprintf("%s/%s", m->base_dir, name);
    struct import i = {.name = name};
    struct hop_value v = hop_null();
    struct session *saved = rs->session;
    bool ok;

    if (module_ends_with(path, ".ps1"))
        return load_script(rs, m, path, hop_null());
    if (!module_is_file(path)) {
        char *found = module_locate(rs, path);
        if (!found)
            found = module_find(rs, name);
        if (!found)
            return module_not_there(rs, name);
        free(path);
        path = found;
    }
    rs->session = m->session;
    ok = load_file(rs, path, &i, &v);
    rs->session = saved;
    if (!ok)
        return false;
    struct hop_module *n = as_module(v);
    n->parent = m;
    module_publish(rs, n, m->session->top, NULL);
    hop_array_push(m->nested, v);
    return true;
}

static bool
each_text(struct hop_runspace *rs, struct hop_module *m, struct hop_value v,
          bool (*fn)(struct hop_runspace *rs, struct hop_module *m,
                     const char *name))
{
    struct hop_array *a = hop_as_array(v);
    struct hop_dict *d;

    if (hop_is_string(v))
        return fn(rs, m, hop_cstr(v));
    for (size_t i = 0; a && i < a->n; i++) {
        if (hop_is_string(a->items[i])) {
            if (!fn(rs, m, hop_cstr(a->items[i])))
                return false;
        } else if ((d = hop_as_dict(a->items[i]))) {
            char *name HOP_AUTO_FREE = table_text(rs, d, "ModuleName");
            if (name && !fn(rs, m, name))
                return false;
        }
    }
    return true;
}

static bool
load_required(struct hop_runspace *rs, struct hop_module *m, const char *name)
{
    struct import i = {.name = name, .global = true};
    struct hop_value v HOP_AUTO_VALUE = hop_null();

    (void)m;
    return module_loaded(rs, name) || module_import(rs, &i, &v);
}

static bool
run_to_process(struct hop_runspace *rs, struct hop_module *m, const char *name)
{
    char *path HOP_AUTO_FREE = hop_xasprintf("%s/%s", m->base_dir, name);
    struct cmdinfo *c = script_info(rs, path);
    struct hop_value holder HOP_AUTO_VALUE = hop_obj(c);

    return script_load(rs, c) &&
           run_block(rs, &(struct block_run){.block = c->block}) ==
               HOP_FLOW_NEXT;
}

static bool
load_manifest(struct hop_runspace *rs, const char *path, const struct import *i,
              struct hop_module *m)
{
    struct hop_value table HOP_AUTO_VALUE = hop_null();
    struct hop_value *v;
    struct hop_dict *d;

    if (!manifest_read(rs, path, &table))
        return false;
    d = hop_as_dict(table);
    if (!manifest_members(rs, d, path))
        return false;
    manifest_apply(rs, m, table);
    m->type = 2;
    if (bad_version(rs, i, m->version)) {
        if (hop_has_exception(&rs->cx))
            return false;
        const char *wanted = i->required_version ? i->required_version
                             : i->min_version    ? i->min_version
                                                 : i->max_version;
        return throw_pending(
            rs, "FileNotFoundException", "Modules_ModuleWithVersionNotFound",
            HOP_CAT_RESOURCE_UNAVAILABLE, hop_null(),
            "The specified module '%s' with version '%s' was not loaded "
            "because no valid module file was found in any module directory.",
            i->name, wanted);
    }
    give_session(rs, m);
    if ((v = hop_dict_get_text(d, "RequiredModules")) &&
        !each_text(rs, m, *v, load_required)) {
        struct hop_value e HOP_AUTO_VALUE = hop_take_exception(&rs->cx);
        return throw_pending(
            rs, "MissingMemberException", "Modules_InvalidManifest",
            HOP_CAT_RESOURCE_UNAVAILABLE, hop_null(),
            "The module '%s' was not loaded because a module that it requires "
            "is not there: %s",
            path, hop_exception_message(e));
    }
    if ((v = hop_dict_get_text(d, "ScriptsToProcess")) &&
        !each_text(rs, m, *v, run_to_process))
        return false;
    if ((v = hop_dict_get_text(d, "NestedModules")) &&
        !each_text(rs, m, *v, load_nested))
        return false;
    if (m->root_module && *m->root_module) {
        char *root HOP_AUTO_FREE =
            hop_xasprintf("%s/%s", m->base_dir, m->root_module);
        if (!module_is_file(root)) {
            char *with HOP_AUTO_FREE = hop_xasprintf("%s.psm1", root);
            if (!module_is_file(with))
                return throw_pending(
                    rs, "FileNotFoundException", "Modules_ModuleFileNotFound",
                    HOP_CAT_RESOURCE_UNAVAILABLE, hop_null(),
                    "The module manifest '%s' could not be processed because "
                    "the module file '%s' was not found.",
                    path, m->root_module);
            free(root);
            root = hop_steal(&with);
        }
        m->type = 0;
        free(m->path);
        m->path = hop_xstrdup(root);
        if (!load_script(rs, m, root, i->args))
            return false;
    }
    if (!m->exported_explicitly) {
        export_default(m);
        collect(m, &m->session->top->aliases, m->aliases, hop_null());
        collect_nested(m, hop_null(), hop_null());
        if (hop_dict_get_text(d, "VariablesToExport"))
            collect_variables(m, hop_null());
    } else {
        collect_nested(m, hop_null(), hop_null());
    }
    limit_exports(m, d);
    return true;
}

static bool
load_file(struct hop_runspace *rs, const char *path, const struct import *i,
          struct hop_value *out)
{
    char *stem HOP_AUTO_FREE = module_stem(path);
    struct hop_module *m = module_make(rs, stem, path);
    struct hop_value holder HOP_AUTO_VALUE = hop_obj(m);
    bool ok;

    if (module_ends_with(path, ".psd1")) {
        ok = load_manifest(rs, path, i, m);
    } else {
        give_session(rs, m);
        ok = load_script(rs, m, path, i->args);
        if (ok && !m->exported_explicitly) {
            export_default(m);
            collect(m, &m->session->top->aliases, m->aliases, hop_null());
        }
    }
    if (!ok)
        return false;
    hop_array_push(rs->loaded, hop_retain(holder));
    *out = hop_value_steal(&holder);
    return true;
}

static struct hop_scope *
import_scope(struct hop_runspace *rs, const struct import *i)
{
    if (i->global)
        return rs->global->top;
    return rs->session->module ? rs->session->top : rs->global->top;
}

static const struct hop_cmdlet_module *
find_native(struct hop_runspace *rs, const char *name)
{
    for (size_t i = 0; rs->modules && rs->modules[i]; i++)
        if (hop_ascii_ieq(rs->modules[i]->name, name))
            return rs->modules[i];
    return NULL;
}

struct hop_value native_module(struct hop_runspace *rs,
                               const struct hop_cmdlet_module *n);

bool
module_import(struct hop_runspace *rs, const struct import *i,
              struct hop_value *out)
{
    const struct hop_cmdlet_module *native = find_native(rs, i->name);
    char *path HOP_AUTO_FREE = NULL;
    struct hop_module *m;

    if (native) {
        *out = native_module(rs, native);
        return true;
    }
    path = module_locate(rs, i->name);
    m = path ? module_loaded(rs, path) : module_loaded(rs, i->name);
    if (!m && path) {
        char *stem HOP_AUTO_FREE = module_stem(path);
        struct hop_module *same = module_loaded(rs, stem);
        if (same && same->base_dir &&
            strncmp(path, same->base_dir, strlen(same->base_dir)) == 0)
            m = same;
    }
    if (m && !i->force) {
        module_publish(rs, m, import_scope(rs, i), i);
        *out = hop_retain(hop_obj(m));
        if (rs->session->module && rs->session->module != m)
            hop_array_push(rs->session->module->nested, hop_retain(*out));
        return true;
    }
    if (!path)
        return module_not_there(rs, i->name);
    if (m && !module_remove(rs, m))
        return false;
    if (!load_file(rs, path, i, out))
        return false;
    m = as_module(*out);
    if (rs->session->module && !i->global) {
        m->parent = rs->session->module;
        hop_array_push(rs->session->module->nested, hop_retain(*out));
    }
    module_publish(rs, m, import_scope(rs, i), i);
    return true;
}

/* ---- native modules
 * -------------------------------------------------------------------------------------------
 */

struct hop_value
native_module(struct hop_runspace *rs, const struct hop_cmdlet_module *n)
{
    struct hop_array *list = hop_as_array(rs->native_modules);
    struct hop_module *m;

    if (!list) {
        list = hop_array_new(&rs->cx, 0);
        rs->native_modules = hop_obj(list);
    }
    for (size_t i = 0; i < list->n; i++)
        if (as_module(list->items[i])->native == n)
            return hop_retain(list->items[i]);
    m = module_make(rs, n->name, NULL);
    m->native = n;
    m->type = 1;
    m->version = hop_xstrdup(n->version ? n->version : "7.0.0.0");
    m->guid = n->guid ? hop_xstrdup(n->guid) : NULL;
    m->description = n->description ? hop_xstrdup(n->description) : NULL;
    m->base_dir = hop_xstrdup("/usr/lib/hop/Modules");
    m->path =
        hop_xasprintf("/usr/lib/hop/Modules/%s/%s.psd1", n->name, n->name);
    for (size_t i = 0; i < n->n; i++) {
        struct hop_symbol *s = hop_symbol_get(rs, n->cmdlets[i]->name,
                                              strlen(n->cmdlets[i]->name));
        struct cmdinfo *c = symbol_map_get(&rs->cmdlets, s);
        if (c)
            hop_array_push(m->cmdlets, hop_retain(hop_obj(c)));
    }
    hop_array_push(list, hop_retain(hop_obj(m)));
    return hop_obj(m);
}
