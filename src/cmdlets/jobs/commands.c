/* Start-Job, Start-ThreadJob, Get-Job, Receive-Job, Wait-Job, Stop-Job,
 * Remove-Job.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>
#include <time.h>

#include "cmdlets/core/core.h"
#include "cmdlets/jobs/jobs.h"

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

bool
job_block_of_file(struct hop_command *c, const char *path,
                  struct hop_value *out)
{
    struct hop_item_path p = {0};
    struct cmdinfo *info;
    HOP_AUTO_VALUE struct hop_value held = hop_null();

    if (!hop_path_resolve(c->rs, path, &p))
        return false;
    info = script_info(c->rs, p.path);
    held = hop_obj(info);
    hop_item_path_done(&p);
    if (!script_load(c->rs, info))
        return false;
    *out = hop_retain(hop_obj(info->block));
    return true;
}
static const struct hop_param thread_params[] = {
    [BLOCK] = {"ScriptBlock", "scriptblock", HOP_MANDATORY | HOP_NOT_NULL,
               .position = HOP_POS(0)},
    [INIT] = {"InitializationScript", "scriptblock"},
    [NAME] = {"Name", "string"},
    [INPUT] = {"InputObject", "psobject", HOP_BY_VALUE},
    [ARGUMENTS] = {"ArgumentList", "object[]"},
    [LIMIT] = {"ThrottleLimit", "int", .range = HOP_RANGE(1, 1000000)},
    [STREAMING_HOST] = {"StreamingHost", "object"},
};

static bool
begin_start(struct hop_command *c)
{
    hop_list_sink_init(hop_command_state(c), &c->rs->cx);
    return true;
}

static bool
process_start(struct hop_command *c)
{
    struct hop_list_sink *l = hop_command_state(c);

    if (hop_arg_bound(c, INPUT))
        (void)hop_sink_write(&l->sink, hop_arg(c, INPUT));
    return true;
}

static bool
start(struct hop_command *c, bool thread)
{
    struct hop_list_sink *l = hop_command_state(c);
    HOP_AUTO_VALUE struct hop_value input = hop_null(), job = hop_null(),
                                    block = hop_null();
    const char *file = thread ? NULL
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

static void
dispose_start(struct hop_command *c)
{
    hop_list_sink_done(hop_command_state(c));
}

const struct hop_cmdlet hop_cmdlet_start_job = {
    .name = "Start-Job",
    .default_set = "ComputerName",
    HOP_PARAMS(start_params),
    .output = "System.Management.Automation.PSRemotingJob",
    .synopsis = "Starts a script block in a process of its own.",
    .state_size = sizeof(struct hop_list_sink),
    .begin = begin_start,
    .process = process_start,
    .end = end_job,
    .dispose = dispose_start,
};

const struct hop_cmdlet hop_cmdlet_start_thread_job = {
    .name = "Start-ThreadJob",
    HOP_PARAMS(thread_params),
    .output = "Microsoft.PowerShell.ThreadJob.ThreadJob",
    .synopsis = "Starts a script block beside the shell.",
    .state_size = sizeof(struct hop_list_sink),
    .begin = begin_start,
    .process = process_start,
    .end = end_thread,
    .dispose = dispose_start,
};

/* ---- choosing ---- */

enum { ID, J_NAME, INSTANCE, STATE, JOB, COMMAND, OWN };
#define JOB_STATE "System.Management.Automation.JobState"
#define JOB_TYPE  "System.Management.Automation.Job[]"
/* at: the position of every set's own parameter. */
#define CHOOSING(must)                                                         \
    [ID] = {"Id", "int[]", HOP_BY_NAME,                                        \
            .in = HOP_SETS({"SessionIdParameterSet", must, HOP_POS(0)})},      \
    [J_NAME] = {"Name", "string[]", HOP_BY_NAME,                               \
                .in = HOP_SETS(                                                \
                    {"NameParameterSet", HOP_MANDATORY, HOP_POS(0)})},         \
    [INSTANCE] = {"InstanceId", "guid[]", HOP_BY_NAME,                         \
                  .in = HOP_SETS(                                              \
                      {"InstanceIdParameterSet", HOP_MANDATORY, HOP_POS(0)})}, \
    [STATE] = {"State", JOB_STATE, HOP_BY_NAME,                                \
               .in =                                                           \
                   HOP_SETS({"StateParameterSet", HOP_MANDATORY, HOP_POS(0)})}
