/* What a pool has to tell: its session's events first, then its carrier's.
 *
 * SPDX-License-Identifier: MIT
 */
#include "client/pool_event.h"

#include <string.h>

#include "base/alloc.h"
#include "net/clock.h"
#include "value/convert.h"

#define BREAK_OFF_MS 3000 /* so long the server may take to end its shell */

/* ---- who has something ---- */

void
pool_ready(struct hop_pool *p)
{
    struct hop_pool_loop *l = p->loop;

    if (p->is_ready)
        return;
    p->is_ready = true;
    p->next_ready = NULL;
    if (l->last_ready)
        l->last_ready->next_ready = p;
    else
        l->first_ready = p;
    l->last_ready = p;
}

void
pool_unready(struct hop_pool *p)
{
    struct hop_pool_loop *l = p->loop;
    struct hop_pool **at = &l->first_ready, *before = NULL;

    if (!p->is_ready)
        return;
    while (*at != p) {
        before = *at;
        at = &(*at)->next_ready;
    }
    *at = p->next_ready;
    if (l->last_ready == p)
        l->last_ready = before;
    p->is_ready = false;
}

void
pool_kick(struct hop_pool *p)
{
    p->kicked = true;
}

/* ---- the carrier's ---- */

struct hop_pool_event *
pool_note(struct hop_pool *p, enum hop_pool_event_kind kind,
          enum hop_cause cause, const struct hop_error *err)
{
    struct pool_note *n = hop_xmalloc(sizeof(*n));

    n->event.kind = kind;
    n->event.pool = p;
    n->event.cause = cause;
    if (err)
        n->event.error = *err;
    if (p->last_note)
        p->last_note->next = n;
    else
        p->first_note = n;
    p->last_note = n;
    pool_ready(p);
    return &n->event;
}

static bool
next_note(struct hop_pool *p, struct hop_pool_event *e)
{
    struct pool_note *n = p->first_note;

    if (!n)
        return false;
    *e = n->event;
    p->first_note = n->next;
    if (!p->first_note)
        p->last_note = NULL;
    free(n);
    return true;
}

void
pool_drop_notes(struct hop_pool *p)
{
    struct hop_pool_event e;

    while (next_note(p, &e))
        hop_pool_event_done(&e);
}

static void
leave_work(struct hop_pool *p)
{
    if (p->counted)
        p->loop->at_work--;
    p->counted = false;
}

static void
end_with(struct hop_pool *p, enum hop_pool_event_kind kind,
         enum hop_cause cause, const struct hop_error *err)
{
    p->stage = HOP_POOL_OVER;
    p->deadline = UINT64_MAX;
    leave_work(p);
    pool_note(p, kind, cause, err);
}

void
pool_over(struct hop_pool *p, const struct hop_error *err)
{
    if (p->stage == HOP_POOL_OVER)
        return;
    if (p->broken.domain != HOP_ERROR_NONE)
        end_with(p, HOP_POOL_FAILED, HOP_CAUSE_PROTOCOL, &p->broken);
    else
        end_with(p, HOP_POOL_CLOSED, HOP_CAUSE_NONE, err);
}

void
pool_end(struct hop_pool *p, enum hop_pool_event_kind kind)
{
    end_with(p, kind, HOP_CAUSE_NONE, NULL);
}

void
pool_fail(struct hop_pool *p, enum hop_cause cause, const struct hop_error *err)
{
    if (p->stage == HOP_POOL_OVER)
        return;
    if (p->stage == HOP_POOL_CLOSING) {
        pool_over(p, err);
        return;
    }
    end_with(p, HOP_POOL_FAILED, cause, err);
}

void
pool_break_off(struct hop_pool *p, const struct hop_error *err)
{
    if (p->stage == HOP_POOL_OVER || p->stage == HOP_POOL_CLOSING)
        return;
    p->broken = *err;
    hop_error_prefix(&p->broken, "%s", p->name);
    hop_pool_close(p);
    p->deadline = net_now_ms() + BREAK_OFF_MS;
}

/* ---- the session's ---- */

