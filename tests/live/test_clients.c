/* What clients in the field do and need, each in the way it was seen to.
 *
 * SPDX-License-Identifier: MIT
 */
#include <poll.h>
#include <stdlib.h>
#include <time.h>

#include "base/alloc.h"
#include "http/content.h"
#include "http/sealed.h"
#include "live/live.h"
#include "test.h"

static struct live live;
static const struct hop_wsman_limits limits = {1 << 20};

#define SOAP_TYPE "Content-Type: application/soap+xml;charset=UTF-8\r\n"
#define IDENTIFY                                                               \
    "<s:Envelope xmlns:s=\"" HOP_NS_SOAP "\" xmlns:wsmid=\"" HOP_NS_IDENTITY   \
    "\"><s:Header/><s:Body><wsmid:Identify/></s:Body></s:Envelope>"

static double
now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
about(struct hop_wsman_message *m, enum hop_wsman_kind kind,
      struct hop_wsman_selector *s, const char *shell)
{
    hop_wsman_message_init(m, kind);
    *s = (struct hop_wsman_selector){"ShellId", shell};
    m->header.selectors = s;
    m->header.selector_count = 1;
}

/* A shell with a command in it; both ids are of 64 bytes. */
static bool
start(struct wire *w, const char *line, char *shell, char *command)
{
    HOP_AUTO_WSMAN_MESSAGE struct hop_wsman_message answer;
    struct hop_wsman_selector s;
    struct hop_wsman_message m;

    hop_wsman_message_init(&answer, HOP_WSMAN_INVOKE);
    wire_open(w, &live);
    if (!wire_log_on(w, HOP_AUTH_NEGOTIATE) || !wire_open_shell(w, shell))
        return false;
    about(&m, HOP_WSMAN_COMMAND, &s, shell);
    m.command.command_line = line;
    if (!wire_ask(w, &m, &answer) || answer.kind != HOP_WSMAN_COMMAND_RESPONSE)
        return false;
    snprintf(command, 64, "%s", answer.command.command_id);
    return true;
}

static void
ask_output(struct hop_wsman_message *m, struct hop_wsman_selector *s,
           const char *shell, const char *command)
{
    about(m, HOP_WSMAN_RECEIVE, s, shell);
    m->receive.desired = "stdout stderr";
    m->receive.command_id = command;
}

/* Sends a request and does not wait for its answer. */
static bool
send_only(struct wire *w, struct hop_wsman_message *m)
{
    HOP_AUTO_BUF struct hop_buf xml = HOP_BUF_INIT, sealed = HOP_BUF_INIT;
    HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;

    m->header.message_id = "uuid:00000000-0000-4000-8000-00000000000A";
    m->header.to = "http://b.test/wsman";
    m->header.resource_uri = HOP_URI_SHELL_CMD;
    hop_wsman_encode(&xml, m);
    if (!wire_seal(w, xml.data, xml.len, &sealed))
        return false;
    hop_buf_addf(&out,
                 "POST /wsman HTTP/1.1\r\nHost: b.test\r\n%s"
                 "Content-Length: %zu\r\n\r\n",
                 wire_sealed_type, sealed.len);
    hop_buf_add(&out, sealed.data, sealed.len);
    return wire_send(w, out.data, out.len);
}

static bool
read_message(struct wire *w, struct hop_wsman_message *m)
{
    struct hop_error err;

    hop_wsman_message_init(m, HOP_WSMAN_INVOKE_RESPONSE);
    return wire_read(w) != 0 && wire_unseal(w) &&
           hop_wsman_response_decode(m, hop_buf_str(&w->body), w->body.len,
                                     &limits, &err);
}

/* ------------------------------------------------------------- Identify */

TEST(identify_needs_no_logon_and_tells_nothing)
{
    static const char ask[] =
        "POST /wsman-anon/identify HTTP/1.1\r\nHost: b\r\n" SOAP_TYPE
        "WSMANIDENTIFY: unauthenticated\r\n";
    HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;
    HOP_AUTO_WSMAN_MESSAGE struct hop_wsman_message m;
    struct hop_error err;
    AUTO_WIRE w;

    hop_wsman_message_init(&m, HOP_WSMAN_INVOKE_RESPONSE);
    wire_open(&w, &live);
    hop_buf_addf(&out, "%sContent-Length: %zu\r\n\r\n%s", ask, strlen(IDENTIFY),
                 IDENTIFY);
    wire_send(&w, out.data, out.len);
    CHECK_INT(wire_read(&w), 200);
    REQUIRE(hop_wsman_response_decode(&m, hop_buf_str(&w.body), w.body.len,
                                      &limits, &err));
    CHECK_INT(m.kind, HOP_WSMAN_IDENTIFY_RESPONSE);
    CHECK_STR(m.identify.protocol_version, HOP_NS_WSMAN);
    CHECK_STR(m.identify.product_version, "OS: 0.0.0 SP: 0.0 Stack: 3.0");
}

