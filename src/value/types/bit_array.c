/* System.Collections.BitArray.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/alloc.h"
#include "value/types/def.h"
#include "value/types/interfaces.h"
#include "value/types/more.h"

/* Its items are unboxed booleans. */
#define SELF ((struct hop_array *)c->self.u.o)

static struct hop_array *
make_bits(struct hop_context *cx, size_t n, bool value)
{
    struct hop_array *a = hop_array_new_of(cx, &hop_class_bit_array, 0);

    for (size_t i = 0; i < n; i++)
        hop_array_push(a, hop_bool(value));
    return a;
}

METHOD(new_length)
{
    if (ARG_I(0) < 0 || ARG_I(0) > (int64_t)HOP_ALLOC_MAX / 16)
        return hop_throw_range(cx, "length", ARG_I(0), "a non-negative value");
    RETURN(hop_obj(make_bits(cx, (size_t)ARG_I(0), c->n > 1 && ARG_B(1))));
}

/* From bool[], byte[], int[] or another one; data: bits of an element. */
METHOD(new_from)
{
    const struct hop_array *from = hop_as_array(c->args[0]);
    struct hop_array *a;

    if (!from)
        return hop_throw_null(cx, "values");
    a = make_bits(cx, 0, false);
    for (size_t i = 0; i < from->n; i++)
        for (intptr_t k = 0; k < c->data; k++)
            hop_array_push(a, hop_bool(from->items[i].u.i >> k & 1));
    RETURN(hop_obj(a));
}

static bool
check_index(struct hop_context *cx, const struct hop_array *a, int64_t i)
{
    return (i >= 0 && (size_t)i < a->n) ||
           hop_throw_argument(cx, &hop_exception_argument_range, "index",
                              "Index was out of range. Must be non-negative "
                              "and less than the size of the collection.");
}

METHOD(get_bit)
{
    if (!check_index(cx, SELF, ARG_I(0)))
        return false;
    RETURN(SELF->items[ARG_I(0)]);
}

/* The indexer, of which PowerShell gives null for what is not there. */
METHOD(item_bit)
{
    if (ARG_I(0) < 0 || (size_t)ARG_I(0) >= SELF->n)
        RETURN(hop_null());
    RETURN(SELF->items[ARG_I(0)]);
}

METHOD(set_bit)
{
    if (!check_index(cx, SELF, ARG_I(0)))
        return false;
    SELF->items[ARG_I(0)] = hop_bool(ARG_B(1));
    SELF->version++;
    return true;
}

METHOD(set_all)
{
    for (size_t i = 0; i < SELF->n; i++)
        SELF->items[i] = hop_bool(ARG_B(0));
    SELF->version++;
    return true;
}

enum { AND, OR, XOR, NOT };

/* Changes this one, and gives it. */
METHOD(combine)
{
    const struct hop_array *other = c->n ? hop_as_array(c->args[0]) : SELF;

    if (!other)
        return hop_throw_null(cx, "value");
    if (other->n != SELF->n)
        return hop_throw(cx, &hop_exception_argument,
                         "Array lengths must be the same.");
    for (size_t i = 0; i < SELF->n; i++) {
        bool a = SELF->items[i].u.i, b = other->items[i].u.i;

        SELF->items[i] = hop_bool(c->data == AND   ? a && b
                                  : c->data == OR  ? a || b
                                  : c->data == XOR ? a != b
                                                   : !a);
    }
    SELF->version++;
    RETURN(hop_retain(c->self));
}

/* By count towards the end (data) or the beginning. */
METHOD(shift)
{
    int64_t n = (int64_t)SELF->n, by = c->data ? ARG_I(0) : -ARG_I(0);
    struct hop_array *copy;

    if (ARG_I(0) < 0)
        return hop_throw_range(cx, "count", ARG_I(0), "a non-negative value");
    copy = make_bits(cx, SELF->n, false);
    for (int64_t i = 0; i < n; i++)
        if (i - by >= 0 && i - by < n)
            copy->items[i] = SELF->items[i - by];
    for (int64_t i = 0; i < n; i++)
        SELF->items[i] = copy->items[i];
    hop_release(hop_obj(copy));
    SELF->version++;
    RETURN(hop_retain(c->self));
}

/* data: whether any, or every one. */
METHOD(has)
{
    bool any = c->data;

    for (size_t i = 0; i < SELF->n; i++)
        if ((SELF->items[i].u.i != 0) == any)
            RETURN(hop_bool(any));
    RETURN(hop_bool(!any));
}

