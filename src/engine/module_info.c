/* A module as an object: PSModuleInfo.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engine/module.h"

#include "engine/def.h"

#define MODULE(v) ((struct hop_module *)(void *)(v).u.o)

static void
drop_array(struct hop_array **a)
{
    if (*a)
        hop_release(hop_obj(*a));
    *a = NULL;
}

static void
destroy_module(struct hop_object *o)
{
    struct hop_module *m = (struct hop_module *)(void *)o;
    char **texts[] = {&m->name,        &m->path,     &m->base_dir,
                      &m->description, &m->author,   &m->company,
                      &m->copyright,   &m->version,  &m->guid,
                      &m->prefix,      &m->help_uri, &m->root_module,
                      &m->prerelease};

    for (size_t i = 0; i < HOP_ARRAY_SIZE(texts); i++) {
        free(*texts[i]);
        *texts[i] = NULL;
    }
    drop_array(&m->functions);
    drop_array(&m->filters);
    drop_array(&m->cmdlets);
    drop_array(&m->aliases);
    drop_array(&m->variables);
    drop_array(&m->nested);
    drop_array(&m->required);
    hop_value_clear(&m->private_data);
    hop_value_clear(&m->manifest);
    hop_value_clear(&m->on_remove);
    hop_value_clear(&m->definition_block);
    if (m->session) {
        m->session->module = NULL;
        for (uint32_t i = 0;
             !m->session->rs->closing && i < m->session->top->functions.n; i++)
            ((struct cmdinfo *)m->session->top->functions.items[i].value)
                ->module = NULL;
        session_unref(m->session);
    }
    m->session = NULL;
}

GETTER(get_text)
{
    struct hop_module *m = MODULE(self);
    const char *texts[] = {
        m->name,    m->path,      m->base_dir, m->description, m->author,
        m->company, m->copyright, m->prefix,   m->help_uri,    m->root_module};

    *out = texts[data]                ? hop_text(texts[data])
           : (data == 9 || data == 8) ? hop_null()
                                      : hop_text("");
    if (data >= 4 && data <= 6 && !texts[data]) {
        hop_value_clear(out);
        *out = m->manifest.kind == HOP_OBJECT ? hop_text("") : hop_null();
    }
    return true;
}

GETTER(get_version)
{
    struct hop_module *m = MODULE(self);
    struct hop_value t HOP_AUTO_VALUE =
        hop_text(m->version ? m->version : "0.0");

    return hop_convert(cx, t, &hop_class_version, out);
}

GETTER(get_guid)
{
    struct hop_module *m = MODULE(self);
    struct hop_value t HOP_AUTO_VALUE =
        hop_text(m->guid ? m->guid : "00000000-0000-0000-0000-000000000000");

    return hop_convert(cx, t, &hop_class_guid, out);
}

GETTER(get_type)
{
    *out = hop_enum(HOP_ENUM_MODULE_TYPE, MODULE(self)->type);
    return true;
}

GETTER(get_access)
{
    *out = hop_enum(HOP_ENUM_MODULE_ACCESS, MODULE(self)->access);
    return true;
}

static void
add_exports(struct hop_runspace *rs, struct hop_dict *d, struct hop_array *a,
            const char *prefix, bool commands)
{
    for (size_t i = 0; a && i < a->n; i++) {
        struct cmdinfo *c = as_cmdinfo(a->items[i]);
        struct hop_variable *v = (struct hop_variable *)(void *)a->items[i].u.o;
        const char *name = c ? c->name : v->name->data;
        const char *dash = strchr(name, '-');
        char *full HOP_AUTO_FREE =
            prefix && c && dash ? hop_xasprintf("%.*s-%s%s", (int)(dash - name),
                                                name, prefix, dash + 1)
            : prefix && c       ? hop_xasprintf("%s%s", prefix, name)
                                : hop_xstrdup(name);
        hop_dict_set_text(d, full, hop_retain(a->items[i]));
    }
    (void)rs;
    (void)commands;
}

enum { EX_FUNCTIONS, EX_CMDLETS, EX_ALIASES, EX_VARIABLES, EX_COMMANDS };

GETTER(get_exports)
{
    struct hop_module *m = MODULE(self);
    const struct hop_class *args[2] = {&hop_class_string, &hop_class_object};
    struct hop_dict *d = hop_dict_new_of(
        cx, hop_types_generic(cx, &hop_class_dictionary, args, 2),
        HOP_DICT_IGNORE_CASE);
    struct hop_runspace *rs = RS_OF(cx);

    if (data == EX_FUNCTIONS || data == EX_COMMANDS)
        add_exports(rs, d, m->functions, m->prefix, true);
    if (data == EX_CMDLETS || data == EX_COMMANDS)
        add_exports(rs, d, m->cmdlets, m->prefix, true);
    if (data == EX_ALIASES || data == EX_COMMANDS)
        add_exports(rs, d, m->aliases, NULL, true);
    if (data == EX_VARIABLES)
        add_exports(rs, d, m->variables, NULL, false);
    *out = hop_obj(d);
    return true;
}

GETTER(get_list)
{
    struct hop_module *m = MODULE(self);
    struct hop_array *a = data ? m->required : m->nested;

    *out = a ? hop_retain(hop_obj(a)) : hop_obj(hop_array_new(cx, 0));
    return true;
}

GETTER(get_private)
{
    struct hop_module *m = MODULE(self);

    *out = hop_retain(data == 1 ? m->on_remove : m->private_data);
    return true;
}

static bool
set_private(struct hop_context *cx, struct hop_value self, intptr_t data,
            struct hop_value v)
{
    struct hop_module *m = MODULE(self);

    hop_value_set(data == 1 ? &m->on_remove : &m->private_data, hop_retain(v));
    return true;
}

/* The module's own; not what it was imported with. */
GETTER(get_prefix)
{
    struct hop_module *m = MODULE(self);

    *out = m->prefix && !m->prefix_given ? hop_text(m->prefix) : hop_null();
    return true;
}

