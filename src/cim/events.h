/* The events of this host as the logs that Windows knows: System, Application
 * and Security, newest first, from the systemd journal; where there is none,
 * from the text files in /var/log.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CIM_EVENTS_H
#define HOP_CIM_EVENTS_H

#include "cim/cim.h"

enum hop_event_log {
    HOP_LOG_APPLICATION,
    HOP_LOG_SECURITY, /* who has logged on, and hopd's audit lines */
    HOP_LOG_SYSTEM,
    HOP_LOGS
};
/* "Application" ... */
extern const char *const hop_event_logs[HOP_LOGS];
/* By name, in any case of letters; -1: there is none. */
int hop_event_log_find(const char *name);

/* Win32_NTLogEvent.EventType. */
enum hop_event_type {
    HOP_EVENT_ERROR = 1,
    HOP_EVENT_WARNING = 2,
    HOP_EVENT_INFORMATION = 3,
    HOP_EVENT_SUCCESS = 4, /* of an audit */
    HOP_EVENT_FAILURE = 5,
};
/* "Error", "Audit Success" ..., as Win32_NTLogEvent.Type has it. */
const char *hop_event_type_name(enum hop_event_type t);

/* Texts are valid until the next call. */
struct hop_event_entry {
    enum hop_event_log log;
    enum hop_event_type type;
    int64_t ticks; /* UTC */
    uint64_t number;
    uint32_t id; /* event id; those of Windows where one says the same */
    uint32_t pid;
    int level; /* priority of syslog(3) */
    const char *source, *message, *user;
};

struct hop_events;

/* log: -1 for all.  before: ticks, 0: none. */
HOP_MUST_CHECK bool hop_events_open(int log, int64_t before,
                                    struct hop_events **out,
                                    struct hop_error *err);
/* 1, 0 at the end, -1 with err. */
HOP_MUST_CHECK int hop_events_next(struct hop_events *e,
                                   struct hop_event_entry *out,
                                   struct hop_error *err);
void hop_events_close(struct hop_events *e);

/* For tests: the line of a text log, as of syslog or RFC 3339; now: ticks, as
 * the line may lack a year.  False: it is no such line.  Texts lie in line. */
HOP_MUST_CHECK bool hop_event_parse_line(char *line, int64_t now,
                                         struct hop_event_entry *out);

#endif