#define BY_OBJECT                                                              \
    [JOB] = {"Job", JOB_TYPE, HOP_BY_VALUE | HOP_BY_NAME,                      \
             .in = HOP_SETS({"JobParameterSet", HOP_MANDATORY, HOP_POS(0)})}
#define BY_COMMAND                                                             \
    [COMMAND] = {"Command", "string[]", HOP_BY_NAME,                           \
                 .in = HOP_SETS({"CommandParameterSet", 0, 0})}

typedef bool each_fn(struct hop_command *c, struct job *j);

static bool
not_found(struct hop_command *c, const char *id, const char *what,
          struct hop_value value)
{
    HOP_AUTO_STRING struct hop_string *s = NULL;
    struct hop_error_spec spec = {
        .id = id,
        .category = HOP_CAT_OBJECT_NOT_FOUND,
        .exception = "System.Management.Automation.PSArgumentException",
        .target = value};

    if (!hop_to_string(&c->rs->cx, value, &s))
        return false;
    if (strcmp(what, "job name") == 0)
        return hop_command_error(c, &spec,
                                 "The command cannot find the job because the "
                                 "job name %s was not found. Verify the value "
                                 "of the Name parameter, and then try the "
                                 "command again.",
                                 s->data);
    return hop_command_error(c, &spec,
                             "The command cannot find a job with the %s %s. "
                             "Verify the value of the %s parameter and then "
                             "try the command again.",
                             what, s->data,
                             strcmp(what, "job ID") == 0 ? "Id" : "InstanceId");
}

static bool
matches(struct hop_command *c, struct job *j, size_t by, struct hop_value v)
{
    if (by == ID)
        return j->id == v.u.i;
    if (by == INSTANCE)
        return hop_object_equals(&c->rs->cx, j->instance, v);
    v = hop_value_base(v);
    return hop_wildcard_match(hop_cstr(v), v.u.s->len, hop_cstr(j->name),
                              j->name.u.s->len, true);
}

static bool
each_named(struct hop_command *c, struct hop_array *all, size_t by, each_fn *fn)
{
    for (size_t i = 0; i < hop_arg_count(c, by); i++) {
        struct hop_value v = hop_arg_item(c, by, i);
        bool found = by == J_NAME && hop_wildcard_has(hop_cstr(v), v.u.s->len);

        for (size_t k = 0; k < all->n; k++) {
            struct job *j = job_of(all->items[k]);

            if (!matches(c, j, by, v))
                continue;
            found = true;
            if (!fn(c, j))
                return false;
        }
        if (!found &&
            !not_found(c,
                       by == ID       ? "JobWithSpecifiedSessionNotFound"
                       : by == J_NAME ? "JobWithSpecifiedNameNotFound"
                                      : "JobWithSpecifiedInstanceIdNotFound",
                       by == ID       ? "job ID"
                       : by == J_NAME ? "job name"
                                      : "instance ID",
                       v))
            return false;
    }
    return true;
}

/* Calls fn for the jobs that the arguments mean. */
static bool
each_job(struct hop_command *c, each_fn *fn)
{
    struct hop_array *all = job_table(c->rs);
    HOP_AUTO_VALUE struct hop_value held = hop_obj(all);
    bool any = false; /* JOB is a switch of Get-Job's */

    for (size_t by = ID; by <= INSTANCE; by++)
        if (hop_arg_bound(c, by))
            return each_named(c, all, by, fn);
    for (size_t i = 0; i < hop_arg_count(c, JOB); i++) {
        struct job *j = job_of(hop_arg_item(c, JOB, i));

        any = any || j;
        if (j && !fn(c, j))
            return false;
    }
    if (any)
        return true;
    for (size_t i = 0; i < all->n; i++) {
        struct job *j = job_of(all->items[i]);

        if (!job_pump(c->rs, j, 0))
            return false;
        if (hop_arg_bound(c, STATE) &&
            hop_arg(c, STATE).u.i != (int64_t)job_worker(j)->state)
            continue;
        if (!fn(c, j))
            return false;
    }
    return true;
}

