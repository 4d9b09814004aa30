/* SPDX-License-Identifier: MIT */
#include "net/httpd.h"

#include <errno.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"

#define SCRATCH        ((size_t)256 << 10)
#define PIPELINE_MAX   ((size_t)64 << 10) /* bytes kept behind a request */
#define ACCEPTS        64                 /* per round of the loop */
#define BUCKETS        1024
#define SWEEP_MS       100 /* deadlines are kept this exactly */
#define ACCEPT_WAIT_MS 100 /* without descriptors */

/* "[host%scope]:port" */
#define HOST_MAX (INET6_ADDRSTRLEN + IF_NAMESIZE)
#define PORT_MAX 8
#define PEER_MAX (HOST_MAX + PORT_MAX + 4)

const struct hop_httpd_config hop_httpd_config_default = {
    .limits =
        {
            .head_ms = 15000,
            .body_ms = 60000,
            .idle_ms = 120000,
            .body_max = 64 << 10,
            .drain_max = 64 << 10,
        },
    .max_connections = 20000,
    .max_per_address = 0,
    .handshake_ms = 15000,
    .linger_ms = 2000,
};

enum stage {
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
    enum stage stage;
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

static void pump(struct hop_httpd_conn *c);

/* ---- the lists a connection is on ---- */

static void
link_conn(struct hop_httpd *d, struct hop_httpd_conn *c)
{
    struct hop_httpd_conn **bucket = &d->buckets[c->id % BUCKETS];

    c->prev = d->last;
    if (d->last)
        d->last->next = c;
    else
        d->first = c;
    d->last = c;
    c->bucket_next = *bucket;
    *bucket = c;
    d->count++;
}

static void
unlink_conn(struct hop_httpd_conn *c)
{
    struct hop_httpd *d = c->d;
    struct hop_httpd_conn **at = &d->buckets[c->id % BUCKETS];

    while (*at != c)
        at = &(*at)->bucket_next;
    *at = c->bucket_next;
    if (c->prev)
        c->prev->next = c->next;
    else
        d->first = c->next;
    if (c->next)
        c->next->prev = c->prev;
    else
        d->last = c->prev;
    d->count--;
}

struct hop_httpd_conn *
hop_httpd_find(struct hop_httpd *d, uint64_t id)
{
    struct hop_httpd_conn *c = d->buckets[id % BUCKETS];

    while (c && c->id != id)
        c = c->bucket_next;
    return c && c->stage != DOOMED ? c : NULL;
}

/* ---- the end of a connection ---- */

static void
free_conn(struct hop_httpd_conn *c)
{
    c->d->events->on_close(c->d->ctx, c);
    unlink_conn(c);
    hop_watch_free(c->watch);
    if (c->tls) {
        hop_tls_shutdown(c->tls);
        hop_tls_close(c->tls);
    }
    close(c->fd);
    hop_http_server_done(&c->http);
    hop_buf_done(&c->in);
    hop_buf_done(&c->out);
    free(c);
}

static void
reap(void *ctx)
{
    struct hop_httpd *d = ctx;

    while (d->doomed) {
        struct hop_httpd_conn *c = d->doomed;
        d->doomed = c->doomed_next;
        free_conn(c);
    }
}

/* Freed from the loop, never under the feet of a caller. */
static void
doom(struct hop_httpd_conn *c)
{
    if (c->stage == DOOMED)
        return;
    c->stage = DOOMED;
    hop_watch_set(c->watch, 0);
    c->doomed_next = c->d->doomed;
    c->d->doomed = c;
    hop_timer_start(c->d->reap, 0);
}

/* ---- deadlines: one timer for all ---- */

static uint64_t
deadline_of(const struct hop_httpd_conn *c)
{
    switch (c->stage) {
    case OPEN: break;
    case HANDSHAKE:
    case LINGER: return c->deadline;
    case DOOMED: return HOP_HTTP_NEVER;
    }
    /* An answer that nobody fetches must not stay for ever. */
    if (c->out.len > c->sent)
        return c->deadline;
    return hop_http_server_deadline(&c->http);
}

static void
arm(struct hop_httpd *d, uint64_t deadline, uint64_t now)
{
    if (deadline == HOP_HTTP_NEVER || deadline >= d->sweep_at)
        return;
    d->sweep_at = deadline;
    hop_timer_start(d->sweep,
                    deadline > now + SWEEP_MS ? deadline - now : SWEEP_MS);
}

static void
arm_for(struct hop_httpd_conn *c)
{
    arm(c->d, deadline_of(c), hop_loop_now_ms(c->d->loop));
}

static void flush(struct hop_httpd_conn *c);

static void
expire(struct hop_httpd_conn *c)
{
    struct hop_error err = {0};
    bool idle = c->http.phase == HOP_HTTP_IDLE;

    if (c->stage != OPEN || c->out.len > c->sent) {
        doom(c);
        return;
    }
    hop_http_server_timeout(&c->http, &c->out);
    if (!idle && c->d->events->on_refused) {
        hop_error_set(&err, HOP_ERROR_HTTP, 408,
                      "HTTP: the request did not arrive in time");
        c->d->events->on_refused(c->d->ctx, c, 408, &err);
    }
    flush(c);
}

static void
sweep(void *ctx)
{
    struct hop_httpd *d = ctx;
    uint64_t now = hop_loop_now_ms(d->loop), next = HOP_HTTP_NEVER;

    for (struct hop_httpd_conn *c = d->first; c != NULL; c = c->next) {
        if (deadline_of(c) <= now)
            expire(c);
        if (deadline_of(c) < next)
            next = deadline_of(c);
    }
    d->sweep_at = HOP_HTTP_NEVER;
    arm(d, next, now);
}

/* ---- sending ---- */

/* A connection that waits for anything also watches for the peer's end. */
static void
watch(struct hop_httpd_conn *c)
{
    unsigned events = HOP_WATCH_CLOSED;

    if (c->stage == DOOMED)
        return;
    if (c->stage != OPEN || c->http.phase != HOP_HTTP_BUSY ||
        c->in.len < PIPELINE_MAX)
        events |= HOP_WATCH_READ;
    if (c->write_blocked || c->tls_wants_write)
        events |= HOP_WATCH_WRITE;
    hop_watch_set(c->watch, events);
}

/* So that the last answer is not lost to a reset, the peer's remaining bytes
 * are read for a while: RFC 9112 9.6. */
static void
linger(struct hop_httpd_conn *c)
{
    if (c->tls)
        hop_tls_shutdown(c->tls);
    shutdown(c->fd, SHUT_WR);
    c->stage = LINGER;
    c->deadline = hop_loop_now_ms(c->d->loop) + c->d->config.linger_ms;
    arm_for(c);
}

static bool
send_some(struct hop_httpd_conn *c, bool *again)
{
    const char *p = c->out.data + c->sent;
    size_t n = c->out.len - c->sent, put = 0;
    struct hop_error err;

    *again = false;
    if (c->tls) {
        enum hop_tls_result r = hop_tls_write(c->tls, p, n, &put, &err);
        *again = r == HOP_TLS_WANT_WRITE || r == HOP_TLS_WANT_READ;
        if (r != HOP_TLS_OK)
            return *again;
    } else {
        ssize_t got = send(c->fd, p, n, MSG_NOSIGNAL);
        *again = got < 0 && (errno == EAGAIN || errno == EINTR);
        if (got < 0)
            return *again;
        put = (size_t)got;
    }
    c->sent += put;
    return true;
}

static void
flush(struct hop_httpd_conn *c)
{
    bool again = false;

    if (c->stage != OPEN)
        return;
    while (c->sent < c->out.len && !again)
        if (!send_some(c, &again)) {
            doom(c);
            return;
        }
    c->write_blocked = c->sent < c->out.len;
    if (c->write_blocked) {
        c->deadline = hop_loop_now_ms(c->d->loop) + c->d->config.limits.body_ms;
    } else {
        hop_buf_done(&c->out);
        c->sent = 0;
        if (c->http.phase == HOP_HTTP_CLOSING)
            linger(c);
    }
    watch(c);
    if (c->stage != DOOMED)
        arm_for(c);
}

/* ---- receiving ---- */

static void
refuse(struct hop_httpd_conn *c, const struct hop_error *err)
{
    if (c->d->events->on_refused)
        c->d->events->on_refused(c->d->ctx, c, c->http.parser.bad_status, err);
}

/* Takes requests out of the bytes until more are needed or one is with the
 * caller.  The caller may answer, hang up and so on from its callbacks. */
static void
take_requests(struct hop_httpd_conn *c, const char **in, size_t *n)
{
    const struct hop_httpd_events *on = c->d->events;
    struct hop_error err = {0};

    while (c->stage == OPEN) {
        enum hop_http_event event = hop_http_server_step(
            &c->http, in, n, hop_loop_now_ms(c->d->loop), &c->out, &err);
        switch (event) {
        case HOP_HTTP_HEAD:
            on->on_head(c->d->ctx, c, &c->http.parser.head);
            break;
        case HOP_HTTP_DONE:
            on->on_request(c->d->ctx, c, &c->http.parser.head, &c->http.body);
            break;
        case HOP_HTTP_BAD: refuse(c, &err); return;
        case HOP_HTTP_BODY: break;
        case HOP_HTTP_MORE: return;
        }
    }
}

/* Bytes kept from earlier come first; what is not taken now is kept. */
static void
take_bytes(struct hop_httpd_conn *c, const char *p, size_t n)
{
    if (c->in.len > 0) {
        hop_buf_add(&c->in, p, n);
        p = c->in.data;
        n = c->in.len;
        take_requests(c, &p, &n);
        hop_buf_consume(&c->in, c->in.len - n);
        if (c->in.len == 0)
            hop_buf_done(&c->in);
        return;
    }
    take_requests(c, &p, &n);
    if (n > 0 && c->http.phase != HOP_HTTP_CLOSING)
        hop_buf_add(&c->in, p, n);
}

enum read_result { READ_SOME, READ_WAIT, READ_END };

static enum read_result
read_some(struct hop_httpd_conn *c, size_t *got)
{
    struct hop_error err;
    ssize_t n;

    if (c->tls) {
        enum hop_tls_result r =
            hop_tls_read(c->tls, c->d->scratch, SCRATCH, got, &err);
        c->tls_wants_write = r == HOP_TLS_WANT_WRITE;
        if (r == HOP_TLS_WANT_READ || r == HOP_TLS_WANT_WRITE)
            return READ_WAIT;
        return r == HOP_TLS_OK ? READ_SOME : READ_END;
    }
    n = recv(c->fd, c->d->scratch, SCRATCH, 0);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return READ_WAIT;
    *got = n > 0 ? (size_t)n : 0;
    return n > 0 ? READ_SOME : READ_END;
}

static bool
wants_bytes(const struct hop_httpd_conn *c)
{
    return c->stage == LINGER ||
           (c->stage == OPEN && c->http.phase != HOP_HTTP_CLOSING &&
            (c->http.phase != HOP_HTTP_BUSY || c->in.len < PIPELINE_MAX));
}

/* The peer has ended the connection: in the middle of a request that is told.
 */
static void
note_cut(struct hop_httpd_conn *c)
{
    struct hop_error err = {0};

    if (c->stage != OPEN || c->http.phase == HOP_HTTP_DRAINING ||
        c->http.phase == HOP_HTTP_CLOSING ||
        hop_http_parser_eof(&c->http.parser, &err))
        return;
    if (c->d->events->on_refused)
        c->d->events->on_refused(c->d->ctx, c, 0, &err);
}

/* Reads and acts until there is nothing left to do now. */
static void
read_all(struct hop_httpd_conn *c)
{
    while (wants_bytes(c)) {
        size_t got = 0;
        enum read_result r = read_some(c, &got);
        if (r == READ_END) {
            note_cut(c);
            doom(c);
        }
        if (r != READ_SOME)
            return;
        if (c->stage == OPEN)
            take_bytes(c, c->d->scratch, got);
        if (!c->tls && got < SCRATCH)
            return;
    }
}

static bool
shake_hands(struct hop_httpd_conn *c)
{
    struct hop_error err = {0};
    enum hop_tls_result r = hop_tls_handshake(c->tls, &err);

    c->tls_wants_write = r == HOP_TLS_WANT_WRITE;
    if (r == HOP_TLS_OK) {
        c->stage = OPEN;
        hop_http_server_init(&c->http, &c->d->config.limits,
                             hop_loop_now_ms(c->d->loop));
        return true;
    }
    if (r == HOP_TLS_FAILED) {
        if (c->d->events->on_refused)
            c->d->events->on_refused(c->d->ctx, c, 0, &err);
        doom(c);
    }
    return false;
}

static void
pump(struct hop_httpd_conn *c)
{
    if (c->pumping || c->stage == DOOMED)
        return;
    c->pumping = true;
    if (c->stage != HANDSHAKE || shake_hands(c)) {
        if (c->stage == OPEN && c->in.len > 0)
            take_bytes(c, "", 0);
        read_all(c);
        flush(c);
    }
    c->pumping = false;
    watch(c);
    if (c->stage != DOOMED)
        arm_for(c);
}

static void
on_event(void *ctx, int fd, unsigned events)
{
    struct hop_httpd_conn *c = ctx;

    (void)fd;
    /* The end of the peer's side while nothing is read from it: a client that
     * has gone during a long poll. */
    if ((events & HOP_WATCH_CLOSED) && !(events & HOP_WATCH_READ)) {
        doom(c);
        return;
    }
    if (events & HOP_WATCH_WRITE)
        flush(c);
    pump(c);
}

/* ---- accepting ---- */

static void
format_peer(char *out, size_t size, const struct sockaddr_storage *at,
            socklen_t len)
{
    char host[HOST_MAX], port[PORT_MAX];

    if (getnameinfo((const struct sockaddr *)at, len, host, sizeof(host), port,
                    sizeof(port), NI_NUMERICHOST | NI_NUMERICSERV) != 0) {
        snprintf(out, size, "unknown");
        return;
    }
    if (strncmp(host, "::ffff:", 7) == 0 && strchr(host, '.'))
        snprintf(out, size, "%s:%s", host + 7, port);
    else
        snprintf(out, size, strchr(host, ':') ? "[%s]:%s" : "%s:%s", host,
                 port);
}

static void
set_options(int fd)
{
    const int on = 1, idle = 60, interval = 15, probes = 4;

    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof(idle));
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &interval, sizeof(interval));
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &probes, sizeof(probes));
}

