/* Starting and stopping services: by systemctl(1), or by the scripts of
 * /etc/init.d where no systemd runs.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/io.h"
#include "base/stack.h"
#include "cim/units.h"

#define OUTPUT_MAX 1024
#define UNIT_DIR   "/etc/systemd/system"

static const struct {
    const char *systemctl; /* its command, options first */
    const char *script;    /* argument of an init script, or NULL */
} verbs[HOP_UNIT_VERBS] = {
    [HOP_UNIT_START] = {"start", "start"},
    [HOP_UNIT_STOP] = {"stop", "stop"},
    [HOP_UNIT_RESTART] = {"restart", "restart"},
    [HOP_UNIT_PAUSE] = {"freeze", NULL},
    [HOP_UNIT_RESUME] = {"thaw", NULL},
    [HOP_UNIT_ENABLE] = {"enable", NULL},
    [HOP_UNIT_DISABLE] = {"disable", NULL},
    [HOP_UNIT_MASK] = {"mask", NULL},
    [HOP_UNIT_UNMASK] = {"unmask", NULL},
};

static void
run_child(const char *const *argv, int out)
{
    int null = open("/dev/null", O_RDONLY);
    sigset_t none;

    hop_stack_lower();
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    dup2(null, STDIN_FILENO);
    dup2(out, STDOUT_FILENO);
    dup2(out, STDERR_FILENO);
    execvp(argv[0], (char *const *)(const void *)argv);
    dprintf(STDERR_FILENO, "%s: %s", argv[0], strerror(errno));
    _exit(127);
}

/* Runs a program; false with what it wrote when it does not succeed. */
static bool
run(const char *const *argv, const char *what, struct hop_error *err)
{
    HOP_AUTO_BUF struct hop_buf text = HOP_BUF_INIT;
    int ends[2], status = 0;
    pid_t pid;
    ssize_t n;

    if (pipe2(ends, O_CLOEXEC) < 0)
        return hop_error_errno(err, errno, "%s", what);
    pid = fork();
    if (pid == 0)
        run_child(argv, ends[1]);
    close(ends[1]);
    do {
        char piece[256];

        n = read(ends[0], piece, sizeof(piece));
        if (n > 0 && text.len < OUTPUT_MAX)
            hop_buf_add(&text, piece, (size_t)n);
    } while (n > 0 || (n < 0 && errno == EINTR));
    close(ends[0]);
    if (pid < 0 || waitpid(pid, &status, 0) < 0)
        return hop_error_errno(err, errno, "%s", what);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return true;
    while (text.len && text.data[text.len - 1] == '\n')
        text.data[--text.len] = '\0';
    return hop_error_set(err, HOP_ERROR_GENERIC, WEXITSTATUS(status), "%s: %s",
                         what, text.len ? hop_buf_str(&text) : argv[0]);
}

/* A name becomes part of a path and of a command line. */
static bool
check_name(const char *name, struct hop_error *err)
{
    if (*name && *name != '-' && *name != '.' && !strchr(name, '/') &&
        strlen(name) < 200)
        return true;
    return hop_error_set(err, HOP_ERROR_GENERIC, 0,
                         "'%.100s' cannot be the name of a service.", name);
}

static const char *
real_name(const char *name)
{
    return strcasecmp(name, "WinRM") == 0 ? "hopd" : name;
}

bool
hop_unit_do(const char *name, enum hop_unit_verb verb, struct hop_error *err)
{
    HOP_AUTO_FREE char *unit = NULL;
    HOP_AUTO_FREE char *script = NULL;

    name = real_name(name);
    if (!check_name(name, err))
        return false;
    unit = hop_xasprintf("%s.service", name);
    if (hop_units_managed()) {
        const char *const argv[] = {"systemctl", "--no-ask-password",
                                    "--quiet",   verbs[verb].systemctl,
                                    unit,        NULL};
        return run(argv, "systemctl refused", err);
    }
    script = hop_xasprintf("/etc/init.d/%s", name);
    if (verbs[verb].script && access(script, X_OK) == 0) {
        const char *const argv[] = {script, verbs[verb].script, NULL};
        return run(argv, script, err);
    }
    return hop_error_set(
        err, HOP_ERROR_GENERIC, 0,
        "systemd does not run on this host, and %s %s. Start and stop the "
        "program of the service by other means",
        script,
        access(script, F_OK) == 0 ? "cannot do that" : "does not exist");
}

/* ---- unit files ---- */

static bool
write_file(const char *path, const struct hop_buf *text, struct hop_error *err)
{
    HOP_AUTO_FD int fd =
        open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);

    if (fd < 0)
        return hop_error_errno(err, errno, "%s cannot be written", path);
    if (hop_fd_write(fd, text->data, text->len))
        return true;
    hop_error_errno(err, errno, "%s cannot be written", path);
    unlink(path);
    return false;
}

static void
reload(void)
{
    static const char *const argv[] = {"systemctl", "--no-ask-password",
                                       "daemon-reload", NULL};
    struct hop_error ignored;

    if (hop_units_managed())
        (void)!run(argv, "", &ignored);
}

static bool
is_one_line(const char *s)
{
    return !s || !strpbrk(s, "\r\n");
}

bool
hop_unit_create(const char *name, const char *description, const char *exec,
                const char *user, const char *needs, struct hop_error *err)
{
    HOP_AUTO_FREE char *path = NULL;
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    if (!check_name(name, err))
        return false;
    if (!is_one_line(description) || !is_one_line(exec) || !is_one_line(user) ||
        !is_one_line(needs))
        return hop_error_set(err, HOP_ERROR_GENERIC, 0,
                             "A line break cannot stand in a unit file.");
    path = hop_xasprintf(UNIT_DIR "/%s.service", name);
    hop_buf_addf(&b, "[Unit]\nDescription=%s\n",
                 description ? description : name);
    if (needs)
        hop_buf_addf(&b, "Requires=%s\nAfter=%s\n", needs, needs);
    hop_buf_addf(&b, "\n[Service]\nExecStart=%s\n", exec);
    if (user)
        hop_buf_addf(&b, "User=%s\n", user);
    hop_buf_adds(&b, "\n[Install]\nWantedBy=multi-user.target\n");
    if (!write_file(path, &b, err))
        return false;
    reload();
    return true;
}

bool
hop_unit_remove(const char *name, struct hop_error *err)
{
    HOP_AUTO_FREE char *path = NULL;

    if (!check_name(name, err))
        return false;
    path = hop_xasprintf(UNIT_DIR "/%s.service", name);
    if (access(path, F_OK) != 0)
        return hop_error_set(err, HOP_ERROR_GENERIC, 0,
                             "%s does not exist: the unit of %s belongs to a "
                             "package. Remove the package instead.",
                             path, name);
    if (unlink(path) != 0)
        return hop_error_errno(err, errno, "%s cannot be removed", path);
    reload();
    return true;
}
