/* System.Exception and all its kin: one shape, many names.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/types/def.h"

#include <stdio.h>

#include "value/types/interfaces.h"

#include "value/types.h"

static struct hop_exception *
exception_of(struct hop_value v)
{
    return (struct hop_exception *)hop_value_base(v).u.o;
}

/* The standard message of each class. */
static const char *
standard_message(const struct hop_class *cls)
{
    static const struct {
        const struct hop_class *cls;
        const char *text;
    } rows[] = {
#define X(c, name, parent, text) {&hop_exception_##c, text},
        HOP_EXCEPTIONS(X)
#undef X
    };

    for (const struct hop_class *c = cls; c; c = c->base)
        for (size_t i = 0; i < HOP_ARRAY_SIZE(rows); i++)
            if (rows[i].cls == c)
                return rows[i].text;
    return NULL;
}

const char *
hop_exception_message(struct hop_value v)
{
    struct hop_exception *e;
    const char *text;
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    v = hop_value_base(v);
    if (v.kind != HOP_OBJECT || !(v.u.o->cls->flags & HOP_CLASS_EXCEPTION))
        return "";
    e = exception_of(v);
    if (!e->message) {
        text = standard_message(v.u.o->cls);
        if (text) {
            e->message = hop_string_from(text);
        } else {
            hop_buf_adds(&b, "Exception of type '");
            hop_class_add_full_name(v.u.o->cls, &b);
            hop_buf_adds(&b, "' was thrown.");
            e->message = hop_string_take_buf(&b);
        }
    }
    return e->message->data;
}

static void
destroy_exception(struct hop_object *o)
{
    struct hop_exception *e = (struct hop_exception *)o;

    hop_string_release(e->message);
    hop_string_release(e->source);
    hop_string_release(e->help_link);
    hop_string_release(e->stack_trace);
    hop_string_release(e->param);
    hop_string_release(e->error_id);
    hop_release(e->inner);
    hop_release(e->data);
    hop_release(e->actual);
    hop_release(e->target);
    hop_release(e->record);
}

static bool
exception_to_string(struct hop_context *cx, struct hop_value v,
                    struct hop_string **out)
{
    struct hop_exception *e = exception_of(v);
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    hop_class_add_full_name(e->base.cls, &b);
    hop_buf_addf(&b, ": %s", hop_exception_message(v));
    if (!hop_is_null(e->inner)) {
        HOP_AUTO_STRING struct hop_string *s = NULL;

        if (!exception_to_string(cx, e->inner, &s))
            return false;
        hop_buf_addf(
            &b, "\n ---> %s\n   --- End of inner exception stack trace ---",
            s->data);
    }
    *out = hop_string_take_buf(&b);
    return true;
}

GETTER(get_message)
{
    const char *s = hop_exception_message(self);

    *out = hop_textn(s, exception_of(self)->message->len);
    return true;
}

GETTER(get_inner)
{
    *out = hop_retain(exception_of(self)->inner);
    return true;
}

GETTER(get_data)
{
    struct hop_exception *e = exception_of(self);

    if (hop_is_null(e->data))
        e->data = hop_obj(hop_dict_new_of(cx, &hop_class_list_internal, 0));
    *out = hop_retain(e->data);
    return true;
}

enum text_field { SOURCE, HELP_LINK, STACK_TRACE, PARAM };

static struct hop_string **
text_field(struct hop_exception *e, intptr_t which)
{
    return which == SOURCE      ? &e->source
           : which == HELP_LINK ? &e->help_link
           : which == PARAM     ? &e->param
                                : &e->stack_trace;
}

GETTER(get_text)
{
    struct hop_string *s = *text_field(exception_of(self), data);

    *out = s ? hop_str(hop_string_retain(s)) : hop_null();
    return true;
}

SETTER(set_text)
{
    struct hop_string **s = text_field(exception_of(self), data);

    hop_string_clear(s);
    if (v.kind == HOP_STRING)
        *s = hop_string_retain(v.u.s);
    return true;
}

