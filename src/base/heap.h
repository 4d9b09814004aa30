/* How the heap behaves.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_BASE_HEAP_H
#define HOP_BASE_HEAP_H

/* For processes through which large pieces flow: what is freed stays for the
 * next, up to 16 MiB.  Otherwise each piece is mapped, faulted in and unmapped
 * anew.  Called at the start. */
void hop_heap_keep(void);

#endif
