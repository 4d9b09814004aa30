/* The client of a session, MS-PSRP 3.1.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "base/text.h"
#include "psrp/state.h"

struct hop_psrp_session *
hop_psrp_client_new(const struct hop_psrp_options *o)
{
    return psrp_session_new(o, false);
}

/* ---- opening ---- */

static bool
not_new(struct hop_error *err)
{
    return hop_error_set(err, HOP_ERROR_GENERIC, 0,
                         "the runspace pool was opened before");
}

static bool
queue_capability(struct hop_psrp_session *s, struct hop_error *err)
{
    struct hop_psrp_message m;

    psrp_session_capability(s, &m);
    return psrp_session_queue(s, &s->root, &m, err);
}

static bool
check_size(int32_t min, int32_t max, struct hop_error *err)
{
    if (min >= 1 && max >= min)
        return true;
    return hop_error_set(err, HOP_ERROR_GENERIC, 0,
                         "no pool has at least %d and at most %d runspaces",
                         min, max);
}

bool
hop_psrp_client_open(struct hop_psrp_session *s, struct hop_psrp_init *init,
                     struct hop_error *err)
{
    struct hop_psrp_message m = {.type = HOP_PSRP_INIT_RUNSPACEPOOL,
                                 .u.init = *init};
    bool ok;

    memset(init, 0, sizeof(*init));
    ok = s->state == HOP_PSRP_POOL_BEFORE_OPEN || not_new(err);
    ok = ok && check_size(m.u.init.min, m.u.init.max, err) &&
         queue_capability(s, err);
    if (!ok) {
        hop_psrp_message_done(&m);
        return false;
    }
    s->min = m.u.init.min;
    s->max = m.u.init.max;
    s->state = HOP_PSRP_POOL_NEGOTIATION_SENT;
    return psrp_session_queue(s, &s->root, &m, err);
}

bool
hop_psrp_client_connect(struct hop_psrp_session *s, struct hop_error *err)
{
    struct hop_psrp_message m = {.type = HOP_PSRP_CONNECT_RUNSPACEPOOL,
                                 .u.size = {-1, -1}};

    if (s->state != HOP_PSRP_POOL_BEFORE_OPEN)
        return not_new(err);
    if (!queue_capability(s, err) || !psrp_session_queue(s, &s->root, &m, err))
        return false;
    s->state = HOP_PSRP_POOL_CONNECTING;
    return true;
}

/* ---- pipelines ---- */

static bool
must_be_open(const struct hop_psrp_session *s, struct hop_error *err)
{
    return s->state == HOP_PSRP_POOL_OPENED ||
           hop_error_set(err, HOP_ERROR_GENERIC, 0,
                         "the runspace pool is not open");
}

static bool
start(struct hop_psrp_session *s, const struct hop_guid *id, bool no_input,
      struct hop_psrp_message *m, struct hop_error *err)
{
    struct channel *c =
        must_be_open(s, err) ? psrp_session_add(s, id, err) : NULL;

    if (!c) {
        hop_psrp_message_done(m);
        return false;
    }
    c->state = HOP_PSRP_PIPELINE_RUNNING;
    c->input_ended = no_input;
    if (psrp_session_queue(s, c, m, err))
        return true;
    hop_psrp_session_forget(s, id);
    return false;
}

bool
hop_psrp_client_pipeline(struct hop_psrp_session *s, const struct hop_guid *id,
                         struct hop_psrp_pipeline *p, struct hop_error *err)
{
    struct hop_psrp_message m = {.type = HOP_PSRP_CREATE_PIPELINE,
                                 .u.pipeline = *p};

    memset(p, 0, sizeof(*p));
    return start(s, id, m.u.pipeline.no_input, &m, err);
}

bool
hop_psrp_client_metadata(struct hop_psrp_session *s, const struct hop_guid *id,
                         struct hop_psrp_metadata *d, struct hop_error *err)
{
    struct hop_psrp_message m = {.type = HOP_PSRP_GET_COMMAND_METADATA,
                                 .u.metadata = *d};

