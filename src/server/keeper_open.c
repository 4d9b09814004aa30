/* Opening a session: who it is for, what it may see, and hopd-run as the user.
 *
 * SPDX-License-Identifier: MIT
 */
#include "server/keeper_state.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/text.h"
#include "wsman/uri.h"
#include "server/names.h"

#define DEFAULT_PATH "/usr/local/bin:/usr/bin:/bin:/usr/local/games:/usr/games"

extern char **environ;

static bool
find_account(struct keeper *q, struct hop_error *err)
{
    const char *user = q->start.user;

    const struct passwd *pw =
        q->k->user_mode ? getpwuid(getuid()) : getpwnam(user);

    if (!pw)
        return hop_error_set(err, HOP_ERROR_WSMAN, 0x80070525,
                             "there is no account %s on this host", user);
    if (q->k->user_mode && strcmp(pw->pw_name, user) != 0)
        return hop_error_set(err, HOP_ERROR_WSMAN, 5,
                             "this server runs for %s alone", pw->pw_name);
    q->account = (struct passwd){.pw_name = hop_xstrdup(pw->pw_name),
                                 .pw_dir = hop_xstrdup(pw->pw_dir),
                                 .pw_shell = hop_xstrdup(pw->pw_shell),
                                 .pw_uid = pw->pw_uid,
                                 .pw_gid = pw->pw_gid};
    return true;
}

static bool
make_directory(struct keeper *q, struct hop_error *err)
{
    const struct hop_keeper *k = q->k;

    q->dir = hop_xasprintf("%s/" HOP_SESSIONS_DIR "/%s", k->run_dir,
                           q->start.session);
    if (mkdir(q->dir, 0711) < 0)
        return hop_error_errno(err, errno, "create %s", q->dir);
    return true;
}

/* The session's own copy of the ticket cache, which nobody else can read. */
static bool
copy_ccache(struct keeper *q, struct hop_error *err)
{
    char block[4096];
    ssize_t n;

    if (q->ccache_fd < 0) {
        if (q->start.ccache[0] != '\0')
            q->ccache = hop_xstrdup(q->start.ccache);
        return true;
    }
    HOP_AUTO_FREE char *path = hop_xasprintf("%s/krb5cc", q->dir);
    HOP_AUTO_FD int fd =
        open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        return hop_error_errno(err, errno, "create %s", path);
    lseek(q->ccache_fd, 0, SEEK_SET);
    while ((n = read(q->ccache_fd, block, sizeof(block))) > 0) {
        if (write(fd, block, (size_t)n) != n)
            return hop_error_errno(err, errno, "write %s", path);
    }
    explicit_bzero(block, sizeof(block));
    close(q->ccache_fd);
    if (!q->k->user_mode &&
        fchown(fd, q->account.pw_uid, q->account.pw_gid) < 0)
        return hop_error_errno(err, errno, "give away %s", path);
    q->ccache = hop_xasprintf("FILE:%s", path);
    return true;
}

struct env {
    char *list[256];
    size_t count;
};

static void
put_env(struct env *e, const char *name, const char *value)
{
    if (e->count + 1 < HOP_ARRAY_SIZE(e->list) && value && value[0] != '\0')
        e->list[e->count++] = hop_xasprintf("%s=%s", name, value);
}

/* Later settings win; hopd-run's own lookup takes the first. */
static void
put_list(struct env *e, char **list)
{
    for (size_t i = 0; list && list[i]; i++) {
        size_t n = strcspn(list[i], "=");
        size_t at = 0;
        while (at < e->count &&
               (strncmp(e->list[at], list[i], n) != 0 || e->list[at][n] != '='))
            at++;
        if (at + 1 >= HOP_ARRAY_SIZE(e->list))
            break;
        e->list[at] = list[i];
        e->count += at == e->count;
    }
}

/* Wrappers before all other programs, names of Windows' after them. */
static void
extend_path(const struct keeper *q, struct env *e)
{
    const char *run = q->k->run_dir;
    bool wraps = q->ccache && strcmp(q->ccache, "KCM:") == 0;

    for (size_t i = 0; i < e->count; i++) {
        if (strncmp(e->list[i], "PATH=", 5) == 0)
            e->list[i] = hop_xasprintf(
                "PATH=%s%s%s:%s/" HOP_NAMES_DIR, wraps ? run : "",
                wraps ? "/" HOP_WRAPPERS_DIR ":" : "", e->list[i] + 5, run);
    }
}

/* What programs in the session see.  HOP_SESSION and its kin let hop and winrs
 * explain a credential that is not there; none of them is a secret. */
