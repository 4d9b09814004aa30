/* What the initiator needs of a credential beyond its public face.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_AUTH_CREDCTX_H
#define HOP_AUTH_CREDCTX_H

#include <krb5.h>

#include "auth/cred.h"
#include "auth/gss.h"

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
/* Why the logon failed, a krb5_error_code. */
int32_t cred_last_code(const struct hop_cred *c);
/* Asks for a ticket that can be renewed for a week. */
void cred_want_renewable(struct hop_cred *c);
/* The cache's TGT of its owner's realm; its contents are the caller's. */
krb5_error_code cred_find_tgt(krb5_context ctx, krb5_ccache cc,
                              krb5_creds *out);
/* The TGT of a host's account, which is one of the keytab's.  machine.c */
krb5_error_code cred_machine_tgt(krb5_context ctx, const char *keytab,
                                 const char *account, krb5_creds *out);

#endif
