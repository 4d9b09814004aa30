/* try, catch, finally, trap and throw.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engine/engine.h"

#include "engine/space.h"

/* ---- try, trap, throw
 * ------------------------------------------------------------------------- */

struct hop_value
pending_record(struct frame *f)
{
    struct hop_runspace *rs = f->rs;
    struct hop_value e = rs->cx.pending;
    struct error_record *r = as_error_record(rs->handling);

    (void)r;
    return exception_record(rs, e);
}

/* Does exception e fall under the class of a catch clause? */
static bool
is_kind_of(struct hop_value e, const struct hop_class *c)
{
    return hop_value_is(e, c);
}

static const struct hop_class *
clause_type(struct frame *f, struct hop_ast *t)
{
    return resolve_type(f->rs, HOP_AST_AS(hop_ast_type, t)->type_name);
}

/* The clause for an exception: typed ones first by the inner exception, as
 * PowerShell unwraps, then by the exception itself. */
static struct hop_ast_catch *
find_catch(struct frame *f, struct hop_ast_try *n, struct hop_value e,
           struct hop_value *shown)
{
    struct hop_value candidates[2];
    int count = 0;
    struct hop_ast_catch *all = NULL;
    bool runtime = is_kind_of(e, &hop_exception_runtime);
    struct hop_exception *x = (struct hop_exception *)(void *)e.u.o;

    if (runtime && x->inner.kind == HOP_OBJECT)
        candidates[count++] = x->inner;
    candidates[count++] = e;
    *shown = e;
    for (int k = 0; k <= count; k++)
        for (uint32_t i = 0; i < n->catches.n; i++) {
            struct hop_ast_catch *c =
                HOP_AST_AS(hop_ast_catch, n->catches.items[i]);
            if (!c->types.n)
                all = c;
            for (uint32_t j = 0; j < c->types.n; j++) {
                const struct hop_class *t = clause_type(f, c->types.items[j]);
                if (!t)
                    continue;
                if (k == count) {
                    if (!runtime && t == &hop_exception_runtime)
                        return c;
                    continue;
                }
                if (is_kind_of(candidates[k], t)) {
                    *shown = candidates[k];
                    return c;
                }
            }
        }
    return all;
}

/* The record as a clause shows it that was chosen by the inner exception. */
static void
show_inner(struct hop_runspace *rs, struct hop_value *record,
           struct hop_value shown)
{
    struct error_record *r = as_error_record(*record), *copy;

    if (!r || r->exception.u.o == shown.u.o)
        return;
    copy = error_record_new(rs, shown, r->id ? r->id->data : NULL, r->category,
                            r->target);
    hop_string_clear(&copy->full_id);
    copy->full_id = r->full_id ? hop_string_retain(r->full_id) : NULL;
    hop_value_set(&copy->invocation, hop_retain(r->invocation));
    hop_value_set(&copy->details, hop_retain(r->details));
    hop_string_clear(&copy->stack_trace);
    copy->stack_trace =
        r->stack_trace ? hop_string_retain(r->stack_trace) : NULL;
    copy->placed = true;
    hop_value_set(record, hop_obj(copy));
}

static enum hop_flow
run_catch(struct frame *f, struct hop_ast_catch *c, struct hop_value shown,
          struct hop_sink *out)
{
    struct hop_runspace *rs = f->rs;
    struct hop_value record HOP_AUTO_VALUE = hop_null();
    struct hop_value shown_held HOP_AUTO_VALUE = hop_retain(shown);
    struct autos o;
    enum hop_flow flow;

    record = hop_error_catch(rs);
    show_inner(rs, &record, shown);
    struct hop_value old = rs->handling;
    rs->handling = hop_retain(record);
    *own_under(f, &o) = hop_error_clone(rs, record);
    flow = exec_block(f, c->body, out);
    drop_autos(f, &o);
    hop_value_clear(&rs->handling);
    rs->handling = old;
    return flow;
}

/* finally runs whatever happened; only an error or jump of its own replaces
 * what was under way. */
static enum hop_flow
run_finally(struct frame *f, struct hop_ast_block *b, enum hop_flow flow,
            struct hop_sink *out)
{
    struct hop_runspace *rs = f->rs;
    struct hop_value pending = hop_take_exception(&rs->cx);
    struct hop_string *label = rs->label;
    sig_atomic_t stop = rs->stop;
    bool success = rs->success, propagate = rs->propagate;
    bool exiting = rs->exiting;

