/* Enumerations of .NET.
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

static const struct hop_enum_name names_day_of_week[] = {
    {"Sunday", 0},   {"Monday", 1}, {"Tuesday", 2},  {"Wednesday", 3},
    {"Thursday", 4}, {"Friday", 5}, {"Saturday", 6}, {NULL, 0},
};
ENUM(DAY_OF_WEEK, day_of_week, "System.DayOfWeek", 0, HOP_INT32);

static const struct hop_enum_name names_datetime_kind[] = {
    {"Unspecified", 0},
    {"Utc", 1},
    {"Local", 2},
    {NULL, 0},
};
ENUM(DATETIME_KIND, datetime_kind, "System.DateTimeKind", 0, HOP_INT32);

static const struct hop_enum_name names_string_comparison[] = {
    {"CurrentCulture", 0},
    {"CurrentCultureIgnoreCase", 1},
    {"InvariantCulture", 2},
    {"InvariantCultureIgnoreCase", 3},
    {"Ordinal", 4},
    {"OrdinalIgnoreCase", 5},
    {NULL, 0},
};
ENUM(STRING_COMPARISON, string_comparison, "System.StringComparison", 0,
     HOP_INT32);

static const struct hop_enum_name names_string_split[] = {
    {"None", 0},
    {"RemoveEmptyEntries", 1},
    {"TrimEntries", 2},
    {NULL, 0},
};
ENUM(STRING_SPLIT, string_split, "System.StringSplitOptions", HOP_CLASS_FLAGS,
     HOP_INT32);

static const struct hop_enum_name names_midpoint_rounding[] = {
    {"ToEven", 0},
    {"AwayFromZero", 1},
    {"ToZero", 2},
    {"ToNegativeInfinity", 3},
    {"ToPositiveInfinity", 4},
    {NULL, 0},
};
ENUM(MIDPOINT_ROUNDING, midpoint_rounding, "System.MidpointRounding", 0,
     HOP_INT32);

static const struct hop_enum_name names_type_code[] = {
    {"Empty", 0},     {"Object", 1},  {"DBNull", 2},  {"Boolean", 3},
    {"Char", 4},      {"SByte", 5},   {"Byte", 6},    {"Int16", 7},
    {"UInt16", 8},    {"Int32", 9},   {"UInt32", 10}, {"Int64", 11},
    {"UInt64", 12},   {"Single", 13}, {"Double", 14}, {"Decimal", 15},
    {"DateTime", 16}, {"String", 18}, {NULL, 0},
};
ENUM(TYPE_CODE, type_code, "System.TypeCode", 0, HOP_INT32);

static const struct hop_enum_name names_uri_kind[] = {
    {"RelativeOrAbsolute", 0},
    {"Absolute", 1},
    {"Relative", 2},
    {NULL, 0},
};
ENUM(URI_KIND, uri_kind, "System.UriKind", 0, HOP_INT32);

static const struct hop_enum_name names_uri_host[] = {
    {"Unknown", 0}, {"Basic", 1}, {"Dns", 2},
    {"IPv4", 3},    {"IPv6", 4},  {NULL, 0},
};
ENUM(URI_HOST, uri_host, "System.UriHostNameType", 0, HOP_INT32);

static const struct hop_enum_name names_uri_partial[] = {
    {"Scheme", 0}, {"Authority", 1}, {"Path", 2}, {"Query", 3}, {NULL, 0},
};
ENUM(URI_PARTIAL, uri_partial, "System.UriPartial", 0, HOP_INT32);

static const struct hop_enum_name names_base64_options[] = {
    {"None", 0},
    {"InsertLineBreaks", 1},
    {NULL, 0},
};
ENUM(BASE64_OPTIONS, base64_options, "System.Base64FormattingOptions",
     HOP_CLASS_FLAGS, HOP_INT32);

static const struct hop_enum_name names_special_folder[] = {
    {"Desktop", 0},
    {"Programs", 2},
    {"MyDocuments", 5},
    {"Favorites", 6},
    {"Startup", 7},
    {"Recent", 8},
    {"SendTo", 9},
    {"StartMenu", 11},
    {"MyMusic", 13},
    {"MyVideos", 14},
    {"DesktopDirectory", 16},
    {"MyComputer", 17},
    {"NetworkShortcuts", 19},
    {"Fonts", 20},
    {"Templates", 21},
    {"CommonStartMenu", 22},
    {"CommonPrograms", 23},
    {"CommonStartup", 24},
    {"CommonDesktopDirectory", 25},
    {"ApplicationData", 26},
    {"PrinterShortcuts", 27},
    {"LocalApplicationData", 28},
    {"InternetCache", 32},
    {"Cookies", 33},
    {"History", 34},
    {"CommonApplicationData", 35},
    {"Windows", 36},
    {"System", 37},
    {"ProgramFiles", 38},
    {"MyPictures", 39},
    {"UserProfile", 40},
    {"SystemX86", 41},
    {"ProgramFilesX86", 42},
    {"CommonProgramFiles", 43},
    {"CommonProgramFilesX86", 44},
    {"CommonTemplates", 45},
    {"CommonDocuments", 46},
    {"CommonAdminTools", 47},
    {"AdminTools", 48},
    {"CommonMusic", 53},
    {"CommonPictures", 54},
    {"CommonVideos", 55},
    {NULL, 0},
};
ENUM(SPECIAL_FOLDER, special_folder, "System.Environment+SpecialFolder", 0,
     HOP_INT32);

static const struct hop_enum_name names_platform_id[] = {
    {"Win32S", 0}, {"Win32Windows", 1}, {"Win32NT", 2},
    {"WinCE", 3},  {"Unix", 4},         {"Xbox", 5},
    {"MacOSX", 6}, {"Other", 7},        {NULL, 0},
};
ENUM(PLATFORM_ID, platform_id, "System.PlatformID", 0, HOP_INT32);

static const struct hop_enum_name names_env_target[] = {
    {"Process", 0},
    {"User", 1},
    {"Machine", 2},
    {NULL, 0},
};
ENUM(ENV_TARGET, env_target, "System.EnvironmentVariableTarget", 0, HOP_INT32);

static const struct hop_enum_name names_console_color[] = {
    {"Black", 0},    {"DarkBlue", 1},    {"DarkGreen", 2},  {"DarkCyan", 3},
    {"DarkRed", 4},  {"DarkMagenta", 5}, {"DarkYellow", 6}, {"Gray", 7},
    {"DarkGray", 8}, {"Blue", 9},        {"Green", 10},     {"Cyan", 11},
    {"Red", 12},     {"Magenta", 13},    {"Yellow", 14},    {"White", 15},
    {NULL, 0},
};
ENUM(CONSOLE_COLOR, console_color, "System.ConsoleColor", 0, HOP_INT32);

static const struct hop_enum_name names_console_key[] = {
    {"None", 0},        {"Backspace", 8},  {"Tab", 9},        {"Enter", 13},
    {"Escape", 27},     {"Spacebar", 32},  {"PageUp", 33},    {"PageDown", 34},
    {"End", 35},        {"Home", 36},      {"LeftArrow", 37}, {"UpArrow", 38},
    {"RightArrow", 39}, {"DownArrow", 40}, {"Insert", 45},    {"Delete", 46},
    {"D0", 48},         {"D1", 49},        {"D2", 50},        {"D3", 51},
    {"D4", 52},         {"D5", 53},        {"D6", 54},        {"D7", 55},
    {"D8", 56},         {"D9", 57},        {"A", 65},         {"B", 66},
    {"C", 67},          {"D", 68},         {"E", 69},         {"F", 70},
    {"G", 71},          {"H", 72},         {"I", 73},         {"J", 74},
    {"K", 75},          {"L", 76},         {"M", 77},         {"N", 78},
    {"O", 79},          {"P", 80},         {"Q", 81},         {"R", 82},
    {"S", 83},          {"T", 84},         {"U", 85},         {"V", 86},
    {"W", 87},          {"X", 88},         {"Y", 89},         {"Z", 90},
    {"F1", 112},        {"F2", 113},       {"F3", 114},       {"F4", 115},
    {"F5", 116},        {"F6", 117},       {"F7", 118},       {"F8", 119},
    {"F9", 120},        {"F10", 121},      {"F11", 122},      {"F12", 123},
    {NULL, 0},
};
ENUM(CONSOLE_KEY, console_key, "System.ConsoleKey", 0, HOP_INT32);

static const struct hop_enum_name names_console_modifiers[] = {
    {"None", 0}, {"Alt", 1}, {"Shift", 2}, {"Control", 4}, {NULL, 0},
};
ENUM(CONSOLE_MODIFIERS, console_modifiers, "System.ConsoleModifiers",
     HOP_CLASS_FLAGS, HOP_INT32);

static const struct hop_enum_name names_number_styles[] = {
    {"None", 0},
    {"AllowLeadingWhite", 1},
    {"AllowTrailingWhite", 2},
    {"AllowLeadingSign", 4},
    {"Integer", 7},
    {"AllowTrailingSign", 8},
    {"AllowParentheses", 16},
    {"AllowDecimalPoint", 32},
    {"AllowThousands", 64},
    {"Number", 111},
    {"AllowExponent", 128},
    {"Float", 167},
    {"AllowCurrencySymbol", 256},
    {"Currency", 383},
    {"Any", 511},
    {"AllowHexSpecifier", 512},
    {"HexNumber", 515},
    {"AllowBinarySpecifier", 1024},
    {"BinaryNumber", 1027},
    {NULL, 0},
};
ENUM(NUMBER_STYLES, number_styles, "System.Globalization.NumberStyles",
     HOP_CLASS_FLAGS, HOP_INT32);

static const struct hop_enum_name names_datetime_styles[] = {
    {"None", 0},
    {"AllowLeadingWhite", 1},
    {"AllowTrailingWhite", 2},
    {"AllowInnerWhite", 4},
    {"AllowWhiteSpaces", 7},
    {"NoCurrentDateDefault", 8},
    {"AdjustToUniversal", 16},
    {"AssumeLocal", 32},
    {"AssumeUniversal", 64},
    {"RoundtripKind", 128},
    {NULL, 0},
};
ENUM(DATETIME_STYLES, datetime_styles, "System.Globalization.DateTimeStyles",
     HOP_CLASS_FLAGS, HOP_INT32);

static const struct hop_enum_name names_timespan_styles[] = {
    {"None", 0},
    {"AssumeNegative", 1},
    {NULL, 0},
};
ENUM(TIMESPAN_STYLES, timespan_styles, "System.Globalization.TimeSpanStyles",
     HOP_CLASS_FLAGS, HOP_INT32);

static const struct hop_enum_name names_calendar_week[] = {
    {"FirstDay", 0},
    {"FirstFullWeek", 1},
    {"FirstFourDayWeek", 2},
    {NULL, 0},
};
ENUM(CALENDAR_WEEK, calendar_week, "System.Globalization.CalendarWeekRule", 0,
     HOP_INT32);

static const struct hop_enum_name names_unicode_category[] = {
    {"UppercaseLetter", 0},
    {"LowercaseLetter", 1},
    {"TitlecaseLetter", 2},
    {"ModifierLetter", 3},
    {"OtherLetter", 4},
    {"NonSpacingMark", 5},
    {"SpacingCombiningMark", 6},
    {"EnclosingMark", 7},
    {"DecimalDigitNumber", 8},
    {"LetterNumber", 9},
    {"OtherNumber", 10},
    {"SpaceSeparator", 11},
    {"LineSeparator", 12},
    {"ParagraphSeparator", 13},
    {"Control", 14},
    {"Format", 15},
    {"Surrogate", 16},
    {"PrivateUse", 17},
    {"ConnectorPunctuation", 18},
    {"DashPunctuation", 19},
    {"OpenPunctuation", 20},
    {"ClosePunctuation", 21},
    {"InitialQuotePunctuation", 22},
    {"FinalQuotePunctuation", 23},
    {"OtherPunctuation", 24},
    {"MathSymbol", 25},
    {"CurrencySymbol", 26},
    {"ModifierSymbol", 27},
    {"OtherSymbol", 28},
    {"OtherNotAssigned", 29},
    {NULL, 0},
};
ENUM(UNICODE_CATEGORY, unicode_category, "System.Globalization.UnicodeCategory",
     0, HOP_INT32);

static const struct hop_enum_name names_compare_options[] = {
    {"None", 0},
    {"IgnoreCase", 1},
    {"IgnoreNonSpace", 2},
    {"IgnoreSymbols", 4},
    {"IgnoreKanaType", 8},
    {"IgnoreWidth", 16},
    {"NumericOrdering", 32},
    {"OrdinalIgnoreCase", 268435456},
    {"StringSort", 536870912},
    {"Ordinal", 1073741824},
    {NULL, 0},
};
ENUM(COMPARE_OPTIONS, compare_options, "System.Globalization.CompareOptions",
     HOP_CLASS_FLAGS, HOP_INT32);

static const struct hop_enum_name names_normalization[] = {
    {"FormC", 1}, {"FormD", 2}, {"FormKC", 5}, {"FormKD", 6}, {NULL, 0},
};
ENUM(NORMALIZATION, normalization, "System.Text.NormalizationForm", 0,
     HOP_INT32);

/* Scripts that look behind the types of .NET name it before they find that
 * there is nothing. */
