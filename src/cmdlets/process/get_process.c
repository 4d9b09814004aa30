/* Get-Process, Stop-Process, Wait-Process.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "cmdlets/cim/commands.h"
#include "cmdlets/findings.h"
#include "cmdlets/process/process.h"
#include "value/member.h"
#include "value/ops.h"

#define EXCEPTION "Microsoft.PowerShell.Commands.ProcessCommandException"

/* ---- finding ---- */

/* Takes v; each process once. */
static void
add_once(struct hop_findings *f, struct hop_value v)
{
    for (size_t i = 0; i < f->n; i++)
        if (hop_process_of(f->item[i])->proc.pid ==
            hop_process_of(v)->proc.pid) {
            hop_release(v);
            return;
        }
    hop_findings_add(f, v);
}

static int
by_name_and_id(const void *a, const void *b)
{
    const struct hop_proc *x =
        &hop_process_of(*(const struct hop_value *)a)->proc;
    const struct hop_proc *y =
        &hop_process_of(*(const struct hop_value *)b)->proc;
    int order = strcasecmp(x->name, y->name);

    return order ? order : x->pid < y->pid ? -1 : x->pid > y->pid;
}

struct search {
    struct hop_context *cx;
    struct hop_findings *to;
    const struct hop_string *pattern; /* NULL: all */
    bool any;
};

static bool
look_at(void *arg, pid_t pid)
{
    struct search *s = arg;
    struct hop_value v = hop_process_find(s->cx, pid);
    const char *name;

    if (hop_is_null(v))
        return true;
    name = hop_process_of(v)->proc.name;
    if (s->pattern && !hop_wildcard_match(s->pattern->data, s->pattern->len,
                                          name, strlen(name), true)) {
        hop_release(v);
        return true;
    }
    s->any = true;
    add_once(s->to, v);
    return true;
}

static bool
no_such_name(struct hop_command *c, struct hop_value name)
{
    struct hop_error_spec spec = {.id = "NoProcessFoundForGivenName",
                                  .category = HOP_CAT_OBJECT_NOT_FOUND,
                                  .exception = EXCEPTION,
                                  .target = name};
    return hop_command_error(c, &spec,
                             "Cannot find a process with the name \"%s\". "
                             "Verify the process name and call the cmdlet "
                             "again.",
                             hop_cstr(name));
}

static bool
has_wildcard(const struct hop_string *s)
{
    return strpbrk(s->data, "*?[") != NULL;
}

static bool
find_by_names(struct hop_command *c, size_t param, struct hop_findings *to)
{
    struct search s = {hop_command_context(c), to, NULL, false};
    size_t n = hop_arg_count(c, param);

    if (!hop_arg_bound(c, param))
        hop_proc_each(look_at, &s);
    for (size_t i = 0; i < n; i++) {
        struct hop_value name = hop_arg_item(c, param, i);

        s.pattern = name.u.s;
        s.any = false;
        hop_proc_each(look_at, &s);
        if (!s.any && !has_wildcard(name.u.s) && !no_such_name(c, name))
            return false;
    }
    return true;
}

static bool
find_by_ids(struct hop_command *c, size_t param, struct hop_findings *to)
{
    size_t n = hop_arg_count(c, param);

    for (size_t i = 0; i < n; i++) {
        struct hop_value id = hop_arg_item(c, param, i);
        struct hop_value v =
            hop_process_find(hop_command_context(c), (pid_t)id.u.i);
        struct hop_error_spec spec = {.id = "NoProcessFoundForGivenId",
                                      .category = HOP_CAT_OBJECT_NOT_FOUND,
                                      .exception = EXCEPTION,
                                      .target = id};

        if (!hop_is_null(v))
            add_once(to, v);
        else if (!hop_command_error(c, &spec,
                                    "Cannot find a process with the process "
                                    "identifier %lld.",
                                    (long long)id.u.i))
            return false;
    }
    return true;
}

