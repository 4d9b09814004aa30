/* Start-Job, Start-ThreadJob, Get-Job, Wait-Job, Stop-Job, Remove-Job.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cmdlets/core/core.h"
#include "cmdlets/jobs/choose.h"
#include "value/member.h"

/* ---- starting ---- */

enum {
    BLOCK,
    INIT,
    NAME,
    INPUT,
    ARGUMENTS,
    DIRECTORY,
    LIMIT = DIRECTORY,
    STREAMING_HOST,
    FILE_PATH = STREAMING_HOST,
    LITERAL_PATH
};
#define FILE_SET    "FilePathComputerName"
#define LITERAL_SET "LiteralFilePathComputerName"
static const struct hop_param start_params[] = {
    [BLOCK] = {"ScriptBlock", "scriptblock",
               .in = HOP_SETS({"ComputerName", HOP_MANDATORY, HOP_POS(0)}),
               .aliases = "Command"},
    [INIT] = {"InitializationScript", "scriptblock", .position = HOP_POS(1)},
    [NAME] = {"Name", "string", HOP_BY_NAME | HOP_NOT_NULL_OR_EMPTY},
    [INPUT] = {"InputObject", "psobject", HOP_BY_VALUE},
    [ARGUMENTS] = {"ArgumentList", "object[]", .aliases = "Args"},
    [DIRECTORY] = {"WorkingDirectory", "string", HOP_NOT_NULL_OR_EMPTY},
    [FILE_PATH] = {"FilePath", "string",
                   .in = HOP_SETS({FILE_SET, HOP_MANDATORY, HOP_POS(0)})},
    [LITERAL_PATH] = {"LiteralPath", "string",
                      .in = HOP_SETS({LITERAL_SET, HOP_MANDATORY, 0}),
                      .aliases = "PSPath LP"},
};

static bool
not_a_script(struct hop_command *c, const char *path)
{
    struct hop_error_spec spec = {.id = "System.ArgumentException",
                                  .category = HOP_CAT_NOT_SPECIFIED,
                                  .exception = "System.ArgumentException"};

    return hop_command_throw(c, &spec,
                             "The file %s is no script: its name must end in "
                             ".ps1. (Parameter 'filePath')",
                             path);
}

bool
job_block_of_file(struct hop_command *c, const char *path,
                  struct hop_value *out)
{
    struct hop_item_path p = {0};
    struct cmdinfo *info;
    HOP_AUTO_VALUE struct hop_value held = hop_null();

    const char *dot = strrchr(path, '.');

    if (!hop_path_resolve(c->rs, path, &p))
        return false;
    if (access(p.path, F_OK) != 0 && dot && hop_ascii_ieq(dot, ".ps1")) {
        hop_item_path_done(&p);
        return item_not_found(c->rs, path, path);
    }
    if (!dot || !hop_ascii_ieq(dot, ".ps1")) {
        hop_item_path_done(&p);
        return not_a_script(c, path);
    }
    info = script_info(c->rs, p.path);
    held = hop_obj(info);
    hop_item_path_done(&p);
    if (!script_load(c->rs, info))
        return false;
    *out = hop_retain(hop_obj(info->block));
    return true;
}

enum { THREAD_FILE = STREAMING_HOST + 1 };
static const struct hop_param thread_params[] = {
    [BLOCK] = {"ScriptBlock", "scriptblock", HOP_NOT_NULL,
               .in = HOP_SETS({"ScriptBlock", HOP_MANDATORY, HOP_POS(0)}),
               .aliases = "Command"},
    [INIT] = {"InitializationScript", "scriptblock", HOP_NOT_NULL},
    [NAME] = {"Name", "string", HOP_NOT_NULL_OR_EMPTY},
    [INPUT] = {"InputObject", "psobject", HOP_BY_VALUE | HOP_NOT_NULL},
    [ARGUMENTS] = {"ArgumentList", "object[]", .aliases = "Args"},
    [LIMIT] = {"ThrottleLimit", "int", .range = HOP_RANGE(1, 1000000)},
    [STREAMING_HOST] = {"StreamingHost", "object"},
    [THREAD_FILE] = {"FilePath", "string", HOP_NOT_NULL_OR_EMPTY,
                     .in = HOP_SETS({"FilePath", HOP_MANDATORY, HOP_POS(0)})},
};

