/* Job objects, their table, and the pipes they come by.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/guid.h"
#include "clixml/clixml.h"
#include "cmdlets/jobs/jobs.h"
#include "cmdlets/record.h"
#include "engine/powershell.h"
#include "engine/task.h"
#include "lang/parse.h"
#include "value/convert.h"
#include "value/date.h"
#include "value/member.h"

#define SMA        "System.Management.Automation."
#define USING      "__using_"
#define FRAME_HEAD 5
#define MAX_FRAME  ((size_t)256 << 20)

static const struct hop_clixml_options options = {.depth = 2, .root = true};

/* ---- the objects ---- */

struct job *
job_worker(struct job *j)
{
    return hop_is_null(j->child) ? j : (struct job *)(void *)j->child.u.o;
}

static void start_waiting(struct hop_runspace *rs);

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
static const struct hop_class class_remoting_job =
    JOB_CLASS("System.Management.Automation.PSRemotingJob");
static const struct hop_class class_child_job =
    JOB_CLASS("System.Management.Automation.PSRemotingChildJob");
static const struct hop_class class_thread_job =
    JOB_CLASS("Microsoft.PowerShell.ThreadJob.ThreadJob");
static const struct hop_class class_task_job =
    JOB_CLASS("System.Management.Automation.PSTasks.PSTaskJob");
static const struct hop_class class_task_child_job =
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

static struct hop_array *
table(struct hop_runspace *rs)
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
    struct hop_array *t = table(rs);

    return hop_array_from(&rs->cx, t->items + 1, t->n - 1);
}

void
job_remove(struct hop_runspace *rs, struct job *j)
{
    struct hop_array *t = table(rs);

    job_stop(j);
    for (size_t i = 1; i < t->n; i++)
        if (t->items[i].u.o == &j->base) {
            hop_array_remove(t, i);
            return;
        }
}

/* ---- what comes ---- */

static struct hop_value
now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_REALTIME, &t);
    return hop_datetime(621355968000000000LL + t.tv_sec * HOP_TICKS_PER_SECOND +
                            t.tv_nsec / 100,
                        HOP_DATE_LOCAL);
}

static const char *
field_text(struct hop_value v, const char *name)
{
    struct hop_value *p =
        v.kind == HOP_OBJECT ? hop_custom_get_text(v.u.o, name) : NULL;

    return p && hop_is_string(hop_value_base(*p)) ? hop_cstr(hop_value_base(*p))
                                                  : "";
}

static int32_t
field_int(struct hop_value v, const char *name)
{
    struct hop_value *p = hop_custom_get_text(v.u.o, name);

    return p && hop_is_integer(*p) ? (int32_t)p->u.i : 0;
}

static struct hop_value
make_progress(struct hop_runspace *rs, struct hop_value v)
{
    struct hop_progress p = {
        .id = field_int(v, "ActivityId"),
        .parent_id = field_int(v, "ParentActivityId"),
        .activity = field_text(v, "Activity"),
        .status = field_text(v, "StatusDescription"),
        .operation = field_text(v, "CurrentOperation"),
        .percent = field_int(v, "PercentComplete"),
        .seconds_remaining = field_int(v, "SecondsRemaining"),
        .completed = field_int(v, "RecordType") != 0,
    };

    return hop_progress_record(rs, &p);
}

/* An error of a process of its own is one from elsewhere. */
static struct hop_value
make_record(struct hop_runspace *rs, struct job *j, int stream,
            struct hop_value v)
{
    if (v.kind != HOP_OBJECT)
        return hop_null();
    if (stream == HOP_PROGRESS)
        return make_progress(rs, v);
    if (stream == HOP_INFORMATION) {
        struct hop_value *data = hop_custom_get_text(v.u.o, "Message");
        struct hop_value *tags = hop_custom_get_text(v.u.o, "Tags");

        return hop_information_record(rs, data ? *data : hop_null(),
                                      tags ? *tags : hop_null(), NULL);
    }
    if (stream == HOP_ERROR)
        return remote_error_of(rs, v, "localhost", j->instance);
    return hop_stream_record(rs, (enum hop_stream_number)stream,
                             field_text(v, "Message"), NULL);
}

