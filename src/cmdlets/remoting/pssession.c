/* PSSession objects, what they show, and the list of those that are kept.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/text.h"
#include "cmdlets/record.h"
#include "cmdlets/remoting/hub.h"
#include "cmdlets/remoting/remoting.h"
#include "value/enums.h"

#include <stdlib.h>

#define RUNSPACES "System.Management.Automation.Runspaces."
#define SHELLS    "http://schemas.microsoft.com/powershell/"

/* ---- ConnectionInfo ---- */

enum {
    C_COMPUTER,
    C_PORT,
    C_CREDENTIAL,
    C_AUTHENTICATION,
    C_THUMBPRINT,
    C_IDLE,
    C_MAX_IDLE,
    C_OPEN,
    C_CANCEL,
    C_OPERATION,
    C_CULTURE,
    C_UI_CULTURE,
    C_URI,
    C_SCHEME,
    C_APPLICATION,
    C_SHELL,
    C_BUFFERING,
    C_NETWORK,
    C_USER = C_URI,
    C_KEY_FILE,
    C_SUBSYSTEM,
    C_CONNECTING,
};

#define COMMON_ROWS                                                            \
    HOP_RECORD_PROPERTY(C_COMPUTER, "ComputerName", "string"),                 \
        HOP_RECORD_PROPERTY(C_PORT, "Port", "int"),                            \
        HOP_RECORD_PROPERTY(C_CREDENTIAL, "Credential", "pscredential"),       \
        HOP_RECORD_PROPERTY(C_AUTHENTICATION, "AuthenticationMechanism",       \
                            RUNSPACES "AuthenticationMechanism"),              \
        HOP_RECORD_PROPERTY(C_THUMBPRINT, "CertificateThumbprint", "string"),  \
        HOP_RECORD_PROPERTY(C_IDLE, "IdleTimeout", "int"),                     \
        HOP_RECORD_PROPERTY(C_MAX_IDLE, "MaxIdleTimeout", "int"),              \
        HOP_RECORD_PROPERTY(C_OPEN, "OpenTimeout", "int"),                     \
        HOP_RECORD_PROPERTY(C_CANCEL, "CancelTimeout", "int"),                 \
        HOP_RECORD_PROPERTY(C_OPERATION, "OperationTimeout", "int"),           \
        HOP_RECORD_PROPERTY(C_CULTURE, "Culture", "cultureinfo"),              \
        HOP_RECORD_PROPERTY(C_UI_CULTURE, "UICulture", "cultureinfo")

static const struct hop_property wsman_properties[] = {
    HOP_RECORD_PROPERTY(C_URI, "ConnectionUri", "uri"),
    HOP_RECORD_PROPERTY(C_SCHEME, "Scheme", "string"),
    HOP_RECORD_PROPERTY(C_APPLICATION, "AppName", "string"),
    HOP_RECORD_PROPERTY(C_SHELL, "ShellUri", "string"),
    HOP_RECORD_PROPERTY(C_BUFFERING, "OutputBufferingMode",
                        RUNSPACES "OutputBufferingMode"),
    HOP_RECORD_PROPERTY(C_NETWORK, "EnableNetworkAccess", "bool"),
    COMMON_ROWS,
    {0},
};
static const struct hop_class class_wsman_info =
    HOP_RECORD_CLASS(RUNSPACES "WSManConnectionInfo", wsman_properties);

static const struct hop_property ssh_properties[] = {
    HOP_RECORD_PROPERTY(C_USER, "UserName", "string"),
    HOP_RECORD_PROPERTY(C_KEY_FILE, "KeyFilePath", "string"),
    HOP_RECORD_PROPERTY(C_SUBSYSTEM, "Subsystem", "string"),
    HOP_RECORD_PROPERTY(C_CONNECTING, "ConnectingTimeout", "int"),
    COMMON_ROWS,
    {0},
};
static const struct hop_class class_ssh_info =
    HOP_RECORD_CLASS(RUNSPACES "SSHConnectionInfo", ssh_properties);

static int32_t
option_ms(const struct target *t, enum option_slot i, int32_t fallback)
{
    struct hop_value v = target_option(t, i);

    return v.kind == HOP_TIMESPAN ? (int32_t)(v.u.i / 10000) : fallback;
}

