/* Win32_NTLogEvent and Win32_NTEventLogFile over the events of this host.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cim/events.h"
#include "cim/sources.h"
#include "cim/wql.h"

static const struct hop_cim_property properties[] = {
    U16("Category"),
    S("CategoryString"),
    S("ComputerName"),
    {"Data", HOP_CIM_UINT8, HOP_CIM_ARRAY},
    U16("EventCode"),
    U32("EventIdentifier"),
    U8("EventType"),
    SA("InsertionStrings"),
    SK("Logfile"),
    S("Message"),
    U32K("RecordNumber"),
    S("SourceName"),
    T("TimeGenerated"),
    T("TimeWritten"),
    S("Type"),
    S("User"),
};

struct reading {
    struct hop_events *events;
    int64_t after; /* nothing older is wanted */
};

static int64_t
limit(const struct hop_wql *q, enum hop_wql_op op, enum hop_wql_op or_equal)
{
    const char *s = hop_wql_bound(q, "TimeGenerated", op);
    int64_t ticks;
    bool interval;

    if (!s)
        s = hop_wql_bound(q, "TimeGenerated", or_equal);
    return s && hop_cim_time_parse(s, &ticks, &interval) ? ticks : 0;
}

static bool
open_log(void *state, const struct hop_wql *q, struct hop_error *err)
{
    struct reading *r = state;
    const char *name = hop_wql_wanted(q, "Logfile");
    int64_t before = limit(q, HOP_WQL_LT, HOP_WQL_LE);

    r->after = limit(q, HOP_WQL_GT, HOP_WQL_GE);
    if (name && hop_event_log_find(name) < 0)
        return true; /* an empty log, as WMI has it */
    /* A moment more, as an entry of just then may be wanted too. */
    return hop_events_open(name ? hop_event_log_find(name) : -1,
                           before ? before + HOP_CIM_TICKS_PER_SECOND : 0,
                           &r->events, err);
}

static int
next_event(void *state, struct hop_cim_instance *i, struct hop_error *err)
{
    struct reading *r = state;
    struct hop_event_entry e;
    char host[65];
    int got = r->events ? hop_events_next(r->events, &e, err) : 0;

    if (got <= 0)
        return got;
    if (r->after && e.ticks < r->after)
        return 0;
    hop_cim_set_number(i, "Category", 0);
    hop_cim_set_text(i, "ComputerName", hop_cim_host(host));
    hop_cim_set_number(i, "EventCode", e.id & 0xFFFF);
    hop_cim_set_number(i, "EventIdentifier", e.id);
    hop_cim_set_number(i, "EventType", e.type);
    hop_cim_add_text(i, "InsertionStrings", e.message);
    hop_cim_set_text(i, "Logfile", hop_event_logs[e.log]);
    hop_cim_set_text(i, "Message", e.message);
    hop_cim_set_number(i, "RecordNumber", (int64_t)(e.number & UINT32_MAX));
    hop_cim_set_text(i, "SourceName", e.source);
    hop_cim_set_time(i, "TimeGenerated", e.ticks);
    hop_cim_set_time(i, "TimeWritten", e.ticks);
    hop_cim_set_text(i, "Type", hop_event_type_name(e.type));
    hop_cim_set_text(i, "User", e.user);
    return 1;
}

static void
close_log(void *state)
{
    hop_events_close(((struct reading *)state)->events);
}

const struct hop_cim_class hop_cim_class_ntlog_event = {
    .name = "Win32_NTLogEvent",
    .parent = "",
    HOP_CIM_PROPERTIES(properties),
    .state_size = sizeof(struct reading),
    .open = open_log,
    .next = next_event,
    .close = close_log,
};

/* ---- the logs ---- */

static const struct hop_cim_property file_properties[] = {
    S("Caption"),
    S("Description"),
    SK("Name"),
    S("Status"),
    S("LogfileName"),
    U32("MaxFileSize"),
    U32("NumberOfRecords"),
    S("OverWritePolicy"),
    SA("Sources"),
};

struct counting {
    int at;
};

static int
next_file(void *state, struct hop_cim_instance *i, struct hop_error *err)
{
    struct counting *c = state;

    if (c->at == HOP_LOGS)
        return 0;
    hop_cim_set_text(i, "Caption", hop_event_logs[c->at]);
    hop_cim_set_text(i, "Description", hop_event_logs[c->at]);
    hop_cim_set_text(i, "Name", hop_event_logs[c->at]);
    hop_cim_set_text(i, "Status", "OK");
    hop_cim_set_text(i, "LogfileName", hop_event_logs[c->at]);
    hop_cim_set_text(i, "OverWritePolicy", "WhenNeeded");
    c->at++;
    return 1;
}

const struct hop_cim_class hop_cim_class_ntlog_file = {
    .name = "Win32_NTEventLogFile",
    .parent = "CIM_DataFile",
    HOP_CIM_PROPERTIES(file_properties),
    .state_size = sizeof(struct counting),
    .next = next_file,
};
