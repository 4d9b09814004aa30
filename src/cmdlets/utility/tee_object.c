/* Tee-Object.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>

#include "cmdlets/utility/utility.h"
#include "engine/scope.h"
#include "value/collections.h"

enum { INPUT, FILE_PATH, LITERAL, APPEND, ENCODING, VARIABLE };
static const struct hop_param params[] = {
    [INPUT] = {"InputObject", "psobject", HOP_BY_VALUE},
    [FILE_PATH] = {"FilePath", "string",
                   .in = HOP_SETS({"File", HOP_MANDATORY, HOP_POS(0)}),
                   .aliases = "Path"},
    [LITERAL] = {"LiteralPath", "string",
                 .in = HOP_SETS({"LiteralFile", HOP_MANDATORY, 0}),
                 .aliases = "PSPath LP"},
    [APPEND] = {"Append", "switch"},
    [ENCODING] = {"Encoding", "object",
                  .in = HOP_SETS({"File"}, {"LiteralFile"})},
    [VARIABLE] = {"Variable", "string",
                  .in = HOP_SETS({"Variable", HOP_MANDATORY, 0})},
};

struct state {
    struct hop_list_sink all;
};

static bool
begin(struct hop_command *c)
{
    struct state *s = hop_command_state(c);

    hop_list_sink_init(&s->all, hop_command_context(c));
    return true;
}

static bool
process(struct hop_command *c)
{
    struct state *s = hop_command_state(c);

    (void)hop_sink_write(&s->all.sink, hop_arg(c, INPUT));
    return hop_write(c, hop_arg(c, INPUT));
}

static bool
set_variable(struct hop_command *c, struct state *s)
{
    const char *name = hop_arg_text(c, VARIABLE);
    struct hop_runspace *rs = hop_command_runspace(c);
    HOP_AUTO_VALUE struct hop_value v = hop_null();

    if (hop_arg_on(c, APPEND)) {
        HOP_AUTO_VALUE struct hop_value old = hop_variable_get(rs, name);
        HOP_AUTO_VALUE struct hop_value both =
            hop_obj(hop_array_new(hop_command_context(c), 0));
        struct hop_array *a = hop_as_array(old);

        for (size_t i = 0; a && i < a->n; i++)
            hop_array_push(hop_as_array(both), hop_retain(a->items[i]));
        if (!a && !hop_is_null(old))
            hop_array_push(hop_as_array(both), hop_retain(old));
        for (size_t i = 0; i < s->all.n; i++)
            hop_array_push(hop_as_array(both), hop_retain(s->all.items[i]));
        return hop_variable_set(rs, name, NULL, both);
    }
    v = hop_list_sink_value(&s->all);
    return hop_variable_set(rs, name, NULL, v);
}

/* Out-File writes the file: one place knows about encodings. */
static bool
write_file(struct hop_command *c, struct state *s)
{
    struct hop_context *cx = hop_command_context(c);
    struct hop_dict *d = hop_hashtable_new(cx);
    HOP_AUTO_VALUE struct hop_value named = hop_obj(d);
    bool literal = hop_arg_bound(c, LITERAL);

    hop_dict_set_text(d, literal ? "LiteralPath" : "FilePath",
                      hop_text(hop_arg_text(c, literal ? LITERAL : FILE_PATH)));
    if (hop_arg_on(c, APPEND))
        hop_dict_set_text(d, "Append", hop_bool(true));
    if (hop_arg_bound(c, ENCODING))
        hop_dict_set_text(d, "Encoding", hop_retain(hop_arg(c, ENCODING)));
    hop_dict_set_text(d, "InputObject", hop_list_sink_array(&s->all));
    return hop_command_run(c, "Microsoft.PowerShell.Utility\\Out-File", named,
                           NULL, 0, NULL);
}

static bool
end(struct hop_command *c)
{
    struct state *s = hop_command_state(c);

    return hop_arg_bound(c, VARIABLE) ? set_variable(c, s) : write_file(c, s);
}

static void
dispose(struct hop_command *c)
{
    struct state *s = hop_command_state(c);

    hop_list_sink_done(&s->all);
}

const struct hop_cmdlet hop_cmdlet_tee_object = {
    .name = "Tee-Object",
    .default_set = "File",
    HOP_PARAMS(params),
    .synopsis = "Passes objects on and keeps them in a file or a variable.",
    .state_size = sizeof(struct state),
    .begin = begin,
    .process = process,
    .end = end,
    .dispose = dispose,
};
