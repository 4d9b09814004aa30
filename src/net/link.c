/* A client's link: the stages of connecting, then bytes.
 *
 * SPDX-License-Identifier: MIT
 */
#include "net/dial.h"

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/alloc.h"
#include "http/message.h"
#include "http/parser.h"
#include "net/clock.h"
#include "net/race.h"
#include "net/socket.h"

#define TIMEOUT_MS 30000
#define PROXY_BODY ((uint64_t)64 << 10)

enum stage {
    RACING,
    ASKING_PROXY, /* CONNECT is being sent */
    HEARING_PROXY,
    HANDSHAKE,
    READY,
    DEAD,
};

struct hop_link {
    enum stage stage;
    int fd;
    short events; /* what the last call waited for */
    uint64_t deadline;
    char *host, *proxy, *proxy_authorization;
    uint16_t port;
    struct net_race *race;
    struct hop_tls_context *context;
    struct hop_tls *tls;
    struct hop_buf request; /* to the proxy */
    size_t sent;
    struct hop_http_parser answer;
    char peer[64];
};

/* "host:port" of a proxy, "[v6]:port" too; false without a sound port. */
static bool
split_proxy(const char *proxy, char *host, size_t size, uint16_t *port)
{
    const char *colon = strrchr(proxy, ':');
    size_t n;
    char *end;
    unsigned long number;

    if (colon == NULL)
        return false;
    number = strtoul(colon + 1, &end, 10);
    n = (size_t)(colon - proxy);
    if (*end != '\0' || number == 0 || number > 65535 || n >= size || n == 0)
        return false;
    if (proxy[0] == '[' && colon[-1] == ']') {
        proxy++;
        n -= 2;
    }
    snprintf(host, size, "%.*s", (int)n, proxy);
    *port = (uint16_t)number;
    return true;
}

static bool
start_race(struct hop_link *link, enum hop_dial_failure *failure,
           struct hop_error *err)
{
    char host[256];
    uint16_t port;

    if (link->proxy == NULL) {
        link->race = net_race_start(link->host, link->port);
        return true;
    }
    *failure = HOP_DIAL_PROXY;
    if (!split_proxy(link->proxy, host, sizeof(host), &port))
        return hop_error_set(err, HOP_ERROR_GENERIC, 0,
                             "the proxy %s is not of the form host:port",
                             link->proxy);
    link->race = net_race_start(host, port);
    return true;
}

struct hop_link *
hop_link_dial(const struct hop_dial_target *target,
              enum hop_dial_failure *failure, struct hop_error *err)
{
    struct hop_link *link = hop_xmalloc(sizeof(*link));

    *failure = HOP_DIAL_OTHER;
    *link = (struct hop_link){
        .fd = -1, .context = target->tls, .port = target->port};
    link->host = hop_xstrdup(target->host);
    link->proxy = target->proxy ? hop_xstrdup(target->proxy) : NULL;
    if (target->proxy_authorization)
        link->proxy_authorization = hop_xstrdup(target->proxy_authorization);
    link->deadline =
        net_now_ms() + (target->timeout_ms ? target->timeout_ms : TIMEOUT_MS);
    if (start_race(link, failure, err))
        return link;
    hop_link_free(link);
    return NULL;
}

void
hop_link_free(struct hop_link *link)
{
    if (link == NULL)
        return;
    net_race_free(link->race);
    if (link->tls) {
        hop_tls_shutdown(link->tls);
        hop_tls_close(link->tls);
    }
    if (link->fd >= 0)
        close(link->fd);
    if (link->proxy_authorization)
        explicit_bzero(link->proxy_authorization,
                       strlen(link->proxy_authorization));
    free(link->proxy_authorization);
    free(link->host);
    free(link->proxy);
    hop_buf_done(&link->request);
    hop_http_parser_done(&link->answer);
    free(link);
}

static void
note_peer(struct hop_link *link)
{
    struct sockaddr_storage at;
    socklen_t len = sizeof(at);
    char host[46 + 16], port[8];

    if (getpeername(link->fd, (struct sockaddr *)&at, &len) != 0 ||
        getnameinfo((struct sockaddr *)&at, len, host, sizeof(host), port,
                    sizeof(port), NI_NUMERICHOST | NI_NUMERICSERV) != 0)
        return;
    (void)!snprintf(link->peer, sizeof(link->peer),
                    strchr(host, ':') ? "[%.50s]:%s" : "%.50s:%s", host, port);
}

/* The request that asks a proxy for a tunnel; used for plain HTTP too, as a
 * proxy in between would tear authenticated connections apart. */
