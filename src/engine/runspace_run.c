/* Running a program in a runspace: as a command, its streams joined, its end.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engine/runspace.h"

#include "engine/engine.h"
#include "engine/space.h"

struct default_sink {
    struct hop_sink sink;
    struct hop_runspace *rs;
    struct hop_formatter *formatter;
};

static enum hop_flow
host_text(void *ctx, const char *s, size_t n)
{
    struct hop_host *h = ((struct hop_runspace *)ctx)->host;

    if (h && h->ops->write)
        h->ops->write(h, s, n, HOP_COLOR_NONE, HOP_COLOR_NONE);
    return HOP_FLOW_NEXT;
}

static enum hop_flow
default_write(struct hop_sink *s, struct hop_value v)
{
    struct default_sink *d = (struct default_sink *)s;

    if (!d->formatter) {
        d->formatter =
            hop_runspace_formatter(d->rs)->begin(d->rs, 0, host_text, d->rs);
        hop_runspace_formatter(d->rs)->for_host(d->formatter);
    }
    return hop_runspace_formatter(d->rs)->object(d->formatter, v);
}

static void
default_end(struct default_sink *d)
{
    if (d->formatter &&
        hop_runspace_formatter(d->rs)->end(d->formatter) == HOP_FLOW_ERROR)
        hop_drop_exception(&d->rs->cx);
    d->formatter = NULL;
}

void
runspace_show(struct hop_runspace *rs)
{
    if (rs->shown)
        default_end(rs->shown);
}

/* ---- running
 * ------------------------------------------------------------------------------------------
 */

static struct hop_command *
command_for(struct hop_runspace *rs, const struct hop_run *run)
{
    struct cmdinfo *info = NULL;
    struct hop_command *c;

    if (run->file) {
        info = script_info(rs, run->file);
    } else {
        struct hop_block *b = as_block(run->block);
        struct hop_value made HOP_AUTO_VALUE = hop_null();
        if (!b && run->unit) {
            if (!language_may_parse(rs, run->unit))
                return NULL;
            b = block_new(rs, run->unit, hop_unit_root(run->unit), rs->session);
            made = hop_obj(b);
        } else if (!b) {
            if (!hop_scriptblock_create(rs, run->text, run->n, &made))
                return NULL;
            b = as_block(made);
        }
        info = cmdinfo_new(rs, COMMAND_SCRIPT, "");
        hop_retain(hop_obj(b));
        info->block = b;
    }
    c = command_new(rs, info, run->file ? run->file : "", NULL, rs->frame);
    hop_release(hop_obj(info));
    c->dotted = !run->new_scope;
    if (run->file)
        c->is_script = true;
    for (size_t i = 0; i < run->n_args; i++) {
        const char *s =
            hop_is_string(run->args[i]) ? hop_cstr(run->args[i]) : NULL;
        size_t n = s ? strlen(s) : 0;
        struct argument *g = arguments_add(&c->arguments);
        const char *colon;
        if (s && n > 1 && s[0] == '-' &&
            (hop_ascii_lower(s[1]) >= 'a' && hop_ascii_lower(s[1]) <= 'z') &&
            run->file) {
            colon = strchr(s, ':');
            g->splatted = true;
            g->kind = colon && colon[1] ? ARGUMENT_NAME_VALUE : ARGUMENT_NAME;
            g->name_len = (uint32_t)(colon ? (size_t)(colon - s) : n) - 1;
            g->name = hop_xstrndup(s + 1, g->name_len);
            if (colon && colon[1]) {
                const char *t = colon + 1;
                if (hop_ascii_ieq(t, "$true") || hop_ascii_ieq(t, "$false"))
                    g->value = hop_bool(hop_ascii_ieq(t, "$true"));
                else
                    g->value = hop_text(t);
            }
            continue;
        }
        g->value = hop_retain(run->args[i]);
    }
    if (run->named.kind == HOP_OBJECT)
        splat(rs, &c->arguments, run->named);
    return c;
}

/* A parameter's name as programs write it: Name, or, as on a command line,
 * -Name, whose value may be the next argument. */
static void
add_named(struct hop_command *c, const struct hop_run_argument *a)
{
    bool dash = a->name[0] == '-';
    const char *s = a->name + dash;
    size_t n = strlen(s);
    struct argument *g = arguments_add(&c->arguments);

    if (n && s[n - 1] == ':')
        n--;
    g->splatted = true;
    g->kind =
        dash && hop_is_null(a->value) ? ARGUMENT_NAME : ARGUMENT_NAME_VALUE;
    g->name = hop_xstrndup(s, n);
    g->name_len = (uint32_t)n;
    g->value = hop_retain(a->value);
}

