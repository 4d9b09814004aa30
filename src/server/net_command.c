/* Commands of hopd-net: Command, Send, Receive, Signal.
 *
 * Output comes from the session up to its window and is kept until the client
 * has it.  A client that repeats a Receive (the same MessageID) after it lost
 * its connection gets the same answer again; one that asks anew has the last
 * answer.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/guid.h"
#include "base/text.h"
#include "server/net_state.h"
#include "wsman/stream.h"
#include "wsman/uri.h"

/* What a command writes and its end come shortly after one another: a Receive
 * that waits so long takes both, and saves a round trip. */
#define SOON_MS 2

#define CLIENT_ENVELOPE_DEFAULT 153600

/* ------------------------------------------------------------- commands */

static struct net_command *
find_command(struct net_shell *s, const char *id)
{
    if (!id || id[0] == '\0')
        return &s->self;
    for (struct net_command *k = s->commands; k; k = k->next) {
        if (hop_ascii_ieq(k->id, id))
            return k;
    }
    return NULL;
}

static struct net_command *
command_of(struct net_conn *c, struct net_shell *s, const char *id)
{
    struct net_command *k = find_command(s, id);

    if (!k)
        net_reply_code(c, HOP_FAULT_UNEXPECTED_SELECTORS,
                       "There is no command %s in the shell: it has been "
                       "terminated, or never was.",
                       id);
    return k;
}

static void
drop_pieces(struct net_command *k, uint64_t to)
{
    while (k->head && k->head->at + k->head->len <= to &&
           !(k->head->len == 0 && k->head->at == to)) {
        struct net_piece *p = k->head;
        k->head = p->next;
        if (!k->head)
            k->tail = NULL;
        free(p->stream);
        free(p);
    }
}

static void
forget_soon(struct net *n, struct net_command *k)
{
    struct net_command **link = &n->soon_first;

    if (!k->soon)
        return;
    while (*link != k)
        link = &(*link)->soon_next;
    *link = k->soon_next;
    k->soon = false;
}

static void
empty_command(struct net_command *k)
{
    forget_soon(k->shell->net, k);
    drop_pieces(k, UINT64_MAX);
    free(hop_steal(&k->sent_to));
}

void
net_command_free_all(struct net_shell *s)
{
    while (s->commands) {
        struct net_command *k = s->commands;
        s->commands = k->next;
        empty_command(k);
        free(k->id);
        free(k);
    }
    empty_command(&s->self);
}

static void
remove_command(struct net_shell *s, struct net_command *k)
{
    struct net_command **link = &s->commands;

    while (*link != k)
        link = &(*link)->next;
    *link = k->next;
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
    return k;
}

static bool
check_connected(struct net_conn *c, const struct net_shell *s)
{
    if (s->disconnected)
        net_reply_code(c, HOP_FAULT_SHELL_DISCONNECTED,
                       "The shell is disconnected: reconnect to it first.");
    return !s->disconnected;
}

/* True when each word of `names` is one of `known`. */
static bool
are_streams(const char *names, const char *known)
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
choose_id(struct net_conn *c, const struct net_shell *s, char *out)
{
    const char *wish = c->request.command.command_id;
    struct hop_guid guid;

    if (!wish) {
        hop_guid_new(&guid);
        hop_guid_format(&guid, true, out);
        return true;
    }
    if (strlen(wish) + 1 != HOP_GUID_TEXT ||
        !hop_guid_parse(wish, strlen(wish), &guid)) {
        net_reply_code(c, HOP_FAULT_INVALID_PARAMETER,
                       "The CommandId %s is no GUID.", wish);
        return false;
    }
    for (const struct net_command *k = s->commands; k; k = k->next) {
        if (hop_ascii_ieq(k->id, wish)) {
            net_reply_code(c, HOP_FAULT_COMMAND_ID_IN_USE,
                           "The CommandId %s is in use.", wish);
            return false;
        }
    }
    memcpy(out, wish, HOP_GUID_TEXT);
    return true;
}

