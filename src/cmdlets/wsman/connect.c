/* Test-WSMan, Connect-WSMan, Disconnect-WSMan, New-WSManSessionOption.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "base/text.h"
#include "cmdlets/record.h"
#include "cmdlets/wsman/place.h"
#include "cmdlets/wsman/wsman.h"
#include "engine/engine.h"
#include "value/enums.h"
#include "wsman/uri.h"
#include "xml/writer.h"

#define CLASS "Microsoft.WSMan.Management."

/* ---- Test-WSMan ---- */

enum {
    COMPUTER,
    AUTHENTICATION,
    PORT,
    USE_SSL,
    APPLICATION,
    CREDENTIAL,
    THUMBPRINT,
};
static const struct hop_param test_params[] = {
    [COMPUTER] = {"ComputerName", "string", HOP_BY_VALUE, HOP_POS(0),
                  .aliases = "CN"},
    [AUTHENTICATION] = {"Authentication", CLASS "AuthenticationMechanism",
                        HOP_NOT_NULL_OR_EMPTY, .aliases = "Auth AM"},
    [PORT] = {"Port", "int", HOP_NOT_NULL_OR_EMPTY,
              .range = HOP_RANGE(1, 2147483647),
              .in = HOP_SETS({"ComputerName", 0, 0})},
    [USE_SSL] = {"UseSSL", "switch", .in = HOP_SETS({"ComputerName", 0, 0})},
    [APPLICATION] = {"ApplicationName", "string", HOP_NOT_NULL_OR_EMPTY,
                     .in = HOP_SETS({"ComputerName", 0, 0})},
    [CREDENTIAL] = {"Credential", "pscredential", HOP_BY_NAME | HOP_CREDENTIAL,
                    .aliases = "Cred C"},
    [THUMBPRINT] = {"CertificateThumbprint", "string"},
};
static const struct place_params test_where = {
    .computer = COMPUTER,
    .uri = NO_PARAM,
    .port = PORT,
    .use_ssl = USE_SSL,
    .application = APPLICATION,
    .authentication = AUTHENTICATION,
    .credential = CREDENTIAL,
    .thumbprint = THUMBPRINT,
    .option = NO_PARAM,
};

static void
format_identity(const struct hop_resources_identity *id, struct hop_buf *out)
{
    struct hop_xml_writer w = HOP_XML_WRITER(out);

    hop_xml_open(&w, "wsmid:IdentifyResponse");
    hop_xml_declare(&w, "wsmid", HOP_NS_IDENTITY);
    hop_xml_element(&w, "wsmid:ProtocolVersion", id->protocol_version);
    hop_xml_element(&w, "wsmid:ProductVendor", id->product_vendor);
    hop_xml_element(&w, "wsmid:ProductVersion", id->product_version);
    hop_xml_close(&w, "wsmid:IdentifyResponse");
}

static bool
fail_connection(struct hop_command *c, const struct place *p)
{
    struct hop_error err = {0};

    hop_error_set(&err, HOP_ERROR_GENERIC, 0, "%s", p->api->error(p->c));
    return place_report(c, p, &err);
}

static bool
process_test(struct hop_command *c)
{
    HOP_CLEANUP(place_done) struct place p;
    HOP_AUTO_BUF struct hop_buf xml = HOP_BUF_INIT;
    struct hop_resources_identity id;

    if (!place_open(c, &test_where, true, &p))
        return false;
    if (!p.api->identify(p.c, &id))
        return fail_connection(c, &p);
    format_identity(&id, &xml);
    return place_write_xml(c, hop_buf_str(&xml));
}

const struct hop_cmdlet hop_cmdlet_test_wsman = {
    .name = "Test-WSMan",
    HOP_PARAMS(test_params),
    .output = "System.Xml.XmlElement",
    .synopsis = "Asks whether WS-Management is served, and by what.",
    .class_name = CLASS "TestWSManCommand",
    .process = process_test,
};

/* ---- Connect-WSMan ---- */

