/* DateTime, DateTimeOffset, TimeSpan, DateOnly, TimeOnly.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/member.h"
#include "value/types/def.h"

#include <math.h>

#include "value/date.h"
#include "value/numparse.h"

#define TICKS_MS   10000LL
#define TICKS_SEC  HOP_TICKS_PER_SECOND
#define TICKS_MIN  (60 * TICKS_SEC)
#define TICKS_HOUR (60 * TICKS_MIN)
#define TICKS_DAY  (24 * TICKS_HOUR)
#define MAX_TICKS  3155378975999999999LL
#define UNIX_EPOCH 621355968000000000LL
#define NO_OFFSET  INT32_MIN

/* ---- shared ---- */

static bool
throw_unrepresentable(struct hop_context *cx)
{
    return hop_throw_argument(cx, &hop_exception_argument_range, "value",
                              "The added or subtracted value results in an "
                              "un-representable DateTime.");
}

static int64_t
offset_ticks(struct hop_value v)
{
    return (int64_t)(int32_t)v.ext * TICKS_MIN;
}

/* v moved to other ticks. */
static bool
move(struct hop_context *cx, struct hop_value v, int64_t ticks,
     struct hop_value *out)
{
    if (ticks < 0 || ticks > MAX_TICKS)
        return throw_unrepresentable(cx);
    *out = v;
    out->u.i = ticks;
    return true;
}

/* ---- parts ---- */

enum part {
    YEAR,
    MONTH,
    DAY,
    HOUR,
    MINUTE,
    SECOND,
    MILLISECOND,
    DAY_OF_YEAR,
    DAY_OF_WEEK,
    TICKS,
    DATE,
    TIME_OF_DAY,
    KIND,
    MICROSECOND,
    NANOSECOND,
};

GETTER(get_part)
{
    struct hop_date_parts p;

    hop_date_split(self.u.i, &p);
    switch ((enum part)data) {
    case YEAR: *out = hop_int(p.year); break;
    case MONTH: *out = hop_int(p.month); break;
    case DAY: *out = hop_int(p.day); break;
    case HOUR: *out = hop_int(p.hour); break;
    case MINUTE: *out = hop_int(p.minute); break;
    case SECOND: *out = hop_int(p.second); break;
    case MILLISECOND: *out = hop_int(p.ticks / 10000); break;
    case MICROSECOND: *out = hop_int(p.ticks / 10 % 1000); break;
    case NANOSECOND: *out = hop_int(p.ticks % 10 * 100); break;
    case DAY_OF_YEAR: *out = hop_int(p.yearday); break;
    case DAY_OF_WEEK: *out = hop_enum(HOP_ENUM_DAY_OF_WEEK, p.weekday); break;
    case TICKS: *out = hop_long(self.u.i); break;
    case TIME_OF_DAY: *out = hop_timespan(self.u.i % TICKS_DAY); break;
    case KIND: *out = hop_enum(HOP_ENUM_DATETIME_KIND, self.tag); break;
    case DATE:
        *out = hop_datetime(self.u.i - self.u.i % TICKS_DAY,
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

enum now { NOW, UTC_NOW, TODAY, MIN_DATE, MAX_DATE, EPOCH };

GETTER(get_now)
{
    int64_t utc = hop_date_utc_now(), local = hop_date_to_local(utc);

    switch ((enum now)data) {
    case NOW: *out = hop_datetime(local, HOP_DATE_LOCAL); break;
    case UTC_NOW: *out = hop_datetime(utc, HOP_DATE_UTC); break;
    case TODAY:
        *out = hop_datetime(local - local % TICKS_DAY, HOP_DATE_LOCAL);
        break;
    case MIN_DATE: *out = hop_datetime(0, HOP_DATE_UNSPECIFIED); break;
    case MAX_DATE: *out = hop_datetime(MAX_TICKS, HOP_DATE_UNSPECIFIED); break;
    case EPOCH: *out = hop_datetime(UNIX_EPOCH, HOP_DATE_UTC); break;
    }
    return true;
}

/* ---- moving ---- */

static const int64_t units[] = {
    [YEAR] = 0,           [DAY] = TICKS_DAY,    [HOUR] = TICKS_HOUR,
    [MINUTE] = TICKS_MIN, [SECOND] = TICKS_SEC, [MILLISECOND] = TICKS_MS,
    [TICKS] = 1,          [MICROSECOND] = 10,
};

METHOD(add_unit)
{
    double d = ARG_D(0) * (double)units[c->data];

    if (!(fabs(d) < 1e19))
        return throw_unrepresentable(cx);
    return move(cx, c->self,
                c->self.u.i + (int64_t)(units[c->data] > 1 ? trunc(d) : d),
                &c->result);
}

METHOD(add_ticks)
{
    return move(cx, c->self, c->self.u.i + ARG_I(0), &c->result);
}

METHOD(add_months)
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
    return move(cx, c->self, ticks, &c->result);
}

METHOD(subtract_date)
{
    struct hop_value b = c->args[0];

    if (b.kind == HOP_TIMESPAN)
        return move(cx, c->self, c->self.u.i - b.u.i, &c->result);
    if (c->self.kind == HOP_DATETIMEOFFSET)
        RETURN(hop_timespan((c->self.u.i - offset_ticks(c->self)) -
                            (b.u.i - offset_ticks(b))));
    RETURN(hop_timespan(c->self.u.i - b.u.i));
}

METHOD(op_add)
{
    return move(cx, c->args[0], c->args[0].u.i + ARG_I(1), &c->result);
}

METHOD(op_subtract)
{
    if (c->args[1].kind == HOP_TIMESPAN)
        return move(cx, c->args[0], c->args[0].u.i - ARG_I(1), &c->result);
    RETURN(hop_timespan(c->args[0].u.i - offset_ticks(c->args[0]) -
                        (c->args[1].u.i - offset_ticks(c->args[1]))));
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

/* ---- text ---- */

METHOD(format_date)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    const struct hop_string *f =
        c->n && c->args[0].kind == HOP_STRING ? ARG_S(0) : NULL;

    if (!hop_format_value(cx, c->self, f ? f->data : "", f ? f->len : 0, &b))
        return false;
    RETURN(hop_text_buf(&b));
}

METHOD(format_named)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    char f = (char)c->data;

    hop_date_format(c->self, &f, 1, &b);
    RETURN(hop_text_buf(&b));
}

/* Applies DateTimeStyles to what was read. */
static struct hop_value
with_styles(int64_t ticks, int32_t offset, int64_t styles)
{
    bool utc = styles & 16;

    if (offset == NO_OFFSET && !(styles & (32 | 64)))
        return hop_datetime(ticks, HOP_DATE_UNSPECIFIED);
    if (offset == NO_OFFSET) {
        if (styles & 32)
            return utc ? hop_datetime(hop_date_to_utc(ticks), HOP_DATE_UTC)
                       : hop_datetime(ticks, HOP_DATE_LOCAL);
        offset = 0;
    }
    ticks -= (int64_t)offset * TICKS_MIN;
    if (utc || ((styles & 128) && offset == 0))
        return hop_datetime(ticks, HOP_DATE_UTC);
    return hop_datetime(hop_date_to_local(ticks), HOP_DATE_LOCAL);
}

static int64_t
styles_of(const struct hop_call *c)
{
    for (size_t i = 0; i < c->n; i++)
        if (c->args[i].kind == HOP_ENUM)
            return ARG_I(i);
    return 0;
}

METHOD(parse_date)
{
    int64_t ticks;
    int32_t offset;
    long unknown;

    if (ARG_NULL(0))
        return hop_throw_null(cx, "s");
    if (!styles_of(c))
        return hop_date_parse(cx, ARG_S(0)->data, ARG_S(0)->len, &c->result);
    if (!hop_date_scan(ARG_S(0)->data, ARG_S(0)->len, &ticks, &offset,
                       &unknown))
        return hop_date_parse(cx, ARG_S(0)->data, ARG_S(0)->len, &c->result);
    RETURN(with_styles(ticks, offset, styles_of(c)));
}

METHOD(try_parse_date)
{
    int64_t ticks = 0;
    int32_t offset = NO_OFFSET;
    long unknown;
    bool ok =
        c->args[0].kind == HOP_STRING &&
        hop_date_scan(ARG_S(0)->data, ARG_S(0)->len, &ticks, &offset, &unknown);

    if (!hop_reference_set(cx, c->args[c->n - 1],
                           ok ? with_styles(ticks, offset, styles_of(c))
                              : hop_datetime(0, HOP_DATE_UNSPECIFIED)))
        return false;
    RETURN(hop_bool(ok));
}

/* With one format or any of several. */
static bool
scan_formats(const struct hop_string *s, struct hop_value formats,
             int64_t *ticks, int32_t *offset)
{
    struct hop_array *a = hop_as_array(formats);

    if (formats.kind == HOP_STRING)
        return hop_date_scan_exact(s->data, s->len, formats.u.s->data,
                                   formats.u.s->len, ticks, offset);
    for (size_t i = 0; a && i < a->n; i++)
        if (scan_formats(s, a->items[i], ticks, offset))
            return true;
    return false;
}

METHOD(parse_exact)
{
    int64_t ticks;
    int32_t offset;

    if (!scan_formats(ARG_S(0), c->args[1], &ticks, &offset))
        return hop_throw(cx, &hop_exception_format,
                         "String '%s' was not recognized as a valid DateTime.",
                         ARG_S(0)->data);
    RETURN(with_styles(ticks, offset, styles_of(c)));
}

METHOD(try_parse_exact)
{
    int64_t ticks = 0;
    int32_t offset = NO_OFFSET;
    bool ok = c->args[0].kind == HOP_STRING &&
              scan_formats(ARG_S(0), c->args[1], &ticks, &offset);

    if (!hop_reference_set(cx, c->args[c->n - 1],
                           ok ? with_styles(ticks, offset, styles_of(c))
                              : hop_datetime(0, HOP_DATE_UNSPECIFIED)))
        return false;
    RETURN(hop_bool(ok));
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

METHOD(from_unix)
{
    int64_t ticks = UNIX_EPOCH + ARG_I(0) * c->data;

    if (ticks < 0 || ticks > MAX_TICKS)
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
                      (double)TICKS_DAY));
}

