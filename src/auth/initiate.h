/* The client's side of Negotiate, Kerberos and NTLM: tokens in, tokens out.
 *
 * The first step is called with no input.  It may talk to the KDC (a few
 * milliseconds; up to the library's time limit when none answers), so a client
 * with many connections runs it where waiting is allowed.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_AUTH_INITIATE_H
#define HOP_AUTH_INITIATE_H

#include "auth/cred.h"
#include "auth/mech.h"
#include "auth/seal.h"
#include "auth/spn.h"

struct hop_initiator;

#define HOP_AUTO_INITIATOR HOP_CLEANUP(hop_initiator_freep)

struct hop_initiator_options {
    enum hop_auth_mech mech; /* NEGOTIATE, KERBEROS or NTLM */
    struct hop_cred *cred;   /* borrowed as long as the initiator lives */
    struct hop_spn_rule spn; /* read by hop_initiator_new alone */
    enum hop_auth_delegate delegate;
    /* Kerberos: do without the server's answer to the token, so that a message
     * can be sealed beside the first one.  The server still proves itself: it
     * cannot open that message, nor seal an answer, without its key. */
    bool one_way;
    const void *binding; /* hop_binding_from_cert; NULL without TLS; copied */
    size_t binding_len;
};

/* Checks the options alone.  Delegation together with NTLM is refused: NTLM
 * cannot carry a credential. */
HOP_MUST_CHECK bool hop_initiator_new(const struct hop_initiator_options *o,
                                      struct hop_initiator **out,
                                      struct hop_error *err);
void hop_initiator_free(struct hop_initiator *i);
void hop_initiator_freep(struct hop_initiator **i);

/* Takes the server's token (NULL, 0 at first) and appends the next one to out.
 * Fails with the code Windows shows; HOP_DELEGATE_ALWAYS with a TGT that is
 * not forwardable fails in the first step, before anything is sent. */
HOP_MUST_CHECK enum hop_auth_step hop_initiator_step(struct hop_initiator *i,
                                                     const void *in, size_t n,
                                                     struct hop_buf *out,
                                                     struct hop_error *err);

/* What was agreed, valid once the first step has succeeded. */
enum hop_auth_mech hop_initiator_mech(const struct hop_initiator *i);
/* Why it is NTLM although Kerberos was tried; NULL if it was not.  Borrowed. */
const char *hop_initiator_no_kerberos(const struct hop_initiator *i);
/* The SPN in use, "host/b.corp.test"; NULL before.  Borrowed. */
const char *hop_initiator_spn(const struct hop_initiator *i);
/* True when the established context carries a forwarded TGT. */
bool hop_initiator_delegated(const struct hop_initiator *i);
/* True when the established context can seal messages; with one_way and
 * Kerberos after the first step already. */
bool hop_initiator_can_seal(const struct hop_initiator *i);

/* The established context as a sealing one; the initiator keeps nothing. */
HOP_MUST_CHECK bool hop_initiator_take_seal(struct hop_initiator *i,
                                            struct hop_seal **out,
                                            struct hop_error *err);

#endif