/* Objects of another process say where they come from. */
static struct hop_value
mark(struct hop_runspace *rs, struct job *j, struct hop_value v)
{
    struct hop_value w;

    if (hop_is_null(v))
        return v;
    w = hop_wrap(&rs->cx, hop_retain(v));
    hop_custom_set_text(w.u.o, "PSComputerName", hop_text("localhost"));
    hop_custom_set_text(w.u.o, "RunspaceId", hop_retain(j->instance));
    hop_custom_set_text(w.u.o, "PSShowComputerName", hop_bool(false));
    hop_custom_set_text(w.u.o, "PSSourceJobInstanceId",
                        hop_retain(j->instance));
    return w;
}

static void
take_frame(struct hop_runspace *rs, struct job *j, int kind, const char *s,
           size_t n)
{
    struct hop_error err = {0};
    HOP_AUTO_VALUE struct hop_value v = hop_null(), made = hop_null();
    bool fatal = kind == HOP_STREAM_NUMBERS;
    int stream = fatal ? HOP_ERROR : kind, shown = 0;
    struct hop_value *flag;

    if (!hop_clixml_read_one(&rs->cx, &options, s, n, &v, &err))
        return;
    made =
        stream != HOP_OUTPUT ? make_record(rs, j, stream, v) : mark(rs, j, v);
    if (fatal) {
        HOP_AUTO_STRING struct hop_string *name = hop_string_from("Exception");

        j->state = JOB_FAILED;
        if (hop_member_get(&rs->cx, made, name, &j->reason) != HOP_FOUND)
            hop_drop_exception(&rs->cx);
        hop_value_set(&j->failure, hop_retain(made));
        return;
    }
    flag = stream == HOP_INFORMATION && v.kind == HOP_OBJECT
               ? hop_custom_get_text(v.u.o, "Shown")
               : NULL;
    if (flag && flag->u.i)
        shown = JOB_SHOWN;
    hop_array_push(j->results, hop_int(stream | shown));
    hop_array_push(j->results, hop_retain(made));
    hop_array_push(hop_as_array(j->streams[stream]), hop_retain(made));
}

static void
take_frames(struct hop_runspace *rs, struct job *j)
{
    while (j->in.len >= FRAME_HEAD) {
        const unsigned char *p = (const unsigned char *)j->in.data;
        size_t n =
            p[1] | (size_t)p[2] << 8 | (size_t)p[3] << 16 | (size_t)p[4] << 24;

        if (n > MAX_FRAME || p[0] < HOP_OUTPUT || p[0] > HOP_STREAM_NUMBERS) {
            job_stop(j);
            return;
        }
        if (j->in.len < FRAME_HEAD + n)
            return;
        take_frame(rs, j, p[0], j->in.data + FRAME_HEAD, n);
        hop_buf_consume(&j->in, FRAME_HEAD + n);
    }
}

static void
finish(struct job *j)
{
    close(j->fd);
    j->fd = -1;
    while (waitpid(j->pid, NULL, 0) < 0 && errno == EINTR)
        continue;
    j->pid = 0;
    j->ended = now();
    if (j->state == JOB_RUNNING)
        j->state = JOB_COMPLETED;
}

bool
job_pump(struct hop_runspace *rs, struct job *j, int64_t wait_ms)
{
    j = job_worker(j);
    if (j->ops)
        return j->ops->pump(rs, j, wait_ms);
    if (j->thread)
        return wait_ms == 0 || job_is_over(j) ||
               hop_threads_await(rs, wait_ms) >= 0;
    if (j->fd >= 0 && wait_ms != 0 &&
        hop_runspace_wait(rs, j->fd, POLLIN, wait_ms) < 0)
        return false;
    while (j->fd >= 0) {
        char *to = hop_buf_reserve(&j->in, 65536);
        ssize_t n = read(j->fd, to, 65536);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            break;
        if (n == 0) {
            finish(j);
            break;
        }
        hop_buf_commit(&j->in, (size_t)n);
        take_frames(rs, j);
    }
    return true;
}

