/* OpenSSL's hashes and ciphers for the shell, loaded when first used, as
 * base/libxml.h does it.  The rooms that speak to others link it.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_BASE_LIBCRYPTO_H
#define HOP_BASE_LIBCRYPTO_H

#include <openssl/evp.h>
#include <openssl/hmac.h>

/* clang-format off */
#define HOP_LIBCRYPTO(X) \
    X(EVP_CIPHER_CTX_free) X(EVP_CIPHER_CTX_new) \
    X(EVP_CIPHER_CTX_set_padding) X(EVP_CipherFinal_ex) X(EVP_CipherInit_ex) \
    X(EVP_CipherUpdate) X(EVP_Digest) X(EVP_aes_128_cbc) X(EVP_aes_192_cbc) \
    X(EVP_aes_256_cbc) X(EVP_get_cipherbyname) X(EVP_get_digestbyname) \
    X(HMAC) X(PKCS5_PBKDF2_HMAC)
/* clang-format on */

struct hop_libcrypto {
#define X(f) __typeof__(f) *f;
    HOP_LIBCRYPTO(X)
#undef X
};

const struct hop_libcrypto *hop_libcrypto(void);

/* the source of this alone means the names themselves */
#ifndef HOP_LIBCRYPTO_PLAIN
#define EVP_CIPHER_CTX_free (hop_libcrypto()->EVP_CIPHER_CTX_free)
#define EVP_CIPHER_CTX_new (hop_libcrypto()->EVP_CIPHER_CTX_new)
#define EVP_CIPHER_CTX_set_padding (hop_libcrypto()->EVP_CIPHER_CTX_set_padding)
#define EVP_CipherFinal_ex (hop_libcrypto()->EVP_CipherFinal_ex)
#define EVP_CipherInit_ex (hop_libcrypto()->EVP_CipherInit_ex)
#define EVP_CipherUpdate (hop_libcrypto()->EVP_CipherUpdate)
#define EVP_Digest (hop_libcrypto()->EVP_Digest)
#define EVP_aes_128_cbc (hop_libcrypto()->EVP_aes_128_cbc)
#define EVP_aes_192_cbc (hop_libcrypto()->EVP_aes_192_cbc)
#define EVP_aes_256_cbc (hop_libcrypto()->EVP_aes_256_cbc)
#define EVP_get_cipherbyname (hop_libcrypto()->EVP_get_cipherbyname)
#define EVP_get_digestbyname (hop_libcrypto()->EVP_get_digestbyname)
#define HMAC (hop_libcrypto()->HMAC)
#define PKCS5_PBKDF2_HMAC (hop_libcrypto()->PKCS5_PBKDF2_HMAC)
#endif

#endif
