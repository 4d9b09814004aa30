/* The report of gpupdate, and what gpresult makes of it.
 *
 * SPDX-License-Identifier: MIT
 */
#include "server/gpreport.h"

#include "server/gpresult.h"
#include "test.h"

#define ABOUT "hop-policy 1\nabout\t1\tCN=B,DC=corp,DC=test\tB$\tdc1\n"
#define GPO1  "gpo\t0\t2\t3\t1\t{1}\tOne\tOU=x\n"
#define GPO2  "gpo\t5\t1\t0\t0\t{2}\tTwo\tDC=y\n"
#define ROWS                                                                   \
    "set\t0\tService/Auth/CredSSP\tAllowCredSSP\ttrue\n"                       \
    "bad\t1\tShell/IdleTimeout\tIdleTimeout\ttoo small\n"
#define WHOLE                                                                  \
    ABOUT "site\tMain\ngroup\tBUILTIN\\G & H\n" GPO1 GPO2                      \
          "gpo\t6\t1\t0\t0\t{3}\tThree\tDC=y\n"                                \
          "wmi\t2\tOnly <Windows>\tSELECT: it finds nothing\n" ROWS

TEST(what_is_written_is_read)
{
    HOP_AUTO_GPREPORT struct hop_gpreport r = {0};
    HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;
    struct hop_error err = {0};

    REQUIRE(hop_gpreport_decode(WHOLE, &r, &err));
    CHECK_INT(r.gpo_count, 3);
    CHECK_STR(r.gpos[1].name, "Two");
    CHECK_STR(r.rows[0].value, "true");
    CHECK_STR(r.rows[1].why, "too small");
    hop_gpreport_encode(&r, &out);
    CHECK_STR(hop_buf_str(&out), WHOLE);
}

TEST(names_cannot_add_lines)
{
    HOP_AUTO_GPREPORT struct hop_gpreport r = {0};
    HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;
    struct hop_error err = {0};

    REQUIRE(hop_gpreport_decode(ABOUT, &r, &err));
    hop_gpreport_add_gpo(&r, &(struct hop_gpreport_gpo){.guid = "{1}",
                                                        .name = "a\nset\t0\tx",
                                                        .scope = "\x1b[2J"});
    hop_gpreport_encode(&r, &out);
    CHECK_STR(hop_buf_str(&out),
              ABOUT "gpo\t0\t0\t0\t0\t{1}\ta set 0 x\t [2J\n");
}

static const struct {
    const char *name, *text;
} bad[] = {
    {"nothing", ""},
    {"another file", "MaxEnvelopeSizekb = 500\n"},
    {"a later form", "hop-policy 2\n"},
    {"the head alone", "hop-policy 1\n"},
    {"an unknown line", ABOUT "what\t1\n"},
    {"told twice", ABOUT "about\t1\tCN=B\tB$\tdc1\n"},
    {"a state that is none", ABOUT "gpo\t99\t2\t3\t1\t{1}\tOne\tOU=x\n"},
    {"a part too few", ABOUT "gpo\t0\t2\t3\t1\t{1}\tOne\n"},
    {"a part too many", ABOUT "gpo\t0\t2\t3\t1\t{1}\tOne\tOU=x\ty\n"},
    {"a site told twice", ABOUT "site\ta\nsite\tb\n"},
    {"a filter of nothing", ABOUT "wmi\t0\tx\t\n"},
    {"a filter of what is not there", ABOUT GPO1 "wmi\t1\tx\t\n"},
    {"two filters of one", ABOUT GPO1 "wmi\t0\tx\t\nwmi\t0\tx\t\n"},
    {"a setting of no policy", ABOUT "set\t0\ta\tb\tc\n"},
    {"a setting of a policy that is not there", ABOUT GPO1 "set\t1\ta\tb\tc\n"},
    {"a number that is none", ABOUT GPO1 "set\t-1\ta\tb\tc\n"},
};

static const struct hop_gpresult_host host = {"b", "6.1", 0};

/* Every piece stands there, one after another. */
static void
check_pieces(const struct hop_buf *out, const char *const *pieces)
{
    const char *at = hop_buf_str(out);

    for (; *pieces != NULL; pieces++) {
        const char *found = strstr(at, *pieces);

        if (found == NULL)
            printf("# missing: %s\n", *pieces);
        CHECK(found != NULL);
        at = found != NULL ? found : at;
    }
}

