/* A wire's second half: what the server answers, unsealed and decoded.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "client/wire_state.h"
#include "http/content.h"

#define IN_BYTES ((size_t)256 << 10)
#define LARGE    ((size_t)32 << 10) /* of an answer: a stream is coming */

static bool
decode_text(struct wire *w, const char *type_text, const char *p, size_t n,
            struct trouble *t)
{
    HOP_AUTO_ARENA struct hop_arena arena;
    struct hop_http_type type;

    hop_arena_init(&arena, 64 << 10);
    if (!hop_http_type_parse(&arena, type_text, &type, &t->err) ||
        !hop_http_text_decode(&w->reply, type.charset, p, n, &t->err))
        return trouble_is(t, HOP_CAUSE_PROTOCOL);
    return true;
}

static bool
open_sealed(struct wire *w, const char *type, struct hop_buf *body,
            struct trouble *t)
{
    HOP_AUTO_ARENA struct hop_arena arena;
    struct hop_http_sealed sealed;
    char *text = body->data;
    size_t total = 0;

    hop_arena_init(&arena, 256 << 10);
    if (w->authn.seal == NULL)
        return trouble_set(t, HOP_CAUSE_PROTOCOL, 0,
                           "%s answers with a sealed message where none was "
                           "agreed",
                           w->settings->endpoint.host);
    if (!hop_http_sealed_decode(
            &arena, type, body->data, body->len,
            (size_t)setting(w->settings, HOP_SET_MAX_ENVELOPE_BYTES) +
                (16 << 10),
            &sealed, &t->err))
        return trouble_is(t, HOP_CAUSE_PROTOCOL);
    for (size_t i = 0; i < sealed.part_count; i++) {
        const struct hop_http_sealed_part *p = &sealed.parts[i];
        char *plain;
        size_t n;
        if (!hop_seal_unwrap(w->authn.seal, p->payload, p->payload_len,
                             p->original_len, &plain, &n, &t->err))
            return trouble_is(t, HOP_CAUSE_PROTOCOL);
        memmove(text + total, plain, n);
        total += n;
    }
    return decode_text(w, sealed.parts[0].type, text, total, t);
}

/* The body as an envelope in w->reply; stays empty when it is none. */
static bool
open_body(struct wire *w, struct hop_buf *body, struct trouble *t)
{
    const char *type = hop_http_head_get(&w->parser.head, "Content-Type");

    if (body->len == 0 || type == NULL)
        return true;
    if (hop_http_is_sealed(type))
        return open_sealed(w, type, body, t);
    if (wire_is_sealed(w)) {
        /* A proxy's page of text, or somebody who wants us to believe it. */
        if (w->status == 200 || strstr(type, "soap"))
            return trouble_set(t, HOP_CAUSE_PROTOCOL, 0,
                               "%s answers a sealed message with one that is "
                               "not; it is not trusted",
                               w->settings->endpoint.host);
        return true;
    }
    if (strstr(type, "soap") == NULL && strstr(type, "xml") == NULL)
        return true;
    return decode_text(w, type, body->data, body->len, t);
}

/* A large answer has arrived: the next request goes out before it is looked at.
 * What does not go out at once does so when the next exchange is stepped. */
static bool
send_follow_up(struct wire *w, struct trouble *t)
{
    struct hop_error ignored;
    size_t put = 0;
    int status = w->status;
    struct hop_buf swap = w->answer;

    w->answer = w->body;
    w->body = swap;
    wire_start_exchange(w, &w->follow_up, w->timeout_ms, w->all_repeats);
    w->status = status;
    if (!wire_write_request(w, t))
        return false;
    if (hop_link_write(w->link, w->out.data, w->out.len, &put, &ignored) ==
        HOP_LINK_OK)
        w->sent = put;
    w->follows = true;
    return true;
}

static enum wire_result
finish_exchange(struct wire *w, struct trouble *t)
{
    w->large = w->body.len >= LARGE;
    hop_buf_clear(&w->reply);
    if (w->large && w->follow_up.len > 0 && w->status == 200 &&
        !w->parser.head.close) {
        if (!send_follow_up(w, t) || !open_body(w, &w->answer, t))
            return wire_give_up(w);
        return WIRE_DONE;
    }
    w->follows = false;
    if (!open_body(w, &w->body, t))
        return wire_give_up(w);
    if (w->parser.head.close) {
        wire_close(w);
    } else {
        hop_http_parser_forget(&w->parser);
        hop_buf_clear(&w->body);
    }
    w->stage = WIRE_IDLE;
    hop_buf_done(&w->envelope);
    return WIRE_DONE;
}

/* A server that has not acted on a body beside the token, or does not like it,
 * or CredSSP's tokens together: from now on each goes alone.  One that says why
 * it refuses would do so again. */
static bool
is_disappointed(const struct wire *w, bool accepted, const struct trouble *t)
{
    const struct authn *a = &w->authn;

    if (a->brief && !accepted)
        return a->mute || t->err.domain == HOP_ERROR_PROTOCOL ||
               t->err.domain == HOP_ERROR_TLS;
    return a->early && w->carries_body && (!accepted || w->body.len == 0);
}

