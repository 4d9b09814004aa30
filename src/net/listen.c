/* SPDX-License-Identifier: MIT */
#include "net/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define BACKLOG       1024
#define FIRST_FD      3 /* sd_listen_fds(3): descriptors begin here */
#define INHERITED_MAX 64

/* Numeric address, or every address when it is "" or "*". */
static bool
fill_address(const char *address, uint16_t port, bool v6,
             struct sockaddr_storage *out, socklen_t *len)
{
    struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)out;
    struct sockaddr_in *in4 = (struct sockaddr_in *)out;
    bool any = address[0] == '\0' || strcmp(address, "*") == 0;

    memset(out, 0, sizeof(*out));
    if (v6) {
        in6->sin6_family = AF_INET6;
        in6->sin6_port = htons(port);
        *len = sizeof(*in6);
        return any || inet_pton(AF_INET6, address, &in6->sin6_addr) == 1;
    }
    in4->sin_family = AF_INET;
    in4->sin_port = htons(port);
    *len = sizeof(*in4);
    return any || inet_pton(AF_INET, address, &in4->sin_addr) == 1;
}

static bool
is_any(const char *address)
{
    return address[0] == '\0' || strcmp(address, "*") == 0;
}

static int
open_socket(const char *address, uint16_t port, bool v6)
{
    const int on = 1, off = 0;
    struct sockaddr_storage at;
    socklen_t len;
    int fd;

    if (!fill_address(address, port, v6, &at, &len)) {
        errno = EINVAL;
        return -1;
    }
    fd = socket(v6 ? AF_INET6 : AF_INET,
                SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (v6)
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, is_any(address) ? &off : &on,
                   sizeof(on));
    if (bind(fd, (struct sockaddr *)&at, len) != 0 ||
        listen(fd, BACKLOG) != 0) {
        int saved = errno;
        close(fd);
        errno = saved;
        return -1;
    }
    return fd;
}

int
hop_listen_open(const char *address, uint16_t port, struct hop_error *err)
{
    bool any = is_any(address);
    int fd = -1;

    errno = 0;
    if (any || strchr(address, ':'))
        fd = open_socket(address, port, true);
    if (fd < 0 && !strchr(address, ':') && errno != EADDRINUSE)
        fd = open_socket(address, port, false);
    if (fd < 0)
        hop_error_errno(err, errno, "listen on %s port %u",
                        any ? "every address" : address, port);
    return fd;
}

void
hop_listen_name(size_t i, char *out, size_t size)
{
    const char *names = getenv("LISTEN_FDNAMES");
    size_t n;

    out[0] = '\0';
    for (; names && i > 0; i--) {
        names = strchr(names, ':');
        if (names)
            names++;
    }
    if (names == NULL)
        return;
    n = strcspn(names, ":");
    if (n < size)
        snprintf(out, size, "%.*s", (int)n, names);
}

static size_t
read_count(void)
{
    const char *pid = getenv("LISTEN_PID"), *fds = getenv("LISTEN_FDS");
    char *end;
    unsigned long n;

    if (pid == NULL || fds == NULL ||
        strtoul(pid, &end, 10) != (unsigned long)getpid() || *end != '\0')
        return 0;
    n = strtoul(fds, &end, 10);
    return *end != '\0' || n > INHERITED_MAX ? 0 : (size_t)n;
}

size_t
hop_listen_inherited(void)
{
    size_t n = read_count();

    for (size_t i = 0; i < n; i++) {
        int fd = FIRST_FD + (int)i, flags = fcntl(fd, F_GETFL);
        fcntl(fd, F_SETFD, FD_CLOEXEC);
        if (flags >= 0)
            fcntl(fd, F_SETFL, flags | O_NONBLOCK);
    }
    unsetenv("LISTEN_PID");
    unsetenv("LISTEN_FDS");
    unsetenv("LISTEN_FDNAMES");
    return n;
}

uint16_t
hop_listen_port(int fd)
{
    struct sockaddr_storage at;
    socklen_t len = sizeof(at);

    if (getsockname(fd, (struct sockaddr *)&at, &len) != 0)
        return 0;
    if (at.ss_family == AF_INET)
        return ntohs(((struct sockaddr_in *)&at)->sin_port);
    if (at.ss_family == AF_INET6)
        return ntohs(((struct sockaddr_in6 *)&at)->sin6_port);
    return 0;
}
