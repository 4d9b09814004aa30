/* Disconnect-PSSession and Connect-PSSession: sessions that stay on the other
 * side without a connection.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cmdlets/core/core.h"
#include "cmdlets/remoting/remoting.h"

#define RUNSPACES "System.Management.Automation.Runspaces."
#define MUST      HOP_MANDATORY

/* ---- Disconnect-PSSession ---- */

enum { D_SESSION, D_ID, D_NAME, D_INSTANCE, D_IDLE, D_BUFFERING, D_THROTTLE };
#define IN_ALL                                                                 \
    HOP_SETS({"Session", 0, 0}, {"Name", 0, 0}, {"Id", 0, 0},                  \
             {"InstanceId", 0, 0})
static const struct hop_param disconnect_params[] = {
    [D_SESSION] = {"Session", RUNSPACES "PSSession[]", HOP_NOT_NULL_OR_EMPTY,
                   .in = HOP_SETS({"Session", MUST | HOP_BY_VALUE | HOP_BY_NAME,
                                   HOP_POS(0)})},
    [D_ID] = {"Id", "int[]", HOP_NOT_NULL,
              .in = HOP_SETS({"Id", MUST | HOP_BY_NAME, HOP_POS(0)})},
    [D_NAME] = {"Name", "string[]", HOP_NOT_NULL_OR_EMPTY,
                .in = HOP_SETS({"Name", MUST | HOP_BY_NAME, 0})},
    [D_INSTANCE] = {"InstanceId", "guid[]", HOP_NOT_NULL,
                    .in = HOP_SETS({"InstanceId", MUST | HOP_BY_NAME, 0})},
    [D_IDLE] = {"IdleTimeoutSec", "int", .range = HOP_RANGE(0, 2147483647),
                .in = IN_ALL},
    [D_BUFFERING] = {"OutputBufferingMode", RUNSPACES "OutputBufferingMode",
                     .in = IN_ALL},
    [D_THROTTLE] = {"ThrottleLimit", "int", .in = IN_ALL},
};

static bool
fail(struct hop_command *c, struct pssession *s, const char *id,
     const char *what, const struct hop_error *why, const char *next)
{
    HOP_AUTO_VALUE struct hop_value session = hop_retain(hop_obj(s));
    struct hop_error_spec spec = {
        .id = id, .category = HOP_CAT_INVALID_OPERATION, .target = session};
    bool told = why && why->domain != HOP_ERROR_NONE;

    return hop_command_error(c, &spec, "The session %s on %s %s%s%s. %s",
                             hop_cstr(s->name), s->remote->target->computer,
                             what, told ? ": " : "", told ? why->text : "",
                             next);
}

#define LEAST_IDLE_S 60 /* as PowerShell: MinimumIdleTimeout */

static bool
idle_fits(int64_t seconds)
{
    return seconds < 0 || (seconds >= LEAST_IDLE_S && seconds <= 2147483);
}

static bool
bad_idle(struct hop_command *c, struct pssession *s, int64_t seconds)
{
    HOP_AUTO_VALUE struct hop_value session = hop_retain(hop_obj(s));
    struct hop_error_spec spec = {
        .id = "CannotDisconnectSessionWithInvalidIdleTimeout",
        .category = HOP_CAT_INVALID_ARGUMENT,
        .target = session};

    return hop_command_error(c, &spec,
                             "The session %s on %s is not disconnected: it "
                             "cannot stay for %lld seconds. Give "
                             "-IdleTimeoutSec 60 at least and 2147483 at "
                             "most.",
                             hop_cstr(s->name), s->remote->target->computer,
                             (long long)seconds);
}

/* OutputBufferingMode: None, Drop, Block. */
static void
set_buffering(struct hop_command *c, struct remote *r)
{
    int32_t mode = hop_arg_bound(c, D_BUFFERING)
                       ? (int32_t)hop_arg(c, D_BUFFERING).u.i
                       : 0;

    if (!mode)
        return;
    r->buffering = mode;
    hop_pool_set_buffering(r->pool, mode == 1 ? HOP_POOL_BUFFER_DROP
                                              : HOP_POOL_BUFFER_BLOCK);
}

