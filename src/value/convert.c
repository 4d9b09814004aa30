/* Conversion as the language does it.
 *
 * SPDX-License-Identifier: MIT
 */
#include <math.h>

#include "value/convert_internal.h"
#include "value/enums.h"
#include "value/exception.h"
#include "value/internal.h"
#include "value/number.h"
#include "value/numconv.h"

/* ---- arrays ---- */

bool
hop_convert_items(struct hop_context *cx, struct hop_value v,
                  const struct hop_class *element, struct hop_array *a)
{
    HOP_AUTO_ITER struct hop_iter it = {0};
    struct hop_value x;
    int r;

    if (!hop_iter_init(cx, &it, v))
        return false;
    while ((r = hop_iter_next(cx, &it, &x)) > 0) {
        HOP_AUTO_VALUE struct hop_value item = x;
        struct hop_value y;

        if (!hop_convert(cx, item, element, &y))
            return false;
        hop_array_push(a, y);
    }
    return r == 0;
}

static bool
to_array(struct hop_context *cx, struct hop_value v, const struct hop_class *to,
         struct hop_value *out)
{
    HOP_AUTO_VALUE struct hop_value made = {.kind = HOP_NULL};
    struct hop_array *a, *from = hop_as_array(v);

    if (v.kind == HOP_STRING && to->element == &hop_class_char) {
        size_t n = hop_string_len16(v.u.s);

        a = hop_array_new_of(cx, to, n);
        if (!a)
            return false;
        for (size_t i = 0; i < n; i++)
            a->items[i] = hop_char(hop_string_at(v.u.s, i));
        *out = hop_obj(a);
        return true;
    }
    if (to->rank > 1)
        return hop_throw_no_way(cx, v, to);
    a = hop_array_new_of(cx, to, 0);
    made = hop_obj(a);
    hop_array_reserve(a, from ? from->n : 1);
    if (!hop_convert_items(cx, v, to->element, a)) {
        if (!hop_is_enumerable(v) && hop_has_exception(cx))
            hop_rethrow_cast(cx, "InvalidCastExceptionScalarToArray", v, to);
        return false;
    }
    *out = hop_value_steal(&made);
    return true;
}

/* ---- language conversions ---- */

static bool
to_hashtable(struct hop_context *cx, struct hop_value v, struct hop_value *out)
{
    struct hop_dict *from = hop_as_dict(v), *d;
    size_t n;

    if (!from && hop_is_exactly(v, &hop_class_pscustomobject)) {
        hop_throw_no_way(cx, v, &hop_class_hashtable);
        return hop_rethrow_cast(cx, "InvalidCastConstructorException", v,
                                &hop_class_hashtable);
    }
    if (!from)
        return hop_throw_no_way(cx, v, &hop_class_hashtable);
    d = hop_hashtable_new(cx);
    *out = hop_obj(d);
    {
        HOP_AUTO_FREE struct hop_dict_entry **order = hop_dict_order(from, &n);

        for (size_t i = 0; i < n; i++)
            hop_dict_set(d, order[i]->key, hop_retain(order[i]->value));
    }
    return true;
}

static bool
to_type(struct hop_context *cx, struct hop_value v, struct hop_value *out)
{
    const struct hop_class *c = NULL;

    if (v.kind == HOP_STRING)
        c = hop_types_find(cx, v.u.s->data, v.u.s->len);
    if (c) {
        *out = hop_type(c);
        return true;
    }
    if (v.kind != HOP_STRING)
        return hop_throw_no_way(cx, v, &hop_class_type);
    return hop_throw_full(
        cx, &hop_exception_ps_invalid_cast, "InvalidCastFromStringToType",
        HOP_CAT_INVALID_ARGUMENT, hop_null(), hop_null(),
        "Cannot convert the \"%s\" value of type \"System.String\" to type "
        "\"System.Type\".",
        v.u.s->data);
}

static void
destroy_delegate(struct hop_object *o)
{
    hop_release(((struct hop_delegate *)o)->block);
}

const struct hop_class hop_class_delegate = {
    .name = "System.Delegate",
    .base = &hop_class_object,
    .flags = HOP_CLASS_DELEGATE | HOP_CLASS_ABSTRACT,
    .kind = HOP_OBJECT,
    .size = sizeof(struct hop_delegate),
    .destroy = destroy_delegate,
};

static bool
is_block(struct hop_value v)
{
    return v.kind == HOP_OBJECT &&
           strcmp(v.u.o->cls->name,
                  "System.Management.Automation.ScriptBlock") == 0;
}

static bool
to_reference(struct hop_context *cx, struct hop_value v, struct hop_value *out)
{
    struct hop_reference *r = hop_object_new(cx, &hop_class_reference_of);

    r->value = hop_retain(v);
    *out = hop_obj(r);
    return true;
}

