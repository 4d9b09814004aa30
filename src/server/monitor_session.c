/* Sessions under the monitor's watch: one keeper each.
 *
 * SPDX-License-Identifier: MIT
 */
#include "server/monitor_state.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/alloc.h"
#include "auth/basic.h"
#include "base/guid.h"
#include "config/endpoint.h"
#include "server/journal.h"
#include "server/group.h"
#include "server/keeper.h"
#include "server/pam.h"

#define CODE_BUSY 0x803381A8u /* ERROR_WSMAN_QUOTA_SYSTEM */

/* More than any quota lets through: a bound for a hopd-auth gone wrong. */
#define SESSIONS_MAX 20000

/* Spare keepers: more are made when so few are left, and no session has begun
 * for a while.  All at once: the kernel's delay for moving a process into a
 * control group is then paid once. */
#define SPARES_LOW     2
#define SPARES_HIGH    8
#define SPARE_MS       300
#define SPARE_RETRY_MS 1000

static void
free_session(struct monitor_session *s)
{
    struct monitor_session **link = &s->m->sessions;

    while (*link != s)
        link = &(*link)->next;
    *link = s->next;
    hop_set_remove(&s->m->set, &s->source);
    hop_ipc_done(&s->ipc);
    hop_ipc_free_strings(HOP_MSG_ORPHAN, &s->orphan);
    free(s->id);
    free(s);
}

static void
link_session(struct monitor_session *s)
{
    s->next = s->m->sessions;
    s->m->sessions = s;
}

/* Takes this one, or any, from the spare ones. */
static struct monitor_session *
take_spare(struct monitor *m, const struct monitor_session *which)
{
    struct monitor_session **link = &m->spares;

    while (*link && which && *link != which)
        link = &(*link)->next;
    struct monitor_session *s = *link;
    if (s) {
        *link = s->next;
        m->spare_count--;
    }
    return s;
}

/* Its channel has ended.  A keeper that is our child stays on the list until
 * it is reaped: only then its control group can go. */
static void
forget_session(struct monitor_session *s)
{
    if (take_spare(s->m, s))
        link_session(s);
    if (s->pid == 0) {
        free_session(s);
        return;
    }
    hop_set_remove(&s->m->set, &s->source);
    hop_ipc_done(&s->ipc);
    s->source.fd = -1;
    s->id[0] = '\0';
    s->running = false;
    s->want = 0;
    hop_ipc_free_strings(HOP_MSG_ORPHAN, &s->orphan);
}

static struct monitor_session *
find_session(struct monitor *m, const char *id)
{
    for (struct monitor_session *s = m->sessions; s; s = s->next) {
        if (strcmp(s->id, id) == 0)
            return s;
    }
    return NULL;
}

static void
send_failed(struct monitor *m, uint32_t want, const char *session,
            uint32_t code, const char *text)
{
    struct hop_msg_failed f = {.session = session, .code = code, .text = text};

    struct hop_msg_ended e = {.session = session, .reason = "not started"};

    hop_ipc_send(&m->children[MONITOR_NET].ipc, HOP_MSG_FAILED, want, &f, NULL,
                 0);
    /* The credential agent forgets it. */
    hop_ipc_send(&m->children[MONITOR_AUTH].ipc, HOP_MSG_ENDED, 0, &e, NULL, 0);
}

static void
send_ended(struct monitor *m, const struct hop_msg_ended *e)
{
    hop_ipc_send(&m->children[MONITOR_NET].ipc, HOP_MSG_ENDED, 0, e, NULL, 0);
    hop_ipc_send(&m->children[MONITOR_AUTH].ipc, HOP_MSG_ENDED, 0, e, NULL, 0);
}

/* Unless the hopd-auth that runs serves it already. */
static void
tell_orphan(struct monitor_session *s)
{
    struct monitor_child *auth = &s->m->children[MONITOR_AUTH];

    if (!s->running || s->orphan.session == NULL || !auth->ready ||
        s->served == auth->pid)
        return;
    s->served = auth->pid;
    hop_ipc_send(&auth->ipc, HOP_MSG_ORPHAN, 0, &s->orphan, NULL, 0);
}

