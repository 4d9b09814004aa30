/* Guessing passwords made slow: after a number of failures an address waits.
 * The clock is the caller's.
 * Peers are addresses; a port behind one does not count.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_SERVER_AUTH_LIMIT_H
#define HOP_SERVER_AUTH_LIMIT_H

#include <stdbool.h>
#include <stdint.h>

enum {
    AUTH_LIMIT_ROWS = 1024,       /* addresses remembered; the oldest goes */
    AUTH_LIMIT_FAILURES = 20,     /* within the window ... */
    AUTH_LIMIT_WINDOW_MS = 60000, /* ... and then nothing for as long */
};

struct auth_limit_row {
    char peer[48];
    uint64_t since_ms; /* of the first failure counted */
    uint32_t failures; /* 0: free */
};

struct auth_limit {
    struct auth_limit_row rows[AUTH_LIMIT_ROWS];
};

/* Whether a password from there may be tried now. */
bool auth_limit_allows(const struct auth_limit *l, const char *peer,
                       uint64_t now_ms);
void auth_limit_failed(struct auth_limit *l, const char *peer, uint64_t now_ms);
/* A good logon forgets the failures before it. */
void auth_limit_passed(struct auth_limit *l, const char *peer);

#endif
