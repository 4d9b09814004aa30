/* Kerberos and NTLM from token to token, against a real KDC.
 *
 * SPDX-License-Identifier: MIT
 */
#include "auth/accept.h"

#include <gssapi/gssapi.h>
#include <krb5.h>
#include <sys/stat.h>
#include <time.h>

#include "auth/exchange.h"
#include "auth/explain.h"
#include "auth/fastseal.h"
#include "auth/realm.h"
#include "auth/sealctx.h"
#include "auth/spnego.h"
#include "test.h"

static struct realm realm;
static struct hop_acceptor_cred *server;
static struct hop_cred *tickets; /* the default cache */

static const char bind_a[] = "tls-server-end-point:aaaaaaaaaaaaaaaa";
static const char bind_b[] = "tls-server-end-point:bbbbbbbbbbbbbbbb";

static struct hop_cred *
password_cred(const char *user, const char *password)
{
    HOP_AUTO_SECRET struct hop_secret *s =
        hop_secret_new(password, strlen(password));
    struct hop_cred *c = NULL;

    if (!hop_cred_password(user, s, &c, NULL))
        abort();
    return c;
}

static struct hop_initiator_options
client_of(enum hop_auth_mech mech, struct hop_cred *cred)
{
    return (struct hop_initiator_options){
        .mech = mech, .cred = cred, .spn = {.host = "b.test"}};
}

static const struct hop_acceptor_rule open_rule = {
    .kerberos = true, .ntlm = true, .mech = HOP_AUTH_NEGOTIATE};

/* ---- sealing over the established pair */

static bool
seal_both(struct exchange *x, struct hop_seal **c, struct hop_seal **s)
{
    HOP_AUTO_BUF struct hop_buf token = HOP_BUF_INIT;
    struct hop_error err = {0};

    return hop_initiator_take_seal(x->i, c, &err) &&
           hop_acceptor_export(x->a, &token, &err) &&
           hop_seal_import(token.data, token.len, s, &err);
}

static bool
pass(struct hop_seal *from, struct hop_seal *to, const char *text, size_t n)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    struct hop_error err = {0};
    size_t length = 0, plain_len = 0;
    char *plain = NULL;

    if (!hop_seal_wrap(from, text, n, &b, &length, &err) ||
        !hop_seal_unwrap(to, b.data, b.len, length, &plain, &plain_len, &err)) {
        printf("# %s\n", err.text);
        return false;
    }
    return plain_len == n && memcmp(plain, text, n) == 0;
}

static void
check_sealing(struct exchange *x, size_t header)
{
    HOP_AUTO_SEAL struct hop_seal *c = NULL, *s = NULL;
    static const size_t sizes[] = {1, 15, 16, 17, 1500, 65536, 614400};
    char *text = calloc(1, 614400);

    if (!seal_both(x, &c, &s)) {
        FAIL("both sides can seal");
        free(text);
        return;
    }
    memset(text, 'x', 614400);
    CHECK_INT(hop_seal_overhead(c), 4 + header);
    for (size_t k = 0; k < HOP_ARRAY_SIZE(sizes); k++) {
        CHECK(pass(c, s, text, sizes[k]));
        CHECK(pass(s, c, text, sizes[k]));
    }
    free(text);
}

/* ---- what works */

static void
works(void)
{
    HOP_AUTO_CRED struct hop_cred *alice =
        password_cred("alice@TEST", REALM_PASSWORD);
    HOP_AUTO_CRED struct hop_cred *ntlm = password_cred("CORP\\nora", "geheim");
    HOP_AUTO_CRED struct hop_cred *local = password_cred("nora", "geheim");
    const struct {
        const char *name;
        enum hop_auth_mech mech;
        struct hop_cred *cred;
        const char *principal;
        bool is_ntlm;
        int legs;
    } rows[] = {
        {"Negotiate with the ticket cache", HOP_AUTH_NEGOTIATE, tickets,
         "alice@TEST", false, 1},
        {"Kerberos with the ticket cache", HOP_AUTH_KERBEROS, tickets,
         "alice@TEST", false, 1},
        {"Kerberos with a password", HOP_AUTH_KERBEROS, alice, "alice@TEST",
         false, 1},
        {"Negotiate with a password, a second time", HOP_AUTH_NEGOTIATE, alice,
         "alice@TEST", false, 1},
        {"NTLM with a password", HOP_AUTH_NTLM, ntlm, "CORP\\nora", true, 2},
        {"Negotiate falls to NTLM in SPNEGO for an unknown domain",
         HOP_AUTH_NEGOTIATE, ntlm, "CORP\\nora", true, 2},
        {"Negotiate falls to NTLM in SPNEGO for a user the KDC has not",
         HOP_AUTH_NEGOTIATE, local, "nora", true, 2},
    };

    for (size_t k = 0; k < HOP_ARRAY_SIZE(rows); k++) {
        struct hop_initiator_options io = client_of(rows[k].mech, rows[k].cred);
        const struct hop_auth_identity *id;
        struct exchange x;

        ROW(rows[k].name);
        exchange_run(&x, &io, server, &open_rule, NULL);
        CHECK_STR(x.client_err.text, "");
        CHECK_STR(x.server_err.text, "");
        id = x.a != NULL ? hop_acceptor_identity(x.a) : NULL;
        CHECK(id != NULL);
        if (id != NULL) {
            CHECK_STR(id->principal, rows[k].principal);
            CHECK_INT(id->mech,
                      rows[k].is_ntlm ? HOP_AUTH_NTLM : HOP_AUTH_KERBEROS);
            CHECK(rows[k].is_ntlm ? id->expires == 0
                                  : id->expires > time(NULL) + 3600);
            CHECK(!id->delegated);
            CHECK_INT(x.legs, rows[k].legs);
            CHECK_STR(hop_initiator_spn(x.i),
                      rows[k].is_ntlm ? "HTTP/b.test" : "host/b.test");
            check_sealing(&x, rows[k].is_ntlm ? 16 : 60);
        }
        exchange_done(&x);
    }
}

