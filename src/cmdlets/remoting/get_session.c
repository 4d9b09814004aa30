/* Get-PSSession and Remove-PSSession.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>

#include "cmdlets/core/core.h"
#include "cmdlets/remoting/hub.h"
#include "cmdlets/remoting/remoting.h"

#define RUNSPACES "System.Management.Automation.Runspaces."

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
    [G_STATE] = {"State", RUNSPACES "SessionFilterState", 0,
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

static const struct connecting connecting = {
    .computer = G_COMPUTER_NAME,
    .port = G_PORT,
    .use_ssl = G_USE_SSL,
    .application = G_APPLICATION_NAME,
    .configuration = G_CONFIGURATION_NAME,
    .credential = G_CREDENTIAL,
    .authentication = G_AUTHENTICATION,
    .thumbprint = G_CERTIFICATE_THUMBPRINT,
    .option = G_SESSION_OPTION,
    .uri = G_CONNECTION_URI,
    .redirection = G_ALLOW_REDIRECTION,
    CONNECTING_TO_FIND,
};

/* ---- sessions of a host ---- */

static bool
is_wanted(struct hop_command *c, struct pssession *s)
{
    /* SessionFilterState and the RunspaceState it lets through. */
    static const enum remote_state states[] = {
        [1] = REMOTE_OPENED,
        [2] = REMOTE_LEFT,
        [3] = REMOTE_CLOSED,
        [4] = REMOTE_BROKEN,
    };
    int64_t filter = hop_arg_bound(c, G_STATE) ? hop_arg(c, G_STATE).u.i : 0;
    if (filter > 0 && filter < (int64_t)HOP_ARRAY_SIZE(states) &&
        s->remote->state != states[filter])
        return false;
    return pssession_named(c, s, G_NAME, G_INSTANCE_ID);
}

static bool
ask_hosts(struct hop_command *c)
{
    struct hop_array *found = hop_array_new(&c->rs->cx, 0);
    HOP_AUTO_VALUE struct hop_value held = hop_obj(found);

    if (!pssession_ask(c, &connecting, found))
        return false;
    for (size_t i = 0; i < found->n; i++)
        if (is_wanted(c, as_pssession(found->items[i])) &&
            !hop_write(c, found->items[i]))
            return false;
    return true;
}

static bool
process_get(struct hop_command *c)
{
    static const struct choosing by = {.id = G_ID,
                                       .name = G_NAME,
                                       .instance = G_INSTANCE_ID,
                                       .session = NO_PARAM,
                                       .computer = NO_PARAM,
                                       .all_without = true};
    struct hop_array *found;
    HOP_AUTO_VALUE struct hop_value held = hop_null();

    if (hop_arg_bound(c, G_VMID) || hop_arg_bound(c, G_VMNAME) ||
        hop_arg_bound(c, G_CONTAINER_ID))
        return no_virtual_machines(c);
    (void)remote_wait(c->rs, 0, true); /* what has happened meanwhile */
    if (hop_arg_bound(c, G_COMPUTER_NAME) || hop_arg_bound(c, G_CONNECTION_URI))
        return ask_hosts(c);
    if (!pssession_choose(c, &by, &found))
        return false;
    held = hop_obj(found);
    for (size_t i = 0; i < found->n; i++)
        if (!hop_write(c, found->items[i]))
            return false;
    return true;
}

const struct hop_cmdlet hop_cmdlet_get_pssession = {
    .name = "Get-PSSession",
    .default_set = "Name",
    HOP_PARAMS(get_params),
    .output = RUNSPACES "PSSession",
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

/* What is disconnected has no connection to be closed by. */
static bool
close_one(struct hop_command *c, struct pssession *s)
{
    struct remote *r = s->remote;
    struct hop_error err = {0};

    if (r->state == REMOTE_LEFT && r->pool)
        remote_reconnect(r);
    else if (r->state == REMOTE_LEFT && r->shell && !remote_open(r, &err))
        return true;
    if (!remote_settle(c->rs, &r, 1))
        return hop_command_flow(c, HOP_FLOW_STOP);
    remote_close(r);
    return true;
}

static bool
process_remove(struct hop_command *c)
{
    static const struct choosing by = {.id = R_ID,
                                       .name = R_NAME,
                                       .instance = R_INSTANCE_ID,
                                       .session = R_SESSION,
                                       .computer = R_COMPUTER_NAME};
    struct hop_array *found;
    HOP_AUTO_VALUE struct hop_value held = hop_null();

    if (hop_arg_bound(c, R_VMID) || hop_arg_bound(c, R_VMNAME) ||
        hop_arg_bound(c, R_CONTAINER_ID))
        return no_virtual_machines(c);
    if (!pssession_choose(c, &by, &found))
        return false;
    held = hop_obj(found);
    for (size_t i = 0; i < found->n; i++) {
        struct pssession *s = as_pssession(found->items[i]);
        bool go;

        if (!hop_should_process(c, s->remote->target->computer, "Remove", &go))
            return false;
        if (!go)
            continue;
        if (!close_one(c, s))
            return false;
        pssession_forget(c->rs, s);
    }
    for (size_t i = 0; i < found->n; i++)
        if (!remote_settle(c->rs, &as_pssession(found->items[i])->remote, 1))
            return hop_command_flow(c, HOP_FLOW_STOP);
    return true;
}

const struct hop_cmdlet hop_cmdlet_remove_pssession = {
    .name = "Remove-PSSession",
    .default_set = "Id",
    HOP_PARAMS(remove_params),
    .flags = HOP_SHOULD_PROCESS,
    .synopsis = "Closes sessions on remote computers.",
    .process = process_remove,
};
