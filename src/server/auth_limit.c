/* SPDX-License-Identifier: MIT */
#include "server/auth_limit.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

/* The address in "10.77.0.11:47696" and "[fe80::1]:47696": every connection has
 * another port. */
static int
address_len(const char *peer)
{
    const char *end = strrchr(peer, ':');

    if (end == NULL || (peer[0] != '[' && strchr(peer, ':') != end))
        return (int)strlen(peer);
    return (int)(end - peer);
}

static bool
is_same(const struct auth_limit_row *r, const char *peer)
{
    size_t n = (size_t)address_len(peer);

    return strlen(r->peer) == n && memcmp(r->peer, peer, n) == 0;
}

static struct auth_limit_row *
find(const struct auth_limit *l, const char *peer)
{
    for (size_t k = 0; k < AUTH_LIMIT_ROWS; k++)
        if (l->rows[k].failures > 0 && is_same(&l->rows[k], peer))
            return (struct auth_limit_row *)(uintptr_t)&l->rows[k];
    return NULL;
}

static bool
is_over(const struct auth_limit_row *r, uint64_t now_ms)
{
    return now_ms - r->since_ms >= AUTH_LIMIT_WINDOW_MS;
}

bool
auth_limit_allows(const struct auth_limit *l, const char *peer, uint64_t now_ms)
{
    const struct auth_limit_row *r = find(l, peer);

    return r == NULL || r->failures < AUTH_LIMIT_FAILURES || is_over(r, now_ms);
}

/* A free row, or the one whose first failure is longest ago. */
static struct auth_limit_row *
take_row(struct auth_limit *l, const char *peer, uint64_t now_ms)
{
    struct auth_limit_row *best = &l->rows[0];

    for (size_t k = 0; k < AUTH_LIMIT_ROWS && best->failures > 0; k++)
        if (l->rows[k].failures == 0 || l->rows[k].since_ms < best->since_ms)
            best = &l->rows[k];
    snprintf(best->peer, sizeof(best->peer), "%.*s", address_len(peer), peer);
    best->since_ms = now_ms;
    best->failures = 0;
    return best;
}

void
auth_limit_failed(struct auth_limit *l, const char *peer, uint64_t now_ms)
{
    struct auth_limit_row *r = find(l, peer);

    if (r == NULL)
        r = take_row(l, peer, now_ms);
    if (is_over(r, now_ms)) {
        r->since_ms = now_ms;
        r->failures = 0;
    }
    r->failures++;
    /* The wait begins with the failure that fills the count. */
    if (r->failures == AUTH_LIMIT_FAILURES)
        r->since_ms = now_ms;
}

void
auth_limit_passed(struct auth_limit *l, const char *peer)
{
    struct auth_limit_row *r = find(l, peer);

    if (r != NULL)
        r->failures = 0;
}
