/* DateTimeOffset.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/member.h"
#include "value/types/def.h"

#include "value/date.h"
#include "value/types/dates.h"

static struct hop_value
make_offset(int64_t clock, int32_t minutes)
{
    return (struct hop_value){
        .kind = HOP_DATETIMEOFFSET, .ext = (uint32_t)minutes, .u.i = clock};
}

enum offset_part {
    OFF_OFFSET,
    OFF_UTC,
    OFF_LOCAL,
    OFF_DATETIME,
    OFF_TICKS,
    OFF_DATE
};

GETTER(get_offset_part)
{
    int64_t utc = self.u.i - hop_date_offset_ticks(self);

    switch ((enum offset_part)data) {
    case OFF_OFFSET: *out = hop_timespan(hop_date_offset_ticks(self)); break;
    case OFF_UTC: *out = hop_datetime(utc, HOP_DATE_UTC); break;
    case OFF_LOCAL:
        *out = hop_datetime(hop_date_to_local(utc), HOP_DATE_LOCAL);
        break;
    case OFF_DATETIME:
        *out = hop_datetime(self.u.i, HOP_DATE_UNSPECIFIED);
        break;
    case OFF_TICKS: *out = hop_long(utc); break;
    case OFF_DATE:
        *out = hop_datetime(self.u.i - self.u.i % HOP_TICKS_DAY,
                            HOP_DATE_UNSPECIFIED);
        break;
    }
    return true;
}

GETTER(get_offset_now)
{
    int64_t utc = hop_date_utc_now(), local = hop_date_local_offset(utc);

    *out = data == HOP_NOW_LOCAL
               ? make_offset(utc + local, (int32_t)(local / HOP_TICKS_MIN))
           : data == HOP_NOW_UTC ? make_offset(utc, 0)
           : data == HOP_NOW_MIN ? make_offset(0, 0)
           : data == HOP_NOW_MAX ? make_offset(HOP_MAX_TICKS, 0)
                                 : make_offset(HOP_UNIX_EPOCH, 0);
    return true;
}

METHOD(to_offset)
{
    int64_t utc = c->self.u.i - hop_date_offset_ticks(c->self);
    int64_t by = c->data == 0   ? 0
                 : c->data == 1 ? hop_date_local_offset(utc)
                                : ARG_I(0);

    RETURN(make_offset(utc + by, (int32_t)(by / HOP_TICKS_MIN)));
}

METHOD(to_unix)
{
    int64_t ticks =
        c->self.u.i - hop_date_offset_ticks(c->self) - HOP_UNIX_EPOCH;
    int64_t q = ticks / c->data;

    if (ticks % c->data < 0)
        q--;
    RETURN(hop_long(q));
}

static bool
parse_offset(struct hop_context *cx, const struct hop_string *s,
             struct hop_value *out)
{
    int64_t ticks;
    int32_t offset;
    long unknown;

    if (!hop_date_scan(s->data, s->len, &ticks, &offset, &unknown))
        return hop_throw(cx, &hop_exception_format,
                         "String '%s' was not recognized as a valid "
                         "DateTime.",
                         s->data);
    if (offset == HOP_NO_OFFSET)
        offset = (int32_t)(hop_date_local_offset(hop_date_to_utc(ticks)) /
                           HOP_TICKS_MIN);
    *out = make_offset(ticks, offset);
    return true;
}

METHOD(parse_offset_static)
{
    return parse_offset(cx, ARG_S(0), &c->result);
}

/* What was read, by DateTimeStyles: local where nothing says otherwise. */
static struct hop_value
offset_with_styles(int64_t ticks, int32_t offset, int64_t styles)
{
    if (offset == HOP_NO_OFFSET)
        offset = styles & 64
                     ? 0
                     : (int32_t)(hop_date_local_offset(hop_date_to_utc(ticks)) /
                                 HOP_TICKS_MIN);
    if (styles & 16)
        return make_offset(ticks - (int64_t)offset * HOP_TICKS_MIN, 0);
    return make_offset(ticks, offset);
}

