/* Connections, shells and commands against a server in another process, which
 * answers what the row asks for.  SPDX-License-Identifier: MIT */
#include "client/hop.h"

#include "test.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/guid.h"
#include "net/httpd.h"
#include "net/listen.h"
#include "wsman/message.h"
#include "wsman/stream.h"

/* ---- the server: a shell that echoes its input and says what happened ---- */

enum mood {
    KIND,
    TIMES_OUT,  /* the first Receive gets fault 2150858793 */
    DROPS,      /* the first Receive loses its connection */
    FORGETS,    /* closes after each answer */
    STATUS_403, /* to everything */
    STATUS_401,
    REDIRECTS,
    SAYS_OK, /* 200 without a body */
    FAULTS,  /* Command fails with access denied */
    SILENT,  /* never answers a Receive */
    SPLITS,  /* gives output in two parts an answer */
};

struct server {
    enum mood mood;
    int receives;
    struct hop_buf input;
    bool input_ended, terminated;
    struct hop_httpd_conn *waiting; /* a Receive */
    struct hop_wsman_message *asked;
};

static const struct hop_wsman_limits limits = {.max_bytes = 600000};
static const struct hop_http_header soap = {"Content-Type",
                                            "application/soap+xml;charset="
                                            "UTF-8"};

static void
reply(struct server *s, struct hop_httpd_conn *conn, int status,
      const struct hop_buf *body)
{
    const struct hop_http_response r = {.status = status,
                                        .headers = &soap,
                                        .header_count = 1,
                                        .close = s->mood == FORGETS};

    hop_httpd_respond(conn, &r, body ? body->data : NULL, body ? body->len : 0);
}

static void
reply_message(struct server *s, struct hop_httpd_conn *conn,
              struct hop_wsman_message *m)
{
    HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;

    hop_wsman_encode(&out, m);
    reply(s, conn, m->kind == HOP_WSMAN_FAULT ? 500 : 200, &out);
}

static void
reply_fault(struct server *s, struct hop_httpd_conn *conn,
            const struct hop_wsman_message *asked, uint32_t code)
{
    struct hop_wsman_message m;

    hop_wsman_answer_init(&m, HOP_WSMAN_FAULT, asked,
                          "uuid:00000000-0000-4000-8000-000000000001");
    hop_fault_set(&m.fault, code, NULL);
    reply_message(s, conn, &m);
}

/* As much of the input as the client takes as output; done when all is out and
 * the input has ended. */
static void
reply_output(struct server *s, struct hop_httpd_conn *conn,
             const struct hop_wsman_message *asked)
{
    HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;
    struct hop_wsman_stream_writer w;
    struct hop_wsman_message m;
    const char *id = asked->receive.command_id;
    size_t n;

    hop_wsman_answer_init(&m, HOP_WSMAN_RECEIVE_RESPONSE, asked,
                          "uuid:00000000-0000-4000-8000-000000000002");
    hop_wsman_receive_begin(&w, &out, &m, asked->header.max_envelope_bytes);
    if (s->terminated)
        hop_wsman_stream_add(&w, "stderr", id, "stopped", 7, false);
    n = hop_wsman_stream_room(&w);
    n = n < s->input.len ? n : s->input.len;
    if (s->mood == SPLITS && n > 2) {
        n /= 2; /* the room is for one */
        hop_wsman_stream_add(&w, "stdout", id, s->input.data, n / 2, false);
        hop_wsman_stream_add(&w, "stdout", id, s->input.data + n / 2, n - n / 2,
                             false);
    } else {
        hop_wsman_stream_add(&w, "stdout", id, s->input.data, n, false);
    }
    hop_buf_consume(&s->input, n);
    if ((s->input_ended && s->input.len == 0) || s->terminated)
        hop_wsman_receive_end(&w, id, HOP_WSMAN_STATE_DONE, true,
                              s->terminated ? 130 : 7);
    else
        hop_wsman_receive_end(&w, id, HOP_WSMAN_STATE_RUNNING, false, 0);
    reply(s, conn, 200, &out);
}