/* ---- what is refused, and in which words */

static void
refusals(void)
{
    HOP_AUTO_CRED struct hop_cred *bad = password_cred("alice@TEST", "wrong");
    HOP_AUTO_CRED struct hop_cred *nobody =
        password_cred("nobody@TEST", "wrong");
    HOP_AUTO_CRED struct hop_cred *elsewhere =
        password_cred("alice@NOWHERE.EXAMPLE", "wrong");
    HOP_AUTO_CRED struct hop_cred *empty = NULL;
    const struct {
        const char *name;
        enum hop_auth_mech mech;
        struct hop_cred *cred;
        const char *host;
        uint32_t code;
        const char *words;
    } rows[] = {
        {"wrong password", HOP_AUTH_NEGOTIATE, bad, "b.test",
         HOP_SEC_E_LOGON_DENIED, "the password is wrong"},
        {"no such user", HOP_AUTH_KERBEROS, nobody, "b.test",
         HOP_SEC_E_LOGON_DENIED, "the domain knows no such user"},
        {"no such realm", HOP_AUTH_KERBEROS, elsewhere, "b.test",
         HOP_SEC_E_NO_AUTHENTICATING_AUTHORITY, "NOWHERE.EXAMPLE"},
        {"no such host", HOP_AUTH_NEGOTIATE, tickets, "d.test",
         HOP_SEC_E_TARGET_UNKNOWN, "host/d.test"},
        {"no ticket cache", HOP_AUTH_NEGOTIATE, empty, "b.test",
         HOP_SEC_E_NO_CREDENTIALS, "there is no ticket cache"},
        {"an address", HOP_AUTH_KERBEROS, tickets, "10.0.0.1", 0x8033810Bu,
         "is an address"},
    };

    if (!hop_cred_default("FILE:/nonexistent/cc", &empty, NULL))
        return;
    for (size_t k = 0; k < HOP_ARRAY_SIZE(rows); k++) {
        struct hop_cred *c = rows[k].cred != NULL ? rows[k].cred : empty;
        struct hop_initiator_options io = client_of(rows[k].mech, c);
        struct exchange x;
        char code[16];

        ROW(rows[k].name);
        io.spn.host = rows[k].host;
        exchange_run(&x, &io, server, &open_rule, NULL);
        CHECK(!x.ok);
        CHECK_INT(x.client_err.code, rows[k].code);
        if (strstr(x.client_err.text, rows[k].words) == NULL)
            CHECK_STR(x.client_err.text, rows[k].words);
        snprintf(code, sizeof(code), "0x%08X", rows[k].code);
        CHECK(strstr(x.client_err.text, code) != NULL);
        exchange_done(&x);
    }
}

/* What a domain controller adds to "revoked", MS-KILE 2.2.1. */
TEST(the_kdcs_status_is_told)
{
    HOP_AUTO_CRED struct hop_cred *locked =
        password_cred("bob@TEST", REALM_PASSWORD);
    struct hop_cred_tgt tgt = {0};
    struct hop_error err = {0};

    realm_policy(&realm, "status bob@TEST LOCKED\n");
    CHECK(!hop_cred_tgt(locked, &tgt, &err));
    CHECK_INT(err.code, HOP_SEC_E_LOGON_DENIED);
    CHECK(strstr(err.text, "locked after too many wrong passwords") != NULL);
    CHECK(strstr(err.text, "STATUS_ACCOUNT_LOCKED_OUT") != NULL);
    realm_policy(&realm, "");
}

TEST(wrong_ntlm_password)
{
    HOP_AUTO_CRED struct hop_cred *bad = password_cred("CORP\\nora", "falsch");
    const enum hop_auth_mech mechs[] = {HOP_AUTH_NTLM, HOP_AUTH_NEGOTIATE};

    for (size_t k = 0; k < HOP_ARRAY_SIZE(mechs); k++) {
        struct hop_initiator_options io = client_of(mechs[k], bad);
        struct exchange x;

        exchange_run(&x, &io, server, &open_rule, NULL);
        CHECK(!x.ok && hop_acceptor_identity(x.a) == NULL);
        CHECK_INT(x.server_err.code, HOP_SEC_E_LOGON_DENIED);
        exchange_done(&x);
    }
}

/* ---- NTLM inside SPNEGO, MS-SPNG 3.2.5 and 3.3.5 */

/* The client's tokens of one exchange; their spans are not to be followed. */
static struct {
    struct spnego_token tokens[4];
    size_t count;
} seen;

static void
look_at_client(struct hop_buf *token, int leg)
{
    (void)leg;
    if (seen.count < HOP_ARRAY_SIZE(seen.tokens))
        CHECK(
            spnego_decode(token->data, token->len, &seen.tokens[seen.count++]));
}

TEST(negotiate_wraps_ntlm)
{
    HOP_AUTO_CRED struct hop_cred *ntlm = password_cred("CORP\\nora", "geheim");
    struct hop_initiator_options io = client_of(HOP_AUTH_NEGOTIATE, ntlm);
    struct exchange x;

    seen.count = 0;
    exchange_run(&x, &io, server, &open_rule, look_at_client);
    CHECK(x.ok && seen.count == 2);
    CHECK_INT(seen.tokens[0].kind, SPNEGO_INIT);
    CHECK(seen.tokens[0].ntlm_first && !seen.tokens[0].has_krb5);
    CHECK(seen.tokens[0].mech_token.n > 0);
    CHECK_INT(seen.tokens[1].kind, SPNEGO_RESP);
    CHECK_INT(seen.tokens[1].mic.n, 16);
    check_sealing(&x, 16);
    exchange_done(&x);
}

TEST(ntlm_by_name_stays_raw)
{
    HOP_AUTO_CRED struct hop_cred *ntlm = password_cred("CORP\\nora", "geheim");
    struct hop_initiator_options io = client_of(HOP_AUTH_NTLM, ntlm);
    struct exchange x;

    seen.count = 0;
    exchange_run(&x, &io, server, &open_rule, look_at_client);
    CHECK(x.ok && seen.count == 2);
    for (size_t k = 0; k < seen.count; k++)
        CHECK_INT(seen.tokens[k].kind, SPNEGO_RAW_NTLM);
    exchange_done(&x);
}

