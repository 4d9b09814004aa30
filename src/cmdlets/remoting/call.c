/* Pipelines at work in a session.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>

#include "cmdlets/remoting/hub.h"
#include "cmdlets/remoting/remoting.h"

/* Messages that wait before the server is asked to pause, and to go on. */
#define HOLD_AT    1000
#define RELEASE_AT 200

#define CANCEL_MS 60000

/* A message that came and was not taken. */
struct queued {
    struct queued *next;
    struct hop_psrp_message m;
};

void
call_take(struct remote *r, const struct hop_guid *id,
          struct hop_psrp_message *m)
{
    struct remote_call *c = r->calls;
    struct queued *q;

    while (c && !hop_guid_eq(&c->id, id))
        c = c->next;
    /* Of one that was left: it comes with the news that we are back. */
    if (!c || (c->end != CALL_RUNS && c->end != CALL_LEFT))
        return;
    if (m->type == HOP_PSRP_PIPELINE_STATE) {
        int32_t state = m->u.state.state;

        if (state != HOP_PSRP_PIPELINE_COMPLETED &&
            state != HOP_PSRP_PIPELINE_FAILED &&
            state != HOP_PSRP_PIPELINE_STOPPED)
            return;
        c->record = hop_value_steal(&m->u.state.error);
        c->end = state == HOP_PSRP_PIPELINE_COMPLETED ? CALL_COMPLETED
                 : state == HOP_PSRP_PIPELINE_FAILED  ? CALL_FAILED
                                                      : CALL_STOPPED;
        return;
    }
    q = hop_xcalloc(1, sizeof(*q));
    q->m = *m;
    memset(m, 0, sizeof(*m));
    *c->last = q;
    c->last = &q->next;
    /* Who waits for the news of being back takes nothing until then. */
    if (++c->waiting >= HOLD_AT && !c->held && r->pool && c->end == CALL_RUNS) {
        c->held = true;
        hop_pool_hold(r->pool, true);
    }
}

bool
call_next(struct remote_call *c, struct hop_psrp_message *m)
{
    struct queued *q = c->first;

    if (!q)
        return false;
    c->first = q->next;
    if (!c->first)
        c->last = &c->first;
    *m = q->m;
    free(q);
    if (--c->waiting <= RELEASE_AT && c->held) {
        c->held = false;
        if (c->remote->pool)
            hop_pool_hold(c->remote->pool, false);
    }
    return true;
}

bool
call_is_over(const struct remote_call *c)
{
    return c->end != CALL_RUNS && !c->first;
}

static struct remote_call *
add_call(struct remote *r, const struct hop_guid *id)
{
    struct remote_call *c = hop_xcalloc(1, sizeof(*c));

    c->remote = remote_ref(r);
    c->id = *id;
    c->last = &c->first;
    c->next = r->calls;
    r->calls = c;
    return c;
}

static bool
is_there(struct remote *r, struct hop_error *err)
{
    return r->pool ||
           hop_error_set(err, HOP_ERROR_GENERIC, 0,
                         "the session on %s is not open", r->target->computer);
}

struct remote_call *
call_new(struct remote *r, struct hop_psrp_pipeline *pl, struct hop_error *err)
{
    struct hop_guid id;

    hop_guid_new(&id);
    if (!is_there(r, err)) {
        struct hop_psrp_message m = {.type = HOP_PSRP_CREATE_PIPELINE,
                                     .u.pipeline = *pl};

        hop_psrp_message_done(&m);
        return NULL;
    }
    return hop_pool_begin(r->pool, &id, pl, err) ? add_call(r, &id) : NULL;
}

struct remote_call *
call_metadata(struct remote *r, struct hop_psrp_metadata *m,
              struct hop_error *err)
{
    struct hop_guid id;

    hop_guid_new(&id);
    return is_there(r, err) && hop_pool_metadata(r->pool, &id, m, err)
               ? add_call(r, &id)
               : NULL;
}

