/* Instances of classes (MS-WSMV 3.1.4.1, DSP0226 7 to 9): hopd-net makes none
 * itself.  Each user who asks gets a process of that user's, hopd-run-cim,
 * which is kept for a while; a request goes there as one message and comes back
 * as one.  An enumeration's context names the process and a number in it.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/guid.h"
#include "base/text.h"
#include "server/net_state.h"
#include "wsman/uri.h"

#define URI_CIM "http://schemas.dmtf.org/wbem/wscim/1/"
/* The resource that names the endpoint. */
#define ENDPOINT HOP_URI_WMI "root/cimv2"

enum {
    ENVELOPE_ROOM = 8192, /* for what is around the items */
    REUSE_MS = 60000,     /* below the time after which it ends by itself */
    CONTEXT_TEXT = HOP_GUID_TEXT + 24,
};

/* ------------------------------------------------------------ whose they are
 */

bool
net_cim_is(const char *uri)
{
    return uri && (hop_ascii_ieqn(uri, HOP_URI_WMI, strlen(HOP_URI_WMI)) ||
                   hop_ascii_ieqn(uri, URI_CIM, strlen(URI_CIM)));
}

bool
net_cim_has(const struct net_conn *c)
{
    enum hop_wsman_kind kind = c->request.kind;

    return net_cim_is(c->request.header.resource_uri) &&
           (kind == HOP_WSMAN_GET || kind == HOP_WSMAN_ENUMERATE ||
            kind == HOP_WSMAN_INVOKE);
}

/* "SHELLID/number" */
bool
net_cim_has_context(const struct net_conn *c)
{
    const char *context = c->request.enumeration.context;

    return context && strlen(context) > HOP_GUID_TEXT &&
           context[HOP_GUID_TEXT - 1] == '/';
}

/* ------------------------------------------------------------------- asking */

static void
add_pair(struct hop_buf *b, const char *name, const char *value)
{
    if (!value)
        return;
    hop_buf_add(b, name, strlen(name) + 1);
    hop_buf_add(b, value, strlen(value) + 1);
}

static void
add_selectors(struct hop_buf *b, const struct hop_wsman_selector *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        add_pair(b, s[i].name, s[i].value);
}

/* The METHOD_INPUT of a call: its children are the arguments. */
static void
add_arguments(struct hop_buf *b, const struct hop_xml_node *body)
{
    for (const struct hop_xml_node *n = body ? body->first : NULL; n;
         n = n->next)
        add_pair(b, n->local, n->text);
}

static void
describe_enumeration(const struct net_conn *c, struct hop_msg_ask *m)
{
    const struct hop_wsman_enumeration *e = &c->request.enumeration;
    const struct hop_config *config = &c->net->config;
    uint64_t most = e->max_elements ? e->max_elements : 1;
    uint64_t batch = hop_config_u32(config, HOP_SET_MAX_BATCH_ITEMS);
    size_t room = net_envelope_max(c) - ENVELOPE_ROOM;

    if (e->max_characters && e->max_characters < room)
        room = (size_t)e->max_characters;
    m->max_elements = (uint32_t)(most < batch ? most : batch);
    m->max_bytes = (uint32_t)room;
    m->dialect = e->filter_dialect ? e->filter_dialect : "";
    m->filter = e->filter ? e->filter : "";
    m->optimize = e->optimize;
    m->mode = e->mode == HOP_WSMAN_MODE_EPR              ? HOP_ASK_EPRS
              : e->mode == HOP_WSMAN_MODE_OBJECT_AND_EPR ? HOP_ASK_BOTH
                                                         : HOP_ASK_OBJECTS;
    if (net_cim_has_context(c))
        m->context = strtoull(e->context + HOP_GUID_TEXT, NULL, 10);
}

static enum hop_ask_op
verb_of(enum hop_wsman_kind kind)
{
    switch (kind) {
    case HOP_WSMAN_ENUMERATE: return HOP_ASK_ENUMERATE;
    case HOP_WSMAN_PULL: return HOP_ASK_PULL;
    case HOP_WSMAN_RELEASE: return HOP_ASK_RELEASE;
    case HOP_WSMAN_GET: return HOP_ASK_GET;
    default: return HOP_ASK_INVOKE;
    }
}

static const char *
method_of(const struct net_conn *c)
{
    const char *slash = strrchr(c->request.header.action, '/');

    return slash ? slash + 1 : c->request.header.action;
}

