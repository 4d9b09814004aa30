/* From Create to an open shell: quotas, hopd-auth, the monitor, hopd-run.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "base/guid.h"
#include "base/text.h"
#include "config/endpoint.h"
#include "psrp/shell.h"
#include "server/net_state.h"
#include "wsman/uri.h"

static bool
quota_fault(struct net_conn *c, struct hop_fault *f, uint32_t code,
            const char *name, uint32_t limit)
{
    hop_journal(HOP_EVENT_QUOTA,
                HOP_FIELDS("USER", c->user, "QUOTA", name, "CLIENT",
                           hop_httpd_peer(c->http)),
                "%s has reached %s", c->user, name);
    hop_fault_set(f, code,
                  "No shell is opened: %s (%u) is reached. Close shells that "
                  "are not needed, or raise the limit.",
                  name, limit);
    return false;
}

/* Shells there are: of the user who asks, of all, and how many other users have
 * some. */
struct tally {
    size_t own, all, others;
};

/* resource NULL: of any. */
static struct tally
count_shells(const struct net_conn *c, const char *resource)
{
    const char **users = hop_xcalloc(c->net->shell_count + 1, sizeof(*users));
    struct tally t = {0};

    for (size_t b = 0; b < NET_SHELL_BUCKETS; b++) {
        for (struct net_shell *s = c->net->shells[b]; s; s = s->next) {
            if (s->state == NET_SHELL_ENDING || s->cim ||
                (resource && !net_endpoint_is_same(s->resource, resource)))
                continue;
            t.all++;
            if (strcmp(s->user, c->user) == 0) {
                t.own++;
                continue;
            }
            size_t i = 0;
            while (i < t.others && strcmp(users[i], s->user) != 0)
                i++;
            users[i] = s->user;
            t.others += i == t.others;
        }
    }
    free(users);
    return t;
}

/* The endpoint's own. */
static bool
check_endpoint_quotas(struct net_conn *c, struct hop_fault *f)
{
    const char *resource = c->request.header.resource_uri;
    struct hop_endpoint_quotas q;
    struct tally t;

    hop_endpoint_quotas(&c->net->config, resource, &q);
    if (!q.shells && !q.shells_per_user && !q.users)
        return true;
    t = count_shells(c, resource);
    if (q.shells_per_user && t.own >= q.shells_per_user)
        return quota_fault(c, f, HOP_FAULT_QUOTA_MAX_SHELLS_PPQ,
                           "the endpoint's MaxShellsPerUser",
                           q.shells_per_user);
    if (q.shells && t.all >= q.shells)
        return quota_fault(c, f, HOP_FAULT_QUOTA_MAX_PLUGINSHELLS_PPQ,
                           "the endpoint's MaxShells", q.shells);
    if (q.users && t.own == 0 && t.others >= q.users)
        return quota_fault(c, f, HOP_FAULT_QUOTA_MAX_USERS_PPQ,
                           "the endpoint's MaxConcurrentUsers", q.users);
    return true;
}

/* "MaxShellsPerUser", "MaxConcurrentUsers". */
static bool
check_quotas(struct net_conn *c, struct hop_fault *f)
{
    const struct hop_config *config = &c->net->config;
    uint32_t shells_max = hop_config_u32(config, HOP_SET_SHELL_MAX_PER_USER);
    uint32_t users_max = hop_config_u32(config, HOP_SET_SHELL_MAX_USERS);
    struct tally t = count_shells(c, NULL);

    if (shells_max > 0 && t.own >= shells_max)
        return quota_fault(c, f, HOP_FAULT_QUOTA_MAX_SHELLS, "MaxShellsPerUser",
                           shells_max);
    if (t.own == 0 && t.others >= users_max)
        return quota_fault(c, f, HOP_FAULT_QUOTA_MAX_SHELLUSERS,
                           "MaxConcurrentUsers", users_max);
    return check_endpoint_quotas(c, f);
}

