/* New-PSSessionOption: how a remote session is to be opened.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cmdlets/core/core.h"
#include "cmdlets/record.h"
#include "value/enums.h"

#define REMOTING  "System.Management.Automation.Remoting."
#define RUNSPACES "System.Management.Automation.Runspaces."

enum slot {
    REDIRECTIONS,
    NO_COMPRESSION,
    NO_PROFILE,
    PROXY_ACCESS,
    PROXY_AUTHENTICATION,
    PROXY_CREDENTIAL,
    SKIP_CA,
    SKIP_CN,
    SKIP_REVOCATION,
    OPERATION_TIMEOUT,
    NO_ENCRYPTION,
    USE_UTF16,
    PORT_IN_SPN,
    BUFFERING,
    RETRIES,
    CULTURE,
    UI_CULTURE,
    DATA_SIZE,
    OBJECT_SIZE,
    APPLICATION,
    OPEN_TIMEOUT,
    CANCEL_TIMEOUT,
    IDLE_TIMEOUT,
    SLOTS
};

static const struct hop_property properties[] = {
    HOP_RECORD_WRITABLE(REDIRECTIONS, "MaximumConnectionRedirectionCount",
                        "int"),
    HOP_RECORD_WRITABLE(NO_COMPRESSION, "NoCompression", "bool"),
    HOP_RECORD_WRITABLE(NO_PROFILE, "NoMachineProfile", "bool"),
    HOP_RECORD_WRITABLE(PROXY_ACCESS, "ProxyAccessType",
                        REMOTING "ProxyAccessType"),
    HOP_RECORD_WRITABLE(PROXY_AUTHENTICATION, "ProxyAuthentication",
                        RUNSPACES "AuthenticationMechanism"),
    HOP_RECORD_WRITABLE(PROXY_CREDENTIAL, "ProxyCredential", "pscredential"),
    HOP_RECORD_WRITABLE(SKIP_CA, "SkipCACheck", "bool"),
    HOP_RECORD_WRITABLE(SKIP_CN, "SkipCNCheck", "bool"),
    HOP_RECORD_WRITABLE(SKIP_REVOCATION, "SkipRevocationCheck", "bool"),
    HOP_RECORD_WRITABLE(OPERATION_TIMEOUT, "OperationTimeout", "timespan"),
    HOP_RECORD_WRITABLE(NO_ENCRYPTION, "NoEncryption", "bool"),
    HOP_RECORD_WRITABLE(USE_UTF16, "UseUTF16", "bool"),
    HOP_RECORD_WRITABLE(PORT_IN_SPN, "IncludePortInSPN", "bool"),
    HOP_RECORD_WRITABLE(BUFFERING, "OutputBufferingMode",
                        RUNSPACES "OutputBufferingMode"),
    HOP_RECORD_WRITABLE(RETRIES, "MaxConnectionRetryCount", "int"),
    HOP_RECORD_WRITABLE(CULTURE, "Culture", "cultureinfo"),
    HOP_RECORD_WRITABLE(UI_CULTURE, "UICulture", "cultureinfo"),
    HOP_RECORD_WRITABLE(DATA_SIZE, "MaximumReceivedDataSizePerCommand",
                        "System.Nullable[int]"),
    HOP_RECORD_WRITABLE(OBJECT_SIZE, "MaximumReceivedObjectSize",
                        "System.Nullable[int]"),
    HOP_RECORD_WRITABLE(APPLICATION, "ApplicationArguments",
                        "psprimitivedictionary"),
    HOP_RECORD_WRITABLE(OPEN_TIMEOUT, "OpenTimeout", "timespan"),
    HOP_RECORD_WRITABLE(CANCEL_TIMEOUT, "CancelTimeout", "timespan"),
    HOP_RECORD_WRITABLE(IDLE_TIMEOUT, "IdleTimeout", "timespan"),
    {0},
};

extern const struct hop_class hop_class_session_option;
const struct hop_class hop_class_session_option =
    HOP_RECORD_CLASS(REMOTING "PSSessionOption", properties);

/* The parameters stand in the order of the slots. */
static const struct hop_param params[] = {
    [REDIRECTIONS] = {"MaximumRedirection", "int"},
    [NO_COMPRESSION] = {"NoCompression", "switch"},
    [NO_PROFILE] = {"NoMachineProfile", "switch"},
    [PROXY_ACCESS] = {"ProxyAccessType", REMOTING "ProxyAccessType"},
    [PROXY_AUTHENTICATION] = {"ProxyAuthentication",
                              RUNSPACES "AuthenticationMechanism"},
    [PROXY_CREDENTIAL] = {"ProxyCredential", "pscredential", HOP_CREDENTIAL},
    [SKIP_CA] = {"SkipCACheck", "switch"},
    [SKIP_CN] = {"SkipCNCheck", "switch"},
    [SKIP_REVOCATION] = {"SkipRevocationCheck", "switch"},
    [OPERATION_TIMEOUT] = {"OperationTimeout", "int",
                           .aliases = "OperationTimeoutMSec",
                           .range = HOP_RANGE(0, 2147483647)},
    [NO_ENCRYPTION] = {"NoEncryption", "switch"},
    [USE_UTF16] = {"UseUTF16", "switch"},
    [PORT_IN_SPN] = {"IncludePortInSPN", "switch"},
    [BUFFERING] = {"OutputBufferingMode", RUNSPACES "OutputBufferingMode"},
    [RETRIES] = {"MaxConnectionRetryCount", "int",
                 .range = HOP_RANGE(0, 2147483647)},
    [CULTURE] = {"Culture", "cultureinfo", HOP_NOT_NULL},
    [UI_CULTURE] = {"UICulture", "cultureinfo", HOP_NOT_NULL},
    [DATA_SIZE] = {"MaximumReceivedDataSizePerCommand", "int"},
    [OBJECT_SIZE] = {"MaximumReceivedObjectSize", "int"},
    [APPLICATION] = {"ApplicationArguments", "hashtable", HOP_NOT_NULL},
    [OPEN_TIMEOUT] = {"OpenTimeout", "int", .aliases = "OpenTimeoutMSec",
                      .range = HOP_RANGE(0, 2147483647)},
    [CANCEL_TIMEOUT] = {"CancelTimeout", "int", .aliases = "CancelTimeoutMSec",
                        .range = HOP_RANGE(0, 2147483647)},
    [IDLE_TIMEOUT] = {"IdleTimeout", "int", .aliases = "IdleTimeoutMSec",
                      .range = HOP_RANGE(-1, 2147483647)},
};