static struct hop_value
text_or_null(const char *s)
{
    return s ? hop_text(s) : hop_null();
}

static char *
shell_uri(const struct target *t)
{
    const char *name =
        t->configuration ? t->configuration : "Microsoft.PowerShell";

    return strstr(name, "://") ? hop_xstrdup(name)
                               : hop_xasprintf(SHELLS "%s", name);
}

static void
fill_wsman(struct hop_context *cx, const struct remote *r, struct hop_record *o)
{
    const struct target *t = r->target;
    HOP_AUTO_FREE char *shell = shell_uri(t), *uri = NULL;
    HOP_AUTO_VALUE struct hop_value text = hop_null();
    struct hop_value v = hop_null();

    uri = strstr(t->endpoint, "://")
              ? hop_xstrdup(t->endpoint)
              : hop_xasprintf("%s://%s:%d/%s", t->use_ssl ? "https" : "http",
                              t->computer,
                              t->port ? t->port : (t->use_ssl ? 5986 : 5985),
                              t->application ? t->application : "wsman");
    text = hop_text(uri);
    if (!hop_convert(cx, text, &hop_class_uri, &v))
        hop_drop_exception(cx);
    hop_record_set(o, C_URI, v);
    hop_record_set(o, C_SCHEME, hop_text(t->use_ssl ? "https" : "http"));
    hop_record_set(o, C_APPLICATION,
                   hop_text(t->application ? t->application : "wsman"));
    hop_record_set(o, C_SHELL, hop_text(shell));
    v = target_option(t, OPTION_BUFFERING);
    hop_record_set(o, C_BUFFERING,
                   v.kind == HOP_ENUM ? v
                                      : hop_enum(HOP_ENUM_BUFFERING_MODE, 0));
    hop_record_set(o, C_NETWORK, hop_bool(t->network_access));
    hop_record_set(o, C_PORT,
                   hop_int(t->port      ? t->port
                           : t->use_ssl ? 5986
                                        : 5985));
    hop_record_set(o, C_MAX_IDLE, hop_int(2147483647));
}

static void
fill_ssh(const struct remote *r, struct hop_record *o)
{
    const struct target *t = r->target;

    hop_record_set(o, C_USER, text_or_null(t->user));
    hop_record_set(o, C_KEY_FILE, text_or_null(t->key_file));
    hop_record_set(o, C_SUBSYSTEM,
                   hop_text(t->subsystem ? t->subsystem : "powershell"));
    hop_record_set(o, C_CONNECTING, hop_int(t->connecting_ms));
    hop_record_set(o, C_PORT, hop_int(t->port));
    hop_record_set(o, C_MAX_IDLE, hop_int(2147483647));
}

static struct hop_value
connection_info(struct hop_context *cx, const struct remote *r)
{
    const struct target *t = r->target;
    bool wsman = t->transport == BY_WSMAN;
    struct hop_record *o =
        hop_record_new(cx, wsman ? &class_wsman_info : &class_ssh_info);

    hop_record_set(o, C_COMPUTER, hop_text(t->computer));
    hop_record_set(o, C_CREDENTIAL, hop_retain(t->credential));
    hop_record_set(o, C_AUTHENTICATION,
                   hop_enum(HOP_ENUM_AUTHENTICATION, t->authentication));
    hop_record_set(o, C_THUMBPRINT, text_or_null(t->thumbprint));
    hop_record_set(o, C_IDLE,
                   hop_int(r->idle_ms > 0
                               ? (int32_t)r->idle_ms
                               : option_ms(t, OPTION_IDLE_TIMEOUT, -1)));
    hop_record_set(o, C_OPEN,
                   hop_int(option_ms(t, OPTION_OPEN_TIMEOUT, 180000)));
    hop_record_set(o, C_CANCEL,
                   hop_int(option_ms(t, OPTION_CANCEL_TIMEOUT, 60000)));
    hop_record_set(o, C_OPERATION,
                   hop_int(option_ms(t, OPTION_OPERATION_TIMEOUT, 180000)));
    hop_record_set(o, C_CULTURE, hop_retain(target_option(t, OPTION_CULTURE)));
    hop_record_set(o, C_UI_CULTURE,
                   hop_retain(target_option(t, OPTION_UI_CULTURE)));
    if (wsman)
        fill_wsman(cx, r, o);
    else
        fill_ssh(r, o);
    return hop_obj(o);
}

