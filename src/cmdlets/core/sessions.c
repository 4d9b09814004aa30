/* Enter-, New-, Get-, Remove- and Exit-PSSession: what they take, and the
 * sessions there are, which are none until remoting opens some.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cmdlets/core/core.h"
#include "engine/engine.h"

#define RUNSPACES "System.Management.Automation.Runspaces."

/* ---- Enter-PSSession ---- */

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

static bool
not_there(struct hop_command *c, const char *id, const char *fmt,
          struct hop_value v)
{
    struct hop_error_spec spec = {.id = id,
                                  .category = HOP_CAT_INVALID_ARGUMENT,
                                  .exception = "System.ArgumentException",
                                  .target = v};
    struct hop_string *s HOP_AUTO_STRING = NULL;

    return hop_to_string(&c->rs->cx, v, &s) &&
           hop_command_error(c, &spec,
                             "There is no remote session with the %s "
                             "%s: New-PSSession opens one.",
                             fmt, s->data);
}

/* An error for each id, name or instance that is asked for. */
static bool
look_up(struct hop_command *c, size_t id, size_t name, size_t instance)
{
    const struct {
        size_t param;
        const char *error, *what;
    } rows[] = {
        {id, "RemoteRunspaceNotAvailableForSpecifiedSessionId", "session ID"},
        {name, "RemoteRunspaceNotAvailableForSpecifiedName", "name"},
        {instance, "RemoteRunspaceNotAvailableForSpecifiedRunspaceId",
         "instance ID"},
    };

    for (size_t i = 0; i < HOP_ARRAY_SIZE(rows); i++) {
        size_t n = hop_arg_bound(c, rows[i].param)
                       ? hop_arg_count(c, rows[i].param)
                       : 0;
        for (size_t k = 0; k < n; k++) {
            struct hop_value v = hop_arg_item(c, rows[i].param, k);
            struct hop_value base = hop_value_base(v);
            if (hop_is_string(base) &&
                hop_wildcard_has(hop_cstr(base), base.u.s->len))
                continue;
            if (!not_there(c, rows[i].error, rows[i].what, v))
                return false;
        }
    }
    return true;
}

bool
core_no_remoting(struct hop_command *c, const char *id)
{
    struct hop_error_spec spec = {
        .id = id,
        .category = HOP_CAT_RESOURCE_UNAVAILABLE,
        .exception = "System.Management.Automation.RuntimeException"};

    return hop_command_error(c, &spec,
                             "The session was not opened: this shell does not "
                             "connect to other computers yet. winrs runs "
                             "commands there.");
}

#define NO_SESSION                                                             \
    "System.Management.Automation.Remoting.PSRemotingDataStructureException"

static bool
process_enter(struct hop_command *c)
{
    if (hop_arg_bound(c, E_ID) || hop_arg_bound(c, E_NAME) ||
        hop_arg_bound(c, E_INSTANCE_ID))
        return look_up(c, E_ID, E_NAME, E_INSTANCE_ID);
    return core_no_remoting(c, "CreateRemoteRunspaceFailed");
}

const struct hop_cmdlet hop_cmdlet_enter_pssession = {
    .name = "Enter-PSSession",
    .default_set = "ComputerName",
    HOP_PARAMS(enter_params),
    .synopsis = "Starts an interactive session with a remote computer.",
    .process = process_enter,
};

/* ---- New-PSSession ---- */

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

static bool
process_new(struct hop_command *c)
{
    return core_no_remoting(c, NO_SESSION);
}

const struct hop_cmdlet hop_cmdlet_new_pssession = {
    .name = "New-PSSession",
    .default_set = "ComputerName",
    HOP_PARAMS(new_params),
    .synopsis = "Opens a lasting session on a remote computer.",
    .process = process_new,
};

/* ---- Get-PSSession ---- */

