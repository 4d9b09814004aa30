/* Shells of hopd-net: from Create to Delete, quotas, idle time.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "base/guid.h"
#include "base/text.h"
#include "server/net_state.h"
#include "wsman/uri.h"

#define RUN_TIME_ANY 2147483647u /* MaxShellRunTime: no limit */

/* ------------------------------------------------------------ the lists */

static size_t
hash_id(const char *id)
{
    size_t h = 5381;

    for (; *id != '\0'; id++)
        h = h * 33 + (unsigned char)hop_ascii_lower(*id);
    return h % NET_SHELL_BUCKETS;
}

/* WinRM compares ids by case, its clients do not all keep it. */
struct net_shell *
net_shell_find(struct net *n, const char *id)
{
    for (struct net_shell *s = n->shells[hash_id(id)]; s; s = s->next) {
        if (hop_ascii_ieq(s->id, id))
            return s;
    }
    return NULL;
}

struct net_shell *
net_shell_add(struct net *n, const char *id)
{
    struct net_shell *s = hop_xmalloc(sizeof(*s));
    struct net_shell **bucket = &n->shells[hash_id(id)];

    s->net = n;
    s->id = hop_xstrdup(id);
    s->channel.ipc.fd = -1;
    s->used_at = hop_loop_now_ms(n->loop);
    s->opened_at = (int64_t)time(NULL);
    s->idle_ms = hop_config_u32(&n->config, HOP_SET_SHELL_IDLE_TIMEOUT_MS);
    s->self.shell = s;
    s->self.id = "";
    s->next = *bucket;
    *bucket = s;
    n->shell_count++;
    return s;
}

void
net_shell_free(struct net_shell *s)
{
    struct net_shell **link = &s->net->shells[hash_id(s->id)];
    char *const texts[] = {s->id,
                           s->user,
                           s->principal,
                           s->name,
                           s->resource,
                           s->client,
                           s->directory,
                           s->input_streams,
                           s->output_streams,
                           s->client_session};

    while (*link != s)
        link = &(*link)->next;
    *link = s->next;
    s->net->shell_count--;
    net_channel_close(&s->channel);
    net_command_free_all(s);
    for (size_t i = 0; i < HOP_ARRAY_SIZE(texts); i++)
        free(texts[i]);
    hop_buf_done(&s->environment);
    free(s);
}

void
net_shell_free_all(struct net *n)
{
    for (size_t b = 0; b < NET_SHELL_BUCKETS; b++) {
        while (n->shells[b])
            net_shell_free(n->shells[b]);
    }
}

void
net_shell_wait(struct net_shell *s, struct net_conn *c, enum net_wait wait,
               uint32_t id)
{
    c->wait = wait;
    c->wait_id = id;
    c->shell = s;
    c->wait_next = s->waiting;
    s->waiting = c;
    c->net->waiting_count++;
}

void
net_shell_unwait(struct net_conn *c)
{
    if (c->wait == NET_WAIT_NOTHING)
        return;
    if (c->wait == NET_WAIT_SETTINGS) {
        c->net->waiting_count--;
        c->wait = NET_WAIT_NOTHING;
        return;
    }
    struct net_conn **link = &c->shell->waiting;
    while (*link != c)
        link = &(*link)->wait_next;
    *link = c->wait_next;
    c->net->waiting_count--;
    if (c->command && c->command->reader == c)
        c->command->reader = NULL;
    c->shell->used_at = hop_loop_now_ms(c->net->loop);
    c->wait = NET_WAIT_NOTHING;
    c->shell = NULL;
    c->command = NULL;
}

struct net_conn *
net_shell_waiter(struct net_shell *s, enum net_wait wait, uint32_t id)
{
    for (struct net_conn *c = s->waiting; c; c = c->wait_next) {
        if (c->wait == wait && c->wait_id == id)
            return c;
    }
    return NULL;
}

void
net_shell_fail(struct net_shell *s, uint32_t code, const char *text)
{
    while (s->waiting)
        net_reply_code(s->waiting, code, "%s", text);
}

struct net_shell *
net_shell_of(struct net_conn *c)
{
    const char *id = hop_wsman_selector(&c->request, "ShellId");
    struct net_shell *s = id ? net_shell_find(c->net, id) : NULL;

    if (!id) {
        net_reply_code(c, HOP_FAULT_INSUFFICIENT_SELECTORS,
                       "The request names no ShellId.");
        return NULL;
    }
    if (!s || s->state != NET_SHELL_OPEN) {
        if (net_request_park(c))
            return NULL;
        net_reply_code(c, HOP_FAULT_UNEXPECTED_SELECTORS,
                       "There is no shell %s on this host: it has ended, or "
                       "never was.",
                       id);
        return NULL;
    }
    if (strcmp(s->user, c->user) != 0) {
        hop_journal(HOP_EVENT_REFUSED,
                    HOP_FIELDS("USER", c->user, "SESSION", s->id, "CLIENT",
                               hop_httpd_peer(c->http)),
                    "%s asks for a shell of %s", c->user, s->user);
        net_reply_code(c, HOP_FAULT_ACCESS_DENIED,
                       "The shell belongs to another user.");
        return NULL;
    }
    s->used_at = hop_loop_now_ms(c->net->loop);
    return s;
}

