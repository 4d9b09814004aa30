/* The settings as resources: what is read, and what a write would change.
 *
 * SPDX-License-Identifier: MIT
 */
#include "wsman/settings.h"

#include <string.h>

#include "base/alloc.h"
#include "test.h"

#define CONFIG HOP_NS_CONFIG

static const struct hop_wsman_selector http[] = {{"Address", "*"},
                                                 {"Transport", "HTTP"}};
static const struct hop_wsman_selector https[] = {{"Transport", "https"},
                                                  {"Address", "*"}};
static const struct hop_wsman_selector other[] = {{"Address", "IP:10.0.0.1"},
                                                  {"Transport", "HTTP"}};
static const struct hop_wsman_selector half[] = {{"Address", "*"}};
static const struct hop_wsman_selector plugin[] = {{"Name", "Site"}};
static const struct hop_wsman_selector built_in[] = {{"Name", "powershell.7"}};
static const struct hop_wsman_selector strange[] = {{"Name", "a/b"}};

#define PRINT   "0123456789abcdef0123456789abcdef01234567"
#define PRINT_2 "1123456789abcdef0123456789abcdef01234567"
#define MAPPING                                                                \
    "ClientCertificate/m/Issuer = " PRINT                                      \
    "\nClientCertificate/m/Subject = *@corp.test\n"                            \
    "ClientCertificate/m/URI = *\nClientCertificate/m/UserName = bob"
static const struct hop_wsman_selector mapping[] = {
    {"Issuer", "01 23 45 67 89 AB CD EF 01 23 45 67 89 ab cd ef 01 23 45 67"},
    {"Subject", "*@corp.test"},
    {"URI", "*"}};
static const struct hop_wsman_selector no_print[] = {
    {"Issuer", "xyz"}, {"Subject", "*"}, {"URI", "*"}};

