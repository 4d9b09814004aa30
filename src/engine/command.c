/* Commands at work: one stage of a pipeline, whatever it is made of.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engine/engine.h"
#include "engine/space.h"

/* ---- environment
 * ------------------------------------------------------------------ */

/* Each call into a stage runs in the stage's own scope and frame, also when it
 * is called from deep inside the stage before. */
struct environment {
    struct frame *frame;
    struct session *session;
    struct session *target;
    struct hop_scope *current;
    struct hop_command *command;
    struct language_state language;
    bool raised; /* the mode was changed for the stage */
};

/* Commands run in their caller's mode, blocks in their own. */
static void
enter_language(struct hop_command *c, struct environment *e)
{
    struct hop_runspace *rs = c->rs;
    enum hop_language_mode mode = c->mode;

    e->language =
        (struct language_state){rs->language_mode, rs->language_binding};
    rs->language_mode = mode;
    if (c->scope_on)
        mode = language_of_call(rs, c->frame.block, !c->dotted);
    e->raised = mode != e->language.mode;
    (void)language_set(rs, mode, false);
}

/* A mode that the program itself has lowered meanwhile stays. */
static void
leave_language(struct hop_command *c, const struct environment *e)
{
    struct language_state s = e->language;

    if (!e->raised)
        s.mode = c->rs->language_mode;
    language_restore(c->rs, s);
}

static void
enter(struct hop_command *c, struct environment *e)
{
    struct hop_runspace *rs = c->rs;
    bool script = c->scope_on;

    enter_language(c, e);
    e->frame = rs->frame;
    e->session = rs->session;
    e->command = rs->command;
    rs->command = c;
    if (script) {
        rs->frame = &c->frame;
        rs->session = c->frame.session;
    } else if (c->caller) {
        rs->frame = c->caller;
        rs->session = c->caller->session;
    }
    e->target = rs->session;
    e->current = rs->session->current;
    if (script)
        rs->session->current = c->frame.scope;
    else if (c->caller)
        rs->session->current = c->caller->scope;
    if (script && c->dotted) {
        c->autos.outer = c->frame.scope->autos;
        c->frame.scope->autos = &c->autos;
    }
}

static void
leave(struct hop_command *c, const struct environment *e)
{
    struct hop_runspace *rs = c->rs;

    if (c->scope_on && c->dotted)
        c->frame.scope->autos = c->autos.outer;
    e->target->current = e->current;
    rs->frame = e->frame;
    rs->session = e->session;
    rs->command = e->command;
    leave_language(c, e);
}

/* Values of a limited caller on their way into a trusted command. */
static struct language_state
enter_trust(struct hop_command *c)
{
    struct hop_runspace *rs = c->rs;
    bool crosses = c->mode == HOP_LANGUAGE_CONSTRAINED &&
                   rs->language_mode == HOP_LANGUAGE_FULL;

    return language_set(rs, rs->language_mode, crosses);
}

/* enter, for binding. */
static void
enter_binding(struct hop_command *c, struct environment *e)
{
    enter(c, e);
    (void)enter_trust(c);
}

/* ---- life
 * ----------------------------------------------------------------------------
 */

static enum hop_flow
input_write(struct hop_sink *s, struct hop_value v)
{
    return command_process((struct hop_command *)s, v, true);
}

struct hop_command *
command_new(struct hop_runspace *rs, struct cmdinfo *info,
            const char *called_as, struct hop_ast *ast, struct frame *caller)
{
    struct hop_command *c = hop_pool_alloc(sizeof(*c));

    memset(c, 0, sizeof(*c));
    c->input.write = input_write;
    c->rs = rs;
    c->info = info;
    rs->native_used |= info->native_bit;
    hop_retain(hop_obj(info));
    c->called_as = hop_xstrdup(called_as);
    c->ast = ast;
    c->caller = caller;
    c->mode = rs->language_mode;
    if (caller && caller->io)
        c->io = *caller->io;
    else
        c->io = rs->io;
    c->set = -1;
    c->sets = 0xffffffffu;
    c->common = (struct common_values){-1, -1, -1, -1, -1, -1, -1, -1};
    arguments_init(&c->arguments);
    return c;
}

static void
drop_scope(struct hop_command *c)
{
    for (int i = 1; i < AUTO_COUNT; i++)
        if (c->autos.has & (1u << i))
            hop_value_clear(&c->autos.v[i]);
    if (c->scope_on) {
        struct frame *saved = c->rs->frame;
        frame_leave(&c->frame);
        c->rs->frame = saved;
        if (!c->dotted)
            scope_done(c->rs, &c->scope);
    }
    c->scope_on = false;
}

