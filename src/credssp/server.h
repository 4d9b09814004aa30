/* CredSSP's server, MS-CSSP 3.1: proves that the TLS connection ends here, and
 * takes the user's password.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CREDSSP_SERVER_H
#define HOP_CREDSSP_SERVER_H

#include "auth/accept.h"
#include "credssp/message.h"
#include "credssp/status.h"
#include "credssp/tls.h"

struct hop_credssp_server;

#define HOP_AUTO_CREDSSP_SERVER HOP_CLEANUP(hop_credssp_server_freep)

struct hop_credssp_server_options {
    struct hop_acceptor_cred *cred;          /* borrowed */
    const struct credssp_identity *identity; /* borrowed */
    bool kerberos, ntlm;                     /* permitted inside */
    uint32_t version_min, version_max;       /* 0: 5 and 6 */
    int tls_max;                             /* 12: no TLS 1.3 */
};

HOP_MUST_CHECK bool
hop_credssp_server_new(const struct hop_credssp_server_options *o,
                       struct hop_credssp_server **out, struct hop_error *err);
void hop_credssp_server_free(struct hop_credssp_server *s);
void hop_credssp_server_freep(struct hop_credssp_server **s);

/* Takes one token, appends the answer to out: also with FAILED, where it tells
 * the client why.  PENDING: as hop_acceptor_step. */
HOP_MUST_CHECK enum hop_auth_step
hop_credssp_server_step(struct hop_credssp_server *s, const void *in, size_t n,
                        struct hop_buf *out, struct hop_error *err);
int hop_credssp_server_fd(const struct hop_credssp_server *s);
HOP_MUST_CHECK enum hop_auth_step
hop_credssp_server_resume(struct hop_credssp_server *s, struct hop_buf *out,
                          struct hop_error *err);

/* Who the client has proven to be: as hop_acceptor_identity; NULL before. */
const struct hop_auth_identity *
hop_credssp_server_identity(const struct hop_credssp_server *s);
/* "TLSv1.3", and the version of CredSSP in force: for the journal. */
const char *hop_credssp_server_tls(const struct hop_credssp_server *s);
uint32_t hop_credssp_server_version(const struct hop_credssp_server *s);
/* After DONE, once: the caller owns it. */
void hop_credssp_server_take_password(struct hop_credssp_server *s,
                                      struct credssp_password *out);
/* The logon cannot be had after all: appends the token that says so, if the
 * version in force knows how; nothing otherwise. */
void hop_credssp_server_refuse(struct hop_credssp_server *s, uint32_t status,
                               struct hop_buf *out);
/* Appends what hop_credssp_seal_import takes: secret.  The last thing to do. */
HOP_MUST_CHECK bool hop_credssp_server_export(struct hop_credssp_server *s,
                                              struct hop_buf *out,
                                              struct hop_error *err);

#endif
