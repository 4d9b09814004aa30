/* A pool in a WS-Management shell: which call is due.
 *
 * SPDX-License-Identifier: MIT
 */
#include "client/pool_shell.h"

#include <string.h>

#include "base/alloc.h"
#include "net/clock.h"

#define WATCH_MS                                                               \
    300                /* a pipeline that runs so long: the pool is heard, too \
                        */
#define QUIET_SENDS 4  /* before output is listened to meanwhile */
#define SOON_MS     20 /* ends of commands wait for what is more urgent */
#define STARVED     ((size_t)512 << 10)

/* ---- channels ---- */

static struct channel *
add_channel(struct shell *s, const struct hop_guid *id)
{
    struct channel *ch = hop_xmalloc(sizeof(*ch)), **end = &s->pipelines;

    ch->id = *id;
    hop_guid_format(id, true, ch->text);
    while (*end)
        end = &(*end)->next;
    *end = ch;
    return ch;
}

/* Those that the session has made since. */
static void
add_channels(struct hop_pool *p, struct shell *s)
{
    struct hop_guid id, first;
    bool any = hop_psrp_session_pending(p->session, &id);

    first = id;
    while (any) {
        if (!shell_channel(s, &id))
            add_channel(s, &id);
        hop_psrp_session_skip(p->session, &id);
        any = hop_psrp_session_pending(p->session, &id) &&
              !hop_guid_eq(&id, &first);
    }
}

static bool
is_over(const struct hop_pool *p, const struct channel *ch)
{
    enum hop_psrp_pipeline_state state;

    if (ch->done || ch->wants_end)
        return true;
    if (ch->text[0] == '\0')
        return false;
    state = hop_psrp_session_pipeline_state(p->session, &ch->id);
    return state != HOP_PSRP_PIPELINE_RUNNING &&
           state != HOP_PSRP_PIPELINE_STOPPING;
}

static bool
has_input(const struct hop_pool *p, const struct channel *ch)
{
    return hop_psrp_session_waiting(p->session, &ch->id) > 0;
}

/* What came is taken up first: it may be the end, or ask for an answer.  While
 * much is coming the next is asked for meanwhile. */
static bool
may_receive(const struct hop_pool *p, const struct channel *ch)
{
    size_t unread = hop_psrp_session_unread(p->session);
    bool told = p->loop->has_head && p->loop->head.pool == p;

    if (pool_is_full(p))
        return false;
    return ch->large ? unread < STARVED : unread == 0 && !told;
}

static bool
wants_output(const struct hop_pool *p, const struct shell *s,
             const struct channel *ch)
{
    if (ch->receiving || is_over(p, ch) || !may_receive(p, ch))
        return false;
    if (ch == &s->pool)
        return p->stage == HOP_POOL_OPENING || s->watch;
    return ch->sends >= QUIET_SENDS || (!ch->sending && !has_input(p, ch));
}

/* ---- which call is due ---- */

static void
serve_channel(struct hop_pool *p, struct shell *s, struct channel *ch)
{
    bool is_pool = ch == &s->pool;
    struct line *l;

    if (ch->state == CHANNEL_NEW && !is_pool) {
        if (!ch->wants_end && (l = shell_line(p, false)))
            shell_command(p, l, ch);
        return;
    }
    if (ch->state != CHANNEL_STARTED)
        return;
    if (ch->wants_stop && !is_over(p, ch) && (l = shell_line(p, true))) {
        ch->wants_stop = false;
        shell_signal(p, l, ch, CALL_STOP);
    }
    if (!ch->sending && !ch->wants_end && has_input(p, ch) &&
        (l = shell_line(p, false)))
        shell_send(p, l, ch);
    if (wants_output(p, s, ch) && (l = shell_line(p, false)))
        shell_receive(p, l, ch);
}

/* A pipeline whose command has ended without telling how. */
static void
notice_end(struct hop_pool *p, const struct channel *ch)
{
    struct hop_error err = {0};

    if (!ch->done || ch->wants_end || p->stage != HOP_POOL_OPEN ||
        hop_psrp_session_unread(p->session) > 0 ||
        hop_psrp_session_pipeline_state(p->session, &ch->id) !=
            HOP_PSRP_PIPELINE_RUNNING)
        return;
    hop_error_set(&err, HOP_ERROR_PROTOCOL, 0,
                  "%s has ended the pipeline without saying how", p->name);
    shell_fail_pipeline(p, &ch->id, &err);
}

