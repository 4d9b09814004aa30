/* SPDX-License-Identifier: MIT */
#include "auth/agentstatus.h"

#include <errno.h>
#include <profile.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "auth/gss.h"
#include "auth/kcm.h"
#include "base/alloc.h"
#include "base/buf.h"

enum { REPLY_MAX = 1 << 20, FIELDS_MAX = 5, WAIT_S = 5 };

static bool
find_socket(bool machine, struct sockaddr_un *addr, struct hop_error *err)
{
    const char *cc = getenv("KRB5CCNAME");
    krb5_context ctx = machine ? NULL : krb_context(err);
    profile_t profile = NULL;
    char *path = NULL;
    bool ok = false;

    if (machine) {
        addr->sun_family = AF_UNIX;
        strcpy(addr->sun_path, HOP_AGENT_MACHINE);
        return true;
    }
    if (ctx == NULL)
        return false;
    if (cc == NULL || strncmp(cc, "KCM:", 4) != 0)
        return hop_error_set(err, HOP_ERROR_GENERIC, 0,
                             "ask the credential agent: this session has "
                             "none, for KRB5CCNAME is %s",
                             cc != NULL ? cc : "not set");
    if (krb5_get_profile(ctx, &profile) == 0 &&
        profile_get_string(profile, "libdefaults", "kcm_socket", NULL, NULL,
                           &path) == 0 &&
        path != NULL && strlen(path) < sizeof(addr->sun_path)) {
        addr->sun_family = AF_UNIX;
        strcpy(addr->sun_path, path);
        ok = true;
    }
    profile_release_string(path);
    profile_release(profile);
    return ok || hop_error_set(err, HOP_ERROR_GENERIC, 0,
                               "ask the credential agent: krb5.conf names no "
                               "kcm_socket");
}

static bool
read_all(int fd, void *to, size_t n)
{
    return recv(fd, to, n, MSG_WAITALL) == (ssize_t)n;
}

static uint32_t
get_u32(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 |
           p[3];
}

static bool
read_reply(int fd, struct hop_buf *out)
{
    uint8_t head[12];
    uint32_t n;
    char *room;

    if (!read_all(fd, head, sizeof(head)) || get_u32(head + 8) != 0)
        return false;
    n = get_u32(head);
    if (n < 4 || n > REPLY_MAX)
        return false;
    room = hop_buf_reserve(out, n - 4);
    if (n > 4 && (room == NULL || !read_all(fd, room, n - 4)))
        return false;
    hop_buf_commit(out, n - 4);
    return true;
}

static bool
exchange(int fd, enum kcm_op op, struct hop_buf *out)
{
    const uint8_t request[] = {
        0, 0, 0, 4, 2, 0, (uint8_t)(op >> 8), (uint8_t)(op & 0xff)};
    struct timeval limit = {WAIT_S, 0};

    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
    return send(fd, request, sizeof(request), MSG_NOSIGNAL) ==
               (ssize_t)sizeof(request) &&
           read_reply(fd, out);
}

static bool
explain_machine(struct hop_error *err, int e)
{
    if (e == ENOENT || e == ECONNREFUSED)
        return hop_error_set(err, HOP_ERROR_GENERIC, e,
                             "ask for the tickets of this host: hopd does not "
                             "run here; start it (systemctl start hopd)");
    return hop_error_errno(err, e, "ask for the tickets of this host at %s",
                           HOP_AGENT_MACHINE);
}

