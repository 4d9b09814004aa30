/* SPDX-License-Identifier: MIT */
#include "cim/events.h"

#include <syslog.h>

#include "cim/eventlines.h"
#include "test.h"

/* 2026-11-21 12:00 UTC */
#define NOW ((1795262400LL + 62135596800LL) * HOP_CIM_TICKS_PER_SECOND)

static void
lines(void)
{
    static const struct {
        const char *name, *line, *time, *source, *message;
        uint32_t pid;
    } rows[] = {
        {"RFC 3339", "2026-11-21T10:00:00.25+01:00 b sshd[77]: hello: you",
         "20261121090000.250000+000", "sshd", "hello: you", 77},
        {"of syslog", "Nov 21 09:00:00 b kernel: up",
         "20261121090000.000000+000", "kernel", "up", 0},
        {"of last year", "Dec 31 23:59:59 b cron[1]: x",
         "20251231235959.000000+000", "cron", "x", 1},
        {"a day of one digit", "Nov  3 00:00:01 b a[2]: x",
         "20261103000001.000000+000", "a", "x", 2},
    };

    setenv("TZ", "UTC", 1);
    for (size_t k = 0; k < HOP_ARRAY_SIZE(rows); k++) {
        HOP_AUTO_FREE char *line = strdup(rows[k].line);
        HOP_AUTO_BUF struct hop_buf at = HOP_BUF_INIT;
        struct hop_event_entry e = {0};

        ROW(rows[k].name);
        CHECK(hop_event_parse_line(line, NOW, &e));
        hop_cim_value_format(HOP_CIM_DATETIME,
                             &(struct hop_cim_value){.set = true, .i = e.ticks},
                             &at);
        CHECK_STR(hop_buf_str(&at), rows[k].time);
        CHECK_STR(e.source, rows[k].source);
        CHECK_STR(e.message, rows[k].message);
        CHECK(e.pid == rows[k].pid);
    }
}

static void
no_lines(void)
{
    static const char *const rows[] = {"",
                                       "x",
                                       "Nov 21",
                                       "Nov 21 09:00:00 b",
                                       "Foo 21 09:00:00 b a: x",
                                       "2026-11-21T10:00:00 b",
                                       "2026-13-21T10:00:00Z b a: x"};

    for (size_t k = 0; k < HOP_ARRAY_SIZE(rows); k++) {
        HOP_AUTO_FREE char *line = strdup(rows[k]);
        struct hop_event_entry e;

        ROW(rows[k]);
        CHECK(!hop_event_parse_line(line, NOW, &e));
    }
}

static void
kinds(void)
{
    static const struct {
        const char *name;
        int facility, level;
        const char *audit, *result, *message;
        enum hop_event_log log;
        enum hop_event_type type;
        uint32_t id;
    } rows[] = {
        {"an error of the kernel", LOG_FAC(LOG_KERN), LOG_ERR, NULL, NULL, "x",
         HOP_LOG_SYSTEM, HOP_EVENT_ERROR, 0},
        {"a warning of a daemon", LOG_FAC(LOG_DAEMON), LOG_WARNING, NULL, NULL,
         "x", HOP_LOG_SYSTEM, HOP_EVENT_WARNING, 0},
        {"a user's program", LOG_FAC(LOG_USER), LOG_INFO, NULL, NULL, "x",
         HOP_LOG_APPLICATION, HOP_EVENT_INFORMATION, 0},
        {"a logon at sshd", LOG_FAC(LOG_AUTHPRIV), LOG_INFO, NULL, NULL,
         "Accepted gssapi-with-mic for alice", HOP_LOG_SECURITY,
         HOP_EVENT_SUCCESS, 4624},
        {"a wrong password", LOG_FAC(LOG_AUTH), LOG_INFO, NULL, NULL,
         "Failed password for bob", HOP_LOG_SECURITY, HOP_EVENT_FAILURE, 4625},
        {"a ticket of the agent", -1, LOG_INFO, "ticket", "given", "x",
         HOP_LOG_SECURITY, HOP_EVENT_SUCCESS, 4769},
        {"a ticket that was denied", -1, LOG_INFO, "ticket", "refused", "x",
         HOP_LOG_SECURITY, HOP_EVENT_FAILURE, 4769},
        {"a refused logon at hopd", -1, LOG_NOTICE, "logon-refused", NULL, "x",
         HOP_LOG_SECURITY, HOP_EVENT_FAILURE, 4625},
        {"a command in a session is no audit", -1, LOG_INFO, "command", NULL,
         "x", HOP_LOG_SYSTEM, HOP_EVENT_INFORMATION, 0},
    };

    for (size_t k = 0; k < HOP_ARRAY_SIZE(rows); k++) {
        struct hop_event_entry e = {.level = rows[k].level,
                                    .message = rows[k].message};

        ROW(rows[k].name);
        hop_event_judge(&e, rows[k].facility, rows[k].audit, rows[k].result);
        CHECK(e.log == rows[k].log);
        CHECK(e.type == rows[k].type);
        CHECK(e.id == rows[k].id);
    }
}

int
main(void)
{
    lines();
    no_lines();
    kinds();
    return test_done();
}
