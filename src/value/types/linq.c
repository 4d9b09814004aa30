/* Linq.Enumerable, over what is there.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/types/def.h"

#include <errno.h>

#include "value/types/more.h"

/* What an argument enumerates to, object[]. */
static struct hop_array *
items_of(struct hop_context *cx, struct hop_value v, struct hop_value *held)
{
    if (hop_is_null(v)) {
        hop_throw_null(cx, "source");
        return NULL;
    }
    return hop_to_array(cx, v, held) ? hop_as_array(*held) : NULL;
}

METHOD(linq_range)
{
    struct hop_array *a;

    if (ARG_I(1) < 0)
        return hop_throw_argument(cx, &hop_exception_argument_range, "count",
                                  "Specified argument was out of the range of "
                                  "valid values.");
    if (!hop_context_may_alloc(cx, (size_t)ARG_I(1), 16))
        return false;
    a = hop_array_new_of(cx, hop_types_array(cx, &hop_class_int32, 1), 0);
    c->result = hop_obj(a);
    for (int64_t i = 0; i < ARG_I(1); i++)
        hop_array_push(a, hop_int((int32_t)(ARG_I(0) + i)));
    return true;
}

METHOD(linq_repeat)
{
    struct hop_array *a = hop_array_new(cx, 0);

    c->result = hop_obj(a);
    if (!hop_context_may_alloc(cx, (size_t)(ARG_I(1) > 0 ? ARG_I(1) : 0), 16))
        return false;
    for (int64_t i = 0; i < ARG_I(1); i++)
        hop_array_push(a, hop_retain(c->args[0]));
    return true;
}

enum { SUM, AVERAGE, LEAST, MOST };

METHOD(linq_fold)
{
    HOP_AUTO_VALUE struct hop_value held = hop_null(), sum = hop_null();
    struct hop_array *a = items_of(cx, c->args[0], &held);
    int order;

    if (!a)
        return false;
    if (a->n == 0 && c->data != SUM)
        return hop_throw(cx, &hop_exception_invalid_operation,
                         "Sequence contains no elements");
    sum = a->n ? hop_retain(a->items[0]) : hop_int(0);
    for (size_t i = 1; i < a->n; i++) {
        struct hop_value next = hop_null();

        if (c->data == SUM || c->data == AVERAGE) {
            if (!hop_op_binary(cx, HOP_OP_ADD, sum, a->items[i], 0, &next))
                return false;
            hop_value_set(&sum, next);
        } else {
            if (!hop_compare(cx, a->items[i], sum, false, &order))
                return false;
            if (c->data == LEAST ? order < 0 : order > 0)
                hop_value_set(&sum, hop_retain(a->items[i]));
        }
    }
    if (c->data != AVERAGE) {
        RETURN(hop_value_steal(&sum));
    } else {
        double total;

        if (!hop_to_double(cx, sum, &total))
            return false;
        RETURN(hop_double(total / (double)a->n));
    }
}

static bool
has(struct hop_context *cx, const struct hop_array *a, struct hop_value v)
{
    for (size_t i = 0; i < a->n; i++)
        if (hop_object_equals(cx, a->items[i], v))
            return true;
    return false;
}

enum { DISTINCT, UNION, INTERSECT, EXCEPT, CONCAT, REVERSED, ALL };

METHOD(linq_set)
{
    HOP_AUTO_VALUE struct hop_value held = hop_null(), held2 = hop_null();
    struct hop_array *a = items_of(cx, c->args[0], &held), *b = NULL;
    struct hop_array *r = hop_array_new(cx, 0);

    c->result = hop_obj(r);
    if (!a || (c->n > 1 && !(b = items_of(cx, c->args[1], &held2))))
        return false;
    for (size_t i = 0; i < a->n; i++) {
        struct hop_value v = a->items[c->data == REVERSED ? a->n - 1 - i : i];
        bool keep = c->data == CONCAT || c->data == REVERSED ||
                    c->data == ALL || !has(cx, r, v);

        if (c->data == INTERSECT)
            keep = keep && has(cx, b, v);
        if (c->data == EXCEPT)
            keep = keep && !has(cx, b, v);
        if (keep)
            hop_array_push(r, hop_retain(v));
    }
    for (size_t i = 0; b && i < b->n; i++)
        if (c->data == CONCAT || (c->data == UNION && !has(cx, r, b->items[i])))
            hop_array_push(r, hop_retain(b->items[i]));
    return true;
}

