/* Arrays, ArrayList, List<T>, Collection<T>, Stack, Queue and enumerators.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/types/def.h"

#include <stdlib.h>

#include "value/types/interfaces.h"

#define SELF ((struct hop_array *)c->self.u.o)

static bool
throw_index(struct hop_context *cx, const char *param)
{
    return hop_throw_argument(cx, &hop_exception_argument_range, param,
                              "Index was out of range. Must be non-negative "
                              "and less than the size of the collection.");
}

static bool
throw_fixed(struct hop_context *cx)
{
    return hop_throw(cx, &hop_exception_not_supported,
                     "Collection was of a fixed size.");
}

/* May items come and go?  Throws if not. */
static bool
is_growable(struct hop_context *cx, const struct hop_array *a)
{
    if (a->base.cls->flags & HOP_CLASS_ARRAY)
        return throw_fixed(cx);
    if (a->flags & HOP_ARRAY_READONLY)
        return hop_throw(cx, &hop_exception_not_supported,
                         "Collection is read-only.");
    if (a->flags & HOP_ARRAY_FIXED)
        return throw_fixed(cx);
    return true;
}

static size_t
find_item(struct hop_context *cx, const struct hop_array *a, struct hop_value v,
          size_t from)
{
    for (size_t i = from; i < a->n; i++)
        if (hop_object_equals(cx, a->items[i], v))
            return i;
    return SIZE_MAX;
}

/* ---- reading ---- */

GETTER(get_count)
{
    *out = hop_int((int32_t)((struct hop_array *)self.u.o)->n);
    return true;
}

GETTER(get_long_count)
{
    *out = hop_long((int64_t)((struct hop_array *)self.u.o)->n);
    return true;
}

GETTER(get_rank)
{
    *out = hop_int(self.u.o->cls->rank);
    return true;
}

GETTER(get_bool)
{
    *out = hop_bool(data);
    return true;
}

GETTER(get_self)
{
    *out = hop_retain(self);
    return true;
}

GETTER(get_fixed)
{
    struct hop_array *a = (struct hop_array *)self.u.o;

    *out = hop_bool(a->flags & (unsigned)data);
    return true;
}

METHOD(item)
{
    int64_t i = ARG_I(0);

    if (i < 0 || (size_t)i >= SELF->n)
        return throw_index(cx, "index");
    RETURN(hop_retain(SELF->items[i]));
}

METHOD(contains)
{
    RETURN(hop_bool(find_item(cx, SELF, c->args[0], 0) != SIZE_MAX));
}

METHOD(index_of)
{
    size_t i = find_item(cx, SELF, c->args[0], c->n > 1 ? (size_t)ARG_I(1) : 0);

    RETURN(hop_int(i == SIZE_MAX ? -1 : (int32_t)i));
}

METHOD(last_index_of)
{
    for (size_t i = SELF->n; i-- > 0;)
        if (hop_object_equals(cx, SELF->items[i], c->args[0]))
            RETURN(hop_int((int32_t)i));
    RETURN(hop_int(-1));
}

METHOD(to_array)
{
    const struct hop_class *element =
        c->data ? &hop_class_object : hop_array_element(SELF);
    struct hop_array *a =
        hop_array_new_of(cx, hop_types_array(cx, element, 1), 0);
    const struct hop_class *definition = SELF->base.cls->definition;
    bool down = hop_class_is(SELF->base.cls, &hop_class_stack) ||
                definition == &hop_class_generic_stack ||
                definition == &hop_class_concurrent_stack ||
                definition == &hop_class_concurrent_bag;

    hop_array_reserve(a, SELF->n);
    for (size_t i = 0; i < SELF->n; i++)
        hop_array_push(a, hop_retain(SELF->items[down ? SELF->n - 1 - i : i]));
    RETURN(hop_obj(a));
}

METHOD(clone)
{
    struct hop_array *a = hop_array_new_of(cx, SELF->base.cls, 0);

    hop_array_reserve(a, SELF->n);
    for (size_t i = 0; i < SELF->n; i++)
        hop_array_push(a, hop_retain(SELF->items[i]));
    RETURN(hop_obj(a));
}

METHOD(copy_to)
{
    struct hop_array *to = hop_as_array(c->args[0]);
    size_t at = c->n > 1 ? (size_t)ARG_I(1) : 0;

    if (!to || at > to->n || SELF->n > to->n - at)
        return hop_throw_argument(cx, &hop_exception_argument,
                                  "destinationArray",
                                  "Destination array was not long enough. "
                                  "Check the destination index, length, and "
                                  "the array's lower bounds.");
    for (size_t i = 0; i < SELF->n; i++)
        hop_value_set(&to->items[at + i], hop_retain(SELF->items[i]));
    return true;
}

METHOD(bound)
{
    int64_t d = ARG_I(0);
    int64_t n = SELF->dims ? SELF->dims[d] : (int64_t)SELF->n;

    if (d < 0 || d >= SELF->base.cls->rank)
        return hop_throw(cx, &hop_exception_index_range,
                         "Index was outside the bounds of the array.");
    RETURN(hop_int(c->data == 0   ? 0
                   : c->data == 1 ? (int32_t)n - 1
                                  : (int32_t)n));
}

METHOD(get_value)
{
    struct hop_array *idx = hop_as_array(c->args[0]);

    return hop_index_get(cx, c->self, idx->items, idx->n, &c->result);
}

METHOD(set_value)
{
    return hop_index_set(cx, c->self, &c->args[1], 1, c->args[0]);
}

METHOD(get_range)
{
    int64_t i = ARG_I(0), n = ARG_I(1);
    struct hop_array *a;

    if (i < 0 || n < 0 || (size_t)(i + n) > SELF->n)
        return hop_throw(cx, &hop_exception_argument,
                         "Offset and length were out of bounds for the array "
                         "or count is greater than the number of elements "
                         "from index to the end of the source collection.");
    a = hop_array_new_of(cx, SELF->base.cls, 0);
    for (int64_t k = 0; k < n; k++)
        hop_array_push(a, hop_retain(SELF->items[i + k]));
    RETURN(hop_obj(a));
}

/* ---- changing ---- */

/* data: returns the index (ArrayList). */
METHOD(add)
{
    if (!is_growable(cx, SELF) ||
        !hop_context_may_alloc(cx, SELF->n + 1, sizeof(struct hop_value)))
        return false;
    hop_array_push(SELF, hop_retain(c->args[0]));
    if (c->data)
        c->result = hop_int((int32_t)SELF->n - 1);
    return true;
}

static bool
insert_all(struct hop_context *cx, struct hop_array *a, size_t at,
           struct hop_value v)
{
    HOP_AUTO_VALUE struct hop_value all = {.kind = HOP_NULL};
    struct hop_array *from;

    if (hop_is_null(v))
        return hop_throw_null(cx, "collection");
    if (!hop_to_array(cx, v, &all))
        return false;
    from = hop_as_array(all);
    for (size_t i = 0; i < from->n; i++) {
        struct hop_value x;

        if (!hop_convert(cx, from->items[i], hop_array_element(a), &x))
            return false;
        if (at == a->n)
            hop_array_push(a, x);
        else
            hop_array_insert(a, at, x);
        at++;
    }
    return true;
}

METHOD(add_range)
{
    return is_growable(cx, SELF) && insert_all(cx, SELF, SELF->n, c->args[0]);
}

