/* StringComparer.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/types/def.h"

#include "value/types/dicts.h"
#include "value/types/interfaces.h"

bool
hop_comparer_ignores_case(struct hop_value v)
{
    return v.kind == HOP_OBJECT &&
           strcmp(v.u.o->cls->name, "System.OrdinalComparer") == 0 &&
           ((struct hop_switch_parameter *)v.u.o)->present;
}

/* ---- StringComparer ---- */

GETTER(get_comparer)
{
    struct hop_switch_parameter *s =
        hop_object_new(cx, &hop_class_ordinal_comparer);

    s->present = data;
    *out = hop_obj(s);
    return true;
}

METHOD(comparer_compare)
{
    struct hop_switch_parameter *s = (struct hop_switch_parameter *)c->self.u.o;

    RETURN(hop_int(s->present ? hop_string_icmp(ARG_S(0), ARG_S(1))
                              : hop_string_cmp(ARG_S(0), ARG_S(1))));
}

METHOD(comparer_equals)
{
    struct hop_switch_parameter *s = (struct hop_switch_parameter *)c->self.u.o;

    RETURN(hop_bool(s->present ? hop_string_ieq(ARG_S(0), ARG_S(1))
                               : hop_string_eq(ARG_S(0), ARG_S(1))));
}

static const struct hop_property comparer_properties[] = {
    STATIC_GET("Ordinal", "System.StringComparer", get_comparer, false),
    STATIC_GET("OrdinalIgnoreCase", "System.StringComparer", get_comparer,
               true),
    STATIC_GET("CurrentCulture", "System.StringComparer", get_comparer, false),
    STATIC_GET("CurrentCultureIgnoreCase", "System.StringComparer",
               get_comparer, true),
    STATIC_GET("InvariantCulture", "System.StringComparer", get_comparer,
               false),
    STATIC_GET("InvariantCultureIgnoreCase", "System.StringComparer",
               get_comparer, true),
    END_PROPERTIES,
};

static const struct hop_method comparer_methods[] = {
    {"int Compare(string x, string y)", comparer_compare},
    {"bool Equals(string x, string y)", comparer_equals},
    END_METHODS,
};

static const struct hop_class *const comparer_interfaces[] = {
    &hop_class_icomparer, &hop_class_iequality_comparer, NULL};

const struct hop_class hop_class_string_comparer = {
    .name = "System.StringComparer",
    .base = &hop_class_object,
    .flags = HOP_CLASS_ABSTRACT,
    .kind = HOP_OBJECT,
    .size = sizeof(struct hop_switch_parameter),
    .interfaces = comparer_interfaces,
    .properties = comparer_properties,
    .methods = comparer_methods,
};

const struct hop_class hop_class_ordinal_comparer = {
    .name = "System.OrdinalComparer",
    .base = &hop_class_string_comparer,
    .kind = HOP_OBJECT,
    .size = sizeof(struct hop_switch_parameter),
};
