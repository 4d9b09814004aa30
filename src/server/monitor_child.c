/* hopd-net and hopd-auth under the monitor's watch.
 *
 * Each is a program of its own, executed afresh, so that it shares no memory
 * and no address layout with the others.  One that dies is started again: the
 * sessions do not notice.
 *
 * SPDX-License-Identifier: MIT
 */
#include "server/monitor_state.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "net/filter.h"
#include "server/child.h"
#include "server/journal.h"

/* A child that served so long before it died is started at once. */
#define HEALTHY_MS     5000
#define RESTART_MS     200
#define RESTART_MAX_MS 10000
#define SYSTEM_KEYTAB  "/etc/krb5.keytab"

static const struct {
    const char *program;
    enum hop_peer peer;
} kinds[MONITOR_CHILDREN] = {
    [MONITOR_NET] = {"hopd-net", HOP_PEER_NET},
    [MONITOR_AUTH] = {"hopd-auth", HOP_PEER_AUTH},
};

static bool
on_ready(void *ctx, struct hop_ipc_msg *msg, struct hop_error *err)
{
    struct monitor_child *c = ctx;

    c->ready = true;
    if (c->kind == MONITOR_NET)
        monitor_session_attach_all(c->m);
    else
        monitor_session_orphan_all(c->m);
    monitor_child_announce(c->m);
    return true;
}

static bool
on_net_end(void *ctx, struct hop_ipc_msg *msg, struct hop_error *err)
{
    return monitor_session_end(((struct monitor_child *)ctx)->m, msg, err);
}

static bool
on_auth_start(void *ctx, struct hop_ipc_msg *msg, struct hop_error *err)
{
    return monitor_session_start(((struct monitor_child *)ctx)->m, msg, err);
}

static bool
on_auth_check(void *ctx, struct hop_ipc_msg *msg, struct hop_error *err)
{
    return monitor_session_check(((struct monitor_child *)ctx)->m, msg, err);
}

/* hopd-auth has given up the right to read the file, and the machine's password
 * changes from time to time. */
static bool
on_auth_rekey(void *ctx, struct hop_ipc_msg *msg, struct hop_error *err)
{
    struct monitor_child *c = ctx;
    const char *path = hop_config_text(&c->m->config, HOP_SET_KEYTAB);
    int fd = open(path[0] ? path : SYSTEM_KEYTAB, O_RDONLY | O_CLOEXEC);

    if (fd >= 0)
        hop_ipc_send(&c->ipc, HOP_MSG_KEYS, 0, NULL, &fd, 1);
    return true;
}

static bool
on_auth_apply(void *ctx, struct hop_ipc_msg *msg, struct hop_error *err)
{
    return monitor_settings_apply(((struct monitor_child *)ctx)->m, msg, err);
}

static const struct hop_ipc_route net_routes[] = {
    {HOP_MSG_READY, 1, on_ready},
    {HOP_MSG_END, 1, on_net_end},
};
static const struct hop_ipc_route auth_routes[] = {
    {HOP_MSG_READY, 1, on_ready},      {HOP_MSG_START, 1, on_auth_start},
    {HOP_MSG_CHECK, 1, on_auth_check}, {HOP_MSG_REKEY, 1, on_auth_rekey},
    {HOP_MSG_APPLY, 1, on_auth_apply},
};

static void
close_child(struct monitor_child *c)
{
    hop_set_remove(&c->m->set, &c->source);
    hop_ipc_done(&c->ipc);
    c->source.fd = -1;
    c->ready = false;
}

static void
on_child(struct hop_source *s, uint32_t events)
{
    struct monitor_child *c = s->ctx;
    bool net = c->kind == MONITOR_NET;
    struct hop_error err;
    enum hop_ipc_result r = hop_ipc_pump(
        &c->ipc, net ? net_routes : auth_routes,
        net ? HOP_ARRAY_SIZE(net_routes) : HOP_ARRAY_SIZE(auth_routes),
        &c->m->state, c, &err);

    if (r == HOP_IPC_AGAIN)
        return;
    if (r == HOP_IPC_BAD) {
        /* It breaks the rules: it may be in somebody else's hands. */
        hop_journal(HOP_EVENT_TROUBLE, NULL, "%s is ended: %s",
                    kinds[c->kind].program, err.text);
        kill(c->pid, SIGKILL);
    }
    close_child(c);
}

void
monitor_child_flush(struct monitor_child *c)
{
    struct hop_error err;
    enum hop_ipc_result r = hop_ipc_flush(&c->ipc, &err);

    if (c->source.fd >= 0)
        hop_set_want(&c->m->set, &c->source,
                     EPOLLIN | (r == HOP_IPC_AGAIN ? EPOLLOUT : 0u));
}

static void __attribute__((noreturn))
become_child(struct monitor *m, enum monitor_child_kind kind, int fd)
{
    HOP_AUTO_FREE char *path =
        hop_xasprintf("%s/%s", m->bin_dir, kinds[kind].program);
    char *argv[4] = {(char *)kinds[kind].program};
    size_t n = 1;
    sigset_t none;

    if (m->user_mode)
        argv[n++] = "--user";
    if (m->log_fd >= 0)
        argv[n++] = "--log";
    /* Both targets may be in use by the other: move the sources away first. */
    int channel = fcntl(fd, F_DUPFD, 10);
    int log = m->log_fd >= 0 ? fcntl(m->log_fd, F_DUPFD, 10) : -1;
    dup2(channel, HOP_IPC_MONITOR_FD);
    if (log >= 0)
        dup2(log, HOP_CHILD_LOG_FD);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    execv(path, argv);
    hop_journal(HOP_EVENT_TROUBLE, NULL, "%s cannot be executed: %s", path,
                strerror(errno));
    _exit(127);
}

