/* New connections of the HTTP server.
 *
 * SPDX-License-Identifier: MIT
 */
#include "net/httpd_state.h"

#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "net/socket.h"

#define ACCEPTS        64  /* per round of the loop */
#define ACCEPT_WAIT_MS 100 /* without descriptors */

void
httpd_format_peer(char *out, size_t size, const struct sockaddr_storage *at,
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
            httpd_doom(c);
            httpd_reap(d);
            return true;
        }
    return false;
}

/* Takes the descriptor. */
bool
httpd_add_conn(struct hop_httpd *d, int fd, struct hop_tls_context *context,
               const char *peer, struct hop_error *err)
{
    struct hop_httpd_conn *c;
    struct hop_tls *tls = NULL;
    uint64_t now = hop_loop_now_ms(d->loop);

    net_socket_tune(fd);
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
                             httpd_on_event, c);
    httpd_link_conn(d, c);
    httpd_arm_for(c);
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
    httpd_format_peer(peer, sizeof(peer), &at, len);
    if (is_crowded(d, peer) || !make_room(d))
        close(fd);
    else if (!httpd_add_conn(d, fd, l->tls ? d->tls : NULL, peer, &err))
        return true;
    return true;
}

void
httpd_on_accept(void *ctx, int fd, unsigned events)
{
    struct listener *l = ctx;

    (void)fd;
    (void)events;
    for (int i = 0; i < ACCEPTS && !l->d->draining; i++)
        if (!accept_one(l))
            return;
}

void
httpd_resume_accepting(void *ctx)
{
    struct hop_httpd *d = ctx;

    for (struct listener *l = d->listeners; l != NULL && !d->draining;
         l = l->next)
        hop_watch_set(l->watch, HOP_WATCH_READ);
}
