/* Ticket caches as bytes: MIT's FILE format 4, and the principals and
 * credentials inside, which the KCM protocol uses as well.  Big-endian.
 *
 *     file       = 05 04, u16 length of headers (0), principal, credential*
 *     principal  = u32 name type, u32 count, data realm, data component*
 *     data       = u32 length, bytes
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_AUTH_CCACHE_H
#define HOP_AUTH_CCACHE_H

#include "auth/gss.h"
#include "base/buf.h"

void ccache_put_u32(struct hop_buf *out, uint32_t v);
void ccache_put_principal(struct hop_buf *out, krb5_const_principal p);
/* One credential; false when the library cannot write it. */
HOP_MUST_CHECK bool ccache_put_creds(struct hop_buf *out, const krb5_creds *c);
/* A whole file. */
HOP_MUST_CHECK bool ccache_file(krb5_const_principal owner,
                                const krb5_creds *creds, size_t count,
                                struct hop_buf *out, struct hop_error *err);

#endif
