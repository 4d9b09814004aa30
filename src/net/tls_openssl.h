/* The table of OpenSSL's functions, for programs that link it:
 * hop_tls_use(&hop_tls_openssl).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_NET_TLS_OPENSSL_H
#define HOP_NET_TLS_OPENSSL_H

#include "net/tls.h"

extern __attribute__((visibility("default")))
const struct hop_tls_ops hop_tls_openssl;

#endif
