/* Enumerations: the id that a value of kind HOP_ENUM carries in ext.  A new
 * one is a line here and a table in types/enums.c (types/enums_shell.c for
 * PowerShell's own).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_VALUE_ENUMS_H
#define HOP_VALUE_ENUMS_H

#include "value/class.h"

/* X(ID, c name, .NET name) */
#define HOP_ENUMS(X)                                                           \
    X(DAY_OF_WEEK, day_of_week, "System.DayOfWeek")                            \
    X(DATETIME_KIND, datetime_kind, "System.DateTimeKind")                     \
    X(STRING_COMPARISON, string_comparison, "System.StringComparison")         \
    X(STRING_SPLIT, string_split, "System.StringSplitOptions")                 \
    X(MIDPOINT_ROUNDING, midpoint_rounding, "System.MidpointRounding")         \
    X(TYPE_CODE, type_code, "System.TypeCode")                                 \
    X(URI_KIND, uri_kind, "System.UriKind")                                    \
    X(URI_HOST, uri_host, "System.UriHostNameType")                            \
    X(URI_PARTIAL, uri_partial, "System.UriPartial")                           \
    X(BASE64_OPTIONS, base64_options, "System.Base64FormattingOptions")        \
    X(SPECIAL_FOLDER, special_folder, "System.Environment+SpecialFolder")      \
    X(PLATFORM_ID, platform_id, "System.PlatformID")                           \
    X(ENV_TARGET, env_target, "System.EnvironmentVariableTarget")              \
    X(CONSOLE_COLOR, console_color, "System.ConsoleColor")                     \
    X(CONSOLE_KEY, console_key, "System.ConsoleKey")                           \
    X(CONSOLE_MODIFIERS, console_modifiers, "System.ConsoleModifiers")         \
    X(NUMBER_STYLES, number_styles, "System.Globalization.NumberStyles")       \
    X(DATETIME_STYLES, datetime_styles, "System.Globalization.DateTimeStyles") \
    X(TIMESPAN_STYLES, timespan_styles, "System.Globalization.TimeSpanStyles") \
    X(CALENDAR_WEEK, calendar_week, "System.Globalization.CalendarWeekRule")   \
    X(UNICODE_CATEGORY, unicode_category,                                      \
      "System.Globalization.UnicodeCategory")                                  \
    X(COMPARE_OPTIONS, compare_options, "System.Globalization.CompareOptions") \
    X(NORMALIZATION, normalization, "System.Text.NormalizationForm")           \
    X(REGEX_OPTIONS, regex_options,                                            \
      "System.Text.RegularExpressions.RegexOptions")                           \
    X(FILE_ATTRIBUTES, file_attributes, "System.IO.FileAttributes")            \
    X(FILE_MODE, file_mode, "System.IO.FileMode")                              \
    X(FILE_ACCESS, file_access, "System.IO.FileAccess")                        \
    X(FILE_SHARE, file_share, "System.IO.FileShare")                           \
    X(SEARCH_OPTION, search_option, "System.IO.SearchOption")                  \
    X(SEEK_ORIGIN, seek_origin, "System.IO.SeekOrigin")                        \
    X(UNIX_FILE_MODE, unix_file_mode, "System.IO.UnixFileMode")                \
    X(DRIVE_TYPE, drive_type, "System.IO.DriveType")                           \
    X(ADDRESS_FAMILY, address_family, "System.Net.Sockets.AddressFamily")      \
    X(HTTP_STATUS, http_status, "System.Net.HttpStatusCode")                   \
    X(SECURITY_PROTOCOL, security_protocol, "System.Net.SecurityProtocolType") \
    X(XML_NODE_TYPE, xml_node_type, "System.Xml.XmlNodeType")                  \
    X(PROCESS_PRIORITY, process_priority,                                      \
      "System.Diagnostics.ProcessPriorityClass")                               \
    X(SERVICE_STATUS, service_status,                                          \
      "System.ServiceProcess.ServiceControllerStatus")                         \
    X(SERVICE_MODE, service_mode, "System.ServiceProcess.ServiceStartMode")    \
    X(SERVICE_STARTUP, service_startup,                                        \
      "Microsoft.PowerShell.Commands.ServiceStartupType")                      \
    X(EVENT_TYPE, event_type, "System.Diagnostics.EventLogEntryType")          \
    X(IP_STATUS, ip_status, "System.Net.NetworkInformation.IPStatus")          \
    X(BINDING_FLAGS, binding_flags, "System.Reflection.BindingFlags")          \
    X(LIST_SORT, list_sort, "System.ComponentModel.ListSortDirection")         \
    X(CIPHER_MODE, cipher_mode, "System.Security.Cryptography.CipherMode")     \
    X(PADDING_MODE, padding_mode, "System.Security.Cryptography.PaddingMode")  \
    X(CRYPTO_STREAM, crypto_stream,                                            \
      "System.Security.Cryptography.CryptoStreamMode")                         \
    X(ACTION_PREFERENCE, action_preference, HOP_SMA_E_ "ActionPreference")     \
    X(ERROR_CATEGORY, error_category, HOP_SMA_E_ "ErrorCategory")              \
    X(COMMAND_ORIGIN, command_origin, HOP_SMA_E_ "CommandOrigin")              \
    X(COMMAND_TYPES, command_types, HOP_SMA_E_ "CommandTypes")                 \
    X(CONFIRM_IMPACT, confirm_impact, HOP_SMA_E_ "ConfirmImpact")              \
    X(LANGUAGE_MODE, language_mode, HOP_SMA_E_ "PSLanguageMode")               \
    X(MEMBER_TYPES, member_types, HOP_SMA_E_ "PSMemberTypes")                  \
    X(MEMBER_VIEW, member_view, HOP_SMA_E_ "PSMemberViewTypes")                \
    X(SCOPED_OPTIONS, scoped_options, HOP_SMA_E_ "ScopedItemOptions")          \
    X(SPLIT_OPTIONS, split_options, HOP_SMA_E_ "SplitOptions")                 \
    X(VARIABLE_ACCESS, variable_access,                                        \
      HOP_SMA_E_ "SessionStateEntryVisibility")                                \
    X(WILDCARD_OPTIONS, wildcard_options, HOP_SMA_E_ "WildcardOptions")        \
    X(WHERE_MODE, where_mode, HOP_SMA_E_ "WhereOperatorSelectionMode")         \
    X(JOB_STATE, job_state, HOP_SMA_E_ "JobState")                             \
    X(MODULE_TYPE, module_type, HOP_SMA_E_ "ModuleType")                       \
    X(MODULE_ACCESS, module_access, HOP_SMA_E_ "ModuleAccessMode")             \
    X(INVOCATION_STATE, invocation_state, HOP_SMA_E_ "PSInvocationState")      \
    X(COMPLETION_TYPE, completion_type, HOP_SMA_E_ "CompletionResultType")     \
    X(RUNSPACE_STATE, runspace_state, HOP_SMA_E_ "Runspaces.RunspaceState")    \
    X(RUNSPACE_AVAILABILITY, runspace_availability,                            \
      HOP_SMA_E_ "Runspaces.RunspaceAvailability")                             \
    X(TOKEN_KIND, token_kind, HOP_SMA_E_ "Language.TokenKind")                 \
    X(TOKEN_FLAGS, token_flags, HOP_SMA_E_ "Language.TokenFlags")              \
    X(PROVIDER_CAPS, provider_caps,                                            \
      HOP_SMA_E_ "Provider.ProviderCapabilities")                              \
    X(CREDENTIAL_TYPES, credential_types, HOP_SMA_E_ "PSCredentialTypes")      \
    X(CREDENTIAL_UI, credential_ui, HOP_SMA_E_ "PSCredentialUIOptions")        \
    X(OUTPUT_RENDERING, output_rendering, HOP_SMA_E_ "OutputRendering")        \
    X(PROGRESS_VIEW, progress_view, HOP_SMA_E_ "ProgressView")                 \
    X(EXECUTION_POLICY, execution_policy,                                      \
      "Microsoft.PowerShell.ExecutionPolicy")                                  \
    X(DISPLAY_HINT, display_hint,                                              \
      "Microsoft.PowerShell.Commands.DisplayHintType")                         \
    X(ACCESS_MODE, access_mode, HOP_SMA_E_ "VariableAccessMode")               \
    X(BREAKPOINT_TYPE, breakpoint_type,                                        \
      "Microsoft.PowerShell.Commands.BreakpointType")                          \
    X(ALIAS_FORMAT, alias_format,                                              \
      "Microsoft.PowerShell.Commands.ExportAliasFormat")                       \
    X(POLICY_SCOPE, policy_scope, "Microsoft.PowerShell.ExecutionPolicyScope") \
    X(SESSION_TYPE, session_type, HOP_SMA_E_ "Remoting.SessionType")           \
    X(PROXY_ACCESS, proxy_access, HOP_SMA_E_ "Remoting.ProxyAccessType")       \
    X(BUFFERING_MODE, buffering_mode,                                          \
      HOP_SMA_E_ "Runspaces.OutputBufferingMode")                              \
    X(AUTHENTICATION, authentication,                                          \
      HOP_SMA_E_ "Runspaces.AuthenticationMechanism")                          \
    X(WSMAN_AUTHENTICATION, wsman_authentication,                              \
      "Microsoft.WSMan.Management.AuthenticationMechanism")                    \
    X(WSMAN_PROXY_ACCESS, wsman_proxy_access,                                  \
      "Microsoft.WSMan.Management.ProxyAccessType")                            \
    X(WSMAN_PROXY_AUTHENTICATION, wsman_proxy_authentication,                  \
      "Microsoft.WSMan.Management.ProxyAuthentication")                        \
    X(TARGET_MACHINE, target_machine,                                          \
      HOP_SMA_E_ "Runspaces.TargetMachineType")                                \
    X(SESSION_FILTER, session_filter,                                          \
      HOP_SMA_E_ "Runspaces.SessionFilterState")                               \
    X(OUT_TARGET, out_target, "Microsoft.PowerShell.Commands.OutTarget")       \
    X(PROGRESS_RECORD, progress_record, HOP_SMA_E_ "ProgressRecordType")       \
    X(PIPELINE_STATE, pipeline_state, HOP_SMA_E_ "Runspaces.PipelineState")    \
    X(BUFFER_CELL, buffer_cell, HOP_SMA_E_ "Host.BufferCellType")              \
    X(READ_KEY, read_key, HOP_SMA_E_ "Host.ReadKeyOptions")                    \
    X(CONTROL_KEYS, control_keys, HOP_SMA_E_ "Host.ControlKeyStates")          \
    X(THREAD_OPTIONS, thread_options, HOP_SMA_E_ "Runspaces.PSThreadOptions")  \
    X(APARTMENT, apartment, "System.Threading.ApartmentState")                 \
    X(PIPELINE_RESULT, pipeline_result,                                        \
      HOP_SMA_E_ "Runspaces.PipelineResultTypes")                              \
    X(STREAM_OPTIONS, stream_options, HOP_SMA_E_ "RemoteStreamOptions")        \
    X(HOST_METHOD, host_method, HOP_SMA_E_ "Remoting.RemoteHostMethodId")

#define HOP_SMA_E_ "System.Management.Automation."

enum hop_enum_id {
#define X(id, c, name) HOP_ENUM_##id,
    HOP_ENUMS(X)
#undef X
        HOP_ENUM_COUNT
};

#define X(id, c, name) extern const struct hop_class hop_enum_##c;
HOP_ENUMS(X)
#undef X

/* The class of an id. */
const struct hop_class *hop_enum_class(uint32_t id);
/* Its text: "Monday", "ReadOnly, Hidden", "50". */
void hop_enum_add_text(const struct hop_class *cls, int64_t i,
                       struct hop_buf *out);
/* Parses a name (any case), names separated by commas, or a number; false when
 * it is none of them.  prefix: also an unambiguous beginning of a name; *why
 * then tells (0 unknown, 1 ambiguous). */
bool hop_enum_parse(const struct hop_class *cls, const char *s, size_t n,
                    bool prefix, int64_t *out, int *why);

#endif
