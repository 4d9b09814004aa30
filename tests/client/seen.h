/* What a test sees of pools.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_TESTS_CLIENT_SEEN_H
#define HOP_TESTS_CLIENT_SEEN_H

#include "client/pool.h"

struct seen {
    struct hop_context cx;
    struct hop_psrp_keys keys;
    struct hop_pool_loop *loop;
    char got[4096];        /* what came, joined by | */
    size_t objects, bytes; /* of output; strings' alone */
    size_t opened, failed, closed, ended, left, back, found, listed;
    size_t retrying, resumed, troubles;
    size_t messages; /* of pipelines */
    uint32_t code;   /* of the last error */
    bool quiet;      /* output is counted alone */
    int32_t state;
};

void seen_start(struct seen *s);
void seen_finish(struct seen *s);
/* Takes events until *count reaches n; false when a pool fails, or nothing
 * comes for twenty seconds. */
bool seen_wait(struct seen *s, const size_t *count, size_t n);
/* Takes what there is within ms. */
void seen_take(struct seen *s, int ms);
/* Begins a script in a pool. */
void seen_begin(struct hop_pool *p, const struct hop_guid *id,
                const char *script, bool input);

#endif
