/* SPDX-License-Identifier: MIT */
#include "console/session.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "console/shell.h"
#include "engine/scope.h"
#include "engine/suggest.h"
#include "value/collections.h"
#include "value/member.h"

struct session {
    struct hop_runspace *rs;
    struct hop_host *host;
    struct hop_terminal *terminal;
    const void *last_error; /* newest of $Error at the last look */
};

/* Joins the strings of an output, as PowerShell's console takes the prompt's.
 */
struct text_sink {
    struct hop_sink sink;
    struct hop_buf text;
};

static enum hop_flow
add_text(struct hop_sink *sink, struct hop_value v)
{
    struct text_sink *t = (struct text_sink *)sink;

    v = hop_value_base(v);
    if (v.kind == HOP_STRING)
        hop_buf_add(&t->text, v.u.s->data, v.u.s->len);
    return HOP_FLOW_NEXT;
}

#define PROMPT "if (Test-Path function:prompt) { prompt }"

static char *
session_prompt(void *ctx)
{
    struct session *s = ctx;
    struct text_sink out = {.sink = {add_text}, .text = HOP_BUF_INIT};
    struct hop_run run = {.text = PROMPT, .n = sizeof(PROMPT) - 1};
    struct hop_value error = {.kind = HOP_NULL};
    char *text = NULL;

    hop_console_host_settle(s->host);
    if (hop_runspace_entered(s->rs))
        return hop_runspace_entered(s->rs)->prompt(hop_runspace_entered(s->rs));
    run.sinks[HOP_OUTPUT] = &out.sink;
    run.sinks[HOP_ERROR] = &hop_sink_null;
    if (hop_runspace_run(s->rs, &run, &error) == HOP_RUN_COMPLETED &&
        out.text.len)
        text = hop_buf_take(&out.text);
    hop_release(error);
    hop_buf_done(&out.text);
    return text ? text : hop_xasprintf("PS %s> ", hop_location(s->rs));
}

/* v.name as text; owned, NULL when there is none. */
static struct hop_string *
member_text(struct hop_context *cx, struct hop_value v, const char *name)
{
    HOP_AUTO_STRING struct hop_string *key = hop_string_from(name);
    HOP_AUTO_VALUE struct hop_value m = hop_null();

    if (hop_member_get(cx, v, key, &m) != HOP_FOUND)
        hop_drop_exception(cx);
    return hop_is_string(m) ? hop_string_retain(m.u.s) : NULL;
}

/* After a command that nobody knows: those that come near. */
static void
suggest(struct session *s)
{
    struct hop_context *cx = hop_runspace_context(s->rs);
    HOP_AUTO_VALUE struct hop_value all =
        hop_variable_get(s->rs, "global:Error");
    struct hop_array *errors = hop_as_array(all);
    HOP_AUTO_STRING struct hop_string *id = NULL;
    HOP_AUTO_STRING struct hop_string *name = NULL;
    HOP_AUTO_BUF struct hop_buf text = HOP_BUF_INIT;
    bool seen;

    if (!errors || !errors->n || errors->items[0].kind != HOP_OBJECT)
        return;
    seen = errors->items[0].u.o == s->last_error;
    s->last_error = errors->items[0].u.o;
    id = seen ? NULL
              : member_text(cx, errors->items[0], "FullyQualifiedErrorId");
    if (!id || !hop_string_is(id, "CommandNotFoundException"))
        return;
    name = member_text(cx, errors->items[0], "TargetObject");
    if (name && hop_suggest_commands(s->rs, name->data, &text)) {
        hop_buf_addc(&text, '\n');
        s->host->ops->write(s->host, hop_buf_str(&text), text.len,
                            HOP_COLOR_NONE, HOP_COLOR_NONE);
    }
}

static bool
session_run(void *ctx, const char *text, size_t n, int *exit_code)
{
    struct session *s = ctx;
    struct hop_run run = {.text = text,
                          .n = n,
                          .add_history = true,
                          .to_default = true,
                          .may_be_stopped = true};
    struct hop_value error = {.kind = HOP_NULL};
    bool entered = hop_runspace_entered(s->rs);
    enum hop_run_end end = entered ? hop_runspace_run_entered(s->rs, text, n)
                                   : hop_runspace_run(s->rs, &run, &error);

    hop_release(error);
    if (!entered)
        suggest(s);
    hop_console_host_settle(s->host);
    if (end == HOP_RUN_STOPPED)
        hop_terminal_write(s->terminal, "\n", 1); /* behind the ^C */
    if (end == HOP_RUN_EXITED) {
        *exit_code = hop_runspace_exit_code(s->rs);
        return false;
    }
    return !hop_console_host_exit(s->host, exit_code);
}

static void
session_stop(void *ctx)
{
    hop_runspace_stop(((struct session *)ctx)->rs);
}

static void
session_settle(void *ctx)
{
    hop_runspace_forget_stop(((struct session *)ctx)->rs);
}

static enum hop_editor_wait
session_wait(void *ctx, int fd, const sigset_t *mask)
{
    struct session *s = ctx;
    int n;

    hop_console_host_above(s->host, true);
    n = hop_runspace_idle(s->rs, fd, mask);
    if (hop_console_host_above(s->host, false))
        return HOP_EDITOR_SHOWN;
    return n > 0   ? HOP_EDITOR_READY
           : n < 0 ? HOP_EDITOR_SIGNAL
                   : HOP_EDITOR_WORKED;
}

static struct hop_completion_list *
session_complete(void *ctx, const char *text, size_t n, size_t cursor)
{
    return hop_console_complete(((struct session *)ctx)->rs, text, n, cursor);
}

int
hop_console_session(struct hop_runspace *rs, struct hop_host *host,
                    struct hop_terminal *t, const char *history_path)
{
    struct session s = {rs, host, t};
    struct hop_shell_ops ops = {
        .ctx = &s,
        .prompt = session_prompt,
        .run = session_run,
        .stop = session_stop,
        .settle = session_settle,
        .complete = session_complete,
        .wait = session_wait,
    };

    return hop_shell_loop(t, history_path, &ops);
}
