/* The lists a connection of the HTTP server is on, its deadlines, its end.
 *
 * SPDX-License-Identifier: MIT
 */
#include "net/httpd_state.h"

#include <stdlib.h>
#include <unistd.h>

#define SWEEP_MS 100 /* deadlines are kept this exactly */

void
httpd_link_conn(struct hop_httpd *d, struct hop_httpd_conn *c)
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

void
httpd_reap(void *ctx)
{
    struct hop_httpd *d = ctx;

    while (d->doomed) {
        struct hop_httpd_conn *c = d->doomed;
        d->doomed = c->doomed_next;
        free_conn(c);
    }
}

/* Freed from the loop, never under the feet of a caller. */
void
httpd_doom(struct hop_httpd_conn *c)
{
    if (c->stage == DOOMED)
        return;
    c->stage = DOOMED;
    hop_watch_set(c->watch, 0);
    c->doomed_next = c->d->doomed;
    c->d->doomed = c;
    hop_timer_start(c->d->reap, 0);
}

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

void
httpd_arm_for(struct hop_httpd_conn *c)
{
    arm(c->d, deadline_of(c), hop_loop_now_ms(c->d->loop));
}

static void
expire(struct hop_httpd_conn *c)
{
    struct hop_error err = {0};
    bool idle = c->http.phase == HOP_HTTP_IDLE;

    if (c->stage != OPEN || c->out.len > c->sent) {
        httpd_doom(c);
        return;
    }
    hop_http_server_timeout(&c->http, &c->out);
    if (!idle && c->d->events->on_refused) {
        hop_error_set(&err, HOP_ERROR_HTTP, 408,
                      "HTTP: the request did not arrive in time");
        c->d->events->on_refused(c->d->ctx, c, 408, &err);
    }
    httpd_flush(c);
}

void
httpd_sweep(void *ctx)
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
