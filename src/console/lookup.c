/* What completion looks up in a runspace: small programs that write a line per
 * result, its fields parted by U+001F: text, list item, tool tip, type.
 *
 * SPDX-License-Identifier: MIT
 */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "console/session.h"

#define FIELD "\x1f"

static const char commands_script[] =
    "param($w)\n"
    "$p = [System.Management.Automation.WildcardPattern]::Escape($w) + '*'\n"
    "foreach ($c in Get-Command -Name $p -ErrorAction Ignore) {\n"
    "    $c.Name, $c.Name, $c.CommandType, 2 -join \"`u{1f}\"\n"
    "}\n";

static const char parameters_script[] =
    "param($n, $w)\n"
    "$c = @(Get-Command -Name $n -ErrorAction Ignore)[0]\n"
    "if ($c.CommandType -eq 'Alias') { $c = $c.ResolvedCommand }\n"
    "foreach ($p in $c.Parameters.Values) {\n"
    "    $p.Name, $p.Name, \"[$($p.ParameterType.Name)] $($p.Name)\", 7"
    " -join \"`u{1f}\"\n"
    "}\n";

static const char values_script[] =
    "param($n, $name, $position)\n"
    "$c = @(Get-Command -Name $n -ErrorAction Ignore)[0]\n"
    "if ($c.CommandType -eq 'Alias') { $c = $c.ResolvedCommand }\n"
    "$p = $null\n"
    "if ($name) {\n"
    "    $p = $c.Parameters[$name]\n"
    "    if (!$p) {\n"
    "        $p = @($c.Parameters.Values | Where-Object {\n"
    "            $_.Name -like \"$name*\" -or $_.Aliases -contains $name "
    "})[0]\n"
    "    }\n"
    "} else {\n"
    "    foreach ($s in $c.ParameterSets) {\n"
    "        foreach ($q in $s.Parameters) {\n"
    "            if (!$p -and $q.Position -eq $position) {\n"
    "                $p = $c.Parameters[$q.Name]\n"
    "            }\n"
    "        }\n"
    "    }\n"
    "}\n"
    "if (!$p) { return }\n"
    "foreach ($a in $p.Attributes) {\n"
    "    foreach ($v in $a.ValidValues) { $v, $v, $v, 8 -join \"`u{1f}\" }\n"
    "}\n"
    "$t = $p.ParameterType\n"
    "if ($t.IsArray) { $t = $t.GetElementType() }\n"
    "if ($t.IsEnum) {\n"
    "    foreach ($v in [enum]::GetNames($t)) {"
    " $v, $v, $v, 8 -join \"`u{1f}\" }\n"
    "}\n";

static const char variables_script[] =
    "param($w)\n"
    "if ($w -like 'env:*') {\n"
    "    foreach ($v in Get-ChildItem env:) {\n"
    "        \"env:$($v.Name)\", \"env:$($v.Name)\", $v.Value, 9"
    " -join \"`u{1f}\"\n"
    "    }\n"
    "    return\n"
    "}\n"
    "foreach ($v in Get-Variable) {\n"
    "    $v.Name, $v.Name, $v.Name, 9 -join \"`u{1f}\"\n"
    "}\n";

/* Behind "$target = ...". */
static const char members_script[] =
    "\nif ($null -eq $target) { return }\n"
    "if ($target -is [System.Collections.IDictionary] -and !$static) {\n"
    "    foreach ($k in $target.Keys) {"
    " \"$k\", \"$k\", \"$k\", 5 -join \"`u{1f}\" }\n"
    "}\n"
    "foreach ($m in Get-Member -InputObject $target -Static:$static"
    " -ErrorAction Ignore) {\n"
    "    if (\"$($m.MemberType)\" -like '*Method') {\n"
    "        \"$($m.Name)(\", $m.Name, $m.Definition, 6 -join \"`u{1f}\"\n"
    "    } else {\n"
    "        $m.Name, $m.Name, $m.Definition, 5 -join \"`u{1f}\"\n"
    "    }\n"
    "}\n";

/* ---- running them
 * --------------------------------------------------------------- */

static char *
next_field(char **s)
{
    return strsep(s, FIELD);
}

struct result_sink {
    struct hop_sink sink;
    struct hop_completion_list *list;
};

/* Takes one line of a program's output. */
static enum hop_flow
add_line(struct hop_sink *sink, struct hop_value v)
{
    struct hop_completion_list *l = ((struct result_sink *)sink)->list;
    HOP_AUTO_FREE char *copy = NULL;
    char *rest, *text, *item, *tip, *type;

    v = hop_value_base(v);
    if (v.kind != HOP_STRING)
        return HOP_FLOW_NEXT;
    copy = rest = hop_xstrndup(v.u.s->data, v.u.s->len);
    text = next_field(&rest);
    item = next_field(&rest);
    tip = next_field(&rest);
    type = next_field(&rest);
    if (type && hop_complete_fits(l, text))
        hop_complete_add(l, text, item, tip,
                         (enum hop_complete_type)atoi(type));
    return HOP_FLOW_NEXT;
}

