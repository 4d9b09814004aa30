/* The way from servercert.h to OpenSSL.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>

#include "base/module.h"
#include "net/servercert.h"

bool
hop_servercert_find(const char *dirs, const char *tokens, const char *host,
                    int64_t now, struct hop_servercert *out,
                    struct hop_error *err)
{
    const struct hop_servercert_ops *ops =
        hop_module_load("hop-tls.so", "hop_servercert_openssl", "certificates",
                        HOP_ERROR_TLS, err);

    return ops != NULL && ops->find(dirs, tokens, host, now, out, err);
}

void
hop_servercert_done(struct hop_servercert *c)
{
    free(c->cert);
    free(c->key);
    free(c->subject);
    *c = (struct hop_servercert){0};
}