METHOD(from_oa)
{
    RETURN(hop_datetime(599264352000000000LL +
                            (int64_t)(ARG_D(0) * 86400000.0 + 0.5) * TICKS_MS,
                        HOP_DATE_UNSPECIFIED));
}

METHOD(to_binary)
{
    RETURN(hop_long(c->self.u.i | (int64_t)((uint64_t)c->self.tag << 62)));
}

METHOD(compare_dates)
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

#define DATE_PARTS                                                             \
    {"Day", "int", get_part, NULL, 0, DAY},                                    \
        {"DayOfWeek", "System.DayOfWeek", get_part, NULL, 0, DAY_OF_WEEK},     \
        {"DayOfYear", "int", get_part, NULL, 0, DAY_OF_YEAR},                  \
        {"Hour", "int", get_part, NULL, 0, HOUR},                              \
        {"Millisecond", "int", get_part, NULL, 0, MILLISECOND},                \
        {"Microsecond", "int", get_part, NULL, 0, MICROSECOND},                \
        {"Nanosecond", "int", get_part, NULL, 0, NANOSECOND},                  \
        {"Minute", "int", get_part, NULL, 0, MINUTE},                          \
        {"Month", "int", get_part, NULL, 0, MONTH},                            \
        {"Second", "int", get_part, NULL, 0, SECOND},                          \
        {"Ticks", "long", get_part, NULL, 0, TICKS},                           \
        {"TimeOfDay", "timespan", get_part, NULL, 0, TIME_OF_DAY},             \
    {                                                                          \
        "Year", "int", get_part, NULL, 0, YEAR                                 \
    }

