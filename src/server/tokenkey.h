/* A process that holds a listener's key on a PKCS#11 token: root's, as files
 * of tokens are, and the only one with the token's library in it.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_SERVER_TOKENKEY_H
#define HOP_SERVER_TOKENKEY_H

#include "base/error.h"

/* Starts it for a URI (net/token.h).  cert_fd: the certificate in PEM, in
 * memory; key_fd: a socket that signs.  The process ends when all copies of
 * the socket are closed. */
HOP_MUST_CHECK bool hop_tokenkey_start(const char *uri, int *cert_fd,
                                       int *key_fd, struct hop_error *err);

#endif
