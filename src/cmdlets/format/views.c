/* The views that PowerShell users know, as tables.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cmdlets/format/view.h"
#include "cmdlets/format/views_cim.h"

#define COMMANDS "Microsoft.PowerShell.Commands."
#define MANAGE   "System.Management.Automation."
#define R        HOP_ALIGN_RIGHT
#define L        HOP_ALIGN_LEFT

#define ITEMS(name) .item = name, .n = HOP_ARRAY_SIZE(name)
#define VIEW(id, shape_, types_, items, ...)                                   \
    static const struct hop_view id = {                                        \
        .types = types_, .shape = shape_, ITEMS(items), __VA_ARGS__}

/* ---- files ---- */

#define FILES "System.IO.DirectoryInfo|System.IO.FileInfo"
#define FILE_GROUP                                                             \
    .group = "PSParentPath",                                                   \
    .group_script = "$_.PSParentPath -replace "                                \
                    "'^Microsoft\\.PowerShell\\.Core\\\\[^:]*::', ''",         \
    .group_label = "Directory: ", .group_indent = 4

static const struct hop_view_item file_table[] = {
    {"UnixMode", 10, L},
    {"User", 10, R},
    {"Group", 10, L},
    {"LastWriteTime", 16, R, .format = "{0:d} {0:HH}:{0:mm}"},
    {"Size", 12, R},
    {"Name", 0, L},
};
VIEW(files_unix, HOP_SHAPE_TABLE, FILES, file_table,
     .name = "childrenWithUnixStat", .flags = HOP_VIEW_WRAP, FILE_GROUP);
static const struct hop_view_item file_windows[] = {
    {"Mode", 7, L},
    {"LastWriteTime", 26, R, .format = "{0,10:d} {0,8:t}"},
    {"Length", 14, R, .only = "System.IO.FileInfo"},
    {"Name", 0, L},
};
VIEW(files_mode, HOP_SHAPE_TABLE, FILES, file_windows, .name = "children",
     .flags = HOP_VIEW_WRAP, FILE_GROUP);
static const struct hop_view_item file_list[] = {
    {"Name"},
    {"Length", .only = "System.IO.FileInfo"},
    {"CreationTime"},
    {"LastWriteTime"},
    {"LastAccessTime"},
    {"Mode"},
    {"LinkType"},
    {"Target"},
    {"VersionInfo", .only = "System.IO.FileInfo"},
};
VIEW(files_list, HOP_SHAPE_LIST, FILES, file_list, .name = "children",
     FILE_GROUP);
static const struct hop_view_item file_wide[] = {
    {"Name",
     .script = "if ($_.PSIsContainer) { \"[$($_.Name)]\" } else { $_.Name }"},
};
VIEW(files_wide, HOP_SHAPE_WIDE, FILES, file_wide, .name = "children",
     FILE_GROUP);

/* ---- .NET ---- */

static const struct hop_view_item culture[] = {
    {"LCID", 16}, {"Name", 16}, {"DisplayName"}};
VIEW(culture_table, HOP_SHAPE_TABLE, "System.Globalization.CultureInfo",
     culture, .name = "System.Globalization.CultureInfo");

static const struct hop_view_item version[] = {
    {"Major", 6}, {"Minor", 6}, {"Build", 6}, {"Revision", 8}};
VIEW(version_table, HOP_SHAPE_TABLE, "System.Version", version,
     .name = "System.Version");

static const struct hop_view_item semver[] = {{"Major", 6},
                                              {"Minor", 6},
                                              {"Patch", 6},
                                              {"PreReleaseLabel", 15},
                                              {"BuildLabel", 11}};
VIEW(semver_table, HOP_SHAPE_TABLE, MANAGE "SemanticVersion", semver,
     .name = MANAGE "SemanticVersion");

static const struct hop_view_item entry[] = {{"Name", 30}, {"Value"}};
VIEW(entry_table, HOP_SHAPE_TABLE, "System.Collections.DictionaryEntry", entry,
     .name = "Dictionary");
VIEW(entry_list, HOP_SHAPE_LIST, "System.Collections.DictionaryEntry", entry,
     .name = "System.Collections.DictionaryEntry");

