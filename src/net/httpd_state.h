/* What the files of the HTTP server share.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_NET_HTTPD_STATE_H
#define HOP_NET_HTTPD_STATE_H

#include <net/if.h>
#include <netinet/in.h>

#include "net/httpd.h"

#define SCRATCH ((size_t)256 << 10)
#define BUCKETS 1024

/* "[host%scope]:port" */
#define HOST_MAX (INET6_ADDRSTRLEN + IF_NAMESIZE)
#define PORT_MAX 8
#define PEER_MAX (HOST_MAX + PORT_MAX + 4)

enum httpd_stage {
    HANDSHAKE,
    OPEN,
    LINGER, /* everything is sent; what still comes is thrown away */
    DOOMED, /* waits to be freed by reap() */
};

struct hop_httpd_conn {
    struct hop_httpd *d;
    struct hop_httpd_conn *prev, *next; /* all, oldest first */
    struct hop_httpd_conn *bucket_next; /* by id */
    struct hop_httpd_conn *doomed_next;
    uint64_t id;
    uint64_t deadline; /* of HANDSHAKE and LINGER */
    int fd;
    enum httpd_stage stage;
    bool proven, pumping, write_blocked;
    bool tls_wants_write; /* the TLS layer, in the middle of a read */
    struct hop_watch *watch;
    struct hop_tls *tls;
    struct hop_http_server http;
    struct hop_buf in; /* read, not yet taken */
    struct hop_buf out;
    size_t sent; /* bytes of out that are on their way */
    void *data;
    char peer[PEER_MAX];
};

struct listener {
    struct hop_httpd *d;
    struct listener *next;
    struct hop_watch *watch;
    int fd;
    bool tls;
};

struct hop_httpd {
    struct hop_loop *loop;
    struct hop_httpd_config config;
    const struct hop_httpd_events *events;
    void *ctx;
    struct hop_tls_context *tls;
    struct listener *listeners;
    struct hop_httpd_conn *first, *last, *doomed;
    struct hop_httpd_conn *buckets[BUCKETS];
    size_t count;
    uint64_t last_id;
    struct hop_timer *sweep, *reap, *resume;
    uint64_t sweep_at; /* when the timer fires; HOP_HTTP_NEVER: not running */
    bool draining;
    char *scratch;
};

/* httpd_life.c: lists, deadlines, the end. */
void httpd_link_conn(struct hop_httpd *d, struct hop_httpd_conn *c);
/* Frees what is doomed; a timer's function. */
void httpd_reap(void *ctx);
/* Ends a connection from the loop, never under the feet of a caller. */
void httpd_doom(struct hop_httpd_conn *c);
/* Ends what has run out of time; a timer's function. */
void httpd_sweep(void *ctx);
/* The connection's deadline has changed. */
void httpd_arm_for(struct hop_httpd_conn *c);

/* httpd_io.c: bytes in and out. */
void httpd_flush(struct hop_httpd_conn *c);
/* Reads and acts until there is nothing left to do now. */
void httpd_pump(struct hop_httpd_conn *c);
void httpd_on_event(void *ctx, int fd, unsigned events);

/* httpd_accept.c: new connections. */
void httpd_format_peer(char *out, size_t size,
                       const struct sockaddr_storage *at, socklen_t len);
/* Takes the descriptor. */
HOP_MUST_CHECK bool httpd_add_conn(struct hop_httpd *d, int fd,
                                   struct hop_tls_context *context,
                                   const char *peer, struct hop_error *err);
void httpd_on_accept(void *ctx, int fd, unsigned events);
void httpd_resume_accepting(void *ctx);

#endif
