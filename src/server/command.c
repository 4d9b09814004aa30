/* A WinRS command: its process and its pipes.
 *
 * SPDX-License-Identifier: MIT
 */
#include "server/command.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "server/messages.h"
#include "server/names.h"

#define READ_BYTES    (64 * 1024 - 256)
#define PIPE_BYTES    (256 * 1024)
#define ARGUMENTS_MAX 4096

static const char *const stream_names[] = {
    [HOP_STDIN] = "stdin", [HOP_STDOUT] = "stdout", [HOP_STDERR] = "stderr"};

/* Win32's codes for why a program does not start; 0x8007xxxx as CreateProcess
 * failures come over the wire. */
static uint32_t
spawn_code(int errnum)
{
    switch (errnum) {
    case ENOENT: return 0x80070002;
    case EACCES: return 0x80070005;
    case E2BIG: return 0x800700CE;
    case EAGAIN:
    case ENOMEM: return 0x8007000E;
    default: return 0x80004005;
    }
}

/* cmd.exe gets "command arg arg"; so does sh. */
static char *
join_line(const char *line, struct hop_ipc_bytes arguments)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    const char *p = arguments.data;

    hop_buf_adds(&b, line);
    for (size_t left = arguments.len; left > 0;) {
        size_t n = strnlen(p, left);
        hop_buf_addc(&b, ' ');
        hop_buf_add(&b, p, n);
        n += n < left;
        p += n;
        left -= n;
    }
    hop_buf_adds(&b, "");
    return hop_buf_take(&b);
}

/* One argument each, without the quotes that Windows clients put around. */
static char **
split_arguments(const char *line, struct hop_ipc_bytes arguments)
{
    char **argv = hop_xcalloc(ARGUMENTS_MAX + 2, sizeof(*argv));
    const char *p = arguments.data;
    size_t count = 0, left = arguments.len;

    argv[count++] = hop_xstrdup(line);
    while (left > 0 && count <= ARGUMENTS_MAX) {
        size_t n = strnlen(p, left);
        bool quoted = n >= 2 && p[0] == '"' && p[n - 1] == '"';
        argv[count++] = hop_xstrndup(p + quoted, n - (quoted ? 2 : 0));
        n += n < left;
        p += n;
        left -= n;
    }
    return argv;
}

static void
free_arguments(char **argv)
{
    for (size_t i = 0; argv[i]; i++)
        free(argv[i]);
    free(argv);
}

struct ends {
    int ours[3], theirs[3];
};

static void
close_ends(struct ends *e)
{
    for (int i = 0; i < 3; i++) {
        if (e->ours[i] >= 0)
            close(e->ours[i]);
        if (e->theirs[i] >= 0)
            close(e->theirs[i]);
    }
}

static bool
open_pipes(struct ends *e, struct hop_error *err)
{
    *e = (struct ends){{-1, -1, -1}, {-1, -1, -1}};
    for (int i = 0; i < 3; i++) {
        int fds[2];
        if (pipe2(fds, O_CLOEXEC) < 0) {
            close_ends(e);
            return hop_error_set(err, HOP_ERROR_WSMAN, spawn_code(errno),
                                 "no pipe for the command: %s",
                                 strerror(errno));
        }
        e->ours[i] = fds[i == HOP_STDIN];
        e->theirs[i] = fds[i != HOP_STDIN];
        fcntl(e->ours[i], F_SETFL, O_NONBLOCK);
    }
    fcntl(e->ours[HOP_STDOUT], F_SETPIPE_SZ, PIPE_BYTES);
    return true;
}

/* posix_spawn does not copy this process's memory maps, and tells of a failed
 * exec. */
static int
spawn(const struct hop_command_host *host, const struct ends *e,
      const char *file, char *const *argv, pid_t *pid)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attr;
    sigset_t none, all;

    sigemptyset(&none);
    sigfillset(&all);
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attr);
    posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETPGROUP |
                                        POSIX_SPAWN_SETSIGMASK |
                                        POSIX_SPAWN_SETSIGDEF);
    posix_spawnattr_setsigmask(&attr, &none);
    posix_spawnattr_setsigdefault(&attr, &all);
    posix_spawnattr_setpgroup(&attr, 0);
    for (int i = 0; i < 3; i++)
        posix_spawn_file_actions_adddup2(&actions, e->theirs[i], i);
    if (host->directory[0] != '\0')
        posix_spawn_file_actions_addchdir_np(&actions, host->directory);
    int r = posix_spawnp(pid, file, &actions, &attr, argv, host->environment);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attr);
    return r;
}

