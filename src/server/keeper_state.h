/* What the files of the keeper share.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_SERVER_KEEPER_STATE_H
#define HOP_SERVER_KEEPER_STATE_H

#include <pwd.h>
#include <sys/types.h>

#include "server/group.h"
#include "server/keeper.h"
#include "server/pam.h"
#include "server/set.h"

struct keeper {
    const struct hop_keeper *k;
    struct hop_msg_start start; /* whose session */
    int ccache_fd;              /* -1: none */
    struct hop_set set;
    struct hop_ipc monitor, run;
    struct hop_source monitor_source, run_source, signals, listener;
    uint32_t state;
    struct hop_pam *pam;
    struct hop_group group;
    struct passwd account; /* a copy: modules of PAM ask NSS as well */
    char *dir;             /* of this session */
    char *ccache;
    pid_t pid;  /* hopd-run; 0 once reaped */
    int status; /* then, of waitpid() */
    bool ending;
    char reason[128];
    uint64_t orphan_since;
};

/* keeper_open.c: account, directory, tickets, PAM; hopd-run as the user. */
HOP_MUST_CHECK bool keeper_open(struct keeper *q, struct hop_error *err);
/* How readily the kernel ends this process when memory is short. */
void keeper_set_oom(const struct keeper *q, const char *score);

#endif
