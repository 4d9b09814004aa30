/* The keeper of one session.
 *
 * SPDX-License-Identifier: MIT
 */
#include "server/keeper_state.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "auth/ticketfile.h"
#include "base/alloc.h"
#include "server/family.h"
#include "server/journal.h"

#define END_WAIT_MS 10000

/* How long hopd-run may take to exit after it has been told to. */
#define TERM_WAIT_MS 300

/* Why a session ends when nobody has said so. */
#define CLOSED "closed"

/* States in which messages of the monitor are taken. */
enum { SPARE = 1, STARTED = 2 };

static void
flush(struct keeper *q, struct hop_ipc *ipc, struct hop_source *s)
{
    struct hop_error err;

    enum hop_ipc_result r = hop_ipc_flush(ipc, &err);
    if (s->fd >= 0)
        hop_set_want(&q->set, s,
                     EPOLLIN | (r == HOP_IPC_AGAIN ? EPOLLOUT : 0u));
}

/* A new pair: one end to hopd-run, the other to the monitor for hopd-net. */
static void
send_kept(struct keeper *q, bool attached)
{
    const struct hop_msg_start *s = &q->start;
    struct hop_msg_session m = {.session = s->session,
                                .resource = s->resource,
                                .name = s->name,
                                .user = s->user,
                                .principal = s->principal,
                                .kind = s->kind,
                                .peer = s->peer,
                                .pid = (uint32_t)q->pid,
                                .attached = attached,
                                .agent = s->krb5_config[0] != '\0',
                                .delegation = s->delegation,
                                .expires = s->expires};
    struct hop_error err;
    int fds[2];

    if (!hop_ipc_pair(fds, &err)) {
        hop_journal(HOP_EVENT_TROUBLE, HOP_FIELDS("SESSION", s->session),
                    "session %s: %s", s->session, err.text);
        return;
    }
    hop_ipc_send(&q->run, HOP_MSG_ATTACH, 0, NULL, &fds[1], 1);
    hop_ipc_send(&q->monitor, HOP_MSG_KEPT, 0, &m, &fds[0], 1);
}

static bool
on_attach(void *ctx, struct hop_ipc_msg *msg, struct hop_error *err)
{
    send_kept(ctx, true);
    return true;
}

static void
begin_end(struct keeper *q, const char *reason)
{
    if (!q->ending)
        snprintf(q->reason, sizeof(q->reason), "%s", reason);
    q->ending = true;
}

static bool
on_end(void *ctx, struct hop_ipc_msg *msg, struct hop_error *err)
{
    struct hop_msg_end m;

    if (!hop_ipc_unpack(msg, &m, err))
        return false;
    begin_end(ctx, m.reason);
    return true;
}

static bool
on_start(void *ctx, struct hop_ipc_msg *msg, struct hop_error *err)
{
    struct keeper *q = ctx;

    if (!hop_ipc_unpack(msg, &q->start, err))
        return false;
    hop_ipc_keep_strings(msg->type, &q->start);
    q->ccache_fd = hop_ipc_take_fd(msg, 0);
    q->state = STARTED;
    return true;
}

static const struct hop_ipc_route monitor_routes[] = {
    {HOP_MSG_START, SPARE, on_start},
    {HOP_MSG_ATTACH, STARTED, on_attach},
    {HOP_MSG_END, SPARE | STARTED, on_end},
};

static void
drop_monitor(struct keeper *q)
{
    hop_set_remove(&q->set, &q->monitor_source);
    hop_ipc_done(&q->monitor);
    q->monitor_source.fd = -1;
    q->orphan_since = hop_now_ms();
}

static void
on_monitor(struct hop_source *s, uint32_t events)
{
    struct keeper *q = s->ctx;
    struct hop_error err;

    if (hop_ipc_pump(&q->monitor, monitor_routes,
                     HOP_ARRAY_SIZE(monitor_routes), &q->state, q,
                     &err) != HOP_IPC_AGAIN)
        drop_monitor(q);
}

static void
watch_monitor(struct keeper *q, int fd)
{
    hop_ipc_init(&q->monitor, fd, HOP_PEER_KEEPER, HOP_PEER_MONITOR);
    q->monitor_source =
        (struct hop_source){.fd = fd, .fn = on_monitor, .ctx = q};
    hop_set_want(&q->set, &q->monitor_source, EPOLLIN);
}

/* A new monitor, after hopd itself was restarted.  The directory lets only our
 * own account in; the kernel says who it is all the same. */