/* PowerShell reads the tags of a module that it loads twice. */
static struct hop_value
tags_of(struct hop_context *cx, struct hop_module *m, struct hop_value tags)
{
    struct hop_array *from = hop_as_array(tags);
    struct hop_array *a = hop_array_new(cx, 0);
    int times = m->session && !m->loading ? 2 : 1;

    for (int k = 0; k < times; k++)
        for (size_t i = 0; i < (from ? from->n : 1); i++)
            hop_array_push(a, hop_retain(from ? from->items[i] : tags));
    return hop_obj(a);
}

/* Tags, ProjectUri ... of PrivateData.PSData. */
GETTER(get_ps_data)
{
    static const char *const names[] = {"Tags", "ProjectUri", "LicenseUri",
                                        "IconUri", "ReleaseNotes"};
    struct hop_dict *p = hop_as_dict(MODULE(self)->private_data);
    struct hop_value *d = p ? hop_dict_get_text(p, "PSData") : NULL;
    struct hop_dict *data_table = d ? hop_as_dict(*d) : NULL;
    struct hop_value *v =
        data_table ? hop_dict_get_text(data_table, names[data]) : NULL;

    *out = v && data == 0 ? tags_of(cx, MODULE(self), *v)
           : v            ? hop_retain(*v)
           : data == 0    ? hop_obj(hop_array_new(cx, 0))
                          : hop_null();
    if (v && (data == 1 || data == 2 || data == 3)) {
        struct hop_value uri = hop_null();
        if (hop_try_convert(cx, *v, &hop_class_uri, &uri))
            hop_value_set(out, uri);
        else
            hop_drop_exception(cx);
    }
    return true;
}

/* What only the manifest says: versions (data: the key's place). */
static const char *const manifest_versions[] = {
    "PowerShellVersion", "PowerShellHostVersion", "CLRVersion",
    "DotNetFrameworkVersion"};
static const char *const manifest_lists[] = {
    "FileList",         "CompatiblePSEditions", "ModuleList",
    "ScriptsToProcess", "RequiredAssemblies",   "DscResourcesToExport",
    "FormatsToProcess", "TypesToProcess"};

static struct hop_value *
manifest_value(struct hop_value self, const char *key)
{
    struct hop_dict *d = hop_as_dict(MODULE(self)->manifest);

    return d ? hop_dict_get_text(d, key) : NULL;
}

