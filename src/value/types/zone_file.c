/* SPDX-License-Identifier: MIT */
#include "value/types/zone_file.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"

#define HEADER      44
#define CHANGES_MAX 4096
#define DAY         86400

struct header {
    uint32_t isut, isstd, leap, time, type, chars;
};

static uint32_t
be32(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 |
           p[3];
}

static int64_t
be64(const uint8_t *p)
{
    return (int64_t)((uint64_t)be32(p) << 32 | be32(p + 4));
}

/* RFC 9636, 3.1. */
static bool
decode_header(const uint8_t *p, size_t n, struct header *h)
{
    if (n < HEADER || memcmp(p, "TZif", 4) != 0)
        return false;
    *h = (struct header){be32(p + 20), be32(p + 24), be32(p + 28),
                         be32(p + 32), be32(p + 36), be32(p + 40)};
    return h->time <= CHANGES_MAX && h->type >= 1 && h->type <= 256 &&
           h->chars <= 4096 && h->leap <= 4096 && h->isut <= 256 &&
           h->isstd <= 256;
}

/* Bytes behind the header, with times of `width` bytes. */
static size_t
body_size(const struct header *h, size_t width)
{
    return h->time * (width + 1) + h->type * 6 + h->chars +
           h->leap * (width + 4) + h->isstd + h->isut;
}

/* ---- the rule at the end (POSIX TZ) ---- */

static bool
skip_name(const char **s)
{
    const char *p = *s;

    if (*p == '<') {
        p = strchr(p, '>');
        if (!p)
            return false;
        p++;
    } else {
        while ((*p | 0x20) >= 'a' && (*p | 0x20) <= 'z')
            p++;
    }
    if (p == *s)
        return false;
    *s = p;
    return true;
}

static int
parse_int(const char **s)
{
    int v = 0;

    while (**s >= '0' && **s <= '9' && v < 100000)
        v = v * 10 + *(*s)++ - '0';
    return v;
}

/* "[+-]hh[:mm[:ss]]" in seconds. */
static int32_t
parse_time(const char **s)
{
    bool negative = **s == '-';
    int32_t t;

    if (**s == '-' || **s == '+')
        ++*s;
    t = parse_int(s) * 3600;
    if (**s == ':') {
        ++*s;
        t += parse_int(s) * 60;
    }
    if (**s == ':') {
        ++*s;
        t += parse_int(s);
    }
    return negative ? -t : t;
}

static bool
parse_turn(const char **s, struct hop_zone_turn *t)
{
    *t = (struct hop_zone_turn){.time = 2 * 3600};
    if (*(*s)++ != ',')
        return false;
    if (**s == 'M') {
        ++*s;
        t->month = parse_int(s);
        if (*(*s)++ != '.')
            return false;
        t->week = parse_int(s);
        if (*(*s)++ != '.')
            return false;
        t->day = parse_int(s);
        if (t->month < 1 || t->month > 12 || t->week < 1 || t->week > 5 ||
            t->day > 6)
            return false;
    } else if (**s == 'J') {
        ++*s;
        t->julian = parse_int(s);
    } else {
        t->julian = 1000 + parse_int(s);
    }
    if (**s == '/') {
        ++*s;
        t->time = parse_time(s);
    }
    return true;
}

static void
parse_rule(struct hop_zone *z, const char *s)
{
    if (!skip_name(&s))
        return;
    z->standard.offset = -parse_time(&s);
    z->has_rule = true;
    if (!*s || !skip_name(&s))
        return;
    z->summer.daylight = true;
    z->summer.offset = z->standard.offset + 3600;
    if (*s && *s != ',')
        z->summer.offset = -parse_time(&s);
    z->has_daylight = parse_turn(&s, &z->start) && parse_turn(&s, &z->end);
}

/* ---- the file ---- */