static const struct hop_enum_name names_binding_flags[] = {
    {"Default", 0},
    {"IgnoreCase", 1},
    {"DeclaredOnly", 2},
    {"Instance", 4},
    {"Static", 8},
    {"Public", 16},
    {"NonPublic", 32},
    {"FlattenHierarchy", 64},
    {"InvokeMethod", 256},
    {"CreateInstance", 512},
    {"GetField", 1024},
    {"SetField", 2048},
    {"GetProperty", 4096},
    {"SetProperty", 8192},
    {"PutDispProperty", 16384},
    {"PutRefDispProperty", 32768},
    {"ExactBinding", 65536},
    {"SuppressChangeType", 131072},
    {"OptionalParamBinding", 262144},
    {"IgnoreReturn", 16777216},
    {"DoNotWrapExceptions", 33554432},
    {NULL},
};
ENUM(BINDING_FLAGS, binding_flags, "System.Reflection.BindingFlags",
     HOP_CLASS_FLAGS, HOP_INT32);

static const struct hop_enum_name names_regex_options[] = {
    {"None", 0},
    {"IgnoreCase", 1},
    {"Multiline", 2},
    {"ExplicitCapture", 4},
    {"Compiled", 8},
    {"Singleline", 16},
    {"IgnorePatternWhitespace", 32},
    {"RightToLeft", 64},
    {"ECMAScript", 256},
    {"CultureInvariant", 512},
    {"NonBacktracking", 1024},
    {NULL, 0},
};
ENUM(REGEX_OPTIONS, regex_options,
     "System.Text.RegularExpressions.RegexOptions", HOP_CLASS_FLAGS, HOP_INT32);

