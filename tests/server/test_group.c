/* Control groups: in a tree of plain files how version 1 and 2 are told apart
 * and what is written where; and with the kernel's own version 2, where it has
 * the two controllers, that the limits hold.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "server/group.h"
#include "test.h"

static char root[] = "/tmp/hop-group-XXXXXX";

static const char *
path_of(const char *name)
{
    static char ring[8][256];
    static unsigned at;
    char *out = ring[at++ % 8];

    snprintf(out, sizeof(ring[0]), "%s/%s", root, name);
    return out;
}

static void
write_text(const char *name, const char *text)
{
    FILE *f = fopen(path_of(name), "w");

    if (f == NULL)
        abort();
    fputs(text, f);
    fclose(f);
}

static const char *
read_text(const char *name)
{
    static char text[256];
    FILE *f = fopen(path_of(name), "r");
    size_t n = f != NULL ? fread(text, 1, sizeof(text) - 1, f) : 0;

    if (f != NULL)
        fclose(f);
    text[n] = '\0';
    return text;
}

/* Folders end with a stroke, others are the files the kernel would make. */
static void
plant(const char *const *names)
{
    char command[300];

    snprintf(command, sizeof(command), "rm -rf %s && mkdir %s", root, root);
    if (system(command) != 0)
        abort();
    for (; *names != NULL; names++) {
        if ((*names)[strlen(*names) - 1] == '/')
            mkdir(path_of(*names), 0755);
        else
            write_text(*names, "");
    }
}

/* ---- version 2 */

#define SLICE   "system.slice/hopd.service"
#define SESSION SLICE "/sessions/0123456789abcdef"

static const char *const v2_tree[] = {"cgroup.controllers",
                                      "system.slice/",
                                      SLICE "/",
                                      SLICE "/cgroup.subtree_control",
                                      SLICE "/hopd/",
                                      SLICE "/hopd/cgroup.procs",
                                      SLICE "/sessions/",
                                      SLICE "/sessions/cgroup.subtree_control",
                                      SLICE "/sessions/left/",
                                      SESSION "/",
                                      SESSION "/memory.max",
                                      SESSION "/pids.max",
                                      SESSION "/cgroup.procs",
                                      NULL};

static void
second_version(void)
{
    static const struct {
        const char *name, *own;
    } rows[] = {
        {"the service's own group", "0::/" SLICE "\n"},
        {"in it from an earlier time", "0::/" SLICE "/hopd\n"},
        {"beside hierarchies of version 1",
         "4:memory:/other\n1:name=systemd:/\n0::/" SLICE "\n"},
    };

    for (size_t k = 0; k < HOP_ARRAY_SIZE(rows); k++) {
        struct hop_group g = {0};

        ROW(rows[k].name);
        plant(v2_tree);
        write_text("own", rows[k].own);
        hop_group_prepare_at(root, path_of("own"));
        CHECK(hop_group_is_available());
        CHECK_STR(read_text(SLICE "/hopd/cgroup.procs"), "0");
        CHECK_STR(read_text(SLICE "/cgroup.subtree_control"), "+memory +pids");
        CHECK_STR(read_text(SLICE "/sessions/cgroup.subtree_control"),
                  "+memory +pids");
        CHECK(access(path_of(SLICE "/sessions/left"), F_OK) < 0);
        hop_group_enter(&g, "0123456789abcdef", 100, 25);
        CHECK(g.memory && g.processes);
        CHECK_STR(read_text(SESSION "/memory.max"), "104857600");
        CHECK_STR(read_text(SESSION "/pids.max"), "27");
        CHECK_STR(read_text(SESSION "/cgroup.procs"), "0");
    }
}

TEST(second_version_without_the_right)
{
    struct hop_group g = {true, true};

    /* not delegated: there is no subtree_control that could be written */
    plant((const char *const[]){"cgroup.controllers", NULL});
    write_text("own", "0::/user.slice\n");
    hop_group_prepare_at(root, path_of("own"));
    CHECK(!hop_group_is_available());
    hop_group_enter(&g, "a", 100, 25);
    CHECK(!g.memory && !g.processes);
}

