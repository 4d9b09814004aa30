/* Pipelines of the client, run by the engine.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "remote/server.h"
#include "value/collections.h"
#include "value/member.h"

/* The parameter that carries the values of $using: expressions. */
#define USINGS "--%"

/* Of PowerShell's clients, before the user's own; there is no debugger. */
static const char *const ignored[] = {"__Set-PSDebugMode",
                                      "__Set-PSUnhandledBreakpointMode"};

static bool
is_ignored(const struct hop_psrp_pipeline *p)
{
    const struct hop_psrp_command *c = &p->commands[0];

    for (size_t i = 0; i < HOP_ARRAY_SIZE(ignored); i++)
        if (p->command_count == 1 && !c->is_script &&
            hop_ascii_ieq(c->text->data, ignored[i]))
            return true;
    return false;
}

/* ---- one statement ---- */

struct prepared {
    struct hop_run_command *commands;
    size_t n;
    struct hop_value usings; /* borrowed */
};

static void
done_prepared(struct prepared *p)
{
    for (size_t i = 0; i < p->n; i++)
        free((void *)p->commands[i].args);
    free(p->commands);
}

/* PipelineResultTypes. */
enum { RESULT_NONE, RESULT_OUTPUT, RESULT_ERROR };

/* Where the streams of a command go (2.2.3.12).  Clients of before PowerShell 3
 * say it of errors alone, by MergeMyResult. */
static void
merge(struct hop_run_command *to, const struct hop_psrp_command *c)
{
    static const enum hop_stream_number numbers[HOP_PSRP_MERGES] = {
        HOP_ERROR, HOP_WARNING, HOP_VERBOSE, HOP_DEBUG, HOP_INFORMATION};

    if (c->merge[HOP_PSRP_MERGE_ERROR] < 0 && c->merge_my == RESULT_ERROR &&
        c->merge_to == RESULT_OUTPUT)
        to->merged |= 1u << HOP_ERROR;
    for (int i = 0; i < HOP_PSRP_MERGES; i++) {
        if (c->merge[i] == RESULT_OUTPUT)
            to->merged |= 1u << numbers[i];
        else if (c->merge[i] > RESULT_NONE && i != HOP_PSRP_MERGE_ERROR)
            to->dropped |= 1u << numbers[i];
    }
    to->claims_errors = c->merge_previous != RESULT_NONE;
}

/* Borrows everything of the message. */
static void
prepare(struct prepared *p, const struct hop_psrp_command *c, size_t n)
{
    p->commands = hop_xcalloc(n, sizeof(*p->commands));
    for (size_t i = 0; i < n; i++) {
        struct hop_run_command *to = &p->commands[p->n++];
        struct hop_run_argument *args =
            hop_xcalloc(c[i].argument_count + 1, sizeof(*args));

        to->args = args;
        for (size_t k = 0; k < c[i].argument_count; k++) {
            const struct hop_psrp_argument *a = &c[i].arguments[k];

            if (a->name && strcmp(a->name->data, USINGS) == 0) {
                p->usings = a->value;
                continue;
            }
            args[to->n_args].name = a->name ? a->name->data : NULL;
            args[to->n_args++].value = a->value;
        }
        to->text = c[i].text->data;
        to->n = c[i].text->len;
        to->is_script = c[i].is_script;
        to->new_scope = c[i].use_local_scope > 0;
        merge(to, &c[i]);
    }
}

/* The client sends a record back to have it shown: it becomes one again.  Takes
 * v. */
static struct hop_value
revive(struct server *s, struct hop_value v)
{
    HOP_AUTO_VALUE struct hop_value message = hop_null(), id = hop_null(),
                                    category = hop_null(), target = hop_null();
    struct hop_error_spec spec = {0};
    struct hop_value record;

    if (!hop_has_type_name(
            s->cx, v, "Deserialized.System.Management.Automation.ErrorRecord"))
        return v;
    message = hop_member_path(s->cx, v, "Exception.Message");
    id = hop_member_path(s->cx, v, "FullyQualifiedErrorId");
    category = hop_member_path(s->cx, v, "ErrorCategory_Category");
    target = hop_member_path(s->cx, v, "TargetObject");
    if (!hop_is_string(message))
        return v;
    spec.id = hop_is_string(id) ? hop_cstr(id) : "RemoteException";
    spec.category = hop_is_integer(category) ? (enum hop_category)category.u.i
                                             : HOP_CAT_NOT_SPECIFIED;
    spec.target = target;
    record = hop_error_record(s->rs, &spec, "%s", hop_cstr(message));
    hop_release(v);
    return record;
}

