/* Invoke-Command: a block in this process, or in sessions elsewhere.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>

#include "cmdlets/core/core.h"
#include "cmdlets/jobs/jobs.h"
#include "cmdlets/remoting/remoting.h"

enum {
    SESSION,
    COMPUTER,
    CREDENTIAL,
    PORT,
    USE_SSL,
    CONFIGURATION,
    APPLICATION,
    THROTTLE,
    URI,
    AS_JOB,
    DISCONNECTED,
    SESSION_NAME,
    HIDE,
    JOB_NAME,
    BLOCK,
    NO_SCOPE,
    FILE_PATH,
    REDIRECTION,
    OPTION,
    AUTHENTICATION,
    NETWORK,
    ADMINISTRATOR,
    HOST,
    USER,
    KEY_FILE,
    SUBSYSTEM,
    CONNECTING,
    TRANSPORT,
    CONNECTION,
    OPTIONS,
    DEBUG,
    INPUT,
    ARGUMENTS,
    VM_ID,
    VM_NAME,
    CONTAINER,
    THUMBPRINT,
};

/* The sets, each with how a parameter is in it: flags and position. */
#define S(f, p)                                                                \
    {                                                                          \
        "Session", f, p                                                        \
    }
#define FS(f, p)                                                               \
    {                                                                          \
        "FilePathRunspace", f, p                                               \
    }
#define C(f, p)                                                                \
    {                                                                          \
        "ComputerName", f, p                                                   \
    }
#define FC(f, p)                                                               \
    {                                                                          \
        "FilePathComputerName", f, p                                           \
    }
#define U(f, p)                                                                \
    {                                                                          \
        "Uri", f, p                                                            \
    }
#define FU(f, p)                                                               \
    {                                                                          \
        "FilePathUri", f, p                                                    \
    }
#define I(f, p)                                                                \
    {                                                                          \
        "VMId", f, p                                                           \
    }
#define FI(f, p)                                                               \
    {                                                                          \
        "FilePathVMId", f, p                                                   \
    }
#define N(f, p)                                                                \
    {                                                                          \
        "VMName", f, p                                                         \
    }
#define FN(f, p)                                                               \
    {                                                                          \
        "FilePathVMName", f, p                                                 \
    }
#define K(f, p)                                                                \
    {                                                                          \
        "ContainerId", f, p                                                    \
    }
#define FK(f, p)                                                               \
    {                                                                          \
        "FilePathContainerId", f, p                                            \
    }
#define H(f, p)                                                                \
    {                                                                          \
        "SSHHost", f, p                                                        \
    }
#define FH(f, p)                                                               \
    {                                                                          \
        "FilePathSSHHost", f, p                                                \
    }
#define M(f, p)                                                                \
    {                                                                          \
        "SSHHostHashParam", f, p                                               \
    }
#define FM(f, p)                                                               \
    {                                                                          \
        "FilePathSSHHostHash", f, p                                            \
    }
#define REMOTE                                                                 \
    C(0, 0), S(0, 0), U(0, 0), FC(0, 0), FS(0, 0), FU(0, 0), I(0, 0), N(0, 0), \
        K(0, 0), FI(0, 0), FN(0, 0), FK(0, 0)
#define SSH_SETS H(0, 0), M(0, 0), FH(0, 0), FM(0, 0)
#define WSMAN    C(0, 0), U(0, 0), FC(0, 0), FU(0, 0)
#define SSH_HOST HOP_SETS(H(0, 0), FH(0, 0))
#define RUNSPACE "System.Management.Automation.Runspaces."
#define MUST     HOP_MANDATORY

