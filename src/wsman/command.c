/* What is done in a shell: Command, Send, Receive, Signal, Disconnect.
 * MS-WSMV 2.2.4 and 3.1.4.
 *
 * SPDX-License-Identifier: MIT
 */
#include "wsman/internal.h"

#include <inttypes.h>
#include <string.h>

#include "base/text.h"
#include "wsman/duration.h"

static size_t
count_siblings(const struct hop_xml_node *n)
{
    size_t count = 0;

    for (; n; n = hop_xml_node_again(n))
        count++;
    return count;
}

static bool
check_id(struct wsman_decoder *d, const char *id)
{
    if (id == NULL || strlen(id) <= HOP_WSMAN_MAX_ID)
        return true;
    return wsman_bad_body(d, "The CommandId is too long.");
}

/* CommandLine, 2.2.4.7. */
bool
wsman_decode_command(struct wsman_decoder *d, const struct hop_xml_node *body)
{
    struct hop_wsman_command *c = &d->m->command;
    const struct hop_xml_node *arg;
    const char **args;
    size_t n;

    if (!hop_xml_node_is(body, HOP_NS_SHELL, "CommandLine"))
        return wsman_bad_body(d, "There is no rsp:CommandLine.");
    c->command_id = hop_xml_node_attr(body, "", "CommandId");
    c->command_line = hop_xml_node_child_text(body, HOP_NS_SHELL, "Command");
    if (c->command_line == NULL)
        return wsman_bad_body(d, "The rsp:CommandLine has no rsp:Command.");
    arg = hop_xml_node_child(body, HOP_NS_SHELL, "Arguments");
    n = count_siblings(arg);
    if (n > HOP_WSMAN_MAX_ARGUMENTS)
        return wsman_over_limit(d, "arguments", HOP_WSMAN_MAX_ARGUMENTS);
    args = hop_arena_alloc(d->arena, (n + 1) * sizeof(*args));
    if (args == NULL)
        return wsman_no_memory(d);
    c->arguments = args;
    c->argument_count = n;
    for (; arg; arg = hop_xml_node_again(arg))
        *args++ = arg->text;
    return check_id(d, c->command_id);
}

void
wsman_encode_command(struct hop_xml_writer *w,
                     const struct hop_wsman_message *m)
{
    const struct hop_wsman_command *c = &m->command;

    hop_xml_open(w, "rsp:CommandLine");
    if (c->command_id)
        hop_xml_attr(w, "CommandId", c->command_id);
    hop_xml_element(w, "rsp:Command", c->command_line ? c->command_line : "");
    for (size_t i = 0; i < c->argument_count; i++)
        hop_xml_element(w, "rsp:Arguments", c->arguments[i]);
    hop_xml_close(w, "rsp:CommandLine");
}

bool
wsman_decode_command_response(struct wsman_decoder *d,
                              const struct hop_xml_node *body)
{
    struct hop_wsman_command *c = &d->m->command;

    if (!hop_xml_node_is(body, HOP_NS_SHELL, "CommandResponse"))
        return wsman_bad_body(d, "There is no rsp:CommandResponse.");
    c->command_id = hop_xml_node_child_text(body, HOP_NS_SHELL, "CommandId");
    if (c->command_id == NULL || *c->command_id == '\0')
        return wsman_bad_body(d, "The rsp:CommandResponse has no CommandId.");
    return check_id(d, c->command_id);
}

void
wsman_encode_command_response(struct hop_xml_writer *w,
                              const struct hop_wsman_message *m)
{
    hop_xml_open(w, "rsp:CommandResponse");
    hop_xml_element(w, "rsp:CommandId", m->command.command_id);
    hop_xml_close(w, "rsp:CommandResponse");
}

void
wsman_open_stream(struct hop_xml_writer *w, const char *name,
                  const char *command_id, bool end)
{
    hop_xml_open(w, "rsp:Stream");
    hop_xml_attr(w, "Name", name);
    if (command_id)
        hop_xml_attr(w, "CommandId", command_id);
    if (end)
        hop_xml_attr(w, "End", "true");
}

