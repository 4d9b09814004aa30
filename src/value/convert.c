/* LanguagePrimitives.ConvertTo: which way leads from a value to a type.
 *
 * SPDX-License-Identifier: MIT
 */
#include <math.h>

#include "value/digits.h"
#include "value/enums.h"
#include "value/exception.h"
#include "value/internal.h"
#include "value/number.h"
#include "value/numconv.h"
#include "value/types.h"

/* ---- errors ---- */

/* value.ToString() for a message; never fails. */
static void
add_value_text(struct hop_context *cx, struct hop_value v, struct hop_buf *b)
{
    v = hop_value_base(v);
    if (hop_is_null(v))
        return;
    if (hop_as_array(v)) {
        hop_class_add_to_string(hop_class_of(v), b);
        return;
    }
    if (!hop_add_string(cx, v, b))
        hop_drop_exception(cx);
}

bool
hop_throw_cast(struct hop_context *cx, const char *id, struct hop_value v,
               const struct hop_class *to, struct hop_value inner)
{
    HOP_AUTO_BUF struct hop_buf text = HOP_BUF_INIT, type = HOP_BUF_INIT;
    HOP_AUTO_STRING struct hop_string *why =
        hop_string_from(hop_exception_message(inner));

    add_value_text(cx, v, &text);
    hop_class_add_to_string(to, &type);
    return hop_throw_full(cx, &hop_exception_ps_invalid_cast, id,
                          HOP_CAT_INVALID_ARGUMENT, hop_null(), inner,
                          "Cannot convert value \"%s\" to type \"%s\". Error: "
                          "\"%s\"",
                          hop_buf_str(&text), hop_buf_str(&type), why->data);
}

/* Wraps the exception that is pending. */
bool
hop_rethrow_cast(struct hop_context *cx, const char *id, struct hop_value v,
                 const struct hop_class *to)
{
    return hop_throw_cast(cx, id, v, to, hop_take_exception(cx));
}

static void
add_enum_names(const struct hop_class *cls, struct hop_buf *b)
{
    for (const struct hop_enum_name *e = cls->names; e->name; e++) {
        if (e != cls->names)
            hop_buf_addc(b, ',');
        hop_buf_adds(b, e->name);
    }
}

static bool
throw_from_null(struct hop_context *cx, const struct hop_class *to)
{
    HOP_AUTO_BUF struct hop_buf type = HOP_BUF_INIT, names = HOP_BUF_INIT;

    hop_class_add_to_string(to, &type);
    if (!(to->flags & HOP_CLASS_ENUM))
        return hop_throw_full(
            cx, &hop_exception_ps_invalid_cast, "nullToObjectInvalidCast",
            HOP_CAT_INVALID_ARGUMENT, hop_null(), hop_null(),
            "Cannot convert null to type \"%s\".", hop_buf_str(&type));
    add_enum_names(to, &names);
    return hop_throw_full(
        cx, &hop_exception_ps_invalid_cast, "nullToEnumInvalidCast",
        HOP_CAT_INVALID_ARGUMENT, hop_null(), hop_null(),
        "Cannot convert null to type \"%s\" due to enumeration values that are "
        "not valid. Specify one of the following enumeration values and try "
        "again. The possible enumeration values are \"%s\".",
        hop_buf_str(&type), hop_buf_str(&names));
}

