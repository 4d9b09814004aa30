/* A sealed token in WinRM's layout, RFC 4121 4.2.4 and 4.2.6.2, is
 *
 *     05 04 | flags | FF | EC 00 00 | RRC | sequence number      16 bytes
 *     encrypted copy of that header                              16
 *     checksum                                                   12, 16, 24
 *     encrypted confounder                                       16
 *     encrypted data                                             n
 *
 * which is confounder, data and header copy, encrypted with a checksum behind
 * and rotated right by RRC = 16 + checksum.  The ciphertext is one CBC-CTS
 * string (RFC 3962 5) whose last 16 bytes lie in front of the rest.
 *
 * SPDX-License-Identifier: MIT
 */
#include "auth/fastseal.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <openssl/rand.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

enum {
    BLOCK = 16,
    HEADER = 16,
    MAC_MAX = 64,
    PIECE = 16384, /* hashed and encrypted while it is in the cache */
};

/* RFC 4121 2, 4.2.2. */
enum { USAGE_ACCEPTOR_SEAL = 22, USAGE_INITIATOR_SEAL = 24 };
enum { SENT_BY_ACCEPTOR = 1, SEALED = 2, ACCEPTOR_SUBKEY = 4 };

struct profile {
    int32_t enctype;
    const char *cipher, *ecb, *digest;
    size_t key_len, mac_key_len, mac_len;
    bool mac_of_ciphertext; /* RFC 8009; else of the plain text, RFC 3961 */
};

static const struct profile profiles[] = {
    {17, "AES-128-CBC", "AES-128-ECB", "SHA1", 16, 16, 12, false},
    {18, "AES-256-CBC", "AES-256-ECB", "SHA1", 32, 32, 12, false},
    {19, "AES-128-CBC", "AES-128-ECB", "SHA256", 16, 16, 16, true},
    {20, "AES-256-CBC", "AES-256-ECB", "SHA384", 32, 24, 24, true},
};

/* One direction. */
struct way {
    EVP_CIPHER_CTX *cbc;
    EVP_CIPHER_CTX *ecb; /* decryption of one block, for CTS */
    EVP_MAC_CTX *mac;
    uint64_t seq;
    uint8_t flags; /* as every header of this direction has them */
};

struct fastseal {
    const struct profile *profile;
    struct way send, recv;
};

static const uint8_t zero_iv[BLOCK];

/* ---- keys */

/* RFC 3961 5.1 DK(key, usage | kind), by OpenSSL's KRB5KDF. */
static bool
derive_sha1(const struct profile *p, const uint8_t *key, const uint8_t label[5],
            uint8_t *out, size_t n)
{
    EVP_KDF *kdf = EVP_KDF_fetch(NULL, "KRB5KDF", NULL);
    EVP_KDF_CTX *ctx = kdf != NULL ? EVP_KDF_CTX_new(kdf) : NULL;
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_CIPHER,
                                         (char *)(uintptr_t)p->cipher, 0),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY,
                                          (void *)(uintptr_t)key, p->key_len),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_CONSTANT,
                                          (void *)(uintptr_t)label, 5),
        OSSL_PARAM_construct_end(),
    };
    bool ok = ctx != NULL && EVP_KDF_derive(ctx, out, n, params) == 1;

    EVP_KDF_CTX_free(ctx);
    EVP_KDF_free(kdf);
    return ok;
}

/* RFC 8009 3: the first n bytes of HMAC(key, 00000001 | label | 00 | bits). */
static bool
derive_sha2(const struct profile *p, const uint8_t *key, const uint8_t label[5],
            uint8_t *out, size_t n)
{
    uint8_t in[14] = {0, 0, 0, 1};
    uint8_t hash[EVP_MAX_MD_SIZE];
    unsigned len = 0;

    memcpy(in + 4, label, 5);
    in[12] = (uint8_t)(n * 8 >> 8);
    in[13] = (uint8_t)(n * 8);
    if (HMAC(EVP_get_digestbyname(p->digest), key, (int)p->key_len, in,
             sizeof(in), hash, &len) == NULL ||
        len < n)
        return false;
    memcpy(out, hash, n);
    OPENSSL_cleanse(hash, sizeof(hash));
    return true;
}

static bool
derive(const struct profile *p, const uint8_t *key, int usage, uint8_t kind,
       uint8_t *out, size_t n)
{
    const uint8_t label[5] = {0, 0, 0, (uint8_t)usage, kind};

    return p->mac_of_ciphertext ? derive_sha2(p, key, label, out, n)
                                : derive_sha1(p, key, label, out, n);
}