static const struct hop_enum_name names_file_attributes[] = {
    {"None", 0},
    {"ReadOnly", 1},
    {"Hidden", 2},
    {"System", 4},
    {"Directory", 16},
    {"Archive", 32},
    {"Device", 64},
    {"Normal", 128},
    {"Temporary", 256},
    {"SparseFile", 512},
    {"ReparsePoint", 1024},
    {"Compressed", 2048},
    {"Offline", 4096},
    {"NotContentIndexed", 8192},
    {"Encrypted", 16384},
    {"IntegrityStream", 32768},
    {"NoScrubData", 131072},
    {NULL, 0},
};
ENUM(FILE_ATTRIBUTES, file_attributes, "System.IO.FileAttributes",
     HOP_CLASS_FLAGS, HOP_INT32);

static const struct hop_enum_name names_file_mode[] = {
    {"CreateNew", 1}, {"Create", 2}, {"Open", 3}, {"OpenOrCreate", 4},
    {"Truncate", 5},  {"Append", 6}, {NULL, 0},
};
ENUM(FILE_MODE, file_mode, "System.IO.FileMode", 0, HOP_INT32);

static const struct hop_enum_name names_file_access[] = {
    {"Read", 1},
    {"Write", 2},
    {"ReadWrite", 3},
    {NULL, 0},
};
ENUM(FILE_ACCESS, file_access, "System.IO.FileAccess", HOP_CLASS_FLAGS,
     HOP_INT32);

