/* What a cmdlet may ask of the engine.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engine/engine.h"

struct hop_runspace *
hop_command_runspace(struct hop_command *c)
{
    return c->rs;
}

struct hop_context *
hop_command_context(struct hop_command *c)
{
    return &c->rs->cx;
}

void *
hop_command_state(struct hop_command *c)
{
    return c->state;
}

const struct hop_cmdlet *
hop_command_cmdlet(struct hop_command *c)
{
    return c->info->cmdlet;
}

const char *
hop_command_set(struct hop_command *c)
{
    return c->set >= 0 ? c->meta->sets[c->set] : "__AllParameterSets";
}

bool
hop_command_in_set(struct hop_command *c, const char *set)
{
    return hop_ascii_ieq(hop_command_set(c), set);
}

const char *
hop_command_invocation_name(struct hop_command *c)
{
    return c->called_as;
}

struct hop_value
hop_command_invocation(struct hop_command *c)
{
    if (c->invocation.kind != HOP_OBJECT)
        c->invocation = invocation_new(c->rs, c, c->caller, c->ast);
    return hop_retain(c->invocation);
}

bool
hop_command_expects_input(struct hop_command *c)
{
    return c->expects_input;
}

struct hop_value
hop_command_current(struct hop_command *c)
{
    return c->current;
}

/* ---- arguments
 * ---------------------------------------------------------------------- */

static struct bound *
bound_at(struct hop_command *c, size_t index)
{
    size_t own = c->info->cmdlet ? c->info->cmdlet->n_params : c->meta->n;

    if (index >= own && c->info->cmdlet)
        index = meta_of_cmdlet(c->rs, c->info->cmdlet)->n + (index - own);
    return index < c->n_bound ? &c->bound[index] : NULL;
}

struct hop_value
hop_arg(struct hop_command *c, size_t index)
{
    struct bound *b = bound_at(c, index);

    return b && b->state != BOUND_NONE ? b->value : hop_null();
}

bool
hop_arg_bound(struct hop_command *c, size_t index)
{
    struct bound *b = bound_at(c, index);

    return b && b->state != BOUND_NONE;
}

bool
hop_arg_on(struct hop_command *c, size_t index)
{
    struct hop_value v = hop_arg(c, index);

    return !hop_is_null(v) && hop_is_true(&c->rs->cx, v);
}

int64_t
hop_arg_int(struct hop_command *c, size_t index, int64_t fallback)
{
    struct hop_value v = hop_arg(c, index);
    int64_t i;

    if (hop_is_null(v))
        return fallback;
    if (!hop_to_int64(&c->rs->cx, v, &i)) {
        hop_drop_exception(&c->rs->cx);
        return fallback;
    }
    return i;
}

const char *
hop_arg_text(struct hop_command *c, size_t index)
{
    struct hop_value v = hop_value_base(hop_arg(c, index));

    return hop_is_string(v) ? hop_cstr(v) : NULL;
}

size_t
hop_arg_count(struct hop_command *c, size_t index)
{
    struct hop_value v = hop_arg(c, index);
    struct hop_array *a = hop_as_array(v);

    return a ? a->n : hop_is_null(v) ? 0 : 1;
}

struct hop_value
hop_arg_item(struct hop_command *c, size_t index, size_t i)
{
    struct hop_value v = hop_arg(c, index);
    struct hop_array *a = hop_as_array(v);

    return a ? a->items[i] : v;
}

/* ---- output
 * ------------------------------------------------------------------------------
 */

bool
hop_write(struct hop_command *c, struct hop_value v)
{
    return command_write(c, v) == HOP_FLOW_NEXT;
}

bool
hop_write_take(struct hop_command *c, struct hop_value v)
{
    bool ok = hop_write(c, v);

    hop_release(v);
    return ok;
}

struct command_sink {
    struct hop_sink sink;
    struct hop_command *c;
};

static enum hop_flow
write_to_command(struct hop_sink *s, struct hop_value v)
{
    return command_write(((struct command_sink *)s)->c, v);
}

bool
hop_write_all(struct hop_command *c, struct hop_value v)
{
    struct command_sink s = {{write_to_command}, c};

    if (hop_is_null(v) && v.kind != HOP_VOID)
        return hop_write(c, v);
    return write_all(c->rs, &s.sink, v) == HOP_FLOW_NEXT;
}