static void
try_output(struct server *s)
{
    if (s->waiting && (s->input.len > 0 || s->input_ended || s->terminated)) {
        struct hop_httpd_conn *conn = s->waiting;
        s->waiting = NULL;
        reply_output(s, conn, s->asked);
    }
}

static bool
handle_receive(struct server *s, struct hop_httpd_conn *conn,
               struct hop_wsman_message *m)
{
    if (++s->receives == 1 && s->mood == DROPS)
        hop_httpd_hangup(conn);
    else if (s->receives == 1 && s->mood == TIMES_OUT)
        reply_fault(s, conn, m, HOP_FAULT_OPERATION_TIMEDOUT);
    else {
        s->waiting = conn;
        if (s->asked)
            hop_wsman_message_done(s->asked);
        free(s->asked);
        s->asked = m;
        if (s->mood != SILENT)
            try_output(s);
        return true; /* kept */
    }
    return false;
}

static void
handle_send(struct server *s, const struct hop_wsman_message *m)
{
    for (size_t i = 0; i < m->send.stream_count; i++) {
        hop_buf_add(&s->input, m->send.streams[i].data, m->send.streams[i].len);
        s->input_ended |= m->send.streams[i].end;
    }
}

static void
answer_simply(struct server *s, struct hop_httpd_conn *conn,
              const struct hop_wsman_message *m)
{
    const struct hop_wsman_selector selector = {"ShellId", "S-1"};
    struct hop_wsman_message a;

    hop_wsman_answer_init(&a, (enum hop_wsman_kind)(m->kind + 1), m,
                          "uuid:00000000-0000-4000-8000-000000000003");
    if (m->kind == HOP_WSMAN_CREATE) {
        a.created.epr =
            (struct hop_wsman_epr){.address = "http://b",
                                   .resource_uri = m->header.resource_uri,
                                   .selectors = &selector,
                                   .selector_count = 1};
        a.created.shell.shell_id = "S-1";
        a.has_shell = true;
    } else if (m->kind == HOP_WSMAN_COMMAND) {
        a.command.command_id = "C-1";
    } else if (m->kind == HOP_WSMAN_IDENTIFY) {
        a.identify.product_vendor = "Test";
        a.identify.protocol_version = "x";
        a.identify.product_version = "1";
    }
    reply_message(s, conn, &a);
}

static void
on_head(void *ctx, struct hop_httpd_conn *conn, const struct hop_http_head *h)
{
    (void)ctx;
    (void)h;
    hop_httpd_set_body_max(conn, 600000);
}

static void
on_request(void *ctx, struct hop_httpd_conn *conn,
           const struct hop_http_head *h, struct hop_buf *body)
{
    static const struct hop_http_header offer = {"WWW-Authenticate", "CredSSP"};
    const struct hop_http_response denied = {
        .status = 401, .headers = &offer, .header_count = 1};
    static const struct hop_http_header where = {"Location", "http://c/wsman"};
    const struct hop_http_response moved = {
        .status = 302, .headers = &where, .header_count = 1};
    struct server *s = ctx;
    struct hop_wsman_message *m = hop_xmalloc(sizeof(*m));
    struct hop_fault fault;
    bool kept = false;

    (void)h;
    if (s->mood == STATUS_403)
        reply(s, conn, 403, NULL);
    else if (s->mood == REDIRECTS)
        hop_httpd_respond(conn, &moved, NULL, 0);
    else if (s->mood == SAYS_OK)
        reply(s, conn, 200, NULL);
    else if (s->mood == STATUS_401)
        hop_httpd_respond(conn, &denied, NULL, 0);
    else if (!hop_wsman_request_decode(m, body->data, body->len, &limits,
                                       &fault))
        reply(s, conn, 400, NULL);
    else if (m->kind == HOP_WSMAN_COMMAND && s->mood == FAULTS)
        reply_fault(s, conn, m, HOP_FAULT_ACCESS_DENIED);
    else if (m->kind == HOP_WSMAN_RECEIVE)
        kept = handle_receive(s, conn, m);
    else {
        if (m->kind == HOP_WSMAN_SEND)
            handle_send(s, m);
        if (m->kind == HOP_WSMAN_SIGNAL)
            s->terminated = true;
        answer_simply(s, conn, m);
        try_output(s);
    }
    if (!kept) {
        hop_wsman_message_done(m);
        free(m);
    }
}

