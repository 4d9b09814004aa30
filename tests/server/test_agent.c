/* The credential agent as programs of a session meet it: MIT's own kvno and
 * klist over its socket, and requests by hand.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <krb5.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>

#include "auth/agentstatus.h"
#include "auth/gss.h"
#include "auth/kcm.h"
#include "base/alloc.h"
#include "server/authproc.h"
#include "test.h"

#define KCD  "kcd host/b.test@TEST host/c.test@TEST\n"
#define RBCD "rbcd host/c.test@TEST host/b.test@TEST\n"

struct session {
    char id[40];
    char conf[512]; /* KRB5_CONFIG */
    char socket[256];
    enum hop_delegation delegation;
    char reason[512];
};

static unsigned last_session;

/* Logs on and wants a session; true when the agent serves it. */
static bool
open_session(struct session *s, struct hop_cred *c, enum hop_auth_delegate d,
             const char *resource)
{
    struct hop_initiator_options o = options(HOP_AUTH_NEGOTIATE, c);
    HOP_AUTO_INITIATOR struct hop_initiator *i = NULL;
    struct hop_msg_answer a;
    struct hop_msg_start start;
    struct hop_ipc_msg *m;

    snprintf(s->id, sizeof(s->id), "11111111-2222-3333-4444-%012X",
             ++last_session);
    o.delegate = d;
    if (!log_on(++last_connection, HOP_SCHEME_NEGOTIATE, &o, &i, &a) ||
        !want(a.logon, s->id, resource))
        return false;
    m = await(&monitor);
    if (m == NULL || m->type != HOP_MSG_START ||
        !hop_ipc_unpack(m, &start, NULL))
        return false;
    snprintf(s->conf, sizeof(s->conf), "%s", start.krb5_config);
    snprintf(s->socket, sizeof(s->socket), "%s/auth/%s.kcm", realm.dir, s->id);
    snprintf(s->reason, sizeof(s->reason), "%s", start.reason);
    s->delegation = (enum hop_delegation)start.delegation;
    return strcmp(start.ccache, "KCM:") == 0;
}

static void
end_session(const struct session *s)
{
    struct hop_msg_ended e = {.session = s->id, .reason = "deleted"};

    tell(&monitor, HOP_MSG_ENDED, 0, &e, NULL, 0);
}

/* A program in the session; what it wrote is in DIR/log. */
static bool
in_session(const struct session *s, const char *const argv[])
{
    char conf[512], cc[256];
    bool ok;

    snprintf(conf, sizeof(conf), "%s", getenv("KRB5_CONFIG"));
    snprintf(cc, sizeof(cc), "%s", getenv("KRB5CCNAME"));
    setenv("KRB5_CONFIG", s->conf, 1);
    setenv("KRB5CCNAME", "KCM:", 1);
    unlink(realm_path(&realm, "log"));
    ok = realm_run(&realm, NULL, argv);
    setenv("KRB5_CONFIG", conf, 1);
    setenv("KRB5CCNAME", cc, 1);
    return ok;
}

static bool
kvno(const struct session *s, const char *service)
{
    const char *const argv[] = {"kvno", service, NULL};

    return in_session(s, argv);
}

static bool
file_says(const char *name, const char *words)
{
    static char text[65536];
    FILE *f = fopen(realm_path(&realm, name), "r");
    size_t n = f != NULL ? fread(text, 1, sizeof(text) - 1, f) : 0;

    if (f != NULL)
        fclose(f);
    text[n] = '\0';
    return strstr(text, words) != NULL;
}

/* ---- requests by hand */

static int
dial(const struct session *s)
{
    struct sockaddr_un a = {.sun_family = AF_UNIX};
    struct timeval limit = {5, 0};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);

    snprintf(a.sun_path, sizeof(a.sun_path), "%.100s", s->socket);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
    if (connect(fd, (struct sockaddr *)&a, sizeof(a)) == 0)
        return fd;
    close(fd);
    return -1;
}

static void
put(struct hop_buf *b, uint32_t v)
{
    char p[4] = {(char)(v >> 24), (char)(v >> 16), (char)(v >> 8), (char)v};

    hop_buf_add(b, p, 4);
}

static void
put_text(struct hop_buf *b, const char *t)
{
    put(b, (uint32_t)strlen(t));
    hop_buf_adds(b, t);
}

static void
put_request(struct hop_buf *out, unsigned op, const void *body, size_t n)
{
    char head[4] = {2, 0, (char)(op >> 8), (char)op};

    put(out, (uint32_t)(4 + n));
    hop_buf_add(out, head, 4);
    hop_buf_add(out, body, n);
}

