/* What hangs on a CultureInfo: its calendar, the names and patterns of dates,
 * those of numbers, and text in its case.  All are the invariant culture's.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/types/culture_parts.h"

#include <ctype.h>
#include <utf8proc.h>

#include "value/collections.h"
#include "value/date.h"
#include "value/types/def.h"
#include "value/types/interfaces.h"
#include "value/types/text.h"

#define GLOBAL "System.Globalization."

/* ---- texts and numbers that never change ---- */

/* A property's row points at one of these. */
struct constant {
    const char *text; /* NULL: the number */
    int number;
};

GETTER(get_constant)
{
    const struct constant *k = (const struct constant *)data;

    (void)cx;
    (void)self;
    *out = k->text ? hop_text(k->text) : hop_int(k->number);
    return true;
}

#define TEXT(name, value)                                                      \
    {                                                                          \
        name, "string", get_constant, NULL, 0,                                 \
            (intptr_t) & (const struct constant)                               \
        {                                                                      \
            value, 0                                                           \
        }                                                                      \
    }
#define NUMBER(name, value)                                                    \
    {                                                                          \
        name, "int", get_constant, NULL, 0,                                    \
            (intptr_t) & (const struct constant)                               \
        {                                                                      \
            NULL, value                                                        \
        }                                                                      \
    }

GETTER(get_flag)
{
    (void)cx;
    (void)self;
    *out = hop_bool(data != 0);
    return true;
}

static struct hop_value
cut(const char *name, size_t letters)
{
    size_t n = strlen(name);

    return hop_str(hop_string_new(name, letters && letters < n ? letters : n));
}

/* Names cut to a number of letters; months have an empty thirteenth. */
static bool
list_names(struct hop_context *cx, bool months, size_t letters,
           struct hop_value *out)
{
    struct hop_array *a =
        hop_array_new_of(cx, hop_types_array(cx, &hop_class_string, 1), 0);
    size_t n = months ? 12 : 7;

    for (size_t i = 0; i < n; i++)
        hop_array_push(
            a, cut(months ? hop_month_names[i] : hop_day_names[i], letters));
    if (months)
        hop_array_push(a, hop_text(""));
    *out = hop_obj(a);
    return true;
}

/* ---- Calendar ---- */

enum calendar_part {
    DAY,
    DAY_OF_WEEK,
    DAY_OF_YEAR,
    MONTH,
    YEAR,
    HOUR,
    MINUTE,
    SECOND,
    ERA,
};

METHOD(part_of_date)
{
    struct hop_date_parts p;

    hop_date_split(ARG_I(0), &p);
    switch ((enum calendar_part)c->data) {
    case DAY: RETURN(hop_int(p.day));
    case DAY_OF_WEEK: RETURN(hop_enum(HOP_ENUM_DAY_OF_WEEK, p.weekday));
    case DAY_OF_YEAR: RETURN(hop_int(p.yearday));
    case MONTH: RETURN(hop_int(p.month));
    case YEAR: RETURN(hop_int(p.year));
    case HOUR: RETURN(hop_int(p.hour));
    case MINUTE: RETURN(hop_int(p.minute));
    case SECOND: RETURN(hop_int(p.second));
    case ERA: break;
    }
    RETURN(hop_int(1));
}

static bool
check_month(struct hop_context *cx, int64_t year, int64_t month)
{
    if (year < 1 || year > 9999)
        return hop_throw_argument(cx, &hop_exception_argument_range, "year",
                                  "Valid values are between 1 and 9999, "
                                  "inclusive.");
    if (month < 1 || month > 12)
        return hop_throw_argument(cx, &hop_exception_argument_range, "month",
                                  "Month must be between one and twelve.");
    return true;
}

METHOD(days_in_month)
{
    if (!check_month(cx, ARG_I(0), ARG_I(1)))
        return false;
    RETURN(hop_int(hop_date_days_in_month((int)ARG_I(0), (int)ARG_I(1))));
}

METHOD(days_in_year)
{
    if (!check_month(cx, ARG_I(0), 1))
        return false;
    RETURN(hop_int(hop_date_is_leap((int)ARG_I(0)) ? 366 : 365));
}

METHOD(is_leap_year)
{
    if (!check_month(cx, ARG_I(0), 1))
        return false;
    RETURN(hop_bool(hop_date_is_leap((int)ARG_I(0))));
}

