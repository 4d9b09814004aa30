/* Times from zone to zone.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/types/time_zone.h"

#include "value/date.h"
#include "value/types/def.h"
#include "value/types/zone_file.h"

#define TICKS_MIN 600000000LL

static bool
wrong_kind(struct hop_context *cx)
{
    return hop_throw_argument(
        cx, &hop_exception_argument, "sourceTimeZone",
        "The conversion could not be completed because the supplied DateTime "
        "did not have the Kind property set correctly.  For example, when the "
        "Kind property is DateTimeKind.Local, the source time zone must be "
        "TimeZoneInfo.Local.");
}

static struct hop_value
from_utc(const struct hop_time_zone *to, int64_t ticks)
{
    return hop_datetime(
        hop_time_zone_shift(ticks, hop_time_zone_at_utc(to, ticks).offset),
        to->utc && !to->local ? HOP_DATE_UTC
        : to->local           ? HOP_DATE_LOCAL
                              : HOP_DATE_UNSPECIFIED);
}

static bool
to_utc(struct hop_context *cx, struct hop_value v,
       const struct hop_time_zone *from, int64_t *ticks)
{
    struct hop_zone_kind k[2];

    if ((v.tag == HOP_DATE_UTC && !from->utc) ||
        (v.tag == HOP_DATE_LOCAL && !from->local))
        return wrong_kind(cx);
    if (hop_time_zone_at_local(from, v.u.i, k) == 0)
        return hop_throw_argument(
            cx, &hop_exception_argument, "dateTime",
            "The supplied DateTime represents an invalid time.  For example, "
            "when the clock is adjusted forward, any time in the period that "
            "is skipped is invalid.");
    *ticks = hop_time_zone_shift(v.u.i, -(int64_t)k[0].offset);
    return true;
}

int64_t
hop_time_zone_plain_utc(struct hop_value v)
{
    return v.tag == HOP_DATE_UTC ? v.u.i : hop_date_to_utc(v.u.i);
}

static struct hop_value
convert_offset(struct hop_value v, const struct hop_time_zone *to)
{
    int64_t utc = v.u.i - (int64_t)(int32_t)v.ext * TICKS_MIN;
    int32_t offset = hop_time_zone_at_utc(to, utc).offset;

    return (struct hop_value){.kind = HOP_DATETIMEOFFSET,
                              .ext = (uint32_t)(offset / 60),
                              .u.i = hop_time_zone_shift(utc, offset)};
}

static struct hop_time_zone *
zone_arg(struct hop_call *c, size_t i)
{
    return (struct hop_time_zone *)c->args[i].u.o;
}

static bool
convert_time(struct hop_context *cx, struct hop_value v,
             const struct hop_time_zone *from, const struct hop_time_zone *to,
             struct hop_value *out)
{
    int64_t utc;

    if (v.kind == HOP_DATETIMEOFFSET) {
        *out = convert_offset(v, to);
        return true;
    }
    if (!from)
        utc = hop_time_zone_plain_utc(v);
    else if (!to_utc(cx, v, from, &utc))
        return false;
    *out = from_utc(to, utc);
    return true;
}

bool
hop_time_zone_convert(struct hop_context *cx, struct hop_call *c)
{
    if (ARG_NULL(c->n - 1))
        return hop_throw_null(cx, "destinationTimeZone");
    if (c->n == 3 && ARG_NULL(1))
        return hop_throw_null(cx, "sourceTimeZone");
    return convert_time(cx, c->args[0], c->n == 3 ? zone_arg(c, 1) : NULL,
                        zone_arg(c, c->n - 1), &c->result);
}

bool
hop_time_zone_convert_by_id(struct hop_context *cx, struct hop_call *c)
{
    struct hop_time_zone *zones[2] = {NULL, NULL};
    bool ok = true;

    for (size_t i = 1; i < c->n && ok; i++) {
        if (ARG_NULL(i))
            ok = hop_throw_null(cx, "id");
        else if (!(zones[i - 1] = hop_time_zone_find(cx, ARG_S(i)->data)))
            ok = hop_time_zone_throw_unknown(cx, ARG_S(i)->data);
    }
    ok = ok && convert_time(cx, c->args[0], c->n == 3 ? zones[0] : NULL,
                            zones[c->n - 2], &c->result);
    for (size_t i = 0; i < 2; i++)
        if (zones[i])
            hop_release(hop_obj(zones[i]));
    return ok;
}

bool
hop_time_zone_convert_to_utc(struct hop_context *cx, struct hop_call *c)
{
    int64_t utc;

    if (c->n == 1) {
        utc = hop_time_zone_plain_utc(c->args[0]);
    } else {
        if (ARG_NULL(1))
            return hop_throw_null(cx, "sourceTimeZone");
        if (!to_utc(cx, c->args[0], zone_arg(c, 1), &utc))
            return false;
    }
    RETURN(hop_datetime(utc, HOP_DATE_UTC));
}

bool
hop_time_zone_convert_from_utc(struct hop_context *cx, struct hop_call *c)
{
    if (ARG_NULL(1))
        return hop_throw_null(cx, "destinationTimeZone");
    if (c->args[0].tag == HOP_DATE_LOCAL)
        return wrong_kind(cx);
    RETURN(from_utc(zone_arg(c, 1), ARG_I(0)));
}