    memset(d, 0, sizeof(*d));
    return start(s, id, true, &m, err);
}

bool
hop_psrp_client_attach(struct hop_psrp_session *s, const struct hop_guid *id,
                       struct hop_error *err)
{
    struct channel *c =
        must_be_open(s, err) ? psrp_session_add(s, id, err) : NULL;

    if (!c)
        return false;
    c->state = HOP_PSRP_PIPELINE_RUNNING;
    return true;
}

static bool
send_input(struct hop_psrp_session *s, const struct hop_guid *id,
           enum hop_psrp_type type, struct hop_value v, struct hop_error *err)
{
    struct hop_psrp_message m = {.type = type};
    struct channel *c = psrp_session_channel(s, id);

    if (c && c->input_ended)
        return hop_error_set(err, HOP_ERROR_GENERIC, 0,
                             "the pipeline takes no more input");
    m.u.object = hop_retain(v);
    if (!hop_psrp_session_send(s, id, &m, err))
        return false;
    c->input_ended = type == HOP_PSRP_END_OF_PIPELINE_INPUT;
    return true;
}

bool
hop_psrp_client_input(struct hop_psrp_session *s, const struct hop_guid *id,
                      struct hop_value v, struct hop_error *err)
{
    return send_input(s, id, HOP_PSRP_PIPELINE_INPUT, v, err);
}

bool
hop_psrp_client_end_input(struct hop_psrp_session *s, const struct hop_guid *id,
                          struct hop_error *err)
{
    return send_input(s, id, HOP_PSRP_END_OF_PIPELINE_INPUT, hop_null(), err);
}

void
hop_psrp_client_stopping(struct hop_psrp_session *s, const struct hop_guid *id)
{
    struct channel *c = psrp_session_channel(s, id);

    if (c && c != &s->root && c->state == HOP_PSRP_PIPELINE_RUNNING)
        c->state = HOP_PSRP_PIPELINE_STOPPING;
}

/* ---- the pool ---- */

bool
hop_psrp_client_ask(struct hop_psrp_session *s, enum hop_psrp_type type,
                    int32_t number, int64_t *call, struct hop_error *err)
{
    struct hop_psrp_message m = {.type = type,
                                 .u.runspaces = {number, s->next_call + 1}};

    if (type == HOP_PSRP_SET_MAX_RUNSPACES && !check_size(s->min, number, err))
        return false;
    if (type == HOP_PSRP_SET_MIN_RUNSPACES && !check_size(number, s->max, err))
        return false;
    /* MS-PSRP 3.1: reset is of version 2.3. */
    if (type == HOP_PSRP_RESET_RUNSPACE_STATE && s->minor < 3)
        return hop_error_set(err, HOP_ERROR_GENERIC, 0,
                             "the server speaks version 2.%d, which cannot "
                             "reset a runspace",
                             s->minor);
    if (!hop_psrp_session_send(s, NULL, &m, err))
        return false;
    if (type == HOP_PSRP_SET_MAX_RUNSPACES)
        s->max = number;
    if (type == HOP_PSRP_SET_MIN_RUNSPACES)
        s->min = number;
    *call = ++s->next_call;
    return true;
}

/* ---- what comes ---- */

static enum taken
take_event(struct hop_psrp_session *s, struct channel *c,
           struct hop_psrp_event *e, struct hop_error *err)
{
    (void)s;
    (void)c;
    (void)e;
    (void)err;
    return TAKEN_EVENT;
}

/* MS-PSRP 3.1.5.4.2: the server answers with a version not above ours. */
static enum taken
take_capability(struct hop_psrp_session *s, struct channel *c,
                struct hop_psrp_event *e, struct hop_error *err)
{
    const struct hop_psrp_capability *k = &e->message.u.capability;

