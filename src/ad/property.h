/* The property names of the ActiveDirectory module beside the attributes of the
 * directory that hold them: MS-ADTS for the attributes.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_AD_PROPERTY_H
#define HOP_AD_PROPERTY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum hop_ad_syntax {
    HOP_AD_TEXT,
    HOP_AD_DN,
    HOP_AD_NUMBER,
    HOP_AD_BOOL,     /* TRUE, FALSE */
    HOP_AD_FLAG,     /* a bit of the attribute; see bit and inverted */
    HOP_AD_FILETIME, /* 100 ns since 1601; 0 and 2^63-1 mean never */
    HOP_AD_TIME,     /* generalized time */
    HOP_AD_SID,
    HOP_AD_GUID,
    HOP_AD_SD,        /* a security descriptor */
    HOP_AD_PROTECTED, /* one by which nobody may delete the object */
    HOP_AD_ENC_TYPES, /* MS-KILE 2.2.7 */
    /* from here on what is made of an attribute that holds something else */
    HOP_AD_GROUP_CATEGORY,
    HOP_AD_GROUP_SCOPE,
    HOP_AD_PRIMARY_GROUP, /* its DN, of the RID */
    HOP_AD_IPV4,          /* of the host's name */
    HOP_AD_IPV6,
    HOP_AD_OWN_PASSWORD, /* by a security descriptor the user may not change it
                          */
};

/* Which kinds of object have it by name. */
enum {
    HOP_AD_COMPUTER = 1,
    HOP_AD_USER = 2,
    HOP_AD_SERVICE = 4, /* managed service accounts */
    HOP_AD_GROUP = 8,
    HOP_AD_ACCOUNT = HOP_AD_COMPUTER | HOP_AD_USER | HOP_AD_SERVICE,
    HOP_AD_ANY = HOP_AD_ACCOUNT | HOP_AD_GROUP,
};

struct hop_ad_property {
    const char *name, *attribute;
    enum hop_ad_syntax syntax;
    uint32_t kinds;
    uint32_t bit;    /* FLAG: of the attribute, MS-ADTS 2.2.16 */
    bool inverted;   /* FLAG: true when the bit is not set */
    bool many;       /* several values */
    uint32_t always; /* kinds that show it without being asked for with
                        -Properties */
};

/* In the order of their names; count in *n; static. */
const struct hop_ad_property *hop_ad_properties(size_t *n);
/* By its name or by its attribute's, any case; NULL: an attribute without a
 * name of its own. */
const struct hop_ad_property *hop_ad_property_find(const char *name, size_t n);

#endif