static void
on_close(void *ctx, struct hop_httpd_conn *conn)
{
    struct server *s = ctx;

    if (s->waiting == conn)
        s->waiting = NULL;
}

static pid_t
start_server(enum mood mood, uint16_t *port)
{
    static const struct hop_httpd_events events = {on_head, on_request, NULL,
                                                   on_close};
    struct hop_error err = {0};
    int fd = hop_listen_open("127.0.0.1", 0, &err);
    pid_t pid;

    *port = hop_listen_port(fd);
    fflush(stdout);
    pid = fork();
    if (pid == 0) {
        struct server s = {.mood = mood};
        struct hop_loop *loop = hop_loop_new();
        struct hop_httpd *d =
            hop_httpd_new(loop, &hop_httpd_config_default, &events, &s);
        alarm(300);
        if (hop_httpd_listen(d, fd, NULL, &err))
            hop_loop_run(loop);
        _exit(0);
    }
    close(fd);
    return pid;
}

struct fixture {
    pid_t server;
    hop_connection *c;
    hop_shell *shell;
    hop_command *command;
};

static void
setup(struct fixture *f, enum mood mood)
{
    uint16_t port;
    char endpoint[40];

    *f = (struct fixture){.server = start_server(mood, &port)};
    snprintf(endpoint, sizeof(endpoint), "127.0.0.1:%u", port);
    f->c = hop_connection_new();
    CHECK(hop_connection_set_text(f->c, HOP_SET_ENDPOINT, endpoint));
    CHECK(hop_connection_set_text(f->c, HOP_SET_PROXY, ""));
    CHECK(hop_connection_set_number(f->c, HOP_SET_AUTH, HOP_USE_NONE));
}

static bool
start(struct fixture *f)
{
    return hop_shell_create(f->c, NULL, &f->shell) &&
           hop_command_start(f->shell, "cat", NULL, 0, 0, &f->command);
}

static void
teardown(struct fixture *f)
{
    hop_command_free(f->command);
    hop_shell_free(f->shell);
    hop_connection_free(f->c);
    kill(f->server, SIGKILL);
    waitpid(f->server, NULL, 0);
}

TEST(a_command_from_create_to_delete)
{
    struct fixture f;
    struct hop_output o;

    setup(&f, KIND);
    REQUIRE(start(&f));
    CHECK_STR(hop_shell_id(f.shell), "S-1");
    CHECK_STR(hop_command_id(f.command), "C-1");
    CHECK(hop_command_send(f.command, "hello", 5, true));
    CHECK(hop_command_receive(f.command, &o));
    CHECK_INT(o.stream, HOP_STDOUT);
    CHECK_MEM(o.data, o.len, "hello", 5);
    CHECK(!o.done);
    CHECK(hop_command_receive(f.command, &o));
    CHECK(o.done);
    CHECK_INT(o.exit_code, 7);
    CHECK(hop_shell_delete(f.shell));
    f.shell = NULL;
    /* Create, Command, Send, Receive, Delete. */
    CHECK_INT(hop_connection_round_trips(f.c), 5);
    teardown(&f);
}

/* While the next Receive is under way, what is left of this one's answer is
 * still handed out. */
TEST(a_large_answer_of_several_parts)
{
    struct fixture f;
    struct hop_output o = {0};
    HOP_AUTO_BUF struct hop_buf sent = HOP_BUF_INIT, got = HOP_BUF_INIT;

    for (int k = 0; k < 40000; k++)
        hop_buf_addf(&sent, "%08d\n", k);
    setup(&f, SPLITS);
    REQUIRE(start(&f));
    CHECK(hop_command_send(f.command, sent.data, sent.len, true));
    while (!o.done) {
        REQUIRE(hop_command_receive(f.command, &o));
        hop_buf_add(&got, o.data, o.len);
    }
    CHECK_MEM(got.data, got.len, sent.data, sent.len);
    teardown(&f);
}

