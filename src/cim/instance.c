/* Instances and their values.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "base/text.h"
#include "cim/cim.h"

const char *const hop_cim_type_names[HOP_CIM_TYPES] = {
    [HOP_CIM_BOOLEAN] = "boolean", [HOP_CIM_UINT8] = "uint8",
    [HOP_CIM_UINT16] = "uint16",   [HOP_CIM_UINT32] = "uint32",
    [HOP_CIM_UINT64] = "uint64",   [HOP_CIM_SINT8] = "sint8",
    [HOP_CIM_SINT16] = "sint16",   [HOP_CIM_SINT32] = "sint32",
    [HOP_CIM_SINT64] = "sint64",   [HOP_CIM_REAL64] = "real64",
    [HOP_CIM_STRING] = "string",   [HOP_CIM_DATETIME] = "datetime",
};

bool
hop_cim_fail(struct hop_error *err, uint32_t code, const char *fmt, ...)
{
    char text[HOP_ERROR_TEXT_MAX];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    return hop_error_set(err, HOP_ERROR_WSMAN, code, "%s", text);
}

/* ---- values ---- */

void
hop_cim_value_done(enum hop_cim_type type, unsigned flags,
                   struct hop_cim_value *v)
{
    if (flags & HOP_CIM_ARRAY) {
        for (size_t i = 0; i < v->n; i++)
            hop_cim_value_done(type, 0, &v->items[i]);
        free(v->items);
    } else if (type == HOP_CIM_STRING && v->set) {
        free(v->s);
    }
    memset(v, 0, sizeof(*v));
}

static bool
parse_bool(const char *s, struct hop_cim_value *out)
{
    bool yes =
        hop_ascii_ieq(s, "TRUE") || strcmp(s, "1") == 0 || strcmp(s, "-1") == 0;

    if (!yes && !hop_ascii_ieq(s, "FALSE") && strcmp(s, "0") != 0)
        return false;
    out->u = yes;
    return true;
}

static bool
parse_unsigned(const char *s, uint64_t max, struct hop_cim_value *out)
{
    char *end;
    unsigned long long n;

    s += *s == '+';
    if (!hop_ascii_is_digit(*s))
        return false;
    errno = 0;
    n = strtoull(s, &end, strncasecmp(s, "0x", 2) == 0 ? 16 : 10);
    if (errno != 0 || *end || n > max)
        return false;
    out->u = n;
    return true;
}

static bool
parse_signed(const char *s, int64_t max, struct hop_cim_value *out)
{
    char *end;
    long long n;

    if (!hop_ascii_is_digit(s[*s == '-' || *s == '+']))
        return false;
    errno = 0;
    n = strtoll(s, &end, 10);
    if (errno != 0 || *end || n > max || n < -max - 1)
        return false;
    out->i = n;
    return true;
}

static bool
parse_real(const char *s, struct hop_cim_value *out)
{
    char *end;

    out->d = strtod(s, &end);
    return end != s && *end == '\0';
}

bool
hop_cim_value_parse(enum hop_cim_type type, const char *s,
                    struct hop_cim_value *out)
{
    struct hop_cim_value v = {.set = true};
    bool ok;

    switch (type) {
    case HOP_CIM_BOOLEAN: ok = parse_bool(s, &v); break;
    case HOP_CIM_UINT8: ok = parse_unsigned(s, UINT8_MAX, &v); break;
    case HOP_CIM_UINT16: ok = parse_unsigned(s, UINT16_MAX, &v); break;
    case HOP_CIM_UINT32: ok = parse_unsigned(s, UINT32_MAX, &v); break;
    case HOP_CIM_UINT64: ok = parse_unsigned(s, UINT64_MAX, &v); break;
    case HOP_CIM_SINT8: ok = parse_signed(s, INT8_MAX, &v); break;
    case HOP_CIM_SINT16: ok = parse_signed(s, INT16_MAX, &v); break;
    case HOP_CIM_SINT32: ok = parse_signed(s, INT32_MAX, &v); break;
    case HOP_CIM_SINT64: ok = parse_signed(s, INT64_MAX, &v); break;
    case HOP_CIM_REAL64: ok = parse_real(s, &v); break;
    case HOP_CIM_DATETIME: ok = hop_cim_time_parse(s, &v.i, &v.interval); break;
    default:
        v.s = hop_xstrdup(s);
        ok = true;
        break;
    }
    if (ok)
        *out = v;
    return ok;
}