void
net_command_create(struct net_conn *c)
{
    const struct hop_wsman_command *want = &c->request.command;
    HOP_AUTO_BUF struct hop_buf arguments = HOP_BUF_INIT;
    struct net_shell *s = net_shell_of(c);
    char id[HOP_GUID_TEXT];

    if (!s || !check_connected(c, s) || !choose_id(c, s, id))
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
    struct net_command *k = add_command(s, m.command);
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

    if (!s || !check_connected(c, s))
        return;
    for (size_t i = 0; i < send->stream_count; i++) {
        const struct hop_wsman_stream *in = &send->streams[i];
        if (!are_streams(in->name, s->input_streams)) {
            net_reply_code(c, HOP_FAULT_SHELL_INVALID_INPUT_STREAM,
                           "The shell has no input stream %s.", in->name);
            return;
        }
        if (!command_of(c, s, in->command_id))
            return;
    }
    if (send->stream_count == 0) {
        net_reply_empty(c, HOP_WSMAN_SEND_RESPONSE);
        return;
    }
    net_shell_wait(s, c, NET_WAIT_TAKEN, net_next_id(c->net));
    for (size_t i = 0; i < send->stream_count; i++) {
        const struct hop_wsman_stream *in = &send->streams[i];
        struct net_command *k = find_command(s, in->command_id);
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

/* -------------------------------------------------------------- Receive */

static size_t
envelope_max(const struct net_conn *c)
{
    uint64_t ours =
        (uint64_t)hop_config_u32(&c->net->config, HOP_SET_MAX_ENVELOPE_KB) *
        1024;
    uint64_t theirs = c->request.header.max_envelope_bytes;

    if (theirs == 0)
        theirs = CLIENT_ENVELOPE_DEFAULT;
    return (size_t)(theirs < ours ? theirs : ours);
}

/* Adds what fits of the pieces before `limit`; returns the offset reached.
 * *all is set when nothing is left behind it. */
static uint64_t
add_pieces(struct hop_wsman_stream_writer *w, const struct net_command *k,
           uint64_t limit, bool *all)
{
    uint64_t at = k->acked;

    *all = false;
    for (const struct net_piece *p = k->head; p; p = p->next) {
        size_t skip = p->at < at ? (size_t)(at - p->at) : 0;
        if (p->end || p->len == 0) {
            hop_wsman_stream_add(w, p->stream, k->id, NULL, 0, true);
            continue;
        }
        while (skip < p->len && at < limit) {
            size_t n = p->len - skip, room = hop_wsman_stream_room(w);
            if (n > limit - at)
                n = (size_t)(limit - at);
            /* A fragment of PSRP may not be split between elements. */
            if (room == 0 || (k->shell->quick && n > room && at > k->acked))
                return at;
            n = n > room ? room : n;
            hop_wsman_stream_add(w, p->stream, k->id[0] ? k->id : NULL,
                                 p->data + skip, n, false);
            skip += n;
            at += n;
        }
        if (at >= limit && limit < k->received)
            return at;
    }
    *all = true;
    return at;
}

static void
answer_receive(struct net_command *k, struct net_conn *c, uint64_t limit)
{
    struct net *n = c->net;
    struct hop_wsman_message answer;
    struct hop_wsman_stream_writer w;
    char id[NET_MESSAGE_ID];
    bool all;

    forget_soon(n, k);
    net_reply_init(c, &answer, HOP_WSMAN_RECEIVE_RESPONSE, id);
    hop_buf_clear(&n->envelope);
    hop_wsman_receive_begin(&w, &n->envelope, &answer, envelope_max(c));
    k->sent = add_pieces(&w, k, limit, &all);
    k->answered = true;
    bool done = k->done && all;
    hop_wsman_receive_end(&w, k->id[0] ? k->id : NULL,
                          done       ? HOP_WSMAN_STATE_DONE
                          : k->id[0] ? HOP_WSMAN_STATE_RUNNING
                                     : HOP_WSMAN_STATE_NONE,
                          done, (int32_t)k->exit_code);
    const char *request = c->request.header.message_id;
    if (request && (!k->sent_to || strcmp(k->sent_to, request) != 0)) {
        free(k->sent_to);
        k->sent_to = hop_xstrdup(request);
        size_t len = strlen(request);
        struct hop_msg_sent m = {.command = k->id,
                                 .to = k->sent,
                                 .note = {request, len > 200 ? 200 : len}};
        net_channel_send(&k->shell->channel, HOP_MSG_SENT, 0, &m);
    }
    net_reply_envelope(c, 200);
}

static bool
has_output(const struct net_command *k)
{
    return k->received > k->acked || k->head != NULL || k->done;
}

static void
answer_or_wait_a_little(struct net_command *k)
{
    struct net *n = k->shell->net;
    struct net_conn *c = k->reader;

    if (k->done || k->shell->quick ||
        k->received - k->acked >= envelope_max(c) / 4 * 3) {
        answer_receive(k, c, UINT64_MAX);
        return;
    }
    if (k->soon)
        return;
    if (!n->soon_first)
        hop_timer_start(n->soon, SOON_MS);
    k->soon = true;
    k->soon_next = n->soon_first;
    n->soon_first = k;
}

void
net_command_answer_soon(struct net *n)
{
    while (n->soon_first) {
        struct net_command *k = n->soon_first;
        forget_soon(n, k);
        if (k->reader && has_output(k))
            answer_receive(k, k->reader, UINT64_MAX);
    }
}

/* The last answer has reached the client. */
static void
acknowledge(struct net_command *k)
{
    struct hop_msg_ack m = {.command = k->id, .to = k->sent};

    k->answered = false;
    if (k->sent == k->acked)
        return;
    k->acked = k->sent;
    drop_pieces(k, k->acked);
    net_channel_send(&k->shell->channel, HOP_MSG_ACK, 0, &m);
}

void
net_command_receive(struct net_conn *c)
{
    const struct hop_wsman_receive *want = &c->request.receive;
    const char *id = c->request.header.message_id;
    struct net_shell *s = net_shell_of(c);

    if (!s || !check_connected(c, s))
        return;
    if (want->desired && !are_streams(want->desired, s->output_streams)) {
        net_reply_code(c, HOP_FAULT_SHELL_INVALID_DESIRED_STREAMS,
                       "The shell has not all of the output streams \"%s\".",
                       want->desired);
        return;
    }
    /* As Windows answers (recorded): waiting would be for ever. */
    if (!want->command_id && !s->quick) {
        net_reply_code(c, HOP_FAULT_INVALID_PARAMETER,
                       "A Receive from a command shell must name a command: "
                       "the shell itself has no output.");
        return;
    }
    struct net_command *k = command_of(c, s, want->command_id);
    if (!k)
        return;
    if (k->reader)
        net_reply_code(k->reader, HOP_FAULT_OPERATION_ABORTED,
                       "Another Receive has taken the place of this one.");
    if (k->answered && k->sent_to && id && strcmp(k->sent_to, id) == 0) {
        answer_receive(k, c, k->sent);
        return;
    }
    if (k->answered)
        acknowledge(k);
    net_shell_wait(s, c, NET_WAIT_OUTPUT, 0);
    c->command = k;
    k->reader = c;
    if (has_output(k))
        answer_or_wait_a_little(k);
}

static bool
on_output(void *ctx, struct hop_ipc_msg *msg, struct hop_error *err)
{
    struct net_shell *s = ctx;
    struct hop_msg_output m;

    if (!hop_ipc_unpack(msg, &m, err))
        return false;
    struct net_command *k = find_command(s, m.command);
    if (!k)
        return true; /* terminated meanwhile */
    if (m.at != k->received)
        return hop_error_set(
            err, HOP_ERROR_PROTOCOL, 0, "output at %llu, not %llu",
            (unsigned long long)m.at, (unsigned long long)k->received);
    struct net_piece *p = hop_xrealloc(NULL, 1, sizeof(*p) + m.data.len);
    *p = (struct net_piece){.stream = hop_xstrdup(m.stream),
                            .at = m.at,
                            .len = m.data.len,
                            .end = m.end != 0};
    memcpy(p->data, m.data.data, m.data.len);
    if (k->tail)
        k->tail->next = p;
    else
        k->head = p;
    k->tail = p;
    k->received += m.data.len;
    if (k->reader)
        answer_or_wait_a_little(k);
    return true;
}

static bool
on_done(void *ctx, struct hop_ipc_msg *msg, struct hop_error *err)
{
    struct net_shell *s = ctx;
    struct hop_msg_done m;
    char code[16];

    if (!hop_ipc_unpack(msg, &m, err))
        return false;
    struct net_command *k = find_command(s, m.command);
    if (!k)
        return true;
    snprintf(code, sizeof(code), "%u", m.exit_code);
    hop_journal(HOP_EVENT_COMMAND_DONE,
                HOP_FIELDS("USER", s->user, "SESSION", s->id, "COMMAND", k->id,
                           "EXIT", code),
                "command of %s ended with %u", s->user, m.exit_code);
    k->done = true;
    k->exit_code = m.exit_code;
    if (k->reader)
        answer_or_wait_a_little(k);
    return true;
}

/* --------------------------------------------------------------- Signal */

void
net_command_signal(struct net_conn *c)
{
    const struct hop_wsman_signal *want = &c->request.signal;
    struct net_shell *s = net_shell_of(c);

    if (!s || !check_connected(c, s))
        return;
    if (!want->command_id) {
        net_reply_code(c, HOP_FAULT_INVALID_PARAMETER,
                       "The signal names no command.");
        return;
    }
    struct net_command *k = command_of(c, s, want->command_id);
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
    struct net_command *k = m.command[0] ? find_command(s, m.command) : NULL;
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
    {HOP_MSG_OUTPUT, 1, on_output},
    {HOP_MSG_DONE, 1, on_done},
    {HOP_MSG_SIGNALED, 1, on_signaled},
};
const size_t net_command_route_count = HOP_ARRAY_SIZE(net_command_routes);