TEST(a_timeout_fault_is_asked_again)
{
    struct fixture f;
    struct hop_output o;

    setup(&f, TIMES_OUT);
    REQUIRE(start(&f));
    CHECK(hop_command_send(f.command, "x", 1, true));
    CHECK(hop_command_receive(f.command, &o));
    CHECK_MEM(o.data, o.len, "x", 1);
    teardown(&f);
}

TEST(a_receive_whose_connection_is_lost_is_sent_again)
{
    struct fixture f;
    struct hop_output o;

    setup(&f, DROPS);
    REQUIRE(start(&f));
    CHECK(hop_command_send(f.command, "x", 1, true));
    CHECK(hop_command_receive(f.command, &o));
    CHECK_STR(hop_connection_error(f.c), "");
    CHECK_MEM(o.data, o.len, "x", 1);
    teardown(&f);
}

TEST(a_server_that_closes_after_each_answer)
{
    struct fixture f;
    struct hop_output o;

    setup(&f, FORGETS);
    REQUIRE(start(&f));
    CHECK(hop_command_send(f.command, "x", 1, true));
    CHECK(hop_command_receive(f.command, &o));
    CHECK_MEM(o.data, o.len, "x", 1);
    teardown(&f);
}

static const struct {
    const char *name;
    enum mood mood;
    enum hop_cause cause;
    uint32_t code;
    const char *text;
} failures[] = {
    {"access is denied by HTTP", STATUS_403, HOP_CAUSE_ACCESS, 0x80070005,
     "127.0.0.1: access is denied (0x80070005 E_ACCESSDENIED): the server "
     "knows who asks and does not let this account in; ask its "
     "administrator, or use another account with -u:"},
    {"the authentication is another one", STATUS_401, HOP_CAUSE_AUTHENTICATION,
     0x8009030C,
     "127.0.0.1 does not take the way of authentication that was chosen; it "
     "offers CredSSP (0x80338036 ERROR_WSMAN_FAILED_AUTHENTICATION)"},
    {"a redirection", REDIRECTS, HOP_CAUSE_HTTP, 0x80338199,
     "127.0.0.1 sends us to http://c/wsman, which is not followed; name that "
     "address itself (0x80338199 ERROR_WSMAN_REDIRECT_REQUESTED)"},
    {"an empty answer", SAYS_OK, HOP_CAUSE_PROTOCOL, 0,
     "127.0.0.1 answers without a message"},
    {"access is denied by a fault", FAULTS, HOP_CAUSE_ACCESS, 5, NULL},
};

TEST(failures_are_told)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(failures); i++) {
        struct fixture f;
        ROW(failures[i].name);
        setup(&f, failures[i].mood);
        CHECK(!start(&f));
        CHECK_INT(hop_connection_cause(f.c), failures[i].cause);
        CHECK_INT(hop_connection_code(f.c), failures[i].code);
        if (failures[i].text)
            CHECK_STR(hop_connection_error(f.c), failures[i].text);
        teardown(&f);
    }
}

/* ---- both directions ---- */

struct sink {
    struct hop_buf out;
    char err[100];
    int interrupts;
    int interrupt_answer;
};

static bool
put_output(void *ctx, enum hop_stream stream, const void *data, size_t len)
{
    struct sink *k = ctx;

    if (stream == HOP_STDOUT)
        hop_buf_add(&k->out, data, len);
    else
        snprintf(k->err, sizeof(k->err), "%.*s", (int)len, (const char *)data);
    return true;
}

static int
interrupted(void *ctx)
{
    struct sink *k = ctx;

    k->interrupts++;
    return k->interrupt_answer;
}

/* A child that writes n bytes into a pipe and closes it. */
static int
feed(size_t n)
{
    int fds[2];

    if (pipe(fds) != 0)
        abort();
    fflush(stdout);
    if (fork() == 0) {
        char block[1000];
        close(fds[0]);
        for (size_t done = 0; done < n; done += sizeof(block)) {
            memset(block, (int)('a' + done / sizeof(block) % 26),
                   sizeof(block));
            if (write(fds[1], block, sizeof(block)) < 0)
                break;
        }
        _exit(0);
    }
    close(fds[1]);
    return fds[0];
}

