/* Pools that are sent from host to host before their shell is there, over wires
 * that are played.  SPDX-License-Identifier: MIT */
#include "client/seen.h"

#include "client/played.h"
#include "test.h"

#include <string.h>

#include "wsman/message.h"

#define REDIRECT HOP_FAULT_REDIRECT_REQUESTED

/* What the hosts do, one after the other; the last one stays silent. */
static const char *const *hosts;
static bool by_fault; /* else by HTTP's Location */
static char endpoint[256], refused[64];
static char openings[8][8192];
static size_t connections, resolved;

static bool
set_text(hop_connection *c, enum hop_setting which, const char *value)
{
    (void)c;
    if (which == HOP_SET_ENDPOINT)
        snprintf(endpoint, sizeof(endpoint), "%s", value);
    return true;
}

/* Where policies are looked at. */
static bool
resolve(hop_connection *c, struct hop_wire_trouble *t)
{
    (void)c;
    resolved++;
    if (!refused[0] || !strstr(endpoint, refused))
        return true;
    t->cause = HOP_CAUSE_CREDENTIAL;
    return hop_error_set(&t->err, HOP_ERROR_GENERIC, 0,
                         "the policy forbids it");
}

static const char *
to_address(const hop_connection *c)
{
    (void)c;
    return endpoint;
}

static const char *
error(const hop_connection *c)
{
    (void)c;
    return "";
}

static bool
is_tls(const hop_connection *c)
{
    (void)c;
    return strncmp(endpoint, "https:", 6) == 0;
}

static void
answer_fault(struct wire *w, const struct hop_wsman_message *asked)
{
    struct hop_wsman_message m;

    hop_wsman_answer_init(&m, HOP_WSMAN_FAULT, asked,
                          "uuid:00000000-0000-4000-8000-000000000001");
    hop_fault_set(&m.fault, REDIRECT, "Go to %s now.", w->to);
    hop_wsman_encode(&w->answer, &m);
}

static void
begin(struct wire *w, struct hop_buf *envelope, uint32_t timeout_ms,
      unsigned repeats)
{
    static const struct hop_wsman_limits limits = {.max_bytes = 600000};
    HOP_AUTO_WSMAN_MESSAGE struct hop_wsman_message m;
    struct hop_fault err;
    size_t i = connections++;

    (void)timeout_ms;
    (void)repeats;
    hop_wsman_message_init(&m, HOP_WSMAN_FAULT);
    CHECK(hop_wsman_request_decode(&m, hop_buf_str(envelope), envelope->len,
                                   &limits, &err));
    if (i < HOP_ARRAY_SIZE(openings) &&
        m.shell.open_data_len < sizeof(openings[0]))
        memcpy(openings[i], m.shell.open_data, m.shell.open_data_len);
    w->status = 500;
    w->to = *hosts ? *hosts++ : NULL;
    if (w->to && by_fault)
        answer_fault(w, &m);
    hop_buf_done(envelope);
}

static enum hop_wire_result
step(struct wire *w, struct hop_wire_trouble *t)
{
    if (!w->to)
        return HOP_WIRE_WAIT;
    if (by_fault)
        return HOP_WIRE_DONE;
    t->cause = HOP_CAUSE_HTTP;
    hop_error_set(&t->err, HOP_ERROR_WSMAN, REDIRECT, "b sends us elsewhere");
    return HOP_WIRE_FAILED;
}

static const char *
redirect(const struct wire *w)
{
    return w->to[0] ? w->to : NULL;
}

#define TWO_WORDS " (0x80338199 ERROR_WSMAN_REDIRECT_REQUESTED)"

