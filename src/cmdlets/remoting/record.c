/* What came, as objects of ours: marked with where it comes from.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>

#include "base/text.h"
#include "cmdlets/jobs/jobs.h"
#include "cmdlets/record.h"
#include "cmdlets/remoting/remoting.h"

#define SMA "System.Management.Automation."

/* ---- OriginInfo ---- */

enum { ORIGIN_COMPUTER, ORIGIN_RUNSPACE, ORIGIN_INSTANCE };
static const struct hop_property origin_properties[] = {
    HOP_RECORD_PROPERTY(ORIGIN_COMPUTER, "PSComputerName", "string"),
    HOP_RECORD_PROPERTY(ORIGIN_RUNSPACE, "RunspaceID", "guid"),
    HOP_RECORD_WRITABLE(ORIGIN_INSTANCE, "InstanceID", "guid"),
    {0},
};

static bool
origin_text(struct hop_context *cx, struct hop_value v, struct hop_string **out)
{
    struct hop_record *r = (struct hop_record *)(void *)v.u.o;

    return hop_to_string(cx, r->slot[ORIGIN_COMPUTER], out);
}

static const struct hop_class class_origin = HOP_RECORD_CLASS(
    SMA "Remoting.OriginInfo", origin_properties, .to_string = origin_text);

/* The error records of other computers; what they are made of is the
 * engine's. */
static const struct hop_class class_remoting_error = {
    .name = SMA "Runspaces.RemotingErrorRecord",
    .base = &class_error_record,
    .kind = HOP_OBJECT,
    .size = sizeof(struct error_record),
};

const struct hop_class *const remote_record_classes[] = {
    &class_origin,
    &class_remoting_error,
    NULL,
};

struct hop_value
remote_guid(struct hop_context *cx, const struct hop_guid *g)
{
    char text[HOP_GUID_TEXT];
    HOP_AUTO_VALUE struct hop_value from = hop_null();
    struct hop_value v = hop_null();

    hop_guid_format(g, false, text);
    from = hop_text(text);
    if (!hop_convert(cx, from, &hop_class_guid, &v))
        hop_drop_exception(cx);
    return v;
}

/* The record becomes one of that computer and runspace. */
static void
set_origin(struct hop_runspace *rs, struct hop_value record,
           const char *computer, struct hop_value runspace)
{
    static const struct hop_guid none;
    struct error_record *e = as_error_record(record);
    struct hop_record *o = hop_record_new(&rs->cx, &class_origin);

    e->base.cls = &class_remoting_error;
    hop_record_set(o, ORIGIN_COMPUTER, hop_text(computer));
    hop_record_set(o, ORIGIN_RUNSPACE, hop_retain(runspace));
    hop_record_set(o, ORIGIN_INSTANCE, remote_guid(&rs->cx, &none));
    hop_custom_set_text(&e->base, "OriginInfo", hop_obj(o));
}

/* ---- output ---- */

static void
drop_member(struct hop_object *o, const char *name)
{
    HOP_AUTO_STRING struct hop_string *s = hop_string_from(name);

    (void)hop_member_remove(o, s);
}

struct hop_value
remote_output(struct remote *r, struct hop_value v, bool hide_computer)
{
    struct hop_context *cx = &r->rs->cx;

    if (hop_is_null(v))
        return v;
    v = hop_wrap(cx, v);
    drop_member(v.u.o, "PSComputerName");
    drop_member(v.u.o, "RunspaceId");
    hop_custom_set_text(v.u.o, "PSComputerName", hop_text(r->target->computer));
    hop_custom_set_text(v.u.o, "RunspaceId", remote_guid(cx, &r->id));
    if (!v.u.o->ext || !hop_custom_get_text(v.u.o, "PSShowComputerName"))
        hop_custom_set_text(v.u.o, "PSShowComputerName",
                            hop_bool(!hide_computer));
    return v;
}

/* ---- errors ---- */

static struct hop_string *
path_text(struct hop_context *cx, struct hop_value v, const char *path)
{
    HOP_AUTO_VALUE struct hop_value m = hop_member_path(cx, v, path);
    struct hop_string *s = NULL;

    if (hop_is_null(m))
        return NULL;
    if (!hop_to_string(cx, m, &s))
        hop_drop_exception(cx);
    return s;
}

static void
take_field(struct hop_string **slot, struct hop_string *s)
{
    hop_string_release(*slot);
    *slot = s;
}

/* A RemoteException with what is left of the exception there. */
static struct hop_value
remote_exception(struct hop_context *cx, struct hop_value v)
{
    HOP_AUTO_STRING struct hop_string *message =
        path_text(cx, v, "Exception.Message");
    struct hop_exception *e = hop_exception_new(cx, &hop_exception_remote,
                                                message ? message->data : "");

    hop_custom_set_text(&e->base, "SerializedRemoteException",
                        hop_member_path(cx, v, "Exception"));
    hop_custom_set_text(&e->base, "SerializedRemoteInvocationInfo",
                        hop_member_path(cx, v, "InvocationInfo"));
    return hop_obj(e);
}

