/* SPDX-License-Identifier: MIT */
#include "psrp/key.h"

#include <string.h>

#include <openssl/core_names.h>

#include "base/alloc.h"
#include "base/base64.h"
#include "base/libcrypto.h"

#define MODULUS 256

/* PUBLICKEYBLOB of an RSA key for key exchange, with its RSAPUBKEY. */
static const uint8_t public_head[20] = {0x06, 0x02, 0,    0,   0,    0xA4, 0,
                                        0,    'R',  'S',  'A', '1',  0,    0x08,
                                        0,    0,    0x01, 0,   0x01, 0};
/* SIMPLEBLOB of an AES 256 key under such a key. */
static const uint8_t simple_head[12] = {0x01, 0x02, 0, 0,    0x10, 0x66,
                                        0,    0,    0, 0xA4, 0,    0};

struct hop_psrp_rsa {
    EVP_PKEY *key;
};

struct context {
    struct hop_psrp_key_source source;
    struct hop_psrp_rsa *pair;
};

static bool
failed(struct hop_error *err, const char *what)
{
    return hop_error_set(err, HOP_ERROR_GENERIC, 0, "session key: %s", what);
}

static void
reverse(uint8_t *to, const uint8_t *from, size_t n)
{
    for (size_t i = 0; i < n; i++)
        to[i] = from[n - 1 - i];
}

/* ---- key pairs ---- */

static struct hop_psrp_rsa *
wrap_pkey(EVP_PKEY *key)
{
    struct hop_psrp_rsa *k = hop_xmalloc(sizeof(*k));

    k->key = key;
    return k;
}

struct hop_psrp_rsa *
hop_psrp_rsa_new(struct hop_error *err)
{
    EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)MODULUS * 8);

    if (key)
        return wrap_pkey(key);
    failed(err, "no key pair could be made");
    return NULL;
}

static EVP_PKEY *
pkey_from_params(OSSL_PARAM *params, int selection)
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
    EVP_PKEY *key = NULL;

    if (!ctx || !params || EVP_PKEY_fromdata_init(ctx) <= 0 ||
        EVP_PKEY_fromdata(ctx, &key, selection, params) <= 0)
        key = NULL;
    EVP_PKEY_CTX_free(ctx);
    return key;
}

/* exponent NULL: a public key. */
static EVP_PKEY *
pkey_from_numbers(const uint8_t modulus[MODULUS], const uint8_t *exponent)
{
    OSSL_PARAM_BLD *b = OSSL_PARAM_BLD_new();
    BIGNUM *n = BN_bin2bn(modulus, MODULUS, NULL);
    BIGNUM *d = exponent ? BN_bin2bn(exponent, MODULUS, NULL) : NULL;
    EVP_PKEY *key = NULL;
    OSSL_PARAM *params = NULL;

    if (b && n && OSSL_PARAM_BLD_push_BN(b, OSSL_PKEY_PARAM_RSA_N, n) &&
        OSSL_PARAM_BLD_push_ulong(b, OSSL_PKEY_PARAM_RSA_E, 65537) &&
        (!exponent ||
         (d && OSSL_PARAM_BLD_push_BN(b, OSSL_PKEY_PARAM_RSA_D, d))))
        params = OSSL_PARAM_BLD_to_param(b);
    key = pkey_from_params(params,
                           exponent ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY);
    OSSL_PARAM_free(params);
    BN_free(n);
    BN_clear_free(d);
    OSSL_PARAM_BLD_free(b);
    return key;
}

struct hop_psrp_rsa *
hop_psrp_rsa_from(const uint8_t modulus[MODULUS],
                  const uint8_t exponent[MODULUS], struct hop_error *err)
{
    EVP_PKEY *key = pkey_from_numbers(modulus, exponent);

    if (key)
        return wrap_pkey(key);
    failed(err, "the numbers are no key pair");
    return NULL;
}

void
hop_psrp_rsa_free(struct hop_psrp_rsa *k)
{
    if (!k)
        return;
    EVP_PKEY_free(k->key);
    free(k);
}

