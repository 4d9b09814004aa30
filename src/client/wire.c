/* SPDX-License-Identifier: MIT */
#include "client/wire.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "http/content.h"
#include "http/message.h"
#include "net/clock.h"

#define IN_BYTES ((size_t)256 << 10)
#define RETRY_MS 500
#define SOUND_MS 5000 /* a connection that lasted so long was a good one */
/* Servers read but so much from somebody they do not know yet. */
#define EARLY_MAX ((size_t)32 << 10)
#define LARGE     ((size_t)32 << 10) /* of an answer: a stream is coming */
/* Room beside the envelope for sealing and multipart lines. */
#define BODY_SLACK ((uint64_t)64 << 10)

void
wire_init(struct wire *w, const struct settings *s)
{
    *w = (struct wire){.settings = s};
    w->value.secret = true;
    w->out.secret = true;
    hop_http_parser_init(&w->parser, HOP_HTTP_RESPONSES, 0);
}

void
wire_close(struct wire *w)
{
    hop_link_free(w->link);
    w->link = NULL;
    authn_done(&w->authn);
    hop_http_parser_done(&w->parser);
    hop_buf_done(&w->value);
    hop_buf_clear(&w->out);
    hop_buf_clear(&w->body);
    w->sent = 0;
    w->stage = WIRE_IDLE;
}

void
wire_done(struct wire *w)
{
    wire_close(w);
    hop_buf_done(&w->envelope);
    hop_buf_done(&w->follow_up);
    hop_buf_done(&w->out);
    hop_buf_done(&w->body);
    hop_buf_done(&w->answer);
    hop_buf_done(&w->reply);
    free(w->in);
    w->in = NULL;
}

static void
start_exchange(struct wire *w, struct hop_buf *envelope, uint32_t timeout_ms,
               unsigned repeats)
{
    hop_buf_done(&w->envelope);
    w->envelope = *envelope;
    *envelope = (struct hop_buf)HOP_BUF_INIT;
    w->follows = false;
    w->timeout_ms = timeout_ms;
    w->was_used = w->link != NULL;
    w->repeats = w->all_repeats = repeats;
    w->not_before = 0;
    w->renewed = false;
    w->status = 0;
    w->stage = WIRE_DIALLING;
}

void
wire_begin(struct wire *w, struct hop_buf *envelope, uint32_t timeout_ms,
           unsigned repeats)
{
    hop_buf_done(&w->follow_up);
    start_exchange(w, envelope, timeout_ms, repeats);
}

void
wire_follow(struct wire *w, struct hop_buf *envelope)
{
    hop_buf_done(&w->follow_up);
    w->follow_up = *envelope;
    *envelope = (struct hop_buf)HOP_BUF_INIT;
}

void
wire_begin_open(struct wire *w, uint32_t timeout_ms)
{
    struct hop_buf none = HOP_BUF_INIT;

    wire_begin(w, &none, timeout_ms, 1);
}

static enum wire_result
give_up(struct wire *w)
{
    wire_close(w);
    return WIRE_FAILED;
}

/* Begins the exchange anew on another connection. */
static enum wire_result
start_over(struct wire *w)
{
    wire_close(w);
    w->was_used = false;
    w->born = net_now_ms(); /* until it stands */
    w->stage = WIRE_DIALLING;
    return WIRE_WAIT;
}

static enum wire_result
lose(struct wire *w, struct trouble *t, const char *what)
{
    HOP_AUTO_FREE char *peer = hop_xstrdup(hop_link_peer(w->link));
    HOP_AUTO_FREE char *why = hop_xstrdup(t->err.text);

    bool sound = net_now_ms() - w->born >= SOUND_MS;

    if (sound)
        w->repeats = w->all_repeats;
    if (w->repeats > 0) {
        w->repeats--;
        /* At once when the server had only closed an idle connection. */
        w->not_before = net_now_ms() + (w->was_used || sound ? 0 : RETRY_MS);
        hop_error_clear(&t->err);
        return start_over(w);
    }
    wire_close(w);
    trouble_set(
        t, HOP_CAUSE_LOST, 0, "the connection to %s (%s) was lost while %s%s%s",
        w->settings->endpoint.host, peer, what, why[0] ? ": " : "", why);
    return WIRE_FAILED;
}

