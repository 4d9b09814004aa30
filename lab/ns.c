/* lab-ns: makes and enters the namespaces that are a host of the lab.
 *
 *     lab-ns start PIDFILE LOGFILE HOSTNAME COMMAND...
 *     lab-ns exec PIDFILE USER COMMAND...
 *     lab-ns graft PIDFILE FOLDER TARGET
 *
 * `start` runs COMMAND as process 1 of new mount, UTS, IPC, network and PID
 * namespaces and returns; the host lives until that process ends. `exec` runs
 * COMMAND there as USER, with a fresh ticket when the host has a keytab of the
 * user's, and passes on signals and the exit status; COMMAND dies with it.
 * `graft` puts FOLDER of the machine in the place of what is mounted at TARGET
 * in the host.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <krb5/krb5.h>
#include <pwd.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define KEYTABS  "/run/lab/keytabs"
#define PROGRAMS "/opt/hop"
#define HOST_NAMESPACES                                                        \
    (CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWNET | CLONE_NEWPID)

enum {
    STATUS_LAB_FAILED = 125, /* as env(1), chroot(1): the tool failed */
    STATUS_NOT_RUNNABLE = 126,
    STATUS_NOT_FOUND = 127,
};

/* What of the caller's environment reaches a command in the lab. */
static const char *const kept_variables[] = {
    "TERM",          "COLORTERM",    "ASAN_OPTIONS",
    "UBSAN_OPTIONS", "LSAN_OPTIONS", "NO_COLOR",
};

_Noreturn static void
die(const char *what, const char *which)
{
    fprintf(stderr, "lab: %s %s: %s\n", what, which, strerror(errno));
    exit(STATUS_LAB_FAILED);
}

_Noreturn static void
die_plainly(const char *text)
{
    fprintf(stderr, "lab: %s\n", text);
    exit(STATUS_LAB_FAILED);
}

/* The time a process started, in clock ticks since boot, or 0: together with
 * the process id it names one process for good (proc(5), stat field 22). */
static unsigned long long
read_start_time(pid_t pid)
{
    char path[64], text[1024];
    snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
    FILE *file = fopen(path, "re");
    if (!file)
        return 0;
    size_t n = fread(text, 1, sizeof(text) - 1, file);
    fclose(file);
    text[n] = '\0';
    unsigned long long ticks = 0;
    const char *at = strrchr(text, ')');
    for (int field = 2; at && field < 22; field++)
        at = strchr(at + 1, ' ');
    if (!at || sscanf(at, " %llu", &ticks) != 1)
        return 0;
    return ticks;
}

static void
write_pid_file(const char *path, pid_t pid)
{
    char fresh[4096];
    snprintf(fresh, sizeof(fresh), "%s.new", path);
    FILE *file = fopen(fresh, "we");
    if (!file)
        die("cannot write", fresh);
    fprintf(file, "%d %llu\n", (int)pid, read_start_time(pid));
    if (fclose(file) || rename(fresh, path))
        die("cannot write", path);
}

/* The first process of the host that the file names; ends when it is gone. */
static pid_t
read_pid_file(const char *path)
{
    int pid = 0;
    unsigned long long ticks = 0;
    FILE *file = fopen(path, "re");
    if (file) {
        int fields = fscanf(file, "%d %llu", &pid, &ticks);
        fclose(file);
        if (fields == 2 && ticks && read_start_time(pid) == ticks)
            return pid;
    }
    die_plainly("the lab is not up: run './run lab up' first");
}

static void
redirect(const char *path, int flags, int target)
{
    int fd = open(path, flags | O_CLOEXEC, 0600);
    if (fd < 0 || dup2(fd, target) < 0)
        die("cannot open", path);
    if (fd != target)
        close(fd);
}

static int
start(int argc, char **argv)
{
    if (argc < 4)
        die_plainly("lab-ns start PIDFILE LOGFILE HOSTNAME COMMAND...");
    if (unshare(HOST_NAMESPACES))
        die("cannot make the namespaces of", argv[2]);
    if (mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL))
        die("cannot detach the mounts of", argv[2]);
    if (sethostname(argv[2], strlen(argv[2])))
        die("cannot set host name", argv[2]);
    pid_t pid = fork();
    if (pid < 0)
        die("cannot start", argv[3]);
    if (pid > 0) {
        write_pid_file(argv[0], pid);
        return 0;
    }
    setsid();
    redirect("/dev/null", O_RDONLY, 0);
    redirect(argv[1], O_WRONLY | O_CREAT | O_APPEND, 1);
    dup2(1, 2);
    execv(argv[3], argv + 3);
    die("cannot run", argv[3]);
}

