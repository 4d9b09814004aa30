/* The views of what hosts tell about themselves: instances, events, features.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cmdlets/format/views_cim.h"

#define CIM "Microsoft.Management.Infrastructure.CimInstance#root/cimv2/"
#define R   HOP_ALIGN_RIGHT
#define L   HOP_ALIGN_LEFT

#define VIEW(id, shape_, types_, items, ...)                                   \
    const struct hop_view hop_view_##id = {.types = types_,                    \
                                           .shape = shape_,                    \
                                           .item = items,                      \
                                           .n = HOP_ARRAY_SIZE(items),         \
                                           __VA_ARGS__}

/* ---- instances ---- */

static const struct hop_view_item process[] = {{"ProcessId"},
                                               {"Name", 16},
                                               {"HandleCount"},
                                               {"WorkingSetSize"},
                                               {"VirtualSize"}};
VIEW(cim_process, HOP_SHAPE_TABLE, CIM "Win32_Process", process,
     .name = CIM "Win32_Process");

static const struct hop_view_item computer[] = {
    {"Name", 16}, {"PrimaryOwnerName"}, {"Domain"}, {"TotalPhysicalMemory"},
    {"Model"},    {"Manufacturer"}};
VIEW(cim_computer, HOP_SHAPE_TABLE, CIM "Win32_ComputerSystem", computer,
     .name = CIM "Win32_ComputerSystem");

static const struct hop_view_item processor[] = {
    {"DeviceID"},      {"Name", 16},          {"Caption"},
    {"MaxClockSpeed"}, {"SocketDesignation"}, {"Manufacturer"}};
VIEW(cim_processor, HOP_SHAPE_TABLE,
     CIM "Win32_Processor|" CIM "WIN32_PROCESSOR", processor,
     .name = CIM "Win32_Processor");

static const struct hop_view_item directory[] = {
    {"Name", 16}, {"Hidden"}, {"Archive"}, {"Writeable"}, {"LastModified"}};
VIEW(cim_directory, HOP_SHAPE_TABLE, CIM "Win32_Directory", directory,
     .name = CIM "Win32_Directory");

static const struct hop_view_item group[] = {
    {"SID"}, {"Name", 16}, {"Caption"}, {"Domain"}};
VIEW(cim_group, HOP_SHAPE_TABLE, CIM "Win32_Group", group,
     .name = CIM "Win32_Group");

static const struct hop_view_item disk[] = {
    {"DeviceID"},       {"DriveType"}, {"ProviderName", 16},
    {"VolumeName", 16}, {"Size"},      {"FreeSpace"}};
VIEW(cim_disk, HOP_SHAPE_TABLE, CIM "Win32_LogicalDisk", disk,
     .name = CIM "Win32_LogicalDisk");

static const struct hop_view_item os[] = {
    {"SystemDirectory"}, {"Organization"}, {"BuildNumber"},
    {"RegisteredUser"},  {"SerialNumber"}, {"Version"}};
VIEW(cim_system, HOP_SHAPE_TABLE, CIM "Win32_OperatingSystem", os,
     .name = CIM "Win32_OperatingSystem");

static const struct hop_view_item service[] = {{"ProcessId"}, {"Name", 16},
                                               {"StartMode"}, {"State"},
                                               {"Status"},    {"ExitCode"}};
VIEW(cim_service, HOP_SHAPE_TABLE, CIM "Win32_Service", service,
     .name = CIM "Win32_Service");

static const struct hop_view_item user[] = {
    {"Name", 16}, {"Caption"}, {"AccountType"}, {"SID"}, {"Domain"}};
VIEW(cim_user, HOP_SHAPE_TABLE, CIM "Win32_UserAccount", user,
     .name = CIM "Win32_UserAccount");

static const struct hop_view_item network[] = {
    {"ServiceName", 16}, {"DHCPEnabled"}, {"Index"}, {"Description"}};
VIEW(cim_network, HOP_SHAPE_TABLE, CIM "Win32_NetworkAdapterConfiguration",
     network, .name = CIM "Win32_NetworkAdapterConfiguration");

static const struct hop_view_item cim_class[] = {
    {"CimClassName", 35},
    {"CimClassMethods", 20},
    {"CimClassProperties"},
};
VIEW(cim_class_table, HOP_SHAPE_TABLE,
     "Microsoft.Management.Infrastructure.CimClass", cim_class,
     .name = "Microsoft.Management.Infrastructure.CimClass",
     .group_script = "$_.CimSystemProperties.Namespace", .group = "Namespace",
     .group_label = "NameSpace: ", .group_indent = 3);

