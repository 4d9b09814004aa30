/* Who a Kerberos ticket is for, as the domain says: KERB_VALIDATION_INFO of its
 * PAC (MS-PAC 2.5), in NDR (C706 14, MS-RPCE 2.2.6).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_AD_PAC_H
#define HOP_AD_PAC_H

#include "ad/sid.h"
#include "base/error.h"

#define HOP_PAC_SIDS_MAX 4096

/* The user's SID, the groups', the extra ones and those of resource groups.
 * *sids is free()d by the caller.  Fails (PROTOCOL) for what does not lie
 * inside the n bytes. */
HOP_MUST_CHECK bool hop_pac_sids(const void *p, size_t n, struct hop_sid **sids,
                                 size_t *count, struct hop_error *err);

#endif
