/* What a server answers to the calls of a pool in a WS-Management shell, and
 * what becomes of those that are not answered.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "client/pool_shell.h"
#include "net/clock.h"

#define BUSY_TIMES 20 /* "ask again" for one call */
#define BUSY_MS    100

/* ERROR_NO_DATA: input that comes too late. */
#define NO_DATA             232u
#define BROKEN_PIPE         109u
#define INVALID_RANGE       0x80338183u
#define STREAM_DISCONNECTED 0x803381DEu

/* ---- a connection that works again ---- */

static void
resume(struct hop_pool *p)
{
    struct shell *s = p->way;

    s->lost_at = 0;
    s->tries = 0;
    if (p->stage != HOP_POOL_LOST)
        return;
    p->stage = HOP_POOL_OPEN;
    pool_note(p, HOP_POOL_RESUMED, HOP_CAUSE_NONE, NULL);
}

/* ---- pipelines ---- */

void
shell_drop_channel(struct shell *s, const struct hop_guid *id)
{
    struct channel **at = &s->pipelines, *ch;

    while (*at && !hop_guid_eq(&(*at)->id, id))
        at = &(*at)->next;
    if (!*at)
        return;
    ch = *at;
    *at = ch->next;
    free(ch);
}

void
shell_fail_pipeline(struct hop_pool *p, const struct hop_guid *id,
                    const struct hop_error *err)
{
    struct shell *s = p->way;
    struct channel *ch = shell_channel(s, id);

    if (!ch || ch == &s->pool)
        return;
    ch->done = true;
    ch->state = CHANNEL_STARTED;
    ch->ending = true; /* there is nothing to be ended */
    hop_psrp_session_forget(p->session, id);
    pool_note(p, HOP_POOL_PIPELINE_FAILED, HOP_CAUSE_FAULT, err)->pipeline =
        *id;
    /* Was it the shell? */
    s->watch = true;
}

/* ---- answers ---- */

typedef void take_fn(struct hop_pool *p, struct line *l, struct call *c,
                     struct hop_wsman_message *m);

static void
set_text(char **to, const char *text)
{
    if (!text)
        return;
    free(*to);
    *to = hop_xstrdup(text);
}

/* "ResourceUri and ShellId must be used afterwards." */
static void
take_created(struct hop_pool *p, struct line *l, struct call *c,
             struct hop_wsman_message *m)
{
    (void)l;
    (void)c;
    set_text(&p->resource_uri, m->created.epr.resource_uri);
    for (size_t i = 0; i < m->created.epr.selector_count; i++)
        if (strcmp(m->created.epr.selectors[i].name, "ShellId") == 0)
            set_text(&p->shell, m->created.epr.selectors[i].value);
    set_text(&p->shell, m->created.shell.shell_id);
    if (m->created.shell.idle_timeout_ms <= 0)
        return;
    p->idle_ms = m->created.shell.idle_timeout_ms;
    ((struct shell *)p->way)->keep_ms = p->idle_ms / SHELL_SIGNS;
}

static void
begin_pool_channel(struct hop_pool *p)
{
    struct shell *s = p->way;

    s->pool.state = CHANNEL_STARTED;
}

static void
take_create(struct hop_pool *p, struct line *l, struct call *c,
            struct hop_wsman_message *m)
{
    take_created(p, l, c, m);
    begin_pool_channel(p);
}

static void
feed(struct hop_pool *p, const struct hop_guid *id, const void *data, size_t n)
{
    struct hop_error refused = {0};

    if (!hop_psrp_session_feed(p->session, id, HOP_PSRP_DEFAULT, data, n,
                               &refused))
        pool_break_off(p, &refused);
    pool_ready(p);
}

static void
take_connect(struct hop_pool *p, struct line *l, struct call *c,
             struct hop_wsman_message *m)
{
    (void)l;
    (void)c;
    begin_pool_channel(p);
    if (m->connect.open_data)
        feed(p, NULL, m->connect.open_data, m->connect.open_data_len);
}

