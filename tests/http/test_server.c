/* The server's machine: early answers, 100 Continue, pipelining, deadlines; and
 * a client's parser joined to it by memory.  SPDX-License-Identifier: MIT */
#include "http/server.h"

#include "test.h"

#define H "POST /wsman HTTP/1.1\r\nHost: b\r\n"

static const struct hop_http_limits limits = {
    .head_ms = 100,
    .body_ms = 200,
    .idle_ms = 1000,
    .body_max = 100,
    .drain_max = 50,
};

static const struct hop_http_response ok = {.status = 200};
static const struct hop_http_response unauthorized = {.status = 401};

struct fixture {
    struct hop_http_server s;
    struct hop_buf out;
    struct hop_error err;
    const char *in;
    size_t n;
};

static void
setup(struct fixture *f, const char *in)
{
    *f = (struct fixture){.in = in, .n = strlen(in), .out = HOP_BUF_INIT};
    hop_http_server_init(&f->s, &limits, 0);
}

static void
teardown(struct fixture *f)
{
    hop_http_server_done(&f->s);
    hop_buf_done(&f->out);
}

static enum hop_http_event
step(struct fixture *f, uint64_t now)
{
    return hop_http_server_step(&f->s, &f->in, &f->n, now, &f->out, &f->err);
}

static void
respond(struct fixture *f, const struct hop_http_response *r, const char *body)
{
    hop_http_server_respond(&f->s, r, body, strlen(body), 10, &f->out);
}

TEST(a_request_and_its_answer)
{
    struct fixture f;

    setup(&f, H "Content-Length: 5\r\n\r\nhello");
    CHECK_INT(step(&f, 1), HOP_HTTP_HEAD);
    CHECK_INT(step(&f, 1), HOP_HTTP_DONE);
    CHECK_STR(hop_buf_str(&f.s.body), "hello");
    CHECK(hop_http_server_deadline(&f.s) == HOP_HTTP_NEVER);
    respond(&f, &ok, "world");
    CHECK_STR(hop_buf_str(&f.out),
              "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nworld");
    CHECK_INT(f.s.phase, HOP_HTTP_IDLE);
    CHECK_INT(hop_http_server_deadline(&f.s), 1010);
    CHECK(f.s.body.data == NULL);
    teardown(&f);
}

TEST(an_answer_before_the_body_and_the_next_request)
{
    struct fixture f;

    setup(&f, H "Content-Length: 5\r\n\r\nhello" H "Content-Length: "
                "2\r\n\r\nhi");
    CHECK_INT(step(&f, 1), HOP_HTTP_HEAD);
    respond(&f, &unauthorized, "");
    CHECK_STR(hop_buf_str(&f.out),
              "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n");
    CHECK_INT(f.s.phase, HOP_HTTP_DRAINING);
    CHECK_INT(step(&f, 1), HOP_HTTP_HEAD);
    CHECK_INT(step(&f, 1), HOP_HTTP_DONE);
    CHECK_STR(hop_buf_str(&f.s.body), "hi");
    teardown(&f);
}

TEST(an_early_answer_to_a_long_body_closes)
{
    struct fixture f;

    setup(&f, H "Content-Length: 51\r\n\r\nhello");
    CHECK_INT(step(&f, 1), HOP_HTTP_HEAD);
    respond(&f, &unauthorized, "");
    CHECK_STR(hop_buf_str(&f.out), "HTTP/1.1 401 Unauthorized\r\nConnection: "
                                   "close\r\nContent-Length: 0\r\n\r\n");
    CHECK_INT(f.s.phase, HOP_HTTP_CLOSING);
    CHECK(f.s.close);
    CHECK_INT(step(&f, 1), HOP_HTTP_MORE);
    teardown(&f);
}