enum { ANY, COUNT, FIRST, LAST, EQUAL, SKIP, TAKE };

METHOD(linq_ask)
{
    HOP_AUTO_VALUE struct hop_value held = hop_null(), held2 = hop_null();
    struct hop_array *a = items_of(cx, c->args[0], &held), *b;
    struct hop_array *r;
    size_t n;

    if (!a)
        return false;
    switch (c->data) {
    case ANY: RETURN(hop_bool(a->n > 0));
    case COUNT: RETURN(hop_int((int32_t)a->n));
    case FIRST:
    case LAST:
        if (a->n == 0)
            return hop_throw(cx, &hop_exception_invalid_operation,
                             "Sequence contains no elements");
        RETURN(hop_retain(a->items[c->data == FIRST ? 0 : a->n - 1]));
    case EQUAL:
        b = items_of(cx, c->args[1], &held2);
        if (!b)
            return false;
        for (n = 0; n < a->n && n < b->n; n++)
            if (!hop_object_equals(cx, a->items[n], b->items[n]))
                RETURN(hop_bool(false));
        RETURN(hop_bool(a->n == b->n));
    default:
        n = ARG_I(1) < 0 ? 0 : (size_t)ARG_I(1);
        n = n > a->n ? a->n : n;
        r = hop_array_new(cx, 0);
        c->result = hop_obj(r);
        for (size_t i = c->data == SKIP ? n : 0;
             i < (c->data == SKIP ? a->n : n); i++)
            hop_array_push(r, hop_retain(a->items[i]));
        return true;
    }
}

#define SEQ    "System.Collections.IEnumerable source"
#define SECOND ", System.Collections.IEnumerable second)"
#define LINQ(name, rest, fn, d)                                                \
    {                                                                          \
        "static System.Object " name "(" SEQ rest, fn, d                       \
    }
static const struct hop_method linq_methods[] = {
    {"static int[] Range(int start, int count)", linq_range},
    {"static System.Object Repeat(System.Object element, int count)",
     linq_repeat},
    LINQ("Sum", ")", linq_fold, SUM),
    LINQ("Average", ")", linq_fold, AVERAGE),
    LINQ("Min", ")", linq_fold, LEAST),
    LINQ("Max", ")", linq_fold, MOST),
    LINQ("Distinct", ")", linq_set, DISTINCT),
    LINQ("Union", SECOND, linq_set, UNION),
    LINQ("Intersect", SECOND, linq_set, INTERSECT),
    LINQ("Except", SECOND, linq_set, EXCEPT),
    LINQ("Concat", SECOND, linq_set, CONCAT),
    LINQ("Reverse", ")", linq_set, REVERSED),
    LINQ("ToArray", ")", linq_set, ALL),
    LINQ("ToList", ")", linq_set, ALL),
    LINQ("Any", ")", linq_ask, ANY),
    LINQ("Count", ")", linq_ask, COUNT),
    LINQ("First", ")", linq_ask, FIRST),
    LINQ("Last", ")", linq_ask, LAST),
    LINQ("SequenceEqual", SECOND, linq_ask, EQUAL),
    LINQ("Skip", ", int count)", linq_ask, SKIP),
    LINQ("Take", ", int count)", linq_ask, TAKE),
    END_METHODS,
};
STATIC_CLASS(enumerable, "System.Linq.Enumerable", .methods = linq_methods);
