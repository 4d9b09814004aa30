/* Sessions are seen to while a script works that does not use them: a timer
 * calls the runspace, which lets the loop of sessions take a step between two
 * statements.  So a session that is idle gives its server a sign of life, and a
 * long answer does not wait.
 *
 * SPDX-License-Identifier: MIT
 */
#include <signal.h>

#include "cmdlets/remoting/hub.h"

#define LEAST_MS 500 /* between two steps */
#define BUSY_MS  1000

static void
call(int signo, siginfo_t *info, void *context)
{
    (void)signo;
    (void)context;
    if (info->si_code == SI_TIMER)
        hop_runspace_call(info->si_value.sival_ptr);
}

static void
keep(void *ctx)
{
    struct hub *h = ctx;

    if (!h->is_set)
        return;
    h->is_set = false;
    hop_pool_loop_step(h->loop); /* what comes is told to the next cmdlet */
    hub_keep(h);
}

/* A signal of its own: SIGALRM is for who runs the shell. */
static bool
make_timer(struct hub *h)
{
    struct sigaction act = {.sa_sigaction = call,
                            .sa_flags = SA_SIGINFO | SA_RESTART};
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL,
                             .sigev_signo = SIGRTMIN + 1,
                             .sigev_value = {.sival_ptr = h->rs}};

    sigemptyset(&act.sa_mask);
    if (sigaction(SIGRTMIN + 1, &act, NULL) != 0 ||
        timer_create(CLOCK_MONOTONIC, &event, &h->timer) != 0)
        return false;
    hop_runspace_set_timekeeper(h->rs, keep, h);
    h->has_timer = true;
    return true;
}

void
hub_keep(struct hub *h)
{
    struct itimerspec at = {0};
    int64_t limit;
    size_t n;

    if (h->is_set)
        return;
    (void)hop_pool_loop_wants(h->loop, &n, &limit);
    /* The timer sees no descriptor: what is under way is looked at soon. */
    if (n > 0 && (limit < 0 || limit > BUSY_MS))
        limit = BUSY_MS;
    if (limit < 0 || (!h->has_timer && !make_timer(h)))
        return;
    if (limit < LEAST_MS)
        limit = LEAST_MS;
    at.it_value.tv_sec = limit / 1000;
    at.it_value.tv_nsec = limit % 1000 * 1000000;
    h->is_set = timer_settime(h->timer, 0, &at, NULL) == 0;
}

void
hub_keep_no_more(struct hub *h)
{
    if (!h->has_timer)
        return;
    timer_delete(h->timer);
    hop_runspace_set_timekeeper(h->rs, NULL, NULL);
    h->has_timer = h->is_set = false;
}
