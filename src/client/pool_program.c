/* A pool over the pipes of a program: `ssh -s b powershell`, `hop -s`.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/stack.h"
#include "client/pool_state.h"
#include "net/clock.h"
#include "psrp/link.h"

#define READ_BYTES ((size_t)64 << 10)
#define SENT_BYTES ((size_t)256 << 10) /* waiting in the pipe's buffer here */
#define WORDS      1024                /* kept of what it says on stderr */
#define LEAVE_MS   2000 /* for its exit once the session is closed */
#define KILL_MS    100

struct program {
    char **argv;
    struct hop_psrp_link *link;
    pid_t pid;        /* 0: not started, or reaped */
    int in, out, err; /* of ours: to it, from it, what it complains of */
    struct hop_buf to_send;
    size_t sent;
    char words[WORDS];
    size_t word_count;
    bool ended; /* its output has */
    int status; /* of waitpid, once reaped */
    uint64_t kill_at;
};

static const struct hop_guid pool_id;

/* ---- the process ---- */

static void
close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

/* Ctrl-C at the terminal is for us, not for it: the signals stay blocked
 * there. */
static int
spawn(struct program *g, const int theirs[3])
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attr;
    sigset_t mask;
    int failed;

    /* Said by the system itself: not every child's failure is handed up. */
    if (strchr(g->argv[0], '/') && access(g->argv[0], X_OK) < 0)
        return errno;
    sigemptyset(&mask);
    sigaddset(&mask, SIGINT);
    sigaddset(&mask, SIGQUIT);
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attr);
    posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK);
    posix_spawnattr_setsigmask(&attr, &mask);
    for (int i = 0; i < 3; i++)
        posix_spawn_file_actions_adddup2(&actions, theirs[i], i);
    failed = hop_spawnp(&g->pid, g->argv[0], &actions, &attr, g->argv, environ);
    posix_spawnattr_destroy(&attr);
    posix_spawn_file_actions_destroy(&actions);
    return failed;
}

static bool
start(struct program *g, struct hop_error *err)
{
    int pipes[3][2] = {{-1, -1}, {-1, -1}, {-1, -1}};
    bool ok;
    int failed;

    /* Its input is a socket: writing to one whose peer is gone sends no
     * signal. */
    ok = socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pipes[0]) == 0;
    for (int i = 1; ok && i < 3; i++)
        ok = pipe2(pipes[i], O_CLOEXEC) == 0;
    failed = errno;
    if (ok) {
        const int theirs[3] = {pipes[0][0], pipes[1][1], pipes[2][1]};

        failed = spawn(g, theirs);
        ok = failed == 0;
    }
    g->in = pipes[0][1];
    g->out = pipes[1][0];
    g->err = pipes[2][0];
    close_fd(&pipes[0][0]);
    close_fd(&pipes[1][1]);
    close_fd(&pipes[2][1]);
    if (!ok) {
        g->pid = 0;
        return hop_error_errno(err, failed, "%s cannot be started", g->argv[0]);
    }
    (void)fcntl(g->in, F_SETFL, O_NONBLOCK);
    (void)fcntl(g->out, F_SETFL, O_NONBLOCK);
    (void)fcntl(g->err, F_SETFL, O_NONBLOCK);
    return true;
}

static bool
reap(struct program *g, int flags)
{
    if (g->pid > 0 && waitpid(g->pid, &g->status, flags) == g->pid)
        g->pid = 0;
    return g->pid == 0;
}

/* Ends it, whatever it thinks of that. */
static void
put_down(struct program *g)
{
    uint64_t until = net_now_ms() + KILL_MS;

    close_fd(&g->in);
    close_fd(&g->out);
    close_fd(&g->err);
    if (g->pid > 0 && !reap(g, WNOHANG))
        (void)kill(g->pid, SIGTERM);
    while (!reap(g, WNOHANG) && net_now_ms() < until)
        (void)poll(NULL, 0, 1);
    if (g->pid > 0) {
        (void)kill(g->pid, SIGKILL);
        (void)reap(g, 0);
    }
}

/* ---- its end ---- */

/* The last words without blanks around them. */
static const char *
last_words(struct program *g)
{
    char *s = g->words;

    while (g->word_count > 0 && strchr(" \t\r\n", g->words[g->word_count - 1]))
        g->word_count--;
    g->words[g->word_count] = '\0';
    return s + strspn(s, " \t\r\n");
}

static void
describe_end(struct program *g, char *out, size_t n)
{
    if (g->pid > 0)
        snprintf(out, n, "has closed its output");
    else if (WIFSIGNALED(g->status))
        snprintf(out, n, "was ended by signal %d", WTERMSIG(g->status));
    else
        snprintf(out, n, "has ended with status %d", WEXITSTATUS(g->status));
}

#define NO_SUBSYSTEM                                                           \
    "; sshd there knows no such subsystem: have it serve sessions with the "   \
    "line `Subsystem powershell /usr/bin/hop -s -NoLogo` in its sshd_config, " \
    "or name another one with -Subsystem"

static void
fail_ended(struct hop_pool *p, struct program *g)
{
    struct hop_error err = {0};
    char how[64];
    const char *words = last_words(g);
    uint64_t until = net_now_ms() + KILL_MS;

    while (!reap(g, WNOHANG) && net_now_ms() < until)
        (void)poll(NULL, 0, 1);
    describe_end(g, how, sizeof(how));
    hop_error_set(
        &err, HOP_ERROR_GENERIC, 0, "the session on %s has ended: %s %s%s%s%s",
        p->name, g->argv[0], how, words[0] ? ", saying: " : "", words,
        strstr(words, "subsystem request failed") ? NO_SUBSYSTEM : "");
    pool_fail(p, HOP_CAUSE_LOST, &err);
}