/* n bytes through a command that gives them back. */
static void
stream_both_ways(size_t n, uint32_t max_envelope_bytes)
{
    struct fixture f;
    struct sink k = {.out = HOP_BUF_INIT};
    struct hop_io io = {.size = sizeof(io),
                        .ctx = &k,
                        .output = put_output,
                        .interrupt_fd = -1};
    int32_t code = 0;

    setup(&f, KIND);
    io.input_fd = feed(n);
    CHECK(hop_connection_set_number(f.c, HOP_SET_MAX_ENVELOPE_BYTES,
                                    max_envelope_bytes));
    REQUIRE(start(&f));
    CHECK(hop_command_run(f.command, &io, &code));
    CHECK_STR(hop_connection_error(f.c), "");
    CHECK_INT(code, 7);
    CHECK_INT(k.out.len, n);
    for (size_t i = 0; i < k.out.len; i += 1000)
        if (k.out.data[i] != (char)('a' + i / 1000 % 26)) {
            FAIL("the bytes are in order");
            break;
        }
    close(io.input_fd);
    wait(NULL);
    hop_buf_done(&k.out);
    teardown(&f);
}

TEST(input_streams_to_the_command_and_its_output_back)
{
    stream_both_ways(2000000, 512000);
}

TEST(one_read_of_input_goes_out_in_many_small_envelopes)
{
    stream_both_ways(2000000, 32768);
}

TEST(an_interrupt_is_sent_as_a_signal)
{
    struct fixture f;
    struct sink k = {.out = HOP_BUF_INIT, .interrupt_answer = HOP_SIG_CTRL_C};
    int fds[2];
    struct hop_io io = {.size = sizeof(io),
                        .ctx = &k,
                        .output = put_output,
                        .input_fd = -1,
                        .interrupted = interrupted};
    int32_t code = 0;

    REQUIRE(pipe(fds) == 0);
    io.interrupt_fd = fds[0];
    CHECK_INT(write(fds[1], "x", 1), 1);
    close(fds[1]);
    setup(&f, KIND);
    REQUIRE(start(&f));
    CHECK(hop_command_run(f.command, &io, &code));
    CHECK_INT(code, 130);
    CHECK_STR(k.err, "stopped");
    CHECK(k.interrupts > 0);
    close(fds[0]);
    teardown(&f);
}

TEST(a_second_interrupt_gives_up)
{
    struct fixture f;
    struct sink k = {.out = HOP_BUF_INIT, .interrupt_answer = -1};
    int fds[2];
    struct hop_io io = {.size = sizeof(io),
                        .ctx = &k,
                        .output = put_output,
                        .input_fd = -1,
                        .interrupted = interrupted};
    int32_t code = 0;

    REQUIRE(pipe(fds) == 0);
    io.interrupt_fd = fds[0];
    close(fds[1]);
    setup(&f, SILENT);
    REQUIRE(start(&f));
    CHECK(!hop_command_run(f.command, &io, &code));
    CHECK_INT(hop_connection_cause(f.c), HOP_CAUSE_INTERRUPTED);
    CHECK_STR(hop_connection_error(f.c),
              "interrupted; the command may go on for a moment on 127.0.0.1");
    close(fds[0]);
    teardown(&f);
}

TEST(identify_and_disconnect)
{
    struct fixture f;
    struct hop_identity id;

    setup(&f, KIND);
    CHECK(hop_connection_identify(f.c, &id));
    CHECK_STR(id.product_vendor, "Test");
    REQUIRE(hop_shell_create(f.c, NULL, &f.shell));
    CHECK(hop_shell_disconnect(f.shell, 60000));
    CHECK(hop_shell_reconnect(f.shell));
    CHECK(hop_shell_delete(f.shell));
    CHECK(hop_shell_connect(f.c, NULL, "S-1", &f.shell));
    teardown(&f);
}

static const struct {
    const char *name;
    long auth, tls;
    const char *user, *password, *text;
} usages[] = {
    {"Basic without TLS", HOP_USE_BASIC, 0, "a", "b",
     "Basic sends the password to b as it is, so it is used over HTTPS only: "
     "add -ssl, or leave the choice to Negotiate"},
    {"NTLM without a password", HOP_USE_NTLM, 0, NULL, NULL,
     "NTLM needs a user and a password"},
    {"a user without a password", HOP_USE_DEFAULT, 0, "a", NULL,
     "the user a is given without a password"},
    {"a certificate that is not given", HOP_USE_CERTIFICATE, 1, NULL, NULL,
     "a client certificate needs HTTPS and the file of the certificate"},
};