/* The MIC is the last field of the last token. */
static void
spoil_mic(struct hop_buf *token, int leg)
{
    if (leg == 1)
        token->data[token->len - 1] ^= 1;
}

/* Somebody in between who puts another mechanism in the list. */
static void
spoil_list(struct hop_buf *token, int leg)
{
    static const uint8_t oid[] = {0x2b, 6, 1, 4, 1, 0x82, 0x37, 2, 2, 0x0a};
    char *at =
        leg == 0 ? memmem(token->data, token->len, oid, sizeof(oid)) : NULL;

    if (at != NULL)
        at[sizeof(oid) - 1] = 0x0b;
}

static void
cut_inner_key(struct hop_buf *token, int leg)
{
    char *at = leg == 1 ? memmem(token->data, token->len, "NTLMSSP", 8) : NULL;

    if (at != NULL)
        memset(at + 52, 0, 4);
}

TEST(altered_mechanism_lists_are_refused)
{
    HOP_AUTO_CRED struct hop_cred *ntlm = password_cred("CORP\\nora", "geheim");
    static const struct {
        const char *name;
        tamper_fn *tamper;
        uint32_t code;
    } rows[] = {
        {"the MIC over the list is altered", spoil_mic, 0},
        {"the list names another mechanism", spoil_list,
         HOP_SEC_E_LOGON_DENIED},
        {"NTLM's answer inside without its session key", cut_inner_key,
         HOP_SEC_E_INVALID_TOKEN},
    };

    for (size_t k = 0; k < HOP_ARRAY_SIZE(rows); k++) {
        struct hop_initiator_options io = client_of(HOP_AUTH_NEGOTIATE, ntlm);
        struct exchange x;

        ROW(rows[k].name);
        exchange_run(&x, &io, server, &open_rule, rows[k].tamper);
        CHECK(!x.ok && hop_acceptor_identity(x.a) == NULL);
        if (rows[k].code != 0)
            CHECK_INT(x.server_err.code, rows[k].code);
        exchange_done(&x);
    }
}

/* ---- policy */

static void
policies(void)
{
    HOP_AUTO_CRED struct hop_cred *ntlm = password_cred("CORP\\nora", "geheim");
    const struct {
        const char *name;
        enum hop_auth_mech client;
        struct hop_acceptor_rule rule;
        bool ok;
    } rows[] = {
        {"NTLM not permitted",
         HOP_AUTH_NTLM,
         {.kerberos = true, .mech = HOP_AUTH_NEGOTIATE},
         false},
        {"NTLM under the scheme Kerberos",
         HOP_AUTH_NTLM,
         {.kerberos = true, .ntlm = true, .mech = HOP_AUTH_KERBEROS},
         false},
        {"Kerberos not permitted",
         HOP_AUTH_KERBEROS,
         {.ntlm = true, .mech = HOP_AUTH_NEGOTIATE},
         false},
        {"raw Kerberos under Negotiate",
         HOP_AUTH_KERBEROS,
         {.kerberos = true, .mech = HOP_AUTH_NEGOTIATE},
         true},
        {"SPNEGO under the scheme Kerberos",
         HOP_AUTH_NEGOTIATE,
         {.kerberos = true, .mech = HOP_AUTH_KERBEROS},
         true},
    };

    for (size_t k = 0; k < HOP_ARRAY_SIZE(rows); k++) {
        struct hop_initiator_options io = client_of(
            rows[k].client, rows[k].client == HOP_AUTH_NTLM ? ntlm : tickets);
        struct exchange x;

        ROW(rows[k].name);
        exchange_run(&x, &io, server, &rows[k].rule, NULL);
        CHECK_INT(hop_acceptor_identity(x.a) != NULL, rows[k].ok);
        if (!rows[k].ok)
            CHECK_INT(x.server_err.code, HOP_SEC_E_LOGON_DENIED);
        exchange_done(&x);
    }
}

/* ---- channel bindings */

static void
bindings(void)
{
    HOP_AUTO_CRED struct hop_cred *ntlm = password_cred("CORP\\nora", "geheim");
    const struct {
        const char *name;
        const char *client, *server;
        enum hop_auth_cbt cbt;
        bool ok;
    } rows[] = {
        {"the same, relaxed", bind_a, bind_a, HOP_AUTH_CBT_RELAXED, true},
        {"the same, strict", bind_a, bind_a, HOP_AUTH_CBT_STRICT, true},
        {"other, relaxed", bind_b, bind_a, HOP_AUTH_CBT_RELAXED, false},
        {"other, strict", bind_b, bind_a, HOP_AUTH_CBT_STRICT, false},
        {"other, not looked at", bind_b, bind_a, HOP_AUTH_CBT_NONE, true},
        {"none sent, relaxed", NULL, bind_a, HOP_AUTH_CBT_RELAXED, true},
        {"none sent, strict", NULL, bind_a, HOP_AUTH_CBT_STRICT, false},
        {"sent where there is no TLS", bind_a, NULL, HOP_AUTH_CBT_STRICT, true},
    };
    static const enum hop_auth_mech mechs[] = {
        HOP_AUTH_KERBEROS, HOP_AUTH_NEGOTIATE, HOP_AUTH_NTLM};

    for (size_t k = 0; k < HOP_ARRAY_SIZE(rows) * 3; k++) {
        enum hop_auth_mech m = mechs[k / HOP_ARRAY_SIZE(rows)];
        size_t r = k % HOP_ARRAY_SIZE(rows);
        struct hop_initiator_options io =
            client_of(m, m == HOP_AUTH_NTLM ? ntlm : tickets);
        struct hop_acceptor_rule rule = open_rule;
        struct exchange x;
        static char name[128];

        snprintf(name, sizeof(name), "%s: bindings %s", hop_auth_mech_name(m),
                 rows[r].name);
        ROW(name);
        io.binding = rows[r].client;
        io.binding_len = rows[r].client ? strlen(rows[r].client) : 0;
        rule.binding = rows[r].server;
        rule.binding_len = rows[r].server ? strlen(rows[r].server) : 0;
        rule.cbt = rows[r].cbt;
        exchange_run(&x, &io, server, &rule, NULL);
        CHECK_INT(hop_acceptor_identity(x.a) != NULL, rows[r].ok);
        if (!rows[r].ok)
            CHECK_INT(x.server_err.code, HOP_SEC_E_BAD_BINDINGS);
        exchange_done(&x);
    }
}