static const struct hop_view_item process[] = {
    {"NPM", 7, R, "NPM(K)", .script = "[long]($_.NPM / 1024)"},
    {"PM", 8, R, "PM(M)", .script = "'{0:N2}' -f [float]($_.PM / 1MB)"},
    {"WS", 10, R, "WS(M)", .script = "'{0:N2}' -f [float]($_.WS / 1MB)"},
    {"CPU", 10, R, "CPU(s)", .script = "'{0:N2}' -f [float]($_.CPU)"},
    {"Id", 7, R},
    {"SI", 3, R},
    {"ProcessName"},
};
VIEW(process_table, HOP_SHAPE_TABLE, "System.Diagnostics.Process", process,
     .name = "process");
static const struct hop_view_item process_by[] = {
    {"ProcessName", 20}, {"Id", 10, R}, {"WorkingSet64", 12, R}};
VIEW(process_priority, HOP_SHAPE_TABLE, "System.Diagnostics.Process",
     process_by, .name = "Priority", .group = "PriorityClass",
     .group_label = "PriorityClass: ", .group_indent = 3);
static const struct hop_view_item process_name[] = {{"ProcessName"}};
VIEW(process_wide, HOP_SHAPE_WIDE, "System.Diagnostics.Process", process_name,
     .name = "process");
static const struct hop_view_item process_user[] = {
    {"WS", 10, R, "WS(M)", .script = "'{0:N2}' -f [float]($_.WS / 1MB)"},
    {"CPU", 8, R, "CPU(s)", .script = "'{0:N2}' -f [float]($_.CPU)"},
    {"Id", 7, R},
    {"UserName", 30},
    {"ProcessName"},
};
VIEW(process_user_table, HOP_SHAPE_TABLE,
     "System.Diagnostics.Process#IncludeUserName", process_user,
     .name = "ProcessWithUserName");

static const struct hop_view_item process_all[] = {
    {"Id"}, {"Handles"}, {"CPU"}, {"SI"}, {"Name"}};
VIEW(process_list, HOP_SHAPE_LIST, "System.Diagnostics.Process", process_all,
     .name = "process");

static const struct hop_view_item service[] = {
    {"Status", 8}, {"Name", 18}, {"DisplayName", 38}};
VIEW(service_table, HOP_SHAPE_TABLE, "System.ServiceProcess.ServiceController",
     service, .name = "service");
static const struct hop_view_item service_all[] = {{"Name"},
                                                   {"DisplayName"},
                                                   {"Status"},
                                                   {"DependentServices"},
                                                   {"ServicesDependedOn"},
                                                   {"CanPauseAndContinue"},
                                                   {"CanShutdown"},
                                                   {"CanStop"},
                                                   {"ServiceType"}};
VIEW(service_list, HOP_SHAPE_LIST, "System.ServiceProcess.ServiceController",
     service_all, .name = "System.ServiceProcess.ServiceController");

static const struct hop_view_item timespan_all[] = {
    {"Days"},         {"Hours"},        {"Minutes"},          {"Seconds"},
    {"Milliseconds"}, {"Ticks"},        {"TotalDays"},        {"TotalHours"},
    {"TotalMinutes"}, {"TotalSeconds"}, {"TotalMilliseconds"}};
VIEW(timespan_list, HOP_SHAPE_LIST, "System.TimeSpan", timespan_all,
     .name = "System.TimeSpan");
static const struct hop_view_item timespan[] = {
    {"Days"}, {"Hours"}, {"Minutes"}, {"Seconds"}, {"Milliseconds"}};
VIEW(timespan_table, HOP_SHAPE_TABLE, "System.TimeSpan", timespan,
     .name = "System.TimeSpan");
static const struct hop_view_item timespan_total[] = {{"TotalMilliseconds"}};
VIEW(timespan_wide, HOP_SHAPE_WIDE, "System.TimeSpan", timespan_total,
     .name = "System.TimeSpan");

static const struct hop_view_item datetime[] = {{"DateTime"}};
VIEW(datetime_custom, HOP_SHAPE_CUSTOM, "System.DateTime", datetime,
     .name = "DateTime");

static const struct hop_view_item guid[] = {{"Guid"}};
VIEW(guid_table, HOP_SHAPE_TABLE, "System.Guid", guid, .name = "System.Guid");

