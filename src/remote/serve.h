/* A runspace served over the remoting protocol: the server's side of a session
 * on two descriptors, the engine behind it.
 *
 * One pipeline runs at a time (others wait, nested ones run inside).  While the
 * engine works, what the client sends is collected by a signal handler (SIGIO),
 * so that a stop reaches a running pipeline at once; everything else is taken
 * when the pipeline writes, asks, reads its input or ends.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_REMOTE_SERVE_H
#define HOP_REMOTE_SERVE_H

#include "engine/cmdlet.h"
#include "psrp/session.h"

struct hop_remote_options {
    int in, out; /* lines of psrp/pipe.h; the caller's, also afterwards */
    const struct hop_cmdlet_module *const *modules;
    const char *command_line;             /* or NULL */
    const struct hop_psrp_limits *limits; /* NULL: PowerShell's */
};

/* Serves one session until it is closed or its input ends.  False: what came
 * was no such session; err says why.  A process has one at a time. */
HOP_MUST_CHECK bool hop_remote_serve(const struct hop_remote_options *o,
                                     struct hop_error *err);

#endif
