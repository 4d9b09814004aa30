/* New-PSSessionConfigurationFile and New-PSRoleCapabilityFile: data files that
 * say what a session may do, every entry with a comment; those not given stand
 * there as examples.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/guid.h"
#include "base/text.h"
#include "cmdlets/core/core.h"
#include "engine/provider.h"
#include "value/convert.h"
#include "value/enums.h"
#include "value/types/encoding.h"
#include "value/types/file_info.h"

/* How an entry's value is written. */
enum form {
    TEXT,     /* quoted */
    FLAG,     /* $true */
    NUMBER,   /* as it is */
    STRINGS,  /* 'a', 'b' */
    MIXED,    /* strings and hash tables */
    TABLE,    /* one hash table */
    TABLES,   /* hash tables */
    ROLES,    /* a hash table of hash tables */
    GROUPS,   /* And, Or and names */
    FUNCTIONS /* hash tables with Name and ScriptBlock */
};

enum when {
    ALWAYS, /* with its standard value, or as an example */
    ASKED,  /* given, or -Full */
};

struct entry {
    size_t param;
    const char *name, *comment;
    enum form form;
    enum when when;
    const char *standard; /* the value when none is given, quoted; or NULL */
    const char *example;  /* else stands in a comment */
};

#define SESSION_TYPE "System.Management.Automation.Remoting.SessionType"

enum {
    PATH,
    SCHEMA,
    GUID,
    AUTHOR,
    DESCRIPTION,
    COMPANY,
    COPYRIGHT,
    TYPE,
    TRANSCRIPTS,
    VIRTUAL,
    VIRTUAL_GROUPS,
    MOUNT,
    DRIVE_SIZE,
    GMSA,
    SCRIPTS,
    ROLE_DEFINITIONS,
    REQUIRED,
    LANGUAGE,
    POLICY,
    VERSION,
    MODULES,
    V_ALIASES,
    V_CMDLETS,
    V_FUNCTIONS,
    V_EXTERNAL,
    V_PROVIDERS,
    D_ALIASES,
    D_FUNCTIONS,
    D_VARIABLES,
    D_ENVIRONMENT,
    TYPES,
    FORMATS,
    ASSEMBLIES,
    FULL
};

#define DICTIONARY "System.Collections.IDictionary"
#define PATH_ROW                                                               \
    {                                                                          \
        "Path", "string", HOP_MANDATORY | HOP_NOT_NULL_OR_EMPTY,               \
            .position = HOP_POS(0)                                             \
    }
static const struct hop_param session_params[] = {
    [PATH] = PATH_ROW,
    [GUID] = {"Guid", "guid"},
    [AUTHOR] = {"Author", "string"},
    [DESCRIPTION] = {"Description", "string"},
    [COMPANY] = {"CompanyName", "string"},
    [COPYRIGHT] = {"Copyright", "string"},
    [SCRIPTS] = {"ScriptsToProcess", "string[]"},
    [MODULES] = {"ModulesToImport", "object[]"},
    [V_ALIASES] = {"VisibleAliases", "string[]"},
    [V_CMDLETS] = {"VisibleCmdlets", "object[]"},
    [V_FUNCTIONS] = {"VisibleFunctions", "object[]"},
    [V_EXTERNAL] = {"VisibleExternalCommands", "string[]"},
    [V_PROVIDERS] = {"VisibleProviders", "string[]"},
    [D_ALIASES] = {"AliasDefinitions", DICTIONARY "[]"},
    [D_FUNCTIONS] = {"FunctionDefinitions", DICTIONARY "[]"},
    [D_VARIABLES] = {"VariableDefinitions", "object"},
    [D_ENVIRONMENT] = {"EnvironmentVariables", DICTIONARY},
    [TYPES] = {"TypesToProcess", "string[]"},
    [FORMATS] = {"FormatsToProcess", "string[]"},
    [ASSEMBLIES] = {"AssembliesToLoad", "string[]"},
    [SCHEMA] = {"SchemaVersion", "version", HOP_NOT_NULL},
    [TYPE] = {"SessionType", SESSION_TYPE},
    [TRANSCRIPTS] = {"TranscriptDirectory", "string"},
    [VIRTUAL] = {"RunAsVirtualAccount", "switch"},
    [VIRTUAL_GROUPS] = {"RunAsVirtualAccountGroups", "string[]"},
    [MOUNT] = {"MountUserDrive", "switch"},
    [DRIVE_SIZE] = {"UserDriveMaximumSize", "long"},
    [GMSA] = {"GroupManagedServiceAccount", "string"},
    [ROLE_DEFINITIONS] = {"RoleDefinitions", DICTIONARY},
    [REQUIRED] = {"RequiredGroups", DICTIONARY},
    [LANGUAGE] = {"LanguageMode",
                  "System.Management.Automation.PSLanguageMode"},
    [POLICY] = {"ExecutionPolicy", "Microsoft.PowerShell.ExecutionPolicy"},
    [VERSION] = {"PowerShellVersion", "version"},
    [FULL] = {"Full", "switch"},
};

