/* WS-Management faults: what went wrong, as SOAP code, subcode, reason, and
 * Microsoft's WSManFault detail.  SOAP 1.2 part 1, 5.4; DSP0226 14;
 * MS-WSMV 2.2.4.43.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_WSMAN_FAULT_H
#define HOP_WSMAN_FAULT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "base/error.h"

/* The codes the project speaks of by name.  0x8033xxxx are WS-Management's,
 * the others Win32 errors, HRESULTs and SSPI codes that users know. */
#define HOP_FAULT_ACCESS_DENIED               5u
#define HOP_FAULT_INVALID_PARAMETER           87u
#define HOP_FAULT_OPERATION_ABORTED           995u /* also ends a pending Receive */
#define HOP_FAULT_CANCELLED                   1223u
#define HOP_FAULT_LOGON_FAILURE               1326u
#define HOP_FAULT_FILE_NOT_FOUND              0x80070002u
#define HOP_FAULT_E_ACCESSDENIED              0x80070005u
#define HOP_FAULT_OUT_OF_MEMORY               0x8007000Eu
#define HOP_FAULT_NO_CREDENTIALS              0x8009030Eu
#define HOP_FAULT_LOGON_DENIED                0x8009030Cu
#define HOP_FAULT_WRONG_PRINCIPAL             0x80090322u
#define HOP_FAULT_NO_AUTHENTICATING_AUTHORITY 0x80090311u
#define HOP_FAULT_TARGET_UNKNOWN              0x80090303u
#define HOP_FAULT_DELEGATION_REQUIRED         0x80090345u
#define HOP_FAULT_RESOURCE_NOT_FOUND          0x80338000u
#define HOP_FAULT_PROVIDER_FAILURE            0x80338003u
#define HOP_FAULT_UNSUPPORTED_TIMEOUT         0x8033800Cu
#define HOP_FAULT_VERSION_MISMATCH            0x8033800Du
#define HOP_FAULT_INVALID_HEADER              0x8033800Fu
#define HOP_FAULT_MUST_UNDERSTAND             0x80338010u
#define HOP_FAULT_HEADER_REQUIRED             0x80338011u
#define HOP_FAULT_DESTINATION_UNREACHABLE     0x80338012u
#define HOP_FAULT_ACTION_NOT_SUPPORTED        0x80338013u
#define HOP_FAULT_INVALID_REPRESENTATION      0x80338015u
#define HOP_FAULT_FILTERING_NOT_SUPPORTED     0x80338018u
#define HOP_FAULT_FILTER_DIALECT_UNAVAILABLE  0x80338019u
#define HOP_FAULT_CANNOT_PROCESS_FILTER       0x8033801Au
#define HOP_FAULT_INVALID_ENUMERATION_CONTEXT 0x8033801Bu
#define HOP_FAULT_ENVELOPE_TOO_LARGE          0x80338026u
#define HOP_FAULT_INVALID_SOAP_BODY           0x80338027u
#define HOP_FAULT_OPERATION_TIMEDOUT          0x80338029u
#define HOP_FAULT_UNSUPPORTED_ENCODING        0x8033802Cu
#define HOP_FAULT_ACTION_MISMATCH             0x80338031u
#define HOP_FAULT_CONCURRENCY                 0x80338032u
#define HOP_FAULT_ALREADY_EXISTS              0x80338033u
#define HOP_FAULT_ENCODING_LIMIT              0x80338035u
#define HOP_FAULT_FAILED_AUTHENTICATION       0x80338036u
#define HOP_FAULT_INVALID_OPTIONS             0x80338039u
#define HOP_FAULT_INVALID_WSMAN_PARAMETER     0x8033803Au
#define HOP_FAULT_INVALID_RESOURCE_URI        0x8033803Bu
#define HOP_FAULT_INVALID_SELECTORS           0x8033803Du
#define HOP_FAULT_QUOTA_LIMIT                 0x8033803Fu
#define HOP_FAULT_SCHEMA_VALIDATION           0x80338041u
#define HOP_FAULT_UNSUPPORTED_FEATURE         0x80338042u
#define HOP_FAULT_INVALID_XML                 0x80338043u
#define HOP_FAULT_MAX_ENVELOPE_SIZE_EXCEEDED  0x80338048u
#define HOP_FAULT_SELECTOR_LIMIT              0x8033804Au
#define HOP_FAULT_OPTION_LIMIT                0x8033804Bu
#define HOP_FAULT_CHARACTER_SET               0x8033804Cu
#define HOP_FAULT_OPTION_NOT_SUPPORTED        0x80338051u
#define HOP_FAULT_OPTION_INVALID_NAME         0x80338052u
#define HOP_FAULT_OPTION_INVALID_VALUE        0x80338053u
#define HOP_FAULT_INSUFFICIENT_SELECTORS      0x8033805Au
#define HOP_FAULT_UNEXPECTED_SELECTORS                                         \
    0x8033805Bu /* no such shell, command                                      \
                 */
