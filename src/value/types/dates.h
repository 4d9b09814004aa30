/* What the types of dates and times share.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_VALUE_TYPES_DATES_H
#define HOP_VALUE_TYPES_DATES_H

#include "value/class.h"
#include "value/context.h"
#include "value/date.h"

#define HOP_TICKS_MS   10000LL
#define HOP_TICKS_SEC  HOP_TICKS_PER_SECOND
#define HOP_TICKS_MIN  (60 * HOP_TICKS_SEC)
#define HOP_TICKS_HOUR (60 * HOP_TICKS_MIN)
#define HOP_TICKS_DAY  (24 * HOP_TICKS_HOUR)
#define HOP_MAX_TICKS  3155378975999999999LL
#define HOP_UNIX_EPOCH 621355968000000000LL
#define HOP_NO_OFFSET  INT32_MIN

enum hop_date_part {
    HOP_PART_YEAR,
    HOP_PART_MONTH,
    HOP_PART_DAY,
    HOP_PART_HOUR,
    HOP_PART_MINUTE,
    HOP_PART_SECOND,
    HOP_PART_MILLISECOND,
    HOP_PART_DAY_OF_YEAR,
    HOP_PART_DAY_OF_WEEK,
    HOP_PART_TICKS,
    HOP_PART_DATE,
    HOP_PART_TIME_OF_DAY,
    HOP_PART_KIND,
    HOP_PART_MICROSECOND,
    HOP_PART_NANOSECOND,
};

enum hop_date_now {
    HOP_NOW_LOCAL,
    HOP_NOW_UTC,
    HOP_NOW_TODAY,
    HOP_NOW_MIN,
    HOP_NOW_MAX,
    HOP_NOW_EPOCH
};

#define HOP_DATE_PARTS                                                           \
    {"Day", "int", hop_date_part, NULL, 0, HOP_PART_DAY},                        \
        {"DayOfWeek", "System.DayOfWeek",  hop_date_part, NULL,                  \
         0,           HOP_PART_DAY_OF_WEEK},                                     \
        {"DayOfYear", "int", hop_date_part, NULL, 0, HOP_PART_DAY_OF_YEAR},      \
        {"Hour", "int", hop_date_part, NULL, 0, HOP_PART_HOUR},                  \
        {"Millisecond", "int", hop_date_part, NULL, 0, HOP_PART_MILLISECOND},    \
        {"Microsecond", "int", hop_date_part, NULL, 0, HOP_PART_MICROSECOND},    \
        {"Nanosecond", "int", hop_date_part, NULL, 0, HOP_PART_NANOSECOND},      \
        {"Minute", "int", hop_date_part, NULL, 0, HOP_PART_MINUTE},              \
        {"Month", "int", hop_date_part, NULL, 0, HOP_PART_MONTH},                \
        {"Second", "int", hop_date_part, NULL, 0, HOP_PART_SECOND},              \
        {"Ticks", "long", hop_date_part, NULL, 0, HOP_PART_TICKS},               \
        {"TimeOfDay", "timespan", hop_date_part, NULL, 0, HOP_PART_TIME_OF_DAY}, \
    {                                                                            \
        "Year", "int", hop_date_part, NULL, 0, HOP_PART_YEAR                     \
    }

#define HOP_DATE_ADDERS(t)                                                     \
    {t " Add(timespan value)", hop_date_add_ticks},                            \
        {t " AddDays(double value)", hop_date_add_unit, HOP_PART_DAY},         \
        {t " AddHours(double value)", hop_date_add_unit, HOP_PART_HOUR},       \
        {t " AddMicroseconds(double value)", hop_date_add_unit,                \
         HOP_PART_MICROSECOND},                                                \
        {t " AddMilliseconds(double value)", hop_date_add_unit,                \
         HOP_PART_MILLISECOND},                                                \
        {t " AddMinutes(double value)", hop_date_add_unit, HOP_PART_MINUTE},   \
        {t " AddMonths(int months)", hop_date_add_months, 1},                  \
        {t " AddSeconds(double value)", hop_date_add_unit, HOP_PART_SECOND},   \
        {t " AddTicks(long value)", hop_date_add_ticks},                       \
    {                                                                          \
        t " AddYears(int value)", hop_date_add_months, 12                      \
    }

#define HOP_DATE_PROVIDER "System.IFormatProvider provider"
#define HOP_DATE_STYLES   "System.Globalization.DateTimeStyles style"

#define HOP_DATE_YMD "int year, int month, int day"
#define HOP_DATE_HMS ", int hour, int minute, int second"

/* v moved to other ticks. */
HOP_MUST_CHECK bool hop_date_move(struct hop_context *cx, struct hop_value v,
                                  int64_t ticks, struct hop_value *out);

/* The offset of a DateTimeOffset. */
int64_t hop_date_offset_ticks(struct hop_value v);
int64_t hop_date_styles_of(const struct hop_call *c);

/* With one format or any of several. */
HOP_MUST_CHECK bool hop_date_scan_formats(const struct hop_string *s,
                                          struct hop_value formats,
                                          int64_t *ticks, int32_t *offset);

/* Members that several of them have. */
hop_get_fn hop_date_part;
hop_method_fn hop_date_subtract_date, hop_date_add_unit, hop_date_add_ticks,
    hop_date_add_months, hop_date_op_add, hop_date_op_subtract,
    hop_date_compare, hop_date_from_unix_method;

/* Text: ToString, Parse and their kin. */
hop_method_fn hop_date_format_method, hop_date_format_named,
    hop_date_parse_method, hop_date_try_parse, hop_date_parse_exact,
    hop_date_try_parse_exact;
extern const struct hop_class *const hop_date_interfaces[];
extern const struct hop_class *const hop_span_interfaces[];

#endif
