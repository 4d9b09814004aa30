/* New-PSSession: opens sessions, several at a time.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>

#include "cmdlets/core/core.h"
#include "cmdlets/remoting/hub.h"
#include "cmdlets/remoting/remoting.h"

#define RUNSPACES "System.Management.Automation.Runspaces."

enum {
    N_COMPUTER_NAME,
    N_CREDENTIAL,
    N_SESSION,
    N_NAME,
    N_ENABLE_NETWORK_ACCESS,
    N_CONFIGURATION_NAME,
    N_USE_WINDOWS_POWER_SHELL,
    N_VMID,
    N_VMNAME,
    N_CONTAINER_ID,
    N_RUN_AS_ADMINISTRATOR,
    N_PORT,
    N_USE_SSL,
    N_APPLICATION_NAME,
    N_THROTTLE_LIMIT,
    N_CONNECTION_URI,
    N_ALLOW_REDIRECTION,
    N_SESSION_OPTION,
    N_AUTHENTICATION,
    N_CERTIFICATE_THUMBPRINT,
    N_HOST_NAME,
    N_USER_NAME,
    N_KEY_FILE_PATH,
    N_SUBSYSTEM,
    N_CONNECTING_TIMEOUT,
    N_SSHTRANSPORT,
    N_SSHCONNECTION,
    N_OPTIONS
};
static const struct hop_param new_params[] = {
    [N_COMPUTER_NAME] = {"ComputerName", "string[]", HOP_NOT_NULL_OR_EMPTY,
                         .in =
                             HOP_SETS({"ComputerName",
                                       HOP_BY_VALUE | HOP_BY_NAME, HOP_POS(0)}),
                         .aliases = "Cn"},
    [N_CREDENTIAL] = {"Credential", "pscredential", HOP_CREDENTIAL,
                      .in =
                          HOP_SETS({"ComputerName", HOP_BY_NAME, 0},
                                   {"Uri", HOP_BY_NAME, 0},
                                   {"VMId", HOP_MANDATORY | HOP_BY_NAME, 0},
                                   {"VMName", HOP_MANDATORY | HOP_BY_NAME, 0})},
    [N_SESSION] = {"Session", RUNSPACES "PSSession[]", HOP_NOT_NULL_OR_EMPTY,
                   .in = HOP_SETS(
                       {"Session", HOP_BY_VALUE | HOP_BY_NAME, HOP_POS(0)})},
    [N_NAME] = {"Name", "string[]", 0},
    [N_ENABLE_NETWORK_ACCESS] = {"EnableNetworkAccess", "switch", 0,
                                 .in = HOP_SETS({"ComputerName", 0, 0},
                                                {"Session", 0, 0},
                                                {"Uri", 0, 0})},
    [N_CONFIGURATION_NAME] = {"ConfigurationName", "string", 0,
                              .in = HOP_SETS({"ComputerName", HOP_BY_NAME, 0},
                                             {"Uri", HOP_BY_NAME, 0},
                                             {"ContainerId", HOP_BY_NAME, 0},
                                             {"VMId", HOP_BY_NAME, 0},
                                             {"VMName", HOP_BY_NAME, 0})},
    [N_USE_WINDOWS_POWER_SHELL] = {"UseWindowsPowerShell", "switch", 0,
                                   .in = HOP_SETS(
                                       {"UseWindowsPowerShellParameterSet",
                                        HOP_MANDATORY, 0})},
    [N_VMID] = {"VMId", "guid[]", HOP_NOT_NULL_OR_EMPTY,
                .in =
                    HOP_SETS({"VMId", HOP_MANDATORY | HOP_BY_NAME, HOP_POS(0)}),
                .aliases = "VMGuid"},
    [N_VMNAME] = {"VMName", "string[]", HOP_NOT_NULL_OR_EMPTY,
                  .in = HOP_SETS({"VMName", HOP_MANDATORY | HOP_BY_NAME, 0})},
    [N_CONTAINER_ID] = {"ContainerId", "string[]", HOP_NOT_NULL_OR_EMPTY,
                        .in = HOP_SETS(
                            {"ContainerId", HOP_MANDATORY | HOP_BY_NAME, 0})},
    [N_RUN_AS_ADMINISTRATOR] = {"RunAsAdministrator", "switch", 0,
                                .in = HOP_SETS({"ContainerId", 0, 0})},
    [N_PORT] = {"Port", "int", 0,
                .in = HOP_SETS({"ComputerName", 0, 0}, {"SSHHost", 0, 0}),
                .range = HOP_RANGE(1, 65535)},
    [N_USE_SSL] = {"UseSSL", "switch", 0,
                   .in = HOP_SETS({"ComputerName", 0, 0})},
    [N_APPLICATION_NAME] = {"ApplicationName", "string", 0,
                            .in = HOP_SETS({"ComputerName", HOP_BY_NAME, 0})},
    [N_THROTTLE_LIMIT] = {"ThrottleLimit", "int", 0,
                          .in = HOP_SETS({"ComputerName", 0, 0},
                                         {"Session", 0, 0}, {"Uri", 0, 0},
                                         {"ContainerId", 0, 0}, {"VMId", 0, 0},
                                         {"VMName", 0, 0})},
    [N_CONNECTION_URI] = {"ConnectionUri", "uri[]", HOP_NOT_NULL_OR_EMPTY,
                          .in = HOP_SETS(
                              {"Uri", HOP_MANDATORY | HOP_BY_NAME, HOP_POS(0)}),
                          .aliases = "URI CU"},
    [N_ALLOW_REDIRECTION] = {"AllowRedirection", "switch", 0,
                             .in = HOP_SETS({"Uri", 0, 0})},
    [N_SESSION_OPTION] =
        {"SessionOption",
         "System.Management.Automation.Remoting.PSSessionOption", HOP_NOT_NULL,
         .in = HOP_SETS({"ComputerName", 0, 0}, {"Uri", 0, 0})},
    [N_AUTHENTICATION] = {"Authentication", RUNSPACES "AuthenticationMechanism",
                          0,
                          .in =
                              HOP_SETS({"ComputerName", 0, 0}, {"Uri", 0, 0})},
    [N_CERTIFICATE_THUMBPRINT] = {"CertificateThumbprint", "string", 0,
                                  .in = HOP_SETS({"ComputerName", 0, 0},
                                                 {"Uri", 0, 0})},
    [N_HOST_NAME] = {"HostName", "string[]", HOP_NOT_NULL_OR_EMPTY,
                     .in = HOP_SETS({"SSHHost", HOP_MANDATORY, HOP_POS(0)})},
    [N_USER_NAME] = {"UserName", "string", HOP_NOT_NULL_OR_EMPTY,
                     .in = HOP_SETS({"SSHHost", 0, 0})},
    [N_KEY_FILE_PATH] = {"KeyFilePath", "string", HOP_NOT_NULL_OR_EMPTY,
                         .in = HOP_SETS({"SSHHost", 0, 0}),
                         .aliases = "IdentityFilePath"},
    [N_SUBSYSTEM] = {"Subsystem", "string", 0,
                     .in = HOP_SETS({"SSHHost", HOP_BY_NAME, 0})},
    [N_CONNECTING_TIMEOUT] = {"ConnectingTimeout", "int", 0,
                              .in = HOP_SETS({"SSHHost", 0, 0})},
    [N_SSHTRANSPORT] = {"SSHTransport", "switch", 0,
                        .in = HOP_SETS({"SSHHost", 0, 0})},
    [N_SSHCONNECTION] = {"SSHConnection", "hashtable[]", HOP_NOT_NULL_OR_EMPTY,
                         .in =
                             HOP_SETS({"SSHHostHashParam", HOP_MANDATORY, 0})},
    [N_OPTIONS] = {"Options", "hashtable", HOP_NOT_NULL_OR_EMPTY,
                   .in = HOP_SETS({"SSHHost", 0, 0})},
};

static const struct connecting connecting = {
    .computer = N_COMPUTER_NAME,
    .port = N_PORT,
    .use_ssl = N_USE_SSL,
    .application = N_APPLICATION_NAME,
    .configuration = N_CONFIGURATION_NAME,
    .credential = N_CREDENTIAL,
    .authentication = N_AUTHENTICATION,
    .thumbprint = N_CERTIFICATE_THUMBPRINT,
    .option = N_SESSION_OPTION,
    .uri = N_CONNECTION_URI,
    .redirection = N_ALLOW_REDIRECTION,
    .network = N_ENABLE_NETWORK_ACCESS,
    .host = N_HOST_NAME,
    .user = N_USER_NAME,
    .key_file = N_KEY_FILE_PATH,
    .subsystem = N_SUBSYSTEM,
    .connecting_timeout = N_CONNECTING_TIMEOUT,
    .connection = N_SSHCONNECTION,
    .options = N_OPTIONS,
    .session_name = NO_PARAM,
};

#define LIMIT 32 /* sessions that are opened at a time */

