/* CredSSP's client, MS-CSSP 3.1: hands a password to a server that has proven
 * who it is and that the TLS connection ends there.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CREDSSP_CLIENT_H
#define HOP_CREDSSP_CLIENT_H

#include "auth/initiate.h"
#include "credssp/message.h"

struct hop_credssp_client;

#define HOP_AUTO_CREDSSP_CLIENT HOP_CLEANUP(hop_credssp_client_freep)

struct hop_credssp_client_options {
    struct hop_cred *cred; /* with a password; borrowed */
    struct hop_spn_rule spn;
    uint8_t nonce[CREDSSP_NONCE_BYTES]; /* random */
    uint32_t version_min, version_max;  /* 0: 5 and 6 */
    const char *ca_file; /* check the server's certificate; or NULL */
    const char *pins;    /* its SHA-256, several by commas; or NULL */
    int tls_max;         /* 12: no TLS 1.3 */
    /* Save round trips: the first token of the mechanism goes with TLS 1.3's
     * Finished, and Kerberos does without the server's answer, so that the
     * proof of the key goes with it too (the server proves itself by its own).
     * Not every peer may take it so.  Without effect below version_min 5, where
     * the proof depends on the peer's version. */
    bool brief;
    /* Asked once the mechanism is known and before a byte of it is sent:
     * whether the password may go to a server that is proven so.  NULL: yes. */
    bool (*may_send)(void *ctx, enum hop_auth_mech mech, struct hop_error *err);
    void *ctx;
};

/* Nothing but the options is looked at; texts and nonce are copied. */
HOP_MUST_CHECK bool
hop_credssp_client_new(const struct hop_credssp_client_options *o,
                       struct hop_credssp_client **out, struct hop_error *err);
void hop_credssp_client_free(struct hop_credssp_client *c);
void hop_credssp_client_freep(struct hop_credssp_client **c);

/* Takes the server's token (NULL, 0 at first), appends the next one.  DONE: out
 * is the last token, with the password; a refusal may yet come, which a further
 * step with the server's token turns into an error. */
HOP_MUST_CHECK enum hop_auth_step
hop_credssp_client_step(struct hop_credssp_client *c, const void *in, size_t n,
                        struct hop_buf *out, struct hop_error *err);
/* KERBEROS or NTLM, NONE before it is known. */
enum hop_auth_mech hop_credssp_client_mech(const struct hop_credssp_client *c);
/* Message protection, from DONE on: also for a body that goes with the last
 * token.  The step that a refusal needs can follow. */
HOP_MUST_CHECK bool hop_credssp_client_take_seal(struct hop_credssp_client *c,
                                                 struct hop_seal **out,
                                                 struct hop_error *err);

#endif
