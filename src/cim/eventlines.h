/* Logs of text lines, as syslogd writes them.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CIM_EVENTLINES_H
#define HOP_CIM_EVENTLINES_H

#include "cim/events.h"

struct hop_event_lines;

/* NULL with err: there are no such files, or none can be read. */
struct hop_event_lines *hop_event_lines_open(int log, int64_t before,
                                             struct hop_error *err);
/* 1, or 0 at the end. */
int hop_event_lines_next(struct hop_event_lines *l,
                         struct hop_event_entry *out);
void hop_event_lines_close(struct hop_event_lines *l);

/* Sets log, type and id by what the entry says.  facility: syslog's, -1: not
 * known; audit: HOP_EVENT; result: HOP_RESULT; or NULL. */
void hop_event_judge(struct hop_event_entry *e, int facility, const char *audit,
                     const char *result);

#endif
