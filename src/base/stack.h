/* The stack limit: the shell's own is higher than its children's.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_BASE_STACK_H
#define HOP_BASE_STACK_H

#include <spawn.h>

/* For programs, first of all: deep recursion in scripts is deep recursion here,
 * and takes more stack than the usual 8 MiB (which the kernel gives as it is
 * touched). */
void hop_stack_raise(void);
/* In a child that is about to become another program: the limit is as it was
 * before hop_stack_raise().  Async-signal-safe. */
void hop_stack_lower(void);
/* posix_spawn and posix_spawnp; the program has the limit of before. */
int hop_spawn(pid_t *pid, const char *path,
              const posix_spawn_file_actions_t *actions,
              const posix_spawnattr_t *attr, char *const argv[],
              char *const envp[]);
int hop_spawnp(pid_t *pid, const char *file,
               const posix_spawn_file_actions_t *actions,
               const posix_spawnattr_t *attr, char *const argv[],
               char *const envp[]);

#endif
