/* Native programs as stages of a pipeline.
 *
 * Objects written to a program become lines on its standard input; lines of its
 * standard output become strings, those of standard error ErrorRecords when the
 * error stream is redirected.  A program at the end of a pipeline whose output
 * goes to the screen writes there itself.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/stack.h"
#include "engine/engine.h"
#include "engine/native_objects.h"
#include "engine/space.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>

extern char **environ;

/* How long a program that is told to stop may take. */
#define STOP_GRACE_MS 1000

struct lines {
    struct hop_buf text;
    int fd;
    bool error;
    bool begun, objects; /* the first line was #< CLIXML: all the rest is */
};

struct native_process {
    pid_t pid;
    int in;
    struct lines out, err;
    bool running;
    struct native_input *input; /* of a shell: objects */
    struct hop_formatter *formatter;
    const struct hop_format_ops *ops;
};

/* ---- starting
 * ----------------------------------------------------------------------- */

static bool
to_screen(struct hop_command *c)
{
    return !c->next && c->out == c->rs->io.sink[HOP_OUTPUT] &&
           c->rs->nested == 1 && !c->rs->transcript && c->rs->host &&
           c->rs->host->ops->write && c->rs->host->ops->name &&
           strcmp(c->rs->host->ops->name, "ConsoleHost") == 0;
}

static void
close_pair(int p[2])
{
    if (p[0] >= 0)
        close(p[0]);
    if (p[1] >= 0)
        close(p[1]);
}

static bool
start_failed(struct hop_command *c, int error)
{
    struct hop_value place HOP_AUTO_VALUE =
        invocation_new(c->rs, c, c->caller, c->ast);
    struct hop_value where HOP_AUTO_VALUE = hop_null();

    struct hop_string *name HOP_AUTO_STRING =
        hop_string_from("PositionMessage");

    if (hop_member_get(&c->rs->cx, place, name, &where) == HOP_FAILED)
        hop_drop_exception(&c->rs->cx);
    /* A file that may not be executed is no program. */
    if (error == EACCES)
        error = ENOENT;
    return throw_pending(
        c->rs, "ApplicationFailedException", "NativeCommandFailed",
        HOP_CAT_RESOURCE_UNAVAILABLE, hop_null(),
        "Program '%s' failed to run: An error occurred trying "
        "to start process '%s' with working directory '%s'. "
        "%s%s.",
        c->info->name, c->info->definition, hop_location(c->rs),
        strerror(error), hop_is_string(where) ? hop_cstr(where) : "");
}

static const char *
work_directory(struct hop_runspace *rs)
{
    for (struct hop_drive *d = rs->drives; d; d = d->next)
        if (d->location[0] == '/' &&
            (d == rs->drive ||
             !hop_ascii_ieq(rs->drive->provider->name, "FileSystem")))
            return d->location;
    return "/";
}

static bool
spawn(struct hop_command *c, char **argv)
{
    struct native_process *p = c->process;
    int in[2] = {-1, -1}, out[2] = {-1, -1}, err[2] = {-1, -1};
    int file = redirected_to(c);
    bool screen = to_screen(c) || file >= 0;
    posix_spawn_file_actions_t fa;
    posix_spawnattr_t attr;
    sigset_t none, defaults;
    int r;

    if (c->rs->host && c->rs->host->ops->begin_application)
        c->rs->host->ops->begin_application(c->rs->host);
    if ((c->expects_input && pipe2(in, O_CLOEXEC) < 0) ||
        (!screen && pipe2(out, O_CLOEXEC) < 0) ||
        (c->io.sink[HOP_ERROR] && pipe2(err, O_CLOEXEC) < 0)) {
        close_pair(in);
        close_pair(out);
        return start_failed(c, errno);
    }
    posix_spawn_file_actions_init(&fa);
    posix_spawnattr_init(&attr);
    sigemptyset(&none);
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGPIPE);
    sigaddset(&defaults, SIGINT);
    posix_spawnattr_setsigmask(&attr, &none);
    posix_spawnattr_setsigdefault(&attr, &defaults);
    posix_spawnattr_setflags(&attr,
                             POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    if (in[0] >= 0)
        posix_spawn_file_actions_adddup2(&fa, in[0], 0);
    if (out[1] >= 0 || file >= 0)
        posix_spawn_file_actions_adddup2(&fa, file >= 0 ? file : out[1], 1);
    if (err[1] >= 0)
        posix_spawn_file_actions_adddup2(&fa, err[1], 2);
    posix_spawn_file_actions_addchdir_np(&fa, work_directory(c->rs));
    r = hop_spawn(&p->pid, c->info->definition, &fa, &attr, argv, environ);
    posix_spawn_file_actions_destroy(&fa);
    posix_spawnattr_destroy(&attr);
    if (in[0] >= 0)
        close(in[0]);
    if (out[1] >= 0)
        close(out[1]);
    if (err[1] >= 0)
        close(err[1]);
    p->in = in[1];
    p->out.fd = out[0];
    p->err.fd = err[0];
    if (r)
        return start_failed(c, r);
    p->running = true;
    if (p->in >= 0)
        fcntl(p->in, F_SETFL, O_NONBLOCK);
    return true;
}

