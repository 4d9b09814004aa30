/* Names, words and rules that need no KDC: SPNs, explained errors, SPNEGO,
 * NTLM's guard, certificates, channel bindings.
 *
 * SPDX-License-Identifier: MIT
 */
#include <gssapi/gssapi.h>
#include <krb5.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "auth/account.h"
#include "auth/basic.h"
#include "auth/binding.h"
#include "auth/certmap.h"
#include "auth/explain.h"
#include "auth/gss.h"
#include "auth/mech.h"
#include "auth/ntlmguard.h"
#include "auth/spn.h"
#include "auth/spnego.h"
#include "base/alloc.h"
#include "test.h"

#include <sys/stat.h>
#include <unistd.h>

/* ---- SPNs */

static void
spns(void)
{
    static const struct {
        const char *name;
        struct hop_spn_rule rule;
        const char *first, *last; /* NULL: refused */
    } rows[] = {
        {"a host",
         {"b.corp.test", NULL, 0},
         "host/b.corp.test",
         "WSMAN/b.corp.test"},
        {"letter case and a final dot",
         {"B.Corp.Test.", NULL, 0},
         "host/b.corp.test",
         "WSMAN/b.corp.test"},
        {"with the port", {"b", NULL, 5985}, "host/b:5985", "WSMAN/b:5985"},
        {"an SPN of the user's",
         {"b", "HTTP/web", 5985},
         "HTTP/web",
         "HTTP/web"},
        {"an SPN without a class", {"b", "/web", 0}, NULL, NULL},
        {"an SPN without a host", {"b", "HTTP/", 0}, NULL, NULL},
        {"an SPN with a blank", {"b", "HTTP/we b", 0}, NULL, NULL},
        {"an IPv4 address", {"10.77.0.12", NULL, 0}, NULL, NULL},
        {"an IPv6 address", {"[fe80::1]", NULL, 0}, NULL, NULL},
        {"an address with an SPN",
         {"10.77.0.12", "host/b", 0},
         "host/b",
         "host/b"},
        {"no host", {"", NULL, 0}, NULL, NULL},
        {"a slash in the host", {"b/c", NULL, 0}, NULL, NULL},
        {"a realm in the host", {"b@C", NULL, 0}, NULL, NULL},
    };

    for (size_t k = 0; k < HOP_ARRAY_SIZE(rows); k++) {
        struct hop_spn_list l = {0};
        struct hop_error err = {0};

        ROW(rows[k].name);
        CHECK_INT(hop_spn_choose(&rows[k].rule, &l, &err),
                  rows[k].first != NULL);
        if (l.count > 0) {
            CHECK_STR(l.names[0], rows[k].first);
            CHECK_STR(l.names[l.count - 1], rows[k].last);
        } else {
            CHECK(err.text[0] != '\0');
        }
        hop_spn_list_done(&l);
    }
}

/* ---- errors */

