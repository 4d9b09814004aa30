/* The module cmdlets.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cmdlets/core/core.h"
#include "base/guid.h"
#include "cmdlets/utility/utility.h"
#include "engine/module.h"
#include "value/exception.h"

/* ---- Import-Module
 * ------------------------------------------------------------------ */

enum {
    I_NAME,
    I_INFO,
    I_GLOBAL,
    I_PREFIX,
    I_FUNCTION,
    I_CMDLET,
    I_VARIABLE,
    I_ALIAS,
    I_FORCE,
    I_PASS,
    I_CUSTOM,
    I_MIN,
    I_MAX,
    I_REQUIRED,
    I_ARGS,
    I_NO_CHECK,
    I_NO_CLOBBER,
    I_SCOPE,
    I_SKIP_EDITION,
    I_WINPS
};

static const struct hop_param import_params[] = {
    [I_NAME] = {"Name", "string[]",
                .in = HOP_SETS(
                    {"Name", HOP_MANDATORY | HOP_BY_VALUE, HOP_POS(0)})},
    [I_INFO] = {"ModuleInfo", "psmoduleinfo[]",
                .in = HOP_SETS(
                    {"ModuleInfo", HOP_MANDATORY | HOP_BY_VALUE, HOP_POS(0)})},
    [I_GLOBAL] = {"Global", "switch"},
    [I_PREFIX] = {"Prefix", "string"},
    [I_FUNCTION] = {"Function", "string[]"},
    [I_CMDLET] = {"Cmdlet", "string[]"},
    [I_VARIABLE] = {"Variable", "string[]"},
    [I_ALIAS] = {"Alias", "string[]"},
    [I_FORCE] = {"Force", "switch"},
    [I_PASS] = {"PassThru", "switch"},
    [I_CUSTOM] = {"AsCustomObject", "switch"},
    [I_MIN] = {"MinimumVersion", "version", .aliases = "Version",
               .in = HOP_SETS({"Name", 0, 0})},
    [I_MAX] = {"MaximumVersion", "string", .in = HOP_SETS({"Name", 0, 0})},
    [I_REQUIRED] = {"RequiredVersion", "version",
                    .in = HOP_SETS({"Name", 0, 0})},
    [I_ARGS] = {"ArgumentList", "object[]", .aliases = "Args"},
    [I_NO_CHECK] = {"DisableNameChecking", "switch"},
    [I_NO_CLOBBER] = {"NoClobber", "switch", .aliases = "NoOverwrite"},
    [I_SCOPE] = {"Scope", "string", .set = "Local Global"},
    [I_SKIP_EDITION] = {"SkipEditionCheck", "switch"},
    [I_WINPS] = {"UseWindowsPowerShell", "switch", .aliases = "UseWinPS"},
};

static char *
version_text(struct hop_command *c, size_t index)
{
    struct hop_string *s HOP_AUTO_STRING = NULL;

    if (!hop_arg_bound(c, index))
        return NULL;
    if (!hop_to_string(&c->rs->cx, hop_arg(c, index), &s)) {
        hop_drop_exception(&c->rs->cx);
        return NULL;
    }
    return hop_xstrndup(s->data, s->len);
}

/* Warns of verbs that nobody would look for. */
static bool
check_verbs(struct hop_command *c, const struct hop_module *m)
{
    for (size_t i = 0; m && i < m->functions->n; i++) {
        const char *name = as_cmdinfo(m->functions->items[i])->name;
        const char *dash = strchr(name, '-');
        if (!dash || utility_is_verb(name, (size_t)(dash - name)))
            continue;
        return hop_write_warning(
            c,
            "The names of some imported commands from the module '%s' include "
            "unapproved verbs that might make them less discoverable. To find "
            "the commands with unapproved verbs, run the Import-Module command "
            "again with the Verbose parameter. For a list of approved verbs, "
            "type Get-Verb.",
            m->name);
    }
    return true;
}

