/* SPDX-License-Identifier: MIT */
#include "auth/cfx.h"

#include <dlfcn.h>
#include <string.h>
#include <sys/random.h>

#include <krb5.h>
#include <openssl/evp.h>

#include "base/alloc.h"
#include "base/cleanup.h"

#define BLOCK    16u
#define CHECKSUM 12u /* HMAC-SHA1-96, RFC 3962 6 */
#define RRC      (BLOCK + CHECKSUM)
#define SHA1     20u

/* RFC 4121 2. */
#define USAGE_ACCEPTOR_SEAL  22u
#define USAGE_INITIATOR_SEAL 24u

/* RFC 4121 4.2.2. */
enum { SENT_BY_ACCEPTOR = 1, SEALED = 2, ACCEPTOR_SUBKEY = 4 };

/* What is used of libcrypto. */
static struct {
    EVP_CIPHER_CTX *(*cipher_new)(void);
    void (*cipher_free)(EVP_CIPHER_CTX *);
    int (*cipher_init)(EVP_CIPHER_CTX *, const EVP_CIPHER *, ENGINE *,
                       const unsigned char *, const unsigned char *, int);
    int (*cipher_padding)(EVP_CIPHER_CTX *, int);
    int (*cipher_update)(EVP_CIPHER_CTX *, unsigned char *, int *,
                         const unsigned char *, int);
    const EVP_CIPHER *(*aes_128)(void);
    const EVP_CIPHER *(*aes_256)(void);
    EVP_MD_CTX *(*hash_new)(void);
    void (*hash_free)(EVP_MD_CTX *);
    int (*hash_init)(EVP_MD_CTX *, const EVP_MD *, ENGINE *);
    int (*hash_update)(EVP_MD_CTX *, const void *, size_t);
    int (*hash_final)(EVP_MD_CTX *, unsigned char *, unsigned int *);
    int (*hash_copy)(EVP_MD_CTX *, const EVP_MD_CTX *);
    const EVP_MD *(*sha1)(void);
} lib;

static const struct {
    const char *name;
    void *at;
} symbols[] = {
    {"EVP_CIPHER_CTX_new", &lib.cipher_new},
    {"EVP_CIPHER_CTX_free", &lib.cipher_free},
    {"EVP_CipherInit_ex", &lib.cipher_init},
    {"EVP_CIPHER_CTX_set_padding", &lib.cipher_padding},
    {"EVP_CipherUpdate", &lib.cipher_update},
    {"EVP_aes_128_cbc", &lib.aes_128},
    {"EVP_aes_256_cbc", &lib.aes_256},
    {"EVP_MD_CTX_new", &lib.hash_new},
    {"EVP_MD_CTX_free", &lib.hash_free},
    {"EVP_DigestInit_ex", &lib.hash_init},
    {"EVP_DigestUpdate", &lib.hash_update},
    {"EVP_DigestFinal_ex", &lib.hash_final},
    {"EVP_MD_CTX_copy_ex", &lib.hash_copy},
    {"EVP_sha1", &lib.sha1},
};

/* One direction's keys, set up once. */
struct direction {
    EVP_CIPHER_CTX *cipher;
    EVP_MD_CTX *inner, *outer; /* HMAC's two hashes behind their pads */
    EVP_MD_CTX *work;
    uint64_t sequence;
};

struct cfx {
    struct direction send, receive;
    uint8_t flags_send, flags_receive;
};

static bool
load_library(void)
{
    void *handle;

    if (lib.sha1)
        return true;
    handle = dlopen("libcrypto.so.3", RTLD_NOW | RTLD_LOCAL);
    if (handle == NULL)
        return false;
    for (size_t i = 0; i < HOP_ARRAY_SIZE(symbols); i++) {
        void *found = dlsym(handle, symbols[i].name);
        if (found == NULL)
            return false;
        memcpy(symbols[i].at, &found, sizeof(found));
    }
    return true;
}

/* ---- key derivation, RFC 3961 5.1 and 5.3 ---- */

/* n-fold of 5 bytes to 16: the input rotated right by 13 bits each time, until
 * the length of both divides, added up with end-around carry. */
static void
fold(const uint8_t in[5], uint8_t out[BLOCK])
{
    uint8_t sum[80]; /* lcm(5, 16) */
    unsigned carry = 0;

    for (unsigned copy = 0; copy < 16; copy++)
        for (unsigned i = 0; i < 5; i++) {
            unsigned bit = (40u * 16 + i * 8 - 13u * copy) % 40;
            unsigned at = bit / 8, shift = bit % 8;
            unsigned two = (unsigned)in[at] << 8 | in[(at + 1) % 5];
            sum[copy * 5 + i] = (uint8_t)(two >> (8 - shift));
        }
    memset(out, 0, BLOCK);
    for (int pass = 0; pass == 0 || carry; pass++) {
        for (int i = BLOCK - 1; i >= 0; i--) {
            unsigned v = carry + out[i];
            for (int k = 0; pass == 0 && k < 5; k++)
                v += sum[k * (int)BLOCK + i];
            out[i] = (uint8_t)v;
            carry = v >> 8;
        }
    }
}

