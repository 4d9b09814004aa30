/* TLS by OpenSSL 3: the table behind net/tls.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "net/tls.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "net/tls_bio.h"
#include "net/tls_openssl.h"
#include "net/tokensign.h"

#define CHAIN_MAX       8
#define CHAIN_BYTES_MAX (64 * 1024)
#define BINDING_PREFIX  "tls-server-end-point:"

struct hop_tls_context {
    SSL_CTX *ctx;
    bool server, skip_name_check;
};

struct hop_tls {
    SSL *ssl;
    bool server, broken;
    char *host;
    struct hop_tls_info info;
    unsigned char *peer; /* DER */
    struct hop_buf chain;
};

/* OpenSSL's last error as ours; empties its queue. */
static bool
fail(struct hop_error *err, int64_t code, const char *what)
{
    unsigned long e = ERR_peek_last_error();
    const char *why = ERR_reason_error_string(e);

    hop_error_set(err, HOP_ERROR_TLS, code, "%s: %s", what,
                  why ? why : "the TLS library gives no reason");
    ERR_clear_error();
    return false;
}

/* A chain error is waved through with -skipca; a wrong name never is here. */
static int
judge_chain(int good, X509_STORE_CTX *store)
{
    int e = X509_STORE_CTX_get_error(store);
    const SSL *ssl =
        X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());

    if (good || e == X509_V_ERR_HOSTNAME_MISMATCH ||
        e == X509_V_ERR_IP_ADDRESS_MISMATCH)
        return good;
    return SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)) != NULL;
}

static bool
use_token(SSL_CTX *ctx, int fd, struct hop_error *err)
{
    EVP_PKEY *half = X509_get0_pubkey(SSL_CTX_get0_certificate(ctx));
    int own = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    EVP_PKEY *key = own >= 0 ? tokensign_key(half, own) : NULL;
    bool ok = key != NULL && SSL_CTX_use_PrivateKey(ctx, key) == 1;

    EVP_PKEY_free(key);
    return ok || fail(err, 0,
                      "the token's key cannot serve (RSA and elliptic curves "
                      "can)");
}

static bool
load_certificate(SSL_CTX *ctx, const struct hop_tls_config *c,
                 struct hop_error *err)
{
    const char *key = c->key_file ? c->key_file : c->cert_file;

    if (c->cert_file == NULL)
        return !c->server || hop_error_set(err, HOP_ERROR_TLS, 0,
                                           "no certificate is configured for "
                                           "HTTPS");
    if (SSL_CTX_use_certificate_chain_file(ctx, c->cert_file) != 1) {
        fail(err, 0, c->cert_file);
        return hop_error_prefix(err, "read the certificate");
    }
    if (c->ask_socket)
        return use_token(ctx, c->key_socket, err);
    if (SSL_CTX_use_PrivateKey_file(ctx, key, SSL_FILETYPE_PEM) != 1) {
        fail(err, 0, key);
        return hop_error_prefix(err, "read the private key");
    }
    if (SSL_CTX_check_private_key(ctx) != 1)
        return fail(err, 0, "the private key is not the certificate's");
    return true;
}

static bool
load_trust(SSL_CTX *ctx, const struct hop_tls_config *c, struct hop_error *err)
{
    if (c->ca_file) {
        if (SSL_CTX_load_verify_file(ctx, c->ca_file) != 1) {
            fail(err, 0, c->ca_file);
            return hop_error_prefix(err, "read trusted certificates");
        }
        if (c->server)
            SSL_CTX_set_client_CA_list(ctx,
                                       SSL_load_client_CA_file(c->ca_file));
    } else if (!c->server && !c->skip_ca_check) {
        SSL_CTX_set_default_verify_paths(ctx);
    }
    if (!c->server || c->ask_client_cert)
        SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, judge_chain);
    return true;
}

static struct hop_tls_context *
context_new(const struct hop_tls_config *c, struct hop_error *err)
{
    SSL_CTX *ctx =
        SSL_CTX_new(c->server ? TLS_server_method() : TLS_client_method());
    struct hop_tls_context *context;

    if (ctx == NULL) {
        fail(err, 0, "start TLS");
        return NULL;
    }
    SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION);
    SSL_CTX_set_options(ctx, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                 SSL_OP_NO_TICKET |
                                 SSL_OP_CIPHER_SERVER_PREFERENCE);
    SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_num_tickets(ctx, 0);
    SSL_CTX_set_mode(ctx, SSL_MODE_ENABLE_PARTIAL_WRITE |
                              SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                              SSL_MODE_RELEASE_BUFFERS);
    if (!load_certificate(ctx, c, err) || !load_trust(ctx, c, err)) {
        SSL_CTX_free(ctx);
        return NULL;
    }
    context = hop_xmalloc(sizeof(*context));
    *context = (struct hop_tls_context){
        .ctx = ctx, .server = c->server, .skip_name_check = c->skip_name_check};
    /* Connections outlive the context: the callback asks the SSL_CTX alone. */
    SSL_CTX_set_app_data(ctx,
                         c->skip_ca_check ? (void *)&hop_tls_openssl : NULL);
    return context;
}