static const struct hop_view_item network[] = {{"UserName", 50},
                                               {"Domain", 50}};
VIEW(network_table, HOP_SHAPE_TABLE, "System.Net.NetworkCredential", network,
     .name = "System.Net.NetworkCredential");

static const struct hop_view_item method[] = {
    {"OverloadDefinitions", .script = "$_.OverloadDefinitions | Out-String"}};
VIEW(method_table, HOP_SHAPE_TABLE, MANAGE "PSMethod", method,
     .name = MANAGE "PSMethod", .flags = HOP_VIEW_WRAP);

static const struct hop_view_item type[] = {
    {"IsPublic", 8},
    {"IsSerializable", 8, .label = "IsSerial"},
    {"Name", 40},
    {"BaseType"}};
VIEW(type_table, HOP_SHAPE_TABLE, "System.RuntimeType", type,
     .name = "System.RuntimeType");

/* ---- PowerShell ---- */

static const struct hop_view_item member[] = {
    {"Name"}, {"MemberType"}, {"Definition"}};
VIEW(member_table, HOP_SHAPE_TABLE, COMMANDS "MemberDefinition", member,
     .name = COMMANDS "MemberDefinition", .flags = HOP_VIEW_AUTOSIZE,
     .group = "TypeName", .group_label = "TypeName: ", .group_indent = 3);

static const struct hop_view_item group[] = {
    {"Count", 5, R}, {"Name", 25}, {"Group"}};
VIEW(group_table, HOP_SHAPE_TABLE, COMMANDS "GroupInfo", group,
     .name = COMMANDS "GroupInfo");
static const struct hop_view_item group_all[] = {
    {"Name"}, {"Count"}, {"Group"}, {"Values"}};
VIEW(group_list, HOP_SHAPE_LIST, COMMANDS "GroupInfo", group_all,
     .name = COMMANDS "GroupInfo");
static const struct hop_view_item group_bare[] = {{"Count", 5, R},
                                                  {"Name", 25}};
VIEW(group_bare_table, HOP_SHAPE_TABLE, COMMANDS "GroupInfoNoElement",
     group_bare, .name = COMMANDS "GroupInfoNoElement");
static const struct hop_view_item group_bare_all[] = {
    {"Name"}, {"Count"}, {"Values"}};
VIEW(group_bare_list, HOP_SHAPE_LIST, COMMANDS "GroupInfoNoElement",
     group_bare_all, .name = COMMANDS "GroupInfoNoElement");

#define DURATION                                                               \
    "$d = $_.Duration; if ($d.TotalHours -ge 10) { "                           \
    "'{0}:{1:mm}:{1:ss}.{1:fff}' "                                             \
    "-f [int]$d.TotalHours, $d } elseif ($d.TotalHours -ge 1) { "              \
    "$d.ToString('h\\:mm\\:ss\\.fff') } elseif ($d.TotalMinutes -ge 1) { "     \
    "$d.ToString('m\\:ss\\.fff') } else { $d.ToString('s\\.fff') }"
static const struct hop_view_item history[] = {
    {"Id", 4, R}, {"Duration", 12, R, .script = DURATION}, {"CommandLine"}};
VIEW(history_table, HOP_SHAPE_TABLE, COMMANDS "HistoryInfo", history,
     .name = "history");
static const struct hop_view_item history_line[] = {{"CommandLine"}};
VIEW(history_wide, HOP_SHAPE_WIDE, COMMANDS "HistoryInfo", history_line,
     .name = "history");

static const struct hop_view_item match[] = {
    {"Line", .script = "$_.ToEmphasizedString((Get-Location).Path)"}};
VIEW(match_custom, HOP_SHAPE_CUSTOM, COMMANDS "MatchInfo", match,
     .name = "MatchInfo");

VIEW(variable_table, HOP_SHAPE_TABLE, MANAGE "PSVariable", entry,
     .name = "Variable");
static const struct hop_view_item path[] = {{"Path"}};
VIEW(path_table, HOP_SHAPE_TABLE, MANAGE "PathInfo", path, .name = "PathInfo");

