/* A control group per session, where the system lets us make one: the limits
 * of MaxMemoryPerShellMB and MaxProcessesPerShell hold for the session as a
 * whole then.  Version 2 below our own group, or version 1's pids and memory
 * hierarchies.
 *
 * To move a process into a group may take the kernel ten milliseconds, in which
 * no process forks: keepers are moved before they are needed.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_SERVER_GROUP_H
#define HOP_SERVER_GROUP_H

#include <stdbool.h>
#include <stdint.h>

/* Finds out what there is, and removes empty groups of an earlier server.  In
 * version 2 it moves the caller into a group of its own below the present one,
 * as the kernel demands. */
void hop_group_prepare(void);

/* The same below another mount of the tree, with another text in the place of
 * /proc/self/cgroup: for tests.  Forgets what an earlier call has found. */
void hop_group_prepare_at(const char *root, const char *own_file);

bool hop_group_is_available(void);

struct hop_group {
    bool memory, processes; /* the limit is kept by the kernel */
};

/* Makes the group of that name and puts the caller into it.  What could not be
 * had is false in g.  The caller is not counted in processes_max. */
void hop_group_enter(struct hop_group *g, const char *name, uint32_t memory_mb,
                     uint32_t processes_max);
/* Has the kernel ended a process of it because there was no memory left? */
bool hop_group_ran_short(const char *name);
/* Removes it; all its processes are gone. */
void hop_group_remove(const char *name);

#endif
