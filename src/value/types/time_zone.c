/* System.TimeZoneInfo.
 *
 * SPDX-License-Identifier: MIT
 */
#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/text.h"
#include "value/date.h"
#include "value/types/def.h"
#include "value/types/file_info.h"
#include "value/types/more.h"
#include "value/types/zone_file.h"

#define ZONES      "/usr/share/zoneinfo/"
#define UNIX_TICKS 621355968000000000LL
#define MAX_TICKS  3155378975999999999LL
#define TICKS_MIN  600000000LL

struct zone {
    struct hop_object base;
    struct hop_zone *file; /* NULL: a fixed offset */
    struct hop_string *id, *display, *standard, *daylight;
    int32_t fixed; /* seconds */
    bool local, utc;
};

#define SELF ((struct zone *)c->self.u.o)

static void
destroy_zone(struct hop_object *o)
{
    struct zone *z = (struct zone *)o;

    hop_zone_free(z->file);
    hop_string_release(z->id);
    hop_string_release(z->display);
    hop_string_release(z->standard);
    hop_string_release(z->daylight);
}

/* ---- names (CLDR's English ones) ---- */

struct names {
    const char *zone, *display, *standard, *daylight;
};

#define CENTRAL(zone, city)                                                    \
    {                                                                          \
        "Europe/" zone, "Central European Time (" city ")",                    \
            "Central European Standard Time", "Central European Summer Time"   \
    }
#define EASTERN(zone, city)                                                    \
    {                                                                          \
        zone, "Eastern European Time (" city ")",                              \
            "Eastern European Standard Time", "Eastern European Summer Time"   \
    }
#define AMERICA(zone, city, time)                                              \
    {                                                                          \
        "America/" zone, time " Time (" city ")", time " Standard Time",       \
            time " Daylight Time"                                              \
    }
#define PLAIN(zone, display, time)                                             \
    {                                                                          \
        zone, display, time " Standard Time", time " Daylight Time"            \
    }
#define UTC_NAME "Coordinated Universal Time"