static bool
throw_no_way(struct hop_context *cx, struct hop_value v,
             const struct hop_class *to)
{
    HOP_AUTO_BUF struct hop_buf text = HOP_BUF_INIT, from = HOP_BUF_INIT,
                                type = HOP_BUF_INIT;
    bool secret = strcmp(to->name, "System.Security.SecureString") == 0 ||
                  strcmp(to->name, HOP_SMA_ "PSCredential") == 0;

    add_value_text(cx, v, &text);
    hop_class_add_to_string(hop_class_of(v), &from);
    hop_class_add_to_string(to, &type);
    if (secret)
        return hop_throw_full(cx, &hop_exception_ps_invalid_cast,
                              "ConvertToFinalInvalidCastException",
                              HOP_CAT_INVALID_ARGUMENT, hop_null(), hop_null(),
                              "Cannot convert the value of type \"%s\" to type "
                              "\"%s\".",
                              hop_buf_str(&from), hop_buf_str(&type));
    return hop_throw_full(
        cx, &hop_exception_ps_invalid_cast,
        "ConvertToFinalInvalidCastException", HOP_CAT_INVALID_ARGUMENT,
        hop_null(), hop_null(),
        "Cannot convert the \"%s\" value of type \"%s\" to type \"%s\".",
        hop_buf_str(&text), hop_buf_str(&from), hop_buf_str(&type));
}

/* ---- enums ---- */

static bool
throw_enum_undefined(struct hop_context *cx, const char *id, struct hop_value v,
                     const struct hop_class *to)
{
    HOP_AUTO_BUF struct hop_buf text = HOP_BUF_INIT, names = HOP_BUF_INIT;

    add_value_text(cx, v, &text);
    add_enum_names(to, &names);
    return hop_throw_full(
        cx, &hop_exception_ps_invalid_cast, id, HOP_CAT_INVALID_ARGUMENT,
        hop_null(), hop_null(),
        "Cannot convert value \"%s\" to type \"%s\" due to enumeration values "
        "that are not valid. Specify one of the following enumeration values "
        "and try again. The possible enumeration values are \"%s\".",
        hop_buf_str(&text), to->name, hop_buf_str(&names));
}

/* Is i a member, or with [Flags] made of members? */
static bool
enum_has(const struct hop_class *to, int64_t i)
{
    int64_t all = 0;

    for (const struct hop_enum_name *e = to->names; e->name; e++) {
        if (e->value == i)
            return true;
        all |= e->value;
    }
    return (to->flags & HOP_CLASS_FLAGS) && (i & ~all) == 0 && i != 0;
}

static bool
enum_from_integer(struct hop_context *cx, struct hop_value v,
                  const struct hop_class *to, struct hop_value *out)
{
    if (!enum_has(to, v.u.i))
        return throw_enum_undefined(cx, "UndefinedIntegerToEnum", v, to);
    *out = hop_enum(to->enum_id, v.u.i);
    return true;
}

/* Why no name fits the text: none begins so, or several do. */
static void
add_enum_failure(const struct hop_class *to, const struct hop_string *s,
                 bool ambiguous, struct hop_buf *b)
{
    const char *sep = "";

    if (ambiguous) {
        hop_buf_addf(b,
                     "The identifier name %s cannot be processed because it is "
                     "either too similar or identical to the following "
                     "enumerator names: ",
                     s->data);
        for (const struct hop_enum_name *e = to->names; e->name; e++) {
            size_t n = strlen(e->name);

            if (n < s->len || !hop_text_ieq(e->name, s->len, s->data, s->len))
                continue;
            hop_buf_addf(b, "%s%s", sep, e->name);
            sep = ", ";
        }
        hop_buf_adds(b, ". Use a more specific identifier name.");
        return;
    }
    hop_buf_addf(b,
                 "Unable to match the identifier name %s to a valid enumerator "
                 "name. Specify one of the following enumerator names and try "
                 "again:\n",
                 s->data);
    for (const struct hop_enum_name *e = to->names; e->name; e++)
        hop_buf_addf(b, "%s%s", e == to->names ? "" : ", ", e->name);
}

static bool
enum_from_string(struct hop_context *cx, const struct hop_string *s,
                 const struct hop_class *to, struct hop_value *out)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    struct hop_value v = hop_str((struct hop_string *)(uintptr_t)s);
    int64_t i;
    int why;

    if (hop_enum_parse(to, s->data, s->len, true, &i, &why)) {
        if (!enum_has(to, i))
            return throw_enum_undefined(cx, "EnumParseUndefined", v, to);
        *out = hop_enum(to->enum_id, i);
        return true;
    }
    add_enum_failure(to, s, why == 1, &b);
    return hop_throw_cast(
        cx, "SubstringDisambiguationEnumParseThrewAnException", v, to,
        hop_obj(
            hop_exception_new(cx, &hop_exception_argument, hop_buf_str(&b))));
}

