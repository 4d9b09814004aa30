/* System.Object, ValueType, Enum and the interfaces.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/types/def.h"

#include "value/types.h"
#include "value/types/interfaces.h"

/* ---- Object ---- */

METHOD(object_to_string)
{
    struct hop_string *s;

    if (c->n == 1) {
        HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
        const struct hop_string *f =
            c->args[0].kind == HOP_STRING ? ARG_S(0) : NULL;

        if (!hop_format_value(cx, c->self, f ? f->data : "", f ? f->len : 0,
                              &b))
            return false;
        RETURN(hop_text_buf(&b));
    }
    if (!hop_call_to_string(cx, c->self, &s))
        return false;
    RETURN(hop_str(s));
}

METHOD(object_equals)
{
    RETURN(hop_bool(hop_object_equals(cx, c->self, c->args[0])));
}

METHOD(object_equals_static)
{
    RETURN(hop_bool(hop_object_equals(cx, c->args[0], c->args[1])));
}

METHOD(reference_equals)
{
    struct hop_value a = hop_value_base(c->args[0]);
    struct hop_value b = hop_value_base(c->args[1]);

    RETURN(
        hop_bool((hop_is_null(a) && hop_is_null(b)) ||
                 (a.kind == b.kind && a.kind >= HOP_TYPE && a.u.o == b.u.o)));
}

METHOD(object_hash)
{
    struct hop_value v = c->self;

    if (v.kind == HOP_BOOL || (v.kind >= HOP_SBYTE && v.kind <= HOP_UINT32))
        RETURN(hop_int((int32_t)v.u.i));
    if (v.kind == HOP_CHAR)
        RETURN(hop_int((int32_t)(v.u.i | v.u.i << 16)));
    RETURN(hop_int((int32_t)hop_object_hash(v)));
}

METHOD(object_type)
{
    RETURN(hop_type(hop_class_of(c->self)));
}

METHOD(new_object)
{
    RETURN(hop_obj(hop_object_new(cx, c->cls)));
}

static const struct hop_method object_methods[] = {
    {"bool Equals(System.Object obj)", object_equals},
    {"int GetHashCode()", object_hash},
    {"type GetType()", object_type},
    {"string ToString()", object_to_string},
    {"static bool Equals(System.Object objA, System.Object objB)",
     object_equals_static},
    {"static bool ReferenceEquals(System.Object objA, System.Object objB)",
     reference_equals},
    END_METHODS,
};

static const struct hop_method object_constructors[] = {
    {"System.Object new()", new_object},
    END_METHODS,
};

const struct hop_class hop_class_object = {
    .name = "System.Object",
    .kind = HOP_OBJECT,
    .size = sizeof(struct hop_object),
    .methods = object_methods,
    .constructors = object_constructors,
};

const struct hop_class hop_class_value_type = {
    .name = "System.ValueType",
    .base = &hop_class_object,
    .flags = HOP_CLASS_ABSTRACT,
};

const struct hop_class hop_class_void = {
    .name = "System.Void",
    .base = &hop_class_value_type,
    .flags = HOP_CLASS_VALUE,
};

GETTER(get_dbnull)
{
    *out = hop_obj(hop_object_new(cx, &hop_class_dbnull));
    return true;
}

static bool
show_nothing(struct hop_context *cx, struct hop_value v,
             struct hop_string **out)
{
    *out = hop_string_empty();
    return true;
}

static bool
always_equal(struct hop_context *cx, struct hop_value a, struct hop_value b)
{
    return hop_is_exactly(b, &hop_class_dbnull);
}

static const struct hop_property dbnull_properties[] = {
    STATIC_GET("Value", "System.DBNull", get_dbnull, 0),
    END_PROPERTIES,
};

const struct hop_class hop_class_dbnull = {
    .name = "System.DBNull",
    .properties = dbnull_properties,
    .to_string = show_nothing,
    .equals = always_equal,
    .base = &hop_class_object,
    .flags = HOP_CLASS_SEALED,
    .kind = HOP_OBJECT,
    .size = sizeof(struct hop_object),
};

const struct hop_class hop_class_nullable = {
    .name = "System.Nullable`1",
    .base = &hop_class_value_type,
    .flags = HOP_CLASS_VALUE | HOP_CLASS_GENERIC | HOP_CLASS_NULLABLE,
    .arity = 1,
};

/* ---- interfaces ---- */

#define INTERFACE(c, text, args, ...)                                          \
    static const struct hop_class *const c##_bases[] = {__VA_ARGS__ NULL};     \
    const struct hop_class hop_class_##c = {                                   \
        .name = text,                                                          \
        .flags = HOP_CLASS_INTERFACE | HOP_CLASS_ABSTRACT |                    \
                 ((args) ? HOP_CLASS_GENERIC : 0),                             \
        .kind = HOP_OBJECT,                                                    \
        .interfaces = c##_bases,                                               \
        .arity = args,                                                         \
    }

