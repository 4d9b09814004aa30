/* The operators' common entry: collections on the left, types, sets.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/ops.h"

#include "value/arith.h"
#include "value/exception.h"
#include "value/internal.h"
#include "value/strops.h"

/* ---- comparison ---- */

/* One comparison of scalars. */
static bool
compare_one(struct hop_context *cx, enum hop_op op, struct hop_value a,
            struct hop_value b, bool ignore_case, bool *yes)
{
    int c;

    switch (op) {
    case HOP_OP_EQ: *yes = hop_equals(cx, a, b, ignore_case); return true;
    case HOP_OP_NE: *yes = !hop_equals(cx, a, b, ignore_case); return true;
    case HOP_OP_LIKE:
    case HOP_OP_NOT_LIKE:
        if (!hop_like(cx, a, b, ignore_case, yes))
            return false;
        *yes ^= op == HOP_OP_NOT_LIKE;
        return true;
    case HOP_OP_MATCH:
    case HOP_OP_NOT_MATCH:
        if (!hop_match_one(cx, a, b, ignore_case, yes, NULL))
            return false;
        *yes ^= op == HOP_OP_NOT_MATCH;
        return true;
    default: break;
    }
    if (!hop_compare(cx, a, b, ignore_case, &c))
        return false;
    *yes = c == 2            ? false
           : op == HOP_OP_LT ? c < 0
           : op == HOP_OP_LE ? c <= 0
           : op == HOP_OP_GT ? c > 0
                             : c >= 0;
    return true;
}

static bool
filter(struct hop_context *cx, enum hop_op op, struct hop_value a,
       struct hop_value b, bool ignore_case, struct hop_value *out)
{
    HOP_AUTO_ITER struct hop_iter it = {0};
    HOP_AUTO_VALUE struct hop_value all = {.kind = HOP_NULL};
    struct hop_value x;
    bool yes;
    int r;

    if (!hop_iter_init(cx, &it, a))
        return false;
    all = hop_obj(hop_array_new(cx, 0));
    while ((r = hop_iter_next(cx, &it, &x)) > 0) {
        HOP_AUTO_VALUE struct hop_value item = x;

        if (!compare_one(cx, op, item, b, ignore_case, &yes))
            return false;
        if (yes)
            hop_array_push((struct hop_array *)all.u.o, hop_value_steal(&item));
    }
    if (r < 0)
        return false;
    *out = hop_value_steal(&all);
    return true;
}

static bool
compare_op(struct hop_context *cx, enum hop_op op, struct hop_value a,
           struct hop_value b, bool ignore_case, struct hop_value *out)
{
    bool yes, like = op == HOP_OP_LIKE || op == HOP_OP_NOT_LIKE;

    /* No output at all is null to what compares, no text to what matches. */
    if ((a.kind == HOP_VOID && like) ||
        (a.kind == HOP_OBJECT && hop_is_enumerable(a)))
        return filter(cx, op, a, b, ignore_case, out);
    if (!compare_one(cx, op, a, b, ignore_case, &yes))
        return false;
    *out = hop_bool(yes);
    return true;
}

/* ---- containment ---- */

static bool
contains(struct hop_context *cx, struct hop_value list, struct hop_value x,
         bool ignore_case, bool *yes)
{
    HOP_AUTO_ITER struct hop_iter it = {0};
    struct hop_value e;
    int r;

    *yes = false;
    if (list.kind == HOP_VOID)
        return true;
    if (hop_is_null(list)) {
        *yes = hop_is_null(x);
        return true;
    }
    if (!hop_iter_init(cx, &it, list))
        return false;
    while ((r = hop_iter_next(cx, &it, &e)) > 0) {
        *yes = hop_equals(cx, e, x, ignore_case);
        hop_release(e);
        if (*yes)
            break;
    }
    return r >= 0;
}

/* ---- types ---- */

