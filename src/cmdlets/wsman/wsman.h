/* The cmdlets of Microsoft.WSMan.Management, one const table each; listed in
 * module.c.  They work on the settings of this host.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CMDLETS_WSMAN_WSMAN_H
#define HOP_CMDLETS_WSMAN_WSMAN_H

#include "config/change.h"
#include "engine/cmdlet.h"

/* clang-format off */
#define HOP_WSMAN_CMDLETS_(X) \
    X(disable_wsman_credssp) \
    X(enable_wsman_credssp) \
    X(get_wsman_credssp)
/* clang-format on */
#define X(c) extern const struct hop_cmdlet hop_cmdlet_##c;
HOP_WSMAN_CMDLETS_(X)
#undef X

extern const struct hop_cmdlet_module hop_module_wsman;

#endif