/* ---- delegation */

TEST(forwarded_ticket_arrives)
{
    struct hop_initiator_options io = client_of(HOP_AUTH_NEGOTIATE, tickets);
    HOP_AUTO_BUF struct hop_buf file = HOP_BUF_INIT;
    HOP_AUTO_GRANT struct hop_grant *g = NULL;
    const char *path = realm_path(&realm, "session-cc");
    struct exchange x;
    struct stat st;

    io.delegate = HOP_DELEGATE_ALWAYS;
    exchange_run(&x, &io, server, &open_rule, NULL);
    CHECK_STR(x.client_err.text, "");
    REQUIRE(x.ok && hop_acceptor_identity(x.a)->delegated);
    CHECK(hop_initiator_delegated(x.i));
    g = hop_acceptor_take_grant(x.a);
    REQUIRE(g != NULL);
    CHECK_INT(hop_grant_kind(g), HOP_GRANT_TGT);
    CHECK_STR(hop_grant_principal(g), "alice@TEST");
    CHECK(hop_grant_forwardable(g));
    CHECK(hop_grant_expires(g) > time(NULL));
    CHECK(hop_acceptor_take_grant(x.a) == NULL);
    /* and is good for a ticket to C */
    REQUIRE(hop_grant_ccache(g, &file, NULL));
    REQUIRE(hop_ccache_write(path, file.data, file.len, NULL));
    CHECK(stat(path, &st) == 0 && (st.st_mode & 0777) == 0600);
    const char *kvno[] = {"kvno", "-c", path, "host/c.test", NULL};
    CHECK(realm_run(&realm, NULL, kvno));
    struct hop_error err = {0};
    CHECK(!hop_ccache_write(path, file.data, file.len, &err));
    CHECK(strstr(err.text, "File exists") != NULL);
    CHECK(hop_ccache_destroy(path, NULL) && stat(path, &st) != 0);
    CHECK(hop_ccache_destroy(path, NULL));
    exchange_done(&x);
}

TEST(without_delegation_there_is_evidence)
{
    struct hop_initiator_options io = client_of(HOP_AUTH_NEGOTIATE, tickets);
    HOP_AUTO_BUF struct hop_buf file = HOP_BUF_INIT;
    HOP_AUTO_GRANT struct hop_grant *g = NULL;
    struct hop_error err = {0};
    struct exchange x;

    exchange_run(&x, &io, server, &open_rule, NULL);
    REQUIRE(x.ok);
    g = hop_acceptor_take_grant(x.a);
    REQUIRE(g != NULL);
    CHECK_INT(hop_grant_kind(g), HOP_GRANT_EVIDENCE);
    CHECK_STR(hop_grant_principal(g), "alice@TEST");
    CHECK(!hop_grant_ccache(g, &file, &err));
    CHECK_INT(file.len, 0);
    exchange_done(&x);
}

TEST(domain_policy_without_ok_as_delegate)
{
    struct hop_initiator_options io = client_of(HOP_AUTH_NEGOTIATE, tickets);
    struct exchange x;

    io.delegate = HOP_DELEGATE_POLICY;
    exchange_run(&x, &io, server, &open_rule, NULL);
    CHECK(x.ok && !hop_initiator_delegated(x.i) &&
          !hop_acceptor_identity(x.a)->delegated);
    exchange_done(&x);
}

TEST(ticket_that_is_not_forwardable)
{
    HOP_AUTO_CRED struct hop_cred *carol =
        password_cred("carol@TEST", REALM_PASSWORD);
    struct hop_initiator_options io = client_of(HOP_AUTH_NEGOTIATE, carol);
    struct exchange x;

    io.delegate = HOP_DELEGATE_ALWAYS;
    exchange_run(&x, &io, server, &open_rule, NULL);
    CHECK(!x.ok);
    CHECK_INT(x.legs, 0);
    CHECK_STR(x.client_err.text,
              "delegate carol@TEST to b.test: the ticket-granting ticket is "
              "not forwardable; get a new one with kinit -f. If that one is "
              "not forwardable either, the domain never lets this account be "
              "delegated: it is marked sensitive or is in Protected Users "
              "(0x80090345 SEC_E_DELEGATION_REQUIRED)");
    exchange_done(&x);
}

TEST(ntlm_cannot_delegate)
{
    HOP_AUTO_CRED struct hop_cred *ntlm = password_cred("CORP\\nora", "geheim");
    struct hop_initiator_options io = client_of(HOP_AUTH_NTLM, ntlm);
    struct exchange x;

    io.delegate = HOP_DELEGATE_ALWAYS;
    exchange_run(&x, &io, server, &open_rule, NULL);
    CHECK_INT(x.client_err.code, HOP_SEC_E_DELEGATION_REQUIRED);
    CHECK(x.i == NULL);
    exchange_done(&x);
}

/* ---- names */

TEST(the_first_name_that_exists_is_used)
{
    struct hop_initiator_options io = client_of(HOP_AUTH_NEGOTIATE, tickets);
    HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;
    HOP_AUTO_INITIATOR struct hop_initiator *i = NULL;

    io.spn.host = "web.test"; /* HTTP/ alone */
    REQUIRE(hop_initiator_new(&io, &i, NULL));
    CHECK_INT(hop_initiator_step(i, NULL, 0, &out, NULL), HOP_AUTH_CONTINUE);
    CHECK_STR(hop_initiator_spn(i), "HTTP/web.test");
}