static const struct hop_view_item command[] = {
    {"CommandType", 15},
    {"Name", 50,
     .script = "if ($_.CommandType -eq 'Alias') { $_.DisplayName } else { "
               "$_.Name }"},
    {"Version", 10},
    {"Source"},
};
VIEW(command_table, HOP_SHAPE_TABLE,
     MANAGE "AliasInfo|" MANAGE "ApplicationInfo|" MANAGE "CmdletInfo|" MANAGE
            "ExternalScriptInfo|" MANAGE "FilterInfo|" MANAGE
            "FunctionInfo|" MANAGE "ScriptInfo",
     command, .name = "CommandInfo");
static const struct hop_view_item application_all[] = {
    {"Name"},      {"CommandType"}, {"Definition"},
    {"Extension"}, {"Path"},        {"FileVersionInfo"}};
VIEW(application_list, HOP_SHAPE_LIST, MANAGE "ApplicationInfo",
     application_all, .name = MANAGE "ApplicationInfo");
static const struct hop_view_item alias_all[] = {{"DisplayName"},
                                                 {"CommandType"},
                                                 {"Definition"},
                                                 {"ReferencedCommand"},
                                                 {"ResolvedCommand"}};
VIEW(alias_list, HOP_SHAPE_LIST, MANAGE "AliasInfo", alias_all,
     .name = MANAGE "AliasInfo");
static const struct hop_view_item cmdlet_all[] = {
    {"Name"},     {"CommandType"},   {"Definition"},       {"Path"}, {"DLL"},
    {"HelpFile"}, {"ParameterSets"}, {"ImplementingType"}, {"Verb"}, {"Noun"}};
VIEW(cmdlet_list, HOP_SHAPE_LIST, MANAGE "CmdletInfo", cmdlet_all,
     .name = MANAGE "CmdletInfo");
static const struct hop_view_item function_all[] = {
    {"Name"}, {"CommandType"}, {"Definition"}};
VIEW(function_list, HOP_SHAPE_LIST, MANAGE "FilterInfo|" MANAGE "FunctionInfo",
     function_all, .name = MANAGE "CommandInfo");

static const struct hop_view_item provider[] = {
    {"Name", 20}, {"Capabilities"}, {"Drives"}};
VIEW(provider_table, HOP_SHAPE_TABLE, MANAGE "ProviderInfo", provider,
     .name = "provider");
static const struct hop_view_item provider_all[] = {
    {"Name"},         {"Drives"},          {"Path"}, {"Home"}, {"Description"},
    {"Capabilities"}, {"ImplementingType"}};
VIEW(provider_list, HOP_SHAPE_LIST, MANAGE "ProviderInfo", provider_all,
     .name = "provider");
static const struct hop_view_item drive[] = {
    {"Name", 10},
    {"Used", 13, R, "Used (GB)",
     .script = "if ($_.Used -or $_.Free) { '{0:###0.00}' -f ($_.Used / 1GB) }"},
    {"Free", 13, R, "Free (GB)",
     .script = "if ($_.Used -or $_.Free) { '{0:###0.00}' -f ($_.Free / 1GB) }"},
    {"Provider", 13, .script = "$_.Provider.Name"},
    {"Root", 35,
     .script = "if ($null -ne $_.DisplayRoot) { $_.DisplayRoot } else { "
               "$_.Root }"},
    {"CurrentLocation", 0, R},
};
VIEW(drive_table, HOP_SHAPE_TABLE, MANAGE "PSDriveInfo", drive,
     .name = "drive");
static const struct hop_view_item drive_all[] = {
    {"Name"}, {"Description"}, {"Provider"}, {"Root"}, {"CurrentLocation"}};
VIEW(drive_list, HOP_SHAPE_LIST, MANAGE "PSDriveInfo", drive_all,
     .name = MANAGE "PSDriveInfo");

static const struct hop_view_item itself[] = {{"", .script = "$_"}};
VIEW(block_custom, HOP_SHAPE_CUSTOM, MANAGE "ScriptBlock", itself,
     .name = "ScriptBlock", .flags = HOP_VIEW_OUT_OF_BAND);
static const struct hop_view_item message[] = {{"Message"}};
VIEW(warning_custom, HOP_SHAPE_CUSTOM,
     MANAGE "WarningRecord|" MANAGE "VerboseRecord|" MANAGE "DebugRecord",
     message, .name = "WarningRecord", .flags = HOP_VIEW_OUT_OF_BAND);