static bool
enum_from_many(struct hop_context *cx, struct hop_value v,
               const struct hop_class *to, struct hop_value *out)
{
    HOP_AUTO_ITER struct hop_iter it = {0};
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    HOP_AUTO_STRING struct hop_string *s = NULL;
    int r;

    if (!hop_iter_init(cx, &it, v))
        return false;
    for (;;) {
        HOP_AUTO_VALUE struct hop_value x = {.kind = HOP_NULL};

        r = hop_iter_next(cx, &it, &x);
        if (r <= 0)
            break;
        if (b.len)
            hop_buf_addc(&b, ',');
        if (!hop_add_string(cx, x, &b))
            return false;
    }
    if (r < 0)
        return false;
    s = hop_string_take_buf(&b);
    return enum_from_string(cx, s, to, out);
}

/* What IConvertible says of types it does not go between. */
static bool
throw_not_convertible(struct hop_context *cx, struct hop_value v,
                      const struct hop_class *to)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    bool brief = to == &hop_class_datetime;

    hop_buf_adds(&b, "Invalid cast from '");
    (brief ? hop_class_add_name : hop_class_add_full_name)(hop_class_of(v), &b);
    hop_buf_adds(&b, "' to '");
    (brief ? hop_class_add_name : hop_class_add_full_name)(to, &b);
    hop_buf_adds(&b, "'.");
    return hop_throw_cast(
        cx, "InvalidCastIConvertible", v, to,
        hop_obj(hop_exception_new(cx, &hop_exception_invalid_cast, b.data)));
}

static bool
to_enum(struct hop_context *cx, struct hop_value v, const struct hop_class *to,
        struct hop_value *out)
{
    if (v.kind == HOP_STRING)
        return enum_from_string(cx, v.u.s, to, out);
    if (hop_is_integer(v))
        return enum_from_integer(cx, v, to, out);
    if (v.kind == HOP_ENUM && v.ext != to->enum_id)
        return enum_from_integer(cx, hop_long(v.u.i), to, out);
    if (hop_is_enumerable(v))
        return enum_from_many(cx, v, to, out);
    if (hop_is_number(v)) {
        HOP_AUTO_STRING struct hop_string *text = NULL;

        return hop_to_string(cx, v, &text) &&
               enum_from_string(cx, text, to, out);
    }
    if (v.kind == HOP_BOOL || v.kind == HOP_CHAR || v.kind == HOP_DATETIME)
        return throw_not_convertible(cx, v, to);
    return throw_no_way(cx, v, to);
}

/* ---- arrays ---- */

static bool
convert_items(struct hop_context *cx, struct hop_value v,
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
        return throw_no_way(cx, v, to);
    a = hop_array_new_of(cx, to, 0);
    made = hop_obj(a);
    hop_array_reserve(a, from ? from->n : 1);
    if (!convert_items(cx, v, to->element, a)) {
        if (!hop_is_enumerable(v) && hop_has_exception(cx))
            hop_rethrow_cast(cx, "InvalidCastExceptionScalarToArray", v, to);
        return false;
    }
    *out = hop_value_steal(&made);
    return true;
}

/* ---- through members of the target ---- */

/* Does an argument of class from go into a parameter of class to without more
 * than a widening? */
static bool
widens(const struct hop_class *from, const struct hop_class *to)
{
    enum hop_kind f = from->kind, t = to->kind;

    if (hop_class_is(from, to))
        return true;
    if (from->flags & HOP_CLASS_ENUM)
        return false;
    return f >= HOP_CHAR && f <= HOP_UINT64 && t >= HOP_INT16 &&
           t <= HOP_DOUBLE && t > f && !(to->flags & HOP_CLASS_ENUM);
}

