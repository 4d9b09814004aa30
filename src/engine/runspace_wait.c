/* Stopping a runspace, and waiting in it.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engine/runspace.h"

#include <errno.h>
#include <poll.h>

#include "engine/engine.h"
#include "engine/space.h"

void
hop_runspace_stop(struct hop_runspace *rs)
{
    int saved = errno;

    rs->stop_asked = 1;
    if (!hop_threads_other(rs))
        rs->stop = 1;
    if (rs->wake[1] >= 0 && write(rs->wake[1], "s", 1) < 0)
        errno = saved;
    errno = saved;
}

bool
hop_runspace_stopping(const struct hop_runspace *rs)
{
    return rs->stop != 0;
}

int
hop_runspace_wake_fd(const struct hop_runspace *rs)
{
    return rs->wake[0];
}

void
hop_runspace_forget_stop(struct hop_runspace *rs)
{
    char drop[16];

    rs->stop = 0;
    if (hop_threads_other(rs))
        return;
    rs->stop_asked = 0;
    while (rs->wake[0] >= 0 && read(rs->wake[0], drop, sizeof(drop)) > 0)
        ;
}

void
hop_runspace_set_attendant(struct hop_runspace *rs, void (*fn)(void *ctx),
                           void *ctx)
{
    rs->attendant = fn;
    rs->attendant_ctx = ctx;
}

void
hop_runspace_set_timekeeper(struct hop_runspace *rs, void (*fn)(void *ctx),
                            void *ctx)
{
    rs->timekeeper = fn;
    rs->timekeeper_ctx = ctx;
}

void
hop_runspace_call(struct hop_runspace *rs)
{
    int saved = errno;

    rs->called = 1;
    if (rs->wake[1] >= 0 && write(rs->wake[1], "c", 1) < 0)
        errno = saved;
    errno = saved;
}

void
runspace_attend(struct hop_runspace *rs)
{
    char drop[16];
    bool success = rs->success, within = rs->within;

    rs->called = 0;
    /* A stop stays to be seen. */
    while (!rs->stop_asked && rs->wake[0] >= 0 &&
           read(rs->wake[0], drop, sizeof(drop)) > 0)
        ;
    if (rs->attendant)
        rs->attendant(rs->attendant_ctx);
    if (rs->timekeeper)
        rs->timekeeper(rs->timekeeper_ctx);
    rs->success = success;
    rs->within = within;
}

void
hop_runspace_attend(struct hop_runspace *rs)
{
    if (rs->called)
        runspace_attend(rs);
}

int
hop_runspace_wait(struct hop_runspace *rs, int fd, short events,
                  int64_t timeout_ms)
{
    struct pollfd p[2] = {{rs->wake[0], POLLIN, 0}, {fd, events, 0}};
    int64_t until = timeout_ms < 0 ? -1 : space_now_ms() + timeout_ms;
    int n;

    if (rs->host && rs->host->ops->flush)
        rs->host->ops->flush(rs->host);
    if (rs->stop)
        return -1;
    if (hop_threads_any(rs)) {
        n = hop_threads_poll(rs, p + 1, 1, timeout_ms);
        return rs->stop ? -1 : n > 0;
    }
    do {
        n = poll(p, fd >= 0 ? 2 : 1,
                 timeout_ms < 0           ? -1
                 : timeout_ms > INT32_MAX ? INT32_MAX
                                          : (int)timeout_ms);
        if (rs->called)
            runspace_attend(rs);
        if (rs->stop)
            return -1;
        if (n > 0 && p[1].revents)
            return 1;
        if (until >= 0)
            timeout_ms = space_now_ms() < until ? until - space_now_ms() : 0;
        /* Woken by a call alone it waits on. */
    } while (n != 0);
    return 0;
}
