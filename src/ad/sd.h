/* Security descriptors in their self-relative form: MS-DTYP 2.4.6, with the
 * access control lists of 2.4.5 and their entries, 2.4.4.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_AD_SD_H
#define HOP_AD_SD_H

#include "ad/sid.h"
#include "base/error.h"
#include "base/guid.h"

enum hop_ace_type { /* 2.4.4.1 */
                    HOP_ACE_ALLOWED = 0,
                    HOP_ACE_DENIED = 1,
                    HOP_ACE_AUDIT = 2,
                    HOP_ACE_ALLOWED_OBJECT = 5,
                    HOP_ACE_DENIED_OBJECT = 6,
                    HOP_ACE_AUDIT_OBJECT = 7,
};

/* ADS_RIGHT_*, MS-ADTS 5.1.3.2: all that an account's owner may do, which is
 * what Windows writes for each principal that may delegate. */
#define HOP_AD_FULL_CONTROL 0x000F01FFu

struct hop_ace {
    uint8_t type, flags;
    uint32_t mask;
    struct hop_sid sid;
    bool has_object, has_inherited; /* the GUIDs of object entries */
    struct hop_guid object, inherited;
};

struct hop_acl {
    bool present; /* a descriptor without one lets everybody in */
    uint8_t revision;
    struct hop_ace *aces;
    size_t count;
};

struct hop_sd {
    uint16_t control;
    bool has_owner, has_group;
    struct hop_sid owner, group;
    struct hop_acl dacl, sacl;
};

#define HOP_AUTO_SD HOP_CLEANUP(hop_sd_done)

void hop_sd_done(struct hop_sd *sd);
/* Entries of unknown types are kept with the SID at their end left empty.
 * Fails (PROTOCOL) for what does not lie inside the n bytes. */
HOP_MUST_CHECK bool hop_sd_decode(const void *p, size_t n, struct hop_sd *sd,
                                  struct hop_error *err);
/* Only entries of the types above can be written. */
void hop_sd_encode(struct hop_buf *out, const struct hop_sd *sd);
/* Adds an entry that allows mask to sid. */
void hop_sd_allow(struct hop_sd *sd, const struct hop_sid *sid, uint32_t mask);
/* What msDS-AllowedToActOnBehalfOfOtherIdentity holds before its entries:
 * owned by the administrators, an empty list. */
void hop_sd_init_delegation(struct hop_sd *sd);
/* The text form of MS-DTYP 2.5.1: O:BAD:(A;;CCDC...;;;S-1-5-21-...). */
void hop_sd_format(struct hop_buf *out, const struct hop_sd *sd);

#endif
