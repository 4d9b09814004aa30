/* Waiting for descriptors with epoll.
 *
 * SPDX-License-Identifier: MIT
 */
#include "server/set.h"

#include <errno.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

bool
hop_set_init(struct hop_set *set, struct hop_error *err)
{
    set->fd = epoll_create1(EPOLL_CLOEXEC);
    return set->fd >= 0 || hop_error_errno(err, errno, "epoll_create");
}

void
hop_set_done(struct hop_set *set)
{
    if (set->fd >= 0)
        close(set->fd);
    set->fd = -1;
}

void
hop_set_want(struct hop_set *set, struct hop_source *s, uint32_t events)
{
    struct epoll_event e = {.events = events, .data.ptr = s};

    if (s->fd < 0 || (s->added && s->events == events))
        return;
    if (events == 0) {
        hop_set_remove(set, s);
        return;
    }
    if (epoll_ctl(set->fd, s->added ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, s->fd,
                  &e) == 0) {
        s->added = true;
        s->events = events;
    }
}

void
hop_set_remove(struct hop_set *set, struct hop_source *s)
{
    if (s->added)
        epoll_ctl(set->fd, EPOLL_CTL_DEL, s->fd, NULL);
    s->added = false;
    s->events = 0;
}

bool
hop_set_wait(struct hop_set *set, int wait_ms)
{
    struct epoll_event e;
    int n = epoll_wait(set->fd, &e, 1, wait_ms);

    if (n <= 0)
        return n < 0; /* interrupted: not the end of the wait */
    struct hop_source *s = e.data.ptr;
    s->fn(s, e.events);
    return true;
}

uint64_t
hop_now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}