METHOD(insert_range)
{
    if (ARG_I(0) < 0 || (size_t)ARG_I(0) > SELF->n)
        return throw_index(cx, "index");
    return is_growable(cx, SELF) &&
           insert_all(cx, SELF, (size_t)ARG_I(0), c->args[1]);
}

METHOD(insert)
{
    int64_t i = ARG_I(0);

    if (!is_growable(cx, SELF))
        return false;
    if (i < 0 || (size_t)i > SELF->n)
        return hop_throw_argument(cx, &hop_exception_argument_range, "index",
                                  "Index must be within the bounds of the "
                                  "List.");
    hop_array_insert(SELF, (size_t)i, hop_retain(c->args[1]));
    return true;
}

METHOD(remove)
{
    size_t i;

    if (!is_growable(cx, SELF))
        return false;
    i = find_item(cx, SELF, c->args[0], 0);
    if (i != SIZE_MAX)
        hop_array_remove(SELF, i);
    if (c->data)
        c->result = hop_bool(i != SIZE_MAX);
    return true;
}

METHOD(remove_at)
{
    int64_t i = ARG_I(0);

    if (!is_growable(cx, SELF))
        return false;
    if (i < 0 || (size_t)i >= SELF->n)
        return throw_index(cx, "index");
    hop_array_remove(SELF, (size_t)i);
    return true;
}

METHOD(remove_range)
{
    int64_t i = ARG_I(0), n = ARG_I(1);

    if (!is_growable(cx, SELF))
        return false;
    if (i < 0 || n < 0 || (size_t)(i + n) > SELF->n)
        return hop_throw(cx, &hop_exception_argument,
                         "Offset and length were out of bounds for the array "
                         "or count is greater than the number of elements "
                         "from index to the end of the source collection.");
    while (n--)
        hop_array_remove(SELF, (size_t)i);
    return true;
}

METHOD(clear)
{
    if (SELF->base.cls->flags & HOP_CLASS_ARRAY) {
        for (size_t i = 0; i < SELF->n; i++)
            hop_value_set(&SELF->items[i],
                          hop_zero_of(cx, hop_array_element(SELF)));
        return true;
    }
    if (!is_growable(cx, SELF))
        return false;
    hop_array_clear(SELF);
    return true;
}

static void
reverse_items(struct hop_array *a, size_t from, size_t n)
{
    for (size_t i = 0; i < n / 2; i++) {
        struct hop_value t = a->items[from + i];

        a->items[from + i] = a->items[from + n - 1 - i];
        a->items[from + n - 1 - i] = t;
    }
    a->version++;
}

METHOD(reverse)
{
    size_t from = c->n > 1 ? (size_t)ARG_I(0) : 0;
    size_t n = c->n > 1 ? (size_t)ARG_I(1) : SELF->n;

    if (from + n > SELF->n)
        return throw_index(cx, "index");
    reverse_items(SELF, from, n);
    return true;
}

/* ---- sorting ---- */

struct sorter {
    struct hop_context *cx;
    struct hop_value comparer; /* delegate, block, or null */
    bool failed;
};

static int
compare_items(struct sorter *s, struct hop_value a, struct hop_value b)
{
    int r = 0;

    if (s->failed)
        return 0;
    if (!hop_is_null(s->comparer)) {
        HOP_AUTO_VALUE struct hop_value out = {.kind = HOP_NULL};
        struct hop_value args[2] = {a, b};
        int32_t i = 0;

        if (!hop_delegate_call(s->cx, s->comparer, args, 2, &out) ||
            !hop_to_int32(s->cx, out, &i))
            s->failed = true;
        return i;
    }
    if (!hop_compare(s->cx, a, b, false, &r))
        s->failed = true;
    return r;
}

/* Merge sort: stable, and safe with comparers that contradict themselves. */
static void
merge_sort(struct sorter *s, struct hop_value *v, struct hop_value *tmp,
           size_t n)
{
    size_t half = n / 2, i = 0, k = half, at = 0;

    if (n < 2)
        return;
    merge_sort(s, v, tmp, half);
    merge_sort(s, v + half, tmp, n - half);
    while (i < half && k < n)
        tmp[at++] = compare_items(s, v[i], v[k]) <= 0 ? v[i++] : v[k++];
    while (i < half)
        tmp[at++] = v[i++];
    while (k < n)
        tmp[at++] = v[k++];
    memcpy(v, tmp, n * sizeof *v);
}

static bool
sort_items(struct hop_context *cx, struct hop_array *a, size_t from, size_t n,
           struct hop_value comparer)
{
    struct sorter s = {cx, comparer, false};
    HOP_AUTO_FREE struct hop_value *tmp = calloc(n + 1, sizeof *tmp);

    merge_sort(&s, a->items + from, tmp, n);
    a->version++;
    if (!s.failed)
        return true;
    if (hop_is_null(comparer)) {
        struct hop_value e = hop_take_exception(cx);

        return hop_throw_full(cx, &hop_exception_invalid_operation, NULL, 0,
                              hop_null(), e,
                              "Failed to compare two elements in the array.");
    }
    return false;
}

METHOD(sort)
{
    struct hop_value comparer = c->n == 1 ? c->args[0] : hop_null();

    if (comparer.kind == HOP_OBJECT &&
        !(comparer.u.o->cls->flags & HOP_CLASS_DELEGATE))
        comparer = hop_null();
    return sort_items(cx, SELF, 0, SELF->n, comparer);
}

static int64_t
binary_search(struct hop_context *cx, struct hop_array *a, struct hop_value v)
{
    int64_t lo = 0, hi = (int64_t)a->n - 1;

    while (lo <= hi) {
        int64_t mid = (lo + hi) / 2;
        int r;

        if (!hop_compare(cx, a->items[mid], v, false, &r)) {
            hop_drop_exception(cx);
            return -1;
        }
        if (r == 0)
            return mid;
        if (r < 0)
            lo = mid + 1;
        else
            hi = mid - 1;
    }
    return ~lo;
}

METHOD(search)
{
    RETURN(hop_int((int32_t)binary_search(cx, SELF, c->args[0])));
}

/* ---- with delegates ---- */

/* Calls f with an item; -1 thrown, else whether the result is true. */
static int
test_item(struct hop_context *cx, struct hop_value f, struct hop_value item)
{
    HOP_AUTO_VALUE struct hop_value r = {.kind = HOP_NULL};

    if (!hop_delegate_call(cx, f, &item, 1, &r))
        return -1;
    return hop_is_true(cx, r);
}

enum find {
    FIND,
    FIND_INDEX,
    FIND_ALL,
    FIND_LAST,
    EXISTS,
    TRUE_FOR_ALL,
    FIND_LAST_INDEX
};

static bool
find_by(struct hop_context *cx, struct hop_array *a, struct hop_value f,
        intptr_t what, struct hop_value *out)
{
    HOP_AUTO_VALUE struct hop_value all = {.kind = HOP_NULL};
    bool down = what == FIND_LAST || what == FIND_LAST_INDEX;

    if (what == FIND_ALL)
        all = hop_obj(hop_array_new_of(cx, a->base.cls, 0));
    for (size_t i = 0; i < a->n; i++) {
        size_t k = down ? a->n - 1 - i : i;
        int r = test_item(cx, f, a->items[k]);

        if (r < 0)
            return false;
        if (what == FIND_ALL && r)
            hop_array_push((struct hop_array *)all.u.o,
                           hop_retain(a->items[k]));
        if (what == FIND_ALL || (what == TRUE_FOR_ALL ? r : !r))
            continue;
        *out = what == FIND || what == FIND_LAST ? hop_retain(a->items[k])
               : what == EXISTS                  ? hop_bool(true)
               : what == TRUE_FOR_ALL            ? hop_bool(false)
                                                 : hop_int((int32_t)k);
        return true;
    }
    *out = what == FIND_ALL ? hop_value_steal(&all)
           : what == FIND || what == FIND_LAST
               ? hop_zero_of(cx, hop_array_element(a))
           : what == EXISTS       ? hop_bool(false)
           : what == TRUE_FOR_ALL ? hop_bool(true)
                                  : hop_int(-1);
    return true;
}