#define HOP_FAULT_INVALID_SELECTOR_VALUE        0x8033805Du
#define HOP_FAULT_AMBIGUOUS_SELECTORS           0x8033805Eu
#define HOP_FAULT_DUPLICATE_SELECTORS           0x8033805Fu
#define HOP_FAULT_UNSUPPORTED_ADDRESSING        0x80338076u
#define HOP_FAULT_MIN_ENVELOPE_SIZE             0x8033807Eu
#define HOP_FAULT_PLUGIN_FAILED                 0x80338083u
#define HOP_FAULT_LOCALE_MUST_UNDERSTAND        0x80338087u
#define HOP_FAULT_SHELL_ALREADY_CLOSED          0x8033814Au
#define HOP_FAULT_SHELL_INVALID_INPUT_STREAM    0x8033818Bu
#define HOP_FAULT_SHELL_INVALID_DESIRED_STREAMS 0x8033818Du
#define HOP_FAULT_REDIRECT_REQUESTED            0x80338199u
#define HOP_FAULT_REDIRECT_LOCATION_INVALID     0x803381B7u
#define HOP_FAULT_QUOTA_MAX_SHELLS              0x803381A5u
#define HOP_FAULT_QUOTA_MAX_OPERATIONS          0x803381A6u
#define HOP_FAULT_QUOTA_USER                    0x803381A7u
#define HOP_FAULT_QUOTA_SYSTEM                  0x803381A8u
#define HOP_FAULT_DIFFERENT_AUTHZ_TOKEN         0x803381A9u
#define HOP_FAULT_QUOTA_MAX_SHELLUSERS          0x803381ABu
#define HOP_FAULT_REMOTESHELLS_NOT_ALLOWED      0x803381ACu
#define HOP_FAULT_SHELL_DISCONNECTED            0x803381C4u
#define HOP_FAULT_DISCONNECT_NOT_SUPPORTED      0x803381C5u
#define HOP_FAULT_SESSIONID_MISMATCH            0x803381C6u
#define HOP_FAULT_COMMAND_TERMINATED            0x803381CCu
#define HOP_FAULT_CONNECTED_TO_DIFFERENT_CLIENT 0x803381CDu
#define HOP_FAULT_DISCONNECT_NOT_VALID          0x803381CFu
#define HOP_FAULT_RECONNECT_NOT_VALID           0x803381D0u
#define HOP_FAULT_SHELL_ID_IN_USE               0x803381D7u
#define HOP_FAULT_COMMAND_ID_IN_USE             0x803381D6u
#define HOP_FAULT_QUOTA_MAX_SHELLS_PPQ          0x803381E4u
#define HOP_FAULT_QUOTA_MAX_USERS_PPQ           0x803381E5u
#define HOP_FAULT_QUOTA_MAX_PLUGINSHELLS_PPQ    0x803381E6u
#define HOP_FAULT_QUOTA_MAX_COMMANDS_PER_SHELL  0x803381E9u
#define HOP_FAULT_IDLETIMEOUT_OUTOFBOUNDS       0x803381F2u

struct hop_fault_row {
    uint32_t code;
    const char *symbol;  /* "ERROR_WSMAN_UNEXPECTED_SELECTORS" */
    const char *value;   /* SOAP code: "Sender", "Receiver", ... */
    const char *subcode; /* QName: "w:InvalidSelectors"; NULL: none */
    const char *detail;  /* behind HOP_URI_FAULT_DETAIL, or NULL */
    int http_status;     /* 500 nearly always, as WinRM does */
    const char *text;    /* our words: what happened */
};

/* The row of a code; for a code that is not in the table a general one
 * (Receiver, w:InternalError, 500).  Never NULL. */
const struct hop_fault_row *hop_fault_row_find(uint32_t code);

#define HOP_FAULT_TEXT_MAX 1024

/* A fault to send, or one received.  Strings are inside, so that it can be
 * copied and outlive the message. */
struct hop_fault {
    uint32_t code;    /* f:WSManFault's; 0 when a peer sent none */
    char value[24];   /* SOAP code without prefix: "Sender" */
    char subcode[64]; /* local name: "InvalidSelectors"; "" none */
    char subcode_ns[64];
    char detail[96];                 /* w:FaultDetail, the whole URI; "" none */
    char reason[HOP_FAULT_TEXT_MAX]; /* s:Reason, f:Message if that is less */
    char message[HOP_FAULT_TEXT_MAX]; /* f:Message or f:ProviderFault */
    char machine[256];
    char provider[128]; /* f:ProviderFault's attributes; "" none */
    char provider_path[256];
};

/* Fills in a fault of the table.  fmt (may be NULL) is the longer, particular
 * message: which shell, which limit; without it the row's text stands there
 * too.  Machine and provider are left empty for the caller to set. */
void hop_fault_set(struct hop_fault *f, uint32_t code, const char *fmt, ...)
    HOP_PRINTF(3, 4);
/* HTTP status to send it with. */
int hop_fault_http_status(const struct hop_fault *f);
/* As the project's error: HOP_ERROR_WSMAN with the code, the text "message
 * (0x8033805B ERROR_WSMAN_UNEXPECTED_SELECTORS)".  Always false. */
bool hop_fault_to_error(const struct hop_fault *f, struct hop_error *err);
/* The other way: a HOP_ERROR_WSMAN keeps its code, a limit becomes
 * HOP_FAULT_ENVELOPE_TOO_LARGE, bad bytes HOP_FAULT_SCHEMA_VALIDATION, anything
 * else HOP_FAULT_PROVIDER_FAILURE. */
void hop_fault_from_error(struct hop_fault *f, const struct hop_error *err);
/* True when the code means only "nothing yet, ask again". */
bool hop_fault_is_timeout(const struct hop_fault *f);

#endif