enum {
    R_PATH,
    R_GUID,
    R_AUTHOR,
    R_DESCRIPTION,
    R_COMPANY,
    R_COPYRIGHT,
    R_MODULES,
    R_V_ALIASES,
    R_V_CMDLETS,
    R_V_FUNCTIONS,
    R_V_EXTERNAL,
    R_V_PROVIDERS,
    R_SCRIPTS,
    R_D_ALIASES,
    R_D_FUNCTIONS,
    R_D_VARIABLES,
    R_D_ENVIRONMENT,
    R_TYPES,
    R_FORMATS,
    R_ASSEMBLIES
};
static const struct hop_param role_params[] = {
    [R_PATH] = PATH_ROW,
    [R_GUID] = {"Guid", "guid"},
    [R_AUTHOR] = {"Author", "string"},
    [R_DESCRIPTION] = {"Description", "string"},
    [R_COMPANY] = {"CompanyName", "string"},
    [R_COPYRIGHT] = {"Copyright", "string"},
    [R_MODULES] = {"ModulesToImport", "object[]"},
    [R_V_ALIASES] = {"VisibleAliases", "string[]"},
    [R_V_CMDLETS] = {"VisibleCmdlets", "object[]"},
    [R_V_FUNCTIONS] = {"VisibleFunctions", "object[]"},
    [R_V_EXTERNAL] = {"VisibleExternalCommands", "string[]"},
    [R_V_PROVIDERS] = {"VisibleProviders", "string[]"},
    [R_SCRIPTS] = {"ScriptsToProcess", "string[]"},
    [R_D_ALIASES] = {"AliasDefinitions", DICTIONARY "[]"},
    [R_D_FUNCTIONS] = {"FunctionDefinitions", DICTIONARY "[]"},
    [R_D_VARIABLES] = {"VariableDefinitions", "object"},
    [R_D_ENVIRONMENT] = {"EnvironmentVariables", DICTIONARY},
    [R_TYPES] = {"TypesToProcess", "string[]"},
    [R_FORMATS] = {"FormatsToProcess", "string[]"},
    [R_ASSEMBLIES] = {"AssembliesToLoad", "string[]"},
};

/* clang-format off */
#define COMMANDS(kind)                                                         \
    "'Invoke-" kind "1', @{ Name = 'Invoke-" kind "2'; Parameters = @{ Name "  \
    "= 'Parameter1'; ValidateSet = 'Item1', 'Item2' }, @{ Name = "             \
    "'Parameter2'; ValidatePattern = 'L*' } }"
