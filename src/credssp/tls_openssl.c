/* TLS over OpenSSL's memory BIOs: the table behind credssp/tls.h.
 *
 * The ciphers are those with authentication built in (GCM, ChaCha20): their
 * records can be made and opened outside the library (records.c), and their
 * lengths are what peers of WinRM's message encryption reckon with.
 *
 * SPDX-License-Identifier: MIT
 */
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "auth/explain.h"
#include "base/alloc.h"
#include "base/text.h"
#include "credssp/keys.h"
#include "credssp/tls.h"

#define CIPHERS12                                                              \
    "ECDHE+AESGCM:ECDHE+CHACHA20:DHE+AESGCM:DHE+CHACHA20:RSA+AESGCM:!aNULL"

/* The application protocol (RFC 7301) that our client names: it reads what TLS
 * 1.3 sends behind the handshake. */
static const uint8_t alpn[] = {3, 'h', 'o', 'p'};

enum {
    KEY_BITS = 2048,
    CERTIFICATE_DAYS = 365,
    PLAIN_PIECE = 16384,
    SECRET_MAX = 64,
    RANDOM = 32,
};

struct credssp_identity {
    EVP_PKEY *key;
    X509 *cert;
};

/* One direction's keys, by what TLS lets be seen of them. */
struct way {
    uint8_t secret[SECRET_MAX]; /* TLS 1.3: traffic secret 0 */
    size_t secret_len;
    uint64_t records; /* under these keys, so far */
};

struct credssp_tls {
    SSL_CTX *ctx;
    SSL *ssl;
    BIO *in, *out; /* the SSL's */
    bool server;
    char *pins;
    struct way send, receive;
};

static bool
fail(struct hop_error *err, const char *what)
{
    unsigned long e = ERR_peek_last_error();
    const char *why = ERR_reason_error_string(e);

    hop_error_set(err, HOP_ERROR_TLS, 0, "TLS: %s%s%s", what,
                  why != NULL ? ": " : "", why != NULL ? why : "");
    ERR_clear_error();
    return false;
}

/* ---- the server's identity */

static void
identity_free(struct credssp_identity *i)
{
    if (i == NULL)
        return;
    EVP_PKEY_free(i->key);
    X509_free(i->cert);
    free(i);
}

static bool
fill_certificate(X509 *cert, EVP_PKEY *key, const char *host)
{
    X509_NAME *name = X509_get_subject_name(cert);

    return X509_set_version(cert, X509_VERSION_3) == 1 &&
           ASN1_INTEGER_set(X509_get_serialNumber(cert), 1) == 1 &&
           X509_gmtime_adj(X509_getm_notBefore(cert), -86400L) != NULL &&
           X509_gmtime_adj(X509_getm_notAfter(cert),
                           86400L * CERTIFICATE_DAYS) != NULL &&
           X509_set_pubkey(cert, key) == 1 &&
           X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                                      (const unsigned char *)host, -1, -1,
                                      0) == 1 &&
           X509_set_issuer_name(cert, name) == 1 &&
           X509_sign(cert, key, EVP_sha256()) > 0;
}

static struct credssp_identity *
identity_new(const char *host, struct hop_error *err)
{
    struct credssp_identity *i = hop_xmalloc(sizeof(*i));

    i->key = EVP_RSA_gen(KEY_BITS);
    i->cert = X509_new();
    if (i->key != NULL && i->cert != NULL &&
        fill_certificate(i->cert, i->key, host))
        return i;
    fail(err, "a certificate cannot be made");
    identity_free(i);
    return NULL;
}

static struct credssp_identity *
identity_read(const char *pem, size_t n, struct hop_error *err)
{
    struct credssp_identity *i = hop_xmalloc(sizeof(*i));
    BIO *key = BIO_new_mem_buf(pem, (int)n),
        *cert = BIO_new_mem_buf(pem, (int)n);

    i->key = PEM_read_bio_PrivateKey(key, NULL, NULL, NULL);
    i->cert = PEM_read_bio_X509(cert, NULL, NULL, NULL);
    BIO_free(key);
    BIO_free(cert);
    if (i->key != NULL && i->cert != NULL &&
        X509_check_private_key(i->cert, i->key) == 1)
        return i;
    fail(err, "there is no certificate with its key");
    identity_free(i);
    return NULL;
}

/* ---- the certificates that a client expects */