void
command_free(struct hop_command *c)
{
    if (!c)
        return;
    drop_scope(c);
    redirects_close(c);
    arguments_done(&c->arguments);
    for (uint32_t i = 0; i < c->n_bound; i++) {
        hop_release(c->bound[i].value);
        hop_release(c->bound[i].delayed);
    }
    if (c->bound != c->bound_store)
        free(c->bound);
    hop_value_clear(&c->rest);
    hop_value_clear(&c->invocation);
    hop_value_clear(&c->pscmdlet);
    hop_value_clear(&c->bound_dictionary);
    hop_string_release(c->common.error_variable);
    hop_string_release(c->common.warning_variable);
    hop_string_release(c->common.information_variable);
    hop_string_release(c->common.out_variable);
    hop_string_release(c->common.pipeline_variable);
    for (uint32_t i = 0; i < c->n_queue; i++)
        hop_release(c->queue[i]);
    free(c->queue);
    free(c->state);
    meta_unref(c->meta);
    free((char *)(uintptr_t)c->called_as);
    hop_release(hop_obj(c->info));
    hop_pool_free(c, sizeof(*c));
}

/* ---- output with variables
 * --------------------------------------------------------------- */

static struct hop_array *
list_variable(struct hop_command *c, struct hop_string *name, bool start)
{
    struct hop_runspace *rs = c->rs;
    const char *text = name->data;
    bool append = *text == '+';
    struct hop_symbol *symbol;
    struct hop_scope *scope =
        c->caller ? c->caller->scope : rs->session->current;
    struct hop_variable *v;

    if (append)
        text++;
    symbol = hop_symbol_get(rs, text, strlen(text));
    v = scope_own(scope, symbol);
    if (v && hop_is_exactly(v->value, &hop_class_array_list) &&
        (!start || append))
        return (struct hop_array *)(void *)v->value.u.o;
    struct hop_array *list =
        hop_array_new_of(&rs->cx, &hop_class_array_list, 0);
    if (append && v && !hop_is_null(v->value)) {
        struct hop_array *old = hop_as_array(v->value);
        for (size_t i = 0; old && i < old->n; i++)
            hop_array_push(list, hop_retain(old->items[i]));
        if (!old)
            hop_array_push(list, hop_retain(v->value));
    }
    if (!v)
        v = scope_define(rs, scope, symbol);
    hop_value_set(&v->value, hop_obj(list));
    return list;
}

static void
start_variables(struct hop_command *c)
{
    struct common_values *k = &c->common;

    if (k->out_variable)
        list_variable(c, k->out_variable, true);
    if (k->error_variable)
        list_variable(c, k->error_variable, true);
    if (k->warning_variable)
        list_variable(c, k->warning_variable, true);
    if (k->information_variable)
        list_variable(c, k->information_variable, true);
}

static void
append_variable(struct hop_command *c, struct hop_string *name,
                struct hop_value v)
{
    if (!name)
        return;
    struct hop_array *list = list_variable(c, name, false);
    hop_array_push(list, hop_retain(v));
}

void
command_note(struct hop_command *c, enum hop_stream_number n,
             struct hop_value v)
{
    for (; c; c = c->caller ? c->caller->command : NULL) {
        struct common_values *k = &c->common;
        if (n == HOP_ERROR)
            append_variable(c, k->error_variable, v);
        else if (n == HOP_WARNING)
            append_variable(c, k->warning_variable, v);
        else if (n == HOP_INFORMATION)
            append_variable(c, k->information_variable, v);
    }
}

enum hop_flow
command_write(struct hop_command *c, struct hop_value v)
{
    enum hop_flow flow;

    if (v.kind == HOP_VOID)
        return HOP_FLOW_NEXT;
    if (__builtin_expect(c->common.out_variable != NULL, 0))
        append_variable(c, c->common.out_variable, v);
    if (__builtin_expect(c->common.pipeline_variable != NULL, 0)) {
        struct hop_scope *s =
            c->caller ? c->caller->scope : c->rs->session->current;
        scope_put(c->rs, s, c->common.pipeline_variable->data, hop_retain(v));
    }
    flow = hop_sink_write(c->out, v);
    if (flow != HOP_FLOW_NEXT)
        c->flow = flow;
    return flow;
}

struct tee {
    struct hop_sink sink;
    struct hop_command *command;
};

static enum hop_flow
tee_write(struct hop_sink *s, struct hop_value v)
{
    return command_write(((struct tee *)s)->command, v);
}