static void
enter(const char *pid_file)
{
    int fd = (int)syscall(SYS_pidfd_open, read_pid_file(pid_file), 0);
    if (fd < 0 || setns(fd, HOST_NAMESPACES))
        die("cannot enter the host of", pid_file);
    close(fd);
}

static void
set_environment(const struct passwd *user)
{
    enum { KEPT = sizeof(kept_variables) / sizeof(kept_variables[0]) };
    char *values[KEPT];
    for (int i = 0; i < KEPT; i++) {
        const char *value = getenv(kept_variables[i]);
        values[i] = value ? strdup(value) : NULL;
    }
    clearenv();
    for (int i = 0; i < KEPT; i++) {
        if (values[i])
            setenv(kept_variables[i], values[i], 1);
        free(values[i]);
    }
    setenv("HOME", user->pw_dir, 1);
    setenv("USER", user->pw_name, 1);
    setenv("LOGNAME", user->pw_name, 1);
    setenv("SHELL", user->pw_shell, 1);
    setenv("LANG", "C.UTF-8", 1);
    setenv("PATH",
           PROGRAMS ":/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:"
                    "/sbin:/bin",
           1);
}

/* A ticket cache of this command's own, so that commands that run side by side
 * never see each other's half-written one; it goes when the lab goes down. */
static void
make_cache_name(const struct passwd *user, char *name, size_t size)
{
    snprintf(name, size, "FILE:/tmp/krb5cc_%u_XXXXXX", (unsigned)user->pw_uid);
    int fd = mkstemp(name + strlen("FILE:"));
    if (fd < 0)
        die("cannot make a ticket cache for", user->pw_name);
    close(fd);
}

static krb5_error_code
store_ticket(krb5_context context, krb5_creds *ticket, const char *name)
{
    krb5_ccache cache = NULL;
    krb5_error_code code = krb5_cc_resolve(context, name, &cache);
    if (!code)
        code = krb5_cc_initialize(context, cache, ticket->client);
    if (!code)
        code = krb5_cc_store_cred(context, cache, ticket);
    if (cache)
        krb5_cc_close(context, cache);
    return code;
}

static krb5_error_code
get_ticket(krb5_context context, const char *keytab_name, const char *user,
           krb5_creds *ticket)
{
    krb5_principal client = NULL;
    krb5_keytab keytab = NULL;
    krb5_get_init_creds_opt *options = NULL;
    krb5_error_code code = krb5_parse_name(context, user, &client);
    if (!code)
        code = krb5_kt_resolve(context, keytab_name, &keytab);
    if (!code)
        code = krb5_get_init_creds_opt_alloc(context, &options);
    if (!code) {
        krb5_get_init_creds_opt_set_forwardable(options, 1);
        code = krb5_get_init_creds_keytab(context, ticket, client, keytab, 0,
                                          NULL, options);
    }
    krb5_get_init_creds_opt_free(context, options);
    if (keytab)
        krb5_kt_close(context, keytab);
    krb5_free_principal(context, client);
    return code;
}

/* Logs the user on with the keytab that the lab keeps for them, if any: root
 * and the like have none and get no ticket. */
static void
log_on(const struct passwd *user)
{
    char keytab[512], cache[128];
    snprintf(keytab, sizeof(keytab), "FILE:" KEYTABS "/%s.keytab",
             user->pw_name);
    if (access(keytab + strlen("FILE:"), R_OK))
        return;
    krb5_context context = NULL;
    krb5_creds ticket = {0};
    int tries = 3;
    make_cache_name(user, cache, sizeof(cache));
    krb5_error_code code = krb5_init_context(&context);
    /* a machine with much to do may keep the DC from answering in time */
    if (!code)
        do
            code = get_ticket(context, keytab, user->pw_name, &ticket);
        while (code == KRB5_KDC_UNREACH && --tries);
    if (!code)
        code = store_ticket(context, &ticket, cache);
    if (code) {
        fprintf(stderr, "lab: no ticket for %s: %s\n", user->pw_name,
                krb5_get_error_message(context, code));
        exit(STATUS_LAB_FAILED);
    }
    krb5_free_cred_contents(context, &ticket);
    krb5_free_context(context);
    if (chown(cache + strlen("FILE:"), user->pw_uid, user->pw_gid))
        die("cannot hand over", cache);
    setenv("KRB5CCNAME", cache, 1);
}