static int
spawn_program(const struct hop_command_host *host, const struct ends *e,
              const char *program, struct hop_ipc_bytes arguments, pid_t *pid)
{
    const char *name = hop_names_program(program);
    char **argv;
    int r;

    /* Windows searches no PATH here (recorded). */
    if (name && !strchr(program, '\\') && strchr(program, '.'))
        return ENOENT;
    argv = split_arguments(name ? name : program, arguments);
    r = spawn(host, e, argv[0], argv, pid);
    free_arguments(argv);
    return r;
}

static int
spawn_line(const struct hop_command_host *host, const struct ends *e,
           const char *line, pid_t *pid)
{
    HOP_AUTO_FREE char *named = hop_names_line(line);
    char *argv[] = {"sh", "-c", named ? named : (char *)(uintptr_t)line, NULL};
    char **split = hop_names_split(line);
    int r = split ? spawn(host, e, split[0], split, pid)
                  : spawn(host, e, "/bin/sh", argv, pid);

    if (split)
        free_arguments(split);
    return r;
}

static bool
start_process(const struct hop_command_host *host, const struct ends *e,
              const char *line, struct hop_ipc_bytes arguments, bool skip_shell,
              pid_t *pid, struct hop_error *err)
{
    HOP_AUTO_FREE char *joined = join_line(line, arguments);
    int r = skip_shell ? spawn_program(host, e, line, arguments, pid)
            : joined   ? spawn_line(host, e, joined, pid)
                       : E2BIG;

    if (r == ENOENT && host->directory[0] != '\0' &&
        access(host->directory, X_OK) < 0)
        return hop_error_set(err, HOP_ERROR_WSMAN, spawn_code(errno),
                             "the shell's working directory %s cannot be "
                             "entered: %s",
                             host->directory, strerror(errno));
    if (r != 0)
        return hop_error_set(err, HOP_ERROR_WSMAN, spawn_code(r),
                             "the command cannot be started: %s", strerror(r));
    return true;
}

static uint32_t
exit_code(int status)
{
    return WIFEXITED(status) ? (uint32_t)WEXITSTATUS(status)
                             : (uint32_t)(128 + WTERMSIG(status));
}

static void
close_pipe(struct hop_command *c, int i)
{
    struct hop_source *s = &c->pipes[i];

    if (s->fd < 0)
        return;
    hop_set_remove(c->host->set, s);
    close(s->fd);
    s->fd = -1;
    if (i != HOP_STDIN)
        hop_outbox_end(&c->outbox, c->host->net, stream_names[i]);
}

static void
answer_input(struct hop_command *c, bool ok)
{
    struct hop_msg_taken m = {
        .command = c->id, .ok = ok, .code = ok ? 0 : 109 /* broken pipe */};

    if (c->waiting)
        hop_ipc_send(c->host->net, HOP_MSG_TAKEN, c->waiting, &m, NULL, 0);
    c->waiting = 0;
}

/* The command is done when the process has ended and its pipes are empty: what
 * it wrote is there by then.  A process it left behind may hold the pipes open
 * for ever, so the end of them is not waited for. */
static void
check_done(struct hop_command *c)
{
    if (!c->exited || c->outbox.done || c->pipes[HOP_STDOUT].fd >= 0 ||
        c->pipes[HOP_STDERR].fd >= 0)
        return;
    close_pipe(c, HOP_STDIN);
    answer_input(c, false);
    hop_outbox_finish(&c->outbox, c->host->net, exit_code(c->status));
    c->host->on_done(c->host->ctx);
}

/* One command's unread output may not take all room from the others. */
static size_t
find_room(const struct hop_command *c)
{
    size_t room = hop_outbox_room(&c->outbox);
    size_t kept = hop_outbox_kept(&c->outbox);
    size_t least =
        kept < c->host->floor_bytes ? c->host->floor_bytes - kept : 0;
    size_t left = c->host->left(c->host->ctx);

    if (left < least)
        left = least;
    return room < left ? room : left;
}

