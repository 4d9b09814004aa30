/* Session keys on libcrypto: RSA 2048 around AES 256, MS-PSRP 2.2.2.3, 2.2.2.4
 * and 2.2.5.1.24.  Loaded when first
 * used: only who meets an older peer needs it.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_PSRP_KEY_H
#define HOP_PSRP_KEY_H

#include "psrp/session.h"

struct hop_psrp_rsa;

/* A new key pair of 2048 bits, from libcrypto's random source; NULL: err says
 * why. */
struct hop_psrp_rsa *hop_psrp_rsa_new(struct hop_error *err);
/* One from its numbers, big-endian: 256 bytes of modulus and private exponent,
 * public exponent 65537. */
struct hop_psrp_rsa *hop_psrp_rsa_from(const uint8_t modulus[256],
                                       const uint8_t exponent[256],
                                       struct hop_error *err);
void hop_psrp_rsa_free(struct hop_psrp_rsa *k);

/* Fills a session's table.  pair makes the client's key pair when it is first
 * needed (NULL: hop_psrp_rsa_new) and draw gives the server's bytes (NULL:
 * libcrypto's); both get ctx.  Release with hop_psrp_keys_done(). */
struct hop_psrp_key_source {
    void *ctx;
    struct hop_psrp_rsa *(*pair)(void *ctx, struct hop_error *err);
    bool (*draw)(void *ctx, void *p, size_t n);
};
void hop_psrp_keys_init(struct hop_psrp_keys *keys,
                        const struct hop_psrp_key_source *source);
void hop_psrp_keys_done(struct hop_psrp_keys *keys);

#endif