bool
hop_write_text(struct hop_command *c, const char *s, size_t n)
{
    return hop_write_take(c, hop_textn(s, n));
}

bool
hop_write_textf(struct hop_command *c, const char *fmt, ...)
{
    HOP_AUTO_BUF struct hop_buf line = HOP_BUF_INIT;
    va_list ap;

    va_start(ap, fmt);
    hop_buf_vaddf(&line, fmt, ap);
    va_end(ap);
    return hop_write_text(c, hop_buf_str(&line), line.len);
}

bool
hop_write_bool(struct hop_command *c, bool b)
{
    return hop_write(c, hop_bool(b));
}

bool
hop_command_flow(struct hop_command *c, enum hop_flow flow)
{
    if (flow == HOP_FLOW_NEXT)
        return true;
    c->flow = flow;
    return false;
}

bool
hop_stop_upstream(struct hop_command *c)
{
    c->done_input = true;
    c->flow = HOP_FLOW_DONE;
    return false;
}

/* ---- errors
 * ---------------------------------------------------------------------------------
 */

static int
error_preference(struct hop_command *c)
{
    struct common_values *k = &c->common;

    if (k->error_action >= 0)
        return k->error_action;
    return preference(c->rs, c->rs->sym_error_action, ACTION_CONTINUE);
}

/* The error variables of an error that ends the pipeline: the exception that
 * says so, and the record for those around the cmdlet. */
static void
note_stop(struct hop_command *c, struct hop_value record)
{
    struct hop_runspace *rs = c->rs;
    struct hop_buf text HOP_AUTO_BUF = HOP_BUF_INIT;

    error_record_text(rs, as_error_record(record), &text);
    struct hop_value e HOP_AUTO_VALUE = new_exception(
        rs, "System.Management.Automation.ActionPreferenceStopException",
        hop_buf_str(&text));
    command_note(c, HOP_ERROR, e);
    if (c->caller && c->caller->command)
        command_note(c->caller->command, HOP_ERROR, record);
}

enum hop_flow
command_write_error(struct hop_command *c, struct hop_value given)
{
    struct hop_runspace *rs = c->rs;
    struct hop_value record HOP_AUTO_VALUE = given;
    struct error_record *r = as_error_record(record);
    int action = error_preference(c);

    if (!r)
        return HOP_FLOW_NEXT;
    error_place(rs, r, c->caller, c->ast, c);
    c->failed = true;
    if (action == ACTION_IGNORE)
        return HOP_FLOW_NEXT;
    if (action != ACTION_STOP)
        command_note(c, HOP_ERROR, record);
    if (action == ACTION_STOP) {
        if (r->invocation.kind != HOP_OBJECT) { /* it came from elsewhere */
            r->placed = false;
            error_place(rs, r, c->caller, c->ast, NULL);
        }
        note_stop(c, record);
        r->suppress = true;
        error_list_add(rs, record);
        hop_throw_record(rs, hop_value_steal(&record));
        return HOP_FLOW_ERROR;
    }
    error_list_add(rs, record);
    if (action == ACTION_SILENT)
        return HOP_FLOW_NEXT;
    if (action == ACTION_INQUIRE) {
        struct hop_buf text HOP_AUTO_BUF = HOP_BUF_INIT;

        error_record_text(rs, r, &text);
        if (!command_inquire(c, hop_buf_str(&text)))
            return rs->stop ? HOP_FLOW_STOP : HOP_FLOW_ERROR;
    }
    return stream_write(rs, &c->io, HOP_ERROR, record);
}

bool
hop_write_error(struct hop_command *c, struct hop_value record)
{
    enum hop_flow flow = command_write_error(c, record);

    if (flow != HOP_FLOW_NEXT)
        c->flow = flow;
    return flow == HOP_FLOW_NEXT;
}

HOP_PRINTF(3, 0)
static struct hop_value
spec_record(struct hop_command *c, const struct hop_error_spec *spec,
            const char *fmt, va_list ap)
{
    char *text = NULL;

    if (vasprintf(&text, fmt, ap) < 0)
        text = NULL;
    struct hop_value r = hop_error_record(c->rs, spec, "%s", text ? text : "");
    free(text);
    return r;
}

bool
hop_command_error(struct hop_command *c, const struct hop_error_spec *spec,
                  const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    struct hop_value r = spec_record(c, spec, fmt, ap);
    va_end(ap);
    return hop_write_error(c, r);
}

