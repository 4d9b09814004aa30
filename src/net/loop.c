/* SPDX-License-Identifier: MIT */
#include "net/loop.h"

#include <stdlib.h>
#include <time.h>

#include <event2/event.h>

#include "base/alloc.h"

#define SIGNALS_MAX 16

struct signal_hook {
    struct event *event;
    hop_signal_fn *fn;
    void *ctx;
};

struct hop_loop {
    struct event_base *base;
    struct signal_hook *signals[SIGNALS_MAX];
    size_t signal_count;
};

struct hop_watch {
    struct event_base *base;
    struct event *event;
    int fd;
    unsigned events;
    hop_watch_fn *fn;
    void *ctx;
};

struct hop_timer {
    struct event *event;
    hop_timer_fn *fn;
    void *ctx;
};

struct hop_loop *
hop_loop_new(void)
{
    struct event_config *config = event_config_new();
    struct hop_loop *loop;
    struct event_base *base = NULL;

    if (config) {
        event_config_require_features(config, EV_FEATURE_EARLY_CLOSE);
        event_config_set_flag(config, EVENT_BASE_FLAG_NOLOCK |
                                          EVENT_BASE_FLAG_IGNORE_ENV);
        base = event_base_new_with_config(config);
        event_config_free(config);
    }
    if (base == NULL)
        return NULL;
    loop = hop_xmalloc(sizeof(*loop));
    loop->base = base;
    return loop;
}

void
hop_loop_free(struct hop_loop *loop)
{
    if (loop == NULL)
        return;
    for (size_t i = 0; i < loop->signal_count; i++) {
        event_free(loop->signals[i]->event);
        free(loop->signals[i]);
    }
    event_base_free(loop->base);
    free(loop);
}

void
hop_loop_run(struct hop_loop *loop)
{
    event_base_loop(loop->base, 0);
}

void
hop_loop_stop(struct hop_loop *loop)
{
    event_base_loopbreak(loop->base);
}

void
hop_loop_once(struct hop_loop *loop, bool block)
{
    event_base_loop(loop->base, EVLOOP_ONCE | (block ? 0 : EVLOOP_NONBLOCK));
}

uint64_t
hop_loop_now_ms(struct hop_loop *loop)
{
    struct timespec now;

    (void)loop;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static void
call_watch(evutil_socket_t fd, short what, void *arg)
{
    struct hop_watch *w = arg;
    unsigned events = 0;

    if (what & EV_READ)
        events |= HOP_WATCH_READ;
    if (what & EV_WRITE)
        events |= HOP_WATCH_WRITE;
    if (what & EV_CLOSED)
        events |= HOP_WATCH_CLOSED;
    w->fn(w->ctx, fd, events);
}

struct hop_watch *
hop_watch_new(struct hop_loop *loop, int fd, unsigned events, hop_watch_fn *fn,
              void *ctx)
{
    struct hop_watch *w = hop_xmalloc(sizeof(*w));

    *w = (struct hop_watch){.base = loop->base, .fd = fd, .fn = fn, .ctx = ctx};
    w->event = hop_xmalloc(event_get_struct_event_size());
    event_assign(w->event, w->base, fd, EV_PERSIST, call_watch, w);
    hop_watch_set(w, events);
    return w;
}

void
hop_watch_set(struct hop_watch *w, unsigned events)
{
    short what = EV_PERSIST;

    if (w->events == events)
        return;
    if (w->events)
        event_del(w->event);
    w->events = events;
    if (events == 0)
        return;
    what = (short)(what | ((events & HOP_WATCH_READ) ? EV_READ : 0) |
                   ((events & HOP_WATCH_WRITE) ? EV_WRITE : 0) |
                   ((events & HOP_WATCH_CLOSED) ? EV_CLOSED : 0));
    event_assign(w->event, w->base, w->fd, what, call_watch, w);
    event_add(w->event, NULL);
}

void
hop_watch_free(struct hop_watch *w)
{
    if (w == NULL)
        return;
    if (w->events)
        event_del(w->event);
    free(w->event);
    free(w);
}

static void
call_timer(evutil_socket_t fd, short what, void *arg)
{
    struct hop_timer *t = arg;

    (void)fd;
    (void)what;
    t->fn(t->ctx);
}

struct hop_timer *
hop_timer_new(struct hop_loop *loop, hop_timer_fn *fn, void *ctx)
{
    struct hop_timer *t = hop_xmalloc(sizeof(*t));

    *t = (struct hop_timer){.fn = fn, .ctx = ctx};
    t->event = hop_xmalloc(event_get_struct_event_size());
    event_assign(t->event, loop->base, -1, 0, call_timer, t);
    return t;
}

void
hop_timer_start(struct hop_timer *t, uint64_t ms)
{
    const struct timeval tv = {.tv_sec = (time_t)(ms / 1000),
                               .tv_usec = (suseconds_t)(ms % 1000) * 1000};

    event_add(t->event, &tv);
}

void
hop_timer_stop(struct hop_timer *t)
{
    event_del(t->event);
}

void
hop_timer_free(struct hop_timer *t)
{
    if (t == NULL)
        return;
    event_del(t->event);
    free(t->event);
    free(t);
}

static void
call_signal(evutil_socket_t signum, short what, void *arg)
{
    struct signal_hook *hook = arg;

    (void)what;
    hook->fn(hook->ctx, signum);
}

bool
hop_loop_signal(struct hop_loop *loop, int signum, hop_signal_fn *fn, void *ctx)
{
    struct signal_hook *hook;

    if (loop->signal_count == SIGNALS_MAX)
        return false;
    hook = hop_xmalloc(sizeof(*hook));
    *hook = (struct signal_hook){.fn = fn, .ctx = ctx};
    hook->event = evsignal_new(loop->base, signum, call_signal, hook);
    if (hook->event == NULL || evsignal_add(hook->event, NULL) != 0) {
        if (hook->event)
            event_free(hook->event);
        free(hook);
        return false;
    }
    loop->signals[loop->signal_count++] = hook;
    return true;
}
