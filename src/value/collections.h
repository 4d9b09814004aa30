/* Containers: arrays and lists, dictionaries, psobjects, references, and the
 * one way to enumerate them.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_VALUE_COLLECTIONS_H
#define HOP_VALUE_COLLECTIONS_H

#include "value/class.h"
#include "value/context.h"

/* ---- arrays and lists ---- */

/* object[] and every T[] (class flag ARRAY), ArrayList, List<T>,
 * Collection<T>, Stack, Queue (class flag LIST): items in order of
 * enumeration index 0..n-1 of a queue or list; a stack's top is the last
 * item.  Elements of a typed one have that type already. */
struct hop_array {
    struct hop_object base;
    struct hop_value *items;
    size_t n, cap;
    uint32_t version; /* grows with each change, for enumerators */
    uint32_t flags;   /* HOP_ARRAY_... */
    uint32_t *dims;   /* rank > 1: lengths, row-major; else NULL */
};

enum {
    HOP_ARRAY_FIXED = 1,    /* [ArrayList]::FixedSize and the like */
    HOP_ARRAY_READONLY = 2, /* ReadOnlyCollection */
};

/* object[] of n nulls. */
struct hop_array *hop_array_new(struct hop_context *cx, size_t n);
/* An array or list of cls (of zero values of the element type); NULL with an
 * exception pending when n is too large. */
struct hop_array *hop_array_new_of(struct hop_context *cx,
                                   const struct hop_class *cls, size_t n);
/* object[] of copies (retained) of n values. */
struct hop_array *hop_array_from(struct hop_context *cx,
                                 const struct hop_value *v, size_t n);
/* Appends v (taken); for building, without type checks. */
void hop_array_push(struct hop_array *a, struct hop_value v);
/* Appends text; for building string[]. */
void hop_array_push_text(struct hop_array *a, const char *s);
void hop_array_reserve(struct hop_array *a, size_t n);
/* Removes item i; the item is released. */
void hop_array_remove(struct hop_array *a, size_t i);
/* Inserts v (taken) before item i <= n. */
void hop_array_insert(struct hop_array *a, size_t i, struct hop_value v);
void hop_array_clear(struct hop_array *a);
/* string[] / byte[] / an array of any element type from C data. */
struct hop_array *hop_array_of_strings(struct hop_context *cx,
                                       const char *const *s, size_t n);
struct hop_array *hop_array_of_bytes(struct hop_context *cx, const void *p,
                                     size_t n);
/* Appends the bytes of a byte[]. */
void hop_array_add_bytes(const struct hop_array *a, struct hop_buf *out);
/* The array or list in v (also in a wrapper), or NULL when it is neither. */
struct hop_array *hop_as_array(struct hop_value v);
/* The element type: int for int[] and List[int]; object when untyped. */
const struct hop_class *hop_array_element(const struct hop_array *a);

/* ---- dictionaries ---- */

struct hop_dict_entry {
    struct hop_value key; /* HOP_NULL: removed (null is no key) */
    struct hop_value value;
    uint32_t hash;
};

/* Hashtable, OrderedDictionary, Dictionary<K,V>, SortedList,
 * SortedDictionary, and the sets (values unused). */
struct hop_dict {
    struct hop_object base;
    struct hop_dict_entry *entries; /* in order of insertion (or of keys) */
    size_t used, count, cap;        /* slots used, live, room */
    uint32_t *index;                /* slot + 1 by hash, open addressing */
    size_t index_size;              /* power of two */
    uint32_t version;
    uint32_t flags;   /* HOP_DICT_... */
    uint32_t buckets; /* Hashtable: .NET's bucket count, for its order */
    struct hop_value comparer; /* or null */
};

enum {
    HOP_DICT_IGNORE_CASE = 1, /* string keys */
    HOP_DICT_SORTED = 2,
    HOP_DICT_READONLY = 4,
    HOP_DICT_BUCKET_ORDER = 8, /* Hashtable */
    HOP_DICT_REVERSED = 16,    /* SortedSet with a reversing comparer */
};

/* As @{} and [ordered]@{} make them: keys ignore case. */
struct hop_dict *hop_hashtable_new(struct hop_context *cx);
struct hop_dict *hop_ordered_new(struct hop_context *cx);
/* An empty dictionary or set of cls, case-sensitive unless flags say so. */
struct hop_dict *hop_dict_new_of(struct hop_context *cx,
                                 const struct hop_class *cls, uint32_t flags);
/* The value for a key (borrowed, until the next change), or NULL.  A key of
 * another type is just not found. */
struct hop_value *hop_dict_get(struct hop_dict *d, struct hop_value key);
struct hop_value *hop_dict_get_text(struct hop_dict *d, const char *key);
/* Sets key (borrowed) to v (taken); replaces. */
void hop_dict_set(struct hop_dict *d, struct hop_value key, struct hop_value v);
void hop_dict_set_text(struct hop_dict *d, const char *key, struct hop_value v);
bool hop_dict_remove(struct hop_dict *d, struct hop_value key);
void hop_dict_clear(struct hop_dict *d);
/* Before position i of an ordered dictionary. */
void hop_dict_insert(struct hop_dict *d, size_t i, struct hop_value key,
                     struct hop_value v);