static void
on_listener(struct hop_source *s, uint32_t events)
{
    struct keeper *q = s->ctx;
    struct ucred who;
    socklen_t n = sizeof(who);
    int fd = accept4(s->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

    if (fd < 0)
        return;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &n) < 0 ||
        who.uid != geteuid()) {
        close(fd);
        return;
    }
    drop_monitor(q);
    watch_monitor(q, fd);
    send_kept(q, true);
}

/* hopd-run says nothing to its keeper but, by closing, that it is gone. */
static void
on_run(struct hop_source *s, uint32_t events)
{
    struct keeper *q = s->ctx;
    struct hop_error err;

    if (hop_ipc_pump(&q->run, NULL, 0, &q->state, q, &err) != HOP_IPC_AGAIN) {
        hop_set_remove(&q->set, s);
        begin_end(q, CLOSED);
    }
}

static void
on_signals(struct hop_source *s, uint32_t events)
{
    struct keeper *q = s->ctx;
    struct signalfd_siginfo info;
    pid_t pid;
    int status;

    while (read(s->fd, &info, sizeof(info)) == sizeof(info))
        ;
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
        if (pid != q->pid)
            continue;
        q->pid = 0;
        q->status = status;
        begin_end(q, CLOSED);
    }
}

static void
open_listener(struct keeper *q)
{
    struct sockaddr_un a = {.sun_family = AF_UNIX};
    int n = snprintf(a.sun_path, sizeof(a.sun_path), "%s/keeper", q->dir);

    if (n < 0 || (size_t)n >= sizeof(a.sun_path))
        return;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    mode_t old = umask(0177);
    bool ok = fd >= 0 && bind(fd, (struct sockaddr *)&a, sizeof(a)) == 0 &&
              listen(fd, 4) == 0;
    umask(old);
    if (!ok && fd >= 0)
        close(fd);
    if (!ok)
        return;
    q->listener = (struct hop_source){.fd = fd, .fn = on_listener, .ctx = q};
    hop_set_want(&q->set, &q->listener, EPOLLIN);
}

static void
serve(struct keeper *q)
{
    open_listener(q);
    q->run_source =
        (struct hop_source){.fd = q->run.fd, .fn = on_run, .ctx = q};
    hop_set_want(&q->set, &q->run_source, EPOLLIN);
    send_kept(q, false);
    while (!q->ending) {
        bool orphan = !hop_ipc_is_open(&q->monitor);
        flush(q, &q->run, &q->run_source);
        if (!orphan)
            flush(q, &q->monitor, &q->monitor_source);
        hop_set_wait(&q->set, orphan ? 10000 : -1);
        if (orphan && hop_now_ms() - q->orphan_since > q->k->orphan_ms)
            begin_end(q, "no server");
    }
}

/* ------------------------------------------------------------------- end */

static uint32_t
end_processes(struct keeper *q)
{
    uint64_t until = hop_now_ms() + TERM_WAIT_MS;

    /* The channel's end tells hopd-run; it may hang up its commands first. */
    hop_set_remove(&q->set, &q->run_source);
    hop_ipc_done(&q->run);
    while (q->pid > 0 && hop_now_ms() < until) {
        if (waitpid(q->pid, &q->status, WNOHANG) == q->pid)
            q->pid = 0;
        else
            usleep(500);
    }
    return (uint32_t)hop_family_kill(0, END_WAIT_MS);
}

static void
remove_directory(struct keeper *q)
{
    static const char *const names[] = {"krb5cc", "keeper"};

    for (size_t i = 0; q->dir && i < HOP_ARRAY_SIZE(names); i++) {
        HOP_AUTO_FREE char *path = hop_xasprintf("%s/%s", q->dir, names[i]);
        unlink(path);
    }
    if (q->dir)
        rmdir(q->dir);
}

/* Tickets in files that a program could not remove, for it was killed.  Names
 * alone are removed, and no link is followed, whoever made them. */
static void
remove_ticket_files(const struct keeper *q, const char *folder)
{
    HOP_AUTO_FREE char *prefix =
        hop_xasprintf(HOP_TICKETFILE_PREFIX "%s-", q->start.session);
    DIR *d = opendir(folder);

    for (struct dirent *e; d != NULL && (e = readdir(d)) != NULL;) {
        struct stat st;

        if (strncmp(e->d_name, prefix, strlen(prefix)) == 0 &&
            fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
            S_ISREG(st.st_mode) && st.st_uid == q->account.pw_uid)
            unlinkat(dirfd(d), e->d_name, 0);
    }
    if (d != NULL)
        closedir(d);
}

