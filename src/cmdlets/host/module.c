/* SPDX-License-Identifier: MIT */
#include "cmdlets/host/host.h"

static const struct hop_cmdlet *const cmdlets[] = {
    &hop_cmdlet_start_transcript,
    &hop_cmdlet_stop_transcript,
};

const struct hop_cmdlet_module hop_module_host = {
    .name = "Microsoft.PowerShell.Host",
    .version = "7.0.0.0",
    .guid = "56d66100-99a0-4ffc-a12d-eee9a6718aef",
    .description = "Commands for the host",
    .cmdlets = cmdlets,
    .n = HOP_ARRAY_SIZE(cmdlets),
};