static const struct hop_view_item information[] = {
    {"", .script = "$_.ToString()"}};
VIEW(information_custom, HOP_SHAPE_CUSTOM, MANAGE "InformationRecord",
     information, .name = "InformationRecord", .flags = HOP_VIEW_OUT_OF_BAND);

static const struct hop_view_item session[] = {{"Id", 3, R},
                                               {"Name", 15, L},
                                               {"Transport", 9, L},
                                               {"ComputerName", 15, L},
                                               {"ComputerType", 15, L},
                                               {"State", 13, L},
                                               {"ConfigurationName", 20, L},
                                               {"Availability", 13, R}};
VIEW(session_table, HOP_SHAPE_TABLE, MANAGE "Runspaces.PSSession", session,
     .name = "PSSession");
static const struct hop_view_item runspace[] = {
    {"Id", 3, R},
    {"Name", 15, L},
    {"ComputerName", 15, L,
     .script = "if ($null -ne $_.ConnectionInfo) { "
               "$_.ConnectionInfo.ComputerName } else { 'localhost' }"},
    {"Type", 13, L,
     .script =
         "if ($null -ne $_.ConnectionInfo) { 'Remote' } else { 'Local' }"},
    {"State", 13, L, .script = "$_.RunspaceStateInfo.State"},
    {"Availability", 15, L, .script = "$_.RunspaceAvailability"},
};
VIEW(runspace_table, HOP_SHAPE_TABLE, MANAGE "Runspaces.Runspace", runspace,
     .name = "Runspace");
static const struct hop_view_item help_short[] = {
    {"Name", 33, L},
    {"Category", 9, L},
    {"Module", 25, L, .script = "$_.ModuleName"},
    {"Synopsis"}};
VIEW(help_table, HOP_SHAPE_TABLE, "HelpInfoShort", help_short, .name = "help");
static const struct hop_view_item type_data[] = {{"TypeName"}, {"Members"}};
VIEW(type_data_table, HOP_SHAPE_TABLE, MANAGE "Runspaces.TypeData", type_data,
     .name = "TypeData");
static const struct hop_view_item job[] = {
    {"Id", 6, L},      {"Name", 15, L},        {"PSJobTypeName", 15, L},
    {"State", 13, L},  {"HasMoreData", 15, L}, {"Location", 20, L},
    {"Command", 25, L}};
VIEW(job_table, HOP_SHAPE_TABLE, MANAGE "Job", job, .name = "Job");

static const struct hop_view_item pssession[] = {
    {"Id", 3, R},
    {"Name", 15, L},
    {"Transport", 9, L},
    {"ComputerName", 15, L},
    {"ComputerType", 15, L},
    {"State", 13, L},
    {"ConfigurationName", 20, L},
    {"Availability", 13, R},
};
VIEW(pssession_table, HOP_SHAPE_TABLE, MANAGE "Runspaces.PSSession", pssession,
     .name = "PSSession");

static const struct hop_view_item breakpoint[] = {
    {"ID", 4, R},
    {"Script", 0, L,
     .script = "if ($_.Script) { [IO.Path]::GetFileName($_.Script) }"},
    {"Line", 4, R},
    {"Command", 0, L},
    {"Variable", 0, L},
    {"Action", 0, L},
};
VIEW(breakpoint_table, HOP_SHAPE_TABLE,
     MANAGE "LineBreakpoint|" MANAGE "CommandBreakpoint|" MANAGE
            "VariableBreakpoint",
     breakpoint, .name = "Breakpoint");

static const struct hop_view_item frame[] = {
    {"Command"}, {"Arguments"}, {"Location"}};
VIEW(frame_table, HOP_SHAPE_TABLE, MANAGE "CallStackFrame", frame,
     .name = "CallStackFrame");

#define PRERELEASE                                                             \
    "if ($_.PrivateData.PSData) { $_.PrivateData.PSData.PreRelease }"
static const struct hop_view_item module[] = {
    {"ModuleType", 10, L},
    {"Version", 10, L},
    {"PreRelease", 10, L, .script = PRERELEASE},
    {"Name", 35, L},
    {"ExportedCommands", 0, L, .script = "$_.ExportedCommands.Keys"},
};
VIEW(module_table, HOP_SHAPE_TABLE, MANAGE "PSModuleInfo", module,
     .name = "Module");