/* ---- native cmdlets
 * ---------------------------------------------------------------------------
 */

static enum hop_flow
cmdlet_call(struct hop_command *c, bool (*fn)(struct hop_command *c))
{
    struct environment e;
    enum hop_flow flow = HOP_FLOW_NEXT;

    if (!fn)
        return HOP_FLOW_NEXT;
    enter(c, &e);
    c->flow = HOP_FLOW_NEXT;
    if (!fn(c)) {
        if (c->rs->stop)
            flow = HOP_FLOW_STOP;
        else if (c->flow != HOP_FLOW_NEXT)
            flow = c->flow;
        else if (hop_has_exception(&c->rs->cx))
            flow = HOP_FLOW_ERROR;
        else if (c->rs->exiting)
            flow = HOP_FLOW_EXIT;
    }
    leave(c, &e);
    if (flow == HOP_FLOW_ERROR) {
        struct hop_value record HOP_AUTO_VALUE =
            exception_record(c->rs, c->rs->cx.pending);
        error_place(c->rs, as_error_record(record), c->caller, c->ast, c);
        c->failed = true;
        if (!as_error_record(record)->suppress)
            command_note(c, HOP_ERROR, record);
    }
    return flow;
}

/* ---- script commands
 * -----------------------------------------------------------------------------
 */

/* The error that ends a script command, for its error variable. */
static void
note_end(struct hop_command *c)
{
    struct hop_runspace *rs = c->rs;
    struct hop_value v HOP_AUTO_VALUE = hop_null();
    struct error_record *r;

    if (!hop_has_exception(&rs->cx))
        return;
    v = exception_record(rs, rs->cx.pending);
    r = as_error_record(v);
    if (r && r->unwinds == c) {
        struct hop_value e = new_exception(
            rs, "System.Management.Automation.CmdletInvocationException",
            hop_exception_message(r->exception));
        hop_value_set(&v, e);
    }
    if (r && !r->suppress)
        append_variable(c, c->common.error_variable, v);
}

static enum hop_flow
run_clause(struct hop_command *c, enum hop_block_kind kind)
{
    struct hop_ast_block *b = c->info->block->ast->blocks[kind];
    struct tee tee = {{tee_write}, c};
    struct hop_sink *out = c->out;
    enum hop_flow flow;

    if (!b)
        return HOP_FLOW_NEXT;
    if (!deep_enough(c->rs))
        return HOP_FLOW_ERROR;
    if (c->common.out_variable || c->common.pipeline_variable)
        out = &tee.sink;
    flow = exec_block(&c->frame, b, out);
    if (flow == HOP_FLOW_ERROR && c->common.error_variable)
        note_end(c);
    return flow == HOP_FLOW_RETURN ? HOP_FLOW_NEXT : flow;
}

static void
set_auto(struct hop_command *c, enum automatic a, struct hop_value v)
{
    if (c->autos.has & (1u << a))
        hop_value_set(&c->autos.v[a], v);
    else
        c->autos.v[a] = v;
    c->autos.has |= 1u << a;
}

static enum hop_flow
script_finish(struct hop_command *c, enum hop_flow flow)
{
    if (flow == HOP_FLOW_EXIT && c->is_script && c->caller &&
        c->info->type == COMMAND_EXTERNAL_SCRIPT) {
        c->rs->success = c->rs->exit_code == 0;
        c->failed = c->rs->exit_code != 0;
        scope_put(c->rs, c->rs->global->top, "LASTEXITCODE",
                  hop_int(c->rs->exit_code));
        c->ended = true;
        c->done_input = true;
        return HOP_FLOW_NEXT;
    }
    return flow;
}

/* A script or function gets its scope when it is prepared. */
static void
make_scope(struct hop_command *c)
{
    struct hop_runspace *rs = c->rs;
    struct hop_block *b = c->info->block;
    struct frame *saved = rs->frame;
    struct session *session = b->session ? b->session : rs->session;
    struct hop_scope *scope = session->current;

    rs->frame = c->caller;
    if (c->info->type == COMMAND_EXTERNAL_SCRIPT && !b->session)
        session = rs->session;
    if (!c->dotted) {
        scope_init(&c->scope, scope, session);
        if (c->is_script)
            c->scope.script = &c->scope;
        scope = &c->scope;
        scope->autos = &c->autos;
    }
    frame_enter(&c->frame, rs, b, scope, &c->io);
    c->frame.command = c;
    c->frame.function = c->info->name && *c->info->name ? c->info->name : NULL;
    c->autos.command = c;
    c->autos.lazy = 1u << AUTO_INVOCATION | 1u << AUTO_BOUND;
    c->scope_on = true;
    rs->frame = saved;
}