static const EVP_CIPHER *
cipher_of(size_t key_len)
{
    return key_len == 32 ? lib.aes_256() : lib.aes_128();
}

/* DK(key, usage | last): the constant encrypted over and over. */
static bool
derive(const uint8_t *key, size_t len, uint32_t usage, uint8_t last,
       uint8_t *out)
{
    const uint8_t constant[5] = {0, 0, 0, (uint8_t)usage, last};
    static const uint8_t zero[BLOCK];
    uint8_t block[BLOCK];
    EVP_CIPHER_CTX *c = lib.cipher_new();
    bool ok = c != NULL;

    fold(constant, block);
    for (size_t done = 0; ok && done < len; done += BLOCK) {
        int n = 0;
        ok = lib.cipher_init(c, cipher_of(len), NULL, key, zero, 1) == 1 &&
             lib.cipher_padding(c, 0) == 1 &&
             lib.cipher_update(c, block, &n, block, BLOCK) == 1;
        memcpy(out + done, block, BLOCK);
    }
    lib.cipher_free(c);
    explicit_bzero(block, sizeof(block));
    return ok;
}

static EVP_MD_CTX *
start_hash(const uint8_t *key, size_t len, uint8_t pad)
{
    EVP_MD_CTX *h = lib.hash_new();
    uint8_t block[64];

    memset(block, pad, sizeof(block));
    for (size_t i = 0; i < len; i++)
        block[i] ^= key[i];
    if (h && (lib.hash_init(h, lib.sha1(), NULL) != 1 ||
              lib.hash_update(h, block, sizeof(block)) != 1)) {
        lib.hash_free(h);
        h = NULL;
    }
    explicit_bzero(block, sizeof(block));
    return h;
}

static bool
set_direction(struct direction *d, const gss_krb5_lucid_key_t *key,
              uint32_t usage, bool encrypt)
{
    static const uint8_t zero[BLOCK];
    uint8_t sealing[32], signing[32];
    bool ok = derive(key->data, key->length, usage, 0xAA, sealing) &&
              derive(key->data, key->length, usage, 0x55, signing);

    d->cipher = lib.cipher_new();
    ok = ok && d->cipher &&
         lib.cipher_init(d->cipher, cipher_of(key->length), NULL, sealing, zero,
                         encrypt) == 1 &&
         lib.cipher_padding(d->cipher, 0) == 1;
    d->inner = ok ? start_hash(signing, key->length, 0x36) : NULL;
    d->outer = ok ? start_hash(signing, key->length, 0x5C) : NULL;
    d->work = lib.hash_new();
    explicit_bzero(sealing, sizeof(sealing));
    explicit_bzero(signing, sizeof(signing));
    return ok && d->inner && d->outer && d->work;
}

static void
drop_direction(struct direction *d)
{
    lib.cipher_free(d->cipher);
    lib.hash_free(d->inner);
    lib.hash_free(d->outer);
    lib.hash_free(d->work);
}

void
cfx_free(struct cfx *c)
{
    if (c == NULL)
        return;
    drop_direction(&c->send);
    drop_direction(&c->receive);
    free(c);
}

static struct cfx *
make(const gss_krb5_lucid_context_v1_t *l, uint64_t receive_next)
{
    const gss_krb5_lucid_key_t *key = l->cfx_kd.have_acceptor_subkey
                                          ? &l->cfx_kd.acceptor_subkey
                                          : &l->cfx_kd.ctx_key;
    uint8_t flags =
        SEALED | (l->cfx_kd.have_acceptor_subkey ? ACCEPTOR_SUBKEY : 0);
    struct cfx *c = hop_xmalloc(sizeof(*c));
    bool initiate = l->initiate != 0;

    c->flags_send = flags | (initiate ? 0 : SENT_BY_ACCEPTOR);
    c->flags_receive = flags | (initiate ? SENT_BY_ACCEPTOR : 0);
    c->send.sequence = l->send_seq;
    c->receive.sequence = receive_next;
    if (set_direction(&c->send, key,
                      initiate ? USAGE_INITIATOR_SEAL : USAGE_ACCEPTOR_SEAL,
                      true) &&
        set_direction(&c->receive, key,
                      initiate ? USAGE_ACCEPTOR_SEAL : USAGE_INITIATOR_SEAL,
                      false))
        return c;
    cfx_free(c);
    return NULL;
}

/* True for a context whose keys are AES with SHA-1: asked for first, as the
 * export below ends the context. */