static const struct hop_view_item module_name[] = {{"Name"}};
VIEW(module_wide, HOP_SHAPE_WIDE, MANAGE "PSModuleInfo", module_name,
     .name = "Module");
static const struct hop_view_item module_all[] = {
    {"Name"},
    {"Path"},
    {"Description"},
    {"ModuleType"},
    {"Version"},
    {"PreRelease", .script = PRERELEASE},
    {"NestedModules"},
    {"ExportedFunctions", .script = "$_.ExportedFunctions.Keys"},
    {"ExportedCmdlets", .script = "$_.ExportedCmdlets.Keys"},
    {"ExportedVariables", .script = "$_.ExportedVariables.Keys"},
    {"ExportedAliases", .script = "$_.ExportedAliases.Keys"},
};
VIEW(module_list, HOP_SHAPE_LIST, MANAGE "PSModuleInfo", module_all,
     .name = "Module");
static const struct hop_view_item module_listed[] = {
    {"ModuleType", 10, L},
    {"Version", 10, L},
    {"PreRelease", 10, L, .script = PRERELEASE},
    {"Name", 35, L},
    {"PSEdition", 9, L,
     .script = "$e = $_.CompatiblePSEditions; if (-not $e) { $e = 'Desktop' }; "
               "($e | ForEach-Object { $_.Substring(0, 4) } | Sort-Object) "
               "-join ','"},
    {"ExportedCommands", 0, L, .script = "$_.ExportedCommands.Keys"},
};
VIEW(module_listed_table, HOP_SHAPE_TABLE, "ModuleInfoGrouping", module_listed,
     .name = "Module", .group = "Path",
     .group_script =
         "Split-Path -Parent $_.Path | ForEach-Object { if ((Split-Path "
         "$_ -Leaf) -as [version]) { Split-Path -Parent $_ } else "
         "{ $_ } } | Split-Path -Parent",
     .group_label = "Directory: ", .group_indent = 4);

static const struct hop_view_item hash[] = {
    {"Algorithm", 15, L}, {"Hash", 70, L}, {"Path"}};
VIEW(hash_table, HOP_SHAPE_TABLE, COMMANDS "FileHashInfo", hash,
     .name = "FileHashInfo");
static const struct hop_view_item bytes[] = {
    {"HexOffset", 16, R, "Offset"},
    {"HexBytes", 47, L,
     "Bytes\n00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F"},
    {"Ascii", 16, L},
};
VIEW(bytes_table, HOP_SHAPE_TABLE, COMMANDS "ByteCollection", bytes,
     .name = COMMANDS "ByteCollection", .group = "Label",
     .group_label = "Label: ", .group_indent = 3);
static const struct hop_view_item text_measure[] = {
    {"Lines"}, {"Words"}, {"Characters"}, {"Property"}};
VIEW(text_measure_table, HOP_SHAPE_TABLE,
     "Deserialized." COMMANDS "TextMeasureInfo", text_measure,
     .name = COMMANDS "TextMeasureInfo");

static const struct hop_view_item second_hop[] = {
    {"Order", 5, R}, {"Name", 13, L, "Way"}, {"Available", 9, L}, {"Why"}};
VIEW(second_hop_table, HOP_SHAPE_TABLE, "Hop.SecondHop.Way", second_hop,
     .name = "SecondHop", .flags = HOP_VIEW_WRAP);

/* ---- WS-Management ---- */

#define WSMAN "Microsoft.WSMan.Management."
#define WSMAN_GROUP                                                            \
    .group = "PSParentPath", .group_label = "WSManConfig: ", .group_indent = 3

static const struct hop_view_item wsman_identity[] = {
    {"wsmid"}, {"ProtocolVersion"}, {"ProductVendor"}, {"ProductVersion"}};
#define WSMAN_IDENTITY                                                         \
    "System.Xml.XmlElement#http://schemas.dmtf.org/wbem/wsman/identity/1/"     \
    "wsmanidentity.xsd#IdentifyResponse"
