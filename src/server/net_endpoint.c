/* Endpoints: the resources that a shell can be created of.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "config/endpoint.h"
#include "server/net_state.h"
#include "wsman/uri.h"

/* What we speak; every client since Windows 8 names 2.1 to 2.4, older ones 2.0,
 * and newer ones must come down to ours by themselves. */
#define PROTOCOL_MAJOR 2
#define PROTOCOL_OURS  "2.4"

bool
net_endpoint_is_powershell(const char *resource)
{
    return hop_ascii_ieqn(resource, HOP_URI_POWERSHELL,
                          strlen(HOP_URI_POWERSHELL));
}

/* MS-PSRP 3.1.5.3.1: the option must be there, and of a version both speak. */
static bool
check_version(const struct net_conn *c, struct hop_fault *f)
{
    const struct hop_wsman_option *o =
        hop_wsman_option(&c->request, HOP_OPTION_PROTOCOLVERSION);

    if (!o) {
        hop_fault_set(f, HOP_FAULT_INVALID_PARAMETER,
                      "The client names no %s, as every PowerShell client "
                      "does: this endpoint speaks the remoting protocol %s.",
                      HOP_OPTION_PROTOCOLVERSION, PROTOCOL_OURS);
        return false;
    }
    if (strtol(o->value, NULL, 10) == PROTOCOL_MAJOR)
        return true;
    hop_fault_set(f, HOP_FAULT_INVALID_PARAMETER,
                  "The client's version %.16s of the remoting protocol is not "
                  "spoken here; this endpoint has %s.",
                  o->value, PROTOCOL_OURS);
    return false;
}

bool
net_endpoint_check(const struct net_conn *c, struct hop_fault *f)
{
    HOP_AUTO_BUF struct hop_buf names = HOP_BUF_INIT;
    const char *uri = c->request.header.resource_uri;
    struct hop_endpoint e;

    if (uri && hop_ascii_ieq(uri, HOP_URI_SHELL_CMD))
        return true;
    if (uri && hop_endpoint_find(&c->net->config, uri, &e))
        return check_version(c, f);
    hop_endpoint_names(&c->net->config, &names);
    hop_fault_set(f, HOP_FAULT_INVALID_RESOURCE_URI,
                  "There is no endpoint %.200s on this host. Its session "
                  "configurations are: %s.",
                  uri && net_endpoint_is_powershell(uri)
                      ? uri + strlen(HOP_URI_POWERSHELL)
                  : uri ? uri
                        : "",
                  hop_buf_str(&names));
    return false;
}

const char *
net_endpoint_command(const struct net_shell *s)
{
    struct hop_endpoint e;

    if (!s->quick || !hop_endpoint_find(&s->net->config, s->resource, &e) ||
        e.engine != HOP_ENDPOINT_PWSH)
        return "";
    return e.command;
}

/* The length of a resource URI without what does not count. */
static size_t
bare_length(const char *uri)
{
    size_t n = strcspn(uri, "?");

    while (n > 0 && uri[n - 1] == '/')
        n--;
    return n;
}

bool
net_endpoint_is_same(const char *a, const char *b)
{
    size_t n = bare_length(a);

    return n == bare_length(b) && hop_ascii_ieqn(a, b, n);
}

int64_t
net_idle_max(const struct net *n, const char *resource)
{
    struct hop_endpoint_quotas q;

    hop_endpoint_quotas(&n->config, resource, &q);
    return q.max_idle_ms >= NET_IDLE_MIN_MS ? q.max_idle_ms : NET_IDLE_MAX_MS;
}

int64_t
net_idle_default(const struct net *n, const char *resource)
{
    int64_t most = net_idle_max(n, resource);
    struct hop_endpoint_quotas q;
    int64_t ms;

    hop_endpoint_quotas(&n->config, resource, &q);
    ms = q.idle_ms >= NET_IDLE_MIN_MS
             ? q.idle_ms
             : hop_config_u32(&n->config, HOP_SET_SHELL_IDLE_TIMEOUT_MS);
    return ms < most ? ms : most;
}

bool
net_endpoint_drops(const struct net_shell *s)
{
    struct hop_endpoint_quotas q;

    hop_endpoint_quotas(&s->net->config, s->resource, &q);
    return q.drop;
}
