/* Get-Date, New-TimeSpan, Start-Sleep.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/text.h"
#include "cmdlets/utility/utility.h"
#include "value/convert.h"
#include "value/member.h"
#include "value/types/file_info.h"

/* ---- Get-Date ---- */

enum {
    DATE,
    UNIX_SECONDS,
    YEAR,
    MONTH,
    DAY,
    HOUR,
    MINUTE,
    SECOND,
    MILLI,
    HINT,
    UFORMAT,
    FORMAT,
    AS_UTC
};
static const struct hop_param date_params[] = {
    [DATE] = {"Date", "datetime", HOP_BY_VALUE | HOP_BY_NAME,
              .in = HOP_SETS({"DateAndFormat", 0, HOP_POS(0)},
                             {"DateAndUFormat", 0, HOP_POS(0)}),
              .aliases = "LastWriteTime"},
    [UNIX_SECONDS] = {"UnixTimeSeconds", "double", HOP_BY_NAME,
                      .in = HOP_SETS(
                          {"UnixTimeSecondsAndFormat", HOP_MANDATORY, 0},
                          {"UnixTimeSecondsAndUFormat", HOP_MANDATORY, 0}),
                      .aliases = "UnixTime"},
    [YEAR] = {"Year", "int", .range = HOP_RANGE(1, 9999)},
    [MONTH] = {"Month", "int", .range = HOP_RANGE(1, 12)},
    [DAY] = {"Day", "int", .range = HOP_RANGE(1, 31)},
    [HOUR] = {"Hour", "int", .range = HOP_RANGE(0, 23)},
    [MINUTE] = {"Minute", "int", .range = HOP_RANGE(0, 59)},
    [SECOND] = {"Second", "int", .range = HOP_RANGE(0, 59)},
    [MILLI] = {"Millisecond", "int", .range = HOP_RANGE(0, 999)},
    [HINT] = {"DisplayHint", "Microsoft.PowerShell.Commands.DisplayHintType"},
    [UFORMAT] = {"UFormat", "string",
                 .in =
                     HOP_SETS({"DateAndUFormat", HOP_MANDATORY, 0},
                              {"UnixTimeSecondsAndUFormat", HOP_MANDATORY, 0})},
    [FORMAT] = {"Format", "string",
                .in =
                    HOP_SETS({"DateAndFormat"}, {"UnixTimeSecondsAndFormat"})},
    [AS_UTC] = {"AsUTC", "switch"},
};

#define TICKS_PER_MS 10000LL

static bool
get_int(struct hop_command *c, struct hop_value v, const char *property,
        int64_t *out)
{
    HOP_AUTO_STRING struct hop_string *name = hop_string_from(property);
    struct hop_value x;

    if (hop_member_get(hop_command_context(c), v, name, &x) != HOP_FOUND)
        return false;
    *out = x.u.i;
    return true;
}

static bool
call(struct hop_command *c, struct hop_value v, const char *method,
     const struct hop_value *args, size_t n, struct hop_value *out)
{
    HOP_AUTO_STRING struct hop_string *name = hop_string_from(method);

    return hop_member_call(hop_command_context(c), v, name, args, n, NULL, out);
}

/* Moves one part of the date to the value asked for. */
static const struct part {
    size_t param;
    const char *property, *add;
} parts[] = {
    {YEAR, "Year", "AddYears"},
    {MONTH, "Month", "AddMonths"},
    {DAY, "Day", "AddDays"},
    {HOUR, "Hour", "AddHours"},
    {MINUTE, "Minute", "AddMinutes"},
    {SECOND, "Second", "AddSeconds"},
    {MILLI, "Millisecond", "AddMilliseconds"},
};

static bool
set_part(struct hop_command *c, const struct part *p, struct hop_value *date)
{
    struct hop_value delta, moved;
    int64_t now;

    if (!hop_arg_bound(c, p->param))
        return true;
    if (!get_int(c, *date, p->property, &now))
        return false;
    delta = p->param <= MONTH
                ? hop_int((int32_t)(hop_arg(c, p->param).u.i - now))
                : hop_double((double)(hop_arg(c, p->param).u.i - now));
    if (!call(c, *date, p->add, &delta, 1, &moved))
        return false;
    *date = moved;
    return true;
}

static struct hop_value
now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_REALTIME, &t);
    return hop_file_time(&t, false);
}

static struct hop_value
from_unix(double seconds)
{
    struct timespec t = {.tv_sec = (time_t)seconds};

    t.tv_nsec = (long)((seconds - (double)t.tv_sec) * 1e9);
    return hop_file_time(&t, false);
}

static bool
choose_date(struct hop_command *c, struct hop_value *out)
{
    struct hop_value v = hop_arg_bound(c, DATE) ? hop_arg(c, DATE) : now();

    if (hop_arg_bound(c, UNIX_SECONDS))
        v = from_unix(hop_arg(c, UNIX_SECONDS).u.d);
    for (size_t i = 0; i < HOP_ARRAY_SIZE(parts); i++)
        if (!set_part(c, &parts[i], &v))
            return false;
    if (hop_arg_on(c, AS_UTC))
        return call(c, v, "ToUniversalTime", NULL, 0, out);
    *out = v;
    return true;
}