/* ---- Runspace ---- */

enum { S_STATE, S_REASON };
static const struct hop_property state_properties[] = {
    HOP_RECORD_PROPERTY(S_STATE, "State", RUNSPACES "RunspaceState"),
    HOP_RECORD_PROPERTY(S_REASON, "Reason", "System.Exception"),
    {0},
};
static bool
state_text(struct hop_context *cx, struct hop_value v, struct hop_string **out)
{
    return hop_to_string(
        cx, ((struct hop_record *)(void *)v.u.o)->slot[S_STATE], out);
}
static const struct hop_class class_state_info = HOP_RECORD_CLASS(
    RUNSPACES "RunspaceStateInfo", state_properties, .to_string = state_text);

struct remote_runspace {
    struct hop_object base;
    struct remote *remote; /* held */
    int32_t id;
};

static void
destroy_runspace(struct hop_object *o)
{
    struct remote_runspace *r = (struct remote_runspace *)(void *)o;

    remote_unref(r->remote);
    r->remote = NULL;
}

static struct hop_value
state_of(const struct remote *r)
{
    return hop_enum(HOP_ENUM_RUNSPACE_STATE, r->state);
}

static struct hop_value
availability_of(const struct remote *r)
{
    enum { NONE, AVAILABLE, BUSY = 3 };

    return hop_enum(HOP_ENUM_RUNSPACE_AVAILABILITY,
                    r->elsewhere                ? BUSY
                    : r->state != REMOTE_OPENED ? NONE
                    : remote_is_busy(r)         ? BUSY
                                                : AVAILABLE);
}

enum runspace_field {
    R_STATE_INFO,
    R_AVAILABILITY,
    R_CONNECTION,
    R_INSTANCE,
    R_REMOTE,
    R_LEFT_ON,
    R_EXPIRES,
    R_NAME,
    R_ID,
    R_VERSION,
    R_NULL,
    R_THREADS,
    R_APARTMENT,
};

static struct hop_value
expires_on(const struct remote *r)
{
    if (r->state != REMOTE_LEFT || r->left_on.kind != HOP_DATETIME ||
        r->idle_ms <= 0)
        return hop_null();
    return hop_datetime(r->left_on.u.i + r->idle_ms * 10000, HOP_DATE_LOCAL);
}

static bool
get_runspace_field(struct hop_context *cx, struct hop_value self,
                   intptr_t field, struct hop_value *out)
{
    struct remote_runspace *o = (struct remote_runspace *)(void *)self.u.o;
    struct remote *r = o->remote;
    struct hop_record *info;

    switch ((enum runspace_field)field) {
    case R_STATE_INFO:
        info = hop_record_new(cx, &class_state_info);
        hop_record_set(info, S_STATE, state_of(r));
        if (r->state == REMOTE_BROKEN && r->rs)
            hop_record_set(info, S_REASON,
                           remote_transport_exception(r->rs, &r->error));
        *out = hop_obj(info);
        break;
    case R_AVAILABILITY: *out = availability_of(r); break;
    case R_CONNECTION: *out = connection_info(cx, r); break;
    case R_INSTANCE: *out = remote_guid(cx, &r->id); break;
    case R_REMOTE: *out = hop_bool(true); break;
    case R_LEFT_ON:
        *out = r->state == REMOTE_LEFT ? hop_retain(r->left_on) : hop_null();
        break;
    case R_EXPIRES: *out = expires_on(r); break;
    case R_NAME: *out = hop_str(hop_string_format("Runspace%d", o->id)); break;
    case R_ID: *out = hop_int(o->id); break;
    case R_VERSION:
        *out = hop_member_path(cx, r->private_data, "PSVersionTable.PSVersion");
        break;
    case R_NULL: *out = hop_null(); break;
    case R_THREADS: *out = hop_enum(HOP_ENUM_THREAD_OPTIONS, 0); break;
    case R_APARTMENT: *out = hop_enum(HOP_ENUM_APARTMENT, 2); break;
    }
    return true;
}

#define R_ROW(n, t, f)                                                         \
    {                                                                          \
        .name = (n), .type = (t), .get = get_runspace_field, .data = (f)       \
    }
