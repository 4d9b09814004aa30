/* Messages that must be refused: HTTP's and SOAP's answers, the journal, and
 * that the server goes on serving.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/alloc.h"
#include "http/content.h"
#include "http/sealed.h"
#include "live/live.h"
#include "test.h"

static struct live live;
static const struct hop_wsman_limits limits = {1 << 20};

#define SOAP_TYPE "Content-Type: application/soap+xml;charset=UTF-8\r\n"
#define HEADERS(action)                                                        \
    "<s:Header><a:Action s:mustUnderstand=\"true\">" action "</a:Action>"      \
    "<a:To>http://b.test/wsman</a:To><a:MessageID>uuid:7</a:MessageID>"        \
    "<a:ReplyTo><a:Address>" HOP_URI_ANONYMOUS "</a:Address></a:ReplyTo>"
#define ENVELOPE                                                               \
    "<s:Envelope xmlns:s=\"" HOP_NS_SOAP "\" xmlns:a=\"" HOP_NS_ADDRESSING     \
    "\" xmlns:w=\"" HOP_NS_WSMAN "\" xmlns:rsp=\"" HOP_NS_SHELL "\">"
#define CMD "<w:ResourceURI>" HOP_URI_SHELL_CMD "</w:ResourceURI>"
#define SHELL(id)                                                              \
    "<w:SelectorSet><w:Selector Name=\"ShellId\">" id                          \
    "</w:Selector></w:SelectorSet>"
#define MESSAGE(action, more, body)                                            \
    ENVELOPE HEADERS(action) more "</s:Header><s:Body>" body                   \
                                  "</s:Body></s:Envelope>"
#define NO_SHELL "DEADBEEF-0000-4000-8000-000000000000"

/* --------------------------------------------------- HTTP around a message */

static const struct {
    const char *name, *request;
    int status;
    const char *journal; /* NULL: nothing worth a line */
} http[] = {
    {"another path",
     "POST /other HTTP/1.1\r\nHost: b\r\nContent-Length: 0\r\n\r\n", 404, NULL},
    {"a path that only begins like ours",
     "POST /wsmanx HTTP/1.1\r\nHost: b\r\nContent-Length: 0\r\n\r\n", 404,
     NULL},
    {"GET", "GET /wsman HTTP/1.1\r\nHost: b\r\n\r\n", 405, NULL},
    {"no Host", "POST /wsman HTTP/1.1\r\nContent-Length: 0\r\n\r\n", 400,
     " refused: "},
    {"two lengths",
     "POST /wsman HTTP/1.1\r\nHost: b\r\nContent-Length: 1\r\n"
     "Content-Length: 2\r\n\r\nab",
     400, " refused: "},
    {"a length and chunks",
     "POST /wsman HTTP/1.1\r\nHost: b\r\nContent-Length: 5\r\n"
     "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
     0, " refused: "},
    {"a negative length",
     "POST /wsman HTTP/1.1\r\nHost: b\r\nContent-Length: -1\r\n\r\n", 400,
     " refused: "},
    {"a folded field", "POST /wsman HTTP/1.1\r\nHost: b\r\nX: a\r\n b\r\n\r\n",
     400, " refused: "},
    {"a bare line feed", "POST /wsman HTTP/1.1\nHost: b\nContent-Length: 0\n\n",
     400, " refused: "},
    {"no HTTP at all", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
     400, " refused: "},
    {"a version of the future", "POST /wsman HTTP/3.0\r\nHost: b\r\n\r\n", 505,
     " refused: "},
    {"a body without a length", "POST /wsman HTTP/1.1\r\nHost: b\r\n\r\n", 411,
     " refused: "},
};

static void
check_http(void)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(http); i++) {
        AUTO_WIRE w;
        int status;

        ROW(http[i].name);
        wire_open(&w, &live);
        live_forget_log(&live);
        wire_send(&w, http[i].request, strlen(http[i].request));
        status = wire_read(&w);
        /* 0: any of the refusals RFC 9112 6.3 allows */
        if (http[i].status)
            CHECK_INT(status, http[i].status);
        else
            CHECK(status == 400 || status == 501 || status == 411);
        if (http[i].journal)
            LIVE_JOURNALED(&live, http[i].journal, "127.0.0.1");
    }
}