TEST(continue_is_sent_when_the_body_may_come)
{
    struct fixture f;

    setup(&f, H "Content-Length: 5\r\nExpect: 100-continue\r\n\r\n");
    CHECK_INT(step(&f, 1), HOP_HTTP_HEAD);
    CHECK_INT(f.out.len, 0);
    CHECK_INT(step(&f, 1), HOP_HTTP_MORE);
    CHECK_STR(hop_buf_str(&f.out), "HTTP/1.1 100 Continue\r\n\r\n");
    f.in = "hello";
    f.n = 5;
    CHECK_INT(step(&f, 2), HOP_HTTP_DONE);
    CHECK_STR(hop_buf_str(&f.s.body), "hello");
    teardown(&f);
}

TEST(expect_with_a_body_over_the_limit_gets_413_at_once)
{
    struct fixture f;

    setup(&f, H "Content-Length: 101\r\nExpect: 100-continue\r\n\r\n");
    CHECK_INT(step(&f, 1), HOP_HTTP_HEAD);
    CHECK_INT(step(&f, 1), HOP_HTTP_BAD);
    CHECK_STR(hop_buf_str(&f.out),
              "HTTP/1.1 413 Content Too Large\r\nConnection: "
              "close\r\nContent-Length: 0\r\n\r\n");
    teardown(&f);
}

TEST(the_caller_raises_the_limit_when_it_sees_the_head)
{
    struct fixture f;
    HOP_AUTO_BUF struct hop_buf text = HOP_BUF_INIT;

    hop_buf_adds(&text, H "Content-Length: 500\r\n\r\n");
    hop_buf_fill(&text, 'x', 500);
    setup(&f, text.data);
    CHECK_INT(step(&f, 1), HOP_HTTP_HEAD);
    f.s.parser.body_max = 500;
    CHECK_INT(step(&f, 1), HOP_HTTP_DONE);
    CHECK_INT(f.s.body.len, 500);
    respond(&f, &ok, "");
    CHECK_INT(f.s.parser.body_max, 100);
    teardown(&f);
}

TEST(pipelined_requests_are_answered_in_order)
{
    struct fixture f;

    setup(&f, H "Content-Length: 1\r\n\r\nA" H "Content-Length: 1\r\n\r\nB");
    CHECK_INT(step(&f, 1), HOP_HTTP_HEAD);
    CHECK_INT(step(&f, 1), HOP_HTTP_DONE);
    CHECK_INT(step(&f, 1), HOP_HTTP_MORE);
    CHECK(f.n > 0);
    respond(&f, &ok, "a");
    CHECK_INT(step(&f, 1), HOP_HTTP_HEAD);
    CHECK_INT(step(&f, 1), HOP_HTTP_DONE);
    CHECK_STR(hop_buf_str(&f.s.body), "B");
    teardown(&f);
}

TEST(connection_close_is_honoured)
{
    struct fixture f;

    setup(&f, H "Connection: close\r\nContent-Length: 0\r\n\r\n");
    CHECK_INT(step(&f, 1), HOP_HTTP_HEAD);
    CHECK_INT(step(&f, 1), HOP_HTTP_DONE);
    respond(&f, &ok, "");
    CHECK_STR(hop_buf_str(&f.out), "HTTP/1.1 200 OK\r\nConnection: "
                                   "close\r\nContent-Length: 0\r\n\r\n");
    CHECK_INT(f.s.phase, HOP_HTTP_CLOSING);
    teardown(&f);
}

static const struct {
    const char *name;
    const char *in;
    int steps;
    uint64_t deadline;
    const char *answer;
} slow[] = {
    {"a connection that says nothing", "", 1, 1000, ""},
    {"half a head", "POST / HT", 1, 107,
     "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: "
     "0\r\n\r\n"},
    {"half a body", H "Content-Length: 5\r\n\r\nhe", 2, 207,
     "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: "
     "0\r\n\r\n"},
};

TEST(deadlines)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(slow); i++) {
        struct fixture f;
        ROW(slow[i].name);
        setup(&f, slow[i].in);
        for (int k = 0; k < slow[i].steps; k++)
            CHECK(step(&f, 7) != HOP_HTTP_BAD);
        CHECK_INT(hop_http_server_deadline(&f.s), slow[i].deadline);
        hop_http_server_timeout(&f.s, &f.out);
        CHECK_STR(hop_buf_str(&f.out), slow[i].answer);
        CHECK(f.s.close);
        teardown(&f);
    }
}