enum {
    C_COMPUTER,
    C_URI,
    C_PORT,
    C_USE_SSL,
    C_APPLICATION,
    C_AUTHENTICATION,
    C_CREDENTIAL,
    C_THUMBPRINT,
    C_OPTION,
    C_OPTIONS,
};
static const struct hop_param connect_params[] = {
    [C_COMPUTER] = {"ComputerName", "string", .aliases = "CN",
                    .in = HOP_SETS({"ComputerName", 0, HOP_POS(0)})},
    [C_URI] = {"ConnectionURI", "uri", HOP_NOT_NULL_OR_EMPTY,
               .in = HOP_SETS({"URI", 0, 0})},
    [C_PORT] = {"Port", "int", HOP_NOT_NULL_OR_EMPTY,
                .range = HOP_RANGE(1, 2147483647),
                .in = HOP_SETS({"ComputerName", 0, 0})},
    [C_USE_SSL] = {"UseSSL", "switch", .in = HOP_SETS({"ComputerName", 0, 0})},
    [C_APPLICATION] = {"ApplicationName", "string", HOP_NOT_NULL_OR_EMPTY,
                       .in = HOP_SETS({"ComputerName", 0, 0})},
    [C_AUTHENTICATION] = {"Authentication", CLASS "AuthenticationMechanism",
                          HOP_NOT_NULL_OR_EMPTY, .aliases = "Auth AM"},
    [C_CREDENTIAL] = {"Credential", "pscredential",
                      HOP_BY_NAME | HOP_CREDENTIAL, .aliases = "Cred C"},
    [C_THUMBPRINT] = {"CertificateThumbprint", "string"},
    [C_OPTION] = {"SessionOption", CLASS "SessionOption", HOP_NOT_NULL_OR_EMPTY,
                  .aliases = "SO"},
    [C_OPTIONS] = {"OptionSet", "hashtable", HOP_NOT_NULL_OR_EMPTY,
                   .aliases = "OS"},
};
static const struct place_params connect_where = {
    .computer = C_COMPUTER,
    .uri = C_URI,
    .port = C_PORT,
    .use_ssl = C_USE_SSL,
    .application = C_APPLICATION,
    .authentication = C_AUTHENTICATION,
    .credential = C_CREDENTIAL,
    .thumbprint = C_THUMBPRINT,
    .option = C_OPTION,
};

static bool
process_connect(struct hop_command *c)
{
    HOP_CLEANUP(place_done) struct place p;

    if (!place_open(c, &connect_where, false, &p))
        return false;
    if (p.c == NULL) /* it is there already */
        return true;
    if (!p.api->open(p.c))
        return fail_connection(c, &p);
    place_remember(hop_command_runspace(c), &p);
    return true;
}

const struct hop_cmdlet hop_cmdlet_connect_wsman = {
    .name = "Connect-WSMan",
    .default_set = "ComputerName",
    HOP_PARAMS(connect_params),
    .synopsis = "Shows another host's settings in the drive WSMan:.",
    .class_name = CLASS "ConnectWSManCommand",
    .process = process_connect,
};

/* ---- Disconnect-WSMan ---- */

static const struct hop_param disconnect_params[] = {
    [0] = {"ComputerName", "string", 0, HOP_POS(0), .aliases = "CN"},
};

static bool
process_disconnect(struct hop_command *c)
{
    static const struct hop_error_spec spec = {CLASS "WsManHelper",
                                               HOP_CAT_NOT_SPECIFIED,
                                               "System.ArgumentException",
                                               {0}};
    const char *name = hop_arg_bound(c, 0) ? hop_arg_text(c, 0) : "localhost";

    if (name == NULL || strcmp(name, ".") == 0 || name[0] == '\0')
        name = "localhost";
    if (hop_ascii_ieq(name, "localhost"))
        return hop_command_throw(c, &spec,
                                 "This host's own settings stay in the drive: "
                                 "name a host that Connect-WSMan has "
                                 "connected to");
    return place_forget(hop_command_runspace(c), name) ||
           hop_command_throw(c, &spec, "Connect-WSMan has not connected to %s",
                             name);
}

const struct hop_cmdlet hop_cmdlet_disconnect_wsman = {
    .name = "Disconnect-WSMan",
    HOP_PARAMS(disconnect_params),
    .synopsis = "Takes another host out of the drive WSMan:.",
    .class_name = CLASS "DisconnectWSManCommand",
    .process = process_disconnect,
};

/* ---- New-WSManSessionOption ---- */

enum {
    O_SKIP_CA,
    O_SKIP_CN,
    O_SKIP_REVOCATION,
    O_ENCRYPTION,
    O_UTF16,
    O_PROXY_AUTHENTICATION,
    O_SPN_PORT,
    O_TIMEOUT,
    O_PROXY_CREDENTIAL,
    O_PROXY_ACCESS,
    O_SLOTS,
};
static const struct hop_property option_properties[] = {
    HOP_RECORD_WRITABLE(O_SKIP_CA, "SkipCACheck", "bool"),
    HOP_RECORD_WRITABLE(O_SKIP_CN, "SkipCNCheck", "bool"),
    HOP_RECORD_WRITABLE(O_SKIP_REVOCATION, "SkipRevocationCheck", "bool"),
    HOP_RECORD_WRITABLE(O_ENCRYPTION, "UseEncryption", "bool"),
    HOP_RECORD_WRITABLE(O_UTF16, "UseUtf16", "bool"),
    HOP_RECORD_WRITABLE(O_PROXY_AUTHENTICATION, "ProxyAuthentication",
                        CLASS "ProxyAuthentication"),
    HOP_RECORD_WRITABLE(O_SPN_PORT, "SPNPort", "int"),
    HOP_RECORD_WRITABLE(O_TIMEOUT, "OperationTimeout", "int"),
    HOP_RECORD_WRITABLE(O_PROXY_CREDENTIAL, "ProxyCredential",
                        "System.Net.NetworkCredential"),
    HOP_RECORD_WRITABLE(O_PROXY_ACCESS, "ProxyAccessType",
                        CLASS "ProxyAccessType"),
    {0},
};
const struct hop_class hop_class_wsman_session_option =
    HOP_RECORD_CLASS(CLASS "SessionOption", option_properties);