static bool
import_one(struct hop_command *c, const char *name)
{
    char *min HOP_AUTO_FREE = version_text(c, I_MIN);
    char *max HOP_AUTO_FREE = version_text(c, I_MAX);
    char *required HOP_AUTO_FREE = version_text(c, I_REQUIRED);
    const char *scope = hop_arg_text(c, I_SCOPE);
    struct hop_value v HOP_AUTO_VALUE = hop_null();
    struct import i = {
        .name = name,
        .prefix = hop_arg_text(c, I_PREFIX),
        .global = hop_arg_on(c, I_GLOBAL) ||
                  (scope && hop_ascii_ieq(scope, "Global")),
        .force = hop_arg_on(c, I_FORCE),
        .no_clobber = hop_arg_on(c, I_NO_CLOBBER),
        .args = hop_arg(c, I_ARGS),
        .functions = hop_arg(c, I_FUNCTION),
        .cmdlets = hop_arg(c, I_CMDLET),
        .variables = hop_arg(c, I_VARIABLE),
        .aliases = hop_arg(c, I_ALIAS),
        .min_version = min,
        .max_version = max,
        .required_version = required,
        .command = c,
    };

    size_t len = strlen(name);
    if (c->rs->language_mode == HOP_LANGUAGE_CONSTRAINED && len > 4 &&
        hop_ascii_ieq(name + len - 4, ".ps1")) {
        struct hop_error_spec spec = {
            .id = "Modules_ImportPSFileNotAllowedInConstrainedLanguage",
            .category = HOP_CAT_PERMISSION_DENIED,
            .exception = "System.InvalidOperationException"};
        return hop_command_throw(c, &spec,
                                 "Importing *.ps1 files as modules is not "
                                 "allowed in ConstrainedLanguage mode.");
    }
    if (!module_import(c->rs, &i, &v)) {
        struct hop_value record HOP_AUTO_VALUE = hop_null();
        if (c->rs->stop || !hop_has_exception(&c->rs->cx))
            return false;
        record = exception_record(c->rs, c->rs->cx.pending);
        struct error_record *r = as_error_record(record);
        if (r->id && strncmp(r->id->data, "Modules_", 8) == 0)
            return hop_command_report(c);
        if (r->thrown && r->id) {
            hop_string_release(r->full_id);
            r->full_id = hop_string_format(
                "%s,Microsoft.PowerShell.Commands.ImportModuleCommand",
                r->id->data);
        } else if (hop_value_is(r->exception, &hop_exception_parse)) {
            error_record_keep_id(record);
        }
        return false;
    }
    if (!hop_arg_on(c, I_NO_CHECK) && !check_verbs(c, as_module(v)))
        return false;
    if (hop_arg_on(c, I_CUSTOM))
        return hop_write_take(c, module_custom_object(c->rs, as_module(v)));
    return !hop_arg_on(c, I_PASS) || hop_write(c, v);
}

static bool
import_process(struct hop_command *c)
{
    size_t n = hop_arg_count(c, I_NAME);

    for (size_t i = 0; i < hop_arg_count(c, I_INFO); i++) {
        struct hop_module *m = as_module(hop_arg_item(c, I_INFO, i));
        if (!m)
            continue;
        if (m->session) {
            module_publish(c->rs, m, c->rs->session->top, NULL);
            if (!module_loaded(c->rs, m->name))
                hop_array_push(c->rs->loaded, hop_retain(hop_obj(m)));
            if (hop_arg_on(c, I_PASS) && !hop_write(c, hop_obj(m)))
                return false;
        } else if (!import_one(c, m->path ? m->path : m->name)) {
            return false;
        }
    }
    for (size_t i = 0; i < n; i++)
        if (!import_one(c, hop_cstr(hop_arg_item(c, I_NAME, i))))
            return false;
    return true;
}

const struct hop_cmdlet hop_cmdlet_import_module = {
    .name = "Import-Module",
    .default_set = "Name",
    HOP_PARAMS(import_params),
    .output = "System.Management.Automation.PSModuleInfo",
    .synopsis = "Adds modules to the current session.",
    .process = import_process,
};

