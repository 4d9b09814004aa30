/* SPDX-License-Identifier: MIT */
#include "value/types/crypto.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "base/cleanup.h"
#include "value/exception.h"

/* The functions of libcrypto.so.3 that are used, by their prototypes. */
static struct {
    void *lib;
    const void *(*digest_by_name)(const char *);
    int (*digest)(const void *, size_t, unsigned char *, unsigned *,
                  const void *, void *);
    void *(*hmac)(const void *, const void *, int, const unsigned char *,
                  size_t, unsigned char *, unsigned *);
    int (*pbkdf2)(const char *, int, const unsigned char *, int, int,
                  const void *, int, unsigned char *);
    const void *(*cipher_by_name)(const char *);
    void *(*cipher_new)(void);
    void (*cipher_free)(void *);
    int (*cipher_init)(void *, const void *, void *, const unsigned char *,
                       const unsigned char *, int);
    int (*cipher_padding)(void *, int);
    int (*cipher_update)(void *, unsigned char *, int *, const unsigned char *,
                         int);
} lib;

static bool
load(struct hop_context *cx)
{
    static const struct {
        void *slot;
        const char *name;
    } symbols[] = {
        {&lib.digest_by_name, "EVP_get_digestbyname"},
        {&lib.digest, "EVP_Digest"},
        {&lib.hmac, "HMAC"},
        {&lib.pbkdf2, "PKCS5_PBKDF2_HMAC"},
        {&lib.cipher_by_name, "EVP_get_cipherbyname"},
        {&lib.cipher_new, "EVP_CIPHER_CTX_new"},
        {&lib.cipher_free, "EVP_CIPHER_CTX_free"},
        {&lib.cipher_init, "EVP_CipherInit_ex"},
        {&lib.cipher_padding, "EVP_CIPHER_CTX_set_padding"},
        {&lib.cipher_update, "EVP_CipherUpdate"},
    };
    void *handle;

    if (lib.lib)
        return true;
    handle = dlopen("libcrypto.so.3", RTLD_LAZY | RTLD_LOCAL);
    for (size_t i = 0; handle && i < HOP_ARRAY_SIZE(symbols); i++) {
        void *f = dlsym(handle, symbols[i].name);

        if (!f)
            handle = NULL;
        memcpy(symbols[i].slot, &f, sizeof(f));
    }
    lib.lib = handle;
    return handle || hop_throw(cx, &hop_exception_crypto,
                               "The cryptography library libcrypto.so.3 "
                               "cannot be loaded. Install OpenSSL 3.");
}

static const void *
find_digest(struct hop_context *cx, const char *name)
{
    const void *md = load(cx) ? lib.digest_by_name(name) : NULL;

    if (!md && !hop_has_exception(cx))
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
    const void *md = find_digest(cx, name);
    unsigned len = 0;

    if (!md)
        return false;
    if (lib.digest(p, n, out, &len, md, NULL) != 1)
        return failed(cx, name);
    *out_n = len;
    return true;
}

bool
hop_crypto_hmac(struct hop_context *cx, const char *name, const void *key,
                size_t key_n, const void *p, size_t n,
                unsigned char out[HOP_DIGEST_MAX], size_t *out_n)
{
    const void *md = find_digest(cx, name);
    unsigned len = 0;

    if (!md)
        return false;
    if (!lib.hmac(md, key, (int)key_n, p, n, out, &len))
        return failed(cx, "The HMAC");
    *out_n = len;
    return true;
}

bool
hop_crypto_pbkdf2(struct hop_context *cx, const char *name,
                  const struct hop_buf *password, const struct hop_buf *salt,
                  int iterations, void *out, size_t n)
{
    const void *md = find_digest(cx, name);

    if (!md)
        return false;
    return lib.pbkdf2(hop_buf_str(password), (int)password->len,
                      (const unsigned char *)hop_buf_str(salt), (int)salt->len,
                      iterations, md, (int)n, out) == 1 ||
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
run(void *ctx, const void *cipher, struct hop_cipher *c, const void *p,
    size_t n, struct hop_buf *out)
{
    int got = 0;
    void *to = hop_buf_reserve(out, n + 32);

    if (!to ||
        lib.cipher_init(ctx, cipher, NULL, c->key, c->iv, c->encrypt) != 1 ||
        lib.cipher_padding(ctx, 0) != 1 ||
        lib.cipher_update(ctx, to, &got, p, (int)n) != 1)
        return false;
    hop_buf_commit(out, (size_t)got);
    return true;
}

bool
hop_crypto_aes(struct hop_context *cx, struct hop_cipher *c, const void *p,
               size_t n, struct hop_buf *out)
{
    char name[24];
    const void *cipher;
    void *ctx;
    size_t from = out->len;
    bool ok;

    snprintf(name, sizeof(name), "aes-%zu-%s", c->key_n * 8, c->mode);
    cipher = load(cx) ? lib.cipher_by_name(name) : NULL;
    if (!cipher)
        return hop_has_exception(cx) ? false
                                     : failed(cx, "A cipher of this mode");
    if (n > INT32_MAX - 64)
        return hop_throw(cx, &hop_exception_out_of_memory,
                         "The message is too long for one piece.");
    if (n == 0)
        return true;
    ctx = lib.cipher_new();
    ok = ctx && run(ctx, cipher, c, p, n, out);
    lib.cipher_free(ctx);
    if (!ok)
        return failed(cx, "The cipher");
    if (n >= 16)
        memcpy(c->iv,
               c->encrypt ? out->data + from + n - 16
                          : (const char *)p + n - 16,
               16);
    return true;
}
