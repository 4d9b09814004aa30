/* The views of instances and events.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CMDLETS_FORMAT_VIEWS_CIM_H
#define HOP_CMDLETS_FORMAT_VIEWS_CIM_H

#include "cmdlets/format/view.h"

/* clang-format off */
#define HOP_VIEWS_CIM_(X) \
    X(cim_process) \
    X(cim_computer) \
    X(cim_processor) \
    X(cim_directory) \
    X(cim_group) \
    X(cim_disk) \
    X(cim_system) \
    X(cim_service) \
    X(cim_user) \
    X(cim_network) \
    X(event_entry_table) \
    X(event_entry_list) \
    X(event_log_table) \
    X(event_record_table) \
    X(event_configuration_table) \
    X(cim_class_table) \
    X(feature_table) \
    X(ping_table) \
    X(port_table)
/* clang-format on */
#define X(v) extern const struct hop_view hop_view_##v;
HOP_VIEWS_CIM_(X)
#undef X

/* For the table of all views. */
#define HOP_VIEW_ADDRESS_(v) &hop_view_##v,
#define HOP_VIEWS_CIM        HOP_VIEWS_CIM_(HOP_VIEW_ADDRESS_)

#endif