static EVP_CIPHER_CTX *
open_cipher(const char *name, const uint8_t *key, bool encrypt)
{
    EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
    EVP_CIPHER *cipher = EVP_CIPHER_fetch(NULL, name, NULL);

    if (c != NULL && cipher != NULL &&
        EVP_CipherInit_ex2(c, cipher, key, NULL, encrypt, NULL) == 1) {
        EVP_CIPHER_CTX_set_padding(c, 0);
    } else {
        EVP_CIPHER_CTX_free(c);
        c = NULL;
    }
    EVP_CIPHER_free(cipher);
    return c;
}

static EVP_MAC_CTX *
open_mac(const struct profile *p, const uint8_t *key)
{
    EVP_MAC *mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    EVP_MAC_CTX *c = mac != NULL ? EVP_MAC_CTX_new(mac) : NULL;
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST,
                                         (char *)(uintptr_t)p->digest, 0),
        OSSL_PARAM_construct_end(),
    };

    if (c != NULL && EVP_MAC_init(c, key, p->mac_key_len, params) != 1) {
        EVP_MAC_CTX_free(c);
        c = NULL;
    }
    EVP_MAC_free(mac);
    return c;
}

static bool
open_way(const struct profile *p, const uint8_t *key, int usage, bool encrypt,
         struct way *w)
{
    uint8_t ke[32], ki[32];
    bool ok = derive(p, key, usage, 0xaa, ke, p->key_len) &&
              derive(p, key, usage, 0x55, ki, p->mac_key_len);

    if (ok) {
        w->cbc = open_cipher(p->cipher, ke, encrypt);
        w->ecb = encrypt ? NULL : open_cipher(p->ecb, ke, false);
        w->mac = open_mac(p, ki);
        ok = w->cbc != NULL && (encrypt || w->ecb != NULL) && w->mac != NULL;
    }
    OPENSSL_cleanse(ke, sizeof(ke));
    OPENSSL_cleanse(ki, sizeof(ki));
    return ok;
}

static void
close_way(struct way *w)
{
    EVP_CIPHER_CTX_free(w->cbc);
    EVP_CIPHER_CTX_free(w->ecb);
    EVP_MAC_CTX_free(w->mac);
}

static void
close_fast(struct fastseal *f)
{
    if (f == NULL)
        return;
    close_way(&f->send);
    close_way(&f->recv);
    free(f);
}

static struct fastseal *
open_fast(const struct fastseal_key *k)
{
    struct fastseal *f = calloc(1, sizeof(*f));
    uint8_t subkey = k->acceptor_subkey ? ACCEPTOR_SUBKEY : 0;
    int mine = k->initiator ? USAGE_INITIATOR_SEAL : USAGE_ACCEPTOR_SEAL;
    int theirs = k->initiator ? USAGE_ACCEPTOR_SEAL : USAGE_INITIATOR_SEAL;

    for (size_t i = 0; f != NULL && i < HOP_ARRAY_SIZE(profiles); i++)
        if (profiles[i].enctype == k->enctype &&
            profiles[i].key_len == k->key_len)
            f->profile = &profiles[i];
    if (f == NULL || f->profile == NULL ||
        !open_way(f->profile, k->key, mine, true, &f->send) ||
        !open_way(f->profile, k->key, theirs, false, &f->recv)) {
        close_fast(f);
        return NULL;
    }
    f->send.seq = k->send_seq;
    f->recv.seq = k->recv_seq;
    f->send.flags =
        (uint8_t)(SEALED | subkey | (k->initiator ? 0 : SENT_BY_ACCEPTOR));
    f->recv.flags =
        (uint8_t)(SEALED | subkey | (k->initiator ? SENT_BY_ACCEPTOR : 0));
    return f;
}

/* ---- sealing */

static void
put_header(uint8_t *h, uint8_t flags, size_t rrc, uint64_t seq)
{
    h[0] = 5;
    h[1] = 4;
    h[2] = flags;
    h[3] = 0xff;
    h[4] = h[5] = 0; /* EC */
    h[6] = (uint8_t)(rrc >> 8);
    h[7] = (uint8_t)rrc;
    for (int k = 0; k < 8; k++)
        h[8 + k] = (uint8_t)(seq >> (56 - 8 * k));
}

static bool
crypt_blocks(EVP_CIPHER_CTX *c, const uint8_t *in, uint8_t *out, size_t n)
{
    int len = 0;

    return n == 0 ||
           (EVP_CipherUpdate(c, out, &len, in, (int)n) == 1 && len == (int)n);
}

static bool
finish_mac(EVP_MAC_CTX *m, uint8_t out[MAC_MAX])
{
    size_t len = 0;

    return EVP_MAC_final(m, out, &len, MAC_MAX) == 1;
}

