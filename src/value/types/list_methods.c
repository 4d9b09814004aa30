/* Reading and changing a list: the methods that arrays, lists, stacks and
 * queues share.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/types/lists.h"

#include "value/types/def.h"
#include "value/types/interfaces.h"

#define SELF ((struct hop_array *)c->self.u.o)

bool
hop_list_throw_index(struct hop_context *cx, const char *param)
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

size_t
hop_list_find_item(struct hop_context *cx, const struct hop_array *a,
                   struct hop_value v, size_t from)
{
    for (size_t i = from; i < a->n; i++)
        if (hop_object_equals(cx, a->items[i], v))
            return i;
    return SIZE_MAX;
}

bool
hop_list_get_count(struct hop_context *cx, struct hop_value self, intptr_t data,
                   struct hop_value *out)
{
    *out = hop_int((int32_t)((struct hop_array *)self.u.o)->n);
    return true;
}

bool
hop_list_get_bool(struct hop_context *cx, struct hop_value self, intptr_t data,
                  struct hop_value *out)
{
    *out = hop_bool(data);
    return true;
}

bool
hop_list_get_self(struct hop_context *cx, struct hop_value self, intptr_t data,
                  struct hop_value *out)
{
    *out = hop_retain(self);
    return true;
}

bool
hop_list_get_fixed(struct hop_context *cx, struct hop_value self, intptr_t data,
                   struct hop_value *out)
{
    struct hop_array *a = (struct hop_array *)self.u.o;

    *out = hop_bool(a->flags & (unsigned)data);
    return true;
}

bool
hop_list_item(struct hop_context *cx, struct hop_call *c)
{
    int64_t i = ARG_I(0);

    if (i < 0 || (size_t)i >= SELF->n)
        return hop_list_throw_index(cx, "index");
    RETURN(hop_retain(SELF->items[i]));
}

bool
hop_list_contains(struct hop_context *cx, struct hop_call *c)
{
    RETURN(hop_bool(hop_list_find_item(cx, SELF, c->args[0], 0) != SIZE_MAX));
}

bool
hop_list_index_of(struct hop_context *cx, struct hop_call *c)
{
    size_t i = hop_list_find_item(cx, SELF, c->args[0],
                                  c->n > 1 ? (size_t)ARG_I(1) : 0);

    RETURN(hop_int(i == SIZE_MAX ? -1 : (int32_t)i));
}

bool
hop_list_last_index_of(struct hop_context *cx, struct hop_call *c)
{
    for (size_t i = SELF->n; i-- > 0;)
        if (hop_object_equals(cx, SELF->items[i], c->args[0]))
            RETURN(hop_int((int32_t)i));
    RETURN(hop_int(-1));
}

bool
hop_list_to_array(struct hop_context *cx, struct hop_call *c)
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

bool
hop_list_clone(struct hop_context *cx, struct hop_call *c)
{
    struct hop_array *a = hop_array_new_of(cx, SELF->base.cls, 0);

    hop_array_reserve(a, SELF->n);
    for (size_t i = 0; i < SELF->n; i++)
        hop_array_push(a, hop_retain(SELF->items[i]));
    RETURN(hop_obj(a));
}

bool
hop_list_copy_to(struct hop_context *cx, struct hop_call *c)
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

bool
hop_list_get_range(struct hop_context *cx, struct hop_call *c)
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
bool
hop_list_add(struct hop_context *cx, struct hop_call *c)
{
    if (!is_growable(cx, SELF) ||
        !hop_context_may_alloc(cx, SELF->n + 1, sizeof(struct hop_value)))
        return false;
    hop_array_push(SELF, hop_retain(c->args[0]));
    if (c->data)
        c->result = hop_int((int32_t)SELF->n - 1);
    return true;
}

bool
hop_list_insert_all(struct hop_context *cx, struct hop_array *a, size_t at,
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

bool
hop_list_add_range(struct hop_context *cx, struct hop_call *c)
{
    return is_growable(cx, SELF) &&
           hop_list_insert_all(cx, SELF, SELF->n, c->args[0]);
}

bool
hop_list_insert_range(struct hop_context *cx, struct hop_call *c)
{
    if (ARG_I(0) < 0 || (size_t)ARG_I(0) > SELF->n)
        return hop_list_throw_index(cx, "index");
    return is_growable(cx, SELF) &&
           hop_list_insert_all(cx, SELF, (size_t)ARG_I(0), c->args[1]);
}

bool
hop_list_insert(struct hop_context *cx, struct hop_call *c)
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

bool
hop_list_remove(struct hop_context *cx, struct hop_call *c)
{
    size_t i;

    if (!is_growable(cx, SELF))
        return false;
    i = hop_list_find_item(cx, SELF, c->args[0], 0);
    if (i != SIZE_MAX)
        hop_array_remove(SELF, i);
    if (c->data)
        c->result = hop_bool(i != SIZE_MAX);
    return true;
}

bool
hop_list_remove_at(struct hop_context *cx, struct hop_call *c)
{
    int64_t i = ARG_I(0);

    if (!is_growable(cx, SELF))
        return false;
    if (i < 0 || (size_t)i >= SELF->n)
        return hop_list_throw_index(cx, "index");
    hop_array_remove(SELF, (size_t)i);
    return true;
}

bool
hop_list_remove_range(struct hop_context *cx, struct hop_call *c)
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

bool
hop_list_clear(struct hop_context *cx, struct hop_call *c)
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

void
hop_list_reverse_items(struct hop_array *a, size_t from, size_t n)
{
    for (size_t i = 0; i < n / 2; i++) {
        struct hop_value t = a->items[from + i];

        a->items[from + i] = a->items[from + n - 1 - i];
        a->items[from + n - 1 - i] = t;
    }
    a->version++;
}

bool
hop_list_reverse(struct hop_context *cx, struct hop_call *c)
{
    size_t from = c->n > 1 ? (size_t)ARG_I(0) : 0;
    size_t n = c->n > 1 ? (size_t)ARG_I(1) : SELF->n;

    if (from + n > SELF->n)
        return hop_list_throw_index(cx, "index");
    hop_list_reverse_items(SELF, from, n);
    return true;
}

bool
hop_list_new(struct hop_context *cx, struct hop_call *c)
{
    HOP_AUTO_VALUE struct hop_value a =
        hop_obj(hop_array_new_of(cx, c->cls, 0));

    if (c->n && c->args[0].kind == HOP_INT32)
        hop_array_reserve((struct hop_array *)a.u.o,
                          ARG_I(0) > 0 && ARG_I(0) < 65536 ? (size_t)ARG_I(0)
                                                           : 0);
    if (c->n && c->args[0].kind != HOP_INT32 &&
        !hop_list_insert_all(cx, (struct hop_array *)a.u.o, 0, c->args[0]))
        return false;
    RETURN(hop_value_steal(&a));
}

bool
hop_list_as_read_only(struct hop_context *cx, struct hop_call *c)
{
    if (!hop_list_clone(cx, c))
        return false;
    ((struct hop_array *)c->result.u.o)->flags |= HOP_ARRAY_READONLY;
    return true;
}

const struct hop_class *const hop_list_interfaces[] = {
    &hop_class_ilist, &hop_class_icollection, &hop_class_ienumerable,
    &hop_class_icloneable, NULL};
const struct hop_class *const hop_list_collection_interfaces[] = {
    &hop_class_icollection, &hop_class_ienumerable, NULL};