/* The entry at position i of the live ones, or NULL. */
struct hop_dict_entry *hop_dict_at(struct hop_dict *d, size_t i);
/* The live entries in the order .NET enumerates them; malloc'ed array of
 * pointers valid until the next change; *n gets their number. */
struct hop_dict_entry **hop_dict_order(struct hop_dict *d, size_t *n);
/* The dictionary in v (also in a wrapper; no sets), or NULL. */
struct hop_dict *hop_as_dict(struct hop_value v);
/* A System.Collections.DictionaryEntry, or KeyValuePair of d's class. */
struct hop_value hop_dict_pair(struct hop_context *cx, struct hop_dict *d,
                               const struct hop_dict_entry *e);

/* DictionaryEntry, KeyValuePair<K,V>. */
struct hop_pair {
    struct hop_object base;
    struct hop_value key, value;
};

/* ---- custom objects, wrappers, references ---- */

/* A PSCustomObject without members; members through value/member.h. */
struct hop_object *hop_custom_new(struct hop_context *cx);
/* Adds or replaces a note property; takes v, retains name. */
void hop_custom_set(struct hop_object *o, struct hop_string *name,
                    struct hop_value v);
void hop_custom_set_text(struct hop_object *o, const char *name,
                         struct hop_value v);
/* The value of a note property (borrowed), or NULL. */
struct hop_value *hop_custom_get(struct hop_object *o,
                                 const struct hop_string *name);
struct hop_value *hop_custom_get_text(struct hop_object *o, const char *name);

/* A PSObject around a string or unboxed value, so that it can carry members;
 * class hop_class_psobject. */
struct hop_wrapper {
    struct hop_object base;
    struct hop_value value;
    struct hop_string *token; /* of a number: as it was written, or NULL */
    struct hop_string *text;  /* an enum's name that came with its number, or
                                 NULL: shown as a token is */
};

/* v itself when it is an object, else a new wrapper around it (v taken). */
struct hop_value hop_wrap(struct hop_context *cx, struct hop_value v);
/* A number with the spelling it has as an argument ("0x10"), which shows where
 * the object itself does, not in text made of it.  Takes both. */
struct hop_value hop_wrap_token(struct hop_context *cx, struct hop_value v,
                                struct hop_string *token);
/* What shows in place of a number: that spelling, or the name of an enum that
 * came from elsewhere; borrowed, or NULL. */
struct hop_string *hop_token_text(struct hop_value v);
/* That name alone. */
struct hop_string *hop_enum_text(struct hop_value v);

/* [ref]: class hop_class_reference.  With a variable (the engine's object) the
 * value is read and written through the context's ref_get and ref_set. */
struct hop_reference {
    struct hop_object base;
    struct hop_value value;
    struct hop_object *variable; /* owned, or NULL */
};
/* PSReference`1, which [ref] makes; a hop_class_reference. */
extern const struct hop_class hop_class_reference_of;

struct hop_value hop_reference_get(struct hop_context *cx, struct hop_value r);
/* Takes v.  r that is no reference: v is dropped. */
bool hop_reference_set(struct hop_context *cx, struct hop_value r,
                       struct hop_value v);

/* A script block made a delegate: [predicate[int]]{ ... }. */
struct hop_delegate {
    struct hop_object base;
    struct hop_value block;
};

/* Calls a delegate or script block with $args. */
bool hop_delegate_call(struct hop_context *cx, struct hop_value f,
                       const struct hop_value *args, size_t n,
                       struct hop_value *out);

/* ---- enumeration ---- */

/* One enumeration.  hop_iter_next gives each item, owned by the caller; a
 * changed list or dictionary throws InvalidOperationException. */
struct hop_iter {
    struct hop_value source; /* held while enumerating */
    size_t i, n;
    uint32_t version;
    void *state; /* of the class's iterate */
    /* 1: *out has an item, 0: at the end, -1: exception pending. */
    int (*next)(struct hop_context *cx, struct hop_iter *it,
                struct hop_value *out);
    void (*done)(struct hop_iter *it); /* frees state, or NULL */
};

#define HOP_AUTO_ITER HOP_CLEANUP(hop_iter_done)

/* Does the pipeline (foreach, @(), |) take v apart?  Strings, dictionaries and
 * XML nodes: no. */
bool hop_is_enumerable(struct hop_value v);
/* Starts enumerating v as foreach does: a value that is not enumerable gives
 * itself once, null gives nothing. */
HOP_MUST_CHECK bool hop_iter_init(struct hop_context *cx, struct hop_iter *it,
                                  struct hop_value v);
/* As GetEnumerator(): also the entries of dictionaries, the characters of
 * strings.  False with an exception pending when v has no enumerator. */
HOP_MUST_CHECK bool hop_iter_enumerate(struct hop_context *cx,
                                       struct hop_iter *it, struct hop_value v);
int hop_iter_next(struct hop_context *cx, struct hop_iter *it,
                  struct hop_value *out);
void hop_iter_done(struct hop_iter *it);
/* An object[] of everything v enumerates to. */
HOP_MUST_CHECK bool hop_to_array(struct hop_context *cx, struct hop_value v,
                                 struct hop_value *out);

#endif
