/* Client and server against each other: every version, both mechanisms, both
 * TLS; the messages after it; refusals that carry a reason.
 *
 * SPDX-License-Identifier: MIT
 */
#include <openssl/ssl.h>

#include "auth/explain.h"
#include "credssp/joined.h"
#include "test.h"

/* ---- messages after the exchange */

static bool
seal_both(struct joined *x, struct hop_seal **c, struct hop_seal **s)
{
    HOP_AUTO_BUF struct hop_buf keys = {.secret = true};
    struct hop_error err = {0};
    bool ok = hop_credssp_client_take_seal(x->c, c, &err) &&
              hop_credssp_server_export(x->s, &keys, &err) &&
              hop_credssp_seal_import(keys.data, keys.len, s, &err);

    if (!ok)
        printf("# %s\n", err.text);
    return ok;
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
check_messages(struct joined *x, size_t header)
{
    HOP_AUTO_SEAL struct hop_seal *c = NULL, *s = NULL;
    static const size_t sizes[] = {1, 15, 16, 17, 1500, 16384};
    static char text[16385];
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT, again = HOP_BUF_INIT;
    struct hop_error err = {0};
    size_t length, n;
    char *plain;

    REQUIRE(seal_both(x, &c, &s));
    memset(text, 'x', sizeof(text));
    for (size_t k = 0; k < HOP_ARRAY_SIZE(sizes); k++) {
        CHECK(pass(c, s, text, sizes[k]));
        CHECK(pass(s, c, text, sizes[k]));
    }
    CHECK_INT(hop_seal_chunk(c), 16384);
    REQUIRE(hop_seal_wrap(c, "hello", 5, &b, &length, &err));
    CHECK_INT((uint8_t)b.data[0], header);
    hop_buf_add(&again, b.data, b.len);
    CHECK(hop_seal_unwrap(s, b.data, b.len, 5, &plain, &n, &err));
    CHECK(!hop_seal_unwrap(s, again.data, again.len, 5, &plain, &n, &err));
    CHECK_STR(err.text, "open a message sealed by CredSSP: it was altered on "
                        "the way, or came twice");
    CHECK(!pass(c, s, text, 10)); /* the connection is over */
}

/* ---- what works */

static void
works(void)
{
    static const struct {
        const char *name;
        uint32_t version;
        bool ntlm;
        int tls;
    } rows[] = {
        {"version 6, Kerberos, TLS 1.3", 6, false, 0},
        {"version 6, Kerberos, TLS 1.2", 6, false, 12},
        {"version 6, NTLM, TLS 1.3", 6, true, 0},
        {"version 6, NTLM, TLS 1.2", 6, true, 12},
        {"version 5, Kerberos", 5, false, 0},
        {"version 5, NTLM", 5, true, 0},
        {"version 4, Kerberos", 4, false, 0},
        {"version 4, NTLM, TLS 1.2", 4, true, 12},
        {"version 3, Kerberos", 3, false, 0},
        {"version 3, NTLM, TLS 1.2", 3, true, 12},
        {"version 2, Kerberos", 2, false, 0},
        {"version 2, NTLM, TLS 1.2", 2, true, 12},
    };

    for (size_t k = 0; k < HOP_ARRAY_SIZE(rows); k++)
        for (int side = 0; side < 2; side++) {
            struct hop_credssp_client_options co =
                client_options(rows[k].ntlm ? world.nora : world.alice);
            struct hop_credssp_server_options so = server_options();
            struct credssp_password p = {0};
            const struct hop_auth_identity *id;
            struct joined x;

            ROW(rows[k].name);
            co.version_min = so.version_min = 2;
            /* One of the two knows no more; the other follows. */
            *(side ? &so.version_max : &co.version_max) = rows[k].version;
            co.tls_max = rows[k].tls;
            joined_run(&x, &co, &so, NULL);
            CHECK_STR(x.client_err.text, "");
            CHECK_STR(x.server_err.text, "");
            CHECK(x.ok);
            if (!x.ok) {
                joined_done(&x);
                continue;
            }
            CHECK_INT(hop_credssp_server_version(x.s), rows[k].version);
            CHECK_STR(hop_credssp_server_tls(x.s),
                      rows[k].tls ? "TLSv1.2" : "TLSv1.3");
            id = hop_credssp_server_identity(x.s);
            CHECK_STR(id ? id->principal : NULL,
                      rows[k].ntlm ? "CORP\\nora" : "alice@TEST");
            hop_credssp_server_take_password(x.s, &p);
            CHECK_STR(p.domain, rows[k].ntlm ? "CORP" : "");
            CHECK_STR(p.user, rows[k].ntlm ? "nora" : "alice@TEST");
            CHECK_STR(p.password ? hop_secret_bytes(p.password) : NULL,
                      rows[k].ntlm ? "geheim" : REALM_PASSWORD);
            credssp_password_done(&p);
            check_messages(&x, rows[k].tls ? 16 : 17);
            joined_done(&x);
        }
}

/* How many tokens the client sends: round trips. */
static void
round_trips(void)
{
    static const struct {
        const char *name;
        bool brief, ntlm;
        int tls;
        uint32_t client_min, server_max;
        int legs;
    } rows[] = {
        {"Kerberos, TLS 1.3", false, false, 0, 5, 6, 5},
        {"Kerberos, TLS 1.3, in brief", true, false, 0, 5, 6, 3},
        {"version 5 in brief", true, false, 0, 5, 5, 3},
        {"Kerberos, TLS 1.2, in brief", true, false, 12, 5, 6, 4},
        {"NTLM, TLS 1.3, in brief", true, true, 0, 5, 6, 5},
        {"NTLM, TLS 1.2, in brief", true, true, 12, 5, 6, 6},
        {"not in brief where old peers are let in", true, false, 0, 2, 3, 5},
    };

    for (size_t k = 0; k < HOP_ARRAY_SIZE(rows); k++) {
        struct hop_credssp_client_options co =
            client_options(rows[k].ntlm ? world.nora : world.alice);
        struct hop_credssp_server_options so = server_options();
        struct joined x;

        ROW(rows[k].name);
        co.brief = rows[k].brief;
        co.tls_max = rows[k].tls;
        co.version_min = rows[k].client_min;
        so.version_min = 2;
        so.version_max = rows[k].server_max;
        joined_run(&x, &co, &so, NULL);
        CHECK_STR(x.client_err.text, "");
        CHECK_STR(x.server_err.text, "");
        CHECK(x.ok);
        CHECK_INT(x.legs, rows[k].legs);
        if (x.ok) {
            CHECK_INT(hop_credssp_server_version(x.s), rows[k].server_max);
            check_messages(&x, rows[k].tls ? 16 : 17);
        }
        joined_done(&x);
    }
}

/* A peer that is too old is found out before it has anything. */
TEST(in_brief_old_versions_are_refused)
{
    struct hop_credssp_client_options co = client_options(world.alice);
    struct hop_credssp_server_options so = server_options();
    struct joined x;

    co.brief = true;
    so.version_min = 2;
    so.version_max = 4;
    joined_run(&x, &co, &so, NULL);
    CHECK(!x.ok && x.client == HOP_AUTH_FAILED);
    CHECK_INT(x.legs, 2);
    joined_done(&x);
}

/* ---- refusals */

TEST(old_versions_are_refused_by_both)
{
    for (uint32_t v = 2; v < 5; v++) {
        struct hop_credssp_client_options co = client_options(world.alice);
        struct hop_credssp_server_options so = server_options();
        struct joined x;

        co.version_min = 2;
        co.version_max = v;
        joined_run(&x, &co, &so, NULL);
        CHECK(!x.ok && x.server == HOP_AUTH_FAILED);
        CHECK(strstr(x.server_err.text, "at least 5 is demanded here") != NULL);
        /* Version 2 has no errorCode. */
        if (v > 2)
            CHECK_STR(x.client_err.text,
                      "CredSSP with b.test: the server refuses the logon: it "
                      "does not take so old a version of CredSSP (0x8009030C "
                      "SEC_E_LOGON_DENIED, 0xC0000388 "
                      "STATUS_DOWNGRADE_DETECTED)");
        joined_done(&x);

        co = client_options(world.alice);
        so.version_min = 2;
        so.version_max = v;
        joined_run(&x, &co, &so, NULL);
        CHECK(!x.ok && x.client == HOP_AUTH_FAILED);
        CHECK(strstr(x.client_err.text, "at least 5 is demanded here") != NULL);
        joined_done(&x);
    }
}

TEST(a_wrong_ntlm_password_says_so)
{
    HOP_AUTO_SECRET struct hop_secret *s = hop_secret_new("falsch", 6);
    HOP_AUTO_CRED struct hop_cred *cred = NULL;
    struct hop_credssp_client_options co;
    struct hop_credssp_server_options so = server_options();
    struct joined x;

    REQUIRE(hop_cred_password("CORP\\nora", s, &cred, NULL));
    co = client_options(cred);
    joined_run(&x, &co, &so, NULL);
    CHECK(!x.ok);
    CHECK_INT(x.server_err.code, HOP_SEC_E_LOGON_DENIED);
    CHECK_STR(x.client_err.text,
              "CredSSP with b.test: the server refuses the logon: the user "
              "name or the password is wrong (0x8009030C SEC_E_LOGON_DENIED, "
              "0xC000006D STATUS_LOGON_FAILURE)");
    joined_done(&x);
}

/* A server that finds the password wanting after it has it. */
TEST(a_refusal_after_the_password)
{
    static const struct {
        uint32_t status;
        const char *words;
    } rows[] = {
        {HOP_STATUS_PASSWORD_EXPIRED, "the password has expired"},
        {HOP_STATUS_ACCOUNT_LOCKED_OUT, "the account is locked"},
        {HOP_STATUS_ACCOUNT_RESTRICTION, "is in Protected Users"},
        {0xC0001234u, "NTSTATUS 0xC0001234"},
    };

    for (size_t k = 0; k < HOP_ARRAY_SIZE(rows); k++) {
        struct hop_credssp_client_options co = client_options(world.alice);
        struct hop_credssp_server_options so = server_options();
        HOP_AUTO_BUF struct hop_buf token = HOP_BUF_INIT, out = HOP_BUF_INIT;
        struct joined x;

        joined_run(&x, &co, &so, NULL);
        CHECK(x.ok);
        if (x.ok) {
            hop_credssp_server_refuse(x.s, rows[k].status, &token);
            CHECK_INT(hop_credssp_client_step(x.c, token.data, token.len, &out,
                                              &x.client_err),
                      HOP_AUTH_FAILED);
            CHECK(strstr(x.client_err.text, rows[k].words) != NULL);
        }
        joined_done(&x);
    }
}

static bool
only_kerberos(void *ctx, enum hop_auth_mech mech, struct hop_error *err)
{
    int *asked = ctx;

    ++*asked;
    return mech == HOP_AUTH_KERBEROS ||
           hop_error_set(err, HOP_ERROR_WSMAN, 0x803381A4, "not by NTLM");
}

/* NTLM's first message would let the server begin to guess. */
TEST(policy_is_asked_before_anything_is_sent)
{
    int asked = 0;
    struct credssp_password p = {0};
    struct hop_credssp_client_options co = client_options(world.nora);
    struct hop_credssp_server_options so = server_options();
    struct joined x;

    co.may_send = only_kerberos;
    co.ctx = &asked;
    joined_run(&x, &co, &so, NULL);
    CHECK(!x.ok);
    CHECK_INT(asked, 1);
    CHECK_STR(x.client_err.text, "not by NTLM");
    CHECK_INT(hop_credssp_server_version(x.s), 0); /* no message came */
    hop_credssp_server_take_password(x.s, &p);
    CHECK(p.user == NULL && p.password == NULL);
    joined_done(&x);

    co = client_options(world.alice);
    co.may_send = only_kerberos;
    co.ctx = &asked;
    joined_run(&x, &co, &so, NULL);
    CHECK(x.ok);
    CHECK_INT(asked, 2);
    joined_done(&x);
}

TEST(a_password_is_needed)
{
    HOP_AUTO_CRED struct hop_cred *tickets = NULL;
    HOP_AUTO_CREDSSP_CLIENT struct hop_credssp_client *c = NULL;
    struct hop_credssp_client_options co;
    struct hop_error err = {0};

    REQUIRE(hop_cred_default(NULL, &tickets, &err));
    co = client_options(tickets);
    CHECK(!hop_credssp_client_new(&co, &c, &err));
    CHECK_INT(err.code, 0x803381A1);
}

/* What is not of an authority that the user named gets nothing. */
TEST(a_certificate_is_checked_when_asked)
{
    struct hop_credssp_client_options co = client_options(world.alice);
    struct hop_credssp_server_options so = server_options();
    struct joined x;

    co.ca_file = "/etc/ssl/certs/ca-certificates.crt";
    if (access(co.ca_file, R_OK) != 0)
        return;
    joined_run(&x, &co, &so, NULL);
    CHECK(x.client == HOP_AUTH_FAILED);
    CHECK_STR(x.client_err.text, "CredSSP with b.test: TLS: "
                                 "self-signed certificate: certificate verify "
                                 "failed");
    joined_done(&x);
}

/* What is pinned is the server's certificate, whoever has signed it. */
TEST(a_pinned_certificate)
{
    struct hop_credssp_client_options co = client_options(world.alice);
    struct hop_credssp_server_options so = server_options();
    char right[65] = "", list[140];
    const char *at;
    struct joined x;

    co.pins = "00:11, 22";
    joined_run(&x, &co, &so, NULL);
    CHECK(x.client == HOP_AUTH_FAILED);
    CHECK_INT(x.client_err.code, HOP_SEC_E_WRONG_PRINCIPAL);
    CHECK_INT(hop_credssp_server_version(x.s), 0); /* no message came */
    at = strstr(x.client_err.text, "of SHA-256 ");
    REQUIRE(at != NULL);
    memcpy(right, at + strlen("of SHA-256 "), 64);
    joined_done(&x);

    snprintf(list, sizeof(list), "00, %.2s:%s", right, right + 2);
    co.pins = list;
    joined_run(&x, &co, &so, NULL);
    CHECK_STR(x.client_err.text, "");
    CHECK(x.ok);
    joined_done(&x);

    so.identity = world.other_identity;
    joined_run(&x, &co, &so, NULL);
    CHECK(x.client == HOP_AUTH_FAILED);
    joined_done(&x);
}

TEST(an_identity_from_a_file)
{
    static const char junk[] = "-----BEGIN CERTIFICATE-----\nx\n";
    struct hop_error err = {0};

    CHECK(hop_credssp_openssl.identity_read(junk, strlen(junk), &err) == NULL);
    CHECK(strstr(err.text, "no certificate with its key") != NULL);
}

/* What has been written to one side. */
static void
take(BIO *from, struct hop_buf *out)
{
    char *p = NULL;
    long n = BIO_get_mem_data(from, &p);

    if (n > 0)
        hop_buf_add(out, p, (size_t)n);
    (void)BIO_reset(from);
}

/* PSWSMan offers TLS 1.3 and does not read what comes behind the handshake. */
TEST(another_client_gets_windows_tls)
{
    struct credssp_tls_options o = {.identity = world.identity};
    struct hop_error err = {0};
    struct credssp_tls *server = hop_credssp_openssl.open(&o, &err);
    SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
    SSL *client = SSL_new(ctx);
    BIO *in = BIO_new(BIO_s_mem()), *out = BIO_new(BIO_s_mem());
    enum credssp_tls_result r = CREDSSP_TLS_MORE;
    int done = 0;

    REQUIRE(server != NULL);
    SSL_set_bio(client, in, out);
    SSL_set_connect_state(client);
    for (int leg = 0; leg < 6 && (r == CREDSSP_TLS_MORE || done != 1); leg++) {
        HOP_AUTO_BUF struct hop_buf to = HOP_BUF_INIT, from = HOP_BUF_INIT;

        done = SSL_do_handshake(client);
        take(out, &to);
        hop_credssp_openssl.feed(server, to.data, to.len);
        r = hop_credssp_openssl.handshake(server, &from, &err);
        BIO_write(in, from.data, (int)from.len);
    }
    CHECK_INT(r, CREDSSP_TLS_DONE);
    CHECK_INT(done, 1);
    CHECK_STR(hop_credssp_openssl.version(server), "TLSv1.2");
    SSL_free(client);
    SSL_CTX_free(ctx);
    hop_credssp_openssl.close(server);
}

int
main(void)
{
    if (!world_setup())
        return 1;
    works();
    round_trips();
    RUN(in_brief_old_versions_are_refused);
    RUN(old_versions_are_refused_by_both);
    RUN(a_wrong_ntlm_password_says_so);
    RUN(a_refusal_after_the_password);
    RUN(policy_is_asked_before_anything_is_sent);
    RUN(a_password_is_needed);
    RUN(a_certificate_is_checked_when_asked);
    RUN(a_pinned_certificate);
    RUN(an_identity_from_a_file);
    RUN(another_client_gets_windows_tls);
    world_end();
    return test_done();
}
