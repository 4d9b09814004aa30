/* Tickets in a file, for programs whose Kerberos library knows no KCM
 * (Samba's): just the service tickets named, no TGT.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_AUTH_TICKETFILE_H
#define HOP_AUTH_TICKETFILE_H

#include <stddef.h>

#include "base/error.h"

#define HOP_TICKETFILE_SPNS   16
#define HOP_TICKETFILE_PREFIX "hop-tickets-" /* then the session's id, "-" */

/* Gets a ticket from the default cache for each SPN ("cifs/c", at most
 * HOP_TICKETFILE_SPNS) and writes them into a new file below dir that the
 * caller alone can read.  Each is entered under the name as it stands, for such
 * programs look for exactly that; where the domain refuses the short form of a
 * host's name, the full one's ticket stands in for it.  *path is free()d by the
 * caller, who removes the file with hop_ccache_destroy (auth/grant.h). */
HOP_MUST_CHECK bool hop_ticketfile_make(const char *const *spns, size_t count,
                                        const char *dir, char **path,
                                        struct hop_error *err);

#endif
