/* SPDX-License-Identifier: MIT */
#include "psrp/message.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "clixml/classes.h"
#include "psrp/body.h"
#include "value/enums.h"
#include "value/member.h"

/* ---- tables of properties ---- */

#define F(type, name, kind, member, flags, id)                                 \
    {                                                                          \
        name, kind, offsetof(struct type, member), flags, id                   \
    }

static const struct field capability[] = {
    F(hop_psrp_capability, "protocolversion", FIELD_VERSION, protocol, 0, 0),
    F(hop_psrp_capability, "PSVersion", FIELD_VERSION, ps, 0, 0),
    F(hop_psrp_capability, "SerializationVersion", FIELD_VERSION, serialization,
      0, 0),
    F(hop_psrp_capability, "TimeZone", FIELD_VALUE, time_zone, MAY_LACK, 0),
};

static const struct field init[] = {
    F(hop_psrp_init, "MinRunspaces", FIELD_INT, min, 0, 0),
    F(hop_psrp_init, "MaxRunspaces", FIELD_INT, max, 0, 0),
    F(hop_psrp_init, "PSThreadOptions", FIELD_ENUM, thread_options, 0,
      HOP_ENUM_THREAD_OPTIONS),
    F(hop_psrp_init, "ApartmentState", FIELD_ENUM, apartment, 0,
      HOP_ENUM_APARTMENT),
    F(hop_psrp_init, "ApplicationArguments", FIELD_VALUE, arguments, 0, 0),
    F(hop_psrp_init, "HostInfo", FIELD_HOST, host, 0, 0),
};

static const struct field public_key[] = {
    F(hop_psrp_key, "PublicKey", FIELD_TEXT, text, 0, 0),
};
static const struct field session_key[] = {
    F(hop_psrp_key, "EncryptedSessionKey", FIELD_TEXT, text, 0, 0),
};

static const struct field set_max[] = {
    F(hop_psrp_runspaces, "MaxRunspaces", FIELD_INT, number, 0, 0),
    F(hop_psrp_runspaces, "ci", FIELD_LONG, call, 0, 0),
};
static const struct field set_min[] = {
    F(hop_psrp_runspaces, "MinRunspaces", FIELD_INT, number, 0, 0),
    F(hop_psrp_runspaces, "ci", FIELD_LONG, call, 0, 0),
};
static const struct field call_alone[] = {
    F(hop_psrp_runspaces, "ci", FIELD_LONG, call, 0, 0),
};
static const struct field availability[] = {
    F(hop_psrp_availability, "SetMinMaxRunspacesResponse", FIELD_VALUE, answer,
      0, 0),
    F(hop_psrp_availability, "ci", FIELD_LONG, call, 0, 0),
};

static const struct field pool_state[] = {
    F(hop_psrp_state, "RunspaceState", FIELD_INT, state, 0, 0),
    F(hop_psrp_state, "ExceptionAsErrorRecord", FIELD_VALUE, error, MAY_LACK,
      0),
};
static const struct field pipeline_state[] = {
    F(hop_psrp_state, "PipelineState", FIELD_INT, state, 0, 0),
    F(hop_psrp_state, "ExceptionAsErrorRecord", FIELD_VALUE, error, MAY_LACK,
      0),
};

#define E(name, kind, member)                                                  \
    F(hop_psrp_event_args, "PSEventArgs." name, kind, member, 0, 0)
static const struct field event[] = {
    E("EventIdentifier", FIELD_INT, identifier),
    E("SourceIdentifier", FIELD_TEXT, source),
    E("TimeGenerated", FIELD_VALUE, time),
    E("Sender", FIELD_VALUE, sender),
    E("SourceArgs", FIELD_VALUE, arguments),
    E("MessageData", FIELD_VALUE, data),
    E("ComputerName", FIELD_TEXT, computer),
    E("RunspaceId", FIELD_VALUE, runspace),
};

static const struct field private_data[] = {
    F(hop_psrp_private_data, "ApplicationPrivateData", FIELD_VALUE, data, 0, 0),
};

static const struct field metadata[] = {
    F(hop_psrp_metadata, "Name", FIELD_VALUE, name, 0, 0),
    F(hop_psrp_metadata, "CommandType", FIELD_ENUM, types, MAY_NIL,
      HOP_ENUM_COMMAND_TYPES),
    F(hop_psrp_metadata, "Namespace", FIELD_VALUE, space, 0, 0),
    F(hop_psrp_metadata, "FullyQualifiedModule", FIELD_VALUE, module, MAY_LACK,
      0),
    F(hop_psrp_metadata, "ArgumentList", FIELD_VALUE, arguments, 0, 0),
};