static void
put_retrieve(struct hop_buf *out, const char *realm_name, const char *one,
             const char *two, char skey)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    hop_buf_add(&b, "hop", 4);
    put(&b, 0);
    put(&b, 2);
    put(&b, 1);
    put(&b, two != NULL ? 2 : 1);
    put_text(&b, realm_name);
    put_text(&b, one);
    if (two != NULL)
        put_text(&b, two);
    hop_buf_fill(&b, 0, 16);
    hop_buf_addc(&b, skey);
    put(&b, 0);
    put_request(out, KCM_RETRIEVE, b.data, b.len);
}

/* The code of the next reply, its payload appended; INT32_MIN at the end. */
static int32_t
read_reply(int fd, struct hop_buf *payload)
{
    unsigned char h[12];
    uint32_t n;
    char *room;

    if (recv(fd, h, sizeof(h), MSG_WAITALL) != (ssize_t)sizeof(h))
        return INT32_MIN;
    n = (uint32_t)h[0] << 24 | (uint32_t)h[1] << 16 | (uint32_t)h[2] << 8 |
        h[3];
    room = hop_buf_reserve(payload, n);
    if (n > 4 && recv(fd, room, n - 4, MSG_WAITALL) != (ssize_t)(n - 4))
        return INT32_MIN;
    hop_buf_commit(payload, n - 4);
    return (int32_t)((uint32_t)h[8] << 24 | (uint32_t)h[9] << 16 |
                     (uint32_t)h[10] << 8 | h[11]);
}

static int32_t
exchange_one(const struct session *s, const struct hop_buf *request,
             struct hop_buf *payload)
{
    int fd = dial(s);
    int32_t code = INT32_MIN;

    if (fd >= 0 && send(fd, request->data, request->len, MSG_NOSIGNAL) ==
                       (ssize_t)request->len)
        code = read_reply(fd, payload);
    if (fd >= 0)
        close(fd);
    return code;
}

/* ---- tests */

TEST(forwarded_ticket_stays_outside)
{
    static const char *const klist[] = {"klist", NULL};
    static const char *const quiet[] = {"klist", "-s", NULL};
    struct session s;

    REQUIRE(open_session(&s, tickets, HOP_DELEGATE_ALWAYS, "shell/cmd"));
    CHECK_INT(s.delegation, HOP_DELEGATION_FORWARDED);
    CHECK_STR(s.reason, "");
    CHECK(in_session(&s, quiet));
    CHECK(kvno(&s, "host/c.test"));
    CHECK(in_session(&s, klist));
    CHECK(file_says("log", "Default principal: alice@TEST"));
    CHECK(file_says("log", "delegated-by-agent@TEST"));
    CHECK(file_says("log", "host/c.test@TEST"));
    CHECK(!file_says("log", "krbtgt"));
    CHECK(!kvno(&s, "krbtgt/TEST@TEST"));
    end_session(&s);
}

/* As klist in the session asks. */
static void
get_status(const struct session *s, struct hop_agent_status *got)
{
    char conf[512], cc[256];
    struct hop_error err = {0};

    snprintf(conf, sizeof(conf), "%s", getenv("KRB5_CONFIG"));
    snprintf(cc, sizeof(cc), "%s", getenv("KRB5CCNAME"));
    setenv("KRB5_CONFIG", s->conf, 1);
    setenv("KRB5CCNAME", "KCM:", 1);
    krb_context_reset();
    CHECK(hop_agent_status_get(got, &err));
    CHECK_STR(err.text, "");
    setenv("KRB5_CONFIG", conf, 1);
    setenv("KRB5CCNAME", cc, 1);
    krb_context_reset();
}

static void
check_loss(const struct session *s)
{
    struct hop_agent_status got = {0};

    get_status(s, &got);
    REQUIRE(got.count >= 2);
    CHECK_INT(got.entries[1].kind, HOP_AGENT_LOST);
    CHECK(got.entries[1].time <= time(NULL));
    CHECK(strstr(got.entries[1].text, "open a new session") != NULL);
    hop_agent_status_done(&got);
}

static void
check_status(const struct session *s)
{
    struct hop_agent_status got = {0};
    struct hop_error err = {0};

    get_status(s, &got);
    REQUIRE(got.count == 3);
    CHECK_INT(got.entries[0].kind, HOP_AGENT_FROM);
    CHECK_STR(got.entries[0].name, "constrained");
    CHECK_STR(got.entries[0].text, "alice@TEST");
    CHECK_INT(got.entries[1].kind, HOP_AGENT_TICKET);
    CHECK_STR(got.entries[1].name, "host/c.test@TEST");
    CHECK(got.entries[1].time > time(NULL));
    CHECK_INT(got.entries[2].kind, HOP_AGENT_REFUSED);
    CHECK_INT(got.entries[2].code, KRB5KDC_ERR_BADOPTION);
    CHECK(strstr(got.entries[2].text, "msDS-AllowedToDelegateTo") != NULL);
    hop_agent_status_done(&got);
    CHECK(!hop_agent_status_get(&got, &err));
    CHECK(strstr(err.text, "this session has none") != NULL);
}

