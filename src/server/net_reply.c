/* Answers of hopd-net: HTTP status, SOAP envelope, sealing.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/guid.h"
#include "http/auth.h"
#include "http/content.h"
#include "http/message.h"
#include "server/net_state.h"

#define HEADERS_MAX 8

static const char *const scheme_names[] = {
    [HOP_SCHEME_NEGOTIATE] = "Negotiate",
    [HOP_SCHEME_KERBEROS] = "Kerberos",
    [HOP_SCHEME_CREDSSP] = "CredSSP",
};

void
net_conn_finish(struct net_conn *c)
{
    net_shell_unwait(c);
    if (c->has_request)
        hop_wsman_message_done(&c->request);
    c->has_request = false;
    c->head = NULL;
    c->body = NULL;
    c->sealed = c->parked = false;
    hop_buf_done(&c->token);
}

/* The last token of the exchange: the server's proof, and for NTLM's SPNEGO the
 * mechListMIC; it rides on the first answer. */
static void
add_token(struct net_conn *c, struct hop_http_header *headers, size_t *count,
          struct hop_buf *value)
{
    if (c->token.len == 0 || c->scheme > HOP_SCHEME_CREDSSP)
        return;
    hop_http_auth_format(value, scheme_names[c->scheme], c->token.data,
                         c->token.len);
    headers[(*count)++] =
        (struct hop_http_header){"WWW-Authenticate", hop_buf_str(value)};
}

void
net_reply_status(struct net_conn *c, int status)
{
    HOP_AUTO_BUF struct hop_buf token = HOP_BUF_INIT;
    struct hop_http_header headers[HEADERS_MAX];
    struct hop_http_response r = {.status = status, .headers = headers};
    struct hop_httpd_conn *http = c->http;

    add_token(c, headers, &r.header_count, &token);
    net_conn_finish(c);
    hop_httpd_respond(http, &r, NULL, 0);
}

void
net_reply_challenge(struct net_conn *c, const char *scheme_token)
{
    static const struct {
        enum hop_config_id setting;
        bool tls_only;
        const char *value;
    } schemes[] = {
        {HOP_SET_SERVICE_AUTH_NEGOTIATE, false, "Negotiate"},
        {HOP_SET_SERVICE_AUTH_KERBEROS, false, "Kerberos"},
        {HOP_SET_SERVICE_AUTH_CREDSSP, false, "CredSSP"},
        {HOP_SET_SERVICE_AUTH_BASIC, true, "Basic realm=\"WSMAN\""},
    };
    struct hop_http_header headers[HEADERS_MAX];
    struct hop_http_response r = {.status = 401, .headers = headers};
    struct hop_httpd_conn *http = c->http;

    if (scheme_token)
        headers[r.header_count++] =
            (struct hop_http_header){"WWW-Authenticate", scheme_token};
    for (size_t i = 0; !scheme_token && i < HOP_ARRAY_SIZE(schemes); i++) {
        if (hop_config_bool(&c->net->config, schemes[i].setting) &&
            (!schemes[i].tls_only || hop_httpd_tls(http)))
            headers[r.header_count++] =
                (struct hop_http_header){"WWW-Authenticate", schemes[i].value};
    }
    net_conn_finish(c);
    hop_httpd_respond(http, &r, NULL, 0);
}

static enum hop_http_sealing
sealing_of(const struct net_conn *c)
{
    switch (c->scheme) {
    case HOP_SCHEME_KERBEROS: return HOP_HTTP_KERBEROS;
    case HOP_SCHEME_CREDSSP: return HOP_HTTP_CREDSSP;
    default: return HOP_HTTP_SPNEGO;
    }
}

/* A body of parts as large as the sealing takes them: one, but for CredSSP.
 * All but the last are alike in length. */
struct sealed_body {
    size_t parts, full; /* sealed bytes of each but the last */
    struct hop_buf begin, begin_last, end;
};

static void
free_body(struct sealed_body *b)
{
    hop_buf_done(&b->begin);
    hop_buf_done(&b->begin_last);
    hop_buf_done(&b->end);
}

/* The sealed bytes, one part behind the other, go to n->payload. */
static bool
seal_body(struct net_conn *c, struct sealed_body *b, struct hop_error *err)
{
    struct net *n = c->net;
    size_t chunk = hop_seal_chunk(c->seal), at = 0, length = 0;

    hop_buf_clear(&n->payload);
    for (; n->envelope.len - at > chunk; at += chunk, b->parts++) {
        size_t before = n->payload.len;

        if (!hop_seal_wrap(c->seal, n->envelope.data + at, chunk, &n->payload,
                           &length, err))
            return false;
        b->full = n->payload.len - before;
    }
    if (b->parts > 0)
        hop_http_sealed_begin(&b->begin, sealing_of(c), HOP_HTTP_SOAP_UTF8,
                              length);
    if (!hop_seal_wrap(c->seal, n->envelope.data + at, n->envelope.len - at,
                       &n->payload, &length, err))
        return false;
    b->parts++;
    hop_http_sealed_begin(&b->begin_last, sealing_of(c), HOP_HTTP_SOAP_UTF8,
                          length);
    hop_http_sealed_end(&b->end);
    return true;
}