static const struct names known_names[] = {
    {"UTC", UTC_NAME, UTC_NAME, UTC_NAME},
    {"Etc/UTC", UTC_NAME, UTC_NAME, UTC_NAME},
    {"GMT", "Greenwich Mean Time", "Greenwich Mean Time", "GMT"},
    AMERICA("New_York", "New York", "Eastern"),
    AMERICA("Toronto", "Toronto", "Eastern"),
    AMERICA("Chicago", "Chicago", "Central"),
    AMERICA("Mexico_City", "Mexico City", "Central"),
    AMERICA("Denver", "Denver", "Mountain"),
    AMERICA("Phoenix", "Phoenix", "Mountain"),
    AMERICA("Los_Angeles", "Los Angeles", "Pacific"),
    AMERICA("Anchorage", "Anchorage", "Alaska"),
    {"America/Sao_Paulo", "Brasilia Standard Time (Sao Paulo)",
     "Brasilia Standard Time", "Brasilia Summer Time"},
    {"Europe/London", "United Kingdom Time", "Greenwich Mean Time",
     "British Summer Time"},
    {"Europe/Dublin", "Ireland Time", "Greenwich Mean Time",
     "Irish Standard Time"},
    CENTRAL("Amsterdam", "Amsterdam"),
    CENTRAL("Berlin", "Berlin"),
    CENTRAL("Brussels", "Brussels"),
    CENTRAL("Budapest", "Budapest"),
    CENTRAL("Copenhagen", "Copenhagen"),
    CENTRAL("Madrid", "Madrid"),
    CENTRAL("Oslo", "Oslo"),
    CENTRAL("Paris", "Paris"),
    CENTRAL("Prague", "Prague"),
    CENTRAL("Rome", "Rome"),
    CENTRAL("Stockholm", "Stockholm"),
    CENTRAL("Vienna", "Vienna"),
    CENTRAL("Warsaw", "Warsaw"),
    CENTRAL("Zurich", "Zurich"),
    EASTERN("Europe/Athens", "Athens"),
    EASTERN("Europe/Helsinki", "Helsinki"),
    EASTERN("Europe/Kiev", "Kyiv"),
    EASTERN("Africa/Cairo", "Cairo"),
    {"Europe/Moscow", "Moscow Time", "Moscow Standard Time",
     "Moscow Summer Time"},
    {"Europe/Lisbon", "Western European Time (Lisbon)",
     "Western European Standard Time", "Western European Summer Time"},
    {"Africa/Johannesburg", "South Africa Standard Time (Johannesburg)",
     "South Africa Standard Time", "GMT+02:00"},
    {"Asia/Dubai", "Gulf Standard Time (Dubai)", "Gulf Standard Time",
     "GMT+04:00"},
    {"Asia/Kolkata", "India Standard Time (Kolkata)", "India Standard Time",
     "GMT+05:30"},
    PLAIN("Asia/Shanghai", "China Standard Time (Shanghai)", "China"),
    {"Asia/Hong_Kong", "Hong Kong Standard Time", "Hong Kong Standard Time",
     "Hong Kong Summer Time"},
    {"Asia/Singapore", "Singapore Standard Time", "Singapore Standard Time",
     "GMT+08:00"},
    PLAIN("Asia/Tokyo", "Japan Standard Time (Tokyo)", "Japan"),
    PLAIN("Asia/Seoul", "Korean Standard Time (Seoul)", "Korean"),
    PLAIN("Asia/Jerusalem", "Israel Time", "Israel"),
    PLAIN("Australia/Sydney", "Eastern Australia Time (Sydney)",
          "Australian Eastern"),
    PLAIN("Australia/Brisbane", "Eastern Australia Time (Brisbane)",
          "Australian Eastern"),
    PLAIN("Australia/Perth", "Australian Western Standard Time (Perth)",
          "Australian Western"),
    PLAIN("Pacific/Auckland", "New Zealand Time", "New Zealand"),
    PLAIN("Pacific/Honolulu", "Hawaii-Aleutian Time (Honolulu)",
          "Hawaii-Aleutian"),
};

/* What Windows calls zones (CLDR windowsZones). */
static const char *const windows_names[][2] = {
    {"AUS Eastern Standard Time", "Australia/Sydney"},
    {"Alaskan Standard Time", "America/Anchorage"},
    {"Arabian Standard Time", "Asia/Dubai"},
    {"Central European Standard Time", "Europe/Warsaw"},
    {"Central Europe Standard Time", "Europe/Budapest"},
    {"Central Standard Time", "America/Chicago"},
    {"China Standard Time", "Asia/Shanghai"},
    {"E. South America Standard Time", "America/Sao_Paulo"},
    {"Eastern Standard Time", "America/New_York"},
    {"Egypt Standard Time", "Africa/Cairo"},
    {"FLE Standard Time", "Europe/Kiev"},
    {"GMT Standard Time", "Europe/London"},
    {"GTB Standard Time", "Europe/Bucharest"},
    {"Greenwich Standard Time", "Atlantic/Reykjavik"},
    {"Hawaiian Standard Time", "Pacific/Honolulu"},
    {"India Standard Time", "Asia/Kolkata"},
    {"Israel Standard Time", "Asia/Jerusalem"},
    {"Korea Standard Time", "Asia/Seoul"},
    {"Mountain Standard Time", "America/Denver"},
    {"New Zealand Standard Time", "Pacific/Auckland"},
    {"Pacific Standard Time", "America/Los_Angeles"},
    {"Romance Standard Time", "Europe/Paris"},
    {"Russian Standard Time", "Europe/Moscow"},
    {"SA Pacific Standard Time", "America/Bogota"},
    {"SE Asia Standard Time", "Asia/Bangkok"},
    {"Singapore Standard Time", "Asia/Singapore"},
    {"South Africa Standard Time", "Africa/Johannesburg"},
    {"Tokyo Standard Time", "Asia/Tokyo"},
    {"Turkey Standard Time", "Europe/Istanbul"},
    {"US Mountain Standard Time", "America/Phoenix"},
    {"W. Australia Standard Time", "Australia/Perth"},
    {"W. Europe Standard Time", "Europe/Berlin"},
};

