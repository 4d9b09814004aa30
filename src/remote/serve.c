/* SPDX-License-Identifier: MIT */
#include "remote/serve.h"

#include <stdio.h>

#include "base/alloc.h"
#include "remote/server.h"
#include "value/convert.h"

/* ---- the carrier ---- */

void
remote_watch(struct server *s, const struct hop_guid *id)
{
    s->carrier->watch(s->carrier->ctx, id);
}

void
remote_flush(struct server *s)
{
    if (s->carrier->send(s->carrier->ctx))
        return;
    s->over = true;
    if (s->run)
        hop_runspace_stop(s->rs);
}

/* ---- events ---- */

static void
say(const char *text)
{
    fprintf(stderr, "hop: %s\n", text);
}

static void
add_version(struct hop_context *cx, struct hop_dict *d, const char *name,
            const char *text)
{
    HOP_AUTO_VALUE struct hop_value from = hop_text(text);
    struct hop_value v = hop_null();

    if (!hop_try_convert(cx, from, &hop_class_version, &v))
        hop_drop_exception(cx);
    hop_dict_set_text(d, name, v);
}

/* What the client learns of the server: $PSVersionTable, mostly. */
static struct hop_value
private_data(struct server *s)
{
    static const char *const compatible[] = {"1.0", "2.0", "3.0", "4.0",
                                             "5.0", "5.1", "6.0", "7.0"};
    struct hop_dict *d = hop_psrp_primitive_dict(s->cx);
    struct hop_dict *table = hop_psrp_primitive_dict(s->cx);
    struct hop_array *list = hop_array_new(s->cx, 0);
    char protocol[16];

    snprintf(protocol, sizeof(protocol), "2.%d",
             hop_psrp_session_minor(s->session));
    for (size_t i = 0; i < HOP_ARRAY_SIZE(compatible); i++) {
        HOP_AUTO_VALUE struct hop_value from = hop_text(compatible[i]);
        struct hop_value v = hop_null();

        if (hop_try_convert(s->cx, from, &hop_class_version, &v))
            hop_array_push(list, v);
    }
    add_version(s->cx, table, "PSVersion", "7.6.5");
    add_version(s->cx, table, "WSManStackVersion", "3.0");
    add_version(s->cx, table, "SerializationVersion", "1.1.0.1");
    add_version(s->cx, table, "PSRemotingProtocolVersion", protocol);
    hop_dict_set_text(table, "PSEdition", hop_text("Hop"));
    hop_dict_set_text(table, "Platform", hop_text("Unix"));
    hop_dict_set_text(table, "PSCompatibleVersions", hop_obj(list));
    hop_dict_set_text(d, "PSVersionTable", hop_obj(table));
    return hop_obj(d);
}

static void
open_pool(struct server *s, struct hop_psrp_event *e)
{
    struct hop_error err = {0};

    remote_set_host(s, &e->message.u.init.host);
    remote_set_sender(s, s->sender, e->message.u.init.arguments);
    if (!hop_psrp_server_opened(s->session, private_data(s), &err))
        say(err.text);
}

static void
reset(struct server *s, struct hop_psrp_event *e)
{
    struct hop_error err = {0};

    remote_reset(s);
    if (!hop_psrp_server_reset(s->session, e->message.u.runspaces.call, true,
                               &err))
        say(err.text);
}

static struct run *
find_run(struct server *s, const struct hop_guid *id)
{
    for (struct run *r = s->run; r; r = r->outer)
        if (hop_guid_eq(&r->id, id))
            return r;
    return NULL;
}

static void
take_pipeline_input(struct server *s, struct hop_psrp_event *e)
{
    struct run *r = find_run(s, &e->channel);

    if (!r)
        return;
    if (e->message.type == HOP_PSRP_END_OF_PIPELINE_INPUT) {
        r->input_ended = true;
        return;
    }
    if (r->input_n == r->input_cap) {
        r->input_cap = r->input_cap ? r->input_cap * 2 : 16;
        r->input = hop_xrealloc(r->input, r->input_cap, sizeof(*r->input));
    }
    r->input[r->input_n++] = hop_retain(e->message.u.object);
}

static void
take_answer(struct server *s, struct hop_psrp_event *e)
{
    struct run *r = find_run(s, &e->channel);

    if (!r || !r->waits_for || e->message.u.response.call != r->waits_for)
        return;
    r->answered = true;
    hop_value_set(&r->answer, hop_retain(e->message.u.response.result));
}

