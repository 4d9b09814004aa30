/* SPDX-License-Identifier: MIT */
#include "auth/ccache.h"

#include <string.h>

void
ccache_put_u32(struct hop_buf *out, uint32_t v)
{
    char b[4] = {(char)(v >> 24), (char)(v >> 16), (char)(v >> 8), (char)v};

    hop_buf_add(out, b, sizeof(b));
}

static void
put_data(struct hop_buf *out, const krb5_data *d)
{
    ccache_put_u32(out, d->length);
    hop_buf_add(out, d->data, d->length);
}

void
ccache_put_principal(struct hop_buf *out, krb5_const_principal p)
{
    ccache_put_u32(out, (uint32_t)p->type);
    ccache_put_u32(out, (uint32_t)p->length);
    put_data(out, &p->realm);
    for (int k = 0; k < p->length; k++)
        put_data(out, &p->data[k]);
}

bool
ccache_put_creds(struct hop_buf *out, const krb5_creds *c)
{
    krb5_context ctx = krb_context(NULL);
    krb5_data *d = NULL;

    if (ctx == NULL ||
        krb5_marshal_credentials(ctx, (krb5_creds *)(uintptr_t)c, &d) != 0)
        return false;
    hop_buf_add(out, d->data, d->length);
    explicit_bzero(d->data, d->length);
    krb5_free_data(ctx, d);
    return true;
}

bool
ccache_file(krb5_const_principal owner, const krb5_creds *creds, size_t count,
            struct hop_buf *out, struct hop_error *err)
{
    hop_buf_add(out, "\x05\x04\x00\x00", 4);
    ccache_put_principal(out, owner);
    for (size_t k = 0; k < count; k++)
        if (!ccache_put_creds(out, &creds[k]))
            return hop_error_set(err, HOP_ERROR_KRB5, 0,
                                 "write a ticket cache: the library cannot "
                                 "write a ticket");
    return hop_buf_ok(out) ||
           hop_error_set(err, HOP_ERROR_LIMIT, 0,
                         "write a ticket cache: it is too large");
}