static void
take_command(struct hop_pool *p, struct line *l, struct call *c,
             struct hop_wsman_message *m)
{
    struct shell *s = p->way;
    struct channel *ch = shell_channel(s, &c->channel);

    const char *id =
        m && c->kind == CALL_COMMAND ? m->command.command_id : NULL;

    (void)l;
    if (!ch)
        return;
    /* Those that do not know our wish choose one (Windows 7). */
    if (id && strlen(id) < sizeof(ch->text))
        memcpy(ch->text, id, strlen(id) + 1);
    ch->state = CHANNEL_STARTED;
    ch->started_at = s->now;
}

static void
take_send(struct hop_pool *p, struct line *l, struct call *c,
          struct hop_wsman_message *m)
{
    struct channel *ch = shell_channel(p->way, &c->channel);

    (void)l;
    (void)m;
    if (ch)
        ch->sending = false;
}

/* Streams of others than the channel that was asked for are none of ours. */
static void
feed_streams(struct hop_pool *p, const struct channel *ch,
             const struct hop_wsman_receive *r)
{
    for (size_t i = 0; i < r->stream_count; i++) {
        const struct hop_wsman_stream *in = &r->streams[i];

        if (in->len > 0 &&
            hop_ascii_ieq(in->command_id ? in->command_id : "", ch->text))
            feed(p, &ch->id, in->data, in->len);
    }
}

static void
take_receive(struct hop_pool *p, struct line *l, struct call *c,
             struct hop_wsman_message *m)
{
    struct shell *s = p->way;
    struct channel *ch = shell_channel(s, &c->channel);
    struct hop_wire_answer a;

    s->wires->answer(l->wire, &a);
    if (!ch)
        return;
    feed_streams(p, ch, &m->receive);
    ch->receiving = a.follows;
    ch->large = a.large;
    ch->done = ch->done || m->receive.state == HOP_WSMAN_STATE_DONE;
}

static void
take_nothing(struct hop_pool *p, struct line *l, struct call *c,
             struct hop_wsman_message *m)
{
    (void)p;
    (void)l;
    (void)c;
    (void)m;
}

static void
take_end(struct hop_pool *p, struct line *l, struct call *c,
         struct hop_wsman_message *m)
{
    (void)l;
    (void)m;
    shell_drop_channel(p->way, &c->channel);
}

static void
take_delete(struct hop_pool *p, struct line *l, struct call *c,
            struct hop_wsman_message *m)
{
    (void)l;
    (void)c;
    (void)m;
    pool_over(p, NULL);
}

static void
take_leave(struct hop_pool *p, struct line *l, struct call *c,
           struct hop_wsman_message *m)
{
    struct shell *s = p->way;

    (void)l;
    (void)c;
    (void)m;
    s->leaving = false;
    p->stage = HOP_POOL_LEFT;
    hop_psrp_session_disconnected(p->session);
    pool_note(p, HOP_POOL_DISCONNECTED, HOP_CAUSE_NONE, NULL);
}

static void
take_return(struct hop_pool *p, struct line *l, struct call *c,
            struct hop_wsman_message *m)
{
    struct shell *s = p->way;

    (void)l;
    (void)c;
    (void)m;
    s->returning = false;
    p->stage = HOP_POOL_OPEN;
    hop_psrp_session_reconnected(p->session);
    pool_note(p, HOP_POOL_RECONNECTED, HOP_CAUSE_NONE, NULL);
}

static void
take_shells(struct hop_pool *p, struct line *l, struct call *c,
            struct hop_wsman_message *m)
{
    (void)l;
    (void)c;
    shell_listed(p, m);
}

static void
take_commands(struct hop_pool *p, struct line *l, struct call *c,
              struct hop_wsman_message *m)
{
    (void)l;
    (void)c;
    shell_commands_listed(p, m);
}