bool
hop_command_vthrow(struct hop_command *c, const struct hop_error_spec *spec,
                   const char *fmt, va_list ap)
{
    return hop_throw_record(c->rs, spec_record(c, spec, fmt, ap));
}

bool
hop_command_throw(struct hop_command *c, const struct hop_error_spec *spec,
                  const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    (void)!hop_command_vthrow(c, spec, fmt, ap);
    va_end(ap);
    return false;
}

bool
hop_command_cannot_ask(struct hop_command *c, const char *instead)
{
    const struct hop_error_spec spec = {
        .id = "InvalidOperation",
        .category = HOP_CAT_INVALID_OPERATION,
        .exception =
            "System.Management.Automation.PSInvalidOperationException"};

    return hop_command_throw(c, &spec,
                             "%s cannot ask: this shell is not interactive. %s",
                             c->info->name, instead);
}

bool
hop_command_report(struct hop_command *c)
{
    if (c->rs->stop || !hop_has_exception(&c->rs->cx) ||
        (c->flow != HOP_FLOW_NEXT && c->flow != HOP_FLOW_ERROR))
        return false;
    struct hop_value r = hop_error_catch(c->rs);
    if (as_error_record(r)->suppress)
        return hop_throw_record(c->rs, r);
    return hop_write_error(c, r);
}

/* ---- the other streams
 * -------------------------------------------------------------------------- */

static bool
stop_by_preference(struct hop_command *c, const char *what, const char *text)
{
    throw_pending(c->rs, "ActionPreferenceStopException",
                  "ActionPreferenceStop", HOP_CAT_OPERATION_STOPPED, hop_null(),
                  "The running command stopped because the preference variable "
                  "\"%s\" or common parameter is set to Stop: %s",
                  what, text);
    struct hop_value r HOP_AUTO_VALUE =
        exception_record(c->rs, c->rs->cx.pending);
    as_error_record(r)->suppress = true;
    return false;
}

static bool
pass(struct hop_command *c, enum hop_stream_number n, int action,
     const char *name, struct hop_value record, const char *text)
{
    enum hop_flow flow = HOP_FLOW_NEXT;

    if (action == ACTION_IGNORE)
        return true;
    command_note(c, n, record);
    if (action == ACTION_STOP) {
        if (n != HOP_INFORMATION)
            stream_write(c->rs, &c->io, n, record);
        return stop_by_preference(c, name, text);
    }
    if (action == ACTION_SILENT)
        return true;
    c->rs->showing = true;
    flow = stream_write(c->rs, &c->io, n, record);
    c->rs->showing = false;
    if (flow == HOP_FLOW_NEXT && action == ACTION_INQUIRE &&
        !command_inquire(c, "Continue with this operation?"))
        return false;
    if (flow != HOP_FLOW_NEXT)
        c->flow = flow;
    return flow == HOP_FLOW_NEXT;
}

HOP_PRINTF(5, 0)
static bool
write_text_stream(struct hop_command *c, enum hop_stream_number n, int action,
                  const char *name, const char *fmt, va_list ap)
{
    char *text HOP_AUTO_FREE = NULL;

    if (action == ACTION_IGNORE ||
        (action == ACTION_SILENT && n != HOP_WARNING))
        return true;
    if (vasprintf(&text, fmt, ap) < 0)
        text = NULL;
    struct hop_value record HOP_AUTO_VALUE =
        hop_stream_record(c->rs, n, text ? text : "", c);
    return pass(c, n, action, name, record, text ? text : "");
}

bool
hop_write_warning(struct hop_command *c, const char *fmt, ...)
{
    int action = c->common.warning_action >= 0
                     ? c->common.warning_action
                     : preference(c->rs, c->rs->sym_warning, ACTION_CONTINUE);
    va_list ap;

    va_start(ap, fmt);
    bool ok =
        write_text_stream(c, HOP_WARNING, action, "WarningPreference", fmt, ap);
    va_end(ap);
    return ok;
}

bool
hop_write_verbose(struct hop_command *c, const char *fmt, ...)
{
    int action = c->common.verbose >= 0
                     ? (c->common.verbose ? ACTION_CONTINUE : ACTION_SILENT)
                     : preference(c->rs, c->rs->sym_verbose, ACTION_SILENT);
    va_list ap;

    va_start(ap, fmt);
    bool ok =
        write_text_stream(c, HOP_VERBOSE, action, "VerbosePreference", fmt, ap);
    va_end(ap);
    return ok;
}

