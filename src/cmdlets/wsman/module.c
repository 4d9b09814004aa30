/* SPDX-License-Identifier: MIT */
#include "cmdlets/wsman/wsman.h"

#include "value/class.h"

static const struct hop_cmdlet *const cmdlets[] = {
#define X(c) &hop_cmdlet_##c,
    HOP_WSMAN_CMDLETS_(X)
#undef X
};

static const struct hop_class *const classes[] = {
    &hop_class_wsman_session_option, &hop_class_wsman_container,
    &hop_class_wsman_leaf, NULL};

static void
start(struct hop_runspace *rs)
{
    hop_types_register(hop_runspace_context(rs), classes);
    hop_drive_offer(rs, "WSMan", &hop_wsman_provider,
                    "Settings of WS-Management");
}

const struct hop_cmdlet_module hop_module_wsman = {
    .name = "Microsoft.WSMan.Management",
    .version = "7.0.0.0",
    .guid = "766204a6-330e-4263-a7ab-46c87afc366c",
    .description = "Commands for the settings of WS-Management",
    .cmdlets = cmdlets,
    .n = HOP_ARRAY_SIZE(cmdlets),
    .start = start,
};