static const struct row {
    const char *name, *settings, *policy;
    enum hop_wsman_kind verb;
    const char *uri;
    const struct hop_wsman_selector *selectors;
    size_t count;
    const char *body;
    const char *changes; /* NULL: refused, with code */
    uint32_t code;
} rows[] = {
    {"one setting", "", "", HOP_WSMAN_PUT, CONFIG "/service/auth", NULL, 0,
     "<Auth><CredSSP>true</CredSSP></Auth>", "Service/Auth/CredSSP = true\n",
     0},
    {"names in any case", "", "", HOP_WSMAN_PUT, CONFIG "/Service/AUTH", NULL,
     0, "<auth><credssp>true</credssp></auth>", "Service/Auth/CredSSP = true\n",
     0},
    {"what is so already changes nothing", "Service/Auth/Basic = true", "",
     HOP_WSMAN_PUT, CONFIG "/service/auth", NULL, 0,
     "<Auth><Basic>true</Basic></Auth>", "", 0},
    {"a whole tree", "", "", HOP_WSMAN_PUT, CONFIG, NULL, 0,
     "<Config><MaxTimeoutms>70000</MaxTimeoutms><Client><Auth><Basic>false"
     "</Basic></Auth></Client><Winrs><IdleTimeout>60000</IdleTimeout></Winrs>"
     "</Config>",
     "MaxTimeoutms = 70000\nClient/Auth/Basic = false\n"
     "Shell/IdleTimeout = 60000\n",
     0},
    {"a policy's setting, as it is", "", "Service/Auth/Basic = false",
     HOP_WSMAN_PUT, CONFIG "/service/auth", NULL, 0,
     "<Auth><Basic>false</Basic></Auth>", "", 0},
    {"a policy's setting, otherwise", "", "Service/Auth/Basic = false",
     HOP_WSMAN_PUT, CONFIG "/service/auth", NULL, 0,
     "<Auth><Basic>true</Basic></Auth>", NULL, 0x8033808A},
    {"two lines", "", "", HOP_WSMAN_PUT, CONFIG "/client", NULL, 0,
     "<Client><TrustedHosts>a\nService/Auth/Basic = true</TrustedHosts>"
     "</Client>",
     NULL, HOP_FAULT_INVALID_REPRESENTATION},
    {"a number that is none", "", "", HOP_WSMAN_PUT, CONFIG, NULL, 0,
     "<Config><MaxTimeoutms>many</MaxTimeoutms></Config>", NULL,
     HOP_FAULT_INVALID_REPRESENTATION},
    {"a folder with a text", "", "", HOP_WSMAN_PUT, CONFIG "/service", NULL, 0,
     "<Service><Nothing>x</Nothing></Service>", NULL,
     HOP_FAULT_INVALID_REPRESENTATION},
    {"another element", "", "", HOP_WSMAN_PUT, CONFIG "/service", NULL, 0,
     "<Client/>", NULL, HOP_FAULT_SCHEMA_VALIDATION},
    {"no body", "", "", HOP_WSMAN_PUT, CONFIG "/service", NULL, 0, NULL, NULL,
     HOP_FAULT_SCHEMA_VALIDATION},
    {"no such part", "", "", HOP_WSMAN_PUT, CONFIG "/services", NULL, 0,
     "<Services/>", NULL, HOP_FAULT_INVALID_RESOURCE_URI},
    {"a tree cannot be deleted", "", "", HOP_WSMAN_DELETE, CONFIG "/service",
     NULL, 0, NULL, NULL, HOP_FAULT_ACTION_NOT_SUPPORTED},
    {"back to the defaults", "Service/Auth/Basic = true\nLinux/Keytab = /k",
     "Client/Auth/Basic = false", HOP_WSMAN_INVOKE, CONFIG, NULL, 0, NULL,
     "- Service/Auth/Basic\n", 0},

    {"a second listener keeps the first", "", "", HOP_WSMAN_CREATE,
     CONFIG "/listener", https, 2,
     "<Listener><CertificateThumbprint>AB</CertificateThumbprint></Listener>",
     "Listener/http/Transport = HTTP\nListener/https/Transport = HTTPS\n"
     "Listener/https/CertificateThumbprint = AB\n",
     0},
    {"a listener with an address", "Listener/http/Port = 80", "",
     HOP_WSMAN_CREATE, CONFIG "/listener", other, 2,
     "<Listener><Port>5985</Port><Hostname>b</Hostname></Listener>",
     "Listener/http-10-0-0-1/Transport = HTTP\n"
     "Listener/http-10-0-0-1/Address = 10.0.0.1\n"
     "Listener/http-10-0-0-1/Hostname = b\n",
     0},
    {"the listener that is there by itself", "", "", HOP_WSMAN_CREATE,
     CONFIG "/listener", http, 2, NULL, NULL, HOP_FAULT_ALREADY_EXISTS},
    {"HTTPS without a certificate", "", "", HOP_WSMAN_CREATE,
     CONFIG "/listener", https, 2, "<Listener/>", NULL,
     HOP_FAULT_INVALID_REPRESENTATION},
    {"the last one goes for good", "", "", HOP_WSMAN_DELETE, CONFIG "/listener",
     http, 2, NULL, "Listener/none/Enabled = false\n", 0},
    {"and comes back", "Listener/none/Enabled = false", "", HOP_WSMAN_CREATE,
     CONFIG "/listener", http, 2, NULL,
     "Listener/http/Transport = HTTP\n- Listener/none\n", 0},
    {"one of two goes",
     "Listener/a/Transport = HTTP\nListener/b/Transport = "
     "HTTPS",
     "", HOP_WSMAN_DELETE, CONFIG "/listener", https, 2, NULL, "- Listener/b\n",
     0},
    {"a thumbprint in place of a file",
     "Listener/x/Transport = HTTPS\nListener/x/CertificateFile = /c\n"
     "Listener/x/KeyFile = /k",
     "", HOP_WSMAN_PUT, CONFIG "/listener", https, 2,
     "<Listener><CertificateThumbprint>AB</CertificateThumbprint></Listener>",
     "Listener/x/CertificateThumbprint = AB\n"
     "- Listener/x/CertificateFile\n- Listener/x/KeyFile\n",
     0},
    {"a thumbprint beside a file that a policy holds",
     "Listener/x/Transport = HTTPS", "Listener/x/CertificateFile = /c",
     HOP_WSMAN_PUT, CONFIG "/listener", https, 2,
     "<Listener><CertificateThumbprint>AB</CertificateThumbprint></Listener>",
     NULL, 0x8033808A},
    {"a thumbprint with another file",
     "Listener/x/Transport = HTTPS\nListener/x/CertificateFile = /c", "",
     HOP_WSMAN_PUT, CONFIG "/listener", https, 2,
     "<Listener><CertificateThumbprint>AB</CertificateThumbprint>"
     "<CertificateFile>/d</CertificateFile></Listener>",
     "Listener/x/CertificateThumbprint = AB\n"
     "Listener/x/CertificateFile = /d\n",
     0},
    {"a port", "Listener/x/Transport = HTTP", "", HOP_WSMAN_PUT,
     CONFIG "/listener", http, 2, "<Listener><Port>8080</Port></Listener>",
     "Listener/x/Port = 8080\n", 0},
    {"a port that is none", "", "", HOP_WSMAN_PUT, CONFIG "/listener", http, 2,
     "<Listener><Port>x</Port></Listener>", NULL,
     HOP_FAULT_INVALID_REPRESENTATION},
    {"half a name", "", "", HOP_WSMAN_PUT, CONFIG "/listener", half, 1,
     "<Listener/>", NULL, HOP_FAULT_INSUFFICIENT_SELECTORS},
    {"no such listener", "", "", HOP_WSMAN_DELETE, CONFIG "/listener", other, 2,
     NULL, NULL, HOP_FAULT_RESOURCE_NOT_FOUND},

    {"a mapping of certificates, its password not kept",
     "ClientCertificate/mapping-1/Issuer = " PRINT_2, "", HOP_WSMAN_CREATE,
     CONFIG "/service/certmapping", mapping, 3,
     "<CertMapping><UserName>bob</UserName><Password>x</Password>"
     "</CertMapping>",
     "ClientCertificate/mapping-2/Issuer = " PRINT "\n"
     "ClientCertificate/mapping-2/Subject = *@corp.test\n"
     "ClientCertificate/mapping-2/URI = *\n"
     "ClientCertificate/mapping-2/UserName = bob\n",
     0},
    {"a mapping to nobody", "", "", HOP_WSMAN_CREATE,
     CONFIG "/service/certmapping", mapping, 3, "<CertMapping/>", NULL,
     HOP_FAULT_INVALID_REPRESENTATION},
    {"a mapping to an empty name", MAPPING, "", HOP_WSMAN_PUT,
     CONFIG "/service/certmapping", mapping, 3,
     "<CertMapping><UserName/></CertMapping>", NULL,
     HOP_FAULT_INVALID_REPRESENTATION},
    {"a mapping without its issuer", "", "", HOP_WSMAN_CREATE,
     CONFIG "/service/certmapping", mapping + 1, 2,
     "<CertMapping><UserName>bob</UserName></CertMapping>", NULL,
     HOP_FAULT_INSUFFICIENT_SELECTORS},
    {"an issuer that is no thumbprint", "", "", HOP_WSMAN_CREATE,
     CONFIG "/service/certmapping", no_print, 3,
     "<CertMapping><UserName>bob</UserName></CertMapping>", NULL,
     HOP_FAULT_INVALID_SELECTOR_VALUE},
    {"a mapping that is there", MAPPING, "", HOP_WSMAN_CREATE,
     CONFIG "/service/certmapping", mapping, 3,
     "<CertMapping><UserName>bob</UserName></CertMapping>", NULL,
     HOP_FAULT_ALREADY_EXISTS},
    {"a mapping to another", MAPPING, "", HOP_WSMAN_PUT,
     CONFIG "/service/certmapping", mapping, 3,
     "<CertMapping><URI>*</URI><UserName>carol</UserName>"
     "<Enabled>true</Enabled><Password/></CertMapping>",
     "ClientCertificate/m/UserName = carol\n", 0},
    {"a mapping with a word of its own", MAPPING, "", HOP_WSMAN_PUT,
     CONFIG "/service/certmapping", mapping, 3,
     "<CertMapping><Colour>red</Colour></CertMapping>", NULL,
     HOP_FAULT_INVALID_REPRESENTATION},
    {"a mapping goes", MAPPING, "", HOP_WSMAN_DELETE,
     CONFIG "/service/certmapping", mapping, 3, NULL, "- ClientCertificate/m\n",
     0},
    {"a mapping that a policy holds", "", MAPPING, HOP_WSMAN_DELETE,
     CONFIG "/service/certmapping", mapping, 3, NULL, NULL, 0x8033808A},

    {"an endpoint", "", "", HOP_WSMAN_CREATE, CONFIG "/plugin", plugin, 1,
     "<PlugInConfiguration RunAsUser='corp\\svc'><InitializationParameters>"
     "<Param Name='Groups' Value='ops'/></InitializationParameters>"
     "<Resources><Resource ResourceUri='u'/></Resources>"
     "<Quotas MaxShells='5'/></PlugInConfiguration>",
     "Plugin/Site/Enabled = true\nPlugin/Site/RunAsUser = corp\\svc\n"
     "Plugin/Site/ResourceUri = u\nPlugin/Site/Groups = ops\n"
     "Plugin/Site/MaxShells = 5\n",
     0},
    {"an endpoint's name", "", "", HOP_WSMAN_CREATE, CONFIG "/plugin", strange,
     1, "<PlugInConfiguration/>", NULL, HOP_FAULT_INVALID_SELECTOR_VALUE},
    {"an endpoint goes", "Plugin/site/Enabled = true", "", HOP_WSMAN_DELETE,
     CONFIG "/plugin", plugin, 1, NULL, "- Plugin/site\n", 0},
    {"one that is there by itself is switched off", "", "", HOP_WSMAN_DELETE,
     CONFIG "/plugin", built_in, 1, NULL,
     "- Plugin/PowerShell.7\nPlugin/PowerShell.7/Enabled = false\n", 0},
};

