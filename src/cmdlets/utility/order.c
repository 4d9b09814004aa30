/* SPDX-License-Identifier: MIT */
#include "cmdlets/utility/order.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "value/member.h"
#include "value/ops.h"

size_t
hop_order_keys(const struct hop_order *o)
{
    return o->n ? o->n : 1;
}

static bool
tell_failure(struct hop_order *o, struct hop_value v, struct hop_value e)
{
    HOP_AUTO_VALUE struct hop_value target =
        v.kind == HOP_OBJECT ? hop_retain(v) : hop_wrap(o->cx, hop_retain(v));

    return !o->command ||
           hop_write_error(o->command, hop_error_record_from(
                                           o->rs, e, "ExpressionEvaluation",
                                           HOP_CAT_INVALID_RESULT, target));
}

static bool
read_key(struct hop_order *o, const struct hop_property_spec *spec,
         struct hop_value v, struct hop_value *out)
{
    HOP_AUTO_SHOWN struct hop_shown_list l = {NULL, 0, 0};
    struct hop_shown block = {NULL, spec->block, spec};
    HOP_AUTO_VALUE struct hop_value e = hop_null();
    bool failed;

    if (!spec->name)
        return hop_shown_try(o->rs, &block, v, out, &e) &&
               (hop_is_null(e) || tell_failure(o, v, e));
    hop_shown_pattern(o->cx, v, spec, &l);
    if (l.n == 0)
        return true;
    return hop_shown_read(o->rs, &l.item[0], v, out, &failed);
}

bool
hop_order_add(struct hop_order *o, struct hop_value v)
{
    struct hop_order_entry *e;

    if (o->entries == o->cap) {
        o->cap = o->cap ? o->cap * 2 : 16;
        o->entry = hop_xrealloc(o->entry, o->cap, sizeof(*o->entry));
    }
    e = &o->entry[o->entries++];
    e->object = hop_retain(v);
    e->key = hop_xcalloc(hop_order_keys(o), sizeof(*e->key));
    if (o->n == 0) {
        e->key[0] = hop_retain(hop_value_base(v));
        return true;
    }
    for (size_t i = 0; i < o->n; i++)
        if (!read_key(o, &o->spec[i], v, &e->key[i]))
            return false;
    return true;
}

static int
compare_texts(struct hop_context *cx, struct hop_value a, struct hop_value b,
              bool case_sensitive)
{
    HOP_AUTO_STRING struct hop_string *s = NULL;
    HOP_AUTO_STRING struct hop_string *t = NULL;

    if (!hop_to_string(cx, a, &s) || !hop_to_string(cx, b, &t)) {
        hop_drop_exception(cx);
        return 0;
    }
    return hop_collate(s, t, !case_sensitive);
}

int
hop_order_compare_values(struct hop_context *cx, struct hop_value a,
                         struct hop_value b, bool case_sensitive)
{
    int order;

    a = hop_value_base(a);
    b = hop_value_base(b);
    if (hop_is_null(a) || hop_is_null(b))
        return (int)hop_is_null(b) - (int)hop_is_null(a);
    if (hop_compare(cx, a, b, !case_sensitive, &order))
        return order;
    hop_drop_exception(cx);
    return compare_texts(cx, a, b, case_sensitive);
}

int
hop_order_compare(const struct hop_order *o, const struct hop_order_entry *a,
                  const struct hop_order_entry *b)
{
    for (size_t i = 0; i < hop_order_keys(o); i++) {
        int order = hop_order_compare_values(o->cx, a->key[i], b->key[i],
                                             o->case_sensitive);
        bool down = o->descending;

        if (o->n && o->spec[i].descending >= 0)
            down = o->spec[i].descending;
        if (order)
            return down ? -order : order;
    }
    return 0;
}

/* Merge sort: stable, and no comparison can make it run out of bounds. */
static void
merge_sort(const struct hop_order *o, struct hop_order_entry *a,
           struct hop_order_entry *scratch, size_t n)
{
    size_t half = n / 2, i = 0, j = half, k = 0;

    if (n < 2)
        return;
    merge_sort(o, a, scratch, half);
    merge_sort(o, a + half, scratch, n - half);
    while (i < half && j < n)
        scratch[k++] = hop_order_compare(o, &a[j], &a[i]) < 0 ? a[j++] : a[i++];
    while (i < half)
        scratch[k++] = a[i++];
    memcpy(a, scratch, k * sizeof(*a));
}

void
hop_order_sort(struct hop_order *o)
{
    HOP_AUTO_FREE struct hop_order_entry *scratch =
        hop_xcalloc(o->entries, sizeof(*scratch));

    merge_sort(o, o->entry, scratch, o->entries);
}

void
hop_order_drop_entries(struct hop_order *o)
{
    for (size_t i = 0; i < o->entries; i++) {
        hop_release(o->entry[i].object);
        for (size_t k = 0; k < hop_order_keys(o); k++)
            hop_release(o->entry[i].key[k]);
        free(o->entry[i].key);
    }
    o->entries = 0;
}

void
hop_order_done(struct hop_order *o)
{
    hop_order_drop_entries(o);
    free(o->entry);
    o->entry = NULL;
    o->cap = 0;
}
