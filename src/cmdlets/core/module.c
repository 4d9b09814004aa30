/* SPDX-License-Identifier: MIT */
#include "cmdlets/core/core.h"

static const struct hop_cmdlet *const core[] = {
#define X(c) &hop_cmdlet_##c,
    HOP_CORE_CMDLETS_(X)
#undef X
};

static const struct hop_cmdlet *const session[] = {
#define X(c) &hop_cmdlet_##c,
    HOP_SESSION_CMDLETS_(X)
#undef X
};

const struct hop_cmdlet_module hop_module_core = {
    .name = "Microsoft.PowerShell.Core",
    .version = "7.6.5.0",
    .description = "Commands of the language itself",
    .cmdlets = core,
    .n = HOP_ARRAY_SIZE(core),
};

const struct hop_cmdlet_module hop_module_session = {
    .name = "Microsoft.PowerShell.Utility",
    .version = "7.0.0.0",
    .guid = "1da87e53-152b-403e-98dc-74d7b4d63d59",
    .description = "Commands for variables, aliases and objects",
    .cmdlets = session,
    .n = HOP_ARRAY_SIZE(session),
};
