/* Events of hosts, as Get-EventLog and Get-WinEvent give them.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CMDLETS_CIM_EVENT_H
#define HOP_CMDLETS_CIM_EVENT_H

#include "cmdlets/cim/commands.h"

extern const struct hop_class hop_class_event_entry, hop_class_event_log,
    hop_class_event_record, hop_class_event_configuration;

/* From a Win32_NTLogEvent; owned. */
struct hop_value event_entry_new(struct hop_context *cx,
                                 const struct hop_cim_instance *i,
                                 const struct cim_target *t);
/* A number of it; 0 when it is null. */
int64_t event_number(const struct hop_cim_instance *i, const char *name);

#endif