/* ---- version 1 */

TEST(first_version)
{
    struct hop_group g = {0};

    plant((const char *const[]){"pids/", "pids/hop/", "pids/hop/a/",
                                "pids/hop/a/pids.max",
                                "pids/hop/a/cgroup.procs", NULL});
    write_text("own", "8:pids:/\n4:memory:/x\n0::/\n");
    hop_group_prepare_at(root, path_of("own"));
    CHECK(hop_group_is_available());
    hop_group_enter(&g, "a", 100, 10);
    CHECK(g.processes && !g.memory); /* no memory hierarchy is mounted */
    CHECK_STR(read_text("pids/hop/a/pids.max"), "12");
    CHECK_STR(read_text("pids/hop/a/cgroup.procs"), "0");
}

TEST(no_limit_needs_no_group)
{
    struct hop_group g = {0};

    plant((const char *const[]){"pids/", "memory/", NULL});
    write_text("own", "");
    hop_group_prepare_at(root, path_of("own"));
    hop_group_enter(&g, "b", 0, 0);
    CHECK(g.memory && g.processes);
    CHECK(access(path_of("pids/hop/b"), F_OK) < 0);
}

/* ---- the kernel's */

/* In a mount namespace of its own, in a group of its own; exits with 0 when
 * the limits hold, 77 when there is nothing to try, else with a line number. */
static void
try_kernel(void)
{
    char own[64], text[128];
    struct hop_group g = {0};
    int made = 0;

    if (unshare(CLONE_NEWNS) < 0 ||
        mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL) < 0 ||
        mount("cgroup2", root, "cgroup2", 0, NULL) < 0)
        _exit(77);
    if (strstr(read_text("cgroup.subtree_control"), "memory") == NULL ||
        strstr(read_text("cgroup.subtree_control"), "pids") == NULL)
        _exit(77); /* as systemd has them on */
    snprintf(own, sizeof(own), "hop-test.%d", getpid());
    if (mkdir(path_of(own), 0755) < 0)
        _exit(77);
    snprintf(text, sizeof(text), "%s/cgroup.procs", own);
    write_text(text, "0");
    hop_group_prepare_at(root, "/proc/self/cgroup");
    if (!hop_group_is_available())
        _exit(__LINE__ % 256);
    hop_group_enter(&g, "session", 64, 3); /* 5 in all */
    if (!g.memory || !g.processes)
        _exit(__LINE__ % 256);
    while (made < 20) {
        pid_t child = fork();

        if (child == 0)
            pause();
        if (child < 0)
            break;
        made++;
    }
    _exit(made == 4 && errno == EAGAIN ? 0 : __LINE__ % 256);
}

TEST(the_kernels_second_version)
{
    char command[300];
    int status = 0;
    pid_t pid;

    plant((const char *const[]){NULL});
    fflush(stdout);
    pid = fork();
    if (pid == 0) {
        setpgid(0, 0);
        try_kernel();
    }
    waitpid(pid, &status, 0);
    kill(-pid, SIGKILL); /* those that wait */
    if (WIFEXITED(status) && WEXITSTATUS(status) == 77) {
        printf("# nothing tried: this kernel's control groups of version 2 "
               "have no memory and pids (version 1 holds them), or we may not "
               "mount them\n");
        return;
    }
    CHECK(WIFEXITED(status));
    CHECK_INT(WEXITSTATUS(status), 0);
    snprintf(command, sizeof(command),
             "mount -t cgroup2 c %s && sleep 0.2; cd %s/hop-test.%d && "
             "rmdir sessions/session sessions hopd; cd ..; rmdir hop-test.%d; "
             "cd /; umount %s",
             root, root, (int)pid, (int)pid, root);
    CHECK(system(command) >= 0);
}

int
main(void)
{
    char command[300];

    if (mkdtemp(root) == NULL)
        return 1;
    second_version();
    RUN(second_version_without_the_right);
    RUN(first_version);
    RUN(no_limit_needs_no_group);
    RUN(the_kernels_second_version);
    snprintf(command, sizeof(command), "rm -rf %s", root);
    if (system(command) != 0)
        return 1;
    return test_done();
}