static void
fail(struct hop_pool *p, enum hop_cause cause, struct hop_error *err)
{
    hop_error_prefix(err, "%s", p->name);
    pool_fail(p, cause, err);
}

/* ---- bytes ---- */

static void
read_words(struct program *g)
{
    char bytes[512];
    ssize_t n;

    while (g->err >= 0 && (n = read(g->err, bytes, sizeof(bytes))) >= 0) {
        size_t keep = WORDS - 1, got = (size_t)n;

        if (n == 0) {
            close_fd(&g->err);
            return;
        }
        if (g->word_count + got > keep) {
            size_t drop = g->word_count + got - keep;

            drop = drop < g->word_count ? drop : g->word_count;
            memmove(g->words, g->words + drop, g->word_count - drop);
            g->word_count -= drop;
        }
        memcpy(g->words + g->word_count, bytes, got);
        g->word_count += got;
    }
}

static void
write_out(struct program *g)
{
    for (;;) {
        ssize_t n;

        if (g->sent == g->to_send.len) {
            hop_buf_clear(&g->to_send);
            g->sent = 0;
            hop_psrp_link_flush(g->link, SENT_BYTES, &g->to_send);
            if (g->to_send.len == 0)
                return;
        }
        if (g->in < 0)
            return;
        n = send(g->in, g->to_send.data + g->sent, g->to_send.len - g->sent,
                 MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno == EAGAIN)
            return;
        if (n < 0) { /* its output says more */
            close_fd(&g->in);
            return;
        }
        g->sent += (size_t)n;
    }
}

static bool
read_in(struct hop_pool *p, struct program *g)
{
    char bytes[READ_BYTES];

    while (g->out >= 0 && !pool_is_full(p)) {
        struct hop_error err = {0};
        ssize_t n = read(g->out, bytes, sizeof(bytes));

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno == EAGAIN)
            return true;
        if (n <= 0) {
            g->ended = true;
            close_fd(&g->out);
            return true;
        }
        if (!hop_psrp_link_feed(g->link, bytes, (size_t)n, &err)) {
            fail(p, HOP_CAUSE_PROTOCOL, &err);
            return false;
        }
        pool_ready(p);
    }
    return true;
}

/* ---- the carrier ---- */

static void
begin(struct hop_pool *p)
{
    struct program *g = p->way;
    struct hop_error err = {0};

    if (!start(g, &err) || !pool_open_session(p, &err))
        fail(p, HOP_CAUSE_USAGE, &err);
}

/* The session is closed; the program may take a moment to end. */
static void
leave(struct hop_pool *p, struct program *g)
{
    if (g->kill_at == 0)
        g->kill_at = net_now_ms() + LEAVE_MS;
    close_fd(&g->in);
    if (g->ended || net_now_ms() >= g->kill_at) {
        put_down(g);
        pool_over(p, NULL);
    }
}

static void
step(struct hop_pool *p)
{
    struct program *g = p->way;

    write_out(g);
    if (!read_in(p, g))
        return;
    write_out(g);
    read_words(g);
    if (hop_psrp_link_is_closed(g->link))
        leave(p, g);
    else if (g->ended)
        fail_ended(p, g);
}

static void
wants(struct hop_pool *p, struct pool_wants *w)
{
    struct program *g = p->way;

    if (!pool_is_full(p))
        pool_wants_fd(w, g->out, POLLIN);
    if (g->sent < g->to_send.len)
        pool_wants_fd(w, g->in, POLLOUT);
    pool_wants_fd(w, g->err, POLLIN);
    if (g->kill_at)
        pool_wants_at(w, g->kill_at);
}

static void
stop(struct hop_pool *p, const struct hop_guid *id)
{
    struct program *g = p->way;

    hop_psrp_link_stop(g->link, id);
}

static void
end(struct hop_pool *p, const struct hop_guid *id)
{
    struct program *g = p->way;

    write_out(g); /* one that was never told of cannot be closed */
    hop_psrp_link_close(g->link, id);
}

static void
close_program(struct hop_pool *p)
{
    struct program *g = p->way;

    hop_psrp_link_close(g->link, &pool_id);
}

static void
drop(struct hop_pool *p)
{
    struct program *g = p->way;

    put_down(g);
    hop_psrp_link_free(g->link);
    hop_buf_done(&g->to_send);
    for (size_t i = 0; g->argv[i]; i++)
        free(g->argv[i]);
    free(g->argv);
    free(g);
}

static const struct pool_carrier carrier = {
    .begin = begin,
    .step = step,
    .wants = wants,
    .stop = stop,
    .end = end,
    .close = close_program,
    .drop = drop,
};

bool
pool_program_init(struct hop_pool *p, const struct hop_pool_options *o,
                  struct hop_error *err)
{
    struct program *g;
    size_t n = 0;

    p->name = hop_xstrdup(o->name ? o->name : o->program[0]);
    if (p->purpose != POOL_TO_OPEN)
        return hop_error_set(err, HOP_ERROR_GENERIC, 0,
                             "%s: sessions over a program's pipes end with "
                             "their connection",
                             p->name);
    while (o->program[n])
        n++;
    g = hop_xmalloc(sizeof(*g));
    g->in = g->out = g->err = -1;
    g->argv = hop_xcalloc(n + 1, sizeof(*g->argv));
    for (size_t i = 0; i < n; i++)
        g->argv[i] = hop_xstrdup(o->program[i]);
    g->link = hop_psrp_link_new(p->session, false);
    p->way = g;
    p->carrier = &carrier;
    return true;
}
