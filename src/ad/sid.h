/* Security identifiers: MS-DTYP 2.4.2.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_AD_SID_H
#define HOP_AD_SID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/cleanup.h"

#define HOP_SID_SUBS 15                           /* most subauthorities */
#define HOP_SID_MAX  (8 + 4 * HOP_SID_SUBS)       /* bytes */
#define HOP_SID_TEXT (4 + 15 + 11 * HOP_SID_SUBS) /* with the NUL */

struct hop_sid {
    uint64_t authority; /* 48 bits */
    uint8_t count;
    uint32_t sub[HOP_SID_SUBS];
};

/* From the n bytes at p, which may go on behind the SID; *used: its bytes. */
HOP_MUST_CHECK bool hop_sid_decode(const void *p, size_t n, struct hop_sid *sid,
                                   size_t *used);
void hop_sid_encode(struct hop_buf *out, const struct hop_sid *sid);
/* S-1-5-21-...; an authority of 2^32 and more is hexadecimal, MS-DTYP
 * 2.4.2.1. */
HOP_MUST_CHECK bool hop_sid_parse(const char *text, struct hop_sid *sid);
void hop_sid_format(const struct hop_sid *sid, char out[HOP_SID_TEXT]);
bool hop_sid_eq(const struct hop_sid *a, const struct hop_sid *b);
/* What Windows shows for one that every domain has ("BUILTIN\Administrators",
 * "NT AUTHORITY\SYSTEM"), or NULL; static. */
const char *hop_sid_well_known(const struct hop_sid *sid);
/* The one of two letters in SDDL; false for letters that name none which every
 * domain has. */
HOP_MUST_CHECK bool hop_sid_from_letters(const char *letters,
                                         struct hop_sid *sid);
/* Its two letters in SDDL (MS-DTYP 2.5.1.1), or NULL; static. */
const char *hop_sid_letters(const struct hop_sid *sid);

#endif
