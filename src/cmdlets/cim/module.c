/* SPDX-License-Identifier: MIT */
#include "cmdlets/cim/commands.h"
#include "cmdlets/cim/computer.h"
#include "cmdlets/cim/event.h"
#include "cmdlets/cim/service.h"
#include "cmdlets/cim/session.h"
#include "engine/runspace.h"
#include "value/exception.h"

static const struct hop_class cim_exception = {
    .name = CIM_INFRASTRUCTURE "CimException",
    .base = &hop_exception_base,
    .flags = HOP_CLASS_EXCEPTION,
    .kind = HOP_OBJECT,
    .size = sizeof(struct hop_exception),
};

static const struct hop_class service_exception = {
    .name = "Microsoft.PowerShell.Commands.ServiceCommandException",
    .base = &hop_exception_system,
    .flags = HOP_CLASS_EXCEPTION,
    .kind = HOP_OBJECT,
    .size = sizeof(struct hop_exception),
};

static const struct hop_class *const others[] = {
    &cim_class_session, &cim_class_option,  &cim_exception,
    &hop_class_service, &service_exception, NULL};

static const struct hop_cmdlet *const cmdlets[] = {
#define X(c) &hop_cmdlet_##c,
    HOP_CIM_CMDLETS_(X)
#undef X
};

static void
start(struct hop_runspace *rs)
{
    struct hop_context *cx = hop_runspace_context(rs);

    hop_types_register(cx, cim_classes);
    hop_types_register(cx, others);
    hop_types_accelerate(cx, "ciminstance", &hop_class_cim_instance);
}

const struct hop_cmdlet_module hop_module_cim = {
    .name = "CimCmdlets",
    .version = "7.0.0.0",
    .guid = "fb6cc51d-c096-4b38-b78d-0fed6277096a",
    .description = "Commands for what hosts tell about themselves",
    .cmdlets = cmdlets,
    .n = HOP_ARRAY_SIZE(cmdlets),
    .start = start,
};

static const struct hop_cmdlet *const diagnostics[] = {
    &hop_cmdlet_get_win_event};

const struct hop_cmdlet_module hop_module_diagnostics = {
    .name = "Microsoft.PowerShell.Diagnostics",
    .version = "7.0.0.0",
    .guid = "ca046f10-ca64-4740-8ff9-2565dba61a4f",
    .description = "Commands for event logs",
    .cmdlets = diagnostics,
    .n = HOP_ARRAY_SIZE(diagnostics),
};