#define TICKS_PER_MS 10000

static struct hop_value
standard(size_t i)
{
    switch (i) {
    case REDIRECTIONS:
    case RETRIES: return hop_int(5);
    case PROXY_ACCESS: return hop_enum(HOP_ENUM_PROXY_ACCESS, 0);
    case PROXY_AUTHENTICATION: return hop_enum(HOP_ENUM_AUTHENTICATION, 2);
    case BUFFERING: return hop_enum(HOP_ENUM_BUFFERING_MODE, 0);
    case OPERATION_TIMEOUT:
    case OPEN_TIMEOUT: return hop_timespan(180000LL * TICKS_PER_MS);
    case CANCEL_TIMEOUT: return hop_timespan(60000LL * TICKS_PER_MS);
    case IDLE_TIMEOUT: return hop_timespan(-1LL * TICKS_PER_MS);
    case OBJECT_SIZE: return hop_int(209715200);
    case PROXY_CREDENTIAL:
    case CULTURE:
    case UI_CULTURE:
    case DATA_SIZE:
    case APPLICATION: return hop_null();
    default: return hop_bool(false);
    }
}

static bool
process(struct hop_command *c)
{
    struct hop_record *r =
        hop_record_new(hop_command_context(c), &hop_class_session_option);

    for (size_t i = 0; i < SLOTS; i++) {
        struct hop_value v = standard(i);

        if (v.kind == HOP_BOOL)
            v = hop_bool(hop_arg_on(c, i));
        else if (hop_arg_bound(c, i) && v.kind == HOP_TIMESPAN)
            v = hop_timespan(hop_arg_int(c, i, 0) * TICKS_PER_MS);
        else if (hop_arg_bound(c, i))
            v = hop_retain(hop_arg(c, i));
        hop_record_set(r, i, v);
    }
    return hop_write_take(c, hop_obj(r));
}

const struct hop_cmdlet hop_cmdlet_new_pssession_option = {
    .name = "New-PSSessionOption",
    HOP_PARAMS(params),
    .output = REMOTING "PSSessionOption",
    .synopsis = "Makes the options of a remote session.",
    .process = process,
};
