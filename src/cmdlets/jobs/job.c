/* Jobs as objects, and the table of them.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clixml/clixml.h"
#include "cmdlets/jobs/job_internal.h"
#include "cmdlets/jobs/jobs.h"
#include "cmdlets/record.h"
#include "engine/task.h"
#include "lang/parse.h"
#include "value/convert.h"
#include "value/member.h"

#define SMA "System.Management.Automation."

/* ---- the objects ---- */

struct job *
job_worker(struct job *j)
{
    return hop_is_null(j->child) ? j : (struct job *)(void *)j->child.u.o;
}

/* Ends a job of this process; it is over at once, its thread at its next turn.
 */
static void
thread_stop(struct job *j)
{
    for (size_t i = 0; j->members && i < j->members->n; i++)
        thread_stop(job_of(j->members->items[i]));
    if (j->task)
        task_stop(j->task);
    if (!job_is_over(j))
        j->state = JOB_STOPPED;
}

void
job_stop(struct job *j)
{
    j = job_worker(j);
    if (j->ops) {
        j->ops->stop(j);
        return;
    }
    if (j->thread) {
        thread_stop(j);
        return;
    }
    if (j->fd >= 0) {
        close(j->fd);
        j->fd = -1;
    }
    if (j->pid > 0) {
        kill(-j->pid, SIGKILL);
        kill(j->pid, SIGKILL);
        while (waitpid(j->pid, NULL, 0) < 0 && errno == EINTR)
            continue;
        j->pid = 0;
    }
    if (j->state == JOB_RUNNING)
        j->state = JOB_STOPPED;
}

static void
destroy(struct hop_object *o)
{
    struct job *j = (struct job *)(void *)o;

    if (j->idler.ctx)
        hop_runspace_remove_idler(j->rs, &j->idler);
    if (j->ops)
        j->ops->release(j);
    else if (hop_is_null(j->child) && !j->thread)
        job_stop(j);
    j->ops = NULL;
    if (j->waiting)
        task_discard(j->waiting);
    j->waiting = NULL;
    if (j->members) {
        for (size_t i = 0; i < j->members->n; i++)
            job_of(j->members->items[i])->parent = NULL;
        hop_release(hop_obj(j->members));
    }
    j->members = NULL;
    hop_value_clear(&j->name);
    hop_value_clear(&j->command);
    hop_value_clear(&j->instance);
    hop_value_clear(&j->child);
    hop_value_clear(&j->begun);
    hop_value_clear(&j->ended);
    hop_value_clear(&j->reason);
    hop_value_clear(&j->failure);
    hop_value_clear(&j->location);
    for (int i = 0; i < HOP_STREAM_NUMBERS; i++)
        hop_value_clear(&j->streams[i]);
    if (j->results)
        hop_release(hop_obj(j->results));
    j->results = NULL;
    hop_buf_done(&j->in);
}

enum field {
    F_STATE,
    F_MORE,
    F_NAME,
    F_ID,
    F_COMMAND,
    F_LOCATION,
    F_STATUS,
    F_INSTANCE,
    F_CHILDREN,
    F_TYPE,
    F_BEGIN,
    F_END,
    F_INFO,
    F_REASON,
    F_STREAM = 100
};

static bool
get_children(struct hop_context *cx, struct job *j, struct hop_value *out)
{
    struct hop_array *a = hop_array_new(cx, 0);

    if (!hop_is_null(j->child))
        hop_array_push(a, hop_retain(j->child));
    for (size_t i = 0; j->members && i < j->members->n; i++)
        hop_array_push(a, hop_retain(j->members->items[i]));
    *out = hop_obj(a);
    return true;
}

bool
job_has_more(struct job *j)
{
    if (!job_is_over(j) || j->results->n > 0)
        return true;
    for (size_t i = 0; j->ops && j->members && i < j->members->n; i++)
        if (job_has_more(job_of(j->members->items[i])))
            return true;
    return false;
}

enum { INFO_STATE, INFO_REASON };
static const struct hop_property info_properties[] = {
    HOP_RECORD_PROPERTY(INFO_STATE, "State",
                        "System.Management.Automation.JobState"),
    HOP_RECORD_PROPERTY(INFO_REASON, "Reason", "System.Exception"),
    {0},
};
static bool
info_text(struct hop_context *cx, struct hop_value v, struct hop_string **out)
{
    return hop_to_string(
        cx, ((struct hop_record *)(void *)v.u.o)->slot[INFO_STATE], out);
}
static const struct hop_class class_job_info =
    HOP_RECORD_CLASS("System.Management.Automation.JobStateInfo",
                     info_properties, .to_string = info_text);

static bool
get_info(struct hop_context *cx, struct job *w, struct hop_value *out)
{
    struct hop_record *r = hop_record_new(cx, &class_job_info);

    hop_record_set(r, INFO_STATE,
                   hop_enum(HOP_ENUM_JOB_STATE, (int64_t)w->state));
    hop_record_set(r, INFO_REASON, hop_retain(w->reason));
    *out = hop_obj(r);
    return true;
}

static bool
get(struct hop_context *cx, struct hop_value self, intptr_t field,
    struct hop_value *out)
{
    struct job *j = job_of(self), *w = job_worker(j);
    struct hop_string *state;

