/* Receive-PSSession: what runs in a session that was left.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>

#include "cmdlets/core/core.h"
#include "cmdlets/jobs/jobs.h"
#include "cmdlets/remoting/remoting.h"

#define RUNSPACES "System.Management.Automation.Runspaces."
#define MUST      HOP_MANDATORY

enum {
    SESSION,
    ID,
    COMPUTER,
    APPLICATION,
    CONFIGURATION,
    URI,
    REDIRECTION,
    INSTANCE,
    NAME,
    OUT_TARGET,
    JOB_NAME,
    CREDENTIAL,
    AUTHENTICATION,
    THUMBPRINT,
    PORT,
    USE_SSL,
    OPTION,
};
#define BY_COMPUTER                                                            \
    {"ComputerSessionName", 0, 0},                                             \
    {                                                                          \
        "ComputerInstanceId", 0, 0                                             \
    }
#define BY_URI                                                                 \
    {"ConnectionUriSessionName", 0, 0},                                        \
    {                                                                          \
        "ConnectionUriInstanceId", 0, 0                                        \
    }
#define PIPED (MUST | HOP_BY_VALUE | HOP_BY_NAME)
static const struct hop_param params[] = {
    [SESSION] = {"Session", RUNSPACES "PSSession", HOP_NOT_NULL_OR_EMPTY,
                 .in = HOP_SETS({"Session", PIPED, HOP_POS(0)})},
    [ID] = {"Id", "int", .in = HOP_SETS({"Id", PIPED, HOP_POS(0)})},
    [COMPUTER] = {"ComputerName", "string", HOP_NOT_NULL_OR_EMPTY,
                  .in = HOP_SETS(
                      {"ComputerSessionName", MUST | HOP_BY_NAME, HOP_POS(0)},
                      {"ComputerInstanceId", MUST | HOP_BY_NAME, HOP_POS(0)}),
                  .aliases = "Cn"},
    [APPLICATION] = {"ApplicationName", "string", HOP_BY_NAME,
                     .in = HOP_SETS(BY_COMPUTER)},
    [CONFIGURATION] = {"ConfigurationName", "string", HOP_BY_NAME,
                       .in = HOP_SETS(BY_COMPUTER, BY_URI)},
    [URI] = {"ConnectionUri", "uri", HOP_NOT_NULL_OR_EMPTY,
             .in = HOP_SETS(
                 {"ConnectionUriSessionName", MUST | HOP_BY_NAME, HOP_POS(0)},
                 {"ConnectionUriInstanceId", MUST | HOP_BY_NAME, HOP_POS(0)}),
             .aliases = "URI CU"},
    [REDIRECTION] = {"AllowRedirection", "switch", .in = HOP_SETS(BY_URI)},
    [INSTANCE] = {"InstanceId", "guid", HOP_NOT_NULL_OR_EMPTY,
                  .in = HOP_SETS({"InstanceId", PIPED, HOP_POS(0)},
                                 {"ComputerInstanceId", MUST, 0},
                                 {"ConnectionUriInstanceId", MUST, 0})},
    [NAME] = {"Name", "string", HOP_NOT_NULL_OR_EMPTY,
              .in = HOP_SETS({"Name", PIPED, HOP_POS(0)},
                             {"ComputerSessionName", MUST, 0},
                             {"ConnectionUriSessionName", MUST, 0})},
    [OUT_TARGET] = {"OutTarget", "Microsoft.PowerShell.Commands.OutTarget"},
    [JOB_NAME] = {"JobName", "string", HOP_NOT_NULL_OR_EMPTY},
    [CREDENTIAL] = {"Credential", "pscredential", HOP_CREDENTIAL,
                    .in = HOP_SETS(BY_COMPUTER, BY_URI)},
    [AUTHENTICATION] = {"Authentication", RUNSPACES "AuthenticationMechanism",
                        .in = HOP_SETS(BY_COMPUTER, BY_URI)},
    [THUMBPRINT] = {"CertificateThumbprint", "string",
                    .in = HOP_SETS(BY_COMPUTER, BY_URI)},
    [PORT] = {"Port", "int", .range = HOP_RANGE(1, 65535),
              .in = HOP_SETS(BY_COMPUTER)},
    [USE_SSL] = {"UseSSL", "switch", .in = HOP_SETS(BY_COMPUTER)},
    [OPTION] = {"SessionOption",
                "System.Management.Automation.Remoting.PSSessionOption",
                .in = HOP_SETS(BY_COMPUTER, BY_URI)},
};

static const struct connecting connecting = {
    .computer = COMPUTER,
    .port = PORT,
    .use_ssl = USE_SSL,
    .application = APPLICATION,
    .configuration = CONFIGURATION,
    .credential = CREDENTIAL,
    .authentication = AUTHENTICATION,
    .thumbprint = THUMBPRINT,
    .option = OPTION,
    .uri = URI,
    .redirection = REDIRECTION,
    CONNECTING_TO_FIND,
};

enum { TO_DEFAULT, TO_HOST, TO_JOB };

static bool
fail(struct hop_command *c, struct pssession *s)
{
    HOP_AUTO_VALUE struct hop_value session = hop_retain(hop_obj(s));
    struct hop_error_spec spec = {.id = "ReceivePSSessionCannotConnectSession",
                                  .category = HOP_CAT_INVALID_OPERATION,
                                  .exception = "System.ArgumentException",
                                  .target = session};
    bool told = s->remote->error.domain != HOP_ERROR_NONE;

    return hop_command_error(
        c, &spec,
        "The session %s on %s was not connected to%s%s. Get-PSSession "
        "-ComputerName lists what is there.",
        hop_cstr(s->name), s->remote->target->computer, told ? ": " : "",
        told ? s->remote->error.text : "");
}

/* ---- the pipelines that run there ---- */

