/* What Linux tells of processes: /proc (proc(5)).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CIM_PROC_H
#define HOP_CIM_PROC_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* A look at a process; times in ticks of 100 ns, sizes in bytes. */
struct hop_proc {
    pid_t pid, parent;
    char name[256];
    int session, nice, threads, handles;
    int64_t user_time, kernel_time;
    int64_t start; /* ticks since 0001-01-01, UTC */
    int64_t virtual_size, peak_virtual_size, resident, peak_resident;
    uid_t uid;
    bool ended; /* a zombie: nobody has asked for its end yet */
};

/* False: there is no such process. */
bool hop_proc_read(pid_t pid, struct hop_proc *p);
/* Calls f for the id of every process, in order of id, until it returns
 * false. */
void hop_proc_each(bool (*f)(void *arg, pid_t pid), void *arg);
/* Program file, owned; NULL when it cannot be read. */
char *hop_proc_path(pid_t pid);
/* Arguments with blanks between, owned; NULL when they cannot be read. */
char *hop_proc_command_line(pid_t pid);
/* "user", of the process's real user; owned. */
char *hop_proc_user(const struct hop_proc *p);

#endif
