/* Who a client is: the default ticket cache, or a user and a password.
 *
 * Passwords come as secrets, never from the environment or a command line.  A
 * TGT made from a password lives in a memory cache of its own, which ends with
 * the credential; it is asked to be forwardable whatever krb5.conf says.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_AUTH_CRED_H
#define HOP_AUTH_CRED_H

#include <stdbool.h>

#include "auth/mech.h"
#include "base/error.h"
#include "base/secret.h"

struct hop_cred;

#define HOP_AUTO_CRED HOP_CLEANUP(hop_cred_freep)

/* The caller's own tickets: $KRB5CCNAME or the system's default.  ccache names
 * another cache ("FILE:/...", "MEMORY:..."), NULL the default one.  Nothing is
 * opened before the first use. */
HOP_MUST_CHECK bool hop_cred_default(const char *ccache, struct hop_cred **out,
                                     struct hop_error *err);
/* user is user@REALM, user@domain (UPN), DOMAIN\user or a bare user; the
 * password is copied.  No KDC is asked yet: the initiator does that once, with
 * Kerberos first and NTLM after it when the mechanism leaves the choice. */
HOP_MUST_CHECK bool hop_cred_password(const char *user,
                                      const struct hop_secret *password,
                                      struct hop_cred **out,
                                      struct hop_error *err);
/* This host's own account, by the keys of a keytab (NULL: the system's), which
 * is read at once. */
HOP_MUST_CHECK bool hop_cred_machine(const char *keytab, struct hop_cred **out,
                                     struct hop_error *err);
/* A password credential that is never used for Kerberos (NTLM alone). */
void hop_cred_forbid_kerberos(struct hop_cred *c);
void hop_cred_free(struct hop_cred *c);
void hop_cred_freep(struct hop_cred **c);

/* The user as given, NULL for the default cache.  Borrowed. */
const char *hop_cred_user(const struct hop_cred *c);
/* The password, NULL for the default cache (Basic needs it).  Borrowed. */
const struct hop_secret *hop_cred_secret(const struct hop_cred *c);

/* What the ticket cache holds, for messages and for `klist`. */
struct hop_cred_tgt {
    char *principal; /* "alice@CORP.TEST"; free() */
    int64_t expires; /* Unix time; 0 when there is no TGT */
    bool forwardable;
};

/* Gets the TGT when a password needs it, and looks at it.  Fails as a logon
 * would: 0x8009030E without a cache, 0x8009030C for a wrong password,
 * 0x80090311 without a KDC, 0x80090324 for clocks that differ. */
HOP_MUST_CHECK bool hop_cred_tgt(struct hop_cred *c, struct hop_cred_tgt *out,
                                 struct hop_error *err);
void hop_cred_tgt_done(struct hop_cred_tgt *t);

#endif