static bool
write_job(struct hop_command *c, struct job *j)
{
    return hop_write(c, hop_obj(j));
}

/* ---- Get-Job ---- */

enum { NEWEST = OWN };
static const struct hop_param get_params[] = {
    CHOOSING(0),
    [JOB] = {"IncludeChildJob", "switch"},
    BY_COMMAND,
    [NEWEST] = {"Newest", "int"},
};

static bool
write_listed(struct hop_command *c, struct job *j)
{
    size_t n = hop_arg_count(c, COMMAND);

    for (size_t i = 0; i < n; i++) {
        struct hop_value p = hop_arg_item(c, COMMAND, i);

        if (hop_wildcard_match(hop_cstr(p), p.u.s->len, hop_cstr(j->command),
                               j->command.u.s->len, true))
            return write_job(c, j);
    }
    if (n)
        return true;
    if (!write_job(c, j))
        return false;
    if (!hop_arg_on(c, JOB))
        return true;
    for (size_t i = 0; j->members && i < j->members->n; i++)
        if (!hop_write(c, j->members->items[i]))
            return false;
    return hop_is_null(j->child) || hop_write(c, j->child);
}

static bool
process_get(struct hop_command *c)
{
    HOP_AUTO_VALUE struct hop_value held = hop_null();
    int64_t newest = hop_arg_int(c, NEWEST, 0);
    struct hop_array *all;

    if (newest <= 0)
        return each_job(c, write_listed);
    all = job_table(c->rs);
    held = hop_obj(all);
    for (size_t i = all->n; i > 0 && newest > 0; i--, newest--)
        if (!write_listed(c, job_of(all->items[i - 1])))
            return false;
    return true;
}

const struct hop_cmdlet hop_cmdlet_get_job = {
    .name = "Get-Job",
    .default_set = "SessionIdParameterSet",
    HOP_PARAMS(get_params),
    .output = "System.Management.Automation.Job",
    .synopsis = "Gets the jobs of the shell.",
    .process = process_get,
};

/* ---- Wait-Job ---- */

enum { ANY = OWN, TIMEOUT, W_FORCE };
static const struct hop_param wait_params[] = {
    CHOOSING(HOP_MANDATORY),
    BY_OBJECT,
    [COMMAND] = {"Filter", "hashtable",
                 .in = HOP_SETS(
                     {"FilterParameterSet", HOP_MANDATORY, HOP_POS(0)})},
    [ANY] = {"Any", "switch"},
    [TIMEOUT] = {"Timeout", "int", .aliases = "TimeoutSec",
                 .range = HOP_RANGE(-1, 2147483647)},
    [W_FORCE] = {"Force", "switch"},
};

static bool
gather_job(struct hop_command *c, struct job *j)
{
    (void)hop_sink_write(&((struct hop_list_sink *)hop_command_state(c))->sink,
                         hop_obj(j));
    return true;
}

static bool
process_gather(struct hop_command *c)
{
    return each_job(c, gather_job);
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
    .begin = begin_start,
    .process = process_gather,
    .end = end_wait,
    .dispose = dispose_start,
};

/* ---- Receive-Job ---- */