GETTER(get_manifest_version)
{
    struct hop_value *v = manifest_value(self, manifest_versions[data]);

    *out = hop_null();
    if (v && !hop_try_convert(cx, *v, &hop_class_version, out)) {
        hop_drop_exception(cx);
        *out = hop_null();
    }
    return true;
}

GETTER(get_manifest_list)
{
    struct hop_value *v = manifest_value(self, manifest_lists[data]);
    struct hop_array *from = v ? hop_as_array(*v) : NULL;
    struct hop_array *a = hop_array_new(cx, 0);

    for (size_t i = 0; from && i < from->n; i++)
        hop_array_push(a, hop_retain(from->items[i]));
    if (v && !from && !hop_is_null(*v))
        hop_array_push(a, hop_retain(*v));
    *out = hop_obj(a);
    return true;
}

GETTER(get_host_name)
{
    struct hop_value *v = manifest_value(self, "PowerShellHostName");

    *out = v ? hop_retain(*v) : hop_null();
    return true;
}

GETTER(get_session)
{
    struct hop_module *m = MODULE(self);

    *out =
        m->session ? session_state_object(RS_OF(cx), m->session) : hop_null();
    return true;
}

static bool
module_text(struct hop_context *cx, struct hop_value v, struct hop_string **out)
{
    *out = hop_string_from(MODULE(v)->name);
    return true;
}

static bool
module_invoke(struct hop_context *cx, struct hop_call *call)
{
    struct hop_runspace *rs = RS_OF(cx);
    struct hop_module *m = MODULE(call->self);
    struct hop_block *b = as_block(call->args[0]);
    struct hop_array *args = hop_as_array(call->args[1]);
    struct hop_list_sink l;

    if (!b || !m->session)
        return hop_throw_null(cx, "sb");
    struct hop_block *bound = block_bind(rs, b, m->session);
    hop_list_sink_init(&l, cx);
    enum hop_flow flow =
        run_block(rs, &(struct block_run){.block = bound,
                                          .args = args ? args->items : NULL,
                                          .n_args = args ? args->n : 0,
                                          .out = &l.sink,
                                          .new_scope = true});
    hop_release(hop_obj(bound));
    if (flow == HOP_FLOW_NEXT)
        call->result = hop_list_sink_value(&l);
    hop_list_sink_done(&l);
    return flow == HOP_FLOW_NEXT;
}

static bool
module_bound_block(struct hop_context *cx, struct hop_call *call)
{
    struct hop_module *m = MODULE(call->self);
    struct hop_block *b = as_block(call->args[0]);

    if (!b || !m->session)
        return hop_throw_null(cx, "scriptBlockToBind");
    call->result = hop_obj(block_bind(RS_OF(cx), b, m->session));
    return true;
}

static bool
module_as_custom(struct hop_context *cx, struct hop_call *call)
{
    call->result = module_custom_object(RS_OF(cx), MODULE(call->self));
    return true;
}

#define EXPORTS                                                                \
    "System.Collections.Generic.Dictionary[string," SMA "CommandInfo]"