/* ---- New-Module
 * ---------------------------------------------------------------------------
 */

enum { N_NAME, N_BLOCK, N_FUNCTION, N_CMDLET, N_RESULT, N_CUSTOM, N_ARGS };

static const struct hop_param new_params[] = {
    [N_NAME] = {"Name", "string", HOP_BY_VALUE,
                .in = HOP_SETS({"Name", HOP_MANDATORY, HOP_POS(0)})},
    [N_BLOCK] = {"ScriptBlock", "scriptblock", HOP_NOT_NULL,
                 .in = HOP_SETS({"Name", HOP_MANDATORY, HOP_POS(1)},
                                {"ScriptBlock", HOP_MANDATORY, HOP_POS(0)})},
    [N_FUNCTION] = {"Function", "string[]"},
    [N_CMDLET] = {"Cmdlet", "string[]"},
    [N_RESULT] = {"ReturnResult", "switch"},
    [N_CUSTOM] = {"AsCustomObject", "switch"},
    [N_ARGS] = {"ArgumentList", "object[]", HOP_REMAINING, .aliases = "Args"},
};

static bool
new_end(struct hop_command *c)
{
    struct hop_value v HOP_AUTO_VALUE = hop_null();
    struct hop_value output HOP_AUTO_VALUE = hop_null();
    struct hop_array *args = hop_as_array(hop_arg(c, N_ARGS));
    struct hop_guid g;
    char text[HOP_GUID_TEXT];
    char *name HOP_AUTO_FREE = NULL;

    if (c->rs->language_mode == HOP_LANGUAGE_CONSTRAINED &&
        as_block(hop_arg(c, N_BLOCK))->mode == HOP_LANGUAGE_FULL) {
        struct hop_error_spec spec = {
            .id = "Modules_CannotCreateModuleWithFullLanguageScriptBlock",
            .category = HOP_CAT_SECURITY_ERROR,
            .exception = "System.Management.Automation.PSSecurityException"};
        return hop_command_throw(c, &spec,
                                 "Cannot create a module from this script "
                                 "block: it was made in a more trusted "
                                 "language mode than this session has.");
    }
    hop_guid_new(&g);
    hop_guid_format(&g, false, text);
    name = hop_arg_bound(c, N_NAME) ? hop_xstrdup(hop_arg_text(c, N_NAME))
                                    : hop_xasprintf("__DynamicModule_%s", text);
    if (!module_new(c->rs, name, as_block(hop_arg(c, N_BLOCK)),
                    args ? args->items : NULL, args ? args->n : 0, &v, &output))
        return false;
    if (hop_arg_on(c, N_RESULT))
        return output.kind == HOP_VOID || hop_write_all(c, output);
    if (hop_arg_on(c, N_CUSTOM))
        return hop_write_take(c, module_custom_object(c->rs, as_module(v)));
    struct import i = {.functions = hop_arg(c, N_FUNCTION)};
    module_publish(
        c->rs, as_module(v),
        c->rs->session->module ? c->rs->session->top : c->rs->global->top, &i);
    return hop_write(c, v);
}

const struct hop_cmdlet hop_cmdlet_new_module = {
    .name = "New-Module",
    .default_set = "ScriptBlock",
    HOP_PARAMS(new_params),
    .output = "System.Management.Automation.PSModuleInfo",
    .synopsis = "Creates a new dynamic module that exists only in memory.",
    .end = new_end,
};

/* ---- Export-ModuleMember
 * -------------------------------------------------------------------- */

enum { E_FUNCTION, E_CMDLET, E_VARIABLE, E_ALIAS };

static const struct hop_param export_params[] = {
    [E_FUNCTION] = {"Function", "string[]",
                    HOP_BY_VALUE | HOP_BY_NAME | HOP_ALLOW_EMPTY_COLLECTION,
                    .position = HOP_POS(0)},
    [E_CMDLET] = {"Cmdlet", "string[]",
                  HOP_BY_NAME | HOP_ALLOW_EMPTY_COLLECTION},
    [E_VARIABLE] = {"Variable", "string[]", HOP_BY_NAME},
    [E_ALIAS] = {"Alias", "string[]", HOP_BY_NAME},
};

