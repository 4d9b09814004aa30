/* The command line of winrm, and how it shows resources.
 *
 * SPDX-License-Identifier: MIT
 */
#include "client/winrm.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "test.h"

#define WORDS_MAX 8

static const struct {
    const char *name;
    const char *words[WORDS_MAX];
    const char *uri, *selectors, *values; /* "a=b," each */
} lines[] = {
    {"a part",
     {"get", "winrm/config/service"},
     "http://schemas.microsoft.com/wbem/wsman/1/config/service",
     "",
     ""},
    {"short, in any case",
     {"G", "WinRM/Config"},
     "http://schemas.microsoft.com/wbem/wsman/1/Config",
     "",
     ""},
    {"values as Windows has them",
     {"set", "winrm/config/service/auth", "@{CredSSP=\"true\"; Basic = 'no'}"},
     "http://schemas.microsoft.com/wbem/wsman/1/config/service/auth",
     "",
     "CredSSP=true,Basic=no,"},
    {"values as a shell leaves them",
     {"set", "winrm/config/client", "@{TrustedHosts=a,", "b}"},
     "http://schemas.microsoft.com/wbem/wsman/1/config/client",
     "",
     "TrustedHosts=a, b,"},
    {"nothing as a value",
     {"set", "winrm/config/client", "@{TrustedHosts=\"\"}"},
     "http://schemas.microsoft.com/wbem/wsman/1/config/client",
     "",
     "TrustedHosts=,"},
    {"a listener",
     {"create", "winrm/config/Listener?Address=*+Transport=HTTPS",
      "@{Hostname=\"b\";CertificateThumbprint=\"AB CD\"}"},
     "http://schemas.microsoft.com/wbem/wsman/1/config/Listener",
     "Address=*,Transport=HTTPS,",
     "Hostname=b,CertificateThumbprint=AB CD,"},
    {"an action",
     {"invoke", "Restore", "winrm/config"},
     "http://schemas.microsoft.com/wbem/wsman/1/config",
     "",
     ""},
    {"a dash from a document",
     {"get", "winrm/config", "\xE2\x80\x93r:b"},
     "http://schemas.microsoft.com/wbem/wsman/1/config",
     "",
     ""},
};

static bool
parse(const char *const *words, struct winrm_options *o, struct hop_error *err)
{
    char *argv[WORDS_MAX + 1] = {hop_xstrdup("winrm")};
    int argc = 1;
    bool ok;

    for (; argc <= WORDS_MAX && words[argc - 1]; argc++)
        argv[argc] = hop_xstrdup(words[argc - 1]);
    ok = winrm_options_parse(argc, argv, o, err);
    for (int i = 0; i < argc; i++)
        free(argv[i]);
    return ok;
}

TEST(lines_are_understood)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(lines); i++) {
        HOP_AUTO_BUF struct hop_buf selectors = HOP_BUF_INIT;
        HOP_AUTO_BUF struct hop_buf values = HOP_BUF_INIT;
        struct winrm_options o;
        struct hop_error err = {0};

        ROW(lines[i].name);
        if (!parse(lines[i].words, &o, &err))
            test_fail(__FILE__, __LINE__, "%s", err.text);
        for (size_t k = 0; k < o.selector_count; k++)
            hop_buf_addf(&selectors, "%s=%s,", o.selectors[k].name,
                         o.selectors[k].value);
        for (size_t k = 0; k < o.value_count; k++)
            hop_buf_addf(&values, "%s=%s,", o.values[k].name,
                         o.values[k].value);
        CHECK_STR(o.uri, lines[i].uri);
        CHECK_STR(hop_buf_str(&selectors), lines[i].selectors);
        CHECK_STR(hop_buf_str(&values), lines[i].values);
        winrm_options_done(&o);
    }
}