/* ---- sending ---- */

static bool
is_sealed(const struct wire *w)
{
    return w->authn.seal != NULL && !w->settings->endpoint.tls;
}

static bool
add_sealed_body(struct wire *w, struct hop_buf *body, struct trouble *t)
{
    HOP_AUTO_BUF struct hop_buf payload = HOP_BUF_INIT;
    size_t length = 0;

    if (!hop_seal_wrap(w->authn.seal, w->envelope.data, w->envelope.len,
                       &payload, &length, &t->err))
        return trouble_is(t, HOP_CAUSE_CREDENTIAL);
    hop_buf_reserve(body, payload.len + 512);
    hop_http_sealed_begin(body, w->authn.sealing, HOP_HTTP_SOAP_UTF8, length);
    hop_buf_add(body, payload.data, payload.len);
    hop_http_sealed_end(body);
    return true;
}

static void
encode_request(struct wire *w, const char *type, const char *body, size_t n)
{
    struct hop_http_header headers[4] = {
        {"User-Agent", "Hop"},
        {"Content-Type", type},
    };
    struct hop_http_request r = {
        .target = w->settings->endpoint.path,
        .host = w->settings->endpoint.host_header,
        .headers = headers,
        .header_count = 2,
    };

    if (w->value.len > 0)
        headers[r.header_count++] =
            (struct hop_http_header){"Authorization", w->value.data};
    hop_buf_clear(&w->out);
    hop_buf_reserve(&w->out, n + 1024 + w->value.len);
    hop_http_request_encode(&w->out, &r, n);
    hop_buf_add(&w->out, body, n);
    w->sent = 0;
    w->messages++;
    w->stage = WIRE_SENDING;
    w->deadline = net_now_ms() + w->timeout_ms;
}

/* The next request: the envelope when everything is ready for it, otherwise an
 * empty one that carries a token. */
static bool
write_request(struct wire *w, struct trouble *t)
{
    HOP_AUTO_BUF struct hop_buf body = HOP_BUF_INIT;
    bool ready = w->authn.state == AUTHN_FINISHED || w->authn.early ||
                 authn_is_per_request(&w->authn);

    w->carries_body = ready && w->envelope.len > 0;
    if (w->carries_body && is_sealed(w)) {
        if (!add_sealed_body(w, &body, t))
            return false;
        encode_request(w, hop_http_sealed_type(w->authn.sealing, 1), body.data,
                       body.len);
    } else if (w->carries_body) {
        encode_request(w, HOP_HTTP_SOAP_UTF8, w->envelope.data,
                       w->envelope.len);
    } else {
        encode_request(w, HOP_HTTP_SOAP_UTF8, "", 0);
    }
    hop_buf_clear(&w->value);
    if (!hop_buf_ok(&w->out))
        return trouble_set(t, HOP_CAUSE_USAGE, 0,
                           "the request to %s cannot be written: a setting "
                           "holds characters that no header may have",
                           w->settings->endpoint.host);
    return true;
}

/* A new connection: who we are, and how many bytes an answer may have. */
static bool
start_http(struct wire *w, struct trouble *t)
{
    uint64_t max =
        (uint64_t)setting(w->settings, HOP_SET_MAX_ENVELOPE_BYTES) + BODY_SLACK;

    w->born = net_now_ms();
    hop_http_parser_done(&w->parser);
    hop_http_parser_init(&w->parser, HOP_HTTP_RESPONSES, max);
    authn_init(&w->authn, w->settings,
               !w->patient && w->envelope.len > 0 &&
                   w->envelope.len <= EARLY_MAX);
    return authn_next(&w->authn, hop_link_tls(w->link), &w->value, t);
}

