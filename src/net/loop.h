/* The event loop of the daemons: descriptors, timers and signals on libevent.
 * Single-threaded; callbacks may free what called them.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_NET_LOOP_H
#define HOP_NET_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/cleanup.h"

struct hop_loop;
struct hop_watch;
struct hop_timer;

enum hop_watch_events {
    HOP_WATCH_READ = 1,
    HOP_WATCH_WRITE = 2,
    HOP_WATCH_CLOSED = 4, /* the peer has shut down its side, even while nobody
                             reads */
};

typedef void hop_watch_fn(void *ctx, int fd, unsigned events);
typedef void hop_timer_fn(void *ctx);
typedef void hop_signal_fn(void *ctx, int signum);

/* NULL when the system refuses (descriptors, memory). */
struct hop_loop *hop_loop_new(void);
/* Free watches and timers first. */
void hop_loop_free(struct hop_loop *loop);
/* Runs until hop_loop_stop, or until nothing is left to wait for. */
void hop_loop_run(struct hop_loop *loop);
void hop_loop_stop(struct hop_loop *loop);
/* One round; waits for an event when block is set. */
void hop_loop_once(struct hop_loop *loop, bool block);
/* Milliseconds of the monotonic clock, read once per round. */
uint64_t hop_loop_now_ms(struct hop_loop *loop);

/* A descriptor, borrowed.  events 0 watches nothing yet. */
struct hop_watch *hop_watch_new(struct hop_loop *loop, int fd, unsigned events,
                                hop_watch_fn *fn, void *ctx);
void hop_watch_set(struct hop_watch *w, unsigned events);
/* Before the descriptor is closed. */
void hop_watch_free(struct hop_watch *w);

/* A one-shot timer, not running yet. */
struct hop_timer *hop_timer_new(struct hop_loop *loop, hop_timer_fn *fn,
                                void *ctx);
/* Starts it, or starts it anew. */
void hop_timer_start(struct hop_timer *t, uint64_t ms);
void hop_timer_stop(struct hop_timer *t);
void hop_timer_free(struct hop_timer *t);

/* Called in the loop, not in the signal handler; stays for the loop's life. */
HOP_MUST_CHECK bool hop_loop_signal(struct hop_loop *loop, int signum,
                                    hop_signal_fn *fn, void *ctx);

#endif
