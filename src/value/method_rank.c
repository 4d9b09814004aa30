/* How well an argument fits a parameter.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/methods.h"

#include "value/enums.h"
#include "value/internal.h"

bool
hop_class_is_number(const struct hop_class *c)
{
    return ((c->kind >= HOP_SBYTE && c->kind <= HOP_DECIMAL) ||
            c == &hop_class_big_integer) &&
           !(c->flags & HOP_CLASS_ENUM);
}

bool
hop_class_widens(enum hop_kind from, enum hop_kind to)
{
    static const uint16_t into[] = {
#define K(k) (1u << (k))
        [HOP_CHAR] = K(HOP_UINT16) | K(HOP_INT32) | K(HOP_UINT32) |
                     K(HOP_INT64) | K(HOP_UINT64),
        [HOP_SBYTE] = K(HOP_INT16) | K(HOP_INT32) | K(HOP_INT64),
        [HOP_BYTE] = K(HOP_INT16) | K(HOP_UINT16) | K(HOP_INT32) |
                     K(HOP_UINT32) | K(HOP_INT64) | K(HOP_UINT64),
        [HOP_INT16] = K(HOP_INT32) | K(HOP_INT64),
        [HOP_UINT16] =
            K(HOP_INT32) | K(HOP_UINT32) | K(HOP_INT64) | K(HOP_UINT64),
        [HOP_INT32] = K(HOP_INT64),
        [HOP_UINT32] = K(HOP_INT64) | K(HOP_UINT64),
        [HOP_INT64] = 0,
        [HOP_UINT64] = 0,
        [HOP_SINGLE] = 0,
#undef K
    };

    if (to == HOP_DOUBLE)
        return from != HOP_DECIMAL;
    if (to == HOP_SINGLE || to == HOP_DECIMAL)
        return from <= HOP_UINT64;
    return from <= HOP_SINGLE && (into[from] >> to & 1);
}

static enum hop_rank
rank_number(const struct hop_class *from, const struct hop_class *to)
{
    if (from->flags & HOP_CLASS_ENUM)
        return HOP_RANK_NUMERIC_EXPLICIT;
    if (to == &hop_class_big_integer)
        return HOP_RANK_NUMERIC_IMPLICIT - 1;
    if (from == &hop_class_big_integer)
        return HOP_RANK_NUMERIC_EXPLICIT;
    return hop_class_widens(from->kind, to->kind) ? HOP_RANK_NUMERIC_IMPLICIT
                                                  : HOP_RANK_NUMERIC_EXPLICIT;
}

static enum hop_rank
rank_array(struct hop_context *cx, struct hop_value v,
           const struct hop_class *to)
{
    enum hop_rank r;

    if (v.kind == HOP_STRING && to->element == &hop_class_char)
        return HOP_RANK_LANGUAGE;
    if (v.kind == HOP_OBJECT && (v.u.o->cls->flags & HOP_CLASS_ARRAY))
        return HOP_RANK_UNRELATED_ARRAYS;
    if (hop_is_enumerable(v))
        return HOP_RANK_LANGUAGE;
    r = hop_rank_conversion(cx, v, to->element);
    return r > 1 ? (enum hop_rank)(r - 1 < HOP_RANK_LANGUAGE_SCALAR
                                       ? r - 1
                                       : HOP_RANK_LANGUAGE_SCALAR)
                 : HOP_RANK_NONE;
}

static bool
is_block(struct hop_value v)
{
    return v.kind == HOP_OBJECT &&
           strcmp(v.u.o->cls->name,
                  "System.Management.Automation.ScriptBlock") == 0;
}

static enum hop_rank
rank_from_string(const struct hop_class *to)
{
    if (hop_class_is_number(to))
        return HOP_RANK_NUMERIC_STRING;
    if (to == &hop_class_char)
        return HOP_RANK_PARSE;
    if ((to->flags & HOP_CLASS_ENUM) || to == &hop_class_type)
        return HOP_RANK_LANGUAGE;
    return to->parse ? HOP_RANK_PARSE : HOP_RANK_NONE;
}

enum hop_rank
hop_rank_conversion(struct hop_context *cx, struct hop_value v,
                    const struct hop_class *to)
{
    const struct hop_class *from = hop_class_of(v);

    if (to == &hop_class_object || to == &hop_class_psobject)
        return HOP_RANK_OBJECT;
    if (to->flags & HOP_CLASS_NULLABLE)
        to = to->args[0];
    if (hop_is_null(v))
        return to == &hop_class_string       ? HOP_RANK_TO_STRING
               : to->flags & HOP_CLASS_VALUE ? HOP_RANK_NULL_TO_VALUE
                                             : HOP_RANK_NULL_TO_REF;
    v = hop_value_base(v);
    if (from == to)
        return HOP_RANK_IDENTITY;
    if (hop_class_is(from, to))
        return HOP_RANK_ASSIGNABLE;
    if (hop_class_is_number(to) &&
        (hop_class_is_number(from) || (from->flags & HOP_CLASS_ENUM)))
        return rank_number(from, to);
    if (to == &hop_class_boolean)
        return HOP_RANK_LANGUAGE;
    if (to == &hop_class_string)
        return HOP_RANK_TO_STRING;
    if ((to->flags & HOP_CLASS_ARRAY) && to->element)
        return rank_array(cx, v, to);
    if (to == &hop_class_array)
        return HOP_RANK_LANGUAGE_SCALAR;
    if (v.kind == HOP_STRING) {
        enum hop_rank r = rank_from_string(to);

        if (r)
            return r;
    }
    if ((to->flags & HOP_CLASS_DELEGATE) &&
        (is_block(v) || (from->flags & HOP_CLASS_DELEGATE)))
        return HOP_RANK_LANGUAGE;
    if (v.kind == HOP_CHAR && to->kind >= HOP_SBYTE && to->kind <= HOP_UINT64)
        return hop_class_widens(HOP_CHAR, to->kind) ? HOP_RANK_NUMERIC_IMPLICIT
                                                    : HOP_RANK_NUMERIC_EXPLICIT;
    if (v.kind == HOP_CHAR && hop_class_is_number(to))
        return HOP_RANK_CONVERTIBLE;
    if (v.kind == HOP_BOOL && hop_class_is_number(to))
        return HOP_RANK_CONVERTIBLE;
    if (to == &hop_class_char && hop_is_integer(v))
        return HOP_RANK_CONVERTIBLE;
    if ((to->flags & HOP_CLASS_ENUM) && hop_is_integer(v))
        return HOP_RANK_LANGUAGE;
    if ((to->flags & (HOP_CLASS_LIST | HOP_CLASS_SET)) && to->definition &&
        hop_is_enumerable(v))
        return HOP_RANK_CONSTRUCTOR;
    if (to == &hop_class_hashtable)
        return hop_as_dict(v) ? HOP_RANK_LANGUAGE : HOP_RANK_NONE;
    if (to->constructors && !(to->flags & HOP_CLASS_ABSTRACT)) {
        struct hop_value x;

        /* Whether some constructor takes it only trying tells. */
        if (hop_try_convert(cx, v, to, &x)) {
            hop_release(x);
            return HOP_RANK_CONSTRUCTOR;
        }
    }
    return HOP_RANK_NONE;
}