static void
errors(void)
{
    static const struct {
        const char *name;
        uint32_t major, minor;
        int mech;
        const char *want;
    } rows[] = {
        {"no ticket cache", GSS_S_NO_CRED, (uint32_t)KRB5_FCC_NOFILE,
         HOP_AUTH_KERBEROS,
         "authenticate to host/b as alice@T: there is no ticket cache; get a "
         "ticket with kinit, or give a user and a password (0x8009030E "
         "SEC_E_NO_CREDENTIALS: words)"},
        {"wrong key", GSS_S_FAILURE, (uint32_t)KRB5KRB_AP_ERR_MODIFIED,
         HOP_AUTH_KERBEROS,
         "authenticate to host/b as alice@T: the service's key is not the one "
         "that the domain has for this name; ask for another SPN (host/, "
         "WSMAN/, or with the port), or renew the server's keytab (0x80090322 "
         "SEC_E_WRONG_PRINCIPAL: words)"},
        {"clocks", GSS_S_FAILURE, (uint32_t)KRB5KRB_AP_ERR_SKEW,
         HOP_AUTH_NEGOTIATE,
         "authenticate to host/b as alice@T: the clocks differ by more than "
         "five minutes; set the clocks (0x80090324 SEC_E_TIME_SKEW: words)"},
        {"NTLM password", GSS_S_FAILURE, 22, HOP_AUTH_NTLM,
         "authenticate to host/b as alice@T: the user name or the password is "
         "wrong; check both, and that the account is not locked (0x8009030C "
         "SEC_E_LOGON_DENIED: words)"},
        {"replay", GSS_S_DUPLICATE_TOKEN, 0, HOP_AUTH_KERBEROS,
         "authenticate to host/b as alice@T: a message came twice or out of "
         "order; connect again (0x80090310 SEC_E_OUT_OF_SEQUENCE: words)"},
        {"unknown", GSS_S_FAILURE, 123456, HOP_AUTH_KERBEROS,
         "authenticate to host/b as alice@T: the security library failed; see "
         "the library's words (0x80090304 SEC_E_INTERNAL_ERROR: words)"},
    };
    static const struct hop_explain x = {.what = "authenticate",
                                         .target = "host/b",
                                         .principal = "alice@T",
                                         .detail = "words"};

    for (size_t k = 0; k < HOP_ARRAY_SIZE(rows); k++) {
        struct hop_error err = {0};

        ROW(rows[k].name);
        CHECK(!hop_explain_gss(&err, &x, rows[k].major, rows[k].minor,
                               rows[k].mech));
        CHECK_STR(err.text, rows[k].want);
        CHECK_INT(err.domain, HOP_ERROR_WSMAN);
    }
}

/* ---- SPNEGO */

TEST(own_init_is_read_back)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    struct spnego_token t = {0};
    struct hop_der_span list = spnego_krb5_list();

    spnego_encode_init(&b, "token", 5);
    REQUIRE(spnego_decode(b.data, b.len, &t));
    CHECK_INT(t.kind, SPNEGO_INIT);
    CHECK(t.has_krb5 && t.krb5_first && !t.has_ntlm);
    CHECK_MEM(t.mech_token.p, t.mech_token.n, "token", 5);
    CHECK_MEM(t.mech_list.p, t.mech_list.n, list.p, list.n);
}

TEST(own_answer_is_read_back)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    struct spnego_token init = {0}, t = {0};
    HOP_AUTO_BUF struct hop_buf first = HOP_BUF_INIT;

    spnego_encode_init(&first, "x", 1);
    REQUIRE(spnego_decode(first.data, first.len, &init));
    spnego_encode_answer(&b, SPNEGO_COMPLETED, init.first_mech,
                         (struct hop_der_span){(const uint8_t *)"reply", 5});
    REQUIRE(spnego_decode(b.data, b.len, &t));
    CHECK_INT(t.kind, SPNEGO_RESP);
    CHECK_INT(t.state, SPNEGO_COMPLETED);
    CHECK(t.has_krb5);
    CHECK_MEM(t.mech_token.p, t.mech_token.n, "reply", 5);
}

TEST(every_prefix_of_a_token_is_malformed)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    struct spnego_token t;

    spnego_encode_init(&b, "token", 5);
    for (size_t n = 1; n < b.len; n++)
        CHECK(!spnego_decode(b.data, n, &t));
}

/* A token longer than 64 KiB has a length of three bytes. */
TEST(long_lengths)
{
    static char big[70000];
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    struct spnego_token t = {0};

    spnego_encode_init(&b, big, sizeof(big));
    REQUIRE(spnego_decode(b.data, b.len, &t));
    CHECK_INT(t.mech_token.n, sizeof(big));
}

