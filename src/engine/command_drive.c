/* Driving the commands of a pipeline.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engine/engine.h"
#include "engine/space.h"

static enum hop_flow
feed(struct hop_runspace *rs, struct hop_command *first,
     const struct pipeline_input *input)
{
    struct hop_iter it HOP_AUTO_ITER = {0};
    enum hop_flow flow = HOP_FLOW_NEXT;

    if (!input)
        return command_process(first, hop_null(), false);
    if (input->next) {
        struct hop_value v = hop_null();
        while (flow == HOP_FLOW_NEXT && input->next(input->ctx, &v)) {
            flow = command_process(first, v, true);
            hop_value_clear(&v);
        }
        return flow;
    }
    if (input->value.kind == HOP_VOID)
        return HOP_FLOW_NEXT;
    if (!hop_is_enumerable(input->value))
        return command_process(first, input->value, true);
    if (!hop_iter_init(&rs->cx, &it, input->value))
        return HOP_FLOW_ERROR;
    while (flow == HOP_FLOW_NEXT) {
        struct hop_value v HOP_AUTO_VALUE = hop_null();
        int got = hop_iter_next(&rs->cx, &it, &v);
        if (got <= 0)
            return got < 0 ? HOP_FLOW_ERROR : HOP_FLOW_NEXT;
        flow = command_process(first, v, true);
    }
    return flow;
}

/* The stage that asked those before it to stop, or n. */
static size_t
asked_to_stop(struct hop_command *const *commands, size_t n)
{
    for (size_t i = n; i > 0; i--)
        if (commands[i - 1]->done_input)
            return i - 1;
    return n;
}

static enum hop_flow
drive(struct hop_runspace *rs, struct hop_command *const *commands, size_t n,
      const struct pipeline_input *input)
{
    enum hop_flow flow = HOP_FLOW_NEXT;
    size_t from = 0;

    for (size_t i = 0; i < n && flow == HOP_FLOW_NEXT; i++)
        flow = command_prepare(commands[i]);
    for (size_t i = 0; i < n && flow == HOP_FLOW_NEXT; i++)
        flow = command_begin(commands[i]);
    if (flow == HOP_FLOW_NEXT)
        flow = feed(rs, commands[0], input);
    for (;;) {
        if (flow == HOP_FLOW_DONE) {
            size_t at = asked_to_stop(commands, n);
            if (at == n)
                return flow;
            from = at > from ? at : from;
            flow = HOP_FLOW_NEXT;
        }
        if (flow != HOP_FLOW_NEXT || from >= n)
            return flow;
        flow = command_end(commands[from]);
        from++;
    }
}

enum hop_flow
run_commands(struct hop_runspace *rs, struct frame *caller,
             struct hop_command *const *commands, size_t n,
             const struct pipeline_input *input, struct hop_sink *out)
{
    enum hop_flow flow;
    bool failed = false;

    for (size_t i = 0; i < n; i++) {
        struct hop_command *c = commands[i];
        c->next = i + 1 < n ? commands[i + 1] : NULL;
        if (!c->out)
            c->out = c->next ? &c->next->input : out;
        c->expects_input = i > 0 || input;
        c->position = (int)i + 1;
        c->length = (int)n;
    }
    flow = deep_enough(rs) ? drive(rs, commands, n, input) : HOP_FLOW_ERROR;
    rs->within = rs->success;
    for (size_t i = 0; i < n; i++) {
        command_dispose(commands[i]);
        failed = failed || commands[i]->failed;
    }
    if (flow == HOP_FLOW_NEXT || flow == HOP_FLOW_DONE)
        rs->success = !failed;
    else if (flow == HOP_FLOW_ERROR)
        rs->success = false;
    for (size_t i = 0; i < n; i++)
        command_free(commands[i]);
    (void)caller;
    return flow;
}