static void
send_config(struct monitor_child *c)
{
    HOP_AUTO_BUF struct hop_buf text = HOP_BUF_INIT, fixed = HOP_BUF_INIT,
                                addresses = HOP_BUF_INIT;

    hop_config_format(&c->m->config, false, &text);
    hop_config_format_fixed(&c->m->config, &fixed);
    hop_filter_describe(
        hop_config_text(&c->m->config, HOP_SET_SERVICE_IPV4_FILTER),
        hop_config_text(&c->m->config, HOP_SET_SERVICE_IPV6_FILTER),
        &addresses);
    struct hop_msg_config msg = {.text = hop_buf_str(&text),
                                 .fixed = hop_buf_str(&fixed),
                                 .addresses = hop_buf_str(&addresses),
                                 .user = c->m->user,
                                 .run_dir = c->m->run_dir};
    hop_ipc_send(&c->ipc, HOP_MSG_CONFIG, 0, &msg, NULL, 0);
}

void
monitor_child_send_config(struct monitor *m)
{
    for (size_t i = 0; i < MONITOR_CHILDREN; i++)
        send_config(&m->children[i]);
    monitor_listen_send(m);
}

void
monitor_child_pair(struct monitor *m)
{
    struct hop_error err;
    int fds[2];

    if (!hop_ipc_pair(fds, &err)) {
        hop_journal(HOP_EVENT_TROUBLE, NULL, "%s", err.text);
        return;
    }
    hop_ipc_send(&m->children[MONITOR_NET].ipc, HOP_MSG_PEER, 0, NULL, &fds[0],
                 1);
    hop_ipc_send(&m->children[MONITOR_AUTH].ipc, HOP_MSG_PEER, 0, NULL, &fds[1],
                 1);
}

bool
monitor_child_start(struct monitor *m, enum monitor_child_kind kind,
                    struct hop_error *err)
{
    struct monitor_child *c = &m->children[kind];
    int fds[2];

    if (!hop_ipc_pair(fds, err))
        return false;
    c->m = m;
    c->kind = kind;
    c->started_at = hop_now_ms();
    c->restart_at = 0;
    c->pid = fork();
    if (c->pid < 0)
        return hop_error_errno(err, errno, "fork");
    if (c->pid == 0)
        become_child(m, kind, fds[1]);
    close(fds[1]);
    hop_ipc_init(&c->ipc, fds[0], HOP_PEER_MONITOR, kinds[kind].peer);
    c->source = (struct hop_source){.fd = fds[0], .fn = on_child, .ctx = c};
    hop_set_want(&m->set, &c->source, EPOLLIN);
    send_config(c);
    return true;
}

void
monitor_child_ended(struct monitor_child *c, int status)
{
    uint64_t now = hop_now_ms();
    uint64_t wait = RESTART_MS;
    const char *how = WIFSIGNALED(status) ? "signal" : "status";
    int number = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);

    close_child(c);
    c->pid = 0;
    if (c->m->stopping)
        return;
    c->deaths = now - c->started_at > HEALTHY_MS ? 0 : c->deaths + 1;
    for (unsigned i = 1; i < c->deaths && wait < RESTART_MAX_MS; i++)
        wait *= 2;
    c->restart_at = now + (c->deaths == 0 ? 0 : wait);
    hop_journal(HOP_EVENT_TROUBLE, NULL,
                "%s has ended (%s %d) and is started again",
                kinds[c->kind].program, how, number);
}

int
monitor_child_restart(struct monitor *m)
{
    uint64_t now = hop_now_ms(), next = UINT64_MAX;
    struct hop_error err;

    for (size_t i = 0; i < MONITOR_CHILDREN && !m->stopping; i++) {
        struct monitor_child *c = &m->children[i];
        if (c->pid != 0 || c->restart_at == 0)
            continue;
        if (c->restart_at > now) {
            next = c->restart_at < next ? c->restart_at : next;
            continue;
        }
        if (!monitor_child_start(m, c->kind, &err)) {
            hop_journal(HOP_EVENT_TROUBLE, NULL, "%s", err.text);
            c->restart_at = now + RESTART_MAX_MS;
            continue;
        }
        monitor_child_pair(m);
        if (c->kind == MONITOR_NET)
            monitor_listen_send(m);
    }
    return next == UINT64_MAX ? -1 : (int)(next - now) + 1;
}

/* sd_notify(3): one datagram to the socket that systemd names. */
static void
notify(const char *text)
{
    const char *path = getenv("NOTIFY_SOCKET");
    struct sockaddr_un a = {.sun_family = AF_UNIX};

    if (!path || strlen(path) >= sizeof(a.sun_path))
        return;
    strcpy(a.sun_path, path);
    socklen_t len =
        (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path));
    if (a.sun_path[0] == '@')
        a.sun_path[0] = '\0';
    HOP_AUTO_FD int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd >= 0)
        sendto(fd, text, strlen(text), MSG_NOSIGNAL, (struct sockaddr *)&a,
               len);
}

void
monitor_child_announce(struct monitor *m)
{
    HOP_AUTO_BUF struct hop_buf ports = HOP_BUF_INIT;

    if (m->announced || !m->children[MONITOR_NET].ready ||
        !m->children[MONITOR_AUTH].ready)
        return;
    m->announced = true;
    for (size_t i = 0; i < m->listener_count; i++)
        hop_buf_addf(&ports, "%s%s %u", i ? ", " : "",
                     m->listeners[i].https ? "HTTPS" : "HTTP",
                     m->listeners[i].port);
    hop_journal(HOP_EVENT_START, HOP_FIELDS("PORTS", hop_buf_str(&ports)),
                "serving on %s", hop_buf_str(&ports));
    notify("READY=1");
}
