/* What comes from a pipeline elsewhere, written by the cmdlet here.
 *
 * Warnings, verbose and debug lines and progress reach our host by calls of
 * their own; the records that come beside them are for the variables.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cmdlets/remoting/remoting.h"

static bool
flow(struct hop_command *c, enum hop_flow f)
{
    return hop_command_flow(c, f);
}

static bool
write_warning(struct hop_command *c, const struct hop_psrp_record *record)
{
    HOP_AUTO_VALUE struct hop_value v = hop_stream_record(
        c->rs, HOP_WARNING, record->message ? record->message->data : "", c);

    command_note(c, HOP_WARNING, v);
    return true;
}

static bool
is_host_message(struct hop_array *tags)
{
    for (size_t i = 0; tags && i < tags->n; i++)
        if (hop_is_string(hop_value_base(tags->items[i])) &&
            hop_string_is(hop_value_base(tags->items[i]).u.s, "PSHOST"))
            return true;
    return false;
}

/* The host has shown what Write-Host said; it is marked as that. */
static bool
write_information(struct hop_command *c, struct remote *r,
                  const struct hop_psrp_information *i)
{
    HOP_AUTO_VALUE struct hop_value v = remote_information(r, i);
    HOP_AUTO_VALUE struct hop_value tags =
        hop_member_path(&c->rs->cx, v, "Tags");
    bool shown = is_host_message(hop_as_array(tags));

    if (shown)
        hop_array_push_text(hop_as_array(tags), "FORWARDED");
    command_note(c, HOP_INFORMATION, v);
    if (!c->io.sink[HOP_INFORMATION])
        return true;
    return flow(c, stream_write(c->rs, &c->io, HOP_INFORMATION, v));
}

bool
deliver(struct hop_command *c, struct remote *r,
        const struct hop_guid *pipeline, struct hop_psrp_message *m, bool hide)
{
    HOP_AUTO_VALUE struct hop_value v = hop_null();
    bool ok = true;

    switch (m->type) {
    case HOP_PSRP_PIPELINE_OUTPUT:
        v = remote_output(r, hop_value_steal(&m->u.object), hide);
        ok = flow(c, command_write(c, v));
        break;
    case HOP_PSRP_ERROR_RECORD:
        ok = hop_write_error(c, remote_error(r, m->u.object));
        break;
    case HOP_PSRP_WARNING_RECORD: ok = write_warning(c, &m->u.record); break;
    case HOP_PSRP_INFORMATION_RECORD:
        ok = write_information(c, r, &m->u.information);
        break;
    case HOP_PSRP_PIPELINE_HOST_CALL:
        remote_host_call(r, pipeline, &m->u.call);
        break;
    default: break;
    }
    hop_psrp_message_done(m);
    return ok && !hop_has_exception(&c->rs->cx);
}

static bool
was_stopped(struct hop_value record)
{
    struct error_record *e = as_error_record(record);

    return e && e->full_id && hop_string_iis(e->full_id, "PipelineStopped");
}

/* throw there is throw here, when one computer alone was asked. */
static bool
was_thrown(struct hop_context *cx, struct hop_value v)
{
    HOP_AUTO_VALUE struct hop_value thrown =
        hop_member_path(cx, v, "Exception.WasThrownFromThrowStatement");

    return thrown.kind == HOP_BOOL && thrown.u.i;
}

static bool
end_failed(struct hop_command *c, struct remote_call *k, bool alone)
{
    struct hop_value record;

    if (hop_is_null(k->record))
        return true;
    record = remote_error(k->remote, k->record);
    if (was_stopped(record)) {
        hop_release(record);
        return true;
    }
    if (!alone || !was_thrown(&c->rs->cx, k->record))
        return hop_write_error(c, record);
    as_error_record(record)->placed = false;
    as_error_record(record)->thrown = true;
    return hop_throw_record(c->rs, record);
}

static bool
end_left(struct hop_command *c, struct remote_call *k)
{
    return hop_write_warning(
        c,
        "The session on %s is disconnected%s%s. What runs there runs on: "
        "Connect-PSSession and Receive-PSSession pick it up.",
        k->remote->target->computer,
        k->error.domain != HOP_ERROR_NONE ? ": " : "", k->error.text);
}

bool
deliver_end(struct hop_command *c, struct remote_call *k, bool alone)
{
    switch (k->end) {
    case CALL_FAILED: return end_failed(c, k, alone);
    case CALL_STOPPED: return end_failed(c, k, alone);
    case CALL_LEFT: return end_left(c, k);
    case CALL_LOST: {
        struct remote *r = k->remote;

        if (r->state != REMOTE_BROKEN)
            r->error = k->error;
        return hop_write_error(c, remote_broken(r, "PSSessionStateBroken"));
    }
    default: return true;
    }
}