TEST(it_is_shown)
{
    static const char *const brief[] = {
        "RSOP data for B$ on b : Logging Mode",
        "Site Name:                   Main\n",
        "COMPUTER SETTINGS\n------",
        "Group Policy was applied from:      dc1\n",
        "Domain Name:                        corp.test\n",
        "    Applied Group Policy Objects\n    ----",
        "        One\n\n",
        "filtered out\n",
        "        Three\n            Filtering:  Denied (WMI Filter)\n"
        "            WMI Filter: Only <Windows>\n"
        "            Reason:     SELECT: it finds nothing\n",
        "        Two\n            Filtering:  Denied (Security)\n",
        "security groups\n",
        "        BUILTIN\\G & H\n",
        NULL};
    static const char *const all[] = {
        "Link:       OU=x (enforced)\n",
        "Version:    2 in the directory, 3 in SYSVOL\n",
        "            GPO: One\n                KeyName:     Software\\Policies"
        "\\Microsoft\\Windows\\WinRM\\Service\\AllowCredSSP\n"
        "                State:       Enabled\n                Setting:     "
        "Service/Auth/CredSSP = true\n",
        "Not set:     too small\n", NULL};
    HOP_AUTO_GPREPORT struct hop_gpreport r = {0};
    struct hop_buf out[3] = {HOP_BUF_INIT, HOP_BUF_INIT, HOP_BUF_INIT};
    struct hop_error err = {0};

    REQUIRE(hop_gpreport_decode(WHOLE, &r, &err));
    hop_gpresult_text(&r, &host, HOP_GPRESULT_OBJECTS, &out[0]);
    check_pieces(&out[0], brief);
    CHECK(strstr(hop_buf_str(&out[0]), "CredSSP") == NULL);
    hop_gpresult_text(&r, &host, HOP_GPRESULT_SETTINGS, &out[1]);
    CHECK(strstr(hop_buf_str(&out[1]), "CredSSP = true") != NULL);
    CHECK(strstr(hop_buf_str(&out[1]), "too small") == NULL);
    hop_gpresult_text(&r, &host, HOP_GPRESULT_ALL, &out[2]);
    check_pieces(&out[2], all);
    for (size_t k = 0; k < 3; k++)
        hop_buf_done(&out[k]);
}

TEST(as_a_page)
{
    static const char *const pieces[] = {
        "<!DOCTYPE html>",
        "default-src 'none'",
        "Summary",
        "<th>Site</th><td>Main</td>",
        "Applied GPOs",
        "AD (2), SYSVOL (3)",
        "Denied GPOs",
        "Only &lt;Windows&gt;",
        "Denied (Security)",
        "BUILTIN\\G &amp; H",
        "Settings",
        "<td>Service/Auth/CredSSP</td><td>true</td><td>One</td>",
        "not set: too small",
        "</html>",
        NULL};
    HOP_AUTO_GPREPORT struct hop_gpreport r = {0};
    HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;
    struct hop_error err = {0};

    REQUIRE(hop_gpreport_decode(WHOLE, &r, &err));
    hop_gpresult_html(&r, &host, &out);
    check_pieces(&out, pieces);
    CHECK(strstr(hop_buf_str(&out), "<Windows>") == NULL);
}

TEST(as_xml)
{
    static const char *const pieces[] = {
        "<Rsop xmlns=\"http://www.microsoft.com/GroupPolicy/Rsop\"",
        "<ReadTime>1970-01-01T00:00:00Z</ReadTime>",
        "<Site>Main</Site>",
        "<SecurityGroup><t:Name>BUILTIN\\G &amp; H</t:Name>",
        "<Name>Three</Name>",
        "<FilterAllowed>false</FilterAllowed>"
        "<FilterName>Only &lt;Windows&gt;</FilterName>",
        "<Name>Two</Name>",
        "<AccessDenied>true</AccessDenied>",
        "<Name>One</Name>",
        "<NoOverride>true</NoOverride>",
        "<q1:Name>AllowCredSSP</q1:Name><q1:String>true</q1:String>",
        "</Rsop>",
        NULL};
    HOP_AUTO_GPREPORT struct hop_gpreport r = {0};
    HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;
    struct hop_error err = {0};

    REQUIRE(hop_gpreport_decode(WHOLE, &r, &err));
    hop_gpresult_xml(&r, &host, &out);
    check_pieces(&out, pieces);
}

int
main(void)
{
    RUN(what_is_written_is_read);
    RUN(names_cannot_add_lines);
    for (size_t k = 0; k < sizeof(bad) / sizeof(bad[0]); k++) {
        HOP_AUTO_GPREPORT struct hop_gpreport r = {0};
        struct hop_error err = {0};

        ROW(bad[k].name);
        CHECK(!hop_gpreport_decode(bad[k].text, &r, &err));
        CHECK(err.text[0] != '\0');
    }
    RUN(it_is_shown);
    RUN(as_a_page);
    RUN(as_xml);
    return test_done();
}
