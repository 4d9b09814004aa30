/* SPNEGO's two messages, RFC 4178 section 4.2: enough to tell what a token is,
 * to find the mechanism's own token inside it, and to carry Kerberos as the
 * one mechanism offered.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_AUTH_SPNEGO_H
#define HOP_AUTH_SPNEGO_H

#include "base/der.h"
#include "base/error.h"

enum spnego_kind {
    SPNEGO_UNKNOWN,
    SPNEGO_RAW_KRB5, /* an initial token of RFC 2743 3.1 with Kerberos' OID */
    SPNEGO_RAW_NTLM, /* "NTLMSSP\0" */
    SPNEGO_INIT,     /* NegTokenInit */
    SPNEGO_RESP,     /* NegTokenResp */
};

/* RFC 4178 4.2.2 negState. */
enum spnego_state {
    SPNEGO_COMPLETED,
    SPNEGO_INCOMPLETE,
    SPNEGO_REJECT,
    SPNEGO_REQUEST_MIC,
    SPNEGO_NO_STATE = -1,
};

struct spnego_token {
    enum spnego_kind kind;
    enum spnego_state state;     /* RESP */
    bool has_krb5, has_ntlm;     /* INIT: offered; RESP: chosen */
    bool krb5_first, ntlm_first; /* INIT */
    struct hop_der_span
        mech_token; /* the inner token; the whole for RAW_ kinds */
    struct hop_der_span
        mech_list; /* INIT: the MechTypeList, over which MICs go */
    struct hop_der_span mic;
    struct hop_der_span first_mech; /* INIT: contents of the first OID */
};

#define SPNEGO_MECHS_MAX 16

/* Looks at a token; all spans point into it.  A token of no known form is kind
 * SPNEGO_UNKNOWN; false is for one that begins as SPNEGO and is malformed. */
bool spnego_decode(const void *p, size_t n, struct spnego_token *out);

/* Appends a NegTokenInit that offers Kerberos alone with its first token. */
void spnego_encode_init(struct hop_buf *out, const void *mech_token, size_t n);
/* The DER of the MechTypeList in that message. */
struct hop_der_span spnego_krb5_list(void);
/* Appends a NegTokenResp of the initiator: token and MIC where n > 0. */
void spnego_encode_resp(struct hop_buf *out, struct hop_der_span token,
                        struct hop_der_span mic);

/* Appends a NegTokenResp of the acceptor that has settled on the mechanism in
 * its first answer: completed, or rejected with the mechanism's error token. */
void spnego_encode_answer(struct hop_buf *out, enum spnego_state state,
                          struct hop_der_span mech, struct hop_der_span token);

#endif
