/* System.Diagnostics.Process over /proc.
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
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/text.h"
#include "cim/cim.h"
#include "cmdlets/process/pipe_stream.h"
#include "value/collections.h"
#include "value/convert.h"
#include "value/enums.h"
#include "value/exception.h"

#define SECONDS_TO_1970 62135596800LL
#define PROCESS         "System.Diagnostics.Process"

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
    return (t.tv_sec + SECONDS_TO_1970) * HOP_TICKS_PER_SECOND +
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

/* ---- properties ---- */

enum {
    P_ID,
    P_NAME,
    P_SESSION,
    P_HANDLES,
    P_VIRTUAL,
    P_PEAK_VIRTUAL,
    P_RESIDENT,
    P_PEAK_RESIDENT,
    P_ZERO,
    P_NICE,
    P_USER_TIME,
    P_KERNEL_TIME,
    P_ALL_TIME,
    P_START,
};

static bool
no_process(struct hop_context *cx)
{
    return hop_throw(cx, &hop_exception_invalid_operation,
                     "No process is associated with this object.");
}

/* A property that cannot be had is null, as PowerShell takes getters that
 * throw. */
static bool
unknown(struct hop_value *out)
{
    *out = hop_null();
    return true;
}

static int64_t
size_of(const struct hop_proc *p, intptr_t which)
{
    switch (which) {
    case P_VIRTUAL: return p->virtual_size;
    case P_PEAK_VIRTUAL: return p->peak_virtual_size;
    case P_RESIDENT: return p->resident;
    case P_PEAK_RESIDENT: return p->peak_resident;
    default: return 0;
    }
}

static bool
get_long(struct hop_context *cx, struct hop_value self, intptr_t data,
         struct hop_value *out)
{
    struct hop_process *p = hop_process_of(self);

    if (!p->proc.pid)
        return unknown(out);
    *out = hop_long(size_of(&p->proc, data));
    return true;
}

static bool
get_int(struct hop_context *cx, struct hop_value self, intptr_t data,
        struct hop_value *out)
{
    struct hop_process *p = hop_process_of(self);

    if (!p->proc.pid)
        return unknown(out);
    switch (data) {
    case P_ID: *out = hop_int(p->proc.pid); break;
    case P_SESSION: *out = hop_int(p->proc.session); break;
    case P_HANDLES: *out = hop_int(p->proc.handles); break;
    case P_NICE: *out = hop_int(p->proc.nice); break;
    default: *out = hop_int((int32_t)size_of(&p->proc, data)); break;
    }
    return true;
}

static bool
get_name(struct hop_context *cx, struct hop_value self, intptr_t data,
         struct hop_value *out)
{
    struct hop_process *p = hop_process_of(self);

    (void)data;
    if (!p->proc.pid)
        return unknown(out);
    *out = hop_text(p->proc.name);
    return true;
}

static bool
get_time(struct hop_context *cx, struct hop_value self, intptr_t data,
         struct hop_value *out)
{
    struct hop_process *p = hop_process_of(self);
    struct hop_proc fresh;

    if (!p->proc.pid)
        return unknown(out);
    if (!p->machine && hop_proc_read(p->proc.pid, &fresh) &&
        fresh.start == p->proc.start)
        p->proc = fresh;
    *out = hop_timespan((data != P_KERNEL_TIME ? p->proc.user_time : 0) +
                        (data != P_USER_TIME ? p->proc.kernel_time : 0));
    return true;
}

static bool
get_cpu(struct hop_context *cx, struct hop_value self, intptr_t data,
        struct hop_value *out)
{
    struct hop_value t = hop_null();

    if (!get_time(cx, self, data, &t))
        return false;
    *out = hop_double((double)t.u.i / (double)HOP_TICKS_PER_SECOND);
    return true;
}

/* A point in time, in the local zone. */
static struct hop_value
local_time(int64_t ticks)
{
    time_t s = (time_t)(ticks / HOP_TICKS_PER_SECOND - SECONDS_TO_1970);
    struct tm tm;

    localtime_r(&s, &tm);
    return hop_datetime(ticks + (int64_t)tm.tm_gmtoff * HOP_TICKS_PER_SECOND,
                        HOP_DATE_LOCAL);
}

static bool
get_start(struct hop_context *cx, struct hop_value self, intptr_t data,
          struct hop_value *out)
{
    struct hop_process *p = hop_process_of(self);

    (void)data;
    if (!p->proc.pid)
        return unknown(out);
    *out = local_time(p->proc.start);
    return true;
}

enum { END_EXITED, END_CODE, END_TIME };

static bool
get_end(struct hop_context *cx, struct hop_value self, intptr_t data,
        struct hop_value *out)
{
    struct hop_process *p = hop_process_of(self);
    bool exited;

