/* The keeper of a session: a root process (in `hopd --user`: the user's) that
 * opens the PAM session, starts hopd-run as the user, and when that has ended,
 * for whatever reason, ends every process that is left, closes the PAM session
 * and removes the ticket cache.  It outlives hopd: a new monitor finds it by
 * its socket.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_SERVER_KEEPER_H
#define HOP_SERVER_KEEPER_H

#include "server/messages.h"

/* Where a keeper listens: RUN_DIR/sessions/SHELLID/keeper. */
#define HOP_SESSIONS_DIR "sessions"
/* First on the PATH of sessions with a credential agent: RUN_DIR/bin. */
#define HOP_WRAPPERS_DIR "bin"

struct hop_keeper {
    const char *group;   /* name of its control group */
    const char *run_dir; /* "/run/hop" */
    const char *bin_dir; /* where hopd-run lies */
    bool user_mode;
    uint32_t memory_mb, processes_max; /* until START says what holds */
    uint64_t files_soft, files_hard;   /* RLIMIT_NOFILE before PAM's limits */
    uint32_t orphan_ms;                /* how long it waits for a monitor */
    int monitor_fd;
};

/* Runs it in a process that the monitor has just forked; never returns.  It
 * does what takes time and does not depend on the session, and then waits for
 * START. */
void hop_keeper_main(const struct hop_keeper *k) __attribute__((noreturn));

#endif
