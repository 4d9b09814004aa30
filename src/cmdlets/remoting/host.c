/* Our host, used by the other side: MS-PSRP 2.2.3.17.  The console's width,
 * questions, colours; what it cannot do is answered with an error.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <unistd.h>

#include "cmdlets/remoting/host_call.h"

struct hop_value
host_arg(const struct asked *a, size_t i)
{
    return i < a->args->n ? a->args->items[i] : hop_null();
}

/* The text of an argument; borrowed, "" for anything else. */
const char *
host_text(const struct asked *a, size_t i)
{
    struct hop_value v = hop_value_base(host_arg(a, i));

    return hop_is_string(v) ? hop_cstr(v) : "";
}

int64_t
host_number(struct hop_value v, int64_t fallback)
{
    v = hop_value_base(v);
    return hop_is_integer(v) || v.kind == HOP_ENUM ? v.u.i : fallback;
}

int64_t
host_int(const struct asked *a, size_t i)
{
    return host_number(host_arg(a, i), -1);
}

bool
host_answered(struct asked *a, enum hop_ask how)
{
    if (how == HOP_ASK_OK)
        return true;
    a->stopped = how == HOP_ASK_STOPPED;
    a->failure = how == HOP_ASK_END
                     ? "The input has ended before the question was answered."
                     : "The shell on the client's side is not interactive and "
                       "cannot ask.";
    return false;
}

struct hop_string *
host_field_text(const struct asked *a, struct hop_value v, const char *name)
{
    HOP_AUTO_VALUE struct hop_value m = hop_member_path(a->cx, v, name);

    return hop_is_string(m) ? hop_string_retain(m.u.s) : hop_string_from("");
}

int64_t
host_field_int(const struct asked *a, struct hop_value v, const char *name,
               int64_t fallback)
{
    HOP_AUTO_VALUE struct hop_value m = hop_member_path(a->cx, v, name);

    return host_number(m, fallback);
}

/* ---- output ---- */

static void
write_text(struct asked *a, size_t at, bool line, int fg, int bg)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    hop_buf_adds(&b, host_text(a, at));
    if (line)
        hop_buf_addc(&b, '\n');
    if (b.len && a->host && a->host->ops->write)
        a->host->ops->write(a->host, b.data, b.len, fg, bg);
}

static void
write_plain(struct asked *a)
{
    write_text(a, 0, false, HOP_COLOR_NONE, HOP_COLOR_NONE);
}

static void
write_coloured(struct asked *a)
{
    write_text(a, 2, false, (int)host_int(a, 0), (int)host_int(a, 1));
}

static void
write_line(struct asked *a)
{
    write_text(a, 0, true, HOP_COLOR_NONE, HOP_COLOR_NONE);
}

static void
write_line_coloured(struct asked *a)
{
    write_text(a, 2, true, (int)host_int(a, 0), (int)host_int(a, 1));
}

static void
write_stream(struct asked *a, int stream)
{
    const char *s = host_text(a, 0);

    hop_host_line(a->rs, stream, s, strlen(s));
}

static void
write_error(struct asked *a)
{
    write_stream(a, HOP_ERROR);
}

static void
write_debug(struct asked *a)
{
    write_stream(a, HOP_DEBUG);
}

static void
write_verbose(struct asked *a)
{
    write_stream(a, HOP_VERBOSE);
}

static void
write_warning(struct asked *a)
{
    write_stream(a, HOP_WARNING);
}

static void
write_progress(struct asked *a)
{
    struct hop_value v = host_arg(a, 1);
    HOP_AUTO_STRING struct hop_string *activity =
        host_field_text(a, v, "Activity");
    HOP_AUTO_STRING struct hop_string *status =
        host_field_text(a, v, "StatusDescription");
    HOP_AUTO_STRING struct hop_string *operation =
        host_field_text(a, v, "CurrentOperation");
    struct hop_progress p = {
        .source_id = host_int(a, 0),
        .id = (int32_t)host_field_int(a, v, "ActivityId", 0),
        .parent_id = (int32_t)host_field_int(a, v, "ParentActivityId", -1),
        .activity = activity->data,
        .status = status->data,
        .operation = operation->data,
        .percent = (int32_t)host_field_int(a, v, "PercentComplete", -1),
        .seconds_remaining =
            (int32_t)host_field_int(a, v, "SecondsRemaining", -1),
        .completed = host_field_int(a, v, "Type", 0) == 1,
    };

    if (a->host && a->host->ops->write_progress)
        a->host->ops->write_progress(a->host, &p);
}

/* ---- the rest ---- */

static void
get_name(struct asked *a)
{
    a->result = hop_text(a->host ? a->host->ops->name : "");
}

static void
get_version(struct asked *a)
{
    HOP_AUTO_VALUE struct hop_value text =
        hop_text(a->host ? a->host->ops->version : "7.6.5");

    if (!hop_convert(a->cx, text, &hop_class_version, &a->result))
        hop_drop_exception(a->cx);
}

static void
get_instance(struct asked *a)
{
    a->result = remote_guid(a->cx, &a->r->id);
}

static void
get_culture(struct asked *a)
{
    a->result = hop_text("en-US");
}

static void
set_title(struct asked *a)
{
    if (a->host && a->host->ops->set_title)
        a->host->ops->set_title(a->host, host_text(a, 0));
}

static void
get_title(struct asked *a)
{
    a->result = hop_text(
        a->host && a->host->ops->title ? a->host->ops->title(a->host) : "");
}

/* exit in the session: it ends, the shell does not. */
static void
should_exit(struct asked *a)
{
    a->r->exited = true;
    a->r->exit_code = (int)host_int(a, 0);
}