static const struct hop_property runspace_properties[] = {
    R_ROW("InitialSessionState", "initialsessionstate", R_NULL),
    R_ROW("JobManager", "System.Management.Automation.JobManager", R_NULL),
    R_ROW("Version", "version", R_VERSION),
    R_ROW("RunspaceStateInfo", RUNSPACES "RunspaceStateInfo", R_STATE_INFO),
    R_ROW("ThreadOptions", RUNSPACES "PSThreadOptions", R_THREADS),
    R_ROW("RunspaceAvailability", RUNSPACES "RunspaceAvailability",
          R_AVAILABILITY),
    R_ROW("ConnectionInfo", RUNSPACES "RunspaceConnectionInfo", R_CONNECTION),
    R_ROW("OriginalConnectionInfo", RUNSPACES "RunspaceConnectionInfo",
          R_CONNECTION),
    R_ROW("ApartmentState", "System.Threading.ApartmentState", R_APARTMENT),
    R_ROW("RunspaceIsRemote", "bool", R_REMOTE),
    R_ROW("InstanceId", "guid", R_INSTANCE),
    R_ROW("DisconnectedOn", "System.Nullable[datetime]", R_LEFT_ON),
    R_ROW("ExpiresOn", "System.Nullable[datetime]", R_EXPIRES),
    R_ROW("Name", "string", R_NAME),
    R_ROW("Id", "int", R_ID),
    {0},
};
static const struct hop_class class_remote_runspace = {
    .name = "System.Management.Automation.RemoteRunspace",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = sizeof(struct remote_runspace),
    .properties = runspace_properties,
    .destroy = destroy_runspace,
};

/* ---- PSSession ---- */

static void
destroy_session(struct hop_object *o)
{
    struct pssession *s = (struct pssession *)(void *)o;

    hop_value_clear(&s->name);
    hop_value_clear(&s->runspace);
    remote_unref(s->remote);
    s->remote = NULL;
}

static bool
session_text(struct hop_context *cx, struct hop_value v,
             struct hop_string **out)
{
    struct pssession *s = (struct pssession *)(void *)hop_value_base(v).u.o;

    (void)cx;
    *out = hop_string_format("[PSSession]%s", hop_cstr(s->name));
    return true;
}

enum session_field {
    P_STATE,
    P_IDLE,
    P_BUFFERING,
    P_LEFT_ON,
    P_EXPIRES,
    P_TYPE,
    P_COMPUTER,
    P_NULL,
    P_CONFIGURATION,
    P_INSTANCE,
    P_ID,
    P_NAME,
    P_AVAILABILITY,
    P_PRIVATE,
    P_RUNSPACE,
    P_TRANSPORT,
};

static struct hop_value
configuration_of(const struct target *t)
{
    const char *name =
        t->configuration ? t->configuration : "Microsoft.PowerShell";

    if (t->transport != BY_WSMAN)
        return hop_text("DefaultShell");
    return hop_text(strncmp(name, SHELLS, strlen(SHELLS)) == 0
                        ? name + strlen(SHELLS)
                        : name);
}

static struct hop_value
runspace_of(struct hop_context *cx, struct pssession *s)
{
    struct remote_runspace *r;

    if (hop_is_null(s->runspace)) {
        r = hop_object_new(cx, &class_remote_runspace);
        r->remote = remote_ref(s->remote);
        r->id = s->id;
        s->runspace = hop_obj(r);
    }
    return hop_retain(s->runspace);
}

static bool
get_session_field(struct hop_context *cx, struct hop_value self, intptr_t field,
                  struct hop_value *out)
{
    struct pssession *s = as_pssession(self);
    struct remote *r = s->remote;
    HOP_AUTO_VALUE struct hop_value info = hop_null();

