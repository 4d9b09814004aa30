/* To whom CredSSP's client may hand a password.
 *
 * SPDX-License-Identifier: MIT
 */
#include "config/fresh.h"

#include <sys/stat.h>
#include <unistd.h>

#include "test.h"

#define NOW 1800000000 /* 2027-01-15T08:00:00Z */

static const struct {
    const char *name, *settings, *host;
    enum hop_fresh_proof proof;
    uint32_t code; /* 0: allowed */
} rows[] = {
    {"off by default", "", "b.corp.test", HOP_FRESH_UNKNOWN, 0x803381A2},
    {"off with a list", "Client/AllowFreshCredentials = wsman/*\n",
     "b.corp.test", HOP_FRESH_KERBEROS, 0x803381A2},
    {"on without a list", "Client/Auth/CredSSP = true\n", "b.corp.test",
     HOP_FRESH_UNKNOWN, 0x803381A3},
    {"the very host",
     "Client/Auth/CredSSP = true\n"
     "Client/AllowFreshCredentials = wsman/b.corp.test\n",
     "b.corp.test", HOP_FRESH_KERBEROS, 0},
    {"letters do not count",
     "Client/Auth/CredSSP = true\n"
     "Client/AllowFreshCredentials = WSMAN/B.corp.TEST\n",
     "b.Corp.test", HOP_FRESH_KERBEROS, 0},
    {"another host",
     "Client/Auth/CredSSP = true\n"
     "Client/AllowFreshCredentials = wsman/b.corp.test\n",
     "c.corp.test", HOP_FRESH_KERBEROS, 0x803381A3},
    {"another host, before anything is known",
     "Client/Auth/CredSSP = true\n"
     "Client/AllowFreshCredentials = wsman/b.corp.test\n",
     "c.corp.test", HOP_FRESH_UNKNOWN, 0x803381A3},
    {"a pattern",
     "Client/Auth/CredSSP = true\n"
     "Client/AllowFreshCredentials = wsman/x, wsman/*.corp.test\n",
     "c.corp.test", HOP_FRESH_KERBEROS, 0},
    {"a pattern is not a suffix of another domain",
     "Client/Auth/CredSSP = true\n"
     "Client/AllowFreshCredentials = wsman/*.corp.test\n",
     "c.corp.test.evil.example", HOP_FRESH_KERBEROS, 0x803381A3},
    {"another service",
     "Client/Auth/CredSSP = true\n"
     "Client/AllowFreshCredentials = TERMSRV/*\n",
     "b.corp.test", HOP_FRESH_KERBEROS, 0x803381A3},
    {"any", "Client/Auth/CredSSP = true\nClient/AllowFreshCredentials = *\n",
     "b.corp.test", HOP_FRESH_KERBEROS, 0},
    {"by NTLM with the first list alone",
     "Client/Auth/CredSSP = true\nClient/AllowFreshCredentials = *\n",
     "b.corp.test", HOP_FRESH_NTLM, 0x803381A4},
    {"by NTLM with the second list",
     "Client/Auth/CredSSP = true\n"
     "Client/AllowFreshCredentialsWhenNTLMOnly = wsman/b\n",
     "b", HOP_FRESH_NTLM, 0},
    {"by Kerberos with the second list alone",
     "Client/Auth/CredSSP = true\n"
     "Client/AllowFreshCredentialsWhenNTLMOnly = wsman/b\n",
     "b", HOP_FRESH_KERBEROS, 0x803381A3},
    {"an end that has not come",
     "Client/Auth/CredSSP = true\n"
     "Client/AllowFreshCredentials = wsman/b until 2027-01-15T08:00:01Z\n",
     "b", HOP_FRESH_KERBEROS, 0},
    {"an end that has come",
     "Client/Auth/CredSSP = true\n"
     "Client/AllowFreshCredentials = wsman/b until 2027-01-15T08:00:00Z\n",
     "b", HOP_FRESH_KERBEROS, 0x803381A3},
    {"an end that is none",
     "Client/Auth/CredSSP = true\n"
     "Client/AllowFreshCredentials = wsman/b until tomorrow\n",
     "b", HOP_FRESH_KERBEROS, 0x803381A3},
    {"the second list alone, before anything is known",
     "Client/Auth/CredSSP = true\n"
     "Client/AllowFreshCredentialsWhenNTLMOnly = wsman/b\n",
     "b", HOP_FRESH_UNKNOWN, 0},
};

static void
verdicts(void)
{
    for (size_t k = 0; k < HOP_ARRAY_SIZE(rows); k++) {
        struct hop_config c;
        struct hop_error err = {0};
        bool ok;

        ROW(rows[k].name);
        hop_config_init(&c);
        CHECK(hop_config_parse(&c, rows[k].settings, "test", false, &err));
        ok =
            hop_fresh_allowed(&c, rows[k].host, NULL, rows[k].proof, NOW, &err);
        CHECK_INT(ok, rows[k].code == 0);
        CHECK_INT(err.code, rows[k].code);
        hop_config_done(&c);
    }
}

