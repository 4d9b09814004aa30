/* TLS records outside of a TLS library: once CredSSP has authenticated, WinRM's
 * bodies are records of its connection, one for each part of a multipart body
 * (MS-WSMV 2.2.9.1.3).  RFC 8446 5.2 and RFC 5288 3, RFC 7905 2 are all that is
 * needed for that; handshakes, alerts and new keys end the connection.
 *
 * SPDX-License-Identifier: MIT
 */
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "credssp/tls.h"
#include "credssp/keys.h"

enum {
    HEAD = 5,
    TAG = 16,
    EXPLICIT = 8, /* nonce in the record, TLS 1.2 with GCM */
    PLAIN_MAX = 16384,
    /* RFC 8446 5.5: full records under one key of AES-GCM. */
    RECORDS_MAX = 1 << 24,
};
enum { APPLICATION_DATA = 23 };

struct cipher {
    const char *name;
    size_t key_len;
    bool explicit12;
};

static const struct cipher ciphers[CREDSSP_CIPHERS] = {
    [CREDSSP_AES_128_GCM] = {"AES-128-GCM", 16, true},
    [CREDSSP_AES_256_GCM] = {"AES-256-GCM", 32, true},
    [CREDSSP_CHACHA20] = {"ChaCha20-Poly1305", 32, false},
};

struct way {
    EVP_CIPHER_CTX *ctx;
    uint8_t iv[CREDSSP_IV];
    uint64_t seq;
};

struct records {
    bool tls13, explicit12;
    struct way send, receive;
};

static void
free_records(void *state)
{
    struct records *r = state;

    EVP_CIPHER_CTX_free(r->send.ctx);
    EVP_CIPHER_CTX_free(r->receive.ctx);
    OPENSSL_cleanse(r, sizeof(*r));
    free(r);
}

static bool
start_way(struct way *w, const struct cipher *c, const struct credssp_way *k,
          bool encrypt)
{
    EVP_CIPHER *cipher = EVP_CIPHER_fetch(NULL, c->name, NULL);
    bool ok;

    w->ctx = EVP_CIPHER_CTX_new();
    memcpy(w->iv, k->iv, sizeof(w->iv));
    w->seq = k->seq;
    ok = cipher != NULL && w->ctx != NULL &&
         EVP_CipherInit_ex(w->ctx, cipher, NULL, k->key, k->iv, encrypt) == 1;
    EVP_CIPHER_free(cipher);
    return ok;
}

void *
credssp_records_new(const void *bytes, size_t n, struct hop_error *err)
{
    struct credssp_keys k;
    struct records *r = NULL;

    if (n == sizeof(k))
        memcpy(&k, bytes, n);
    if (n == sizeof(k) && k.magic == CREDSSP_KEYS_MAGIC &&
        k.size == sizeof(k) && k.cipher > 0 && k.cipher < CREDSSP_CIPHERS) {
        const struct cipher *c = &ciphers[k.cipher];

        r = hop_xmalloc(sizeof(*r));
        r->tls13 = k.tls13;
        r->explicit12 = !k.tls13 && c->explicit12;
        if (!start_way(&r->send, c, &k.send, true) ||
            !start_way(&r->receive, c, &k.receive, false)) {
            free_records(r);
            r = NULL;
        }
    }
    if (n == sizeof(k))
        OPENSSL_cleanse(&k, sizeof(k));
    if (r == NULL)
        hop_error_set(err, HOP_ERROR_TLS, 0,
                      "take over the protection of a CredSSP connection: its "
                      "keys cannot be used");
    return r;
}

static void
put_be(uint8_t *p, uint64_t v, size_t n)
{
    while (n-- > 0) {
        p[n] = (uint8_t)v;
        v >>= 8;
    }
}

/* RFC 8446 5.3, RFC 7905 2: the sequence number over the IV; RFC 5288 3: four
 * bytes of the IV and what the record says. */
static void
make_nonce(const struct records *r, const struct way *w,
           const uint8_t *explicit_part, uint8_t nonce[CREDSSP_IV])
{
    uint8_t seq[8];

    memcpy(nonce, w->iv, CREDSSP_IV);
    if (r->explicit12) {
        memcpy(nonce + 4, explicit_part, EXPLICIT);
        return;
    }
    put_be(seq, w->seq, 8);
    for (size_t k = 0; k < 8; k++)
        nonce[4 + k] ^= seq[k];
}

/* Additional data: RFC 8446 5.2 the record's head; RFC 5246 6.2.3.3 sequence
 * number, type, version and the length of the plain text. */
static size_t
make_aad(const struct records *r, const struct way *w, const uint8_t *head,
         size_t plain, uint8_t aad[13])
{
    if (r->tls13) {
        memcpy(aad, head, HEAD);
        return HEAD;
    }
    put_be(aad, w->seq, 8);
    memcpy(aad + 8, head, 3);
    put_be(aad + 11, plain, 2);
    return 13;
}

/* Bytes around the data: in front and behind. */
static size_t
front(const struct records *r)
{
    return HEAD + (r->explicit12 ? EXPLICIT : 0);
}

static size_t
behind(const struct records *r)
{
    return TAG + (r->tls13 ? 1 : 0);
}

static bool
fail(struct hop_error *err, const char *why)
{
    return hop_error_set(err, HOP_ERROR_PROTOCOL, 0,
                         "open a message sealed by CredSSP: %s", why);
}

