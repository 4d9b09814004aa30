/* Basic: a user's password checked through PAM.  Takes as long as the PAM stack
 * does (about 2 s after a wrong password), so it runs in a child.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_AUTH_BASIC_H
#define HOP_AUTH_BASIC_H

#include <stdbool.h>

#include "base/error.h"
#include "base/secret.h"

/* Checks with the PAM service (auth and account); PAM_RHOST is the address of
 * the peer ("address:port", or NULL).  Fails with 0x8009030C
 * SEC_E_LOGON_DENIED for a wrong user or password alike, with the account's own
 * reason (expired, locked) when the password was right. */
HOP_MUST_CHECK bool hop_basic_check(const char *service, const char *user,
                                    const struct hop_secret *password,
                                    const char *peer, struct hop_error *err);
/* The same where no PAM is to be asked (hopd --user): a file with lines
 * "DOMAIN:user:password", the format of gss-ntlmssp's user file; it must belong
 * to the caller and be closed to others. */
HOP_MUST_CHECK bool hop_basic_check_file(const char *path, const char *user,
                                         const struct hop_secret *password,
                                         struct hop_error *err);

#endif