static const struct field host_call[] = {
    F(hop_psrp_host_call, "ci", FIELD_LONG, call, 0, 0),
    F(hop_psrp_host_call, "mi", FIELD_ENUM, method, 0, HOP_ENUM_HOST_METHOD),
    F(hop_psrp_host_call, "mp", FIELD_VALUE, parameters, 0, 0),
};
static const struct field host_response[] = {
    F(hop_psrp_host_response, "mr", FIELD_VALUE, result, MAY_LACK, 0),
    F(hop_psrp_host_response, "me", FIELD_VALUE, error, MAY_LACK, 0),
    F(hop_psrp_host_response, "ci", FIELD_LONG, call, 0, 0),
    F(hop_psrp_host_response, "mi", FIELD_ENUM, method, 0,
      HOP_ENUM_HOST_METHOD),
};

static const struct field record[] = {
    F(hop_psrp_record, "InformationalRecord_Message", FIELD_TEXT, message, 0,
      0),
    F(hop_psrp_record, "", FIELD_VALUE, invocation, MAY_LACK, 0),
};

#define R(name, kind, member, id)                                              \
    F(hop_psrp_progress, name, kind, member, 0, id)
static const struct field progress[] = {
    R("Activity", FIELD_TEXT, activity, 0),
    R("ActivityId", FIELD_INT, id, 0),
    R("StatusDescription", FIELD_TEXT, status, 0),
    R("CurrentOperation", FIELD_TEXT, operation, 0),
    R("ParentActivityId", FIELD_INT, parent, 0),
    R("PercentComplete", FIELD_INT, percent, 0),
    R("Type", FIELD_ENUM, type, HOP_ENUM_PROGRESS_RECORD),
    R("SecondsRemaining", FIELD_INT, seconds, 0),
};

#define I(name, kind, member) F(hop_psrp_information, name, kind, member, 0, 0)
static const struct field information[] = {
    I("MessageData", FIELD_VALUE, data),
    I("Source", FIELD_TEXT, source),
    I("TimeGenerated", FIELD_VALUE, time),
    I("Tags", FIELD_VALUE, tags),
    I("User", FIELD_TEXT, user),
    I("Computer", FIELD_TEXT, computer),
    I("ProcessId", FIELD_UINT, process),
    I("NativeThreadId", FIELD_UINT, native_thread),
    I("ManagedThreadId", FIELD_UINT, managed_thread),
};

static const struct field connect[] = {
    F(hop_psrp_pool_size, "MinRunspaces", FIELD_INT, min, MAY_LACK, 0),
    F(hop_psrp_pool_size, "MaxRunspaces", FIELD_INT, max, MAY_LACK, 0),
};
static const struct field init_data[] = {
    F(hop_psrp_pool_size, "MinRunspaces", FIELD_INT, min, 0, 0),
    F(hop_psrp_pool_size, "MaxRunspaces", FIELD_INT, max, 0, 0),
};

enum shape {
    SHAPE_FIELDS,
    SHAPE_EMPTY,    /* no text at all */
    SHAPE_NOTHING,  /* an empty string */
    SHAPE_OBJECT,   /* the value itself */
    SHAPE_RECORD,   /* an object with type names and text */
    SHAPE_PIPELINE, /* CREATE_PIPELINE */
};

