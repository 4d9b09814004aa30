/* Script commands: their scope, their clauses begin, process, end and clean.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engine/command_internal.h"

#include "engine/engine.h"
#include "engine/space.h"

struct tee {
    struct hop_sink sink;
    struct hop_command *command;
};

static enum hop_flow
tee_write(struct hop_sink *s, struct hop_value v)
{
    return command_write(((struct tee *)s)->command, v);
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
        command_append_variable(c, c->common.error_variable, v);
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

void
command_set_auto(struct hop_command *c, enum automatic a, struct hop_value v)
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
void
script_make_scope(struct hop_command *c)
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

enum hop_flow
script_begin(struct hop_command *c)
{
    struct command_environment e;
    enum hop_flow flow;

    put_preferences(c);
    if (c->meta && c->meta->cmdlet_binding)
        command_set_auto(c, AUTO_PSCMDLET, pscmdlet_new(c));
    else
        command_set_auto(c, AUTO_ARGS,
                         c->rest.kind == HOP_OBJECT
                             ? hop_retain(c->rest)
                             : hop_obj(hop_array_new(&c->rs->cx, 0)));
    command_enter(c, &e);
    flow = run_clause(c, HOP_BLOCK_BEGIN);
    flow = script_finish(c, flow);
    command_leave(c, &e);
    return flow;
}

void
command_enqueue(struct hop_command *c, struct hop_value v)
{
    if (c->n_queue == c->cap_queue) {
        c->cap_queue = c->cap_queue ? c->cap_queue * 2 : 8;
        c->queue = hop_xrealloc(c->queue, c->cap_queue, sizeof(*c->queue));
    }
    c->queue[c->n_queue++] = hop_retain(v);
}

static bool
finish_binding(struct hop_command *c)
{
    struct language_state s = command_enter_trust(c);
    bool ok = bind_finish(c);

    language_restore(c->rs, s);
    return ok;
}

enum hop_flow
script_process(struct hop_command *c, struct hop_value v, bool has_input)
{
    struct command_environment e;
    enum hop_flow flow = HOP_FLOW_NEXT;
    struct hop_ast_script_block *ast = c->info->block->ast;

    if (has_input && !ast->blocks[HOP_BLOCK_PROCESS] &&
        !(c->meta && c->meta->cmdlet_binding)) {
        command_enqueue(c, v);
        return HOP_FLOW_NEXT;
    }
    command_enter(c, &e);
    if (has_input) {
        command_set_auto(c, AUTO_UNDER, hop_retain(v));
        if (ast->blocks[HOP_BLOCK_PROCESS] &&
            !(c->meta && c->meta->cmdlet_binding))
            command_set_auto(c, AUTO_INPUT, input_enumerator(c->rs, &v, 1));
    }
    if (c->meta && !finish_binding(c)) {
        flow = HOP_FLOW_ERROR;
    } else if (ast->blocks[HOP_BLOCK_PROCESS]) {
        flow = run_clause(c, HOP_BLOCK_PROCESS);
        flow = script_finish(c, flow);
    }
    command_leave(c, &e);
    return flow;
}

enum hop_flow
script_end(struct hop_command *c)
{
    struct command_environment e;
    enum hop_flow flow = HOP_FLOW_NEXT;
    struct hop_ast_script_block *ast = c->info->block->ast;

    command_enter(c, &e);
    if (!ast->blocks[HOP_BLOCK_PROCESS]) {
        command_set_auto(c, AUTO_INPUT,
                         input_enumerator(c->rs, c->queue, c->n_queue));
    }
    flow = run_clause(c, HOP_BLOCK_END);
    flow = script_finish(c, flow);
    command_leave(c, &e);
    return flow;
}

void
script_clean(struct hop_command *c)
{
    struct command_environment e;
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
    command_enter(c, &e);
    c->out = &hop_sink_null;
    if (run_clause(c, HOP_BLOCK_CLEAN) == HOP_FLOW_ERROR)
        handle_statement_error(&c->frame, &hop_sink_null);
    c->out = out;
    command_leave(c, &e);
    rs->propagate = propagate;
    if (stop)
        rs->stop = stop;
    hop_value_set(&rs->cx.pending, pending);
}