static void
ask_one(const struct session *s, enum kcm_op op, struct hop_buf *text,
        int32_t code)
{
    HOP_AUTO_BUF struct hop_buf req = HOP_BUF_INIT;

    hop_buf_clear(text);
    put_request(&req, op, NULL, 0);
    CHECK_INT((int32_t)exchange_one(s, &req, text), code);
}

/* Tickets and refusals are forgotten; what they are made of stays. */
static void
check_purge(const struct session *s)
{
    HOP_AUTO_BUF struct hop_buf text = HOP_BUF_INIT;

    ask_one(s, KCM_HOP_PURGE, &text, 0);
    ask_one(s, KCM_HOP_STATUS, &text, 0);
    CHECK(strstr(hop_buf_str(&text), "from\tconstrained\t") != NULL);
    CHECK(strstr(hop_buf_str(&text), "ticket\t") == NULL);
    CHECK(strstr(hop_buf_str(&text), "refused\t") == NULL);
    CHECK(!kvno(s, "host/c.test"));
}

TEST(the_domain_decides)
{
    struct session s, fresh;
    HOP_AUTO_BUF struct hop_buf req = HOP_BUF_INIT;
    HOP_AUTO_BUF struct hop_buf text = HOP_BUF_INIT;

    realm_policy(&realm, "");
    REQUIRE(open_session(&s, tickets, HOP_DELEGATE_NONE, "shell/cmd"));
    CHECK_INT(s.delegation, HOP_DELEGATION_S4U);
    CHECK(strstr(s.reason, "sent no credential along") != NULL);
    CHECK(!kvno(&s, "host/c.test"));
    CHECK(file_says("log", "KDC can't fulfill requested option"));
    CHECK(file_says("auth.log",
                    "ticket for alice@TEST to host/c.test@TEST refused: the "
                    "domain does not let this server act for the user"));
    /* A grant works at once: no refusal is remembered. */
    realm_policy(&realm, RBCD);
    CHECK(kvno(&s, "host/c.test"));
    CHECK(file_says("auth.log",
                    "ticket for alice@TEST to host/c.test@TEST given"));
    /* What was given stays given; a new session is refused. */
    realm_policy(&realm, "");
    CHECK(kvno(&s, "host/c.test"));
    REQUIRE(open_session(&fresh, tickets, HOP_DELEGATE_NONE, "shell/cmd"));
    CHECK(!kvno(&fresh, "host/c.test"));
    put_request(&req, KCM_HOP_STATUS, NULL, 0);
    CHECK_INT(exchange_one(&s, &req, &text), 0);
    CHECK(strstr(hop_buf_str(&text), "from\tconstrained\talice@TEST\t") !=
          NULL);
    CHECK(strstr(hop_buf_str(&text), "ticket\thost/c.test@TEST\t") != NULL);
    CHECK(strstr(hop_buf_str(&text), "refused\thost/c.test@TEST\t") != NULL);
    CHECK(strstr(hop_buf_str(&text), "PrincipalsAllowedToDelegateToAccount") !=
          NULL);
    check_status(&s);
    check_purge(&s);
    end_session(&s);
    end_session(&fresh);
}

/* What hopd-auth itself holds: root may see and drop it. */
TEST(machine_is_for_administrators)
{
    struct session m = {0}, s;
    HOP_AUTO_BUF struct hop_buf req = HOP_BUF_INIT;
    HOP_AUTO_BUF struct hop_buf text = HOP_BUF_INIT;

    snprintf(m.socket, sizeof(m.socket), "%s/auth/machine.kcm", realm.dir);
    if (geteuid() != 0)
        return;
    realm_policy(&realm, RBCD);
    REQUIRE(open_session(&s, tickets, HOP_DELEGATE_NONE, "shell/cmd"));
    CHECK(kvno(&s, "host/c.test"));
    put_request(&req, KCM_HOP_STATUS, NULL, 0);
    CHECK_INT(exchange_one(&m, &req, &text), 0);
    CHECK(strstr(hop_buf_str(&text), "from\tkeytab\t") != NULL);
    CHECK(strstr(hop_buf_str(&text), "ticket\tkrbtgt/TEST@TEST\t") != NULL);
    ask_one(&m, KCM_HOP_PURGE, &text, 0);
    ask_one(&m, KCM_HOP_STATUS, &text, 0);
    CHECK(strstr(hop_buf_str(&text), "ticket\t") == NULL);
    /* Nobody gets a ticket there, nor a listing. */
    ask_one(&m, KCM_GET_CACHE_UUID_LIST, &text, KRB5_FCC_NOFILE);
    end_session(&s);
}