void
monitor_session_orphan_all(struct monitor *m)
{
    for (struct monitor_session *s = m->sessions; s; s = s->next)
        tell_orphan(s);
}

/* For a hopd-auth to come. */
static void
note_agent(struct monitor_session *s, const struct hop_msg_session *k)
{
    if (!k->agent || s->orphan.session != NULL)
        return;
    s->orphan = (struct hop_msg_orphan){.session = k->session,
                                        .resource = k->resource,
                                        .user = k->user,
                                        .principal = k->principal,
                                        .delegation = k->delegation,
                                        .expires = k->expires};
    hop_ipc_keep_strings(HOP_MSG_ORPHAN, &s->orphan);
}

static bool
on_kept(void *ctx, struct hop_ipc_msg *msg, struct hop_error *err)
{
    struct monitor_session *s = ctx;
    struct hop_msg_session k;
    int fd = hop_ipc_take_fd(msg, 0);

    if (fd < 0 || !hop_ipc_unpack(msg, &k, err))
        return fd < 0
                   ? hop_error_set(err, HOP_ERROR_PROTOCOL, 0, "no descriptor")
                   : false;
    if (!s->running && !s->id[0]) {
        free(s->id);
        s->id = hop_xstrdup(k.session);
    }
    s->running = true;
    s->told = s->m->children[MONITOR_NET].pid;
    note_agent(s, &k);
    tell_orphan(s);
    hop_ipc_send(&s->m->children[MONITOR_NET].ipc, HOP_MSG_SESSION, s->want, &k,
                 &fd, 1);
    s->want = 0;
    return true;
}

static bool
on_failed(void *ctx, struct hop_ipc_msg *msg, struct hop_error *err)
{
    struct monitor_session *s = ctx;
    struct hop_msg_failed f;

    if (!hop_ipc_unpack(msg, &f, err))
        return false;
    send_failed(s->m, s->want, s->id, f.code, f.text);
    s->want = 0;
    return true;
}

static bool
on_ended(void *ctx, struct hop_ipc_msg *msg, struct hop_error *err)
{
    struct monitor_session *s = ctx;
    struct hop_msg_ended e;

    if (!hop_ipc_unpack(msg, &e, err))
        return false;
    send_ended(s->m, &e);
    s->running = false;
    return true;
}

static const struct hop_ipc_route keeper_routes[] = {
    {HOP_MSG_KEPT, 1, on_kept},
    {HOP_MSG_FAILED, 1, on_failed},
    {HOP_MSG_ENDED, 1, on_ended},
};

static void
on_keeper(struct hop_source *source, uint32_t events)
{
    struct monitor_session *s = source->ctx;
    struct hop_error err = {.text = "its keeper is gone"};
    enum hop_ipc_result r =
        hop_ipc_pump(&s->ipc, keeper_routes, HOP_ARRAY_SIZE(keeper_routes),
                     &s->m->state, s, &err);

    if (r == HOP_IPC_AGAIN)
        return;
    if (s->want)
        send_failed(s->m, s->want, s->id, 0x80338083u, err.text);
    else if (s->running)
        send_ended(s->m, &(struct hop_msg_ended){.session = s->id,
                                                 .reason = err.text});
    forget_session(s);
}

static struct monitor_session *
new_session(struct monitor *m, const char *id, pid_t pid, int fd)
{
    struct monitor_session *s = hop_xmalloc(sizeof(*s));

    s->m = m;
    s->id = hop_xstrdup(id);
    s->pid = pid;
    hop_ipc_init(&s->ipc, fd, HOP_PEER_MONITOR, HOP_PEER_KEEPER);
    s->source = (struct hop_source){.fd = fd, .fn = on_keeper, .ctx = s};
    hop_set_want(&m->set, &s->source, EPOLLIN);
    return s;
}

