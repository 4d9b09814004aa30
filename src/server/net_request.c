/* A WS-Management request to the function that answers it.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "base/text.h"
#include "server/net_state.h"
#include "wsman/settings.h"
#include "wsman/uri.h"

#define PROTOCOL_VERSION "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"
#define VENDOR           "Hop"
#define ANONYMOUS_MAX    4096
#define OPERATION_MIN_MS 500

/* How long after its start hopd-net expects sessions of an earlier one. */
#define ATTACH_MS 2000
#define RETRY_MS  20

static void
identify(struct net_conn *c)
{
    struct hop_wsman_message answer;
    char id[NET_MESSAGE_ID];

    net_reply_init(c, &answer, HOP_WSMAN_IDENTIFY_RESPONSE, id);
    answer.identify = (struct hop_wsman_identify){
        .protocol_version = PROTOCOL_VERSION,
        .product_vendor = VENDOR,
        /* Nothing about this host to those who have not logged on. */
        .product_version =
            c->state == NET_CONN_PROVEN
                ? "OS: Linux SP: 0.0 Stack: 3.0 Hop: " HOP_VERSION
                : "OS: 0.0.0 SP: 0.0 Stack: 3.0"};
    net_reply_message(c, &answer);
}

void
net_request_anonymous(struct net_conn *c)
{
    struct hop_wsman_limits limits = {.max_bytes = ANONYMOUS_MAX};
    struct hop_fault fault;

    if (c->body->len == 0 || c->body->len > ANONYMOUS_MAX) {
        net_reply_challenge(c, NULL);
        return;
    }
    c->has_request = true;
    if (hop_wsman_request_decode(&c->request, c->body->data, c->body->len,
                                 &limits, &fault) &&
        c->request.kind == HOP_WSMAN_IDENTIFY)
        identify(c);
    else
        net_reply_challenge(c, NULL);
}

typedef void handler(struct net_conn *c);

static handler *const handlers[HOP_WSMAN_KINDS] = {
    [HOP_WSMAN_IDENTIFY] = identify,
    [HOP_WSMAN_GET] = net_shell_get,
    [HOP_WSMAN_CREATE] = net_shell_create,
    [HOP_WSMAN_DELETE] = net_shell_delete,
    [HOP_WSMAN_ENUMERATE] = net_enum_begin,
    [HOP_WSMAN_PULL] = net_enum_pull,
    [HOP_WSMAN_RELEASE] = net_enum_release,
    [HOP_WSMAN_COMMAND] = net_command_create,
    [HOP_WSMAN_SEND] = net_command_send,
    [HOP_WSMAN_RECEIVE] = net_command_receive,
    [HOP_WSMAN_SIGNAL] = net_command_signal,
    [HOP_WSMAN_DISCONNECT] = net_shell_disconnect,
    [HOP_WSMAN_RECONNECT] = net_shell_reconnect,
    [HOP_WSMAN_CONNECT] = net_shell_connect,
};

/* Verbs that the settings have as well. */
static handler *
find_handler(const struct net_conn *c)
{
    switch (c->request.kind) {
    case HOP_WSMAN_GET:
    case HOP_WSMAN_PUT:
    case HOP_WSMAN_CREATE:
    case HOP_WSMAN_DELETE:
    case HOP_WSMAN_ENUMERATE:
    case HOP_WSMAN_INVOKE:
        if (net_settings_has(c))
            return net_settings_handle;
        if (net_cim_has(c))
            return net_cim_handle;
        break;
    case HOP_WSMAN_PULL:
    case HOP_WSMAN_RELEASE:
        if (net_cim_has_context(c))
            return net_cim_handle;
        break;
    default: break;
    }
    return handlers[c->request.kind];
}

/* What can be got, put, deleted, enumerated and invoked is settings, classes
 * and shells; Create says more about endpoints that are not there itself. */
static bool
check_resource(struct net_conn *c)
{
    HOP_AUTO_BUF struct hop_buf meant = HOP_BUF_INIT;
    const char *uri = c->request.header.resource_uri;
    enum hop_wsman_kind kind = c->request.kind;
    bool guessed;

    if ((kind != HOP_WSMAN_GET && kind != HOP_WSMAN_PUT &&
         kind != HOP_WSMAN_DELETE && kind != HOP_WSMAN_ENUMERATE &&
         kind != HOP_WSMAN_INVOKE && kind != HOP_WSMAN_CREATE) ||
        uri == NULL || net_settings_has(c) || net_endpoint_is_powershell(uri) ||
        hop_ascii_ieqn(uri, HOP_URI_SHELL, strlen(HOP_URI_SHELL)))
        return true;
    if (net_cim_is(uri) && !net_cim_has(c)) {
        net_reply_code(c, HOP_FAULT_ACTION_NOT_SUPPORTED,
                       "%s is not for classes: their instances are read (Get, "
                       "Enumerate) and their methods invoked.",
                       hop_wsman_kind_name(kind));
        return false;
    }
    guessed = hop_settings_guess(uri, &meant);
    if (net_cim_is(uri) || (kind == HOP_WSMAN_CREATE && !guessed))
        return true;
    net_reply_code(
        c, HOP_FAULT_INVALID_RESOURCE_URI,
        guessed ? "There is no resource %.200s on this host. Is %s meant?"
                : "There is no resource %.200s on this host. There are "
                  "settings (winrm/config%s), classes (wmicimv2/NAME) and "
                  "shells (shell/cmd).",
        uri, hop_buf_str(&meant));
    return false;
}

