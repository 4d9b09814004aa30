/* SPDX-License-Identifier: MIT */
#include "base/module.h"
#include "credssp/tls.h"

#define MODULE "hop-cssp.so"

static const struct hop_credssp_ops *ops;

void
hop_credssp_use(const struct hop_credssp_ops *use)
{
    ops = use;
}

bool
hop_credssp_load(struct hop_error *err)
{
    if (ops == NULL)
        ops = hop_module_find(MODULE, "hop_credssp_openssl");
    return ops != NULL ||
           hop_error_set(err, HOP_ERROR_TLS, 0,
                         "CredSSP needs the module " MODULE
                         ", which is not installed or cannot be loaded");
}

const struct hop_credssp_ops *
credssp_tls(void)
{
    return ops;
}

bool
hop_credssp_seal_import(const void *keys, size_t n, struct hop_seal **out,
                        struct hop_error *err)
{
    void *state;

    if (!hop_credssp_load(err))
        return false;
    state = ops->records_new(keys, n, err);
    if (state == NULL)
        return false;
    *out = hop_seal_from_engine(ops->records, state);
    return true;
}
