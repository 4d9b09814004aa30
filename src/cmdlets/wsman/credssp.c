/* Enable-, Disable- and Get-WSManCredSSP: outputs as Windows
 * has them.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "base/text.h"
#include "cmdlets/wsman/place.h"
#include "cmdlets/wsman/wsman.h"
#include "config/fresh.h"
#include "value/collections.h"
#include "value/convert.h"
#include "value/member.h"

#define CONFIG_NS "http://schemas.microsoft.com/wbem/wsman/1/config/"
#define CAPTION   "CredSSP Authentication Configuration for WS-Management"

/* ---- errors */

/* What escapes from the cmdlets of PowerShell is an InvalidOperationException
 * without an id of its own. */
static const struct hop_error_spec invalid = {
    "System.InvalidOperationException",
    HOP_CAT_NOT_SPECIFIED,
    "System.InvalidOperationException",
    {0}};

static bool
fail_settings(struct hop_command *c, const char *what,
              const struct hop_error *err)
{
    return hop_command_throw(c, &invalid, "%s: %s%s", what, err->text,
                             err->code == 0x8033808A &&
                                     strstr(err->text, "8033808A") == NULL
                                 ? " (0x8033808A)"
                                 : "");
}

static bool
load(struct hop_command *c, struct hop_config *config)
{
    struct hop_error err = {0};

    hop_config_init(config);
    return hop_config_load(config, HOP_CONFIG_DIR, &err) ||
           fail_settings(c, "Read the settings", &err);
}

/* ---- the element that Enable gives back */

struct auth_row {
    const char *name;
    enum hop_config_id setting;
};

static const struct auth_row client_rows[] = {
    {"Basic", HOP_SET_CLIENT_AUTH_BASIC},
    {"Digest", HOP_SET_CLIENT_AUTH_DIGEST},
    {"Kerberos", HOP_SET_CLIENT_AUTH_KERBEROS},
    {"Negotiate", HOP_SET_CLIENT_AUTH_NEGOTIATE},
    {"Certificate", HOP_SET_CLIENT_AUTH_CERTIFICATE},
    {"CredSSP", HOP_SET_CLIENT_AUTH_CREDSSP},
};

static const struct auth_row service_rows[] = {
    {"Basic", HOP_SET_SERVICE_AUTH_BASIC},
    {"Kerberos", HOP_SET_SERVICE_AUTH_KERBEROS},
    {"Negotiate", HOP_SET_SERVICE_AUTH_NEGOTIATE},
    {"Certificate", HOP_SET_SERVICE_AUTH_CERTIFICATE},
    {"CredSSP", HOP_SET_SERVICE_AUTH_CREDSSP},
    {"CbtHardeningLevel", HOP_SET_SERVICE_AUTH_CBT},
};

static void
format_auth(const struct hop_config *config, bool client, struct hop_buf *out)
{
    const struct auth_row *rows = client ? client_rows : service_rows;
    size_t n =
        client ? HOP_ARRAY_SIZE(client_rows) : HOP_ARRAY_SIZE(service_rows);

    hop_buf_addf(out,
                 "<cfg:Auth xmlns:cfg=\"" CONFIG_NS "%s/auth\" "
                 "xml:lang=\"en-US\">",
                 client ? "client" : "service");
    for (size_t k = 0; k < n; k++) {
        hop_buf_addf(out, "<cfg:%s>", rows[k].name);
        (void)!hop_config_get(config, hop_setting_table[rows[k].setting].path,
                              out);
        hop_buf_addf(out, "</cfg:%s>", rows[k].name);
    }
    hop_buf_adds(out, "</cfg:Auth>");
}

static bool
write_auth(struct hop_command *c, bool client)
{
    HOP_CLEANUP(hop_config_done) struct hop_config config;
    HOP_AUTO_BUF struct hop_buf text = HOP_BUF_INIT;

    if (!load(c, &config))
        return false;
    format_auth(&config, client, &text);
    return place_write_xml(c, hop_buf_str(&text));
}

