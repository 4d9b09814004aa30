/* The table behind tickets.h and servicekeys.h: loaded from hop-krb.so.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_AUTH_TICKETS_OPS_H
#define HOP_AUTH_TICKETS_OPS_H

#include "auth/servicekeys.h"
#include "auth/tickets.h"

struct hop_service_key_ops {
    bool (*write)(const struct hop_service_keys *k, struct hop_error *err);
    bool (*remove)(const struct hop_service_keys *k, size_t *count,
                   struct hop_error *err);
    bool (*try_logon)(const struct hop_service_keys *k, struct hop_error *err);
};
extern const struct hop_service_key_ops hop_service_key_ops;

struct hop_krb_ops {
    bool (*list)(struct hop_tickets *out, struct hop_error *err);
    bool (*purge)(size_t *count, struct hop_error *err);
    bool (*get)(const char *spn, struct hop_ticket *out, struct hop_error *err);
    bool (*agent)(bool machine, struct hop_agent_status *out,
                  struct hop_error *err);
    bool (*agent_purge)(bool machine, struct hop_error *err);
    const struct hop_service_key_ops *keys;
};

extern const struct hop_krb_ops hop_krb_ops
    __attribute__((visibility("default")));

#endif