    switch ((enum session_field)field) {
    case P_STATE: *out = state_of(r); break;
    case P_IDLE:
    case P_BUFFERING:
        info = connection_info(cx, r);
        *out = hop_member_path(
            cx, info, field == P_IDLE ? "IdleTimeout" : "OutputBufferingMode");
        break;
    case P_LEFT_ON:
        *out = r->state == REMOTE_LEFT ? hop_retain(r->left_on) : hop_null();
        break;
    case P_EXPIRES: *out = expires_on(r); break;
    case P_TYPE: *out = hop_enum(HOP_ENUM_TARGET_MACHINE, 0); break;
    case P_COMPUTER: *out = hop_text(r->target->computer); break;
    case P_NULL: *out = hop_null(); break;
    case P_CONFIGURATION: *out = configuration_of(r->target); break;
    case P_INSTANCE: *out = remote_guid(cx, &r->id); break;
    case P_ID: *out = hop_int(s->id); break;
    case P_NAME: *out = hop_retain(s->name); break;
    case P_AVAILABILITY: *out = availability_of(r); break;
    case P_PRIVATE: *out = hop_retain(r->private_data); break;
    case P_RUNSPACE: *out = runspace_of(cx, s); break;
    case P_TRANSPORT:
        *out = hop_text(r->target->transport == BY_WSMAN ? "WSMan" : "SSH");
        break;
    }
    return true;
}

static bool
set_name(struct hop_context *cx, struct hop_value self, intptr_t field,
         struct hop_value v)
{
    (void)cx;
    (void)field;
    hop_value_set(&as_pssession(self)->name, hop_retain(v));
    return true;
}

#define P_ROW(n, t, f, ...)                                                    \
    {                                                                          \
        .name = (n), .type = (t), .get = get_session_field, .data = (f),       \
        __VA_ARGS__                                                            \
    }
static const struct hop_property session_properties[] = {
    P_ROW("State", "System.Object", P_STATE, .flags = HOP_PROP_SCRIPT),
    P_ROW("IdleTimeout", "System.Object", P_IDLE, .flags = HOP_PROP_SCRIPT),
    P_ROW("OutputBufferingMode", "System.Object", P_BUFFERING,
          .flags = HOP_PROP_SCRIPT),
    P_ROW("DisconnectedOn", "System.Object", P_LEFT_ON,
          .flags = HOP_PROP_SCRIPT),
    P_ROW("ExpiresOn", "System.Object", P_EXPIRES, .flags = HOP_PROP_SCRIPT),
    P_ROW("ComputerType", RUNSPACES "TargetMachineType", P_TYPE, .set = NULL),
    P_ROW("ComputerName", "string", P_COMPUTER, .set = NULL),
    P_ROW("ContainerId", "string", P_NULL, .set = NULL),
    P_ROW("VMName", "string", P_NULL, .set = NULL),
    P_ROW("VMId", "System.Nullable[guid]", P_NULL, .set = NULL),
    P_ROW("ConfigurationName", "string", P_CONFIGURATION, .set = NULL),
    P_ROW("InstanceId", "guid", P_INSTANCE, .set = NULL),
    P_ROW("Id", "int", P_ID, .set = NULL),
    P_ROW("Name", "string", P_NAME, .set = set_name),
    P_ROW("Availability", RUNSPACES "RunspaceAvailability", P_AVAILABILITY,
          .set = NULL),
    P_ROW("ApplicationPrivateData", "psprimitivedictionary", P_PRIVATE,
          .set = NULL),
    P_ROW("Runspace", "runspace", P_RUNSPACE, .set = NULL),
    P_ROW("Transport", "string", P_TRANSPORT, .set = NULL),
    {0},
};
static const struct hop_class class_pssession = {
    .name = RUNSPACES "PSSession",
    .base = &hop_class_object,
    .flags = HOP_CLASS_SEALED,
    .kind = HOP_OBJECT,
    .size = sizeof(struct pssession),
    .properties = session_properties,
    .destroy = destroy_session,
    .to_string = session_text,
};

const struct hop_class *const pssession_classes[] = {
    &class_wsman_info,      &class_ssh_info,  &class_state_info,
    &class_remote_runspace, &class_pssession, NULL,
};

struct pssession *
as_pssession(struct hop_value v)
{
    return hop_value_is(v, &class_pssession)
               ? (struct pssession *)(void *)hop_value_base(v).u.o
               : NULL;
}

/* ---- the list ---- */

struct pssession *
pssession_new(struct hop_runspace *rs, struct remote *r, const char *name)
{
    struct hub *h = hub_of(rs);
    struct pssession *s = hop_object_new(&rs->cx, &class_pssession);

    s->id = ++h->last_id + 1; /* the shell's own runspace is the first */
    s->name = name ? hop_text(name)
                   : hop_str(hop_string_format("Runspace%d", h->last_id));
    s->remote = r;
    return s;
}

