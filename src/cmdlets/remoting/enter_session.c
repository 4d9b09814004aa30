/* Enter-PSSession and Exit-PSSession.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>

#include "cmdlets/core/core.h"
#include "cmdlets/remoting/hub.h"
#include "cmdlets/remoting/remoting.h"

#define RUNSPACES "System.Management.Automation.Runspaces."

enum {
    E_HOST_NAME,
    E_OPTIONS,
    E_COMPUTER_NAME,
    E_SESSION,
    E_CONNECTION_URI,
    E_INSTANCE_ID,
    E_ID,
    E_NAME,
    E_ENABLE_NETWORK_ACCESS,
    E_VMID,
    E_VMNAME,
    E_CREDENTIAL,
    E_CONTAINER_ID,
    E_CONFIGURATION_NAME,
    E_RUN_AS_ADMINISTRATOR,
    E_PORT,
    E_USE_SSL,
    E_APPLICATION_NAME,
    E_ALLOW_REDIRECTION,
    E_SESSION_OPTION,
    E_AUTHENTICATION,
    E_CERTIFICATE_THUMBPRINT,
    E_USER_NAME,
    E_KEY_FILE_PATH,
    E_SUBSYSTEM,
    E_CONNECTING_TIMEOUT,
    E_SSHTRANSPORT
};
static const struct hop_param enter_params[] = {
    [E_HOST_NAME] = {"HostName", "string", HOP_NOT_NULL_OR_EMPTY,
                     .in = HOP_SETS({"SSHHost", HOP_MANDATORY | HOP_BY_VALUE,
                                     HOP_POS(0)})},
    [E_OPTIONS] = {"Options", "hashtable", HOP_NOT_NULL_OR_EMPTY,
                   .in = HOP_SETS({"SSHHost", 0, 0})},
    [E_COMPUTER_NAME] = {"ComputerName", "string", HOP_NOT_NULL_OR_EMPTY,
                         .in = HOP_SETS(
                             {"ComputerName",
                              HOP_MANDATORY | HOP_BY_VALUE | HOP_BY_NAME,
                              HOP_POS(0)}),
                         .aliases = "Cn"},
    [E_SESSION] = {"Session", RUNSPACES "PSSession", HOP_NOT_NULL_OR_EMPTY,
                   .in = HOP_SETS(
                       {"Session", HOP_BY_VALUE | HOP_BY_NAME, HOP_POS(0)})},
    [E_CONNECTION_URI] = {"ConnectionUri", "uri", HOP_NOT_NULL_OR_EMPTY,
                          .in = HOP_SETS({"Uri", HOP_BY_NAME, HOP_POS(1)}),
                          .aliases = "URI CU"},
    [E_INSTANCE_ID] = {"InstanceId", "guid", HOP_NOT_NULL,
                       .in = HOP_SETS({"InstanceId", HOP_BY_NAME, 0})},
    [E_ID] = {"Id", "int", HOP_NOT_NULL,
              .in = HOP_SETS({"Id", HOP_BY_NAME, HOP_POS(0)})},
    [E_NAME] = {"Name", "string", 0, .in = HOP_SETS({"Name", HOP_BY_NAME, 0})},
    [E_ENABLE_NETWORK_ACCESS] = {"EnableNetworkAccess", "switch", 0,
                                 .in = HOP_SETS({"ComputerName", 0, 0},
                                                {"Uri", 0, 0})},
    [E_VMID] = {"VMId", "guid", HOP_NOT_NULL_OR_EMPTY,
                .in = HOP_SETS({"VMId",
                                HOP_MANDATORY | HOP_BY_VALUE | HOP_BY_NAME,
                                HOP_POS(0)}),
                .aliases = "VMGuid"},
    [E_VMNAME] = {"VMName", "string", HOP_NOT_NULL_OR_EMPTY,
                  .in = HOP_SETS({"VMName",
                                  HOP_MANDATORY | HOP_BY_VALUE | HOP_BY_NAME,
                                  HOP_POS(0)})},
    [E_CREDENTIAL] = {"Credential", "pscredential", HOP_CREDENTIAL,
                      .in = HOP_SETS(
                          {"ComputerName", HOP_BY_NAME, 0},
                          {"Uri", HOP_BY_NAME, 0},
                          {"VMId", HOP_MANDATORY | HOP_BY_NAME, HOP_POS(1)},
                          {"VMName", HOP_MANDATORY | HOP_BY_NAME, HOP_POS(1)})},
    [E_CONTAINER_ID] = {"ContainerId", "string", HOP_NOT_NULL_OR_EMPTY,
                        .in = HOP_SETS(
                            {"ContainerId",
                             HOP_MANDATORY | HOP_BY_VALUE | HOP_BY_NAME,
                             HOP_POS(0)})},
    [E_CONFIGURATION_NAME] = {"ConfigurationName", "string", 0,
                              .in = HOP_SETS({"ComputerName", HOP_BY_NAME, 0},
                                             {"Uri", HOP_BY_NAME, 0},
                                             {"ContainerId", HOP_BY_NAME, 0},
                                             {"VMId", HOP_BY_NAME, 0},
                                             {"VMName", HOP_BY_NAME, 0})},
    [E_RUN_AS_ADMINISTRATOR] = {"RunAsAdministrator", "switch", 0,
                                .in = HOP_SETS({"ContainerId", 0, 0})},
    [E_PORT] = {"Port", "int", 0,
                .in = HOP_SETS({"ComputerName", 0, 0}, {"SSHHost", 0, 0}),
                .range = HOP_RANGE(1, 65535)},
    [E_USE_SSL] = {"UseSSL", "switch", 0,
                   .in = HOP_SETS({"ComputerName", 0, 0})},
    [E_APPLICATION_NAME] = {"ApplicationName", "string", 0,
                            .in = HOP_SETS({"ComputerName", HOP_BY_NAME, 0})},
    [E_ALLOW_REDIRECTION] = {"AllowRedirection", "switch", 0,
                             .in = HOP_SETS({"Uri", 0, 0})},
    [E_SESSION_OPTION] =
        {"SessionOption",
         "System.Management.Automation.Remoting.PSSessionOption", HOP_NOT_NULL,
         .in = HOP_SETS({"ComputerName", 0, 0}, {"Uri", 0, 0})},
    [E_AUTHENTICATION] = {"Authentication", RUNSPACES "AuthenticationMechanism",
                          0,
                          .in =
                              HOP_SETS({"ComputerName", 0, 0}, {"Uri", 0, 0})},
    [E_CERTIFICATE_THUMBPRINT] = {"CertificateThumbprint", "string", 0,
                                  .in = HOP_SETS({"ComputerName", 0, 0},
                                                 {"Uri", 0, 0})},
    [E_USER_NAME] = {"UserName", "string", HOP_NOT_NULL_OR_EMPTY,
                     .in = HOP_SETS({"SSHHost", 0, 0})},
    [E_KEY_FILE_PATH] = {"KeyFilePath", "string", HOP_NOT_NULL_OR_EMPTY,
                         .in = HOP_SETS({"SSHHost", 0, 0}),
                         .aliases = "IdentityFilePath"},
    [E_SUBSYSTEM] = {"Subsystem", "string", 0,
                     .in = HOP_SETS({"SSHHost", HOP_BY_NAME, 0})},
    [E_CONNECTING_TIMEOUT] = {"ConnectingTimeout", "int", 0,
                              .in = HOP_SETS({"SSHHost", 0, 0})},
    [E_SSHTRANSPORT] = {"SSHTransport", "switch", 0,
                        .in = HOP_SETS({"SSHHost", 0, 0})},
};

static const struct connecting connecting = {
    .computer = E_COMPUTER_NAME,
    .port = E_PORT,
    .use_ssl = E_USE_SSL,
    .application = E_APPLICATION_NAME,
    .configuration = E_CONFIGURATION_NAME,
    .credential = E_CREDENTIAL,
    .authentication = E_AUTHENTICATION,
    .thumbprint = E_CERTIFICATE_THUMBPRINT,
    .option = E_SESSION_OPTION,
    .uri = E_CONNECTION_URI,
    .redirection = E_ALLOW_REDIRECTION,
    .network = E_ENABLE_NETWORK_ACCESS,
    .host = E_HOST_NAME,
    .user = E_USER_NAME,
    .key_file = E_KEY_FILE_PATH,
    .subsystem = E_SUBSYSTEM,
    .connecting_timeout = E_CONNECTING_TIMEOUT,
    .connection = NO_PARAM,
    .options = E_OPTIONS,
    .session_name = NO_PARAM,
};

/* ---- a session that was entered ---- */

