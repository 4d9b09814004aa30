/* Import-PSSession and Export-PSSession: commands of a session as functions of
 * here, each of which runs the one there.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/text.h"
#include "cmdlets/remoting/implicit.h"
#include "cmdlets/remoting/remoting.h"
#include "cmdlets/utility/utility.h"
#include "value/types/file_info.h"

#define RUNSPACES "System.Management.Automation.Runspaces."

enum {
    PREFIX,
    NO_CHECKING,
    NAMES,
    CLOBBER,
    ARGUMENTS,
    TYPES,
    MODULES,
    QUALIFIED,
    FORMATS,
    CERTIFICATE,
    SESSION,
    OUTPUT = PREFIX,
    FORCE = NO_CHECKING,
    ENCODING = SESSION + 1,
};
#define SHARED                                                                 \
    [NAMES] = {"CommandName", "string[]", .position = HOP_POS(2),              \
               .aliases = "Name"},                                             \
    [CLOBBER] = {"AllowClobber", "switch"},                                    \
    [ARGUMENTS] = {"ArgumentList", "object[]", .aliases = "Args"},             \
    [TYPES] = {"CommandType", "System.Management.Automation.CommandTypes",     \
               .aliases = "Type"},                                             \
    [MODULES] = {"Module", "string[]", HOP_NOT_NULL, .aliases = "PSSnapin"},   \
    [QUALIFIED] = {"FullyQualifiedModule", "object[]", HOP_NOT_NULL},          \
    [FORMATS] = {"FormatTypeName", "string[]", .position = HOP_POS(3)},        \
    [CERTIFICATE] = {"Certificate", "object"},                                 \
    [SESSION] = {"Session", RUNSPACES "PSSession",                             \
                 HOP_MANDATORY | HOP_NOT_NULL, .position = HOP_POS(0)}
static const struct hop_param import_params[] = {
    [PREFIX] = {"Prefix", "string", HOP_NOT_NULL_OR_EMPTY},
    [NO_CHECKING] = {"DisableNameChecking", "switch"},
    SHARED,
};
static const struct hop_param export_params[] = {
    [OUTPUT] = {"OutputModule", "string", HOP_MANDATORY | HOP_NOT_NULL_OR_EMPTY,
                .position = HOP_POS(1), .aliases = "PSPath ModuleName"},
    [FORCE] = {"Force", "switch"},
    SHARED,
    [ENCODING] = {"Encoding", "System.Text.Encoding",
                  HOP_NOT_NULL_OR_EMPTY | HOP_ENCODING},
};

/* CommandTypes: all but applications and scripts. */
#define ALL_TYPES (1 | 2 | 4 | 8 | 256)
#define ALIAS     1

/* Those that the protocol itself uses. */
static const char *const protocol_own[] = {
    "Get-Command",    "Get-FormatData", "Get-Help",    "Select-Object",
    "Measure-Object", "Exit-PSSession", "Out-Default", "prompt",
};

/* ---- what is not to be had ---- */

static bool
refuse(struct hop_command *c, const char *id, const char *text)
{
    struct hop_error_spec spec = {.id = id,
                                  .category = HOP_CAT_NOT_IMPLEMENTED,
                                  .exception = "System.NotSupportedException"};

    return hop_command_throw(c, &spec, "%s", text);
}

static bool
check(struct hop_command *c)
{
    if (hop_arg_bound(c, CERTIFICATE))
        return refuse(c, "CertificateNotSupported",
                      "Nothing was imported: modules are not signed here. "
                      "Leave -Certificate out.");
    return !hop_arg_bound(c, FORMATS) ||
           refuse(c, "FormatTypeNameNotSupported",
                  "Nothing was imported: the views of another computer's "
                  "objects are not brought over, those of this one are used. "
                  "Leave -FormatTypeName out.");
}

