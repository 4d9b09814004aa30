/* SPDX-License-Identifier: MIT
 */
#include "client/pool.h"

#include <string.h>

#include "base/alloc.h"
#include "client/pool_event.h"
#include "net/clock.h"

#define OPEN_MS     180000              /* PSSessionOption.OpenTimeout */
#define CANCEL_MS   60000               /* PSSessionOption.CancelTimeout */
#define MAX_OBJECT  ((size_t)200 << 20) /* MaximumReceivedObjectSize */
#define MAX_WAITING ((size_t)16 << 20)
#define FULL        ((size_t)1 << 20)

static const struct hop_guid pool_id;

/* ---- making and ending ---- */

static int64_t
or_default(int64_t given, int64_t standard)
{
    return given == 0 ? standard : given;
}

/* A shell has its pool's id. */
static void
make_session(struct hop_pool *p, const struct hop_pool_options *o)
{
    struct hop_psrp_limits limits = hop_psrp_default_limits;
    struct hop_psrp_options options = {.cx = p->loop->cx,
                                       .limits = &limits,
                                       .keys = o->keys,
                                       .extend = o->extend,
                                       .pool = o->id,
                                       .minor = o->minor};

    limits.max_object = o->max_object ? o->max_object : MAX_OBJECT;
    limits.max_command = o->max_command;
    limits.max_waiting = MAX_WAITING;
    if (p->purpose == POOL_TO_CONNECT &&
        !hop_guid_parse(p->shell, strlen(p->shell), &options.pool))
        options.pool = pool_id;
    if (hop_guid_is_zero(&options.pool))
        hop_guid_new(&options.pool);
    p->session = hop_psrp_client_new(&options);
}

static void
take_init(struct hop_pool *p, struct hop_pool_options *o)
{
    p->init = o->init;
    memset(&o->init, 0, sizeof(o->init));
    if (p->init.max == 0)
        p->init.max = p->init.min > 0 ? p->init.min : 1;
    if (p->init.min == 0)
        p->init.min = 1;
}

static void
free_init(struct hop_psrp_init *init)
{
    struct hop_psrp_message m = {.type = HOP_PSRP_INIT_RUNSPACEPOOL,
                                 .u.init = *init};

    hop_psrp_message_done(&m);
    memset(init, 0, sizeof(*init));
}

static void
join(struct hop_pool_loop *l, struct hop_pool *p)
{
    p->prev = l->last;
    if (l->last)
        l->last->next = p;
    else
        l->first = p;
    l->last = p;
}

static struct hop_pool *
make(struct hop_pool_loop *l, struct hop_pool_options *o,
     enum pool_purpose purpose, const char *shell, struct hop_error *err)
{
    struct hop_pool *p = hop_xmalloc(sizeof(*p));

    p->loop = l;
    p->purpose = purpose;
    p->deadline = UINT64_MAX;
    p->open_ms = or_default(o->open_timeout_ms, OPEN_MS);
    p->cancel_ms = or_default(o->cancel_timeout_ms, CANCEL_MS);
    p->shell = hop_xstrdup(shell ? shell : "");
    p->resource_uri = hop_xstrdup("");
    make_session(p, o);
    take_init(p, o);
    join(l, p);
    if (o->program ? pool_program_init(p, o, err) : pool_shell_init(p, o, err))
        return p;
    hop_pool_drop(p);
    return NULL;
}

struct hop_pool *
hop_pool_open(struct hop_pool_loop *l, struct hop_pool_options *o,
              struct hop_error *err)
{
    return make(l, o, POOL_TO_OPEN, NULL, err);
}

struct hop_pool *
hop_pool_connect(struct hop_pool_loop *l, struct hop_pool_options *o,
                 const char *shell, struct hop_error *err)
{
    return make(l, o, POOL_TO_CONNECT, shell, err);
}

struct hop_pool *
hop_pool_list(struct hop_pool_loop *l, struct hop_pool_options *o,
              struct hop_error *err)
{
    return make(l, o, POOL_TO_LIST, NULL, err);
}

static void
leave_loop(struct hop_pool *p)
{
    struct hop_pool_loop *l = p->loop;

    pool_unready(p);
    if (p->counted)
        l->at_work--;
    if (p->prev)
        p->prev->next = p->next;
    else
        l->first = p->next;
    if (p->next)
        p->next->prev = p->prev;
    else
        l->last = p->prev;
    if (l->has_head && l->head.pool == p) {
        hop_pool_event_done(&l->head);
        l->has_head = false;
    }
}