static bool
write_session(struct hop_command *c, struct pssession *s)
{
    return hop_write_take(c, hop_retain(hop_obj(s)));
}

static bool
disconnect_one(struct hop_command *c, struct pssession *s)
{
    struct remote *r = s->remote;
    int64_t seconds = hop_arg_bound(c, D_IDLE) ? hop_arg_int(c, D_IDLE, 0) : -1;
    bool go;

    if (!hop_should_process(c, hop_cstr(s->name), "Disconnect", &go))
        return false;
    if (!go)
        return true;
    if (r->state == REMOTE_LEFT)
        return write_session(c, s);
    if (r->state != REMOTE_OPENED)
        return fail(c, s, "CannotDisconnectSessionWhenNotOpened",
                    "cannot be disconnected: it is not open", NULL,
                    "Get-PSSession shows its state.");
    if (!idle_fits(seconds))
        return bad_idle(c, s, seconds);
    if (seconds > 0)
        r->idle_ms = seconds * 1000;
    set_buffering(c, r);
    remote_disconnect(r, r->idle_ms > 0 ? r->idle_ms : 0);
    if (!remote_settle(c->rs, &r, 1))
        return hop_command_flow(c, HOP_FLOW_STOP);
    if (r->state == REMOTE_LEFT)
        return write_session(c, s);
    return fail(c, s, "PSSessionDisconnectFailed", "was not disconnected",
                &r->error,
                r->target->transport == BY_WSMAN
                    ? "It is open as before."
                    : "Only sessions opened with -ComputerName can be.");
}

static bool
process_disconnect(struct hop_command *c)
{
    static const struct choosing by = {.id = D_ID,
                                       .name = D_NAME,
                                       .instance = D_INSTANCE,
                                       .session = D_SESSION,
                                       .computer = NO_PARAM};

    return pssession_each(c, &by, NULL, disconnect_one);
}

const struct hop_cmdlet hop_cmdlet_disconnect_pssession = {
    .name = "Disconnect-PSSession",
    .default_set = "Session",
    HOP_PARAMS(disconnect_params),
    .flags = HOP_SHOULD_PROCESS,
    .output = RUNSPACES "PSSession",
    .synopsis = "Leaves sessions running on remote computers.",
    .process = process_disconnect,
};

/* ---- Connect-PSSession ---- */

enum {
    C_SESSION,
    C_COMPUTER,
    C_APPLICATION,
    C_CONFIGURATION,
    C_URI,
    C_REDIRECTION,
    C_INSTANCE,
    C_NAME,
    C_ID,
    C_CREDENTIAL,
    C_AUTHENTICATION,
    C_THUMBPRINT,
    C_PORT,
    C_USE_SSL,
    C_OPTION,
    C_THROTTLE,
};
#define BY_COMPUTER                                                            \
    {"ComputerName", 0, 0},                                                    \
    {                                                                          \
        "ComputerNameGuid", 0, 0                                               \
    }
#define BY_URI                                                                 \
    {"ConnectionUri", 0, 0},                                                   \
    {                                                                          \
        "ConnectionUriGuid", 0, 0                                              \
    }
