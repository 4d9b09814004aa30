/* The settings as resources, wsman/settings.h: for administrators alone.
 *
 * Whether the user is one, and every change, is asked of the monitor through
 * hopd-auth, which knows who is behind the connection; what it has said of a
 * logon once is kept for the connection's time.
 *
 * SPDX-License-Identifier: MIT
 */
#include "wsman/settings.h"

#include <string.h>

#include "config/change.h"
#include "server/net_state.h"

static struct hop_settings_view
view_of(const struct net *n)
{
    return (struct hop_settings_view){.config = &n->config,
                                      .addresses = n->addresses};
}

static struct hop_settings_request
request_of(const struct net_conn *c)
{
    const struct hop_wsman_message *m = &c->request;

    return (struct hop_settings_request){
        .verb = m->kind,
        .resource_uri = m->header.resource_uri,
        .action = m->header.action,
        .selectors = m->header.selectors,
        .selector_count = m->header.selector_count,
        .body = m->body,
    };
}

bool
net_settings_has(const struct net_conn *c)
{
    return hop_settings_has(c->request.header.resource_uri);
}

static void
refuse(struct net_conn *c, const struct hop_fault *fault)
{
    net_conn_note_refused(c, fault->message);
    net_reply_fault(c, fault);
}

/* ---- waiting for the monitor */

static void
ask(struct net_conn *c, const char *changes)
{
    struct hop_msg_change m = {.logon = c->logon, .text = changes};

    c->wait = NET_WAIT_SETTINGS;
    c->wait_id = net_next_id(c->net);
    c->net->waiting_count++;
    net_channel_send(&c->net->auth, HOP_MSG_CHANGE, c->wait_id, &m);
}

static struct net_conn *
find_waiting(struct net *n, uint32_t id)
{
    for (struct net_conn *c = n->conns; c; c = c->next)
        if (c->wait == NET_WAIT_SETTINGS && c->wait_id == id)
            return c;
    return NULL;
}

void
net_settings_sweep(struct net *n)
{
    uint64_t now = hop_loop_now_ms(n->loop);

    for (struct net_conn *c = n->conns, *next; c; c = next) {
        next = c->next;
        if (c->wait == NET_WAIT_SETTINGS && c->wait_until <= now)
            net_reply_code(c, HOP_FAULT_OPERATION_TIMEDOUT,
                           "The settings have not been changed within the "
                           "OperationTimeout.");
    }
}

/* ---- verbs */

static void
reply_xml(struct net_conn *c, enum hop_wsman_kind kind,
          const struct hop_buf *xml)
{
    struct hop_wsman_message answer;
    char id[NET_MESSAGE_ID];

    net_reply_init(c, &answer, kind, id);
    answer.body_xml = xml->len > 0 ? xml->data : NULL;
    answer.body_xml_len = xml->len;
    net_reply_message(c, &answer);
}

static void
get(struct net_conn *c)
{
    const struct hop_settings_view v = view_of(c->net);
    const struct hop_settings_request r = request_of(c);
    HOP_AUTO_BUF struct hop_buf xml = HOP_BUF_INIT;
    struct hop_fault fault;

    if (hop_settings_get(&v, &r, &xml, &fault))
        reply_xml(c, HOP_WSMAN_GET_RESPONSE, &xml);
    else
        refuse(c, &fault);
}

static void
plan(struct net_conn *c)
{
    const struct hop_settings_view v = view_of(c->net);
    const struct hop_settings_request r = request_of(c);
    HOP_AUTO_BUF struct hop_buf changes = HOP_BUF_INIT;
    struct hop_fault fault;

    if (!hop_settings_plan(&v, &r, &changes, &fault))
        refuse(c, &fault);
    else if (changes.len > HOP_CONFIG_CHANGES_MAX)
        net_reply_code(c, HOP_FAULT_ENCODING_LIMIT,
                       "More changes of settings than one request may make.");
    else
        ask(c, hop_buf_str(&changes));
}

static void
enumerate(struct net_conn *c)
{
    const struct hop_settings_view v = view_of(c->net);
    const struct hop_settings_request r = request_of(c);
    struct net_enum *e = net_enum_new(c);
    struct hop_fault fault;

    if (hop_settings_enumerate(&v, &r, net_enum_add, e, &fault)) {
        net_enum_start(c, e);
        return;
    }
    net_enum_free(c->net, e);
    refuse(c, &fault);
}

static void
serve(struct net_conn *c)
{
    if (c->request.kind == HOP_WSMAN_GET)
        get(c);
    else if (c->request.kind == HOP_WSMAN_ENUMERATE)
        enumerate(c);
    else
        plan(c);
}

void
net_settings_handle(struct net_conn *c)
{
    const struct hop_settings_request r = request_of(c);
    struct hop_fault fault;

    /* A slip is told to everybody: it says nothing about this host. */
    if (!hop_settings_check(&r, &fault))
        refuse(c, &fault);
    else if (c->administrator)
        serve(c);
    else
        ask(c, "");
}

/* WinRM's fault is the plain Win32 code, which Ruby's client looks for. */
static void
reply_failed(struct net_conn *c, const struct hop_error *err)
{
    struct hop_fault fault;
    uint32_t code = err->domain == HOP_ERROR_WSMAN
                        ? (uint32_t)err->code
                        : HOP_FAULT_INVALID_REPRESENTATION;

    hop_fault_set(&fault,
                  code == HOP_CONFIG_DENIED ? HOP_FAULT_ACCESS_DENIED : code,
                  "%s", err->text);
    refuse(c, &fault);
}

static void
reply_done(struct net_conn *c)
{
    const struct hop_settings_view v = view_of(c->net);
    const struct hop_settings_request r = request_of(c);
    HOP_AUTO_BUF struct hop_buf xml = HOP_BUF_INIT;

    hop_settings_answer(&v, &r, &xml);
    reply_xml(c, (enum hop_wsman_kind)(c->request.kind + 1), &xml);
}

bool
net_settings_on_applied(void *ctx, struct hop_ipc_msg *msg,
                        struct hop_error *err)
{
    struct hop_msg_applied m;
    struct hop_error why = {0};
    struct net_conn *c = find_waiting(ctx, msg->id);

    if (!hop_ipc_unpack(msg, &m, err))
        return false;
    if (c == NULL) /* it has gone, or waited long enough */
        return true;
    if (!hop_config_answer_parse(m.answer, &why)) {
        reply_failed(c, &why);
        return true;
    }
    if (c->administrator) {
        reply_done(c);
        return true;
    }
    c->administrator = true;
    net_shell_unwait(c);
    serve(c);
    return true;
}
