/* SPDX-License-Identifier: MIT */
#include "base/heap.h"

#include <malloc.h>

#define KEPT (16 << 20)

void
hop_heap_keep(void)
{
    mallopt(M_MMAP_THRESHOLD, KEPT / 2);
    mallopt(M_TRIM_THRESHOLD, KEPT);
}