/* 1 done, 0 no such constructor, -1 thrown. */
static int
by_constructor(struct hop_context *cx, struct hop_value v,
               const struct hop_class *to, struct hop_value *out)
{
    const struct hop_class *from = hop_class_of(v);
    struct hop_method_group *g = hop_class_methods(cx, to, NULL, 0, true);
    bool collection = to->flags & (HOP_CLASS_LIST | HOP_CLASS_DICT);

    if (!g || (collection && hop_is_integer(v)))
        return 0;
    for (size_t i = 0; i < g->n; i++) {
        struct hop_overload *o = &g->overloads[i];

        if (o->bad || o->n != 1 || !widens(from, o->params[0].type))
            continue;
        if (hop_invoke_group(cx, g, hop_null(), to, &v, 1, NULL, out) > 0)
            return 1;
        hop_rethrow_cast(cx, "InvalidCastConstructorException", v, to);
        return -1;
    }
    return 0;
}

/* List[T] and its kin from an array or a single value. */
static bool
to_collection(struct hop_context *cx, struct hop_value v,
              const struct hop_class *to, struct hop_value *out)
{
    HOP_AUTO_VALUE struct hop_value made = {.kind = HOP_NULL};
    const struct hop_class *element = to->args[0];

    if (to->flags & HOP_CLASS_SET) {
        HOP_AUTO_VALUE struct hop_value array = {.kind = HOP_NULL};
        struct hop_dict *d = hop_dict_new_of(cx, to, 0);
        struct hop_array *a =
            hop_array_new_of(cx, hop_types_array(cx, element, 1), 0);

        made = hop_obj(d);
        array = hop_obj(a);
        if (!convert_items(cx, v, element, a))
            return false;
        for (size_t i = 0; i < a->n; i++)
            hop_dict_set(d, a->items[i], hop_null());
    } else {
        made = hop_obj(hop_array_new_of(cx, to, 0));
        if (!convert_items(cx, v, element, (struct hop_array *)made.u.o))
            return false;
    }
    *out = hop_value_steal(&made);
    return true;
}

/* Sets a property of a new object from a hash table's entry. */
static bool
set_from_entry(struct hop_context *cx, struct hop_value o,
               const struct hop_class *to, const struct hop_string *name,
               struct hop_value v)
{
    HOP_AUTO_BUF struct hop_buf list = HOP_BUF_INIT;
    const struct hop_class *owner;
    const struct hop_property *p =
        hop_class_property(to, name->data, name->len, false, &owner);

    if (p && p->set)
        return hop_member_set(cx, o, name, v);
    for (const struct hop_class *c = to; c; c = c->base)
        for (const struct hop_property *q = c->properties; q && q->name; q++) {
            const struct hop_class *t;

            if (!q->set || (q->flags & (HOP_PROP_STATIC | HOP_PROP_HIDDEN)))
                continue;
            t = hop_types_in_text(cx, c, q->type, strlen(q->type));
            hop_buf_addf(&list, "%s[%s <", list.len ? ", " : "", q->name);
            if (t)
                hop_class_add_to_string(t, &list);
            hop_buf_adds(&list, ">]");
        }
    if (!list.len)
        return hop_throw(cx, &hop_exception_invalid_operation,
                         "The property '%s' was not found for the '%s' object. "
                         "There is no settable property available.",
                         name->data, to->name);
    return hop_throw(cx, &hop_exception_invalid_operation,
                     "The property '%s' was not found for the '%s' object. The "
                     "settable properties are: %s.",
                     name->data, to->name, list.data);
}

bool
hop_set_properties(struct hop_context *cx, struct hop_value o,
                   struct hop_dict *d)
{
    size_t n;
    HOP_AUTO_FREE struct hop_dict_entry **order = hop_dict_order(d, &n);