TEST(a_head_without_an_end)
{
    AUTO_WIRE w;
    HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;

    wire_open(&w, &live);
    live_forget_log(&live);
    hop_buf_adds(&out, "POST /wsman HTTP/1.1\r\nHost: b\r\nX: ");
    hop_buf_fill(&out, 'x', 100000);
    wire_send(&w, out.data, out.len);
    CHECK_INT(wire_read(&w), 431);
    LIVE_JOURNALED(&live, " refused: ", "127.0.0.1");
    CHECK(wire_is_closed(&w, 5));
}

TEST(a_large_body_before_logging_on)
{
    AUTO_WIRE w;
    static const char head[] =
        "POST /wsman HTTP/1.1\r\nHost: b\r\nAuthorization: Negotiate AAAA\r\n"
        "Content-Length: 10000000\r\n\r\n";

    wire_open(&w, &live);
    live_forget_log(&live);
    wire_send(&w, head, strlen(head));
    CHECK_INT(wire_read(&w), 413);
    LIVE_JOURNALED(&live, " refused: ", "127.0.0.1");
}

/* ------------------------------------------------- protection of a message */

TEST(a_message_in_the_clear)
{
    static const char identify[] = ENVELOPE HEADERS(HOP_ACTION_GET) CMD
        "</s:Header><s:Body/></s:Envelope>";
    AUTO_WIRE w;

    wire_open(&w, &live);
    REQUIRE(wire_log_on(&w, HOP_AUTH_NEGOTIATE));
    live_forget_log(&live);
    CHECK_INT(wire_post(&w, SOAP_TYPE, identify, strlen(identify)), 415);
    LIVE_JOURNALED(&live, " refused: ", "in the clear", "AllowUnencrypted");
}

TEST(a_sealed_message_before_logging_on)
{
    AUTO_WIRE w, other;
    HOP_AUTO_BUF struct hop_buf sealed = HOP_BUF_INIT;

    wire_open(&w, &live);
    wire_open(&other, &live);
    REQUIRE(wire_log_on(&w, HOP_AUTH_NEGOTIATE));
    REQUIRE(wire_seal(&w, "<x/>", 4, &sealed));
    CHECK_INT(wire_post(&other, wire_sealed_type, sealed.data, sealed.len),
              401);
}

static void
expect_hangup(struct wire *w, const struct hop_buf *sealed)
{
    live_forget_log(&live);
    CHECK_INT(wire_post(w, wire_sealed_type, sealed->data, sealed->len), 0);
    LIVE_JOURNALED(&live, " refused: ", "127.0.0.1");
}

TEST(a_message_sealed_for_another_connection)
{
    AUTO_WIRE w, other;
    HOP_AUTO_BUF struct hop_buf sealed = HOP_BUF_INIT;

    wire_open(&w, &live);
    wire_open(&other, &live);
    REQUIRE(wire_log_on(&w, HOP_AUTH_NEGOTIATE));
    REQUIRE(wire_log_on(&other, HOP_AUTH_NEGOTIATE));
    REQUIRE(wire_seal(&w, "<x/>", 4, &sealed));
    expect_hangup(&other, &sealed);
}

TEST(a_sealed_message_sent_twice)
{
    static const char get[] = MESSAGE(HOP_ACTION_GET, CMD SHELL(NO_SHELL), "");
    AUTO_WIRE w;
    HOP_AUTO_BUF struct hop_buf sealed = HOP_BUF_INIT;

    wire_open(&w, &live);
    REQUIRE(wire_log_on(&w, HOP_AUTH_NEGOTIATE));
    REQUIRE(wire_seal(&w, get, strlen(get), &sealed));
    CHECK_INT(wire_post(&w, wire_sealed_type, sealed.data, sealed.len), 500);
    expect_hangup(&w, &sealed);
}

