/* Requests and responses made by hand: what is read, what is refused, and with
 * which status.  SPDX-License-Identifier: MIT */
#include "http/parser.h"

#include "test.h"

/* Feeds text in pieces of so many bytes; the body goes to body. */
static enum hop_http_event
feed(struct hop_http_parser *p, const char *text, size_t len, size_t piece,
     struct hop_buf *body, struct hop_error *err)
{
    enum hop_http_event event = HOP_HTTP_MORE;

    for (size_t at = 0; at < len; at += piece) {
        const char *in = text + at;
        size_t n = len - at < piece ? len - at : piece;
        do {
            event = hop_http_parser_step(p, &in, &n, err);
            if (event == HOP_HTTP_BODY)
                hop_buf_add(body, p->piece, p->piece_len);
            if (event == HOP_HTTP_BAD ||
                (event == HOP_HTTP_DONE && n == 0 && at + piece >= len))
                return event;
        } while (event != HOP_HTTP_MORE);
    }
    return event;
}

#define H "POST /wsman HTTP/1.1\r\nHost: b.corp.test:5985\r\n"

static const struct request {
    const char *name;
    const char *text;
    size_t len;       /* 0: strlen */
    int status;       /* 0: it is read to the end; -1: it is not finished */
    const char *want; /* body, or text of the error */
} requests[] = {
    {"a POST with a body", H "Content-Length: 5\r\n\r\nhello", 0, 0, "hello"},
    {"a POST with an empty body", H "Content-Length: 0\r\n\r\n", 0, 0, ""},
    {"a GET without a body", "GET / HTTP/1.1\r\nHost: b\r\n\r\n", 0, 0, ""},
    {"HTTP/1.0 without Host", "POST / HTTP/1.0\r\nContent-Length: 1\r\n\r\nx",
     0, 0, "x"},
    {"an empty line before the request line is ignored",
     "\r\n" H "Content-Length: 2\r\n\r\nhi", 0, 0, "hi"},
    {"an absolute target",
     "POST http://b/wsman HTTP/1.1\r\nHost: b\r\nContent-Length: 0\r\n\r\n", 0,
     0, ""},
    {"blanks around a value", H "Content-Length: \t 2 \t\r\n\r\nhi", 0, 0,
     "hi"},
    {"obs-text in a value", H "X: \xC3\xA9\r\nContent-Length: 0\r\n\r\n", 0, 0,
     ""},
    {"Content-Length twice, different",
     H "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello", 0, 400,
     "HTTP: more than one Content-Length"},
    {"Content-Length twice, the same",
     H "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello", 0, 400,
     "HTTP: more than one Content-Length"},
    {"Content-Length as a list", H "Content-Length: 5, 5\r\n\r\nhello", 0, 400,
     "HTTP: Content-Length is not a number"},
    {"Content-Length with a sign", H "Content-Length: +5\r\n\r\nhello", 0, 400,
     "HTTP: Content-Length is not a number"},
    {"Content-Length negative", H "Content-Length: -5\r\n\r\nhello", 0, 400,
     "HTTP: Content-Length is not a number"},
    {"Content-Length hexadecimal", H "Content-Length: 0x5\r\n\r\nhello", 0, 400,
     "HTTP: Content-Length is not a number"},
    {"Content-Length empty", H "Content-Length:\r\n\r\n", 0, 400,
     "HTTP: Content-Length is not a number"},
    {"Content-Length of 30 digits",
     H "Content-Length: 100000000000000000000000000000\r\n\r\n", 0, 413,
     "HTTP: Content-Length is beyond all limits"},
    {"Content-Length over the limit", H "Content-Length: 1001\r\n\r\n", 0, 413,
     "HTTP: the body is larger than allowed"},
    {"Transfer-Encoding beside Content-Length",
     H "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n", 0,
     501, "HTTP: Transfer-Encoding in a request; send Content-Length"},
    {"Transfer-Encoding alone", H "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
     0, 501, "HTTP: Transfer-Encoding in a request; send Content-Length"},
    {"Transfer-Encoding in odd case",
     H "tRANSFER-eNCODING: xchunked\r\n\r\n0\r\n\r\n", 0, 501,
     "HTTP: Transfer-Encoding in a request; send Content-Length"},
    {"a POST without Content-Length", H "\r\n", 0, 411,
     "HTTP: no Content-Length"},
    {"a blank before the colon", H "Content-Length : 5\r\n\r\nhello", 0, 400,
     "HTTP: a header line is malformed"},
    {"a header without a name", H ": x\r\n\r\n", 0, 400,
     "HTTP: a header line is malformed"},
    {"a header without a colon", H "Content-Length\r\n\r\n", 0, 400,
     "HTTP: a header line is malformed"},
    {"a folded header", H "X: a\r\n b\r\nContent-Length: 0\r\n\r\n", 0, 400,
     "HTTP: a header line is folded"},
    {"a folded header with a tab", H "X: a\r\n\tb\r\n\r\n", 0, 400,
     "HTTP: a header line is folded"},
    {"a bare LF behind the request line", "POST / HTTP/1.1\nHost: b\r\n", 0,
     400, "HTTP: a line ends in LF without CR"},
    {"a bare LF between headers", H "X: a\nY: b\r\n\r\n", 0, 400,
     "HTTP: a line ends in LF without CR"},
    {"a bare LF at the end of the head", H "Content-Length: 0\r\n\n", 0, 400,
     "HTTP: a line ends in LF without CR"},
    {"a bare CR in a header", H "X: a\rb\r\n\r\n", 0, 400,
     "HTTP: a CR that ends no line"},
    {"CR CR LF", H "X: a\r\r\n\r\n", 0, 400, "HTTP: a CR that ends no line"},
    {"a NUL in a header", H "X: a\0b\r\n\r\n", sizeof(H "X: a\0b\r\n\r\n") - 1,
     400, "HTTP: a NUL byte in the head"},
    {"an escape byte in a header", H "X: \x1B[2J\r\n\r\n", 0, 400,
     "HTTP: a control byte in the head"},
    {"no Host", "POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n", 0, 400,
     "HTTP: no Host"},
    {"two Hosts", H "Host: c\r\nContent-Length: 0\r\n\r\n", 0, 400,
     "HTTP: more than one Host"},
    {"an empty Host", "POST / HTTP/1.1\r\nHost:\r\n\r\n", 0, 400,
     "HTTP: Host is malformed"},
    {"Host with user information", "POST / HTTP/1.1\r\nHost: a@b\r\n\r\n", 0,
     400, "HTTP: Host is malformed"},
    {"Host with a path", "POST / HTTP/1.1\r\nHost: a/b\r\n\r\n", 0, 400,
     "HTTP: Host is malformed"},
    {"two blanks in the request line", "POST  / HTTP/1.1\r\nHost: b\r\n\r\n", 0,
     400, "HTTP: the request line is malformed"},
    {"a tab in the request line", "POST\t/ HTTP/1.1\r\nHost: b\r\n\r\n", 0, 400,
     "HTTP: the request line is malformed"},
    {"a blank behind the version", "POST / HTTP/1.1 \r\nHost: b\r\n\r\n", 0,
     400, "HTTP: the request line is malformed"},
    {"no version", "POST /\r\nHost: b\r\n\r\n", 0, 400,
     "HTTP: the request line is malformed"},
    {"no target", "POST  HTTP/1.1\r\nHost: b\r\n\r\n", 0, 400,
     "HTTP: the request target is malformed"},
    {"HTTP/2.0", "POST / HTTP/2.0\r\nHost: b\r\n\r\n", 0, 505,
     "HTTP: only HTTP/1.0 and HTTP/1.1 are spoken here"},
    {"HTTP/1.10", "POST / HTTP/1.10\r\nHost: b\r\n\r\n", 0, 400,
     "HTTP: the request line is malformed"},
    {"a version in lower case", "POST / http/1.1\r\nHost: b\r\n\r\n", 0, 400,
     "HTTP: the version in the start line is malformed"},
    {"TLS on a plain port", "\x16\x03\x01\x02\x00\x01\x00", 7, 400,
     "HTTP: a control byte in the head"},
    {"two empty lines before the request line", "\r\n\r\nPOST", 0, 400,
     "HTTP: empty lines before the message"},
    {"an unknown Expect", H "Content-Length: 1\r\nExpect: 200-ok\r\n\r\n", 0,
     417, "HTTP: an unknown Expect"},
    {"half a head", H "Content-Le", 0, -1, NULL},
    {"half a body", H "Content-Length: 5\r\n\r\nhel", 0, -1, NULL},
};

