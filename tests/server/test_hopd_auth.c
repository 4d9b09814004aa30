/* hopd-auth as a process: this program is the monitor and hopd-net at once.
 *
 * SPDX-License-Identifier: MIT
 */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "auth/explain.h"
#include "auth/grant.h"
#include "auth/initiate.h"
#include "auth/realm.h"
#include "base/alloc.h"
#include "server/messages.h"
#include "test.h"

static struct realm realm;
static struct hop_ipc monitor, net;
static pid_t pid;
static uint32_t last_id;
static uint64_t last_connection;
static char owner[64];
static struct hop_cred *tickets;

/* ---- the two channels */

static struct hop_ipc_msg *
await(struct hop_ipc *ipc)
{
    struct hop_ipc_msg *m;
    struct hop_error err;

    for (int k = 0; k < 100; k++) {
        struct pollfd p = {ipc->fd, POLLIN, 0};
        enum hop_ipc_result r = hop_ipc_next(ipc, &m, &err);

        if (r == HOP_IPC_OK)
            return m;
        if (r != HOP_IPC_AGAIN || poll(&p, 1, 5000) != 1)
            return NULL;
        r = hop_ipc_read(ipc, &err);
        if (r == HOP_IPC_CLOSED || r == HOP_IPC_BAD)
            return NULL;
    }
    return NULL;
}

static bool
tell(struct hop_ipc *ipc, uint32_t type, uint32_t id, const void *body,
     const int *fds, size_t n)
{
    struct hop_error err;

    hop_ipc_send(ipc, type, id, body, fds, n);
    return hop_ipc_flush(ipc, &err) != HOP_IPC_BAD;
}

static bool
start_process(const char *settings)
{
    const char *program = getenv("HOP_TEST_AUTH");
    struct hop_msg_config c = {
        .text = settings, .user = owner, .run_dir = realm.dir};
    struct hop_error err;
    struct hop_ipc_msg *m;
    int fds[2], peer[2];

    if (program == NULL || !hop_ipc_pair(fds, &err) ||
        !hop_ipc_pair(peer, &err))
        return false;
    pid = fork();
    if (pid == 0) {
        int log = open(realm_path(&realm, "auth.log"),
                       O_WRONLY | O_CREAT | O_APPEND, 0600);

        prctl(PR_SET_PDEATHSIG, SIGKILL);
        log = fcntl(log, F_DUPFD, 20);
        dup2(fcntl(fds[1], F_DUPFD, 20), 3);
        dup2(log, 4);
        execl(program, "hopd-auth", "--user", "--log", (char *)NULL);
        _exit(127);
    }
    close(fds[1]);
    hop_ipc_init(&monitor, fds[0], HOP_PEER_MONITOR, HOP_PEER_AUTH);
    hop_ipc_init(&net, peer[0], HOP_PEER_NET, HOP_PEER_AUTH);
    if (!tell(&monitor, HOP_MSG_CONFIG, 0, &c, NULL, 0) ||
        !tell(&monitor, HOP_MSG_PEER, 0, NULL, &peer[1], 1))
        return false;
    m = await(&monitor);
    return m != NULL && m->type == HOP_MSG_READY;
}

static void
stop_process(void)
{
    int status = 0;

    tell(&monitor, HOP_MSG_STOP, 0, NULL, NULL, 0);
    waitpid(pid, &status, 0);
    CHECK_INT(status, 0);
    hop_ipc_done(&monitor);
    hop_ipc_done(&net);
}

/* One STEP; the answer is valid until the next await. */
static bool
step(uint64_t connection, enum hop_scheme scheme, bool tls, const void *token,
     size_t n, struct hop_msg_answer *out)
{
    struct hop_msg_step s = {.connection = connection,
                             .scheme = (uint8_t)scheme,
                             .tls = tls,
                             .token = {token, n},
                             .peer = "192.0.2.7"};
    struct hop_error err;
    struct hop_ipc_msg *m;

    tell(&net, HOP_MSG_STEP, ++last_id, &s, NULL, 0);
    m = await(&net);
    return m != NULL && m->type == HOP_MSG_ANSWER && m->id == last_id &&
           hop_ipc_unpack(m, out, &err) && out->connection == connection;
}

/* A logon by an initiator; out is the last answer. */
static bool
log_on(uint64_t connection, enum hop_scheme scheme,
       const struct hop_initiator_options *o, struct hop_initiator **i,
       struct hop_msg_answer *out)
{
    HOP_AUTO_BUF struct hop_buf token = HOP_BUF_INIT;
    struct hop_error err = {0};
    enum hop_auth_step r = HOP_AUTH_FAILED;