static bool
is_end_due(const struct shell *s, const struct channel *ch)
{
    return ch->wants_end && !ch->ending && ch->state == CHANNEL_STARTED &&
           s->now >= ch->end_at;
}

static void
end_channel(struct hop_pool *p, struct channel *ch)
{
    struct line *l = shell_line(p, false);

    if (!l)
        return;
    ch->ending = true;
    shell_signal(p, l, ch, CALL_END);
}

/* Those that were never started, or have failed, need no end. */
static void
tidy(struct shell *s)
{
    struct channel **at = &s->pipelines;

    while (*at) {
        struct channel *ch = *at;
        bool busy = ch->sending || ch->receiving;

        if (ch->wants_end && !busy &&
            (ch->state == CHANNEL_NEW || (ch->ending && ch->done))) {
            *at = ch->next;
            free(ch);
            continue;
        }
        at = &ch->next;
    }
}

/* Nothing is under way that tells the server we are there. */
static bool
is_silent(const struct hop_pool *p, const struct shell *s)
{
    if (p->stage != HOP_POOL_OPEN || s->lost)
        return false;
    for (const struct line *l = s->lines; l; l = l->next)
        if (l->call)
            return false;
    return true;
}

/* A server ends a shell that nobody uses for its idle time. */
static void
keep_alive(struct hop_pool *p, struct shell *s)
{
    struct line *l;

    if (is_silent(p, s) && s->now >= s->used_at + (uint64_t)s->keep_ms &&
        (l = shell_line(p, true)))
        shell_keep(p, l);
}

static void
serve_open(struct hop_pool *p, struct shell *s)
{
    add_channels(p, s);
    serve_channel(p, s, &s->pool);
    for (struct channel *ch = s->pipelines; ch; ch = ch->next) {
        serve_channel(p, s, ch);
        notice_end(p, ch);
        if (!is_over(p, ch) && ch->started_at &&
            s->now - ch->started_at >= WATCH_MS)
            s->watch = true;
    }
    for (struct channel *ch = s->pipelines; ch; ch = ch->next)
        if (is_end_due(s, ch))
            end_channel(p, ch);
    tidy(s);
    keep_alive(p, s);
}

static bool
is_sending(const struct shell *s)
{
    for (const struct channel *ch = s->pipelines; ch; ch = ch->next)
        if (ch->sending || ch->state == CHANNEL_STARTING)
            return true;
    return s->pool.sending;
}

static void
serve_once(struct hop_pool *p, bool *begun, bool due, enum call_kind kind)
{
    struct line *l = !*begun && due ? shell_line(p, true) : NULL;

    if (!l)
        return;
    *begun = true;
    shell_simple(p, l, kind);
}

static void
serve_list(struct hop_pool *p, struct shell *s)
{
    for (struct line *l = s->lines; l; l = l->next)
        if (l->call)
            return;
    if (s->lost == NULL)
        shell_list(p, shell_line(p, true));
}

static void
serve(struct hop_pool *p, struct shell *s)
{
    switch (p->stage) {
    case HOP_POOL_OPENING:
        if (p->purpose == POOL_TO_LIST)
            serve_list(p, s);
        else
            serve_channel(p, s, &s->pool);
        break;
    case HOP_POOL_OPEN: serve_open(p, s); break;
    case HOP_POOL_LEAVING:
        serve_once(p, &s->leaving, !is_sending(s), CALL_LEAVE);
        break;
    case HOP_POOL_COMING_BACK:
        serve_once(p, &s->returning, true, CALL_RETURN);
        break;
    case HOP_POOL_CLOSING:
        serve_once(p, &s->closing, s->pool.state == CHANNEL_STARTED,
                   CALL_DELETE);
        break;
    case HOP_POOL_WAITING:
    case HOP_POOL_LOST:
    case HOP_POOL_LEFT:
    case HOP_POOL_OVER: break;
    }
}

/* ---- stepping ---- */