    rs->label = NULL;
    rs->stop = 0;
    rs->exiting = false;
    enum hop_flow last =
        exec_block(f, b, flow == HOP_FLOW_DONE ? &hop_sink_null : out);
    rs->propagate = propagate;
    if (stop)
        rs->stop = stop;
    if (last != HOP_FLOW_NEXT) {
        hop_release(pending);
        hop_string_release(label);
        return last;
    }
    rs->exiting = exiting;
    hop_string_clear(&rs->label);
    rs->label = label;
    hop_value_set(&rs->cx.pending, pending);
    if (flow != HOP_FLOW_NEXT)
        rs->success = success;
    return flow;
}

enum hop_flow
exec_try(struct frame *f, struct hop_ast_try *n, struct hop_sink *out)
{
    struct hop_runspace *rs = f->rs;
    bool old = rs->propagate;
    enum hop_flow flow;

    rs->propagate = true;
    flow = exec_block(f, n->body, out);
    if (flow == HOP_FLOW_ERROR && n->catches.n && !rs->stop) {
        struct hop_value shown = hop_null();
        struct hop_value e HOP_AUTO_VALUE = hop_retain(rs->cx.pending);
        struct hop_ast_catch *c = find_catch(f, n, e, &shown);
        if (c)
            flow = run_catch(f, c, shown, out);
    }
    rs->propagate = old;
    if (n->finally)
        flow = run_finally(f, n->finally, flow, out);
    return flow;
}

static struct hop_ast_trap *
find_trap(struct frame *f, struct hop_ast_block *b, struct hop_value e,
          struct hop_value *shown)
{
    struct hop_exception *x = (struct hop_exception *)(void *)e.u.o;
    struct hop_value candidates[2] = {e, e};

    if (is_kind_of(e, &hop_exception_runtime) && x->inner.kind == HOP_OBJECT)
        candidates[0] = x->inner;
    for (int k = 0; k < 2; k++)
        for (uint32_t i = 0; i < b->traps.n; i++) {
            struct hop_ast_trap *t =
                HOP_AST_AS(hop_ast_trap, b->traps.items[i]);
            const struct hop_class *c =
                t->type ? resolve_type(f->rs, t->type->type_name) : NULL;
            if (c && is_kind_of(candidates[k], c)) {
                *shown = candidates[k];
                return t;
            }
        }
    *shown = e;
    for (uint32_t i = 0; i < b->traps.n; i++)
        if (!HOP_AST_AS(hop_ast_trap, b->traps.items[i])->type)
            return HOP_AST_AS(hop_ast_trap, b->traps.items[i]);
    return NULL;
}

static enum hop_flow
trap_body(struct frame *f, struct hop_ast_trap *t, struct hop_value record,
          struct hop_sink *out)
{
    struct hop_scope scope;
    struct autos o = {0};
    struct frame inner;
    enum hop_flow flow;

    scope_init(&scope, f->scope, f->session);
    o.has = 1u << AUTO_UNDER;
    o.v[AUTO_UNDER] = hop_retain(record);
    scope.autos = &o;
    struct hop_scope *saved = f->session->current;
    f->session->current = &scope;
    frame_enter(&inner, f->rs, f->block, &scope, f->io);
    inner.command = f->command;
    inner.function = f->function;
    flow = exec_block(&inner, t->body, out);
    frame_leave(&inner);
    f->session->current = saved;
    hop_value_clear(&o.v[AUTO_UNDER]);
    scope_done(f->rs, &scope);
    return flow;
}

static enum hop_flow
report_error(struct frame *f)
{
    struct hop_value record HOP_AUTO_VALUE = hop_error_catch(f->rs);
    enum hop_flow flow;

    command_note(f->command, HOP_ERROR, record);
    flow = stream_write(f->rs, f->io, HOP_ERROR, record);
    f->rs->success = false;
    return flow;
}