void
hop_pool_drop(struct hop_pool *p)
{
    if (!p)
        return;
    leave_loop(p);
    pool_drop_notes(p);
    while (p->early)
        pool_early_drop(p, &p->early->id);
    if (p->carrier)
        p->carrier->drop(p);
    else
        hop_psrp_session_free(p->session);
    free_init(&p->init);
    free(p->ended);
    free(p->name);
    free(p->shell);
    free(p->resource_uri);
    free(p);
}

void
hop_pool_close(struct hop_pool *p)
{
    if (p->stage == HOP_POOL_OVER || p->stage == HOP_POOL_CLOSING)
        return;
    while (p->early)
        pool_early_drop(p, &p->early->id);
    if (p->stage == HOP_POOL_WAITING) {
        pool_over(p, NULL);
        return;
    }
    p->stage = HOP_POOL_CLOSING;
    p->deadline =
        p->cancel_ms < 0 ? UINT64_MAX : net_now_ms() + (uint64_t)p->cancel_ms;
    p->carrier->close(p);
    pool_kick(p);
}

void
hop_pool_set_buffering(struct hop_pool *p, enum hop_pool_buffering buffering)
{
    p->leave_buffering = buffering;
}

int64_t
hop_pool_idle_ms(const struct hop_pool *p)
{
    return p->idle_ms;
}

void
hop_pool_disconnect(struct hop_pool *p, int64_t idle_timeout_ms)
{
    struct hop_error err = {0};

    if (p->stage == HOP_POOL_OPEN && hop_pool_can_disconnect(p)) {
        p->stage = HOP_POOL_LEAVING;
        p->carrier->disconnect(p, idle_timeout_ms);
        pool_kick(p);
        return;
    }
    hop_error_set(&err, HOP_ERROR_GENERIC, 0,
                  p->stage == HOP_POOL_OPEN
                      ? "the session on %s cannot be disconnected: its "
                        "transport or its server has no such thing"
                      : "the session on %s is not open",
                  p->name);
    pool_note(p, HOP_POOL_NOT_DISCONNECTED, HOP_CAUSE_USAGE, &err);
}

void
hop_pool_reconnect(struct hop_pool *p)
{
    struct hop_error err = {0};

    if (p->stage == HOP_POOL_LEFT) {
        p->stage = HOP_POOL_COMING_BACK;
        p->carrier->reconnect(p);
        pool_kick(p);
        return;
    }
    hop_error_set(&err, HOP_ERROR_GENERIC, 0,
                  "the session on %s is not disconnected", p->name);
    pool_note(p, HOP_POOL_NOT_RECONNECTED, HOP_CAUSE_USAGE, &err);
}

/* ---- for carriers ---- */

bool
pool_is_full(const struct hop_pool *p)
{
    return p->held || hop_psrp_session_unread(p->session) >= FULL;
}

bool
pool_open_session(struct hop_pool *p, struct hop_error *err)
{
    if (p->purpose == POOL_TO_CONNECT)
        return hop_psrp_client_connect(p->session, err);
    return hop_psrp_client_open(p->session, &p->init, err);
}

/* ---- what is known of one ---- */

enum hop_pool_stage
hop_pool_stage(const struct hop_pool *p)
{
    return p->stage;
}

struct hop_psrp_session *
hop_pool_session(struct hop_pool *p)
{
    /* What the caller does with it may leave something to send. */
    pool_kick(p);
    pool_ready(p);
    return p->session;
}

const char *
hop_pool_shell(const struct hop_pool *p)
{
    return p->shell;
}

const char *
hop_pool_resource_uri(const struct hop_pool *p)
{
    return p->resource_uri;
}

const char *
hop_pool_name(const struct hop_pool *p)
{
    return p->name;
}

bool
hop_pool_can_disconnect(const struct hop_pool *p)
{
    return p->carrier->disconnect &&
           hop_psrp_session_minor(p->session) >= 2; /* MS-PSRP 3.1.4.9 */
}

const char *
hop_pool_mechanism(const struct hop_pool *p)
{
    return p->carrier->mechanism ? p->carrier->mechanism(p) : "";
}

unsigned
hop_pool_round_trips(const struct hop_pool *p)
{
    return p->carrier->round_trips ? p->carrier->round_trips(p) : 0;
}

void
hop_pool_set_user(struct hop_pool *p, void *user)
{
    p->user = user;
}

void *
hop_pool_user(const struct hop_pool *p)
{
    return p->user;
}

/* ---- pipelines ---- */

static bool
is_before_open(const struct hop_pool *p)
{
    return p->stage == HOP_POOL_WAITING || p->stage == HOP_POOL_OPENING;
}