/* What answers a call; also which faults mean that it was answered before. */
static const struct row {
    enum hop_wsman_kind answer;
    take_fn *take;
    uint32_t had; /* when it is repeated */
} rows[CALL_KINDS] = {
    [CALL_CREATE] = {HOP_WSMAN_CREATE_RESPONSE, take_create,
                     HOP_FAULT_SHELL_ID_IN_USE},
    [CALL_CONNECT] = {HOP_WSMAN_CONNECT_RESPONSE, take_connect, 0},
    [CALL_COMMAND] = {HOP_WSMAN_COMMAND_RESPONSE, take_command,
                      HOP_FAULT_COMMAND_ID_IN_USE},
    [CALL_ATTACH] = {HOP_WSMAN_CONNECT_RESPONSE, take_command, 0},
    [CALL_SEND] = {HOP_WSMAN_SEND_RESPONSE, take_send, 0},
    [CALL_RECEIVE] = {HOP_WSMAN_RECEIVE_RESPONSE, take_receive, 0},
    [CALL_STOP] = {HOP_WSMAN_SIGNAL_RESPONSE, take_nothing, 0},
    [CALL_END] = {HOP_WSMAN_SIGNAL_RESPONSE, take_end, 0},
    [CALL_DELETE] = {HOP_WSMAN_DELETE_RESPONSE, take_delete, 0},
    [CALL_LEAVE] = {HOP_WSMAN_DISCONNECT_RESPONSE, take_leave,
                    HOP_FAULT_SHELL_DISCONNECTED},
    [CALL_RETURN] = {HOP_WSMAN_RECONNECT_RESPONSE, take_return, 0},
    [CALL_LIST_SHELLS] = {HOP_WSMAN_ENUMERATE_RESPONSE, take_shells, 0},
    [CALL_LIST_COMMANDS] = {HOP_WSMAN_ENUMERATE_RESPONSE, take_commands, 0},
};

/* ---- faults ---- */

/* In the words of the server, with what the last fault explains. */
static void
describe(struct hop_pool *p, const struct hop_fault *f, struct hop_error *err)
{
    struct shell *s = p->way;

    if (s->why.domain != HOP_ERROR_NONE) {
        *err = s->why;
        return;
    }
    hop_fault_to_error(f, err);
    if (f->code == HOP_FAULT_INVALID_RESOURCE_URI)
        hop_error_prefix(err,
                         "%s has no session configuration %s that you may use "
                         "(Get-PSSessionConfiguration there lists them)",
                         p->name, strrchr(p->resource_uri, '/') + 1);
    else
        hop_error_prefix(err, "%s", p->name);
}

static enum hop_cause
cause_of(const struct hop_fault *f)
{
    return f->code == HOP_FAULT_ACCESS_DENIED ||
                   f->code == HOP_FAULT_E_ACCESSDENIED
               ? HOP_CAUSE_ACCESS
               : HOP_CAUSE_FAULT;
}

/* Somebody has disconnected it, or taken it. */
static bool
is_taken_away(const struct hop_fault *f)
{
    return f->code == HOP_FAULT_SHELL_DISCONNECTED ||
           f->code == STREAM_DISCONNECTED ||
           f->code == HOP_FAULT_CONNECTED_TO_DIFFERENT_CLIENT ||
           f->code == HOP_FAULT_SESSIONID_MISMATCH;
}

static void
be_taken_away(struct hop_pool *p, const struct hop_error *err)
{
    if (p->stage != HOP_POOL_OPEN && p->stage != HOP_POOL_LOST)
        return;
    p->stage = HOP_POOL_LEFT;
    hop_psrp_session_disconnected(p->session);
    pool_note(p, HOP_POOL_DISCONNECTED, HOP_CAUSE_FAULT, err);
}

static bool
is_too_late(const struct hop_fault *f)
{
    return f->code == NO_DATA || f->code == BROKEN_PIPE ||
           f->code == INVALID_RANGE || f->code == HOP_FAULT_COMMAND_TERMINATED;
}

