/* [powershell]: a program put together and run from another program.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engine/powershell.h"

#include "engine/def.h"

/* ---- what streams are put into
 * ------------------------------------------------------- */

static enum hop_flow
collect(struct hop_sink *sink, struct hop_value v)
{
    struct collect_sink *s = (struct collect_sink *)(void *)sink;

    if (v.kind == HOP_VOID)
        return HOP_FLOW_NEXT;
    hop_array_push(s->to, hop_retain(v));
    hop_threads_notify(s->rs);
    return HOP_FLOW_NEXT;
}

void
collect_sink_init(struct collect_sink *s, struct hop_runspace *rs,
                  struct hop_array *to)
{
    *s = (struct collect_sink){{collect}, rs, to};
}

struct hop_array *
data_collection_new(struct hop_runspace *rs, const struct hop_class *of)
{
    return hop_array_new_of(
        &rs->cx,
        hop_types_generic(&rs->cx, &hop_class_ps_data_collection, &of, 1), 0);
}

extern const struct hop_class class_warning_record, class_verbose_record,
    class_debug_record, class_information_record;

struct hop_array *
stream_collection_new(struct hop_runspace *rs, int stream)
{
    static const struct hop_class *const classes[HOP_STREAM_NUMBERS] = {
        [HOP_OUTPUT] = &hop_class_psobject,
        [HOP_ERROR] = &class_error_record,
        [HOP_WARNING] = &class_warning_record,
        [HOP_VERBOSE] = &class_verbose_record,
        [HOP_DEBUG] = &class_debug_record,
        [HOP_INFORMATION] = &class_information_record,
        [HOP_PROGRESS] = &hop_class_object,
    };

    return data_collection_new(rs, classes[stream]);
}

/* ---- the program
 * ----------------------------------------------------------------- */

struct parameter {
    char *name; /* NULL: a positional argument */
    struct hop_value value;
    bool has_value;
};

struct part {
    bool is_script, ends; /* the last one of its statement */
    int8_t local_scope;   /* -1: not said */
    char *text;
    struct hop_value info; /* CommandInfo, or null */
    struct parameter *params;
    size_t n, cap;
};

/* System.Management.Automation.PSInvocationState. */
enum invocation_state {
    NOT_STARTED,
    RUNNING,
    STOPPING,
    STOPPED,
    COMPLETED,
    FAILED,
};

struct shell {
    struct hop_object base;
    struct hop_runspace *rs;
    struct part *parts;
    size_t n, cap;
    struct hop_value runspace, pool,
        lent; /* lent: of the pool, while at work */
    struct hop_value streams[HOP_STREAM_NUMBERS];
    struct hop_value reason, failure; /* exception and record, or null */
    struct hop_value instance;
    struct hop_value input, output, result; /* of an asynchronous run */
    struct hop_thread *thread;
    enum invocation_state state;
    bool had_errors, disposed, own_runspace;
};
static const struct hop_class class_shell, class_result;
#define SHELL(v) ((struct shell *)(void *)hop_value_base(v).u.o)

static void
parts_clear(struct shell *s)
{
    for (size_t i = 0; i < s->n; i++) {
        struct part *p = &s->parts[i];
        for (size_t k = 0; k < p->n; k++) {
            free(p->params[k].name);
            hop_release(p->params[k].value);
        }
        free(p->params);
        free(p->text);
        hop_release(p->info);
    }
    free(s->parts);
    s->parts = NULL;
    s->n = s->cap = 0;
}

static void
destroy_shell(struct hop_object *o)
{
    struct shell *s = (struct shell *)(void *)o;

    parts_clear(s);
    hop_value_clear(&s->runspace);
    hop_value_clear(&s->pool);
    hop_value_clear(&s->lent);
    for (int i = 0; i < HOP_STREAM_NUMBERS; i++)
        hop_value_clear(&s->streams[i]);
    hop_value_clear(&s->reason);
    hop_value_clear(&s->failure);
    hop_value_clear(&s->instance);
    hop_value_clear(&s->input);
    hop_value_clear(&s->output);
    hop_value_clear(&s->result);
}

