/* Somebody between client and server who changes what passes.
 *
 * SPDX-License-Identifier: MIT
 */
#include <openssl/ssl.h>

#include "auth/explain.h"
#include "credssp/joined.h"
#include "test.h"

/* ---- inside TLS: a man in the middle who sees TSRequests */

/* Decodes, lets the row change it, encodes again. */
static void
rewrite(struct hop_buf *plain, void (*edit)(struct credssp_request *r))
{
    HOP_AUTO_BUF struct hop_buf copy = HOP_BUF_INIT;
    struct credssp_request r = {0};
    struct hop_error err = {0};
    size_t used;

    hop_buf_add(&copy, plain->data, plain->len);
    if (credssp_request_decode(copy.data, copy.len, &used, &r, &err) !=
        CREDSSP_READ_OK)
        return;
    edit(&r);
    hop_buf_clear(plain);
    credssp_request_encode(&r, plain);
}

static void
say_version_2(struct credssp_request *r)
{
    r->version = 2;
}

static void
downgrade(struct hop_buf *plain, int leg, bool from_server)
{
    rewrite(plain, say_version_2);
}

static void
downgrade_client(struct hop_buf *plain, int leg, bool from_server)
{
    if (!from_server)
        rewrite(plain, say_version_2);
}

static void
say_version_5(struct credssp_request *r)
{
    if (r->auth_info.n > 0)
        r->version = 5;
}

static void
change_version_late(struct hop_buf *plain, int leg, bool from_server)
{
    if (!from_server)
        rewrite(plain, say_version_5);
}

static void
other_nonce(struct credssp_request *r)
{
    static uint8_t nonce[CREDSSP_NONCE_BYTES] = {9};

    if (r->nonce.n > 0)
        r->nonce.p = nonce;
}

static void
alter_nonce(struct hop_buf *plain, int leg, bool from_server)
{
    rewrite(plain, other_nonce);
}

static void
no_nonce(struct credssp_request *r)
{
    r->nonce.n = 0;
}

static void
drop_nonce(struct hop_buf *plain, int leg, bool from_server)
{
    rewrite(plain, no_nonce);
}

/* The client's own proof goes back to it as the server's. */
static uint8_t reflected[4096];
static size_t reflected_len;

static void
keep_or_reflect(struct credssp_request *r)
{
    if (r->key_auth.n == 0 || r->key_auth.n > sizeof(reflected))
        return;
    if (reflected_len == 0) {
        memcpy(reflected, r->key_auth.p, r->key_auth.n);
        reflected_len = r->key_auth.n;
    } else {
        r->key_auth = (struct hop_der_span){reflected, reflected_len};
    }
}

static void
reflect(struct hop_buf *plain, int leg, bool from_server)
{
    rewrite(plain, keep_or_reflect);
}

/* The first message with a sealed part comes again in place of the next. */
static struct hop_buf earlier;

static void
replay(struct hop_buf *plain, int leg, bool from_server)
{
    struct credssp_request r = {0};
    size_t used;

    if (from_server || credssp_request_decode(plain->data, plain->len, &used,
                                              &r, NULL) != CREDSSP_READ_OK)
        return;
    if (earlier.len == 0 && r.key_auth.n > 0) {
        hop_buf_add(&earlier, plain->data, plain->len);
    } else if (r.auth_info.n > 0) {
        hop_buf_clear(plain);
        hop_buf_add(plain, earlier.data, earlier.len);
    }
}

static void
proof_as_password(struct credssp_request *r)
{
    if (r->auth_info.n > 0)
        r->auth_info = (struct hop_der_span){reflected, reflected_len};
    else if (r->key_auth.n > 0 && reflected_len == 0)
        keep_or_reflect(r);
}

static void
replay_sealed(struct hop_buf *plain, int leg, bool from_server)
{
    if (!from_server)
        rewrite(plain, proof_as_password);
}

static void
cut(struct hop_buf *plain, int leg, bool from_server)
{
    if (!from_server)
        plain->len -= 5;
}

static void
append(struct hop_buf *plain, int leg, bool from_server)
{
    if (!from_server)
        hop_buf_addc(plain, 'x');
}

static void
oversize(struct hop_buf *plain, int leg, bool from_server)
{
    if (!from_server) {
        hop_buf_clear(plain);
        hop_buf_add(plain, "\x30\x84\x7f\xff\xff\xff", 6);
    }
}

static void
flood(struct hop_buf *plain, int leg, bool from_server)
{
    if (!from_server)
        hop_buf_fill(plain, 'x', 600000);
}

