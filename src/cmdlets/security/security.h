/* The cmdlets of Microsoft.PowerShell.Security, one const table each; listed
 * in module.c.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CMDLETS_SECURITY_SECURITY_H
#define HOP_CMDLETS_SECURITY_SECURITY_H

#include "engine/cmdlet.h"

/* clang-format off */
#define HOP_SECURITY_CMDLETS_(X) \
    X(convert_from_secure_string) \
    X(convert_to_secure_string) \
    X(get_credential) \
    X(get_execution_policy) \
    X(set_execution_policy)
/* clang-format on */
#define X(c) extern const struct hop_cmdlet hop_cmdlet_##c;
HOP_SECURITY_CMDLETS_(X)
#undef X

extern const struct hop_cmdlet_module hop_module_security;

#endif
