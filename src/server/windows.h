/* Winbind, where it runs, on who belongs to what in the domain.  Its library is
 * loaded when it is first asked.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_SERVER_WINDOWS_H
#define HOP_SERVER_WINDOWS_H

#include "ad/sid.h"
#include "base/error.h"

/* The user's SID and those of all groups.  principal: DOMAIN\user or
 * user@domain; a bare name is no domain's, and has none (false, no error).
 * *sids is free()d by the caller. */
HOP_MUST_CHECK bool hop_windows_sids(const char *principal,
                                     struct hop_sid **sids, size_t *count,
                                     struct hop_error *err);

#endif