/* Hexadecimal, with or without colons, in any case. */
static bool
is_hash(const char *text, size_t n, const uint8_t *hash, size_t len)
{
    size_t digits = 0;

    for (size_t k = 0; k < n; k++) {
        int d = hop_ascii_hex(text[k]);

        if (text[k] == ':' || hop_ascii_is_space(text[k]))
            continue;
        if (d < 0 || digits >= 2 * len ||
            d != (digits % 2 ? hash[digits / 2] & 15 : hash[digits / 2] >> 4))
            return false;
        digits++;
    }
    return digits == 2 * len;
}

static bool
is_expected(const struct credssp_tls *t, const char *pins,
            struct hop_error *err)
{
    X509 *cert = SSL_get0_peer_certificate(t->ssl);
    uint8_t sha256[32] = {0}, sha1[20] = {0};
    char text[65] = "";

    if (cert == NULL || X509_digest(cert, EVP_sha256(), sha256, NULL) != 1 ||
        X509_digest(cert, EVP_sha1(), sha1, NULL) != 1)
        return fail(err, "the server shows no certificate");
    for (const char *p = pins; *p != '\0';) {
        size_t n = strcspn(p, ",");

        if (is_hash(p, n, sha256, 32) || is_hash(p, n, sha1, 20))
            return true;
        p += n + (p[n] == ',');
    }
    for (size_t k = 0; k < 32; k++)
        snprintf(text + 2 * k, 3, "%02X", sha256[k]);
    return hop_error_set(err, HOP_ERROR_WSMAN, HOP_SEC_E_WRONG_PRINCIPAL,
                         "its certificate is none of those that are pinned: "
                         "somebody stands between the two hosts, or the server "
                         "has a new one, of SHA-256 %s; ask its administrator "
                         "(0x80090322 SEC_E_WRONG_PRINCIPAL)",
                         text);
}

/* ---- what passes, for export_keys */

static int
hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static void
take_secret(struct way *w, const char *hex)
{
    w->secret_len = 0;
    while (w->secret_len < SECRET_MAX && hex_digit(hex[0]) >= 0 &&
           hex_digit(hex[1]) >= 0) {
        w->secret[w->secret_len++] =
            (uint8_t)(hex_digit(hex[0]) << 4 | hex_digit(hex[1]));
        hex += 2;
    }
}

/* "LABEL <client random> <secret>", the lines of a key log. */
static void
on_secret(const SSL *ssl, const char *line)
{
    static const char client[] = "CLIENT_TRAFFIC_SECRET_0 ",
                      server[] = "SERVER_TRAFFIC_SECRET_0 ";
    struct credssp_tls *t = SSL_get_app_data(ssl);
    const char *last = strrchr(line, ' ');

    if (last == NULL)
        return;
    if (strncmp(line, client, sizeof(client) - 1) == 0)
        take_secret(t->server ? &t->receive : &t->send, last + 1);
    else if (strncmp(line, server, sizeof(server) - 1) == 0)
        take_secret(t->server ? &t->send : &t->receive, last + 1);
}

/* Counts records under the present keys.  TLS 1.2 changes keys with
 * ChangeCipherSpec (RFC 5246 7.1), TLS 1.3 with the sender's Finished (RFC 8446
 * 7.1), whose records alone have an inner type. */
static void
on_message(int sent, int version, int type, const void *p, size_t n, SSL *ssl,
           void *arg)
{
    struct credssp_tls *t = arg;
    struct way *w = sent ? &t->send : &t->receive;
    bool tls13 = SSL_version(ssl) == TLS1_3_VERSION;
    const uint8_t *b = p;

    if (n == 0)
        return;
    if (type == SSL3_RT_HEADER && !tls13)
        w->records = b[0] == SSL3_RT_CHANGE_CIPHER_SPEC ? 0 : w->records + 1;
    else if (type == SSL3_RT_INNER_CONTENT_TYPE && tls13)
        w->records++;
    else if (type == SSL3_RT_HANDSHAKE && tls13 && b[0] == SSL3_MT_FINISHED)
        w->records = 0;
}

/* Windows speaks no TLS 1.3 in CredSSP, so other clients meet it here for the
 * first time, and some that offer it lose the ticket that answers their
 * Finished (PSWSMan 3.0.0).  They get TLS 1.2, as from Windows. */
static int
on_client_hello(SSL *ssl, int *alert, void *arg)
{
    const uint8_t *p;
    size_t n;

    (void)alert;
    (void)arg;
    if (SSL_client_hello_get0_ext(
            ssl, TLSEXT_TYPE_application_layer_protocol_negotiation, &p, &n) &&
        memmem(p, n, alpn, sizeof(alpn)) != NULL)
        return SSL_CLIENT_HELLO_SUCCESS;
    return SSL_set_max_proto_version(ssl, TLS1_2_VERSION) == 1
               ? SSL_CLIENT_HELLO_SUCCESS
               : SSL_CLIENT_HELLO_ERROR;
}

