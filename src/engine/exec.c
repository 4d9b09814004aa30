/* Statements.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engine/engine.h"
#include "engine/space.h"

/* ---- output
 * -------------------------------------------------------------------- */

enum hop_flow
write_all(struct hop_runspace *rs, struct hop_sink *out, struct hop_value v)
{
    struct hop_iter it HOP_AUTO_ITER = {0};
    enum hop_flow flow = HOP_FLOW_NEXT;
    int got;

    if (v.kind == HOP_VOID)
        return HOP_FLOW_NEXT;
    if (!hop_is_enumerable(v))
        return hop_sink_write(out, v);
    if (!hop_iter_init(&rs->cx, &it, v))
        return HOP_FLOW_ERROR;
    for (;;) {
        struct hop_value item HOP_AUTO_VALUE = hop_null();
        got = hop_iter_next(&rs->cx, &it, &item);
        if (got <= 0)
            break;
        flow = hop_sink_write(out, item);
        if (flow != HOP_FLOW_NEXT)
            return flow;
    }
    return got < 0 ? HOP_FLOW_ERROR : HOP_FLOW_NEXT;
}

/* ---- labels
 * ------------------------------------------------------------------------ */

static void
set_label(struct hop_runspace *rs, struct hop_string *label)
{
    hop_string_clear(&rs->label);
    rs->label = label;
}

static bool
label_is_mine(struct hop_runspace *rs, const struct hop_name *label)
{
    if (!rs->label)
        return true;
    if (!label->text ||
        !hop_text_ieq(rs->label->data, rs->label->len, label->text, label->len))
        return false;
    set_label(rs, NULL);
    return true;
}

/* What a loop does about how its body ended: true to leave the loop with *flow.
 */
bool
loop_ends(struct frame *f, const struct hop_name *label, enum hop_flow *flow)
{
    switch (*flow) {
    case HOP_FLOW_NEXT: return false;
    case HOP_FLOW_BREAK:
        if (label_is_mine(f->rs, label))
            *flow = HOP_FLOW_NEXT;
        return true;
    case HOP_FLOW_CONTINUE:
        if (!label_is_mine(f->rs, label))
            return true;
        *flow = HOP_FLOW_NEXT;
        return false;
    default: return true;
    }
}

bool
frame_stopped(struct frame *f, enum hop_flow *flow)
{
    runspace_turn(f->rs);
    if (__builtin_expect(!f->rs->stop, 1))
        return false;
    *flow = HOP_FLOW_STOP;
    return true;
}

enum hop_flow
condition(struct frame *f, struct hop_ast *n, bool *yes)
{
    struct hop_value v HOP_AUTO_VALUE = hop_null();
    enum hop_flow flow;

    f->pos = n;
    flow = eval_statement(f, n, &v);
    if (flow == HOP_FLOW_NEXT)
        *yes = v.kind == HOP_BOOL ? v.u.i != 0 : hop_is_true(&f->rs->cx, v);
    return flow;
}

/* ---- conditionals and loops
 * ------------------------------------------------------------ */

static enum hop_flow
exec_if(struct frame *f, struct hop_ast_if *n, struct hop_sink *out)
{
    for (uint32_t i = 0; i < n->n_clauses; i++) {
        bool yes = false;
        enum hop_flow flow = condition(f, n->clauses[i].condition, &yes);
        if (flow != HOP_FLOW_NEXT)
            return flow;
        if (yes)
            return exec_block(f, n->clauses[i].body, out);
    }
    return n->otherwise ? exec_block(f, n->otherwise, out) : HOP_FLOW_NEXT;
}

static enum hop_flow
exec_while(struct frame *f, struct hop_ast_loop *n, struct hop_sink *out)
{
    enum hop_flow flow = HOP_FLOW_NEXT;

    for (;;) {
        bool yes = false;
        if (frame_stopped(f, &flow))
            return flow;
        flow = condition(f, n->condition, &yes);
        if (flow != HOP_FLOW_NEXT || !yes)
            return flow;
        flow = exec_block(f, n->body, out);
        if (loop_ends(f, &n->label, &flow))
            return flow;
    }
}

