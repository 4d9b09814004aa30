/* Script blocks at work beside the program.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engine/task.h"

#include "base/text.h"

/* ---- $using: ---- */

struct search {
    struct hop_command *c;
    struct hop_dict *found;
    bool lenient, failed;
};

/* A command with -Parallel: what its block uses is that command's matter. */
static bool
has_parallel(const struct hop_ast *node)
{
    const struct hop_ast_command *c = (const struct hop_ast_command *)node;

    if (node->kind != HOP_AST_COMMAND)
        return false;
    for (uint32_t i = 0; i < c->elements.n; i++) {
        const struct hop_ast *e = c->elements.items[i];
        const struct hop_name *name;
        if (e->kind != HOP_AST_COMMAND_PARAMETER)
            continue;
        name = &((const struct hop_ast_command_parameter *)e)->name;
        if (name->len >= 2 && name->len <= 8 &&
            hop_ascii_ieqn("Parallel", name->text, name->len))
            return true;
    }
    return false;
}

static bool
take_using(void *ctx, struct hop_ast *node)
{
    struct search *s = ctx;
    struct hop_ast_variable *v;
    struct hop_variable *variable;
    struct hop_error_spec spec = {.id = "UsingVariableIsUndefined",
                                  .category = HOP_CAT_INVALID_OPERATION};
    bool ok;

    if (s->failed || has_parallel(node))
        return false;
    if (node->kind != HOP_AST_USING)
        return true;
    node = HOP_AST_AS(hop_ast_wrap, node)->child;
    while (node->kind == HOP_AST_MEMBER || node->kind == HOP_AST_INDEX)
        node = node->kind == HOP_AST_MEMBER
                   ? HOP_AST_AS(hop_ast_member, node)->target
                   : HOP_AST_AS(hop_ast_index, node)->target;
    if (node->kind != HOP_AST_VARIABLE)
        return true;
    v = HOP_AST_AS(hop_ast_variable, node);
    HOP_AUTO_FREE char *name = hop_xstrndup(v->path.text, v->path.len);
    variable = hop_variable_find(s->c->rs, name, NULL, &ok);
    if (!variable && hop_as_dict(s->c->rs->usings)) {
        struct hop_value *outer =
            hop_dict_get_text(hop_as_dict(s->c->rs->usings), name);
        if (outer) {
            hop_dict_set_text(s->found, name, hop_retain(*outer));
            return true;
        }
    }
    if (!variable) {
        hop_drop_exception(&s->c->rs->cx);
        if (s->lenient) {
            hop_dict_set_text(s->found, name, hop_null());
            return true;
        }
        s->failed = true;
        return hop_command_throw(s->c, &spec,
                                 "The value of the using variable '$using:%s' "
                                 "cannot be retrieved because it has not been "
                                 "set in the local session.",
                                 name);
    }
    hop_dict_set_text(s->found, name, hop_variable_value(s->c->rs, variable));
    return true;
}

bool
task_usings(struct hop_command *c, struct hop_block *b, bool lenient,
            struct hop_value *out)
{
    struct search s = {
        .c = c, .lenient = lenient, .found = hop_hashtable_new(&c->rs->cx)};
    struct hop_value holder HOP_AUTO_VALUE = hop_obj(s.found);

    hop_ast_visit(&b->ast->ast, take_using, &s);
    if (s.failed)
        return false;
    *out = hop_value_steal(&holder);
    return true;
}

bool
task_block(struct hop_runspace *rs, struct hop_block *b, struct hop_value *out)
{
    struct hop_value v HOP_AUTO_VALUE = hop_retain(hop_obj(b));
    struct hop_string *text HOP_AUTO_STRING = NULL;
    struct hop_unit *u HOP_AUTO_UNIT = NULL;
    struct hop_block *made;

    if (!hop_to_string(&rs->cx, v, &text))
        return false;
    u = hop_lang_parse(text->data, text->len, NULL, 0);
    made = block_new(rs, u, hop_unit_root(u), NULL);
    made->mode = b->mode;
    *out = hop_obj(made);
    return true;
}

