/* A domain logon with a user's password, for servers that were handed one: it
 * becomes a ticket-granting ticket at once.
 *
 * Asks the KDC and waits for it: to be called in a process of its own, which
 * takes the password's traces with it.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_AUTH_LOGON_H
#define HOP_AUTH_LOGON_H

#include "base/buf.h"
#include "base/error.h"
#include "base/secret.h"

struct hop_logon {
    uint32_t status;     /* NTSTATUS; 0: a ticket */
    char principal[512]; /* as the KDC writes it */
    struct hop_buf tgt;  /* for hop_grant_from_tgt; secret */
    struct hop_error err;
};

/* user: "alice@CORP.TEST", "CORP\alice".  principal: who it must be, as proven
 * before.  The ticket is forwardable and renewable where the domain allows it;
 * one that is not forwardable is refused: the domain lets nobody act for such
 * an account, MS-KILE 3.3.5.1. */
void hop_logon_password(const char *user, const struct hop_secret *password,
                        const char *principal, struct hop_logon *out);
void hop_logon_done(struct hop_logon *l);

/* What a Kerberos code and the KDC's own status (0: none) are to a client that
 * is told an NTSTATUS. */
uint32_t logon_status(int32_t code, uint32_t kdc_status);

#endif