static void
load(struct hop_config *c, const struct row *r)
{
    struct hop_error err = {0};

    hop_config_init(c);
    CHECK(hop_config_parse(c, r->settings, "t", false, &err));
    CHECK(hop_config_parse(c, r->policy, "p", true, &err));
}

TEST(writes_are_planned)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(rows); i++) {
        const struct row *row = &rows[i];
        HOP_CLEANUP(hop_config_done) struct hop_config c;
        HOP_AUTO_BUF struct hop_buf changes = HOP_BUF_INIT;
        const struct hop_xml_tree_options options = {
            .limits = hop_xml_soap_limits(65536)};
        struct hop_settings_view v = {.config = &c};
        struct hop_xml_node *body = NULL;
        struct hop_arena arena;
        struct hop_fault f = {0};
        struct hop_error err = {0};

        ROW(row->name);
        load(&c, row);
        hop_arena_init(&arena, 0);
        if (row->body)
            REQUIRE(hop_xml_tree_read(row->body, strlen(row->body), &options,
                                      &arena, NULL, &body, &err));
        const struct hop_settings_request r = {
            .verb = row->verb,
            .resource_uri = row->uri,
            .action = CONFIG "/Restore",
            .selectors = row->selectors,
            .selector_count = row->count,
            .body = body,
        };
        CHECK(hop_settings_plan(&v, &r, &changes, &f) ==
              (row->changes != NULL));
        if (row->changes)
            CHECK_STR(hop_buf_str(&changes), row->changes);
        else
            CHECK_INT(f.code, row->code);
        hop_arena_done(&arena);
    }
}