    if (!p->proc.pid)
        return unknown(out);
    exited = hop_process_has_exited(p);
    if (data == END_EXITED) {
        *out = hop_bool(exited);
        return true;
    }
    if (!p->started)
        return unknown(out);
    if (!exited)
        return unknown(out);
    *out = data == END_CODE ? hop_int(p->exit_code) : local_time(p->exit_time);
    return true;
}

static bool
get_path(struct hop_context *cx, struct hop_value self, intptr_t data,
         struct hop_value *out)
{
    struct hop_process *p = hop_process_of(self);
    const char *told = data ? p->line : p->path;
    HOP_AUTO_FREE char *s = p->machine ? (told ? hop_xstrdup(told) : NULL)
                            : data     ? hop_proc_command_line(p->proc.pid)
                                       : hop_proc_path(p->proc.pid);

    (void)cx;
    *out = s ? hop_text(s) : hop_null();
    return true;
}

static bool
get_null(struct hop_context *cx, struct hop_value self, intptr_t data,
         struct hop_value *out)
{
    (void)cx;
    (void)self;
    (void)data;
    *out = hop_null();
    return true;
}

static bool
get_noun(struct hop_context *cx, struct hop_value self, intptr_t data,
         struct hop_value *out)
{
    (void)cx;
    (void)self;
    (void)data;
    *out = hop_text("Process");
    return true;
}

static bool
get_text(struct hop_context *cx, struct hop_value self, intptr_t data,
         struct hop_value *out)
{
    const char *machine = hop_process_of(self)->machine;

    (void)cx;
    *out = hop_text(!data ? "" : machine ? machine : ".");
    return true;
}

static bool
get_true(struct hop_context *cx, struct hop_value self, intptr_t data,
         struct hop_value *out)
{
    (void)cx;
    (void)self;
    *out = hop_bool(data != 0);
    return true;
}

static bool
get_parent(struct hop_context *cx, struct hop_value self, intptr_t data,
           struct hop_value *out)
{
    struct hop_process *p = hop_process_of(self);

    (void)data;
    *out = p->machine ? hop_null() : hop_process_find(cx, p->proc.parent);
    return true;
}

static bool
get_priority(struct hop_context *cx, struct hop_value self, intptr_t data,
             struct hop_value *out)
{
    static const struct {
        int below;
        const char *name;
    } rows[] = {{-15, "RealTime"}, {-10, "High"},       {-5, "AboveNormal"},
                {1, "Normal"},     {11, "BelowNormal"}, {100, "Idle"}};
    const struct hop_class *cls = hop_types_find(
        cx, PROCESS "PriorityClass", strlen(PROCESS "PriorityClass"));
    int nice = hop_process_of(self)->proc.nice;
    size_t i = 0;
    HOP_AUTO_VALUE struct hop_value name = hop_null();

    (void)data;
    while (nice >= rows[i].below && i + 1 < HOP_ARRAY_SIZE(rows))
        i++;
    name = hop_text(rows[i].name);
    return cls ? hop_convert(cx, name, cls, out) : (*out = name, true);
}

static bool
set_priority(struct hop_context *cx, struct hop_value self, intptr_t data,
             struct hop_value v)
{
    static const struct {
        const char *name;
        int nice;
    } rows[] = {{"RealTime", -19}, {"High", -11},       {"AboveNormal", -6},
                {"Normal", 0},     {"BelowNormal", 10}, {"Idle", 19}};
    HOP_AUTO_STRING struct hop_string *name = NULL;
    struct hop_process *p = hop_process_of(self);

    (void)data;
    if (!hop_to_string(cx, v, &name))
        return false;
    for (size_t i = 0; i < HOP_ARRAY_SIZE(rows); i++) {
        if (!hop_string_iis(name, rows[i].name))
            continue;
        if (setpriority(PRIO_PROCESS, (id_t)p->proc.pid, rows[i].nice) != 0)
            return hop_throw(cx, &hop_exception_win32, "%s", strerror(errno));
        p->proc.nice = rows[i].nice;
    }
    return true;
}

enum { MODULE_NAME, MODULE_FILE };
static const struct hop_property module_properties[] = {
    HOP_RECORD_PROPERTY(MODULE_NAME, "ModuleName", "string"),
    HOP_RECORD_PROPERTY(MODULE_FILE, "FileName", "string"),
    {0},
};
static bool
module_text(struct hop_context *cx, struct hop_value v, struct hop_string **out)
{
    struct hop_record *r = (struct hop_record *)hop_value_base(v).u.o;

    (void)cx;
    *out = hop_string_format(PROCESS "Module (%s)",
                             hop_cstr(r->slot[MODULE_NAME]));
    return true;
}
static const struct hop_class class_module = HOP_RECORD_CLASS(
    PROCESS "Module", module_properties, .to_string = module_text);

