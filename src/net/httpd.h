/* HTTP server: connections on an event loop, plain or TLS, each one an
 * http/server.h machine.  Cheap while idle, bounded in number, deadlines kept
 * by one timer.
 *
 * A request's way: on_head (answer at once, or let the body come) - on_request
 * (answer now or later with hop_httpd_respond) - on_close when the connection
 * ends, at any moment, also while a request is unanswered.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_NET_HTTPD_H
#define HOP_NET_HTTPD_H

#include <sys/socket.h>

#include "http/server.h"
#include "net/loop.h"
#include "net/tls.h"

struct hop_httpd;
struct hop_httpd_conn;

/* conn stays valid until on_close returns. */
struct hop_httpd_events {
    /* The head is there, the body is not: hop_httpd_respond answers early,
     * hop_httpd_set_body_max lets a larger body in. */
    void (*on_head)(void *ctx, struct hop_httpd_conn *conn,
                    const struct hop_http_head *head);
    /* The whole request.  head and body live until the answer; the body may be
     * changed in place. */
    void (*on_request)(void *ctx, struct hop_httpd_conn *conn,
                       const struct hop_http_head *head, struct hop_buf *body);
    /* Malformed or slow input, already answered: for the journal.  status 0: no
     * answer was possible. */
    void (*on_refused)(void *ctx, struct hop_httpd_conn *conn, int status,
                       const struct hop_error *why);
    /* The connection is gone (peer, error, deadline, hop_httpd_hangup). */
    void (*on_close)(void *ctx, struct hop_httpd_conn *conn);
};

struct hop_httpd_config {
    struct hop_http_limits limits;
    size_t max_connections; /* at it, the longest idle unproven connection goes,
                               or the new one */
    size_t max_per_address; /* unproven connections of one address; 0: any */
    uint32_t handshake_ms;  /* TLS */
    uint32_t linger_ms;     /* how long to read after an error answer, so that
                               it is not lost to a reset */
};

/* Limits of http/server.h, 20000 connections, any per address, 15 s, 2 s. */
extern const struct hop_httpd_config hop_httpd_config_default;

/* config is copied; events stays borrowed. */
struct hop_httpd *hop_httpd_new(struct hop_loop *loop,
                                const struct hop_httpd_config *config,
                                const struct hop_httpd_events *events,
                                void *ctx);
/* Closes everything (on_close is called for each). */
void hop_httpd_free(struct hop_httpd *d);
/* Serves a listening socket, which it takes; context NULL is plain HTTP, else
 * borrowed until hop_httpd_set_tls or hop_httpd_free. */
HOP_MUST_CHECK bool hop_httpd_listen(struct hop_httpd *d, int fd,
                                     struct hop_tls_context *context,
                                     struct hop_error *err);
/* Stops listening on that descriptor and closes it; its connections stay. */
void hop_httpd_unlisten(struct hop_httpd *d, int fd);
/* Serves one already connected socket, which it takes. */
HOP_MUST_CHECK bool hop_httpd_adopt(struct hop_httpd *d, int fd,
                                    struct hop_tls_context *context,
                                    struct hop_error *err);
/* New connections of every TLS listener use this one (a reloaded certificate);
 * the caller frees the old one afterwards. */
void hop_httpd_set_tls(struct hop_httpd *d, struct hop_tls_context *context);
/* Other deadlines from now on, also for connections that are open. */
void hop_httpd_set_limits(struct hop_httpd *d,
                          const struct hop_http_limits *limits);
/* No new connections, idle ones are closed, answers still go out. */
void hop_httpd_drain(struct hop_httpd *d);
size_t hop_httpd_count(const struct hop_httpd *d);

/* Answers the request of on_head or on_request. */
void hop_httpd_respond(struct hop_httpd_conn *conn,
                       const struct hop_http_response *r, const void *body,
                       size_t body_len);
/* The same with a message already encoded by hop_http_response_encode and its
 * body in one buffer, which is taken (left empty): saves a copy. */
void hop_httpd_respond_raw(struct hop_httpd_conn *conn, struct hop_buf *message,
                           bool close);
void hop_httpd_set_body_max(struct hop_httpd_conn *conn, uint64_t max);
/* This peer has authenticated: not counted as unproven any more. */
void hop_httpd_set_proven(struct hop_httpd_conn *conn);
/* Closes when what is queued is sent (after an unwrap error), or at once when
 * nothing is; on_close follows later, not from inside this call. */
void hop_httpd_hangup(struct hop_httpd_conn *conn);

/* The caller's own state per connection; NULL at first. */
void hop_httpd_set_data(struct hop_httpd_conn *conn, void *data);
void *hop_httpd_data(const struct hop_httpd_conn *conn);
/* "10.77.0.11:50123" or "[fe80::1]:50123". */
const char *hop_httpd_peer(const struct hop_httpd_conn *conn);
/* Increases with every connection, never 0: names it to other processes. */
uint64_t hop_httpd_id(const struct hop_httpd_conn *conn);
struct hop_httpd_conn *hop_httpd_find(struct hop_httpd *d, uint64_t id);
/* NULL on a plain connection. */
const struct hop_tls_info *hop_httpd_tls(const struct hop_httpd_conn *conn);

#endif
