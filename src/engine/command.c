/* A command of a pipeline: its life, its output, the stages of any command.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engine/engine.h"
#include "engine/space.h"

#include "engine/command_internal.h"

/* ---- environment
 * ------------------------------------------------------------------ */

/* Commands run in their caller's mode, blocks in their own. */
static void
enter_language(struct hop_command *c, struct command_environment *e)
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
leave_language(struct hop_command *c, const struct command_environment *e)
{
    struct language_state s = e->language;

    if (!e->raised)
        s.mode = c->rs->language_mode;
    language_restore(c->rs, s);
}

void
command_enter(struct hop_command *c, struct command_environment *e)
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

void
command_leave(struct hop_command *c, const struct command_environment *e)
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

struct language_state
command_enter_trust(struct hop_command *c)
{
    struct hop_runspace *rs = c->rs;
    bool crosses = c->mode == HOP_LANGUAGE_CONSTRAINED &&
                   rs->language_mode == HOP_LANGUAGE_FULL;

    return language_set(rs, rs->language_mode, crosses);
}

/* enter, for binding. */
static void
enter_binding(struct hop_command *c, struct command_environment *e)
{
    command_enter(c, e);
    (void)command_enter_trust(c);
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

void
command_append_variable(struct hop_command *c, struct hop_string *name,
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
            command_append_variable(c, k->error_variable, v);
        else if (n == HOP_WARNING)
            command_append_variable(c, k->warning_variable, v);
        else if (n == HOP_INFORMATION)
            command_append_variable(c, k->information_variable, v);
    }
}

enum hop_flow
command_write(struct hop_command *c, struct hop_value v)
{
    enum hop_flow flow;

    if (v.kind == HOP_VOID)
        return HOP_FLOW_NEXT;
    if (__builtin_expect(c->common.out_variable != NULL, 0))
        command_append_variable(c, c->common.out_variable, v);
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

/* ---- native cmdlets
 * ---------------------------------------------------------------------------
 */

static enum hop_flow
cmdlet_call(struct hop_command *c, bool (*fn)(struct hop_command *c))
{
    struct command_environment e;
    enum hop_flow flow = HOP_FLOW_NEXT;

    if (!fn)
        return HOP_FLOW_NEXT;
    command_enter(c, &e);
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
    command_leave(c, &e);
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
    struct command_environment e;
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
        script_make_scope(c);
    enter_binding(c, &e);
    if (!is_script_kind(c) && c->info->cmdlet->state_size)
        c->state = hop_xmalloc(c->info->cmdlet->state_size);
    ok = bind_command_line(c);
    command_leave(c, &e);
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
    struct command_environment e;
    bool ok;

    c->has_current = has_input;
    c->current = has_input ? v : hop_null();
    enter_binding(c, &e);
    ok = bind_finish(c);
    command_leave(c, &e);
    if (!ok)
        return has_input ? report_binding(c) : failed_binding(c);
    return cmdlet_call(c, c->info->cmdlet->process);
}

enum hop_flow
command_process(struct hop_command *c, struct hop_value v, bool has_input)
{
    struct hop_runspace *rs = c->rs;
    struct command_environment e;
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
        command_leave(c, &e);
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
