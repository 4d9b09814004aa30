/* SPDX-License-Identifier: MIT */
#include "live/cutter.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/io.h"
#include "live/live.h"

#define PAIRS 64

/* What the child knows. */
struct proxy {
    int listener, port, pairs[PAIRS][2];
    size_t count, passed, after;
    enum cut how;
    int refuse_ms;
    int64_t refuse_until;
    int tell;
};

static volatile sig_atomic_t stopped;

static void
on_stop(int sig)
{
    (void)sig;
    stopped = 1;
}

static int64_t
now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* What comes is passed on at once: the peers' own pauses are not to grow by
 * those of two kernels. */
static void
hurry(int fd)
{
    const int on = 1;

    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}

static void
end_fd(int fd, enum cut how)
{
    const struct linger none = {.l_onoff = 1};

    if (how == CUT_RESET)
        setsockopt(fd, SOL_SOCKET, SO_LINGER, &none, sizeof(none));
    close(fd);
}

static void
end_pair(struct proxy *p, size_t i, enum cut how)
{
    end_fd(p->pairs[i][0], how);
    end_fd(p->pairs[i][1], how);
    p->count--;
    memcpy(p->pairs[i], p->pairs[p->count], sizeof(p->pairs[i]));
}

static void
accept_one(struct proxy *p)
{
    int there, fd = accept4(p->listener, NULL, NULL, SOCK_CLOEXEC);

    if (fd < 0)
        return;
    if (p->count == PAIRS || now_ms() < p->refuse_until) {
        end_fd(fd, CUT_RESET);
        return;
    }
    there = live_dial(p->port);
    if (there < 0) {
        close(fd);
        return;
    }
    hurry(fd);
    hurry(there);
    p->pairs[p->count][0] = fd;
    p->pairs[p->count++][1] = there;
}

/* False: the pair is no more. */
static bool
pass(struct proxy *p, size_t i, int from)
{
    char bytes[4096];
    size_t room = sizeof(bytes), left = p->after - p->passed;
    ssize_t n;

    if (p->after && left < room)
        room = left;
    n = read(p->pairs[i][from], bytes, room);
    if (n <= 0 || !hop_fd_write(p->pairs[i][1 - from], bytes, (size_t)n)) {
        end_pair(p, i, CUT_CLOSE);
        return false;
    }
    p->passed += (size_t)n;
    if (!p->after || p->passed < p->after)
        return true;
    p->after = 0;
    p->refuse_until = now_ms() + p->refuse_ms;
    end_pair(p, i, p->how);
    return false;
}

static void
serve(struct proxy *p)
{
    while (!stopped) {
        struct pollfd f[1 + 2 * PAIRS] = {{p->listener, POLLIN, 0}};
        size_t n = p->count;

        for (size_t i = 0; i < 2 * n; i++)
            f[1 + i] = (struct pollfd){p->pairs[i / 2][i % 2], POLLIN, 0};
        if (poll(f, 1 + 2 * n, 1000) <= 0)
            continue;
        for (size_t i = n; i-- > 0;)
            for (int k = 0; k < 2; k++)
                if (f[1 + 2 * i + (size_t)k].revents && !pass(p, i, k))
                    break;
        if (f[0].revents)
            accept_one(p);
    }
    (void)!write(p->tell, &p->passed, sizeof(p->passed));
    _exit(0);
}

static int
listen_somewhere(int *port)
{
    struct sockaddr_in a = {.sin_family = AF_INET,
                            .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t n = sizeof(a);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (bind(fd, (struct sockaddr *)&a, n) != 0 || listen(fd, 64) != 0 ||
        getsockname(fd, (struct sockaddr *)&a, &n) != 0)
        return -1;
    *port = ntohs(a.sin_port);
    return fd;
}

void
cutter_start(struct cutter *c, int port, size_t after, enum cut how,
             int refuse_ms)
{
    int tell[2] = {-1, -1};
    struct proxy p = {
        .port = port, .after = after, .how = how, .refuse_ms = refuse_ms};
    struct sigaction stop = {.sa_handler = on_stop};

    p.listener = listen_somewhere(&c->port);
    (void)!pipe(tell);
    p.tell = tell[1];
    c->tell = tell[0];
    c->pid = fork();
    if (c->pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGTERM);
        sigaction(SIGTERM, &stop, NULL);
        signal(SIGPIPE, SIG_IGN);
        serve(&p);
    }
    close(p.listener);
    close(tell[1]);
}

size_t
cutter_stop(struct cutter *c)
{
    size_t passed = 0;

    kill(c->pid, SIGTERM);
    (void)!read(c->tell, &passed, sizeof(passed));
    close(c->tell);
    waitpid(c->pid, NULL, 0);
    return passed;
}
