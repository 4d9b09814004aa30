/* Shells as clients see them: Get, Disconnect, Reconnect, Connect.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "base/guid.h"
#include "base/text.h"
#include "server/net_state.h"
#include "wsman/uri.h"

/* A client whose machine is gone may have its shell taken over after so long
 * without a request. */
#define ABANDONED_MS 10000

void
net_shell_describe(const struct net_shell *s, struct hop_wsman_shell *out)
{
    int64_t now = (int64_t)time(NULL);
    uint64_t quiet = hop_loop_now_ms(s->net->loop) - s->used_at;

    *out = (struct hop_wsman_shell){
        .shell_id = s->id,
        .name = s->name[0] ? s->name : NULL,
        .resource_uri = s->resource,
        .owner = s->principal,
        .client_ip = s->client,
        .process_id = s->pid,
        .idle_timeout_ms = s->idle_ms,
        .max_idle_timeout_ms = net_idle_max(s->net, s->resource),
        .lifetime_ms = -1,
        .input_streams = s->input_streams,
        .output_streams = s->output_streams,
        .working_directory = s->directory[0] ? s->directory : NULL,
        .locale = "en-US",
        .data_locale = "en-US",
        .compression_mode = "NoCompression",
        .profile_loaded = "Yes",
        .encoding = "UTF8",
        .buffer_mode = s->drop ? "Drop" : "Block",
        .state = s->disconnected ? "Disconnected" : "Connected",
        .run_time_ms = now > s->opened_at ? (now - s->opened_at) * 1000 : 0,
        .inactivity_ms = (int64_t)quiet,
    };
}

void
net_shell_get(struct net_conn *c)
{
    struct hop_wsman_message answer;
    char id[NET_MESSAGE_ID];
    const char *uri = c->request.header.resource_uri;

    if (!uri || (!hop_ascii_ieqn(uri, HOP_URI_SHELL, strlen(HOP_URI_SHELL)) &&
                 !net_endpoint_is_powershell(uri))) {
        net_reply_code(c, HOP_FAULT_INVALID_RESOURCE_URI,
                       "There is no resource %s on this host.", uri ? uri : "");
        return;
    }
    struct net_shell *s = net_shell_of(c);
    if (!s)
        return;
    net_reply_init(c, &answer, HOP_WSMAN_GET_RESPONSE, id);
    net_shell_describe(s, &answer.shell);
    answer.has_shell = true;
    net_reply_message(c, &answer);
}

/* ------------------------------------------------ disconnect, reconnect */

void
net_shell_disconnect(struct net_conn *c)
{
    struct net_shell *s = net_shell_of(c);

    if (!s)
        return;
    if (s->disconnected) {
        net_reply_code(c, HOP_FAULT_SHELL_DISCONNECTED,
                       "The shell is disconnected already.");
        return;
    }
    s->disconnected = true;
    if (c->request.disconnect.buffer_mode)
        s->drop = hop_ascii_ieq(c->request.disconnect.buffer_mode, "Drop");
    s->disconnected_ms =
        c->request.disconnect.idle_timeout_ms >= NET_IDLE_MIN_MS
            ? c->request.disconnect.idle_timeout_ms
            : s->idle_ms;
    net_shell_fail(s, HOP_FAULT_SHELL_DISCONNECTED,
                   "The shell has been disconnected while the request waited.");
    hop_journal(HOP_EVENT_SESSION_DISCONNECTED,
                HOP_FIELDS("USER", s->user, "SESSION", s->id),
                "session of %s disconnected", s->user);
    net_note_send(s);
    net_reply_empty(c, HOP_WSMAN_DISCONNECT_RESPONSE);
}

static void
note_reconnected(struct net_shell *s, const struct net_conn *c)
{
    s->disconnected = false;
    if (c->request.header.session_id) {
        free(s->client_session);
        s->client_session = hop_xstrdup(c->request.header.session_id);
    }
    hop_journal(HOP_EVENT_SESSION_RECONNECTED,
                HOP_FIELDS("USER", s->user, "SESSION", s->id, "CLIENT",
                           hop_httpd_peer(c->http)),
                "session of %s reconnected", s->user);
    net_note_send(s);
}

/* The client that disconnected takes up its shell again. */
void
net_shell_reconnect(struct net_conn *c)
{
    struct net_shell *s = net_shell_of(c);

    if (!s)
        return;
    /* As Windows answers (recorded), also when it is connected. */
    if (s->disconnected)
        note_reconnected(s, c);
    net_reply_empty(c, HOP_WSMAN_RECONNECT_RESPONSE);
}

/* A client that has gone without a word: nothing of it waits here, and nothing
 * has come for a while. */
static bool
is_abandoned(const struct net_shell *s, uint64_t used_at)
{
    return !s->waiting &&
           hop_loop_now_ms(s->net->loop) - used_at > ABANDONED_MS;
}

/* To a command's output, once the shell is connected. */
static void
connect_command(struct net_conn *c, struct net_shell *s)
{
    struct hop_wsman_message answer;
    char id[NET_MESSAGE_ID];

    if (!net_command_may(c, s) ||
        !net_command_of(c, s, c->request.connect.command_id))
        return;
    net_reply_init(c, &answer, HOP_WSMAN_CONNECT_RESPONSE, id);
    net_reply_message(c, &answer);
}

/* Another client of the same user takes up a disconnected shell. */
void
net_shell_connect(struct net_conn *c)
{
    const char *id = hop_wsman_selector(&c->request, "ShellId");
    const struct net_shell *known = id ? net_shell_find(c->net, id) : NULL;
    uint64_t used_at = known ? known->used_at : 0;
    struct net_shell *s = net_shell_of(c);

    if (!s)
        return;
    if (c->request.connect.command_id) {
        connect_command(c, s);
        return;
    }
    if (!s->disconnected && !is_abandoned(s, used_at)) {
        s->used_at = used_at; /* asking is no use of it */
        net_reply_code(c, HOP_FAULT_CONNECTED_TO_DIFFERENT_CLIENT,
                       "The shell is connected to a client.");
        return;
    }
    struct hop_msg_connect m = {.content = {c->request.connect.open_data,
                                            c->request.connect.open_data_len}};
    net_shell_wait(s, c, NET_WAIT_CONNECTED, net_next_id(c->net));
    net_channel_send(&s->channel, HOP_MSG_CONNECT, c->wait_id, &m);
}

bool
net_shell_on_connected(void *ctx, struct hop_ipc_msg *msg,
                       struct hop_error *err)
{
    struct net_shell *s = ctx;
    struct hop_msg_connected m;

    if (!hop_ipc_unpack(msg, &m, err))
        return false;
    struct net_conn *c = net_shell_waiter(s, NET_WAIT_CONNECTED, msg->id);
    if (!c)
        return true;
    if (!m.ok) {
        net_reply_code(c, m.code, "%s", m.text);
        return true;
    }
    struct hop_wsman_message answer;
    char id[NET_MESSAGE_ID];
    net_command_hand_over(s);
    note_reconnected(s, c);
    net_reply_init(c, &answer, HOP_WSMAN_CONNECT_RESPONSE, id);
    answer.connect = (struct hop_wsman_connect){
        .input_streams = s->input_streams,
        .output_streams = s->output_streams,
        .open_data = m.content.len ? m.content.data : NULL,
        .open_data_len = m.content.len};
    net_reply_message(c, &answer);
    return true;
}