static const struct hop_property date_properties[] = {
    {"DateTime", "System.Object", get_date_time, NULL,
     HOP_PROP_SCRIPT | HOP_PROP_WHOLE},
    {"Date", "datetime", get_part, NULL, 0, DATE},
    DATE_PARTS,
    {"Kind", "System.DateTimeKind", get_part, NULL, 0, KIND},
    STATIC_GET("Now", "datetime", get_now, NOW),
    STATIC_GET("UtcNow", "datetime", get_now, UTC_NOW),
    STATIC_GET("Today", "datetime", get_now, TODAY),
    STATIC_GET("MinValue", "datetime", get_now, MIN_DATE),
    STATIC_GET("MaxValue", "datetime", get_now, MAX_DATE),
    STATIC_GET("UnixEpoch", "datetime", get_now, EPOCH),
    END_PROPERTIES,
};

#define DATE_ADDERS(t)                                                         \
    {t " Add(timespan value)", add_ticks},                                     \
        {t " AddDays(double value)", add_unit, DAY},                           \
        {t " AddHours(double value)", add_unit, HOUR},                         \
        {t " AddMicroseconds(double value)", add_unit, MICROSECOND},           \
        {t " AddMilliseconds(double value)", add_unit, MILLISECOND},           \
        {t " AddMinutes(double value)", add_unit, MINUTE},                     \
        {t " AddMonths(int months)", add_months, 1},                           \
        {t " AddSeconds(double value)", add_unit, SECOND},                     \
        {t " AddTicks(long value)", add_ticks},                                \
    {                                                                          \
        t " AddYears(int value)", add_months, 12                               \
    }

#define FP "System.IFormatProvider provider"
#define ST "System.Globalization.DateTimeStyles style"

static const struct hop_method date_methods[] = {
    DATE_ADDERS("datetime"),
    {"int CompareTo(System.Object value)", compare_dates},
    {"int CompareTo(datetime value)", compare_dates},
    {"System.TypeCode GetTypeCode()", type_code},
    {"bool IsDaylightSavingTime()", is_dst},
    {"timespan Subtract(datetime value)", subtract_date},
    {"datetime Subtract(timespan value)", subtract_date},
    {"long ToBinary()", to_binary},
    {"long ToFileTime()", to_file_time, false},
    {"long ToFileTimeUtc()", to_file_time, true},
    {"datetime ToLocalTime()", to_local},
    {"string ToLongDateString()", format_named, 'D'},
    {"string ToLongTimeString()", format_named, 'T'},
    {"double ToOADate()", to_oa},
    {"string ToShortDateString()", format_named, 'd'},
    {"string ToShortTimeString()", format_named, 't'},
    {"string ToString()", format_date},
    {"string ToString(string format)", format_date},
    {"string ToString(" FP ")", format_date},
    {"string ToString(string format, " FP ")", format_date},
    {"datetime ToUniversalTime()", to_utc},
    {"static int Compare(datetime t1, datetime t2)", compare_dates, true},
    {"static int DaysInMonth(int year, int month)", days_in_month},
    {"static bool IsLeapYear(int year)", is_leap_year},
    {"static datetime FromFileTime(long fileTime)", from_file_time, false},
    {"static datetime FromFileTimeUtc(long fileTime)", from_file_time, true},
    {"static datetime FromOADate(double d)", from_oa},
    {"static datetime Parse(string s)", parse_date},
    {"static datetime Parse(string s, " FP ")", parse_date},
    {"static datetime Parse(string s, " FP ", " ST ")", parse_date},
    {"static datetime ParseExact(string s, string format, " FP ")",
     parse_exact},
    {"static datetime ParseExact(string s, string format, " FP ", " ST ")",
     parse_exact},
    {"static datetime ParseExact(string s, string[] formats, " FP ", " ST ")",
     parse_exact},
    {"static datetime SpecifyKind(datetime value, System.DateTimeKind kind)",
     specify_kind},
    {"static bool TryParse(string s, [ref] datetime result)", try_parse_date},
    {"static bool TryParse(string s, " FP ", [ref] datetime result)",
     try_parse_date},
    {"static bool TryParse(string s, " FP ", " ST ", [ref] datetime result)",
     try_parse_date},
    {"static bool TryParseExact(string s, string format, " FP ", " ST
     ", [ref] datetime result)",
     try_parse_exact},
    {"static bool TryParseExact(string s, string[] formats, " FP ", " ST
     ", [ref] datetime result)",
     try_parse_exact},
    {"static datetime op_Addition(datetime d, timespan t)", op_add},
    {"static datetime op_Subtraction(datetime d, timespan t)", op_subtract},
    {"static timespan op_Subtraction(datetime d1, datetime d2)", op_subtract},
    END_METHODS,
};

#define YMD "int year, int month, int day"
#define HMS ", int hour, int minute, int second"

static const struct hop_method date_constructors[] = {
    {"datetime new(long ticks)", new_date},
    {"datetime new(long ticks, System.DateTimeKind kind)", new_date},
    {"datetime new(" YMD ")", new_date},
    {"datetime new(" YMD HMS ")", new_date},
    {"datetime new(" YMD HMS ", System.DateTimeKind kind)", new_date},
    {"datetime new(" YMD HMS ", int millisecond)", new_date},
    {"datetime new(" YMD HMS ", int millisecond, System.DateTimeKind kind)",
     new_date},
    END_METHODS,
};

static const struct hop_class *const date_interfaces[] = {
    &hop_class_icomparable, &hop_class_iformattable, &hop_class_iconvertible,
    NULL};

const struct hop_class hop_class_datetime = {
    .name = "System.DateTime",
    .base = &hop_class_value_type,
    .flags = HOP_CLASS_VALUE | HOP_CLASS_SEALED,
    .kind = HOP_DATETIME,
    .interfaces = date_interfaces,
    .properties = date_properties,
    .methods = date_methods,
    .constructors = date_constructors,
    .parse = parse_datetime,
};

/* ---- DateTimeOffset ---- */

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
    int64_t utc = self.u.i - offset_ticks(self);

    switch ((enum offset_part)data) {
    case OFF_OFFSET: *out = hop_timespan(offset_ticks(self)); break;
    case OFF_UTC: *out = hop_datetime(utc, HOP_DATE_UTC); break;
    case OFF_LOCAL:
        *out = hop_datetime(hop_date_to_local(utc), HOP_DATE_LOCAL);
        break;
    case OFF_DATETIME:
        *out = hop_datetime(self.u.i, HOP_DATE_UNSPECIFIED);
        break;
    case OFF_TICKS: *out = hop_long(utc); break;
    case OFF_DATE:
        *out =
            hop_datetime(self.u.i - self.u.i % TICKS_DAY, HOP_DATE_UNSPECIFIED);
        break;
    }
    return true;
}