static bool
export_process(struct hop_command *c)
{
    return module_export(c->rs, hop_arg(c, E_FUNCTION), hop_arg(c, E_CMDLET),
                         hop_arg(c, E_VARIABLE), hop_arg(c, E_ALIAS));
}

const struct hop_cmdlet hop_cmdlet_export_module_member = {
    .name = "Export-ModuleMember",
    HOP_PARAMS(export_params),
    .synopsis = "Specifies the module members that are exported.",
    .process = export_process,
};

/* ---- Get-Module
 * --------------------------------------------------------------------------------
 */

enum { G_NAME, G_ALL, G_LIST, G_REFRESH };

static const struct hop_param get_params[] = {
    [G_NAME] = {"Name", "string[]", HOP_BY_VALUE, .position = HOP_POS(0)},
    [G_ALL] = {"All", "switch"},
    [G_LIST] = {"ListAvailable", "switch"},
    [G_REFRESH] = {"Refresh", "switch"},
};

static bool
wanted(struct hop_command *c, struct hop_module *m)
{
    if (!hop_arg_bound(c, G_NAME))
        return true;
    return name_in(hop_arg(c, G_NAME), m->name);
}

static bool
show_available(void *ctx, const char *name, const char *file)
{
    struct hop_command *c = ctx;

    if (hop_arg_bound(c, G_NAME) && !name_in(hop_arg(c, G_NAME), name))
        return true;
    return hop_write_take(c, module_describe(c->rs, name, file));
}

struct hop_value native_module(struct hop_runspace *rs,
                               const struct hop_cmdlet_module *n);

static bool
get_process(struct hop_command *c)
{
    struct hop_value list HOP_AUTO_VALUE = hop_obj(
        hop_array_from(&c->rs->cx, c->rs->loaded->items, c->rs->loaded->n));
    struct hop_array *a = hop_as_array(list);

    if (hop_arg_on(c, G_LIST)) {
        c->flow = HOP_FLOW_NEXT;
        module_each_available(c->rs, show_available, c);
        return c->flow == HOP_FLOW_NEXT && !hop_has_exception(&c->rs->cx);
    }
    for (size_t i = 0; i < a->n; i++) {
        struct hop_module *m = as_module(a->items[i]);
        if (m->parent && !hop_arg_on(c, G_ALL) &&
            m->parent != c->rs->session->module)
            continue;
        if (wanted(c, m) && !hop_write(c, a->items[i]))
            return false;
    }
    for (size_t i = 0; c->rs->modules && c->rs->modules[i]; i++) {
        struct hop_value v HOP_AUTO_VALUE = hop_null();
        bool twice = false;
        for (size_t k = 0; k < i; k++)
            twice = twice || strcmp(c->rs->modules[k]->name,
                                    c->rs->modules[i]->name) == 0;
        if (twice ||
            strcmp(c->rs->modules[i]->name, "Microsoft.PowerShell.Core") == 0)
            continue;
        v = native_module(c->rs, c->rs->modules[i]);
        if (wanted(c, as_module(v)) && !hop_write(c, v))
            return false;
    }
    return true;
}

const struct hop_cmdlet hop_cmdlet_get_module = {
    .name = "Get-Module",
    HOP_PARAMS(get_params),
    .output = "System.Management.Automation.PSModuleInfo",
    .synopsis = "List the modules imported in the current session or that can "
                "be imported from the PSModulePath.",
    .process = get_process,
};

/* ---- Remove-Module
 * ---------------------------------------------------------------------------------
 */

enum { R_NAME, R_INFO, R_FORCE };

