/* Export-Alias, Import-Alias.
 *
 * SPDX-License-Identifier: MIT
 */
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/text.h"
#include "cmdlets/management/filesystem.h"
#include "cmdlets/management/paths.h"
#include "cmdlets/utility/csv.h"
#include "cmdlets/utility/utility.h"
#include "engine/engine.h"
#include "engine/scope.h"
#include "smb/files.h"
#include "value/enums.h"
#include "value/exception.h"
#include "value/types/encoding.h"
#include "value/types/file_info.h"

/* ---- Export-Alias ---- */

enum {
    E_PATH,
    E_LITERAL,
    E_NAME,
    E_PASS_THRU,
    E_AS,
    E_APPEND,
    E_FORCE,
    E_NO_CLOBBER,
    E_DESCRIPTION,
    E_SCOPE
};
static const struct hop_param export_params[] = {
    [E_PATH] = {"Path", "string",
                .in = HOP_SETS({"ByPath", HOP_MANDATORY, HOP_POS(0)})},
    [E_LITERAL] = {"LiteralPath", "string",
                   .in = HOP_SETS(
                       {"ByLiteralPath", HOP_MANDATORY | HOP_BY_NAME, 0}),
                   .aliases = "PSPath LP"},
    [E_NAME] = {"Name", "string[]", HOP_BY_NAME, .position = HOP_POS(1)},
    [E_PASS_THRU] = {"PassThru", "switch"},
    [E_AS] = {"As", "Microsoft.PowerShell.Commands.ExportAliasFormat"},
    [E_APPEND] = {"Append", "switch"},
    [E_FORCE] = {"Force", "switch"},
    [E_NO_CLOBBER] = {"NoClobber", "switch", .aliases = "NoOverwrite"},
    [E_DESCRIPTION] = {"Description", "string"},
    [E_SCOPE] = {"Scope", "string"},
};

struct exporting {
    struct hop_array *found; /* AliasInfo, in the order of -Name */
};

struct search {
    struct hop_context *cx;
    const char *pattern;
    struct hop_array *found;
    size_t n;
};

static struct hop_string *
text_of(struct hop_context *cx, struct hop_value alias, const char *property)
{
    struct hop_string *name HOP_AUTO_STRING = hop_string_from(property);
    struct hop_string *text HOP_AUTO_STRING = NULL;
    struct hop_value v HOP_AUTO_VALUE = hop_null();

    if (hop_member_get(cx, alias, name, &v) != HOP_FOUND || hop_is_null(v) ||
        !hop_to_string(cx, v, &text)) {
        hop_drop_exception(cx);
        return hop_string_empty();
    }
    return hop_steal(&text);
}

static bool
note_alias(void *ctx, struct hop_value alias)
{
    struct search *s = ctx;
    struct hop_string *name HOP_AUTO_STRING = text_of(s->cx, alias, "Name");

    if (hop_wildcard_match(s->pattern, strlen(s->pattern), name->data,
                           name->len, true)) {
        hop_array_push(s->found, hop_retain(alias));
        s->n++;
    }
    return true;
}

static bool
no_alias(struct hop_command *c, const char *name)
{
    struct hop_value target HOP_AUTO_VALUE = hop_text(name);
    struct hop_error_spec spec = {
        .id = "AliasNotFound",
        .category = HOP_CAT_OBJECT_NOT_FOUND,
        .exception = "System.Management.Automation.ItemNotFoundException",
        .target = target};

    return hop_command_error(
        c, &spec, "Cannot find alias because alias '%s' does not exist.", name);
}

static bool
collect(struct hop_command *c, const char *pattern)
{
    struct exporting *e = hop_command_state(c);
    struct search s = {hop_command_context(c), pattern, e->found, 0};

    hop_alias_each(hop_command_runspace(c), hop_arg_text(c, E_SCOPE),
                   note_alias, &s);
    return s.n > 0 || hop_wildcard_has(pattern, strlen(pattern)) ||
           no_alias(c, pattern);
}

static bool
begin_export(struct hop_command *c)
{
    struct exporting *e = hop_command_state(c);

    e->found = hop_array_new(hop_command_context(c), 0);
    return true;
}

