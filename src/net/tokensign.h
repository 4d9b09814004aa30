/* A server's key that another process holds, see token.h.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_NET_TOKENSIGN_H
#define HOP_NET_TOKENSIGN_H

#include <openssl/evp.h>

/* The key of the certificate whose public half is given (RSA or EC), which
 * signs by asking over the socket; takes the socket.  NULL: it is of another
 * kind. */
EVP_PKEY *tokensign_key(EVP_PKEY *half, int fd);

#endif
