/* The names of time zones: CLDR's English ones, and Windows' ids.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/types/time_zone.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/text.h"
#include "value/types/def.h"

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

const char *
hop_time_zone_iana(const char *id)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(windows_names); i++)
        if (hop_ascii_ieq(id, windows_names[i][0]))
            return windows_names[i][1];
    return NULL;
}

void
hop_time_zone_add_names(struct hop_time_zone *z, const char *name)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    int32_t offset = hop_time_zone_base_offset(z), minutes = abs(offset) / 60;
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