/* Runs the trap for the pending exception. */
static enum hop_flow
process_trap(struct frame *f, struct hop_ast_block *b, struct hop_sink *out)
{
    struct hop_runspace *rs = f->rs;
    struct hop_value e HOP_AUTO_VALUE = hop_retain(rs->cx.pending);
    struct hop_value shown = e;
    struct hop_ast_trap *t = find_trap(f, b, e, &shown);
    enum hop_flow flow;

    if (!t)
        return HOP_FLOW_ERROR;
    struct hop_value record HOP_AUTO_VALUE = hop_error_catch(rs);
    struct hop_value under HOP_AUTO_VALUE = hop_retain(record);
    show_inner(rs, &under, shown);
    struct trap_level *levels = f->traps;
    f->traps = NULL;
    flow = trap_body(f, t, under, out);
    f->traps = levels;
    rs->success = false;
    if (flow == HOP_FLOW_CONTINUE && !rs->label)
        return HOP_FLOW_NEXT;
    if (flow == HOP_FLOW_RETURN)
        return flow;
    if (flow == HOP_FLOW_BREAK && !rs->label) {
        as_error_record(record)->suppress = true;
        hop_throw_record(rs, hop_value_steal(&record));
        return HOP_FLOW_ERROR;
    }
    if (flow != HOP_FLOW_NEXT)
        return flow;
    switch (preference(rs, rs->sym_error_action, ACTION_CONTINUE)) {
    case ACTION_SILENT:
    case ACTION_IGNORE: return HOP_FLOW_NEXT;
    case ACTION_STOP:
        as_error_record(record)->suppress = true;
        hop_throw_record(rs, hop_value_steal(&record));
        return HOP_FLOW_ERROR;
    default: break;
    }
    return stream_write(rs, f->io, HOP_ERROR, record);
}

/* An error that nothing has redirected, in a run whose errors end it. */
static bool
is_final(const struct hop_runspace *rs, const struct frame *f)
{
    return rs->final_errors && f->io->sink[HOP_ERROR] == rs->final_errors;
}

enum hop_flow
handle_statement_error(struct frame *f, struct hop_sink *out)
{
    struct hop_runspace *rs = f->rs;
    struct hop_value record HOP_AUTO_VALUE = pending_record(f);
    struct error_record *r = as_error_record(record);

    error_place(rs, r, f, f->pos, NULL);
    rs->success = false;
    if (rs->stop)
        return HOP_FLOW_STOP;
    error_list_add(rs, record);
    if (f->traps && f->traps->block)
        return process_trap(f, f->traps->block, out);
    if (rs->propagate || r->suppress || is_final(rs, f) ||
        (r->unwinds && r->unwinds == f->command))
        return HOP_FLOW_ERROR;
    switch (preference(rs, rs->sym_error_action, ACTION_CONTINUE)) {
    case ACTION_SILENT:
    case ACTION_IGNORE: hop_drop_exception(&rs->cx); return HOP_FLOW_NEXT;
    case ACTION_STOP: r->suppress = true; return HOP_FLOW_ERROR;
    default: break;
    }
    if (r->thrown)
        return HOP_FLOW_ERROR;
    return report_error(f);
}

static struct hop_value
thrown_record(struct frame *f, struct hop_value v)
{
    struct hop_runspace *rs = f->rs;
    struct hop_value base = hop_value_base(v);
    struct error_record *r = as_error_record(base);
    struct hop_string *text HOP_AUTO_STRING = NULL;

    if (r) {
        hop_retain(base);
        return base;
    }
    if (hop_value_is(base, &hop_exception_base)) {
        struct hop_exception *x = (struct hop_exception *)(void *)base.u.o;
        if (hop_value_is(base, &hop_exception_runtime) && x->error_id)
            return exception_record(rs, base);
        return hop_obj(error_record_new(rs, base, hop_exception_message(base),
                                        HOP_CAT_OPERATION_STOPPED, hop_null()));
    }
    if (hop_is_null(base))
        text = hop_string_from("ScriptHalted");
    else if (!hop_to_string(&rs->cx, v, &text))
        hop_drop_exception(&rs->cx);
    struct hop_value e HOP_AUTO_VALUE =
        new_exception(rs, "System.Management.Automation.RuntimeException",
                      text ? text->data : "");
    return hop_obj(error_record_new(rs, e, text ? text->data : "",
                                    HOP_CAT_OPERATION_STOPPED,
                                    hop_is_null(base) ? hop_null() : v));
}

enum hop_flow
exec_throw(struct frame *f, struct hop_ast_exit *n)
{
    struct hop_runspace *rs = f->rs;
    struct hop_value v HOP_AUTO_VALUE = hop_null();
    struct hop_value record = hop_null();
    enum hop_flow flow;

    if (!n->pipeline && as_error_record(rs->handling)) {
        record = hop_retain(rs->handling);
        as_error_record(record)->rethrown = true;
    } else {
        if (n->pipeline) {
            flow = eval_statement(f, n->pipeline, &v);
            if (flow != HOP_FLOW_NEXT)
                return flow;
        }
        record = thrown_record(f, v);
    }
    struct error_record *r = as_error_record(record);
    r->thrown = true;
    r->suppress = false;
    error_place(rs, r, f, &n->ast, NULL);
    hop_throw_record(rs, record);
    return HOP_FLOW_ERROR;
}