VIEW(wsman_identity_list, HOP_SHAPE_LIST, WSMAN_IDENTITY, wsman_identity,
     .name = WSMAN_IDENTITY);
static const struct hop_view_item wsman_computer[] = {
    {"Name", 45, L, "ComputerName"}, {"TypeNameOfElement", 20, L, "Type"}};
VIEW(wsman_computer_table, HOP_SHAPE_TABLE,
     WSMAN "WSManConfigContainerElement#ComputerLevel", wsman_computer,
     WSMAN_GROUP, .name = WSMAN "WSManConfigContainerElement#ComputerLevel");
static const struct hop_view_item wsman_container[] = {
    {"TypeNameOfElement", 15, L, "Type"}, {"Keys", 35, L}, {"Name", 0, L}};
VIEW(wsman_container_table, HOP_SHAPE_TABLE,
     WSMAN "WSManConfigContainerElement", wsman_container, WSMAN_GROUP,
     .name = WSMAN "WSManConfigContainerElement");
static const struct hop_view_item wsman_param[] = {
    {"Name", 30, L, "ParamName"}, {"Value", 20, L, "ParamValue"}};
VIEW(wsman_param_table, HOP_SHAPE_TABLE,
     WSMAN "WSManConfigLeafElement#InitParams", wsman_param, WSMAN_GROUP,
     .name = WSMAN "WSManConfigLeafElement#InitParams");
static const struct hop_view_item wsman_leaf[] = {
    {"TypeNameOfElement", 15, L, "Type"},
    {"Name", 30, L},
    {"SourceOfValue", 15, L},
    {"Value", 0, L}};
VIEW(wsman_leaf_table, HOP_SHAPE_TABLE, WSMAN "WSManConfigLeafElement",
     wsman_leaf, WSMAN_GROUP, .name = WSMAN "WSManConfigLeafElement");

static const struct hop_view_item session_configuration[] = {
    {"Name"}, {"PSVersion"}, {"StartupScript"}, {"RunAsUser"}, {"Permission"}};
VIEW(session_configuration_list, HOP_SHAPE_LIST,
     COMMANDS "PSSessionConfigurationCommands#PSSessionConfiguration",
     session_configuration,
     .name = COMMANDS "PSSessionConfigurationCommands#PSSessionConfiguration");

static const struct hop_view_item type_definition[] = {
    {"TypeNames", 40},
    {"FormatViewDefinition", .script = ",@($_.FormatViewDefinition.Name)"},
};
VIEW(type_definition_table, HOP_SHAPE_TABLE, MANAGE "ExtendedTypeDefinition",
     type_definition, .name = MANAGE "ExtendedTypeDefinition");

const struct hop_view *const hop_views[] = {
    &type_definition_table,
    &session_configuration_list,
    &wsman_identity_list,
    &wsman_computer_table,
    &wsman_container_table,
    &wsman_param_table,
    &wsman_leaf_table,
    &files_unix,
    &files_mode,
    &files_list,
    &files_wide,
    &culture_table,
    &version_table,
    &semver_table,
    &entry_table,
    &entry_list,
    &process_table,
    &process_priority,
    &process_wide,
    &process_user_table,
    &service_table,
    &service_list,
    &timespan_list,
    &timespan_table,
    &timespan_wide,
    &datetime_custom,
    &guid_table,
    &network_table,
    &method_table,
    &type_table,
    &member_table,
    &group_table,
    &group_list,
    &group_bare_table,
    &group_bare_list,
    &history_table,
    &history_wide,
    &match_custom,
    &variable_table,
    &path_table,
    &command_table,
    &application_list,
    &alias_list,
    &cmdlet_list,
    &function_list,
    &provider_table,
    &provider_list,
    &drive_table,
    &drive_list,
    &block_custom,
    &warning_custom,
    &information_custom,
    &session_table,
    &runspace_table,
    &job_table,
    &pssession_table,
    &frame_table,
    &breakpoint_table,
    &module_table,
    &module_wide,
    &module_list,
    &module_listed_table,
    &hash_table,
    &bytes_table,
    &text_measure_table,
    &type_data_table,
    &help_table,
    &process_list,
    &second_hop_table,
    /* clang-format off */
    HOP_VIEWS_CIM
        /* clang-format on */
        NULL,
};
