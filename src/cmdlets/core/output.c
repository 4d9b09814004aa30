/* Out-Null, Out-Host, Out-Default, Invoke-Command, Set-StrictMode.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cmdlets/core/core.h"
#include "engine/engine.h"

enum { INPUT, PAGING };

static const struct hop_param null_params[] = {
    [INPUT] = {"InputObject", "psobject", HOP_BY_VALUE}};

static bool
drop(struct hop_command *c)
{
    return true;
}

const struct hop_cmdlet hop_cmdlet_out_null = {
    .name = "Out-Null",
    HOP_PARAMS(null_params),
    .synopsis = "Hides the output instead of sending it down the pipeline or "
                "displaying it.",
    .process = drop,
};

/* ---- to the host
 * ------------------------------------------------------------------ */

static const struct hop_param host_params[] = {
    [INPUT] = {"InputObject", "psobject", HOP_BY_VALUE},
    [PAGING] = {"Paging", "switch"}};
static const struct hop_param default_params[] = {
    [INPUT] = {"InputObject", "psobject", HOP_BY_VALUE},
    [PAGING] = {"Transcript", "switch"}};

struct host_state {
    struct hop_formatter *formatter;
};

static enum hop_flow
to_host(void *ctx, const char *s, size_t n)
{
    struct hop_host *h = ((struct hop_runspace *)ctx)->host;

    if (h && h->ops->write)
        h->ops->write(h, s, n, HOP_COLOR_NONE, HOP_COLOR_NONE);
    return HOP_FLOW_NEXT;
}

static bool
show(struct hop_command *c)
{
    struct host_state *st = hop_command_state(c);
    const struct hop_format_ops *ops = hop_runspace_formatter(c->rs);
    enum hop_flow flow;

    if (!c->expects_input && !hop_arg_bound(c, INPUT))
        return true;
    if (!st->formatter) {
        st->formatter = ops->begin(c->rs, 0, to_host, c->rs);
        ops->for_host(st->formatter);
    }
    flow = ops->object(st->formatter, hop_arg(c, INPUT));
    if (flow != HOP_FLOW_NEXT)
        c->flow = flow;
    return flow == HOP_FLOW_NEXT;
}

static bool
show_end(struct hop_command *c)
{
    struct host_state *st = hop_command_state(c);
    struct hop_formatter *f = st->formatter;

    st->formatter = NULL;
    return !f || hop_runspace_formatter(c->rs)->end(f) == HOP_FLOW_NEXT;
}

static void
show_dispose(struct hop_command *c)
{
    struct host_state *st = hop_command_state(c);

    if (st->formatter)
        hop_runspace_formatter(c->rs)->cancel(st->formatter);
}

const struct hop_cmdlet hop_cmdlet_out_host = {
    .name = "Out-Host",
    HOP_PARAMS(host_params),
    .synopsis = "Sends output to the command line.",
    .state_size = sizeof(struct host_state),
    .process = show,
    .end = show_end,
    .dispose = show_dispose,
};
const struct hop_cmdlet hop_cmdlet_out_default = {
    .name = "Out-Default",
    HOP_PARAMS(default_params),
    .synopsis = "Sends the output to the default formatter and to the default "
                "output cmdlet.",
    .state_size = sizeof(struct host_state),
    .process = show,
    .end = show_end,
    .dispose = show_dispose,
};

/* ---- Invoke-Command
 * ----------------------------------------------------------------- */

enum { BLOCK, ARGUMENTS, NO_SCOPE, IC_INPUT };

static const struct hop_param invoke_params[] = {
    [BLOCK] = {"ScriptBlock", "scriptblock", HOP_MANDATORY | HOP_NOT_NULL,
               .position = HOP_POS(0), .aliases = "Command"},
    [ARGUMENTS] = {"ArgumentList", "object[]", .aliases = "Args"},
    [NO_SCOPE] = {"NoNewScope", "switch"},
    [IC_INPUT] = {"InputObject", "psobject", HOP_BY_VALUE},
};