static const struct hop_param params[] = {
    [SESSION] = {"Session", RUNSPACE "PSSession[]", HOP_NOT_NULL_OR_EMPTY,
                 .in = HOP_SETS(S(0, HOP_POS(0)), FS(0, HOP_POS(0)))},
    [COMPUTER] = {"ComputerName", "string[]", HOP_NOT_NULL_OR_EMPTY,
                  .in = HOP_SETS(C(0, HOP_POS(0)), FC(0, HOP_POS(0))),
                  .aliases = "Cn"},
    [CREDENTIAL] = {"Credential", "pscredential", HOP_CREDENTIAL | HOP_BY_NAME,
                    .in = HOP_SETS(WSMAN, I(MUST, 0), N(MUST, 0), FI(MUST, 0),
                                   FN(MUST, 0))},
    [PORT] = {"Port", "int", .range = HOP_RANGE(1, 65535),
              .in = HOP_SETS(C(0, 0), FC(0, 0), H(0, 0))},
    [USE_SSL] = {"UseSSL", "switch", .in = HOP_SETS(C(0, 0), FC(0, 0))},
    [CONFIGURATION] = {"ConfigurationName", "string", HOP_BY_NAME,
                       .in = HOP_SETS(WSMAN, K(0, 0), I(0, 0), N(0, 0),
                                      FK(0, 0), FI(0, 0), FN(0, 0))},
    [APPLICATION] = {"ApplicationName", "string", HOP_BY_NAME,
                     .in = HOP_SETS(C(0, 0), FC(0, 0))},
    [THROTTLE] = {"ThrottleLimit", "int", .in = HOP_SETS(REMOTE)},
    [URI] = {"ConnectionUri", "uri[]", HOP_NOT_NULL_OR_EMPTY,
             .in = HOP_SETS(U(0, HOP_POS(0)), FU(0, HOP_POS(0))),
             .aliases = "URI CU"},
    [AS_JOB] = {"AsJob", "switch", .in = HOP_SETS(REMOTE, SSH_SETS)},
    [DISCONNECTED] = {"InDisconnectedSession", "switch", .in = HOP_SETS(WSMAN),
                      .aliases = "Disconnected"},
    [SESSION_NAME] = {"SessionName", "string[]", HOP_NOT_NULL_OR_EMPTY,
                      .in = HOP_SETS(C(0, 0), FC(0, 0))},
    [HIDE] = {"HideComputerName", "switch", .in = HOP_SETS(REMOTE, SSH_SETS),
              .aliases = "HCN"},
    [JOB_NAME] = {"JobName", "string",
                  .in = HOP_SETS(WSMAN, S(0, 0), FS(0, 0), K(0, 0), FK(0, 0),
                                 M(0, 0), H(0, 0))},
    [BLOCK] = {"ScriptBlock", "scriptblock", HOP_NOT_NULL,
               .in = HOP_SETS({"InProcess", MUST, HOP_POS(0)},
                              C(MUST, HOP_POS(1)), S(MUST, HOP_POS(1)),
                              U(MUST, HOP_POS(1)), I(MUST, HOP_POS(1)),
                              N(MUST, HOP_POS(1)), K(MUST, HOP_POS(1)),
                              H(MUST, HOP_POS(1)), M(MUST, HOP_POS(1))),
               .aliases = "Command"},
    [NO_SCOPE] = {"NoNewScope", "switch", .in = HOP_SETS({"InProcess", 0, 0})},
    [FILE_PATH] = {"FilePath", "string", HOP_NOT_NULL,
                   .in = HOP_SETS(FC(MUST, HOP_POS(1)), FS(MUST, HOP_POS(1)),
                                  FU(MUST, HOP_POS(1)), FI(MUST, HOP_POS(1)),
                                  FN(MUST, HOP_POS(1)), FK(MUST, HOP_POS(1)),
                                  FH(MUST, 0), FM(MUST, 0)),
                   .aliases = "PSPath"},
    [REDIRECTION] = {"AllowRedirection", "switch",
                     .in = HOP_SETS(U(0, 0), FU(0, 0))},
    [OPTION] = {"SessionOption",
                "System.Management.Automation.Remoting.PSSessionOption",
                .in = HOP_SETS(WSMAN)},
    [AUTHENTICATION] = {"Authentication", RUNSPACE "AuthenticationMechanism",
                        .in = HOP_SETS(WSMAN)},
    [NETWORK] = {"EnableNetworkAccess", "switch", .in = HOP_SETS(WSMAN)},
    [ADMINISTRATOR] = {"RunAsAdministrator", "switch",
                       .in = HOP_SETS(K(0, 0), FK(0, 0))},
    [HOST] = {"HostName", "string[]", HOP_NOT_NULL_OR_EMPTY,
              .in = HOP_SETS(H(MUST, 0), FH(MUST, 0))},
    [USER] = {"UserName", "string", HOP_NOT_NULL_OR_EMPTY, .in = SSH_HOST},
    [KEY_FILE] = {"KeyFilePath", "string", HOP_NOT_NULL_OR_EMPTY,
                  .in = SSH_HOST, .aliases = "IdentityFilePath"},
    [SUBSYSTEM] = {"Subsystem", "string", .in = SSH_HOST},
    [CONNECTING] = {"ConnectingTimeout", "int", .in = SSH_HOST},
    [TRANSPORT] = {"SSHTransport", "switch", .in = SSH_HOST},
    [CONNECTION] = {"SSHConnection", "hashtable[]", HOP_NOT_NULL_OR_EMPTY,
                    .in = HOP_SETS(M(MUST, 0), FM(MUST, 0))},
    [OPTIONS] = {"Options", "hashtable", HOP_NOT_NULL_OR_EMPTY, .in = SSH_HOST},
    [DEBUG] = {"RemoteDebug", "switch", .in = HOP_SETS(REMOTE, SSH_SETS)},
    [INPUT] = {"InputObject", "psobject", HOP_BY_VALUE},
    [ARGUMENTS] = {"ArgumentList", "object[]", .aliases = "Args"},
    [VM_ID] = {"VMId", "guid[]", HOP_NOT_NULL_OR_EMPTY | HOP_BY_NAME,
               .in = HOP_SETS(I(MUST, HOP_POS(0)), FI(MUST, HOP_POS(0))),
               .aliases = "VMGuid"},
    [VM_NAME] = {"VMName", "string[]", HOP_NOT_NULL_OR_EMPTY | HOP_BY_NAME,
                 .in = HOP_SETS(N(MUST, 0), FN(MUST, 0))},
    [CONTAINER] = {"ContainerId", "string[]",
                   HOP_NOT_NULL_OR_EMPTY | HOP_BY_NAME,
                   .in = HOP_SETS(K(MUST, 0), FK(MUST, 0))},
    [THUMBPRINT] = {"CertificateThumbprint", "string",
                    .in = HOP_SETS(C(0, 0), U(0, 0))},
};

