/* The cmdlets of Microsoft.PowerShell.Host, one const table each; listed in
 * module.c.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CMDLETS_HOST_HOST_H
#define HOP_CMDLETS_HOST_HOST_H

#include "engine/cmdlet.h"

extern const struct hop_cmdlet hop_cmdlet_start_transcript,
    hop_cmdlet_stop_transcript;

extern const struct hop_cmdlet_module hop_module_host;

#endif