static bool
process_export(struct hop_command *c)
{
    size_t n = hop_arg_count(c, E_NAME);

    for (size_t i = 0; i < n; i++)
        if (!collect(c, hop_cstr(hop_arg_item(c, E_NAME, i))))
            return false;
    return n > 0 || collect(c, "*");
}

static void
add_header(struct hop_command *c, struct hop_buf *b)
{
    const char *description = hop_arg_text(c, E_DESCRIPTION);
    const struct passwd *user = getpwuid(geteuid());
    char host[256] = "", date[128] = "";
    time_t now = time(NULL);
    struct tm tm;

    (void)gethostname(host, sizeof(host) - 1);
    (void)!strftime(date, sizeof(date), "%A, %d %B %Y %H:%M:%S",
                    localtime_r(&now, &tm));
    hop_buf_addf(b,
                 "# Alias File\n# Exported by : %s\n# Date/Time : %s\n"
                 "# Computer : %s\n",
                 user ? user->pw_name : "", date, host);
    if (!description)
        return;
    hop_buf_adds(b, "#\n# ");
    for (; *description; description++) {
        hop_buf_addc(b, *description);
        if (*description == '\n')
            hop_buf_adds(b, "# ");
    }
    hop_buf_addc(b, '\n');
}

/* Nothing in the values is escaped: so the files are. */
static void
add_alias(struct hop_command *c, struct hop_value alias, struct hop_buf *b)
{
    static const char *const before[2][4] = {
        {"\"", "\",\"", "\",\"", "\",\""},
        {"set-alias -Name:\"", "\" -Value:\"", "\" -Description:\"",
         "\" -Option:\""}};
    static const char *const properties[] = {"Name", "Definition",
                                             "Description", "Options"};
    bool script = hop_arg_bound(c, E_AS) && hop_arg(c, E_AS).u.i;

    for (size_t i = 0; i < HOP_ARRAY_SIZE(properties); i++) {
        struct hop_string *s HOP_AUTO_STRING =
            text_of(hop_command_context(c), alias, properties[i]);

        hop_buf_adds(b, before[script][i]);
        hop_buf_add(b, s->data, s->len);
    }
    hop_buf_adds(b, "\"\n");
}

static bool
write_aliases(struct hop_command *c, const struct hop_item_path *p)
{
    static const struct hop_encoding unicode = {.code = HOP_CODE_UTF16,
                                                .mark = true};
    struct exporting *e = hop_command_state(c);
    struct hop_buf text HOP_AUTO_BUF = HOP_BUF_INIT;
    struct hop_buf raw HOP_AUTO_BUF = HOP_BUF_INIT;
    bool append = hop_arg_on(c, E_APPEND);
    bool there = hop_files_access(p->path, F_OK) == 0;

    if (there && hop_arg_on(c, E_NO_CLOBBER) && !append)
        return hop_paths_no_clobber(c, p->path);
    if (there && hop_arg_on(c, E_FORCE))
        (void)hop_files_chmod(p->path, 0644);
    add_header(c, &text);
    for (size_t i = 0; i < e->found->n; i++)
        add_alias(c, e->found->items[i], &text);
    if (!there || !append)
        hop_encoding_preamble(&unicode, &raw);
    hop_encoding_encode(&unicode, hop_buf_str(&text), text.len, &raw);
    return hop_file_write_all(hop_command_context(c), p->path,
                              hop_buf_str(&raw), raw.len, append) ||
           hop_paths_open_failed(c, p->path);
}

static bool
end_export(struct hop_command *c)
{
    struct exporting *e = hop_command_state(c);
    const char *path = hop_arg_text(c, E_PATH);
    struct hop_item_path p;
    bool ok, go;

    path = path ? path : hop_arg_text(c, E_LITERAL);
    if (!hop_should_process(c, path, NULL, &go))
        return false;
    if (go) {
        if (!hop_path_resolve(hop_command_runspace(c), path, &p))
            return false;
        ok = write_aliases(c, &p);
        hop_item_path_done(&p);
        if (!ok)
            return false;
    }
    for (size_t i = 0; hop_arg_on(c, E_PASS_THRU) && i < e->found->n; i++)
        if (!hop_write(c, e->found->items[i]))
            return false;
    return true;
}

