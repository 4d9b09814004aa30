/* $Host, its user interface, and the questions that scripts ask by it.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engine/engine.h"
#include "engine/host.h"
#include "engine/host_cells.h"
#include "value/types/secure.h"

#define SMA "System.Management.Automation."

#define GETTER(fn)                                                             \
    static bool fn(struct hop_context *cx, struct hop_value self,              \
                   intptr_t data, struct hop_value *out)
#define METHOD(fn) static bool fn(struct hop_context *cx, struct hop_call *call)

static const struct hop_host_ops no_ops = {.name = "Default Host",
                                           .version = "7.6.5"};

static const struct hop_host_ops *
ops_of(struct hop_context *cx)
{
    struct hop_host *h = RS_OF(cx)->host;

    return h ? h->ops : &no_ops;
}

static const struct hop_class class_host_ui;

GETTER(host_name)
{
    *out = hop_text(ops_of(cx)->name);
    return true;
}

GETTER(host_version)
{
    *out = value_of_text(RS_OF(cx), ops_of(cx)->version, &hop_class_version);
    return true;
}

GETTER(host_id)
{
    *out = value_of_text(RS_OF(cx), "9f6ac3d2-1fd9-4b8f-b6fa-6bd5b1a5b2a1",
                         &hop_class_guid);
    return true;
}

GETTER(host_culture)
{
    *out = value_of_text(RS_OF(cx), "", &hop_class_culture_info);
    return true;
}

GETTER(host_ui)
{
    *out =
        hop_obj(hop_object_new(cx, data ? &class_host_raw_ui : &class_host_ui));
    return true;
}

GETTER(host_null)
{
    *out = hop_null();
    return true;
}

METHOD(host_should_exit)
{
    struct hop_host *h = RS_OF(cx)->host;

    if (h && h->ops->should_exit)
        h->ops->should_exit(h, (int)call->args[0].u.i);
    return true;
}

/* A session's client has no prompt for another one's script. */
METHOD(host_enter_prompt)
{
    (void)call;
    return host_lacks(cx, "EnterNestedPrompt");
}

/* Where no nested prompt is, and around programs that only this host sees. */
METHOD(host_nothing)
{
    (void)cx;
    (void)call;
    return true;
}

METHOD(host_push)
{
    (void)call;
    return hop_throw(cx, &hop_exception_ps_invalid_operation,
                     "Cannot enter Runspace because it is not a remote "
                     "Runspace.");
}

METHOD(host_pop)
{
    struct hop_host *h = RS_OF(cx)->host;

    (void)call;
    if (h && h->ops->pop_runspace)
        h->ops->pop_runspace(h);
    return true;
}

GETTER(host_false)
{
    *out = hop_bool(false);
    return true;
}

METHOD(ui_write)
{
    struct hop_host *h = RS_OF(cx)->host;
    struct hop_value s = call->n ? call->args[call->n - 1] : hop_null();
    struct hop_buf b HOP_AUTO_BUF = HOP_BUF_INIT;
    int fg = HOP_COLOR_NONE, bg = HOP_COLOR_NONE;

    if (call->n == 3) {
        fg = (int)call->args[0].u.i;
        bg = (int)call->args[1].u.i;
    }
    if (h && !call->n && h->ops->write_line_end) {
        h->ops->write_line_end(h);
        return true;
    }
    if (call->n && hop_is_string(s))
        hop_buf_add(&b, s.u.s->data, s.u.s->len);
    if (call->data)
        hop_buf_addc(&b, '\n');
    if (h && h->ops->write)
        h->ops->write(h, hop_buf_str(&b), b.len, fg, bg);
    return true;
}

METHOD(ui_stream)
{
    struct hop_host *h = RS_OF(cx)->host;
    struct hop_value s = call->args[0];
    void (*fn)(struct hop_host *, const char *, size_t) = NULL;

    if (!h || !hop_is_string(s))
        return true;
    if (call->data != HOP_ERROR && h->ops->write_record) {
        h->ops->write_record(h, (int)call->data, s.u.s->data, s.u.s->len);
        return true;
    }
    switch (call->data) {
    case HOP_ERROR: fn = h->ops->write_error; break;
    case HOP_WARNING: fn = h->ops->write_warning; break;
    case HOP_VERBOSE: fn = h->ops->write_verbose; break;
    default: fn = h->ops->write_debug; break;
    }
    if (fn)
        fn(h, s.u.s->data, s.u.s->len);
    return true;
}