#define LIMIT    32 /* computers at a time */
#define PAUSE_MS 10 /* between two looks at the network while input comes */

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
    .network = NETWORK,
    .host = HOST,
    .user = USER,
    .key_file = KEY_FILE,
    .subsystem = SUBSYSTEM,
    .connecting_timeout = CONNECTING,
    .connection = CONNECTION,
    .options = OPTIONS,
    .session_name = NO_PARAM,
};

struct invoke {
    struct hop_list_sink input; /* of a block in this process */
    bool elsewhere, stopped;
    struct fan fan;
    struct hop_string *text;
    struct hop_value usings;
    int64_t looked_at; /* when the network was */
};

/* ---- in sessions elsewhere ---- */

static bool
take_message(struct fan *f, struct work *w, struct hop_psrp_message *m)
{
    if (remote_notify(f->ctx, w->remote))
        return deliver(f->ctx, w->remote, &w->call->id, m, f->hide);
    hop_psrp_message_done(m);
    return false;
}

static bool
take_end(struct fan *f, struct work *w, struct remote_call *k)
{
    if (!remote_notify(f->ctx, w->remote))
        return false;
    if (k && k->end == CALL_LEFT && w->own) {
        struct pssession *s = pssession_new(f->rs, remote_ref(w->remote), NULL);

        w->own = false; /* it stays there, and in Get-PSSession's list */
        pssession_keep(f->rs, s);
        hop_release(hop_obj(s));
    }
    if (k)
        return deliver_end(f->ctx, k, f->n == 1);
    return hop_write_error(f->ctx,
                           remote_broken(w->remote, "PSSessionStateBroken"));
}

