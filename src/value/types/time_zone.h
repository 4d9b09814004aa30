/* What the files about TimeZoneInfo share.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_VALUE_TYPES_TIME_ZONE_H
#define HOP_VALUE_TYPES_TIME_ZONE_H

#include "value/class.h"
#include "value/context.h"
#include "value/types/zone_file.h"

struct hop_time_zone {
    struct hop_object base;
    struct hop_zone *file; /* NULL: a fixed offset */
    struct hop_string *id, *display, *standard, *daylight;
    int32_t fixed; /* seconds */
    bool local, utc;
};

/* The zone of an IANA or Windows name, or NULL. */
struct hop_time_zone *hop_time_zone_find(struct hop_context *cx,
                                         const char *id);

/* TimeZoneNotFoundException. */
bool hop_time_zone_throw_unknown(struct hop_context *cx, const char *id);

/* The rule in force at a time: of UTC, or of the zone's own clock. */
struct hop_zone_kind hop_time_zone_at_utc(const struct hop_time_zone *z,
                                          int64_t ticks);

/* 0: the clock skips the reading, 2: shows it twice. */
int hop_time_zone_at_local(const struct hop_time_zone *z, int64_t ticks,
                           struct hop_zone_kind out[2]);

/* The offset without daylight saving that holds now. */
int32_t hop_time_zone_base_offset(const struct hop_time_zone *z);
int64_t hop_time_zone_shift(int64_t ticks, int64_t seconds);

/* Sets what the zone is called. */
void hop_time_zone_add_names(struct hop_time_zone *z, const char *name);

/* The IANA name of one of Windows', or NULL. */
const char *hop_time_zone_iana(const char *id);
int64_t hop_time_zone_plain_utc(struct hop_value v);

/* Methods. */
hop_method_fn hop_time_zone_convert, hop_time_zone_convert_by_id,
    hop_time_zone_convert_to_utc, hop_time_zone_convert_from_utc;

#endif