/* ---- offsets ---- */

static int64_t
to_unix(int64_t ticks)
{
    int64_t t = ticks - UNIX_TICKS;

    return (t - ((t % HOP_TICKS_PER_SECOND) + HOP_TICKS_PER_SECOND) %
                    HOP_TICKS_PER_SECOND) /
           HOP_TICKS_PER_SECOND;
}

static struct hop_zone_kind
at_utc(const struct zone *z, int64_t ticks)
{
    return z->file ? hop_zone_at(z->file, to_unix(ticks))
                   : (struct hop_zone_kind){z->fixed, false};
}

/* 0: the clock skips the reading, 2: shows it twice. */
static int
at_local(const struct zone *z, int64_t ticks, struct hop_zone_kind out[2])
{
    if (z->file)
        return hop_zone_local(z->file, to_unix(ticks), out);
    out[0] = (struct hop_zone_kind){z->fixed, false};
    return 1;
}

/* The offset without daylight saving that holds now. */
static int32_t
base_offset(const struct zone *z)
{
    int64_t now = (int64_t)time(NULL);

    if (!z->file)
        return z->fixed;
    for (int months = 0; months < 12; months++) {
        struct hop_zone_kind k =
            hop_zone_at(z->file, now - months * 30LL * 86400);

        if (!k.daylight)
            return k.offset;
    }
    return hop_zone_at(z->file, now).offset;
}

static int64_t
clamp(int64_t ticks)
{
    return ticks < 0 ? 0 : ticks > MAX_TICKS ? MAX_TICKS : ticks;
}

static int64_t
shift(int64_t ticks, int64_t seconds)
{
    return clamp(ticks + seconds * HOP_TICKS_PER_SECOND);
}

/* ---- making zones ---- */

static void
add_names(struct zone *z, const char *name)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    int32_t offset = base_offset(z), minutes = abs(offset) / 60;
    const struct names *found = NULL;
    char plain[16];

    for (size_t i = 0; i < HOP_ARRAY_SIZE(known_names); i++)
        if (strcmp(known_names[i].zone, name) == 0)
            found = &known_names[i];
    snprintf(plain, sizeof(plain), "GMT%c%02d:%02d", offset < 0 ? '-' : '+',
             (minutes / 60) % 100, minutes % 60);
    if (z->utc)
        hop_buf_adds(&b, "(UTC) ");
    else
        hop_buf_addf(&b, "(UTC%s) ", plain + 3);
    hop_buf_adds(&b, found ? found->display : name);
    z->display = hop_string_take_buf(&b);
    z->standard = hop_string_from(found ? found->standard : plain);
    z->daylight = hop_string_from(found ? found->daylight : plain);
}

static struct hop_zone *
load(struct hop_context *cx, const char *name)
{
    HOP_AUTO_BUF struct hop_buf bytes = HOP_BUF_INIT;
    char path[PATH_MAX];

    if (!*name || *name == '/' || strstr(name, ".."))
        return NULL;
    snprintf(path, sizeof(path), "%s%s", ZONES, name);
    if (!hop_file_read_all(cx, path, &bytes)) {
        hop_drop_exception(cx);
        return NULL;
    }
    return hop_zone_decode(hop_buf_str(&bytes), bytes.len);
}

