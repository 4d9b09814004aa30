/* Instances of another host, over WS-Management.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CMDLETS_CIM_REMOTE_H
#define HOP_CMDLETS_CIM_REMOTE_H

#include "cmdlets/cim/commands.h"

/* As cim_each and cim_call. */
HOP_MUST_CHECK bool cim_remote_each(const struct cim_target *t,
                                    const struct cim_question *q,
                                    cim_item_fn *item, void *ctx,
                                    struct hop_error *err);
HOP_MUST_CHECK bool cim_remote_call(const struct cim_target *t,
                                    const struct cim_question *q,
                                    const char *method,
                                    const struct hop_cim_argument *in,
                                    size_t n_in, struct hop_cim_instance *out,
                                    struct hop_error *err);

#endif
