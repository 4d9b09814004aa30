/* SPDX-License-Identifier: MIT */
#include "client/seen.h"

#include "psrp/key.h"
#include "test.h"
#include "value/convert.h"

#define PATIENCE_MS 20000

static void
note(struct seen *s, const char *prefix, const char *text)
{
    size_t n = strlen(s->got);

    snprintf(s->got + n, sizeof(s->got) - n, "%s%s%s", n ? "|" : "", prefix,
             text);
}

static void
note_value(struct seen *s, const char *prefix, struct hop_value v)
{
    HOP_AUTO_STRING struct hop_string *text = NULL;

    if (hop_to_string(&s->cx, v, &text))
        note(s, prefix, text->data);
    else
        hop_drop_exception(&s->cx);
}

static void
see_output(struct seen *s, struct hop_value v)
{
    s->objects++;
    if (hop_is_string(v))
        s->bytes += v.u.s->len;
    if (!s->quiet)
        note_value(s, "", v);
}

static void
see_message(struct seen *s, struct hop_psrp_message *m)
{
    if (m->type == HOP_PSRP_PIPELINE_OUTPUT)
        see_output(s, m->u.object);
    if (m->type == HOP_PSRP_ERROR_RECORD)
        note_value(s, "error:", m->u.object);
    if (m->type == HOP_PSRP_PIPELINE_STATE) {
        s->state = m->u.state.state;
        s->ended++;
    }
}

static void
see_error(struct seen *s, const char *prefix, const struct hop_error *err)
{
    s->code = (uint32_t)err->code;
    note(s, prefix, err->text);
}

static void
see(struct seen *s, struct hop_pool_event *e)
{
    switch (e->kind) {
    case HOP_POOL_OPENED: s->opened++; break;
    case HOP_POOL_REDIRECTED: note(s, "redirected:", e->address); break;
    case HOP_POOL_CLOSED: s->closed++; break;
    case HOP_POOL_RECONNECTED: s->back++; break;
    case HOP_POOL_RETRYING: s->retrying++; break;
    case HOP_POOL_RESUMED: s->resumed++; break;
    case HOP_POOL_LISTED: s->listed++; break;
    case HOP_POOL_FOUND: s->found++; break;
    case HOP_POOL_DISCONNECTED:
        s->left++;
        if (e->error.text[0])
            see_error(s, "left:", &e->error);
        break;
    case HOP_POOL_FAILED:
        s->failed++;
        see_error(s, "failed:", &e->error);
        break;
    case HOP_POOL_PIPELINE_FAILED:
        s->ended++;
        see_error(s, "refused:", &e->error);
        break;
    case HOP_POOL_MESSAGE:
        s->messages += !hop_guid_is_zero(&e->pipeline);
        see_message(s, &e->message);
        break;
    case HOP_POOL_NOT_DISCONNECTED:
    case HOP_POOL_NOT_RECONNECTED:
    case HOP_POOL_TROUBLE:
        s->troubles++;
        see_error(s, "event:", &e->error);
        break;
    }
}

static void
see_all(struct seen *s)
{
    struct hop_pool_event e;

    while (hop_pool_loop_next(s->loop, &e)) {
        see(s, &e);
        hop_pool_event_done(&e);
    }
}

void
seen_take(struct seen *s, int ms)
{
    if (hop_pool_loop_wait(s->loop, ms, -1))
        see_all(s);
}

bool
seen_wait(struct seen *s, const size_t *count, size_t n)
{
    while (*count < n && s->failed == 0) {
        if (!hop_pool_loop_wait(s->loop, PATIENCE_MS, -1))
            return false;
        see_all(s);
    }
    return *count >= n;
}

void
seen_start(struct seen *s)
{
    memset(s, 0, sizeof(*s));
    hop_context_init(&s->cx, NULL, NULL);
    hop_types_register(&s->cx, hop_clixml_classes);
    hop_psrp_keys_init(&s->keys, NULL);
    s->loop = hop_pool_loop_new(&s->cx);
}

void
seen_finish(struct seen *s)
{
    hop_pool_loop_free(s->loop);
    hop_psrp_keys_done(&s->keys);
    hop_context_done(&s->cx);
}

void
seen_begin(struct hop_pool *p, const struct hop_guid *id, const char *script,
           bool input)
{
    struct hop_psrp_pipeline line = {.no_input = !input,
                                     .apartment = 2,
                                     .redirect_errors = true,
                                     .host.use_runspace_host = true};
    struct hop_error err = {0};

    line.commands = calloc(1, sizeof(*line.commands));
    line.command_count = 1;
    line.commands[0] =
        (struct hop_psrp_command){.text = hop_string_from(script),
                                  .is_script = true,
                                  .use_local_scope = -1};
    CHECK(hop_pool_begin(p, id, &line, &err));
}