/* ---- running ---- */

struct stream_sink {
    struct hop_sink sink;
    struct task *task;
    struct hop_runspace *rs;
    int stream;
};

static enum hop_flow
emit(struct hop_sink *sink, struct hop_value v)
{
    struct stream_sink *s = (struct stream_sink *)(void *)sink;

    if (v.kind == HOP_VOID)
        return HOP_FLOW_NEXT;
    s->task->emit(s->task->ctx, s->stream, v);
    hop_threads_notify(s->rs);
    return HOP_FLOW_NEXT;
}

static enum hop_flow
run_one(struct task *t, struct hop_runspace *rs, struct hop_value block,
        bool is_main)
{
    struct hop_array *args = is_main ? hop_as_array(t->args) : NULL;
    struct hop_block *bound = block_bind(rs, as_block(block), NULL);
    struct hop_value holder HOP_AUTO_VALUE = hop_obj(bound);

    (void)holder;
    return run_block(
        rs, &(struct block_run){
                .block = bound,
                .args = args ? args->items : NULL,
                .n_args = args ? args->n : 0,
                .under = is_main && t->has_under ? &t->under : NULL,
                .input = is_main && hop_as_array(t->input) ? &t->input : NULL,
                .out = rs->io.sink[HOP_OUTPUT],
                .io = &rs->io,
                .new_scope = is_main,
                .whole = true});
}

static void
go_to(struct hop_runspace *rs, const char *directory)
{
    if (!directory || !rs->drive)
        return;
    free(rs->drive->location);
    rs->drive->location = hop_xstrdup(directory);
}

static void
thread_run(struct hop_runspace *rs, void *arg)
{
    struct task *t = arg;
    struct stream_sink sinks[HOP_STREAM_NUMBERS];
    enum hop_flow flow = HOP_FLOW_NEXT;

    for (int i = HOP_OUTPUT; i < HOP_STREAM_NUMBERS; i++) {
        sinks[i] = (struct stream_sink){{emit}, t, rs, i};
        rs->io.sink[i] = &sinks[i].sink;
    }
    rs->nested = 1;
    rs->propagate = rs->exiting = false;
    hop_value_set(&rs->usings, hop_retain(t->usings));
    go_to(rs, t->directory);
    if (!hop_is_null(t->init))
        flow = run_one(t, rs, t->init, false);
    if (flow == HOP_FLOW_NEXT)
        flow = run_one(t, rs, t->block, true);
    if (flow == HOP_FLOW_ERROR && !rs->stop) {
        t->record = hop_error_catch(rs);
        error_list_add(rs, t->record);
        t->end = TASK_FAILED;
    } else if (flow == HOP_FLOW_STOP || rs->stop) {
        t->end = TASK_STOPPED;
        hop_drop_exception(&rs->cx);
    }
    hop_string_clear(&rs->label);
    memset(&rs->io, 0, sizeof(rs->io));
    rs->nested = 0;
    rs->stop = 0;
}

void
task_discard(struct task *t)
{
    hop_release(t->block);
    hop_release(t->init);
    hop_release(t->args);
    hop_release(t->input);
    hop_release(t->under);
    hop_release(t->usings);
    hop_release(t->record);
    free(t->directory);
    free(t);
}

static void
thread_end(struct hop_runspace *rs, void *arg)
{
    struct task *t = arg;

    hop_space_put_back(rs, t->space);
    t->ended(t->ctx, t->end, t->record);
    task_discard(t);
    hop_threads_notify(rs);
}

bool
task_start(struct hop_runspace *rs, struct task *t)
{
    t->space = hop_space_take(rs, rs->language_mode);
    t->thread = hop_thread_new(rs, t->space, thread_run, thread_end, t);
    if (t->thread)
        return true;
    hop_space_put_back(rs, t->space);
    task_discard(t);
    return false;
}

void
task_stop(struct task *t)
{
    hop_thread_stop(t->thread);
}