/* ---- -UFormat ---- */

/* %X of date(1) as a .NET format, where there is one. */
static const struct {
    char letter;
    const char *format;
} unix_formats[] = {
    {'A', "dddd"},        {'a', "ddd"},      {'B', "MMMM"},
    {'b', "MMM"},         {'h', "MMM"},      {'c', "ddd dd MMM yyyy HH:mm:ss"},
    {'D', "MM/dd/yy"},    {'d', "dd"},       {'F', "yyyy-MM-dd"},
    {'H', "HH"},          {'I', "hh"},       {'M', "mm"},
    {'m', "MM"},          {'p', "tt"},       {'R', "HH:mm"},
    {'r', "hh:mm:ss tt"}, {'S', "ss"},       {'T', "HH:mm:ss"},
    {'X', "HH:mm:ss"},    {'x', "MM/dd/yy"}, {'Y', "yyyy"},
    {'y', "yy"},          {'G', "yyyy"},
};

static bool
add_formatted(struct hop_command *c, struct hop_value v, const char *format,
              struct hop_buf *b)
{
    /* One letter alone would be a standard format. */
    char one[3] = {'%', format[0], '\0'};

    if (strlen(format) == 1)
        format = one;
    return hop_format_value(hop_command_context(c), v, format, strlen(format),
                            b);
}

static int64_t
unix_seconds(struct hop_value v)
{
    int64_t t = v.u.i / HOP_TICKS_PER_SECOND - 62135596800LL;
    time_t guess = (time_t)t;
    struct tm tm;

    if (v.tag != HOP_DATE_UTC && localtime_r(&guess, &tm))
        t -= tm.tm_gmtoff;
    return t;
}

static bool
add_unix_letter(struct hop_command *c, struct hop_value v, char letter,
                struct hop_buf *b)
{
    int64_t n = 0;

    for (size_t i = 0; i < HOP_ARRAY_SIZE(unix_formats); i++)
        if (unix_formats[i].letter == letter)
            return add_formatted(c, v, unix_formats[i].format, b);
    switch (letter) {
    case 'n': hop_buf_addc(b, '\n'); return true;
    case 't': hop_buf_addc(b, '\t'); return true;
    case 's': hop_buf_addf(b, "%lld", (long long)unix_seconds(v)); return true;
    case 'j':
        if (!get_int(c, v, "DayOfYear", &n))
            return false;
        hop_buf_addf(b, "%03d", (int)n);
        return true;
    case 'u':
    case 'w':
        if (!get_int(c, v, "DayOfWeek", &n))
            return false;
        hop_buf_addf(b, "%d", (int)(n == 0 && letter == 'u' ? 7 : n));
        return true;
    case 'C':
        if (!get_int(c, v, "Year", &n))
            return false;
        hop_buf_addf(b, "%02d", (int)(n / 100));
        return true;
    case 'e':
        if (!get_int(c, v, "Day", &n))
            return false;
        hop_buf_addf(b, "%2d", (int)n);
        return true;
    case 'k':
    case 'l':
        if (!get_int(c, v, "Hour", &n))
            return false;
        if (letter == 'l')
            n = n % 12 ? n % 12 : 12;
        hop_buf_addf(b, "%2d", (int)n);
        return true;
    case 'U':
    case 'W':
    case 'V':
        if (!get_int(c, v, "DayOfYear", &n))
            return false;
        hop_buf_addf(b, "%02d", (int)((n - 1) / 7 + (letter == 'V')));
        return true;
    case 'Z': return add_formatted(c, v, "zz", b);
    default: hop_buf_addc(b, letter); return true;
    }
}

static bool
write_unix(struct hop_command *c, struct hop_value v)
{
    const char *f = hop_arg_text(c, UFORMAT);
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    if (*f == '+')
        f++;
    for (; *f; f++) {
        if (*f != '%' || !f[1]) {
            hop_buf_addc(&b, *f);
            continue;
        }
        if (!add_unix_letter(c, v, *++f, &b))
            return false;
    }
    return hop_write_text(c, hop_buf_str(&b), b.len);
}

static bool
write_format(struct hop_command *c, struct hop_value v)
{
    static const struct {
        const char *name, *format;
    } named[] = {{"FileDate", "yyyyMMdd"},
                 {"FileDateUniversal", "yyyyMMddZ"},
                 {"FileDateTime", "yyyyMMddTHHmmssffff"},
                 {"FileDateTimeUniversal", "yyyyMMddTHHmmssffffZ"}};
    const char *format = hop_arg_text(c, FORMAT);
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    for (size_t i = 0; i < HOP_ARRAY_SIZE(named); i++) {
        if (!hop_ascii_ieq(named[i].name, format))
            continue;
        if (strstr(named[i].name, "Universal") &&
            !call(c, v, "ToUniversalTime", NULL, 0, &v))
            return false;
        format = named[i].format;
        break;
    }
    return hop_format_value(hop_command_context(c), v, format, strlen(format),
                            &b) &&
           hop_write_text(c, hop_buf_str(&b), b.len);
}