static bool
take_message(struct fan *f, struct work *w, struct hop_psrp_message *m)
{
    return deliver(f->ctx, w->remote, &w->call->id, m, false);
}

static bool
take_end(struct fan *f, struct work *w, struct remote_call *k)
{
    (void)w;
    return !k || deliver_end(f->ctx, k, f->n == 1);
}

static const struct fan_ops ops = {take_message, take_end};

static void
add_call(struct fan *f, struct remote *r, struct remote_call *k)
{
    f->items = hop_xrealloc(f->items, f->n + 1, sizeof(*f->items));
    f->items[f->n++] =
        (struct work){.remote = remote_ref(r), .call = k, .begun = true};
    f->active++;
}

/* Those we began and left, and those we have found. */
static void
gather(struct fan *f, struct remote *r)
{
    struct hop_error err = {0};

    for (struct remote_call *k = r->calls; k; k = k->next)
        if (k->orphan) {
            k->orphan = false;
            add_call(f, r, k);
        }
    for (size_t i = 0; i < r->n_found; i++) {
        struct remote_call *k = call_attach(r, &r->found[i], &err);

        if (k)
            add_call(f, r, k);
    }
    r->n_found = 0;
}

static bool
receive(struct hop_command *c, struct pssession *s)
{
    struct fan f = {.ops = &ops, .ctx = c, .rs = c->rs};
    int64_t to =
        hop_arg_bound(c, OUT_TARGET) ? hop_arg(c, OUT_TARGET).u.i : TO_DEFAULT;
    struct job *job = remote_job_of(c->rs, s->remote);
    bool ok;

    if (job && to != TO_HOST)
        return hop_write(c, hop_obj(job));
    gather(&f, s->remote);
    if (f.n && to == TO_JOB)
        return hop_write_take(c, remote_job(c, &f, hop_arg_text(c, JOB_NAME)));
    ok = fan_finish(&f);
    if (!ok && hop_runspace_stopping(c->rs)) {
        fan_stop(&f);
        ok = hop_command_flow(c, HOP_FLOW_STOP);
    }
    fan_done(&f);
    return ok;
}

static bool
receive_one(struct hop_command *c, struct pssession *s)
{
    bool go;

    if (!hop_should_process(c, hop_cstr(s->name), "Receive", &go))
        return false;
    if (!go)
        return true;
    if (!pssession_take_up(c, s))
        return false;
    if (s->remote->state != REMOTE_OPENED)
        return fail(c, s);
    pssession_keep(c->rs, s);
    return receive(c, s);
}

static bool
process(struct hop_command *c)
{
    static const struct choosing by = {.id = ID,
                                       .name = NAME,
                                       .instance = INSTANCE,
                                       .session = SESSION,
                                       .computer = NO_PARAM};
    bool asked = hop_arg_bound(c, COMPUTER) || hop_arg_bound(c, URI);

    return pssession_each(c, &by, asked ? &connecting : NULL, receive_one);
}

const struct hop_cmdlet hop_cmdlet_receive_pssession = {
    .name = "Receive-PSSession",
    .default_set = "Session",
    HOP_PARAMS(params),
    .flags = HOP_SHOULD_PROCESS,
    .output = RUNSPACES "PSSession",
    .synopsis = "Gets what runs in sessions that were left.",
    .process = process,
};
