/* Running a pipeline: whom its commands name, how they are joined.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engine/pipeline.h"

#include "engine/engine.h"
#include "smb/files.h"

/* ---- names
 * ----------------------------------------------------------------------------
 */

/* What & and . take: a name, a script block, a command object, a module (then
 * the next argument runs inside it). */
struct callee {
    struct cmdinfo *info; /* owned */
    char *name;           /* owned */
    struct session *session;
    uint32_t first; /* index of the first argument */
};

static struct cmdinfo *
info_of_block(struct hop_runspace *rs, struct hop_block *b)
{
    struct cmdinfo *c = cmdinfo_new(rs, COMMAND_SCRIPT, "");

    hop_retain(hop_obj(b));
    c->block = b;
    return c;
}

/* Cached look-ups of plain names: valid while no command anywhere changes. */
struct name_cache {
    uint32_t epoch;
    struct session *session;
    struct cmdinfo *info;
};

static struct cmdinfo *
find_named(struct frame *f, struct hop_ast *n, const char *name, size_t len)
{
    struct hop_runspace *rs = f->rs;
    struct name_cache *k = n->cache;
    struct cmdinfo *info;

    if (n->kind == HOP_AST_COMMAND && k && k->epoch == rs->command_epoch &&
        k->session == f->session) {
        hop_retain(hop_obj(k->info));
        return k->info;
    }
    info = find_command(rs, name, len, COMMAND_ALL, false);
    /* Programs and scripts are in no table that would keep them alive. */
    if (info && n->kind == HOP_AST_COMMAND &&
        !(info->type & (COMMAND_APPLICATION | COMMAND_EXTERNAL_SCRIPT))) {
        if (!k)
            n->cache = k = hop_unit_alloc(f->unit, sizeof(*k));
        k->epoch = rs->command_epoch;
        k->session = f->session;
        k->info = info;
    }
    return info;
}

static bool
bad_expression(struct frame *f)
{
    return throw_pending(f->rs, "RuntimeException", "BadExpression",
                         HOP_CAT_INVALID_OPERATION, hop_null(),
                         "The expression after '%s' in a pipeline element "
                         "produced an object that was not valid. It must "
                         "result in a command name, a script block, or a "
                         "CommandInfo object.",
                         "&");
}

static enum hop_flow
callee_value(struct frame *f, struct hop_ast_command *n, struct hop_value v,
             struct callee *out)
{
    struct hop_value base = hop_value_base(v);
    struct hop_block *b = as_block(base);
    struct cmdinfo *info = as_cmdinfo(base);
    struct hop_module *m = as_module(base);
    struct hop_string *name HOP_AUTO_STRING = NULL;

    if (b) {
        out->info = info_of_block(f->rs, b);
        out->name = hop_xstrdup("&");
        return HOP_FLOW_NEXT;
    }
    if (info) {
        hop_retain(base);
        out->info = info;
        out->name = hop_xstrdup(info->name);
        return HOP_FLOW_NEXT;
    }
    if (m && m->session && n->elements.n > 1) {
        if (m->session->mode != f->rs->language_mode) {
            throw_pending(f->rs, "RuntimeException",
                          "CantInvokeCallOperatorAcrossLanguageBoundaries",
                          HOP_CAT_INVALID_OPERATION, hop_null(),
                          "Cannot invoke the module with the call operator: it "
                          "was made in a different language mode. Call one of "
                          "the commands that it exports.");
            return HOP_FLOW_ERROR;
        }
        struct hop_value inner HOP_AUTO_VALUE = hop_null();
        enum hop_flow flow = eval(f, n->elements.items[1], &inner);
        if (flow != HOP_FLOW_NEXT)
            return flow;
        out->session = m->session;
        out->first = 2;
        struct hop_block *block = as_block(inner);
        if (block) {
            struct hop_block *bound = block_bind(f->rs, block, m->session);
            out->info = info_of_block(f->rs, bound);
            hop_release(hop_obj(bound));
            out->name = hop_xstrdup("&");
            return HOP_FLOW_NEXT;
        }
        struct session *saved = f->rs->session;
        f->rs->session = m->session;
        flow = callee_value(f, n, inner, out);
        f->rs->session = saved;
        return flow;
    }
    if (hop_is_null(base)) {
        bad_expression(f);
        return HOP_FLOW_ERROR;
    }
    if (!hop_to_string(&f->rs->cx, v, &name))
        return HOP_FLOW_ERROR;
    if (!name->len) {
        bad_expression(f);
        return HOP_FLOW_ERROR;
    }
    out->name = hop_xstrndup(name->data, name->len);
    out->info = find_command(f->rs, name->data, name->len, COMMAND_ALL, false);
    return out->info ? HOP_FLOW_NEXT : HOP_FLOW_ERROR;
}

