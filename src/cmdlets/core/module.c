/* SPDX-License-Identifier: MIT */
#include "cmdlets/core/core.h"

static const struct hop_cmdlet *const core[] = {
#define X(c) &hop_cmdlet_##c,
    HOP_CORE_CMDLETS_(X)
#undef X
};

const struct hop_cmdlet_module hop_module_core = {
    .name = "Microsoft.PowerShell.Core",
    .version = "7.6.5.0",
    .description = "Commands of the language itself",
    .cmdlets = core,
    .n = HOP_ARRAY_SIZE(core),
};