enum {
    G_COMPUTER_NAME,
    G_APPLICATION_NAME,
    G_CONNECTION_URI,
    G_CONFIGURATION_NAME,
    G_ALLOW_REDIRECTION,
    G_NAME,
    G_INSTANCE_ID,
    G_CREDENTIAL,
    G_AUTHENTICATION,
    G_CERTIFICATE_THUMBPRINT,
    G_PORT,
    G_USE_SSL,
    G_THROTTLE_LIMIT,
    G_STATE,
    G_SESSION_OPTION,
    G_ID,
    G_CONTAINER_ID,
    G_VMID,
    G_VMNAME
};
static const struct hop_param get_params[] = {
    [G_COMPUTER_NAME] =
        {"ComputerName", "string[]", HOP_NOT_NULL_OR_EMPTY,
         .in = HOP_SETS(
             {"ComputerName", HOP_MANDATORY | HOP_BY_NAME, HOP_POS(0)},
             {"ComputerInstanceId", HOP_MANDATORY | HOP_BY_NAME, HOP_POS(0)}),
         .aliases = "Cn"},
    [G_APPLICATION_NAME] = {"ApplicationName", "string", 0,
                            .in = HOP_SETS(
                                {"ComputerName", HOP_BY_NAME, 0},
                                {"ComputerInstanceId", HOP_BY_NAME, 0})},
    [G_CONNECTION_URI] = {"ConnectionUri", "uri[]", HOP_NOT_NULL_OR_EMPTY,
                          .in = HOP_SETS(
                              {"ConnectionUri", HOP_MANDATORY | HOP_BY_NAME,
                               HOP_POS(0)},
                              {"ConnectionUriInstanceId",
                               HOP_MANDATORY | HOP_BY_NAME, HOP_POS(0)}),
                          .aliases = "URI CU"},
    [G_CONFIGURATION_NAME] = {"ConfigurationName", "string", 0,
                              .in = HOP_SETS(
                                  {"ComputerName", HOP_BY_NAME, 0},
                                  {"ComputerInstanceId", HOP_BY_NAME, 0},
                                  {"ConnectionUri", HOP_BY_NAME, 0},
                                  {"ConnectionUriInstanceId", HOP_BY_NAME, 0},
                                  {"ContainerId", HOP_BY_NAME, 0},
                                  {"ContainerIdInstanceId", HOP_BY_NAME, 0},
                                  {"VMId", HOP_BY_NAME, 0},
                                  {"VMIdInstanceId", HOP_BY_NAME, 0},
                                  {"VMName", HOP_BY_NAME, 0},
                                  {"VMNameInstanceId", HOP_BY_NAME, 0})},
    [G_ALLOW_REDIRECTION] = {"AllowRedirection", "switch", 0,
                             .in = HOP_SETS({"ConnectionUri", 0, 0},
                                            {"ConnectionUriInstanceId", 0, 0})},
    [G_NAME] = {"Name", "string[]", HOP_NOT_NULL_OR_EMPTY,
                .in = HOP_SETS({"ComputerName", 0, 0}, {"ConnectionUri", 0, 0},
                               {"Name", HOP_BY_NAME, 0}, {"ContainerId", 0, 0},
                               {"VMId", 0, 0}, {"VMName", 0, 0})},
    [G_INSTANCE_ID] = {"InstanceId", "guid[]", HOP_NOT_NULL,
                       .in = HOP_SETS(
                           {"ComputerInstanceId", HOP_MANDATORY, 0},
                           {"ConnectionUriInstanceId", HOP_MANDATORY, 0},
                           {"InstanceId", HOP_BY_NAME, 0},
                           {"ContainerIdInstanceId", HOP_MANDATORY, 0},
                           {"VMIdInstanceId", HOP_MANDATORY, 0},
                           {"VMNameInstanceId", HOP_MANDATORY, 0})},
    [G_CREDENTIAL] = {"Credential", "pscredential", HOP_CREDENTIAL,
                      .in = HOP_SETS({"ComputerName", 0, 0},
                                     {"ComputerInstanceId", 0, 0},
                                     {"ConnectionUri", 0, 0},
                                     {"ConnectionUriInstanceId", 0, 0})},
    [G_AUTHENTICATION] = {"Authentication", RUNSPACES "AuthenticationMechanism",
                          0,
                          .in = HOP_SETS({"ComputerName", 0, 0},
                                         {"ComputerInstanceId", 0, 0},
                                         {"ConnectionUri", 0, 0},
                                         {"ConnectionUriInstanceId", 0, 0})},
    [G_CERTIFICATE_THUMBPRINT] = {"CertificateThumbprint", "string", 0,
                                  .in = HOP_SETS(
                                      {"ComputerName", 0, 0},
                                      {"ComputerInstanceId", 0, 0},
                                      {"ConnectionUri", 0, 0},
                                      {"ConnectionUriInstanceId", 0, 0})},
    [G_PORT] = {"Port", "int", 0,
                .in = HOP_SETS({"ComputerName", 0, 0},
                               {"ComputerInstanceId", 0, 0}),
                .range = HOP_RANGE(1, 65535)},
    [G_USE_SSL] = {"UseSSL", "switch", 0,
                   .in = HOP_SETS({"ComputerName", 0, 0},
                                  {"ComputerInstanceId", 0, 0})},
    [G_THROTTLE_LIMIT] = {"ThrottleLimit", "int", 0,
                          .in = HOP_SETS({"ComputerName", 0, 0},
                                         {"ComputerInstanceId", 0, 0},
                                         {"ConnectionUri", 0, 0},
                                         {"ConnectionUriInstanceId", 0, 0})},
    [G_STATE] = {"State", "object", 0,
                 .in = HOP_SETS(
                     {"ComputerName", 0, 0}, {"ComputerInstanceId", 0, 0},
                     {"ConnectionUri", 0, 0}, {"ConnectionUriInstanceId", 0, 0},
                     {"ContainerId", 0, 0}, {"ContainerIdInstanceId", 0, 0},
                     {"VMId", 0, 0}, {"VMIdInstanceId", 0, 0}, {"VMName", 0, 0},
                     {"VMNameInstanceId", 0, 0})},
    [G_SESSION_OPTION] =
        {"SessionOption",
         "System.Management.Automation.Remoting.PSSessionOption", 0,
         .in = HOP_SETS({"ComputerName", 0, 0}, {"ComputerInstanceId", 0, 0},
                        {"ConnectionUri", 0, 0},
                        {"ConnectionUriInstanceId", 0, 0})},
    [G_ID] = {"Id", "int[]", HOP_NOT_NULL,
              .in = HOP_SETS({"Id", HOP_MANDATORY | HOP_BY_NAME, HOP_POS(0)})},
    [G_CONTAINER_ID] = {"ContainerId", "string[]", HOP_NOT_NULL_OR_EMPTY,
                        .in = HOP_SETS(
                            {"ContainerId", HOP_MANDATORY | HOP_BY_NAME, 0},
                            {"ContainerIdInstanceId",
                             HOP_MANDATORY | HOP_BY_NAME, 0})},
    [G_VMID] = {"VMId", "guid[]", HOP_NOT_NULL_OR_EMPTY,
                .in = HOP_SETS(
                    {"VMId", HOP_MANDATORY | HOP_BY_NAME, 0},
                    {"VMIdInstanceId", HOP_MANDATORY | HOP_BY_NAME, 0}),
                .aliases = "VMGuid"},
    [G_VMNAME] = {"VMName", "string[]", HOP_NOT_NULL_OR_EMPTY,
                  .in = HOP_SETS(
                      {"VMName", HOP_MANDATORY | HOP_BY_NAME, 0},
                      {"VMNameInstanceId", HOP_MANDATORY | HOP_BY_NAME, 0})},
};

