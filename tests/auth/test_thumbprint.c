/* Certificates by thumbprint.
 *
 * SPDX-License-Identifier: MIT
 */
#include "auth/thumbprint.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "test.h"

/* What it holds is not looked at: the hashes are of these bytes, "certificate",
 * as sha1sum and sha256sum have them. */
#define PEM                                                                    \
    "-----BEGIN CERTIFICATE-----\nY2VydGlm\naWNhdGU=\n"                        \
    "-----END CERTIFICATE-----\n"
#define SHA1 "735ad571c189d7ba84464bf4a9f1d2280175b128"
#define SHA256                                                                 \
    "03d66dd08835c1ca3f128cceacd1f31ac94163096b20f445ae84285bc0832d72"

static void
prints(void)
{
    static const struct {
        const char *name, *wanted, *pem;
        bool fits;
    } rows[] = {
        {"SHA-1", SHA1, PEM, true},
        {"SHA-256", SHA256, PEM, true},
        {"with colons, in capitals",
         "73:5A:D5:71:C1:89:D7:BA:84:46:4B:F4:A9:F1:D2:28:01:75:B1:28", PEM,
         true},
        {"another", "0000000000000000000000000000000000000000", PEM, false},
        {"too short", "735ad571c189d7ba84464bf4a9f1d2280175b1", PEM, false},
        {"too long", SHA1 "00", PEM, false},
        {"nothing", "", PEM, false},
        {"no digits", "certificate", PEM, false},
        {"behind a key", SHA1, "-----BEGIN KEY-----\nAA==\n" PEM, true},
        {"the first of two", SHA1,
         "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n" PEM,
         false},
        {"without an end", SHA1, "-----BEGIN CERTIFICATE-----\nY2Vy\n", false},
        {"no base64", SHA1,
         "-----BEGIN CERTIFICATE-----\n???\n-----END CERTIFICATE-----\n",
         false},
    };

    for (size_t k = 0; k < HOP_ARRAY_SIZE(rows); k++) {
        ROW(rows[k].name);
        CHECK_INT(hop_thumbprint_fits(rows[k].wanted, rows[k].pem,
                                      strlen(rows[k].pem)),
                  rows[k].fits);
    }
}

static void
put(const char *dir, const char *name, const char *text)
{
    HOP_AUTO_FREE char *path = hop_xasprintf("%s/%s", dir, name);
    FILE *f = fopen(path, "w");

    if (f == NULL)
        abort();
    fputs(text, f);
    fclose(f);
}

TEST(files)
{
    char dir[] = "/tmp/hop-prints-XXXXXX", command[64];
    HOP_AUTO_FREE char *cert = NULL, *key = NULL, *cert2 = NULL, *key2 = NULL;
    HOP_AUTO_FREE char *want = NULL;
    struct hop_error err = {0};

    REQUIRE(mkdtemp(dir) != NULL);
    put(dir, "other.pem", "nothing");
    put(dir, "mine.txt", PEM);
    CHECK(!hop_thumbprint_find(dir, SHA1, &cert, &key, &err));
    CHECK(strstr(err.text, "has the thumbprint " SHA1) != NULL);
    put(dir, "mine.pem", PEM);
    CHECK(hop_thumbprint_find(dir, SHA1, &cert, &key, &err));
    want = hop_xasprintf("%s/mine.pem", dir);
    CHECK_STR(cert, want);
    CHECK_STR(key, want);
    put(dir, "mine.key", "key");
    CHECK(hop_thumbprint_find(dir, SHA1, &cert2, &key2, &err));
    CHECK(key2 != NULL && strstr(key2, "/mine.key") != NULL);
    CHECK(!hop_thumbprint_find("/nonexistent", SHA1, &cert2, &key2, &err));
    snprintf(command, sizeof(command), "rm -rf %s", dir);
    CHECK_INT(system(command), 0);
}

TEST(renewed)
{
    char path[] = "/tmp/hop-print-XXXXXX";
    HOP_CLEANUP(hop_config_done) struct hop_config c;
    HOP_AUTO_FD int fd = mkstemp(path);
    struct hop_error err = {0};
    const char *now;

    REQUIRE(fd >= 0);
    REQUIRE(write(fd, PEM, strlen(PEM)) == (ssize_t)strlen(PEM));
    hop_config_init(&c);
    hop_thumbprint_follow(&c, "none", path);
    CHECK(hop_config_entry(&c, "Listener", "none", "CertificateThumbprint") ==
          NULL);
    CHECK(hop_config_parse(&c,
                           "Listener/a/CertificateThumbprint = 12AB\n"
                           "Listener/b/CertificateThumbprint = " SHA256 "\n",
                           "test", false, &err));
    hop_thumbprint_follow(&c, "a", "/nonexistent");
    now = hop_config_entry(&c, "Listener", "a", "CertificateThumbprint");
    CHECK_STR(now, "12AB");
    hop_thumbprint_follow(&c, "a", path);
    now = hop_config_entry(&c, "Listener", "a", "CertificateThumbprint");
    CHECK_STR(now, "735AD571C189D7BA84464BF4A9F1D2280175B128");
    hop_thumbprint_follow(&c, "b", path);
    now = hop_config_entry(&c, "Listener", "b", "CertificateThumbprint");
    CHECK_STR(now, SHA256);
    unlink(path);
}

int
main(void)
{
    prints();
    RUN(renewed);
    RUN(files);
    return test_done();
}