/* ---- Enable-WSManCredSSP */

enum { ROLE, DELEGATE, FOR, FORCE };
static const struct hop_param enable_params[] = {
    [ROLE] = {"Role", "string", HOP_MANDATORY, HOP_POS(0),
              .set = "Client Server"},
    [DELEGATE] = {"DelegateComputer", "string[]", HOP_NOT_NULL_OR_EMPTY,
                  HOP_POS(1)},
    [FOR] = {"For", "string", HOP_NOT_NULL_OR_EMPTY,
             .help = "how long: 30m, 2h, 1d, or 02:00:00"},
    [FORCE] = {"Force", "switch"},
};

static bool
is_client(struct hop_command *c)
{
    return hop_ascii_ieq(hop_arg_text(c, ROLE), "Client");
}

static bool
check_enable(struct hop_command *c)
{
    if (is_client(c) && hop_arg_count(c, DELEGATE) == 0)
        return hop_command_throw(
            c, &invalid,
            "With -Role Client, -DelegateComputer must say to which hosts "
            "passwords may go: b.corp.test, *.corp.test");
    if (!is_client(c) && hop_arg_count(c, DELEGATE) > 0)
        return hop_command_throw(
            c, &invalid,
            "-DelegateComputer goes with -Role Client alone: a server takes "
            "passwords from whoever logs on");
    if (!is_client(c) && hop_arg_bound(c, FOR))
        return hop_command_throw(c, &invalid,
                                 "-For goes with -Role Client alone");
    if (hop_arg_bound(c, FOR) && hop_fresh_span(hop_arg_text(c, FOR)) <= 0)
        return hop_command_throw(c, &invalid,
                                 "-For %s is no length of time: write 30m, 2h, "
                                 "1d or 02:00:00",
                                 hop_arg_text(c, FOR));
    return true;
}

static bool
confirm(struct hop_command *c, bool *go)
{
    static const char client[] =
        "Hosts on the list will be given your password when you connect with "
        "CredSSP; one that is in other hands can then act as you anywhere.\n"
        "Do you want to enable CredSSP authentication?";
    static const char server[] =
        "Users who log on with CredSSP hand this host their passwords, so that "
        "their sessions can go on to other hosts.\n"
        "Do you want to enable CredSSP authentication?";

    *go = true;
    return hop_arg_on(c, FORCE) ||
           hop_should_continue(c, is_client(c) ? client : server, CAPTION, NULL,
                               NULL, go);
}

static bool
say_added(struct hop_command *c, const struct hop_buf *added)
{
    HOP_AUTO_FREE char *text = NULL;
    HOP_AUTO_VALUE struct hop_value message = hop_null();
    HOP_AUTO_VALUE struct hop_value tags = hop_obj(hop_array_of_strings(
        hop_command_context(c), (const char *const[]){"PSHOST"}, 1));

    if (added->len == 0)
        return hop_write_verbose(c, "The hosts are on the list already.");
    text = hop_xasprintf("Passwords may now go to %s.", hop_buf_str(added));
    message = hop_host_message(hop_command_runspace(c), text, strlen(text),
                               false, HOP_COLOR_NONE, HOP_COLOR_NONE);
    return hop_write_information(c, message, tags);
}

static bool
enable_client(struct hop_command *c)
{
    size_t n = hop_arg_count(c, DELEGATE);
    HOP_AUTO_FREE const char **hosts = hop_xcalloc(n, sizeof(*hosts));
    HOP_AUTO_BUF struct hop_buf added = HOP_BUF_INIT;
    struct hop_error err = {0};
    int64_t now = time(NULL);
    int64_t until =
        hop_arg_bound(c, FOR) ? now + hop_fresh_span(hop_arg_text(c, FOR)) : 0;

    for (size_t k = 0; k < n; k++)
        hosts[k] = hop_cstr(hop_arg_item(c, DELEGATE, k));
    if (!hop_fresh_enable(HOP_CONFIG_DIR, hosts, n, now, until, &added, &err))
        return fail_settings(c, "Enable CredSSP for this client", &err);
    return say_added(c, &added);
}