struct opening {
    struct target **targets;
    struct remote **remotes;
    size_t n, next, active, done;
    size_t limit;
    bool *told;
};

static void
dispose_opening(struct opening *o)
{
    for (size_t i = 0; i < o->n; i++)
        remote_unref(o->remotes ? o->remotes[i] : NULL);
    targets_free(o->targets, o->n);
    free(o->remotes);
    free(o->told);
}

static bool
write_failed(struct hop_command *c, struct remote *r)
{
    struct hop_value record = remote_broken(r, "PSSessionOpenFailed");
    struct error_record *e = as_error_record(record);

    hop_string_clear(&e->activity);
    e->activity = hop_string_from("New-PSSession");
    return hop_write_error(c, record);
}

/* The i'th name, or NULL. */
static const char *
name_of(struct hop_command *c, size_t i)
{
    struct hop_value v;

    if (i >= hop_arg_count(c, N_NAME))
        return NULL;
    v = hop_value_base(hop_arg_item(c, N_NAME, i));
    return hop_is_string(v) ? hop_cstr(v) : NULL;
}

static bool
write_opened(struct hop_command *c, struct remote *r, size_t i)
{
    struct pssession *s = pssession_new(c->rs, remote_ref(r), name_of(c, i));

    pssession_keep(c->rs, s);
    return hop_write_take(c, hop_obj(s));
}

