/* Enumerations of PowerShell.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/enums.h"

#define ENUM(id_, c, text, extra, kind_)                                       \
    const struct hop_class hop_enum_##c = {                                    \
        .name = text,                                                          \
        .base = &hop_class_enum,                                               \
        .flags = HOP_CLASS_VALUE | HOP_CLASS_ENUM | HOP_CLASS_SEALED | extra,  \
        .kind = HOP_ENUM,                                                      \
        .enum_id = HOP_ENUM_##id_,                                             \
        .underlying = kind_,                                                   \
        .names = names_##c,                                                    \
    }

static const struct hop_enum_name names_action_preference[] = {
    {"SilentlyContinue", 0}, {"Stop", 1},    {"Continue", 2}, {"Inquire", 3},
    {"Ignore", 4},           {"Suspend", 5}, {"Break", 6},    {NULL, 0},
};
ENUM(ACTION_PREFERENCE, action_preference, HOP_SMA_E_ "ActionPreference", 0,
     HOP_INT32);

static const struct hop_enum_name names_error_category[] = {
    {"NotSpecified", 0},
    {"OpenError", 1},
    {"CloseError", 2},
    {"DeviceError", 3},
    {"DeadlockDetected", 4},
    {"InvalidArgument", 5},
    {"InvalidData", 6},
    {"InvalidOperation", 7},
    {"InvalidResult", 8},
    {"InvalidType", 9},
    {"MetadataError", 10},
    {"NotImplemented", 11},
    {"NotInstalled", 12},
    {"ObjectNotFound", 13},
    {"OperationStopped", 14},
    {"OperationTimeout", 15},
    {"SyntaxError", 16},
    {"ParserError", 17},
    {"PermissionDenied", 18},
    {"ResourceBusy", 19},
    {"ResourceExists", 20},
    {"ResourceUnavailable", 21},
    {"ReadError", 22},
    {"WriteError", 23},
    {"FromStdErr", 24},
    {"SecurityError", 25},
    {"ProtocolError", 26},
    {"ConnectionError", 27},
    {"AuthenticationError", 28},
    {"LimitsExceeded", 29},
    {"QuotaExceeded", 30},
    {"NotEnabled", 31},
    {NULL, 0},
};
ENUM(ERROR_CATEGORY, error_category, HOP_SMA_E_ "ErrorCategory", 0, HOP_INT32);

static const struct hop_enum_name names_command_origin[] = {
    {"Runspace", 0},
    {"Internal", 1},
    {NULL, 0},
};
ENUM(COMMAND_ORIGIN, command_origin, HOP_SMA_E_ "CommandOrigin", 0, HOP_INT32);

static const struct hop_enum_name names_command_types[] = {
    {"Alias", 1},   {"Function", 2},        {"Filter", 4},
    {"Cmdlet", 8},  {"ExternalScript", 16}, {"Application", 32},
    {"Script", 64}, {"Configuration", 256}, {"All", 383},
    {NULL, 0},
};
ENUM(COMMAND_TYPES, command_types, HOP_SMA_E_ "CommandTypes", HOP_CLASS_FLAGS,
     HOP_INT32);

static const struct hop_enum_name names_confirm_impact[] = {
    {"None", 0}, {"Low", 1}, {"Medium", 2}, {"High", 3}, {NULL, 0},
};
ENUM(CONFIRM_IMPACT, confirm_impact, HOP_SMA_E_ "ConfirmImpact", 0, HOP_INT32);

static const struct hop_enum_name names_language_mode[] = {
    {"FullLanguage", 0}, {"RestrictedLanguage", 1},
    {"NoLanguage", 2},   {"ConstrainedLanguage", 3},
    {NULL, 0},
};
ENUM(LANGUAGE_MODE, language_mode, HOP_SMA_E_ "PSLanguageMode", 0, HOP_INT32);

static const struct hop_enum_name names_member_types[] = {
    {"AliasProperty", 1},   {"CodeProperty", 2},
    {"Property", 4},        {"NoteProperty", 8},
    {"ScriptProperty", 16}, {"Properties", 31},
    {"PropertySet", 32},    {"Method", 64},
    {"CodeMethod", 128},    {"ScriptMethod", 256},
    {"Methods", 448},       {"ParameterizedProperty", 512},
    {"MemberSet", 1024},    {"Event", 2048},
    {"Dynamic", 4096},      {"InferredProperty", 8192},
    {"All", 16383},         {NULL, 0},
};
ENUM(MEMBER_TYPES, member_types, HOP_SMA_E_ "PSMemberTypes", HOP_CLASS_FLAGS,
     HOP_INT32);

static const struct hop_enum_name names_member_view[] = {
    {"Extended", 1}, {"Adapted", 2}, {"Base", 4}, {"All", 7}, {NULL, 0},
};
ENUM(MEMBER_VIEW, member_view, HOP_SMA_E_ "PSMemberViewTypes", HOP_CLASS_FLAGS,
     HOP_INT32);

static const struct hop_enum_name names_scoped_options[] = {
    {"None", 0},     {"ReadOnly", 1},     {"Constant", 2}, {"Private", 4},
    {"AllScope", 8}, {"Unspecified", 16}, {NULL, 0},
};
ENUM(SCOPED_OPTIONS, scoped_options, HOP_SMA_E_ "ScopedItemOptions",
     HOP_CLASS_FLAGS, HOP_INT32);

static const struct hop_enum_name names_split_options[] = {
    {"SimpleMatch", 1},
    {"RegexMatch", 2},
    {"CultureInvariant", 4},
    {"IgnorePatternWhitespace", 8},
    {"Multiline", 16},
    {"Singleline", 32},
    {"IgnoreCase", 64},
    {"ExplicitCapture", 128},
    {NULL, 0},
};
ENUM(SPLIT_OPTIONS, split_options, HOP_SMA_E_ "SplitOptions", HOP_CLASS_FLAGS,
     HOP_INT32);

static const struct hop_enum_name names_variable_access[] = {
    {"Public", 0},
    {"Private", 1},
    {NULL, 0},
};
ENUM(VARIABLE_ACCESS, variable_access, HOP_SMA_E_ "SessionStateEntryVisibility",
     0, HOP_INT32);

static const struct hop_enum_name names_wildcard_options[] = {
    {"None", 0}, {"Compiled", 1}, {"IgnoreCase", 2}, {"CultureInvariant", 4},
    {NULL, 0},
};
ENUM(WILDCARD_OPTIONS, wildcard_options, HOP_SMA_E_ "WildcardOptions",
     HOP_CLASS_FLAGS, HOP_INT32);

static const struct hop_enum_name names_where_mode[] = {
    {"Default", 0}, {"First", 1}, {"Last", 2}, {"SkipUntil", 3},
    {"Until", 4},   {"Split", 5}, {NULL, 0},
};
ENUM(WHERE_MODE, where_mode, HOP_SMA_E_ "WhereOperatorSelectionMode", 0,
     HOP_INT32);

static const struct hop_enum_name names_job_state[] = {
    {"NotStarted", 0}, {"Running", 1},       {"Completed", 2},
    {"Failed", 3},     {"Stopped", 4},       {"Blocked", 5},
    {"Suspended", 6},  {"Disconnected", 7},  {"Suspending", 8},
    {"Stopping", 9},   {"AtBreakpoint", 10}, {NULL, 0},
};
ENUM(JOB_STATE, job_state, HOP_SMA_E_ "JobState", 0, HOP_INT32);

static const struct hop_enum_name names_module_type[] = {
    {"Script", 0}, {"Binary", 1},   {"Manifest", 2},
    {"Cim", 3},    {"Workflow", 4}, {NULL, 0},
};
ENUM(MODULE_TYPE, module_type, HOP_SMA_E_ "ModuleType", 0, HOP_INT32);

static const struct hop_enum_name names_module_access[] = {
    {"ReadWrite", 0},
    {"ReadOnly", 1},
    {"Constant", 2},
    {NULL, 0},
};
ENUM(MODULE_ACCESS, module_access, HOP_SMA_E_ "ModuleAccessMode", 0, HOP_INT32);

static const struct hop_enum_name names_invocation_state[] = {
    {"NotStarted", 0}, {"Running", 1}, {"Stopping", 2},     {"Stopped", 3},
    {"Completed", 4},  {"Failed", 5},  {"Disconnected", 6}, {NULL, 0},
};
ENUM(INVOCATION_STATE, invocation_state, HOP_SMA_E_ "PSInvocationState", 0,
     HOP_INT32);

static const struct hop_enum_name names_completion_type[] = {
    {"Text", 0},         {"History", 1},           {"Command", 2},
    {"ProviderItem", 3}, {"ProviderContainer", 4}, {"Property", 5},
    {"Method", 6},       {"ParameterName", 7},     {"ParameterValue", 8},
    {"Variable", 9},     {"Namespace", 10},        {"Type", 11},
    {"Keyword", 12},     {"DynamicKeyword", 13},   {NULL, 0},
};
ENUM(COMPLETION_TYPE, completion_type, HOP_SMA_E_ "CompletionResultType", 0,
     HOP_INT32);

static const struct hop_enum_name names_runspace_state[] = {
    {"BeforeOpen", 0},    {"Opening", 1},
    {"Opened", 2},        {"Closed", 3},
    {"Closing", 4},       {"Broken", 5},
    {"Disconnecting", 6}, {"Disconnected", 7},
    {"Connecting", 8},    {NULL, 0},
};
ENUM(RUNSPACE_STATE, runspace_state, HOP_SMA_E_ "Runspaces.RunspaceState", 0,
     HOP_INT32);

static const struct hop_enum_name names_runspace_availability[] = {
    {"None", 0}, {"Available", 1},   {"AvailableForNestedCommand", 2},
    {"Busy", 3}, {"RemoteDebug", 4}, {NULL, 0},
};
ENUM(RUNSPACE_AVAILABILITY, runspace_availability,
     HOP_SMA_E_ "Runspaces.RunspaceAvailability", 0, HOP_INT32);

static const struct hop_enum_name names_token_kind[] = {
    {"Unknown", 0},
    {"Variable", 1},
    {"SplattedVariable", 2},
    {"Parameter", 3},
    {"Number", 4},
    {"Label", 5},
    {"Identifier", 6},
    {"Generic", 7},
    {"NewLine", 8},
    {"LineContinuation", 9},
    {"Comment", 10},
    {"EndOfInput", 11},
    {"StringLiteral", 12},
    {"StringExpandable", 13},
    {"HereStringLiteral", 14},
    {"HereStringExpandable", 15},
    {"LParen", 16},
    {"RParen", 17},
    {"LCurly", 18},
    {"RCurly", 19},
    {"LBracket", 20},
    {"RBracket", 21},
    {"AtParen", 22},
    {"AtCurly", 23},
    {"DollarParen", 24},
    {"Semi", 25},
    {"AndAnd", 26},
    {"OrOr", 27},
    {"Ampersand", 28},
    {"Pipe", 29},
    {"Comma", 30},
    {NULL, 0},
};
ENUM(TOKEN_KIND, token_kind, HOP_SMA_E_ "Language.TokenKind", 0, HOP_INT32);

static const struct hop_enum_name names_token_flags[] = {
    {"None", 0},
    {"Keyword", 16},
    {"CommandName", 524288},
    {NULL, 0},
};
ENUM(TOKEN_FLAGS, token_flags, HOP_SMA_E_ "Language.TokenFlags",
     HOP_CLASS_FLAGS, HOP_INT32);

static const struct hop_enum_name names_provider_caps[] = {
    {"None", 0},         {"Include", 1},         {"Exclude", 2},
    {"Filter", 4},       {"ExpandWildcards", 8}, {"ShouldProcess", 16},
    {"Credentials", 32}, {"Transactions", 64},   {NULL, 0},
};
ENUM(PROVIDER_CAPS, provider_caps, HOP_SMA_E_ "Provider.ProviderCapabilities",
     HOP_CLASS_FLAGS, HOP_INT32);

static const struct hop_enum_name names_credential_types[] = {
    {"Generic", 1},
    {"Domain", 2},
    {"Default", 3},
    {NULL, 0},
};
ENUM(CREDENTIAL_TYPES, credential_types, HOP_SMA_E_ "PSCredentialTypes",
     HOP_CLASS_FLAGS, HOP_INT32);

static const struct hop_enum_name names_credential_ui[] = {
    {"None", 0},
    {"ValidateUserNameSyntax", 1},
    {"Default", 1},
    {"AlwaysPrompt", 2},
    {"ReadOnlyUserName", 3},
    {NULL, 0},
};
ENUM(CREDENTIAL_UI, credential_ui, HOP_SMA_E_ "PSCredentialUIOptions",
     HOP_CLASS_FLAGS, HOP_INT32);

static const struct hop_enum_name names_output_rendering[] = {
    {"Host", 0},
    {"PlainText", 1},
    {"Ansi", 2},
    {NULL, 0},
};
ENUM(OUTPUT_RENDERING, output_rendering, HOP_SMA_E_ "OutputRendering", 0,
     HOP_INT32);

static const struct hop_enum_name names_progress_view[] = {
    {"Minimal", 0},
    {"Classic", 1},
    {NULL, 0},
};
ENUM(PROGRESS_VIEW, progress_view, HOP_SMA_E_ "ProgressView", 0, HOP_INT32);

static const struct hop_enum_name names_execution_policy[] = {
    {"Unrestricted", 0}, {"RemoteSigned", 1}, {"AllSigned", 2},
    {"Restricted", 3},   {"Bypass", 4},       {"Undefined", 5},
    {NULL, 0},
};
ENUM(EXECUTION_POLICY, execution_policy, "Microsoft.PowerShell.ExecutionPolicy",
     0, HOP_INT32);

static const struct hop_enum_name names_display_hint[] = {
    {"Date", 0},
    {"Time", 1},
    {"DateTime", 2},
    {NULL, 0},
};
ENUM(DISPLAY_HINT, display_hint,
     "Microsoft.PowerShell.Commands.DisplayHintType", 0, HOP_INT32);

static const struct hop_enum_name names_access_mode[] = {
    {"Read", 0},
    {"Write", 1},
    {"ReadWrite", 2},
    {NULL, 0},
};
ENUM(ACCESS_MODE, access_mode, HOP_SMA_E_ "VariableAccessMode", 0, HOP_INT32);

static const struct hop_enum_name names_breakpoint_type[] = {
    {"Line", 0},
    {"Variable", 1},
    {"Command", 2},
    {NULL, 0},
};
ENUM(BREAKPOINT_TYPE, breakpoint_type,
     "Microsoft.PowerShell.Commands.BreakpointType", 0, HOP_INT32);

static const struct hop_enum_name names_alias_format[] = {
    {"Csv", 0},
    {"Script", 1},
    {NULL, 0},
};
ENUM(ALIAS_FORMAT, alias_format,
     "Microsoft.PowerShell.Commands.ExportAliasFormat", 0, HOP_INT32);

static const struct hop_enum_name names_policy_scope[] = {
    {"Process", 0},    {"CurrentUser", 1},   {"LocalMachine", 2},
    {"UserPolicy", 3}, {"MachinePolicy", 4}, {NULL, 0},
};
ENUM(POLICY_SCOPE, policy_scope, "Microsoft.PowerShell.ExecutionPolicyScope", 0,
     HOP_INT32);

static const struct hop_enum_name names_progress_record[] = {
    {"Processing", 0},
    {"Completed", 1},
    {NULL, 0},
};
ENUM(PROGRESS_RECORD, progress_record, HOP_SMA_E_ "ProgressRecordType", 0,
     HOP_INT32);

static const struct hop_enum_name names_pipeline_state[] = {
    {"NotStarted", 0}, {"Running", 1}, {"Stopping", 2},     {"Stopped", 3},
    {"Completed", 4},  {"Failed", 5},  {"Disconnected", 6}, {NULL, 0},
};
ENUM(PIPELINE_STATE, pipeline_state, HOP_SMA_E_ "Runspaces.PipelineState", 0,
     HOP_INT32);

static const struct hop_enum_name names_buffer_cell[] = {
    {"Complete", 0},
    {"Leading", 1},
    {"Trailing", 2},
    {NULL, 0},
};
ENUM(BUFFER_CELL, buffer_cell, HOP_SMA_E_ "Host.BufferCellType", 0, HOP_INT32);

static const struct hop_enum_name names_read_key[] = {
    {"AllowCtrlC", 1},   {"NoEcho", 2}, {"IncludeKeyDown", 4},
    {"IncludeKeyUp", 8}, {NULL, 0},
};
ENUM(READ_KEY, read_key, HOP_SMA_E_ "Host.ReadKeyOptions", HOP_CLASS_FLAGS,
     HOP_INT32);

static const struct hop_enum_name names_control_keys[] = {
    {"RightAltPressed", 0x1},  {"LeftAltPressed", 0x2},
    {"RightCtrlPressed", 0x4}, {"LeftCtrlPressed", 0x8},
    {"ShiftPressed", 0x10},    {"NumLockOn", 0x20},
    {"ScrollLockOn", 0x40},    {"CapsLockOn", 0x80},
    {"EnhancedKey", 0x100},    {NULL, 0},
};
ENUM(CONTROL_KEYS, control_keys, HOP_SMA_E_ "Host.ControlKeyStates",
     HOP_CLASS_FLAGS, HOP_INT32);

static const struct hop_enum_name names_session_type[] = {
    {"Empty", 0},
    {"RestrictedRemoteServer", 1},
    {"Default", 2},
    {NULL, 0},
};
ENUM(SESSION_TYPE, session_type, HOP_SMA_E_ "Remoting.SessionType", 0,
     HOP_INT32);

static const struct hop_enum_name names_proxy_access[] = {
    {"None", 0},       {"IEConfig", 1},      {"WinHttpConfig", 2},
    {"AutoDetect", 4}, {"NoProxyServer", 8}, {NULL, 0},
};
ENUM(PROXY_ACCESS, proxy_access, HOP_SMA_E_ "Remoting.ProxyAccessType", 0,
     HOP_INT32);

static const struct hop_enum_name names_buffering_mode[] = {
    {"None", 0},
    {"Drop", 1},
    {"Block", 2},
    {NULL, 0},
};
ENUM(BUFFERING_MODE, buffering_mode, HOP_SMA_E_ "Runspaces.OutputBufferingMode",
     0, HOP_INT32);

static const struct hop_enum_name names_authentication[] = {
    {"Default", 0},   {"Basic", 1},
    {"Negotiate", 2}, {"NegotiateWithImplicitCredential", 3},
    {"Credssp", 4},   {"Digest", 5},
    {"Kerberos", 6},  {NULL, 0},
};
ENUM(AUTHENTICATION, authentication,
     HOP_SMA_E_ "Runspaces.AuthenticationMechanism", 0, HOP_INT32);

static const struct hop_enum_name names_wsman_authentication[] = {
    {"None", 0},
    {"Default", 1},
    {"Digest", 2},
    {"Negotiate", 4},
    {"Basic", 8},
    {"Kerberos", 16},
    {"ClientCertificate", 32},
    {"Credssp", 128},
    {NULL, 0},
};
ENUM(WSMAN_AUTHENTICATION, wsman_authentication,
     "Microsoft.WSMan.Management.AuthenticationMechanism", 1, HOP_INT32);

static const struct hop_enum_name names_wsman_proxy_access[] = {
    {"ProxyIEConfig", 1},
    {"ProxyWinHttpConfig", 2},
    {"ProxyAutoDetect", 4},
    {"ProxyNoProxyServer", 8},
    {NULL, 0},
};
ENUM(WSMAN_PROXY_ACCESS, wsman_proxy_access,
     "Microsoft.WSMan.Management.ProxyAccessType", 0, HOP_INT32);

static const struct hop_enum_name names_wsman_proxy_authentication[] = {
    {"Negotiate", 1},
    {"Basic", 2},
    {"Digest", 4},
    {NULL, 0},
};
ENUM(WSMAN_PROXY_AUTHENTICATION, wsman_proxy_authentication,
     "Microsoft.WSMan.Management.ProxyAuthentication", 0, HOP_INT32);

static const struct hop_enum_name names_target_machine[] = {
    {"RemoteMachine", 0},
    {"VirtualMachine", 1},
    {"Container", 2},
    {NULL, 0},
};
ENUM(TARGET_MACHINE, target_machine, HOP_SMA_E_ "Runspaces.TargetMachineType",
     0, HOP_INT32);

static const struct hop_enum_name names_session_filter[] = {
    {"All", 0},    {"Opened", 1}, {"Disconnected", 2},
    {"Closed", 3}, {"Broken", 4}, {NULL, 0},
};
ENUM(SESSION_FILTER, session_filter, HOP_SMA_E_ "Runspaces.SessionFilterState",
     0, HOP_INT32);

static const struct hop_enum_name names_out_target[] = {
    {"Default", 0},
    {"Host", 1},
    {"Job", 2},
    {NULL, 0},
};
ENUM(OUT_TARGET, out_target, "Microsoft.PowerShell.Commands.OutTarget", 0,
     HOP_INT32);

/* ---- of the remoting protocol ---- */

