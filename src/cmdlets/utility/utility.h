/* The cmdlets of Microsoft.PowerShell.Utility, one const table each; listed in
 * module.c.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CMDLETS_UTILITY_UTILITY_H
#define HOP_CMDLETS_UTILITY_UTILITY_H

#include "engine/cmdlet.h"

/* clang-format off */
#define HOP_UTILITY_CMDLETS_(X) \
    X(add_member) \
    X(clear_variable) \
    X(compare_object) \
    X(disable_psbreakpoint) \
    X(enable_psbreakpoint) \
    X(get_psbreakpoint) \
    X(remove_psbreakpoint) \
    X(set_psbreakpoint) \
    X(convert_from_json) \
    X(convert_to_json) \
    X(convert_from_cli_xml) \
    X(convert_from_csv) \
    X(convert_from_string_data) \
    X(convert_to_cli_xml) \
    X(convert_to_csv) \
    X(convert_to_html) \
    X(convert_to_xml) \
    X(export_alias) \
    X(export_clixml) \
    X(export_csv) \
    X(export_pssession) \
    X(format_custom) \
    X(format_hex) \
    X(format_list) \
    X(format_table) \
    X(format_wide) \
    X(get_alias) \
    X(get_culture) \
    X(get_error) \
    X(get_file_hash) \
    X(get_host) \
    X(get_ui_culture) \
    X(get_uptime) \
    X(get_verb) \
    X(new_temporary_file) \
    X(get_date) \
    X(get_member) \
    X(get_pscall_stack) \
    X(get_random) \
    X(get_runspace) \
    X(get_secure_random) \
    X(get_format_data) \
    X(get_type_data) \
    X(get_unique) \
    X(get_variable) \
    X(group_object) \
    X(import_alias) \
    X(import_clixml) \
    X(import_csv) \
    X(import_pssession) \
    X(import_power_shell_data_file) \
    X(invoke_expression) \
    X(join_string) \
    X(measure_command) \
    X(measure_object) \
    X(new_alias) \
    X(new_guid) \
    X(new_object) \
    X(new_time_span) \
    X(new_variable) \
    X(out_file) \
    X(out_string) \
    X(read_host) \
    X(remove_alias) \
    X(remove_variable) \
    X(remove_type_data) \
    X(select_object) \
    X(select_string) \
    X(select_xml) \
    X(set_alias) \
    X(set_variable) \
    X(sort_object) \
    X(start_sleep) \
    X(tee_object) \
    X(add_type) \
    X(test_json) \
    X(unblock_file) \
    X(update_list) \
    X(update_type_data) \
    X(write_debug) \
    X(write_error) \
    X(write_host) \
    X(write_information) \
    X(write_output) \
    X(write_progress) \
    X(write_verbose) \
    X(write_warning)
/* clang-format on */
#define X(c) extern const struct hop_cmdlet hop_cmdlet_##c;
HOP_UTILITY_CMDLETS_(X)
#undef X

extern const struct hop_cmdlet_module hop_module_utility;

/* Is it a verb that PowerShell approves of? */
bool utility_is_verb(const char *s, size_t n);

#endif