static enum hop_flow
find_callee(struct frame *f, struct hop_ast_command *n, struct callee *out)
{
    struct hop_ast *first = n->elements.items[0];
    struct hop_value v HOP_AUTO_VALUE = hop_null();

    out->first = 1;
    if (first->kind == HOP_AST_STRING_CONSTANT) {
        struct hop_name *name = &HOP_AST_AS(hop_ast_string, first)->value;
        if (!name->len) {
            bad_expression(f);
            return HOP_FLOW_ERROR;
        }
        out->info = find_named(f, &n->ast, name->text, name->len);
        if (!out->info)
            return HOP_FLOW_ERROR;
        out->name = hop_xstrndup(name->text, name->len);
        return HOP_FLOW_NEXT;
    }
    enum hop_flow flow = eval(f, first, &v);
    if (flow != HOP_FLOW_NEXT)
        return flow;
    return callee_value(f, n, v, out);
}

/* ---- commands
 * --------------------------------------------------------------------------------------
 */

/* Is one of the arguments -? */
static bool
asks_for_help(const struct hop_ast_command *n, uint32_t first)
{
    for (uint32_t i = first; i < n->elements.n; i++) {
        const struct hop_ast *e = n->elements.items[i];
        const struct hop_ast_command_parameter *p =
            HOP_AST_AS(hop_ast_command_parameter, e);

        if (e->kind == HOP_AST_COMMAND_PARAMETER && p->name.len == 1 &&
            p->name.text[0] == '?')
            return true;
    }
    return false;
}

/* Get-Help for a command, in its place. */
static struct hop_command *
help_command(struct frame *f, struct hop_ast_command *n,
             const struct cmdinfo *target)
{
    struct cmdinfo *help = find_command(f->rs, "Get-Help", strlen("Get-Help"),
                                        COMMAND_CMDLET, false);
    struct hop_command *c;

    if (!help)
        return NULL;
    c = command_new(f->rs, help, "Get-Help", &n->ast, f);
    hop_release(hop_obj(help));
    arguments_add(&c->arguments)->value =
        hop_text(target->type == COMMAND_EXTERNAL_SCRIPT && target->definition
                     ? target->definition
                     : target->name);
    return c;
}

static enum hop_flow
make_command(struct frame *f, struct hop_ast_command *n,
             struct hop_command **out)
{
    struct callee callee = {0};
    struct hop_command *c;
    enum hop_flow flow = find_callee(f, n, &callee);

    if (flow != HOP_FLOW_NEXT) {
        free(callee.name);
        return flow;
    }
    struct cmdinfo *target = callee.info;
    if (target->type == COMMAND_ALIAS) {
        target = resolve_alias(f->rs, target, false);
        hop_release(hop_obj(callee.info));
        if (!target) {
            free(callee.name);
            return HOP_FLOW_ERROR;
        }
    }
    if (n->invocation == HOP_INVOKE_DOT && target->block &&
        !language_may_dot(f->rs, target->block, target->name)) {
        hop_release(hop_obj(target));
        free(callee.name);
        return HOP_FLOW_ERROR;
    }
    if (target->type != COMMAND_APPLICATION && target->name &&
        target->name[0] && asks_for_help(n, callee.first)) {
        *out = help_command(f, n, target);
        hop_release(hop_obj(target));
        free(callee.name);
        return *out ? HOP_FLOW_NEXT : HOP_FLOW_ERROR;
    }
    c = command_new(f->rs, target,
                    n->invocation == HOP_INVOKE_DOT    ? "."
                    : n->invocation == HOP_INVOKE_CALL ? "&"
                                                       : callee.name,
                    &n->ast, f);
    hop_release(hop_obj(target));
    free(callee.name);
    c->dotted = n->invocation == HOP_INVOKE_DOT;
    for (uint32_t i = callee.first; i < n->elements.n; i++) {
        flow = arguments_add_ast(f, &c->arguments, n->elements.items[i]);
        if (flow != HOP_FLOW_NEXT) {
            command_free(c);
            return flow;
        }
    }
    *out = c;
    return HOP_FLOW_NEXT;
}