/* Whole blocks from data to out, hashing the plain text piece by piece. */
static bool
seal_data(const struct fastseal *f, const uint8_t *data, size_t whole,
          uint8_t *out)
{
    const struct way *w = &f->send;

    for (size_t at = 0; at < whole; at += PIECE) {
        size_t n = whole - at < PIECE ? whole - at : PIECE;

        if ((!f->profile->mac_of_ciphertext &&
             EVP_MAC_update(w->mac, data + at, n) != 1) ||
            !crypt_blocks(w->cbc, data + at, out + at, n))
            return false;
    }
    return true;
}

/* The rest of the data (fewer than 16 bytes) and the header copy, ending the
 * string by ciphertext stealing: the last whole block goes before the last one,
 * which keeps as many bytes as the text had. */
static bool
seal_end(const struct fastseal *f, const uint8_t *rest, size_t rest_len,
         const uint8_t copy[HEADER], uint8_t *before, uint8_t tail[BLOCK])
{
    uint8_t text[2 * BLOCK] = {0}, out[2 * BLOCK];

    if (rest_len > 0)
        memcpy(text, rest, rest_len);
    memcpy(text + rest_len, copy, HEADER);
    if (!crypt_blocks(f->send.cbc, text, out, rest_len > 0 ? 32 : 16))
        return false;
    if (rest_len == 0) {
        memcpy(tail, before - BLOCK, BLOCK);
        memcpy(before - BLOCK, out, BLOCK);
        return true;
    }
    /* out: B(k+1) | Bm; the string ends Bm | B(k+1)[0 .. rest_len). */
    memcpy(text, out + BLOCK, BLOCK);
    memcpy(text + BLOCK, out, rest_len);
    memcpy(before, text, rest_len);
    memcpy(tail, text + rest_len, BLOCK);
    return true;
}

static bool
seal(struct fastseal *f, const void *bytes, size_t n, uint8_t *room)
{
    const struct profile *p = f->profile;
    struct way *w = &f->send;
    const uint8_t *data = bytes;
    size_t rrc = HEADER + p->mac_len, whole = n - n % BLOCK;
    uint8_t *tail = room + HEADER, *mac = tail + BLOCK,
            *conf = mac + p->mac_len;
    uint8_t *out = conf + BLOCK;
    uint8_t copy[HEADER], confounder[BLOCK], sum[MAC_MAX];

    put_header(copy, w->flags, 0, w->seq);
    if (RAND_bytes(confounder, BLOCK) != 1 ||
        EVP_CipherInit_ex2(w->cbc, NULL, NULL, zero_iv, -1, NULL) != 1 ||
        EVP_MAC_init(w->mac, NULL, 0, NULL) != 1 ||
        EVP_MAC_update(w->mac, p->mac_of_ciphertext ? zero_iv : confounder,
                       BLOCK) != 1 ||
        !crypt_blocks(w->cbc, confounder, conf, BLOCK) ||
        !seal_data(f, data, whole, out) ||
        !seal_end(f, data + whole, n - whole, copy, out + whole, tail))
        return false;
    if (p->mac_of_ciphertext) {
        if (EVP_MAC_update(w->mac, conf, BLOCK + n) != 1 ||
            EVP_MAC_update(w->mac, tail, BLOCK) != 1)
            return false;
    } else if (EVP_MAC_update(w->mac, data + whole, n - whole) != 1 ||
               EVP_MAC_update(w->mac, copy, HEADER) != 1) {
        return false;
    }
    if (!finish_mac(w->mac, sum))
        return false;
    memcpy(mac, sum, p->mac_len);
    put_header(room, w->flags, rrc, w->seq++);
    return true;
}

/* ---- opening */

/* The parts of a token: text (confounder and data), the last 16 bytes of the
 * ciphertext, the checksum. */
struct parts {
    uint8_t *text;
    size_t text_len;
    uint8_t *tail, *mac;
};

static void
reverse(uint8_t *p, size_t n)
{
    for (size_t k = 0; k < n / 2; k++) {
        uint8_t c = p[k];

        p[k] = p[n - 1 - k];
        p[n - 1 - k] = c;
    }
}

static void
rotate_left(uint8_t *p, size_t n, size_t by)
{
    reverse(p, by);
    reverse(p + by, n - by);
    reverse(p, n);
}

/* Ours and MIT's lie as at the top of this file; any other rotation is undone
 * first. */
static void
find_parts(const struct profile *p, uint8_t *body, size_t n, size_t rrc,
           struct parts *out)
{
    out->text_len = n - BLOCK - p->mac_len;
    if (rrc == HEADER + p->mac_len) {
        out->tail = body;
        out->mac = body + BLOCK;
        out->text = out->mac + p->mac_len;
        return;
    }
    rotate_left(body, n, rrc % n);
    out->text = body;
    out->tail = body + out->text_len;
    out->mac = out->tail + BLOCK;
}