    (void)c;
    if (k->protocol.major != 2 || k->protocol.minor > s->own_minor ||
        k->protocol.minor < 0) {
        char text[64];

        hop_psrp_version_format(&k->protocol, text);
        hop_error_set(err, HOP_ERROR_PROTOCOL, 0,
                      "the server speaks version %s of the remoting protocol; "
                      "up to 2.%d is spoken here",
                      text, s->own_minor);
        s->state = HOP_PSRP_POOL_BROKEN;
        psrp_session_raise(s, HOP_PSRP_BROKEN, NULL, err);
        return TAKEN_SILENT;
    }
    s->minor = k->protocol.minor;
    s->negotiated = true;
    if (s->state == HOP_PSRP_POOL_NEGOTIATION_SENT)
        s->state = HOP_PSRP_POOL_NEGOTIATION_SUCCEEDED;
    return TAKEN_SILENT;
}

static void
open_now(struct hop_psrp_session *s, struct hop_psrp_event *e)
{
    s->state = HOP_PSRP_POOL_OPENED;
    hop_psrp_message_done(&e->message);
    e->kind = HOP_PSRP_OPENED;
    e->message.type = HOP_PSRP_APPLICATION_PRIVATE_DATA;
    e->message.u.private_data.data = hop_retain(s->private_data);
}

static enum taken
take_private_data(struct hop_psrp_session *s, struct channel *c,
                  struct hop_psrp_event *e, struct hop_error *err)
{
    (void)c;
    (void)err;
    hop_value_set(&s->private_data, hop_retain(e->message.u.private_data.data));
    if (s->state != HOP_PSRP_POOL_CONNECTING)
        return TAKEN_SILENT;
    open_now(s, e);
    return TAKEN_EVENT;
}

static enum taken
take_init_data(struct hop_psrp_session *s, struct channel *c,
               struct hop_psrp_event *e, struct hop_error *err)
{
    (void)c;
    (void)err;
    s->min = e->message.u.size.min;
    s->max = e->message.u.size.max;
    return TAKEN_SILENT;
}

static enum taken
take_pool_state(struct hop_psrp_session *s, struct channel *c,
                struct hop_psrp_event *e, struct hop_error *err)
{
    int32_t state = e->message.u.state.state;

    (void)c;
    if (state == HOP_PSRP_POOL_OPENED) {
        if (s->state == HOP_PSRP_POOL_OPENED)
            return TAKEN_SILENT;
        if (!s->negotiated) {
            hop_error_set(err, HOP_ERROR_PROTOCOL, 0,
                          "the runspace pool was opened before versions were "
                          "agreed on");
            return TAKEN_REFUSED;
        }
        open_now(s, e);
        return TAKEN_EVENT;
    }
    if (state == HOP_PSRP_POOL_CLOSING || state == HOP_PSRP_POOL_CLOSED ||
        state == HOP_PSRP_POOL_BROKEN)
        s->state = (enum hop_psrp_pool_state)state;
    return TAKEN_EVENT;
}

static enum taken
take_pipeline_state(struct hop_psrp_session *s, struct channel *c,
                    struct hop_psrp_event *e, struct hop_error *err)
{
    int32_t state = e->message.u.state.state;

    (void)s;
    if (state < HOP_PSRP_PIPELINE_NOT_STARTED ||
        state > HOP_PSRP_PIPELINE_DISCONNECTED) {
        hop_error_set(err, HOP_ERROR_PROTOCOL, 0,
                      "no pipeline is in a state %d", state);
        return TAKEN_REFUSED;
    }
    c->state = (enum hop_psrp_pipeline_state)state;
    return TAKEN_EVENT;
}

static enum taken
take_session_key(struct hop_psrp_session *s, struct channel *c,
                 struct hop_psrp_event *e, struct hop_error *err)
{
    struct hop_string *text = e->message.u.key.text;