static bool
process_start(struct hop_command *c)
{
    struct hop_list_sink *l = hop_command_state(c);

    if (hop_arg_bound(c, INPUT))
        (void)hop_sink_write(&l->sink, hop_arg(c, INPUT));
    return true;
}

static bool
no_directory(struct hop_command *c, const char *path)
{
    struct hop_error_spec spec = {.id = "DirectoryNotFoundException",
                                  .category = HOP_CAT_INVALID_OPERATION,
                                  .exception =
                                      "System.IO.DirectoryNotFoundException"};

    return hop_command_throw(c, &spec,
                             "The job is not started: there is no directory "
                             "%s to begin in. Give another -WorkingDirectory.",
                             path);
}

static bool
start(struct hop_command *c, bool thread)
{
    struct hop_list_sink *l = hop_command_state(c);
    HOP_AUTO_VALUE struct hop_value input = hop_null(), job = hop_null(),
                                    block = hop_null();
    const char *file = thread ? hop_arg_text(c, THREAD_FILE)
                       : hop_arg_bound(c, FILE_PATH)
                           ? hop_arg_text(c, FILE_PATH)
                           : hop_arg_text(c, LITERAL_PATH);
    struct job_task t = {.block = hop_arg(c, BLOCK),
                         .init = hop_arg(c, INIT),
                         .args = hop_arg(c, ARGUMENTS),
                         .name = hop_arg_text(c, NAME),
                         .directory =
                             thread ? NULL : hop_arg_text(c, DIRECTORY),
                         .thread = thread,
                         .shows = thread && hop_arg_bound(c, STREAMING_HOST),
                         .limit = thread ? hop_arg_int(c, LIMIT, 0) : 0};

    if (c->rs->language_mode == HOP_LANGUAGE_CONSTRAINED) {
        struct hop_error_spec spec = {
            .id = "CannotStartJobInconsistentLanguageMode",
            .category = HOP_CAT_PERMISSION_DENIED,
            .exception =
                "System.Management.Automation.PSNotSupportedException"};
        return hop_command_throw(c, &spec,
                                 "Cannot start a job: the language mode of "
                                 "this session is limited and that of the "
                                 "system is not.");
    }
    if (file && !job_block_of_file(c, file, &block))
        return false;
    if (file)
        t.block = block;
    if (t.directory && access(t.directory, X_OK) != 0)
        return no_directory(c, t.directory);
    if (l->n)
        t.input = input = hop_list_sink_array(l);
    return job_start(c, &t, &job) && hop_write(c, job);
}

static bool
end_job(struct hop_command *c)
{
    return start(c, false);
}

static bool
end_thread(struct hop_command *c)
{
    return start(c, true);
}

const struct hop_cmdlet hop_cmdlet_start_job = {
    .name = "Start-Job",
    .default_set = "ComputerName",
    HOP_PARAMS(start_params),
    .output = "System.Management.Automation.PSRemotingJob",
    .synopsis = "Starts a script block in a process of its own.",
    .state_size = sizeof(struct hop_list_sink),
    .begin = job_gather_begin,
    .process = process_start,
    .end = end_job,
    .dispose = job_gather_dispose,
};

const struct hop_cmdlet hop_cmdlet_start_thread_job = {
    .name = "Start-ThreadJob",
    .default_set = "ScriptBlock",
    HOP_PARAMS(thread_params),
    .output = "Microsoft.PowerShell.ThreadJob.ThreadJob",
    .synopsis = "Starts a script block beside the shell.",
    .state_size = sizeof(struct hop_list_sink),
    .begin = job_gather_begin,
    .process = process_start,
    .end = end_thread,
    .dispose = job_gather_dispose,
};

/* ---- Get-Job ---- */