static void
find_given(struct hop_command *c, size_t param, struct hop_findings *to)
{
    size_t n = hop_arg_count(c, param);

    for (size_t i = 0; i < n; i++) {
        struct hop_value v = hop_value_base(hop_arg_item(c, param, i));

        if (hop_process_of(v) && hop_process_of(v)->proc.pid)
            add_once(to, hop_retain(v));
    }
}

static bool
find_processes(struct hop_command *c, size_t name, size_t id, size_t input,
               struct hop_findings *to)
{
    if (hop_arg_bound(c, input))
        find_given(c, input, to);
    else if (hop_arg_bound(c, id) ? !find_by_ids(c, id, to)
                                  : !find_by_names(c, name, to))
        return false;
    if (to->n)
        qsort(to->item, to->n, sizeof(*to->item), by_name_and_id);
    return true;
}

/* ---- Get-Process ---- */

enum { G_NAME, G_ID, G_INPUT, G_USER, G_MODULE, G_VERSION, G_COMPUTER };
static const struct hop_param get_params[] = {
    [G_NAME] = {"Name", "string[]", HOP_NOT_NULL_OR_EMPTY | HOP_WILDCARDS,
                .aliases = "ProcessName",
                .in = HOP_SETS({"Name", HOP_BY_NAME, HOP_POS(0)},
                               {"NameWithUserName", HOP_BY_NAME, HOP_POS(0)})},
    [G_ID] = {"Id", "int[]", .aliases = "PID",
              .in =
                  HOP_SETS({"Id", HOP_MANDATORY | HOP_BY_NAME, 0},
                           {"IdWithUserName", HOP_MANDATORY | HOP_BY_NAME, 0})},
    [G_INPUT] = {"InputObject", "System.Diagnostics.Process[]",
                 .in =
                     HOP_SETS({"InputObject", HOP_MANDATORY | HOP_BY_VALUE, 0},
                              {"InputObjectWithUserName",
                               HOP_MANDATORY | HOP_BY_VALUE, 0})},
    [G_USER] = {"IncludeUserName", "switch",
                .in = HOP_SETS({"NameWithUserName", HOP_MANDATORY, 0},
                               {"IdWithUserName", HOP_MANDATORY, 0},
                               {"InputObjectWithUserName", HOP_MANDATORY, 0})},
    [G_MODULE] = {"Module", "switch", HOP_NOT_NULL,
                  .in = HOP_SETS({"Name"}, {"Id"}, {"InputObject"})},
    [G_VERSION] = {"FileVersionInfo", "switch", HOP_NOT_NULL,
                   .aliases = "FV FVI",
                   .in = HOP_SETS({"Name"}, {"Id"}, {"InputObject"})},
    [G_COMPUTER] = {"ComputerName", "string[]",
                    HOP_NOT_NULL_OR_EMPTY | HOP_BY_NAME, .aliases = "Cn",
                    .in = HOP_SETS({"Name"}, {"Id"})},
};

static void
add_user(struct hop_context *cx, struct hop_value v)
{
    HOP_AUTO_FREE char *user = hop_proc_user(&hop_process_of(v)->proc);

    hop_member_add(v.u.o,
                   (struct hop_member){.name = hop_string_from("UserName"),
                                       .kind = HOP_MEMBER_NOTE,
                                       .value = hop_text(user)});
    hop_type_names_push(cx, v.u.o,
                        "System.Diagnostics.Process#IncludeUserName");
}

static bool
write_modules(struct hop_command *c, struct hop_value process)
{
    HOP_AUTO_STRING struct hop_string *name = hop_string_from("Modules");
    HOP_AUTO_VALUE struct hop_value v = hop_null();

    return hop_member_get(hop_command_context(c), process, name, &v) ==
               HOP_FOUND &&
           hop_write_all(c, v);
}

/* ---- of other hosts ---- */

