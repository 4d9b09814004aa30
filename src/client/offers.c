/* SPDX-License-Identifier: MIT */
#include "client/offers.h"

#include <poll.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/text.h"
#include "http/auth.h"
#include "http/parser.h"
#include "net/dial.h"

enum { HTTP = 5985, HTTPS = 5986, WAIT_MS = 3000, BODY_MAX = 1 << 16 };

/* What a link waits for; false: nothing came in time. */
static bool
wait_for(struct hop_link *link)
{
    short events = 0;
    int ms = -1;
    struct pollfd p = {.fd = hop_link_wants(link, &events, &ms)};

    p.events = events;
    return poll(&p, 1, ms >= 0 && ms < WAIT_MS ? ms : WAIT_MS) > 0 || ms >= 0;
}

static bool
fail_ended(const char *host, struct hop_error *err)
{
    return hop_error_set(err, HOP_ERROR_PROTOCOL, 0,
                         "ask %s: it gives no answer to a request for /wsman",
                         host);
}

static bool
send_all(struct hop_link *link, const struct hop_buf *request,
         struct hop_error *err)
{
    size_t at = 0, put = 0;

    while (at < request->len) {
        enum hop_link_result r = hop_link_write(link, request->data + at,
                                                request->len - at, &put, err);

        if (r == HOP_LINK_OK)
            at += put;
        else if (r != HOP_LINK_WAIT || !wait_for(link))
            return false;
    }
    return true;
}

static bool
read_head(struct hop_link *link, struct hop_http_parser *p, const char *host,
          struct hop_error *err)
{
    char bytes[8192];
    size_t n = 0;

    for (;;) {
        enum hop_link_result r =
            hop_link_read(link, bytes, sizeof(bytes), &n, err);
        const char *in = bytes;

        if (r == HOP_LINK_WAIT && wait_for(link))
            continue;
        if (r != HOP_LINK_OK)
            return r == HOP_LINK_FAILED ? false : fail_ended(host, err);
        switch (hop_http_parser_step(p, &in, &n, err)) {
        case HOP_HTTP_MORE: break;
        case HOP_HTTP_HEAD: return true;
        default: return false;
        }
    }
}

static bool
read_schemes(const struct hop_http_head *h, const char *host,
             struct hop_offers *out, struct hop_error *err)
{
    HOP_AUTO_ARENA struct hop_arena arena;
    const struct hop_http_challenge *list = NULL;
    const char *server = hop_http_head_get(h, "Server");
    size_t n = 0;

    hop_arena_init(&arena, 0);

    if (h->status != 401)
        return hop_error_set(err, HOP_ERROR_HTTP, h->status,
                             "ask %s: it answers %d to a request for /wsman, "
                             "as no WinRM server does",
                             host, h->status);
    if (!hop_http_challenges_parse(&arena, h, "WWW-Authenticate", &list, &n,
                                   err))
        return false;
    out->windows = server && strncmp(server, "Microsoft", 9) == 0;
    for (size_t k = 0; k < n; k++) {
        const char *s = list[k].scheme;

        out->kerberos |= hop_ascii_ieq(s, "Kerberos");
        out->negotiate |= hop_ascii_ieq(s, "Negotiate");
        out->credssp |= hop_ascii_ieq(s, "CredSSP");
        out->basic |= hop_ascii_ieq(s, "Basic");
    }
    return true;
}

static bool
ask(const char *host, uint16_t port, struct hop_tls_context *tls,
    enum hop_dial_failure *failure, struct hop_offers *out,
    struct hop_error *err)
{
    struct hop_dial_target t = {
        .host = host, .port = port, .tls = tls, .timeout_ms = WAIT_MS};
    struct hop_link *link = hop_link_dial(&t, failure, err);
    HOP_AUTO_BUF struct hop_buf request = HOP_BUF_INIT;
    struct hop_http_parser p;
    bool ok;

    if (link == NULL)
        return false;
    hop_buf_addf(&request,
                 "POST /wsman HTTP/1.1\r\nHost: %s:%u\r\nContent-Length: 0\r\n"
                 "User-Agent: hop\r\nConnection: close\r\n\r\n",
                 host, port);
    hop_http_parser_init(&p, HOP_HTTP_RESPONSES, BODY_MAX);
    ok = hop_link_connect_wait(link, failure, err) &&
         send_all(link, &request, err) && read_head(link, &p, host, err) &&
         read_schemes(&p.head, host, out, err);
    out->port = port;
    hop_http_parser_done(&p);
    hop_link_free(link);
    return ok;
}

static bool
get(const char *host, struct hop_offers *out, struct hop_error *err)
{
    static const struct hop_tls_config any = {.skip_ca_check = true,
                                              .skip_name_check = true};
    enum hop_dial_failure failure = HOP_DIAL_OTHER;
    struct hop_tls_context *tls;
    struct hop_error second = {0};
    bool ok;

    *out = (struct hop_offers){0};
    if (ask(host, HTTP, NULL, &failure, out, err))
        return true;
    if (failure != HOP_DIAL_REFUSED || !hop_tls_load(&second) ||
        (tls = hop_tls_context_new(&any, &second)) == NULL)
        return false;
    /* Of two failures the one at the usual port is told. */
    ok = ask(host, HTTPS, tls, &failure, out, &second);
    hop_tls_context_free(tls);
    return ok;
}

const struct hop_offers_ops hop_offers_ops = {.get = get};