struct visit {
    struct hop_entered entered;
    struct hop_runspace *rs;
    struct remote *remote;    /* held */
    struct hop_value session; /* the PSSession it belongs to, or null */
};

static struct visit *
visit_of(struct hop_entered *e)
{
    return (struct visit *)(void *)e;
}

static void
visit_take(struct hop_runspace *rs, struct remote *r, struct remote_call *k,
           struct hop_psrp_message *m, struct hop_buf *take)
{
    HOP_AUTO_VALUE struct hop_value v = hop_null();
    HOP_AUTO_STRING struct hop_string *s = NULL;

    if (m->type == HOP_PSRP_PIPELINE_HOST_CALL)
        remote_host_call(r, &k->id, &m->u.call);
    else if (m->type == HOP_PSRP_ERROR_RECORD && !take) {
        v = remote_error(r, m->u.object);
        host_show(rs, HOP_ERROR, v);
    } else if (m->type == HOP_PSRP_PIPELINE_OUTPUT && take) {
        v = hop_value_base(m->u.object);
        if (hop_is_string(v))
            hop_buf_add(take, v.u.s->data, v.u.s->len);
        v = hop_null();
    } else if (m->type == HOP_PSRP_PIPELINE_OUTPUT &&
               hop_to_string(&rs->cx, m->u.object, &s)) {
        hop_string_append(&s, "\n", 1);
        if (rs->host && rs->host->ops->write)
            rs->host->ops->write(rs->host, s->data, s->len, HOP_COLOR_NONE,
                                 HOP_COLOR_NONE);
    }
    hop_psrp_message_done(m);
}

