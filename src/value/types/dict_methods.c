/* Reading and changing a dictionary: the methods that its classes share.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/types/dicts.h"

#include "value/types/def.h"

#define SELF ((struct hop_dict *)c->self.u.o)

struct hop_dict *
hop_dict_of(struct hop_value v)
{
    return (struct hop_dict *)v.u.o;
}

static bool
is_writable(struct hop_context *cx, const struct hop_dict *d)
{
    if (!(d->flags & HOP_DICT_READONLY))
        return true;
    return hop_throw(cx, &hop_exception_not_supported,
                     "Collection is read-only.");
}

/* ---- members ---- */

bool
hop_dict_get_count(struct hop_context *cx, struct hop_value self, intptr_t data,
                   struct hop_value *out)
{
    *out = hop_int((int32_t)hop_dict_of(self)->count);
    return true;
}

bool
hop_dict_get_flag(struct hop_context *cx, struct hop_value self, intptr_t data,
                  struct hop_value *out)
{
    *out = hop_bool(data && (hop_dict_of(self)->flags & (unsigned)data));
    return true;
}

bool
hop_dict_get_self(struct hop_context *cx, struct hop_value self, intptr_t data,
                  struct hop_value *out)
{
    *out = hop_retain(self);
    return true;
}

static bool
throw_duplicate(struct hop_context *cx, struct hop_dict *d,
                struct hop_value key)
{
    HOP_AUTO_STRING struct hop_string *s = NULL;

    if (!hop_call_to_string(cx, key, &s))
        return false;
    if (d->base.cls->arity)
        return hop_throw(cx, &hop_exception_argument,
                         "An item with the same key has already been added. "
                         "Key: %s",
                         s->data);
    return hop_throw(cx, &hop_exception_argument,
                     "Item has already been added. Key in dictionary: '%s'  "
                     "Key being added: '%s'",
                     s->data, s->data);
}

bool
hop_dict_method_add(struct hop_context *cx, struct hop_call *c)
{
    if (ARG_NULL(0))
        return hop_throw_null(cx, "key");
    if (!is_writable(cx, SELF))
        return false;
    if (hop_dict_get(SELF, c->args[0]))
        return throw_duplicate(cx, SELF, c->args[0]);
    hop_dict_set(SELF, c->args[0], hop_retain(c->args[1]));
    return true;
}

bool
hop_dict_method_try_add(struct hop_context *cx, struct hop_call *c)
{
    if (hop_dict_get(SELF, c->args[0]))
        RETURN(hop_bool(false));
    hop_dict_set(SELF, c->args[0], hop_retain(c->args[1]));
    RETURN(hop_bool(true));
}

bool
hop_dict_method_set_item(struct hop_context *cx, struct hop_call *c)
{
    if (ARG_NULL(0))
        return hop_throw_null(cx, "key");
    return hop_dict_put(cx, SELF, c->args[0], c->args[1]);
}

bool
hop_dict_method_item(struct hop_context *cx, struct hop_call *c)
{
    struct hop_value *v;

    if (ARG_NULL(0))
        return hop_throw_null(cx, "key");
    v = hop_dict_get(SELF, c->args[0]);
    if (!v && SELF->base.cls->arity == 2) {
        HOP_AUTO_STRING struct hop_string *s = NULL;

        if (!hop_call_to_string(cx, c->args[0], &s))
            return false;
        return hop_throw(cx, &hop_exception_key_not_found,
                         "The given key '%s' was not present in the "
                         "dictionary.",
                         s->data);
    }
    RETURN(v ? hop_retain(*v) : hop_null());
}

bool
hop_dict_method_ordered_item(struct hop_context *cx, struct hop_call *c)
{
    struct hop_dict_entry *e =
        ARG_I(0) < 0 ? NULL : hop_dict_at(SELF, (size_t)ARG_I(0));

    if (!e)
        return hop_throw_argument(cx, &hop_exception_argument_range, "index",
                                  "Index was out of range. Must be "
                                  "non-negative and less than the size of the "
                                  "collection.");
    RETURN(hop_retain(e->value));
}

bool
hop_dict_method_contains_key(struct hop_context *cx, struct hop_call *c)
{
    if (ARG_NULL(0))
        return hop_throw_null(cx, "key");
    RETURN(hop_bool(hop_dict_get(SELF, c->args[0]) != NULL));
}

bool
hop_dict_method_contains_value(struct hop_context *cx, struct hop_call *c)
{
    for (size_t i = 0; i < SELF->used; i++)
        if (SELF->entries[i].key.kind != HOP_NULL &&
            hop_object_equals(cx, SELF->entries[i].value, c->args[0]))
            RETURN(hop_bool(true));
    RETURN(hop_bool(false));
}