static bool
process_get(struct hop_command *c)
{
    return look_up(c, G_ID, G_NAME, G_INSTANCE_ID);
}

const struct hop_cmdlet hop_cmdlet_get_pssession = {
    .name = "Get-PSSession",
    .default_set = "Name",
    HOP_PARAMS(get_params),
    .synopsis = "Gets the sessions on remote computers.",
    .process = process_get,
};

/* ---- Remove-PSSession ---- */

enum {
    R_SESSION,
    R_CONTAINER_ID,
    R_VMID,
    R_VMNAME,
    R_INSTANCE_ID,
    R_ID,
    R_NAME,
    R_COMPUTER_NAME
};
static const struct hop_param remove_params[] = {
    [R_SESSION] = {"Session", RUNSPACES "PSSession[]", 0,
                   .in = HOP_SETS({"Session",
                                   HOP_MANDATORY | HOP_BY_VALUE | HOP_BY_NAME,
                                   HOP_POS(0)})},
    [R_CONTAINER_ID] = {"ContainerId", "string[]", HOP_NOT_NULL_OR_EMPTY,
                        .in = HOP_SETS(
                            {"ContainerId", HOP_MANDATORY | HOP_BY_NAME, 0})},
    [R_VMID] = {"VMId", "guid[]", HOP_NOT_NULL_OR_EMPTY,
                .in = HOP_SETS({"VMId", HOP_MANDATORY | HOP_BY_NAME, 0}),
                .aliases = "VMGuid"},
    [R_VMNAME] = {"VMName", "string[]", HOP_NOT_NULL_OR_EMPTY,
                  .in = HOP_SETS({"VMName", HOP_MANDATORY | HOP_BY_NAME, 0})},
    [R_INSTANCE_ID] = {"InstanceId", "guid[]", HOP_NOT_NULL,
                       .in = HOP_SETS(
                           {"InstanceId", HOP_MANDATORY | HOP_BY_NAME, 0})},
    [R_ID] = {"Id", "int[]", HOP_NOT_NULL,
              .in = HOP_SETS({"Id", HOP_MANDATORY | HOP_BY_NAME, HOP_POS(0)})},
    [R_NAME] = {"Name", "string[]", HOP_NOT_NULL_OR_EMPTY,
                .in = HOP_SETS({"Name", HOP_MANDATORY | HOP_BY_NAME, 0})},
    [R_COMPUTER_NAME] = {"ComputerName", "string[]", HOP_NOT_NULL_OR_EMPTY,
                         .in = HOP_SETS({"ComputerName",
                                         HOP_MANDATORY | HOP_BY_NAME,
                                         HOP_POS(0)}),
                         .aliases = "Cn"},
};

static bool
process_remove(struct hop_command *c)
{
    return look_up(c, R_ID, R_NAME, R_INSTANCE_ID);
}

const struct hop_cmdlet hop_cmdlet_remove_pssession = {
    .name = "Remove-PSSession",
    .default_set = "Id",
    HOP_PARAMS(remove_params),
    .flags = HOP_SHOULD_PROCESS,
    .synopsis = "Closes sessions on remote computers.",
    .process = process_remove,
};

/* ---- Exit-PSSession ---- */

static bool
process_exit(struct hop_command *c)
{
    return true;
}

const struct hop_cmdlet hop_cmdlet_exit_pssession = {
    .name = "Exit-PSSession",
    .synopsis = "Ends an interactive session with a remote computer.",
    .process = process_exit,
};