METHOD(copy_to)
{
    struct hop_array *to = hop_as_array(c->args[0]);
    const struct hop_class *element = to ? hop_array_element(to) : NULL;
    size_t at = (size_t)ARG_I(1), width = 1;

    if (!to)
        return hop_throw_null(cx, "array");
    width = element == &hop_class_byte    ? 8
            : element == &hop_class_int32 ? 32
                                          : 1;
    if (at + (SELF->n + width - 1) / width > to->n)
        return hop_throw(
            cx, &hop_exception_argument,
            "Destination array is not long enough to copy all the items in "
            "the collection. Check array index and length.");
    for (size_t i = 0; i < SELF->n; i++) {
        struct hop_value *slot = &to->items[at + i / width];
        int64_t bit = SELF->items[i].u.i != 0;

        if (width == 1) {
            hop_value_set(slot, hop_bool(bit));
            continue;
        }
        if (i % width == 0)
            slot->u.i = 0;
        slot->u.i |= bit << (i % width);
        if (width == 32)
            slot->u.i = (int32_t)slot->u.i;
    }
    return true;
}

METHOD(clone)
{
    struct hop_array *a = make_bits(cx, 0, false);

    for (size_t i = 0; i < SELF->n; i++)
        hop_array_push(a, SELF->items[i]);
    RETURN(hop_obj(a));
}

GETTER(get_count)
{
    (void)cx;
    (void)data;
    *out = hop_int((int32_t)((struct hop_array *)self.u.o)->n);
    return true;
}

SETTER(put_length)
{
    struct hop_array *a = (struct hop_array *)self.u.o;

    (void)data;
    if (v.u.i < 0)
        return hop_throw_range(cx, "value", v.u.i, "a non-negative value");
    while (a->n < (size_t)v.u.i)
        hop_array_push(a, hop_bool(false));
    while (a->n > (size_t)v.u.i)
        hop_array_remove(a, a->n - 1);
    return true;
}

GETTER(get_constant)
{
    (void)cx;
    (void)self;
    *out = hop_bool(data);
    return true;
}

static const struct hop_property properties[] = {
    {"Length", "int", get_count, put_length},
    {"Count", "int", get_count},
    {"IsReadOnly", "bool", get_constant},
    {"IsSynchronized", "bool", get_constant},
    END_PROPERTIES,
};
#define BITS "System.Collections.BitArray"
static const struct hop_method methods[] = {
    {BITS " And(" BITS " value)", combine, AND},
    {BITS " Or(" BITS " value)", combine, OR},
    {BITS " Xor(" BITS " value)", combine, XOR},
    {BITS " Not()", combine, NOT},
    {BITS " LeftShift(int count)", shift, 1},
    {BITS " RightShift(int count)", shift, 0},
    {"bool Get(int index)", get_bit},
    {"void Set(int index, bool value)", set_bit},
    {"void SetAll(bool value)", set_all},
    {"bool HasAllSet()", has, 0},
    {"bool HasAnySet()", has, 1},
    {"void CopyTo(array array, int index)", copy_to},
    {"System.Object Clone()", clone},
    {"System.Collections.IEnumerator GetEnumerator()", hop_get_enumerator},
    {"bool Item(int index)", item_bit},
    {"void set_Item(int index, bool value)", set_bit},
    END_METHODS,
};
static const struct hop_method constructors[] = {
    {BITS " new(int length)", new_length},
    {BITS " new(int length, bool defaultValue)", new_length},
    {BITS " new(byte[] bytes)", new_from, 8},
    {BITS " new(bool[] values)", new_from, 1},
    {BITS " new(int[] values)", new_from, 32},
    {BITS " new(System.Collections.ICollection bits)", new_from, 1},
    END_METHODS,
};
static const struct hop_class *const interfaces[] = {
    &hop_class_icollection, &hop_class_ienumerable, &hop_class_icloneable,
    NULL};
const struct hop_class hop_class_bit_array = {
    .name = BITS,
    .base = &hop_class_object,
    .flags = HOP_CLASS_LIST | HOP_CLASS_SEALED,
    .kind = HOP_OBJECT,
    .size = sizeof(struct hop_array),
    .interfaces = interfaces,
    .properties = properties,
    .methods = methods,
    .constructors = constructors,
    .destroy = hop_array_destroy,
};
