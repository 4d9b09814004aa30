/* SPDX-License-Identifier: MIT */
#include "value/types/crypto.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "base/libcrypto.h"
#include "value/exception.h"

static const EVP_MD *
find_digest(struct hop_context *cx, const char *name)
{
    const EVP_MD *md = EVP_get_digestbyname(name);

    if (!md)
        hop_throw(cx, &hop_exception_crypto,
                  "'%s' is not a known hash algorithm.", name);
    return md;
}

static bool
failed(struct hop_context *cx, const char *what)
{
    return hop_throw(cx, &hop_exception_crypto, "%s could not be computed.",
                     what);
}

bool
hop_crypto_digest(struct hop_context *cx, const char *name, const void *p,
                  size_t n, unsigned char out[HOP_DIGEST_MAX], size_t *out_n)
{
    const EVP_MD *md = find_digest(cx, name);
    unsigned len = 0;

    if (!md)
        return false;
    if (EVP_Digest(p, n, out, &len, md, NULL) != 1)
        return failed(cx, name);
    *out_n = len;
    return true;
}

bool
hop_crypto_hmac(struct hop_context *cx, const char *name, const void *key,
                size_t key_n, const void *p, size_t n,
                unsigned char out[HOP_DIGEST_MAX], size_t *out_n)
{
    const EVP_MD *md = find_digest(cx, name);
    unsigned len = 0;

    if (!md)
        return false;
    if (!HMAC(md, key, (int)key_n, p, n, out, &len))
        return failed(cx, "The HMAC");
    *out_n = len;
    return true;
}

bool
hop_crypto_pbkdf2(struct hop_context *cx, const char *name,
                  const struct hop_buf *password, const struct hop_buf *salt,
                  int iterations, void *out, size_t n)
{
    const EVP_MD *md = find_digest(cx, name);

    if (!md)
        return false;
    return PKCS5_PBKDF2_HMAC(hop_buf_str(password), (int)password->len,
                             (const unsigned char *)hop_buf_str(salt),
                             (int)salt->len, iterations, md, (int)n,
                             out) == 1 ||
           failed(cx, "The key");
}

bool
hop_crypto_random(struct hop_context *cx, void *p, size_t n)
{
    char *to = p;

    while (n) {
        ssize_t k = getrandom(to, n, 0);

        if (k < 0 && errno != EINTR)
            return hop_throw(cx, &hop_exception_crypto,
                             "The system gave no random bytes.");
        to += k > 0 ? k : 0;
        n -= k > 0 ? (size_t)k : 0;
    }
    return true;
}

static bool
run(EVP_CIPHER_CTX *ctx, const EVP_CIPHER *cipher, struct hop_cipher *c,
    const void *p, size_t n, struct hop_buf *out)
{
    int got = 0;
    void *to = hop_buf_reserve(out, n + 32);

    if (!to ||
        EVP_CipherInit_ex(ctx, cipher, NULL, c->key, c->iv, c->encrypt) != 1 ||
        EVP_CIPHER_CTX_set_padding(ctx, 0) != 1 ||
        EVP_CipherUpdate(ctx, to, &got, p, (int)n) != 1)
        return false;
    hop_buf_commit(out, (size_t)got);
    return true;
}

bool
hop_crypto_aes(struct hop_context *cx, struct hop_cipher *c, const void *p,
               size_t n, struct hop_buf *out)
{
    char name[24];
    const EVP_CIPHER *cipher;
    EVP_CIPHER_CTX *ctx;
    size_t from = out->len;
    bool ok;

    snprintf(name, sizeof(name), "aes-%zu-%s", c->key_n * 8, c->mode);
    cipher = EVP_get_cipherbyname(name);
    if (!cipher)
        return failed(cx, "A cipher of this mode");
    if (n > INT32_MAX - 64)
        return hop_throw(cx, &hop_exception_out_of_memory,
                         "The message is too long for one piece.");
    if (n == 0)
        return true;
    ctx = EVP_CIPHER_CTX_new();
    ok = ctx && run(ctx, cipher, c, p, n, out);
    EVP_CIPHER_CTX_free(ctx);
    if (!ok)
        return failed(cx, "The cipher");
    if (n >= 16)
        memcpy(c->iv,
               c->encrypt ? out->data + from + n - 16
                          : (const char *)p + n - 16,
               16);
    return true;
}
