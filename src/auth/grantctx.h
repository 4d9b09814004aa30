/* Making and using grants inside the server's authentication.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_AUTH_GRANTCTX_H
#define HOP_AUTH_GRANTCTX_H

#include "auth/grant.h"
#include "auth/gss.h"

/* From the credential that gss_accept_sec_context gave; borrowed. */
HOP_MUST_CHECK bool grant_from_cred(gss_cred_id_t cred, struct hop_grant **out,
                                    struct hop_error *err);
/* From the initial Kerberos token (RFC 4121 4.1) of an accepted context: the
 * ticket inside is decrypted once more with the keytab, for its flags and
 * times. */
HOP_MUST_CHECK bool grant_from_token(const char *keytab, const void *token,
                                     size_t n, struct hop_grant **out,
                                     struct hop_error *err);
/* From a ticket of any kind; the contents are taken. */
struct hop_grant *grant_from_creds(enum hop_grant_kind kind, krb5_creds *creds);

/* The TGT, or for evidence: client, server, times, flags and the ticket's DER
 * without a key.  Borrowed. */
const krb5_creds *grant_creds(const struct hop_grant *g);

#endif
