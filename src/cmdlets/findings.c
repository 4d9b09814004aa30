/* SPDX-License-Identifier: MIT */
#include "cmdlets/findings.h"

#include <stdlib.h>

#include "base/alloc.h"

void
hop_findings_add(struct hop_findings *f, struct hop_value v)
{
    if (f->n == f->cap) {
        f->cap = f->cap ? f->cap * 2 : 32;
        f->item = hop_xrealloc(f->item, f->cap, sizeof(*f->item));
    }
    f->item[f->n++] = v;
}

void
hop_findings_done(struct hop_findings *f)
{
    for (size_t i = 0; i < f->n; i++)
        hop_release(f->item[i]);
    free(f->item);
    *f = (struct hop_findings){NULL, 0, 0};
}
