/* What goes on while the shell waits for its next input.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engine/engine.h"
#include "engine/space.h"

#define MAX_WATCHED 1024

void
hop_runspace_add_idler(struct hop_runspace *rs, struct hop_idler *i)
{
    i->next = rs->idlers;
    rs->idlers = i;
}

void
hop_runspace_remove_idler(struct hop_runspace *rs, struct hop_idler *i)
{
    struct hop_idler **p = &rs->idlers;

    while (*p && *p != i)
        p = &(*p)->next;
    if (*p)
        *p = i->next;
}

static void
sooner(int64_t *limit, int64_t other)
{
    if (other >= 0 && (*limit < 0 || other < *limit))
        *limit = other;
}

static size_t
gather_idlers(struct hop_runspace *rs, struct pollfd *fds, size_t n,
              int64_t *limit)
{
    for (struct hop_idler *i = rs->idlers; i; i = i->next) {
        int64_t l = -1;

        n += i->wants(i->ctx, fds + n, MAX_WATCHED - n, &l);
        sooner(limit, l);
    }
    return n;
}

static size_t
gather(struct hop_runspace *rs, struct pollfd *fds, size_t n, int64_t *limit)
{
    n = gather_idlers(rs, fds, n, limit);
    if (hop_threads_any(rs)) {
        int64_t l = -1;

        n += hop_threads_wants(rs, fds + n, MAX_WATCHED - n, &l);
        sooner(limit, l);
    }
    return n;
}

static int
poll_masked(struct pollfd *fds, size_t n, int64_t limit, const sigset_t *mask)
{
    struct timespec t = {limit / 1000, limit % 1000 * 1000000};

    return ppoll(fds, (nfds_t)n, limit < 0 ? NULL : &t, mask);
}

static void
let_work(struct hop_runspace *rs)
{
    for (struct hop_idler *i = rs->idlers, *next; i; i = next) {
        next = i->next;
        i->work(i->ctx);
    }
}

void
hop_runspace_poll_idle(struct hop_runspace *rs, struct pollfd *own, size_t n,
                       const sigset_t *mask)
{
    struct pollfd fds[MAX_WATCHED];
    int64_t limit = -1;
    size_t all;

    memcpy(fds, own, n * sizeof(*own));
    all = gather_idlers(rs, fds, n, &limit);
    if (!mask)
        (void)hop_threads_poll(rs, fds, (nfds_t)all, limit);
    else if (poll_masked(fds, all, limit, mask) < 0)
        for (size_t i = 0; i < n; i++)
            fds[i].revents = 0;
    memcpy(own, fds, n * sizeof(*own));
    let_work(rs);
}

int
hop_runspace_idle(struct hop_runspace *rs, int fd, const sigset_t *mask)
{
    struct pollfd fds[MAX_WATCHED] = {{fd, POLLIN, 0},
                                      {rs->wake[0], POLLIN, 0}};
    int64_t limit = -1;
    size_t n = gather(rs, fds, 2, &limit);

    if (poll_masked(fds, n, limit, mask) < 0) {
        if (!rs->called)
            return -1;
        runspace_attend(rs); /* the signal was a call's */
        return 0;
    }
    if (fds[0].revents)
        return 1;
    if (rs->called)
        runspace_attend(rs);
    if (hop_threads_any(rs))
        (void)hop_threads_await(rs, 0);
    let_work(rs);
    return 0;
}
