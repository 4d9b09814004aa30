/* System.Exception and all its kin: one shape, many names.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/types/def.h"

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
        hop_buf_addf(&b,
                     "\n ---> %s\n   --- End of inner exception stack trace ---",
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
        e->data = hop_obj(hop_dict_new_of(cx, &hop_class_hashtable, 0));
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

GETTER(get_hresult)
{
    struct hop_exception *e = exception_of(self);

    *out = hop_int(e->hresult ? e->hresult : (int32_t)0x80131500);
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

static const struct hop_method all_constructors[] = {
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