/* Undoes the stealing at the end: gives the plain rest and the header copy. */
static bool
open_end(const struct way *w, const struct parts *p, size_t rest_len,
         uint8_t copy[HEADER])
{
    uint8_t *rest = p->text + p->text_len - rest_len;
    uint8_t in[2 * BLOCK], last[BLOCK], out[2 * BLOCK];

    if (rest_len == 0)
        return crypt_blocks(w->cbc, p->tail, copy, BLOCK);
    memcpy(in, rest, rest_len);
    memcpy(in + rest_len, p->tail, BLOCK);
    /* in: Bm | B(k+1)[0 .. rest_len); the rest of B(k+1) is in D(Bm). */
    if (!crypt_blocks(w->ecb, in, last, BLOCK))
        return false;
    memcpy(out, in + BLOCK, rest_len);
    memcpy(out + rest_len, last + rest_len, BLOCK - rest_len);
    memcpy(out + BLOCK, in, BLOCK);
    if (!crypt_blocks(w->cbc, out, in, 2 * BLOCK))
        return false;
    memcpy(rest, in, rest_len);
    memcpy(copy, in + rest_len, HEADER);
    return true;
}

static bool
decrypt(const struct way *w, const struct parts *p, uint8_t copy[HEADER])
{
    size_t rest_len = p->text_len % BLOCK, whole = p->text_len - rest_len;

    if (EVP_CipherInit_ex2(w->cbc, NULL, NULL, zero_iv, -1, NULL) != 1)
        return false;
    if (rest_len == 0) {
        uint8_t *last = p->text + whole - BLOCK, swap[BLOCK];

        memcpy(swap, last, BLOCK);
        memcpy(last, p->tail, BLOCK);
        memcpy(p->tail, swap, BLOCK);
    }
    return crypt_blocks(w->cbc, p->text, p->text, whole) &&
           open_end(w, p, rest_len, copy);
}

static bool
check_sum(const struct fastseal *f, const struct parts *p, const uint8_t *first,
          const uint8_t *last)
{
    const struct way *w = &f->recv;
    uint8_t sum[MAC_MAX];

    return EVP_MAC_init(w->mac, NULL, 0, NULL) == 1 &&
           (first == NULL || EVP_MAC_update(w->mac, first, BLOCK) == 1) &&
           EVP_MAC_update(w->mac, p->text, p->text_len) == 1 &&
           EVP_MAC_update(w->mac, last, BLOCK) == 1 &&
           finish_mac(w->mac, sum) &&
           CRYPTO_memcmp(sum, p->mac, f->profile->mac_len) == 0;
}

static bool
decrypt_and_check(const struct fastseal *f, const struct parts *p,
                  uint8_t copy[HEADER])
{
    /* Encrypt-then-MAC over IV and ciphertext, RFC 8009 5. */
    if (f->profile->mac_of_ciphertext)
        return check_sum(f, p, zero_iv, p->tail) && decrypt(&f->recv, p, copy);
    return decrypt(&f->recv, p, copy) && check_sum(f, p, NULL, copy);
}

static enum fastseal_result
open_token(struct fastseal *f, uint8_t *token, size_t n, uint8_t **plain,
           size_t *plain_len)
{
    struct way *w = &f->recv;
    size_t ec, rrc, least = HEADER + BLOCK + f->profile->mac_len + BLOCK;
    uint8_t want[HEADER], copy[HEADER];
    struct parts p;

    if (n < least || n > INT32_MAX || token[0] != 5 || token[1] != 4 ||
        token[2] != w->flags || token[3] != 0xff)
        return FASTSEAL_BAD;
    ec = (size_t)token[4] << 8 | token[5];
    rrc = (size_t)token[6] << 8 | token[7];
    if (n < least + ec)
        return FASTSEAL_BAD;
    put_header(want, w->flags, 0, w->seq);
    if (memcmp(want + 8, token + 8, 8) != 0)
        return FASTSEAL_ORDER;
    memcpy(want + 4, token + 4, 2);
    find_parts(f->profile, token + HEADER, n - HEADER, rrc, &p);
    if (!decrypt_and_check(f, &p, copy) ||
        CRYPTO_memcmp(copy, want, HEADER) != 0)
        return FASTSEAL_ALTERED;
    w->seq++;
    *plain = p.text + BLOCK;
    *plain_len = p.text_len - BLOCK - ec;
    return FASTSEAL_OK;
}

__attribute__((visibility("default")))
const struct hop_fastseal_ops hop_fastseal_openssl = {
    .make = open_fast,
    .free = close_fast,
    .wrap = seal,
    .unwrap = open_token,
};