struct listing {
    struct hop_context *cx;
    const char *machine;
    struct hop_findings all;
};

static bool
add_away(void *ctx, const struct hop_cim_instance *i)
{
    struct listing *l = ctx;

    add_once(&l->all, hop_process_away(l->cx, l->machine, i));
    return true;
}

/* Those of the list that -Name or -Id wants. */
static bool
pick(struct hop_command *c, struct hop_findings *all, struct hop_findings *to)
{
    bool by_id = hop_arg_bound(c, G_ID);
    size_t param = by_id ? G_ID : G_NAME, n = hop_arg_count(c, param);

    for (size_t k = 0; k < n; k++) {
        struct hop_value want = hop_arg_item(c, param, k);
        struct hop_error_spec spec = {.id = by_id
                                                ? "NoProcessFoundForGivenId"
                                                : "NoProcessFoundForGivenName",
                                      .category = HOP_CAT_OBJECT_NOT_FOUND,
                                      .exception = EXCEPTION,
                                      .target = want};
        bool any = false;

        for (size_t i = 0; i < all->n; i++) {
            const struct hop_proc *p = &hop_process_of(all->item[i])->proc;

            if (by_id ? p->pid != want.u.i
                      : !hop_wildcard_match(hop_cstr(want), want.u.s->len,
                                            p->name, strlen(p->name), true))
                continue;
            any = true;
            add_once(to, hop_retain(all->item[i]));
        }
        if (any || (!by_id && has_wildcard(want.u.s)))
            continue;
        if (by_id ? !hop_command_error(c, &spec,
                                       "Cannot find a process with the process "
                                       "identifier %lld.",
                                       (long long)want.u.i)
                  : !no_such_name(c, want))
            return false;
    }
    for (size_t i = 0; n == 0 && i < all->n; i++)
        add_once(to, hop_retain(all->item[i]));
    return true;
}

static bool
find_away(struct hop_command *c, const char *computer, struct hop_findings *to)
{
    static const struct cim_question q = {.class_name = "Win32_Process"};
    CIM_AUTO_TARGET struct cim_target t = {0};
    struct listing l = {hop_command_context(c), computer, {NULL, 0, 0}};
    struct hop_error err = {0};
    bool ok;

    cim_target_init(&t, computer);
    if (cim_each(&t, &q, add_away, &l, &err))
        ok = pick(c, &l.all, to);
    else
        ok = cim_report(c, &t, &err, hop_null());
    hop_findings_done(&l.all);
    return ok;
}

static bool
get_away(struct hop_command *c)
{
    for (size_t i = 0; i < hop_arg_count(c, G_COMPUTER); i++) {
        HOP_AUTO_FINDINGS struct hop_findings f = {NULL, 0, 0};

        if (!find_away(c, hop_cstr(hop_arg_item(c, G_COMPUTER, i)), &f))
            return false;
        if (f.n)
            qsort(f.item, f.n, sizeof(*f.item), by_name_and_id);
        for (size_t k = 0; k < f.n; k++)
            if (!hop_write(c, f.item[k]))
                return false;
    }
    return true;
}

static bool
process_get(struct hop_command *c)
{
    HOP_AUTO_FINDINGS struct hop_findings f = {NULL, 0, 0};
    struct hop_error_spec spec = {.id = "CouldNotEnumerateFileVer",
                                  .category = HOP_CAT_NOT_IMPLEMENTED};

    if (hop_arg_on(c, G_VERSION) &&
        !hop_command_error(c, &spec,
                           "Cannot show the file version of processes: "
                           "programs on Linux have none. Leave out "
                           "-FileVersionInfo."))
        return false;
    if (hop_arg_bound(c, G_COMPUTER))
        return get_away(c);
    if (!find_processes(c, G_NAME, G_ID, G_INPUT, &f))
        return false;
    for (size_t i = 0; i < f.n; i++) {
        if (hop_arg_on(c, G_USER))
            add_user(hop_command_context(c), f.item[i]);
        if (hop_arg_on(c, G_MODULE) ? !write_modules(c, f.item[i])
                                    : !hop_write(c, f.item[i]))
            return false;
    }
    return true;
}