static void
check_request(const struct request *r, size_t piece)
{
    struct hop_http_parser p;
    HOP_AUTO_BUF struct hop_buf body = HOP_BUF_INIT;
    struct hop_error err = {0};
    size_t len = r->len ? r->len : strlen(r->text);
    enum hop_http_event event;

    hop_http_parser_init(&p, HOP_HTTP_REQUESTS, 1000);
    event = feed(&p, r->text, len, piece, &body, &err);
    if (r->status < 0) {
        CHECK_INT(event, HOP_HTTP_MORE);
        CHECK(!hop_http_parser_eof(&p, &err));
        CHECK_STR(err.text, "HTTP: the peer closed in the middle of a message");
    } else if (r->status > 0) {
        CHECK_INT(event, HOP_HTTP_BAD);
        CHECK_INT(p.bad_status, r->status);
        CHECK_STR(err.text, r->want);
    } else {
        CHECK_INT(event, HOP_HTTP_DONE);
        CHECK_STR(hop_buf_str(&body), r->want);
        CHECK(hop_http_parser_eof(&p, &err));
    }
    hop_http_parser_done(&p);
}

TEST(requests_in_one_piece_and_byte_by_byte)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(requests); i++) {
        ROW(requests[i].name);
        check_request(&requests[i], 100000);
        check_request(&requests[i], 1);
        check_request(&requests[i], 7);
    }
}

