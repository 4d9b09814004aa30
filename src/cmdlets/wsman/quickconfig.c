/* Set-WSManQuickConfig, Enable-PSRemoting and Disable-PSRemoting: this host
 * begins and ceases to serve others.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "base/alloc.h"
#include "client/local.h"
#include "cmdlets/core/core.h"
#include "cmdlets/wsman/place.h"
#include "cmdlets/wsman/wsman.h"
#include "config/change.h"
#include "engine/engine.h"

#define CAPTION "WinRM Quick Configuration"

/* ---- Set-WSManQuickConfig ---- */

enum { USE_SSL, FORCE, SKIP_CHECK };
static const struct hop_param quick_params[] = {
    [USE_SSL] = {"UseSSL", "switch"},
    [FORCE] = {"Force", "switch"},
    [SKIP_CHECK] = {"SkipNetworkProfileCheck", "switch"},
};

static bool
say(struct hop_command *c, const char *text)
{
    return hop_write_text(c, text, strlen(text));
}

static bool
set_up(struct hop_command *c, bool https)
{
    HOP_AUTO_BUF struct hop_buf found = HOP_BUF_INIT;
    struct hop_error err = {0};

    if (!hop_local_set_up(HOP_CONFIG_DIR, https, &found, &err))
        return place_throw(c, &err);
    return found.len == 0 ||
           hop_write_verbose(c, "The certificate is %s.", hop_buf_str(&found));
}

static bool
process_quick(struct hop_command *c)
{
    static const char query[] =
        "This host will serve others by WS-Management: hopd is started, now "
        "and with the system, and listens on every address.\nDo you want to "
        "enable remote management?";
    bool https = hop_arg_on(c, USE_SSL), go = true;
    struct hop_error err = {0};
    unsigned state;

    if (!hop_local_state(HOP_CONFIG_DIR, https, &state, &err))
        return place_throw(c, &err);
    if ((state & HOP_LOCAL_SERVING) &&
        !say(c, "WinRM service is already running on this machine."))
        return false;
    if (state == HOP_LOCAL_READY)
        return say(c, "WinRM is already set up for remote management on this "
                      "computer.");
    if (!hop_arg_on(c, FORCE) &&
        !hop_should_continue(c, query, CAPTION, NULL, NULL, &go))
        return false;
    return !go || (set_up(c, https) &&
                   say(c, "WinRM has been updated for remote management."));
}

const struct hop_cmdlet hop_cmdlet_set_wsman_quick_config = {
    .name = "Set-WSManQuickConfig",
    HOP_PARAMS(quick_params),
    .output = "System.String",
    .synopsis = "Makes this host serve others by WS-Management.",
    .class_name = "Microsoft.WSMan.Management.SetWSManQuickConfigCommand",
    .process = process_quick,
};

/* ---- Enable-PSRemoting, Disable-PSRemoting ---- */

static const char *const endpoints[] = {"Microsoft.PowerShell", "PowerShell.7"};

/* Those that no policy holds otherwise. */
static bool
switch_endpoints(struct hop_command *c, bool on)
{
    HOP_CLEANUP(hop_config_done) struct hop_config config;
    HOP_AUTO_BUF struct hop_buf changes = HOP_BUF_INIT;
    struct hop_error err = {0};

    hop_config_init(&config);
    if (!hop_config_load(&config, HOP_CONFIG_DIR, &err))
        return place_throw(c, &err);
    for (size_t i = 0; i < HOP_ARRAY_SIZE(endpoints); i++) {
        HOP_AUTO_FREE char *path =
            hop_xasprintf("Plugin/%s/Enabled", endpoints[i]);
        const char *now =
            hop_config_entry(&config, "Plugin", endpoints[i], "Enabled");
        if (on ? now != NULL : now == NULL || strcmp(now, "false") != 0) {
            if (on)
                hop_config_change_remove(&changes, path);
            else
                hop_config_change_set(&changes, path, "false");
        }
    }
    return changes.len == 0 ||
           hop_config_change(HOP_CONFIG_DIR, hop_buf_str(&changes), &err) ||
           place_throw(c, &err);
}

enum { E_FORCE, E_SKIP };
static const struct hop_param enable_params[] = {
    [E_FORCE] = {"Force", "switch"},
    [E_SKIP] = {"SkipNetworkProfileCheck", "switch"},
};

static bool
process_enable(struct hop_command *c)
{
    static const char query[] =
        "This host will serve PowerShell sessions of others: hopd is started, "
        "now and with the system, listens on every address, and its endpoints "
        "are switched on.\nDo you want to continue?";
    bool go = true;

    if (!hop_should_process(c, "this computer", "Enable-PSRemoting", &go))
        return false;
    if (go && !hop_arg_on(c, E_FORCE) &&
        !hop_should_continue(c, query, "Enable-PSRemoting", NULL, NULL, &go))
        return false;
    return !go || (set_up(c, false) && switch_endpoints(c, true));
}

const struct hop_cmdlet hop_cmdlet_enable_psremoting = {
    .name = "Enable-PSRemoting",
    HOP_PARAMS(enable_params),
    .flags = HOP_SHOULD_PROCESS,
    .impact = HOP_IMPACT_MEDIUM,
    .synopsis = "Makes this host serve PowerShell sessions of others.",
    .class_name = "EnablePSRemotingCommand",
    .process = process_enable,
};

static const struct hop_param disable_params[] = {
    [E_FORCE] = {"Force", "switch"},
};

static bool
process_disable(struct hop_command *c)
{
    bool go = true;

    if (!hop_should_process(c, "this computer", "Disable-PSRemoting", &go))
        return false;
    if (!go)
        return true;
    return switch_endpoints(c, false) &&
           hop_write_warning(
               c,
               "The endpoints are switched off. The listeners and the service "
               "stay: winrm delete takes a listener away, systemctl disable "
               "--now hopd ends the service");
}

const struct hop_cmdlet hop_cmdlet_disable_psremoting = {
    .name = "Disable-PSRemoting",
    HOP_PARAMS(disable_params),
    .flags = HOP_SHOULD_PROCESS,
    .impact = HOP_IMPACT_MEDIUM,
    .synopsis = "Ends what Enable-PSRemoting has begun.",
    .class_name = "DisablePSRemotingCommand",
    .process = process_disable,
};