#define APPLIED " when applied to a session"
#define GUID_ENTRY(p) {p, "GUID", "ID used to uniquely identify this document", TEXT, ALWAYS, NULL, NULL}
#define AUTHOR_ENTRY(p) {p, "Author", "Author of this document", TEXT, ALWAYS, NULL, NULL}
#define DESCRIPTION_ENTRY(p) {p, "Description", "Description of the functionality provided by these settings", TEXT, ALWAYS, NULL, "''"}
#define COMPANY_ENTRY(p, w) {p, "CompanyName", "Company associated with this document", TEXT, w, "'Unknown'", NULL}
#define COPYRIGHT_ENTRY(p, w) {p, "Copyright", "Copyright statement for this document", TEXT, w, NULL, NULL}
#define SCRIPTS_ENTRY(p) {p, "ScriptsToProcess", "Scripts to run" APPLIED, STRINGS, ALWAYS, NULL, "'C:\\ConfigData\\InitScript1.ps1', 'C:\\ConfigData\\InitScript2.ps1'"}
#define MODULES_ENTRY(p, w) {p, "ModulesToImport", "Modules to import" APPLIED, MIXED, w, NULL, "'MyCustomModule', @{ ModuleName = 'MyCustomModule'; ModuleVersion = '1.0.0.0'; GUID = '4d30d5f0-cb16-4898-812d-f20a6c596bdf' }"}
#define VISIBLE_ENTRIES(a, c, f, x, p, w) \
    {a, "VisibleAliases", "Aliases to make visible" APPLIED, STRINGS, w, NULL, "'Item1', 'Item2'"}, \
    {c, "VisibleCmdlets", "Cmdlets to make visible" APPLIED, MIXED, w, NULL, COMMANDS("Cmdlet")}, \
    {f, "VisibleFunctions", "Functions to make visible" APPLIED, MIXED, w, NULL, COMMANDS("Function")}, \
    {x, "VisibleExternalCommands", "External commands (scripts and applications) to make visible" APPLIED, STRINGS, w, NULL, "'Item1', 'Item2'"}, \
    {p, "VisibleProviders", "Providers to make visible" APPLIED, STRINGS, w, NULL, "'Item1', 'Item2'"}
#define DEFINED_ENTRIES(a, f, v, e, w) \
    {a, "AliasDefinitions", "Aliases to be defined" APPLIED, TABLES, w, NULL, "@{ Name = 'Alias1'; Value = 'Invoke-Alias1'}, @{ Name = 'Alias2'; Value = 'Invoke-Alias2'}"}, \
    {f, "FunctionDefinitions", "Functions to define" APPLIED, FUNCTIONS, w, NULL, "@{ Name = 'MyFunction'; ScriptBlock = { param($MyInput) $MyInput } }"}, \
    {v, "VariableDefinitions", "Variables to define" APPLIED, TABLES, w, NULL, "@{ Name = 'Variable1'; Value = { 'Dynamic' + 'InitialValue' } }, @{ Name = 'Variable2'; Value = 'StaticInitialValue' }"}, \
    {e, "EnvironmentVariables", "Environment variables to define" APPLIED, TABLE, w, NULL, "@{ Variable1 = 'Value1'; Variable2 = 'Value2' }"}
#define LOADED_ENTRIES(t, f, a, w) \
    {t, "TypesToProcess", "Type files (.ps1xml) to load" APPLIED, STRINGS, w, NULL, "'C:\\ConfigData\\MyTypes.ps1xml', 'C:\\ConfigData\\OtherTypes.ps1xml'"}, \
    {f, "FormatsToProcess", "Format files (.ps1xml) to load" APPLIED, STRINGS, w, NULL, "'C:\\ConfigData\\MyFormats.ps1xml', 'C:\\ConfigData\\OtherFormats.ps1xml'"}, \
    {a, "AssembliesToLoad", "Assemblies to load" APPLIED, STRINGS, w, NULL, "'System.Web', 'System.OtherAssembly, Version=4.0.0.0, Culture=neutral, PublicKeyToken=b03f5f7f11d50a3a'"}

