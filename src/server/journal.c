/* Events for the journal.
 *
 * The journal's native protocol: one datagram of "NAME=value\n" lines, or for
 * values with line breaks "NAME\n" le64 length, value, "\n"
 * (systemd.io/JOURNAL_NATIVE_PROTOCOL).  Spoken here directly, so that the
 * session's process needs no library for it.
 *
 * SPDX-License-Identifier: MIT
 */
#include "server/journal.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"

#define JOURNAL_SOCKET "/run/systemd/journal/socket"
#define VALUE_MAX_     1024

static const struct {
    const char *id, *name;
    int priority;
} events[HOP_EVENT_COUNT] = {
    /* clang-format off */
    [HOP_EVENT_START] = {"1f2e0c0a4f5b4a0e9d3c7b6a58410001", "start", LOG_INFO},
    [HOP_EVENT_STOP] = {"1f2e0c0a4f5b4a0e9d3c7b6a58410002", "stop", LOG_INFO},
    [HOP_EVENT_TROUBLE] = {"1f2e0c0a4f5b4a0e9d3c7b6a58410003", "trouble", LOG_ERR},
    [HOP_EVENT_LOGON] = {"1f2e0c0a4f5b4a0e9d3c7b6a58410004", "logon", LOG_INFO},
    [HOP_EVENT_LOGON_REFUSED] = {"1f2e0c0a4f5b4a0e9d3c7b6a58410005", "logon-refused", LOG_NOTICE},
    [HOP_EVENT_SESSION_OPENED] = {"1f2e0c0a4f5b4a0e9d3c7b6a58410006", "session-opened", LOG_INFO},
    [HOP_EVENT_SESSION_REFUSED] = {"1f2e0c0a4f5b4a0e9d3c7b6a58410007", "session-refused", LOG_NOTICE},
    [HOP_EVENT_SESSION_CLOSED] = {"1f2e0c0a4f5b4a0e9d3c7b6a58410008", "session-closed", LOG_INFO},
    [HOP_EVENT_SESSION_DISCONNECTED] = {"1f2e0c0a4f5b4a0e9d3c7b6a58410009", "session-disconnected", LOG_INFO},
    [HOP_EVENT_SESSION_RECONNECTED] = {"1f2e0c0a4f5b4a0e9d3c7b6a5841000a", "session-reconnected", LOG_INFO},
    [HOP_EVENT_COMMAND] = {"1f2e0c0a4f5b4a0e9d3c7b6a5841000b", "command", LOG_INFO},
    [HOP_EVENT_COMMAND_DONE] = {"1f2e0c0a4f5b4a0e9d3c7b6a5841000c", "command-done", LOG_INFO},
    [HOP_EVENT_QUOTA] = {"1f2e0c0a4f5b4a0e9d3c7b6a5841000d", "quota", LOG_NOTICE},
    [HOP_EVENT_REFUSED] = {"1f2e0c0a4f5b4a0e9d3c7b6a5841000e", "refused", LOG_NOTICE},
    [HOP_EVENT_TICKET] = {"1f2e0c0a4f5b4a0e9d3c7b6a5841000f", "ticket", LOG_INFO},
    [HOP_EVENT_CONFIG] = {"1f2e0c0a4f5b4a0e9d3c7b6a58410010", "config", LOG_INFO},
    /* clang-format on */
};

static struct {
    const char *program;
    int fd;      /* for lines */
    int journal; /* datagram socket, -1: none */
} out = {"hop", -1, -1};

void
hop_journal_init(const char *program, int fd)
{
    struct sockaddr_un a = {.sun_family = AF_UNIX};

    out.program = program;
    out.fd = fd >= 0 ? fd : STDERR_FILENO;
    /* A log descriptor is somebody's express wish (a lab, a test). */
    if (fd >= 0 || out.journal >= 0)
        return;
    int s = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    strcpy(a.sun_path, JOURNAL_SOCKET);
    if (s >= 0 && connect(s, (struct sockaddr *)&a, sizeof(a)) == 0)
        out.journal = s;
    else if (s >= 0)
        close(s);
}

/* A line of a log must stay one line, whatever a peer sent. */
static void
add_clean(struct hop_buf *b, const char *s, bool quote)
{
    size_t n = strnlen(s, VALUE_MAX_);

    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)s[i];
        if (c < 0x20 || c == 0x7f || (quote && (c == '"' || c == '\\')))
            hop_buf_addf(b, "\\x%02x", c);
        else
            hop_buf_addc(b, (char)c);
    }
}

static void
write_line(enum hop_event event, const char *const *fields, const char *text)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    struct timespec now;
    struct tm tm;
    char stamp[32];

    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &tm);
    strftime(stamp, sizeof(stamp), "%Y-%m-%dT%H:%M:%S", &tm);
    hop_buf_addf(&b, "%s.%03ldZ %s[%d] %s: ", stamp, now.tv_nsec / 1000000,
                 out.program, getpid(), events[event].name);
    add_clean(&b, text, false);
    for (; fields && fields[0]; fields += 2) {
        if (!fields[1] || fields[1][0] == '\0')
            continue;
        hop_buf_addf(&b, " HOP_%s=\"", fields[0]);
        add_clean(&b, fields[1], true);
        hop_buf_addc(&b, '"');
    }
    hop_buf_addc(&b, '\n');
    if (hop_buf_ok(&b) && write(out.fd, b.data, b.len) < 0)
        return; /* a full disk must not stop the server */
}

static bool
send_datagram(enum hop_event event, const char *const *fields, const char *text)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    hop_buf_addf(&b,
                 "MESSAGE_ID=%s\nPRIORITY=%d\nSYSLOG_IDENTIFIER=%s\n"
                 "HOP_EVENT=%s\nMESSAGE=",
                 events[event].id, events[event].priority, out.program,
                 events[event].name);
    add_clean(&b, text, false);
    hop_buf_addc(&b, '\n');
    for (; fields && fields[0]; fields += 2) {
        if (!fields[1] || fields[1][0] == '\0')
            continue;
        hop_buf_addf(&b, "HOP_%s=", fields[0]);
        add_clean(&b, fields[1], false);
        hop_buf_addc(&b, '\n');
    }
    return hop_buf_ok(&b) &&
           send(out.journal, b.data, b.len, MSG_NOSIGNAL) >= 0;
}

void
hop_journal(enum hop_event event, const char *const *fields, const char *fmt,
            ...)
{
    HOP_AUTO_BUF struct hop_buf text = HOP_BUF_INIT;
    va_list ap;

    va_start(ap, fmt);
    hop_buf_vaddf(&text, fmt, ap);
    va_end(ap);
    if (out.journal < 0 || !send_datagram(event, fields, hop_buf_str(&text)))
        write_line(event, fields, hop_buf_str(&text));
}
