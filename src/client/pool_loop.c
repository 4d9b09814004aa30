/* The loop of pools: whose turn it is, what to wait for, which event is next.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <string.h>

#include "base/alloc.h"
#include "client/pool_event.h"
#include "net/clock.h"

struct hop_pool_loop *
hop_pool_loop_new(struct hop_context *cx)
{
    struct hop_pool_loop *l = hop_xmalloc(sizeof(*l));

    l->cx = cx;
    return l;
}

void
hop_pool_loop_free(struct hop_pool_loop *l)
{
    if (!l)
        return;
    while (l->first)
        hop_pool_drop(l->first);
    if (l->has_head)
        hop_pool_event_done(&l->head);
    free(l->wants.fds);
    free(l);
}

void
hop_pool_loop_throttle(struct hop_pool_loop *l, size_t n)
{
    l->throttle = n;
}

/* ---- what to wait for ---- */

void
pool_wants_fd(struct pool_wants *w, int fd, short events)
{
    if (fd < 0)
        return;
    if (w->n == w->cap) {
        w->cap = w->cap ? w->cap * 2 : 8;
        w->fds = hop_xrealloc(w->fds, w->cap, sizeof(*w->fds));
    }
    w->fds[w->n++] = (struct pollfd){.fd = fd, .events = events};
}

void
pool_wants_at(struct pool_wants *w, uint64_t at)
{
    if (at < w->at)
        w->at = at;
}

static void
want(struct hop_pool *p, struct pool_wants *w)
{
    uint64_t others = w->at;

    w->at = p->deadline;
    p->first_fd = w->n;
    if (p->stage != HOP_POOL_WAITING && p->stage != HOP_POOL_OVER)
        p->carrier->wants(p, w);
    p->fd_count = w->n - p->first_fd;
    p->step_at = p->kicked ? 0 : w->at;
    w->at = p->step_at < others ? p->step_at : others;
}

static bool
may_begin(const struct hop_pool_loop *l)
{
    return l->throttle == 0 || l->at_work < l->throttle;
}

struct pollfd *
hop_pool_loop_wants(struct hop_pool_loop *l, size_t *n, int64_t *wait_ms)
{
    struct pool_wants *w = &l->wants;
    uint64_t now = net_now_ms();

    w->n = 0;
    w->at = pool_loop_has_event(l) ? 0 : UINT64_MAX;
    for (struct hop_pool *p = l->first; p; p = p->next) {
        if (p->stage == HOP_POOL_WAITING && may_begin(l))
            w->at = 0;
        want(p, w);
    }
    *n = w->n;
    *wait_ms = w->at == UINT64_MAX ? -1
               : w->at > now       ? (int64_t)(w->at - now)
                                   : 0;
    return w->fds;
}

/* ---- stepping ---- */

static void
begin(struct hop_pool *p)
{
    p->stage = HOP_POOL_OPENING;
    p->counted = true;
    p->loop->at_work++;
    if (p->open_ms >= 0)
        p->deadline = net_now_ms() + (uint64_t)p->open_ms;
    p->carrier->begin(p);
}

/* Whether one of the descriptors last wanted is ready; those that opened since
 * have not been asked for. */
static bool
is_ready(const struct hop_pool *p)
{
    const struct pollfd *f = p->loop->wants.fds + p->first_fd;

    for (size_t i = 0; i < p->fd_count; i++)
        if (f[i].revents)
            return true;
    return false;
}

static void
expire(struct hop_pool *p)
{
    struct hop_error err = {0};
    bool closing = p->stage == HOP_POOL_CLOSING;

    p->deadline = UINT64_MAX;
    hop_error_set(&err, HOP_ERROR_WSMAN, 0x80338126,
                  closing ? "%s has not said within %lld s that the session is "
                            "closed; it may go on there until its idle "
                            "time-out (0x80338126 "
                            "ERROR_WSMAN_NETWORK_TIMEDOUT)"
                          : "%s has not opened the session within %lld s "
                            "(0x80338126 ERROR_WSMAN_NETWORK_TIMEDOUT); is it "
                            "overloaded? -OpenTimeout gives it longer",
                  p->name,
                  (long long)(closing ? p->cancel_ms : p->open_ms) / 1000);
    if (closing)
        pool_over(p, &err);
    else
        pool_fail(p, HOP_CAUSE_LOST, &err);
}

static void
step(struct hop_pool *p, uint64_t now)
{
    if (p->stage == HOP_POOL_WAITING || p->stage == HOP_POOL_OVER)
        return;
    if (now >= p->deadline) {
        expire(p);
        return;
    }
    p->kicked = false;
    p->carrier->step(p);
}

void
hop_pool_loop_step(struct hop_pool_loop *l)
{
    uint64_t now = net_now_ms();
    size_t n;
    int64_t wait_ms;
    struct pollfd *f = hop_pool_loop_wants(l, &n, &wait_ms);

    if (n > 0 && poll(f, n, 0) < 0)
        for (size_t i = 0; i < n; i++)
            f[i].revents = 0;
    for (struct hop_pool *p = l->first; p; p = p->next) {
        if (p->stage == HOP_POOL_WAITING && may_begin(l)) {
            begin(p);
            step(p, now);
        } else if (p->step_at <= now || is_ready(p)) {
            step(p, now);
        }
    }
}

bool
hop_pool_loop_wait(struct hop_pool_loop *l, int64_t timeout_ms, int stop_fd)
{
    uint64_t end =
        timeout_ms < 0 ? UINT64_MAX : net_now_ms() + (uint64_t)timeout_ms;

    for (;;) {
        struct pool_wants *w = &l->wants;
        uint64_t now;
        int64_t wait_ms;
        size_t n;

        hop_pool_loop_step(l);
        if (pool_loop_has_event(l))
            return true;
        (void)hop_pool_loop_wants(l, &n, &wait_ms);
        now = net_now_ms();
        if (now >= end)
            return false;
        if (wait_ms < 0 || (uint64_t)wait_ms > end - now)
            wait_ms = end == UINT64_MAX ? -1 : (int64_t)(end - now);
        pool_wants_fd(w, stop_fd, POLLIN);
        if (poll(w->fds, w->n, wait_ms > 1 << 30 ? 1 << 30 : (int)wait_ms) <
                0 &&
            errno != EINTR)
            return false;
        if (w->n > n && w->fds[n].revents)
            return false;
    }
}

bool
hop_pool_loop_is_busy(const struct hop_pool_loop *l)
{
    for (const struct hop_pool *p = l->first; p; p = p->next)
        if (p->stage != HOP_POOL_OPEN && p->stage != HOP_POOL_LEFT &&
            p->stage != HOP_POOL_OVER)
            return true;
    return false;
}