enum { KEEP = OWN, WAIT, AUTO_REMOVE, R_FORCE, NO_RECURSE };
static const struct hop_param receive_params[] = {
    [ID] = {"Id", "int[]", HOP_BY_NAME,
            .in =
                HOP_SETS({"SessionIdParameterSet", HOP_MANDATORY, HOP_POS(0)})},
    [J_NAME] = {"Name", "string[]", HOP_BY_NAME,
                .in =
                    HOP_SETS({"NameParameterSet", HOP_MANDATORY, HOP_POS(0)})},
    [INSTANCE] = {"InstanceId", "guid[]", HOP_BY_NAME,
                  .in = HOP_SETS(
                      {"InstanceIdParameterSet", HOP_MANDATORY, HOP_POS(0)})},
    [STATE] = {"WriteEvents", "switch"},
    [JOB] = {"Job", JOB_TYPE, HOP_BY_VALUE | HOP_BY_NAME,
             .in = HOP_SETS({"Location", HOP_MANDATORY, HOP_POS(0)})},
    [COMMAND] = {"WriteJobInResults", "switch"},
    [KEEP] = {"Keep", "switch"},
    [WAIT] = {"Wait", "switch"},
    [AUTO_REMOVE] = {"AutoRemoveJob", "switch"},
    [R_FORCE] = {"Force", "switch"},
    [NO_RECURSE] = {"NoRecurse", "switch"},
};

static struct hop_value
property(struct hop_command *c, struct hop_value v, const char *name)
{
    HOP_AUTO_STRING struct hop_string *s = hop_string_from(name);
    struct hop_value out = hop_null();

    if (hop_member_get(&c->rs->cx, v, s, &out) != HOP_FOUND)
        hop_drop_exception(&c->rs->cx);
    return out;
}

/* Warnings and the like go to the host at once, as it did not see them. */
static bool
show(struct hop_command *c, const char *label, struct hop_value v)
{
    struct hop_host *host = hop_runspace_host(c->rs);
    HOP_AUTO_VALUE struct hop_value text = hop_null();
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    text = property(c, v, *label ? "Message" : "MessageData");
    hop_buf_adds(&b, label);
    if (!hop_add_string(&c->rs->cx, text, &b))
        return false;
    hop_buf_addc(&b, '\n');
    if (host)
        host->ops->write(host, b.data, b.len, HOP_COLOR_NONE, HOP_COLOR_NONE);
    return true;
}

static bool
wants_information(struct hop_command *c)
{
    int action = c->common.information_action >= 0
                     ? c->common.information_action
                     : preference(c->rs, c->rs->sym_information, ACTION_SILENT);

    return action == ACTION_CONTINUE;
}

/* The place of an error is not here. */
static bool
write_error(struct hop_command *c, struct hop_value v)
{
    struct error_record *e = as_error_record(v);

    error_record_keep_id(v);
    if (e && !e->activity)
        e->activity = hop_string_from("");
    if (e)
        e->placed = true;
    return hop_write_error(c, hop_retain(v));
}

static bool
write_result(struct hop_command *c, int stream, struct hop_value v)
{
    switch (stream & ~JOB_SHOWN) {
    case HOP_OUTPUT: return hop_write(c, v);
    case HOP_ERROR: return write_error(c, v);
    case HOP_WARNING: return show(c, "WARNING: ", v);
    case HOP_VERBOSE: return show(c, "VERBOSE: ", v);
    case HOP_DEBUG: return show(c, "DEBUG: ", v);
    case HOP_INFORMATION:
        if (stream & JOB_SHOWN || job_is_host_message(&c->rs->cx, v)) {
            if (!show(c, "", v))
                return false;
            if (!c->io.sink[HOP_INFORMATION])
                return true;
        }
        if (!c->io.sink[HOP_INFORMATION] && !wants_information(c))
            return true;
        return hop_command_flow(
            c, stream_write(c->rs, &c->io, HOP_INFORMATION, v));
    default: return true;
    }
}

/* What has ended a job is told each time; for -Parallel its members' too. */
static bool
write_failures(struct hop_command *c, struct job *j)
{
    if (!hop_is_null(j->failure) && !write_result(c, HOP_ERROR, j->failure))
        return false;
    for (size_t i = 0; !j->ops && j->members && i < j->members->n; i++)
        if (!write_failures(c, job_of(j->members->items[i])))
            return false;
    return true;
}

