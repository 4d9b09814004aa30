/* A session over a pair of pipes: lines in, lines out (psrp/pipe.h).
 *
 * The link opens, closes and stops channels as PowerShell's out-of-process
 * transport does: a client has one <Data> per id on its way and waits for its
 * <DataAck>, begins a pipeline with <Command>, stops it with <Signal> and ends
 * it with <Close>; a server acknowledges a stop or an end once the pipeline's
 * last state was sent.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_PSRP_LINK_H
#define HOP_PSRP_LINK_H

#include "psrp/pipe.h"
#include "psrp/session.h"

struct hop_psrp_link;

/* Takes the session, of the role it was made for. */
struct hop_psrp_link *hop_psrp_link_new(struct hop_psrp_session *session,
                                        bool is_server);
void hop_psrp_link_free(struct hop_psrp_link *l);
/* Borrowed. */
struct hop_psrp_session *hop_psrp_link_session(struct hop_psrp_link *l);

/* n bytes from the peer, cut anywhere.  False: what came is no packet, or not
 * one for this side; the connection is to be ended (what the peer wrote is in
 * err's text).  A refused message is no such failure: it is an event. */
HOP_MUST_CHECK bool hop_psrp_link_feed(struct hop_psrp_link *l, const void *p,
                                       size_t n, struct hop_error *err);
/* Moves what may be sent now to *out (appended), not much more than room
 * bytes; call it after each feed and after each call of the session. */
void hop_psrp_link_flush(struct hop_psrp_link *l, size_t room,
                         struct hop_buf *out);

/* Client: stops a pipeline; ends the channel of one, or the session (id
 * zero). */
void hop_psrp_link_stop(struct hop_psrp_link *l, const struct hop_guid *id);
void hop_psrp_link_close(struct hop_psrp_link *l, const struct hop_guid *id);
/* The session was closed: the client has its acknowledgement, the server has
 * been told (flush once more, then end). */
bool hop_psrp_link_is_closed(const struct hop_psrp_link *l);
/* Server: the peer has ended without closing; stops what runs. */
void hop_psrp_link_end(struct hop_psrp_link *l);

#endif
