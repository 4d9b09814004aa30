/* Client connections: name resolution, IPv4 and IPv6, HTTP CONNECT proxies,
 * TLS. A link is loop-agnostic: it says which descriptor to wait for and until
 * when, so poll() and an event loop drive it alike.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_NET_DIAL_H
#define HOP_NET_DIAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "net/tls.h"

struct hop_link;

/* Why dialling failed, beside the text: for messages that say what to do. */
enum hop_dial_failure {
    HOP_DIAL_OTHER,
    HOP_DIAL_NAME,    /* the name does not resolve */
    HOP_DIAL_REFUSED, /* nothing listens there */
    HOP_DIAL_TIMEOUT, /* no answer: host down or firewall */
    HOP_DIAL_UNREACHABLE,
    HOP_DIAL_PROXY,
    HOP_DIAL_CERTIFICATE, /* TLS: the server's certificate is not accepted */
    HOP_DIAL_TLS,
};

struct hop_dial_target {
    const char *host; /* name, IPv4, or IPv6 without brackets */
    uint16_t port;
    const char *proxy;               /* "host:port", or NULL for a direct way */
    const char *proxy_authorization; /* value of the header, or NULL */
    struct hop_tls_context *tls;     /* NULL: plain */
    uint32_t timeout_ms;             /* for all of it; 0: 30 s */
};

/* Looks the name up, then connects to the addresses in order, the next one
 * 250 ms later while the first has not answered (RFC 8305).  Returns a link
 * that is still connecting; NULL and err when nothing could be started. */
HOP_MUST_CHECK struct hop_link *
hop_link_dial(const struct hop_dial_target *target,
              enum hop_dial_failure *failure, struct hop_error *err);
void hop_link_free(struct hop_link *link);

enum hop_link_result {
    HOP_LINK_OK,
    HOP_LINK_WAIT, /* see hop_link_wants */
    HOP_LINK_EOF,
    HOP_LINK_FAILED,
};

/* Goes on connecting (TCP, proxy, TLS): OK when the link can be used. */
HOP_MUST_CHECK enum hop_link_result
hop_link_connect(struct hop_link *link, enum hop_dial_failure *failure,
                 struct hop_error *err);
HOP_MUST_CHECK enum hop_link_result hop_link_read(struct hop_link *link,
                                                  void *p, size_t n,
                                                  size_t *got,
                                                  struct hop_error *err);
HOP_MUST_CHECK enum hop_link_result hop_link_write(struct hop_link *link,
                                                   const void *p, size_t n,
                                                   size_t *put,
                                                   struct hop_error *err);
/* Whether the other side has ended a link that stands: what is sent now would
 * not be read. */
bool hop_link_is_dead(const struct hop_link *link);
/* What to wait for before the last call is repeated: poll events, and ms until
 * it is to be repeated in any case (-1: no limit). */
int hop_link_wants(const struct hop_link *link, short *events, int *wait_ms);
/* Waits accordingly and connects to the end: the blocking form. */
HOP_MUST_CHECK bool hop_link_connect_wait(struct hop_link *link,
                                          enum hop_dial_failure *failure,
                                          struct hop_error *err);
/* "10.77.0.12:5985"; "" before a connection stands. */
const char *hop_link_peer(const struct hop_link *link);
/* NULL on a plain link. */
const struct hop_tls_info *hop_link_tls(const struct hop_link *link);

/* The proxy for a target by http_proxy, https_proxy, all_proxy and no_proxy, as
 * read by the caller's getenv: malloc'ed "host:port" (port 3128 when none is
 * given), or NULL for none.  Of http_proxy only the lower-case name counts
 * (CVE-2016-5385).  *authorization: malloc'ed value for user and password in
 * the address, or NULL. */
char *hop_proxy_from_env(const char *host, uint16_t port, bool tls,
                         const char *(*get)(const char *name),
                         char **authorization);

#endif
