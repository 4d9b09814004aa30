/* The server of a session, MS-PSRP 3.2.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "base/text.h"
#include "psrp/state.h"
#include "value/convert.h"

struct hop_psrp_session *
hop_psrp_server_new(const struct hop_psrp_options *o)
{
    return psrp_session_new(o, true);
}

/* ---- versions ---- */

/* Clients of 2.0 to 2.3 hear their own version, later ones ours. */
static bool
negotiate(struct hop_psrp_session *s, const struct hop_psrp_capability *k,
          struct hop_error *err)
{
    char text[64];

    if (k->protocol.major == 2 && k->protocol.minor >= 0 && k->ps.major == 2 &&
        k->serialization.major == 1 && k->serialization.minor >= 1) {
        s->minor =
            k->protocol.minor < s->own_minor ? k->protocol.minor : s->own_minor;
        return true;
    }
    hop_psrp_version_format(&k->protocol, text);
    return hop_error_set(err, HOP_ERROR_PROTOCOL, 0,
                         "the client speaks version %s of the remoting "
                         "protocol; versions 2.1 to 2.%d are spoken here",
                         text, s->own_minor);
}

static bool
queue_capability(struct hop_psrp_session *s, struct hop_error *err)
{
    struct hop_psrp_message m;

    psrp_session_capability(s, &m);
    return psrp_session_queue(s, &s->root, &m, err);
}

static enum taken
take_capability(struct hop_psrp_session *s, struct channel *c,
                struct hop_psrp_event *e, struct hop_error *err)
{
    struct hop_psrp_error broken = {
        .id = "PSRemotingDataStructureException",
        .exception = "System.Management.Automation.Remoting."
                     "PSRemotingDataStructureException",
        .reason = "PSRemotingDataStructureException",
        .category = HOP_CAT_RESOURCE_UNAVAILABLE,
    };
    struct hop_error why = {0};

    (void)c;
    if (s->state != HOP_PSRP_POOL_BEFORE_OPEN) {
        /* PowerShell closes the pool of a client that begins anew. */
        if (!hop_psrp_server_close(s, HOP_PSRP_POOL_CLOSED, hop_null(), err))
            return TAKEN_REFUSED;
        hop_error_set(err, HOP_ERROR_PROTOCOL, 0,
                      "SESSION_CAPABILITY came a second time");
        psrp_session_raise(s, HOP_PSRP_BROKEN, NULL, err);
        return TAKEN_SILENT;
    }
    s->pool = e->message.pool;
    if (negotiate(s, &e->message.u.capability, &why)) {
        s->negotiated = true;
        s->state = HOP_PSRP_POOL_NEGOTIATION_SUCCEEDED;
        return queue_capability(s, err) ? TAKEN_SILENT : TAKEN_REFUSED;
    }
    broken.message = why.text;
    if (!queue_capability(s, err) ||
        !hop_psrp_server_close(s, HOP_PSRP_POOL_BROKEN,
                               hop_psrp_error_new(s->cx, &broken), err))
        return TAKEN_REFUSED;
    psrp_session_raise(s, HOP_PSRP_BROKEN, NULL, &why);
    return TAKEN_SILENT;
}

/* ---- opening ---- */

static bool
check_size(int32_t min, int32_t max, struct hop_error *err)
{
    if (max < 1)
        return hop_error_set(err, HOP_ERROR_PROTOCOL, 0,
                             "a pool of at most %d runspaces was asked for",
                             max);
    return (min >= 1 && min <= max) ||
           hop_error_set(err, HOP_ERROR_PROTOCOL, 0,
                         "a pool of at least %d and at most %d runspaces was "
                         "asked for",
                         min, max);
}

static enum taken
take_init(struct hop_psrp_session *s, struct channel *c,
          struct hop_psrp_event *e, struct hop_error *err)
{
    (void)c;
    if (!check_size(e->message.u.init.min, e->message.u.init.max, err))
        return TAKEN_REFUSED;
    s->pool = e->message.pool;
    s->min = e->message.u.init.min;
    s->max = e->message.u.init.max;
    s->state = HOP_PSRP_POOL_OPENING;
    return TAKEN_EVENT;
}