static bool
to_class(struct hop_context *cx, struct hop_value v,
         const struct hop_class **out)
{
    HOP_AUTO_STRING struct hop_string *s = NULL;

    v = hop_value_base(v);
    if (v.kind == HOP_TYPE) {
        *out = v.u.cls;
        return true;
    }
    if (!hop_to_string(cx, v, &s))
        return false;
    *out = hop_types_find(cx, s->data, s->len);
    if (*out)
        return true;
    return hop_throw_runtime(cx, "RuntimeException", HOP_CAT_NOT_SPECIFIED,
                             "Cannot convert the \"%s\" value of type "
                             "\"System.String\" to type \"System.Type\".",
                             s->data);
}

static bool
is_op(struct hop_context *cx, struct hop_value a, struct hop_value b, bool *yes)
{
    const struct hop_class *c = NULL;

    if (!to_class(cx, b, &c))
        return false;
    *yes = !hop_is_null(a) && hop_value_is(a, c);
    /* PowerShell's -is does not take an array of texts for one of objects. */
    if (*yes && (c->flags & HOP_CLASS_ARRAY) && c->element)
        *yes = hop_class_of(a) == c;
    return true;
}

static bool
as_op(struct hop_context *cx, struct hop_value a, struct hop_value b,
      struct hop_value *out)
{
    const struct hop_class *c = NULL;

    if (!to_class(cx, b, &c))
        return false;
    if (!hop_try_convert(cx, a, c, out))
        *out = hop_null();
    return true;
}

/* ---- ranges ---- */

static bool
is_letter(struct hop_value v)
{
    if (v.kind == HOP_CHAR)
        return true;
    return v.kind == HOP_STRING && hop_string_len16(v.u.s) == 1 &&
           !(v.u.s->data[0] >= '0' && v.u.s->data[0] <= '9');
}

static int64_t
unit_of(struct hop_value v)
{
    return v.kind == HOP_CHAR ? v.u.i : hop_string_at(v.u.s, 0);
}

static bool
range_end(struct hop_context *cx, struct hop_value v, int64_t *out)
{
    int32_t i;

    if (v.kind == HOP_STRING) {
        struct hop_value x;

        if (hop_parse_number(v.u.s->data, v.u.s->len, &x))
            return range_end(cx, x, out);
        return hop_throw(cx, &hop_exception_format,
                         "The input string '%s' was not in a correct format.",
                         v.u.s->data);
    }
    if (!hop_to_int32(cx, v, &i))
        return false;
    *out = i;
    return true;
}

bool
hop_range_bounds(struct hop_context *cx, struct hop_value a, struct hop_value b,
                 bool *chars, int64_t *from, int64_t *to)
{
    a = hop_value_base(a);
    b = hop_value_base(b);
    *chars = is_letter(a) && is_letter(b);
    if (*chars) {
        *from = unit_of(a);
        *to = unit_of(b);
        return true;
    }
    return range_end(cx, a, from) && range_end(cx, b, to);
}

static bool
range_op(struct hop_context *cx, struct hop_value a, struct hop_value b,
         struct hop_value *out)
{
    int64_t from, to, step;
    struct hop_array *r;
    bool chars;
    size_t n;

    if (!hop_range_bounds(cx, a, b, &chars, &from, &to))
        return false;
    step = from <= to ? 1 : -1;
    n = (size_t)((to - from) * step) + 1;
    if (!hop_context_may_alloc(cx, n, sizeof(struct hop_value)))
        return false;
    r = hop_array_new(cx, n);
    for (size_t i = 0; i < n; i++, from += step)
        r->items[i] = chars ? hop_char((uint16_t)from) : hop_int((int32_t)from);
    *out = hop_obj(r);
    return true;
}

/* ---- all ---- */

bool
hop_op_binary(struct hop_context *cx, enum hop_op op, struct hop_value a,
              struct hop_value b, unsigned flags, struct hop_value *out)
{
    bool fold = !(flags & HOP_OP_CASE), yes;