static void
visit_end(struct hop_runspace *rs, struct remote_call *k)
{
    HOP_AUTO_VALUE struct hop_value record = hop_null();

    if (k->end != CALL_FAILED || hop_is_null(k->record))
        return;
    record = remote_error(k->remote, k->record);
    host_show(rs, HOP_ERROR, record);
}

/* A pipeline there, from its beginning to its end; what it says goes to the
 * host, its output to take (or NULL). */
static bool
run_there(struct visit *v, const struct call_script *script,
          struct hop_buf *take)
{
    struct hop_psrp_pipeline pl;
    struct hop_psrp_message m;
    struct hop_error err = {0};
    struct remote_call *k;
    bool stopped = false;

    call_prepare(script, &pl);
    k = call_new(v->remote, &pl, &err);
    if (!k) {
        hop_host_line(v->rs, HOP_ERROR, err.text, strlen(err.text));
        return false;
    }
    while (!call_is_over(k) && !stopped) {
        while (call_next(k, &m))
            visit_take(v->rs, v->remote, k, &m, take);
        if (k->end == CALL_RUNS)
            stopped = remote_wait(v->rs, -1, false) < 0;
    }
    if (stopped)
        call_stop(k);
    else
        visit_end(v->rs, k);
    call_free(k);
    return !stopped;
}

static char *
prompt_there(struct hop_entered *e)
{
    struct visit *v = visit_of(e);
    const struct target *t = v->remote->target;
    HOP_AUTO_BUF struct hop_buf text = HOP_BUF_INIT;
    struct call_script script = {.cmdlet = "prompt"};
    bool named = t->transport == BY_SSH && t->user;

    if (v->remote->state == REMOTE_OPENED)
        (void)run_there(v, &script, &text);
    return hop_xasprintf("[%s%s%s]: %s", named ? t->user : "", named ? "@" : "",
                         t->computer, text.len ? hop_buf_str(&text) : "PS> ");
}

static void
run_input(struct hop_entered *e, const char *text, size_t n)
{
    struct visit *v = visit_of(e);
    struct remote *r = v->remote;
    struct hop_runspace *rs = v->rs;
    struct call_script script = {
        .text = text, .n = n, .history = true, .to_default = true};

    r->popped = r->exited = false;
    if (r->state == REMOTE_OPENED)
        (void)run_there(v, &script, NULL);
    if (r->state == REMOTE_BROKEN) {
        HOP_AUTO_VALUE struct hop_value record =
            remote_broken(r, "PSSessionStateBroken");

        error_list_add(rs, record);
        host_show(rs, HOP_ERROR, record);
    }
    if (r->popped || r->exited || r->state != REMOTE_OPENED)
        hop_runspace_enter(rs, NULL);
}

/* A session of the visit's own is gone when the prompt is back; a host that
 * does not answer is not waited for. */
static void
close_own(struct visit *v)
{
    int64_t end = space_now_ms() + FAREWELL_MS, left = FAREWELL_MS;
    struct remote *r = v->remote;

    remote_close(r);
    while (r->state == REMOTE_CLOSING && left > 0 &&
           remote_wait(v->rs, left, false) >= 0)
        left = end - space_now_ms();
}

static void
leave(struct hop_entered *e)
{
    struct visit *v = visit_of(e);

    if (hop_is_null(v->session) && v->remote->state == REMOTE_OPENED)
        close_own(v);
    remote_unref(v->remote);
    hop_release(v->session);
    free(v);
}

static bool
enter(struct hop_command *c, struct remote *r, struct pssession *s)
{
    struct visit *v = hop_xcalloc(1, sizeof(*v));

    *v = (struct visit){
        .entered = {prompt_there, run_input, leave},
        .rs = c->rs,
        .remote = remote_ref(r),
        .session = s ? hop_retain(hop_obj(s)) : hop_null(),
    };
    hop_runspace_enter(c->rs, &v->entered);
    return true;
}

/* ---- Enter-PSSession ---- */