static bool
send_pool_state(struct hop_psrp_session *s, enum hop_psrp_pool_state state,
                struct hop_value error, struct hop_error *err)
{
    struct hop_psrp_message m = {
        .type = HOP_PSRP_RUNSPACEPOOL_STATE,
        .u.state = {(int32_t)state, hop_is_null(error) ? hop_void() : error},
    };

    return psrp_session_queue(s, &s->root, &m, err);
}

static bool
send_private_data(struct hop_psrp_session *s, struct hop_error *err)
{
    struct hop_psrp_message m = {
        .type = HOP_PSRP_APPLICATION_PRIVATE_DATA,
        .u.private_data = {hop_retain(s->private_data)},
    };

    return psrp_session_queue(s, &s->root, &m, err);
}

bool
hop_psrp_server_opened(struct hop_psrp_session *s,
                       struct hop_value private_data, struct hop_error *err)
{
    hop_value_set(&s->private_data, private_data);
    if (s->state != HOP_PSRP_POOL_OPENING)
        return hop_error_set(err, HOP_ERROR_GENERIC, 0,
                             "no runspace pool is about to be opened");
    if (!send_private_data(s, err) ||
        !send_pool_state(s, HOP_PSRP_POOL_OPENED, hop_null(), err))
        return false;
    s->state = HOP_PSRP_POOL_OPENED;
    psrp_session_release_holds(s);
    return true;
}

bool
hop_psrp_server_close(struct hop_psrp_session *s,
                      enum hop_psrp_pool_state state, struct hop_value error,
                      struct hop_error *err)
{
    bool ok = true;

    if (s->state == HOP_PSRP_POOL_CLOSED || s->state == HOP_PSRP_POOL_BROKEN) {
        hop_release(error);
        return true;
    }
    if (state == HOP_PSRP_POOL_CLOSED)
        ok = send_pool_state(s, HOP_PSRP_POOL_CLOSING, hop_null(), err);
    ok = send_pool_state(s, state, error, err) && ok;
    s->state = state;
    return ok;
}

/* ---- connecting again ---- */

struct parts {
    struct hop_psrp_session *s;
    struct hop_psrp_message capability, connect;
};

static bool
take_part(void *ctx, const uint8_t *p, size_t n, struct hop_error *err)
{
    struct parts *parts = ctx;
    struct hop_psrp_session *s = parts->s;
    struct hop_psrp_head h;
    struct hop_psrp_message *m;
    const char *body;
    size_t body_n;

    if (!hop_psrp_head_decode(p, n, &h, &body, &body_n, err))
        return false;
    m = h.type == HOP_PSRP_SESSION_CAPABILITY     ? &parts->capability
        : h.type == HOP_PSRP_CONNECT_RUNSPACEPOOL ? &parts->connect
                                                  : NULL;
    if (!m || m->type)
        return hop_error_set(err, HOP_ERROR_PROTOCOL, 0,
                             "a connection carries a message too much");
    m->type = (enum hop_psrp_type)h.type;
    m->pool = h.pool;
    return hop_psrp_body_decode(s->cx, &s->clixml, body, body_n, m, err);
}

static bool
check_parts(const struct parts *parts, struct hop_error *err)
{
    const struct hop_psrp_session *s = parts->s;

    if (!parts->capability.type || !parts->connect.type)
        return hop_error_set(err, HOP_ERROR_PROTOCOL, 0,
                             "a connection lacks SESSION_CAPABILITY or "
                             "CONNECT_RUNSPACEPOOL");
    if (!hop_guid_eq(&parts->connect.pool, &s->pool))
        return hop_error_set(err, HOP_ERROR_PROTOCOL, 0,
                             "a connection is for another runspace pool");
    if (s->state != HOP_PSRP_POOL_OPENED &&
        s->state != HOP_PSRP_POOL_DISCONNECTED)
        return hop_error_set(err, HOP_ERROR_PROTOCOL, 0,
                             "the runspace pool cannot be connected to");
    return true;
}