static const struct {
    const char *name, *settings, *policy, *uri;
    const struct hop_wsman_selector *selectors;
    size_t count;
    const char *xml;
} reads[] = {
    {"a part", "Service/Auth/Basic = true", "Service/Auth/Kerberos = false",
     CONFIG "/service/auth", NULL, 0,
     "<cfg:Auth xmlns:cfg=\"" CONFIG "/service/auth\" xml:lang=\"en-US\">"
     "<cfg:Basic>true</cfg:Basic>"
     "<cfg:Kerberos Source=\"GPO\">false</cfg:Kerberos>"
     "<cfg:Negotiate>true</cfg:Negotiate>"
     "<cfg:Certificate>false</cfg:Certificate>"
     "<cfg:CredSSP>false</cfg:CredSSP>"
     "<cfg:CbtHardeningLevel>Relaxed</cfg:CbtHardeningLevel></cfg:Auth>"},
    {"the listener that is there by itself", "", "", CONFIG "/listener", http,
     2,
     "<cfg:Listener xmlns:cfg=\"" CONFIG "/listener\" "
     "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "
     "xml:lang=\"en-US\"><cfg:Address>*</cfg:Address>"
     "<cfg:Transport>HTTP</cfg:Transport><cfg:Port>5985</cfg:Port>"
     "<cfg:Hostname/><cfg:Enabled>true</cfg:Enabled>"
     "<cfg:URLPrefix>wsman</cfg:URLPrefix><cfg:CertificateThumbprint/>"
     "<cfg:ListeningOn>10.0.0.1</cfg:ListeningOn>"
     "<cfg:ListeningOn>::1</cfg:ListeningOn></cfg:Listener>"},
    {"a mapping of certificates", MAPPING, "", CONFIG "/service/certmapping",
     mapping, 3,
     "<cfg:CertMapping xmlns:cfg=\"" CONFIG "/service/certmapping\" "
     "xml:lang=\"en-US\"><cfg:URI>*</cfg:URI>"
     "<cfg:Subject>*@corp.test</cfg:Subject><cfg:Issuer>" PRINT "</cfg:Issuer>"
     "<cfg:UserName>bob</cfg:UserName><cfg:Enabled>true</cfg:Enabled>"
     "<cfg:Password/></cfg:CertMapping>"},
    {"an endpoint", "Plugin/Site/RunAsUser = a<b", "", CONFIG "/plugin", plugin,
     1,
     "<PlugInConfiguration xmlns=\"" CONFIG "/PluginConfiguration\" "
     "xml:lang=\"en-US\" Name=\"Site\" SDKVersion=\"2\" "
     "XmlRenderingType=\"text\" Enabled=\"true\" RunAsUser=\"a&lt;b\">"
     "<InitializationParameters/><Resources><Resource "
     "ResourceUri=\"http://schemas.microsoft.com/powershell/Site\" "
     "SupportsOptions=\"true\" ExactMatch=\"true\"><Capability "
     "Type=\"Shell\"/></Resource></Resources><Quotas "
     "IdleTimeoutms=\"7200000\" MaxIdleTimeoutms=\"2147483647\" "
     "MaxConcurrentUsers=\"10\" MaxProcessesPerShell=\"25\" "
     "MaxMemoryPerShellMB=\"1024\" MaxShellsPerUser=\"30\" "
     "MaxShells=\"2147483647\"/></PlugInConfiguration>"},
};

