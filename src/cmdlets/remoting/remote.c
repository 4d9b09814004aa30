/* Sessions, and the loop that carries them.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cmdlets/remoting/remote.h"

#include <stdlib.h>
#include <time.h>

#include "cmdlets/remoting/hub.h"
#include "cmdlets/remoting/remoting.h"
#include "engine/space.h"
#include "value/date.h"

/* ---- the loop of a shell ---- */

static void
forget(struct remote *r)
{
    r->pool = NULL;
    r->state = REMOTE_CLOSED;
    for (struct remote_call *c = r->calls; c; c = c->next)
        if (c->end == CALL_RUNS)
            c->end = CALL_LOST;
    for (struct remote_call *c = r->calls, *next; c; c = next) {
        next = c->next;
        if (c->orphan)
            call_free(c);
    }
    r->rs = NULL;
}

static bool take_events(struct hub *h);

/* The shell ends: what is open is closed, what is left stays. */
static void
hub_free(void *p)
{
    struct hub *h = p;

    hop_runspace_remove_idler(h->rs, &h->idler);
    hub_keep_no_more(h);
    while (h->list) {
        struct remote *r = remote_ref(h->list);

        h->list = r->next;
        if (r->pool && r->state != REMOTE_LEFT) {
            hop_pool_set_user(r->pool, NULL);
            hop_pool_close(r->pool);
        }
        forget(r);
        remote_unref(r);
    }
    for (int64_t end = space_now_ms() + FAREWELL_MS;
         hop_pool_loop_is_busy(h->loop) && space_now_ms() < end;) {
        struct hop_pool_event e;

        if (!hop_pool_loop_wait(h->loop, end - space_now_ms(), -1))
            break;
        while (hop_pool_loop_next(h->loop, &e)) {
            bool over = e.kind == HOP_POOL_CLOSED || e.kind == HOP_POOL_FAILED;
            struct hop_pool *pool = e.pool;

            hop_pool_event_done(&e);
            if (over)
                hop_pool_drop(pool);
        }
    }
    hop_pool_loop_free(h->loop);
    hop_psrp_keys_done(&h->keys);
    hop_value_clear(&h->sessions);
    free(h);
}

static size_t
idle_wants(void *ctx, struct pollfd *fds, size_t max, int64_t *limit_ms)
{
    struct hub *h = ctx;
    size_t n;
    const struct pollfd *wanted = hop_pool_loop_wants(h->loop, &n, limit_ms);

    n = n < max ? n : max;
    for (size_t i = 0; i < n; i++)
        fds[i] = wanted[i];
    return n;
}

/* Sessions are kept alive, closed and resumed at the prompt, too. */
static void
idle_work(void *ctx)
{
    struct hub *h = ctx;

    hop_pool_loop_step(h->loop);
    if (take_events(h))
        hop_threads_notify(h->rs);
}

struct hub *
hub_of(struct hop_runspace *rs)
{
    struct hub *h = rs->slots[HUB_SLOT];

    if (h)
        return h;
    h = hop_xcalloc(1, sizeof(*h));
    h->rs = rs;
    h->loop = hop_pool_loop_new(&rs->cx);
    hop_psrp_keys_init(&h->keys, NULL);
    h->sessions = hop_obj(hop_array_new(&rs->cx, 0));
    rs->slots[HUB_SLOT] = h;
    rs->slot_free[HUB_SLOT] = hub_free;
    h->idler = (struct hop_idler){h, idle_wants, idle_work, NULL};
    hop_runspace_add_idler(rs, &h->idler);
    return h;
}

/* ---- events ---- */

static struct hop_value
now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_REALTIME, &t);
    return hop_datetime(621355968000000000LL + t.tv_sec * HOP_TICKS_PER_SECOND +
                            t.tv_nsec / 100,
                        HOP_DATE_LOCAL);
}

static void
say(struct remote *r, const char *text)
{
    hop_host_line(r->rs, HOP_WARNING, text, strlen(text));
}

static void
end_calls(struct remote *r, enum call_end end, const struct hop_error *why)
{
    for (struct remote_call *c = r->calls; c; c = c->next) {
        if (c->end != CALL_RUNS)
            continue;
        c->end = end;
        c->error = *why;
    }
}

static void
take_opened(struct remote *r, struct hop_pool_event *e)
{
    r->state = REMOTE_OPENED;
    r->error.domain = HOP_ERROR_NONE;
    if (e->message.type == HOP_PSRP_APPLICATION_PRIVATE_DATA)
        hop_value_set(
            &r->private_data,
            hop_psrp_primitive_of(&r->rs->cx, e->message.u.private_data.data));
    free(r->shell);
    r->shell = hop_xstrdup(hop_pool_shell(r->pool));
    if (hop_pool_idle_ms(r->pool) > 0)
        r->idle_ms = hop_pool_idle_ms(r->pool);
}