TEST(identify_after_logging_on_tells_the_version)
{
    HOP_AUTO_WSMAN_MESSAGE struct hop_wsman_message m;
    struct hop_error err;
    AUTO_WIRE w;

    hop_wsman_message_init(&m, HOP_WSMAN_INVOKE_RESPONSE);
    wire_open(&w, &live);
    REQUIRE(wire_log_on(&w, HOP_AUTH_NEGOTIATE));
    CHECK_INT(wire_exchange(&w, IDENTIFY, strlen(IDENTIFY)), 200);
    REQUIRE(hop_wsman_response_decode(&m, hop_buf_str(&w.body), w.body.len,
                                      &limits, &err));
    CHECK(strstr(m.identify.product_version, "Linux"));
}

/* ------------------------------------------------------ logging on oddly */

/* masterzen/winrm, sealed: an empty POST before each request, on the same
 * connection; after anything but 401 it would send an empty body and fail. */
TEST(an_empty_post_on_a_proven_connection_gets_a_401)
{
    AUTO_WIRE w;

    wire_open(&w, &live);
    REQUIRE(wire_log_on(&w, HOP_AUTH_NTLM));
    for (int i = 0; i < 3; i++) {
        CHECK_INT(wire_post(&w, SOAP_TYPE, "", 0), 401);
        CHECK_INT(wire_exchange(&w, IDENTIFY, strlen(IDENTIFY)), 200);
    }
}

/* go-psrp, winrm-cli: the whole message with each token.  It is read, and never
 * acted on before somebody has logged on. */
TEST(a_message_beside_a_token_is_not_acted_on_too_early)
{
    HOP_AUTO_BUF struct hop_buf first = HOP_BUF_INIT, last = HOP_BUF_INIT;
    AUTO_WIRE w;

    wire_open(&w, &live);
    REQUIRE(wire_initiator(&w, HOP_AUTH_NTLM));
    hop_buf_adds(&first, SOAP_TYPE);
    hop_buf_adds(&last, SOAP_TYPE);
    REQUIRE(wire_token(&w, &first));
    CHECK_INT(wire_post(&w, hop_buf_str(&first), IDENTIFY, strlen(IDENTIFY)),
              401);
    CHECK(strncmp(w.challenge, "Negotiate ", 10) == 0);
    REQUIRE(wire_token(&w, &last));
    /* In the clear over HTTP, which AllowUnencrypted forbids. */
    CHECK_INT(wire_post(&w, hop_buf_str(&last), IDENTIFY, strlen(IDENTIFY)),
              415);
}

/* Some read a body as UTF-16 text of Windows. */
TEST(a_message_in_utf16)
{
    HOP_AUTO_BUF struct hop_buf wide = HOP_BUF_INIT;
    AUTO_WIRE w;

    wire_open(&w, &live);
    REQUIRE(wire_log_on(&w, HOP_AUTH_NEGOTIATE));
    hop_buf_add(&wide, "\xFF\xFE", 2);
    for (const char *p = IDENTIFY; *p; p++) {
        hop_buf_addc(&wide, *p);
        hop_buf_addc(&wide, '\0');
    }
    CHECK_INT(wire_exchange(&w, wide.data, wide.len), 200);
    CHECK_INT(wire_exchange(&w, wide.data + 2, wide.len - 2), 200);
}

/* Messages of more than one sealed part come under CredSSP; the form is the
 * same for all. */
