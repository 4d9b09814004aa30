/* What a domain's registry policies make of the settings.
 *
 * SPDX-License-Identifier: MIT
 */
#include "config/change.h"
#include "config/grouppolicy.h"

#include <sys/stat.h>
#include <unistd.h>

#include "config/fresh.h"
#include "pol.h"
#include "test.h"

#define CD      "Software\\Policies\\Microsoft\\Windows\\CredentialsDelegation"
#define CLIENT  "Software\\Policies\\Microsoft\\Windows\\WinRM\\Client"
#define SERVICE "Software\\Policies\\Microsoft\\Windows\\WinRM\\Service"
#define FRESH   "AllowFreshCredentials"

static void
apply(struct hop_registry *r, struct hop_buf *file, size_t source)
{
    struct hop_error err = {0};

    CHECK(hop_registry_apply(r, file->data, file->len, source, &err));
    CHECK_STR(err.text, "");
    hop_buf_clear(file);
    pol_begin(file);
}

/* "path = value (policy, source)", a line each. */
static void
check_settings(const struct hop_registry *r, const char *want)
{
    HOP_AUTO_GROUP_SETTINGS struct hop_group_settings s;
    HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;

    hop_group_settings(r, &s);
    for (size_t k = 0; k < s.count; k++)
        hop_buf_addf(&out, "%s = %s (%s, %zu)\n", s.rows[k].path,
                     s.rows[k].value ? s.rows[k].value : s.rows[k].problem,
                     s.rows[k].policy, s.rows[k].source);
    CHECK_STR(hop_buf_str(&out), want);
}

TEST(a_list_and_its_switch)
{
    HOP_AUTO_REGISTRY struct hop_registry r = {0};
    HOP_AUTO_BUF struct hop_buf f = HOP_BUF_INIT;

    pol_begin(&f);
    pol_add_sz(&f, CD "\\" FRESH, "1", "wsman/*.corp.test");
    pol_add_sz(&f, CD "\\" FRESH, "2", "TERMSRV/*");
    pol_add_sz(&f, CD "\\" FRESH, "3", "wsman/x, wsman/y");
    apply(&r, &f, 0);
    check_settings(&r, "");
    pol_add_dword(&f, CD, FRESH, 1);
    pol_add_dword(&f, CD, "ConcatenateDefaults_AllowFresh", 1);
    apply(&r, &f, 1);
    check_settings(&r, "Client/" FRESH " = wsman/*.corp.test, TERMSRV/* (" FRESH
                       ", 1)\n"
                       "Client/ConcatenateDefaults_AllowFresh = true "
                       "(ConcatenateDefaults_AllowFresh, 1)\n");
    pol_add_dword(&f, CD, FRESH, 0);
    pol_add(&f, CD, "**del.ConcatenateDefaults_AllowFresh", HOP_REG_SZ,
            " \0\0\0", 4);
    apply(&r, &f, 2);
    check_settings(&r, "Client/" FRESH " =  (" FRESH ", 2)\n");
}

TEST(the_last_one_wins_and_letters_do_not_count)
{
    HOP_AUTO_REGISTRY struct hop_registry r = {0};
    HOP_AUTO_BUF struct hop_buf f = HOP_BUF_INIT;

    pol_begin(&f);
    pol_add_dword(&f, SERVICE, "AllowCredSSP", 1);
    apply(&r, &f, 0);
    pol_add_dword(&f, "SOFTWARE\\Policies\\microsoft\\windows\\winrm\\service",
                  "allowcredssp", 0);
    apply(&r, &f, 1);
    check_settings(&r, "Service/Auth/CredSSP = false (AllowCredSSP, 1)\n");
}

