/* The cmdlets of this folder; listed in cmdlets/utility/module.c.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CMDLETS_FORMAT_COMMANDS_H
#define HOP_CMDLETS_FORMAT_COMMANDS_H

#include "engine/cmdlet.h"

extern const struct hop_cmdlet hop_cmdlet_format_table;
extern const struct hop_cmdlet hop_cmdlet_format_list;
extern const struct hop_cmdlet hop_cmdlet_format_wide;
extern const struct hop_cmdlet hop_cmdlet_format_custom;
extern const struct hop_cmdlet hop_cmdlet_out_string;

#endif
