/* A small set of descriptors to wait for, for processes that must stay small:
 * the monitor, the keeper and the session.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_SERVER_SET_H
#define HOP_SERVER_SET_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

struct hop_source;
typedef void hop_source_fn(struct hop_source *s, uint32_t events);

/* Embedded in what owns it; fd stays the owner's. */
struct hop_source {
    int fd;          /* -1: not in a set */
    uint32_t events; /* EPOLLIN, EPOLLOUT */
    hop_source_fn *fn;
    void *ctx;
    bool added;
};

struct hop_set {
    int fd;
};

HOP_MUST_CHECK bool hop_set_init(struct hop_set *set, struct hop_error *err);
void hop_set_done(struct hop_set *set);
/* Adds, changes or (events 0) takes out: call when s->events shall be so. */
void hop_set_want(struct hop_set *set, struct hop_source *s, uint32_t events);
/* Takes it out, before its descriptor is closed. */
void hop_set_remove(struct hop_set *set, struct hop_source *s);
/* Waits up to wait_ms (-1: for ever) and serves one source, so that a handler
 * may remove any other.  False when the time is over. */
bool hop_set_wait(struct hop_set *set, int wait_ms);

/* Milliseconds of the monotonic clock. */
uint64_t hop_now_ms(void);

#endif