METHOD(find)
{
    return find_by(cx, SELF, c->args[0], c->data, &c->result);
}

METHOD(for_each)
{
    for (size_t i = 0; i < SELF->n; i++)
        if (test_item(cx, c->args[0], SELF->items[i]) < 0)
            return false;
    return true;
}

METHOD(remove_all)
{
    int32_t n = 0;

    for (size_t i = 0; i < SELF->n;) {
        int r = test_item(cx, c->args[0], SELF->items[i]);

        if (r < 0)
            return false;
        if (r) {
            hop_array_remove(SELF, i);
            n++;
        } else {
            i++;
        }
    }
    RETURN(hop_int(n));
}

static bool
convert_all(struct hop_context *cx, struct hop_array *from, struct hop_value f,
            struct hop_array *to)
{
    const struct hop_class *d = hop_class_of(f);
    const struct hop_class *element =
        d->arity == 2 && d->args[1] ? d->args[1] : &hop_class_object;

    for (size_t i = 0; i < from->n; i++) {
        HOP_AUTO_VALUE struct hop_value r = {.kind = HOP_NULL};
        struct hop_value x;

        if (!hop_delegate_call(cx, f, &from->items[i], 1, &r) ||
            !hop_convert(cx, r, element, &x))
            return false;
        hop_array_push(to, x);
    }
    return true;
}

/* ---- stacks and queues ---- */

static bool
throw_empty(struct hop_context *cx, const char *what)
{
    return hop_throw(cx, &hop_exception_invalid_operation, "%s empty.", what);
}

enum { STACK_POP, STACK_PEEK, QUEUE_POP, QUEUE_PEEK };

METHOD(take)
{
    bool queue = c->data >= QUEUE_POP;
    size_t at = queue ? 0 : SELF->n - 1;

    if (!SELF->n)
        return throw_empty(cx, queue ? "Queue" : "Stack");
    c->result = hop_retain(SELF->items[at]);
    if (c->data == STACK_POP || c->data == QUEUE_POP)
        hop_array_remove(SELF, at);
    return true;
}

METHOD(try_take)
{
    bool queue = c->data >= QUEUE_POP;
    size_t at = queue ? 0 : SELF->n - 1;

    if (!SELF->n)
        RETURN(hop_bool(false));
    if (!hop_reference_set(cx, c->args[0], hop_retain(SELF->items[at])))
        return false;
    if (c->data == STACK_POP || c->data == QUEUE_POP)
        hop_array_remove(SELF, at);
    RETURN(hop_bool(true));
}

/* ---- making ---- */

METHOD(new_list)
{
    HOP_AUTO_VALUE struct hop_value a =
        hop_obj(hop_array_new_of(cx, c->cls, 0));

    if (c->n && c->args[0].kind == HOP_INT32)
        hop_array_reserve((struct hop_array *)a.u.o,
                          ARG_I(0) > 0 && ARG_I(0) < 65536 ? (size_t)ARG_I(0)
                                                           : 0);
    if (c->n && c->args[0].kind != HOP_INT32 &&
        !insert_all(cx, (struct hop_array *)a.u.o, 0, c->args[0]))
        return false;
    RETURN(hop_value_steal(&a));
}

METHOD(as_read_only)
{
    if (!clone(cx, c))
        return false;
    ((struct hop_array *)c->result.u.o)->flags |= HOP_ARRAY_READONLY;
    return true;
}

/* data: HOP_ARRAY_... */
METHOD(list_wrapper)
{
    struct hop_array *from = hop_as_array(c->args[0]);
    struct hop_array *a = hop_array_new_of(cx, from->base.cls, 0);

    for (size_t i = 0; i < from->n; i++)
        hop_array_push(a, hop_retain(from->items[i]));
    a->flags |= (uint32_t)c->data;
    RETURN(hop_obj(a));
}

/* ---- System.Array ---- */

METHOD(array_sort)
{
    struct hop_array *a = hop_as_array(c->args[0]);
    struct hop_value comparer = hop_null();

    if (c->n > 1 && c->args[1].kind == HOP_OBJECT) {
        struct hop_array *items = hop_as_array(c->args[1]);

        if (!items) {
            comparer = c->args[1];
        } else {
            /* Keys and items: sort pairs by insertion. */
            for (size_t i = 1; i < a->n && i < items->n; i++)
                for (size_t k = i; k > 0; k--) {
                    struct hop_value t;
                    int r;

                    if (!hop_compare(cx, a->items[k - 1], a->items[k], false,
                                     &r))
                        return false;
                    if (r <= 0)
                        break;
                    t = a->items[k];
                    a->items[k] = a->items[k - 1];
                    a->items[k - 1] = t;
                    t = items->items[k];
                    items->items[k] = items->items[k - 1];
                    items->items[k - 1] = t;
                }
            return true;
        }
    }
    if (!a)
        return hop_throw_null(cx, "array");
    if (c->n == 3) {
        if (ARG_I(1) < 0 || ARG_I(2) < 0 ||
            (size_t)(ARG_I(1) + ARG_I(2)) > a->n)
            return throw_index(cx, "index");
        return sort_items(cx, a, (size_t)ARG_I(1), (size_t)ARG_I(2), comparer);
    }
    return sort_items(cx, a, 0, a->n, comparer);
}

METHOD(array_reverse)
{
    struct hop_array *a = hop_as_array(c->args[0]);
    size_t from = c->n > 1 ? (size_t)ARG_I(1) : 0;
    size_t n;

    if (!a)
        return hop_throw_null(cx, "array");
    n = c->n > 1 ? (size_t)ARG_I(2) : a->n;
    if (from + n > a->n)
        return throw_index(cx, "index");
    reverse_items(a, from, n);
    return true;
}

METHOD(array_index_of)
{
    struct hop_array *a = hop_as_array(c->args[0]);
    size_t from = c->n > 2 ? (size_t)ARG_I(2) : 0, i;

    if (!a)
        return hop_throw_null(cx, "array");
    if (c->data) {
        for (i = a->n; i-- > 0;)
            if (hop_object_equals(cx, a->items[i], c->args[1]))
                RETURN(hop_int((int32_t)i));
        RETURN(hop_int(-1));
    }
    i = find_item(cx, a, c->args[1], from);
    RETURN(hop_int(i == SIZE_MAX ? -1 : (int32_t)i));
}

METHOD(array_create)
{
    const struct hop_class *element = c->args[0].u.cls;
    struct hop_value n = hop_int((int32_t)ARG_I(1));

    return hop_construct(cx, hop_types_array(cx, element, 1), &n, 1,
                         &c->result);
}

