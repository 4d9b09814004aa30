/* SPDX-License-Identifier: MIT */
#include "cmdlets/core/core.h"
#include "cmdlets/jobs/jobs.h"
#include "cmdlets/remoting/remoting.h"
#include "value/class.h"

static const struct hop_cmdlet *const core[] = {
#define X(c) &hop_cmdlet_##c,
    HOP_CORE_CMDLETS_(X)
#undef X
};

static void
start(struct hop_runspace *rs)
{
    remoting_start(rs);
    hop_types_register(hop_runspace_context(rs), hop_job_classes);
    hop_types_register(hop_runspace_context(rs), hop_job_event_classes);
}

const struct hop_cmdlet_module hop_module_core = {
    .name = "Microsoft.PowerShell.Core",
    .version = "7.6.5.0",
    .description = "Commands of the language itself",
    .cmdlets = core,
    .n = HOP_ARRAY_SIZE(core),
    .start = start,
};