    memset(out, 0, sizeof(*out));
    if (!hop_initiator_new(o, i, &err))
        return false;
    for (int k = 0; k < 5; k++) {
        hop_buf_clear(&token);
        r = hop_initiator_step(*i, out->token.data, out->token.len, &token,
                               &err);
        if (r == HOP_AUTH_FAILED || token.len == 0)
            break;
        if (!step(connection, scheme, false, token.data, token.len, out))
            return false;
        if (out->result == HOP_ANSWER_DENIED ||
            (out->result == HOP_ANSWER_DONE && out->token.len == 0))
            break;
    }
    if (err.text[0] != '\0')
        printf("# client: %s\n", err.text);
    return out->result == HOP_ANSWER_DONE;
}

static struct hop_initiator_options
options(enum hop_auth_mech mech, struct hop_cred *c)
{
    return (struct hop_initiator_options){
        .mech = mech, .cred = c, .spn = {.host = "b.test"}};
}

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

static bool
want(uint64_t logon)
{
    struct hop_msg_want w = {.logon = logon,
                             .session = shell_id,
                             .resource = "cmd",
                             .name = "",
                             .profile = ""};

    return tell(&net, HOP_MSG_WANT, ++last_id, &w, NULL, 0);
}

TEST(session_without_delegation)
{
    struct hop_initiator_options o = options(HOP_AUTH_NEGOTIATE, tickets);
    HOP_AUTO_INITIATOR struct hop_initiator *i = NULL;
    struct hop_msg_answer a;
    struct hop_msg_start s;
    struct hop_ipc_msg *m;

    REQUIRE(log_on(++last_connection, HOP_SCHEME_NEGOTIATE, &o, &i, &a));
    REQUIRE(want(a.logon));
    m = await(&monitor);
    REQUIRE(m != NULL && m->type == HOP_MSG_START && m->id == last_id);
    REQUIRE(hop_ipc_unpack(m, &s, NULL));
    CHECK_STR(s.session, shell_id);
    CHECK_STR(s.user, owner);
    CHECK_STR(s.principal, "alice@TEST");
    CHECK_INT(s.delegation, HOP_DELEGATION_NONE);
    CHECK_INT(m->fd_count, 0);
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
    REQUIRE(want(a.logon));
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
    REQUIRE(tell(&net, HOP_MSG_DROP, 0, &d, NULL, 0) && want(a.logon));
    m = await(&net);
    REQUIRE(m != NULL && m->type == HOP_MSG_FAILED && m->id == last_id);
    REQUIRE(hop_ipc_unpack(m, &f, NULL));
    CHECK_INT(f.code, HOP_SEC_E_CONTEXT_EXPIRED);
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
    HOP_AUTO_BUF struct hop_buf settings = HOP_BUF_INIT;
    FILE *f;

    snprintf(owner, sizeof(owner), "%s", realm_user());
    if (!realm_start(&realm, "aes256-cts") ||
        !realm_kinit(&realm, "alice", "-f")) {
        printf("Bail out! the realm did not start, see %s\n", realm.dir);
        return 1;
    }
    f = fopen(realm_path(&realm, "users"), "w");
    fputs("CORP:nora:geheim\n", f);
    fclose(f);
    chmod(realm_path(&realm, "users"), 0600);
    hop_buf_addf(&settings,
                 "Service/Auth/Basic = true\n"
                 "Service/Auth/Certificate = true\nLinux/Keytab = %s\n"
                 "Linux/NtlmUserFile = %s\n",
                 realm_path(&realm, "b.keytab"), realm_path(&realm, "users"));
    if (!hop_cred_default(NULL, &tickets, NULL) ||
        !start_process(hop_buf_str(&settings))) {
        printf("Bail out! hopd-auth did not start, see %s\n", realm.dir);
        return 1;
    }
    logons();
    refusals();
    RUN(basic_with_the_right_password);
    RUN(session_without_delegation);
    RUN(session_with_a_forwarded_ticket);
    RUN(session_of_a_connection_that_is_gone);
    RUN(too_many_wrong_passwords);
    RUN(journal_has_a_line_for_each);
    test_begin("stops when told");
    stop_process();
    if (start_process(hop_buf_str(&settings))) {
        RUN(two_tokens_at_once);
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
    }
    hop_cred_free(tickets);
    realm_stop(&realm);
    return test_done();
}