TEST(directives)
{
    HOP_AUTO_REGISTRY struct hop_registry r = {0};
    HOP_AUTO_BUF struct hop_buf f = HOP_BUF_INIT;

    pol_begin(&f);
    pol_add_dword(&f, SERVICE, "AllowBasic", 1);
    pol_add_dword(&f, SERVICE, "DisableRunAs", 1);
    pol_add_dword(&f, SERVICE "\\WinRS", "MaxShellsPerUser", 7);
    apply(&r, &f, 0);
    pol_add_dword(&f, SERVICE, "**soft.AllowBasic", 0);
    pol_add_dword(&f, SERVICE, "**soft.AllowKerberos", 0);
    pol_add_sz(&f, SERVICE, "**DeleteValues", "x;DisableRunAs");
    pol_add_sz(&f, SERVICE, "**SecureKey", "");
    apply(&r, &f, 1);
    check_settings(&r, "Service/Auth/Basic = true (AllowBasic, 0)\n"
                       "Service/Auth/Kerberos = false (AllowKerberos, 1)\n"
                       "Shell/MaxShellsPerUser = 7 (MaxShellsPerUser, 0)\n");
    pol_add_sz(&f, SERVICE, "**DelVals.", " ");
    apply(&r, &f, 2);
    check_settings(&r, "Shell/MaxShellsPerUser = 7 (MaxShellsPerUser, 0)\n");
    pol_add_sz(&f, "Software\\Policies\\Microsoft\\Windows", "**DeleteKeys",
               "WinRM");
    apply(&r, &f, 3);
    check_settings(&r, "");
}

TEST(texts_that_are_switched)
{
    HOP_AUTO_REGISTRY struct hop_registry r = {0};
    HOP_AUTO_BUF struct hop_buf f = HOP_BUF_INIT;

    pol_begin(&f);
    pol_add_dword(&f, CLIENT, "TrustedHosts", 1);
    pol_add_sz(&f, CLIENT, "TrustedHostsList", "*.corp.test, b");
    pol_add_dword(&f, SERVICE, "AllowAutoConfig", 1);
    pol_add_sz(&f, SERVICE, "IPv4Filter", "10.0.0.1-10.0.0.9");
    pol_add_dword(&f, SERVICE, "CBTHardeningLevelStatus", 1);
    pol_add_sz(&f, SERVICE, "CbtHardeningLevel", "Strict");
    apply(&r, &f, 0);
    check_settings(
        &r, "Client/TrustedHosts = *.corp.test, b (TrustedHosts, 0)\n"
            "Service/AllowRemoteAccess = true (AllowAutoConfig, 0)\n"
            "Service/IPv4Filter = 10.0.0.1-10.0.0.9 (AllowAutoConfig, 0)\n"
            "Service/Auth/CbtHardeningLevel = Strict "
            "(CBTHardeningLevelStatus, 0)\n");
    pol_add_dword(&f, CLIENT, "TrustedHosts", 0);
    pol_add_dword(&f, SERVICE, "AllowAutoConfig", 0);
    pol_add_dword(&f, SERVICE, "CBTHardeningLevelStatus", 0);
    apply(&r, &f, 1);
    check_settings(&r,
                   "Client/TrustedHosts =  (TrustedHosts, 1)\n"
                   "Service/AllowRemoteAccess = false (AllowAutoConfig, 1)\n");
}

TEST(values_that_mean_nothing_are_told)
{
    HOP_AUTO_REGISTRY struct hop_registry r = {0};
    HOP_AUTO_BUF struct hop_buf f = HOP_BUF_INIT;

    pol_begin(&f);
    pol_add_sz(&f, SERVICE, "AllowBasic", "1");
    pol_add_dword(&f, SERVICE "\\WinRS", "IdleTimeout", 1);
    apply(&r, &f, 0);
    check_settings(&r, "Service/Auth/Basic = its value is of another type "
                       "(AllowBasic, 0)\n"
                       "Shell/IdleTimeout = Shell/IdleTimeout: \"1\" is no "
                       "number from 60000 to 2147483647 (IdleTimeout, 0)\n");
}

TEST(a_broken_file_changes_nothing)
{
    HOP_AUTO_REGISTRY struct hop_registry r = {0};
    HOP_AUTO_BUF struct hop_buf f = HOP_BUF_INIT;
    struct hop_error err = {0};

    pol_begin(&f);
    pol_add_dword(&f, SERVICE, "AllowBasic", 1);
    hop_buf_addc(&f, '[');
    CHECK(!hop_registry_apply(&r, f.data, f.len, 0, &err));
    CHECK(r.count == 0);
}

/* ---- where it ends up */

static char dir[] = "/tmp/hop-test-policy.XXXXXX";

static void
put(const char *name, const char *text)
{
    char path[128];
    FILE *f;

    snprintf(path, sizeof(path), "%s/%s", dir, name);
    f = fopen(path, "w");
    fputs(text, f);
    fclose(f);
}

