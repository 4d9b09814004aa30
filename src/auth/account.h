/* From a principal to a Unix account: krb5.conf's auth_to_local, then NSS
 * (sssd, winbind, files).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_AUTH_ACCOUNT_H
#define HOP_AUTH_ACCOUNT_H

#include <stddef.h>
#include <sys/types.h>

#include "auth/mech.h"
#include "base/error.h"

#define HOP_ACCOUNT_GROUPS_MAX 65536

struct hop_account {
    char *user; /* as NSS writes it */
    uid_t uid;
    gid_t gid;
    char *home, *shell;
    gid_t *groups; /* with the primary one, once asked for */
    size_t group_count;
};

/* The account of alice@CORP.TEST (Kerberos) or CORP\alice (NTLM).  For the
 * latter the tries are: as it stands, alice@CORP.TEST's mapping when CORP is
 * the first label of the default realm, and the bare name when CORP is this
 * host or empty.  Fails with ERROR_NO_SUCH_USER's code 0x80070525 when nothing
 * fits, saying what was tried. */
HOP_MUST_CHECK bool hop_account_map(enum hop_auth_mech mech,
                                    const char *principal,
                                    struct hop_account *out,
                                    struct hop_error *err);
/* The account of a name that somebody types beside a password: as it stands,
 * without "." or this host in front, or by auth_to_local when it is a domain
 * user's (alice@corp.test, CORP\alice). */
HOP_MUST_CHECK bool hop_account_named(const char *user, struct hop_account *out,
                                      struct hop_error *err);
/* The account of a local name, as certificates give. */
HOP_MUST_CHECK bool hop_account_find(const char *user, struct hop_account *out,
                                     struct hop_error *err);
/* Fills in the groups: a directory may take its time over them. */
HOP_MUST_CHECK bool hop_account_find_groups(struct hop_account *a,
                                            struct hop_error *err);
/* The Kerberos name of DOMAIN\user where DOMAIN is the first label of the
 * default realm, or of \alice@corp.test; NULL for others.  free(). */
char *hop_account_principal(const char *ntlm_name);
void hop_account_done(struct hop_account *a);

#endif
