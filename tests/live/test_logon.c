/* Logons that must fail: what the client is told, what the journal says, and
 * that the server goes on serving.
 *
 * SPDX-License-Identifier: MIT
 */
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/base64.h"
#include "live/live.h"
#include "test.h"

static struct live live;

#define IDENTIFY                                                               \
    "<s:Envelope xmlns:s=\"" HOP_NS_SOAP "\" xmlns:wsmid=\"" HOP_NS_IDENTITY   \
    "\"><s:Header/><s:Body><wsmid:Identify/></s:Body></s:Envelope>"
#define SOAP_TYPE "Content-Type: application/soap+xml;charset=UTF-8\r\n"

TEST(no_authorization_header)
{
    AUTO_WIRE w;

    wire_open(&w, &live);
    live_forget_log(&live);
    CHECK_INT(wire_post(&w, SOAP_TYPE, IDENTIFY, strlen(IDENTIFY)), 401);
    CHECK_STR(w.challenge, "Negotiate");
    /* A client asks first what is offered: only one that leaves it at that is
     * told of. */
    wire_close(&w);
    LIVE_JOURNALED(&live, " refused: ", "127.0.0.1", "without logging on");
}

static const struct {
    const char *name, *field, *journal;
} bad_credentials[] = {
    {"a scheme nobody offers", "Authorization: Digest username=\"a\"\r\n",
     "scheme"},
    {"CredSSP, which is off", "Authorization: CredSSP AAAA\r\n", "scheme"},
    {"Basic without TLS", "Authorization: Basic YWxpY2U6eA==\r\n", "scheme"},
    {"a token that is no base64", "Authorization: Negotiate %%%%\r\n",
     "refused"},
    {"a scheme without a token", "Authorization: Negotiate\r\n", "token"},
    {"an empty field", "Authorization: \r\n", "refused"},
    {"two fields at once",
     "Authorization: Negotiate AAAA\r\nAuthorization: Negotiate AAAA\r\n",
     "refused"},
    {"garbage", "Authorization: Negotiate AAAAAAAAAAAAAAAAAAAAAAAA\r\n",
     "logon-refused"},
    {"a DER length without an end", "Authorization: Negotiate YIT/////AAAA\r\n",
     "logon-refused"},
    {"NTLM's name alone", "Authorization: Negotiate TlRMTVNTUAA=\r\n",
     "logon-refused"},
    {"an NTLM message 3 out of the blue",
     "Authorization: Negotiate TlRMTVNTUAADAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
     "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\r\n",
     "logon-refused"},
    {"SPNEGO with an unknown mechanism",
     "Authorization: Negotiate "
     "YBkGBisGAQUFAqAPMA2gCzAJBgcrBgEEAYI3\r\n",
     "logon-refused"},
};

static void
check_bad_credentials(void)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(bad_credentials); i++) {
        AUTO_WIRE w;

        ROW(bad_credentials[i].name);
        wire_open(&w, &live);
        live_forget_log(&live);
        CHECK_INT(wire_post(&w, bad_credentials[i].field, "", 0), 401);
        CHECK(strncmp(w.challenge, "Negotiate ", 10) != 0);
        LIVE_JOURNALED(&live, bad_credentials[i].journal, "127.0.0.1");
    }
    ROW("none of these hurt the server");
    CHECK(live_serves(&live));
}

/* The token that would log on, as bytes. */
static bool
good_token(struct wire *w, enum hop_auth_mech mech, struct hop_buf *out)
{
    HOP_AUTO_BUF struct hop_buf field = HOP_BUF_INIT;
    const char *at;

    w->challenge[0] = '\0';
    if (!wire_initiator(w, mech) || !wire_token(w, &field))
        return false;
    at = strstr(hop_buf_str(&field), "Negotiate ") + 10;
    return hop_base64_decode(out, at, strcspn(at, "\r"));
}

static int
post_token(struct wire *w, const void *token, size_t n)
{
    HOP_AUTO_BUF struct hop_buf field = HOP_BUF_INIT;

    hop_buf_adds(&field, "Authorization: Negotiate ");
    hop_base64_encode(&field, token, n);
    hop_buf_adds(&field, "\r\n");
    return wire_post(w, hop_buf_str(&field), "", 0);
}

TEST(truncated_kerberos_tokens)
{
    AUTO_WIRE w;
    HOP_AUTO_BUF struct hop_buf token = HOP_BUF_INIT;

    wire_open(&w, &live);
    REQUIRE(good_token(&w, HOP_AUTH_NEGOTIATE, &token));
    live_forget_log(&live);
    for (size_t n = 1; n < token.len; n += 1 + token.len / 40)
        CHECK_INT(post_token(&w, token.data, n), 401);
    LIVE_JOURNALED(&live, "logon-refused", "127.0.0.1");
    CHECK(live_serves(&live));
}

