/* TLS in memory for CredSSP, on OpenSSL: MS-CSSP 3.1.5 runs it inside tokens.
 *
 * Like HTTPS (net/tls.h) it is behind a table that programs fill by loading the
 * module hop-cssp.so, and hopd's processes by linking it.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CREDSSP_TLS_H
#define HOP_CREDSSP_TLS_H

#include "auth/seal.h"
#include "base/der.h"
#include "base/error.h"

struct credssp_identity; /* a server's key and certificate */
struct credssp_tls;      /* one connection */

/* For a client without a CA file any certificate will do: the public key is
 * proven by what is inside, MS-CSSP 3.1.5. */
struct credssp_tls_options {
    const struct credssp_identity *identity; /* server; NULL: client */
    const char *ca_file; /* client: PEM of accepted authorities, or NULL */
    const char *pins;    /* client: SHA-256 (or SHA-1) of the certificates that
                            will do, by commas, or NULL */
    const char *host;    /* client: the name the certificate has to carry */
    int max_version;     /* 12: no TLS 1.3; 0: all */
};

enum credssp_tls_result {
    CREDSSP_TLS_FAILED,
    CREDSSP_TLS_MORE, /* the peer's answer is awaited */
    CREDSSP_TLS_DONE,
};

struct hop_credssp_ops {
    /* A fresh key (RSA, as all peers know it) and a self-signed certificate for
     * a host name; takes some 100 ms. */
    struct credssp_identity *(*identity_new)(const char *host,
                                             struct hop_error *err);
    /* From PEM, a key and its certificate. */
    struct credssp_identity *(*identity_read)(const char *pem, size_t n,
                                              struct hop_error *err);
    void (*identity_free)(struct credssp_identity *i);

    struct credssp_tls *(*open)(const struct credssp_tls_options *o,
                                struct hop_error *err);
    void (*close)(struct credssp_tls *t);
    /* Bytes of the peer; they are looked at by the calls below. */
    void (*feed)(struct credssp_tls *t, const void *p, size_t n);
    /* Bytes for the peer are appended to out, also by a failure (an alert). */
    enum credssp_tls_result (*handshake)(struct credssp_tls *t,
                                         struct hop_buf *out,
                                         struct hop_error *err);
    /* Appends what has come; false when the stream is broken or ended.  An
     * alert for the peer goes to out. */
    bool (*read)(struct credssp_tls *t, struct hop_buf *plain,
                 struct hop_buf *out, struct hop_error *err);
    bool (*write)(struct credssp_tls *t, const void *p, size_t n,
                  struct hop_buf *out, struct hop_error *err);
    /* The contents of the server certificate's SubjectPublicKey BIT STRING,
     * RFC 5280 4.1.2.7. */
    bool (*public_key)(struct credssp_tls *t, struct hop_buf *out,
                       struct hop_error *err);
    const char *(*version)(const struct credssp_tls *t); /* "TLSv1.3" */
    bool (*sha256)(const struct hop_der_span *parts, size_t count,
                   uint8_t out[32]);

    /* The keys and sequence numbers of the connection as they stand, for
     * records_new, perhaps in another process; the connection is good for
     * nothing else then. */
    bool (*export_keys)(struct credssp_tls *t, struct hop_buf *out,
                        struct hop_error *err);
    void *(*records_new)(const void *keys, size_t n, struct hop_error *err);
    const struct hop_seal_engine *records;
};

extern __attribute__((visibility("default")))
const struct hop_credssp_ops hop_credssp_openssl;

/* Links it in: called once at the start of a program. */
void hop_credssp_use(const struct hop_credssp_ops *ops);
/* Makes it available; false when the module is not installed. */
HOP_MUST_CHECK bool hop_credssp_load(struct hop_error *err);
/* Not NULL after that. */
const struct hop_credssp_ops *credssp_tls(void);

/* Message protection with exported keys, MS-WSMV 2.2.9.1: TLS records in the
 * parts of a multipart body. */
HOP_MUST_CHECK bool hop_credssp_seal_import(const void *keys, size_t n,
                                            struct hop_seal **out,
                                            struct hop_error *err);

#endif