/* -Encoding of Export-PSSession: the module is UTF-8. */
static bool
check_encoding(struct hop_command *c)
{
    HOP_AUTO_VALUE struct hop_value name = hop_null();

    if (!hop_arg_bound(c, ENCODING))
        return true;
    name = hop_member_path(&c->rs->cx, hop_arg(c, ENCODING), "WebName");
    return (hop_is_string(name) && (strcmp(hop_cstr(name), "utf-8") == 0 ||
                                    strcmp(hop_cstr(name), "us-ascii") == 0)) ||
           refuse(c, "EncodingNotSupported",
                  "Nothing was exported: modules are written in UTF-8. Leave "
                  "-Encoding out.");
}

/* ---- what is there ---- */

static bool
open_session(struct hop_command *c, struct pssession **out)
{
    struct pssession *s = as_pssession(hop_arg(c, SESSION));
    struct hop_error_spec spec = {.id = "InvalidSessionState",
                                  .category = HOP_CAT_INVALID_OPERATION,
                                  .exception =
                                      "System.Management.Automation.Runspaces."
                                      "InvalidRunspaceStateException",
                                  .target = hop_arg(c, SESSION)};

    (void)remote_wait(c->rs, 0, true);
    if (s && s->remote->state == REMOTE_OPENED) {
        *out = s;
        return true;
    }
    return hop_command_throw(c, &spec,
                             "The session is not open: nothing is imported. "
                             "New-PSSession opens one.");
}

static struct hop_value
string_array(struct hop_command *c, size_t param)
{
    return hop_arg_bound(c, param) ? hop_retain(hop_arg(c, param)) : hop_null();
}

static bool
take_commands(struct hop_command *c, struct remote *r, struct remote_call *k,
              struct hop_array *out)
{
    struct hop_psrp_message m;

    while (!call_is_over(k)) {
        while (call_next(k, &m)) {
            if (m.type == HOP_PSRP_PIPELINE_OUTPUT)
                hop_array_push(out, hop_value_steal(&m.u.object));
            else if (m.type == HOP_PSRP_PIPELINE_HOST_CALL)
                remote_host_call(r, &k->id, &m.u.call);
            hop_psrp_message_done(&m);
        }
        if (k->end == CALL_RUNS && remote_wait(c->rs, -1, false) < 0) {
            call_stop(k);
            return hop_command_flow(c, HOP_FLOW_STOP);
        }
    }
    return deliver_end(c, k, true);
}

/* The commands there that are asked for: object[], the first is their
 * count. */
static bool
ask_commands(struct hop_command *c, struct remote *r, struct hop_array **out)
{
    struct hop_psrp_metadata m = {
        .name = string_array(c, NAMES),
        .types = hop_arg_bound(c, TYPES) ? (int32_t)hop_arg(c, TYPES).u.i
                                         : ALL_TYPES,
        .space = string_array(c, MODULES),
        .module = string_array(c, QUALIFIED),
        .arguments = string_array(c, ARGUMENTS),
    };
    struct hop_error err = {0};
    struct remote_call *k = call_metadata(r, &m, &err);
    bool ok;

    if (!k) {
        r->error = err;
        return hop_write_error(c, remote_broken(r, "PSSessionStateBroken"));
    }
    *out = hop_array_new(&c->rs->cx, 0);
    ok = take_commands(c, r, k, *out);
    call_free(k);
    return ok;
}

static struct hop_string *
member_text(struct hop_context *cx, struct hop_value v, const char *name)
{
    HOP_AUTO_VALUE struct hop_value m = hop_member_path(cx, v, name);
    struct hop_string *s = NULL;

    if (hop_is_null(m) || !hop_to_string(cx, m, &s)) {
        hop_drop_exception(cx);
        s = hop_string_from("");
    }
    return s;
}

/* ---- all of them ---- */

struct making {
    struct hop_command *c;
    bool lives; /* it is for this shell, now */
    struct hop_buf text;
    struct hop_buf skipped;            /* names, for the warning */
    struct hop_buf functions, aliases; /* names to be exported, quoted */
    size_t n, found;
};