static void
remove_tickets(const struct keeper *q)
{
    static const char name[] = "XDG_RUNTIME_DIR=";
    char **list = q->pam ? hop_pam_environment(q->pam) : NULL;

    remove_ticket_files(q, "/tmp");
    for (size_t i = 0; list != NULL && list[i] != NULL; i++) {
        if (strncmp(list[i], name, sizeof(name) - 1) == 0)
            remove_ticket_files(q, list[i] + sizeof(name) - 1);
        free(list[i]);
    }
    free(list);
}

/* It was the kernel that ended hopd-run. */
static void
note_shortage(struct keeper *q)
{
    if (strcmp(q->reason, CLOSED) == 0 && WIFSIGNALED(q->status) &&
        WTERMSIG(q->status) == SIGKILL && hop_group_ran_short(q->k->group))
        snprintf(q->reason, sizeof(q->reason), HOP_ENDED_BY_MEMORY " (%u)",
                 q->start.memory_mb);
}

static void
close_session(struct keeper *q)
{
    const struct hop_msg_start *s = &q->start;
    struct hop_error err;
    struct hop_msg_ended m = {.session = s->session, .reason = q->reason};

    m.killed = end_processes(q);
    note_shortage(q);
    remove_tickets(q);
    remove_directory(q);
    hop_ipc_send(&q->monitor, HOP_MSG_ENDED, 0, &m, NULL, 0);
    if (hop_ipc_flush(&q->monitor, &err) == HOP_IPC_BAD)
        hop_journal(HOP_EVENT_TROUBLE, HOP_FIELDS("SESSION", s->session),
                    "session %s: %s", s->session, err.text);
    /* Last, and after the client has its answer: modules may take their time.
     */
    hop_pam_close(q->pam);
}

static void
refuse(struct keeper *q, const struct hop_error *why)
{
    struct hop_msg_failed m = {.session = q->start.session,
                               .code = why->domain == HOP_ERROR_WSMAN
                                           ? (uint32_t)why->code
                                           : 0x80338083u,
                               .text = why->text};
    struct hop_error err;

    hop_ipc_send(&q->monitor, HOP_MSG_FAILED, 0, &m, NULL, 0);
    if (hop_ipc_flush(&q->monitor, &err) == HOP_IPC_BAD)
        hop_journal(HOP_EVENT_TROUBLE, NULL, "%s", err.text);
    hop_pam_close(q->pam);
    remove_directory(q);
}

static bool
begin(struct keeper *q, struct hop_error *err)
{
    sigset_t mask;

    setsid();
    prctl(PR_SET_NAME, "hopd-keeper");
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    for (int i = 1; i < NSIG; i++)
        signal(i, SIG_DFL);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    signal(SIGINT, SIG_IGN);
    signal(SIGTERM, SIG_IGN);
    sigemptyset(&mask);
    sigaddset(&mask, SIGCHLD);
    sigprocmask(SIG_SETMASK, &mask, NULL);
    q->state = SPARE;
    q->listener.fd = q->ccache_fd = -1;
    if (!hop_set_init(&q->set, err))
        return false;
    watch_monitor(q, q->k->monitor_fd);
    int fd = signalfd(-1, &mask, SFD_CLOEXEC | SFD_NONBLOCK);
    if (fd < 0)
        return hop_error_errno(err, errno, "signalfd");
    q->signals = (struct hop_source){.fd = fd, .fn = on_signals, .ctx = q};
    hop_set_want(&q->set, &q->signals, EPOLLIN);
    return true;
}

/* What is slow and the same for everybody comes first; false when the monitor
 * has no use for this keeper any more. */
static bool
await_start(struct keeper *q)
{
    hop_group_enter(&q->group, q->k->group, q->k->memory_mb,
                    q->k->processes_max);
    keeper_set_oom(q, "-900");
    while (q->state == SPARE && !q->ending && hop_ipc_is_open(&q->monitor))
        hop_set_wait(&q->set, -1);
    return q->state == STARTED;
}

void
hop_keeper_main(const struct hop_keeper *k)
{
    struct keeper q = {.k = k, .run.fd = -1, .run_source.fd = -1};
    struct hop_error err;

    if (!begin(&q, &err) || !await_start(&q))
        _exit(0);
    if (!keeper_open(&q, &err)) {
        refuse(&q, &err);
        _exit(1);
    }
    serve(&q);
    close_session(&q);
    _exit(0);
}
