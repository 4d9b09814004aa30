/* The one loop of a shell and what hangs on it.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CMDLETS_REMOTING_HUB_H
#define HOP_CMDLETS_REMOTING_HUB_H

#include "cmdlets/remoting/remote.h"

#define HUB_SLOT 5 /* of struct hop_runspace */

struct hub {
    struct hop_runspace *rs;
    struct hop_pool_loop *loop;
    struct hop_psrp_keys keys;
    struct remote *list;
    int32_t last_id;
    struct hop_value sessions; /* object[] of PSSession: Get-PSSession's */
    struct hop_idler idler;
};

/* The shell's, made when first asked for. */
struct hub *hub_of(struct hop_runspace *rs);
/* A message for a pipeline has come; what it holds is taken. */
void call_take(struct remote *r, const struct hop_guid *id,
               struct hop_psrp_message *m);

#endif
