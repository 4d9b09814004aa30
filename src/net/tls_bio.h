/* OpenSSL's way to a socket without SIGPIPE: its own writes with write(2),
 * which ends a program that has not asked for that.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_NET_TLS_BIO_H
#define HOP_NET_TLS_BIO_H

#include <openssl/bio.h>

/* NULL without memory.  The descriptor is borrowed. */
BIO *tls_bio_new(int fd);

#endif