static void
encode_streams(struct hop_xml_writer *w, const struct hop_wsman_stream *s,
               size_t n)
{
    for (size_t i = 0; i < n; i++) {
        wsman_open_stream(w, s[i].name, s[i].command_id, s[i].end);
        hop_xml_base64(w, s[i].data, s[i].len);
        hop_xml_close(w, "rsp:Stream");
    }
}

/* Every rsp:Stream under parent; the tree has decoded their base64. */
static bool
decode_streams(struct wsman_decoder *d, const struct hop_xml_node *parent,
               const struct hop_wsman_stream **out, size_t *count)
{
    const struct hop_xml_node *s =
        hop_xml_node_child(parent, HOP_NS_SHELL, "Stream");
    struct hop_wsman_stream *all;
    size_t n = count_siblings(s);

    if (n > HOP_WSMAN_MAX_STREAMS)
        return wsman_over_limit(d, "streams", HOP_WSMAN_MAX_STREAMS);
    all = hop_arena_alloc(d->arena, n * sizeof(*all) + 1);
    if (all == NULL)
        return wsman_no_memory(d);
    *out = all;
    *count = n;
    for (; s; s = hop_xml_node_again(s), all++) {
        all->name = hop_xml_node_attr(s, "", "Name");
        all->command_id = hop_xml_node_attr(s, "", "CommandId");
        all->end = wsman_is_true(hop_xml_node_attr(s, "", "End"));
        all->data = s->data;
        all->len = s->data_len;
        if (all->name == NULL || *all->name == '\0')
            return wsman_bad_body(d, "An rsp:Stream has no name.");
        if (!check_id(d, all->command_id))
            return false;
    }
    return true;
}

/* Send, 3.1.4.13. */
bool
wsman_decode_send(struct wsman_decoder *d, const struct hop_xml_node *body)
{
    struct hop_wsman_send *s = &d->m->send;

    if (!hop_xml_node_is(body, HOP_NS_SHELL, "Send"))
        return wsman_bad_body(d, "There is no rsp:Send.");
    if (!decode_streams(d, body, &s->streams, &s->stream_count))
        return false;
    if (s->stream_count == 0)
        return wsman_bad_body(d, "The rsp:Send has no rsp:Stream.");
    s->desired_stream =
        hop_xml_node_child_text(body, HOP_NS_SHELL, "DesiredStream");
    return true;
}

void
wsman_encode_send(struct hop_xml_writer *w, const struct hop_wsman_message *m)
{
    hop_xml_open(w, "rsp:Send");
    encode_streams(w, m->send.streams, m->send.stream_count);
    hop_xml_close(w, "rsp:Send");
}

void
wsman_encode_send_response(struct hop_xml_writer *w,
                           const struct hop_wsman_message *m)
{
    hop_xml_open(w, "rsp:SendResponse");
    hop_xml_close(w, "rsp:SendResponse");
}

/* Receive, 3.1.4.14. */
bool
wsman_decode_receive(struct wsman_decoder *d, const struct hop_xml_node *body)
{
    struct hop_wsman_receive *r = &d->m->receive;
    const struct hop_xml_node *desired;

    if (!hop_xml_node_is(body, HOP_NS_SHELL, "Receive"))
        return wsman_bad_body(d, "There is no rsp:Receive.");
    desired = hop_xml_node_child(body, HOP_NS_SHELL, "DesiredStream");
    if (desired == NULL)
        return wsman_bad_body(d, "The rsp:Receive has no rsp:DesiredStream.");
    r->desired = wsman_trim(d->arena, desired->text);
    r->command_id = hop_xml_node_attr(desired, "", "CommandId");
    return check_id(d, r->command_id);
}