/* The zone of an IANA or Windows name, or NULL. */
static struct zone *
find_zone(struct hop_context *cx, const char *id)
{
    const char *name = id;
    struct hop_zone *file;
    struct zone *z;
    bool utc = hop_ascii_ieq(id, "UTC") || hop_ascii_ieq(id, "Etc/UTC");

    for (size_t i = 0; i < HOP_ARRAY_SIZE(windows_names); i++)
        if (hop_ascii_ieq(id, windows_names[i][0]))
            name = windows_names[i][1];
    file = utc ? NULL : load(cx, name);
    if (!file && !utc)
        return NULL;
    z = hop_object_new(cx, &hop_class_time_zone);
    z->file = file;
    z->utc = utc;
    z->id = hop_string_from(id);
    add_names(z, name);
    return z;
}

/* The name of the machine's zone. */
static void
local_name(char *out, size_t n)
{
    const char *tz = getenv("TZ");
    char link[PATH_MAX];
    ssize_t k = readlink("/etc/localtime", link, sizeof(link) - 1);
    const char *at;

    snprintf(out, n, "UTC");
    if (tz) {
        if (*tz == ':')
            tz++;
        if (*tz)
            snprintf(out, n, "%s", tz);
        return;
    }
    link[k > 0 ? k : 0] = '\0';
    at = strstr(link, "zoneinfo/");
    if (at)
        snprintf(out, n, "%s", at + 9);
}

static struct zone *
local_zone(struct hop_context *cx)
{
    char name[256];
    struct zone *z;

    local_name(name, sizeof(name));
    z = find_zone(cx, name);
    if (!z)
        z = find_zone(cx, "UTC");
    z->local = true;
    return z;
}

static bool
zone_not_found(struct hop_context *cx, const char *id)
{
    return hop_throw(cx, &hop_exception_time_zone_not_found,
                     "The time zone ID '%s' was not found on the local "
                     "computer.",
                     id);
}

/* ---- converting ---- */

static bool
wrong_kind(struct hop_context *cx)
{
    return hop_throw_argument(
        cx, &hop_exception_argument, "sourceTimeZone",
        "The conversion could not be completed because the supplied DateTime "
        "did not have the Kind property set correctly.  For example, when the "
        "Kind property is DateTimeKind.Local, the source time zone must be "
        "TimeZoneInfo.Local.");
}

static struct hop_value
from_utc(const struct zone *to, int64_t ticks)
{
    return hop_datetime(shift(ticks, at_utc(to, ticks).offset),
                        to->utc && !to->local ? HOP_DATE_UTC
                        : to->local           ? HOP_DATE_LOCAL
                                              : HOP_DATE_UNSPECIFIED);
}

static bool
to_utc(struct hop_context *cx, struct hop_value v, const struct zone *from,
       int64_t *ticks)
{
    struct hop_zone_kind k[2];

    if ((v.tag == HOP_DATE_UTC && !from->utc) ||
        (v.tag == HOP_DATE_LOCAL && !from->local))
        return wrong_kind(cx);
    if (at_local(from, v.u.i, k) == 0)
        return hop_throw_argument(
            cx, &hop_exception_argument, "dateTime",
            "The supplied DateTime represents an invalid time.  For example, "
            "when the clock is adjusted forward, any time in the period that "
            "is skipped is invalid.");
    *ticks = shift(v.u.i, -(int64_t)k[0].offset);
    return true;
}

static int64_t
plain_utc(struct hop_value v)
{
    return v.tag == HOP_DATE_UTC ? v.u.i : hop_date_to_utc(v.u.i);
}

static struct hop_value
convert_offset(struct hop_value v, const struct zone *to)
{
    int64_t utc = v.u.i - (int64_t)(int32_t)v.ext * TICKS_MIN;
    int32_t offset = at_utc(to, utc).offset;

    return (struct hop_value){.kind = HOP_DATETIMEOFFSET,
                              .ext = (uint32_t)(offset / 60),
                              .u.i = shift(utc, offset)};
}

static struct zone *
zone_arg(struct hop_call *c, size_t i)
{
    return (struct zone *)c->args[i].u.o;
}

static bool
convert_time(struct hop_context *cx, struct hop_value v,
             const struct zone *from, const struct zone *to,
             struct hop_value *out)
{
    int64_t utc;

