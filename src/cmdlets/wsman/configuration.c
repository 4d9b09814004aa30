/* Session configurations (endpoints) of this host: Get-, Enable-, Disable-,
 * Register-, Set- and Unregister-PSSessionConfiguration on the tree Plugin.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/text.h"
#include "client/local.h"
#include "cmdlets/core/core.h"
#include "cmdlets/wsman/place.h"
#include "cmdlets/wsman/wsman.h"
#include "config/endpoint.h"
#include "engine/engine.h"
#include "value/collections.h"
#include "value/member.h"
#include "wsman/uri.h"
#include "xml/writer.h"

#define CONFIGURATION                                                          \
    "Microsoft.PowerShell.Commands.PSSessionConfigurationCommands#"            \
    "PSSessionConfiguration"
#define ENDPOINT_VERSION "7.6"

static bool
fail_missing(struct hop_command *c, const char *name)
{
    HOP_AUTO_VALUE struct hop_value target = hop_text(name);
    struct hop_error_spec spec = {
        .id = "Microsoft.PowerShell.Commands.WriteErrorException",
        .category = HOP_CAT_OBJECT_NOT_FOUND,
        .exception = "System.InvalidOperationException",
        .target = target};

    return hop_command_error(c, &spec,
                             "No session configuration matches criteria "
                             "\"%s\".",
                             name);
}

static bool
load(struct hop_command *c, struct hop_config *config)
{
    struct hop_error err = {0};

    hop_config_init(config);
    return hop_config_load(config, HOP_CONFIG_DIR, &err) ||
           place_throw(c, &err);
}

/* ---- Get-PSSessionConfiguration ---- */

static const struct hop_param get_params[] = {
    [0] = {"Name", "string[]", HOP_NOT_NULL_OR_EMPTY | HOP_WILDCARDS,
           HOP_POS(0)},
    [1] = {"Force", "switch"},
};

/* Who may use it, as far as the endpoint says. */
static void
describe_permission(const struct hop_config *config, const char *name,
                    struct hop_buf *out)
{
    static const char *const keys[] = {"Users", "Groups"};

    for (size_t k = 0; k < HOP_ARRAY_SIZE(keys); k++) {
        const char *list = hop_config_entry(config, "Plugin", name, keys[k]);
        while (list != NULL && *list != '\0') {
            size_t n = strcspn(list, ",");
            const char *p = list;
            list += n + (list[n] == ',');
            while (n > 0 && hop_ascii_is_space(*p))
                p++, n--;
            if (n > 0)
                hop_buf_addf(out, "%s%.*s AccessAllowed", out->len ? ", " : "",
                             (int)n, p);
        }
    }
    if (out->len == 0)
        hop_buf_adds(out, "Everyone AccessAllowed");
}

static void
set(struct hop_object *o, const char *name, const char *value)
{
    hop_custom_set_text(o, name, value ? hop_text(value) : hop_null());
}

static bool
write_endpoint(struct hop_command *c, const struct hop_config *config,
               const struct hop_endpoint *e)
{
    struct hop_context *cx = hop_command_context(c);
    HOP_AUTO_BUF struct hop_buf permission = HOP_BUF_INIT;
    HOP_AUTO_FREE char *usual =
        hop_xasprintf(HOP_ENDPOINT_PREFIX "%s", e->name);
    const char *uri =
        hop_config_entry(config, "Plugin", e->name, "ResourceUri");
    struct hop_object *o = hop_custom_new(cx);

    describe_permission(config, e->name, &permission);
    set(o, "Name", e->name);
    set(o, "PSVersion", ENDPOINT_VERSION);
    set(o, "StartupScript", NULL);
    set(o, "RunAsUser",
        hop_config_entry(config, "Plugin", e->name, "RunAsUser"));
    set(o, "Permission", hop_buf_str(&permission));
    set(o, "SecurityDescriptorSddl",
        hop_config_entry(config, "Plugin", e->name, "Security"));
    set(o, "Enabled", e->enabled ? "true" : "false");
    set(o, "ResourceUri", uri ? uri : usual);
    set(o, "Engine", e->engine == HOP_ENDPOINT_HOP ? "Hop" : "PowerShell");
    set(o, "Command", e->engine == HOP_ENDPOINT_HOP ? NULL : e->command);
    set(o, "ConfigFilePath",
        hop_config_entry(config, "Plugin", e->name, "ConfigurationFile"));
    hop_type_names_push(cx, o, CONFIGURATION);
    return hop_write_take(c, hop_obj(o));
}

