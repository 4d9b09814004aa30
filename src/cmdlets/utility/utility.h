/* The cmdlets of Microsoft.PowerShell.Utility, one const table each; listed in
 * module.c.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CMDLETS_UTILITY_UTILITY_H
#define HOP_CMDLETS_UTILITY_UTILITY_H

#include "engine/cmdlet.h"

#define HOP_UTILITY_CMDLETS_(X)                                                \
    X(add_member)                                                              \
    X(compare_object) X(format_custom) X(format_list) X(format_table)          \
        X(format_wide) X(get_member) X(get_unique) X(group_object)             \
            X(measure_object) X(out_string) X(select_object) X(sort_object)    \
                X(tee_object) X(write_debug) X(write_error) X(write_host)      \
                    X(write_information) X(write_output) X(write_progress)     \
                        X(write_verbose) X(write_warning)
#define X(c) extern const struct hop_cmdlet hop_cmdlet_##c;
HOP_UTILITY_CMDLETS_(X)
#undef X

extern const struct hop_cmdlet_module hop_module_utility;

#endif