static void
first_tokens(void)
{
    static const struct {
        const char *name, *bytes;
        size_t n;
        bool ok;
        enum spnego_kind kind;
    } rows[] = {
        {"NTLMSSP", "NTLMSSP\0\1\0\0\0", 12, true, SPNEGO_RAW_NTLM},
        {"a TLS ClientHello of CredSSP", "\x16\x03\x01\0\5hello", 10, true,
         SPNEGO_UNKNOWN},
        {"an indefinite length", "\x60\x80\x06\x06", 4, false, 0},
        {"a length of five bytes", "\x60\x85\1\0\0\0\0", 7, false, 0},
        {"a length past the end", "\x60\x20\x06\x06", 4, false, 0},
        {"an unknown mechanism", "\x60\x05\x06\x01\x2a\x04\x00", 7, true,
         SPNEGO_UNKNOWN},
        {"a state that does not exist", "\xa1\x07\x30\x05\xa0\x03\x0a\x01\x04",
         9, false, 0},
        {"fields out of order",
         "\xa1\x0e\x30\x0c\xa2\x03\x04\x01x\xa0\x03\x0a\x01\x00\x00", 16, false,
         0},
        {"an empty token", "", 0, true, SPNEGO_UNKNOWN},
    };

    for (size_t k = 0; k < HOP_ARRAY_SIZE(rows); k++) {
        struct spnego_token t = {0};

        ROW(rows[k].name);
        CHECK_INT(spnego_decode(rows[k].bytes, rows[k].n, &t), rows[k].ok);
        if (rows[k].ok)
            CHECK_INT(t.kind, rows[k].kind);
    }
}

/* ---- NTLM's guard */

enum { AUTH_LEN = 96 };

static void
make_authenticate(uint8_t out[AUTH_LEN], uint16_t key_len, uint32_t flags)
{
    memset(out, 0, AUTH_LEN);
    memcpy(out, "NTLMSSP\0\3", 9);
    out[52] = (uint8_t)key_len;
    out[56] = 72;
    for (int k = 0; k < 4; k++)
        out[60 + k] = (uint8_t)(flags >> (8 * k));
}

static void
guarded(void)
{
    static const struct {
        const char *name;
        bool asked;
        uint16_t key_len;
        uint32_t flags;
        bool ok;
    } rows[] = {
        {"a session key of 16 bytes", true, 16, 0x40000000, true},
        {"none though asked for at first", true, 0, 0, false},
        {"none though asked for at last", false, 0, 0x40000000, false},
        {"none and never asked for", false, 0, 0, true},
        {"one of 8 bytes", true, 8, 0x40000000, false},
        {"one of 24 bytes", false, 24, 0, false},
    };

    for (size_t k = 0; k < HOP_ARRAY_SIZE(rows); k++) {
        uint8_t first[32] = "NTLMSSP\0\1", last[AUTH_LEN];
        struct ntlm_guard g = {0};

        ROW(rows[k].name);
        first[15] = rows[k].asked ? 0x40 : 0;
        CHECK(ntlm_guard_check(&g, first, sizeof(first)));
        make_authenticate(last, rows[k].key_len, rows[k].flags);
        CHECK_INT(ntlm_guard_check(&g, last, sizeof(last)), rows[k].ok);
    }
}

TEST(fields_outside_the_message)
{
    static const size_t fields[] = {12, 20, 28, 36, 44};

    for (size_t k = 0; k < HOP_ARRAY_SIZE(fields); k++) {
        uint8_t m[AUTH_LEN];
        struct ntlm_guard g = {0};

        make_authenticate(m, 16, 0);
        m[fields[k]] = 10;     /* length */
        m[fields[k] + 4] = 90; /* 90 + 10 > 96 */
        CHECK(!ntlm_guard_check(&g, m, sizeof(m)));
        m[fields[k] + 4] = 86;
        CHECK(ntlm_guard_check(&g, m, sizeof(m)));
        m[fields[k] + 7] = 0xff; /* an offset near 4 GiB */
        CHECK(!ntlm_guard_check(&g, m, sizeof(m)));
    }
}

TEST(short_first_messages_are_padded)
{
    uint8_t first[NTLM_NEGOTIATE_FULL] = "NTLMSSP\0\1";
    uint8_t full[NTLM_NEGOTIATE_FULL] = {0};

    memcpy(first + 32, "vm", 2);
    CHECK(!ntlm_guard_pad(first, sizeof(first), full));
    CHECK(!ntlm_guard_pad(first, 15, full));
    memset(full, 0xff, sizeof(full));
    CHECK(ntlm_guard_pad(first, 34, full));
    CHECK(memcmp(full, first, sizeof(full)) == 0);
    first[8] = 3;
    CHECK(!ntlm_guard_pad(first, 34, full));
}