static const struct {
    const char *name;
    const char *words[WORDS_MAX];
    const char *text;
} wrong[] = {
    {"no such operation", {"fetch", "x"}, "fetch: there is no such operation"},
    {"no resource", {"get"}, "the resource is missing"},
    {"no such switch", {"get", "x", "-nothing"}, "there is no such switch"},
    {"a switch without its value",
     {"get", "x", "-r"},
     "a colon and a value are missing"},
    {"a password that all can see",
     {"get", "x", "-u:a", "-p:secret"},
     "is seen by everybody"},
    {"values without an end", {"set", "x", "@{a=b"}, "the } is missing"},
    {"values without a name", {"set", "x", "@{=b}"}, "values are written"},
    {"selectors", {"get", "x?y"}, "NAME=VALUE+NAME=VALUE"},
    {"a transport", {"quickconfig", "-transport:smtp"}, "http or https"},
};

TEST(what_is_wrong_is_told)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(wrong); i++) {
        struct winrm_options o;
        struct hop_error err = {0};

        ROW(wrong[i].name);
        CHECK(!parse(wrong[i].words, &o, &err));
        CHECK(strstr(err.text, wrong[i].text) != NULL);
        winrm_options_done(&o);
    }
}

static const struct {
    const char *name, *xml, *text, *pretty;
} shown[] = {
    {"values, folders, policies",
     "<c:Auth xmlns:c=\"u\" xml:lang=\"en-US\"><c:Basic>true</c:Basic>"
     "<c:Kerberos Source=\"GPO\">false</c:Kerberos><c:Name/>"
     "<c:In><c:A>1</c:A></c:In></c:Auth>",
     "Auth\n    Basic = true\n    Kerberos = false [Source=\"GPO\"]\n"
     "    Name\n    In\n        A = 1\n",
     "<c:Auth xmlns:c=\"u\" xml:lang=\"en-US\">\n    <c:Basic>true</c:Basic>\n"
     "    <c:Kerberos Source=\"GPO\">false</c:Kerberos>\n    <c:Name/>\n"
     "    <c:In>\n        <c:A>1</c:A>\n    </c:In>\n</c:Auth>\n"},
    {"lists and what is not there",
     "<L xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><On>a</On>"
     "<On>b</On><N xsi:nil=\"true\"/></L>",
     "L\n    On = a, b\n    N = null\n",
     "<L xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">\n"
     "    <On>a</On>\n    <On>b</On>\n    <N xsi:nil=\"true\"/>\n</L>\n"},
    {"selectors",
     "<R><SelectorSet><Selector Name=\"Address\">*</Selector>"
     "<Selector Name=\"Transport\">HTTP</Selector></SelectorSet></R>",
     "R\n    SelectorSet\n        Selector: Address = *, Transport = HTTP\n",
     "<R>\n    <SelectorSet>\n        <Selector Name=\"Address\">*</Selector>\n"
     "        <Selector Name=\"Transport\">HTTP</Selector>\n"
     "    </SelectorSet>\n</R>\n"},
    {"attributes", "<P Name=\"x\"><Q MaxShells=\"1\"/></P>",
     "P\n    Name = x\n    Q\n        MaxShells = 1\n",
     "<P Name=\"x\">\n    <Q MaxShells=\"1\"/>\n</P>\n"},
};

TEST(resources_are_shown)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(shown); i++) {
        HOP_AUTO_BUF struct hop_buf text = HOP_BUF_INIT, pretty = HOP_BUF_INIT;
        struct hop_error err = {0};

        ROW(shown[i].name);
        CHECK(winrm_format_text(shown[i].xml, &text, &err));
        CHECK_STR(hop_buf_str(&text), shown[i].text);
        CHECK(winrm_format_pretty(shown[i].xml, &pretty, &err));
        CHECK_STR(hop_buf_str(&pretty), shown[i].pretty);
    }
}

int
main(void)
{
    RUN(lines_are_understood);
    RUN(what_is_wrong_is_told);
    RUN(resources_are_shown);
    return test_done();
}
