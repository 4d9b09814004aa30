/* Control groups, both versions.
 *
 * SPDX-License-Identifier: MIT
 */
#include "server/group.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/buf.h"

#define ROOT "/sys/fs/cgroup"

static bool
write_file(const char *dir, const char *name, const char *text)
{
    HOP_AUTO_FREE char *path = hop_xasprintf("%s/%s", dir, name);
    HOP_AUTO_FD int fd = open(path, O_WRONLY | O_CLOEXEC);

    return fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);
}

static bool
write_number(const char *dir, const char *name, uint64_t v)
{
    char text[24];

    snprintf(text, sizeof(text), "%lu", (unsigned long)v);
    return write_file(dir, name, text);
}

/* "0::/system.slice/hopd.service" -> the path; false without version 2. */
static bool
find_own_group(char *out, size_t size)
{
    HOP_AUTO_FD int fd = open("/proc/self/cgroup", O_RDONLY | O_CLOEXEC);
    char text[4096];
    ssize_t n = fd < 0 ? 0 : read(fd, text, sizeof(text) - 1);

    text[n > 0 ? n : 0] = '\0';
    char *line = strstr(text, "0::/");
    if (!line || (line != text && line[-1] != '\n'))
        return false;
    line += 3;
    line[strcspn(line, "\n")] = '\0';
    return snprintf(out, size, "%s", line) < (int)size;
}

/* systemd gives a service with Delegate=yes its own part of the tree. */
static bool
open_v2(struct hop_group *g, const char *name, uint32_t memory_mb,
        uint32_t processes_max)
{
    char own[1024];

    if (access(ROOT "/cgroup.controllers", F_OK) < 0 ||
        !find_own_group(own, sizeof(own)))
        return false;
    HOP_AUTO_FREE char *base = hop_xasprintf(ROOT "%s/hop-sessions", own);
    HOP_AUTO_FREE char *dir = hop_xasprintf("%s/%s", base, name);
    HOP_AUTO_FREE char *top = hop_xasprintf(ROOT "%s", own);
    mkdir(base, 0755);
    write_file(top, "cgroup.subtree_control", "+memory +pids");
    write_file(base, "cgroup.subtree_control", "+memory +pids");
    if (mkdir(dir, 0755) < 0 && errno != EEXIST)
        return false;
    g->memory = memory_mb == 0 ||
                write_number(dir, "memory.max", (uint64_t)memory_mb << 20);
    g->processes = processes_max == 0 ||
                   write_number(dir, "pids.max", processes_max + 1ull);
    g->dirs[0] = hop_steal(&dir);
    return true;
}

static bool
open_v1(struct hop_group *g, int i, const char *controller, const char *name,
        const char *file, uint64_t limit)
{
    HOP_AUTO_FREE char *base = hop_xasprintf(ROOT "/%s/hop", controller);
    HOP_AUTO_FREE char *dir = hop_xasprintf("%s/%s", base, name);

    if (limit == 0)
        return true;
    mkdir(base, 0755);
    if (mkdir(dir, 0755) < 0 && errno != EEXIST)
        return false;
    if (!write_number(dir, file, limit)) {
        rmdir(dir);
        return false;
    }
    g->dirs[i] = hop_steal(&dir);
    return true;
}

void
hop_group_open(struct hop_group *g, const char *name, uint32_t memory_mb,
               uint32_t processes_max)
{
    memset(g, 0, sizeof(*g));
    if (open_v2(g, name, memory_mb, processes_max))
        return;
    /* hopd-run is one of the processes that the kernel counts. */
    g->processes = open_v1(g, 0, "pids", name, "pids.max",
                           processes_max ? processes_max + 1ull : 0);
    g->memory = open_v1(g, 1, "memory", name, "memory.limit_in_bytes",
                        (uint64_t)memory_mb << 20);
}

void
hop_group_enter(const struct hop_group *g, pid_t pid)
{
    for (size_t i = 0; i < HOP_GROUP_DIRS; i++) {
        if (g->dirs[i])
            write_number(g->dirs[i], "cgroup.procs", (uint64_t)pid);
    }
}

void
hop_group_close(struct hop_group *g)
{
    for (size_t i = 0; i < HOP_GROUP_DIRS; i++) {
        /* The kernel may need a moment after the last process. */
        for (int try = 0;
             g->dirs[i] && rmdir(g->dirs[i]) < 0 && errno == EBUSY && try < 20;
             try++)
            usleep(1000);
        free(hop_steal(&g->dirs[i]));
    }
}