static bool
is_aes_sha1(gss_ctx_id_t ctx)
{
    static gss_OID_desc session_key = {
        11, "\x2a\x86\x48\x86\xf7\x12\x01\x02\x02\x05\x05"};
    /* The enctype follows as the last arc: RFC 3962 7. */
    static const uint8_t types[] = {17, 18};
    gss_buffer_set_t set = GSS_C_NO_BUFFER_SET;
    OM_uint32 maj, min;
    bool is = false;

    maj = gss_inquire_sec_context_by_oid(&min, ctx, &session_key, &set);
    if (maj == GSS_S_COMPLETE && set && set->count == 2 &&
        set->elements[1].length > 0) {
        const uint8_t *oid = set->elements[1].value;
        uint8_t last = oid[set->elements[1].length - 1];
        is = last == types[0] || last == types[1];
    }
    if (set)
        gss_release_buffer_set(&min, &set);
    return is;
}

struct cfx *
cfx_take(gss_ctx_id_t *ctx, uint64_t receive_next)
{
    gss_krb5_lucid_context_v1_t *l = NULL;
    struct cfx *c;
    OM_uint32 maj, min;

    if (!is_aes_sha1(*ctx) || !load_library())
        return NULL;
    maj = gss_krb5_export_lucid_sec_context(&min, ctx, 1, (void **)&l);
    if (maj != GSS_S_COMPLETE)
        return NULL;
    c = l->protocol == 1 ? make(l, receive_next) : NULL;
    gss_krb5_free_lucid_sec_context(&min, l);
    return c;
}

/* ---- tokens ---- */

static void
put_header(uint8_t h[BLOCK], uint8_t flags, unsigned rrc, uint64_t sequence)
{
    h[0] = 5;
    h[1] = 4;
    h[2] = flags;
    h[3] = 0xFF;
    h[4] = h[5] = 0;
    h[6] = (uint8_t)(rrc >> 8);
    h[7] = (uint8_t)rrc;
    for (int i = 0; i < 8; i++)
        h[8 + i] = (uint8_t)(sequence >> (56 - 8 * i));
}

uint64_t
cfx_sequence(const uint8_t *token)
{
    uint64_t v = 0;

    for (int i = 8; i < 16; i++)
        v = v << 8 | token[i];
    return v;
}

/* HMAC-SHA1-96 over two pieces. */
static bool
checksum(struct direction *d, const uint8_t *a, size_t a_len, const uint8_t *b,
         size_t b_len, uint8_t out[SHA1])
{
    unsigned n = 0;

    return lib.hash_copy(d->work, d->inner) == 1 &&
           lib.hash_update(d->work, a, a_len) == 1 &&
           lib.hash_update(d->work, b, b_len) == 1 &&
           lib.hash_final(d->work, out, &n) == 1 &&
           lib.hash_copy(d->work, d->outer) == 1 &&
           lib.hash_update(d->work, out, SHA1) == 1 &&
           lib.hash_final(d->work, out, &n) == 1;
}

static bool
run_cipher(struct direction *d, const uint8_t iv[BLOCK], uint8_t *p, size_t n)
{
    int done = 0;

    if (iv && lib.cipher_init(d->cipher, NULL, NULL, NULL, iv, -1) != 1)
        return false;
    return n == 0 || lib.cipher_update(d->cipher, p, &done, p, (int)n) == 1;
}

/* How much of len bytes CBC encrypts as it stands; the last 17 to 32 bytes are
 * for ciphertext stealing (CBC-CS3, RFC 3962 5). */
static size_t
bulk_len(size_t len)
{
    return (len + BLOCK - 1) / BLOCK * BLOCK - 2 * BLOCK;
}

/* tail: len plain bytes and zeros up to 32; afterwards the ciphertext. */
static bool
steal_encrypt(struct direction *d, uint8_t tail[2 * BLOCK])
{
    uint8_t first[BLOCK];

    if (!run_cipher(d, NULL, tail, 2 * BLOCK))
        return false;
    memcpy(first, tail, BLOCK);
    memcpy(tail, tail + BLOCK, BLOCK);
    memcpy(tail + BLOCK, first, BLOCK);
    return true;
}

/* tail: len bytes of ciphertext; iv: the block before.  Afterwards the plain
 * text. */
static bool
steal_decrypt(struct direction *d, const uint8_t iv[BLOCK],
              uint8_t tail[2 * BLOCK], size_t len)
{
    static const uint8_t zero[BLOCK];
    size_t rest = len - BLOCK;
    uint8_t last[BLOCK], before[BLOCK];

    memcpy(last, tail, BLOCK);
    if (!run_cipher(d, zero, last, BLOCK))
        return false;
    memcpy(before, tail + BLOCK, rest);
    memcpy(before + rest, last + rest, BLOCK - rest);
    for (size_t i = 0; i < rest; i++)
        tail[BLOCK + i] = last[i] ^ before[i];
    memcpy(tail, before, BLOCK);
    return run_cipher(d, iv, tail, BLOCK);
}

