/* What both roles of CredSSP have in common: TSRequests in TLS in tokens, the
 * version agreed on, the proof of the public key.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CREDSSP_CHANNEL_H
#define HOP_CREDSSP_CHANNEL_H

#include "auth/mech.h"
#include "credssp/message.h"
#include "credssp/tls.h"

struct credssp_channel {
    const struct hop_credssp_ops *ops;
    struct credssp_tls *tls;
    bool secured; /* the handshake is over */
    uint32_t version_min, version_max;
    uint32_t peer_version; /* 0: not told yet */
    uint32_t version;      /* in force from then on */
    uint8_t nonce[CREDSSP_NONCE_BYTES];
    bool has_nonce;
    struct hop_buf plain;  /* of the last message; its spans point into it */
    struct hop_seal *seal; /* the inner context */
};

HOP_MUST_CHECK bool credssp_channel_open(struct credssp_channel *c,
                                         const struct credssp_tls_options *o,
                                         struct hop_error *err);
void credssp_channel_close(struct credssp_channel *c);

/* Takes one token and goes on with the handshake.  CONTINUE: out is to be sent
 * (empty: the peer's token held nothing to answer); DONE: secured. */
HOP_MUST_CHECK enum hop_auth_step
credssp_channel_handshake(struct credssp_channel *c, const void *in, size_t n,
                          struct hop_buf *out, struct hop_error *err);
/* Reads the message that a token carries.  *none is set for a token of TLS's
 * own business without one, and r is untouched then. */
HOP_MUST_CHECK bool credssp_channel_receive(struct credssp_channel *c,
                                            const void *in, size_t n,
                                            struct credssp_request *r,
                                            bool *none, struct hop_buf *out,
                                            struct hop_error *err);
/* The peer's version, which may not change: the lower of both is in force. */
HOP_MUST_CHECK bool credssp_channel_agree(struct credssp_channel *c,
                                          const struct credssp_request *r,
                                          struct hop_error *err);
HOP_MUST_CHECK bool credssp_channel_send(struct credssp_channel *c,
                                         struct credssp_request *r,
                                         struct hop_buf *out,
                                         struct hop_error *err);
/* True when the version in force has errorCode: 3, 4, and 6 on. */
bool credssp_channel_has_errors(const struct credssp_channel *c);

/* Appends the sealed proof of the public key, 3.1.5 step 4 and 5: of the
 * client to the server or back. */
HOP_MUST_CHECK bool credssp_channel_prove(struct credssp_channel *c,
                                          bool by_server, struct hop_buf *out,
                                          struct hop_error *err);
/* Checks the peer's. */
HOP_MUST_CHECK bool credssp_channel_check(struct credssp_channel *c,
                                          bool by_server,
                                          struct hop_der_span sealed,
                                          struct hop_error *err);

#endif
