/* System.Diagnostics.Process: its making, its end, its methods.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cmdlets/process/process.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/text.h"
#include "cim/cim.h"
#include "cmdlets/process/pipe_stream.h"
#include "cmdlets/process/process_class.h"
#include "value/collections.h"
#include "value/enums.h"
#include "value/exception.h"

struct hop_process *
hop_process_of(struct hop_value v)
{
    v = hop_value_base(v);
    return v.kind == HOP_OBJECT && v.u.o->cls == &hop_class_process
               ? (struct hop_process *)(void *)v.u.o
               : NULL;
}

static void
destroy(struct hop_object *o)
{
    struct hop_process *p = (struct hop_process *)(void *)o;

    hop_value_clear(&p->info);
    hop_value_clear(&p->in);
    hop_value_clear(&p->out);
    hop_value_clear(&p->err);
    free(p->machine);
    free(p->path);
    free(p->line);
    if (p->started && !p->exited)
        (void)waitpid(p->proc.pid, NULL, WNOHANG);
}

/* ---- the end of a process ---- */

static int64_t
now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_REALTIME, &t);
    return (t.tv_sec + HOP_SECONDS_TO_1970) * HOP_TICKS_PER_SECOND +
           t.tv_nsec / 100;
}

static void
note_end(struct hop_process *p, int status)
{
    p->exited = true;
    p->exit_time = now();
    p->exit_code =
        WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

bool
hop_process_has_exited(struct hop_process *p)
{
    struct hop_proc fresh;
    int status = 0;

    if (p->exited || p->machine)
        return p->exited;
    if (p->started) {
        if (waitpid(p->proc.pid, &status, WNOHANG) == p->proc.pid)
            note_end(p, status);
        return p->exited;
    }
    p->exited = !hop_proc_read(p->proc.pid, &fresh) || fresh.ended ||
                fresh.start != p->proc.start;
    return p->exited;
}

#define POLL_MS 10 /* where the kernel has no pidfd */

int
hop_process_wait(struct hop_context *cx, struct hop_process *p,
                 int64_t timeout_ms)
{
    struct hop_runspace *rs = hop_runspace_of(cx);
    HOP_AUTO_FD int fd = (int)syscall(SYS_pidfd_open, p->proc.pid, 0);
    int64_t end = now() + timeout_ms * (HOP_TICKS_PER_SECOND / 1000);

    while (!hop_process_has_exited(p)) {
        int64_t left =
            timeout_ms < 0 ? -1 : (end - now()) / (HOP_TICKS_PER_SECOND / 1000);
        int64_t step = fd >= 0 ? left : POLL_MS;

        if (timeout_ms >= 0 && left <= 0)
            return 0;
        if (hop_runspace_wait(rs, fd, POLLIN, step) < 0)
            return -1;
    }
    return 1;
}

/* ---- making ---- */

static struct hop_process *
process_new(struct hop_context *cx)
{
    return hop_object_new(cx, &hop_class_process);
}

struct hop_value
hop_process_find(struct hop_context *cx, pid_t pid)
{
    struct hop_proc proc;
    struct hop_process *p;

    if (!hop_proc_read(pid, &proc))
        return hop_null();
    p = process_new(cx);
    p->proc = proc;
    return hop_obj(p);
}

static int64_t
number(const struct hop_cim_instance *i, const char *name)
{
    const struct hop_cim_value *v = hop_cim_get(i, name);

    return v ? v->i : 0;
}

static char *
dup_text(const struct hop_cim_instance *i, const char *name)
{
    const char *s = hop_cim_text(i, name);

    return s ? hop_xstrdup(s) : NULL;
}

/* The name as this host's Get-Process has it: without ".exe". */
static void
take_name(struct hop_proc *p, const char *name)
{
    size_t n = strlen(name);

    if (n > 4 && hop_ascii_ieq(name + n - 4, ".exe"))
        n -= 4;
    snprintf(p->name, sizeof(p->name), "%.*s", (int)n, name);
}

struct hop_value
hop_process_away(struct hop_context *cx, const char *machine,
                 const struct hop_cim_instance *i)
{
    struct hop_process *p = process_new(cx);
    const char *name = hop_cim_text(i, "Name");

    p->proc = (struct hop_proc){
        .pid = (pid_t)number(i, "ProcessId"),
        .parent = (pid_t)number(i, "ParentProcessId"),
        .session = (int)number(i, "SessionId"),
        .threads = (int)number(i, "ThreadCount"),
        .handles = (int)number(i, "HandleCount"),
        .user_time = number(i, "UserModeTime"),
        .kernel_time = number(i, "KernelModeTime"),
        .start = number(i, "CreationDate"),
        .virtual_size = number(i, "VirtualSize"),
        .peak_virtual_size = number(i, "PeakVirtualSize"),
        .resident = number(i, "WorkingSetSize"),
        .peak_resident = number(i, "PeakWorkingSetSize") * 1024,
    };
    take_name(&p->proc, name ? name : "");
    p->machine = hop_xstrdup(machine);
    p->path = dup_text(i, "ExecutablePath");
    p->line = dup_text(i, "CommandLine");
    return hop_obj(p);
}

static void
take_started(struct hop_context *cx, struct hop_process *p,
             const struct hop_started *s, struct hop_record *info)
{
    if (!hop_proc_read(s->pid, &p->proc))
        p->proc.pid = s->pid;
    p->started = true;
    p->exited = false;
    hop_value_set(&p->info, hop_retain(hop_obj(info)));
    if (s->in >= 0)
        hop_value_set(&p->in, hop_pipe_writer_new(cx, s->in));
    if (s->out >= 0)
        hop_value_set(&p->out, hop_pipe_reader_new(cx, s->out));
    if (s->err >= 0)
        hop_value_set(&p->err, hop_pipe_reader_new(cx, s->err));
}

struct hop_value
hop_process_started(struct hop_context *cx, const struct hop_started *s,
                    struct hop_record *info)
{
    struct hop_process *p = process_new(cx);

    take_started(cx, p, s, info);
    return hop_obj(p);
}

/* ---- methods ---- */

static bool
start_it(struct hop_context *cx, struct hop_record *info,
         struct hop_process *into, struct hop_value *out)
{
    struct hop_started s;

    if (!hop_start_process(hop_runspace_of(cx), info, NULL, &s))
        return false;
    if (into) {
        take_started(cx, into, &s, info);
        *out = hop_bool(true);
    } else {
        *out = hop_process_started(cx, &s, info);
    }
    return true;
}

static bool
method_start(struct hop_context *cx, struct hop_call *call)
{
    HOP_AUTO_VALUE struct hop_value info = hop_null();

    return hop_process_get_info(cx, call->self, 0, &info) &&
           start_it(cx, hop_start_info_of(info), hop_process_of(call->self),
                    &call->result);
}

static bool
static_start(struct hop_context *cx, struct hop_call *call)
{
    struct hop_record *info = hop_start_info_of(call->args[0]);
    HOP_AUTO_VALUE struct hop_value made = hop_null();

    if (!info && !hop_is_string(call->args[0]))
        return hop_throw_null(cx, "startInfo");
    if (!info) {
        struct hop_array *list =
            call->n > 1 ? hop_as_array(call->args[1]) : NULL;
        struct hop_array *to;

        info = hop_start_info_new(cx, hop_cstr(call->args[0]),
                                  call->n > 1 && hop_is_string(call->args[1])
                                      ? hop_cstr(call->args[1])
                                      : "");
        made = hop_obj(info);
        to = hop_as_array(info->slot[HOP_START_LIST]);
        for (size_t i = 0; list && i < list->n; i++)
            hop_array_push(to, hop_retain(list->items[i]));
    }
    return start_it(cx, info, NULL, &call->result);
}

struct tree_kill {
    pid_t parent;
    struct hop_context *cx;
};

static bool
kill_child(void *arg, pid_t pid)
{
    struct tree_kill *k = arg;
    struct hop_proc p;

    if (hop_proc_read(pid, &p) && p.parent == k->parent) {
        struct tree_kill next = {pid, k->cx};

        kill(pid, SIGSTOP);
        hop_proc_each(kill_child, &next);
        kill(pid, SIGKILL);
    }
    return true;
}

static bool
method_kill(struct hop_context *cx, struct hop_call *call)
{
    struct hop_process *p = hop_process_of(call->self);
    struct tree_kill k = {p->proc.pid, cx};

    if (!p->proc.pid)
        return hop_process_throw_none(cx);
    if (p->machine)
        return hop_throw(cx, &hop_exception_not_supported,
                         "Process %s (%d) runs on %s. End it there: "
                         "Get-CimInstance Win32_Process -ComputerName %s "
                         "-Filter 'ProcessId=%d' | Invoke-CimMethod "
                         "-MethodName Terminate.",
                         p->proc.name, (int)p->proc.pid, p->machine, p->machine,
                         (int)p->proc.pid);
    if (hop_process_has_exited(p))
        return true;
    if (call->n && call->args[0].u.i)
        hop_proc_each(kill_child, &k);
    if (kill(p->proc.pid, SIGKILL) != 0 && errno != ESRCH)
        return hop_throw(cx, &hop_exception_win32, "%s", strerror(errno));
    return true;
}

static bool
method_wait(struct hop_context *cx, struct hop_call *call)
{
    struct hop_process *p = hop_process_of(call->self);
    int64_t ms = -1;
    int r;

    if (!p->proc.pid)
        return hop_process_throw_none(cx);
    if (call->n)
        ms = call->args[0].kind == HOP_TIMESPAN
                 ? call->args[0].u.i / (HOP_TICKS_PER_SECOND / 1000)
                 : call->args[0].u.i;
    r = hop_process_wait(cx, p, ms);
    if (r < 0)
        return false;
    if (call->n)
        call->result = hop_bool(r == 1);
    return true;
}

static bool
method_refresh(struct hop_context *cx, struct hop_call *call)
{
    struct hop_process *p = hop_process_of(call->self);
    struct hop_proc fresh;

    (void)cx;
    if (hop_proc_read(p->proc.pid, &fresh) && fresh.start == p->proc.start)
        p->proc = fresh;
    return true;
}

static bool
method_close(struct hop_context *cx, struct hop_call *call)
{
    struct hop_process *p = hop_process_of(call->self);

    (void)cx;
    if (p->started && p->proc.pid)
        (void)hop_process_has_exited(p);
    hop_value_clear(&p->in);
    hop_value_clear(&p->out);
    hop_value_clear(&p->err);
    return true;
}

static bool
method_false(struct hop_context *cx, struct hop_call *call)
{
    (void)cx;
    call->result = hop_bool(false);
    return true;
}

struct listing {
    struct hop_context *cx;
    struct hop_array *to;
    const struct hop_string *name; /* NULL: all */
};

static bool
list_one(void *arg, pid_t pid)
{
    struct listing *l = arg;
    struct hop_value v = hop_process_find(l->cx, pid);
    struct hop_process *p = hop_is_null(v) ? NULL : hop_process_of(v);

    if (p && (!l->name || hop_string_iis(l->name, p->proc.name)))
        hop_array_push(l->to, v);
    else
        hop_release(v);
    return true;
}

static bool
static_list(struct hop_context *cx, struct hop_call *call)
{
    const struct hop_class *cls = hop_types_array(cx, &hop_class_process, 1);
    struct listing l = {cx, hop_array_new_of(cx, cls, 0), NULL};

    if (call->n && hop_is_string(call->args[0]))
        l.name = call->args[0].u.s;
    hop_proc_each(list_one, &l);
    call->result = hop_obj(l.to);
    return true;
}

static bool
static_by_id(struct hop_context *cx, struct hop_call *call)
{
    pid_t pid = call->n ? (pid_t)call->args[0].u.i : getpid();

    call->result = hop_process_find(cx, pid);
    if (!hop_is_null(call->result))
        return true;
    return hop_throw(cx, &hop_exception_argument,
                     "Process with an Id of %d is not running.", (int)pid);
}

static bool
construct(struct hop_context *cx, struct hop_call *call)
{
    call->result = hop_obj(process_new(cx));
    return true;
}

static const struct hop_method constructors[] = {
    {HOP_PROCESS_NAME " new()", construct}, {NULL}};
static const struct hop_method methods[] = {
    {"static " HOP_PROCESS_NAME " Start(" HOP_PROCESS_NAME
     "StartInfo startInfo)",
     static_start},
    {"static " HOP_PROCESS_NAME " Start(string fileName)", static_start},
    {"static " HOP_PROCESS_NAME " Start(string fileName, string arguments)",
     static_start},
    {"static " HOP_PROCESS_NAME " Start(string fileName, "
     "System.Collections.Generic.IEnumerable[string] arguments)",
     static_start},
    {"static " HOP_PROCESS_NAME "[] GetProcesses()", static_list},
    {"static " HOP_PROCESS_NAME "[] GetProcessesByName(string processName)",
     static_list},
    {"static " HOP_PROCESS_NAME " GetProcessById(int processId)", static_by_id},
    {"static " HOP_PROCESS_NAME " GetCurrentProcess()", static_by_id},
    {"void Close()", method_close},
    {"bool CloseMainWindow()", method_false},
    {"void Dispose()", method_close},
    {"void Kill()", method_kill},
    {"void Kill(bool entireProcessTree)", method_kill},
    {"void Refresh()", method_refresh},
    {"bool Start()", method_start},
    {"void WaitForExit()", method_wait},
    {"bool WaitForExit(int milliseconds)", method_wait},
    {"bool WaitForExit(timespan timeout)", method_wait},
    {NULL}};

static bool
process_text(struct hop_context *cx, struct hop_value v,
             struct hop_string **out)
{
    struct hop_process *p = hop_process_of(v);

    (void)cx;
    *out = p->proc.pid
               ? hop_string_format(HOP_PROCESS_NAME " (%s)", p->proc.name)
               : hop_string_from(HOP_PROCESS_NAME);
    return true;
}

static const struct hop_class class_by_ref = {
    .name = "System.MarshalByRefObject",
    .base = &hop_class_object,
    .flags = HOP_CLASS_ABSTRACT,
    .kind = HOP_OBJECT,
};
static const struct hop_class class_component = {
    .name = "System.ComponentModel.Component",
    .base = &class_by_ref,
    .kind = HOP_OBJECT,
};

const struct hop_class hop_class_process = {
    .name = HOP_PROCESS_NAME,
    .base = &class_component,
    .kind = HOP_OBJECT,
    .size = sizeof(struct hop_process),
    .properties = hop_process_properties,
    .methods = methods,
    .constructors = constructors,
    .destroy = destroy,
    .to_string = process_text,
};

const struct hop_class *const hop_process_classes[] = {
    &hop_class_process, &hop_class_process_start_info,
    &hop_class_process_module, &hop_class_process_thread, NULL};
