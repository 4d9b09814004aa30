/* Connections of hopd-net: HTTP requests, the authentication exchange, opening
 * of sealed bodies.
 *
 * What peers need: an empty POST without credentials on a
 * connection that is already authenticated gets a 401 (masterzen/winrm); a body
 * that comes with the first token is read and not acted on (go-psrp, pywinrm);
 * a sealed body beside the token that completes the exchange is acted on (our
 * winrs; Windows does so too).
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "auth/explain.h"
#include "base/alloc.h"
#include "base/text.h"
#include "credssp/tls.h"
#include "http/auth.h"
#include "http/content.h"
#include "server/net_state.h"
#include "wsman/uri.h"

/* A request whose sender nobody knows yet. */
#define BODY_UNPROVEN ((uint64_t)64 * 1024)
/* Around a sealed envelope: parts, signatures.  CredSSP has a part for each 16
 * KiB. */
#define BODY_AROUND(max) (4096 + (max) / 32)

/* Some clients (psrp 1.0) leave a few hundred bytes too little for the envelope
 * around what they send. */
#define ENVELOPE_AROUND 4096

#define ANONYMOUS_PATH "-anon/identify"
#define SCHEME_CERTIFICATE                                                     \
    "http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/https/mutual"

static const struct {
    const char *name;
    enum hop_config_id setting;
    bool tls_only;
} schemes[HOP_SCHEME_COUNT] = {
    [HOP_SCHEME_NEGOTIATE] = {"Negotiate", HOP_SET_SERVICE_AUTH_NEGOTIATE,
                              false},
    [HOP_SCHEME_KERBEROS] = {"Kerberos", HOP_SET_SERVICE_AUTH_KERBEROS, false},
    [HOP_SCHEME_CREDSSP] = {"CredSSP", HOP_SET_SERVICE_AUTH_CREDSSP, false},
    [HOP_SCHEME_BASIC] = {"Basic", HOP_SET_SERVICE_AUTH_BASIC, true},
    [HOP_SCHEME_CERTIFICATE] = {SCHEME_CERTIFICATE,
                                HOP_SET_SERVICE_AUTH_CERTIFICATE, true},
};

void
net_conn_note_refused(struct net_conn *c, const char *what)
{
    c->asked = false;
    hop_journal(HOP_EVENT_REFUSED,
                HOP_FIELDS("CLIENT", hop_httpd_peer(c->http), "USER", c->user,
                           "REASON", what),
                "request from %s refused: %s", hop_httpd_peer(c->http), what);
}

/* Nobody is logged on any more. */
static void
forget_logon(struct net_conn *c)
{
    if (c->state == NET_CONN_PROVEN)
        c->net->proven_count--;
    c->state = NET_CONN_NEW;
    c->administrator = false;
    c->logon = 0;
    c->expires = 0;
    free(hop_steal(&c->user));
    free(hop_steal(&c->principal));
    free(hop_steal(&c->scope));
    free(hop_steal(&c->access));
    hop_seal_free(hop_steal(&c->seal));
    hop_secret_free(hop_steal(&c->header));
    hop_buf_done(&c->token);
}

/* --------------------------------------------------- the body of a request */

/* True when the body may be acted on; otherwise it is answered. */
static bool
open_sealed(struct net_conn *c, const char *type, struct hop_arena *arena,
            char **text, size_t *n)
{
    size_t max =
        (size_t)hop_config_u32(&c->net->config, HOP_SET_MAX_ENVELOPE_KB) *
            1024 +
        ENVELOPE_AROUND;
    struct hop_http_sealed sealed;
    struct hop_error err;
    char *at = c->body->data;

    if (!hop_http_sealed_decode(arena, type, c->body->data, c->body->len,
                                max + BODY_AROUND(max), &sealed, &err)) {
        net_conn_note_refused(c, err.text);
        net_reply_status(c, err.domain == HOP_ERROR_LIMIT ? 413 : 400);
        return false;
    }
    *n = 0;
    *text = at;
    for (size_t i = 0; i < sealed.part_count; i++) {
        const struct hop_http_sealed_part *p = &sealed.parts[i];
        char *plain;
        size_t len;
        if (!hop_seal_unwrap(c->seal, p->payload, p->payload_len,
                             p->original_len, &plain, &len, &err)) {
            /* The two sides' states differ for ever now. */
            net_conn_note_refused(c, err.text);
            net_conn_finish(c);
            forget_logon(c);
            hop_httpd_hangup(c->http);
            return false;
        }
        memmove(at + *n, plain, len);
        *n += len;
    }
    c->sealed = true;
    return true;
}