/* The error record of a state, in words. */
static void
describe_state(struct hop_pool *p, const struct hop_psrp_state *state,
               struct hop_error *err)
{
    HOP_AUTO_STRING struct hop_string *text = NULL;

    if (state->error.kind == HOP_OBJECT &&
        hop_to_string(p->loop->cx, state->error, &text)) {
        hop_error_set(err, HOP_ERROR_GENERIC, 0, "%s", text->data);
        return;
    }
    hop_drop_exception(p->loop->cx);
    hop_error_set(err, HOP_ERROR_GENERIC, 0,
                  state->state == HOP_PSRP_POOL_BROKEN
                      ? "%s has broken the session off without a reason"
                      : "%s has closed the session",
                  p->name);
}

static bool
tell_pool_state(struct hop_pool *p, struct hop_psrp_event *s)
{
    const struct hop_psrp_state *state = &s->message.u.state;
    struct hop_error err = {0};

    if (state->state == HOP_PSRP_POOL_BROKEN) {
        describe_state(p, state, &err);
        pool_fail(p, HOP_CAUSE_FAULT, &err);
    } else if (state->state == HOP_PSRP_POOL_CLOSED &&
               p->stage != HOP_POOL_CLOSING) {
        describe_state(p, state, &err);
        pool_over(p, &err);
    }
    return false;
}

static bool
tell_opened(struct hop_pool *p, struct hop_pool_event *e)
{
    if (p->stage != HOP_POOL_OPENING)
        return false;
    p->stage = HOP_POOL_OPEN;
    p->deadline = UINT64_MAX;
    e->kind = HOP_POOL_OPENED;
    pool_early_begin(p);
    pool_kick(p);
    return true;
}

static bool
concerns_nobody(const struct hop_pool *p, const struct hop_guid *pipeline)
{
    for (size_t i = 0; i < p->ended_count; i++)
        if (hop_guid_eq(&p->ended[i], pipeline))
            return true;
    return false;
}

/* Whether the event is one for the caller. */
static bool
tell(struct hop_pool *p, struct hop_psrp_event *s, struct hop_pool_event *e)
{
    *e = (struct hop_pool_event){.kind = HOP_POOL_MESSAGE,
                                 .pool = p,
                                 .pipeline = s->channel,
                                 .message = s->message,
                                 .error = s->error};
    if (concerns_nobody(p, &s->channel))
        return false;
    switch (s->kind) {
    case HOP_PSRP_OPENED: return tell_opened(p, e);
    case HOP_PSRP_STOP: return false;
    case HOP_PSRP_TROUBLE: e->kind = HOP_POOL_TROUBLE; return true;
    case HOP_PSRP_BROKEN: pool_break_off(p, &s->error); return false;
    case HOP_PSRP_MESSAGE: break;
    }
    if (s->message.type == HOP_PSRP_RUNSPACEPOOL_STATE)
        return tell_pool_state(p, s);
    return true;
}

static bool
next_event(struct hop_pool *p, struct hop_pool_event *e)
{
    struct hop_psrp_event s;

    if (p->held)
        return false;
    /* What is to be received depends on what waits. */
    if (hop_psrp_session_unread(p->session) > 0)
        pool_kick(p);
    while (hop_psrp_session_next(p->session, &s)) {
        if (tell(p, &s, e))
            return true;
        hop_psrp_event_done(&s);
    }
    return next_note(p, e);
}

bool
pool_loop_has_event(struct hop_pool_loop *l)
{
    while (!l->has_head && l->first_ready) {
        struct hop_pool *p = l->first_ready;

        l->has_head = next_event(p, &l->head);
        if (!l->has_head)
            pool_unready(p);
    }
    return l->has_head;
}

bool
hop_pool_loop_next(struct hop_pool_loop *l, struct hop_pool_event *e)
{
    if (!pool_loop_has_event(l))
        return false;
    *e = l->head;
    l->has_head = false;
    return true;
}

void
hop_pool_event_done(struct hop_pool_event *e)
{
    hop_psrp_message_done(&e->message);
    if (e->shell)
        pool_found_free(e->shell);
    e->shell = NULL;
    free(e->address);
    e->address = NULL;
}
