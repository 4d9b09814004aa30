/* hopd-net: listeners, authentication exchange, WS-Management, routing to the
 * sessions.  It holds no key of the host and no user's credential, and can
 * open nothing: what it needs comes through its channels.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_SERVER_NET_H
#define HOP_SERVER_NET_H

/* The program, started by hopd; returns its exit status. */
int hop_net_main(int argc, char **argv);

#endif