struct remote_call *
call_attach(struct remote *r, const struct hop_guid *id, struct hop_error *err)
{
    return is_there(r, err) && hop_pool_attach(r->pool, id, err)
               ? add_call(r, id)
               : NULL;
}

void
call_drop(struct remote_call *c)
{
    struct hop_psrp_message m;

    while (call_next(c, &m))
        hop_psrp_message_done(&m);
}

void
call_free(struct remote_call *c)
{
    struct remote_call **p;

    if (!c)
        return;
    p = &c->remote->calls;
    while (*p && *p != c)
        p = &(*p)->next;
    if (*p)
        *p = c->next;
    call_drop(c);
    if (c->remote->pool && c->end != CALL_LEFT)
        hop_pool_end(c->remote->pool, &c->id);
    hop_value_clear(&c->record);
    remote_unref(c->remote);
    free(c);
}

void
call_stop(struct remote_call *c)
{
    struct hop_value t =
        target_option(c->remote->target, OPTION_CANCEL_TIMEOUT);
    int64_t limit = t.kind == HOP_TIMESPAN ? t.u.i / 10000 : CANCEL_MS;
    int64_t until = space_now_ms() + limit;

    if (c->end != CALL_RUNS || !c->remote->pool)
        return;
    hop_pool_stop(c->remote->pool, &c->id);
    while (c->end == CALL_RUNS && space_now_ms() < until) {
        call_drop(c);
        (void)remote_wait(c->remote->rs, until - space_now_ms(), true);
    }
}

/* ---- what is sent ---- */

static void
add_value(struct hop_psrp_command *c, const char *name, struct hop_value v)
{
    struct hop_psrp_argument *a;

    c->arguments = hop_xrealloc(c->arguments, c->argument_count + 1,
                                sizeof(*c->arguments));
    a = &c->arguments[c->argument_count++];
    a->name = name ? hop_string_from(name) : NULL;
    a->value = hop_retain(v);
}

static void
fill_command(struct hop_psrp_command *c, const char *text, size_t n,
             bool is_script)
{
    c->text = hop_string_new(text, n);
    c->is_script = is_script;
    c->use_local_scope = -1;
}

void
call_prepare(const struct call_script *s, struct hop_psrp_pipeline *out)
{
    struct hop_dict *named = hop_as_dict(s->named);
    size_t n = s->to_default ? 2 : 1;

    memset(out, 0, sizeof(*out));
    out->commands = hop_xcalloc(n, sizeof(*out->commands));
    out->command_count = n;
    if (s->cmdlet)
        fill_command(out->commands, s->cmdlet, strlen(s->cmdlet), false);
    else
        fill_command(out->commands, s->text, s->n, true);
    for (size_t i = 0; named && i < named->used; i++)
        if (!hop_is_null(named->entries[i].key))
            add_value(out->commands, hop_cstr(named->entries[i].key),
                      named->entries[i].value);
    for (size_t i = 0; i < s->n_args; i++)
        add_value(out->commands, NULL, s->args[i]);
    if (hop_as_dict(s->usings))
        add_value(out->commands, "--%", s->usings);
    if (s->to_default) {
        /* PipelineResultTypes: errors into output. */
        out->commands[0].merge_my = 2;
        out->commands[0].merge_to = 1;
        fill_command(out->commands + 1, "Out-Default", 11, false);
        out->commands[1].merge_previous = 3; /* errors and output */
        out->commands[1].use_local_scope = 1;
        out->history = hop_string_new(s->text, s->n);
    }
    out->redirect_errors = !s->to_default;
    out->no_input = !s->input;
    out->add_history = s->history;
    out->apartment = 2; /* Unknown */
    out->host = (struct hop_psrp_host_info){.host_null = true,
                                            .ui_null = true,
                                            .raw_ui_null = true,
                                            .use_runspace_host = true};
}