static bool
set_server(struct hop_command *c, bool on)
{
    static const char *const path[] = {"Service/Auth/CredSSP"};
    const char *value[] = {on ? "true" : "false"};
    struct hop_error err = {0};

    return hop_config_save(HOP_CONFIG_DIR, path, value, 1, &err) ||
           fail_settings(c,
                         on ? "Enable CredSSP for this server"
                            : "Disable CredSSP for this server",
                         &err);
}

static bool
process_enable(struct hop_command *c)
{
    bool go;

    if (!check_enable(c) || !confirm(c, &go))
        return false;
    if (!go)
        return true;
    return (is_client(c) ? enable_client(c) : set_server(c, true)) &&
           write_auth(c, is_client(c));
}

const struct hop_cmdlet hop_cmdlet_enable_wsman_credssp = {
    .name = "Enable-WSManCredSSP",
    HOP_PARAMS(enable_params),
    .output = "System.Xml.XmlElement",
    .synopsis = "Lets this host hand passwords to others, or take them.",
    .class_name = "Microsoft.WSMan.Management.EnableWSManCredSSPCommand",
    .process = process_enable,
};

/* ---- Disable-WSManCredSSP */

static const struct hop_param disable_params[] = {
    [ROLE] = {"Role", "string", HOP_MANDATORY, HOP_POS(0),
              .set = "Client Server"},
};

static bool
process_disable(struct hop_command *c)
{
    struct hop_error err = {0};

    if (!is_client(c))
        return set_server(c, false);
    return hop_fresh_disable(HOP_CONFIG_DIR, &err) ||
           fail_settings(c, "Disable CredSSP for this client", &err);
}

const struct hop_cmdlet hop_cmdlet_disable_wsman_credssp = {
    .name = "Disable-WSManCredSSP",
    HOP_PARAMS(disable_params),
    .synopsis = "Ends what Enable-WSManCredSSP has begun.",
    .class_name = "Microsoft.WSMan.Management.DisableWSManCredSSPCommand",
    .process = process_disable,
};

/* ---- Get-WSManCredSSP */

static bool
process_get(struct hop_command *c)
{
    static const char none[] = "The machine is not configured to allow "
                               "delegating fresh credentials.";
    static const char on[] = "This computer is configured to receive "
                             "credentials from a remote client computer.";
    static const char off[] = "This computer is not configured to receive "
                              "credentials from a remote client computer.";
    HOP_CLEANUP(hop_config_done) struct hop_config config;
    HOP_AUTO_BUF struct hop_buf targets = HOP_BUF_INIT, line = HOP_BUF_INIT;
    const char *server;

    if (!load(c, &config))
        return false;
    hop_fresh_targets(&config, time(NULL), &targets);
    if (targets.len > 0)
        hop_buf_addf(&line,
                     "The machine is configured to allow delegating fresh "
                     "credentials to the following target(s): %s",
                     hop_buf_str(&targets));
    else
        hop_buf_adds(&line, none);
    server = hop_config_bool(&config, HOP_SET_SERVICE_AUTH_CREDSSP) ? on : off;
    return hop_write_text(c, hop_buf_str(&line), line.len) &&
           hop_write_text(c, server, strlen(server));
}

const struct hop_cmdlet hop_cmdlet_get_wsman_credssp = {
    .name = "Get-WSManCredSSP",
    .output = "System.String",
    .synopsis = "Tells what is set for CredSSP on this host.",
    .class_name = "Microsoft.WSMan.Management.GetWSManCredSSPCommand",
    .process = process_get,
};