#define SESSION_SET "SessionIdParameterSet"
#define LISTED(name, type)                                                     \
    {                                                                          \
        name, type,                                                            \
            .in = HOP_SETS(                                                    \
                {SESSION_SET, 0, 0}, {"InstanceIdParameterSet", 0, 0},         \
                {"NameParameterSet", 0, 0}, {"StateParameterSet", 0, 0},       \
                {"CommandParameterSet", 0, 0})                                 \
    }
enum {
    G_STATE = JOB_CHOICES,
    G_COMMAND,
    G_FILTER,
    G_CHILDREN,
    G_CHILD_STATE,
    G_MORE,
    G_BEFORE,
    G_AFTER,
    G_NEWEST
};
static const struct hop_param get_params[] = {
    JOB_CHOOSING(0),
    [G_STATE] = JOB_WITH_STATE,
    [G_COMMAND] = JOB_WITH_COMMAND,
    [G_FILTER] = JOB_WITH_FILTER,
    [G_CHILDREN] = LISTED("IncludeChildJob", "switch"),
    [G_CHILD_STATE] = LISTED("ChildJobState", JOB_STATE_TYPE),
    [G_MORE] = LISTED("HasMoreData", "bool"),
    [G_BEFORE] = LISTED("Before", "datetime"),
    [G_AFTER] = LISTED("After", "datetime"),
    [G_NEWEST] = LISTED("Newest", "int"),
};
static const struct job_choice get_choice = {
    .state = G_STATE, .command = G_COMMAND, .filter = G_FILTER};

/* The members of a job that are asked for beside it. */
static bool
gather_children(struct hop_command *c, struct job *j)
{
    HOP_AUTO_VALUE struct hop_value all =
        hop_member_path(&c->rs->cx, hop_obj(j), "ChildJobs");
    struct hop_array *a = hop_as_array(all);
    bool each = hop_arg_on(c, G_CHILDREN);

    for (size_t i = 0; a && i < a->n; i++) {
        struct job *m = job_of(a->items[i]);

        if ((each || (int64_t)m->state == hop_arg_int(c, G_CHILD_STATE, -1)) &&
            !job_gather(c, m))
            return false;
    }
    return true;
}

static bool
is_listed(struct hop_command *c, struct job *j)
{
    struct job *w = job_worker(j);
    int64_t ended = hop_is_null(w->ended) ? 0 : w->ended.u.i;
    bool timed = hop_arg_bound(c, G_BEFORE) || hop_arg_bound(c, G_AFTER);

    if (hop_arg_bound(c, G_MORE) && job_has_more(w) != hop_arg_on(c, G_MORE))
        return false;
    return !timed ||
           (ended &&
            (!hop_arg_bound(c, G_BEFORE) || ended < hop_arg(c, G_BEFORE).u.i) &&
            (!hop_arg_bound(c, G_AFTER) || ended > hop_arg(c, G_AFTER).u.i));
}

static bool
gather_listed(struct hop_command *c, struct job *j)
{
    if (!is_listed(c, j))
        return true;
    return job_gather(c, j) &&
           ((!hop_arg_on(c, G_CHILDREN) && !hop_arg_bound(c, G_CHILD_STATE)) ||
            gather_children(c, j));
}

static bool
process_get(struct hop_command *c)
{
    return job_each(c, &get_choice, gather_listed);
}

static int64_t
end_of(struct hop_value v)
{
    struct job *w = job_worker(job_of(v));

    return hop_is_null(w->ended) ? 0 : w->ended.u.i;
}

/* Those that ended last first; equal ones keep their order. */
static void
sort_newest(struct hop_list_sink *l)
{
    for (size_t i = 1; i < l->n; i++)
        for (size_t k = i;
             k > 0 && end_of(l->items[k]) > end_of(l->items[k - 1]); k--) {
            struct hop_value v = l->items[k];

            l->items[k] = l->items[k - 1];
            l->items[k - 1] = v;
        }
}