static void
done_making(struct making *m)
{
    hop_buf_done(&m->text);
    hop_buf_done(&m->skipped);
    hop_buf_done(&m->functions);
    hop_buf_done(&m->aliases);
}

static void
add_export(struct hop_buf *b, const char *name)
{
    hop_buf_adds(b, b->len ? ", " : "");
    implicit_add_quoted(b, name);
}

static bool
is_own(const char *name)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(protocol_own); i++)
        if (hop_ascii_ieq(protocol_own[i], name))
            return true;
    return false;
}

static bool
is_here(struct hop_runspace *rs, const char *name)
{
    struct cmdinfo *info =
        find_command(rs, name, strlen(name),
                     COMMAND_ALL & ~(unsigned)COMMAND_APPLICATION, true);

    hop_drop_exception(&rs->cx);
    if (info)
        hop_release(hop_obj(info));
    return info != NULL;
}

/* With -Prefix: Get-RemoteProcess. */
static char *
local_name(const char *name, const char *prefix)
{
    const char *dash = strchr(name, '-');

    if (!prefix)
        return hop_xstrdup(name);
    if (!dash)
        return hop_xasprintf("%s%s", prefix, name);
    return hop_xasprintf("%.*s%s%s", (int)(dash + 1 - name), name, prefix,
                         dash + 1);
}

static void
add_command(struct making *m, struct hop_value v, const char *prefix)
{
    struct hop_context *cx = &m->c->rs->cx;
    HOP_AUTO_STRING struct hop_string *name = member_text(cx, v, "Name");
    HOP_AUTO_STRING struct hop_string *target =
        member_text(cx, v, "ResolvedCommandName");
    HOP_AUTO_VALUE struct hop_value type =
        hop_member_path(cx, v, "CommandType");
    HOP_AUTO_FREE char *here = local_name(name->data, prefix);
    struct hop_value kind = hop_value_base(type);

    m->found++;
    if (!implicit_is_plain_name(name->data))
        return;
    if (is_own(name->data) && !hop_arg_bound(m->c, NAMES))
        return;
    if (m->lives && !hop_arg_on(m->c, CLOBBER) && is_here(m->c->rs, here)) {
        if (hop_arg_bound(m->c, NAMES))
            hop_buf_addf(&m->skipped, "%s%s", m->skipped.len ? ", " : "", here);
        return;
    }
    m->n++;
    if ((hop_is_integer(kind) || kind.kind == HOP_ENUM) && kind.u.i == ALIAS &&
        implicit_is_plain_name(target->data)) {
        hop_buf_addf(&m->text,
                     "Set-Alias -Name '%s' -Value '%s' -Scope Script\n", here,
                     target->data);
        add_export(&m->aliases, here);
        return;
    }
    implicit_add_function(cx, here, name->data, v, &m->text);
    add_export(&m->functions, here);
}

static bool
make(struct hop_command *c, struct remote *r, const char *prefix,
     struct making *m)
{
    struct hop_array *all = NULL;
    HOP_AUTO_VALUE struct hop_value held = hop_null();
    bool ok = ask_commands(c, r, &all);

    if (all)
        held = hop_obj(all);
    if (!ok)
        return false;
    for (size_t i = 1; all && i < all->n; i++)
        add_command(m, all->items[i], prefix);
    hop_buf_addf(&m->text, "Export-ModuleMember -Function @(%s) -Alias @(%s)\n",
                 hop_buf_str(&m->functions), hop_buf_str(&m->aliases));
    if (!m->skipped.len)
        return true;
    return hop_write_warning(c,
                             "Commands of the session are not imported, as "
                             "commands of the same names are here: %s. "
                             "-AllowClobber takes them over, -Prefix gives "
                             "them other names.",
                             hop_buf_str(&m->skipped));
}

