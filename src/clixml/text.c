/* SPDX-License-Identifier: MIT */
#include "clixml/text.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/text.h"

#define DAY_TICKS (864000000000LL)

static void
add_escape(struct hop_buf *out, uint32_t unit)
{
    hop_buf_addf(out, "_x%04X_", (unsigned)unit);
}

static bool
is_control(uint32_t cp)
{
    return cp <= 0x1F || (cp >= 0x7F && cp <= 0x9F);
}

static void
add_xml(struct hop_buf *out, const char *s, size_t n, bool attr)
{
    if (n == 1 && *s == '&')
        hop_buf_adds(out, "&amp;");
    else if (n == 1 && *s == '<')
        hop_buf_adds(out, "&lt;");
    else if (n == 1 && *s == '>')
        hop_buf_adds(out, "&gt;");
    else if (n == 1 && *s == '"' && attr)
        hop_buf_adds(out, "&quot;");
    else
        hop_buf_add(out, s, n);
}

/* How many bytes from s need no escape of any kind. */
static size_t
plain_run(const char *s, size_t n)
{
    size_t i = 0;

    while (i < n && (unsigned char)s[i] >= 0x20 && (unsigned char)s[i] < 0x7F &&
           s[i] != '_' && s[i] != '&' && s[i] != '<' && s[i] != '>' &&
           s[i] != '"')
        i++;
    return i;
}

bool
hop_clixml_escape(struct hop_buf *out, const char *s, size_t n, bool attr)
{
    size_t i = 0;
    bool good = true;

    while (i < n) {
        size_t run = plain_run(s + i, n - i), used;
        uint32_t cp;

        hop_buf_add(out, s + i, run);
        i += run;
        if (i == n)
            break;
        cp = hop_utf8_decode(s + i, n - i, &used);
        if (cp == 0xFFFE || cp == 0xFFFF) {
            hop_buf_addf(out, "&#x%X;", (unsigned)cp);
            good = false;
        } else if (cp >= 0x10000) {
            add_escape(out, 0xD800 + ((cp - 0x10000) >> 10));
            add_escape(out, 0xDC00 + ((cp - 0x10000) & 0x3FF));
        } else if (is_control(cp) || (cp >= 0xD800 && cp <= 0xDFFF) ||
                   (cp == '_' && i + 1 < n &&
                    (s[i + 1] == 'x' || s[i + 1] == 'X'))) {
            add_escape(out, cp);
        } else {
            add_xml(out, s + i, used, attr);
        }
        i += used;
    }
    return hop_buf_ok(out) && good;
}

/* The unit of an escape at s, or -1. */
static int32_t
escape_at(const char *s, size_t n)
{
    int32_t unit = 0;

    if (n < 7 || s[0] != '_' || (s[1] != 'x' && s[1] != 'X') || s[6] != '_')
        return -1;
    for (size_t i = 2; i < 6; i++) {
        if (hop_ascii_hex(s[i]) < 0)
            return -1;
        unit = unit * 16 + hop_ascii_hex(s[i]);
    }
    return unit;
}

void
hop_clixml_unescape(struct hop_buf *out, const char *s, size_t n)
{
    while (n > 0) {
        const char *mark = memchr(s, '_', n);
        size_t before = mark ? (size_t)(mark - s) : n;
        int32_t unit;

        hop_buf_add(out, s, before);
        s += before;
        n -= before;
        if (n == 0)
            return;
        unit = escape_at(s, n);
        if (unit < 0) {
            hop_buf_addc(out, '_');
            s++;
            n--;
        } else {
            hop_buf_add_utf16(out, (uint16_t)unit);
            s += 7;
            n -= 7;
        }
    }
}

/* ---- durations ---- */

static void
add_fraction(struct hop_buf *out, uint64_t ticks)
{
    char digits[8];
    size_t n = 7;

    snprintf(digits, sizeof(digits), "%07u", (unsigned)(ticks % 10000000u));
    while (n && digits[n - 1] == '0')
        n--;
    if (n) {
        hop_buf_addc(out, '.');
        hop_buf_add(out, digits, n);
    }
}

void
hop_clixml_duration(struct hop_buf *out, int64_t ticks)
{
    uint64_t t = ticks < 0 ? 0 - (uint64_t)ticks : (uint64_t)ticks;
    uint64_t seconds = t / 10000000u;
    unsigned h = (unsigned)(seconds / 3600 % 24);
    unsigned m = (unsigned)(seconds / 60 % 60);

    if (ticks < 0)
        hop_buf_addc(out, '-');
    hop_buf_addc(out, 'P');
    if (seconds / 86400)
        hop_buf_addf(out, "%lluD", (unsigned long long)(seconds / 86400));
    if (t % DAY_TICKS == 0 && t)
        return;
    hop_buf_addc(out, 'T');
    if (h)
        hop_buf_addf(out, "%uH", h);
    if (m)
        hop_buf_addf(out, "%uM", m);
    if (t % 600000000u || t == 0) {
        hop_buf_addf(out, "%u", (unsigned)(seconds % 60));
        add_fraction(out, t);
        hop_buf_addc(out, 'S');
    }
}

struct scan {
    const char *s;
    size_t n;
};

static bool
take(struct scan *p, char c)
{
    if (p->n == 0 || *p->s != c)
        return false;
    p->s++;
    p->n--;
    return true;
}

static bool
take_number(struct scan *p, uint64_t *out)
{
    uint64_t v = 0;
    size_t digits = 0;

    while (p->n && hop_ascii_is_digit(*p->s)) {
        if (v > UINT64_MAX / 100)
            return false;
        v = v * 10 + (uint64_t)(*p->s - '0');
        p->s++;
        p->n--;
        digits++;
    }
    *out = v;
    return digits > 0;
}