TEST(sensitive_user_gets_no_agent)
{
    HOP_AUTO_CRED struct hop_cred *carol =
        password_cred("carol@TEST", REALM_PASSWORD);
    struct hop_initiator_options o = options(HOP_AUTH_NEGOTIATE, carol);
    HOP_AUTO_INITIATOR struct hop_initiator *i = NULL;
    struct hop_msg_answer a;

    /* carol has no account here; what counts is that hopd-auth says so. */
    CHECK(!log_on(++last_connection, HOP_SCHEME_NEGOTIATE, &o, &i, &a));
    CHECK_INT(a.code, 0x80070525u);
}

TEST(caches_are_not_for_writing)
{
    static const char *const kdestroy[] = {"kdestroy", NULL};
    static const char *const kinit[] = {"kinit", "bob", NULL};
    struct session s;

    REQUIRE(open_session(&s, tickets, HOP_DELEGATE_ALWAYS, "shell/cmd"));
    CHECK(!in_session(&s, kdestroy));
    CHECK(!in_session(&s, kinit));
    CHECK(kvno(&s, "host/c.test"));
    end_session(&s);
}

static void
never_given(void)
{
    static const struct {
        const char *name, *realm, *one, *two;
        char skey;
    } rows[] = {
        {"a TGT", "TEST", "krbtgt", "TEST", 0},
        {"a configuration entry", "X-CACHECONF:", "krb5_ccache_conf_data",
         "fast_avail", 0},
        {"the marker", "TEST", "delegated-by-agent", NULL, 0},
        {"a ticket between users", "TEST", "host", "c.test", 1},
        {"a name with a newline", "TEST", "host", "c.test\nx", 0},
    };
    struct session s;

    if (!open_session(&s, tickets, HOP_DELEGATE_ALWAYS, "shell/cmd"))
        return;
    for (size_t k = 0; k < HOP_ARRAY_SIZE(rows); k++) {
        HOP_AUTO_BUF struct hop_buf req = HOP_BUF_INIT;
        HOP_AUTO_BUF struct hop_buf reply = HOP_BUF_INIT;

        ROW(rows[k].name);
        put_retrieve(&req, rows[k].realm, rows[k].one, rows[k].two,
                     rows[k].skey);
        CHECK_INT(exchange_one(&s, &req, &reply), KRB5_CC_NOTFOUND);
        CHECK_INT(reply.len, 0);
    }
    end_session(&s);
}

/* A name with an empty realm, as libkrb5 asks where krb5.conf does not know
 * the domain. */
TEST(empty_realm_is_filled)
{
    HOP_AUTO_BUF struct hop_buf req = HOP_BUF_INIT;
    HOP_AUTO_BUF struct hop_buf reply = HOP_BUF_INIT;
    struct session s;

    REQUIRE(open_session(&s, tickets, HOP_DELEGATE_ALWAYS, "shell/cmd"));
    put_retrieve(&req, "", "host", "c.test", 0);
    CHECK_INT(exchange_one(&s, &req, &reply), 0);
    CHECK(reply.len > 100);
    end_session(&s);
}

static void
forged_requests(void)
{
    static const struct {
        const char *name, *bytes;
        size_t n;
    } rows[] = {
        {"a length over the limit", "\x7f\xff\xff\xff\2\0\0\7", 8},
        {"a length of nothing", "\0\0\0\0", 4},
        {"another version", "\0\0\0\4\1\0\0\x14", 8},
        {"a name past the end", "\0\0\0\6\2\0\0\x08zz", 10},
    };
    struct session s;

    if (!open_session(&s, tickets, HOP_DELEGATE_ALWAYS, "shell/cmd"))
        return;
    for (size_t k = 0; k < HOP_ARRAY_SIZE(rows); k++) {
        HOP_AUTO_BUF struct hop_buf none = HOP_BUF_INIT;
        int fd = dial(&s);

        ROW(rows[k].name);
        CHECK(send(fd, rows[k].bytes, rows[k].n, MSG_NOSIGNAL) ==
              (ssize_t)rows[k].n);
        CHECK_INT(read_reply(fd, &none), INT32_MIN);
        close(fd);
    }
    ROW("and serves on");
    CHECK(kvno(&s, "host/c.test"));
    end_session(&s);
}

TEST(another_user_is_turned_away)
{
    struct session s;
    HOP_AUTO_BUF struct hop_buf req = HOP_BUF_INIT;
    int status = 0;
    pid_t other;

    if (geteuid() != 0) {
        printf("# only root can try as somebody else\n");
        return;
    }
    REQUIRE(open_session(&s, tickets, HOP_DELEGATE_ALWAYS, "shell/cmd"));
    chmod(realm.dir, 0711);
    put_retrieve(&req, "TEST", "host", "c.test", 0);
    other = fork();
    if (other == 0) {
        HOP_AUTO_BUF struct hop_buf reply = HOP_BUF_INIT;

        if (setuid(65534) != 0)
            _exit(2);
        _exit(exchange_one(&s, &req, &reply) == INT32_MIN && reply.len == 0
                  ? 0
                  : 1);
    }
    waitpid(other, &status, 0);
    CHECK_INT(status, 0);
    CHECK(file_says("auth.log", "user id 65534 tried the tickets of"));
    end_session(&s);
}

