/* Win32_Process over /proc.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/stack.h"
#include "cim/proc.h"
#include "cim/sources.h"
#include "cim/wql.h"

static const struct hop_cim_property properties[] = {
    S("Caption"),
    S("Description"),
    T("InstallDate"),
    S("Name"),
    S("Status"),
    S("CreationClassName"),
    T("CreationDate"),
    S("CSCreationClassName"),
    S("CSName"),
    U16("ExecutionState"),
    SK("Handle"),
    U64("KernelModeTime"),
    S("OSCreationClassName"),
    S("OSName"),
    U32("Priority"),
    T("TerminationDate"),
    U64("UserModeTime"),
    U64("WorkingSetSize"),
    S("CommandLine"),
    S("ExecutablePath"),
    U32("HandleCount"),
    U32("MaximumWorkingSetSize"),
    U32("MinimumWorkingSetSize"),
    U64("OtherOperationCount"),
    U64("OtherTransferCount"),
    U32("PageFaults"),
    U32("PageFileUsage"),
    U32("ParentProcessId"),
    U32("PeakPageFileUsage"),
    U64("PeakVirtualSize"),
    U32("PeakWorkingSetSize"),
    U64("PrivatePageCount"),
    U32("ProcessId"),
    U32("QuotaNonPagedPoolUsage"),
    U32("QuotaPagedPoolUsage"),
    U32("QuotaPeakNonPagedPoolUsage"),
    U32("QuotaPeakPagedPoolUsage"),
    U64("ReadOperationCount"),
    U64("ReadTransferCount"),
    U32("SessionId"),
    U32("ThreadCount"),
    U64("VirtualSize"),
    S("WindowsVersion"),
    U64("WriteOperationCount"),
    U64("WriteTransferCount"),
};

struct listing {
    pid_t *ids;
    size_t n, cap, at;
};

static bool
note(void *arg, pid_t pid)
{
    struct listing *l = arg;

    if (l->n == l->cap) {
        l->cap = l->cap ? l->cap * 2 : 256;
        l->ids = hop_xrealloc(l->ids, l->cap, sizeof(*l->ids));
    }
    l->ids[l->n++] = pid;
    return true;
}

static bool
open_processes(void *state, const struct hop_wql *q, struct hop_error *err)
{
    const char *id = hop_wql_wanted(q, "ProcessId");

    if (!id)
        id = hop_wql_wanted(q, "Handle");
    if (id)
        note(state, (pid_t)atoi(id));
    else
        hop_proc_each(note, state);
    return true;
}

/* Nice values of 19 to -20 on Windows' scale, where 8 is the usual one. */
static int
priority(int nice)
{
    return nice > 9 ? 4 : nice > 0 ? 6 : nice == 0 ? 8 : nice > -11 ? 10 : 13;
}

static void
describe(const struct hop_proc *p, struct hop_cim_instance *i)
{
    HOP_AUTO_FREE char *path = hop_proc_path(p->pid);
    HOP_AUTO_FREE char *line = hop_proc_command_line(p->pid);
    char host[65];

    hop_cim_set_text(i, "Caption", p->name);
    hop_cim_set_text(i, "Description", p->name);
    hop_cim_set_text(i, "Name", p->name);
    hop_cim_set_text(i, "CreationClassName", "Win32_Process");
    hop_cim_set_time(i, "CreationDate", p->start);
    hop_cim_set_text(i, "CSCreationClassName", "Win32_ComputerSystem");
    hop_cim_set_text(i, "CSName", hop_cim_host(host));
    hop_cim_set_textf(i, "Handle", "%d", (int)p->pid);
    hop_cim_set_number(i, "KernelModeTime", p->kernel_time);
    hop_cim_set_text(i, "OSCreationClassName", "Win32_OperatingSystem");
    hop_cim_set_number(i, "Priority", priority(p->nice));
    hop_cim_set_number(i, "UserModeTime", p->user_time);
    hop_cim_set_number(i, "WorkingSetSize", p->resident);
    hop_cim_set_text(i, "CommandLine", line);
    hop_cim_set_text(i, "ExecutablePath", path);
    hop_cim_set_number(i, "HandleCount", p->handles);
    hop_cim_set_number(i, "ParentProcessId", p->parent);
    hop_cim_set_number(i, "PeakVirtualSize", p->peak_virtual_size);
    hop_cim_set_number(i, "PeakWorkingSetSize", p->peak_resident / 1024);
    hop_cim_set_number(i, "ProcessId", p->pid);
    hop_cim_set_number(i, "SessionId", p->session);
    hop_cim_set_number(i, "ThreadCount", p->threads);
    hop_cim_set_number(i, "VirtualSize", p->virtual_size);
}