/* True when both texts "address:port" have the same address. */
static bool
same_address(const char *a, const char *b)
{
    const char *colon = strrchr(a, ':');
    size_t n = colon ? (size_t)(colon - a) : strlen(a);

    return strncmp(a, b, n) == 0 && b[n] == ':' && !strchr(b + n + 1, ':');
}

static bool
is_crowded(const struct hop_httpd *d, const char *peer)
{
    size_t n = 0;

    if (d->config.max_per_address == 0)
        return false;
    for (const struct hop_httpd_conn *c = d->first; c != NULL; c = c->next)
        if (!c->proven && c->stage != DOOMED && same_address(peer, c->peer))
            n++;
    return n >= d->config.max_per_address;
}

/* At the limit the oldest connection that has proven nothing and does nothing
 * makes room. */
static bool
make_room(struct hop_httpd *d)
{
    if (d->count < d->config.max_connections)
        return true;
    for (struct hop_httpd_conn *c = d->first; c != NULL; c = c->next)
        if (!c->proven &&
            (c->stage == HANDSHAKE || c->stage == LINGER ||
             (c->stage == OPEN && c->http.phase != HOP_HTTP_BUSY))) {
            doom(c);
            reap(d);
            return true;
        }
    return false;
}

/* Takes the descriptor. */
static bool
add_conn(struct hop_httpd *d, int fd, struct hop_tls_context *context,
         const char *peer, struct hop_error *err)
{
    struct hop_httpd_conn *c;
    struct hop_tls *tls = NULL;
    uint64_t now = hop_loop_now_ms(d->loop);

    set_options(fd);
    if (context && (tls = hop_tls_open(context, fd, NULL, err)) == NULL) {
        close(fd);
        return false;
    }
    c = hop_xmalloc(sizeof(*c));
    c->d = d;
    c->fd = fd;
    c->id = ++d->last_id;
    c->tls = tls;
    c->stage = tls ? HANDSHAKE : OPEN;
    c->deadline = now + d->config.handshake_ms;
    snprintf(c->peer, sizeof(c->peer), "%s", peer);
    hop_http_server_init(&c->http, &d->config.limits, now);
    c->out.secret = true;
    c->watch = hop_watch_new(d->loop, fd, HOP_WATCH_READ | HOP_WATCH_CLOSED,
                             on_event, c);
    link_conn(d, c);
    arm_for(c);
    return true;
}