static const struct hop_param remove_params[] = {
    [R_NAME] = {"Name", "string[]",
                .in = HOP_SETS(
                    {"name", HOP_MANDATORY | HOP_BY_VALUE, HOP_POS(0)})},
    [R_INFO] = {"ModuleInfo", "psmoduleinfo[]",
                .in = HOP_SETS(
                    {"ModuleInfo", HOP_MANDATORY | HOP_BY_VALUE, HOP_POS(0)})},
    [R_FORCE] = {"Force", "switch"},
};

static bool
remove_named(struct hop_command *c, const char *name)
{
    bool any = false;

    for (size_t i = c->rs->loaded->n; i > 0; i--) {
        struct hop_module *m = as_module(c->rs->loaded->items[i - 1]);
        if (!m || !hop_wildcard_match(name, strlen(name), m->name,
                                      strlen(m->name), true))
            continue;
        any = true;
        if (!module_remove(c->rs, m))
            return false;
        if (i > c->rs->loaded->n + 1)
            i = c->rs->loaded->n + 1;
    }
    if (any || hop_path_has_wildcard(name))
        return true;
    struct hop_error_spec spec = {"Modules_NoModulesRemoved",
                                  HOP_CAT_RESOURCE_UNAVAILABLE,
                                  "InvalidOperationException", hop_null()};
    return hop_command_error(
        c, &spec,
        "No modules were removed. Verify that the specification of modules to "
        "remove is correct and those modules exist in the runspace.");
}

static bool
remove_process(struct hop_command *c)
{
    for (size_t i = 0; i < hop_arg_count(c, R_INFO); i++) {
        struct hop_module *m = as_module(hop_arg_item(c, R_INFO, i));
        if (m && !module_remove(c->rs, m))
            return false;
    }
    for (size_t i = 0; i < hop_arg_count(c, R_NAME); i++)
        if (!remove_named(c, hop_cstr(hop_arg_item(c, R_NAME, i))))
            return false;
    return true;
}

const struct hop_cmdlet hop_cmdlet_remove_module = {
    .name = "Remove-Module",
    .default_set = "name",
    HOP_PARAMS(remove_params),
    .flags = HOP_SHOULD_PROCESS,
    .synopsis = "Removes modules from the current session.",
    .process = remove_process,
};

/* ---- manifests
 * ------------------------------------------------------------------------------------------
 */

enum { T_PATH };

static const struct hop_param test_params[] = {
    [T_PATH] = {"Path", "string", HOP_MANDATORY | HOP_BY_VALUE | HOP_BY_NAME,
                .position = HOP_POS(0)},
};

static bool
manifest_error(struct hop_command *c, const char *id, const char *text)
{
    struct hop_error_spec spec = {id, HOP_CAT_OBJECT_NOT_FOUND,
                                  "InvalidOperationException", hop_null()};

    return hop_command_error(c, &spec, "%s", text);
}

static bool
test_process(struct hop_command *c)
{
    const char *path = hop_arg_text(c, T_PATH);
    struct hop_item_path p = {0};
    struct hop_value table HOP_AUTO_VALUE = hop_null();
    struct hop_value v HOP_AUTO_VALUE = hop_null();
    const char *dot = strrchr(path, '.');
    bool ok;

    if (!hop_path_resolve(c->rs, path, &p))
        return hop_command_report(c);
    char *file HOP_AUTO_FREE = hop_xstrdup(p.path);
    hop_item_path_done(&p);
    if (access(file, R_OK) < 0) {
        struct hop_error_spec spec = {
            "Modules_ModuleNotFound", HOP_CAT_RESOURCE_UNAVAILABLE,
            "System.IO.FileNotFoundException", hop_null()};
        return hop_command_error(
            c, &spec,
            "The module manifest '%s' could not be read because the file does "
            "not exist: verify the path.",
            path);
    }
    if (!dot || !hop_ascii_ieq(dot, ".psd1"))
        return manifest_error(
            c, "Modules_InvalidModuleManifestPath",
            "The specified path does not name a .psd1 file: give the path of a "
            "module manifest.");
    if (!manifest_read(c->rs, file, &table))
        return hop_command_report(c);
    struct hop_dict *d = hop_as_dict(table);
    if (!hop_dict_get_text(d, "ModuleVersion"))
        return manifest_error(
            c, "Modules_InvalidManifest",
            "The member 'ModuleVersion' is not present in the module manifest "
            "file: add it with a valid version.");
    const char *slash = strrchr(file, '/');
    char *stem HOP_AUTO_FREE = hop_xstrndup(slash + 1, strlen(slash + 1) - 5);
    v = module_describe(c->rs, stem, file);
    ok = hop_write(c, v);
    return ok;
}