static void
run_script(struct hop_runspace *rs, struct hop_completion_list *l,
           const char *script, const struct hop_value *args, size_t n)
{
    struct result_sink out = {{add_line}, l};
    struct hop_value error = {.kind = HOP_NULL};
    struct hop_run run = {.text = script,
                          .n = strlen(script),
                          .args = args,
                          .n_args = n,
                          .new_scope = true};

    for (int i = HOP_ERROR; i < HOP_STREAM_NUMBERS; i++)
        run.sinks[i] = &hop_sink_null;
    run.sinks[HOP_OUTPUT] = &out.sink;
    hop_runspace_run(rs, &run, &error);
    hop_release(error);
}

static void
look_up_commands(void *ctx, struct hop_completion_list *l)
{
    HOP_AUTO_VALUE struct hop_value word = hop_text(l->request.word);

    /* Without a word there would be thousands. */
    if (*l->request.word)
        run_script(ctx, l, commands_script, &word, 1);
}

static void
release_all(struct hop_value *v, size_t n)
{
    for (size_t i = 0; i < n; i++)
        hop_release(v[i]);
}

static void
look_up_parameters(void *ctx, struct hop_completion_list *l)
{
    struct hop_value args[2];

    if (!l->request.command_name)
        return;
    args[0] = hop_text(l->request.command_name);
    args[1] = hop_text(l->request.word);
    run_script(ctx, l, parameters_script, args, 2);
    release_all(args, 2);
}

static void
look_up_values(void *ctx, struct hop_completion_list *l)
{
    struct hop_value args[3];

    if (!l->request.command_name)
        return;
    args[0] = hop_text(l->request.command_name);
    args[1] = hop_text(l->request.parameter ? l->request.parameter : "");
    args[2] = hop_int((int32_t)l->request.position);
    run_script(ctx, l, values_script, args, 3);
    release_all(args, 3);
}

static void
look_up_variables(void *ctx, struct hop_completion_list *l)
{
    HOP_AUTO_VALUE struct hop_value word = hop_text(l->request.word);

    run_script(ctx, l, variables_script, &word, 1);
}

/* ---- members
 * -------------------------------------------------------------------- */

/* Only what cannot do anything is evaluated to see its members. */
static bool
check_harmless(void *ctx, struct hop_ast *node)
{
    bool *harmless = ctx;

    switch (node->kind) {
    case HOP_AST_VARIABLE:
    case HOP_AST_MEMBER:
    case HOP_AST_INDEX:
    case HOP_AST_CONSTANT:
    case HOP_AST_STRING_CONSTANT:
    case HOP_AST_TYPE:
    case HOP_AST_TYPE_CONSTRAINT:
    case HOP_AST_CONVERT:
    case HOP_AST_PAREN:
    case HOP_AST_PIPELINE:
    case HOP_AST_COMMAND_EXPRESSION:
    case HOP_AST_ARRAY_LITERAL: return true;
    default: *harmless = false; return false;
    }
}

static void
look_up_members(void *ctx, struct hop_completion_list *l)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    struct hop_ast *target = (struct hop_ast *)(uintptr_t)l->request.target;
    struct hop_name text = hop_ast_text(l->request.unit, target);
    bool harmless = true;

    hop_ast_visit(target, check_harmless, &harmless);
    if (!harmless)
        return;
    hop_buf_addf(&b, "$static = $%s\n$target = ",
                 l->request.is_static ? "true" : "false");
    hop_buf_add(&b, text.text, text.len);
    hop_buf_adds(&b, members_script);
    run_script(ctx, l, hop_buf_str(&b), NULL, 0);
}

/* ---- types
 * ----------------------------------------------------------------------- */

