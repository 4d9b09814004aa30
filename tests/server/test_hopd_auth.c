/* hopd-auth as a process: this program is the monitor and hopd-net at once.
 *
 * SPDX-License-Identifier: MIT
 */
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#include "auth/explain.h"
#include "auth/grant.h"
#include "base/alloc.h"
#include "server/authproc.h"
#include "test.h"

/* ---- tests */

static void
logons(void)
{
    HOP_AUTO_CRED struct hop_cred *nora = password_cred("CORP\\nora", "geheim");
    const struct {
        const char *name;
        enum hop_auth_mech mech;
        enum hop_scheme scheme;
        struct hop_cred *cred;
        enum hop_logon_kind kind;
        const char *principal;
    } rows[] = {
        {"Negotiate with Kerberos", HOP_AUTH_NEGOTIATE, HOP_SCHEME_NEGOTIATE,
         tickets, HOP_LOGON_KERBEROS, "alice@TEST"},
        {"Kerberos", HOP_AUTH_KERBEROS, HOP_SCHEME_KERBEROS, tickets,
         HOP_LOGON_KERBEROS, "alice@TEST"},
        {"Negotiate with NTLM", HOP_AUTH_NTLM, HOP_SCHEME_NEGOTIATE, nora,
         HOP_LOGON_NTLM, "CORP\\nora"},
    };

    for (size_t k = 0; k < HOP_ARRAY_SIZE(rows); k++) {
        struct hop_initiator_options o = options(rows[k].mech, rows[k].cred);
        HOP_AUTO_INITIATOR struct hop_initiator *i = NULL;
        HOP_AUTO_SEAL struct hop_seal *c = NULL, *s = NULL;
        HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
        struct hop_msg_answer a;
        struct hop_error err = {0};
        size_t length = 0, n = 0;
        char *plain = NULL;

        ROW(rows[k].name);
        CHECK(log_on(++last_connection, rows[k].scheme, &o, &i, &a));
        CHECK_STR(a.text, "");
        CHECK_INT(a.kind, rows[k].kind);
        CHECK_STR(a.principal, rows[k].principal);
        CHECK_STR(a.user, owner);
        CHECK_INT(a.delegation, HOP_DELEGATION_NONE);
        /* the exported context opens what the client seals */
        if (hop_seal_import(a.context.data, a.context.len, &s, &err) &&
            hop_initiator_take_seal(i, &c, &err) &&
            hop_seal_wrap(c, "<s:Envelope/>", 13, &b, &length, &err) &&
            hop_seal_unwrap(s, b.data, b.len, length, &plain, &n, &err))
            CHECK_MEM(plain, n, "<s:Envelope/>", 13);
        else
            CHECK_STR(err.text, "");
    }
}

static void
refusals(void)
{
    static const struct {
        const char *name;
        enum hop_scheme scheme;
        bool tls;
        const char *token;
        uint32_t code;
        const char *words;
    } rows[] = {
        {"garbage", HOP_SCHEME_NEGOTIATE, false, "garbage",
         HOP_SEC_E_INVALID_TOKEN, "neither Kerberos, NTLM nor SPNEGO"},
        {"Basic outside TLS", HOP_SCHEME_BASIC, false, "nora:geheim",
         HOP_SEC_E_LOGON_DENIED, "Basic outside TLS"},
        {"Basic with a wrong password", HOP_SCHEME_BASIC, true, "nora:falsch",
         HOP_SEC_E_LOGON_DENIED, "the user name or the password is wrong"},
        {"Basic without a colon", HOP_SCHEME_BASIC, true, "nora",
         HOP_SEC_E_INVALID_TOKEN, "without user:password"},
        {"CredSSP, which is off", HOP_SCHEME_CREDSSP, false, "x",
         HOP_SEC_E_LOGON_DENIED, "not offered"},
        {"a certificate without a map", HOP_SCHEME_CERTIFICATE, true, "x",
         HOP_SEC_E_LOGON_DENIED, "Linux/CertificateMap"},
    };

    for (size_t k = 0; k < HOP_ARRAY_SIZE(rows); k++) {
        struct hop_msg_answer a = {0};

        ROW(rows[k].name);
        CHECK(step(++last_connection, rows[k].scheme, rows[k].tls,
                   rows[k].token, strlen(rows[k].token), &a));
        CHECK_INT(a.result, HOP_ANSWER_DENIED);
        CHECK_INT(a.code, rows[k].code);
        if (a.text == NULL || strstr(a.text, rows[k].words) == NULL)
            CHECK_STR(a.text, rows[k].words);
    }
}