METHOD(ui_progress)
{
    struct hop_host *h = RS_OF(cx)->host;
    struct hop_progress p;

    if (hop_is_null(call->args[1]))
        return hop_throw_null(cx, "record");
    p = progress_of_record(call->args[1]);
    p.source_id = call->args[0].u.i;
    if (h && h->ops->write_progress)
        h->ops->write_progress(h, &p);
    return true;
}

/* No host of ours looks at records: their streams have them. */
METHOD(ui_information)
{
    (void)cx;
    (void)call;
    return true;
}

/* ---- questions ---- */

static bool
cannot_ask(struct hop_context *cx)
{
    return throw_pending(RS_OF(cx), "PSInvalidOperationException",
                         "InvalidOperation", HOP_CAT_INVALID_OPERATION,
                         hop_null(),
                         "PowerShell is in NonInteractive mode. Read and "
                         "Prompt functionality is not available.");
}

bool
host_settle(struct hop_context *cx, enum hop_ask asked)
{
    if (asked == HOP_ASK_OK)
        return true;
    if (asked != HOP_ASK_STOPPED)
        return cannot_ask(cx);
    RS_OF(cx)->stop = 1;
    return hop_throw_stopped(cx);
}

METHOD(ui_read_line)
{
    struct hop_host *h = RS_OF(cx)->host;
    char *line HOP_AUTO_FREE = NULL;

    if (!host_settle(cx, h && h->ops->read_line ? h->ops->read_line(h, &line)
                                                : HOP_ASK_UNSUPPORTED))
        return false;
    call->result = hop_text(line);
    return true;
}

METHOD(ui_read_secure)
{
    struct hop_host *h = RS_OF(cx)->host;
    char *line = NULL;

    if (!host_settle(cx, h && h->ops->read_secure
                             ? h->ops->read_secure(h, &line)
                             : HOP_ASK_UNSUPPORTED))
        return false;
    call->result = hop_secure_new(cx, line, strlen(line));
    explicit_bzero(line, strlen(line));
    free(line);
    return true;
}

static const char *
text_or_empty(struct hop_value v)
{
    return hop_is_string(v) ? hop_cstr(v) : "";
}

static const char *
argument(const struct hop_call *call, size_t i)
{
    return text_or_empty(call->args[i]);
}

/* The choices, the caller's; their texts are the argument's. */
static bool
take_choices(struct hop_context *cx, struct hop_value v,
             struct hop_choice **choices, size_t *n)
{
    struct hop_array *given = hop_as_array(v);

    *n = given ? given->n : 0;
    if (*n == 0)
        return hop_throw_argument(cx, &hop_exception_argument, "choices",
                                  "The choices must have at least one "
                                  "element.");
    *choices = hop_xcalloc(*n, sizeof(**choices));
    for (size_t i = 0; i < *n; i++) {
        const struct bag *b = (struct bag *)(void *)given->items[i].u.o;

        (*choices)[i] =
            (struct hop_choice){text_or_empty(b->v[0]), text_or_empty(b->v[1])};
    }
    return true;
}

/* caption, message, choices, default. */
METHOD(ui_choose)
{
    struct hop_host *h = RS_OF(cx)->host;
    int64_t fallback = call->args[3].u.i;
    struct hop_choice *choice HOP_AUTO_FREE = NULL;
    int chosen = 0;
    size_t n;

    if (!take_choices(cx, call->args[2], &choice, &n))
        return false;
    if (fallback < -1 || fallback >= (int64_t)n)
        return hop_throw_range(cx, "defaultChoice", fallback,
                               "the index of a choice, or -1");
    if (!h || !h->ops->choice || !h->ops->interactive)
        return cannot_ask(cx);
    if (!host_settle(cx, h->ops->choice(h, argument(call, 0), argument(call, 1),
                                        choice, n, (int)fallback, &chosen)))
        return false;
    call->result = hop_int(chosen);
    return true;
}

