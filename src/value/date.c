/* Dates: the calendar, the clock, format strings.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/date.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define DAY_TICKS  (86400 * HOP_TICKS_PER_SECOND)
#define UNIX_TICKS 621355968000000000LL /* 1970-01-01 */
#define MAX_TICKS  3155378975999999999LL

const char *const hop_month_names[12] = {
    "January", "February", "March",     "April",   "May",      "June",
    "July",    "August",   "September", "October", "November", "December"};
const char *const hop_day_names[7] = {"Sunday",    "Monday",   "Tuesday",
                                      "Wednesday", "Thursday", "Friday",
                                      "Saturday"};

bool
hop_date_is_leap(int year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int
hop_date_days_in_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    return days[month - 1] + (month == 2 && hop_date_is_leap(year));
}

/* Days from 0001-01-01 to the date. */
static int64_t
days_to(int year, int month, int day)
{
    int64_t y = year - 1, days = y * 365 + y / 4 - y / 100 + y / 400;

    for (int m = 1; m < month; m++)
        days += hop_date_days_in_month(year, m);
    return days + day - 1;
}

void
hop_date_split(int64_t ticks, struct hop_date_parts *p)
{
    int64_t days = ticks / DAY_TICKS, rest = ticks % DAY_TICKS, n = days;
    int y400 = (int)(n / 146097), y100, y4, y1;

    n %= 146097;
    y100 = (int)(n / 36524);
    if (y100 == 4)
        y100 = 3;
    n -= (int64_t)y100 * 36524;
    y4 = (int)(n / 1461);
    n %= 1461;
    y1 = (int)(n / 365);
    if (y1 == 4)
        y1 = 3;
    n -= (int64_t)y1 * 365;
    p->year = y400 * 400 + y100 * 100 + y4 * 4 + y1 + 1;
    p->yearday = (int)n + 1;
    for (p->month = 1; n >= hop_date_days_in_month(p->year, p->month);
         p->month++)
        n -= hop_date_days_in_month(p->year, p->month);
    p->day = (int)n + 1;
    p->weekday = (int)((days + 1) % 7);
    p->ticks = (int)(rest % HOP_TICKS_PER_SECOND);
    rest /= HOP_TICKS_PER_SECOND;
    p->second = (int)(rest % 60);
    p->minute = (int)(rest / 60 % 60);
    p->hour = (int)(rest / 3600);
}

bool
hop_date_join(const struct hop_date_parts *p, int64_t *ticks)
{
    if (p->year < 1 || p->year > 9999 || p->month < 1 || p->month > 12 ||
        p->day < 1 || p->day > hop_date_days_in_month(p->year, p->month) ||
        p->hour < 0 || p->hour > 23 || p->minute < 0 || p->minute > 59 ||
        p->second < 0 || p->second > 59)
        return false;
    *ticks = days_to(p->year, p->month, p->day) * DAY_TICKS +
             ((int64_t)p->hour * 3600 + p->minute * 60 + p->second) *
                 HOP_TICKS_PER_SECOND +
             p->ticks;
    return true;
}

int64_t
hop_date_from_unix(int64_t seconds, int64_t nanoseconds)
{
    return UNIX_TICKS + seconds * HOP_TICKS_PER_SECOND + nanoseconds / 100;
}

int64_t
hop_date_utc_now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_REALTIME, &t);
    return hop_date_from_unix(t.tv_sec, t.tv_nsec);
}

int64_t
hop_date_local_offset(int64_t utc_ticks)
{
    time_t t = (time_t)((utc_ticks - UNIX_TICKS) / HOP_TICKS_PER_SECOND);
    struct tm tm;

    if (!localtime_r(&t, &tm))
        return 0;
    return (int64_t)tm.tm_gmtoff * HOP_TICKS_PER_SECOND;
}

int64_t
hop_date_to_local(int64_t utc_ticks)
{
    int64_t t = utc_ticks + hop_date_local_offset(utc_ticks);

    return t < 0 ? 0 : t > MAX_TICKS ? MAX_TICKS : t;
}

int64_t
hop_date_to_utc(int64_t local_ticks)
{
    int64_t guess = local_ticks - hop_date_local_offset(local_ticks);
    int64_t t = local_ticks - hop_date_local_offset(guess);

    return t < 0 ? 0 : t > MAX_TICKS ? MAX_TICKS : t;
}

/* ---- formatting ---- */

struct date_text {
    struct hop_value v;
    struct hop_date_parts p;
    struct hop_buf *out;
};

static void
add_offset(int64_t ticks, int width, struct hop_buf *out)
{
    int64_t minutes = ticks / (60 * HOP_TICKS_PER_SECOND);
    char sign = minutes < 0 ? '-' : '+';

    if (minutes < 0)
        minutes = -minutes;
    if (width >= 3)
        hop_buf_addf(out, "%c%02d:%02d", sign, (int)(minutes / 60),
                     (int)(minutes % 60));
    else
        hop_buf_addf(out, "%c%0*d", sign, width, (int)(minutes / 60));
}