static struct cmdinfo *
info_of_script(struct hop_runspace *rs, const struct hop_run_command *r)
{
    struct hop_value block HOP_AUTO_VALUE = hop_null();
    struct cmdinfo *info;

    if (!hop_scriptblock_create(rs, r->text, r->n, &block))
        return NULL;
    info = cmdinfo_new(rs, COMMAND_SCRIPT, "");
    info->block = as_block(hop_retain(block));
    return info;
}

/* One of a pipeline's commands; NULL with an exception pending. */
static struct hop_command *
command_of_program(struct hop_runspace *rs, const struct hop_run_command *r)
{
    struct cmdinfo *info =
        r->is_script ? info_of_script(rs, r)
                     : find_command(rs, r->text, r->n, COMMAND_ALL, false);
    struct hop_command *c;

    if (info && !r->is_script && info->type == COMMAND_ALIAS) {
        struct cmdinfo *target = resolve_alias(rs, info, false);

        hop_release(hop_obj(info));
        info = target;
    }
    if (!info)
        return NULL;
    c = command_new(rs, info, r->is_script ? "" : r->text, NULL, rs->frame);
    hop_release(hop_obj(info));
    c->dotted = r->is_script && !r->new_scope;
    for (size_t i = 0; i < r->n_args; i++) {
        if (r->args[i].name)
            add_named(c, &r->args[i]);
        else
            arguments_add(&c->arguments)->value = hop_retain(r->args[i].value);
    }
    return c;
}

/* Where the streams of command i go. */
static void
join_streams(struct hop_command *const *list, const struct hop_run *run,
             size_t i)
{
    const struct hop_run_command *r = run->commands;
    struct hop_command *c = list[i];
    bool last = i + 1 == run->n_commands;

    c->io = c->rs->io;
    c->out = last ? c->io.sink[HOP_OUTPUT] : &list[i + 1]->input;
    for (int k = HOP_ERROR; k < HOP_STREAM_NUMBERS; k++) {
        if (r[i].merged & 1u << k)
            c->io.sink[k] = c->out;
        if (r[i].dropped & 1u << k)
            c->io.sink[k] = &hop_sink_null;
    }
    for (size_t k = i + 1; k < run->n_commands; k++) {
        if (!r[k].claims_errors || r[i].merged & 1u << HOP_ERROR)
            continue;
        c->io.sink[HOP_ERROR] = &list[k]->input;
        return;
    }
}

static enum hop_flow
run_program(struct hop_runspace *rs, const struct hop_run *run,
            const struct pipeline_input *input)
{
    struct hop_command **list HOP_AUTO_FREE =
        hop_xcalloc(run->n_commands, sizeof(struct hop_command *));
    struct hop_array *values = hop_as_array(run->usings);
    struct hop_value by_text HOP_AUTO_VALUE = hop_null();
    enum hop_flow flow;

    for (size_t i = 0; i < run->n_commands; i++) {
        list[i] = command_of_program(rs, &run->commands[i]);
        if (!list[i]) {
            while (i--)
                command_free(list[i]);
            return HOP_FLOW_ERROR;
        }
        if (values && run->commands[i].is_script && hop_is_null(by_text))
            hop_value_set(&by_text,
                          usings_by_text(rs, list[i]->info->block, values));
    }
    for (size_t i = 0; i < run->n_commands; i++)
        join_streams(list, run, i);
    if (values)
        rs->sent = by_text;
    flow = run_commands(rs, rs->frame, list, run->n_commands, input,
                        rs->io.sink[HOP_OUTPUT]);
    rs->sent = run->usings;
    return flow;
}

static void
failed_at_top(struct hop_runspace *rs, const struct hop_run *run,
              struct hop_value *error)
{
    struct hop_value record HOP_AUTO_VALUE = hop_error_catch(rs);

    error_list_add(rs, record);
    rs->success = false;
    if (run->to_default)
        stream_write(rs, &rs->io, HOP_ERROR, record);
    if (error)
        *error = hop_value_steal(&record);
}

/* $^ and $$: how the line of the user's before this one begins and ends. */
struct line_ends {
    struct hop_value first, last;
};

static struct line_ends
take_ends(const struct hop_run *run, const struct hop_command *c)
{
    struct line_ends e = {hop_null(), hop_null()};
    struct hop_name first, last;

    if (!run->add_history || !run->text || !c || !c->info->block)
        return e;
    hop_unit_ends(c->info->block->unit, &first, &last);
    e.first = hop_textn(first.text ? first.text : "", first.len);
    e.last = hop_textn(last.text ? last.text : "", last.len);
    return e;
}