METHOD(months_in_year)
{
    (void)cx;
    RETURN(hop_int(12));
}

/* Weeks counted from the first that has so many days in the year. */
static int
week_with_days(const struct hop_date_parts *p, int first_day, int days)
{
    int since = p->yearday - 1, new_year = p->weekday - since % 7;
    int offset = (first_day - new_year + 14) % 7;
    struct hop_date_parts before;
    int64_t ticks;

    if (offset && offset >= days)
        offset -= 7;
    if (since >= offset)
        return (since - offset) / 7 + 1;
    if (!hop_date_join(&(struct hop_date_parts){.year = p->year - 1,
                                                .month = 12,
                                                .day = 31},
                       &ticks))
        return 52;
    hop_date_split(ticks, &before);
    return week_with_days(&before, first_day, days);
}

METHOD(week_of_year)
{
    struct hop_date_parts p;
    int first_day = (int)ARG_I(2);

    (void)cx;
    hop_date_split(ARG_I(0), &p);
    if (ARG_I(1) == 0) {
        int since = p.yearday - 1;
        int offset = (p.weekday - since % 7 - first_day + 14) % 7;

        RETURN(hop_int((since + offset) / 7 + 1));
    }
    RETURN(hop_int(week_with_days(&p, first_day, ARG_I(1) == 1 ? 7 : 4)));
}

static const struct hop_property calendar_properties[] = {
    {"IsReadOnly", "bool", get_flag, NULL, 0, true},
    NUMBER("TwoDigitYearMax", 2049),
    END_PROPERTIES,
};

#define TIME "(datetime time)"
static const struct hop_method calendar_methods[] = {
    {"int GetDayOfMonth" TIME, part_of_date, DAY},
    {"System.DayOfWeek GetDayOfWeek" TIME, part_of_date, DAY_OF_WEEK},
    {"int GetDayOfYear" TIME, part_of_date, DAY_OF_YEAR},
    {"int GetDaysInMonth(int year, int month)", days_in_month},
    {"int GetDaysInYear(int year)", days_in_year},
    {"int GetEra" TIME, part_of_date, ERA},
    {"int GetHour" TIME, part_of_date, HOUR},
    {"int GetMinute" TIME, part_of_date, MINUTE},
    {"int GetMonth" TIME, part_of_date, MONTH},
    {"int GetMonthsInYear(int year)", months_in_year},
    {"int GetSecond" TIME, part_of_date, SECOND},
    {"int GetWeekOfYear(datetime time, " GLOBAL
     "CalendarWeekRule rule, System.DayOfWeek firstDayOfWeek)",
     week_of_year},
    {"int GetYear" TIME, part_of_date, YEAR},
    {"bool IsLeapYear(int year)", is_leap_year},
    END_METHODS,
};

static const struct hop_class *const cloneable[] = {&hop_class_icloneable,
                                                    NULL};

const struct hop_class hop_class_calendar = {
    .name = GLOBAL "Calendar",
    .base = &hop_class_object,
    .flags = HOP_CLASS_ABSTRACT,
    .kind = HOP_OBJECT,
    .size = sizeof(struct hop_object),
    .interfaces = cloneable,
    .properties = calendar_properties,
    .methods = calendar_methods,
};

static const struct hop_method gregorian_constructors[] = {
    {GLOBAL "GregorianCalendar new()", hop_culture_part_new},
    END_METHODS,
};

const struct hop_class hop_class_gregorian_calendar = {
    .name = GLOBAL "GregorianCalendar",
    .base = &hop_class_calendar,
    .kind = HOP_OBJECT,
    .size = sizeof(struct hop_object),
    .constructors = gregorian_constructors,
};

/* ---- TextInfo ---- */

static bool
ends_word(char c)
{
    return !c || strchr(" \t\r\n.,;:!?()/-_\"", c);
}

static bool
is_all_capitals(const char *s, size_t n)
{
    for (size_t i = 0; i < n && !ends_word(s[i]); i++)
        if (islower((unsigned char)s[i]))
            return false;
    return true;
}

/* Every word with a capital in front and small letters behind it; words all in
 * capitals stay, as .NET has it. */
