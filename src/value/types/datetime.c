/* DateTime.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/member.h"
#include "value/types/def.h"

#include <math.h>

#include "value/date.h"
#include "value/types/dates.h"

/* ---- shared ---- */

static bool
throw_unrepresentable(struct hop_context *cx)
{
    return hop_throw_argument(cx, &hop_exception_argument_range, "value",
                              "The added or subtracted value results in an "
                              "un-representable DateTime.");
}

int64_t
hop_date_offset_ticks(struct hop_value v)
{
    return (int64_t)(int32_t)v.ext * HOP_TICKS_MIN;
}

bool
hop_date_move(struct hop_context *cx, struct hop_value v, int64_t ticks,
              struct hop_value *out)
{
    if (ticks < 0 || ticks > HOP_MAX_TICKS)
        return throw_unrepresentable(cx);
    *out = v;
    out->u.i = ticks;
    return true;
}

/* ---- parts ---- */

bool
hop_date_part(struct hop_context *cx, struct hop_value self, intptr_t data,
              struct hop_value *out)
{
    struct hop_date_parts p;

    hop_date_split(self.u.i, &p);
    switch ((enum hop_date_part)data) {
    case HOP_PART_YEAR: *out = hop_int(p.year); break;
    case HOP_PART_MONTH: *out = hop_int(p.month); break;
    case HOP_PART_DAY: *out = hop_int(p.day); break;
    case HOP_PART_HOUR: *out = hop_int(p.hour); break;
    case HOP_PART_MINUTE: *out = hop_int(p.minute); break;
    case HOP_PART_SECOND: *out = hop_int(p.second); break;
    case HOP_PART_MILLISECOND: *out = hop_int(p.ticks / 10000); break;
    case HOP_PART_MICROSECOND: *out = hop_int(p.ticks / 10 % 1000); break;
    case HOP_PART_NANOSECOND: *out = hop_int(p.ticks % 10 * 100); break;
    case HOP_PART_DAY_OF_YEAR: *out = hop_int(p.yearday); break;
    case HOP_PART_DAY_OF_WEEK:
        *out = hop_enum(HOP_ENUM_DAY_OF_WEEK, p.weekday);
        break;
    case HOP_PART_TICKS: *out = hop_long(self.u.i); break;
    case HOP_PART_TIME_OF_DAY:
        *out = hop_timespan(self.u.i % HOP_TICKS_DAY);
        break;
    case HOP_PART_KIND:
        *out = hop_enum(HOP_ENUM_DATETIME_KIND, self.tag);
        break;
    case HOP_PART_DATE:
        *out = hop_datetime(self.u.i - self.u.i % HOP_TICKS_DAY,
                            (enum hop_date_kind)self.tag);
        break;
    }
    return true;
}

/* types.ps1xml: what "$d" shows when formatted. */
GETTER(get_date_time)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    HOP_AUTO_STRING struct hop_string *name = hop_string_from("DisplayHint");
    const struct hop_member *hint = NULL;
    const char *format = "dddd, dd MMMM yyyy HH:mm:ss";
    HOP_AUTO_STRING struct hop_string *text = NULL;

    if (self.kind == HOP_OBJECT && self.u.o->ext)
        hint = hop_members_find(self.u.o->ext, name);
    if (hint && !hop_to_string(cx, hint->value, &text))
        return false;
    if (text && hop_string_iis(text, "Date"))
        format = "dddd, dd MMMM yyyy";
    else if (text && hop_string_iis(text, "Time"))
        format = "HH:mm:ss";
    hop_date_format(hop_value_base(self), format, strlen(format), &b);
    *out = hop_text_buf(&b);
    return true;
}