static const struct entry session_entries[] = {
    {SCHEMA, "SchemaVersion", "Version number of the schema used for this document", TEXT, ALWAYS, "'2.0.0.0'", NULL},
    GUID_ENTRY(GUID),
    AUTHOR_ENTRY(AUTHOR),
    DESCRIPTION_ENTRY(DESCRIPTION),
    COMPANY_ENTRY(COMPANY, ASKED),
    COPYRIGHT_ENTRY(COPYRIGHT, ASKED),
    {TYPE, "SessionType", "Session type defaults to apply for this session configuration. Can be 'RestrictedRemoteServer' (recommended), 'Empty', or 'Default'", TEXT, ALWAYS, "'Default'", NULL},
    {TRANSCRIPTS, "TranscriptDirectory", "Directory to place session transcripts for this session configuration", TEXT, ALWAYS, NULL, "'C:\\Transcripts\\'"},
    {VIRTUAL, "RunAsVirtualAccount", "Whether to run this session configuration as the machine's (virtual) administrator account", FLAG, ALWAYS, NULL, "$true"},
    {VIRTUAL_GROUPS, "RunAsVirtualAccountGroups", "Groups associated with machine's (virtual) administrator account", STRINGS, ASKED, NULL, "'Remote Desktop Users', 'Remote Management Users'"},
    {MOUNT, "MountUserDrive", "Creates a 'User' PSDrive in the session for use with Copy-Item when File System provider is not visible.", FLAG, ASKED, NULL, "$true"},
    {DRIVE_SIZE, "UserDriveMaximumSize", "Optional maximum size in bytes of user drive created with MountUserDrive parameter. Default maximum size for User drive is 50MB.", NUMBER, ASKED, NULL, "50000000"},
    {GMSA, "GroupManagedServiceAccount", "Group managed service account name under which the configuration will run", TEXT, ASKED, NULL, "'CONTOSO\\GroupManagedServiceAccount'"},
    SCRIPTS_ENTRY(SCRIPTS),
    {ROLE_DEFINITIONS, "RoleDefinitions", "User roles (security groups), and the role capabilities that should be applied to them" APPLIED, ROLES, ALWAYS, NULL, "@{ 'CONTOSO\\SqlAdmins' = @{ RoleCapabilities = 'SqlAdministration' }; 'CONTOSO\\SqlManaged' = @{ RoleCapabilityFiles = 'C:\\RoleCapability\\SqlManaged.psrc' }; 'CONTOSO\\ServerMonitors' = @{ VisibleCmdlets = 'Get-Process' } } "},
    {REQUIRED, "RequiredGroups", "Group accounts for which membership is required to use the session.", GROUPS, ASKED, NULL, "@{ And = @{ Or = 'CONTOSO\\SmartCard-Logon1', 'CONTOSO\\SmartCard-Logon2' }, 'Administrators' }"},
    {LANGUAGE, "LanguageMode", "Language mode to apply" APPLIED ". Can be 'NoLanguage' (recommended), 'RestrictedLanguage', 'ConstrainedLanguage', or 'FullLanguage'", TEXT, ASKED, "", NULL},
    {POLICY, "ExecutionPolicy", "Execution policy to apply" APPLIED, TEXT, ASKED, "'Restricted'", NULL},
    {VERSION, "PowerShellVersion", "Version of the PowerShell engine to use" APPLIED, TEXT, ASKED, NULL, "'7.6.5'"},
    MODULES_ENTRY(MODULES, ASKED),
    VISIBLE_ENTRIES(V_ALIASES, V_CMDLETS, V_FUNCTIONS, V_EXTERNAL, V_PROVIDERS, ASKED),
    DEFINED_ENTRIES(D_ALIASES, D_FUNCTIONS, D_VARIABLES, D_ENVIRONMENT, ASKED),
    LOADED_ENTRIES(TYPES, FORMATS, ASSEMBLIES, ASKED),
};

