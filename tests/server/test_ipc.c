/* SPDX-License-Identifier: MIT */
#include "server/ipc.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/alloc.h"
#include "server/messages.h"
#include "test.h"

static void
connect_ends(struct hop_ipc *a, enum hop_peer pa, struct hop_ipc *b,
             enum hop_peer pb)
{
    int fds[2];

    if (!hop_ipc_pair(fds, NULL))
        abort();
    hop_ipc_init(a, fds[0], pa, pb);
    hop_ipc_init(b, fds[1], pb, pa);
}

/* Waits for nothing: what was flushed is there. */
static enum hop_ipc_result
receive(struct hop_ipc *ipc, struct hop_ipc_msg **m, struct hop_error *err)
{
    for (;;) {
        enum hop_ipc_result r = hop_ipc_next(ipc, m, err);
        if (r != HOP_IPC_AGAIN)
            return r;
        r = hop_ipc_read(ipc, err);
        if (r != HOP_IPC_OK)
            return r;
    }
}

TEST(every_field_comes_back)
{
    struct hop_ipc net, auth;
    struct hop_error err;
    struct hop_ipc_msg *m;
    struct hop_msg_answer a = {.connection = UINT64_MAX,
                               .result = HOP_ANSWER_DONE,
                               .token = {"\0\1\2", 3},
                               .logon = 7,
                               .kind = HOP_LOGON_NTLM,
                               .principal = "alice@CORP.TEST",
                               .user = "alice",
                               .expires = 1ull << 40,
                               .code = 0x8009030C},
                          got;

    connect_ends(&auth, HOP_PEER_AUTH, &net, HOP_PEER_NET);
    hop_ipc_send(&auth, HOP_MSG_ANSWER, 42, &a, NULL, 0);
    CHECK(hop_ipc_flush(&auth, &err) == HOP_IPC_OK);
    CHECK(receive(&net, &m, &err) == HOP_IPC_OK);
    CHECK(m->type == HOP_MSG_ANSWER && m->id == 42);
    CHECK(hop_ipc_unpack(m, &got, &err));
    CHECK(got.connection == UINT64_MAX && got.logon == 7);
    CHECK(got.token.len == 3 && memcmp(got.token.data, "\0\1\2", 3) == 0);
    CHECK_STR(got.principal, "alice@CORP.TEST");
    CHECK_STR(got.text, "");
    CHECK(got.expires == 1ull << 40 && got.code == 0x8009030C);
    hop_ipc_done(&auth);
    CHECK(receive(&net, &m, &err) == HOP_IPC_CLOSED);
    hop_ipc_done(&net);
}

/* Descriptors must arrive with their own message, whatever lies around it. */
TEST(descriptors_stay_with_their_message)
{
    struct hop_ipc mon, net;
    struct hop_error err;
    struct hop_ipc_msg *m;
    struct hop_msg_session s = {.session = "A"};
    struct hop_msg_failed f = {.session = "B", .text = "no"};

    connect_ends(&mon, HOP_PEER_MONITOR, &net, HOP_PEER_NET);
    for (int i = 0; i < 50; i++) {
        int fds[2];
        CHECK(pipe(fds) == 0 && write(fds[1], &i, sizeof(i)) == sizeof(i));
        close(fds[1]);
        hop_ipc_send(&mon, HOP_MSG_FAILED, 1, &f, NULL, 0);
        hop_ipc_send(&mon, HOP_MSG_SESSION, 2, &s, fds, 1);
    }
    CHECK(hop_ipc_flush(&mon, &err) == HOP_IPC_OK);
    for (int i = 0; i < 100; i++) {
        CHECK(receive(&net, &m, &err) == HOP_IPC_OK);
        CHECK(m->fd_count == (size_t)(i % 2));
        int fd = hop_ipc_take_fd(m, 0), value = -1;
        if (i % 2 == 0) {
            CHECK(fd < 0);
            continue;
        }
        CHECK(read(fd, &value, sizeof(value)) == sizeof(value) &&
              value == i / 2);
        close(fd);
    }
    hop_ipc_done(&mon);
    hop_ipc_done(&net);
}

TEST(large_output_passes_in_pieces)
{
    struct hop_ipc run, net;
    struct hop_error err;
    struct hop_ipc_msg *m = NULL;
    HOP_AUTO_FREE char *data = hop_xmalloc(3 << 19);
    struct hop_msg_output o = {
        .command = "C", .stream = "stdout", .data = {data, 3 << 19}, .end = 1};
    struct hop_msg_output got;
    enum hop_ipc_result r;

    memset(data, 'x', 3 << 19);
    connect_ends(&run, HOP_PEER_RUN, &net, HOP_PEER_NET);
    hop_ipc_send(&run, HOP_MSG_OUTPUT, 0, &o, NULL, 0);
    for (;;) {
        r = hop_ipc_flush(&run, &err);
        CHECK(r == HOP_IPC_OK || r == HOP_IPC_AGAIN);
        r = receive(&net, &m, &err);
        if (r != HOP_IPC_AGAIN)
            break;
    }
    CHECK(r == HOP_IPC_OK && hop_ipc_unpack(m, &got, &err));
    CHECK(got.data.len == 3 << 19 && got.end == 1 &&
          memcmp(got.data.data, data, 3 << 19) == 0);
    hop_ipc_done(&run);
    hop_ipc_done(&net);
}