METHOD(array_copy)
{
    bool ranged = c->n == 5;
    struct hop_array *from = hop_as_array(c->args[0]);
    struct hop_array *to = hop_as_array(c->args[ranged ? 2 : 1]);
    size_t i = ranged ? (size_t)ARG_I(1) : 0, k = ranged ? (size_t)ARG_I(3) : 0;
    size_t n = (size_t)ARG_I(ranged ? 4 : 2);
    HOP_AUTO_FREE struct hop_value *tmp = NULL;

    if (!from || !to)
        return hop_throw_null(cx, "sourceArray");
    if (i + n > from->n)
        return hop_throw_argument(cx, &hop_exception_argument, "sourceArray",
                                  "Source array was not long enough. Check "
                                  "the source index, length, and the array's "
                                  "lower bounds.");
    if (k + n > to->n)
        return hop_throw_argument(cx, &hop_exception_argument,
                                  "destinationArray",
                                  "Destination array was not long enough. "
                                  "Check the destination index, length, and "
                                  "the array's lower bounds.");
    tmp = calloc(n + 1, sizeof *tmp);
    for (size_t at = 0; at < n; at++)
        tmp[at] = hop_retain(from->items[i + at]);
    for (size_t at = 0; at < n; at++) {
        struct hop_value x;

        if (!hop_convert(cx, tmp[at], hop_array_element(to), &x))
            x = hop_null(), hop_drop_exception(cx);
        hop_release(tmp[at]);
        hop_value_set(&to->items[k + at], x);
    }
    return true;
}

METHOD(array_clear)
{
    struct hop_array *a = hop_as_array(c->args[0]);
    size_t from = c->n > 1 ? (size_t)ARG_I(1) : 0;
    size_t n;

    if (!a)
        return hop_throw_null(cx, "array");
    n = c->n > 1 ? (size_t)ARG_I(2) : a->n;
    if (from + n > a->n)
        return hop_throw(cx, &hop_exception_index_range,
                         "Index was outside the bounds of the array.");
    for (size_t i = from; i < from + n; i++)
        hop_value_set(&a->items[i], hop_zero_of(cx, hop_array_element(a)));
    return true;
}

METHOD(array_resize)
{
    HOP_AUTO_VALUE struct hop_value old = hop_reference_get(cx, c->args[0]);
    struct hop_array *from = hop_as_array(old), *to;
    const struct hop_class *cls =
        from ? from->base.cls : &hop_class_object_array;

    if (ARG_I(1) < 0)
        return hop_throw_argument(cx, &hop_exception_argument_range, "newSize",
                                  "Non-negative number required.");
    to = hop_array_new_of(cx, cls, (size_t)ARG_I(1));
    if (!to)
        return false;
    for (size_t i = 0; from && i < from->n && i < to->n; i++)
        hop_value_set(&to->items[i], hop_retain(from->items[i]));
    return hop_reference_set(cx, c->args[0], hop_obj(to));
}

METHOD(array_search)
{
    struct hop_array *a = hop_as_array(c->args[0]);

    if (!a)
        return hop_throw_null(cx, "array");
    RETURN(hop_int((int32_t)binary_search(cx, a, c->args[1])));
}

METHOD(array_find)
{
    struct hop_array *a = hop_as_array(c->args[0]);

    if (!a)
        return hop_throw_null(cx, "array");
    return find_by(cx, a, c->args[1], c->data, &c->result);
}

METHOD(array_for_each)
{
    struct hop_array *a = hop_as_array(c->args[0]);

    for (size_t i = 0; a && i < a->n; i++)
        if (test_item(cx, c->args[1], a->items[i]) < 0)
            return false;
    return true;
}

METHOD(array_convert_all)
{
    const struct hop_class *d = hop_class_of(c->args[1]);
    const struct hop_class *element =
        d->arity == 2 && d->args[1] ? d->args[1] : &hop_class_object;
    HOP_AUTO_VALUE struct hop_value to =
        hop_obj(hop_array_new_of(cx, hop_types_array(cx, element, 1), 0));

    if (!convert_all(cx, hop_as_array(c->args[0]), c->args[1],
                     (struct hop_array *)to.u.o))
        return false;
    RETURN(hop_value_steal(&to));
}

METHOD(list_convert_all)
{
    const struct hop_class *d = hop_class_of(c->args[0]);
    const struct hop_class *element =
        d->arity == 2 && d->args[1] ? d->args[1] : &hop_class_object;
    HOP_AUTO_VALUE struct hop_value to = hop_obj(hop_array_new_of(
        cx, hop_types_generic(cx, &hop_class_list, &element, 1), 0));

    if (!convert_all(cx, SELF, c->args[0], (struct hop_array *)to.u.o))
        return false;
    RETURN(hop_value_steal(&to));
}

METHOD(array_empty)
{
    RETURN(hop_obj(hop_array_new(cx, 0)));
}

METHOD(array_fill)
{
    struct hop_array *a = hop_as_array(c->args[0]);

    for (size_t i = 0; a && i < a->n; i++) {
        struct hop_value x;

        if (!hop_convert(cx, c->args[1], hop_array_element(a), &x))
            return false;
        hop_value_set(&a->items[i], x);
    }
    return true;
}

static const struct hop_property array_properties[] = {
    {"Length", "int", get_count},
    {"LongLength", "long", get_long_count},
    {"Rank", "int", get_rank},
    {"SyncRoot", "System.Object", get_self},
    {"IsReadOnly", "bool", get_bool, NULL, 0, false},
    {"IsFixedSize", "bool", get_bool, NULL, 0, true},
    {"IsSynchronized", "bool", get_bool, NULL, 0, false},
    {"Count", "int", get_count},
    END_PROPERTIES,
};

static const struct hop_method array_methods[] = {
    {"int Add(System.Object value)", add, true},
    {"void Clear()", clear},
    {"System.Object Clone()", clone},
    {"int IStructuralComparable.CompareTo(System.Object other, "
     "System.Collections.IComparer comparer)",
     NULL},
    {"bool Contains(System.Object value)", contains},
    {"void CopyTo(array array, int index)", copy_to},
    {"System.Collections.IEnumerator GetEnumerator()", hop_get_enumerator},
    {"int GetLength(int dimension)", bound, 2},
    {"long GetLongLength(int dimension)", bound, 2},
    {"int GetLowerBound(int dimension)", bound, 0},
    {"int GetUpperBound(int dimension)", bound, 1},
    {"System.Object GetValue(params int[] indices)", get_value},
    {"int IndexOf(System.Object value)", index_of},
    {"void Insert(int index, System.Object value)", insert},
    {"void Remove(System.Object value)", remove},
    {"void RemoveAt(int index)", remove_at},
    {"void SetValue(System.Object value, int index)", set_value},
    {"static void Sort(array array)", array_sort},
    {"static void Sort(array array, int index, int length)", array_sort},
    {"static void Sort(array keys, array items)", array_sort},
    {"static void Sort(array array, System.Comparison[System.Object] "
     "comparison)",
     array_sort},
    {"static void Reverse(array array)", array_reverse},
    {"static void Reverse(array array, int index, int length)", array_reverse},
    {"static int IndexOf(array array, System.Object value)", array_index_of},
    {"static int IndexOf(array array, System.Object value, int startIndex)",
     array_index_of},
    {"static int LastIndexOf(array array, System.Object value)", array_index_of,
     true},
    {"static array CreateInstance(type elementType, int length)", array_create},
    {"static void Copy(array sourceArray, array destinationArray, int length)",
     array_copy},
    {"static void Copy(array sourceArray, int sourceIndex, array "
     "destinationArray, int destinationIndex, int length)",
     array_copy},
    {"static void Clear(array array)", array_clear},
    {"static void Clear(array array, int index, int length)", array_clear},
    {"static void Resize([ref] array array, int newSize)", array_resize},
    {"static int BinarySearch(array array, System.Object value)", array_search},
    {"static array Empty()", array_empty},
    {"static void Fill(array array, System.Object value)", array_fill},
    {"static bool TrueForAll(array array, System.Predicate[System.Object] "
     "match)",
     array_find, TRUE_FOR_ALL},
    {"static bool Exists(array array, System.Predicate[System.Object] match)",
     array_find, EXISTS},
    {"static System.Object Find(array array, System.Predicate[System.Object] "
     "match)",
     array_find, FIND},
    {"static array FindAll(array array, System.Predicate[System.Object] "
     "match)",
     array_find, FIND_ALL},
    {"static System.Object FindLast(array array, "
     "System.Predicate[System.Object] match)",
     array_find, FIND_LAST},
    {"static int FindIndex(array array, System.Predicate[System.Object] "
     "match)",
     array_find, FIND_INDEX},
    {"static int FindLastIndex(array array, System.Predicate[System.Object] "
     "match)",
     array_find, FIND_LAST_INDEX},
    {"static array ConvertAll(array array, System.Converter[System.Object,"
     "System.Object] converter)",
     array_convert_all},
    {"static void ForEach(array array, System.Action[System.Object] action)",
     array_for_each},
    END_METHODS,
};

