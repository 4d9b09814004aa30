/* The start of a child of the monitor: one visible sequence.
 *
 *     forget    descriptors and signal settings of the parent
 *     confine   the file system, with Landlock
 *     drop      user, groups and capabilities
 *     sandbox   no new privileges, and only the system calls that are needed
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_SERVER_CHILD_H
#define HOP_SERVER_CHILD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* Descriptor of the log, when there is one: HOP_IPC_MONITOR_FD + 1. */
#define HOP_CHILD_LOG_FD 4

struct hop_child_rules {
    const char *name;            /* "hopd-net", for the journal */
    const char *account;         /* "_hop" */
    const char *const *readable; /* paths; NULL at the end */
    const char *const *writable; /* paths; NULL at the end, or NULL */
    const char *const *programs; /* folders of what may be run; the same */
    /* Names of system calls allowed beyond those every event loop needs; NULL
     * at the end, or NULL. */
    const char *const *calls;
};

/* What the monitor says on the command line of a child. */
struct hop_child_args {
    bool user_mode; /* --user: no ids to drop */
    bool has_log;   /* --log: descriptor HOP_CHILD_LOG_FD */
};

HOP_MUST_CHECK bool hop_child_args_parse(int argc, char **argv,
                                         struct hop_child_args *out,
                                         struct hop_error *err);
/* forget; the journal; to be called first. */
void hop_child_forget(const struct hop_child_rules *rules,
                      const struct hop_child_args *args);
/* confine and drop; between it and hop_child_sandbox the process may load what
 * it needs (plugins, threads of libraries). */
HOP_MUST_CHECK bool hop_child_confine(const struct hop_child_rules *rules,
                                      const struct hop_child_args *args,
                                      struct hop_error *err);
HOP_MUST_CHECK bool hop_child_sandbox(const struct hop_child_rules *rules,
                                      struct hop_error *err);

#endif