static void
leave_alone(struct hop_buf *plain, int leg, bool from_server)
{
}

static const struct {
    const char *name;
    token_fn *change;
    bool other_key, ntlm, old;
    /* parts of the texts; NULL: that side sees nothing wrong */
    const char *client, *server;
} rows[] = {
    {"the same key and no change: it passes", leave_alone, false, false, false,
     NULL, NULL},
    {"another key, Kerberos, hashed", NULL, true, false, false, "refuses",
     "the client's TLS key is not the one that it proves"},
    {"another key, NTLM, hashed", NULL, true, true, false, "refuses",
     "the client's TLS key is not the one that it proves"},
    {"another key, Kerberos, raw", NULL, true, false, true, "refuses",
     "the client's TLS key is not the one that it proves"},
    {"another key, NTLM, raw", NULL, true, true, true, "refuses",
     "the client's TLS key is not the one that it proves"},
    {"both are told version 2", downgrade, false, false, false, NULL,
     "only up to version 2, and at least 5 is demanded here"},
    {"the server is told version 2", downgrade_client, false, false, false,
     NULL, "only up to version 2, and at least 5 is demanded here"},
    {"the version changes on the way", change_version_late, false, false, false,
     "refuses", "version of CredSSP changes from 6 to 5"},
    {"altered nonce", alter_nonce, false, false, false, "refuses",
     "the client's TLS key is not the one that it proves"},
    {"nonce taken out", drop_nonce, false, false, false, "refuses",
     "the client proves its key without a nonce"},
    {"proof reflected to the client", reflect, false, false, false,
     "CredSSP with b.test: ", NULL},
    {"replayed TSRequest", replay, false, false, false, "refuses",
     "the client delegates nothing"},
    {"replayed sealed part", replay_sealed, false, false, false, "refuses",
     "CredSSP: open a sealed token"},
    {"replayed sealed part, NTLM", replay_sealed, false, true, false, "refuses",
     "CredSSP: open a sealed token"},
    {"truncated", cut, false, false, false, NULL,
     "a CredSSP message is malformed: it is cut off"},
    {"more behind it", append, false, false, false, NULL,
     "a CredSSP message is malformed: there is more behind it"},
    {"oversized length", oversize, false, false, false, NULL,
     "over the 262144 allowed"},
    {"oversized stream", flood, false, false, false, NULL,
     "a CredSSP message is longer than allowed"},
};

static void
check_text(const char *got, const char *want)
{
    if (want != NULL && strstr(got, want) == NULL)
        CHECK_STR(got, want);
}

static void
relayed(bool brief)
{
    for (size_t k = 0; k < HOP_ARRAY_SIZE(rows); k++) {
        struct hop_credssp_client_options co =
            client_options(rows[k].ntlm ? world.nora : world.alice);
        struct hop_credssp_server_options so = server_options();
        struct credssp_password p = {0};
        struct joined x;
        bool control = rows[k].client == NULL && rows[k].server == NULL;

        ROW(rows[k].name);
        co.brief = brief;
        reflected_len = 0;
        hop_buf_done(&earlier);
        if (rows[k].old)
            co.version_min = so.version_min = 2, co.version_max = 4;
        joined_run_relayed(&x, &co, &so,
                           rows[k].other_key ? world.other_identity
                                             : world.identity,
                           rows[k].change);
        CHECK_INT(x.ok, control);
        check_text(x.client_err.text, rows[k].client);
        check_text(x.server_err.text, rows[k].server);
        if (x.s != NULL)
            hop_credssp_server_take_password(x.s, &p);
        CHECK((p.password != NULL) == control);
        credssp_password_done(&p);
        joined_done(&x);
    }
    hop_buf_done(&earlier);
}

/* ---- outside TLS */

static int target_leg;
static bool target_server;

static void
flip(struct hop_buf *token, int leg, bool from_server)
{
    if (leg == target_leg && from_server == target_server && token->len > 0)
        token->data[token->len - 1] ^= 1;
}

TEST(a_flipped_bit_in_any_token)
{
    int legs = 0;

    for (target_leg = 1; target_leg < 7; target_leg++)
        for (int side = 0; side < 2; side++) {
            struct hop_credssp_client_options co = client_options(world.alice);
            struct hop_credssp_server_options so = server_options();
            struct joined x;

            /* The last bytes of TLS 1.3's tickets are read by nobody. */
            co.tls_max = 12;
            target_server = side;
            joined_run(&x, &co, &so, flip);
            legs = x.legs > legs ? x.legs : legs;
            if (target_leg <= 4 + !side)
                CHECK(!x.ok);
            joined_done(&x);
        }
    CHECK_INT(legs, 5);
}