const struct hop_cmdlet hop_cmdlet_get_process = {
    .name = "Get-Process",
    .default_set = "Name",
    HOP_PARAMS(get_params),
    .output = "System.Diagnostics.Process System.Diagnostics.FileVersionInfo "
              "System.Diagnostics.ProcessModule",
    .synopsis = "Gets the processes that are running.",
    .process = process_get,
};

/* ---- Stop-Process ---- */

enum { S_NAME, S_ID, S_INPUT, S_PASS, S_FORCE };
static const struct hop_param stop_params[] = {
    [S_NAME] = {"Name", "string[]", .aliases = "ProcessName",
                .in = HOP_SETS({"Name", HOP_MANDATORY | HOP_BY_NAME, 0})},
    [S_ID] = {"Id", "int[]",
              .in = HOP_SETS({"Id", HOP_MANDATORY | HOP_BY_NAME, HOP_POS(0)})},
    [S_INPUT] = {"InputObject", "System.Diagnostics.Process[]",
                 .in = HOP_SETS({"InputObject", HOP_MANDATORY | HOP_BY_VALUE,
                                 HOP_POS(0)})},
    [S_PASS] = {"PassThru", "switch"},
    [S_FORCE] = {"Force", "switch", HOP_NOT_NULL_OR_EMPTY},
};

static bool
stop_one(struct hop_command *c, struct hop_value v)
{
    struct hop_process *p = hop_process_of(v);
    HOP_AUTO_FREE char *target =
        hop_xasprintf("%s (%d)", p->proc.name, (int)p->proc.pid);
    struct hop_error_spec spec = {.id = "CouldNotStopProcess",
                                  .category = HOP_CAT_CLOSE_ERROR,
                                  .exception = EXCEPTION,
                                  .target = v};
    bool go;

    if (!hop_should_process(c, target, NULL, &go))
        return false;
    if (!go)
        return true;
    if (hop_process_has_exited(p))
        return !hop_arg_on(c, S_PASS) || hop_write(c, v);
    if (kill(p->proc.pid, SIGKILL) != 0 && errno != ESRCH)
        return hop_command_error(c, &spec,
                                 "Cannot stop process \"%s\" because of the "
                                 "following error: %s",
                                 target, strerror(errno));
    return !hop_arg_on(c, S_PASS) || hop_write(c, v);
}

static bool
process_stop(struct hop_command *c)
{
    HOP_AUTO_FINDINGS struct hop_findings f = {NULL, 0, 0};

    if (!find_processes(c, S_NAME, S_ID, S_INPUT, &f))
        return false;
    for (size_t i = 0; i < f.n; i++)
        if (!stop_one(c, f.item[i]))
            return false;
    return true;
}

const struct hop_cmdlet hop_cmdlet_stop_process = {
    .name = "Stop-Process",
    .default_set = "Id",
    HOP_PARAMS(stop_params),
    .flags = HOP_SHOULD_PROCESS,
    .output = "System.Diagnostics.Process",
    .synopsis = "Stops running processes.",
    .process = process_stop,
};

/* ---- Wait-Process ---- */