static bool
accept_one(struct listener *l)
{
    struct hop_httpd *d = l->d;
    struct sockaddr_storage at;
    socklen_t len = sizeof(at);
    struct hop_error err;
    char peer[PEER_MAX];
    int fd = accept4(l->fd, (struct sockaddr *)&at, &len,
                     SOCK_NONBLOCK | SOCK_CLOEXEC);

    if (fd < 0 && (errno == EMFILE || errno == ENFILE || errno == ENOBUFS ||
                   errno == ENOMEM)) {
        hop_watch_set(l->watch, 0);
        hop_timer_start(d->resume, ACCEPT_WAIT_MS);
    }
    if (fd < 0)
        return errno == ECONNABORTED || errno == EINTR;
    format_peer(peer, sizeof(peer), &at, len);
    if (is_crowded(d, peer) || !make_room(d))
        close(fd);
    else if (!add_conn(d, fd, l->tls ? d->tls : NULL, peer, &err))
        return true;
    return true;
}

static void
on_accept(void *ctx, int fd, unsigned events)
{
    struct listener *l = ctx;

    (void)fd;
    (void)events;
    for (int i = 0; i < ACCEPTS && !l->d->draining; i++)
        if (!accept_one(l))
            return;
}

static void
resume_accepting(void *ctx)
{
    struct hop_httpd *d = ctx;

    for (struct listener *l = d->listeners; l != NULL && !d->draining;
         l = l->next)
        hop_watch_set(l->watch, HOP_WATCH_READ);
}

