/* The way from tls.h to OpenSSL: a table that is linked in or loaded.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/module.h"
#include "net/tls.h"

static const struct hop_tls_ops *ops;

void
hop_tls_use(const struct hop_tls_ops *use)
{
    ops = use;
}

bool
hop_tls_load(struct hop_error *err)
{
    if (ops == NULL)
        ops = hop_module_load("hop-tls.so", "hop_tls_openssl", "TLS",
                              HOP_ERROR_TLS, err);
    return ops != NULL;
}

struct hop_tls_context *
hop_tls_context_new(const struct hop_tls_config *config, struct hop_error *err)
{
    return hop_tls_load(err) ? ops->context_new(config, err) : NULL;
}

/* What exists was made by the table, so from here on there is one. */

void
hop_tls_context_free(struct hop_tls_context *context)
{
    if (context)
        ops->context_free(context);
}

struct hop_tls *
hop_tls_open(struct hop_tls_context *context, int fd, const char *host,
             struct hop_error *err)
{
    return ops->open(context, fd, host, err);
}

void
hop_tls_close(struct hop_tls *tls)
{
    if (tls)
        ops->close(tls);
}

enum hop_tls_result
hop_tls_handshake(struct hop_tls *tls, struct hop_error *err)
{
    return ops->handshake(tls, err);
}

enum hop_tls_result
hop_tls_read(struct hop_tls *tls, void *p, size_t n, size_t *got,
             struct hop_error *err)
{
    return ops->read(tls, p, n, got, err);
}

enum hop_tls_result
hop_tls_write(struct hop_tls *tls, const void *p, size_t n, size_t *put,
              struct hop_error *err)
{
    return ops->write(tls, p, n, put, err);
}

void
hop_tls_shutdown(struct hop_tls *tls)
{
    ops->shutdown(tls);
}

const struct hop_tls_info *
hop_tls_get_info(struct hop_tls *tls)
{
    return ops->info(tls);
}
