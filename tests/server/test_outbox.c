/* SPDX-License-Identifier: MIT */
#include "server/outbox.h"

#include <sys/socket.h>
#include <unistd.h>

#include "server/messages.h"
#include "test.h"

static struct hop_ipc run, net;

static void
open_channel(void)
{
    int fds[2];

    if (!hop_ipc_pair(fds, NULL))
        abort();
    hop_ipc_init(&run, fds[0], HOP_PEER_RUN, HOP_PEER_NET);
    hop_ipc_init(&net, fds[1], HOP_PEER_NET, HOP_PEER_RUN);
}

static void
close_channel(void)
{
    hop_ipc_done(&run);
    hop_ipc_done(&net);
}

static void
add(struct hop_outbox *o, const char *stream, const char *text)
{
    size_t n = strlen(text);

    memcpy(hop_outbox_reserve(o, stream, n + 100), text, n);
    hop_outbox_commit(o, &run, n);
}

static void
describe(struct hop_ipc_msg *m, struct hop_buf *out)
{
    struct hop_msg_started s;
    struct hop_msg_output o;
    struct hop_msg_done d;

    if (m->type == HOP_MSG_STARTED && hop_ipc_unpack(m, &s, NULL))
        hop_buf_addf(out, "started %d-%d %.*s;", (int)s.acked, (int)s.sent,
                     (int)s.note.len, (const char *)s.note.data);
    else if (m->type == HOP_MSG_OUTPUT && hop_ipc_unpack(m, &o, NULL))
        hop_buf_addf(out, "%s@%d %.*s%s;", o.stream, (int)o.at, (int)o.data.len,
                     (const char *)o.data.data, o.end ? " end" : "");
    else if (m->type == HOP_MSG_DONE && hop_ipc_unpack(m, &d, NULL))
        hop_buf_addf(out, "done %u;", d.exit_code);
    else
        hop_buf_adds(out, "?;");
}

/* What has arrived at hopd-net, as text. */
static const char *
received(struct hop_buf *out)
{
    struct hop_error err;
    struct hop_ipc_msg *m;

    hop_buf_clear(out);
    hop_buf_adds(out, "");
    if (hop_ipc_flush(&run, &err) != HOP_IPC_OK)
        return "not flushed";
    for (;;) {
        enum hop_ipc_result r = hop_ipc_next(&net, &m, &err);
        if (r == HOP_IPC_OK)
            describe(m, out);
        else if (r != HOP_IPC_AGAIN || hop_ipc_read(&net, &err) != HOP_IPC_OK)
            return hop_buf_str(out);
    }
}

TEST(a_new_net_gets_what_was_not_acknowledged)
{
    struct hop_outbox o;
    HOP_AUTO_BUF struct hop_buf text = HOP_BUF_INIT;

    open_channel();
    hop_outbox_init(&o, "C", 1000);
    add(&o, "stdout", "one");
    add(&o, "stderr", "two!");
    add(&o, "stdout", "three");
    CHECK_STR(received(&text), "stdout@0 one;stderr@3 two!;stdout@7 three;");
    CHECK(hop_outbox_sent(&o, 7, (struct hop_ipc_bytes){"uuid:1", 6}, NULL));
    CHECK(hop_outbox_ack(&o, 5, NULL));
    hop_outbox_replay(&o, &run);
    CHECK_STR(received(&text),
              "started 5-7 uuid:1;stderr@5 o!;stdout@7 three;");
    hop_outbox_end(&o, &run, "stdout");
    hop_outbox_finish(&o, &run, 3);
    CHECK_STR(received(&text), "stdout@12  end;done 3;");
    CHECK(hop_outbox_ack(&o, 12, NULL));
    hop_outbox_replay(&o, &run);
    CHECK_STR(received(&text), "started 12-7 uuid:1;stdout@12  end;done 3;");
    hop_outbox_done(&o);
    close_channel();
}

TEST(the_window_bounds_what_is_kept)
{
    struct hop_outbox o;
    HOP_AUTO_BUF struct hop_buf text = HOP_BUF_INIT;

    open_channel();
    hop_outbox_init(&o, "C", 10);
    CHECK(hop_outbox_room(&o) == 10);
    add(&o, "stdout", "12345678");
    CHECK(hop_outbox_room(&o) == 2);
    add(&o, "stdout", "90abc");
    CHECK(hop_outbox_room(&o) == 0);
    CHECK(hop_outbox_ack(&o, 8, NULL));
    CHECK(hop_outbox_room(&o) == 5);
    hop_outbox_reserve(&o, "stdout", 5);
    hop_outbox_cancel(&o);
    CHECK(hop_outbox_room(&o) == 5);
    hop_outbox_done(&o);
    close_channel();
}

static const struct {
    const char *name;
    bool ack;
    uint64_t to;
    const char *error;
} bad[] = {
    {"acknowledged before it was written", true, 9,
     "acknowledged offset is out of range"},
    {"acknowledged twice with less", true, 1,
     "acknowledged offset is out of range"},
    {"sent beyond the end", false, 9, "sent offset is out of range"},
    {"sent before the acknowledged part", false, 1,
     "sent offset is out of range"},
};

TEST(offsets_out_of_range_are_refused)
{
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct hop_outbox o;
        struct hop_error err;

        ROW(bad[i].name);
        open_channel();
        hop_outbox_init(&o, "C", 100);
        add(&o, "stdout", "12345678");
        CHECK(hop_outbox_ack(&o, 4, NULL));
        CHECK(!(bad[i].ack
                    ? hop_outbox_ack(&o, bad[i].to, &err)
                    : hop_outbox_sent(&o, bad[i].to,
                                      (struct hop_ipc_bytes){"", 0}, &err)));
        CHECK_STR(err.text, bad[i].error);
        hop_outbox_done(&o);
        close_channel();
    }
}

int
main(void)
{
    RUN(a_new_net_gets_what_was_not_acknowledged);
    RUN(the_window_bounds_what_is_kept);
    RUN(offsets_out_of_range_are_refused);
    return test_done();
}