TEST(a_sealed_message_with_a_changed_byte)
{
    for (size_t from_end = 30; from_end < 60; from_end += 10) {
        AUTO_WIRE w;
        HOP_AUTO_BUF struct hop_buf sealed = HOP_BUF_INIT;
        static const char x[] = "<a>some content to be changed</a>";

        wire_open(&w, &live);
        REQUIRE(wire_log_on(&w, HOP_AUTH_NEGOTIATE));
        REQUIRE(wire_seal(&w, x, strlen(x), &sealed));
        sealed.data[sealed.len - from_end] ^= 1;
        expect_hangup(&w, &sealed);
    }
}

TEST(a_sealed_message_whose_length_lies)
{
    AUTO_WIRE w;
    HOP_AUTO_BUF struct hop_buf sealed = HOP_BUF_INIT;
    char *length;

    wire_open(&w, &live);
    REQUIRE(wire_log_on(&w, HOP_AUTH_NEGOTIATE));
    REQUIRE(wire_seal(&w, "<abcdefgh/>", 11, &sealed));
    length = strstr(sealed.data, "Length=11");
    REQUIRE(length);
    length[8] = '9';
    live_forget_log(&live);
    wire_post(&w, wire_sealed_type, sealed.data, sealed.len);
    CHECK(w.status == 400 || w.status == 413 || w.status == 0);
    LIVE_JOURNALED(&live, " refused: ", "127.0.0.1");
}

TEST(parts_that_are_none)
{
    AUTO_WIRE w;

    wire_open(&w, &live);
    REQUIRE(wire_log_on(&w, HOP_AUTH_NEGOTIATE));
    live_forget_log(&live);
    CHECK_INT(wire_post(&w, wire_sealed_type, "--Encrypted Boundary", 20), 400);
    LIVE_JOURNALED(&live, " refused: ", "127.0.0.1");
}

/* ------------------------------------------------------------ the envelope */

static char *
fill_envelope(size_t n)
{
    HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;
    static const char before[] = ENVELOPE HEADERS(HOP_ACTION_SEND) CMD SHELL(
        NO_SHELL) "</s:Header><s:Body><rsp:Send><rsp:Stream Name=\"stdin\">";
    static const char after[] =
        "</rsp:Stream></rsp:Send></s:Body></s:Envelope>";

    hop_buf_adds(&out, before);
    hop_buf_fill(&out, 'A', (n - strlen(before) - strlen(after)) / 4 * 4);
    hop_buf_adds(&out, after);
    hop_buf_fill(&out, ' ', n - out.len);
    return hop_buf_take(&out);
}

TEST(an_oversized_envelope)
{
    /* 4096: what clients count too low around what they send */
    static const size_t sizes[] = {512000 + 4096, 512000 + 4097, 2000000};

    for (size_t i = 0; i < HOP_ARRAY_SIZE(sizes); i++) {
        HOP_AUTO_FREE char *xml = fill_envelope(sizes[i]);
        HOP_AUTO_BUF struct hop_buf sealed = HOP_BUF_INIT;
        AUTO_WIRE w;

        wire_open(&w, &live);
        REQUIRE(wire_log_on(&w, HOP_AUTH_NEGOTIATE));
        REQUIRE(wire_seal(&w, xml, sizes[i], &sealed));
        live_forget_log(&live);
        CHECK_INT(wire_post(&w, wire_sealed_type, sealed.data, sealed.len),
                  i == 0 ? 500 : 413);
        if (i > 0)
            LIVE_JOURNALED(&live, " refused: ", "127.0.0.1");
    }
    CHECK(live_serves(&live));
}

