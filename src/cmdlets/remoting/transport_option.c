/* New-PSTransportOption: the limits of an endpoint's sessions.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cmdlets/core/core.h"
#include "cmdlets/record.h"
#include "cmdlets/remoting/remoting.h"

#define MODE "System.Management.Automation.Runspaces.OutputBufferingMode"

enum {
    MAX_IDLE,
    PROCESS_IDLE,
    MAX_SESSIONS,
    MAX_COMMANDS,
    MAX_PER_USER,
    MAX_MEMORY,
    MAX_PROCESSES,
    MAX_USERS,
    IDLE,
    BUFFERING,
    SLOTS
};

#define NUMBER "System.Nullable[int]"
static const struct hop_property properties[] = {
    HOP_RECORD_WRITABLE(PROCESS_IDLE, "ProcessIdleTimeoutSec", NUMBER),
    HOP_RECORD_WRITABLE(MAX_IDLE, "MaxIdleTimeoutSec", NUMBER),
    HOP_RECORD_WRITABLE(MAX_SESSIONS, "MaxSessions", NUMBER),
    HOP_RECORD_WRITABLE(MAX_COMMANDS, "MaxConcurrentCommandsPerSession",
                        NUMBER),
    HOP_RECORD_WRITABLE(MAX_PER_USER, "MaxSessionsPerUser", NUMBER),
    HOP_RECORD_WRITABLE(MAX_MEMORY, "MaxMemoryPerSessionMB", NUMBER),
    HOP_RECORD_WRITABLE(MAX_PROCESSES, "MaxProcessesPerSession", NUMBER),
    HOP_RECORD_WRITABLE(MAX_USERS, "MaxConcurrentUsers", NUMBER),
    HOP_RECORD_WRITABLE(IDLE, "IdleTimeoutSec", NUMBER),
    HOP_RECORD_WRITABLE(BUFFERING, "OutputBufferingMode",
                        "System.Nullable[" MODE "]"),
    {0},
};

const struct hop_class hop_class_transport_option = HOP_RECORD_CLASS(
    "Microsoft.PowerShell.Commands.WSManConfigurationOption", properties);

#define LIMIT(n, lo, hi)                                                       \
    {                                                                          \
        n, "int", HOP_BY_NAME, .range = HOP_RANGE(lo, hi)                      \
    }
static const struct hop_param params[] = {
    [MAX_IDLE] = LIMIT("MaxIdleTimeoutSec", 60, 2147483),
    [PROCESS_IDLE] = LIMIT("ProcessIdleTimeoutSec", 0, 1209600),
    [MAX_SESSIONS] = LIMIT("MaxSessions", 1, 2147483647),
    [MAX_COMMANDS] = LIMIT("MaxConcurrentCommandsPerSession", 1, 2147483647),
    [MAX_PER_USER] = LIMIT("MaxSessionsPerUser", 1, 2147483647),
    [MAX_MEMORY] = LIMIT("MaxMemoryPerSessionMB", 5, 2147483647),
    [MAX_PROCESSES] = LIMIT("MaxProcessesPerSession", 1, 2147483647),
    [MAX_USERS] = LIMIT("MaxConcurrentUsers", 1, 100),
    [IDLE] = LIMIT("IdleTimeoutSec", 60, 2147483),
    [BUFFERING] = {"OutputBufferingMode", MODE, HOP_BY_NAME},
};

static bool
process(struct hop_command *c)
{
    struct hop_record *r =
        hop_record_new(hop_command_context(c), &hop_class_transport_option);

    for (size_t i = 0; i < SLOTS; i++)
        if (hop_arg_bound(c, i))
            hop_record_set(r, i, hop_retain(hop_arg(c, i)));
    return hop_write_take(c, hop_obj(r));
}

const struct hop_cmdlet hop_cmdlet_new_pstransport_option = {
    .name = "New-PSTransportOption",
    HOP_PARAMS(params),
    .output = "Microsoft.PowerShell.Commands.WSManConfigurationOption",
    .synopsis = "Makes limits for the sessions of an endpoint.",
    .process = process,
};