static void
write_connect(struct hop_link *link)
{
    const struct hop_http_header authorization = {"Proxy-Authorization",
                                                  link->proxy_authorization};
    HOP_AUTO_FREE char *target = hop_xasprintf(
        strchr(link->host, ':') ? "[%s]:%u" : "%s:%u", link->host, link->port);
    const struct hop_http_request r = {
        .method = "CONNECT",
        .target = target,
        .host = target,
        .headers = &authorization,
        .header_count = link->proxy_authorization ? 1 : 0,
    };

    link->request.secret = true;
    hop_http_request_encode(&link->request, &r, 0);
    hop_http_parser_init(&link->answer, HOP_HTTP_RESPONSES, PROXY_BODY);
    link->answer.no_body = true;
}

static enum hop_link_result
begin_tls(struct hop_link *link, struct hop_error *err)
{
    if (link->context == NULL) {
        link->stage = READY;
        return HOP_LINK_OK;
    }
    link->tls = hop_tls_open(link->context, link->fd, link->host, err);
    link->stage = HANDSHAKE;
    return link->tls ? HOP_LINK_OK : HOP_LINK_FAILED;
}

static enum hop_link_result
step_race(struct hop_link *link, enum hop_dial_failure *failure,
          struct hop_error *err)
{
    enum hop_link_result r = net_race_step(link->race, &link->fd, failure, err);

    if (r == HOP_LINK_FAILED && link->proxy) {
        *failure = HOP_DIAL_PROXY;
        hop_error_prefix(err, "reach the proxy");
    }
    if (r != HOP_LINK_OK)
        return r;
    net_race_free(link->race);
    link->race = NULL;
    net_socket_tune(link->fd);
    note_peer(link);
    if (link->proxy) {
        write_connect(link);
        link->stage = ASKING_PROXY;
        return HOP_LINK_OK;
    }
    return begin_tls(link, err);
}

static enum hop_link_result
plain_write(struct hop_link *link, const void *p, size_t n, size_t *put,
            struct hop_error *err)
{
    ssize_t r = send(link->fd, p, n, MSG_NOSIGNAL);

    if (r >= 0) {
        *put = (size_t)r;
        return HOP_LINK_OK;
    }
    if (errno == EAGAIN || errno == EINTR) {
        link->events = POLLOUT;
        return HOP_LINK_WAIT;
    }
    hop_error_errno(err, errno, "send to %s", link->peer);
    return HOP_LINK_FAILED;
}

static enum hop_link_result
plain_read(struct hop_link *link, void *p, size_t n, size_t *got,
           struct hop_error *err)
{
    ssize_t r = recv(link->fd, p, n, 0);

    if (r > 0) {
        *got = (size_t)r;
        return HOP_LINK_OK;
    }
    if (r == 0)
        return HOP_LINK_EOF;
    if (errno == EAGAIN || errno == EINTR) {
        link->events = POLLIN;
        return HOP_LINK_WAIT;
    }
    hop_error_errno(err, errno, "receive from %s", link->peer);
    return HOP_LINK_FAILED;
}

static enum hop_link_result
ask_proxy(struct hop_link *link, struct hop_error *err)
{
    size_t put = 0;
    enum hop_link_result r =
        plain_write(link, link->request.data + link->sent,
                    link->request.len - link->sent, &put, err);

    if (r != HOP_LINK_OK)
        return r;
    link->sent += put;
    if (link->sent == link->request.len)
        link->stage = HEARING_PROXY;
    return HOP_LINK_OK;
}

static enum hop_link_result
judge_proxy(struct hop_link *link, struct hop_error *err)
{
    int status = link->answer.head.status;

    if (status == 200)
        return begin_tls(link, err);
    hop_error_set(err, HOP_ERROR_HTTP, status,
                  "the proxy %s refuses a tunnel to %s port %u: %d %s%s",
                  link->proxy, link->host, link->port, status,
                  link->answer.head.reason,
                  status == 407 ? "; it wants a user and a password, given in "
                                  "http_proxy=http://user:password@host:port"
                                : "");
    return HOP_LINK_FAILED;
}

/* Byte by byte: what follows the answer belongs to the other end. */
static enum hop_link_result
hear_proxy(struct hop_link *link, struct hop_error *err)
{
    char c;
    const char *in = &c;
    size_t got = 0;
    enum hop_link_result r = plain_read(link, &c, 1, &got, err);

    if (r == HOP_LINK_EOF) {
        hop_error_set(err, HOP_ERROR_PROTOCOL, 0,
                      "the proxy %s closed the connection", link->proxy);
        return HOP_LINK_FAILED;
    }
    if (r != HOP_LINK_OK)
        return r;
    switch (hop_http_parser_step(&link->answer, &in, &got, err)) {
    case HOP_HTTP_HEAD: return judge_proxy(link, err);
    case HOP_HTTP_BAD:
        hop_error_prefix(err, "the proxy %s", link->proxy);
        return HOP_LINK_FAILED;
    default: return HOP_LINK_OK;
    }
}