GETTER(get_now)
{
    int64_t utc = hop_date_utc_now(), local = hop_date_to_local(utc);

    switch ((enum hop_date_now)data) {
    case HOP_NOW_LOCAL: *out = hop_datetime(local, HOP_DATE_LOCAL); break;
    case HOP_NOW_UTC: *out = hop_datetime(utc, HOP_DATE_UTC); break;
    case HOP_NOW_TODAY:
        *out = hop_datetime(local - local % HOP_TICKS_DAY, HOP_DATE_LOCAL);
        break;
    case HOP_NOW_MIN: *out = hop_datetime(0, HOP_DATE_UNSPECIFIED); break;
    case HOP_NOW_MAX:
        *out = hop_datetime(HOP_MAX_TICKS, HOP_DATE_UNSPECIFIED);
        break;
    case HOP_NOW_EPOCH:
        *out = hop_datetime(HOP_UNIX_EPOCH, HOP_DATE_UTC);
        break;
    }
    return true;
}

/* ---- moving ---- */

static const int64_t units[] = {
    [HOP_PART_YEAR] = 0,
    [HOP_PART_DAY] = HOP_TICKS_DAY,
    [HOP_PART_HOUR] = HOP_TICKS_HOUR,
    [HOP_PART_MINUTE] = HOP_TICKS_MIN,
    [HOP_PART_SECOND] = HOP_TICKS_SEC,
    [HOP_PART_MILLISECOND] = HOP_TICKS_MS,
    [HOP_PART_TICKS] = 1,
    [HOP_PART_MICROSECOND] = 10,
};

bool
hop_date_add_unit(struct hop_context *cx, struct hop_call *c)
{
    double d = ARG_D(0) * (double)units[c->data];

    if (!(fabs(d) < 1e19))
        return throw_unrepresentable(cx);
    return hop_date_move(
        cx, c->self, c->self.u.i + (int64_t)(units[c->data] > 1 ? trunc(d) : d),
        &c->result);
}

bool
hop_date_add_ticks(struct hop_context *cx, struct hop_call *c)
{
    return hop_date_move(cx, c->self, c->self.u.i + ARG_I(0), &c->result);
}

bool
hop_date_add_months(struct hop_context *cx, struct hop_call *c)
{
    struct hop_date_parts p;
    int64_t months, ticks;
    int last;

    hop_date_split(c->self.u.i, &p);
    months = (int64_t)p.year * 12 + p.month - 1 + ARG_I(0) * c->data;
    if (months < 12 || months >= 120000)
        return hop_throw_argument(cx, &hop_exception_argument_range,
                                  c->data == 12 ? "value" : "months",
                                  "The added or subtracted value results in an "
                                  "un-representable DateTime.");
    p.year = (int)(months / 12);
    p.month = (int)(months % 12) + 1;
    last = hop_date_days_in_month(p.year, p.month);
    if (p.day > last)
        p.day = last;
    if (!hop_date_join(&p, &ticks))
        return throw_unrepresentable(cx);
    return hop_date_move(cx, c->self, ticks, &c->result);
}

bool
hop_date_subtract_date(struct hop_context *cx, struct hop_call *c)
{
    struct hop_value b = c->args[0];

    if (b.kind == HOP_TIMESPAN)
        return hop_date_move(cx, c->self, c->self.u.i - b.u.i, &c->result);
    if (c->self.kind == HOP_DATETIMEOFFSET)
        RETURN(hop_timespan((c->self.u.i - hop_date_offset_ticks(c->self)) -
                            (b.u.i - hop_date_offset_ticks(b))));
    RETURN(hop_timespan(c->self.u.i - b.u.i));
}

bool
hop_date_op_add(struct hop_context *cx, struct hop_call *c)
{
    return hop_date_move(cx, c->args[0], c->args[0].u.i + ARG_I(1), &c->result);
}

bool
hop_date_op_subtract(struct hop_context *cx, struct hop_call *c)
{
    if (c->args[1].kind == HOP_TIMESPAN)
        return hop_date_move(cx, c->args[0], c->args[0].u.i - ARG_I(1),
                             &c->result);
    RETURN(hop_timespan(c->args[0].u.i - hop_date_offset_ticks(c->args[0]) -
                        (c->args[1].u.i - hop_date_offset_ticks(c->args[1]))));
}

