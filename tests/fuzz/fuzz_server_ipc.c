/* Frames from a process that an attacker has taken over: the channel refuses or
 * unpacks them, whatever the bytes.  The first byte chooses who talks to whom.
 *
 * SPDX-License-Identifier: MIT
 */
#include <unistd.h>

#include "fuzz.h"
#include "server/messages.h"

/* The largest struct of a message is much smaller. */
union any_message {
    struct hop_msg_config config;
    struct hop_msg_answer answer;
    struct hop_msg_open open;
    uint64_t room[64];
};

static const struct {
    enum hop_peer self, other;
} ends[] = {
    {HOP_PEER_MONITOR, HOP_PEER_NET}, {HOP_PEER_MONITOR, HOP_PEER_AUTH},
    {HOP_PEER_AUTH, HOP_PEER_NET},    {HOP_PEER_NET, HOP_PEER_RUN},
    {HOP_PEER_RUN, HOP_PEER_NET},     {HOP_PEER_MONITOR, HOP_PEER_KEEPER},
};

static void
receive(struct hop_ipc *ipc)
{
    struct hop_ipc_msg *msg;
    struct hop_error err;

    while (hop_ipc_next(ipc, &msg, &err) == HOP_IPC_OK) {
        union any_message body;

        memset(&body, 0, sizeof(body));
        MUST(msg->type < HOP_MSG_COUNT);
        MUST(msg->len <= hop_msg_table[msg->type].max_bytes);
        (void)!hop_ipc_unpack(msg, &body, &err);
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct hop_error err;
    struct hop_ipc ipc;
    int fds[2];

    if (size == 0 || size > 100000 || !hop_ipc_pair(fds, &err))
        return 0;
    hop_ipc_init(&ipc, fds[0], ends[data[0] % 6].self, ends[data[0] % 6].other);
    MUST(write(fds[1], data + 1, size - 1) == (ssize_t)(size - 1));
    close(fds[1]);
    while (hop_ipc_read(&ipc, &err) == HOP_IPC_OK)
        receive(&ipc);
    receive(&ipc);
    hop_ipc_done(&ipc);
    return 0;
}