/* Answers that nobody needs are not waited for long. */
static void
limit_stray(const struct hop_pool *p, struct shell *s, struct line *l)
{
    struct channel *ch;

    if (l->call->kind != CALL_RECEIVE || l->until != UINT64_MAX)
        return;
    ch = shell_channel(s, &l->call->channel);
    if (!ch || is_over(p, ch))
        l->until = s->now + SHELL_STRAY_MS;
}

static void
drop_call(struct shell *s, struct line *l)
{
    struct channel *ch = shell_channel(s, &l->call->channel);

    if (ch && l->call->kind == CALL_RECEIVE)
        ch->receiving = false;
    s->wires->close(l->wire);
    shell_call_free(l->call);
    l->call = NULL;
}

/* True when something has happened. */
static bool
step_line(struct hop_pool *p, struct shell *s, struct line *l)
{
    struct hop_wire_trouble t;

    if (!l->call)
        return false;
    limit_stray(p, s, l);
    switch (s->wires->step(l->wire, &t)) {
    case HOP_WIRE_WAIT:
        if (s->now < l->until)
            return false;
        drop_call(s, l);
        return true;
    case HOP_WIRE_DONE: shell_take(p, l); return true;
    case HOP_WIRE_FAILED: shell_lose(p, l, &t); return true;
    }
    return false;
}

/* One alone tries whether the server is there again. */
static bool
repeat_lost(struct hop_pool *p, struct shell *s)
{
    struct call *c = s->lost;
    struct line *l;

    if (!c || p->stage == HOP_POOL_LEFT || s->now < s->retry_at)
        return false;
    if (s->lost_at)
        for (l = s->lines; l; l = l->next)
            if (l->call && l->call->again)
                return false;
    l = shell_line(p, true);
    if (!l)
        return false;
    s->lost = c->next;
    c->next = NULL;
    c->again = true;
    shell_begin(p, l, c);
    return true;
}

static void
step(struct hop_pool *p)
{
    struct shell *s = p->way;
    bool more = true;

    while (more && p->stage != HOP_POOL_OVER) {
        s->now = net_now_ms();
        more = false;
        for (struct line *l = s->lines; l; l = l->next) {
            more = step_line(p, s, l) || more;
            if (p->stage == HOP_POOL_OVER)
                return;
        }
        if (s->go_to) {
            shell_go(p);
            more = true;
            continue;
        }
        more = repeat_lost(p, s) || more;
        if (!s->lost_at || p->stage == HOP_POOL_CLOSING)
            serve(p, s);
        for (struct line *l = s->lines; l && p->stage != HOP_POOL_OVER;
             l = l->next)
            more = step_line(p, s, l) || more;
        more = more || s->go_to;
    }
}

static void
wants(struct hop_pool *p, struct pool_wants *w)
{
    struct shell *s = p->way;
    uint64_t now = net_now_ms();

    for (const struct line *l = s->lines; l; l = l->next) {
        short events = 0;
        int fd, wait_ms = -1;

        if (!l->call)
            continue;
        fd = s->wires->wants(l->wire, &events, &wait_ms);
        pool_wants_fd(w, fd, events);
        if (wait_ms >= 0)
            pool_wants_at(w, now + (uint64_t)wait_ms);
        pool_wants_at(w, l->until);
    }
    if (is_silent(p, s))
        pool_wants_at(w, s->used_at + (uint64_t)s->keep_ms);
    if (s->lost && p->stage != HOP_POOL_LEFT)
        pool_wants_at(w, s->retry_at > now ? s->retry_at : now + 1);
    for (const struct channel *ch = s->pipelines; ch; ch = ch->next) {
        if (ch->wants_end && !ch->ending && ch->state == CHANNEL_STARTED)
            pool_wants_at(w, ch->end_at > now ? ch->end_at : now + 1);
        else if (!s->watch && ch->started_at && !is_over(p, ch))
            pool_wants_at(w, ch->started_at + WATCH_MS);
    }
}

/* ---- what is asked of it ---- */

