/* SPDX-License-Identifier: MIT */
#include "client/wire.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "client/wire_state.h"
#include "http/content.h"
#include "http/message.h"
#include "net/clock.h"

#define RETRY_MS 500
#define SOUND_MS 5000 /* a connection that lasted so long was a good one */
/* Servers read but so much from somebody they do not know yet. */
#define EARLY_MAX ((size_t)32 << 10)
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
    free(w->redirect);
    w->redirect = NULL;
}

static const char *
soap_type(const struct wire *w)
{
    return setting(w->settings, HOP_SET_UTF16) ? HOP_HTTP_SOAP_UTF16
                                               : HOP_HTTP_SOAP_UTF8;
}

/* With the mark of its byte order, as WinRM writes it. */
static void
widen(struct hop_buf *envelope)
{
    struct hop_buf wide = {.secret = envelope->secret};

    hop_buf_add(&wide, "\xFF\xFE", 2);
    hop_utf16le_from_utf8(&wide, hop_buf_str(envelope), envelope->len);
    hop_buf_done(envelope);
    *envelope = wide;
}

void
wire_start_exchange(struct wire *w, struct hop_buf *envelope,
                    uint32_t timeout_ms, unsigned repeats)
{
    hop_buf_done(&w->envelope);
    w->envelope = *envelope;
    *envelope = (struct hop_buf)HOP_BUF_INIT;
    if (w->envelope.len > 0 && setting(w->settings, HOP_SET_UTF16))
        widen(&w->envelope);
    w->follows = false;
    w->timeout_ms = timeout_ms;
    w->was_used = w->link != NULL;
    w->repeats = w->all_repeats = repeats;
    w->not_before = 0;
    w->renewed = false;
    free(w->redirect);
    w->redirect = NULL;
    w->status = 0;
    w->stage = WIRE_DIALLING;
}

void
wire_begin(struct wire *w, struct hop_buf *envelope, uint32_t timeout_ms,
           unsigned repeats)
{
    hop_buf_done(&w->follow_up);
    wire_start_exchange(w, envelope, timeout_ms, repeats);
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

enum wire_result
wire_give_up(struct wire *w)
{
    wire_close(w);
    return WIRE_FAILED;
}

/* Begins the exchange anew on another connection. */
enum wire_result
wire_start_over(struct wire *w)
{
    wire_close(w);
    w->was_used = false;
    w->born = net_now_ms(); /* until it stands */
    w->stage = WIRE_DIALLING;
    return WIRE_WAIT;
}

enum wire_result
wire_lose(struct wire *w, struct trouble *t, const char *what)
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
        return wire_start_over(w);
    }
    wire_close(w);
    trouble_set(
        t, HOP_CAUSE_LOST, 0, "the connection to %s (%s) was lost while %s%s%s",
        w->settings->endpoint.host, peer, what, why[0] ? ": " : "", why);
    return WIRE_FAILED;
}

bool
wire_is_sealed(const struct wire *w)
{
    return w->authn.seal != NULL && !w->settings->endpoint.tls;
}

/* In parts as large as the sealing takes them: one, but for CredSSP. */
static bool
add_sealed_body(struct wire *w, struct hop_buf *body, size_t *parts,
                struct trouble *t)
{
    HOP_AUTO_BUF struct hop_buf payload = HOP_BUF_INIT;
    size_t chunk = hop_seal_chunk(w->authn.seal), length = 0;

    for (size_t at = 0; at < w->envelope.len; at += chunk, ++*parts) {
        size_t left = w->envelope.len - at;

        hop_buf_clear(&payload);
        if (!hop_seal_wrap(w->authn.seal, w->envelope.data + at,
                           left < chunk ? left : chunk, &payload, &length,
                           &t->err))
            return trouble_is(t, HOP_CAUSE_CREDENTIAL);
        if (at == 0)
            hop_buf_reserve(body,
                            w->envelope.len + w->envelope.len / 32 + 1024);
        hop_http_sealed_begin(body, w->authn.sealing, soap_type(w), length);
        hop_buf_add(body, payload.data, payload.len);
    }
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
    /* Servers answer Identify without a logon when it is told in the head. */
    if (setting(w->settings, HOP_SET_AUTH) == HOP_USE_NONE)
        headers[r.header_count++] =
            (struct hop_http_header){"WSMANIDENTIFY", "unauthenticated"};
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
bool
wire_write_request(struct wire *w, struct trouble *t)
{
    HOP_AUTO_BUF struct hop_buf body = HOP_BUF_INIT;
    size_t parts = 0;
    bool ready = w->authn.state == AUTHN_FINISHED || w->authn.early ||
                 authn_is_per_request(&w->authn);

    w->carries_body = ready && w->envelope.len > 0;
    if (w->carries_body && wire_is_sealed(w)) {
        if (!add_sealed_body(w, &body, &parts, t))
            return false;
        encode_request(w, hop_http_sealed_type(w->authn.sealing, parts),
                       body.data, body.len);
    } else if (w->carries_body) {
        encode_request(w, soap_type(w), w->envelope.data, w->envelope.len);
    } else {
        encode_request(w, soap_type(w), "", 0);
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
    uint64_t max = (uint64_t)setting(w->settings, HOP_SET_MAX_ENVELOPE_BYTES);

    w->born = net_now_ms();
    hop_http_parser_done(&w->parser);
    hop_http_parser_init(&w->parser, HOP_HTTP_RESPONSES,
                         max + max / 32 + BODY_SLACK);
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

    /* Nothing is lost yet: this costs none of the repeats. */
    if (w->link && w->was_used && hop_link_is_dead(w->link)) {
        w->not_before = net_now_ms();
        (void)wire_start_over(w);
    }
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
            return wire_give_up(w);
        }
    }
    r = hop_link_connect(w->link, &failure, &t->err);
    if (r == HOP_LINK_WAIT)
        return WIRE_WAIT;
    if (r != HOP_LINK_OK && w->not_before > 0 && w->repeats > 0)
        return wire_lose(w, t, "it was set up"); /* a server that restarts */
    if (r != HOP_LINK_OK) {
        trouble_dial(t, s, failure);
        return wire_give_up(w);
    }
    if (!w->was_used && !start_http(w, t))
        return wire_give_up(w);
    if (w->was_used && authn_is_per_request(&w->authn) &&
        !authn_next(&w->authn, hop_link_tls(w->link), &w->value, t))
        return wire_give_up(w);
    return wire_write_request(w, t) ? WIRE_DONE : wire_give_up(w);
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
            return wire_lose(w, t, "a request was sent");
        w->sent += put;
    }
    hop_buf_clear(&w->out);
    hop_buf_clear(&w->body);
    w->stage = WIRE_RECEIVING;
    return WIRE_DONE;
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
        case WIRE_RECEIVING: r = wire_step_receiving(w, t); break;
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
    if (w->stage == WIRE_SENDING && w->sent < w->out.len)
        *events |= POLLOUT;
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
