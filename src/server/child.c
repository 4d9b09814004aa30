/* Start of a child process: forget, confine, drop, sandbox.
 *
 * SPDX-License-Identifier: MIT
 */
#include "server/child.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/landlock.h>
#include <pwd.h>
#include <seccomp.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/heap.h"
#include "server/ipc.h"
#include "server/journal.h"
#include "server/messages.h"

/* What an event loop with sockets, a heap and a clock needs. */
static const char *const common_calls[] = {"read",
                                           "write",
                                           "readv",
                                           "writev",
                                           "pread64",
                                           "recvfrom",
                                           "recvmsg",
                                           "recvmmsg",
                                           "sendto",
                                           "sendmsg",
                                           "close",
                                           "close_range",
                                           "accept",
                                           "accept4",
                                           "shutdown",
                                           "getsockopt",
                                           "setsockopt",
                                           "getsockname",
                                           "getpeername",
                                           "epoll_create",
                                           "epoll_create1",
                                           "epoll_ctl",
                                           "epoll_wait",
                                           "epoll_pwait",
                                           "epoll_pwait2",
                                           "poll",
                                           "ppoll",
                                           "select",
                                           "pselect6",
                                           "eventfd2",
                                           "timerfd_create",
                                           "timerfd_settime",
                                           "pipe",
                                           "pipe2",
                                           "dup",
                                           "dup2",
                                           "dup3",
                                           "fcntl",
                                           "ioctl",
                                           "brk",
                                           "mmap",
                                           "munmap",
                                           "mremap",
                                           "mprotect",
                                           "madvise",
                                           "openat",
                                           "open",
                                           "stat",
                                           "fstat",
                                           "lstat",
                                           "newfstatat",
                                           "statx",
                                           "lseek",
                                           "access",
                                           "faccessat",
                                           "faccessat2",
                                           "readlink",
                                           "readlinkat",
                                           "getdents64",
                                           "getcwd",
                                           "clock_gettime",
                                           "clock_getres",
                                           "gettimeofday",
                                           "time",
                                           "nanosleep",
                                           "clock_nanosleep",
                                           "getrandom",
                                           "getpid",
                                           "getppid",
                                           "gettid",
                                           "getuid",
                                           "geteuid",
                                           "getgid",
                                           "getegid",
                                           "getgroups",
                                           "uname",
                                           "sysinfo",
                                           "prlimit64",
                                           "getrlimit",
                                           "futex",
                                           "set_robust_list",
                                           "rseq",
                                           "sched_yield",
                                           "sched_getaffinity",
                                           "rt_sigaction",
                                           "rt_sigprocmask",
                                           "rt_sigreturn",
                                           "sigaltstack",
                                           "restart_syscall",
                                           "tgkill",
                                           "exit",
                                           "exit_group",
                                           "umask",
                                           NULL};

bool
hop_child_args_parse(int argc, char **argv, struct hop_child_args *out,
                     struct hop_error *err)
{
    memset(out, 0, sizeof(*out));
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--user") == 0)
            out->user_mode = true;
        else if (strcmp(argv[i], "--log") == 0)
            out->has_log = true;
        else
            return hop_error_set(err, HOP_ERROR_GENERIC, 0,
                                 "%s: this program is started by hopd",
                                 argv[0]);
    }
    struct stat st;
    if (fstat(HOP_IPC_MONITOR_FD, &st) < 0 || !S_ISSOCK(st.st_mode))
        return hop_error_set(err, HOP_ERROR_GENERIC, 0,
                             "%s: this program is started by hopd", argv[0]);
    return true;
}

void
hop_child_forget(const struct hop_child_rules *rules,
                 const struct hop_child_args *args)
{
    sigset_t none;

    close_range(HOP_IPC_MONITOR_FD + (args->has_log ? 2 : 1), ~0u, 0);
    for (int i = 1; i < NSIG; i++)
        signal(i, SIG_DFL);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    signal(SIGINT, SIG_IGN); /* the monitor says STOP */
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    /* A child without its monitor has no business. */
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    /* Core dumps would hold keys. */
    prctl(PR_SET_DUMPABLE, 0);
    hop_heap_keep();
    umask(077);
    hop_journal_init(rules->name, args->has_log ? HOP_CHILD_LOG_FD : -1);
}

#ifdef __SANITIZE_ADDRESS__
/* LeakSanitizer traces its process from another, which the sandbox forbids. */
__attribute__((visibility("default"))) int __lsan_is_turned_off(void);

int
__lsan_is_turned_off(void)
{
    return prctl(PR_GET_DUMPABLE) == 0;
}
#endif

