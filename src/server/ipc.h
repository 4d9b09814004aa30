/* Framed messages with file descriptors over a socketpair: how the processes of
 * the server talk.  A frame is
 *
 *     le32 type | le32 payload bytes | le32 id | le32 descriptors | payload
 *
 * and descriptors travel as SCM_RIGHTS with the first byte of their frame.
 * Which messages exist, who may send them to whom and how large they may be
 * is the table in server/messages.h; a frame outside it ends the channel.
 *
 * A channel does no waiting: its owner polls hop_ipc.fd, calls hop_ipc_read
 * when it is readable, takes messages by hop_ipc_next, and calls hop_ipc_flush
 * when it is writable and hop_ipc_pending says so.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_SERVER_IPC_H
#define HOP_SERVER_IPC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"

#define HOP_IPC_FDS_MAX 4 /* in one message */

/* Who sits at an end of a channel; bits, so that a table row can name more
 * than one. */
enum hop_peer {
    HOP_PEER_MONITOR = 1,
    HOP_PEER_NET = 2,
    HOP_PEER_AUTH = 4,
    HOP_PEER_KEEPER = 8, /* root process beside a session: PAM, clean-up */
    HOP_PEER_RUN = 16,   /* the session, as its user */
};

struct hop_ipc_bytes {
    const void *data;
    size_t len;
};

/* A received message; all of it is borrowed until the next hop_ipc_next or
 * hop_ipc_read.  Descriptors not taken by hop_ipc_take_fd are closed then. */
struct hop_ipc_msg {
    uint32_t type;
    uint32_t id; /* of the request that this is or answers; 0: none */
    const char *data;
    size_t len;
    int fds[HOP_IPC_FDS_MAX];
    size_t fd_count;
};

struct hop_ipc_fdq { /* private: descriptors with their place in the stream */
    uint64_t at;
    int fd;
};

struct hop_ipc {
    int fd; /* non-blocking; -1 once closed */
    enum hop_peer self;
    enum hop_peer other;
    /* private */
    struct hop_buf in, out;
    size_t in_at, out_at;
    struct hop_ipc_msg current;
    int fds_in[HOP_IPC_FDS_MAX * 4];
    size_t fds_in_count;
    uint64_t out_bytes; /* ever queued */
    uint64_t out_sent;  /* ever written */
    struct hop_ipc_fdq *fds_out;
    size_t fds_out_count, fds_out_at;
};

enum hop_ipc_result {
    HOP_IPC_OK,     /* a message, or all written */
    HOP_IPC_AGAIN,  /* nothing (more) for now */
    HOP_IPC_CLOSED, /* the other end is gone */
    HOP_IPC_BAD,    /* the other end broke the rules, or the system failed */
};

/* A connected pair, close-on-exec and non-blocking. */
HOP_MUST_CHECK bool hop_ipc_pair(int fds[2], struct hop_error *err);
/* Takes fd and makes it non-blocking. */
void hop_ipc_init(struct hop_ipc *ipc, int fd, enum hop_peer self,
                  enum hop_peer other);
/* Closes everything, also descriptors not yet sent; may be called again. */
void hop_ipc_done(struct hop_ipc *ipc);
bool hop_ipc_is_open(const struct hop_ipc *ipc);

/* Reads what is there, some 256 KiB at most.  HOP_IPC_OK: perhaps more. */
HOP_MUST_CHECK enum hop_ipc_result hop_ipc_read(struct hop_ipc *ipc,
                                                struct hop_error *err);
/* The next complete message, checked against the table. */
HOP_MUST_CHECK enum hop_ipc_result hop_ipc_next(struct hop_ipc *ipc,
                                                struct hop_ipc_msg **msg,
                                                struct hop_error *err);
/* Descriptor i of the message is the caller's from now on; -1 if missing. */
int hop_ipc_take_fd(struct hop_ipc_msg *msg, size_t i);

/* Queues one message: body is the struct of that type in server/messages.h
 * (NULL for a type without fields).  fds are taken.  Nothing is sent before
 * hop_ipc_flush.  A closed channel swallows it. */
void hop_ipc_send(struct hop_ipc *ipc, uint32_t type, uint32_t id,
                  const void *body, const int *fds, size_t fd_count);
bool hop_ipc_pending(const struct hop_ipc *ipc);
/* Bytes queued and not yet written. */
size_t hop_ipc_backlog(const struct hop_ipc *ipc);
/* Writes what the socket takes. */
HOP_MUST_CHECK enum hop_ipc_result hop_ipc_flush(struct hop_ipc *ipc,
                                                 struct hop_error *err);

/* Unpacks a message into the struct of its type; strings and bytes are
 * borrowed from the message.  False for a malformed payload. */
HOP_MUST_CHECK bool hop_ipc_unpack(const struct hop_ipc_msg *msg, void *body,
                                   struct hop_error *err);

/* Replaces the strings of an unpacked body by copies, which are the caller's;
 * bytes are left NULL. */
void hop_ipc_keep_strings(uint32_t type, void *body);
/* Frees such copies. */
void hop_ipc_free_strings(uint32_t type, void *body);

/* How a process receives: one row per message it takes, with the states (bits
 * of its own) in which it may come. */
typedef bool hop_ipc_handler(void *ctx, struct hop_ipc_msg *msg,
                             struct hop_error *err);
struct hop_ipc_route {
    uint32_t type;
    uint32_t states;
    hop_ipc_handler *handler;
};
/* Calls the handler; false when there is no row, the state does not allow it or
 * the handler fails: the caller closes the channel. */
HOP_MUST_CHECK bool hop_ipc_dispatch(const struct hop_ipc_route *rows,
                                     size_t count, uint32_t state, void *ctx,
                                     struct hop_ipc_msg *msg,
                                     struct hop_error *err);
/* Reads and dispatches everything that is there.  HOP_IPC_AGAIN when done. */
HOP_MUST_CHECK enum hop_ipc_result
hop_ipc_pump(struct hop_ipc *ipc, const struct hop_ipc_route *rows,
             size_t count, const uint32_t *state, void *ctx,
             struct hop_error *err);

#endif