INTERFACE(icomparable, "System.IComparable", 0, );
INTERFACE(iformattable, "System.IFormattable", 0, );
INTERFACE(iconvertible, "System.IConvertible", 0, );
INTERFACE(idisposable, "System.IDisposable", 0, );
INTERFACE(iequatable, "System.IEquatable`1", 1, );
INTERFACE(ienumerable, "System.Collections.IEnumerable", 0, );
INTERFACE(icollection, "System.Collections.ICollection", 0,
          &hop_class_ienumerable, );
INTERFACE(ilist, "System.Collections.IList", 0, &hop_class_icollection, );
INTERFACE(idictionary, "System.Collections.IDictionary", 0,
          &hop_class_icollection, );
INTERFACE(generic_ienumerable, "System.Collections.Generic.IEnumerable`1", 1,
          &hop_class_ienumerable, );
INTERFACE(generic_icollection, "System.Collections.Generic.ICollection`1", 1,
          &hop_class_ienumerable, );
INTERFACE(generic_ilist, "System.Collections.Generic.IList`1", 1,
          &hop_class_ienumerable, );
INTERFACE(generic_idictionary, "System.Collections.Generic.IDictionary`2", 2,
          &hop_class_ienumerable, );
INTERFACE(ienumerator, "System.Collections.IEnumerator", 0, );
INTERFACE(icloneable, "System.ICloneable", 0, );
INTERFACE(iformatprovider, "System.IFormatProvider", 0, );
INTERFACE(icomparer, "System.Collections.IComparer", 0, );
INTERFACE(iequality_comparer, "System.Collections.IEqualityComparer", 0, );

/* ---- Enum ---- */

GETTER(get_value__)
{
    *out = hop_integer(hop_enum_class(self.ext)->underlying, self.u.i);
    return true;
}

METHOD(has_flag)
{
    struct hop_value f = c->args[0];

    RETURN(hop_bool((c->self.u.u & f.u.u) == f.u.u));
}

METHOD(compare_enum)
{
    int64_t a = c->self.u.i, b = hop_value_base(c->args[0]).u.i;

    RETURN(hop_int(a < b ? -1 : a > b));
}

static const struct hop_class *
enum_argument(struct hop_context *cx, struct hop_call *c)
{
    const struct hop_class *cls = c->args[0].u.cls;

    if (cls->flags & HOP_CLASS_ENUM)
        return cls;
    hop_throw_argument(cx, &hop_exception_argument, "enumType",
                       "Type provided must be an Enum.");
    return NULL;
}

struct hop_array *
hop_enum_values(struct hop_context *cx, const struct hop_class *cls, bool names)
{
    struct hop_array *a = hop_array_new_of(
        cx, hop_types_array(cx, names ? &hop_class_string : cls, 1), 0);

    for (const struct hop_enum_name *e = cls->names; e->name; e++)
        hop_array_push(a, names ? hop_text(e->name)
                                : hop_enum(cls->enum_id, e->value));
    return a;
}

METHOD(enum_names)
{
    const struct hop_class *cls = enum_argument(cx, c);

    if (!cls)
        return false;
    RETURN(hop_obj(hop_enum_values(cx, cls, c->data)));
}

METHOD(enum_name)
{
    const struct hop_class *cls = enum_argument(cx, c);
    struct hop_value v = hop_value_base(c->args[1]);

    if (!cls)
        return false;
    for (const struct hop_enum_name *e = cls->names; e->name; e++)
        if (e->value == v.u.i)
            RETURN(hop_text(e->name));
    RETURN(hop_null());
}

METHOD(enum_defined)
{
    const struct hop_class *cls = enum_argument(cx, c);
    struct hop_value v = hop_value_base(c->args[1]);

    if (!cls)
        return false;
    for (const struct hop_enum_name *e = cls->names; e->name; e++)
        if (v.kind == HOP_STRING ? hop_string_is(v.u.s, e->name)
                                 : e->value == v.u.i)
            RETURN(hop_bool(true));
    RETURN(hop_bool(false));
}

METHOD(enum_parse)
{
    const struct hop_class *cls = enum_argument(cx, c);
    bool fold = c->n > 2 ? ARG_B(2) : false;
    int64_t i;
    int why;

    if (!cls)
        return false;
    if (hop_enum_parse(cls, ARG_S(1)->data, ARG_S(1)->len, false, &i, &why)) {
        struct hop_value v = hop_enum(cls->enum_id, i);
        HOP_AUTO_STRING struct hop_string *s = NULL;

        if (fold ||
            (hop_call_to_string(cx, v, &s) &&
             strstr(ARG_S(1)->data, s->data)) ||
            strchr(ARG_S(1)->data, ',') ||
            (ARG_S(1)->data[0] >= '0' && ARG_S(1)->data[0] <= '9'))
            RETURN(v);
    }
    return hop_throw(cx, &hop_exception_argument,
                     "Requested value '%s' was not found.", ARG_S(1)->data);
}