const struct hop_cmdlet hop_cmdlet_test_module_manifest = {
    .name = "Test-ModuleManifest",
    HOP_PARAMS(test_params),
    .output = "System.Management.Automation.PSModuleInfo",
    .synopsis = "Verifies that a module manifest file accurately describes the "
                "contents of a module.",
    .process = test_process,
};

enum {
    M_PATH,
    M_ROOT,
    M_VERSION,
    M_GUID,
    M_AUTHOR,
    M_COMPANY,
    M_COPYRIGHT,
    M_DESCRIPTION,
    M_FUNCTIONS,
    M_CMDLETS,
    M_VARIABLES,
    M_ALIASES,
    M_NESTED,
    M_REQUIRED,
    M_PS_VERSION,
    M_PREFIX,
    M_TAGS,
    M_PASS,
    M_FILES
};

static const struct hop_param manifest_params[] = {
    [M_PATH] = {"Path", "string", HOP_MANDATORY, .position = HOP_POS(0)},
    [M_ROOT] = {"RootModule", "string", .aliases = "ModuleToProcess"},
    [M_VERSION] = {"ModuleVersion", "version"},
    [M_GUID] = {"Guid", "guid"},
    [M_AUTHOR] = {"Author", "string"},
    [M_COMPANY] = {"CompanyName", "string"},
    [M_COPYRIGHT] = {"Copyright", "string"},
    [M_DESCRIPTION] = {"Description", "string"},
    [M_FUNCTIONS] = {"FunctionsToExport", "string[]",
                     HOP_ALLOW_EMPTY_COLLECTION},
    [M_CMDLETS] = {"CmdletsToExport", "string[]", HOP_ALLOW_EMPTY_COLLECTION},
    [M_VARIABLES] = {"VariablesToExport", "string[]",
                     HOP_ALLOW_EMPTY_COLLECTION},
    [M_ALIASES] = {"AliasesToExport", "string[]", HOP_ALLOW_EMPTY_COLLECTION},
    [M_NESTED] = {"NestedModules", "object[]"},
    [M_REQUIRED] = {"RequiredModules", "object[]"},
    [M_PS_VERSION] = {"PowerShellVersion", "version"},
    [M_PREFIX] = {"DefaultCommandPrefix", "string"},
    [M_TAGS] = {"Tags", "string[]"},
    [M_PASS] = {"PassThru", "switch"},
    [M_FILES] = {"FileList", "string[]"},
};

static void
add_quoted(struct hop_context *cx, struct hop_buf *b, struct hop_value v)
{
    struct hop_string *s HOP_AUTO_STRING = NULL;

    if (!hop_to_string(cx, v, &s)) {
        hop_drop_exception(cx);
        return;
    }
    hop_buf_addc(b, '\'');
    for (size_t i = 0; i < s->len; i++) {
        if (s->data[i] == '\'')
            hop_buf_addc(b, '\'');
        hop_buf_addc(b, s->data[i]);
    }
    hop_buf_addc(b, '\'');
}