/* Windows' servers tell the pool's state again when the client before has not
 * confirmed it; pypsrp 0.9 waits for that, so it is told in any case. */
static bool
connect_parts(struct parts *parts, struct hop_error *err)
{
    struct hop_psrp_session *s = parts->s;
    struct hop_psrp_message m = {.type = HOP_PSRP_RUNSPACEPOOL_INIT_DATA,
                                 .u.size = {s->min, s->max}};
    int32_t before = s->minor;

    if (!check_parts(parts, err) ||
        !negotiate(s, &parts->capability.u.capability, err))
        return false;
    if (s->minor < 2) {
        s->minor = before;
        return hop_error_set(err, HOP_ERROR_PROTOCOL, 0,
                             "clients connect again from version 2.2 on");
    }
    s->state = HOP_PSRP_POOL_OPENED;
    if (!queue_capability(s, err) ||
        !psrp_session_queue(s, &s->root, &m, err) ||
        !send_private_data(s, err) ||
        !send_pool_state(s, HOP_PSRP_POOL_OPENED, hop_null(), err))
        return false;
    psrp_session_raise(s, HOP_PSRP_OPENED, NULL, NULL);
    return true;
}

/* Another client counts its objects anew. */
static void
forget_halves(struct hop_psrp_session *s)
{
    for (int i = 0; i < HOP_PSRP_STREAMS; i++) {
        hop_psrp_joiner_done(&s->root.in[i]);
        for (struct channel *c = s->pipelines; c; c = c->next)
            hop_psrp_joiner_done(&c->in[i]);
    }
}

bool
hop_psrp_server_connect(struct hop_psrp_session *s, const void *p, size_t n,
                        struct hop_error *err)
{
    struct parts parts = {.s = s};
    struct hop_psrp_joiner j;
    bool ok;

    hop_psrp_joiner_init(&j, &s->root.in[0].limits);
    ok = hop_psrp_joiner_add(&j, p, n, take_part, &parts, err) &&
         connect_parts(&parts, err);
    hop_psrp_joiner_done(&j);
    if (ok)
        forget_halves(s);
    hop_psrp_message_done(&parts.capability);
    hop_psrp_message_done(&parts.connect);
    return ok;
}

/* ---- pipelines ---- */

bool
hop_psrp_server_command(struct hop_psrp_session *s, const struct hop_guid *id,
                        struct hop_error *err)
{
    return psrp_session_add(s, id, err) != NULL;
}

static bool
is_at_work(const struct channel *c)
{
    return c->state == HOP_PSRP_PIPELINE_RUNNING ||
           c->state == HOP_PSRP_PIPELINE_STOPPING;
}

static int32_t
busy(const struct hop_psrp_session *s)
{
    int32_t n = 0;

    for (struct channel *c = s->pipelines; c; c = c->next)
        n += is_at_work(c) && !c->is_nested;
    return n;
}

static int32_t
most(const struct hop_psrp_session *s)
{
    return s->max < s->runspaces ? s->max : s->runspaces;
}

static enum taken
start(struct hop_psrp_session *s, struct channel *c, struct hop_psrp_event *e,
      bool nested, bool no_input, struct hop_error *err)
{
    if (c->state != HOP_PSRP_PIPELINE_NOT_STARTED) {
        hop_error_set(err, HOP_ERROR_PROTOCOL, 0,
                      "a pipeline was created a second time");
        return TAKEN_REFUSED;
    }
    if (!nested && busy(s) >= most(s))
        return TAKEN_HOLD;
    c->pipeline = e->message.pipeline;
    c->is_nested = nested;
    c->input_ended = no_input;
    c->state = HOP_PSRP_PIPELINE_RUNNING;
    return TAKEN_EVENT;
}

static enum taken
take_pipeline(struct hop_psrp_session *s, struct channel *c,
              struct hop_psrp_event *e, struct hop_error *err)
{
    const struct hop_psrp_pipeline *p = &e->message.u.pipeline;

