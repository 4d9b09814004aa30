/* SPDX-License-Identifier: MIT */
#include "cim/events.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <time.h>

#include "base/alloc.h"
#include "base/module.h"
#include "base/text.h"
#include "cim/eventlines.h"
#include "cim/journal.h"

#define MESSAGE_MAX 32768
#define FIELDS      5

const char *const hop_event_logs[HOP_LOGS] = {
    [HOP_LOG_APPLICATION] = "Application",
    [HOP_LOG_SECURITY] = "Security",
    [HOP_LOG_SYSTEM] = "System",
};

int
hop_event_log_find(const char *name)
{
    for (int i = 0; i < HOP_LOGS; i++)
        if (hop_ascii_ieq(hop_event_logs[i], name))
            return i;
    return -1;
}

const char *
hop_event_type_name(enum hop_event_type t)
{
    static const char *const names[] = {
        [HOP_EVENT_ERROR] = "Error",
        [HOP_EVENT_WARNING] = "Warning",
        [HOP_EVENT_INFORMATION] = "Information",
        [HOP_EVENT_SUCCESS] = "Audit Success",
        [HOP_EVENT_FAILURE] = "Audit Failure",
    };

    return names[t];
}

struct hop_events {
    int log;
    const struct hop_journal_ops *ops; /* NULL: text files */
    void *journal;
    struct hop_event_lines *lines;
    char *text[FIELDS]; /* of the entry given last */
};

/* ---- what an entry is ---- */

/* hopd's audit events, and the Windows event that says the same. */
static const struct {
    const char *name;
    uint32_t id;
    bool failure;
} audits[] = {
    {"logon", 4624, false},
    {"logon-refused", 4625, true},
    {"session-opened", 4672, false},
    {"session-refused", 4673, true},
    {"session-closed", 4634, false},
    {"session-disconnected", 4779, false},
    {"session-reconnected", 4778, false},
    {"ticket", 4769, false},
    {"refused", 4656, true},
};

/* Parts of what PAM, sshd and sudo write. */
static const struct {
    const char *part;
    uint32_t id;
    bool failure;
} phrases[] = {
    {"authentication failure", 4625, true},
    {"Failed password", 4625, true},
    {"Failed none", 4625, true},
    {"Invalid user", 4625, true},
    {"incorrect password", 4625, true},
    {"NOT in sudoers", 4673, true},
    {"session opened", 4624, false},
    {"Accepted ", 4624, false},
    {"session closed", 4634, false},
    {"Disconnected from", 4634, false},
    {"COMMAND=", 4688, false},
    {"password changed", 4723, false},
    {"new user", 4720, false},
    {"new group", 4731, false},
};

static void
judge_message(struct hop_event_entry *e)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(phrases); i++) {
        if (!strstr(e->message, phrases[i].part))
            continue;
        e->id = phrases[i].id;
        e->type = phrases[i].failure ? HOP_EVENT_FAILURE : HOP_EVENT_SUCCESS;
        return;
    }
    e->type = e->level <= LOG_WARNING ? HOP_EVENT_FAILURE : HOP_EVENT_SUCCESS;
}

/* HOP_RESULT of a ticket is "given", "refused", "renewed", "not renewed" or
 * "purged". */
static bool
is_refusal(const char *result)
{
    return strcmp(result, "refused") == 0 || strcmp(result, "not renewed") == 0;
}

void
hop_event_judge(struct hop_event_entry *e, int facility, const char *audit,
                const char *result)
{
    e->log = HOP_LOG_SYSTEM;
    e->type = e->level <= LOG_ERR       ? HOP_EVENT_ERROR
              : e->level == LOG_WARNING ? HOP_EVENT_WARNING
                                        : HOP_EVENT_INFORMATION;
    for (size_t i = 0; audit && i < HOP_ARRAY_SIZE(audits); i++) {
        if (strcmp(audits[i].name, audit) != 0)
            continue;
        e->log = HOP_LOG_SECURITY;
        e->id = audits[i].id;
        e->type = audits[i].failure || (result && is_refusal(result))
                      ? HOP_EVENT_FAILURE
                      : HOP_EVENT_SUCCESS;
        return;
    }
    if (facility == LOG_FAC(LOG_AUTH) || facility == LOG_FAC(LOG_AUTHPRIV)) {
        e->log = HOP_LOG_SECURITY;
        judge_message(e);
    } else if (facility == LOG_FAC(LOG_USER) || facility == LOG_FAC(LOG_MAIL) ||
               facility == LOG_FAC(LOG_CRON) ||
               facility >= LOG_FAC(LOG_LOCAL0)) {
        e->log = HOP_LOG_APPLICATION;
    }
}

/* ---- from the journal ---- */

enum { SOURCE, MESSAGE, USER, AUDIT, RESULT };

static const char *
field(struct hop_events *e, int slot, const char *name, size_t max)
{
    size_t n;
    const char *v = e->ops->get(e->journal, name, &n);

    free(hop_steal(&e->text[slot]));
    if (v)
        e->text[slot] = hop_xstrndup(v, n < max ? n : max);
    return e->text[slot];
}

