/* hopd: command line, signals, loop.
 *
 * SPDX-License-Identifier: MIT
 */
#include "server/monitor.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <malloc.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ad/sddl.h"
#include "base/alloc.h"
#include "server/group.h"
#include "server/journal.h"
#include "server/keeper.h"
#include "server/monitor_state.h"
#include "server/names.h"
#include "server/pam.h"

#define RUN_DIR      "/run/hop"
#define STOP_WAIT_MS 5000
#define FILES_WANTED 65536

static const char usage[] =
    "usage: hopd [--user] [--config-dir DIR] [--run-dir DIR] [--log FILE]\n"
    "            [--check]\n"
    "\n"
    "  --user            serve the account that starts it, without root\n"
    "  --config-dir DIR  settings (" HOP_CONFIG_DIR
    "; with --user ~/.config/hop)\n"
    "  --run-dir DIR     sockets and tickets of sessions (" RUN_DIR ";\n"
    "                    with --user $XDG_RUNTIME_DIR/hop)\n"
    "  --log FILE        events as lines of text, not to the journal\n"
    "  --check           read the settings, say what is wrong, and exit\n";

static const struct option options[] = {
    {"user", no_argument, NULL, 'u'},
    {"config-dir", required_argument, NULL, 'c'},
    {"run-dir", required_argument, NULL, 'r'},
    {"log", required_argument, NULL, 'l'},
    {"check", no_argument, NULL, 'k'},
    {"help", no_argument, NULL, 'h'},
    {"version", no_argument, NULL, 'v'},
    {NULL, 0, NULL, 0},
};

static char *
default_dir(bool user, const char *variable, const char *below,
            const char *system)
{
    const char *base = getenv(variable), *home = getenv("HOME");

    if (!user)
        return hop_xstrdup(system);
    if (base && base[0] == '/')
        return hop_xasprintf("%s/hop", base);
    return hop_xasprintf("%s/%s/hop", home ? home : "", below);
}

/* The folder of this program: the others lie beside it. */
static char *
program_dir(void)
{
    char path[4096];
    ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);

    if (n <= 0)
        return hop_xstrdup("/usr/libexec/hop");
    path[n] = '\0';
    *strrchr(path, '/') = '\0';
    /* Installed, the others lie in libexec. */
    HOP_AUTO_FREE char *beside = hop_xasprintf("%s/hopd-net", path);
    return access(beside, X_OK) == 0 ? hop_xstrdup(path)
                                     : hop_xasprintf("%s/../libexec/hop", path);
}

/* 0: go on; else exit with status - 1. */
static int
parse_options(struct monitor *m, int argc, char **argv, bool *check,
              struct hop_error *err)
{
    int c;

    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        switch (c) {
        case 'u': m->user_mode = true; break;
        case 'c': m->config_dir = hop_xstrdup(optarg); break;
        case 'r': m->run_dir = hop_xstrdup(optarg); break;
        case 'k': *check = true; break;
        case 'l':
            m->log_fd =
                open(optarg, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
            if (m->log_fd < 0) {
                hop_error_errno(err, errno, "open %s", optarg);
                fprintf(stderr, "hopd: %s\n", err->text);
                return 2;
            }
            break;
        case 'h': fputs(usage, stdout); return 1;
        case 'v': puts("hopd (hop) " HOP_VERSION); return 1;
        default: fputs(usage, stderr); return 3;
        }
    }
    if (optind < argc) {
        fputs(usage, stderr);
        return 3;
    }
    if (!m->config_dir)
        m->config_dir = default_dir(m->user_mode, "XDG_CONFIG_HOME", ".config",
                                    HOP_CONFIG_DIR);
    if (!m->run_dir)
        m->run_dir =
            default_dir(m->user_mode, "XDG_RUNTIME_DIR", ".cache", RUN_DIR);
    return 0;
}

static bool
make_dir(const char *path, mode_t mode, struct hop_error *err)
{
    struct stat st;

    if (mkdir(path, mode) < 0 && errno != EEXIST)
        return hop_error_errno(err, errno, "create %s", path);
    if (lstat(path, &st) < 0 || !S_ISDIR(st.st_mode) ||
        st.st_uid != geteuid() || (st.st_mode & 022))
        return hop_error_set(err, HOP_ERROR_GENERIC, 0,
                             "%s must be a directory that only its owner, this "
                             "server's account, can write to",
                             path);
    return true;
}

/* Programs that cannot ask a session's credential agent are found here first,
 * under their own names: see programs/hop_tickets.c. */