    switch (op) {
    case HOP_OP_ADD:
    case HOP_OP_SUB:
    case HOP_OP_MUL:
    case HOP_OP_DIV:
    case HOP_OP_MOD: return hop_arithmetic(cx, op, a, b, out);
    case HOP_OP_SHL:
    case HOP_OP_SHR: return hop_shift(cx, op, a, b, out);
    case HOP_OP_BAND:
    case HOP_OP_BOR:
    case HOP_OP_BXOR: return hop_bitwise(cx, op, a, b, out);
    case HOP_OP_CONTAINS:
    case HOP_OP_NOT_CONTAINS:
        if (!contains(cx, a, b, fold, &yes))
            return false;
        *out = hop_bool(yes == (op == HOP_OP_CONTAINS));
        return true;
    case HOP_OP_IN:
    case HOP_OP_NOT_IN:
        if (!contains(cx, b, a, fold, &yes))
            return false;
        *out = hop_bool(yes == (op == HOP_OP_IN));
        return true;
    case HOP_OP_REPLACE:
    case HOP_OP_SPLIT:
        if (a.kind == HOP_VOID) {
            *out = hop_obj(hop_array_new(cx, 0));
            return true;
        }
        if (op == HOP_OP_REPLACE)
            return hop_replace_op(cx, a, b, fold, out);
        return hop_split_op(cx, a, b, fold, out);
    case HOP_OP_JOIN: return hop_join_op(cx, a, b, out);
    case HOP_OP_FORMAT: return hop_format_op(cx, a, b, out);
    case HOP_OP_IS:
    case HOP_OP_IS_NOT:
        if (!is_op(cx, a, b, &yes))
            return false;
        *out = hop_bool(yes == (op == HOP_OP_IS));
        return true;
    case HOP_OP_AS: return as_op(cx, a, b, out);
    case HOP_OP_AND:
        *out = hop_bool(hop_is_true(cx, a) && hop_is_true(cx, b));
        return true;
    case HOP_OP_OR:
        *out = hop_bool(hop_is_true(cx, a) || hop_is_true(cx, b));
        return true;
    case HOP_OP_XOR:
        *out = hop_bool(hop_is_true(cx, a) != hop_is_true(cx, b));
        return true;
    case HOP_OP_RANGE: return range_op(cx, a, b, out);
    default: return compare_op(cx, op, a, b, fold, out);
    }
}

bool
hop_op_match(struct hop_context *cx, struct hop_value a, struct hop_value b,
             bool not, unsigned flags, struct hop_value *out,
             struct hop_value *matches)
{
    bool fold = !(flags & HOP_OP_CASE), yes;

    if (a.kind == HOP_VOID || (a.kind == HOP_OBJECT && hop_is_enumerable(a)))
        return filter(cx, not ? HOP_OP_NOT_MATCH : HOP_OP_MATCH, a, b, fold,
                      out);
    if (!hop_match_one(cx, a, b, fold, &yes, matches))
        return false;
    *out = hop_bool(yes != not );
    return true;
}

bool
hop_op_unary(struct hop_context *cx, enum hop_unary op, struct hop_value v,
             unsigned flags, struct hop_value *out)
{
    switch (op) {
    case HOP_UNARY_MINUS: return hop_negate(cx, v, true, out);
    case HOP_UNARY_PLUS: return hop_negate(cx, v, false, out);
    case HOP_UNARY_NOT: *out = hop_bool(!hop_is_true(cx, v)); return true;
    case HOP_UNARY_BNOT: return hop_complement(cx, v, out);
    case HOP_UNARY_JOIN: return hop_join_op(cx, v, hop_null(), out);
    case HOP_UNARY_SPLIT: return hop_split_blanks(cx, v, out);
    case HOP_UNARY_INCREMENT: return hop_increment(cx, v, 1, out);
    case HOP_UNARY_DECREMENT: return hop_increment(cx, v, -1, out);
    }
    return false;
}