struct hop_array *
pssession_list(struct hop_runspace *rs)
{
    return hop_as_array(hub_of(rs)->sessions);
}

void
pssession_keep(struct hop_runspace *rs, struct pssession *s)
{
    struct hop_array *list = pssession_list(rs);

    for (size_t i = 0; i < list->n; i++)
        if (list->items[i].u.o == &s->base)
            return;
    hop_array_push(list, hop_retain(hop_obj(s)));
}

void
pssession_forget(struct hop_runspace *rs, struct pssession *s)
{
    struct hop_array *list = pssession_list(rs);

    for (size_t i = 0; i < list->n; i++)
        if (list->items[i].u.o == &s->base) {
            hop_array_remove(list, i);
            return;
        }
}

struct pssession *
pssession_of_instance(struct hop_runspace *rs, const struct hop_guid *id)
{
    struct hop_array *list = pssession_list(rs);

    for (size_t i = 0; i < list->n; i++) {
        struct pssession *s = as_pssession(list->items[i]);

        if (hop_guid_eq(&s->remote->id, id))
            return s;
    }
    return NULL;
}

/* ---- choosing ---- */

static bool
not_there(struct hop_command *c, const char *id, const char *fmt,
          struct hop_value v)
{
    struct hop_error_spec spec = {.id = id,
                                  .category = HOP_CAT_INVALID_ARGUMENT,
                                  .exception = "System.ArgumentException",
                                  .target = v};
    HOP_AUTO_STRING struct hop_string *s = NULL;

    if (!hop_to_string(&c->rs->cx, v, &s))
        return false;
    return hop_command_error(c, &spec,
                             "There is no remote session with the %s %s: "
                             "Get-PSSession lists those that are there, "
                             "New-PSSession opens one.",
                             fmt, s->data);
}

static bool
matches_text(struct hop_value pattern, const char *text)
{
    pattern = hop_value_base(pattern);
    return hop_is_string(pattern) &&
           hop_wildcard_match(hop_cstr(pattern), pattern.u.s->len, text,
                              strlen(text), true);
}

static bool
by_id(struct hop_command *c, struct pssession *s, struct hop_value v)
{
    (void)c;
    return hop_value_base(v).u.i == s->id;
}

static bool
by_name(struct hop_command *c, struct pssession *s, struct hop_value v)
{
    (void)c;
    return matches_text(v, hop_cstr(s->name));
}

static bool
by_computer(struct hop_command *c, struct pssession *s, struct hop_value v)
{
    (void)c;
    return matches_text(v, s->remote->target->computer);
}

static bool
by_instance(struct hop_command *c, struct pssession *s, struct hop_value v)
{
    HOP_AUTO_VALUE struct hop_value id =
        remote_guid(&c->rs->cx, &s->remote->id);

    return hop_object_equals(&c->rs->cx, id, v);
}

static void
add_once(struct hop_array *out, struct pssession *s)
{
    for (size_t i = 0; i < out->n; i++)
        if (out->items[i].u.o == &s->base)
            return;
    hop_array_push(out, hop_retain(hop_obj(s)));
}

typedef bool match_fn(struct hop_command *c, struct pssession *s,
                      struct hop_value v);

static bool
choose_by(struct hop_command *c, size_t param, match_fn *matches,
          const char *error, const char *what, struct hop_array *out)
{
    struct hop_array *list = pssession_list(c->rs);

    for (size_t k = 0; k < hop_arg_count(c, param); k++) {
        struct hop_value v = hop_arg_item(c, param, k);
        struct hop_value base = hop_value_base(v);
        bool any = hop_is_string(base) &&
                   hop_wildcard_has(hop_cstr(base), base.u.s->len);

        for (size_t i = 0; i < list->n; i++) {
            struct pssession *s = as_pssession(list->items[i]);

            if (!matches(c, s, v))
                continue;
            any = true;
            add_once(out, s);
        }
        if (!any && error && !not_there(c, error, what, v))
            return false;
    }
    return true;
}

static bool
bound(struct hop_command *c, size_t param)
{
    return param != NO_PARAM && hop_arg_bound(c, param);
}

