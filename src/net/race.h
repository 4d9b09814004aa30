/* Connecting to the addresses of a name, the next one a quarter of a second
 * after the one before has not answered: RFC 8305 5.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_NET_RACE_H
#define HOP_NET_RACE_H

#include <stdint.h>

#include "base/error.h"
#include "net/dial.h"

struct net_race;

/* Begins to look the name up. */
struct net_race *net_race_start(const char *host, uint16_t port);
void net_race_free(struct net_race *r);
/* OK: *fd is connected and the caller's; WAIT: see net_race_wants; FAILED: the
 * name has no address, or every address has failed and the text is that of the
 * first. */
enum hop_link_result net_race_step(struct net_race *r, int *fd,
                                   enum hop_dial_failure *failure,
                                   struct hop_error *err);
/* The name is still being looked up: what is said when the time is over. */
bool net_race_fail_name(const struct net_race *r,
                        enum hop_dial_failure *failure, struct hop_error *err);
int net_race_wants(const struct net_race *r, short *events, int *wait_ms);

#endif
