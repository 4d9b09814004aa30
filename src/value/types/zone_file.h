/* Time zones as the system has them: TZif files (RFC 9636) below
 * /usr/share/zoneinfo.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_VALUE_TYPES_ZONE_FILE_H
#define HOP_VALUE_TYPES_ZONE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct hop_zone_kind {
    int32_t offset; /* seconds east of UTC */
    bool daylight;
};

/* A change of the clock by the rule for years to come: "M3.5.0/2". */
struct hop_zone_turn {
    int month, week, day; /* day of the week; month 0: day of the year */
    int julian;           /* with month 0; 1..365 without leap days, or
                             1000 + 0..365 with them */
    int32_t time;         /* seconds after local midnight */
};

struct hop_zone {
    size_t n;    /* changes */
    int64_t *at; /* seconds since 1970, ascending */
    uint8_t *to; /* index into kinds */
    size_t kinds;
    struct hop_zone_kind kind[256];
    bool has_rule, has_daylight; /* of the rule behind the last change */
    struct hop_zone_kind standard, summer;
    struct hop_zone_turn start, end;
};

/* Reads n bytes of a TZif file; NULL when it is none.  hop_zone_free. */
struct hop_zone *hop_zone_decode(const void *p, size_t n);
void hop_zone_free(struct hop_zone *z);
/* What holds at a moment (seconds since 1970, UTC). */
struct hop_zone_kind hop_zone_at(const struct hop_zone *z, int64_t t);
/* The kinds that a local clock reading may mean, standard time first; 0: the
 * clock skips it, 2: it shows it twice. */
int hop_zone_local(const struct hop_zone *z, int64_t local,
                   struct hop_zone_kind out[2]);

#endif