static enum wire_result
step_dialling(struct wire *w, struct trouble *t)
{
    const struct settings *s = w->settings;
    enum hop_dial_failure failure = HOP_DIAL_OTHER;
    enum hop_link_result r;

    if (w->link == NULL) {
        if (net_now_ms() < w->not_before)
            return WIRE_WAIT;
        const struct hop_dial_target target = {
            .host = s->endpoint.host,
            .port = s->endpoint.port,
            .proxy = s->proxy,
            .proxy_authorization = s->proxy_authorization,
            .tls = s->tls,
            .timeout_ms = (uint32_t)setting(s, HOP_SET_CONNECT_TIMEOUT_MS),
        };
        w->authn = (struct authn){.settings = s};
        w->link = hop_link_dial(&target, &failure, &t->err);
        if (w->link == NULL) {
            trouble_dial(t, s, failure);
            return give_up(w);
        }
    }
    r = hop_link_connect(w->link, &failure, &t->err);
    if (r == HOP_LINK_WAIT)
        return WIRE_WAIT;
    if (r != HOP_LINK_OK && w->not_before > 0 && w->repeats > 0)
        return lose(w, t, "it was set up"); /* a server that restarts */
    if (r != HOP_LINK_OK) {
        trouble_dial(t, s, failure);
        return give_up(w);
    }
    if (!w->was_used && !start_http(w, t))
        return give_up(w);
    if (w->was_used && authn_is_per_request(&w->authn) &&
        !authn_next(&w->authn, hop_link_tls(w->link), &w->value, t))
        return give_up(w);
    return write_request(w, t) ? WIRE_DONE : give_up(w);
}

static enum wire_result
step_sending(struct wire *w, struct trouble *t)
{
    while (w->sent < w->out.len) {
        size_t put = 0;
        enum hop_link_result r =
            hop_link_write(w->link, w->out.data + w->sent, w->out.len - w->sent,
                           &put, &t->err);
        if (r == HOP_LINK_WAIT)
            return WIRE_WAIT;
        if (r != HOP_LINK_OK)
            return lose(w, t, "a request was sent");
        w->sent += put;
    }
    hop_buf_clear(&w->out);
    hop_buf_clear(&w->body);
    w->stage = WIRE_RECEIVING;
    return WIRE_DONE;
}

/* ---- receiving ---- */

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
        if (!decode_text(w, p->type, plain, n, t))
            return false;
    }
    return true;
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
    if (is_sealed(w)) {
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
    start_exchange(w, &w->follow_up, w->timeout_ms, w->all_repeats);
    w->status = status;
    if (!write_request(w, t))
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
            return give_up(w);
        return WIRE_DONE;
    }
    w->follows = false;
    if (!open_body(w, &w->body, t))
        return give_up(w);
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

/* A server that has not acted on a body beside the token, or does not like it:
 * from now on the token goes first. */
static bool
is_disappointed(const struct wire *w, bool accepted)
{
    return w->authn.early && w->carries_body && (!accepted || w->body.len == 0);
}

/* A whole answer is there: another round of tokens, now the envelope, or the
 * end of the exchange. */