enum {
    P_PROXY_ACCESS,
    P_PROXY_AUTHENTICATION,
    P_PROXY_CREDENTIAL,
    P_SKIP_CA,
    P_SKIP_CN,
    P_SKIP_REVOCATION,
    P_SPN_PORT,
    P_TIMEOUT,
    P_NO_ENCRYPTION,
    P_UTF16,
};
static const struct hop_param option_params[] = {
    [P_PROXY_ACCESS] = {"ProxyAccessType", CLASS "ProxyAccessType",
                        HOP_NOT_NULL_OR_EMPTY},
    [P_PROXY_AUTHENTICATION] = {"ProxyAuthentication",
                                CLASS "ProxyAuthentication",
                                HOP_NOT_NULL_OR_EMPTY},
    [P_PROXY_CREDENTIAL] = {"ProxyCredential", "pscredential",
                            HOP_NOT_NULL_OR_EMPTY | HOP_CREDENTIAL},
    [P_SKIP_CA] = {"SkipCACheck", "switch"},
    [P_SKIP_CN] = {"SkipCNCheck", "switch"},
    [P_SKIP_REVOCATION] = {"SkipRevocationCheck", "switch"},
    [P_SPN_PORT] = {"SPNPort", "int", HOP_NOT_NULL_OR_EMPTY,
                    .range = HOP_RANGE(0, 2147483647)},
    [P_TIMEOUT] = {"OperationTimeout", "int", HOP_NOT_NULL_OR_EMPTY,
                   .aliases = "OperationTimeoutMSec",
                   .range = HOP_RANGE(0, 2147483647)},
    [P_NO_ENCRYPTION] = {"NoEncryption", "switch"},
    [P_UTF16] = {"UseUTF16", "switch"},
};

static bool
process_option(struct hop_command *c)
{
    struct hop_record *r =
        hop_record_new(hop_command_context(c), &hop_class_wsman_session_option);
    static const struct {
        size_t slot, param;
    } plain[] = {
        {O_SKIP_CA, P_SKIP_CA},
        {O_SKIP_CN, P_SKIP_CN},
        {O_SKIP_REVOCATION, P_SKIP_REVOCATION},
        {O_UTF16, P_UTF16},
    };

    for (size_t i = 0; i < HOP_ARRAY_SIZE(plain); i++)
        hop_record_set(r, plain[i].slot,
                       hop_bool(hop_arg_on(c, plain[i].param)));
    hop_record_set(r, O_ENCRYPTION, hop_bool(!hop_arg_on(c, P_NO_ENCRYPTION)));
    hop_record_set(r, O_SPN_PORT,
                   hop_int((int32_t)hop_arg_int(c, P_SPN_PORT, 0)));
    hop_record_set(r, O_TIMEOUT,
                   hop_int((int32_t)hop_arg_int(c, P_TIMEOUT, 0)));
    hop_record_set(r, O_PROXY_ACCESS,
                   hop_arg_bound(c, P_PROXY_ACCESS)
                       ? hop_retain(hop_arg(c, P_PROXY_ACCESS))
                       : hop_enum(HOP_ENUM_WSMAN_PROXY_ACCESS, 0));
    hop_record_set(r, O_PROXY_AUTHENTICATION,
                   hop_arg_bound(c, P_PROXY_AUTHENTICATION)
                       ? hop_retain(hop_arg(c, P_PROXY_AUTHENTICATION))
                       : hop_enum(HOP_ENUM_WSMAN_PROXY_AUTHENTICATION, 0));
    hop_record_set(r, O_PROXY_CREDENTIAL,
                   hop_arg_bound(c, P_PROXY_CREDENTIAL)
                       ? hop_retain(hop_arg(c, P_PROXY_CREDENTIAL))
                       : hop_null());
    return hop_write_take(c, hop_obj(r));
}

const struct hop_cmdlet hop_cmdlet_new_wsman_session_option = {
    .name = "New-WSManSessionOption",
    HOP_PARAMS(option_params),
    .output = CLASS "SessionOption",
    .synopsis = "Makes options for requests by WS-Management.",
    .class_name = CLASS "NewWSManSessionOptionCommand",
    .process = process_option,
};
