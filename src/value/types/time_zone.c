/* System.TimeZoneInfo.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/types/time_zone.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/text.h"
#include "value/types/def.h"
#include "value/types/file_info.h"
#include "value/types/more.h"
#include "value/types/zone_file.h"

#define ZONES      "/usr/share/zoneinfo/"
#define UNIX_TICKS 621355968000000000LL
#define MAX_TICKS  3155378975999999999LL
#define TICKS_MIN  600000000LL

#define SELF ((struct hop_time_zone *)c->self.u.o)

static void
destroy_zone(struct hop_object *o)
{
    struct hop_time_zone *z = (struct hop_time_zone *)o;

    hop_zone_free(z->file);
    hop_string_release(z->id);
    hop_string_release(z->display);
    hop_string_release(z->standard);
    hop_string_release(z->daylight);
}

/* ---- offsets ---- */

static int64_t
to_unix(int64_t ticks)
{
    int64_t t = ticks - UNIX_TICKS;

    return (t - ((t % HOP_TICKS_PER_SECOND) + HOP_TICKS_PER_SECOND) %
                    HOP_TICKS_PER_SECOND) /
           HOP_TICKS_PER_SECOND;
}

struct hop_zone_kind
hop_time_zone_at_utc(const struct hop_time_zone *z, int64_t ticks)
{
    return z->file ? hop_zone_at(z->file, to_unix(ticks))
                   : (struct hop_zone_kind){z->fixed, false};
}

int
hop_time_zone_at_local(const struct hop_time_zone *z, int64_t ticks,
                       struct hop_zone_kind out[2])
{
    if (z->file)
        return hop_zone_local(z->file, to_unix(ticks), out);
    out[0] = (struct hop_zone_kind){z->fixed, false};
    return 1;
}

int32_t
hop_time_zone_base_offset(const struct hop_time_zone *z)
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

int64_t
hop_time_zone_shift(int64_t ticks, int64_t seconds)
{
    return clamp(ticks + seconds * HOP_TICKS_PER_SECOND);
}

/* ---- making zones ---- */

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