static const struct fan_ops ops = {take_message, take_end};

/* A session that cannot run anything now. */
static bool
refuse_session(struct hop_command *c, struct pssession *s)
{
    HOP_AUTO_VALUE struct hop_value session = hop_retain(hop_obj(s)),
                                    state = hop_null();
    HOP_AUTO_STRING struct hop_string *text = NULL;
    struct hop_error_spec spec = {
        .id = s->remote->state == REMOTE_OPENED
                  ? "InvokeCommandCommandInvalidSessionAvailability"
                  : "InvokeCommandCommandInvalidSessionState",
        .category = HOP_CAT_INVALID_OPERATION,
        .exception = "System.Management.Automation.Runspaces."
                     "InvalidRunspaceStateException",
        .target = session};

    state = hop_member_path(&c->rs->cx, session, "State");
    if (!hop_to_string(&c->rs->cx, state, &text))
        return false;
    return hop_command_error(
        c, &spec,
        "The session %s on %s cannot run a command: it is in the state %s and "
        "must be Opened. Open another one with New-PSSession%s.",
        hop_cstr(s->name), s->remote->target->computer, text->data,
        s->remote->state == REMOTE_LEFT ? ", or take it up with "
                                          "Connect-PSSession"
                                        : "");
}

static bool
add_sessions(struct hop_command *c, struct fan *f)
{
    size_t n = hop_arg_count(c, SESSION);
    struct hop_error_spec spec = {
        .id = "InvalidOperation",
        .category = HOP_CAT_INVALID_OPERATION,
        .exception =
            "System.Management.Automation.PSInvalidOperationException"};

    (void)remote_wait(c->rs, 0, true); /* what has happened meanwhile */
    f->items = hop_xcalloc(n + 1, sizeof(*f->items));
    for (size_t i = 0; i < n; i++) {
        struct pssession *s = as_pssession(hop_arg_item(c, SESSION, i));

        if (!s)
            continue;
        if (s->remote->state != REMOTE_OPENED && !hop_arg_on(c, AS_JOB)) {
            if (!refuse_session(c, s))
                return false;
            continue;
        }
        f->items[f->n++].remote = remote_ref(s->remote);
    }
    if (f->n)
        return true;
    return hop_command_throw(c, &spec,
                             "No session is left to run the command in: "
                             "give sessions that are in the state Opened.");
}

static bool
add_targets(struct hop_command *c, struct fan *f)
{
    struct target **targets = NULL;
    size_t n = 0;

    if (!targets_of(c, &connecting, &targets, &n))
        return false;
    f->items = hop_xcalloc(n + 1, sizeof(*f->items));
    for (size_t i = 0; i < n; i++) {
        f->items[f->n].remote = remote_new(c->rs, targets[i]);
        f->items[f->n++].own = true;
    }
    free(targets);
    return true;
}

bool
block_text(struct hop_command *c, struct hop_value block,
           struct hop_string **out)
{
    return hop_to_string(&c->rs->cx, block, out);
}

static bool
take_script(struct hop_command *c, struct invoke *v)
{
    HOP_AUTO_VALUE struct hop_value block = hop_retain(hop_arg(c, BLOCK));
    struct hop_array *args = hop_as_array(hop_arg(c, ARGUMENTS));

    if (hop_arg_bound(c, FILE_PATH) &&
        !job_block_of_file(c, hop_arg_text(c, FILE_PATH), &block))
        return false;
    if (!as_block(block) || !block_text(c, block, &v->text) ||
        !usings_collect(c, as_block(block), &v->usings))
        return false;
    v->fan.script = (struct call_script){
        .text = v->text->data,
        .n = v->text->len,
        .args = args ? args->items : NULL,
        .n_args = args ? args->n : 0,
        .usings = v->usings,
        .input = c->expects_input || hop_arg_bound(c, INPUT),
        .history = true,
    };
    return true;
}