static bool
write_matching(struct hop_command *c, const struct hop_config *config,
               const char *pattern)
{
    struct hop_endpoint e;
    bool found = false;

    for (size_t at = 0; hop_endpoint_next(config, &at, &e);) {
        if (!hop_wildcard_match(pattern, strlen(pattern), e.name,
                                strlen(e.name), true))
            continue;
        found = true;
        if (!write_endpoint(c, config, &e))
            return false;
    }
    return found || hop_path_has_wildcard(pattern) || fail_missing(c, pattern);
}

static bool
process_get(struct hop_command *c)
{
    HOP_CLEANUP(hop_config_done) struct hop_config config;
    size_t n = hop_arg_count(c, 0);

    if (!load(c, &config))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!write_matching(c, &config, hop_cstr(hop_arg_item(c, 0, i))))
            return false;
    return n > 0 || write_matching(c, &config, "*");
}

const struct hop_cmdlet hop_cmdlet_get_pssession_configuration = {
    .name = "Get-PSSessionConfiguration",
    HOP_PARAMS(get_params),
    .output = CONFIGURATION,
    .synopsis = "Gets the session configurations of this host.",
    .class_name = "GetPSSessionConfigurationCommand",
    .process = process_get,
};

/* ---- changes ---- */

static bool
request(struct hop_command *c, enum hop_wsman_kind verb, const char *name,
        const char *body)
{
    const struct hop_wsman_selector which = {"Name", name};
    const struct hop_settings_request r = {.verb = verb,
                                           .resource_uri =
                                               HOP_NS_CONFIG "/plugin",
                                           .selectors = &which,
                                           .selector_count = 1};
    HOP_AUTO_BUF struct hop_buf xml = HOP_BUF_INIT;
    struct hop_error err = {0};

    return hop_local_call(HOP_CONFIG_DIR, &r, body, &xml, &err) ||
           place_throw(c, &err);
}

static bool
may(struct hop_command *c, const char *name, bool *go)
{
    HOP_AUTO_FREE char *target = hop_xasprintf("Name: %s", name);

    return hop_should_process(c, target, hop_command_cmdlet(c)->name, go);
}

static void
add_security(struct hop_xml_writer *w, const char *sddl)
{
    hop_xml_open(w, "Resources");
    hop_xml_open(w, "Resource");
    hop_xml_open(w, "Security");
    hop_xml_attr(w, "Sddl", sddl != NULL ? sddl : "");
    hop_xml_close(w, "Security");
    hop_xml_close(w, "Resource");
    hop_xml_close(w, "Resources");
}

/* ---- Enable-, Disable-PSSessionConfiguration ---- */

enum { E_NAME, E_FORCE, E_NO_RESTART, E_SDDL, E_SKIP };
#define SWITCH_PARAMS                                                          \
    [E_NAME] = {"Name", "string[]",                                            \
                HOP_BY_VALUE | HOP_BY_NAME | HOP_NOT_NULL_OR_EMPTY,            \
                HOP_POS(0)},                                                   \
    [E_FORCE] = {"Force", "switch"},                                           \
    [E_NO_RESTART] = {"NoServiceRestart", "switch"}
static const struct hop_param disable_params[] = {SWITCH_PARAMS};
static const struct hop_param enable_params[] = {
    SWITCH_PARAMS,
    [E_SDDL] = {"SecurityDescriptorSddl", "string"},
    [E_SKIP] = {"SkipNetworkProfileCheck", "switch"},
};

