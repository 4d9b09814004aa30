/* hopd-run: a WinRS shell and its commands.
 *
 * Commands run as `/bin/sh -c`, several at a time.  Output waits in outboxes,
 * so that hopd-net may come and go.
 *
 * SPDX-License-Identifier: MIT
 */
#include "server/run.h"

#include <errno.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/text.h"
#include "server/command.h"
#include "server/family.h"
#include "server/messages.h"
#include "server/run_channels.h"

#define SIGNAL_URI                                                             \
    "http://schemas.microsoft.com/wbem/wsman/1/windows/shell/signal/"

/* How long a terminated command may take to tidy up. */
#define GRACE_MS 1000

/* Win32 codes that faults carry. */
#define CODE_NOT_FOUND 0x8033805Bu
#define CODE_QUOTA     0x803381E9u
#define CODE_IN_USE    0x803381D6u
#define CODE_BAD_NAME  0x80338083u

extern char **environ;

struct run {
    struct hop_run_channels ch;
    struct hop_command_host host;
    char **environment;
    char *directory;
    uint32_t processes_max;
    size_t shell_bytes; /* most output that all commands keep */
    struct hop_command *commands;
};

static struct hop_command *
find_command(struct run *r, const char *id)
{
    for (struct hop_command *c = r->commands; c; c = c->next) {
        if (!c->forgotten && strcmp(c->id, id) == 0)
            return c;
    }
    return NULL;
}

static bool
name_eq(const char *a, const char *b)
{
    size_t n = strcspn(a, "=");

    return strncmp(a, b, n) == 0 && b[n] == '=';
}

/* The process's own environment with the client's variables over it.  Those
 * that say what the session is cannot be replaced. */
static char **
merge_environment(struct hop_ipc_bytes extra)
{
    size_t count = 0, cap = 0;
    const char *p = extra.data, *end = p + extra.len;

    for (char **e = environ; *e; e++)
        cap++;
    for (const char *q = p; q < end; q++)
        cap += *q == '\0';
    char **out = hop_xcalloc(cap + 1, sizeof(*out));
    for (char **e = environ; *e; e++)
        out[count++] = hop_xstrdup(*e);
    for (; p < end; p += strnlen(p, (size_t)(end - p)) + 1) {
        size_t i = 0;
        if (strncmp(p, "HOP_SESSION", 11) == 0 || !strchr(p, '='))
            continue;
        while (i < count && !name_eq(p, out[i]))
            i++;
        free(out[i]);
        out[i] = hop_xstrndup(p, strnlen(p, (size_t)(end - p)));
        count += i == count;
    }
    return out;
}

static bool
on_open(void *ctx, struct hop_ipc_msg *msg, struct hop_error *err)
{
    struct run *r = ctx;
    struct hop_msg_open m;
    struct hop_msg_opened answer = {.ok = 1};
    HOP_AUTO_FREE char *why = NULL;

    if (!hop_ipc_unpack(msg, &m, err))
        return false;
    if (m.directory[0] != '\0' && chdir(m.directory) < 0) {
        why = hop_xasprintf("the working directory %s cannot be entered: %s",
                            m.directory, strerror(errno));
        answer = (struct hop_msg_opened){
            .code = errno == ENOENT ? 0x80070003 : 0x80070005, .text = why};
    } else {
        r->directory = hop_xstrdup("");
        r->environment = merge_environment(m.environment);
        r->host.environment = r->environment;
        r->host.directory = r->directory;
        r->host.window_bytes = m.window_bytes;
        r->host.floor_bytes = m.floor_bytes;
        r->shell_bytes = m.shell_bytes;
        r->processes_max = m.processes_max;
        hop_run_channels_note(&r->ch, m.note);
        r->ch.state = HOP_RUN_OPEN;
    }
    hop_ipc_send(&r->ch.net, HOP_MSG_OPENED, msg->id, &answer, NULL, 0);
    return true;
}

static bool
start_command(struct run *r, const struct hop_msg_command *m,
              struct hop_command **out, struct hop_error *err)
{
    if (find_command(r, m->command))
        return hop_error_set(err, HOP_ERROR_WSMAN, CODE_IN_USE,
                             "command %s is in use", m->command);
    /* The new process, and its shell, come on top of those. */
    if (r->processes_max > 0 &&
        hop_family_count(r->processes_max) >= r->processes_max)
        return hop_error_set(err, HOP_ERROR_WSMAN, CODE_QUOTA,
                             "the shell has %u processes, which is "
                             "MaxProcessesPerShell",
                             r->processes_max);
    return hop_command_start(&r->host, m->command, m->line, m->arguments,
                             m->skip_shell != 0, out, err);
}

