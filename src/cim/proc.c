/* Reads /proc.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cim/proc.h"

#include <dirent.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "cim/cim.h"

#define FILE_MOST       (1 << 20) /* bytes read of one file */
#define COMM_MOST       15        /* letters of a name that the kernel keeps */
#define SECONDS_TO_1970 62135596800LL

/* The whole of /proc/PID/name; false when it cannot be read. */
static bool
read_file(pid_t pid, const char *name, struct hop_buf *b)
{
    char path[64];
    ssize_t n = 0;
    HOP_AUTO_FD int fd = -1;

    snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, name);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    do {
        char *to = hop_buf_reserve(b, 4096);

        n = to ? read(fd, to, 4096) : 0;
        if (n > 0)
            hop_buf_commit(b, (size_t)n);
    } while (n > 0 && b->len < FILE_MOST);
    return n >= 0;
}

static int64_t
boot_time_s(void)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    HOP_AUTO_FD int fd = open("/proc/stat", O_RDONLY | O_CLOEXEC);
    const char *at;
    ssize_t n;

    while (fd >= 0 && b.len < FILE_MOST) {
        char *to = hop_buf_reserve(&b, 8192);

        n = to ? read(fd, to, 8192) : 0;
        if (n <= 0)
            break;
        hop_buf_commit(&b, (size_t)n);
    }
    at = strstr(hop_buf_str(&b), "\nbtime ");
    return at ? strtoll(at + 7, NULL, 10) : 0;
}

static int64_t
ticks_of_jiffies(unsigned long long jiffies)
{
    long hz = sysconf(_SC_CLK_TCK);

    return (int64_t)(jiffies * (unsigned long long)HOP_CIM_TICKS_PER_SECOND /
                     (unsigned long long)(hz > 0 ? hz : 100));
}

/* proc_pid_stat(5): the name is between the first ( and the last ). */
static bool
read_stat(struct hop_proc *p)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    const char *open, *close;
    unsigned long long user, kernel, start, size;
    long nice, threads, resident;
    size_t n;
    char state;

    if (!read_file(p->pid, "stat", &b))
        return false;
    open = strchr(hop_buf_str(&b), '(');
    close = strrchr(hop_buf_str(&b), ')');
    if (!open || !close ||
        sscanf(close + 1,
               " %c %d %*d %d %*d %*d %*u %*u %*u %*u %*u %llu %llu %*d %*d "
               "%*d %ld %ld %*d %llu %llu %ld",
               &state, &p->parent, &p->session, &user, &kernel, &nice, &threads,
               &start, &size, &resident) != 10)
        return false;
    n = (size_t)(close - open) - 1;
    snprintf(p->name, sizeof(p->name), "%.*s", (int)n, open + 1);
    p->ended = state == 'Z';
    p->nice = (int)nice;
    p->threads = (int)threads;
    p->user_time = ticks_of_jiffies(user);
    p->kernel_time = ticks_of_jiffies(kernel);
    p->start = (boot_time_s() + SECONDS_TO_1970) * HOP_CIM_TICKS_PER_SECOND +
               ticks_of_jiffies(start);
    p->virtual_size = (int64_t)size;
    p->resident = (int64_t)resident * sysconf(_SC_PAGESIZE);
    return true;
}

static int64_t
status_number(const char *text, const char *key)
{
    const char *at = strstr(text, key);

    return at ? strtoll(at + strlen(key), NULL, 10) : 0;
}

static void
read_status(struct hop_proc *p)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    if (!read_file(p->pid, "status", &b))
        return;
    p->uid = (uid_t)status_number(hop_buf_str(&b), "\nUid:");
    p->peak_virtual_size = status_number(hop_buf_str(&b), "\nVmPeak:") * 1024;
    p->peak_resident = status_number(hop_buf_str(&b), "\nVmHWM:") * 1024;
}

/* The kernel cuts names: the program's own argument 0 has the rest. */
static void
complete_name(struct hop_proc *p)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    const char *slash, *base;

    if (strlen(p->name) < COMM_MOST || !read_file(p->pid, "cmdline", &b))
        return;
    slash = strrchr(hop_buf_str(&b), '/');
    base = slash ? slash + 1 : hop_buf_str(&b);
    if (strncmp(base, p->name, strlen(p->name)) == 0)
        snprintf(p->name, sizeof(p->name), "%s", base);
}

static int
count_handles(pid_t pid)
{
    char path[64];
    DIR *d;
    int n = 0;

    snprintf(path, sizeof(path), "/proc/%d/fd", (int)pid);
    d = opendir(path);
    if (!d)
        return 0;
    for (struct dirent *e = readdir(d); e; e = readdir(d))
        n += e->d_name[0] != '.';
    closedir(d);
    return n;
}

bool
hop_proc_read(pid_t pid, struct hop_proc *p)
{
    *p = (struct hop_proc){.pid = pid};
    if (pid <= 0 || !read_stat(p))
        return false;
    read_status(p);
    complete_name(p);
    p->handles = count_handles(pid);
    return true;
}

static int
by_number(const void *a, const void *b)
{
    pid_t x = *(const pid_t *)a, y = *(const pid_t *)b;

    return x < y ? -1 : x > y;
}

void
hop_proc_each(bool (*f)(void *arg, pid_t pid), void *arg)
{
    DIR *d = opendir("/proc");
    HOP_AUTO_FREE pid_t *ids = NULL;
    size_t n = 0, cap = 0;

    for (struct dirent *e = d ? readdir(d) : NULL; e; e = readdir(d)) {
        if (e->d_name[0] < '1' || e->d_name[0] > '9')
            continue;
        if (n == cap) {
            cap = cap ? cap * 2 : 256;
            ids = hop_xrealloc(ids, cap, sizeof(*ids));
        }
        ids[n++] = (pid_t)atoi(e->d_name);
    }
    if (d)
        closedir(d);
    if (n)
        qsort(ids, n, sizeof(*ids), by_number);
    for (size_t i = 0; i < n && f(arg, ids[i]); i++)
        ;
}

char *
hop_proc_path(pid_t pid)
{
    char link[64], path[4096];
    ssize_t n;

    snprintf(link, sizeof(link), "/proc/%d/exe", (int)pid);
    n = readlink(link, path, sizeof(path) - 1);
    return n < 0 ? NULL : hop_xstrndup(path, (size_t)n);
}

char *
hop_proc_command_line(pid_t pid)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    if (!read_file(pid, "cmdline", &b) || !b.len)
        return NULL;
    for (size_t i = 0; i + 1 < b.len; i++)
        if (!b.data[i])
            b.data[i] = ' ';
    return hop_xstrdup(b.data);
}

char *
hop_proc_user(const struct hop_proc *p)
{
    struct passwd *pw = getpwuid(p->uid);

    return pw ? hop_xstrdup(pw->pw_name)
              : hop_xasprintf("%u", (unsigned)p->uid);
}