static enum hop_flow
exec_do(struct frame *f, struct hop_ast_loop *n, struct hop_sink *out)
{
    bool until = n->ast.kind == HOP_AST_DO_UNTIL;

    for (;;) {
        bool yes = false;
        enum hop_flow flow = exec_block(f, n->body, out);
        if (loop_ends(f, &n->label, &flow) || frame_stopped(f, &flow))
            return flow;
        flow = condition(f, n->condition, &yes);
        if (flow != HOP_FLOW_NEXT || yes == until)
            return flow;
    }
}

static enum hop_flow
drop_value(struct frame *f, struct hop_ast *n)
{
    struct hop_value v HOP_AUTO_VALUE = hop_null();

    f->pos = n;
    return eval_statement(f, n, &v);
}

static enum hop_flow
exec_for(struct frame *f, struct hop_ast_for *n, struct hop_sink *out)
{
    enum hop_flow flow = HOP_FLOW_NEXT;

    if (n->initializer)
        flow = drop_value(f, n->initializer);
    while (flow == HOP_FLOW_NEXT) {
        bool yes = true;
        if (frame_stopped(f, &flow))
            return flow;
        if (n->condition)
            flow = condition(f, n->condition, &yes);
        if (flow != HOP_FLOW_NEXT || !yes)
            return flow;
        flow = exec_block(f, n->body, out);
        if (loop_ends(f, &n->label, &flow))
            return flow;
        if (n->iterator)
            flow = drop_value(f, n->iterator);
    }
    return flow;
}

struct search {
    const char *name;
    bool found;
};

static bool
search_name(void *ctx, struct hop_ast *n)
{
    struct search *s = ctx;

    if (n->kind == HOP_AST_VARIABLE) {
        struct hop_name *name = &HOP_AST_AS(hop_ast_variable, n)->name;
        s->found = s->found || hop_text_ieq(name->text, name->len, s->name,
                                            strlen(s->name));
    }
    return !s->found;
}

/* Whether the program text below mentions $foreach or $switch; kept in the
 * node. */
bool
mentions(struct hop_ast *n, const char *name)
{
    struct search s = {name, false};

    if (!n->aux) {
        hop_ast_visit(n, search_name, &s);
        n->aux = s.found ? 2 : 1;
    }
    return n->aux == 2;
}

/* Ranges are walked without making the array. */
static enum hop_flow
foreach_range(struct frame *f, struct hop_ast_foreach *n,
              struct hop_ast_binary *range, struct hop_sink *out, bool *done)
{
    struct hop_value a HOP_AUTO_VALUE = hop_null();
    struct hop_value b HOP_AUTO_VALUE = hop_null();
    bool chars;
    int64_t from, to;
    enum hop_flow flow = eval(f, range->left, &a);

    *done = true;
    if (flow == HOP_FLOW_NEXT)
        flow = eval(f, range->right, &b);
    if (flow != HOP_FLOW_NEXT)
        return flow;
    if (!hop_range_bounds(&f->rs->cx, a, b, &chars, &from, &to))
        return HOP_FLOW_ERROR;
    int64_t step = from <= to ? 1 : -1;
    for (int64_t i = from;; i += step) {
        if (frame_stopped(f, &flow))
            return flow;
        flow =
            set_variable(f, n->variable,
                         chars ? hop_char((uint16_t)i) : hop_int((int32_t)i));
        if (flow == HOP_FLOW_NEXT)
            flow = exec_block(f, n->body, out);
        if (loop_ends(f, &n->label, &flow) || i == to)
            return flow;
    }
}

/* Sets a loop's own variable ($foreach, $switch) and gives the old one. */
void
put_loop_variable(struct frame *f, const char *name, struct hop_value v)
{
    scope_put(f->rs, f->scope, name, v);
}

static void
destroy_enumerator(struct hop_object *o)
{
    struct enumerator *e = (struct enumerator *)(void *)o;

    hop_iter_done(&e->it);
    hop_value_clear(&e->current);
}

