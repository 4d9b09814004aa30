/* SPDX-License-Identifier: MIT */
#include "net/race.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/alloc.h"
#include "net/clock.h"
#include "net/resolve.h"

#define ATTEMPTS_MAX 8
#define STAGGER_MS   250

struct net_race {
    char *host;
    uint16_t port;
    struct net_resolve *question; /* NULL: the name has been looked up */
    struct addrinfo *list, *next; /* next: not tried yet */
    int fds[ATTEMPTS_MAX];        /* -1: failed */
    size_t count;                 /* attempts begun */
    size_t pending;
    int epoll; /* watches all attempts once there are two; -1 before */
    uint64_t stagger_at; /* when the next attempt begins */
    int first_errno;
};

static bool
fail_name(int e, int error, const char *host, enum hop_dial_failure *failure,
          struct hop_error *err)
{
    *failure = HOP_DIAL_NAME;
    if (e == EAI_SYSTEM)
        return hop_error_errno(err, error, "look up %s", host);
    if (e == EAI_AGAIN)
        return hop_error_set(err, HOP_ERROR_GENERIC, e,
                             "the name %s cannot be looked up: no name server "
                             "answers",
                             host);
    return hop_error_set(err, HOP_ERROR_GENERIC, e,
                         "the name %s is known neither to DNS nor to "
                         "/etc/hosts",
                         host);
}

static void
note_failure(struct net_race *r, int e)
{
    if (r->first_errno == 0)
        r->first_errno = e;
}

static void
watch_attempt(struct net_race *r, int fd)
{
    struct epoll_event e = {.events = EPOLLOUT};

    e.data.fd = fd;
    epoll_ctl(r->epoll, EPOLL_CTL_ADD, fd, &e);
}

/* A single attempt is waited for directly; more need one descriptor for all. */
static void
watch_all(struct net_race *r, int fd)
{
    if (r->pending < 2)
        return;
    if (r->epoll >= 0) {
        watch_attempt(r, fd);
        return;
    }
    r->epoll = epoll_create1(EPOLL_CLOEXEC);
    for (size_t i = 0; i < r->count; i++)
        if (r->fds[i] >= 0)
            watch_attempt(r, r->fds[i]);
}

