/* A process that holds a key on a PKCS#11 token, and is the only one with the
 * token's library in it: a listener's, for hopd, or a client's.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_NET_TOKENKEY_H
#define HOP_NET_TOKENKEY_H

#include "base/error.h"

/* Starts it for a URI (net/token.h).  cert_fd: the certificate in PEM, in
 * memory; key_fd: a socket that signs.  The process is no child of the
 * caller's and ends when all copies of the socket are closed. */
HOP_MUST_CHECK bool hop_tokenkey_start(const char *uri, int *cert_fd,
                                       int *key_fd, struct hop_error *err);

#endif