static const struct {
    const char *name, *xml;
    uint32_t code;
    const char *text;
    const char *journal; /* NULL: an ordinary answer */
} messages[] = {
    {"no XML", "hello", HOP_FAULT_INVALID_XML, "cannot be read", " refused: "},
    {"a billion laughs",
     "<!DOCTYPE a [<!ENTITY b \"ha\"><!ENTITY c \"&b;&b;&b;&b;\"><!ENTITY d "
     "\"&c;&c;&c;&c;\">]>" ENVELOPE "<s:Body>&d;</s:Body></s:Envelope>",
     HOP_FAULT_INVALID_XML, "DOCTYPE", " refused: "},
    {"a file of the server's",
     "<!DOCTYPE a [<!ENTITY f SYSTEM \"file:///etc/passwd\">]>" ENVELOPE
     "<s:Body>&f;</s:Body></s:Envelope>",
     HOP_FAULT_INVALID_XML, "DOCTYPE", " refused: "},
    {"SOAP 1.1",
     "<s:Envelope xmlns:s=\"" HOP_NS_SOAP11 "\"><s:Body/></s:Envelope>",
     HOP_FAULT_VERSION_MISMATCH, "SOAP 1.2", " refused: "},
    {"an unknown header that must be understood",
     MESSAGE(HOP_ACTION_GET,
             CMD "<x xmlns=\"urn:x\" s:mustUnderstand=\"true\"/>", ""),
     HOP_FAULT_MUST_UNDERSTAND, "{urn:x}x", " refused: "},
    {"an action nobody knows",
     MESSAGE("urn:launch/Missiles", CMD SHELL(NO_SHELL), ""),
     HOP_FAULT_ACTION_NOT_SUPPORTED, "", " refused: "},
    {"an action that this resource does not have",
     MESSAGE(HOP_ACTION_PUT, CMD, "<rsp:Shell/>"),
     HOP_FAULT_ACTION_NOT_SUPPORTED, "", " refused: "},
    {"a body that belongs to another action",
     MESSAGE(HOP_ACTION_RECEIVE, CMD SHELL(NO_SHELL), "<rsp:Send/>"),
     HOP_FAULT_INVALID_SOAP_BODY, "rsp:Receive", " refused: "},
    {"a resource nobody has",
     MESSAGE(HOP_ACTION_CREATE, "<w:ResourceURI>urn:no/such</w:ResourceURI>",
             "<rsp:Shell/>"),
     HOP_FAULT_INVALID_RESOURCE_URI, "urn:no/such", "session-refused"},
    {"a shell that does not exist",
     MESSAGE(HOP_ACTION_RECEIVE, CMD SHELL(NO_SHELL),
             "<rsp:Receive><rsp:DesiredStream>stdout</rsp:DesiredStream>"
             "</rsp:Receive>"),
     HOP_FAULT_UNEXPECTED_SELECTORS, NO_SHELL, " refused: "},
    {"no shell named at all",
     MESSAGE(HOP_ACTION_COMMAND, CMD,
             "<rsp:CommandLine><rsp:Command>id</rsp:Command>"
             "</rsp:CommandLine>"),
     HOP_FAULT_INSUFFICIENT_SELECTORS, "ShellId", " refused: "},
    {"a time-out over MaxTimeoutms",
     MESSAGE(HOP_ACTION_GET,
             CMD SHELL(NO_SHELL) "<w:OperationTimeout>PT61S"
                                 "</w:OperationTimeout>",
             ""),
     HOP_FAULT_UNSUPPORTED_TIMEOUT, "", " refused: "},
    {"an option that must be complied with",
     MESSAGE(HOP_ACTION_CREATE,
             CMD "<w:OptionSet s:mustUnderstand=\"true\"><w:Option "
                 "Name=\"SELF_DESTRUCT\" MustComply=\"true\">1</w:Option>"
                 "</w:OptionSet>",
             "<rsp:Shell><rsp:OutputStreams>stdout</rsp:OutputStreams>"
             "</rsp:Shell>"),
     HOP_FAULT_OPTION_INVALID_NAME, "SELF_DESTRUCT", " refused: "},
    {"an idle time-out out of bounds",
     MESSAGE(HOP_ACTION_CREATE, CMD,
             "<rsp:Shell><rsp:IdleTimeOut>PT1S</rsp:IdleTimeOut>"
             "<rsp:OutputStreams>stdout</rsp:OutputStreams></rsp:Shell>"),
     HOP_FAULT_IDLETIMEOUT_OUTOFBOUNDS, "", "session-refused"},
};

