/* ForEach-Object -Parallel: each object in a runspace of its own, several at
 * once.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cmdlets/core/parallel.h"

#include <time.h>

#include "cmdlets/jobs/jobs.h"
#include "engine/task.h"

#define DEFAULT_LIMIT 5

/* Outlives the cmdlet while tasks are at work. */
struct parallel {
    unsigned refs;
    struct hop_command *c; /* NULL: the cmdlet is gone */
    struct hop_value block, usings;
    struct hop_array *queue; /* objects; those before next are at work */
    struct hop_array *out;   /* stream number and object in turn */
    size_t next;
    int64_t limit, running, deadline_ms; /* deadline -1: none */
    struct run *runs;                    /* at work */
    bool over;                           /* nothing more is started */
};

struct run {
    struct run *next;
    struct parallel *p;
    struct task *task;
};

static int64_t
now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void
unref(struct parallel *p)
{
    if (--p->refs)
        return;
    hop_value_clear(&p->block);
    hop_value_clear(&p->usings);
    hop_release(hop_obj(p->queue));
    hop_release(hop_obj(p->out));
    free(p);
}

static void
put(struct parallel *p, int stream, struct hop_value v)
{
    hop_array_push(p->out, hop_int(stream));
    hop_array_push(p->out, hop_retain(v));
}

static void
task_emit(void *ctx, int stream, struct hop_value v)
{
    put(((struct run *)ctx)->p, stream, v);
}

static void
task_ended(void *ctx, enum task_end end, struct hop_value record)
{
    struct run *r = ctx, **at;
    struct parallel *p = r->p;

    for (at = &p->runs; *at != r;)
        at = &(*at)->next;
    *at = r->next;
    p->running--;
    if (end != TASK_COMPLETED && p->c) {
        struct hop_runspace *rs = p->c->rs;
        struct hop_value stopped HOP_AUTO_VALUE = new_exception(
            rs, "PipelineStoppedException", "The pipeline has been stopped.");
        struct hop_value e HOP_AUTO_VALUE = hop_error_record_from(
            rs,
            end == TASK_FAILED ? as_error_record(record)->exception : stopped,
            "PSTaskException", HOP_CAT_INVALID_OPERATION, hop_null());
        put(p, HOP_ERROR, e);
    }
    free(r);
    unref(p);
}

static bool
start_more(struct parallel *p)
{
    while (!p->over && p->running < p->limit && p->next < p->queue->n) {
        struct run *r = hop_xmalloc(sizeof(*r));
        struct task *t = hop_xmalloc(sizeof(*t));

        *r = (struct run){p->runs, p, t};
        t->block = hop_retain(p->block);
        t->usings = hop_retain(p->usings);
        t->under = hop_retain(p->queue->items[p->next++]);
        t->has_under = true;
        t->directory = hop_xstrdup(hop_location(p->c->rs));
        t->emit = task_emit;
        t->ended = task_ended;
        t->ctx = r;
        p->runs = r;
        p->running++;
        p->refs++;
        if (!task_start(p->c->rs, t)) {
            p->runs = r->next;
            p->running--;
            p->refs--;
            free(r);
            return false;
        }
    }
    return true;
}

static bool
write_one(struct hop_command *c, int stream, struct hop_value v)
{
    struct hop_string *name HOP_AUTO_STRING = NULL;
    struct hop_value text HOP_AUTO_VALUE = hop_null();
    struct hop_progress progress;

    if (stream == HOP_OUTPUT)
        return hop_write(c, v);
    if (stream == HOP_ERROR) {
        error_record_keep_id(v);
        return hop_write_error(c, hop_retain(v));
    }
    if (stream == HOP_PROGRESS)
        return !hop_progress_of(v, &progress) ||
               hop_write_progress(c, &progress);
    if (stream == HOP_INFORMATION)
        return hop_command_flow(
            c, stream_write(c->rs, &c->io, (enum hop_stream_number)stream, v));
    name = hop_string_from("Message");
    if (hop_member_get(&c->rs->cx, v, name, &text) != HOP_FOUND) {
        hop_drop_exception(&c->rs->cx);
        return true;
    }
    if (!hop_is_string(text))
        return true;
    return stream == HOP_WARNING   ? hop_write_warning(c, "%s", hop_cstr(text))
           : stream == HOP_VERBOSE ? hop_write_verbose(c, "%s", hop_cstr(text))
                                   : hop_write_debug(c, "%s", hop_cstr(text));
}

