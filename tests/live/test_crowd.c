/* Peers that are slow, go silent, or come in thousands: the server lets go of
 * them and serves the others meanwhile.
 *
 * SPDX-License-Identifier: MIT
 */
#include <dirent.h>
#include <poll.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "live/live.h"
#include "test.h"

#define CROWD 10000

static struct live live;

static const char head[] =
    "POST /wsman HTTP/1.1\r\nHost: b.test\r\nContent-Length: 1000\r\n"
    "Authorization: Negotiate AAAA\r\n\r\n";

static double
now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static size_t
count_fds(pid_t pid)
{
    HOP_AUTO_FREE char *path = hop_xasprintf("/proc/%d/fd", (int)pid);
    DIR *d = opendir(path);
    size_t n = 0;

    while (d && readdir(d))
        n++;
    if (d)
        closedir(d);
    return n;
}

static long
memory_kib(pid_t pid)
{
    HOP_AUTO_FREE char *path = hop_xasprintf("/proc/%d/status", (int)pid);
    FILE *f = fopen(path, "r");
    char line[256];
    long kib = 0;

    while (f && fgets(line, sizeof(line), f))
        sscanf(line, "RssAnon: %ld", &kib);
    if (f)
        fclose(f);
    return kib;
}

/* A byte a second, for ever: the whole head has its deadline. */
TEST(a_slow_head)
{
    AUTO_WIRE w;
    double since = now();
    size_t at = 0;

    wire_open(&w, &live);
    live_forget_log(&live);
    while (at < 60 && now() - since < 40) {
        struct pollfd p = {w.fd, POLLIN, 0};

        if (!wire_send(&w, head + at++, 1) || poll(&p, 1, 500) == 1)
            break;
    }
    CHECK(now() - since < 30);
    wire_read(&w);
    CHECK(w.status == 408 || w.status == 0);
    LIVE_JOURNALED(&live, " refused: ", "127.0.0.1");
    CHECK(live_serves(&live));
}

TEST(a_slow_body)
{
    AUTO_WIRE w;
    double since = now();

    wire_open(&w, &live);
    live_forget_log(&live);
    wire_send(&w, head, strlen(head));
    while (now() - since < 80) {
        struct pollfd p = {w.fd, POLLIN, 0};

        if (!wire_send(&w, "x", 1) || poll(&p, 1, 1000) == 1)
            break;
    }
    CHECK(now() - since < 75);
    wire_read(&w);
    CHECK(w.status == 408 || w.status == 0);
    LIVE_JOURNALED(&live, " refused: ", "127.0.0.1");
    CHECK(live_serves(&live));
}

/* The client has said all it will say, and still gets its answer. */
TEST(a_half_closed_connection_gets_its_answer)
{
    AUTO_WIRE w;
    static const char ask[] = "POST /wsman HTTP/1.1\r\nHost: b.test\r\n"
                              "Content-Length: 0\r\n\r\n";

    wire_open(&w, &live);
    wire_send(&w, ask, strlen(ask));
    shutdown(w.fd, SHUT_WR);
    CHECK_INT(wire_read(&w), 401);
    CHECK(wire_is_closed(&w, 5));
}

TEST(a_connection_half_closed_within_a_message)
{
    AUTO_WIRE w;

    wire_open(&w, &live);
    live_forget_log(&live);
    wire_send(&w, head, strlen(head));
    wire_send(&w, "half", 4);
    shutdown(w.fd, SHUT_WR);
    CHECK(wire_is_closed(&w, 5));
    LIVE_JOURNALED(&live, " refused: ", "127.0.0.1");
}

/* A shell whose client vanished in the middle of a Receive still exists. */
TEST(a_client_that_vanishes_loses_no_shell)
{
    AUTO_WIRE w, again;
    HOP_AUTO_WSMAN_MESSAGE struct hop_wsman_message answer;
    struct hop_wsman_selector s = {"ShellId", NULL};
    HOP_AUTO_BUF struct hop_buf xml = HOP_BUF_INIT, sealed = HOP_BUF_INIT;
    struct hop_wsman_message m;
    char shell[64];

    hop_wsman_message_init(&answer, HOP_WSMAN_INVOKE_RESPONSE);
    wire_open(&again, &live);
    wire_open(&w, &live);
    REQUIRE(wire_log_on(&w, HOP_AUTH_NEGOTIATE));
    REQUIRE(wire_open_shell(&w, shell));
    s.value = shell;
    hop_wsman_message_init(&m, HOP_WSMAN_RECEIVE);
    m.header.selectors = &s;
    m.header.selector_count = 1;
    m.header.to = "http://b.test/wsman";
    m.header.message_id = "uuid:1";
    m.header.resource_uri = HOP_URI_SHELL_CMD;
    m.receive.desired = "stdout";
    hop_wsman_encode(&xml, &m);
    REQUIRE(wire_seal(&w, xml.data, xml.len, &sealed));
    wire_send(&w, sealed.data, sealed.len / 2);
    wire_close(&w);
    REQUIRE(wire_log_on(&again, HOP_AUTH_NEGOTIATE));
    hop_wsman_message_init(&m, HOP_WSMAN_DELETE);
    m.header.selectors = &s;
    m.header.selector_count = 1;
    REQUIRE(wire_ask(&again, &m, &answer));
    CHECK_INT(answer.kind, HOP_WSMAN_DELETE_RESPONSE);
}