GETTER(get_offset_now)
{
    int64_t utc = hop_date_utc_now(), local = hop_date_local_offset(utc);

    *out = data == NOW ? make_offset(utc + local, (int32_t)(local / TICKS_MIN))
           : data == UTC_NOW  ? make_offset(utc, 0)
           : data == MIN_DATE ? make_offset(0, 0)
           : data == MAX_DATE ? make_offset(MAX_TICKS, 0)
                              : make_offset(UNIX_EPOCH, 0);
    return true;
}

METHOD(to_offset)
{
    int64_t utc = c->self.u.i - offset_ticks(c->self);
    int64_t by = c->data == 0   ? 0
                 : c->data == 1 ? hop_date_local_offset(utc)
                                : ARG_I(0);

    RETURN(make_offset(utc + by, (int32_t)(by / TICKS_MIN)));
}

METHOD(to_unix)
{
    int64_t ticks = c->self.u.i - offset_ticks(c->self) - UNIX_EPOCH;
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
    if (offset == NO_OFFSET)
        offset = (int32_t)(hop_date_local_offset(hop_date_to_utc(ticks)) /
                           TICKS_MIN);
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
    if (offset == NO_OFFSET)
        offset = styles & 64
                     ? 0
                     : (int32_t)(hop_date_local_offset(hop_date_to_utc(ticks)) /
                                 TICKS_MIN);
    if (styles & 16)
        return make_offset(ticks - (int64_t)offset * TICKS_MIN, 0);
    return make_offset(ticks, offset);
}

METHOD(parse_offset_exact)
{
    int64_t ticks;
    int32_t offset;

    if (ARG_NULL(0))
        return hop_throw_null(cx, "input");
    if (!scan_formats(ARG_S(0), c->args[1], &ticks, &offset))
        return hop_throw(cx, &hop_exception_format,
                         "String '%s' was not recognized as a valid DateTime.",
                         ARG_S(0)->data);
    RETURN(offset_with_styles(ticks, offset, styles_of(c)));
}