/* caption, message, choices, defaults or null. */
METHOD(ui_choose_some)
{
    struct hop_host *h = RS_OF(cx)->host;
    const struct hop_array *defaults = hop_as_array(call->args[3]);
    struct hop_choice *choice HOP_AUTO_FREE = NULL;
    HOP_AUTO_VALUE struct hop_value chosen = hop_null();
    size_t n;

    if (!take_choices(cx, call->args[2], &choice, &n))
        return false;
    for (size_t i = 0; defaults && i < defaults->n; i++) {
        int64_t at =
            hop_is_integer(defaults->items[i]) ? defaults->items[i].u.i : -1;

        if (at < 0 || at >= (int64_t)n)
            return hop_throw_range(cx, "defaultChoice", at,
                                   "the index of a choice");
    }
    if (!h || !h->ops->choose_some || !h->ops->interactive)
        return cannot_ask(cx);
    chosen = hop_obj(hop_object_new(
        cx,
        hop_types_generic(cx, &hop_class_collection,
                          (const struct hop_class *[]){&hop_class_int32}, 1)));
    if (!host_settle(cx, h->ops->choose_some(h, argument(call, 0),
                                             argument(call, 1), choice, n,
                                             defaults, hop_as_array(chosen))))
        return false;
    call->result = hop_value_steal(&chosen);
    return true;
}

#define SECURE     "System.Security.SecureString"
#define CREDENTIAL "System.Management.Automation.PSCredential"

/* An answer as the field's type, or as it came. */
static struct hop_value
as_wanted(struct hop_context *cx, const struct hop_field *f, struct hop_value v)
{
    const struct hop_class *cls = hop_types_find(cx, f->type, strlen(f->type));
    struct hop_value made;

    if (!cls)
        return v;
    if (!hop_convert(cx, v, cls, &made)) {
        hop_drop_exception(cx);
        return v;
    }
    hop_release(v);
    return made;
}

/* caption, message, fields: a dictionary of the answers by the fields' names.
 */
METHOD(ui_prompt)
{
    struct hop_host *h = RS_OF(cx)->host;
    struct hop_array *given = hop_as_array(call->args[2]);
    size_t n = given ? given->n : 0;
    struct hop_field *field HOP_AUTO_FREE = hop_xcalloc(n + 1, sizeof(*field));
    struct hop_value *answer HOP_AUTO_FREE =
        hop_xcalloc(n + 1, sizeof(*answer));
    const struct hop_class *args[] = {&hop_class_string, &hop_class_psobject};
    struct hop_dict *d;

    for (size_t i = 0; i < n; i++) {
        const struct bag *b = (struct bag *)(void *)given->items[i].u.o;

        field[i] = (struct hop_field){
            .name = text_or_empty(b->v[0]),
            .label = text_or_empty(b->v[1]),
            .help = text_or_empty(b->v[2]),
            .type = hop_is_null(b->v[5]) ? "System.String" : hop_cstr(b->v[5]),
            .mandatory = b->v[3].u.i != 0,
            .fallback = hop_is_null(b->v[4]) ? NULL : &b->v[4],
        };
        field[i].secure = strcmp(field[i].type, SECURE) == 0;
        field[i].credential = strcmp(field[i].type, CREDENTIAL) == 0;
    }
    if (!h || !h->ops->prompt || !h->ops->interactive)
        return cannot_ask(cx);
    if (!host_settle(cx, h->ops->prompt(h, argument(call, 0), argument(call, 1),
                                        field, n, answer)))
        return false;
    d = hop_dict_new_of(cx,
                        hop_types_generic(cx, &hop_class_dictionary, args, 2),
                        HOP_DICT_IGNORE_CASE);
    for (size_t i = 0; i < n; i++)
        hop_dict_set_text(d, field[i].name,
                          as_wanted(cx, &field[i], answer[i]));
    call->result = hop_obj(d);
    return true;
}