static bool
read_input(void *ctx, struct hop_value *v)
{
    struct room *room = ctx;
    struct server *s = room->server;
    struct run *r = room->run;

    while (r->input_at == r->input_n) {
        r->input_at = r->input_n = 0;
        if (r->input_ended || hop_runspace_stopping(s->rs) ||
            !remote_await(room))
            return false;
    }
    *v = revive(s, r->input[r->input_at++]);
    return true;
}

static enum hop_run_end
run_statement(struct room *room, const struct hop_psrp_pipeline *p, size_t from,
              size_t to, struct hop_value *error)
{
    struct stream streams[HOP_STREAM_NUMBERS];
    HOP_CLEANUP(done_prepared) struct prepared ready = {0};
    struct hop_run run = {.add_history = p->add_history,
                          .errors_end = !p->redirect_errors,
                          .may_be_stopped = true};

    prepare(&ready, p->commands + from, to - from);
    remote_streams_init(streams, room);
    for (int i = 1; i < HOP_PROGRESS; i++)
        run.sinks[i] = &streams[i].sink;
    run.commands = ready.commands;
    run.n_commands = ready.n;
    run.usings = ready.usings;
    if (!p->no_input && from == 0) {
        run.input = read_input;
        run.input_ctx = room;
    }
    return hop_runspace_run(room->server->rs, &run, error);
}

static enum hop_run_end
run_statements(struct room *room, const struct hop_psrp_pipeline *p,
               struct hop_value *error)
{
    enum hop_run_end end = HOP_RUN_COMPLETED;

    for (size_t i = 0; i < p->command_count && end == HOP_RUN_COMPLETED;) {
        size_t from = i;

        while (i + 1 < p->command_count && !p->commands[i].ends_statement)
            i++;
        i++;
        end = run_statement(room, p, from, i, error);
    }
    return end;
}

/* ---- command metadata ---- */

static enum hop_run_end
run_text(struct room *room, const char *text, const struct hop_value *args,
         size_t n, struct hop_value *error)
{
    struct stream streams[HOP_STREAM_NUMBERS];
    struct hop_run run = {.text = text,
                          .n = strlen(text),
                          .args = args,
                          .n_args = n,
                          .new_scope = true,
                          .may_be_stopped = true};

    remote_streams_init(streams, room);
    for (int i = 1; i < HOP_PROGRESS; i++)
        run.sinks[i] = &streams[i].sink;
    return hop_runspace_run(room->server->rs, &run, error);
}

/* CommandTypes.All; clients of before PowerShell 6 also ask for workflows. */
#define COMMAND_TYPES 383

/* MS-PSRP 3.2.5.4.14: the count first, then a row for each command. */
static enum hop_run_end
run_metadata(struct room *room, const struct hop_psrp_metadata *m,
             struct hop_value *error)
{
    static const char text[] =
        "param($Name, $Types)\n"
        "$found = @(Get-Command -Name $Name -CommandType $Types -ErrorAction "
        "SilentlyContinue)\n"
        "$found | Measure-Object | Select-Object -Property Count\n"
        "foreach ($c in $found) {\n"
        "  $p = [ordered]@{}\n"
        "  foreach ($v in @($c.Parameters.Values)) {\n"
        "    if (-not $v) { continue }\n"
        "    $p[$v.Name] = [pscustomobject]@{\n"
        "      PSTypeName = 'System.Management.Automation.ParameterMetadata'\n"
        "      Name = $v.Name; ParameterType = $v.ParameterType.FullName\n"
        "      Aliases = [string[]]@($v.Aliases); IsDynamic = $false\n"
        "      SwitchParameter = [bool]$v.SwitchParameter }\n"
        "  }\n"
        "  [pscustomobject]@{\n"
        "    PSTypeName = 'Selected.System.Management.Automation.CommandInfo'\n"
        "    Name = $c.Name; Namespace = $c.ModuleName; HelpUri = $c.HelpUri\n"
        "    CommandType = $c.CommandType\n"
        "    ResolvedCommandName = $c.ResolvedCommandName\n"
        "    OutputType = $c.OutputType; Parameters = $p }\n"
        "}\n";
    HOP_AUTO_VALUE struct hop_value star = hop_text("*");
    struct hop_value args[2] = {
        hop_is_null(m->name) ? star : m->name,
        hop_int(m->types < 0 ? 271 : m->types & COMMAND_TYPES)};