    /* Only a pipeline that another one waits for is nested, in a pool of one
     * runspace: PowerShell's clients mark some that come alone. */
    return start(s, c, e, p->is_nested && s->max == 1 && busy(s) > 0,
                 p->no_input, err);
}

static enum taken
take_metadata(struct hop_psrp_session *s, struct channel *c,
              struct hop_psrp_event *e, struct hop_error *err)
{
    return start(s, c, e, false, true, err);
}

/* Input behind its end, and that of a pipeline that has ended, is nothing. */
static enum taken
take_input(struct hop_psrp_session *s, struct channel *c,
           struct hop_psrp_event *e, struct hop_error *err)
{
    bool ignored = c->input_ended || !is_at_work(c);

    (void)s;
    if (c->state == HOP_PSRP_PIPELINE_NOT_STARTED) {
        hop_error_set(err, HOP_ERROR_PROTOCOL, 0,
                      "input came before its pipeline");
        return TAKEN_REFUSED;
    }
    if (c->sated && !ignored)
        return TAKEN_HOLD;
    if (e->message.type == HOP_PSRP_END_OF_PIPELINE_INPUT)
        c->input_ended = true;
    return ignored ? TAKEN_SILENT : TAKEN_EVENT;
}

/* Answers nobody waits for are nothing. */
static enum taken
take_response(struct hop_psrp_session *s, struct channel *c,
              struct hop_psrp_event *e, struct hop_error *err)
{
    int64_t call = e->message.u.response.call;

    (void)s;
    (void)err;
    if (call < 1 || call > c->calls || (c != &s->root && !is_at_work(c)))
        return TAKEN_SILENT;
    return TAKEN_EVENT;
}

/* What PowerShell says of a pipeline that was stopped. */
static struct hop_value
stopped_error(struct hop_psrp_session *s)
{
    static const struct hop_psrp_error e = {
        .message = "The pipeline has been stopped.",
        .id = "PipelineStopped",
        .exception = "System.Management.Automation.PipelineStoppedException",
        .category = HOP_CAT_OPERATION_STOPPED,
        .reason = "PipelineStoppedException",
    };

    return hop_psrp_error_new(s->cx, &e);
}

static bool
send_end(struct hop_psrp_session *s, struct channel *c,
         enum hop_psrp_pipeline_state state, struct hop_value error,
         struct hop_error *err)
{
    struct hop_psrp_message m = {.type = HOP_PSRP_PIPELINE_STATE};

    if (state == HOP_PSRP_PIPELINE_STOPPED && hop_is_null(error))
        error = stopped_error(s);
    m.u.state.state = (int32_t)state;
    m.u.state.error = hop_is_null(error) ? hop_void() : error;
    c->state = state;
    psrp_session_release_holds(s);
    return psrp_session_queue(s, c, &m, err);
}

bool
hop_psrp_server_end(struct hop_psrp_session *s, const struct hop_guid *id,
                    enum hop_psrp_pipeline_state state, struct hop_value error,
                    struct hop_error *err)
{
    struct channel *c = psrp_session_channel(s, id);

    if (!c || c == &s->root || !is_at_work(c)) {
        hop_release(error);
        return hop_error_set(err, HOP_ERROR_GENERIC, 0,
                             "there is no pipeline at work to be ended");
    }
    return send_end(s, c, state, error, err);
}

void
hop_psrp_server_refuse(struct hop_psrp_session *s, const struct hop_guid *id,
                       struct hop_value error)
{
    struct channel *c = psrp_session_channel(s, id);
    struct hop_error err = {0};

    if (!c || c == &s->root || c->state != HOP_PSRP_PIPELINE_NOT_STARTED)
        hop_release(error);
    else if (!send_end(s, c, HOP_PSRP_PIPELINE_FAILED, error, &err))
        psrp_session_raise(s, HOP_PSRP_TROUBLE, NULL, &err);
}

