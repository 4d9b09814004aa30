/* SPDX-License-Identifier: MIT */
#include "net/resolve.h"

#include "test.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <netinet/in.h>
#include <poll.h>
#include <unistd.h>

/* No name server is asked for a label that cannot be one. */
#define NO_NAME                                                                \
    "0123456789012345678901234567890123456789012345678901234567890123456789"

static int
answer(struct net_resolve *q, struct addrinfo **list)
{
    struct pollfd p = {.fd = net_resolve_fd(q), .events = POLLIN};
    int code = 0, error = 0;

    if (p.fd >= 0)
        CHECK_INT(poll(&p, 1, 20000), 1);
    CHECK(net_resolve_take(q, &code, &error, list));
    return code;
}

TEST(what_needs_no_server_is_known_at_once)
{
    static const char *const names[] = {"127.0.0.1", "::1", "localhost"};

    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        struct net_resolve *q = net_resolve_start(names[i], 5985);
        struct addrinfo *list = NULL;
        const struct sockaddr_in *sin;

        ROW(names[i]);
        CHECK_INT(net_resolve_fd(q), -1);
        if (answer(q, &list) == 0) {
            sin = (const void *)list->ai_addr; /* the port stands alike in v6 */
            CHECK_INT(ntohs(sin->sin_port), 5985);
            freeaddrinfo(list);
        } else {
            CHECK(strcmp(names[i], "::1") == 0); /* a host without IPv6 */
        }
        net_resolve_free(q);
    }
}

TEST(a_name_is_looked_up_beside_the_caller)
{
    struct net_resolve *q = net_resolve_start(NO_NAME, 1);
    struct addrinfo *list = NULL;

    CHECK(net_resolve_fd(q) >= 0);
    CHECK(answer(q, &list) != 0);
    CHECK(list == NULL);
    net_resolve_free(q);
}

static size_t
threads(void)
{
    DIR *d = opendir("/proc/self/task");
    size_t n = 0;

    while (d && readdir(d))
        n++;
    if (d)
        closedir(d);
    return n - 2; /* "." and ".." */
}

TEST(an_answer_nobody_waits_for_is_dropped)
{
    for (int i = 0; i < 20; i++)
        net_resolve_free(net_resolve_start(NO_NAME, 1));
    while (threads() > 1)
        usleep(1000);
}

int
main(void)
{
    alarm(30);
    RUN(what_needs_no_server_is_known_at_once);
    RUN(a_name_is_looked_up_beside_the_caller);
    RUN(an_answer_nobody_waits_for_is_dropped);
    return test_done();
}
