/* System.Diagnostics.Process, and the process cmdlets.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CMDLETS_PROCESS_PROCESS_H
#define HOP_CMDLETS_PROCESS_PROCESS_H

#include "cim/proc.h"
#include "cmdlets/process/start_info.h"
#include "engine/cmdlet.h"

struct hop_process {
    struct hop_object base;
    struct hop_proc proc; /* as last looked at; pid 0: not started yet */
    bool started;         /* by us: its end can be waited for */
    bool exited;
    int exit_code;
    int64_t exit_time;     /* ticks, UTC */
    struct hop_value info; /* ProcessStartInfo, or null */
    struct hop_value in, out, err;
    /* Of another host's: its name, and what its files would tell; else NULL. */
    char *machine, *path, *line;
};

extern const struct hop_class hop_class_process;
extern const struct hop_class *const hop_process_classes[];

/* The process of that id; null when there is none. */
struct hop_value hop_process_find(struct hop_context *cx, pid_t pid);
/* From a Win32_Process of the host of that name; owned. */
struct hop_cim_instance;
struct hop_value hop_process_away(struct hop_context *cx, const char *machine,
                                  const struct hop_cim_instance *i);
/* The process in v, or NULL. */
struct hop_process *hop_process_of(struct hop_value v);
/* The object of a program just started; takes the pipes. */
struct hop_value hop_process_started(struct hop_context *cx,
                                     const struct hop_started *s,
                                     struct hop_record *info);
/* Looks whether it has ended. */
bool hop_process_has_exited(struct hop_process *p);
/* Waits for its end: 1 ended, 0 the time (ms, -1: any) is over, -1 the
 * pipeline is stopped. */
int hop_process_wait(struct hop_context *cx, struct hop_process *p,
                     int64_t timeout_ms);

extern const struct hop_cmdlet hop_cmdlet_get_process, hop_cmdlet_stop_process,
    hop_cmdlet_wait_process, hop_cmdlet_start_process;

#endif