static bool
cannot_enter(struct hop_command *c, const char *id, struct hop_value target,
             const char *text)
{
    struct hop_error_spec spec = {.id = id,
                                  .category = HOP_CAT_INVALID_ARGUMENT,
                                  .exception = "System.ArgumentException",
                                  .target = target};

    return hop_command_error(c, &spec, "%s", text);
}

static bool
write_failed(struct hop_command *c, struct remote *r)
{
    HOP_AUTO_VALUE struct hop_value target = hop_text(r->target->computer);
    HOP_AUTO_VALUE struct hop_value record =
        remote_broken(r, "CreateRemoteRunspaceFailed");
    HOP_AUTO_VALUE struct hop_value exception =
        hop_retain(as_error_record(record)->exception);
    HOP_AUTO_VALUE struct hop_value text =
        hop_member_path(&c->rs->cx, record, "ErrorDetails.Message");
    struct hop_value made =
        hop_error_record_from(c->rs, exception, "CreateRemoteRunspaceFailed",
                              HOP_CAT_INVALID_ARGUMENT, target);

    if (hop_is_string(text))
        hop_error_recommend(c->rs, made, hop_cstr(text), "");
    return hop_write_error(c, made);
}

static bool
enter_new(struct hop_command *c)
{
    struct target **targets = NULL;
    size_t n = 0;
    struct remote *r;
    struct hop_error err = {0};
    bool ok;

    if (!targets_of(c, &connecting, &targets, &n))
        return false;
    if (!n) {
        free(targets);
        return true;
    }
    r = remote_new(c->rs, targets[0]);
    free(targets);
    ok = remote_open(r, &err);
    if (ok && !remote_settle(c->rs, &r, 1)) {
        remote_unref(r);
        return hop_command_flow(c, HOP_FLOW_STOP);
    }
    ok = remote_notify(c, r) &&
         (r->state == REMOTE_OPENED ? enter(c, r, NULL) : write_failed(c, r));
    remote_unref(r);
    return ok;
}

static bool
enter_session(struct hop_command *c)
{
    static const struct choosing by = {.id = E_ID,
                                       .name = E_NAME,
                                       .instance = E_INSTANCE_ID,
                                       .session = E_SESSION,
                                       .computer = NO_PARAM};
    struct hop_array *found;
    HOP_AUTO_VALUE struct hop_value held = hop_null();
    struct pssession *s;

    if (!pssession_choose(c, &by, &found))
        return false;
    held = hop_obj(found);
    if (!found->n)
        return true;
    if (found->n > 1)
        return cannot_enter(c,
                            "RemoteRunspaceHasMultipleMatchesForSpecified"
                            "Name",
                            hop_arg(c, E_NAME),
                            "Several sessions have this name: enter one by its "
                            "-Id or -InstanceId.");
    s = as_pssession(found->items[0]);
    if (!pssession_take_up(c, s))
        return false;
    if (s->remote->state == REMOTE_OPENED)
        return enter(c, s->remote, s);
    return cannot_enter(c, "PushedRunspaceMustBeOpen", found->items[0],
                        "The session cannot be entered: it is not open. "
                        "Get-PSSession shows its state; New-PSSession opens "
                        "another one.");
}

static bool
is_served(struct hop_command *c)
{
    struct hop_host *h = c->rs->host;

    return h && strcmp(h->ops->name, "ServerRemoteHost") == 0;
}

static bool
process_enter(struct hop_command *c)
{
    if (is_served(c))
        return cannot_enter(c, "HostDoesNotSupportPushRunspace", hop_null(),
                            "A session that was entered cannot enter another "
                            "one: use Invoke-Command, or Exit-PSSession "
                            "first.");
    if (hop_arg_bound(c, E_VMID) || hop_arg_bound(c, E_VMNAME) ||
        hop_arg_bound(c, E_CONTAINER_ID))
        return no_virtual_machines(c);
    if (hop_arg_bound(c, E_ID) || hop_arg_bound(c, E_NAME) ||
        hop_arg_bound(c, E_INSTANCE_ID) || hop_arg_bound(c, E_SESSION))
        return enter_session(c);
    return enter_new(c);
}

const struct hop_cmdlet hop_cmdlet_enter_pssession = {
    .name = "Enter-PSSession",
    .default_set = "ComputerName",
    HOP_PARAMS(enter_params),
    .synopsis = "Starts an interactive session with a remote computer.",
    .process = process_enter,
};

/* ---- Exit-PSSession ---- */

static bool
process_exit(struct hop_command *c)
{
    hop_runspace_enter(c->rs, NULL);
    return true;
}

const struct hop_cmdlet hop_cmdlet_exit_pssession = {
    .name = "Exit-PSSession",
    .synopsis = "Ends an interactive session with a remote computer.",
    .process = process_exit,
};