/* c waits for the process already. */
static void
ask(struct net_shell *s, struct net_conn *c)
{
    HOP_AUTO_BUF struct hop_buf selectors = HOP_BUF_INIT;
    HOP_AUTO_BUF struct hop_buf arguments = HOP_BUF_INIT;
    const struct hop_wsman_message *r = &c->request;
    struct hop_msg_ask m = {
        .op = (uint8_t)verb_of(r->kind),
        .resource = r->header.resource_uri ? r->header.resource_uri : "",
        .dialect = "",
        .filter = "",
        .method = "",
        .idle_ms = hop_config_u32(&c->net->config,
                                  HOP_SET_SERVICE_ENUMERATION_TIMEOUT_MS)};

    if (m.op <= HOP_ASK_RELEASE)
        describe_enumeration(c, &m);
    if (m.op == HOP_ASK_ENUMERATE)
        add_selectors(&selectors, r->enumeration.filter_selectors,
                      r->enumeration.filter_selector_count);
    else if (m.op >= HOP_ASK_GET)
        add_selectors(&selectors, r->header.selectors,
                      r->header.selector_count);
    if (m.op == HOP_ASK_INVOKE) {
        add_arguments(&arguments, r->body);
        m.method = method_of(c);
    }
    m.selectors = (struct hop_ipc_bytes){selectors.data, selectors.len};
    m.arguments = (struct hop_ipc_bytes){arguments.data, arguments.len};
    c->wait = NET_WAIT_TOLD;
    c->wait_id = net_next_id(s->net);
    s->used_at = hop_loop_now_ms(s->net->loop);
    net_channel_send(&s->channel, HOP_MSG_ASK, c->wait_id, &m);
}

/* ------------------------------------------------------------- the processes
 */

static struct net_shell *
find_process(struct net_conn *c)
{
    uint64_t now = hop_loop_now_ms(c->net->loop);

    for (size_t b = 0; b < NET_SHELL_BUCKETS; b++)
        for (struct net_shell *s = c->net->shells[b]; s; s = s->next)
            if (s->cim && s->state != NET_SHELL_ENDING &&
                strcmp(s->user, c->user) == 0 &&
                strcmp(s->principal, c->principal) == 0 &&
                (s->state != NET_SHELL_OPEN || now - s->used_at < REUSE_MS))
                return s;
    return NULL;
}

/* Those that wait for programs they have started are not used again, and are
 * not to become too many. */
static bool
may_start(struct net_conn *c)
{
    uint32_t most = hop_config_u32(&c->net->config, HOP_SET_SHELL_MAX_PER_USER);
    uint32_t own = 0;

    for (size_t b = 0; b < NET_SHELL_BUCKETS; b++)
        for (struct net_shell *s = c->net->shells[b]; s; s = s->next)
            own += s->cim && s->state != NET_SHELL_ENDING &&
                   strcmp(s->user, c->user) == 0;
    if (most == 0 || own < most)
        return true;
    net_reply_code(c, HOP_FAULT_QUOTA_MAX_SHELLS,
                   "No instance is made: %u processes of the user still wait "
                   "for programs that Create has started, which is "
                   "MaxShellsPerUser. End some of those programs.",
                   own);
    return false;
}

static struct net_shell *
start_process(struct net_conn *c)
{
    const char *peer = hop_httpd_peer(c->http);
    const char *colon = strrchr(peer, ':');
    struct hop_guid guid;
    char id[HOP_GUID_TEXT];
    struct net_shell *s;

    hop_guid_new(&guid);
    hop_guid_format(&guid, true, id);
    s = net_shell_add(c->net, id);
    s->cim = true;
    s->user = hop_xstrdup(c->user);
    s->principal = hop_xstrdup(c->principal);
    s->resource = hop_xstrdup(ENDPOINT);
    s->name = hop_xstrdup("");
    s->client =
        hop_xstrndup(peer, colon ? (size_t)(colon - peer) : strlen(peer));
    s->client_session = hop_xstrdup("");
    s->input_streams = hop_xstrdup("");
    s->output_streams = hop_xstrdup("");
    s->directory = hop_xstrdup("");
    s->idle_ms = NET_IDLE_MAX_MS; /* it ends by itself */
    struct hop_msg_want m = {.logon = c->logon,
                             .session = s->id,
                             .resource = s->resource,
                             .name = s->name,
                             .profile = "0"};
    net_channel_send(&c->net->auth, HOP_MSG_WANT, net_next_id(c->net), &m);
    return s;
}

void
net_cim_opening(struct net_shell *s)
{
    HOP_AUTO_BUF struct hop_buf note = HOP_BUF_INIT;

    net_note_format(s, &note);
    struct hop_msg_open m = {.directory = "",
                             .input_streams = "",
                             .output_streams = "",
                             .note = {note.data, note.len},
                             .connection = "",
                             .resource = s->resource};
    net_channel_send(&s->channel, HOP_MSG_OPEN, net_next_id(s->net), &m);
}

