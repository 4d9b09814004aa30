/* Incremental HTTP/1.1 parser for one direction of a connection: bytes in,
 * events out, no copies of the body.  RFC 9112, stricter where leniency has
 * been used to smuggle requests:
 *
 *   lines end in CRLF only; no obs-fold; no NUL or other control byte; no white
 *   space before a colon; at most one Content-Length; requests have exactly one
 *   Host (HTTP/1.1) and no Transfer-Encoding; heads and field counts have
 *   limits; trailers of chunked responses are read and dropped.
 *
 * A parser reads message after message; interim (1xx) responses are skipped.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_HTTP_PARSER_H
#define HOP_HTTP_PARSER_H

#include "base/buf.h"
#include "base/error.h"
#include "http/head.h"

enum hop_http_role {
    HOP_HTTP_REQUESTS,  /* we are the server */
    HOP_HTTP_RESPONSES, /* we are the client */
};

enum hop_http_event {
    HOP_HTTP_MORE, /* all input is used up; come back with more */
    HOP_HTTP_HEAD, /* p->head is complete: look at it, set p->body_max */
    HOP_HTTP_BODY, /* p->piece, p->piece_len: bytes of the body */
    HOP_HTTP_DONE, /* the message is complete; the next call begins another */
    HOP_HTTP_BAD,  /* err says why; p->bad_status is the status to answer with
                      (requests).  Nothing after this can be read. */
};

/* Where the parser is; read-only for the caller. */
enum hop_http_state {
    HOP_HTTP_AT_START, /* between messages, not a byte of the next one seen */
    HOP_HTTP_IN_HEAD,
    HOP_HTTP_IN_BODY,
    HOP_HTTP_FAILED,
};

struct hop_http_parser {
    enum hop_http_role role;
    enum hop_http_state state;
    struct hop_http_head head;
    const char *piece; /* points into the caller's input */
    size_t piece_len;
    uint64_t body_max; /* most bytes of body; the caller may change it when it
                          gets the head.  Over it: 413. */
    bool no_body;      /* responses: the request was HEAD or CONNECT, so this
                          one has no body; cleared with each message */
    int bad_status;
    /* private */
    int part;
    struct hop_buf text;
    struct hop_http_header *fields;
    size_t scanned;
    uint64_t left, body_seen;
    unsigned interim;
    bool over; /* the message in head is complete */
};

void hop_http_parser_init(struct hop_http_parser *p, enum hop_http_role role,
                          uint64_t body_max);
void hop_http_parser_done(struct hop_http_parser *p);
/* Drops the message told last, so that an idle connection holds no memory. */
void hop_http_parser_forget(struct hop_http_parser *p);
/* Uses up bytes from *in (n bytes left in *n; both move) until something is to
 * be told.  Call again until HOP_HTTP_MORE.  After HOP_HTTP_DONE nothing of the
 * next message has been touched, so pipelined requests wait in the input. */
HOP_MUST_CHECK enum hop_http_event
hop_http_parser_step(struct hop_http_parser *p, const char **in, size_t *n,
                     struct hop_error *err);
/* The peer has closed: true when that is the regular end of a message
 * (HOP_HTTP_TO_CLOSE, call it done) or falls between messages; false and err
 * when a message is cut off. */
HOP_MUST_CHECK bool hop_http_parser_eof(struct hop_http_parser *p,
                                        struct hop_error *err);

#endif