/* A KDC that does not answer holds up who asks for a new ticket, nobody else.
 */
TEST(silent_kdc_blocks_nobody_else)
{
    HOP_AUTO_BUF struct hop_buf slow = HOP_BUF_INIT;
    HOP_AUTO_BUF struct hop_buf held = HOP_BUF_INIT;
    HOP_AUTO_BUF struct hop_buf reply = HOP_BUF_INIT;
    struct timespec t0, t1;
    struct session s;
    int fd;

    REQUIRE(open_session(&s, tickets, HOP_DELEGATE_ALWAYS, "shell/cmd"));
    REQUIRE(kvno(&s, "host/c.test"));
    kill(realm.kdc, SIGSTOP);
    fd = dial(&s);
    put_retrieve(&slow, "TEST", "HTTP", "web.test", 0);
    CHECK(send(fd, slow.data, slow.len, MSG_NOSIGNAL) == (ssize_t)slow.len);
    clock_gettime(CLOCK_MONOTONIC, &t0);
    put_retrieve(&held, "TEST", "host", "c.test", 0);
    CHECK_INT(exchange_one(&s, &held, &reply), 0);
    clock_gettime(CLOCK_MONOTONIC, &t1);
    CHECK((t1.tv_sec - t0.tv_sec) * 1000 + (t1.tv_nsec - t0.tv_nsec) / 1000000 <
          500);
    kill(realm.kdc, SIGCONT);
    hop_buf_clear(&reply);
    CHECK_INT(read_reply(fd, &reply), 0);
    CHECK(reply.len > 100);
    close(fd);
    end_session(&s);
}

/* Who asks for the same ticket meanwhile gets that of the one child. */
TEST(many_ask_for_one)
{
    HOP_AUTO_BUF struct hop_buf req = HOP_BUF_INIT;
    struct session s;
    int fds[20];

    REQUIRE(open_session(&s, tickets, HOP_DELEGATE_ALWAYS, "shell/cmd"));
    put_retrieve(&req, "TEST", "HTTP", "b.test", 0);
    for (size_t k = 0; k < HOP_ARRAY_SIZE(fds); k++) {
        fds[k] = dial(&s);
        CHECK(send(fds[k], req.data, req.len, MSG_NOSIGNAL) ==
              (ssize_t)req.len);
    }
    for (size_t k = 0; k < HOP_ARRAY_SIZE(fds); k++) {
        HOP_AUTO_BUF struct hop_buf reply = HOP_BUF_INIT;

        CHECK_INT(read_reply(fds[k], &reply), 0);
        close(fds[k]);
    }
    end_session(&s);
}

/* Different ones wait for their turn where there are too many. */
TEST(many_ask_for_many)
{
    struct session s;
    int fds[12];

    REQUIRE(open_session(&s, tickets, HOP_DELEGATE_ALWAYS, "shell/cmd"));
    for (size_t k = 0; k < HOP_ARRAY_SIZE(fds); k++) {
        HOP_AUTO_BUF struct hop_buf req = HOP_BUF_INIT;
        char host[32];

        snprintf(host, sizeof(host), "none%zu.test", k);
        put_retrieve(&req, "TEST", "host", host, 0);
        fds[k] = dial(&s);
        CHECK(send(fds[k], req.data, req.len, MSG_NOSIGNAL) ==
              (ssize_t)req.len);
    }
    for (size_t k = 0; k < HOP_ARRAY_SIZE(fds); k++) {
        HOP_AUTO_BUF struct hop_buf reply = HOP_BUF_INIT;

        CHECK_INT(read_reply(fds[k], &reply), KRB5KDC_ERR_S_PRINCIPAL_UNKNOWN);
        close(fds[k]);
    }
    end_session(&s);
}

TEST(lists_of_an_endpoint)
{
    struct session s;

    REQUIRE(open_session(&s, tickets, HOP_DELEGATE_ALWAYS,
                         "http://example/shell/narrow"));
    CHECK(kvno(&s, "host/c.test"));
    CHECK(!kvno(&s, "HTTP/web.test"));
    CHECK(file_says("log", "KDC policy rejects request"));
    CHECK(file_says("auth.log", "HTTP/web.test@TEST refused: the endpoint's "
                                "lists of services do not allow it"));
    end_session(&s);
}