static bool
enumerator_current(struct hop_context *cx, struct hop_value self, intptr_t data,
                   struct hop_value *out)
{
    *out = hop_retain(((struct enumerator *)(void *)self.u.o)->current);
    return true;
}

static bool
enumerator_move_next(struct hop_context *cx, struct hop_call *call)
{
    struct enumerator *e = (struct enumerator *)(void *)call->self.u.o;
    struct hop_value v = hop_null();
    int got = hop_iter_next(cx, &e->it, &v);

    if (got < 0)
        return false;
    hop_value_set(&e->current, v);
    call->result = hop_bool(got > 0);
    return true;
}

static bool
enumerator_reset(struct hop_context *cx, struct hop_call *call)
{
    struct enumerator *e = (struct enumerator *)(void *)call->self.u.o;
    struct hop_value source HOP_AUTO_VALUE = hop_retain(e->it.source);

    hop_iter_done(&e->it);
    hop_value_clear(&e->current);
    return hop_iter_init(cx, &e->it, source);
}

static const struct hop_property enumerator_properties[] = {
    {"Current", "System.Object", enumerator_current}, {NULL}};
static const struct hop_method enumerator_methods[] = {
    {"bool MoveNext()", enumerator_move_next},
    {"void Reset()", enumerator_reset},
    {NULL}};

const struct hop_class class_enumerator = {
    .name = "System.Array+ArrayEnumerator",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = sizeof(struct enumerator),
    .properties = enumerator_properties,
    .methods = enumerator_methods,
    .destroy = destroy_enumerator,
};

static enum hop_flow
foreach_visible(struct frame *f, struct hop_ast_foreach *n, struct hop_value v,
                struct hop_sink *out)
{
    struct enumerator *e = hop_object_new(&f->rs->cx, &class_enumerator);
    struct hop_value holder HOP_AUTO_VALUE = hop_obj(e);
    enum hop_flow flow = HOP_FLOW_NEXT;

    if (!hop_iter_init(&f->rs->cx, &e->it, v))
        return HOP_FLOW_ERROR;
    put_loop_variable(f, "foreach", hop_retain(holder));
    for (;;) {
        struct hop_value item = hop_null();
        int got = hop_iter_next(&f->rs->cx, &e->it, &item);
        if (got <= 0) {
            flow = got < 0 ? HOP_FLOW_ERROR : HOP_FLOW_NEXT;
            break;
        }
        hop_value_set(&e->current, hop_retain(item));
        flow = set_variable(f, n->variable, item);
        if (flow == HOP_FLOW_NEXT)
            flow = exec_block(f, n->body, out);
        if (loop_ends(f, &n->label, &flow) || frame_stopped(f, &flow))
            break;
    }
    put_loop_variable(f, "foreach", hop_null());
    return flow;
}

static enum hop_flow
foreach_plain(struct frame *f, struct hop_ast_foreach *n, struct hop_value v,
              struct hop_sink *out)
{
    struct hop_iter it HOP_AUTO_ITER = {0};
    enum hop_flow flow = HOP_FLOW_NEXT;

    if (!hop_iter_init(&f->rs->cx, &it, v))
        return HOP_FLOW_ERROR;
    for (;;) {
        struct hop_value item = hop_null();
        int got = hop_iter_next(&f->rs->cx, &it, &item);
        if (got <= 0)
            return got < 0 ? HOP_FLOW_ERROR : HOP_FLOW_NEXT;
        flow = set_variable(f, n->variable, item);
        if (flow == HOP_FLOW_NEXT)
            flow = exec_block(f, n->body, out);
        if (loop_ends(f, &n->label, &flow) || frame_stopped(f, &flow))
            return flow;
    }
}

