/* SPDX-License-Identifier: MIT */
#include "cmdlets/secondhop/secondhop.h"

static const struct hop_cmdlet *const cmdlets[] = {
#define X(c) &hop_cmdlet_##c,
    HOP_SECONDHOP_CMDLETS_(X)
#undef X
};

const struct hop_cmdlet_module hop_module_secondhop = {
    .name = "SecondHop",
    .version = "1.0.0.0",
    .guid = "5b1c2f0e-7d0e-4a35-9b43-1f6c0d8a77e2",
    .description = "Commands for the second hop",
    .cmdlets = cmdlets,
    .n = HOP_ARRAY_SIZE(cmdlets),
};