/* ---- events ---- */

static const struct hop_view_item entry[] = {
    {"Index", 8, R},
    {"TimeGenerated", 13, .label = "Time",
     .format = "{0:MMM} {0:dd} {0:HH}:{0:mm}"},
    {"EntryType", 11, .script = "$_.EntryType"},
    {"Source", 20},
    {"InstanceID", 12, R},
    {"Message"},
};
VIEW(event_entry_table, HOP_SHAPE_TABLE, "System.Diagnostics.EventLogEntry",
     entry, .name = "System.Diagnostics.EventLogEntry");
static const struct hop_view_item entry_all[] = {
    {"Index"},         {"EntryType"},      {"InstanceID"},         {"Message"},
    {"Category"},      {"CategoryNumber"}, {"ReplacementStrings"}, {"Source"},
    {"TimeGenerated"}, {"TimeWritten"},    {"UserName"},
};
VIEW(event_entry_list, HOP_SHAPE_LIST, "System.Diagnostics.EventLogEntry",
     entry_all, .name = "System.Diagnostics.EventLogEntry");
static const struct hop_view_item event_log[] = {
    {"MaximumKilobytes", 8, R, "Max(K)",
     .script = "$_.MaximumKilobytes.ToString('N0')"},
    {"MinimumRetentionDays", 6, R, "Retain"},
    {"OverflowAction", 18},
    {"Entries", 10, R,
     .script = "if ($_.Entries) { "
               "$_.Entries.Count.ToString('N0') }"},
    {"Log"},
};
VIEW(event_log_table, HOP_SHAPE_TABLE, "System.Diagnostics.EventLog", event_log,
     .name = "System.Diagnostics.EventLog");
static const struct hop_view_item record[] = {
    {"TimeCreated", 26}, {"Id", 8, R}, {"LevelDisplayName", 16}, {"Message"}};
VIEW(event_record_table, HOP_SHAPE_TABLE,
     "System.Diagnostics.Eventing.Reader.EventLogRecord", record,
     .name = "Default", .group = "ProviderName",
     .group_label = "ProviderName: ", .group_indent = 3);
static const struct hop_view_item configuration[] = {
    {"LogMode", 9},
    {"MaximumSizeInBytes", 18, R},
    {"RecordCount", 11, R},
    {"LogName"},
};
VIEW(event_configuration_table, HOP_SHAPE_TABLE,
     "System.Diagnostics.Eventing.Reader.EventLogConfiguration", configuration,
     .name = "Default");

/* ---- features ---- */

static const struct hop_view_item feature[] = {
    {"DisplayName", 55, L, "Display Name",
     .script = "('    ' * ($_.Depth - 1)) + $(if ($_.Installed) { '[X] ' } "
               "else { '[ ] ' }) + $_.DisplayName"},
    {"Name", 23},
    {"InstallState", 14, R, "Install State"},
};
VIEW(feature_table, HOP_SHAPE_TABLE,
     "Microsoft.Windows.ServerManager.Commands.Feature", feature,
     .name = "Feature");

/* ---- connections ---- */

#define TEST "Microsoft.PowerShell.Commands.TestConnectionCommand+"
#define STAR(property)                                                         \
    "if ($_.Status -eq 'TimedOut') { '*' } else { $_." property " }"
static const struct hop_view_item ping[] = {
    {"Ping", 4, R},
    {"Source", 16, L},
    {"DisplayAddress", 25, L, "Address"},
    {"Latency", 7, R, "Latency(ms)", .script = STAR("Latency")},
    {"BufferSize", 10, R, "BufferSize(B)", .script = STAR("BufferSize")},
    {"Status", 16, L},
};
VIEW(ping_table, HOP_SHAPE_TABLE, TEST "PingStatus", ping,
     .name = TEST "PingStatus", .group = "Destination",
     .group_label = "Destination: ", .group_indent = 3);
static const struct hop_view_item port[] = {
    {"Id", 4, R},
    {"Source", 16, L},
    {"TargetAddress", 25, L, "Address"},
    {"Port", 7, R},
    {"Latency", 7, R, "Latency(ms)"},
    {"Connected", 10, L},
    {"Status", 24, L},
};
VIEW(port_table, HOP_SHAPE_TABLE, TEST "TcpPortStatus", port,
     .name = TEST "TcpPortStatus", .group = "Target",
     .group_label = "Target: ", .group_indent = 3);