static const struct hop_class *const list_interfaces[] = {
    &hop_class_ilist, &hop_class_icollection, &hop_class_ienumerable,
    &hop_class_icloneable, NULL};
static const struct hop_class *const collection_interfaces[] = {
    &hop_class_icollection, &hop_class_ienumerable, NULL};

const struct hop_class hop_class_array = {
    .name = "System.Array",
    .base = &hop_class_object,
    .flags = HOP_CLASS_ABSTRACT,
    .kind = HOP_OBJECT,
    .size = sizeof(struct hop_array),
    .interfaces = list_interfaces,
    .properties = array_properties,
    .methods = array_methods,
    .destroy = hop_array_destroy,
};

const struct hop_class hop_class_object_array = {
    .name = "System.Array",
    .base = &hop_class_array,
    .flags = HOP_CLASS_ARRAY | HOP_CLASS_SEALED,
    .kind = HOP_OBJECT,
    .size = sizeof(struct hop_array),
    .element = &hop_class_object,
    .rank = 1,
};

/* ---- ArrayList ---- */

GETTER(get_capacity)
{
    size_t n = ((struct hop_array *)self.u.o)->cap;

    *out = hop_int((int32_t)n);
    return true;
}

SETTER(set_capacity)
{
    struct hop_array *a = (struct hop_array *)self.u.o;

    if (v.u.i < (int64_t)a->n)
        return hop_throw_argument(cx, &hop_exception_argument_range, "value",
                                  "capacity was less than the current size.");
    if (!hop_context_may_alloc(cx, (size_t)v.u.i, sizeof v))
        return false;
    if ((size_t)v.u.i > a->cap)
        hop_array_reserve(a, (size_t)v.u.i);
    return true;
}

static const struct hop_property array_list_properties[] = {
    {"Capacity", "int", get_capacity, set_capacity},
    {"Count", "int", get_count},
    {"IsFixedSize", "bool", get_fixed, NULL, 0,
     HOP_ARRAY_FIXED | HOP_ARRAY_READONLY},
    {"IsReadOnly", "bool", get_fixed, NULL, 0, HOP_ARRAY_READONLY},
    {"IsSynchronized", "bool", get_bool, NULL, 0, false},
    {"SyncRoot", "System.Object", get_self},
    END_PROPERTIES,
};

/* Threads take turns between statements: every list is synchronized. */
static bool
synchronized_list(struct hop_context *cx, struct hop_call *call)
{
    if (hop_is_null(call->args[0]))
        return hop_throw_null(cx, "list");
    call->result = hop_retain(call->args[0]);
    return true;
}

static const struct hop_method array_list_methods[] = {
    {"static System.Collections.ArrayList "
     "Synchronized(System.Collections.ArrayList list)",
     synchronized_list},
    {"int Add(System.Object value)", add, true},
    {"void AddRange(System.Collections.IEnumerable c)", add_range},
    {"int BinarySearch(System.Object value)", search},
    {"void Clear()", clear},
    {"System.Object Clone()", clone},
    {"bool Contains(System.Object item)", contains},
    {"void CopyTo(array array)", copy_to},
    {"void CopyTo(array array, int arrayIndex)", copy_to},
    {"System.Collections.IEnumerator GetEnumerator()", hop_get_enumerator},
    {"System.Collections.ArrayList GetRange(int index, int count)", get_range},
    {"int IndexOf(System.Object value)", index_of},
    {"int IndexOf(System.Object value, int startIndex)", index_of},
    {"void Insert(int index, System.Object value)", insert},
    {"void InsertRange(int index, System.Collections.IEnumerable c)",
     insert_range},
    {"int LastIndexOf(System.Object value)", last_index_of},
    {"void Remove(System.Object obj)", remove},
    {"void RemoveAt(int index)", remove_at},
    {"void RemoveRange(int index, int count)", remove_range},
    {"void Reverse()", reverse},
    {"void Reverse(int index, int count)", reverse},
    {"void Sort()", sort},
    {"void Sort(System.Collections.IComparer comparer)", sort},
    {"System.Object[] ToArray()", to_array, true},
    {"System.Object Item(int index)", item},
    {"static System.Collections.ArrayList ReadOnly("
     "System.Collections.ArrayList list)",
     list_wrapper, HOP_ARRAY_READONLY},
    {"static System.Collections.ArrayList FixedSize("
     "System.Collections.ArrayList list)",
     list_wrapper, HOP_ARRAY_FIXED},
    END_METHODS,
};

static const struct hop_method array_list_constructors[] = {
    {"System.Collections.ArrayList new()", new_list},
    {"System.Collections.ArrayList new(int capacity)", new_list},
    {"System.Collections.ArrayList new(System.Collections.ICollection c)",
     new_list},
    END_METHODS,
};

#define LIST_CLASS(c, text, extra, n, ifaces, props, meths, ctors)             \
    const struct hop_class hop_class_##c = {                                   \
        .name = text,                                                          \
        .base = &hop_class_object,                                             \
        .flags = HOP_CLASS_LIST | (extra),                                     \
        .kind = HOP_OBJECT,                                                    \
        .size = sizeof(struct hop_array),                                      \
        .interfaces = ifaces,                                                  \
        .properties = props,                                                   \
        .methods = meths,                                                      \
        .constructors = ctors,                                                 \
        .arity = n,                                                            \
        .destroy = hop_array_destroy,                                          \
    }

LIST_CLASS(array_list, "System.Collections.ArrayList", 0, 0, list_interfaces,
           array_list_properties, array_list_methods, array_list_constructors);

/* ---- List<T>, Collection<T> ---- */

static const struct hop_property list_properties[] = {
    {"Capacity", "int", get_capacity, set_capacity},
    {"Count", "int", get_count},
    {"IsReadOnly", "bool", get_fixed, NULL, HOP_PROP_HIDDEN,
     HOP_ARRAY_READONLY},
    {"IsFixedSize", "bool", get_fixed, NULL, HOP_PROP_HIDDEN,
     HOP_ARRAY_READONLY},
    END_PROPERTIES,
};

