/* Channels of hopd-net on its event loop.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "server/net_state.h"

static void
lose(struct net_channel *c, const struct hop_error *why)
{
    net_channel_close(c);
    c->on_lost(c->ctx, why);
}

static bool
flush(struct net_channel *c)
{
    struct hop_error err = {.text = "closed"};
    enum hop_ipc_result r = hop_ipc_flush(&c->ipc, &err);

    if (r == HOP_IPC_OK || r == HOP_IPC_AGAIN) {
        hop_watch_set(c->watch, HOP_WATCH_READ |
                                    (r == HOP_IPC_AGAIN ? HOP_WATCH_WRITE : 0));
        return true;
    }
    /* The reading side finds out; losing it here would pull the channel away
     * from under its user. */
    hop_watch_set(c->watch, HOP_WATCH_READ);
    return false;
}

static void
on_channel(void *ctx, int fd, unsigned events)
{
    struct net_channel *c = ctx;
    struct net *n = c->net;
    struct hop_error err = {.text = "closed"};

    if (events & HOP_WATCH_WRITE)
        flush(c);
    if (!(events & HOP_WATCH_READ))
        return;
    enum hop_ipc_result r = hop_ipc_pump(&c->ipc, c->routes, c->route_count,
                                         &c->net->state, c->ctx, &err);
    net_command_answer_ready(n);
    if (r == HOP_IPC_CLOSED || r == HOP_IPC_BAD) {
        if (hop_ipc_is_open(&c->ipc))
            lose(c, &err);
    }
}

void
net_channel_open(struct net *n, struct net_channel *c, int fd,
                 enum hop_peer other)
{
    net_channel_close(c);
    c->net = n;
    hop_ipc_init(&c->ipc, fd, HOP_PEER_NET, other);
    c->watch = hop_watch_new(n->loop, fd, HOP_WATCH_READ, on_channel, c);
}

void
net_channel_close(struct net_channel *c)
{
    if (c->watch)
        hop_watch_free(c->watch);
    c->watch = NULL;
    if (c->net && hop_ipc_is_open(&c->ipc))
        hop_ipc_done(&c->ipc);
    c->ipc.fd = -1;
}

void
net_channel_send(struct net_channel *c, uint32_t type, uint32_t id,
                 const void *body)
{
    if (!c->watch)
        return;
    hop_ipc_send(&c->ipc, type, id, body, NULL, 0);
    flush(c);
}

uint32_t
net_next_id(struct net *n)
{
    if (++n->last_id == 0)
        n->last_id = 1;
    return n->last_id;
}
