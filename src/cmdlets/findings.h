/* Objects that a cmdlet has found and sorts before it writes them.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CMDLETS_FINDINGS_H
#define HOP_CMDLETS_FINDINGS_H

#include "value/value.h"

struct hop_findings {
    struct hop_value *item; /* each held */
    size_t n, cap;
};
#define HOP_AUTO_FINDINGS HOP_CLEANUP(hop_findings_done)

/* Takes v. */
void hop_findings_add(struct hop_findings *f, struct hop_value v);
/* Empty again. */
void hop_findings_done(struct hop_findings *f);

#endif
