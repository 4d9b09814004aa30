/* Addresses of a name, looked up beside the caller: libraries that ask name
 * servers know no way of not waiting for them.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_NET_RESOLVE_H
#define HOP_NET_RESOLVE_H

#include <netdb.h>
#include <stdbool.h>
#include <stdint.h>

struct net_resolve;

/* Literal addresses and localhost are known at once, what is never asked of a
 * name server; so is everything where no thread can be had. */
struct net_resolve *net_resolve_start(const char *host, uint16_t port);
/* May be called at any time: what is not found yet is then nobody's. */
void net_resolve_free(struct net_resolve *q);
/* Readable when net_resolve_take has the answer; -1 if it has it already. */
int net_resolve_fd(const struct net_resolve *q);
/* False: not yet.  Otherwise *code is getaddrinfo's answer (EAI_SYSTEM: with
 * *error, an errno), and *list the caller's if that is 0. */
bool net_resolve_take(struct net_resolve *q, int *code, int *error,
                      struct addrinfo **list);

#endif