static const struct entry role_entries[] = {
    GUID_ENTRY(R_GUID),
    AUTHOR_ENTRY(R_AUTHOR),
    DESCRIPTION_ENTRY(R_DESCRIPTION),
    COMPANY_ENTRY(R_COMPANY, ALWAYS),
    COPYRIGHT_ENTRY(R_COPYRIGHT, ALWAYS),
    MODULES_ENTRY(R_MODULES, ALWAYS),
    VISIBLE_ENTRIES(R_V_ALIASES, R_V_CMDLETS, R_V_FUNCTIONS, R_V_EXTERNAL, R_V_PROVIDERS, ALWAYS),
    SCRIPTS_ENTRY(R_SCRIPTS),
    DEFINED_ENTRIES(R_D_ALIASES, R_D_FUNCTIONS, R_D_VARIABLES, R_D_ENVIRONMENT, ALWAYS),
    LOADED_ENTRIES(R_TYPES, R_FORMATS, R_ASSEMBLIES, ALWAYS),
};
/* clang-format on */

/* ---- writing values ---- */

static bool
fail(struct hop_command *c, const char *id, const char *fmt, const char *a,
     const char *b)
{
    struct hop_error_spec spec = {
        .id = id,
        .category = HOP_CAT_INVALID_ARGUMENT,
        .exception = "System.Management.Automation.PSArgumentException"};
    HOP_AUTO_BUF struct hop_buf text = HOP_BUF_INIT;

    for (const char *p = fmt; *p; p++)
        if (*p == '\1')
            hop_buf_adds(&text, a);
        else if (*p == '\2')
            hop_buf_adds(&text, b);
        else
            hop_buf_addc(&text, *p);
    return hop_command_throw(c, &spec, "%s", hop_buf_str(&text));
}

static bool
add_quoted(struct hop_command *c, struct hop_value v, struct hop_buf *out)
{
    HOP_AUTO_STRING struct hop_string *s = NULL;

    if (!hop_is_null(v) && !hop_to_string(hop_command_context(c), v, &s))
        return false;
    hop_buf_addc(out, '\'');
    for (size_t i = 0; s && i < s->len; i++) {
        hop_buf_addc(out, s->data[i]);
        if (s->data[i] == '\'')
            hop_buf_addc(out, '\'');
    }
    hop_buf_addc(out, '\'');
    return true;
}

static bool
is_block(struct hop_value v)
{
    const struct hop_class *cls = hop_class_of(v);

    return cls &&
           strcmp(cls->name, "System.Management.Automation.ScriptBlock") == 0;
}

static int
by_key(const void *a, const void *b)
{
    struct hop_value x = (*(struct hop_dict_entry *const *)a)->key;
    struct hop_value y = (*(struct hop_dict_entry *const *)b)->key;

    if (!hop_is_string(x) || !hop_is_string(y))
        return 0;
    return hop_string_icmp(x.u.s, y.u.s);
}

static bool add_table(struct hop_command *c, struct hop_dict *d, int indent,
                      struct hop_buf *out);

static bool
add_value(struct hop_command *c, struct hop_value v, int indent,
          struct hop_buf *out)
{
    struct hop_dict *d = hop_as_dict(v);
    struct hop_array *a = hop_as_array(v);

    if (d)
        return add_table(c, d, indent, out);
    if (is_block(v)) {
        hop_buf_addc(out, '{');
        if (!hop_add_string(hop_command_context(c), v, out))
            return false;
        hop_buf_addc(out, '}');
        return true;
    }
    if (!a)
        return add_quoted(c, v, out);
    for (size_t i = 0; i < a->n; i++) {
        if (i)
            hop_buf_adds(out, ", ");
        if (!add_value(c, a->items[i], indent, out))
            return false;
    }
    return true;
}

static bool
add_table(struct hop_command *c, struct hop_dict *d, int indent,
          struct hop_buf *out)
{
    size_t n;
    HOP_AUTO_FREE struct hop_dict_entry **e = hop_dict_order(d, &n);