/* Begins attempts until one is under way. */
static void
begin_attempt(struct net_race *r)
{
    while (r->next && r->count < ATTEMPTS_MAX) {
        struct addrinfo *a = r->next;
        int fd =
            socket(a->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        r->next = a->ai_next;
        if (fd >= 0 && connect(fd, a->ai_addr, a->ai_addrlen) != 0 &&
            errno != EINPROGRESS) {
            note_failure(r, errno);
            close(fd);
            continue;
        }
        if (fd < 0) {
            note_failure(r, errno);
            continue;
        }
        r->fds[r->count++] = fd;
        r->pending++;
        r->stagger_at = net_now_ms() + STAGGER_MS;
        watch_all(r, fd);
        return;
    }
    r->next = NULL;
}

struct net_race *
net_race_start(const char *host, uint16_t port)
{
    struct net_race *r = hop_xmalloc(sizeof(*r));

    *r = (struct net_race){.port = port, .epoll = -1};
    r->host = hop_xstrdup(host);
    r->question = net_resolve_start(host, port);
    return r;
}

/* The answer, when it is there: the first attempt begins. */
static enum hop_link_result
take_addresses(struct net_race *r, enum hop_dial_failure *failure,
               struct hop_error *err)
{
    int code, error;

    if (!net_resolve_take(r->question, &code, &error, &r->list))
        return HOP_LINK_WAIT;
    net_resolve_free(r->question);
    r->question = NULL;
    if (code != 0) {
        (void)fail_name(code, error, r->host, failure, err);
        return HOP_LINK_FAILED;
    }
    r->next = r->list;
    begin_attempt(r);
    return HOP_LINK_OK;
}

bool
net_race_fail_name(const struct net_race *r, enum hop_dial_failure *failure,
                   struct hop_error *err)
{
    if (!r->question)
        return false;
    (void)fail_name(EAI_AGAIN, 0, r->host, failure, err);
    return true;
}

void
net_race_free(struct net_race *r)
{
    if (r == NULL)
        return;
    for (size_t i = 0; i < r->count; i++)
        if (r->fds[i] >= 0)
            close(r->fds[i]);
    if (r->epoll >= 0)
        close(r->epoll);
    net_resolve_free(r->question);
    if (r->list)
        freeaddrinfo(r->list);
    free(r->host);
    free(r);
}

static const struct {
    int number;
    enum hop_dial_failure failure;
    const char *text;
} reasons[] = {
    {ECONNREFUSED, HOP_DIAL_REFUSED,
     "%s refuses connections on port %u: nothing listens there"},
    {ETIMEDOUT, HOP_DIAL_TIMEOUT, "%s does not answer on port %u"},
    {EHOSTUNREACH, HOP_DIAL_UNREACHABLE,
     "%s cannot be reached on port %u: no host answers at its address"},
    {ENETUNREACH, HOP_DIAL_UNREACHABLE,
     "%s cannot be reached on port %u: no route leads to its network"},
};

static enum hop_link_result
lose(struct net_race *r, enum hop_dial_failure *failure, struct hop_error *err)
{
    int e = r->first_errno;

    for (size_t i = 0; i < HOP_ARRAY_SIZE(reasons); i++)
        if (reasons[i].number == e) {
            *failure = reasons[i].failure;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
            hop_error_set(err, HOP_ERROR_ERRNO, e, reasons[i].text, r->host,
                          r->port);
#pragma GCC diagnostic pop
            return HOP_LINK_FAILED;
        }
    *failure = HOP_DIAL_OTHER;
    hop_error_errno(err, e, "connect to %s port %u", r->host, r->port);
    return HOP_LINK_FAILED;
}

/* Looks at one attempt: connected, failed or still under way (then -1). */
static int
ask_attempt(int fd)
{
    struct pollfd p = {.fd = fd, .events = POLLOUT};
    int e = 0;
    socklen_t len = sizeof(e);

    if (poll(&p, 1, 0) <= 0)
        return -1;
    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &e, &len) != 0)
        return errno;
    return e;
}

static bool
check_attempts(struct net_race *r, int *fd)
{
    for (size_t i = 0; i < r->count; i++) {
        int e = r->fds[i] < 0 ? -1 : ask_attempt(r->fds[i]);
        if (e == 0) {
            *fd = r->fds[i];
            if (r->epoll >= 0)
                epoll_ctl(r->epoll, EPOLL_CTL_DEL, *fd, NULL);
            r->fds[i] = -1;
            r->pending--;
            return true;
        }
        if (e > 0) {
            note_failure(r, e);
            close(r->fds[i]);
            r->fds[i] = -1;
            r->pending--;
        }
    }
    return false;
}

enum hop_link_result
net_race_step(struct net_race *r, int *fd, enum hop_dial_failure *failure,
              struct hop_error *err)
{
    enum hop_link_result known =
        r->question ? take_addresses(r, failure, err) : HOP_LINK_OK;

    if (known != HOP_LINK_OK)
        return known;
    if (check_attempts(r, fd))
        return HOP_LINK_OK;
    if (r->next && (r->pending == 0 || net_now_ms() >= r->stagger_at))
        begin_attempt(r);
    return r->pending ? HOP_LINK_WAIT : lose(r, failure, err);
}

int
net_race_wants(const struct net_race *r, short *events, int *wait_ms)
{
    uint64_t now = net_now_ms();

    *wait_ms = -1;
    *events = POLLIN;
    if (r->question) {
        *wait_ms = net_resolve_fd(r->question) < 0 ? 0 : -1;
        return net_resolve_fd(r->question);
    }
    if (r->next)
        *wait_ms = r->stagger_at > now ? (int)(r->stagger_at - now) : 0;
    if (r->epoll >= 0)
        return r->epoll;
    *events = POLLOUT;
    for (size_t i = 0; i < r->count; i++)
        if (r->fds[i] >= 0)
            return r->fds[i];
    *wait_ms = 0;
    return -1;
}
