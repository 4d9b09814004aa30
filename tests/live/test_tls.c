/* HTTPS: what a logon is bound to, and peers that speak something else.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/alloc.h"
#include "base/base64.h"
#include "live/live.h"
#include "test.h"

static struct live live;

#define SOAP_TYPE "Content-Type: application/soap+xml;charset=UTF-8\r\n"
#define IDENTIFY                                                               \
    "<s:Envelope xmlns:s=\"" HOP_NS_SOAP "\" xmlns:wsmid=\"" HOP_NS_IDENTITY   \
    "\"><s:Header/><s:Body><wsmid:Identify/></s:Body></s:Envelope>"

static const struct {
    const char *name, *level;
    enum wire_binding binding;
    bool enters;
} bindings[] = {
    {"None, bound", "None", WIRE_BOUND, true},
    {"None, not bound", "None", WIRE_UNBOUND, true},
    {"None, bound to another", "None", WIRE_FOREIGN, true},
    {"Relaxed, bound", "Relaxed", WIRE_BOUND, true},
    {"Relaxed, not bound", "Relaxed", WIRE_UNBOUND, true},
    {"Relaxed, bound to another", "Relaxed", WIRE_FOREIGN, false},
    {"Strict, bound", "Strict", WIRE_BOUND, true},
    {"Strict, not bound", "Strict", WIRE_UNBOUND, false},
    {"Strict, bound to another", "Strict", WIRE_FOREIGN, false},
};

static void
try_binding(enum hop_auth_mech mech, bool enters)
{
    AUTO_WIRE w;

    wire_open_tls(&w, &live);
    live_forget_log(&live);
    if (wire_log_on(&w, mech) != enters)
        test_fail(__FILE__, __LINE__, "%s: the logon %s",
                  hop_auth_mech_name(mech), enters ? "failed" : "succeeded");
    if (!enters) {
        CHECK_INT(w.status, 401);
        LIVE_JOURNALED(&live, "logon-refused", "127.0.0.1");
        return;
    }
    /* Inside TLS a message needs no seal. */
    CHECK_INT(wire_post(&w, SOAP_TYPE, IDENTIFY, strlen(IDENTIFY)), 200);
    CHECK(strstr(hop_buf_str(&w.body), "IdentifyResponse"));
}

static void
check_bindings(void)
{
    const char *level = "";

    for (size_t i = 0; i < HOP_ARRAY_SIZE(bindings); i++) {
        ROW(bindings[i].name);
        if (strcmp(level, bindings[i].level) != 0) {
            HOP_AUTO_FREE char *setting = hop_xasprintf(
                "Service/Auth/CbtHardeningLevel = %s\n", bindings[i].level);

            level = bindings[i].level;
            CHECK(live_reload(&live, setting));
        }
        wire_bind_to(bindings[i].binding);
        try_binding(HOP_AUTH_NEGOTIATE, bindings[i].enters);
        try_binding(HOP_AUTH_NTLM, bindings[i].enters);
    }
    wire_bind_to(WIRE_BOUND);
}

TEST(a_wire_that_is_not_tls)
{
    static const char plain[] = "POST /wsman HTTP/1.1\r\nHost: b\r\n"
                                "Content-Length: 0\r\n\r\n";
    AUTO_WIRE w;
    int port = live.port;

    live_forget_log(&live);
    live.port = live.tls_port;
    wire_open(&w, &live);
    live.port = port;
    wire_send(&w, plain, strlen(plain));
    CHECK(wire_is_closed(&w, 5));
    LIVE_JOURNALED(&live, " refused: ", "127.0.0.1", "TLS");
}

TEST(a_hello_that_is_cut)
{
    AUTO_WIRE w;
    int port = live.port;

    live.port = live.tls_port;
    wire_open(&w, &live);
    live.port = port;
    wire_send(&w, "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11);
    wire_close(&w);
    CHECK(live_serves(&live));
}

static int
post_basic(struct wire *w, const char *user, const char *password)
{
    HOP_AUTO_BUF struct hop_buf fields = HOP_BUF_INIT;
    HOP_AUTO_FREE char *both = hop_xasprintf("%s:%s", user, password);

    hop_buf_adds(&fields, SOAP_TYPE "Authorization: Basic ");
    hop_base64_encode(&fields, both, strlen(both));
    hop_buf_adds(&fields, "\r\n");
    return wire_post(w, hop_buf_str(&fields), IDENTIFY, strlen(IDENTIFY));
}

TEST(basic_inside_tls_when_it_is_on)
{
    AUTO_WIRE w, plain;

    CHECK(live_reload(&live, "Service/Auth/Basic = true\n"));
    wire_open_tls(&w, &live);
    wire_open(&plain, &live);
    CHECK_INT(post_basic(&w, realm_user(), REALM_PASSWORD), 200);
    live_forget_log(&live);
    CHECK_INT(post_basic(&w, realm_user(), "guess"), 401);
    LIVE_JOURNALED(&live, "logon-refused", "127.0.0.1");
    CHECK_INT(post_basic(&w, "nobody-here", REALM_PASSWORD), 401);
    CHECK_INT(post_basic(&plain, realm_user(), REALM_PASSWORD), 401);
    CHECK_INT(post_basic(&w, realm_user(), REALM_PASSWORD), 200);
}

int
main(void)
{
    live_use_tls();
    if (!live_start(&live, "", NULL)) {
        printf("not ok 1 - the server starts\n1..1\n");
        return 1;
    }
    check_bindings();
    RUN(a_wire_that_is_not_tls);
    RUN(a_hello_that_is_cut);
    RUN(basic_inside_tls_when_it_is_on);
    test_begin("the server ends as it should");
    live_stop(&live);
    return test_done();
}
