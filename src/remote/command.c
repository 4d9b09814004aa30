/* Commands that only a served runspace has.
 *
 * SPDX-License-Identifier: MIT
 */
#include "remote/server.h"

#include "base/alloc.h"

/* ---- Exit-PSSession: the client leaves the session that it entered ---- */

static bool
leave_session(struct hop_command *c)
{
    remote_leave(hop_runspace_host(hop_command_runspace(c)));
    return true;
}

static const struct hop_cmdlet exit_pssession = {
    .name = "Exit-PSSession",
    .synopsis = "Ends an interactive session with a remote computer.",
    .class_name = "ExitPSSessionCommand",
    .end = leave_session,
};

static const struct hop_cmdlet *const cmdlets[] = {&exit_pssession};

static const struct hop_cmdlet_module remote_module = {
    .name = "Microsoft.PowerShell.Core",
    .version = "7.6.5.500",
    .description = "Commands of a remote session",
    .cmdlets = cmdlets,
    .n = HOP_ARRAY_SIZE(cmdlets),
};

const struct hop_cmdlet_module **
remote_modules(const struct hop_cmdlet_module *const *modules)
{
    const struct hop_cmdlet_module **all;
    size_t n = 0;

    while (modules && modules[n])
        n++;
    all = hop_xcalloc(n + 2, sizeof(struct hop_cmdlet_module *));
    for (size_t i = 0; i < n; i++)
        all[i] = modules[i];
    all[n] = &remote_module;
    return all;
}
