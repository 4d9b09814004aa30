/* What ForEach-Object asks of its -Parallel half.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CMDLETS_CORE_PARALLEL_H
#define HOP_CMDLETS_CORE_PARALLEL_H

#include "engine/engine.h"

struct parallel;
struct parallel_options {
    struct hop_value block;
    int64_t limit, timeout_s; /* 0: the default, none */
    bool as_job, has_timeout;
};

/* All return as a cmdlet's stages do. */
HOP_MUST_CHECK bool parallel_begin(struct hop_command *c,
                                   const struct parallel_options *o,
                                   struct parallel **out);
HOP_MUST_CHECK bool parallel_add(struct parallel *p, struct hop_value item);
/* Waits for what is at work and writes it. */
HOP_MUST_CHECK bool parallel_end(struct parallel *p);
/* -AsJob: the job that does it all; owned. */
HOP_MUST_CHECK bool parallel_job(struct parallel *p, struct hop_value *out);
void parallel_dispose(struct parallel *p);

#endif
