/* Invoke-Command.  In this process it runs the block; what is for another
 * computer is refused until remoting takes it.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cmdlets/core/core.h"
#include "engine/engine.h"

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
    [AUTHENTICATION] = {"Authentication", "object", .in = HOP_SETS(WSMAN)},
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

static bool
begin(struct hop_command *c)
{
    hop_list_sink_init(hop_command_state(c), &c->rs->cx);
    return hop_command_in_set(c, "InProcess") ||
           core_no_remoting(c, "System.Management.Automation.Remoting."
                               "PSRemotingDataStructureException");
}

static bool
process(struct hop_command *c)
{
    struct hop_list_sink *l = hop_command_state(c);

    if (c->expects_input || hop_arg_bound(c, INPUT))
        (void)hop_sink_write(&l->sink, hop_arg(c, INPUT));
    return true;
}

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
end(struct hop_command *c)
{
    struct hop_list_sink *l = hop_command_state(c);
    struct through out = {{pass_on}, c};
    struct hop_array *args = hop_as_array(hop_arg(c, ARGUMENTS));
    struct hop_value input HOP_AUTO_VALUE = hop_null();
    struct hop_block *block = as_block(hop_arg(c, BLOCK));
    bool piped = l->n > 0;

    if (!hop_command_in_set(c, "InProcess"))
        return true;
    if (piped)
        input = hop_list_sink_array(l);
    return hop_command_flow(
        c, run_block(c->rs, &(struct block_run){
                                .block = block,
                                .args = args ? args->items : NULL,
                                .n_args = args ? args->n : 0,
                                .input = piped ? &input : NULL,
                                .not_piped = true,
                                .out = &out.sink,
                                .io = &c->io,
                                .new_scope = !hop_arg_on(c, NO_SCOPE)}));
}

static void
dispose(struct hop_command *c)
{
    hop_list_sink_done(hop_command_state(c));
}

const struct hop_cmdlet hop_cmdlet_invoke_command = {
    .name = "Invoke-Command",
    .default_set = "InProcess",
    HOP_PARAMS(params),
    .synopsis = "Runs commands on local and remote computers.",
    .state_size = sizeof(struct hop_list_sink),
    .begin = begin,
    .process = process,
    .end = end,
    .dispose = dispose,
};
