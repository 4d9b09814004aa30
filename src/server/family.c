/* Descendants, by /proc/PID/task/TID/children.
 *
 * SPDX-License-Identifier: MIT
 */
#include "server/family.h"

#include <fcntl.h>
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "server/set.h"

#define LIST_MAX 100000

struct list {
    pid_t *pids;
    size_t count, cap;
};

static void
add_pid(struct list *l, pid_t pid)
{
    if (l->count == l->cap) {
        l->cap = l->cap ? l->cap * 2 : 64;
        l->pids = hop_xrealloc(l->pids, l->cap, sizeof(*l->pids));
    }
    l->pids[l->count++] = pid;
}

static void
read_children_file(const char *path, struct list *l)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    HOP_AUTO_FD int fd = open(path, O_RDONLY | O_CLOEXEC);

    for (;;) {
        char *room = fd < 0 ? NULL : hop_buf_reserve(&b, 4096);
        ssize_t n = room ? read(fd, room, 4096) : 0;
        if (n <= 0)
            break;
        hop_buf_commit(&b, (size_t)n);
    }
    const char *p = hop_buf_str(&b);
    for (char *end; l->count < LIST_MAX; p = end) {
        long pid = strtol(p, &end, 10);
        if (end == p)
            break;
        add_pid(l, (pid_t)pid);
    }
}

/* Children of every thread of that process. */
static void
add_children(pid_t pid, struct list *l)
{
    char path[64];

    snprintf(path, sizeof(path), "/proc/%d/task", pid);
    DIR *d = opendir(path);
    if (!d)
        return;
    for (struct dirent *e; (e = readdir(d)) != NULL;) {
        char file[400];
        if (e->d_name[0] == '.')
            continue;
        snprintf(file, sizeof(file), "%s/%s/children", path, e->d_name);
        read_children_file(file, l);
    }
    closedir(d);
}

/* All below us, parents before their children. */
static struct list
find_family(size_t limit)
{
    struct list l = {0};

    add_children(getpid(), &l);
    for (size_t i = 0; i < l.count && l.count < limit; i++)
        add_children(l.pids[i], &l);
    return l;
}

size_t
hop_family_count(size_t limit)
{
    struct list l = find_family(limit);

    free(l.pids);
    return l.count < limit ? l.count : limit;
}

static size_t
reap_children(pid_t spare)
{
    size_t reaped = 0;
    siginfo_t info;

    for (;;) {
        info.si_pid = 0;
        /* Look first: the spared one is its owner's to reap. */
        if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) < 0 ||
            info.si_pid == 0 || info.si_pid == spare)
            return reaped;
        waitpid(info.si_pid, NULL, WNOHANG);
        reaped++;
    }
}

size_t
hop_family_kill(pid_t spare, int wait_ms)
{
    uint64_t until = hop_now_ms() + (uint64_t)wait_ms;
    size_t killed = 0;

    /* All are stopped first: a process that forks as fast as it is killed
     * would win otherwise. */
    for (int round = 0; hop_now_ms() < until; round++) {
        reap_children(spare);
        struct list l = find_family(LIST_MAX);
        size_t left = 0;
        for (size_t i = 0; i < l.count; i++) {
            if (l.pids[i] == spare)
                continue;
            kill(l.pids[i], round == 0 ? SIGSTOP : SIGKILL);
            left++;
        }
        free(l.pids);
        if (left > killed)
            killed = left;
        if (left == 0)
            break;
        if (round > 0)
            usleep(round < 20 ? 500 : 5000);
    }
    return killed;
}