static bool
check_create(struct net_conn *c, struct hop_fault *f)
{
    const struct hop_wsman_message *m = &c->request;
    int64_t idle = m->shell.idle_timeout_ms;

    if (!net_endpoint_check(c, f))
        return false;
    if (!m->has_shell) {
        hop_fault_set(f, HOP_FAULT_SCHEMA_VALIDATION,
                      "The request to create a shell describes none.");
        return false;
    }
    if (!hop_config_bool(&c->net->config, HOP_SET_SHELL_ALLOW_REMOTE)) {
        hop_fault_set(f, HOP_FAULT_REMOTESHELLS_NOT_ALLOWED, NULL);
        return false;
    }
    int64_t most = net_idle_max(c->net, m->header.resource_uri);
    if (idle >= 0 && (idle < NET_IDLE_MIN_MS || idle > most)) {
        hop_fault_set(f, HOP_FAULT_IDLETIMEOUT_OUTOFBOUNDS,
                      "An idle time-out of %lld ms is not between %d and %lld.",
                      (long long)idle, NET_IDLE_MIN_MS, (long long)most);
        return false;
    }
    return check_quotas(c, f);
}

bool
net_choose_id(const char *kind, const char *wish, char out[HOP_GUID_TEXT],
              struct hop_fault *f)
{
    struct hop_guid guid;

    if (!wish) {
        hop_guid_new(&guid);
        hop_guid_format(&guid, true, out);
        return true;
    }
    if (strlen(wish) + 1 != HOP_GUID_TEXT ||
        !hop_guid_parse(wish, strlen(wish), &guid)) {
        hop_fault_set(f, HOP_FAULT_INVALID_PARAMETER, "The %s %s is no GUID.",
                      kind, wish);
        return false;
    }
    memcpy(out, wish, HOP_GUID_TEXT);
    return true;
}

static bool
choose_shell_id(struct net_conn *c, char out[HOP_GUID_TEXT],
                struct hop_fault *f)
{
    const char *wish = c->request.shell.shell_id;

    if (!net_choose_id("ShellId", wish, out, f))
        return false;
    if (wish && net_shell_find(c->net, wish)) {
        hop_fault_set(f, HOP_FAULT_SHELL_ID_IN_USE, "The ShellId %s is in use.",
                      wish);
        return false;
    }
    return true;
}

static char *
dup_or(const char *s, const char *otherwise)
{
    return hop_xstrdup(s ? s : otherwise);
}

static void
describe_shell(struct net_shell *s, const struct net_conn *c)
{
    const struct hop_wsman_message *m = &c->request;
    const struct hop_wsman_shell *want = &m->shell;

    s->user = hop_xstrdup(c->user);
    s->principal = hop_xstrdup(c->principal);
    s->resource = hop_xstrdup(m->header.resource_uri);
    s->name = dup_or(want->name, "");
    s->client = hop_peer_address(hop_httpd_peer(c->http));
    s->client_session = dup_or(m->header.session_id, "");
    s->quick = net_endpoint_is_powershell(s->resource);
    s->input_streams =
        dup_or(want->input_streams, s->quick ? HOP_PSRP_SHELL_INPUT : "stdin");
    s->output_streams =
        dup_or(want->output_streams,
               s->quick ? HOP_PSRP_SHELL_OUTPUT : "stdout stderr");
    s->directory = dup_or(want->working_directory, "");
    s->idle_ms = want->idle_timeout_ms >= 0
                     ? want->idle_timeout_ms
                     : net_idle_default(c->net, s->resource);
    s->drop = want->buffer_mode ? hop_ascii_ieq(want->buffer_mode, "Drop")
                                : net_endpoint_drops(s);
    for (size_t i = 0; i < want->environment_count; i++) {
        const struct hop_wsman_variable *v = &want->environment[i];
        if (!v->name || v->name[0] == '\0' || strchr(v->name, '='))
            continue;
        hop_buf_addf(&s->environment, "%s=%s", v->name,
                     v->value ? v->value : "");
        hop_buf_addc(&s->environment, '\0');
    }
}