void
shell_stop_waiting(struct shell *s, const struct call *c)
{
    struct channel *ch = shell_channel(s, &c->channel);

    if (ch && c->kind == CALL_RECEIVE)
        ch->receiving = false;
    if (ch && c->kind == CALL_SEND)
        ch->sending = false;
}

static void
fail_receive(struct hop_pool *p, struct call *c, const struct hop_fault *f,
             const struct hop_error *err)
{
    struct shell *s = p->way;
    struct channel *ch = shell_channel(s, &c->channel);

    /* Leaving and closing end what waits. */
    if (!ch || ch->wants_end || ch->done || p->stage == HOP_POOL_LEAVING ||
        p->stage == HOP_POOL_LEFT || p->stage == HOP_POOL_CLOSING)
        return;
    if (f->code == HOP_FAULT_OPERATION_ABORTED &&
        s->why.domain == HOP_ERROR_NONE) {
        s->why = *err; /* the next one tells whether it can go on */
        return;
    }
    if (ch == &s->pool)
        pool_fail(p, cause_of(f), err);
    else
        shell_fail_pipeline(p, &c->channel, err);
}

static void
fail_call(struct hop_pool *p, struct call *c, const struct hop_fault *f,
          const struct hop_error *err)
{
    struct shell *s = p->way;

    switch (c->kind) {
    case CALL_RECEIVE: fail_receive(p, c, f, err); break;
    case CALL_STOP: break; /* it has ended by itself */
    case CALL_END: shell_drop_channel(s, &c->channel); break;
    case CALL_DELETE: pool_over(p, NULL); break;
    case CALL_COMMAND:
    case CALL_ATTACH: shell_fail_pipeline(p, &c->channel, err); break;
    case CALL_SEND:
        if (is_too_late(f))
            break;
        if (hop_guid_is_zero(&c->channel))
            pool_fail(p, cause_of(f), err);
        else
            shell_fail_pipeline(p, &c->channel, err);
        break;
    case CALL_LEAVE:
        s->leaving = false;
        p->stage = HOP_POOL_OPEN;
        pool_note(p, HOP_POOL_NOT_DISCONNECTED, cause_of(f), err);
        break;
    case CALL_RETURN:
        s->returning = false;
        p->stage = HOP_POOL_LEFT;
        pool_note(p, HOP_POOL_NOT_RECONNECTED, cause_of(f), err);
        break;
    case CALL_LIST_COMMANDS: shell_commands_listed(p, NULL); break;
    case CALL_CREATE:
    case CALL_CONNECT:
    case CALL_LIST_SHELLS:
    case CALL_KINDS: pool_fail(p, cause_of(f), err); break;
    }
}

void
shell_put_back(struct shell *s, struct call *c)
{
    struct call **end = &s->lost;

    hop_buf_done(&c->follower);
    while (*end)
        end = &(*end)->next;
    *end = c;
}

static void
take_redirection(struct hop_pool *p, struct line *l, struct call *c,
                 const struct hop_fault *f)
{
    HOP_AUTO_FREE char *to = shell_redirect_of(f);

    l->call = NULL;
    shell_redirect(p, c, to);
}

