/* A client's service tickets.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_AUTH_TICKET_H
#define HOP_AUTH_TICKET_H

#include "auth/spn.h"
#include "base/error.h"

/* Puts a ticket for the best of the SPNs into the cache: one that is held
 * already, else the first that the KDC gives.  The next name is tried when the
 * KDC knows no such service, and when a session's credential agent may not
 * give that one.  *spn and *target ("host/b.corp.test@CORP.TEST") are free()d
 * by the caller. */
HOP_MUST_CHECK bool ticket_get(const char *ccache,
                               const struct hop_spn_list *spns, char **spn,
                               char **target, struct hop_error *err);
/* Says why the TGT could not be forwarded to the SPN.  Always false. */
bool ticket_explain_forward(const char *ccache, const char *spn,
                            struct hop_error *err);

#endif