TEST(everything_goes_with_the_session)
{
    struct timespec ms = {0, 2000000};
    struct stat st;
    struct session s;
    char conf[512];

    REQUIRE(open_session(&s, tickets, HOP_DELEGATE_ALWAYS, "shell/cmd"));
    REQUIRE(kvno(&s, "host/c.test"));
    snprintf(conf, sizeof(conf), "%.*s", (int)strcspn(s.conf, ":"), s.conf);
    CHECK(stat(conf, &st) == 0 && (st.st_mode & 0777) == 0644);
    end_session(&s);
    for (int k = 0; k < 500 && stat(s.socket, &st) == 0; k++)
        nanosleep(&ms, NULL);
    CHECK(stat(s.socket, &st) != 0 && errno == ENOENT);
    CHECK(stat(conf, &st) != 0);
    CHECK(!kvno(&s, "host/c.test"));
}

/* ---- tickets that end while the session lives */

static bool
kinit_for(const char *cache, const char *lifetime, const char *renewable,
          struct hop_cred **out)
{
    const char *argv[] = {"kinit", "-f",      "-l",    lifetime,
                          "-r",    renewable, "alice", NULL};
    const char *path = realm_path(&realm, cache);
    char old[512];
    bool ok;

    snprintf(old, sizeof(old), "%s", getenv("KRB5CCNAME"));
    setenv("KRB5CCNAME", path, 1);
    ok = realm_run(&realm, REALM_PASSWORD "\n", argv) &&
         hop_cred_default(path, out, NULL);
    setenv("KRB5CCNAME", old, 1);
    return ok;
}

/* When what the session's tickets are made from ends. */
static int64_t
grant_end(const struct session *s)
{
    struct hop_agent_status got = {0};
    int64_t end = 0;

    get_status(s, &got);
    if (got.count > 0)
        end = got.entries[0].time;
    hop_agent_status_done(&got);
    return end;
}

static void
wait_until(int64_t at)
{
    struct timespec ms = {0, 20000000};

    while (time(NULL) <= at)
        nanosleep(&ms, NULL);
}

/* What a ticket of so many seconds is made from is used up in time, or the
 * machine is too slow for it. */
static bool
ends_in_time(const char *life)
{
    HOP_AUTO_CRED struct hop_cred *c = NULL;
    struct session forwarded, evidence;
    bool begun;

    if (!kinit_for("brief", life, life, &c) ||
        !open_session(&forwarded, c, HOP_DELEGATE_ALWAYS, "shell/cmd"))
        return false;
    begun = open_session(&evidence, c, HOP_DELEGATE_NONE, "shell/cmd") &&
            kvno(&forwarded, "host/c.test") && kvno(&evidence, "host/c.test");
    if (begun) {
        wait_until(grant_end(&evidence));
        CHECK(!kvno(&forwarded, "host/c.test"));
        CHECK(file_says("log", "Ticket expired"));
        CHECK(!kvno(&evidence, "host/c.test"));
        CHECK(file_says("log", "Ticket expired"));
        CHECK(file_says("auth.log",
                        "host/c.test@TEST refused: what the user logged on "
                        "with has expired: log on again"));
        end_session(&evidence);
    }
    end_session(&forwarded);
    return begun;
}

TEST(tickets_end_with_what_they_are_made_from)
{
    realm_policy(&realm, RBCD);
    CHECK(ends_in_time("2s") || ends_in_time("10s") || ends_in_time("40s"));
    realm_policy(&realm, "");
}

/* The domain's clock and this host's have drifted apart since the logon. */
TEST(clocks_that_differ)
{
    static const struct {
        const char *policy, *service, *says, *why;
    } clocks[] = {
        {"clock 600 by\n" RBCD, "HTTP/web.test", "Clock skew too great",
         "HTTP/web.test@TEST refused: the clocks of this host and the domain "
         "differ"},
        {"clock -600 by\n" RBCD, "host/d.test", "Ticket not yet valid",
         "host/d.test@TEST refused: the clocks of this host and the domain "
         "differ"},
    };
    struct session s;

    realm_policy(&realm, RBCD);
    REQUIRE(open_session(&s, tickets, HOP_DELEGATE_NONE, "shell/cmd"));
    CHECK(kvno(&s, "host/c.test"));
    /* behind, it takes its own tickets for those of the future */
    for (size_t k = 0; k < HOP_ARRAY_SIZE(clocks); k++) {
        realm_policy(&realm, clocks[k].policy);
        CHECK(kvno(&s, "host/c.test")); /* it is held */
        CHECK(!kvno(&s, clocks[k].service));
        CHECK(file_says("log", clocks[k].says));
        CHECK(file_says("auth.log", clocks[k].why));
    }
    realm_policy(&realm, "");
    end_session(&s);
}

