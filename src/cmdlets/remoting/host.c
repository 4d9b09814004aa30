/* Our host, used by the other side: MS-PSRP 2.2.3.17.  The console's width,
 * questions, colours; what it cannot do is answered with an error.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <unistd.h>

#include "cmdlets/remoting/hub.h"
#include "value/types/secure.h"

/* One call at work. */
struct asked {
    struct remote *r;
    struct hop_runspace *rs;
    struct hop_context *cx;
    struct hop_host *host;
    struct hop_array *args; /* never NULL */
    struct hop_value result;
    const char *failure; /* static text; NULL: it was done */
    bool stopped;
};

static struct hop_value
arg(const struct asked *a, size_t i)
{
    return i < a->args->n ? a->args->items[i] : hop_null();
}

/* The text of an argument; borrowed, "" for anything else. */
static const char *
arg_text(const struct asked *a, size_t i)
{
    struct hop_value v = hop_value_base(arg(a, i));

    return hop_is_string(v) ? hop_cstr(v) : "";
}

static int64_t
number_of(struct hop_value v, int64_t fallback)
{
    v = hop_value_base(v);
    return hop_is_integer(v) || v.kind == HOP_ENUM ? v.u.i : fallback;
}

static int64_t
arg_int(const struct asked *a, size_t i)
{
    return number_of(arg(a, i), -1);
}

static bool
answered(struct asked *a, enum hop_ask how)
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

/* ---- output ---- */

static void
write_text(struct asked *a, size_t at, bool line, int fg, int bg)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    hop_buf_adds(&b, arg_text(a, at));
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
    write_text(a, 2, false, (int)arg_int(a, 0), (int)arg_int(a, 1));
}

static void
write_line(struct asked *a)
{
    write_text(a, 0, true, HOP_COLOR_NONE, HOP_COLOR_NONE);
}

static void
write_line_coloured(struct asked *a)
{
    write_text(a, 2, true, (int)arg_int(a, 0), (int)arg_int(a, 1));
}