/* ---- certificates */

static bool
make_cert(const char *cn, const char *upn, const EVP_MD *md,
          struct hop_buf *out)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *c = X509_new();
    X509_NAME *n = X509_get_subject_name(c);
    unsigned char *der = NULL;
    int len;

    ASN1_INTEGER_set(X509_get_serialNumber(c), 1);
    X509_gmtime_adj(X509_getm_notBefore(c), 0);
    X509_gmtime_adj(X509_getm_notAfter(c), 3600);
    X509_NAME_add_entry_by_txt(n, "O", MBSTRING_ASC,
                               (const unsigned char *)"Corp", -1, -1, 0);
    X509_NAME_add_entry_by_txt(n, "CN", MBSTRING_ASC, (const unsigned char *)cn,
                               -1, -1, 0);
    X509_set_issuer_name(c, n);
    X509_set_pubkey(c, key);
    if (upn != NULL) {
        HOP_AUTO_FREE char *san = hop_xasprintf("otherName:msUPN;UTF8:%s", upn);
        X509_EXTENSION *e =
            X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, san);

        X509_add_ext(c, e, -1);
        X509_EXTENSION_free(e);
    }
    X509_sign(c, key, md);
    len = i2d_X509(c, &der);
    hop_buf_add(out, der, len > 0 ? (size_t)len : 0);
    OPENSSL_free(der);
    X509_free(c);
    EVP_PKEY_free(key);
    return len > 0;
}

static void
hash_hex(const struct hop_buf *der, const EVP_MD *md, char *out)
{
    unsigned char h[EVP_MAX_MD_SIZE];
    unsigned n = 0;

    EVP_Digest(der->data, der->len, h, &n, md, NULL);
    for (unsigned k = 0; k < n; k++)
        sprintf(out + 2 * k, "%02X", h[k]);
}

static void
certificates(void)
{
    HOP_AUTO_BUF struct hop_buf upn = HOP_BUF_INIT, plain = HOP_BUF_INIT;
    HOP_AUTO_BUF struct hop_buf issuer = HOP_BUF_INIT;
    char sha1[65], sha256[65], by_print[256], by_issuer[256], wrong[256];

    if (!make_cert("alice", "Alice@corp.test", EVP_sha256(), &upn) ||
        !make_cert("deploy", NULL, EVP_sha256(), &plain) ||
        !make_cert("ca", NULL, EVP_sha256(), &issuer))
        return;
    hash_hex(&plain, EVP_sha1(), sha1);
    hash_hex(&issuer, EVP_sha256(), sha256);
    snprintf(by_print, sizeof(by_print), "thumbprint %s user=robot", sha1);
    snprintf(by_issuer, sizeof(by_issuer),
             "upn *@corp.test issuer=%s user=%%u-x", sha256);
    snprintf(wrong, sizeof(wrong), "upn *@corp.test issuer=%s user=%%u", sha1);

    const struct {
        const char *name, *map;
        const struct hop_buf *cert;
        const char *user;
    } rows[] = {
        {"by UPN in any case", "upn *@CORP.TEST user=%u", &upn, "Alice"},
        {"by issuer as well", by_issuer, &upn, "Alice-x"},
        {"another issuer", wrong, &upn, NULL},
        {"by subject", "subject \"CN=deploy,O=Corp\" user=deploy", &plain,
         "deploy"},
        {"subjects are exact", "subject \"CN=Deploy,O=Corp\" user=deploy",
         &plain, NULL},
        {"by thumbprint", by_print, &plain, "robot"},
        {"the first rule that fits",
         "# none\n\nupn x@y user=x\nsubject *O=Corp user=one\n"
         "subject * user=two\n",
         &plain, "one"},
        {"no rule", "", &plain, NULL},
        {"a UPN rule for one without a UPN", "upn * user=%u", &plain, NULL},
    };

    for (size_t k = 0; k < HOP_ARRAY_SIZE(rows); k++) {
        HOP_AUTO_CERTMAP struct hop_certmap *m = NULL;
        HOP_CLEANUP(hop_certmap_match_done) struct hop_certmap_match got = {0};
        HOP_AUTO_BUF struct hop_buf chain = HOP_BUF_INIT;
        struct hop_error err = {0};

        ROW(rows[k].name);
        hop_buf_add(&chain, rows[k].cert->data, rows[k].cert->len);
        hop_buf_add(&chain, issuer.data, issuer.len);
        CHECK(hop_certmap_parse(rows[k].map, strlen(rows[k].map), &m, &err));
        CHECK_STR(err.text, "");
        if (m == NULL)
            continue;
        CHECK_INT(hop_certmap_find(m, chain.data, chain.len, &got, &err),
                  rows[k].user != NULL);
        CHECK_STR(got.user, rows[k].user);
        if (rows[k].user == NULL)
            CHECK_INT(err.code, HOP_SEC_E_LOGON_DENIED);
    }
}