static void
build_environment(const struct keeper *q, struct env *e)
{
    const struct hop_msg_start *s = &q->start;

    memset(e, 0, sizeof(*e));
    put_env(e, "PATH", DEFAULT_PATH);
    put_env(e, "HOME", q->account.pw_dir);
    put_env(e, "USER", q->account.pw_name);
    put_env(e, "LOGNAME", q->account.pw_name);
    put_env(e, "SHELL",
            q->account.pw_shell[0] ? q->account.pw_shell : "/bin/sh");
    put_env(e, "TEMP", "/tmp"); /* clients of Windows hosts ask for it */
    if (q->k->user_mode)
        put_list(e, environ);
    if (q->pam)
        put_list(e, hop_pam_environment(q->pam));
    extend_path(q, e);
    put_env(e, "KRB5CCNAME", q->ccache);
    put_env(e, "KRB5_CONFIG", s->krb5_config);
    put_env(e, "HOP_SESSION", s->session);
    put_env(e, "HOP_SESSION_LOGON", hop_logon_names[s->kind % HOP_LOGON_COUNT]);
    put_env(e, "HOP_SESSION_DELEGATION",
            hop_delegation_names[s->delegation % HOP_DELEGATION_COUNT]);
    put_env(e, "HOP_SESSION_PRINCIPAL", s->principal);
    put_env(e, "HOP_SESSION_CLIENT", s->peer);
    put_env(e, "HOP_SESSION_REASON", s->reason);
}

/* No group keeps the limit: at least no single process takes more. */
static void
limit_memory(const struct keeper *q)
{
    struct rlimit r;

#if defined(__SANITIZE_ADDRESS__)
    return; /* its shadow is terabytes of address space */
#endif
    if (q->group.memory || q->start.memory_mb == 0 ||
        getrlimit(RLIMIT_DATA, &r) < 0)
        return;
    r.rlim_cur = (rlim_t)q->start.memory_mb << 20;
    if (r.rlim_max == RLIM_INFINITY || r.rlim_max > r.rlim_cur)
        r.rlim_max = r.rlim_cur;
    setrlimit(RLIMIT_DATA, &r);
}

/* The keeper is in its session's group, and must be the last to go when that
 * has no memory left. */
void
keeper_set_oom(const struct keeper *q, const char *score)
{
    HOP_AUTO_FD int fd = q->k->user_mode ? -1
                                         : open("/proc/self/oom_score_adj",
                                                O_WRONLY | O_CLOEXEC);

    if (fd >= 0 && write(fd, score, strlen(score)) < 0)
        return;
}

/* What serves the endpoint. */
static const char *
run_program(const char *resource)
{
    size_t n = strlen(HOP_URI_POWERSHELL);

    if (hop_ascii_ieqn(resource, HOP_URI_WMI, strlen(HOP_URI_WMI)))
        return "hopd-run-cim";
    return hop_ascii_ieqn(resource, HOP_URI_POWERSHELL, n) ? "hopd-run-ps"
                                                           : "hopd-run";
}

static void __attribute__((noreturn))
become_run(const struct keeper *q, int fd, struct env *e)
{
    sigset_t none;
    const char *name = run_program(q->start.resource);
    HOP_AUTO_FREE char *path = hop_xasprintf("%s/%s", q->k->bin_dir, name);
    char *argv[] = {(char *)name, NULL};

    setsid();
    keeper_set_oom(q, "0");
    limit_memory(q);
    if (!q->k->user_mode && (setresgid(q->account.pw_gid, q->account.pw_gid,
                                       q->account.pw_gid) < 0 ||
                             setresuid(q->account.pw_uid, q->account.pw_uid,
                                       q->account.pw_uid) < 0))
        _exit(126);
    umask(022);
    if (chdir(q->account.pw_dir) < 0 && chdir("/") < 0)
        _exit(126);
    if (dup2(fd, HOP_IPC_MONITOR_FD) < 0)
        _exit(126);
    int null = open("/dev/null", O_RDWR);
    for (int i = 0; i < 3; i++)
        dup2(null, i);
    close_range(HOP_IPC_MONITOR_FD + 1, ~0u, 0);
    /* dup2 of a descriptor onto itself keeps close-on-exec. */
    fcntl(HOP_IPC_MONITOR_FD, F_SETFD, 0);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    execve(path, argv, e->list);
    _exit(127);
}

static bool
start_run(struct keeper *q, struct hop_error *err)
{
    struct env e;
    int fds[2];

    build_environment(q, &e);
    if (!hop_ipc_pair(fds, err))
        return false;
    q->pid = fork();
    if (q->pid < 0)
        return hop_error_errno(err, errno, "fork");
    if (q->pid == 0)
        become_run(q, fds[1], &e);
    close(fds[1]);
    hop_ipc_init(&q->run, fds[0], HOP_PEER_KEEPER, HOP_PEER_RUN);
    return true;
}

/* The monitor has raised its own; PAM (pam_limits) may set others yet. */
static void
reset_files_limit(const struct keeper *q)
{
    struct rlimit r = {q->k->files_soft, q->k->files_hard};

    if (q->k->files_hard > 0)
        setrlimit(RLIMIT_NOFILE, &r);
}

/* The group was made before the endpoint was known. */
static void
set_group_limits(struct keeper *q)
{
    const struct hop_msg_start *s = &q->start;

    if (s->memory_mb != q->k->memory_mb ||
        s->processes_max != q->k->processes_max)
        hop_group_enter(&q->group, q->k->group, s->memory_mb, s->processes_max);
}

bool
keeper_open(struct keeper *q, struct hop_error *err)
{
    reset_files_limit(q);
    set_group_limits(q);
    if (!find_account(q, err) || !make_directory(q, err) ||
        !copy_ccache(q, err))
        return false;
    if (!q->k->user_mode && !hop_pam_open(q->account.pw_name, q->account.pw_gid,
                                          q->start.peer, &q->pam, err))
        return false;
    return start_run(q, err);
}
