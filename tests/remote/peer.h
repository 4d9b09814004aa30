/* A client of our own and a server of its own over pipes.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_TESTS_REMOTE_PEER_H
#define HOP_TESTS_REMOTE_PEER_H

#include <sys/types.h>

#include "psrp/key.h"
#include "psrp/link.h"
#include "value/context.h"

struct peer {
    struct hop_context cx;
    struct hop_psrp_keys keys;
    struct hop_psrp_link *link;
    struct hop_psrp_session *session;
    int in, out;
    pid_t pid;
    /* Of a message; set after peer_start(). */
    void (*take)(struct peer *p, struct hop_guid *id,
                 struct hop_psrp_message *m);
};

/* A program that serves instead of ours; or NULL. */
extern char **peer_program;

/* With a pool of at most so many runspaces.  False: it does not open. */
bool peer_start(struct peer *p, int32_t minor, int32_t max);
/* Sends what waits. */
void peer_flush(struct peer *p);
/* Until done() or twenty seconds without a byte. */
bool peer_wait(struct peer *p, bool (*done)(struct peer *p));
/* Closes the session and sees the server end well. */
void peer_finish(struct peer *p);

/* Adds a command to a pipeline that is being put together. */
void peer_add_command(struct hop_psrp_pipeline *line, const char *text,
                      bool script);

#endif