static bool
end_get(struct hop_command *c)
{
    struct hop_list_sink *l = hop_command_state(c);
    size_t n = l->n;

    if (hop_arg_bound(c, G_NEWEST)) {
        int64_t newest = hop_arg_int(c, G_NEWEST, 0);

        sort_newest(l);
        n = newest < 0 ? 0 : (size_t)newest < n ? (size_t)newest : n;
    }
    for (size_t i = 0; i < n; i++)
        if (!hop_write(c, l->items[i]))
            return false;
    return true;
}

const struct hop_cmdlet hop_cmdlet_get_job = {
    .name = "Get-Job",
    .default_set = SESSION_SET,
    HOP_PARAMS(get_params),
    .output = "System.Management.Automation.Job",
    .synopsis = "Gets the jobs of the shell.",
    .state_size = sizeof(struct hop_list_sink),
    .begin = job_gather_begin,
    .process = process_get,
    .end = end_get,
    .dispose = job_gather_dispose,
};

/* ---- Wait-Job ---- */

enum { W_STATE = JOB_CHOICES, W_JOB, W_FILTER, ANY, TIMEOUT, W_FORCE };
static const struct hop_param wait_params[] = {
    JOB_CHOOSING(HOP_MANDATORY),
    [W_STATE] = JOB_WITH_STATE,
    [W_JOB] = JOB_WITH_JOB,
    [W_FILTER] = JOB_WITH_FILTER,
    [ANY] = {"Any", "switch"},
    [TIMEOUT] = {"Timeout", "int", .aliases = "TimeoutSec",
                 .range = HOP_RANGE(-1, 2147483647)},
    [W_FORCE] = {"Force", "switch"},
};

static bool
process_wait(struct hop_command *c)
{
    static const struct job_choice choice = {
        .state = W_STATE, .job = W_JOB, .filter = W_FILTER};

    return job_each(c, &choice, job_gather);
}

static int64_t
now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static bool
is_done(struct job *j)
{
    return job_is_over(job_worker(j));
}

#define SLICE_MS 20

/* Until all (or any) have ended or the time is over. */
static bool
wait_all(struct hop_command *c, struct hop_list_sink *l, bool any,
         int64_t limit_ms)
{
    int64_t from = now_ms();

    for (;;) {
        size_t done = 0;
        struct job *open = NULL;

        for (size_t i = 0; i < l->n; i++) {
            struct job *j = job_of(l->items[i]);

            if (!job_pump(c->rs, j, 0))
                return false;
            if (is_done(j))
                done++;
            else
                open = j;
        }
        if (!open || (any && done))
            return true;
        if (limit_ms >= 0 && now_ms() - from >= limit_ms)
            return true;
        if (!job_pump(c->rs, open, SLICE_MS))
            return false;
    }
}

static bool
end_wait(struct hop_command *c)
{
    struct hop_list_sink *l = hop_command_state(c);
    int64_t seconds = hop_arg_int(c, TIMEOUT, -1);

    if (!wait_all(c, l, hop_arg_on(c, ANY), seconds < 0 ? -1 : seconds * 1000))
        return false;
    for (size_t i = 0; i < l->n; i++) {
        if (!is_done(job_of(l->items[i])))
            continue;
        if (!hop_write(c, l->items[i]))
            return false;
        if (hop_arg_on(c, ANY))
            break;
    }
    return true;
}

const struct hop_cmdlet hop_cmdlet_wait_job = {
    .name = "Wait-Job",
    .default_set = "SessionIdParameterSet",
    HOP_PARAMS(wait_params),
    .output = "System.Management.Automation.Job",
    .synopsis = "Waits until jobs have ended.",
    .state_size = sizeof(struct hop_list_sink),
    .begin = job_gather_begin,
    .process = process_wait,
    .end = end_wait,
    .dispose = job_gather_dispose,
};

/* ---- Stop-Job, Remove-Job ---- */

enum { S_STATE = JOB_CHOICES, S_JOB, S_FILTER, PASS_THRU };
static const struct hop_param stop_params[] = {
    JOB_CHOOSING(HOP_MANDATORY),
    [S_STATE] = JOB_WITH_STATE,
    [S_JOB] = JOB_WITH_JOB,
    [S_FILTER] = JOB_WITH_FILTER,
    [PASS_THRU] = {"PassThru", "switch"},
};

