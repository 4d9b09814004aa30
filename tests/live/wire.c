/* The client's side.
 *
 * SPDX-License-Identifier: MIT
 */
#include "live/live.h"

#include <poll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "auth/binding.h"
#include "base/alloc.h"
#include "base/base64.h"
#include "http/auth.h"
#include "http/content.h"
#include "http/sealed.h"
#include "test.h"

#define ANSWER_MS 30000

static enum wire_binding binding;
static struct hop_cred *creds[HOP_AUTH_MECHS];

void
wire_bind_to(enum wire_binding to)
{
    binding = to;
}

void
wire_forget_credentials(void)
{
    for (size_t i = 0; i < HOP_AUTH_MECHS; i++)
        hop_cred_free(hop_steal(&creds[i]));
}

const char wire_sealed_type[] =
    "Content-Type: multipart/encrypted;protocol=\"application/HTTP-SPNEGO-"
    "session-encrypted\";boundary=\"Encrypted Boundary\"\r\n";

void
wire_open(struct wire *w, struct live *l)
{
    memset(w, 0, sizeof(*w));
    w->live = l;
    w->fd = live_dial(l->port);
    hop_http_parser_init(&w->parser, HOP_HTTP_RESPONSES, 1 << 22);
    CHECK(w->fd >= 0);
}

void
wire_open_tls(struct wire *w, struct live *l)
{
    static SSL_CTX *context;

    if (context == NULL)
        context = SSL_CTX_new(TLS_client_method());
    wire_open(w, l);
    if (w->fd >= 0)
        close(w->fd);
    w->fd = live_dial(l->tls_port);
    w->ssl = SSL_new(context);
    CHECK(w->fd >= 0 && SSL_set_fd(w->ssl, w->fd) == 1 &&
          SSL_connect(w->ssl) == 1);
}

void
wire_close(struct wire *w)
{
    SSL_free(w->ssl);
    w->ssl = NULL;
    if (w->fd >= 0)
        close(w->fd);
    w->fd = -1;
    hop_http_parser_done(&w->parser);
    hop_initiator_free(hop_steal(&w->initiator));
    hop_seal_free(hop_steal(&w->seal));
    hop_buf_done(&w->in);
    hop_buf_done(&w->body);
}

bool
wire_send(struct wire *w, const void *p, size_t n)
{
    const char *at = p;

    while (n > 0) {
        ssize_t sent = w->ssl ? SSL_write(w->ssl, at, (int)n)
                              : send(w->fd, at, n, MSG_NOSIGNAL);

        if (sent <= 0)
            return false;
        at += sent;
        n -= (size_t)sent;
    }
    return true;
}

static bool
fill(struct wire *w)
{
    struct pollfd p = {w->fd, POLLIN, 0};
    char *room = hop_buf_reserve(&w->in, 65536);
    ssize_t n;

    if ((!w->ssl || SSL_pending(w->ssl) == 0) && poll(&p, 1, ANSWER_MS) != 1)
        return false;
    n = w->ssl ? SSL_read(w->ssl, room, 65536) : recv(w->fd, room, 65536, 0);
    if (n <= 0)
        return false;
    hop_buf_commit(&w->in, (size_t)n);
    return true;
}

static void
note_head(struct wire *w)
{
    const struct hop_http_head *h = &w->parser.head;
    const char *challenge = hop_http_head_get(h, "WWW-Authenticate");

    w->status = h->status;
    w->closes = h->close;
    snprintf(w->challenge, sizeof(w->challenge), "%s",
             challenge ? challenge : "");
}

/* True when the answer is complete. */
static bool
take_events(struct wire *w, bool *bad)
{
    const char *at = hop_buf_str(&w->in) + w->in_at;
    size_t n = w->in.len - w->in_at;
    struct hop_error err;
    enum hop_http_event e;

    do {
        e = hop_http_parser_step(&w->parser, &at, &n, &err);
        if (e == HOP_HTTP_HEAD)
            note_head(w);
        else if (e == HOP_HTTP_BODY)
            hop_buf_add(&w->body, w->parser.piece, w->parser.piece_len);
    } while (e == HOP_HTTP_HEAD || e == HOP_HTTP_BODY);
    w->in_at = w->in.len - n;
    *bad = e == HOP_HTTP_BAD;
    return e == HOP_HTTP_DONE;
}