/* ---- zones ---- */

METHOD(to_utc)
{
    struct hop_value v = c->self;

    if (v.tag != HOP_DATE_UTC)
        v.u.i = hop_date_to_utc(v.u.i);
    RETURN(hop_datetime(v.u.i, HOP_DATE_UTC));
}

METHOD(to_local)
{
    struct hop_value v = c->self;

    if (v.tag != HOP_DATE_LOCAL)
        v.u.i = hop_date_to_local(v.u.i);
    RETURN(hop_datetime(v.u.i, HOP_DATE_LOCAL));
}

METHOD(specify_kind)
{
    RETURN(hop_datetime(ARG_I(0), (enum hop_date_kind)ARG_I(1)));
}

METHOD(is_dst)
{
    RETURN(hop_bool(false));
}

/* ---- making ---- */

METHOD(new_date)
{
    struct hop_date_parts p = {.year = 1, .month = 1, .day = 1};
    int *const into[] = {&p.year, &p.month,  &p.day,
                         &p.hour, &p.minute, &p.second};
    enum hop_date_kind kind = HOP_DATE_UNSPECIFIED;
    int64_t ticks;
    size_t n = 0;

    for (size_t i = 0; i < c->n; i++) {
        if (c->args[i].kind == HOP_ENUM)
            kind = (enum hop_date_kind)ARG_I(i);
        else if (c->args[i].kind == HOP_INT64)
            RETURN(hop_datetime(
                ARG_I(i), c->n > 1 ? (enum hop_date_kind)ARG_I(1) : kind));
        else if (n < 6)
            *into[n++] = (int)ARG_I(i);
        else
            p.ticks = (int)ARG_I(i) * 10000;
    }
    if (!hop_date_join(&p, &ticks))
        return hop_throw(cx, &hop_exception_argument_range, "%s",
                         p.year < 1 || p.year > 9999 || p.month < 1 ||
                                 p.month > 12 || p.day < 1 || p.day > 31 ||
                                 (p.hour >= 0 && p.hour < 24 && p.minute >= 0 &&
                                  p.minute < 60 && p.second >= 0 &&
                                  p.second < 60)
                             ? "Year, Month, and Day parameters describe an "
                               "un-representable DateTime."
                             : "Hour, Minute, and Second parameters describe "
                               "an un-representable DateTime.");
    RETURN(hop_datetime(ticks, kind));
}

METHOD(days_in_month)
{
    if (ARG_I(0) < 1 || ARG_I(0) > 9999)
        return hop_throw_argument(cx, &hop_exception_argument_range, "year",
                                  "Year must be between 1 and 9999.");
    if (ARG_I(1) < 1 || ARG_I(1) > 12)
        return hop_throw_argument(cx, &hop_exception_argument_range, "month",
                                  "Month must be between one and twelve.");
    RETURN(hop_int(hop_date_days_in_month((int)ARG_I(0), (int)ARG_I(1))));
}

METHOD(is_leap_year)
{
    RETURN(hop_bool(hop_date_is_leap((int)ARG_I(0))));
}

bool
hop_date_from_unix_method(struct hop_context *cx, struct hop_call *c)
{
    int64_t ticks = HOP_UNIX_EPOCH + ARG_I(0) * c->data;

    if (ticks < 0 || ticks > HOP_MAX_TICKS)
        return throw_unrepresentable(cx);
    RETURN(((struct hop_value){.kind = HOP_DATETIMEOFFSET, .u.i = ticks}));
}

METHOD(from_file_time)
{
    int64_t ticks = ARG_I(0) + 504911232000000000LL;

    RETURN(c->data ? hop_datetime(ticks, HOP_DATE_UTC)
                   : hop_datetime(hop_date_to_local(ticks), HOP_DATE_LOCAL));
}

METHOD(to_file_time)
{
    int64_t ticks = c->self.u.i;

    if (!c->data && c->self.tag != HOP_DATE_UTC)
        ticks = hop_date_to_utc(ticks);
    RETURN(hop_long(ticks - 504911232000000000LL));
}