#define IDLE_MS 100 /* so often a job elsewhere is looked after */

static size_t
idle_wants(void *ctx, struct pollfd *fds, size_t max, int64_t *limit_ms)
{
    const struct job *j = ctx;

    *limit_ms = j->ops && !job_is_over(j) ? IDLE_MS : -1;
    if (j->fd < 0 || !max)
        return 0;
    fds[0] = (struct pollfd){j->fd, POLLIN, 0};
    return 1;
}

static void
idle_work(void *ctx)
{
    struct job *j = ctx;

    bool on = !job_is_over(j) && job_pump(j->rs, j, 0);

    (void)on; /* a stop concerns no job at the prompt */
}

static void
attend_idly(struct hop_runspace *rs, struct job *j)
{
    j->rs = rs;
    j->idler = (struct hop_idler){j, idle_wants, idle_work, NULL};
    hop_runspace_add_idler(rs, &j->idler);
}

/* ---- $using: ---- */

struct using
{
    struct hop_command *c;
    struct hop_unit *unit;
    struct hop_dict *values;
    struct hop_buf text;
    size_t done; /* how much of the source is in text */
    const char *error_class;
    bool failed;
};

static bool
take_using(void *ctx, struct hop_ast *node)
{
    struct using *u = ctx;
    struct hop_ast_variable *v;
    struct hop_name whole;
    const char *source = hop_unit_source(u->unit, &(size_t){0});
    HOP_AUTO_FREE char *name = NULL;
    struct hop_variable *found;
    bool ok;

    if (u->failed || node->kind != HOP_AST_USING)
        return !u->failed;
    node = HOP_AST_AS(hop_ast_wrap, node)->child;
    while (node->kind == HOP_AST_MEMBER ||
           node->kind == HOP_AST_INVOKE_MEMBER ||
           node->kind == HOP_AST_INDEX) /* $using:x.y: of what x is */
        node = node->kind == HOP_AST_INDEX
                   ? HOP_AST_AS(hop_ast_index, node)->target
                   : HOP_AST_AS(hop_ast_member, node)->target;
    v = HOP_AST_AS(hop_ast_variable, node);
    whole = hop_ast_text(u->unit, node);
    name = hop_xstrndup(v->path.text, v->path.len);
    found = hop_variable_find(u->c->rs, name, NULL, &ok);
    if (!found) {
        struct hop_error_spec spec = {.id = "UsingVariableIsUndefined",
                                      .category = HOP_CAT_INVALID_OPERATION};

        u->failed = true;
        return hop_command_throw(u->c, &spec,
                                 "The value of the using variable '$using:%s' "
                                 "cannot be retrieved because it has not been "
                                 "set in the local session.",
                                 name);
    }
    hop_buf_add(&u->text, source + u->done,
                (size_t)(whole.text - source) - u->done);
    hop_buf_addf(&u->text, "$" USING "%s", name);
    u->done = (size_t)(whole.text - source) + whole.len;
    {
        HOP_AUTO_FREE char *key = hop_xasprintf(USING "%s", name);

        hop_dict_set_text(u->values, key, hop_variable_value(u->c->rs, found));
    }
    return false;
}

/* The block's text with $using: variables renamed, and their values. */
static bool
gather(struct hop_command *c, const struct job_task *t, struct using *u)
{
    HOP_AUTO_STRING struct hop_string *s = NULL;
    const char *source;
    size_t n;

    *u = (struct using){.c = c, .error_class = t->error_class};
    if (!hop_to_string(&c->rs->cx, t->block, &s))
        return false;
    u->values = hop_hashtable_new(&c->rs->cx);
    u->unit = hop_lang_parse(s->data, s->len, NULL, 0);
    hop_ast_visit((struct hop_ast *)hop_unit_root(u->unit), take_using, u);
    source = hop_unit_source(u->unit, &n);
    hop_buf_add(&u->text, source + u->done, n - u->done);
    return !u->failed;
}

