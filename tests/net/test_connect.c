/* Links through an HTTP proxy, which another process plays.
 * SPDX-License-Identifier: MIT */
#include "net/dial.h"

#include "test.h"

#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/listen.h"

/* Takes one connection, sends what it was asked back behind its answer. */
static void
play_proxy(int fd, const char *answer)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};
    char request[1000] = "";
    size_t n = 0;
    int c;

    (void)poll(&p, 1, 5000);
    c = accept(fd, NULL, NULL);
    while (n < sizeof(request) - 1 && strstr(request, "\r\n\r\n") == NULL) {
        ssize_t got = read(c, request + n, sizeof(request) - 1 - n);
        if (got <= 0)
            break;
        n += (size_t)got;
    }
    (void)!write(c, answer, strlen(answer));
    (void)!write(c, request, n);
    _exit(0);
}

static struct hop_link *
dial_through(const char *answer, const char *authorization,
             enum hop_dial_failure *failure, struct hop_error *err, pid_t *pid)
{
    static char proxy[40];
    int fd = hop_listen_open("127.0.0.1", 0, err);
    const struct hop_dial_target target = {
        .host = "b.corp.test",
        .port = 5985,
        .proxy = proxy,
        .proxy_authorization = authorization,
    };
    struct hop_link *link;

    snprintf(proxy, sizeof(proxy), "127.0.0.1:%u", hop_listen_port(fd));
    fflush(stdout);
    *pid = fork();
    if (*pid == 0)
        play_proxy(fd, answer);
    close(fd);
    link = hop_link_dial(&target, failure, err);
    if (link && !hop_link_connect_wait(link, failure, err)) {
        hop_link_free(link);
        link = NULL;
    }
    return link;
}

TEST(a_tunnel_and_what_was_asked_for_it)
{
    enum hop_dial_failure failure;
    struct hop_error err = {0};
    char text[1000] = "";
    size_t n = 0, got;
    pid_t pid;
    struct hop_link *link =
        dial_through("HTTP/1.1 200 Connection established\r\nVia: x\r\n\r\n",
                     "Basic YTpi", &failure, &err, &pid);

    REQUIRE(link != NULL);
    while (n < sizeof(text) - 1) {
        enum hop_link_result r =
            hop_link_read(link, text + n, sizeof(text) - 1 - n, &got, &err);
        if (r == HOP_LINK_OK)
            n += got;
        else if (r != HOP_LINK_WAIT)
            break;
    }
    CHECK_STR(text, "CONNECT b.corp.test:5985 HTTP/1.1\r\n"
                    "Host: b.corp.test:5985\r\n"
                    "Proxy-Authorization: Basic YTpi\r\n\r\n");
    hop_link_free(link);
    waitpid(pid, NULL, 0);
}

static const struct {
    const char *name, *answer, *want; /* want: the end of the error */
} refusals[] = {
    {"a proxy that wants a password",
     "HTTP/1.1 407 Proxy Authentication Required\r\n\r\n",
     " refuses a tunnel to b.corp.test port 5985: 407 Proxy Authentication "
     "Required; it wants a user and a password, given in "
     "http_proxy=http://user:password@host:port"},
    {"a proxy that forbids the port", "HTTP/1.1 403 Forbidden\r\n\r\n",
     " refuses a tunnel to b.corp.test port 5985: 403 Forbidden"},
    {"a proxy that is none", "220 mail.corp.test ESMTP\r\n\r\n",
     ": HTTP: the status line is malformed"},
    {"a proxy that hangs up", "", " closed the connection"},
};

TEST(proxies_that_refuse)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(refusals); i++) {
        enum hop_dial_failure failure;
        struct hop_error err = {0};
        const char *end;
        pid_t pid;

        ROW(refusals[i].name);
        if (*refusals[i].answer == '\0') {
            int fd = hop_listen_open("127.0.0.1", 0, &err);
            char proxy[40];
            const struct hop_dial_target target = {
                .host = "b", .port = 1, .proxy = proxy};
            struct hop_link *link;
            snprintf(proxy, sizeof(proxy), "127.0.0.1:%u", hop_listen_port(fd));
            link = hop_link_dial(&target, &failure, &err);
            /* Closed once the request has been taken. */
            fflush(stdout);
            pid = fork();
            if (pid == 0) {
                char buf[1000];
                int c = accept(fd, NULL, NULL);
                while (c < 0)
                    c = accept(fd, NULL, NULL);
                (void)!read(c, buf, sizeof(buf));
                _exit(0);
            }
            close(fd);
            CHECK(!hop_link_connect_wait(link, &failure, &err));
            hop_link_free(link);
        } else {
            CHECK(dial_through(refusals[i].answer, NULL, &failure, &err,
                               &pid) == NULL);
        }
        CHECK_INT(failure, HOP_DIAL_PROXY);
        end = strstr(err.text, refusals[i].want);
        CHECK_STR(end ? end : err.text, refusals[i].want);
        waitpid(pid, NULL, 0);
    }
}

int
main(void)
{
    alarm(20);
    RUN(a_tunnel_and_what_was_asked_for_it);
    RUN(proxies_that_refuse);
    return test_done();
}
