/* Calls of a pool in a WS-Management shell whose connection has broken: they
 * are repeated, or given up.
 *
 * SPDX-License-Identifier: MIT
 */
#include "client/pool_shell.h"

#define FIRST_WAIT   250 /* ms before the second try after a loss */
#define LONGEST_WAIT 5000
#define TELL_MS      5000 /* between two words about it */

static bool
is_of_network(enum hop_cause cause)
{
    return cause == HOP_CAUSE_LOST || cause == HOP_CAUSE_REFUSED ||
           cause == HOP_CAUSE_UNREACHABLE;
}

/* May the call be tried again? */
static bool
may_repeat(const struct hop_pool *p, const struct call *c,
           const struct hop_wire_trouble *t)
{
    const struct shell *s = p->way;

    if (!is_of_network(t->cause) || p->stage == HOP_POOL_OVER)
        return false;
    /* A host that is not there is told of at once. */
    if (p->stage == HOP_POOL_OPENING)
        return (s->tries > 0 || t->cause == HOP_CAUSE_LOST) &&
               (int)s->tries < s->max_tries;
    if (p->stage == HOP_POOL_CLOSING)
        return c->kind == CALL_DELETE && s->tries < 2;
    return s->retry_ms >= 0;
}

static void
give_up(struct hop_pool *p, const struct hop_wire_trouble *t)
{
    struct hop_error err = t->err;

    if (p->stage == HOP_POOL_OPENING || !hop_pool_can_disconnect(p)) {
        pool_fail(p, t->cause, &err);
        return;
    }
    hop_error_prefix(&err,
                     "the session on %s is left there, disconnected, as the "
                     "connection has not come back (Connect-PSSession takes it "
                     "up again)",
                     p->name);
    p->stage = HOP_POOL_LEFT;
    hop_psrp_session_disconnected(p->session);
    pool_note(p, HOP_POOL_DISCONNECTED, t->cause, &err);
}

static void
tell_retry(struct hop_pool *p, const struct hop_wire_trouble *t)
{
    struct shell *s = p->way;
    int64_t left = s->retry_ms - (int64_t)(s->now - s->lost_at);

    if (p->stage == HOP_POOL_OPENING || p->stage == HOP_POOL_CLOSING ||
        (s->told_at && s->now - s->told_at < TELL_MS))
        return;
    if (p->stage == HOP_POOL_OPEN)
        p->stage = HOP_POOL_LOST;
    s->told_at = s->now;
    pool_note(p, HOP_POOL_RETRYING, t->cause, &t->err)->seconds = left / 1000;
}

static void
plan_retry(struct hop_pool *p, const struct hop_wire_trouble *t)
{
    struct shell *s = p->way;
    uint64_t wait;

    if (!s->lost_at) {
        s->lost_at = s->retry_at = s->now;
        s->told_at = 0;
        s->tries = 1;
        pool_kick(p);
        return;
    }
    /* The first try is of one call alone; those that fail with it do not
     * count. */
    if (s->retry_at > s->now)
        return;
    if (p->stage != HOP_POOL_OPENING &&
        s->now - s->lost_at >= (uint64_t)s->retry_ms) {
        give_up(p, t);
        return;
    }
    wait = (uint64_t)FIRST_WAIT << (s->tries < 6 ? s->tries - 1 : 5);
    s->retry_at = s->now + (wait < LONGEST_WAIT ? wait : LONGEST_WAIT);
    s->tries++;
    tell_retry(p, t);
}

void
shell_lose(struct hop_pool *p, struct line *l, const struct hop_wire_trouble *t)
{
    struct shell *s = p->way;
    struct call *c = l->call;
    struct channel *ch = shell_channel(s, &c->channel);

    l->call = NULL;
    if (t->err.domain == HOP_ERROR_WSMAN &&
        t->err.code == HOP_FAULT_REDIRECT_REQUESTED) {
        shell_redirect(p, c, s->wires->redirect(l->wire));
        return;
    }
    if (l->until != UINT64_MAX || !ch || c->kind == CALL_STOP ||
        (c->kind == CALL_RECEIVE && (ch->wants_end || ch->done))) {
        shell_stop_waiting(s, c);
        shell_call_free(c); /* nobody waits for it */
        return;
    }
    if (may_repeat(p, c, t)) {
        c->again = true;
        shell_put_back(s, c);
        plan_retry(p, t);
        return;
    }
    if (c->kind == CALL_END)
        shell_drop_channel(s, &c->channel);
    else if (c->kind == CALL_DELETE)
        pool_over(p, &t->err);
    else if (p->stage != HOP_POOL_LEFT)
        pool_fail(p, t->cause, &t->err);
    shell_call_free(c);
}
