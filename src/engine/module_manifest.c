/* Module manifests.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engine/engine.h"

#include "engine/module.h"
#include <dirent.h>
#include <sys/stat.h>
#include "lang/restrict.h"

#define SMA "System.Management.Automation."

/* ---- manifests
 * -------------------------------------------------------------------------------------
 */

/* A manifest is data: constants, a few commands and variables. */
static bool
manifest_check(struct hop_runspace *rs, struct hop_block *b)
{
#define N(text)                                                                \
    {                                                                          \
        text, sizeof(text) - 1                                                 \
    }
    static const struct hop_name commands[] = {
        N("Import-LocalizedData"), N("ConvertFrom-StringData"), N("Write-Host"),
        N("Out-Host"), N("Join-Path")};
    static const struct hop_name variables[] = {
        N("PSScriptRoot"), N("PSEdition"), N("EnabledExperimentalFeatures")};
#undef N
    static const struct hop_restriction r = {
        .commands = commands,
        .n_commands = HOP_ARRAY_SIZE(commands),
        .variables = variables,
        .n_variables = HOP_ARRAY_SIZE(variables),
        .environment = true};

    if (language_check(rs, b->unit, &r))
        return true;
    struct hop_value e HOP_AUTO_VALUE = hop_take_exception(&rs->cx);
    return throw_pending(rs, "MissingMemberException",
                         "Modules_InvalidManifest",
                         HOP_CAT_RESOURCE_UNAVAILABLE, hop_null(),
                         "The module manifest '%s' could not be processed "
                         "because it is not a valid PowerShell module manifest "
                         "file. Remove the elements that are not permitted: %s",
                         hop_unit_file(b->unit), hop_exception_message(e));
}

/* A manifest has the keys that PowerShell knows, and no other. */
bool
manifest_members(struct hop_runspace *rs, struct hop_dict *d, const char *path)
{
    static const char *const known[] = {"ModuleToProcess",
                                        "NestedModules",
                                        "GUID",
                                        "Author",
                                        "CompanyName",
                                        "Copyright",
                                        "ModuleVersion",
                                        "Description",
                                        "PowerShellVersion",
                                        "PowerShellHostName",
                                        "PowerShellHostVersion",
                                        "CLRVersion",
                                        "DotNetFrameworkVersion",
                                        "ProcessorArchitecture",
                                        "RequiredModules",
                                        "TypesToProcess",
                                        "FormatsToProcess",
                                        "ScriptsToProcess",
                                        "PrivateData",
                                        "RequiredAssemblies",
                                        "ModuleList",
                                        "FileList",
                                        "FunctionsToExport",
                                        "VariablesToExport",
                                        "AliasesToExport",
                                        "CmdletsToExport",
                                        "DscResourcesToExport",
                                        "CompatiblePSEditions",
                                        "HelpInfoURI",
                                        "RootModule",
                                        "DefaultCommandPrefix"};

    for (size_t i = 0; i < d->used; i++) {
        bool found = false;
        struct hop_value key = d->entries[i].key;

        for (size_t k = 0; k < HOP_ARRAY_SIZE(known); k++)
            found = found || (hop_is_string(key) &&
                              hop_ascii_ieq(hop_cstr(key), known[k]));
        if (!found && hop_is_string(key))
            return throw_pending(
                rs, "InvalidOperationException",
                "Modules_InvalidManifestMember", HOP_CAT_INVALID_DATA,
                hop_null(),
                "The module manifest '%s' contains the member '%s', which is "
                "not a valid one: remove it, and try again.",
                path, hop_cstr(key));
    }
    return true;
}

bool
manifest_read(struct hop_runspace *rs, const char *path, struct hop_value *out)
{
    struct cmdinfo *c = script_info(rs, path);
    struct hop_value holder HOP_AUTO_VALUE = hop_obj(c);
    struct hop_list_sink l;
    bool ok;

    if (!script_load(rs, c) || !manifest_check(rs, c->block))
        return false;
    hop_list_sink_init(&l, &rs->cx);
    ok = run_block(rs, &(struct block_run){.block = c->block,
                                           .out = &l.sink,
                                           .new_scope = true}) == HOP_FLOW_NEXT;
    if (ok) {
        struct hop_value v = hop_list_sink_value(&l);
        if (hop_as_dict(v)) {
            *out = v;
        } else {
            hop_release(v);
            ok = throw_pending(rs, "InvalidOperationException",
                               "Modules_InvalidManifest",
                               HOP_CAT_RESOURCE_UNAVAILABLE, hop_null(),
                               "The module manifest '%s' could not be "
                               "processed because it is not a valid "
                               "PowerShell module manifest file.",
                               path);
        }
    }
    hop_list_sink_done(&l);
    return ok;
}

char *
table_text(struct hop_runspace *rs, struct hop_dict *d, const char *key)
{
    struct hop_value *v = hop_dict_get_text(d, key);
    struct hop_string *s HOP_AUTO_STRING = NULL;

    if (!v || hop_is_null(*v))
        return NULL;
    if (!hop_to_string(&rs->cx, *v, &s)) {
        hop_drop_exception(&rs->cx);
        return NULL;
    }
    return hop_xstrndup(s->data, s->len);
}

static void
set_text(char **slot, char *text)
{
    if (!text)
        return;
    free(*slot);
    *slot = text;
}

void
manifest_apply(struct hop_runspace *rs, struct hop_module *m,
               struct hop_value table)
{
    struct hop_dict *d = hop_as_dict(table);
    struct hop_value *v;

    hop_value_set(&m->manifest, hop_retain(table));
    set_text(&m->version, table_text(rs, d, "ModuleVersion"));
    set_text(&m->guid, table_text(rs, d, "GUID"));
    set_text(&m->author, table_text(rs, d, "Author"));
    set_text(&m->company, table_text(rs, d, "CompanyName"));
    set_text(&m->copyright, table_text(rs, d, "Copyright"));
    set_text(&m->description, table_text(rs, d, "Description"));
    set_text(&m->help_uri, table_text(rs, d, "HelpInfoURI"));
    set_text(&m->root_module, table_text(rs, d, "RootModule"));
    if (!m->root_module)
        set_text(&m->root_module, table_text(rs, d, "ModuleToProcess"));
    if (!m->prefix)
        set_text(&m->prefix, table_text(rs, d, "DefaultCommandPrefix"));
    v = hop_dict_get_text(d, "PrivateData");
    if (v)
        hop_value_set(&m->private_data, hop_retain(*v));
}

static void
keep_only(struct hop_array *a, struct hop_value patterns, bool variables)
{
    for (size_t i = a->n; i > 0; i--) {
        struct cmdinfo *c = as_cmdinfo(a->items[i - 1]);
        const char *name =
            c ? c->name
              : ((struct hop_variable *)(void *)a->items[i - 1].u.o)
                    ->name->data;
        if (!name_in(patterns, name))
            hop_array_remove(a, i - 1);
    }
    (void)variables;
}

void
limit_exports(struct hop_module *m, struct hop_dict *d)
{
    struct hop_value *v;

    if ((v = hop_dict_get_text(d, "FunctionsToExport")))
        keep_only(m->functions, *v, false);
    if ((v = hop_dict_get_text(d, "CmdletsToExport")))
        keep_only(m->cmdlets, *v, false);
    if ((v = hop_dict_get_text(d, "AliasesToExport")))
        keep_only(m->aliases, *v, false);
    if ((v = hop_dict_get_text(d, "VariablesToExport")))
        keep_only(m->variables, *v, true);
}