static long
number(struct hop_events *e, const char *name, long otherwise)
{
    size_t n;
    const char *v = e->ops->get(e->journal, name, &n);
    char text[24];

    if (!v || n == 0 || n >= sizeof(text))
        return otherwise;
    memcpy(text, v, n);
    text[n] = '\0';
    return strtol(text, NULL, 10);
}

/* An id out of MESSAGE_ID, the same on every host. */
static uint32_t
message_id(struct hop_events *e)
{
    size_t n;
    const char *v = e->ops->get(e->journal, "MESSAGE_ID", &n);
    char text[5] = "";

    if (v && n >= 4)
        memcpy(text, v, 4);
    return (uint32_t)strtoul(text, NULL, 16);
}

static const char *
user_of(struct hop_events *e)
{
    long uid = number(e, "_UID", -1);
    struct passwd *p;

    if (field(e, USER, "HOP_USER", 256))
        return e->text[USER];
    p = uid < 0 ? NULL : getpwuid((uid_t)uid);
    if (p)
        e->text[USER] = hop_xstrdup(p->pw_name);
    return e->text[USER];
}

static void
read_entry(struct hop_events *e, struct hop_event_entry *out)
{
    const char *source = field(e, SOURCE, "SYSLOG_IDENTIFIER", 256);
    const char *message = field(e, MESSAGE, "MESSAGE", MESSAGE_MAX);

    if (!source)
        source = field(e, SOURCE, "_COMM", 256);
    *out = (struct hop_event_entry){
        .ticks =
            (int64_t)(e->ops->when_us(e->journal) * 10) + HOP_CIM_TICKS_TO_1970,
        .number = e->ops->number(e->journal),
        .id = message_id(e),
        .level = (int)number(e, "PRIORITY", LOG_INFO),
        .pid = (uint32_t)number(e, "_PID", 0),
        .source = source ? source : "unknown",
        .message = message ? message : "",
        .user = user_of(e),
    };
    if (out->pid == 0)
        out->pid = (uint32_t)number(e, "SYSLOG_PID", 0);
    hop_event_judge(out, (int)number(e, "SYSLOG_FACILITY", -1),
                    field(e, AUDIT, "HOP_EVENT", 64),
                    field(e, RESULT, "HOP_RESULT", 64));
}

static const char *const security_matches[] = {
    "SYSLOG_FACILITY=4",
    "SYSLOG_FACILITY=10",
    "HOP_EVENT=logon",
    "HOP_EVENT=logon-refused",
    "HOP_EVENT=session-opened",
    "HOP_EVENT=session-refused",
    "HOP_EVENT=session-closed",
    "HOP_EVENT=session-disconnected",
    "HOP_EVENT=session-reconnected",
    "HOP_EVENT=ticket",
    "HOP_EVENT=refused",
    NULL,
};

static bool
open_journal(struct hop_events *e, int64_t before, struct hop_error *err)
{
    int r;

    e->ops = hop_module_load("hop-journal.so", "hop_journal_systemd",
                             "the journal", HOP_ERROR_GENERIC, err);
    if (!e->ops)
        return false;
    r = e->ops->open(e->log == HOP_LOG_SECURITY ? security_matches : NULL,
                     before ? (uint64_t)(before - HOP_CIM_TICKS_TO_1970) / 10
                            : 0,
                     &e->journal);
    if (r == 0)
        return true;
    e->ops = NULL;
    return hop_error_errno(err, -r, "The journal cannot be opened");
}

bool
hop_events_open(int log, int64_t before, struct hop_events **out,
                struct hop_error *err)
{
    struct hop_events *e = hop_xmalloc(sizeof(*e));
    struct hop_error why = {0}, lines = {0};

    e->log = log;
    if (!open_journal(e, before, &why)) {
        e->ops = NULL;
        e->lines = hop_event_lines_open(log, before, &lines);
        if (!e->lines) {
            free(e);
            return hop_error_set(
                err, HOP_ERROR_GENERIC, 0,
                "The event log cannot be read: %s; %s. Members of the groups "
                "systemd-journal and adm may read it.",
                why.text, lines.text);
        }
    }
    *out = e;
    return true;
}

static int
next_of_journal(struct hop_events *e, struct hop_event_entry *out,
                struct hop_error *err)
{
    int r;

    while ((r = e->ops->previous(e->journal)) > 0) {
        read_entry(e, out);
        if (e->log < 0 || out->log == (enum hop_event_log)e->log)
            return 1;
    }
    if (r < 0)
        hop_error_errno(err, -r, "The journal cannot be read");
    return r;
}

int
hop_events_next(struct hop_events *e, struct hop_event_entry *out,
                struct hop_error *err)
{
    return e->ops ? next_of_journal(e, out, err)
                  : hop_event_lines_next(e->lines, out);
}

void
hop_events_close(struct hop_events *e)
{
    if (!e)
        return;
    if (e->ops)
        e->ops->close(e->journal);
    hop_event_lines_close(e->lines);
    for (size_t i = 0; i < FIELDS; i++)
        free(e->text[i]);
    free(e);
}