TEST(a_message_in_many_sealed_parts)
{
    HOP_AUTO_BUF struct hop_buf body = HOP_BUF_INIT, field = HOP_BUF_INIT;
    const char *xml = IDENTIFY;
    AUTO_WIRE w;

    wire_open(&w, &live);
    REQUIRE(wire_log_on(&w, HOP_AUTH_NEGOTIATE));
    for (size_t at = 0; at < strlen(xml); at += 100) {
        HOP_AUTO_BUF struct hop_buf payload = HOP_BUF_INIT;
        size_t n = strlen(xml) - at < 100 ? strlen(xml) - at : 100, length;
        struct hop_error err;

        REQUIRE(hop_seal_wrap(w.seal, xml + at, n, &payload, &length, &err));
        hop_http_sealed_begin(&body, HOP_HTTP_SPNEGO, HOP_HTTP_SOAP_UTF8,
                              length);
        hop_buf_add(&body, payload.data, payload.len);
    }
    hop_http_sealed_end(&body);
    hop_buf_addf(&field, "Content-Type: %s\r\n",
                 hop_http_sealed_type(HOP_HTTP_SPNEGO, 2));
    CHECK_INT(wire_post(&w, hop_buf_str(&field), body.data, body.len), 200);
    CHECK(wire_unseal(&w));
    CHECK(strstr(hop_buf_str(&w.body), "IdentifyResponse"));
}

/* --------------------------------------------------------- Receive's ways */

TEST(a_receive_without_output_times_out_as_asked)
{
    HOP_AUTO_WSMAN_MESSAGE struct hop_wsman_message answer;
    struct hop_wsman_selector s;
    struct hop_wsman_message m;
    char shell[64], command[64];
    double since;
    AUTO_WIRE w;

    hop_wsman_message_init(&answer, HOP_WSMAN_INVOKE);
    REQUIRE(start(&w, "sleep 30", shell, command));
    ask_output(&m, &s, shell, command);
    m.header.timeout_ms = 1000;
    since = now();
    REQUIRE(wire_ask(&w, &m, &answer));
    CHECK(now() - since > 0.9 && now() - since < 5);
    CHECK_INT(answer.kind, HOP_WSMAN_FAULT);
    CHECK(hop_fault_is_timeout(&answer.fault));
    CHECK_INT(w.status, 500);
}

/* pypsrp leaves a Receive pending and deletes the shell: it waits for that
 * Receive's answer. */
TEST(a_pending_receive_is_answered_when_its_shell_goes)
{
    HOP_AUTO_WSMAN_MESSAGE struct hop_wsman_message aborted, deleted;
    struct hop_wsman_selector s;
    struct hop_wsman_message m;
    char shell[64], command[64];
    AUTO_WIRE w, other;

    hop_wsman_message_init(&aborted, HOP_WSMAN_INVOKE);
    hop_wsman_message_init(&deleted, HOP_WSMAN_INVOKE);
    wire_open(&other, &live);
    REQUIRE(start(&w, "sleep 30", shell, command));
    ask_output(&m, &s, shell, command);
    REQUIRE(send_only(&w, &m));
    REQUIRE(wire_log_on(&other, HOP_AUTH_NEGOTIATE));
    about(&m, HOP_WSMAN_DELETE, &s, shell);
    double since = now();
    REQUIRE(wire_ask(&other, &m, &deleted));
    CHECK_INT(deleted.kind, HOP_WSMAN_DELETE_RESPONSE);
    REQUIRE(read_message(&w, &aborted));
    CHECK_INT(aborted.kind, HOP_WSMAN_FAULT);
    CHECK_INT(aborted.fault.code, HOP_FAULT_OPERATION_ABORTED);
    CHECK(now() - since < 5);
}

/* An answer that was lost on its way comes again for the same MessageID, with
 * the same output. */
TEST(a_repeated_receive_brings_the_same_output)
{
    HOP_AUTO_WSMAN_MESSAGE struct hop_wsman_message first, again;
    struct hop_wsman_selector s;
    struct hop_wsman_message m;
    char shell[64], command[64];
    AUTO_WIRE w, other;

    hop_wsman_message_init(&first, HOP_WSMAN_INVOKE);
    hop_wsman_message_init(&again, HOP_WSMAN_INVOKE);
    wire_open(&other, &live);
    REQUIRE(start(&w, "echo once; sleep 30", shell, command));
    REQUIRE(wire_log_on(&other, HOP_AUTH_NEGOTIATE));
    ask_output(&m, &s, shell, command);
    m.header.message_id = "uuid:11111111-0000-4000-8000-000000000001";
    REQUIRE(wire_ask(&w, &m, &first));
    wire_close(&w);
    REQUIRE(first.kind == HOP_WSMAN_RECEIVE_RESPONSE &&
            first.receive.stream_count == 1);
    CHECK_MEM(first.receive.streams[0].data, first.receive.streams[0].len,
              "once\n", 5);
    REQUIRE(wire_ask(&other, &m, &again));
    REQUIRE(again.kind == HOP_WSMAN_RECEIVE_RESPONSE &&
            again.receive.stream_count == 1);
    CHECK_MEM(again.receive.streams[0].data, again.receive.streams[0].len,
              "once\n", 5);
}