void
hop_psrp_server_stop(struct hop_psrp_session *s, const struct hop_guid *id)
{
    struct channel *c = psrp_session_channel(s, id);
    struct hop_error err = {0};

    if (!c || c == &s->root)
        return;
    if (c->state == HOP_PSRP_PIPELINE_RUNNING) {
        c->state = HOP_PSRP_PIPELINE_STOPPING;
        psrp_session_raise(s, HOP_PSRP_STOP, id, NULL);
    } else if (c->state == HOP_PSRP_PIPELINE_NOT_STARTED) {
        if (!send_end(s, c, HOP_PSRP_PIPELINE_STOPPED, hop_null(), &err))
            psrp_session_raise(s, HOP_PSRP_TROUBLE, id, &err);
    }
}

bool
hop_psrp_server_call(struct hop_psrp_session *s, const struct hop_guid *id,
                     int32_t method, struct hop_value parameters, int64_t *call,
                     struct hop_error *err)
{
    struct channel *c = psrp_session_channel(s, id);
    struct hop_psrp_message m = {
        .type = c == &s->root ? HOP_PSRP_RUNSPACEPOOL_HOST_CALL
                              : HOP_PSRP_PIPELINE_HOST_CALL,
        .u.call = {call && c ? c->calls + 1 : HOP_PSRP_NO_ANSWER, method,
                   parameters},
    };

    if (!hop_psrp_session_send(s, id, &m, err))
        return false;
    if (call)
        *call = ++c->calls;
    return true;
}

/* ---- the pool ---- */

static bool
answer(struct hop_psrp_session *s, int64_t call, struct hop_value v,
       struct hop_error *err)
{
    struct hop_psrp_message m = {
        .type = HOP_PSRP_RUNSPACE_AVAILABILITY,
        .u.availability = {v, call},
    };

    return psrp_session_queue(s, &s->root, &m, err);
}

static enum taken
take_resize(struct hop_psrp_session *s, struct channel *c,
            struct hop_psrp_event *e, struct hop_error *err)
{
    const struct hop_psrp_runspaces *r = &e->message.u.runspaces;
    bool is_max = e->message.type == HOP_PSRP_SET_MAX_RUNSPACES;
    bool fits = is_max ? r->number >= 1 && r->number >= s->min
                       : r->number >= 1 && r->number <= s->max;
    bool changes = r->number != (is_max ? s->max : s->min);

    (void)c;
    if (fits && is_max)
        s->max = r->number;
    else if (fits)
        s->min = r->number;
    psrp_session_release_holds(s);
    if (!answer(s, r->call, hop_bool(fits && changes), err))
        return TAKEN_REFUSED;
    return fits && is_max ? TAKEN_EVENT : TAKEN_SILENT;
}

/* MS-PSRP 3.2.5.4.11: the pool's maximum without those at work. */
static enum taken
take_available(struct hop_psrp_session *s, struct channel *c,
               struct hop_psrp_event *e, struct hop_error *err)
{
    int32_t n = s->max - busy(s);

    (void)c;
    return answer(s, e->message.u.runspaces.call, hop_int(n > 0 ? n : 0), err)
               ? TAKEN_SILENT
               : TAKEN_REFUSED;
}

/* Only an idle runspace is reset, and only where there is no other. */
static enum taken
take_reset(struct hop_psrp_session *s, struct channel *c,
           struct hop_psrp_event *e, struct hop_error *err)
{
    (void)c;
    if (busy(s) == 0 && s->max == 1)
        return TAKEN_EVENT;
    return answer(s, e->message.u.runspaces.call, hop_bool(false), err)
               ? TAKEN_SILENT
               : TAKEN_REFUSED;
}

void
hop_psrp_server_runspaces(struct hop_psrp_session *s, int32_t n)
{
    s->runspaces = n;
    psrp_session_release_holds(s);
}

void
hop_psrp_server_hold_input(struct hop_psrp_session *s,
                           const struct hop_guid *id, bool hold)
{
    struct channel *c = psrp_session_channel(s, id);

    if (!c)
        return;
    c->sated = hold;
    c->held = c->held && hold;
}

