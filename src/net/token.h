/* Certificates and keys on PKCS#11 tokens: the module hop-token.so, which alone
 * links p11-kit.  Keys stay on their token: a process of its own signs for
 * whoever holds the other end of its socket (net/tokenkey.h,
 * net/tokensign.h).
 *
 * Tokens are named by URIs (RFC 7512): "pkcs11:token=web?pin-source=/etc/..."
 * with module-path= for a library that p11-kit does not know.  The PIN comes
 * from the file of pin-source alone, as settings are no secret.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_NET_TOKEN_H
#define HOP_NET_TOKEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HOP_TOKEN_SCHEME "pkcs11:"

/* A certificate in DER and the URI that names it alone, or (n 0) a URI that
 * gives none; lack: why it cannot serve, NULL if its key is there. */
typedef void hop_token_fn(void *ctx, const char *uri, const uint8_t *der,
                          size_t n, const char *lack);

/* One packet each way on a SOCK_SEQPACKET socket.  The first one comes from
 * the token: HOP_TOKEN_READY and the certificate in PEM with the authorities
 * above it that the token has, without the root; or HOP_TOKEN_FAILED and why,
 * in words. */
enum { HOP_TOKEN_READY = 'R', HOP_TOKEN_FAILED = 'F' };
enum { HOP_TOKEN_PACKET_MAX = 65536, HOP_TOKEN_ID = 8 };

/* What is asked for: a byte of this, 8 bytes that the answer repeats, data. */
enum hop_token_sign {
    HOP_TOKEN_RSA_PKCS1, /* data: DigestInfo */
    HOP_TOKEN_RSA_RAW,   /* data: padded already */
    HOP_TOKEN_ECDSA,     /* data: hash; answer: r, s */
    HOP_TOKEN_SIGN_COUNT,
};

struct hop_token_ops {
    /* All certificates of the tokens, URIs by commas. */
    void (*list)(const char *uris, hop_token_fn *each, void *ctx);
    /* Serves the key of the first certificate that the URI names until the
     * other end is closed; false when it could not. */
    bool (*serve)(const char *uri, int fd);
};

extern const struct hop_token_ops hop_token_p11
    __attribute__((visibility("default")));

#endif
