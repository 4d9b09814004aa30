/* SPDX-License-Identifier: MIT */
#include "cmdlets/cim/remote.h"
bool
cim_remote_open(struct hop_runspace *rs, const struct cim_target *t,
                const struct cim_question *q, struct cim_remote **out,
                struct hop_error *err)
{
    return hop_cim_fail(err, HOP_CIM_E_FAILED, "not yet");
}
int
cim_remote_next(struct cim_remote *r, struct hop_cim_instance *out,
                struct hop_error *err)
{
    return -1;
}
void
cim_remote_close(struct cim_remote *r)
{
}
bool
cim_remote_call(struct hop_runspace *rs, const struct cim_target *t,
                const struct cim_question *q, const char *method,
                const struct hop_cim_argument *in, size_t n_in,
                struct hop_cim_instance *out, struct hop_error *err)
{
    return hop_cim_fail(err, HOP_CIM_E_FAILED, "not yet");
}