    if (n)
        qsort(e, n, sizeof(*e), by_key);
    hop_buf_adds(out, "@{");
    for (size_t i = 0; i < n; i++) {
        hop_buf_addc(out, '\n');
        hop_buf_fill(out, ' ', 4 * (size_t)(indent + 1));
        if (!add_quoted(c, e[i]->key, out))
            return false;
        hop_buf_adds(out, " = ");
        if (!add_value(c, e[i]->value, indent + 1, out))
            return false;
    }
    hop_buf_adds(out, " }");
    return true;
}

static bool
add_groups(struct hop_command *c, struct hop_value v, struct hop_buf *out)
{
    struct hop_dict *d = hop_as_dict(v);
    struct hop_array *a = hop_as_array(v);
    struct hop_dict_entry *e;

    for (size_t i = 0; a && i < a->n; i++) {
        if (i)
            hop_buf_adds(out, ", ");
        if (!add_groups(c, a->items[i], out))
            return false;
    }
    if (a)
        return true;
    if (hop_is_string(v))
        return add_quoted(c, v, out);
    if (!d || d->count != 1)
        return fail(c, "InvalidOperation",
                    "A table of required groups must have one key, And or "
                    "Or, with names and tables as its value.",
                    "", "");
    e = hop_dict_at(d, 0);
    hop_buf_adds(out, "@{ ");
    if (!add_quoted(c, e->key, out))
        return false;
    hop_buf_adds(out, " = ");
    if (!add_groups(c, e->value, out))
        return false;
    hop_buf_adds(out, " }");
    return true;
}

/* ---- what the tables must have ---- */

static const char *const function_keys[] = {"Name", "ScriptBlock", "Options"};
static const char *const variable_keys[] = {"Name", "Value", "Options"};

static bool
check_definition(struct hop_command *c, const struct entry *e,
                 struct hop_dict *d)
{
    bool functions = e->form == FUNCTIONS;
    const char *const *keys = functions ? function_keys : variable_keys;
    struct hop_value *block;

    for (size_t i = 0; i < 2; i++)
        if (!hop_dict_get_text(d, keys[i]))
            return fail(c, "Argument",
                        "The member '\1' must contain the required key '\2'. "
                        "Add the key to the table.",
                        e->name, keys[i]);
    block = hop_dict_get_text(d, keys[1]);
    if (functions && !is_block(*block))
        return fail(c, "Argument",
                    "The key '\2' in the member '\1' must be a script block.",
                    e->name, keys[1]);
    for (size_t i = 0; i < d->used; i++) {
        struct hop_value k = d->entries[i].key;

        if (hop_is_string(k) && !hop_string_iis(k.u.s, keys[0]) &&
            !hop_string_iis(k.u.s, keys[1]) && !hop_string_iis(k.u.s, keys[2]))
            return fail(c, "Argument",
                        "The member '\1' contains an invalid key: '\2'. "
                        "Remove it.",
                        e->name, hop_cstr(k));
    }
    return true;
}

static bool
check_definitions(struct hop_command *c, const struct entry *e,
                  struct hop_value v)
{
    struct hop_array *a = hop_as_array(v);
    struct hop_dict *d = hop_as_dict(v);

    if (d)
        return check_definition(c, e, d);
    for (size_t i = 0; a && i < a->n; i++) {
        d = hop_as_dict(a->items[i]);
        if (!d)
            return fail(c, "Argument",
                        "The member '\1' must be an array of hash tables.",
                        e->name, "");
        if (!check_definition(c, e, d))
            return false;
    }
    return true;
}

static bool
check_roles(struct hop_command *c, struct hop_value v)
{
    struct hop_dict *d = hop_as_dict(v);

    for (size_t i = 0; d && i < d->used; i++) {
        const struct hop_dict_entry *e = &d->entries[i];

        if (!hop_is_null(e->key) && !hop_as_dict(e->value))
            return fail(c, "InvalidRoleEntryNotHashtable",
                        "Could not convert the value of the '\1' role entry "
                        "to a hashtable. The 'Roles' entry must be a "
                        "hashtable with group names for keys, where the "
                        "value associated with each key is another hashtable "
                        "of session configuration properties for that role.",
                        hop_is_string(e->key) ? hop_cstr(e->key) : "", "");
    }
    return true;
}