static int64_t
offset_of(struct hop_value v)
{
    if (v.kind == HOP_DATETIMEOFFSET)
        return (int64_t)(int32_t)v.ext * 60 * HOP_TICKS_PER_SECOND;
    if (v.tag == HOP_DATE_UTC)
        return 0;
    return hop_date_local_offset(hop_date_to_utc(v.u.i));
}

static void
add_fraction(int ticks, int width, bool trim, struct hop_buf *out)
{
    char digits[8];
    int n = width > 7 ? 7 : width;

    snprintf(digits, sizeof digits, "%07d", ticks);
    if (trim) {
        while (n && digits[n - 1] == '0')
            n--;
        if (!n && out->len && out->data[out->len - 1] == '.')
            out->data[--out->len] = 0;
    }
    hop_buf_add(out, digits, (size_t)n);
}

static void
add_zone(struct date_text *d)
{
    if (d->v.kind == HOP_DATETIMEOFFSET)
        add_offset(offset_of(d->v), 3, d->out);
    else if (d->v.tag == HOP_DATE_UTC)
        hop_buf_addc(d->out, 'Z');
    else if (d->v.tag == HOP_DATE_LOCAL)
        add_offset(offset_of(d->v), 3, d->out);
}

static void
add_name(const char *name, int width, struct hop_buf *out)
{
    hop_buf_add(out, name, width == 3 ? 3 : strlen(name));
}

/* One run of a format letter; false: the letter is literal. */
static bool
add_field(struct date_text *d, char c, int n)
{
    const struct hop_date_parts *p = &d->p;
    struct hop_buf *o = d->out;
    int two = n > 2 ? 2 : n;

    switch (c) {
    case 'd':
        if (n <= 2)
            hop_buf_addf(o, "%0*d", n, p->day);
        else
            add_name(hop_day_names[p->weekday], n, o);
        return true;
    case 'M':
        if (n <= 2)
            hop_buf_addf(o, "%0*d", n, p->month);
        else
            add_name(hop_month_names[p->month - 1], n, o);
        return true;
    case 'y':
        hop_buf_addf(o, "%0*d", n, n <= 2 ? p->year % 100 : p->year);
        return true;
    case 'h':
        hop_buf_addf(o, "%0*d", two, p->hour % 12 ? p->hour % 12 : 12);
        return true;
    case 'H': hop_buf_addf(o, "%0*d", two, p->hour); return true;
    case 'm': hop_buf_addf(o, "%0*d", two, p->minute); return true;
    case 's': hop_buf_addf(o, "%0*d", two, p->second); return true;
    case 'f': add_fraction(p->ticks, n, false, o); return true;
    case 'F': add_fraction(p->ticks, n, true, o); return true;
    case 't':
        hop_buf_add(o, p->hour < 12 ? "AM" : "PM", (size_t)two);
        return true;
    case 'g': hop_buf_adds(o, "A.D."); return true;
    case 'z': add_offset(offset_of(d->v), n, o); return true;
    case 'K': add_zone(d); return true;
    default: return false;
    }
}

/* A quoted text; returns behind it, NULL when it is not closed. */
static const char *
add_quoted(const char *p, const char *end, struct hop_buf *out)
{
    char quote = *p++;

    while (p < end && *p != quote) {
        if (*p == '\\' && p + 1 < end)
            p++;
        hop_buf_addc(out, *p++);
    }
    return p < end ? p + 1 : NULL;
}

static bool
add_custom(struct date_text *d, const char *p, size_t n)
{
    const char *end = p + n;

    while (p < end) {
        const char *start = p;

        if (*p == '\'' || *p == '"') {
            p = add_quoted(p, end, d->out);
            if (!p)
                return false;
            continue;
        }
        if (*p == '\\' || *p == '%') {
            if (p + 1 >= end)
                return false;
            p++;
            if (start[0] == '\\') {
                hop_buf_addc(d->out, *p++);
                continue;
            }
            if (*p == '%')
                return false;
            add_custom(d, p, 1);
            p++;
            continue;
        }
        while (p < end && *p == *start)
            p++;
        if (*start == 'K')
            p = start + 1;
        if (!add_field(d, *start, (int)(p - start))) {
            hop_buf_addc(d->out, *start);
            p = start + 1;
        }
    }
    return true;
}

