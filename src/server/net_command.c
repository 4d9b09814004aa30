/* Commands of hopd-net: Command, Send, Signal.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/guid.h"
#include "base/text.h"
#include "server/net_state.h"
#include "wsman/uri.h"
#include "xml/writer.h"

/* ------------------------------------------------------------- commands */

struct net_command *
net_command_find(struct net_shell *s, const char *id)
{
    if (!id || id[0] == '\0')
        return &s->self;
    for (struct net_command *k = s->commands; k; k = k->next) {
        if (hop_ascii_ieq(k->id, id))
            return k;
    }
    return NULL;
}

struct net_command *
net_command_of(struct net_conn *c, struct net_shell *s, const char *id)
{
    struct net_command *k = net_command_find(s, id);

    if (!k)
        net_reply_code(c, HOP_FAULT_UNEXPECTED_SELECTORS,
                       "There is no command %s in the shell: it has been "
                       "terminated, or never was.",
                       id);
    return k;
}

static void
empty_command(struct net_command *k)
{
    net_receive_forget(k->shell->net, k);
    net_receive_drop(k, UINT64_MAX);
    free(hop_steal(&k->sent_to));
}

void
net_command_free_all(struct net_shell *s)
{
    while (s->commands) {
        struct net_command *k = s->commands;
        s->commands = k->next;
        s->command_count--;
        empty_command(k);
        free(k->id);
        free(k);
    }
    empty_command(&s->self);
}

static void
hand_over(struct net_command *k)
{
    if (k->answered && k->shell->disconnected)
        net_receive_acknowledge(k);
    k->answered = false;
}

void
net_command_hand_over(struct net_shell *s)
{
    hand_over(&s->self);
    for (struct net_command *k = s->commands; k; k = k->next)
        hand_over(k);
}

void
net_command_describe(const struct net_command *k, struct hop_buf *out)
{
    struct hop_xml_writer w = HOP_XML_WRITER(out);

    hop_xml_open(&w, "rsp:Command");
    hop_xml_declare(&w, "rsp", HOP_NS_SHELL);
    hop_xml_element(&w, "rsp:CommandId", k->id);
    hop_xml_element(&w, "rsp:CommandLine", "");
    hop_xml_element(&w, "rsp:CommandState", "Running");
    hop_xml_close(&w, "rsp:Command");
}

static void
remove_command(struct net_shell *s, struct net_command *k)
{
    struct net_command **link = &s->commands;

    while (*link != k)
        link = &(*link)->next;
    *link = k->next;
    s->command_count--;
    empty_command(k);
    free(k->id);
    free(k);
}

static struct net_command *
add_command(struct net_shell *s, const char *id)
{
    struct net_command *k = hop_xmalloc(sizeof(*k));

    k->shell = s;
    k->id = hop_xstrdup(id);
    k->next = s->commands;
    s->commands = k;
    s->command_count++;
    return k;
}

bool
net_command_may(struct net_conn *c, const struct net_shell *s)
{
    if (s->disconnected)
        net_reply_code(c, HOP_FAULT_SHELL_DISCONNECTED,
                       "The shell is disconnected: reconnect to it first.");
    return !s->disconnected;
}

/* True when each word of `names` is one of `known`. */
bool
net_command_has_streams(const char *names, const char *known)
{
    while (*names != '\0') {
        size_t n = strcspn(names, " ");
        const char *k = known;
        bool found = n == 0;
        while (!found && *k != '\0') {
            size_t len = strcspn(k, " ");
            found = len == n && hop_ascii_ieqn(k, names, n);
            k += len + (k[len] == ' ');
        }
        if (!found)
            return false;
        names += n + (names[n] == ' ');
    }
    return true;
}

/* -------------------------------------------------------------- Command */

static bool
choose_command_id(struct net_conn *c, const struct net_shell *s,
                  char out[HOP_GUID_TEXT])
{
    const char *wish = c->request.command.command_id;
    struct hop_fault f;

    if (!net_choose_id("CommandId", wish, out, &f)) {
        net_reply_fault(c, &f);
        return false;
    }
    for (const struct net_command *k = s->commands; wish && k; k = k->next)
        if (hop_ascii_ieq(k->id, wish)) {
            net_reply_code(c, HOP_FAULT_COMMAND_ID_IN_USE,
                           "The CommandId %s is in use.", wish);
            return false;
        }
    return true;
}

/* Clients that save the round trip of a terminate signal leave their commands
 * behind (libhop does): the older of them are forgotten here and in the
 * session. Newer commands come first in the list. */