static void
context_free(struct hop_tls_context *context)
{
    SSL_CTX_free(context->ctx);
    free(context);
}

static bool
is_address(const char *host)
{
    unsigned char b[16];

    return inet_pton(AF_INET, host, b) == 1 ||
           inet_pton(AF_INET6, host, b) == 1;
}

/* Which name the certificate must carry, and which one is asked for (SNI). */
static bool
set_host(const struct hop_tls_context *context, SSL *ssl, const char *host)
{
    if (is_address(host))
        return context->skip_name_check ||
               X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host) == 1;
    if (SSL_set_tlsext_host_name(ssl, host) != 1)
        return false;
    return context->skip_name_check || SSL_set1_host(ssl, host) == 1;
}

static struct hop_tls *
tls_open(struct hop_tls_context *context, int fd, const char *host,
         struct hop_error *err)
{
    SSL *ssl = SSL_new(context->ctx);
    BIO *bio = ssl ? tls_bio_new(fd) : NULL;
    struct hop_tls *tls;

    if (bio == NULL || (host && !set_host(context, ssl, host))) {
        fail(err, 0, "start TLS");
        BIO_free(bio);
        SSL_free(ssl);
        return NULL;
    }
    SSL_set_bio(ssl, bio, bio);
    if (context->server)
        SSL_set_accept_state(ssl);
    else
        SSL_set_connect_state(ssl);
    tls = hop_xmalloc(sizeof(*tls));
    tls->ssl = ssl;
    hop_buf_init(&tls->chain, CHAIN_BYTES_MAX);
    tls->server = context->server;
    tls->host = host ? hop_xstrdup(host) : NULL;
    return tls;
}

static void
tls_close(struct hop_tls *tls)
{
    SSL_free(tls->ssl);
    free(tls->host);
    OPENSSL_free(tls->peer);
    hop_buf_done(&tls->chain);
    free(tls);
}

/* RFC 5929 4.1: the hash of the certificate's signature algorithm, SHA-256 in
 * the place of MD5 and SHA-1, and (as peers do) where it has none. */
static void
hash_end_point(struct hop_tls *tls, X509 *cert)
{
    struct hop_tls_info *info = &tls->info;
    size_t prefix = strlen(BINDING_PREFIX);
    int hash = NID_undef;
    const EVP_MD *md = NULL;
    unsigned int n = 0;

    if (cert == NULL)
        return;
    if (X509_get_signature_info(cert, &hash, NULL, NULL, NULL) == 1 &&
        hash != NID_md5 && hash != NID_sha1)
        md = EVP_get_digestbynid(hash);
    if (md == NULL)
        md = EVP_sha256();
    memcpy(info->binding, BINDING_PREFIX, prefix);
    if (X509_digest(cert, md, info->binding + prefix, &n) == 1)
        info->binding_len = prefix + n;
}

static void
keep_der(X509 *cert, unsigned char **der, const uint8_t **p, size_t *n)
{
    int len = cert ? i2d_X509(cert, der) : 0;

    if (len > 0) {
        *p = *der;
        *n = (size_t)len;
    }
}

static void
keep_chain(struct hop_tls *tls, STACK_OF(X509) * chain)
{
    for (int i = 0; i < sk_X509_num(chain) && i < CHAIN_MAX; i++) {
        unsigned char *der = NULL;
        int n = i2d_X509(sk_X509_value(chain, i), &der);

        if (n > 0)
            hop_buf_add(&tls->chain, der, (size_t)n);
        OPENSSL_free(der);
    }
    if (hop_buf_ok(&tls->chain) && tls->chain.len > 0) {
        tls->info.peer_chain = (const uint8_t *)tls->chain.data;
        tls->info.peer_chain_len = tls->chain.len;
    }
}