/* A ticket that the cache holds saves a question to the KDC. */
TEST(a_held_ticket_goes_first)
{
    const char *cache = realm_path(&realm, "held");
    const char *kinit[] = {"kinit", "-c", cache, "alice", NULL};
    const char *kvno[] = {"kvno", "-c", cache, "HTTP/b.test", NULL};
    HOP_AUTO_CRED struct hop_cred *c = NULL;
    struct hop_initiator_options io;
    struct exchange x;

    REQUIRE(realm_run(&realm, REALM_PASSWORD "\n", kinit) &&
            realm_run(&realm, NULL, kvno) && hop_cred_default(cache, &c, NULL));
    io = client_of(HOP_AUTH_NEGOTIATE, c);
    exchange_run(&x, &io, server, &open_rule, NULL);
    CHECK(x.ok);
    CHECK_STR(hop_initiator_spn(x.i), "HTTP/b.test");
    exchange_done(&x);
}

TEST(override_of_the_name)
{
    struct hop_initiator_options io = client_of(HOP_AUTH_KERBEROS, tickets);
    struct exchange x;

    io.spn.spn = "HTTP/b.test";
    exchange_run(&x, &io, server, &open_rule, NULL);
    CHECK(x.ok);
    CHECK_STR(hop_initiator_spn(x.i), "HTTP/b.test");
    exchange_done(&x);
}

TEST(ticket_for_another_account)
{
    struct hop_initiator_options io = client_of(HOP_AUTH_KERBEROS, tickets);
    struct exchange x;

    io.spn.spn = "HTTP/web.test"; /* the web application's key */
    exchange_run(&x, &io, server, &open_rule, NULL);
    CHECK(!x.ok);
    CHECK_INT(x.server_err.code, HOP_SEC_E_WRONG_PRINCIPAL);
    exchange_done(&x);
}

/* ---- bad tokens */

static void
tokens(void)
{
    static const struct {
        const char *name;
        const char *bytes;
        size_t n;
    } rows[] = {
        {"an empty token", "", 0},
        {"garbage", "hello, server", 13},
        {"SPNEGO of no length", "\x60\x80\x06\x06", 4},
        {"a NegTokenResp first", "\xa1\x07\x30\x05\xa0\x03\x0a\x01\x00", 9},
        {"NTLMSSP and nothing more", "NTLMSSP\0", 8},
        {"an NTLM challenge", "NTLMSSP\0\x02\0\0\0aaaaaaaaaaaaaaaaaaaaaaaa",
         36},
        {"an AUTHENTICATE message out of order",
         "NTLMSSP\0\x03\0\0\0aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
         "aa"
         "aaaaaaaaaaaa",
         76},
    };

    for (size_t k = 0; k < HOP_ARRAY_SIZE(rows); k++) {
        HOP_AUTO_ACCEPTOR struct hop_acceptor *a = NULL;
        HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;
        struct hop_error err = {0};

        ROW(rows[k].name);
        if (!hop_acceptor_new(server, &open_rule, &a, &err))
            continue;
        CHECK_INT(hop_acceptor_step_wait(a, rows[k].bytes, rows[k].n, 5000,
                                         &out, &err),
                  HOP_AUTH_FAILED);
        CHECK_INT(err.code, HOP_SEC_E_INVALID_TOKEN);
        CHECK(hop_acceptor_identity(a) == NULL);
        CHECK(!hop_acceptor_export(a, &out, &err));
        /* and the exchange is over */
        CHECK_INT(hop_acceptor_step_wait(a, rows[k].bytes, rows[k].n, 5000,
                                         &out, &err),
                  HOP_AUTH_FAILED);
    }
}

static struct hop_buf kept;

static void
keep(struct hop_buf *token, int leg)
{
    if (leg == 0) {
        hop_buf_clear(&kept);
        hop_buf_add(&kept, token->data, token->len);
    }
}

TEST(replayed_token)
{
    struct hop_initiator_options io = client_of(HOP_AUTH_NEGOTIATE, tickets);
    HOP_AUTO_ACCEPTOR struct hop_acceptor *a = NULL;
    HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;
    struct hop_error err = {0};
    struct exchange x;

    exchange_run(&x, &io, server, &open_rule, keep);
    REQUIRE(x.ok);
    REQUIRE(hop_acceptor_new(server, &open_rule, &a, &err));
    CHECK_INT(hop_acceptor_step(a, kept.data, kept.len, &out, &err),
              HOP_AUTH_FAILED);
    CHECK_INT(err.code, HOP_SEC_E_OUT_OF_SEQUENCE);
    exchange_done(&x);
}

TEST(every_truncation_of_a_token)
{
    struct hop_error err;
    size_t accepted = 0;

    for (size_t n = 1; n < kept.len; n += n < 64 ? 1 : 37) {
        HOP_AUTO_ACCEPTOR struct hop_acceptor *a = NULL;
        HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;

        if (hop_acceptor_new(server, &open_rule, &a, &err))
            accepted += hop_acceptor_step(a, kept.data, n, &out, &err) !=
                        HOP_AUTH_FAILED;
    }
    CHECK_INT(accepted, 0);
    CHECK(kept.len > 500);
}

static void
cut_session_key(struct hop_buf *token, int leg)
{
    if (leg == 1 && token->len > 60)
        memset(token->data + 52, 0, 4);
}

/* What crashes gss-ntlmssp 1.2.0. */
TEST(ntlm_without_the_session_key)
{
    HOP_AUTO_CRED struct hop_cred *ntlm = password_cred("CORP\\nora", "geheim");
    struct hop_initiator_options io = client_of(HOP_AUTH_NTLM, ntlm);
    struct exchange x;

    exchange_run(&x, &io, server, &open_rule, cut_session_key);
    CHECK(hop_acceptor_identity(x.a) == NULL);
    CHECK_INT(x.server_err.code, HOP_SEC_E_INVALID_TOKEN);
    exchange_done(&x);
}