/* The program itself; data: as the only one of a collection. */
static bool
get_module(struct hop_context *cx, struct hop_value self, intptr_t data,
           struct hop_value *out)
{
    HOP_AUTO_FREE char *path = hop_proc_path(hop_process_of(self)->proc.pid);
    struct hop_array *a = data ? hop_array_new(cx, 0) : NULL;
    struct hop_record *r;

    if (path) {
        const char *slash = strrchr(path, '/');

        r = hop_record_new(cx, &class_module);
        hop_record_set(r, MODULE_NAME, hop_text(slash ? slash + 1 : path));
        hop_record_set(r, MODULE_FILE, hop_text(path));
        *out = hop_obj(r);
    } else {
        *out = hop_null();
    }
    if (a && path)
        hop_array_push(a, *out);
    if (a)
        *out = hop_obj(a);
    return true;
}

enum { THREAD_ID };
static const struct hop_property thread_properties[] = {
    HOP_RECORD_PROPERTY(THREAD_ID, "Id", "int"), {0}};
static const struct hop_class class_thread =
    HOP_RECORD_CLASS(PROCESS "Thread", thread_properties);

static bool
get_threads(struct hop_context *cx, struct hop_value self, intptr_t data,
            struct hop_value *out)
{
    const struct hop_proc *p = &hop_process_of(self)->proc;
    struct hop_array *a = hop_array_new(cx, 0);

    (void)data;
    for (int i = 0; i < p->threads; i++) {
        struct hop_record *r = hop_record_new(cx, &class_thread);

        hop_record_set(r, THREAD_ID, hop_int(p->pid + i));
        hop_array_push(a, hop_obj(r));
    }
    *out = hop_obj(a);
    return true;
}

enum { STREAM_IN, STREAM_OUT, STREAM_ERR };

static bool
get_stream(struct hop_context *cx, struct hop_value self, intptr_t data,
           struct hop_value *out)
{
    struct hop_process *p = hop_process_of(self);
    const struct hop_value *v[] = {&p->in, &p->out, &p->err};

    if (hop_is_null(*v[data]))
        return unknown(out);
    *out = hop_retain(*v[data]);
    return true;
}

static bool
get_info(struct hop_context *cx, struct hop_value self, intptr_t data,
         struct hop_value *out)
{
    struct hop_process *p = hop_process_of(self);

    (void)data;
    if (hop_is_null(p->info) && p->proc.pid)
        return unknown(out);
    if (hop_is_null(p->info))
        p->info = hop_obj(hop_start_info_new(cx, "", ""));
    *out = hop_retain(p->info);
    return true;
}

static bool
set_info(struct hop_context *cx, struct hop_value self, intptr_t data,
         struct hop_value v)
{
    (void)data;
    if (!hop_start_info_of(v))
        return hop_throw_null(cx, "value");
    hop_value_set(&hop_process_of(self)->info, hop_retain(hop_value_base(v)));
    return true;
}

static bool
set_nothing(struct hop_context *cx, struct hop_value self, intptr_t data,
            struct hop_value v)
{
    (void)cx;
    (void)self;
    (void)data;
    (void)v;
    return true;
}

/* An alias's target stands where others have their type. */
#define ALIAS(n, of, fn, d)                                                    \
    {                                                                          \
        n, of, fn, NULL, HOP_PROP_ALIAS, d                                     \
    }
#define SCRIPT(n, fn, d)                                                       \
    {                                                                          \
        n, "System.Object", fn, NULL, HOP_PROP_SCRIPT, d                       \
    }
#define LONG_AND_INT(n, d)                                                     \
    {n "64", "long", get_long, NULL, 0, d},                                    \
    {                                                                          \
        n, "int", get_int, NULL, 0, d                                          \
    }