enum hop_flow
native_begin(struct hop_command *c)
{
    char **argv;
    bool ok;

    c->process = hop_xmalloc(sizeof(*c->process));
    c->process->in = c->process->out.fd = c->process->err.fd = -1;
    c->process->err.error = true;
    if (native_is_shell(c)) {
        argv = native_shell_arguments(c, to_screen(c));
        if (argv && c->expects_input)
            c->process->input = native_input_new(c);
    } else {
        argv = native_arguments(c);
    }
    ok = argv && spawn(c, argv);
    native_arguments_free(argv);
    if (ok)
        return HOP_FLOW_NEXT;
    if (hop_has_exception(&c->rs->cx)) {
        struct hop_value record HOP_AUTO_VALUE =
            exception_record(c->rs, c->rs->cx.pending);
        error_place(c->rs, as_error_record(record), c->caller, c->ast, NULL);
    }
    return HOP_FLOW_ERROR;
}

/* ---- output
 * ------------------------------------------------------------------------------
 */

static enum hop_flow
give_line(struct hop_command *c, struct lines *l, const char *s, size_t n)
{
    struct hop_runspace *rs = c->rs;

    if (!l->error) {
        struct hop_value v HOP_AUTO_VALUE = hop_textn(s, n);
        return command_write(c, v);
    }
    struct hop_value e HOP_AUTO_VALUE = hop_null();
    char *text HOP_AUTO_FREE = hop_xstrndup(s, n);
    e = new_exception(rs, "System.Management.Automation.RemoteException", text);
    struct hop_value target HOP_AUTO_VALUE = hop_text(text);
    struct error_record *r = error_record_new(rs, e, "NativeCommandError",
                                              HOP_CAT_NOT_SPECIFIED, target);
    struct hop_value record HOP_AUTO_VALUE = hop_obj(r);
    r->native_stderr = true;
    r->activity = hop_string_from("");
    error_place(rs, r, c->caller, c->ast, NULL);
    return stream_write(rs, &c->io, HOP_ERROR, record);
}

static enum hop_flow
take_objects(struct hop_command *c, struct lines *l)
{
    enum hop_flow flow = HOP_FLOW_NEXT;

    if (l->text.len)
        flow = native_objects_write(c, l->text.data, l->text.len, l->error);
    hop_buf_clear(&l->text);
    return flow;
}

static enum hop_flow
take_lines(struct hop_command *c, struct lines *l, bool end)
{
    enum hop_flow flow = HOP_FLOW_NEXT;
    size_t at = 0;

    if (l->objects)
        return end ? take_objects(c, l) : HOP_FLOW_NEXT;
    while (flow == HOP_FLOW_NEXT && at < l->text.len) {
        const char *s = l->text.data + at;
        const char *nl = memchr(s, '\n', l->text.len - at);
        size_t n;
        if (!nl && !end)
            break;
        n = nl ? (size_t)(nl - s) : l->text.len - at;
        at += n + (nl ? 1 : 0);
        if (n && s[n - 1] == '\r')
            n--;
        if (!l->begun) {
            l->begun = true;
            l->objects = nl && n == strlen(NATIVE_OBJECTS_HEAD) &&
                         memcmp(s, NATIVE_OBJECTS_HEAD, n) == 0;
            if (l->objects) {
                hop_buf_consume(&l->text, at);
                return take_lines(c, l, end);
            }
        }
        flow = give_line(c, l, s, n);
    }
    hop_buf_consume(&l->text, at);
    return flow;
}

static enum hop_flow pump(struct hop_command *c, const char *s, size_t n);

/* A program that closed its input stops what is in front of it. */
static enum hop_flow
wants_more(struct hop_command *c)
{
    if (c->process->in >= 0)
        return HOP_FLOW_NEXT;
    c->done_input = true;
    return HOP_FLOW_DONE;
}

/* Does the output go into another program?  Then it goes as it is. */
static bool
passes_bytes(const struct hop_command *c, const struct lines *l)
{
    return !l->error && c->next && c->next->process && !c->redirects &&
           c->out == &c->next->input;
}