static bool
switch_one(struct hop_command *c, const char *name, bool on)
{
    HOP_CLEANUP(hop_config_done) struct hop_config config;
    HOP_AUTO_BUF struct hop_buf body = HOP_BUF_INIT;
    struct hop_xml_writer w = HOP_XML_WRITER(&body);
    struct hop_endpoint e;
    bool there = false, go = true;

    if (!load(c, &config))
        return false;
    for (size_t at = 0; !there && hop_endpoint_next(&config, &at, &e);)
        there = hop_ascii_ieq(e.name, name);
    if (!there)
        return fail_missing(c, name);
    if (!may(c, e.name, &go))
        return false;
    hop_xml_open(&w, "PlugInConfiguration");
    hop_xml_attr(&w, "Enabled", on ? "true" : "false");
    if (on && hop_arg_bound(c, E_SDDL))
        add_security(&w, hop_arg_text(c, E_SDDL));
    hop_xml_close(&w, "PlugInConfiguration");
    return !go || request(c, HOP_WSMAN_PUT, e.name, hop_buf_str(&body));
}

static bool
process_switch(struct hop_command *c)
{
    bool on =
        hop_command_cmdlet(c) == &hop_cmdlet_enable_pssession_configuration;
    size_t n = hop_arg_count(c, E_NAME);

    if (!on && !hop_arg_bound(c, E_NAME))
        return switch_one(c, HOP_ENDPOINT_DEFAULT, on);
    for (size_t i = 0; i < n; i++)
        if (!switch_one(c, hop_cstr(hop_arg_item(c, E_NAME, i)), on))
            return false;
    return n > 0 || switch_one(c, HOP_ENDPOINT_DEFAULT, on);
}

const struct hop_cmdlet hop_cmdlet_enable_pssession_configuration = {
    .name = "Enable-PSSessionConfiguration",
    HOP_PARAMS(enable_params),
    .flags = HOP_SHOULD_PROCESS,
    .impact = HOP_IMPACT_MEDIUM,
    .synopsis = "Switches session configurations of this host on.",
    .class_name = "EnablePSSessionConfigurationCommand",
    .process = process_switch,
};

const struct hop_cmdlet hop_cmdlet_disable_pssession_configuration = {
    .name = "Disable-PSSessionConfiguration",
    HOP_PARAMS(disable_params),
    .flags = HOP_SHOULD_PROCESS,
    .impact = HOP_IMPACT_LOW,
    .synopsis = "Switches session configurations of this host off.",
    .class_name = "DisablePSSessionConfigurationCommand",
    .process = process_switch,
};

/* ---- Register-, Set-, Unregister-PSSessionConfiguration ---- */

enum { R_NAME, R_PATH, R_ACCESS, R_RUN_AS, R_FORCE, R_NO_RESTART, R_SDDL };
static const struct hop_param register_params[] = {
    [R_NAME] = {"Name", "string",
                HOP_MANDATORY | HOP_BY_NAME | HOP_NOT_NULL_OR_EMPTY,
                HOP_POS(0)},
    [R_PATH] = {"Path", "string", HOP_NOT_NULL_OR_EMPTY},
    [R_ACCESS] = {"AccessMode", "string", .set = "Disabled Local Remote"},
    [R_RUN_AS] = {"RunAsCredential", "pscredential", HOP_CREDENTIAL},
    [R_FORCE] = {"Force", "switch"},
    [R_NO_RESTART] = {"NoServiceRestart", "switch"},
    [R_SDDL] = {"SecurityDescriptorSddl", "string"},
};

/* What a cmdlet's parameters say, as an endpoint's XML; false: it is refused.
 */
static bool
describe(struct hop_command *c, struct hop_buf *body)
{
    struct hop_xml_writer w = HOP_XML_WRITER(body);
    const char *path =
        hop_arg_bound(c, R_PATH) ? hop_arg_text(c, R_PATH) : NULL;
    const char *access =
        hop_arg_bound(c, R_ACCESS) ? hop_arg_text(c, R_ACCESS) : NULL;
    HOP_AUTO_FREE char *whole = path ? realpath(path, NULL) : NULL;
    struct hop_error err = {0};

    if (hop_arg_bound(c, R_RUN_AS))
        hop_error_set(&err, HOP_ERROR_GENERIC, 0,
                      "-RunAsCredential: a password is not kept in the "
                      "settings; name a keytab's account as "
                      "Plugin/NAME/RunAsUser");
    else if (path != NULL && whole == NULL)
        hop_error_set(&err, HOP_ERROR_GENERIC, 0,
                      "there is no session configuration file %s", path);
    if (err.text[0] != '\0')
        return place_throw(c, &err);
    hop_xml_open(&w, "PlugInConfiguration");
    if (access != NULL)
        hop_xml_attr(&w, "Enabled",
                     hop_ascii_ieq(access, "Disabled") ? "false" : "true");
    hop_xml_open(&w, "InitializationParameters");
    if (whole != NULL) {
        hop_xml_open(&w, "Param");
        hop_xml_attr(&w, "Name", "ConfigurationFile");
        hop_xml_attr(&w, "Value", whole);
        hop_xml_close(&w, "Param");
    }
    hop_xml_close(&w, "InitializationParameters");
    if (hop_arg_bound(c, R_SDDL))
        add_security(&w, hop_arg_text(c, R_SDDL));
    hop_xml_close(&w, "PlugInConfiguration");
    return true;
}