/* Writes what has come so far. */
static bool
drain(struct parallel *p)
{
    while (p->out->n) {
        struct hop_array *got = p->out;
        struct hop_value held HOP_AUTO_VALUE = hop_obj(got);

        (void)held;
        p->out = hop_array_new(&p->c->rs->cx, 0);
        for (size_t i = 0; i + 1 < got->n; i += 2)
            if (!write_one(p->c, (int)got->items[i].u.i, got->items[i + 1]))
                return false;
    }
    return true;
}

static void
stop_all(struct parallel *p)
{
    p->over = true;
    for (struct run *r = p->runs; r; r = r->next)
        task_stop(r->task);
}

/* ---- the cmdlet's stages ---- */

static bool
refuse(struct hop_command *c, const char *id, enum hop_category category,
       const char *exception, const char *text)
{
    struct hop_error_spec spec = {
        .id = id, .category = category, .exception = exception};

    return hop_command_throw(c, &spec, "%s", text);
}

static bool
has_blocks(struct hop_value usings)
{
    struct hop_dict *d = hop_as_dict(usings);

    for (size_t i = 0; i < d->used; i++)
        if (as_block(d->entries[i].value))
            return true;
    return false;
}

bool
parallel_begin(struct hop_command *c, const struct parallel_options *o,
               struct parallel **out)
{
    struct common_values *k = &c->common;
    struct hop_value usings HOP_AUTO_VALUE = hop_null();
    struct hop_value block HOP_AUTO_VALUE = hop_null();
    struct parallel *p;

    if (k->error_action >= 0 || k->warning_action >= 0 ||
        k->information_action >= 0 || k->progress_action >= 0 ||
        k->pipeline_variable)
        return refuse(c, "ParallelCommonParametersNotSupported",
                      HOP_CAT_NOT_IMPLEMENTED, "PSNotSupportedException",
                      "The following common parameters are not currently "
                      "supported in the Parallel parameter set:\nErrorAction, "
                      "WarningAction, InformationAction, PipelineVariable");
    if (!task_usings(c, as_block(o->block), false, &usings))
        return false;
    if (!task_block(c->rs, as_block(o->block), &block))
        return false;
    if (has_blocks(usings))
        return refuse(c, "ParallelUsingVariableCannotBeScriptBlock",
                      HOP_CAT_INVALID_TYPE, "PSArgumentException",
                      "A ForEach-Object -Parallel using variable cannot be a "
                      "script block. Passed-in script block variables are not "
                      "supported with ForEach-Object -Parallel, and can result "
                      "in undefined behavior.");
    if (o->as_job && o->has_timeout)
        return refuse(c, "ParallelCannotUseTimeoutWithJob",
                      HOP_CAT_INVALID_OPERATION, "PSArgumentException",
                      "The 'TimeoutSeconds' parameter cannot be used with the "
                      "'AsJob' parameter.");
    p = hop_xmalloc(sizeof(*p));
    p->refs = 1;
    p->c = c;
    p->block = hop_value_steal(&block);
    p->usings = hop_value_steal(&usings);
    p->queue = hop_array_new(&c->rs->cx, 0);
    p->out = hop_array_new(&c->rs->cx, 0);
    p->limit = o->limit > 0 ? o->limit : DEFAULT_LIMIT;
    p->deadline_ms = o->timeout_s > 0 ? now_ms() + o->timeout_s * 1000 : -1;
    p->over = o->as_job;
    *out = p;
    return true;
}

bool
parallel_add(struct parallel *p, struct hop_value item)
{
    struct hop_error_spec spec = {
        .id = "ParallelPipedInputObjectCannotBeScriptBlock",
        .category = HOP_CAT_INVALID_TYPE,
        .exception = "PSArgumentException"};

    if (as_block(item))
        return hop_command_error(
            p->c, &spec,
            "A ForEach-Object -Parallel piped input object cannot be a script "
            "block. Passed-in script block variables are not supported with "
            "ForEach-Object -Parallel, and can result in undefined behavior.");
    hop_array_push(p->queue, hop_retain(item));
    return start_more(p) && drain(p);
}

bool
parallel_end(struct parallel *p)
{
    struct hop_runspace *rs = p->c->rs;

    for (;;) {
        int64_t left = -1;

        if (!start_more(p) || !drain(p))
            return false;
        if (!p->running)
            return p->out->n ? drain(p) : true;
        if (p->deadline_ms >= 0 && !p->over) {
            left = p->deadline_ms - now_ms();
            if (left <= 0) {
                stop_all(p);
                left = -1;
            }
        }
        if (hop_threads_await(rs, left) < 0)
            return false;
    }
}

bool
parallel_job(struct parallel *p, struct hop_value *out)
{
    return job_parallel(p->c, p->block, p->usings, p->queue, p->limit, out);
}

void
parallel_dispose(struct parallel *p)
{
    if (!p)
        return;
    stop_all(p);
    p->c = NULL;
    unref(p);
}