static void
keep_ends(struct hop_runspace *rs, struct line_ends *e)
{
    if (!hop_is_null(e->first) &&
        (!hop_variable_set(rs, "^", "Global", e->first) ||
         !hop_variable_set(rs, "$", "Global", e->last)))
        hop_drop_exception(&rs->cx);
    hop_value_clear(&e->first);
    hop_value_clear(&e->last);
}

/* PipelineState. */
static const int history_states[] = {
    [HOP_RUN_COMPLETED] = 4,
    [HOP_RUN_FAILED] = 5,
    [HOP_RUN_STOPPED] = 3,
    [HOP_RUN_EXITED] = 4,
};

enum hop_run_end
hop_runspace_run(struct hop_runspace *rs, const struct hop_run *run,
                 struct hop_value *error)
{
    struct default_sink fallback = {{default_write}, rs, NULL};
    struct io saved = rs->io;
    struct default_sink *shown = rs->shown;
    struct hop_value sent = rs->sent;
    bool propagate = rs->propagate;
    struct hop_sink *final_errors = rs->final_errors;
    struct pipeline_input input = {.next = run->input, .ctx = run->input_ctx};
    enum hop_flow flow = HOP_FLOW_ERROR;
    struct hop_command *c;
    int64_t began = run->add_history ? history_now() : 0;

    if (!rs->nested) {
        if (!run->may_be_stopped)
            hop_runspace_forget_stop(rs);
        scope_forget_removed(rs->global->top);
    }
    rs->nested++;
    rs->propagate = false;
    rs->exiting = false;
    rs->sent = run->usings;
    for (int i = 0; i < HOP_STREAM_NUMBERS; i++)
        rs->io.sink[i] = run->sinks[i];
    rs->final_errors = run->errors_end ? run->sinks[HOP_ERROR] : NULL;
    rs->shown = &fallback;
    if (!rs->io.sink[HOP_OUTPUT])
        rs->io.sink[HOP_OUTPUT] = &fallback.sink;
    c = run->commands ? NULL : command_for(rs, run);
    struct line_ends ends = take_ends(run, c);
    if (run->commands) {
        flow = run_program(rs, run, run->input ? &input : NULL);
    } else if (c) {
        c->io = rs->io;
        flow = run_commands(rs, rs->frame, &c, 1, run->input ? &input : NULL,
                            rs->io.sink[HOP_OUTPUT]);
        if (run->text && flow == HOP_FLOW_NEXT) /* that of its last statement */
            rs->success = rs->within;
    }
    if (flow == HOP_FLOW_ERROR && rs->stop)
        flow = HOP_FLOW_STOP;
    default_end(&fallback);
    rs->shown = shown;
    enum hop_run_end end = HOP_RUN_COMPLETED;
    if (rs->exiting)
        flow = HOP_FLOW_EXIT;
    if (flow == HOP_FLOW_ERROR) {
        failed_at_top(rs, run, error);
        end = HOP_RUN_FAILED;
    } else if (flow == HOP_FLOW_STOP) {
        end = HOP_RUN_STOPPED;
        hop_drop_exception(&rs->cx);
    } else if (flow == HOP_FLOW_EXIT) {
        end = HOP_RUN_EXITED;
    }
    hop_string_clear(&rs->label);
    keep_ends(rs, &ends);
    if (run->add_history)
        history_add(rs, run, history_states[end], began, history_now());
    hop_value_clear(&rs->history_line);
    rs->io = saved;
    rs->sent = sent;
    rs->propagate = propagate;
    rs->final_errors = final_errors;
    rs->nested--;
    if (rs->host && rs->host->ops->begin_application)
        rs->host->ops->begin_application(rs->host);
    return end;
}

void
hop_runspace_enter(struct hop_runspace *rs, struct hop_entered *e)
{
    struct hop_entered *before = rs->entered;

    rs->entered = e;
    if (before)
        before->leave(before);
}

struct hop_entered *
hop_runspace_entered(const struct hop_runspace *rs)
{
    return rs->entered;
}

enum hop_run_end
hop_runspace_run_entered(struct hop_runspace *rs, const char *text, size_t n)
{
    bool stopped;

    rs->nested++;
    rs->entered->run(rs->entered, text, n);
    rs->nested--;
    stopped = rs->stop;
    hop_runspace_forget_stop(rs);
    hop_drop_exception(&rs->cx);
    return stopped ? HOP_RUN_STOPPED : HOP_RUN_COMPLETED;
}

int
hop_runspace_exit_code(const struct hop_runspace *rs)
{
    return rs->exit_code;
}

bool
hop_runspace_success(const struct hop_runspace *rs)
{
    return rs->success;
}