METHOD(parse_offset_exact)
{
    int64_t ticks;
    int32_t offset;

    if (ARG_NULL(0))
        return hop_throw_null(cx, "input");
    if (!hop_date_scan_formats(ARG_S(0), c->args[1], &ticks, &offset))
        return hop_throw(cx, &hop_exception_format,
                         "String '%s' was not recognized as a valid DateTime.",
                         ARG_S(0)->data);
    RETURN(offset_with_styles(ticks, offset, hop_date_styles_of(c)));
}

METHOD(try_parse_offset)
{
    int64_t ticks = 0;
    int32_t offset = HOP_NO_OFFSET;
    long unknown;
    const struct hop_string *s = ARG_NULL(0) ? NULL : ARG_S(0);
    bool ok =
        s &&
        (c->data ? hop_date_scan_formats(s, c->args[1], &ticks, &offset)
                 : hop_date_scan(s->data, s->len, &ticks, &offset, &unknown));

    if (!hop_reference_set(
            cx, c->args[c->n - 1],
            ok ? offset_with_styles(ticks, offset, hop_date_styles_of(c))
               : make_offset(0, 0)))
        return false;
    RETURN(hop_bool(ok));
}

METHOD(new_offset)
{
    struct hop_date_parts p = {0};
    int *const into[] = {&p.year, &p.month,  &p.day,
                         &p.hour, &p.minute, &p.second};
    int64_t ticks;

    if (c->args[0].kind == HOP_DATETIME) {
        struct hop_value d = c->args[0];
        int64_t by = c->n > 1 ? ARG_I(1)
                     : d.tag == HOP_DATE_UTC
                         ? 0
                         : hop_date_local_offset(hop_date_to_utc(d.u.i));

        RETURN(make_offset(d.u.i, (int32_t)(by / HOP_TICKS_MIN)));
    }
    if (c->args[0].kind == HOP_INT64)
        RETURN(make_offset(ARG_I(0), (int32_t)(ARG_I(1) / HOP_TICKS_MIN)));
    for (size_t i = 0; i < 6; i++)
        *into[i] = (int)ARG_I(i);
    if (c->n == 8)
        p.ticks = (int)ARG_I(6) * 10000;
    if (!hop_date_join(&p, &ticks))
        return hop_throw(cx, &hop_exception_argument_range,
                         "Year, Month, and Day parameters describe an "
                         "un-representable DateTime.");
    RETURN(make_offset(ticks, (int32_t)(ARG_I(c->n - 1) / HOP_TICKS_MIN)));
}

static const struct hop_property offset_properties[] = {
    {"DateTime", "datetime", get_offset_part, NULL, 0, OFF_DATETIME},
    {"UtcDateTime", "datetime", get_offset_part, NULL, 0, OFF_UTC},
    {"LocalDateTime", "datetime", get_offset_part, NULL, 0, OFF_LOCAL},
    {"Date", "datetime", get_offset_part, NULL, 0, OFF_DATE},
    HOP_DATE_PARTS,
    {"Offset", "timespan", get_offset_part, NULL, 0, OFF_OFFSET},
    {"UtcTicks", "long", get_offset_part, NULL, 0, OFF_TICKS},
    STATIC_GET("Now", "System.DateTimeOffset", get_offset_now, HOP_NOW_LOCAL),
    STATIC_GET("UtcNow", "System.DateTimeOffset", get_offset_now, HOP_NOW_UTC),
    STATIC_GET("MinValue", "System.DateTimeOffset", get_offset_now,
               HOP_NOW_MIN),
    STATIC_GET("MaxValue", "System.DateTimeOffset", get_offset_now,
               HOP_NOW_MAX),
    STATIC_GET("UnixEpoch", "System.DateTimeOffset", get_offset_now,
               HOP_NOW_EPOCH),
    END_PROPERTIES,
};

#define DTO "System.DateTimeOffset"