static enum hop_flow
exec_foreach(struct frame *f, struct hop_ast_foreach *n, struct hop_sink *out)
{
    struct hop_value v HOP_AUTO_VALUE = hop_null();
    struct hop_ast *pure = hop_ast_pure_expression(n->condition);
    bool visible = mentions(&n->body->ast, "foreach");
    enum hop_flow flow;

    f->pos = n->condition;
    if (!visible && pure && pure->kind == HOP_AST_BINARY &&
        HOP_AST_AS(hop_ast_binary, pure)->op == HOP_SYNTAX_RANGE) {
        bool done;
        return foreach_range(f, n, HOP_AST_AS(hop_ast_binary, pure), out,
                             &done);
    }
    flow = eval_statement(f, n->condition, &v);
    if (flow != HOP_FLOW_NEXT)
        return flow;
    if (hop_is_null(v))
        return HOP_FLOW_NEXT;
    return visible ? foreach_visible(f, n, v, out)
                   : foreach_plain(f, n, v, out);
}

/* ---- functions, data, jumps
 * ------------------------------------------------------------------------ */

static enum hop_flow
exec_function(struct frame *f, struct hop_ast_function *n)
{
    struct hop_runspace *rs = f->rs;
    struct hop_block *b = block_new(rs, f->unit, n->body, f->session);
    struct hop_value block HOP_AUTO_VALUE = hop_obj(b);
    char *name HOP_AUTO_FREE = hop_xstrndup(n->name.text, n->name.len);

    return hop_function_set(rs, name, NULL, block, HOP_ITEM_UNSPECIFIED)
               ? HOP_FLOW_NEXT
               : HOP_FLOW_ERROR;
}

static enum hop_flow
data_block(struct frame *f, struct hop_ast_block *body, struct hop_sink *out)
{
    struct language_state s =
        language_set(f->rs, HOP_LANGUAGE_RESTRICTED, false);
    enum hop_flow flow = exec_block(f, body, out);

    language_restore(f->rs, s);
    return flow;
}

static enum hop_flow
exec_data(struct frame *f, struct hop_ast_data *n, struct hop_sink *out)
{
    struct hop_list_sink l;
    enum hop_flow flow;

    if (n->commands.n && f->rs->language_mode == HOP_LANGUAGE_CONSTRAINED) {
        throw_pending(f->rs, "ParseException",
                      "DataSectionAllowedCommandDisallowed",
                      HOP_CAT_PARSER_ERROR, hop_null(),
                      "Cannot define data section. Definition of additional "
                      "supported commands is not supported in this language "
                      "mode.");
        return HOP_FLOW_ERROR;
    }
    if (!n->variable.text)
        return data_block(f, n->body, out);
    hop_list_sink_init(&l, &f->rs->cx);
    flow = data_block(f, n->body, &l.sink);
    if (flow == HOP_FLOW_NEXT) {
        char *name HOP_AUTO_FREE =
            hop_xstrndup(n->variable.text, n->variable.len);
        struct hop_value v HOP_AUTO_VALUE = hop_list_sink_value(&l);
        if (!hop_variable_set(f->rs, name, NULL, v))
            flow = HOP_FLOW_ERROR;
    }
    hop_list_sink_done(&l);
    return flow;
}

static enum hop_flow
exec_jump(struct frame *f, struct hop_ast_jump *n)
{
    enum hop_flow jump =
        n->ast.kind == HOP_AST_BREAK ? HOP_FLOW_BREAK : HOP_FLOW_CONTINUE;
    struct hop_value v HOP_AUTO_VALUE = hop_null();
    struct hop_string *label = NULL;

    if (n->label) {
        enum hop_flow flow = eval(f, n->label, &v);
        if (flow != HOP_FLOW_NEXT)
            return flow;
        if (!hop_to_string(&f->rs->cx, v, &label))
            return HOP_FLOW_ERROR;
        if (!label->len)
            hop_string_clear(&label);
    }
    set_label(f->rs, label);
    return jump;
}

static enum hop_flow
exec_return(struct frame *f, struct hop_ast_exit *n, struct hop_sink *out)
{
    enum hop_flow flow = HOP_FLOW_NEXT;

    if (n->pipeline)
        flow = exec(f, n->pipeline, out);
    return flow == HOP_FLOW_NEXT ? HOP_FLOW_RETURN : flow;
}

