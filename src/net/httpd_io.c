/* Bytes of the HTTP server's connections, in and out.
 *
 * SPDX-License-Identifier: MIT
 */
#include "net/httpd_state.h"

#include <errno.h>
#include <sys/socket.h>

#define PIPELINE_MAX ((size_t)64 << 10) /* bytes kept behind a request */

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
    httpd_arm_for(c);
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

void
httpd_flush(struct hop_httpd_conn *c)
{
    bool again = false;

    if (c->stage != OPEN)
        return;
    while (c->sent < c->out.len && !again)
        if (!send_some(c, &again)) {
            httpd_doom(c);
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
        httpd_arm_for(c);
}

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
            httpd_doom(c);
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
        httpd_doom(c);
    }
    return false;
}

void
httpd_pump(struct hop_httpd_conn *c)
{
    if (c->pumping || c->stage == DOOMED)
        return;
    c->pumping = true;
    if (c->stage != HANDSHAKE || shake_hands(c)) {
        if (c->stage == OPEN && c->in.len > 0)
            take_bytes(c, "", 0);
        read_all(c);
        httpd_flush(c);
    }
    c->pumping = false;
    watch(c);
    if (c->stage != DOOMED)
        httpd_arm_for(c);
}

void
httpd_on_event(void *ctx, int fd, unsigned events)
{
    struct hop_httpd_conn *c = ctx;

    (void)fd;
    /* The end of the peer's side while nothing is read from it: a client that
     * has gone during a long poll. */
    if ((events & HOP_WATCH_CLOSED) && !(events & HOP_WATCH_READ)) {
        httpd_doom(c);
        return;
    }
    if (events & HOP_WATCH_WRITE)
        httpd_flush(c);
    httpd_pump(c);
}
