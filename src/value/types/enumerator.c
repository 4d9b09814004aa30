/* Enumerators as objects: GetEnumerator, MoveNext, Current.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/types/def.h"

#include "value/types/interfaces.h"
#include "value/types/lists.h"

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
