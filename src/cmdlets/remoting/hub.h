/* The one loop of a shell and what hangs on it.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CMDLETS_REMOTING_HUB_H
#define HOP_CMDLETS_REMOTING_HUB_H

#include <time.h>

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
    timer_t timer; /* calls the runspace; see keep.c */
    bool has_timer, is_set;
};

/* The shell's, made when first asked for. */
struct hub *hub_of(struct hop_runspace *rs);
/* Sessions are seen to in time, also while a script works that does not use
 * them; said whenever what the loop waits for may have changed. */
void hub_keep(struct hub *h);
void hub_keep_no_more(struct hub *h);
/* A message for a pipeline has come; what it holds is taken. */
void call_take(struct remote *r, const struct hop_guid *id,
               struct hop_psrp_message *m);

#endif