#define READ_RIGHTS (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define WRITE_RIGHTS                                                           \
    (READ_RIGHTS | LANDLOCK_ACCESS_FS_WRITE_FILE |                             \
     LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK |              \
     LANDLOCK_ACCESS_FS_REMOVE_FILE)
#define ALL_RIGHTS                                                             \
    (WRITE_RIGHTS | LANDLOCK_ACCESS_FS_EXECUTE |                               \
     LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_MAKE_CHAR |            \
     LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_SOCK |              \
     LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK |            \
     LANDLOCK_ACCESS_FS_MAKE_SYM)

static void
allow_paths(int ruleset, const char *const *paths, uint64_t rights)
{
    for (; paths && *paths; paths++) {
        HOP_AUTO_FD int fd = open(*paths, O_PATH | O_CLOEXEC);
        struct stat st;
        if (fd < 0 || fstat(fd, &st) < 0)
            continue; /* not on this system */
        struct landlock_path_beneath_attr rule = {.allowed_access = rights,
                                                  .parent_fd = fd};
        if (!S_ISDIR(st.st_mode))
            rule.allowed_access &=
                LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE;
        syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH,
                &rule, 0);
    }
}

/* Landlock instead of a chroot: gss_import_sec_context opens krb5.conf and
 * loads plugins.  A kernel without it is no reason not to serve. */
static bool
confine_files(const struct hop_child_rules *rules, struct hop_error *err)
{
    struct landlock_ruleset_attr attr = {.handled_access_fs = ALL_RIGHTS};
    HOP_AUTO_FD int ruleset =
        (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof(attr), 0);

    if (ruleset < 0 && (errno == ENOSYS || errno == EOPNOTSUPP)) {
        hop_journal(HOP_EVENT_TROUBLE, NULL,
                    "this kernel has no Landlock: files are protected by "
                    "their permissions alone");
        return true;
    }
    if (ruleset < 0)
        return hop_error_errno(err, errno, "landlock");
    allow_paths(ruleset, rules->readable, READ_RIGHTS);
    allow_paths(ruleset, rules->writable, WRITE_RIGHTS);
    allow_paths(ruleset, rules->programs,
                READ_RIGHTS | LANDLOCK_ACCESS_FS_EXECUTE);
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
        syscall(SYS_landlock_restrict_self, ruleset, 0) < 0)
        return hop_error_errno(err, errno, "landlock");
    return true;
}

/* All three ids, no way back; with uid 0 gone the kernel drops every
 * capability. */
static bool
drop_ids(const struct hop_child_rules *rules, const struct passwd *pw,
         struct hop_error *err)
{
    gid_t gid = pw->pw_gid;

    /* Its groups open what it needs, winbind's for one. */
    if (initgroups(pw->pw_name, gid) < 0 || setresgid(gid, gid, gid) < 0 ||
        setresuid(pw->pw_uid, pw->pw_uid, pw->pw_uid) < 0)
        return hop_error_errno(err, errno, "become %s", rules->account);
    if (setuid(0) == 0 || pw->pw_uid == 0)
        return hop_error_set(err, HOP_ERROR_GENERIC, 0,
                             "%s still has root's rights", rules->name);
    return true;
}

bool
hop_child_confine(const struct hop_child_rules *rules,
                  const struct hop_child_args *args, struct hop_error *err)
{
    const struct passwd *pw = NULL;

    if (!args->user_mode && geteuid() == 0) {
        pw = getpwnam(rules->account);
        if (!pw)
            return hop_error_set(err, HOP_ERROR_GENERIC, 0,
                                 "there is no account %s; install the file "
                                 "sysusers.d/hop.conf or create it",
                                 rules->account);
    }
    if (!confine_files(rules, err))
        return false;
    if (pw && !drop_ids(rules, pw, err))
        return false;
    prctl(PR_SET_DUMPABLE, 0);
    prctl(PR_SET_PDEATHSIG, SIGTERM); /* a change of ids clears it */
    return true;
}

static bool
allow_calls(scmp_filter_ctx filter, const char *const *names)
{
    for (; names && *names; names++) {
        int nr = seccomp_syscall_resolve_name(*names);
        if (nr == __NR_SCMP_ERROR || nr < 0)
            continue; /* this architecture does without */
        if (seccomp_rule_add(filter, SCMP_ACT_ALLOW, nr, 0) < 0)
            return false;
    }
    return true;
}

bool
hop_child_sandbox(const struct hop_child_rules *rules, struct hop_error *err)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    bool ok = filter && allow_calls(filter, common_calls) &&
              allow_calls(filter, rules->calls);
    int r = ok ? seccomp_load(filter) : -EINVAL;

    seccomp_release(filter);
    if (r < 0)
        return hop_error_errno(err, -r, "seccomp");
    return true;
}
