/* What the sources of value/ share among themselves.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_VALUE_INTERNAL_H
#define HOP_VALUE_INTERNAL_H

#include "value/collections.h"
#include "value/member.h"

/* ---- registry ---- */

void hop_types_init(struct hop_context *cx);
/* Gives back every value the tables hold. */
void hop_types_release(struct hop_context *cx);
/* Frees the tables, after the last object. */
void hop_types_done(struct hop_context *cx);
extern const struct hop_class *const hop_standard_classes[];
struct hop_accelerator {
    const char *name;
    const struct hop_class *cls;
};
extern const struct hop_accelerator hop_standard_accelerators[];

/* Ends every object still alive. */
void hop_objects_end(struct hop_context *cx);
void hop_regex_cache_free(struct hop_regex_cache *c);

/* ---- members of a class, parsed ---- */

struct hop_param {
    const struct hop_class *type;
    const char *name, *fallback; /* default's text, or NULL */
    size_t name_len, fallback_len;
    bool is_ref, is_params;
};

struct hop_overload {
    const struct hop_method *row;
    const struct hop_class *cls; /* where it was declared */
    struct hop_param *params;
    size_t n, required;
    bool is_static, bad; /* bad: a type in it is unknown; never chosen */
};

struct hop_method_group {
    const char *name;
    size_t name_len;
    struct hop_overload *overloads;
    const struct hop_method **rows; /* the same, NULL-terminated */
    size_t n, cap;
    bool is_static;
};

/* Instance or static methods of cls (bases' included; static ones of bases
 * too), or its constructors when name is NULL.  NULL: none. */
struct hop_method_group *hop_class_methods(struct hop_context *cx,
                                           const struct hop_class *cls,
                                           const char *name, size_t n,
                                           bool is_static);
/* Calls f for every group of the class, in declaration order. */
void hop_class_each_method(struct hop_context *cx,
                           const struct hop_class *cls, bool is_static,
                           bool (*f)(void *arg, struct hop_method_group *g),
                           void *arg);
/* The property of the class or its bases, or NULL; *owner gets where. */
const struct hop_property *hop_class_property(const struct hop_class *cls,
                                              const char *name, size_t n,
                                              bool is_static,
                                              const struct hop_class **owner);
/* The type a member's text names; cls gives the meaning of T, TKey ... */
const struct hop_class *hop_types_in_text(struct hop_context *cx,
                                          const struct hop_class *cls,
                                          const char *s, size_t n);
/* Chooses an overload, converts arguments, calls.  0: no overload fits (no
 * exception), 1 done, -1 exception pending (not wrapped). */
int hop_invoke_group(struct hop_context *cx, struct hop_method_group *g,
                     struct hop_value self, const struct hop_class *cls,
                     const struct hop_value *args, size_t n,
                     const struct hop_class *const *casts,
                     struct hop_value *out);

void hop_array_destroy(struct hop_object *o);
void hop_dict_destroy(struct hop_object *o);
void hop_big_destroy(struct hop_object *o);
void hop_pair_destroy(struct hop_object *o);
/* default(T): null, 0, or a new zero object of a struct type. */
struct hop_value hop_zero_of(struct hop_context *cx,
                             const struct hop_class *cls);
/* Enumerates entries (0), keys (1) or values (2). */
void hop_iter_dict(struct hop_iter *it, struct hop_dict *d, int what);

/* PSInvalidCastException "Cannot convert value ..."; inner is taken. */
bool hop_throw_cast(struct hop_context *cx, const char *id, struct hop_value v,
                    const struct hop_class *to, struct hop_value inner);
/* The same around the exception that is pending. */
bool hop_rethrow_cast(struct hop_context *cx, const char *id,
                      struct hop_value v, const struct hop_class *to);
/* Sets properties of o from a dictionary, as New-Object -Property does. */
bool hop_set_properties(struct hop_context *cx, struct hop_value o,
                        struct hop_dict *d);

/* $v.ToString(), appended. */
bool hop_add_to_string(struct hop_context *cx, struct hop_value v,
                       struct hop_buf *out);
/* Text of an element or a property's value inside "$v": collections and custom
 * objects are not taken apart again. */
bool hop_add_text_flat(struct hop_context *cx, struct hop_value v,
                       struct hop_buf *out);
/* A member of the object's own or of its type extensions, or NULL. */
struct hop_member *hop_find_extended(struct hop_context *cx,
                                     struct hop_value v,
                                     const struct hop_string *name);

/* The same with PowerShell's errors: MethodCountCouldNotFindBest, wrapping in
 * MethodInvocationException when wrap is set. */
bool hop_call_group(struct hop_context *cx, struct hop_method_group *g,
                    const char *name, struct hop_value self,
                    const struct hop_class *cls, const struct hop_value *args,
                    size_t n, const struct hop_class *const *casts, bool wrap,
                    struct hop_value *out);

/* Wraps the pending exception as MethodInvocationException.  Always false. */
bool hop_wrap_invocation(struct hop_context *cx, const char *name, size_t n);
bool hop_throw_overload(struct hop_context *cx, const char *name, size_t len,
                        size_t n);

/* Sets a key (converted to the dictionary's types first). */
bool hop_dict_put(struct hop_context *cx, struct hop_dict *d,
                  struct hop_value key, struct hop_value x);
/* The value of a key converted likewise, or NULL. */
struct hop_value *hop_dict_find(struct hop_context *cx, struct hop_dict *d,
                                struct hop_value key);

/* First definition of a class function up the bases. */
#define HOP_CLASS_FN(c, field)                                                 \
    (__extension__({                                                           \
        const struct hop_class *c_ = (c);                                      \
        while (c_ && !c_->field)                                               \
            c_ = c_->base;                                                     \
        c_ ? c_->field : NULL;                                                 \
    }))

#endif