static const struct hop_param connect_params[] = {
    [C_SESSION] = {"Session", RUNSPACES "PSSession[]", HOP_NOT_NULL_OR_EMPTY,
                   .in = HOP_SETS({"Session", MUST | HOP_BY_VALUE | HOP_BY_NAME,
                                   HOP_POS(0)})},
    [C_COMPUTER] = {"ComputerName", "string[]", HOP_NOT_NULL_OR_EMPTY,
                    .in = HOP_SETS({"ComputerName", MUST, HOP_POS(0)},
                                   {"ComputerNameGuid", MUST, 0}),
                    .aliases = "Cn"},
    [C_APPLICATION] = {"ApplicationName", "string", HOP_BY_NAME,
                       .in = HOP_SETS(BY_COMPUTER)},
    [C_CONFIGURATION] = {"ConfigurationName", "string", HOP_BY_NAME,
                         .in = HOP_SETS(BY_COMPUTER, BY_URI)},
    [C_URI] = {"ConnectionUri", "uri[]", HOP_NOT_NULL_OR_EMPTY,
               .in = HOP_SETS(
                   {"ConnectionUri", MUST | HOP_BY_NAME, HOP_POS(0)},
                   {"ConnectionUriGuid", MUST | HOP_BY_NAME, HOP_POS(0)}),
               .aliases = "URI CU"},
    [C_REDIRECTION] = {"AllowRedirection", "switch", .in = HOP_SETS(BY_URI)},
    [C_INSTANCE] = {"InstanceId", "guid[]", HOP_NOT_NULL,
                    .in = HOP_SETS({"ComputerNameGuid", MUST, 0},
                                   {"ConnectionUriGuid", MUST, 0},
                                   {"InstanceId", MUST | HOP_BY_NAME, 0})},
    [C_NAME] = {"Name", "string[]", HOP_NOT_NULL_OR_EMPTY,
                .in =
                    HOP_SETS({"Name", MUST | HOP_BY_NAME, 0},
                             {"ComputerName", 0, 0}, {"ConnectionUri", 0, 0})},
    [C_ID] = {"Id", "int[]", HOP_NOT_NULL,
              .in = HOP_SETS({"Id", MUST | HOP_BY_NAME, HOP_POS(0)})},
    [C_CREDENTIAL] = {"Credential", "pscredential", HOP_CREDENTIAL,
                      .in = HOP_SETS(BY_COMPUTER, BY_URI)},
    [C_AUTHENTICATION] = {"Authentication", RUNSPACES "AuthenticationMechanism",
                          .in = HOP_SETS(BY_COMPUTER, BY_URI)},
    [C_THUMBPRINT] = {"CertificateThumbprint", "string",
                      .in = HOP_SETS(BY_COMPUTER, BY_URI)},
    [C_PORT] = {"Port", "int", .range = HOP_RANGE(1, 65535),
                .in = HOP_SETS(BY_COMPUTER)},
    [C_USE_SSL] = {"UseSSL", "switch", .in = HOP_SETS(BY_COMPUTER)},
    [C_OPTION] = {"SessionOption",
                  "System.Management.Automation.Remoting.PSSessionOption",
                  .in = HOP_SETS(BY_COMPUTER, BY_URI)},
    [C_THROTTLE] = {"ThrottleLimit", "int",
                    .in = HOP_SETS({"Session", 0, 0}, BY_COMPUTER, BY_URI,
                                   {"InstanceId", 0, 0}, {"Name", 0, 0},
                                   {"Id", 0, 0})},
};

static const struct connecting connecting = {
    .computer = C_COMPUTER,
    .port = C_PORT,
    .use_ssl = C_USE_SSL,
    .application = C_APPLICATION,
    .configuration = C_CONFIGURATION,
    .credential = C_CREDENTIAL,
    .authentication = C_AUTHENTICATION,
    .thumbprint = C_THUMBPRINT,
    .option = C_OPTION,
    .uri = C_URI,
    .redirection = C_REDIRECTION,
    CONNECTING_TO_FIND,
};

bool
pssession_take_up(struct hop_command *c, struct pssession *s)
{
    struct remote *r = s->remote;
    struct hop_error err = {0};

    if (r->state == REMOTE_LEFT && r->pool)
        remote_reconnect(r);
    else if (r->state == REMOTE_LEFT && r->shell)
        (void)remote_open(r, &err); /* its state tells */
    if (!remote_settle(c->rs, &r, 1))
        return hop_command_flow(c, HOP_FLOW_STOP);
    if (r->state == REMOTE_OPENED)
        r->elsewhere = false;
    return remote_notify(c, r);
}

static bool
connect_one(struct hop_command *c, struct pssession *s)
{
    bool go;

    if (!hop_should_process(c, hop_cstr(s->name), "Connect", &go))
        return false;
    if (!go)
        return true;
    if (s->remote->state != REMOTE_LEFT && s->remote->state != REMOTE_OPENED)
        return fail(c, s, "PSSessionConnectFailed",
                    "cannot be connected to: it is not disconnected", NULL,
                    "Get-PSSession -ComputerName lists what is there.");
    if (!pssession_take_up(c, s))
        return false;
    if (s->remote->state != REMOTE_OPENED)
        return fail(c, s, "PSSessionConnectFailed", "was not connected to",
                    &s->remote->error,
                    "Get-PSSession -ComputerName lists what is there.");
    pssession_keep(c->rs, s);
    return write_session(c, s);
}

