/* What a WinRM server asks of whoever comes: the schemes of its 401.  For the
 * shell, which loads the network with the module hop-offers.so when it asks.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CLIENT_OFFERS_H
#define HOP_CLIENT_OFFERS_H

#include <stdint.h>

#include "base/error.h"

struct hop_offers {
    uint16_t port; /* where it was asked */
    bool kerberos, negotiate, credssp, basic;
    bool windows; /* it says so (Server: Microsoft-HTTPAPI) */
};

/* Asks host at 5985 (HTTP), and where nothing listens there at 5986 (HTTPS,
 * whatever its certificate: nothing secret is sent).  Takes at most a few
 * seconds. */
HOP_MUST_CHECK bool hop_offers_get(const char *host, struct hop_offers *out,
                                   struct hop_error *err);

struct hop_offers_ops {
    bool (*get)(const char *host, struct hop_offers *out,
                struct hop_error *err);
};
extern const struct hop_offers_ops hop_offers_ops
    __attribute__((visibility("default")));

#endif