/* Closes all descriptors but those two. */
static void
keep_two(int a, int b)
{
    int low = a < b ? a : b, high = a < b ? b : a;

    if (low < 0)
        low = high;
    close_range(3, (unsigned)low - 1, 0);
    if (high > low + 1)
        close_range((unsigned)low + 1, (unsigned)high - 1, 0);
    close_range((unsigned)high + 1, ~0u, 0);
}

static void __attribute__((noreturn))
become_keeper(struct monitor *m, const char *group, int fd)
{
    struct hop_keeper k = {
        .group = group,
        .run_dir = m->run_dir,
        .bin_dir = m->bin_dir,
        .user_mode = m->user_mode,
        .memory_mb = hop_config_u32(&m->config, HOP_SET_SHELL_MAX_MEMORY_MB),
        .processes_max =
            hop_config_u32(&m->config, HOP_SET_SHELL_MAX_PROCESSES),
        .files_soft = m->files_soft,
        .files_hard = m->files_hard,
        .orphan_ms = hop_config_u32(&m->config, HOP_SET_SHELL_IDLE_TIMEOUT_MS),
        .monitor_fd = fd};

    /* Everything else is the monitor's. */
    keep_two(fd, m->log_fd);
    hop_keeper_main(&k);
}

/* A keeper that waits for START. */
static struct monitor_session *
fork_keeper(struct monitor *m, struct hop_error *err)
{
    uint64_t random;
    char group[17];
    int fds[2];

    if (getrandom(&random, sizeof(random), 0) != sizeof(random) ||
        !hop_ipc_pair(fds, err))
        return NULL;
    snprintf(group, sizeof(group), "%016llx", (unsigned long long)random);
    pid_t pid = fork();
    if (pid == 0)
        become_keeper(m, group, fds[1]);
    close(fds[1]);
    if (pid < 0) {
        close(fds[0]);
        hop_error_errno(err, errno, "fork");
        return NULL;
    }
    struct monitor_session *s = new_session(m, "", pid, fds[0]);
    memcpy(s->group, group, sizeof(group));
    return s;
}

static bool
check_start(const struct monitor *m, const struct hop_msg_start *s,
            struct hop_error *err)
{
    struct hop_guid guid;
    size_t count = 0;

    /* The id becomes part of a path. */
    if (!hop_guid_parse(s->session, strlen(s->session), &guid) ||
        s->session[0] == '{' || s->user[0] == '\0')
        return hop_error_set(err, HOP_ERROR_PROTOCOL, 0,
                             "no session id or no user");
    for (const struct monitor_session *o = m->sessions; o; o = o->next)
        count++;
    if (count >= SESSIONS_MAX)
        return hop_error_set(err, HOP_ERROR_LIMIT, 0, "too many sessions");
    return true;
}

static void
set_limits(const struct monitor *m, struct hop_msg_start *s)
{
    struct hop_endpoint_quotas q;

    hop_endpoint_quotas(&m->config, s->resource, &q);
    s->memory_mb = hop_endpoint_stricter(
        hop_config_u32(&m->config, HOP_SET_SHELL_MAX_MEMORY_MB), q.memory_mb);
    s->processes_max = hop_endpoint_stricter(
        hop_config_u32(&m->config, HOP_SET_SHELL_MAX_PROCESSES), q.processes);
}

bool
monitor_session_start(void *ctx, struct hop_ipc_msg *msg, struct hop_error *err)
{
    struct monitor *m = ctx;
    struct hop_msg_start start;
    struct hop_error why = {.text = "the id is in use"};
    int fd = hop_ipc_take_fd(msg, 0);

    if (!hop_ipc_unpack(msg, &start, err)) {
        if (fd >= 0)
            close(fd);
        return false;
    }
    bool ok = check_start(m, &start, &why) && !find_session(m, start.session);
    struct monitor_session *s = ok ? take_spare(m, NULL) : NULL;
    if (ok && !s)
        s = fork_keeper(m, &why);
    if (!s) {
        if (fd >= 0)
            close(fd);
        send_failed(m, msg->id, start.session, CODE_BUSY, why.text);
        return true;
    }
    free(s->id);
    s->id = hop_xstrdup(start.session);
    s->want = msg->id;
    s->served = m->children[MONITOR_AUTH].pid;
    link_session(s);
    set_limits(m, &start);
    hop_ipc_send(&s->ipc, HOP_MSG_START, 0, &start, &fd, fd >= 0);
    m->spare_at = hop_now_ms() + SPARE_MS;
    return true;
}