METHOD(to_oa)
{
    RETURN(hop_double((double)(c->self.u.i - 599264352000000000LL) /
                      (double)HOP_TICKS_DAY));
}

METHOD(from_oa)
{
    RETURN(
        hop_datetime(599264352000000000LL +
                         (int64_t)(ARG_D(0) * 86400000.0 + 0.5) * HOP_TICKS_MS,
                     HOP_DATE_UNSPECIFIED));
}

METHOD(to_binary)
{
    RETURN(hop_long(c->self.u.i | (int64_t)((uint64_t)c->self.tag << 62)));
}

bool
hop_date_compare(struct hop_context *cx, struct hop_call *c)
{
    struct hop_value b = hop_value_base(c->args[c->data ? 1 : 0]);
    struct hop_value a = c->data ? c->args[0] : c->self;
    int r;

    if (hop_is_null(b))
        RETURN(hop_int(1));
    if (b.kind != a.kind) {
        HOP_AUTO_BUF struct hop_buf name = HOP_BUF_INIT;

        hop_class_add_name(hop_class_of(a), &name);
        return hop_throw(cx, &hop_exception_argument,
                         "Object must be of type %s.", name.data);
    }
    if (!hop_compare(cx, a, b, false, &r))
        return false;
    RETURN(hop_int(r));
}

METHOD(type_code)
{
    RETURN(hop_enum(HOP_ENUM_TYPE_CODE, 16));
}

static bool
parse_datetime(struct hop_context *cx, const struct hop_string *s,
               struct hop_value *out)
{
    return hop_date_parse(cx, s->data, s->len, out);
}

static const struct hop_property date_properties[] = {
    {"DateTime", "System.Object", get_date_time, NULL,
     HOP_PROP_SCRIPT | HOP_PROP_WHOLE},
    {"Date", "datetime", hop_date_part, NULL, 0, HOP_PART_DATE},
    HOP_DATE_PARTS,
    {"Kind", "System.DateTimeKind", hop_date_part, NULL, 0, HOP_PART_KIND},
    STATIC_GET("Now", "datetime", get_now, HOP_NOW_LOCAL),
    STATIC_GET("UtcNow", "datetime", get_now, HOP_NOW_UTC),
    STATIC_GET("Today", "datetime", get_now, HOP_NOW_TODAY),
    STATIC_GET("MinValue", "datetime", get_now, HOP_NOW_MIN),
    STATIC_GET("MaxValue", "datetime", get_now, HOP_NOW_MAX),
    STATIC_GET("UnixEpoch", "datetime", get_now, HOP_NOW_EPOCH),
    END_PROPERTIES,
};

