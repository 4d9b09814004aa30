/* Channel bindings of type tls-server-end-point, RFC 5929 section 4: the
 * application data of a gss_channel_bindings_t is the prefix
 * "tls-server-end-point:" and a hash of the server's certificate.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_AUTH_BINDING_H
#define HOP_AUTH_BINDING_H

#include <stddef.h>

#include "base/buf.h"
#include "base/error.h"

/* Appends the binding for a certificate in DER.  The hash is that of the
 * certificate's signature, SHA-256 where that is MD5 or SHA-1 or has none. */
HOP_MUST_CHECK bool hop_binding_from_cert(const void *der, size_t n,
                                          struct hop_buf *out,
                                          struct hop_error *err);

#endif