/* ---- time ---- */

static bool
digits(const char *s, size_t n, int *out)
{
    int v = 0;

    for (size_t i = 0; i < n; i++) {
        if (!hop_ascii_is_digit(s[i]))
            return false;
        v = v * 10 + (s[i] - '0');
    }
    *out = v;
    return true;
}

static int64_t
ticks_of(struct tm *t, int64_t fraction, int offset_min)
{
    return ((int64_t)timegm(t) - offset_min * 60) * HOP_CIM_TICKS_PER_SECOND +
           fraction + HOP_CIM_TICKS_TO_1970;
}

static bool
in_range(const struct tm *t)
{
    return t->tm_mon >= 0 && t->tm_mon < 12 && t->tm_mday >= 1 &&
           t->tm_mday <= 31 && t->tm_hour < 24 && t->tm_min < 60 &&
           t->tm_sec <= 60;
}

/* DSP0004 5.2.4: yyyymmddhhmmss.mmmmmmsutc, ddddddddhhmmss.mmmmmm:000. */
static bool
parse_dmtf(const char *s, int64_t *ticks, bool *interval)
{
    struct tm t = {0};
    int year, month, micro = 0, offset, days;

    if (strlen(s) != 25 || s[14] != '.' || !digits(s + 8, 2, &t.tm_hour) ||
        !digits(s + 10, 2, &t.tm_min) || !digits(s + 12, 2, &t.tm_sec) ||
        (!digits(s + 15, 6, &micro) && !strchr(s + 15, '*')) ||
        !digits(s + 22, 3, &offset))
        return false;
    *interval = s[21] == ':';
    if (*interval) {
        if (!digits(s, 8, &days))
            return false;
        *ticks = (((int64_t)days * 24 + t.tm_hour) * 60 + t.tm_min) * 60 *
                     HOP_CIM_TICKS_PER_SECOND +
                 t.tm_sec * HOP_CIM_TICKS_PER_SECOND + (int64_t)micro * 10;
        return true;
    }
    if (!digits(s, 4, &year) || !digits(s + 4, 2, &month) ||
        !digits(s + 6, 2, &t.tm_mday) || (s[21] != '+' && s[21] != '-'))
        return false;
    t.tm_year = year - 1900;
    t.tm_mon = month - 1;
    if (!in_range(&t) || year < 1)
        return false;
    *ticks = ticks_of(&t, (int64_t)micro * 10, s[21] == '-' ? -offset : offset);
    return true;
}

/* The fraction behind a point, in ticks. */
static int64_t
parse_fraction(const char **s)
{
    int64_t ticks = 0, unit = HOP_CIM_TICKS_PER_SECOND / 10;

    if (**s != '.' && **s != ',')
        return 0;
    for ((*s)++; hop_ascii_is_digit(**s); (*s)++, unit /= 10)
        ticks += unit * (**s - '0');
    return ticks;
}

