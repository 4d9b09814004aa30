/* SPDX-License-Identifier: MIT */
#include "config/change.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "test.h"

TEST(defaults_are_winrms)
{
    struct hop_config c;

    hop_config_init(&c);
    CHECK(hop_config_u32(&c, HOP_SET_MAX_ENVELOPE_KB) == 500);
    CHECK(hop_config_u32(&c, HOP_SET_SHELL_IDLE_TIMEOUT_MS) == 7200000);
    CHECK(hop_config_u32(&c, HOP_SET_SHELL_MAX_PER_USER) == 30);
    CHECK(!hop_config_bool(&c, HOP_SET_SERVICE_AUTH_BASIC));
    CHECK(hop_config_u32(&c, HOP_SET_SERVICE_AUTH_CBT) == HOP_CBT_RELAXED);
    hop_config_done(&c);
}

static const struct {
    const char *name, *text, *error;
} bad[] = {
    {"unknown name", "\nService/Auth/Basci = true",
     "t:2: Service/Auth/Basci: no such setting"},
    {"no equals sign", "Basic",
     "t:1: \"Basic\": no '=' after the name of the "
     "setting"},
    {"neither true nor false", "Service/Auth/Basic=maybe",
     "t:1: Service/Auth/Basic: \"maybe\" is neither true nor false"},
    {"number below the least", "MaxEnvelopeSizekb = 31",
     "t:1: MaxEnvelopeSizekb: \"31\" is no number from 32 to 1039440"},
    {"number with a sign", "MaxEnvelopeSizekb = +500",
     "t:1: MaxEnvelopeSizekb: \"+500\" is no number from 32 to 1039440"},
    {"number that overflows", "MaxTimeoutms = 4294967296",
     "t:1: MaxTimeoutms: \"4294967296\" is no number from 500 to 4294967295"},
    {"word of another list", "Service/Auth/CbtHardeningLevel = Lax",
     "t:1: Service/Auth/CbtHardeningLevel: \"Lax\" is none of "
     "None|Relaxed|Strict"},
    {"listener without a name", "Listener//Port = 1",
     "t:1: Listener//Port: no such setting"},
    {"unknown key of a listener", "Listener/a/Prot = 1",
     "t:1: Listener/a/Prot: no such setting"},
};

TEST(bad_lines_are_refused_whole)
{
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct hop_config c;
        struct hop_error err;
        char *text;

        ROW(bad[i].name);
        hop_config_init(&c);
        CHECK(asprintf(&text, "%s", bad[i].text) > 0);
        CHECK(!hop_config_parse(&c, text, "t", false, &err));
        CHECK_STR(err.text, bad[i].error);
        CHECK(hop_config_u32(&c, HOP_SET_MAX_ENVELOPE_KB) == 500);
        free(text);
        hop_config_done(&c);
    }
}

TEST(text_reads_back)
{
    struct hop_config c, d;
    HOP_AUTO_BUF struct hop_buf a = HOP_BUF_INIT, b = HOP_BUF_INIT;

    hop_config_init(&c);
    hop_config_init(&d);
    CHECK(hop_config_parse(&c,
                           "# comment\n"
                           "service\\auth\\credssp = TRUE\r\n"
                           "WSMan:\\localhost\\Client\\TrustedHosts = *.x, b\n"
                           "Service/Auth/CbtHardeningLevel = strict\n"
                           "Listener/one/Port = 47001\n",
                           "t", false, NULL));
    hop_config_format(&c, false, &a);
    CHECK_STR(hop_buf_str(&a), "Client/TrustedHosts = *.x, b\n"
                               "Service/Auth/CredSSP = true\n"
                               "Service/Auth/CbtHardeningLevel = Strict\n"
                               "Listener/one/Port = 47001\n");
    CHECK(hop_config_parse(&d, hop_buf_str(&a), "t", false, NULL));
    hop_config_format(&d, false, &b);
    CHECK_STR(hop_buf_str(&b), hop_buf_str(&a));
    CHECK_STR(hop_config_entry(&d, "listener", "ONE", "port"), "47001");
    hop_config_done(&c);
    hop_config_done(&d);
}

static const struct {
    const char *name, *list, *word;
    bool has;
} lists[] = {
    {"star matches all", "*", "anything", true},
    {"suffix", "*.corp.test, x", "b.CORP.test", true},
    {"suffix of another domain", "*.corp.test", "b.corp.test.evil", false},
    {"second word", "a , wsman/b", "WSMAN/b", true},
    {"two stars", "wsman/*.corp.*", "wsman/b.corp.test", true},
    {"empty list", "", "b", false},
    {"empty words", ",,", "", false},
    {"prefix only is no match", "wsman/b", "wsman/bb", false},
};

TEST(lists_match_patterns)
{
    for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
        struct hop_config c;

        ROW(lists[i].name);
        hop_config_init(&c);
        CHECK(hop_config_set(&c, "Client/TrustedHosts", lists[i].list, false,
                             NULL));
        CHECK(hop_config_list_has(&c, HOP_SET_CLIENT_TRUSTED_HOSTS,
                                  lists[i].word) == lists[i].has);
        hop_config_done(&c);
    }
}

static void
put(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");

    CHECK(f != NULL && fputs(text, f) >= 0 && fclose(f) == 0);
}

TEST(policy_overrides_and_fixes)
{
    char dir[] = "/tmp/hop-config-XXXXXX";
    struct hop_config c;
    struct hop_error err;
    const char *paths[] = {"Service/Auth/Basic"}, *values[] = {"true"};
    const char *paths2[] = {"MaxEnvelopeSizekb", "Service/Auth/Kerberos"};
    const char *values2[] = {"600", "false"};

    CHECK(mkdtemp(dir) != NULL && chdir(dir) == 0);
    CHECK(mkdir("policy.d", 0755) == 0);
    put("wsman.conf", "# kept\nmaxenvelopesizekb = 400\n");
    put("policy.d/10-site.conf", "Service/Auth/Basic = false\n");
    put("policy.d/ignored.txt", "nonsense\n");
    CHECK(!hop_config_save(dir, paths, values, 1, &err));
    CHECK(err.domain == HOP_ERROR_WSMAN && err.code == 0x8033808A);
    CHECK(hop_config_save(dir, paths2, values2, 2, &err));
    hop_config_init(&c);
    CHECK(hop_config_load(&c, dir, &err));
    CHECK(hop_config_u32(&c, HOP_SET_MAX_ENVELOPE_KB) == 600);
    CHECK(c.policy[HOP_SET_SERVICE_AUTH_BASIC]);
    hop_config_done(&c);
    char text[200] = "";
    FILE *f = fopen("wsman.conf", "r");
    CHECK(f && fread(text, 1, sizeof(text) - 1, f) > 0);
    fclose(f);
    CHECK_STR(text, "# kept\nMaxEnvelopeSizekb = 600\n"
                    "Service/Auth/Kerberos = false\n");
    unlink("wsman.conf");
    unlink("policy.d/10-site.conf");
    unlink("policy.d/ignored.txt");
    CHECK(rmdir("policy.d") == 0 && rmdir(dir) == 0);
}

int
main(void)
{
    RUN(defaults_are_winrms);
    RUN(bad_lines_are_refused_whole);
    RUN(text_reads_back);
    RUN(lists_match_patterns);
    RUN(policy_overrides_and_fixes);
    return test_done();
}
