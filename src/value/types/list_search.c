/* Sorting a list, and searching it with comparers and delegates.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/types/lists.h"

#include <stdlib.h>

#include "value/types/def.h"

#define SELF ((struct hop_array *)c->self.u.o)

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

bool
hop_list_sort_items(struct hop_context *cx, struct hop_array *a, size_t from,
                    size_t n, struct hop_value comparer)
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

bool
hop_list_sort(struct hop_context *cx, struct hop_call *c)
{
    struct hop_value comparer = c->n == 1 ? c->args[0] : hop_null();

    if (comparer.kind == HOP_OBJECT &&
        !(comparer.u.o->cls->flags & HOP_CLASS_DELEGATE))
        comparer = hop_null();
    return hop_list_sort_items(cx, SELF, 0, SELF->n, comparer);
}

int64_t
hop_list_binary_search(struct hop_context *cx, struct hop_array *a,
                       struct hop_value v)
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

bool
hop_list_search(struct hop_context *cx, struct hop_call *c)
{
    RETURN(hop_int((int32_t)hop_list_binary_search(cx, SELF, c->args[0])));
}

/* ---- with delegates ---- */

int
hop_list_test_item(struct hop_context *cx, struct hop_value f,
                   struct hop_value hop_list_item)
{
    HOP_AUTO_VALUE struct hop_value r = {.kind = HOP_NULL};

    if (!hop_delegate_call(cx, f, &hop_list_item, 1, &r))
        return -1;
    return hop_is_true(cx, r);
}

bool
hop_list_find_by(struct hop_context *cx, struct hop_array *a,
                 struct hop_value f, intptr_t what, struct hop_value *out)
{
    HOP_AUTO_VALUE struct hop_value all = {.kind = HOP_NULL};
    bool down = what == HOP_FIND_LAST || what == HOP_FIND_LAST_INDEX;

    if (what == HOP_FIND_ALL)
        all = hop_obj(hop_array_new_of(cx, a->base.cls, 0));
    for (size_t i = 0; i < a->n; i++) {
        size_t k = down ? a->n - 1 - i : i;
        int r = hop_list_test_item(cx, f, a->items[k]);

        if (r < 0)
            return false;
        if (what == HOP_FIND_ALL && r)
            hop_array_push((struct hop_array *)all.u.o,
                           hop_retain(a->items[k]));
        if (what == HOP_FIND_ALL || (what == HOP_FIND_TRUE_FOR_ALL ? r : !r))
            continue;
        *out = what == HOP_FIND_FIRST || what == HOP_FIND_LAST
                   ? hop_retain(a->items[k])
               : what == HOP_FIND_EXISTS       ? hop_bool(true)
               : what == HOP_FIND_TRUE_FOR_ALL ? hop_bool(false)
                                               : hop_int((int32_t)k);
        return true;
    }
    *out = what == HOP_FIND_ALL ? hop_value_steal(&all)
           : what == HOP_FIND_FIRST || what == HOP_FIND_LAST
               ? hop_zero_of(cx, hop_array_element(a))
           : what == HOP_FIND_EXISTS       ? hop_bool(false)
           : what == HOP_FIND_TRUE_FOR_ALL ? hop_bool(true)
                                           : hop_int(-1);
    return true;
}

bool
hop_list_find(struct hop_context *cx, struct hop_call *c)
{
    return hop_list_find_by(cx, SELF, c->args[0], c->data, &c->result);
}

bool
hop_list_for_each(struct hop_context *cx, struct hop_call *c)
{
    for (size_t i = 0; i < SELF->n; i++)
        if (hop_list_test_item(cx, c->args[0], SELF->items[i]) < 0)
            return false;
    return true;
}

bool
hop_list_remove_all(struct hop_context *cx, struct hop_call *c)
{
    int32_t n = 0;

    for (size_t i = 0; i < SELF->n;) {
        int r = hop_list_test_item(cx, c->args[0], SELF->items[i]);

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

bool
hop_list_convert_all_to(struct hop_context *cx, struct hop_array *from,
                        struct hop_value f, struct hop_array *to)
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
