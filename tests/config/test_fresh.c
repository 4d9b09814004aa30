/* To whom CredSSP's client may hand a password.
 *
 * SPDX-License-Identifier: MIT
 */
#include "config/fresh.h"

#include "test.h"

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
        ok = hop_fresh_allowed(&c, rows[k].host, rows[k].proof, &err);
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
    CHECK(!hop_fresh_allowed(&c, "b", HOP_FRESH_UNKNOWN, &err));
    CHECK_STR(err.text,
              "CredSSP with b: this host hands no passwords out "
              "(Client/Auth/CredSSP is false); to allow it, run as root: hop "
              "-Command Enable-WSManCredSSP -Role Client -DelegateComputer b "
              "(0x803381A2 "
              "ERROR_WSMAN_CLIENT_CREDSSP_AUTHENTICATION_DISABLED)");
    REQUIRE(hop_config_parse(&c, "Client/Auth/CredSSP = false\n", "policy",
                             true, &err));
    CHECK(!hop_fresh_allowed(&c, "b", HOP_FRESH_UNKNOWN, &err));
    CHECK_STR(err.text,
              "CredSSP with b: this host hands no passwords out "
              "(Client/Auth/CredSSP is false); a policy in /etc/hop/policy.d "
              "sets this, so ask its administrator (0x803381A2 "
              "ERROR_WSMAN_CLIENT_CREDSSP_AUTHENTICATION_DISABLED)");
    hop_config_done(&c);
}

int
main(void)
{
    verdicts();
    RUN(the_words_say_what_to_run);
    return test_done();
}