    if (v.kind == HOP_DATETIMEOFFSET) {
        *out = convert_offset(v, to);
        return true;
    }
    if (!from)
        utc = plain_utc(v);
    else if (!to_utc(cx, v, from, &utc))
        return false;
    *out = from_utc(to, utc);
    return true;
}

METHOD(convert)
{
    if (ARG_NULL(c->n - 1))
        return hop_throw_null(cx, "destinationTimeZone");
    if (c->n == 3 && ARG_NULL(1))
        return hop_throw_null(cx, "sourceTimeZone");
    return convert_time(cx, c->args[0], c->n == 3 ? zone_arg(c, 1) : NULL,
                        zone_arg(c, c->n - 1), &c->result);
}

METHOD(convert_by_id)
{
    struct zone *zones[2] = {NULL, NULL};
    bool ok = true;

    for (size_t i = 1; i < c->n && ok; i++) {
        if (ARG_NULL(i))
            ok = hop_throw_null(cx, "id");
        else if (!(zones[i - 1] = find_zone(cx, ARG_S(i)->data)))
            ok = zone_not_found(cx, ARG_S(i)->data);
    }
    ok = ok && convert_time(cx, c->args[0], c->n == 3 ? zones[0] : NULL,
                            zones[c->n - 2], &c->result);
    for (size_t i = 0; i < 2; i++)
        if (zones[i])
            hop_release(hop_obj(zones[i]));
    return ok;
}

METHOD(convert_to_utc)
{
    int64_t utc;

    if (c->n == 1) {
        utc = plain_utc(c->args[0]);
    } else {
        if (ARG_NULL(1))
            return hop_throw_null(cx, "sourceTimeZone");
        if (!to_utc(cx, c->args[0], zone_arg(c, 1), &utc))
            return false;
    }
    RETURN(hop_datetime(utc, HOP_DATE_UTC));
}

METHOD(convert_from_utc)
{
    if (ARG_NULL(1))
        return hop_throw_null(cx, "destinationTimeZone");
    if (c->args[0].tag == HOP_DATE_LOCAL)
        return wrong_kind(cx);
    RETURN(from_utc(zone_arg(c, 1), ARG_I(0)));
}

/* ---- asking ---- */

/* A DateTime or DateTimeOffset as this zone's clock reads it; *kind the one
 * that holds, *n how many could. */
static void
look(const struct zone *z, struct hop_value v, struct hop_zone_kind *kind,
     int *n)
{
    struct hop_zone_kind k[2] = {{0, false}, {0, false}};

    *n = 1;
    if (v.kind == HOP_DATETIMEOFFSET) {
        *kind = at_utc(z, v.u.i - (int64_t)(int32_t)v.ext * TICKS_MIN);
    } else if (v.tag == HOP_DATE_UTC ||
               (v.tag == HOP_DATE_LOCAL && !z->local)) {
        *kind = at_utc(z, plain_utc(v));
    } else {
        *n = at_local(z, v.u.i, k);
        *kind = *n ? k[0]
                   : at_utc(z, shift(v.u.i, -(int64_t)base_offset(z)) -
                                   HOP_TICKS_PER_SECOND * 3600);
    }
}

enum { OFFSET, DAYLIGHT, AMBIGUOUS, INVALID };

METHOD(ask)
{
    struct hop_zone_kind kind;
    int n;

    look(SELF, c->args[0], &kind, &n);
    RETURN(c->data == OFFSET ? hop_timespan(kind.offset * HOP_TICKS_PER_SECOND)
                             : hop_bool(c->data == DAYLIGHT    ? kind.daylight
                                        : c->data == AMBIGUOUS ? n == 2
                                                               : n == 0));
}

METHOD(find)
{
    struct zone *z;

    if (ARG_NULL(0))
        return hop_throw_null(cx, "id");
    z = find_zone(cx, ARG_S(0)->data);
    if (!z)
        return zone_not_found(cx, ARG_S(0)->data);
    RETURN(hop_obj(z));
}

