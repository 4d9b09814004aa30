/* A control group per session, where the system lets us make one: the limits
 * of MaxMemoryPerShellMB and MaxProcessesPerShell hold for the session as a
 * whole then.  Version 2 below our own group, or version 1's pids and memory
 * hierarchies.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_SERVER_GROUP_H
#define HOP_SERVER_GROUP_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define HOP_GROUP_DIRS 2

struct hop_group {
    char *dirs[HOP_GROUP_DIRS]; /* NULL: none */
    bool memory, processes;     /* the limit is kept by the kernel */
};

/* Tries to make the group; what could not be had is false in g. */
void hop_group_open(struct hop_group *g, const char *name, uint32_t memory_mb,
                    uint32_t processes_max);
/* Puts a process (0: the caller) into it. */
void hop_group_enter(const struct hop_group *g, pid_t pid);
/* Removes it; all its processes are gone. */
void hop_group_close(struct hop_group *g);

#endif
