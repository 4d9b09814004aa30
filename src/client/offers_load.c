/* SPDX-License-Identifier: MIT */
#include "base/module.h"
#include "client/offers.h"

bool
hop_offers_get(const char *host, struct hop_offers *out, struct hop_error *err)
{
    static const struct hop_offers_ops *ops;

    if (ops == NULL)
        ops = hop_module_load("hop-offers.so", "hop_offers_ops",
                              "asking a server", HOP_ERROR_GENERIC, err);
    return ops != NULL && ops->get(host, out, err);
}