METHOD(try_find)
{
    struct zone *z = ARG_NULL(0) ? NULL : find_zone(cx, ARG_S(0)->data);

    if (!hop_reference_set(cx, c->args[1], z ? hop_obj(z) : hop_null()))
        return false;
    RETURN(hop_bool(z != NULL));
}

static void
add_zones(struct hop_context *cx, const char *below, int depth,
          struct hop_array *out)
{
    HOP_AUTO_FREE char *path = hop_xasprintf("%s%s", ZONES, below);
    DIR *d = opendir(path);
    struct dirent *e;

    while (d && (e = readdir(d))) {
        HOP_AUTO_FREE char *name = NULL;
        struct zone *z;

        if (!(e->d_name[0] >= 'A' && e->d_name[0] <= 'Z'))
            continue;
        name = hop_xasprintf("%s%s%s", below, *below ? "/" : "", e->d_name);
        if (e->d_type == DT_DIR) {
            if (depth < 3)
                add_zones(cx, name, depth + 1, out);
        } else if ((z = find_zone(cx, name))) {
            hop_array_push(out, hop_obj(z));
        }
    }
    if (d)
        closedir(d);
}

static int
by_offset(const void *a, const void *b)
{
    const struct zone *x = (struct zone *)((const struct hop_value *)a)->u.o;
    const struct zone *y = (struct zone *)((const struct hop_value *)b)->u.o;
    int32_t ox = base_offset(x), oy = base_offset(y);

    return ox != oy ? (ox < oy ? -1 : 1) : strcmp(x->id->data, y->id->data);
}

METHOD(list)
{
    struct hop_array *a = hop_array_new(cx, 0);

    c->result = hop_obj(a);
    add_zones(cx, "", 0, a);
    if (a->n > 0)
        qsort(a->items, a->n, sizeof(*a->items), by_offset);
    return true;
}

METHOD(create_custom)
{
    struct zone *z = hop_object_new(cx, &hop_class_time_zone);

    z->id = hop_string_retain(ARG_S(0));
    z->fixed = (int32_t)(ARG_I(1) / HOP_TICKS_PER_SECOND);
    z->display = hop_string_retain(ARG_S(2));
    z->standard = hop_string_retain(ARG_S(3));
    z->daylight = hop_string_retain(ARG_S(3));
    RETURN(hop_obj(z));
}

METHOD(nothing)
{
    return true;
}

enum { ID, DISPLAY, STANDARD, DAYLIGHT_NAME, BASE, SUPPORTS, IANA };

static bool
supports_daylight(const struct zone *z)
{
    if (z->file && z->file->has_daylight)
        return true;
    for (size_t i = 0; z->file && i < z->file->kinds; i++)
        if (z->file->kind[i].daylight)
            return true;
    return false;
}

static bool
is_windows_name(const struct zone *z)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(windows_names); i++)
        if (hop_string_iis(z->id, windows_names[i][0]))
            return true;
    return false;
}

GETTER(get_zone)
{
    struct zone *z = (struct zone *)self.u.o;

    switch (data) {
    case ID: *out = hop_str(hop_string_retain(z->id)); break;
    case DISPLAY: *out = hop_str(hop_string_retain(z->display)); break;
    case STANDARD: *out = hop_str(hop_string_retain(z->standard)); break;
    case DAYLIGHT_NAME: *out = hop_str(hop_string_retain(z->daylight)); break;
    case BASE:
        *out = hop_timespan(base_offset(z) * HOP_TICKS_PER_SECOND);
        break;
    case SUPPORTS: *out = hop_bool(supports_daylight(z)); break;
    default: *out = hop_bool(!is_windows_name(z)); break;
    }
    return true;
}

GETTER(get_static_zone)
{
    *out = hop_obj(data ? local_zone(cx) : find_zone(cx, "UTC"));
    return true;
}

static bool
show_zone(struct hop_context *cx, struct hop_value v, struct hop_string **out)
{
    *out = hop_string_retain(((struct zone *)v.u.o)->display);
    return true;
}