int
monitor_session_prepare(struct monitor *m)
{
    bool groups = hop_group_is_available();
    size_t low = groups ? SPARES_LOW : 0, high = groups ? SPARES_HIGH : 1;
    uint64_t now = hop_now_ms();
    struct hop_error err;

    if (m->spare_count > low || m->stopping)
        return -1;
    if (m->spare_at > now)
        return (int)(m->spare_at - now);
    while (m->spare_count < high) {
        struct monitor_session *s = fork_keeper(m, &err);
        if (!s) {
            m->spare_at = now + SPARE_RETRY_MS;
            return SPARE_RETRY_MS;
        }
        s->next = m->spares;
        m->spares = s;
        m->spare_count++;
    }
    return -1;
}

void
monitor_session_drop_spares(struct monitor *m)
{
    /* They exit when their channels end. */
    while (m->spares)
        forget_session(m->spares);
}

bool
monitor_session_end(void *ctx, struct hop_ipc_msg *msg, struct hop_error *err)
{
    struct hop_msg_end end;

    if (!hop_ipc_unpack(msg, &end, err))
        return false;
    struct monitor_session *s = find_session(ctx, end.session);
    if (s)
        hop_ipc_send(&s->ipc, HOP_MSG_END, 0, &end, NULL, 0);
    return true;
}

void
monitor_session_end_all(struct monitor *m, const char *reason)
{
    for (struct monitor_session *s = m->sessions; s; s = s->next) {
        struct hop_msg_end end = {.session = s->id, .reason = reason};
        hop_ipc_send(&s->ipc, HOP_MSG_END, 0, &end, NULL, 0);
    }
}

void
monitor_session_done(struct monitor *m)
{
    while (m->spares)
        link_session(take_spare(m, NULL));
    while (m->sessions)
        free_session(m->sessions);
    while (m->checks) {
        struct monitor_check *k = m->checks;
        m->checks = k->next;
        close(k->source.fd);
        hop_buf_done(&k->answer);
        free(k);
    }
}

void
monitor_session_attach_all(struct monitor *m)
{
    for (struct monitor_session *s = m->sessions; s; s = s->next) {
        if (s->running && s->told != m->children[MONITOR_NET].pid)
            hop_ipc_send(&s->ipc, HOP_MSG_ATTACH, 0, NULL, NULL, 0);
    }
}

void
monitor_session_ended(struct monitor *m, pid_t pid)
{
    struct monitor_session *s = m->spares;

    while (s && s->pid != pid)
        s = s->next;
    if (!s)
        s = m->sessions;
    while (s && s->pid != pid)
        s = s->next;
    if (!s)
        return;
    hop_group_remove(s->group);
    s->pid = 0;
    /* Else there are messages yet to be read. */
    if (!hop_ipc_is_open(&s->ipc))
        free_session(s);
}

void
monitor_session_flush(struct monitor *m)
{
    struct hop_error err;

    for (struct monitor_session *s = m->sessions; s; s = s->next) {
        if (!hop_ipc_pending(&s->ipc))
            continue;
        enum hop_ipc_result r = hop_ipc_flush(&s->ipc, &err);
        hop_set_want(&m->set, &s->source,
                     EPOLLIN | (r == HOP_IPC_AGAIN ? EPOLLOUT : 0u));
    }
}