static void
put_preference(struct hop_command *c, const char *name, int8_t value)
{
    if (value < 0)
        return;
    scope_put(c->rs, c->frame.scope, name,
              hop_enum(HOP_ENUM_ACTION_PREFERENCE, value));
}

/* -Verbose and the like set the preference variables of an advanced function.
 */
static void
put_preferences(struct hop_command *c)
{
    struct common_values *k = &c->common;

    put_preference(c, "ErrorActionPreference", k->error_action);
    put_preference(c, "WarningPreference", k->warning_action);
    put_preference(c, "InformationPreference", k->information_action);
    put_preference(c, "ProgressPreference", k->progress_action);
    if (k->verbose >= 0)
        put_preference(c, "VerbosePreference",
                       k->verbose ? ACTION_CONTINUE : ACTION_SILENT);
    if (k->debug >= 0)
        put_preference(c, "DebugPreference",
                       k->debug ? ACTION_CONTINUE : ACTION_SILENT);
    if (k->what_if >= 0)
        scope_put(c->rs, c->frame.scope, "WhatIfPreference",
                  hop_bool(k->what_if));
    if (k->confirm >= 0)
        scope_put(c->rs, c->frame.scope, "ConfirmPreference",
                  hop_enum(HOP_ENUM_CONFIRM_IMPACT, k->confirm ? 1 : 0));
}

static enum hop_flow
script_begin(struct hop_command *c)
{
    struct environment e;
    enum hop_flow flow;

    put_preferences(c);
    if (c->meta && c->meta->cmdlet_binding)
        set_auto(c, AUTO_PSCMDLET, pscmdlet_new(c));
    else
        set_auto(c, AUTO_ARGS,
                 c->rest.kind == HOP_OBJECT
                     ? hop_retain(c->rest)
                     : hop_obj(hop_array_new(&c->rs->cx, 0)));
    enter(c, &e);
    flow = run_clause(c, HOP_BLOCK_BEGIN);
    flow = script_finish(c, flow);
    leave(c, &e);
    return flow;
}

static void
enqueue(struct hop_command *c, struct hop_value v)
{
    if (c->n_queue == c->cap_queue) {
        c->cap_queue = c->cap_queue ? c->cap_queue * 2 : 8;
        c->queue = hop_xrealloc(c->queue, c->cap_queue, sizeof(*c->queue));
    }
    c->queue[c->n_queue++] = hop_retain(v);
}

struct hop_value input_enumerator(struct hop_runspace *rs,
                                  const struct hop_value *items, size_t n);

static bool
finish_binding(struct hop_command *c)
{
    struct language_state s = enter_trust(c);
    bool ok = bind_finish(c);

    language_restore(c->rs, s);
    return ok;
}

static enum hop_flow
script_process(struct hop_command *c, struct hop_value v, bool has_input)
{
    struct environment e;
    enum hop_flow flow = HOP_FLOW_NEXT;
    struct hop_ast_script_block *ast = c->info->block->ast;

    if (has_input && !ast->blocks[HOP_BLOCK_PROCESS] &&
        !(c->meta && c->meta->cmdlet_binding)) {
        enqueue(c, v);
        return HOP_FLOW_NEXT;
    }
    enter(c, &e);
    if (has_input) {
        set_auto(c, AUTO_UNDER, hop_retain(v));
        if (ast->blocks[HOP_BLOCK_PROCESS] &&
            !(c->meta && c->meta->cmdlet_binding))
            set_auto(c, AUTO_INPUT, input_enumerator(c->rs, &v, 1));
    }
    if (c->meta && !finish_binding(c)) {
        flow = HOP_FLOW_ERROR;
    } else if (ast->blocks[HOP_BLOCK_PROCESS]) {
        flow = run_clause(c, HOP_BLOCK_PROCESS);
        flow = script_finish(c, flow);
    }
    leave(c, &e);
    return flow;
}

static enum hop_flow
script_end(struct hop_command *c)
{
    struct environment e;
    enum hop_flow flow = HOP_FLOW_NEXT;
    struct hop_ast_script_block *ast = c->info->block->ast;

    enter(c, &e);
    if (!ast->blocks[HOP_BLOCK_PROCESS]) {
        set_auto(c, AUTO_INPUT, input_enumerator(c->rs, c->queue, c->n_queue));
    }
    flow = run_clause(c, HOP_BLOCK_END);
    flow = script_finish(c, flow);
    leave(c, &e);
    return flow;
}