_Noreturn static void
become(const struct passwd *user, char **command)
{
    if (initgroups(user->pw_name, user->pw_gid) || setgid(user->pw_gid) ||
        setuid(user->pw_uid))
        die("cannot become", user->pw_name);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (chdir(user->pw_dir) && chdir("/"))
        die("cannot go to", user->pw_dir);
    execvp(command[0], command);
    int status = errno == ENOENT ? STATUS_NOT_FOUND : STATUS_NOT_RUNNABLE;
    fprintf(stderr, "lab: cannot run %s: %s\n", command[0], strerror(errno));
    exit(status);
}

/* Ends as the child ended, by the same signal if it was one. */
_Noreturn static void
end_like(int status)
{
    if (WIFSIGNALED(status)) {
        sigset_t one;
        int number = WTERMSIG(status);
        signal(number, SIG_DFL);
        prctl(PR_SET_DUMPABLE, 0);
        kill(getpid(), number);
        sigemptyset(&one);
        sigaddset(&one, number);
        sigprocmask(SIG_UNBLOCK, &one, NULL);
        exit(128 + number);
    }
    exit(WEXITSTATUS(status));
}

/* Passes signals on until the child ends. What the terminal sends has reached
 * the child already, both being of one process group. */
_Noreturn static void
attend(pid_t child, const sigset_t *watched)
{
    for (;;) {
        siginfo_t info;
        int status;
        if (sigwaitinfo(watched, &info) < 0)
            continue;
        if (info.si_signo != SIGCHLD) {
            if (info.si_code != SI_KERNEL)
                kill(child, info.si_signo);
            continue;
        }
        if (waitpid(child, &status, WNOHANG) == child)
            end_like(status);
    }
}

static int
exec_in_host(int argc, char **argv)
{
    if (argc < 3)
        die_plainly("lab-ns exec PIDFILE USER COMMAND...");
    enter(argv[0]);
    const struct passwd *user = getpwnam(argv[1]);
    if (!user)
        die_plainly("no such user on that host (there are alice, bob, carol, "
                    "dave, dadmin and root)");
    set_environment(user);
    log_on(user);

    static const int relayed[] = {SIGCHLD, SIGINT,  SIGTERM, SIGHUP,
                                  SIGQUIT, SIGUSR1, SIGUSR2};
    sigset_t watched, before;
    sigemptyset(&watched);
    for (size_t i = 0; i < sizeof(relayed) / sizeof(relayed[0]); i++)
        sigaddset(&watched, relayed[i]);
    sigprocmask(SIG_BLOCK, &watched, &before);
    pid_t child = fork();
    if (child < 0)
        die("cannot start", argv[2]);
    if (child == 0) {
        sigprocmask(SIG_SETMASK, &before, NULL);
        become(user, argv + 2);
    }
    attend(child, &watched);
}

/* A mount copied before and attached after entering: neither side sees the
 * other's tree (open_tree(2), move_mount(2)). */
static int
graft(int argc, char **argv)
{
    if (argc != 3)
        die_plainly("lab-ns graft PIDFILE FOLDER TARGET");
    int tree =
        open_tree(AT_FDCWD, argv[1], OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
    if (tree < 0)
        die("cannot copy the mount of", argv[1]);
    enter(argv[0]);
    umount2(argv[2], MNT_DETACH);
    if (move_mount(tree, "", AT_FDCWD, argv[2], MOVE_MOUNT_F_EMPTY_PATH))
        die("cannot mount at", argv[2]);
    return 0;
}

int
main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "start") == 0)
        return start(argc - 2, argv + 2);
    if (argc > 1 && strcmp(argv[1], "exec") == 0)
        return exec_in_host(argc - 2, argv + 2);
    if (argc > 1 && strcmp(argv[1], "graft") == 0)
        return graft(argc - 2, argv + 2);
    die_plainly("lab-ns start|exec|graft: run through './run lab'");
}
