/* What System.Security.Cryptography needs of libcrypto, which is loaded when
 * first used.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_VALUE_TYPES_CRYPTO_H
#define HOP_VALUE_TYPES_CRYPTO_H

#include "value/class.h"
#include "value/context.h"

#define HOP_DIGEST_MAX 64

/* The digest by OpenSSL's name ("SHA256"); *n gets its bytes.  False: an
 * exception is pending. */
HOP_MUST_CHECK bool hop_crypto_digest(struct hop_context *cx, const char *name,
                                      const void *p, size_t n,
                                      unsigned char out[HOP_DIGEST_MAX],
                                      size_t *out_n);
/* RFC 2104. */
HOP_MUST_CHECK bool hop_crypto_hmac(struct hop_context *cx, const char *name,
                                    const void *key, size_t key_n,
                                    const void *p, size_t n,
                                    unsigned char out[HOP_DIGEST_MAX],
                                    size_t *out_n);
/* RFC 8018, PBKDF2. */
HOP_MUST_CHECK bool hop_crypto_pbkdf2(struct hop_context *cx, const char *name,
                                      const struct hop_buf *password,
                                      const struct hop_buf *salt,
                                      int iterations, void *out, size_t n);
HOP_MUST_CHECK bool hop_crypto_random(struct hop_context *cx, void *p,
                                      size_t n);

/* One message through AES.  mode: "cbc", "ecb", "cfb8"; the text is of whole
 * blocks; iv: 16 bytes, changed to what the next call goes on with (CBC). */
struct hop_cipher {
    unsigned char key[32];
    size_t key_n;
    unsigned char iv[16];
    const char *mode;
    bool encrypt;
};
HOP_MUST_CHECK bool hop_crypto_aes(struct hop_context *cx,
                                   struct hop_cipher *cipher, const void *p,
                                   size_t n, struct hop_buf *out);

/* A HashAlgorithmName argument, or a string; NULL when it is neither. */
const char *hop_hash_algorithm(struct hop_value v);

const char *hop_hash_digest_name(struct hop_value v);

#endif
