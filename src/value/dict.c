/* Dictionaries and sets: entries in order of insertion with an index by hash;
 * sorted ones keep their entries in order of keys and search by halves.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>

#include "base/alloc.h"
#include "value/internal.h"
#include "value/ops.h"

void
hop_dict_destroy(struct hop_object *o)
{
    struct hop_dict *d = (struct hop_dict *)o;

    for (size_t i = 0; i < d->used; i++) {
        hop_release(d->entries[i].key);
        hop_release(d->entries[i].value);
    }
    free(d->entries);
    free(d->index);
    hop_release(d->comparer);
}

struct hop_dict *
hop_dict_new_of(struct hop_context *cx, const struct hop_class *cls,
                uint32_t flags)
{
    struct hop_dict *d = hop_object_new(cx, cls);

    d->flags = flags;
    return d;
}

struct hop_dict *
hop_hashtable_new(struct hop_context *cx)
{
    return hop_dict_new_of(cx, &hop_class_hashtable,
                           HOP_DICT_IGNORE_CASE | HOP_DICT_BUCKET_ORDER);
}

struct hop_dict *
hop_ordered_new(struct hop_context *cx)
{
    return hop_dict_new_of(cx, &hop_class_ordered_dictionary,
                           HOP_DICT_IGNORE_CASE);
}

/* ---- keys ---- */

static uint32_t
hash_key(struct hop_value k)
{
    uint64_t x;

    if (k.kind == HOP_STRING)
        return hop_string_hash(k.u.s);
    if (k.kind == HOP_OBJECT)
        return hop_object_hash(k);
    x = (k.u.u ^ k.kind) * 0x9E3779B97F4A7C15u;
    return (uint32_t)(x >> 32);
}

static bool
same_key(const struct hop_dict *d, struct hop_value a, struct hop_value b)
{
    a = hop_value_base(a);
    b = hop_value_base(b);
    if (a.kind != b.kind)
        return false;
    if (a.kind == HOP_STRING)
        return d->flags & HOP_DICT_IGNORE_CASE
                   ? hop_string_ieq(a.u.s, b.u.s)
                   : hop_string_eq(a.u.s, b.u.s);
    return hop_object_equals(NULL, a, b);
}

/* ---- the index ---- */

static void
index_slot(struct hop_dict *d, size_t slot)
{
    size_t mask = d->index_size - 1;
    size_t k = d->entries[slot].hash & mask;

    while (d->index[k])
        k = (k + 1) & mask;
    d->index[k] = (uint32_t)slot + 1;
}

static void
rebuild(struct hop_dict *d)
{
    size_t to = 0, size = 8;

    for (size_t i = 0; i < d->used; i++)
        if (d->entries[i].key.kind != HOP_NULL)
            d->entries[to++] = d->entries[i];
    d->used = to;
    while (size < d->used * 2 + 8)
        size *= 2;
    free(d->index);
    d->index = hop_xcalloc(size, sizeof *d->index);
    d->index_size = size;
    for (size_t i = 0; i < d->used; i++)
        index_slot(d, i);
}

static int
compare_keys(struct hop_dict *d, struct hop_value a, struct hop_value b)
{
    int c;

    if (a.kind == HOP_STRING && b.kind == HOP_STRING) {
        c = hop_collate(a.u.s, b.u.s, d->flags & HOP_DICT_IGNORE_CASE);
    } else {
        struct hop_context *none = NULL;

        if (!hop_compare(none, a, b, d->flags & HOP_DICT_IGNORE_CASE, &c))
            c = 0;
    }
    return d->flags & HOP_DICT_REVERSED ? -c : c;
}