/* ---- starting ---- */

static struct job *
new_job(struct hop_runspace *rs, const struct hop_class *cls,
        const struct job_task *t)
{
    struct job *j = hop_object_new(&rs->cx, cls);
    struct hop_value *next = &table(rs)->items[0];
    HOP_AUTO_STRING struct hop_string *command = NULL;
    HOP_AUTO_VALUE struct hop_value text = hop_null();
    struct hop_guid g;
    char guid[HOP_GUID_TEXT];

    j->fd = -1;
    j->id = (int32_t)next->u.i++;
    j->state = JOB_RUNNING;
    j->thread = t->thread;
    j->name = t->name && cls != &class_child_job
                  ? hop_text(t->name)
                  : hop_str(hop_string_format("Job%d", j->id));
    if (hop_to_string(&rs->cx, t->block, &command))
        j->command = hop_str(hop_string_retain(command));
    hop_guid_new(&g);
    hop_guid_format(&g, false, guid);
    text = hop_text(guid);
    if (!hop_convert(&rs->cx, text, &hop_class_guid, &j->instance))
        hop_drop_exception(&rs->cx);
    j->results = hop_array_new(&rs->cx, 0);
    for (int i = 0; i < HOP_STREAM_NUMBERS; i++)
        if (i >= HOP_OUTPUT)
            j->streams[i] = hop_obj(stream_collection_new(rs, i));
    j->begun = now();
    return j;
}

/* ---- jobs elsewhere ---- */

struct job *
job_elsewhere(struct hop_runspace *rs, const struct job_ops *ops,
              const char *name, struct hop_value command, const char *location,
              bool is_member)
{
    struct job_task t = {.block = command, .name = name};
    struct job *j =
        new_job(rs, is_member ? &class_child_job : &class_remoting_job, &t);

    j->rs = rs;
    j->ops = ops;
    j->location = hop_text(location);
    if (!is_member) {
        j->members = hop_array_new(&rs->cx, 0);
        attend_idly(rs, j);
    }
    return j;
}

void
job_enlist(struct hop_runspace *rs, struct job *j)
{
    hop_array_push(table(rs), hop_retain(hop_obj(j)));
}

void
job_put(struct job *j, int stream, struct hop_value v, bool listed)
{
    if (j->ops && stream == HOP_OUTPUT && v.kind == HOP_OBJECT)
        hop_custom_set_text(v.u.o, "PSSourceJobInstanceId",
                            hop_retain(j->instance));
    if (listed) {
        hop_array_push(j->results, hop_int(stream));
        hop_array_push(j->results, hop_retain(v));
    }
    hop_array_push(hop_as_array(j->streams[stream]), hop_retain(v));
}

void
job_set_state(struct job *j, enum job_state state)
{
    j->state = state;
    if (job_is_over(j))
        hop_value_set(&j->ended, now());
}

/* ---- jobs in this process ---- */

bool
job_is_host_message(struct hop_context *cx, struct hop_value v)
{
    HOP_AUTO_VALUE struct hop_value tags = hop_member_path(cx, v, "Tags");
    struct hop_array *a = hop_as_array(tags);

    for (size_t i = 0; a && i < a->n; i++)
        if (hop_is_string(a->items[i]) &&
            hop_string_iis(a->items[i].u.s, "PSHOST"))
            return true;
    return false;
}

/* On the host that the job was given, not the one of its own space. */
static void
show_message(struct job *j, int stream, struct hop_value v)
{
    struct hop_host *own = j->rs->host;

    if (stream == HOP_OUTPUT || stream == HOP_ERROR ||
        (stream == HOP_INFORMATION && !job_is_host_message(&j->rs->cx, v)))
        return;
    j->rs->host = j->shown_on;
    host_show(j->rs, (enum hop_stream_number)stream, v);
    j->rs->host = own;
}