/* The digits after a decimal point as ticks. */
static uint64_t
take_fraction(struct scan *p)
{
    uint64_t ticks = 0, unit = 1000000;

    while (p->n && hop_ascii_is_digit(*p->s)) {
        ticks += (uint64_t)(*p->s - '0') * unit;
        unit /= 10;
        p->s++;
        p->n--;
    }
    return ticks;
}

bool
hop_clixml_parse_duration(const char *s, size_t n, int64_t *ticks)
{
    static const struct {
        char unit;
        bool time;
        uint64_t ticks;
    } units[] = {{'D', false, (uint64_t)DAY_TICKS},
                 {'H', true, 36000000000u},
                 {'M', true, 600000000u},
                 {'S', true, 10000000u}};
    struct scan p = {s, n};
    bool negative = take(&p, '-'), time = false;
    uint64_t sum = 0;

    if (!take(&p, 'P'))
        return false;
    while (p.n) {
        uint64_t v, fraction = 0;
        size_t i = 0;

        if (take(&p, 'T')) {
            time = true;
            continue;
        }
        if (!take_number(&p, &v))
            return false;
        if (take(&p, '.'))
            fraction = take_fraction(&p);
        while (i < HOP_ARRAY_SIZE(units) &&
               (units[i].time != time || !take(&p, units[i].unit)))
            i++;
        if (i == HOP_ARRAY_SIZE(units) || v > INT64_MAX / units[i].ticks)
            return false;
        v = v * units[i].ticks + fraction;
        if (v > (uint64_t)INT64_MAX + negative - sum)
            return false;
        sum += v;
    }
    *ticks = negative ? (int64_t)(0 - sum) : (int64_t)sum;
    return true;
}

/* ---- characters that XML has not ---- */

bool
hop_clixml_mend(const char *s, size_t n, struct hop_buf *out)
{
    static const char mark[] = "&#xFFF";
    const char *end = s + n, *from = s, *at = s;
    bool found = false;

    while ((at = memmem(at, (size_t)(end - at), mark, sizeof(mark) - 1))) {
        const char *last = at + sizeof(mark) - 1;

        if (end - last < 2 || (*last != 'E' && *last != 'F') ||
            last[1] != ';') {
            at++;
            continue;
        }
        hop_buf_add(out, from, (size_t)(at - from));
        hop_buf_addf(out, "_xFFF%c_", *last);
        from = at = last + 2;
        found = true;
    }
    if (found)
        hop_buf_add(out, from, (size_t)(end - from));
    return found && hop_buf_ok(out);
}

/* ---- dates ---- */

static int64_t
days_before(int64_t year, int64_t month, int64_t day)
{
    /* Days since 0001-01-01 in the proleptic Gregorian calendar. */
    int64_t y = month <= 2 ? year - 1 : year;
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t yoe = y - era * 400;
    int64_t doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

    return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 306;
}

static bool
take_fixed(struct scan *p, size_t digits, int64_t least, int64_t most,
           int64_t *out)
{
    struct scan q = {p->s, digits};
    uint64_t v;

    if (p->n < digits || !take_number(&q, &v) || q.n != 0 ||
        (int64_t)v < least || (int64_t)v > most)
        return false;
    p->s += digits;
    p->n -= digits;
    *out = (int64_t)v;
    return true;
}

/* The zone of this machine at a moment of UTC, in ticks. */
static int64_t
local_offset(int64_t utc_ticks)
{
    time_t t = (time_t)(utc_ticks / HOP_TICKS_PER_SECOND - 62135596800LL);
    struct tm tm;

    return localtime_r(&t, &tm) ? tm.tm_gmtoff * HOP_TICKS_PER_SECOND : 0;
}

static bool
take_zone(struct scan *p, int64_t ticks, struct hop_value *out)
{
    bool west = p->n && *p->s == '-';
    int64_t h, m, utc;

    if (p->n == 0) {
        *out = hop_datetime(ticks, HOP_DATE_UNSPECIFIED);
        return true;
    }
    if (take(p, 'Z')) {
        *out = hop_datetime(ticks, HOP_DATE_UTC);
        return p->n == 0;
    }
    if ((!take(p, '+') && !take(p, '-')) || !take_fixed(p, 2, 0, 14, &h) ||
        !take(p, ':') || !take_fixed(p, 2, 0, 59, &m) || p->n)
        return false;
    utc = ticks - (west ? -1 : 1) * (h * 60 + m) * 60 * HOP_TICKS_PER_SECOND;
    *out = hop_datetime(utc + local_offset(utc), HOP_DATE_LOCAL);
    return true;
}

bool
hop_clixml_parse_date(const char *s, size_t n, struct hop_value *out)
{
    struct scan p = {s, n};
    int64_t year, month, day, h, m, sec, ticks;

    if (!take_fixed(&p, 4, 1, 9999, &year) || !take(&p, '-') ||
        !take_fixed(&p, 2, 1, 12, &month) || !take(&p, '-') ||
        !take_fixed(&p, 2, 1, 31, &day) || !take(&p, 'T') ||
        !take_fixed(&p, 2, 0, 23, &h) || !take(&p, ':') ||
        !take_fixed(&p, 2, 0, 59, &m) || !take(&p, ':') ||
        !take_fixed(&p, 2, 0, 59, &sec))
        return false;
    ticks = days_before(year, month, day) * DAY_TICKS +
            ((h * 60 + m) * 60 + sec) * HOP_TICKS_PER_SECOND;
    if (take(&p, '.'))
        ticks += (int64_t)take_fraction(&p);
    return take_zone(&p, ticks, out);
}