/* As in PowerShell, the session is one on that host from now on. */
static void
take_redirected(struct remote *r, struct hop_pool_event *e)
{
    HOP_AUTO_FREE char *before = hop_steal(&r->notice);

    target_move(r->target, e->address, hop_pool_name(r->pool));
    r->notice = before ? hop_xasprintf("%s, and on to %s", before, e->address)
                       : hop_xasprintf("The connection is redirected to %s",
                                       e->address);
    if (!r->asked)
        return;
    target_move(r->asked, e->address, hop_pool_name(r->pool));
    say(r, r->notice);
}

/* The pool is over. */
static void
take_end(struct remote *r, struct hop_pool_event *e, enum remote_state state)
{
    r->state = state;
    r->error = e->error;
    r->cause = e->cause;
    end_calls(r, CALL_LOST, &e->error);
    hop_pool_drop(r->pool);
    r->pool = NULL;
}

static void
take_failed(struct remote *r, struct hop_pool_event *e)
{
    take_end(r, e, REMOTE_BROKEN);
}

static void
take_closed(struct remote *r, struct hop_pool_event *e)
{
    take_end(r, e,
             r->state != REMOTE_CLOSING && e->error.domain != HOP_ERROR_NONE
                 ? REMOTE_BROKEN
                 : REMOTE_CLOSED);
}

static void
take_left(struct remote *r, struct hop_pool_event *e)
{
    r->state = REMOTE_LEFT;
    r->retrying = false;
    r->error = e->error;
    hop_value_set(&r->left_on, now());
    end_calls(r, CALL_LEFT, &e->error);
}

static void
take_not_left(struct remote *r, struct hop_pool_event *e)
{
    r->state = REMOTE_OPENED;
    r->refused = true;
    r->error = e->error;
}

static void
take_back(struct remote *r, struct hop_pool_event *e)
{
    (void)e;
    r->state = REMOTE_OPENED;
    hop_value_clear(&r->left_on);
    for (struct remote_call *c = r->calls; c; c = c->next)
        if (c->end == CALL_LEFT)
            c->end = CALL_RUNS;
}

static void
take_not_back(struct remote *r, struct hop_pool_event *e)
{
    r->state = REMOTE_LEFT;
    r->refused = true;
    r->error = e->error;
}

static void
take_retrying(struct remote *r, struct hop_pool_event *e)
{
    HOP_AUTO_FREE char *text = NULL;

    if (r->retrying)
        return;
    r->retrying = true;
    text = hop_xasprintf("The connection to %s is lost: %s. It is tried again "
                         "for up to %ld seconds; the session runs on there.",
                         r->target->computer, e->error.text, (long)e->seconds);
    say(r, text);
}

static void
take_resumed(struct remote *r, struct hop_pool_event *e)
{
    HOP_AUTO_FREE char *text = NULL;

    (void)e;
    if (!r->retrying)
        return;
    r->retrying = false;
    text = hop_xasprintf("The connection to %s is there again.",
                         r->target->computer);
    say(r, text);
}

static void
take_message(struct remote *r, struct hop_pool_event *e)
{
    if (e->message.type == HOP_PSRP_RUNSPACEPOOL_HOST_CALL)
        remote_host_call(r, &e->pipeline, &e->message.u.call);
    else if (!hop_guid_is_zero(&e->pipeline))
        call_take(r, &e->pipeline, &e->message);
}

/* ERROR_WSMAN_UNEXPECTED_SELECTORS: there is no such shell there any more. */
#define NO_SHELL 0x8033805B

static void
take_pipeline_failed(struct remote *r, struct hop_pool_event *e)
{
    if (e->error.domain == HOP_ERROR_WSMAN &&
        (uint32_t)e->error.code == NO_SHELL) {
        take_end(r, e, REMOTE_BROKEN);
        return;
    }
    for (struct remote_call *c = r->calls; c; c = c->next) {
        if (!hop_guid_eq(&c->id, &e->pipeline) || c->end != CALL_RUNS)
            continue;
        c->end = CALL_LOST;
        c->error = e->error;
    }
}

static void
take_found(struct remote *r, struct hop_pool_event *e)
{
    if (r->on_found && !r->on_found(r->found_ctx, e->shell))
        r->on_found = NULL;
}

static void
take_listed(struct remote *r, struct hop_pool_event *e)
{
    take_end(r, e, REMOTE_CLOSED);
}

static void (*const takers[])(struct remote *r, struct hop_pool_event *e) = {
    [HOP_POOL_OPENED] = take_opened,
    [HOP_POOL_FAILED] = take_failed,
    [HOP_POOL_CLOSED] = take_closed,
    [HOP_POOL_DISCONNECTED] = take_left,
    [HOP_POOL_NOT_DISCONNECTED] = take_not_left,
    [HOP_POOL_RECONNECTED] = take_back,
    [HOP_POOL_NOT_RECONNECTED] = take_not_back,
    [HOP_POOL_RETRYING] = take_retrying,
    [HOP_POOL_RESUMED] = take_resumed,
    [HOP_POOL_REDIRECTED] = take_redirected,
    [HOP_POOL_MESSAGE] = take_message,
    [HOP_POOL_PIPELINE_FAILED] = take_pipeline_failed,
    [HOP_POOL_FOUND] = take_found,
    [HOP_POOL_LISTED] = take_listed,
};