TEST(a_byte_now_and_then_does_not_move_the_deadline)
{
    struct fixture f;

    setup(&f, "P");
    CHECK_INT(step(&f, 5), HOP_HTTP_MORE);
    for (uint64_t now = 20; now < 100; now += 20) {
        f.in = "P";
        f.n = 1;
        CHECK_INT(step(&f, now), HOP_HTTP_MORE);
        CHECK_INT(hop_http_server_deadline(&f.s), 105);
    }
    teardown(&f);
}

TEST(a_bad_request_is_answered_once_and_ends_the_connection)
{
    struct fixture f;

    setup(&f, "POST / HTTP/1.1\r\n\r\nmore");
    CHECK_INT(step(&f, 1), HOP_HTTP_BAD);
    CHECK_STR(f.err.text, "HTTP: no Host");
    CHECK_STR(hop_buf_str(&f.out), "HTTP/1.1 400 Bad Request\r\nConnection: "
                                   "close\r\nContent-Length: 0\r\n\r\n");
    CHECK_INT(step(&f, 1), HOP_HTTP_MORE);
    CHECK_INT(f.s.phase, HOP_HTTP_CLOSING);
    teardown(&f);
}

TEST(client_and_server_joined_by_memory)
{
    static const struct hop_http_header headers[] = {
        {"Authorization", "Negotiate YII="},
    };
    const struct hop_http_request r = {.target = "/wsman",
                                       .host = "b:5985",
                                       .headers = headers,
                                       .header_count = 1};
    struct fixture f;
    struct hop_http_parser client;
    HOP_AUTO_BUF struct hop_buf wire = HOP_BUF_INIT;
    const char *in;
    size_t n;

    hop_http_request_encode(&wire, &r, 4);
    hop_buf_adds(&wire, "soap");
    setup(&f, wire.data);
    CHECK_INT(step(&f, 1), HOP_HTTP_HEAD);
    CHECK_STR(hop_http_head_get(&f.s.parser.head, "authorization"),
              "Negotiate YII=");
    CHECK_INT(step(&f, 1), HOP_HTTP_DONE);
    CHECK_STR(hop_buf_str(&f.s.body), "soap");
    respond(&f, &ok, "answer");
    hop_http_parser_init(&client, HOP_HTTP_RESPONSES, 100);
    in = f.out.data;
    n = f.out.len;
    CHECK_INT(hop_http_parser_step(&client, &in, &n, &f.err), HOP_HTTP_HEAD);
    CHECK_INT(client.head.status, 200);
    CHECK_INT(hop_http_parser_step(&client, &in, &n, &f.err), HOP_HTTP_BODY);
    CHECK_MEM(client.piece, client.piece_len, "answer", 6);
    CHECK_INT(hop_http_parser_step(&client, &in, &n, &f.err), HOP_HTTP_DONE);
    hop_http_parser_done(&client);
    teardown(&f);
}

TEST(a_line_break_in_a_value_fails_the_message)
{
    static const struct hop_http_header bad[] = {{"X", "a\r\nY: b"}};
    const struct hop_http_response r = {
        .status = 200, .headers = bad, .header_count = 1};
    HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;

    hop_http_response_encode(&out, &r, 0);
    CHECK(!hop_buf_ok(&out));
}

int
main(void)
{
    RUN(a_request_and_its_answer);
    RUN(an_answer_before_the_body_and_the_next_request);
    RUN(an_early_answer_to_a_long_body_closes);
    RUN(continue_is_sent_when_the_body_may_come);
    RUN(expect_with_a_body_over_the_limit_gets_413_at_once);
    RUN(the_caller_raises_the_limit_when_it_sees_the_head);
    RUN(pipelined_requests_are_answered_in_order);
    RUN(connection_close_is_honoured);
    RUN(deadlines);
    RUN(a_byte_now_and_then_does_not_move_the_deadline);
    RUN(a_bad_request_is_answered_once_and_ends_the_connection);
    RUN(client_and_server_joined_by_memory);
    RUN(a_line_break_in_a_value_fails_the_message);
    return test_done();
}
