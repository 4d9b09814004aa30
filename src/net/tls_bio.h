/* OpenSSL's way to a socket without SIGPIPE: its own writes with write(2),
 * which ends a program that has not asked for that.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_NET_TLS_BIO_H
#define HOP_NET_TLS_BIO_H

#include <openssl/bio.h>
#include <stdbool.h>

/* NULL without memory.  The descriptor is borrowed. */
BIO *tls_bio_new(int fd);
/* Whether more follows at once what is written from now on: the kernel then
 * fills its segments before it sends them. */
void tls_bio_set_more(BIO *b, bool more);

#endif