/* The codes of the classes that have one; the others take their base's. */
static const struct {
    const struct hop_class *cls;
    uint32_t code;
} hresults[] = {
    {&hop_exception_base, 0x80131500},
    {&hop_exception_system, 0x80131501},
    {&hop_exception_application, 0x80131600},
    {&hop_exception_argument, 0x80070057},
    {&hop_exception_argument_null, 0x80004003},
    {&hop_exception_argument_range, 0x80131502},
    {&hop_exception_arithmetic, 0x80070216},
    {&hop_exception_array_type_mismatch, 0x80131503},
    {&hop_exception_crypto, 0x80131430},
    {&hop_exception_divide_by_zero, 0x80020012},
    {&hop_exception_overflow, 0x80131516},
    {&hop_exception_format, 0x80131537},
    {&hop_exception_invalid_operation, 0x80131509},
    {&hop_exception_object_disposed, 0x80131622},
    {&hop_exception_invalid_cast, 0x80004002},
    {&hop_exception_index_range, 0x80131508},
    {&hop_exception_key_not_found, 0x80131577},
    {&hop_exception_null_reference, 0x80004003},
    {&hop_exception_not_implemented, 0x80004001},
    {&hop_exception_not_supported, 0x80131515},
    {&hop_exception_platform_not_supported, 0x80131539},
    {&hop_exception_out_of_memory, 0x8007000E},
    {&hop_exception_rank, 0x80131517},
    {&hop_exception_timeout, 0x80131505},
    {&hop_exception_unauthorized_access, 0x80070005},
    {&hop_exception_operation_canceled, 0x8013153B},
    {&hop_exception_type_load, 0x80131522},
    {&hop_exception_member_access, 0x8013151A},
    {&hop_exception_missing_member, 0x80131512},
    {&hop_exception_missing_method, 0x80131513},
    {&hop_exception_missing_field, 0x80131511},
    {&hop_exception_security, 0x8013150A},
    {&hop_exception_io, 0x80131620},
    {&hop_exception_file_not_found, 0x80070002},
    {&hop_exception_directory_not_found, 0x80070003},
    {&hop_exception_path_too_long, 0x800700CE},
    {&hop_exception_end_of_stream, 0x80070026},
    {&hop_exception_external, 0x80004005},
    {&hop_exception_xml, 0x80131940},
};

static uint32_t
class_hresult(const struct hop_class *cls)
{
    for (; cls; cls = cls->base)
        for (size_t i = 0; i < HOP_ARRAY_SIZE(hresults); i++)
            if (hresults[i].cls == cls)
                return hresults[i].code;
    return 0x80131500;
}

static bool get_native_code(struct hop_context *cx, struct hop_value self,
                            intptr_t data, struct hop_value *out);

GETTER(get_hresult)
{
    struct hop_exception *e = exception_of(self);

    *out =
        hop_int(e->hresult ? e->hresult : (int32_t)class_hresult(e->base.cls));
    return true;
}

SETTER(set_hresult)
{
    exception_of(self)->hresult = (int32_t)v.u.i;
    return true;
}

GETTER(get_record)
{
    *out = hop_retain(exception_of(self)->record);
    if (hop_is_null(*out) && cx->ops && cx->ops->error_record &&
        hop_value_is(self, &hop_exception_runtime))
        *out = cx->ops->error_record(cx, self);
    return true;
}

GETTER(get_actual)
{
    *out = hop_retain(exception_of(self)->actual);
    return true;
}

/* There is no method of .NET to show. */
GETTER(get_target_site)
{
    *out = hop_null();
    return true;
}

static const struct hop_property exception_properties[] = {
    {"TargetSite", "System.Reflection.MethodBase", get_target_site},
    {"Message", "string", get_message},
    {"Data", "System.Collections.IDictionary", get_data},
    {"InnerException", "System.Exception", get_inner},
    {"HelpLink", "string", get_text, set_text, 0, HELP_LINK},
    {"Source", "string", get_text, set_text, 0, SOURCE},
    {"HResult", "int", get_hresult, set_hresult},
    {"NativeErrorCode", "int", get_native_code, NULL, HOP_PROP_HIDDEN},
    {"StackTrace", "string", get_text, NULL, 0, STACK_TRACE},
    {"ErrorRecord", "System.Object", get_record, NULL, HOP_PROP_HIDDEN},
    {"ParamName", "string", get_text, NULL, HOP_PROP_HIDDEN, PARAM},
    {"FileName", "string", get_text, NULL, HOP_PROP_HIDDEN, PARAM},
    {"ItemName", "string", get_text, NULL, HOP_PROP_HIDDEN, PARAM},
    {"CommandName", "string", get_text, NULL, HOP_PROP_HIDDEN, PARAM},
    {"ParameterName", "string", get_text, NULL, HOP_PROP_HIDDEN, PARAM},
    {"ActualValue", "System.Object", get_actual, NULL, HOP_PROP_HIDDEN},
    END_PROPERTIES,
};

METHOD(get_base_exception)
{
    struct hop_value e = c->self;

    while (!hop_is_null(exception_of(e)->inner))
        e = exception_of(e)->inner;
    RETURN(hop_retain(e));
}