/* The mappings of the settings: issuer anywhere above, names, resources. */
static void
mappings(void)
{
    HOP_AUTO_BUF struct hop_buf upn = HOP_BUF_INIT, plain = HOP_BUF_INIT;
    HOP_AUTO_BUF struct hop_buf middle = HOP_BUF_INIT, root = HOP_BUF_INIT;
    char top[65], own[65], text[2048];

    if (!make_cert("alice", "alice@corp.test", EVP_sha256(), &upn) ||
        !make_cert("deploy", NULL, EVP_sha256(), &plain) ||
        !make_cert("middle", NULL, EVP_sha256(), &middle) ||
        !make_cert("root", NULL, EVP_sha256(), &root))
        return;
    hash_hex(&root, EVP_sha1(), top);
    hash_hex(&plain, EVP_sha1(), own);

#define M(name, subject, uri, user)                                            \
    "ClientCertificate/" name "/Issuer = ISSUER\nClientCertificate/" name      \
    "/Subject = " subject "\nClientCertificate/" name "/URI = " uri            \
    "\nClientCertificate/" name "/UserName = " user "\n"
    const struct {
        const char *name, *settings, *issuer;
        const struct hop_buf *cert;
        const char *user, *scope;
    } rows[] = {
        {"a UPN, in any case", M("a", "*@CORP.test", "*", "bob"), top, &upn,
         "bob", ""},
        {"everybody of that issuer", M("a", "*", "*", "bob"), top, &plain,
         "bob", ""},
        {"a common name where there is no UPN", M("a", "deploy", "*", "bob"),
         top, &plain, "bob", ""},
        {"no common name beside a UPN", M("a", "alice", "*", "bob"), top, &upn,
         NULL, NULL},
        {"another issuer", M("a", "*", "*", "bob"), own, &upn, NULL, NULL},
        {"its own thumbprint is no issuer's", M("a", "*", "*", "bob"), own,
         &plain, NULL, NULL},
        {"a resource", M("a", "*", "wmicimv2/*", "bob"), top, &upn, "bob",
         "wmicimv2/*"},
        {"resources of two mappings to one user",
         M("a", "*", "wmicimv2/*", "bob") M("x", "*", "*", "carol")
             M("b", "alice@*", "shell/*", "bob"),
         top, &upn, "bob", "wmicimv2/*\nshell/*"},
        {"one of them for everything",
         M("a", "*", "wmicimv2/*", "bob") M("b", "*", "*", "bob"), top, &upn,
         "bob", ""},
        {"one that is switched off",
         M("a", "*", "*", "bob") "ClientCertificate/a/Enabled = False\n", top,
         &upn, NULL, NULL},
    };
#undef M

    for (size_t k = 0; k < HOP_ARRAY_SIZE(rows); k++) {
        HOP_CLEANUP(hop_certmap_match_done) struct hop_certmap_match got = {0};
        HOP_CLEANUP(hop_config_done) struct hop_config c;
        HOP_AUTO_CERTMAP struct hop_certmap *m = NULL;
        HOP_AUTO_BUF struct hop_buf chain = HOP_BUF_INIT;
        struct hop_error err = {0};

        ROW(rows[k].name);
        snprintf(text, sizeof(text), "%s", rows[k].settings);
        for (char *p; (p = strstr(text, "ISSUER")) != NULL;) {
            HOP_AUTO_FREE char *rest = hop_xstrdup(p + 6);

            snprintf(p, sizeof(text) - (size_t)(p - text), "%s%s",
                     rows[k].issuer, rest);
        }
        hop_buf_add(&chain, rows[k].cert->data, rows[k].cert->len);
        hop_buf_add(&chain, middle.data, middle.len);
        hop_buf_add(&chain, root.data, root.len);
        hop_config_init(&c);
        CHECK(hop_config_parse(&c, text, "test", false, &err));
        m = hop_certmap_of_settings(&c);
        CHECK_INT(hop_certmap_find(m, chain.data, chain.len, &got, &err),
                  rows[k].user != NULL);
        CHECK_STR(got.user, rows[k].user);
        CHECK_STR(got.scope, rows[k].scope);
    }
}

