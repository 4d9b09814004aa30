/* What a session shows of its connection: Runspace, its state, ConnectionInfo.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>

#include "cmdlets/record.h"
#include "cmdlets/remoting/remoting.h"
#include "value/enums.h"

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

char *
remote_shell_uri(const struct target *t)
{
    const char *name =
        t->configuration ? t->configuration : "Microsoft.PowerShell";

    return strstr(name, "://") ? hop_xstrdup(name)
                               : hop_xasprintf(SHELLS "%s", name);
}

/* What a URI says of the port; 0: nothing. */
static int32_t
port_in(const char *uri)
{
    const char *s = strstr(uri, "://"), *colon;
    size_t n;

    if (!s)
        return 0;
    s += 3;
    n = strcspn(s, "/?#");
    colon = memrchr(s, ':', n);
    return colon && !memchr(colon, ']', n - (size_t)(colon - s))
               ? (int32_t)strtol(colon + 1, NULL, 10)
               : 0;
}

static int32_t
port_of(const struct target *t)
{
    int32_t port = t->port ? t->port : port_in(t->endpoint);

    return port ? port : t->use_ssl ? 5986 : 5985;
}

/* As in PowerShell, the whole path where a URI was given. */
static const char *
application_of(const struct target *t)
{
    const char *s = strstr(t->endpoint, "://");
    const char *path = s && !t->application ? strchr(s + 3, '/') : NULL;

    return path && path[1] ? path : t->application ? t->application : "wsman";
}

static void
fill_wsman(struct hop_context *cx, const struct remote *r, struct hop_record *o)
{
    const struct target *t = r->target;
    HOP_AUTO_FREE char *shell = remote_shell_uri(t), *uri = NULL;
    HOP_AUTO_VALUE struct hop_value text = hop_null();
    struct hop_value v = hop_null();

    uri = strstr(t->endpoint, "://")
              ? hop_xstrdup(t->endpoint)
              : hop_xasprintf("%s://%s:%d/%s", t->use_ssl ? "https" : "http",
                              t->computer, port_of(t), application_of(t));
    text = hop_text(uri);
    if (!hop_convert(cx, text, &hop_class_uri, &v))
        hop_drop_exception(cx);
    hop_record_set(o, C_URI, v);
    hop_record_set(o, C_SCHEME, hop_text(t->use_ssl ? "https" : "http"));
    hop_record_set(o, C_APPLICATION, hop_text(application_of(t)));
    hop_record_set(o, C_SHELL, hop_text(shell));
    v = r->buffering ? hop_enum(HOP_ENUM_BUFFERING_MODE, r->buffering)
                     : target_option(t, OPTION_BUFFERING);
    hop_record_set(o, C_BUFFERING,
                   v.kind == HOP_ENUM ? v
                                      : hop_enum(HOP_ENUM_BUFFERING_MODE, 0));
    hop_record_set(o, C_NETWORK, hop_bool(t->network_access));
    hop_record_set(o, C_PORT, hop_int(port_of(t)));
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

struct hop_value
remote_connection_info(struct hop_context *cx, const struct remote *r)
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

struct hop_value
remote_state_value(const struct remote *r)
{
    return hop_enum(HOP_ENUM_RUNSPACE_STATE, r->state);
}

struct hop_value
remote_availability(const struct remote *r)
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

struct hop_value
remote_expires_on(const struct remote *r)
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
        hop_record_set(info, S_STATE, remote_state_value(r));
        if (r->state == REMOTE_BROKEN && r->rs)
            hop_record_set(info, S_REASON,
                           remote_transport_exception(r->rs, &r->error));
        *out = hop_obj(info);
        break;
    case R_AVAILABILITY: *out = remote_availability(r); break;
    case R_CONNECTION: *out = remote_connection_info(cx, r); break;
    case R_INSTANCE: *out = remote_guid(cx, &r->id); break;
    case R_REMOTE: *out = hop_bool(true); break;
    case R_LEFT_ON:
        *out = r->state == REMOTE_LEFT ? hop_retain(r->left_on) : hop_null();
        break;
    case R_EXPIRES: *out = remote_expires_on(r); break;
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
static bool
get_private_data(struct hop_context *cx, struct hop_call *call)
{
    (void)cx;
    call->result = hop_retain(((struct remote_runspace *)(void *)call->self.u.o)
                                  ->remote->private_data);
    return true;
}

static const struct hop_method runspace_methods[] = {
    {"psprimitivedictionary GetApplicationPrivateData()", get_private_data},
    {NULL}};

static const struct hop_class class_remote_runspace = {
    .name = "System.Management.Automation.RemoteRunspace",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = sizeof(struct remote_runspace),
    .properties = runspace_properties,
    .methods = runspace_methods,
    .destroy = destroy_runspace,
};

struct hop_value
remote_runspace_new(struct hop_context *cx, struct remote *r, int32_t id)
{
    struct remote_runspace *o = hop_object_new(cx, &class_remote_runspace);

    o->remote = remote_ref(r);
    o->id = id;
    return hop_obj(o);
}

const struct hop_class *const remote_runspace_classes[] = {
    &class_wsman_info,
    &class_ssh_info,
    &class_state_info,
    &class_remote_runspace,
    NULL,
};