    (void)c;
    if (s->key_state == KEY_READY)
        return TAKEN_SILENT;
    if (!text || !s->keys || !s->keys->unwrap) {
        hop_error_set(err, HOP_ERROR_PROTOCOL, 0,
                      "a session key came that nobody has asked for");
        return TAKEN_REFUSED;
    }
    if (!s->keys->unwrap(s->keys->ctx, text->data, text->len, s->key, err))
        return TAKEN_REFUSED;
    psrp_session_key_ready(s);
    return TAKEN_SILENT;
}

static enum taken
take_key_request(struct hop_psrp_session *s, struct channel *c,
                 struct hop_psrp_event *e, struct hop_error *err)
{
    struct hop_psrp_message m = {.type = HOP_PSRP_PUBLIC_KEY};
    HOP_AUTO_BUF struct hop_buf text = HOP_BUF_INIT;

    (void)c;
    (void)e;
    if (!s->keys || !s->keys->public_key) {
        hop_error_set(err, HOP_ERROR_GENERIC, 0,
                      "the server asks for a public key, and there is none");
        return TAKEN_REFUSED;
    }
    if (!s->keys->public_key(s->keys->ctx, &text, err))
        return TAKEN_REFUSED;
    m.u.key.text = hop_string_new(hop_buf_str(&text), text.len);
    if (!psrp_session_queue(s, &s->root, &m, err))
        return TAKEN_REFUSED;
    if (s->key_state == KEY_NONE)
        s->key_state = KEY_ASKED;
    return TAKEN_SILENT;
}

#define OPEN_STATES                                                            \
    (IN(OPENED) | IN(CLOSING) | IN(DISCONNECTED) | IN(NEGOTIATION_SUCCEEDED) | \
     IN(CONNECTING))

static const struct receive rows[] = {
    {HOP_PSRP_SESSION_CAPABILITY, IN(NEGOTIATION_SENT) | IN(CONNECTING),
     take_capability},
    {HOP_PSRP_APPLICATION_PRIVATE_DATA, OPEN_STATES, take_private_data},
    {HOP_PSRP_RUNSPACEPOOL_INIT_DATA, IN(CONNECTING) | IN(OPENED),
     take_init_data},
    {HOP_PSRP_RUNSPACEPOOL_STATE, OPEN_STATES | IN(NEGOTIATION_SENT),
     take_pool_state},
    {HOP_PSRP_ENCRYPTED_SESSION_KEY, OPEN_STATES, take_session_key},
    {HOP_PSRP_PUBLIC_KEY_REQUEST, OPEN_STATES, take_key_request},
    {HOP_PSRP_RUNSPACE_AVAILABILITY, OPEN_STATES, take_event},
    {HOP_PSRP_USER_EVENT, OPEN_STATES, take_event},
    {HOP_PSRP_RUNSPACEPOOL_HOST_CALL, OPEN_STATES, take_event},
    {HOP_PSRP_PIPELINE_OUTPUT, OPEN_STATES, take_event},
    {HOP_PSRP_ERROR_RECORD, OPEN_STATES, take_event},
    {HOP_PSRP_PIPELINE_STATE, OPEN_STATES, take_pipeline_state},
    {HOP_PSRP_DEBUG_RECORD, OPEN_STATES, take_event},
    {HOP_PSRP_VERBOSE_RECORD, OPEN_STATES, take_event},
    {HOP_PSRP_WARNING_RECORD, OPEN_STATES, take_event},
    {HOP_PSRP_PROGRESS_RECORD, OPEN_STATES, take_event},
    {HOP_PSRP_INFORMATION_RECORD, OPEN_STATES, take_event},
    {HOP_PSRP_PIPELINE_HOST_CALL, OPEN_STATES, take_event},
};

const struct receive *
psrp_client_receive(enum hop_psrp_type type)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(rows); i++)
        if (rows[i].type == type)
            return &rows[i];
    return NULL;
}