static const struct hop_enum_name names_thread_options[] = {
    {"Default", 0},          {"UseNewThread", 1}, {"ReuseThread", 2},
    {"UseCurrentThread", 3}, {NULL, 0},
};
ENUM(THREAD_OPTIONS, thread_options, HOP_SMA_E_ "Runspaces.PSThreadOptions", 0,
     HOP_INT32);

static const struct hop_enum_name names_apartment[] = {
    {"STA", 0},
    {"MTA", 1},
    {"Unknown", 2},
    {NULL, 0},
};
ENUM(APARTMENT, apartment, "System.Threading.ApartmentState", 0, HOP_INT32);

static const struct hop_enum_name names_pipeline_result[] = {
    {"None", 0},    {"Output", 1}, {"Error", 2},       {"Warning", 3},
    {"Verbose", 4}, {"Debug", 5},  {"Information", 6}, {"All", 7},
    {"Null", 8},    {NULL, 0},
};
ENUM(PIPELINE_RESULT, pipeline_result,
     HOP_SMA_E_ "Runspaces.PipelineResultTypes", HOP_CLASS_FLAGS, HOP_INT32);

static const struct hop_enum_name names_stream_options[] = {
    {"AddInvocationInfoToErrorRecord", 1},
    {"AddInvocationInfoToWarningRecord", 2},
    {"AddInvocationInfoToDebugRecord", 4},
    {"AddInvocationInfoToVerboseRecord", 8},
    {"AddInvocationInfo", 15},
    {NULL, 0},
};
ENUM(STREAM_OPTIONS, stream_options, HOP_SMA_E_ "RemoteStreamOptions",
     HOP_CLASS_FLAGS, HOP_INT32);