static void
stop(struct server *s, struct hop_psrp_event *e)
{
    struct run *r = find_run(s, &e->channel);

    if (!r)
        return;
    r->stop = true;
    hop_runspace_stop(s->rs);
}

static void
take_message(struct server *s, struct hop_psrp_event *e)
{
    switch (e->message.type) {
    case HOP_PSRP_INIT_RUNSPACEPOOL: open_pool(s, e); break;
    case HOP_PSRP_CREATE_PIPELINE: remote_run(s, e); break;
    case HOP_PSRP_GET_COMMAND_METADATA: remote_run_metadata(s, e); break;
    case HOP_PSRP_PIPELINE_INPUT:
    case HOP_PSRP_END_OF_PIPELINE_INPUT: take_pipeline_input(s, e); break;
    case HOP_PSRP_PIPELINE_HOST_RESPONSE: take_answer(s, e); break;
    case HOP_PSRP_RESET_RUNSPACE_STATE: reset(s, e); break;
    default: break;
    }
}

/* A pipeline that cannot be read is told so, or its client waits for ever. */
static void
refuse(struct server *s, const struct hop_psrp_event *e)
{
    const struct hop_psrp_error why = {
        .message = e->error.text,
        .id = "PSRemotingDataStructureException",
        .exception = "System.Management.Automation.Remoting."
                     "PSRemotingDataStructureException",
        .category = HOP_CAT_INVALID_DATA,
        .reason = "PSRemotingDataStructureException",
    };

    say(e->error.text);
    if (!hop_guid_is_zero(&e->channel))
        hop_psrp_server_refuse(s->session, &e->channel,
                               hop_psrp_error_new(s->cx, &why));
}

/* Whether there were any. */
static bool
take_events(struct server *s)
{
    struct hop_psrp_event e;
    bool any = false;

    for (; hop_psrp_session_next(s->session, &e); any = true) {
        switch (e.kind) {
        case HOP_PSRP_MESSAGE: take_message(s, &e); break;
        case HOP_PSRP_STOP: stop(s, &e); break;
        case HOP_PSRP_TROUBLE: refuse(s, &e); break;
        case HOP_PSRP_BROKEN:
            say(e.error.text);
            s->over = true;
            break;
        case HOP_PSRP_OPENED: break;
        }
        hop_psrp_event_done(&e);
    }
    return any;
}

bool
remote_pump(struct server *s, bool wait)
{
    if (s->over)
        return false;
    /* What came behind the event at work. */
    if (take_events(s))
        wait = false;
    remote_flush(s);
    if (!s->over &&
        !s->carrier->take(s->carrier->ctx, wait, s->run != NULL, s->err))
        s->over = true;
    (void)take_events(s);
    remote_flush(s);
    return !s->over;
}

/* ---- the whole ---- */

bool
hop_remote_serve(const struct hop_remote_options *o, struct hop_error *err)
{
    struct hop_remote_carrier lines;
    struct server s = {.host = {&remote_host_ops},
                       .carrier = o->carrier,
                       .sender = o->sender,
                       .err = err};
    HOP_AUTO_FREE const struct hop_cmdlet_module **modules =
        remote_modules(o->modules);
    struct hop_runspace_options options = {
        .host = &s.host,
        .modules = modules,
        .command_line = o->command_line,
    };
    struct hop_psrp_options session = {
        .limits = o->limits, .keys = &s.keys, .extend = remote_extend};

    if (!s.carrier) {
        remote_lines_init(&lines, o->in, o->out);
        s.carrier = &lines;
    }
    hop_error_clear(err);
    s.rs = hop_runspace_new(&options);
    s.cx = hop_runspace_context(s.rs);
    hop_psrp_keys_init(&s.keys, NULL);
    session.cx = s.cx;
    s.session = hop_psrp_server_new(&session);
    s.carrier->begin(s.carrier->ctx, s.session, s.rs);
    while (remote_pump(&s, true))
        ;
    s.carrier->end(s.carrier->ctx);
    hop_psrp_keys_done(&s.keys);
    hop_string_clear(&s.info.data.title);
    hop_runspace_free(s.rs);
    return err->domain == HOP_ERROR_NONE;
}