static void
free_all(struct hop_command **commands, size_t n)
{
    for (size_t i = 0; i < n; i++)
        command_free(commands[i]);
}

/* What the value of an expression goes through when it has redirections. */
struct expression_sink {
    struct io io;
    struct hop_command *holder;
};

static enum hop_flow
run_expression(struct frame *f, struct hop_ast_command_expression *n,
               struct hop_sink *out)
{
    struct hop_command holder = {.rs = f->rs, .io = *f->io, .out = out};
    struct io *saved = f->io;
    struct hop_value v HOP_AUTO_VALUE = hop_null();
    enum hop_flow flow = redirections_open(f, &holder, &n->redirections);

    if (flow == HOP_FLOW_NEXT) {
        redirections_merge(&holder, &n->redirections);
        f->io = &holder.io;
        flow = eval(f, n->expression, &v);
        if (flow == HOP_FLOW_NEXT)
            flow = write_all(f->rs, holder.out, v);
        if (flow == HOP_FLOW_ERROR)
            flow = handle_statement_error(f, out);
        else if (flow == HOP_FLOW_NEXT)
            f->rs->success = true;
        f->io = saved;
    }
    redirects_close(&holder);
    return flow;
}

#define MAX_STAGES 8

static enum hop_flow
build(struct frame *f, struct hop_ast_pipeline *p, uint32_t first,
      struct hop_command **commands, size_t *made)
{
    for (uint32_t i = first; i < p->elements.n; i++) {
        struct hop_ast *e = p->elements.items[i];
        if (e->kind != HOP_AST_COMMAND)
            continue;
        enum hop_flow flow =
            make_command(f, HOP_AST_AS(hop_ast_command, e), &commands[*made]);
        if (flow != HOP_FLOW_NEXT)
            return flow;
        (*made)++;
    }
    return HOP_FLOW_NEXT;
}

static enum hop_flow
connect(struct frame *f, struct hop_ast_pipeline *p, uint32_t first,
        struct hop_command **commands, size_t n, struct hop_sink *out)
{
    for (size_t i = 0; i < n; i++) {
        struct hop_ast_command *ast =
            HOP_AST_AS(hop_ast_command, p->elements.items[first + i]);
        struct hop_command *c = commands[i];
        enum hop_flow flow = HOP_FLOW_NEXT;
        c->out = i + 1 < n ? &commands[i + 1]->input : out;
        if (ast->redirections.n) {
            flow = redirections_open(f, c, &ast->redirections);
            redirections_merge(c, &ast->redirections);
        }
        if (flow != HOP_FLOW_NEXT)
            return flow;
    }
    return HOP_FLOW_NEXT;
}

/* A range at the head of a pipeline is walked without making the array. */
struct range_input {
    bool chars, done;
    int64_t at, to;
};

static bool
next_of_range(void *ctx, struct hop_value *v)
{
    struct range_input *r = ctx;

    if (r->done)
        return false;
    *v = r->chars ? hop_char((uint16_t)r->at) : hop_int((int32_t)r->at);
    r->done = r->at == r->to;
    r->at += r->at <= r->to ? 1 : -1;
    return true;
}

static enum hop_flow
open_range(struct frame *f, struct hop_ast_binary *n, struct range_input *r)
{
    struct hop_value a HOP_AUTO_VALUE = hop_null();
    struct hop_value b HOP_AUTO_VALUE = hop_null();
    enum hop_flow flow = eval(f, n->left, &a);

    if (flow == HOP_FLOW_NEXT)
        flow = eval(f, n->right, &b);
    if (flow == HOP_FLOW_NEXT &&
        !hop_range_bounds(&f->rs->cx, a, b, &r->chars, &r->at, &r->to))
        flow = HOP_FLOW_ERROR;
    return flow;
}

static bool
is_range(const struct hop_ast *n)
{
    return n->kind == HOP_AST_BINARY &&
           ((const struct hop_ast_binary *)(const void *)n)->op ==
               HOP_SYNTAX_RANGE;
}

static enum hop_flow
run_stages(struct frame *f, struct hop_ast_pipeline *p,
           struct hop_command **commands, struct hop_sink *out)
{
    struct hop_ast *head = p->elements.items[0];
    struct hop_value v HOP_AUTO_VALUE = hop_null();
    struct pipeline_input input = {0};
    struct range_input range = {0};
    uint32_t first = head->kind == HOP_AST_COMMAND ? 0 : 1;
    size_t made = 0;
    enum hop_flow flow = HOP_FLOW_NEXT;