bool
hop_write_debug(struct hop_command *c, const char *fmt, ...)
{
    int action = c->common.debug >= 0
                     ? (c->common.debug ? ACTION_CONTINUE : ACTION_SILENT)
                     : preference(c->rs, c->rs->sym_debug, ACTION_SILENT);
    va_list ap;

    va_start(ap, fmt);
    bool ok =
        write_text_stream(c, HOP_DEBUG, action, "DebugPreference", fmt, ap);
    va_end(ap);
    return ok;
}

bool
hop_write_information(struct hop_command *c, struct hop_value message,
                      struct hop_value tags)
{
    struct hop_array *t = hop_as_array(tags);
    bool host = false;
    int action = c->common.information_action >= 0
                     ? c->common.information_action
                     : preference(c->rs, c->rs->sym_information, ACTION_SILENT);

    for (size_t i = 0; t && i < t->n; i++)
        host = host || (hop_is_string(t->items[i]) &&
                        hop_string_is(t->items[i].u.s, "PSHOST"));
    if (host && action == ACTION_SILENT && c->common.information_action < 0)
        action = ACTION_CONTINUE;
    struct hop_value record HOP_AUTO_VALUE =
        hop_information_record(c->rs, message, tags, c);
    struct hop_string *text HOP_AUTO_STRING = NULL;
    if (!hop_to_string(&c->rs->cx, message, &text)) {
        hop_drop_exception(&c->rs->cx);
        text = hop_string_from("");
    }
    if (action == ACTION_SILENT && c->io.sink[HOP_INFORMATION]) {
        command_note(c, HOP_INFORMATION, record);
        enum hop_flow flow =
            stream_write(c->rs, &c->io, HOP_INFORMATION, record);
        if (flow != HOP_FLOW_NEXT)
            c->flow = flow;
        return flow == HOP_FLOW_NEXT;
    }
    return pass(c, HOP_INFORMATION, action, "InformationPreference", record,
                text->data);
}

bool
hop_write_progress(struct hop_command *c, const struct hop_progress *p)
{
    struct hop_host *h = c->rs->host;
    struct hop_sink *sink = c->rs->io.sink[HOP_PROGRESS];
    int action = c->common.progress_action >= 0
                     ? c->common.progress_action
                     : preference(c->rs, c->rs->sym_progress, ACTION_CONTINUE);

    if (action != ACTION_CONTINUE)
        return true;
    if (sink) {
        struct hop_value record HOP_AUTO_VALUE = hop_progress_record(c->rs, p);

        return hop_command_flow(c, hop_sink_write(sink, record));
    }
    if (h && h->ops->write_progress)
        h->ops->write_progress(h, p);
    return true;
}

/* ---- asking
 * ------------------------------------------------------------------------------------------
 */

static const struct hop_choice confirm_choices[] = {
    {"&Yes", "Continue with only the next step of the operation."},
    {"Yes to &All", "Continue with all the steps of the operation."},
    {"&No", "Skip this operation and proceed with the next operation."},
    {"No to A&ll", "Skip this operation and all subsequent operations."},
    {"&Suspend", "Pause the current pipeline and return to the command prompt. "
                 "Type \"exit\" to resume the pipeline."},
};

static bool
ask(struct hop_command *c, const char *caption, const char *query,
    bool *yes_all, bool *no_all, bool *go)
{
    struct hop_host *h = c->rs->host;
    enum hop_ask asked = HOP_ASK_UNSUPPORTED;
    int chosen = 0;

    if (yes_all && *yes_all) {
        *go = true;
        return true;
    }
    if (no_all && *no_all) {
        *go = false;
        return true;
    }
    if (h && h->ops->choice && h->ops->interactive)
        asked = h->ops->choice(h, caption, query, confirm_choices,
                               HOP_ARRAY_SIZE(confirm_choices), 0, &chosen);
    if (asked == HOP_ASK_STOPPED) {
        c->rs->stop = 1;
        return false;
    }
    if (asked != HOP_ASK_OK)
        return throw_pending(
            c->rs, "PSInvalidOperationException", "InvalidOperation",
            HOP_CAT_INVALID_OPERATION, hop_null(),
            "PowerShell is in NonInteractive mode. Read and Prompt "
            "functionality is not available.");
    if (chosen == 1 && yes_all)
        *yes_all = true;
    if (chosen == 3 && no_all)
        *no_all = true;
    *go = chosen <= 1;
    return true;
}