static enum hop_flow
take_output(struct hop_command *c, struct lines *l)
{
    enum hop_flow flow;

    if (!passes_bytes(c, l))
        return take_lines(c, l, false);
    flow = pump(c->next, l->text.data, l->text.len);
    hop_buf_clear(&l->text);
    return flow == HOP_FLOW_NEXT ? wants_more(c->next) : flow;
}

static enum hop_flow
read_some(struct hop_command *c, struct lines *l)
{
    char *room = hop_buf_reserve(&l->text, 16384);
    ssize_t n;

    if (!room) {
        hop_throw(&c->rs->cx, &hop_exception_out_of_memory,
                  "A line of the program's output is too long.");
        return HOP_FLOW_ERROR;
    }
    n = read(l->fd, room, 16384);
    if (n > 0) {
        hop_buf_commit(&l->text, (size_t)n);
        return take_output(c, l);
    }
    if (n < 0 && (errno == EINTR || errno == EAGAIN))
        return HOP_FLOW_NEXT;
    close(l->fd);
    l->fd = -1;
    return take_lines(c, l, true);
}

/* Moves data until the input is written, or (s NULL) until all output is at its
 * end. */
static enum hop_flow
pump(struct hop_command *c, const char *s, size_t n)
{
    struct native_process *p = c->process;
    enum hop_flow flow = HOP_FLOW_NEXT;

    while (flow == HOP_FLOW_NEXT &&
           (s ? n > 0 && p->in >= 0 : p->out.fd >= 0 || p->err.fd >= 0)) {
        struct pollfd f[4] = {{p->out.fd, POLLIN, 0},
                              {p->err.fd, POLLIN, 0},
                              {s ? p->in : -1, POLLOUT, 0},
                              {c->rs->wake[0], POLLIN, 0}};
        if (c->rs->stop)
            return HOP_FLOW_STOP;
        if (hop_threads_poll(c->rs, f, hop_threads_any(c->rs) ? 3 : 4, -1) < 0)
            continue;
        if (c->rs->called)
            runspace_attend(c->rs);
        if (c->rs->stop)
            return HOP_FLOW_STOP;
        if (f[1].revents)
            flow = read_some(c, &p->err);
        if (flow == HOP_FLOW_NEXT && f[0].revents)
            flow = read_some(c, &p->out);
        if (f[2].revents) {
            ssize_t w = write(p->in, s, n);
            if (w > 0) {
                s += w;
                n -= (size_t)w;
            } else if (w < 0 && errno != EINTR && errno != EAGAIN) {
                close(p->in);
                p->in = -1;
                break;
            }
        }
    }
    return flow;
}

/* ---- input
 * ---------------------------------------------------------------------------------
 */

static enum hop_flow
feed_text(void *ctx, const char *s, size_t n)
{
    return pump(ctx, s, n);
}

static enum hop_flow
feed_objects(struct hop_command *c, struct hop_buf *b)
{
    enum hop_flow flow;

    if (!b)
        return HOP_FLOW_ERROR;
    flow = pump(c, b->data, b->len);
    hop_buf_clear(b);
    return flow;
}

enum hop_flow
native_process(struct hop_command *c, struct hop_value v)
{
    struct native_process *p = c->process;
    struct hop_value base = hop_value_base(v);
    enum hop_flow flow;

    if (p->in < 0)
        return wants_more(c);
    if (p->input)
        return feed_objects(c, native_input_add(p->input, v));
    if (hop_is_null(base))
        return HOP_FLOW_NEXT;
    if (base.kind == HOP_BYTE) {
        char byte = (char)base.u.i;

        return pump(c, &byte, 1);
    }
    if (base.kind == HOP_STRING) {
        struct hop_buf b HOP_AUTO_BUF = HOP_BUF_INIT;
        if (!hop_add_string(&c->rs->cx, base, &b))
            return HOP_FLOW_ERROR;
        hop_buf_addc(&b, '\n');
        return pump(c, b.data, b.len);
    }
    if (!p->formatter) {
        p->ops = hop_runspace_formatter(c->rs);
        p->formatter = p->ops->begin(c->rs, -1, feed_text, c);
    }
    flow = p->ops->object(p->formatter, v);
    return flow;
}

/* ---- the end
 * ------------------------------------------------------------------------------------
 */

static void
set_exit_code(struct hop_command *c, int status)
{
    struct hop_runspace *rs = c->rs;
    int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);

    scope_put(rs, rs->global->top, "LASTEXITCODE", hop_int(code));
    if (code)
        c->failed = true;
}

