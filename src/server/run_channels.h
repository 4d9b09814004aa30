/* What a session's process with an event set lives on: the channels to its
 * keeper and to hopd-net, which may come and go, and the signals that end it
 * or tell of its children.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_SERVER_RUN_CHANNELS_H
#define HOP_SERVER_RUN_CHANNELS_H

#include "base/buf.h"
#include "server/ipc.h"
#include "server/set.h"

/* States in which messages of hopd-net are taken. */
enum { HOP_RUN_WAITING = 1, HOP_RUN_OPEN = 2 };

/* What the process does with them; each is called with its ctx. */
struct hop_run_part {
    const struct hop_ipc_route *routes; /* of hopd-net's messages */
    size_t route_count;
    void (*on_children)(void *ctx); /* some may have ended */
    /* Sends what a new hopd-net does not have yet; may be NULL. */
    void (*replay)(void *ctx);
};

struct hop_run_channels {
    struct hop_set set;
    struct hop_ipc keeper, net;
    struct hop_source keeper_source, net_source, signals;
    uint32_t state;
    bool ending;
    struct hop_buf note; /* of hopd-net, given back on re-attach */
    const struct hop_run_part *part;
    void *ctx;
};

/* Opens them, and takes what loses its parent as its own.  The part and ctx are
 * borrowed until hop_run_channels_done. */
HOP_MUST_CHECK bool hop_run_channels_open(struct hop_run_channels *ch,
                                          const struct hop_run_part *part,
                                          void *ctx, struct hop_error *err);
void hop_run_channels_done(struct hop_run_channels *ch);
/* Waits for events, for so long at most (-1: for ever), hands them out, and
 * writes what hopd-net takes. */
void hop_run_channels_turn(struct hop_run_channels *ch, int timeout_ms);
/* Keeps hopd-net's note. */
void hop_run_channels_note(struct hop_run_channels *ch,
                           struct hop_ipc_bytes note);

#endif