static const struct hop_property properties[] = {
    ALIAS("Name", "ProcessName", get_name, 0),
    ALIAS("SI", "SessionId", get_int, P_SESSION),
    ALIAS("Handles", "Handlecount", get_int, P_HANDLES),
    ALIAS("VM", "VirtualMemorySize64", get_long, P_VIRTUAL),
    ALIAS("WS", "WorkingSet64", get_long, P_RESIDENT),
    ALIAS("PM", "PagedMemorySize64", get_long, P_ZERO),
    ALIAS("NPM", "NonpagedSystemMemorySize64", get_long, P_ZERO),
    SCRIPT("Path", get_path, 0),
    SCRIPT("CommandLine", get_path, 1),
    {"Parent", "System.Object", get_parent, NULL, HOP_PROP_CODE},
    SCRIPT("Company", get_null, 0),
    SCRIPT("CPU", get_cpu, P_ALL_TIME),
    SCRIPT("FileVersion", get_null, 0),
    SCRIPT("ProductVersion", get_null, 0),
    SCRIPT("Description", get_null, 0),
    SCRIPT("Product", get_null, 0),
    {"__NounName", "string", get_noun, NULL, HOP_PROP_NOTE},
    {"BasePriority", "int", get_int, NULL, 0, P_NICE},
    {"ExitCode", "int", get_end, NULL, 0, END_CODE},
    {"HasExited", "bool", get_end, NULL, 0, END_EXITED},
    {"StartTime", "datetime", get_start},
    {"ExitTime", "datetime", get_end, NULL, 0, END_TIME},
    {"Id", "int", get_int, NULL, 0, P_ID},
    {"MachineName", "string", get_text, NULL, 0, 1},
    {"Modules", PROCESS "ModuleCollection", get_module, NULL, 0, 1},
    LONG_AND_INT("NonpagedSystemMemorySize", P_ZERO),
    LONG_AND_INT("PagedMemorySize", P_ZERO),
    LONG_AND_INT("PagedSystemMemorySize", P_ZERO),
    LONG_AND_INT("PeakPagedMemorySize", P_ZERO),
    LONG_AND_INT("PeakWorkingSet", P_PEAK_RESIDENT),
    LONG_AND_INT("PeakVirtualMemorySize", P_PEAK_VIRTUAL),
    {"PriorityClass", PROCESS "PriorityClass", get_priority, set_priority},
    LONG_AND_INT("PrivateMemorySize", P_ZERO),
    {"ProcessName", "string", get_name},
    {"SessionId", "int", get_int, NULL, 0, P_SESSION},
    {"StartInfo", PROCESS "StartInfo", get_info, set_info},
    {"Threads", PROCESS "ThreadCollection", get_threads},
    {"HandleCount", "int", get_int, NULL, 0, P_HANDLES},
    LONG_AND_INT("VirtualMemorySize", P_VIRTUAL),
    {"EnableRaisingEvents", "bool", get_true, set_nothing, 0, 0},
    {"StandardInput", "System.IO.StreamWriter", get_stream, NULL, 0, STREAM_IN},
    {"StandardOutput", "System.IO.StreamReader", get_stream, NULL, 0,
     STREAM_OUT},
    {"StandardError", "System.IO.StreamReader", get_stream, NULL, 0,
     STREAM_ERR},
    LONG_AND_INT("WorkingSet", P_RESIDENT),
    {"MainModule", PROCESS "Module", get_module},
    {"PrivilegedProcessorTime", "timespan", get_time, NULL, 0, P_KERNEL_TIME},
    {"TotalProcessorTime", "timespan", get_time, NULL, 0, P_ALL_TIME},
    {"UserProcessorTime", "timespan", get_time, NULL, 0, P_USER_TIME},
    {"MainWindowTitle", "string", get_text, NULL, 0, 0},
    {"Responding", "bool", get_true, NULL, 0, 1},
    {NULL},
};

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

    return get_info(cx, call->self, 0, &info) &&
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
        return no_process(cx);
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
        return no_process(cx);
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

static const struct hop_method constructors[] = {{PROCESS " new()", construct},
                                                 {NULL}};
static const struct hop_method methods[] = {
    {"static " PROCESS " Start(" PROCESS "StartInfo startInfo)", static_start},
    {"static " PROCESS " Start(string fileName)", static_start},
    {"static " PROCESS " Start(string fileName, string arguments)",
     static_start},
    {"static " PROCESS " Start(string fileName, "
     "System.Collections.Generic.IEnumerable[string] arguments)",
     static_start},
    {"static " PROCESS "[] GetProcesses()", static_list},
    {"static " PROCESS "[] GetProcessesByName(string processName)",
     static_list},
    {"static " PROCESS " GetProcessById(int processId)", static_by_id},
    {"static " PROCESS " GetCurrentProcess()", static_by_id},
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
    *out = p->proc.pid ? hop_string_format(PROCESS " (%s)", p->proc.name)
                       : hop_string_from(PROCESS);
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
    .name = PROCESS,
    .base = &class_component,
    .kind = HOP_OBJECT,
    .size = sizeof(struct hop_process),
    .properties = properties,
    .methods = methods,
    .constructors = constructors,
    .destroy = destroy,
    .to_string = process_text,
};

const struct hop_class *const hop_process_classes[] = {
    &hop_class_process, &hop_class_process_start_info, &class_module,
    &class_thread, NULL};