/* The client's MaxEnvelopeSize holds for what it is sent. */
TEST(output_comes_in_envelopes_of_the_clients_size)
{
    struct hop_wsman_selector s;
    struct hop_wsman_message m;
    char shell[64], command[64];
    size_t got = 0, answers = 0;
    bool done = false;
    AUTO_WIRE w;

    REQUIRE(start(&w, "head -c 100000 /dev/zero", shell, command));
    while (!done && answers < 100) {
        HOP_AUTO_WSMAN_MESSAGE struct hop_wsman_message answer;

        ask_output(&m, &s, shell, command);
        m.header.max_envelope_bytes = 8192;
        REQUIRE(wire_ask(&w, &m, &answer));
        REQUIRE(answer.kind == HOP_WSMAN_RECEIVE_RESPONSE);
        CHECK(w.body.len <= 8192);
        for (size_t i = 0; i < answer.receive.stream_count; i++)
            got += answer.receive.streams[i].len;
        done = answer.receive.state == HOP_WSMAN_STATE_DONE;
        answers++;
    }
    CHECK_INT(got, 100000);
    CHECK(answers > 16);
}

/* --------------------------------------------------- other resources, verbs */

/* WinRb reads MaxEnvelopeSizekb before it opens a shell. */
TEST(the_configuration_can_be_read)
{
    HOP_AUTO_WSMAN_MESSAGE struct hop_wsman_message answer;
    const struct hop_xml_node *kb;
    struct hop_wsman_message m;
    AUTO_WIRE w;

    hop_wsman_message_init(&answer, HOP_WSMAN_INVOKE);
    wire_open(&w, &live);
    REQUIRE(wire_log_on(&w, HOP_AUTH_NEGOTIATE));
    hop_wsman_message_init(&m, HOP_WSMAN_GET);
    m.header.resource_uri = HOP_URI_CONFIG;
    REQUIRE(wire_ask(&w, &m, &answer));
    CHECK_INT(answer.kind, HOP_WSMAN_GET_RESPONSE);
    kb = hop_xml_node_child(answer.body, HOP_NS_CONFIG, "MaxEnvelopeSizekb");
    REQUIRE(kb);
    CHECK_STR(kb->text, "500");
}

TEST(a_shell_is_listed_disconnected_and_reconnected)
{
    static const struct {
        enum hop_wsman_kind ask, answer;
    } steps[] = {
        {HOP_WSMAN_DISCONNECT, HOP_WSMAN_DISCONNECT_RESPONSE},
        {HOP_WSMAN_DISCONNECT, HOP_WSMAN_FAULT}, /* it is already */
        {HOP_WSMAN_RECONNECT, HOP_WSMAN_RECONNECT_RESPONSE},
        {HOP_WSMAN_RECONNECT, HOP_WSMAN_RECONNECT_RESPONSE}, /* as Windows */
        {HOP_WSMAN_GET, HOP_WSMAN_GET_RESPONSE},
        {HOP_WSMAN_DELETE, HOP_WSMAN_DELETE_RESPONSE},
        {HOP_WSMAN_DELETE, HOP_WSMAN_FAULT},
    };
    HOP_AUTO_WSMAN_MESSAGE struct hop_wsman_message list;
    struct hop_wsman_selector s;
    struct hop_wsman_message m;
    char shell[64];
    AUTO_WIRE w;

    hop_wsman_message_init(&list, HOP_WSMAN_INVOKE);
    wire_open(&w, &live);
    REQUIRE(wire_log_on(&w, HOP_AUTH_NEGOTIATE));
    REQUIRE(wire_open_shell(&w, shell));
    hop_wsman_message_init(&m, HOP_WSMAN_ENUMERATE);
    m.header.resource_uri = HOP_URI_SHELL;
    m.enumeration.optimize = true;
    m.enumeration.max_elements = 32000;
    REQUIRE(wire_ask(&w, &m, &list));
    CHECK_INT(list.kind, HOP_WSMAN_ENUMERATE_RESPONSE);
    CHECK(list.enumeration.end_of_sequence);
    CHECK(strstr(hop_buf_str(&w.body), shell));
    for (size_t i = 0; i < HOP_ARRAY_SIZE(steps); i++) {
        HOP_AUTO_WSMAN_MESSAGE struct hop_wsman_message answer;

        about(&m, steps[i].ask, &s, shell);
        REQUIRE(wire_ask(&w, &m, &answer));
        if (answer.kind != steps[i].answer)
            test_fail(__FILE__, __LINE__, "step %zu: %s (%s)", i,
                      hop_wsman_kind_name(answer.kind), answer.fault.message);
    }
}