static void
script_clean(struct hop_command *c)
{
    struct environment e;
    struct hop_runspace *rs = c->rs;
    struct hop_ast_script_block *ast =
        c->info->block ? c->info->block->ast : NULL;

    if (!c->scope_on || !ast || !ast->blocks[HOP_BLOCK_CLEAN] || c->cleaned)
        return;
    c->cleaned = true;
    struct hop_value pending = hop_take_exception(&rs->cx);
    sig_atomic_t stop = rs->stop;
    bool propagate = rs->propagate;
    struct hop_sink *out = c->out;
    rs->stop = 0;
    rs->propagate = false;
    enter(c, &e);
    c->out = &hop_sink_null;
    if (run_clause(c, HOP_BLOCK_CLEAN) == HOP_FLOW_ERROR)
        handle_statement_error(&c->frame, &hop_sink_null);
    c->out = out;
    leave(c, &e);
    rs->propagate = propagate;
    if (stop)
        rs->stop = stop;
    hop_value_set(&rs->cx.pending, pending);
}

/* ---- the stages of any command
 * ------------------------------------------------------------------------ */

static bool
is_script_kind(const struct hop_command *c)
{
    return c->info->type & (COMMAND_FUNCTION | COMMAND_FILTER |
                            COMMAND_EXTERNAL_SCRIPT | COMMAND_SCRIPT);
}

static enum hop_flow
failed_binding(struct hop_command *c)
{
    struct hop_runspace *rs = c->rs;

    if (rs->stop)
        return HOP_FLOW_STOP;
    if (!hop_has_exception(&rs->cx))
        return rs->exiting ? HOP_FLOW_EXIT : HOP_FLOW_ERROR;
    struct hop_value record HOP_AUTO_VALUE =
        exception_record(rs, rs->cx.pending);
    error_place(rs, as_error_record(record), c->caller,
                c->blame ? c->blame : c->ast, c);
    c->failed = true;
    return HOP_FLOW_ERROR;
}

enum hop_flow
command_prepare(struct hop_command *c)
{
    struct environment e;
    bool ok;

    c->prepared = true;
    if (c->info->type == COMMAND_APPLICATION)
        return HOP_FLOW_NEXT;
    if (c->info->type == COMMAND_EXTERNAL_SCRIPT) {
        c->is_script = true;
        if (!c->info->block && !script_load(c->rs, c->info))
            return failed_binding(c);
    }
    c->meta = meta_ref(meta_of(c->rs, c->info));
    if (!c->meta)
        return failed_binding(c);
    if (is_script_kind(c))
        make_scope(c);
    enter_binding(c, &e);
    if (!is_script_kind(c) && c->info->cmdlet->state_size)
        c->state = hop_xmalloc(c->info->cmdlet->state_size);
    ok = bind_command_line(c);
    leave(c, &e);
    return ok ? HOP_FLOW_NEXT : failed_binding(c);
}

enum hop_flow
command_begin(struct hop_command *c)
{
    if (c->began)
        return HOP_FLOW_NEXT;
    c->began = true;
    if (__builtin_expect(c->rs->breakpoints != NULL, 0)) {
        enum hop_flow flow = breakpoints_of_command(c);
        if (flow != HOP_FLOW_NEXT)
            return flow;
    }
    start_variables(c);
    if (c->info->type == COMMAND_APPLICATION)
        return native_begin(c);
    if (is_script_kind(c))
        return script_begin(c);
    return cmdlet_call(c, c->info->cmdlet->begin);
}

/* A binding error of one pipeline object is reported and the next is taken. */
static enum hop_flow
report_binding(struct hop_command *c)
{
    struct hop_value record HOP_AUTO_VALUE = hop_null();

    if (failed_binding(c) != HOP_FLOW_ERROR || !hop_has_exception(&c->rs->cx))
        return c->rs->stop ? HOP_FLOW_STOP : HOP_FLOW_ERROR;
    record = hop_error_catch(c->rs);
    return command_write_error(c, hop_value_steal(&record));
}

static enum hop_flow
cmdlet_process(struct hop_command *c, struct hop_value v, bool has_input)
{
    struct environment e;
    bool ok;

    c->has_current = has_input;
    c->current = has_input ? v : hop_null();
    enter_binding(c, &e);
    ok = bind_finish(c);
    leave(c, &e);
    if (!ok)
        return has_input ? report_binding(c) : failed_binding(c);
    return cmdlet_call(c, c->info->cmdlet->process);
}