/* Whoever asks decides whether to go there, and as whom. */
static enum wire_result
be_redirected(struct wire *w, struct trouble *t)
{
    const struct endpoint *e = &w->settings->endpoint;
    const char *to = hop_http_head_get(&w->parser.head, "Location");

    free(w->redirect);
    w->redirect = to[0] == '/'
                      ? hop_xasprintf("%s://%s%s", e->tls ? "https" : "http",
                                      e->host_header, to)
                      : hop_xstrdup(to);
    trouble_redirected(t, e->host, w->redirect);
    return wire_give_up(w);
}

static bool
is_redirection(const struct hop_http_head *h)
{
    return (h->status == 301 || h->status == 302 || h->status == 307 ||
            h->status == 308) &&
           hop_http_head_get(h, "Location");
}

/* A whole answer is there: another round of tokens, now the envelope, or the
 * end of the exchange. */
static enum wire_result
take_answer(struct wire *w, struct trouble *t)
{
    bool again = false;

    w->status = w->parser.head.status;
    if (is_redirection(&w->parser.head))
        return be_redirected(w, t);
    if (w->status == 401 && w->authn.state == AUTHN_FINISHED && w->was_used &&
        !w->renewed) {
        w->renewed = true; /* the server has forgotten who we are */
        return wire_start_over(w);
    }
    if (w->authn.state != AUTHN_FINISHED || w->status == 401) {
        bool accepted =
            authn_take(&w->authn, &w->parser.head, &w->value, &again, t);
        if (is_disappointed(w, accepted, t)) {
            w->patient = true;
            hop_error_clear(&t->err);
            t->cause = HOP_CAUSE_NONE;
            return wire_start_over(w);
        }
        if (!accepted)
            return wire_give_up(w);
    }
    if (again || (!w->carries_body && w->envelope.len > 0)) {
        if (w->parser.head.close) {
            trouble_set(t, HOP_CAUSE_PROTOCOL, 0,
                        "%s closes the connection in the middle of the "
                        "authentication",
                        w->settings->endpoint.host);
            return wire_give_up(w);
        }
        if (!again && w->status != 200) {
            trouble_http(t, w->settings, w->status, w->parser.head.reason, "");
            return wire_give_up(w);
        }
        if (!again && authn_is_per_request(&w->authn) &&
            !authn_next(&w->authn, hop_link_tls(w->link), &w->value, t))
            return wire_give_up(w);
        return wire_write_request(w, t) ? WIRE_WAIT : wire_give_up(w);
    }
    return finish_exchange(w, t);
}

static enum wire_result
parse_input(struct wire *w, const char *in, size_t n, struct trouble *t)
{
    while (true) {
        switch (hop_http_parser_step(&w->parser, &in, &n, &t->err)) {
        case HOP_HTTP_BODY:
            hop_buf_add(&w->body, w->parser.piece, w->parser.piece_len);
            break;
        case HOP_HTTP_HEAD:
            if (w->parser.head.framing == HOP_HTTP_LENGTH)
                hop_buf_reserve(&w->body, (size_t)w->parser.head.length);
            break;
        case HOP_HTTP_DONE:
            if (n > 0) {
                trouble_set(t, HOP_CAUSE_PROTOCOL, 0,
                            "%s sends more than it was asked for",
                            w->settings->endpoint.host);
                return wire_give_up(w);
            }
            return take_answer(w, t);
        case HOP_HTTP_BAD:
            hop_error_prefix(&t->err, "the answer of %s",
                             w->settings->endpoint.host);
            trouble_is(t, HOP_CAUSE_PROTOCOL);
            return wire_give_up(w);
        case HOP_HTTP_MORE: return WIRE_WAIT;
        }
    }
}

static enum wire_result
take_eof(struct wire *w, struct trouble *t)
{
    hop_error_clear(&t->err);
    if (w->parser.state == HOP_HTTP_IN_BODY &&
        hop_http_parser_eof(&w->parser, &t->err))
        return take_answer(w, t);
    hop_error_clear(&t->err);
    return wire_lose(w, t, "an answer was awaited");
}

enum wire_result
wire_step_receiving(struct wire *w, struct trouble *t)
{
    if (w->in == NULL)
        w->in = malloc(IN_BYTES);
    if (w->in == NULL)
        return wire_lose(w, t, "memory ran out");
    while (w->stage == WIRE_RECEIVING) {
        size_t got = 0;
        enum wire_result result;
        enum hop_link_result r =
            hop_link_read(w->link, w->in, IN_BYTES, &got, &t->err);
        if (r == HOP_LINK_WAIT)
            return WIRE_WAIT;
        if (r == HOP_LINK_EOF)
            return take_eof(w, t);
        if (r != HOP_LINK_OK)
            return wire_lose(w, t, "an answer was awaited");
        result = parse_input(w, w->in, got, t);
        if (result != WIRE_WAIT)
            return result;
    }
    return WIRE_WAIT;
}