/* 2026-11-21[T19:30:00[.1234567]][Z|+01:00]; without a zone it is UTC. */
static bool
parse_iso(const char *s, int64_t *ticks)
{
    struct tm t = {0};
    int year, month, hours = 0, minutes = 0;
    int64_t fraction = 0;
    bool west;

    if (strlen(s) < 10 || !digits(s, 4, &year) || s[4] != '-' ||
        !digits(s + 5, 2, &month) || s[7] != '-' ||
        !digits(s + 8, 2, &t.tm_mday))
        return false;
    s += 10;
    if (*s == 'T' || *s == ' ') {
        if (strlen(s) < 9 || !digits(s + 1, 2, &t.tm_hour) || s[3] != ':' ||
            !digits(s + 4, 2, &t.tm_min) || s[6] != ':' ||
            !digits(s + 7, 2, &t.tm_sec))
            return false;
        s += 9;
        fraction = parse_fraction(&s);
    }
    west = *s == '-';
    if (*s == '+' || west) {
        if (strlen(s) != 6 || !digits(s + 1, 2, &hours) || s[3] != ':' ||
            !digits(s + 4, 2, &minutes))
            return false;
    } else if (*s && strcmp(s, "Z") != 0) {
        return false;
    }
    t.tm_year = year - 1900;
    t.tm_mon = month - 1;
    if (!in_range(&t) || year < 1)
        return false;
    *ticks = ticks_of(&t, fraction, (west ? -1 : 1) * (hours * 60 + minutes));
    return true;
}

bool
hop_cim_time_parse(const char *s, int64_t *ticks, bool *interval)
{
    int64_t at;
    bool counts = false;

    if (!parse_dmtf(s, &at, &counts) && !parse_iso(s, &at))
        return false;
    *ticks = at;
    *interval = counts;
    return true;
}

static void
format_time(const struct hop_cim_value *v, struct hop_buf *out)
{
    int64_t ticks = v->interval ? v->i : v->i - HOP_CIM_TICKS_TO_1970;
    int64_t seconds = ticks / HOP_CIM_TICKS_PER_SECOND;
    int64_t rest = ticks % HOP_CIM_TICKS_PER_SECOND;
    time_t when;
    struct tm t;

    if (rest < 0) {
        rest += HOP_CIM_TICKS_PER_SECOND;
        seconds--;
    }
    when = (time_t)seconds;
    if (v->interval) {
        hop_buf_addf(out, "%08lld%02d%02d%02d.%06lld:000",
                     (long long)(seconds / 86400), (int)(seconds / 3600 % 24),
                     (int)(seconds / 60 % 60), (int)(seconds % 60),
                     (long long)(rest / 10));
        return;
    }
    gmtime_r(&when, &t);
    hop_buf_addf(out, "%04d%02d%02d%02d%02d%02d.%06lld+000", t.tm_year + 1900,
                 t.tm_mon + 1, t.tm_mday, t.tm_hour, t.tm_min, t.tm_sec,
                 (long long)(rest / 10));
}

void
hop_cim_value_format(enum hop_cim_type type, const struct hop_cim_value *v,
                     struct hop_buf *out)
{
    if (!v->set)
        return;
    switch (type) {
    case HOP_CIM_BOOLEAN: hop_buf_adds(out, v->u ? "TRUE" : "FALSE"); break;
    case HOP_CIM_SINT8:
    case HOP_CIM_SINT16:
    case HOP_CIM_SINT32:
    case HOP_CIM_SINT64: hop_buf_addf(out, "%lld", (long long)v->i); break;
    case HOP_CIM_REAL64: hop_buf_addf(out, "%.17g", v->d); break;
    case HOP_CIM_STRING: hop_buf_adds(out, v->s); break;
    case HOP_CIM_DATETIME: format_time(v, out); break;
    default: hop_buf_addf(out, "%llu", (unsigned long long)v->u); break;
    }
}

/* ---- instances ---- */

void
hop_cim_instance_init(struct hop_cim_instance *i,
                      const struct hop_cim_class *cls)
{
    *i = (struct hop_cim_instance){.class_name = cls->name,
                                   .properties = cls->properties,
                                   .values =
                                       hop_xcalloc(cls->n, sizeof(*i->values)),
                                   .n = cls->n};
}

void
hop_cim_instance_done(struct hop_cim_instance *i)
{
    for (size_t k = 0; k < i->n; k++)
        hop_cim_value_done(i->properties[k].type, i->properties[k].flags,
                           &i->values[k]);
    for (size_t k = 0; i->owned && k < i->n; k++)
        free((char *)i->properties[k].name);
    if (i->owned) {
        free((char *)i->class_name);
        free((struct hop_cim_property *)i->properties);
    }
    free(i->values);
    memset(i, 0, sizeof(*i));
}