#define TABLE(t) SHAPE_FIELDS, t, HOP_ARRAY_SIZE(t), NULL
static const struct body {
    enum hop_psrp_type type;
    enum shape shape;
    const struct field *fields;
    size_t n;
    const char *record; /* the type of a record */
} bodies[] = {
    {HOP_PSRP_SESSION_CAPABILITY, TABLE(capability)},
    {HOP_PSRP_INIT_RUNSPACEPOOL, TABLE(init)},
    {HOP_PSRP_PUBLIC_KEY, TABLE(public_key)},
    {HOP_PSRP_ENCRYPTED_SESSION_KEY, TABLE(session_key)},
    {HOP_PSRP_PUBLIC_KEY_REQUEST, SHAPE_NOTHING, NULL, 0, NULL},
    {HOP_PSRP_SET_MAX_RUNSPACES, TABLE(set_max)},
    {HOP_PSRP_SET_MIN_RUNSPACES, TABLE(set_min)},
    {HOP_PSRP_RUNSPACE_AVAILABILITY, TABLE(availability)},
    {HOP_PSRP_RUNSPACEPOOL_STATE, TABLE(pool_state)},
    {HOP_PSRP_CREATE_PIPELINE, SHAPE_PIPELINE, NULL, 0, NULL},
    {HOP_PSRP_GET_AVAILABLE_RUNSPACES, TABLE(call_alone)},
    {HOP_PSRP_USER_EVENT, TABLE(event)},
    {HOP_PSRP_APPLICATION_PRIVATE_DATA, TABLE(private_data)},
    {HOP_PSRP_GET_COMMAND_METADATA, TABLE(metadata)},
    {HOP_PSRP_RUNSPACEPOOL_HOST_CALL, TABLE(host_call)},
    {HOP_PSRP_RUNSPACEPOOL_HOST_RESPONSE, TABLE(host_response)},
    {HOP_PSRP_PIPELINE_INPUT, SHAPE_OBJECT, NULL, 0, NULL},
    {HOP_PSRP_END_OF_PIPELINE_INPUT, SHAPE_EMPTY, NULL, 0, NULL},
    {HOP_PSRP_PIPELINE_OUTPUT, SHAPE_OBJECT, NULL, 0, NULL},
    {HOP_PSRP_ERROR_RECORD, SHAPE_OBJECT, NULL, 0, NULL},
    {HOP_PSRP_PIPELINE_STATE, TABLE(pipeline_state)},
    {HOP_PSRP_DEBUG_RECORD, SHAPE_RECORD, record, 2, "DebugRecord"},
    {HOP_PSRP_VERBOSE_RECORD, SHAPE_RECORD, record, 2, "VerboseRecord"},
    {HOP_PSRP_WARNING_RECORD, SHAPE_RECORD, record, 2, "WarningRecord"},
    {HOP_PSRP_PROGRESS_RECORD, TABLE(progress)},
    {HOP_PSRP_INFORMATION_RECORD, TABLE(information)},
    {HOP_PSRP_PIPELINE_HOST_CALL, TABLE(host_call)},
    {HOP_PSRP_PIPELINE_HOST_RESPONSE, TABLE(host_response)},
    {HOP_PSRP_CONNECT_RUNSPACEPOOL, TABLE(connect)},
    {HOP_PSRP_RUNSPACEPOOL_INIT_DATA, TABLE(init_data)},
    {HOP_PSRP_RESET_RUNSPACE_STATE, TABLE(call_alone)},
};

static const struct body *
find_body(enum hop_psrp_type type)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(bodies); i++)
        if (bodies[i].type == type)
            return &bodies[i];
    return NULL;
}

/* ---- records ---- */

#define NAMESPACE      "System.Management.Automation."
#define RECORD_MESSAGE "InformationalRecord_Message"
#define RECORD_EXTRA   "InformationalRecord_SerializeInvocationInfo"

static void
copy_members(struct hop_value from, struct hop_object *to)
{
    struct hop_members *m = hop_is_null(from) ? NULL : from.u.o->ext;

    for (uint32_t i = 0; m && i < m->n; i++)
        hop_custom_set(to, m->items[i].name, hop_retain(m->items[i].value));
}

static struct hop_value
write_record(struct hop_context *cx, const struct body *b,
             const struct hop_psrp_record *r)
{
    char name[64];
    const char *types[] = {name, NAMESPACE "InformationalRecord",
                           "System.Object", NULL};
    struct hop_bag *bag = hop_clixml_bag_new(cx, false);

    snprintf(name, sizeof(name), "%s%s", NAMESPACE, b->record);
    hop_psrp_set_types(cx, &bag->base, types);
    bag->text = r->message ? hop_string_retain(r->message) : hop_string_empty();
    hop_custom_set_text(&bag->base, RECORD_MESSAGE,
                        r->message ? hop_str(hop_string_retain(r->message))
                                   : hop_null());
    hop_custom_set_text(&bag->base, RECORD_EXTRA,
                        hop_bool(!hop_is_null(r->invocation)));
    copy_members(r->invocation, &bag->base);
    return hop_obj(bag);
}

static struct hop_value
read_invocation(struct hop_context *cx, struct hop_value v)
{
    struct hop_object *o = psrp_body_object(cx);
    struct hop_members *m = v.u.o->ext;

    for (uint32_t i = 0; i < m->n; i++)
        if (!hop_string_iis(m->items[i].name, RECORD_MESSAGE) &&
            !hop_string_iis(m->items[i].name, RECORD_EXTRA))
            hop_custom_set(o, m->items[i].name, hop_retain(m->items[i].value));
    return hop_obj(o);
}

static bool
read_record(struct hop_context *cx, const char *what, struct hop_value v,
            struct hop_psrp_record *r, struct hop_error *err)
{
    struct hop_value *extra = psrp_body_member(v, RECORD_EXTRA);

    if (!psrp_body_read(cx, what, record, 1, v, r, err))
        return false;
    if (extra && extra->kind == HOP_BOOL && extra->u.i)
        r->invocation = read_invocation(cx, v);
    return true;
}

/* ---- one body ---- */