static const struct hop_property module_properties[] = {
    {"Name", "string", get_text, NULL, 0, 0},
    {"Path", "string", get_text, NULL, 0, 1},
    {"ModuleBase", "string", get_text, NULL, 0, 2},
    {"Description", "string", get_text, NULL, 0, 3},
    {"Guid", "guid", get_guid},
    {"Version", "version", get_version},
    {"PrivateData", "System.Object", get_private, set_private, 0, 0},
    {"Author", "string", get_text, NULL, 0, 4},
    {"CompanyName", "string", get_text, NULL, 0, 5},
    {"Copyright", "string", get_text, NULL, 0, 6},
    {"HelpInfoUri", "string", get_text, NULL, 0, 8},
    {"RootModule", "string", get_text, NULL, 0, 9},
    {"Prefix", "string", get_prefix},
    {"ModuleType", SMA "ModuleType", get_type},
    {"AccessMode", SMA "ModuleAccessMode", get_access},
    {"ExportedFunctions", EXPORTS, get_exports, NULL, 0, EX_FUNCTIONS},
    {"ExportedCmdlets", EXPORTS, get_exports, NULL, 0, EX_CMDLETS},
    {"ExportedAliases", EXPORTS, get_exports, NULL, 0, EX_ALIASES},
    {"ExportedVariables", EXPORTS, get_exports, NULL, 0, EX_VARIABLES},
    {"ExportedCommands", EXPORTS, get_exports, NULL, 0, EX_COMMANDS},
    {"NestedModules",
     "System.Collections.ObjectModel.ReadOnlyCollection[psmoduleinfo]",
     get_list, NULL, 0, 0},
    {"RequiredModules",
     "System.Collections.ObjectModel.ReadOnlyCollection[psmoduleinfo]",
     get_list, NULL, 0, 1},
    {"Tags", "System.Collections.Generic.IEnumerable[string]", get_ps_data,
     NULL, 0, 0},
    {"ProjectUri", "uri", get_ps_data, NULL, 0, 1},
    {"LicenseUri", "uri", get_ps_data, NULL, 0, 2},
    {"IconUri", "uri", get_ps_data, NULL, 0, 3},
    {"ReleaseNotes", "string", get_ps_data, NULL, 0, 4},
    {"OnRemove", "scriptblock", get_private, set_private, 0, 1},
#define LIST_OF(t) "System.Collections.Generic.IEnumerable[" t "]"
    {"PowerShellVersion", "version", get_manifest_version, NULL, 0, 0},
    {"PowerShellHostVersion", "version", get_manifest_version, NULL, 0, 1},
    {"ClrVersion", "version", get_manifest_version, NULL, 0, 2},
    {"DotNetFrameworkVersion", "version", get_manifest_version, NULL, 0, 3},
    {"PowerShellHostName", "string", get_host_name},
    {"FileList", LIST_OF("string"), get_manifest_list, NULL, 0, 0},
    {"CompatiblePSEditions", LIST_OF("string"), get_manifest_list, NULL, 0, 1},
    {"ModuleList", LIST_OF("System.Object"), get_manifest_list, NULL, 0, 2},
    {"Scripts", LIST_OF("string"), get_manifest_list, NULL, 0, 3},
    {"RequiredAssemblies", LIST_OF("string"), get_manifest_list, NULL, 0, 4},
    {"ExportedDscResources", LIST_OF("string"), get_manifest_list, NULL, 0, 5},
    {"ExportedFormatFiles", LIST_OF("string"), get_manifest_list, NULL, 0, 6},
    {"ExportedTypeFiles", LIST_OF("string"), get_manifest_list, NULL, 0, 7},
    {"SessionState", SMA "SessionState", get_session},
    {NULL}};
static const struct hop_method module_methods[] = {
    {"System.Object Invoke(scriptblock sb, params System.Object[] args)",
     module_invoke},
    {"scriptblock NewBoundScriptBlock(scriptblock scriptBlockToBind)",
     module_bound_block},
    {"psobject AsCustomObject()", module_as_custom},
    {NULL}};

const struct hop_class class_module_info = {
    .name = SMA "PSModuleInfo",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = sizeof(struct hop_module),
    .properties = module_properties,
    .methods = module_methods,
    .destroy = destroy_module,
    .to_string = module_text,
};

const struct hop_class *const module_classes[] = {&class_module_info, NULL};

struct hop_module *
as_module(struct hop_value v)
{
    v = hop_value_base(v);
    return hop_is_exactly(v, &class_module_info) ? MODULE(v) : NULL;
}

struct hop_module *
module_make(struct hop_runspace *rs, const char *name, const char *path)
{
    struct hop_module *m = hop_object_new(&rs->cx, &class_module_info);

    m->name = hop_xstrdup(name);
    if (path) {
        const char *slash = strrchr(path, '/');
        m->path = hop_xstrdup(path);
        m->base_dir = slash ? hop_xstrndup(path, (size_t)(slash - path))
                            : hop_xstrdup("");
    }
    m->functions = hop_array_new(&rs->cx, 0);
    m->cmdlets = hop_array_new(&rs->cx, 0);
    m->aliases = hop_array_new(&rs->cx, 0);
    m->variables = hop_array_new(&rs->cx, 0);
    m->nested = hop_array_new(&rs->cx, 0);
    return m;
}