static const struct row {
    const char *name;
    const char *hosts[4]; /* where each one sends to */
    unsigned max;
    const char *refused; /* a host that the policy refuses, or NULL */
    const char *got;
    const char *endpoint, *pool; /* at the end */
} rows[] = {
    {"one that is followed",
     {"https://c.corp.test/wsman"},
     5,
     NULL,
     "redirected:https://c.corp.test/wsman",
     "https://c.corp.test/wsman",
     "c.corp.test"},
    {"from one to the next, an address of digits",
     {"http://c:5985/wsman", "http://[::1]:5985/wsman?a=b"},
     2,
     NULL,
     "redirected:http://c:5985/wsman|redirected:http://[::1]:5985/wsman?a=b",
     "http://[::1]:5985/wsman?a=b",
     "::1"},
    {"nobody has asked for it",
     {"http://c/wsman"},
     0,
     NULL,
     "failed:b: the server redirects us to http://c/wsman, and redirections "
     "are followed only when that is asked for: use -AllowRedirection with "
     "-ConnectionUri, or give that address itself to "
     "-ConnectionUri" TWO_WORDS,
     "http://b/wsman",
     "b"},
    {"more than may be",
     {"http://c/wsman", "http://d/wsman", "http://e/wsman"},
     2,
     NULL,
     "redirected:http://c/wsman|redirected:http://d/wsman|failed:d: the server "
     "redirects us to http://e/wsman, and 2 redirections were followed "
     "already, "
     "and no more may be: raise the property MaximumConnectionRedirectionCount "
     "of $PSSessionOption (New-PSSessionOption -MaximumRedirection), or give "
     "that address itself to -ConnectionUri" TWO_WORDS,
     "http://d/wsman",
     "d"},
    {"the rules are asked for the new host",
     {"http://evil.test/wsman"},
     5,
     "evil",
     "redirected:http://evil.test/wsman|failed:evil.test: the policy forbids "
     "it",
     "http://evil.test/wsman",
     "evil.test"},
};

static struct hop_pool *
open_pool(struct seen *s, unsigned max)
{
    const struct hop_pool_setting where = {.which = HOP_SET_ENDPOINT,
                                           .text = "http://b/wsman"};
    struct hop_pool_options o = {.name = "b",
                                 .settings = &where,
                                 .setting_count = 1,
                                 .max_redirects = max};
    struct hop_error err = {0};
    struct hop_pool *p = hop_pool_open(s->loop, &o, &err);

    if (!p)
        test_fail(__FILE__, __LINE__, "%s", err.text);
    return p;
}

static void
start(struct seen *s, const char *const *list, bool fault, const char *refuse)
{
    hosts = list;
    by_fault = fault;
    connections = resolved = 0;
    memset(openings, 0, sizeof(openings));
    snprintf(refused, sizeof(refused), "%s", refuse ? refuse : "");
    seen_start(s);
}

static void
check(const struct row *r, bool fault)
{
    struct seen s;
    struct hop_pool *p;

    ROW(r->name);
    start(&s, r->hosts, fault, r->refused);
    p = open_pool(&s, r->max);
    for (int i = 0; i < 8; i++)
        seen_take(&s, 0);
    CHECK_STR(s.got, r->got);
    CHECK_STR(endpoint, r->endpoint);
    CHECK_STR(hop_pool_name(p), r->pool);
    CHECK_INT(connections, resolved - (r->refused ? 1 : 0));
    CHECK(openings[0][0] != '\0' || openings[0][7] != '\0');
    if (connections > 1)
        CHECK(memcmp(openings[0], openings[1], sizeof(openings[0])) == 0);
    seen_finish(&s);
}

TEST(addresses_that_cannot_be_followed)
{
    static const char *const bad[] = {"",
                                      "ftp://c/wsman",
                                      "http://",
                                      "http://alice@c/wsman",
                                      "http://c/\033[31m",
                                      "wsman"};

    for (size_t i = 0; i < HOP_ARRAY_SIZE(bad); i++) {
        const char *const list[] = {bad[i], NULL};
        struct seen s;

        start(&s, list, false, NULL);
        (void)open_pool(&s, 5);
        for (int k = 0; k < 4; k++)
            seen_take(&s, 0);
        CHECK_INT(s.failed, 1);
        CHECK_INT(s.code, HOP_FAULT_REDIRECT_LOCATION_INVALID);
        CHECK(strstr(s.got, "no address that can be followed") != NULL);
        CHECK_INT(connections, 1);
        seen_finish(&s);
    }
}

int
main(void)
{
    static struct hop_wires wires;

    wires = played_wires;
    wires.set_text = set_text;
    wires.resolve = resolve;
    wires.error = error;
    wires.to = to_address;
    wires.is_tls = is_tls;
    wires.begin = begin;
    wires.step = step;
    wires.redirect = redirect;
    hop_wires_use(&wires);
    for (int fault = 0; fault < 2; fault++)
        for (size_t i = 0; i < HOP_ARRAY_SIZE(rows); i++)
            check(&rows[i], fault);
    RUN(addresses_that_cannot_be_followed);
    return test_done();
}
