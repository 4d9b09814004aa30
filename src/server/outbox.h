/* Output of a command on the session's side: kept until the client has it, so
 * that neither a lost connection nor a new hopd-net loses or repeats a byte.
 *
 * Offsets count the bytes of all streams of the command, in the order in which
 * they were produced.  hopd-net says SENT when a range has gone out in a
 * Receive's response, and ACK once the client has asked for more.  The window
 * bounds what is kept: a producer without room waits.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_SERVER_OUTBOX_H
#define HOP_SERVER_OUTBOX_H

#include "base/buf.h"
#include "server/ipc.h"

#define HOP_OUTBOX_NOTE_MAX 256

struct hop_outbox_piece;

struct hop_outbox {
    const char *command; /* CommandId, borrowed; "" for the shell */
    size_t window_bytes;
    uint64_t next;       /* offset of the next byte */
    uint64_t acked;      /* bytes before it are gone */
    uint64_t sent;       /* end of the last response */
    struct hop_buf note; /* of the last SENT */
    bool done;
    uint32_t exit_code;
    /* private */
    struct hop_outbox_piece *head, *tail, *open;
};

void hop_outbox_init(struct hop_outbox *o, const char *command,
                     size_t window_bytes);
void hop_outbox_done(struct hop_outbox *o);
/* Bytes that are kept. */
size_t hop_outbox_kept(const struct hop_outbox *o);
/* Bytes that may be added now. */
size_t hop_outbox_room(const struct hop_outbox *o);
/* Memory for up to n bytes of a stream (a string that outlives the outbox);
 * commit keeps the first n of them and sends them as OUTPUT. */
void *hop_outbox_reserve(struct hop_outbox *o, const char *stream, size_t n);
void hop_outbox_commit(struct hop_outbox *o, struct hop_ipc *net, size_t n);
/* Drops what was reserved. */
void hop_outbox_cancel(struct hop_outbox *o);
/* The stream has ended. */
void hop_outbox_end(struct hop_outbox *o, struct hop_ipc *net,
                    const char *stream);
/* The command has ended; nothing is added afterwards. */
void hop_outbox_finish(struct hop_outbox *o, struct hop_ipc *net,
                       uint32_t exit_code);
/* ACK and SENT; false when the offsets are none of ours. */
HOP_MUST_CHECK bool hop_outbox_ack(struct hop_outbox *o, uint64_t to,
                                   struct hop_error *err);
HOP_MUST_CHECK bool hop_outbox_sent(struct hop_outbox *o, uint64_t to,
                                    struct hop_ipc_bytes note,
                                    struct hop_error *err);
/* Everything there is, to a new hopd-net: STARTED, OUTPUT..., DONE. */
void hop_outbox_replay(const struct hop_outbox *o, struct hop_ipc *net);

#endif