static const struct response {
    const char *name;
    const char *text;
    int status; /* 0: refused */
    const char *want;
    bool to_close, no_body;
} responses[] = {
    {"a response with a length",
     "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", 200, "hello"},
    {"a response without a reason", "HTTP/1.1 401\r\nContent-Length: 0\r\n\r\n",
     401, ""},
    {"100 Continue is skipped",
     "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: "
     "2\r\n\r\nhi",
     200, "hi"},
    {"chunks",
     "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
     "5\r\nhello\r\n1;x=\"y\"\r\n!\r\n0\r\n\r\n",
     200, "hello!"},
    {"chunks with a trailer",
     "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n"
     "A\r\n0123456789\r\n000\r\nX: y\r\nZ: \r\n\r\n",
     200, "0123456789"},
    {"no length: up to the end", "HTTP/1.1 200 OK\r\n\r\nhello", 200, "hello",
     true},
    {"204 has no body", "HTTP/1.1 204 No Content\r\n\r\n", 204, ""},
    {"the answer to CONNECT has no body",
     "HTTP/1.1 200 Connection established\r\nContent-Length: 5\r\n\r\n", 200,
     "", false, true},
    {"an HTTP/1.0 response", "HTTP/1.0 500 oh\r\nContent-Length: 1\r\n\r\nx",
     500, "x"},
    {"chunk size 0x5",
     "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0x5\r\nhello\r\n", 0,
     "HTTP: the chunked body is malformed"},
    {"chunk size +5",
     "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n+5\r\nhello\r\n", 0,
     "HTTP: the chunked body is malformed"},
    {"chunk size empty",
     "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\nhello\r\n", 0,
     "HTTP: the chunked body is malformed"},
    {"chunk size that overflows",
     "HTTP/1.1 200 OK\r\nTransfer-Encoding: "
     "chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\n",
     0, "HTTP: the chunked body is malformed"},
    {"junk behind a chunk's data",
     "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhelloX\r\n", 0,
     "HTTP: the chunked body is malformed"},
    {"a bare LF behind a chunk size",
     "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\nhello\r\n", 0,
     "HTTP: the chunked body is malformed"},
    {"chunks over the limit",
     "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
     "3E9\r\n................................................................",
     200, NULL},
    {"Transfer-Encoding and Content-Length",
     "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: "
     "5\r\n\r\n",
     0, "HTTP: both Transfer-Encoding and Content-Length"},
    {"Transfer-Encoding gzip, chunked",
     "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 0,
     "HTTP: an unknown Transfer-Encoding"},
    {"Switching Protocols", "HTTP/1.1 101 Switch\r\n\r\n", 0,
     "HTTP: an interim response out of place"},
    {"a status of two digits", "HTTP/1.1 20 OK\r\n\r\n", 0,
     "HTTP: the status line is malformed"},
    {"a status of 600", "HTTP/1.1 600 OK\r\n\r\n", 0,
     "HTTP: the status code is out of range"},
    {"an SSH server", "SSH-2.0-OpenSSH_9.2p1\r\n\r\n", 0,
     "HTTP: the status line is malformed"},
};

static void
check_response(const struct response *r, size_t piece)
{
    struct hop_http_parser p;
    HOP_AUTO_BUF struct hop_buf body = HOP_BUF_INIT;
    struct hop_error err = {0};
    enum hop_http_event event;

    hop_http_parser_init(&p, HOP_HTTP_RESPONSES, 1000);
    p.no_body = r->no_body;
    event = feed(&p, r->text, strlen(r->text), piece, &body, &err);
    if (r->want == NULL) {
        CHECK_INT(event, HOP_HTTP_MORE);
        CHECK(!hop_http_parser_eof(&p, &err));
    } else if (r->status == 0) {
        CHECK_INT(event, HOP_HTTP_BAD);
        CHECK_STR(err.text, r->want);
    } else {
        if (r->to_close)
            CHECK(event == HOP_HTTP_MORE && hop_http_parser_eof(&p, &err));
        else
            CHECK_INT(event, HOP_HTTP_DONE);
        CHECK_INT(p.head.status, r->status);
        CHECK_STR(hop_buf_str(&body), r->want);
    }
    hop_http_parser_done(&p);
}

TEST(responses_in_one_piece_and_byte_by_byte)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(responses); i++) {
        ROW(responses[i].name);
        check_response(&responses[i], 100000);
        check_response(&responses[i], 1);
        check_response(&responses[i], 5);
    }
}