static bool
is_renewed_in_time(const char *life)
{
    HOP_AUTO_CRED struct hop_cred *c = NULL;
    struct session s;
    int64_t end;
    bool renewed;

    if (!kinit_for("renewable", life, "1h", &c) ||
        !open_session(&s, c, HOP_DELEGATE_ALWAYS, "shell/cmd"))
        return false;
    end = grant_end(&s);
    wait_until(end);
    renewed = grant_end(&s) > end;
    if (renewed) {
        CHECK(kvno(&s, "host/c.test"));
        CHECK(file_says("auth.log", "ticket of alice@TEST has been renewed"));
    }
    end_session(&s);
    return renewed;
}

TEST(what_was_forwarded_is_renewed)
{
    CHECK(is_renewed_in_time("4s") || is_renewed_in_time("16s") ||
          is_renewed_in_time("64s"));
}

/* ---- who asks for more than there is room for */

static long
resident_kib(void)
{
    char path[64], line[256];
    long kib = 0;
    FILE *f;

    snprintf(path, sizeof(path), "/proc/%d/smaps_rollup", (int)pid);
    f = fopen(path, "r");
    while (f != NULL && fgets(line, sizeof(line), f) != NULL)
        sscanf(line, "Private_Dirty: %ld", &kib);
    if (f != NULL)
        fclose(f);
    return kib;
}

static bool
is_cut(int fd)
{
    struct pollfd p = {.fd = fd};

    return poll(&p, 1, 0) == 1 && (p.revents & POLLHUP) != 0;
}

TEST(who_does_not_read_is_cut_off)
{
    enum { CONNECTIONS = 48, BYTES = 60000 };
    HOP_AUTO_BUF struct hop_buf many = HOP_BUF_INIT, one = HOP_BUF_INIT;
    HOP_AUTO_BUF struct hop_buf reply = HOP_BUF_INIT;
    struct timespec ms = {0, 2000000};
    struct session s;
    int fds[CONNECTIONS];
    long before;

    REQUIRE(open_session(&s, tickets, HOP_DELEGATE_ALWAYS, "shell/cmd"));
    put_request(&one, KCM_GET_CRED_LIST, "hop", 4);
    while (many.len < BYTES)
        hop_buf_add(&many, one.data, one.len);
    before = resident_kib();
    for (size_t k = 0; k < CONNECTIONS; k++) {
        fds[k] = dial(&s);
        CHECK(send(fds[k], many.data, many.len, MSG_NOSIGNAL) > 0);
    }
    /* those that came last are too much */
    for (int k = 0; k < 20000 && !is_cut(fds[CONNECTIONS - 1]); k++)
        nanosleep(&ms, NULL);
    CHECK(is_cut(fds[CONNECTIONS - 1]));
    CHECK(!is_cut(fds[0]));
#if !defined(__SANITIZE_ADDRESS__) /* which keeps what was freed */
    CHECK(resident_kib() - before < 16384);
#else
    (void)before;
#endif
    CHECK_INT(exchange_one(&s, &one, &reply), 0);
    for (size_t k = 0; k < CONNECTIONS; k++)
        close(fds[k]);
    end_session(&s);
}

/* ---- after a restart of hopd-auth */

struct orphan {
    const char *name;
    enum hop_delegation delegation;
    const char *principal, *policy;
    int64_t ends_in_s;
    bool served;
    const char *says; /* in the status; NULL: not looked at */
};

/* A session of the process before this one, as the monitor tells of it. */
static void
adopt_orphan(struct session *s, const struct orphan *o)
{
    struct hop_msg_orphan m = {.session = s->id,
                               .resource = "shell/cmd",
                               .user = realm_user(),
                               .principal = o->principal,
                               .delegation = (uint8_t)o->delegation,
                               .expires =
                                   (uint64_t)(time(NULL) + o->ends_in_s)};
    struct timespec ms = {0, 2000000};
    struct stat st;
    char conf[256];

    snprintf(s->id, sizeof(s->id), "11111111-2222-3333-4444-%012X",
             ++last_session);
    snprintf(s->conf, sizeof(s->conf), "%s/auth/%s.conf:%s", realm.dir, s->id,
             getenv("KRB5_CONFIG"));
    snprintf(s->socket, sizeof(s->socket), "%s/auth/%s.kcm", realm.dir, s->id);
    snprintf(conf, sizeof(conf), "%s/auth/%s.conf", realm.dir, s->id);
    tell(&monitor, HOP_MSG_ORPHAN, 0, &m, NULL, 0);
    /* It is written last. */
    for (int k = 0; k < 1000 && (stat(conf, &st) != 0 || st.st_size == 0); k++)
        nanosleep(&ms, NULL);
}