static void
add_entry(struct hop_command *c, struct hop_buf *b, size_t index,
          const char *comment, const char *fallback)
{
    struct hop_value v = hop_arg(c, index);
    struct hop_array *a = hop_as_array(v);
    const char *name = manifest_params[index].name;

    hop_buf_addf(b, "# %s\n", comment);
    if (hop_is_null(v)) {
        hop_buf_addf(b, fallback ? "%s = %s\n\n" : "# %s = ''\n\n", name,
                     fallback);
        return;
    }
    hop_buf_addf(b, "%s = ", name);
    if (!a) {
        add_quoted(&c->rs->cx, b, v);
    } else if (!a->n) {
        hop_buf_adds(b, "@()");
    }
    for (size_t i = 0; a && i < a->n; i++) {
        if (i)
            hop_buf_adds(b, ", ");
        add_quoted(&c->rs->cx, b, a->items[i]);
    }
    hop_buf_adds(b, "\n\n");
}

static bool
manifest_end(struct hop_command *c)
{
    struct hop_buf b HOP_AUTO_BUF = HOP_BUF_INIT;
    struct hop_item_path p = {0};
    struct hop_guid g;
    char guid[HOP_GUID_TEXT], quoted[HOP_GUID_TEXT + 2];
    FILE *out;

    if (!hop_path_resolve(c->rs, hop_arg_text(c, M_PATH), &p))
        return false;
    hop_guid_new(&g);
    hop_guid_format(&g, false, guid);
    snprintf(quoted, sizeof(quoted), "'%s'", guid);
    hop_buf_adds(&b, "#\n# Module manifest\n#\n\n@{\n\n");
    add_entry(c, &b, M_ROOT,
              "Script module file associated with this manifest.", NULL);
    add_entry(c, &b, M_VERSION, "Version number of this module.", "'0.0.1'");
    add_entry(c, &b, M_GUID, "ID used to uniquely identify this module",
              quoted);
    add_entry(c, &b, M_AUTHOR, "Author of this module", "'Unknown'");
    add_entry(c, &b, M_COMPANY, "Company or vendor of this module",
              "'Unknown'");
    add_entry(c, &b, M_COPYRIGHT, "Copyright statement for this module",
              "'(c) Unknown. All rights reserved.'");
    add_entry(c, &b, M_DESCRIPTION, "Description of the functionality", NULL);
    add_entry(c, &b, M_PS_VERSION, "Minimum version of the engine", NULL);
    add_entry(c, &b, M_REQUIRED, "Modules imported before this module", NULL);
    add_entry(c, &b, M_NESTED, "Modules to import as nested modules", NULL);
    add_entry(c, &b, M_FUNCTIONS, "Functions to export from this module",
              "'*'");
    add_entry(c, &b, M_CMDLETS, "Cmdlets to export from this module", "'*'");
    add_entry(c, &b, M_VARIABLES, "Variables to export from this module",
              "'*'");
    add_entry(c, &b, M_ALIASES, "Aliases to export from this module", "'*'");
    add_entry(c, &b, M_FILES, "Files packaged with this module", NULL);
    add_entry(c, &b, M_PREFIX, "Default prefix for commands", NULL);
    if (hop_arg_bound(c, M_TAGS)) {
        struct hop_array *a = hop_as_array(hop_arg(c, M_TAGS));
        hop_buf_adds(&b, "PrivateData = @{ PSData = @{ Tags = ");
        for (size_t i = 0; a && i < a->n; i++) {
            if (i)
                hop_buf_adds(&b, ", ");
            add_quoted(&c->rs->cx, &b, a->items[i]);
        }
        hop_buf_adds(&b, " } }\n\n");
    }
    hop_buf_adds(&b, "}\n");
    out = fopen(p.path, "we");
    if (!out || fwrite(b.data, 1, b.len, out) != b.len) {
        if (out)
            fclose(out);
        hop_throw_errno(&c->rs->cx, 2, p.path, false);
        hop_item_path_done(&p);
        return false;
    }
    fclose(out);
    hop_item_path_done(&p);
    return !hop_arg_on(c, M_PASS) || hop_write_text(c, b.data, b.len);
}

const struct hop_cmdlet hop_cmdlet_new_module_manifest = {
    .name = "New-ModuleManifest",
    HOP_PARAMS(manifest_params),
    .flags = HOP_SHOULD_PROCESS,
    .synopsis = "Creates a new module manifest.",
    .end = manifest_end,
};