void
net_cim_opened(struct net_shell *s)
{
    s->state = NET_SHELL_OPEN;
    hop_journal(HOP_EVENT_SESSION_OPENED,
                HOP_FIELDS("USER", s->user, "PRINCIPAL", s->principal,
                           "SESSION", s->id, "CLIENT", s->client, "ENDPOINT",
                           s->resource),
                "instances are made for %s from %s", s->user, s->client);
    for (struct net_conn *c = s->waiting; c; c = c->wait_next)
        if (c->wait == NET_WAIT_READY)
            ask(s, c);
}

/* The process that has the enumeration; NULL with the fault sent. */
static struct net_shell *
process_of_context(struct net_conn *c)
{
    HOP_AUTO_FREE char *id =
        hop_xstrndup(c->request.enumeration.context, HOP_GUID_TEXT - 1);
    struct net_shell *s = net_shell_find(c->net, id);

    if (s && s->cim && s->state == NET_SHELL_OPEN &&
        strcmp(s->user, c->user) == 0)
        return s;
    net_reply_code(c, HOP_FAULT_INVALID_ENUMERATION_CONTEXT,
                   "There is no such enumeration of yours: it has ended, or "
                   "nobody has pulled for Service/EnumerationTimeoutms. Begin "
                   "a new one.");
    return NULL;
}

void
net_cim_handle(struct net_conn *c)
{
    bool again = c->request.kind == HOP_WSMAN_PULL ||
                 c->request.kind == HOP_WSMAN_RELEASE;
    struct net_shell *s = again ? process_of_context(c) : find_process(c);

    if (again && !s)
        return;
    if (!s && !c->logon) {
        /* hopd-auth was restarted: it must see the user anew. */
        net_reply_challenge(c, NULL);
        return;
    }
    if (!s && !may_start(c))
        return;
    if (!s)
        s = start_process(c);
    net_shell_wait(s, c, NET_WAIT_READY, 0);
    if (s->state == NET_SHELL_OPEN)
        ask(s, c);
}

/* ---------------------------------------------------------------- the answer
 */

static void
reply_items(struct net_conn *c, const struct net_shell *s,
            const struct hop_msg_told *m)
{
    struct hop_wsman_message answer;
    char id[NET_MESSAGE_ID], context[CONTEXT_TEXT];
    bool pull = c->request.kind == HOP_WSMAN_PULL;

    net_reply_init(
        c, &answer,
        pull ? HOP_WSMAN_PULL_RESPONSE : HOP_WSMAN_ENUMERATE_RESPONSE, id);
    snprintf(context, sizeof(context), "%s/%llu", s->id,
             (unsigned long long)m->context);
    answer.enumeration.optimize = c->request.enumeration.optimize;
    answer.enumeration.end_of_sequence = m->end;
    answer.enumeration.context = m->end ? NULL : context;
    if (pull || c->request.enumeration.optimize) {
        answer.enumeration.items_xml = m->xml.len ? m->xml.data : "";
        answer.enumeration.items_xml_len = m->xml.len;
    }
    net_reply_message(c, &answer);
}

static void
reply_body(struct net_conn *c, enum hop_wsman_kind kind,
           const struct hop_msg_told *m)
{
    struct hop_wsman_message answer;
    char id[NET_MESSAGE_ID];

    net_reply_init(c, &answer, kind, id);
    answer.body_xml = m->xml.data;
    answer.body_xml_len = m->xml.len;
    net_reply_message(c, &answer);
}

static void
reply(struct net_conn *c, const struct net_shell *s,
      const struct hop_msg_told *m)
{
    switch (c->request.kind) {
    case HOP_WSMAN_ENUMERATE:
    case HOP_WSMAN_PULL: reply_items(c, s, m); break;
    case HOP_WSMAN_RELEASE:
        net_reply_empty(c, HOP_WSMAN_RELEASE_RESPONSE);
        break;
    case HOP_WSMAN_GET: reply_body(c, HOP_WSMAN_GET_RESPONSE, m); break;
    default: reply_body(c, HOP_WSMAN_INVOKE_RESPONSE, m); break;
    }
}

bool
net_cim_on_told(void *ctx, struct hop_ipc_msg *msg, struct hop_error *err)
{
    struct net_shell *s = ctx;
    struct hop_msg_told m;
    struct net_conn *c;

    if (!hop_ipc_unpack(msg, &m, err))
        return false;
    c = net_shell_waiter(s, NET_WAIT_TOLD, msg->id);
    if (!c) /* it has gone; the context is dropped in its time */
        return true;
    if (m.ok)
        reply(c, s, &m);
    else
        net_reply_code(c, m.code, "%s", m.text);
    return true;
}