void
net_shell_create(struct net_conn *c)
{
    char id[HOP_GUID_TEXT];
    struct hop_fault f;

    if (!c->logon) {
        /* hopd-auth was restarted: it must see the user anew. */
        net_reply_challenge(c, NULL);
        return;
    }
    if (!check_create(c, &f) || !choose_shell_id(c, id, &f)) {
        hop_journal(HOP_EVENT_SESSION_REFUSED,
                    HOP_FIELDS("USER", c->user, "CLIENT",
                               hop_httpd_peer(c->http), "REASON", f.message),
                    "no session for %s: %s", c->user, f.message);
        net_reply_fault(c, &f);
        return;
    }
    struct net_shell *s = net_shell_add(c->net, id);
    describe_shell(s, c);
    const struct hop_wsman_option *noprofile =
        hop_wsman_option(&c->request, HOP_OPTION_NOPROFILE);
    struct hop_msg_want m = {.logon = c->logon,
                             .session = s->id,
                             .resource = s->resource,
                             .name = s->name,
                             .profile = noprofile ? noprofile->value : ""};
    net_shell_wait(s, c, NET_WAIT_SESSION, net_next_id(c->net));
    net_channel_send(&c->net->auth, HOP_MSG_WANT, c->wait_id, &m);
}

bool
net_shell_on_failed(void *ctx, struct hop_ipc_msg *msg, struct hop_error *err)
{
    struct hop_msg_failed m;

    if (!hop_ipc_unpack(msg, &m, err))
        return false;
    struct net_shell *s = net_shell_find(ctx, m.session);
    if (!s || s->state != NET_SHELL_STARTING)
        return true;
    hop_journal(HOP_EVENT_SESSION_REFUSED,
                HOP_FIELDS("USER", s->user, "SESSION", s->id, "CLIENT",
                           s->client, "REASON", m.text),
                "no session for %s: %s", s->user, m.text);
    s->state = NET_SHELL_ENDING;
    net_shell_fail(s, m.code, m.text);
    net_shell_free(s);
    return true;
}

static void
on_lost(void *ctx, const struct hop_error *why)
{
    struct net_shell *s = ctx;

    /* Its keeper tells whether it has ended or has got another channel. */
    if (s->state == NET_SHELL_OPEN)
        s->state = NET_SHELL_OPENING;
    if (why->domain == HOP_ERROR_NONE)
        return;
    hop_journal(HOP_EVENT_TROUBLE,
                HOP_FIELDS("USER", s->user, "SESSION", s->id),
                "the session of %s breaks the rules: %s", s->user, why->text);
    net_shell_end(s, "session process failed");
}

static void
watch_session(struct net_shell *s, int fd)
{
    s->channel.routes = net_command_routes;
    s->channel.route_count = net_command_route_count;
    s->channel.ctx = s;
    s->channel.on_lost = on_lost;
    net_channel_open(s->net, &s->channel, fd, HOP_PEER_RUN);
}

static void
send_open(struct net_shell *s, const struct net_conn *c)
{
    HOP_AUTO_BUF struct hop_buf note = HOP_BUF_INIT;
    const struct hop_config *config = &s->net->config;
    struct hop_endpoint_quotas quotas;

    hop_endpoint_quotas(config, s->resource, &quotas);
    net_note_format(s, &note);
    struct hop_msg_open m = {
        .directory = s->directory,
        .environment = {s->environment.data, s->environment.len},
        .input_streams = s->input_streams,
        .output_streams = s->output_streams,
        .window_bytes = NET_WINDOW_BYTES,
        .shell_bytes = NET_SHELL_BYTES,
        .floor_bytes = NET_FLOOR_BYTES,
        .processes_max = hop_endpoint_stricter(
            hop_config_u32(config, HOP_SET_SHELL_MAX_PROCESSES),
            quotas.processes),
        .note = {note.data, note.len},
        .content = {c->request.shell.open_data, c->request.shell.open_data_len},
        .envelope_bytes = (uint32_t)net_envelope_max(c),
        .connection = c->request.header.to ? c->request.header.to : "",
        .resource = s->resource,
        .program = net_endpoint_command(s)};
    net_channel_send(&s->channel, HOP_MSG_OPEN, c->wait_id, &m);
    hop_buf_done(&s->environment);
}