static void
bad_maps(void)
{
    static const struct {
        const char *name, *map;
    } rows[] = {
        {"an unknown kind", "\ncn x user=y"},
        {"no pattern", "\nupn"},
        {"no user", "\nupn x"},
        {"an empty user", "\nupn x user="},
        {"two users", "\nupn x user=a user=b"},
        {"an unknown option", "\nupn x user=a port=1"},
        {"%u of a subject", "\nsubject x user=%u"},
    };

    for (size_t k = 0; k < HOP_ARRAY_SIZE(rows); k++) {
        struct hop_certmap *m = NULL;
        struct hop_error err = {0};

        ROW(rows[k].name);
        CHECK(!hop_certmap_parse(rows[k].map, strlen(rows[k].map), &m, &err));
        CHECK(strncmp(err.text, "certificate map, line 2: ", 25) == 0);
    }
}

/* RFC 5929 4.1: the hash of the signature, SHA-256 for older ones. */
static void
bindings(void)
{
    const struct {
        const char *name;
        const EVP_MD *signature, *want;
    } rows[] = {
        {"signed with SHA-256", EVP_sha256(), EVP_sha256()},
        {"signed with SHA-384", EVP_sha384(), EVP_sha384()},
        {"signed with SHA-1", EVP_sha1(), EVP_sha256()},
    };
    static const char prefix[] = "tls-server-end-point:";

    for (size_t k = 0; k < HOP_ARRAY_SIZE(rows); k++) {
        HOP_AUTO_BUF struct hop_buf cert = HOP_BUF_INIT, got = HOP_BUF_INIT;
        unsigned char h[EVP_MAX_MD_SIZE];
        unsigned n = 0;

        ROW(rows[k].name);
        CHECK(make_cert("b", NULL, rows[k].signature, &cert));
        CHECK(hop_binding_from_cert(cert.data, cert.len, &got, NULL));
        EVP_Digest(cert.data, cert.len, h, &n, rows[k].want, NULL);
        CHECK(got.len > sizeof(prefix) &&
              memcmp(got.data, prefix, sizeof(prefix) - 1) == 0);
        CHECK_MEM(got.data + sizeof(prefix) - 1, got.len - sizeof(prefix) + 1,
                  h, n);
    }
}

/* ---- users of a file */

