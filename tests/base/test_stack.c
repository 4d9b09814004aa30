/* SPDX-License-Identifier: MIT */
#include "base/stack.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test.h"

extern char **environ;

static const struct rlimit usual = {(rlim_t)8 << 20, (rlim_t)512 << 20};

static rlim_t
limit_here(void)
{
    struct rlimit l = {0, 0};

    CHECK_INT(getrlimit(RLIMIT_STACK, &l), 0);
    return l.rlim_cur;
}

/* Of a program that is started, in KiB. */
static long
limit_of_child(void)
{
    char *argv[] = {(char *)(uintptr_t) "sh", (char *)(uintptr_t) "-c",
                    (char *)(uintptr_t) "ulimit -Ss", NULL};
    posix_spawn_file_actions_t actions;
    int fd[2], status;
    char text[64] = "";
    pid_t pid = 0;

    CHECK_INT(pipe(fd), 0);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, fd[1], 1);
    CHECK_INT(hop_spawn(&pid, "/bin/sh", &actions, NULL, argv, environ), 0);
    posix_spawn_file_actions_destroy(&actions);
    CHECK(read(fd[0], text, sizeof(text) - 1) > 0);
    CHECK_INT(waitpid(pid, &status, 0), pid);
    close(fd[0]);
    close(fd[1]);
    return strtol(text, NULL, 10);
}

TEST(programs_have_the_limit_of_before)
{
    CHECK_INT(limit_of_child(), 8192);
    hop_stack_raise();
    CHECK_INT((long)limit_here(), 96L << 20);
    CHECK_INT(limit_of_child(), 8192);
    CHECK_INT((long)limit_here(), 96L << 20);
}

/* Far below the limit of before, by way of a spawn. */
static long
spawn_deep(int depth)
{
    volatile char frame[64 << 10];
    long result;

    frame[0] = (char)depth;
    result = depth ? spawn_deep(depth - 1) : limit_of_child();
    return result + frame[0] - (char)depth;
}

TEST(a_deep_stack_may_spawn)
{
    CHECK_INT(spawn_deep(400), 8192);
}

TEST(a_fork_lowers_it_for_itself)
{
    int status = 0;
    pid_t pid = fork();

    if (pid == 0) {
        struct rlimit l;

        hop_stack_lower();
        _exit(getrlimit(RLIMIT_STACK, &l) < 0 || l.rlim_cur != usual.rlim_cur);
    }
    CHECK_INT(waitpid(pid, &status, 0), pid);
    CHECK_INT(status, 0);
    CHECK_INT((long)limit_here(), 96L << 20);
}

int
main(void)
{
    if (setrlimit(RLIMIT_STACK, &usual) < 0)
        return 1;
    RUN(programs_have_the_limit_of_before);
    RUN(a_deep_stack_may_spawn);
    RUN(a_fork_lowers_it_for_itself);
    return test_done();
}
