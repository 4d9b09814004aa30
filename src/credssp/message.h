/* The messages of CredSSP, MS-CSSP 2.2.1: TSRequest, which goes both ways
 * inside TLS, and TSCredentials, which is sealed once more inside it.
 *
 *     TSRequest ::= SEQUENCE {
 *         version     [0] INTEGER,
 *         negoTokens  [1] SEQUENCE OF SEQUENCE { negoToken [0] OCTET STRING }
 *                         OPTIONAL,
 *         authInfo    [2] OCTET STRING OPTIONAL,
 *         pubKeyAuth  [3] OCTET STRING OPTIONAL,
 *         errorCode   [4] INTEGER OPTIONAL,
 *         clientNonce [5] OCTET STRING OPTIONAL }
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CREDSSP_MESSAGE_H
#define HOP_CREDSSP_MESSAGE_H

#include "base/der.h"
#include "base/error.h"
#include "base/secret.h"

enum {
    CREDSSP_NONCE_BYTES = 32,
    CREDSSP_VERSION_MIN = 2,
    CREDSSP_VERSION_MAX = 6,
    /* A Kerberos ticket with a large PAC has 64 KiB; more is no message. */
    CREDSSP_MESSAGE_MAX = 256 * 1024,
    CREDSSP_NAME_MAX = 1024, /* characters of a user or domain */
    CREDSSP_PASSWORD_MAX = 4096,
};

/* Spans of length 0 stand for fields that are absent. */
struct credssp_request {
    uint32_t version;
    struct hop_der_span token; /* the first negoToken; peers send one */
    struct hop_der_span auth_info;
    struct hop_der_span key_auth;
    struct hop_der_span nonce; /* CREDSSP_NONCE_BYTES */
    uint32_t error;            /* NTSTATUS; 0: none */
};

enum credssp_read { CREDSSP_READ_BAD, CREDSSP_READ_MORE, CREDSSP_READ_OK };

/* Looks at the front of what TLS has delivered.  OK: *used bytes are one
 * message, whose spans point into p.  MORE: it is not all there yet. */
HOP_MUST_CHECK enum credssp_read
credssp_request_decode(const void *p, size_t n, size_t *used,
                       struct credssp_request *out, struct hop_error *err);
void credssp_request_encode(const struct credssp_request *r,
                            struct hop_buf *out);

/* What TSPasswordCreds carries, 2.2.1.2.1, in UTF-8. */
struct credssp_password {
    char *domain; /* "" : none */
    char *user;
    struct hop_secret *password;
};

/* TSCredentials with credType 1.  p holds a password: the caller wipes it.
 * Smart cards and Remote Credential Guard are refused with a text. */
HOP_MUST_CHECK bool credssp_password_decode(const void *p, size_t n,
                                            struct credssp_password *out,
                                            struct hop_error *err);
/* out should be a secret buffer. */
void credssp_password_encode(const char *domain, const char *user,
                             const struct hop_secret *password,
                             struct hop_buf *out);
void credssp_password_done(struct credssp_password *c);

#endif