static bool
nothing(struct hop_command *c, const struct making *m, const char *computer)
{
    struct hop_error_spec spec = {
        .id = m->found ? "ErrorNoCommandsImportedBecauseOfSkipping"
                       : "ErrorNoResultsFromRemoteEnd",
        .category = HOP_CAT_INVALID_RESULT,
        .exception = "System.ArgumentException"};

    return hop_command_throw(
        c, &spec, "No command of the session on %s is imported: %s", computer,
        m->found ? "all have names that are here already. "
                   "-AllowClobber takes them over."
                 : "none there has such a name.");
}

/* ---- Import-PSSession ---- */

static bool
import_text(struct hop_command *c, const struct hop_buf *text, const char *to)
{
    static const char script[] =
        "param($text, $session, $name)\n"
        "$m = New-Module -Name $name -ScriptBlock ([scriptblock]::Create("
        "$text)) -ArgumentList $session\n"
        "$m.PrivateData = @{ ImplicitRemoting = $true }\n"
        "Import-Module $m -Global -DisableNameChecking\n"
        "$m\n";
    HOP_AUTO_VALUE struct hop_value block = hop_null(), out = hop_null(),
                                    body = hop_null(), name = hop_null();
    struct hop_module *made;
    struct hop_guid g;
    char guid[HOP_GUID_TEXT];

    hop_guid_new(&g);
    hop_guid_format(&g, false, guid);
    /* As a folder of temporary files is called. */
    name = hop_str(hop_string_format("tmp_%.8s.%.3s", guid, guid + 9));
    body = hop_textn(text->data, text->len);
    {
        struct hop_value args[3] = {body, hop_arg(c, SESSION), name};

        if (!hop_scriptblock_create(c->rs, script, sizeof(script) - 1,
                                    &block) ||
            !hop_command_call(c, block, NULL, args, 3, &out))
            return false;
    }
    made = as_module(out);
    if (made) {
        free(made->version);
        free(made->description);
        made->version = hop_xstrdup("1.0");
        made->description = hop_xasprintf("Implicit remoting for %s", to);
    }
    return hop_write(c, out);
}

static bool
process_import(struct hop_command *c)
{
    struct pssession *s;
    HOP_CLEANUP(done_making)
    struct making m = {.c = c, .lives = true};

    if (!check(c) || !open_session(c, &s))
        return false;
    hop_buf_adds(&m.text, "param($session)\n");
    implicit_add_opening(s->remote->target, &m.text);
    hop_buf_adds(&m.text, implicit_shared);
    if (!make(c, s->remote, hop_arg_text(c, PREFIX), &m))
        return false;
    if (!m.n)
        return nothing(c, &m, s->remote->target->computer);
    return import_text(c, &m.text,
                       s->remote->target->endpoint
                           ? s->remote->target->endpoint
                           : s->remote->target->computer);
}

const struct hop_cmdlet hop_cmdlet_import_pssession = {
    .name = "Import-PSSession",
    HOP_PARAMS(import_params),
    .output = "System.Management.Automation.PSModuleInfo",
    .synopsis = "Makes commands of a session commands of this shell.",
    .end = process_import,
};

/* ---- Export-PSSession ---- */

/* The manifest beside the module. */
static void
add_manifest(const char *leaf, const char *computer, const struct making *m,
             struct hop_buf *b)
{
    struct hop_guid g;
    char guid[HOP_GUID_TEXT];

    hop_guid_new(&g);
    hop_guid_format(&g, false, guid);
    hop_buf_addf(b, "@{\n    GUID = '%s'\n    RootModule = ", guid);
    {
        HOP_AUTO_FREE char *root = hop_xasprintf("%s.psm1", leaf);
        HOP_AUTO_FREE char *text =
            hop_xasprintf("Implicit remoting for %s", computer);

        implicit_add_quoted(b, root);
        hop_buf_adds(b, "\n    Description = ");
        implicit_add_quoted(b, text);
    }
    hop_buf_addf(b,
                 "\n    ModuleVersion = '1.0'\n"
                 "    FunctionsToExport = @(%s)\n"
                 "    AliasesToExport = @(%s)\n"
                 "    PrivateData = @{ ImplicitRemoting = $true }\n}\n",
                 hop_buf_str(&m->functions), hop_buf_str(&m->aliases));
}

