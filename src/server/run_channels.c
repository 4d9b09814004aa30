/* SPDX-License-Identifier: MIT */
#include "server/run_channels.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "server/messages.h"

static void
close_net(struct hop_run_channels *ch)
{
    hop_set_remove(&ch->set, &ch->net_source);
    hop_ipc_done(&ch->net);
    ch->net_source.fd = -1;
}

static void
flush_net(struct hop_run_channels *ch)
{
    struct hop_error err;

    if (!hop_ipc_is_open(&ch->net))
        return;
    enum hop_ipc_result f = hop_ipc_flush(&ch->net, &err);
    if (f == HOP_IPC_OK || f == HOP_IPC_AGAIN)
        hop_set_want(&ch->set, &ch->net_source,
                     EPOLLIN | (f == HOP_IPC_AGAIN ? EPOLLOUT : 0u));
    else
        close_net(ch);
}

/* hopd-net may die at any time; the session goes on and waits for another. */
static void
on_net(struct hop_source *s, uint32_t events)
{
    struct hop_run_channels *ch = s->ctx;
    struct hop_error err;

    if (hop_ipc_pump(&ch->net, ch->part->routes, ch->part->route_count,
                     &ch->state, ch->ctx, &err) != HOP_IPC_AGAIN)
        close_net(ch);
}

static bool
on_attach(void *ctx, struct hop_ipc_msg *msg, struct hop_error *err)
{
    struct hop_run_channels *ch = ctx;
    struct hop_msg_opened m = {
        .ok = 1, .again = 1, .note = {ch->note.data, ch->note.len}};
    int fd = hop_ipc_take_fd(msg, 0);

    if (fd < 0)
        return hop_error_set(err, HOP_ERROR_PROTOCOL, 0, "no descriptor");
    close_net(ch);
    hop_ipc_init(&ch->net, fd, HOP_PEER_RUN, HOP_PEER_NET);
    ch->net_source = (struct hop_source){.fd = fd, .fn = on_net, .ctx = ch};
    hop_set_want(&ch->set, &ch->net_source, EPOLLIN);
    if (ch->state != HOP_RUN_OPEN)
        return true;
    hop_ipc_send(&ch->net, HOP_MSG_OPENED, 0, &m, NULL, 0);
    if (ch->part->replay)
        ch->part->replay(ch->ctx);
    m.again = 0;
    hop_ipc_send(&ch->net, HOP_MSG_OPENED, 0, &m, NULL, 0);
    return true;
}

static const struct hop_ipc_route keeper_routes[] = {
    {HOP_MSG_ATTACH, HOP_RUN_WAITING | HOP_RUN_OPEN, on_attach},
};

static void
on_keeper(struct hop_source *s, uint32_t events)
{
    struct hop_run_channels *ch = s->ctx;
    struct hop_error err;

    if (hop_ipc_pump(&ch->keeper, keeper_routes, HOP_ARRAY_SIZE(keeper_routes),
                     &ch->state, ch, &err) != HOP_IPC_AGAIN)
        ch->ending = true;
}

static void
on_signals(struct hop_source *s, uint32_t events)
{
    struct signalfd_siginfo info;
    struct hop_run_channels *ch = s->ctx;

    while (read(s->fd, &info, sizeof(info)) == sizeof(info))
        ch->ending |= info.ssi_signo == SIGTERM;
    ch->part->on_children(ch->ctx);
}

static bool
watch_signals(struct hop_run_channels *ch, struct hop_error *err)
{
    sigset_t mask;
    int fd;

    signal(SIGPIPE, SIG_IGN);
    sigemptyset(&mask);
    sigaddset(&mask, SIGCHLD);
    sigaddset(&mask, SIGTERM);
    sigprocmask(SIG_BLOCK, &mask, NULL);
    fd = signalfd(-1, &mask, SFD_CLOEXEC | SFD_NONBLOCK);
    if (fd < 0)
        return hop_error_errno(err, errno, "signalfd");
    ch->signals = (struct hop_source){.fd = fd, .fn = on_signals, .ctx = ch};
    hop_set_want(&ch->set, &ch->signals, EPOLLIN);
    return true;
}

bool
hop_run_channels_open(struct hop_run_channels *ch,
                      const struct hop_run_part *part, void *ctx,
                      struct hop_error *err)
{
    *ch = (struct hop_run_channels){
        .state = HOP_RUN_WAITING, .part = part, .ctx = ctx};
    ch->net.fd = ch->net_source.fd = -1;
    /* What loses its parent stays with us, and with the keeper after us. */
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    if (!hop_set_init(&ch->set, err) || !watch_signals(ch, err))
        return false;
    hop_ipc_init(&ch->keeper, HOP_IPC_MONITOR_FD, HOP_PEER_RUN,
                 HOP_PEER_KEEPER);
    ch->keeper_source = (struct hop_source){
        .fd = HOP_IPC_MONITOR_FD, .fn = on_keeper, .ctx = ch};
    hop_set_want(&ch->set, &ch->keeper_source, EPOLLIN);
    return true;
}

void
hop_run_channels_done(struct hop_run_channels *ch)
{
    hop_buf_done(&ch->note);
    close_net(ch);
    hop_ipc_done(&ch->keeper);
    close(ch->signals.fd);
    hop_set_done(&ch->set);
}

void
hop_run_channels_turn(struct hop_run_channels *ch, int timeout_ms)
{
    hop_set_wait(&ch->set, timeout_ms);
    flush_net(ch);
}

void
hop_run_channels_note(struct hop_run_channels *ch, struct hop_ipc_bytes note)
{
    hop_buf_clear(&ch->note);
    hop_buf_add(&ch->note, note.data, note.len);
}
