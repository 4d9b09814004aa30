/* Arrays and lists.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/alloc.h"
#include "value/exception.h"
#include "value/internal.h"

static void
destroy_array(struct hop_object *o)
{
    struct hop_array *a = (struct hop_array *)o;
    bool bytes =
        (o->cls->flags & HOP_CLASS_ARRAY) && o->cls->element == &hop_class_byte;

    for (size_t i = 0; !bytes && i < a->n; i++)
        hop_release(a->items[i]);
    free(a->items);
    free(a->dims);
}

void
hop_array_destroy(struct hop_object *o)
{
    destroy_array(o);
}

const struct hop_class *
hop_array_element(const struct hop_array *a)
{
    const struct hop_class *c = a->base.cls;

    if (c->flags & HOP_CLASS_ARRAY)
        return c->element;
    return c->arity == 1 && c->args[0] ? c->args[0] : &hop_class_object;
}

struct hop_value
hop_zero_of(struct hop_context *cx, const struct hop_class *cls)
{
    struct hop_value v = {.kind = HOP_NULL};

    if (!(cls->flags & HOP_CLASS_VALUE) || (cls->flags & HOP_CLASS_NULLABLE))
        return v;
    if (cls->kind == HOP_OBJECT)
        return hop_obj(hop_object_new(cx, cls));
    v.kind = (uint8_t)cls->kind;
    if (cls->flags & HOP_CLASS_ENUM)
        v.ext = cls->enum_id;
    return v;
}

void
hop_array_reserve(struct hop_array *a, size_t n)
{
    if (n <= a->cap)
        return;
    a->cap = a->cap * 2 > n ? a->cap * 2 : n;
    a->items = hop_xrealloc(a->items, a->cap, sizeof *a->items);
}

struct hop_array *
hop_array_new_of(struct hop_context *cx, const struct hop_class *cls, size_t n)
{
    struct hop_array *a;
    struct hop_value zero;

    if (!hop_context_may_alloc(cx, n, sizeof *a->items))
        return NULL;
    a = hop_object_new(cx, cls);
    if (!n)
        return a;
    a->items = hop_xcalloc(n, sizeof *a->items);
    a->cap = a->n = n;
    zero = hop_zero_of(cx, hop_array_element(a));
    if (zero.kind == HOP_NULL)
        return a;
    a->items[0] = zero;
    for (size_t i = 1; i < n; i++)
        a->items[i] = zero.kind == HOP_OBJECT
                          ? hop_zero_of(cx, hop_array_element(a))
                          : zero;
    return a;
}

struct hop_array *
hop_array_new(struct hop_context *cx, size_t n)
{
    struct hop_array *a = hop_object_new(cx, &hop_class_object_array);

    if (n) {
        a->items = hop_xcalloc(n, sizeof *a->items);
        a->cap = a->n = n;
    }
    return a;
}

struct hop_array *
hop_array_from(struct hop_context *cx, const struct hop_value *v, size_t n)
{
    struct hop_array *a = hop_array_new(cx, n);

    for (size_t i = 0; i < n; i++)
        a->items[i] = hop_retain(v[i]);
    return a;
}

void
hop_array_push(struct hop_array *a, struct hop_value v)
{
    if (a->n == a->cap) {
        a->cap = a->cap ? a->cap * 2 : 4;
        a->items = hop_xrealloc(a->items, a->cap, sizeof *a->items);
    }
    a->items[a->n++] = v;
    a->version++;
}

void
hop_array_push_text(struct hop_array *a, const char *s)
{
    hop_array_push(a, hop_text(s));
}

void
hop_array_insert(struct hop_array *a, size_t i, struct hop_value v)
{
    hop_array_push(a, v);
    memmove(a->items + i + 1, a->items + i, (a->n - 1 - i) * sizeof *a->items);
    a->items[i] = v;
}

void
hop_array_remove(struct hop_array *a, size_t i)
{
    struct hop_value old = a->items[i];

    a->n--;
    a->version++;
    memmove(a->items + i, a->items + i + 1, (a->n - i) * sizeof *a->items);
    hop_release(old);
}

void
hop_array_clear(struct hop_array *a)
{
    struct hop_value *items = a->items;
    size_t n = a->n;

    a->items = NULL;
    a->n = a->cap = 0;
    a->version++;
    for (size_t i = 0; i < n; i++)
        hop_release(items[i]);
    free(items);
}

struct hop_array *
hop_array_of_strings(struct hop_context *cx, const char *const *s, size_t n)
{
    struct hop_array *a =
        hop_array_new_of(cx, hop_types_array(cx, &hop_class_string, 1), 0);

    hop_array_reserve(a, n);
    for (size_t i = 0; i < n; i++)
        hop_array_push_text(a, s[i]);
    return a;
}

struct hop_array *
hop_array_of_bytes(struct hop_context *cx, const void *p, size_t n)
{
    const uint8_t *b = p;
    struct hop_array *a;

    if (!hop_context_may_alloc(cx, n, sizeof *a->items))
        return NULL;
    a = hop_object_new(cx, hop_types_array(cx, &hop_class_byte, 1));
    hop_array_reserve(a, n);
    for (; a->n < n; a->n++)
        a->items[a->n] = hop_byte(b[a->n]);
    return a;
}

void
hop_array_add_bytes(const struct hop_array *a, struct hop_buf *out)
{
    char *p = hop_buf_reserve(out, a->n);

    if (!p)
        return;
    for (size_t i = 0; i < a->n; i++)
        p[i] = (char)a->items[i].u.i;
    hop_buf_commit(out, a->n);
}

struct hop_array *
hop_as_array(struct hop_value v)
{
    v = hop_value_base(v);
    if (v.kind == HOP_OBJECT &&
        (v.u.o->cls->flags & (HOP_CLASS_ARRAY | HOP_CLASS_LIST)))
        return (struct hop_array *)v.u.o;
    return NULL;
}