/* Requests of this user that are being worked on. */
static size_t
count_operations(const struct net *n, const char *user)
{
    size_t count = 0;

    for (const struct net_conn *c = n->conns; c; c = c->next)
        count += c->wait != NET_WAIT_NOTHING && c->user &&
                 strcmp(c->user, user) == 0;
    return count;
}

/* "OperationTimeout ... the service MUST respond within": the client's wish,
 * bounded by MaxTimeoutms. */
static uint64_t
operation_deadline(const struct net_conn *c)
{
    uint64_t max = hop_config_u32(&c->net->config, HOP_SET_MAX_TIMEOUT_MS);
    int64_t wish = c->request.header.timeout_ms;
    uint64_t ms = wish < 0 || (uint64_t)wish > max ? max : (uint64_t)wish;

    if (ms < OPERATION_MIN_MS)
        ms = OPERATION_MIN_MS;
    return hop_loop_now_ms(c->net->loop) + ms;
}

bool
net_request_park(struct net_conn *c)
{
    struct net *n = c->net;

    if (hop_loop_now_ms(n->loop) - n->started_at > ATTACH_MS)
        return false;
    c->parked = true;
    hop_timer_start(n->retry, RETRY_MS);
    return true;
}

void
net_request_retry(struct net *n)
{
    for (struct net_conn *c = n->conns, *next; c; c = next) {
        next = c->next;
        if (!c->parked)
            continue;
        c->parked = false;
        handlers[c->request.kind](c);
    }
}

/* DSP0226 6.4: an option with MustComply that the service does not know fails
 * the request. */
static bool
check_options(struct net_conn *c)
{
    static const char *const known[] = {
        HOP_OPTION_NOPROFILE,         HOP_OPTION_CODEPAGE,
        HOP_OPTION_CONSOLEMODE_STDIN, HOP_OPTION_SKIP_CMD_SHELL,
        HOP_OPTION_KEEPALIVE,         HOP_OPTION_PROTOCOLVERSION,
    };
    const struct hop_wsman_header *h = &c->request.header;

    for (size_t i = 0; i < h->option_count; i++) {
        bool is_known = !h->options[i].must_comply;

        for (size_t k = 0; !is_known && k < HOP_ARRAY_SIZE(known); k++)
            is_known = hop_ascii_ieq(h->options[i].name, known[k]);
        if (!is_known) {
            net_reply_code(c, HOP_FAULT_OPTION_INVALID_NAME,
                           "The option %s must be complied with, and is not "
                           "known here.",
                           h->options[i].name);
            return false;
        }
    }
    return true;
}

static bool
check_timeout(struct net_conn *c)
{
    const char *uri = c->request.header.resource_uri;
    uint32_t max = hop_config_u32(&c->net->config, HOP_SET_MAX_TIMEOUT_MS);

    /* PowerShell asks for three minutes by itself, and WinRM answers within
     * its own limit. */
    if (c->request.header.timeout_ms <= (int64_t)max ||
        strncmp(uri ? uri : "", HOP_URI_POWERSHELL,
                strlen(HOP_URI_POWERSHELL)) == 0)
        return true;
    net_reply_code(c, HOP_FAULT_UNSUPPORTED_TIMEOUT,
                   "An OperationTimeout of %lld ms is over the %u ms of "
                   "MaxTimeoutms.",
                   (long long)c->request.header.timeout_ms, max);
    return false;
}

void
net_request_handle(struct net_conn *c)
{
    const struct net *n = c->net;
    uint32_t max =
        hop_config_u32(&n->config, HOP_SET_SERVICE_MAX_OPERATIONS_PER_USER);
    handler *handle = find_handler(c);

    if (!check_timeout(c) || !check_options(c) || !net_access_check(c) ||
        !check_resource(c))
        return;
    c->wait_until = operation_deadline(c);
    if (handle == NULL) {
        net_reply_code(c, HOP_FAULT_ACTION_NOT_SUPPORTED,
                       "The action %s is not supported.",
                       c->request.header.action ? c->request.header.action
                                                : "");
        return;
    }
    if (n->waiting_count >=
        hop_config_u32(&n->config, HOP_SET_SERVICE_MAX_OPERATIONS)) {
        hop_journal(HOP_EVENT_QUOTA, HOP_FIELDS("USER", c->user),
                    "MaxConcurrentOperations is reached");
        net_reply_code(c, HOP_FAULT_QUOTA_SYSTEM,
                       "The service has as many operations under way as "
                       "MaxConcurrentOperations allows.");
        return;
    }
    if (n->waiting_count >= max && count_operations(n, c->user) >= max) {
        hop_journal(HOP_EVENT_QUOTA, HOP_FIELDS("USER", c->user),
                    "%s has reached MaxConcurrentOperationsPerUser", c->user);
        net_reply_code(c, HOP_FAULT_QUOTA_MAX_OPERATIONS,
                       "The user has %u operations under way, which is "
                       "MaxConcurrentOperationsPerUser.",
                       max);
        return;
    }
    handle(c);
}
