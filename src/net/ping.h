/* Is a host there?  An echo request (RFC 792, RFC 4443), or a connection to a
 * TCP port; who calls waits for the descriptor.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_NET_PING_H
#define HOP_NET_PING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "base/error.h"

/* The addresses of a name, as getaddrinfo() orders them. */
struct hop_ping_target {
    struct sockaddr_storage address;
    socklen_t size;
    char text[64]; /* "127.0.0.1" */
};
/* family: AF_UNSPEC, AF_INET, AF_INET6. */
HOP_MUST_CHECK bool hop_ping_resolve(const char *name, int family,
                                     struct hop_ping_target *out,
                                     struct hop_error *err);

struct hop_ping_options {
    uint16_t sequence;
    size_t bytes; /* of the payload */
    int ttl;      /* 0: the system's */
    bool whole;   /* may not be taken apart on the way */
};

enum hop_ping_answer {
    HOP_PING_WAIT, /* what came is another's */
    HOP_PING_REPLY,
    HOP_PING_UNREACHABLE,
    HOP_PING_TTL_EXPIRED,
};

/* Sends a request; the socket, to be closed by the caller, or -1: this user may
 * send none (err says which setting), or the network does not take it. */
int hop_ping_send(const struct hop_ping_target *to,
                  const struct hop_ping_options *o, struct hop_error *err);
/* The socket can be read: what came. */
enum hop_ping_answer hop_ping_take(int fd, const struct hop_ping_target *to,
                                   const struct hop_ping_options *o);

/* Begins a connection; the socket, writable when it is decided. */
int hop_ping_connect(const struct hop_ping_target *to, uint16_t port,
                     struct hop_error *err);
/* 0 when it stands, or the errno value. */
int hop_ping_connected(int fd);

#endif