static void
begin_some(struct hop_command *c, struct opening *o)
{
    while (o->next < o->n && o->active < o->limit) {
        struct target *t = o->targets[o->next];
        const char *name = name_of(c, o->next);
        int32_t number = pssession_number(c->rs);
        struct hop_error err = {0};

        o->targets[o->next] = NULL;
        free(t->session_name);
        t->session_name =
            name ? hop_xstrdup(name) : hop_xasprintf("Runspace%d", number);
        o->remotes[o->next] = remote_new(c->rs, t);
        /* By SSH a session has, as in PowerShell, a further one. */
        if (t->transport == BY_WSMAN)
            o->remotes[o->next]->number = number;
        (void)remote_open(o->remotes[o->next], &err); /* its state tells */
        o->next++;
        o->active++;
    }
}

static bool
tell_some(struct hop_command *c, struct opening *o)
{
    for (size_t i = 0; i < o->next; i++) {
        struct remote *r = o->remotes[i];

        if (o->told[i] || r->state == REMOTE_OPENING)
            continue;
        o->told[i] = true;
        o->active--;
        o->done++;
        if (!remote_notify(c, r) ||
            !(r->state == REMOTE_OPENED ? write_opened(c, r, i)
                                        : write_failed(c, r)))
            return false;
    }
    return true;
}

static bool
open_all(struct hop_command *c, struct target **targets, size_t n)
{
    HOP_CLEANUP(dispose_opening)
    struct opening o = {
        .targets = targets,
        .remotes = hop_xcalloc(n + 1, sizeof(struct remote *)),
        .n = n,
        .limit = (size_t)hop_arg_int(c, N_THROTTLE_LIMIT, 0),
        .told = hop_xcalloc(n + 1, sizeof(bool)),
    };

    if (!o.limit)
        o.limit = LIMIT;
    while (o.done < n) {
        begin_some(c, &o);
        if (!tell_some(c, &o))
            return false;
        if (o.done < o.next && remote_wait(c->rs, -1, false) < 0)
            return hop_command_flow(c, HOP_FLOW_STOP);
    }
    return true;
}

/* -Session: more of the kind that these are. */
static void
copy_targets(struct hop_command *c, struct target ***out, size_t *n)
{
    size_t count = hop_arg_count(c, N_SESSION);

    *out = hop_xcalloc(count + 1, sizeof(struct target *));
    for (size_t i = 0; i < count; i++) {
        struct pssession *s = as_pssession(hop_arg_item(c, N_SESSION, i));

        if (s)
            (*out)[(*n)++] = target_copy(s->remote->target);
    }
}

static bool
no_windows_powershell(struct hop_command *c)
{
    struct hop_error_spec spec = {.id = "WinCompatNotSupported",
                                  .category = HOP_CAT_NOT_IMPLEMENTED,
                                  .exception =
                                      "System.InvalidOperationException"};

    return hop_command_throw(c, &spec,
                             "Windows PowerShell runs on Windows alone. Open a "
                             "session on a Windows computer: New-PSSession "
                             "-ComputerName.");
}

static bool
process_new(struct hop_command *c)
{
    struct target **targets = NULL;
    size_t n = 0;

    if (hop_command_in_set(c, "UseWindowsPowerShellParameterSet"))
        return no_windows_powershell(c);
    if (hop_arg_bound(c, N_VMID) || hop_arg_bound(c, N_VMNAME) ||
        hop_arg_bound(c, N_CONTAINER_ID))
        return no_virtual_machines(c);
    if (hop_arg_bound(c, N_SESSION))
        copy_targets(c, &targets, &n);
    else if (!targets_of(c, &connecting, &targets, &n))
        return false;
    return open_all(c, targets, n);
}

const struct hop_cmdlet hop_cmdlet_new_pssession = {
    .name = "New-PSSession",
    .default_set = "ComputerName",
    HOP_PARAMS(new_params),
    .output = RUNSPACES "PSSession",
    .synopsis = "Opens a lasting session on a remote computer.",
    .process = process_new,
};