/* A session of an earlier hopd-net: it tells about itself next. */
static void
adopt_session(struct net *n, const struct hop_msg_session *m, int fd)
{
    struct net_shell *s = net_shell_find(n, m->session);

    if (!s) {
        s = net_shell_add(n, m->session);
        s->user = hop_xstrdup(m->user);
        s->principal = hop_xstrdup(m->principal);
        s->resource = hop_xstrdup(m->resource);
        s->name = hop_xstrdup(m->name);
        s->client = hop_xstrdup(m->peer);
        s->client_session = hop_xstrdup("");
        s->input_streams = hop_xstrdup("stdin");
        s->output_streams = hop_xstrdup("stdout stderr");
        s->directory = hop_xstrdup("");
        s->quick = net_endpoint_is_powershell(s->resource);
        s->cim = net_cim_is(s->resource);
    }
    s->pid = m->pid;
    s->state = NET_SHELL_OPENING;
    /* "nothing yet, ask again" */
    net_shell_fail(s, HOP_FAULT_OPERATION_TIMEDOUT,
                   "The session has been handed over; ask again.");
    net_command_free_all(s);
    watch_session(s, fd);
}

bool
net_shell_on_session(void *ctx, struct hop_ipc_msg *msg, struct hop_error *err)
{
    struct net *n = ctx;
    struct hop_msg_session m;
    int fd = hop_ipc_take_fd(msg, 0);

    if (fd < 0 || !hop_ipc_unpack(msg, &m, err))
        return fd < 0
                   ? hop_error_set(err, HOP_ERROR_PROTOCOL, 0, "no descriptor")
                   : false;
    if (m.attached) {
        adopt_session(n, &m, fd);
        return true;
    }
    struct net_shell *s = net_shell_find(n, m.session);
    if (!s || s->state != NET_SHELL_STARTING || !s->waiting) {
        /* The client has gone, or waited long enough. */
        struct hop_msg_end end = {.session = m.session,
                                  .reason = "nobody waits for it"};
        close(fd);
        net_channel_send(&n->monitor, HOP_MSG_END, 0, &end);
        return true;
    }
    struct net_conn *c = s->waiting;
    s->pid = m.pid;
    s->state = NET_SHELL_OPENING;
    watch_session(s, fd);
    if (s->cim) {
        net_cim_opening(s);
        return true;
    }
    c->wait = NET_WAIT_OPENED;
    send_open(s, c);
    return true;
}

static void
answer_created(struct net_shell *s, struct net_conn *c)
{
    struct hop_wsman_message answer;
    struct hop_wsman_selector selector = {"ShellId", s->id};
    char id[NET_MESSAGE_ID];

    hop_journal(HOP_EVENT_SESSION_OPENED,
                HOP_FIELDS("USER", s->user, "PRINCIPAL", s->principal,
                           "SESSION", s->id, "CLIENT", s->client, "ENDPOINT",
                           s->resource),
                "session opened for %s from %s", s->user, s->client);
    net_reply_init(c, &answer, HOP_WSMAN_CREATE_RESPONSE, id);
    answer.created.epr = (struct hop_wsman_epr){
        .address =
            c->request.header.to ? c->request.header.to : HOP_URI_ANONYMOUS,
        .resource_uri = s->resource,
        .selectors = &selector,
        .selector_count = 1};
    net_shell_describe(s, &answer.created.shell);
    answer.has_shell = true;
    net_reply_message(c, &answer);
}

bool
net_shell_on_opened(void *ctx, struct hop_ipc_msg *msg, struct hop_error *err)
{
    struct net_shell *s = ctx;
    struct hop_msg_opened m;

    if (!hop_ipc_unpack(msg, &m, err))
        return false;
    if (m.note.len > 0) { /* re-attached: first with again set, then without */
        net_note_parse(s, m.note);
        s->state = m.again ? NET_SHELL_OPENING : NET_SHELL_OPEN;
        return true;
    }
    if (s->cim) {
        net_cim_opened(s);
        return true;
    }
    struct net_conn *c = net_shell_waiter(s, NET_WAIT_OPENED, msg->id);
    if (m.ok && c) {
        s->state = NET_SHELL_OPEN;
        answer_created(s, c);
        return true;
    }
    if (c)
        net_reply_code(c, m.code, "The shell cannot be opened: %s.", m.text);
    net_shell_end(s, m.ok ? "nobody waits for it" : m.text);
    return true;
}
