/* Indexing: $a[i], $a[i..j], $h[key], and assignment to them.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/exception.h"
#include "value/internal.h"

static bool
throw_null_array(struct hop_context *cx)
{
    return hop_throw_runtime(cx, "NullArray", HOP_CAT_INVALID_OPERATION,
                             "Cannot index into a null array.");
}

static bool
throw_null_index(struct hop_context *cx)
{
    return hop_throw_runtime(cx, "NullArrayIndex", HOP_CAT_INVALID_OPERATION,
                             "Index operation failed; the array index "
                             "evaluated to null.");
}

static bool
throw_cannot_index(struct hop_context *cx, struct hop_value v)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    hop_class_add_full_name(hop_class_of(v), &b);
    return hop_throw_runtime(cx, "CannotIndex", HOP_CAT_INVALID_OPERATION,
                             "Unable to index into an object of type \"%s\".",
                             b.data);
}

/* Something indexed by numbers: its length and element i. */
struct sequence {
    struct hop_array *a;
    struct hop_string *s;
    struct hop_dict *d; /* OrderedDictionary */
    int64_t n;
};

static bool
is_ordered(struct hop_value v)
{
    return hop_is_exactly(v, &hop_class_ordered_dictionary);
}

static bool
as_sequence(struct hop_value v, struct sequence *q)
{
    memset(q, 0, sizeof *q);
    if (v.kind == HOP_STRING) {
        q->s = v.u.s;
        q->n = (int64_t)hop_string_len16(v.u.s);
        return true;
    }
    q->a = hop_as_array(v);
    if (q->a && hop_class_is(q->a->base.cls, &hop_class_ilist)) {
        q->n = (int64_t)q->a->n;
        return true;
    }
    if (is_ordered(v)) {
        q->d = hop_as_dict(v);
        q->n = (int64_t)q->d->count;
        return true;
    }
    return false;
}

static struct hop_value
element(const struct sequence *q, int64_t i)
{
    if (q->s)
        return hop_char(hop_string_at(q->s, (size_t)i));
    if (q->a)
        return hop_retain(q->a->items[i]);
    return hop_retain(hop_dict_at(q->d, (size_t)i)->value);
}

/* 1 found, 0 out of range, -1 thrown. */
static int
get_element(struct hop_context *cx, const struct sequence *q,
            struct hop_value idx, struct hop_value *out)
{
    int32_t i32;
    int64_t i;

    if (idx.kind == HOP_INT32) {
        i = idx.u.i;
    } else {
        if (!hop_to_int32(cx, idx, &i32)) {
            hop_drop_exception(cx);
            return 0;
        }
        i = i32;
    }
    if (i < 0)
        i += q->n;
    if (i < 0 || i >= q->n)
        return 0;
    *out = element(q, i);
    return 1;
}

static bool get_one(struct hop_context *cx, struct hop_value v,
                    struct hop_value idx, bool *found, struct hop_value *out);

/* An index that is a list: the elements at each of its items. */
static bool
get_slice(struct hop_context *cx, struct hop_value v, struct hop_value idx,
          struct hop_value *out)
{
    HOP_AUTO_ITER struct hop_iter it = {0};
    HOP_AUTO_VALUE struct hop_value all = {.kind = HOP_NULL};
    struct hop_value x;
    bool dict = hop_as_dict(v) != NULL;
    int r;

    if (!hop_iter_init(cx, &it, idx))
        return false;
    all = hop_obj(hop_array_new(cx, 0));
    while ((r = hop_iter_next(cx, &it, &x)) > 0) {
        HOP_AUTO_VALUE struct hop_value i = x, got = {.kind = HOP_NULL};
        bool found;

        if (!get_one(cx, v, hop_value_base(i), &found, &got))
            return false;
        if (found || dict)
            hop_array_push((struct hop_array *)all.u.o, hop_retain(got));
    }
    if (r < 0)
        return false;
    *out = hop_value_steal(&all);
    return true;
}

static bool
get_by_item(struct hop_context *cx, struct hop_value v,
            const struct hop_value *idx, size_t n, bool *known,
            struct hop_value *out)
{
    const struct hop_class *c = hop_class_of(v);
    struct hop_method_group *g = hop_class_methods(cx, c, "Item", 4, false);
    int r;