static void
orphans(void)
{
    static const struct orphan rows[] = {
        {"what was constrained, where any protocol is allowed",
         HOP_DELEGATION_S4U, "alice@TEST", KCD, 3600, true, NULL},
        {"what was constrained, and is no more", HOP_DELEGATION_S4U,
         "alice@TEST", "", 3600, false, "your ticket to this host"},
        {"what was forwarded", HOP_DELEGATION_FORWARDED, "alice@TEST", "", 3600,
         false, "the ticket that you had forwarded"},
        {"what has ended meanwhile", HOP_DELEGATION_S4U, "alice@TEST", KCD, -5,
         false, NULL},
    };

    for (size_t k = 0; k < HOP_ARRAY_SIZE(rows); k++) {
        struct session s = {0};
        HOP_AUTO_BUF struct hop_buf req = HOP_BUF_INIT;
        HOP_AUTO_BUF struct hop_buf text = HOP_BUF_INIT;

        ROW(rows[k].name);
        realm_policy(&realm, rows[k].policy);
        adopt_orphan(&s, &rows[k]);
        CHECK_INT(kvno(&s, "host/c.test"), rows[k].served);
        put_request(&req, KCM_HOP_STATUS, NULL, 0);
        CHECK_INT(exchange_one(&s, &req, &text), 0);
        CHECK(strstr(hop_buf_str(&text), "from\tany protocol\talice@TEST\t"));
        CHECK(strstr(hop_buf_str(&text), "\nlost\t") != NULL);
        CHECK(rows[k].says == NULL ||
              strstr(hop_buf_str(&text), rows[k].says) != NULL);
        check_loss(&s);
        end_session(&s);
    }
}

/* ---- figures, when asked for with an argument */

static double
seconds_since(const struct timespec *t0)
{
    struct timespec t1;

    clock_gettime(CLOCK_MONOTONIC, &t1);
    return (double)(t1.tv_sec - t0->tv_sec) +
           (double)(t1.tv_nsec - t0->tv_nsec) / 1e9;
}

static void
measure(void)
{
    enum { SESSIONS = 200, FIRST = 100, HELD = 2000 };
    static struct session s[SESSIONS];
    HOP_AUTO_BUF struct hop_buf req = HOP_BUF_INIT;
    struct timespec t0;
    long before = resident_kib();
    int fd;

    realm_policy(&realm, RBCD);
    for (int k = 0; k < SESSIONS; k++)
        if (!open_session(&s[k], tickets, HOP_DELEGATE_NONE, "shell/cmd"))
            return;
    printf("# %.1f KiB for a session\n",
           (double)(resident_kib() - before) / SESSIONS);
    put_retrieve(&req, "TEST", "host", "c.test", 0);
    clock_gettime(CLOCK_MONOTONIC, &t0);
    for (int k = 0; k < FIRST; k++) {
        HOP_AUTO_BUF struct hop_buf reply = HOP_BUF_INIT;

        CHECK_INT(exchange_one(&s[k], &req, &reply), 0);
    }
    printf("# first ticket by S4U2Proxy: %.2f ms\n",
           seconds_since(&t0) * 1e3 / FIRST);
    fd = dial(&s[0]);
    clock_gettime(CLOCK_MONOTONIC, &t0);
    for (int k = 0; k < HELD; k++) {
        HOP_AUTO_BUF struct hop_buf reply = HOP_BUF_INIT;

        if (send(fd, req.data, req.len, MSG_NOSIGNAL) < 0 ||
            read_reply(fd, &reply) != 0)
            return;
    }
    printf("# held tickets: %.0f requests/s\n", HELD / seconds_since(&t0));
    close(fd);
    for (int k = 0; k < SESSIONS; k++)
        end_session(&s[k]);
}

int
main(int argc, char **argv)
{
    if (!begin("Plugin/narrow/AllowDelegationTo = host, cifs/*.test\n"))
        return 1;
    RUN(forwarded_ticket_stays_outside);
    RUN(the_domain_decides);
    RUN(machine_is_for_administrators);
    RUN(sensitive_user_gets_no_agent);
    RUN(caches_are_not_for_writing);
    never_given();
    RUN(empty_realm_is_filled);
    forged_requests();
    RUN(another_user_is_turned_away);
    RUN(silent_kdc_blocks_nobody_else);
    RUN(many_ask_for_one);
    RUN(many_ask_for_many);
    RUN(lists_of_an_endpoint);
    RUN(tickets_end_with_what_they_are_made_from);
    RUN(clocks_that_differ);
    RUN(what_was_forwarded_is_renewed);
    RUN(who_does_not_read_is_cut_off);
    RUN(everything_goes_with_the_session);
    orphans();
    if (argc > 1)
        measure();
    test_begin("ends cleanly");
    CHECK_INT(stop_process(), 0);
    hop_cred_free(tickets);
    realm_stop(&realm);
    return test_done();
}