static uint32_t noise = 12345;

static void
mutate(struct hop_buf *token, int leg)
{
    if (leg != 1)
        return;
    for (int k = 0; k < 3; k++) {
        noise = noise * 1664525u + 1013904223u;
        token->data[8 + (noise >> 8) % (token->len - 8)] = (char)(noise >> 24);
    }
}

/* Whatever comes, at most the child of that exchange dies. */
TEST(mutated_ntlm_messages)
{
    HOP_AUTO_CRED struct hop_cred *ntlm = password_cred("CORP\\nora", "geheim");
    struct hop_initiator_options io = client_of(HOP_AUTH_NTLM, ntlm);
    struct exchange x;

    for (int k = 0; k < 60; k++) {
        exchange_run(&x, &io, server, &open_rule, mutate);
        CHECK(x.legs == 2);
        exchange_done(&x);
    }
    exchange_run(&x, &io, server, &open_rule, NULL);
    CHECK(hop_acceptor_identity(x.a) != NULL);
    exchange_done(&x);
}

/* ---- sealed messages */

static void
seal_faults(void)
{
    HOP_AUTO_CRED struct hop_cred *ntlm = password_cred("CORP\\nora", "geheim");
    enum fault { REPLAY, GAP, FLIP, WRONG_LENGTH, HEADER, SHORT };
    static const struct {
        const char *name;
        enum fault fault;
        uint32_t krb5_code;
    } rows[] = {
        {"a message twice", REPLAY, HOP_SEC_E_OUT_OF_SEQUENCE},
        {"a message left out", GAP, HOP_SEC_E_OUT_OF_SEQUENCE},
        {"one bit changed", FLIP, 0},
        {"another Length", WRONG_LENGTH, 0},
        {"another header length", HEADER, 0},
        {"a message cut short", SHORT, 0},
    };

    for (size_t k = 0; k < HOP_ARRAY_SIZE(rows) * 2; k++) {
        size_t r = k % HOP_ARRAY_SIZE(rows);
        bool is_ntlm = k >= HOP_ARRAY_SIZE(rows);
        struct hop_initiator_options io =
            client_of(is_ntlm ? HOP_AUTH_NTLM : HOP_AUTH_NEGOTIATE,
                      is_ntlm ? ntlm : tickets);
        HOP_AUTO_SEAL struct hop_seal *c = NULL, *s = NULL;
        HOP_AUTO_BUF struct hop_buf m1 = HOP_BUF_INIT, m2 = HOP_BUF_INIT;
        HOP_AUTO_BUF struct hop_buf copy = HOP_BUF_INIT;
        struct hop_error err = {0};
        struct exchange x;
        size_t len = 0, plain_len = 0;
        char *plain = NULL;
        static char name[96];

        snprintf(name, sizeof(name), "%s: %s", is_ntlm ? "NTLM" : "Kerberos",
                 rows[r].name);
        ROW(name);
        exchange_run(&x, &io, server, &open_rule, NULL);
        if (!seal_both(&x, &c, &s) ||
            !hop_seal_wrap(c, "first message", 13, &m1, &len, &err) ||
            !hop_seal_wrap(c, "other message", 13, &m2, &len, &err)) {
            FAIL("sealed");
            exchange_done(&x);
            continue;
        }
        hop_buf_add(&copy, m1.data, m1.len);
        if (rows[r].fault == REPLAY)
            CHECK(hop_seal_unwrap(s, m1.data, m1.len, 13, &plain, &plain_len,
                                  &err));
        if (rows[r].fault == FLIP)
            copy.data[copy.len - 1] ^= 1;
        if (rows[r].fault == HEADER)
            copy.data[0]++;
        CHECK(!hop_seal_unwrap(s, rows[r].fault == GAP ? m2.data : copy.data,
                               rows[r].fault == SHORT ? 20 : copy.len,
                               rows[r].fault == WRONG_LENGTH ? 14 : 13, &plain,
                               &plain_len, &err));
        CHECK(err.text[0] != '\0');
        if (!is_ntlm && rows[r].krb5_code != 0)
            CHECK_INT(err.code, rows[r].krb5_code);
        /* nothing more goes over a context that has failed */
        CHECK(
            !hop_seal_unwrap(s, m2.data, m2.len, 13, &plain, &plain_len, &err));
        CHECK_INT(err.code, HOP_SEC_E_CONTEXT_EXPIRED);
        exchange_done(&x);
    }
}

/* Our sealing and the library's, each against the other, in both roles. */
static void
check_fast(size_t client_from, size_t server_from)
{
    struct hop_initiator_options io = client_of(HOP_AUTH_KERBEROS, tickets);
    HOP_AUTO_SEAL struct hop_seal *c = NULL, *s = NULL;
    HOP_AUTO_FREE char *text = malloc(70000);
    struct exchange x;

    for (size_t i = 0; i < 70000; i++)
        text[i] = (char)(i * 31 + i / 256);
    exchange_run(&x, &io, server, &open_rule, NULL);
    REQUIRE(seal_both(&x, &c, &s));
    seal_set_fast_from(c, client_from);
    seal_set_fast_from(s, server_from);
    for (size_t n = 1; n < 70; n++)
        CHECK(pass(c, s, text, n) && pass(s, c, text, n));
    for (size_t n = 65530; n < 65550; n++)
        CHECK(pass(c, s, text, n) && pass(s, c, text, n));
    exchange_done(&x);
}

TEST(our_own_sealing_is_the_librarys)
{
    ROW("ours on the client's side");
    check_fast(0, SIZE_MAX);
    ROW("ours on the server's side");
    check_fast(SIZE_MAX, 0);
    ROW("ours on both sides");
    check_fast(0, 0);
    ROW("ours from 16 KiB on");
    check_fast(16384, 16384);
}

