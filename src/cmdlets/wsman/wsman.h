/* The cmdlets of Microsoft.WSMan.Management, one const table each; listed in
 * module.c.  They work on the settings of this host.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CMDLETS_WSMAN_WSMAN_H
#define HOP_CMDLETS_WSMAN_WSMAN_H

#include "config/change.h"
#include "engine/cmdlet.h"
#include "engine/provider.h"

/* clang-format off */
#define HOP_WSMAN_CMDLETS_(X) \
    X(connect_wsman) \
    X(disable_wsman_credssp) \
    X(disconnect_wsman) \
    X(enable_wsman_credssp) \
    X(get_wsman_credssp) \
    X(get_wsman_instance) \
    X(invoke_wsman_action) \
    X(new_wsman_instance) \
    X(new_wsman_session_option) \
    X(remove_wsman_instance) \
    X(set_wsman_instance) \
    X(set_wsman_quick_config) \
    X(test_wsman)
/* clang-format on */
#define X(c) extern const struct hop_cmdlet hop_cmdlet_##c;
HOP_WSMAN_CMDLETS_(X)
#undef X

extern const struct hop_cmdlet_module hop_module_wsman;
extern const struct hop_class hop_class_wsman_session_option,
    hop_class_wsman_container, hop_class_wsman_leaf;
extern const struct hop_provider hop_wsman_provider;

#endif