/* True when the call lives on, or is gone already. */
static bool
take_fault(struct hop_pool *p, struct line *l, struct call *c,
           const struct hop_fault *f)
{
    struct shell *s = p->way;
    struct hop_error err = {0};

    shell_stop_waiting(s, c);
    if (hop_fault_is_timeout(f) && c->kind == CALL_RECEIVE)
        return false; /* normal: another goes out */
    if (hop_fault_is_timeout(f) && c->busy++ < BUSY_TIMES) {
        struct channel *ch = shell_channel(s, &c->channel);

        if (ch && c->kind == CALL_SEND)
            ch->sending = true;
        c->again = true;
        l->call = NULL;
        s->retry_at = s->now + BUSY_MS;
        shell_put_back(s, c);
        return true;
    }
    if (f->code == HOP_FAULT_REDIRECT_REQUESTED) {
        take_redirection(p, l, c, f);
        return true;
    }
    if (c->kind == CALL_RETURN && f->code == HOP_FAULT_RECONNECT_NOT_VALID) {
        take_return(p, l, c, NULL); /* the server had not noticed */
        return false;
    }
    if (c->again && rows[c->kind].had == f->code && f->code != 0) {
        if (c->kind == CALL_CREATE)
            begin_pool_channel(p);
        else
            rows[c->kind].take(p, l, c, NULL);
        return false;
    }
    describe(p, f, &err);
    if (is_taken_away(f))
        be_taken_away(p, &err);
    if (!is_taken_away(f) || c->kind != CALL_RECEIVE)
        fail_call(p, c, f, &err);
    return false;
}

/* ---- the answer as a whole ---- */

static bool
decode(struct hop_pool *p, struct line *l, struct hop_wsman_message *m,
       struct hop_wire_trouble *t)
{
    struct shell *s = p->way;
    struct hop_wire_answer a;
    const struct hop_wsman_limits limits = {
        .max_bytes =
            (size_t)s->wires->number(s->c, HOP_SET_MAX_ENVELOPE_BYTES) * 2};

    s->wires->answer(l->wire, &a);
    if (!a.text) {
        s->wires->judge(l->wire, t);
        return false;
    }
    t->cause = HOP_CAUSE_PROTOCOL;
    return hop_wsman_response_decode(m, a.text, a.len, &limits, &t->err) ||
           hop_error_prefix(&t->err, "the answer of %s", p->name);
}

/* No answer to the call; what it was for fails. */
static void
fail_garbled(struct hop_pool *p, struct call *c,
             const struct hop_wire_trouble *t)
{
    shell_stop_waiting(p->way, c);
    if (c->kind == CALL_DELETE)
        pool_over(p, &t->err);
    else if (c->kind != CALL_STOP && c->kind != CALL_END)
        pool_fail(p, t->cause, &t->err);
}

static void
take_message(struct hop_pool *p, struct line *l, struct call *c,
             struct hop_wsman_message *m)
{
    struct hop_wire_trouble t = {.cause = HOP_CAUSE_PROTOCOL};

    if (m->kind == rows[c->kind].answer ||
        (c->kind == CALL_LIST_SHELLS && m->kind == HOP_WSMAN_PULL_RESPONSE)) {
        rows[c->kind].take(p, l, c, m);
        return;
    }
    hop_error_set(&t.err, HOP_ERROR_PROTOCOL, 0,
                  "%s answers with %s where %s is due", p->name,
                  hop_wsman_kind_name(m->kind),
                  hop_wsman_kind_name(rows[c->kind].answer));
    fail_garbled(p, c, &t);
}

void
shell_take(struct hop_pool *p, struct line *l)
{
    struct shell *s = p->way;
    struct call *c = l->call;
    HOP_AUTO_WSMAN_MESSAGE struct hop_wsman_message m;
    struct hop_wire_trouble t = {0};
    struct hop_wire_answer a;

    hop_wsman_message_init(&m, HOP_WSMAN_FAULT);
    s->wires->answer(l->wire, &a);
    if (!decode(p, l, &m, &t)) {
        fail_garbled(p, c, &t);
    } else {
        if (s->lost_at)
            resume(p);
        if (m.kind == HOP_WSMAN_FAULT) {
            if (take_fault(p, l, c, &m.fault))
                return;
        } else {
            if (c->kind == CALL_RECEIVE)
                hop_error_clear(&s->why);
            take_message(p, l, c, &m);
        }
    }
    if (a.follows) {
        shell_follow(p, l);
        return;
    }
    shell_call_free(c);
    l->call = NULL;
}
