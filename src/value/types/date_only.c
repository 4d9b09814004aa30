/* DateOnly and TimeOnly: one number in an object.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/member.h"
#include "value/types/def.h"

#include "value/date.h"
#include "value/types/dates.h"

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
    return hop_date_part(
        cx, hop_datetime(boxed_ticks(self), HOP_DATE_UNSPECIFIED), data, out);
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
    return (uint32_t)(boxed_ticks(v) / HOP_TICKS_SEC);
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
    *out = box(cx, cls,
               date ? ticks - ticks % HOP_TICKS_DAY : ticks % HOP_TICKS_DAY);
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
               c->cls == &hop_class_date_only
                   ? ARG_I(0) - ARG_I(0) % HOP_TICKS_DAY
                   : ARG_I(0) % HOP_TICKS_DAY));
}

METHOD(date_only_add)
{
    struct hop_call inner = *c;
    struct hop_value at =
        hop_datetime(boxed_ticks(c->self), HOP_DATE_UNSPECIFIED);

    if (c->data == 0) {
        if (!hop_date_move(cx, at, at.u.i + ARG_I(0) * HOP_TICKS_DAY,
                           &inner.result))
            return false;
    } else {
        inner.self = at;
        if (!hop_date_add_months(cx, &inner))
            return false;
    }
    RETURN(box(cx, &hop_class_date_only, inner.result.u.i));
}

METHOD(time_only_add)
{
    double by = c->args[0].kind == HOP_TIMESPAN ? (double)ARG_I(0)
                                                : ARG_D(0) * (double)c->data;
    int64_t t = (boxed_ticks(c->self) + (int64_t)by) % HOP_TICKS_DAY;

    RETURN(box(cx, &hop_class_time_only, t < 0 ? t + HOP_TICKS_DAY : t));
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
    *out = hop_int((int32_t)(boxed_ticks(self) / HOP_TICKS_DAY));
    return true;
}

GETTER(get_boxed_bound)
{
    const struct hop_class *cls = self.u.cls;

    *out =
        box(cx, cls,
            !data                         ? 0
            : cls == &hop_class_time_only ? HOP_TICKS_DAY - 1
                                          : HOP_MAX_TICKS - HOP_TICKS_DAY + 1);
    return true;
}

static const struct hop_property date_only_properties[] = {
    {"Year", "int", get_boxed_part, NULL, 0, HOP_PART_YEAR},
    {"Month", "int", get_boxed_part, NULL, 0, HOP_PART_MONTH},
    {"Day", "int", get_boxed_part, NULL, 0, HOP_PART_DAY},
    {"DayOfWeek", "System.DayOfWeek", get_boxed_part, NULL, 0,
     HOP_PART_DAY_OF_WEEK},
    {"DayOfYear", "int", get_boxed_part, NULL, 0, HOP_PART_DAY_OF_YEAR},
    {"DayNumber", "int", get_day_number},
    STATIC_GET("MinValue", "System.DateOnly", get_boxed_bound, false),
    STATIC_GET("MaxValue", "System.DateOnly", get_boxed_bound, true),
    END_PROPERTIES,
};

static const struct hop_property time_only_properties[] = {
    {"Hour", "int", get_boxed_part, NULL, 0, HOP_PART_HOUR},
    {"Minute", "int", get_boxed_part, NULL, 0, HOP_PART_MINUTE},
    {"Second", "int", get_boxed_part, NULL, 0, HOP_PART_SECOND},
    {"Millisecond", "int", get_boxed_part, NULL, 0, HOP_PART_MILLISECOND},
    {"Microsecond", "int", get_boxed_part, NULL, 0, HOP_PART_MICROSECOND},
    {"Nanosecond", "int", get_boxed_part, NULL, 0, HOP_PART_NANOSECOND},
    {"Ticks", "long", get_boxed_part, NULL, 0, HOP_PART_TICKS},
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
    {"System.TimeOnly AddHours(double value)", time_only_add, HOP_TICKS_HOUR},
    {"System.TimeOnly AddMinutes(double value)", time_only_add, HOP_TICKS_MIN},
    {"int CompareTo(System.TimeOnly value)", boxed_compare_to},
    {"timespan ToTimeSpan()", time_only_to_span},
    {"string ToString()", boxed_text},
    {"string ToString(string format)", boxed_text},
    {"static System.TimeOnly FromDateTime(datetime dateTime)", from_datetime},
    {"static System.TimeOnly Parse(string s)", boxed_parse},
    END_METHODS,
};

static const struct hop_method date_only_constructors[] = {
    {"System.DateOnly new(" HOP_DATE_YMD ")", new_boxed},
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
        .interfaces = hop_span_interfaces,                                     \
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