METHOD(to_title_case)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    const struct hop_string *s = ARG_S(0);
    bool inside = false, capitals = false;

    if (ARG_NULL(0))
        return hop_throw_null(cx, "str");
    for (size_t i = 0; i < s->len;) {
        utf8proc_int32_t code;
        utf8proc_uint8_t raw[4];
        utf8proc_ssize_t n =
            utf8proc_iterate((const utf8proc_uint8_t *)s->data + i,
                             (utf8proc_ssize_t)(s->len - i), &code);

        if (n < 1) {
            hop_buf_addc(&b, s->data[i++]);
            continue;
        }
        utf8proc_category_t kind = utf8proc_category(code);
        bool letter =
            kind >= UTF8PROC_CATEGORY_LU && kind <= UTF8PROC_CATEGORY_LO;

        if (letter && !inside) {
            capitals = is_all_capitals(s->data + i, s->len - i) &&
                       !ends_word(s->data[i + (size_t)n]);
            code = utf8proc_totitle(code);
        } else if (letter && !capitals) {
            code = utf8proc_tolower(code);
        }
        inside = letter || (inside && s->data[i] == '\'') ||
                 kind == UTF8PROC_CATEGORY_MN;
        hop_buf_add(&b, (const char *)raw,
                    (size_t)utf8proc_encode_char(code, raw));
        i += (size_t)n;
    }
    RETURN(hop_text_buf(&b));
}

METHOD(change_case)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    if (ARG_NULL(0))
        return hop_throw_null(cx, "str");
    hop_text_change_case(ARG_S(0)->data, ARG_S(0)->len, c->data, &b);
    RETURN(hop_text_buf(&b));
}

static const struct hop_property text_properties[] = {
    NUMBER("ANSICodePage", 1252),
    NUMBER("OEMCodePage", 437),
    NUMBER("MacCodePage", 10000),
    NUMBER("EBCDICCodePage", 37),
    NUMBER("LCID", 127),
    TEXT("CultureName", ""),
    {"IsReadOnly", "bool", get_flag, NULL, 0, true},
    TEXT("ListSeparator", ","),
    {"IsRightToLeft", "bool", get_flag, NULL, 0, false},
    END_PROPERTIES,
};

static const struct hop_method text_methods[] = {
    {"string ToLower(string str)", change_case, false},
    {"string ToTitleCase(string str)", to_title_case},
    {"string ToUpper(string str)", change_case, true},
    END_METHODS,
};

const struct hop_class hop_class_text_info = {
    .name = GLOBAL "TextInfo",
    .base = &hop_class_object,
    .flags = HOP_CLASS_SEALED,
    .kind = HOP_OBJECT,
    .size = sizeof(struct hop_object),
    .interfaces = cloneable,
    .properties = text_properties,
    .methods = text_methods,
};

/* ---- DateTimeFormatInfo ---- */

enum names { DAYS, SHORT_DAYS, SHORTEST_DAYS, MONTHS, SHORT_MONTHS };

static const size_t letters[] = {0, 3, 2, 0, 3};

GETTER(get_names)
{
    (void)self;
    return list_names(cx, data >= MONTHS, letters[data], out);
}

METHOD(name_of)
{
    bool month = c->data >= MONTHS;
    int64_t i = ARG_I(0) - month;

    if (i < 0 || i > (month ? 12 : 6))
        return hop_throw_argument(
            cx, &hop_exception_argument_range, month ? "month" : "dayofweek",
            month ? "Valid values are between 1 and 13, inclusive."
                  : "Valid values are between Sunday and Saturday, "
                    "inclusive.");
    if (i == 12)
        RETURN(hop_text(""));
    RETURN(
        cut(month ? hop_month_names[i] : hop_day_names[i], letters[c->data]));
}

GETTER(get_enum)
{
    (void)cx;
    (void)self;
    *out = hop_enum((uint32_t)data, 0);
    return true;
}

GETTER(get_calendar)
{
    (void)self;
    (void)data;
    *out = hop_obj(hop_object_new(cx, &hop_class_gregorian_calendar));
    return true;
}