/* Whether there was any. */
static bool
take_events(struct hub *h)
{
    struct hop_pool_event e;
    bool any = false;

    for (; hop_pool_loop_next(h->loop, &e); any = true) {
        struct remote *r = hop_pool_user(e.pool);
        struct hop_pool *pool = e.pool;
        bool over = e.kind == HOP_POOL_FAILED || e.kind == HOP_POOL_CLOSED;

        if (r && (size_t)e.kind < HOP_ARRAY_SIZE(takers) && takers[e.kind]) {
            remote_ref(r);
            takers[e.kind](r, &e);
            remote_unref(r);
            over = false;
        }
        hop_pool_event_done(&e);
        if (over) /* nobody's any more */
            hop_pool_drop(pool);
    }
    return any;
}

int
remote_wait(struct hop_runspace *rs, int64_t timeout_ms, bool despite_stop)
{
    struct hub *h = hub_of(rs);
    HOP_AUTO_FREE struct pollfd *fds = NULL;
    const struct pollfd *wanted;
    int64_t limit;
    size_t n;

    hop_pool_loop_step(h->loop);
    if (take_events(h))
        return 1;
    if (rs->stop && !despite_stop)
        return -1;
    /* A copy: another thread may use the loop meanwhile. */
    wanted = hop_pool_loop_wants(h->loop, &n, &limit);
    fds = hop_xcalloc(n + 1, sizeof(*fds));
    for (size_t i = 0; i < n; i++)
        fds[i] = wanted[i];
    if (limit < 0 || (timeout_ms >= 0 && timeout_ms < limit))
        limit = timeout_ms;
    fds[n] = (struct pollfd){rs->wake[0], POLLIN, 0};
    (void)hop_threads_poll(rs, fds, (nfds_t)(n + !despite_stop), limit);
    if (rs->called)
        runspace_attend(rs);
    hop_pool_loop_step(h->loop);
    hub_keep(h);
    if (take_events(h)) {
        hop_threads_notify(rs);
        return 1;
    }
    return rs->stop && !despite_stop ? -1 : 0;
}

/* ---- sessions ---- */

struct remote *
remote_new(struct hop_runspace *rs, struct target *t)
{
    struct remote *r = hop_xcalloc(1, sizeof(*r));
    struct hub *h = hub_of(rs);

    r->refs = 1;
    r->rs = rs;
    r->target = t;
    r->idle_ms = -1;
    hop_guid_new(&r->id);
    r->next = h->list;
    h->list = r;
    return r;
}

struct remote *
remote_ref(struct remote *r)
{
    r->refs++;
    return r;
}

static void
unlist(struct remote *r)
{
    struct hub *h = r->rs ? r->rs->slots[HUB_SLOT] : NULL;
    struct remote **p = h ? &h->list : NULL;

    while (p && *p && *p != r)
        p = &(*p)->next;
    if (p && *p)
        *p = r->next;
}

void
remote_unref(struct remote *r)
{
    if (!r || --r->refs)
        return;
    unlist(r);
    if (r->pool) {
        hop_pool_set_user(r->pool, NULL);
        if (r->state == REMOTE_LEFT || r->state == REMOTE_LEAVING)
            hop_pool_drop(r->pool);
        else
            hop_pool_close(r->pool);
    }
    target_free(r->target);
    hop_value_clear(&r->private_data);
    hop_value_clear(&r->left_on);
    free(r->shell);
    free(r->notice);
    free(r->found);
    free(r);
}

bool
remote_notify(struct hop_command *c, struct remote *r)
{
    HOP_AUTO_FREE char *text = hop_steal(&r->notice);

    return !text || hop_write_warning(c, "%s", text);
}

static bool
settles(const struct remote *r)
{
    return r->state == REMOTE_OPENING || r->state == REMOTE_CLOSING ||
           r->state == REMOTE_LEAVING || r->state == REMOTE_CONNECTING;
}

bool
remote_settle(struct hop_runspace *rs, struct remote *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        while (settles(list[i]))
            if (remote_wait(rs, -1, false) < 0)
                return false;
    return true;
}

void
remote_close(struct remote *r)
{
    if (!r->pool) {
        if (r->state != REMOTE_BROKEN)
            r->state = REMOTE_CLOSED;
        return;
    }
    r->state = REMOTE_CLOSING;
    hop_pool_close(r->pool);
}

void
remote_disconnect(struct remote *r, int64_t idle_ms)
{
    r->refused = false;
    r->state = REMOTE_LEAVING;
    hop_pool_disconnect(r->pool, idle_ms);
}

void
remote_reconnect(struct remote *r)
{
    r->refused = false;
    r->state = REMOTE_CONNECTING;
    hop_pool_reconnect(r->pool);
}

bool
remote_is_busy(const struct remote *r)
{
    for (const struct remote_call *c = r->calls; c; c = c->next)
        if (c->end == CALL_RUNS)
            return true;
    return false;
}
