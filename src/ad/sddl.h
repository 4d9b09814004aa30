/* Security descriptors in their text form, SDDL (MS-DTYP 2.5.1), and what they
 * let somebody do.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_AD_SDDL_H
#define HOP_AD_SDDL_H

#include "ad/sd.h"
#include "config/config.h"

/* Generic rights, MS-DTYP 2.4.3. */
#define HOP_RIGHT_ALL     0x10000000u
#define HOP_RIGHT_EXECUTE 0x20000000u
#define HOP_RIGHT_WRITE   0x40000000u
#define HOP_RIGHT_READ    0x80000000u
#define HOP_RIGHTS        (HOP_RIGHT_EXECUTE | HOP_RIGHT_WRITE | HOP_RIGHT_READ)

/* Takes entries of the types A, D and AU with rights and SIDs in letters or
 * numbers; fails with words that name what is wrong.  Letters that stand for a
 * group of the domain (DA, DU) are refused: this text does not say which
 * domain. */
HOP_MUST_CHECK bool hop_sddl_parse(const char *text, struct hop_sd *out,
                                   struct hop_error *err);
/* Which of HOP_RIGHTS somebody with those SIDs has: entries count in their
 * order (MS-DTYP 2.5.3.2); all rights without a list. */
uint32_t hop_sd_rights(const struct hop_sd *sd, const struct hop_sid *sids,
                       size_t count);

/* ---- in the settings: Service/RootSDDL and Plugin/NAME/Security */

/* A descriptor that decides who may use the service: it parses, has a list, and
 * each entry of it gives or denies GA, GR, GW or GX. */
HOP_MUST_CHECK bool hop_sddl_parse_access(const char *text, struct hop_sd *out,
                                          struct hop_error *err);
/* All those in the settings, or in changes of them (config/change.h). */
HOP_MUST_CHECK bool hop_sddl_check_config(const struct hop_config *c,
                                          struct hop_error *err);
HOP_MUST_CHECK bool hop_sddl_check_changes(const char *changes,
                                           struct hop_error *err);

#endif
