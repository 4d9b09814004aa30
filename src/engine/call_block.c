/* Calling script blocks.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engine/engine.h"
#include "engine/space.h"

#include "engine/command_internal.h"

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
        command_set_auto(c, AUTO_UNDER, hop_retain(*r->under));
    if (r->this_value)
        command_set_auto(c, AUTO_THIS, hop_retain(*r->this_value));
    if (r->input && r->not_piped) {
        struct hop_array *a = hop_as_array(*r->input);
        for (size_t i = 0; i < (a ? a->n : 1); i++)
            command_enqueue(c, a ? a->items[i] : *r->input);
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
