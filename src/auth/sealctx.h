/* Between the context makers and the sealing of this room.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_AUTH_SEALCTX_H
#define HOP_AUTH_SEALCTX_H

#include "auth/gss.h"
#include "auth/seal.h"

/* Takes an established context: *ctx is GSS_C_NO_CONTEXT afterwards, also on
 * failure.  Refuses one that cannot seal. */
HOP_MUST_CHECK bool seal_from_context(gss_ctx_id_t *ctx, struct hop_seal **out,
                                      struct hop_error *err);
/* Appends the inter-process token and ends the context. */
HOP_MUST_CHECK bool seal_export_context(gss_ctx_id_t *ctx, struct hop_buf *out,
                                        struct hop_error *err);
/* From which size of a message on our own sealing takes over: 0 at once, when a
 * token has come; SIZE_MAX never.  For tests. */
void seal_set_fast_from(struct hop_seal *s, size_t bytes);

#endif