static bool
check(struct hop_command *c, const struct entry *e, struct hop_value v)
{
    if (e->form == ROLES)
        return check_roles(c, v);
    if (e->form == FUNCTIONS || strcmp(e->name, "VariableDefinitions") == 0)
        return check_definitions(c, e, v);
    return true;
}

/* ---- entries ---- */

static bool
given(struct hop_command *c, const struct entry *e)
{
    struct hop_value v = hop_arg(c, e->param);

    if (!hop_arg_bound(c, e->param) || hop_is_null(v))
        return false;
    if (e->form == FLAG)
        return hop_arg_on(c, e->param);
    if (e->form == TEXT && hop_is_string(v))
        return v.u.s->len > 0;
    if (e->form == STRINGS || e->form == MIXED || e->form == TABLES ||
        e->form == FUNCTIONS)
        return hop_arg_count(c, e->param) > 0;
    return true;
}

static bool
add_given(struct hop_command *c, const struct entry *e, struct hop_buf *out)
{
    struct hop_value v = hop_arg(c, e->param);

    if (!check(c, e, v))
        return false;
    switch (e->form) {
    case FLAG: hop_buf_adds(out, "$true"); return true;
    case NUMBER: return hop_add_string(hop_command_context(c), v, out);
    case GROUPS: return add_groups(c, v, out);
    case TABLES:
        if (hop_is_string(v)) {
            hop_buf_add(out, hop_cstr(v), v.u.s->len);
            return true;
        }
        return add_value(c, v, 0, out);
    default: return add_value(c, v, 0, out);
    }
}

static const char *
user_name(void)
{
    const struct passwd *p = getpwuid(geteuid());

    return p ? p->pw_name : "";
}

/* Values that are found, not known. */
static bool
add_computed(struct hop_command *c, const struct entry *e, size_t author,
             struct hop_buf *out)
{
    const char *name = hop_arg_text(c, author);
    struct hop_guid g;
    char text[HOP_GUID_TEXT];

    name = name && *name ? name : user_name();
    if (strcmp(e->name, "GUID") == 0) {
        hop_guid_new(&g);
        hop_guid_format(&g, false, text);
        hop_buf_addf(out, "'%s'", text);
    } else if (strcmp(e->name, "LanguageMode") == 0) {
        struct hop_value type = hop_arg(c, TYPE);

        hop_buf_adds(out, hop_arg_bound(c, TYPE) && type.u.i != 2
                              ? "'NoLanguage'"
                              : "'FullLanguage'");
    } else {
        HOP_AUTO_VALUE struct hop_value v = hop_str(hop_string_format(
            strcmp(e->name, "Author") == 0 ? "%s"
                                           : "(c) %s. All rights reserved.",
            name));

        return add_quoted(c, v, out);
    }
    return true;
}

static bool
add_entry(struct hop_command *c, const struct entry *e, size_t author,
          bool full, struct hop_buf *out)
{
    bool is_given = given(c, e);
    bool computed = !e->example && (!e->standard || !*e->standard);
    HOP_AUTO_BUF struct hop_buf value = HOP_BUF_INIT;

    if (e->when == ASKED && !full && !hop_arg_bound(c, e->param))
        return true;
    if (is_given ? !add_given(c, e, &value)
                 : computed && !add_computed(c, e, author, &value))
        return false;
    if (!is_given && !computed)
        hop_buf_adds(&value, e->standard ? e->standard : e->example);
    hop_buf_addf(out, "# %s\n%s%s = ", e->comment,
                 !is_given && e->example ? "# " : "", e->name);
    hop_buf_add(out, hop_buf_str(&value), value.len);
    hop_buf_adds(out, "\n\n");
    return true;
}

/* ---- the file ---- */