static bool
from_null(struct hop_context *cx, const struct hop_class *to,
          struct hop_value *out)
{
    if (to == &hop_class_string)
        *out = hop_str(hop_string_empty());
    else if (to == &hop_class_boolean)
        *out = hop_bool(false);
    else if (to == &hop_class_char)
        *out = hop_char(0);
    else if (to->kind >= HOP_SBYTE && to->kind <= HOP_DECIMAL &&
             !(to->flags & HOP_CLASS_ENUM))
        *out = hop_zero_of(cx, to);
    else if (to == &hop_class_switch_parameter)
        *out = hop_switch(cx, false);
    else if (to == &hop_class_big_integer)
        *out = hop_big_from_int64(cx, 0);
    else if (to == &hop_class_reference)
        return to_reference(cx, hop_null(), out);
    else if ((to->flags & HOP_CLASS_VALUE) && !(to->flags & HOP_CLASS_NULLABLE))
        return hop_throw_from_null(cx, to);
    else
        *out = hop_null();
    return true;
}

/* Parse methods that take a format provider make another error id. */
static bool
parses_with_culture(const struct hop_class *to)
{
    return (to->kind >= HOP_DATETIME && to->kind <= HOP_TIMESPAN) ||
           to == &hop_class_guid || to == &hop_class_date_only ||
           to == &hop_class_time_only;
}

static bool
is_xml(const struct hop_class *to)
{
    return strcmp(to->name, "System.Xml.XmlDocument") == 0;
}

static bool
by_parse(struct hop_context *cx, struct hop_value v, const struct hop_class *to,
         struct hop_value *out)
{
    if (to->parse(cx, v.u.s, out))
        return true;
    return hop_rethrow_cast(
        cx,
        to == &hop_class_regex ? "InvalidCastFromStringToRegex"
        : is_xml(to)           ? "InvalidCastToXmlDocument"
        : parses_with_culture(to)
            ? "InvalidCastParseTargetInvocationWithFormatProvider"
            : "InvalidCastParseTargetInvocation",
        v, to);
}

/* A number goes where its text goes; other plain values say what they are. */
static bool
from_its_text(struct hop_context *cx, struct hop_value v,
              const struct hop_class *to, struct hop_value *out)
{
    HOP_AUTO_VALUE struct hop_value text = {.kind = HOP_NULL};
    int r;

    if (hop_is_number(v)) {
        if (!hop_convert(cx, v, &hop_class_string, &text))
            return false;
        if (to->parse)
            return by_parse(cx, text, to, out);
        r = hop_convert_by_constructor(cx, text, to, out);
        if (r)
            return r > 0;
    }
    if (v.kind == HOP_BOOL || v.kind == HOP_CHAR || v.kind == HOP_DATETIME)
        return hop_throw_not_convertible(cx, v, to);
    return hop_throw_no_way(cx, v, to);
}

static bool
to_other(struct hop_context *cx, struct hop_value v, const struct hop_class *to,
         struct hop_value *out)
{
    int r;

    if (to == &hop_class_switch_parameter)
        return hop_throw_no_way(cx, v, to);
    if ((to->flags & HOP_CLASS_DELEGATE) && v.kind == HOP_OBJECT &&
        (v.u.o->cls->flags & HOP_CLASS_DELEGATE)) {
        *out = hop_retain(v);
        return true;
    }
    if ((to->flags & HOP_CLASS_DELEGATE) && is_block(v)) {
        struct hop_delegate *d = hop_object_new(cx, to);

        d->block = hop_retain(v);
        *out = hop_obj(d);
        return true;
    }
    if (to->parse && is_xml(to) && v.kind != HOP_STRING) {
        HOP_AUTO_VALUE struct hop_value s = {.kind = HOP_NULL};

        return hop_convert(cx, v, &hop_class_string, &s) &&
               by_parse(cx, s, to, out);
    }
    if (v.kind == HOP_STRING && to->parse)
        return by_parse(cx, v, to, out);
    if (to == &hop_class_guid) {
        HOP_AUTO_VALUE struct hop_value s = {.kind = HOP_NULL};

        return hop_convert(cx, v, &hop_class_string, &s) &&
               by_parse(cx, s, to, out);
    }
    if ((to == &hop_class_datetime &&
         (v.kind == HOP_BOOL || v.kind == HOP_CHAR)) ||
        (to == &hop_class_timespan && v.kind == HOP_DATETIME))
        return hop_throw_not_convertible(cx, v, to);
    r = hop_convert_by_constructor(cx, v, to, out);
    if (r == 0 && (to->flags & (HOP_CLASS_LIST | HOP_CLASS_SET)) &&
        to->arity == 1 && to->definition)
        return hop_convert_to_collection(cx, v, to, out);
    if (r == 0)
        r = hop_convert_by_properties(cx, v, to, out);
    if (r)
        return r > 0;
    return from_its_text(cx, v, to, out);
}

static bool
is_numeric_class(const struct hop_class *to)
{
    return to->kind >= HOP_CHAR && to->kind <= HOP_DECIMAL &&
           !(to->flags & HOP_CLASS_ENUM);
}