/* A keeper that does not answer has ended without tidying up. */
static void
adopt(struct monitor *m, const char *id)
{
    struct sockaddr_un a = {.sun_family = AF_UNIX};
    int n = snprintf(a.sun_path, sizeof(a.sun_path),
                     "%s/" HOP_SESSIONS_DIR "/%s/keeper", m->run_dir, id);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd >= 0 && n > 0 && (size_t)n < sizeof(a.sun_path) &&
        connect(fd, (struct sockaddr *)&a, sizeof(a)) == 0) {
        struct monitor_session *s = new_session(m, id, 0, fd);
        s->running = true;
        link_session(s);
        return;
    }
    if (fd >= 0)
        close(fd);
    static const char *const names[] = {"keeper", "krb5cc", ""};
    for (size_t i = 0; i < HOP_ARRAY_SIZE(names); i++) {
        HOP_AUTO_FREE char *path = hop_xasprintf(
            "%s/" HOP_SESSIONS_DIR "/%s/%s", m->run_dir, id, names[i]);
        if (names[i][0] ? unlink(path) : rmdir(path))
            continue;
    }
}

void
monitor_session_find(struct monitor *m)
{
    HOP_AUTO_FREE char *path =
        hop_xasprintf("%s/" HOP_SESSIONS_DIR, m->run_dir);
    DIR *d = opendir(path);

    if (!d)
        return;
    for (struct dirent *e; (e = readdir(d)) != NULL;) {
        if (e->d_name[0] != '.')
            adopt(m, e->d_name);
    }
    closedir(d);
}

/* ------------------------------------------------------- Basic's password */

static void
finish_check(struct monitor_check *k)
{
    struct monitor_check **link = &k->m->checks;
    const char *text = hop_buf_str(&k->answer);
    bool ok = text[0] == '+';
    struct hop_msg_checked c = {.ok = ok, .text = text[0] ? text + 1 : text};

    hop_ipc_send(&k->m->children[MONITOR_AUTH].ipc, HOP_MSG_CHECKED, k->id, &c,
                 NULL, 0);
    while (*link != k)
        link = &(*link)->next;
    *link = k->next;
    hop_set_remove(&k->m->set, &k->source);
    close(k->source.fd);
    hop_buf_done(&k->answer);
    free(k);
}

static void
on_check(struct hop_source *s, uint32_t events)
{
    struct monitor_check *k = s->ctx;
    char block[512];
    ssize_t n = read(s->fd, block, sizeof(block));

    if (n > 0 && k->answer.len < 4096)
        hop_buf_add(&k->answer, block, (size_t)n);
    else if (n == 0 || (errno != EAGAIN && errno != EINTR))
        finish_check(k);
}

/* In a throw-away child: modules may wait (pam_faildelay) or fail. */
static void __attribute__((noreturn))
ask_pam(const struct monitor *m, const struct hop_msg_check *c, int fd)
{
    HOP_AUTO_SECRET struct hop_secret *password =
        hop_secret_new(c->password.data, c->password.len);
    struct hop_error err = {.text = "a server of one user asks no PAM"};
    bool ok =
        !m->user_mode && password &&
        hop_basic_check(HOP_PAM_SERVICE, c->user, password, c->peer, &err);
    char answer[600];

    int n = snprintf(answer, sizeof(answer), "%c%.500s", ok ? '+' : '-',
                     ok ? "" : err.text);
    _exit(write(fd, answer, (size_t)n) == n ? 0 : 1);
}

bool
monitor_session_check(void *ctx, struct hop_ipc_msg *msg, struct hop_error *err)
{
    struct monitor *m = ctx;
    struct hop_msg_check c;
    int fds[2];

    if (!hop_ipc_unpack(msg, &c, err))
        return false;
    if (pipe2(fds, O_CLOEXEC | O_NONBLOCK) < 0)
        return hop_error_errno(err, errno, "pipe");
    pid_t pid = fork();
    if (pid == 0)
        ask_pam(m, &c, fds[1]);
    close(fds[1]);
    struct monitor_check *k = hop_xmalloc(sizeof(*k));
    k->m = m;
    k->id = msg->id;
    k->source = (struct hop_source){.fd = fds[0], .fn = on_check, .ctx = k};
    k->next = m->checks;
    m->checks = k;
    hop_set_want(&m->set, &k->source, EPOLLIN);
    return true;
}