static bool
make_wrappers(const struct monitor *m, struct hop_error *err)
{
    HOP_AUTO_FREE char *dir = hop_xasprintf("%s/" HOP_WRAPPERS_DIR, m->run_dir);
    HOP_AUTO_FREE char *beside = hop_xasprintf("%s/hop-tickets", m->bin_dir);
    const char *target =
        access(beside, X_OK) == 0 ? beside : "/usr/bin/hop-tickets";
    static const char *const names[] = {"smbclient", "hop-tickets"};

    if (!make_dir(dir, 0755, err))
        return false;
    for (size_t i = 0; i < HOP_ARRAY_SIZE(names); i++) {
        HOP_AUTO_FREE char *link = hop_xasprintf("%s/%s", dir, names[i]);
        unlink(link);
        if (access(target, X_OK) == 0 && symlink(target, link) < 0)
            return hop_error_errno(err, errno, "create %s", link);
    }
    return true;
}

/* Names that clients of Windows hosts call programs by: server/names.h. */
static bool
make_names(const struct monitor *m, struct hop_error *err)
{
    HOP_AUTO_FREE char *dir = hop_xasprintf("%s/" HOP_NAMES_DIR, m->run_dir);
    HOP_AUTO_FREE char *beside = hop_xasprintf("%s/hop", m->bin_dir);

    return make_dir(dir, 0755, err) &&
           hop_names_make(
               dir, access(beside, X_OK) == 0 ? beside : "/usr/bin/hop", err);
}

static bool
prepare(struct monitor *m, struct hop_error *err)
{
    HOP_AUTO_FREE char *sessions =
        hop_xasprintf("%s/" HOP_SESSIONS_DIR, m->run_dir);
    const struct passwd *pw = getpwuid(geteuid());
    struct rlimit files;

    if (!m->user_mode && geteuid() != 0)
        return hop_error_set(err, HOP_ERROR_GENERIC, 0,
                             "hopd must be started by root; `hopd --user` "
                             "serves one account without");
    if (m->user_mode && !pw)
        return hop_error_set(err, HOP_ERROR_GENERIC, 0,
                             "user id %d has no account", (int)geteuid());
    m->user = hop_xstrdup(m->user_mode ? pw->pw_name : "");
    if (!m->user_mode && !hop_pam_check_service(err))
        return false;
    /* A descriptor per connection, and two per session. */
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        m->files_soft = files.rlim_cur;
        m->files_hard = files.rlim_max;
        files.rlim_cur = files.rlim_max < FILES_WANTED || geteuid() == 0
                             ? files.rlim_max
                             : FILES_WANTED;
        if (geteuid() == 0 && files.rlim_max < FILES_WANTED)
            files.rlim_cur = files.rlim_max = FILES_WANTED;
        setrlimit(RLIMIT_NOFILE, &files);
    }
    return make_dir(m->run_dir, 0711, err) && make_dir(sessions, 0711, err) &&
           make_wrappers(m, err) && make_names(m, err);
}

void
monitor_reload(struct monitor *m)
{
    struct hop_config new;
    struct hop_error err;

    hop_config_init(&new);
    if (!hop_config_load(&new, m->config_dir, &err) ||
        !hop_sddl_check_config(&new, &err)) {
        hop_config_done(&new);
        hop_journal(HOP_EVENT_TROUBLE, NULL,
                    "the settings are not reloaded: %s", err.text);
        return;
    }
    hop_config_done(&m->config);
    m->config = new;
    monitor_watch_certificates(m);
    if (!monitor_listen_open(m, &err))
        hop_journal(HOP_EVENT_TROUBLE, NULL, "%s", err.text);
    monitor_child_send_config(m);
    if (!m->user_mode)
        hop_pam_preload();
    monitor_session_drop_spares(m);
    monitor_policy_look(m);
    hop_journal(HOP_EVENT_CONFIG, NULL, "settings reloaded from %s",
                m->config_dir);
}

static void
reap(struct monitor *m)
{
    pid_t pid;
    int status;

    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
        bool child = false;
        for (size_t i = 0; i < MONITOR_CHILDREN; i++) {
            if (m->children[i].pid != pid)
                continue;
            monitor_child_ended(&m->children[i], status);
            child = true;
        }
        if (!child && !monitor_policy_ended(m, pid, status))
            monitor_session_ended(m, pid);
    }
}

static void
on_signals(struct hop_source *s, uint32_t events)
{
    struct monitor *m = s->ctx;
    struct signalfd_siginfo info;

    while (read(s->fd, &info, sizeof(info)) == sizeof(info)) {
        if (info.ssi_signo == SIGHUP)
            monitor_reload(m);
        else if (info.ssi_signo == SIGTERM || info.ssi_signo == SIGINT)
            m->stopping = true;
    }
    reap(m);
}