void
wsman_encode_receive(struct hop_xml_writer *w,
                     const struct hop_wsman_message *m)
{
    hop_xml_open(w, "rsp:Receive");
    hop_xml_open(w, "rsp:DesiredStream");
    if (m->receive.command_id)
        hop_xml_attr(w, "CommandId", m->receive.command_id);
    hop_xml_text(w, m->receive.desired ? m->receive.desired : "");
    hop_xml_close(w, "rsp:DesiredStream");
    hop_xml_close(w, "rsp:Receive");
}

static const char *const state_names[] = {
    [HOP_WSMAN_STATE_NONE] = NULL,
    [HOP_WSMAN_STATE_RUNNING] = "Running",
    [HOP_WSMAN_STATE_PENDING] = "Pending",
    [HOP_WSMAN_STATE_DONE] = "Done",
};

/* Exit codes are 32 bits; WinRM writes the negative ones unsigned. */
static bool
parse_exit_code(const char *s, int32_t *out)
{
    bool negative;
    uint64_t n;

    while (hop_ascii_is_space(*s))
        s++;
    negative = *s == '-';
    if (!wsman_parse_uint(s + negative, &n) ||
        n > (negative ? (uint64_t)INT32_MAX + 1 : UINT32_MAX))
        return false;
    *out = (int32_t)(uint32_t)(negative ? 0 - n : n);
    return true;
}

static bool
decode_state(struct wsman_decoder *d, const struct hop_xml_node *n)
{
    struct hop_wsman_receive *r = &d->m->receive;
    const char *uri = hop_xml_node_attr(n, "", "State");
    const char *code = hop_xml_node_child_text(n, HOP_NS_SHELL, "ExitCode");

    r->state_command_id = hop_xml_node_attr(n, "", "CommandId");
    for (unsigned i = HOP_WSMAN_STATE_RUNNING;
         uri && i < HOP_ARRAY_SIZE(state_names); i++) {
        if (strncmp(uri, HOP_COMMAND_STATE, strlen(HOP_COMMAND_STATE)) == 0 &&
            strcmp(uri + strlen(HOP_COMMAND_STATE), state_names[i]) == 0)
            r->state = (enum hop_wsman_command_state)i;
    }
    if (r->state == HOP_WSMAN_STATE_NONE)
        return wsman_bad_body(d, "The CommandState is unknown: %.200s",
                              uri ? uri : "");
    r->has_exit_code = code != NULL;
    if (code && !parse_exit_code(code, &r->exit_code))
        return wsman_bad_body(d, "The exit code is no number: %.100s", code);
    return check_id(d, r->state_command_id);
}

bool
wsman_decode_receive_response(struct wsman_decoder *d,
                              const struct hop_xml_node *body)
{
    struct hop_wsman_receive *r = &d->m->receive;
    const struct hop_xml_node *state;

    if (!hop_xml_node_is(body, HOP_NS_SHELL, "ReceiveResponse"))
        return wsman_bad_body(d, "There is no rsp:ReceiveResponse.");
    state = hop_xml_node_child(body, HOP_NS_SHELL, "CommandState");
    return decode_streams(d, body, &r->streams, &r->stream_count) &&
           (state == NULL || decode_state(d, state));
}

void
wsman_encode_state(struct hop_xml_writer *w, const char *command_id,
                   enum hop_wsman_command_state state, bool has_exit_code,
                   int32_t exit_code)
{
    if (state == HOP_WSMAN_STATE_NONE)
        return;
    hop_xml_open(w, "rsp:CommandState");
    if (command_id)
        hop_xml_attr(w, "CommandId", command_id);
    hop_xml_attrf(w, "State", HOP_COMMAND_STATE "%s", state_names[state]);
    if (has_exit_code)
        hop_xml_elementf(w, "rsp:ExitCode", "%" PRIu32, (uint32_t)exit_code);
    hop_xml_close(w, "rsp:CommandState");
}

void
wsman_encode_receive_response(struct hop_xml_writer *w,
                              const struct hop_wsman_message *m)
{
    const struct hop_wsman_receive *r = &m->receive;

    hop_xml_open(w, "rsp:ReceiveResponse");
    encode_streams(w, r->streams, r->stream_count);
    wsman_encode_state(w, r->state_command_id, r->state, r->has_exit_code,
                       r->exit_code);
    hop_xml_close(w, "rsp:ReceiveResponse");
}