/* The key version number in front of the ticket is a hint, no more: bytes from
 * the ticket's encrypted part on are changed. */
TEST(changed_kerberos_tokens)
{
    AUTO_WIRE w;
    HOP_AUTO_BUF struct hop_buf token = HOP_BUF_INIT;

    wire_open(&w, &live);
    REQUIRE(good_token(&w, HOP_AUTH_KERBEROS, &token));
    live_forget_log(&live);
    for (size_t i = 120; i < token.len; i += 1 + token.len / 40) {
        token.data[i] ^= 0x55;
        if (post_token(&w, token.data, token.len) != 401)
            test_fail(__FILE__, __LINE__, "byte %zu of %zu", i, token.len);
        token.data[i] ^= 0x55;
    }
    LIVE_JOURNALED(&live, "logon-refused", "127.0.0.1");
    CHECK(live_serves(&live));
}

TEST(a_kerberos_token_of_another_connection)
{
    AUTO_WIRE first, second;
    HOP_AUTO_BUF struct hop_buf token = HOP_BUF_INIT;

    wire_open(&first, &live);
    wire_open(&second, &live);
    REQUIRE(good_token(&first, HOP_AUTH_NEGOTIATE, &token));
    CHECK_INT(post_token(&first, token.data, token.len), 200);
    live_forget_log(&live);
    CHECK_INT(post_token(&second, token.data, token.len), 401);
    LIVE_JOURNALED(&live, "logon-refused", "replay");
}

/* The answer to one server challenge, sent where another was given. */
TEST(an_ntlm_answer_of_another_connection)
{
    AUTO_WIRE first, second;
    HOP_AUTO_BUF struct hop_buf one = HOP_BUF_INIT, two = HOP_BUF_INIT;
    HOP_AUTO_BUF struct hop_buf answer = HOP_BUF_INIT;

    wire_open(&first, &live);
    wire_open(&second, &live);
    REQUIRE(wire_initiator(&first, HOP_AUTH_NTLM));
    REQUIRE(wire_initiator(&second, HOP_AUTH_NTLM));
    REQUIRE(wire_token(&first, &one) && wire_token(&second, &two));
    CHECK_INT(wire_post(&first, hop_buf_str(&one), "", 0), 401);
    CHECK_INT(wire_post(&second, hop_buf_str(&two), "", 0), 401);
    REQUIRE(wire_token(&first, &answer));
    live_forget_log(&live);
    CHECK_INT(wire_post(&second, hop_buf_str(&answer), "", 0), 401);
    LIVE_JOURNALED(&live, "logon-refused", "127.0.0.1");
    CHECK(live_serves(&live));
}

TEST(ntlm_itself_works)
{
    AUTO_WIRE w;
    char shell[64];

    wire_open(&w, &live);
    REQUIRE(wire_log_on(&w, HOP_AUTH_NTLM));
    CHECK(wire_open_shell(&w, shell));
}

/* The guard before the NTLM library: each would have crashed it. */
TEST(truncated_ntlm_answers)
{
    AUTO_WIRE w;
    HOP_AUTO_BUF struct hop_buf field = HOP_BUF_INIT, last = HOP_BUF_INIT;
    HOP_AUTO_BUF struct hop_buf token = HOP_BUF_INIT;
    const char *at;

    wire_open(&w, &live);
    REQUIRE(wire_initiator(&w, HOP_AUTH_NTLM) && wire_token(&w, &field));
    CHECK_INT(wire_post(&w, hop_buf_str(&field), "", 0), 401);
    REQUIRE(wire_token(&w, &last));
    at = strstr(hop_buf_str(&last), "Negotiate ") + 10;
    REQUIRE(hop_base64_decode(&token, at, strcspn(at, "\r")));
    live_forget_log(&live);
    for (size_t n = 8; n < token.len; n += 1 + token.len / 30) {
        AUTO_WIRE v;

        wire_open(&v, &live);
        CHECK_INT(wire_post(&v, hop_buf_str(&field), "", 0), 401);
        CHECK_INT(post_token(&v, token.data, n), 401);
    }
    LIVE_JOURNALED(&live, "logon-refused", "127.0.0.1");
    CHECK(live_serves(&live));
}

/* Nobody but the account that runs `hopd --user` may enter. */
TEST(a_user_without_an_account_here)
{
    AUTO_WIRE w;
    HOP_AUTO_FREE char *cache =
        hop_xasprintf("FILE:%s", realm_path(&live.realm, "bob.cc"));
    struct hop_initiator_options o = {.mech = HOP_AUTH_NEGOTIATE,
                                      .spn = {.host = "b.test"}};
    HOP_AUTO_CRED struct hop_cred *bob = NULL;
    HOP_AUTO_BUF struct hop_buf field = HOP_BUF_INIT;
    const char *kinit[] = {"kinit", "-c", cache, "bob", NULL};
    struct hop_error err;

    REQUIRE(realm_run(&live.realm, REALM_PASSWORD "\n", kinit));
    REQUIRE(hop_cred_default(cache, &bob, &err));
    o.cred = bob;
    wire_open(&w, &live);
    REQUIRE(hop_initiator_new(&o, &w.initiator, &err));
    REQUIRE(wire_token(&w, &field));
    live_forget_log(&live);
    CHECK_INT(wire_post(&w, hop_buf_str(&field), "", 0), 401);
    LIVE_JOURNALED(&live, "logon-refused", "bob@TEST");
}