/* ---- the client ---- */

static struct hop_psrp_rsa *
pair_of(struct context *c, struct hop_error *err)
{
    if (!c->pair)
        c->pair = c->source.pair ? c->source.pair(c->source.ctx, err)
                                 : hop_psrp_rsa_new(err);
    return c->pair;
}

static bool
public_key(void *ctx, struct hop_buf *out, struct hop_error *err)
{
    struct hop_psrp_rsa *k = pair_of(ctx, err);
    uint8_t blob[sizeof(public_head) + MODULUS], modulus[MODULUS];
    BIGNUM *n = NULL;
    bool ok;

    if (!k)
        return false;
    ok = EVP_PKEY_get_bn_param(k->key, OSSL_PKEY_PARAM_RSA_N, &n) > 0 &&
         BN_bn2binpad(n, modulus, MODULUS) == MODULUS;
    BN_free(n);
    if (!ok)
        return failed(err, "the key pair is not of 2048 bits");
    memcpy(blob, public_head, sizeof(public_head));
    reverse(blob + sizeof(public_head), modulus, MODULUS);
    hop_base64_encode(out, blob, sizeof(blob));
    return hop_buf_ok(out);
}

/* RSA without padding, in both directions. */
static bool
apply_rsa(EVP_PKEY *key, bool encrypt, const uint8_t in[MODULUS],
          uint8_t out[MODULUS])
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);
    size_t n = MODULUS;
    bool ok = ctx &&
              (encrypt ? EVP_PKEY_encrypt_init(ctx)
                       : EVP_PKEY_decrypt_init(ctx)) > 0 &&
              EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_NO_PADDING) > 0 &&
              (encrypt ? EVP_PKEY_encrypt(ctx, out, &n, in, MODULUS)
                       : EVP_PKEY_decrypt(ctx, out, &n, in, MODULUS)) > 0 &&
              n == MODULUS;

    EVP_PKEY_CTX_free(ctx);
    return ok;
}

/* PKCS #1 v1.5, RFC 8017 7.2: 00 02, bytes that are not zero, 00, the key. */
static bool
unpad(const uint8_t em[MODULUS], uint8_t key[HOP_PSRP_KEY])
{
    size_t zero = MODULUS - HOP_PSRP_KEY - 1;

    if (em[0] != 0 || em[1] != 2 || em[zero] != 0)
        return false;
    for (size_t i = 2; i < zero; i++)
        if (em[i] == 0)
            return false;
    memcpy(key, em + zero + 1, HOP_PSRP_KEY);
    return true;
}

static bool
unwrap(void *ctx, const char *s, size_t n, uint8_t key[HOP_PSRP_KEY],
       struct hop_error *err)
{
    struct context *c = ctx;
    HOP_AUTO_BUF struct hop_buf blob = HOP_BUF_INIT;
    uint8_t sealed[MODULUS], em[MODULUS];
    bool ok;

    if (!pair_of(c, err))
        return false;
    if (!hop_base64_decode(&blob, s, n) ||
        blob.len != sizeof(simple_head) + MODULUS ||
        memcmp(blob.data, simple_head, sizeof(simple_head)) != 0)
        return failed(err, "the server's key is not of the form expected");
    reverse(sealed, (const uint8_t *)blob.data + sizeof(simple_head), MODULUS);
    ok = apply_rsa(c->pair->key, false, sealed, em) && unpad(em, key);
    explicit_bzero(em, sizeof(em));
    return ok || failed(err, "the server's key is not for our key pair");
}

/* ---- the server ---- */

static bool
fill(void *ctx, void *p, size_t n)
{
    struct context *c = ctx;

    return c->source.draw ? c->source.draw(c->source.ctx, p, n)
                          : RAND_bytes(p, (int)n) > 0;
}