enum hop_flow
command_process(struct hop_command *c, struct hop_value v, bool has_input)
{
    struct hop_runspace *rs = c->rs;
    struct environment e;
    enum hop_flow flow;

    runspace_turn(rs);
    if (__builtin_expect(rs->stop, 0))
        return HOP_FLOW_STOP;
    if (c->done_input)
        return HOP_FLOW_DONE;
    if (__builtin_expect(!c->began, 0)) {
        /* The stage before writes in its own begin. */
        flow = command_begin(c);
        if (flow != HOP_FLOW_NEXT)
            return flow;
    }
    if (c->info->type == COMMAND_APPLICATION)
        return has_input ? native_process(c, v) : HOP_FLOW_NEXT;
    if (has_input && (c->meta->cmdlet_binding || c->meta->cmdlet)) {
        enter_binding(c, &e);
        bool ok = bind_pipeline(c, v);
        leave(c, &e);
        if (!ok)
            return report_binding(c);
    }
    if (is_script_kind(c))
        flow = script_process(c, v, has_input);
    else
        flow = cmdlet_process(c, v, has_input);
    c->has_current = false;
    c->current = hop_null();
    return flow;
}

enum hop_flow
command_end(struct hop_command *c)
{
    if (c->ended)
        return HOP_FLOW_NEXT;
    c->ended = true;
    if (c->info->type == COMMAND_APPLICATION)
        return native_end(c);
    if (is_script_kind(c))
        return script_end(c);
    return cmdlet_call(c, c->info->cmdlet->end);
}

void
command_dispose(struct hop_command *c)
{
    if (c->disposed)
        return;
    c->disposed = true;
    if (c->info->type == COMMAND_APPLICATION) {
        if (c->began)
            native_dispose(c);
        return;
    }
    if (is_script_kind(c)) {
        if (c->began)
            script_clean(c);
        return;
    }
    if (!c->began)
        return;
    if (c->rs->stop && c->info->cmdlet->stop)
        c->info->cmdlet->stop(c);
    if (c->info->cmdlet->dispose)
        c->info->cmdlet->dispose(c);
}

/* ---- pipelines
 * -------------------------------------------------------------------------------------------
 */

static enum hop_flow
feed(struct hop_runspace *rs, struct hop_command *first,
     const struct pipeline_input *input)
{
    struct hop_iter it HOP_AUTO_ITER = {0};
    enum hop_flow flow = HOP_FLOW_NEXT;

    if (!input)
        return command_process(first, hop_null(), false);
    if (input->next) {
        struct hop_value v = hop_null();
        while (flow == HOP_FLOW_NEXT && input->next(input->ctx, &v)) {
            flow = command_process(first, v, true);
            hop_value_clear(&v);
        }
        return flow;
    }
    if (input->value.kind == HOP_VOID)
        return HOP_FLOW_NEXT;
    if (!hop_is_enumerable(input->value))
        return command_process(first, input->value, true);
    if (!hop_iter_init(&rs->cx, &it, input->value))
        return HOP_FLOW_ERROR;
    while (flow == HOP_FLOW_NEXT) {
        struct hop_value v HOP_AUTO_VALUE = hop_null();
        int got = hop_iter_next(&rs->cx, &it, &v);
        if (got <= 0)
            return got < 0 ? HOP_FLOW_ERROR : HOP_FLOW_NEXT;
        flow = command_process(first, v, true);
    }
    return flow;
}

/* The stage that asked those before it to stop, or n. */
static size_t
asked_to_stop(struct hop_command *const *commands, size_t n)
{
    for (size_t i = n; i > 0; i--)
        if (commands[i - 1]->done_input)
            return i - 1;
    return n;
}

static enum hop_flow
drive(struct hop_runspace *rs, struct hop_command *const *commands, size_t n,
      const struct pipeline_input *input)
{
    enum hop_flow flow = HOP_FLOW_NEXT;
    size_t from = 0;

    for (size_t i = 0; i < n && flow == HOP_FLOW_NEXT; i++)
        flow = command_prepare(commands[i]);
    for (size_t i = 0; i < n && flow == HOP_FLOW_NEXT; i++)
        flow = command_begin(commands[i]);
    if (flow == HOP_FLOW_NEXT)
        flow = feed(rs, commands[0], input);
    for (;;) {
        if (flow == HOP_FLOW_DONE) {
            size_t at = asked_to_stop(commands, n);
            if (at == n)
                return flow;
            from = at > from ? at : from;
            flow = HOP_FLOW_NEXT;
        }
        if (flow != HOP_FLOW_NEXT || from >= n)
            return flow;
        flow = command_end(commands[from]);
        from++;
    }
}