static const struct hop_method list_methods[] = {
    {"void Add(T item)", add},
    {"void AddRange(System.Collections.IEnumerable collection)", add_range},
    {"System.Object AsReadOnly()", as_read_only},
    {"int BinarySearch(T item)", search},
    {"void Clear()", clear},
    {"bool Contains(T item)", contains},
    {"System.Object ConvertAll(System.Converter[T,System.Object] converter)",
     list_convert_all},
    {"void CopyTo(array array)", copy_to},
    {"void CopyTo(array array, int arrayIndex)", copy_to},
    {"bool Exists(System.Predicate[T] match)", find, EXISTS},
    {"T Find(System.Predicate[T] match)", find, FIND},
    {"System.Collections.Generic.List[T] FindAll(System.Predicate[T] match)",
     find, FIND_ALL},
    {"int FindIndex(System.Predicate[T] match)", find, FIND_INDEX},
    {"T FindLast(System.Predicate[T] match)", find, FIND_LAST},
    {"int FindLastIndex(System.Predicate[T] match)", find, FIND_LAST_INDEX},
    {"void ForEach(System.Action[T] action)", for_each},
    {"System.Collections.IEnumerator GetEnumerator()", hop_get_enumerator},
    {"System.Collections.Generic.List[T] GetRange(int index, int count)",
     get_range},
    {"int IndexOf(T item)", index_of},
    {"int IndexOf(T item, int index)", index_of},
    {"void Insert(int index, T item)", insert},
    {"void InsertRange(int index, System.Collections.IEnumerable collection)",
     insert_range},
    {"int LastIndexOf(T item)", last_index_of},
    {"bool Remove(T item)", remove, true},
    {"int RemoveAll(System.Predicate[T] match)", remove_all},
    {"void RemoveAt(int index)", remove_at},
    {"void RemoveRange(int index, int count)", remove_range},
    {"void Reverse()", reverse},
    {"void Reverse(int index, int count)", reverse},
    {"void Sort()", sort},
    {"void Sort(System.Comparison[T] comparison)", sort},
    {"void Sort(System.Collections.IComparer comparer)", sort},
    {"T[] ToArray()", to_array},
    {"bool TrueForAll(System.Predicate[T] match)", find, TRUE_FOR_ALL},
    {"T Item(int index)", item},
    END_METHODS,
};

static const struct hop_method list_constructors[] = {
    {"list new()", new_list},
    {"list new(int capacity)", new_list},
    {"list new(System.Collections.IEnumerable collection)", new_list},
    END_METHODS,
};

LIST_CLASS(list, "System.Collections.Generic.List`1", HOP_CLASS_GENERIC, 1,
           list_interfaces, list_properties, list_methods, list_constructors);

static const struct hop_property collection_properties[] = {
    {"Count", "int", get_count},
    END_PROPERTIES,
};

static const struct hop_method collection_methods[] = {
    {"void Add(T item)", add},
    {"void Clear()", clear},
    {"bool Contains(T item)", contains},
    {"void CopyTo(array array, int index)", copy_to},
    {"System.Collections.IEnumerator GetEnumerator()", hop_get_enumerator},
    {"int IndexOf(T item)", index_of},
    {"void Insert(int index, T item)", insert},
    {"bool Remove(T item)", remove, true},
    {"void RemoveAt(int index)", remove_at},
    {"T Item(int index)", item},
    END_METHODS,
};

LIST_CLASS(collection, "System.Collections.ObjectModel.Collection`1",
           HOP_CLASS_GENERIC, 1, list_interfaces, collection_properties,
           collection_methods, list_constructors);

/* ---- PSDataCollection ---- */

static bool
read_all(struct hop_context *cx, struct hop_call *call)
{
    struct hop_array *a = (struct hop_array *)(void *)call->self.u.o;
    const struct hop_class *of = a->base.cls->args[0];
    const struct hop_class *cls =
        hop_types_generic(cx, &hop_class_collection, &of, 1);
    struct hop_array *out = hop_array_new_of(cx, cls, 0);

    for (size_t i = 0; i < a->n; i++)
        hop_array_push(out, hop_retain(a->items[i]));
    hop_array_clear(a);
    call->result = hop_obj(out);
    return true;
}

static bool
complete(struct hop_context *cx, struct hop_call *call)
{
    return true;
}

static bool
get_open(struct hop_context *cx, struct hop_value self, intptr_t data,
         struct hop_value *out)
{
    *out = hop_bool(data);
    return true;
}

static const struct hop_property data_collection_properties[] = {
    {"Count", "int", get_count},
    {"IsOpen", "bool", get_open, NULL, 0, true},
    {"IsReadOnly", "bool", get_open, NULL, 0, false},
    END_PROPERTIES,
};

static const struct hop_method data_collection_methods[] = {
    {"void Add(T item)", add},
    {"void Clear()", clear},
    {"void Complete()", complete},
    {"bool Contains(T item)", contains},
    {"void CopyTo(array array, int index)", copy_to},
    {"void Dispose()", complete},
    {"System.Collections.IEnumerator GetEnumerator()", hop_get_enumerator},
    {"int IndexOf(T item)", index_of},
    {"void Insert(int index, T item)", insert},
    {"System.Collections.ObjectModel.Collection[T] ReadAll()", read_all},
    {"bool Remove(T item)", remove, true},
    {"void RemoveAt(int index)", remove_at},
    {"T Item(int index)", item},
    END_METHODS,
};

LIST_CLASS(ps_data_collection,
           "System.Management.Automation.PSDataCollection`1", HOP_CLASS_GENERIC,
           1, list_interfaces, data_collection_properties,
           data_collection_methods, list_constructors);

/* ---- Stack, Queue ---- */

#define STACK_METHODS(t)                                                       \
    {"void Push(" t " obj)", add}, {"" t " Pop()", take, STACK_POP},           \
        {"" t " Peek()", take, STACK_PEEK},                                    \
        {"bool TryPop([ref] " t " result)", try_take, STACK_POP},              \
        {"bool TryPeek([ref] " t " result)", try_take, STACK_PEEK},            \
        {"void Clear()", clear}, {"bool Contains(" t " obj)", contains},       \
        {"void CopyTo(array array, int index)", copy_to},                      \
        {"System.Collections.IEnumerator GetEnumerator()",                     \
         hop_get_enumerator},                                                  \
    {                                                                          \
        "" t "[] ToArray()", to_array                                          \
    }
#define QUEUE_METHODS(t)                                                       \
    {"void Enqueue(" t " obj)", add}, {"" t " Dequeue()", take, QUEUE_POP},    \
        {"" t " Peek()", take, QUEUE_PEEK},                                    \
        {"bool TryDequeue([ref] " t " result)", try_take, QUEUE_POP},          \
        {"bool TryPeek([ref] " t " result)", try_take, QUEUE_PEEK},            \
        {"void Clear()", clear}, {"bool Contains(" t " obj)", contains},       \
        {"void CopyTo(array array, int index)", copy_to},                      \
        {"System.Collections.IEnumerator GetEnumerator()",                     \
         hop_get_enumerator},                                                  \
    {                                                                          \
        "" t "[] ToArray()", to_array                                          \
    }

static const struct hop_method stack_methods[] = {
    STACK_METHODS("System.Object"), END_METHODS};
