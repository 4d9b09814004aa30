/* Between the loop of pools and their events.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CLIENT_POOL_EVENT_H
#define HOP_CLIENT_POOL_EVENT_H

#include "client/pool_state.h"

/* Is there an event to be told?  It is made and kept: that may open a pool's
 * session and begin its pipelines. */
bool pool_loop_has_event(struct hop_pool_loop *l);
/* The pool is not looked at for events any more. */
void pool_unready(struct hop_pool *p);
/* Frees what waits to be told of it. */
void pool_drop_notes(struct hop_pool *p);

/* pool_early.c: what was said before the pool was open. */
HOP_MUST_CHECK bool pool_early_add(struct hop_pool *p,
                                   const struct hop_guid *id,
                                   struct hop_psrp_message *m,
                                   struct hop_error *err);
struct pool_early *pool_early_find(const struct hop_pool *p,
                                   const struct hop_guid *id);
void pool_early_input(struct pool_early *e, struct hop_value v);
void pool_early_drop(struct hop_pool *p, const struct hop_guid *id);
/* The pool is open: all of it goes to the session. */
void pool_early_begin(struct hop_pool *p);

#endif
