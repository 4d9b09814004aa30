/* The HTTP server on loopback, driven from the same loop as its client.
 * SPDX-License-Identifier: MIT */
#include "net/httpd.h"

#include "test.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include "net/dial.h"
#include "net/listen.h"

#define H "POST /wsman HTTP/1.1\r\nHost: b\r\n"

struct fixture {
    struct hop_loop *loop;
    struct hop_httpd *d;
    uint16_t port;
    int heads, requests, closes, refusals, last_status;
    char body[100];
    char refusal[200];
    struct hop_httpd_conn *waiting; /* a request not yet answered */
    bool hold, early;
};

static void
on_head(void *ctx, struct hop_httpd_conn *conn, const struct hop_http_head *h)
{
    struct fixture *f = ctx;
    const struct hop_http_response r = {.status = 401};

    (void)h;
    f->heads++;
    if (f->early)
        hop_httpd_respond(conn, &r, NULL, 0);
}

static void
on_request(void *ctx, struct hop_httpd_conn *conn,
           const struct hop_http_head *h, struct hop_buf *body)
{
    struct fixture *f = ctx;
    const struct hop_http_response r = {.status = 200};

    (void)h;
    f->requests++;
    snprintf(f->body, sizeof(f->body), "%s", hop_buf_str(body));
    if (f->hold)
        f->waiting = conn;
    else
        hop_httpd_respond(conn, &r, "ok", 2);
}

static void
on_refused(void *ctx, struct hop_httpd_conn *conn, int status,
           const struct hop_error *why)
{
    struct fixture *f = ctx;

    (void)conn;
    f->refusals++;
    f->last_status = status;
    snprintf(f->refusal, sizeof(f->refusal), "%.150s", why->text);
}

static void
on_close(void *ctx, struct hop_httpd_conn *conn)
{
    struct fixture *f = ctx;

    f->closes++;
    if (f->waiting == conn)
        f->waiting = NULL;
}

static const struct hop_httpd_events events = {on_head, on_request, on_refused,
                                               on_close};

static void
setup(struct fixture *f, const struct hop_httpd_config *config)
{
    struct hop_error err = {0};
    int fd;

    *f = (struct fixture){.loop = hop_loop_new()};
    f->d = hop_httpd_new(f->loop, config, &events, f);
    fd = hop_listen_open("127.0.0.1", 0, &err);
    f->port = hop_listen_port(fd);
    if (!hop_httpd_listen(f->d, fd, NULL, &err))
        abort();
}

static void
teardown(struct fixture *f)
{
    hop_httpd_free(f->d);
    hop_loop_free(f->loop);
}

static struct hop_link *
dial(struct fixture *f)
{
    struct hop_error err = {0};
    enum hop_dial_failure failure;
    const struct hop_dial_target target = {.host = "127.0.0.1",
                                           .port = f->port};
    struct hop_link *link = hop_link_dial(&target, &failure, &err);

    if (link == NULL || !hop_link_connect_wait(link, &failure, &err))
        abort();
    return link;
}

static void
put(struct hop_link *link, const char *text)
{
    struct hop_error err = {0};
    size_t n = 0;

    CHECK_INT(hop_link_write(link, text, strlen(text), &n, &err), HOP_LINK_OK);
}

/* Turns the loop until the link has something to say; the text, "" at the end
 * of the stream, NULL after 20 s. */
static const char *
hear(struct fixture *f, struct hop_link *link)
{
    static char text[2000];
    struct hop_error err = {0};
    uint64_t end = hop_loop_now_ms(f->loop) + 20000;
    size_t n = 0;

    while (hop_loop_now_ms(f->loop) < end) {
        hop_loop_once(f->loop, false);
        switch (hop_link_read(link, text, sizeof(text) - 1, &n, &err)) {
        case HOP_LINK_OK: text[n] = '\0'; return text;
        case HOP_LINK_WAIT: usleep(200); break;
        default: return "";
        }
    }
    return NULL;
}

static void
turn(struct fixture *f, unsigned ms)
{
    uint64_t end = hop_loop_now_ms(f->loop) + ms;

    while (hop_loop_now_ms(f->loop) < end) {
        hop_loop_once(f->loop, false);
        usleep(500);
    }
}

