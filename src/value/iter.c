/* Enumeration.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/alloc.h"
#include "value/exception.h"
#include "value/internal.h"
#include "value/types/interfaces.h"

static int
throw_changed(struct hop_context *cx)
{
    hop_throw(cx, &hop_exception_invalid_operation,
              "Collection was modified; enumeration operation may not "
              "execute.");
    return -1;
}

static int
next_once(struct hop_context *cx, struct hop_iter *it, struct hop_value *out)
{
    if (it->i++)
        return 0;
    *out = hop_retain(it->source);
    return 1;
}

static int
next_nothing(struct hop_context *cx, struct hop_iter *it, struct hop_value *out)
{
    return 0;
}

static int
next_item(struct hop_context *cx, struct hop_iter *it, struct hop_value *out)
{
    struct hop_array *a = (struct hop_array *)it->source.u.o;

    if (!(a->base.cls->flags & HOP_CLASS_ARRAY) && it->version != a->version)
        return throw_changed(cx);
    if (it->i >= a->n)
        return 0;
    *out = hop_retain(a->items[it->i++]);
    return 1;
}

/* Stacks give their newest item first. */
static int
next_down(struct hop_context *cx, struct hop_iter *it, struct hop_value *out)
{
    struct hop_array *a = (struct hop_array *)it->source.u.o;

    if (it->version != a->version)
        return throw_changed(cx);
    if (it->i >= a->n)
        return 0;
    *out = hop_retain(a->items[a->n - ++it->i]);
    return 1;
}

static int
next_char(struct hop_context *cx, struct hop_iter *it, struct hop_value *out)
{
    if (it->i >= hop_string_len16(it->source.u.s))
        return 0;
    *out = hop_char(hop_string_at(it->source.u.s, it->i++));
    return 1;
}

/* The next entry of a dictionary in *entry; as the functions below else. */
static int
step_entry(struct hop_context *cx, struct hop_iter *it,
           struct hop_dict_entry **entry)
{
    struct hop_dict *d = (struct hop_dict *)it->source.u.o;
    struct hop_dict_entry **order = it->state;

    if (it->version != d->version)
        return throw_changed(cx);
    if (it->i >= it->n)
        return 0;
    *entry = order[it->i++];
    return 1;
}

static int
next_pair(struct hop_context *cx, struct hop_iter *it, struct hop_value *out)
{
    struct hop_dict_entry *e;
    int r = step_entry(cx, it, &e);

    if (r > 0)
        *out = hop_dict_pair(cx, (struct hop_dict *)it->source.u.o, e);
    return r;
}

static int
next_key(struct hop_context *cx, struct hop_iter *it, struct hop_value *out)
{
    struct hop_dict_entry *e;
    int r = step_entry(cx, it, &e);

    if (r > 0)
        *out = hop_retain(e->key);
    return r;
}

static int
next_value(struct hop_context *cx, struct hop_iter *it, struct hop_value *out)
{
    struct hop_dict_entry *e;
    int r = step_entry(cx, it, &e);

    if (r > 0)
        *out = hop_retain(e->value);
    return r;
}

static void
free_state(struct hop_iter *it)
{
    free(it->state);
}

void
hop_iter_dict(struct hop_iter *it, struct hop_dict *d, int what)
{
    it->source = hop_retain(hop_obj(d));
    it->version = d->version;
    it->state = hop_dict_order(d, &it->n);
    it->done = free_state;
    it->next = what == 1 || (what == 0 && d->base.cls->flags & HOP_CLASS_SET)
                   ? next_key
               : what == 0 ? next_pair
                           : next_value;
}

static bool
is_stack(const struct hop_class *c)
{
    return c == &hop_class_stack || c->definition == &hop_class_generic_stack ||
           c->definition == &hop_class_concurrent_stack ||
           c->definition == &hop_class_concurrent_bag;
}

static void
start_list(struct hop_iter *it, struct hop_array *a)
{
    it->source = hop_retain(hop_obj(a));
    it->version = a->version;
    it->next = is_stack(a->base.cls) ? next_down : next_item;
}

bool
hop_is_enumerable(struct hop_value v)
{
    const struct hop_class *c;

    v = hop_value_base(v);
    if (v.kind != HOP_OBJECT)
        return false;
    c = v.u.o->cls;
    if (c->flags & (HOP_CLASS_ARRAY | HOP_CLASS_LIST | HOP_CLASS_SET))
        return true;
    while (c && !(c->flags & HOP_CLASS_ENUMERABLE))
        c = c->base;
    return c != NULL;
}

bool
hop_iter_init(struct hop_context *cx, struct hop_iter *it, struct hop_value v)
{
    struct hop_array *a;

    memset(it, 0, sizeof *it);
    if (hop_is_null(v)) {
        it->next = next_nothing;
        return true;
    }
    a = hop_as_array(v);
    if (a) {
        start_list(it, a);
        return true;
    }
    if (hop_is_enumerable(v))
        return hop_iter_enumerate(cx, it, v);
    it->source = hop_retain(v);
    it->next = next_once;
    return true;
}

bool
hop_iter_enumerate(struct hop_context *cx, struct hop_iter *it,
                   struct hop_value v)
{
    bool (*iterate)(struct hop_context *, struct hop_value, struct hop_iter *);

    memset(it, 0, sizeof *it);
    it->next = next_nothing;
    v = hop_value_base(v);
    if (v.kind == HOP_STRING) {
        it->source = hop_retain(v);
        it->next = next_char;
        return true;
    }
    if (v.kind == HOP_OBJECT) {
        const struct hop_class *c = v.u.o->cls;

        if (c->flags & (HOP_CLASS_ARRAY | HOP_CLASS_LIST)) {
            start_list(it, (struct hop_array *)v.u.o);
            return true;
        }
        if (c->flags & (HOP_CLASS_DICT | HOP_CLASS_SET)) {
            hop_iter_dict(it, (struct hop_dict *)v.u.o, 0);
            return true;
        }
        iterate = HOP_CLASS_FN(c, iterate);
        if (iterate)
            return iterate(cx, v, it);
    }
    return hop_throw(cx, &hop_exception_invalid_cast,
                     "The value cannot be enumerated.");
}

int
hop_iter_next(struct hop_context *cx, struct hop_iter *it,
              struct hop_value *out)
{
    return it->next(cx, it, out);
}

void
hop_iter_done(struct hop_iter *it)
{
    if (it->done)
        it->done(it);
    it->done = NULL;
    hop_value_clear(&it->source);
}

bool
hop_to_array(struct hop_context *cx, struct hop_value v, struct hop_value *out)
{
    HOP_AUTO_ITER struct hop_iter it = {0};
    HOP_AUTO_VALUE struct hop_value all = {.kind = HOP_NULL};
    struct hop_value x;
    struct hop_array *a;
    int r;

    if (!hop_iter_init(cx, &it, v))
        return false;
    a = hop_array_new(cx, 0);
    all = hop_obj(a);
    while ((r = hop_iter_next(cx, &it, &x)) > 0)
        hop_array_push(a, x);
    if (r < 0)
        return false;
    *out = hop_value_steal(&all);
    return true;
}