/* ---- the public face ---- */

struct hop_httpd *
hop_httpd_new(struct hop_loop *loop, const struct hop_httpd_config *config,
              const struct hop_httpd_events *events, void *ctx)
{
    struct hop_httpd *d = hop_xmalloc(sizeof(*d));

    d->loop = loop;
    d->config = *config;
    d->events = events;
    d->ctx = ctx;
    d->sweep_at = HOP_HTTP_NEVER;
    d->sweep = hop_timer_new(loop, sweep, d);
    d->reap = hop_timer_new(loop, reap, d);
    d->resume = hop_timer_new(loop, resume_accepting, d);
    d->scratch = hop_xmalloc(SCRATCH);
    return d;
}

static void
stop_listening(struct hop_httpd *d)
{
    while (d->listeners) {
        struct listener *l = d->listeners;
        d->listeners = l->next;
        hop_watch_free(l->watch);
        close(l->fd);
        free(l);
    }
}

void
hop_httpd_free(struct hop_httpd *d)
{
    if (d == NULL)
        return;
    d->draining = true;
    stop_listening(d);
    for (struct hop_httpd_conn *c = d->first; c != NULL; c = c->next)
        doom(c);
    reap(d);
    hop_timer_free(d->sweep);
    hop_timer_free(d->reap);
    hop_timer_free(d->resume);
    explicit_bzero(d->scratch, SCRATCH);
    free(d->scratch);
    free(d);
}

