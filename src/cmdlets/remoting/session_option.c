/* New-PSSessionOption: how a remote session is to be opened.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cmdlets/core/core.h"
#include "cmdlets/record.h"
#include "cmdlets/remoting/remoting.h"
#include "value/enums.h"

#define REMOTING  "System.Management.Automation.Remoting."
#define RUNSPACES "System.Management.Automation.Runspaces."

static const struct hop_property properties[] = {
    HOP_RECORD_WRITABLE(OPTION_REDIRECTIONS,
                        "MaximumConnectionRedirectionCount", "int"),
    HOP_RECORD_WRITABLE(OPTION_NO_COMPRESSION, "NoCompression", "bool"),
    HOP_RECORD_WRITABLE(OPTION_NO_PROFILE, "NoMachineProfile", "bool"),
    HOP_RECORD_WRITABLE(OPTION_PROXY_ACCESS, "ProxyAccessType",
                        REMOTING "ProxyAccessType"),
    HOP_RECORD_WRITABLE(OPTION_PROXY_AUTHENTICATION, "ProxyAuthentication",
                        RUNSPACES "AuthenticationMechanism"),
    HOP_RECORD_WRITABLE(OPTION_PROXY_CREDENTIAL, "ProxyCredential",
                        "pscredential"),
    HOP_RECORD_WRITABLE(OPTION_SKIP_CA, "SkipCACheck", "bool"),
    HOP_RECORD_WRITABLE(OPTION_SKIP_CN, "SkipCNCheck", "bool"),
    HOP_RECORD_WRITABLE(OPTION_SKIP_REVOCATION, "SkipRevocationCheck", "bool"),
    HOP_RECORD_WRITABLE(OPTION_OPERATION_TIMEOUT, "OperationTimeout",
                        "timespan"),
    HOP_RECORD_WRITABLE(OPTION_NO_ENCRYPTION, "NoEncryption", "bool"),
    HOP_RECORD_WRITABLE(OPTION_USE_UTF16, "UseUTF16", "bool"),
    HOP_RECORD_WRITABLE(OPTION_PORT_IN_SPN, "IncludePortInSPN", "bool"),
    HOP_RECORD_WRITABLE(OPTION_BUFFERING, "OutputBufferingMode",
                        RUNSPACES "OutputBufferingMode"),
    HOP_RECORD_WRITABLE(OPTION_RETRIES, "MaxConnectionRetryCount", "int"),
    HOP_RECORD_WRITABLE(OPTION_CULTURE, "Culture", "cultureinfo"),
    HOP_RECORD_WRITABLE(OPTION_UI_CULTURE, "UICulture", "cultureinfo"),
    HOP_RECORD_WRITABLE(OPTION_DATA_SIZE, "MaximumReceivedDataSizePerCommand",
                        "System.Nullable[int]"),
    HOP_RECORD_WRITABLE(OPTION_OBJECT_SIZE, "MaximumReceivedObjectSize",
                        "System.Nullable[int]"),
    HOP_RECORD_WRITABLE(OPTION_APPLICATION, "ApplicationArguments",
                        "psprimitivedictionary"),
    HOP_RECORD_WRITABLE(OPTION_OPEN_TIMEOUT, "OpenTimeout", "timespan"),
    HOP_RECORD_WRITABLE(OPTION_CANCEL_TIMEOUT, "CancelTimeout", "timespan"),
    HOP_RECORD_WRITABLE(OPTION_IDLE_TIMEOUT, "IdleTimeout", "timespan"),
    {0},
};

/* [PSSessionOption]::new() and @{SkipCACheck = $true} for one. */
static bool
construct(struct hop_context *cx, struct hop_call *call)
{
    call->result = session_option_new(cx);
    return true;
}

static const struct hop_method constructors[] = {
    {REMOTING "PSSessionOption new()", construct}, {NULL}};

const struct hop_class hop_class_session_option = HOP_RECORD_CLASS(
    REMOTING "PSSessionOption", properties, .constructors = constructors);

