/* Settings changed by administrators who are not root.
 *
 * Over the wire hopd-net asks, and hopd-auth adds who it is; in a session the
 * socket RUN-DIR/config asks, and the kernel tells who it is.  A throw-away
 * child looks the user up, which may take a directory its time, and writes; the
 * server reloads before anybody is told of the success.
 *
 * An administrator is a member of a group of Linux/Administrators, or root. The
 * socket serves those inside their sessions alone: a program that such a user
 * runs elsewhere on this host has not logged on as one who administers it, and
 * asks sudo first.
 *
 * SPDX-License-Identifier: MIT
 */
#include "server/monitor_state.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "ad/sddl.h"
#include "auth/thumbprint.h"
#include "base/alloc.h"
#include "base/io.h"
#include "base/text.h"
#include "config/change.h"
#include "net/token.h"
#include "server/admin.h"
#include "server/journal.h"

#define ANSWER_MAX  4096
#define AT_ONCE_MAX 16
#define READ_MS     5000

struct monitor_change {
    struct monitor_change *next;
    struct monitor *m;
    struct hop_source source; /* pipe from the child */
    uint32_t id;              /* of hopd-net's request; 0: none */
    int fd;                   /* the session's connection; -1: none */
    bool write;               /* it may have changed something */
    struct hop_buf answer;
};

/* ---- in the child */

static bool
deny(const char *user, struct hop_error *err)
{
    return hop_error_set(err, HOP_ERROR_WSMAN, HOP_CONFIG_DENIED,
                         "%s is no administrator of this host "
                         "(Linux/Administrators names them), and settings are "
                         "theirs alone (0x80070005 E_ACCESSDENIED)",
                         user);
}

static bool
is_admin(const struct monitor *m, const char *user)
{
    return m->user_mode
               ? strcmp(user, m->user) == 0
               : hop_admin_is(
                     hop_config_text(&m->config, HOP_SET_ADMINISTRATORS), user);
}

/* "Listener/x/CertificateThumbprint = ..." must name one that there is. */
static bool
check_certificate(const struct monitor *m, const char *line, size_t n,
                  struct hop_error *err)
{
    static const char key[] = "/CertificateThumbprint = ";
    const char *at = memmem(line, n, key, strlen(key));
    HOP_AUTO_FREE char *dirs =
        hop_config_certificate_dirs(&m->config, m->config_dir);
    HOP_AUTO_FREE char *print = NULL, *cert = NULL, *file = NULL;

    if (!hop_ascii_ieqn(line, "Listener/", 9) || at == NULL)
        return true;
    at += strlen(key);
    print = hop_xstrndup(at, (size_t)(line + n - at));
    return print[0] == '\0' ||
           hop_thumbprint_find(dirs, print, &cert, &file, err);
}

static bool
check_certificates(const struct monitor *m, const char *text,
                   struct hop_error *err)
{
    /* That of a token: hopd looks when it opens the listener. */
    if (strstr(text, "/CertificateFile = " HOP_TOKEN_SCHEME) != NULL)
        return true;
    while (*text != '\0') {
        size_t n = strcspn(text, "\n");
        if (!check_certificate(m, text, n, err))
            return false;
        text += n + (text[n] == '\n');
    }
    return true;
}

static bool
change(const struct monitor *m, const char *user, const char *text,
       struct hop_error *err)
{
    if (!is_admin(m, user))
        return deny(user, err);
    return text[0] == '\0' ||
           (check_certificates(m, text, err) &&
            hop_sddl_check_changes(text, err) &&
            hop_config_change_files(m->config_dir, text, err));
}

/* The paths of what was changed: values may be nobody's business. */
static void
note_change(const char *user, const char *from, const char *text)
{
    HOP_AUTO_BUF struct hop_buf paths = HOP_BUF_INIT;

    while (*text != '\0') {
        size_t n = strcspn(text, "\n");
        size_t k = strcspn(text, "=\n");
        if (n > 0)
            hop_buf_addf(&paths, "%s%.*s", paths.len ? ", " : "",
                         (int)(k > 0 && text[k - 1] == ' ' ? k - 1 : k), text);
        text += n + (text[n] == '\n');
    }
    hop_journal(HOP_EVENT_CONFIG, HOP_FIELDS("USER", user, "CLIENT", from),
                "%s changes settings: %s", user, hop_buf_str(&paths));
}

static void __attribute__((noreturn))
answer(int pipe, bool ok, const struct hop_error *err)
{
    HOP_AUTO_BUF struct hop_buf text = HOP_BUF_INIT;

    hop_config_answer_format(ok, err, &text);
    _exit(hop_fd_write(pipe, hop_buf_str(&text), text.len) ? 0 : 1);
}