/* caption, message, user, target. */
METHOD(ui_credential)
{
    struct hop_host *h = RS_OF(cx)->host;
    char *user HOP_AUTO_FREE = NULL;
    char *password = NULL;
    struct hop_value parts[2] = {hop_null(), hop_null()};
    struct hop_logon_question question = {
        .caption = argument(call, 0),
        .message = argument(call, 1),
        .user = argument(call, 2),
        .target = argument(call, 3),
        .types = call->n > 4 ? (int)call->args[4].u.i : HOP_LOGON_TYPES,
        .options = call->n > 5 ? (int)call->args[5].u.i : HOP_LOGON_OPTIONS,
    };
    bool ok;

    if (!h || !h->ops->credential || !h->ops->interactive)
        return cannot_ask(cx);
    if (!host_settle(cx, h->ops->credential(h, &question, &user, &password)))
        return false;
    parts[0] = hop_text(user);
    parts[1] = hop_secure_new(cx, password, strlen(password));
    explicit_bzero(password, strlen(password));
    free(password);
    ok = hop_construct(cx, &hop_class_pscredential, parts, 2, &call->result);
    hop_release(parts[0]);
    hop_release(parts[1]);
    return ok;
}

/* ---- what is asked ---- */

METHOD(new_choice)
{
    struct bag *b;

    if (!hop_is_string(call->args[0]) || call->args[0].u.s->len == 0)
        return hop_throw_argument(cx, &hop_exception_ps_argument, "label",
                                  "The label must not be empty.");
    b = hop_object_new(cx, call->cls);
    b->v[0] = hop_retain(call->args[0]);
    b->v[1] = call->n > 1 ? hop_retain(call->args[1]) : hop_text("");
    call->result = hop_obj(b);
    return true;
}

METHOD(new_field)
{
    struct bag *b = hop_object_new(cx, call->cls);

    b->v[0] = hop_retain(call->args[0]);
    b->v[1] = hop_text("");
    b->v[2] = hop_text("");
    b->v[3] = hop_bool(true);
    b->v[4] = hop_null();
    b->v[5] = hop_null();
    call->result = hop_obj(b);
    return true;
}

METHOD(field_set_type)
{
    struct bag *b = (struct bag *)(void *)call->self.u.o;

    if (hop_is_null(call->args[0]))
        return hop_throw_null(cx, "parameterType");
    hop_value_set(&b->v[5], hop_text(call->args[0].u.cls->name));
    return true;
}

/* data: the name without its namespace. */
GETTER(field_type)
{
    const struct bag *b = (const struct bag *)(const void *)self.u.o;
    const char *full =
        hop_is_null(b->v[5]) ? "System.String" : hop_cstr(b->v[5]);
    const char *dot = strrchr(full, '.');

    (void)cx;
    *out = hop_text(data && dot ? dot + 1 : full);
    return true;
}

static const struct hop_property choice_properties[] = {
    BAG_RO("Label", "string", 0), BAG_RW("HelpMessage", "string", 1), {NULL}};
#define CHOICE SMA "Host.ChoiceDescription"
static const struct hop_method choice_constructors[] = {
    {CHOICE " new(string label)", new_choice},
    {CHOICE " new(string label, string helpMessage)", new_choice},
    {NULL}};
static const struct hop_class class_choice = {
    .name = CHOICE,
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = BAG_SIZE(2),
    .properties = choice_properties,
    .constructors = choice_constructors,
    .destroy = bag_destroy,
};
static const struct hop_property field_properties[] = {
    BAG_RO("Name", "string", 0),
    BAG_RW("Label", "string", 1),
    BAG_RW("HelpMessage", "string", 2),
    BAG_RW("IsMandatory", "bool", 3),
    BAG_RW("DefaultValue", "psobject", 4),
    {"ParameterTypeName", "string", field_type, NULL, 0, 1},
    {"ParameterTypeFullName", "string", field_type},
    {"ParameterAssemblyFullName", "string", field_type},
    {NULL}};
static const struct hop_method field_methods[] = {
    {"void SetParameterType(type parameterType)", field_set_type}, {NULL}};
#define FIELD SMA "Host.FieldDescription"
static const struct hop_method field_constructors[] = {
    {FIELD " new(string name)", new_field}, {NULL}};
static const struct hop_class class_field = {
    .name = FIELD,
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = BAG_SIZE(6),
    .properties = field_properties,
    .methods = field_methods,
    .constructors = field_constructors,
    .destroy = bag_destroy,
};

