/* GUIDs in .NET's byte order: the first three groups little-endian, MS-DTYP
 * 2.3.4.2.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_BASE_GUID_H
#define HOP_BASE_GUID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cleanup.h"

struct hop_guid {
    uint8_t bytes[16]; /* as on the wire */
};

#define HOP_GUID_TEXT 37 /* with the NUL */

/* A version 4 GUID from 16 random bytes of the caller's. */
void hop_guid_from_random(struct hop_guid *g, const uint8_t random[16]);
/* A version 4 GUID from the system's random source. */
void hop_guid_new(struct hop_guid *g);
/* xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx in lower or upper case. */
void hop_guid_format(const struct hop_guid *g, bool upper,
                     char out[HOP_GUID_TEXT]);
/* The same form of n characters, any case, also in braces. */
HOP_MUST_CHECK bool hop_guid_parse(const char *s, size_t n, struct hop_guid *g);
bool hop_guid_eq(const struct hop_guid *a, const struct hop_guid *b);
bool hop_guid_is_zero(const struct hop_guid *g);

#endif