static bool
on_command(void *ctx, struct hop_ipc_msg *msg, struct hop_error *err)
{
    struct run *r = ctx;
    struct hop_msg_command m;
    struct hop_error why;
    struct hop_command *c;

    if (!hop_ipc_unpack(msg, &m, err))
        return false;
    struct hop_msg_started answer = {.command = m.command, .ok = 1};
    if (start_command(r, &m, &c, &why)) {
        c->next = r->commands;
        r->commands = c;
    } else {
        answer.ok = 0;
        answer.code = (uint32_t)why.code;
        answer.text = why.text;
    }
    hop_ipc_send(&r->ch.net, HOP_MSG_STARTED, msg->id, &answer, NULL, 0);
    return true;
}

static bool
on_input(void *ctx, struct hop_ipc_msg *msg, struct hop_error *err)
{
    struct run *r = ctx;
    struct hop_msg_input m;

    if (!hop_ipc_unpack(msg, &m, err))
        return false;
    struct hop_command *c = find_command(r, m.command);
    if (!c || c->pipes[HOP_STDIN].fd < 0) {
        struct hop_msg_taken answer = {.command = m.command,
                                       .code = c ? 109 : CODE_NOT_FOUND};
        hop_ipc_send(&r->ch.net, HOP_MSG_TAKEN, msg->id, &answer, NULL, 0);
        return true;
    }
    hop_command_input(c, m.data, m.end != 0, msg->id);
    return true;
}

static bool
on_sent(void *ctx, struct hop_ipc_msg *msg, struct hop_error *err)
{
    struct hop_msg_sent m;

    if (!hop_ipc_unpack(msg, &m, err))
        return false;
    struct hop_command *c = find_command(ctx, m.command);
    return !c || hop_outbox_sent(&c->outbox, m.to, m.note, err);
}

static size_t
bytes_left(void *ctx)
{
    const struct run *r = ctx;
    size_t kept = 0;

    for (const struct hop_command *c = r->commands; c; c = c->next)
        kept += c->forgotten ? 0 : hop_outbox_kept(&c->outbox);
    return kept < r->shell_bytes ? r->shell_bytes - kept : 0;
}

/* Room that one command gives back may be another's. */
static void
resume_all(struct run *r)
{
    for (struct hop_command *c = r->commands; c; c = c->next)
        hop_command_resume(c);
}

static bool
on_ack(void *ctx, struct hop_ipc_msg *msg, struct hop_error *err)
{
    struct hop_msg_ack m;

    if (!hop_ipc_unpack(msg, &m, err))
        return false;
    struct hop_command *c = find_command(ctx, m.command);
    if (!c)
        return true;
    if (!hop_outbox_ack(&c->outbox, m.to, err))
        return false;
    resume_all(ctx);
    return true;
}

static const struct {
    const char *uri;
    int signum; /* 0: terminate */
} signal_table[] = {
    {SIGNAL_URI "terminate", 0},
    {SIGNAL_URI "ctrl_c", SIGINT},
    /* As Ctrl-Break and Ctrl-\ do to a Java machine: both ask for a dump. */
    {SIGNAL_URI "ctrl_break", SIGQUIT},
    {"powershell/signal/crtl_c", SIGINT},
};

static void
terminate_command(struct hop_command *c)
{
    c->forgotten = true;
    if (c->pid > 0) {
        hop_command_signal(c, SIGTERM);
        hop_command_signal(c, SIGCONT);
        c->kill_at = hop_now_ms() + GRACE_MS;
    }
}

static void drop_ended(struct run *r);

static bool
on_signal(void *ctx, struct hop_ipc_msg *msg, struct hop_error *err)
{
    struct run *r = ctx;
    struct hop_msg_signal m;

    if (!hop_ipc_unpack(msg, &m, err))
        return false;
    struct hop_msg_signaled answer = {.command = m.command};
    struct hop_command *c = find_command(r, m.command);
    for (size_t i = 0; c && i < HOP_ARRAY_SIZE(signal_table); i++) {
        if (!hop_ascii_ieq(m.code, signal_table[i].uri))
            continue;
        answer.ok = 1;
        answer.gone = signal_table[i].signum == 0;
        if (answer.gone)
            terminate_command(c);
        else
            hop_command_signal(c, signal_table[i].signum);
    }
    hop_ipc_send(&r->ch.net, HOP_MSG_SIGNALED, msg->id, &answer, NULL, 0);
    drop_ended(r);
    return true;
}

static bool
on_connect(void *ctx, struct hop_ipc_msg *msg, struct hop_error *err)
{
    struct run *r = ctx;
    struct hop_msg_connected answer = {.ok = 1};

    hop_ipc_send(&r->ch.net, HOP_MSG_CONNECTED, msg->id, &answer, NULL, 0);
    return true;
}