void
hop_cim_instance_begin(struct hop_cim_instance *i, const char *class_name)
{
    *i = (struct hop_cim_instance){.class_name = hop_xstrdup(class_name),
                                   .owned = true};
}

void
hop_cim_instance_add(struct hop_cim_instance *i, const char *name,
                     enum hop_cim_type type, unsigned flags,
                     struct hop_cim_value *value)
{
    struct hop_cim_property *rows = hop_xrealloc(
        (struct hop_cim_property *)i->properties, i->n + 1, sizeof(*rows));

    rows[i->n] = (struct hop_cim_property){hop_xstrdup(name), type, flags};
    i->properties = rows;
    i->values = hop_xrealloc(i->values, i->n + 1, sizeof(*i->values));
    i->values[i->n++] = *value;
    memset(value, 0, sizeof(*value));
}

int
hop_cim_find(const struct hop_cim_instance *i, const char *name)
{
    for (size_t k = 0; k < i->n; k++)
        if (hop_ascii_ieq(i->properties[k].name, name))
            return (int)k;
    return -1;
}

const struct hop_cim_value *
hop_cim_get(const struct hop_cim_instance *i, const char *name)
{
    int at = hop_cim_find(i, name);

    return at >= 0 && i->values[at].set ? &i->values[at] : NULL;
}

const char *
hop_cim_text(const struct hop_cim_instance *i, const char *name)
{
    int at = hop_cim_find(i, name);

    return at >= 0 && i->values[at].set &&
                   i->properties[at].type == HOP_CIM_STRING &&
                   !(i->properties[at].flags & HOP_CIM_ARRAY)
               ? i->values[at].s
               : NULL;
}

/* The value to fill, or NULL for what the class does not have. */
static struct hop_cim_value *
slot(struct hop_cim_instance *i, const char *name)
{
    for (size_t k = 0; k < i->n; k++) {
        if (strcmp(i->properties[k].name, name) != 0)
            continue;
        hop_cim_value_done(i->properties[k].type, i->properties[k].flags,
                           &i->values[k]);
        i->values[k].set = true;
        return &i->values[k];
    }
    return NULL;
}

void
hop_cim_set_text(struct hop_cim_instance *i, const char *name, const char *s)
{
    struct hop_cim_value *v = s ? slot(i, name) : NULL;

    if (v)
        v->s = hop_xstrdup(s);
}

void
hop_cim_set_textf(struct hop_cim_instance *i, const char *name, const char *fmt,
                  ...)
{
    struct hop_cim_value *v = slot(i, name);
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    va_list ap;

    va_start(ap, fmt);
    hop_buf_vaddf(&b, fmt, ap);
    va_end(ap);
    if (v)
        v->s = hop_buf_take(&b);
}

void
hop_cim_set_number(struct hop_cim_instance *i, const char *name, int64_t n)
{
    struct hop_cim_value *v = slot(i, name);

    if (v)
        v->i = n;
}

void
hop_cim_set_bool(struct hop_cim_instance *i, const char *name, bool b)
{
    struct hop_cim_value *v = slot(i, name);

    if (v)
        v->u = b;
}

void
hop_cim_set_time(struct hop_cim_instance *i, const char *name, int64_t ticks)
{
    struct hop_cim_value *v = ticks > 0 ? slot(i, name) : NULL;

    if (v)
        v->i = ticks;
}

void
hop_cim_add_text(struct hop_cim_instance *i, const char *name, const char *s)
{
    int at = hop_cim_find(i, name);
    struct hop_cim_value *v = at < 0 ? NULL : &i->values[at];

    if (!v)
        return;
    v->set = true;
    v->items = hop_xrealloc(v->items, v->n + 1, sizeof(*v->items));
    v->items[v->n++] = (struct hop_cim_value){.set = true, .s = hop_xstrdup(s)};
}
