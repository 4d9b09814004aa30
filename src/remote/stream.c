/* The streams of a pipeline as messages.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <string.h>

#include "cmdlets/format/wire.h"
#include "remote/server.h"
#include "value/convert.h"
#include "value/enums.h"
#include "value/exception.h"
#include "value/member.h"

static struct hop_string *
property_text(struct hop_context *cx, struct hop_value v, const char *path)
{
    HOP_AUTO_VALUE struct hop_value p = hop_member_path(cx, v, path);
    struct hop_string *text = NULL;

    if (hop_is_null(p))
        return NULL;
    if (!hop_to_string(cx, p, &text))
        hop_drop_exception(cx);
    return text;
}

static int32_t
property_int(struct hop_context *cx, struct hop_value v, const char *path)
{
    HOP_AUTO_VALUE struct hop_value p = hop_member_path(cx, v, path);

    return p.kind == HOP_ENUM || hop_is_integer(p) ? (int32_t)p.u.i : 0;
}

/* ---- error records, MS-PSRP 2.2.3.15 ---- */

static bool
is_error_record(struct hop_value v)
{
    const struct hop_class *cls = hop_class_of(v);

    return cls &&
           strcmp(cls->name, "System.Management.Automation.ErrorRecord") == 0;
}

static void
add(struct hop_context *cx, struct hop_object *notes, const char *name,
    struct hop_value v, const char *path)
{
    hop_custom_set_text(notes, name, hop_member_path(cx, v, path));
}

static void
add_text(struct hop_context *cx, struct hop_object *notes, const char *name,
         struct hop_value v, const char *path)
{
    struct hop_string *text = property_text(cx, v, path);

    hop_custom_set_text(notes, name, text ? hop_str(text) : hop_text(""));
}

/* PowerShell's RuntimeException tells that it was thrown: its clients then
 * throw too. */
static void
mark_thrown(struct hop_value record, struct hop_value exception)
{
    if (!hop_value_is(exception, &hop_exception_runtime))
        return;
    hop_member_add(exception.u.o,
                   (struct hop_member){
                       .name = hop_string_from("WasThrownFromThrowStatement"),
                       .kind = HOP_MEMBER_PROPERTY,
                       .value = hop_bool(hop_error_was_thrown(record)),
                   });
}

bool
remote_extend(struct hop_context *cx, struct hop_value v,
              struct hop_object *notes)
{
    HOP_AUTO_VALUE struct hop_value details = hop_null();
    HOP_AUTO_VALUE struct hop_value category = hop_null();

    if (!is_error_record(v))
        return false;
    add(cx, notes, "Exception", v, "Exception");
    mark_thrown(v, *hop_custom_get_text(notes, "Exception"));
    add(cx, notes, "TargetObject", v, "TargetObject");
    add_text(cx, notes, "FullyQualifiedErrorId", v, "FullyQualifiedErrorId");
    add(cx, notes, "InvocationInfo", v, "InvocationInfo");
    hop_custom_set_text(notes, "ErrorCategory_Category",
                        hop_int(property_int(cx, v, "CategoryInfo.Category")));
    add_text(cx, notes, "ErrorCategory_Activity", v, "CategoryInfo.Activity");
    add_text(cx, notes, "ErrorCategory_Reason", v, "CategoryInfo.Reason");
    add_text(cx, notes, "ErrorCategory_TargetName", v,
             "CategoryInfo.TargetName");
    add_text(cx, notes, "ErrorCategory_TargetType", v,
             "CategoryInfo.TargetType");
    category = hop_member_path(cx, v, "CategoryInfo");
    add_text(cx, notes, "ErrorCategory_Message", category, "");
    details = hop_member_path(cx, v, "ErrorDetails");
    if (!hop_is_null(details)) {
        add(cx, notes, "ErrorDetails_Message", details, "Message");
        add(cx, notes, "ErrorDetails_RecommendedAction", details,
            "RecommendedAction");
    }
    hop_custom_set_text(notes, "SerializeExtendedInfo", hop_bool(false));
    add_text(cx, notes, "ErrorDetails_ScriptStackTrace", v, "ScriptStackTrace");
    return true;
}

/* ---- sinks ---- */

static const enum hop_psrp_type types[HOP_STREAM_NUMBERS] = {
    [HOP_OUTPUT] = HOP_PSRP_PIPELINE_OUTPUT,
    [HOP_ERROR] = HOP_PSRP_ERROR_RECORD,
    [HOP_WARNING] = HOP_PSRP_WARNING_RECORD,
    [HOP_VERBOSE] = HOP_PSRP_VERBOSE_RECORD,
    [HOP_DEBUG] = HOP_PSRP_DEBUG_RECORD,
    [HOP_INFORMATION] = HOP_PSRP_INFORMATION_RECORD,
};

static enum hop_flow
send(struct room *room, struct hop_psrp_message *m)
{
    struct server *s = room->server;
    struct hop_error err = {0};

    if (s->over) {
        hop_psrp_message_done(m);
        return HOP_FLOW_STOP;
    }
    if (!hop_psrp_session_send(s->session, &room->run->id, m, &err)) {
        if (hop_runspace_stopping(s->rs))
            return HOP_FLOW_STOP;
        fprintf(stderr, "hop: %s\n", err.text);
        return HOP_FLOW_NEXT;
    }
    remote_flush(s, &room->run->id);
    return hop_runspace_stopping(s->rs) ? HOP_FLOW_STOP : HOP_FLOW_NEXT;
}

