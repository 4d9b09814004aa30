/* A user at a pseudo-terminal.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_TEST_CONSOLE_USER_H
#define HOP_TEST_CONSOLE_USER_H

#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "base/buf.h"
#include "test.h"

struct user {
    int fd;
    pid_t pid;
    struct hop_buf seen; /* since the last wait */
};

static inline void
type(struct user *u, const char *keys)
{
    CHECK(write(u->fd, keys, strlen(keys)) == (ssize_t)strlen(keys));
}

/* Waits until the text has come; escape sequences count as nothing. */
static inline void
expect(struct user *u, const char *text)
{
    for (int tries = 0; tries < 200; tries++) {
        struct pollfd p = {.fd = u->fd, .events = POLLIN};
        char chunk[1024];
        ssize_t n;
        const char *at = strstr(hop_buf_str(&u->seen), text);

        if (at) {
            hop_buf_consume(&u->seen,
                            (size_t)(at - u->seen.data) + strlen(text));
            return;
        }
        if (poll(&p, 1, 20) != 1)
            continue;
        n = read(u->fd, chunk, sizeof(chunk));
        if (n <= 0)
            break;
        hop_buf_add(&u->seen, chunk, (size_t)n);
    }
    test_fail(__FILE__, __LINE__, "did not see <%s> in <%s>", text,
              hop_buf_str(&u->seen));
}

/* The prompt, and the editor at work behind it: until then the terminal itself
 * edits lines. */
static inline void
expect_prompt(struct user *u)
{
    struct termios t;

    expect(u, "> ");
    for (int tries = 0; tries < 500; tries++) {
        if (tcgetattr(u->fd, &t) == 0 && !(t.c_lflag & ICANON))
            return;
        usleep(1000);
    }
    test_fail(__FILE__, __LINE__, "the editor does not come");
}

static inline int
leave(struct user *u)
{
    int status = -1, tries = 0;

    /* One that does not end is a failure, not a hang. */
    while (waitpid(u->pid, &status, WNOHANG) == 0) {
        if (++tries == 500)
            kill(u->pid, SIGKILL);
        usleep(4000);
    }
    close(u->fd);
    hop_buf_done(&u->seen);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

#endif
