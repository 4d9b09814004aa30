/* System.Type: types as values.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/types/def.h"

#include "value/psobject.h"
#include "value/types.h"
#include "value/types/interfaces.h"

#define SELF (c->self.u.cls)

enum type_text { TYPE_NAME, TYPE_FULL_NAME, TYPE_NAMESPACE, TYPE_QUALIFIED };

GETTER(get_text)
{
    const struct hop_class *cls = self.u.cls;
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    const char *dot;

    switch ((enum type_text)data) {
    case TYPE_NAME: hop_class_add_name(cls, &b); break;
    case TYPE_FULL_NAME: hop_class_add_full_name(cls, &b); break;
    case TYPE_QUALIFIED:
        hop_class_add_full_name(cls, &b);
        hop_buf_adds(&b, ", ");
        hop_class_add_assembly(cls, &b);
        break;
    case TYPE_NAMESPACE:
        while ((cls->flags & HOP_CLASS_ARRAY) && cls->element)
            cls = cls->element;
        dot = strrchr(cls->name, '.');
        if (dot)
            hop_buf_add(&b, cls->name, (size_t)(dot - cls->name));
        break;
    }
    *out = hop_text_buf(&b);
    return true;
}

enum type_test {
    IS_VALUE_TYPE, IS_ENUM, IS_ARRAY, IS_CLASS, IS_INTERFACE, IS_PUBLIC,
    IS_ABSTRACT, IS_SEALED, IS_GENERIC, IS_GENERIC_DEFINITION, IS_PRIMITIVE,
    IS_NESTED,
};

GETTER(get_test)
{
    const struct hop_class *t = self.u.cls;
    unsigned f = t->flags;
    bool r = false;

    switch ((enum type_test)data) {
    case IS_VALUE_TYPE: r = f & HOP_CLASS_VALUE; break;
    case IS_ENUM: r = f & HOP_CLASS_ENUM; break;
    case IS_ARRAY: r = (f & HOP_CLASS_ARRAY) && t->element; break;
    case IS_CLASS: r = !(f & (HOP_CLASS_VALUE | HOP_CLASS_INTERFACE)); break;
    case IS_INTERFACE: r = f & HOP_CLASS_INTERFACE; break;
    case IS_PUBLIC: r = !(f & HOP_CLASS_NOT_PUBLIC); break;
    case IS_ABSTRACT: r = f & HOP_CLASS_ABSTRACT; break;
    case IS_SEALED:
        r = (f & (HOP_CLASS_SEALED | HOP_CLASS_VALUE)) != 0;
        break;
    case IS_GENERIC: r = t->arity > 0; break;
    case IS_GENERIC_DEFINITION: r = f & HOP_CLASS_GENERIC; break;
    case IS_PRIMITIVE:
        r = t->kind >= HOP_BOOL && t->kind <= HOP_DOUBLE &&
            !(f & HOP_CLASS_ENUM);
        break;
    case IS_NESTED: r = strchr(t->name, '+') != NULL; break;
    }
    *out = hop_bool(r);
    return true;
}

static struct hop_value
type_or_null(const struct hop_class *c)
{
    return c ? hop_type(c) : hop_null();
}

enum type_link { LINK_BASE, LINK_UNDERLYING };

GETTER(get_link)
{
    const struct hop_class *t = self.u.cls;

    *out = data == LINK_BASE ? type_or_null(t->base) : hop_type(t);
    return true;
}

GETTER(get_arguments)
{
    const struct hop_class *t = self.u.cls;
    struct hop_array *a =
        hop_array_new_of(cx, hop_types_array(cx, &hop_class_type, 1), 0);

    for (int i = 0; t->definition && i < t->arity; i++)
        hop_array_push(a, hop_type(t->args[i]));
    *out = hop_obj(a);
    return true;
}

/* Assembly: what scripts ask of it is its name. */
GETTER(get_assembly)
{
    struct hop_object *o = hop_custom_new(cx);
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    hop_class_add_assembly(self.u.cls, &b);
    hop_type_names_push(cx, o, "System.Reflection.RuntimeAssembly");
    hop_custom_set_text(o, "FullName", hop_text_buf(&b));
    hop_custom_set_text(o, "Location", hop_text(""));
    *out = hop_obj(o);
    return true;
}

METHOD(arguments)
{
    return get_arguments(cx, c->self, 0, &c->result);
}

METHOD(element_type)
{
    RETURN(type_or_null((SELF->flags & HOP_CLASS_ARRAY) ? SELF->element
                                                        : NULL));
}

METHOD(definition)
{
    if (!SELF->arity)
        return hop_throw(cx, &hop_exception_invalid_operation,
                         "This operation is only valid on generic types.");
    RETURN(hop_type(SELF->definition ? SELF->definition : SELF));
}