static size_t
open_crowd(struct wire *all, size_t n, const char *say)
{
    size_t opened = 0;

    for (size_t i = 0; i < n; i++) {
        wire_open(&all[i], &live);
        if (all[i].fd < 0)
            break;
        opened++;
        if (say)
            wire_send(&all[i], say, strlen(say));
    }
    return opened;
}

/* Opened, and left: some silent, some in the middle of a head. */
TEST(ten_thousand_connections_opened_and_left)
{
    HOP_AUTO_FREE struct wire *all = hop_xcalloc(CROWD, sizeof(*all));
    pid_t net = live_process(&live, "hopd-net");
    size_t before = count_fds(net), opened;
    long memory = memory_kib(net);
    double since = now();

    REQUIRE(net > 0);
    opened = open_crowd(all, CROWD / 2, NULL);
    opened += open_crowd(all + CROWD / 2, CROWD / 2, "POST /wsm");
    CHECK_INT(opened, CROWD);
    printf("# %zu connections in %.1f s\n", opened, now() - since);
    CHECK(live_serves(&live));
    printf("# hopd-net: %ld KiB more, %.1f KiB each\n",
           memory_kib(net) - memory,
           (double)(memory_kib(net) - memory) / CROWD);
    CHECK(memory_kib(net) - memory < 10L * CROWD);
    for (size_t i = 0; i < CROWD; i++)
        wire_close(&all[i]);
    for (int i = 0; i < 100 && count_fds(net) > before; i++)
        poll(NULL, 0, 100);
    CHECK(count_fds(net) <= before);
    CHECK(live_serves(&live));
    CHECK_INT(live_process(&live, "hopd-net"), net);
}

/* The same work a hundred times over leaves the daemons as large as they were
 * after the first few. */
TEST(sessions_leave_no_memory_behind)
{
    static const char *const names[] = {"hopd", "hopd-net", "hopd-auth"};
    long before[3], now_kib[3];

    for (int round = 0; round < 130; round++) {
        REQUIRE(live_serves(&live));
        for (size_t i = 0; round == 29 && i < 3; i++)
            before[i] = memory_kib(live_process(&live, names[i]));
    }
    for (size_t i = 0; i < 3; i++) {
        now_kib[i] = memory_kib(live_process(&live, names[i]));
        printf("# %s: %ld KiB, %+ld\n", names[i], now_kib[i],
               now_kib[i] - before[i]);
        CHECK(now_kib[i] > 0 && now_kib[i] - before[i] < 200);
    }
}

/* Enough descriptors for the crowd in this process and the server's. */
static bool
raise_limit(void)
{
    struct rlimit r;

    getrlimit(RLIMIT_NOFILE, &r);
    r.rlim_cur = CROWD + 1000;
    if (r.rlim_max < r.rlim_cur)
        r.rlim_max = r.rlim_cur;
    return setrlimit(RLIMIT_NOFILE, &r) == 0;
}

int
main(void)
{
    bool many = raise_limit();

    if (!live_start(&live, "Service/MaxPacketRetrievalTimeSeconds = 5\n",
                    NULL)) {
        printf("not ok 1 - the server starts\n1..1\n");
        return 1;
    }
#ifndef __SANITIZE_ADDRESS__ /* which keeps what is freed for a while */
    RUN(sessions_leave_no_memory_behind);
#else
    (void)sessions_leave_no_memory_behind;
#endif
    RUN(a_slow_head);
    RUN(a_slow_body);
    RUN(a_half_closed_connection_gets_its_answer);
    RUN(a_connection_half_closed_within_a_message);
    RUN(a_client_that_vanishes_loses_no_shell);
    if (many)
        RUN(ten_thousand_connections_opened_and_left);
    else
        printf("# not enough descriptors for the crowd\n");
    test_begin("the server ends as it should");
    live_stop(&live);
    return test_done();
}
