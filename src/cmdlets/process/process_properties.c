/* The properties of a Process object, its modules and threads.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cmdlets/process/process_class.h"

#include <errno.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "cmdlets/process/process.h"
#include "value/collections.h"
#include "value/convert.h"
#include "value/enums.h"
#include "value/exception.h"

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

bool
hop_process_throw_none(struct hop_context *cx)
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
    time_t s = (time_t)(ticks / HOP_TICKS_PER_SECOND - HOP_SECONDS_TO_1970);
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
    const struct hop_class *cls =
        hop_types_find(cx, HOP_PROCESS_NAME "PriorityClass",
                       strlen(HOP_PROCESS_NAME "PriorityClass"));
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
    *out = hop_string_format(HOP_PROCESS_NAME "Module (%s)",
                             hop_cstr(r->slot[MODULE_NAME]));
    return true;
}
const struct hop_class hop_class_process_module = HOP_RECORD_CLASS(
    HOP_PROCESS_NAME "Module", module_properties, .to_string = module_text);

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

        r = hop_record_new(cx, &hop_class_process_module);
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
const struct hop_class hop_class_process_thread =
    HOP_RECORD_CLASS(HOP_PROCESS_NAME "Thread", thread_properties);

static bool
get_threads(struct hop_context *cx, struct hop_value self, intptr_t data,
            struct hop_value *out)
{
    const struct hop_proc *p = &hop_process_of(self)->proc;
    struct hop_array *a = hop_array_new(cx, 0);

    (void)data;
    for (int i = 0; i < p->threads; i++) {
        struct hop_record *r = hop_record_new(cx, &hop_class_process_thread);

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

bool
hop_process_get_info(struct hop_context *cx, struct hop_value self,
                     intptr_t data, struct hop_value *out)
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
const struct hop_property hop_process_properties[] = {
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
    {"Modules", HOP_PROCESS_NAME "ModuleCollection", get_module, NULL, 0, 1},
    LONG_AND_INT("NonpagedSystemMemorySize", P_ZERO),
    LONG_AND_INT("PagedMemorySize", P_ZERO),
    LONG_AND_INT("PagedSystemMemorySize", P_ZERO),
    LONG_AND_INT("PeakPagedMemorySize", P_ZERO),
    LONG_AND_INT("PeakWorkingSet", P_PEAK_RESIDENT),
    LONG_AND_INT("PeakVirtualMemorySize", P_PEAK_VIRTUAL),
    {"PriorityClass", HOP_PROCESS_NAME "PriorityClass", get_priority,
     set_priority},
    LONG_AND_INT("PrivateMemorySize", P_ZERO),
    {"ProcessName", "string", get_name},
    {"SessionId", "int", get_int, NULL, 0, P_SESSION},
    {"StartInfo", HOP_PROCESS_NAME "StartInfo", hop_process_get_info, set_info},
    {"Threads", HOP_PROCESS_NAME "ThreadCollection", get_threads},
    {"HandleCount", "int", get_int, NULL, 0, P_HANDLES},
    LONG_AND_INT("VirtualMemorySize", P_VIRTUAL),
    {"EnableRaisingEvents", "bool", get_true, set_nothing, 0, 0},
    {"StandardInput", "System.IO.StreamWriter", get_stream, NULL, 0, STREAM_IN},
    {"StandardOutput", "System.IO.StreamReader", get_stream, NULL, 0,
     STREAM_OUT},
    {"StandardError", "System.IO.StreamReader", get_stream, NULL, 0,
     STREAM_ERR},
    LONG_AND_INT("WorkingSet", P_RESIDENT),
    {"MainModule", HOP_PROCESS_NAME "Module", get_module},
    {"PrivilegedProcessorTime", "timespan", get_time, NULL, 0, P_KERNEL_TIME},
    {"TotalProcessorTime", "timespan", get_time, NULL, 0, P_ALL_TIME},
    {"UserProcessorTime", "timespan", get_time, NULL, 0, P_USER_TIME},
    {"MainWindowTitle", "string", get_text, NULL, 0, 0},
    {"Responding", "bool", get_true, NULL, 0, 1},
    {NULL},
};