struct hop_value
remote_error_of(struct hop_runspace *rs, struct hop_value v,
                const char *computer, struct hop_value runspace)
{
    struct hop_context *cx = &rs->cx;
    HOP_AUTO_VALUE struct hop_value exception = remote_exception(cx, v);
    HOP_AUTO_VALUE struct hop_value target =
        hop_member_path(cx, v, "TargetObject");
    HOP_AUTO_VALUE struct hop_value category =
        hop_member_path(cx, v, "ErrorCategory_Category");
    HOP_AUTO_STRING struct hop_string *id =
        path_text(cx, v, "FullyQualifiedErrorId");
    HOP_AUTO_STRING struct hop_string *details =
        path_text(cx, v, "ErrorDetails_Message");
    HOP_AUTO_STRING struct hop_string *advice =
        path_text(cx, v, "ErrorDetails_RecommendedAction");
    struct hop_exception *x = (struct hop_exception *)(void *)exception.u.o;
    struct error_record *e = error_record_new(
        rs, exception, id ? id->data : "",
        hop_is_integer(category) ? (enum hop_category)category.u.i
                                 : HOP_CAT_NOT_SPECIFIED,
        target);
    struct hop_value record = hop_obj(e);

    /* What the exception's own ErrorRecord is made from. */
    x->error_id = hop_string_retain(e->id);
    x->category = e->category;
    x->target = hop_retain(target);
    error_record_keep_id(record);
    take_field(&e->activity, path_text(cx, v, "ErrorCategory_Activity"));
    if (!e->activity)
        e->activity = hop_string_from("");
    take_field(&e->reason, path_text(cx, v, "ErrorCategory_Reason"));
    take_field(&e->target_name, path_text(cx, v, "ErrorCategory_TargetName"));
    take_field(&e->target_type, path_text(cx, v, "ErrorCategory_TargetType"));
    take_field(&e->stack_trace,
               path_text(cx, v, "ErrorDetails_ScriptStackTrace"));
    e->placed = true;
    if (details && details->len)
        hop_error_recommend(rs, record, details->data,
                            advice ? advice->data : "");
    set_origin(rs, record, computer, runspace);
    return record;
}

struct hop_value
remote_error(struct remote *r, struct hop_value v)
{
    HOP_AUTO_VALUE struct hop_value runspace = remote_guid(&r->rs->cx, &r->id);

    return remote_error_of(r->rs, v, r->target->computer, runspace);
}

/* ---- information ---- */

struct hop_value
remote_information(struct remote *r, const struct hop_psrp_information *i)
{
    struct hop_context *cx = &r->rs->cx;
    struct hop_value v = hop_information_record(r->rs, i->data, i->tags, NULL);
    const struct {
        const char *name;
        struct hop_string *text;
    } texts[] = {
        {"Source", i->source}, {"User", i->user}, {"Computer", i->computer}};

    for (size_t k = 0; k < HOP_ARRAY_SIZE(texts); k++) {
        HOP_AUTO_STRING struct hop_string *name =
            hop_string_from(texts[k].name);

        if (texts[k].text &&
            !hop_member_set(cx, v, name, hop_str(texts[k].text)))
            hop_drop_exception(cx);
    }
    return v;
}

/* ---- transport ---- */

#define CODE(c) (int64_t)(uint32_t)(c)

/* The names that the codes have in FullyQualifiedErrorId. */
static const struct {
    uint32_t code;
    const char *name;
} names[] = {
    {5, "AccessDenied"},
    {0x80070005, "AccessDenied"},
    {14, "ServerOutOfMemory"},
    {53, "NetworkPathNotFound"},
    {995, "WinRMOperationAborted"},
    {1115, "ShutDownInProgress"},
    {1311, "AuthenticationFailed"},
    {1326, "LogonFailure"},
    {0x8009030C, "LogonFailure"},
    {1722, "ImproperResponse"},
    {0x80338012, "CannotConnect"},
    {0x80338126, "WinRMOperationTimeout"},
    {0x80338113, "URLNotAvailable"},
    {0x80338112, "WinRMHttpServiceUnavailable"},
    {0x80338170, "WinRMHttpError"},
    {0x803381B9, "ComputerNotFound"},
    {0x8033803B, "InvalidResourceUri"},
    {0x80338002, "InvalidResourceUri"},
    {0x80338005, "CorruptedWinRMConfig"},
    {0x803381CD, "CannotConnectAlreadyConnected"},
    {0x8033810E, "InvalidAuthentication"},
    {0x803381D0, "CannotConnectInvalidOperation"},
    {0x803381C6, "CannotConnectMismatchSessions"},
    {0x803381DF, "CannotConnectRunAsFailed"},
    {0x803381C2, "SessionCreateFailedInvalidName"},
    {0x8033805B, "CannotConnectTargetSessionDoesNotExist"},
    {0x803381AC, "RemoteSessionDisallowed"},
    {0x803381E3, "RemoteConnectionDisallowed"},
    {0x803380E2, "ClientKerberosDisabled"},
    {0x803380E4, "ServerNotTrusted"},
    {0x8033810C, "WorkgroupCannotUseKerberos"},
    {0x803380E5, "ExplicitCredentialsRequired"},
    {0x80338199, "RedirectInformationRequired"},
    {0x803381B7, "RedirectLocationInvalid"},
    {0x80338074, "WinRMOperationNotSupportedOnServer"},
    {0x80090303, "TargetUnknown"},
    {0x803381BB, "CannotUseIPAddress"},
};