enum hop_flow
run_commands(struct hop_runspace *rs, struct frame *caller,
             struct hop_command *const *commands, size_t n,
             const struct pipeline_input *input, struct hop_sink *out)
{
    enum hop_flow flow;
    bool failed = false;

    for (size_t i = 0; i < n; i++) {
        struct hop_command *c = commands[i];
        c->next = i + 1 < n ? commands[i + 1] : NULL;
        if (!c->out)
            c->out = c->next ? &c->next->input : out;
        c->expects_input = i > 0 || input;
        c->position = (int)i + 1;
        c->length = (int)n;
    }
    flow = deep_enough(rs) ? drive(rs, commands, n, input) : HOP_FLOW_ERROR;
    rs->within = rs->success;
    for (size_t i = 0; i < n; i++) {
        command_dispose(commands[i]);
        failed = failed || commands[i]->failed;
    }
    if (flow == HOP_FLOW_NEXT || flow == HOP_FLOW_DONE)
        rs->success = !failed;
    else if (flow == HOP_FLOW_ERROR)
        rs->success = false;
    for (size_t i = 0; i < n; i++)
        command_free(commands[i]);
    (void)caller;
    return flow;
}

/* ---- blocks
 * ----------------------------------------------------------------------------------------------------
 */

static struct cmdinfo *
block_info(struct hop_runspace *rs, struct hop_block *b)
{
    struct cmdinfo *c = cmdinfo_new(rs, COMMAND_SCRIPT, "");

    hop_retain(hop_obj(b));
    c->block = b;
    return c;
}

static bool
is_trivial(const struct hop_block *b)
{
    const struct hop_ast_script_block *a = b->ast;

    return !a->params && !a->blocks[HOP_BLOCK_DYNAMICPARAM] &&
           !a->blocks[HOP_BLOCK_BEGIN] && !a->blocks[HOP_BLOCK_PROCESS] &&
           !a->blocks[HOP_BLOCK_CLEAN] &&
           !(a->ast.parent &&
             a->ast.parent->kind == HOP_AST_FUNCTION_DEFINITION &&
             HOP_AST_AS(hop_ast_function, a->ast.parent)->parameters.n);
}

/* A block without parameters and clauses: the body of ForEach-Object, of script
 * properties ...; runs without a command of its own. */
static enum hop_flow
run_trivial(struct hop_runspace *rs, const struct block_run *r)
{
    struct hop_block *b = r->block;
    struct session *session = b->session ? b->session : rs->session;
    struct session *saved = rs->session;
    struct hop_scope *current = session->current;
    struct hop_scope scope, *s = current;
    struct autos o = {0};
    struct frame f;
    enum hop_flow flow = HOP_FLOW_NEXT;
    enum hop_language_mode mode = language_of_call(rs, b, r->new_scope);
    bool raised = mode != rs->language_mode;
    struct language_state language = {rs->language_mode, rs->language_binding};

    if (!b->ast->blocks[HOP_BLOCK_END])
        return HOP_FLOW_NEXT;
    if (!deep_enough(rs))
        return HOP_FLOW_ERROR;
    if (r->new_scope) {
        scope_init(&scope, current, session);
        s = &scope;
    }
    o.outer = s->autos;
    if (r->under) {
        o.has |= 1u << AUTO_UNDER;
        o.v[AUTO_UNDER] = hop_retain(*r->under);
    }
    if (r->this_value) {
        o.has |= 1u << AUTO_THIS;
        o.v[AUTO_THIS] = hop_retain(*r->this_value);
    }
    if (r->args || r->new_scope) {
        o.has |= 1u << AUTO_ARGS;
        o.v[AUTO_ARGS] = hop_obj(hop_array_from(&rs->cx, r->args, r->n_args));
    }
    if (r->input) {
        struct hop_array *a = hop_as_array(*r->input);
        o.has |= 1u << AUTO_INPUT;
        o.v[AUTO_INPUT] =
            input_enumerator(rs, a ? a->items : r->input, a ? a->n : 1);
    }
    s->autos = &o;
    rs->session = session;
    session->current = s;
    frame_enter(&f, rs, b, s,
                r->io       ? r->io
                : rs->frame ? rs->frame->io
                            : &rs->io);
    f.command = r->for_command  ? r->for_command
                : rs->frame->up ? rs->frame->up->command
                                : NULL;
    if (raised || language.binding)
        (void)language_set(rs, mode, false);
    flow = exec_block(&f, b->ast->blocks[HOP_BLOCK_END], r->out);
    if (raised || language.binding)
        language_restore(rs, language);
    frame_leave(&f);
    s->autos = o.outer;
    for (int i = 1; i < AUTO_COUNT; i++)
        if (o.has & (1u << i))
            hop_release(o.v[i]);
    session->current = current;
    rs->session = saved;
    if (r->new_scope)
        scope_done(rs, &scope);
    return flow == HOP_FLOW_RETURN ? HOP_FLOW_NEXT : flow;
}

