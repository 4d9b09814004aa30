/* Fragments of objects, MS-PSRP 2.2.4: one read and written, those of several
 * objects joined again, and objects cut for sending.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_PSRP_FRAGMENT_H
#define HOP_PSRP_FRAGMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/error.h"

#define HOP_PSRP_FRAGMENT_HEAD 21
/* What PowerShell sends at most: 32 KiB with the head. */
#define HOP_PSRP_FRAGMENT_MAX 32768

struct hop_psrp_fragment {
    uint64_t object; /* counts from 1 per sender */
    uint64_t id;     /* counts from 0 per object */
    bool start, end;
    const uint8_t *data; /* borrowed from the bytes decoded */
    size_t n;
};

/* How a decoder ended. */
enum hop_psrp_found {
    HOP_PSRP_DONE,
    HOP_PSRP_MORE, /* the bytes end too early */
    HOP_PSRP_BAD,  /* err says why */
};

/* The fragment at the front of n bytes; *used gets its length with the head.
 * A fragment longer than max (with its head), an object id of 0 or above
 * 2^63 - 1 and a fragment id above that are bad. */
HOP_MUST_CHECK enum hop_psrp_found
hop_psrp_fragment_decode(const void *p, size_t n, size_t max,
                         struct hop_psrp_fragment *f, size_t *used,
                         struct hop_error *err);
void hop_psrp_fragment_encode(struct hop_buf *out,
                              const struct hop_psrp_fragment *f);

/* ---- joining ---- */

struct hop_psrp_join_limits {
    size_t max_fragment; /* bytes of one, with its head */
    size_t max_object;   /* bytes of one object */
    size_t max_open;     /* objects that are incomplete at a time */
    size_t max_bytes;    /* all incomplete objects together */
};

struct hop_psrp_partial; /* an incomplete object */

/* Puts the fragments of one sender together again.  In place; zeroed is
 * empty. */
struct hop_psrp_joiner {
    struct hop_psrp_join_limits limits;
    struct hop_buf rest; /* the beginning of a fragment */
    struct hop_psrp_partial *open;
    size_t open_count, open_bytes;
    /* A sender whose transport repeats what may have been lost: what is here
     * already is passed over, as its ids ascend (MS-PSRP 2.2.4). */
    bool repeats;
    uint64_t last; /* highest id of an object that was complete */
};

void hop_psrp_joiner_init(struct hop_psrp_joiner *j,
                          const struct hop_psrp_join_limits *limits);
void hop_psrp_joiner_done(struct hop_psrp_joiner *j);
/* Takes n bytes, cut anywhere, and calls object() for each object that they
 * complete (p borrowed for the call).  Fragments of several objects may come
 * mixed; a new start of an object that is incomplete drops what was there.
 * False: err says why (HOP_ERROR_PROTOCOL, HOP_ERROR_LIMIT) or what object()
 * has put there; the rest of the n bytes and the object concerned are dropped,
 * other objects may go on. */
HOP_MUST_CHECK bool
hop_psrp_joiner_add(struct hop_psrp_joiner *j, const void *p, size_t n,
                    bool (*object)(void *ctx, const uint8_t *p, size_t n,
                                   struct hop_error *err),
                    void *ctx, struct hop_error *err);

/* ---- cutting ---- */

/* MS-WSMV streams; answers to host calls overtake input on "pr". */
enum hop_psrp_stream { HOP_PSRP_DEFAULT, HOP_PSRP_PROMPT, HOP_PSRP_STREAMS };

struct hop_psrp_queued; /* an object to send */

/* Objects waiting to be sent to one peer under one id (a pool or a pipeline).
 * In place; zeroed is empty. */
struct hop_psrp_outbox {
    struct hop_psrp_queued *head[HOP_PSRP_STREAMS], *tail[HOP_PSRP_STREAMS];
    size_t bytes; /* waiting, without heads */
};

void hop_psrp_outbox_done(struct hop_psrp_outbox *b);
/* Queues an object of the given id; the contents of data are moved. */
void hop_psrp_outbox_add(struct hop_psrp_outbox *b, uint64_t object,
                         enum hop_psrp_stream stream, struct hop_buf *data);
/* Appends whole fragments of one stream, prompt answers first: at most room
 * bytes in all and fragment bytes each (heads included), not more than count
 * fragments (0: any number).  *stream says which.  False: nothing waits, or
 * there is no room for a fragment with one byte. */
HOP_MUST_CHECK bool hop_psrp_outbox_take(struct hop_psrp_outbox *b, size_t room,
                                         size_t fragment, size_t count,
                                         struct hop_buf *out,
                                         enum hop_psrp_stream *stream);
bool hop_psrp_outbox_is_empty(const struct hop_psrp_outbox *b);

#endif