static bool
stops_on_failure(struct hop_runspace *rs)
{
    struct hop_value v HOP_AUTO_VALUE =
        hop_variable_get(rs, "PSNativeCommandUseErrorActionPreference");

    return hop_is_true(&rs->cx, v);
}

static void
add_fact(struct hop_value exception, const char *name, struct hop_value v)
{
    hop_member_add(exception.u.o, (struct hop_member){
                                      .name = hop_string_from(name),
                                      .kind = HOP_MEMBER_NOTE,
                                      .value = v,
                                  });
}

static enum hop_flow
report_exit(struct hop_command *c)
{
    struct hop_runspace *rs = c->rs;
    struct hop_value code HOP_AUTO_VALUE = hop_variable_get(rs, "LASTEXITCODE");
    char *text HOP_AUTO_FREE = hop_xasprintf(
        "Program \"%s\" ended with non-zero exit code: %lld (0x%02llX).",
        c->info->name, (long long)code.u.i, (unsigned long long)code.u.i);
    struct hop_value e HOP_AUTO_VALUE = new_exception(
        rs, "System.Management.Automation.NativeCommandExitException", text);
    struct hop_value target HOP_AUTO_VALUE = hop_text(c->info->definition);
    add_fact(e, "Path", hop_retain(target));
    add_fact(e, "ExitCode", hop_retain(code));
    add_fact(e, "ProcessId", hop_int(c->process->pid));
    struct error_record *r = error_record_new(
        rs, e, "ProgramExitedWithNonZeroCode", HOP_CAT_NOT_SPECIFIED, target);

    r->activity = hop_string_from("");
    return command_write_error(c, hop_obj(r));
}

/* Nobody sits in front of it to press Ctrl-C again.  What comes for the session
 * meanwhile (SIGIO) does not end the wait. */
static void
end_unattended(struct hop_command *c, int fd)
{
    struct pollfd p = {fd, POLLIN, 0};
    int64_t left = STOP_GRACE_MS, until = space_now_ms() + left;
    int r;

    if (!c->rs->attendant)
        return;
    do {
        r = poll(&p, 1, (int)left);
        left = until - space_now_ms();
    } while (r < 0 && errno == EINTR && left > 0);
    if (r <= 0)
        kill(c->process->pid, SIGKILL);
}

/* Waits for the program's end, the other threads running meanwhile. */
static void
wait_turn(struct hop_command *c)
{
    int fd = (int)syscall(SYS_pidfd_open, c->process->pid, 0);

    if (fd < 0)
        return;
    if (hop_runspace_wait(c->rs, fd, POLLIN, -1) < 0) {
        kill(c->process->pid, SIGINT);
        end_unattended(c, fd);
    }
    close(fd);
}

static void
reap(struct hop_command *c)
{
    struct native_process *p = c->process;
    int status = 0;

    if (!p->running)
        return;
    p->running = false;
    if (hop_threads_any(c->rs) || c->rs->attendant)
        wait_turn(c);
    while (waitpid(p->pid, &status, 0) < 0 && errno == EINTR)
        if (c->rs->stop)
            kill(p->pid, SIGINT);
    set_exit_code(c, status);
    if (c->rs->host && c->rs->host->ops->end_application)
        c->rs->host->ops->end_application(c->rs->host);
}

enum hop_flow
native_end(struct hop_command *c)
{
    struct native_process *p = c->process;
    enum hop_flow flow = HOP_FLOW_NEXT;

    if (p->formatter) {
        flow = p->ops->end(p->formatter);
        p->formatter = NULL;
    }
    if (p->input && p->in >= 0)
        flow = feed_objects(c, native_input_end(p->input));
    if (p->in >= 0)
        close(p->in);
    p->in = -1;
    if (flow == HOP_FLOW_NEXT)
        flow = pump(c, NULL, 0);
    if (flow != HOP_FLOW_NEXT)
        return flow;
    reap(c);
    if (c->failed && stops_on_failure(c->rs))
        return report_exit(c);
    return HOP_FLOW_NEXT;
}

void
native_dispose(struct hop_command *c)
{
    struct native_process *p = c->process;

    if (!p)
        return;
    if (p->formatter)
        p->ops->cancel(p->formatter);
    if (p->in >= 0)
        close(p->in);
    if (p->out.fd >= 0)
        close(p->out.fd);
    if (p->err.fd >= 0)
        close(p->err.fd);
    if (p->running && c->rs->stop)
        kill(p->pid, SIGINT);
    if (p->running && !c->rs->stop)
        kill(p->pid, SIGTERM);
    reap(c);
    native_input_free(p->input);
    hop_buf_done(&p->out.text);
    hop_buf_done(&p->err.text);
    free(p);
    c->process = NULL;
}