/* A token of our own sealing that is turned, cut, altered or sent twice. */
static void
check_altered(const char *name, size_t at, int flip, bool twice)
{
    struct hop_initiator_options io = client_of(HOP_AUTH_KERBEROS, tickets);
    HOP_AUTO_SEAL struct hop_seal *c = NULL, *s = NULL;
    HOP_AUTO_BUF struct hop_buf m = HOP_BUF_INIT, again = HOP_BUF_INIT;
    struct hop_error err = {0};
    struct exchange x;
    char *plain;
    size_t len, plain_len;

    ROW(name);
    exchange_run(&x, &io, server, &open_rule, NULL);
    REQUIRE(seal_both(&x, &c, &s));
    seal_set_fast_from(c, 0);
    seal_set_fast_from(s, 0);
    CHECK(pass(c, s, "a", 1) && pass(s, c, "b", 1));
    REQUIRE(hop_seal_wrap(c, "some message of ours", 20, &m, &len, &err));
    hop_buf_add(&again, m.data, m.len);
    m.data[4 + at] = (char)(m.data[4 + at] ^ flip);
    CHECK(hop_seal_unwrap(s, m.data, m.len, len, &plain, &plain_len, &err) ==
          twice);
    CHECK(!hop_seal_unwrap(s, again.data, again.len, len, &plain, &plain_len,
                           &err));
    exchange_done(&x);
}

static void
altered_tokens(void)
{
    check_altered("a token of ours sent twice", 0, 0, true);
    check_altered("another token id", 1, 1, false);
    check_altered("other flags", 2, 1, false);
    check_altered("another extra count", 5, 1, false);
    check_altered("another rotation", 7, 1, false);
    check_altered("another sequence number", 15, 1, false);
    check_altered("an altered header copy", 16, 1, false);
    check_altered("an altered checksum", 32, 1, false);
    check_altered("an altered confounder", 44, 1, false);
    check_altered("altered data", 62, 1, false);
    check_altered("an altered last byte", 79, 1, false);
}

/* Without the server's answer the first message can be sealed at once. */
TEST(one_way_contexts_seal_before_the_answer)
{
    struct hop_initiator_options io = client_of(HOP_AUTH_NEGOTIATE, tickets);
    HOP_AUTO_SEAL struct hop_seal *c = NULL, *s = NULL;
    HOP_AUTO_BUF struct hop_buf token = HOP_BUF_INIT, answer = HOP_BUF_INIT,
                                exported = HOP_BUF_INIT;
    HOP_AUTO_INITIATOR struct hop_initiator *i = NULL;
    HOP_AUTO_ACCEPTOR struct hop_acceptor *a = NULL;
    struct hop_error err = {0};

    io.one_way = true;
    REQUIRE(hop_initiator_new(&io, &i, &err));
    CHECK_INT(hop_initiator_step(i, NULL, 0, &token, &err), HOP_AUTH_CONTINUE);
    CHECK(hop_initiator_can_seal(i));
    REQUIRE(hop_initiator_take_seal(i, &c, &err));
    REQUIRE(hop_acceptor_new(server, &open_rule, &a, &err));
    CHECK_INT(hop_acceptor_step(a, token.data, token.len, &answer, &err),
              HOP_AUTH_DONE);
    REQUIRE(hop_acceptor_export(a, &exported, &err));
    REQUIRE(hop_seal_import(exported.data, exported.len, &s, &err));
    CHECK(pass(c, s, "request", 7));
    CHECK(pass(s, c, "answer", 6));
    hop_buf_clear(&token);
    CHECK_INT(hop_initiator_step(i, answer.data, answer.len, &token, &err),
              HOP_AUTH_DONE);
    CHECK_INT(token.len, 0);
}

TEST(empty_messages_are_never_sealed)
{
    struct hop_initiator_options io = client_of(HOP_AUTH_NEGOTIATE, tickets);
    HOP_AUTO_SEAL struct hop_seal *c = NULL, *s = NULL;
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    struct hop_error err = {0};
    struct exchange x;
    size_t len;

    exchange_run(&x, &io, server, &open_rule, NULL);
    REQUIRE(seal_both(&x, &c, &s));
    CHECK(!hop_seal_wrap(c, "", 0, &b, &len, &err));
    CHECK_INT(err.domain, HOP_ERROR_LIMIT);
    exchange_done(&x);
}

/* ---- keytabs */

TEST(keytab_that_is_missing)
{
    struct hop_acceptor_options o = {.keytab = "/nonexistent/keytab"};
    struct hop_acceptor_cred *c = NULL;
    struct hop_error err = {0};

    CHECK(!hop_acceptor_cred_new(&o, &c, &err));
    CHECK(strstr(err.text, "keytab /nonexistent/keytab has no usable key: ") !=
          NULL);
    CHECK(c == NULL);
}

TEST(keytab_of_another_host)
{
    struct hop_acceptor_options o = {.keytab = realm_path(&realm, "c.keytab")};
    struct hop_initiator_options io = client_of(HOP_AUTH_NEGOTIATE, tickets);
    HOP_AUTO_ACCEPTOR_CRED struct hop_acceptor_cred *c = NULL;
    struct hop_error err = {0};
    struct exchange x;

    REQUIRE(hop_acceptor_cred_new(&o, &c, &err));
    exchange_run(&x, &io, c, &open_rule, NULL);
    CHECK(!x.ok && hop_acceptor_identity(x.a) == NULL);
    CHECK_INT(x.server_err.code, HOP_SEC_E_WRONG_PRINCIPAL);
    exchange_done(&x);
}

/* A copy of the default cache as a file, changed by fn. */
static bool
copy_cache(const char *path, void (*fn)(krb5_creds *))
{
    krb5_context ctx;
    krb5_ccache from = NULL, to = NULL;
    krb5_principal p = NULL;
    krb5_cc_cursor cur;
    krb5_creds c;
    bool ok = krb5_init_context(&ctx) == 0 &&
              krb5_cc_default(ctx, &from) == 0 &&
              krb5_cc_resolve(ctx, path, &to) == 0 &&
              krb5_cc_get_principal(ctx, from, &p) == 0 &&
              krb5_cc_initialize(ctx, to, p) == 0 &&
              krb5_cc_start_seq_get(ctx, from, &cur) == 0;

    while (ok && krb5_cc_next_cred(ctx, from, &cur, &c) == 0) {
        if (fn != NULL)
            fn(&c);
        ok = krb5_cc_store_cred(ctx, to, &c) == 0;
        krb5_free_cred_contents(ctx, &c);
    }
    if (ok)
        krb5_cc_end_seq_get(ctx, from, &cur);
    krb5_free_principal(ctx, p);
    krb5_cc_close(ctx, from);
    krb5_cc_close(ctx, to);
    krb5_free_context(ctx);
    return ok;
}

