/* TimeSpan.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/member.h"
#include "value/types/def.h"

#include <math.h>

#include "value/types/dates.h"

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
    case SP_DAYS: *out = hop_int((int32_t)(t / HOP_TICKS_DAY)); break;
    case SP_HOURS: *out = hop_int((int32_t)(t / HOP_TICKS_HOUR % 24)); break;
    case SP_MINUTES: *out = hop_int((int32_t)(t / HOP_TICKS_MIN % 60)); break;
    case SP_SECONDS: *out = hop_int((int32_t)(t / HOP_TICKS_SEC % 60)); break;
    case SP_MS: *out = hop_int((int32_t)(t / HOP_TICKS_MS % 1000)); break;
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
    static const int64_t scale[] = {HOP_TICKS_DAY, HOP_TICKS_HOUR,
                                    HOP_TICKS_MIN, HOP_TICKS_SEC,
                                    HOP_TICKS_MS,  10};

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
    static const int64_t by_hour[] = {HOP_TICKS_HOUR, HOP_TICKS_MIN,
                                      HOP_TICKS_SEC};
    static const int64_t by_day[] = {HOP_TICKS_DAY, HOP_TICKS_HOUR,
                                     HOP_TICKS_MIN, HOP_TICKS_SEC,
                                     HOP_TICKS_MS,  10};
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
    {"TotalDays", "double", get_total, NULL, 0, HOP_TICKS_DAY},
    {"TotalHours", "double", get_total, NULL, 0, HOP_TICKS_HOUR},
    {"TotalMilliseconds", "double", get_total, NULL, 0, HOP_TICKS_MS},
    {"TotalMicroseconds", "double", get_total, NULL, 0, 10},
    {"TotalNanoseconds", "double", get_nanoseconds},
    {"TotalMinutes", "double", get_total, NULL, 0, HOP_TICKS_MIN},
    {"TotalSeconds", "double", get_total, NULL, 0, HOP_TICKS_SEC},
    STATIC_GET("Zero", "timespan", get_span, 0),
    STATIC_GET("MaxValue", "timespan", get_span, INT64_MAX),
    STATIC_GET("MinValue", "timespan", get_span, INT64_MIN),
    STATIC_GET("TicksPerDay", "long", get_ticks_per, HOP_TICKS_DAY),
    STATIC_GET("TicksPerHour", "long", get_ticks_per, HOP_TICKS_HOUR),
    STATIC_GET("TicksPerMinute", "long", get_ticks_per, HOP_TICKS_MIN),
    STATIC_GET("TicksPerSecond", "long", get_ticks_per, HOP_TICKS_SEC),
    STATIC_GET("TicksPerMillisecond", "long", get_ticks_per, HOP_TICKS_MS),
    END_PROPERTIES,
};

static const struct hop_method span_methods[] = {
    {"timespan Add(timespan ts)", span_add},
    {"int CompareTo(System.Object value)", hop_date_compare},
    {"int CompareTo(timespan value)", hop_date_compare},
    {"timespan Divide(double divisor)", span_scale, true},
    {"double Divide(timespan ts)", span_scale, true},
    {"timespan Duration()", span_negate, true},
    {"timespan Multiply(double factor)", span_scale, false},
    {"timespan Negate()", span_negate, false},
    {"timespan Subtract(timespan ts)", span_add, -1},
    {"string ToString()", hop_date_format_method},
    {"string ToString(string format)", hop_date_format_method},
    {"string ToString(string format, System.IFormatProvider formatProvider)",
     hop_date_format_method},
    {"static int Compare(timespan t1, timespan t2)", hop_date_compare, true},
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

const struct hop_class *const hop_span_interfaces[] = {
    &hop_class_icomparable, &hop_class_iformattable, NULL};

const struct hop_class hop_class_timespan = {
    .name = "System.TimeSpan",
    .base = &hop_class_value_type,
    .flags = HOP_CLASS_VALUE | HOP_CLASS_SEALED,
    .kind = HOP_TIMESPAN,
    .interfaces = hop_span_interfaces,
    .properties = span_properties,
    .methods = span_methods,
    .constructors = span_constructors,
    .parse = parse_span,
};