/* Reads one piece; true when there may be more at once. */
static bool
read_output(struct hop_command *c, int i)
{
    size_t room = find_room(c);

    if (c->pipes[i].fd < 0)
        return false;
    if (room == 0) {
        hop_set_want(c->host->set, &c->pipes[i], 0);
        return false;
    }
    if (room > READ_BYTES)
        room = READ_BYTES;
    void *p = hop_outbox_reserve(&c->outbox, stream_names[i], room);
    ssize_t n = read(c->pipes[i].fd, p, room);
    if (n > 0) {
        hop_outbox_commit(&c->outbox, c->host->net, (size_t)n);
        return true;
    }
    hop_outbox_cancel(&c->outbox);
    if (n == 0 || (errno != EAGAIN && errno != EINTR) ||
        (errno == EAGAIN && c->exited))
        close_pipe(c, i);
    return n < 0 && errno == EINTR;
}

static void
on_output(struct hop_source *s, uint32_t events)
{
    struct hop_command *c = s->ctx;

    read_output(c, (int)(s - c->pipes));
    check_done(c);
}

static void
write_input(struct hop_command *c)
{
    struct hop_source *s = &c->pipes[HOP_STDIN];

    while (s->fd >= 0 && c->input_at < c->input.len) {
        ssize_t n = write(s->fd, c->input.data + c->input_at,
                          c->input.len - c->input_at);
        if (n < 0 && errno == EAGAIN) {
            hop_set_want(c->host->set, s, EPOLLOUT);
            return;
        }
        if (n < 0 && errno != EINTR) {
            close_pipe(c, HOP_STDIN);
            answer_input(c, false);
            return;
        }
        c->input_at += n > 0 ? (size_t)n : 0;
    }
    hop_set_want(c->host->set, s, 0);
    hop_buf_clear(&c->input);
    c->input_at = 0;
    answer_input(c, s->fd >= 0);
    if (c->input_end)
        close_pipe(c, HOP_STDIN);
}

static void
on_input_room(struct hop_source *s, uint32_t events)
{
    write_input(s->ctx);
}

bool
hop_command_start(const struct hop_command_host *host, const char *id,
                  const char *line, struct hop_ipc_bytes arguments,
                  bool skip_shell, struct hop_command **out,
                  struct hop_error *err)
{
    struct ends e;
    pid_t pid;

    if (!open_pipes(&e, err))
        return false;
    if (!start_process(host, &e, line, arguments, skip_shell, &pid, err)) {
        close_ends(&e);
        return false;
    }
    struct hop_command *c = hop_xmalloc(sizeof(*c));
    c->host = host;
    c->id = hop_xstrdup(id);
    c->pid = pid;
    hop_outbox_init(&c->outbox, c->id, host->window_bytes);
    for (int i = 0; i < 3; i++) {
        close(e.theirs[i]);
        c->pipes[i] = (struct hop_source){.fd = e.ours[i],
                                          .fn = i == HOP_STDIN ? on_input_room
                                                               : on_output,
                                          .ctx = c};
        if (i != HOP_STDIN)
            hop_set_want(host->set, &c->pipes[i], EPOLLIN);
    }
    *out = c;
    return true;
}

void
hop_command_free(struct hop_command *c)
{
    if (!c)
        return;
    for (int i = 0; i < 3; i++) {
        hop_set_remove(c->host->set, &c->pipes[i]);
        if (c->pipes[i].fd >= 0)
            close(c->pipes[i].fd);
    }
    hop_buf_done(&c->input);
    hop_outbox_done(&c->outbox);
    free(c->id);
    free(c);
}

void
hop_command_input(struct hop_command *c, struct hop_ipc_bytes data, bool end,
                  uint32_t id)
{
    answer_input(c, true);
    c->waiting = id;
    c->input_end = c->input_end || end;
    hop_buf_add(&c->input, data.data, data.len);
    write_input(c);
}

void
hop_command_resume(struct hop_command *c)
{
    for (int i = HOP_STDOUT; i <= HOP_STDERR; i++) {
        if (c->exited) {
            while (read_output(c, i))
                ;
        } else if (find_room(c) > 0) {
            hop_set_want(c->host->set, &c->pipes[i], EPOLLIN);
        }
    }
    check_done(c);
}

void
hop_command_exited(struct hop_command *c, int status)
{
    c->pid = 0;
    c->exited = true;
    c->status = status;
    hop_command_resume(c);
}

void
hop_command_signal(struct hop_command *c, int signum)
{
    if (c->pid > 0)
        kill(-c->pid, signum);
}