TEST(the_domain_stands_above_all_files)
{
    HOP_CLEANUP(hop_config_done) struct hop_config c;
    struct hop_error err = {0};
    const char *paths[] = {"Client/AllowFreshCredentials"};
    const char *values[] = {"wsman/x"};

    put("wsman.conf", "Service/Auth/Basic = true\n");
    put("policy.d/zz.conf", "Client/AllowFreshCredentials = wsman/z\n");
    put("policy.d/domain.policy", "Client/AllowFreshCredentials = wsman/d\n");
    hop_config_init(&c);
    CHECK(hop_config_load(&c, dir, &err));
    CHECK_STR(hop_config_text(&c, HOP_SET_CLIENT_FRESH), "wsman/d");
    CHECK(!hop_config_save(dir, paths, values, 1, &err));
    CHECK(err.code == 0x8033808A);
}

TEST(a_list_that_is_concatenated_can_be_added_to)
{
    HOP_CLEANUP(hop_config_done) struct hop_config c;
    HOP_AUTO_BUF struct hop_buf added = HOP_BUF_INIT, targets = HOP_BUF_INIT;
    struct hop_error err = {0};
    const char *hosts[] = {"mine"};

    put("wsman.conf", "Client/AllowFreshCredentials = wsman/old\n");
    put("policy.d/domain.policy",
        "Client/AllowFreshCredentials = wsman/d\n"
        "Client/ConcatenateDefaults_AllowFresh = true\n"
        "Client/Auth/CredSSP = true\n"
        "Client/DenyFreshCredentials = wsman/evil*\n");
    CHECK(hop_fresh_enable(dir, hosts, 1, 1, 0, &added, &err));
    CHECK_STR(err.text, "");
    CHECK_STR(hop_buf_str(&added), "wsman/mine");
    hop_config_init(&c);
    CHECK(hop_config_load(&c, dir, &err));
    hop_fresh_targets(&c, 1, &targets);
    CHECK_STR(hop_buf_str(&targets), "wsman/d,wsman/mine,wsman/old");
    CHECK(hop_fresh_allowed(&c, "d", NULL, HOP_FRESH_KERBEROS, 1, &err));
    CHECK(hop_fresh_allowed(&c, "mine", NULL, HOP_FRESH_KERBEROS, 1, &err));
    CHECK(!hop_fresh_allowed(&c, "evil", NULL, HOP_FRESH_KERBEROS, 1, &err));
    CHECK(strstr(err.text, "DenyFreshCredentials") != NULL);
    /* Disable cannot end what the domain wants on. */
    CHECK(!hop_fresh_disable(dir, &err));
    CHECK(err.code == 0x8033808A);
}

TEST(the_list_for_ntlm_adds_up_by_itself)
{
    HOP_CLEANUP(hop_config_done) struct hop_config c;
    struct hop_error err = {0};

    put("wsman.conf", "Client/AllowFreshCredentialsWhenNTLMOnly = wsman/old\n"
                      "Client/AllowFreshCredentials = wsman/older\n");
    put("policy.d/domain.policy",
        "Client/AllowFreshCredentialsWhenNTLMOnly = wsman/d\n"
        "Client/AllowFreshCredentials = wsman/d\n"
        "Client/ConcatenateDefaults_AllowFreshNTLMOnly = true\n"
        "Client/Auth/CredSSP = true\n");
    hop_config_init(&c);
    REQUIRE(hop_config_load(&c, dir, &err));
    CHECK(hop_fresh_allowed(&c, "d", NULL, HOP_FRESH_NTLM, 1, &err));
    CHECK(hop_fresh_allowed(&c, "old", NULL, HOP_FRESH_NTLM, 1, &err));
    CHECK(!hop_fresh_allowed(&c, "older", NULL, HOP_FRESH_KERBEROS, 1, &err));
}

int
main(void)
{
    char path[128];

    RUN(a_list_and_its_switch);
    RUN(the_last_one_wins_and_letters_do_not_count);
    RUN(directives);
    RUN(texts_that_are_switched);
    RUN(values_that_mean_nothing_are_told);
    RUN(a_broken_file_changes_nothing);
    if (mkdtemp(dir) == NULL)
        return 1;
    snprintf(path, sizeof(path), "%s/policy.d", dir);
    mkdir(path, 0755);
    RUN(the_domain_stands_above_all_files);
    RUN(a_list_that_is_concatenated_can_be_added_to);
    RUN(the_list_for_ntlm_adds_up_by_itself);
    snprintf(path, sizeof(path), "rm -r %s", dir);
    return test_done() | system(path);
}