static enum hop_flow
exec_exit(struct frame *f, struct hop_ast_exit *n)
{
    struct hop_value v HOP_AUTO_VALUE = hop_null();
    int32_t code = 0;

    if (n->pipeline) {
        enum hop_flow flow = eval_statement(f, n->pipeline, &v);
        if (flow != HOP_FLOW_NEXT)
            return flow;
        if (!hop_is_null(v) && !hop_to_int32(&f->rs->cx, v, &code)) {
            hop_drop_exception(&f->rs->cx);
            code = 0;
        }
    }
    f->rs->exit_code = code;
    return HOP_FLOW_EXIT;
}

static enum hop_flow
exec_chain(struct frame *f, struct hop_ast_chain *n, struct hop_sink *out)
{
    enum hop_flow flow = exec(f, n->left, out);

    if (flow == HOP_FLOW_ERROR)
        flow = handle_statement_error(f, out);
    if (flow != HOP_FLOW_NEXT)
        return flow;
    if (f->rs->success == n->is_or)
        return HOP_FLOW_NEXT;
    return exec(f, &n->right->ast, out);
}

/* ---- $?
 * ----------------------------------------------------------------------------------------------
 */

/* Does a statement that ends well set $? to true?  Parentheses around a command
 * leave what the command set. */
static bool
sets_success(struct hop_ast *n)
{
    struct hop_ast *e;

    if (n->kind == HOP_AST_ASSIGNMENT)
        return sets_success(HOP_AST_AS(hop_ast_assignment, n)->right);
    e = hop_ast_is_expression(n) ? n : hop_ast_pure_expression(n);
    if (!e)
        return false;
    switch ((enum hop_ast_kind)e->kind) {
    case HOP_AST_PAREN:
        return sets_success(HOP_AST_AS(hop_ast_paren, e)->pipeline);
    case HOP_AST_SUB_EXPRESSION: {
        struct hop_ast_block *b = HOP_AST_AS(hop_ast_sub, e)->body;
        return b->statements.n != 1 || sets_success(b->statements.items[0]);
    }
    case HOP_AST_ARRAY_EXPRESSION: {
        struct hop_ast_block *b = HOP_AST_AS(hop_ast_array_expression, e)->body;
        return b->statements.n != 1 || sets_success(b->statements.items[0]);
    }
    default: return true;
    }
}

/* ---- dispatch
 * --------------------------------------------------------------------------------------------
 */

/* The value of an expression statement; increments and assignments give none.
 */
static enum hop_flow
exec_expression(struct frame *f, struct hop_ast *e, struct hop_sink *out)
{
    struct hop_value v HOP_AUTO_VALUE = hop_null();
    enum hop_flow flow;

    if (e->kind == HOP_AST_UNARY) {
        enum hop_syntax_op op = HOP_AST_AS(hop_ast_unary, e)->op;
        flow = eval(f, e, &v);
        if (flow != HOP_FLOW_NEXT ||
            (op >= HOP_OP_PRE_INCREMENT && op <= HOP_OP_POST_DECREMENT))
            return flow;
        return write_all(f->rs, out, v);
    }
    flow = eval(f, e, &v);
    return flow == HOP_FLOW_NEXT ? write_all(f->rs, out, v) : flow;
}