/* Asks about a job as PowerShell names it. */
static bool
ask(struct hop_command *c, struct job *j, const char *what, bool *go)
{
    HOP_AUTO_STRING struct hop_string *target = hop_string_format(
        "Remote Command: %s, associated with the job that has an ID of \"%d\"",
        hop_cstr(j->command), j->id);

    return hop_should_process(c, target->data, what, go);
}

static bool
stop_one(struct hop_command *c, struct job *j)
{
    bool go;

    if (!ask(c, j, "Stop", &go))
        return false;
    if (go)
        job_stop(j);
    return !go || !hop_arg_on(c, PASS_THRU) || hop_write(c, hop_obj(j));
}

static bool
process_stop(struct hop_command *c)
{
    static const struct job_choice choice = {
        .state = S_STATE, .job = S_JOB, .filter = S_FILTER};

    return job_each(c, &choice, stop_one);
}

const struct hop_cmdlet hop_cmdlet_stop_job = {
    .name = "Stop-Job",
    .default_set = "SessionIdParameterSet",
    HOP_PARAMS(stop_params),
    .flags = HOP_SHOULD_PROCESS,
    .output = "System.Management.Automation.Job",
    .synopsis = "Ends jobs.",
    .process = process_stop,
};

enum { R_STATE = JOB_CHOICES, R_JOB, R_COMMAND, R_FILTER, REMOVE_FORCE };
static const struct hop_param remove_params[] = {
    JOB_CHOOSING(HOP_MANDATORY),
    [R_STATE] = JOB_WITH_STATE,
    [R_JOB] = JOB_WITH_JOB,
    [R_COMMAND] = JOB_WITH_COMMAND,
    [R_FILTER] = JOB_WITH_FILTER,
    [REMOVE_FORCE] = {"Force", "switch", .aliases = "F"},
};

static bool
remove_one(struct hop_command *c, struct job *j)
{
    struct hop_error_spec spec = {.id = "JobObjectNotFinishedCannotBeRemoved",
                                  .category = HOP_CAT_INVALID_OPERATION,
                                  .exception = "System.ArgumentException",
                                  .target = hop_obj(j)};
    bool go;

    if (!ask(c, j, "Remove", &go))
        return false;
    if (!go)
        return true;
    if (!job_pump(c->rs, j, 0))
        return false;
    if (!is_done(j) && !hop_arg_on(c, REMOVE_FORCE))
        return hop_command_error(c, &spec,
                                 "The job with ID %d cannot be removed, "
                                 "because it has not ended. Stop it first, "
                                 "or use -Force. (Parameter 'Job')",
                                 j->id);
    job_remove(c->rs, j);
    return true;
}

static bool
process_remove(struct hop_command *c)
{
    static const struct job_choice choice = {.state = R_STATE,
                                             .job = R_JOB,
                                             .command = R_COMMAND,
                                             .filter = R_FILTER};

    return job_each(c, &choice, remove_one);
}

const struct hop_cmdlet hop_cmdlet_remove_job = {
    .name = "Remove-Job",
    .default_set = "SessionIdParameterSet",
    HOP_PARAMS(remove_params),
    .flags = HOP_SHOULD_PROCESS,
    .output = "System.Management.Automation.Job",
    .synopsis = "Takes jobs off the list.",
    .process = process_remove,
};

/* ---- the module of thread jobs ---- */

static const struct hop_cmdlet *const thread_cmdlets[] = {
    &hop_cmdlet_start_thread_job};
const struct hop_cmdlet_module hop_module_thread_job = {
    .name = "Microsoft.PowerShell.ThreadJob",
    .version = "2.2.0",
    .guid = "0e7b895d-2fec-43f7-8cae-11e8d16f6e40",
    .description = "Jobs beside the shell",
    .cmdlets = thread_cmdlets,
    .n = HOP_ARRAY_SIZE(thread_cmdlets),
};