static bool
process_register(struct hop_command *c)
{
    HOP_AUTO_BUF struct hop_buf body = HOP_BUF_INIT;
    const char *name = hop_arg_text(c, R_NAME);
    bool new =
        hop_command_cmdlet(c) == &hop_cmdlet_register_pssession_configuration;
    HOP_AUTO_FREE char *path =
        hop_xasprintf("WSMan:\\localhost\\Plugin\\%s", name);
    HOP_AUTO_VALUE struct hop_value where = hop_text(path);
    bool go = true;

    if (!describe(c, &body) || !may(c, name, &go))
        return false;
    if (!go)
        return true;
    return request(c, new ? HOP_WSMAN_CREATE : HOP_WSMAN_PUT, name,
                   hop_buf_str(&body)) &&
           (!new ||
            hop_command_run(c, "Get-Item", hop_null(), &where, 1, NULL));
}

const struct hop_cmdlet hop_cmdlet_register_pssession_configuration = {
    .name = "Register-PSSessionConfiguration",
    HOP_PARAMS(register_params),
    .flags = HOP_SHOULD_PROCESS,
    .impact = HOP_IMPACT_MEDIUM,
    .synopsis = "Makes a session configuration on this host.",
    .class_name = "RegisterPSSessionConfigurationCommand",
    .process = process_register,
};

const struct hop_cmdlet hop_cmdlet_set_pssession_configuration = {
    .name = "Set-PSSessionConfiguration",
    HOP_PARAMS(register_params),
    .flags = HOP_SHOULD_PROCESS,
    .impact = HOP_IMPACT_MEDIUM,
    .synopsis = "Changes a session configuration of this host.",
    .class_name = "SetPSSessionConfigurationCommand",
    .process = process_register,
};

enum { U_NAME, U_FORCE, U_NO_RESTART };
static const struct hop_param unregister_params[] = {
    [U_NAME] = {"Name", "string",
                HOP_MANDATORY | HOP_BY_NAME | HOP_NOT_NULL_OR_EMPTY |
                    HOP_WILDCARDS,
                HOP_POS(0)},
    [U_FORCE] = {"Force", "switch"},
    [U_NO_RESTART] = {"NoServiceRestart", "switch"},
};

static bool
process_unregister(struct hop_command *c)
{
    HOP_CLEANUP(hop_config_done) struct hop_config config;
    const char *pattern = hop_arg_text(c, U_NAME);
    struct hop_endpoint e;
    bool found = false;

    if (!load(c, &config))
        return false;
    for (size_t at = 0; hop_endpoint_next(&config, &at, &e);) {
        bool go = true;
        if (!hop_wildcard_match(pattern, strlen(pattern), e.name,
                                strlen(e.name), true))
            continue;
        found = true;
        if (!may(c, e.name, &go) ||
            (go && !request(c, HOP_WSMAN_DELETE, e.name, NULL)))
            return false;
    }
    return found || fail_missing(c, pattern);
}

const struct hop_cmdlet hop_cmdlet_unregister_pssession_configuration = {
    .name = "Unregister-PSSessionConfiguration",
    HOP_PARAMS(unregister_params),
    .flags = HOP_SHOULD_PROCESS,
    .impact = HOP_IMPACT_LOW,
    .synopsis = "Removes a session configuration of this host.",
    .class_name = "UnregisterPSSessionConfigurationCommand",
    .process = process_unregister,
};
