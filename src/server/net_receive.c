/* Receive: output on its way to the client.
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
#include "server/net_state.h"
#include "wsman/stream.h"

/* What a command writes and its end come shortly after one another: a Receive
 * that waits so long takes both, and saves a round trip. */
#define SOON_MS 2

#define CLIENT_ENVELOPE_DEFAULT 153600

void
net_receive_drop(struct net_command *k, uint64_t to)
{
    while (k->head && k->head->at + k->head->len <= to &&
           !(k->head->len == 0 && k->head->at == to)) {
        struct net_piece *p = k->head;
        k->head = p->next;
        if (!k->head)
            k->tail = NULL;
        k->shell->held_bytes -= p->len;
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

/* What came with one reading of the channel goes out in one answer. */
static void
answer_once_read(struct net_command *k)
{
    struct net *n = k->shell->net;

    if (k->ready)
        return;
    k->ready = true;
    k->ready_next = n->ready_first;
    n->ready_first = k;
}

static void
forget_ready(struct net *n, struct net_command *k)
{
    struct net_command **link = &n->ready_first;

    if (!k->ready)
        return;
    while (*link != k)
        link = &(*link)->ready_next;
    *link = k->ready_next;
    k->ready = false;
}

void
net_receive_forget(struct net *n, struct net_command *k)
{
    forget_soon(n, k);
    forget_ready(n, k);
}

size_t
net_envelope_max(const struct net_conn *c)
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

    net_receive_forget(n, k);
    net_reply_init(c, &answer, HOP_WSMAN_RECEIVE_RESPONSE, id);
    hop_buf_clear(&n->envelope);
    hop_wsman_receive_begin(&w, &n->envelope, &answer, net_envelope_max(c));
    k->sent = add_pieces(&w, k, limit, &all);
    k->answered = true;
    bool done = k->done && all;
    k->done_sent = k->done_sent || done;
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

void
net_receive_answer_now(struct net_command *k)
{
    net_receive_forget(k->shell->net, k);
    if (k->reader && has_output(k))
        answer_receive(k, k->reader, UINT64_MAX);
}

void
net_command_answer_ready(struct net *n)
{
    while (n->ready_first)
        net_receive_answer_now(n->ready_first);
}

static void
answer_or_wait_a_little(struct net_command *k)
{
    struct net *n = k->shell->net;
    struct net_conn *c = k->reader;

    if (k->shell->quick) {
        answer_once_read(k);
        return;
    }
    if (k->done || k->received - k->acked >= net_envelope_max(c) / 4 * 3) {
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
    while (n->soon_first)
        net_receive_answer_now(n->soon_first);
}

void
net_receive_acknowledge(struct net_command *k)
{
    struct hop_msg_ack m = {.command = k->id, .to = k->sent};

    k->answered = false;
    if (k->sent == k->acked)
        return;
    k->acked = k->sent;
    net_receive_drop(k, k->acked);
    net_channel_send(&k->shell->channel, HOP_MSG_ACK, 0, &m);
}

void
net_command_receive(struct net_conn *c)
{
    const struct hop_wsman_receive *want = &c->request.receive;
    const char *id = c->request.header.message_id;
    struct net_shell *s = net_shell_of(c);

    if (!s || !net_command_may(c, s))
        return;
    if (want->desired &&
        !net_command_has_streams(want->desired, s->output_streams)) {
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
    struct net_command *k = net_command_of(c, s, want->command_id);
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
        net_receive_acknowledge(k);
    net_shell_wait(s, c, NET_WAIT_OUTPUT, 0);
    c->command = k;
    k->reader = c;
    if (!has_output(k))
        return;
    if (s->quick)
        answer_receive(k, c, UINT64_MAX);
    else
        answer_or_wait_a_little(k);
}

/* The session runs as its user, who may have changed it: what it sends is
 * bounded here as well. */
static bool
check_output(const struct net_command *k, const struct hop_msg_output *m,
             struct hop_error *err)
{
    size_t most = NET_SHELL_BYTES + NET_FLOOR_BYTES * NET_COMMANDS_MAX * 2;

    if (m->at != k->received)
        return hop_error_set(
            err, HOP_ERROR_PROTOCOL, 0, "output at %llu, not %llu",
            (unsigned long long)m->at, (unsigned long long)k->received);
    if (k->received - k->acked + m->data.len > NET_WINDOW_BYTES ||
        k->shell->held_bytes + m->data.len > most)
        return hop_error_set(err, HOP_ERROR_LIMIT, 0,
                             "more output than its window");
    return true;
}

bool
net_receive_on_output(void *ctx, struct hop_ipc_msg *msg, struct hop_error *err)
{
    struct net_shell *s = ctx;
    struct hop_msg_output m;

    if (!hop_ipc_unpack(msg, &m, err))
        return false;
    struct net_command *k = net_command_find(s, m.command);
    if (!k)
        return true; /* terminated meanwhile */
    if (!check_output(k, &m, err))
        return false;
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
    s->held_bytes += m.data.len;
    if (k->reader)
        answer_or_wait_a_little(k);
    return true;
}

bool
net_receive_on_done(void *ctx, struct hop_ipc_msg *msg, struct hop_error *err)
{
    struct net_shell *s = ctx;
    struct hop_msg_done m;
    char code[16];

    if (!hop_ipc_unpack(msg, &m, err))
        return false;
    struct net_command *k = net_command_find(s, m.command);
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