/* ---- life */

static void
close_tls(struct credssp_tls *t)
{
    if (t == NULL)
        return;
    SSL_free(t->ssl);
    SSL_CTX_free(t->ctx);
    free(t->pins);
    OPENSSL_cleanse(t, sizeof(*t));
    free(t);
}

/* The key log callback is what gives TLS 1.3's secrets out.  One context for
 * each connection: the tickets that TLS 1.3 sends (peers await an answer to
 * their Finished) are good for no other. */
static SSL_CTX *
make_context(const struct credssp_tls_options *o)
{
    SSL_CTX *ctx =
        SSL_CTX_new(o->identity ? TLS_server_method() : TLS_client_method());

    if (ctx == NULL)
        return NULL;
    SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION);
    if (o->max_version == 12)
        SSL_CTX_set_max_proto_version(ctx, TLS1_2_VERSION);
    SSL_CTX_set_options(ctx, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                 SSL_OP_CLEANSE_PLAINTEXT |
                                 SSL_OP_CIPHER_SERVER_PREFERENCE);
    SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_num_tickets(ctx, 1);
    SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_keylog_callback(ctx, on_secret);
    SSL_CTX_set_cipher_list(ctx, CIPHERS12);
    if (o->identity)
        SSL_CTX_set_client_hello_cb(ctx, on_client_hello, NULL);
    else if (o->max_version != 12)
        SSL_CTX_set_alpn_protos(ctx, alpn, sizeof(alpn));
    return ctx;
}

static bool
set_identity(SSL *ssl, const struct credssp_identity *i)
{
    return SSL_use_certificate(ssl, i->cert) == 1 &&
           SSL_use_PrivateKey(ssl, i->key) == 1;
}

static bool
set_trust(struct credssp_tls *t, const struct credssp_tls_options *o)
{
    if (o->ca_file == NULL)
        return true;
    SSL_set_verify(t->ssl, SSL_VERIFY_PEER, NULL);
    return SSL_CTX_load_verify_file(t->ctx, o->ca_file) == 1 &&
           SSL_set1_host(t->ssl, o->host) == 1;
}

static bool
start(struct credssp_tls *t, const struct credssp_tls_options *o)
{
    t->ctx = make_context(o);
    t->ssl = t->ctx != NULL ? SSL_new(t->ctx) : NULL;
    t->in = BIO_new(BIO_s_mem());
    t->out = BIO_new(BIO_s_mem());
    if (t->ssl == NULL || t->in == NULL || t->out == NULL) {
        BIO_free(t->in);
        BIO_free(t->out);
        return false;
    }
    SSL_set_bio(t->ssl, t->in, t->out);
    BIO_set_mem_eof_return(t->in, -1);
    SSL_set_app_data(t->ssl, t);
    SSL_set_msg_callback(t->ssl, on_message);
    SSL_set_msg_callback_arg(t->ssl, t);
    if (o->identity != NULL) {
        SSL_set_accept_state(t->ssl);
        return set_identity(t->ssl, o->identity);
    }
    SSL_set_connect_state(t->ssl);
    return set_trust(t, o);
}

static struct credssp_tls *
open_tls(const struct credssp_tls_options *o, struct hop_error *err)
{
    struct credssp_tls *t = hop_xmalloc(sizeof(*t));

    t->server = o->identity != NULL;
    t->pins = o->pins != NULL ? hop_xstrdup(o->pins) : NULL;
    if (start(t, o))
        return t;
    fail(err, o->ca_file != NULL ? o->ca_file : "it cannot be started");
    close_tls(t);
    return NULL;
}

/* ---- bytes */

static void
feed(struct credssp_tls *t, const void *p, size_t n)
{
    BIO_write(t->in, p, (int)n);
}

static void
drain(struct credssp_tls *t, struct hop_buf *out)
{
    char *p = NULL;
    long n = BIO_get_mem_data(t->out, &p);

    if (n > 0)
        hop_buf_add(out, p, (size_t)n);
    (void)BIO_reset(t->out);
}

static bool
wants_more(struct credssp_tls *t, int r)
{
    return SSL_get_error(t->ssl, r) == SSL_ERROR_WANT_READ;
}