TEST(basic_with_the_right_password)
{
    struct hop_msg_answer a = {0};

    REQUIRE(
        step(++last_connection, HOP_SCHEME_BASIC, true, "nora:geheim", 11, &a));
    CHECK_INT(a.result, HOP_ANSWER_DONE);
    CHECK_INT(a.kind, HOP_LOGON_BASIC);
    CHECK_STR(a.user, owner);
    CHECK_INT(a.context.len, 0);
}

static const char shell_id[] = "11111111-2222-3333-4444-ABCDEFABCDEF";

TEST(session_without_delegation)
{
    struct hop_initiator_options o = options(HOP_AUTH_NEGOTIATE, tickets);
    HOP_AUTO_INITIATOR struct hop_initiator *i = NULL;
    struct hop_msg_answer a;
    struct hop_msg_start s;
    struct hop_ipc_msg *m;

    REQUIRE(log_on(++last_connection, HOP_SCHEME_NEGOTIATE, &o, &i, &a));
    REQUIRE(want(a.logon, shell_id, "cmd"));
    m = await(&monitor);
    REQUIRE(m != NULL && m->type == HOP_MSG_START && m->id == last_id);
    REQUIRE(hop_ipc_unpack(m, &s, NULL));
    CHECK_STR(s.session, shell_id);
    CHECK_STR(s.user, owner);
    CHECK_STR(s.principal, "alice@TEST");
    CHECK_INT(s.delegation, HOP_DELEGATION_NONE);
    CHECK_INT(m->fd_count, 0);
    CHECK_STR(s.ccache, "");
    CHECK(strstr(s.reason, "sent no credential along") != NULL);
}

TEST(session_with_a_forwarded_ticket)
{
    struct hop_initiator_options o = options(HOP_AUTH_NEGOTIATE, tickets);
    HOP_AUTO_INITIATOR struct hop_initiator *i = NULL;
    const char *path = realm_path(&realm, "got");
    const char *kvno[] = {"kvno", "-c", path, "host/c.test", NULL};
    struct hop_msg_answer a;
    struct hop_msg_start s;
    struct hop_ipc_msg *m;
    char bytes[8192];
    ssize_t n;
    int fd;

    o.delegate = HOP_DELEGATE_ALWAYS;
    REQUIRE(log_on(++last_connection, HOP_SCHEME_NEGOTIATE, &o, &i, &a));
    CHECK_INT(a.delegation, HOP_DELEGATION_FORWARDED);
    REQUIRE(want(a.logon, shell_id, "cmd"));
    m = await(&monitor);
    REQUIRE(m != NULL && m->type == HOP_MSG_START);
    REQUIRE(hop_ipc_unpack(m, &s, NULL));
    CHECK_INT(s.delegation, HOP_DELEGATION_FORWARDED);
    CHECK_STR(s.reason, "");
    fd = hop_ipc_take_fd(m, 0);
    REQUIRE(fd >= 0);
    lseek(fd, 0, SEEK_SET);
    n = read(fd, bytes, sizeof(bytes));
    close(fd);
    REQUIRE(n > 100 && hop_ccache_write(path, bytes, (size_t)n, NULL));
    CHECK(realm_run(&realm, NULL, kvno));
}

TEST(session_of_a_connection_that_is_gone)
{
    struct hop_initiator_options o = options(HOP_AUTH_NEGOTIATE, tickets);
    HOP_AUTO_INITIATOR struct hop_initiator *i = NULL;
    struct hop_msg_drop d = {++last_connection};
    struct hop_msg_answer a;
    struct hop_msg_failed f;
    struct hop_ipc_msg *m;

    REQUIRE(log_on(d.connection, HOP_SCHEME_NEGOTIATE, &o, &i, &a));
    REQUIRE(tell(&net, HOP_MSG_DROP, 0, &d, NULL, 0) &&
            want(a.logon, shell_id, "cmd"));
    m = await(&net);
    REQUIRE(m != NULL && m->type == HOP_MSG_FAILED && m->id == last_id);
    REQUIRE(hop_ipc_unpack(m, &f, NULL));
    CHECK_INT(f.code, HOP_SEC_E_CONTEXT_EXPIRED);
}