static const struct hop_method exception_methods[] = {
    {"System.Exception GetBaseException()", get_base_exception},
    END_METHODS,
};

static bool
is_argument_class(const struct hop_class *c)
{
    return hop_class_is(c, &hop_exception_argument_null) ||
           hop_class_is(c, &hop_exception_argument_range);
}

/* (), (message), (message, inner), (message, paramName); ArgumentNull and
 * ArgumentOutOfRange name the parameter first. */
METHOD(new_exception)
{
    struct hop_exception *e = hop_object_new(cx, c->cls);
    struct hop_string *param = NULL, *message = NULL;

    c->result = hop_obj(e);
    if (c->n > 0 && c->args[0].kind == HOP_STRING) {
        if (is_argument_class(c->cls))
            param = ARG_S(0);
        else
            message = ARG_S(0);
    }
    if (c->n > 1 && c->args[1].kind == HOP_STRING) {
        if (is_argument_class(c->cls))
            message = ARG_S(1);
        else if (hop_class_is(c->cls, &hop_exception_argument))
            param = ARG_S(1);
        else
            e->param = hop_string_retain(ARG_S(1));
    } else if (c->n > 1) {
        e->inner = hop_retain(c->args[1]);
        if (is_argument_class(c->cls) && param)
            message = param, param = NULL;
    }
    if (param && !message)
        e->message = hop_string_from(standard_message(c->cls));
    else if (message)
        e->message = hop_string_new(message->data, message->len);
    if (param) {
        HOP_AUTO_STRING struct hop_string *tail =
            hop_string_format(" (Parameter '%s')", param->data);

        hop_string_append(&e->message, tail->data, tail->len);
        e->param = hop_string_retain(param);
    }
    return true;
}

/* RuntimeException(message, inner, errorRecord) and the like. */
METHOD(new_with_record)
{
    struct hop_exception *e = hop_object_new(cx, c->cls);

    if (c->args[0].kind == HOP_STRING)
        e->message = hop_string_retain(ARG_S(0));
    e->inner = hop_retain(c->args[1]);
    e->record = hop_retain(c->args[2]);
    RETURN(hop_obj(e));
}

static const struct hop_method exception_constructors[] = {
    {"exception new()", new_exception},
    {"exception new(string message)", new_exception},
    {"exception new(string message, System.Exception innerException)",
     new_exception},
    END_METHODS,
};

const struct hop_class hop_exception_base = {
    .name = "System.Exception",
    .base = &hop_class_object,
    .flags = HOP_CLASS_EXCEPTION,
    .kind = HOP_OBJECT,
    .size = sizeof(struct hop_exception),
    .properties = exception_properties,
    .methods = exception_methods,
    .constructors = exception_constructors,
    .destroy = destroy_exception,
    .to_string = exception_to_string,
};

/* Win32Exception's code, with the system's text for it; to the others a number
 * is the text. */
METHOD(new_with_code)
{
    bool win32 = hop_class_is(c->cls, &hop_exception_win32);
    char number[24];
    struct hop_exception *e;

    snprintf(number, sizeof(number), "%d", (int)ARG_I(0));
    e = hop_exception_new(cx, c->cls,
                          c->n > 1 && !ARG_NULL(1) ? ARG_S(1)->data
                          : win32                  ? strerror((int)ARG_I(0))
                                                   : number);
    if (win32)
        e->actual = hop_int((int32_t)ARG_I(0));
    RETURN(hop_obj(e));
}

GETTER(get_native_code)
{
    *out = hop_class_is(self.u.o->cls, &hop_exception_win32)
               ? hop_retain(exception_of(self)->actual)
               : hop_null();
    return true;
}

static const struct hop_method all_constructors[] = {
    {"exception new(int error)", new_with_code},
    {"exception new(int error, string message)", new_with_code},
    {"exception new()", new_exception},
    {"exception new(string message)", new_exception},
    {"exception new(string message, System.Exception innerException)",
     new_exception},
    {"exception new(string message, string paramName)", new_exception},
    {"exception new(string message, System.Exception innerException, "
     "System.Object errorRecord)",
     new_with_record},
    END_METHODS,
};

#define X(c, n, parent, text)                                                  \
    const struct hop_class hop_exception_##c = {                               \
        .name = n,                                                             \
        .base = &hop_exception_##parent,                                       \
        .flags = HOP_CLASS_EXCEPTION,                                          \
        .kind = HOP_OBJECT,                                                    \
        .size = sizeof(struct hop_exception),                                  \
        .constructors = all_constructors,                                      \
    };
HOP_EXCEPTIONS(X)
#undef X