static void __attribute__((noreturn))
work(const struct monitor *m, const char *user, const char *from,
     const char *text, int pipe)
{
    struct hop_error err = {0};
    bool ok = change(m, user, text, &err);

    if (ok && text[0] != '\0')
        note_change(user, from, text);
    answer(pipe, ok, &err);
}

/* The process's parent, and whether all its user ids are root's.  Who owns
 * /proc/PID says nothing: root owns what nobody may look into. */
static bool
look_at(pid_t pid, pid_t *parent, bool *root)
{
    char path[64], line[256];
    unsigned ids[4];
    int got = 0, number;
    FILE *f;

    snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
    f = fopen(path, "re");
    while (f != NULL && got < 2 && fgets(line, sizeof(line), f) != NULL) {
        if (sscanf(line, "PPid: %d", &number) == 1) {
            *parent = (pid_t)number;
            got++;
        } else if (sscanf(line, "Uid: %u %u %u %u", &ids[0], &ids[1], &ids[2],
                          &ids[3]) == 4) {
            *root = (ids[0] | ids[1] | ids[2] | ids[3]) == 0;
            got++;
        }
    }
    if (f != NULL)
        fclose(f);
    return got == 2;
}

/* Whether the process descends from a keeper: a process of root's that runs
 * hopd's own program.  Nobody else can make one. */
static bool
is_in_session(pid_t pid)
{
    char own[512] = "", path[64], exe[512];
    ssize_t n = readlink("/proc/self/exe", own, sizeof(own) - 1);

    for (int depth = 0; n > 0 && depth < 64 && pid > 1; depth++) {
        pid_t parent = 0;
        bool root = false;

        if (!look_at(pid, &parent, &root))
            return false;
        snprintf(path, sizeof(path), "/proc/%d/exe", (int)pid);
        ssize_t k = readlink(path, exe, sizeof(exe) - 1);
        if (root && k == n && memcmp(own, exe, (size_t)n) == 0)
            return true;
        pid = parent;
    }
    return false;
}

static bool
read_request(int fd, struct hop_buf *out)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};
    uint64_t until = hop_now_ms() + READ_MS;

    while (out->len <= HOP_CONFIG_CHANGES_MAX) {
        uint64_t now = hop_now_ms();
        char block[4096];
        ssize_t n;

        if (now >= until || poll(&p, 1, (int)(until - now)) <= 0)
            return false;
        n = read(fd, block, sizeof(block));
        if (n == 0)
            return memchr(hop_buf_str(out), '\0', out->len) == NULL;
        if (n < 0 && errno != EINTR && errno != EAGAIN)
            return false;
        hop_buf_add(out, block, n > 0 ? (size_t)n : 0);
    }
    return false;
}

/* Who connected, as the kernel says, and what is asked for. */
static void __attribute__((noreturn))
serve_session(const struct monitor *m, int fd, int pipe)
{
    HOP_AUTO_BUF struct hop_buf text = HOP_BUF_INIT;
    struct hop_error err = {0};
    struct ucred peer;
    socklen_t len = sizeof(peer);
    const struct passwd *pw =
        getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) == 0
            ? getpwuid(peer.uid)
            : NULL;

    if (pw == NULL || !read_request(fd, &text)) {
        hop_error_set(&err, HOP_ERROR_GENERIC, 0, "the request is none");
        answer(pipe, false, &err);
    }
    if (!m->user_mode && peer.uid != 0 && !is_in_session(peer.pid)) {
        hop_error_set(&err, HOP_ERROR_WSMAN, HOP_CONFIG_DENIED,
                      "settings are root's: run it with sudo, or in a remote "
                      "session of an administrator (0x80070005 "
                      "E_ACCESSDENIED)");
        answer(pipe, false, &err);
    }
    HOP_AUTO_FREE char *user = hop_xstrdup(pw->pw_name);
    work(m, user, "session", hop_buf_str(&text), pipe);
}

/* ---- in the monitor */

static void
forget(struct monitor_change *k)
{
    struct monitor_change **link = &k->m->changes;

    while (*link != k)
        link = &(*link)->next;
    *link = k->next;
    k->m->change_count--;
    hop_set_remove(&k->m->set, &k->source);
    close(k->source.fd);
    if (k->fd >= 0)
        close(k->fd);
    hop_buf_done(&k->answer);
    free(k);
}

