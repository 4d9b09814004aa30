/* SPDX-License-Identifier: MIT */
#include "wsman/duration.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/text.h"

#define MAX_MS ((int64_t)1 << 53)

static const struct unit {
    char letter;
    bool in_time; /* behind the T */
    int64_t ms;   /* 0: of no fixed length, must be 0 */
} units[] = {
    {'Y', false, 0},      {'M', false, 0},    {'D', false, 86400000},
    {'H', true, 3600000}, {'M', true, 60000}, {'S', true, 1000},
};

#define UNITS (sizeof(units) / sizeof(units[0]))

/* Digits; -1 when there are none or too many. */
static int64_t
take_number(const char **s)
{
    int64_t n = 0;

    if (!hop_ascii_is_digit(**s))
        return -1;
    for (; hop_ascii_is_digit(**s); ++*s) {
        n = n * 10 + (**s - '0');
        if (n > MAX_MS)
            return -1;
    }
    return n;
}

/* ".123456" as milliseconds; -1 when no digit follows the point. */
static int64_t
take_fraction(const char **s)
{
    int64_t ms = 0, weight = 100;

    if (**s != '.')
        return 0;
    ++*s;
    if (!hop_ascii_is_digit(**s))
        return -1;
    for (; hop_ascii_is_digit(**s); ++*s) {
        ms += (**s - '0') * weight;
        weight /= 10;
    }
    return ms;
}

/* One "12H": the unit's place in the table must be from *next on. */
static bool
take_field(const char **s, bool in_time, size_t *next, int64_t *total)
{
    int64_t n = take_number(s);
    bool has_fraction = **s == '.';
    int64_t fraction = take_fraction(s);

    if (n < 0 || fraction < 0)
        return false;
    for (; *next < UNITS; ++*next) {
        const struct unit *u = &units[*next];

        if (u->letter != **s || u->in_time != in_time)
            continue;
        if ((has_fraction && u->letter != 'S') || (u->ms == 0 && n != 0) ||
            (u->ms && n > MAX_MS / u->ms))
            return false;
        *total += n * u->ms + fraction;
        ++*s;
        ++*next;
        return *total <= MAX_MS;
    }
    return false;
}

bool
hop_duration_parse(const char *s, int64_t *ms)
{
    int64_t total = 0;
    size_t next = 0;
    bool in_time = false, any = false;

    while (hop_ascii_is_space(*s))
        s++;
    if (*s++ != 'P')
        return false;
    while (*s && !hop_ascii_is_space(*s)) {
        if (*s == 'T' && !in_time) {
            in_time = true;
            any = false;
            s++;
            continue;
        }
        if (!take_field(&s, in_time, &next, &total))
            return false;
        any = true;
    }
    while (hop_ascii_is_space(*s))
        s++;
    if (*s || !any)
        return false;
    *ms = total;
    return true;
}

void
hop_duration_format(int64_t ms, char out[HOP_DURATION_TEXT])
{
    snprintf(out, HOP_DURATION_TEXT, "PT%" PRId64 ".%03" PRId64 "S", ms / 1000,
             ms % 1000);
}

void
hop_duration_format_days(int64_t ms, char out[HOP_DURATION_TEXT])
{
    int64_t s = ms / 1000;

    snprintf(out, HOP_DURATION_TEXT,
             "P%" PRId64 "DT%" PRId64 "H%" PRId64 "M%" PRId64 "S", s / 86400,
             s / 3600 % 24, s / 60 % 60, s % 60);
}
