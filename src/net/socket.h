/* What every TCP connection is set to.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_NET_SOCKET_H
#define HOP_NET_SOCKET_H

/* Sends small writes at once, and finds a peer that is gone after two
 * minutes. */
void net_socket_tune(int fd);

#endif
