/* Running a [powershell]: now, or in a thread.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engine/powershell_internal.h"

#include "engine/def.h"
#include "engine/powershell.h"

static struct hop_command *
script_command(struct hop_runspace *rs, const struct powershell_part *p)
{
    struct hop_value block HOP_AUTO_VALUE = hop_null();
    struct cmdinfo *info;
    struct hop_command *c;

    if (!hop_scriptblock_create(rs, p->text, strlen(p->text), &block))
        return NULL;
    info = cmdinfo_new(rs, COMMAND_SCRIPT, "");
    info->block = as_block(block);
    (void)hop_value_steal(&block);
    c = command_new(rs, info, "", NULL, NULL);
    hop_release(hop_obj(info));
    c->dotted = p->local_scope <= 0;
    return c;
}

static struct hop_command *
named_command(struct hop_runspace *rs, const struct powershell_part *p)
{
    struct cmdinfo *info = as_cmdinfo(p->info), *target;
    struct hop_command *c;

    if (info)
        hop_retain(hop_obj(info));
    else
        info = find_command(rs, p->text ? p->text : "",
                            p->text ? strlen(p->text) : 0, COMMAND_ALL, false);
    if (!info)
        return NULL;
    if (info->type == COMMAND_ALIAS) {
        target = resolve_alias(rs, info, false);
        hop_release(hop_obj(info));
        info = target;
        if (!info)
            return NULL;
    }
    c = command_new(rs, info, p->text ? p->text : info->name, NULL, NULL);
    hop_release(hop_obj(info));
    c->dotted = p->local_scope == 0;
    return c;
}

static struct hop_command *
command_of(struct hop_runspace *rs, const struct powershell_part *p)
{
    struct hop_command *c =
        p->is_script ? script_command(rs, p) : named_command(rs, p);

    for (size_t i = 0; c && i < p->n; i++) {
        struct argument *g = arguments_add(&c->arguments);
        const struct powershell_parameter *a = &p->params[i];
        if (a->name) {
            g->kind = a->has_value ? ARGUMENT_NAME_VALUE : ARGUMENT_NAME;
            g->splatted = true;
            g->name_len = (uint32_t)strlen(a->name);
            g->name = hop_xstrdup(a->name);
        }
        g->value = hop_retain(a->value);
    }
    return c;
}

/* The commands from *at to the end of their statement. */
static enum hop_flow
run_statement(struct hop_runspace *rs, struct powershell *s, size_t *at,
              const struct hop_value *input, struct hop_sink *out)
{
    struct hop_command *commands[64];
    struct pipeline_input from = {0};
    size_t n = 0;

    while (*at < s->n && n < HOP_ARRAY_SIZE(commands)) {
        const struct powershell_part *p = &s->parts[(*at)++];
        struct hop_command *c = command_of(rs, p);
        if (!c) {
            while (n)
                command_free(commands[--n]);
            return HOP_FLOW_ERROR;
        }
        commands[n++] = c;
        if (p->ends)
            break;
    }
    if (input)
        from.value = *input;
    return run_commands(rs, NULL, commands, n, input ? &from : NULL, out);
}

static void
note_failure(struct powershell *s)
{
    struct hop_runspace *rs = s->rs;
    struct hop_value record HOP_AUTO_VALUE = hop_error_catch(rs);

    error_list_add(rs, record);
    hop_value_set(&s->reason, hop_retain(as_error_record(record)->exception));
    hop_value_set(&s->failure, hop_value_steal(&record));
    s->state = INVOCATION_FAILED;
    s->had_errors = true;
}

/* Runs it all in the runspace that is in force; leaves the state told. */
static void
run_parts(struct powershell *s, const struct hop_value *input,
          struct hop_array *to)
{
    struct hop_runspace *rs = s->rs;
    struct collect_sink sinks[HOP_STREAM_NUMBERS];
    struct io saved = rs->io;
    struct frame *frame = rs->frame;
    struct hop_command *command = rs->command;
    struct session *session = rs->session;
    struct hop_scope *current = rs->global->current;
    bool propagate = rs->propagate;
    enum hop_flow flow = HOP_FLOW_NEXT;