static const struct hop_enum_name names_host_method[] = {
    {"GetName", 1},
    {"GetVersion", 2},
    {"GetInstanceId", 3},
    {"GetCurrentCulture", 4},
    {"GetCurrentUICulture", 5},
    {"SetShouldExit", 6},
    {"EnterNestedPrompt", 7},
    {"ExitNestedPrompt", 8},
    {"NotifyBeginApplication", 9},
    {"NotifyEndApplication", 10},
    {"ReadLine", 11},
    {"ReadLineAsSecureString", 12},
    {"Write1", 13},
    {"Write2", 14},
    {"WriteLine1", 15},
    {"WriteLine2", 16},
    {"WriteLine3", 17},
    {"WriteErrorLine", 18},
    {"WriteDebugLine", 19},
    {"WriteProgress", 20},
    {"WriteVerboseLine", 21},
    {"WriteWarningLine", 22},
    {"Prompt", 23},
    {"PromptForCredential1", 24},
    {"PromptForCredential2", 25},
    {"PromptForChoice", 26},
    {"GetForegroundColor", 27},
    {"SetForegroundColor", 28},
    {"GetBackgroundColor", 29},
    {"SetBackgroundColor", 30},
    {"GetCursorPosition", 31},
    {"SetCursorPosition", 32},
    {"GetWindowPosition", 33},
    {"SetWindowPosition", 34},
    {"GetCursorSize", 35},
    {"SetCursorSize", 36},
    {"GetBufferSize", 37},
    {"SetBufferSize", 38},
    {"GetWindowSize", 39},
    {"SetWindowSize", 40},
    {"GetWindowTitle", 41},
    {"SetWindowTitle", 42},
    {"GetMaxWindowSize", 43},
    {"GetMaxPhysicalWindowSize", 44},
    {"GetKeyAvailable", 45},
    {"ReadKey", 46},
    {"FlushInputBuffer", 47},
    {"SetBufferContents1", 48},
    {"SetBufferContents2", 49},
    {"GetBufferContents", 50},
    {"ScrollBufferContents", 51},
    {"PushRunspace", 52},
    {"PopRunspace", 53},
    {"GetIsRunspacePushed", 54},
    {"GetRunspace", 55},
    {"PromptForChoiceMultipleSelection", 56},
    {NULL, 0},
};
ENUM(HOST_METHOD, host_method, HOP_SMA_E_ "Remoting.RemoteHostMethodId", 0,
     HOP_INT32);