bool
hop_psrp_server_reset(struct hop_psrp_session *s, int64_t call, bool done,
                      struct hop_error *err)
{
    return answer(s, call, hop_bool(done), err);
}

/* MS-PSRP 3.2.5.4.3.  A second key gets the same session key. */
static enum taken
take_public_key(struct hop_psrp_session *s, struct channel *c,
                struct hop_psrp_event *e, struct hop_error *err)
{
    struct hop_psrp_message m = {.type = HOP_PSRP_ENCRYPTED_SESSION_KEY};
    HOP_AUTO_BUF struct hop_buf text = HOP_BUF_INIT;
    struct hop_string *key = e->message.u.key.text;
    bool is_new = s->key_state != KEY_READY;

    (void)c;
    if (!s->keys || !s->keys->wrap || !s->keys->draw || !key ||
        (is_new && !s->keys->draw(s->keys->ctx, s->key, sizeof(s->key)))) {
        hop_error_set(err, HOP_ERROR_GENERIC, 0,
                      "there is no way to make a session key");
        return TAKEN_REFUSED;
    }
    if (!s->keys->wrap(s->keys->ctx, key->data, key->len, s->key, &text, err))
        return TAKEN_REFUSED;
    m.u.key.text = hop_string_new(hop_buf_str(&text), text.len);
    if (!psrp_session_queue(s, &s->root, &m, err))
        return TAKEN_REFUSED;
    psrp_session_key_ready(s);
    return TAKEN_SILENT;
}

static bool
needs_no_runspace(enum hop_psrp_type type)
{
    return type == HOP_PSRP_GET_AVAILABLE_RUNSPACES ||
           type == HOP_PSRP_SET_MIN_RUNSPACES || type == HOP_PSRP_PUBLIC_KEY;
}

void
hop_psrp_server_attend(struct hop_psrp_session *s)
{
    psrp_session_answer(s, needs_no_runspace);
}

bool
hop_psrp_server_next_nested(struct hop_psrp_session *s,
                            struct hop_psrp_event *e)
{
    return busy(s) > 0 && busy(s) >= most(s) &&
           psrp_session_take_first(s, HOP_PSRP_CREATE_PIPELINE, e);
}

#define OPEN_STATES (IN(OPENED) | IN(OPENING) | IN(DISCONNECTED))

static const struct receive rows[] = {
    {HOP_PSRP_SESSION_CAPABILITY, IN_ANY, take_capability},
    {HOP_PSRP_INIT_RUNSPACEPOOL, IN(NEGOTIATION_SUCCEEDED), take_init},
    {HOP_PSRP_PUBLIC_KEY, OPEN_STATES, take_public_key},
    {HOP_PSRP_SET_MAX_RUNSPACES, OPEN_STATES, take_resize},
    {HOP_PSRP_SET_MIN_RUNSPACES, OPEN_STATES, take_resize},
    {HOP_PSRP_GET_AVAILABLE_RUNSPACES, OPEN_STATES, take_available},
    {HOP_PSRP_RESET_RUNSPACE_STATE, IN(OPENED), take_reset},
    {HOP_PSRP_RUNSPACEPOOL_HOST_RESPONSE, OPEN_STATES, take_response},
    {HOP_PSRP_CREATE_PIPELINE, IN(OPENED) | IN(DISCONNECTED), take_pipeline},
    {HOP_PSRP_GET_COMMAND_METADATA, IN(OPENED) | IN(DISCONNECTED),
     take_metadata},
    {HOP_PSRP_PIPELINE_INPUT, IN(OPENED) | IN(DISCONNECTED), take_input},
    {HOP_PSRP_END_OF_PIPELINE_INPUT, IN(OPENED) | IN(DISCONNECTED), take_input},
    {HOP_PSRP_PIPELINE_HOST_RESPONSE, IN(OPENED) | IN(DISCONNECTED),
     take_response},
};

const struct receive *
psrp_server_receive(enum hop_psrp_type type)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(rows); i++)
        if (rows[i].type == type)
            return &rows[i];
    return NULL;
}