static const struct hop_property host_properties[] = {
    {"Name", "string", host_name},
    {"Version", "version", host_version},
    {"InstanceId", "guid", host_id},
    {"UI", SMA "Host.PSHostUserInterface", host_ui, NULL, 0, 0},
    {"CurrentCulture", "cultureinfo", host_culture},
    {"CurrentUICulture", "cultureinfo", host_culture},
    {"PrivateData", "psobject", host_null},
    {"DebuggerEnabled", "bool", host_null},
    {"IsRunspacePushed", "bool", host_false},
    {"Runspace", SMA "Runspaces.Runspace", host_null},
    {NULL}};
static const struct hop_method host_methods[] = {
    {"void SetShouldExit(int exitCode)", host_should_exit},
    {"void EnterNestedPrompt()", host_enter_prompt},
    {"void ExitNestedPrompt()", host_nothing},
    {"void NotifyBeginApplication()", host_nothing},
    {"void NotifyEndApplication()", host_nothing},
    {"void PushRunspace(" SMA "Runspaces.Runspace runspace)", host_push},
    {"void PopRunspace()", host_pop},
    {NULL}};
static const struct hop_class class_host_base = {
    .name = SMA "Host.PSHost",
    .base = &hop_class_object,
    .flags = HOP_CLASS_ABSTRACT,
    .kind = HOP_OBJECT,
};
static const struct hop_class class_host = {
    .name = SMA "Internal.Host.InternalHost",
    .base = &class_host_base,
    .kind = HOP_OBJECT,
    .size = sizeof(struct hop_object),
    .properties = host_properties,
    .methods = host_methods,
};

static const struct hop_property ui_properties[] = {
    {"RawUI", SMA "Host.PSHostRawUserInterface", host_ui, NULL, 0, 1}, {NULL}};
#define LIST_OF(t) "System.Collections.ObjectModel.Collection[" t "]"
static const struct hop_method ui_methods[] = {
    {"void Write(string value)", ui_write, 0},
    {"void Write(System.ConsoleColor foregroundColor, System.ConsoleColor "
     "backgroundColor, string value)",
     ui_write, 0},
    {"void WriteLine()", ui_write, 1},
    {"void WriteLine(string value)", ui_write, 1},
    {"void WriteLine(System.ConsoleColor foregroundColor, System.ConsoleColor "
     "backgroundColor, string value)",
     ui_write, 1},
    {"void WriteErrorLine(string value)", ui_stream, HOP_ERROR},
    {"void WriteWarningLine(string message)", ui_stream, HOP_WARNING},
    {"void WriteVerboseLine(string message)", ui_stream, HOP_VERBOSE},
    {"void WriteDebugLine(string message)", ui_stream, HOP_DEBUG},
    {"void WriteProgress(long sourceId, " SMA "ProgressRecord record)",
     ui_progress},
    {"void WriteInformation(" SMA "InformationRecord record)", ui_information},
    {"string ReadLine()", ui_read_line},
    {"securestring ReadLineAsSecureString()", ui_read_secure},
    {"int PromptForChoice(string caption, string message, " LIST_OF(
         CHOICE) " choices, int defaultChoice)",
     ui_choose},
    {LIST_OF("int") " PromptForChoice(string caption, string message, " LIST_OF(
         CHOICE) " choices, int[] defaultChoices)",
     ui_choose_some},
    {"System.Collections.Generic.Dictionary[string,psobject] Prompt(string "
     "caption, string message, " LIST_OF(FIELD) " descriptions)",
     ui_prompt},
    {"pscredential PromptForCredential(string caption, string message, string "
     "userName, string targetName)",
     ui_credential},
    {"pscredential PromptForCredential(string caption, string message, string "
     "userName, string targetName, " SMA
     "PSCredentialTypes allowedCredentialTypes, " SMA
     "PSCredentialUIOptions options)",
     ui_credential},
    {NULL}};
static const struct hop_class class_host_ui = {
    .name = SMA "Internal.Host.InternalHostUserInterface",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = sizeof(struct hop_object),
    .properties = ui_properties,
    .methods = ui_methods,
};
const struct hop_class *const host_classes[] = {&class_host_base,
                                                &class_host,
                                                &class_host_ui,
                                                &class_choice,
                                                &class_field,
                                                &class_progress_record,
                                                NULL};

struct hop_value
host_object(struct hop_runspace *rs)
{
    return hop_obj(hop_object_new(&rs->cx, &class_host));
}