TEST(resources_are_read)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(reads); i++) {
        const struct row like = {.settings = reads[i].settings,
                                 .policy = reads[i].policy};
        HOP_CLEANUP(hop_config_done) struct hop_config c;
        HOP_AUTO_BUF struct hop_buf xml = HOP_BUF_INIT;
        struct hop_settings_view v = {.config = &c,
                                      .addresses = "10.0.0.1 ::1"};
        const struct hop_settings_request r = {
            .verb = HOP_WSMAN_GET,
            .resource_uri = reads[i].uri,
            .selectors = reads[i].selectors,
            .selector_count = reads[i].count,
        };
        struct hop_fault f = {0};

        ROW(reads[i].name);
        load(&c, &like);
        CHECK(hop_settings_get(&v, &r, &xml, &f));
        CHECK_STR(hop_buf_str(&xml), reads[i].xml);
    }
}

#define SERVICE                                                                \
    "<c:Service xmlns:c='u'><c:Auth Kind='x'><c:Basic>true</c:Basic>"          \
    "<c:Basic>2</c:Basic></c:Auth><c:Empty/></c:Service>"
#define PART(xml)                                                              \
    "<w:XmlFragment xmlns:w=\"http://schemas.dmtf.org/wbem/wsman/1/"           \
    "wsman.xsd\">" xml "</w:XmlFragment>"