static enum credssp_tls_result
handshake(struct credssp_tls *t, struct hop_buf *out, struct hop_error *err)
{
    int r;

    ERR_clear_error();
    r = SSL_do_handshake(t->ssl);
    drain(t, out);
    if (r == 1)
        return t->pins == NULL || is_expected(t, t->pins, err)
                   ? CREDSSP_TLS_DONE
                   : CREDSSP_TLS_FAILED;
    if (wants_more(t, r))
        return CREDSSP_TLS_MORE;
    if (SSL_get_verify_result(t->ssl) != X509_V_OK)
        fail(err, X509_verify_cert_error_string(SSL_get_verify_result(t->ssl)));
    else
        fail(err, "no agreement with the peer");
    return CREDSSP_TLS_FAILED;
}

static bool
read_tls(struct credssp_tls *t, struct hop_buf *plain, struct hop_buf *out,
         struct hop_error *err)
{
    while (true) {
        void *room = hop_buf_reserve(plain, PLAIN_PIECE);
        int r;

        if (room == NULL)
            return hop_error_set(err, HOP_ERROR_LIMIT, 0,
                                 "a CredSSP message is longer than allowed");
        ERR_clear_error();
        r = SSL_read(t->ssl, room, PLAIN_PIECE);
        drain(t, out);
        if (r > 0)
            hop_buf_commit(plain, (size_t)r);
        else if (wants_more(t, r))
            return true;
        else
            return fail(err, "a record cannot be read");
    }
}

static bool
write_tls(struct credssp_tls *t, const void *p, size_t n, struct hop_buf *out,
          struct hop_error *err)
{
    ERR_clear_error();
    if (n == 0 || n > INT32_MAX || SSL_write(t->ssl, p, (int)n) != (int)n)
        return fail(err, "a record cannot be written");
    drain(t, out);
    return true;
}

static bool
public_key(struct credssp_tls *t, struct hop_buf *out, struct hop_error *err)
{
    X509 *cert = t->server ? SSL_get_certificate(t->ssl)
                           : SSL_get0_peer_certificate(t->ssl);
    const ASN1_BIT_STRING *bits =
        cert != NULL ? X509_get0_pubkey_bitstr(cert) : NULL;

    if (bits == NULL)
        return fail(err, "the server's certificate has no public key");
    hop_buf_add(out, ASN1_STRING_get0_data(bits),
                (size_t)ASN1_STRING_length(bits));
    return true;
}

static const char *
version(const struct credssp_tls *t)
{
    return SSL_get_version(t->ssl);
}

static bool
sha256(const struct hop_der_span *parts, size_t count, uint8_t out[32])
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    bool ok = ctx != NULL && EVP_DigestInit_ex(ctx, EVP_sha256(), NULL) == 1;

    for (size_t k = 0; ok && k < count; k++)
        ok = EVP_DigestUpdate(ctx, parts[k].p, parts[k].n) == 1;
    ok = ok && EVP_DigestFinal_ex(ctx, out, NULL) == 1;
    EVP_MD_CTX_free(ctx);
    return ok;
}

/* ---- the keys */

static enum credssp_cipher
cipher_of(const SSL *ssl, size_t *key_len)
{
    switch (SSL_CIPHER_get_cipher_nid(SSL_get_current_cipher(ssl))) {
    case NID_aes_128_gcm: *key_len = 16; return CREDSSP_AES_128_GCM;
    case NID_aes_256_gcm: *key_len = 32; return CREDSSP_AES_256_GCM;
    case NID_chacha20_poly1305: *key_len = 32; return CREDSSP_CHACHA20;
    default: return CREDSSP_CIPHERS;
    }
}

static const EVP_MD *
digest_of(const SSL *ssl)
{
    return SSL_CIPHER_get_handshake_digest(SSL_get_current_cipher(ssl));
}

static bool
derive(const char *kdf_name, OSSL_PARAM *params, uint8_t *out, size_t n)
{
    EVP_KDF *kdf = EVP_KDF_fetch(NULL, kdf_name, NULL);
    EVP_KDF_CTX *ctx = kdf != NULL ? EVP_KDF_CTX_new(kdf) : NULL;
    bool ok = ctx != NULL && EVP_KDF_derive(ctx, out, n, params) == 1;

    EVP_KDF_CTX_free(ctx);
    EVP_KDF_free(kdf);
    return ok;
}

