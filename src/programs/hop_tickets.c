/* hop-tickets SPN... -- COMMAND: runs a command with a ticket cache file that
 * holds tickets for just these services, got from the session's credential
 * agent, for programs that cannot ask it themselves.  The file goes when the
 * command ends.
 *
 * Under the name smbclient it is Samba's smbclient with the ticket for the
 * server on its command line; hopd puts it first on a session's PATH.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "auth/grant.h"
#include "auth/ticketfile.h"
#include "base/alloc.h"

static volatile sig_atomic_t child;

static void
pass_on(int sig)
{
    if (child > 0)
        kill((pid_t)child, sig);
}

static const char *
temp_dir(void)
{
    const char *run = getenv("XDG_RUNTIME_DIR");

    return run != NULL && access(run, W_OK) == 0 ? run : "/tmp";
}

/* An agent serves this session: its cache makes tickets when asked. */
static bool
has_agent(void)
{
    const char *cc = getenv("KRB5CCNAME");

    return cc != NULL && strncmp(cc, "KCM:", 4) == 0;
}

/* Runs it with the file for its cache and returns its exit status. */
static int
run_with(const char *file, const char *program, char **argv)
{
    HOP_AUTO_FREE char *cc = hop_xasprintf("FILE:%s", file);
    int status = 0;

    signal(SIGINT, SIG_IGN);
    signal(SIGQUIT, SIG_IGN);
    child = fork();
    if (child == 0) {
        signal(SIGINT, SIG_DFL);
        signal(SIGQUIT, SIG_DFL);
        setenv("KRB5CCNAME", cc, 1);
        execvp(program, argv);
        fprintf(stderr, "hop-tickets: %s cannot be run: %s\n", program,
                strerror(errno));
        _exit(127);
    }
    signal(SIGTERM, pass_on);
    signal(SIGHUP, pass_on);
    while (child > 0 && waitpid((pid_t)child, &status, 0) < 0 && errno == EINTR)
        ;
    if (!hop_ccache_destroy(file, NULL))
        fprintf(stderr, "hop-tickets: %s is left behind\n", file);
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

/* ---- smbclient */

/* The program of that name further on the PATH that is not this one. */
static char *
find_real(const char *name)
{
    const char *path = getenv("PATH");
    struct stat self, st;

    if (path == NULL || stat("/proc/self/exe", &self) < 0)
        return NULL;
    while (*path != '\0') {
        size_t n = strcspn(path, ":");
        HOP_AUTO_FREE char *at = hop_xasprintf("%.*s/%s", (int)n, path, name);

        if (stat(at, &st) == 0 && access(at, X_OK) == 0 &&
            (st.st_ino != self.st_ino || st.st_dev != self.st_dev))
            return hop_steal(&at);
        path += n + (path[n] == ':');
    }
    return NULL;
}

static bool
is_slash(char c)
{
    return c == '/' || c == '\\';
}

/* "//host/share", "\\host\share". */
static char *
host_of_share(const char *arg)
{
    size_t n;

    if (!is_slash(arg[0]) || !is_slash(arg[1]))
        return NULL;
    n = strcspn(arg + 2, "/\\");
    return n > 0 ? hop_xstrndup(arg + 2, n) : NULL;
}

/* -L host, -Lhost, --list=host, --list host. */
static char *
host_of_list(const char *arg, const char *next)
{
    if (strcmp(arg, "-L") == 0 || strcmp(arg, "--list") == 0)
        return next != NULL ? hop_xstrdup(next) : NULL;
    if (strncmp(arg, "--list=", 7) == 0)
        return hop_xstrdup(arg + 7);
    return strncmp(arg, "-L", 2) == 0 ? hop_xstrdup(arg + 2) : NULL;
}

/* Who names a user means that one and not the session's. */
static bool
names_user(const char *arg)
{
    return strncmp(arg, "-U", 2) == 0 || strncmp(arg, "--user", 6) == 0 ||
           strncmp(arg, "-A", 2) == 0 || strncmp(arg, "--auth", 6) == 0 ||
           strncmp(arg, "--use-krb5-ccache", 17) == 0;
}

static char *
find_host(int argc, char **argv)
{
    char *host = NULL;

    for (int k = 1; k < argc; k++)
        if (names_user(argv[k]))
            return NULL;
    for (int k = 1; k < argc && host == NULL; k++) {
        host = host_of_share(argv[k]);
        if (host == NULL)
            host = host_of_list(argv[k], argv[k + 1]);
    }
    return host;
}

static int
run_smbclient(int argc, char **argv)
{
    HOP_AUTO_FREE char *real = find_real("smbclient");
    HOP_AUTO_FREE char *host = has_agent() ? find_host(argc, argv) : NULL;
    HOP_AUTO_FREE char *spn = hop_xasprintf("cifs/%s", host ? host : "");
    const char *const spns[] = {spn};
    HOP_AUTO_FREE char *file = NULL;
    HOP_AUTO_FREE char **args = NULL;

    if (real == NULL) {
        fprintf(stderr, "smbclient: not found; install the package "
                        "smbclient\n");
        return 127;
    }
    /* Without a ticket smbclient says in its own words what it thinks. */
    if (host == NULL ||
        !hop_ticketfile_make(spns, 1, temp_dir(), &file, NULL)) {
        execv(real, argv);
        return 127;
    }
    args = hop_xcalloc((size_t)argc + 2, sizeof(*args));
    HOP_AUTO_FREE char *option =
        hop_xasprintf("--use-krb5-ccache=FILE:%s", file);
    args[0] = argv[0];
    args[1] = option;
    memcpy(args + 2, argv + 1, (size_t)(argc - 1) * sizeof(*args));
    return run_with(file, real, args);
}

/* ---- hop-tickets */

static int
usage(void)
{
    fputs("usage: hop-tickets SPN... -- COMMAND [ARGUMENT...]\n"
          "Runs COMMAND with a ticket cache file that holds tickets for these "
          "services,\nsuch as cifs/c.corp.test.\n",
          stderr);
    return 2;
}

int
main(int argc, char **argv)
{
    const char *slash = strrchr(argv[0], '/');
    struct hop_error err = {0};
    HOP_AUTO_FREE char *file = NULL;
    int split = 1;

    if (strcmp(slash != NULL ? slash + 1 : argv[0], "smbclient") == 0)
        return run_smbclient(argc, argv);
    while (split < argc && strcmp(argv[split], "--") != 0)
        split++;
    if (split == 1 || split - 1 > HOP_TICKETFILE_SPNS || split + 1 >= argc)
        return usage();
    if (!hop_ticketfile_make((const char *const *)(argv + 1),
                             (size_t)(split - 1), temp_dir(), &file, &err)) {
        fprintf(stderr, "hop-tickets: %s\n", err.text);
        return 1;
    }
    return run_with(file, argv[split + 1], argv + split + 1);
}