/* The slot of key, or where it belongs, in a sorted dictionary. */
static size_t
search_sorted(struct hop_dict *d, struct hop_value key, bool *found)
{
    size_t lo = 0, hi = d->used;

    *found = false;
    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        int c = compare_keys(d, d->entries[mid].key, key);

        if (c == 0)
            *found = true;
        if (c < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

static size_t
find_slot(struct hop_dict *d, struct hop_value key, uint32_t h)
{
    size_t mask = d->index_size - 1, k;
    bool found;

    if (d->flags & HOP_DICT_SORTED) {
        k = search_sorted(d, key, &found);
        return found ? k : SIZE_MAX;
    }
    if (!d->index_size)
        return SIZE_MAX;
    for (k = h & mask; d->index[k]; k = (k + 1) & mask) {
        struct hop_dict_entry *e = &d->entries[d->index[k] - 1];

        if (e->hash == h && same_key(d, e->key, key))
            return d->index[k] - 1;
    }
    return SIZE_MAX;
}

struct hop_value *
hop_dict_get(struct hop_dict *d, struct hop_value key)
{
    size_t slot;

    key = hop_value_base(key);
    slot = hop_is_null(key) ? SIZE_MAX : find_slot(d, key, hash_key(key));
    return slot == SIZE_MAX ? NULL : &d->entries[slot].value;
}

struct hop_value *
hop_dict_get_text(struct hop_dict *d, const char *key)
{
    HOP_AUTO_VALUE struct hop_value k = hop_text(key);

    return hop_dict_get(d, k);
}

/* ---- changes ---- */

static void
open_slot(struct hop_dict *d, size_t slot)
{
    if (d->used == d->cap) {
        d->cap = d->cap ? d->cap * 2 : 4;
        d->entries = hop_xrealloc(d->entries, d->cap, sizeof *d->entries);
    }
    memmove(d->entries + slot + 1, d->entries + slot,
            (d->used - slot) * sizeof *d->entries);
    d->used++;
    d->count++;
}

/* .NET's Hashtable grows at 72 % of a prime number of buckets. */
static const uint32_t primes[] = {
    3,      7,      11,     17,     23,     29,     37,      47,      59,
    71,     89,     107,    131,    163,    197,    239,     293,     353,
    431,    521,    631,    761,    919,    1103,   1327,    1597,    1931,
    2333,   2801,   3371,   4049,   4861,   5839,   7013,    8419,    10103,
    12143,  14591,  17519,  21023,  25229,  30293,  36353,   43627,   52361,
    62851,  75431,  90523,  108631, 130363, 156437, 187751,  225307,  270371,
    324449, 389357, 467237, 560689, 672827, 807403, 968897,  1162687, 1395263,
    1674319, 2009191, 2411033, 2893249, 3471899, 4166287, 4999559, 5999471,
    7199369,
};

static uint32_t
next_prime(uint32_t min)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(primes); i++)
        if (primes[i] >= min)
            return primes[i];
    return min | 1;
}

static void
grow_buckets(struct hop_dict *d)
{
    if (!d->buckets)
        d->buckets = 3;
    while (d->count >= (size_t)(0.72 * d->buckets))
        d->buckets = next_prime(d->buckets * 2);
}

static void
add_entry(struct hop_dict *d, struct hop_value key, uint32_t h,
          struct hop_value v)
{
    size_t slot = d->used;
    bool found;

    if (d->flags & HOP_DICT_BUCKET_ORDER)
        grow_buckets(d);
    if (d->flags & HOP_DICT_SORTED)
        slot = search_sorted(d, key, &found);
    else if (d->used && d->used == d->cap && d->used > d->count * 2)
        rebuild(d), slot = d->used;
    open_slot(d, slot);
    d->entries[slot] = (struct hop_dict_entry){hop_retain(key), v, h};
    d->version++;
    if (d->flags & HOP_DICT_SORTED)
        return;
    if (d->used * 3 > d->index_size * 2)
        rebuild(d);
    else
        index_slot(d, slot);
}

void
hop_dict_set(struct hop_dict *d, struct hop_value key, struct hop_value v)
{
    uint32_t h;
    size_t slot;

    key = hop_value_base(key);
    h = hash_key(key);
    slot = find_slot(d, key, h);
    if (slot == SIZE_MAX) {
        add_entry(d, key, h, v);
        return;
    }
    hop_value_set(&d->entries[slot].value, v);
    d->version++;
}

void
hop_dict_set_text(struct hop_dict *d, const char *key, struct hop_value v)
{
    HOP_AUTO_VALUE struct hop_value k = hop_text(key);

    hop_dict_set(d, k, v);
}

void
hop_dict_insert(struct hop_dict *d, size_t i, struct hop_value key,
                struct hop_value v)
{
    if (d->used != d->count)
        rebuild(d);
    open_slot(d, i);
    d->entries[i] = (struct hop_dict_entry){hop_retain(key), v, hash_key(key)};
    d->version++;
    rebuild(d);
}

bool
hop_dict_remove(struct hop_dict *d, struct hop_value key)
{
    struct hop_dict_entry old;
    size_t slot;

    key = hop_value_base(key);
    slot = hop_is_null(key) ? SIZE_MAX : find_slot(d, key, hash_key(key));
    if (slot == SIZE_MAX)
        return false;
    old = d->entries[slot];
    d->count--;
    d->version++;
    d->entries[slot].key = d->entries[slot].value = hop_null();
    if (d->flags & HOP_DICT_SORTED) {
        d->used--;
        memmove(d->entries + slot, d->entries + slot + 1,
                (d->used - slot) * sizeof *d->entries);
    }
    hop_release(old.key);
    hop_release(old.value);
    return true;
}