static bool
zones_equal(struct hop_context *cx, struct hop_value a, struct hop_value b)
{
    return hop_value_is(b, &hop_class_time_zone) &&
           hop_string_ieq(((struct zone *)a.u.o)->id,
                          ((struct zone *)b.u.o)->id);
}

#define TZI "System.TimeZoneInfo"
static const struct hop_property zone_properties[] = {
    {"Id", "string", get_zone, NULL, 0, ID},
    {"HasIanaId", "bool", get_zone, NULL, 0, IANA},
    {"DisplayName", "string", get_zone, NULL, 0, DISPLAY},
    {"StandardName", "string", get_zone, NULL, 0, STANDARD},
    {"DaylightName", "string", get_zone, NULL, 0, DAYLIGHT_NAME},
    {"BaseUtcOffset", "timespan", get_zone, NULL, 0, BASE},
    {"SupportsDaylightSavingTime", "bool", get_zone, NULL, 0, SUPPORTS},
    STATIC_GET("Local", TZI, get_static_zone, 1),
    STATIC_GET("Utc", TZI, get_static_zone, 0),
    END_PROPERTIES,
};

#define DTO   "System.DateTimeOffset"
#define ZONE  TZI " destinationTimeZone)"
#define BY_ID "ConvertTimeBySystemTimeZoneId("
static const struct hop_method zone_methods[] = {
    {"static " TZI " FindSystemTimeZoneById(string id)", find},
    {"static bool TryFindSystemTimeZoneById(string id, [ref] " TZI
     " timeZoneInfo)",
     try_find},
    {"static System.Object GetSystemTimeZones()", list},
    {"static " DTO " ConvertTime(" DTO " dateTimeOffset, " ZONE, convert},
    {"static datetime ConvertTime(datetime dateTime, " ZONE, convert},
    {"static datetime ConvertTime(datetime dateTime, " TZI
     " sourceTimeZone, " ZONE,
     convert},
    {"static " DTO " " BY_ID DTO
     " dateTimeOffset, string destinationTimeZoneId)",
     convert_by_id},
    {"static datetime " BY_ID
     "datetime dateTime, string destinationTimeZoneId)",
     convert_by_id},
    {"static datetime " BY_ID
     "datetime dateTime, string sourceTimeZoneId, string "
     "destinationTimeZoneId)",
     convert_by_id},
    {"static datetime ConvertTimeToUtc(datetime dateTime)", convert_to_utc},
    {"static datetime ConvertTimeToUtc(datetime dateTime, " TZI
     " sourceTimeZone)",
     convert_to_utc},
    {"static datetime ConvertTimeFromUtc(datetime dateTime, " ZONE,
     convert_from_utc},
    {"static " TZI " CreateCustomTimeZone(string id, timespan baseUtcOffset, "
     "string displayName, string standardDisplayName)",
     create_custom},
    {"static void ClearCachedData()", nothing},
    {"timespan GetUtcOffset(datetime dateTime)", ask, OFFSET},
    {"timespan GetUtcOffset(" DTO " dateTimeOffset)", ask, OFFSET},
    {"bool IsDaylightSavingTime(datetime dateTime)", ask, DAYLIGHT},
    {"bool IsDaylightSavingTime(" DTO " dateTimeOffset)", ask, DAYLIGHT},
    {"bool IsAmbiguousTime(datetime dateTime)", ask, AMBIGUOUS},
    {"bool IsInvalidTime(datetime dateTime)", ask, INVALID},
    END_METHODS,
};

const struct hop_class hop_class_time_zone = {
    .name = TZI,
    .base = &hop_class_object,
    .flags = HOP_CLASS_SEALED,
    .kind = HOP_OBJECT,
    .size = sizeof(struct zone),
    .properties = zone_properties,
    .methods = zone_methods,
    .destroy = destroy_zone,
    .to_string = show_zone,
    .equals = zones_equal,
};