METHOD(try_parse_offset)
{
    int64_t ticks = 0;
    int32_t offset = NO_OFFSET;
    long unknown;
    const struct hop_string *s = ARG_NULL(0) ? NULL : ARG_S(0);
    bool ok = s && (c->data ? scan_formats(s, c->args[1], &ticks, &offset)
                            : hop_date_scan(s->data, s->len, &ticks, &offset,
                                            &unknown));

    if (!hop_reference_set(cx, c->args[c->n - 1],
                           ok ? offset_with_styles(ticks, offset, styles_of(c))
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

        RETURN(make_offset(d.u.i, (int32_t)(by / TICKS_MIN)));
    }
    if (c->args[0].kind == HOP_INT64)
        RETURN(make_offset(ARG_I(0), (int32_t)(ARG_I(1) / TICKS_MIN)));
    for (size_t i = 0; i < 6; i++)
        *into[i] = (int)ARG_I(i);
    if (c->n == 8)
        p.ticks = (int)ARG_I(6) * 10000;
    if (!hop_date_join(&p, &ticks))
        return hop_throw(cx, &hop_exception_argument_range,
                         "Year, Month, and Day parameters describe an "
                         "un-representable DateTime.");
    RETURN(make_offset(ticks, (int32_t)(ARG_I(c->n - 1) / TICKS_MIN)));
}

static const struct hop_property offset_properties[] = {
    {"DateTime", "datetime", get_offset_part, NULL, 0, OFF_DATETIME},
    {"UtcDateTime", "datetime", get_offset_part, NULL, 0, OFF_UTC},
    {"LocalDateTime", "datetime", get_offset_part, NULL, 0, OFF_LOCAL},
    {"Date", "datetime", get_offset_part, NULL, 0, OFF_DATE},
    DATE_PARTS,
    {"Offset", "timespan", get_offset_part, NULL, 0, OFF_OFFSET},
    {"UtcTicks", "long", get_offset_part, NULL, 0, OFF_TICKS},
    STATIC_GET("Now", "System.DateTimeOffset", get_offset_now, NOW),
    STATIC_GET("UtcNow", "System.DateTimeOffset", get_offset_now, UTC_NOW),
    STATIC_GET("MinValue", "System.DateTimeOffset", get_offset_now, MIN_DATE),
    STATIC_GET("MaxValue", "System.DateTimeOffset", get_offset_now, MAX_DATE),
    STATIC_GET("UnixEpoch", "System.DateTimeOffset", get_offset_now, EPOCH),
    END_PROPERTIES,
};

#define DTO "System.DateTimeOffset"

static const struct hop_method offset_methods[] = {
    DATE_ADDERS(DTO),
    {"int CompareTo(" DTO " other)", compare_dates},
    {"timespan Subtract(" DTO " value)", subtract_date},
    {DTO " Subtract(timespan value)", subtract_date},
    {DTO " ToLocalTime()", to_offset, 1},
    {DTO " ToOffset(timespan offset)", to_offset, 2},
    {DTO " ToUniversalTime()", to_offset, 0},
    {"long ToUnixTimeMilliseconds()", to_unix, TICKS_MS},
    {"long ToUnixTimeSeconds()", to_unix, TICKS_SEC},
    {"string ToString()", format_date},
    {"string ToString(string format)", format_date},
    {"string ToString(" FP ")", format_date},
    {"string ToString(string format, " FP ")", format_date},
    {"static " DTO " FromUnixTimeMilliseconds(long milliseconds)", from_unix,
     TICKS_MS},
    {"static " DTO " FromUnixTimeSeconds(long seconds)", from_unix, TICKS_SEC},
    {"static " DTO " Parse(string input)", parse_offset_static},
    {"static " DTO " Parse(string input, " FP ")", parse_offset_static},
    {"static " DTO " ParseExact(string input, string format, " FP ")",
     parse_offset_exact},
    {"static " DTO " ParseExact(string input, string format, " FP ", " ST ")",
     parse_offset_exact},
    {"static " DTO " ParseExact(string input, string[] formats, " FP ", " ST
     ")",
     parse_offset_exact},
    {"static bool TryParse(string input, [ref] " DTO " result)",
     try_parse_offset, false},
    {"static bool TryParse(string input, " FP ", [ref] " DTO " result)",
     try_parse_offset, false},
    {"static bool TryParse(string input, " FP ", " ST ", [ref] " DTO " result)",
     try_parse_offset, false},
    {"static bool TryParseExact(string input, string format, " FP ", " ST
     ", [ref] " DTO " result)",
     try_parse_offset, true},
    {"static bool TryParseExact(string input, string[] formats, " FP ", " ST
     ", [ref] " DTO " result)",
     try_parse_offset, true},
    {"static " DTO " op_Addition(" DTO " d, timespan t)", op_add},
    {"static " DTO " op_Subtraction(" DTO " d, timespan t)", op_subtract},
    {"static timespan op_Subtraction(" DTO " left, " DTO " right)",
     op_subtract},
    END_METHODS,
};

static const struct hop_method offset_constructors[] = {
    {DTO " new(datetime dateTime)", new_offset},
    {DTO " new(datetime dateTime, timespan offset)", new_offset},
    {DTO " new(long ticks, timespan offset)", new_offset},
    {DTO " new(" YMD HMS ", timespan offset)", new_offset},
    {DTO " new(" YMD HMS ", int millisecond, timespan offset)", new_offset},
    END_METHODS,
};

const struct hop_class hop_class_datetime_offset = {
    .name = "System.DateTimeOffset",
    .base = &hop_class_value_type,
    .flags = HOP_CLASS_VALUE | HOP_CLASS_SEALED,
    .kind = HOP_DATETIMEOFFSET,
    .interfaces = date_interfaces,
    .properties = offset_properties,
    .methods = offset_methods,
    .constructors = offset_constructors,
    .parse = parse_offset,
};

/* ---- TimeSpan ---- */

enum span_part {
    SP_DAYS,
    SP_HOURS,
    SP_MINUTES,
    SP_SECONDS,
    SP_MS,
    SP_US,
    SP_NS,
    SP_TICKS
};

GETTER(get_span_part)
{
    int64_t t = self.u.i;

    switch ((enum span_part)data) {
    case SP_DAYS: *out = hop_int((int32_t)(t / TICKS_DAY)); break;
    case SP_HOURS: *out = hop_int((int32_t)(t / TICKS_HOUR % 24)); break;
    case SP_MINUTES: *out = hop_int((int32_t)(t / TICKS_MIN % 60)); break;
    case SP_SECONDS: *out = hop_int((int32_t)(t / TICKS_SEC % 60)); break;
    case SP_MS: *out = hop_int((int32_t)(t / TICKS_MS % 1000)); break;
    case SP_US: *out = hop_int((int32_t)(t / 10 % 1000)); break;
    case SP_NS: *out = hop_int((int32_t)(t % 10 * 100)); break;
    case SP_TICKS: *out = hop_long(t); break;
    }
    return true;
}

GETTER(get_total)
{
    *out = hop_double((double)self.u.i / (double)data);
    return true;
}

GETTER(get_nanoseconds)
{
    *out = hop_double((double)self.u.i * 100);
    return true;
}

GETTER(get_span)
{
    *out = hop_timespan(data);
    return true;
}

GETTER(get_ticks_per)
{
    *out = hop_long(data);
    return true;
}

static bool
throw_span(struct hop_context *cx)
{
    return hop_throw(cx, &hop_exception_overflow,
                     "TimeSpan overflowed because the duration is too long.");
}

/* data: -1 subtracts. */
METHOD(span_add)
{
    struct hop_value a = c->n == 2 ? c->args[0] : c->self;
    int64_t r, b = ARG_I(c->n - 1);

    if (c->data < 0 ? __builtin_sub_overflow(a.u.i, b, &r)
                    : __builtin_add_overflow(a.u.i, b, &r))
        return throw_span(cx);
    RETURN(hop_timespan(r));
}

METHOD(span_scale)
{
    struct hop_value a = c->n == 2 ? c->args[0] : c->self;
    double k = ARG_D(c->n - 1);
    double r = c->data ? (double)a.u.i / k : (double)a.u.i * k;

    if (c->args[c->n - 1].kind == HOP_TIMESPAN)
        RETURN(hop_double((double)a.u.i / (double)ARG_I(c->n - 1)));
    if (isnan(r))
        return hop_throw(cx, &hop_exception_argument,
                         "TimeSpan does not accept floating point "
                         "Not-a-Number values.");
    if (fabs(r) > 9.2e18)
        return throw_span(cx);
    RETURN(hop_timespan((int64_t)nearbyint(r)));
}

METHOD(span_negate)
{
    int64_t t = c->self.u.i;

    if (t == INT64_MIN)
        return throw_span(cx);
    RETURN(hop_timespan(c->data && t >= 0 ? t : -t));
}

METHOD(span_from)
{
    double total = 0;
    static const int64_t scale[] = {TICKS_DAY, TICKS_HOUR, TICKS_MIN,
                                    TICKS_SEC, TICKS_MS,   10};

    if (c->args[0].kind == HOP_DOUBLE) {
        total = ARG_D(0) * (double)scale[c->data];
    } else {
        for (size_t i = 0; i < c->n && i + (size_t)c->data < 6; i++)
            total += (double)ARG_I(i) * (double)scale[(size_t)c->data + i];
    }
    if (isnan(total))
        return hop_throw_argument(cx, &hop_exception_argument, "value",
                                  "TimeSpan does not accept floating point "
                                  "Not-a-Number values.");
    if (fabs(total) > 9.2e18)
        return throw_span(cx);
    RETURN(hop_timespan((int64_t)total));
}

METHOD(span_from_ticks)
{
    RETURN(hop_timespan(ARG_I(0)));
}

METHOD(span_parse)
{
    int64_t t;

    if (ARG_NULL(0))
        return hop_throw_null(cx, "s");
    if (!hop_timespan_parse(cx, ARG_S(0)->data, ARG_S(0)->len, &t))
        return false;
    RETURN(hop_timespan(t));
}

METHOD(span_try_parse)
{
    int64_t t = 0;
    bool ok = c->args[0].kind == HOP_STRING &&
              hop_timespan_parse(NULL, ARG_S(0)->data, ARG_S(0)->len, &t);

    if (!hop_reference_set(cx, c->args[c->n - 1], hop_timespan(ok ? t : 0)))
        return false;
    RETURN(hop_bool(ok));
}

METHOD(new_span)
{
    static const int64_t by_hour[] = {TICKS_HOUR, TICKS_MIN, TICKS_SEC};
    static const int64_t by_day[] = {TICKS_DAY, TICKS_HOUR, TICKS_MIN,
                                     TICKS_SEC, TICKS_MS,   10};
    const int64_t *scale = c->n == 3 ? by_hour : by_day;
    int64_t total = 0;

    if (c->n == 1)
        RETURN(hop_timespan(ARG_I(0)));
    for (size_t i = 0; i < c->n; i++) {
        int64_t part;

        if (__builtin_mul_overflow(ARG_I(i), scale[i], &part) ||
            __builtin_add_overflow(total, part, &total))
            return hop_throw(cx, &hop_exception_argument_range,
                             "TimeSpan overflowed because the duration is too "
                             "long.");
    }
    RETURN(hop_timespan(total));
}

static bool
parse_span(struct hop_context *cx, const struct hop_string *s,
           struct hop_value *out)
{
    int64_t t;

    if (!hop_timespan_parse(cx, s->data, s->len, &t))
        return false;
    *out = hop_timespan(t);
    return true;
}

static const struct hop_property span_properties[] = {
    {"Ticks", "long", get_span_part, NULL, 0, SP_TICKS},
    {"Days", "int", get_span_part, NULL, 0, SP_DAYS},
    {"Hours", "int", get_span_part, NULL, 0, SP_HOURS},
    {"Milliseconds", "int", get_span_part, NULL, 0, SP_MS},
    {"Microseconds", "int", get_span_part, NULL, 0, SP_US},
    {"Nanoseconds", "int", get_span_part, NULL, 0, SP_NS},
    {"Minutes", "int", get_span_part, NULL, 0, SP_MINUTES},
    {"Seconds", "int", get_span_part, NULL, 0, SP_SECONDS},
    {"TotalDays", "double", get_total, NULL, 0, TICKS_DAY},
    {"TotalHours", "double", get_total, NULL, 0, TICKS_HOUR},
    {"TotalMilliseconds", "double", get_total, NULL, 0, TICKS_MS},
    {"TotalMicroseconds", "double", get_total, NULL, 0, 10},
    {"TotalNanoseconds", "double", get_nanoseconds},
    {"TotalMinutes", "double", get_total, NULL, 0, TICKS_MIN},
    {"TotalSeconds", "double", get_total, NULL, 0, TICKS_SEC},
    STATIC_GET("Zero", "timespan", get_span, 0),
    STATIC_GET("MaxValue", "timespan", get_span, INT64_MAX),
    STATIC_GET("MinValue", "timespan", get_span, INT64_MIN),
    STATIC_GET("TicksPerDay", "long", get_ticks_per, TICKS_DAY),
    STATIC_GET("TicksPerHour", "long", get_ticks_per, TICKS_HOUR),
    STATIC_GET("TicksPerMinute", "long", get_ticks_per, TICKS_MIN),
    STATIC_GET("TicksPerSecond", "long", get_ticks_per, TICKS_SEC),
    STATIC_GET("TicksPerMillisecond", "long", get_ticks_per, TICKS_MS),
    END_PROPERTIES,
};

static const struct hop_method span_methods[] = {
    {"timespan Add(timespan ts)", span_add},
    {"int CompareTo(System.Object value)", compare_dates},
    {"int CompareTo(timespan value)", compare_dates},
    {"timespan Divide(double divisor)", span_scale, true},
    {"double Divide(timespan ts)", span_scale, true},
    {"timespan Duration()", span_negate, true},
    {"timespan Multiply(double factor)", span_scale, false},
    {"timespan Negate()", span_negate, false},
    {"timespan Subtract(timespan ts)", span_add, -1},
    {"string ToString()", format_date},
    {"string ToString(string format)", format_date},
    {"string ToString(string format, System.IFormatProvider formatProvider)",
     format_date},
    {"static int Compare(timespan t1, timespan t2)", compare_dates, true},
    {"static timespan FromDays(double value)", span_from, 0},
    {"static timespan FromDays(int days)", span_from, 0},
    {"static timespan FromDays(int days, int hours = 0, long minutes = 0, long "
     "seconds = 0, long milliseconds = 0, long microseconds = 0)",
     span_from, 0},
    {"static timespan FromHours(double value)", span_from, 1},
    {"static timespan FromHours(int hours)", span_from, 1},
    {"static timespan FromMinutes(double value)", span_from, 2},
    {"static timespan FromMinutes(long minutes)", span_from, 2},
    {"static timespan FromSeconds(double value)", span_from, 3},
    {"static timespan FromSeconds(long seconds)", span_from, 3},
    {"static timespan FromMilliseconds(double value)", span_from, 4},
    {"static timespan FromMilliseconds(long milliseconds)", span_from, 4},
    {"static timespan FromMicroseconds(double value)", span_from, 5},
    {"static timespan FromTicks(long value)", span_from_ticks},
    {"static timespan Parse(string s)", span_parse},
    {"static timespan Parse(string input, System.IFormatProvider "
     "formatProvider)",
     span_parse},
    {"static bool TryParse(string s, [ref] timespan result)", span_try_parse},
    {"static bool TryParse(string input, System.IFormatProvider "
     "formatProvider, [ref] timespan result)",
     span_try_parse},
    {"static timespan op_Addition(timespan t1, timespan t2)", span_add},
    {"static timespan op_Subtraction(timespan t1, timespan t2)", span_add, -1},
    {"static timespan op_Multiply(timespan timeSpan, double factor)",
     span_scale, false},
    {"static timespan op_Division(timespan timeSpan, double divisor)",
     span_scale, true},
    {"static double op_Division(timespan t1, timespan t2)", span_scale, true},
    END_METHODS,
};

static const struct hop_method span_constructors[] = {
    {"timespan new(long ticks)", new_span},
    {"timespan new(int hours, int minutes, int seconds)", new_span},
    {"timespan new(int days, int hours, int minutes, int seconds)", new_span},
    {"timespan new(int days, int hours, int minutes, int seconds, int "
     "milliseconds)",
     new_span},
    END_METHODS,
};

static const struct hop_class *const span_interfaces[] = {
    &hop_class_icomparable, &hop_class_iformattable, NULL};

const struct hop_class hop_class_timespan = {
    .name = "System.TimeSpan",
    .base = &hop_class_value_type,
    .flags = HOP_CLASS_VALUE | HOP_CLASS_SEALED,
    .kind = HOP_TIMESPAN,
    .interfaces = span_interfaces,
    .properties = span_properties,
    .methods = span_methods,
    .constructors = span_constructors,
    .parse = parse_span,
};

/* ---- DateOnly, TimeOnly: one number in an object ---- */

struct boxed {
    struct hop_object base;
    int64_t ticks; /* of midnight; or since midnight */
};

static int64_t
boxed_ticks(struct hop_value v)
{
    return ((struct boxed *)v.u.o)->ticks;
}

static struct hop_value
box(struct hop_context *cx, const struct hop_class *cls, int64_t ticks)
{
    struct boxed *b = hop_object_new(cx, cls);

    b->ticks = ticks;
    return hop_obj(b);
}

GETTER(get_boxed_part)
{
    return get_part(cx, hop_datetime(boxed_ticks(self), HOP_DATE_UNSPECIFIED),
                    data, out);
}

static bool
boxed_format(struct hop_context *cx, struct hop_value v, const char *format,
             size_t n, struct hop_buf *out)
{
    bool date = v.u.o->cls == &hop_class_date_only;

    if (n == 0 || (n == 1 && (*format == 'd' || *format == 't'))) {
        format = date ? "MM/dd/yyyy" : "HH:mm";
        n = strlen(format);
    } else if (n == 1 && (*format | 0x20) == 'o') {
        format = date ? "yyyy-MM-dd" : "HH:mm:ss.fffffff";
        n = strlen(format);
    }
    return hop_date_format(hop_datetime(boxed_ticks(v), HOP_DATE_UNSPECIFIED),
                           format, n, out);
}

static bool
boxed_to_string(struct hop_context *cx, struct hop_value v,
                struct hop_string **out)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    boxed_format(cx, v, "", 0, &b);
    *out = hop_string_take_buf(&b);
    return true;
}