static bool
on_note(void *ctx, struct hop_ipc_msg *msg, struct hop_error *err)
{
    struct run *r = ctx;
    struct hop_msg_note m;

    if (!hop_ipc_unpack(msg, &m, err))
        return false;
    hop_run_channels_note(&r->ch, m.note);
    return true;
}

static bool
on_close(void *ctx, struct hop_ipc_msg *msg, struct hop_error *err)
{
    ((struct run *)ctx)->ch.ending = true;
    return true;
}

static const struct hop_ipc_route net_routes[] = {
    {HOP_MSG_OPEN, HOP_RUN_WAITING, on_open},
    {HOP_MSG_COMMAND, HOP_RUN_OPEN, on_command},
    {HOP_MSG_INPUT, HOP_RUN_OPEN, on_input},
    {HOP_MSG_SENT, HOP_RUN_OPEN, on_sent},
    {HOP_MSG_ACK, HOP_RUN_OPEN, on_ack},
    {HOP_MSG_SIGNAL, HOP_RUN_OPEN, on_signal},
    {HOP_MSG_CONNECT, HOP_RUN_OPEN, on_connect},
    {HOP_MSG_NOTE, HOP_RUN_OPEN, on_note},
    {HOP_MSG_CLOSE, HOP_RUN_WAITING | HOP_RUN_OPEN, on_close},
};

/* A command that the client has terminated stays until its process ends. */
static void
drop_ended(struct run *r)
{
    struct hop_command **link = &r->commands;
    bool dropped = false;

    while (*link) {
        struct hop_command *c = *link;
        if (!c->forgotten || c->pid > 0) {
            link = &c->next;
            continue;
        }
        *link = c->next;
        hop_command_free(c);
        dropped = true;
    }
    if (dropped)
        resume_all(r);
    /* An idle shell keeps no memory of what it has carried. */
    if (dropped && !r->commands)
        malloc_trim(0);
}

/* All that a new hopd-net does not have yet. */
static void
replay(void *ctx)
{
    struct run *r = ctx;

    for (struct hop_command *c = r->commands; c; c = c->next) {
        if (!c->forgotten)
            hop_outbox_replay(&c->outbox, &r->ch.net);
        c->waiting = 0;
    }
}

static void
reap(void *ctx)
{
    struct run *r = ctx;
    pid_t pid;
    int status;

    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
        for (struct hop_command *c = r->commands; c; c = c->next) {
            if (c->pid == pid)
                hop_command_exited(c, status);
        }
    }
    drop_ended(r);
}

static const struct hop_run_part part = {
    .routes = net_routes,
    .route_count = HOP_ARRAY_SIZE(net_routes),
    .on_children = reap,
    .replay = replay,
};

static void
ignore_done(void *ctx)
{
}

static bool
start(struct run *r, struct hop_error *err)
{
    *r = (struct run){.host = {.set = &r->ch.set,
                               .net = &r->ch.net,
                               .on_done = ignore_done,
                               .left = bytes_left,
                               .ctx = r}};
    return hop_run_channels_open(&r->ch, &part, r, err);
}

/* SIGKILL for those that did not mind SIGTERM; how long until the next. */
static int
kill_overdue(struct run *r)
{
    uint64_t now = hop_now_ms(), next = UINT64_MAX;

    for (struct hop_command *c = r->commands; c; c = c->next) {
        if (c->kill_at == 0 || c->pid == 0)
            continue;
        if (c->kill_at <= now) {
            hop_command_signal(c, SIGKILL);
            c->kill_at = 0;
        } else if (c->kill_at < next) {
            next = c->kill_at;
        }
    }
    return next == UINT64_MAX ? -1 : (int)(next - now) + 1;
}

static void
release(struct run *r)
{
    while (r->commands) {
        struct hop_command *c = r->commands;
        r->commands = c->next;
        hop_command_free(c);
    }
    for (char **e = r->environment; e && *e; e++)
        free(*e);
    free(r->environment);
    free(r->directory);
    hop_run_channels_done(&r->ch);
}

int
hop_run_main(void)
{
    struct run r;
    struct hop_error err;

    if (!start(&r, &err)) {
        fprintf(stderr, "hopd-run: %s\n", err.text);
        return 1;
    }
    while (!r.ch.ending)
        hop_run_channels_turn(&r.ch, kill_overdue(&r));
    /* Politely to what is ours; the keeper ends the rest, whoever it runs as.
     */
    for (struct hop_command *c = r.commands; c; c = c->next)
        hop_command_signal(c, SIGHUP);
    release(&r);
    return 0;
}
