/* Where a server is, as users write it.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CLIENT_ENDPOINT_H
#define HOP_CLIENT_ENDPOINT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

struct endpoint {
    char *host; /* without brackets */
    uint16_t port;
    bool tls;
    char *path;        /* "/wsman" */
    char *host_header; /* "b:5985" */
};

/* What stands for what is not written. */
struct endpoint_defaults {
    uint16_t http, https; /* ports */
    const char *prefix;   /* "wsman" */
};

/* "b", "b:5985", "[::1]:5985", "::1", "http://b", "https://b:5986/wsman"; the
 * last label may be a dot.  tls: what counts where no scheme is written. */
HOP_MUST_CHECK bool endpoint_parse(const char *text, bool tls,
                                   const struct endpoint_defaults *defaults,
                                   struct endpoint *out, struct hop_error *err);
void endpoint_done(struct endpoint *e);

#endif