static bool
watch_signals(struct monitor *m, struct hop_error *err)
{
    sigset_t mask;

    sigemptyset(&mask);
    sigaddset(&mask, SIGCHLD);
    sigaddset(&mask, SIGHUP);
    sigaddset(&mask, SIGTERM);
    sigaddset(&mask, SIGINT);
    sigprocmask(SIG_BLOCK, &mask, NULL);
    signal(SIGPIPE, SIG_IGN);
    int fd = signalfd(-1, &mask, SFD_CLOEXEC | SFD_NONBLOCK);
    if (fd < 0)
        return hop_error_errno(err, errno, "signalfd");
    m->signals = (struct hop_source){.fd = fd, .fn = on_signals, .ctx = m};
    hop_set_want(&m->set, &m->signals, EPOLLIN);
    return true;
}

static bool
start(struct monitor *m, struct hop_error *err)
{
    m->state = 1;
    for (size_t i = 0; i < MONITOR_CHILDREN; i++)
        m->children[i].ipc.fd = m->children[i].source.fd = -1;
    if (!prepare(m, err) || !hop_set_init(&m->set, err) ||
        !watch_signals(m, err) || !monitor_listen_open(m, err))
        return false;
    if (!m->user_mode)
        hop_pam_preload();
    if (!m->user_mode)
        hop_group_prepare();
    monitor_session_find(m);
    monitor_watch_start(m);
    monitor_settings_start(m);
    if (!monitor_child_start(m, MONITOR_AUTH, err) ||
        !monitor_child_start(m, MONITOR_NET, err))
        return false;
    /* Nobody is let in before hopd-net can ask who it is. */
    monitor_child_pair(m);
    monitor_listen_send(m);
    monitor_policy_look(m);
    return true;
}

/* The sooner of two waits; -1 is none. */
static int
sooner(int a, int b)
{
    return a < 0 || (b >= 0 && b < a) ? b : a;
}

static void
flush_all(struct monitor *m)
{
    for (size_t i = 0; i < MONITOR_CHILDREN; i++)
        monitor_child_flush(&m->children[i]);
    monitor_session_flush(m);
}

/* hopd-net finishes what it answers and then exits, hopd-auth likewise.
 * Sessions of the system's server live on for the next hopd. */
static void
stop(struct monitor *m)
{
    uint64_t until = hop_now_ms() + STOP_WAIT_MS;

    for (size_t i = 0; i < MONITOR_CHILDREN; i++)
        hop_ipc_send(&m->children[i].ipc, HOP_MSG_STOP, 0, NULL, NULL, 0);
    if (m->user_mode)
        monitor_session_end_all(m, "server stops");
    for (;;) {
        uint64_t now = hop_now_ms();
        bool busy = m->user_mode && m->sessions;
        for (size_t i = 0; i < MONITOR_CHILDREN; i++)
            busy = busy || m->children[i].pid > 0;
        if (!busy || now >= until)
            break;
        flush_all(m);
        hop_set_wait(&m->set, (int)(until - now));
    }
    for (size_t i = 0; i < MONITOR_CHILDREN; i++) {
        if (m->children[i].pid > 0)
            kill(m->children[i].pid, SIGKILL);
    }
    hop_journal(HOP_EVENT_STOP, NULL, "stopped");
}

static void
release(struct monitor *m)
{
    for (size_t i = 0; i < MONITOR_CHILDREN; i++)
        hop_ipc_done(&m->children[i].ipc);
    monitor_session_done(m);
    monitor_settings_done(m);
    monitor_listen_done(m);
    hop_config_done(&m->config);
    free(m->config_dir);
    free(m->run_dir);
    free(m->bin_dir);
    free(m->user);
}

int
hop_monitor_main(int argc, char **argv)
{
    struct monitor m = {.log_fd = -1};
    struct hop_error err;
    bool check = false;
    int r = parse_options(&m, argc, argv, &check, &err);

    if (r != 0)
        return r - 1;
    m.bin_dir = program_dir();
    hop_journal_init("hopd", m.log_fd);
    hop_config_init(&m.config);
    if (!hop_config_load(&m.config, m.config_dir, &err) ||
        !hop_sddl_check_config(&m.config, &err)) {
        fprintf(stderr, "hopd: %s\n", err.text);
        return 1;
    }
    if (check)
        return 0;
    monitor_listen_inherit();
    if (!start(&m, &err)) {
        hop_journal(HOP_EVENT_TROUBLE, NULL, "hopd does not start: %s",
                    err.text);
        fprintf(stderr, "hopd: %s\n", err.text);
        return 1;
    }
    while (!m.stopping) {
        int wait =
            sooner(monitor_child_restart(&m), monitor_session_prepare(&m));

        wait = sooner(wait, monitor_policy_run(&m));
        flush_all(&m);
        hop_set_wait(&m.set, wait);
    }
    stop(&m);
    release(&m);
    return 0;
}