static void
note_peer(struct hop_tls *tls)
{
    struct hop_tls_info *info = &tls->info;
    X509 *peer = SSL_get0_peer_certificate(tls->ssl);
    STACK_OF(X509) *chain = SSL_get0_verified_chain(tls->ssl);

    info->version = SSL_get_version(tls->ssl);
    info->cipher = SSL_get_cipher_name(tls->ssl);
    info->peer_verified = peer &&
                          SSL_get_verify_result(tls->ssl) == X509_V_OK &&
                          SSL_get_verify_mode(tls->ssl) != SSL_VERIFY_NONE;
    hash_end_point(tls, tls->server ? SSL_get_certificate(tls->ssl) : peer);
    keep_der(peer, &tls->peer, &info->peer_cert, &info->peer_cert_len);
    if (tls->server && info->peer_verified && chain != NULL)
        keep_chain(tls, chain);
}

/* The end of a failed call: code is a verification result when that is it. */
static enum hop_tls_result
fail_call(struct hop_tls *tls, int ssl_error, const char *what,
          struct hop_error *err)
{
    long verify = SSL_get_verify_result(tls->ssl);

    tls->broken = true;
    if (ssl_error == SSL_ERROR_SYSCALL && ERR_peek_error() == 0) {
        hop_error_set(err, HOP_ERROR_TLS, 0,
                      "%s: the peer closed the connection", what);
        return HOP_TLS_FAILED;
    }
    fail(err, 0, what);
    if (verify != X509_V_OK && !SSL_is_init_finished(tls->ssl))
        hop_error_set(err, HOP_ERROR_TLS, verify,
                      "the certificate of %s is not accepted: %s",
                      tls->host ? tls->host : "the peer",
                      X509_verify_cert_error_string(verify));
    return HOP_TLS_FAILED;
}

static enum hop_tls_result
settle(struct hop_tls *tls, int r, const char *what, struct hop_error *err)
{
    int e = SSL_get_error(tls->ssl, r);

    switch (e) {
    case SSL_ERROR_WANT_READ: return HOP_TLS_WANT_READ;
    case SSL_ERROR_WANT_WRITE: return HOP_TLS_WANT_WRITE;
    case SSL_ERROR_ZERO_RETURN: return HOP_TLS_EOF;
    default: break;
    }
    /* Many peers close without close_notify; HTTP's framing tells whether
     * something is missing. */
    if (e == SSL_ERROR_SSL &&
        ERR_GET_REASON(ERR_peek_last_error()) ==
            SSL_R_UNEXPECTED_EOF_WHILE_READING &&
        SSL_is_init_finished(tls->ssl)) {
        ERR_clear_error();
        tls->broken = true;
        return HOP_TLS_EOF;
    }
    return fail_call(tls, e, what, err);
}

static enum hop_tls_result
tls_handshake(struct hop_tls *tls, struct hop_error *err)
{
    int r;

    ERR_clear_error();
    r = SSL_do_handshake(tls->ssl);
    if (r != 1) {
        enum hop_tls_result result = settle(tls, r, "TLS handshake", err);
        if (result == HOP_TLS_EOF) {
            hop_error_set(err, HOP_ERROR_TLS, 0,
                          "TLS handshake: the peer closed the connection");
            return HOP_TLS_FAILED;
        }
        return result;
    }
    if (tls->info.version == NULL)
        note_peer(tls);
    return HOP_TLS_OK;
}

static enum hop_tls_result
tls_read(struct hop_tls *tls, void *p, size_t n, size_t *got,
         struct hop_error *err)
{
    ERR_clear_error();
    if (SSL_read_ex(tls->ssl, p, n, got) == 1)
        return HOP_TLS_OK;
    return settle(tls, 0, "read over TLS", err);
}

static enum hop_tls_result
tls_write(struct hop_tls *tls, const void *p, size_t n, size_t *put,
          struct hop_error *err)
{
    ERR_clear_error();
    /* Each call writes one record. */
    tls_bio_set_more(SSL_get_wbio(tls->ssl), n > SSL3_RT_MAX_PLAIN_LENGTH);
    if (SSL_write_ex(tls->ssl, p, n, put) == 1)
        return HOP_TLS_OK;
    return settle(tls, 0, "write over TLS", err);
}

static void
tls_shutdown(struct hop_tls *tls)
{
    ERR_clear_error();
    if (!tls->broken && SSL_is_init_finished(tls->ssl))
        SSL_shutdown(tls->ssl);
    ERR_clear_error();
}

static const struct hop_tls_info *
tls_info(struct hop_tls *tls)
{
    return &tls->info;
}

__attribute__((visibility("default")))
const struct hop_tls_ops hop_tls_openssl = {
    .context_new = context_new,
    .context_free = context_free,
    .open = tls_open,
    .close = tls_close,
    .handshake = tls_handshake,
    .read = tls_read,
    .write = tls_write,
    .shutdown = tls_shutdown,
    .info = tls_info,
};