static void
tidy_finished(struct net_shell *s)
{
    size_t finished = 0;

    for (struct net_command *k = s->commands, *next; k; k = next) {
        next = k->next;
        if (!k->done_sent || k->reader)
            continue;
        finished++;
        if (finished > NET_FINISHED_OUTPUT && k->answered)
            net_receive_acknowledge(k);
        if (finished <= NET_FINISHED_MAX)
            continue;
        struct hop_msg_signal m = {.command = k->id,
                                   .code = HOP_SIGNAL_TERMINATE};
        net_channel_send(&s->channel, HOP_MSG_SIGNAL, 0, &m);
        remove_command(s, k);
    }
}

static bool
check_count(struct net_conn *c, const struct net_shell *s)
{
    if (s->command_count < NET_COMMANDS_MAX)
        return true;
    hop_journal(HOP_EVENT_QUOTA,
                HOP_FIELDS("USER", s->user, "SESSION", s->id, "QUOTA",
                           "commands per shell"),
                "%s has %d commands in a shell", s->user, NET_COMMANDS_MAX);
    net_reply_code(c, HOP_FAULT_QUOTA_MAX_COMMANDS_PER_SHELL,
                   "The shell has %d commands: terminate those that have "
                   "ended.",
                   NET_COMMANDS_MAX);
    return false;
}

void
net_command_create(struct net_conn *c)
{
    const struct hop_wsman_command *want = &c->request.command;
    HOP_AUTO_BUF struct hop_buf arguments = HOP_BUF_INIT;
    struct net_shell *s = net_shell_of(c);
    char id[HOP_GUID_TEXT];

    if (s)
        tidy_finished(s);
    if (!s || !net_command_may(c, s) || !check_count(c, s) ||
        !choose_command_id(c, s, id))
        return;
    for (size_t i = 0; i < want->argument_count; i++) {
        hop_buf_adds(&arguments, want->arguments[i]);
        hop_buf_addc(&arguments, '\0');
    }
    struct hop_msg_command m = {
        .command = id,
        .line = want->command_line ? want->command_line : "",
        .arguments = {arguments.data, arguments.len},
        .skip_shell =
            hop_wsman_option_true(&c->request, HOP_OPTION_SKIP_CMD_SHELL),
        .console_stdin =
            hop_wsman_option_true(&c->request, HOP_OPTION_CONSOLEMODE_STDIN)};
    bool log = hop_config_bool(&c->net->config, HOP_SET_LOG_COMMANDS);
    hop_journal(HOP_EVENT_COMMAND,
                HOP_FIELDS("USER", s->user, "SESSION", s->id, "COMMAND", id,
                           "LINE", log ? m.line : NULL),
                "command of %s", s->user);
    net_shell_wait(s, c, NET_WAIT_STARTED, net_next_id(c->net));
    net_channel_send(&s->channel, HOP_MSG_COMMAND, c->wait_id, &m);
}

static bool
on_started(void *ctx, struct hop_ipc_msg *msg, struct hop_error *err)
{
    struct net_shell *s = ctx;
    struct hop_msg_started m;
    struct hop_wsman_message answer;
    char id[NET_MESSAGE_ID];

    if (!hop_ipc_unpack(msg, &m, err))
        return false;
    struct net_conn *c = net_shell_waiter(s, NET_WAIT_STARTED, msg->id);
    if (!m.ok) {
        if (c && m.code == HOP_FAULT_QUOTA_MAX_COMMANDS_PER_SHELL)
            hop_journal(HOP_EVENT_QUOTA,
                        HOP_FIELDS("USER", s->user, "SESSION", s->id, "QUOTA",
                                   "MaxProcessesPerShell"),
                        "%s: %s", s->user, m.text);
        if (c)
            net_reply_code(c, m.code, "%s", m.text);
        return true;
    }
    /* More than those that were asked for. */
    if (s->command_count >= 2 * NET_COMMANDS_MAX)
        return hop_error_set(err, HOP_ERROR_LIMIT, 0, "too many commands");
    struct net_command *k = m.command[0] ? add_command(s, m.command) : &s->self;
    k->acked = k->received = m.acked;
    k->sent = m.sent;
    k->answered = m.sent > m.acked;
    if (m.note.len > 0)
        k->sent_to = hop_xstrndup(m.note.data, m.note.len);
    if (!c)
        return true;
    net_reply_init(c, &answer, HOP_WSMAN_COMMAND_RESPONSE, id);
    answer.command.command_id = k->id;
    net_reply_message(c, &answer);
    return true;
}

/* ----------------------------------------------------------------- Send */

