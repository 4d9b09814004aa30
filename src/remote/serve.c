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
remote_flush(struct server *s, const struct hop_guid *id)
{
    if (s->carrier->send(s->carrier->ctx, id))
        return;
    s->over = true;
    if (s->first.run && !s->several)
        hop_runspace_stop(s->rs);
    hop_threads_call_first(s->rs);
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
    hop_value_set(&s->arguments,
                  hop_psrp_primitive_of(s->cx, e->message.u.init.arguments));
    remote_set_sender(s);
    remote_spread(s);
    if (!hop_psrp_server_opened(s->session, private_data(s), &err))
        say(err.text);
}

static void
reset(struct server *s, struct hop_psrp_event *e)
{
    struct hop_space_visit visit;
    struct hop_error err = {0};

    if (s->several)
        hop_space_enter(s->rs, s->rooms->space, &visit);
    remote_reset(s);
    if (s->several)
        hop_space_leave(s->rs, &visit);
    if (!hop_psrp_server_reset(s->session, e->message.u.runspaces.call, true,
                               &err))
        say(err.text);
}

static struct run *
find_run(struct server *s, const struct hop_guid *id)
{
    for (struct room *room = s->rooms; room; room = room->next)
        for (struct run *r = room->run; r; r = r->outer)
            if (hop_guid_eq(&r->id, id))
                return r;
    return NULL;
}

/* Objects of input that a pipeline beside others has waiting, about. */
#define INPUT_MOST 64

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
    if (r->thread && !r->hungry && r->input_n - r->input_at >= INPUT_MOST)
        hop_psrp_server_hold_input(s->session, &r->id, true);
}

static void
take_answer(struct server *s, struct hop_psrp_event *e)
{
    struct run *r = find_run(s, &e->channel);

    if (!r || !r->waits_for || e->message.u.response.call != r->waits_for)
        return;
    r->answered = true;
    r->refused = !hop_is_null(e->message.u.response.error);
    hop_value_set(&r->answer, hop_retain(e->message.u.response.result));
}

static void
stop(struct server *s, struct hop_psrp_event *e)
{
    struct run *r = find_run(s, &e->channel);

    if (!r)
        return;
    r->stop = true;
    if (r->thread)
        hop_thread_stop(r->thread);
    else
        hop_runspace_stop(s->rs);
}

static void
begin_pipeline(struct server *s, struct hop_psrp_event *e)
{
    struct run r;

    if (s->several) {
        remote_start(s, e);
        return;
    }
    remote_init_run(s, &r, e);
    remote_run(&s->first, &r, e);
    remote_spread(s);
}

/* Between two statements of the pipeline at work. */
static void
begin_nested(void *with)
{
    struct server *s = with;
    struct hop_psrp_event e;

    while (!s->several && s->first.run && !s->over &&
           hop_psrp_server_next_nested(s->session, &e)) {
        begin_pipeline(s, &e);
        hop_psrp_event_done(&e);
    }
}

static void
resize(struct server *s)
{
    remote_spread(s);
    remote_trim_rooms(s);
}

static void
take_message(struct server *s, struct hop_psrp_event *e)
{
    switch (e->message.type) {
    case HOP_PSRP_INIT_RUNSPACEPOOL: open_pool(s, e); break;
    case HOP_PSRP_CREATE_PIPELINE:
    case HOP_PSRP_GET_COMMAND_METADATA: begin_pipeline(s, e); break;
    case HOP_PSRP_PIPELINE_INPUT:
    case HOP_PSRP_END_OF_PIPELINE_INPUT: take_pipeline_input(s, e); break;
    case HOP_PSRP_PIPELINE_HOST_RESPONSE: take_answer(s, e); break;
    case HOP_PSRP_RESET_RUNSPACE_STATE: reset(s, e); break;
    case HOP_PSRP_SET_MAX_RUNSPACES: resize(s); break;
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
    if (any)
        hop_threads_notify(s->rs);
    return any;
}

static const struct hop_guid *
id_of(const struct run *r)
{
    return r && !r->thread ? &r->id : NULL;
}

bool
remote_pump(struct server *s, bool wait)
{
    if (s->over)
        return false;
    /* What came behind the event at work. */
    if (take_events(s))
        wait = false;
    remote_flush(s, id_of(s->first.run));
    if (!s->over && !s->carrier->take(s->carrier->ctx, wait,
                                      s->first.run && !s->several, s->err))
        s->over = true;
    (void)take_events(s);
    remote_flush(s, id_of(s->first.run));
    return !s->over;
}

/* The first thread takes what has come. */
static bool
wait_in_thread(struct room *room)
{
    struct server *s = room->server;
    struct run *r = room->run;
    int got;

    r->hungry = true;
    hop_psrp_server_hold_input(s->session, &r->id, false);
    if (s->carrier->hungry)
        s->carrier->hungry(s->carrier->ctx, &r->id, true);
    hop_threads_call_first(s->rs);
    got = hop_threads_await(s->rs, -1);
    r->hungry = false;
    if (s->carrier->hungry && !s->over)
        s->carrier->hungry(s->carrier->ctx, &r->id, false);
    return !s->over && got >= 0;
}

bool
remote_await(struct room *room)
{
    if (room->server->over)
        return false;
    return room->run->thread ? wait_in_thread(room)
                             : remote_pump(room->server, true);
}

/* ---- the whole ---- */

bool
hop_remote_serve(const struct hop_remote_options *o, struct hop_error *err)
{
    struct hop_remote_carrier lines;
    struct server s = {.first = {.host = {&remote_host_ops}, .server = &s},
                       .rooms = &s.first,
                       .arguments = hop_null(),
                       .carrier = o->carrier,
                       .sender = o->sender,
                       .err = err};
    HOP_AUTO_FREE const struct hop_cmdlet_module **modules =
        remote_modules(o->modules);
    struct hop_runspace_options options = {
        .host = &s.first.host,
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
    if (s.carrier->attended)
        s.carrier->attended(s.carrier->ctx, begin_nested, &s);
    while (remote_pump(&s, true))
        ;
    remote_end_rooms(&s);
    s.carrier->end(s.carrier->ctx);
    hop_psrp_keys_done(&s.keys);
    hop_string_clear(&s.info.data.title);
    hop_release(s.arguments);
    hop_runspace_free(s.rs);
    remote_free_rooms(&s);
    return err->domain == HOP_ERROR_NONE;
}
