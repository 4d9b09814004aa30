/* SPDX-License-Identifier: MIT */
#include "wsman/stream.h"

#include "base/alloc.h"
#include "test.h"

static const struct hop_wsman_limits limits = {512000};

static void
init(struct hop_wsman_message *m, enum hop_wsman_kind kind)
{
    hop_wsman_message_init(m, kind);
    m->header.message_id = "uuid:00000000-0000-0000-0000-000000000001";
    m->header.relates_to = "uuid:00000000-0000-0000-0000-000000000002";
    m->header.operation_id = "uuid:00000000-0000-0000-0000-000000000003";
}

/* Fills envelope after envelope of the client's size with one long output. */
static void
stream_through(size_t max_bytes, size_t total)
{
    HOP_AUTO_FREE unsigned char *data = hop_xmalloc(total + 1);
    size_t at = 0, seen = 0, envelopes = 0;

    for (size_t i = 0; i < total; i++)
        data[i] = (unsigned char)(i * 7 + (i >> 8));
    while (at < total) {
        HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;
        HOP_AUTO_WSMAN_MESSAGE struct hop_wsman_message back;
        struct hop_wsman_stream_writer s;
        struct hop_wsman_message m;
        struct hop_error err;
        size_t n;
        bool last;

        init(&m, HOP_WSMAN_RECEIVE_RESPONSE);
        hop_wsman_receive_begin(&s, &out, &m, max_bytes);
        while (at < total && (n = hop_wsman_stream_room(&s)) > 0) {
            n = n < total - at ? n : total - at;
            hop_wsman_stream_add(&s, "stdout", "C-1", data + at, n, false);
            at += n;
        }
        last = at == total;
        hop_wsman_receive_end(
            &s, "C-1", last ? HOP_WSMAN_STATE_DONE : HOP_WSMAN_STATE_RUNNING,
            last, -1);
        CHECK(out.len <= max_bytes);
        CHECK(last || out.len > max_bytes - 1000);
        REQUIRE(
            hop_wsman_response_decode(&back, out.data, out.len, &limits, &err));
        CHECK_INT(back.kind, HOP_WSMAN_RECEIVE_RESPONSE);
        for (size_t i = 0; i < back.receive.stream_count; i++) {
            const struct hop_wsman_stream *p = &back.receive.streams[i];

            CHECK_STR(p->name, "stdout");
            CHECK_STR(p->command_id, "C-1");
            CHECK_MEM(p->data, p->len, data + seen, p->len);
            seen += p->len;
        }
        CHECK_INT(back.receive.state,
                  last ? HOP_WSMAN_STATE_DONE : HOP_WSMAN_STATE_RUNNING);
        CHECK(back.receive.has_exit_code == last);
        CHECK_INT(back.receive.exit_code, last ? -1 : 0);
        CHECK_STR(back.receive.state_command_id, "C-1");
        REQUIRE(++envelopes < 10000);
    }
    CHECK_INT(seen, total);
}

TEST(output_of_any_size_fits_the_clients_envelopes)
{
    stream_through(8192, 50000);
    stream_through(153600, 1 << 20);
    stream_through(512000, 1 << 20);
}

TEST(an_envelope_too_small_has_no_room)
{
    HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;
    struct hop_wsman_stream_writer s;
    struct hop_wsman_message m;

    init(&m, HOP_WSMAN_RECEIVE_RESPONSE);
    hop_wsman_receive_begin(&s, &out, &m, 1000);
    CHECK_INT(hop_wsman_stream_room(&s), 0);
}

TEST(the_longest_ids_still_fit)
{
    HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;
    char id[HOP_WSMAN_MAX_ID + 1];
    static unsigned char data[8192];
    struct hop_wsman_stream_writer s;
    struct hop_wsman_message m;

    memset(id, 'A', sizeof(id) - 1);
    id[sizeof(id) - 1] = '\0';
    init(&m, HOP_WSMAN_RECEIVE_RESPONSE);
    hop_wsman_receive_begin(&s, &out, &m, 8192);
    hop_wsman_stream_add(&s, "stdout", id, data, hop_wsman_stream_room(&s),
                         true);
    hop_wsman_receive_end(&s, id, HOP_WSMAN_STATE_DONE, true, 0);
    CHECK(out.len <= 8192);
}

TEST(a_send_carries_several_streams_and_their_ends)
{
    HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;
    HOP_AUTO_WSMAN_MESSAGE struct hop_wsman_message back;
    struct hop_wsman_stream_writer s;
    struct hop_wsman_message m;
    struct hop_fault fault = {0};

    init(&m, HOP_WSMAN_SEND);
    m.header.to = "http://b:5985/wsman";
    m.header.resource_uri = HOP_URI_SHELL_CMD;
    hop_wsman_send_begin(&s, &out, &m, 512000);
    hop_wsman_stream_add(&s, "stdin", "C-1", "abc", 3, false);
    hop_wsman_stream_add(&s, "pr", NULL, "", 0, true);
    hop_wsman_send_end(&s);
    CHECK(hop_wsman_request_decode(&back, out.data, out.len, &limits, &fault));
    CHECK_STR(fault.message, "");
    CHECK_INT(back.kind, HOP_WSMAN_SEND);
    REQUIRE(back.send.stream_count == 2);
    CHECK_MEM(back.send.streams[0].data, back.send.streams[0].len, "abc", 3);
    CHECK(!back.send.streams[0].end);
    CHECK_STR(back.send.streams[1].name, "pr");
    CHECK(!back.send.streams[1].command_id);
    CHECK_INT(back.send.streams[1].len, 0);
    CHECK(back.send.streams[1].end);
}

int
main(void)
{
    RUN(output_of_any_size_fits_the_clients_envelopes);
    RUN(an_envelope_too_small_has_no_room);
    RUN(the_longest_ids_still_fit);
    RUN(a_send_carries_several_streams_and_their_ends);
    return test_done();
}