static const struct hop_method date_methods[] = {
    HOP_DATE_ADDERS("datetime"),
    {"int CompareTo(System.Object value)", hop_date_compare},
    {"int CompareTo(datetime value)", hop_date_compare},
    {"System.TypeCode GetTypeCode()", type_code},
    {"bool IsDaylightSavingTime()", is_dst},
    {"timespan Subtract(datetime value)", hop_date_subtract_date},
    {"datetime Subtract(timespan value)", hop_date_subtract_date},
    {"long ToBinary()", to_binary},
    {"long ToFileTime()", to_file_time, false},
    {"long ToFileTimeUtc()", to_file_time, true},
    {"datetime ToLocalTime()", to_local},
    {"string ToLongDateString()", hop_date_format_named, 'D'},
    {"string ToLongTimeString()", hop_date_format_named, 'T'},
    {"double ToOADate()", to_oa},
    {"string ToShortDateString()", hop_date_format_named, 'd'},
    {"string ToShortTimeString()", hop_date_format_named, 't'},
    {"string ToString()", hop_date_format_method},
    {"string ToString(string format)", hop_date_format_method},
    {"string ToString(" HOP_DATE_PROVIDER ")", hop_date_format_method},
    {"string ToString(string format, " HOP_DATE_PROVIDER ")",
     hop_date_format_method},
    {"datetime ToUniversalTime()", to_utc},
    {"static int Compare(datetime t1, datetime t2)", hop_date_compare, true},
    {"static int DaysInMonth(int year, int month)", days_in_month},
    {"static bool IsLeapYear(int year)", is_leap_year},
    {"static datetime FromFileTime(long fileTime)", from_file_time, false},
    {"static datetime FromFileTimeUtc(long fileTime)", from_file_time, true},
    {"static datetime FromOADate(double d)", from_oa},
    {"static datetime Parse(string s)", hop_date_parse_method},
    {"static datetime Parse(string s, " HOP_DATE_PROVIDER ")",
     hop_date_parse_method},
    {"static datetime Parse(string s, " HOP_DATE_PROVIDER ", " HOP_DATE_STYLES
     ")",
     hop_date_parse_method},
    {"static datetime ParseExact(string s, string format, " HOP_DATE_PROVIDER
     ")",
     hop_date_parse_exact},
    {"static datetime ParseExact(string s, string format, " HOP_DATE_PROVIDER
     ", " HOP_DATE_STYLES ")",
     hop_date_parse_exact},
    {"static datetime ParseExact(string s, string[] formats, " HOP_DATE_PROVIDER
     ", " HOP_DATE_STYLES ")",
     hop_date_parse_exact},
    {"static datetime SpecifyKind(datetime value, System.DateTimeKind kind)",
     specify_kind},
    {"static bool TryParse(string s, [ref] datetime result)",
     hop_date_try_parse},
    {"static bool TryParse(string s, " HOP_DATE_PROVIDER
     ", [ref] datetime result)",
     hop_date_try_parse},
    {"static bool TryParse(string s, " HOP_DATE_PROVIDER ", " HOP_DATE_STYLES
     ", [ref] datetime result)",
     hop_date_try_parse},
    {"static bool TryParseExact(string s, string format, " HOP_DATE_PROVIDER
     ", " HOP_DATE_STYLES ", [ref] datetime result)",
     hop_date_try_parse_exact},
    {"static bool TryParseExact(string s, string[] formats, " HOP_DATE_PROVIDER
     ", " HOP_DATE_STYLES ", [ref] datetime result)",
     hop_date_try_parse_exact},
    {"static datetime op_Addition(datetime d, timespan t)", hop_date_op_add},
    {"static datetime op_Subtraction(datetime d, timespan t)",
     hop_date_op_subtract},
    {"static timespan op_Subtraction(datetime d1, datetime d2)",
     hop_date_op_subtract},
    END_METHODS,
};

static const struct hop_method date_constructors[] = {
    {"datetime new(long ticks)", new_date},
    {"datetime new(long ticks, System.DateTimeKind kind)", new_date},
    {"datetime new(" HOP_DATE_YMD ")", new_date},
    {"datetime new(" HOP_DATE_YMD HOP_DATE_HMS ")", new_date},
    {"datetime new(" HOP_DATE_YMD HOP_DATE_HMS ", System.DateTimeKind kind)",
     new_date},
    {"datetime new(" HOP_DATE_YMD HOP_DATE_HMS ", int millisecond)", new_date},
    {"datetime new(" HOP_DATE_YMD HOP_DATE_HMS
     ", int millisecond, System.DateTimeKind kind)",
     new_date},
    END_METHODS,
};

const struct hop_class *const hop_date_interfaces[] = {
    &hop_class_icomparable, &hop_class_iformattable, &hop_class_iconvertible,
    NULL};

const struct hop_class hop_class_datetime = {
    .name = "System.DateTime",
    .base = &hop_class_value_type,
    .flags = HOP_CLASS_VALUE | HOP_CLASS_SEALED,
    .kind = HOP_DATETIME,
    .interfaces = hop_date_interfaces,
    .properties = date_properties,
    .methods = date_methods,
    .constructors = date_constructors,
    .parse = parse_datetime,
};