#define OK200 "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

TEST(requests_on_one_connection)
{
    struct fixture f;
    struct hop_link *link;

    setup(&f, &hop_httpd_config_default);
    link = dial(&f);
    for (int i = 0; i < 3; i++) {
        put(link, H "Content-Length: 5\r\n\r\nhello");
        CHECK_STR(hear(&f, link), OK200);
        CHECK_STR(f.body, "hello");
    }
    CHECK_INT(f.requests, 3);
    CHECK_INT(hop_httpd_count(f.d), 1);
    hop_link_free(link);
    turn(&f, 20);
    CHECK_INT(f.closes, 1);
    CHECK_INT(hop_httpd_count(f.d), 0);
    teardown(&f);
}

TEST(pipelined_requests_with_a_late_answer)
{
    struct fixture f;
    struct hop_link *link;
    const struct hop_http_response r = {.status = 200};

    setup(&f, &hop_httpd_config_default);
    f.hold = true;
    link = dial(&f);
    put(link, H "Content-Length: 1\r\n\r\nA" H "Content-Length: 1\r\n\r\nB");
    turn(&f, 20);
    CHECK_INT(f.requests, 1);
    CHECK_STR(f.body, "A");
    REQUIRE(f.waiting != NULL);
    f.hold = false;
    hop_httpd_respond(f.waiting, &r, "a", 1);
    CHECK_STR(hear(&f, link),
              "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na" OK200);
    CHECK_STR(f.body, "B");
    hop_link_free(link);
    teardown(&f);
}

TEST(a_client_that_goes_during_a_long_poll_is_noticed)
{
    struct fixture f;
    struct hop_link *link;

    setup(&f, &hop_httpd_config_default);
    f.hold = true;
    link = dial(&f);
    put(link, H "Content-Length: 1\r\n\r\nA");
    turn(&f, 20);
    CHECK(f.waiting != NULL);
    hop_link_free(link);
    turn(&f, 20);
    CHECK(f.waiting == NULL);
    CHECK_INT(f.closes, 1);
    teardown(&f);
}

TEST(an_early_answer_comes_before_the_body)
{
    struct fixture f;
    struct hop_link *link;

    setup(&f, &hop_httpd_config_default);
    f.early = true;
    link = dial(&f);
    put(link, H "Content-Length: 5\r\n\r\n");
    CHECK_STR(hear(&f, link),
              "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n");
    f.early = false;
    put(link, "dropd" H "Content-Length: 1\r\n\r\nA");
    CHECK_STR(hear(&f, link), OK200);
    CHECK_STR(f.body, "A");
    hop_link_free(link);
    teardown(&f);
}

TEST(a_malformed_request_is_answered_and_told)
{
    struct fixture f;
    struct hop_link *link;

    setup(&f, &hop_httpd_config_default);
    link = dial(&f);
    put(link, "POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n");
    CHECK_STR(hear(&f, link), "HTTP/1.1 400 Bad Request\r\nConnection: "
                              "close\r\nContent-Length: 0\r\n\r\n");
    CHECK_STR(hear(&f, link), "");
    CHECK_INT(f.refusals, 1);
    CHECK_INT(f.last_status, 400);
    CHECK_STR(f.refusal, "HTTP: no Host");
    hop_link_free(link);
    turn(&f, 20);
    CHECK_INT(f.closes, 1);
    teardown(&f);
}

TEST(a_slow_request_gets_408_and_a_silent_one_is_closed)
{
    struct hop_httpd_config config = hop_httpd_config_default;
    struct fixture f;
    struct hop_link *slow, *silent;

    config.limits.head_ms = config.limits.idle_ms = 50;
    setup(&f, &config);
    slow = dial(&f);
    silent = dial(&f);
    put(slow, "POST / HT");
    CHECK_STR(hear(&f, slow), "HTTP/1.1 408 Request Timeout\r\nConnection: "
                              "close\r\nContent-Length: 0\r\n\r\n");
    CHECK_STR(hear(&f, silent), "");
    CHECK_INT(f.last_status, 408);
    CHECK_INT(f.refusals, 1);
    hop_link_free(slow);
    hop_link_free(silent);
    teardown(&f);
}

