/* Reading dates and time spans, invariant culture.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "value/date.h"
#include "value/exception.h"
#include "value/numparse.h"

#define NO_OFFSET INT32_MIN

/* ---- DateTime.Parse ---- */

/* What has been read so far. */
struct scan {
    const char *start, *p, *end;
    int numbers[3], digits[3], n; /* date numbers and their lengths */
    int month, weekday;           /* from names; 0, -1 */
    int month_at;                 /* numbers read before the month's name */
    int hour, minute, second, ticks;
    bool has_time, pm, am;
    int32_t offset;
    long unknown;
};

static int
match_names(const char *s, size_t n, const char *const *names, int count)
{
    for (int i = 0; i < count; i++) {
        size_t len = strlen(names[i]);

        if ((n == 3 || n == len) && hop_text_ieq(s, n, names[i], n))
            return i;
    }
    return -1;
}

static bool
is_letter(char c)
{
    return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

static bool
scan_word(struct scan *x)
{
    const char *s = x->p;
    size_t n;
    int k;

    while (x->p < x->end && is_letter(*x->p))
        x->p++;
    n = (size_t)(x->p - s);
    k = match_names(s, n, hop_month_names, 12);
    if (k >= 0 && !x->month) {
        x->month = k + 1;
        x->month_at = x->n;
        return true;
    }
    k = match_names(s, n, hop_day_names, 7);
    if (k >= 0) {
        x->weekday = k;
        return true;
    }
    if (n <= 2 && hop_text_ieq(s, n, "PM", n)) {
        x->pm = true;
        return x->has_time || x->n == 1;
    }
    if (n <= 2 && hop_text_ieq(s, n, "AM", n)) {
        x->am = true;
        return x->has_time || x->n == 1;
    }
    if (n == 1 && (*s | 0x20) == 't' && x->n)
        return true;
    if ((n == 1 && (*s | 0x20) == 'z') ||
        (n == 3 && (hop_text_ieq(s, 3, "GMT", 3) ||
                    hop_text_ieq(s, 3, "UTC", 3)))) {
        x->offset = 0;
        return true;
    }
    x->unknown = s - x->start;
    return false;
}

static int
scan_digits(struct scan *x, int *len)
{
    int k = 0;

    *len = 0;
    while (x->p < x->end && *x->p >= '0' && *x->p <= '9' && *len < 9) {
        k = k * 10 + (*x->p++ - '0');
        ++*len;
    }
    return k;
}

static void
scan_fraction(struct scan *x)
{
    int scale = 1000000, round = -1;

    x->p++;
    for (; x->p < x->end && *x->p >= '0' && *x->p <= '9'; x->p++) {
        if (scale) {
            x->ticks += (*x->p - '0') * scale;
            scale /= 10;
        } else if (round < 0) {
            round = *x->p >= '5';
        }
    }
    if (round > 0 && x->ticks < 9999999)
        x->ticks++;
}

/* hh:mm[:ss[.fffffff]], whose hour is read already. */
static bool
scan_time(struct scan *x, int hour)
{
    int len;

    x->hour = hour;
    x->p++;
    x->minute = scan_digits(x, &len);
    if (!len) {
        if (x->p < x->end && is_letter(*x->p))
            x->unknown = x->p - x->start;
        return false;
    }
    x->has_time = true;
    if (x->p < x->end && *x->p == ':') {
        x->p++;
        x->second = scan_digits(x, &len);
        if (!len)
            return false;
        if (x->p + 1 < x->end && (*x->p == '.' || *x->p == ',') &&
            x->p[1] >= '0' && x->p[1] <= '9')
            scan_fraction(x);
    }
    return true;
}

static bool
scan_offset(struct scan *x)
{
    int sign = *x->p++ == '-' ? -1 : 1, len, h, m = 0;

    h = scan_digits(x, &len);
    if (len > 2) {
        m = h % 100;
        h /= 100;
    } else if (x->p < x->end && *x->p == ':') {
        x->p++;
        m = scan_digits(x, &len);
    }
    if (!len || h > 14 || m > 59)
        return false;
    x->offset = sign * (h * 60 + m);
    return true;
}

static bool
scan_number(struct scan *x)
{
    int len, k = scan_digits(x, &len);

    if (x->p < x->end && *x->p == ':')
        return !x->has_time && scan_time(x, k);
    if (x->n == 3)
        return false;
    x->numbers[x->n] = k;
    x->digits[x->n++] = len;
    return true;
}

static bool
scan_all(struct scan *x)
{
    while (x->p < x->end) {
        char c = *x->p;

        if (hop_ascii_is_space(c) || c == ',') {
            x->p++;
        } else if (c >= '0' && c <= '9') {
            if (!scan_number(x))
                return false;
        } else if ((c == '+' || c == '-') && x->has_time) {
            if (!scan_offset(x))
                return false;
        } else if (c == '/' || c == '-' || c == '.') {
            if (!x->n && !x->month)
                return false;
            x->p++;
        } else if (is_letter(c)) {
            if (!scan_word(x))
                return false;
        } else {
            return false;
        }
    }
    return true;
}

static int
full_year(int year, int digits)
{
    if (digits > 2)
        return year;
    return year + (year < 50 ? 2000 : 1900);
}

/* Which numbers are year, month and day. */
static bool
arrange_date(const struct scan *x, struct hop_date_parts *p)
{
    struct hop_date_parts today;

    hop_date_split(hop_date_to_local(hop_date_utc_now()), &today);
    p->year = today.year;
    p->day = 1;
    if (x->month) {
        p->month = x->month;
        if (x->n == 0)
            return true;
        if (x->n == 1 && x->digits[0] > 2)
            p->year = x->numbers[0];
        else
            p->day = x->numbers[0];
        if (x->n == 2 && x->digits[0] > 2) {
            p->year = x->numbers[0];
            p->day = x->numbers[1];
        } else if (x->n == 2) {
            p->year = full_year(x->numbers[1], x->digits[1]);
        }
        return x->n < 3;
    }
    if (x->n == 0 && x->has_time) {
        p->month = today.month;
        p->day = today.day;
        return true;
    }
    if (x->n == 3 && x->digits[0] > 2) {
        p->year = x->numbers[0];
        p->month = x->numbers[1];
        p->day = x->numbers[2];
        return true;
    }
    if (x->n == 3) {
        p->month = x->numbers[0];
        p->day = x->numbers[1];
        p->year = full_year(x->numbers[2], x->digits[2]);
        return true;
    }
    if (x->n == 2 && x->digits[0] > 2) {
        p->year = x->numbers[0];
        p->month = x->numbers[1];
        return true;
    }
    if (x->n == 2 && x->digits[1] > 2) {
        p->month = x->numbers[0];
        p->year = x->numbers[1];
        return true;
    }
    p->month = x->numbers[0];
    p->day = x->numbers[1];
    return x->n == 2;
}

bool
hop_date_scan(const char *s, size_t n, int64_t *ticks, int32_t *offset,
              long *unknown)
{
    struct scan x = {.start = s,
                     .p = s,
                     .end = s + n,
                     .weekday = -1,
                     .offset = NO_OFFSET,
                     .unknown = -1};
    struct hop_date_parts p = {0};
    bool ok = n > 0 && scan_all(&x);

    *unknown = x.unknown;
    if (!ok || (!x.n && !x.has_time && !x.month))
        return false;
    /* "5 PM": the lone number is an hour. */
    if ((x.am || x.pm) && !x.has_time && x.n) {
        x.hour = x.numbers[--x.n];
        x.has_time = true;
    }
    if (!arrange_date(&x, &p))
        return false;
    if ((x.am || x.pm) && (x.hour > 12 || x.hour < 0))
        return false;
    if (x.pm && x.hour < 12)
        x.hour += 12;
    if (x.am && x.hour == 12)
        x.hour = 0;
    p.hour = x.hour;
    p.minute = x.minute;
    p.second = x.second;
    p.ticks = x.ticks;
    *offset = x.offset;
    if (p.hour == 24 && !p.minute && !p.second)
        return false;
    return hop_date_join(&p, ticks);
}

bool
hop_date_parse(struct hop_context *cx, const char *s, size_t n,
               struct hop_value *out)
{
    HOP_AUTO_STRING struct hop_string *text = hop_string_new(s, n);
    int64_t ticks;
    int32_t offset;
    long unknown;

    if (!hop_date_scan(s, n, &ticks, &offset, &unknown)) {
        if (unknown >= 0)
            return hop_throw(cx, &hop_exception_format,
                             "The string '%s' was not recognized as a valid "
                             "DateTime. There is an unknown word starting at "
                             "index '%ld'.",
                             text->data, unknown);
        return hop_throw(cx, &hop_exception_format,
                         "String '%s' was not recognized as a valid "
                         "DateTime.",
                         text->data);
    }
    if (offset == NO_OFFSET) {
        *out = hop_datetime(ticks, HOP_DATE_UNSPECIFIED);
        return true;
    }
    ticks -= (int64_t)offset * 60 * HOP_TICKS_PER_SECOND;
    *out = hop_datetime(hop_date_to_local(ticks), HOP_DATE_LOCAL);
    return true;
}

/* ---- ParseExact ---- */

struct exact {
    const char *p, *end;
    struct hop_date_parts parts;
    int32_t offset;
    bool pm, am;
};

static bool
take_number(struct exact *x, int least, int most, int *out)
{
    int n = 0;

    *out = 0;
    while (n < most && x->p < x->end && *x->p >= '0' && *x->p <= '9') {
        *out = *out * 10 + (*x->p++ - '0');
        n++;
    }
    return n >= least;
}

static bool
take_name(struct exact *x, const char *const *names, int count, bool brief,
          int *out)
{
    for (int i = 0; i < count; i++) {
        size_t n = brief ? 3 : strlen(names[i]);

        if ((size_t)(x->end - x->p) >= n && hop_text_ieq(x->p, n, names[i], n)) {
            x->p += n;
            *out = i;
            return true;
        }
    }
    return false;
}

static bool
take_fraction(struct exact *x, int n, bool optional)
{
    int scale = 1000000, k = 0;

    for (; k < n && x->p < x->end && *x->p >= '0' && *x->p <= '9'; k++) {
        x->parts.ticks += (*x->p++ - '0') * scale;
        scale /= 10;
    }
    return optional || k == n;
}

static bool
take_offset(struct exact *x, int width)
{
    int sign, h, m = 0;

    if (x->p < x->end && *x->p == 'Z') {
        x->p++;
        x->offset = 0;
        return true;
    }
    if (x->p >= x->end || (*x->p != '+' && *x->p != '-'))
        return false;
    sign = *x->p++ == '-' ? -1 : 1;
    if (!take_number(x, 1, 2, &h))
        return false;
    if (width >= 3) {
        if (x->p < x->end && *x->p == ':')
            x->p++;
        if (!take_number(x, 2, 2, &m))
            return false;
    }
    x->offset = sign * (h * 60 + m);
    return true;
}

static bool
take_field(struct exact *x, char c, int n)
{
    struct hop_date_parts *p = &x->parts;
    int most = n == 1 ? 2 : n, k;

    switch (c) {
    case 'd':
        if (n <= 2)
            return take_number(x, n, 2, &p->day);
        return take_name(x, hop_day_names, 7, n == 3, &k);
    case 'M':
        if (n <= 2)
            return take_number(x, n, 2, &p->month);
        if (!take_name(x, hop_month_names, 12, n == 3, &k))
            return false;
        p->month = k + 1;
        return true;
    case 'y':
        if (!take_number(x, n, n <= 2 ? 2 : 4, &p->year))
            return false;
        if (n <= 2)
            p->year = full_year(p->year, 2);
        return true;
    case 'H':
    case 'h': return take_number(x, n, most, &p->hour);
    case 'm': return take_number(x, n, most, &p->minute);
    case 's': return take_number(x, n, most, &p->second);
    case 'f': return take_fraction(x, n, false);
    case 'F': return take_fraction(x, n, true);
    case 't':
        if (x->p >= x->end)
            return false;
        x->pm = (*x->p | 0x20) == 'p';
        x->am = (*x->p | 0x20) == 'a';
        x->p += n > 1 && x->end - x->p > 1 ? 2 : 1;
        return x->pm || x->am;
    case 'z': return take_offset(x, n);
    case 'K':
        if (x->p >= x->end || !strchr("Z+-", *x->p))
            return true;
        return take_offset(x, 3);
    default: return false;
    }
}

static bool
take_literal(struct exact *x, char c)
{
    if (x->p >= x->end || *x->p != c)
        return false;
    x->p++;
    return true;
}

static const char *
expand_standard(const char *format, size_t *n)
{
    static const struct {
        char c;
        const char *text;
    } rows[] = {{'o', "yyyy-MM-ddTHH:mm:ss.fffffffK"},
                {'O', "yyyy-MM-ddTHH:mm:ss.fffffffK"},
                {'s', "yyyy-MM-ddTHH:mm:ss"},
                {'u', "yyyy-MM-dd HH:mm:ss'Z'"},
                {'d', "MM/dd/yyyy"},
                {'D', "dddd, dd MMMM yyyy"},
                {'G', "MM/dd/yyyy HH:mm:ss"},
                {'g', "MM/dd/yyyy HH:mm"},
                {'t', "HH:mm"},
                {'T', "HH:mm:ss"},
                {'r', "ddd, dd MMM yyyy HH:mm:ss 'GMT'"},
                {'R', "ddd, dd MMM yyyy HH:mm:ss 'GMT'"}};

    for (size_t i = 0; *n == 1 && i < HOP_ARRAY_SIZE(rows); i++)
        if (rows[i].c == *format) {
            *n = strlen(rows[i].text);
            return rows[i].text;
        }
    return format;
}

static bool
take_format(struct exact *x, const char *f, const char *end)
{
    while (f < end) {
        const char *start = f;

        if (*f == '\'' || *f == '"') {
            for (f++; f < end && *f != *start; f++)
                if (!take_literal(x, *f))
                    return false;
            f++;
            continue;
        }
        if (*f == '\\' && f + 1 < end) {
            if (!take_literal(x, f[1]))
                return false;
            f += 2;
            continue;
        }
        if (*f == '%') {
            f++;
            continue;
        }
        if (!strchr("dMyHhmsfFtzK", *f)) {
            if (!take_literal(x, *f++))
                return false;
            continue;
        }
        while (f < end && *f == *start && *start != 'K')
            f++;
        if (f == start)
            f++;
        if (!take_field(x, *start, (int)(f - start)))
            return false;
    }
    return x->p == x->end;
}

bool
hop_date_scan_exact(const char *s, size_t n, const char *format, size_t fn,
                    int64_t *ticks, int32_t *offset)
{
    struct exact x = {.p = s,
                      .end = s + n,
                      .parts = {.month = 0, .day = 0},
                      .offset = NO_OFFSET};
    struct hop_date_parts today;
    const char *f = expand_standard(format, &fn);

    if (!take_format(&x, f, f + fn))
        return false;
    hop_date_split(hop_date_to_local(hop_date_utc_now()), &today);
    if (!x.parts.year) {
        x.parts.year = today.year;
        if (!x.parts.month && !x.parts.day) {
            x.parts.month = today.month;
            x.parts.day = today.day;
        }
    }
    if (!x.parts.month)
        x.parts.month = 1;
    if (!x.parts.day)
        x.parts.day = 1;
    if (x.pm && x.parts.hour < 12)
        x.parts.hour += 12;
    if (x.am && x.parts.hour == 12)
        x.parts.hour = 0;
    *offset = x.offset;
    return hop_date_join(&x.parts, ticks);
}

/* ---- TimeSpan.Parse: [-][d.]hh:mm[:ss[.fffffff]] or d ---- */

static bool
span_number(const char **p, const char *end, uint64_t *out)
{
    const char *s = *p;

    *out = 0;
    while (*p < end && **p >= '0' && **p <= '9' && *p - s < 9)
        *out = *out * 10 + (uint64_t)(*(*p)++ - '0');
    return *p > s;
}

enum span_result { SPAN_OK, SPAN_BAD, SPAN_RANGE };

static enum span_result
scan_span(const char *p, const char *end, int64_t *ticks)
{
    uint64_t v[5] = {0}, days = 0, fraction = 0, total;
    bool negative = p < end && *p == '-', dot = false;
    int n = 0;

    p += negative;
    if (!span_number(&p, end, &v[n++]))
        return SPAN_BAD;
    if (p < end && *p == '.') {
        dot = true;
        days = v[--n];
        p++;
        if (!span_number(&p, end, &v[n++]))
            return SPAN_BAD;
    }
    while (p < end && *p == ':' && n < 4) {
        p++;
        if (!span_number(&p, end, &v[n++]))
            return SPAN_BAD;
    }
    if (n > 1 && p < end && *p == '.') {
        uint64_t scale = 1000000;

        for (p++; p < end && *p >= '0' && *p <= '9'; p++) {
            fraction += (uint64_t)(*p - '0') * scale;
            scale /= 10;
        }
    }
    if (p != end || (dot && n < 2))
        return SPAN_BAD;
    if (n == 1) {
        days = v[0];
        v[0] = 0;
    } else if (n == 4) {
        days = v[0];
        memmove(v, v + 1, 3 * sizeof v[0]);
    }
    if (v[0] > 23 || v[1] > 59 || v[2] > 59 || days > 10675199)
        return SPAN_RANGE;
    total = (days * 86400 + v[0] * 3600 + v[1] * 60 + v[2]) *
                HOP_TICKS_PER_SECOND +
            fraction;
    if (total > (uint64_t)INT64_MAX)
        return SPAN_RANGE;
    *ticks = negative ? -(int64_t)total : (int64_t)total;
    return SPAN_OK;
}

bool
hop_timespan_parse(struct hop_context *cx, const char *s, size_t n,
                   int64_t *ticks)
{
    HOP_AUTO_STRING struct hop_string *text = hop_string_new(s, n);
    enum span_result r;

    hop_trim_blanks(&s, &n);
    r = scan_span(s, s + n, ticks);
    if (r == SPAN_OK)
        return true;
    if (!cx)
        return false;
    if (r == SPAN_RANGE)
        return hop_throw(cx, &hop_exception_overflow,
                         "The TimeSpan string '%s' could not be parsed because "
                         "at least one of the numeric components is out of "
                         "range or contains too many digits.",
                         text->data);
    return hop_throw(cx, &hop_exception_format,
                     "String '%s' was not recognized as a valid TimeSpan.",
                     text->data);
}