static void
finish(struct monitor_change *k)
{
    const char *text = hop_buf_str(&k->answer);
    struct hop_msg_applied m = {.answer = text};

    if (text[0] == '+' && k->write)
        monitor_reload(k->m);
    if (k->fd < 0)
        hop_ipc_send(&k->m->children[MONITOR_NET].ipc, HOP_MSG_APPLIED, k->id,
                     &m, NULL, 0);
    else
        (void)!send(k->fd, text, strlen(text), MSG_NOSIGNAL | MSG_DONTWAIT);
    forget(k);
}

static void
on_answer(struct hop_source *s, uint32_t events)
{
    struct monitor_change *k = s->ctx;
    char block[512];
    ssize_t n = read(s->fd, block, sizeof(block));

    if (n > 0 && k->answer.len + (size_t)n < ANSWER_MAX)
        hop_buf_add(&k->answer, block, (size_t)n);
    else if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
        finish(k);
}

/* A child that answers into a pipe; 0 in the child, whose end is *pipe. */
static pid_t
start(struct monitor *m, uint32_t id, int fd, bool write, int *pipe)
{
    struct monitor_change *k;
    int fds[2];
    pid_t pid;

    if (m->change_count >= AT_ONCE_MAX || pipe2(fds, O_CLOEXEC) < 0)
        return -1;
    pid = fork();
    if (pid == 0) {
        sigset_t none;
        sigemptyset(&none);
        sigprocmask(SIG_SETMASK, &none, NULL);
        *pipe = fds[1];
        return 0;
    }
    close(fds[1]);
    if (pid < 0) {
        close(fds[0]);
        return -1;
    }
    k = hop_xmalloc(sizeof(*k));
    *k = (struct monitor_change){
        .next = m->changes, .m = m, .id = id, .fd = fd, .write = write};
    k->source = (struct hop_source){.fd = fds[0], .fn = on_answer, .ctx = k};
    hop_buf_init(&k->answer, 0);
    m->changes = k;
    m->change_count++;
    hop_set_want(&m->set, &k->source, EPOLLIN);
    return pid;
}

bool
monitor_settings_apply(struct monitor *m, struct hop_ipc_msg *msg,
                       struct hop_error *err)
{
    struct hop_msg_apply a;
    struct hop_msg_applied busy = {
        .answer = "-803381A8 too many changes of settings at once; try again"};
    int pipe = -1;
    pid_t pid;

    if (!hop_ipc_unpack(msg, &a, err))
        return false;
    pid = start(m, msg->id, -1, a.text[0] != '\0', &pipe);
    if (pid == 0)
        work(m, a.user, a.peer, a.text, pipe);
    if (pid < 0)
        hop_ipc_send(&m->children[MONITOR_NET].ipc, HOP_MSG_APPLIED, msg->id,
                     &busy, NULL, 0);
    return true;
}

static void
on_session(struct hop_source *s, uint32_t events)
{
    struct monitor *m = s->ctx;
    int fd = accept4(s->fd, NULL, NULL, SOCK_CLOEXEC), pipe = -1;
    pid_t pid;

    if (fd < 0)
        return;
    /* Whoever is on this host may ask; half of the room is for the wire. */
    pid = m->change_count < AT_ONCE_MAX / 2 ? start(m, 0, fd, true, &pipe) : -1;
    if (pid == 0)
        serve_session(m, fd, pipe);
    if (pid < 0)
        close(fd);
}

void
monitor_settings_start(struct monitor *m)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    m->settings = (struct hop_source){.fd = -1, .fn = on_session, .ctx = m};
    if (snprintf(at.sun_path, sizeof(at.sun_path), "%s/config", m->run_dir) <
            (int)sizeof(at.sun_path) &&
        fd >= 0) {
        unlink(at.sun_path);
        if (bind(fd, (struct sockaddr *)&at, sizeof(at)) == 0 &&
            chmod(at.sun_path, m->user_mode ? 0600 : 0666) == 0 &&
            listen(fd, AT_ONCE_MAX) == 0) {
            m->settings.fd = fd;
            hop_set_want(&m->set, &m->settings, EPOLLIN);
            return;
        }
    }
    hop_journal(HOP_EVENT_TROUBLE, NULL,
                "%s/config: %s; sessions cannot change settings", m->run_dir,
                strerror(errno));
    if (fd >= 0)
        close(fd);
}

void
monitor_settings_done(struct monitor *m)
{
    while (m->changes != NULL)
        forget(m->changes);
    if (m->settings.fd < 0)
        return;
    hop_set_remove(&m->set, &m->settings);
    close(m->settings.fd);
}