static int
next_process(void *state, struct hop_cim_instance *i, struct hop_error *err)
{
    struct listing *l = state;
    struct hop_proc p;

    while (l->at < l->n) {
        if (!hop_proc_read(l->ids[l->at++], &p))
            continue;
        describe(&p, i);
        return 1;
    }
    return 0;
}

static void
close_processes(void *state)
{
    free(((struct listing *)state)->ids);
}

/* ---- methods ---- */

/* Win32_Process.Create's return values. */
enum { DONE = 0, ACCESS_DENIED = 2, UNKNOWN = 8, NO_PATH = 9, BAD_PARAM = 21 };

static uint32_t
code_of(int errnum)
{
    switch (errnum) {
    case EPERM:
    case EACCES: return ACCESS_DENIED;
    case ENOENT:
    case ENOTDIR:
    case ESRCH: return NO_PATH;
    default: return UNKNOWN;
    }
}

/* The new process belongs to nobody: a child in between ends at once.  It
 * tells the id, or what went wrong, by a pipe. */
static void
run_detached(const char *line, const char *directory, int tell)
{
    int fd = open("/dev/null", O_RDWR | O_CLOEXEC);
    pid_t pid;
    int answer[2] = {0, 0};

    sigset_t none;
    hop_stack_lower();
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    setsid();
    pid = fork();
    if (pid == 0) {
        if (directory && chdir(directory) < 0) {
            answer[1] = errno;
            (void)!write(tell, answer, sizeof(answer));
            _exit(127);
        }
        answer[0] = (int)getpid();
        (void)!write(tell, answer, sizeof(answer));
        for (int k = 0; k < 3 && fd >= 0; k++)
            dup2(fd, k);
        execl("/bin/sh", "sh", "-c", line, (char *)NULL);
        _exit(127);
    }
    _exit(pid < 0);
}

static bool
create(struct hop_cim_call *call, struct hop_error *err)
{
    const char *line = hop_cim_argument(call, "CommandLine");
    const char *directory = hop_cim_argument(call, "CurrentDirectory");
    int ends[2], answer[2] = {0, EIO};
    pid_t pid;

    call->result = BAD_PARAM;
    if (!line || !*line)
        return true;
    if (pipe2(ends, O_CLOEXEC) < 0)
        return hop_error_errno(err, errno, "The process cannot be made");
    pid = fork();
    if (pid == 0)
        run_detached(line, directory && *directory ? directory : NULL, ends[1]);
    close(ends[1]);
    if (pid > 0) {
        if (read(ends[0], answer, sizeof(answer)) != sizeof(answer))
            answer[1] = EAGAIN;
        waitpid(pid, NULL, 0);
    }
    close(ends[0]);
    call->result = answer[1] ? code_of(answer[1]) : DONE;
    if (!answer[1]) {
        call->out_name = "ProcessId";
        call->out_value = (uint64_t)answer[0];
    }
    return true;
}

static bool
terminate(struct hop_cim_call *call, struct hop_error *err)
{
    const struct hop_cim_value *id = hop_cim_get(call->self, "ProcessId");

    call->result = kill((pid_t)id->u, SIGKILL) == 0 ? DONE : code_of(errno);
    return true;
}

static bool
get_owner(struct hop_cim_call *call, struct hop_error *err)
{
    const struct hop_cim_value *id = hop_cim_get(call->self, "ProcessId");
    struct hop_proc p;

    if (!hop_proc_read((pid_t)id->u, &p)) {
        call->result = NO_PATH;
        return true;
    }
    call->out_name = "User";
    call->out_text = hop_proc_user(&p);
    return true;
}

static const struct hop_cim_method methods[] = {
    {"Create", true, "CommandLine CurrentDirectory ProcessStartupInformation",
     "ProcessId", create},
    {"Terminate", false, "Reason", "", terminate},
    {"GetOwner", false, "", "User", get_owner},
    {NULL},
};

const struct hop_cim_class hop_cim_class_process = {
    .name = "Win32_Process",
    .parent = "CIM_Process",
    HOP_CIM_PROPERTIES(properties),
    .methods = methods,
    .state_size = sizeof(struct listing),
    .open = open_processes,
    .next = next_process,
    .close = close_processes,
};