static void
thread_emit(void *ctx, int stream, struct hop_value v)
{
    struct job *job = ctx;

    if (stream == HOP_ERROR)
        error_record_keep_id(v);
    if (job->shown_on)
        show_message(job, stream, v);
    for (struct job *j = job; j; j = j->parent)
        job_put(j, stream, v, true);
}

/* The job of -Parallel is over with its last member. */
static void
end_parent(struct job *p)
{
    enum job_state state = JOB_COMPLETED;

    for (size_t i = 0; i < p->members->n; i++) {
        struct job *m = job_of(p->members->items[i]);
        if (!job_is_over(m))
            return;
        if (m->state == JOB_FAILED ||
            (m->state == JOB_STOPPED && state != JOB_FAILED))
            state = m->state;
    }
    p->ended = now();
    if (!job_is_over(p))
        p->state = state;
}

static void
thread_ended(void *ctx, enum task_end end, struct hop_value record)
{
    struct job *j = ctx;

    j->task = NULL;
    j->ended = now();
    if (end == TASK_FAILED && !job_is_over(j)) {
        struct hop_value exception = as_error_record(record)->exception;
        struct hop_value e HOP_AUTO_VALUE = hop_error_record_from(
            j->rs, exception, j->parent ? "PSTaskException" : "JobStateFailed",
            j->parent ? HOP_CAT_INVALID_OPERATION : HOP_CAT_INVALID_RESULT,
            hop_null());
        error_record_keep_id(e);
        j->state = JOB_FAILED;
        j->reason = hop_retain(exception);
        as_error_record(e)->activity = hop_string_from("");
        as_error_record(e)->placed = true;
        as_error_record(e)->thrown = as_error_record(record)->thrown;
        hop_value_set(&j->failure, hop_retain(e));
    }
    if (!job_is_over(j))
        j->state = end == TASK_STOPPED ? JOB_STOPPED : JOB_COMPLETED;
    if (j->parent)
        end_parent(j->parent);
    start_waiting(j->rs);
    hop_release(hop_obj(j));
}

static void
start_one(struct hop_runspace *rs, struct job *j)
{
    struct task *t = j->waiting;

    j->waiting = NULL;
    j->task = t;
    j->state = JOB_RUNNING;
    j->begun = now();
    hop_retain(hop_obj(j));
    if (task_start(rs, t))
        return;
    j->task = NULL;
    j->state = JOB_FAILED;
    j->reason = hop_take_exception(&rs->cx);
    hop_release(hop_obj(j));
}

/* Starts the jobs of a list whose turn it is. */
static void
start_some(struct hop_runspace *rs, struct hop_value *items, size_t n)
{
    int64_t running = 0;

    for (size_t i = 0; i < n; i++)
        running += job_of(items[i])->thread && job_of(items[i])->task;
    for (size_t i = 0; i < n; i++) {
        struct job *j = job_of(items[i]);

        if (j->members)
            start_some(rs, j->members->items, j->members->n);
        if (!j->waiting || job_is_over(j) || running >= j->limit)
            continue;
        start_one(rs, j);
        running++;
    }
}

static void
start_waiting(struct hop_runspace *rs)
{
    struct hop_array *t = table(rs);

    start_some(rs, t->items + 1, t->n - 1);
}

static struct task *
task_of(struct hop_runspace *rs, struct job *j, struct hop_value block,
        struct hop_value usings)
{
    struct task *t = hop_xmalloc(sizeof(*t));

    t->block = hop_retain(block);
    t->usings = hop_retain(usings);
    t->directory = hop_xstrdup(hop_location(rs));
    t->emit = thread_emit;
    t->ended = thread_ended;
    t->ctx = j;
    return t;
}

#define DEFAULT_LIMIT 5