    return run_text(room, text, args, 2, error);
}

/* ---- a pipeline ---- */

static void
enter(struct room *room, struct run *r)
{
    if (!room->run && !r->thread)
        hop_runspace_forget_stop(room->server->rs);
    r->outer = room->run == r ? NULL : room->run;
    room->run = r;
    if (!r->thread)
        remote_watch(room->server, &r->id);
    /* What is acknowledged before it works. */
    remote_flush(room->server, &r->id);
    /* The stop may have come in one piece with the pipeline. */
    if (hop_psrp_session_pipeline_state(room->server->session, &r->id) !=
        HOP_PSRP_PIPELINE_STOPPING)
        return;
    r->stop = true;
    if (r->thread)
        hop_thread_stop(r->thread);
    else
        hop_runspace_stop(room->server->rs);
}

static void
leave(struct room *room, struct run *r)
{
    for (size_t i = r->input_at; i < r->input_n; i++)
        hop_release(r->input[i]);
    free(r->input);
    hop_release(r->answer);
    room->run = r->outer;
    if (!r->thread)
        remote_watch(room->server, r->outer ? &r->outer->id : NULL);
}

static void
finish(struct server *s, const struct hop_guid *id, enum hop_run_end end,
       struct hop_value error)
{
    static const enum hop_psrp_pipeline_state states[] = {
        [HOP_RUN_COMPLETED] = HOP_PSRP_PIPELINE_COMPLETED,
        [HOP_RUN_FAILED] = HOP_PSRP_PIPELINE_FAILED,
        [HOP_RUN_STOPPED] = HOP_PSRP_PIPELINE_STOPPED,
        [HOP_RUN_EXITED] = HOP_PSRP_PIPELINE_COMPLETED,
    };
    struct hop_error err = {0};

    if (!hop_psrp_server_end(s->session, id, states[end], error, &err))
        fprintf(stderr, "hop: %s\n", err.text);
    remote_flush(s, NULL);
}

static enum hop_run_end
run_pipeline(struct room *room, const struct hop_psrp_pipeline *p,
             struct hop_value *error)
{
    enum hop_run_end end = HOP_RUN_COMPLETED;

    if (!is_ignored(p))
        end = run_statements(room, p, error);
    if (end == HOP_RUN_EXITED)
        room->host.ops->should_exit(&room->host,
                                    hop_runspace_exit_code(room->server->rs));
    return end;
}

void
remote_init_run(struct server *s, struct run *r, const struct hop_psrp_event *e)
{
    const struct hop_psrp_pipeline *p = &e->message.u.pipeline;

    *r = (struct run){.id = e->channel,
                      .host = &s->info,
                      .input_ended = true,
                      .answer = hop_null()};
    if (e->message.type != HOP_PSRP_CREATE_PIPELINE)
        return;
    r->host = p->host.use_runspace_host ? &s->info : &p->host;
    r->input_ended = p->no_input;
}

void
remote_run(struct room *room, struct run *r, struct hop_psrp_event *e)
{
    struct hop_value error = hop_null();
    enum hop_run_end end;

    enter(room, r);
    if (e->message.type == HOP_PSRP_CREATE_PIPELINE)
        end = run_pipeline(room, &e->message.u.pipeline, &error);
    else
        end = run_metadata(room, &e->message.u.metadata, &error);
    if (r->stop && end == HOP_RUN_COMPLETED)
        end = HOP_RUN_STOPPED;
    leave(room, r);
    finish(room->server, &r->id, end, error);
}
