/* SPDX-License-Identifier: MIT */
#include "auth/fastseal.h"
#include "base/module.h"

static const struct hop_fastseal_ops *ops;
static bool tried;

void
hop_fastseal_use(const struct hop_fastseal_ops *use)
{
    ops = use;
    tried = true;
}

const struct hop_fastseal_ops *
fastseal_get(void)
{
    if (!tried)
        ops = hop_module_find("hop-seal.so", "hop_fastseal_openssl");
    tried = true;
    return ops;
}
