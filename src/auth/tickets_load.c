/* The way from tickets.h and servicekeys.h to the Kerberos library.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>

#include "auth/tickets_ops.h"
#include "base/module.h"

static const struct hop_krb_ops *ops;

static bool
load(struct hop_error *err)
{
    if (ops == NULL)
        ops = hop_module_load("hop-krb.so", "hop_krb_ops", "Kerberos tickets",
                              HOP_ERROR_KRB5, err);
    return ops != NULL;
}

bool
hop_tickets_list(struct hop_tickets *out, struct hop_error *err)
{
    return load(err) && ops->list(out, err);
}

bool
hop_tickets_purge(size_t *count, struct hop_error *err)
{
    return load(err) && ops->purge(count, err);
}

bool
hop_tickets_get(const char *spn, struct hop_ticket *out, struct hop_error *err)
{
    return load(err) && ops->get(spn, out, err);
}

bool
hop_tickets_agent(bool machine, struct hop_agent_status *out,
                  struct hop_error *err)
{
    return load(err) && ops->agent(machine, out, err);
}

bool
hop_tickets_agent_purge(bool machine, struct hop_error *err)
{
    return load(err) && ops->agent_purge(machine, err);
}

bool
hop_service_keys_write(const struct hop_service_keys *k, struct hop_error *err)
{
    return load(err) && ops->keys->write(k, err);
}

bool
hop_service_keys_remove(const struct hop_service_keys *k, size_t *count,
                        struct hop_error *err)
{
    return load(err) && ops->keys->remove(k, count, err);
}

bool
hop_service_keys_try(const struct hop_service_keys *k, struct hop_error *err)
{
    return load(err) && ops->keys->try_logon(k, err);
}