bool
hop_httpd_listen(struct hop_httpd *d, int fd, struct hop_tls_context *context,
                 struct hop_error *err)
{
    struct listener *l = hop_xmalloc(sizeof(*l));

    if (context)
        d->tls = context;
    *l = (struct listener){
        .d = d, .next = d->listeners, .fd = fd, .tls = context != NULL};
    l->watch = hop_watch_new(d->loop, fd, HOP_WATCH_READ, on_accept, l);
    d->listeners = l;
    (void)err;
    return true;
}

bool
hop_httpd_adopt(struct hop_httpd *d, int fd, struct hop_tls_context *context,
                struct hop_error *err)
{
    struct sockaddr_storage at;
    socklen_t len = sizeof(at);
    char peer[PEER_MAX] = "unknown";

    if (getpeername(fd, (struct sockaddr *)&at, &len) == 0 &&
        (at.ss_family == AF_INET || at.ss_family == AF_INET6))
        format_peer(peer, sizeof(peer), &at, len);
    return add_conn(d, fd, context, peer, err);
}

void
hop_httpd_set_limits(struct hop_httpd *d, const struct hop_http_limits *limits)
{
    d->config.limits = *limits;
}

void
hop_httpd_set_tls(struct hop_httpd *d, struct hop_tls_context *context)
{
    d->tls = context;
}