static const struct hop_method generic_stack_methods[] = {STACK_METHODS("T"),
                                                          END_METHODS};
static const struct hop_method queue_methods[] = {
    QUEUE_METHODS("System.Object"),
    {"static System.Collections.Queue Synchronized(System.Collections.Queue "
     "queue)",
     synchronized_list},
    END_METHODS};
static const struct hop_method generic_queue_methods[] = {QUEUE_METHODS("T"),
                                                          END_METHODS};

LIST_CLASS(stack, "System.Collections.Stack", 0, 0, collection_interfaces,
           collection_properties, stack_methods, list_constructors);
LIST_CLASS(queue, "System.Collections.Queue", 0, 0, collection_interfaces,
           collection_properties, queue_methods, list_constructors);
LIST_CLASS(generic_stack, "System.Collections.Generic.Stack`1",
           HOP_CLASS_GENERIC, 1, collection_interfaces, collection_properties,
           generic_stack_methods, list_constructors);
LIST_CLASS(generic_queue, "System.Collections.Generic.Queue`1",
           HOP_CLASS_GENERIC, 1, collection_interfaces, collection_properties,
           generic_queue_methods, list_constructors);

/* ---- the concurrent ones ---- */

GETTER(get_empty)
{
    *out = hop_bool(((struct hop_array *)self.u.o)->n == 0);
    return true;
}

METHOD(push_range)
{
    return insert_all(cx, SELF, SELF->n, c->args[0]);
}

static const struct hop_property concurrent_properties[] = {
    {"Count", "int", get_count},
    {"IsEmpty", "bool", get_empty},
    END_PROPERTIES,
};

#define CONCURRENT_METHODS                                                     \
    {"void Clear()", clear}, {"void CopyTo(T[] array, int index)", copy_to},   \
        {"System.Collections.IEnumerator GetEnumerator()",                     \
         hop_get_enumerator},                                                  \
    {                                                                          \
        "T[] ToArray()", to_array                                              \
    }

static const struct hop_method concurrent_queue_methods[] = {
    {"void Enqueue(T item)", add},
    {"bool TryDequeue([ref] T result)", try_take, QUEUE_POP},
    {"bool TryPeek([ref] T result)", try_take, QUEUE_PEEK},
    CONCURRENT_METHODS,
    END_METHODS,
};

static const struct hop_method concurrent_stack_methods[] = {
    {"void Push(T item)", add},
    {"void PushRange(T[] items)", push_range},
    {"bool TryPop([ref] T result)", try_take, STACK_POP},
    {"bool TryPeek([ref] T result)", try_take, STACK_PEEK},
    CONCURRENT_METHODS,
    END_METHODS,
};

static const struct hop_method concurrent_bag_methods[] = {
    {"void Add(T item)", add},
    {"bool TryTake([ref] T result)", try_take, STACK_POP},
    {"bool TryPeek([ref] T result)", try_take, STACK_PEEK},
    CONCURRENT_METHODS,
    END_METHODS,
};

#define CONCURRENT(c_, text, methods_)                                         \
    LIST_CLASS(c_, "System.Collections.Concurrent." text "`1",                 \
               HOP_CLASS_GENERIC, 1, collection_interfaces,                    \
               concurrent_properties, methods_, list_constructors)
CONCURRENT(concurrent_queue, "ConcurrentQueue", concurrent_queue_methods);
CONCURRENT(concurrent_stack, "ConcurrentStack", concurrent_stack_methods);
CONCURRENT(concurrent_bag, "ConcurrentBag", concurrent_bag_methods);

/* ---- ReadOnlyCollection<T>, StringCollection ---- */

METHOD(new_read_only)
{
    if (ARG_NULL(0))
        return hop_throw_null(cx, "list");
    if (!new_list(cx, c))
        return false;
    ((struct hop_array *)c->result.u.o)->flags |= HOP_ARRAY_READONLY;
    return true;
}

static const struct hop_method read_only_methods[] = {
    {"bool Contains(T value)", contains},
    {"void CopyTo(T[] array, int index)", copy_to},
    {"System.Collections.IEnumerator GetEnumerator()", hop_get_enumerator},
    {"int IndexOf(T value)", index_of},
    {"T Item(int index)", item},
    END_METHODS,
};

static const struct hop_method read_only_constructors[] = {
    {"readonly new(System.Collections.IEnumerable list)", new_read_only},
    END_METHODS,
};

LIST_CLASS(read_only_collection,
           "System.Collections.ObjectModel.ReadOnlyCollection`1",
           HOP_CLASS_GENERIC, 1, list_interfaces, collection_properties,
           read_only_methods, read_only_constructors);

static const struct hop_method string_collection_methods[] = {
    {"int Add(string value)", add, true},
    {"void AddRange(string[] value)", push_range},
    {"void Clear()", clear},
    {"bool Contains(string value)", contains},
    {"void CopyTo(string[] array, int index)", copy_to},
    {"System.Collections.IEnumerator GetEnumerator()", hop_get_enumerator},
    {"int IndexOf(string value)", index_of},
    {"void Insert(int index, string value)", insert},
    {"void Remove(string value)", remove, false},
    {"void RemoveAt(int index)", remove_at},
    {"string Item(int index)", item},
    END_METHODS,
};

LIST_CLASS(string_collection, "System.Collections.Specialized.StringCollection",
           0, 0, list_interfaces, collection_properties,
           string_collection_methods, list_constructors);

/* ---- LinkedList<T> ---- */

/* A node is a place in its list. */
struct linked_node {
    struct hop_object base;
    struct hop_value list, value;
};

static void
destroy_node(struct hop_object *o)
{
    hop_release(((struct linked_node *)o)->list);
    hop_release(((struct linked_node *)o)->value);
}

static struct hop_value
make_node(struct hop_context *cx, struct hop_value list, struct hop_value v)
{
    struct linked_node *n = hop_object_new(cx, &hop_class_linked_node);

    n->list = hop_retain(list);
    n->value = hop_retain(v);
    return hop_obj(n);
}

/* The index of a value in a list, or SIZE_MAX. */
static size_t
place_of(struct hop_context *cx, const struct hop_array *a, struct hop_value v)
{
    for (size_t i = 0; i < a->n; i++)
        if (hop_object_equals(cx, a->items[i], v))
            return i;
    return SIZE_MAX;
}

/* data: 0 in front, 1 at the end. */
METHOD(add_node)
{
    hop_array_insert(SELF, c->data ? SELF->n : 0, hop_retain(c->args[0]));
    RETURN(make_node(cx, c->self, c->args[0]));
}

/* data: 0 before the node, 1 behind it. */
METHOD(add_beside)
{
    struct linked_node *n = (struct linked_node *)c->args[0].u.o;
    size_t at;

    if (ARG_NULL(0))
        return hop_throw_null(cx, "node");
    at = place_of(cx, SELF, n->value);
    if (at == SIZE_MAX)
        return hop_throw(cx, &hop_exception_invalid_operation,
                         "The LinkedList node does not belong to current "
                         "LinkedList.");
    hop_array_insert(SELF, at + (size_t)c->data, hop_retain(c->args[1]));
    RETURN(make_node(cx, c->self, c->args[1]));
}

METHOD(remove_end)
{
    if (!SELF->n)
        return hop_throw(cx, &hop_exception_invalid_operation,
                         "The LinkedList is empty.");
    hop_array_remove(SELF, c->data ? SELF->n - 1 : 0);
    return true;
}