static bool
invoke_process(struct hop_command *c)
{
    struct hop_list_sink *l = hop_command_state(c);

    if (!l->sink.write)
        hop_list_sink_init(l, &c->rs->cx);
    if (c->expects_input || hop_arg_bound(c, IC_INPUT))
        (void)hop_sink_write(&l->sink, hop_arg(c, IC_INPUT));
    return true;
}

struct through {
    struct hop_sink sink;
    struct hop_command *c;
};

static enum hop_flow
pass_on(struct hop_sink *s, struct hop_value v)
{
    return command_write(((struct through *)s)->c, v);
}

static bool
invoke_end(struct hop_command *c)
{
    struct hop_list_sink *l = hop_command_state(c);
    struct through out = {{pass_on}, c};
    size_t n = hop_arg_count(c, ARGUMENTS);
    struct hop_value *args = hop_xcalloc(n + 1, sizeof(*args));
    struct hop_value input HOP_AUTO_VALUE = hop_null();
    struct io io = command_block_io(c);
    enum hop_flow flow;

    for (size_t i = 0; i < n; i++)
        args[i] = hop_arg_item(c, ARGUMENTS, i);
    bool piped = l->n > 0;
    if (piped)
        input = hop_list_sink_array(l);
    flow = run_block(
        c->rs, &(struct block_run){.block = as_block(hop_arg(c, BLOCK)),
                                   .args = args,
                                   .n_args = n,
                                   .input = piped ? &input : NULL,
                                   .out = &out.sink,
                                   .io = &io,
                                   .new_scope = !hop_arg_on(c, NO_SCOPE)});
    free(args);
    if (flow != HOP_FLOW_NEXT)
        c->flow = flow;
    return flow == HOP_FLOW_NEXT;
}

static void
invoke_dispose(struct hop_command *c)
{
    hop_list_sink_done(hop_command_state(c));
}

const struct hop_cmdlet hop_cmdlet_invoke_command = {
    .name = "Invoke-Command",
    HOP_PARAMS(invoke_params),
    .synopsis = "Runs commands on local and remote computers.",
    .state_size = sizeof(struct hop_list_sink),
    .process = invoke_process,
    .end = invoke_end,
    .dispose = invoke_dispose,
};

/* ---- Set-StrictMode
 * -------------------------------------------------------------------- */

enum { OFF, VERSION };

static const struct hop_param strict_params[] = {
    [OFF] = {"Off", "switch", .in = HOP_SETS({"Off", HOP_MANDATORY, 0})},
    [VERSION] = {"Version", "string", .aliases = "v",
                 .in = HOP_SETS({"Version", HOP_MANDATORY, 0})},
};

static bool
set_strict(struct hop_command *c)
{
    struct hop_scope *s = c->rs->session->current;
    const char *v = hop_arg_text(c, VERSION);

    if (hop_arg_bound(c, OFF)) {
        s->strict = 0;
        return true;
    }
    if (v && hop_ascii_ieq(v, "latest"))
        s->strict = 3;
    else if (v && v[0] >= '0' && v[0] <= '9')
        s->strict = (int8_t)(atoi(v) > 3 ? 3 : atoi(v));
    else
        return hop_throw_error(
            c->rs,
            &(struct hop_error_spec){
                "ParameterArgumentValidationError", HOP_CAT_INVALID_DATA,
                "ParameterBindingValidationException", hop_null()},
            "The value '%s' is not a version.", v ? v : "");
    return true;
}

const struct hop_cmdlet hop_cmdlet_set_strict_mode = {
    .name = "Set-StrictMode",
    .default_set = "Version",
    HOP_PARAMS(strict_params),
    .synopsis = "Establishes and enforces coding rules in expressions, "
                "scripts, and script blocks.",
    .end = set_strict,
};