struct hop_time_zone *
hop_time_zone_find(struct hop_context *cx, const char *id)
{
    const char *name = hop_time_zone_iana(id);
    struct hop_zone *file;
    struct hop_time_zone *z;
    bool utc = hop_ascii_ieq(id, "UTC") || hop_ascii_ieq(id, "Etc/UTC");

    if (!name)
        name = id;
    file = utc ? NULL : load(cx, name);
    if (!file && !utc)
        return NULL;
    z = hop_object_new(cx, &hop_class_time_zone);
    z->file = file;
    z->utc = utc;
    z->id = hop_string_from(id);
    hop_time_zone_add_names(z, name);
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

static struct hop_time_zone *
local_zone(struct hop_context *cx)
{
    char name[256];
    struct hop_time_zone *z;

    local_name(name, sizeof(name));
    z = hop_time_zone_find(cx, name);
    if (!z)
        z = hop_time_zone_find(cx, "UTC");
    z->local = true;
    return z;
}

bool
hop_time_zone_throw_unknown(struct hop_context *cx, const char *id)
{
    return hop_throw(cx, &hop_exception_time_zone_not_found,
                     "The time zone ID '%s' was not found on the local "
                     "computer.",
                     id);
}

/* ---- asking ---- */

/* A DateTime or DateTimeOffset as this zone's clock reads it; *kind the one
 * that holds, *n how many could. */
static void
look(const struct hop_time_zone *z, struct hop_value v,
     struct hop_zone_kind *kind, int *n)
{
    struct hop_zone_kind k[2] = {{0, false}, {0, false}};

    *n = 1;
    if (v.kind == HOP_DATETIMEOFFSET) {
        *kind = hop_time_zone_at_utc(z, v.u.i - (int64_t)(int32_t)v.ext *
                                                    TICKS_MIN);
    } else if (v.tag == HOP_DATE_UTC ||
               (v.tag == HOP_DATE_LOCAL && !z->local)) {
        *kind = hop_time_zone_at_utc(z, hop_time_zone_plain_utc(v));
    } else {
        *n = hop_time_zone_at_local(z, v.u.i, k);
        *kind = *n ? k[0]
                   : hop_time_zone_at_utc(
                         z, hop_time_zone_shift(
                                v.u.i, -(int64_t)hop_time_zone_base_offset(z)) -
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
    struct hop_time_zone *z;

    if (ARG_NULL(0))
        return hop_throw_null(cx, "id");
    z = hop_time_zone_find(cx, ARG_S(0)->data);
    if (!z)
        return hop_time_zone_throw_unknown(cx, ARG_S(0)->data);
    RETURN(hop_obj(z));
}

METHOD(try_find)
{
    struct hop_time_zone *z =
        ARG_NULL(0) ? NULL : hop_time_zone_find(cx, ARG_S(0)->data);

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
        struct hop_time_zone *z;

        if (!(e->d_name[0] >= 'A' && e->d_name[0] <= 'Z'))
            continue;
        name = hop_xasprintf("%s%s%s", below, *below ? "/" : "", e->d_name);
        if (e->d_type == DT_DIR) {
            if (depth < 3)
                add_zones(cx, name, depth + 1, out);
        } else if ((z = hop_time_zone_find(cx, name))) {
            hop_array_push(out, hop_obj(z));
        }
    }
    if (d)
        closedir(d);
}

static int
by_offset(const void *a, const void *b)
{
    const struct hop_time_zone *x =
        (struct hop_time_zone *)((const struct hop_value *)a)->u.o;
    const struct hop_time_zone *y =
        (struct hop_time_zone *)((const struct hop_value *)b)->u.o;
    int32_t ox = hop_time_zone_base_offset(x),
            oy = hop_time_zone_base_offset(y);

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
    struct hop_time_zone *z = hop_object_new(cx, &hop_class_time_zone);

    z->id = hop_string_retain(ARG_S(0));
    z->fixed = (int32_t)(ARG_I(1) / HOP_TICKS_PER_SECOND);
    z->display = hop_string_retain(ARG_S(2));
    z->standard = hop_string_retain(ARG_S(3));
    z->daylight = hop_string_retain(ARG_S(3));
    RETURN(hop_obj(z));
}

enum { ID, DISPLAY, STANDARD, DAYLIGHT_NAME, BASE, SUPPORTS, IANA };

static bool
supports_daylight(const struct hop_time_zone *z)
{
    if (z->file && z->file->has_daylight)
        return true;
    for (size_t i = 0; z->file && i < z->file->kinds; i++)
        if (z->file->kind[i].daylight)
            return true;
    return false;
}

GETTER(get_zone)
{
    struct hop_time_zone *z = (struct hop_time_zone *)self.u.o;

    switch (data) {
    case ID: *out = hop_str(hop_string_retain(z->id)); break;
    case DISPLAY: *out = hop_str(hop_string_retain(z->display)); break;
    case STANDARD: *out = hop_str(hop_string_retain(z->standard)); break;
    case DAYLIGHT_NAME: *out = hop_str(hop_string_retain(z->daylight)); break;
    case BASE:
        *out =
            hop_timespan(hop_time_zone_base_offset(z) * HOP_TICKS_PER_SECOND);
        break;
    case SUPPORTS: *out = hop_bool(supports_daylight(z)); break;
    default: *out = hop_bool(!hop_time_zone_iana(z->id->data)); break;
    }
    return true;
}

GETTER(get_static_zone)
{
    *out = hop_obj(data ? local_zone(cx) : hop_time_zone_find(cx, "UTC"));
    return true;
}

static bool
show_zone(struct hop_context *cx, struct hop_value v, struct hop_string **out)
{
    *out = hop_string_retain(((struct hop_time_zone *)v.u.o)->display);
    return true;
}

static bool
zones_equal(struct hop_context *cx, struct hop_value a, struct hop_value b)
{
    return hop_value_is(b, &hop_class_time_zone) &&
           hop_string_ieq(((struct hop_time_zone *)a.u.o)->id,
                          ((struct hop_time_zone *)b.u.o)->id);
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
    {"static " DTO " ConvertTime(" DTO " dateTimeOffset, " ZONE,
     hop_time_zone_convert},
    {"static datetime ConvertTime(datetime dateTime, " ZONE,
     hop_time_zone_convert},
    {"static datetime ConvertTime(datetime dateTime, " TZI
     " sourceTimeZone, " ZONE,
     hop_time_zone_convert},
    {"static " DTO " " BY_ID DTO
     " dateTimeOffset, string destinationTimeZoneId)",
     hop_time_zone_convert_by_id},
    {"static datetime " BY_ID
     "datetime dateTime, string destinationTimeZoneId)",
     hop_time_zone_convert_by_id},
    {"static datetime " BY_ID
     "datetime dateTime, string sourceTimeZoneId, string "
     "destinationTimeZoneId)",
     hop_time_zone_convert_by_id},
    {"static datetime ConvertTimeToUtc(datetime dateTime)",
     hop_time_zone_convert_to_utc},
    {"static datetime ConvertTimeToUtc(datetime dateTime, " TZI
     " sourceTimeZone)",
     hop_time_zone_convert_to_utc},
    {"static datetime ConvertTimeFromUtc(datetime dateTime, " ZONE,
     hop_time_zone_convert_from_utc},
    {"static " TZI " CreateCustomTimeZone(string id, timespan baseUtcOffset, "
     "string displayName, string standardDisplayName)",
     create_custom},
    {"static void ClearCachedData()", hop_method_nothing},
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
    .size = sizeof(struct hop_time_zone),
    .properties = zone_properties,
    .methods = zone_methods,
    .destroy = destroy_zone,
    .to_string = show_zone,
    .equals = zones_equal,
};