/* -------------------------------------------------------------- ending */

void
net_shell_end(struct net_shell *s, const char *reason)
{
    struct hop_msg_end m = {.session = s->id, .reason = reason};

    if (s->state == NET_SHELL_ENDING)
        return;
    s->state = NET_SHELL_ENDING;
    net_channel_send(&s->net->monitor, HOP_MSG_END, 0, &m);
    /* "the request pending at Delete is answered": pypsrp waits for it. */
    net_shell_fail(s, HOP_FAULT_OPERATION_ABORTED,
                   "The shell has been closed while the request waited.");
}

void
net_shell_delete(struct net_conn *c)
{
    struct net_shell *s = net_shell_of(c);

    if (!s)
        return;
    net_shell_end(s, "deleted");
    net_reply_empty(c, HOP_WSMAN_DELETE_RESPONSE);
}

/* For whoever waits for it. */
static char *
why_ended(const struct hop_msg_ended *m)
{
    if (strncmp(m->reason, HOP_ENDED_BY_MEMORY,
                sizeof(HOP_ENDED_BY_MEMORY) - 1) != 0)
        return hop_xstrdup("The session's process on the host has ended.");
    return hop_xasprintf(
        "The session has taken more memory than %s allows, and the system has "
        "ended it. The limit is that of the endpoint or of the Shell tree, see "
        "wsman.conf(5).",
        m->reason);
}

bool
net_shell_on_ended(void *ctx, struct hop_ipc_msg *msg, struct hop_error *err)
{
    struct hop_msg_ended m;
    char seconds[24], killed[16];

    if (!hop_ipc_unpack(msg, &m, err))
        return false;
    struct net_shell *s = net_shell_find(ctx, m.session);
    if (!s)
        return true;
    snprintf(seconds, sizeof(seconds), "%lld",
             (long long)time(NULL) - (long long)s->opened_at);
    snprintf(killed, sizeof(killed), "%u", m.killed);
    hop_journal(HOP_EVENT_SESSION_CLOSED,
                HOP_FIELDS("USER", s->user, "SESSION", s->id, "REASON",
                           m.reason, "SECONDS", seconds, "KILLED", killed),
                "session of %s closed (%s)", s->user, m.reason);
    HOP_AUTO_FREE char *why = why_ended(&m);
    s->state = NET_SHELL_ENDING;
    net_shell_fail(s, HOP_FAULT_OPERATION_ABORTED, why);
    net_shell_free(s);
    return true;
}

/* ----------------------------------------------------------- as time goes */

/* Whoever waits for its output is told why it ends. */
static bool
end_overdue(struct net_shell *s)
{
    uint32_t run_time =
        hop_config_u32(&s->net->config, HOP_SET_SHELL_MAX_RUN_TIME);

    if (s->state != NET_SHELL_OPEN || s->cim || run_time == 0 ||
        run_time >= RUN_TIME_ANY ||
        (int64_t)time(NULL) - s->opened_at <= run_time / 1000)
        return false;
    HOP_AUTO_FREE char *why = hop_xasprintf(
        "The session has run for longer than the %u ms of MaxShellRunTime "
        "(winrm get winrm/config/winrs) and was ended.",
        run_time);
    net_shell_fail(s, HOP_FAULT_OPERATION_ABORTED, why);
    net_shell_end(s, "MaxShellRunTime");
    return true;
}

static void
sweep_shell(struct net_shell *s, uint64_t now)
{
    int64_t limit = s->disconnected ? s->disconnected_ms : s->idle_ms;

    for (struct net_conn *c = s->waiting, *next; c; c = next) {
        next = c->wait_next;
        if (c->wait_until <= now)
            net_reply_code(c, HOP_FAULT_OPERATION_TIMEDOUT,
                           "The operation has not been completed within its "
                           "OperationTimeout.");
    }
    if (end_overdue(s) || s->waiting) /* a client is there */
        return;
    if (s->state == NET_SHELL_STARTING || s->state == NET_SHELL_OPENING) {
        if (now - s->used_at > NET_IDLE_MIN_MS)
            net_shell_end(s, "not opened in time");
        return;
    }
    if ((int64_t)(now - s->used_at) > limit)
        net_shell_end(s, "idle");
}

void
net_shell_sweep(struct net *n)
{
    uint64_t now = hop_loop_now_ms(n->loop);

    for (size_t b = 0; b < NET_SHELL_BUCKETS; b++) {
        for (struct net_shell *s = n->shells[b], *next; s; s = next) {
            next = s->next;
            sweep_shell(s, now);
        }
    }
}