static void
write_stream(struct asked *a, int stream)
{
    const char *s = arg_text(a, 0);

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

static struct hop_string *
field_text(const struct asked *a, struct hop_value v, const char *name)
{
    HOP_AUTO_VALUE struct hop_value m = hop_member_path(a->cx, v, name);

    return hop_is_string(m) ? hop_string_retain(m.u.s) : hop_string_from("");
}

static int64_t
field_int(const struct asked *a, struct hop_value v, const char *name,
          int64_t fallback)
{
    HOP_AUTO_VALUE struct hop_value m = hop_member_path(a->cx, v, name);

    return number_of(m, fallback);
}

static void
write_progress(struct asked *a)
{
    struct hop_value v = arg(a, 1);
    HOP_AUTO_STRING struct hop_string *activity = field_text(a, v, "Activity");
    HOP_AUTO_STRING struct hop_string *status =
        field_text(a, v, "StatusDescription");
    HOP_AUTO_STRING struct hop_string *operation =
        field_text(a, v, "CurrentOperation");
    struct hop_progress p = {
        .source_id = arg_int(a, 0),
        .id = (int32_t)field_int(a, v, "ActivityId", 0),
        .parent_id = (int32_t)field_int(a, v, "ParentActivityId", -1),
        .activity = activity->data,
        .status = status->data,
        .operation = operation->data,
        .percent = (int32_t)field_int(a, v, "PercentComplete", -1),
        .seconds_remaining = (int32_t)field_int(a, v, "SecondsRemaining", -1),
        .completed = field_int(a, v, "Type", 0) == 1,
    };

    if (a->host && a->host->ops->write_progress)
        a->host->ops->write_progress(a->host, &p);
}

/* ---- questions ---- */

static void
wipe(char *s)
{
    if (s)
        explicit_bzero(s, strlen(s));
    free(s);
}

static void
read_line(struct asked *a)
{
    char *s = NULL;

    if (!a->host || !a->host->ops->interactive || !a->host->ops->read_line) {
        (void)answered(a, HOP_ASK_UNSUPPORTED);
        return;
    }
    if (answered(a, a->host->ops->read_line(a->host, &s)))
        a->result = hop_text(s);
    free(s);
}

static bool
ask_secret(struct asked *a, struct hop_value *out)
{
    char *s = NULL;
    bool ok = a->host && a->host->ops->interactive && a->host->ops->read_secure;

    if (!ok)
        return answered(a, HOP_ASK_UNSUPPORTED);
    ok = answered(a, a->host->ops->read_secure(a->host, &s));
    if (ok)
        *out = hop_secure_new(a->cx, s, strlen(s));
    wipe(s);
    return ok;
}

static void
read_secure(struct asked *a)
{
    (void)ask_secret(a, &a->result);
}

static void
say(struct asked *a, const char *s)
{
    if (a->host && a->host->ops->write && *s)
        a->host->ops->write(a->host, s, strlen(s), HOP_COLOR_NONE,
                            HOP_COLOR_NONE);
}

static void
say_line(struct asked *a, const char *s)
{
    if (*s) {
        say(a, s);
        say(a, "\n");
    }
}

/* Who is asked for a secret is told by whom. */
static void
say_who_asks(struct asked *a)
{
    HOP_AUTO_FREE char *s = hop_xasprintf(
        "This question comes from %s: answer it only if you trust what runs "
        "there.",
        a->r->target->computer);

    say_line(a, s);
}

static void
ask_credential(struct asked *a, const char *user, struct hop_value *out)
{
    HOP_AUTO_FREE char *name = *user ? hop_xstrdup(user) : NULL;
    HOP_AUTO_VALUE struct hop_value secret = hop_null(), who = hop_null();

    if (!a->host || !a->host->ops->interactive || !a->host->ops->read_line) {
        (void)answered(a, HOP_ASK_UNSUPPORTED);
        return;
    }
    say_who_asks(a);
    if (!name) {
        say(a, "User: ");
        if (!answered(a, a->host->ops->read_line(a->host, &name)))
            return;
    }
    say(a, "Password for user ");
    say(a, name);
    say(a, ": ");
    if (!ask_secret(a, &secret))
        return;
    who = hop_text(name);
    if (!hop_construct(a->cx, &hop_class_pscredential,
                       (struct hop_value[]){who, secret}, 2, out))
        hop_drop_exception(a->cx);
}

static void
prompt_credential(struct asked *a)
{
    say(a, "\n");
    say_line(a, arg_text(a, 0));
    say_line(a, arg_text(a, 1));
    ask_credential(a, arg_text(a, 2), &a->result);
}

/* FieldDescription, 2.2.3.8. */
static void
ask_field(struct asked *a, struct hop_value field, struct hop_value *out)
{
    HOP_AUTO_STRING struct hop_string *name = field_text(a, field, "name");
    HOP_AUTO_STRING struct hop_string *label = field_text(a, field, "label");
    HOP_AUTO_STRING struct hop_string *type =
        field_text(a, field, "parameterTypeFullName");
    char *s = NULL;

    if (strstr(type->data, "PSCredential")) {
        ask_credential(a, "", out);
        return;
    }
    say(a, label->len ? label->data : name->data);
    say(a, ": ");
    if (strstr(type->data, "SecureString")) {
        (void)ask_secret(a, out);
        return;
    }
    if (answered(a, a->host->ops->read_line(a->host, &s)))
        *out = hop_text(s);
    free(s);
}

static void
prompt(struct asked *a)
{
    struct hop_array *fields = hop_as_array(arg(a, 2));
    struct hop_dict *d = hop_hashtable_new(a->cx);

    a->result = hop_obj(d);
    if (!a->host || !a->host->ops->interactive || !a->host->ops->read_line) {
        (void)answered(a, HOP_ASK_UNSUPPORTED);
        return;
    }
    say_line(a, arg_text(a, 0));
    say_line(a, arg_text(a, 1));
    for (size_t i = 0; fields && i < fields->n && !a->failure; i++) {
        HOP_AUTO_STRING struct hop_string *name =
            field_text(a, fields->items[i], "name");
        struct hop_value v = hop_null();

        ask_field(a, fields->items[i], &v);
        hop_dict_set_text(d, name->data, v);
    }
}

#define MAX_CHOICES 64

static void
prompt_choice(struct asked *a)
{
    struct hop_array *list = hop_as_array(arg(a, 2));
    struct hop_string *texts[2 * MAX_CHOICES];
    struct hop_choice choices[MAX_CHOICES];
    size_t n = list && list->n < MAX_CHOICES ? list->n : 0;
    int chosen = -1;

    if (!n || !a->host || !a->host->ops->interactive || !a->host->ops->choice) {
        (void)answered(a, HOP_ASK_UNSUPPORTED);
        return;
    }
    for (size_t i = 0; i < n; i++) {
        texts[2 * i] = field_text(a, list->items[i], "label");
        texts[2 * i + 1] = field_text(a, list->items[i], "helpMessage");
        choices[i] =
            (struct hop_choice){texts[2 * i]->data, texts[2 * i + 1]->data};
    }
    if (answered(a,
                 a->host->ops->choice(a->host, arg_text(a, 0), arg_text(a, 1),
                                      choices, n, (int)arg_int(a, 3), &chosen)))
        a->result = hop_int(chosen);
    for (size_t i = 0; i < 2 * n; i++)
        hop_string_release(texts[i]);
}

/* KeyInfo, 2.2.3.26. */
static void
read_key(struct asked *a)
{
    enum { NO_ECHO = 2 };
    struct hop_object *o;
    uint32_t cp = 0;
    int key = 0;

    if (!a->host || !a->host->ops->interactive || !a->host->ops->read_key) {
        (void)answered(a, HOP_ASK_UNSUPPORTED);
        return;
    }
    if (!answered(a, a->host->ops->read_key(a->host, !(arg_int(a, 0) & NO_ECHO),
                                            &cp, &key)))
        return;
    o = hop_custom_new(a->cx);
    hop_psrp_set_types(a->cx, o, (const char *const[]){NULL});
    hop_custom_set_text(o, "virtualKeyCode", hop_int(key));
    hop_custom_set_text(o, "character", hop_char((uint16_t)cp));
    hop_custom_set_text(o, "controlKeyState", hop_int(0));
    hop_custom_set_text(o, "keyDown", hop_bool(true));
    a->result = hop_obj(o);
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
        a->host->ops->set_title(a->host, arg_text(a, 0));
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
    a->r->exit_code = (int)arg_int(a, 0);
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
nothing(struct asked *a)
{
    (void)a;
}

static void
get_false(struct asked *a)
{
    a->result = hop_bool(false);
}

static struct hop_value
pair(struct asked *a, const char *type, const char *x, int64_t m, const char *y,
     int64_t n)
{
    struct hop_object *value = hop_custom_new(a->cx),
                      *o = hop_custom_new(a->cx);

    hop_psrp_set_types(a->cx, value, (const char *const[]){NULL});
    hop_psrp_set_types(a->cx, o, (const char *const[]){NULL});
    hop_custom_set_text(value, x, hop_int((int32_t)m));
    hop_custom_set_text(value, y, hop_int((int32_t)n));
    hop_custom_set_text(o, "T", hop_text(type));
    hop_custom_set_text(o, "V", hop_obj(value));
    return hop_obj(o);
}

static void
get_size(struct asked *a)
{
    struct hop_size s = a->host && a->host->ops->window_size
                            ? a->host->ops->window_size(a->host)
                            : (struct hop_size){120, 50};

    a->result = pair(a, "System.Management.Automation.Host.Size", "width",
                     s.width, "height", s.height);
}

static void
get_position(struct asked *a)
{
    a->result = pair(a, "System.Management.Automation.Host.Coordinates", "x", 0,
                     "y", 0);
}

static void
get_foreground(struct asked *a)
{
    a->result = hop_int(-1);
}

static void
clear(struct asked *a)
{
    if (a->host && a->host->ops->clear)
        a->host->ops->clear(a->host);
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
    [11] = read_line,
    [12] = read_secure,
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
    [23] = prompt,
    [24] = prompt_credential,
    [25] = prompt_credential,
    [26] = prompt_choice,
    [27] = get_foreground,
    [28] = nothing,
    [29] = get_foreground,
    [30] = nothing,
    [31] = get_position,
    [32] = nothing,
    [33] = get_position,
    [34] = nothing,
    [35] = get_foreground,
    [36] = nothing,
    [37] = get_size,
    [38] = nothing,
    [39] = get_size,
    [40] = nothing,
    [41] = get_title,
    [42] = set_title,
    [43] = get_size,
    [44] = get_size,
    [45] = get_false,
    [46] = read_key,
    [47] = nothing,
    [48] = clear,
    [53] = pop_runspace,
    [54] = get_false,
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
                      .args = given};

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