static void
fill_record(struct hop_context *cx, struct hop_value v,
            struct hop_psrp_message *m)
{
    m->u.record.message = property_text(cx, v, "Message");
    m->u.record.invocation = hop_null();
}

static void
fill_information(struct hop_context *cx, struct hop_value v,
                 struct hop_psrp_message *m)
{
    struct hop_psrp_information *i = &m->u.information;

    i->data = hop_member_path(cx, v, "MessageData");
    i->time = hop_member_path(cx, v, "TimeGenerated");
    i->tags = hop_member_path(cx, v, "Tags");
    i->source = property_text(cx, v, "Source");
    i->user = property_text(cx, v, "User");
    i->computer = property_text(cx, v, "Computer");
    i->process = (uint32_t)property_int(cx, v, "ProcessId");
    i->native_thread = (uint32_t)property_int(cx, v, "NativeThreadId");
    i->managed_thread = (uint32_t)property_int(cx, v, "ManagedThreadId");
}

/* The colour of a message of Write-Host's, or none. */
static int
colour(struct hop_context *cx, struct hop_value v, const char *path)
{
    HOP_AUTO_VALUE struct hop_value c = hop_member_path(cx, v, path);

    return c.kind == HOP_ENUM ? (int)c.u.i : HOP_COLOR_NONE;
}

/* Write-Host's message is always shown, others where they are asked for. */
static void
show_information(struct room *room, struct hop_value v)
{
    struct server *s = room->server;
    HOP_AUTO_VALUE struct hop_value line =
        hop_member_path(s->cx, v, "MessageData.NoNewLine");
    /* Only Write-Host's message has it. */
    bool said = line.kind == HOP_BOOL;
    HOP_AUTO_STRING struct hop_string *wish = NULL;
    HOP_AUTO_VALUE struct hop_value preference =
        hop_variable_get(s->rs, "InformationPreference");
    HOP_AUTO_STRING struct hop_string *text =
        property_text(s->cx, v, said ? "MessageData.Message" : "MessageData");

    if (!hop_to_string(s->cx, preference, &wish))
        hop_drop_exception(s->cx);
    if (!text || (!said && !(wish && hop_string_iis(wish, "Continue"))))
        return;
    if (!said || !line.u.i)
        hop_string_append(&text, "\n", 1);
    remote_host_ops.write(&room->host, text->data, text->len,
                          colour(s->cx, v, "MessageData.ForegroundColor"),
                          colour(s->cx, v, "MessageData.BackgroundColor"));
}

static void
write_line(struct hop_host *h, int stream, const char *s, size_t n)
{
    switch (stream) {
    case HOP_WARNING: remote_host_ops.write_warning(h, s, n); break;
    case HOP_VERBOSE: remote_host_ops.write_verbose(h, s, n); break;
    case HOP_DEBUG: remote_host_ops.write_debug(h, s, n); break;
    default: break;
    }
}

/* What a client with a host also sees there: PowerShell sends both, the record
 * first. */
static void
show(struct room *room, enum hop_stream_number n, struct hop_value v)
{
    struct server *s = room->server;
    HOP_AUTO_STRING struct hop_string *text = NULL;

    if (n == HOP_INFORMATION) {
        show_information(room, v);
        return;
    }
    text = property_text(s->cx, v, "Message");
    if (text)
        write_line(&room->host, (int)n, text->data, text->len);
}

static enum hop_flow
write_stream(struct hop_sink *sink, struct hop_value v)
{
    struct stream *st = (struct stream *)(void *)sink;
    struct room *room = st->room;
    struct server *s = room->server;
    struct hop_psrp_message m = {.type = types[st->number]};
    enum hop_flow flow;

    if (!m.type)
        return HOP_FLOW_NEXT;
    if (st->number == HOP_OUTPUT && hop_packet_of(v))
        m.u.object = hop_packet_to_wire(s->cx, hop_packet_of(v));
    else if (st->number == HOP_OUTPUT || st->number == HOP_ERROR)
        m.u.object = hop_retain(v);
    else if (st->number == HOP_INFORMATION)
        fill_information(s->cx, v, &m);
    else
        fill_record(s->cx, v, &m);
    flow = send(room, &m);
    show(room, st->number, v);
    return flow;
}

void
remote_record(struct hop_host *h, int stream, const char *s, size_t n)
{
    struct room *room = (struct room *)(void *)h;
    struct hop_psrp_message m = {.type = types[stream]};

    if (!room->run)
        return;
    m.u.record.message = hop_string_new(s, n);
    m.u.record.invocation = hop_null();
    (void)send(room, &m);
    write_line(h, stream, s, n);
}

void
remote_streams_init(struct stream streams[HOP_STREAM_NUMBERS],
                    struct room *room)
{
    for (int i = 0; i < HOP_STREAM_NUMBERS; i++)
        streams[i] =
            (struct stream){{write_stream}, room, (enum hop_stream_number)i};
}

void
remote_progress(struct room *room, const struct hop_progress *p)
{
    struct hop_psrp_message m = {
        .type = HOP_PSRP_PROGRESS_RECORD,
        .u.progress =
            {
                .activity = hop_string_from(p->activity),
                .status = hop_string_from(p->status),
                .operation =
                    p->operation[0] ? hop_string_from(p->operation) : NULL,
                .id = p->id,
                .parent = p->parent_id,
                .percent = p->percent,
                .seconds = p->seconds_remaining,
                .type = p->completed,
            },
    };

    (void)send(room, &m);
}
