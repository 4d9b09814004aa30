/* Listening, inherited sockets, and the ways of failing to connect.
 * SPDX-License-Identifier: MIT */
#include "net/listen.h"

#include "test.h"

#include <fcntl.h>
#include <unistd.h>

#include "net/dial.h"

TEST(listen_on_loopback_and_connect)
{
    struct hop_error err = {0};
    HOP_AUTO_FD int fd = hop_listen_open("127.0.0.1", 0, &err);
    enum hop_dial_failure failure;
    struct hop_dial_target target = {.host = "127.0.0.1"};
    struct hop_link *link;

    REQUIRE(fd >= 0);
    target.port = hop_listen_port(fd);
    CHECK(target.port != 0);
    link = hop_link_dial(&target, &failure, &err);
    REQUIRE(link != NULL);
    CHECK(hop_link_connect_wait(link, &failure, &err));
    CHECK(strncmp(hop_link_peer(link), "127.0.0.1:", 10) == 0);
    hop_link_free(link);
}

TEST(an_address_in_use_and_a_bad_one)
{
    struct hop_error err = {0};
    HOP_AUTO_FD int fd = hop_listen_open("127.0.0.1", 0, &err);
    char want[100];

    REQUIRE(fd >= 0);
    CHECK_INT(hop_listen_open("127.0.0.1", hop_listen_port(fd), &err), -1);
    snprintf(want, sizeof(want),
             "listen on 127.0.0.1 port %u: Address already in use",
             hop_listen_port(fd));
    CHECK_STR(err.text, want);
    CHECK_INT(hop_listen_open("b.corp.test", 1, &err), -1);
    CHECK_STR(err.text, "listen on b.corp.test port 1: Invalid argument");
}

static void
check_failure(const char *host, uint16_t port, const char *proxy,
              enum hop_dial_failure want, const char *text)
{
    struct hop_error err = {0};
    enum hop_dial_failure failure;
    const struct hop_dial_target target = {
        .host = host, .port = port, .proxy = proxy};
    struct hop_link *link = hop_link_dial(&target, &failure, &err);

    if (link)
        CHECK(!hop_link_connect_wait(link, &failure, &err));
    CHECK_INT(failure, want);
    CHECK_STR(err.text, text);
    hop_link_free(link);
}

TEST(failures_of_dialling)
{
    struct hop_error err = {0};
    int fd = hop_listen_open("127.0.0.1", 0, &err);
    uint16_t port = hop_listen_port(fd);
    char text[200], proxy[40];

    close(fd);
    snprintf(text, sizeof(text),
             "127.0.0.1 refuses connections on port %u: nothing listens there",
             port);
    ROW("nothing listens");
    check_failure("127.0.0.1", port, NULL, HOP_DIAL_REFUSED, text);
    ROW("a name that is none");
    check_failure("no such host", 1, NULL, HOP_DIAL_NAME,
                  "the name no such host is known neither to DNS nor to "
                  "/etc/hosts");
    ROW("a proxy that is not there");
    snprintf(proxy, sizeof(proxy), "127.0.0.1:%u", port);
    snprintf(text, sizeof(text),
             "reach the proxy: 127.0.0.1 refuses connections on port %u: "
             "nothing listens there",
             port);
    check_failure("b", 5985, proxy, HOP_DIAL_PROXY, text);
    ROW("a proxy without a port");
    check_failure("b", 5985, "p", HOP_DIAL_PROXY,
                  "the proxy p is not of the form host:port");
}

TEST(inherited_sockets)
{
    char text[20], name[20];
    bool had[2] = {fcntl(3, F_GETFD) >= 0, fcntl(4, F_GETFD) >= 0};

    setenv("LISTEN_PID", "1", 1);
    setenv("LISTEN_FDS", "2", 1);
    CHECK_INT(hop_listen_inherited(), 0);
    CHECK(getenv("LISTEN_FDS") == NULL);
    if (had[0] || had[1])
        return; /* the test's own parent uses them */
    dup2(1, 3);
    dup2(1, 4);
    snprintf(text, sizeof(text), "%d", (int)getpid());
    setenv("LISTEN_PID", text, 1);
    setenv("LISTEN_FDS", "2", 1);
    setenv("LISTEN_FDNAMES", "http:https", 1);
    hop_listen_name(1, name, sizeof(name));
    CHECK_STR(name, "https");
    hop_listen_name(2, name, sizeof(name));
    CHECK_STR(name, "");
    CHECK_INT(hop_listen_inherited(), 2);
    CHECK(fcntl(3, F_GETFD) & FD_CLOEXEC);
    close(3);
    close(4);
}

int
main(void)
{
    RUN(listen_on_loopback_and_connect);
    RUN(an_address_in_use_and_a_bad_one);
    RUN(failures_of_dialling);
    RUN(inherited_sockets);
    return test_done();
}