TEST(user_file)
{
    char path[] = "/tmp/hop-users-XXXXXX";
    int fd = mkstemp(path);
    static const char lines[] = "# comment:x:y\nCORP:nora:ge:heim\n:tim:\n";
    HOP_AUTO_SECRET struct hop_secret *good = hop_secret_new("ge:heim", 7);
    HOP_AUTO_SECRET struct hop_secret *bad = hop_secret_new("ge:heiM", 7);
    struct hop_error err = {0};

    REQUIRE(fd >= 0 && write(fd, lines, sizeof(lines) - 1) > 0);
    CHECK(hop_basic_check_file(path, "nora", good, &err));
    CHECK(!hop_basic_check_file(path, "nora", bad, &err));
    CHECK_STR(err.text, "log on as nora: the user name or the password is "
                        "wrong (0x8009030C SEC_E_LOGON_DENIED)");
    CHECK(!hop_basic_check_file(path, "nor", good, &err));
    chmod(path, 0644);
    CHECK(!hop_basic_check_file(path, "nora", good, &err));
    CHECK(strstr(err.text, "others can read or write it") != NULL);
    close(fd);
    unlink(path);
}

TEST(names_of_mechanisms)
{
    CHECK_STR(hop_auth_mech_name(HOP_AUTH_NEGOTIATE), "Negotiate");
    CHECK_STR(hop_auth_mech_name(HOP_AUTH_CREDSSP), "CredSSP");
    CHECK_STR(hop_auth_mech_name((enum hop_auth_mech)99), "unknown");
}

/* With a krb5.conf in which everybody of ROOT.TEST is root. */
static void
typed_names(void)
{
    static const struct {
        const char *name, *typed;
        bool found;
    } rows[] = {
        {"a local name", "root", true},
        {"a local name with a point for this host", ".\\root", true},
        {"a domain user by UPN, in small letters", "eve@root.test", true},
        {"a domain user by the flat name", "ROOT\\eve", true},
        {"a domain user by the domain's full name", "root.test\\eve", true},
        {"another realm, which nothing maps", "eve@other.test", false},
        {"another flat name", "OTHER\\root", false},
        {"no domain and no such account", "eve", false},
        {"an account of a domain that is none", "root@", false},
    };
    char path[] = "/tmp/hop-names-XXXXXX";
    int fd = mkstemp(path);

    dprintf(fd, "[libdefaults]\n\tdefault_realm = ROOT.TEST\n"
                "[realms]\n\tROOT.TEST = {\n\t\tkdc = 127.0.0.1:9\n"
                "\t\tauth_to_local = RULE:[1:$1@$0](^.*@ROOT\\.TEST$)s/.*/root/"
                "\n\t}\n");
    close(fd);
    setenv("KRB5_CONFIG", path, 1);
    krb_context_reset();
    for (size_t k = 0; k < HOP_ARRAY_SIZE(rows); k++) {
        struct hop_account a = {0};
        struct hop_error err = {0};

        ROW(rows[k].name);
        CHECK_INT(hop_account_named(rows[k].typed, &a, &err), rows[k].found);
        CHECK_INT(err.text[0] == '\0', rows[k].found);
        if (a.user != NULL)
            CHECK_STR(a.user, "root");
        hop_account_done(&a);
    }
    unlink(path);
    unsetenv("KRB5_CONFIG");
    krb_context_reset();
}

TEST(accounts)
{
    struct hop_account a = {0};
    struct hop_error err = {0};

    REQUIRE(hop_account_find("root", &a, &err));
    CHECK_INT(a.uid, 0);
    CHECK(hop_account_find_groups(&a, &err) && a.group_count >= 1);
    hop_account_done(&a);
    CHECK(!hop_account_find("no-such-user-here", &a, &err));
    CHECK_INT(err.code, 0x80070525u);
    CHECK(!hop_account_map(HOP_AUTH_NTLM, "NOWHERE\\root", &a, &err));
    CHECK(hop_account_map(HOP_AUTH_NTLM, "root", &a, &err));
    hop_account_done(&a);
}

int
main(void)
{
    spns();
    errors();
    RUN(own_init_is_read_back);
    RUN(own_answer_is_read_back);
    RUN(every_prefix_of_a_token_is_malformed);
    RUN(long_lengths);
    first_tokens();
    guarded();
    RUN(fields_outside_the_message);
    RUN(short_first_messages_are_padded);
    certificates();
    mappings();
    bad_maps();
    bindings();
    RUN(user_file);
    RUN(names_of_mechanisms);
    RUN(accounts);
    typed_names();
    return test_done();
}