/* The parameters stand in the order of the slots. */
static const struct hop_param params[] = {
    [OPTION_REDIRECTIONS] = {"MaximumRedirection", "int"},
    [OPTION_NO_COMPRESSION] = {"NoCompression", "switch"},
    [OPTION_NO_PROFILE] = {"NoMachineProfile", "switch"},
    [OPTION_PROXY_ACCESS] = {"ProxyAccessType", REMOTING "ProxyAccessType"},
    [OPTION_PROXY_AUTHENTICATION] = {"ProxyAuthentication",
                                     RUNSPACES "AuthenticationMechanism"},
    [OPTION_PROXY_CREDENTIAL] = {"ProxyCredential", "pscredential",
                                 HOP_CREDENTIAL},
    [OPTION_SKIP_CA] = {"SkipCACheck", "switch"},
    [OPTION_SKIP_CN] = {"SkipCNCheck", "switch"},
    [OPTION_SKIP_REVOCATION] = {"SkipRevocationCheck", "switch"},
    [OPTION_OPERATION_TIMEOUT] = {"OperationTimeout", "int",
                                  .aliases = "OperationTimeoutMSec",
                                  .range = HOP_RANGE(0, 2147483647)},
    [OPTION_NO_ENCRYPTION] = {"NoEncryption", "switch"},
    [OPTION_USE_UTF16] = {"UseUTF16", "switch"},
    [OPTION_PORT_IN_SPN] = {"IncludePortInSPN", "switch"},
    [OPTION_BUFFERING] = {"OutputBufferingMode",
                          RUNSPACES "OutputBufferingMode"},
    [OPTION_RETRIES] = {"MaxConnectionRetryCount", "int",
                        .range = HOP_RANGE(0, 2147483647)},
    [OPTION_CULTURE] = {"Culture", "cultureinfo", HOP_NOT_NULL},
    [OPTION_UI_CULTURE] = {"UICulture", "cultureinfo", HOP_NOT_NULL},
    [OPTION_DATA_SIZE] = {"MaximumReceivedDataSizePerCommand", "int"},
    [OPTION_OBJECT_SIZE] = {"MaximumReceivedObjectSize", "int"},
    [OPTION_APPLICATION] = {"ApplicationArguments", "psprimitivedictionary",
                            HOP_NOT_NULL},
    [OPTION_OPEN_TIMEOUT] = {"OpenTimeout", "int", .aliases = "OpenTimeoutMSec",
                             .range = HOP_RANGE(0, 2147483647)},
    [OPTION_CANCEL_TIMEOUT] = {"CancelTimeout", "int",
                               .aliases = "CancelTimeoutMSec",
                               .range = HOP_RANGE(0, 2147483647)},
    [OPTION_IDLE_TIMEOUT] = {"IdleTimeout", "int", .aliases = "IdleTimeoutMSec",
                             .range = HOP_RANGE(-1, 2147483647)},
};

#define TICKS_PER_MS 10000

static struct hop_value
standard(size_t i)
{
    switch (i) {
    case OPTION_REDIRECTIONS:
    case OPTION_RETRIES: return hop_int(5);
    case OPTION_PROXY_ACCESS: return hop_enum(HOP_ENUM_PROXY_ACCESS, 0);
    case OPTION_PROXY_AUTHENTICATION:
        return hop_enum(HOP_ENUM_AUTHENTICATION, 2);
    case OPTION_BUFFERING: return hop_enum(HOP_ENUM_BUFFERING_MODE, 0);
    case OPTION_OPERATION_TIMEOUT:
    case OPTION_OPEN_TIMEOUT: return hop_timespan(180000LL * TICKS_PER_MS);
    case OPTION_CANCEL_TIMEOUT: return hop_timespan(60000LL * TICKS_PER_MS);
    case OPTION_IDLE_TIMEOUT: return hop_timespan(-1LL * TICKS_PER_MS);
    case OPTION_OBJECT_SIZE: return hop_int(209715200);
    case OPTION_PROXY_CREDENTIAL:
    case OPTION_CULTURE:
    case OPTION_UI_CULTURE:
    case OPTION_DATA_SIZE:
    case OPTION_APPLICATION: return hop_null();
    default: return hop_bool(false);
    }
}

struct hop_value
session_option_new(struct hop_context *cx)
{
    struct hop_record *r = hop_record_new(cx, &hop_class_session_option);

    for (size_t i = 0; i < OPTION_SLOTS; i++)
        hop_record_set(r, i, standard(i));
    return hop_obj(r);
}

struct hop_value
session_option_get(struct hop_value v, enum option_slot i)
{
    v = hop_value_base(v);
    if (!hop_is_exactly(v, &hop_class_session_option))
        return hop_null();
    return ((struct hop_record *)(void *)v.u.o)->slot[i];
}

static bool
process(struct hop_command *c)
{
    HOP_AUTO_VALUE struct hop_value o =
        session_option_new(hop_command_context(c));
    struct hop_record *r = (struct hop_record *)(void *)o.u.o;

    for (size_t i = 0; i < OPTION_SLOTS; i++) {
        struct hop_value v = r->slot[i];

        if (!hop_arg_bound(c, i))
            continue;
        if (v.kind == HOP_BOOL)
            v = hop_bool(hop_arg_on(c, i));
        else if (v.kind == HOP_TIMESPAN)
            v = hop_timespan(hop_arg_int(c, i, 0) * TICKS_PER_MS);
        else
            v = hop_retain(hop_arg(c, i));
        hop_record_set(r, i, v);
    }
    return hop_write(c, o);
}

const struct hop_cmdlet hop_cmdlet_new_pssession_option = {
    .name = "New-PSSessionOption",
    HOP_PARAMS(params),
    .output = REMOTING "PSSessionOption",
    .synopsis = "Makes the options of a remote session.",
    .process = process,
};