TEST(settings_that_do_not_go_together)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(usages); i++) {
        hop_connection *c = hop_connection_new();
        ROW(usages[i].name);
        CHECK(hop_connection_set_text(c, HOP_SET_ENDPOINT, "b"));
        CHECK(hop_connection_set_text(c, HOP_SET_USER, usages[i].user));
        CHECK(hop_connection_set_text(c, HOP_SET_PASSWORD, usages[i].password));
        CHECK(hop_connection_set_number(c, HOP_SET_AUTH, usages[i].auth));
        CHECK(hop_connection_set_number(c, HOP_SET_TLS, usages[i].tls));
        CHECK(!hop_connection_open(c));
        CHECK_STR(hop_connection_error(c), usages[i].text);
        CHECK_INT(hop_connection_cause(c), HOP_CAUSE_USAGE);
        hop_connection_free(c);
    }
    ROW("a number out of its range");
    {
        hop_connection *c = hop_connection_new();
        CHECK(!hop_connection_set_number(c, HOP_SET_AUTH, 99));
        CHECK(!hop_connection_set_number(c, HOP_SET_ENDPOINT, 1));
        CHECK(!hop_connection_set_text(c, HOP_SET_AUTH, "x"));
        hop_connection_free(c);
    }
}

/* /etc/hop/wsman.conf of the client's host. */
TEST(what_clients_may_use)
{
    static const struct {
        const char *name, *conf;
        long auth, tls;
        const char *text; /* NULL: it goes on, and finds no server */
    } given[] = {
        {"Basic turned off", "Client/Auth/Basic = false\n", HOP_USE_BASIC, 1,
         "0x803380DF ERROR_WSMAN_CLIENT_BASIC_AUTHENTICATION_DISABLED"},
        {"Negotiate turned off takes NTLM along",
         "Client/Auth/Negotiate = false\n", HOP_USE_NTLM, 0, "0x803380E1"},
        {"Negotiate turned off", "Client/Auth/Negotiate = false\n",
         HOP_USE_NEGOTIATE, 0, "Client/Auth/Negotiate is turned off"},
        {"Kerberos turned off", "Client/Auth/Kerberos = false\n",
         HOP_USE_KERBEROS, 0, "0x803380E2"},
        {"others are not touched by it", "Client/Auth/Kerberos = false\n",
         HOP_USE_NTLM, 0, NULL},
        {"neither Negotiate nor Kerberos for the default",
         "Client/Auth/Negotiate = false\nClient/Auth/Kerberos = false\n",
         HOP_USE_DEFAULT, 0, "0x803380E1"},
        {"the default is Kerberos where Negotiate is off",
         "Client/Auth/Negotiate = false\n", HOP_USE_DEFAULT, 0, NULL},
        {"a mistake in the file", "Client/Auth/Basci = false\n",
         HOP_USE_DEFAULT, 0, "wsman.conf:1: "},
    };
    char dir[] = "/tmp/hop-client-XXXXXX", path[64];

    REQUIRE(mkdtemp(dir) != NULL);
    snprintf(path, sizeof(path), "%s/wsman.conf", dir);
    for (size_t i = 0; i < HOP_ARRAY_SIZE(given); i++) {
        hop_connection *c = hop_connection_new();
        FILE *f = fopen(path, "w");

        ROW(given[i].name);
        REQUIRE(f != NULL);
        fputs(given[i].conf, f);
        fclose(f);
        CHECK(hop_connection_set_text(c, HOP_SET_CONFIG_DIR, dir));
        CHECK(hop_connection_set_text(c, HOP_SET_ENDPOINT, "127.0.0.1:1"));
        CHECK(hop_connection_set_text(c, HOP_SET_USER, "a"));
        CHECK(hop_connection_set_text(c, HOP_SET_PASSWORD, "b"));
        CHECK(hop_connection_set_number(c, HOP_SET_AUTH, given[i].auth));
        CHECK(hop_connection_set_number(c, HOP_SET_TLS, given[i].tls));
        CHECK(!hop_connection_open(c));
        CHECK(strstr(hop_connection_error(c),
                     given[i].text ? given[i].text : "refuses") != NULL);
        hop_connection_free(c);
    }
    unlink(path);
    rmdir(dir);
}