static void
pop_runspace(struct asked *a)
{
    a->r->popped = true;
}

static void
begin_application(struct asked *a)
{
    if (a->host && a->host->ops->begin_application)
        a->host->ops->begin_application(a->host);
}

static void
end_application(struct asked *a)
{
    if (a->host && a->host->ops->end_application)
        a->host->ops->end_application(a->host);
}

static void
get_false(struct asked *a)
{
    a->result = hop_bool(false);
}

#define METHODS 57
static void (*const methods[METHODS])(struct asked *a) = {
    [1] = get_name,
    [2] = get_version,
    [3] = get_instance,
    [4] = get_culture,
    [5] = get_culture,
    [6] = should_exit,
    [9] = begin_application,
    [10] = end_application,
    [11] = host_read_line,
    [12] = host_read_secure,
    [13] = write_plain,
    [14] = write_coloured,
    [15] = write_line,
    [16] = write_line,
    [17] = write_line_coloured,
    [18] = write_error,
    [19] = write_debug,
    [20] = write_progress,
    [21] = write_verbose,
    [22] = write_warning,
    [23] = host_prompt,
    [24] = host_prompt_credential,
    [25] = host_prompt_credential,
    [26] = host_prompt_choice,
    [27] = call_get_raw,
    [28] = call_set_raw,
    [29] = call_get_raw,
    [30] = call_set_raw,
    [31] = call_get_raw,
    [32] = call_set_raw,
    [33] = call_get_raw,
    [34] = call_set_raw,
    [35] = call_get_raw,
    [36] = call_set_raw,
    [37] = call_get_raw,
    [38] = call_set_raw,
    [39] = call_get_raw,
    [40] = call_set_raw,
    [41] = get_title,
    [42] = set_title,
    [43] = call_get_raw,
    [44] = call_get_raw,
    [45] = call_key_available,
    [46] = host_read_key,
    [47] = call_flush_input,
    [48] = call_fill_cells,
    [49] = call_put_cells,
    [50] = call_get_cells,
    [51] = call_scroll_cells,
    [53] = pop_runspace,
    [54] = get_false,
    [56] = host_prompt_choices,
};

static void
answer(struct asked *a, const struct hop_guid *pipeline,
       const struct hop_psrp_host_call *call)
{
    struct hop_psrp_message m = {
        .type = hop_guid_is_zero(pipeline) ? HOP_PSRP_RUNSPACEPOOL_HOST_RESPONSE
                                           : HOP_PSRP_PIPELINE_HOST_RESPONSE,
        .u.response = {.result = hop_void(),
                       .error = hop_void(),
                       .call = call->call,
                       .method = call->method}};
    struct hop_error err = {0};

    if (a->failure)
        m.u.response.error = hop_psrp_error_new(
            a->cx, &(struct hop_psrp_error){
                       .message = a->failure,
                       .id = "RemoteHostExecutionException",
                       .exception = "System.Management.Automation.Host."
                                    "HostException",
                       .category = HOP_CAT_INVALID_OPERATION,
                       .reason = "HostException"});
    else
        m.u.response.result = hop_value_steal(&a->result);
    if (!hop_psrp_session_send(hop_pool_session(a->r->pool), pipeline, &m,
                               &err))
        hop_host_line(a->rs, HOP_WARNING, err.text, strlen(err.text));
}

void
remote_host_call(struct remote *r, const struct hop_guid *pipeline,
                 const struct hop_psrp_host_call *call)
{
    struct hop_array *given = hop_as_array(call->parameters);
    HOP_AUTO_VALUE struct hop_value none = hop_null();
    struct asked a = {.r = r,
                      .rs = r->rs,
                      .cx = &r->rs->cx,
                      .host = r->rs->host,
                      .args = given,
                      .method = call->method};

    if (!given) {
        a.args = hop_array_new(a.cx, 0);
        none = hop_obj(a.args);
    }
    if (call->method > 0 && call->method < METHODS && methods[call->method])
        methods[call->method](&a);
    else
        a.failure = "The host of the client's side has no such method.";
    if (call->call != HOP_PSRP_NO_ANSWER && r->pool && !a.stopped)
        answer(&a, pipeline, call);
    hop_value_clear(&a.result);
}

void
remote_host_refuse(struct remote *r, const struct hop_guid *pipeline,
                   const struct hop_psrp_host_call *call)
{
    struct asked a = {.r = r,
                      .rs = r->rs,
                      .cx = &r->rs->cx,
                      .failure = "A job runs beside the shell and cannot ask: "
                                 "give it what it needs as arguments."};

    if (call->call != HOP_PSRP_NO_ANSWER && r->pool)
        answer(&a, pipeline, call);
}

void
remote_host_info(struct hop_runspace *rs, struct hop_psrp_host_info *out)
{
    struct hop_host *h = rs->host;
    struct hop_size size = h && h->ops->window_size
                               ? h->ops->window_size(h)
                               : (struct hop_size){120, 50};

    memset(out, 0, sizeof(*out));
    if (!h) {
        out->host_null = out->ui_null = out->raw_ui_null = true;
        return;
    }
    out->has_data = true;
    out->data = (struct hop_psrp_default_host){
        .foreground = -1,
        .background = -1,
        .cursor_size = 1,
        .window_width = size.width,
        .window_height = size.height,
        .buffer_width = size.width,
        .buffer_height = size.height,
        .max_window_width = size.width,
        .max_window_height = size.height,
        .max_physical_width = size.width,
        .max_physical_height = size.height,
        .title = hop_string_from(
            h->ops->title && h->ops->title(h) ? h->ops->title(h) : ""),
    };
}
