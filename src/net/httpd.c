/* SPDX-License-Identifier: MIT */
#include "net/httpd.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "net/httpd_state.h"

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

struct hop_httpd_conn *
hop_httpd_find(struct hop_httpd *d, uint64_t id)
{
    struct hop_httpd_conn *c = d->buckets[id % BUCKETS];

    while (c && c->id != id)
        c = c->bucket_next;
    return c && c->stage != DOOMED ? c : NULL;
}

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
    d->sweep = hop_timer_new(loop, httpd_sweep, d);
    d->reap = hop_timer_new(loop, httpd_reap, d);
    d->resume = hop_timer_new(loop, httpd_resume_accepting, d);
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
        httpd_doom(c);
    httpd_reap(d);
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
    l->watch = hop_watch_new(d->loop, fd, HOP_WATCH_READ, httpd_on_accept, l);
    d->listeners = l;
    (void)err;
    return true;
}

void
hop_httpd_unlisten(struct hop_httpd *d, int fd)
{
    for (struct listener **link = &d->listeners; *link; link = &(*link)->next) {
        struct listener *l = *link;
        if (l->fd != fd)
            continue;
        *link = l->next;
        hop_watch_free(l->watch);
        close(l->fd);
        free(l);
        return;
    }
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
        httpd_format_peer(peer, sizeof(peer), &at, len);
    return httpd_add_conn(d, fd, context, peer, err);
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
            httpd_doom(c);
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
            httpd_flush(c); /* an early answer does not wait for the body */
        return;
    }
    httpd_flush(c);
    httpd_pump(c);
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
        httpd_doom(c);
    else
        after_answer(c);
}

void
hop_httpd_respond_raw(struct hop_httpd_conn *c, struct hop_buf *message,
                      bool close)
{
    if (c->stage != OPEN || !hop_buf_ok(message)) {
        hop_buf_done(message);
        httpd_doom(c);
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
        httpd_doom(c);
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
