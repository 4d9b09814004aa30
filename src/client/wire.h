/* One authenticated connection to the server: an envelope goes out, sealed
 * where it must be, an envelope comes back.  Never blocks except while a name
 * is resolved or the KDC is asked: wire_wants says what to wait for.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CLIENT_WIRE_H
#define HOP_CLIENT_WIRE_H

#include "client/authn.h"
#include "client/trouble.h"
#include "http/parser.h"
#include "net/dial.h"

enum wire_result {
    WIRE_WAIT,
    WIRE_DONE,   /* w->reply is the answer */
    WIRE_FAILED, /* the connection is closed; the next exchange makes another */
};

enum wire_stage {
    WIRE_IDLE, /* no exchange under way */
    WIRE_DIALLING,
    WIRE_SENDING,
    WIRE_RECEIVING,
};

struct wire {
    const struct settings *settings; /* borrowed, resolved */
    enum wire_stage stage;
    struct hop_link *link; /* NULL: not connected */
    struct hop_http_parser parser;
    struct authn authn;
    struct hop_buf envelope; /* of this exchange, until it has gone out */
    struct hop_buf value;    /* Authorization of the next request */
    struct hop_buf out;
    size_t sent;
    bool carries_body;   /* what is being sent is the envelope, no mere token */
    struct hop_buf body; /* as received */
    struct hop_buf answer; /* the one before, while another is received */
    struct hop_buf reply;  /* UTF-8 envelope */
    int status;
    uint64_t deadline; /* of the answer, ms of the monotonic clock */
    uint32_t timeout_ms;
    unsigned messages; /* sent so far */
    char *in;          /* scratch for reading */
    bool was_used;     /* this exchange began on an open connection */
    unsigned repeats;  /* how often it may still begin anew after a loss */
    unsigned all_repeats;
    uint64_t born;       /* when the connection stood */
    uint64_t not_before; /* when the next try begins */
    bool renewed; /* a 401 out of turn has been answered by a new logon */
    struct hop_buf follow_up; /* see wire_follow */
    bool follows;   /* it has gone out: the next exchange is under way */
    bool large;     /* the last answer was */
    bool patient;   /* the server does not act on what comes with a token */
    char *redirect; /* where a 3xx has sent us; NULL: nowhere */
};

void wire_init(struct wire *w, const struct settings *s);
void wire_done(struct wire *w);
/* Begins an exchange; takes the envelope (left empty).  timeout_ms is for the
 * answer as a whole.  repeats: how often it is sent again over a new connection
 * when one is lost; 0 for what must not arrive twice. */
void wire_begin(struct wire *w, struct hop_buf *envelope, uint32_t timeout_ms,
                unsigned repeats);
/* What to send as soon as the answer to this exchange has arrived in full, when
 * it is a large one: the server makes the next while this one is unsealed and
 * decoded here.  After WIRE_DONE w->follows tells whether that has happened;
 * the exchange that follows repeats as this one does.  Takes the envelope. */
void wire_follow(struct wire *w, struct hop_buf *envelope);
/* Connects and authenticates, nothing else: done with an empty reply. */
void wire_begin_open(struct wire *w, uint32_t timeout_ms);
HOP_MUST_CHECK enum wire_result wire_step(struct wire *w, struct trouble *t);
/* Descriptor, poll events and ms to wait (-1: no limit). */
int wire_wants(const struct wire *w, short *events, int *wait_ms);
/* Steps and waits to the end. */
HOP_MUST_CHECK enum wire_result wire_finish(struct wire *w, struct trouble *t);
/* Closes the connection; the next exchange makes another. */
void wire_close(struct wire *w);

#endif
