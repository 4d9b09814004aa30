/* Shorthand for the tables of types.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_VALUE_TYPES_DEF_H
#define HOP_VALUE_TYPES_DEF_H

#include "value/enums.h"
#include "value/exception.h"
#include "value/internal.h"
#include "value/ops.h"

/* A method, a getter and a setter by their fixed shapes. */
#define METHOD(name)                                                           \
    static bool name(struct hop_context *cx, struct hop_call *c)
#define GETTER(name)                                                           \
    static bool name(struct hop_context *cx, struct hop_value self,            \
                     intptr_t data, struct hop_value *out)
#define SETTER(name)                                                           \
    static bool name(struct hop_context *cx, struct hop_value self,            \
                     intptr_t data, struct hop_value v)

#define RETURN(v)                                                              \
    do {                                                                       \
        c->result = (v);                                                       \
        return true;                                                           \
    } while (0)

/* Argument i as what its parameter's type says it is. */
#define ARG_S(k)    (c->args[k].u.s)
#define ARG_I(k)    (c->args[k].u.i)
#define ARG_D(k)    (c->args[k].u.d)
#define ARG_B(k)    (c->args[k].u.i != 0)
#define ARG_NULL(k) (hop_is_null(c->args[k]))
#define ARG_A(k)    ((struct hop_array *)c->args[k].u.o)

#define STATIC_GET(n, type, fn, d)                                             \
    {                                                                          \
        n, type, fn, NULL, HOP_PROP_STATIC, d                                  \
    }

/* A class of objects with the usual parts. */
#define END_PROPERTIES                                                         \
    {                                                                          \
        NULL                                                                   \
    }
#define END_METHODS                                                            \
    {                                                                          \
        NULL                                                                   \
    }

#define STATIC_CLASS(c_, text, ...)                                            \
    const struct hop_class hop_class_##c_ = {                                  \
        .name = text,                                                          \
        .base = &hop_class_object,                                             \
        .flags = HOP_CLASS_ABSTRACT | HOP_CLASS_SEALED,                        \
        __VA_ARGS__,                                                           \
    }

/* A method that has nothing to do here. */
hop_method_fn hop_method_nothing;

#endif
