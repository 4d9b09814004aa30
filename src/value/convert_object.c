/* Conversions through members of the target: constructors, Add, properties.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/convert_internal.h"

#include "value/enums.h"
#include "value/exception.h"
#include "value/internal.h"
#include "value/types.h"

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

int
hop_convert_by_constructor(struct hop_context *cx, struct hop_value v,
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

bool
hop_convert_to_collection(struct hop_context *cx, struct hop_value v,
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
        if (!hop_convert_items(cx, v, element, a))
            return false;
        for (size_t i = 0; i < a->n; i++)
            hop_dict_set(d, a->items[i], hop_null());
    } else {
        made = hop_obj(hop_array_new_of(cx, to, 0));
        if (!hop_convert_items(cx, v, element, (struct hop_array *)made.u.o))
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

int
hop_convert_by_properties(struct hop_context *cx, struct hop_value v,
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