TEST(parts_of_resources)
{
    static const struct {
        const char *name, *path, *value;
        const char *xml; /* NULL: refused */
    } parts[] = {
        {"all of a name", "auth/Basic", NULL,
         PART("<c:Basic xmlns:c=\"u\">true</c:Basic>"
              "<c:Basic xmlns:c=\"u\">2</c:Basic>")},
        {"from the root on, with prefixes", "/c:Service/c:Auth/c:Basic/text()",
         NULL, PART("true")},
        {"an attribute", "Auth/@kind", NULL, PART("x")},
        {"what is empty", "Empty", NULL, PART("<c:Empty xmlns:c=\"u\"/>")},
        {"a name that is not there", "Auth/Basics", NULL, NULL},
        {"something behind a text", "Auth/Basic/text()/x", NULL, NULL},
        {"no name", "/", NULL, NULL},
        {"a value is put in", "Auth/Basic", "<",
         "<c:Service xmlns:c=\"u\"><c:Auth Kind=\"x\"><c:Basic>&lt;</c:Basic>"
         "<c:Basic>2</c:Basic></c:Auth><c:Empty/></c:Service>"},
        {"an attribute's", "Auth/@Kind", "y",
         "<c:Service xmlns:c=\"u\"><c:Auth Kind=\"y\"><c:Basic>true</c:Basic>"
         "<c:Basic>2</c:Basic></c:Auth><c:Empty/></c:Service>"},
        {"a folder has no value", "Auth", "x", NULL},
    };

    for (size_t i = 0; i < HOP_ARRAY_SIZE(parts); i++) {
        HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;
        struct hop_error err = {0};

        ROW(parts[i].name);
        CHECK_INT(hop_settings_fragment(SERVICE, parts[i].path, parts[i].value,
                                        &out, &err),
                  parts[i].xml != NULL);
        if (parts[i].xml != NULL)
            CHECK_STR(hop_buf_str(&out), parts[i].xml);
        else
            CHECK(err.text[0] != '\0');
    }
}

TEST(slips_are_guessed)
{
    static const struct {
        const char *uri, *meant; /* NULL: none */
    } slips[] = {
        {"winrm/confg", "winrm/config"},
        {"winrm/config/listner", "winrm/config/listener"},
        {"winrm/config/service/certmaping", "winrm/config/service/certmapping"},
        {"wmicimv2/Win32_Service", NULL},
        {"shell/cmd", NULL},
        {"", NULL},
    };

    for (size_t i = 0; i < HOP_ARRAY_SIZE(slips); i++) {
        HOP_AUTO_BUF struct hop_buf whole = HOP_BUF_INIT, out = HOP_BUF_INIT;

        ROW(slips[i].uri);
        hop_settings_expand_uri(slips[i].uri, &whole);
        CHECK_INT(hop_settings_guess(hop_buf_str(&whole), &out),
                  slips[i].meant != NULL);
        if (slips[i].meant != NULL)
            CHECK_STR(hop_buf_str(&out), slips[i].meant);
    }
}

TEST(short_names_are_whole_ones)
{
    static const struct {
        const char *name, *whole;
    } names[] = {
        {"winrm/config", CONFIG},
        {"WinRM/Config/Listener",
         "http://schemas.microsoft.com/wbem/wsman/1/Config/Listener"},
        {"wmicimv2/Win32_Service", "http://schemas.microsoft.com/wbem/wsman/1/"
                                   "wmi/root/cimv2/Win32_Service"},
        {"shell/cmd", HOP_URI_SHELL_CMD},
        {"http://example.org/x", "http://example.org/x"},
    };

    for (size_t i = 0; i < HOP_ARRAY_SIZE(names); i++) {
        HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;
        ROW(names[i].name);
        hop_settings_expand_uri(names[i].name, &out);
        CHECK_STR(hop_buf_str(&out), names[i].whole);
    }
}

int
main(void)
{
    RUN(writes_are_planned);
    RUN(resources_are_read);
    RUN(parts_of_resources);
    RUN(slips_are_guessed);
    RUN(short_names_are_whole_ones);
    return test_done();
}
