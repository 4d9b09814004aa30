/* The fast way for bulk data: Receive's response and Send, with the base64
 * encoded straight into the envelope's buffer.
 *
 *     hop_wsman_receive_begin(&s, out, &answer, max_bytes);
 *     while (data left and (n = hop_wsman_stream_room(&s)) > 0)
 *         hop_wsman_stream_add(&s, "stdout", id, p, min(n, left), false);
 *     hop_wsman_receive_end(&s, id, state, has_exit_code, exit_code);
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_WSMAN_STREAM_H
#define HOP_WSMAN_STREAM_H

#include "wsman/message.h"

struct hop_wsman_stream_writer {
    struct hop_buf *out; /* borrowed */
    size_t start;        /* where the envelope begins in it */
    size_t max_bytes;    /* most the envelope may have */
    bool send;
};

/* Writes the envelope up to the first stream.  Of m only the header counts (see
 * hop_wsman_answer_init); max_bytes is the client's MaxEnvelopeSize. */
void hop_wsman_receive_begin(struct hop_wsman_stream_writer *s,
                             struct hop_buf *out,
                             const struct hop_wsman_message *m,
                             size_t max_bytes);
/* The same for a Send request. */
void hop_wsman_send_begin(struct hop_wsman_stream_writer *s,
                          struct hop_buf *out,
                          const struct hop_wsman_message *m, size_t max_bytes);
/* How many bytes of data one more stream element may carry so that the envelope
 * stays within max_bytes; a multiple of 3, 0 when it is full. */
size_t hop_wsman_stream_room(const struct hop_wsman_stream_writer *s);
/* One rsp:Stream; n may be 0 with end. */
void hop_wsman_stream_add(struct hop_wsman_stream_writer *s, const char *name,
                          const char *command_id, const void *data, size_t n,
                          bool end);
/* rsp:CommandState, unless state is NONE, and the end of the envelope. */
void hop_wsman_receive_end(struct hop_wsman_stream_writer *s,
                           const char *command_id,
                           enum hop_wsman_command_state state,
                           bool has_exit_code, int32_t exit_code);
void hop_wsman_send_end(struct hop_wsman_stream_writer *s);

#endif