static bool
bad_combination(struct hop_command *c, const char *text)
{
    struct hop_error_spec spec = {.id = "System.InvalidOperationException",
                                  .category = HOP_CAT_INVALID_OPERATION,
                                  .exception =
                                      "System.InvalidOperationException"};

    return hop_command_throw(c, &spec, "%s", text);
}

static bool
check(struct hop_command *c)
{
    if (hop_arg_on(c, DISCONNECTED) && hop_arg_on(c, AS_JOB))
        return bad_combination(c, "-AsJob and -InDisconnectedSession cannot be "
                                  "used together: give one of them.");
    if (hop_arg_bound(c, SESSION_NAME) && !hop_arg_on(c, DISCONNECTED))
        return bad_combination(c, "-SessionName names the sessions of "
                                  "-InDisconnectedSession: give both.");
    if (hop_arg_on(c, DEBUG))
        return bad_combination(c, "-RemoteDebug is not to be had: breakpoints "
                                  "of a session are not stepped through from "
                                  "here. Leave it out, or debug the script in "
                                  "a shell on that computer.");
    return !(hop_arg_bound(c, VM_ID) || hop_arg_bound(c, VM_NAME) ||
             hop_arg_bound(c, CONTAINER)) ||
           no_virtual_machines(c);
}

static bool
begin(struct hop_command *c)
{
    struct invoke *v = hop_command_state(c);
    struct fan *f = &v->fan;

    hop_list_sink_init(&v->input, &c->rs->cx);
    if (hop_command_in_set(c, "InProcess"))
        return true;
    v->elsewhere = true;
    f->ops = &ops;
    f->ctx = c;
    f->rs = c->rs;
    f->hide = hop_arg_on(c, HIDE);
    f->limit = (size_t)hop_arg_int(c, THROTTLE, 0);
    if (!f->limit)
        f->limit = LIMIT;
    if (!check(c) || !take_script(c, v))
        return false;
    return hop_arg_bound(c, SESSION) ? add_sessions(c, f) : add_targets(c, f);
}

static bool
go_on(struct invoke *v)
{
    int64_t now = space_now_ms();

    if (now - v->looked_at < PAUSE_MS)
        return true;
    v->looked_at = now;
    return fan_step(&v->fan) && remote_wait(v->fan.rs, 0, false) >= 0 &&
           fan_step(&v->fan);
}

static bool
process(struct hop_command *c)
{
    struct invoke *v = hop_command_state(c);
    bool more = c->expects_input || hop_arg_bound(c, INPUT);

    if (v->elsewhere) {
        if (more)
            fan_add_input(&v->fan, hop_arg(c, INPUT));
        return hop_arg_on(c, AS_JOB) || hop_arg_on(c, DISCONNECTED) || go_on(v);
    }
    if (more)
        (void)hop_sink_write(&v->input.sink, hop_arg(c, INPUT));
    return true;
}

/* ---- in this process ---- */

struct through {
    struct hop_sink sink;
    struct hop_command *c;
};

static enum hop_flow
pass_on(struct hop_sink *s, struct hop_value v)
{
    return command_write(((struct through *)s)->c, v);
}

static bool
run_here(struct hop_command *c, struct invoke *v)
{
    struct through out = {{pass_on}, c};
    struct hop_array *args = hop_as_array(hop_arg(c, ARGUMENTS));
    HOP_AUTO_VALUE struct hop_value input = hop_null();
    bool piped = v->input.n > 0;

    if (piped)
        input = hop_list_sink_array(&v->input);
    return hop_command_flow(
        c, run_block(c->rs, &(struct block_run){
                                .block = as_block(hop_arg(c, BLOCK)),
                                .args = args ? args->items : NULL,
                                .n_args = args ? args->n : 0,
                                .input = piped ? &input : NULL,
                                .not_piped = true,
                                .out = &out.sink,
                                .io = &c->io,
                                .new_scope = !hop_arg_on(c, NO_SCOPE)}));
}