    rs->nested++;
    rs->propagate = rs->exiting = false;
    rs->frame = NULL;
    rs->command = NULL;
    rs->session = rs->global;
    rs->global->current = rs->global->top;
    collect_sink_init(&sinks[HOP_OUTPUT], rs, to);
    rs->io.sink[HOP_OUTPUT] = &sinks[HOP_OUTPUT].sink;
    for (int i = HOP_ERROR; i < HOP_STREAM_NUMBERS; i++) {
        collect_sink_init(&sinks[i], rs, hop_as_array(s->streams[i]));
        rs->io.sink[i] = &sinks[i].sink;
    }
    for (size_t at = 0; at < s->n && flow == HOP_FLOW_NEXT;) {
        flow = run_statement(rs, s, &at, at ? NULL : input,
                             rs->io.sink[HOP_OUTPUT]);
        if (flow == HOP_FLOW_RETURN || flow == HOP_FLOW_DONE)
            flow = HOP_FLOW_NEXT;
    }
    if (rs->stop)
        flow = HOP_FLOW_STOP;
    s->state = INVOCATION_COMPLETED;
    if (flow == HOP_FLOW_ERROR) {
        note_failure(s);
    } else if (flow == HOP_FLOW_STOP) {
        s->state = INVOCATION_STOPPED;
        hop_drop_exception(&rs->cx);
    }
    if (hop_as_array(s->streams[HOP_ERROR])->n)
        s->had_errors = true;
    hop_string_clear(&rs->label);
    rs->exiting = false;
    rs->io = saved;
    rs->frame = frame;
    rs->command = command;
    rs->session = session;
    rs->global->current = current;
    rs->propagate = propagate;
    rs->nested--;
}

/* The runspace to run in, open; borrowed.  NULL: an exception is pending. */
static struct local_runspace *
runspace_of(struct powershell *s)
{
    struct local_runspace *r;

    if (s->pool.kind == HOP_OBJECT && hop_is_null(s->lent)) {
        s->lent = runspace_pool_take(s->rs, s->pool);
        if (hop_is_null(s->lent))
            return NULL;
    }
    r = as_local_runspace(hop_is_null(s->lent) ? s->runspace : s->lent);
    if (s->own_runspace && r->state == RUNSPACE_BEFORE_OPEN &&
        !local_runspace_open(r))
        return NULL;
    if (r->state == RUNSPACE_OPENED)
        return r;
    hop_throw(&s->rs->cx, &hop_exception_invalid_runspace_state, "%s",
              r->state == RUNSPACE_BEFORE_OPEN
                  ? "Cannot perform the operation because the runspace is not "
                    "open: call its Open method first."
                  : "Cannot perform the operation because the runspace is not "
                    "in the Opened state.");
    return NULL;
}

static void
give_back(struct powershell *s)
{
    if (hop_is_null(s->lent))
        return;
    runspace_pool_give(s->rs, s->pool, s->lent);
    hop_value_clear(&s->lent);
}

static bool
prepare(struct hop_context *cx, struct powershell *s)
{
    if (!powershell_is_idle(cx, s))
        return false;
    if (!s->n)
        return hop_throw(cx, &hop_exception_ps_invalid_operation, "%s",
                         "No commands are specified.");
    hop_value_clear(&s->reason);
    hop_value_clear(&s->failure);
    s->had_errors = false;
    return true;
}

/* What failed goes on to the caller. */
static bool
rethrow(struct powershell *s)
{
    if (s->state == INVOCATION_STOPPED)
        return hop_throw_stopped(&s->rs->cx);
    if (s->state == INVOCATION_FAILED)
        return hop_throw_value(&s->rs->cx, hop_retain(s->reason));
    return true;
}