enum { W_ID, W_NAME, W_INPUT, W_TIMEOUT, W_ANY, W_PASS };
static const struct hop_param wait_params[] = {
    [W_ID] = {"Id", "int[]", HOP_NOT_NULL_OR_EMPTY, .aliases = "PID ProcessId",
              .in = HOP_SETS({"Id", HOP_MANDATORY | HOP_BY_NAME, HOP_POS(0)})},
    [W_NAME] = {"Name", "string[]", .aliases = "ProcessName",
                .in = HOP_SETS(
                    {"Name", HOP_MANDATORY | HOP_BY_NAME, HOP_POS(0)})},
    [W_INPUT] = {"InputObject", "System.Diagnostics.Process[]",
                 .in = HOP_SETS(
                     {"InputObject", HOP_MANDATORY | HOP_BY_VALUE, 0})},
    [W_TIMEOUT] = {"Timeout", "int", HOP_NOT_NULL_OR_EMPTY,
                   .position = HOP_POS(1), .aliases = "TimeoutSec",
                   .range = HOP_RANGE(0, 32767)},
    [W_ANY] = {"Any", "switch"},
    [W_PASS] = {"PassThru", "switch"},
};

struct waiting {
    struct hop_findings all;
};

static bool
process_wait(struct hop_command *c)
{
    struct waiting *w = hop_command_state(c);
    struct hop_error_spec spec = {.id = "WaitOnItself",
                                  .category = HOP_CAT_OBJECT_NOT_FOUND,
                                  .exception = EXCEPTION};

    if (!find_processes(c, W_NAME, W_ID, W_INPUT, &w->all))
        return false;
    for (size_t i = 0; i < w->all.n; i++) {
        if (hop_process_of(w->all.item[i])->proc.pid != getpid())
            continue;
        hop_release(w->all.item[i]);
        w->all.item[i--] = w->all.item[--w->all.n];
        if (!hop_command_error(c, &spec,
                               "This command stopped operation because it "
                               "cannot wait on itself. Specify another process "
                               "and Run your command again."))
            return false;
    }
    return true;
}

static int64_t
clock_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

#define STEP_MS 20 /* between looks at several processes */

static size_t
count_ended(struct waiting *w)
{
    size_t n = 0;

    for (size_t i = 0; i < w->all.n; i++)
        n += hop_process_has_exited(hop_process_of(w->all.item[i]));
    return n;
}

static bool
wait_for_all(struct hop_command *c, struct waiting *w)
{
    int64_t end = hop_arg_bound(c, W_TIMEOUT)
                      ? clock_ms() + hop_arg(c, W_TIMEOUT).u.i * 1000
                      : -1;
    size_t want = hop_arg_on(c, W_ANY) ? 1 : w->all.n;

    while (count_ended(w) < want && (end < 0 || clock_ms() < end))
        if (hop_runspace_wait(hop_command_runspace(c), -1, 0, STEP_MS) < 0)
            return false;
    return true;
}

static bool
end_wait(struct hop_command *c)
{
    struct waiting *w = hop_command_state(c);
    struct hop_error_spec spec = {.id = "ProcessNotTerminated",
                                  .category = HOP_CAT_CLOSE_ERROR,
                                  .exception = EXCEPTION};

    if (!wait_for_all(c, w))
        return false;
    for (size_t i = 0; i < w->all.n; i++) {
        struct hop_process *p = hop_process_of(w->all.item[i]);

        spec.target = w->all.item[i];
        if (!p->exited && !hop_arg_on(c, W_ANY) &&
            !hop_command_error(c, &spec,
                               "This command stopped operation because process "
                               "\"%s (%d)\" is not stopped in the specified "
                               "time-out.",
                               p->proc.name, (int)p->proc.pid))
            return false;
        if (hop_arg_on(c, W_PASS) && !hop_write(c, w->all.item[i]))
            return false;
    }
    return true;
}

static void
dispose_wait(struct hop_command *c)
{
    hop_findings_done(&((struct waiting *)hop_command_state(c))->all);
}

const struct hop_cmdlet hop_cmdlet_wait_process = {
    .name = "Wait-Process",
    .default_set = "Name",
    HOP_PARAMS(wait_params),
    .output = "System.Diagnostics.Process",
    .synopsis = "Waits until processes have ended.",
    .state_size = sizeof(struct waiting),
    .process = process_wait,
    .end = end_wait,
    .dispose = dispose_wait,
};
