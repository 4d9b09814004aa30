/* Control groups, both versions.
 *
 * SPDX-License-Identifier: MIT
 */
#include "server/group.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/buf.h"

#define ROOT     "/sys/fs/cgroup"
#define OWN_FILE "/proc/self/cgroup"
#define OWN      "/hopd"     /* where the server itself is, version 2 */
#define SESSIONS "/sessions" /* where sessions are */

enum { PIDS, MEMORY, KINDS };

/* Folders that hold the sessions' groups; version 2 has the same for both. */
static char *bases[KINDS];

static const struct {
    const char *v1_base; /* below the root */
    const char *v1_file, *v2_file;
} kinds[KINDS] = {
    [PIDS] = {"pids/hop", "pids.max", "pids.max"},
    [MEMORY] = {"memory/hop", "memory.limit_in_bytes", "memory.max"},
};

static bool is_v2;

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

static bool
make_dir(const char *path)
{
    return mkdir(path, 0755) == 0 || errno == EEXIST;
}

/* "0::/system.slice/hopd.service", without the /hopd of an earlier time. */
static bool
find_own_group(const char *file, char *out, size_t size)
{
    HOP_AUTO_FD int fd = open(file, O_RDONLY | O_CLOEXEC);
    char text[4096];
    ssize_t n = fd < 0 ? 0 : read(fd, text, sizeof(text) - 1);

    text[n > 0 ? n : 0] = '\0';
    char *line = strstr(text, "0::/");
    if (!line || (line != text && line[-1] != '\n'))
        return false;
    line += 3;
    line[strcspn(line, "\n")] = '\0';
    size_t len = strlen(line), own = strlen(OWN);
    if (len >= own && strcmp(line + len - own, OWN) == 0)
        line[len - own] = '\0';
    return snprintf(out, size, "%s", line) < (int)size;
}

/* systemd gives a service with Delegate= its own part of the tree.  A group
 * that divides resources among others holds no process itself. */
static bool
prepare_v2(const char *root, const char *own_file)
{
    HOP_AUTO_FREE char *mark = hop_xasprintf("%s/cgroup.controllers", root);
    char own[1024];

    if (access(mark, F_OK) < 0 || !find_own_group(own_file, own, sizeof(own)))
        return false;
    HOP_AUTO_FREE char *top = hop_xasprintf("%s%s", root, own);
    HOP_AUTO_FREE char *self = hop_xasprintf("%s" OWN, top);
    HOP_AUTO_FREE char *sessions = hop_xasprintf("%s" SESSIONS, top);
    if (!make_dir(self) || !write_number(self, "cgroup.procs", 0) ||
        !write_file(top, "cgroup.subtree_control", "+memory +pids") ||
        !make_dir(sessions) ||
        !write_file(sessions, "cgroup.subtree_control", "+memory +pids"))
        return false;
    is_v2 = true;
    bases[PIDS] = hop_xstrdup(sessions);
    bases[MEMORY] = hop_steal(&sessions);
    return true;
}

static void
remove_empty(const char *base)
{
    DIR *d = opendir(base);

    if (!d)
        return;
    for (struct dirent *e; (e = readdir(d)) != NULL;) {
        if (e->d_name[0] != '.')
            unlinkat(dirfd(d), e->d_name, AT_REMOVEDIR);
    }
    closedir(d);
}

static void
prepare_v1(const char *root)
{
    for (int i = 0; i < KINDS; i++) {
        HOP_AUTO_FREE char *base =
            hop_xasprintf("%s/%s", root, kinds[i].v1_base);

        if (make_dir(base))
            bases[i] = hop_steal(&base);
    }
}

void
hop_group_prepare_at(const char *root, const char *own_file)
{
    for (int i = 0; i < KINDS; i++)
        free(hop_steal(&bases[i]));
    is_v2 = false;
    if (!prepare_v2(root, own_file))
        prepare_v1(root);
    for (int i = 0; i < KINDS; i++) {
        if (bases[i])
            remove_empty(bases[i]);
    }
}

void
hop_group_prepare(void)
{
    hop_group_prepare_at(ROOT, OWN_FILE);
}

bool
hop_group_is_available(void)
{
    return bases[PIDS] || bases[MEMORY];
}

/* True when the kernel keeps the limit; 0 is no limit, and needs no group. */
static bool
enter(int kind, const char *name, uint64_t limit)
{
    if (!bases[kind])
        return false;
    HOP_AUTO_FREE char *dir = hop_xasprintf("%s/%s", bases[kind], name);
    const char *file = is_v2 ? kinds[kind].v2_file : kinds[kind].v1_file;
    if (limit == 0)
        return true;
    return make_dir(dir) && write_number(dir, file, limit) &&
           write_number(dir, "cgroup.procs", 0);
}

void
hop_group_enter(struct hop_group *g, const char *name, uint32_t memory_mb,
                uint32_t processes_max)
{
    /* The keeper and hopd-run are none of the session's own processes. */
    g->processes = enter(PIDS, name, processes_max ? processes_max + 2ull : 0);
    g->memory = enter(MEMORY, name, (uint64_t)memory_mb << 20);
}

bool
hop_group_ran_short(const char *name)
{
    static const char key[] = "oom_kill ";
    char text[1024];

    if (!bases[MEMORY])
        return false;
    HOP_AUTO_FREE char *path =
        hop_xasprintf("%s/%s/%s", bases[MEMORY], name,
                      is_v2 ? "memory.events" : "memory.oom_control");
    HOP_AUTO_FD int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? 0 : read(fd, text, sizeof(text) - 1);
    text[n > 0 ? n : 0] = '\0';
    const char *at = strstr(text, key);
    return at && strtoul(at + sizeof(key) - 1, NULL, 10) > 0;
}

void
hop_group_remove(const char *name)
{
    for (int i = 0; i < KINDS; i++) {
        if (!bases[i] || (i > 0 && is_v2))
            continue;
        HOP_AUTO_FREE char *dir = hop_xasprintf("%s/%s", bases[i], name);
        if (rmdir(dir) < 0)
            continue; /* never made, or removed at the next start */
    }
}