static bool
receive(struct hop_command *c, struct job *j)
{
    struct job *w = job_worker(j);
    HOP_AUTO_VALUE struct hop_value held = hop_retain(hop_obj(w));
    HOP_AUTO_VALUE struct hop_value taken = hop_null();
    struct hop_array *a;

    if (!job_pump(c->rs, w, 0))
        return false;
    a = hop_array_from(&c->rs->cx, w->results->items, w->results->n);
    taken = hop_obj(a);
    if (!hop_arg_on(c, KEEP)) {
        hop_array_clear(w->results);
        /* As in PowerShell, those of other processes stay. */
        for (int i = 0; w->thread && i < HOP_STREAM_NUMBERS; i++)
            hop_array_clear(hop_as_array(w->streams[i]));
    }
    for (size_t i = 0; i + 1 < a->n; i += 2)
        if (!write_result(c, (int)a->items[i].u.i, a->items[i + 1]))
            return false;
    if (!write_failures(c, w))
        return false;
    for (size_t i = 0; j->ops && j->members && i < j->members->n; i++)
        if (!receive(c, job_of(j->members->items[i])))
            return false;
    return true;
}

static bool
end_receive(struct hop_command *c)
{
    struct hop_list_sink *l = hop_command_state(c);
    bool wait = hop_arg_on(c, WAIT);

    for (size_t i = 0; i < l->n; i++) {
        struct job *j = job_of(l->items[i]);

        if (!receive(c, j))
            return false;
        while (wait && !is_done(j))
            if (!job_pump(c->rs, j, -1) || !receive(c, j))
                return false;
        if (wait && hop_arg_on(c, AUTO_REMOVE))
            job_remove(c->rs, j);
    }
    return true;
}

const struct hop_cmdlet hop_cmdlet_receive_job = {
    .name = "Receive-Job",
    .default_set = "Location",
    HOP_PARAMS(receive_params),
    .synopsis = "Gets what jobs have written.",
    .state_size = sizeof(struct hop_list_sink),
    .begin = begin_start,
    .process = process_gather,
    .end = end_receive,
    .dispose = dispose_start,
};

/* ---- Stop-Job, Remove-Job ---- */

enum { PASS_THRU = OWN };
static const struct hop_param stop_params[] = {
    CHOOSING(HOP_MANDATORY),
    BY_OBJECT,
    [COMMAND] = {"Filter", "hashtable",
                 .in = HOP_SETS(
                     {"FilterParameterSet", HOP_MANDATORY, HOP_POS(0)})},
    [PASS_THRU] = {"PassThru", "switch"},
};

static bool
stop_one(struct hop_command *c, struct job *j)
{
    bool go;

    if (!hop_should_process(c, hop_cstr(j->name), "Stop-Job", &go))
        return false;
    if (go)
        job_stop(j);
    return !go || !hop_arg_on(c, PASS_THRU) || write_job(c, j);
}

static bool
process_stop(struct hop_command *c)
{
    return each_job(c, stop_one);
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

enum { REMOVE_FORCE = OWN };
static const struct hop_param remove_params[] = {
    CHOOSING(HOP_MANDATORY),
    BY_OBJECT,
    BY_COMMAND,
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

    if (!hop_should_process(c, hop_cstr(j->name), "Remove-Job", &go))
        return false;
    if (!go)
        return true;
    if (!job_pump(c->rs, j, 0))
        return false;
    if (!is_done(j) && !hop_arg_on(c, REMOVE_FORCE))
        return hop_command_error(c, &spec,
                                 "The job with ID %d cannot be removed, "
                                 "because it has not ended. Stop it first, "
                                 "or use -Force.",
                                 j->id);
    job_remove(c->rs, j);
    return true;
}

static bool
process_remove(struct hop_command *c)
{
    return each_job(c, remove_one);
}

const struct hop_cmdlet hop_cmdlet_remove_job = {
    .name = "Remove-Job",
    .default_set = "SessionIdParameterSet",
    HOP_PARAMS(remove_params),
    .flags = HOP_SHOULD_PROCESS,
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