bool
cfx_wrap(struct cfx *c, uint8_t *token, size_t n)
{
    static const uint8_t zero[BLOCK];
    struct direction *d = &c->send;
    uint8_t *text = token + CFX_HEADER - BLOCK; /* confounder and data */
    size_t text_len = BLOCK + n, bulk = bulk_len(text_len + BLOCK);
    size_t split = text_len - bulk; /* of the tail, before the header's copy */
    uint8_t header[BLOCK], tail[2 * BLOCK] = {0}, sum[SHA1];

    put_header(header, c->flags_send, 0, d->sequence);
    if (getrandom(text, BLOCK, 0) != (ssize_t)BLOCK ||
        !checksum(d, text, text_len, header, BLOCK, sum) ||
        !run_cipher(d, zero, text, bulk))
        return false;
    memcpy(tail, text + bulk, split);
    memcpy(tail + split, header, BLOCK);
    if (!steal_encrypt(d, tail))
        return false;
    memcpy(text + bulk, tail, split);
    put_header(token, c->flags_send, RRC, d->sequence++);
    memcpy(token + BLOCK, tail + split, BLOCK);
    memcpy(token + 2 * BLOCK, sum, CHECKSUM);
    return true;
}

/* Turns n bytes left by so many, so that the token is as if RRC were RRC. */
static void
turn_left(uint8_t *p, size_t n, size_t by)
{
    HOP_AUTO_FREE uint8_t *front = NULL;

    if (by == 0)
        return;
    front = hop_xmalloc(by);
    memcpy(front, p, by);
    memmove(p, p + by, n - by);
    memcpy(p + n - by, front, by);
}

static bool
check_header(const struct cfx *c, const uint8_t *token, size_t n)
{
    return n > CFX_HEADER && token[0] == 5 && token[1] == 4 &&
           token[2] == c->flags_receive && token[3] == 0xFF;
}

/* Other layouts of RFC 4121 4.2.5: turned into the usual one. */
static void
normalize(uint8_t *token, size_t n)
{
    size_t body = n - BLOCK, rrc = (size_t)token[6] << 8 | token[7];

    rrc %= body;
    if (rrc != RRC)
        turn_left(token + BLOCK, body, (rrc + body - RRC % body) % body);
}

/* Decrypts confounder, data, filler and the header's copy; the latter into
 * tail + split. */
static bool
open_text(struct direction *d, uint8_t *token, size_t text_len, uint8_t *copy)
{
    uint8_t *text = token + CFX_HEADER - BLOCK;
    size_t bulk = bulk_len(text_len + BLOCK), split = text_len - bulk;
    uint8_t iv[BLOCK] = {0}, tail[2 * BLOCK] = {0};
    static const uint8_t zero[BLOCK];

    if (bulk > 0)
        memcpy(iv, text + bulk - BLOCK, BLOCK);
    memcpy(tail, text + bulk, split);
    memcpy(tail + split, token + BLOCK, BLOCK);
    if (!run_cipher(d, zero, text, bulk) ||
        !steal_decrypt(d, iv, tail, split + BLOCK))
        return false;
    memcpy(text + bulk, tail, split);
    memcpy(copy, tail + split, BLOCK);
    return true;
}

static bool
same(const uint8_t *a, const uint8_t *b, size_t n)
{
    unsigned differ = 0;

    for (size_t i = 0; i < n; i++)
        differ |= (unsigned)(a[i] ^ b[i]);
    return differ == 0;
}

enum cfx_result
cfx_unwrap(struct cfx *c, uint8_t *token, size_t n, char **plain,
           size_t *plain_len)
{
    struct direction *d = &c->receive;
    size_t filler, text_len;
    uint8_t want[BLOCK], copy[BLOCK], sum[SHA1];

    if (!check_header(c, token, n))
        return CFX_BAD_TOKEN;
    text_len = n - BLOCK - RRC;
    filler = (size_t)token[4] << 8 | token[5];
    if (filler > text_len - BLOCK)
        return CFX_BAD_TOKEN;
    normalize(token, n);
    memcpy(want, token, BLOCK);
    want[6] = want[7] = 0;
    if (!open_text(d, token, text_len, copy) ||
        !checksum(d, token + CFX_HEADER - BLOCK, text_len, copy, BLOCK, sum) ||
        !same(sum, token + 2 * BLOCK, CHECKSUM) || !same(copy, want, BLOCK))
        return CFX_BAD_TOKEN;
    if (cfx_sequence(token) != d->sequence)
        return CFX_BAD_ORDER;
    d->sequence++;
    *plain = (char *)token + CFX_HEADER;
    *plain_len = text_len - BLOCK - filler;
    return CFX_OK;
}
