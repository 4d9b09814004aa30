/* Output that a disconnected pipeline writes in the mode Drop: the newest
 * objects are held, the oldest make room for them.  MS-WSMV 2.2.5.10
 * (OutputBufferingMode); PowerShell drops in the order of writing.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_SERVER_HOLDING_H
#define HOP_SERVER_HOLDING_H

#include "base/buf.h"

struct hop_held;

struct hop_holding {
    struct hop_held *first, **last;
    size_t bytes;
};

/* Adds a fragment of an object (copied).  Whole objects are dropped from the
 * oldest on until max_bytes hold the rest; never the newest one, nor one whose
 * beginning is not here. */
void hop_holding_add(struct hop_holding *h, const struct hop_buf *fragment,
                     bool start, size_t max_bytes);
bool hop_holding_is_empty(const struct hop_holding *h);
/* The length of the next fragment; there must be one. */
size_t hop_holding_next(const struct hop_holding *h);
/* Takes it to out. */
void hop_holding_take(struct hop_holding *h, void *out);
void hop_holding_done(struct hop_holding *h);

#endif
