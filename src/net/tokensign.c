/* The methods of keys are what OpenSSL 3.0 has for keys that are elsewhere,
 * beside whole providers.
 *
 * SPDX-License-Identifier: MIT
 */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "net/tokensign.h"

#include <poll.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <openssl/ec.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>

#include "net/token.h"

enum { WAIT_MS = 5000, DATA_MAX = 2048 };

static int
fd_of(const void *ex)
{
    return (int)(intptr_t)ex - 1;
}

/* The signature's length, 0 for none.  Answers to those who asked before over
 * the same socket are passed over. */
static size_t
ask(int fd, enum hop_token_sign kind, const void *data, size_t n, void *out,
    size_t size)
{
    unsigned char packet[1 + HOP_TOKEN_ID + DATA_MAX] = {(unsigned char)kind};
    struct pollfd p = {.fd = fd, .events = POLLIN};
    unsigned char *id = packet + 1;
    unsigned char back[HOP_TOKEN_ID + DATA_MAX];
    ssize_t got;

    if (n > DATA_MAX || RAND_bytes(id, HOP_TOKEN_ID) != 1)
        return 0;
    memcpy(id + HOP_TOKEN_ID, data, n);
    if (write(fd, packet, 1 + HOP_TOKEN_ID + n) < 0)
        return 0;
    do {
        if (poll(&p, 1, WAIT_MS) != 1)
            return 0;
        got = read(fd, back, sizeof(back));
        if (got < HOP_TOKEN_ID)
            return 0;
    } while (memcmp(back, id, HOP_TOKEN_ID) != 0);
    got -= HOP_TOKEN_ID;
    if ((size_t)got > size)
        return 0;
    memcpy(out, back + HOP_TOKEN_ID, (size_t)got);
    return (size_t)got;
}

/* ---- RSA */

static int
sign_rsa(int n, const unsigned char *from, unsigned char *to, RSA *rsa,
         int padding)
{
    size_t got;

    if (padding != RSA_PKCS1_PADDING && padding != RSA_NO_PADDING)
        return -1;
    got =
        ask(fd_of(RSA_get_app_data(rsa)),
            padding == RSA_NO_PADDING ? HOP_TOKEN_RSA_RAW : HOP_TOKEN_RSA_PKCS1,
            from, (size_t)n, to, (size_t)RSA_size(rsa));
    return got > 0 ? (int)got : -1;
}

static int
finish_rsa(RSA *rsa)
{
    int fd = fd_of(RSA_get_app_data(rsa));

    if (fd >= 0)
        close(fd);
    return RSA_meth_get_finish(RSA_PKCS1_OpenSSL())(rsa);
}

static EVP_PKEY *
make_rsa(EVP_PKEY *half, int fd)
{
    static RSA_METHOD *method;
    RSA *rsa = EVP_PKEY_get1_RSA(half);
    RSA *own = rsa != NULL ? RSAPublicKey_dup(rsa) : NULL;
    EVP_PKEY *key = EVP_PKEY_new();

    RSA_free(rsa);
    if (method == NULL) {
        method = RSA_meth_dup(RSA_PKCS1_OpenSSL());
        RSA_meth_set_priv_enc(method, sign_rsa);
        RSA_meth_set_finish(method, finish_rsa);
    }
    RSA_set_method(own, method);
    RSA_set_app_data(own, (void *)(intptr_t)(fd + 1));
    EVP_PKEY_assign_RSA(key, own);
    return key;
}

/* ---- elliptic curves */

static ECDSA_SIG *
sign_ec(const unsigned char *hash, int n, const BIGNUM *kinv, const BIGNUM *r,
        EC_KEY *ec)
{
    unsigned char raw[2 * 66];
    size_t len = ask(fd_of(EC_KEY_get_ex_data(ec, 0)), HOP_TOKEN_ECDSA, hash,
                     (size_t)n, raw, sizeof(raw));
    ECDSA_SIG *sig = len > 0 && len % 2 == 0 ? ECDSA_SIG_new() : NULL;

    if (sig != NULL)
        ECDSA_SIG_set0(sig, BN_bin2bn(raw, (int)len / 2, NULL),
                       BN_bin2bn(raw + len / 2, (int)len / 2, NULL));
    return sig;
}

static void
finish_ec(EC_KEY *ec)
{
    int fd = fd_of(EC_KEY_get_ex_data(ec, 0));

    if (fd >= 0)
        close(fd);
}

static EC_KEY_METHOD *
make_ec_method(void)
{
    EC_KEY_METHOD *m = EC_KEY_METHOD_new(EC_KEY_OpenSSL());
    int (*whole)(int, const unsigned char *, int, unsigned char *,
                 unsigned int *, const BIGNUM *, const BIGNUM *, EC_KEY *);
    int (*prepare)(EC_KEY *, BN_CTX *, BIGNUM **, BIGNUM **);

    EC_KEY_METHOD_get_sign(m, &whole, &prepare, NULL);
    EC_KEY_METHOD_set_sign(m, whole, prepare, sign_ec);
    EC_KEY_METHOD_set_init(m, NULL, finish_ec, NULL, NULL, NULL, NULL);
    return m;
}

static EVP_PKEY *
make_ec(EVP_PKEY *half, int fd)
{
    static EC_KEY_METHOD *method;
    EC_KEY *ec = EVP_PKEY_get1_EC_KEY(half);
    EC_KEY *own = EC_KEY_new();
    EVP_PKEY *key = EVP_PKEY_new();

    if (method == NULL)
        method = make_ec_method();
    EC_KEY_set_group(own, EC_KEY_get0_group(ec));
    EC_KEY_set_public_key(own, EC_KEY_get0_public_key(ec));
    EC_KEY_free(ec);
    EC_KEY_set_method(own, method);
    EC_KEY_set_ex_data(own, 0, (void *)(intptr_t)(fd + 1));
    EVP_PKEY_assign_EC_KEY(key, own);
    return key;
}

EVP_PKEY *
tokensign_key(EVP_PKEY *half, int fd)
{
    switch (EVP_PKEY_get_base_id(half)) {
    case EVP_PKEY_RSA: return make_rsa(half, fd);
    case EVP_PKEY_EC: return make_ec(half, fd);
    default: close(fd); return NULL;
    }
}
