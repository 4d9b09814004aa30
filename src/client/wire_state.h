/* Between the two halves of a wire.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CLIENT_WIRE_STATE_H
#define HOP_CLIENT_WIRE_STATE_H

#include "client/wire.h"

/* wire.c */
/* The exchange has failed; t is filled in. */
enum wire_result wire_give_up(struct wire *w);
/* The connection broke: begins anew where that is allowed, or fails.  what
 * completes "was lost while". */
enum wire_result wire_lose(struct wire *w, struct trouble *t, const char *what);
/* Begins the exchange anew on another connection. */
enum wire_result wire_start_over(struct wire *w);
bool wire_is_sealed(const struct wire *w);
void wire_start_exchange(struct wire *w, struct hop_buf *envelope,
                         uint32_t timeout_ms, unsigned repeats);
/* Makes the next request: the envelope, or an empty one with a token. */
HOP_MUST_CHECK bool wire_write_request(struct wire *w, struct trouble *t);

/* wire_answer.c */
/* Reads what there is; WIRE_DONE when the exchange is complete. */
enum wire_result wire_step_receiving(struct wire *w, struct trouble *t);

#endif