static const struct hop_method offset_methods[] = {
    HOP_DATE_ADDERS(DTO),
    {"int CompareTo(" DTO " other)", hop_date_compare},
    {"timespan Subtract(" DTO " value)", hop_date_subtract_date},
    {DTO " Subtract(timespan value)", hop_date_subtract_date},
    {DTO " ToLocalTime()", to_offset, 1},
    {DTO " ToOffset(timespan offset)", to_offset, 2},
    {DTO " ToUniversalTime()", to_offset, 0},
    {"long ToUnixTimeMilliseconds()", to_unix, HOP_TICKS_MS},
    {"long ToUnixTimeSeconds()", to_unix, HOP_TICKS_SEC},
    {"string ToString()", hop_date_format_method},
    {"string ToString(string format)", hop_date_format_method},
    {"string ToString(" HOP_DATE_PROVIDER ")", hop_date_format_method},
    {"string ToString(string format, " HOP_DATE_PROVIDER ")",
     hop_date_format_method},
    {"static " DTO " FromUnixTimeMilliseconds(long milliseconds)",
     hop_date_from_unix_method, HOP_TICKS_MS},
    {"static " DTO " FromUnixTimeSeconds(long seconds)",
     hop_date_from_unix_method, HOP_TICKS_SEC},
    {"static " DTO " Parse(string input)", parse_offset_static},
    {"static " DTO " Parse(string input, " HOP_DATE_PROVIDER ")",
     parse_offset_static},
    {"static " DTO " ParseExact(string input, string format, " HOP_DATE_PROVIDER
     ")",
     parse_offset_exact},
    {"static " DTO " ParseExact(string input, string format, " HOP_DATE_PROVIDER
     ", " HOP_DATE_STYLES ")",
     parse_offset_exact},
    {"static " DTO
     " ParseExact(string input, string[] formats, " HOP_DATE_PROVIDER
     ", " HOP_DATE_STYLES ")",
     parse_offset_exact},
    {"static bool TryParse(string input, [ref] " DTO " result)",
     try_parse_offset, false},
    {"static bool TryParse(string input, " HOP_DATE_PROVIDER ", [ref] " DTO
     " result)",
     try_parse_offset, false},
    {"static bool TryParse(string input, " HOP_DATE_PROVIDER
     ", " HOP_DATE_STYLES ", [ref] " DTO " result)",
     try_parse_offset, false},
    {"static bool TryParseExact(string input, string format, " HOP_DATE_PROVIDER
     ", " HOP_DATE_STYLES ", [ref] " DTO " result)",
     try_parse_offset, true},
    {"static bool TryParseExact(string input, string[] "
     "formats, " HOP_DATE_PROVIDER ", " HOP_DATE_STYLES ", [ref] " DTO
     " result)",
     try_parse_offset, true},
    {"static " DTO " op_Addition(" DTO " d, timespan t)", hop_date_op_add},
    {"static " DTO " op_Subtraction(" DTO " d, timespan t)",
     hop_date_op_subtract},
    {"static timespan op_Subtraction(" DTO " left, " DTO " right)",
     hop_date_op_subtract},
    END_METHODS,
};

static const struct hop_method offset_constructors[] = {
    {DTO " new(datetime dateTime)", new_offset},
    {DTO " new(datetime dateTime, timespan offset)", new_offset},
    {DTO " new(long ticks, timespan offset)", new_offset},
    {DTO " new(" HOP_DATE_YMD HOP_DATE_HMS ", timespan offset)", new_offset},
    {DTO " new(" HOP_DATE_YMD HOP_DATE_HMS
         ", int millisecond, timespan offset)",
     new_offset},
    END_METHODS,
};

const struct hop_class hop_class_datetime_offset = {
    .name = "System.DateTimeOffset",
    .base = &hop_class_value_type,
    .flags = HOP_CLASS_VALUE | HOP_CLASS_SEALED,
    .kind = HOP_DATETIMEOFFSET,
    .interfaces = hop_date_interfaces,
    .properties = offset_properties,
    .methods = offset_methods,
    .constructors = offset_constructors,
    .parse = parse_offset,
};