static bool
send_keys(const char *name)
{
    int fd = open(realm_path(&realm, name), O_RDONLY);

    return fd >= 0 && tell(&monitor, HOP_MSG_KEYS, 0, NULL, &fd, 1);
}

/* The machine's password changes while the server runs. */
TEST(keys_change)
{
    struct hop_initiator_options o = options(HOP_AUTH_KERBEROS, tickets);
    HOP_AUTO_INITIATOR struct hop_initiator *i = NULL, *again = NULL;
    struct hop_msg_answer a;
    struct hop_ipc_msg *m;
    struct timespec ms = {0, 50000000};

    REQUIRE(send_keys("c.keytab"));
    nanosleep(&ms, NULL);
    CHECK(!log_on(++last_connection, HOP_SCHEME_KERBEROS, &o, &i, &a));
    CHECK_INT(a.code, HOP_SEC_E_WRONG_PRINCIPAL);
    m = await(&monitor);
    REQUIRE(m != NULL && m->type == HOP_MSG_REKEY);
    REQUIRE(send_keys("b.keytab"));
    nanosleep(&ms, NULL);
    CHECK(log_on(++last_connection, HOP_SCHEME_KERBEROS, &o, &again, &a));
}

TEST(too_many_wrong_passwords)
{
    struct hop_msg_answer a = {0};

    for (int k = 0; k < 25; k++)
        REQUIRE(
            step(++last_connection, HOP_SCHEME_BASIC, true, "nora:x", 6, &a));
    CHECK(strstr(a.text, "too many wrong passwords") != NULL);
    REQUIRE(
        step(++last_connection, HOP_SCHEME_BASIC, true, "nora:geheim", 11, &a));
    CHECK_INT(a.result, HOP_ANSWER_DENIED);
}

TEST(journal_has_a_line_for_each)
{
    static char text[65536];
    FILE *f = fopen(realm_path(&realm, "auth.log"), "r");
    size_t n = f != NULL ? fread(text, 1, sizeof(text) - 1, f) : 0;

    text[n] = '\0';
    CHECK(strstr(text, "alice@TEST logged on from 192.0.2.7 with kerberos") !=
          NULL);
    CHECK(strstr(text, "HOP_REASON") != NULL);
    CHECK(strstr(text, "geheim") == NULL && strstr(text, "falsch") == NULL);
    if (f != NULL)
        fclose(f);
}

/* What breaks the rules between the processes ends the channel. */
TEST(two_tokens_at_once)
{
    struct hop_msg_step s = {.connection = ++last_connection,
                             .scheme = HOP_SCHEME_NEGOTIATE,
                             .token = {"NTLMSSP\0\1\0\0\0\7\2\0\0\0\0\0\0\0\0\0"
                                       "\0\0\0\0\0\0\0\0\0",
                                       32},
                             .peer = "192.0.2.8"};

    hop_ipc_send(&net, HOP_MSG_STEP, 1001, &s, NULL, 0);
    hop_ipc_send(&net, HOP_MSG_STEP, 1002, &s, NULL, 0);
    REQUIRE(hop_ipc_flush(&net, NULL) == HOP_IPC_OK);
    CHECK(await(&net) == NULL);
}

int
main(void)
{
    if (!begin("Service/Auth/Basic = true\nService/Auth/Certificate = true\n"
               "Linux/CredentialAgent = false\n"))
        return 1;
    logons();
    refusals();
    RUN(basic_with_the_right_password);
    RUN(session_without_delegation);
    RUN(session_with_a_forwarded_ticket);
    RUN(session_of_a_connection_that_is_gone);
    RUN(keys_change);
    RUN(too_many_wrong_passwords);
    RUN(journal_has_a_line_for_each);
    test_begin("stops when told");
    CHECK_INT(stop_process(), 0);
    if (start_process("Linux/CredentialAgent = false\n")) {
        RUN(two_tokens_at_once);
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
    }
    hop_cred_free(tickets);
    realm_stop(&realm);
    return test_done();
}