    *known = g != NULL;
    if (!g)
        return true;
    *out = hop_null();
    r = hop_invoke_group(cx, g, v, c, idx, n, NULL, out);
    return r > 0 || (r == 0 && hop_throw_overload(cx, "Item", 4, n));
}

static bool
get_one(struct hop_context *cx, struct hop_value v, struct hop_value idx,
        bool *found, struct hop_value *out)
{
    struct sequence q;
    struct hop_dict *d = hop_as_dict(v);
    struct hop_value *slot;
    bool known;
    int r;

    *found = false;
    *out = hop_null();
    if (hop_is_null(idx))
        return throw_null_index(cx);
    if (d && !(is_ordered(v) && hop_is_integer(idx))) {
        slot = hop_dict_find(cx, d, idx);
        *found = slot != NULL;
        if (slot)
            *out = hop_retain(*slot);
        return true;
    }
    if (as_sequence(v, &q)) {
        r = get_element(cx, &q, idx, out);
        *found = r > 0;
        return r >= 0;
    }
    if (!get_by_item(cx, v, &idx, 1, &known, out))
        return false;
    *found = known;
    if (!known && !hop_is_enumerable(v)) {
        int32_t i;

        /* A lone value is its own element 0. */
        if (hop_is_integer(idx) && hop_to_int32(cx, idx, &i)) {
            *found = i == 0 || i == -1;
            if (*found)
                *out = hop_retain(v);
            return true;
        }
        return throw_cannot_index(cx, v);
    }
    return known || throw_cannot_index(cx, v);
}

/* The item of a multi-dimensional array; NULL with an exception pending. */
static struct hop_value *
multi_slot(struct hop_context *cx, struct hop_array *a,
           const struct hop_value *idx, size_t n)
{
    size_t at = 0;

    if (!a->dims || n != (size_t)a->base.cls->rank) {
        hop_throw_runtime(cx, "NeedMultidimensionalIndex",
                          HOP_CAT_INVALID_OPERATION,
                          "You must provide a value expression following the "
                          "comma operator.");
        return NULL;
    }
    for (size_t i = 0; i < n; i++) {
        int32_t k;

        if (!hop_to_int32(cx, idx[i], &k))
            return NULL;
        if (k < 0)
            k += (int32_t)a->dims[i];
        if (k < 0 || (uint32_t)k >= a->dims[i]) {
            hop_throw(cx, &hop_exception_index_range,
                      "Index was outside the bounds of the array.");
            return NULL;
        }
        at = at * a->dims[i] + (size_t)k;
    }
    return &a->items[at];
}

bool
hop_index_get(struct hop_context *cx, struct hop_value v,
              const struct hop_value *idx, size_t n, struct hop_value *out)
{
    struct hop_value i, *slot;
    struct hop_array *a, *list;
    bool found;

    if (hop_is_null(v))
        return throw_null_array(cx);
    v = hop_value_base(v);
    a = hop_as_array(v);
    if (a && a->dims) {
        list = n == 1 ? hop_as_array(idx[0]) : NULL;
        slot = list ? multi_slot(cx, a, list->items, list->n)
                    : multi_slot(cx, a, idx, n);
        if (slot)
            *out = hop_retain(*slot);
        return slot != NULL;
    }
    if (n != 1) {
        if (!get_by_item(cx, v, idx, n, &found, out))
            return false;
        return found || throw_cannot_index(cx, v);
    }
    i = hop_value_base(idx[0]);
    if (i.kind == HOP_OBJECT &&
        (i.u.o->cls->flags & (HOP_CLASS_ARRAY | HOP_CLASS_LIST)))
        return get_slice(cx, v, i, out);
    return get_one(cx, v, i, &found, out);
}

/* ---- assignment ---- */

static bool
throw_range(struct hop_context *cx, const struct hop_array *a)
{
    if (a->base.cls->flags & HOP_CLASS_ARRAY)
        return hop_throw(cx, &hop_exception_index_range,
                         "Index was outside the bounds of the array.");
    return hop_throw_argument(cx, &hop_exception_argument_range, "index",
                              "Index was out of range. Must be non-negative "
                              "and less than the size of the collection.");
}

static bool
set_item(struct hop_context *cx, struct hop_array *a, struct hop_value idx,
         struct hop_value x)
{
    struct hop_value y;
    int32_t i;