bool
powershell_invoke(struct hop_context *cx, struct hop_call *call)
{
    struct hop_runspace *rs = RS_OF(cx);
    struct powershell *s = POWERSHELL(call->self);
    const struct hop_class *psobject = &hop_class_psobject;
    struct hop_array *out = hop_array_new_of(
        cx, hop_types_generic(cx, &hop_class_collection, &psobject, 1), 0);
    struct hop_value holder HOP_AUTO_VALUE = hop_obj(out);
    struct local_runspace *r;
    struct hop_space_visit visit;
    const struct hop_value *input =
        call->n && !hop_is_null(call->args[0]) ? &call->args[0] : NULL;
    bool stopped;

    if (!prepare(cx, s) || !(r = runspace_of(s)))
        return false;
    s->state = INVOCATION_RUNNING;
    if (r->space) {
        if (hop_space_is_busy(r->space)) {
            s->state = INVOCATION_NOT_STARTED;
            return hop_throw(cx, &hop_exception_ps_invalid_operation, "%s",
                             "A pipeline is already running in the runspace: "
                             "pipelines cannot run there at the same time.");
        }
        hop_space_enter(rs, r->space, &visit);
        rs->stop = 0;
        run_parts(s, input, out);
        stopped = rs->stop;
        hop_space_leave(rs, &visit);
        if (stopped)
            rs->stop = 1;
    } else {
        run_parts(s, input, out);
    }
    give_back(s);
    if (!rethrow(s))
        return false;
    call->result = hop_value_steal(&holder);
    return true;
}

/* ---- asynchronously
 * --------------------------------------------------------------------- */

/* IAsyncResult: the shell, the state object. */
static void
thread_run(struct hop_runspace *rs, void *arg)
{
    struct powershell *s = arg;

    run_parts(s, hop_is_null(s->input) ? NULL : &s->input,
              hop_as_array(s->output));
    s->thread = NULL;
    (void)rs;
}

static void
thread_end(struct hop_runspace *rs, void *arg)
{
    struct powershell *s = arg;

    give_back(s);
    hop_release(hop_obj(s));
    hop_threads_notify(rs);
}

static bool
start(struct powershell *s)
{
    struct local_runspace *r = runspace_of(s);

    if (!r)
        return false;
    if (!r->space)
        return hop_throw(&s->rs->cx, &hop_exception_ps_invalid_operation, "%s",
                         "The runspace of the program itself cannot run "
                         "another one at the same time.");
    s->state = INVOCATION_RUNNING;
    s->thread = hop_thread_new(s->rs, r->space, thread_run, thread_end, s);
    if (!s->thread) {
        s->state = INVOCATION_NOT_STARTED;
        return false;
    }
    hop_retain(hop_obj(s));
    return true;
}

/* BeginInvoke(), BeginInvoke(input), BeginInvoke(input, output, ...). */
bool
powershell_begin(struct hop_context *cx, struct hop_call *call)
{
    struct powershell *s = POWERSHELL(call->self);
    struct bag *b;

    if (!prepare(cx, s))
        return false;
    hop_value_set(&s->input, call->n ? hop_retain(call->args[0]) : hop_null());
    if (call->n > 1 && hop_as_array(hop_value_base(call->args[1])))
        hop_value_set(&s->output, hop_retain(hop_value_base(call->args[1])));
    else
        hop_value_set(&s->output,
                      hop_obj(stream_collection_new(s->rs, HOP_OUTPUT)));
    if (!start(s))
        return false;
    b = bag_new(s->rs, &class_powershell_result);
    b->v[0] = hop_retain(call->self);
    if (call->n > 4)
        b->v[1] = hop_retain(call->args[4]);
    call->result = hop_obj(b);
    return true;
}

