/* SPDX-License-Identifier: MIT */
#include <dlfcn.h>

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
    void *module;

    if (tried)
        return ops;
    tried = true;
    module = hop_module_open("hop-seal.so");
    if (module != NULL)
        ops = dlsym(module, "hop_fastseal_openssl");
    return ops;
}
