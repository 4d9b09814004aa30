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
    struct server *s = ctx;
    struct run *r = s->run;

    while (r->input_at == r->input_n) {
        r->input_at = r->input_n = 0;
        if (r->input_ended || hop_runspace_stopping(s->rs) ||
            !remote_pump(s, true))
            return false;
    }
    *v = revive(s, r->input[r->input_at++]);
    return true;
}

/* PipelineResultTypes: what goes to the output with it. */
static void
merge(struct hop_run *run, const struct hop_psrp_command *c,
      struct stream *streams)
{
    static const enum hop_stream_number numbers[HOP_PSRP_MERGES] = {
        HOP_ERROR, HOP_WARNING, HOP_VERBOSE, HOP_DEBUG, HOP_INFORMATION};
    struct hop_sink *output = &streams[HOP_OUTPUT].sink;

    if (c->merge_my == 2 && c->merge_to == 1)
        run->sinks[HOP_ERROR] = output;
    for (int i = 0; i < HOP_PSRP_MERGES; i++)
        if (c->merge[i] == 1)
            run->sinks[numbers[i]] = output;
}

static enum hop_run_end
run_statement(struct server *s, const struct hop_psrp_pipeline *p, size_t from,
              size_t to, struct hop_value *error)
{
    struct stream streams[HOP_STREAM_NUMBERS];
    HOP_CLEANUP(done_prepared) struct prepared ready = {0};
    struct hop_run run = {.add_history = p->add_history,
                          .may_be_stopped = true};

    prepare(&ready, p->commands + from, to - from);
    remote_streams_init(streams, s);
    for (int i = 1; i < HOP_STREAM_NUMBERS; i++)
        run.sinks[i] = &streams[i].sink;
    merge(&run, &p->commands[to - 1], streams);
    run.commands = ready.commands;
    run.n_commands = ready.n;
    run.usings = ready.usings;
    if (!p->no_input && from == 0) {
        run.input = read_input;
        run.input_ctx = s;
    }
    return hop_runspace_run(s->rs, &run, error);
}

static enum hop_run_end
run_statements(struct server *s, const struct hop_psrp_pipeline *p,
               struct hop_value *error)
{
    enum hop_run_end end = HOP_RUN_COMPLETED;

    for (size_t i = 0; i < p->command_count && end == HOP_RUN_COMPLETED;) {
        size_t from = i;

        while (i + 1 < p->command_count && !p->commands[i].ends_statement)
            i++;
        i++;
        end = run_statement(s, p, from, i, error);
    }
    return end;
}

/* ---- a pipeline ---- */

static void
enter(struct server *s, struct run *r, const struct hop_guid *id)
{
    if (!s->run)
        hop_runspace_forget_stop(s->rs);
    r->outer = s->run;
    r->id = *id;
    r->answer = hop_null();
    s->run = r;
    remote_watch(s, id);
    remote_flush(s); /* what is acknowledged before it works */
    /* The stop may have come in one piece with the pipeline. */
    if (hop_psrp_session_pipeline_state(s->session, id) !=
        HOP_PSRP_PIPELINE_STOPPING)
        return;
    r->stop = true;
    hop_runspace_stop(s->rs);
}

static void
leave(struct server *s, struct run *r)
{
    for (size_t i = r->input_at; i < r->input_n; i++)
        hop_release(r->input[i]);
    free(r->input);
    hop_release(r->answer);
    s->run = r->outer;
    remote_watch(s, s->run ? &s->run->id : NULL);
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
    remote_flush(s);
}

void
remote_run(struct server *s, struct hop_psrp_event *e)
{
    const struct hop_psrp_pipeline *p = &e->message.u.pipeline;
    struct run r = {.host = p->host.use_runspace_host ? &s->info : &p->host,
                    .input_ended = p->no_input};
    struct hop_value error = hop_null();
    enum hop_run_end end = HOP_RUN_COMPLETED;

    enter(s, &r, &e->channel);
    if (!is_ignored(p))
        end = run_statements(s, p, &error);
    if (r.stop && end == HOP_RUN_COMPLETED)
        end = HOP_RUN_STOPPED;
    if (end == HOP_RUN_EXITED)
        s->host.ops->should_exit(&s->host, hop_runspace_exit_code(s->rs));
    leave(s, &r);
    finish(s, &e->channel, end, error);
}

/* ---- command metadata ---- */

static enum hop_run_end
run_text(struct server *s, const char *text, const struct hop_value *args,
         size_t n, struct hop_value *error)
{
    struct stream streams[HOP_STREAM_NUMBERS];
    struct hop_run run = {.text = text,
                          .n = strlen(text),
                          .args = args,
                          .n_args = n,
                          .new_scope = true,
                          .may_be_stopped = true};

    remote_streams_init(streams, s);
    for (int i = 1; i < HOP_STREAM_NUMBERS; i++)
        run.sinks[i] = &streams[i].sink;
    return hop_runspace_run(s->rs, &run, error);
}

/* CommandTypes.All; clients of before PowerShell 6 also ask for workflows. */
#define COMMAND_TYPES 383

/* MS-PSRP 3.2.5.4.14: the count first, then a row for each command. */
void
remote_run_metadata(struct server *s, struct hop_psrp_event *e)
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
    const struct hop_psrp_metadata *m = &e->message.u.metadata;
    struct run r = {.host = &s->info, .input_ended = true};
    struct hop_value error = hop_null();
    HOP_AUTO_VALUE struct hop_value star = hop_text("*");
    struct hop_value args[2] = {
        hop_is_null(m->name) ? star : m->name,
        hop_int(m->types < 0 ? 271 : m->types & COMMAND_TYPES)};
    enum hop_run_end end;

    enter(s, &r, &e->channel);
    end = run_text(s, text, args, 2, &error);
    leave(s, &r);
    finish(s, &e->channel, end, error);
}