TEST(a_large_answer_to_a_slow_reader)
{
    struct fixture f;
    struct hop_link *link;
    struct hop_buf message = HOP_BUF_INIT;
    const struct hop_http_response r = {.status = 200};
    struct hop_error err = {0};
    size_t total = 0, want;

    setup(&f, &hop_httpd_config_default);
    f.hold = true;
    link = dial(&f);
    put(link, H "Content-Length: 0\r\n\r\n");
    turn(&f, 20);
    REQUIRE(f.waiting != NULL);
    hop_http_response_encode(&message, &r, 8 << 20);
    hop_buf_fill(&message, 'x', 8 << 20);
    want = message.len;
    hop_httpd_respond_raw(f.waiting, &message, false);
    CHECK(message.data == NULL);
    for (int i = 0; i < 100000 && total < want; i++) {
        char buf[65536];
        size_t n = 0;
        hop_loop_once(f.loop, false);
        if (hop_link_read(link, buf, sizeof(buf), &n, &err) == HOP_LINK_OK)
            total += n;
    }
    CHECK_INT(total, want);
    hop_link_free(link);
    teardown(&f);
}

TEST(at_the_limit_the_oldest_idle_connection_makes_room)
{
    struct hop_httpd_config config = hop_httpd_config_default;
    struct fixture f;
    struct hop_link *links[3];

    config.max_connections = 2;
    setup(&f, &config);
    for (int i = 0; i < 3; i++) {
        links[i] = dial(&f);
        turn(&f, 5);
    }
    CHECK_INT(hop_httpd_count(f.d), 2);
    CHECK_STR(hear(&f, links[0]), "");
    put(links[2], H "Content-Length: 0\r\n\r\n");
    CHECK_STR(hear(&f, links[2]), OK200);
    for (int i = 0; i < 3; i++)
        hop_link_free(links[i]);
    teardown(&f);
}

TEST(a_hangup_from_a_callback_and_a_lookup_by_id)
{
    struct fixture f;
    struct hop_link *link;
    uint64_t id;

    setup(&f, &hop_httpd_config_default);
    f.hold = true;
    link = dial(&f);
    put(link, H "Content-Length: 0\r\n\r\n");
    turn(&f, 20);
    REQUIRE(f.waiting != NULL);
    id = hop_httpd_id(f.waiting);
    CHECK(hop_httpd_find(f.d, id) == f.waiting);
    hop_httpd_hangup(f.waiting);
    CHECK(hop_httpd_find(f.d, id) == NULL);
    CHECK_STR(hear(&f, link), "");
    hop_link_free(link);
    teardown(&f);
}

TEST(thousands_of_connections_opened_and_left)
{
    struct rlimit files;
    struct fixture f;
    struct hop_link *links[400];
    size_t n = HOP_ARRAY_SIZE(links);

    getrlimit(RLIMIT_NOFILE, &files);
    if (files.rlim_cur < 2 * n + 50)
        n = (files.rlim_cur - 50) / 2;
    setup(&f, &hop_httpd_config_default);
    for (size_t i = 0; i < n; i++) {
        links[i] = dial(&f);
        hop_loop_once(f.loop, false);
    }
    turn(&f, 20);
    CHECK_INT(hop_httpd_count(f.d), n);
    for (size_t i = 0; i < n; i++)
        hop_link_free(links[i]);
    for (size_t i = 0; i < n && hop_httpd_count(f.d) > 0; i++)
        turn(&f, 50);
    CHECK_INT(hop_httpd_count(f.d), 0);
    CHECK_INT(f.closes, n);
    teardown(&f);
}

int
main(void)
{
    RUN(requests_on_one_connection);
    RUN(pipelined_requests_with_a_late_answer);
    RUN(a_client_that_goes_during_a_long_poll_is_noticed);
    RUN(an_early_answer_comes_before_the_body);
    RUN(a_malformed_request_is_answered_and_told);
    RUN(a_slow_request_gets_408_and_a_silent_one_is_closed);
    RUN(a_large_answer_to_a_slow_reader);
    RUN(at_the_limit_the_oldest_idle_connection_makes_room);
    RUN(a_hangup_from_a_callback_and_a_lookup_by_id);
    RUN(thousands_of_connections_opened_and_left);
    return test_done();
}