static bool
boxed_equals(struct hop_context *cx, struct hop_value a, struct hop_value b)
{
    return boxed_ticks(a) == boxed_ticks(b);
}

static uint32_t
boxed_hash(struct hop_value v)
{
    return (uint32_t)(boxed_ticks(v) / TICKS_SEC);
}

static bool
boxed_compare(struct hop_context *cx, struct hop_value a, struct hop_value b,
              int *out)
{
    int64_t x = boxed_ticks(a), y = boxed_ticks(b);

    *out = x < y ? -1 : x > y;
    return true;
}

static bool
parse_boxed(struct hop_context *cx, const struct hop_string *s,
            const struct hop_class *cls, struct hop_value *out)
{
    int64_t ticks;
    int32_t offset;
    long unknown;
    bool date = cls == &hop_class_date_only;

    if (!hop_date_scan(s->data, s->len, &ticks, &offset, &unknown))
        return hop_throw(cx, &hop_exception_format,
                         "String '%s' was not recognized as a valid %s.",
                         s->data, date ? "DateOnly" : "TimeOnly");
    *out = box(cx, cls, date ? ticks - ticks % TICKS_DAY : ticks % TICKS_DAY);
    return true;
}

static bool
parse_date_only(struct hop_context *cx, const struct hop_string *s,
                struct hop_value *out)
{
    return parse_boxed(cx, s, &hop_class_date_only, out);
}