static void
expire(krb5_creds *c)
{
    c->times.endtime = (krb5_timestamp)time(NULL) - 600;
}

TEST(expired_ticket)
{
    struct hop_initiator_options io = client_of(HOP_AUTH_KERBEROS, tickets);
    HOP_AUTO_CRED struct hop_cred *old = NULL;
    const char *path = realm_path(&realm, "old");
    struct exchange x;

    REQUIRE(copy_cache(path, expire));
    REQUIRE(hop_cred_default(path, &old, NULL));
    io.cred = old;
    exchange_run(&x, &io, server, &open_rule, NULL);
    CHECK(!x.ok);
    CHECK_INT(x.client_err.code, HOP_SEC_E_CONTEXT_EXPIRED);
    exchange_done(&x);
}

/* The client's clock is as far off as the time offset in its cache says: tag 1
 * of a FILE cache's header, seconds and microseconds. */
TEST(clocks_that_differ)
{
    static const char header[] = "\x05\x04\0\x0c\0\x01\0\x08\0\0\x03\xe8\0\0\0";
    struct hop_initiator_options io = client_of(HOP_AUTH_KERBEROS, tickets);
    HOP_AUTO_CRED struct hop_cred *skewed = NULL;
    const char *path = realm_path(&realm, "skewed");
    struct exchange x;
    FILE *f;

    REQUIRE(copy_cache(path, NULL));
    f = fopen(path, "r+");
    REQUIRE(f != NULL && fwrite(header, 1, 16, f) == 16 && fclose(f) == 0);
    REQUIRE(hop_cred_default(path, &skewed, NULL));
    io.cred = skewed;
    exchange_run(&x, &io, server, &open_rule, NULL);
    CHECK(!x.ok);
    CHECK_INT(x.server_err.code, HOP_SEC_E_TIME_SKEW);
    exchange_done(&x);
}

/* In a session of hopd the answer names the session, not kinit. */
TEST(second_hop_without_a_credential)
{
    HOP_AUTO_CRED struct hop_cred *none = NULL;
    struct hop_initiator_options io = client_of(HOP_AUTH_NEGOTIATE, NULL);
    char host[256] = "", want[512];
    struct exchange x;

    REQUIRE(hop_cred_default("FILE:/nonexistent/cc", &none, NULL));
    io.cred = none;
    io.spn.host = "c.test";
    setenv("HOP_SESSION_PRINCIPAL", "alice@TEST", 1);
    setenv("HOP_SESSION_REASON", "no credential came along", 1);
    exchange_run(&x, &io, server, &open_rule, NULL);
    unsetenv("HOP_SESSION_PRINCIPAL");
    unsetenv("HOP_SESSION_REASON");
    gethostname(host, sizeof(host) - 1);
    snprintf(want, sizeof(want),
             "authenticate to c.test: the session on %s has no credential of "
             "alice@TEST to show to c.test: no credential came along "
             "(0x8009030E SEC_E_NO_CREDENTIALS)",
             host);
    CHECK_STR(x.client_err.text, want);
    exchange_done(&x);
}

int
main(void)
{
    struct hop_error err = {0};
    struct hop_acceptor_options o = {.ntlm = true, .evidence = true};
    FILE *f;

    hop_fastseal_use(&hop_fastseal_openssl);
    if (!realm_start(&realm, "aes256-cts") ||
        !realm_kinit(&realm, "alice", "-f")) {
        printf("Bail out! the realm did not start, see %s\n", realm.dir);
        return 1;
    }
    f = fopen(realm_path(&realm, "ntlm"), "w");
    fputs("CORP:nora:geheim\n", f);
    fclose(f);
    o.keytab = realm_path(&realm, "b.keytab");
    o.ntlm_file = realm_path(&realm, "ntlm");
    if (!hop_acceptor_cred_new(&o, &server, &err) ||
        !hop_cred_default(NULL, &tickets, &err)) {
        printf("Bail out! %s\n", err.text);
        return 1;
    }
    works();
    refusals();
    policies();
    bindings();
    tokens();
    seal_faults();
    RUN(the_kdcs_status_is_told);
    RUN(wrong_ntlm_password);
    RUN(negotiate_wraps_ntlm);
    RUN(ntlm_by_name_stays_raw);
    RUN(altered_mechanism_lists_are_refused);
    RUN(forwarded_ticket_arrives);
    RUN(without_delegation_there_is_evidence);
    RUN(domain_policy_without_ok_as_delegate);
    RUN(ticket_that_is_not_forwardable);
    RUN(ntlm_cannot_delegate);
    RUN(the_first_name_that_exists_is_used);
    RUN(a_held_ticket_goes_first);
    RUN(override_of_the_name);
    RUN(ticket_for_another_account);
    RUN(replayed_token);
    RUN(every_truncation_of_a_token);
    RUN(ntlm_without_the_session_key);
    RUN(mutated_ntlm_messages);
    RUN(our_own_sealing_is_the_librarys);
    altered_tokens();
    RUN(one_way_contexts_seal_before_the_answer);
    RUN(empty_messages_are_never_sealed);
    RUN(keytab_that_is_missing);
    RUN(keytab_of_another_host);
    RUN(expired_ticket);
    RUN(clocks_that_differ);
    RUN(second_hop_without_a_credential);
    hop_cred_free(tickets);
    hop_acceptor_cred_free(server);
    hop_buf_done(&kept);
    realm_stop(&realm);
    return test_done();
}
