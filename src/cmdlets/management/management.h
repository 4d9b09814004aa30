/* The cmdlets of Microsoft.PowerShell.Management, one const table each; listed
 * in module.c.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CMDLETS_MANAGEMENT_MANAGEMENT_H
#define HOP_CMDLETS_MANAGEMENT_MANAGEMENT_H

#include "engine/cmdlet.h"

/* clang-format off */
#define HOP_MANAGEMENT_CMDLETS_(X) \
    X(add_content) \
    X(clear_content) \
    X(clear_item) \
    X(clear_item_property) \
    X(convert_path) \
    X(copy_item) \
    X(copy_item_property) \
    X(get_child_item) \
    X(get_computer_info) \
    X(get_content) \
    X(get_event_log) \
    X(get_item) \
    X(get_item_property) \
    X(get_item_property_value) \
    X(get_location) \
    X(get_process) \
    X(get_ps_drive) \
    X(get_ps_provider) \
    X(get_service) \
    X(get_time_zone) \
    X(invoke_item) \
    X(join_path) \
    X(move_item) \
    X(move_item_property) \
    X(new_item) \
    X(new_item_property) \
    X(new_ps_drive) \
    X(new_service) \
    X(pop_location) \
    X(push_location) \
    X(remove_item) \
    X(remove_item_property) \
    X(remove_ps_drive) \
    X(remove_service) \
    X(rename_item) \
    X(rename_item_property) \
    X(resolve_path) \
    X(restart_computer) \
    X(restart_service) \
    X(resume_service) \
    X(set_content) \
    X(set_item) \
    X(set_item_property) \
    X(set_location) \
    X(set_service) \
    X(split_path) \
    X(start_process) \
    X(start_service) \
    X(stop_computer) \
    X(stop_process) \
    X(stop_service) \
    X(suspend_service) \
    X(test_connection) \
    X(test_path) \
    X(wait_process)
/* clang-format on */
#define X(c) extern const struct hop_cmdlet hop_cmdlet_##c;
HOP_MANAGEMENT_CMDLETS_(X)
#undef X

extern const struct hop_cmdlet_module hop_module_management;

/* -Path and -LiteralPath as nearly all of them have it. */
#define HOP_PATH_PARAM                                                         \
    {                                                                          \
        "Path", "string[]",                                                    \
            .in =                                                              \
                HOP_SETS({"Path", HOP_MANDATORY | HOP_BY_VALUE | HOP_BY_NAME,  \
                          HOP_POS(0)})                                         \
    }
#define HOP_LITERAL_PARAM                                                      \
    {                                                                          \
        "LiteralPath", "string[]",                                             \
            .in = HOP_SETS({"LiteralPath", HOP_MANDATORY | HOP_BY_NAME, 0}),   \
            .aliases = "PSPath LP"                                             \
    }

#endif