static void
delete_shell(struct wire *w, const char *shell)
{
    HOP_AUTO_WSMAN_MESSAGE struct hop_wsman_message answer;
    struct hop_wsman_selector s;
    struct hop_wsman_message m;

    hop_wsman_message_init(&answer, HOP_WSMAN_INVOKE);
    about(&m, HOP_WSMAN_DELETE, &s, shell);
    CHECK(wire_ask(w, &m, &answer));
    CHECK_INT(answer.kind, HOP_WSMAN_DELETE_RESPONSE);
}

static bool
ask_list(struct wire *w, enum hop_wsman_kind kind, bool optimize,
         uint64_t elements, const char *context,
         struct hop_wsman_message *answer)
{
    struct hop_wsman_message m;

    hop_wsman_message_init(&m, kind);
    m.header.resource_uri = HOP_URI_SHELL;
    m.enumeration.optimize = optimize;
    m.enumeration.max_elements = elements;
    m.enumeration.context = context;
    return wire_ask(w, &m, answer);
}

static size_t
count_items(const struct hop_wsman_message *m)
{
    size_t n = 0;

    for (const struct hop_xml_node *i = m->enumeration.items; i; i = i->next)
        n++;
    return n;
}

static void
list_shells(void)
{
    static const struct {
        const char *name;
        bool optimize;
        uint64_t first, more; /* MaxElements */
        size_t at_first, pulls;
    } rows[] = {
        {"all at once", true, 32000, 0, 3, 0},
        {"two, then the rest", true, 2, 32000, 2, 1},
        {"one by one, as when nothing is said", true, 0, 0, 1, 2},
        {"not optimized: pulled from the first on", false, 32000, 2, 0, 2},
        {"one past the last is the end", true, 3, 1, 3, 0},
    };
    char shells[3][64];
    AUTO_WIRE w;

    wire_open(&w, &live);
    if (!wire_log_on(&w, HOP_AUTH_NEGOTIATE))
        abort();
    for (size_t k = 0; k < HOP_ARRAY_SIZE(shells); k++)
        if (!wire_open_shell(&w, shells[k]))
            abort();
    for (size_t k = 0; k < HOP_ARRAY_SIZE(rows); k++) {
        HOP_AUTO_WSMAN_MESSAGE struct hop_wsman_message a;
        HOP_AUTO_FREE char *context = NULL;
        size_t seen, pulls = 0;

        ROW(rows[k].name);
        CHECK(ask_list(&w, HOP_WSMAN_ENUMERATE, rows[k].optimize, rows[k].first,
                       NULL, &a));
        seen = count_items(&a);
        CHECK_INT(seen, rows[k].at_first);
        while (!a.enumeration.end_of_sequence && pulls < 5) {
            free(context);
            context = hop_xstrdup(a.enumeration.context);
            hop_wsman_message_done(&a);
            CHECK(
                ask_list(&w, HOP_WSMAN_PULL, false, rows[k].more, context, &a));
            CHECK_INT(a.kind, HOP_WSMAN_PULL_RESPONSE);
            seen += count_items(&a);
            pulls++;
        }
        CHECK_INT(pulls, rows[k].pulls);
        CHECK_INT(seen, 3);
        hop_wsman_message_done(&a);
        hop_wsman_message_init(&a, HOP_WSMAN_INVOKE);
        if (context == NULL)
            continue;
        /* It has ended with its last item. */
        CHECK(ask_list(&w, HOP_WSMAN_PULL, false, 1, context, &a));
        CHECK_INT(a.kind, HOP_WSMAN_FAULT);
        CHECK_INT(a.fault.code, HOP_FAULT_INVALID_ENUMERATION_CONTEXT);
    }
    for (size_t k = 0; k < HOP_ARRAY_SIZE(shells); k++)
        delete_shell(&w, shells[k]);
}