static bool
parse_time_only(struct hop_context *cx, const struct hop_string *s,
                struct hop_value *out)
{
    return parse_boxed(cx, s, &hop_class_time_only, out);
}

METHOD(boxed_parse)
{
    return parse_boxed(cx, ARG_S(0), c->cls, &c->result);
}

METHOD(boxed_text)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    const struct hop_string *f = c->n && !ARG_NULL(0) ? ARG_S(0) : NULL;

    boxed_format(cx, c->self, f ? f->data : "", f ? f->len : 0, &b);
    RETURN(hop_text_buf(&b));
}

METHOD(boxed_compare_to)
{
    int r;

    boxed_compare(cx, c->self, c->args[0], &r);
    RETURN(hop_int(r));
}

METHOD(from_datetime)
{
    RETURN(box(cx, c->cls,
               c->cls == &hop_class_date_only ? ARG_I(0) - ARG_I(0) % TICKS_DAY
                                              : ARG_I(0) % TICKS_DAY));
}

METHOD(date_only_add)
{
    struct hop_call inner = *c;
    struct hop_value at =
        hop_datetime(boxed_ticks(c->self), HOP_DATE_UNSPECIFIED);

    if (c->data == 0) {
        if (!move(cx, at, at.u.i + ARG_I(0) * TICKS_DAY, &inner.result))
            return false;
    } else {
        inner.self = at;
        if (!add_months(cx, &inner))
            return false;
    }
    RETURN(box(cx, &hop_class_date_only, inner.result.u.i));
}

METHOD(time_only_add)
{
    double by = c->args[0].kind == HOP_TIMESPAN ? (double)ARG_I(0)
                                                : ARG_D(0) * (double)c->data;
    int64_t t = (boxed_ticks(c->self) + (int64_t)by) % TICKS_DAY;

    RETURN(box(cx, &hop_class_time_only, t < 0 ? t + TICKS_DAY : t));
}

METHOD(date_only_to_datetime)
{
    int64_t t = c->n ? boxed_ticks(c->args[0]) : 0;

    RETURN(hop_datetime(boxed_ticks(c->self) + t, HOP_DATE_UNSPECIFIED));
}