static bool
may_be_plain(const struct net_conn *c)
{
    return hop_httpd_tls(c->http) ||
           hop_config_bool(&c->net->config, HOP_SET_SERVICE_ALLOW_UNENCRYPTED);
}

static void
decode_request(struct net_conn *c, const char *text, size_t n, size_t max)
{
    struct hop_wsman_limits limits = {.max_bytes = max};
    struct hop_fault fault;

    c->has_request = true;
    if (hop_wsman_request_decode(&c->request, text, n, &limits, &fault)) {
        net_request_handle(c);
        return;
    }
    net_conn_note_refused(c, fault.message[0] ? fault.message : fault.reason);
    net_reply_fault(c, &fault);
}

static void
handle_body(struct net_conn *c)
{
    size_t max =
        (size_t)hop_config_u32(&c->net->config, HOP_SET_MAX_ENVELOPE_KB) *
            1024 +
        ENVELOPE_AROUND;
    HOP_AUTO_ARENA struct hop_arena arena;
    HOP_AUTO_BUF struct hop_buf utf8 = HOP_BUF_INIT;
    const char *type = hop_http_head_get(c->head, "Content-Type");
    char *text = c->body->data;
    size_t n = c->body->len;
    struct hop_http_type t = {0};
    struct hop_error err;

    hop_arena_init(&arena, 1024 * 1024);
    if (n == 0) { /* the end of an exchange: the client's request comes next */
        net_reply_status(c, 200);
        return;
    }
    bool sealed = type && hop_http_is_sealed(type);
    if (sealed && !c->seal) {
        net_conn_note_refused(c, "a sealed body on a connection without a key");
        net_reply_status(c, 400);
        return;
    }
    if (sealed && !open_sealed(c, type, &arena, &text, &n))
        return;
    if (!sealed && !may_be_plain(c)) {
        net_conn_note_refused(c, "a message in the clear over HTTP "
                                 "(Service/AllowUnencrypted is false)");
        net_reply_status(c, 415);
        return;
    }
    /* What was sealed says its character set in the part's own header; every
     * client known sends UTF-8, with a mark otherwise. */
    if (!sealed && (!type || !hop_http_type_parse(&arena, type, &t, &err) ||
                    strcmp(t.media, "application/soap+xml") != 0)) {
        net_conn_note_refused(c, "a body that is no SOAP message");
        net_reply_status(c, 415);
        return;
    }
    if (!hop_http_text_decode(&utf8, t.charset, text, n, &err)) {
        net_conn_note_refused(c, err.text);
        net_reply_status(c, 400);
        return;
    }
    if (n > max) {
        net_conn_note_refused(c, "an envelope larger than MaxEnvelopeSizekb");
        net_reply_status(c, 413);
        return;
    }
    decode_request(c, utf8.data, utf8.len, utf8.len);
}

/* ------------------------------------------------------- authentication */

static bool
find_scheme(const char *name, enum hop_scheme *out)
{
    for (size_t i = 0; i < HOP_SCHEME_COUNT; i++) {
        if (hop_ascii_ieq(name, schemes[i].name)) {
            *out = (enum hop_scheme)i;
            return true;
        }
    }
    return false;
}

static bool
scheme_allowed(const struct net_conn *c, enum hop_scheme s)
{
    return hop_config_bool(&c->net->config, schemes[s].setting) &&
           (!schemes[s].tls_only || hop_httpd_tls(c->http));
}

static void
send_step(struct net_conn *c, const void *token, size_t n)
{
    const struct hop_tls_info *tls = hop_httpd_tls(c->http);
    struct hop_msg_step m = {.connection = hop_httpd_id(c->http),
                             .scheme = (uint8_t)c->scheme,
                             .tls = tls != NULL,
                             .token = {token, n},
                             .peer = hop_httpd_peer(c->http)};

    if (tls)
        m.bindings = (struct hop_ipc_bytes){tls->binding, tls->binding_len};
    c->state = NET_CONN_STEPPING;
    c->stepped = true;
    c->step = net_next_id(c->net);
    if (!c->net->auth.watch) { /* hopd-auth is being restarted */
        forget_logon(c);
        net_reply_status(c, 503);
        return;
    }
    net_channel_send(&c->net->auth, HOP_MSG_STEP, c->step, &m);
}