void
net_command_send(struct net_conn *c)
{
    const struct hop_wsman_send *send = &c->request.send;
    struct net_shell *s = net_shell_of(c);

    if (!s || !net_command_may(c, s))
        return;
    for (size_t i = 0; i < send->stream_count; i++) {
        const struct hop_wsman_stream *in = &send->streams[i];
        if (!net_command_has_streams(in->name, s->input_streams)) {
            net_reply_code(c, HOP_FAULT_SHELL_INVALID_INPUT_STREAM,
                           "The shell has no input stream %s.", in->name);
            return;
        }
        if (!net_command_of(c, s, in->command_id))
            return;
    }
    if (send->stream_count == 0) {
        net_reply_empty(c, HOP_WSMAN_SEND_RESPONSE);
        return;
    }
    net_shell_wait(s, c, NET_WAIT_TAKEN, net_next_id(c->net));
    for (size_t i = 0; i < send->stream_count; i++) {
        const struct hop_wsman_stream *in = &send->streams[i];
        struct net_command *k = net_command_find(s, in->command_id);
        struct hop_msg_input m = {.command = k->id,
                                  .stream = in->name,
                                  .data = {in->data, in->len},
                                  .end = in->end};
        bool last = i + 1 == send->stream_count;
        net_channel_send(&s->channel, HOP_MSG_INPUT, last ? c->wait_id : 0, &m);
    }
}

static bool
on_taken(void *ctx, struct hop_ipc_msg *msg, struct hop_error *err)
{
    struct net_shell *s = ctx;
    struct hop_msg_taken m;

    if (!hop_ipc_unpack(msg, &m, err))
        return false;
    struct net_conn *c = net_shell_waiter(s, NET_WAIT_TAKEN, msg->id);
    if (c && m.ok)
        net_reply_empty(c, HOP_WSMAN_SEND_RESPONSE);
    else if (c)
        net_reply_code(c, m.code,
                       "The command takes no more input: it has ended or has "
                       "closed its standard input.");
    return true;
}

/* --------------------------------------------------------------- Signal */

void
net_command_signal(struct net_conn *c)
{
    const struct hop_wsman_signal *want = &c->request.signal;
    struct net_shell *s = net_shell_of(c);

    if (!s || !net_command_may(c, s))
        return;
    if (!want->command_id) {
        net_reply_code(c, HOP_FAULT_INVALID_PARAMETER,
                       "The signal names no command.");
        return;
    }
    struct net_command *k = net_command_of(c, s, want->command_id);
    if (!k)
        return;
    struct hop_msg_signal m = {.command = k->id,
                               .code = want->uri ? want->uri : ""};
    net_shell_wait(s, c, NET_WAIT_SIGNALED, net_next_id(c->net));
    net_channel_send(&s->channel, HOP_MSG_SIGNAL, c->wait_id, &m);
}

static bool
on_signaled(void *ctx, struct hop_ipc_msg *msg, struct hop_error *err)
{
    struct net_shell *s = ctx;
    struct hop_msg_signaled m;

    if (!hop_ipc_unpack(msg, &m, err))
        return false;
    struct net_command *k =
        m.command[0] ? net_command_find(s, m.command) : NULL;
    /* That the pipeline has ended comes before the answer to what ended it. */
    if (k)
        net_receive_answer_now(k);
    if (m.gone && k) {
        if (k->reader)
            net_reply_code(k->reader, HOP_FAULT_OPERATION_ABORTED,
                           "The command has been terminated.");
        remove_command(s, k);
    }
    struct net_conn *c = net_shell_waiter(s, NET_WAIT_SIGNALED, msg->id);
    if (c && m.ok)
        net_reply_empty(c, HOP_WSMAN_SIGNAL_RESPONSE);
    else if (c)
        net_reply_code(c, HOP_FAULT_INVALID_PARAMETER,
                       "The command cannot be sent this signal.");
    return true;
}

const struct hop_ipc_route net_command_routes[] = {
    {HOP_MSG_OPENED, 1, net_shell_on_opened},
    {HOP_MSG_CONNECTED, 1, net_shell_on_connected},
    {HOP_MSG_STARTED, 1, on_started},
    {HOP_MSG_TAKEN, 1, on_taken},
    {HOP_MSG_OUTPUT, 1, net_receive_on_output},
    {HOP_MSG_DONE, 1, net_receive_on_done},
    {HOP_MSG_SIGNALED, 1, on_signaled},
    {HOP_MSG_TOLD, 1, net_cim_on_told},
};
const size_t net_command_route_count = HOP_ARRAY_SIZE(net_command_routes);