static const struct hop_enum_name names_file_share[] = {
    {"None", 0},   {"Read", 1},         {"Write", 2}, {"ReadWrite", 3},
    {"Delete", 4}, {"Inheritable", 16}, {NULL, 0},
};
ENUM(FILE_SHARE, file_share, "System.IO.FileShare", HOP_CLASS_FLAGS, HOP_INT32);

static const struct hop_enum_name names_search_option[] = {
    {"TopDirectoryOnly", 0},
    {"AllDirectories", 1},
    {NULL, 0},
};
ENUM(SEARCH_OPTION, search_option, "System.IO.SearchOption", 0, HOP_INT32);

static const struct hop_enum_name names_seek_origin[] = {
    {"Begin", 0},
    {"Current", 1},
    {"End", 2},
    {NULL, 0},
};
ENUM(SEEK_ORIGIN, seek_origin, "System.IO.SeekOrigin", 0, HOP_INT32);

static const struct hop_enum_name names_unix_file_mode[] = {
    {"None", 0},       {"OtherExecute", 1}, {"OtherWrite", 2},
    {"OtherRead", 4},  {"GroupExecute", 8}, {"GroupWrite", 16},
    {"GroupRead", 32}, {"UserExecute", 64}, {"UserWrite", 128},
    {"UserRead", 256}, {"StickyBit", 512},  {"SetGroup", 1024},
    {"SetUser", 2048}, {NULL, 0},
};
ENUM(UNIX_FILE_MODE, unix_file_mode, "System.IO.UnixFileMode", HOP_CLASS_FLAGS,
     HOP_INT32);