static enum hop_link_result
settle_tls(struct hop_link *link, enum hop_tls_result r)
{
    static const enum hop_link_result results[] = {
        [HOP_TLS_OK] = HOP_LINK_OK,
        [HOP_TLS_WANT_READ] = HOP_LINK_WAIT,
        [HOP_TLS_WANT_WRITE] = HOP_LINK_WAIT,
        [HOP_TLS_EOF] = HOP_LINK_EOF,
        [HOP_TLS_FAILED] = HOP_LINK_FAILED,
    };

    link->events = r == HOP_TLS_WANT_WRITE ? POLLOUT : POLLIN;
    return results[r];
}

static enum hop_link_result
shake_hands(struct hop_link *link, enum hop_dial_failure *failure,
            struct hop_error *err)
{
    enum hop_link_result r =
        settle_tls(link, hop_tls_handshake(link->tls, err));

    if (r == HOP_LINK_OK)
        link->stage = READY;
    if (r == HOP_LINK_FAILED) {
        *failure = err && err->code ? HOP_DIAL_CERTIFICATE : HOP_DIAL_TLS;
        hop_error_prefix(err, "secure the connection to %s port %u", link->host,
                         link->port);
    }
    return r;
}

static enum hop_link_result
step_stage(struct hop_link *link, enum hop_dial_failure *failure,
           struct hop_error *err)
{
    switch (link->stage) {
    case RACING: return step_race(link, failure, err);
    case ASKING_PROXY: *failure = HOP_DIAL_PROXY; return ask_proxy(link, err);
    case HEARING_PROXY: *failure = HOP_DIAL_PROXY; return hear_proxy(link, err);
    case HANDSHAKE: return shake_hands(link, failure, err);
    default: return HOP_LINK_OK;
    }
}

static void
say_late(const struct hop_link *link, enum hop_dial_failure *failure,
         struct hop_error *err)
{
    if (link->race && net_race_fail_name(link->race, failure, err))
        return;
    *failure = HOP_DIAL_TIMEOUT;
    hop_error_set(err, HOP_ERROR_ERRNO, ETIMEDOUT,
                  "%s does not answer on port %u", link->host, link->port);
}

enum hop_link_result
hop_link_connect(struct hop_link *link, enum hop_dial_failure *failure,
                 struct hop_error *err)
{
    enum hop_link_result r = HOP_LINK_OK;

    *failure = HOP_DIAL_OTHER;
    while (link->stage < READY && r == HOP_LINK_OK)
        r = step_stage(link, failure, err);
    if (r == HOP_LINK_WAIT && net_now_ms() >= link->deadline) {
        say_late(link, failure, err);
        r = HOP_LINK_FAILED;
    }
    if (r == HOP_LINK_FAILED)
        link->stage = DEAD;
    return r;
}

enum hop_link_result
hop_link_read(struct hop_link *link, void *p, size_t n, size_t *got,
              struct hop_error *err)
{
    if (link->tls)
        return settle_tls(link, hop_tls_read(link->tls, p, n, got, err));
    return plain_read(link, p, n, got, err);
}

enum hop_link_result
hop_link_write(struct hop_link *link, const void *p, size_t n, size_t *put,
               struct hop_error *err)
{
    if (link->tls)
        return settle_tls(link, hop_tls_write(link->tls, p, n, put, err));
    return plain_write(link, p, n, put, err);
}

bool
hop_link_is_dead(const struct hop_link *link)
{
    struct pollfd p = {.fd = link->fd, .events = POLLRDHUP};

    return link->stage == READY && poll(&p, 1, 0) == 1;
}

int
hop_link_wants(const struct hop_link *link, short *events, int *wait_ms)
{
    int fd = link->fd, wait = -1;

    *events = link->events ? link->events : POLLIN;
    if (link->race)
        fd = net_race_wants(link->race, events, &wait);
    if (link->stage < READY) {
        uint64_t now = net_now_ms();
        int left = link->deadline > now ? (int)(link->deadline - now) : 0;
        if (wait < 0 || left < wait)
            wait = left;
    }
    *wait_ms = wait;
    return fd;
}

bool
hop_link_connect_wait(struct hop_link *link, enum hop_dial_failure *failure,
                      struct hop_error *err)
{
    while (true) {
        struct pollfd p;
        int wait_ms;
        enum hop_link_result r = hop_link_connect(link, failure, err);
        if (r != HOP_LINK_WAIT)
            return r == HOP_LINK_OK;
        p.fd = hop_link_wants(link, &p.events, &wait_ms);
        (void)poll(&p, 1, wait_ms);
    }
}

const char *
hop_link_peer(const struct hop_link *link)
{
    return link->peer;
}

const struct hop_tls_info *
hop_link_tls(const struct hop_link *link)
{
    return link->tls ? hop_tls_get_info(link->tls) : NULL;
}
