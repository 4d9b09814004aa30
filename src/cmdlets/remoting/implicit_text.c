/* The text of modules that stand for commands of a session.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cmdlets/remoting/implicit.h"

#include "base/text.h"
#include "cmdlets/remoting/remoting.h"

/* ---- functions ---- */

void
implicit_add_quoted(struct hop_buf *b, const char *s)
{
    hop_buf_addc(b, '\'');
    for (; *s; s++) {
        hop_buf_addc(b, *s);
        if (*s == '\'')
            hop_buf_addc(b, '\'');
    }
    hop_buf_addc(b, '\'');
}

bool
implicit_is_plain_name(const char *s)
{
    return *s && !s[strcspn(s, "'\"`$(){}[];|&<>,\n\r\t ‘’“”")];
}

static bool
is_common(const char *name)
{
    static const char *const names[] = {
        "Verbose",
        "Debug",
        "ErrorAction",
        "WarningAction",
        "ErrorVariable",
        "WarningVariable",
        "InformationAction",
        "OutVariable",
        "InformationVariable",
        "OutBuffer",
        "PipelineVariable",
        "ProgressAction",
        "AsJob", /* each function has one of its own */
    };

    for (size_t i = 0; i < HOP_ARRAY_SIZE(names); i++)
        if (hop_ascii_ieq(names[i], name))
            return true;
    return false;
}

static void
add_parameter(struct hop_context *cx, const char *name, struct hop_value meta,
              struct hop_buf *b)
{
    HOP_AUTO_VALUE struct hop_value aliases =
        hop_member_path(cx, meta, "Aliases");
    HOP_AUTO_VALUE struct hop_value on =
        hop_member_path(cx, meta, "SwitchParameter");
    struct hop_array *a = hop_as_array(aliases);
    bool first = true;

    if (!implicit_is_plain_name(name) || is_common(name))
        return;
    for (size_t i = 0; a && i < a->n; i++) {
        struct hop_value v = hop_value_base(a->items[i]);

        if (!hop_is_string(v) || !implicit_is_plain_name(hop_cstr(v)))
            continue;
        hop_buf_adds(b, first ? "    [Alias(" : ", ");
        implicit_add_quoted(b, hop_cstr(v));
        first = false;
    }
    hop_buf_addf(b, "%s    %s${%s},\n", first ? "" : ")]\n",
                 on.kind == HOP_BOOL && on.u.i ? "[switch] " : "", name);
}

static void
add_parameters(struct hop_context *cx, struct hop_value command,
               struct hop_buf *b)
{
    HOP_AUTO_VALUE struct hop_value all =
        hop_member_path(cx, command, "Parameters");
    struct hop_dict *d = hop_as_dict(all);
    struct hop_value base = hop_value_base(all);

    for (size_t i = 0; d && i < d->used; i++)
        if (hop_is_string(d->entries[i].key))
            add_parameter(cx, hop_cstr(d->entries[i].key), d->entries[i].value,
                          b);
    if (d || base.kind != HOP_OBJECT || !base.u.o->ext)
        return;
    for (uint32_t i = 0; i < base.u.o->ext->n; i++)
        add_parameter(cx, base.u.o->ext->items[i].name->data,
                      base.u.o->ext->items[i].value, b);
}

const char implicit_shared[] =
    "$script:alone = { param($name, $named, $rest)\n"
    "  & $name @named @rest }\n"
    "$script:taking = { param($name, $named, $rest)\n"
    "  $input | & $name @named @rest }\n"
    "function __Sort($bound, $call, $there) {\n"
    "  foreach ($k in $bound.Keys) {\n"
    "    if ($k -in '__Object', '__Rest') { continue }\n"
    "    if ($k -in 'ErrorAction', 'WarningAction', 'InformationAction',\n"
    "        'ProgressAction') { $call[$k] = $there[$k] = $bound[$k] }\n"
    "    elseif ($k -eq 'AsJob') { $call[$k] = $bound[$k] }\n"
    "    elseif ($k -notin 'Verbose', 'Debug', 'ErrorVariable', 'OutBuffer',\n"
    "        'WarningVariable', 'InformationVariable', 'OutVariable',\n"
    "        'PipelineVariable') { $there[$k] = $bound[$k] } } }\n";