static const struct hop_enum_name names_drive_type[] = {
    {"Unknown", 0}, {"NoRootDirectory", 1}, {"Removable", 2}, {"Fixed", 3},
    {"Network", 4}, {"CDRom", 5},           {"Ram", 6},       {NULL, 0},
};
ENUM(DRIVE_TYPE, drive_type, "System.IO.DriveType", 0, HOP_INT32);

static const struct hop_enum_name names_address_family[] = {
    {"Unspecified", 0},     {"Unix", 1},     {"InterNetwork", 2},
    {"InterNetworkV6", 23}, {"Unknown", -1}, {NULL, 0},
};
ENUM(ADDRESS_FAMILY, address_family, "System.Net.Sockets.AddressFamily", 0,
     HOP_INT32);

static const struct hop_enum_name names_http_status[] = {
    {"Continue", 100},
    {"SwitchingProtocols", 101},
    {"OK", 200},
    {"Created", 201},
    {"Accepted", 202},
    {"NoContent", 204},
    {"ResetContent", 205},
    {"PartialContent", 206},
    {"MultipleChoices", 300},
    {"MovedPermanently", 301},
    {"Found", 302},
    {"SeeOther", 303},
    {"NotModified", 304},
    {"TemporaryRedirect", 307},
    {"PermanentRedirect", 308},
    {"BadRequest", 400},
    {"Unauthorized", 401},
    {"PaymentRequired", 402},
    {"Forbidden", 403},
    {"NotFound", 404},
    {"MethodNotAllowed", 405},
    {"NotAcceptable", 406},
    {"RequestTimeout", 408},
    {"Conflict", 409},
    {"Gone", 410},
    {"LengthRequired", 411},
    {"PreconditionFailed", 412},
    {"RequestEntityTooLarge", 413},
    {"UnsupportedMediaType", 415},
    {"TooManyRequests", 429},
    {"InternalServerError", 500},
    {"NotImplemented", 501},
    {"BadGateway", 502},
    {"ServiceUnavailable", 503},
    {"GatewayTimeout", 504},
    {NULL, 0},
};
ENUM(HTTP_STATUS, http_status, "System.Net.HttpStatusCode", 0, HOP_INT32);

static const struct hop_enum_name names_security_protocol[] = {
    {"SystemDefault", 0}, {"Tls", 192},     {"Tls11", 768},
    {"Tls12", 3072},      {"Tls13", 12288}, {NULL, 0},
};
ENUM(SECURITY_PROTOCOL, security_protocol, "System.Net.SecurityProtocolType",
     HOP_CLASS_FLAGS, HOP_INT32);

