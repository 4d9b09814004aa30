/* SPDX-License-Identifier: MIT */
#include "cmdlets/security/security.h"

static const struct hop_cmdlet *const cmdlets[] = {
#define X(c) &hop_cmdlet_##c,
    HOP_SECURITY_CMDLETS_(X)
#undef X
};

const struct hop_cmdlet_module hop_module_security = {
    .name = "Microsoft.PowerShell.Security",
    .version = "7.0.0.0",
    .guid = "a94c8c7e-9810-47c0-b8af-65089c13a35a",
    .description = "Commands for secrets and credentials",
    .cmdlets = cmdlets,
    .n = HOP_ARRAY_SIZE(cmdlets),
};