static void
step_certificate(struct net_conn *c)
{
    const struct hop_tls_info *tls = hop_httpd_tls(c->http);

    if (!tls->peer_verified || !tls->peer_chain) {
        net_conn_note_refused(
            c, "no certificate that an accepted authority signed");
        net_reply_status(c, 403);
        return;
    }
    send_step(c, tls->peer_chain, tls->peer_chain_len);
}

/* The same name and password as before on this connection need no second look:
 * clients send them with each request. */
static bool
is_same_basic(const struct net_conn *c, const char *token)
{
    size_t n = strlen(token);

    return c->state == NET_CONN_PROVEN && c->scheme == HOP_SCHEME_BASIC &&
           c->header && hop_secret_len(c->header) == n &&
           memcmp(hop_secret_bytes(c->header), token, n) == 0;
}

static void
begin_step(struct net_conn *c, enum hop_scheme scheme,
           const struct hop_http_challenge *credentials)
{
    HOP_AUTO_BUF struct hop_buf token = {.secret = true};

    if (scheme == HOP_SCHEME_CERTIFICATE) {
        if (c->state == NET_CONN_PROVEN && c->scheme == scheme) {
            handle_body(c);
            return;
        }
        forget_logon(c);
        c->scheme = scheme;
        step_certificate(c);
        return;
    }
    if (!hop_http_challenge_token(credentials, &token) || token.len == 0) {
        net_conn_note_refused(c, "credentials without a token");
        forget_logon(c);
        net_reply_challenge(c, NULL);
        return;
    }
    if (scheme == HOP_SCHEME_BASIC && is_same_basic(c, credentials->token68)) {
        handle_body(c);
        return;
    }
    forget_logon(c);
    c->scheme = scheme;
    if (scheme == HOP_SCHEME_BASIC)
        c->header =
            hop_secret_new(credentials->token68, strlen(credentials->token68));
    send_step(c, token.data, token.len);
}

/* Clients with a certificate send this in place of credentials; as a URI it is
 * outside the grammar of those. */
static bool
is_certificate_claim(const struct net_conn *c)
{
    const char *value = hop_http_head_get(c->head, "Authorization");

    return value != NULL && hop_ascii_ieq(value, SCHEME_CERTIFICATE);
}

static void
refuse_scheme(struct net_conn *c)
{
    net_conn_note_refused(c, "an authentication scheme that is not offered");
    forget_logon(c);
    net_reply_challenge(c, NULL);
}

static void
authenticate(struct net_conn *c)
{
    HOP_AUTO_ARENA struct hop_arena arena;
    const struct hop_http_challenge *list;
    enum hop_scheme scheme;
    struct hop_error err;
    size_t count;

    c->asked = false;
    if (is_certificate_claim(c)) {
        if (scheme_allowed(c, HOP_SCHEME_CERTIFICATE))
            begin_step(c, HOP_SCHEME_CERTIFICATE, NULL);
        else
            refuse_scheme(c);
        return;
    }
    hop_arena_init(&arena, 1024 * 1024);
    if (!hop_http_challenges_parse(&arena, c->head, "Authorization", &list,
                                   &count, &err) ||
        count != 1) {
        net_conn_note_refused(c, "credentials that cannot be read");
        forget_logon(c);
        net_reply_challenge(c, NULL);
        return;
    }
    if (!find_scheme(list[0].scheme, &scheme) || !scheme_allowed(c, scheme)) {
        refuse_scheme(c);
        return;
    }
    begin_step(c, scheme, &list[0]);
}

static bool
import_seal(struct net_conn *c, const struct hop_msg_answer *a,
            struct hop_error *err)
{
    if (c->scheme == HOP_SCHEME_CREDSSP)
        return hop_credssp_seal_import(a->context.data, a->context.len,
                                       &c->seal, err);
    return hop_seal_import(a->context.data, a->context.len, &c->seal, err);
}