static void
ask_for_fault(struct wire *w, const char *xml, size_t n, uint32_t code,
              const char *text, const char *journal)
{
    HOP_AUTO_WSMAN_MESSAGE struct hop_wsman_message m;
    struct hop_error err;

    hop_wsman_message_init(&m, HOP_WSMAN_INVOKE_RESPONSE);
    live_forget_log(&live);
    CHECK_INT(wire_exchange(w, xml, n), 500);
    REQUIRE(hop_wsman_response_decode(&m, hop_buf_str(&w->body), w->body.len,
                                      &limits, &err));
    CHECK_INT(m.kind, HOP_WSMAN_FAULT);
    if (m.fault.code != code)
        test_fail(__FILE__, __LINE__, "fault 0x%08X (%s), wanted 0x%08X",
                  m.fault.code, m.fault.message, code);
    if (!strstr(m.fault.message, text))
        CHECK_STR(m.fault.message, text);
    if (journal)
        LIVE_JOURNALED(&live, journal, "127.0.0.1");
}

static void
check_messages(void)
{
    AUTO_WIRE w;

    wire_open(&w, &live);
    CHECK(wire_log_on(&w, HOP_AUTH_NEGOTIATE));
    for (size_t i = 0; w.seal && i < HOP_ARRAY_SIZE(messages); i++) {
        ROW(messages[i].name);
        ask_for_fault(&w, messages[i].xml, strlen(messages[i].xml),
                      messages[i].code, messages[i].text, messages[i].journal);
    }
}

TEST(deep_nesting)
{
    HOP_AUTO_BUF struct hop_buf xml = HOP_BUF_INIT;
    AUTO_WIRE w;

    wire_open(&w, &live);
    REQUIRE(wire_log_on(&w, HOP_AUTH_NEGOTIATE));
    hop_buf_adds(&xml, ENVELOPE "<s:Body>");
    for (int i = 0; i < 50000; i++)
        hop_buf_adds(&xml, "<a>");
    ask_for_fault(&w, xml.data, xml.len, HOP_FAULT_ENCODING_LIMIT, "too deep",
                  " refused: ");
    CHECK(live_serves(&live));
}

TEST(a_hundred_thousand_elements)
{
    HOP_AUTO_BUF struct hop_buf xml = HOP_BUF_INIT;
    AUTO_WIRE w;

    wire_open(&w, &live);
    REQUIRE(wire_log_on(&w, HOP_AUTH_NEGOTIATE));
    hop_buf_adds(&xml, ENVELOPE "<s:Body>");
    for (int i = 0; i < 100000; i++)
        hop_buf_adds(&xml, "<a/>");
    ask_for_fault(&w, xml.data, xml.len, HOP_FAULT_ENCODING_LIMIT,
                  "too many elements", " refused: ");
    CHECK(live_serves(&live));
}

int
main(void)
{
    if (!live_start(&live, "", NULL)) {
        printf("not ok 1 - the server starts\n1..1\n");
        return 1;
    }
    check_http();
    RUN(a_head_without_an_end);
    RUN(a_large_body_before_logging_on);
    RUN(a_message_in_the_clear);
    RUN(a_sealed_message_before_logging_on);
    RUN(a_message_sealed_for_another_connection);
    RUN(a_sealed_message_sent_twice);
    RUN(a_sealed_message_with_a_changed_byte);
    RUN(a_sealed_message_whose_length_lies);
    RUN(parts_that_are_none);
    RUN(an_oversized_envelope);
    check_messages();
    RUN(deep_nesting);
    RUN(a_hundred_thousand_elements);
    test_begin("the server ends as it should");
    live_stop(&live);
    return test_done();
}
