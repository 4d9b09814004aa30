/* Structured events.  They go to the systemd journal with a MESSAGE_ID and
 * HOP_ fields; without a journal, one line each to the log descriptor:
 *
 *     2026-11-21T13:25:01.123Z hopd-net[312] session-opened: alice opened ...
 *         HOP_USER=alice HOP_SESSION=... (on the same line)
 *
 * Values are cut at 1 KiB; control characters are written as \xNN.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_SERVER_JOURNAL_H
#define HOP_SERVER_JOURNAL_H

#include <stdbool.h>

#include "base/cleanup.h"

/* Each has a MESSAGE_ID, a name and a priority in journal.c. */
enum hop_event {
    HOP_EVENT_START, /* a process of the server serves */
    HOP_EVENT_STOP,
    HOP_EVENT_TROUBLE, /* something of ours failed; administrators look */
    HOP_EVENT_LOGON,
    HOP_EVENT_LOGON_REFUSED,
    HOP_EVENT_SESSION_OPENED,
    HOP_EVENT_SESSION_REFUSED,
    HOP_EVENT_SESSION_CLOSED,
    HOP_EVENT_SESSION_DISCONNECTED,
    HOP_EVENT_SESSION_RECONNECTED,
    HOP_EVENT_COMMAND,
    HOP_EVENT_COMMAND_DONE,
    HOP_EVENT_QUOTA,
    HOP_EVENT_REFUSED, /* a request that broke a rule */
    HOP_EVENT_TICKET,  /* a ticket handed to a session */
    HOP_EVENT_CONFIG,
    HOP_EVENT_COUNT,
};

/* program: "hopd-net"; fd: where lines go without a journal, -1 for standard
 * error.  Opens the journal's socket when there is one. */
void hop_journal_init(const char *program, int fd);
/* fields: pairs of name ("USER" becomes HOP_USER) and value, ended by NULL; a
 * NULL or "" value leaves the pair out. */
void hop_journal(enum hop_event event, const char *const *fields,
                 const char *fmt, ...) HOP_PRINTF(3, 4);

/* hop_journal(HOP_EVENT_LOGON, HOP_FIELDS("USER", u, "CLIENT", p), "...") */
#define HOP_FIELDS(...) ((const char *const[]){__VA_ARGS__, NULL, NULL})

#endif
