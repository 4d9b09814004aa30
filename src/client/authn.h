/* The client's side of HTTP authentication on one connection: which header goes
 * with the next request, and what the answer means.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CLIENT_AUTHN_H
#define HOP_CLIENT_AUTHN_H

#include "auth/initiate.h"
#include "client/trouble.h"
#include "credssp/client.h"
#include "http/head.h"
#include "http/sealed.h"

enum authn_state {
    AUTHN_FIRST,    /* nothing sent yet */
    AUTHN_ONGOING,  /* the answer to a token is awaited */
    AUTHN_FINISHED, /* the server knows who we are */
};

struct authn {
    const struct settings *settings; /* borrowed */
    enum authn_state state;
    enum hop_auth_mech mech;
    const char *scheme; /* of the HTTP headers */
    enum hop_http_sealing sealing;
    struct hop_initiator *initiator;
    struct hop_credssp_client *credssp; /* in its place */
    struct hop_seal *seal; /* NULL until finished, or where nothing is sealed */
    bool complete;         /* our side needs no more tokens */
    bool early;            /* a sealed body may go with the token */
    bool brief; /* CredSSP: it may go with the last one, others together */
    bool mute;  /* the server has refused without a token that says why */
};

/* early: try to seal from the first request on, where Kerberos is used. */
void authn_init(struct authn *a, const struct settings *s, bool early);
void authn_done(struct authn *a);
/* True when requests go without a first round of tokens: each carries its
 * credentials itself, or has none. */
bool authn_is_per_request(const struct authn *a);
/* Appends the value of Authorization for the next request; nothing when there
 * is none to send.  end_point: channel binding, may be NULL. */
HOP_MUST_CHECK bool authn_next(struct authn *a, const struct hop_tls_info *tls,
                               struct hop_buf *value, struct trouble *t);
/* Looks at the answer's status and headers; appends the value for another
 * round when *again is set. */
HOP_MUST_CHECK bool authn_take(struct authn *a, const struct hop_http_head *h,
                               struct hop_buf *value, bool *again,
                               struct trouble *t);
/* "Kerberos", "NTLM", "Basic", "Certificate", "CredSSP"; "" before. */
const char *authn_mechanism(const struct authn *a);

#endif