static struct hop_buf last;

static void
repeat(struct hop_buf *token, int leg, bool from_server)
{
    if (from_server)
        return;
    if (leg == target_leg + 1) {
        hop_buf_clear(token);
        hop_buf_add(token, last.data, last.len);
    }
    hop_buf_clear(&last);
    hop_buf_add(&last, token->data, token->len);
}

TEST(a_repeated_token)
{
    for (target_leg = 1; target_leg < 5; target_leg++) {
        struct hop_credssp_client_options co = client_options(world.alice);
        struct hop_credssp_server_options so = server_options();
        struct joined x;

        co.tls_max = 12;
        joined_run(&x, &co, &so, repeat);
        CHECK(!x.ok);
        CHECK_INT(x.server, HOP_AUTH_FAILED);
        joined_done(&x);
    }
    hop_buf_done(&last);
}

TEST(every_truncation_of_the_first_token)
{
    HOP_AUTO_BUF struct hop_buf hello = HOP_BUF_INIT, out = HOP_BUF_INIT;
    HOP_AUTO_CREDSSP_CLIENT struct hop_credssp_client *c = NULL;
    struct hop_credssp_client_options co = client_options(world.alice);
    struct hop_credssp_server_options so = server_options();
    struct hop_error err = {0};

    REQUIRE(hop_credssp_client_new(&co, &c, &err));
    REQUIRE(hop_credssp_client_step(c, NULL, 0, &hello, &err) ==
            HOP_AUTH_CONTINUE);
    for (size_t n = 0; n < hello.len; n += 7) {
        HOP_AUTO_CREDSSP_SERVER struct hop_credssp_server *s = NULL;

        REQUIRE(hop_credssp_server_new(&so, &s, &err));
        hop_buf_clear(&out);
        CHECK_INT(hop_credssp_server_step(s, hello.data, n, &out, &err),
                  HOP_AUTH_CONTINUE);
        CHECK_INT(out.len, 0);
    }
}

/* A client of OpenSSL's own that renegotiates; the server keeps what it has. */
static size_t
exchange_tls(struct hop_credssp_server *s, SSL *ssl, enum hop_auth_step *r,
             struct hop_error *err)
{
    HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;
    char *p;
    long n = BIO_get_mem_data(SSL_get_wbio(ssl), &p);

    if (n <= 0)
        return 0;
    *r = hop_credssp_server_step(s, p, (size_t)n, &out, err);
    (void)BIO_reset(SSL_get_wbio(ssl));
    BIO_write(SSL_get_rbio(ssl), out.data, (int)out.len);
    return out.len;
}

TEST(tls_renegotiation_is_refused)
{
    struct hop_credssp_server_options so = server_options();
    HOP_AUTO_CREDSSP_SERVER struct hop_credssp_server *s = NULL;
    SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
    SSL *ssl = SSL_new(ctx);
    enum hop_auth_step r = HOP_AUTH_CONTINUE;
    struct hop_error err = {0};

    REQUIRE(hop_credssp_server_new(&so, &s, &err));
    SSL_set_max_proto_version(ssl, TLS1_2_VERSION);
    SSL_set_bio(ssl, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    SSL_set_connect_state(ssl);
    for (int k = 0; k < 4 && SSL_do_handshake(ssl) != 1; k++)
        exchange_tls(s, ssl, &r, &err);
    CHECK(SSL_is_init_finished(ssl));
    CHECK_INT(r, HOP_AUTH_CONTINUE);
    SSL_renegotiate(ssl);
    CHECK(SSL_do_handshake(ssl) != 1);
    exchange_tls(s, ssl, &r, &err);
    CHECK_INT(r, HOP_AUTH_FAILED);
    CHECK_STR(err.text, "CredSSP: a token holds no message");
    CHECK(SSL_do_handshake(ssl) != 1);
    SSL_free(ssl);
    SSL_CTX_free(ctx);
}

int
main(void)
{
    if (!world_setup())
        return 1;
    relayed(false);
    relayed(true);
    RUN(a_flipped_bit_in_any_token);
    RUN(a_repeated_token);
    RUN(every_truncation_of_the_first_token);
    RUN(tls_renegotiation_is_refused);
    world_end();
    return test_done();
}