void
implicit_add_function(struct hop_context *cx, const char *here,
                      const char *name, struct hop_value command,
                      struct hop_buf *b)
{
    hop_buf_addf(b,
                 "function %s {\n"
                 "  [CmdletBinding(PositionalBinding = $false)]\n"
                 "  param(\n",
                 here);
    add_parameters(cx, command, b);
    hop_buf_adds(b,
                 "    [switch] ${AsJob},\n"
                 "    [Parameter(ValueFromPipeline = $true)]\n"
                 "    ${__Object},\n"
                 "    [Parameter(ValueFromRemainingArguments = $true)]\n"
                 "    [object[]] ${__Rest})\n"
                 "  begin {\n"
                 "    $there = @{}\n"
                 "    $rest = [object[]]@()\n"
                 "    if ($__Rest) { $rest = $__Rest }\n"
                 "    $call = @{ HideComputerName = $true; Session = __Session "
                 "}\n"
                 "    __Sort $PSBoundParameters $call $there\n"
                 "    $call.ScriptBlock = if ($MyInvocation.ExpectingInput) { "
                 "$script:taking } else { $script:alone }\n"
                 "    $call.ArgumentList = ");
    implicit_add_quoted(b, name);
    hop_buf_adds(b, ", $there, $rest\n"
                    "    $work = { Invoke-Command @call }.GetSteppablePipeline("
                    "$MyInvocation.CommandOrigin)\n"
                    "    $work.Begin($MyInvocation.ExpectingInput, "
                    "$ExecutionContext) }\n"
                    "  process {\n"
                    "    if ($MyInvocation.ExpectingInput) {\n"
                    "      $work.Process($_) } else { $work.Process() } }\n"
                    "  end { $work.End() }\n"
                    "}\n");
}

/* ---- how a session is opened again ---- */

void
implicit_add_opening(const struct target *t, struct hop_buf *b)
{
    hop_buf_adds(b, "function __Session {\n"
                    "  if ($script:session.State -eq 'Disconnected') {\n"
                    "    $script:session = Connect-PSSession $script:session "
                    "-ErrorAction SilentlyContinue }\n"
                    "  if ($script:session.State -ne 'Opened') {\n"
                    "    Write-Host 'A new session is opened for the imported "
                    "commands.'\n"
                    "    $script:session = New-PSSession ");
    if (t->transport == BY_WSMAN) {
        bool uri = strstr(t->endpoint, "://") && !t->application;

        hop_buf_adds(b, uri ? "-ConnectionUri " : "-ComputerName ");
        implicit_add_quoted(b, uri ? t->endpoint : t->computer);
        if (t->application) {
            hop_buf_adds(b, " -ApplicationName ");
            implicit_add_quoted(b, t->application);
        }
        if (t->thumbprint) {
            hop_buf_adds(b, " -CertificateThumbprint ");
            implicit_add_quoted(b, t->thumbprint);
        }
        if (t->port)
            hop_buf_addf(b, " -Port %d", t->port);
        if (t->use_ssl && !uri)
            hop_buf_adds(b, " -UseSSL");
        if (t->configuration) {
            hop_buf_adds(b, " -ConfigurationName ");
            implicit_add_quoted(b, t->configuration);
        }
        if (t->authentication)
            hop_buf_addf(b, " -Authentication %d", t->authentication);
        if (!hop_is_null(t->credential))
            hop_buf_adds(b, " -Credential (Get-Credential)");
    } else {
        hop_buf_adds(b, "-HostName ");
        implicit_add_quoted(b, t->computer);
        if (t->user) {
            hop_buf_adds(b, " -UserName ");
            implicit_add_quoted(b, t->user);
        }
        if (t->port)
            hop_buf_addf(b, " -Port %d", t->port);
    }
    hop_buf_adds(b, " }\n  $script:session\n}\n");
}