static bool
query_failed(struct hop_command *c, const struct target *t,
             const struct hop_error *err, enum hop_cause cause)
{
    HOP_AUTO_VALUE struct hop_value target = hop_text(t->computer);
    HOP_AUTO_BUF struct hop_buf id = HOP_BUF_INIT;
    struct hop_error_spec spec = {.category = HOP_CAT_INVALID_OPERATION,
                                  .target = target};

    remote_error_id(err, cause, "RemotePSSessionQueryFailed", &id);
    spec.id = hop_buf_str(&id);
    return hop_command_error(c, &spec,
                             "The sessions on %s cannot be listed: %s",
                             t->computer, err->text);
}

bool
pssession_named(struct hop_command *c, struct pssession *s, size_t name,
                size_t instance)
{
    HOP_AUTO_VALUE struct hop_value id =
        remote_guid(&c->rs->cx, &s->remote->id);
    bool any = !hop_arg_bound(c, name) && !hop_arg_bound(c, instance);

    for (size_t i = 0; hop_arg_bound(c, name) && i < hop_arg_count(c, name);
         i++) {
        struct hop_value v = hop_value_base(hop_arg_item(c, name, i));

        any = any ||
              hop_wildcard_match(hop_cstr(v), v.u.s->len, hop_cstr(s->name),
                                 s->name.u.s->len, true);
    }
    for (size_t i = 0;
         hop_arg_bound(c, instance) && i < hop_arg_count(c, instance); i++)
        any = any ||
              hop_object_equals(&c->rs->cx, id, hop_arg_item(c, instance, i));
    return any;
}

bool
pssession_ask(struct hop_command *c, const struct connecting *p,
              struct hop_array *out)
{
    struct target **targets = NULL;
    size_t n = 0;
    bool ok = targets_of(c, p, &targets, &n);

    for (size_t i = 0; ok && i < n; i++) {
        struct hop_error err = {0};
        enum hop_cause cause = HOP_CAUSE_NONE;

        if (pssession_query(c->rs, targets[i], out, &err, &cause))
            continue;
        ok = hop_runspace_stopping(c->rs)
                 ? hop_command_flow(c, HOP_FLOW_STOP)
                 : query_failed(c, targets[i], &err, cause);
    }
    targets_free(targets, n);
    return ok;
}

bool
pssession_each(struct hop_command *c, const struct choosing *by,
               const struct connecting *p, pssession_fn *one)
{
    struct hop_array *found = NULL;
    HOP_AUTO_VALUE struct hop_value held = hop_null();

    if (!p && !pssession_choose(c, by, &found))
        return false;
    if (p)
        found = hop_array_new(&c->rs->cx, 0);
    held = hop_obj(found);
    if (p && !pssession_ask(c, p, found))
        return false;
    for (size_t i = 0; i < found->n; i++) {
        struct pssession *s = as_pssession(found->items[i]);

        if (p && !pssession_named(c, s, by->name, by->instance))
            continue;
        if (!one(c, s))
            return false;
    }
    return true;
}

/* Of those that hosts have: what nobody is connected to. */
static bool
connect_left(struct hop_command *c, struct pssession *s)
{
    return s->remote->state != REMOTE_LEFT || s->remote->elsewhere ||
           connect_one(c, s);
}

static bool
process_connect(struct hop_command *c)
{
    static const struct choosing by = {.id = C_ID,
                                       .name = C_NAME,
                                       .instance = C_INSTANCE,
                                       .session = C_SESSION,
                                       .computer = NO_PARAM};
    bool ask = hop_arg_bound(c, C_COMPUTER) || hop_arg_bound(c, C_URI);

    return pssession_each(c, &by, ask ? &connecting : NULL,
                          ask ? connect_left : connect_one);
}

const struct hop_cmdlet hop_cmdlet_connect_pssession = {
    .name = "Connect-PSSession",
    .default_set = "Name",
    HOP_PARAMS(connect_params),
    .flags = HOP_SHOULD_PROCESS,
    .output = RUNSPACES "PSSession",
    .synopsis = "Connects to sessions that were left on remote computers.",
    .process = process_connect,
};
