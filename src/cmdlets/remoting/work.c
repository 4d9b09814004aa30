/* One command in many sessions at once: opening, input, results, ends.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>

#include "cmdlets/remoting/hub.h"
#include "cmdlets/remoting/remoting.h"

/* Bytes of input that wait for one computer before it is fed more. */
#define INPUT_ROOM ((size_t)1 << 20)
/* Messages of one computer before it is another's turn. */
#define TURN 64
/* How long the end of a stopped pipeline waits for the others' answers. */
#define STOP_MS 5000

static void
release_session(struct fan *f, struct work *w)
{
    if (w->call)
        call_free(w->call);
    w->call = NULL;
    /* exit there ends the session, as PowerShell has it. */
    if (w->own || w->remote->exited)
        remote_close(w->remote);
    if (w->begun)
        f->active--;
    w->over = true;
}

/* It is over before it began: the session's error says why. */
static bool
refuse(struct fan *f, struct work *w)
{
    release_session(f, w);
    return f->ops->ended(f, w, NULL);
}

static bool
begin_one(struct fan *f, struct work *w)
{
    struct hop_psrp_pipeline pl;
    struct hop_error err = {0};

    w->begun = true;
    f->active++;
    if (w->remote->state == REMOTE_NEW && !remote_open(w->remote, &err))
        return refuse(f, w);
    call_prepare(&f->script, &pl);
    w->call = call_new(w->remote, &pl, &err);
    if (w->call)
        return true;
    w->remote->error = err;
    return refuse(f, w);
}

/* Begins those whose turn it is; a session that is at work is waited for. */
static bool
begin_some(struct fan *f)
{
    for (size_t i = 0; i < f->n && f->active < f->limit; i++) {
        struct work *w = &f->items[i];

        if (w->begun || w->over || remote_is_busy(w->remote))
            continue;
        if (!begin_one(f, w))
            return false;
    }
    return true;
}

/* ---- input ---- */

static void
not_sent(struct remote *r, const struct hop_error *err)
{
    HOP_AUTO_FREE char *text = hop_xasprintf("Input was not sent to %s: %s.",
                                             r->target->computer, err->text);

    hop_host_line(r->rs, HOP_WARNING, text, strlen(text));
}

static void
feed_one(struct fan *f, struct work *w)
{
    struct remote *r = w->remote;
    struct hop_error err = {0};

    while (w->fed < f->n_input &&
           hop_pool_input_waiting(r->pool, &w->call->id) < INPUT_ROOM) {
        if (!hop_pool_input(r->pool, &w->call->id, f->input[w->fed], &err))
            not_sent(r, &err);
        w->fed++;
    }
    if (!f->input_ended || w->fed < f->n_input || w->call->input_ended)
        return;
    w->call->input_ended = true;
    if (!hop_pool_end_input(r->pool, &w->call->id, &err))
        not_sent(r, &err);
}

/* Lets go of input that all have had. */
static void
trim_input(struct fan *f)
{
    size_t least = f->n_input;

    for (size_t i = 0; i < f->n; i++) {
        if (!f->items[i].over && f->items[i].fed < least)
            least = f->items[i].fed;
    }
    if (least < 256)
        return;
    for (size_t i = 0; i < least; i++)
        hop_release(f->input[i]);
    f->n_input -= least;
    memmove(f->input, f->input + least, f->n_input * sizeof(*f->input));
    for (size_t i = 0; i < f->n; i++)
        f->items[i].fed -= f->items[i].over ? 0 : least;
}

static void
feed(struct fan *f)
{
    if (!f->script.input)
        return;
    for (size_t i = 0; i < f->n; i++) {
        struct work *w = &f->items[i];

        if (w->call && w->call->end == CALL_RUNS && w->remote->pool)
            feed_one(f, w);
    }
    trim_input(f);
}

void
fan_add_input(struct fan *f, struct hop_value v)
{
    if (f->n_input == f->cap_input) {
        f->cap_input = f->cap_input ? 2 * f->cap_input : 64;
        f->input = hop_xrealloc(f->input, f->cap_input, sizeof(*f->input));
    }
    f->input[f->n_input++] = hop_retain(v);
}

/* ---- results ---- */

static bool
end_one(struct fan *f, struct work *w)
{
    struct remote_call *k = w->call;
    bool ok;

    w->call = NULL;
    ok = f->ops->ended(f, w, k);
    call_free(k);
    release_session(f, w);
    return ok;
}

/* What is disconnected goes on later, for those who keep it. */
static bool
has_ended(const struct fan *f, const struct remote_call *k)
{
    return call_is_over(k) && !(f->keeps_left && k->end == CALL_LEFT);
}

static bool
take_one(struct fan *f, struct work *w)
{
    struct hop_psrp_message m;

    for (int i = 0; i < TURN && w->call && call_next(w->call, &m); i++)
        if (!f->ops->message(f, w, &m))
            return false;
    return !w->call || !has_ended(f, w->call) || end_one(f, w);
}

/* Are there messages that were not taken? */
static bool
has_more(const struct fan *f)
{
    for (size_t i = 0; i < f->n; i++)
        if (f->items[i].call &&
            (f->items[i].call->first || has_ended(f, f->items[i].call)))
            return true;
    return false;
}

bool
fan_begin(struct fan *f)
{
    if (!begin_some(f))
        return false;
    feed(f);
    return true;
}

bool
fan_step(struct fan *f)
{
    do {
        if (!begin_some(f))
            return false;
        feed(f);
        for (size_t i = 0; i < f->n; i++)
            if (f->items[i].call && !take_one(f, &f->items[i]))
                return false;
    } while (has_more(f));
    return true;
}

bool
fan_is_over(const struct fan *f)
{
    for (size_t i = 0; i < f->n; i++)
        if (!f->items[i].over)
            return false;
    return true;
}

bool
fan_finish(struct fan *f)
{
    for (;;) {
        if (!fan_step(f))
            return false;
        if (fan_is_over(f))
            return true;
        if (remote_wait(f->rs, -1, false) < 0)
            return false;
    }
}

static bool
any_runs(const struct fan *f)
{
    for (size_t i = 0; i < f->n; i++)
        if (f->items[i].call && f->items[i].call->end == CALL_RUNS)
            return true;
    return false;
}

void
fan_stop(struct fan *f)
{
    int64_t until = space_now_ms() + STOP_MS;

    for (size_t i = 0; i < f->n; i++) {
        struct work *w = &f->items[i];

        if (w->call && w->call->end == CALL_RUNS && w->remote->pool)
            hop_pool_stop(w->remote->pool, &w->call->id);
    }
    while (any_runs(f) && space_now_ms() < until) {
        for (size_t i = 0; i < f->n; i++)
            if (f->items[i].call)
                call_drop(f->items[i].call);
        (void)remote_wait(f->rs, until - space_now_ms(), true);
    }
}

void
fan_give_up(struct fan *f, struct work *w)
{
    if (!w->over)
        release_session(f, w);
}

void
fan_done(struct fan *f)
{
    for (size_t i = 0; i < f->n; i++) {
        fan_give_up(f, &f->items[i]);
        remote_unref(f->items[i].remote);
    }
    for (size_t i = 0; i < f->n_input; i++)
        hop_release(f->input[i]);
    free(f->input);
    free(f->items);
    memset(f, 0, sizeof(*f));
}