    if (!hop_to_int32(cx, idx, &i) ||
        !hop_convert(cx, x, hop_array_element(a), &y))
        return false;
    if (i < 0)
        i += (int32_t)a->n;
    if (i < 0 || (size_t)i >= a->n) {
        hop_release(y);
        return throw_range(cx, a);
    }
    if (a->flags & HOP_ARRAY_READONLY) {
        hop_release(y);
        return hop_throw(cx, &hop_exception_not_supported,
                         "Collection is read-only.");
    }
    hop_value_set(&a->items[i], y);
    a->version++;
    return true;
}

bool
hop_dict_put(struct hop_context *cx, struct hop_dict *d, struct hop_value key,
             struct hop_value x)
{
    const struct hop_class *c = d->base.cls;
    HOP_AUTO_VALUE struct hop_value k = {.kind = HOP_NULL};
    struct hop_value y;

    if (d->flags & HOP_DICT_READONLY)
        return hop_throw(cx, &hop_exception_not_supported,
                         "Collection is read-only.");
    if (c->accepts_key && !c->accepts_key(cx, key))
        return false;
    if (c->arity != 2 || !c->args[1]) {
        hop_dict_set(d, key, hop_retain(x.kind == HOP_VOID ? hop_null() : x));
        return true;
    }
    if (!hop_convert(cx, key, c->args[0], &k) ||
        !hop_convert(cx, x, c->args[1], &y))
        return false;
    hop_dict_set(d, k, y);
    return true;
}

struct hop_value *
hop_dict_find(struct hop_context *cx, struct hop_dict *d, struct hop_value key)
{
    const struct hop_class *c = d->base.cls;
    HOP_AUTO_VALUE struct hop_value k = {.kind = HOP_NULL};

    if (c->arity != 2 || !c->args[0])
        return hop_dict_get(d, key);
    return hop_try_convert(cx, key, c->args[0], &k) ? hop_dict_get(d, k) : NULL;
}

bool
hop_index_set(struct hop_context *cx, struct hop_value v,
              const struct hop_value *idx, size_t n, struct hop_value x)
{
    struct hop_value i, *slot, y;
    struct hop_method_group *g;
    struct hop_array *a, *list;
    struct hop_dict *d;

    if (hop_is_null(v))
        return throw_null_array(cx);
    v = hop_value_base(v);
    a = hop_as_array(v);
    if (a && a->dims) {
        list = n == 1 ? hop_as_array(idx[0]) : NULL;
        slot = list ? multi_slot(cx, a, list->items, list->n)
                    : multi_slot(cx, a, idx, n);
        if (!slot || !hop_convert(cx, x, hop_array_element(a), &y))
            return false;
        hop_value_set(slot, y);
        return true;
    }
    i = n == 1 ? hop_value_base(idx[0]) : hop_null();
    if (n == 1 && hop_is_null(i))
        return throw_null_index(cx);
    if (a && n == 1 && hop_class_is(a->base.cls, &hop_class_ilist))
        return set_item(cx, a, i, x);
    d = n == 1 ? hop_as_dict(v) : NULL;
    if (d && is_ordered(v) && hop_is_integer(i)) {
        struct hop_dict_entry *e = hop_dict_at(
            d, (size_t)(i.u.i < 0 ? i.u.i + (int64_t)d->count : i.u.i));

        if (!e)
            return hop_throw_argument(
                cx, &hop_exception_argument_range, "index",
                "Index was out of range. Must be non-negative and less than "
                "the size of the collection.");
        hop_value_set(&e->value, hop_retain(x));
        return true;
    }
    if (d)
        return hop_dict_put(cx, d, i, x);
    g = v.kind == HOP_STRING
            ? NULL
            : hop_class_methods(cx, hop_class_of(v), "set_Item", 8, false);
    if (g && n < 8) {
        struct hop_value args[9], r = hop_null();
        int k;

        memcpy(args, idx, n * sizeof *idx);
        args[n] = x;
        k = hop_invoke_group(cx, g, v, hop_class_of(v), args, n + 1, NULL, &r);
        hop_release(r);
        return k > 0 || (k == 0 && hop_throw_overload(cx, "Item", 4, n));
    }
    return throw_cannot_index(cx, v);
}