int
wire_read(struct wire *w)
{
    bool bad = false;

    hop_buf_clear(&w->body);
    w->status = 0;
    w->challenge[0] = '\0';
    while (!take_events(w, &bad)) {
        if (bad || !fill(w)) {
            w->status = 0;
            return 0;
        }
    }
    return w->status;
}

int
wire_post(struct wire *w, const char *fields, const void *body, size_t n)
{
    HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;

    hop_buf_addf(&out,
                 "POST /wsman HTTP/1.1\r\nHost: b.test:%d\r\n%s"
                 "Content-Length: %zu\r\n\r\n",
                 w->live->port, fields, n);
    hop_buf_add(&out, body, n);
    if (!wire_send(w, out.data, out.len)) {
        /* An early answer may wait although the rest was not taken. */
        return wire_read(w);
    }
    return wire_read(w);
}

bool
wire_is_closed(struct wire *w, int seconds)
{
    struct pollfd p = {w->fd, POLLIN, 0};
    char block[4096];
    time_t until = time(NULL) + seconds;

    while (time(NULL) <= until) {
        ssize_t n;

        if (poll(&p, 1, 200) != 1)
            continue;
        n = recv(w->fd, block, sizeof(block), 0);
        if (n <= 0)
            return true;
    }
    return false;
}

/* ------------------------------------------------------------ logging on */

static struct hop_cred *
credential(const struct live *l, enum hop_auth_mech mech)
{
    HOP_AUTO_SECRET struct hop_secret *password =
        hop_secret_new(REALM_PASSWORD, strlen(REALM_PASSWORD));
    HOP_AUTO_FREE char *name = hop_xasprintf("TESTDOM\\%s", realm_user());
    struct hop_cred *cred = NULL;
    struct hop_error err;
    bool ok;

    if (mech == HOP_AUTH_NTLM)
        ok = hop_cred_password(name, password, &cred, &err);
    else
        ok = hop_cred_default(NULL, &cred, &err);
    if (!ok)
        printf("# credential: %s\n", err.text);
    return cred;
}

/* Appends the binding of the server's certificate, or of one that is not. */
static bool
add_binding(const struct wire *w, struct hop_buf *out)
{
    X509 *cert = w->ssl ? SSL_get1_peer_certificate(w->ssl) : NULL;
    unsigned char *der = NULL;
    struct hop_error err;
    int n = cert ? i2d_X509(cert, &der) : 0;
    bool ok = true;

    if (n > 0 && binding != WIRE_UNBOUND) {
        ok = hop_binding_from_cert(der, (size_t)n, out, &err);
        if (ok && binding == WIRE_FOREIGN)
            out->data[out->len - 1] ^= 1;
    }
    OPENSSL_free(der);
    X509_free(cert);
    return ok;
}

bool
wire_initiator(struct wire *w, enum hop_auth_mech mech)
{
    HOP_AUTO_BUF struct hop_buf bound = HOP_BUF_INIT;
    struct hop_initiator_options o = {.mech = mech, .spn = {.host = "b.test"}};
    struct hop_error err;

    if (creds[mech] == NULL)
        creds[mech] = credential(w->live, mech);
    o.cred = creds[mech];
    if (!add_binding(w, &bound))
        return false;
    o.binding = bound.len ? bound.data : NULL;
    o.binding_len = bound.len;
    hop_initiator_free(hop_steal(&w->initiator));
    if (o.cred && hop_initiator_new(&o, &w->initiator, &err))
        return true;
    printf("# initiator: %s\n", err.text);
    return false;
}

static bool
step(struct wire *w, struct hop_buf *token)
{
    HOP_AUTO_BUF struct hop_buf in = HOP_BUF_INIT;
    const char *at =
        strncmp(w->challenge, "Negotiate ", 10) == 0 ? w->challenge + 10 : NULL;
    struct hop_error err = {0};
    enum hop_auth_step s;

    if (at && !hop_base64_decode(&in, at, strlen(at)))
        return false;
    s = hop_initiator_step(w->initiator, in.len ? in.data : NULL, in.len, token,
                           &err);
    if (s == HOP_AUTH_FAILED)
        printf("# step: %s\n", err.text);
    return s != HOP_AUTH_FAILED;
}