/* data: returns whether it was there. */
bool
hop_dict_method_remove(struct hop_context *cx, struct hop_call *c)
{
    bool there;

    if (ARG_NULL(0))
        return hop_throw_null(cx, "key");
    if (!is_writable(cx, SELF))
        return false;
    if (c->n > 1) {
        struct hop_value *v = hop_dict_get(SELF, c->args[0]);

        if (!hop_reference_set(cx, c->args[1], v ? hop_retain(*v) : hop_null()))
            return false;
    }
    there = hop_dict_remove(SELF, c->args[0]);
    if (c->data)
        c->result = hop_bool(there);
    return true;
}

bool
hop_dict_method_try_get(struct hop_context *cx, struct hop_call *c)
{
    struct hop_value *v = hop_dict_get(SELF, c->args[0]);
    struct hop_value x;

    x = v                         ? hop_retain(*v)
        : SELF->base.cls->args[1] ? hop_zero_of(cx, SELF->base.cls->args[1])
                                  : hop_null();
    if (!hop_reference_set(cx, c->args[1], x))
        return false;
    RETURN(hop_bool(v != NULL));
}

bool
hop_dict_method_get_or_default(struct hop_context *cx, struct hop_call *c)
{
    struct hop_value *v = hop_dict_get(SELF, c->args[0]);

    if (v)
        RETURN(hop_retain(*v));
    RETURN(c->n > 1 ? hop_retain(c->args[1])
                    : hop_zero_of(cx, SELF->base.cls->args[1]));
}

bool
hop_dict_method_clear(struct hop_context *cx, struct hop_call *c)
{
    if (!is_writable(cx, SELF))
        return false;
    hop_dict_clear(SELF);
    return true;
}

bool
hop_dict_method_clone(struct hop_context *cx, struct hop_call *c)
{
    struct hop_dict *d = hop_dict_new_of(cx, SELF->base.cls, SELF->flags);

    for (size_t i = 0; i < SELF->used; i++)
        if (SELF->entries[i].key.kind != HOP_NULL)
            hop_dict_set(d, SELF->entries[i].key,
                         hop_retain(SELF->entries[i].value));
    RETURN(hop_obj(d));
}

bool
hop_dict_method_copy_to(struct hop_context *cx, struct hop_call *c)
{
    struct hop_array *to = hop_as_array(c->args[0]);
    size_t n, at = (size_t)ARG_I(1);
    HOP_AUTO_FREE struct hop_dict_entry **order = hop_dict_order(SELF, &n);

    if (!to || at + n > to->n)
        return hop_throw_argument(cx, &hop_exception_argument, "array",
                                  "Destination array was not long enough.");
    for (size_t i = 0; i < n; i++)
        hop_value_set(&to->items[at + i], hop_dict_pair(cx, SELF, order[i]));
    return true;
}

bool
hop_dict_method_insert(struct hop_context *cx, struct hop_call *c)
{
    if (ARG_I(0) < 0 || (size_t)ARG_I(0) > SELF->count)
        return hop_throw_argument(cx, &hop_exception_argument_range, "index",
                                  "Specified argument was out of the range of "
                                  "valid values.");
    if (hop_dict_get(SELF, c->args[1]))
        return throw_duplicate(cx, SELF, c->args[1]);
    hop_dict_insert(SELF, (size_t)ARG_I(0), c->args[1], hop_retain(c->args[2]));
    return true;
}

bool
hop_dict_method_remove_at(struct hop_context *cx, struct hop_call *c)
{
    struct hop_dict_entry *e =
        ARG_I(0) < 0 ? NULL : hop_dict_at(SELF, (size_t)ARG_I(0));
    HOP_AUTO_VALUE struct hop_value key = {.kind = HOP_NULL};

    if (!e)
        return hop_throw_argument(cx, &hop_exception_argument_range, "index",
                                  "Index was out of range. Must be "
                                  "non-negative and less than the size of the "
                                  "collection.");
    key = hop_retain(e->key);
    hop_dict_remove(SELF, key);
    return true;
}

bool
hop_dict_method_as_read_only(struct hop_context *cx, struct hop_call *c)
{
    if (!hop_dict_method_clone(cx, c))
        return false;
    hop_dict_of(c->result)->flags |= HOP_DICT_READONLY;
    return true;
}

/* Position of a key (data 0) or value (1) in a sorted list. */
bool
hop_dict_method_index_in(struct hop_context *cx, struct hop_call *c)
{
    for (size_t i = 0; i < SELF->used; i++)
        if (hop_object_equals(
                cx, c->data ? SELF->entries[i].value : SELF->entries[i].key,
                c->args[0]))
            RETURN(hop_int((int32_t)i));
    RETURN(hop_int(-1));
}

bool
hop_dict_method_part_at(struct hop_context *cx, struct hop_call *c)
{
    struct hop_dict_entry *e =
        ARG_I(0) < 0 ? NULL : hop_dict_at(SELF, (size_t)ARG_I(0));

    if (!e)
        return hop_throw_argument(cx, &hop_exception_argument_range, "index",
                                  "Index was out of range. Must be "
                                  "non-negative and less than the size of the "
                                  "collection.");
    RETURN(hop_retain(c->data ? e->value : e->key));
}
