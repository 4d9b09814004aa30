/* SPDX-License-Identifier: MIT */
#include "cim/eventlines.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/text.h"

#define TAIL_MAX ((off_t)8 << 20) /* bytes read of the end of a file */

/* Security has files of its own; Debian's names, then Red Hat's. */
static const struct {
    const char *path;
    bool security;
} files[] = {
    {"/var/log/auth.log", true},
    {"/var/log/secure", true},
    {"/var/log/syslog", false},
    {"/var/log/messages", false},
};

struct hop_event_lines {
    int log;
    int64_t before, now;
    struct hop_buf text;
    char **line; /* into text, oldest first */
    bool *security;
    size_t n, cap, left;
};

static void
keep_line(struct hop_event_lines *l, char *line, bool security)
{
    if (l->n == l->cap) {
        l->cap = l->cap ? l->cap * 2 : 1024;
        l->line = hop_xrealloc(l->line, l->cap, sizeof(*l->line));
        l->security = hop_xrealloc(l->security, l->cap, sizeof(*l->security));
    }
    l->line[l->n] = line;
    l->security[l->n++] = security;
}

/* The end of a file, from the beginning of a line. */
static bool
read_tail(const char *path, struct hop_buf *b)
{
    HOP_AUTO_FD int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat st;
    off_t at;

    if (fd < 0 || fstat(fd, &st) != 0)
        return false;
    at = st.st_size > TAIL_MAX ? st.st_size - TAIL_MAX : 0;
    while (at < st.st_size) {
        char *to = hop_buf_reserve(b, 65536);
        ssize_t n = to ? pread(fd, to, 65536, at) : -1;

        if (n <= 0)
            break;
        hop_buf_commit(b, (size_t)n);
        at += n;
    }
    return true;
}

struct hop_event_lines *
hop_event_lines_open(int log, int64_t before, struct hop_error *err)
{
    struct hop_event_lines *l = hop_xmalloc(sizeof(*l));
    size_t start[HOP_ARRAY_SIZE(files) + 1] = {0};
    bool any = false;

    l->log = log;
    l->before = before;
    l->now =
        (int64_t)time(NULL) * HOP_CIM_TICKS_PER_SECOND + HOP_CIM_TICKS_TO_1970;
    for (size_t i = 0; i < HOP_ARRAY_SIZE(files); i++) {
        start[i] = l->text.len;
        if (log < 0 || files[i].security == (log == HOP_LOG_SECURITY))
            any |= read_tail(files[i].path, &l->text);
    }
    start[HOP_ARRAY_SIZE(files)] = l->text.len;
    if (!any) {
        hop_error_errno(err, errno, "/var/log/%s cannot be read",
                        log == HOP_LOG_SECURITY ? "auth.log" : "syslog");
        hop_event_lines_close(l);
        return NULL;
    }
    hop_buf_addc(&l->text, '\0');
    for (size_t i = 0; i < HOP_ARRAY_SIZE(files); i++) {
        char *at = l->text.data + start[i], *end = l->text.data + start[i + 1];

        while (at < end) {
            char *nl = memchr(at, '\n', (size_t)(end - at));
            if (!nl)
                break;
            *nl = '\0';
            keep_line(l, at, files[i].security);
            at = nl + 1;
        }
    }
    l->left = l->n;
    return l;
}

/* ---- a line ---- */

static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

/* "Nov 21 19:33:11 ", of the year that makes it lie in the past. */
static char *
parse_old_stamp(char *s, int64_t now, int64_t *ticks)
{
    struct tm t = {0}, local;
    time_t today = (time_t)((now - HOP_CIM_TICKS_TO_1970) /
                            HOP_CIM_TICKS_PER_SECOND),
           at;
    char month[4] = "";
    int used = 0;
    const char *m;

    if (sscanf(s, "%3s %d %d:%d:%d %n", month, &t.tm_mday, &t.tm_hour,
               &t.tm_min, &t.tm_sec, &used) < 5 ||
        used == 0 || strlen(month) != 3 || !(m = strstr(months, month)))
        return NULL;
    localtime_r(&today, &local);
    t.tm_mon = (int)((m - months) / 3);
    t.tm_year = local.tm_year;
    t.tm_isdst = -1;
    at = mktime(&t);
    if (at > today + 86400) {
        t.tm_year--;
        at = mktime(&t);
    }
    *ticks = at * HOP_CIM_TICKS_PER_SECOND + HOP_CIM_TICKS_TO_1970;
    return s + used;
}

/* "2026-11-21T19:33:11.123456+00:00 " */
static char *
parse_stamp(char *s, int64_t now, int64_t *ticks)
{
    char *blank = strchr(s, ' ');
    bool interval, ok;

    if (!hop_ascii_is_digit(*s) || !blank)
        return parse_old_stamp(s, now, ticks);
    *blank = '\0';
    ok = hop_cim_time_parse(s, ticks, &interval) && !interval;
    *blank = ' ';
    return ok ? blank + 1 : NULL;
}

bool
hop_event_parse_line(char *line, int64_t now, struct hop_event_entry *out)
{
    int64_t ticks = 0;
    char *host = parse_stamp(line, now, &ticks), *tag, *colon, *bracket;

    if (!host || !(tag = strchr(host, ' ')))
        return false;
    tag++;
    colon = strstr(tag, ": ");
    if (!colon)
        return false;
    *colon = '\0';
    *out = (struct hop_event_entry){
        .ticks = ticks, .level = LOG_INFO, .source = tag, .message = colon + 2};
    bracket = strchr(tag, '[');
    if (bracket) {
        *bracket = '\0';
        out->pid = (uint32_t)strtoul(bracket + 1, NULL, 10);
    }
    return true;
}

/* The files do not tell how grave a line is; its words do. */
static int
level_of(const char *message)
{
    if (strcasestr(message, "error") || strcasestr(message, "failed") ||
        strcasestr(message, "panic"))
        return LOG_ERR;
    return strcasestr(message, "warning") ? LOG_WARNING : LOG_INFO;
}

int
hop_event_lines_next(struct hop_event_lines *l, struct hop_event_entry *out)
{
    while (l->left > 0) {
        size_t i = --l->left;

        if (!hop_event_parse_line(l->line[i], l->now, out) ||
            (l->before && out->ticks >= l->before))
            continue;
        out->number = i + 1;
        out->level = level_of(out->message);
        hop_event_judge(out,
                        l->security[i] ? LOG_FAC(LOG_AUTH)
                        : strncmp(out->source, "CRON", 4) == 0
                            ? LOG_FAC(LOG_CRON)
                            : -1,
                        NULL, NULL);
        if (l->log < 0 || out->log == (enum hop_event_log)l->log)
            return 1;
    }
    return 0;
}

void
hop_event_lines_close(struct hop_event_lines *l)
{
    if (!l)
        return;
    hop_buf_done(&l->text);
    free(l->line);
    free(l->security);
    free(l);
}
