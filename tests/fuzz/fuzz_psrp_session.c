/* Lines of a peer against the server's and the client's side of a session: no
 * order of messages breaks a promise, memory stays within the limits.
 *
 * SPDX-License-Identifier: MIT
 */
#include "clixml/classes.h"
#include "fuzz.h"
#include "psrp/link.h"

static const struct hop_psrp_limits limits = {
    .max_fragment = 40000,
    .max_object = 60000,
    .max_command = 100000,
    .max_open = 4,
    .max_pipelines = 4,
    .max_waiting = 100000,
};

static void
serve(struct hop_psrp_session *s, const struct hop_psrp_event *e)
{
    struct hop_error err = {0};
    int64_t call;
    bool ok = true;

    if (e->kind == HOP_PSRP_STOP)
        ok = hop_psrp_server_end(s, &e->channel, HOP_PSRP_PIPELINE_STOPPED,
                                 hop_null(), &err);
    else if (e->kind != HOP_PSRP_MESSAGE)
        return;
    else if (e->message.type == HOP_PSRP_INIT_RUNSPACEPOOL)
        ok = hop_psrp_server_opened(s, hop_null(), &err);
    else if (e->message.type == HOP_PSRP_CREATE_PIPELINE)
        ok = hop_psrp_server_call(s, &e->channel, 11, hop_null(), &call, &err);
    else if (e->message.type == HOP_PSRP_END_OF_PIPELINE_INPUT ||
             e->message.type == HOP_PSRP_GET_COMMAND_METADATA)
        ok = hop_psrp_server_end(s, &e->channel, HOP_PSRP_PIPELINE_COMPLETED,
                                 hop_null(), &err);
    MUST(ok || err.text[0] != '\0');
}

static void
talk(struct hop_context *cx, bool server, const uint8_t *data, size_t size)
{
    struct hop_psrp_options o = {
        .cx = cx, .limits = &limits, .minor = size % 2 ? 3 : 4};
    struct hop_psrp_session *s =
        server ? hop_psrp_server_new(&o) : hop_psrp_client_new(&o);
    struct hop_psrp_link *l = hop_psrp_link_new(s, server);
    struct hop_psrp_init init = {.min = 1, .max = 1};
    HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;
    struct hop_error err = {0};
    bool ok = server || hop_psrp_client_open(s, &init, &err);

    for (size_t at = 0; ok && at < size; at += 1000) {
        struct hop_psrp_event e;

        ok = hop_psrp_link_feed(l, data + at,
                                size - at < 1000 ? size - at : 1000, &err);
        MUST(hop_psrp_session_unread(s) <=
             limits.max_waiting + limits.max_object);
        while (hop_psrp_session_next(s, &e)) {
            if (server)
                serve(s, &e);
            hop_psrp_event_done(&e);
        }
        hop_psrp_link_flush(l, 100000, &out);
        hop_buf_clear(&out);
    }
    MUST(ok || err.text[0] != '\0');
    hop_psrp_link_free(l);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct hop_context cx;

    if (size > 100000)
        return 0;
    hop_context_init(&cx, NULL, NULL);
    hop_types_register(&cx, hop_clixml_classes);
    talk(&cx, true, data, size);
    talk(&cx, false, data, size);
    hop_context_done(&cx);
    return 0;
}