METHOD(shell_create)
{
    struct hop_runspace *rs = RS_OF(cx);
    struct shell *s = hop_object_new(cx, &class_shell);
    struct hop_value given =
        call->n ? hop_value_base(call->args[0]) : hop_null();

    s->rs = rs;
    s->instance = fresh_guid(rs);
    for (int i = HOP_ERROR; i < HOP_STREAM_NUMBERS; i++)
        s->streams[i] = hop_obj(stream_collection_new(rs, i));
    if (as_local_runspace(given)) {
        s->runspace = hop_retain(given);
    } else {
        bool initial = hop_is_exactly(given, &class_initial_state);
        s->runspace = hop_obj(
            local_runspace_new(rs, initial ? given : hop_null(), false));
        s->own_runspace = true;
    }
    call->result = hop_obj(s);
    return true;
}

static bool
is_idle(struct hop_context *cx, struct shell *s)
{
    if (s->disposed)
        return hop_throw(cx, &hop_exception_object_disposed, "%s",
                         "Cannot access a disposed object.\nObject name: "
                         "'PowerShell'.");
    if (s->state != RUNNING && s->state != STOPPING)
        return true;
    return hop_throw(cx, &hop_exception_invalid_powershell_state, "%s",
                     "The state of the current PowerShell instance is not "
                     "valid for this operation.");
}

static struct part *
part_add(struct shell *s)
{
    struct part *p;

    if (s->n == s->cap) {
        s->cap = s->cap ? s->cap * 2 : 4;
        s->parts = hop_xrealloc(s->parts, s->cap, sizeof(*s->parts));
    }
    p = &s->parts[s->n++];
    *p = (struct part){.local_scope = -1};
    return p;
}

static bool
itself(struct hop_call *call)
{
    call->result = hop_retain(call->self);
    return true;
}

/* AddScript and AddCommand; data: 1 a script. */
METHOD(shell_add)
{
    struct shell *s = SHELL(call->self);
    struct part *p;
    struct hop_value what = hop_value_base(call->args[0]);

    if (hop_is_null(what))
        return hop_throw_null(cx, call->data ? "script" : "cmdlet");
    if (!is_idle(cx, s))
        return false;
    p = part_add(s);
    p->is_script = call->data;
    if (hop_is_string(what))
        p->text = hop_xstrndup(what.u.s->data, what.u.s->len);
    else
        p->info = hop_retain(what);
    if (call->n > 1)
        p->local_scope = hop_is_true(cx, call->args[1]);
    return itself(call);
}

METHOD(shell_add_statement)
{
    struct shell *s = SHELL(call->self);

    if (s->n)
        s->parts[s->n - 1].ends = true;
    return itself(call);
}

static struct part *
last_part(struct hop_context *cx, struct shell *s)
{
    if (!is_idle(cx, s))
        return NULL;
    if (s->n && !s->parts[s->n - 1].ends)
        return &s->parts[s->n - 1];
    hop_throw(cx, &hop_exception_ps_invalid_operation, "%s",
              "A command is required to add a parameter. A command must be "
              "added to the PowerShell instance before adding a parameter.");
    return NULL;
}

static void
add_parameter(struct part *p, const char *name, const struct hop_value *v)
{
    struct parameter *a;

    if (p->n == p->cap) {
        p->cap = p->cap ? p->cap * 2 : 4;
        p->params = hop_xrealloc(p->params, p->cap, sizeof(*p->params));
    }
    a = &p->params[p->n++];
    if (name && *name == '-')
        name++;
    a->name = name ? hop_xstrdup(name) : NULL;
    a->has_value = v != NULL;
    a->value = v ? hop_retain(*v) : hop_null();
}

METHOD(shell_add_parameter)
{
    struct part *p = last_part(cx, SHELL(call->self));

    if (!p)
        return false;
    if (hop_is_null(call->args[0]))
        return hop_throw_null(cx, "parameterName");
    add_parameter(p, hop_cstr(call->args[0]),
                  call->n > 1 ? &call->given[1] : NULL);
    return itself(call);
}

METHOD(shell_add_argument)
{
    struct part *p = last_part(cx, SHELL(call->self));

    if (!p)
        return false;
    add_parameter(p, NULL, &call->given[0]);
    return itself(call);
}

METHOD(shell_add_parameters)
{
    struct part *p = last_part(cx, SHELL(call->self));
    struct hop_dict *d = hop_as_dict(hop_value_base(call->args[0]));
    struct hop_array *a = hop_as_array(hop_value_base(call->args[0]));
    size_t n;

    if (!p)
        return false;
    if (d) {
        HOP_AUTO_FREE struct hop_dict_entry **e = hop_dict_order(d, &n);
        for (size_t i = 0; i < n; i++)
            if (hop_is_string(e[i]->key))
                add_parameter(p, hop_cstr(e[i]->key), &e[i]->value);
    }
    for (size_t i = 0; a && i < a->n; i++)
        add_parameter(p, NULL, &a->items[i]);
    return itself(call);
}

