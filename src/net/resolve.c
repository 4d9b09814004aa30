/* SPDX-License-Identifier: MIT */
#include "net/resolve.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/alloc.h"

/* Lookup modules of the system keep messages of 64 KiB on the stack. */
#define STACK_BYTES (512 * 1024)

/* Shared by the thread and its caller; the last one frees it. */
struct net_resolve {
    atomic_int holders;
    atomic_bool done;
    int fd; /* becomes readable; -1: there was no need for a thread */
    char *host, service[8];
    int code, error;
    struct addrinfo *list;
};

static void
look_up(struct net_resolve *q, int flags)
{
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM,
                                   .ai_flags =
                                       AI_ADDRCONFIG | AI_NUMERICSERV | flags};

    q->code = getaddrinfo(q->host, q->service, &hints, &q->list);
    q->error = errno;
}

static void
let_go(struct net_resolve *q)
{
    if (atomic_fetch_sub(&q->holders, 1) > 1)
        return;
    if (q->fd >= 0)
        close(q->fd);
    if (q->list)
        freeaddrinfo(q->list);
    free(q->host);
    free(q);
}

static void *
work(void *arg)
{
    struct net_resolve *q = arg;
    const uint64_t one = 1;

    look_up(q, 0);
    atomic_store(&q->done, true);
    (void)!write(q->fd, &one, sizeof(one));
    let_go(q);
    return NULL;
}

/* Signals are the caller's: the thread takes none. */
static bool
begin_thread(struct net_resolve *q)
{
    pthread_attr_t attr;
    pthread_t thread;
    sigset_t all, before;
    int e;

    q->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (q->fd < 0)
        return false;
    pthread_attr_init(&attr);
    pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&attr, STACK_BYTES);
    atomic_fetch_add(&q->holders, 1);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    e = pthread_create(&thread, &attr, work, q);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attr);
    if (e == 0)
        return true;
    atomic_fetch_sub(&q->holders, 1);
    close(q->fd);
    q->fd = -1;
    return false;
}

struct net_resolve *
net_resolve_start(const char *host, uint16_t port)
{
    struct net_resolve *q = hop_xcalloc(1, sizeof(*q));
    bool local = strcasecmp(host, "localhost") == 0;

    atomic_init(&q->holders, 1);
    atomic_init(&q->done, false);
    q->fd = -1;
    q->host = hop_xstrdup(host);
    snprintf(q->service, sizeof(q->service), "%u", port);
    look_up(q, local ? 0 : AI_NUMERICHOST);
    if (q->code == 0 || local) {
        atomic_store(&q->done, true);
    } else if (!begin_thread(q)) {
        look_up(q, 0);
        atomic_store(&q->done, true);
    }
    return q;
}

void
net_resolve_free(struct net_resolve *q)
{
    if (q)
        let_go(q);
}

int
net_resolve_fd(const struct net_resolve *q)
{
    return q->fd;
}

bool
net_resolve_take(struct net_resolve *q, int *code, int *error,
                 struct addrinfo **list)
{
    if (!atomic_load(&q->done))
        return false;
    *code = q->code;
    *error = q->error;
    *list = q->list;
    q->list = NULL;
    return true;
}