METHOD(make_generic)
{
    struct hop_array *a = hop_as_array(c->args[0]);
    const struct hop_class *args[HOP_CLASS_ARGS], *made = NULL;

    for (size_t i = 0; i < a->n && i < HOP_CLASS_ARGS; i++)
        args[i] = a->items[i].u.cls;
    if ((SELF->flags & HOP_CLASS_GENERIC) && a->n <= HOP_CLASS_ARGS)
        made = hop_types_generic(cx, SELF, args, (int)a->n);
    if (!made)
        return hop_throw(cx, &hop_exception_argument,
                         "The number of generic arguments provided doesn't "
                         "equal the arity of the generic type definition.");
    RETURN(hop_type(made));
}

METHOD(make_array)
{
    RETURN(hop_type(hop_types_array(cx, SELF, c->n ? (int)ARG_I(0) : 1)));
}

METHOD(assignable_from)
{
    RETURN(hop_bool(!ARG_NULL(0) && hop_class_is(c->args[0].u.cls, SELF)));
}

METHOD(assignable_to)
{
    RETURN(hop_bool(!ARG_NULL(0) && hop_class_is(SELF, c->args[0].u.cls)));
}

METHOD(subclass_of)
{
    RETURN(hop_bool(SELF != c->args[0].u.cls &&
                    hop_class_is(SELF, c->args[0].u.cls) &&
                    !(c->args[0].u.cls->flags & HOP_CLASS_INTERFACE)));
}

METHOD(instance_of)
{
    RETURN(hop_bool(hop_value_is(c->args[0], SELF)));
}

METHOD(enum_names)
{
    if (!(SELF->flags & HOP_CLASS_ENUM))
        return hop_throw_argument(cx, &hop_exception_argument, "enumType",
                                  "Type provided must be an Enum.");
    RETURN(hop_obj(hop_enum_values(cx, SELF, c->data)));
}

METHOD(enum_underlying)
{
    RETURN(hop_type(hop_class_of_kind(SELF->underlying)));
}

METHOD(interfaces)
{
    struct hop_array *a =
        hop_array_new_of(cx, hop_types_array(cx, &hop_class_type, 1), 0);

    for (const struct hop_class *k = SELF; k; k = k->base)
        for (size_t i = 0; k->interfaces && k->interfaces[i]; i++)
            hop_array_push(a, hop_type(k->interfaces[i]));
    RETURN(hop_obj(a));
}

/* A member as reflection shows it: its name, kind and type. */
static struct hop_value
describe(struct hop_context *cx, const char *name, size_t n, const char *kind,
         const struct hop_class *type)
{
    struct hop_object *o = hop_custom_new(cx);

    hop_custom_set_text(o, "Name", hop_textn(name, n));
    hop_custom_set_text(o, "MemberType", hop_text(kind));
    if (type)
        hop_custom_set_text(o, *kind == 'P' ? "PropertyType" : "ReturnType",
                            hop_type(type));
    return hop_obj(o);
}

struct listing {
    struct hop_context *cx;
    struct hop_array *a;
};

static bool
list_group(void *arg, struct hop_method_group *g)
{
    struct listing *l = arg;

    for (size_t i = 0; i < g->n; i++)
        hop_array_push(l->a, describe(l->cx, g->name, g->name_len, "Method",
                                      NULL));
    return true;
}

METHOD(methods)
{
    struct listing l = {cx, hop_array_new(cx, 0)};

    hop_class_each_method(cx, SELF, false, list_group, &l);
    hop_class_each_method(cx, SELF, true, list_group, &l);
    RETURN(hop_obj(l.a));
}

METHOD(method)
{
    const struct hop_string *s = ARG_S(0);

    if (hop_class_methods(cx, SELF, s->data, s->len, false) ||
        hop_class_methods(cx, SELF, s->data, s->len, true))
        RETURN(describe(cx, s->data, s->len, "Method", NULL));
    RETURN(hop_null());
}

static const struct hop_class *
property_type(struct hop_context *cx, const struct hop_class *owner,
              const struct hop_property *p)
{
    return hop_types_in_text(cx, owner, p->type, strlen(p->type));
}

METHOD(properties)
{
    struct hop_array *a = hop_array_new(cx, 0);

    for (const struct hop_class *k = SELF; k; k = k->base)
        for (const struct hop_property *p = k->properties; p && p->name; p++)
            if (!(p->flags & ~(unsigned)HOP_PROP_STATIC))
                hop_array_push(a, describe(cx, p->name, strlen(p->name),
                                           "Property",
                                           property_type(cx, k, p)));
    RETURN(hop_obj(a));
}

METHOD(property)
{
    const struct hop_string *s = ARG_S(0);
    const struct hop_class *owner;
    const struct hop_property *p =
        hop_class_property(SELF, s->data, s->len, false, &owner);

    if (!p)
        p = hop_class_property(SELF, s->data, s->len, true, &owner);
    RETURN(p ? describe(cx, p->name, strlen(p->name), "Property",
                        property_type(cx, owner, p))
             : hop_null());
}