METHOD(find_node)
{
    size_t at = place_of(cx, SELF, c->args[0]);

    RETURN(at == SIZE_MAX ? hop_null()
                          : make_node(cx, c->self, SELF->items[at]));
}

GETTER(get_end)
{
    struct hop_array *a = (struct hop_array *)self.u.o;

    *out =
        a->n ? make_node(cx, self, a->items[data ? a->n - 1 : 0]) : hop_null();
    return true;
}

enum { NODE_VALUE, NODE_LIST, NODE_NEXT, NODE_PREVIOUS };

GETTER(get_node)
{
    struct linked_node *n = (struct linked_node *)self.u.o;
    struct hop_array *a = hop_as_array(n->list);
    size_t at;

    *out = hop_retain(data == NODE_LIST ? n->list : n->value);
    if (data < NODE_NEXT)
        return true;
    hop_value_clear(out);
    at = place_of(cx, a, n->value);
    if (at == SIZE_MAX)
        return true;
    if (data == NODE_NEXT ? at + 1 < a->n : at > 0)
        *out = make_node(cx, n->list,
                         a->items[data == NODE_NEXT ? at + 1 : at - 1]);
    return true;
}

static const struct hop_property linked_properties[] = {
    {"Count", "int", get_count},
    {"First", "System.Object", get_end, NULL, 0, 0},
    {"Last", "System.Object", get_end, NULL, 0, 1},
    END_PROPERTIES,
};

static const struct hop_method linked_methods[] = {
    {"System.Object AddFirst(T value)", add_node, 0},
    {"System.Object AddLast(T value)", add_node, 1},
    {"System.Object AddBefore(System.Object node, T value)", add_beside, 0},
    {"System.Object AddAfter(System.Object node, T value)", add_beside, 1},
    {"void Clear()", clear},
    {"bool Contains(T value)", contains},
    {"void CopyTo(T[] array, int index)", copy_to},
    {"System.Object Find(T value)", find_node},
    {"System.Collections.IEnumerator GetEnumerator()", hop_get_enumerator},
    {"bool Remove(T value)", remove, true},
    {"void RemoveFirst()", remove_end, 0},
    {"void RemoveLast()", remove_end, 1},
    END_METHODS,
};

LIST_CLASS(linked_list, "System.Collections.Generic.LinkedList`1",
           HOP_CLASS_GENERIC, 1, collection_interfaces, linked_properties,
           linked_methods, list_constructors);

static const struct hop_property node_properties[] = {
    {"List", "System.Object", get_node, NULL, 0, NODE_LIST},
    {"Next", "System.Object", get_node, NULL, 0, NODE_NEXT},
    {"Previous", "System.Object", get_node, NULL, 0, NODE_PREVIOUS},
    {"Value", "System.Object", get_node, NULL, 0, NODE_VALUE},
    END_PROPERTIES,
};

const struct hop_class hop_class_linked_node = {
    .name = "System.Collections.Generic.LinkedListNode`1",
    .base = &hop_class_object,
    .flags = HOP_CLASS_SEALED,
    .kind = HOP_OBJECT,
    .size = sizeof(struct linked_node),
    .properties = node_properties,
    .destroy = destroy_node,
};

/* ---- enumerators ---- */

struct enumerator {
    struct hop_object base;
    struct hop_value source;
    struct hop_iter it;
    struct hop_value current;
    bool started;
};

static void
destroy_enumerator(struct hop_object *o)
{
    struct enumerator *e = (struct enumerator *)o;

    if (e->started)
        hop_iter_done(&e->it);
    hop_release(e->source);
    hop_release(e->current);
}

bool
hop_enumerator_new(struct hop_context *cx, struct hop_value v,
                   struct hop_value *out)
{
    struct enumerator *e =
        hop_object_new(cx, hop_as_dict(v) ? &hop_class_dictionary_enumerator
                                          : &hop_class_enumerator);

    e->source = hop_retain(v);
    *out = hop_obj(e);
    return true;
}

bool
hop_get_enumerator(struct hop_context *cx, struct hop_call *c)
{
    return hop_enumerator_new(cx, c->self, &c->result);
}

static struct enumerator *
enumerator_of(struct hop_value v)
{
    return (struct enumerator *)v.u.o;
}

METHOD(move_next)
{
    struct enumerator *e = enumerator_of(c->self);
    struct hop_value x;
    int r;

    if (!e->started) {
        if (!hop_iter_enumerate(cx, &e->it, e->source))
            return false;
        e->started = true;
    }
    r = hop_iter_next(cx, &e->it, &x);
    if (r < 0)
        return false;
    hop_value_set(&e->current, r ? x : hop_null());
    RETURN(hop_bool(r > 0));
}

METHOD(reset)
{
    struct enumerator *e = enumerator_of(c->self);

    if (e->started)
        hop_iter_done(&e->it);
    e->started = false;
    hop_value_clear(&e->current);
    return true;
}

GETTER(get_current)
{
    struct enumerator *e = enumerator_of(self);

    *out = hop_retain(e->current);
    return true;
}

/* data: 0 the key, 1 the value. */
GETTER(get_entry_part)
{
    struct hop_value v = enumerator_of(self)->current;
    struct hop_pair *p = (struct hop_pair *)v.u.o;

    if (v.kind != HOP_OBJECT)
        return hop_throw(cx, &hop_exception_invalid_operation,
                         "Enumeration has not started. Call MoveNext.");
    *out = hop_retain(data ? p->value : p->key);
    return true;
}

static bool
iterate_enumerator(struct hop_context *cx, struct hop_value v,
                   struct hop_iter *it)
{
    struct enumerator *e = enumerator_of(v);

    if (!e->started)
        return hop_iter_enumerate(cx, it, e->source);
    *it = e->it; /* goes on where MoveNext left */
    e->started = false;
    return true;
}

static const struct hop_property enumerator_properties[] = {
    {"Current", "System.Object", get_current},
    END_PROPERTIES,
};

static const struct hop_property dictionary_enumerator_properties[] = {
    {"Name", "Key", get_entry_part, NULL, HOP_PROP_ALIAS, 0},
    {"Key", "System.Object", get_entry_part, NULL, 0, 0},
    {"Value", "System.Object", get_entry_part, NULL, 0, 1},
    {"Entry", "System.Collections.DictionaryEntry", get_current},
    END_PROPERTIES,
};

static const struct hop_method enumerator_methods[] = {
    {"bool MoveNext()", move_next},
    {"void Reset()", reset},
    END_METHODS,
};

static const struct hop_class *const enumerator_interfaces[] = {
    &hop_class_ienumerator, NULL};

const struct hop_class hop_class_enumerator = {
    .name = "System.Collections.IEnumerator",
    .base = &hop_class_object,
    .flags = HOP_CLASS_ENUMERABLE,
    .kind = HOP_OBJECT,
    .size = sizeof(struct enumerator),
    .interfaces = enumerator_interfaces,
    .properties = enumerator_properties,
    .methods = enumerator_methods,
    .destroy = destroy_enumerator,
    .iterate = iterate_enumerator,
};

const struct hop_class hop_class_dictionary_enumerator = {
    .name = "System.Collections.Hashtable+HashtableEnumerator",
    .base = &hop_class_enumerator,
    .flags = HOP_CLASS_ENUMERABLE,
    .kind = HOP_OBJECT,
    .size = sizeof(struct enumerator),
    .properties = dictionary_enumerator_properties,
};