/* -InDisconnectedSession: begins everywhere, and leaves it there. */
static bool
leave_one(struct hop_command *c, struct work *w, size_t i)
{
    struct remote *r = w->remote;
    struct hop_value name =
        i < hop_arg_count(c, SESSION_NAME)
            ? hop_value_base(hop_arg_item(c, SESSION_NAME, i))
            : hop_null();
    struct pssession *s;

    while (w->call && w->call->end == CALL_RUNS && r->pool &&
           (r->state == REMOTE_OPENING ||
            hop_pool_input_waiting(r->pool, &w->call->id)))
        if (remote_wait(c->rs, -1, false) < 0)
            return hop_command_flow(c, HOP_FLOW_STOP);
    if (r->state != REMOTE_OPENED)
        return hop_write_error(c, remote_broken(r, "PSSessionStateBroken"));
    remote_disconnect(r, 0);
    if (!remote_settle(c->rs, &r, 1))
        return hop_command_flow(c, HOP_FLOW_STOP);
    if (r->state != REMOTE_LEFT)
        return hop_write_error(c, remote_broken(r, "PSSessionStateBroken"));
    w->own = false;
    w->call->orphan = true;
    w->call = NULL;
    s = pssession_new(c->rs, remote_ref(r),
                      hop_is_string(name) ? hop_cstr(name) : NULL);
    pssession_keep(c->rs, s);
    return hop_write_take(c, hop_obj(s));
}

static bool
leave_all(struct hop_command *c, struct fan *f)
{
    f->limit = f->n;
    for (size_t i = 0; i < f->n; i++) {
        struct hop_value v =
            i < hop_arg_count(c, SESSION_NAME)
                ? hop_value_base(hop_arg_item(c, SESSION_NAME, i))
                : hop_null();

        if (hop_is_string(v))
            f->items[i].remote->target->session_name = hop_xstrdup(hop_cstr(v));
    }
    if (!fan_begin(f))
        return false;
    for (size_t i = 0; i < f->n; i++)
        if (f->items[i].call && !leave_one(c, &f->items[i], i))
            return false;
    return true;
}

static bool
run_elsewhere(struct hop_command *c, struct invoke *v)
{
    v->fan.input_ended = true;
    if (hop_arg_on(c, AS_JOB))
        return hop_write_take(
            c, remote_job(c, &v->fan, hop_arg_text(c, JOB_NAME)));
    if (hop_arg_on(c, DISCONNECTED))
        return leave_all(c, &v->fan);
    if (fan_finish(&v->fan))
        return true;
    if (hop_runspace_stopping(c->rs)) {
        fan_stop(&v->fan);
        return hop_command_flow(c, HOP_FLOW_STOP);
    }
    return false;
}

static bool
end(struct hop_command *c)
{
    struct invoke *v = hop_command_state(c);

    return v->elsewhere ? run_elsewhere(c, v) : run_here(c, v);
}

static void
dispose(struct hop_command *c)
{
    struct invoke *v = hop_command_state(c);

    hop_list_sink_done(&v->input);
    if (v->elsewhere) {
        if (hop_runspace_stopping(c->rs))
            fan_stop(&v->fan);
        fan_done(&v->fan);
    }
    hop_string_clear(&v->text);
    hop_value_clear(&v->usings);
}

const struct hop_cmdlet hop_cmdlet_invoke_command = {
    .name = "Invoke-Command",
    .default_set = "InProcess",
    HOP_PARAMS(params),
    .synopsis = "Runs commands on local and remote computers.",
    .state_size = sizeof(struct invoke),
    .begin = begin,
    .process = process,
    .end = end,
    .dispose = dispose,
};