static const char *const type_names[] = {
    "Alias",
    "AllowEmptyCollection",
    "AllowEmptyString",
    "AllowNull",
    "ArgumentCompleter",
    "array",
    "bigint",
    "bool",
    "byte",
    "char",
    "CmdletBinding",
    "cultureinfo",
    "datetime",
    "decimal",
    "double",
    "Environment",
    "float",
    "guid",
    "hashtable",
    "int",
    "int16",
    "int32",
    "int64",
    "ipaddress",
    "IO.Directory",
    "IO.File",
    "IO.Path",
    "mailaddress",
    "long",
    "Math",
    "NullString",
    "object",
    "ordered",
    "OutputType",
    "Parameter",
    "pscredential",
    "pscustomobject",
    "psmoduleinfo",
    "psobject",
    "psvariable",
    "ref",
    "regex",
    "sbyte",
    "scriptblock",
    "securestring",
    "semver",
    "short",
    "single",
    "string",
    "SupportsWildcards",
    "switch",
    "System.Collections.ArrayList",
    "System.Collections.Generic.Dictionary",
    "System.Collections.Generic.HashSet",
    "System.Collections.Generic.List",
    "System.Collections.Generic.Queue",
    "System.Collections.Generic.Stack",
    "System.Convert",
    "System.Environment",
    "System.IO.Directory",
    "System.IO.File",
    "System.IO.Path",
    "System.Management.Automation.PSObject",
    "System.Math",
    "System.Random",
    "System.String",
    "System.StringComparer",
    "System.Text.Encoding",
    "System.Text.RegularExpressions.Regex",
    "System.Text.StringBuilder",
    "System.Version",
    "timespan",
    "type",
    "uint",
    "uint16",
    "uint32",
    "uint64",
    "ulong",
    "uri",
    "ushort",
    "ValidateCount",
    "ValidateLength",
    "ValidateNotNull",
    "ValidateNotNullOrEmpty",
    "ValidatePattern",
    "ValidateRange",
    "ValidateScript",
    "ValidateSet",
    "version",
    "void",
    "WildcardPattern",
    "xml",
};

static void
look_up_types(void *ctx, struct hop_completion_list *l)
{
    (void)ctx;
    for (size_t i = 0; i < HOP_ARRAY_SIZE(type_names); i++)
        if (hop_complete_fits(l, type_names[i]))
            hop_complete_add(l, type_names[i], NULL, NULL,
                             HOP_COMPLETE_TYPE_NAME);
}

/* ---- files
 * ------------------------------------------------------------------------- */

/* The folder that a word speaks of, malloc'ed. */
static char *
folder_of(struct hop_runspace *rs, const char *word, size_t n)
{
    const char *home = getenv("HOME");

    if (n && word[0] == '/')
        return hop_xstrndup(word, n);
    if (word[0] == '~' && (n == 1 || word[1] == '/') && home)
        return hop_xasprintf("%s%.*s", home, (int)n - 1, word + 1);
    return hop_xasprintf("%s/%.*s", hop_location(rs), (int)n, word);
}

static void
close_folder(DIR **d)
{
    if (*d)
        closedir(*d);
}

static bool
is_folder(const char *folder, const struct dirent *e)
{
    HOP_AUTO_FREE char *path = NULL;
    struct stat st;

    if (e->d_type == DT_DIR)
        return true;
    if (e->d_type != DT_LNK && e->d_type != DT_UNKNOWN)
        return false;
    path = hop_xasprintf("%s/%s", folder, e->d_name);
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static void
add_file(struct hop_completion_list *l, const char *folder, size_t prefix,
         const struct dirent *e)
{
    const char *word = l->request.word;
    HOP_AUTO_FREE char *text =
        prefix ? hop_xasprintf("%.*s%s", (int)prefix, word, e->d_name)
               : hop_xasprintf("./%s", e->d_name);

    hop_complete_add(l, text, e->d_name, NULL,
                     is_folder(folder, e) ? HOP_COMPLETE_CONTAINER
                                          : HOP_COMPLETE_ITEM);
}

static void
look_up_paths(void *ctx, struct hop_completion_list *l)
{
    const char *word = l->request.word, *slash = strrchr(word, '/');
    size_t prefix = slash ? (size_t)(slash + 1 - word) : 0;
    HOP_AUTO_FREE char *folder = folder_of(ctx, word, prefix);
    const char *start = word + prefix;
    HOP_CLEANUP(close_folder) DIR *d = opendir(folder);
    const struct dirent *e;

    while (d && (e = readdir(d)) != NULL) {
        if (strncasecmp(e->d_name, start, strlen(start)) != 0 ||
            (e->d_name[0] == '.' && start[0] != '.') ||
            strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
            continue;
        add_file(l, folder, prefix, e);
    }
}

struct hop_completion_list *
hop_console_complete(struct hop_runspace *rs, const char *text, size_t n,
                     size_t cursor)
{
    const struct hop_complete_lookup lookup = {
        .ctx = rs,
        .commands = look_up_commands,
        .parameters = look_up_parameters,
        .values = look_up_values,
        .variables = look_up_variables,
        .members = look_up_members,
        .types = look_up_types,
        .paths = look_up_paths,
    };

    return hop_complete(text, n, cursor, &lookup);
}