struct io
command_block_io(const struct hop_command *c)
{
    struct io io = c->io;

    if (c->merged_errors)
        io.sink[HOP_ERROR] = &hop_sink_null;
    return io;
}

/* Arguments of a call without command line go to the parameters in order,
 * switches too. */
static void
add_arguments(struct hop_command *c, const struct block_run *r)
{
    struct meta *m = r->n_args ? meta_of_block(c->rs, r->block) : NULL;
    bool any_switch = false;

    if (!m)
        hop_drop_exception(&c->rs->cx);
    for (uint32_t i = 0; m && !m->cmdlet_binding && i < m->n; i++)
        any_switch = any_switch || m->params[i].is_switch;
    for (size_t i = 0; i < r->n_args; i++) {
        struct argument *g = arguments_add(&c->arguments);
        if (any_switch && i < m->n && m->params[i].ast) {
            g->kind = ARGUMENT_NAME_VALUE;
            g->splatted = true;
            g->name = hop_xstrdup(m->params[i].name);
            g->name_len = (uint32_t)strlen(g->name);
        }
        g->value = hop_retain(r->args[i]);
    }
}

enum hop_flow
run_block(struct hop_runspace *rs, const struct block_run *r)
{
    struct cmdinfo *info;
    struct hop_command *c;
    struct pipeline_input input = {0};
    bool piped = false;
    struct hop_value holder HOP_AUTO_VALUE = hop_retain(hop_obj(r->block));
    struct block_run run = *r;

    if (!run.out)
        run.out = &hop_sink_null;
    if (is_trivial(r->block) && !r->arguments && !r->whole)
        return run_trivial(rs, &run);
    info = block_info(rs, r->block);
    c = command_new(rs, info, "&", NULL, rs->frame);
    hop_release(hop_obj(info));
    if (r->io)
        c->io = *r->io;
    c->dotted = !r->new_scope;
    add_arguments(c, r);
    if (r->under)
        set_auto(c, AUTO_UNDER, hop_retain(*r->under));
    if (r->this_value)
        set_auto(c, AUTO_THIS, hop_retain(*r->this_value));
    if (r->input && r->not_piped) {
        struct hop_array *a = hop_as_array(*r->input);
        for (size_t i = 0; i < (a ? a->n : 1); i++)
            enqueue(c, a ? a->items[i] : *r->input);
    } else if (r->input) {
        input.value = *r->input;
        piped = true;
    }
    bool success = rs->success;
    enum hop_flow flow =
        run_commands(rs, rs->frame, &c, 1, piped ? &input : NULL, run.out);
    if (flow == HOP_FLOW_NEXT)
        rs->success = success;
    return flow;
}

enum hop_flow
hop_call_block(struct hop_runspace *rs, const struct hop_block_call *call)
{
    struct hop_block *b = as_block(call->block);
    bool propagate = rs->propagate;
    enum hop_flow flow;

    if (!b) {
        throw_pending(rs, "PSArgumentException", "Argument",
                      HOP_CAT_INVALID_ARGUMENT, hop_null(),
                      "A script block is needed here.");
        return HOP_FLOW_ERROR;
    }
    if (call->throws)
        rs->propagate = true;
    flow = run_block(rs, &(struct block_run){
                             .block = b,
                             .args = call->args,
                             .n_args = call->n_args,
                             .under = call->dollar_under,
                             .this_value = call->this_value,
                             .input = call->input,
                             .out = call->out,
                             .new_scope = call->new_scope,
                         });
    rs->propagate = propagate;
    return flow;
}

bool
hop_call_block_value(struct hop_runspace *rs, const struct hop_block_call *call,
                     struct hop_value *out)
{
    struct hop_list_sink l;
    struct hop_block_call with = *call;
    enum hop_flow flow;

    hop_list_sink_init(&l, &rs->cx);
    with.out = &l.sink;
    flow = hop_call_block(rs, &with);
    if (flow == HOP_FLOW_NEXT)
        *out = hop_list_sink_value(&l);
    hop_list_sink_done(&l);
    return flow == HOP_FLOW_NEXT;
}