bool
wire_token(struct wire *w, struct hop_buf *fields)
{
    HOP_AUTO_BUF struct hop_buf token = HOP_BUF_INIT;

    if (!step(w, &token) || token.len == 0)
        return false;
    hop_buf_adds(fields, "Authorization: ");
    hop_http_auth_format(fields, "Negotiate", token.data, token.len);
    hop_buf_adds(fields, "\r\n");
    return true;
}

bool
wire_finish(struct wire *w)
{
    HOP_AUTO_BUF struct hop_buf last = HOP_BUF_INIT;
    struct hop_error err;

    if (w->status != 200 || (w->challenge[0] && !step(w, &last)))
        return false;
    if (hop_initiator_take_seal(w->initiator, &w->seal, &err))
        return true;
    printf("# seal: %s\n", err.text);
    return false;
}

bool
wire_log_on(struct wire *w, enum hop_auth_mech mech)
{
    w->challenge[0] = '\0';
    if (!wire_initiator(w, mech))
        return false;
    for (int leg = 0; leg < 4; leg++) {
        HOP_AUTO_BUF struct hop_buf fields = HOP_BUF_INIT;

        if (!wire_token(w, &fields))
            return false;
        if (wire_post(w, hop_buf_str(&fields), "", 0) == 200)
            break;
        if (w->status != 401 || w->challenge[0] == '\0')
            return false;
    }
    return wire_finish(w);
}

bool
wire_seal(struct wire *w, const void *envelope, size_t n, struct hop_buf *out)
{
    HOP_AUTO_BUF struct hop_buf payload = HOP_BUF_INIT;
    struct hop_error err;
    size_t length;

    if (!hop_seal_wrap(w->seal, envelope, n, &payload, &length, &err)) {
        printf("# wrap: %s\n", err.text);
        return false;
    }
    hop_http_sealed_begin(out, HOP_HTTP_SPNEGO, HOP_HTTP_SOAP_UTF8, length);
    hop_buf_add(out, payload.data, payload.len);
    hop_http_sealed_end(out);
    return true;
}

/* The opened body takes the sealed one's place. */
bool
wire_unseal(struct wire *w)
{
    HOP_AUTO_ARENA struct hop_arena arena;
    struct hop_http_sealed sealed;
    struct hop_error err = {0};
    char *plain;
    size_t len;

    hop_arena_init(&arena, 1 << 20);
    if (w->body.len == 0)
        return true;
    if (!hop_http_sealed_decode(
            &arena, hop_http_sealed_type(HOP_HTTP_SPNEGO, 1), w->body.data,
            w->body.len, 1 << 22, &sealed, &err) ||
        !hop_seal_unwrap(w->seal, sealed.parts[0].payload,
                         sealed.parts[0].payload_len,
                         sealed.parts[0].original_len, &plain, &len, &err)) {
        printf("# unseal: %s\n", err.text);
        return false;
    }
    memmove(w->body.data, plain, len);
    w->body.len = len;
    w->body.data[len] = '\0';
    return true;
}

int
wire_exchange(struct wire *w, const void *envelope, size_t n)
{
    HOP_AUTO_BUF struct hop_buf sealed = HOP_BUF_INIT;

    if (!wire_seal(w, envelope, n, &sealed) ||
        wire_post(w, wire_sealed_type, sealed.data, sealed.len) == 0)
        return 0;
    return wire_unseal(w) ? w->status : 0;
}

/* -------------------------------------------------------------- messages */

bool
wire_ask(struct wire *w, struct hop_wsman_message *m,
         struct hop_wsman_message *answer)
{
    static const struct hop_wsman_limits limits = {1 << 20};
    HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;
    struct hop_error err = {0};
    static unsigned number;
    char id[64];