void
shell_start(struct hop_pool *p)
{
    struct shell *s = p->way;
    struct hop_wire_trouble t = {0};
    struct line *l;

    s->now = net_now_ms();
    if (!s->wires->resolve(s->c, &t)) {
        hop_error_prefix(&t.err, "%s", p->name);
        pool_fail(p, t.cause, &t.err);
        return;
    }
    if (p->purpose == POOL_TO_LIST)
        return;
    l = shell_line(p, true);
    if (p->purpose == POOL_TO_CONNECT)
        shell_connect(p, l);
    else
        shell_create(p, l);
}

static void
begin(struct hop_pool *p)
{
    struct hop_error err = {0};

    if (p->purpose == POOL_TO_LIST || pool_open_session(p, &err))
        shell_start(p);
    else
        pool_fail(p, HOP_CAUSE_USAGE, &err);
}

static void
attach(struct hop_pool *p, const struct hop_guid *id)
{
    add_channel(p->way, id)->attached = true;
}

static void
stop(struct hop_pool *p, const struct hop_guid *id)
{
    struct shell *s = p->way;
    struct channel *ch = shell_channel(s, id);

    ch = ch ? ch : add_channel(s, id);
    ch->wants_stop = true;
    hop_psrp_client_stopping(p->session, id);
}

/* One that has ended may wait; one that runs is ended now. */
static void
end(struct hop_pool *p, const struct hop_guid *id)
{
    struct shell *s = p->way;
    struct channel *ch = shell_channel(s, id);

    if (ch) {
        ch->end_at = is_over(p, ch) ? net_now_ms() + SOON_MS : 0;
        ch->wants_end = true;
    }
    hop_psrp_session_forget(p->session, id);
}

static void
close_shell(struct hop_pool *p)
{
    struct shell *s = p->way;

    /* What has not begun need not; nothing that waits matters any more. */
    while (s->lost) {
        struct call *c = s->lost;

        s->lost = c->next;
        shell_call_free(c);
    }
    s->lost_at = 0;
    s->tries = 0;
    if (s->pool.state != CHANNEL_STARTED)
        pool_over(p, NULL);
}

static void
leave(struct hop_pool *p, int64_t idle_timeout_ms)
{
    struct shell *s = p->way;

    s->leave_idle_ms = idle_timeout_ms;
    s->leaving = false;
}

static void
come_back(struct hop_pool *p)
{
    struct shell *s = p->way;

    s->returning = false;
    s->lost_at = 0;
    s->tries = 0;
    s->retry_at = 0;
}

void
shell_drop_lines(struct shell *s)
{
    while (s->lines) {
        struct line *l = s->lines;

        s->lines = l->next;
        s->dropped_messages += s->wires->messages(l->wire);
        s->wires->drop(l->wire);
        shell_call_free(l->call);
        free(l);
    }
    while (s->lost) {
        struct call *c = s->lost;

        s->lost = c->next;
        shell_call_free(c);
    }
}

static void
drop(struct hop_pool *p)
{
    struct shell *s = p->way;

    shell_drop_lines(s);
    while (s->pipelines) {
        struct channel *ch = s->pipelines;

        s->pipelines = ch->next;
        free(ch);
    }
    shell_list_drop(s);
    if (s->c)
        s->wires->free(s->c);
    hop_psrp_session_free(p->session);
    hop_buf_done(&s->opening);
    free(s->go_to);
    free(s->session_name);
    free(s->culture);
    free(s->ui_culture);
    free(s);
}

static const char *
mechanism(const struct hop_pool *p)
{
    const struct shell *s = p->way;

    for (const struct line *l = s->lines; l; l = l->next)
        if (s->wires->is_open(l->wire))
            return s->wires->mechanism(l->wire);
    return "";
}

static unsigned
round_trips(const struct hop_pool *p)
{
    const struct shell *s = p->way;
    unsigned n = s->dropped_messages;

    for (const struct line *l = s->lines; l; l = l->next)
        n += s->wires->messages(l->wire);
    return n;
}

const struct pool_carrier shell_carrier = {
    .begin = begin,
    .step = step,
    .wants = wants,
    .attach = attach,
    .stop = stop,
    .end = end,
    .close = close_shell,
    .disconnect = leave,
    .reconnect = come_back,
    .drop = drop,
    .mechanism = mechanism,
    .round_trips = round_trips,
};
