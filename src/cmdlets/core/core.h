/* The cmdlets of Microsoft.PowerShell.Core, which live with the engine.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CMDLETS_CORE_CORE_H
#define HOP_CMDLETS_CORE_CORE_H

#include "engine/cmdlet.h"

/* clang-format off */
#define HOP_CORE_CMDLETS_(X) \
    X(disable_psremoting) \
    X(disable_pssession_configuration) \
    X(enable_pssession_configuration) \
    X(get_pssession_configuration) \
    X(register_pssession_configuration) \
    X(set_pssession_configuration) \
    X(unregister_pssession_configuration) \
    X(enable_psremoting) \
    X(foreach_object) \
    X(where_object) \
    X(get_command) \
    X(get_help) \
    X(get_history) \
    X(clear_history) \
    X(add_history) \
    X(invoke_history) \
    X(help) \
    X(out_null) \
    X(out_default) \
    X(out_host) \
    X(invoke_command) \
    X(set_strict_mode) \
    X(import_module) \
    X(remove_module) \
    X(new_module) \
    X(get_module) \
    X(export_module_member) \
    X(test_module_manifest) \
    X(new_module_manifest) \
    X(new_pssession_configuration_file) \
    X(new_psrole_capability_file) \
    X(new_pssession_option) \
    X(start_job) \
    X(get_job) \
    X(receive_job) \
    X(wait_job) \
    X(stop_job) \
    X(remove_job) \
    X(enter_pssession) \
    X(new_pssession) \
    X(get_pssession) \
    X(remove_pssession) \
    X(exit_pssession) \
    X(disconnect_pssession) \
    X(connect_pssession) \
    X(receive_pssession) \
    X(new_pstransport_option)
/* clang-format on */
#define X(c) extern const struct hop_cmdlet hop_cmdlet_##c;
HOP_CORE_CMDLETS_(X)
#undef X

extern const struct hop_cmdlet_module hop_module_core;

#endif