    snprintf(id, sizeof(id), "uuid:00000000-0000-4000-8000-%012u", ++number);
    if (m->header.message_id == NULL)
        m->header.message_id = id;
    if (m->header.to == NULL)
        m->header.to = "http://b.test/wsman";
    if (m->header.resource_uri == NULL)
        m->header.resource_uri = HOP_URI_SHELL_CMD;
    hop_wsman_message_init(answer, HOP_WSMAN_INVOKE_RESPONSE);
    hop_wsman_encode(&out, m);
    if (wire_exchange(w, out.data, out.len) == 0)
        return false;
    if (hop_wsman_response_decode(answer, w->body.data, w->body.len, &limits,
                                  &err))
        return true;
    printf("# %d: %s\n", w->status, err.text);
    return false;
}

bool
wire_open_shell(struct wire *w, char *id)
{
    HOP_AUTO_WSMAN_MESSAGE struct hop_wsman_message answer;
    struct hop_wsman_message m;

    hop_wsman_message_init(&m, HOP_WSMAN_CREATE);
    m.has_shell = true;
    m.shell.input_streams = "stdin";
    m.shell.output_streams = "stdout stderr";
    if (!wire_ask(w, &m, &answer))
        return false;
    if (answer.kind == HOP_WSMAN_FAULT)
        printf("# Create: %s\n", answer.fault.message);
    if (answer.kind != HOP_WSMAN_CREATE_RESPONSE ||
        answer.created.epr.selector_count != 1)
        return false;
    snprintf(id, 64, "%s", answer.created.epr.selectors[0].value);
    return true;
}

static void
select_shell(struct hop_wsman_message *m, enum hop_wsman_kind kind,
             struct hop_wsman_selector *s, const char *shell)
{
    hop_wsman_message_init(m, kind);
    *s = (struct hop_wsman_selector){"ShellId", shell};
    m->header.selectors = s;
    m->header.selector_count = 1;
}

/* All that a command writes to stdout. */
static bool
run_command(struct wire *w, const char *shell, const char *line,
            struct hop_buf *out)
{
    HOP_AUTO_WSMAN_MESSAGE struct hop_wsman_message started;
    struct hop_wsman_selector s;
    struct hop_wsman_message m;
    char id[64];

    select_shell(&m, HOP_WSMAN_COMMAND, &s, shell);
    m.command.command_line = line;
    if (!wire_ask(w, &m, &started) ||
        started.kind != HOP_WSMAN_COMMAND_RESPONSE)
        return false;
    snprintf(id, sizeof(id), "%s", started.command.command_id);
    for (int i = 0; i < 50; i++) {
        HOP_AUTO_WSMAN_MESSAGE struct hop_wsman_message got;

        select_shell(&m, HOP_WSMAN_RECEIVE, &s, shell);
        m.receive.desired = "stdout stderr";
        m.receive.command_id = id;
        if (!wire_ask(w, &m, &got) || got.kind != HOP_WSMAN_RECEIVE_RESPONSE) {
            printf("# %s: %s\n", hop_wsman_kind_name(got.kind),
                   got.fault.message);
            return false;
        }
        for (size_t k = 0; k < got.receive.stream_count; k++)
            hop_buf_add(out, got.receive.streams[k].data,
                        got.receive.streams[k].len);
        if (got.receive.state == HOP_WSMAN_STATE_DONE)
            return got.receive.exit_code == 0;
    }
    return false;
}

bool
live_serves(struct live *l)
{
    HOP_AUTO_WSMAN_MESSAGE struct hop_wsman_message deleted;
    HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;
    struct hop_wsman_selector s;
    struct hop_wsman_message m;
    AUTO_WIRE w;
    char shell[64];

    hop_wsman_message_init(&deleted, HOP_WSMAN_INVOKE);
    wire_open(&w, l);
    if (w.fd < 0 || !wire_log_on(&w, HOP_AUTH_NEGOTIATE) ||
        !wire_open_shell(&w, shell) ||
        !run_command(&w, shell, "echo still here", &out) ||
        strcmp(hop_buf_str(&out), "still here\n") != 0) {
        printf("# of what it served has come: %s\n", hop_buf_str(&out));
        return false;
    }
    select_shell(&m, HOP_WSMAN_DELETE, &s, shell);
    return wire_ask(&w, &m, &deleted) &&
           deleted.kind == HOP_WSMAN_DELETE_RESPONSE;
}