static bool
ask(bool machine, enum kcm_op op, struct hop_buf *out, struct hop_error *err)
{
    struct sockaddr_un addr = {0};
    HOP_AUTO_FD int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (!find_socket(machine, &addr, err))
        return false;
    if (fd < 0 || connect(fd, (struct sockaddr *)&addr, sizeof(addr)) < 0)
        return machine ? explain_machine(err, errno)
                       : hop_error_errno(err, errno,
                                         "ask the credential agent at %s",
                                         addr.sun_path);
    if (exchange(fd, op, out))
        return true;
    /* Who may not ask is hung up on. */
    if (machine)
        return hop_error_set(err, HOP_ERROR_ERRNO, EACCES,
                             "ask for the tickets of this host: they are for "
                             "its administrators; run it as root, or as a "
                             "member of a group that Linux/Administrators "
                             "names (0x80070005 E_ACCESSDENIED)");
    return hop_error_set(err, HOP_ERROR_PROTOCOL, 0,
                         "ask the credential agent: it gives no answer "
                         "that is understood");
}

static size_t
split(char *line, char *fields[FIELDS_MAX])
{
    size_t n = 0;

    /* The last field is free text. */
    for (; n < FIELDS_MAX && line != NULL; n++)
        fields[n] = strsep(&line, n + 1 < FIELDS_MAX ? "\t" : "");
    return n;
}

static bool
read_line(char *line, struct hop_agent_entry *e)
{
    char *f[FIELDS_MAX];
    size_t n = split(line, f);

    if (n == 4 && strcmp(f[0], "from") == 0)
        *e = (struct hop_agent_entry){HOP_AGENT_FROM, hop_xstrdup(f[1]),
                                      strtoll(f[3], NULL, 10), 0,
                                      hop_xstrdup(f[2])};
    else if (n == 3 && strcmp(f[0], "ticket") == 0)
        *e = (struct hop_agent_entry){HOP_AGENT_TICKET, hop_xstrdup(f[1]),
                                      strtoll(f[2], NULL, 10), 0, NULL};
    else if (n == 3 && strcmp(f[0], "lost") == 0)
        *e = (struct hop_agent_entry){HOP_AGENT_LOST, hop_xstrdup(""),
                                      strtoll(f[1], NULL, 10), 0,
                                      hop_xstrdup(f[2])};
    else if (n == 5 && strcmp(f[0], "refused") == 0)
        *e = (struct hop_agent_entry){
            HOP_AGENT_REFUSED, hop_xstrdup(f[1]), strtoll(f[2], NULL, 10),
            (int32_t)strtol(f[3], NULL, 10), hop_xstrdup(f[4])};
    else
        return false;
    return true;
}

static bool
get_status(bool machine, struct hop_agent_status *out, struct hop_error *err)
{
    HOP_AUTO_BUF struct hop_buf text = {.max = REPLY_MAX};
    struct hop_agent_status s = {0};
    char *rest;

    if (!ask(machine, KCM_HOP_STATUS, &text, err))
        return false;
    hop_buf_add(&text, "", 0);
    rest = text.data;
    while (rest != NULL && *rest != '\0') {
        struct hop_agent_entry e;

        if (!read_line(strsep(&rest, "\n"), &e))
            continue;
        s.entries = hop_xrealloc(s.entries, s.count + 1, sizeof(e));
        s.entries[s.count++] = e;
    }
    *out = s;
    return true;
}

bool
hop_agent_status_get(struct hop_agent_status *out, struct hop_error *err)
{
    return get_status(false, out, err);
}

bool
hop_agent_machine_status(struct hop_agent_status *out, struct hop_error *err)
{
    return get_status(true, out, err);
}

bool
hop_agent_purge(bool machine, struct hop_error *err)
{
    HOP_AUTO_BUF struct hop_buf none = {.max = REPLY_MAX};

    return ask(machine, KCM_HOP_PURGE, &none, err);
}

char *
hop_agent_reason(void)
{
    HOP_CLEANUP(hop_agent_status_done) struct hop_agent_status s = {0};
    const char *reason = getenv("HOP_SESSION_REASON");
    struct hop_error ignored = {0};

    if (hop_agent_status_get(&s, &ignored))
        for (size_t k = 0; k < s.count; k++)
            if (s.entries[k].kind == HOP_AGENT_LOST)
                reason = s.entries[k].text;
    return reason != NULL && *reason != '\0' ? hop_xstrdup(reason) : NULL;
}