static bool
check_folder(struct hop_command *c, const char *folder)
{
    HOP_AUTO_VALUE struct hop_value target = hop_text(folder);
    struct hop_error_spec spec = {
        .id = "ExportProxyCommand_OutputDirectoryExists",
        .category = HOP_CAT_RESOURCE_EXISTS,
        .exception = "System.ArgumentException",
        .target = target};
    struct stat st;

    if (stat(folder, &st) == 0 && !hop_arg_on(c, FORCE))
        return hop_command_throw(c, &spec,
                                 "The folder %s is there already: -Force "
                                 "writes the module anew.",
                                 folder);
    if (mkdir(folder, 0777) < 0 && errno != EEXIST)
        return hop_throw_errno(&c->rs->cx, errno, folder, true);
    return true;
}

static bool
write_file(struct hop_command *c, const char *path, const struct hop_buf *text)
{
    static const char script[] = "param($p) Get-Item -LiteralPath $p";
    HOP_AUTO_VALUE struct hop_value block = hop_null(), out = hop_null(),
                                    arg = hop_text(path);

    return hop_file_write_all(&c->rs->cx, path, text->data, text->len, false) &&
           hop_scriptblock_create(c->rs, script, sizeof(script) - 1, &block) &&
           hop_command_call(c, block, NULL, &arg, 1, &out) && hop_write(c, out);
}

static bool
write_module(struct hop_command *c, const char *folder, const char *computer,
             const struct making *m)
{
    const char *slash = strrchr(folder, '/');
    const char *leaf = slash ? slash + 1 : folder;
    HOP_AUTO_FREE char *module = hop_xasprintf("%s/%s.psm1", folder, leaf);
    HOP_AUTO_FREE char *manifest = hop_xasprintf("%s/%s.psd1", folder, leaf);
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    add_manifest(leaf, computer, m, &b);
    return check_folder(c, folder) && write_file(c, manifest, &b) &&
           write_file(c, module, &m->text);
}

/* A name without a folder is one among the user's modules. */
static char *
module_folder(struct hop_command *c, const char *given)
{
    struct hop_item_path p;
    char *folder;

    if (!strchr(given, '/'))
        return hop_xasprintf("%s/.local/share/powershell/Modules/%s",
                             home_directory(c->rs), given);
    if (!hop_path_resolve(c->rs, given, &p))
        return NULL;
    folder = hop_xstrdup(p.path);
    hop_item_path_done(&p);
    return folder;
}

static bool
process_export(struct hop_command *c)
{
    struct pssession *s;
    HOP_CLEANUP(done_making)
    struct making m = {.c = c};
    HOP_AUTO_FREE char *folder = NULL;

    if (!check(c) || !check_encoding(c) || !open_session(c, &s))
        return false;
    folder = module_folder(c, hop_arg_text(c, OUTPUT));
    if (!folder)
        return false;
    hop_buf_adds(&m.text, "$script:session = $null\n");
    implicit_add_opening(s->remote->target, &m.text);
    hop_buf_adds(&m.text, implicit_shared);
    if (!make(c, s->remote, NULL, &m))
        return false;
    if (!m.n)
        return nothing(c, &m, s->remote->target->computer);
    return write_module(c, folder, s->remote->target->computer, &m);
}

const struct hop_cmdlet hop_cmdlet_export_pssession = {
    .name = "Export-PSSession",
    HOP_PARAMS(export_params),
    .output = "System.IO.FileInfo",
    .synopsis = "Writes commands of a session to a module.",
    .end = process_export,
};