METHOD(time_only_to_span)
{
    RETURN(hop_timespan(boxed_ticks(c->self)));
}

METHOD(new_boxed)
{
    struct hop_date_parts p = {.year = 1, .month = 1, .day = 1};
    int64_t ticks;

    if (c->args[0].kind == HOP_INT64)
        RETURN(box(cx, c->cls, ARG_I(0)));
    if (c->cls == &hop_class_date_only) {
        p.year = (int)ARG_I(0);
        p.month = (int)ARG_I(1);
        p.day = (int)ARG_I(2);
    } else {
        p.hour = (int)ARG_I(0);
        p.minute = (int)ARG_I(1);
        p.second = c->n > 2 ? (int)ARG_I(2) : 0;
        p.ticks = c->n > 3 ? (int)ARG_I(3) * 10000 : 0;
    }
    if (!hop_date_join(&p, &ticks))
        return hop_throw(cx, &hop_exception_argument_range, "%s",
                         c->cls == &hop_class_date_only
                             ? "Year, Month, and Day parameters describe an "
                               "un-representable DateTime."
                             : "Hour, Minute, and Second parameters describe "
                               "an un-representable DateTime.");
    RETURN(box(cx, c->cls, ticks));
}

GETTER(get_day_number)
{
    *out = hop_int((int32_t)(boxed_ticks(self) / TICKS_DAY));
    return true;
}

GETTER(get_boxed_bound)
{
    const struct hop_class *cls = self.u.cls;

    *out = box(cx, cls,
               !data                         ? 0
               : cls == &hop_class_time_only ? TICKS_DAY - 1
                                             : MAX_TICKS - TICKS_DAY + 1);
    return true;
}

static const struct hop_property date_only_properties[] = {
    {"Year", "int", get_boxed_part, NULL, 0, YEAR},
    {"Month", "int", get_boxed_part, NULL, 0, MONTH},
    {"Day", "int", get_boxed_part, NULL, 0, DAY},
    {"DayOfWeek", "System.DayOfWeek", get_boxed_part, NULL, 0, DAY_OF_WEEK},
    {"DayOfYear", "int", get_boxed_part, NULL, 0, DAY_OF_YEAR},
    {"DayNumber", "int", get_day_number},
    STATIC_GET("MinValue", "System.DateOnly", get_boxed_bound, false),
    STATIC_GET("MaxValue", "System.DateOnly", get_boxed_bound, true),
    END_PROPERTIES,
};

static const struct hop_property time_only_properties[] = {
    {"Hour", "int", get_boxed_part, NULL, 0, HOUR},
    {"Minute", "int", get_boxed_part, NULL, 0, MINUTE},
    {"Second", "int", get_boxed_part, NULL, 0, SECOND},
    {"Millisecond", "int", get_boxed_part, NULL, 0, MILLISECOND},
    {"Microsecond", "int", get_boxed_part, NULL, 0, MICROSECOND},
    {"Nanosecond", "int", get_boxed_part, NULL, 0, NANOSECOND},
    {"Ticks", "long", get_boxed_part, NULL, 0, TICKS},
    STATIC_GET("MinValue", "System.TimeOnly", get_boxed_bound, false),
    STATIC_GET("MaxValue", "System.TimeOnly", get_boxed_bound, true),
    END_PROPERTIES,
};

static const struct hop_method date_only_methods[] = {
    {"System.DateOnly AddDays(int value)", date_only_add, 0},
    {"System.DateOnly AddMonths(int value)", date_only_add, 1},
    {"System.DateOnly AddYears(int value)", date_only_add, 12},
    {"int CompareTo(System.DateOnly value)", boxed_compare_to},
    {"datetime ToDateTime(System.TimeOnly time)", date_only_to_datetime},
    {"string ToString()", boxed_text},
    {"string ToString(string format)", boxed_text},
    {"static System.DateOnly FromDateTime(datetime dateTime)", from_datetime},
    {"static System.DateOnly Parse(string s)", boxed_parse},
    END_METHODS,
};

static const struct hop_method time_only_methods[] = {
    {"System.TimeOnly Add(timespan value)", time_only_add, 1},
    {"System.TimeOnly AddHours(double value)", time_only_add, TICKS_HOUR},
    {"System.TimeOnly AddMinutes(double value)", time_only_add, TICKS_MIN},
    {"int CompareTo(System.TimeOnly value)", boxed_compare_to},
    {"timespan ToTimeSpan()", time_only_to_span},
    {"string ToString()", boxed_text},
    {"string ToString(string format)", boxed_text},
    {"static System.TimeOnly FromDateTime(datetime dateTime)", from_datetime},
    {"static System.TimeOnly Parse(string s)", boxed_parse},
    END_METHODS,
};

static const struct hop_method date_only_constructors[] = {
    {"System.DateOnly new(" YMD ")", new_boxed},
    END_METHODS,
};

static const struct hop_method time_only_constructors[] = {
    {"System.TimeOnly new(int hour, int minute)", new_boxed},
    {"System.TimeOnly new(int hour, int minute, int second)", new_boxed},
    {"System.TimeOnly new(int hour, int minute, int second, int millisecond)",
     new_boxed},
    {"System.TimeOnly new(long ticks)", new_boxed},
    END_METHODS,
};

#define BOXED(c, text)                                                         \
    const struct hop_class hop_class_##c = {                                   \
        .name = text,                                                          \
        .base = &hop_class_value_type,                                         \
        .flags = HOP_CLASS_VALUE | HOP_CLASS_SEALED,                           \
        .kind = HOP_OBJECT,                                                    \
        .size = sizeof(struct boxed),                                          \
        .interfaces = span_interfaces,                                         \
        .properties = c##_properties,                                          \
        .methods = c##_methods,                                                \
        .constructors = c##_constructors,                                      \
        .to_string = boxed_to_string,                                          \
        .equals = boxed_equals,                                                \
        .hash = boxed_hash,                                                    \
        .compare = boxed_compare,                                              \
        .format = boxed_format,                                                \
        .parse = parse_##c,                                                    \
    }

BOXED(date_only, "System.DateOnly");
BOXED(time_only, "System.TimeOnly");
