/* TLS (1.2 and later) over a descriptor, on OpenSSL.
 *
 * OpenSSL costs 1-2 ms of program start, so programs that seldom need it do not
 * link it: this header's functions go through a table that hop_tls_load fills
 * by loading the module hop-tls.so, and that daemons fill by linking it
 * (hop_tls_use(&hop_tls_openssl)).  Without either they fail with a text.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_NET_TLS_H
#define HOP_NET_TLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct hop_tls_context; /* certificates and rules, shared by connections */
struct hop_tls;         /* one connection */

/* Borrowed for the call. */
struct hop_tls_config {
    bool server;
    const char *cert_file; /* PEM chain; client: NULL for no certificate */
    const char *key_file;  /* PEM */
    int key_socket;        /* with ask_socket: token.h; borrowed */
    bool ask_socket;       /* the key is behind key_socket, not in a file */
    const char *ca_file;   /* server: issuers of client certificates; client:
                              NULL for the system's */
    bool ask_client_cert;  /* server: ask, and verify one that comes */
    bool skip_ca_check;    /* client: any issuer (-skipCAcheck) */
    bool skip_name_check;  /* client: any host name (-skipCNcheck) */
};

/* What is known after the handshake; lives as long as the connection. */
struct hop_tls_info {
    const char *version; /* "TLSv1.3" */
    const char *cipher;
    /* RFC 5929 tls-server-end-point, on both sides: that prefix, a colon and
     * the hash of the server's certificate; what auth/ takes as binding. */
    uint8_t binding[96];
    size_t binding_len;
    bool peer_verified;       /* a certificate came and its chain is good */
    const uint8_t *peer_cert; /* the peer's certificate in DER, or NULL */
    size_t peer_cert_len;
    /* The verified chain, each certificate in DER behind the one that it has
     * issued, the peer's own first; NULL without one. */
    const uint8_t *peer_chain;
    size_t peer_chain_len;
};

enum hop_tls_result {
    HOP_TLS_OK,
    HOP_TLS_WANT_READ,
    HOP_TLS_WANT_WRITE,
    HOP_TLS_EOF, /* the peer has ended the stream */
    HOP_TLS_FAILED,
};

struct hop_tls_ops {
    struct hop_tls_context *(*context_new)(const struct hop_tls_config *config,
                                           struct hop_error *err);
    void (*context_free)(struct hop_tls_context *context);
    struct hop_tls *(*open)(struct hop_tls_context *context, int fd,
                            const char *host, struct hop_error *err);
    void (*close)(struct hop_tls *tls);
    enum hop_tls_result (*handshake)(struct hop_tls *tls,
                                     struct hop_error *err);
    enum hop_tls_result (*read)(struct hop_tls *tls, void *p, size_t n,
                                size_t *got, struct hop_error *err);
    enum hop_tls_result (*write)(struct hop_tls *tls, const void *p, size_t n,
                                 size_t *put, struct hop_error *err);
    void (*shutdown)(struct hop_tls *tls);
    const struct hop_tls_info *(*info)(struct hop_tls *tls);
};

/* Makes TLS available; false when the module is missing, which is looked for
 * beside this program or library, then in the installed place. */
HOP_MUST_CHECK bool hop_tls_load(struct hop_error *err);
void hop_tls_use(const struct hop_tls_ops *ops);

/* Reads certificate and key anew on each call: to reload, make another and free
 * the old one; connections keep what they began with. */
HOP_MUST_CHECK struct hop_tls_context *
hop_tls_context_new(const struct hop_tls_config *config, struct hop_error *err);
void hop_tls_context_free(struct hop_tls_context *context);

/* A connection over a non-blocking descriptor, borrowed.  host: the name that
 * the server's certificate must carry (client), else NULL. */
HOP_MUST_CHECK struct hop_tls *hop_tls_open(struct hop_tls_context *context,
                                            int fd, const char *host,
                                            struct hop_error *err);
void hop_tls_close(struct hop_tls *tls);
HOP_MUST_CHECK enum hop_tls_result hop_tls_handshake(struct hop_tls *tls,
                                                     struct hop_error *err);
HOP_MUST_CHECK enum hop_tls_result hop_tls_read(struct hop_tls *tls, void *p,
                                                size_t n, size_t *got,
                                                struct hop_error *err);
/* After WANT_*, call again with the same bytes (they may have moved). */
HOP_MUST_CHECK enum hop_tls_result hop_tls_write(struct hop_tls *tls,
                                                 const void *p, size_t n,
                                                 size_t *put,
                                                 struct hop_error *err);
/* Sends close_notify, once, without waiting. */
void hop_tls_shutdown(struct hop_tls *tls);
const struct hop_tls_info *hop_tls_get_info(struct hop_tls *tls);

#endif
