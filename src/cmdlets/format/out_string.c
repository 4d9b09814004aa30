/* Out-String.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cmdlets/format/commands.h"

#include <string.h>

#include "cmdlets/format/formatter.h"

enum { STREAM, WIDTH, NO_NEWLINE, INPUT };
static const struct hop_param params[] = {
    [STREAM] = {"Stream", "switch", .in = HOP_SETS({"StreamFormatting"})},
    [WIDTH] = {"Width", "int", .range = HOP_RANGE(2, 2147483647)},
    [NO_NEWLINE] = {"NoNewline", "switch",
                    .in = HOP_SETS({"NoNewLineFormatting"})},
    [INPUT] = {"InputObject", "psobject", HOP_BY_VALUE},
};

struct state {
    struct hop_command *command;
    struct hop_formatter *formatter;
    struct hop_buf text;
    bool stream, no_newline;
};

static bool
write_lines(struct state *s)
{
    char *at = s->text.data, *feed;

    while (at && (feed = memchr(at, '\n',
                                s->text.len - (size_t)(at - s->text.data)))) {
        if (!hop_write_text(s->command, at, (size_t)(feed - at)))
            return false;
        at = feed + 1;
    }
    if (at)
        hop_buf_consume(&s->text, (size_t)(at - s->text.data));
    return true;
}

static enum hop_flow
take(void *ctx, const char *text, size_t n)
{
    struct state *s = ctx;

    if (s->no_newline && n && text[n - 1] == '\n')
        n--;
    hop_buf_add(&s->text, text, n);
    if (s->stream && !write_lines(s))
        return HOP_FLOW_STOP;
    return HOP_FLOW_NEXT;
}

static bool
begin(struct hop_command *c)
{
    struct state *s = hop_command_state(c);

    s->command = c;
    s->stream = hop_arg_on(c, STREAM);
    s->no_newline = hop_arg_on(c, NO_NEWLINE);
    s->formatter = hop_format_ops.begin(
        hop_command_runspace(c), (int)hop_arg_int(c, WIDTH, -1), take, s);
    return true;
}

static bool
process(struct hop_command *c)
{
    struct state *s = hop_command_state(c);

    return hop_format_ops.object(s->formatter, hop_arg(c, INPUT)) ==
           HOP_FLOW_NEXT;
}

static bool
end(struct hop_command *c)
{
    struct state *s = hop_command_state(c);
    struct hop_formatter *f = s->formatter;

    s->formatter = NULL;
    if (hop_format_ops.end(f) != HOP_FLOW_NEXT)
        return false;
    if (s->stream)
        return write_lines(s);
    if (!hop_buf_ok(&s->text)) {
        struct hop_error_spec spec = {.id = "OutOfMemory",
                                      .category = HOP_CAT_RESOURCE_UNAVAILABLE,
                                      .exception =
                                          "System.OutOfMemoryException"};

        return hop_command_throw(c, &spec, "The text is too long.");
    }
    return hop_write_text(c, hop_buf_str(&s->text), s->text.len);
}

static void
dispose(struct hop_command *c)
{
    struct state *s = hop_command_state(c);

    if (s->formatter)
        hop_format_ops.cancel(s->formatter);
    hop_buf_done(&s->text);
}

const struct hop_cmdlet hop_cmdlet_out_string = {
    .name = "Out-String",
    .default_set = "NoNewLineFormatting",
    HOP_PARAMS(params),
    .output = "System.String",
    .synopsis = "Formats objects as they are shown and gives the text.",
    .state_size = sizeof(struct state),
    .begin = begin,
    .process = process,
    .end = end,
    .dispose = dispose,
};
