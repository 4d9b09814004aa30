/* One server connection as a state machine: requests in, responses out, in
 * order, and the moment at which patience ends.  No socket and no clock: the
 * caller passes bytes, keeps what is to be sent and says what time it is.
 *
 *     while (1) switch (hop_http_server_step(&s, &in, &n, now, &out, &err)) {
 *     case HOP_HTTP_HEAD: answer at once (401, 404), or set s.body_max;
 *     case HOP_HTTP_BODY: not given: the body is collected in s.body;
 *     case HOP_HTTP_DONE: act, now or later, then hop_http_server_respond;
 *     case HOP_HTTP_MORE: send out, wait for bytes or for the deadline;
 *     case HOP_HTTP_BAD:  send out, then close; err is for the journal.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_HTTP_SERVER_H
#define HOP_HTTP_SERVER_H

#include "http/message.h"
#include "http/parser.h"

#define HOP_HTTP_NEVER UINT64_MAX

struct hop_http_limits {
    uint32_t head_ms;   /* from the first byte of a head to its last */
    uint32_t body_ms;   /* from the end of the head to the end of the body */
    uint32_t idle_ms;   /* between two requests, and before the first */
    uint64_t body_max;  /* before the caller says otherwise: unauthenticated */
    uint64_t drain_max; /* body bytes still read after an early answer, so that
                           the connection can be kept; more: it is closed */
};

/* 15 s, 60 s, 120 s, 64 KiB, 64 KiB. */
extern const struct hop_http_limits hop_http_limits_default;

enum hop_http_phase {
    HOP_HTTP_IDLE,     /* waiting for a request */
    HOP_HTTP_READING,  /* in a head or a body */
    HOP_HTTP_HEADED,   /* HOP_HTTP_HEAD was told, the body not yet begun */
    HOP_HTTP_BUSY,     /* the request is with the caller; no more is read */
    HOP_HTTP_DRAINING, /* answered early, the body is read and dropped */
    HOP_HTTP_CLOSING,  /* the last answer is out: send it, read no more */
};

struct hop_http_server {
    struct hop_http_parser parser; /* parser.head is the request */
    struct hop_buf body;           /* the whole body at HOP_HTTP_DONE */
    enum hop_http_phase phase;
    bool close; /* close once everything is sent */
    /* private */
    const struct hop_http_limits *limits;
    uint64_t deadline;
    bool answered;
};

/* limits stays borrowed. */
void hop_http_server_init(struct hop_http_server *s,
                          const struct hop_http_limits *limits,
                          uint64_t now_ms);
void hop_http_server_done(struct hop_http_server *s);
/* As hop_http_parser_step; appends 100 Continue and error answers to out.  In
 * HOP_HTTP_BUSY and HOP_HTTP_CLOSING it takes nothing. */
HOP_MUST_CHECK enum hop_http_event
hop_http_server_step(struct hop_http_server *s, const char **in, size_t *n,
                     uint64_t now_ms, struct hop_buf *out,
                     struct hop_error *err);
/* Answers the request told last (from HOP_HTTP_HEAD on).  body may be NULL. */
void hop_http_server_respond(struct hop_http_server *s,
                             const struct hop_http_response *r,
                             const void *body, size_t body_len, uint64_t now_ms,
                             struct hop_buf *out);
/* The same when the caller has encoded the answer by itself; it sets s->close
 * beforehand to end the connection. */
void hop_http_server_answered(struct hop_http_server *s, uint64_t now_ms);
/* When to call hop_http_server_timeout, in the caller's ms; HOP_HTTP_NEVER
 * while the caller holds a request. */
uint64_t hop_http_server_deadline(const struct hop_http_server *s);
/* The deadline has passed: 408 in the middle of a request, nothing between
 * requests; s->close is set in either case. */
void hop_http_server_timeout(struct hop_http_server *s, struct hop_buf *out);

#endif