enum hop_flow
exec(struct frame *f, struct hop_ast *n, struct hop_sink *out)
{
    struct hop_ast *e;
    enum hop_flow flow;

    switch ((enum hop_ast_kind)n->kind) {
    case HOP_AST_PIPELINE:
        e = hop_ast_pure_expression(n);
        if (!e)
            return exec_pipeline(f, HOP_AST_AS(hop_ast_pipeline, n), out);
        flow = exec_expression(f, e, out);
        if (flow == HOP_FLOW_NEXT && sets_success(e))
            f->rs->success = true;
        return flow;
    case HOP_AST_ASSIGNMENT:
        flow = assign(f, HOP_AST_AS(hop_ast_assignment, n), NULL);
        if (flow == HOP_FLOW_NEXT && !f->rs->success && sets_success(n))
            f->rs->success = true;
        return flow;
    case HOP_AST_IF: return exec_if(f, HOP_AST_AS(hop_ast_if, n), out);
    case HOP_AST_FOREACH:
        return exec_foreach(f, HOP_AST_AS(hop_ast_foreach, n), out);
    case HOP_AST_FOR: return exec_for(f, HOP_AST_AS(hop_ast_for, n), out);
    case HOP_AST_WHILE: return exec_while(f, HOP_AST_AS(hop_ast_loop, n), out);
    case HOP_AST_DO_WHILE:
    case HOP_AST_DO_UNTIL: return exec_do(f, HOP_AST_AS(hop_ast_loop, n), out);
    case HOP_AST_SWITCH:
        return exec_switch(f, HOP_AST_AS(hop_ast_switch, n), out);
    case HOP_AST_TRY: return exec_try(f, HOP_AST_AS(hop_ast_try, n), out);
    case HOP_AST_BREAK:
    case HOP_AST_CONTINUE: return exec_jump(f, HOP_AST_AS(hop_ast_jump, n));
    case HOP_AST_RETURN:
        return exec_return(f, HOP_AST_AS(hop_ast_exit, n), out);
    case HOP_AST_EXIT: return exec_exit(f, HOP_AST_AS(hop_ast_exit, n));
    case HOP_AST_THROW: return exec_throw(f, HOP_AST_AS(hop_ast_exit, n));
    case HOP_AST_FUNCTION_DEFINITION:
        return exec_function(f, HOP_AST_AS(hop_ast_function, n));
    case HOP_AST_DATA: return exec_data(f, HOP_AST_AS(hop_ast_data, n), out);
    case HOP_AST_PIPELINE_CHAIN:
        return exec_chain(f, HOP_AST_AS(hop_ast_chain, n), out);
    case HOP_AST_STATEMENT_BLOCK:
        return exec_block(f, HOP_AST_AS(hop_ast_block, n), out);
    case HOP_AST_USING_STATEMENT: return HOP_FLOW_NEXT;
    default: break;
    }
    return exec_expression(f, n, out);
}

enum hop_flow
exec_block(struct frame *f, struct hop_ast_block *b, struct hop_sink *out)
{
    struct trap_level level = {f->traps, b->traps.n ? b : NULL};
    bool pushed = b->traps.n || f->traps;
    bool propagate = f->rs->propagate;
    enum hop_flow flow = HOP_FLOW_NEXT;

    if (pushed)
        f->traps = &level;
    if (b->traps.n)
        f->rs->propagate = true;
    for (uint32_t i = 0; i < b->statements.n; i++) {
        struct hop_ast *n = b->statements.items[i];
        runspace_turn(f->rs);
        f->pos = n;
        if (__builtin_expect(f->rs->breakpoints != NULL, 0)) {
            flow = breakpoints_of_line(f, n);
            if (flow != HOP_FLOW_NEXT)
                break;
        }
        flow = exec(f, n, out);
        if (__builtin_expect(flow == HOP_FLOW_ERROR, 0))
            flow = handle_statement_error(f, out);
        if (flow != HOP_FLOW_NEXT)
            break;
    }
    if (b->traps.n)
        f->rs->propagate = propagate;
    f->traps = level.up;
    return flow;
}

/* A statement used as a value: the output collected, or the expression itself.
 */
enum hop_flow
eval_statement(struct frame *f, struct hop_ast *n, struct hop_value *out)
{
    struct hop_list_sink l;
    struct hop_ast *e;
    enum hop_flow flow;

    if (n->kind == HOP_AST_ASSIGNMENT)
        return assign(f, HOP_AST_AS(hop_ast_assignment, n), out);
    e = hop_ast_is_expression(n) ? n : hop_ast_pure_expression(n);
    if (e) {
        flow = eval(f, e, out);
        if (flow == HOP_FLOW_NEXT && !f->rs->success && sets_success(e))
            f->rs->success = true;
        return flow;
    }
    if (!deep_enough(f->rs))
        return HOP_FLOW_ERROR;
    hop_list_sink_init(&l, &f->rs->cx);
    flow = exec(f, n, &l.sink);
    if (flow == HOP_FLOW_NEXT)
        *out = hop_list_sink_value(&l);
    hop_list_sink_done(&l);
    return flow;
}