/* A token made before, sent when its ticket has ended. */
TEST(an_expired_ticket)
{
    AUTO_WIRE w;
    HOP_AUTO_BUF struct hop_buf field = HOP_BUF_INIT;
    HOP_AUTO_FREE char *cache =
        hop_xasprintf("FILE:%s", realm_path(&live.realm, "short.cc"));
    const char *kinit[] = {"kinit", "-l", "3s", "-c", cache, "alice", NULL};
    struct hop_initiator_options o = {.mech = HOP_AUTH_NEGOTIATE,
                                      .spn = {.host = "b.test"}};
    HOP_AUTO_CRED struct hop_cred *cred = NULL;
    struct hop_error err;

    REQUIRE(realm_run(&live.realm, REALM_PASSWORD "\n", kinit));
    REQUIRE(hop_cred_default(cache, &cred, &err));
    o.cred = cred;
    wire_open(&w, &live);
    REQUIRE(hop_initiator_new(&o, &w.initiator, &err));
    REQUIRE(wire_token(&w, &field));
    live_forget_log(&live);
    sleep(6); /* the realm's tolerance is 2 s */
    CHECK_INT(wire_post(&w, hop_buf_str(&field), "", 0), 401);
    LIVE_JOURNALED(&live, "logon-refused", "expired");
}

/* An authenticator that is too old says that one of the clocks is wrong. */
TEST(a_clock_that_differs)
{
    AUTO_WIRE w;
    HOP_AUTO_BUF struct hop_buf token = HOP_BUF_INIT;

    wire_open(&w, &live);
    REQUIRE(good_token(&w, HOP_AUTH_NEGOTIATE, &token));
    live_forget_log(&live);
    sleep(4);
    CHECK_INT(post_token(&w, token.data, token.len), 401);
    LIVE_JOURNALED(&live, "logon-refused", "lock");
    CHECK(live_serves(&live));
}

/* A logon that ends while its connection is open has to be made again. */
TEST(a_connection_that_outlives_its_ticket)
{
    AUTO_WIRE w;
    HOP_AUTO_BUF struct hop_buf field = HOP_BUF_INIT;
    HOP_AUTO_FREE char *cache =
        hop_xasprintf("FILE:%s", realm_path(&live.realm, "brief.cc"));
    const char *kinit[] = {"kinit", "-l", "3s", "-c", cache, "alice", NULL};
    struct hop_initiator_options o = {.mech = HOP_AUTH_NEGOTIATE,
                                      .spn = {.host = "b.test"}};
    HOP_AUTO_CRED struct hop_cred *cred = NULL;
    struct hop_error err;

    REQUIRE(realm_run(&live.realm, REALM_PASSWORD "\n", kinit));
    REQUIRE(hop_cred_default(cache, &cred, &err));
    o.cred = cred;
    wire_open(&w, &live);
    REQUIRE(hop_initiator_new(&o, &w.initiator, &err));
    REQUIRE(wire_token(&w, &field));
    CHECK_INT(wire_post(&w, hop_buf_str(&field), "", 0), 200);
    REQUIRE(wire_finish(&w));
    sleep(7);
    {
        HOP_AUTO_BUF struct hop_buf sealed = HOP_BUF_INIT;

        REQUIRE(wire_seal(&w, IDENTIFY, strlen(IDENTIFY), &sealed));
        CHECK_INT(wire_post(&w, wire_sealed_type, sealed.data, sealed.len),
                  401);
    }
}

int
main(void)
{
    /* Two seconds instead of five minutes, for both ends. */
    if (!live_start(&live, "", "\tclockskew = 2\n")) {
        printf("not ok 1 - the server starts\n1..1\n");
        return 1;
    }
    RUN(no_authorization_header);
    check_bad_credentials();
    RUN(truncated_kerberos_tokens);
    RUN(changed_kerberos_tokens);
    RUN(a_kerberos_token_of_another_connection);
    RUN(ntlm_itself_works);
    RUN(an_ntlm_answer_of_another_connection);
    RUN(truncated_ntlm_answers);
    RUN(a_user_without_an_account_here);
    RUN(an_expired_ticket);
    RUN(a_clock_that_differs);
    RUN(a_connection_that_outlives_its_ticket);
    test_begin("the server ends as it should");
    live_stop(&live);
    return test_done();
}