static void
dispose_export(struct hop_command *c)
{
    struct exporting *e = hop_command_state(c);

    if (e->found)
        hop_release(hop_obj(e->found));
}

const struct hop_cmdlet hop_cmdlet_export_alias = {
    .name = "Export-Alias",
    .default_set = "ByPath",
    HOP_PARAMS(export_params),
    .flags = HOP_SHOULD_PROCESS,
    .output = "System.Management.Automation.AliasInfo",
    .synopsis = "Writes aliases into a file.",
    .state_size = sizeof(struct exporting),
    .begin = begin_export,
    .process = process_export,
    .end = end_export,
    .dispose = dispose_export,
};

/* ---- Import-Alias ---- */

enum { I_PATH, I_LITERAL, I_SCOPE, I_PASS_THRU, I_FORCE };
static const struct hop_param import_params[] = {
    [I_PATH] = {"Path", "string",
                .in = HOP_SETS({"ByPath",
                                HOP_MANDATORY | HOP_BY_VALUE | HOP_BY_NAME,
                                HOP_POS(0)})},
    [I_LITERAL] = {"LiteralPath", "string",
                   .in = HOP_SETS({"ByLiteralPath",
                                   HOP_MANDATORY | HOP_BY_VALUE | HOP_BY_NAME,
                                   0}),
                   .aliases = "PSPath LP"},
    [I_SCOPE] = {"Scope", "string", HOP_NOT_NULL_OR_EMPTY},
    [I_PASS_THRU] = {"PassThru", "switch"},
    [I_FORCE] = {"Force", "switch"},
};
static bool
exists_already(struct hop_command *c, const char *name, const char *kind)
{
    struct hop_value target HOP_AUTO_VALUE = hop_text(name);
    struct hop_error_spec spec = {
        .id = "AliasAlreadyExists",
        .category = HOP_CAT_RESOURCE_EXISTS,
        .exception = "System.Management.Automation.SessionStateException",
        .target = target};

    if (!kind)
        return hop_command_error(c, &spec,
                                 "The alias is not allowed, because an alias "
                                 "with the name '%s' already exists.",
                                 name);
    return hop_command_error(c, &spec,
                             "The alias is not allowed, because a command with "
                             "the name '%s' and command type '%s' already "
                             "exists.",
                             name, kind);
}

/* The type of the command that an alias of this name would hide, or NULL. */
static const char *
hidden_command(struct hop_command *c, const char *name)
{
    static const struct {
        enum command_type type;
        const char *name;
    } kinds[] = {{COMMAND_FUNCTION, "Function"},
                 {COMMAND_FILTER, "Filter"},
                 {COMMAND_CMDLET, "Cmdlet"},
                 {COMMAND_EXTERNAL_SCRIPT, "ExternalScript"},
                 {COMMAND_APPLICATION, "Application"}};
    struct hop_runspace *rs = hop_command_runspace(c);

    for (size_t i = 0; i < HOP_ARRAY_SIZE(kinds); i++) {
        struct cmdinfo *found =
            find_command(rs, name, strlen(name), kinds[i].type, true);

        if (found) {
            hop_release(hop_obj(found));
            return kinds[i].name;
        }
    }
    return NULL;
}

static bool
import_alias(struct hop_command *c, const struct hop_array *field,
             int64_t options)
{
    const char *name = hop_cstr(field->items[0]);
    const char *definition = hop_cstr(field->items[1]);
    const char *description = hop_cstr(field->items[2]);
    struct hop_alias_spec spec = {
        .name = name,
        .definition = definition,
        .description = *description ? description : NULL,
        .scope = hop_arg_text(c, I_SCOPE),
        .options = (unsigned)options,
        .force = hop_arg_on(c, I_FORCE),
    };
    HOP_AUTO_FREE char *target =
        hop_xasprintf("Name: %s Value: %s", name, definition);
    const char *kind;
    bool go;

    if (!hop_should_process(c, target, "Import Alias", &go))
        return false;
    if (!go)
        return true;
    if (!spec.force && hop_alias_get(hop_command_runspace(c), name))
        return exists_already(c, name, NULL);
    kind = spec.force ? NULL : hidden_command(c, name);
    if (kind)
        return exists_already(c, name, kind);
    if (!hop_alias_set(hop_command_runspace(c), &spec))
        return hop_command_report(c);
    if (hop_arg_on(c, I_PASS_THRU)) {
        struct hop_array *made = hop_array_new(hop_command_context(c), 0);
        struct hop_value held HOP_AUTO_VALUE = hop_obj(made);
        struct search s = {hop_command_context(c), name, made, 0};

        hop_alias_each(hop_command_runspace(c), spec.scope, note_alias, &s);
        return made->n == 0 || hop_write(c, made->items[0]);
    }
    return true;
}

