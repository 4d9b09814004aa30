/* Listening sockets.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_NET_LISTEN_H
#define HOP_NET_LISTEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* Non-blocking, close-on-exec, backlog 1024.  address: "", "*" (all, IPv4 and
 * IPv6 in one socket where the system has IPv6), or a numeric address; port 0:
 * any.  -1 and err otherwise: the daemon's monitor opens them and passes the
 * descriptors on. */
HOP_MUST_CHECK int hop_listen_open(const char *address, uint16_t port,
                                   struct hop_error *err);
/* Descriptors passed by socket activation (LISTEN_FDS for this process, from
 * descriptor 3 on): how many; 0 when there are none.  Sets close-on-exec and
 * O_NONBLOCK on them and removes the variables from the environment. */
size_t hop_listen_inherited(void);
/* The port a socket is bound to, host order; 0 when it is none. */
uint16_t hop_listen_port(int fd);
/* The name given by FileDescriptorName= to inherited socket number i ("http",
 * "https"), or "".  Call before hop_listen_inherited; out is for the caller. */
void hop_listen_name(size_t i, char *out, size_t size);

#endif
