/* SPDX-License-Identifier: MIT */
#include "base/stack.h"

#include <stdbool.h>
#include <string.h>
#include <sys/resource.h>

#define WANTED ((rlim_t)96 << 20)
#define ROOM   ((size_t)256 << 10) /* more than a spawn and a signal take */

static struct {
    bool raised;
    struct rlimit before, now;
} stack;

void
hop_stack_raise(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_STACK, &limit) < 0 || limit.rlim_cur >= WANTED)
        return;
    stack.before = limit;
    limit.rlim_cur = limit.rlim_max == RLIM_INFINITY || limit.rlim_max >= WANTED
                         ? WANTED
                         : limit.rlim_max;
    stack.now = limit;
    stack.raised = setrlimit(RLIMIT_STACK, &limit) == 0;
}

void
hop_stack_lower(void)
{
    if (stack.raised)
        (void)setrlimit(RLIMIT_STACK, &stack.before);
}

/* The limit counts when a stack grows: one that is deep already may not while
 * it is lowered, so what is needed meanwhile is taken before. */
static void
touch_room(void)
{
    char room[ROOM];

    memset(room, 0, sizeof(room));
    __asm__ volatile("" : : "r"(room) : "memory");
}

typedef int spawn_fn(pid_t *pid, const char *file,
                     const posix_spawn_file_actions_t *actions,
                     const posix_spawnattr_t *attr, char *const argv[],
                     char *const envp[]);

static int
spawn_lowered(spawn_fn *spawn, pid_t *pid, const char *file,
              const posix_spawn_file_actions_t *actions,
              const posix_spawnattr_t *attr, char *const argv[],
              char *const envp[])
{
    int result;

    if (!stack.raised)
        return spawn(pid, file, actions, attr, argv, envp);
    touch_room();
    hop_stack_lower();
    result = spawn(pid, file, actions, attr, argv, envp);
    (void)setrlimit(RLIMIT_STACK, &stack.now);
    return result;
}

int
hop_spawn(pid_t *pid, const char *path,
          const posix_spawn_file_actions_t *actions,
          const posix_spawnattr_t *attr, char *const argv[], char *const envp[])
{
    return spawn_lowered(posix_spawn, pid, path, actions, attr, argv, envp);
}

int
hop_spawnp(pid_t *pid, const char *file,
           const posix_spawn_file_actions_t *actions,
           const posix_spawnattr_t *attr, char *const argv[],
           char *const envp[])
{
    return spawn_lowered(posix_spawnp, pid, file, actions, attr, argv, envp);
}