TEST(the_words_say_what_to_run)
{
    struct hop_config c;
    struct hop_error err = {0};

    hop_config_init(&c);
    CHECK(!hop_fresh_allowed(&c, "b", NULL, HOP_FRESH_UNKNOWN, NOW, &err));
    CHECK_STR(err.text,
              "CredSSP with b: this host hands no passwords out "
              "(Client/Auth/CredSSP is false); to allow it, run as root: hop "
              "-Command Enable-WSManCredSSP -Role Client -DelegateComputer b "
              "(0x803381A2 "
              "ERROR_WSMAN_CLIENT_CREDSSP_AUTHENTICATION_DISABLED)");
    REQUIRE(hop_config_parse(&c, "Client/Auth/CredSSP = false\n", "policy",
                             true, &err));
    CHECK(!hop_fresh_allowed(&c, "b", NULL, HOP_FRESH_UNKNOWN, NOW, &err));
    CHECK_STR(err.text,
              "CredSSP with b: this host hands no passwords out "
              "(Client/Auth/CredSSP is false); a policy in /etc/hop/policy.d "
              "sets this (gpresult /z tells whether it is the domain's), so "
              "ask its administrator (0x803381A2 "
              "ERROR_WSMAN_CLIENT_CREDSSP_AUTHENTICATION_DISABLED)");
    hop_config_done(&c);
}

/* "b" where "*.corp.test" is listed: Kerberos proves that it is the domain's.
 */
TEST(a_short_name_is_its_full_one_too)
{
    HOP_CLEANUP(hop_config_done) struct hop_config c;
    struct hop_error err = {0};

    hop_config_init(&c);
    REQUIRE(
        hop_config_parse(&c,
                         "Client/Auth/CredSSP = true\n"
                         "Client/AllowFreshCredentials = wsman/*.corp.test\n"
                         "Client/AllowFreshCredentialsWhenNTLMOnly = "
                         "wsman/*.ntlm.test\n"
                         "Client/DenyFreshCredentials = wsman/x.corp.test\n",
                         "rows", false, &err));
    CHECK(!hop_fresh_allowed(&c, "b", NULL, HOP_FRESH_KERBEROS, NOW, &err));
    CHECK(hop_fresh_allowed(&c, "b", "b.corp.test", HOP_FRESH_UNKNOWN, NOW,
                            &err));
    CHECK(hop_fresh_allowed(&c, "b", "b.corp.test", HOP_FRESH_KERBEROS, NOW,
                            &err));
    CHECK(
        !hop_fresh_allowed(&c, "b", "b.corp.test", HOP_FRESH_NTLM, NOW, &err));
    CHECK(
        !hop_fresh_allowed(&c, "b", "b.ntlm.test", HOP_FRESH_NTLM, NOW, &err));
    CHECK(!hop_fresh_allowed(&c, "x", "x.corp.test", HOP_FRESH_KERBEROS, NOW,
                             &err));
}

/* ---- changing the list */

static char dir[] = "/tmp/hop-test-fresh.XXXXXX";

static void
write_file(const char *name, const char *text)
{
    char path[64];
    FILE *f;

    snprintf(path, sizeof(path), "%s/%s", dir, name);
    f = fopen(path, "w");
    fputs(text, f);
    fclose(f);
}

static void
check_list(const char *want, bool on, const char *targets)
{
    struct hop_config c;
    struct hop_error err = {0};
    HOP_AUTO_BUF struct hop_buf got = HOP_BUF_INIT;

    hop_config_init(&c);
    CHECK(hop_config_load(&c, dir, &err));
    CHECK_STR(hop_config_text(&c, HOP_SET_CLIENT_FRESH), want);
    CHECK_INT(hop_config_bool(&c, HOP_SET_CLIENT_AUTH_CREDSSP), on);
    hop_fresh_targets(&c, NOW, &got);
    CHECK_STR(hop_buf_str(&got), targets);
    hop_config_done(&c);
}

static void
enable(const char *host, int64_t until, const char *want)
{
    HOP_AUTO_BUF struct hop_buf added = HOP_BUF_INIT;
    struct hop_error err = {0};

    CHECK(hop_fresh_enable(dir, &host, 1, NOW, until, &added, &err));
    CHECK_STR(err.text, "");
    CHECK_STR(hop_buf_str(&added), want);
}

TEST(hosts_come_and_go)
{
    const char *two[] = {"b", "wsman/B"};
    HOP_AUTO_BUF struct hop_buf added = HOP_BUF_INIT;
    struct hop_error err = {0};

    write_file("wsman.conf", "# mine\nClient/AllowFreshCredentials = "
                             "TERMSRV/x, wsman/old until "
                             "2027-01-15T07:00:00Z\n");
    check_list("TERMSRV/x, wsman/old until 2027-01-15T07:00:00Z", false, "");
    enable("b.corp.test", 0, "wsman/b.corp.test");
    check_list("TERMSRV/x, wsman/b.corp.test", true, "wsman/b.corp.test");
    enable("B.corp.test", 0, "");
    check_list("TERMSRV/x, wsman/B.corp.test", true, "wsman/B.corp.test");
    enable("c", NOW + 7200, "wsman/c");
    check_list("TERMSRV/x, wsman/B.corp.test, wsman/c until "
               "2027-01-15T10:00:00Z",
               true, "wsman/c,wsman/B.corp.test");
    CHECK(hop_fresh_enable(dir, two, 2, NOW + 7200, 0, &added, &err));
    CHECK_STR(hop_buf_str(&added), "wsman/b");
    check_list("TERMSRV/x, wsman/B.corp.test, wsman/b", true,
               "wsman/b,wsman/B.corp.test");
    CHECK(hop_fresh_disable(dir, &err));
    check_list("TERMSRV/x", false, "");
}