static bool
pad(void *ctx, const uint8_t key[HOP_PSRP_KEY], uint8_t em[MODULUS])
{
    size_t zero = MODULUS - HOP_PSRP_KEY - 1;

    em[0] = 0;
    em[1] = 2;
    for (size_t i = 2; i < zero; i++) {
        int tries = 0;

        do {
            if (tries++ == 64 || !fill(ctx, &em[i], 1))
                return false;
        } while (em[i] == 0);
    }
    em[zero] = 0;
    memcpy(em + zero + 1, key, HOP_PSRP_KEY);
    return true;
}

static EVP_PKEY *
read_public(const char *s, size_t n)
{
    HOP_AUTO_BUF struct hop_buf blob = HOP_BUF_INIT;
    uint8_t modulus[MODULUS];

    if (!hop_base64_decode(&blob, s, n) ||
        blob.len != sizeof(public_head) + MODULUS ||
        memcmp(blob.data, public_head, sizeof(public_head)) != 0)
        return NULL;
    reverse(modulus, (const uint8_t *)blob.data + sizeof(public_head), MODULUS);
    return pkey_from_numbers(modulus, NULL);
}

static bool
wrap(void *ctx, const char *s, size_t n, const uint8_t key[HOP_PSRP_KEY],
     struct hop_buf *out, struct hop_error *err)
{
    EVP_PKEY *public = read_public(s, n);
    uint8_t em[MODULUS], sealed[MODULUS];
    uint8_t blob[sizeof(simple_head) + MODULUS];
    bool ok;

    if (!public)
        return failed(err, "the client's public key is not of the form "
                           "expected");
    ok = pad(ctx, key, em) && apply_rsa(public, true, em, sealed);
    EVP_PKEY_free(public);
    explicit_bzero(em, sizeof(em));
    if (!ok)
        return failed(err, "it cannot be sealed for the client");
    memcpy(blob, simple_head, sizeof(simple_head));
    reverse(blob + sizeof(simple_head), sealed, MODULUS);
    hop_base64_encode(out, blob, sizeof(blob));
    return hop_buf_ok(out);
}

/* ---- secure strings ---- */

/* AES 256 in CBC mode, PKCS #7 padding, the first block after zeros (as
 * PowerShell has it: equal texts look equal). */
static bool
apply_aes(bool encrypt, const uint8_t key[HOP_PSRP_KEY], const void *p,
          size_t n, struct hop_buf *out)
{
    static const uint8_t zeros[16];
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    uint8_t *to = n > INT32_MAX / 2 ? NULL : hop_buf_reserve(out, n + 16);
    int first = 0, last = 0;
    bool ok = ctx && to &&
              EVP_CipherInit_ex(ctx, EVP_aes_256_cbc(), NULL, key, zeros,
                                encrypt) > 0 &&
              EVP_CipherUpdate(ctx, to, &first, p, (int)n) > 0 &&
              EVP_CipherFinal_ex(ctx, to + first, &last) > 0;

    EVP_CIPHER_CTX_free(ctx);
    if (ok)
        hop_buf_commit(out, (size_t)(first + last));
    return ok;
}

static bool
seal(void *ctx, const uint8_t key[HOP_PSRP_KEY], const void *p, size_t n,
     struct hop_buf *out)
{
    (void)ctx;
    return apply_aes(true, key, p, n, out);
}

static bool
open_sealed(void *ctx, const uint8_t key[HOP_PSRP_KEY], const void *p, size_t n,
            struct hop_buf *out)
{
    (void)ctx;
    return apply_aes(false, key, p, n, out);
}

void
hop_psrp_keys_init(struct hop_psrp_keys *keys,
                   const struct hop_psrp_key_source *source)
{
    struct context *c = hop_xmalloc(sizeof(*c));

    if (source)
        c->source = *source;
    *keys = (struct hop_psrp_keys){
        .ctx = c,
        .draw = fill,
        .public_key = public_key,
        .unwrap = unwrap,
        .wrap = wrap,
        .seal = seal,
        .open = open_sealed,
    };
}

void
hop_psrp_keys_done(struct hop_psrp_keys *keys)
{
    struct context *c = keys->ctx;

    if (!c)
        return;
    hop_psrp_rsa_free(c->pair);
    free(c);
    *keys = (struct hop_psrp_keys){0};
}
