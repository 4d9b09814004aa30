/* This host's own logon with its keytab, as the computer that it is in its
 * domain.
 *
 * Asks the KDC and waits for it.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_AUTH_MACHINE_H
#define HOP_AUTH_MACHINE_H

#include "base/error.h"

/* "B$" of "B$@CORP.TEST", the computer whose keys were loaded (auth/keys.h);
 * NULL when they are no computer's of a domain.  free(). */
char *hop_machine_name(void);
/* Writes a ticket-granting ticket of that account to a file that the caller
 * alone can read, in place of what is there. */
HOP_MUST_CHECK bool hop_machine_ticket(const char *path, struct hop_error *err);

#endif
