/* SPDX-License-Identifier: MIT */
#include "cmdlets/management/filesystem.h"
#include "cmdlets/management/management.h"
#include "cmdlets/process/process.h"
#include "value/types/encoding.h"
#include "value/types/file_info.h"

static const struct hop_cmdlet *const cmdlets[] = {
#define X(c) &hop_cmdlet_##c,
    HOP_MANAGEMENT_CMDLETS_(X)
#undef X
};

static void
start(struct hop_runspace *rs)
{
    hop_provider_add(rs, &hop_provider_filesystem);
    hop_types_register(hop_runspace_context(rs), hop_process_classes);
}

const struct hop_cmdlet_module hop_module_management = {
    .name = "Microsoft.PowerShell.Management",
    .version = "7.0.0.0",
    .guid = "eefcb906-b326-4e99-9f54-8b4bb6ef3c6d",
    .description = "Commands for items, paths, locations and processes",
    .cmdlets = cmdlets,
    .n = HOP_ARRAY_SIZE(cmdlets),
    .start = start,
};