METHOD(get_type_static)
{
    const struct hop_class *t =
        hop_types_find(cx, ARG_S(0)->data, ARG_S(0)->len);

    if (!t && c->n > 1 && ARG_B(1))
        return hop_throw(cx, &hop_exception_type_load,
                         "Could not load type '%s'.", ARG_S(0)->data);
    RETURN(type_or_null(t));
}

METHOD(type_code_static)
{
    const struct hop_class *t = c->args[0].u.cls;
    static const uint8_t codes[] = {
        [HOP_BOOL] = 3,     [HOP_CHAR] = 4,      [HOP_SBYTE] = 5,
        [HOP_BYTE] = 6,     [HOP_INT16] = 7,     [HOP_UINT16] = 8,
        [HOP_INT32] = 9,    [HOP_UINT32] = 10,   [HOP_INT64] = 11,
        [HOP_UINT64] = 12,  [HOP_SINGLE] = 13,   [HOP_DOUBLE] = 14,
        [HOP_DECIMAL] = 15, [HOP_DATETIME] = 16, [HOP_STRING] = 18,
        [HOP_OBJECT] = 1,
    };
    enum hop_kind k =
        t->flags & HOP_CLASS_ENUM ? t->underlying : t->kind;

    RETURN(hop_enum(HOP_ENUM_TYPE_CODE, codes[k] ? codes[k] : 1));
}

GETTER(get_empty_types)
{
    *out = hop_obj(
        hop_array_new_of(cx, hop_types_array(cx, &hop_class_type, 1), 0));
    return true;
}

#define TEST(n, t) {n, "bool", get_test, NULL, 0, t}

static const struct hop_property type_properties[] = {
    {"Name", "string", get_text, NULL, 0, TYPE_NAME},
    {"FullName", "string", get_text, NULL, 0, TYPE_FULL_NAME},
    {"Namespace", "string", get_text, NULL, 0, TYPE_NAMESPACE},
    {"AssemblyQualifiedName", "string", get_text, NULL, 0, TYPE_QUALIFIED},
    {"Assembly", "System.Object", get_assembly},
    {"BaseType", "type", get_link, NULL, 0, LINK_BASE},
    {"UnderlyingSystemType", "type", get_link, NULL, 0, LINK_UNDERLYING},
    {"GenericTypeArguments", "type[]", get_arguments},
    TEST("IsValueType", IS_VALUE_TYPE),
    TEST("IsEnum", IS_ENUM),
    TEST("IsArray", IS_ARRAY),
    TEST("IsClass", IS_CLASS),
    TEST("IsInterface", IS_INTERFACE),
    TEST("IsPublic", IS_PUBLIC),
    TEST("IsSerializable", IS_PUBLIC),
    TEST("IsAbstract", IS_ABSTRACT),
    TEST("IsSealed", IS_SEALED),
    TEST("IsGenericType", IS_GENERIC),
    TEST("IsGenericTypeDefinition", IS_GENERIC_DEFINITION),
    TEST("IsPrimitive", IS_PRIMITIVE),
    TEST("IsNested", IS_NESTED),
    STATIC_GET("EmptyTypes", "type[]", get_empty_types, 0),
    END_PROPERTIES,
};

static const struct hop_method type_methods[] = {
    {"type[] GetGenericArguments()", arguments},
    {"type GetElementType()", element_type},
    {"type GetGenericTypeDefinition()", definition},
    {"type MakeGenericType(params type[] typeArguments)", make_generic},
    {"type MakeArrayType()", make_array},
    {"type MakeArrayType(int rank)", make_array},
    {"bool IsAssignableFrom(type c)", assignable_from},
    {"bool IsAssignableTo(type targetType)", assignable_to},
    {"bool IsSubclassOf(type c)", subclass_of},
    {"bool IsInstanceOfType(System.Object o)", instance_of},
    {"string[] GetEnumNames()", enum_names, true},
    {"array GetEnumValues()", enum_names, false},
    {"type GetEnumUnderlyingType()", enum_underlying},
    {"type[] GetInterfaces()", interfaces},
    {"System.Object[] GetMethods()", methods},
    {"System.Object GetMethod(string name)", method},
    {"System.Object[] GetProperties()", properties},
    {"System.Object GetProperty(string name)", property},
    {"static type GetType(string typeName)", get_type_static},
    {"static type GetType(string typeName, bool throwOnError)",
     get_type_static},
    {"static type GetType(string typeName, bool throwOnError, bool "
     "ignoreCase)",
     get_type_static},
    {"static System.TypeCode GetTypeCode(type type)", type_code_static},
    END_METHODS,
};

const struct hop_class hop_class_type = {
    .name = "System.Type",
    .base = &hop_class_object,
    .flags = HOP_CLASS_ABSTRACT,
    .kind = HOP_TYPE,
    .properties = type_properties,
    .methods = type_methods,
};

const struct hop_class hop_class_runtime_type = {
    .name = "System.RuntimeType",
    .base = &hop_class_type,
    .flags = HOP_CLASS_SEALED | HOP_CLASS_NOT_PUBLIC,
    .kind = HOP_TYPE,
};
