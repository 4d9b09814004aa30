/* Instances of another host, over WS-Management.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CMDLETS_CIM_REMOTE_H
#define HOP_CMDLETS_CIM_REMOTE_H

#include "cmdlets/cim/commands.h"

struct cim_remote;

HOP_MUST_CHECK bool cim_remote_open(struct hop_runspace *rs,
                                    const struct cim_target *t,
                                    const struct cim_question *q,
                                    struct cim_remote **out,
                                    struct hop_error *err);
HOP_MUST_CHECK int cim_remote_next(struct cim_remote *r,
                                   struct hop_cim_instance *out,
                                   struct hop_error *err);
void cim_remote_close(struct cim_remote *r);
HOP_MUST_CHECK bool
cim_remote_call(struct hop_runspace *rs, const struct cim_target *t,
                const struct cim_question *q, const char *method,
                const struct hop_cim_argument *in, size_t n_in,
                struct hop_cim_instance *out, struct hop_error *err);

#endif
