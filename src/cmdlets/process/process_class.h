/* The members of System.Diagnostics.Process, by the files that have them.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CMDLETS_PROCESS_PROCESS_CLASS_H
#define HOP_CMDLETS_PROCESS_PROCESS_CLASS_H

#include "cmdlets/process/process.h"

#define HOP_SECONDS_TO_1970 62135596800LL
#define HOP_PROCESS_NAME    "System.Diagnostics.Process"

extern const struct hop_property hop_process_properties[];
bool hop_process_throw_none(struct hop_context *cx);
hop_get_fn hop_process_get_info;
extern const struct hop_class hop_class_process_module;
extern const struct hop_class hop_class_process_thread;

#endif