static enum wire_result
take_answer(struct wire *w, struct trouble *t)
{
    bool again = false;

    w->status = w->parser.head.status;
    if (w->status == 401 && w->authn.state == AUTHN_FINISHED && w->was_used &&
        !w->renewed) {
        w->renewed = true; /* the server has forgotten who we are */
        return start_over(w);
    }
    if (w->authn.state != AUTHN_FINISHED || w->status == 401) {
        bool accepted =
            authn_take(&w->authn, &w->parser.head, &w->value, &again, t);
        if (is_disappointed(w, accepted)) {
            w->patient = true;
            hop_error_clear(&t->err);
            t->cause = HOP_CAUSE_NONE;
            return start_over(w);
        }
        if (!accepted)
            return give_up(w);
    }
    if (again || (!w->carries_body && w->envelope.len > 0)) {
        if (w->parser.head.close) {
            trouble_set(t, HOP_CAUSE_PROTOCOL, 0,
                        "%s closes the connection in the middle of the "
                        "authentication",
                        w->settings->endpoint.host);
            return give_up(w);
        }
        if (!again && w->status != 200) {
            trouble_http(t, w->settings, w->status, w->parser.head.reason, "");
            return give_up(w);
        }
        if (!again && authn_is_per_request(&w->authn) &&
            !authn_next(&w->authn, hop_link_tls(w->link), &w->value, t))
            return give_up(w);
        return write_request(w, t) ? WIRE_WAIT : give_up(w);
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
                return give_up(w);
            }
            return take_answer(w, t);
        case HOP_HTTP_BAD:
            hop_error_prefix(&t->err, "the answer of %s",
                             w->settings->endpoint.host);
            trouble_is(t, HOP_CAUSE_PROTOCOL);
            return give_up(w);
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
    return lose(w, t, "an answer was awaited");
}

static enum wire_result
step_receiving(struct wire *w, struct trouble *t)
{
    if (w->in == NULL)
        w->in = malloc(IN_BYTES);
    if (w->in == NULL)
        return lose(w, t, "memory ran out");
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
            return lose(w, t, "an answer was awaited");
        result = parse_input(w, w->in, got, t);
        if (result != WIRE_WAIT)
            return result;
    }
    return WIRE_WAIT;
}

static enum wire_result
expire(struct wire *w, struct trouble *t)
{
    wire_close(w);
    trouble_set(t, HOP_CAUSE_LOST, 0x80338126,
                "%s has not answered for %u s; the host or the network has "
                "failed, or the server is overloaded (0x80338126 "
                "ERROR_WSMAN_NETWORK_TIMEDOUT)",
                w->settings->endpoint.host, w->timeout_ms / 1000);
    return WIRE_FAILED;
}

enum wire_result
wire_step(struct wire *w, struct trouble *t)
{
    while (true) {
        enum wire_stage before = w->stage;
        enum wire_result r = WIRE_DONE;
        switch (before) {
        case WIRE_IDLE: return WIRE_DONE;
        case WIRE_DIALLING: r = step_dialling(w, t); break;
        case WIRE_SENDING: r = step_sending(w, t); break;
        case WIRE_RECEIVING: r = step_receiving(w, t); break;
        }
        if (r == WIRE_FAILED || w->stage == WIRE_IDLE ||
            (before == WIRE_RECEIVING && r == WIRE_DONE))
            return r;
        if (r == WIRE_WAIT && w->stage == before)
            break;
    }
    if (w->stage != WIRE_DIALLING && net_now_ms() >= w->deadline)
        return expire(w, t);
    return WIRE_WAIT;
}

int
wire_wants(const struct wire *w, short *events, int *wait_ms)
{
    int fd = -1;

    *events = 0;
    *wait_ms = -1;
    if (w->link)
        fd = hop_link_wants(w->link, events, wait_ms);
    else if (w->stage == WIRE_DIALLING)
        *wait_ms = (int)(w->not_before - net_now_ms()) + 1;
    if (w->stage == WIRE_SENDING || w->stage == WIRE_RECEIVING) {
        uint64_t now = net_now_ms();
        *wait_ms = w->deadline > now ? (int)(w->deadline - now) : 0;
    }
    return fd;
}

enum wire_result
wire_finish(struct wire *w, struct trouble *t)
{
    while (true) {
        struct pollfd p = {.fd = -1};
        int wait_ms = -1;
        enum wire_result r = wire_step(w, t);
        if (r != WIRE_WAIT)
            return r;
        p.fd = wire_wants(w, &p.events, &wait_ms);
        (void)poll(&p, 1, wait_ms);
    }
}