/* Without proof of the server's name; nothing listens there. */
TEST(whom_a_client_trusts)
{
    static const struct {
        const char *name, *conf;
        long auth, tls, plain;
        uint32_t code; /* 0: it goes on, and finds no server */
    } given[] = {
        {"NTLM to a host that is not listed", "", HOP_USE_NTLM, 0, 0,
         0x803380E4},
        {"Negotiate that comes to NTLM", "", HOP_USE_NEGOTIATE, 0, 0, 0},
        {"NTLM to a host that is listed",
         "Client/TrustedHosts = x, ::FFFF:*.1\n", HOP_USE_NTLM, 0, 0, 0},
        {"any host", "Client/TrustedHosts = *\n", HOP_USE_NTLM, 0, 0, 0},
        {"an address is no local name", "Client/TrustedHosts = <local>\n",
         HOP_USE_NTLM, 0, 0, 0x803380E4},
        {"NTLM inside TLS", "", HOP_USE_NTLM, 1, 0, 0},
        {"unsealed messages", "Client/TrustedHosts = *\n", HOP_USE_NTLM, 0, 1,
         0x803380DE},
        {"unsealed messages that are allowed",
         "Client/TrustedHosts = *\nClient/AllowUnencrypted = true\n",
         HOP_USE_NTLM, 0, 1, 0},
        {"unsealed messages inside TLS", "", HOP_USE_NTLM, 1, 1, 0},
    };
    char dir[] = "/tmp/hop-client-XXXXXX", path[64];

    REQUIRE(mkdtemp(dir) != NULL);
    snprintf(path, sizeof(path), "%s/wsman.conf", dir);
    for (size_t i = 0; i < HOP_ARRAY_SIZE(given); i++) {
        hop_connection *c = hop_connection_new();
        FILE *f = fopen(path, "w");

        ROW(given[i].name);
        REQUIRE(f != NULL);
        fputs(given[i].conf, f);
        fclose(f);
        CHECK(hop_connection_set_text(c, HOP_SET_CONFIG_DIR, dir));
        /* this host by a name that does not look like it */
        CHECK(hop_connection_set_text(c, HOP_SET_ENDPOINT,
                                      "[::ffff:127.0.0.1]:1"));
        CHECK(hop_connection_set_text(c, HOP_SET_USER, "a"));
        CHECK(hop_connection_set_text(c, HOP_SET_PASSWORD, "b"));
        CHECK(hop_connection_set_number(c, HOP_SET_AUTH, given[i].auth));
        CHECK(hop_connection_set_number(c, HOP_SET_TLS, given[i].tls));
        CHECK(
            hop_connection_set_number(c, HOP_SET_UNENCRYPTED, given[i].plain));
        CHECK(!hop_connection_open(c));
        CHECK_INT(strstr(hop_connection_error(c), "was sent") != NULL
                      ? hop_connection_code(c)
                      : 0,
                  given[i].code);
        hop_connection_free(c);
    }
    unlink(path);
    rmdir(dir);
}

int
main(void)
{
    RUN(what_clients_may_use);
    RUN(whom_a_client_trusts);
    RUN(a_command_from_create_to_delete);
    RUN(a_large_answer_of_several_parts);
    RUN(a_timeout_fault_is_asked_again);
    RUN(a_receive_whose_connection_is_lost_is_sent_again);
    RUN(a_server_that_closes_after_each_answer);
    RUN(failures_are_told);
    RUN(input_streams_to_the_command_and_its_output_back);
    RUN(one_read_of_input_goes_out_in_many_small_envelopes);
    RUN(an_interrupt_is_sent_as_a_signal);
    RUN(a_second_interrupt_gives_up);
    RUN(identify_and_disconnect);
    RUN(settings_that_do_not_go_together);
    return test_done();
}