static const struct hop_property date_format_properties[] = {
    TEXT("AMDesignator", "AM"),
    {"Calendar", GLOBAL "Calendar", get_calendar},
    TEXT("DateSeparator", "/"),
    {"FirstDayOfWeek", "System.DayOfWeek", get_enum, NULL, 0,
     HOP_ENUM_DAY_OF_WEEK},
    {"CalendarWeekRule", GLOBAL "CalendarWeekRule", get_enum, NULL, 0,
     HOP_ENUM_CALENDAR_WEEK},
    TEXT("FullDateTimePattern", "dddd, dd MMMM yyyy HH:mm:ss"),
    TEXT("LongDatePattern", "dddd, dd MMMM yyyy"),
    TEXT("LongTimePattern", "HH:mm:ss"),
    TEXT("MonthDayPattern", "MMMM dd"),
    TEXT("PMDesignator", "PM"),
    TEXT("RFC1123Pattern", "ddd, dd MMM yyyy HH':'mm':'ss 'GMT'"),
    TEXT("ShortDatePattern", "MM/dd/yyyy"),
    TEXT("ShortTimePattern", "HH:mm"),
    TEXT("SortableDateTimePattern", "yyyy'-'MM'-'dd'T'HH':'mm':'ss"),
    TEXT("TimeSeparator", ":"),
    TEXT("UniversalSortableDateTimePattern", "yyyy'-'MM'-'dd HH':'mm':'ss'Z'"),
    TEXT("YearMonthPattern", "yyyy MMMM"),
    {"AbbreviatedDayNames", "string[]", get_names, NULL, 0, SHORT_DAYS},
    {"ShortestDayNames", "string[]", get_names, NULL, 0, SHORTEST_DAYS},
    {"DayNames", "string[]", get_names, NULL, 0, DAYS},
    {"AbbreviatedMonthNames", "string[]", get_names, NULL, 0, SHORT_MONTHS},
    {"MonthNames", "string[]", get_names, NULL, 0, MONTHS},
    {"IsReadOnly", "bool", get_flag, NULL, 0, true},
    END_PROPERTIES,
};

static const struct hop_method date_format_methods[] = {
    {"string GetAbbreviatedDayName(System.DayOfWeek dayofweek)", name_of,
     SHORT_DAYS},
    {"string GetAbbreviatedMonthName(int month)", name_of, SHORT_MONTHS},
    {"string GetDayName(System.DayOfWeek dayofweek)", name_of, DAYS},
    {"string GetMonthName(int month)", name_of, MONTHS},
    {"string GetShortestDayName(System.DayOfWeek dayofweek)", name_of,
     SHORTEST_DAYS},
    END_METHODS,
};

static const struct hop_class *const providers[] = {
    &hop_class_icloneable, &hop_class_iformatprovider, NULL};

const struct hop_class hop_class_date_format_info = {
    .name = GLOBAL "DateTimeFormatInfo",
    .base = &hop_class_object,
    .flags = HOP_CLASS_SEALED,
    .kind = HOP_OBJECT,
    .size = sizeof(struct hop_object),
    .interfaces = providers,
    .properties = date_format_properties,
    .methods = date_format_methods,
};

/* ---- NumberFormatInfo ---- */

static const struct hop_property number_format_properties[] = {
    NUMBER("CurrencyDecimalDigits", 2),
    TEXT("CurrencyDecimalSeparator", "."),
    {"IsReadOnly", "bool", get_flag, NULL, 0, true},
    TEXT("CurrencyGroupSeparator", ","),
    TEXT("CurrencySymbol", "\xC2\xA4"),
    TEXT("NaNSymbol", "NaN"),
    TEXT("NegativeInfinitySymbol", "-Infinity"),
    TEXT("NegativeSign", "-"),
    NUMBER("NumberDecimalDigits", 2),
    TEXT("NumberDecimalSeparator", "."),
    TEXT("NumberGroupSeparator", ","),
    TEXT("PositiveInfinitySymbol", "Infinity"),
    TEXT("PositiveSign", "+"),
    NUMBER("PercentDecimalDigits", 2),
    TEXT("PercentDecimalSeparator", "."),
    TEXT("PercentGroupSeparator", ","),
    TEXT("PercentSymbol", "%"),
    TEXT("PerMilleSymbol", "\xE2\x80\xB0"),
    END_PROPERTIES,
};

const struct hop_class hop_class_number_format_info = {
    .name = GLOBAL "NumberFormatInfo",
    .base = &hop_class_object,
    .flags = HOP_CLASS_SEALED,
    .kind = HOP_OBJECT,
    .size = sizeof(struct hop_object),
    .interfaces = providers,
    .properties = number_format_properties,
};

bool
hop_culture_part_new(struct hop_context *cx, struct hop_call *c)
{
    RETURN(hop_obj(hop_object_new(cx, c->cls)));
}