/* ---- running
 * ------------------------------------------------------------------------ */

static struct hop_command *
script_command(struct hop_runspace *rs, const struct part *p)
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
named_command(struct hop_runspace *rs, const struct part *p)
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
command_of(struct hop_runspace *rs, const struct part *p)
{
    struct hop_command *c =
        p->is_script ? script_command(rs, p) : named_command(rs, p);

    for (size_t i = 0; c && i < p->n; i++) {
        struct argument *g = arguments_add(&c->arguments);
        const struct parameter *a = &p->params[i];
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
run_statement(struct hop_runspace *rs, struct shell *s, size_t *at,
              const struct hop_value *input, struct hop_sink *out)
{
    struct hop_command *commands[64];
    struct pipeline_input from = {0};
    size_t n = 0;

    while (*at < s->n && n < HOP_ARRAY_SIZE(commands)) {
        const struct part *p = &s->parts[(*at)++];
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
note_failure(struct shell *s)
{
    struct hop_runspace *rs = s->rs;
    struct hop_value record HOP_AUTO_VALUE = hop_error_catch(rs);

    error_list_add(rs, record);
    hop_value_set(&s->reason, hop_retain(as_error_record(record)->exception));
    hop_value_set(&s->failure, hop_value_steal(&record));
    s->state = FAILED;
    s->had_errors = true;
}

/* Runs it all in the runspace that is in force; leaves the state told. */
static void
run_parts(struct shell *s, const struct hop_value *input, struct hop_array *to)
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
    s->state = COMPLETED;
    if (flow == HOP_FLOW_ERROR) {
        note_failure(s);
    } else if (flow == HOP_FLOW_STOP) {
        s->state = STOPPED;
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
runspace_of(struct shell *s)
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
give_back(struct shell *s)
{
    if (hop_is_null(s->lent))
        return;
    runspace_pool_give(s->rs, s->pool, s->lent);
    hop_value_clear(&s->lent);
}

static bool
prepare(struct hop_context *cx, struct shell *s)
{
    if (!is_idle(cx, s))
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
rethrow(struct shell *s)
{
    if (s->state == STOPPED)
        return hop_throw_stopped(&s->rs->cx);
    if (s->state == FAILED)
        return hop_throw_value(&s->rs->cx, hop_retain(s->reason));
    return true;
}

METHOD(shell_invoke)
{
    struct hop_runspace *rs = RS_OF(cx);
    struct shell *s = SHELL(call->self);
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
    s->state = RUNNING;
    if (r->space) {
        if (hop_space_is_busy(r->space)) {
            s->state = NOT_STARTED;
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
    struct shell *s = arg;

    run_parts(s, hop_is_null(s->input) ? NULL : &s->input,
              hop_as_array(s->output));
    s->thread = NULL;
    (void)rs;
}

static void
thread_end(struct hop_runspace *rs, void *arg)
{
    struct shell *s = arg;

    give_back(s);
    hop_release(hop_obj(s));
    hop_threads_notify(rs);
}

static bool
start(struct shell *s)
{
    struct local_runspace *r = runspace_of(s);

    if (!r)
        return false;
    if (!r->space)
        return hop_throw(&s->rs->cx, &hop_exception_ps_invalid_operation, "%s",
                         "The runspace of the program itself cannot run "
                         "another one at the same time.");
    s->state = RUNNING;
    s->thread = hop_thread_new(s->rs, r->space, thread_run, thread_end, s);
    if (!s->thread) {
        s->state = NOT_STARTED;
        return false;
    }
    hop_retain(hop_obj(s));
    return true;
}

/* BeginInvoke(), BeginInvoke(input), BeginInvoke(input, output, ...). */
METHOD(shell_begin)
{
    struct shell *s = SHELL(call->self);
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
    b = bag_new(s->rs, &class_result);
    b->v[0] = hop_retain(call->self);
    if (call->n > 4)
        b->v[1] = hop_retain(call->args[4]);
    call->result = hop_obj(b);
    return true;
}

static bool
wait_for(struct shell *s, int64_t timeout_ms, bool *ended)
{
    int64_t left = timeout_ms;

    *ended = s->state != RUNNING && s->state != STOPPING;
    while (!*ended) {
        int got = hop_threads_await(s->rs, left);
        if (got < 0)
            return false;
        *ended = s->state != RUNNING && s->state != STOPPING;
        if (got == 0 && timeout_ms >= 0)
            break;
    }
    return true;
}

METHOD(shell_end)
{
    struct bag *b;
    struct shell *s;
    bool ended;

    if (!hop_is_exactly(hop_value_base(call->args[0]), &class_result))
        return hop_throw_null(cx, "asyncResult");
    b = (struct bag *)(void *)hop_value_base(call->args[0]).u.o;
    s = SHELL(b->v[0]);
    if (!wait_for(s, -1, &ended) || !rethrow(s))
        return false;
    call->result = hop_retain(s->output);
    return true;
}

METHOD(shell_stop)
{
    struct shell *s = SHELL(call->self);
    bool ended;

    if (s->state != RUNNING) {
        if (s->state == NOT_STARTED)
            s->state = STOPPED;
        return true;
    }
    if (s->thread)
        hop_thread_stop(s->thread);
    return wait_for(s, -1, &ended);
}

METHOD(shell_dispose)
{
    struct shell *s = SHELL(call->self);
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
    struct shell *s = SHELL(b->v[0]);

    switch (data) {
    case 0: *out = hop_bool(s->state != RUNNING && s->state != STOPPING); break;
    case 1: *out = hop_retain(b->v[1]); break;
    case 2: *out = hop_bool(false); break;
    default: *out = hop_retain(self); break;
    }
    return true;
}

/* WaitOne of the handle, which is the result itself. */
METHOD(result_wait)
{
    struct shell *s = SHELL(((struct bag *)(void *)call->self.u.o)->v[0]);
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
static const struct hop_class class_result = {
    .name = SMA "PowerShellAsyncResult",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = BAG_SIZE(2),
    .properties = result_properties,
    .methods = result_methods,
    .destroy = bag_destroy,
};

/* ---- the streams object, the state object
 * --------------------------------------------- */

GETTER(streams_get)
{
    struct shell *s = SHELL(((struct bag *)(void *)self.u.o)->v[0]);

    *out = hop_retain(s->streams[data]);
    return true;
}

SETTER(streams_set)
{
    struct shell *s = SHELL(((struct bag *)(void *)self.u.o)->v[0]);

    hop_value_set(&s->streams[data], hop_retain(hop_value_base(v)));
    return true;
}

METHOD(streams_clear)
{
    struct shell *s = SHELL(((struct bag *)(void *)call->self.u.o)->v[0]);

    for (int i = HOP_ERROR; i < HOP_STREAM_NUMBERS; i++)
        hop_array_clear(hop_as_array(s->streams[i]));
    return true;
}

#define STREAM(name, of, n)                                                    \
    {                                                                          \
        name, SMA "PSDataCollection[" of "]", streams_get, streams_set, 0, n   \
    }
static const struct hop_property streams_properties[] = {
    STREAM("Error", "System.Management.Automation.ErrorRecord", HOP_ERROR),
    STREAM("Progress", "System.Object", HOP_PROGRESS),
    STREAM("Verbose", "System.Object", HOP_VERBOSE),
    STREAM("Debug", "System.Object", HOP_DEBUG),
    STREAM("Warning", "System.Object", HOP_WARNING),
    STREAM("Information", "System.Object", HOP_INFORMATION),
    {NULL}};
static const struct hop_method streams_methods[] = {
    {"void ClearStreams()", streams_clear}, {NULL}};
static const struct hop_class class_streams = {
    .name = SMA "PSDataStreams",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = BAG_SIZE(1),
    .properties = streams_properties,
    .methods = streams_methods,
    .destroy = bag_destroy,
};

static const struct hop_property info_properties[] = {
    BAG_RO("State", SMA "PSInvocationState", 0),
    BAG_RO("Reason", "System.Exception", 1),
    {NULL}};
static const struct hop_class class_info = {
    .name = SMA "PSInvocationStateInfo",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = BAG_SIZE(2),
    .properties = info_properties,
    .destroy = bag_destroy,
};

/* ---- Commands
 * ------------------------------------------------------------------------- */

static const struct hop_property parameter_properties[] = {
    BAG_RO("Name", "string", 0), BAG_RO("Value", "System.Object", 1), {NULL}};
static const struct hop_class class_parameter = {
    .name = SMA "Runspaces.CommandParameter",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = BAG_SIZE(2),
    .properties = parameter_properties,
    .destroy = bag_destroy,
};
static const struct hop_property command_properties[] = {
    BAG_RO("Parameters", "System.Object", 2),
    BAG_RO("CommandText", "string", 0),
    BAG_RO("IsScript", "bool", 1),
    BAG_RO("UseLocalScope", "bool", 3),
    BAG_RO("IsEndOfStatement", "bool", 4),
    {NULL}};

static bool
command_text(struct hop_context *cx, struct hop_value v,
             struct hop_string **out)
{
    return hop_to_string(cx, ((struct bag *)(void *)v.u.o)->v[0], out);
}

static const struct hop_class class_command = {
    .name = SMA "Runspaces.Command",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = BAG_SIZE(5),
    .properties = command_properties,
    .destroy = bag_destroy,
    .to_string = command_text,
};

static struct hop_value
part_object(struct hop_runspace *rs, const struct part *p)
{
    struct bag *b = bag_new(rs, &class_command);
    struct hop_array *params =
        hop_array_new_of(&rs->cx, &hop_class_array_list, 0);

    b->v[0] = p->text               ? hop_text(p->text)
              : as_cmdinfo(p->info) ? hop_text(as_cmdinfo(p->info)->name)
                                    : hop_null();
    b->v[1] = hop_bool(p->is_script);
    b->v[2] = hop_obj(params);
    b->v[3] = hop_bool(p->local_scope > 0);
    b->v[4] = hop_bool(p->ends);
    for (size_t i = 0; i < p->n; i++) {
        struct bag *a = bag_new(rs, &class_parameter);
        a->v[0] = p->params[i].name ? hop_text(p->params[i].name) : hop_null();
        a->v[1] = p->params[i].has_value ? hop_retain(p->params[i].value)
                                         : hop_null();
        hop_array_push(params, hop_obj(a));
    }
    return hop_obj(b);
}

GETTER(program_commands)
{
    struct shell *s = SHELL(((struct bag *)(void *)self.u.o)->v[0]);
    struct hop_array *a = hop_array_new_of(cx, &hop_class_array_list, 0);

    for (size_t i = 0; i < s->n; i++)
        hop_array_push(a, part_object(s->rs, &s->parts[i]));
    *out = hop_obj(a);
    return true;
}

METHOD(program_clear)
{
    struct shell *s = SHELL(((struct bag *)(void *)call->self.u.o)->v[0]);

    if (!is_idle(cx, s))
        return false;
    parts_clear(s);
    return true;
}

static const struct hop_property program_properties[] = {
    {"Commands", "System.Object", program_commands}, {NULL}};
static const struct hop_method program_methods[] = {
    {"void Clear()", program_clear}, {NULL}};
static const struct hop_class class_program = {
    .name = SMA "PSCommand",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = BAG_SIZE(1),
    .properties = program_properties,
    .methods = program_methods,
    .destroy = bag_destroy,
};

/* ---- the class
 * ------------------------------------------------------------------------ */

enum {
    SH_STREAMS,
    SH_INFO,
    SH_COMMANDS,
    SH_ERRORS,
    SH_ID,
    SH_RUNSPACE,
    SH_POOL,
    SH_NESTED,
    SH_OWNER,
    SH_HISTORY
};

/* One of its own is open when it is looked at. */
static bool
own_runspace(struct shell *s, struct hop_value *out)
{
    struct local_runspace *r = as_local_runspace(s->runspace);

    if (s->pool.kind == HOP_OBJECT) {
        *out = hop_null();
        return true;
    }
    if (s->own_runspace && r && r->state == RUNSPACE_BEFORE_OPEN &&
        !local_runspace_open(r))
        return false;
    *out = hop_retain(s->runspace);
    return true;
}

GETTER(shell_get)
{
    struct shell *s = SHELL(self);
    struct bag *b;

    switch (data) {
    case SH_STREAMS:
    case SH_COMMANDS:
        b = bag_new(s->rs,
                    data == SH_STREAMS ? &class_streams : &class_program);
        b->v[0] = hop_retain(hop_value_base(self));
        *out = hop_obj(b);
        break;
    case SH_INFO:
        b = bag_new(s->rs, &class_info);
        b->v[0] = hop_enum(HOP_ENUM_INVOCATION_STATE, (int64_t)s->state);
        b->v[1] = hop_retain(s->reason);
        *out = hop_obj(b);
        break;
    case SH_ERRORS: *out = hop_bool(s->had_errors); break;
    case SH_ID: *out = hop_retain(s->instance); break;
    case SH_RUNSPACE: return own_runspace(s, out);
    case SH_POOL: *out = hop_retain(s->pool); break;
    case SH_OWNER: *out = hop_bool(s->own_runspace); break;
    case SH_NESTED: *out = hop_bool(false); break;
    default: *out = hop_text(""); break;
    }
    return true;
}

SETTER(shell_set_runspace)
{
    struct shell *s = SHELL(self);

    if (!is_idle(cx, s))
        return false;
    hop_value_set(&s->runspace, hop_retain(hop_value_base(v)));
    hop_value_clear(&s->pool);
    s->own_runspace = false;
    return true;
}

SETTER(shell_set_pool)
{
    struct shell *s = SHELL(self);

    if (!is_idle(cx, s))
        return false;
    hop_value_set(&s->pool, hop_retain(hop_value_base(v)));
    s->own_runspace = false;
    return true;
}

static const struct hop_property shell_properties[] = {
    {"Commands", SMA "PSCommand", shell_get, NULL, 0, SH_COMMANDS},
    {"Streams", SMA "PSDataStreams", shell_get, NULL, 0, SH_STREAMS},
    {"InstanceId", "guid", shell_get, NULL, 0, SH_ID},
    {"InvocationStateInfo", SMA "PSInvocationStateInfo", shell_get, NULL, 0,
     SH_INFO},
    {"IsNested", "bool", shell_get, NULL, 0, SH_NESTED},
    {"HadErrors", "bool", shell_get, NULL, 0, SH_ERRORS},
    {"HistoryString", "string", shell_get, NULL, 0, SH_HISTORY},
    {"Runspace", SMA "Runspaces.Runspace", shell_get, shell_set_runspace, 0,
     SH_RUNSPACE},
    {"RunspacePool", SMA "Runspaces.RunspacePool", shell_get, shell_set_pool, 0,
     SH_POOL},
    {"IsRunspaceOwner", "bool", shell_get, NULL, 0, SH_OWNER},
    {NULL}};

#define SELF SMA "PowerShell "
static const struct hop_method shell_methods[] = {
    {"static " SELF "Create()", shell_create},
    {"static " SELF "Create(System.Object initialSessionState)", shell_create},
    {SELF "AddScript(string script)", shell_add, 1},
    {SELF "AddScript(string script, bool useLocalScope)", shell_add, 1},
    {SELF "AddCommand(string cmdlet)", shell_add, 0},
    {SELF "AddCommand(string cmdlet, bool useLocalScope)", shell_add, 0},
    {SELF "AddCommand(System.Object commandInfo)", shell_add, 0},
    {SELF "AddStatement()", shell_add_statement},
    {SELF "AddParameter(string parameterName)", shell_add_parameter},
    {SELF "AddParameter(string parameterName, System.Object value)",
     shell_add_parameter},
    {SELF "AddParameters(System.Collections.IDictionary parameters)",
     shell_add_parameters},
    {SELF "AddParameters(System.Collections.IList parameters)",
     shell_add_parameters},
    {SELF "AddArgument(System.Object value)", shell_add_argument},
    {"System.Collections.ObjectModel.Collection[psobject] Invoke()",
     shell_invoke},
    {"System.Collections.ObjectModel.Collection[psobject] "
     "Invoke(System.Collections.IEnumerable input)",
     shell_invoke},
    {"System.Object BeginInvoke()", shell_begin},
    {"System.Object BeginInvoke(System.Object input)", shell_begin},
    {"System.Object BeginInvoke(System.Object input, System.Object output)",
     shell_begin},
    {SMA "PSDataCollection[psobject] EndInvoke(System.Object asyncResult)",
     shell_end},
    {"void Stop()", shell_stop},
    {"void Dispose()", shell_dispose},
    {NULL}};
static const struct hop_class class_shell = {
    .name = SMA "PowerShell",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = sizeof(struct shell),
    .properties = shell_properties,
    .methods = shell_methods,
    .destroy = destroy_shell,
};

const struct hop_class *const powershell_classes[] = {
    &class_shell,   &class_result,  &class_streams,   &class_info,
    &class_program, &class_command, &class_parameter, NULL,
};