static void
take_given(struct hop_command *c, size_t param, struct hop_array *out)
{
    for (size_t i = 0; i < hop_arg_count(c, param); i++) {
        struct pssession *s = as_pssession(hop_arg_item(c, param, i));

        if (s)
            add_once(out, s);
    }
}

bool
pssession_choose(struct hop_command *c, const struct choosing *by,
                 struct hop_array **out)
{
    const struct {
        size_t param;
        match_fn *matches;
        const char *error, *what;
    } rows[] = {
        {by->id, by_id, "RemoteRunspaceNotAvailableForSpecifiedSessionId",
         "session ID"},
        {by->name, by_name, "RemoteRunspaceNotAvailableForSpecifiedName",
         "name"},
        {by->instance, by_instance,
         "RemoteRunspaceNotAvailableForSpecifiedRunspaceId", "instance ID"},
        {by->computer, by_computer,
         by->computer_quiet ? NULL
                            : "RemoteRunspaceNotAvailableForSpecifiedComputer",
         "computer name"},
    };
    struct hop_array *found = hop_array_new(&c->rs->cx, 0);
    HOP_AUTO_VALUE struct hop_value held = hop_obj(found);
    bool any = false;

    if (bound(c, by->session)) {
        take_given(c, by->session, found);
        any = true;
    }
    for (size_t i = 0; i < HOP_ARRAY_SIZE(rows); i++) {
        if (!bound(c, rows[i].param))
            continue;
        any = true;
        if (!choose_by(c, rows[i].param, rows[i].matches, rows[i].error,
                       rows[i].what, found))
            return false;
    }
    if (!any && by->all_without)
        for (size_t i = 0; i < pssession_list(c->rs)->n; i++)
            add_once(found, as_pssession(pssession_list(c->rs)->items[i]));
    *out = found;
    held = hop_null();
    return true;
}

/* ---- those of a host ---- */

struct query {
    struct hop_runspace *rs;
    const struct target *target;
    struct hop_array *out;
};

static void
take_commands(struct remote *r, const struct hop_pool_found *f)
{
    free(r->found);
    r->n_found = 0;
    r->found = hop_xcalloc(f->command_count + 1, sizeof(*r->found));
    for (size_t i = 0; i < f->command_count; i++) {
        const char *id = f->commands[i].id;

        if (hop_guid_parse(id, strlen(id), &r->found[r->n_found]))
            r->n_found++;
    }
}

static struct pssession *
found_session(struct query *q, const struct hop_pool_found *f,
              const struct hop_guid *id)
{
    struct target *t = target_copy(q->target);
    struct remote *r;

    free(t->configuration);
    t->configuration = f->resource_uri ? hop_xstrdup(f->resource_uri) : NULL;
    r = remote_new(q->rs, t);
    r->id = *id;
    r->shell = hop_xstrdup(f->id);
    r->state = REMOTE_LEFT;
    r->elsewhere = f->state && strcmp(f->state, "Disconnected") != 0;
    r->idle_ms = f->idle_timeout_ms;
    take_commands(r, f);
    return pssession_new(q->rs, r, f->name && *f->name ? f->name : NULL);
}

static bool
is_configuration(const struct target *t, const char *uri)
{
    HOP_AUTO_FREE char *wanted = shell_uri(t);

    return !t->configuration || !uri || hop_ascii_ieq(wanted, uri);
}

static bool
take_found(void *ctx, const struct hop_pool_found *f)
{
    struct query *q = ctx;
    struct pssession *s;
    struct hop_guid id;

    if (!f->id || !hop_guid_parse(f->id, strlen(f->id), &id) ||
        !is_configuration(q->target, f->resource_uri))
        return true;
    s = pssession_of_instance(q->rs, &id);
    if (!s)
        hop_array_push(q->out, hop_obj(found_session(q, f, &id)));
    else
        hop_array_push(q->out, hop_retain(hop_obj(s)));
    return true;
}

bool
pssession_query(struct hop_runspace *rs, const struct target *t,
                struct hop_array *out, struct hop_error *err,
                enum hop_cause *cause)
{
    struct query q = {rs, t, out};

    return remote_list(rs, t, take_found, &q, err, cause);
}