static bool
wait_for(struct powershell *s, int64_t timeout_ms, bool *ended)
{
    int64_t left = timeout_ms;

    *ended = s->state != INVOCATION_RUNNING && s->state != INVOCATION_STOPPING;
    while (!*ended) {
        int got = hop_threads_await(s->rs, left);
        if (got < 0)
            return false;
        *ended =
            s->state != INVOCATION_RUNNING && s->state != INVOCATION_STOPPING;
        if (got == 0 && timeout_ms >= 0)
            break;
    }
    return true;
}

bool
powershell_end(struct hop_context *cx, struct hop_call *call)
{
    struct bag *b;
    struct powershell *s;
    bool ended;

    if (!hop_is_exactly(hop_value_base(call->args[0]),
                        &class_powershell_result))
        return hop_throw_null(cx, "asyncResult");
    b = (struct bag *)(void *)hop_value_base(call->args[0]).u.o;
    s = POWERSHELL(b->v[0]);
    if (!wait_for(s, -1, &ended) || !rethrow(s))
        return false;
    call->result = hop_retain(s->output);
    return true;
}

bool
powershell_stop(struct hop_context *cx, struct hop_call *call)
{
    struct powershell *s = POWERSHELL(call->self);
    bool ended;

    if (s->state != INVOCATION_RUNNING) {
        if (s->state == INVOCATION_NOT_STARTED)
            s->state = INVOCATION_STOPPED;
        return true;
    }
    if (s->thread)
        hop_thread_stop(s->thread);
    return wait_for(s, -1, &ended);
}

bool
powershell_dispose(struct hop_context *cx, struct hop_call *call)
{
    struct powershell *s = POWERSHELL(call->self);
    struct local_runspace *r = as_local_runspace(s->runspace);
    bool ended;

    if (s->thread) {
        hop_thread_stop(s->thread);
        if (!wait_for(s, -1, &ended))
            return false;
    }
    s->disposed = true;
    if (s->own_runspace && r && r->state == RUNSPACE_OPENED)
        local_runspace_close(r);
    return true;
}

GETTER(result_get)
{
    struct bag *b = (struct bag *)(void *)self.u.o;
    struct powershell *s = POWERSHELL(b->v[0]);

    switch (data) {
    case 0:
        *out = hop_bool(s->state != INVOCATION_RUNNING &&
                        s->state != INVOCATION_STOPPING);
        break;
    case 1: *out = hop_retain(b->v[1]); break;
    case 2: *out = hop_bool(false); break;
    default: *out = hop_retain(self); break;
    }
    return true;
}

/* WaitOne of the handle, which is the result itself. */
METHOD(result_wait)
{
    struct powershell *s =
        POWERSHELL(((struct bag *)(void *)call->self.u.o)->v[0]);
    int64_t ms = -1;
    bool ended;

    if (call->n && hop_value_is(call->args[0], &hop_class_timespan))
        ms = call->args[0].u.i / 10000;
    else if (call->n)
        ms = call->args[0].u.i;
    if (!wait_for(s, ms, &ended))
        return false;
    call->result = hop_bool(ended);
    return true;
}

METHOD(nothing)
{
    return true;
}

static const struct hop_property result_properties[] = {
    {"IsCompleted", "bool", result_get, NULL, 0, 0},
    {"AsyncState", "System.Object", result_get, NULL, 0, 1},
    {"CompletedSynchronously", "bool", result_get, NULL, 0, 2},
    {"AsyncWaitHandle", "System.Object", result_get, NULL, 0, 3},
    {NULL}};
static const struct hop_method result_methods[] = {
    {"bool WaitOne()", result_wait},
    {"bool WaitOne(int millisecondsTimeout)", result_wait},
    {"bool WaitOne(timespan timeout)", result_wait},
    {"bool WaitOne(int millisecondsTimeout, bool exitContext)", result_wait},
    {"void Close()", nothing},
    {"void Dispose()", nothing},
    {NULL}};
const struct hop_class class_powershell_result = {
    .name = SMA "PowerShellAsyncResult",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = BAG_SIZE(2),
    .properties = result_properties,
    .methods = result_methods,
    .destroy = bag_destroy,
};