static void
le32(char *p, uint32_t v)
{
    memcpy(p, &v, 4);
}

static const struct {
    const char *name;
    enum hop_peer from, to;
    uint32_t type, len, fds;
    const char *error;
} bad[] = {
    {"unknown type", HOP_PEER_NET, HOP_PEER_AUTH, 9999, 0, 0,
     "message 9999 is unknown"},
    {"type of another direction", HOP_PEER_NET, HOP_PEER_AUTH, HOP_MSG_ANSWER,
     0, 0, "message answer is not for this channel"},
    {"net may not start sessions", HOP_PEER_NET, HOP_PEER_MONITOR,
     HOP_MSG_START, 0, 0, "message start is not for this channel"},
    {"run may not end others", HOP_PEER_RUN, HOP_PEER_NET, HOP_MSG_END, 0, 0,
     "message end is not for this channel"},
    {"longer than its row", HOP_PEER_NET, HOP_PEER_AUTH, HOP_MSG_STEP,
     0x7fffffff, 0,
     "message step is too large (2147483647 bytes, 0 descriptors)"},
    {"descriptors that are not allowed", HOP_PEER_NET, HOP_PEER_AUTH,
     HOP_MSG_STEP, 0, 1, "message step is too large (0 bytes, 1 descriptors)"},
    {"descriptor that did not come", HOP_PEER_MONITOR, HOP_PEER_NET,
     HOP_MSG_SESSION, 0, 1, "a descriptor is missing"},
};

TEST(frames_outside_the_table_are_refused)
{
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        int fds[2];
        char head[16];
        struct hop_ipc ipc;
        struct hop_error err;
        struct hop_ipc_msg *m;

        ROW(bad[i].name);
        CHECK(hop_ipc_pair(fds, NULL));
        hop_ipc_init(&ipc, fds[0], bad[i].to, bad[i].from);
        le32(head, bad[i].type);
        le32(head + 4, bad[i].len);
        le32(head + 8, 0);
        le32(head + 12, bad[i].fds);
        CHECK(write(fds[1], head, sizeof(head)) == sizeof(head));
        CHECK(receive(&ipc, &m, &err) == HOP_IPC_BAD);
        CHECK_STR(err.text, bad[i].error);
        close(fds[1]);
        hop_ipc_done(&ipc);
    }
}

/* Every cut of a payload, and every length in it made too large. */
TEST(malformed_payloads_are_refused)
{
    struct hop_ipc net, auth;
    struct hop_error err;
    struct hop_ipc_msg *m;
    struct hop_msg_step step = {.connection = 5,
                                .bindings = {"abc", 3},
                                .token = {"defg", 4},
                                .peer = "10.0.0.1"},
                        got;

    connect_ends(&net, HOP_PEER_NET, &auth, HOP_PEER_AUTH);
    hop_ipc_send(&net, HOP_MSG_STEP, 1, &step, NULL, 0);
    CHECK(hop_ipc_flush(&net, &err) == HOP_IPC_OK);
    CHECK(receive(&auth, &m, &err) == HOP_IPC_OK);
    CHECK(hop_ipc_unpack(m, &got, &err));
    for (size_t n = 0; n < m->len; n++) {
        HOP_AUTO_FREE char *cut = hop_xmalloc(n ? n : 1);
        memcpy(cut, m->data, n);
        struct hop_ipc_msg part = {.type = m->type, .data = cut, .len = n};
        CHECK(!hop_ipc_unpack(&part, &got, &err));
        CHECK_STR(err.text, "message step is malformed");
    }
    HOP_AUTO_FREE char *bytes = hop_xmalloc(m->len);
    memcpy(bytes, m->data, m->len);
    bytes[m->len - 1] = 'x';
    struct hop_ipc_msg unended = {
        .type = m->type, .data = bytes, .len = m->len};
    CHECK(!hop_ipc_unpack(&unended, &got, &err));
    hop_ipc_done(&net);
    hop_ipc_done(&auth);
}

int
main(void)
{
    RUN(every_field_comes_back);
    RUN(descriptors_stay_with_their_message);
    RUN(large_output_passes_in_pieces);
    RUN(frames_outside_the_table_are_refused);
    RUN(malformed_payloads_are_refused);
    return test_done();
}