struct hop_zone *
hop_zone_decode(const void *data, size_t n)
{
    const uint8_t *p = data, *block;
    struct header h;
    struct hop_zone *z;
    size_t width = 4, size;

    if (!decode_header(p, n, &h))
        return NULL;
    size = HEADER + body_size(&h, 4);
    if (p[4] >= '2') { /* the same again with wider times */
        if (n < size || !decode_header(p + size, n - size, &h))
            return NULL;
        p += size;
        n -= size;
        width = 8;
        size = HEADER + body_size(&h, 8);
    }
    if (n < size)
        return NULL;
    z = hop_xcalloc(1, sizeof(*z));
    z->at = hop_xcalloc(h.time + 1, sizeof(*z->at));
    z->to = hop_xcalloc(h.time + 1, 1);
    z->n = h.time;
    z->kinds = h.type;
    block = p;
    p += HEADER;
    for (size_t i = 0; i < h.time; i++) {
        z->at[i] = width == 8 ? be64(p + 8 * i) : (int32_t)be32(p + 4 * i);
        z->to[i] = p[width * h.time + i];
        if (z->to[i] >= h.type || (i && z->at[i] < z->at[i - 1])) {
            hop_zone_free(z);
            return NULL;
        }
    }
    p += (width + 1) * h.time;
    for (size_t i = 0; i < h.type; i++)
        z->kind[i] =
            (struct hop_zone_kind){(int32_t)be32(p + 6 * i), p[6 * i + 4] != 0};
    if (width == 8 && n > size + 1) {
        HOP_AUTO_FREE char *rule =
            hop_xstrndup((const char *)block + size + 1, n - size - 1);

        rule[strcspn(rule, "\n")] = '\0';
        parse_rule(z, rule);
    }
    return z;
}

void
hop_zone_free(struct hop_zone *z)
{
    if (!z)
        return;
    free(z->at);
    free(z->to);
    free(z);
}

/* ---- asking ---- */

static int64_t
days_from_civil(int64_t y, int m, int d)
{
    int64_t era, yoe, doy;

    y -= m <= 2;
    era = (y >= 0 ? y : y - 399) / 400;
    yoe = y - era * 400;
    doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
    return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

static bool
is_leap(int64_t y)
{
    return y % 4 == 0 && (y % 100 != 0 || y % 400 == 0);
}

static int64_t
year_of(int64_t t)
{
    int64_t y = 1970 + t / 31556952;

    while (days_from_civil(y, 1, 1) * DAY > t)
        y--;
    while (days_from_civil(y + 1, 1, 1) * DAY <= t)
        y++;
    return y;
}

/* The local clock of a turn in a year, as if it were UTC. */
static int64_t
turn_in(const struct hop_zone_turn *t, int64_t year)
{
    int64_t day;

    if (t->month == 0) {
        int n = t->julian >= 1000 ? t->julian - 1000 : t->julian - 1;

        if (t->julian < 1000 && t->julian >= 60 && is_leap(year))
            n++;
        day = days_from_civil(year, 1, 1) + n;
    } else {
        int64_t first = days_from_civil(year, t->month, 1);
        int64_t next = t->month == 12 ? days_from_civil(year + 1, 1, 1)
                                      : days_from_civil(year, t->month + 1, 1);

        day = first + ((t->day - (first + 4)) % 7 + 7) % 7 + (t->week - 1) * 7;
        while (day >= next)
            day -= 7;
    }
    return day * DAY + t->time;
}

static struct hop_zone_kind
by_rule(const struct hop_zone *z, int64_t t)
{
    int64_t year, start, end;
    bool summer;

    if (!z->has_daylight)
        return z->standard;
    year = year_of(t + z->standard.offset);
    start = turn_in(&z->start, year) - z->standard.offset;
    end = turn_in(&z->end, year) - z->summer.offset;
    summer = start < end ? t >= start && t < end : t >= start || t < end;
    return summer ? z->summer : z->standard;
}

struct hop_zone_kind
hop_zone_at(const struct hop_zone *z, int64_t t)
{
    size_t lo = 0, hi = z->n;

    if (z->n == 0 || t < z->at[0]) {
        if (z->n == 0 && z->has_rule)
            return by_rule(z, t);
        for (size_t i = 0; i < z->kinds; i++)
            if (!z->kind[i].daylight)
                return z->kind[i];
        return z->kind[0];
    }
    if (z->has_rule && t >= z->at[z->n - 1])
        return by_rule(z, t);
    while (hi - lo > 1) {
        size_t mid = (lo + hi) / 2;

        if (z->at[mid] <= t)
            lo = mid;
        else
            hi = mid;
    }
    return z->kind[z->to[lo]];
}

int
hop_zone_local(const struct hop_zone *z, int64_t local,
               struct hop_zone_kind out[2])
{
    struct hop_zone_kind a = hop_zone_at(z, local - DAY);
    struct hop_zone_kind b = hop_zone_at(z, local + DAY);
    int n = 0;

    if (hop_zone_at(z, local - a.offset).offset == a.offset)
        out[n++] = a;
    if (b.offset != a.offset &&
        hop_zone_at(z, local - b.offset).offset == b.offset)
        out[n++] = b;
    if (n == 2 && out[0].daylight && !out[1].daylight) {
        struct hop_zone_kind swap = out[0];

        out[0] = out[1];
        out[1] = swap;
    }
    return n;
}
