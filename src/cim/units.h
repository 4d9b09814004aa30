/* The services of this host: systemd's units, read from their files
 * (systemd.unit(5)) and control groups, without asking systemd itself.  Where
 * no systemd runs, a service is running when its program is.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CIM_UNITS_H
#define HOP_CIM_UNITS_H

#include <sys/types.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "cim/proc.h"

enum hop_unit_start {
    HOP_UNIT_MANUAL, /* nothing wants it at boot */
    HOP_UNIT_AUTO,
    HOP_UNIT_DISABLED, /* masked */
};

enum hop_unit_state { HOP_UNIT_STOPPED, HOP_UNIT_RUNNING, HOP_UNIT_PAUSED };

/* All owned. */
struct hop_unit {
    char *name; /* without ".service" */
    char *description, *exec, *user, *type, *needs, *path;
    enum hop_unit_start start;
    enum hop_unit_state state;
    pid_t pid; /* of its first process; 0: none */
};

struct hop_units {
    struct hop_unit *items;
    size_t n, cap;
};
#define HOP_AUTO_UNITS HOP_CLEANUP(hop_units_done)

/* Every service, by name; hopd is there twice, as hopd and as WinRM. */
void hop_units_read(struct hop_units *u);
void hop_units_done(struct hop_units *u);

/* Does systemd run this host (sd_booted(3))? */
bool hop_units_managed(void);

/* What can be done with a service. */
enum hop_unit_verb {
    HOP_UNIT_START,
    HOP_UNIT_STOP,
    HOP_UNIT_RESTART,
    HOP_UNIT_PAUSE,
    HOP_UNIT_RESUME,
    HOP_UNIT_ENABLE,
    HOP_UNIT_DISABLE, /* to start by hand */
    HOP_UNIT_MASK,
    HOP_UNIT_UNMASK,
    HOP_UNIT_VERBS
};
/* Does it and waits for the end of it, by systemctl(1) or by the script in
 * /etc/init.d.  The error tells what that said. */
HOP_MUST_CHECK bool hop_unit_do(const char *name, enum hop_unit_verb verb,
                                struct hop_error *err);
/* Writes /etc/systemd/system/NAME.service. */
HOP_MUST_CHECK bool hop_unit_create(const char *name, const char *description,
                                    const char *exec, const char *user,
                                    const char *needs, struct hop_error *err);
/* Removes the unit file that hop_unit_create or an administrator wrote. */
HOP_MUST_CHECK bool hop_unit_remove(const char *name, struct hop_error *err);

#endif
