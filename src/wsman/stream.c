/* SPDX-License-Identifier: MIT */
#include "wsman/stream.h"

#include <string.h>

#include "wsman/internal.h"

/* What still has to fit behind the last stream: CommandState with two ids of
 * HOP_WSMAN_MAX_ID and the end tags. */
#define TAIL 512
/* A stream element without its data and its name. */
#define STREAM (64 + HOP_WSMAN_MAX_ID)
#define NAME   64

static void
begin(struct hop_wsman_stream_writer *s, struct hop_buf *out,
      const struct hop_wsman_message *m, enum hop_wsman_kind kind,
      size_t max_bytes)
{
    struct hop_wsman_message head;
    struct hop_xml_writer w = HOP_XML_WRITER(out);

    *s = (struct hop_wsman_stream_writer){out, out->len, max_bytes,
                                          kind == HOP_WSMAN_SEND};
    hop_wsman_message_init(&head, kind);
    head.header = m->header;
    wsman_encode_start(&w, &head);
    hop_xml_open(&w, s->send ? "rsp:Send" : "rsp:ReceiveResponse");
    hop_xml_raw(&w, "", 0);
}

void
hop_wsman_receive_begin(struct hop_wsman_stream_writer *s, struct hop_buf *out,
                        const struct hop_wsman_message *m, size_t max_bytes)
{
    begin(s, out, m, HOP_WSMAN_RECEIVE_RESPONSE, max_bytes);
}

void
hop_wsman_send_begin(struct hop_wsman_stream_writer *s, struct hop_buf *out,
                     const struct hop_wsman_message *m, size_t max_bytes)
{
    begin(s, out, m, HOP_WSMAN_SEND, max_bytes);
}

size_t
hop_wsman_stream_room(const struct hop_wsman_stream_writer *s)
{
    size_t used = s->out->len - s->start + TAIL + STREAM + NAME;

    return used < s->max_bytes ? (s->max_bytes - used) / 4 * 3 : 0;
}

void
hop_wsman_stream_add(struct hop_wsman_stream_writer *s, const char *name,
                     const char *command_id, const void *data, size_t n,
                     bool end)
{
    struct hop_xml_writer w = HOP_XML_WRITER(s->out);

    wsman_open_stream(&w, name, command_id, end);
    hop_xml_base64(&w, data, n);
    hop_xml_close(&w, "rsp:Stream");
}

void
hop_wsman_receive_end(struct hop_wsman_stream_writer *s, const char *command_id,
                      enum hop_wsman_command_state state, bool has_exit_code,
                      int32_t exit_code)
{
    struct hop_xml_writer w = HOP_XML_WRITER(s->out);

    wsman_encode_state(&w, command_id, state, has_exit_code, exit_code);
    hop_xml_close(&w, "rsp:ReceiveResponse");
    wsman_encode_end(&w);
}

void
hop_wsman_send_end(struct hop_wsman_stream_writer *s)
{
    struct hop_xml_writer w = HOP_XML_WRITER(s->out);

    hop_xml_close(&w, "rsp:Send");
    wsman_encode_end(&w);
}