    for (size_t i = 0; i < n; i++) {
        HOP_AUTO_STRING struct hop_string *name = NULL;

        if (!hop_to_string(cx, order[i]->key, &name) ||
            !set_from_entry(cx, o, hop_class_of(o), name, order[i]->value))
            return false;
    }
    return true;
}

/* [type]@{ Property = value }: 1 done, 0 no way, -1 thrown. */
static int
by_properties(struct hop_context *cx, struct hop_value v,
              const struct hop_class *to, struct hop_value *out)
{
    HOP_AUTO_VALUE struct hop_value o = {.kind = HOP_NULL};
    struct hop_method_group *g = hop_class_methods(cx, to, NULL, 0, true);
    struct hop_dict *d = hop_as_dict(v);

    if (g && d && cx->plain_dictionaries) {
        HOP_AUTO_BUF struct hop_buf type = HOP_BUF_INIT;

        hop_class_add_full_name(to, &type);
        hop_throw_runtime(
            cx, "HashtableToObjectConversionNotSupportedInDataSection",
            HOP_CAT_INVALID_OPERATION,
            "Cannot convert hashtable to an object of the following type: %s. "
            "Hashtable-to-Object conversion is not supported in restricted "
            "language mode or a Data section.",
            hop_buf_str(&type));
        return -1;
    }
    if (!g || !d ||
        hop_invoke_group(cx, g, hop_null(), to, NULL, 0, NULL, &o) <= 0)
        return hop_has_exception(cx) ? -1 : 0;
    if (hop_set_properties(cx, o, d)) {
        *out = hop_value_steal(&o);
        return 1;
    }
    {
        HOP_AUTO_BUF struct hop_buf type = HOP_BUF_INIT;
        struct hop_value e = hop_take_exception(cx);
        HOP_AUTO_STRING struct hop_string *why =
            hop_string_from(hop_exception_message(e));

        hop_class_add_to_string(to, &type);
        hop_throw_full(cx, &hop_exception_ps_invalid_cast,
                       "ObjectCreationError", HOP_CAT_INVALID_ARGUMENT,
                       hop_null(), e, "Cannot create object of type \"%s\". %s",
                       hop_buf_str(&type), why->data);
    }
    return -1;
}

/* ---- language conversions ---- */

static bool
to_hashtable(struct hop_context *cx, struct hop_value v, struct hop_value *out)
{
    struct hop_dict *from = hop_as_dict(v), *d;
    size_t n;

    if (!from && hop_is_exactly(v, &hop_class_pscustomobject)) {
        throw_no_way(cx, v, &hop_class_hashtable);
        return hop_rethrow_cast(cx, "InvalidCastConstructorException", v,
                                &hop_class_hashtable);
    }
    if (!from)
        return throw_no_way(cx, v, &hop_class_hashtable);
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
        return throw_no_way(cx, v, &hop_class_type);
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
        return throw_from_null(cx, to);
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
        r = by_constructor(cx, text, to, out);
        if (r)
            return r > 0;
    }
    if (v.kind == HOP_BOOL || v.kind == HOP_CHAR || v.kind == HOP_DATETIME)
        return throw_not_convertible(cx, v, to);
    return throw_no_way(cx, v, to);
}

static bool
to_other(struct hop_context *cx, struct hop_value v, const struct hop_class *to,
         struct hop_value *out)
{
    int r;

    if (to == &hop_class_switch_parameter)
        return throw_no_way(cx, v, to);
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
        return throw_not_convertible(cx, v, to);
    r = by_constructor(cx, v, to, out);
    if (r == 0 && (to->flags & (HOP_CLASS_LIST | HOP_CLASS_SET)) &&
        to->arity == 1 && to->definition)
        return to_collection(cx, v, to, out);
    if (r == 0)
        r = by_properties(cx, v, to, out);
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
        return to_enum(cx, v, to, out);
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