static bool
write_date(struct hop_command *c, struct hop_value v)
{
    HOP_AUTO_VALUE struct hop_value w = hop_null();
    struct hop_member m = {.kind = HOP_MEMBER_NOTE};

    if (!hop_arg_bound(c, HINT))
        return hop_write(c, v);
    w = hop_wrap(hop_command_context(c), v);
    m.name = hop_string_from("DisplayHint");
    m.value = hop_retain(hop_arg(c, HINT));
    hop_member_add(w.u.o, m);
    return hop_write(c, w);
}

static bool
process_date(struct hop_command *c)
{
    struct hop_value v;

    if (!choose_date(c, &v))
        return false;
    if (hop_arg_bound(c, UFORMAT))
        return write_unix(c, v);
    return hop_arg_bound(c, FORMAT) ? write_format(c, v) : write_date(c, v);
}

const struct hop_cmdlet hop_cmdlet_get_date = {
    .name = "Get-Date",
    .default_set = "DateAndFormat",
    HOP_PARAMS(date_params),
    .output = "System.DateTime System.String",
    .synopsis = "Gets the date and time.",
    .process = process_date,
};

/* ---- New-TimeSpan ---- */

enum { T_START, T_END, T_DAYS, T_HOURS, T_MINUTES, T_SECONDS, T_MILLI };
#define TIME_SET HOP_SETS({"Time"})
static const struct hop_param span_params[] = {
    [T_START] = {"Start", "datetime", HOP_BY_VALUE | HOP_BY_NAME,
                 .in = HOP_SETS({"Date", 0, HOP_POS(0)}),
                 .aliases = "LastWriteTime"},
    [T_END] = {"End", "datetime", HOP_BY_NAME,
               .in = HOP_SETS({"Date", 0, HOP_POS(1)})},
    [T_DAYS] = {"Days", "int", .in = TIME_SET},
    [T_HOURS] = {"Hours", "int", .in = TIME_SET},
    [T_MINUTES] = {"Minutes", "int", .in = TIME_SET},
    [T_SECONDS] = {"Seconds", "int", .in = TIME_SET},
    [T_MILLI] = {"Milliseconds", "int", .in = TIME_SET},
};

static bool
process_span(struct hop_command *c)
{
    int64_t ticks;

    if (hop_command_in_set(c, "Time")) {
        int64_t seconds =
            ((hop_arg_int(c, T_DAYS, 0) * 24 + hop_arg_int(c, T_HOURS, 0)) *
                 60 +
             hop_arg_int(c, T_MINUTES, 0)) *
                60 +
            hop_arg_int(c, T_SECONDS, 0);

        ticks = seconds * HOP_TICKS_PER_SECOND +
                hop_arg_int(c, T_MILLI, 0) * TICKS_PER_MS;
    } else {
        struct hop_value t = now();

        ticks = (hop_arg_bound(c, T_END) ? hop_arg(c, T_END).u.i : t.u.i) -
                (hop_arg_bound(c, T_START) ? hop_arg(c, T_START).u.i : t.u.i);
    }
    return hop_write(c, hop_timespan(ticks));
}

const struct hop_cmdlet hop_cmdlet_new_time_span = {
    .name = "New-TimeSpan",
    .default_set = "Date",
    HOP_PARAMS(span_params),
    .output = "System.TimeSpan",
    .synopsis = "Makes a time span.",
    .process = process_span,
};

/* ---- Start-Sleep ---- */

enum { SL_SECONDS, SL_MILLI, SL_DURATION };
static const struct hop_param sleep_params[] = {
    [SL_SECONDS] = {"Seconds", "double", HOP_BY_VALUE | HOP_BY_NAME,
                    .in = HOP_SETS({"Seconds", HOP_MANDATORY, HOP_POS(0)}),
                    .range = HOP_RANGE(0, 2147483)},
    [SL_MILLI] = {"Milliseconds", "int", HOP_BY_NAME,
                  .in = HOP_SETS({"Milliseconds", HOP_MANDATORY, 0}),
                  .aliases = "ms", .range = HOP_RANGE(0, 2147483647)},
    [SL_DURATION] = {"Duration", "timespan", HOP_BY_NAME,
                     .in = HOP_SETS({"FromTimeSpan", HOP_MANDATORY, 0}),
                     .aliases = "ts"},
};

static bool
process_sleep(struct hop_command *c)
{
    int64_t ms = hop_arg_int(c, SL_MILLI, 0);

    if (hop_arg_bound(c, SL_SECONDS))
        ms = (int64_t)(hop_arg(c, SL_SECONDS).u.d * 1000);
    if (hop_arg_bound(c, SL_DURATION))
        ms = hop_arg(c, SL_DURATION).u.i / TICKS_PER_MS;
    return hop_runspace_wait(hop_command_runspace(c), -1, 0, ms) >= 0;
}

const struct hop_cmdlet hop_cmdlet_start_sleep = {
    .name = "Start-Sleep",
    .default_set = "Seconds",
    HOP_PARAMS(sleep_params),
    .synopsis = "Waits.",
    .process = process_sleep,
};