static bool
thread_job(struct hop_command *c, const struct job_task *t,
           struct hop_value *out)
{
    struct hop_runspace *rs = c->rs;
    struct hop_value usings HOP_AUTO_VALUE = hop_null();
    struct hop_value block HOP_AUTO_VALUE = hop_null();
    struct job *j;

    if (!task_usings(c, as_block(t->block), true, &usings) ||
        !task_block(rs, as_block(t->block), &block))
        return false;
    j = new_job(rs, &class_thread_job, t);
    j->rs = rs;
    j->state = JOB_NOT_STARTED;
    j->limit = t->limit ? t->limit : DEFAULT_LIMIT;
    j->waiting = task_of(rs, j, block, usings);
    j->waiting->init = hop_retain(t->init);
    j->waiting->args = hop_retain(t->args);
    j->waiting->input = hop_retain(t->input);
    j->shown_on = t->shows ? rs->host : NULL;
    hop_array_push(table(rs), hop_retain(hop_obj(j)));
    *out = hop_obj(j);
    start_waiting(rs);
    return true;
}

bool
job_parallel(struct hop_command *c, struct hop_value block,
             struct hop_value usings, struct hop_array *items, int64_t limit,
             struct hop_value *out)
{
    struct hop_runspace *rs = c->rs;
    struct job_task t = {.block = block, .thread = true};
    struct job *p = new_job(rs, &class_task_job, &t);

    p->rs = rs;
    p->members = hop_array_new(&rs->cx, 0);
    for (size_t i = 0; i < items->n; i++) {
        struct job *j = new_job(rs, &class_task_child_job, &t);

        j->rs = rs;
        j->state = JOB_NOT_STARTED;
        j->limit = limit;
        j->parent = p;
        j->waiting = task_of(rs, j, block, usings);
        j->waiting->under = hop_retain(items->items[i]);
        j->waiting->has_under = true;
        hop_array_push(p->members, hop_obj(j));
    }
    hop_array_push(table(rs), hop_retain(hop_obj(p)));
    *out = hop_obj(p);
    start_waiting(rs);
    end_parent(p);
    return true;
}

/* ---- jobs in processes ---- */

static bool
fork_worker(struct hop_command *c, const struct job_task *t, struct using *u,
            struct job *j)
{
    int p[2];

    if (pipe2(p, O_CLOEXEC) != 0)
        return hop_throw_errno(&c->rs->cx, errno, "pipe", false);
    j->pid = fork();
    if (j->pid == 0) {
        close(p[0]);
        job_run(c->rs, t, hop_buf_str(&u->text), u->values, p[1]);
    }
    close(p[1]);
    if (j->pid < 0) {
        close(p[0]);
        return hop_throw_errno(&c->rs->cx, errno, "fork", false);
    }
    fcntl(p[0], F_SETFL, O_NONBLOCK);
    j->fd = p[0];
    attend_idly(c->rs, j);
    return true;
}

bool
job_start(struct hop_command *c, const struct job_task *given,
          struct hop_value *out)
{
    struct job_task t = *given;
    struct using u;
    struct job *j, *w;
    bool ok;

    if (given->thread)
        return thread_job(c, given, out);
    ok = gather(c, &t, &u);
    t.directory = t.directory ? t.directory : hop_location(c->rs);
    if (ok) {
        w = j = new_job(c->rs,
                        t.thread ? &class_thread_job : &class_remoting_job, &t);
        if (!t.thread) {
            w = new_job(c->rs, &class_child_job, &t);
            j->child = hop_obj(w);
        }
        ok = fork_worker(c, &t, &u, w);
        if (ok) {
            hop_array_push(table(c->rs), hop_retain(hop_obj(j)));
            *out = hop_obj(j);
        } else {
            hop_release(hop_obj(j));
        }
    }
    hop_buf_done(&u.text);
    hop_unit_unref(u.unit);
    if (u.values)
        hop_release(hop_obj(u.values));
    return ok;
}