void
hop_httpd_drain(struct hop_httpd *d)
{
    d->draining = true;
    stop_listening(d);
    for (struct hop_httpd_conn *c = d->first; c != NULL; c = c->next)
        if (c->stage != OPEN ||
            (c->http.phase == HOP_HTTP_IDLE && c->out.len == 0))
            doom(c);
        else
            c->http.close = true;
}

size_t
hop_httpd_count(const struct hop_httpd *d)
{
    return d->count;
}

/* An answer given from a callback goes out when the callback has returned; one
 * given later goes out now, and the next request is looked at. */
static void
after_answer(struct hop_httpd_conn *c)
{
    if (c->pumping) {
        if (c->http.phase == HOP_HTTP_DRAINING)
            flush(c); /* an early answer does not wait for the body */
        return;
    }
    flush(c);
    pump(c);
}

void
hop_httpd_respond(struct hop_httpd_conn *c, const struct hop_http_response *r,
                  const void *body, size_t body_len)
{
    if (c->stage != OPEN)
        return;
    if (c->d->draining)
        c->http.close = true;
    hop_http_server_respond(&c->http, r, body, body_len,
                            hop_loop_now_ms(c->d->loop), &c->out);
    if (!hop_buf_ok(&c->out))
        doom(c);
    else
        after_answer(c);
}

void
hop_httpd_respond_raw(struct hop_httpd_conn *c, struct hop_buf *message,
                      bool close)
{
    if (c->stage != OPEN || !hop_buf_ok(message)) {
        hop_buf_done(message);
        doom(c);
        return;
    }
    if (c->out.len == 0) {
        hop_buf_done(&c->out);
        c->out = *message;
        *message = (struct hop_buf)HOP_BUF_INIT;
    } else {
        hop_buf_add(&c->out, message->data, message->len);
        hop_buf_done(message);
    }
    c->http.close = c->http.close || close || c->d->draining;
    hop_http_server_answered(&c->http, hop_loop_now_ms(c->d->loop));
    after_answer(c);
}

void
hop_httpd_set_body_max(struct hop_httpd_conn *c, uint64_t max)
{
    c->http.parser.body_max = max;
}

void
hop_httpd_set_proven(struct hop_httpd_conn *c)
{
    c->proven = true;
}

void
hop_httpd_hangup(struct hop_httpd_conn *c)
{
    if (c->stage != OPEN || c->out.len == c->sent) {
        doom(c);
        return;
    }
    c->http.close = true;
    c->http.phase = HOP_HTTP_CLOSING;
}

void
hop_httpd_set_data(struct hop_httpd_conn *c, void *data)
{
    c->data = data;
}

void *
hop_httpd_data(const struct hop_httpd_conn *c)
{
    return c->data;
}

const char *
hop_httpd_peer(const struct hop_httpd_conn *c)
{
    return c->peer;
}

uint64_t
hop_httpd_id(const struct hop_httpd_conn *c)
{
    return c->id;
}

const struct hop_tls_info *
hop_httpd_tls(const struct hop_httpd_conn *c)
{
    return c->tls ? hop_tls_get_info(c->tls) : NULL;
}
