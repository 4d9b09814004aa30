/* Out-Null, Out-Host, Out-Default, Set-StrictMode.
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