/* HKDF-Expand-Label of RFC 8446 7.1 with an empty context. */
static bool
expand(const SSL *ssl, const struct way *w, const char *label, uint8_t *out,
       size_t n)
{
    uint8_t info[32] = {0, (uint8_t)n};
    size_t len = strlen(label);
    int mode = EVP_KDF_HKDF_MODE_EXPAND_ONLY;
    char *md = (char *)(uintptr_t)EVP_MD_get0_name(digest_of(ssl));
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_int(OSSL_KDF_PARAM_MODE, &mode),
        OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, md, 0),
        OSSL_PARAM_construct_octet_string(
            OSSL_KDF_PARAM_KEY, (void *)(uintptr_t)w->secret, w->secret_len),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, info,
                                          2 + 1 + 6 + len + 1),
        OSSL_PARAM_construct_end(),
    };

    info[2] = (uint8_t)(6 + len);
    memcpy(info + 3, "tls13 ", 6);
    memcpy(info + 9, label, len);
    return derive("HKDF", params, out, n);
}

static bool
fill13(const SSL *ssl, const struct way *w, size_t key_len,
       struct credssp_way *out)
{
    return w->secret_len > 0 && expand(ssl, w, "key", out->key, key_len) &&
           expand(ssl, w, "iv", out->iv, CREDSSP_IV);
}

/* The key block of RFC 5246 6.3; these ciphers have no MAC keys. */
static bool
make_block(const SSL *ssl, uint8_t *out, size_t n)
{
    uint8_t master[SSL_MAX_MASTER_KEY_LENGTH], seed[13 + 2 * RANDOM];
    size_t len = SSL_SESSION_get_master_key(SSL_get_session(ssl), master,
                                            sizeof(master));
    char *md = (char *)(uintptr_t)EVP_MD_get0_name(digest_of(ssl));
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, md, 0),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SECRET, master, len),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SEED, seed,
                                          sizeof(seed)),
        OSSL_PARAM_construct_end(),
    };
    bool ok;

    memcpy(seed, "key expansion", 13);
    SSL_get_server_random(ssl, seed + 13, RANDOM);
    SSL_get_client_random(ssl, seed + 13 + RANDOM, RANDOM);
    ok = derive("TLS1-PRF", params, out, n);
    OPENSSL_cleanse(master, sizeof(master));
    return ok;
}

static bool
fill12(const struct credssp_tls *t, size_t key_len, struct credssp_keys *k)
{
    uint8_t block[2 * (CREDSSP_KEY_MAX + CREDSSP_IV)];
    size_t iv = k->cipher == CREDSSP_CHACHA20 ? CREDSSP_IV : 4;
    struct credssp_way *client = t->server ? &k->receive : &k->send;
    struct credssp_way *server = t->server ? &k->send : &k->receive;
    bool ok = make_block(t->ssl, block, 2 * (key_len + iv));

    memcpy(client->key, block, key_len);
    memcpy(server->key, block + key_len, key_len);
    memcpy(client->iv, block + 2 * key_len, iv);
    memcpy(server->iv, block + 2 * key_len + iv, iv);
    OPENSSL_cleanse(block, sizeof(block));
    return ok;
}

static bool
export_keys(struct credssp_tls *t, struct hop_buf *out, struct hop_error *err)
{
    struct credssp_keys k = {.magic = CREDSSP_KEYS_MAGIC, .size = sizeof(k)};
    size_t key_len = 0;
    bool ok;

    k.tls13 = SSL_version(t->ssl) == TLS1_3_VERSION;
    k.cipher = (uint8_t)cipher_of(t->ssl, &key_len);
    k.send.seq = t->send.records;
    k.receive.seq = t->receive.records;
    ok = k.cipher < CREDSSP_CIPHERS && SSL_is_init_finished(t->ssl) &&
         (k.tls13 ? fill13(t->ssl, &t->send, key_len, &k.send) &&
                        fill13(t->ssl, &t->receive, key_len, &k.receive)
                  : fill12(t, key_len, &k));
    if (ok)
        hop_buf_add(out, &k, sizeof(k));
    OPENSSL_cleanse(&k, sizeof(k));
    return ok || fail(err, "its keys cannot be used for messages");
}

const struct hop_credssp_ops hop_credssp_openssl = {
    .identity_new = identity_new,
    .identity_read = identity_read,
    .identity_free = identity_free,
    .open = open_tls,
    .close = close_tls,
    .feed = feed,
    .handshake = handshake,
    .read = read_tls,
    .write = write_tls,
    .public_key = public_key,
    .version = version,
    .sha256 = sha256,
    .export_keys = export_keys,
    .records_new = credssp_records_new,
    .records = &credssp_records,
};