    if (!job_pump(RS_OF(cx), w, 0))
        return false;
    switch (field) {
    case F_STATE:
        if (!hop_to_string(cx, hop_enum(HOP_ENUM_JOB_STATE, (int64_t)w->state),
                           &state))
            return false;
        *out = hop_str(state);
        return true;
    case F_MORE: *out = hop_bool(job_has_more(w)); return true;
    case F_NAME: *out = hop_retain(j->name); return true;
    case F_ID: *out = hop_int(j->id); return true;
    case F_COMMAND: *out = hop_retain(j->command); return true;
    case F_LOCATION:
        *out = !hop_is_null(j->location)
                   ? hop_retain(j->location)
                   : hop_text(j->thread ? "PowerShell" : "localhost");
        return true;
    case F_STATUS: *out = hop_text(""); return true;
    case F_INSTANCE: *out = hop_retain(j->instance); return true;
    case F_CHILDREN: return get_children(cx, j, out);
    case F_TYPE:
        *out = j->ops && j->members      ? hop_text("RemoteJob")
               : j->ops                  ? hop_null()
               : j->members || j->parent ? hop_text("PSTaskJob")
               : j->thread               ? hop_text("ThreadJob")
               : hop_is_null(j->child)   ? hop_null()
                                         : hop_text("BackgroundJob");
        return true;
    case F_BEGIN: *out = hop_retain(w->begun); return true;
    case F_END: *out = hop_retain(w->ended); return true;
    case F_INFO: return get_info(cx, w, out);
    case F_REASON: *out = hop_retain(w->reason); return true;
    default:
        /* The streams of a background job are its child's. */
        *out = hop_retain(j->streams[field - F_STREAM]);
        return true;
    }
}

#define ROW(n, t, f)                                                           \
    {                                                                          \
        .name = (n), .type = (t), .get = get, .data = (f)                      \
    }
#define DATA(n, of, s) ROW(n, SMA "PSDataCollection[" of "]", F_STREAM + (s))
static const struct hop_property properties[] = {
    ROW("State", "string", F_STATE),
    ROW("HasMoreData", "bool", F_MORE),
    ROW("StatusMessage", "string", F_STATUS),
    ROW("Location", "string", F_LOCATION),
    ROW("Command", "string", F_COMMAND),
    ROW("JobStateInfo", "System.Management.Automation.JobStateInfo", F_INFO),
    ROW("InstanceId", "guid", F_INSTANCE),
    ROW("Id", "int", F_ID),
    ROW("Name", "string", F_NAME),
    ROW("ChildJobs",
        "System.Collections.Generic.IList[System.Management.Automation.Job]",
        F_CHILDREN),
    ROW("PSBeginTime", "System.Nullable[datetime]", F_BEGIN),
    ROW("PSEndTime", "System.Nullable[datetime]", F_END),
    ROW("PSJobTypeName", "string", F_TYPE),
    DATA("Output", "psobject", HOP_OUTPUT),
    DATA("Error", "System.Management.Automation.ErrorRecord", HOP_ERROR),
    DATA("Progress", "System.Management.Automation.ProgressRecord",
         HOP_PROGRESS),
    DATA("Verbose", "System.Management.Automation.VerboseRecord", HOP_VERBOSE),
    DATA("Debug", "System.Management.Automation.DebugRecord", HOP_DEBUG),
    DATA("Warning", "System.Management.Automation.WarningRecord", HOP_WARNING),
    DATA("Information", "System.Management.Automation.InformationRecord",
         HOP_INFORMATION),
    {0},
};

static const struct hop_class class_job = {
    .name = "System.Management.Automation.Job",
    .base = &hop_class_object,
    .flags = HOP_CLASS_ABSTRACT,
    .kind = HOP_OBJECT,
    .size = sizeof(struct job),
    .properties = properties,
    .destroy = destroy,
};
#define JOB_CLASS(full)                                                        \
    {                                                                          \
        .name = (full), .base = &class_job, .kind = HOP_OBJECT,                \
        .size = sizeof(struct job), .destroy = destroy                         \
    }
const struct hop_class class_remoting_job =
    JOB_CLASS("System.Management.Automation.PSRemotingJob");
const struct hop_class class_child_job =
    JOB_CLASS("System.Management.Automation.PSRemotingChildJob");
const struct hop_class class_thread_job =
    JOB_CLASS("Microsoft.PowerShell.ThreadJob.ThreadJob");
const struct hop_class class_task_job =
    JOB_CLASS("System.Management.Automation.PSTasks.PSTaskJob");
const struct hop_class class_task_child_job =
    JOB_CLASS("System.Management.Automation.PSTasks.PSTaskChildJob");
const struct hop_class *const hop_job_classes[] = {
    &class_job,        &class_job_info, &class_remoting_job,   &class_child_job,
    &class_thread_job, &class_task_job, &class_task_child_job, NULL,
};

bool
job_is_over(const struct job *j)
{
    return j->state >= JOB_COMPLETED && j->state <= JOB_STOPPED;
}

struct job *
job_of(struct hop_value v)
{
    return hop_value_is(v, &class_job)
               ? (struct job *)(void *)hop_value_base(v).u.o
               : NULL;
}

/* ---- the table: the next id, then the jobs ---- */

struct hop_array *
job_table_of(struct hop_runspace *rs)
{
    if (hop_is_null(rs->jobs)) {
        struct hop_array *a = hop_array_new(&rs->cx, 0);

        hop_array_push(a, hop_int(1));
        rs->jobs = hop_obj(a);
    }
    return (struct hop_array *)(void *)rs->jobs.u.o;
}

struct hop_array *
job_table(struct hop_runspace *rs)
{
    struct hop_array *t = job_table_of(rs);

    return hop_array_from(&rs->cx, t->items + 1, t->n - 1);
}

void
job_remove(struct hop_runspace *rs, struct job *j)
{
    struct hop_array *t = job_table_of(rs);

    job_stop(j);
    for (size_t i = 1; i < t->n; i++)
        if (t->items[i].u.o == &j->base) {
            hop_array_remove(t, i);
            return;
        }
}