static bool
write_file(struct hop_command *c, const char *path, const struct hop_buf *text)
{
    struct hop_context *cx = hop_command_context(c);
    HOP_AUTO_BUF struct hop_buf bytes = HOP_BUF_INIT;
    HOP_AUTO_VALUE struct hop_value error = hop_null(), target = hop_text(path);
    struct hop_error_spec spec = {.id = "FileOpenFailure",
                                  .category = HOP_CAT_OPEN_ERROR,
                                  .exception =
                                      "System.IO.DirectoryNotFoundException",
                                  .target = target};

    hop_buf_add(&bytes, "\xff\xfe", 2);
    hop_utf16le_from_utf8(&bytes, text->data, text->len);
    if (hop_file_write_all(cx, path, bytes.data, bytes.len, false))
        return true;
    error = hop_take_exception(cx);
    return hop_command_throw(c, &spec, "%s", hop_exception_message(error));
}

static bool
bad_path(struct hop_command *c, const char *id, const char *kind,
         const char *ending)
{
    HOP_AUTO_VALUE struct hop_value target = hop_text(hop_arg_text(c, PATH));
    struct hop_error_spec spec = {.id = id,
                                  .category = HOP_CAT_INVALID_ARGUMENT,
                                  .exception =
                                      "System.InvalidOperationException",
                                  .target = target};

    return hop_command_throw(
        c, &spec,
        "%s file path '%s' is not valid. The path argument must resolve to a "
        "single file in the file system with a '%s' extension. Please fix "
        "the path specification and try again.",
        kind, hop_arg_text(c, PATH), ending);
}

struct kind {
    const struct entry *entries;
    size_t n, author;
    const char *ending, *error, *called;
    bool session;
};

static bool
make_file(struct hop_command *c, const struct kind *k)
{
    struct hop_item_path p;
    HOP_AUTO_BUF struct hop_buf text = HOP_BUF_INIT;
    size_t len, tail = strlen(k->ending);
    bool full = !k->session || hop_arg_on(c, FULL), ok = true;

    if (!hop_path_resolve(hop_command_runspace(c), hop_arg_text(c, PATH), &p))
        return false;
    len = strlen(p.path);
    if (strcmp(p.provider->name, "FileSystem") != 0 || len < tail ||
        !hop_ascii_ieq(p.path + len - tail, k->ending))
        ok = bad_path(c, k->error, k->called, k->ending);
    hop_buf_adds(&text, "@{\n\n");
    for (size_t i = 0; ok && i < k->n; i++)
        ok = add_entry(c, &k->entries[i], k->author, full, &text);
    hop_buf_addc(&text, '}');
    ok = ok && write_file(c, p.path, &text);
    hop_item_path_done(&p);
    return ok;
}

static bool
process_session(struct hop_command *c)
{
    static const struct kind kind = {session_entries,
                                     HOP_ARRAY_SIZE(session_entries),
                                     AUTHOR,
                                     ".pssc",
                                     "InvalidPSSessionConfigurationFilePath",
                                     "PSSession Configuration",
                                     true};

    return make_file(c, &kind);
}

static bool
process_role(struct hop_command *c)
{
    static const struct kind kind = {
        role_entries, HOP_ARRAY_SIZE(role_entries),    R_AUTHOR,
        ".psrc",      "InvalidRoleCapabilityFilePath", "Role Capability",
        false};

    return make_file(c, &kind);
}

const struct hop_cmdlet hop_cmdlet_new_pssession_configuration_file = {
    .name = "New-PSSessionConfigurationFile",
    HOP_PARAMS(session_params),
    .synopsis = "Writes a file that defines a session configuration.",
    .process = process_session,
};

const struct hop_cmdlet hop_cmdlet_new_psrole_capability_file = {
    .name = "New-PSRoleCapabilityFile",
    HOP_PARAMS(role_params),
    .synopsis = "Writes a file that defines the capabilities of a role.",
    .process = process_role,
};
