/* What the initiator needs of a credential beyond its public face.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_AUTH_CREDCTX_H
#define HOP_AUTH_CREDCTX_H

#include <krb5.h>

#include "auth/cred.h"

/* True when Kerberos is forbidden, or a logon has shown that no reachable KDC
 * knows the user: NTLM is left. */
bool cred_knows_no_kerberos(const struct hop_cred *c);
/* The name of the ticket cache to use, made by a logon first where a password
 * was given.  Borrowed until the credential ends. */
HOP_MUST_CHECK bool cred_open(struct hop_cred *c, const char **ccache,
                              struct hop_error *err);
/* The principal of a user as people write one: "alice", "alice@corp.test",
 * "CORP\alice" and "corp.test\alice"; KRB5_REALM_UNKNOWN for a flat domain
 * that is not the default realm's. */
krb5_error_code cred_parse_user(krb5_context ctx, const char *user,
                                krb5_principal *out);

#endif
