/* Every native module of the shell.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CMDLETS_MODULES_H
#define HOP_CMDLETS_MODULES_H

#include "engine/cmdlet.h"

/* NULL-terminated, for struct hop_runspace_options. */
extern const struct hop_cmdlet_module *const hop_cmdlet_modules[];

#endif
