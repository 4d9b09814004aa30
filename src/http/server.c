/* SPDX-License-Identifier: MIT */
#include "http/server.h"

#include <string.h>

const struct hop_http_limits hop_http_limits_default = {
    .head_ms = 15000,
    .body_ms = 60000,
    .idle_ms = 120000,
    .body_max = 64 << 10,
    .drain_max = 64 << 10,
};

void
hop_http_server_init(struct hop_http_server *s,
                     const struct hop_http_limits *limits, uint64_t now_ms)
{
    *s = (struct hop_http_server){.limits = limits};
    hop_http_parser_init(&s->parser, HOP_HTTP_REQUESTS, limits->body_max);
    hop_buf_init(&s->body, 0);
    s->deadline = now_ms + limits->idle_ms;
}

void
hop_http_server_done(struct hop_http_server *s)
{
    hop_http_parser_done(&s->parser);
    hop_buf_done(&s->body);
}

uint64_t
hop_http_server_deadline(const struct hop_http_server *s)
{
    return s->phase == HOP_HTTP_BUSY || s->phase == HOP_HTTP_HEADED
               ? HOP_HTTP_NEVER
               : s->deadline;
}

static void
close_down(struct hop_http_server *s)
{
    s->phase = HOP_HTTP_CLOSING;
    s->close = true;
}

/* Answers what the parser cannot read; nobody else will. */
static void
answer_bad(struct hop_http_server *s, int status, struct hop_buf *out)
{
    const struct hop_http_response r = {.status = status, .close = true};

    if (!s->answered)
        hop_http_response_encode(out, &r, 0);
    close_down(s);
}

/* The next request may come; between requests a connection holds no memory. */
static void
rest(struct hop_http_server *s, uint64_t now_ms)
{
    hop_http_parser_forget(&s->parser);
    hop_buf_done(&s->body);
    s->parser.body_max = s->limits->body_max;
    s->answered = false;
    if (s->close) {
        close_down(s);
        return;
    }
    s->phase = HOP_HTTP_IDLE;
    s->deadline = now_ms + s->limits->idle_ms;
}

static void
tell_head(struct hop_http_server *s, uint64_t now_ms)
{
    s->phase = HOP_HTTP_HEADED;
    s->deadline = now_ms + s->limits->body_ms;
    s->answered = false;
    s->close = s->parser.head.close;
}

/* The caller has let the body come. */
static void
begin_body(struct hop_http_server *s, uint64_t now_ms, struct hop_buf *out)
{
    const struct hop_http_head *h = &s->parser.head;

    s->phase = HOP_HTTP_READING;
    s->deadline = now_ms + s->limits->body_ms;
    if (h->framing != HOP_HTTP_LENGTH || h->length > s->parser.body_max)
        return;
    if (h->expect_continue && h->length > 0)
        hop_http_continue_encode(out);
    s->body.max = (size_t)s->parser.body_max;
    if (hop_buf_reserve(&s->body, (size_t)h->length))
        hop_buf_commit(&s->body, 0); /* so that it is a string already */
}

/* What an event of the parser means here: true when the caller is to know. */
static bool
take_event(struct hop_http_server *s, enum hop_http_event event,
           uint64_t now_ms, struct hop_buf *out)
{
    switch (event) {
    case HOP_HTTP_HEAD: tell_head(s, now_ms); return true;
    case HOP_HTTP_BODY:
        if (!s->answered)
            hop_buf_add(&s->body, s->parser.piece, s->parser.piece_len);
        return false;
    case HOP_HTTP_DONE:
        if (s->answered) {
            rest(s, now_ms);
            return false;
        }
        s->phase = HOP_HTTP_BUSY;
        return true;
    case HOP_HTTP_BAD: answer_bad(s, s->parser.bad_status, out); return true;
    case HOP_HTTP_MORE: return true;
    }
    return true;
}

enum hop_http_event
hop_http_server_step(struct hop_http_server *s, const char **in, size_t *n,
                     uint64_t now_ms, struct hop_buf *out,
                     struct hop_error *err)
{
    enum hop_http_event event;

    do {
        if (s->phase == HOP_HTTP_BUSY || s->phase == HOP_HTTP_CLOSING)
            return HOP_HTTP_MORE;
        if (s->phase == HOP_HTTP_HEADED)
            begin_body(s, now_ms, out);
        if (s->phase == HOP_HTTP_IDLE && *n > 0) {
            s->phase = HOP_HTTP_READING;
            s->deadline = now_ms + s->limits->head_ms;
        }
        event = hop_http_parser_step(&s->parser, in, n, err);
    } while (!take_event(s, event, now_ms, out));
    return event;
}

/* An answer before the body: short bodies are read and dropped so that the
 * connection lives on; a client that waits for 100 will not send its body, or
 * will, nobody knows: closed. */
static bool
must_close(const struct hop_http_server *s)
{
    const struct hop_http_head *h = &s->parser.head;

    return s->close ||
           (s->phase == HOP_HTTP_HEADED && h->framing == HOP_HTTP_LENGTH &&
            h->length > 0 &&
            (h->expect_continue || h->length > s->limits->drain_max));
}

void
hop_http_server_answered(struct hop_http_server *s, uint64_t now_ms)
{
    s->answered = true;
    if (s->phase == HOP_HTTP_BUSY) {
        rest(s, now_ms);
        return;
    }
    s->parser.body_max = s->limits->drain_max;
    s->deadline = now_ms + s->limits->body_ms;
    if (must_close(s))
        close_down(s);
    else
        s->phase = HOP_HTTP_DRAINING;
}

void
hop_http_server_respond(struct hop_http_server *s,
                        const struct hop_http_response *r, const void *body,
                        size_t body_len, uint64_t now_ms, struct hop_buf *out)
{
    struct hop_http_response with = *r;

    s->close = with.close = r->close || must_close(s);
    hop_http_response_encode(out, &with, body_len);
    hop_buf_add(out, body, body_len);
    hop_http_server_answered(s, now_ms);
}

void
hop_http_server_timeout(struct hop_http_server *s, struct hop_buf *out)
{
    if (s->phase == HOP_HTTP_IDLE)
        close_down(s);
    else
        answer_bad(s, 408, out);
}
