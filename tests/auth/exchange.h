/* A client and a server joined by memory.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_TESTS_AUTH_EXCHANGE_H
#define HOP_TESTS_AUTH_EXCHANGE_H

#include "auth/accept.h"
#include "auth/initiate.h"

struct exchange {
    struct hop_initiator *i;
    struct hop_acceptor *a;
    struct hop_error client_err, server_err;
    int legs; /* tokens of the client */
    bool ok;  /* both sides are done */
};

/* Changes a client's token on its way; may be NULL. */
typedef void tamper_fn(struct hop_buf *token, int leg);

void exchange_run(struct exchange *x, const struct hop_initiator_options *io,
                  struct hop_acceptor_cred *cred,
                  const struct hop_acceptor_rule *rule, tamper_fn *tamper);
void exchange_done(struct exchange *x);

#endif