/* A client that did not negotiate sealing, as some over TLS, gets none: its
 * messages in the clear are then allowed or refused like any other's. */
static bool
take_seal(struct net_conn *c, const struct hop_msg_answer *a)
{
    struct hop_error err = {0};

    if (a->context.len == 0 || import_seal(c, a, &err) ||
        err.code == HOP_SEC_E_ENCRYPT_FAILURE)
        return true;
    hop_journal(HOP_EVENT_TROUBLE,
                HOP_FIELDS("CLIENT", hop_httpd_peer(c->http)),
                "a security context cannot be imported: %s", err.text);
    return false;
}

/* The exchange is over: the answer carries the last token, and what came with
 * the request is acted on. */
static void
enter(struct net_conn *c, const struct hop_msg_answer *a)
{
    hop_buf_clear(&c->token);
    hop_buf_add(&c->token, a->token.data, a->token.len);
    if (!take_seal(c, a)) {
        forget_logon(c);
        net_reply_status(c, 500);
        return;
    }
    c->state = NET_CONN_PROVEN;
    c->net->proven_count++;
    c->logon = a->logon;
    c->kind = (enum hop_logon_kind)a->kind;
    c->user = hop_xstrdup(a->user);
    c->principal = hop_xstrdup(a->principal);
    c->expires = a->expires;
    if (a->scope[0] != '\0')
        c->scope = hop_xstrdup(a->scope);
    if (a->access[0] != '\0')
        c->access = hop_xstrdup(a->access);
    hop_httpd_set_proven(c->http);
    if (c->net->proven_count >
        hop_config_u32(&c->net->config, HOP_SET_SERVICE_MAX_CONNECTIONS)) {
        hop_journal(
            HOP_EVENT_QUOTA,
            HOP_FIELDS("CLIENT", hop_httpd_peer(c->http), "USER", c->user),
            "MaxConnections is reached");
        forget_logon(c);
        net_reply_status(c, 503);
        return;
    }
    handle_body(c);
}

bool
net_conn_on_answer(void *ctx, struct hop_ipc_msg *msg, struct hop_error *err)
{
    struct net *n = ctx;
    struct hop_msg_answer a;

    if (!hop_ipc_unpack(msg, &a, err))
        return false;
    struct hop_httpd_conn *http = hop_httpd_find(n->httpd, a.connection);
    struct net_conn *c = http ? hop_httpd_data(http) : NULL;
    if (!c || c->state != NET_CONN_STEPPING || c->step != msg->id)
        return true; /* the client has gone meanwhile */
    c->state = NET_CONN_NEW;
    c->administrator = false;
    if (a.result == HOP_ANSWER_DONE) {
        enter(c, &a);
        return true;
    }
    /* CredSSP tells the client why it is refused. */
    bool tells =
        a.result == HOP_ANSWER_CONTINUE ||
        (a.result == HOP_ANSWER_DENIED && c->scheme == HOP_SCHEME_CREDSSP);
    if (a.result != HOP_ANSWER_CONTINUE)
        forget_logon(c);
    if (!tells || a.token.len == 0) {
        forget_logon(c);
        net_reply_challenge(c, NULL);
        return true;
    }
    HOP_AUTO_BUF struct hop_buf value = HOP_BUF_INIT;
    hop_http_auth_format(&value, schemes[c->scheme].name, a.token.data,
                         a.token.len);
    net_reply_challenge(c, hop_buf_str(&value));
    return true;
}

void
net_conn_forget_auth(struct net *n)
{
    for (struct net_conn *c = n->conns; c; c = c->next) {
        c->logon = 0;
        c->stepped = false;
        if (c->state != NET_CONN_STEPPING)
            continue;
        forget_logon(c);
        net_reply_status(c, 503);
    }
}

/* ------------------------------------------------------ HTTP's callbacks */

static struct net_conn *
conn_of(struct net *n, struct hop_httpd_conn *http)
{
    struct net_conn *c = hop_httpd_data(http);

    if (!c) {
        c = hop_xmalloc(sizeof(*c));
        c->net = n;
        c->http = http;
        c->next = n->conns;
        if (c->next)
            c->next->link = &c->next;
        c->link = &n->conns;
        n->conns = c;
        hop_httpd_set_data(http, c);
    }
    return c;
}

