/* The processes below one process: counting them and ending them all.
 *
 * A session's processes cannot leave its keeper: it is their subreaper, so what
 * loses its parent becomes its child.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_SERVER_FAMILY_H
#define HOP_SERVER_FAMILY_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Descendants of this process, or `limit` if there are more. */
size_t hop_family_count(size_t limit);
/* Kills every descendant (but not `spare` and its ancestors; 0: none) until
 * none is left or wait_ms are over, and reaps those that are our children.
 * Returns how many were killed. */
size_t hop_family_kill(pid_t spare, int wait_ms);

#endif