TEST(a_body_over_the_limit_in_chunks)
{
    struct hop_http_parser p;
    HOP_AUTO_BUF struct hop_buf text = HOP_BUF_INIT, body = HOP_BUF_INIT;
    struct hop_error err = {0};

    hop_buf_adds(&text, "HTTP/1.1 200 OK\r\nTransfer-Encoding: "
                        "chunked\r\n\r\n3E9\r\n");
    hop_buf_fill(&text, 'x', 1001);
    hop_http_parser_init(&p, HOP_HTTP_RESPONSES, 1000);
    CHECK_INT(feed(&p, text.data, text.len, 100000, &body, &err), HOP_HTTP_BAD);
    CHECK_STR(err.text, "HTTP: the body is larger than allowed");
    hop_http_parser_done(&p);
}

static void
check_filled(size_t lines, size_t fill, int want)
{
    struct hop_http_parser p;
    HOP_AUTO_BUF struct hop_buf text = HOP_BUF_INIT, body = HOP_BUF_INIT;
    struct hop_error err = {0};
    enum hop_http_event event;

    hop_buf_adds(&text, "GET / HTTP/1.1\r\nHost: b\r\n");
    for (size_t i = 0; i < lines; i++)
        hop_buf_adds(&text, "X: y\r\n");
    hop_buf_adds(&text, "Y: ");
    if (fill)
        hop_buf_fill(&text, 'y', fill - text.len - 4);
    hop_buf_adds(&text, "\r\n\r\n");
    hop_http_parser_init(&p, HOP_HTTP_REQUESTS, 0);
    event = feed(&p, text.data, text.len, 4096, &body, &err);
    CHECK_INT(event, want ? HOP_HTTP_BAD : HOP_HTTP_DONE);
    CHECK_INT(p.bad_status, want);
    hop_http_parser_done(&p);
}

TEST(limits_of_a_head)
{
    ROW("64 header lines");
    check_filled(62, 0, 0);
    ROW("65 header lines");
    check_filled(63, 0, 431);
    ROW("a head of 16 KiB");
    check_filled(0, HOP_HTTP_HEAD_MAX, 0);
    ROW("a head of 16 KiB and a byte");
    check_filled(0, HOP_HTTP_HEAD_MAX + 1, 431);
}

TEST(pipelined_requests_wait_in_the_input)
{
    static const char text[] =
        H "Content-Length: 1\r\n\r\nA" H "Content-Length: 1\r\n\r\nB";
    struct hop_http_parser p;
    struct hop_error err = {0};
    const char *in = text;
    size_t n = sizeof(text) - 1;
    char got[3] = "";

    hop_http_parser_init(&p, HOP_HTTP_REQUESTS, 1000);
    for (int i = 0; i < 2; i++) {
        CHECK_INT(hop_http_parser_step(&p, &in, &n, &err), HOP_HTTP_HEAD);
        CHECK_STR(p.head.method, "POST");
        CHECK_STR(p.head.host, "b.corp.test:5985");
        CHECK_INT(hop_http_parser_step(&p, &in, &n, &err), HOP_HTTP_BODY);
        got[i] = *p.piece;
        CHECK_INT(hop_http_parser_step(&p, &in, &n, &err), HOP_HTTP_DONE);
        CHECK_INT(n, i ? 0 : sizeof(H "Content-Length: 1\r\n\r\nB") - 1);
        CHECK_STR(p.head.target, "/wsman");
    }
    CHECK_STR(got, "AB");
    CHECK_INT(hop_http_parser_step(&p, &in, &n, &err), HOP_HTTP_MORE);
    hop_http_parser_done(&p);
}

TEST(connection_and_expect_are_read)
{
    static const char text[] =
        H "Connection: x, Close\r\nExpect: 100-continue\r\n"
          "Content-Length: 1\r\n\r\n";
    struct hop_http_parser p;
    struct hop_error err = {0};
    const char *in = text;
    size_t n = sizeof(text) - 1;

    hop_http_parser_init(&p, HOP_HTTP_REQUESTS, 1000);
    CHECK_INT(hop_http_parser_step(&p, &in, &n, &err), HOP_HTTP_HEAD);
    CHECK(p.head.close);
    CHECK(p.head.expect_continue);
    CHECK_STR(hop_http_head_get(&p.head, "connection"), "x, Close");
    hop_http_parser_done(&p);
}

int
main(void)
{
    RUN(requests_in_one_piece_and_byte_by_byte);
    RUN(responses_in_one_piece_and_byte_by_byte);
    RUN(a_body_over_the_limit_in_chunks);
    RUN(limits_of_a_head);
    RUN(pipelined_requests_wait_in_the_input);
    RUN(connection_and_expect_are_read);
    return test_done();
}