static struct hop_value
make_value(struct hop_context *cx, const struct body *b,
           const struct hop_psrp_message *m)
{
    struct hop_object *o;

    switch (b->shape) {
    case SHAPE_OBJECT: return hop_retain(m->u.object);
    case SHAPE_RECORD: return write_record(cx, b, &m->u.record);
    case SHAPE_PIPELINE: return psrp_pipeline_write(cx, &m->u.pipeline);
    case SHAPE_NOTHING: return hop_text("");
    default: break;
    }
    o = psrp_body_object(cx);
    psrp_body_write(cx, b->fields, b->n, &m->u, o);
    return hop_obj(o);
}

/* The pending exception as an error of ours. */
static bool
write_failed(struct hop_context *cx, const char *what, struct hop_error *err)
{
    HOP_AUTO_VALUE struct hop_value e = hop_take_exception(cx);

    return hop_error_set(err, HOP_ERROR_GENERIC, 0,
                         "an object of %s cannot be written: %s", what,
                         hop_is_null(e) ? "the pipeline was stopped, or there "
                                          "is no memory"
                                        : hop_exception_message(e));
}

static const char *
name_of(enum hop_psrp_type type)
{
    const struct hop_psrp_type_info *info = hop_psrp_type_find((uint32_t)type);

    return info ? info->name : "a message";
}

/* Null travels as no text at all. */
static bool
is_null_object(const struct body *b, const struct hop_psrp_message *m)
{
    return b->shape == SHAPE_OBJECT && hop_is_null(m->u.object);
}

bool
hop_psrp_body_encode(struct hop_context *cx, const struct hop_clixml_options *o,
                     const struct hop_psrp_message *m, struct hop_buf *out,
                     struct hop_error *err)
{
    const struct body *b = find_body(m->type);
    HOP_AUTO_VALUE struct hop_value v = hop_null();

    if (b->shape == SHAPE_EMPTY || is_null_object(b, m))
        return true;
    v = make_value(cx, b, m);
    return hop_clixml_write(cx, o, v, out) ||
           write_failed(cx, name_of(m->type), err);
}

static bool
read_value(struct hop_context *cx, const struct body *b, struct hop_value v,
           struct hop_psrp_message *m, struct hop_error *err)
{
    const char *what = name_of(m->type);

    switch (b->shape) {
    case SHAPE_OBJECT: m->u.object = hop_retain(v); return true;
    case SHAPE_RECORD: return read_record(cx, what, v, &m->u.record, err);
    case SHAPE_PIPELINE: return psrp_pipeline_read(cx, v, &m->u.pipeline, err);
    case SHAPE_NOTHING: return true;
    default: return psrp_body_read(cx, what, b->fields, b->n, v, &m->u, err);
    }
}

bool
hop_psrp_body_decode(struct hop_context *cx, const struct hop_clixml_options *o,
                     const char *s, size_t n, struct hop_psrp_message *m,
                     struct hop_error *err)
{
    const struct body *b = find_body(m->type);
    HOP_AUTO_VALUE struct hop_value v = hop_null();

    memset(&m->u, 0, sizeof(m->u));
    if (b->shape == SHAPE_EMPTY || (b->shape == SHAPE_OBJECT && n == 0))
        return true;
    if (!hop_clixml_read_one(cx, o, s, n, &v, err))
        return hop_error_prefix(err, "text of %s", name_of(m->type));
    if (read_value(cx, b, v, m, err))
        return true;
    hop_psrp_message_done(m);
    return false;
}

bool
hop_psrp_message_encode(struct hop_context *cx,
                        const struct hop_clixml_options *o, unsigned to,
                        const struct hop_psrp_message *m, struct hop_buf *out,
                        struct hop_error *err)
{
    size_t start = out->len;
    struct hop_psrp_head head = {
        .to = to,
        .type = (uint32_t)m->type,
        .pool = m->pool,
        .pipeline = m->pipeline,
    };

    size_t text;

    hop_psrp_head_encode(out, &head);
    text = out->len;
    if (!hop_psrp_body_encode(cx, o, m, out, err))
        return false;
    /* PowerShell sends no mark in front of no text. */
    if (out->len == text)
        out->len -= text - start - HOP_PSRP_HEAD;
    return true;
}

void
hop_psrp_message_done(struct hop_psrp_message *m)
{
    const struct body *b = find_body(m->type);

    if (b && b->shape == SHAPE_OBJECT)
        hop_value_clear(&m->u.object);
    else if (b && b->shape == SHAPE_PIPELINE)
        psrp_pipeline_release(&m->u.pipeline);
    else if (b && b->fields)
        psrp_body_release(b->fields, b->n, &m->u);
    memset(m, 0, sizeof(*m));
}