/* Causes that have no code of their own. */
static const char *const cause_names[] = {
    [HOP_CAUSE_NAME] = "ComputerNotFound",
    [HOP_CAUSE_REFUSED] = "CannotConnect",
    [HOP_CAUSE_UNREACHABLE] = "CannotConnect",
    [HOP_CAUSE_AUTHENTICATION] = "LogonFailure",
    [HOP_CAUSE_ACCESS] = "AccessDenied",
};

void
remote_error_id(const struct hop_error *e, enum hop_cause cause,
                const char *fallback, struct hop_buf *out)
{
    uint32_t code = e->domain == HOP_ERROR_WSMAN ? (uint32_t)e->code : 0;

    for (size_t i = 0; code && i < HOP_ARRAY_SIZE(names); i++)
        if (names[i].code == code) {
            hop_buf_addf(out, "%s,%s", names[i].name, fallback);
            return;
        }
    if (code)
        hop_buf_addf(out, "%d,%s", (int32_t)code, fallback);
    else if ((size_t)cause < HOP_ARRAY_SIZE(cause_names) && cause_names[cause])
        hop_buf_addf(out, "%s,%s", cause_names[cause], fallback);
    else
        hop_buf_adds(out, fallback);
}

struct hop_value
remote_transport_exception(struct hop_runspace *rs, const struct hop_error *e)
{
    struct hop_exception *x =
        hop_exception_new(&rs->cx, &hop_exception_remote_transport, e->text);

    hop_custom_set_text(
        &x->base, "ErrorCode",
        hop_int(e->domain == HOP_ERROR_WSMAN ? (int32_t)e->code : 0));
    hop_custom_set_text(&x->base, "TransportMessage", hop_text(e->text));
    return hop_obj(x);
}

/* SEC_E_NO_CREDENTIALS: in a session that came over the network it has one
 * cause, which has a name. */
#define NO_CREDENTIALS 0x8009030E

static bool
in_session(struct hop_runspace *rs)
{
    HOP_AUTO_VALUE struct hop_value sender =
        hop_variable_get(rs, "global:PSSenderInfo");

    return !hop_is_null(sender);
}

static void
add_second_hop(struct remote *r, struct hop_buf *text)
{
    if (!in_session(r->rs) || r->target->transport != BY_WSMAN ||
        !hop_is_null(r->target->credential) ||
        (r->cause != HOP_CAUSE_CREDENTIAL &&
         !(r->error.domain == HOP_ERROR_WSMAN &&
           (uint32_t)r->error.code == NO_CREDENTIALS)))
        return;
    if (!strstr(text->data, "0x8009030E"))
        hop_buf_adds(text, " (0x8009030E, SEC_E_NO_CREDENTIALS)");
    hop_buf_addf(text,
                 "\nThis is the second hop: the session you are in was opened "
                 "over the network and holds no credential of yours that it "
                 "could show to %s. `Get-SecondHop %s` says which of the seven "
                 "ways is open from here; the quickest are `-Credential "
                 "$Using:cred`, and `-Authentication Credssp` on the first "
                 "connection.",
                 r->target->computer, r->target->computer);
}

/* The text without "b: " in front. */
static const char *
without_name(const char *name, const char *text)
{
    size_t n = strlen(name);

    return strncmp(text, name, n) == 0 && strncmp(text + n, ": ", 2) == 0
               ? text + n + 2
               : text;
}

struct hop_value
remote_broken(struct remote *r, const char *fallback)
{
    HOP_AUTO_VALUE struct hop_value exception =
        remote_transport_exception(r->rs, &r->error);
    HOP_AUTO_VALUE struct hop_value target = hop_text(r->target->computer);
    HOP_AUTO_BUF struct hop_buf id = HOP_BUF_INIT, text = HOP_BUF_INIT;
    struct hop_value record;

    remote_error_id(&r->error, r->cause, fallback, &id);
    record = hop_error_record_from(r->rs, exception, hop_buf_str(&id),
                                   HOP_CAT_OPEN_ERROR, target);
    error_record_keep_id(record);
    as_error_record(record)->activity = hop_string_from("");
    hop_buf_addf(&text, "[%s] %s", r->target->computer,
                 without_name(r->target->computer, r->error.text));
    add_second_hop(r, &text);
    hop_error_recommend(r->rs, record, hop_buf_str(&text), "");
    return record;
}