static bool
convert_base(struct hop_context *cx, struct hop_value v,
             const struct hop_class *to, struct hop_value *out)
{
    if (to == &hop_class_boolean) {
        *out = hop_bool(hop_is_true(cx, v));
        return true;
    }
    if (is_numeric_class(to) || to == &hop_class_big_integer)
        return hop_convert_number(cx, v, to, out);
    if (to->flags & HOP_CLASS_ENUM)
        return hop_convert_to_enum(cx, v, to, out);
    if ((to->flags & HOP_CLASS_ARRAY) && to->element)
        return to_array(cx, v, to, out);
    if (to == &hop_class_array)
        return to_array(cx, v, &hop_class_object_array, out);
    if (to == &hop_class_hashtable)
        return to_hashtable(cx, v, out);
    if (to == &hop_class_type || to == &hop_class_runtime_type)
        return to_type(cx, v, out);
    if (to == &hop_class_reference)
        return to_reference(cx, v, out);
    if (to == &hop_class_switch_parameter && v.kind == HOP_BOOL) {
        *out = hop_switch(cx, v.u.i != 0);
        return true;
    }
    return to_other(cx, v, to, out);
}

static bool
convert_any(struct hop_context *cx, struct hop_value v,
            const struct hop_class *to, struct hop_value *out)
{
    const struct hop_class *cls;
    struct hop_value base;

    if (to == &hop_class_object || to == &hop_class_psobject) {
        *out = hop_retain(v);
        if (out->kind == HOP_VOID)
            *out = hop_null();
        return true;
    }
    base = hop_value_base(v);
    if (hop_is_null(base)) {
        /* No output at all stays that in a variable of arrays. */
        if (base.kind == HOP_VOID &&
            (to->flags & HOP_CLASS_ARRAY || to == &hop_class_array)) {
            *out = base;
            return true;
        }
        return from_null(cx, to, out);
    }
    if (to->flags & HOP_CLASS_NULLABLE)
        to = to->args[0];
    cls = hop_class_of(base);
    if (cls == to) {
        *out = hop_retain(base);
        return true;
    }
    if (to == &hop_class_void) {
        *out = hop_void();
        return true;
    }
    if (to == &hop_class_string) {
        struct hop_string *s = hop_token_text(v);

        if (s)
            hop_string_retain(s);
        else if (!hop_to_string(cx, v, &s))
            return false;
        *out = hop_str(s);
        return true;
    }
    if (hop_class_is(cls, to)) {
        *out = hop_retain(v);
        return true;
    }
    if (to->flags & HOP_CLASS_INTERFACE && to->arity == 1 && to->args[0] &&
        hop_as_array(base))
        return hop_convert(cx, v, hop_types_array(cx, to->args[0], 1), out);
    return convert_base(cx, base, to, out);
}

/* The language shows a failed conversion as a RuntimeException around the
 * PSInvalidCastException. */
static bool
frame_cast_error(struct hop_context *cx)
{
    struct hop_value e = hop_take_exception(cx);
    struct hop_exception *x = (struct hop_exception *)e.u.o;
    HOP_AUTO_STRING struct hop_string *id =
        x->error_id ? hop_string_retain(x->error_id) : NULL;
    HOP_AUTO_STRING struct hop_string *text =
        hop_string_from(hop_exception_message(e));

    return hop_throw_full(cx, &hop_exception_runtime, id ? id->data : NULL,
                          x->category, hop_null(), e, "%s", text->data);
}

bool
hop_convert(struct hop_context *cx, struct hop_value v,
            const struct hop_class *to, struct hop_value *out)
{
    if (convert_any(cx, v, to, out))
        return true;
    if (hop_is_exactly(cx->pending, &hop_exception_ps_invalid_cast))
        return frame_cast_error(cx);
    return false;
}

bool
hop_try_convert(struct hop_context *cx, struct hop_value v,
                const struct hop_class *to, struct hop_value *out)
{
    if (hop_convert(cx, v, to, out))
        return true;
    hop_drop_exception(cx);
    return false;
}

bool
hop_to_int64(struct hop_context *cx, struct hop_value v, int64_t *out)
{
    struct hop_value x;

    if (v.kind >= HOP_SBYTE && v.kind <= HOP_INT64) {
        *out = v.u.i;
        return true;
    }
    if (!hop_convert(cx, v, &hop_class_int64, &x))
        return false;
    *out = x.u.i;
    return true;
}

bool
hop_to_int32(struct hop_context *cx, struct hop_value v, int32_t *out)
{
    struct hop_value x;

    if (!hop_convert(cx, v, &hop_class_int32, &x))
        return false;
    *out = (int32_t)x.u.i;
    return true;
}

bool
hop_to_double(struct hop_context *cx, struct hop_value v, double *out)
{
    struct hop_value x;

    if (!hop_convert(cx, v, &hop_class_double, &x))
        return false;
    *out = x.u.d;
    return true;
}