void
hop_dict_clear(struct hop_dict *d)
{
    struct hop_dict_entry *e = d->entries;
    size_t n = d->used;

    free(d->index);
    d->entries = NULL;
    d->index = NULL;
    d->used = d->count = d->cap = d->index_size = 0;
    d->version++;
    for (size_t i = 0; i < n; i++) {
        hop_release(e[i].key);
        hop_release(e[i].value);
    }
    free(e);
}

struct hop_dict_entry *
hop_dict_at(struct hop_dict *d, size_t i)
{
    if (i >= d->count)
        return NULL;
    if (d->used != d->count)
        rebuild(d);
    return &d->entries[i];
}

/* ---- order ---- */

/* The hash code of .NET for a key whose hash does not depend on the process.
 * False: it does (strings). */
static bool
dotnet_hash(struct hop_value k, uint32_t *h)
{
    switch (k.kind) {
    case HOP_CHAR: *h = (uint32_t)(k.u.i | k.u.i << 16); return true;
    case HOP_INT64:
    case HOP_UINT64:
    case HOP_TIMESPAN:
    case HOP_DATETIME:
        *h = (uint32_t)k.u.u ^ (uint32_t)(k.u.u >> 32);
        return true;
    case HOP_BOOL:
    case HOP_BYTE:
    case HOP_INT16:
    case HOP_UINT16:
    case HOP_INT32:
    case HOP_UINT32:
    case HOP_ENUM: *h = (uint32_t)k.u.u; return true;
    default: return false;
    }
}

/* Hashtable's buckets with double hashing, filled in order of insertion. */
static bool
bucket_order(struct hop_dict *d, struct hop_dict_entry **order)
{
    uint32_t size = d->buckets ? d->buckets : 3, h;
    struct hop_dict_entry **buckets = hop_xcalloc(size, sizeof *buckets);
    size_t n = 0;

    for (size_t i = 0; i < d->used; i++) {
        uint32_t seed, step;

        if (d->entries[i].key.kind == HOP_NULL)
            continue;
        if (!dotnet_hash(d->entries[i].key, &h)) {
            free(buckets);
            return false;
        }
        seed = h & 0x7FFFFFFF;
        step = 1 + (seed * 101u) % (size - 1);
        for (h = seed % size; buckets[h];)
            h = (uint32_t)(((uint64_t)h + step) % size);
        buckets[h] = &d->entries[i];
    }
    for (uint32_t k = size; k-- > 0;)
        if (buckets[k])
            order[n++] = buckets[k];
    free(buckets);
    return true;
}

struct hop_dict_entry **
hop_dict_order(struct hop_dict *d, size_t *n)
{
    struct hop_dict_entry **order = hop_xcalloc(d->count + 1, sizeof *order);
    size_t k = 0;

    *n = d->count;
    if ((d->flags & HOP_DICT_BUCKET_ORDER) && d->count &&
        bucket_order(d, order))
        return order;
    for (size_t i = 0; i < d->used; i++)
        if (d->entries[i].key.kind != HOP_NULL)
            order[k++] = &d->entries[i];
    return order;
}

struct hop_dict *
hop_as_dict(struct hop_value v)
{
    v = hop_value_base(v);
    if (v.kind == HOP_OBJECT && (v.u.o->cls->flags & HOP_CLASS_DICT))
        return (struct hop_dict *)v.u.o;
    return NULL;
}

/* ---- pairs ---- */

void
hop_pair_destroy(struct hop_object *o)
{
    hop_release(((struct hop_pair *)o)->key);
    hop_release(((struct hop_pair *)o)->value);
}

struct hop_value
hop_dict_pair(struct hop_context *cx, struct hop_dict *d,
              const struct hop_dict_entry *e)
{
    const struct hop_class *c = d->base.cls, *cls = &hop_class_dictionary_entry;
    struct hop_pair *p;

    if (c->arity == 2 && c->args[0])
        cls = hop_types_generic(cx, &hop_class_key_value_pair, c->args, 2);
    p = hop_object_new(cx, cls);
    p->key = hop_retain(e->key);
    p->value = hop_retain(e->value);
    return hop_obj(p);
}