static bool
seal_record(struct records *r, const void *data, size_t n, uint8_t *room)
{
    struct way *w = &r->send;
    uint8_t nonce[CREDSSP_IV], aad[13];
    size_t inner = n + (r->tls13 ? 1 : 0), aad_len;
    uint8_t *text = room + front(r);
    int k = 0;

    room[0] = APPLICATION_DATA;
    room[1] = 3;
    room[2] = 3;
    put_be(room + 3, front(r) - HEAD + n + behind(r), 2);
    if (r->explicit12)
        put_be(room + HEAD, w->seq, EXPLICIT);
    make_nonce(r, w, room + HEAD, nonce);
    aad_len = make_aad(r, w, room, n, aad);
    memcpy(text, data, n);
    if (r->tls13)
        text[n] = APPLICATION_DATA;
    w->seq++;
    return EVP_EncryptInit_ex(w->ctx, NULL, NULL, NULL, nonce) == 1 &&
           EVP_EncryptUpdate(w->ctx, NULL, &k, aad, (int)aad_len) == 1 &&
           EVP_EncryptUpdate(w->ctx, text, &k, text, (int)inner) == 1 &&
           EVP_EncryptFinal_ex(w->ctx, text + k, &k) == 1 &&
           EVP_CIPHER_CTX_ctrl(w->ctx, EVP_CTRL_AEAD_GET_TAG, TAG,
                               text + inner) == 1;
}

/* Peers cut the first bytes of the record, as many as its trailer has, off as
 * the "header". */
static bool
wrap(void *state, const void *data, size_t n, struct hop_buf *out,
     struct hop_error *err)
{
    struct records *r = state;
    size_t total = front(r) + n + behind(r);
    uint8_t *room = n <= PLAIN_MAX && r->send.seq < RECORDS_MAX
                        ? hop_buf_reserve(out, 4 + total)
                        : NULL;

    if (room == NULL)
        return hop_error_set(err, HOP_ERROR_LIMIT, 0,
                             "seal a message by CredSSP: it is too long, or "
                             "the connection's keys are used up");
    memset(room, 0, 4);
    room[0] = (uint8_t)behind(r);
    if (!seal_record(r, data, n, room + 4))
        return hop_error_set(err, HOP_ERROR_TLS, 0,
                             "seal a message by CredSSP: the cipher fails");
    hop_buf_commit(out, 4 + total);
    return true;
}

static bool
decrypt(struct records *r, const uint8_t *head, uint8_t *text, size_t inner)
{
    struct way *w = &r->receive;
    uint8_t nonce[CREDSSP_IV], aad[13];
    size_t aad_len;
    int k = 0;

    make_nonce(r, w, head + HEAD, nonce);
    aad_len = make_aad(r, w, head, inner, aad);
    w->seq++;
    return EVP_DecryptInit_ex(w->ctx, NULL, NULL, NULL, nonce) == 1 &&
           EVP_DecryptUpdate(w->ctx, NULL, &k, aad, (int)aad_len) == 1 &&
           EVP_DecryptUpdate(w->ctx, text, &k, text, (int)inner) == 1 &&
           EVP_CIPHER_CTX_ctrl(w->ctx, EVP_CTRL_AEAD_SET_TAG, TAG,
                               text + inner) == 1 &&
           EVP_DecryptFinal_ex(w->ctx, text + k, &k) == 1;
}

/* RFC 8446 5.2: the type is the last byte that is not zero. */
static bool
strip_type(const uint8_t *text, size_t *n)
{
    while (*n > 0 && text[*n - 1] == 0)
        --*n;
    if (*n == 0 || text[*n - 1] != APPLICATION_DATA)
        return false;
    --*n;
    return true;
}

/* One record at the front of p; its text is moved to where. */
static bool
open_record(struct records *r, uint8_t *p, size_t n, size_t *used,
            uint8_t *where, size_t *plain, struct hop_error *err)
{
    size_t around = front(r) + TAG, body, inner;

    if (n < HEAD)
        return fail(err, "a TLS record is cut off");
    body = (size_t)p[3] << 8 | p[4];
    if (p[0] != APPLICATION_DATA || p[1] != 3)
        return fail(err, "a TLS record is none of application data");
    if (HEAD + body > n || HEAD + body < around)
        return fail(err, "the length of a TLS record is wrong");
    inner = HEAD + body - around;
    if (inner > PLAIN_MAX + 1 || r->receive.seq >= RECORDS_MAX)
        return fail(err, "a TLS record is too long, or one too many");
    if (!decrypt(r, p, p + front(r), inner))
        return fail(err, "it was altered on the way, or came twice");
    if (r->tls13 && !strip_type(p + front(r), &inner))
        return fail(err, "the peer wants other keys, or ends the connection");
    memmove(where, p + front(r), inner);
    *used = HEAD + body;
    *plain = inner;
    return true;
}

static bool
unwrap(void *state, uint8_t *payload, size_t n, char **plain, size_t *plain_len,
       struct hop_error *err)
{
    uint8_t *p = payload + 4, *where = p;
    size_t left = n - 4;

    while (left > 0) {
        size_t used = 0, got = 0;

        if (!open_record(state, p, left, &used, where, &got, err))
            return false;
        p += used;
        left -= used;
        where += got;
    }
    *plain = (char *)payload + 4;
    *plain_len = (size_t)(where - (payload + 4));
    return true;
}

const struct hop_seal_engine credssp_records = {
    .chunk = PLAIN_MAX,
    .wrap = wrap,
    .unwrap = unwrap,
    .free = free_records,
};
