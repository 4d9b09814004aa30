/* The module ServerManager.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CMDLETS_CIM_FEATURE_H
#define HOP_CMDLETS_CIM_FEATURE_H

#include "engine/cmdlet.h"

extern const struct hop_class hop_class_feature, hop_class_feature_result;
extern const struct hop_cmdlet hop_cmdlet_get_windows_feature,
    hop_cmdlet_install_windows_feature, hop_cmdlet_uninstall_windows_feature;
extern const struct hop_cmdlet_module hop_module_server_manager;

#endif