static struct hop_error_spec
bad_line(const char *id, const char *exception, struct hop_value target)
{
    return (struct hop_error_spec){.id = id,
                                   .category = HOP_CAT_READ_ERROR,
                                   .exception = exception,
                                   .target = target};
}

static bool
import_line(struct hop_command *c, const char *path, const char *line, size_t n,
            long number)
{
    size_t used;
    struct hop_array *field =
        hop_csv_record(hop_command_context(c), line, n, ',', &used);
    struct hop_value held HOP_AUTO_VALUE = hop_obj(field);
    struct hop_value target HOP_AUTO_VALUE = hop_text(path);
    struct hop_error_spec spec;
    int64_t options = 0;
    int why;

    if (field->n != 4) {
        spec = bad_line("ImportAliasFileFormatError", "System.FormatException",
                        target);
        return hop_command_throw(
            c, &spec,
            "Cannot import an alias. Line number %ld in the file '%s' is not "
            "a properly-formatted, comma-separated values (CSV) line for "
            "aliases. Change the line to contain four values separated by "
            "commas. If the value text itself contains a comma, then the "
            "value must be contained in quotation marks.",
            number, path);
    }
    if (hop_enum_parse(&hop_enum_scoped_options, hop_cstr(field->items[3]),
                       strlen(hop_cstr(field->items[3])), false, &options,
                       &why))
        return import_alias(c, field, options);
    spec =
        bad_line("ImportAliasOptionsError", "System.ArgumentException", target);
    return hop_command_error(
        c, &spec,
        "Cannot import the alias because line number %ld in the file '%s' "
        "contains an option that is not recognized for aliases. Change the "
        "file to contain valid options.",
        number, path);
}

static bool
import_file(struct hop_command *c, const char *path)
{
    struct hop_buf raw HOP_AUTO_BUF = HOP_BUF_INIT;
    struct hop_buf text HOP_AUTO_BUF = HOP_BUF_INIT;
    const char *line;
    long number = 1;

    if (!hop_file_read_all(hop_command_context(c), path, &raw))
        return hop_paths_open_failed(c, path);
    hop_encoding_decode_file(hop_encoding_utf8(false), hop_buf_str(&raw),
                             raw.len, &text);
    for (line = hop_buf_str(&text); *line; number++) {
        size_t n = strcspn(line, "\r\n");

        if (strspn(line, " \t\r\n") < n && *line != '#' &&
            !import_line(c, path, line, n, number))
            return false;
        line += n;
        line += strncmp(line, "\r\n", 2) == 0 ? 2 : *line != '\0';
    }
    return true;
}

static bool
take_path(void *ctx, struct hop_item_path *p)
{
    char **path = ctx;

    free(*path);
    *path = hop_steal(&p->path);
    p->path = hop_xstrdup("");
    return true;
}

static bool
process_import(struct hop_command *c)
{
    const char *given = hop_arg_text(c, I_PATH);
    bool literal = given == NULL;
    HOP_AUTO_FREE char *path = NULL;

    if (!hop_path_glob(hop_command_runspace(c),
                       literal ? hop_arg_text(c, I_LITERAL) : given, literal,
                       true, take_path, &path))
        return false;
    return path == NULL || import_file(c, path);
}

const struct hop_cmdlet hop_cmdlet_import_alias = {
    .name = "Import-Alias",
    .default_set = "ByPath",
    HOP_PARAMS(import_params),
    .flags = HOP_SHOULD_PROCESS,
    .output = "System.Management.Automation.AliasInfo",
    .synopsis = "Makes the aliases that a file lists.",
    .process = process_import,
};