/* May a pipeline begin, or take input? */
static bool
is_usable(const struct hop_pool *p, struct hop_error *err)
{
    static const bool usable[] = {
        [HOP_POOL_OPEN] = true,
        [HOP_POOL_LOST] = true,
        [HOP_POOL_OVER] = false,
    };

    return usable[p->stage] ||
           hop_error_set(err, HOP_ERROR_GENERIC, 0,
                         "the session on %s is not open", p->name);
}

/* What waits in the session goes out at the next step. */
static bool
kicked(struct hop_pool *p, bool ok)
{
    pool_kick(p);
    return ok;
}

bool
hop_pool_begin(struct hop_pool *p, const struct hop_guid *id,
               struct hop_psrp_pipeline *pl, struct hop_error *err)
{
    struct hop_psrp_message m = {.type = HOP_PSRP_CREATE_PIPELINE,
                                 .u.pipeline = *pl};

    if (!is_before_open(p) && is_usable(p, err))
        return kicked(p, hop_psrp_client_pipeline(p->session, id, pl, err));
    memset(pl, 0, sizeof(*pl));
    if (is_before_open(p))
        return pool_early_add(p, id, &m, err);
    hop_psrp_message_done(&m);
    return false;
}

bool
hop_pool_metadata(struct hop_pool *p, const struct hop_guid *id,
                  struct hop_psrp_metadata *d, struct hop_error *err)
{
    struct hop_psrp_message m = {.type = HOP_PSRP_GET_COMMAND_METADATA,
                                 .u.metadata = *d};

    if (!is_before_open(p) && is_usable(p, err))
        return kicked(p, hop_psrp_client_metadata(p->session, id, d, err));
    memset(d, 0, sizeof(*d));
    if (is_before_open(p))
        return pool_early_add(p, id, &m, err);
    hop_psrp_message_done(&m);
    return false;
}

bool
hop_pool_attach(struct hop_pool *p, const struct hop_guid *id,
                struct hop_error *err)
{
    struct hop_psrp_message none = {0};

    if (!p->carrier->attach)
        return hop_error_set(err, HOP_ERROR_GENERIC, 0,
                             "the session on %s has no pipelines to connect to",
                             p->name);
    if (is_before_open(p))
        return pool_early_add(p, id, &none, err);
    if (!is_usable(p, err) || !hop_psrp_client_attach(p->session, id, err))
        return false;
    p->carrier->attach(p, id);
    return kicked(p, true);
}

bool
hop_pool_input(struct hop_pool *p, const struct hop_guid *id,
               struct hop_value v, struct hop_error *err)
{
    struct pool_early *early = pool_early_find(p, id);

    if (early) {
        pool_early_input(early, v);
        return true;
    }
    return kicked(p, is_usable(p, err) &&
                         hop_psrp_client_input(p->session, id, v, err));
}

bool
hop_pool_end_input(struct hop_pool *p, const struct hop_guid *id,
                   struct hop_error *err)
{
    struct pool_early *early = pool_early_find(p, id);

    if (early) {
        early->input_ended = true;
        return true;
    }
    return kicked(p, is_usable(p, err) &&
                         hop_psrp_client_end_input(p->session, id, err));
}

size_t
hop_pool_input_waiting(const struct hop_pool *p, const struct hop_guid *id)
{
    return hop_psrp_session_waiting(p->session, id);
}

void
hop_pool_stop(struct hop_pool *p, const struct hop_guid *id)
{
    struct pool_early *early = pool_early_find(p, id);

    if (early) {
        early->stopped = true;
        return;
    }
    if (hop_guid_eq(id, &pool_id) || !hop_psrp_session_has(p->session, id))
        return;
    p->carrier->stop(p, id);
    pool_kick(p);
}

/* The list holds those that the session still knows. */
static void
add_ended(struct hop_pool *p, const struct hop_guid *id)
{
    size_t kept = 0;

    for (size_t i = 0; i < p->ended_count; i++)
        if (hop_psrp_session_has(p->session, &p->ended[i]))
            p->ended[kept++] = p->ended[i];
    p->ended_count = kept;
    if (kept == p->ended_cap) {
        p->ended_cap = kept ? kept * 2 : 8;
        p->ended = hop_xrealloc(p->ended, p->ended_cap, sizeof(*p->ended));
    }
    p->ended[p->ended_count++] = *id;
}

void
hop_pool_end(struct hop_pool *p, const struct hop_guid *id)
{
    pool_early_drop(p, id);
    if (hop_guid_eq(id, &pool_id) || !hop_psrp_session_has(p->session, id))
        return;
    add_ended(p, id);
    p->carrier->end(p, id);
    pool_kick(p);
}

void
hop_pool_hold(struct hop_pool *p, bool hold)
{
    p->held = hold;
    if (!hold)
        pool_ready(p);
    pool_kick(p);
}