TEST(lengths_of_time)
{
    static const struct {
        const char *text;
        int64_t seconds;
    } spans[] = {
        {"90s", 90},
        {"30m", 1800},
        {"2h", 7200},
        {"2H", 7200},
        {"1d", 86400},
        {"02:00:00", 7200},
        {"1.02:03:04", 93784},
        {"0s", 0},
        {"", -1},
        {"2", -1},
        {"h", -1},
        {"-2h", -1},
        {"-02:00:00", -1},
        {"2 h", -1},
        {"2hh", -1},
        {"2w", -1},
        {"1:2", -1},
        {"02:00:00x", -1},
        {"1.5h", -1},
    };

    for (size_t k = 0; k < HOP_ARRAY_SIZE(spans); k++) {
        CHECK_INT(hop_fresh_span(spans[k].text), spans[k].seconds);
        if (hop_fresh_span(spans[k].text) != spans[k].seconds)
            test_fail(__FILE__, __LINE__, "<%s>", spans[k].text);
    }
}

TEST(names_that_are_none)
{
    static const char *const names[] = {"", "wsman/", "a b", "a,b", "http/a"};
    HOP_AUTO_BUF struct hop_buf added = HOP_BUF_INIT;

    for (size_t k = 0; k < HOP_ARRAY_SIZE(names); k++) {
        struct hop_error err = {0};

        CHECK(!hop_fresh_enable(dir, &names[k], 1, NOW, 0, &added, &err));
        CHECK(strstr(err.text, "is not the name of a host") != NULL);
    }
}

TEST(a_policy_stays)
{
    const char *host = "b";
    HOP_AUTO_BUF struct hop_buf added = HOP_BUF_INIT;
    struct hop_error err = {0};
    char path[64];

    snprintf(path, sizeof(path), "%s/policy.d", dir);
    CHECK_INT(mkdir(path, 0755), 0);
    write_file("policy.d/x.conf", "Client/AllowFreshCredentials = wsman/z\n");
    CHECK(!hop_fresh_enable(dir, &host, 1, NOW, 0, &added, &err));
    CHECK_INT(err.code, 0x8033808A);
    check_list("wsman/z", false, "wsman/z");
}

static void
unlink_policy(void)
{
    char path[64];

    snprintf(path, sizeof(path), "%s/policy.d/x.conf", dir);
    CHECK_INT(unlink(path), 0);
}

TEST(what_is_over_is_swept_up)
{
    struct hop_error err = {0};
    int64_t next;

    unlink_policy();
    write_file("wsman.conf", "Client/Auth/CredSSP = true\n"
                             "Client/AllowFreshCredentials = wsman/a until "
                             "2027-01-15T08:00:10Z, wsman/b until "
                             "2027-01-15T08:00:05Z\n");
    CHECK(hop_fresh_sweep(dir, NOW, &next, &err));
    CHECK_INT(next, NOW + 5);
    CHECK(hop_fresh_sweep(dir, NOW + 5, &next, &err));
    CHECK_INT(next, NOW + 10);
    check_list("wsman/a until 2027-01-15T08:00:10Z", true, "wsman/a");
    CHECK(hop_fresh_sweep(dir, NOW + 10, &next, &err));
    CHECK_INT(next, 0);
    check_list("", false, "");
    CHECK(hop_fresh_sweep(dir, NOW + 10, &next, &err));
}

TEST(what_a_policy_has_is_not_swept_up)
{
    struct hop_error err = {0};
    int64_t next;

    write_file("policy.d/x.conf",
               "Client/AllowFreshCredentials = wsman/z until "
               "2027-01-15T07:00:00Z\n");
    CHECK(hop_fresh_sweep(dir, NOW, &next, &err));
    CHECK_STR(err.text, "");
}

int
main(void)
{
    char command[64];

    if (mkdtemp(dir) == NULL)
        return 1;
    verdicts();
    RUN(the_words_say_what_to_run);
    RUN(a_short_name_is_its_full_one_too);
    RUN(hosts_come_and_go);
    RUN(lengths_of_time);
    RUN(names_that_are_none);
    RUN(a_policy_stays);
    RUN(what_is_over_is_swept_up);
    RUN(what_a_policy_has_is_not_swept_up);
    snprintf(command, sizeof(command), "rm -r %s", dir);
    return system(command) != 0 || test_done();
}