METHOD(enum_try_parse)
{
    const struct hop_class *cls = enum_argument(cx, c);
    int64_t i = 0;
    int why;
    bool ok;
    size_t last = c->n - 1;

    if (!cls)
        return false;
    ok = c->args[1].kind == HOP_STRING &&
         hop_enum_parse(cls, ARG_S(1)->data, ARG_S(1)->len, false, &i, &why);
    if (!hop_reference_set(cx, c->args[last],
                           hop_enum(cls->enum_id, ok ? i : 0)))
        return false;
    RETURN(hop_bool(ok));
}

METHOD(enum_to_object)
{
    const struct hop_class *cls = enum_argument(cx, c);
    int64_t i;

    if (!cls || !hop_to_int64(cx, c->args[1], &i))
        return false;
    RETURN(hop_enum(cls->enum_id, i));
}

METHOD(enum_underlying)
{
    const struct hop_class *cls = enum_argument(cx, c);

    if (!cls)
        return false;
    RETURN(hop_type(hop_class_of_kind(cls->underlying)));
}

static const struct hop_property enum_properties[] = {
    {"value__", "int", get_value__},
    END_PROPERTIES,
};

static const struct hop_method enum_methods[] = {
    {"int CompareTo(System.Object target)", compare_enum},
    {"bool HasFlag(System.Enum flag)", has_flag},
    {"string ToString()", object_to_string},
    {"string ToString(string format)", object_to_string},
    {"static string[] GetNames(type enumType)", enum_names, true},
    {"static array GetValues(type enumType)", enum_names, false},
    {"static string GetName(type enumType, System.Object value)", enum_name},
    {"static bool IsDefined(type enumType, System.Object value)", enum_defined},
    {"static System.Object Parse(type enumType, string value)", enum_parse},
    {"static System.Object Parse(type enumType, string value, bool ignoreCase)",
     enum_parse},
    {"static bool TryParse(type enumType, string value, [ref] System.Object "
     "result)",
     enum_try_parse},
    {"static bool TryParse(type enumType, string value, bool ignoreCase, [ref] "
     "System.Object result)",
     enum_try_parse},
    {"static System.Object ToObject(type enumType, System.Object value)",
     enum_to_object},
    {"static type GetUnderlyingType(type enumType)", enum_underlying},
    END_METHODS,
};

static const struct hop_class *const enum_interfaces[] = {
    &hop_class_icomparable, &hop_class_iformattable, &hop_class_iconvertible,
    NULL};

const struct hop_class hop_class_enum = {
    .name = "System.Enum",
    .base = &hop_class_value_type,
    .flags = HOP_CLASS_ABSTRACT,
    .kind = HOP_ENUM,
    .interfaces = enum_interfaces,
    .properties = enum_properties,
    .methods = enum_methods,
};

/* ---- SwitchParameter ---- */

GETTER(get_present)
{
    *out = hop_bool(((struct hop_switch_parameter *)self.u.o)->present);
    return true;
}

METHOD(switch_to_bool)
{
    RETURN(hop_bool(((struct hop_switch_parameter *)c->self.u.o)->present));
}

METHOD(new_switch)
{
    RETURN(hop_switch(cx, ARG_B(0)));
}

static bool
switch_to_string(struct hop_context *cx, struct hop_value v,
                 struct hop_string **out)
{
    *out = hop_string_from(
        ((struct hop_switch_parameter *)v.u.o)->present ? "True" : "False");
    return true;
}

static bool
switch_equals(struct hop_context *cx, struct hop_value a, struct hop_value b)
{
    return ((struct hop_switch_parameter *)a.u.o)->present ==
           ((struct hop_switch_parameter *)b.u.o)->present;
}

GETTER(get_switch)
{
    *out = hop_switch(cx, data);
    return true;
}

static const struct hop_property switch_properties[] = {
    {"IsPresent", "bool", get_present},
    STATIC_GET("Present", "switch", get_switch, true),
    END_PROPERTIES,
};

static const struct hop_method switch_methods[] = {
    {"bool ToBool()", switch_to_bool},
    END_METHODS,
};

static const struct hop_method switch_constructors[] = {
    {"switch new(bool isPresent)", new_switch},
    END_METHODS,
};

const struct hop_class hop_class_switch_parameter = {
    .name = "System.Management.Automation.SwitchParameter",
    .base = &hop_class_value_type,
    .flags = HOP_CLASS_VALUE,
    .kind = HOP_OBJECT,
    .size = sizeof(struct hop_switch_parameter),
    .properties = switch_properties,
    .methods = switch_methods,
    .constructors = switch_constructors,
    .to_string = switch_to_string,
    .equals = switch_equals,
};
