/* A PKCS#11 token in a folder (SoftHSM), with keys and certificates of tests.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_TEST_NET_SOFTTOKEN_H
#define HOP_TEST_NET_SOFTTOKEN_H

#include <stdbool.h>

#include <openssl/x509.h>

#define SOFTTOKEN_MODULE "/usr/lib/softhsm/libsofthsm2.so"
#define SOFTTOKEN_PIN    "4711"

/* Makes an empty token of that label and opens it for what follows.  False
 * where there is no SoftHSM. */
bool softtoken_open(const char *folder, const char *label);
/* RSA and elliptic curves; both under that id. */
void softtoken_put_key(EVP_PKEY *key, unsigned char id);
void softtoken_put_certificate(X509 *x, unsigned char id);
/* Closes the library, so that others may start it. */
void softtoken_close(void);

#endif
