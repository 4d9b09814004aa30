/* SPDX-License-Identifier: MIT */
#include "server/family.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test.h"

/* Starts a line of shell that says its pid when all of it runs. */
static pid_t
start(const char *line)
{
    char text[32] = "";
    int fds[2];

    if (pipe(fds) < 0)
        abort();
    pid_t pid = fork();
    if (pid == 0) {
        dup2(fds[1], 1);
        close(fds[0]);
        close(fds[1]);
        execl("/bin/sh", "sh", "-c", line, (char *)NULL);
        _exit(127);
    }
    close(fds[1]);
    if (read(fds[0], text, sizeof(text) - 1) <= 0)
        abort();
    close(fds[0]);
    return atoi(text);
}

static const struct {
    const char *name, *line;
    size_t count;
} families[] = {
    {"one child", "echo $$; exec sleep 60 >&-", 1},
    {"a child of a child",
     "sh -c 'sh -c \"echo \\$\\$; exec sleep 60 >&-\"; true'; true", 3},
    {"an orphan", "(sh -c 'echo $$; exec sleep 60 >&-' &)", 1},
    {"an orphan in a session of its own",
     "setsid sh -c 'echo $$; exec sleep 60 >&-' & exit", 1},
    {"one that minds no signal",
     "trap '' TERM HUP INT; echo $$; sleep 60 >&-; sleep 60", 2},
};

TEST(every_descendant_is_ended)
{
    for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
        ROW(families[i].name);
        pid_t pid = start(families[i].line);
        usleep(50000);
        size_t count = hop_family_count(100);
        /* A parent that has ended may not have been waited for yet. */
        CHECK(count == families[i].count || count == families[i].count + 1);
        CHECK(hop_family_count(1) == 1);
        CHECK(hop_family_kill(0, 5000) >= families[i].count);
        CHECK(kill(pid, 0) < 0 && errno == ESRCH);
        CHECK(hop_family_count(100) == 0);
    }
}

int
main(void)
{
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    CHECK(hop_family_count(100) == 0);
    RUN(every_descendant_is_ended);
    return test_done();
}