static const char *
standard_format(char c, bool offset)
{
    switch (c) {
    case 'd': return "MM/dd/yyyy";
    case 'D': return "dddd, dd MMMM yyyy";
    case 'f': return "dddd, dd MMMM yyyy HH:mm";
    case 'F':
    case 'U': return "dddd, dd MMMM yyyy HH:mm:ss";
    case 'g': return "MM/dd/yyyy HH:mm";
    case 'G': return "MM/dd/yyyy HH:mm:ss";
    case 'm':
    case 'M': return "MMMM dd";
    case 'o':
    case 'O':
        return offset ? "yyyy-MM-ddTHH:mm:ss.fffffffzzz"
                      : "yyyy-MM-ddTHH:mm:ss.fffffffK";
    case 'r':
    case 'R': return "ddd, dd MMM yyyy HH:mm:ss 'GMT'";
    case 's': return "yyyy-MM-ddTHH:mm:ss";
    case 't': return "HH:mm";
    case 'T': return "HH:mm:ss";
    case 'u': return "yyyy-MM-dd HH:mm:ss'Z'";
    case 'y':
    case 'Y': return "yyyy MMMM";
    default: return NULL;
    }
}

bool
hop_date_format(struct hop_value v, const char *format, size_t n,
                struct hop_buf *out)
{
    struct date_text d = {v, {0}, out};
    bool offset = v.kind == HOP_DATETIMEOFFSET;
    int64_t ticks = v.u.i;

    if (n == 0) {
        format = offset ? "MM/dd/yyyy HH:mm:ss zzz" : "MM/dd/yyyy HH:mm:ss";
        n = strlen(format);
    } else if (n == 1) {
        char c = *format;

        if (offset && strchr("rRu", c))
            ticks -= offset_of(v);
        else if (c == 'U' && !offset)
            ticks = v.tag == HOP_DATE_UTC ? ticks : hop_date_to_utc(ticks);
        format = standard_format(c, offset);
        if (!format)
            return false;
        n = strlen(format);
    }
    hop_date_split(ticks, &d.p);
    return add_custom(&d, format, n);
}

/* ---- time spans ---- */

static bool
format_span_custom(int64_t ticks, const char *p, size_t n, struct hop_buf *out)
{
    uint64_t u = ticks < 0 ? 0 - (uint64_t)ticks : (uint64_t)ticks;
    const char *end = p + n;
    uint64_t seconds = u / HOP_TICKS_PER_SECOND;
    int part = (int)(u % HOP_TICKS_PER_SECOND);

    while (p < end) {
        const char *start = p;
        int k;

        if (*p == '\'' || *p == '"') {
            p = add_quoted(p, end, out);
            if (!p)
                return false;
            continue;
        }
        if (*p == '\\' || *p == '%') {
            if (++p >= end)
                return false;
            if (*start == '\\') {
                hop_buf_addc(out, *p++);
                continue;
            }
            start = p;
        }
        while (p < end && *p == *start)
            p++;
        k = (int)(p - start);
        switch (*start) {
        case 'd':
            hop_buf_addf(out, "%0*llu", k, (unsigned long long)(seconds / 86400));
            break;
        case 'h':
            hop_buf_addf(out, "%0*d", k, (int)(seconds / 3600 % 24));
            break;
        case 'm':
            hop_buf_addf(out, "%0*d", k, (int)(seconds / 60 % 60));
            break;
        case 's': hop_buf_addf(out, "%0*d", k, (int)(seconds % 60)); break;
        case 'f': add_fraction(part, k, false, out); break;
        case 'F': add_fraction(part, k, true, out); break;
        default: return false;
        }
        if ((*start == 'd' && k > 8) || (*start != 'd' && k > 7))
            return false;
    }
    return true;
}

bool
hop_timespan_format(int64_t ticks, const char *format, size_t n,
                    struct hop_buf *out)
{
    uint64_t u = ticks < 0 ? 0 - (uint64_t)ticks : (uint64_t)ticks;
    uint64_t s = u / HOP_TICKS_PER_SECOND, days = s / 86400;
    int part = (int)(u % HOP_TICKS_PER_SECOND);
    char c = n ? *format : 'c';

    if (n > 1)
        return format_span_custom(ticks, format, n, out);
    if (!strchr("ctTgG", c))
        return false;
    if (ticks < 0)
        hop_buf_addc(out, '-');
    if (c == 'g') {
        if (days)
            hop_buf_addf(out, "%llu:", (unsigned long long)days);
        hop_buf_addf(out, "%d:%02d:%02d", (int)(s / 3600 % 24),
                     (int)(s / 60 % 60), (int)(s % 60));
        if (part) {
            hop_buf_addc(out, '.');
            add_fraction(part, 7, true, out);
        }
        return true;
    }
    if (c == 'G')
        hop_buf_addf(out, "%llu:", (unsigned long long)days);
    else if (days)
        hop_buf_addf(out, "%llu.", (unsigned long long)days);
    hop_buf_addf(out, "%02d:%02d:%02d", (int)(s / 3600 % 24),
                 (int)(s / 60 % 60), (int)(s % 60));
    if (part || c == 'G')
        hop_buf_addf(out, ".%07d", part);
    return true;
}