TEST(an_enumeration_can_be_released)
{
    HOP_AUTO_WSMAN_MESSAGE struct hop_wsman_message a, b, c;
    HOP_AUTO_FREE char *context = NULL;
    AUTO_WIRE w;

    hop_wsman_message_init(&b, HOP_WSMAN_INVOKE);
    hop_wsman_message_init(&c, HOP_WSMAN_INVOKE);
    wire_open(&w, &live);
    REQUIRE(wire_log_on(&w, HOP_AUTH_NEGOTIATE));
    REQUIRE(ask_list(&w, HOP_WSMAN_ENUMERATE, false, 1, NULL, &a));
    context = hop_xstrdup(a.enumeration.context);
    REQUIRE(ask_list(&w, HOP_WSMAN_RELEASE, false, 0, context, &b));
    CHECK_INT(b.kind, HOP_WSMAN_RELEASE_RESPONSE);
    REQUIRE(ask_list(&w, HOP_WSMAN_PULL, false, 1, context, &c));
    CHECK_INT(c.kind, HOP_WSMAN_FAULT);
    CHECK_INT(c.fault.code, HOP_FAULT_INVALID_ENUMERATION_CONTEXT);
}

/* MaxBatchItems goes before what the client would take, and an enumeration
 * that nobody pulls is forgotten. */
TEST(limits_of_enumerations)
{
    HOP_AUTO_WSMAN_MESSAGE struct hop_wsman_message a, b;
    HOP_AUTO_FREE char *context = NULL;
    char one[64], two[64];
    AUTO_WIRE w;

    hop_wsman_message_init(&a, HOP_WSMAN_INVOKE);
    hop_wsman_message_init(&b, HOP_WSMAN_INVOKE);
    REQUIRE(live_reload(&live, "MaxBatchItems = 1\n"
                               "Service/EnumerationTimeoutms = 500\n"));
    wire_open(&w, &live);
    REQUIRE(wire_log_on(&w, HOP_AUTH_NEGOTIATE));
    REQUIRE(wire_open_shell(&w, one) && wire_open_shell(&w, two));
    REQUIRE(ask_list(&w, HOP_WSMAN_ENUMERATE, true, 32000, NULL, &a));
    CHECK_INT(count_items(&a), 1);
    CHECK(!a.enumeration.end_of_sequence);
    context = hop_xstrdup(a.enumeration.context);
    poll(NULL, 0, 700);
    REQUIRE(ask_list(&w, HOP_WSMAN_PULL, false, 1, context, &b));
    CHECK_INT(b.kind, HOP_WSMAN_FAULT);
    CHECK(strstr(b.fault.message, "EnumerationTimeoutms") != NULL);
    delete_shell(&w, one);
    delete_shell(&w, two);
    REQUIRE(live_reload(&live, ""));
}

/* Every connection's sequence of messages is its own: two at once, and one of
 * them waits. */
TEST(a_waiting_receive_holds_nobody_up)
{
    HOP_AUTO_WSMAN_MESSAGE struct hop_wsman_message answer;
    struct hop_wsman_selector s;
    struct hop_wsman_message m;
    char shell[64], command[64];
    double since;
    AUTO_WIRE w;

    hop_wsman_message_init(&answer, HOP_WSMAN_INVOKE);
    REQUIRE(start(&w, "sleep 3; echo late", shell, command));
    ask_output(&m, &s, shell, command);
    REQUIRE(send_only(&w, &m));
    since = now();
    CHECK(live_serves(&live));
    CHECK(now() - since < 2.8);
    REQUIRE(read_message(&w, &answer));
    REQUIRE(answer.receive.stream_count >= 1);
    CHECK_MEM(answer.receive.streams[0].data, answer.receive.streams[0].len,
              "late\n", 5);
}

int
main(void)
{
    if (!live_start(&live, "", NULL)) {
        printf("not ok 1 - the server starts\n1..1\n");
        return 1;
    }
    list_shells(); /* while there are no others */
    RUN(identify_needs_no_logon_and_tells_nothing);
    RUN(identify_after_logging_on_tells_the_version);
    RUN(an_empty_post_on_a_proven_connection_gets_a_401);
    RUN(a_message_beside_a_token_is_not_acted_on_too_early);
    RUN(a_message_in_utf16);
    RUN(a_message_in_many_sealed_parts);
    RUN(a_receive_without_output_times_out_as_asked);
    RUN(a_pending_receive_is_answered_when_its_shell_goes);
    RUN(a_repeated_receive_brings_the_same_output);
    RUN(output_comes_in_envelopes_of_the_clients_size);
    RUN(the_configuration_can_be_read);
    RUN(a_shell_is_listed_disconnected_and_reconnected);
    RUN(an_enumeration_can_be_released);
    RUN(limits_of_enumerations);
    RUN(a_waiting_receive_holds_nobody_up);
    test_begin("the server ends as it should");
    live_stop(&live);
    return test_done();
}
