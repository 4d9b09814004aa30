/* OpenSSL's hashes, ciphers and keys for the shell, loaded when first used, as
 * base/libxml.h does it.  The rooms that speak to others link it.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_BASE_LIBCRYPTO_H
#define HOP_BASE_LIBCRYPTO_H

#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/param_build.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>

/* clang-format off */
#define HOP_LIBCRYPTO(X) \
    X(BN_bin2bn) X(BN_bn2binpad) X(BN_clear_free) X(BN_free) \
    X(EVP_CIPHER_CTX_free) X(EVP_CIPHER_CTX_new) \
    X(EVP_CIPHER_CTX_set_padding) X(EVP_CipherFinal_ex) X(EVP_CipherInit_ex) \
    X(EVP_CipherUpdate) X(EVP_Digest) X(EVP_DigestFinal_ex) \
    X(EVP_DigestInit_ex) X(EVP_DigestUpdate) X(EVP_MD_CTX_free) \
    X(EVP_MD_CTX_new) X(EVP_PKEY_CTX_free) \
    X(EVP_PKEY_CTX_new) X(EVP_PKEY_CTX_new_from_name) \
    X(EVP_PKEY_CTX_set_rsa_padding) X(EVP_PKEY_Q_keygen) X(EVP_PKEY_decrypt) \
    X(EVP_PKEY_decrypt_init) X(EVP_PKEY_encrypt) X(EVP_PKEY_encrypt_init) \
    X(EVP_PKEY_free) X(EVP_PKEY_fromdata) X(EVP_PKEY_fromdata_init) \
    X(EVP_PKEY_get_bn_param) X(EVP_aes_128_cbc) X(EVP_aes_192_cbc) \
    X(EVP_aes_256_cbc) X(EVP_get_cipherbyname) X(EVP_get_digestbyname) \
    X(HMAC) X(OSSL_PARAM_BLD_free) X(OSSL_PARAM_BLD_new) \
    X(OSSL_PARAM_BLD_push_BN) X(OSSL_PARAM_BLD_push_ulong) \
    X(OSSL_PARAM_BLD_to_param) X(OSSL_PARAM_free) X(PKCS5_PBKDF2_HMAC) \
    X(RAND_bytes)
/* clang-format on */

struct hop_libcrypto {
#define X(f) __typeof__(f) *f;
    HOP_LIBCRYPTO(X)
#undef X
};

const struct hop_libcrypto *hop_libcrypto(void);

/* the source of this alone means the names themselves */
#ifndef HOP_LIBCRYPTO_PLAIN
#define BN_bin2bn                  (hop_libcrypto()->BN_bin2bn)
#define BN_bn2binpad               (hop_libcrypto()->BN_bn2binpad)
#define BN_clear_free              (hop_libcrypto()->BN_clear_free)
#define BN_free                    (hop_libcrypto()->BN_free)
#define EVP_CIPHER_CTX_free        (hop_libcrypto()->EVP_CIPHER_CTX_free)
#define EVP_CIPHER_CTX_new         (hop_libcrypto()->EVP_CIPHER_CTX_new)
#define EVP_CIPHER_CTX_set_padding (hop_libcrypto()->EVP_CIPHER_CTX_set_padding)
#define EVP_CipherFinal_ex         (hop_libcrypto()->EVP_CipherFinal_ex)
#define EVP_CipherInit_ex          (hop_libcrypto()->EVP_CipherInit_ex)
#define EVP_CipherUpdate           (hop_libcrypto()->EVP_CipherUpdate)
#define EVP_Digest                 (hop_libcrypto()->EVP_Digest)
#define EVP_DigestFinal_ex         (hop_libcrypto()->EVP_DigestFinal_ex)
#define EVP_DigestInit_ex          (hop_libcrypto()->EVP_DigestInit_ex)
#define EVP_DigestUpdate           (hop_libcrypto()->EVP_DigestUpdate)
#define EVP_MD_CTX_free            (hop_libcrypto()->EVP_MD_CTX_free)
#define EVP_MD_CTX_new             (hop_libcrypto()->EVP_MD_CTX_new)
#define EVP_PKEY_CTX_free          (hop_libcrypto()->EVP_PKEY_CTX_free)
#define EVP_PKEY_CTX_new           (hop_libcrypto()->EVP_PKEY_CTX_new)
#define EVP_PKEY_CTX_new_from_name (hop_libcrypto()->EVP_PKEY_CTX_new_from_name)
#define EVP_PKEY_CTX_set_rsa_padding                                           \
    (hop_libcrypto()->EVP_PKEY_CTX_set_rsa_padding)
#define EVP_PKEY_Q_keygen         (hop_libcrypto()->EVP_PKEY_Q_keygen)
#define EVP_PKEY_decrypt          (hop_libcrypto()->EVP_PKEY_decrypt)
#define EVP_PKEY_decrypt_init     (hop_libcrypto()->EVP_PKEY_decrypt_init)
#define EVP_PKEY_encrypt          (hop_libcrypto()->EVP_PKEY_encrypt)
#define EVP_PKEY_encrypt_init     (hop_libcrypto()->EVP_PKEY_encrypt_init)
#define EVP_PKEY_free             (hop_libcrypto()->EVP_PKEY_free)
#define EVP_PKEY_fromdata         (hop_libcrypto()->EVP_PKEY_fromdata)
#define EVP_PKEY_fromdata_init    (hop_libcrypto()->EVP_PKEY_fromdata_init)
#define EVP_PKEY_get_bn_param     (hop_libcrypto()->EVP_PKEY_get_bn_param)
#define EVP_aes_128_cbc           (hop_libcrypto()->EVP_aes_128_cbc)
#define EVP_aes_192_cbc           (hop_libcrypto()->EVP_aes_192_cbc)
#define EVP_aes_256_cbc           (hop_libcrypto()->EVP_aes_256_cbc)
#define EVP_get_cipherbyname      (hop_libcrypto()->EVP_get_cipherbyname)
#define EVP_get_digestbyname      (hop_libcrypto()->EVP_get_digestbyname)
#define HMAC                      (hop_libcrypto()->HMAC)
#define OSSL_PARAM_BLD_free       (hop_libcrypto()->OSSL_PARAM_BLD_free)
#define OSSL_PARAM_BLD_new        (hop_libcrypto()->OSSL_PARAM_BLD_new)
#define OSSL_PARAM_BLD_push_BN    (hop_libcrypto()->OSSL_PARAM_BLD_push_BN)
#define OSSL_PARAM_BLD_push_ulong (hop_libcrypto()->OSSL_PARAM_BLD_push_ulong)
#define OSSL_PARAM_BLD_to_param   (hop_libcrypto()->OSSL_PARAM_BLD_to_param)
#define OSSL_PARAM_free           (hop_libcrypto()->OSSL_PARAM_free)
#define PKCS5_PBKDF2_HMAC         (hop_libcrypto()->PKCS5_PBKDF2_HMAC)
#define RAND_bytes                (hop_libcrypto()->RAND_bytes)
#endif

#endif