    if (first) {
        struct hop_ast_command_expression *e =
            HOP_AST_AS(hop_ast_command_expression, head);
        if (e->redirections.n) {
            struct hop_list_sink l;
            hop_list_sink_init(&l, &f->rs->cx);
            flow = run_expression(f, e, &l.sink);
            if (flow == HOP_FLOW_NEXT)
                v = hop_list_sink_value(&l);
            hop_list_sink_done(&l);
        } else if (is_range(e->expression)) {
            flow = open_range(f, HOP_AST_AS(hop_ast_binary, e->expression),
                              &range);
            input.next = next_of_range;
            input.ctx = &range;
        } else {
            flow = eval(f, e->expression, &v);
        }
        input.value = v;
    }
    if (flow == HOP_FLOW_NEXT)
        flow = build(f, p, first, commands, &made);
    if (flow == HOP_FLOW_NEXT)
        flow = connect(f, p, first, commands, made, out);
    if (flow != HOP_FLOW_NEXT) {
        free_all(commands, made);
        f->rs->success = false;
        return flow;
    }
    return run_commands(f->rs, f, commands, made, first ? &input : NULL, out);
}

enum hop_flow
make_pipeline_commands(struct frame *f, struct hop_ast_pipeline *p,
                       struct hop_command ***out, size_t *n)
{
    struct hop_command **commands =
        hop_xcalloc(p->elements.n, sizeof(struct hop_command *));
    size_t made = 0;
    enum hop_flow flow = build(f, p, 0, commands, &made);

    if (flow != HOP_FLOW_NEXT) {
        free_all(commands, made);
        free(commands);
        return flow;
    }
    *out = commands;
    *n = made;
    return flow;
}

/* A pipeline with & behind it: the jobs' cmdlet takes it. */
static enum hop_flow
start_job(struct frame *f, struct hop_ast_pipeline *p, struct hop_sink *out)
{
    struct hop_name text = hop_ast_text(f->unit, &p->ast);
    struct hop_value block = hop_null();
    size_t n = text.len;
    enum hop_flow flow;

    while (n && (text.text[n - 1] == '&' || text.text[n - 1] == ' '))
        n--;
    if (!hop_scriptblock_create(f->rs, text.text, n, &block))
        return HOP_FLOW_ERROR;
    flow = invoke_named(f->rs, "Start-Job", hop_null(), &block, 1, out);
    hop_release(block);
    return flow;
}

enum hop_flow
exec_pipeline(struct frame *f, struct hop_ast_pipeline *p, struct hop_sink *out)
{
    struct hop_command *store[MAX_STAGES] = {NULL};
    struct hop_command **commands = store;
    enum hop_flow flow;

    f->pos = &p->ast;
    if (p->background)
        return start_job(f, p, out);
    if (p->elements.n == 1 &&
        p->elements.items[0]->kind == HOP_AST_COMMAND_EXPRESSION)
        return run_expression(
            f, HOP_AST_AS(hop_ast_command_expression, p->elements.items[0]),
            out);
    if (p->elements.n > MAX_STAGES)
        commands = hop_xcalloc(p->elements.n, sizeof(struct hop_command *));
    flow = run_stages(f, p, commands, out);
    if (commands != store)
        free(commands);
    return flow;
}

/* ---- from C
 * -------------------------------------------------------------------------------------------
 */

enum hop_flow
invoke_named(struct hop_runspace *rs, const char *name, struct hop_value named,
             const struct hop_value *args, size_t n, struct hop_sink *out)
{
    struct cmdinfo *info =
        find_command(rs, name, strlen(name), COMMAND_ALL, false);
    struct hop_command *c;

    if (info && info->type == COMMAND_ALIAS) {
        struct cmdinfo *target = resolve_alias(rs, info, false);
        hop_release(hop_obj(info));
        info = target;
    }
    if (!info)
        return HOP_FLOW_ERROR;
    c = command_new(rs, info, name, rs->frame ? rs->frame->pos : NULL,
                    rs->frame);
    hop_release(hop_obj(info));
    for (size_t i = 0; i < n; i++)
        arguments_add(&c->arguments)->value = hop_retain(args[i]);
    if (named.kind == HOP_OBJECT)
        splat(rs, &c->arguments, named);
    return run_commands(rs, rs->frame, &c, 1, NULL, out ? out : &hop_sink_null);
}
