/* Jobs in this process: Start-ThreadJob and -Parallel.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cmdlets/jobs/job_internal.h"

#include "clixml/clixml.h"
#include "cmdlets/jobs/jobs.h"
#include "engine/task.h"
#include "lang/parse.h"
#include "value/member.h"

static void start_waiting(struct hop_runspace *rs);

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
    p->ended = job_now();
    if (!job_is_over(p))
        p->state = state;
}

static void
thread_ended(void *ctx, enum task_end end, struct hop_value record)
{
    struct job *j = ctx;

    j->task = NULL;
    j->ended = job_now();
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
    j->begun = job_now();
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
    struct hop_array *t = job_table_of(rs);

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

bool
job_thread(struct hop_command *c, const struct job_task *t,
           struct hop_value *out)
{
    struct hop_runspace *rs = c->rs;
    struct hop_value usings HOP_AUTO_VALUE = hop_null();
    struct hop_value block HOP_AUTO_VALUE = hop_null();
    struct job *j;

    if (!task_usings(c, as_block(t->block), true, &usings) ||
        !task_block(rs, as_block(t->block), &block))
        return false;
    j = job_new(rs, &class_thread_job, t);
    j->rs = rs;
    j->state = JOB_NOT_STARTED;
    j->limit = t->limit ? t->limit : DEFAULT_LIMIT;
    j->waiting = task_of(rs, j, block, usings);
    j->waiting->init = hop_retain(t->init);
    j->waiting->args = hop_retain(t->args);
    j->waiting->input = hop_retain(t->input);
    j->shown_on = t->shows ? rs->host : NULL;
    hop_array_push(job_table_of(rs), hop_retain(hop_obj(j)));
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
    struct job *p = job_new(rs, &class_task_job, &t);

    p->rs = rs;
    p->members = hop_array_new(&rs->cx, 0);
    for (size_t i = 0; i < items->n; i++) {
        struct job *j = job_new(rs, &class_task_child_job, &t);

        j->rs = rs;
        j->state = JOB_NOT_STARTED;
        j->limit = limit;
        j->parent = p;
        j->waiting = task_of(rs, j, block, usings);
        j->waiting->under = hop_retain(items->items[i]);
        j->waiting->has_under = true;
        hop_array_push(p->members, hop_obj(j));
    }
    hop_array_push(job_table_of(rs), hop_retain(hop_obj(p)));
    *out = hop_obj(p);
    start_waiting(rs);
    end_parent(p);
    return true;
}