static const char *const signals[] = {
    [HOP_WSMAN_SIGNAL_OTHER] = NULL,
    [HOP_WSMAN_SIGNAL_TERMINATE] = HOP_SIGNAL_TERMINATE,
    [HOP_WSMAN_SIGNAL_CTRL_C] = HOP_SIGNAL_CTRL_C,
    [HOP_WSMAN_SIGNAL_CTRL_BREAK] = HOP_SIGNAL_CTRL_BREAK,
    [HOP_WSMAN_SIGNAL_PS_CTRL_C] = HOP_SIGNAL_PS_CTRL_C,
};

/* Signal, 3.1.4.12. */
bool
wsman_decode_signal(struct wsman_decoder *d, const struct hop_xml_node *body)
{
    struct hop_wsman_signal *s = &d->m->signal;
    const char *code;

    if (!hop_xml_node_is(body, HOP_NS_SHELL, "Signal"))
        return wsman_bad_body(d, "There is no rsp:Signal.");
    s->command_id = hop_xml_node_attr(body, "", "CommandId");
    code = hop_xml_node_child_text(body, HOP_NS_SHELL, "Code");
    if (code == NULL || (s->uri = wsman_trim(d->arena, code)) == NULL)
        return wsman_bad_body(d, "The rsp:Signal has no rsp:Code.");
    for (unsigned i = 1; i < HOP_ARRAY_SIZE(signals); i++) {
        if (hop_ascii_ieq(s->uri, signals[i]))
            s->code = (enum hop_wsman_signal_code)i;
    }
    return check_id(d, s->command_id);
}

void
wsman_encode_signal(struct hop_xml_writer *w, const struct hop_wsman_message *m)
{
    const char *uri = signals[m->signal.code];

    hop_xml_open(w, "rsp:Signal");
    if (m->signal.command_id)
        hop_xml_attr(w, "CommandId", m->signal.command_id);
    hop_xml_element(w, "rsp:Code", uri ? uri : m->signal.uri);
    hop_xml_close(w, "rsp:Signal");
}

void
wsman_encode_signal_response(struct hop_xml_writer *w,
                             const struct hop_wsman_message *m)
{
    hop_xml_open(w, "rsp:SignalResponse");
    hop_xml_close(w, "rsp:SignalResponse");
}

/* Disconnect, 3.1.4.15. */
bool
wsman_decode_disconnect(struct wsman_decoder *d,
                        const struct hop_xml_node *body)
{
    struct hop_wsman_disconnect *c = &d->m->disconnect;
    const char *idle;

    if (body && !hop_xml_node_is(body, HOP_NS_SHELL, "Disconnect"))
        return wsman_bad_body(d, "There is no rsp:Disconnect.");
    c->buffer_mode = hop_xml_node_child_text(body, HOP_NS_SHELL, "BufferMode");
    idle = hop_xml_node_child_text(body, HOP_NS_SHELL, "IdleTimeOut");
    if (idle && !hop_duration_parse(idle, &c->idle_timeout_ms))
        return wsman_bad_body(d, "The IdleTimeOut is no duration: %.100s",
                              idle);
    return true;
}

void
wsman_encode_disconnect(struct hop_xml_writer *w,
                        const struct hop_wsman_message *m)
{
    const struct hop_wsman_disconnect *c = &m->disconnect;

    hop_xml_open(w, "rsp:Disconnect");
    if (c->idle_timeout_ms >= 0) {
        char text[HOP_DURATION_TEXT];

        hop_duration_format(c->idle_timeout_ms, text);
        hop_xml_element(w, "rsp:IdleTimeOut", text);
    }
    hop_xml_element(w, "rsp:BufferMode", c->buffer_mode);
    hop_xml_close(w, "rsp:Disconnect");
}