/* "/wsman", perhaps with a query; or 0. */
static size_t
match_prefix(const struct net *n, const char *target)
{
    for (const struct net_listener *l = n->listeners; l; l = l->next) {
        size_t len = strlen(l->prefix);
        if (target[0] == '/' && hop_ascii_ieqn(target + 1, l->prefix, len))
            return len + 1;
    }
    return 0;
}

static bool
wants_anonymous(const struct net *n, const struct hop_http_head *head)
{
    const char *identify = hop_http_head_get(head, "WSMANIDENTIFY");
    size_t len = match_prefix(n, head->target);

    return (identify && hop_ascii_ieq(identify, "unauthenticated")) ||
           hop_ascii_ieq(head->target + len, ANONYMOUS_PATH);
}

static bool
is_expired(const struct net_conn *c)
{
    return c->expires != 0 && (uint64_t)time(NULL) > c->expires;
}

static void
on_head(void *ctx, struct hop_httpd_conn *http,
        const struct hop_http_head *head)
{
    struct net *n = ctx;
    struct net_conn *c = conn_of(n, http);
    size_t prefix = match_prefix(n, head->target);
    const char *rest = head->target + prefix;

    c->head = head;
    if (c->state == NET_CONN_PROVEN && is_expired(c))
        forget_logon(c);
    if (prefix == 0 || (rest[0] != '\0' && rest[0] != '?' &&
                        !hop_ascii_ieq(rest, ANONYMOUS_PATH))) {
        net_reply_status(c, 404);
    } else if (strcmp(head->method, "POST") != 0) {
        net_reply_status(c, 405);
    } else if (c->state != NET_CONN_PROVEN &&
               !hop_http_head_get(head, "Authorization") &&
               !wants_anonymous(n, head)) {
        c->asked = true;
        net_reply_challenge(c, NULL); /* the body is not waited for */
    } else if (c->state == NET_CONN_PROVEN) {
        uint64_t max =
            (uint64_t)hop_config_u32(&n->config, HOP_SET_MAX_ENVELOPE_KB) *
                1024 +
            ENVELOPE_AROUND;
        hop_httpd_set_body_max(http, max + BODY_AROUND(max));
    } else {
        hop_httpd_set_body_max(http, BODY_UNPROVEN);
    }
}

static void
on_request(void *ctx, struct hop_httpd_conn *http,
           const struct hop_http_head *head, struct hop_buf *body)
{
    struct net *n = ctx;
    struct net_conn *c = conn_of(n, http);

    c->head = head;
    c->body = body;
    if (hop_http_head_get(head, "Authorization"))
        authenticate(c);
    else if (c->state != NET_CONN_PROVEN)
        net_request_anonymous(c);
    else if (body->len == 0)
        net_reply_challenge(c, NULL);
    else
        handle_body(c);
}

static void
on_refused(void *ctx, struct hop_httpd_conn *http, int status,
           const struct hop_error *why)
{
    char text[16];

    snprintf(text, sizeof(text), "%d", status);
    hop_journal(HOP_EVENT_REFUSED,
                HOP_FIELDS("CLIENT", hop_httpd_peer(http), "STATUS", text,
                           "REASON", why->text),
                "request from %s refused: %s", hop_httpd_peer(http), why->text);
}

static void
on_close(void *ctx, struct hop_httpd_conn *http)
{
    struct net *n = ctx;
    struct net_conn *c = hop_httpd_data(http);
    struct hop_msg_drop m = {.connection = hop_httpd_id(http)};

    if (!c)
        return;
    /* Every client asks first what is offered; one that leaves it at that is
     * somebody's who looks around. */
    if (c->asked)
        net_conn_note_refused(c, "it left without logging on");
    /* An unanswered Receive is not answered: its output stays. */
    if (c->stepped)
        net_channel_send(&n->auth, HOP_MSG_DROP, 0, &m);
    net_conn_finish(c);
    forget_logon(c);
    *c->link = c->next;
    if (c->next)
        c->next->link = c->link;
    free(c);
}

const struct hop_httpd_events net_conn_events = {
    .on_head = on_head,
    .on_request = on_request,
    .on_refused = on_refused,
    .on_close = on_close,
};