static bool
what_if(struct hop_command *c)
{
    struct hop_value v HOP_AUTO_VALUE = hop_null();

    if (c->common.what_if >= 0)
        return c->common.what_if;
    v = hop_variable_get(c->rs, "WhatIfPreference");
    return hop_is_true(&c->rs->cx, v);
}

static bool
needs_confirmation(struct hop_command *c)
{
    struct hop_value v HOP_AUTO_VALUE = hop_null();
    enum hop_impact impact = c->meta->impact == HOP_IMPACT_DEFAULT
                                 ? HOP_IMPACT_MEDIUM
                                 : c->meta->impact;
    int64_t level;

    if (c->common.confirm >= 0)
        return c->common.confirm;
    v = hop_variable_get(c->rs, "ConfirmPreference");
    level = v.kind == HOP_ENUM ? v.u.i : 3;
    if (v.kind == HOP_STRING) {
        struct hop_value e HOP_AUTO_VALUE = hop_null();
        if (hop_try_convert(&c->rs->cx, v, &hop_enum_confirm_impact, &e))
            level = e.u.i;
    }
    return level > 0 && impact != HOP_IMPACT_NONE && (int64_t)impact >= level;
}

bool should_process_text(struct hop_command *c, const char *description,
                         const char *query, const char *caption, bool *go);

bool
should_process_text(struct hop_command *c, const char *description,
                    const char *query, const char *caption, bool *go)
{
    *go = true;
    if (what_if(c)) {
        struct hop_host *h = c->rs->host;
        struct hop_buf b HOP_AUTO_BUF = HOP_BUF_INIT;
        hop_buf_addf(&b, "What if: %s\n", description);
        if (h && h->ops->write)
            h->ops->write(h, b.data, b.len, HOP_COLOR_NONE, HOP_COLOR_NONE);
        *go = false;
        return true;
    }
    if (needs_confirmation(c))
        return ask(c, caption ? caption : "Confirm", query, &c->yes_to_all,
                   &c->no_to_all, go);
    /* only -Verbose itself, not the preference, makes it tell */
    return c->common.verbose <= 0 || hop_write_verbose(c, "%s", description);
}

bool
hop_should_process(struct hop_command *c, const char *target,
                   const char *action, bool *go)
{
    char *text HOP_AUTO_FREE =
        hop_xasprintf("Performing the operation \"%s\" on target \"%s\".",
                      action ? action : c->info->name, target);
    char *query HOP_AUTO_FREE = hop_xasprintf(
        "Are you sure you want to perform this action?\n%s", text);

    return should_process_text(c, text, query, "Confirm", go);
}

bool
hop_should_continue(struct hop_command *c, const char *query,
                    const char *caption, bool *yes_all, bool *no_all, bool *go)
{
    return ask(c, caption, query, yes_all, no_all, go);
}

bool
hop_command_stopping(struct hop_command *c)
{
    return c->rs->stop != 0;
}

bool
hop_command_call(struct hop_command *c, struct hop_value block,
                 const struct hop_value *item, const struct hop_value *args,
                 size_t n_args, struct hop_value *out)
{
    struct hop_block_call call = {
        .block = block, .args = args, .n_args = n_args, .dollar_under = item};

    struct hop_list_sink l;
    enum hop_flow flow;

    hop_list_sink_init(&l, &c->rs->cx);
    call.out = &l.sink;
    flow = hop_call_block(c->rs, &call);
    if (flow == HOP_FLOW_NEXT)
        *out = hop_list_sink_value(&l);
    else
        c->flow = flow;
    hop_list_sink_done(&l);
    return flow == HOP_FLOW_NEXT;
}

bool
hop_command_run(struct hop_command *c, const char *name, struct hop_value named,
                const struct hop_value *args, size_t n_args,
                struct hop_sink *out)
{
    struct command_sink s = {{write_to_command}, c};
    enum hop_flow flow =
        invoke_named(c->rs, name, named, args, n_args, out ? out : &s.sink);

    if (flow != HOP_FLOW_NEXT)
        c->flow = flow;
    return flow == HOP_FLOW_NEXT;
}