static const struct hop_enum_name names_xml_node_type[] = {
    {"None", 0},
    {"Element", 1},
    {"Attribute", 2},
    {"Text", 3},
    {"CDATA", 4},
    {"EntityReference", 5},
    {"Entity", 6},
    {"ProcessingInstruction", 7},
    {"Comment", 8},
    {"Document", 9},
    {"DocumentType", 10},
    {"DocumentFragment", 11},
    {"Notation", 12},
    {"Whitespace", 13},
    {"SignificantWhitespace", 14},
    {"EndElement", 15},
    {"EndEntity", 16},
    {"XmlDeclaration", 17},
    {NULL, 0},
};
ENUM(XML_NODE_TYPE, xml_node_type, "System.Xml.XmlNodeType", 0, HOP_INT32);

static const struct hop_enum_name names_process_priority[] = {
    {"Normal", 32},    {"Idle", 64},           {"High", 128},
    {"RealTime", 256}, {"BelowNormal", 16384}, {"AboveNormal", 32768},
    {NULL, 0},
};
ENUM(PROCESS_PRIORITY, process_priority,
     "System.Diagnostics.ProcessPriorityClass", 0, HOP_INT32);

static const struct hop_enum_name names_service_status[] = {
    {"Stopped", 1},         {"StartPending", 2},
    {"StopPending", 3},     {"Running", 4},
    {"ContinuePending", 5}, {"PausePending", 6},
    {"Paused", 7},          {NULL, 0},
};
ENUM(SERVICE_STATUS, service_status,
     "System.ServiceProcess.ServiceControllerStatus", 0, HOP_INT32);

static const struct hop_enum_name names_service_mode[] = {
    {"Boot", 0},   {"System", 1},   {"Automatic", 2},
    {"Manual", 3}, {"Disabled", 4}, {NULL, 0},
};
ENUM(SERVICE_MODE, service_mode, "System.ServiceProcess.ServiceStartMode", 0,
     HOP_INT32);

static const struct hop_enum_name names_service_startup[] = {
    {"Automatic", 2},     {"Manual", 3},
    {"Disabled", 4},      {"AutomaticDelayedStart", 10},
    {"InvalidValue", -1}, {NULL, 0},
};
ENUM(SERVICE_STARTUP, service_startup,
     "Microsoft.PowerShell.Commands.ServiceStartupType", 0, HOP_INT32);

static const struct hop_enum_name names_event_type[] = {
    {"Error", 1},        {"Warning", 2},       {"Information", 4},
    {"SuccessAudit", 8}, {"FailureAudit", 16}, {NULL, 0},
};
ENUM(EVENT_TYPE, event_type, "System.Diagnostics.EventLogEntryType", 0,
     HOP_INT32);

static const struct hop_enum_name names_ip_status[] = {
    {"Success", 0},
    {"DestinationNetworkUnreachable", 11002},
    {"DestinationHostUnreachable", 11003},
    {"DestinationProtocolUnreachable", 11004},
    {"DestinationPortUnreachable", 11005},
    {"PacketTooBig", 11009},
    {"TimedOut", 11010},
    {"TtlExpired", 11013},
    {"Unknown", -1},
    {NULL, 0},
};
ENUM(IP_STATUS, ip_status, "System.Net.NetworkInformation.IPStatus", 0,
     HOP_INT32);

static const struct hop_enum_name names_list_sort[] = {
    {"Ascending", 0},
    {"Descending", 1},
    {NULL, 0},
};
ENUM(LIST_SORT, list_sort, "System.ComponentModel.ListSortDirection", 0,
     HOP_INT32);

static const struct hop_enum_name names_cipher_mode[] = {
    {"CBC", 1}, {"ECB", 2}, {"OFB", 3}, {"CFB", 4}, {"CTS", 5}, {NULL, 0},
};
ENUM(CIPHER_MODE, cipher_mode, "System.Security.Cryptography.CipherMode", 0,
     HOP_INT32);

static const struct hop_enum_name names_padding_mode[] = {
    {"None", 1},     {"PKCS7", 2},    {"Zeros", 3},
    {"ANSIX923", 4}, {"ISO10126", 5}, {NULL, 0},
};
ENUM(PADDING_MODE, padding_mode, "System.Security.Cryptography.PaddingMode", 0,
     HOP_INT32);

static const struct hop_enum_name names_crypto_stream[] = {
    {"Read", 0},
    {"Write", 1},
    {NULL, 0},
};
ENUM(CRYPTO_STREAM, crypto_stream,
     "System.Security.Cryptography.CryptoStreamMode", 0, HOP_INT32);