static size_t
measure_body(const struct net *n, const struct sealed_body *b)
{
    return n->payload.len + (b->parts - 1) * b->begin.len + b->begin_last.len +
           b->end.len;
}

static void
put_body(const struct net *n, const struct sealed_body *b, struct hop_buf *out)
{
    size_t at = 0;

    for (size_t k = 1; k < b->parts; k++, at += b->full) {
        hop_buf_add(out, b->begin.data, b->begin.len);
        hop_buf_add(out, n->payload.data + at, b->full);
    }
    hop_buf_add(out, b->begin_last.data, b->begin_last.len);
    hop_buf_add(out, n->payload.data + at, n->payload.len - at);
    hop_buf_add(out, b->end.data, b->end.len);
}

/* Head and body in one buffer: one write. */
static void
reply_sealed(struct net_conn *c, struct hop_http_response *r,
             struct hop_http_header *headers)
{
    HOP_CLEANUP(free_body) struct sealed_body body = {0};
    struct hop_buf message = HOP_BUF_INIT;
    struct hop_httpd_conn *http = c->http;
    struct hop_error err;
    size_t size;

    if (!seal_body(c, &body, &err)) {
        hop_journal(HOP_EVENT_TROUBLE,
                    HOP_FIELDS("CLIENT", hop_httpd_peer(c->http)),
                    "an answer cannot be sealed: %s", err.text);
        hop_httpd_hangup(c->http);
        return;
    }
    headers[r->header_count++] = (struct hop_http_header){
        "Content-Type", hop_http_sealed_type(sealing_of(c), body.parts)};
    size = measure_body(c->net, &body);
    hop_buf_reserve(&message, size + 1024);
    hop_http_response_encode(&message, r, size);
    put_body(c->net, &body, &message);
    net_conn_finish(c);
    hop_httpd_respond_raw(http, &message, false);
}

void
net_reply_envelope(struct net_conn *c, int status)
{
    HOP_AUTO_BUF struct hop_buf token = HOP_BUF_INIT;
    struct hop_http_header headers[HEADERS_MAX];
    struct hop_http_response r = {.status = status, .headers = headers};

    add_token(c, headers, &r.header_count, &token);
    if (c->sealed) {
        reply_sealed(c, &r, headers);
        return;
    }
    headers[r.header_count++] =
        (struct hop_http_header){"Content-Type", HOP_HTTP_SOAP_UTF8};
    struct hop_httpd_conn *http = c->http;
    struct net *n = c->net;
    net_conn_finish(c);
    hop_httpd_respond(http, &r, n->envelope.data, n->envelope.len);
}

void
net_reply_init(struct net_conn *c, struct hop_wsman_message *answer,
               enum hop_wsman_kind kind, char id[NET_MESSAGE_ID])
{
    struct hop_guid guid;
    char text[HOP_GUID_TEXT];

    hop_guid_new(&guid);
    hop_guid_format(&guid, true, text);
    snprintf(id, NET_MESSAGE_ID, "uuid:%s", text);
    hop_wsman_answer_init(answer, kind, &c->request, id);
}

void
net_reply_message(struct net_conn *c, struct hop_wsman_message *answer)
{
    struct net *n = c->net;
    int status = answer->kind == HOP_WSMAN_FAULT
                     ? hop_fault_http_status(&answer->fault)
                     : 200;

    hop_buf_clear(&n->envelope);
    hop_wsman_encode(&n->envelope, answer);
    net_reply_envelope(c, status);
}

void
net_reply_empty(struct net_conn *c, enum hop_wsman_kind kind)
{
    struct hop_wsman_message answer;
    char id[NET_MESSAGE_ID];

    net_reply_init(c, &answer, kind, id);
    net_reply_message(c, &answer);
}

void
net_reply_fault(struct net_conn *c, const struct hop_fault *fault)
{
    struct hop_wsman_message answer;
    char id[NET_MESSAGE_ID];

    net_reply_init(c, &answer, HOP_WSMAN_FAULT, id);
    answer.fault = *fault;
    if (gethostname(answer.fault.machine, sizeof(answer.fault.machine) - 1) < 0)
        answer.fault.machine[0] = '\0';
    net_reply_message(c, &answer);
}

void
net_reply_code(struct net_conn *c, uint32_t code, const char *fmt, ...)
{
    struct hop_fault f;
    HOP_AUTO_BUF struct hop_buf text = HOP_BUF_INIT;
    va_list ap;

    va_start(ap, fmt);
    hop_buf_vaddf(&text, fmt, ap);
    va_end(ap);
    hop_fault_set(&f, code, "%s", hop_buf_str(&text));
    /* Quotas have an event of their own. */
    if (strcmp(f.value, "Receiver") != 0 &&
        strcmp(f.subcode, "QuotaLimit") != 0)
        net_conn_note_refused(c, f.message);
    net_reply_fault(c, &f);
}
