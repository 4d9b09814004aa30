/* SPDX-License-Identifier: MIT */
#include "cmdlets/modules.h"

#include "cmdlets/activedirectory/activedirectory.h"
#include "cmdlets/cim/commands.h"
#include "cmdlets/cim/feature.h"
#include "cmdlets/core/core.h"
#include "cmdlets/host/host.h"
#include "cmdlets/jobs/jobs.h"
#include "cmdlets/management/management.h"
#include "cmdlets/secondhop/secondhop.h"
#include "cmdlets/security/security.h"
#include "cmdlets/utility/utility.h"
#include "cmdlets/wsman/wsman.h"

const struct hop_cmdlet_module *const hop_cmdlet_modules[] = {
    &hop_module_core,
    &hop_module_utility,
    &hop_module_management,
    &hop_module_security,
    &hop_module_host,
    &hop_module_thread_job,
    &hop_module_activedirectory,
    &hop_module_secondhop,
    &hop_module_wsman,
    &hop_module_cim,
    &hop_module_diagnostics,
    &hop_module_server_manager,
    NULL,
};
